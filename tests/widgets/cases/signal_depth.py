"""The signal through many layers: forward and backward by torch."""

import numpy as np
import torch

from course_utils.widgets import SignalDepth
from course_utils.widgets.signal_depth import BINS, drawn

from . import Case
from .activations import TORCH


def numbers(w):
    inputs, dA, draws = (torch.tensor(a) for a in drawn())
    A, before, after = inputs.clone().requires_grad_(), [], []
    for draw in draws[: w.depth]:
        A.retain_grad()
        before.append(A)
        A = TORCH[w.activation](A @ (w.gain * draw))
        after.append(A)
    A.backward(dA)
    values = [a.detach().numpy() for a in after]
    gradients = [a.grad.numpy() for a in before]
    return {
        "spread": np.array([a.std(axis=0).mean() for a in values]),
        "size": np.array([g.std() for g in gradients]),
        "values": np.array([fullness(a, -3, 3) for a in values]),
        "slopes": np.array([fullness(np.log10(np.abs(g[g != 0])), -12, 4) for g in gradients]),
    }


def fullness(values, low, high):
    inside = np.clip(values, low, high)
    counts = np.histogram(inside, BINS, (low, high))[0]
    return np.round(255 * counts / max(counts.max(), 1)).astype(np.uint8)


CASE = Case(
    make=SignalDepth,
    main="Gain of the weights",
    numbers=numbers,
    worst={"activation": "identity", "gain": 4.0, "depth": 50},
    wrong=(
        ({"gain": float("nan")}, "finite"),
        ({"gain": "he"}, "number"),
        ({"depth": 0}, "2 to 50"),
        ({"depth": None}, "number"),
        ({"activation": "step"}, "relu"),
        ({"width": 3}, "no control"),
    ),
)
