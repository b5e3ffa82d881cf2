"""What students get: exercises/ made from solutions/ by nbgrader's own converter.

The same steps run here and in `nbgrader generate_assignment` (through nbgrader_config.py), so
both give the same bytes.
"""

import logging
import os
from pathlib import Path

from nbgrader.converters.base import NbGraderException
from nbgrader.converters.generate_assignment import GenerateAssignment
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets.config import PyFileConfigLoader

from course_utils.notebooks import NotebookError, normalise, read, write


class NormalForm(NbGraderPreprocessor):
    """The last step of a release: the form in which the course commits notebooks."""

    def preprocess(self, nb, resources):
        return normalise(nb), resources


STEPS = [*GenerateAssignment.preprocessors.default(), NormalForm]


class _Messages(logging.Handler):
    """Keeps what nbgrader logs as errors, for the exception."""

    def __init__(self):
        super().__init__(logging.ERROR)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage().strip())


def release(root: Path, destination: Path, unit: str = "*") -> None:
    """Write `destination`/NN_slug/ for the units of `root`/solutions that match `unit`.

    No database is read or written: the course's gradebook is not touched.
    Raises NotebookError with nbgrader's own words when a solution cannot be released.
    """
    config = PyFileConfigLoader("nbgrader_config.py", path=str(root)).load_config()
    config.CourseDirectory.root = str(root)
    config.CourseDirectory.release_directory = str(destination)
    config.CourseDirectory.assignment_id = unit
    config.GenerateAssignment.force = True
    config.GenerateAssignment.no_database = True  # what `--no-db` sets
    config.SaveCells.enabled = False
    heard, log = _Messages(), logging.Logger("release")
    log.addHandler(heard)
    cwd = os.getcwd()
    try:
        course = CourseDirectory(config=config, log=log)
        GenerateAssignment(coursedir=course, config=config, log=log).start()
    except NbGraderException as error:
        raise NotebookError("\n".join(heard.messages) or str(error)) from None
    finally:
        os.chdir(cwd)


def differences(made: Path, kept: Path) -> dict[Path, bytes | None]:
    """Files of `kept` that differ from those `made`: the bytes each should have, None = none."""
    wanted = {p.relative_to(made): p.read_bytes() for p in made.rglob("*") if p.is_file()}
    there = {
        p.relative_to(kept): p.read_bytes()
        for p in kept.rglob("*")
        if p.is_file() and ".ipynb_checkpoints" not in p.parts
    }
    return {
        name: wanted.get(name)
        for name in sorted(wanted.keys() | there.keys())
        if wanted.get(name) != there.get(name)
    }


def update(made: Path, kept: Path) -> list[Path]:
    """Make `kept` hold exactly the files `made`; returns what changed.

    Raises NotebookError before it would overwrite or delete a student's answers.
    """
    changed = differences(made, kept)
    spare_answers([kept / name for name in changed])
    for name, data in changed.items():
        if data is None:
            (kept / name).unlink()
        else:
            write(data, kept / name)
    return [kept / name for name in changed]


def spare_answers(paths: list[Path]) -> None:
    """Raise NotebookError if one of these notebooks is more than an untouched exercise."""
    for path in paths:
        if path.suffix == ".ipynb" and path.exists() and not _untouched(path):
            raise NotebookError(
                f"{path} holds answers and would be overwritten: move it out of exercises/ first."
            )


def _untouched(path: Path) -> bool:
    """Whether every solution cell of an exercise is still the stub of its release."""
    cells = [c for c in read(path).cells if c.metadata.get("nbgrader", {}).get("solution")]
    return bool(cells) and all("YOUR CODE HERE" in cell.source for cell in cells)
