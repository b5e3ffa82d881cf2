"""The stored verdicts of a unit, read back as plain records.

The grader writes one JSON file per student, .course/results/UNIT/STUDENT.json. A file that cannot
be read is told about, and the report goes on without it.
"""

import datetime
import json
from dataclasses import dataclass, field, replace
from pathlib import Path


@dataclass(frozen=True)
class Check:
    """One expectation as judged: right or not, the sentence told, the mistake recognised."""

    name: str
    ok: bool
    sentence: str | None = None
    mistake_id: str | None = None
    fingerprint: str | None = None


@dataclass(frozen=True)
class CellResult:
    """One graded cell of one student."""

    cell: str
    function: str
    points: float
    max_points: float
    status: str  # right, wrong, not started, failed to run
    sentence: str | None = None
    mistake_id: str | None = None
    error: str | None = None
    checks: tuple[Check, ...] = ()
    blocked: bool = False  # a function its check builds on is not right

    @property
    def fingerprint(self):
        """What a wrong cell returned, as a key: the same values give the same key."""
        seen = [(c.name, c.fingerprint) for c in self.checks if not c.ok]
        return json.dumps([seen, self.error])


@dataclass(frozen=True)
class StudentResult:
    """Everything the grader said about one submission."""

    student: str
    submitted: datetime.datetime | None = None
    cells: dict[str, CellResult] = field(default_factory=dict)

    @property
    def points(self):
        return sum(cell.points for cell in self.cells.values())

    def of(self, function):
        """The student's graded cells of one function."""
        return [cell for cell in self.cells.values() if cell.function == function]


def read_results(folder, needs=None):
    """Read every student's verdicts in `folder`.

    needs: {function: functions its check builds on}, as `Exercise.needs`.

    Returns (list of StudentResult sorted by student, list of sentences about unreadable files).
    Raises FileNotFoundError if there are none.
    """
    files = sorted(Path(folder).glob("*.json"))
    if not files:
        raise FileNotFoundError(f"no results in {folder}: run `course grade {Path(folder).name}`")
    students, problems = [], []
    for path in files:
        try:
            students.append(settled(_student(json.loads(path.read_text("utf-8"))), needs or {}))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            problems.append(f"{path.name} could not be read ({error}); grade it again with --force")
    return students, problems


def settled(student, needs):
    """The student without mistakes named where a function underneath was not right.

    What such a cell returned says little about the function it checks. A mistake that was also met
    where nothing stood in its way stays.
    """
    right = {c.function: all(x.status == "right" for x in student.of(c.function))
             for c in student.cells.values()}  # fmt: skip
    blocked = {
        id
        for id, cell in student.cells.items()
        if not all(right.get(need, True) for need in _below(cell.function, needs))
    }
    sure = {cell.mistake_id for id, cell in student.cells.items() if id not in blocked}
    cells = {
        id: replace(
            cell, blocked=True, mistake_id=cell.mistake_id if cell.mistake_id in sure else None
        )
        if id in blocked
        else cell
        for id, cell in student.cells.items()
    }
    return replace(student, cells=cells)


def _below(function, needs):
    direct = needs.get(function, [])
    return {*direct, *(deep for need in direct for deep in _below(need, needs))}


def _student(data):
    stamp = data.get("timestamp")
    cells = {id: _cell(id, cell) for id, cell in data["cells"].items()}
    when = datetime.datetime.fromisoformat(stamp) if stamp else None
    return StudentResult(data["student"], when, cells)


def _cell(id, data):
    function = id.removeprefix("check_").partition("__")[0]
    checks = tuple(
        Check(c["name"], c["ok"], c["sentence"], c["mistake_id"], c.get("fingerprint"))
        for c in data["results"]
    )
    return CellResult(
        id, function, data["points"], data["max_points"], data["status"],
        data.get("sentence"), data.get("mistake_id"), data.get("error"), checks,
    )  # fmt: skip
