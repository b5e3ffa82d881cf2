"""`course simulate` and `course report`, as a person meets them in a terminal."""

import re
from pathlib import Path

from rich.console import Console

from course_utils.checks import Exercise

from .page import write_report
from .propose import draft_id, propose
from .results import read_results
from .simulate import simulate, write_class
from .term import write_term


def run_simulate(units, students, seed, root=Path()):
    """Write a synthetic class into the course at `root`; returns the exit status."""
    if students < 1:
        Console(stderr=True).print("--students should be at least 1.")
        return 1
    return max(_simulate(unit, students, seed, root) for unit in units)


def _simulate(unit, students, seed, root):
    console = Console(stderr=True)
    try:
        exercise = Exercise.load(root / "solutions" / unit)
        released = root / "exercises" / unit / f"{exercise.notebook}.ipynb"
        if not released.exists():
            raise FileNotFoundError(f"{released} is missing: run `course build solutions/{unit}`")
        with console.status(f"Drawing {students} students for {unit} …"):
            truth = write_class(exercise, simulate(exercise, students, seed), released, root)
    except (FileNotFoundError, FileExistsError) as error:
        console.print(str(error), highlight=False)
        return 1
    Console().print(
        f"{unit}: {students} submissions in {root / 'submitted'}; what was planted: {truth}",
        highlight=False,
        soft_wrap=True,
    )
    return 0


def run_report(units, out, draft, root=Path()):
    """Write the report on each unit, and a page on all if there are several; the exit status."""
    several = len(units) > 1
    parent = out or root / "reports"
    graded = {}
    for unit in units:
        students = _report(unit, out if out and not several else parent / unit, root)
        if students is not None:
            graded[unit] = students
            if draft:
                write_draft(students, unit, root)
    if several and graded:
        Console().print(f"all units: {write_term(graded, parent)}", highlight=False, soft_wrap=True)
    return 0 if len(graded) == len(units) else 1


def _report(unit, folder, root):
    """Write the report on a unit; returns its students, or None when there are no results."""
    console = Console(stderr=True)
    try:
        needs = Exercise.load(root / "solutions" / unit).needs
        students, problems = read_results(root / ".course" / "results" / unit, needs)
    except FileNotFoundError as error:
        console.print(str(error), highlight=False)
        return None
    for problem in problems:
        console.print(problem, highlight=False)
    if not students:
        return None
    with console.status(f"Reporting on {len(students)} students in {unit} …"):
        page = write_report(students, problems, unit, folder, root / "submitted")
    Console().print(f"{unit}: {len(students)} students: {page}", highlight=False, soft_wrap=True)
    return students


def write_draft(students, unit, root):
    """Append a stub for the largest cluster to the unit's `mistakes.py`, unless it is there."""
    found = propose(students, unit, root / "submitted")
    if found is None:
        Console().print("No wrong answer is shared by two students: nothing to propose.")
        return
    function, entry = found
    path = root / "solutions" / unit / "mistakes.py"
    if re.search(rf"\b{draft_id(function)}\b", path.read_text(encoding="utf-8")):
        said = f"{path} holds a draft for {function} already: finish it, then grade again."
    else:
        with path.open("a", encoding="utf-8") as file:
            file.write(entry)
        said = f"Drafted an entry at the end of {path}: name it, and say what they did."
    Console().print(said, highlight=False, soft_wrap=True)
