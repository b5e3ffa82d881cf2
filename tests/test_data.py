"""The data sets: shapes, ranges, reproducible, and shaped as their names say."""

import numpy as np
import pytest
from sklearn.datasets import load_digits

from course_utils import data

TOY = {
    "xor_clouds": (data.xor_clouds, 2),
    "blobs": (data.blobs, 2),
    "moons": (data.moons, 2),
    "circles": (data.circles, 2),
    "spirals": (data.spirals, 3),
}


def rng(seed=0):
    return np.random.default_rng(seed)


def test_digits_are_split_without_loss_or_leak():
    X, y, X_test, y_test = data.digits()
    assert X.shape == (1438, 64) and y.shape == (1438,)
    assert X_test.shape == (359, 64) and y_test.shape == (359,)
    assert X.dtype == np.float64 and np.issubdtype(y.dtype, np.integer)
    assert X.min() == 0 and X.max() == 1
    rows = np.column_stack([np.r_[X, X_test] * 16, np.r_[y, y_test]])
    wanted = np.column_stack(load_digits(return_X_y=True))
    np.testing.assert_array_equal(sorted(map(tuple, rows)), sorted(map(tuple, wanted)))


def test_digits_split_depends_on_the_seed_alone():
    first, again, other = data.digits(), data.digits(), data.digits(seed=1)
    for a, b in zip(first, again, strict=True):
        np.testing.assert_array_equal(a, b)
    assert not np.array_equal(first[1], other[1])
    assert len(data.digits(test_fraction=0.5)[2]) == 898


@pytest.mark.parametrize(
    ("gate", "y"),
    [(data.and_gate, [0, 0, 0, 1]), (data.or_gate, [0, 1, 1, 1]), (data.xor, [0, 1, 1, 0])],
)
def test_gates(gate, y):
    X, labels = gate()
    np.testing.assert_array_equal(X, [[0, 0], [0, 1], [1, 0], [1, 1]])
    np.testing.assert_array_equal(labels, y)
    X += 1  # a caller's change stays with the caller
    assert gate()[0].max() == 1


@pytest.mark.parametrize("name", TOY)
@pytest.mark.parametrize("n", [1, 60, 101])
def test_toy_sets(name, n):
    make, classes = TOY[name]
    X, y = make(rng(), n=n)
    assert X.shape == (n, 2) and y.shape == (n,)
    assert X.dtype == np.float64 and np.issubdtype(y.dtype, np.integer)
    assert set(y) == set(range(min(n, classes)))
    assert np.ptp(np.bincount(y)) <= 1  # balanced
    again, other = make(rng(), n=n), make(rng(1), n=n)
    np.testing.assert_array_equal(again[0], X)
    np.testing.assert_array_equal(again[1], y)
    assert not np.array_equal(other[0], X)


@pytest.mark.parametrize("name", TOY)
def test_rows_are_shuffled(name):
    _, y = TOY[name][0](rng(), n=60)
    assert not np.array_equal(y, np.sort(y))
    assert not np.array_equal(y, np.arange(60) % (y.max() + 1))


def test_circles_without_noise_have_two_radii():
    X, y = data.circles(rng(), noise=0, inner=0.3)
    np.testing.assert_allclose(np.linalg.norm(X, axis=1), np.where(y == 1, 0.3, 1.0))


def test_moons_without_noise_are_half_circles():
    X, y = data.moons(rng(), noise=0)
    upper, lower = X[y == 0], X[y == 1] - [1.0, 0.5]
    for half, side in ((upper, 1), (lower, -1)):
        np.testing.assert_allclose(np.linalg.norm(half, axis=1), 1)
        assert (side * half[:, 1] >= -1e-12).all()


def test_spirals_without_noise_turn_with_the_radius():
    X, y = data.spirals(rng(), noise=0, classes=4, turns=0.5)
    radius = np.linalg.norm(X, axis=1)
    assert radius.min() >= 0.05 and radius.max() <= 1
    start = np.arctan2(X[:, 1], X[:, 0]) - np.pi * radius  # the angle of the arm at the origin
    np.testing.assert_allclose(np.exp(1j * start), 1j**y, atol=1e-9)


def test_xor_clouds_and_blobs_sit_at_their_centres():
    X, y = data.xor_clouds(rng(), n=400, noise=0)
    np.testing.assert_array_equal(y, X[:, 0] != X[:, 1])
    X, y = data.blobs(rng(), n=900, noise=0.2, centers=[(0, 0), (5, 0), (0, 5)])
    for k, center in enumerate([(0, 0), (5, 0), (0, 5)]):
        np.testing.assert_allclose(X[y == k].mean(axis=0), center, atol=0.05)
        np.testing.assert_allclose(X[y == k].std(axis=0), 0.2, rtol=0.15)
