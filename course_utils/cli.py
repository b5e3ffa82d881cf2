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
    from course_utils.progress import run_build

    raise typer.Exit(run_build(paths or [], check=check))
