"""Every notebook of the course: its form, its outputs, and exercises against their solutions."""

import json
import re
from pathlib import Path

import nbformat
import pytest
from toys import code

from course_utils.checks import Exercise, decode, known_mistakes, same
from course_utils.notebooks import dumps, execute, faults, normalise, read
from course_utils.release import differences, release

ROOT = Path(__file__).resolve().parents[1]
THEORY = sorted(ROOT.glob("notebooks/[0-9][0-9]_*.ipynb"))
UNITS = sorted(path.parent for path in ROOT.glob("solutions/*/*.ipynb"))
EXECUTED = [*sorted(ROOT.glob("notebooks/*.ipynb")), *sorted(ROOT.glob("solutions/*/*.ipynb"))]
RELEASED = sorted(ROOT.glob("exercises/*/*.ipynb"))
STUB = ("NotImplementedError",)


def name(path):
    return str(path.relative_to(ROOT))


def outputs(path):
    return [output for cell in read(path).cells for output in cell.get("outputs", [])]


def texts(output):
    yield output.get("text", "")
    for mime, data in output.get("data", {}).items():
        if mime.startswith("text/"):
            yield data


@pytest.fixture(scope="module")
def fresh(tmp_path_factory):
    """A release of every unit, made now."""
    folder = tmp_path_factory.mktemp("release")
    if UNITS:
        release(ROOT, folder)
    return folder


# --- form


@pytest.mark.parametrize("path", [*EXECUTED, *RELEASED], ids=name)
def test_in_normal_form(path):
    assert dumps(normalise(read(path))) == path.read_text(encoding="utf-8"), "run `course build`"


@pytest.mark.parametrize("path", EXECUTED, ids=name)
def test_outputs_hold_no_error_no_stderr_and_no_traceback(path):
    assert list(faults(read(path), path)) == []
    for output in outputs(path):
        for text in texts(output):
            assert "Traceback (most recent call last)" not in text
            assert not re.search(r"<[\w.]+ object at 0x[0-9a-f]+>", text), "differs on every run"


@pytest.mark.parametrize("path", EXECUTED, ids=name)
def test_every_code_cell_that_displays_was_executed(path):
    shows = re.compile(r"^(print|show|predict|show_source)\(", re.M)
    for cell in read(path).cells:
        if cell.cell_type == "code" and shows.search(cell.source):
            assert cell.outputs, f"not executed: {cell.source[:80]}"


@pytest.mark.parametrize("path", EXECUTED, ids=name)
def test_every_picture_has_alt_text(path):
    for output in outputs(path):
        data = output.get("data", {})
        for mime in {"image/png", "image/jpeg"} & data.keys():
            assert len(output.metadata.get(mime, {}).get("alt", "")) >= 12, "use show(fig, alt=…)"
        for image in re.findall(r"<(?:img|svg)\b[^>]*>", data.get("text/html", "")):
            assert re.search(r'(alt|aria-label)="[^"]{12,}"', image), image[:200]


@pytest.mark.parametrize("path", THEORY, ids=name)
def test_a_theory_notebook_keeps_to_its_shape(path):
    cells = read(path).cells
    assert len(cells) <= 60
    assert cells[0].source.startswith("# ")
    if path.stem != "00_start_here":
        questions = [c for c in cells if c.cell_type == "code" and "predict(" in c.source]
        tables = [c.source for c in cells if "isconception" in c.source and "|---" in c.source]
        assert len(questions) >= 4
        assert tables and len(re.findall(r"^\|", tables[0], re.M)) >= 5, "misconceptions table"


# --- exercises


def test_every_unit_is_released_and_nothing_else():
    assert [path.parent.name for path in RELEASED] == [unit.name for unit in UNITS]


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_the_exercise_is_the_release_of_its_solution_byte_for_byte(fresh, unit):
    stale = differences(fresh / unit.name, ROOT / "exercises" / unit.name)
    assert list(stale) == [], "run `course build`"


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_the_release_holds_no_solution_and_no_hidden_test(fresh, unit):
    for path in (fresh / unit.name).rglob("*"):
        assert path.suffix in (".ipynb", ".json", ".csv", ".npz", ".png", ".txt")
        assert not re.search(rb"(BEGIN|END) (SOLUTION|HIDDEN)", path.read_bytes())


@pytest.mark.slow
@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_known_mistakes_are_up_to_date(unit):
    stored = json.loads((unit / "known_mistakes.json").read_text(encoding="utf-8"))
    fresh = json.loads(json.dumps(known_mistakes(Exercise.load(unit))))
    assert stored["sentences"] == fresh["sentences"] and stored["points"] == fresh["points"]
    assert stored["values"].keys() == fresh["values"].keys()
    for name, values in fresh["values"].items():  # the last digit may differ between processors
        assert stored["values"][name].keys() == values.keys()
        for mistake, value in values.items():
            assert same(decode(stored["values"][name][mistake]), decode(value)), (name, mistake)


@pytest.mark.slow
@pytest.mark.parametrize("path", RELEASED, ids=name)
def test_an_untouched_exercise_stops_only_at_its_stubs(path):
    nb = execute(read(path), path, allow=STUB)
    assert list(faults(nb, path, allow=STUB)) == []
    for cell in nb.cells:
        about = cell.metadata.get("nbgrader", {})
        stopped = [o.ename for o in cell.get("outputs", []) if o.output_type == "error"]
        assert stopped == (["NotImplementedError"] if about.get("grade") else []), cell.source


# --- the normal form itself


def stream(text, name="stdout"):
    return nbformat.v4.new_output("stream", name=name, text=text)


def normal_outputs(*outputs):
    cell = code("1")
    cell.outputs = list(outputs)
    return normalise(nbformat.v4.new_notebook(cells=[cell])).cells[0].outputs


def test_adjacent_streams_are_one_and_progress_bars_keep_their_last_line():
    made = normal_outputs(stream("a"), stream("b\n10 %\r20 %\rdone\n"), stream("e", "stderr"))
    assert [(o.name, o.text) for o in made] == [("stdout", "ab\ndone\n"), ("stderr", "e")]


def test_widget_views_go_and_what_stands_in_for_them_stays():
    view = {"application/vnd.jupyter.widget-view+json": {"model_id": "1"}}
    shown = nbformat.v4.new_output("display_data", view | {"text/html": "<b>"})
    only_view = nbformat.v4.new_output("display_data", view)
    (made,) = normal_outputs(shown, only_view)
    assert made.data == {"text/html": "<b>"}


def test_counts_ids_and_foreign_metadata_go():
    result = nbformat.v4.new_output("execute_result", {"text/plain": "1"}, execution_count=7)
    cell = code("1", "keep-me")
    cell.update(execution_count=7, outputs=[result])
    cell.metadata.update(execution={"start": "now"}, collapsed=True)
    made = normalise(nbformat.v4.new_notebook(cells=[cell], metadata={"widgets": {}, "x": 1}))
    assert made.metadata == {
        "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}
    }
    assert made.cells[0].id == "c01" and made.cells[0].metadata == {"tags": ["keep-me"]}
    assert made.cells[0].execution_count is None is made.cells[0].outputs[0].execution_count
    assert dumps(normalise(made)) == dumps(made)


def test_the_source_of_a_question_is_folded_because_it_holds_the_answer():
    asked = normalise(nbformat.v4.new_notebook(cells=[code("predict('?', {}, 'a')"), code("1")]))
    assert [c.metadata.get("jupyter") for c in asked.cells] == [{"source_hidden": True}, None]
