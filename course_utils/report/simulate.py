"""A synthetic class: submissions as a real one would hand them in, every draw from one seed.

Each student is drawn with an ability. Function by function they give the reference solution,
another right answer, a known mistake, an unknown slip, an untouched stub or a broken cell. What was
planted is written down, so that a report on the class can be checked against it.
"""

import datetime
import functools
import json
import re
from dataclasses import asdict, dataclass, field
from pathlib import Path

import nbformat
import numpy as np

from course_utils.checks import Exercise
from course_utils.grading.judge import Judge

from .mutate import mutants

GIVEN = (
    "Amara Bea Chidi Dara Elif Farid Greta Hana Ines Jonas Kofi Lena Mateo Nadia Omar Priya Quinn "
    "Rosa Sven Tariq Uma Viktor Wanjiru Ximena Yuki Zoe"
).split()
FAMILY = (
    "Adeyemi Berg Castro Demir Eze Fischer Garcia Haddad Ito Jansen Kaur Lopez Mbeki Novak Okafor "
    "Petrov Quispe Rossi Sato Tanaka Usman Vega Weber Xu Yilmaz Zhang"
).split()
BROKEN = {
    "syntax error": "def {name}(*args, **options):\n    return (args[0]",
    "name error": "def {name}(*args, **options):\n    return reslut",
    "returns nothing": "def {name}(*args):\n    answer = args[0]",
}
FIRST_DEADLINE = datetime.datetime(2026, 3, 6, 18, 0)


@dataclass
class Student:
    """One synthetic student: who, when, and what was planted in which function."""

    id: str
    first_name: str
    last_name: str
    submitted: datetime.datetime
    planted: dict[str, tuple[str, str]] = field(default_factory=dict)  # function: (kind, id)
    sources: dict[str, str] = field(default_factory=dict)


def simulate(exercise: Exercise, n, seed, *, unknown=0.03):
    """Draw `n` students for `exercise`; the same arguments give the same class.

    With one seed the same people, as able and as patient, take part in every unit.

    Args:
        n: number of students.
        seed: an int.
        unknown: chance that a function holds a slip that is in no list of mistakes.

    Returns a list of Student. A mistake is only planted where the functions its check needs are
    right: a real student's second mistake hides behind the first in the same way.
    """
    rng = np.random.default_rng([seed, *exercise.name.encode()])
    popularity = {m.id: rng.pareto(1.5) + 0.2 for m in exercise.mistakes}
    judge = functools.cache(lambda: Judge(exercise))  # made, and slips looked for, when first drawn
    slips = functools.cache(lambda function: mutants(judge(), function))
    return [_student(exercise, p, rng, popularity, slips, unknown) for p in people(n, seed)]


def people(n, seed):
    """(first name, last name, id, ability, stamina) of `n` made-up people."""
    rng = np.random.default_rng(seed)
    for i in range(n):
        first, last = GIVEN[rng.integers(len(GIVEN))], FAMILY[rng.integers(len(FAMILY))]
        yield first, last, f"{first}_{last}_{i:04d}".lower(), rng.beta(5, 2), rng.beta(6, 1)


def deadline(unit):
    """Unit 00 is due in week 0, unit 01 a week later, …"""
    week = re.match(r"\d*", unit).group() or 0
    return FIRST_DEADLINE + datetime.timedelta(weeks=int(week))


def _student(exercise, person, rng, popularity, slips, unknown):
    first, last, id, ability, stamina = person
    hours = rng.gamma(2.0, 9.0) - 6.0  # most hand in on the last day, some late
    submitted = deadline(exercise.name) - datetime.timedelta(hours=float(hours))
    student = Student(id, first, last, submitted)
    for k, name in enumerate(exercise.functions):
        started = rng.random() < stamina ** (k / len(exercise.functions))
        kind, id, sources = (
            _answer(exercise, name, student, ability, rng, popularity, slips, unknown)
            if started
            else ("stub", "", {name: exercise.stubs()[name]})
        )
        if any(function in student.planted for function in sources):
            continue  # an answer to several functions at once has been given already
        for function, source in sources.items():
            student.planted[function] = (kind, id)
            student.sources[function] = source
    return student


def _answer(exercise, name, student, ability, rng, popularity, slips, unknown):
    draw = rng.random()
    mistakes = [m for m in exercise.mistakes if m.functions[0] == name]
    if draw < unknown and _clean(exercise, name, student) and slips(name):
        id, source = slips(name)[rng.integers(len(slips(name)))]
        return "unknown", id, {name: source}
    if draw < unknown + 0.02:
        kind = list(BROKEN)[rng.integers(len(BROKEN))]
        return "broken", kind, {name: BROKEN[kind].format(name=name)}
    if rng.random() > ability and mistakes and _clean(exercise, name, student):
        weights = np.array([popularity[m.id] for m in mistakes])
        chosen = mistakes[rng.choice(len(mistakes), p=weights / weights.sum())]
        return "mistake", chosen.id, chosen.sources
    others = [a for a in exercise.alternatives if a.functions == (name,)]
    if others and rng.random() < 0.4:
        chosen = others[rng.integers(len(others))]
        return "alternative", chosen.id, chosen.sources
    return "reference", "", {name: exercise.reference[name]}


def _clean(exercise, name, student):
    """True if everything the check of `name` needs is the reference's."""
    needs = exercise.needs.get(name, [])
    return all(
        student.planted.get(need, ("reference", ""))[0] == "reference"
        and _clean(exercise, need, student)
        for need in needs
    )


def write_class(exercise, students, released, root):
    """Write the class as nbgrader's `collect` would: submitted/STUDENT/UNIT/, with timestamps.

    Args:
        released: the released notebook (exercises/UNIT/slug.ipynb).
        root: the course directory; submitted/ and .course/simulated/ are made in it.

    Raises FileExistsError if one of the students has handed in already: nothing is overwritten.
    """
    root, blank = Path(root), nbformat.read(released, as_version=4)
    folders = {s.id: root / "submitted" / s.id / exercise.name for s in students}
    if taken := [id for id, folder in folders.items() if folder.exists()]:
        raise FileExistsError(
            f"{folders[taken[0]]} exists already: remove it, or simulate in another course folder"
        )
    for student in students:
        folder = folders[student.id]
        folder.mkdir(parents=True)
        nbformat.write(_fill(blank, student.sources), folder / f"{exercise.notebook}.ipynb")
        stamp = student.submitted.strftime("%Y-%m-%d %H:%M:%S.%f UTC")
        (folder / "timestamp.txt").write_text(stamp)
    truth = root / ".course" / "simulated" / f"{exercise.name}.json"
    truth.parent.mkdir(parents=True, exist_ok=True)
    truth.write_text(json.dumps([_told(student) for student in students], indent=1))
    return truth


def _fill(blank, sources):
    nb = nbformat.from_dict(json.loads(json.dumps(blank)))
    for cell in nb.cells:
        id = cell.metadata.get("nbgrader", {}).get("grade_id")
        if id in sources:
            cell.source = sources[id]
    return nb


def _told(student):
    told = asdict(student)
    told.pop("sources")
    return {**told, "submitted": student.submitted.isoformat()}
