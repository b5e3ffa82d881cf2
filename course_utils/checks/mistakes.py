"""Wrong and other right answers, written down as the source a student would have typed.

A unit's `mistakes.py` and `alternatives.py` use these three functions. Each entry ends up as
source code per replaced function, so that it can be run by the proofs, planted in a simulated
class and handed in as a notebook.
"""

import ast
import runpy
import textwrap
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True)
class Answer:
    """An answer to part of an exercise: new source for one or more of its functions."""

    id: str
    functions: tuple[str, ...]
    sources: dict[str, str]
    says: str = ""

    def __post_init__(self):
        missing = [name for name in self.functions if name not in self.sources]
        if missing:
            raise ValueError(f"{self.id}: no definition of {missing[0]}")


@dataclass(frozen=True)
class Edit:
    """A mistake as a change of one place in the reference solution."""

    id: str
    function: str
    old: str
    new: str
    says: str

    def answer(self, reference):
        """Apply the edit; `reference` maps function names to the solution's source."""
        source = reference[self.function]
        if source.count(self.old) != 1:
            raise ValueError(
                f"edited({self.id!r}): {self.old!r} occurs {source.count(self.old)} times "
                f"in the solution of {self.function}, not once"
            )
        edited = source.replace(self.old, self.new)
        return Answer(self.id, (self.function,), {self.function: edited}, self.says)


_entries: ContextVar[list] = ContextVar("entries of the file being read")


def mistake(*functions, says):
    """Mark a wrong implementation of `functions`; `says` tells the student what they did.

    The name of the marked function or class is the mistake's id, its body what the student typed.
    With several functions, the body holds their definitions.
    """
    return lambda obj: _register(obj, functions, says)


def alternative(*functions):
    """Mark another right implementation of `functions`."""
    return lambda obj: _register(obj, functions, "")


def edited(id, function, *, old, new, says):
    """A mistake that differs from the solution of `function` in one place (`old` → `new`)."""
    _entries.get().append(Edit(id, function, old, new, says))


def _register(obj, functions, says):
    _entries.get().append((obj.__name__, functions, says))
    return obj


def read_answers(path, reference):
    """Read `mistakes.py` or `alternatives.py`.

    Returns (list of Answer, NEEDS of the file). A missing file holds none. Raises ValueError for
    an id used twice or an edit that does not fit the reference.
    """
    if not path.exists():
        return [], {}
    entries = []
    token = _entries.set(entries)
    try:
        module = runpy.run_path(str(path))
    finally:
        _entries.reset(token)
    definitions = _definitions(path.read_text("utf-8"))
    answers = [
        entry.answer(reference)
        if isinstance(entry, Edit)
        else Answer(
            entry[0], entry[1], _sources(definitions[entry[0]], entry[0], entry[1]), entry[2]
        )
        for entry in entries
    ]
    ids = [answer.id for answer in answers]
    if repeated := {id for id in ids if ids.count(id) > 1}:
        raise ValueError(f"{path.name}: {sorted(repeated)[0]!r} is defined twice")
    return answers, module.get("NEEDS", {})


def _definitions(text):
    """Top-level definitions of a file by name, as (syntax node, source without decorators)."""
    lines = text.splitlines()
    return {
        node.name: (node, "\n".join(lines[node.lineno - 1 : node.end_lineno]))
        for node in ast.parse(text).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
    }


def _sources(definition, id, functions):
    node, source = definition
    if len(functions) == 1:
        head, _, rest = source.partition(id)  # the name stands first in `def name(` / `class name:`
        return {functions[0]: head + functions[0] + rest}
    body = textwrap.dedent("\n".join(source.splitlines()[node.body[0].lineno - node.lineno :]))
    return {name: text for name, (_, text) in _definitions(body).items()}
