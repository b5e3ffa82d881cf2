"""Pictures that more than one notebook draws: `draw_*(ax, …)` fills the axes and returns None."""

import numpy as np
from matplotlib.colors import ListedColormap

from course_utils.plots.canvas import COLORS, MARKERS


def draw_points(ax, X, y):
    """Points X (N, 2), one colour and one marker per class of y (N,)."""
    for k, label in enumerate(np.unique(y)):
        points = X[y == label]
        ax.scatter(
            *points.T,
            color=COLORS[k % len(COLORS)],
            marker=MARKERS[k % len(MARKERS)],
            edgecolor="white",
            linewidth=0.5,
            label=f"class {label}",
        )
    ax.legend()


def draw_decision_boundary(ax, predict, X, y, resolution=200):
    """Shade the plane by predicted class and draw the points X (N, 2), y (N,) over it.

    predict: maps points (M, 2) to class labels (M,) as found in y, or to logits (M, C) whose
        columns are the classes of y in ascending order.
    """
    classes = np.unique(y)
    x1, x2 = (_axis(X[:, j], resolution) for j in (0, 1))
    grid = np.stack(np.meshgrid(x1, x2), axis=-1).reshape(-1, 2)
    out = np.asarray(predict(grid))
    if out.ndim == 2 and out.shape[1] > 1:
        region = out.argmax(axis=1)
    else:
        region = np.searchsorted(classes, out.ravel())
    region = region.reshape(resolution, resolution)
    levels = np.arange(len(classes) + 1) - 0.5
    colors = [COLORS[k % len(COLORS)] for k in range(len(classes))]
    ax.contourf(x1, x2, region, levels=levels, cmap=ListedColormap(colors), alpha=0.2)
    if np.ptp(region):  # older Matplotlib warns of a level that it cannot find
        ax.contour(x1, x2, region, levels=levels[1:-1], colors="black", linewidths=1)
    draw_points(ax, X, y)


def _axis(values, resolution):
    margin = 0.15 * np.ptp(values) or 1.0
    return np.linspace(values.min() - margin, values.max() + margin, resolution)


def draw_loss_curves(ax, curves, xlabel="step", ylabel="loss", log=False):
    """One curve per entry of `curves` {name: losses (steps,)}, named in a legend."""
    for name, losses in curves.items():
        ax.plot(np.arange(len(losses)), losses, label=name)
    ax.set(xlabel=xlabel, ylabel=ylabel, yscale="log" if log else "linear")
    ax.legend()
