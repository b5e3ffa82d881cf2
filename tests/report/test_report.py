"""The statistics on a class small enough to count by hand, and the page made of them."""

import csv
import datetime
import json
from dataclasses import replace

import nbformat
import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from course_utils.report import statistics as stats
from course_utils.report.command import write_draft
from course_utils.report.page import anonymous, histogram, timeline, write_report
from course_utils.report.propose import propose
from course_utils.report.results import read_results
from course_utils.report.term import behind

SENTENCE = "You <transposed> it."


def cell(points, mistake=None, status=None, value="v", most=2):
    status = status or ("right" if points else "wrong")
    ok = status == "right"
    sentence = SENTENCE if mistake else None if ok else "largest error"
    check = dict(name="a", ok=ok, sentence=sentence, mistake_id=mistake, fingerprint=value)
    return dict(
        points=points, max_points=most, status=status, error=None, sentence=sentence,
        mistake_id=mistake, results=[check],
    )  # fmt: skip


CLASS = {
    "ada": {"check_f": cell(2), "check_g__a": cell(2), "check_g__b": cell(1, most=1)},
    "bob": {"check_f": cell(0, "flip"), "check_g__a": cell(2), "check_g__b": cell(0, most=1)},
    "cyd": {"check_f": cell(0, "flip"), "check_g__a": cell(0), "check_g__b": cell(0, most=1)},
    "dan": {
        "check_f": cell(0, status="not started"),
        "check_g__a": cell(0, "flip"),
        "check_g__b": cell(0, value="w", most=1),
    },
}


@pytest.fixture
def results(tmp_path):
    folder = tmp_path / "results"
    folder.mkdir()
    for i, (name, cells) in enumerate(CLASS.items()):
        stamp = f"2026-03-0{i + 1}T12:00:00"
        data = {"student": name, "unit": "u", "timestamp": stamp, "cells": cells}
        (folder / f"{name}.json").write_text(json.dumps(data))
    return folder


@pytest.fixture
def students(results):
    return read_results(results)[0]


def read_csv(path):
    return list(csv.reader(path.read_text().splitlines()))


def test_results_are_read_and_a_damaged_file_is_told(results):
    (results / "eve.json").write_text('{"student": "eve"')
    students, problems = read_results(results)
    assert [s.student for s in students] == list(CLASS)
    assert len(problems) == 1 and "eve.json could not be read" in problems[0]


def test_no_results_says_what_to_do(tmp_path):
    with pytest.raises(FileNotFoundError, match="run `course grade"):
        read_results(tmp_path)


def test_items_are_counted(students):
    f, g = stats.items(students)
    assert f.states == {"right": 1, "partly": 0, "wrong": 2, "not started": 1, "failed to run": 0}
    assert g.states == {"right": 1, "partly": 1, "wrong": 2, "not started": 0, "failed to run": 0}
    assert (f.points, g.points) == (2, 3)
    assert f.difficulty == 0.25 and g.difficulty == pytest.approx(5 / 12)
    # point-biserial by hand: right on f = (1,0,0,0), the rest = (3,2,0,0)
    assert f.discrimination == pytest.approx(np.corrcoef([1, 0, 0, 0], [3, 2, 0, 0])[0, 1])


def test_constant_columns_have_no_correlation():
    assert np.isnan(stats.correlation(np.ones(4), np.arange(4.0)))


def test_functions_that_fail_together(students):
    assert stats.fail_together(students) == [(pytest.approx(1.0), "f", "g")]


def test_misconceptions_count_students_and_cost_points(students):
    (flip,) = stats.misconceptions(students)
    assert (flip.id, flip.students, flip.cost) == ("flip", ("bob", "cyd", "dan"), 6)


def test_unknown_answers_with_the_same_values_are_one_cluster(students):
    groups = stats.clusters(students)
    assert [(c.cells, c.students) for c in groups] == [
        (("check_g__b",), ("bob", "cyd")),
        (("check_g__a",), ("cyd",)),
        (("check_g__b",), ("dan",)),
    ]


def test_the_same_students_in_several_cells_of_a_function_are_one_cluster(students):
    fresh = [s for s in students if s.student in ("bob", "cyd")]
    both = [
        replace(s, cells={**s.cells, "check_g__a": fresh[1].cells["check_g__a"]}) for s in fresh
    ]
    (group,) = stats.clusters(both)
    assert group.cells == ("check_g__a", "check_g__b")
    assert (group.students, group.cost) == (("bob", "cyd"), 6)


def test_a_mistake_named_on_top_of_a_wrong_function_does_not_count(results):
    students, _ = read_results(results, needs={"g": ["f"]})
    (flip,) = stats.misconceptions(students)
    assert flip.students == ("bob", "cyd")  # dan's was met in g only, and his f is not right
    assert stats.clusters(students) == []


def test_who_is_behind_counts_what_was_not_handed_in_as_nothing():
    table = {"ada": {"u": 1.0, "v": 0.5}, "bob": {"u": 0.8}, "cyd": {"u": 0.5, "v": 0.5}}
    assert behind(table, ["u", "v"]) == [("bob", pytest.approx(0.4))]


def test_histogram_and_timeline_count_everybody(students):
    assert sum(n for _, n, _ in histogram([s.points for s in students], 5)) == 4
    assert sum(n for _, n, _, _ in timeline(students)) == 4
    assert timeline(students)[0][0] == datetime.datetime(2026, 3, 1, 12)


def test_the_page_stands_alone_and_escapes(students, tmp_path):
    page = write_report(students, ["x.json could not be read"], "u", tmp_path / "out", tmp_path)
    text = page.read_text()
    assert "You &lt;transposed&gt; it." in text and "<transposed>" not in text
    assert "x.json could not be read" in text
    assert "http://" not in text and "https://" not in text and "<script" not in text
    rows = read_csv(tmp_path / "out" / "misconceptions.csv")
    assert rows[1][:4] == ["flip", "f", "3", "6"]
    assert len(read_csv(tmp_path / "out" / "scores.csv")) == 5
    assert not list((tmp_path / "out").glob("*.part"))


def test_text_that_a_spreadsheet_would_run_stays_text(students, tmp_path):
    data = {"student": "=1+1", "timestamp": None, "cells": CLASS["bob"]}
    (tmp_path / "bad.json").write_text(json.dumps(data))
    students, _ = read_results(tmp_path)
    write_report(students, [], "u", tmp_path / "out", tmp_path)
    assert "'=1+1" in (tmp_path / "out" / "scores.csv").read_text()


def test_a_typical_answer_is_anonymous():
    source = 'def f(x):\n    """By Bob."""\n    return x  # Bob was here'
    assert anonymous(source) == "def f(x):\n    return x"


def test_a_new_entry_is_proposed_from_the_largest_cluster(students, tmp_path):
    about = {"grade_id": "g", "grade": False, "solution": True}
    nb = new_notebook(
        cells=[new_code_cell("def g(x):\n    return x", metadata={"nbgrader": about})]
    )
    folder = tmp_path / "bob" / "u"
    folder.mkdir(parents=True)
    nbformat.write(nb, folder / "u.ipynb")
    function, entry = propose(students, "u", tmp_path)
    assert function == "g"
    assert '@mistake("g", says="TODO' in entry and "def unknown_g(x):\n    return x" in entry
    nb.cells[0].source = "class g:\n    def g(self):\n        return g()"
    nbformat.write(nb, folder / "u.ipynb")
    _, entry = propose(students, "u", tmp_path)
    assert "class unknown_g:\n\n    def g(self):\n        return g()" in entry
    assert propose(students, "u", tmp_path / "nowhere") is None


def test_a_draft_is_written_once_and_does_not_mistake_another_for_it(students, tmp_path, capsys):
    about = {"grade_id": "g", "grade": False, "solution": True}
    nb = new_notebook(
        cells=[new_code_cell("def g(x):\n    return x", metadata={"nbgrader": about})]
    )
    (tmp_path / "submitted" / "bob" / "u").mkdir(parents=True)
    nbformat.write(nb, tmp_path / "submitted" / "bob" / "u" / "u.ipynb")
    bank = tmp_path / "solutions" / "u" / "mistakes.py"
    bank.parent.mkdir(parents=True)
    bank.write_text("def unknown_g_of_another_name(x):\n    return 0\n")
    write_draft(students, "u", tmp_path)
    once = bank.read_text()
    assert once.startswith("def unknown_g_of_another_name") and "\ndef unknown_g(x):" in once
    write_draft(students, "u", tmp_path)
    assert bank.read_text() == once
    assert "finish it, then grade again" in capsys.readouterr().out
