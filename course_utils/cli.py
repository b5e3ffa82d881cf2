"""The `course` command: one short function per subcommand; the work is done elsewhere.

Modules are imported inside the functions, so that `course --help` answers at once.
"""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


@app.callback()
def course() -> None:
    """The neural networks course: open it, check your work, build it, grade it."""


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def lab(context: typer.Context) -> None:
    """Open the course in JupyterLab; further arguments (--no-browser …) go to JupyterLab."""
    from course_utils.lab import open_lab

    open_lab(context.args)


@app.command()
def check(
    path: Annotated[Path, typer.Argument(help="A notebook, its folder, or a unit: 04_backprop.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    timeout: Annotated[float, typer.Option(help="Seconds a cell may take.")] = 30,
) -> None:
    """Run your notebook's own checks: done, wrong, not started or failed, function by function."""
    from course_utils.terminal import show_check

    raise typer.Exit(show_check(path, as_json, timeout))


@app.command()
def doctor() -> None:
    """Look at this machine and say how to mend what is not in order."""
    from course_utils.terminal import show_doctor

    raise typer.Exit(show_doctor())


@app.command()
def build(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Notebooks, units or folders; none: all.")
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing; exit 1 if anything is out of date.")
    ] = False,
) -> None:
    """Execute notebooks, normalise them, and regenerate exercises and the index from them."""
    from course_utils.terminal import run_build

    raise typer.Exit(run_build(paths or [], check=check))


@app.command()
def simulate(
    units: Annotated[list[str], typer.Argument(help="Units, as 04_backprop.")],
    students: Annotated[int, typer.Option(help="How many hand in each.")] = 30,
    seed: Annotated[int, typer.Option(help="The same seed gives the same class.")] = 0,
) -> None:
    """Hand in for a made-up class, the same people in every unit, to try grading and reporting."""
    from course_utils.report.command import run_simulate

    raise typer.Exit(run_simulate(units, students, seed))


@app.command()
def report(
    units: Annotated[list[str], typer.Argument(help="Units that have been graded.")],
    out: Annotated[Path | None, typer.Option(help="Folder; default reports/UNIT.")] = None,
    propose: Annotated[
        bool, typer.Option("--propose", help="Draft a mistakes.py entry for the largest unknown.")
    ] = False,
) -> None:
    """What did my class get wrong? A page and CSV files for each unit; one on all of several."""
    from course_utils.report.command import run_report

    raise typer.Exit(run_report(units, out, propose))


@app.command()
def grade(
    units: Annotated[list[str], typer.Argument(help="The units to grade: 04_backprop.")],
    student: Annotated[
        list[str] | None, typer.Option(help="Only these; patterns like 'a*'; repeatable.")
    ] = None,
    workers: Annotated[int, typer.Option(min=0, help="Side by side; 0: one per core.")] = 0,
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds a cell may take.")] = 15,
    memory: Annotated[float, typer.Option(min=0.05, help="Gigabytes a submission may use.")] = 2,
    force: Annotated[bool, typer.Option("--force", help="Grade again what is graded.")] = False,
    feedback: Annotated[bool, typer.Option("--feedback", help="Write feedback pages.")] = False,
    scheduler: Annotated[
        str | None, typer.Option(help="A Dask scheduler: tcp://host:8786.")
    ] = None,
    cold: Annotated[
        bool, typer.Option("--cold", help="A sandbox per submission; needs no user namespaces.")
    ] = False,
    no_sandbox: Annotated[
        bool, typer.Option("--no-sandbox", help="Only for submissions you trust.")
    ] = False,
) -> None:
    """Grade what students handed in (submitted/STUDENT/UNIT), side by side, each in a sandbox."""
    from course_utils.grading.batch import Options
    from course_utils.grading.console import run_all

    options = Options(
        students=tuple(student or ()), timeout=timeout, memory=memory, force=force,
        scheduler=scheduler, sandbox="none" if no_sandbox else "cold" if cold else "warm",
        **({"workers": workers} if workers else {}),
    )  # fmt: skip
    raise typer.Exit(run_all(units, options, feedback=feedback))
