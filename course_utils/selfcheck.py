"""`course check`: what a student's notebook has done, function by function, from a terminal.

The notebook is run as JupyterLab's "Run All" would, except that nothing stops it. What each
check cell says is what the student sees in the notebook; a sentence replaces every traceback.
"""

import json
import re
from dataclasses import asdict, dataclass, field
from pathlib import Path

from nbformat import NotebookNode

from course_utils.kernel import Failure, kernel
from course_utils.notebooks import NotebookError, read

DONE, WRONG, NOT_STARTED, FAILED = "done", "wrong", "not started", "failed to run"


@dataclass(frozen=True)
class Check:
    """One graded cell: how it went, and the sentence for the student."""

    id: str
    status: str
    sentence: str = ""
    points: float = 0


@dataclass(frozen=True)
class Function:
    """One function of an exercise with its checks."""

    name: str
    checks: list[Check]

    @property
    def worst(self) -> Check:
        """The check that decides: what is wrong before what failed or was not started."""
        order = [WRONG, FAILED, NOT_STARTED, DONE]
        return min(self.checks, key=lambda check: order.index(check.status))


@dataclass
class Report:
    """What `check` found; `notes` are sentences about the notebook as a whole."""

    notebook: str
    functions: list[Function] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def to_json(self) -> str:
        functions = [
            {"name": f.name, "status": f.worst.status, "sentence": f.worst.sentence}
            | {"checks": [asdict(check) for check in f.checks]}
            for f in self.functions
        ]
        return json.dumps(
            {"notebook": self.notebook, "functions": functions, "notes": self.notes},
            ensure_ascii=False,
        )


def find_notebook(path: Path, root: Path) -> Path:
    """The notebook `path` means: itself, the one in that folder, or a unit such as 04_backprop."""
    if not path.exists() and (root / "exercises" / path).is_dir():
        path = root / "exercises" / path
    if path.is_dir():
        found = sorted(path.glob("*.ipynb"))
        if len(found) != 1:
            names = ", ".join(p.name for p in found) or "no notebook"
            raise NotebookError(f"{path} holds {names}: name the notebook to check.")
        return found[0]
    if not path.exists():
        raise NotebookError(f"{path}: there is no such notebook or folder; check the path.")
    return path


def check(path: Path, root: Path, timeout: float = 30) -> Report:
    """Run the notebook at `path` and report on every function its checks name.

    timeout: seconds a cell may take. Raises NotebookError when there is nothing to run.
    """
    nb = read(path)
    cells = [(i, cell) for i, cell in enumerate(nb.cells) if cell.cell_type == "code"]
    report = Report(str(path), notes=_notes(nb))
    outcomes: dict[int, Failure | None] = {}
    with kernel(path.resolve().parent, timeout) as running:
        for index, cell in cells:
            outcomes[index] = running.run(index, cell.source)
    checks = _Checks(nb, outcomes).all()
    released = released_checks(path, root, set(_ids(nb)))
    checks += [_deleted(id, points) for id, points in released.items() if id not in _ids(nb)]
    if not checks:
        raise NotebookError(f"{path} has no check cells: is it an exercise of this course?")
    for one in checks:
        name = function_of(one.id)
        known = next((f for f in report.functions if f.name == name), None)
        known.checks.append(one) if known else report.functions.append(Function(name, [one]))
    return report


def function_of(check_id: str) -> str:
    """The function a check cell is about: "check_f__dX" is about f."""
    return check_id.removeprefix("check_").partition("__")[0]


def released_checks(path: Path, root: Path, present: set[str]) -> dict[str, float]:
    """The graded cells, with points, of the exercise that shares most with those `present`.

    Taken from the known_mistakes.json beside the notebook or in the course's exercises/.
    """
    best: dict[str, float] = {}
    for file in [
        path.parent / "known_mistakes.json",
        *root.glob("exercises/*/known_mistakes.json"),
    ]:
        try:
            points = json.loads(file.read_text("utf-8"))["points"]
        except (OSError, ValueError, KeyError):
            continue
        if len(present & points.keys()) > len(present & best.keys()):
            best = points
    return best


def _about(cell: NotebookNode) -> dict:
    about = cell.metadata.get("nbgrader", {})
    return about if isinstance(about, dict) else {}


def _ids(nb: NotebookNode) -> dict[str, float]:
    graded = [_about(c) for c in nb.cells if _about(c).get("grade")]
    return {about.get("grade_id", "?"): about.get("points", 0) for about in graded}


def _notes(nb: NotebookNode) -> list[str]:
    notes = []
    if not nb.metadata.get("kernelspec", {}).get("name"):
        notes.append(
            "The notebook does not say which kernel runs it: in JupyterLab choose "
            "Kernel → Change Kernel → Python 3, and save."
        )
    ids = [_about(cell).get("grade_id") for cell in nb.cells]
    for id in sorted({i for i in ids if i and ids.count(i) > 1}):
        notes.append(f"The cell `{id}` is there {ids.count(id)} times: delete the copies.")
    return notes


def _deleted(id: str, points: float) -> Check:
    sentence = (
        f"Its check cell `{id}` was deleted: copy it back from a fresh copy of the exercise, "
        "or start from one and paste your functions."
    )
    return Check(id, FAILED, sentence, points)


class _Checks:
    """The verdicts on the graded cells of one run notebook."""

    def __init__(self, nb: NotebookNode, outcomes: dict[int, Failure | None]):
        self.nb, self.outcomes = nb, outcomes
        self.written = {  # function -> index of the cell that defines it
            _about(cell).get("grade_id"): index
            for index, cell in enumerate(nb.cells)
            if _about(cell).get("solution") and cell.cell_type == "code"
        }
        self.owner = {index: name for name, index in self.written.items()}

    def all(self) -> list[Check]:
        graded = {
            _about(self.nb.cells[index])["grade_id"]: index
            for index in self.outcomes
            if _about(self.nb.cells[index]).get("grade")
        }
        return [self._check(id, index) for id, index in graded.items()]

    def _check(self, id: str, index: int) -> Check:
        name, points = function_of(id), _about(self.nb.cells[index]).get("points", 0)
        own_cell = self.outcomes.get(self.written.get(name, -1))
        if own_cell:  # the definition itself does not run
            return Check(id, FAILED, self._sentence(own_cell, name), points)
        failure = self.outcomes[index]
        if failure is None:
            return Check(id, DONE, points=points)
        if failure.name == "NotImplementedError":
            return Check(id, NOT_STARTED, self._unwritten(failure, name), points)
        if failure.name in ("CheckFailed", "AssertionError"):
            return Check(id, WRONG, failure.message or "A check failed.", points)
        return Check(id, FAILED, self._sentence(failure, name), points)

    def _unwritten(self, failure: Failure, name: str) -> str:
        other = self.owner.get(failure.frames[-1][0]) if failure.frames else None
        return f"It needs `{other}`, which is not written yet." if other not in (None, name) else ""

    def _sentence(self, failure: Failure, name: str) -> str:
        kind, message = failure.name, failure.message
        if kind == "Timeout":
            return f"Ran for over {message} s and was stopped: is there a loop without an end?"
        if kind == "KernelDied":
            return "Ended the Python kernel: out of memory, or a call to exit()?"
        unknown = re.match(r"name '(\w+)' is not defined", message)
        if kind == "NameError" and unknown and unknown[1] in self.written:
            return self._undefined(unknown[1])
        if kind in ("SyntaxError", "IndentationError", "TabError"):
            message = re.sub(r"\s*\([^()]*, line \d+\)$", "", message)
        return f"Raised {kind}: {message}{self._place(failure, name)}"

    def _undefined(self, name: str) -> str:
        broken = self.outcomes.get(self.written[name])
        if broken:
            return f"`{name}` is not defined, because its cell fails: {broken.name}."
        return f"`{name}` is not defined: did you rename it?"

    def _place(self, failure: Failure, name: str) -> str:
        inside = [(self.owner[i], line) for i, line in failure.frames if i in self.owner]
        if inside:
            where, line = inside[-1]
            return f" (line {line} of the cell of `{where}`)"
        if failure.frames:
            return (
                f" (line {failure.frames[-1][1]} of its check: does `{name}` return what it says?)"
            )
        return ""
