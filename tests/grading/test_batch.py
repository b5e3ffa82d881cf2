"""A batch from handing in to results: resumed, changed, refused, interrupted, killed."""

import errno
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import mini
import pytest
import torch_units
from commands import copy_course, course_command

from course_utils.grading import batch, store
from course_utils.grading.batch import Options, Stopped, grade, write_feedback
from course_utils.grading.unit import Unit, UnitError

ONE = Options(workers=1, timeout=20, memory=0.5)
RESULT = Path(".course", "results", mini.UNIT)


def results(course):
    return {path.stem: json.loads(path.read_text()) for path in (course / RESULT).glob("*.json")}


def test_a_class_is_graded_and_only_news_the_second_time(course, quick):
    mini.hand_in(course, "ada", timestamp="2026-03-01 12:00:00 UTC")
    wrong = {**mini.ANSWERS, "mse": mini.ANSWERS["mse"].replace("mean(", "sum(")}
    mini.hand_in(course, "bob", mini.filled(wrong))
    seen = []
    summary = grade(course, mini.UNIT, ONE, on_start=seen.append)
    assert seen == [2]
    assert {s: r["score"] for s, r in summary.graded.items()} == {"ada": 10.0, "bob": 7.0}
    assert summary.complete
    mse = results(course)["bob"]["cells"]["check_mse"]
    assert (mse["status"], mse["mistake_id"]) == ("wrong", "sum_not_mean")
    assert mse["sentence"] == "You summed; the mean divides."
    assert all(len(check["fingerprint"]) == 12 for check in mse["results"])
    assert results(course)["ada"]["timestamp"] == "2026-03-01T12:00:00"

    again = grade(course, mini.UNIT, ONE)
    assert (set(again.graded), set(again.kept)) == (set(), {"ada", "bob"})
    mini.hand_in(course, "bob")
    third = grade(course, mini.UNIT, ONE)
    assert {s: r["score"] for s, r in third.graded.items()} == {"bob": 10.0}
    forced = grade(course, mini.UNIT, Options(**{**vars(ONE), "force": True, "students": ("a*",)}))
    assert set(forced.graded) == {"ada"}


def test_files_are_nbgraders(course, quick):
    folder = mini.hand_in(course, "ada", timestamp="2026-03-01 12:00:00 UTC")
    (folder / "data").mkdir()
    (folder / "data" / "notes.txt").write_text("mine")
    (folder / "helper.py").write_text("left out, as nbgrader_config.py says")
    (folder / "secret").symlink_to(course / "solutions" / mini.UNIT / "mini.ipynb")
    grade(course, mini.UNIT, ONE)
    made = course / "autograded" / "ada" / mini.UNIT
    assert sorted(str(p.relative_to(made)) for p in made.rglob("*") if p.is_file()) == [
        "data/notes.txt", "mini.ipynb", "timestamp.txt",
    ]  # fmt: skip
    assert (made / "mini.ipynb").stat().st_mode & 0o777 == 0o444
    assert [p.name for p in made.parent.iterdir()] == [mini.UNIT]


def test_a_deleted_result_or_gradebook_is_graded_again(course, quick):
    mini.hand_in(course, "ada")
    grade(course, mini.UNIT, ONE)
    (course / "gradebook.db").unlink()
    assert set(grade(course, mini.UNIT, ONE).graded) == {"ada"}
    (course / "autograded" / "ada" / mini.UNIT / "mini.ipynb").unlink()
    assert set(grade(course, mini.UNIT, ONE).graded) == {"ada"}
    (course / RESULT / "ada.json").write_text("{cut o")
    assert set(grade(course, mini.UNIT, ONE).graded) == {"ada"}


def test_a_folder_that_nbgrader_left_behind_is_not_skipped(course, quick):
    """A killed `nbgrader autograde` leaves a folder that its next run silently skips."""
    mini.hand_in(course, "ada")
    (course / "autograded" / "ada" / mini.UNIT).mkdir(parents=True)
    assert set(grade(course, mini.UNIT, ONE).graded) == {"ada"}


def test_other_checks_since_are_told(course, quick):
    mini.hand_in(course, "ada")
    grade(course, mini.UNIT, ONE)
    path = course / "solutions" / mini.UNIT / "mini.ipynb"
    path.write_text(path.read_text().replace("mse of random values", "mse of other values"))
    assert grade(course, mini.UNIT, ONE).stale == ["ada"]


@pytest.mark.parametrize("step", ["write_autograded", "write_result"])
def test_a_full_disk_stops_with_nothing_half_written(course, quick, monkeypatch, step):
    for student in ("ada", "bob", "eve"):
        mini.hand_in(course, student)
    whole = getattr(store.Store, step)
    left = iter([True, False, False])

    def full(self, student, *arguments):
        if not next(left):
            raise OSError(errno.ENOSPC, "No space left on device")
        whole(self, student, *arguments)

    with monkeypatch.context() as disk:
        disk.setattr(store.Store, step, full)
        summary = grade(course, mini.UNIT, ONE)
    assert len(summary.graded) == 1
    assert "No space left" in summary.stopped
    assert not list((course / "autograded").rglob(".*"))
    assert set(results(course)) == set(summary.graded)
    rest = grade(course, mini.UNIT, ONE)
    assert {*rest.graded, *rest.kept} == {"ada", "bob", "eve"}
    assert {r["score"] for r in results(course).values()} == {mini.FULL}


def test_a_really_full_disk_leaves_no_scratch_file(tmp_path, monkeypatch):
    def full(*arguments):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(store.os, "replace", full)
    with pytest.raises(OSError, match="No space"):
        store.write_file(tmp_path / "a" / "b.json", "{}")
    assert list((tmp_path / "a").iterdir()) == []


def test_two_graders_at_once_are_refused(course, quick):
    mini.hand_in(course, "ada")
    unit = Unit.load(course / "solutions" / mini.UNIT)
    with (
        store.Store(store.load_course(course)[0], unit).alone(),
        pytest.raises(Stopped, match="another `course grade`"),
    ):
        grade(course, mini.UNIT, ONE)


def test_an_unknown_unit_and_one_without_checks_are_refused(course):
    with pytest.raises(UnitError, match="unit's name right"):
        grade(course, "77_nothing", ONE)
    bare = mini.code("assert True", "check_x", grade=True, points=1)
    mini.save(course / "solutions" / "55_bare" / "bare.ipynb", [bare])
    with pytest.raises(UnitError, match=r"calls no expect\(\)"):
        grade(course, "55_bare", ONE)


def test_no_submissions_is_no_error(course, quick):
    summary = grade(course, mini.UNIT, ONE)
    assert (summary.todo, summary.complete) == (0, True)


def test_written_answers_wait_for_a_person(course, quick):
    cells = mini.filled({**mini.ANSWERS, "why_mean": "Because of the gradient."})
    mini.hand_in(course, "ada", cells)
    mini.hand_in(course, "bob")
    grade(course, mini.UNIT, ONE)
    with sqlite3.connect(course / "gradebook.db") as database:
        rows = database.execute(
            "select s.student_id, g.auto_score, g.needs_manual_grade from grade g "
            "join base_cell c on g.cell_id = c.id join submitted_notebook n "
            "on g.notebook_id = n.id join submitted_assignment s on n.assignment_id = s.id "
            "where c.name = 'why_mean' order by 1"
        ).fetchall()
    database.close()
    assert rows == [("ada", None, 1), ("bob", 0.0, 0)]


def test_feedback_pages_tell_verdict_points_and_what_to_reread(course, quick):
    wrong = {**mini.ANSWERS, "mse": mini.ANSWERS["mse"].replace("mean(", "sum(")}
    wrong["relu"] = f"{mini.RELU}\n    raise ValueError('<b>oops</b>')"
    mini.hand_in(course, "bob", mini.filled(wrong))
    mini.hand_in(course, "eve").joinpath("mini.ipynb").write_text("no notebook")
    theory = mini.nbformat.v4.new_markdown_cell("## The mean of squares")
    theory.metadata["tags"] = ["concept:mse", "exercise:mse:mse"]
    mini.save(course / "notebooks" / f"{mini.UNIT}.ipynb", [theory])
    grade(course, mini.UNIT, ONE)
    pages = {path.parts[-3]: path.read_text() for path in write_feedback(course, mini.UNIT)}
    bob = " ".join(pages["bob"].split())
    assert "<strong>6 of 15 points</strong>" in bob
    assert "You summed; the mean divides." in bob
    assert "It stopped with ValueError: &lt;b&gt;oops&lt;/b&gt;" in bob
    assert (
        '<a href="../../../notebooks/00_mini.ipynb#The-mean-of-squares">The mean of squares</a>'
        in bob
    )
    assert "np.einsum" not in bob
    assert "Traceback" not in bob
    assert "could not be graded" in pages["eve"]
    assert "not valid JSON" in pages["eve"]
    made = course / "feedback" / "bob" / mini.UNIT / "mini.html"
    assert made.is_file()


def test_the_judge_never_meets_a_seed_that_fails_right_answers(course):
    from course_utils.grading.judge import make_judge

    path = course / "solutions" / mini.UNIT / "alternatives.py"
    unit = Unit.load(course / "solutions" / mini.UNIT)
    assert make_judge(unit.exercise, seed=5).seed == 5
    path.write_text(
        path.read_text()
        + "\n\n@alternative('mse')\ndef bad(P, Y):\n    return 1e9 + float(P[0, 0])\n"
    )
    unit = Unit.load(course / "solutions" / mini.UNIT)
    assert make_judge(unit.exercise, seed=5).seed == 0


def test_what_ran_with_a_seed_that_fails_right_answers_is_run_again(course, quick):
    """Submissions run while the judge gets ready: before it is known whether the seed is fair."""
    path = course / "solutions" / mini.UNIT / "alternatives.py"
    path.write_text(
        path.read_text()
        + "\n\n@alternative('mse')\ndef bad(P, Y):\n    return 1e9 + float(P[0, 0])\n"
    )
    mini.hand_in(course, "ada")
    summary = grade(course, mini.UNIT, Options(**{**vars(ONE), "seed": 5}))
    result = summary.graded["ada"]
    assert (result["seed"], result["score"]) == (0, mini.FULL)


# ---- the command


@pytest.mark.slow
def test_the_command_shows_a_table_and_its_status_says_whether_all_were_graded(course, sandbox):
    mini.hand_in(course, "ada")
    done = course_command("grade", mini.UNIT, "--feedback", cwd=course)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 feedback pages written" in done.stdout
    mini.hand_in(course, "eve").joinpath("mini.ipynb").unlink()
    done = course_command("grade", mini.UNIT, "--student", "e*", cwd=course)
    assert done.returncode == 1
    assert "ungradable eve: there is no mini.ipynb" in done.stdout


def snapshot(course):
    """What grading made, without what may differ: ids, seeds, seconds."""
    rows = "select s.student_id, c.name, g.auto_score, g.needs_manual_grade from grade g"
    rows += (
        " join base_cell c on g.cell_id = c.id join submitted_notebook n on n.id = g.notebook_id"
    )
    rows += " join submitted_assignment s on n.assignment_id = s.id order by 1, 2"
    with sqlite3.connect(course / "gradebook.db") as database:
        grades = database.execute(rows).fetchall()
    database.close()
    stored = results(course)
    for result in stored.values():
        del result["seed"]
        for cell in result["cells"].values():
            del cell["seconds"]
            for check in cell["results"]:
                del check["fingerprint"], check["sentence"]
    made = {
        str(path.relative_to(course)): path.stat().st_mode
        for path in sorted((course / "autograded").rglob("*"))
    }
    return grades, stored, made


@pytest.mark.slow
@pytest.mark.parametrize("moment", [1, 5, 9])
def test_killed_at_any_moment_and_run_again_it_is_as_if_it_had_never_died(
    course, tmp_path, quick, sandbox, moment
):
    wrong = mini.filled({**mini.ANSWERS, "relu": f"{mini.RELU}\n    return np.abs(Z)"})
    for number in range(12):
        mini.hand_in(course, f"student{number:02d}", wrong if number % 3 == 0 else None)
    calm = copy_course(course, tmp_path / "calm")
    assert grade(calm, mini.UNIT, ONE).complete
    program = Path(sys.executable).with_name("course")
    running = subprocess.Popen(
        [program, "grade", mini.UNIT, "--workers", "2"],
        cwd=course, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    while len(list((course / RESULT).glob("*.json"))) < moment and running.poll() is None:
        time.sleep(0.001)
    os.kill(running.pid, signal.SIGKILL)
    running.wait()
    for again in range(2):
        summary = grade(course, mini.UNIT, ONE)
        assert summary.complete, again
    assert not summary.graded
    assert snapshot(course) == snapshot(calm)


@pytest.mark.slow
def test_interrupted_it_says_so_and_goes_on_next_time(course, sandbox):
    for number in range(8):
        mini.hand_in(course, f"s{number}")
    program = Path(sys.executable).with_name("course")
    running = subprocess.Popen(
        [program, "grade", mini.UNIT, "--workers", "1"],
        cwd=course, stdout=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    while not list((course / RESULT).glob("*.json")):
        time.sleep(0.001)
    running.send_signal(signal.SIGINT)
    said = running.communicate()[0]
    assert running.returncode in (0, 130)
    if running.returncode == 130:
        assert "un the same command again" in " ".join(said.split())
    assert course_command("grade", mini.UNIT, cwd=course).returncode == 0
    assert len(results(course)) == 8


@pytest.mark.slow
def test_a_unit_on_torch_is_graded(course, sandbox):
    torch_units.add_to(course)
    (path,) = (course / "solutions" / torch_units.TINY).glob("*.ipynb")
    for student, slip in {"ada": "", "bob": " * len(Xb)", "eve": "model.train(before)"}.items():
        folder = course / "submitted" / student / torch_units.TINY
        folder.mkdir(parents=True)
        notebook = path.read_text()
        folder.joinpath(path.name).write_text(notebook.replace(slip, "") if slip else notebook)
    summary = grade(course, torch_units.TINY, Options(workers=2, timeout=60))
    right = {
        student: [id for id, cell in result["cells"].items() if cell["status"] == "right"]
        for student, result in summary.graded.items()
    }
    every = [f"check_{name}" for name in torch_units.UNITS[torch_units.TINY]]
    assert right["ada"] == every
    assert set(every) - set(right["bob"]) == {"check_train_epoch"}
    assert set(every) - set(right["eve"]) == {"check_evaluate"}


def test_options_have_an_order_of_meaning():
    assert Options().sandbox == "warm"
    assert Options(timeout=3).job(cells=[]).total == 18
    assert batch.matches("ada", ())
    assert batch.matches("ada", ("b*", "a?a"))
    assert not batch.matches("ada", ("b*",))
