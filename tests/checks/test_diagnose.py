"""The generic diagnosis, one row per kind of wrong answer."""

import numpy as np
import pytest

from course_utils.checks import compare, same
from course_utils.checks.diagnose import part_names

A = np.array([[1.0, -2.0, 3.5], [0.5, 4.0, -1.5]])
V = np.array([1.0, 2.0, 4.0, -3.0])
S = np.array([[1.0, 2.0, 7.0], [3.0, 4.0, -1.0], [5.0, 9.0, 6.0]])


def changed(array, index, value):
    array = array.copy()
    array[index] = value
    return array


@pytest.mark.parametrize(
    ("got", "want", "says"),
    [
        (None, A, "nothing came back"),
        ("text", A, "a str came back, expected an array of shape (2, 3)"),
        ([1.0, 2.0], V, "a list came back"),
        (A.T, A, "the transpose of the right answer"),
        (A.T + 1, A, "the wrong way round"),
        (S.T, S, "the transpose of the right answer"),
        (V[None], V, "axis of length 1 was kept"),
        (V, V[:, None], "axis of length 1 got lost"),
        (A, A.sum(0), "not summed or averaged away"),
        (A.sum(0), A, "One axis too many"),
        (A.sum(1), A.sum(0), "wrong axis"),
        (A.astype(int), A, "an array of whole numbers (int64), expected floats"),
        (A > 0, (A > 0).astype(int), "an array of True and False"),
        (changed(A, (1, 2), np.nan), A, "NaN at (1, 2), expected -1.5"),
        (changed(A, (0, 0), np.inf), A, "infinity at (0, 0), expected 1"),
        (-A, A, "every sign is wrong"),
        (0 * A, A, "all zeros"),
        (2 * A, A, "2 (the length of the first axis) times"),
        (A / 2, A, "1/2 (one over the length of the first axis) times"),
        (A / 6, A, "1/6 (one over the number of elements) times"),
        (A / 10, A, "1/10 times"),
        (3 * A, A, "3 times what it should be"),
        (A + 0.25, A, "off by the same amount, +0.25"),
        (V[::-1], V, "values are right but in reverse order"),
        (S[[1, 2, 0]], S, "rows are right but in another order"),
        (S[:, [1, 2, 0]], S, "columns are right but in another order"),
        (changed(V, 3, 9.0), V, "only value 3 (the last) is wrong"),
        (changed(S, (1, slice(None)), 9.0), S, "only row 1 is wrong"),
        (A * A, A, "largest error at (1, 1): got 16, expected 4"),
        (2.0, 1.0, "exactly twice"),
        (0.5, 1.0, "exactly half"),
        (-1.0, 1.0, "the sign is wrong"),
        (1.3, 1.0, "got 1.3, expected 1"),
        (float("nan"), 1.0, "got nan, expected 1"),
        (A, 1.0, "expected one number. A sum or a mean is missing"),
        (True, 1.0, "a bool came back"),
        (2.0, 2, "expected the whole number 2"),
        (1, True, "got 1, expected True"),
        ("b", "a", "got 'b', expected 'a'"),
        ((V,), (V, A), "1 values came back, expected 2"),
        (V, (V, A), "expected 2 values in a tuple"),
        ((A, V), (V, A), "another order: they are reversed"),
        ((V, -A), (V, A), "value 2: every sign is wrong"),
        ({"a": 1}, {"a": 1, "b": 2}, "the dict has no 'b'"),
        ({"a": 1, "c": 1}, {"a": 1}, "the dict has 'c'"),
        ({"a": 2.0}, {"a": 1.0}, "a: got 2, exactly twice"),
        (3, {"a": 1.0}, "an int came back, expected a dict"),
    ],
)
def test_a_wrong_answer_gets_its_sentence(got, want, says):
    assert says in compare(got, want)


@pytest.mark.parametrize(
    ("got", "want"),
    [
        (A, A),
        (A * (1 + 1e-8), A),
        (A.astype(np.float32), A),
        (np.array(1.5), 1.5),
        (1, 1.0),
        (np.array(True), True),
        (np.array([1, np.nan, np.inf]), np.array([1, np.nan, np.inf])),
        ([1.0, 2.0], (1.0, 2.0)),
        (np.array([1.0, 2.0]), [1.0, 2.0]),
        (np.zeros((0, 3)), np.zeros((0, 3))),
        (np.array([1, 0], dtype=np.uint8), np.array([1, 0])),
        (None, None),
    ],
)
def test_a_right_answer_passes(got, want):
    assert compare(got, want) is None


def test_a_wrong_number_next_to_infinity_is_seen():
    assert not same(np.array([np.inf, 1.0]), np.array([np.inf, 2.0]))


def test_tolerance_is_relative_and_absolute():
    assert same(np.array([1e6 + 0.5]), np.array([1e6]))
    assert not same(np.array([1.00001]), np.array([1.0]))
    assert same(np.array([1e-10]), np.array([0.0])) and not same(np.array([1e-8]), np.array([0.0]))


def test_parts_of_a_tuple_are_named_from_the_check():
    assert part_names("dX, dW, db of linear_backward", 3) == ["dX", "dW", "db"]
    assert part_names("everything", 2) == ["value 1", "value 2"]
    assert compare((V, 2 * A), (V, A), name="v, dA of f").startswith("dA: every value")
