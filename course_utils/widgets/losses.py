"""What a loss cares about: one outlier moves the fit, one margin moves the gradient.

Regression: lines fitted to the same points under MSE, MAE, Huber and quantile loss, and what each
point costs and how hard it pulls. Classification: cross-entropy, focal, hinge against the margin.
"""

from functools import cache
from itertools import combinations
from pathlib import Path

import numpy as np

from course_utils import nn
from course_utils.plots import COLORS, figure

from .base import Widget
from .controls import LogSlider, Points, Select, Slider
from .style import line_kwargs, styles

VIEWS = ("regression: drag the outlier", "classification: drag the margin")
LOSSES = ("MSE", "MAE", "Huber", "quantile")
MARGIN = ("CE", "focal", "hinge", "squared hinge", "0–1 error")
OUTLIER_X = 1.6
POINTS = (
    (-1.9, -1.0), (-1.5, -0.4), (-1.1, -0.6), (-0.7, 0.3), (-0.3, 0.1),
    (0.1, 0.7), (0.5, 0.6), (0.9, 1.3), (1.2, 1.1), (1.9, 1.8),
)  # fmt: skip
GAMMAS = (0, 1, 2, 3, 4, 5)
DIFFERENCES = np.round(np.linspace(-8, 8, 161), 1)
MARGINS = np.round(np.linspace(-4, 4, 161), 2)


class Losses(Widget):
    """One straight line, four losses, an outlier; and the losses of classification."""

    title = "Losses"
    module = Path(__file__).with_suffix(".js")
    half = ("fits", "loss", "pull", "margin_loss", "margin_pull")
    names = (*LOSSES, "data", *MARGIN)

    view = Select("View", VIEWS, local=True)
    outlier = Slider("Outlier's height", -4, 8, 6.2, steps=41, grid=True)
    delta = LogSlider("Huber δ", 0.25, 4, 1.0, steps=5, grid=True)
    q = Slider("Quantile q", 0.1, 0.9, 0.7, steps=5, grid=True)
    focus = Select("Points under", LOSSES, local=True)
    gamma = Slider("Focal γ", 0, 5, 2, whole=True, local=True)
    margin = Slider("Margin", -4, 4, -1, steps=81, local=True)
    points = Points("Points", POINTS, fewest=2, most=30, within=[(-2.2, 2.2), (-4.5, 8.5)])

    def compute(self, *, outlier, delta, q, points):
        """fits (4, 2): intercept and slope under each of LOSSES."""
        x, Y = with_outlier(points, [outlier])
        rows = [plain_fits(x, Y), huber_fit(x, Y, delta)[:, None], quantile_fit(x, Y, q)[:, None]]
        return {"fits": np.concatenate(rows, axis=1)[0]}

    def compute_grid(self, *, points, **_):
        grid = self.grid()
        x, Y = with_outlier(points, grid["outlier"])
        fits = np.empty((len(Y), len(grid["delta"]), len(grid["q"]), 4, 2))
        fits[..., :2, :] = plain_fits(x, Y)[:, None, None]
        for i, delta in enumerate(grid["delta"]):
            fits[:, i, :, 2] = huber_fit(x, Y, delta)[:, None]
        for j, q in enumerate(grid["q"]):
            fits[:, :, j, 3] = quantile_fit(x, Y, q)[:, None]
        return {"fits": fits}

    def scene(self, **_):
        grid = self.grid()
        rows = ["MSE", "MAE", *(f"Huber {d:g}" for d in grid["delta"])]
        rows += [f"quantile {q:g}" for q in grid["q"]]
        margins = ["CE", "hinge", "squared hinge", "0–1 error", *(f"focal {g}" for g in GAMMAS)]
        names = {"rows": rows, "margins": margins, "x": OUTLIER_X}
        return names | curves(tuple(grid["delta"]), tuple(grid["q"])) | margin_curves()

    def alt_text(self):
        slopes = self.compute(**self.params)["fits"][:, 1]
        said = ", ".join(f"{n} {s:.2f}" for n, s in zip(LOSSES, slopes, strict=True))
        return (
            f"Lines fitted to {len(self.points)} points and an outlier at height "
            f"{self.outlier:g} under four losses; slopes: {said}."
        )

    def poster(self):
        fits, x = self.compute(**self.params)["fits"], np.array([-2.2, 2.2])
        look = styles(self.names)
        fig, (left, right) = figure(1, 2, width=8, height=3.4)
        left.plot(*np.transpose(self.points), "o", color=COLORS.black)
        left.plot(OUTLIER_X, self.outlier, "*", color=COLORS.black, markersize=12)
        for name, (a, b) in zip(LOSSES, fits, strict=True):
            left.plot(x, a + b * x, label=name, **line_kwargs(look[name]))
        left.set(xlabel="x", ylabel="y")
        left.legend()
        shown = margin_curves()["margin_loss"][[0, 6, 1]]  # CE, focal with gamma 2, hinge
        for name, curve in zip(("CE", "focal", "hinge"), shown, strict=True):
            right.plot(MARGINS, curve, label=name, **line_kwargs(look[name]))
        right.set(xlabel="margin", ylabel="loss")
        right.legend()
        return fig


def with_outlier(points, heights):
    """x (N + 1,) of the points and the outlier; Y (B, N + 1), a row for each of its heights."""
    x, y = np.array(points).T
    Y = np.tile(np.append(y, 0.0), (len(heights), 1))
    Y[:, -1] = heights
    return np.append(x, OUTLIER_X), Y


# --- the lines that make a loss smallest: (B, 2), intercept and slope for each row of Y -------


def plain_fits(x, Y):
    """Under MSE and MAE (B, 2, 2)."""
    return np.stack([weighted_line(x, Y, np.ones_like(Y)), corner_fit(x, Y, nn.losses.mae)], 1)


def weighted_line(x, Y, weights):
    """The line with the least weighted squares, weights (B, N); NaN if all x are the same."""
    share = weights / weights.sum(axis=1, keepdims=True)
    x_mean, y_mean = (share * x).sum(axis=1), (share * Y).sum(axis=1)
    x_off = x - x_mean[:, None]
    slope = (share * x_off * Y).sum(axis=1) / (share * x_off**2).sum(axis=1)
    return np.stack([y_mean - slope * x_mean, slope], axis=1)


def huber_fit(x, Y, delta):
    """Least squares again and again, each point weighted by its Huber gradient over its MSE one."""
    line = weighted_line(x, Y, np.ones_like(Y))
    for _ in range(200):
        before, pred = line, line[:, :1] + line[:, 1:] * x
        weights = _ratio(nn.losses.huber(pred, Y, delta)[1], nn.losses.mse(pred, Y)[1])
        line = weighted_line(x, Y, weights)
        if not np.abs(line - before).max() > 1e-7:
            break
    return line


def _ratio(a, b):
    """a / b, and ½ where both are 0, its limit there: ½d² against d²."""
    return np.divide(a, b, out=np.full_like(a, 0.5), where=b != 0)


def quantile_fit(x, Y, q):
    return corner_fit(x, Y, lambda pred, y: nn.losses.quantile(pred, y, q))


def corner_fit(x, Y, loss):
    """For losses made of straight pieces: a best line goes through two points, so try all pairs."""
    i, j = np.array(list(combinations(range(len(x)), 2))).T
    i, j = i[x[i] != x[j]], j[x[i] != x[j]]
    if not len(i):
        return np.full((len(Y), 2), np.nan)
    slopes = (Y[:, j] - Y[:, i]) / (x[j] - x[i])
    lines = np.stack([Y[:, i] - slopes * x[i], slopes], axis=-1)  # (B, pairs, 2)
    pred = lines[..., :1] + lines[..., 1:] * x
    target = np.broadcast_to(Y[:, None], pred.shape)
    # Straight pieces through 0: a loss is its gradient times the difference, one sum per line.
    cost = (loss(pred, target)[1] * (pred - target)).sum(axis=-1)
    return lines[np.arange(len(Y)), cost.argmin(axis=1)]


# --- losses as curves, asked one number at a time ---------------------------------------------


def at_each(loss, values):
    """loss and gradient (len(values),) of each value alone: a mean over a batch of one."""
    pairs = [loss(np.array([v])) for v in values]
    return np.array([[value, float(grad[0])] for value, grad in pairs]).T


@cache
def curves(deltas, quantiles):
    """loss, pull (12, 161): every regression loss and its gradient against pred - target."""
    zero, L = np.zeros(1), nn.losses
    kinds = [lambda d: L.mse(d, zero), lambda d: L.mae(d, zero)]
    kinds += [lambda d, delta=delta: L.huber(d, zero, delta) for delta in deltas]
    kinds += [lambda d, q=q: L.quantile(d, zero, q) for q in quantiles]
    both = np.array([at_each(kind, DIFFERENCES) for kind in kinds])
    return {"d": DIFFERENCES, "loss": both[:, 0], "pull": both[:, 1]}


@cache
def margin_curves():
    """margin_loss, margin_pull (10, 161): classification losses of a positive sample."""
    one, L = np.ones(1), nn.losses
    kinds = [lambda m: L.bce_with_logits(m, one), lambda m: L.hinge(m, one)]
    kinds += [lambda m: L.squared_hinge(m, one), lambda m: (float(m[0] <= 0), 0 * m)]
    kinds += [lambda m, g=g: L.focal_with_logits(m, one, gamma=g, alpha=1.0) for g in GAMMAS]
    both = np.array([at_each(kind, MARGINS) for kind in kinds])
    return {"m": MARGINS, "margin_loss": both[:, 0], "margin_pull": both[:, 1]}
