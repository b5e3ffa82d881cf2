"""Central differences agree with known gradients, and catch wrong ones."""

import numpy as np
import pytest

from course_utils import nn
from course_utils.nn.gradcheck import check_gradients, numerical_gradient, relative_error


def test_gradient_of_a_cubic():
    x = np.array([[1.0, -2.0, 0.5], [3.0, 0.0, -1.5]])
    grad = numerical_gradient(lambda x: np.sum(x**3), x)
    np.testing.assert_allclose(grad, 3 * x**2, rtol=1e-8, atol=1e-9)


def test_error_falls_with_the_square_of_eps():
    x = np.array([0.7])

    def error(eps):
        return abs(numerical_gradient(lambda x: np.exp(x[0]), x, eps) - np.exp(x))

    assert error(1e-2) / error(1e-3) == pytest.approx(100, rel=0.01)


def test_x_is_put_back_to_the_bit():
    x = np.random.default_rng(0).normal(size=(3, 4)) * 1e-3
    kept = x.copy()
    numerical_gradient(lambda x: x.sum(), x, eps=0.1)
    np.testing.assert_array_equal(x, kept)


@pytest.mark.parametrize("shape", [(), (1,), (0, 3), (2, 3, 4)])
def test_shapes(shape):
    x = np.full(shape, 2.0)
    np.testing.assert_allclose(numerical_gradient(lambda x: np.sum(x**2), x), np.full(shape, 4.0))


def test_strided_x():
    x = np.arange(12.0).reshape(3, 4).T[::2]
    np.testing.assert_allclose(numerical_gradient(lambda x: np.sum(x**2), x), 2 * x, atol=1e-7)


def test_integers_are_refused():
    with pytest.raises(TypeError, match="int64"):
        numerical_gradient(np.sum, np.arange(3))


@pytest.mark.parametrize(
    ("a", "b", "want"),
    [
        ([1.0, 2.0], [1.0, 2.0], 0.0),
        ([1.0, 2.0], [1.0, -2.0], 1.0),
        ([3.0, 1.0], [1.0, 1.0], 0.5),
        ([0.0], [0.0], 0.0),
        ([0.0], [1e-9], 0.1),
        ([], [], 0.0),
    ],
)
def test_relative_error(a, b, want):
    assert relative_error(np.array(a), np.array(b)) == pytest.approx(want)
    assert relative_error(b, a) == pytest.approx(want)


class HalfGradient(nn.Linear):
    def backward(self, dZ):
        dX = super().backward(dZ)
        self.grads["W"] /= 2
        return dX


def test_check_gradients_finds_the_wrong_one():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(5, 3)), rng.integers(0, 4, 5)
    model = nn.Sequential(nn.Linear(3, 6, rng), nn.Tanh(), HalfGradient(6, 4, rng))
    errors = check_gradients(model, X, y, nn.losses.cross_entropy)
    assert errors.keys() == {"0.W", "0.b", "2.W", "2.b"}
    assert errors.pop("2.W") == pytest.approx(1 / 3, rel=1e-4)
    assert max(errors.values()) < 1e-6
