"""Every activation and derivative equals torch's in float64, up to ±1000 and at the kinks."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from hypothesis import given
from torch_oracle import CLOSE, matrices, quick, unchanged, value_and_grads

from course_utils.nn import activations
from course_utils.nn.activations import ACTIVATIONS
from course_utils.nn.gradcheck import numerical_gradient

TORCH = {
    "identity": lambda z: z * 1,
    "sigmoid": torch.sigmoid,
    "log_sigmoid": F.logsigmoid,
    "tanh": torch.tanh,
    "softsign": F.softsign,
    "relu": F.relu,
    "leaky_relu": F.leaky_relu,
    "prelu": lambda z: F.prelu(z, torch.tensor([0.25], dtype=z.dtype)),
    "elu": F.elu,
    "selu": F.selu,
    "gelu": F.gelu,
    "gelu_tanh": lambda z: F.gelu(z, approximate="tanh"),
    "silu": F.silu,
    "mish": F.mish,
    "softplus": lambda z: torch.logaddexp(z, torch.zeros_like(z)),  # F.softplus rounds above 20
}
GRID = np.r_[-1000, -745, -100, np.linspace(-40, 40, 321), 100, 745, 1000]
each = pytest.mark.parametrize("name", ACTIVATIONS)


def test_the_table_is_complete():
    assert set(ACTIVATIONS) == set(TORCH)
    for name, row in ACTIVATIONS.items():
        assert row.name == name
        assert row.f is getattr(activations, name)


@each
def test_value_and_derivative_equal_torch(name):
    value, (slope,) = value_and_grads(TORCH[name], GRID)
    np.testing.assert_allclose(ACTIVATIONS[name].f(GRID), value, **CLOSE)
    np.testing.assert_allclose(ACTIVATIONS[name].df(GRID), slope, **CLOSE)


@each
@quick
@given(Z=matrices(-1000, 1000))
def test_any_shape_and_magnitude(name, Z):
    value, (slope,) = value_and_grads(TORCH[name], Z)
    np.testing.assert_allclose(ACTIVATIONS[name].f(Z), value, **CLOSE)
    np.testing.assert_allclose(ACTIVATIONS[name].df(Z), slope, **CLOSE)


@each
def test_derivative_equals_central_differences(name):
    z = np.array([-30.3, -3.1, -0.7, 0.2, 1.9, 25.1])  # no kink within eps
    slope = numerical_gradient(lambda z: ACTIVATIONS[name].f(z).sum(), z)
    np.testing.assert_allclose(ACTIVATIONS[name].df(z), slope, rtol=1e-6, atol=1e-8)


@each
def test_strides_numbers_and_integers(name):
    _, f, df = ACTIVATIONS[name]
    Z = np.arange(-12.0, 12.0).reshape(4, 6)
    for g in (f, df):
        np.testing.assert_array_equal(unchanged(g, Z[::2, ::-1]), g(Z)[::2, ::-1])
        np.testing.assert_array_equal(g(Z.T), g(Z).T)
        np.testing.assert_array_equal(g(np.arange(-3, 3)), g(np.arange(-3.0, 3.0)))
        assert g(Z[0, 3]) == pytest.approx(g(Z)[0, 3], rel=1e-14)
        assert g(np.empty((0, 3))).shape == (0, 3)


@each
def test_result_is_a_new_array(name):
    z = np.ones((2, 3))
    assert not np.shares_memory(ACTIVATIONS[name].f(z), z)


def test_sigmoid_keeps_its_small_digits():
    assert activations.sigmoid(-700.0) == pytest.approx(np.exp(-700.0), rel=1e-12, abs=0)
    assert activations.sigmoid_prime(50.0) == pytest.approx(np.exp(-50.0), rel=1e-12, abs=0)


def test_gelu_keeps_its_small_digits():
    # Φ(-10) = 7.619853024160e-24, where 1 + erf(…) would round to 0
    assert activations.gelu(-10.0) == pytest.approx(-7.619853024160e-23, rel=1e-11, abs=0)


def test_tanh_form_of_gelu_is_off_by_at_most_5e_4():
    z = np.linspace(-6, 6, 10001)
    error = np.abs(activations.gelu(z) - activations.gelu_tanh(z)).max()
    assert 4e-4 < error < 5e-4


@pytest.mark.parametrize("alpha", [0.0, 0.2, 1.5, np.array([0.1, 2.0, 0.3])])
def test_slopes_of_leaky_relu_and_prelu(alpha):
    Z = np.random.default_rng(0).normal(size=(5, 3))
    slopes = np.broadcast_to(alpha, 3).copy()
    value, (dZ, dslopes) = value_and_grads(F.prelu, Z, slopes)
    np.testing.assert_allclose(activations.prelu(Z, alpha), value, **CLOSE)
    np.testing.assert_allclose(activations.leaky_relu(Z, alpha), value, **CLOSE)
    np.testing.assert_allclose(activations.prelu_prime(Z, alpha), dZ, **CLOSE)
    np.testing.assert_allclose(activations.prelu_slope_prime(Z).sum(axis=0), dslopes, **CLOSE)


def test_alpha_of_elu():
    value, (slope,) = value_and_grads(lambda z: F.elu(z, alpha=0.7), GRID)
    np.testing.assert_allclose(activations.elu(GRID, 0.7), value, **CLOSE)
    np.testing.assert_allclose(activations.elu_prime(GRID, 0.7), slope, **CLOSE)


FAMILY = {
    "softmax": (activations.softmax, activations.softmax_backward, torch.softmax),
    "log_softmax": (activations.log_softmax, activations.log_softmax_backward, torch.log_softmax),
}


@pytest.mark.parametrize("name", FAMILY)
@quick
@given(Z=matrices(-1000, 1000))
def test_softmax_family_equals_torch(name, Z):
    f, backward, oracle = FAMILY[name]
    dA = np.random.default_rng(0).normal(size=Z.shape)
    for axis in (-1, 0):
        A, _ = value_and_grads(lambda z: oracle(z, axis), Z)
        _, (dZ,) = value_and_grads(lambda z: oracle(z, axis) * torch.tensor(dA), Z)
        np.testing.assert_allclose(unchanged(f, Z, axis), A, **CLOSE)
        np.testing.assert_allclose(unchanged(backward, dA, A, axis), dZ, **CLOSE)


def test_softmax_of_rows_far_apart():
    Z = np.array([[1000.0, 1000.0], [-1000.0, -999.0], [0.0, -np.inf]])
    A = activations.softmax(Z)
    np.testing.assert_allclose(A.sum(axis=1), 1)
    np.testing.assert_allclose(A[0], 0.5)
    np.testing.assert_allclose(A[1, 1], 1 / (1 + np.exp(-1)))
    np.testing.assert_array_equal(A[2], [1, 0])


def test_softmax_of_more_than_two_axes():
    Z = np.random.default_rng(0).normal(size=(2, 3, 4)).transpose(2, 0, 1)
    for axis in (0, 1, 2):
        want = torch.softmax(torch.tensor(Z), axis).numpy()
        np.testing.assert_allclose(activations.softmax(Z, axis=axis), want, **CLOSE)


def test_swiglu_equals_torch():
    rng = np.random.default_rng(0)
    X, W, V = rng.normal(size=(5, 3)), rng.normal(size=(3, 4)), rng.normal(size=(3, 4))
    dA = rng.normal(size=(5, 4))

    def oracle(X, W, V):
        return F.silu(X @ W) * (X @ V)

    A, _ = value_and_grads(oracle, X, W, V)
    _, grads = value_and_grads(lambda *args: oracle(*args) * torch.tensor(dA), X, W, V)
    np.testing.assert_allclose(unchanged(activations.swiglu, X, W, V), A, **CLOSE)
    got = unchanged(activations.swiglu_backward, dA, X, W, V)
    for grad, want in zip(got, grads, strict=True):
        np.testing.assert_allclose(grad, want, **CLOSE)
