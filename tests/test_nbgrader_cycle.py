"""A whole term in one test: an assignment released, handed in by two students, graded, returned.

Every step is nbgrader's own command in a process of its own, in the order of the README.
"""

import csv
import os
import re
import shutil
import subprocess
import sys
from html import unescape
from pathlib import Path

import nbformat
import pytest

from course_utils.checks import Exercise, Oracle
from course_utils.notebooks import dumps, read, write
from course_utils.release import differences

ROOT = Path(__file__).resolve().parents[1]
UNIT = "04_backprop"
MISTAKE = "gate_on_gradient"  # in relu_backward, by a student who has everything else right
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (ROOT / "exercises" / UNIT).exists(), reason=f"{UNIT} is not built"),
]


def run(folder, *command, home):
    """Run a command in `folder` as the person whose home is `home`."""
    venv_bin = str(Path(sys.executable).parent)
    environment = {
        **os.environ,
        "HOME": str(home),
        "PATH": os.pathsep.join([venv_bin, os.environ["PATH"]]),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_CONFIG_PATH": str(home.parent / "etc"),  # instead of /etc/jupyter
        "JUPYTER_DATA_DIR": str(home / "data"),
        "IPYTHONDIR": str(home / "ipython"),
        "OMP_NUM_THREADS": "1",
    }
    environment.pop("PYTHONWARNINGS", None)
    ran = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=600,
        check=False,
    )  # fmt: skip
    assert ran.returncode == 0, f"{command}: {ran.stdout[-2000:]} {ran.stderr[-3000:]}"


def nbgrader(folder, command, *arguments, home):
    run(folder, sys.executable, "-m", "nbgrader", command, *arguments, home=home)


@pytest.fixture(scope="module")
def exercise():
    return Exercise.load(ROOT / "solutions" / UNIT)


@pytest.fixture(scope="module")
def answers(exercise):
    """What each student typed, by function."""
    mistake = next(m for m in exercise.mistakes if m.id == MISTAKE)
    return {"ada": exercise.reference, "bob": exercise.reference | mistake.sources}


@pytest.fixture(scope="module")
def term(tmp_path_factory, exercise, answers):
    """The folder after the whole cycle: course/, exchange/, and a folder for each student."""
    home = tmp_path_factory.mktemp("term")
    course, exchange = home / "course", home / "exchange"
    course.mkdir()
    exchange.mkdir(mode=0o777)
    exchange.chmod(0o777)
    shutil.copy(ROOT / "nbgrader_config.py", course)
    shutil.copytree(ROOT / "solutions" / UNIT, course / "solutions" / UNIT)
    (home / "etc").mkdir()
    settings = f"c = get_config()\nc.Exchange.root = {str(exchange)!r}\n"
    (home / "etc" / "nbgrader_config.py").write_text(settings)

    def teacher(command):
        nbgrader(course, command, UNIT, home=home / "teacher")

    def student(name, command):
        own = home / name
        own.mkdir(exist_ok=True)
        who = ("--course", "neural_networks", f"--student={name}")  # both are one user here
        nbgrader(own, command, UNIT, *who, home=own)

    shutil.copytree(ROOT / "exercises" / UNIT, home / "released")
    teacher("generate_assignment")
    teacher("release_assignment")
    for name, sources in answers.items():
        student(name, "fetch_assignment")
        fill_in(home / name / UNIT / f"{exercise.notebook}.ipynb", sources)
        student(name, "submit")
    teacher("collect")
    teacher("autograde")
    teacher("generate_feedback")
    teacher("release_feedback")
    for name in answers:
        student(name, "fetch_feedback")
    nbgrader(course, "export", home=home / "teacher")
    return home


def fill_in(path, sources):
    nb = read(path)
    for cell in nb.cells:
        id = cell.metadata.get("nbgrader", {}).get("grade_id")
        cell.source = sources.get(id, cell.source)
    nbformat.validate(nb)
    write(dumps(nb), path)


@pytest.fixture(scope="module")
def deserved(exercise, answers):
    """Points by student and cell, from the judge of the course's own checks."""
    oracle = Oracle(exercise)
    runs = {name: exercise.run(sources) for name, sources in answers.items()}
    return {
        name: {
            cell: oracle.judge(cell, run[cell].values, run[cell].error).points
            for cell in exercise.points
        }
        for name, run in runs.items()
    }


def feedback(term, name, exercise):
    (page,) = (term / name / UNIT / "feedback").glob(f"*/{exercise.notebook}.html")
    return unescape(re.sub(r"<[^>]+>", "", page.read_text(encoding="utf-8")))


def test_nbgrader_generates_the_same_bytes_as_the_course(term):
    assert differences(term / "course" / "exercises" / UNIT, term / "released") == {}


def test_what_students_fetch_holds_no_answers(term):
    assert not list((term / "exchange").rglob("*.py"))
    assert not (term / "ada" / UNIT / "mistakes.py").exists()


def test_scores_are_what_the_checks_say(term, exercise, deserved):
    with open(term / "course" / "grades.csv", newline="", encoding="utf-8") as file:
        rows = {row["student_id"]: row for row in csv.DictReader(file)}
    total = sum(exercise.points.values())
    assert {float(row["max_score"]) for row in rows.values()} == {total}
    assert float(rows["ada"]["score"]) == total
    assert float(rows["bob"]["score"]) == sum(deserved["bob"].values())
    assert 0 < float(rows["bob"]["score"]) < total


def test_each_function_earns_its_own_points(term, exercise, deserved):
    for name, points in deserved.items():
        text = feedback(term, name, exercise)
        found = re.findall(r"Score:\s*([\d.]+)\s*/\s*([\d.]+)", text)
        scores = [(float(got), float(most)) for got, most in found]
        cells = [(points[cell], most) for cell, most in exercise.points.items()]
        assert scores[-len(cells) :] == cells


def test_the_mistake_is_explained_on_the_feedback_page(term, exercise):
    says = next(m.says for m in exercise.mistakes if m.id == MISTAKE)
    pages = {name: " ".join(feedback(term, name, exercise).split()) for name in ("ada", "bob")}
    assert " ".join(says.split()) in pages["bob"]
    assert " ".join(says.split()) not in pages["ada"]


def test_feedback_of_the_class_grader_is_returned_the_same_way(term, exercise, deserved):
    """`course grade --feedback` instead of nbgrader's two commands; last: it overwrites."""
    course, teacher = term / "course", term / "teacher"
    program = str(Path(sys.executable).with_name("course"))
    grade = ("grade", UNIT, "--force", "--feedback", "--no-sandbox")
    run(course, program, *grade, home=teacher)
    nbgrader(course, "release_feedback", UNIT, home=teacher)
    for name in deserved:
        own = term / name
        shutil.rmtree(own / UNIT / "feedback")
        who = ("--course", "neural_networks", f"--student={name}")
        nbgrader(own, "fetch_feedback", UNIT, *who, home=own)
    pages = {name: " ".join(feedback(term, name, exercise).split()) for name in deserved}
    says = " ".join(next(m.says for m in exercise.mistakes if m.id == MISTAKE).split())
    assert says in pages["bob"] and says not in pages["ada"]
    total = sum(exercise.points.values())
    for name, points in deserved.items():
        assert f"{sum(points.values()):g} of {total:g} points" in pages[name]
