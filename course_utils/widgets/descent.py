"""Gradient descent on a surface: drag the start, slide the learning rate through divergence."""

from pathlib import Path

import numpy as np

from course_utils import nn
from course_utils.plots import COLORS, figure

from .controls import LogSlider
from .surfaces import SURFACES
from .walks import OnSurface, draw_surface, trajectory

STEPS = 150


class Descent(OnSurface):
    """Plain gradient descent from a start the reader drags, at every learning rate."""

    title = "Gradient descent"
    module = Path(__file__).with_suffix(".js")
    half = ("path", "z")
    names = ("SGD",)

    lr = LogSlider("Learning rate", 1e-4, 10, SURFACES["ravine"].lr, steps=51, grid=True)

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


def outcome(loss) -> str:
    """How a run ended, in words."""
    bad = np.flatnonzero(~np.isfinite(loss))
    if len(bad):
        return f"it diverges after {bad[0] - 1} steps"
    return f"loss {loss[0]:.3g} at the start, {loss[-1]:.2g} after {len(loss) - 1} steps"
