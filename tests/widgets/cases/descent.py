"""Gradient descent: the path is a loop of w ← w − lr · grad written out here once more."""

import numpy as np

from course_utils.widgets import Descent
from course_utils.widgets.surfaces import SURFACES

from . import Case, shown


def numbers(w):
    s, path = SURFACES[w.surface], [np.array(w.start)]
    while len(path) < 151:
        last = path[-1]
        path.append(last - w.lr * s.grad(last) if np.all(np.abs(last) < 1e6) else last * np.nan)
    path = np.array(path)
    path[~np.all(np.abs(path) < 1e6, axis=1)] = np.nan
    return {"path": path, "loss": s.f(path), "z": s.grid()}


def says(w, step):
    run = numbers(w)
    x, y = map(shown, run["path"][step])
    return [f"Step {step}: w = ({x}, {y}), loss {shown(run['loss'][step])}"]


CASE = Case(
    make=Descent,
    main="Learning rate",
    numbers=numbers,
    says=says,
    worst={"lr": 10.0},
    wrong=(
        ({"lr": float("nan")}, "finite"),
        ({"lr": "fast"}, "number"),
        ({"start": ()}, "2 numbers"),
        ({"start": ("a", 1)}, "number"),
        ({"surface": "Everest"}, "ravine"),
        ({"speed": 3}, "no control"),
    ),
)
