"""The boundary: the same start, trained once more by torch, its answer read off over the plane."""

import numpy as np
import torch
from torch.nn import functional

from course_utils.widgets import DecisionBoundary
from course_utils.widgets.buffers import unpack
from course_utils.widgets.decision_boundary import ACTIVATIONS, network

from . import Case, shown

SQUASH = {"tanh": torch.tanh, "ReLU": torch.relu, "sigmoid": torch.sigmoid}


def grid(points_a_side):
    side = np.linspace(-1.6, 1.6, points_a_side)
    return torch.tensor([(x, y) for y in side for x in side])


def numbers(w):
    start = network(w.width, w.second, ACTIVATIONS[w.activation], w.start).parameters().values()
    leaves = [torch.tensor(array, requires_grad=True) for array in start]
    optimizer = torch.optim.SGD(leaves, lr=w.lr)
    table = torch.tensor(w.points, dtype=torch.float64)
    X, y = table[:, :2], table[:, 2:]

    def layers(A):
        """The sums Z of each layer, the logit last."""
        sums = []
        for W, b in zip(leaves[::2], leaves[1::2], strict=True):
            sums.append(A @ W + b)
            A = SQUASH[w.activation](sums[-1])
        return sums

    first, weights, losses, right = [], [], [], []
    for step in range(30 * 12 + 1):
        if step % 12 == 0:
            first.append(layers(grid(2))[0].detach().numpy().T.reshape(-1, 2, 2))
            weights.append(leaves[0].detach().numpy().copy())
            right.append(int(((layers(X)[-1] > 0) == (y > 0.5)).sum()))
        optimizer.zero_grad()
        loss = functional.binary_cross_entropy_with_logits(layers(X)[-1], y)
        losses.append(loss.item())
        loss.backward()
        last = torch.sigmoid(layers(grid(32))[-1]).detach().numpy() if step == 360 else None
        optimizer.step()
    told = {"first": first, "w0": weights, "loss": losses, "right": right}
    answer = unpack(w.results["answer"])
    root = answer[-1].ravel() / 127.5 - 1
    np.testing.assert_allclose(root * abs(root) / 2 + 0.5, last.ravel(), atol=1 / 255)
    return {name: np.array(value) for name, value in told.items()}


def says(w, step):
    told = numbers(w)
    right = f"{told['right'][step]} of {len(w.points)} points right"
    return [f"After {12 * step} steps", f"loss {shown(told['loss'][12 * step])}", right]


CASE = Case(
    make=DecisionBoundary,
    main="Data",
    numbers=numbers,
    worst={"data": "moons", "activation": "ReLU", "width": 8, "second": 6, "lr": 10.0},
    says=says,
    wrong=(
        ({"lr": float("nan")}, "finite"),
        ({"lr": "fast"}, "number"),
        ({"points": ()}, "got 0 rows"),
        ({"points": ((0, 0, 1), (1, 1))}, "3 numbers"),
        ({"points": ((0, 0, 1), (1, "a", 0))}, "number"),
        ({"width": 0}, "1 to 8"),
        ({"activation": "step"}, "tanh"),
        ({"data": "digits"}, "moons"),
    ),
)
