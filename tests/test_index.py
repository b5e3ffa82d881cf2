"""The concept index: made from tags, never stale, never claiming what is not there."""

import re
import tomllib
from pathlib import Path

import pytest
from toys import code, graded, markdown, save

from course_utils.index import concepts, render, scan
from course_utils.notebooks import read

ROOT = Path(__file__).resolve().parents[1]
PROMISED = sorted((ROOT / "tests" / "concepts").glob("*.toml"))


@pytest.fixture(scope="module")
def course():
    found, problems = scan(ROOT)
    return {concept.slug: concept for concept in found}, problems


# --- the course itself


def test_the_tags_of_the_notebooks_are_in_order(course):
    assert course[1] == []


def test_the_index_is_up_to_date(course):
    text = (ROOT / "notebooks" / "index.md").read_text(encoding="utf-8")
    assert text == render(list(course[0].values())), "run `course build`"


@pytest.mark.parametrize("path", PROMISED, ids=lambda path: path.stem)
def test_every_promised_concept_has_all_it_needs(course, path):
    found, _ = course
    for promise in tomllib.loads(path.read_text(encoding="utf-8"))["concept"]:
        concept = found.get(promise["slug"])
        assert concept, f"no heading is tagged concept:{promise['slug']}"
        assert concept.unit == path.stem
        missing = set(promise["needs"]) - concept.marks
        assert not missing, f"{promise['slug']} has no cell tagged {sorted(missing)}"


@pytest.mark.parametrize("path", PROMISED, ids=lambda path: path.stem)
def test_no_concept_is_taught_that_is_not_promised(course, path):
    promised = {c["slug"] for c in tomllib.loads(path.read_text(encoding="utf-8"))["concept"]}
    taught = {slug for slug, concept in course[0].items() if concept.unit == path.stem}
    assert taught == promised


@pytest.mark.parametrize("path", PROMISED, ids=lambda path: path.stem)
def test_tagged_cells_do_what_their_tag_says(path):
    for cell in read(ROOT / "notebooks" / f"{path.stem}.ipynb").cells:
        kinds = {tag.partition(":")[0] for tag in cell.metadata.get("tags", [])}
        if "torch" in kinds:
            assert re.search(r"\b(torch|nn|F)\b", cell.source), cell.source
        if "verified" in kinds:
            assert "assert " in cell.source or cell.outputs, f"shows nothing: {cell.source}"


# --- how it works

HEADING = markdown("## Layer gradient\n\ntext", "concept:lg", "exercise:backward:lg")


def listed(*cells, functions=("backward",)):
    import nbformat

    return concepts(nbformat.v4.new_notebook(cells=list(cells)), "04_backprop", set(functions))


def test_marks_come_from_the_cells_that_carry_them():
    cells = [HEADING, code("1", "scratch:lg", "torch:lg"), code("2", "verified:lg"), code("3")]
    (concept,), problems = listed(*cells)
    assert problems == []
    assert (concept.title, concept.marks) == ("Layer gradient", {"scratch", "torch", "verified"})
    assert concept.row() == (
        "| [Layer gradient](04_backprop.ipynb#Layer-gradient) | 04_backprop | ✓ | ✓ | ✓ |  | "
        "[`backward`](../exercises/04_backprop/backprop.ipynb) |"
    )


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ([code("1", "scratch:lg")], "cell 1: scratch:lg has no concept:lg above it"),
        ([markdown("no heading", "concept:lg")], "concept:lg is not on a ## heading"),
        ([code("## x", "concept:lg")], "concept:lg is not on a ## heading"),
        ([HEADING, markdown("## Again", "concept:lg")], "cell 2: concept:lg is there twice"),
        ([HEADING, markdown("x", "torch:lg")], "torch:lg is not on a code cell"),
        ([markdown("## A", "concept:a", "exercise:f:a")], "the exercise has no function f"),
    ],
)
def test_a_wrong_tag_is_named_with_its_cell(cells, said):
    _, problems = listed(*cells)
    assert any(said in problem for problem in problems)


def test_only_functions_that_the_exercise_has_are_listed(tmp_path):
    save(tmp_path / "notebooks" / "04_backprop.ipynb", HEADING)
    (concept,), problems = scan(tmp_path)
    assert concept.exercises == [] and "has no function backward" in problems[0]
    exercise = tmp_path / "exercises" / "04_backprop" / "backprop.ipynb"
    save(exercise, graded("backward", "def backward(): pass", solution=True))
    (concept,), problems = scan(tmp_path)
    assert concept.exercises == ["backward"] and problems == []


def test_one_concept_is_taught_in_one_notebook(tmp_path):
    for name in ("01_a", "02_b"):
        save(tmp_path / "notebooks" / f"{name}.ipynb", markdown("## A", "concept:a"))
    assert scan(tmp_path)[1] == ["concept:a is in two notebooks"]
