"""Gradient descent on a surface: drag the start, slide the learning rate through divergence."""

from pathlib import Path

import numpy as np

from course_utils import nn
from course_utils.plots import COLORS, figure

from .base import Widget
from .controls import LogSlider, Point, Select
from .surfaces import SURFACES

STEPS = 150
FAR = 1e6  # a weight beyond this counts as diverged


class Descent(Widget):
    """Plain gradient descent from a start the reader drags, at every learning rate."""

    title = "Gradient descent"
    module = Path(__file__).with_suffix(".js")
    half = ("path", "z")
    names = ("SGD",)
    baked = ("surface",)

    surface = Select("Surface", SURFACES, "ravine")
    lr = LogSlider("Learning rate", 1e-4, 10, SURFACES["ravine"].lr, steps=51, grid=True)
    start = Point("Start", SURFACES["ravine"].start)

    def compute(self, *, surface, lr, start):
        """path (..., steps + 1, 2), NaN once it has left for infinity, and the loss along it.

        lr may be an array (..., 1): as many walks at once.
        """
        s = SURFACES[surface]
        starts = np.broadcast_to(start, (*np.shape(lr)[:-1], 2))
        path = trajectory(nn.optim.functional("sgd"), s.grad, starts, STEPS, lr=lr)
        return {"path": path, "loss": s.f(path)}

    def compute_grid(self, **params):
        every = np.array(self.grid()["lr"])[:, None]
        return self.compute(**(params | {"lr": every}))

    def scene(self, *, surface, **_):
        return scene_of(SURFACES[surface])

    def preset(self, name, value):
        if name != "surface" or value not in SURFACES:
            return {}
        return {"start": SURFACES[value].start, "lr": SURFACES[value].lr}

    def alt_text(self):
        run = self.compute(**self.params)
        return (
            f"Gradient descent on the {self.surface} surface from ({self.start[0]:.2f}, "
            f"{self.start[1]:.2f}) with learning rate {self.lr:g}: {outcome(run['loss'])}."
        )

    def poster(self):
        run, s = self.compute(**self.params), SURFACES[self.surface]
        fig, (left, right) = figure(1, 2, width=8, height=3.4)
        draw_surface(left, s)
        left.plot(*run["path"].T, color=COLORS.blue, marker="o", markersize=3)
        left.set_title(f"{self.surface}, learning rate {self.lr:g}")
        right.semilogy(np.maximum(run["loss"], 1e-12), color=COLORS.blue)
        right.set(xlabel="step", ylabel="loss")
        return fig


def trajectory(step, grad, start, steps, **hyper):
    """Points (..., steps + 1, 2) of an optimizer's walk from start (..., 2).

    NaN once it is further than 1e6 from the origin or broke down.
    """
    w, state = np.array(start, float), {}
    path = []
    for _ in range(steps + 1):
        w = np.where(np.all(np.abs(w) < FAR, axis=-1, keepdims=True), w, np.nan)
        path.append(w)
        w, state = step(w, grad(w), state, **hyper)
    return np.stack(path, axis=-2)


def scene_of(s) -> dict:
    """What the browser needs to draw a surface: heights, where lines go, minima, 2/λ."""
    z = s.grid()
    return {
        "z": z,
        "levels": [float(v) for v in contour_levels(z)],
        "box": list(s.box),
        "minima": [list(m) for m in s.minima],
        "limit": 2 / s.curvature(),
    }


def contour_levels(z, count=14):
    """Heights of contour lines: evenly many grid points between neighbours, closer near 0."""
    return np.quantile(z, np.linspace(0, 0.98, count + 1)[1:] ** 1.6)


def draw_surface(ax, s):
    """Contours of a surface and its minima."""
    z = s.grid()
    ax.contourf(z, levels=[0, *contour_levels(z)], extent=s.box, cmap="Blues_r", alpha=0.6)
    ax.plot(*np.transpose(s.minima), "+", color=COLORS.black, markersize=10)
    ax.set(xlim=s.box[:2], ylim=s.box[2:], xlabel="w1", ylabel="w2")


def outcome(loss) -> str:
    """How a run ended, in words."""
    bad = np.flatnonzero(~np.isfinite(loss))
    if len(bad):
        return f"it diverges after {bad[0] - 1} steps"
    return f"loss {loss[0]:.3g} at the start, {loss[-1]:.2g} after {len(loss) - 1} steps"
