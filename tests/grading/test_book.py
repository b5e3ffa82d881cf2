"""The gradebook: nbgrader's rows, one transaction each, patience with a locked file."""

import sqlite3
import subprocess
import sys
import threading
import time
from datetime import datetime

import mini
import pytest
from nbgrader.api import Gradebook
from nbgrader.plugins import LateSubmissionPlugin
from traitlets.config import Config

from course_utils.grading import book as books
from course_utils.grading.store import load_course
from course_utils.grading.unit import Unit

SCORES = {"check_linear_forward": 2.0, "check_linear_backward": 0.0, "check_relu": 1.0}
SCORES |= {"check_mse": 3.0, "why_mean": None}


@pytest.fixture
def unit(course):
    return Unit.load(course / "solutions" / mini.UNIT)


@pytest.fixture
def open_book(course, unit):
    """open_book(**options) -> an unopened Book of the course."""

    def make(config=None, **options):
        return books.Book(load_course(course)[0], unit, config, **options)

    return make


def gradebook(course):
    return Gradebook(f"sqlite:///{course}/gradebook.db", "neural_networks")


def test_rows_are_those_nbgrader_reads(course, open_book):
    with open_book() as book:
        book.save("ada", "2026-03-01 12:00:00 UTC", SCORES, {"relu"})
        assert book.students() == {"ada"}
        marks = book.marks("ada")
    assert (marks.score, marks.max_score, marks.needs_manual_grade) == (6.0, 15.0, True)
    assert marks.scores["why_mean"] == (0.0, 5.0)
    assert marks.comments == {"relu": "No response."}
    with gradebook(course) as gb:
        submission = gb.find_submission(mini.UNIT, "ada")
        assert submission.timestamp == datetime(2026, 3, 1, 12)
        assert submission.score == 6.0
        assert gb.find_grade("check_relu", mini.NOTEBOOK, mini.UNIT, "ada").auto_score == 1.0
        assert gb.find_comment("relu", mini.NOTEBOOK, mini.UNIT, "ada").comment == "No response."
        assert len(gb.submission_dicts(mini.UNIT)) == 1
        assert gb.find_assignment(mini.UNIT).course_id == "neural_networks"


def test_a_second_save_updates_and_leaves_what_people_wrote(course, open_book):
    with open_book() as book:
        book.save("ada", None, SCORES, set())
    with gradebook(course) as gb:
        gb.find_grade("why_mean", mini.NOTEBOOK, mini.UNIT, "ada").manual_score = 4.0
        gb.find_grade("check_mse", mini.NOTEBOOK, mini.UNIT, "ada").extra_credit = 0.5
        gb.find_comment("mse", mini.NOTEBOOK, mini.UNIT, "ada").manual_comment = "Good."
        gb.db.commit()
    with open_book() as book:
        book.save("ada", None, {**SCORES, "check_relu": 0.0}, set())
        marks = book.marks("ada")
    assert marks.score == 5.0 + 4.0 + 0.5
    assert marks.comments == {"mse": "Good."}
    with gradebook(course) as gb:
        assert len(gb.submission_dicts(mini.UNIT)) == 1


class HalfOff(LateSubmissionPlugin):
    """A course's own rule: half the points for anything late."""

    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return score / 2 + total_seconds_late * 0


PENALTIES = [
    ({"LateSubmissionPlugin": {"penalty_method": "zero"}}, 6.0),
    ({"AssignLatePenalties": {"plugin_class": HalfOff}}, 3.0),
    ({}, 0.0),
]


@pytest.mark.parametrize("settings, penalty", PENALTIES)
def test_late_penalties_are_the_plugins(course, open_book, settings, penalty):
    with open_book() as book:
        book.save("first", None, SCORES, set())
    with gradebook(course) as gb:
        gb.find_assignment(mini.UNIT).duedate = datetime(2026, 1, 1)
        gb.db.commit()
    with open_book(Config(settings)) as book:
        book.save("late", "2026-01-02 00:00:00", SCORES, set())
        book.save("early", "2025-12-31 00:00:00", SCORES, set())
        assert book.marks("late").penalty == penalty
        assert book.marks("late").score == 6.0 - penalty
        assert book.marks("early").penalty == 0.0


def test_an_extension_moves_the_due_date(course, open_book):
    with open_book() as book:
        book.save("late", "2026-01-02 00:00:00", SCORES, set())
    with gradebook(course) as gb:
        gb.find_assignment(mini.UNIT).duedate = datetime(2026, 1, 1)
        gb.grant_extension(mini.UNIT, "late", days=2)
    with open_book(Config({"LateSubmissionPlugin": {"penalty_method": "zero"}})) as book:
        book.save("late", "2026-01-02 00:00:00", SCORES, set())
        assert book.marks("late").penalty == 0.0


HOLD = """
import sqlite3, sys, time
database = sqlite3.connect(sys.argv[1])
database.execute("begin exclusive")
print("held", flush=True)
time.sleep(60)
"""


def test_a_locked_gradebook_is_waited_for_then_its_holder_named(course, open_book):
    with open_book() as book:
        pass
    path = str(course / "gradebook.db")
    holder = subprocess.Popen([sys.executable, "-c", HOLD, path], stdout=subprocess.PIPE, text=True)
    try:
        holder.stdout.readline()
        with pytest.raises(books.BookError, match="has been locked by python") as caught:
            open_book(patience=0.1).__enter__()
        assert f"process {holder.pid}" in str(caught.value)
        assert "run the same command again" in str(caught.value)
    finally:
        holder.kill()
        holder.wait()
        holder.stdout.close()
    with book:
        book.save("ada", None, SCORES, set())


def test_a_lock_that_goes_away_costs_nothing(course, open_book):
    with open_book(patience=30) as book:
        database = sqlite3.connect(course / "gradebook.db", check_same_thread=False)
        database.execute("begin exclusive")
        threading.Timer(0.5, lambda: (database.rollback(), database.close())).start()
        start = time.monotonic()
        book.save("ada", None, SCORES, set())
        assert time.monotonic() - start > 0.4
        assert book.marks("ada").score == 6.0


def test_a_damaged_gradebook_is_refused(course, open_book):
    (course / "gradebook.db").write_bytes(b"not a database at all" * 100)
    with pytest.raises(books.BookError, match="damaged"):
        open_book(patience=0.1).__enter__()


def test_a_failed_save_leaves_nothing(course, open_book, monkeypatch):
    with open_book() as book:
        monkeypatch.setattr(book, "_write_penalty", lambda *a: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            book.save("ada", None, SCORES, set())
        assert book.students() == set()
    with gradebook(course) as gb:
        assert gb.submission_dicts(mini.UNIT) == []


def test_cells_that_changed_under_old_submissions_are_refused(course, open_book, unit):
    with open_book() as book:
        book.save("ada", None, SCORES, set())
    extra = [*mini.CELLS, mini.checks("check_more", 1, "expect('x', got=1, want=lambda: 1)", "1")]
    mini.save(course / "solutions" / mini.UNIT / f"{mini.NOTEBOOK}.ipynb", extra)
    changed = Unit.load(course / "solutions" / mini.UNIT)
    with pytest.raises(books.BookError, match="other cells"):
        books.Book(load_course(course)[0], changed).__enter__()
