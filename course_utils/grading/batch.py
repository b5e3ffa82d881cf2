"""`course grade`: every submission of a unit, judged and recorded, whatever some of them do.

Boxes run submissions side by side; this process alone prepares, judges and writes, one submission
at a time and each in one step. Killed at any moment and started again, it goes on where it was.
"""

import errno
import gc
import os
from contextlib import contextmanager
from dataclasses import dataclass, field
from fnmatch import fnmatch

from nbgrader.utils import parse_utc

from . import submission as handed_in
from .book import Book, BookError
from .box import BoxError, Settings
from .farm import LocalFarm
from .judge import cell_result, draw_seed, make_judge
from .outputs import by_hand, clean_outputs, unanswered, verdict_outputs
from .run import BoxGone, Job
from .store import Store, load_course
from .submission import Ungradable
from .unit import Unit

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)
AHEAD = 64  # submissions whose cells may run while the judge gets ready
NOT_FOR_THE_BOX = ("known_mistakes.json", handed_in.TIMESTAMP)


class Stopped(Exception):
    """The batch cannot go on; the message says why. What is graded stays graded."""


@dataclass(frozen=True)
class Options:
    """What `course grade` was asked.

    students: patterns. sandbox: "warm", "cold" or "none". timeout: seconds per cell.
    memory: gigabytes per submission. scheduler: address of a Dask scheduler.
    """

    students: tuple[str, ...] = ()
    workers: int = field(default_factory=lambda: os.cpu_count() or 1)
    timeout: float = 15.0
    memory: float = 2.0
    force: bool = False
    sandbox: str = "warm"
    scheduler: str | None = None
    seed: int | None = None

    def job(self, **fields):
        return Job(timeout=self.timeout, total=6 * self.timeout, **fields)

    def settings(self, unit):
        return Settings(
            kind=self.sandbox,
            modules=unit.imports,
            hidden=unit.hidden,
            memory=int(self.memory * (1 << 30)),
            cpu_seconds=20 * self.timeout,
        )


@dataclass
class Summary:
    """What came of a batch: results by student, and those left as they were."""

    unit: str
    graded: dict[str, dict] = field(default_factory=dict)
    kept: dict[str, dict] = field(default_factory=dict)
    ungradable: dict[str, str] = field(default_factory=dict)
    stale: list[str] = field(default_factory=list)
    stopped: str | None = None
    todo: int = 0

    @property
    def complete(self):
        return not self.stopped and not self.ungradable


def grade(root, unit_name, options=None, *, on_start=None, on_result=None):
    """Grade the submissions of a unit; returns a Summary, also when it had to stop early.

    on_start: called with the number of submissions to grade. on_result: called after each with
    (student, result). Raises UnitError, BookError, BoxError or Stopped before anything is graded
    when nothing can be.
    """
    options = options or Options()
    course, config = load_course(root)
    unit = Unit.load(course.format_path(course.source_directory, ".", unit_name))
    store = Store(course, unit)
    try:
        with store.alone(), Book(course, unit, config) as book:
            store.sweep()
            batch = Batch(unit, store, book, options)
            return batch.run(on_start or (lambda count: None), on_result or (lambda *a: None))
    except BlockingIOError:
        raise Stopped("another `course grade` is at work on this course.") from None


def write_feedback(root, unit_name, students=()):
    """Write the feedback pages of a unit for all that was graded; returns their paths."""
    from .feedback import Feedback

    course, config = load_course(root)
    unit = Unit.load(course.format_path(course.source_directory, ".", unit_name))
    store = Store(course, unit)
    chosen = [student for student in store.submissions() if matches(student, students)]
    with Book(course, unit, config) as book, disk_errors():
        return Feedback(unit, store, book).write_all(chosen)


class Batch:
    """One run over a unit's submissions."""

    def __init__(self, unit, store, book, options):
        self.unit, self.store, self.book, self.options = unit, store, book, options
        self.summary = Summary(unit.name)

    def run(self, on_start, on_result):
        todo = self._todo()
        self.summary.todo = len(todo)
        on_start(len(todo))
        self.on_result = on_result
        if todo:
            try:
                with self._farm() as farm:
                    self._grade(list(reversed(todo.items())), farm)
            except KeyboardInterrupt:
                self.summary.stopped = "interrupted."
            except (Stopped, BookError, BoxError) as error:
                if not self.summary.graded:
                    raise
                self.summary.stopped = str(error)
        return self.summary

    def _farm(self):
        settings = self.options.settings(self.unit)
        if self.options.scheduler:
            from .cluster import DaskFarm

            return DaskFarm(settings, self.options.scheduler)
        return LocalFarm(settings, self.options.workers)

    def _todo(self):
        """Submissions that no complete result covers: new, changed, or left by a killed run."""
        recorded = self.book.students()
        todo = {}
        for student, folder in self.store.submissions().items():
            if not matches(student, self.options.students):
                continue
            result = self.store.result(student)
            if self.options.force or not self._covers(result, folder, student in recorded):
                todo[student] = folder
            else:
                self.summary.kept[student] = result
                if result["unit_digest"] != self.unit.digest:
                    self.summary.stale.append(student)
        return todo

    def _covers(self, result, folder, recorded):
        """Whether a stored result is complete and of just this submission."""
        if result is None or not recorded:
            return False
        notebook = self.store.autograded(result["student"]) / f"{self.unit.notebook}.ipynb"
        try:
            raw = handed_in.load(folder, self.unit, self.store.course.ignore)
        except Ungradable:
            return False
        return notebook.is_file() and result["digest"] == raw.digest

    def _grade(self, waiting, farm):
        self.source_files = self.store.source_files()
        self.seed = draw_seed() if self.options.seed is None else self.options.seed
        while waiting and farm.running < AHEAD:
            self._start(farm, *waiting.pop())
        with objects_that_stay():  # torch's, which right answers are computed with
            self.judge = make_judge(self.unit.exercise, self.seed)
        self.seed = self.judge.seed  # another one, if right answers failed with the first
        while waiting or farm.running:
            while waiting and farm.room > 0:
                self._start(farm, *waiting.pop())
            if farm.running:
                self._finish(farm, *farm.next())

    def _start(self, farm, student, folder):
        """Hand a submission to the farm, or say why it cannot be graded."""
        try:
            submission = handed_in.read(student, folder, self.unit, self.store.course.ignore)
        except Ungradable as reason:
            self._refuse(student, str(reason))
        else:
            self._submit(farm, submission)

    def _submit(self, farm, submission):
        farm.submit((submission, self.seed), self._job(submission))

    def _job(self, submission):
        beside = {**submission.files, **self.source_files}
        files = {name: beside[name].hex() for name in beside if name not in NOT_FOR_THE_BOX}
        cells = [
            self.unit.boxed.get(id, cell["source"])
            for id, cell in zip(submission.ids, submission.cells, strict=True)
            if cell["cell_type"] == "code"
        ]
        return self.options.job(cells=cells, files=files, seed=self.seed)

    def _finish(self, farm, key, outcomes):
        submission, seed = key
        student = submission.student
        if seed != self.judge.seed:
            self._submit(farm, submission)
        elif isinstance(outcomes, BoxGone):
            self._refuse(student, "it ended its sandbox, also when it was alone in one.")
        elif isinstance(outcomes, BaseException):
            raise outcomes
        else:
            with disk_errors():
                self._record(submission, outcomes)

    def _refuse(self, student, reason):
        result = {"student": student, "unit": self.unit.name, "reason": reason}
        with disk_errors():
            self.store.write_refusal(student, result)
        self.summary.ungradable[student] = reason
        self.on_result(student, result)

    def _record(self, submission, outcomes):
        """Judge, then write notebook, gradebook and result, in this order."""
        results = self._judge(submission, outcomes)
        cells = [
            {**cell, "outputs": results[id]["outputs"], "source": self.unit.shown(master)}
            if id in results and (master := self.unit.cells[id])
            else cell
            for id, cell in zip(submission.ids, submission.cells, strict=True)
        ]
        for result in results.values():
            del result["outputs"]
        student, timestamp = submission.student, submission.timestamp
        files = {**submission.files, **self.source_files}
        self.store.write_autograded(student, cells, files)
        scores = {id: result["points"] for id, result in results.items()}
        scores |= by_hand(self.unit, submission)
        self.book.save(student, timestamp, scores, unanswered(self.unit, submission))
        result = self._result(submission, results, scores)
        self.store.write_result(student, result)
        self.summary.graded[student] = result
        self.on_result(student, result)

    def _judge(self, submission, outcomes):
        """A result per check cell by id; the outputs of all other code cells are filled in."""
        results, left = {}, iter(outcomes)
        for id, cell in zip(submission.ids, submission.cells, strict=True):
            if cell["cell_type"] != "code":
                continue
            outcome = next(left)
            if id in self.unit.boxed:
                verdict = self.judge.verdict(id, outcome)
                seen = {} if verdict.ok else self.judge.readable(id, outcome)
                result = cell_result(verdict, outcome, seen)
                results[id] = {**result, "outputs": verdict_outputs(result)}
            else:
                cell["outputs"] = clean_outputs(outcome)
        return results

    def _result(self, submission, results, scores):
        return {
            "student": submission.student,
            "unit": self.unit.name,
            "timestamp": iso(submission.timestamp),
            "score": sum(score or 0 for score in scores.values()),
            "max_score": self.unit.max_score,
            "notes": submission.notes,
            "digest": submission.digest,
            "unit_digest": self.unit.digest,
            "seed": self.judge.seed,
            "cells": results,
        }


@contextmanager
def objects_that_stay():
    """Keep the garbage collector from walking what is made here: it would, again and again.

    It takes a second for torch at the end of the program alone.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def matches(student, patterns):
    """Whether a student is meant: no patterns mean everyone."""
    return not patterns or any(fnmatch(student, pattern) for pattern in patterns)


def iso(timestamp):
    """nbgrader's kind of timestamp as ISO 8601, in UTC."""
    return parse_utc(timestamp).isoformat() if timestamp else None


class disk_errors:  # noqa: N801
    """Turn a full or read-only disk into a Stopped that says so."""

    def __enter__(self):
        return self

    def __exit__(self, kind, error, traceback):
        if isinstance(error, OSError) and error.errno in FULL:
            raise Stopped(
                f"{error.strerror}: {error.filename or 'the course folder'}. Make room and run the "
                "same command again; nothing half-written is left."
            ) from None


__all__ = ["Batch", "Options", "Stopped", "Summary", "grade", "write_feedback"]
