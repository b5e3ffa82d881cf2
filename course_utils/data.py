"""The course's data: one real set that ships with scikit-learn, and toy sets drawn from an rng.

Every toy set returns X (n, 2) float64 and y (n,) integer classes, rows in random order.
"""

import numpy as np


def digits(test_fraction=0.2, seed=0):
    """1797 handwritten digits of 8 x 8 pixels, split into training and test rows.

    Returns X_train (1438, 64), y_train (1438,), X_test (359, 64), y_test (359,): pixels in [0, 1],
    labels 0–9. The split depends on `seed` alone. Alpaydin & Kaynak 1998 (UCI).
    """
    from sklearn.datasets import load_digits  # a second to import, and only this set needs it

    X, y = load_digits(return_X_y=True)
    order = np.random.default_rng(seed).permutation(len(X))
    n_test = round(test_fraction * len(X))
    test, train = order[:n_test], order[n_test:]
    return X[train] / 16, y[train], X[test] / 16, y[test]


def and_gate():
    """The four inputs (4, 2) of AND and its outputs (4,)."""
    return _CORNERS.copy(), np.array([0, 0, 0, 1])


def or_gate():
    """The four inputs (4, 2) of OR and its outputs (4,)."""
    return _CORNERS.copy(), np.array([0, 1, 1, 1])


def xor():
    """The four inputs (4, 2) of XOR and its outputs (4,)."""
    return _CORNERS.copy(), np.array([0, 1, 1, 0])


_CORNERS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])


def xor_clouds(rng, n=200, noise=0.15):
    """XOR with normal noise of standard deviation `noise` about each corner."""
    corners, labels = xor()
    which = _classes(n, 4)
    return _shuffled(corners[which], labels[which], noise, rng)


def blobs(rng, n=200, noise=0.6, centers=((-1.5, -1.0), (1.5, 1.0))):
    """One round cloud per centre; two far apart are linearly separable."""
    y = _classes(n, len(centers))
    return _shuffled(np.array(centers, dtype=float)[y], y, noise, rng)


def moons(rng, n=200, noise=0.1):
    """Two interleaved half circles."""
    y = _classes(n, 2)
    angle = np.pi * rng.random(n)
    X = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    X = np.where(y[:, None] == 0, X, [1.0, 0.5] - X)
    return _shuffled(X, y, noise, rng)


def circles(rng, n=200, noise=0.08, inner=0.5):
    """A circle of radius `inner` (class 1) inside one of radius 1 (class 0)."""
    y = _classes(n, 2)
    angle = 2 * np.pi * rng.random(n)
    radius = np.where(y == 0, 1.0, inner)
    X = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    return _shuffled(X, y, noise, rng)


def spirals(rng, n=300, noise=0.03, classes=3, turns=0.6):
    """`classes` arms that wind out from the origin to radius 1 by `turns` of a full turn."""
    y = _classes(n, classes)
    radius = rng.uniform(0.05, 1.0, n)
    angle = 2 * np.pi * (turns * radius + y / classes)
    X = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    return _shuffled(X, y, noise, rng)


def _classes(n, k):
    return np.arange(n) % k


def _shuffled(X, y, noise, rng):
    order = rng.permutation(len(X))
    return (X + noise * rng.standard_normal(X.shape))[order], y[order]
