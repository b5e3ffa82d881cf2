"""What `course build`, `check` and `doctor` show in a terminal."""

import time
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from course_utils.build import build, build_index, course_root, remove_stale_exercises, targets
from course_utils.notebooks import NotebookError

MARKS = {
    "done": "[green]✓[/]",
    "wrong": "[red]✗[/]",
    "not started": "[dim]·[/]",
    "failed to run": "[red]![/]",
}


def run_build(paths: list[Path], *, check: bool) -> int:
    """Build `paths` one by one with a progress line each; returns the exit status."""
    console, root = Console(), course_root(paths[0] if paths else None)
    try:
        notebooks = targets(root, paths)
        stale, failed = _build_all(notebooks, root, check, console)
        if not paths:
            stale += remove_stale_exercises(root, check=check)
        index, problems = build_index(root, check=check)
        stale += index
        for problem in problems:
            console.print(f"[yellow]tags[/]     {escape(problem)}", soft_wrap=True)
    except NotebookError as error:
        console.print(f"[red]{_message(error, root)}", soft_wrap=True)
        return 1
    except KeyboardInterrupt:
        console.print("Stopped. The notebooks listed above are done, the others untouched.")
        return 130
    return _closing(console, root, notebooks, stale, failed, check)


def _build_all(notebooks, root, check, console) -> tuple[list[Path], int]:
    stale, failed = [], 0
    columns = SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn()
    with Progress(*columns, console=console, transient=True) as progress:
        for path in notebooks:
            name, start = _relative(path, root), time.perf_counter()
            task = progress.add_task(name)

            def on_cell(cell: int, cells: int, task=task, name=name) -> None:
                progress.update(task, description=f"{name}  cell {cell}/{cells}")

            try:
                changed = build(path, root, check=check, on_cell=on_cell)
            except NotebookError as error:
                failed += 1
                console.print(f"[red]failed[/]   {_message(error, root)}", soft_wrap=True)
            else:
                stale += changed
                word = ("stale" if check else "built") if changed else "same"
                seconds = time.perf_counter() - start
                console.print(f"[green]{word:8}[/] {name}  {seconds:.1f} s", soft_wrap=True)
            progress.remove_task(task)
    return stale, failed


def _closing(console, root, notebooks, stale, failed, check) -> int:
    for path in stale:
        word = "out of date" if check else "wrote"
        console.print(f"  {word} {escape(_relative(path, root))}", soft_wrap=True)
    if failed:
        console.print(f"[red]{failed} of {len(notebooks)} notebooks failed and were left alone.")
    elif check and stale:
        console.print("Out of date: run `course build` and commit what it writes.")
    return 1 if failed or (check and stale) else 0


def _relative(path: Path, root: Path) -> str:
    return str(path.relative_to(root)) if path.is_relative_to(root) else str(path)


def _message(error: NotebookError, root: Path) -> str:
    return escape(str(error).replace(f"{root}/", ""))


def show_check(path: Path, as_json: bool, timeout: float) -> int:
    """`course check`: a line per function; 0 when all are done, 1 when not, 2 for no notebook."""
    from course_utils.selfcheck import DONE, check, find_notebook

    console, root = Console(), course_root(path)
    try:
        with Console(stderr=True).status("Running the notebook …"):
            report = check(find_notebook(path, root), root, timeout)
    except NotebookError as error:
        Console(stderr=True).print(f"[red]{escape(str(error))}", soft_wrap=True)
        return 2
    done = [f for f in report.functions if f.worst.status == DONE]
    if as_json:
        print(report.to_json())
    else:
        for note in report.notes:
            console.print(f"[yellow]{escape(note)}", soft_wrap=True)
        _show_functions(console, report.functions)
        console.print(
            f"{len(done)} of {len(report.functions)} done. "
            "These are the checks you can see; grading runs more of them."
        )
    return 0 if len(done) == len(report.functions) else 1


def _show_functions(console: Console, functions: list) -> None:
    width = max(len(f.name) for f in functions)
    for function in functions:
        worst = function.worst
        line = f"{MARKS[worst.status]} {escape(function.name):{width}}  {worst.status}"
        console.print(line + (f": {escape(worst.sentence)}" if worst.sentence else ""))


def show_doctor() -> int:
    """`course doctor`: a line per finding; 1 if anything needs mending."""
    from course_utils.doctor import examine

    console = Console()
    with Console(stderr=True).status("Looking …"):
        findings = examine()
    for finding in findings:
        mark = "[green]✓[/]" if finding.ok else "[red]✗[/]"
        console.print(f"{mark} {finding.name:9} {escape(finding.found)}", soft_wrap=True)
        if not finding.ok:
            console.print(f"  to mend it: {escape(finding.mend)}", soft_wrap=True)
    faults = sum(not finding.ok for finding in findings)
    console.print("Ready." if not faults else f"{faults} to mend.")
    return 1 if faults else 0
