"""The proofs every exercise owes: what earns points, what does not, and that a mistake is named."""

import functools
from pathlib import Path

import pytest

from course_utils.checks import Exercise, Oracle, strip_oracles
from course_utils.checks.exercise import HIDDEN, run_cell

ROOT = Path(__file__).parents[1]
UNITS = sorted(path.parent for path in ROOT.glob("solutions/*/mistakes.py"))
per_unit = pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)


@functools.lru_cache(maxsize=2)
def oracle_of(unit):
    return Oracle(Exercise.load(unit))


def judge(unit, sources):
    """Run the exercise with some functions replaced; return {graded cell: Verdict}."""
    oracle = oracle_of(unit)
    runs = oracle.exercise.run(sources)
    return {
        cell: oracle.judge(cell, runs[cell].values, runs[cell].error)
        for cell in oracle.exercise.points
    }


def cases(kind):
    """One test case per mistake or alternative of every unit."""
    return [
        pytest.param(unit, answer, id=f"{unit.name}-{answer.id}")
        for unit in UNITS
        for answer in getattr(Exercise.load(unit), kind)
    ]


@per_unit
def test_the_untouched_stub_scores_nothing_and_is_not_started(unit):
    verdicts = judge(unit, oracle_of(unit).exercise.stubs())
    assert {verdict.status for verdict in verdicts.values()} == {"not started"}


@per_unit
def test_the_reference_scores_everything(unit):
    wrong = {cell: v.sentence or v.error for cell, v in judge(unit, {}).items() if not v.ok}
    assert wrong == {}


@per_unit
def test_every_function_has_a_check_and_enough_mistakes_and_alternatives(unit):
    exercise = Exercise.load(unit)
    assert [name for name in exercise.functions if not exercise.checks[name]] == []
    assert len(exercise.mistakes) >= 6 * len(exercise.functions) or unit.name[:2] in ("00", "04")
    for name in exercise.functions:
        others = [a for a in exercise.alternatives if name in a.functions]
        assert len(others) >= 2, name


@per_unit
def test_check_names_are_unique(unit):
    names = [r.name for run in oracle_of(unit).expected.values() for r in run.records]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(("unit", "mistake"), cases("mistakes"))
def test_every_mistake_loses_points_and_is_named(unit, mistake):
    verdicts = judge(unit, mistake.sources)
    lost = {cell: v for cell, v in verdicts.items() if not v.ok}
    own = [cell for name in mistake.functions for cell in oracle_of(unit).exercise.checks[name]]
    assert any(cell in lost for cell in own), "it scores full marks"
    named = {cell: lost[cell].mistake_id for cell in own if cell in lost}
    assert set(named.values()) == {mistake.id}


@per_unit
def test_a_forgotten_return_is_not_taken_for_another_mistake(unit):
    exercise = oracle_of(unit).exercise
    for name in exercise.functions:
        verdicts = judge(unit, {name: f"def {name}(*args, **options):\n    pass"})
        own = [verdicts[cell] for cell in exercise.checks[name]]
        assert not any(v.ok for v in own), name
        named = [v.sentence for v in own if v.mistake_id]
        assert all("return" in sentence for sentence in named), name


@pytest.mark.parametrize(("unit", "answer"), cases("alternatives"))
def test_every_alternative_scores_everything(unit, answer):
    wrong = {
        cell: v.sentence or v.error for cell, v in judge(unit, answer.sources).items() if not v.ok
    }
    assert wrong == {}


@per_unit
def test_each_function_can_be_graded_alone(unit):
    exercise = oracle_of(unit).exercise
    for name in exercise.functions:
        others = {
            other: source
            for other, source in exercise.stubs().items()
            if other != name and other not in prerequisites(exercise, name)
        }
        verdicts = judge(unit, others)
        assert all(verdicts[cell].ok for cell in exercise.checks[name]), name


def prerequisites(exercise, name):
    direct = exercise.needs.get(name, [])
    return {*direct, *(deep for need in direct for deep in prerequisites(exercise, need))}


@per_unit
def test_the_boxed_cells_hold_no_oracle_and_still_publish_everything(unit):
    oracle = oracle_of(unit)
    exercise = oracle.exercise
    namespace = {"__name__": "__main__"}
    for cell in exercise.cells:
        source = strip_oracles(cell.source) if cell.grade else cell.source
        if cell.grade:
            assert "want=" not in source and "that=" not in source and "import torch" not in source
        run = run_cell(source, cell.id, namespace)
        assert run.error is None
        assert run.values.keys() == oracle.expected[cell.id].values.keys()


@per_unit
def test_the_release_holds_no_solution_hidden_test_or_mistake(unit):
    exercise = Exercise.load(unit)
    released = ROOT / "exercises" / unit.name
    text = "".join(path.read_text("utf-8") for path in released.rglob("*.ipynb"))
    assert "BEGIN SOLUTION" not in text and "HIDDEN TESTS" not in text
    assert not list(released.rglob("*.py"))
    for cell in exercise.cells:
        for region in HIDDEN.findall(cell.source + "\n"):
            for line in region.splitlines()[1:-1]:
                if line.strip().startswith("expect(") and line.strip() != "expect(":
                    assert line.strip() not in text
