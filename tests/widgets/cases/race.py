"""The race: the same walks, one optimizer and one learning rate at a time."""

import numpy as np

from course_utils import nn
from course_utils.widgets import Race
from course_utils.widgets.surfaces import SURFACES

from . import Case, shown


def walk(name, s, start, lr):
    step, w, state = nn.optim.functional(name), np.array(start), {}
    path = [w]
    for _ in range(120):
        if np.all(np.abs(w) < 1e6):
            w, state = step(w, s.grad(w), state, lr=lr)
        path.append(w if np.all(np.abs(w) < 1e6) else w * np.nan)
    return np.array(path)


def numbers(w):
    s = SURFACES[w.surface]
    paths = np.array([walk(name, s, w.start, w.lr) for name in ("sgd", "momentum", "adam")])
    loss = np.log10(np.maximum(s.f(paths), 1e-12))
    return {"steps": np.diff(paths, axis=1), "log_loss": loss, "z": s.grid()}


def says(w, step):
    losses = 10.0 ** numbers(w)["log_loss"][:, step]
    words = [f"{name} {shown(v, 2)}" for name, v in zip(w.names, losses, strict=True)]
    return [f"Loss after step {step}: {', '.join(words)}."]


def returns_none(w, dw, state, lr):
    w = w - lr * dw


CASE = Case(
    make=Race,
    main="Learning rate",
    numbers=numbers,
    says=says,
    worst={"lr": 1.0},
    wrong=(
        ({"runners": {"Mine": returns_none}}, "returned None, expected a pair"),
        ({"lr": float("nan")}, "finite"),
        ({"lr": "0.1"}, "number"),
        ({"runners": {}}, "Nothing to race"),
        ({"runners": {"SGD": "sgd", "Mine": "sgdd"}}, "no optimizer 'sgdd'"),
        ({"runners": {"SGD": "sgd", "Mine": 3}}, "expected the name of an optimizer"),
        ({"start": (0, float("inf"))}, "finite"),
        ({"threshold": 0}, "expected 1e-08 to 1"),
    ),
)
