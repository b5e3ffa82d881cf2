"""The perceptron: one sample after the other, in plain Python."""

import numpy as np

from course_utils.widgets import Perceptron
from course_utils.widgets.perceptron import MOST

from . import Case, shown


def train(rows, order):
    """Path, who erred, and mistakes per epoch, with one visit after the other."""
    w1, w2, b = 0.0, 0.0, 0.0
    path, who, mistakes = [(w1, w2, b)], [], []
    while len(who) < MOST and 0 not in mistakes:
        mistakes.append(0)
        for i in order:
            x1, x2, label = rows[i]
            error = label - (w1 * x1 + w2 * x2 + b >= 0)
            if error and len(who) < MOST:
                w1, w2, b = w1 + error * x1, w2 + error * x2, b + error
                path.append((w1, w2, b))
                who.append(i)
                mistakes[-1] += 1
    return path, who, mistakes


def fill(values, length, empty):
    return [*values, *[empty] * (length - len(values))]


def numbers(w):
    n = len(w.points)
    order = np.random.default_rng(w.order).permutation(n) if w.order else range(n)
    path, who, mistakes = train(w.points, order)
    when = [epoch for epoch, count in enumerate(mistakes) for _ in range(count)]
    return {
        "path": np.array(fill(path, MOST + 1, (np.nan,) * 3)),
        "who": np.array(fill(who, MOST, 0)),
        "when": np.array(fill(when, MOST, 0)),
        "mistakes": np.array(fill(mistakes, MOST + 1, 0)),
        "size": np.array([len(who), len(mistakes), mistakes[-1] == 0]),
    }


def says(w, step):
    w1, w2, b = (shown(v) for v in numbers(w)["path"][step])
    return [f"After {step} mistake{'' if step == 1 else 's'}: w = ({w1}, {w2}), b = {b}."]


CASE = Case(
    make=Perceptron,
    main="Data",
    numbers=numbers,
    says=says,
    worst={"data": "overlapping groups"},
    wrong=(
        ({"points": ((0, 0, 1),)}, "got 1 row,"),
        ({"points": ()}, "got 0 rows"),
        ({"points": ((0, 0, 1), (1, float("nan"), 0))}, "finite"),
        ({"points": ((0, 0, 1), (1, 1, 2))}, "expected 0 or 1"),
        ({"points": ((0, 0), (1, 1))}, "3 numbers"),
        ({"order": "random"}, "number"),
        ({"data": "NAND"}, "XOR"),
    ),
)
