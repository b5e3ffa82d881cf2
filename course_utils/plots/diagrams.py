"""Diagrams of what flows where: matrices as boxes with their shapes, networks as circles."""

from itertools import pairwise

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.patches import Rectangle

from course_utils.plots.canvas import COLORS


def draw_shapes(ax, *terms):
    """An equation of matrices as boxes, tall as their rows and wide as their columns.

    terms: operators such as "@", "+", "=", and tuples (name, shape) or (name, shape, text) where
        `text` stands for the shape underneath. A vector (n,) is drawn as one row.

        draw_shapes(ax, ("X", (5, 3), "(N, D)"), "@", ("W", (3, 2)), "=", ("Z", (5, 2)))
    """
    left, boxes = 0.0, [term for term in terms if not isinstance(term, str)]
    for term in terms:
        if isinstance(term, str):
            ax.text(left, 0, term, ha="center", va="center", fontsize=16)
            left += 1
        else:
            left = _draw_box(ax, left, COLORS[boxes.index(term) % len(COLORS)], *term) + 1
    half = max(_rows_and_cols(shape)[0] for _, shape, *_ in boxes) / 2
    ax.set(xlim=(-0.5, left - 0.5), ylim=(-half - 1, half + 0.2), aspect="equal")
    ax.set_axis_off()


def _rows_and_cols(shape):
    return (1, *shape)[-2:]


def _draw_box(ax, left, color, name, shape, text=None):
    """Draw one box and return its right edge."""
    rows, cols = _rows_and_cols(shape)
    middle, bottom = left + cols / 2, -rows / 2
    ax.add_patch(Rectangle((left, bottom), cols, rows, facecolor=color, alpha=0.25))
    ax.add_patch(Rectangle((left, bottom), cols, rows, fill=False, edgecolor=color, linewidth=2))
    ax.text(middle, 0, name, ha="center", va="center", weight="bold")
    ax.text(middle, bottom - 0.2, text or str(shape), ha="center", va="top", fontsize=9)
    return left + cols


def draw_network(ax, sizes, names=()):
    """A fully connected net: one column of units per layer of `sizes`, `names` underneath."""
    columns = [np.column_stack([np.full(n, float(l)), _centred(n)]) for l, n in enumerate(sizes)]
    for before, after in pairwise(columns):
        edges = [(start, end) for start in before for end in after]
        ax.add_collection(LineCollection(edges, color="0.7", linewidth=0.8, zorder=1))
    for l, column in enumerate(columns):
        ax.scatter(*column.T, s=220, color=COLORS[l % len(COLORS)], edgecolor="black", zorder=2)
    bottom = _centred(max(sizes))[0] - 0.6
    for l, name in enumerate(names):
        ax.text(l, bottom, name, ha="center", va="top")
    ax.set(xlim=(-0.5, len(sizes) - 0.5), ylim=(bottom - 0.5, -bottom))
    ax.set_axis_off()


def _centred(n):
    return np.arange(n) - (n - 1) / 2
