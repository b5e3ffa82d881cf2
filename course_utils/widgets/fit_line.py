"""The three pillars on one page: choose a model, a loss and an optimizer, and watch the fit.

Every training run is the same loop with three parts exchanged: assumption, criterion, search.
"""

from functools import lru_cache
from pathlib import Path

import numpy as np

from course_utils import nn
from course_utils.plots import COLORS, figure

from .base import Widget
from .controls import LogSlider, Points, Select

STEPS = 40
MODELS = {"constant": 1, "line": 2, "parabola": 3}  # name -> number of weights
LOSSES = {"MSE": nn.losses.mse, "MAE": nn.losses.mae, "Huber": nn.losses.huber}
OPTIMIZERS = {"SGD": "sgd", "Momentum": "momentum", "Adam": "adam"}
POINTS = (
    (-1.8, -1.5), (-1.5, -0.8), (-1.1, -1.0), (-0.7, -0.1), (-0.4, -0.3), (0.0, 0.4),
    (0.4, 0.5), (0.7, 1.1), (1.1, 0.9), (1.5, 1.7), (1.8, 1.6), (1.2, -1.6),
)  # fmt: skip


class FitLine(Widget):
    """Fit points the reader drags: model, loss, optimizer and learning rate are theirs."""

    title = "Three pillars: model, loss, optimizer"
    module = Path(__file__).with_suffix(".js")
    half = ("weights",)
    names = ("data", "fit")

    model = Select("Model", MODELS, "line", grid=True)
    loss = Select("Loss", LOSSES, grid=True)
    optimizer = Select("Optimizer", OPTIMIZERS, grid=True)
    lr = LogSlider("Learning rate", 0.01, 1, 0.1, steps=5, grid=True)
    points = Points("Points", POINTS, fewest=2, most=60, within=[(-2, 2), (-2.6, 2.6)])

    def compute(self, *, model, loss, optimizer, lr, points):
        """weights (41, 3) of 1, x and x², and losses (41,), before and after each step."""
        weights, losses = fit(points, MODELS[model], LOSSES[loss], OPTIMIZERS[optimizer], lr)
        return {"weights": weights, "losses": losses}

    def alt_text(self):
        run = self.compute(**self.params)
        (b, w, _), losses = run["weights"][-1], run["losses"]
        end = f"to {losses[-1]:.2g}; intercept {b:.2f}, slope {w:.2f}"
        if np.isnan(losses[-1]):
            end = f"up, and the fit diverged after {np.isfinite(losses).sum() - 1}"
        return (
            f"{len(self.points)} points fitted by a {self.model} with {self.loss} and "
            f"{self.optimizer}, learning rate {self.lr:g}. After {STEPS} steps the loss went from "
            f"{losses[0]:.2f} {end}."
        )

    def poster(self):
        run, x = self.compute(**self.params), np.linspace(-2, 2, 81)
        fig, (left, right) = figure(1, 2, width=8, height=3.2)
        left.plot(*np.transpose(self.points), "o", color=COLORS.blue)
        left.plot(x, features(x, 3) @ run["weights"][-1], color=COLORS.vermillion)
        left.set(xlabel="x", ylabel="y", title=f"{self.model}, {self.loss}, {self.optimizer}")
        right.plot(run["losses"], color=COLORS.vermillion)
        right.set(xlabel="step", ylabel="loss")
        return fig


def features(x, count) -> np.ndarray:
    """The columns 1, x, x² (N, count) that the models weigh."""
    return np.stack([x**k for k in range(count)], axis=-1)


@lru_cache(maxsize=2000)
def fit(points, count, loss, optimizer, lr):
    """weights (STEPS + 1, 3) and losses (STEPS + 1,); NaN once the run has diverged."""
    x, y = np.array(points).T
    X, step = features(x, count), nn.optim.functional(optimizer)
    w, state = np.zeros(count), {}
    weights, losses = np.full((STEPS + 1, 3), np.nan), np.full(STEPS + 1, np.nan)
    for t in range(STEPS + 1):
        value, dpred = loss(X @ w, y)
        if not value < 1e6:
            break
        weights[t], losses[t] = 0.0, value
        weights[t, :count] = w
        w, state = step(w, X.T @ dpred, state, lr=lr)
    return weights, losses
