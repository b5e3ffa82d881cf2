"""Plain data survives the journey; anything else, and anything hostile, is refused."""

import json

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from course_utils.checks import decode, encode, plain
from course_utils.checks.transport import rounded

arrays = hnp.arrays(
    st.sampled_from([np.float64, np.float32, np.int64, np.uint8, np.bool_, np.complex128]),
    hnp.array_shapes(min_dims=0, min_side=0, max_side=3),
)
scalars = st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats() | st.text()
values = st.recursive(
    scalars | arrays | st.complex_numbers(),
    lambda v: st.lists(v, max_size=3) | st.tuples(v, v) | st.dictionaries(st.text(), v, max_size=3),
    max_leaves=6,
)


def identical(a, b):
    if isinstance(a, np.ndarray):
        return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
    if isinstance(a, list | tuple):
        return type(a) is type(b) and len(a) == len(b) and all(map(identical, a, b))
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(identical(a[k], b[k]) for k in a)
    return type(a) is type(b) and repr(a) == repr(b)


@given(values)
def test_plain_data_survives_json(value):
    assert identical(decode(json.loads(json.dumps(encode(value)))), value)


def test_tensors_scalars_and_subclasses_become_plain():
    class Lying(np.ndarray):
        def __eq__(self, other):
            return True

    tensor = torch.arange(3.0, requires_grad=True)
    assert type(plain(tensor)) is np.ndarray
    assert type(plain(np.float64(2))) is float and type(plain(np.bool_(1))) is bool
    assert type(plain(np.zeros(2).view(Lying))) is np.ndarray


def test_a_published_array_does_not_follow_the_original():
    X = np.zeros(3)
    kept = plain(X)
    X += 1
    assert not kept.any()


@pytest.mark.parametrize("value", [object(), np.array([object()]), {1, 2}, len])
def test_what_is_not_data_is_refused(value):
    with pytest.raises(TypeError):
        plain(value)


def test_a_list_that_holds_itself_is_refused():
    loop = []
    loop.append(loop)
    with pytest.raises(ValueError, match="deep"):
        plain(loop)


@pytest.mark.parametrize(
    "data",
    [
        {"array": "AAAA", "dtype": "<f8", "shape": [1]},
        {"array": "", "dtype": "|O", "shape": [0]},
        {"array": "", "dtype": "<f8", "shape": [-1]},
        {"array": "", "dtype": "<f8", "shape": [10**30, 0]},
        {"array": "!!", "dtype": "<f8", "shape": [0]},
        {"array": "", "dtype": "no such", "shape": [0]},
        {"array": "", "dtype": 3, "shape": [0]},
        {"array": "", "dtype": "<f8", "shape": [0], "extra": 1},
        {"dict": [["a"]]},
        {"dict": 3},
        {"tuple": "abc"},
        {"complex": [1]},
        {"complex": ["a", "b"]},
        {"unknown": 1},
        [[[[[[[[[[1]]]]]]]]]],
    ],
)
def test_malformed_data_is_refused(data):
    with pytest.raises((ValueError, TypeError)):
        decode(data)


def test_rounding_keeps_type_and_shape():
    value = {"a": (1 / 3, np.array([[2 / 3, np.nan, np.inf]]), 7)}
    third, array, seven = rounded(value, 3)["a"]
    assert third == 0.333 and seven == 7 and array.shape == (1, 3)
    np.testing.assert_array_equal(array, [[0.667, np.nan, np.inf]])
