"""Mending a notebook: what is the student's stays, everything else is the master copy's."""

import mini
import pytest
import torch_units

from course_utils.grading import submission
from course_utils.grading.batch import Options
from course_utils.grading.outputs import clean_outputs, unanswered
from course_utils.grading.run import CellOutcome
from course_utils.grading.submission import Ungradable, mend
from course_utils.grading.unit import Unit


@pytest.fixture(scope="module")
def unit(tmp_path_factory):
    root = mini.make_course(tmp_path_factory.mktemp("unit") / "course")
    return Unit.load(root / "solutions" / mini.UNIT)


def triples(cells):
    about = [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in cells]
    return [(c.cell_type, c.source, id) for c, id in zip(cells, about, strict=True)]


def by_id(cells, ids):
    return {id: cell for id, cell in zip(ids, cells, strict=True) if id}


def test_a_faithful_notebook_keeps_its_cells_and_gets_the_masters_checks(unit):
    notes = []
    cells, ids = mend(triples(mini.filled(mini.ANSWERS)), unit, notes)
    found = by_id(cells, ids)
    assert notes == []
    assert found["relu"]["source"] == mini.ANSWERS["relu"]
    assert "BEGIN HIDDEN TESTS" in found["check_relu"]["source"]
    assert found["check_relu"]["metadata"]["nbgrader"]["points"] == 1


def test_of_copies_the_last_counts_as_in_nbgrader(unit):
    cells = mini.filled(mini.ANSWERS)
    relu = next(c for c in cells if c.metadata.get("nbgrader", {}).get("grade_id") == "relu")
    copy = mini.nbformat.from_dict(relu)
    copy.source = "def relu(Z):\n    return 'the copy'"
    notes = []
    mended, ids = mend(triples([*cells, copy]), unit, notes)
    assert ids.count("relu") == 1
    assert by_id(mended, ids)["relu"]["source"] == copy.source
    assert notes == ["copied cells: relu"]
    assert sum(cell["source"] == relu.source for cell in mended) == 1


def test_deleted_checks_come_back_behind_their_answer(unit):
    kept = [c for c in mini.filled(mini.ANSWERS) if "expect(" not in c.source]
    notes = []
    _, ids = mend(triples(kept), unit, notes)
    known = [id for id in ids if id]
    assert known == list(unit.cells)
    assert notes == [f"put back: {id}" for id in unit.cells if id.startswith("check_")]


def test_a_deleted_answer_is_not_put_back(unit):
    """It may live on in a plain cell, which a stub behind it would overwrite."""
    kept = [c for c in mini.filled(mini.ANSWERS) if c.source != mini.ANSWERS["mse"]]
    _, ids = mend(triples(kept), unit, [])
    assert "mse" not in ids
    assert "check_mse" in ids


def test_what_runs_in_the_box_holds_no_oracle(unit):
    for source in unit.boxed.values():
        assert "want" not in source
        assert "that=" not in source
        assert "lambda" not in source
        assert source.startswith("from course_utils.checks import expect, rng\n")
    assert unit.hidden == ("torch", "course_utils.nn")
    assert "nn" not in unit.boxed["check_relu"]


def test_a_torch_unit_gets_torch_and_not_the_library(tmp_path):
    torch_units.add_to(tmp_path)
    unit = Unit.load(tmp_path / "solutions" / torch_units.TINY)
    assert "torch" in unit.imports
    assert unit.hidden == ("course_utils.nn",)
    assert Options().settings(unit).modules == unit.imports


def test_what_the_solution_imports_is_in_the_box(tmp_path):
    root = mini.make_course(tmp_path)
    path = root / "solutions" / mini.UNIT / "mini.ipynb"
    path.write_text(
        path.read_text().replace("return np.maximum", "import torch; return np.maximum")
    )
    assert Unit.load(path.parent).hidden == ("course_utils.nn",)


BROKEN = [
    (b"", "not valid JSON"),
    (b"\x80\x81", "not valid JSON"),
    (b'{"cells": 3}', "no list of cells"),
    (b'{"cells": [3]}', "no list of cells"),
    (b'"text"', "no list of cells"),
    (b'{"nbformat": 3, "worksheets": 7}', "old notebook format"),
    (b'{"cells": [' + b"{}," * 1500 + b"{}]}", "more than 1000"),
    (b'{"cells": [{"source": "' + b"x" * (3 << 20) + b'"}]}', "far too much text"),
]


@pytest.mark.parametrize("data, reason", BROKEN)
def test_what_is_no_notebook_is_refused(data, reason):
    with pytest.raises(Ungradable, match=reason):
        submission.parse(data)


ODD = [
    ({"cell_type": "code", "source": ["a\n", 3, "b"]}, ("code", "a\nb", None)),
    ({"cell_type": "video", "source": None, "metadata": 4}, ("raw", "", None)),
    ({"source": "\ud800", "metadata": {"nbgrader": []}}, ("raw", "?", None)),
    (
        {"cell_type": "markdown", "source": "x", "metadata": {"nbgrader": {"grade_id": ["y"]}}},
        ("markdown", "x", None),
    ),
]


@pytest.mark.parametrize("cell, triple", ODD)
def test_odd_cells_are_read_as_far_as_they_make_sense(cell, triple):
    assert submission.read_cell(cell) == triple


@pytest.mark.parametrize("limit", [10, 10_000_000])
def test_files_are_read_whole_and_only_within_limits(tmp_path, limit):
    path = tmp_path / "file"
    path.write_bytes(b"x" * 1000)
    if limit == 10:
        with pytest.raises(Ungradable, match="more than can be graded"):
            submission.open_regular(path, limit)
    else:
        assert submission.open_regular(path, limit) == b"x" * 1000


def test_a_pipe_does_not_hold_up_the_grader(tmp_path):
    import os

    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(Ungradable, match="is not a file"):
        submission.open_regular(tmp_path / "pipe", 100)


def test_unchanged_answers_are_told_by_nbgraders_checksum(unit, tmp_path):
    root = mini.make_course(tmp_path)
    folder = mini.hand_in(root, "ada", mini.filled({"relu": mini.ANSWERS["relu"]}))
    read = submission.read("ada", folder, unit)
    assert unanswered(unit, read) == {"linear_forward", "linear_backward", "mse", "why_mean"}


OUTPUTS = [
    ({"output_type": "stream", "name": "evil", "text": "a"}, "stdout"),
    ({"output_type": "stream", "name": "stderr", "text": "a"}, "stderr"),
    ({"output_type": "stream", "text": ["a"]}, None),
    ({"output_type": "display_data", "data": {"text/html": "<script>"}}, None),
    ({"output_type": "display_data", "data": {"text/plain": "a", "text/html": "<p>"}}, "data"),
    ("text", None),
    ({"data": 3}, None),
]


@pytest.mark.parametrize("output, kind", OUTPUTS)
def test_outputs_are_made_anew_from_what_is_harmless(output, kind):
    made = clean_outputs(CellOutcome(outputs=[output]))
    if kind is None:
        assert made == []
    elif kind == "data":
        assert made[0]["data"] == {"text/plain": "a"}
    else:
        assert made == [{"output_type": "stream", "name": kind, "text": "a"}]


def test_the_timestamp_is_checked_before_nbgrader_meets_it():
    notes = []
    assert submission.valid_timestamp(b"2026-03-01 12:00:00 UTC\n", notes) is not None
    assert notes == []
    assert submission.valid_timestamp(b"yesterday, about noon", notes) is None
    assert "is not a time" in notes[0]
    assert submission.valid_timestamp(b"", []) is None
