"""The one writer of nbgrader's gradebook: opened once, one transaction per submission.

Rows are those `nbgrader autograde` would write, through nbgrader's own models, so formgrader,
export and feedback work on them. A locked database is waited for; then its holder is named.
"""

import contextlib
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from nbgrader.api import (
    Assignment,
    Comment,
    Grade,
    Gradebook,
    Notebook,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
    new_uuid,
)
from nbgrader.preprocessors import AssignLatePenalties, SaveCells
from nbgrader.utils import parse_utc
from sqlalchemy import insert, select
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.orm import Session
from traitlets.config import Config

from .errors import Stopped

PATIENCE = 60.0  # seconds to wait for a locked database


@dataclass(frozen=True)
class Marks:
    """What the gradebook says of one submission: scores as {cell: (points, of)}, and comments."""

    score: float
    max_score: float
    penalty: float
    needs_manual_grade: bool
    scores: dict[str, tuple[float, float]]
    comments: dict[str, str]


class BookError(Stopped):
    """The gradebook cannot be written; the message says why and what to do."""


class Book:
    """The gradebook of a course, for one unit. A context manager.

    Args:
        course: nbgrader's CourseDirectory.
        unit: the Unit; its cells are recorded if `nbgrader generate_assignment` has not.
        config: nbgrader's configuration, for the plugin that sets late penalties.
    """

    def __init__(self, course, unit, config=None, patience=PATIENCE):
        self.course, self.unit, self.patience = course, unit, patience
        self.late = AssignLatePenalties(config=config or Config())
        self.late.init_plugin()

    def __enter__(self):
        self.gradebook = self._patiently(self._open)
        self._patiently(self._record_cells)
        return self

    def __exit__(self, *exception):
        self.session.close()
        self.gradebook.close()

    def _open(self):
        # nbgrader calls `alembic` by name, which lives beside the interpreter
        before = os.environ.get("PATH", "")
        os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), before])
        try:
            return Gradebook(self.course.db_url, self.course.course_id or "default_course")
        finally:
            os.environ["PATH"] = before

    def _record_cells(self):
        """Make sure assignment, notebook and cells are known; keep their ids."""
        name, notebook = self.unit.name, self.unit.notebook
        self.gradebook.update_or_create_assignment(name, course_id=self.gradebook.course_id)
        about = {"notebook": notebook, "assignment": name, "db_url": self.course.db_url}
        saver = SaveCells()
        if not self._knows_all_cells():
            try:
                saver.preprocess(self.unit.master, {"nbgrader": about})
            except RuntimeError as error:
                raise BookError(
                    f"{error}. The gradebook knows other cells of {name} than solutions/ has: "
                    "put the cells back, or remove the old submissions (nbgrader db)."
                ) from None
        self.gradebook.db.remove()
        self.session = Session(self.gradebook.engine, expire_on_commit=False)
        self.assignment = self.session.scalar(select(Assignment).where(Assignment.name == name))
        self.notebooks = {n.name: n for n in self.assignment.notebooks}
        mine = self.notebooks[notebook]
        self.graded = {c.name: c.id for n in (mine,) for c in (*n.grade_cells, *n.task_cells)}
        self.commented = {c.name: c.id for c in (*mine.solution_cells, *mine.task_cells)}
        self.session.commit()

    def _knows_all_cells(self):
        query = select(Notebook).join(Assignment).where(
            Assignment.name == self.unit.name, Notebook.name == self.unit.notebook
        )  # fmt: skip
        with Session(self.gradebook.engine) as session:
            known = session.scalar(query)
            return known is not None and all(
                {cell.name: cell.source for cell in known.source_cells}.get(id) == cell.source
                for id, cell in self.unit.cells.items()
            )

    def students(self):
        """Ids of the students with a submission of this unit."""
        query = select(SubmittedAssignment.student_id).where(
            SubmittedAssignment.assignment_id == self.assignment.id
        )
        return set(self._patiently(lambda: self.session.scalars(query).all()))

    def save(self, student, timestamp, scores, unanswered):
        """Record one submission, all of it or nothing.

        scores: {grade_id: points, or None where a person grades}. unanswered: ids of solution
        cells as they were handed out. Manual scores, extra credit and comments are left alone.
        """
        self._patiently(lambda: self._save(student, timestamp, scores, unanswered))

    def marks(self, student):
        """The Marks of a student's notebook, a teacher's points and comments included."""
        return self._patiently(lambda: self._marks(student))

    def _marks(self, student):
        notebook = self.gradebook.find_submission_notebook(
            self.unit.notebook, self.unit.name, student
        )
        penalty = notebook.late_submission_penalty or 0.0
        grades = {grade.name: grade for grade in notebook.grades}
        return Marks(
            score=notebook.score - penalty,
            max_score=notebook.max_score,
            penalty=penalty,
            needs_manual_grade=notebook.needs_manual_grade,
            scores={
                id: (grades[id].score, grades[id].max_score)
                for id in self.unit.cells
                if id in grades
            },
            comments={c.name: c.comment for c in notebook.comments if c.comment},
        )

    def _save(self, student, timestamp, scores, unanswered):
        query = select(SubmittedAssignment).where(
            SubmittedAssignment.assignment_id == self.assignment.id,
            SubmittedAssignment.student_id == student,
        )
        submission = self.session.scalar(query)
        if submission is None:
            notebook_id = self._insert(student, timestamp, scores, unanswered)
        else:
            notebook_id = self._update(submission, timestamp, scores, unanswered)
        self._write_penalty(student, notebook_id)
        self.session.commit()

    def _insert(self, student, timestamp, scores, unanswered):
        """Rows of a first submission, table by table; returns the id of the unit's notebook."""
        if self.session.scalar(select(Student.id).where(Student.id == student)) is None:
            self.session.execute(insert(Student), [{"id": student}])
        submission, ids = new_uuid(), {name: new_uuid() for name in self.notebooks}
        mine = ids[self.unit.notebook]
        about = {"assignment_id": self.assignment.id, "student_id": student}
        about["timestamp"] = parse_utc(timestamp) if timestamp else None
        rows = {
            SubmittedAssignment: [{"id": submission, **about}],
            SubmittedNotebook: [
                {"id": ids[name], "notebook_id": notebook.id, "assignment_id": submission}
                for name, notebook in self.notebooks.items()
            ],
            Grade: [
                {"notebook_id": mine, "cell_id": id, "auto_score": scores.get(name),
                 "needs_manual_grade": scores.get(name) is None}
                for name, id in self.graded.items()
            ],
            Comment: [
                {"notebook_id": mine, "cell_id": id, "auto_comment": note(name, unanswered)}
                for name, id in self.commented.items()
            ],
        }  # fmt: skip
        for table, values in rows.items():
            if values:
                self.session.execute(insert(table), values)
        return mine

    def _update(self, submission, timestamp, scores, unanswered):
        """Bring an earlier submission's rows up to date; returns the id of its notebook."""
        if timestamp:
            submission.timestamp = parse_utc(timestamp)
        wanted = self.notebooks[self.unit.notebook].id
        (notebook,) = [n for n in submission.notebooks if n.notebook_id == wanted]
        self._write_scores(notebook, scores)
        self._write_comments(notebook, unanswered)
        self.session.flush()
        return notebook.id

    def _write_scores(self, notebook, scores):
        rows = {grade.cell_id: grade for grade in notebook.grades}
        for name, id in self.graded.items():
            if (grade := rows.get(id)) is None:
                notebook.grades.append(grade := Grade(cell_id=id))
            grade.auto_score = scores.get(name)
            by_hand = grade.manual_score is not None or grade.auto_score is None
            grade.needs_manual_grade = by_hand

    def _write_comments(self, notebook, unanswered):
        rows = {comment.cell_id: comment for comment in notebook.comments}
        for name, id in self.commented.items():
            if (comment := rows.get(id)) is None:
                notebook.comments.append(comment := Comment(cell_id=id))
            comment.auto_comment = note(name, unanswered)

    def _write_penalty(self, student, notebook_id):
        """Let nbgrader's plugin decide about a late submission."""
        if self.assignment.duedate is None:
            return
        notebook = self.session.get(SubmittedNotebook, notebook_id)
        notebook.late_submission_penalty = None
        late = notebook.assignment.total_seconds_late
        if late > 0:
            score = notebook.score
            penalty = self.late.plugin_inst.late_submission_penalty(student, score, late)
            if penalty is not None:
                notebook.late_submission_penalty = min(max(penalty, 0), score)

    def _patiently(self, action):
        """Do it, again and again while another program holds the database."""
        end = time.monotonic() + self.patience
        while True:
            try:
                return action()
            except OperationalError as error:
                self._roll_back()
                if "locked" not in str(error):
                    raise BookError(f"the gradebook cannot be written: {error.orig}.") from None
                if time.monotonic() > end:
                    raise BookError(self._who_locks()) from None
                time.sleep(0.1)
            except DatabaseError as error:
                self._roll_back()
                raise BookError(
                    f"{self.path or 'the database'} is damaged: {error.orig}."
                ) from None
            except BaseException:
                self._roll_back()
                raise

    def _roll_back(self):
        with contextlib.suppress(AttributeError):
            self.session.rollback()
            self.session.expire_all()

    @property
    def path(self):
        prefix = "sqlite:///"
        url = self.course.db_url
        return Path(url.removeprefix(prefix)) if url.startswith(prefix) else None

    def _who_locks(self):
        holders = ", ".join(lock_holders(self.path)) if self.path else ""
        by = f" by {holders}" if holders else ""
        return (
            f"the gradebook ({self.path or self.course.db_url}) has been locked{by} for "
            f"{self.patience:.0f} s. Close that program (formgrader, a database browser, another "
            "grader) and run the same command again: what is graded stays graded."
        )


def note(name, unanswered):
    return "No response." if name in unanswered else None


def lock_holders(path):
    """Programs that hold a lock on a file, as "name (process 123)"; Linux only."""
    with contextlib.suppress(OSError):
        about = os.stat(path)
        wanted = f"{os.major(about.st_dev):02x}:{os.minor(about.st_dev):02x}:{about.st_ino}"
        lines = [line.split() for line in Path("/proc/locks").read_text().splitlines()]
        pids = {line[4] for line in lines if len(line) > 5 and line[5] == wanted}
        return sorted(f"{program_name(pid)} (process {pid})" for pid in pids)
    return []


def program_name(pid):
    with contextlib.suppress(OSError):
        words = Path("/proc", pid, "cmdline").read_bytes().decode(errors="replace").split("\0")
        return " ".join(word.rpartition("/")[2] for word in words[:3] if word) or "a program"
    return "a program"
