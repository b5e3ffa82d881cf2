"""Moments, bounds and structure of the initial weights, against torch.nn.init."""

from itertools import pairwise

import numpy as np
import pytest
import torch

from course_utils.nn import init
from course_utils.nn.activations import ACTIVATIONS

FAN_IN, FAN_OUT = 300, 500
TORCH = {  # torch's weight is (fan_out, fan_in)
    "xavier_normal": torch.nn.init.xavier_normal_,
    "xavier_uniform": torch.nn.init.xavier_uniform_,
    "he_normal": lambda W: torch.nn.init.kaiming_normal_(W, nonlinearity="relu"),
    "he_uniform": lambda W: torch.nn.init.kaiming_uniform_(W, nonlinearity="relu"),
}


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def torch_weight(draw):
    torch.manual_seed(0)
    return draw(torch.empty(FAN_OUT, FAN_IN, dtype=torch.float64)).numpy().T


@pytest.mark.parametrize("name", TORCH)
def test_moments_equal_torch(name, rng):
    ours, theirs = init.INITS[name](FAN_IN, FAN_OUT, rng), torch_weight(TORCH[name])
    assert ours.shape == theirs.shape == (FAN_IN, FAN_OUT)
    assert abs(ours.mean()) < 0.02 * theirs.std()
    assert ours.std() == pytest.approx(theirs.std(), rel=0.01)
    kurtosis = [np.mean(W**4) / np.var(W) ** 2 for W in (ours, theirs)]  # 3 normal, 1.8 uniform
    assert kurtosis[0] == pytest.approx(kurtosis[1], rel=0.03)
    if "uniform" in name:
        assert np.abs(ours).max() == pytest.approx(np.abs(theirs).max(), rel=1e-3)


STDS = {  # fan_in 300, fan_out 500, worked by hand
    "xavier_normal": 0.05,
    "xavier_uniform": 0.05,
    "he_normal": np.sqrt(2 / 300),
    "he_uniform": np.sqrt(2 / 300),
    "orthogonal": np.sqrt(1 / 500),
    "zeros": 0.0,
}


@pytest.mark.parametrize("name", STDS)
def test_standard_deviations(name, rng):
    W = init.INITS[name](FAN_IN, FAN_OUT, rng)
    assert W.std() == pytest.approx(STDS[name], rel=0.01)


@pytest.mark.parametrize("name", sorted(set(STDS) - {"zeros"}))
def test_gain_multiplies_and_rng_decides(name):
    draw = init.INITS[name]
    W = draw(4, 6, np.random.default_rng(1), gain=1.0)
    np.testing.assert_allclose(draw(4, 6, np.random.default_rng(1), gain=2.5), 2.5 * W)
    np.testing.assert_array_equal(draw(4, 6, np.random.default_rng(1), gain=1.0), W)
    assert not np.array_equal(draw(4, 6, np.random.default_rng(2), gain=1.0), W)


@pytest.mark.parametrize("name", ["he", "xavier"])
def test_short_names_are_the_normal_ones(name):
    assert init.INITS[name] is init.INITS[f"{name}_normal"]


@pytest.mark.parametrize("shape", [(7, 7), (9, 4), (4, 9), (1, 5), (5, 1)])
def test_orthogonal_rows_or_columns(shape, rng):
    W = init.orthogonal(*shape, rng, gain=2.0)
    assert W.shape == shape
    gram = W.T @ W if shape[0] >= shape[1] else W @ W.T
    np.testing.assert_allclose(gram, 4 * np.eye(min(shape)), atol=1e-12)


def test_orthogonal_signs_are_fair(rng):
    # without the correction of qr's signs every W[0, 0] is negative
    corners = [init.orthogonal(3, 3, rng)[0, 0] for _ in range(400)]
    assert abs(np.mean(np.sign(corners))) < 0.15


def test_linear_default_equals_nn_linear(rng):
    torch.manual_seed(0)
    layer = torch.nn.Linear(FAN_IN, FAN_OUT, dtype=torch.float64)
    W, b = init.linear_default(FAN_IN, FAN_OUT, rng)
    assert W.shape == tuple(reversed(layer.weight.shape)) and b.shape == layer.bias.shape
    for ours, theirs in ((W, layer.weight), (b, layer.bias)):
        theirs = theirs.detach().numpy()
        bound = 1 / np.sqrt(FAN_IN)
        assert 0.98 * bound < np.abs(ours).max() <= bound
        assert 0.98 * bound < np.abs(theirs).max() <= bound
        assert ours.std() == pytest.approx(theirs.std(), rel=0.05)


def test_gains_equal_torch():
    assert init.gain("identity") == torch.nn.init.calculate_gain("linear")
    for name in ("sigmoid", "tanh", "relu", "selu"):
        assert init.gain(name) == pytest.approx(torch.nn.init.calculate_gain(name), rel=1e-14)
    for slope in (0.01, 0.3):
        want = torch.nn.init.calculate_gain("leaky_relu", slope)
        assert init.gain("leaky_relu", slope) == pytest.approx(want, rel=1e-14)
    with pytest.raises(KeyError, match="gelu"):
        init.gain("gelu")


def test_he_keeps_the_width_of_a_relu_net(rng):
    A = rng.standard_normal((200, 256))
    for _ in range(20):
        A = ACTIVATIONS["relu"].f(A @ init.he_normal(256, 256, rng))
    assert 0.5 < np.sqrt(np.mean(A**2)) < 2  # Xavier's would be 2^-10


@pytest.mark.parametrize("activation", ["relu", "tanh", "gelu"])
def test_lsuv_makes_every_variance_one(activation, rng):
    f, X = ACTIVATIONS[activation].f, rng.normal(size=(64, 10))
    sizes = (10, 20, 20, 5)
    weights = [init.orthogonal(a, b, rng) for a, b in pairwise(sizes)]
    kept = [W.copy() for W in weights]
    scaled, A = init.lsuv(weights, X, f), X
    for W, W0, before in zip(scaled, weights, kept, strict=True):
        np.testing.assert_array_equal(W0, before)
        assert np.std(A @ W) == pytest.approx(1, rel=1e-12)
        np.testing.assert_allclose(W / W[0, 0], W0 / W0[0, 0])
        A = f(A @ W)
