"""`course simulate` and `course report`, as a person meets them in a terminal."""

from pathlib import Path

from rich.console import Console

from course_utils.checks import Exercise

from .page import write_report
from .propose import propose
from .results import read_results
from .simulate import simulate, write_class


def run_simulate(unit, students, seed, root=Path()):
    """Write a synthetic class into the course at `root`; returns the exit status."""
    console = Console(stderr=True)
    if students < 1:
        console.print("--students should be at least 1.")
        return 1
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
    Console().print(f"{students} submissions in {root / 'submitted'}; what was planted: {truth}")
    return 0


def run_report(unit, out, draft, root=Path()):
    """Write the report on `unit`; returns the exit status."""
    console = Console(stderr=True)
    submitted = root / "submitted"
    try:
        needs = Exercise.load(root / "solutions" / unit).needs
        students, problems = read_results(root / ".course" / "results" / unit, needs)
    except FileNotFoundError as error:
        console.print(str(error), highlight=False)
        return 1
    for problem in problems:
        console.print(problem, highlight=False)
    with console.status(f"Reporting on {len(students)} students …"):
        page = write_report(students, problems, unit, out or root / "reports" / unit, submitted)
    Console().print(f"{len(students)} students: {page}", highlight=False)
    return _draft(students, unit, root) if draft else 0


def _draft(students, unit, root):
    entry = propose(students, unit, root / "submitted")
    if entry is None:
        Console().print("No wrong answer is shared by two students: nothing to propose.")
        return 0
    path = root / "solutions" / unit / "mistakes.py"
    with path.open("a", encoding="utf-8") as file:
        file.write(entry)
    Console().print(f"Drafted an entry at the end of {path}: name it, and say what they did.")
    return 0
