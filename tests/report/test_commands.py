"""`course simulate`, `course grade` and `course report` on two units, as processes."""

import csv
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
UNITS = ("00_start_here", "01_again")


def course(root, *arguments):
    program = Path(sys.executable).with_name("course")
    environment = {**os.environ, "COLUMNS": "200", "OMP_NUM_THREADS": "1"}
    return subprocess.run(
        [program, *arguments], cwd=root, env=environment, capture_output=True, text=True
    )


@pytest.fixture(scope="module")
def term(tmp_path_factory):
    """A class of twelve that handed in two units, graded and reported on."""
    root = tmp_path_factory.mktemp("term")
    shutil.copy(ROOT / "nbgrader_config.py", root)
    for unit in UNITS:
        for folder in ("solutions", "exercises"):
            shutil.copytree(ROOT / folder / UNITS[0], root / folder / unit)
    for command in (
        ("simulate", *UNITS, "--students", "12", "--seed", "3"),
        ("grade", *UNITS, "--no-sandbox", "--workers", "2"),
        ("report", *UNITS),
    ):
        done = course(root, *command)
        assert done.returncode == 0, done.stdout + done.stderr
    return root


def table(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("unit", UNITS)
def test_what_was_planted_is_what_the_report_counts(term, unit):
    truth = json.loads((term / ".course" / "simulated" / f"{unit}.json").read_text())
    planted = {}
    for student in truth:
        for kind, id in student["planted"].values():
            if kind == "mistake":
                planted.setdefault(id, set()).add(student["id"])
    found = table(term / "reports" / unit / "misconceptions.csv")
    assert planted and {row["mistake"]: set(row["who"].split()) for row in found} == planted


def test_the_same_people_hand_in_every_unit_but_other_answers(term):
    one, two = (
        json.loads((term / ".course" / "simulated" / f"{unit}.json").read_text()) for unit in UNITS
    )
    assert [s["id"] for s in one] == [s["id"] for s in two]
    assert [s["planted"] for s in one] != [s["planted"] for s in two]
    assert max(s["submitted"] for s in one) < max(s["submitted"] for s in two)


def test_the_page_on_the_term_links_to_the_units_and_agrees_with_them(term):
    page = (term / "reports" / "term.html").read_text()
    for unit in UNITS:
        assert f'href="{unit}/report.html"' in page
        assert (term / "reports" / unit / "report.html").is_file()
    assert "<script" not in page and "http" not in page
    shares = {row["student"]: row for row in table(term / "reports" / "term.csv")}
    for unit in UNITS:
        scores = {row["student"]: row for row in table(term / "reports" / unit / "scores.csv")}
        assert shares.keys() == scores.keys() and len(scores) == 12
        for name, row in scores.items():
            assert float(shares[name][unit]) == pytest.approx(float(row["points"]) / 4, abs=1e-4)


def test_a_unit_without_results_is_told_and_the_others_are_reported(term, tmp_path):
    done = course(term, "report", UNITS[0], "09_nothing", "--out", str(tmp_path))
    assert done.returncode == 1 and "09_nothing" in done.stderr
    assert (tmp_path / UNITS[0] / "report.html").is_file()


def test_grading_goes_on_after_a_unit_that_cannot_be_graded(term):
    done = course(term, "grade", "09_nothing", UNITS[0], "--no-sandbox")
    assert done.returncode != 0
    assert "Nothing was graded" in done.stdout and "12 graded" in done.stdout


def test_nothing_is_overwritten_and_nobody_is_refused(term):
    again = course(term, "simulate", UNITS[0], "--students", "12", "--seed", "3")
    assert again.returncode == 1 and "exists already" in again.stderr
    nobody = course(term, "simulate", UNITS[0], "--students", "0")
    assert nobody.returncode == 1 and "at least 1" in nobody.stderr
