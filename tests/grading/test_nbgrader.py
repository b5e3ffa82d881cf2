"""Beside nbgrader itself: equal scores on every honest submission, and its tools on our results."""

import contextlib
import csv
import io
import sqlite3
import warnings
from pathlib import Path

import mini
import numpy as np
import pytest
from commands import copy_course, nbgrader_command

from course_utils.checks.expect import CheckFailed, seeded
from course_utils.grading import batch, box, run
from course_utils.grading.judge import make_judge
from course_utils.grading.submission import Submission, mend
from course_utils.grading.unit import Unit

pytestmark = pytest.mark.slow
UNITS = sorted((mini.ROOT / "solutions").glob("[0-9]*"))
OPTIONS = batch.Options(workers=2, timeout=30)


def scores(course):
    query = (
        "select s.student_id, c.name, g.auto_score, g.needs_manual_grade from grade g "
        "join base_cell c on g.cell_id = c.id join submitted_notebook n "
        "on g.notebook_id = n.id join submitted_assignment s on n.assignment_id = s.id"
    )
    with sqlite3.connect(course / "gradebook.db") as database:
        rows = database.execute(query).fetchall()
    database.close()
    return {(student, cell): (score, manual) for student, cell, score, manual in rows}


def edited(sources):
    return mini.filled({**mini.ANSWERS, **sources})


@pytest.fixture(scope="module")
def graded_twice(sandbox, tmp_path_factory):
    """The same submissions, graded by nbgrader and by us, in two copies of one course."""
    root = mini.make_course(tmp_path_factory.mktemp("nbgrader") / "theirs")
    exercise = Unit.load(root / "solutions" / mini.UNIT).exercise
    mini.hand_in(root, "right", timestamp="2026-03-01 12:00:00 UTC")
    mini.hand_in(root, "stub", mini.filled())
    mini.hand_in(root, "writes", edited({"why_mean": "Because."}))
    for answer in [*exercise.mistakes, *exercise.alternatives]:
        mini.hand_in(root, answer.id, edited(answer.sources))
    ours = copy_course(root, root.with_name("ours"))
    for command in ("generate_assignment", "autograde"):
        done = nbgrader_command(command, mini.UNIT, cwd=root)
        assert done.returncode == 0, done.stderr[-2000:]
    summary = batch.grade(ours, mini.UNIT, OPTIONS)
    assert summary.complete
    return root, ours


def test_every_cell_of_every_honest_submission_scores_alike(graded_twice):
    theirs, ours = map(scores, graded_twice)
    assert ours == theirs
    assert len(ours) == 5 * 10


def test_the_same_rows_are_in_both_gradebooks(graded_twice):
    counts = []
    for root in graded_twice:
        with sqlite3.connect(root / "gradebook.db") as database:
            counts.append({
                table: database.execute(f"select count(*) from {table}").fetchone()[0]
                for table in ("student", "submitted_assignment", "submitted_notebook", "grade",
                              "comment", "source_cell", "base_cell")
            })  # fmt: skip
        database.close()
    assert counts[0] == counts[1]


def test_the_same_files_are_autograded(graded_twice):
    made = [
        sorted(str(path.relative_to(root)) for path in (root / "autograded").rglob("*"))
        for root in graded_twice
    ]
    assert made[0] == made[1]


def test_export_and_feedback_work_on_our_results(graded_twice):
    _, ours = graded_twice
    done = nbgrader_command("export", "--to", "grades.csv", cwd=ours)
    assert done.returncode == 0, done.stderr[-2000:]
    with open(ours / "grades.csv", newline="") as file:
        rows = {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}
    assert rows["right"] == mini.FULL
    assert rows["stub"] == 0
    done = nbgrader_command("generate_feedback", mini.UNIT, "--student", "absolute", cwd=ours)
    assert done.returncode == 0, done.stderr[-2000:]
    page = (ours / "feedback" / "absolute" / mini.UNIT / "mini.html").read_text()
    assert "ReLU cuts them to 0." in page
    assert "nn.activations.relu" not in page


def test_formgraders_view_lists_our_results(graded_twice):
    from nbgrader.apps.api import NbGraderAPI
    from traitlets.config import PyFileConfigLoader

    _, ours = graded_twice
    config = PyFileConfigLoader("nbgrader_config.py", path=str(ours)).load_config()
    config.CourseDirectory.root = str(ours)
    api = NbGraderAPI(config=config)
    listed = {s["student"]: s for s in api.get_submissions(mini.UNIT)}
    assert listed["right"]["score"] == mini.FULL
    assert listed["right"]["autograded"]
    assert listed["writes"]["needs_manual_grade"]
    assert not listed["right"]["needs_manual_grade"]


def test_nbgrader_grades_again_what_we_graded(graded_twice, tmp_path):
    """Those who want plain nbgrader can go back to it on the same course."""
    ours = copy_course(graded_twice[1], tmp_path / "back")
    done = nbgrader_command(
        "autograde", mini.UNIT, "--student", "bias_forgotten", "--force", cwd=ours
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert scores(ours) == scores(graded_twice[1])


# ---- every unit: what plain nbgrader would see, without its four seconds per submission


def desk_scores(unit, sources):
    """Points by cell as plain nbgrader scores them: an error or anything on stderr costs all."""
    namespace, points = {"__name__": "__main__"}, {}
    for cell in unit.exercise.cells:
        source = sources.get(cell.id, cell.source) if cell.solution else cell.source
        failed, stderr = False, io.StringIO()
        with (
            contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(stderr),
            warnings.catch_warnings(),
        ):  # fmt: skip
            warnings.simplefilter("default")
            warnings.showwarning = lambda *a, **k: stderr.write("warning")
            try:
                exec(compile(source, cell.id, "exec"), namespace)
            except (Exception, CheckFailed, SystemExit):
                failed = True
        if cell.grade:
            points[cell.id] = 0.0 if failed or stderr.getvalue() else cell.points
    return points


def boxed_scores(unit, judge, running, sources):
    triples = [
        (cell.cell_type, sources.get(id, cell.source), id)
        for cell in unit.master.cells
        if (id := cell.metadata.get("nbgrader", {}).get("grade_id"))
    ]
    cells, ids = mend(triples, unit, [])
    code, checks = unit.to_run(Submission("anyone", cells, ids))
    outcomes = run.run(running, run.Job(code, checks, seed=judge.seed, timeout=60))
    ran = [id for id, c in zip(ids, cells, strict=True) if c["cell_type"] == "code"]
    return {
        id: judge.verdict(id, outcome).points
        for id, outcome in zip(ran, outcomes, strict=True)
        if id in unit.boxed
    }


@pytest.mark.parametrize("folder", UNITS, ids=[path.name for path in UNITS])
def test_every_honest_answer_of_a_unit_scores_as_at_the_desk(sandbox, folder):
    unit = Unit.load(folder)
    reference = unit.exercise.reference
    judge = make_judge(unit.exercise, batch.draw_seed())
    answers = {"right": reference, "stub": unit.exercise.stubs()}
    for answer in [*unit.exercise.mistakes, *unit.exercise.alternatives]:
        answers[answer.id] = {**reference, **answer.sources}
    settings = box.Settings(modules=unit.imports, hidden=unit.hidden)
    # with one seed: whether float32 is near enough may depend on the inputs
    with box.Box(settings) as running, np.errstate(all="ignore"), seeded(judge.seed):
        both = {
            name: (desk_scores(unit, sources), boxed_scores(unit, judge, running, sources))
            for name, sources in answers.items()
        }
    different = {name: pair for name, pair in both.items() if pair[0] != pair[1]}
    assert different == {}


def test_there_are_units_to_compare():
    assert UNITS
    assert all(isinstance(path, Path) for path in UNITS)
