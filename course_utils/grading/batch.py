"""`course grade`: every submission of a unit, judged and recorded, whatever some of them do.

Boxes run submissions side by side and a judge decides; this process alone prepares and writes, one
submission at a time and each in one step. Killed at any moment and started again, it goes on where
it was. All three load large packages, side by side; therefore nbgrader is imported late here.
"""

import errno
import os
import queue
import secrets
from contextlib import ExitStack
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path

from . import submission as handed_in
from .box import Settings
from .errors import Stopped
from .farm import LocalFarm
from .judging import JudgeError, JudgeProcess, objects_that_stay
from .outputs import by_hand, clean_outputs, unanswered, verdict_outputs
from .run import BoxGone, Job
from .store import Store, load_course
from .submission import Ungradable
from .unit import Unit

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)
AHEAD = 64  # submissions whose cells may run while the judge gets ready
BEHIND = 8  # submissions that may wait for the judge, or to be written
NOT_FOR_THE_BOX = ("known_mistakes.json", handed_in.TIMESTAMP)


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


def grade(root, unit_name, options=None, *, judge=None, on_start=None, on_result=None):
    """Grade the submissions of a unit; returns a Summary, also when it had to stop early.

    judge: a JudgeProcess, if one is at work already. on_start: called with the number of
    submissions to grade. on_result: called after each with (student, result). Raises Stopped, or
    a kind of it, before anything is graded when nothing can be.
    """
    options = options or Options()
    unit = load_unit(root, unit_name)
    events = queue.SimpleQueue()
    seed = draw_seed() if options.seed is None else options.seed
    try:
        with ExitStack() as stack:
            farm = make_farm(unit, options, lambda *ended: events.put((Batch.ran, *ended)))
            stack.enter_context(farm)
            judge = judge or stack.enter_context(JudgeProcess())
            opening = judge.open(unit.exercise.path, seed)
            with objects_that_stay():
                from .book import Book

                course, config = load_course(root)
            store = Store(course, unit)
            stack.enter_context(store.alone())
            book = stack.enter_context(Book(course, unit, config))
            store.sweep()
            on_result = on_result or (lambda student, result: None)
            batch = Batch(unit, options, store, book, farm, judge, events, seed, on_result)
            return batch.run(opening, on_start or (lambda count: None))
    except BlockingIOError:
        raise Stopped("another `course grade` is at work on this course.") from None


def load_unit(root, name):
    return Unit.load(Path(root, "solutions", name))


def make_farm(unit, options, done):
    if options.scheduler:
        from .cluster import DaskFarm

        return DaskFarm(done, options.settings(unit), options.scheduler)
    return LocalFarm(done, options.settings(unit), options.workers)


def write_feedback(root, unit_name, students=()):
    """Write the feedback pages of a unit for all that was graded; returns their paths."""
    from .book import Book
    from .feedback import Feedback

    course, config = load_course(root)
    unit = load_unit(root, unit_name)
    store = Store(course, unit)
    chosen = [student for student in store.submissions() if matches(student, students)]
    with Book(course, unit, config) as book, disk_errors():
        return Feedback(unit, store, book).write_all(chosen)


class Batch:
    """One run over a unit's submissions: each is started, ran in a box, is judged and recorded.

    events: a queue of (step, its arguments), put there by other threads.
    """

    def __init__(self, unit, options, store, book, farm, judge, events, seed, on_result):
        self.unit, self.options, self.store, self.book = unit, options, store, book
        self.farm, self.judge, self.events, self.seed = farm, judge, events, seed
        self.on_result = on_result
        self.summary = Summary(unit.name)
        self.under_way = 0  # submissions started and neither recorded nor refused

    def run(self, opening, on_start):
        """Grade what is to be graded; `opening` is the future of the judge's seed."""
        todo = self._todo()
        self.summary.todo = len(todo)
        on_start(len(todo))
        if todo:
            try:
                self._grade(list(reversed(todo.items())), opening)
            except KeyboardInterrupt:
                self.summary.stopped = "interrupted."
            except Stopped as error:
                if not self.summary.graded:
                    raise
                self.summary.stopped = str(error)
        return self.summary

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

    def _grade(self, waiting, opening):
        self.source_files = self.store.source_files()
        try:
            self._start_while(lambda: self.under_way < AHEAD, waiting)
            self.seed = opening.result()  # another one, if right answers failed with the first
            while waiting or self.under_way:
                self._start_while(lambda: self.under_way < self.farm.capacity + BEHIND, waiting)
                if self.under_way:
                    step, *what = self.events.get()
                    step(self, *what)
        except JudgeError as error:
            raise Stopped(f"{self.unit.name} cannot be judged: {error}") from None

    def _start_while(self, room, waiting):
        while waiting and room():
            self._start(*waiting.pop())

    def _start(self, student, folder):
        """Hand a submission to the farm, or say why it cannot be graded."""
        try:
            submission = handed_in.read(student, folder, self.unit, self.store.course.ignore)
        except Ungradable as reason:
            self._refuse(student, str(reason))
        else:
            self.under_way += 1
            self._submit(submission)

    def _submit(self, submission):
        self.farm.submit((submission, self.seed), self._job(submission))

    def _job(self, submission):
        beside = {**submission.files, **self.source_files}
        files = {name: beside[name].hex() for name in beside if name not in NOT_FOR_THE_BOX}
        cells, checks = self.unit.to_run(submission)
        return self.options.job(cells=cells, checks=checks, files=files, seed=self.seed)

    def ran(self, key, outcomes):
        """Have what a submission's checks saw judged."""
        submission, seed = key
        if seed != self.seed:
            self._submit(submission)
        elif isinstance(outcomes, BoxGone):
            self.under_way -= 1
            self._refuse(submission.student, "it ended its sandbox, also when it was alone in one.")
        elif isinstance(outcomes, BaseException):
            raise outcomes
        else:
            verdicts = self.judge.verdicts(self._take_outputs(submission, outcomes))
            verdicts.add_done_callback(
                lambda verdicts: self.events.put((Batch._record, submission, verdicts))
            )

    def _take_outputs(self, submission, outcomes):
        """Give a student's cells their outputs; returns what is left to judge, by check cell."""
        checks, left = {}, iter(outcomes)
        for id, cell in zip(submission.ids, submission.cells, strict=True):
            if cell["cell_type"] != "code":
                continue
            outcome = next(left)
            if id in self.unit.boxed:
                checks[id] = {**vars(outcome), "outputs": []}
            else:
                cell["outputs"] = clean_outputs(outcome)
        return checks

    def _refuse(self, student, reason):
        result = {"student": student, "unit": self.unit.name, "reason": reason}
        with disk_errors():
            self.store.write_refusal(student, result)
        self.summary.ungradable[student] = reason
        self.on_result(student, result)

    def _record(self, submission, verdicts):
        """Write what was judged: notebook, gradebook and result, in this order."""
        self.under_way -= 1
        with disk_errors():
            self._write(submission, verdicts.result())

    def _write(self, submission, results):
        cells = [
            {
                **cell,
                "outputs": verdict_outputs(results[id]),
                "source": self.unit.shown(self.unit.cells[id]),
            }
            if id in results
            else cell
            for id, cell in zip(submission.ids, submission.cells, strict=True)
        ]
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
            "seed": self.seed,
            "cells": results,
        }


def draw_seed():
    """A seed of inputs no submission has seen."""
    return 1 + secrets.randbelow(1 << 31)


def matches(student, patterns):
    """Whether a student is meant: no patterns mean everyone."""
    return not patterns or any(fnmatch(student, pattern) for pattern in patterns)


def iso(timestamp):
    """nbgrader's kind of timestamp as ISO 8601, in UTC."""
    from nbgrader.utils import parse_utc

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


__all__ = ["Options", "Stopped", "Summary", "grade", "write_feedback"]
