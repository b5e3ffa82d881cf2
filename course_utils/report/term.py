"""A page on several units at once: how the term went, and what cost the class most."""

from dataclasses import dataclass

import numpy as np

from . import statistics as stats
from .page import as_csv, fill, replace

SHOWN = 12  # misconceptions on the page; each unit's own report has them all


@dataclass(frozen=True)
class UnitRow:
    """One unit in the table: how many handed in, and the mean and quartiles of their shares."""

    unit: str
    students: int
    mean: float
    quartiles: tuple[float, float, float]
    worst: stats.Misconception | None


def write_term(graded, out):
    """Write term.html and term.csv into `out`; returns the page's path.

    graded: {unit: list of StudentResult}. The page links to the units' reports beside it.
    """
    out.mkdir(parents=True, exist_ok=True)
    table = shares(graded)
    replace(out / "term.csv", as_csv(rows(table, list(graded))))
    page = fill(
        "term.html.j2",
        units=[_row(unit, students) for unit, students in graded.items()],
        costly=costly(graded)[:SHOWN],
        people=len(table),
        submissions=sum(map(len, graded.values())),
        behind=behind(table, list(graded)),
    )
    replace(out / "term.html", page)
    return out / "term.html"


def shares(graded):
    """{student: {unit: share of the unit's points, 0 to 1}}, for what was handed in."""
    table = {}
    for unit, students in graded.items():
        for student in students:
            table.setdefault(student.student, {})[unit] = share(student)
    return dict(sorted(table.items()))


def share(student):
    """Points of a student's submission over those it could have had."""
    most = sum(cell.max_points for cell in student.cells.values())
    return student.points / most if most else 0.0


def costly(graded):
    """(unit, misconception) pairs of all units, those that cost the class most points first."""
    pairs = [(unit, m) for unit, students in graded.items() for m in stats.misconceptions(students)]
    return sorted(pairs, key=lambda pair: (-pair[1].cost, pair[0], pair[1].id))


def behind(table, units, least=0.5):
    """(student, mean share) of those under `least` over all units; not handed in counts 0."""
    means = {
        name: float(np.mean([by_unit.get(unit, 0.0) for unit in units]))
        for name, by_unit in table.items()
    }
    return sorted(((n, m) for n, m in means.items() if m < least), key=lambda pair: pair[1])


def rows(table, units):
    """term.csv: a line per student, the share of each unit, empty where nothing was handed in."""
    body = [
        [name, *(f"{by_unit[u]:.4f}" if u in by_unit else "" for u in units)]
        for name, by_unit in table.items()
    ]
    return [["student", *units], *body]


def _row(unit, students):
    found = [share(student) for student in students]
    quartiles = tuple(float(q) for q in np.quantile(found, [0.25, 0.5, 0.75]))
    return UnitRow(
        unit,
        len(found),
        float(np.mean(found)),
        quartiles,
        next(iter(stats.teach_again(students)), None),
    )
