"""What the verdicts of a class add up to: items, misconceptions, unknown answers, a plan.

Every count is over students, not over failed checks: a misconception that breaks three checks of
one student is one student's misconception.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass

import numpy as np

STATES = ("right", "partly", "wrong", "not started", "failed to run")


@dataclass(frozen=True)
class Item:
    """One function as a test item.

    difficulty is the mean share of its points (1 = everybody has it); discrimination the
    point-biserial correlation between having it right and the points on all other functions
    (NaN when everybody or nobody has it).
    """

    function: str
    states: dict[str, int]
    difficulty: float
    discrimination: float
    points: float


@dataclass(frozen=True)
class Misconception:
    """A known mistake as found in the class; `cost` is the points it took from the students."""

    id: str
    function: str
    sentence: str
    students: tuple[str, ...]
    cost: float


@dataclass(frozen=True)
class Cluster:
    """Students whose answer is wrong in the same way, in these cells, and in no known way."""

    function: str
    cells: tuple[str, ...]
    students: tuple[str, ...]
    sentence: str
    cost: float


def functions_of(students):
    """Functions in the order of the notebook."""
    names = (cell.function for student in students for cell in student.cells.values())
    return list(dict.fromkeys(names))


def state(student, function):
    """One word for what a student has of a function."""
    cells = student.of(function)
    right = [cell.status == "right" for cell in cells]
    if all(right):
        return "right"
    if any(right):
        return "partly"
    statuses = {cell.status for cell in cells}
    return next(s for s in ("wrong", "failed to run", "not started") if s in statuses)


def items(students):
    """One Item per function."""
    table = score_table(students)
    return [_item(students, table, j, name) for j, name in enumerate(functions_of(students))]


def score_table(students):
    """Points of each student (rows) on each function (columns)."""
    return np.array(
        [
            [sum(cell.points for cell in student.of(name)) for name in functions_of(students)]
            for student in students
        ]
    )


def _item(students, table, j, name):
    most = max(sum(cell.max_points for cell in student.of(name)) for student in students)
    states = Counter(state(student, name) for student in students)
    full = np.array([state(student, name) == "right" for student in students], dtype=float)
    rest = table.sum(axis=1) - table[:, j]
    return Item(
        name,
        {s: states[s] for s in STATES},
        float(table[:, j].mean() / most) if most else float("nan"),
        correlation(full, rest),
        most,
    )


def correlation(a, b):
    """Pearson's correlation (point-biserial when `a` is 0/1); NaN if either is constant."""
    if len(a) < 2 or np.ptp(a) == 0 or np.ptp(b) == 0:
        return float("nan")
    return float(np.corrcoef(a, b)[0, 1])


def fail_together(students, least=0.3):
    """Pairs of functions that fail together, as (phi coefficient, first, second), largest first."""
    names = functions_of(students)
    fails = np.array([[state(s, n) != "right" for n in names] for s in students], dtype=float)
    pairs = [
        (correlation(fails[:, i], fails[:, j]), names[i], names[j])
        for i in range(len(names))
        for j in range(i + 1, len(names))
    ]
    return sorted((p for p in pairs if p[0] >= least), reverse=True)


def misconceptions(students):
    """Known mistakes in the class, most students first."""
    who, cost, where, says = defaultdict(dict), Counter(), {}, {}
    for student in students:
        for cell in student.cells.values():
            if cell.mistake_id is None:
                continue
            who[cell.mistake_id][student.student] = None
            cost[cell.mistake_id] += cell.max_points - cell.points
            where.setdefault(cell.mistake_id, cell.function)
            says.setdefault(cell.mistake_id, cell.sentence)
    found = [
        Misconception(id, where[id], says[id], tuple(names), cost[id]) for id, names in who.items()
    ]
    return sorted(found, key=lambda m: (-len(m.students), m.id))


def clusters(students):
    """Wrong answers that match no known mistake, grouped by what they returned, largest first."""
    groups = defaultdict(list)
    for student in students:
        for cell in student.cells.values():
            wrong = cell.status in ("wrong", "failed to run") and not cell.blocked
            if wrong and cell.mistake_id is None:
                groups[cell.cell, cell.fingerprint].append((student.student, cell))
    merged = defaultdict(list)  # the same students in several cells of a function: one idea
    for members in groups.values():
        names = tuple(name for name, _ in members)
        merged[members[0][1].function, names].append([cell for _, cell in members])
    found = [_cluster(function, names, cells) for (function, names), cells in merged.items()]
    return sorted(found, key=lambda c: (-len(c.students), c.cells, c.students))


def _cluster(function, students, groups):
    """groups: per graded cell, the results of these students, who all returned the same in it."""
    first = [cells[0] for cells in groups]
    said = next((c.error for c in first if c.error), None) or first[0].sentence or ""
    cost = sum(c.max_points - c.points for cells in groups for c in cells)
    return Cluster(function, tuple(c.cell for c in first), students, said, cost)


def teach_again(students):
    """Misconceptions in the order of the points each cost the class."""
    return sorted(misconceptions(students), key=lambda m: (-m.cost, m.id))
