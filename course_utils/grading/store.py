"""What grading leaves on disk, each piece written in one step: all of it is there, or none.

`autograded/STUDENT/UNIT/` is nbgrader's; `.course/results/UNIT/STUDENT.json` is what reports and
feedback read, and it is written last: a submission counts as graded once that file names it.
Why a submission could not be graded is in `.course/ungradable/UNIT/STUDENT.json`.
"""

import contextlib
import fcntl
import json
import os
import re
import shutil
import tempfile
from glob import glob
from pathlib import Path

KERNELSPEC = {"name": "python3", "display_name": "Python 3", "language": "python"}


def load_course(root):
    """nbgrader's view of the course at `root`: (CourseDirectory, configuration)."""
    from nbgrader.coursedir import CourseDirectory
    from traitlets.config import Config, PyFileConfigLoader

    root = Path(root).resolve()
    config = Config()
    if (root / "nbgrader_config.py").exists():
        config = PyFileConfigLoader("nbgrader_config.py", path=str(root)).load_config()
    config.CourseDirectory.root = str(root)
    return CourseDirectory(config=config), config


class Store:
    """Where one unit's submissions are and where their results go."""

    def __init__(self, course, unit):
        self.course, self.unit = course, unit
        self.results = Path(course.root, ".course", "results", unit.name)
        self.refusals = Path(course.root, ".course", "ungradable", unit.name)
        self.source = Path(self._step(course.source_directory, "."))

    def _step(self, step, student):
        return self.course.format_path(step, student, self.unit.name)

    def submissions(self):
        """{student: folder} of everything handed in, also what turns out to be no folder."""
        pattern = self.course.format_path(
            self.course.submitted_directory, "(?P<student>[^/]+)", self.unit.name, escape=True
        )
        found = {}
        for path in sorted(glob(self._step(self.course.submitted_directory, "*"))):
            if match := re.fullmatch(pattern, path):
                found[match["student"]] = Path(path)
        return found

    def autograded(self, student):
        return Path(self._step(self.course.autograded_directory, student))

    def feedback(self, student):
        return Path(self._step(self.course.feedback_directory, student))

    def source_files(self):
        """Files that go beside every notebook, as nbgrader copies them from the source."""
        from .submission import read_files

        return read_files(self.source, self.course.ignore)

    def result(self, student):
        """The stored result of a student, or None."""
        return read_json(self.results / f"{student}.json")

    def refusal(self, student):
        """Why the student's submission could not be graded, as stored, or None."""
        return read_json(self.refusals / f"{student}.json")

    def write_result(self, student, result):
        write_file(self.results / f"{student}.json", json.dumps(result))
        (self.refusals / f"{student}.json").unlink(missing_ok=True)

    def write_refusal(self, student, refusal):
        write_file(self.refusals / f"{student}.json", json.dumps(refusal))

    def write_autograded(self, student, cells, files):
        """Put a graded notebook and its files in place of what was there."""
        target = self.autograded(student)
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}."))
        try:
            for name, data in files.items():
                (fresh / name).parent.mkdir(parents=True, exist_ok=True)
                (fresh / name).write_bytes(data)
            notebook = {
                "cells": cells,
                "metadata": {"kernelspec": KERNELSPEC},
                "nbformat": 4,
                "nbformat_minor": 5,
            }
            # without line breaks: the encoder that breaks lines is many times slower
            path = fresh / f"{self.unit.notebook}.ipynb"
            path.write_text(json.dumps(notebook, ensure_ascii=False), "utf-8")
            self._permit(fresh)
            swap(fresh, target)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)

    def _permit(self, folder):
        """nbgrader's permissions: results are read-only, or for the group if so configured."""
        shared = self.course.groupshared
        for path in [folder, *folder.rglob("*")]:
            if path.is_dir():
                path.chmod(0o2775 if shared else 0o755)
            else:
                path.chmod(0o664 if shared else 0o444)

    def sweep(self):
        """Remove what a killed run left half-made."""
        for student in self.submissions():
            target = self.autograded(student)
            for path in target.parent.glob(f".{target.name}.*"):
                shutil.rmtree(path, ignore_errors=True)

    @contextlib.contextmanager
    def alone(self):
        """Hold the lock of this course; raises BlockingIOError if another grader has it."""
        self.results.mkdir(parents=True, exist_ok=True)
        with open(self.results.parents[1] / "lock", "w") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield


def read_json(path):
    try:
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None


def swap(fresh, target):
    """Let the folder `fresh` take the place of `target`."""
    if target.is_symlink() or target.is_file():
        target.unlink()
    if target.exists():
        old = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}."))
        os.replace(target, old / "old")
        os.replace(fresh, target)
        shutil.rmtree(old, ignore_errors=True)
    else:
        os.replace(fresh, target)


def write_file(path, text):
    """Write a text file in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, scratch = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(scratch, 0o644)
        os.replace(scratch, path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(scratch)
        raise
