"""The judge: values against the right ones and known mistakes, whatever the values are."""

import json

import mini
import numpy as np
import pytest

from course_utils.checks import encode
from course_utils.grading.judge import Judge, cell_result, fingerprint, say, size
from course_utils.grading.run import CellOutcome
from course_utils.grading.unit import Unit


@pytest.fixture(scope="module")
def judge(tmp_path_factory):
    root = mini.make_course(tmp_path_factory.mktemp("judge") / "course")
    return Judge(Unit.load(root / "solutions" / mini.UNIT).exercise, seed=7)


def published(judge, cell_id, **changes):
    values = judge.expected[cell_id].values
    return CellOutcome({name: text(value) for name, value in values.items()} | changes)


def text(value):
    return json.dumps(encode(value))


def test_right_values_get_all_points(judge):
    for cell in judge.exercise.points:
        verdict = judge.verdict(cell, published(judge, cell))
        assert (verdict.ok, verdict.points) == (True, judge.exercise.points[cell])


@pytest.mark.parametrize("id", ["bias_forgotten", "dw_over_n", "sum_not_mean", "absolute"])
def test_every_known_mistake_is_named(judge, id):
    answer = next(m for m in judge.exercise.mistakes if m.id == id)
    (cell,) = judge.exercise.checks[answer.functions[0]]
    values = judge.wrong[id][cell].values
    outcome = CellOutcome({name: text(value) for name, value in values.items()})
    verdict = judge.verdict(cell, outcome)
    assert (verdict.points, verdict.mistake_id, verdict.sentence) == (0.0, id, answer.says)


def test_mistakes_run_only_where_they_reach(judge):
    assert judge.wrong["sum_not_mean"]["check_relu"].records == []
    assert judge.wrong["sum_not_mean"]["check_mse"].records


HOSTILE = {
    "nothing": None,
    "text": "2.5",
    "true": True,
    "huge": 10**400,
    "infinite": float("inf"),
    "not a number": float("nan"),
    "list": [2.5] * 90_000,
    "deep": [[[[[[[[[[[[2.5]]]]]]]]]]]],
    "malformed": {"array": "!!", "dtype": "<f8", "shape": [1]},
    "object dtype": {"array": "", "dtype": "O", "shape": [0]},
    "negative shape": {"array": "", "dtype": "<f8", "shape": [-1]},
    "overflowing shape": {"array": "", "dtype": "<f8", "shape": [2**40, 2**40, 0]},
    "another array": {"array": "AAAAAAAA8D8=", "dtype": "<f8", "shape": [1, 1, 1]},
    "pickle": {"py/reduce": ["os.system", "true"]},
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_values_are_wrong_and_harmless(judge, name):
    for check in judge.expected["check_mse"].values:
        outcome = published(judge, "check_mse", **{check: json.dumps(HOSTILE[name])})
        verdict = judge.verdict("check_mse", outcome)
        assert verdict.points == 0
        assert [result.name for result in verdict.results if not result.ok] == [check]


def test_far_too_large_values_never_reach_a_predicate(judge):
    large = text(np.zeros(100_000))
    outcome = published(judge, "check_relu", **{"relu is never negative": large})
    assert "relu is never negative" not in judge.readable("check_relu", outcome)
    assert judge.verdict("check_relu", outcome).points == 0


def test_an_error_costs_the_cell_even_if_every_value_is_right(judge):
    outcome = published(judge, "check_mse")
    outcome.error = "ValueError: late"
    verdict = judge.verdict("check_mse", outcome)
    assert (verdict.points, verdict.status) == (0.0, "failed to run")


def test_what_is_kept_is_json_and_says_each_check(judge):
    outcome = published(judge, "check_mse", **{"mse of random values": "99.0"})
    outcome.repeated = ["mse of a batch of two"]
    outcome.published.pop("mse of a batch of two")
    verdict = judge.verdict("check_mse", outcome)
    result = cell_result(verdict, outcome, judge.readable("check_mse", outcome))
    first, second = result["results"]
    assert first["sentence"] == "it was published twice."
    assert first["fingerprint"] is None
    assert len(second["fingerprint"]) == 12
    assert "0 of 2 checks are right" in say(result)[-1]


def test_equal_wrong_values_have_equal_fingerprints():
    a = np.array([1.0, 2.0])
    assert fingerprint(a) == fingerprint(a * (1 + 1e-9))
    assert fingerprint(a) != fingerprint(a * 1.01)
    assert fingerprint(a) != fingerprint(a[None])
    assert fingerprint((a, None)) != fingerprint([a, None])
    assert fingerprint(True) != fingerprint(1)
    assert fingerprint(None) is None


def test_sizes_count_numbers_and_characters():
    assert size([np.zeros((2, 3)), "ab", {"x": 1.0}]) == 6 + 2 + 2 + 3
