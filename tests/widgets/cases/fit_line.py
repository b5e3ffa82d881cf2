"""The fit: the same losses by torch, the same walk by torch's optimizers."""

import numpy as np
import torch

from course_utils.widgets import FitLine

from . import Case, shown

LOSSES = {
    "MSE": torch.nn.functional.mse_loss,
    "MAE": torch.nn.functional.l1_loss,
    "Huber": torch.nn.functional.huber_loss,
}
OPTIMIZERS = {
    "SGD": lambda w, lr: torch.optim.SGD([w], lr),
    "Momentum": lambda w, lr: torch.optim.SGD([w], lr, momentum=0.9),
    "Adam": lambda w, lr: torch.optim.Adam([w], lr),
}
WEIGHTS = {"constant": 1, "line": 2, "parabola": 3}


def numbers(widget):
    x, y = torch.tensor(widget.points, dtype=torch.float64).T
    count = WEIGHTS[widget.model]
    X = torch.stack([x**k for k in range(count)], dim=1)
    w = torch.zeros(count, dtype=torch.float64, requires_grad=True)
    optimizer = OPTIMIZERS[widget.optimizer](w, widget.lr)
    weights, losses = np.full((41, 3), np.nan), np.full(41, np.nan)
    for t in range(41):
        loss = LOSSES[widget.loss](X @ w, y)
        if not loss < 1e6:
            break
        weights[t], losses[t] = np.pad(w.detach().numpy(), (0, 3 - count)), loss.item()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return {"weights": weights, "losses": losses}


def says(w, step):
    run = numbers(w)
    b, slope = (shown(v, 2) for v in run["weights"][step, :2])
    return [f"Step {step}: y = {b} + {slope} x, MSE {shown(run['losses'][step])}."]


CASE = Case(
    make=FitLine,
    main="Loss",
    numbers=numbers,
    says=says,
    worst={"model": "parabola", "lr": 1.0},
    wrong=(
        ({"points": ()}, "got 0 rows"),
        ({"lr": float("nan")}, "finite"),
        ({"lr": "0.1"}, "number"),
        ({"points": ((0, 1), (1, "a"))}, "number"),
        ({"points": ((0, 1), (1, float("nan")))}, "finite"),
        ({"points": 3}, "rows of 2 numbers"),
        ({"model": "cubic"}, "parabola"),
        ({"optimizer": None}, "Momentum"),
    ),
)
