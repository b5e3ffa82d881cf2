"""An exercise as the course keeps it: one solution notebook, wrong answers, other right answers.

`Exercise.run` executes the notebook in this process with some functions replaced, and returns what
its checks saw. Only trusted code is run this way: the solution, known mistakes, alternatives.
"""

import ast
import contextlib
import io
import re
import warnings
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np

from .diagnose import same
from .expect import CheckFailed, Record, recording
from .mistakes import Answer, read_answers
from .transport import encode, rounded

HIDDEN = re.compile(r"^### BEGIN HIDDEN TESTS\n.*?^### END HIDDEN TESTS\n?", re.M | re.S)
CHECK = "check_"


@dataclass(frozen=True)
class Cell:
    """A code cell of an exercise: its id, its source, and what part it plays."""

    id: str
    source: str
    solution: bool = False
    grade: bool = False
    points: float = 0.0

    @property
    def function(self):
        """The function this cell is about: "check_f__dX" checks f."""
        return self.id.removeprefix(CHECK).partition("__")[0] if self.grade else self.id


@dataclass
class CellRun:
    """What the checks of one cell saw, and the error that ended it, as "NameError: …"."""

    records: list[Record] = field(default_factory=list)
    error: str | None = None

    @property
    def values(self):
        return {record.name: record.value for record in self.records}

    @property
    def error_type(self):
        return self.error.partition(":")[0] if self.error else None


@dataclass(frozen=True)
class Exercise:
    """A unit's exercise; see `load`."""

    path: Path
    notebook: str
    cells: list[Cell]

    @classmethod
    def load(cls, folder):
        """Read the solution in `folder` (solutions/NN_slug). Raises FileNotFoundError."""
        import nbformat  # it takes a second, which students who only call expect need not wait

        folder = Path(folder)
        notebooks = sorted(folder.glob("*.ipynb"))
        if len(notebooks) != 1:
            raise FileNotFoundError(f"{folder} should hold one notebook, has {len(notebooks)}")
        nb = nbformat.read(notebooks[0], as_version=4)
        cells = [read_cell(cell) for cell in nb.cells if cell.cell_type == "code"]
        return cls(folder, notebooks[0].stem, cells)

    @property
    def name(self):
        return self.path.resolve().name

    @cached_property
    def functions(self):
        """The functions students write, in the order of the notebook."""
        return [cell.id for cell in self.cells if cell.solution and not cell.grade]

    @cached_property
    def reference(self):
        """Source of the solution, by function."""
        return {cell.id: cell.source for cell in self.cells if cell.solution and not cell.grade}

    @cached_property
    def points(self):
        return {cell.id: cell.points for cell in self.cells if cell.grade}

    @cached_property
    def checks(self):
        """The ids of the graded cells of each function."""
        return {
            name: [cell.id for cell in self.cells if cell.grade and cell.function == name]
            for name in self.functions
        }

    @cached_property
    def _mistakes(self):
        return read_answers(self.path / "mistakes.py", self.reference)

    @property
    def mistakes(self) -> list[Answer]:
        return self._mistakes[0]

    @property
    def needs(self):
        """Functions that must be right before a function can be checked (a backward's forward)."""
        return self._mistakes[1]

    @cached_property
    def alternatives(self) -> list[Answer]:
        return read_answers(self.path / "alternatives.py", self.reference)[0]

    def run(self, sources=None, *, hidden=True, with_oracle=False, only=None):
        """Run the cells in order, the functions in `sources` replaced; return {cell id: CellRun}.

        `hidden=False` leaves out hidden tests; `with_oracle` also evaluates what is right; `only`
        limits which check cells run.
        """
        namespace = {"__name__": "__main__"}
        runs = {}
        for cell in self.cells:
            if only is not None and cell.grade and cell.id not in only:
                continue
            source = (sources or {}).get(cell.id, cell.source) if cell.solution else cell.source
            source = source if hidden else visible(source)
            runs[cell.id] = run_cell(source, cell.id, namespace, with_oracle)
        return runs

    def stubs(self):
        """What the release leaves of each function: its signature and NotImplementedError."""
        return {name: stub(source) for name, source in self.reference.items()}


def read_cell(cell):
    about = cell.metadata.get("nbgrader", {})
    return Cell(
        id=about.get("grade_id", cell.get("id", "")),
        source=cell.source,
        solution=about.get("solution", False),
        grade=about.get("grade", False),
        points=float(about.get("points", 0)),
    )


def visible(source):
    """A check cell as students see it, without the hidden tests."""
    return HIDDEN.sub("", source + "\n").rstrip("\n")


def stub(source):
    """Replace what stands between the solution markers, as nbgrader does."""
    return re.sub(
        r"^([ \t]*)### BEGIN SOLUTION.*?### END SOLUTION",
        r"\1# YOUR CODE HERE\n\1raise NotImplementedError()",
        source,
        flags=re.M | re.S,
    )


def run_cell(source, id, namespace, with_oracle=False):
    """Run one cell in `namespace`, silently; errors are caught and told."""
    run = CellRun()
    quiet = contextlib.redirect_stdout(io.StringIO())
    with quiet, warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        with recording(run.records, with_oracle=with_oracle):
            try:
                exec(compile(source, f"<{id}>", "exec"), namespace)
            except (Exception, SystemExit) as error:
                run.error = f"{type(error).__name__}: {error}"
    return run


def known_mistakes(exercise):
    """What each known mistake returns in the visible checks of its functions: for the self-check.

    Returns {"sentences": {id: sentence}, "values": {check name: {id: encoded value}},
    "points": {cell id: points}}; no right answer and nothing of a hidden test is in it.
    """
    right = _values(exercise.run(hidden=False))
    sentences, values = {}, {}
    for answer in exercise.mistakes:
        own = {cell for name in answer.functions for cell in exercise.checks[name]}
        runs = exercise.run(answer.sources, hidden=False)
        wrong = _values({cell: run for cell, run in runs.items() if cell in own})
        for name, value in wrong.items():
            if name in right and not same(value, right[name]):
                sentences[answer.id] = answer.says
                values.setdefault(name, {})[answer.id] = encode(rounded(value))
    return {"sentences": sentences, "values": values, "points": exercise.points}


def _values(runs):
    return {name: value for run in runs.values() for name, value in run.values.items()}


# ---- the cell without its oracle


def strip_oracles(source):
    """Remove `want`, `that` and `why` from every call of `expect`, and what only they needed.

    What is left computes inputs, calls the student's functions and publishes values; the right
    answers are not in it. Imports, functions and names that only oracles used go too.
    """
    tree = ast.parse(source)
    before = _loaded(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", None) == "expect":
            node.keywords = [k for k in node.keywords if k.arg not in ("want", "that", "why")]
    while unused := [n for n in tree.body if _binds(n) and not _binds(n) & _loaded(tree, but=n)]:
        gone = [n for n in unused if _binds(n) & before]
        if not gone:
            break
        tree.body = [n for n in tree.body if n not in gone]
    return ast.unparse(tree)


def _loaded(tree, but=None):
    """Names that are read anywhere in `tree`, outside the statement `but`."""
    parts = [node for node in tree.body if node is not but]
    return {
        node.id
        for part in parts
        for node in ast.walk(part)
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Store)
    }


def _binds(node):
    """Names that a statement only defines: an import or a function."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        return {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
    return {node.name} if isinstance(node, ast.FunctionDef) else set()


__all__ = ["CheckFailed", "Exercise", "known_mistakes", "strip_oracles"]
