"""Losses: lines by linear programming and by torch's L-BFGS, curves by torch's autograd."""

import numpy as np
import torch
from scipy.optimize import linprog
from torch.nn import functional

from course_utils.widgets import Losses
from course_utils.widgets.losses import DIFFERENCES, MARGINS, OUTLIER_X

from . import Case


def by_program(X, y, q):
    """Koenker and Bassett: min q·up + (1 - q)·down with X w + up - down = y."""
    n = len(y)
    cost = np.concatenate([np.zeros(2), np.full(n, q), np.full(n, 1 - q)])
    both = np.hstack([X, np.eye(n), -np.eye(n)])
    bounds = [(None, None)] * 2 + [(0, None)] * (2 * n)
    return linprog(cost, A_eq=both, b_eq=y, bounds=bounds, method="highs").x[:2]


def by_newton(X, y, delta):
    X, y = torch.tensor(X), torch.tensor(y)
    w = torch.zeros(2, dtype=torch.float64, requires_grad=True)
    options = {"max_iter": 500, "tolerance_grad": 1e-12, "tolerance_change": 1e-14}
    optimizer = torch.optim.LBFGS([w], line_search_fn="strong_wolfe", **options)

    def closure():
        optimizer.zero_grad()
        loss = functional.huber_loss(X @ w, y, delta=delta)
        loss.backward()
        return loss

    optimizer.step(closure)
    return w.detach().numpy()


def curve(loss, values):
    """What one sample alone costs at each value, and the derivative."""
    v = torch.tensor(values, requires_grad=True)
    each = loss(v)
    each.sum().backward()
    return each.detach().numpy(), v.grad.numpy()


def pinball(q):
    return lambda d: torch.relu(-d) * q + torch.relu(d) * (1 - q)


def focal(gamma):
    return lambda m: -(torch.sigmoid(-m) ** gamma) * functional.logsigmoid(m)


def numbers(w):
    x, y = np.array([*w.points, (OUTLIER_X, w.outlier)]).T
    X = np.stack([np.ones_like(x), x], axis=1)
    fits = [np.linalg.lstsq(X, y)[0], by_program(X, y, 0.5)]
    fits += [by_newton(X, y, w.delta), by_program(X, y, w.q)]
    grid = w.grid()
    zero = torch.zeros(len(DIFFERENCES), dtype=torch.float64)
    kinds = [torch.square, torch.abs]
    kinds += [
        lambda d, delta=delta: functional.huber_loss(d, zero, delta=delta, reduction="none")
        for delta in grid["delta"]
    ]
    kinds += [pinball(q) for q in grid["q"]]
    loss, pull = np.array([curve(kind, DIFFERENCES) for kind in kinds]).transpose(1, 0, 2)
    margins = [lambda m: functional.softplus(-m), lambda m: torch.relu(1 - m)]
    margins += [lambda m: torch.relu(1 - m) ** 2, lambda m: (m <= 0) + 0 * m]
    margins += [focal(g) for g in range(6)]
    m_loss, m_pull = np.array([curve(kind, MARGINS) for kind in margins]).transpose(1, 0, 2)
    told = {"fits": np.array(fits), "loss": loss, "pull": pull}
    return told | {"margin_loss": m_loss, "margin_pull": m_pull}


CASE = Case(
    make=Losses,
    main="Outlier's height",
    numbers=numbers,
    worst={"outlier": 8.0, "delta": 0.25, "q": 0.9},
    wrong=(
        ({"outlier": float("nan")}, "finite"),
        ({"delta": "small"}, "number"),
        ({"q": 1.5}, "0.1 to 0.9"),
        ({"points": ((0, 1),)}, "got 1 row,"),
        ({"points": ((0, 1), (1, "a"))}, "number"),
        ({"view": "both"}, "regression"),
    ),
    plays=False,
)
