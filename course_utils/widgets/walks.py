"""Walks on a loss surface: what the widgets of gradient descent and of the race share."""

import numpy as np

from course_utils.plots import COLORS

from .base import Widget
from .controls import Point, Select
from .surfaces import SURFACES

FAR = 1e6  # a weight beyond this counts as diverged


class OnSurface(Widget):
    """A surface to choose and a start to drag on it; a subclass adds the learning rate `lr`."""

    baked = ("surface",)

    surface = Select("Surface", SURFACES, "ravine")
    start = Point("Start", SURFACES["ravine"].start)

    def scene(self, *, surface, **_):
        """Heights, where contour lines go, minima, and the limit 2/λ of the learning rate."""
        s = SURFACES[surface]
        z = s.grid()
        return {
            "z": z,
            "levels": [float(v) for v in contour_levels(z)],
            "box": list(s.box),
            "minima": [list(m) for m in s.minima],
            "limit": 2 / s.curvature(),
        }

    def preset(self, name, value):
        if name != "surface":
            return {}
        return {"start": SURFACES[value].start, "lr": SURFACES[value].lr}


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


def contour_levels(z, count=14):
    """Heights of contour lines: evenly many grid points between neighbours, closer near 0."""
    return np.quantile(z, np.linspace(0, 0.98, count + 1)[1:] ** 1.6)


def draw_surface(ax, s):
    """Contours of a surface and its minima."""
    z = s.grid()
    ax.contourf(z, levels=[0, *contour_levels(z)], extent=s.box, cmap="Blues_r", alpha=0.6)
    ax.plot(*np.transpose(s.minima), "+", color=COLORS.black, markersize=10)
    ax.set(xlim=s.box[:2], ylim=s.box[2:], xlabel="w1", ylabel="w2")
