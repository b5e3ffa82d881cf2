"""The judge in a process of its own: what it answers, how it refuses, dies and comes back."""

import json
import time
from concurrent.futures import CancelledError

import mini
import pytest

from course_utils.checks import encode
from course_utils.grading.batch import Options, Stopped, grade
from course_utils.grading.judging import JudgeError, JudgeProcess

CHECK = "check_mse"
RIGHT = {"mse of a batch of two": 2.5}


@pytest.fixture
def unit(tmp_path):
    return mini.make_course(tmp_path / "course") / "solutions" / mini.UNIT


def cell(**published):
    values = {name: json.dumps(encode(value)) for name, value in published.items()}
    return {CHECK: {"published": values, "repeated": [], "error": None, "seconds": 0.25}}


def test_it_gives_verdicts_on_the_seed_it_was_asked_for(unit, shared_judge):
    assert shared_judge.open(unit, 7).result() == 7
    (result,) = shared_judge.verdicts(cell(**RIGHT)).result().values()
    first, second = result["results"]
    assert (first["ok"], second["ok"], result["points"]) == (True, False, 0.0)
    assert second["sentence"] == "the check did not get as far as this."
    assert result["seconds"] == 0.25


def test_equal_answers_are_judged_once_and_keep_their_own_seconds(unit, shared_judge):
    shared_judge.open(unit, 7).result()
    slow = cell(**{"mse of a batch of two": 5.0})
    quick = {CHECK: {**slow[CHECK], "seconds": 0.125}}
    other = cell(**{"mse of a batch of two": 5.5})
    one, two, three = (
        shared_judge.verdicts(cells).result()[CHECK] for cells in (slow, quick, other)
    )
    assert (one.pop("seconds"), two.pop("seconds")) == (0.25, 0.125)
    assert one == two
    assert one["mistake_id"] == "sum_not_mean"
    assert three["mistake_id"] is None


@pytest.mark.parametrize("text", ["[" * 100_000, "{", "1" * 5000, "NaN", '"\\ud800"'])
def test_text_that_is_no_value_is_wrong_and_the_judge_goes_on(unit, shared_judge, text):
    shared_judge.open(unit, 7).result()
    hostile = {CHECK: {"published": {"mse of a batch of two": text}}}
    result = shared_judge.verdicts(hostile).result()[CHECK]
    assert [check["ok"] for check in result["results"]] == [False, False]
    again = shared_judge.verdicts(cell(**RIGHT)).result()[CHECK]
    assert again["results"][0]["ok"]


def test_an_exercise_that_cannot_be_judged_is_told_and_the_next_can(unit, shared_judge):
    notebook = unit / "mini.ipynb"
    whole, process = notebook.read_text(), shared_judge.process
    notebook.write_text(whole.replace("np.maximum(Z, 0)", "np.maximum(Z)"))
    with pytest.raises(JudgeError, match="solution of 00_mini fails in check_relu: TypeError"):
        shared_judge.open(unit, 7).result()
    notebook.write_text(whole)
    assert shared_judge.open(unit, 8).result() == 8
    assert shared_judge.process is process
    assert process.poll() is None


def test_a_batch_that_cannot_be_judged_says_so_and_writes_nothing(course, quick):
    notebook = course / "solutions" / mini.UNIT / "mini.ipynb"
    notebook.write_text(notebook.read_text().replace("np.maximum(Z, 0)", "np.maximum(Z)"))
    mini.hand_in(course, "ada")
    with pytest.raises(Stopped, match=r"00_mini cannot be judged: .*fails in check_relu"):
        grade(course, mini.UNIT, Options(workers=1))
    assert not (course / "autograded").exists()


def test_a_judge_that_dies_stops_the_batch_and_the_next_run_goes_on(course, quick):
    class_of = {f"student{number:02d}" for number in range(14)}  # more than may be under way
    for student in class_of:
        mini.hand_in(course, student)
    with JudgeProcess() as judge:
        kill = lambda student, result: judge.process.kill()  # noqa: E731
        summary = grade(course, mini.UNIT, Options(workers=1), judge=judge, on_result=kill)
        assert "the judge ended with status -9" in summary.stopped
        assert 0 < len(summary.graded) < len(class_of)
        rest = grade(course, mini.UNIT, Options(workers=1), judge=judge)
    assert {*rest.graded, *rest.kept} == class_of
    assert rest.complete


def test_closed_while_it_works_it_leaves_neither_process_nor_waiting_thread(unit):
    with JudgeProcess() as judge:
        waiting = [judge.open(unit, 7), judge.open(unit, 8)]
    assert judge.process.returncode is not None
    for future in waiting:
        with pytest.raises((JudgeError, CancelledError)):
            future.result(timeout=5)


def test_it_ends_when_its_grader_is_gone(unit):
    judge = JudgeProcess()
    try:
        judge.open(unit, 7).result()
        judge.sock.close()  # as when the grader is killed
        end = time.monotonic() + 20
        while judge.process.poll() is None and time.monotonic() < end:
            time.sleep(0.05)
        assert judge.process.returncode == 0
    finally:
        judge.__exit__()
