"""What `course grade` shows: progress with the time left, then a table of what came of it."""

from collections import Counter
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table

from course_utils.build import course_root

from .batch import Stopped, grade, write_feedback
from .judging import JudgeProcess

DONE, NOT_ALL, NOTHING, INTERRUPTED = 0, 1, 2, 130
COLUMNS = (
    TextColumn("grading {task.fields[unit]}"),
    BarColumn(),
    MofNCompleteColumn(),
    TimeElapsedColumn(),
    TextColumn("left"),
    TimeRemainingColumn(),
)


def run_all(units, options, *, feedback=False):
    """Grade one unit after the other; returns the worst exit status, at once if interrupted."""
    worst = DONE
    with JudgeProcess() as judge:
        for unit in units:
            status = run_grade(unit, options, judge, feedback=feedback)
            worst = max(worst, status)
            if status == INTERRUPTED:
                break
    return worst


def run_grade(unit, options, judge=None, *, feedback=False, root=None, console=None):
    """Grade a unit and show it; returns the exit status: 0 only if all were graded."""
    console = console or Console()
    root = Path(root) if root else course_root()
    if options.sandbox == "none":
        console.print(
            "[bold yellow]No sandbox:[/] submissions can read and change what you can. "
            "Scores are still judged outside.",
            soft_wrap=True,
        )
    try:
        summary = _with_progress(root, unit, options, judge, console)
        show(summary, console)
        if feedback and summary.stopped is None:
            pages = write_feedback(root, unit, options.students)
            console.print(f"{len(pages)} feedback pages written.")
    except Stopped as error:
        console.print(f"[red]Nothing was graded:[/] {escape(str(error))}", soft_wrap=True)
        return NOTHING
    except KeyboardInterrupt:
        console.print("Interrupted. Run the same command again to go on.")
        return INTERRUPTED
    if summary.stopped == "interrupted.":
        return INTERRUPTED
    return DONE if summary.complete else NOT_ALL


def _with_progress(root, unit, options, judge, console):
    with Progress(*COLUMNS, console=console, transient=True) as progress:
        task = progress.add_task("grading", unit=unit, total=None)
        return grade(
            root,
            unit,
            options,
            judge=judge,
            on_start=lambda count: progress.update(task, total=count),
            on_result=lambda student, result: progress.advance(task),
        )


def show(summary, console):
    """The closing table, and what a person should look at."""
    results = {**summary.kept, **summary.graded}
    table = Table(title=f"{summary.unit}: {len(results)} graded", show_header=False)
    for label, value in _rows(summary, results):
        table.add_row(label, value)
    console.print(table)
    for student, reason in sorted(summary.ungradable.items()):
        console.print(f"[red]ungradable[/] {escape(student)}: {escape(reason)}", soft_wrap=True)
    for student, result in sorted(summary.graded.items()):
        for note in result["notes"]:
            console.print(f"[yellow]note[/] {escape(student)}: {escape(note)}", soft_wrap=True)
    if summary.stale:
        console.print(
            f"{len(summary.stale)} were graded with other checks than solutions/ has now; "
            "--force grades them again.",
            soft_wrap=True,
        )
    if summary.stopped:
        left = summary.todo - len(summary.graded) - len(summary.ungradable)
        console.print(
            f"[red]Stopped with {left} to go:[/] {escape(summary.stopped)} "
            "Run the same command again to go on.",
            soft_wrap=True,
        )


def _rows(summary, results):
    cells = [cell for result in results.values() for cell in result["cells"].values()]
    failed = sum(
        any(cell["status"] == "failed to run" for cell in result["cells"].values())
        for result in results.values()
    )
    yield "graded now", str(len(summary.graded))
    yield "already graded", str(len(summary.kept))
    yield "with cells that failed to run", str(failed)
    yield "ungradable", str(len(summary.ungradable))
    if results:
        yield "points", distribution([result["score"] for result in results.values()])
    if named := Counter(cell["mistake_id"] for cell in cells if cell["mistake_id"]):
        yield "most frequent mistakes", ", ".join(f"{n} × {id}" for id, n in named.most_common(3))


def distribution(scores):
    """Minimum, quartiles and maximum in words."""
    ordered = sorted(scores)

    def at(part):
        return f"{ordered[round(part * (len(ordered) - 1))]:g}"

    return f"{at(0)} to {at(1)}; half between {at(0.25)} and {at(0.75)}; median {at(0.5)}"
