"""XOR: the same net, start and training in torch."""

import numpy as np
import torch

from course_utils import data
from course_utils.widgets import XorWarp
from course_utils.widgets.xor_warp import SHOWN, STEPS, network

from . import Case, shown

BENDS = {"tanh": torch.tanh, "sigmoid": torch.sigmoid, "relu": torch.relu, "identity": torch.clone}


def numbers(w):
    X, y = data.xor()
    if w.lr > 3:  # chaos: the last digit of one step decides the next ones
        return {"inputs": X, "labels": y}
    return train(w.bend, w.start, w.lr)


def train(bend, start, lr):
    X, y = (torch.tensor(a, dtype=torch.float64) for a in data.xor())
    first, head = torch.nn.Linear(2, 2).double(), torch.nn.Linear(2, 1).double()
    ours = network(bend, start).parameters()
    for layer, index in ((first, 0), (head, 2)):
        layer.weight.data = torch.tensor(ours[f"{index}.W"].T.copy())
        layer.bias.data = torch.zeros_like(layer.bias)
    optimizer = torch.optim.SGD([*first.parameters(), *head.parameters()], lr)
    hidden = lambda points: BENDS[bend](first(points))  # noqa: E731
    found = {"loss": [], "corners": [], "head": [], "grid": []}
    for step in range(STEPS + 1):
        z = head(hidden(X))[:, 0]
        loss = torch.nn.functional.binary_cross_entropy_with_logits(z, y)
        if step in SHOWN:
            weights = torch.cat([head.weight[0], head.bias]).detach().numpy().copy()
            found["loss"].append(loss.item())
            found["corners"].append(hidden(X).detach().numpy())
            found["grid"].append(hidden(lines()).detach().numpy())
            found["head"].append(weights)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return {name: np.array(values) for name, values in found.items()}


def lines():
    """Seven upright lines of 25 points, then seven level ones."""
    along, at = torch.linspace(-0.25, 1.25, 25).double(), torch.linspace(-0.25, 1.25, 7).double()
    upright = [[(a, t) for t in along] for a in at]
    level = [[(t, a) for t in along] for a in at]
    return torch.tensor(upright + level, dtype=torch.float64)


def says(w, step):
    told = numbers(w)
    z = told["corners"][step] @ told["head"][step][:2] + told["head"][step][2]
    count = int(((z > 0) == data.xor()[1]).sum())
    loss = shown(told["loss"][step])
    where = "parts the classes" if count == 4 else f"{count} of the 4 samples on the right side"
    return [f"After {SHOWN[step]} training steps the loss is {loss}", where]


CASE = Case(
    make=XorWarp,
    main="Hidden activation",
    numbers=numbers,
    says=says,
    worst={"bend": "identity", "lr": 10.0},
    wrong=(
        ({"lr": float("nan")}, "finite"),
        ({"lr": "fast"}, "number"),
        ({"start": 99}, "0 to 19"),
        ({"bend": "step"}, "tanh"),
        ({"points": ()}, "no control"),
    ),
)
