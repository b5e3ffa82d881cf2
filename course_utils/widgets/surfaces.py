"""Six loss surfaces of two weights, each with its gradient, to walk down on.

`f` and `grad` take and return the last axis as the point, so they also map grids.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Surface:
    """A function of w (…, 2) with values (…,) that are ≥ 0, and the part of the plane to show.

    box: (w1 low, w1 high, w2 low, w2 high); start, lr: where and how fast to begin.
    """

    f: Callable
    grad: Callable
    box: tuple[float, float, float, float]
    start: tuple[float, float]
    lr: float
    minima: tuple[tuple[float, float], ...]

    def curvature(self) -> float:
        """Largest eigenvalue λ of the Hessian at the first minimum: descent needs lr < 2/λ."""
        w, h = np.array(self.minima[0]), 1e-5
        columns = [(self.grad(w + h * e) - self.grad(w - h * e)) / (2 * h) for e in np.eye(2)]
        return float(np.linalg.eigvalsh(np.stack(columns)).max())

    def grid(self, columns: int = 97, rows: int = 73) -> np.ndarray:
        """f over the box, (rows, columns), the lowest w2 first."""
        x = np.linspace(*self.box[:2], columns)
        y = np.linspace(*self.box[2:], rows)
        return self.f(np.stack(np.meshgrid(x, y), axis=-1))


def _quadratic(a, b):
    def f(w):
        return 0.5 * (a * w[..., 0] ** 2 + b * w[..., 1] ** 2)

    def grad(w):
        return np.stack([a * w[..., 0], b * w[..., 1]], axis=-1)

    return f, grad


def _saddle(w):
    x, y = w[..., 0], w[..., 1]
    return 0.5 * x**2 + 0.25 * (y**2 - 1) ** 2


def _saddle_grad(w):
    x, y = w[..., 0], w[..., 1]
    return np.stack([x, y * (y**2 - 1)], axis=-1)


def _rosenbrock(w):
    x, y = w[..., 0], w[..., 1]
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


def _rosenbrock_grad(w):
    x, y = w[..., 0], w[..., 1]
    r = y - x**2
    return np.stack([-2 * (1 - x) - 400 * x * r, 200 * r], axis=-1)


def _beale_terms(w):
    x, y = w[..., 0], w[..., 1]
    return [(c - x * (1 - y**k), -(1 - y**k), k * x * y ** (k - 1)) for k, c in _BEALE]


_BEALE = ((1, 1.5), (2, 2.25), (3, 2.625))


def _beale(w):
    return sum(r**2 for r, _, _ in _beale_terms(w))


def _beale_grad(w):
    terms = _beale_terms(w)
    dx = sum(2 * r * rx for r, rx, _ in terms)
    dy = sum(2 * r * ry for r, _, ry in terms)
    return np.stack([dx, dy], axis=-1)


def _himmelblau(w):
    x, y = w[..., 0], w[..., 1]
    return (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2


def _himmelblau_grad(w):
    x, y = w[..., 0], w[..., 1]
    a, b = x**2 + y - 11, x + y**2 - 7
    return np.stack([4 * x * a + 2 * b, 2 * a + 4 * y * b], axis=-1)


_HIMMELBLAU_MINIMA = (
    (3.0, 2.0),
    (-2.805118, 3.131313),
    (-3.77931, -3.283186),
    (3.584428, -1.848127),
)

SURFACES = {
    "bowl": Surface(*_quadratic(1, 2), (-3, 3, -2.2, 2.2), (-2.4, 1.5), 0.1, ((0, 0),)),
    "ravine": Surface(*_quadratic(1, 20), (-3, 3, -2.2, 2.2), (-2.6, 0.9), 0.075, ((0, 0),)),
    "saddle": Surface(
        _saddle, _saddle_grad, (-2.4, 2.4, -1.8, 1.8), (-2.0, 0.02), 0.1, ((0, 1), (0, -1))
    ),
    "Rosenbrock": Surface(
        _rosenbrock, _rosenbrock_grad, (-2, 2, -1, 3), (-1.4, 2.2), 0.001, ((1, 1),)
    ),
    "Beale": Surface(_beale, _beale_grad, (-1, 4.5, -2, 1.6), (1.2, 1.3), 0.01, ((3, 0.5),)),
    "Himmelblau": Surface(
        _himmelblau, _himmelblau_grad, (-5, 5, -5, 5), (0.2, -0.8), 0.01, _HIMMELBLAU_MINIMA
    ),
}
