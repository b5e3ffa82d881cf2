"""Rosenblatt's perceptron: drag and flip points, and watch each mistake turn the line.

As in notebooks/01 a sample x̃ = (x, 1) carries the bias as its last weight, and R and γ of the
mistake bound (R/γ)² are those of x̃.
"""

from functools import cache, lru_cache
from itertools import combinations
from pathlib import Path

import numpy as np

from course_utils import data
from course_utils.plots import COLORS, draw_decision_boundary, figure

from .base import Widget
from .controls import Samples, Select, Slider

MOST = 200  # updates after which we stop to wait
CLOUDS, SQUARE = [-3.6, 3.6, -3.6, 3.6], [-0.6, 1.6, -0.6, 1.6]


def _blobs(seed, noise):
    return data.blobs(np.random.default_rng(seed), 20, noise)


DATA = {
    "two groups": lambda: _blobs(1, 0.6),
    "narrow gap": lambda: _blobs(24, 0.9),
    "overlapping groups": lambda: _blobs(3, 1.6),
    "AND": data.and_gate,
    "OR": data.or_gate,
    "XOR": data.xor,
}
BOXES = {name: SQUARE if name.isupper() else CLOUDS for name in DATA}


@cache
def samples(name) -> tuple:
    """The rows (x1, x2, class) of a data set."""
    X, y = DATA[name]()
    return tuple((*x, float(c)) for x, c in zip(np.round(X, 2).tolist(), y, strict=True))


class Perceptron(Widget):
    """One line that learns from its mistakes, and the bound on their number."""

    title = "The perceptron"
    module = Path(__file__).with_suffix(".js")
    names = ("class 0", "class 1", "(R/γ)²")
    baked = ("data",)

    data = Select("Data", DATA)
    order = Slider("Order of samples", 0, 9, 0, whole=True, grid=True)
    points = Samples("Samples", samples("two groups"), fewest=2, most=40)

    def compute(self, *, order, points, **_):
        """path (201, 3) of (w1, w2, b) before and after each mistake, NaN after the last one;
        who (200,) made it and when (200,), its epoch; mistakes (201,) and total (201,) of each
        epoch; size (3,): mistakes, epochs, whether it came to an end; bound (1,), NaN if none.
        """
        X1, y = split(points)
        shuffled = np.random.default_rng(order).permutation(len(y)) if order else np.arange(len(y))
        path, who, mistakes = learn(X1[shuffled], y[shuffled])
        when = np.repeat(np.arange(len(mistakes)), mistakes)
        counts = np.array(mistakes)
        return {
            "path": padded(path, MOST + 1, np.nan),
            "who": padded(shuffled[who], MOST).astype(np.uint8),
            "when": padded(when, MOST).astype(np.uint8),
            "mistakes": padded(counts, MOST + 1).astype(np.uint8),
            "total": padded(counts.cumsum(), MOST + 1).astype(np.uint8),
            "size": np.array([len(who), len(mistakes), int(mistakes[-1] == 0)]),
            "bound": np.array([mistake_bound(points)]),
        }

    def scene(self, *, data, points, **_):
        x, y, _ = np.transpose(points)
        left, right, low, high = BOXES[data]
        return {"box": [min(left, *x), max(right, *x), min(low, *y), max(high, *y)]}

    def preset(self, name, value):
        return {"points": samples(value)} if name == "data" else {}

    def alt_text(self):
        run = self.compute(**self.params)
        count, epochs, done = run["size"]
        end = "separates them" if done else "is still wrong"
        mistakes = "1 mistake" if count == 1 else f"{count} mistakes"
        return (
            f"A perceptron on {len(self.points)} samples ({self.data}): it {end} after "
            f"{mistakes} in {epochs} epochs; {bound_in_words(run['bound'][0])}."
        )

    def poster(self):
        run, (X1, y) = self.compute(**self.params), split(self.points)
        count, epochs, _ = run["size"]
        w = run["path"][count]
        fig, (left, right) = figure(1, 2, width=8, height=3.4)
        draw_decision_boundary(left, lambda P: P @ w[:2] + w[2] >= 0, X1[:, :2], y)
        left.set(xlabel="$x_1$", ylabel="$x_2$", title=f"mistakes so far: {count}")
        right.bar(np.arange(1, epochs + 1), run["mistakes"][:epochs], color=COLORS.blue)
        right.set(xlabel="epoch", title="mistakes in each epoch")
        return fig


def split(points):
    """X̃ (N, 3), each sample with a 1 appended, and classes y (N,) of rows (x1, x2, class)."""
    rows = np.array(points)
    return np.column_stack([rows[:, :2], np.ones(len(rows))]), rows[:, 2].astype(int)


def learn(X1, y):
    """Train from zeros with lr = 1 until an epoch without a mistake, or MOST mistakes.

    Returns path (K + 1, 3), the rows (K,) that were mistaken, and the mistakes of each epoch.
    """
    path, who, mistakes = [np.zeros(3)], [], []
    while len(who) < MOST and 0 not in mistakes:
        before = len(who)
        row = next_mistake(X1, y, path[-1], 0)
        while row is not None and len(who) < MOST:
            error = y[row] - int(X1[row] @ path[-1] >= 0)
            path.append(path[-1] + error * X1[row])
            who.append(row)
            row = next_mistake(X1, y, path[-1], row + 1)
        mistakes.append(len(who) - before)
    return np.array(path), np.array(who, int), mistakes


def next_mistake(X1, y, w, start):
    """The first row from `start` on that w (3,) gets wrong; None if there is none."""
    wrong = np.flatnonzero((X1[start:] @ w >= 0) != y[start:])
    return start + wrong[0] if len(wrong) else None


def padded(array, length, value=0):
    """`array` made `length` long with `value`."""
    full = np.full((length, *array.shape[1:]), value, dtype=float)
    full[: len(array)] = array
    return full


@lru_cache(maxsize=500)
def mistake_bound(points) -> float:
    """(R/γ)² of rows (x1, x2, class); NaN if no line separates the classes."""
    X1, y = split(points)
    S = np.where(y == 1, 1, -1)[:, None] * X1  # u leaves sample i the room u · S[i]
    gamma = margin(S)
    return float((S**2).sum(axis=1).max() / gamma**2) if gamma > 1e-9 else np.nan


def margin(S) -> float:
    """The largest min(S @ u) over directions u of length 1, S (N, 3); not positive if none is.

    The best u leaves equal, least room to one, two or three samples and points to the nearest
    point of the plane through them. So we try every one, two and three.
    """
    a, b = S[_choices(len(S), 2)].transpose(1, 0, 2)
    along = b - a
    share = (a * along).sum(axis=1) / (along**2).sum(axis=1)
    p, q, r = S[_choices(len(S), 3)].transpose(1, 0, 2)
    normal = np.cross(q - p, r - p)
    normal *= np.sign((normal * p).sum(axis=1, keepdims=True))
    U = np.vstack([S, a - share[:, None] * along, normal])
    length = np.linalg.norm(U, axis=1, keepdims=True)
    U = np.divide(U, length, out=np.zeros_like(U), where=length > 1e-12)
    return float((U @ S.T).min(axis=1).max())


@cache
def _choices(n, k):
    return np.array(list(combinations(range(n), k)), int).reshape(-1, k)


def bound_in_words(bound) -> str:
    """What the bound says about these data."""
    if np.isnan(bound):
        return "no line separates the classes, so there is no bound"
    return f"the bound (R/γ)² allows {bound:.0f}"
