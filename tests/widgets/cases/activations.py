"""Activations: values and slopes by torch's autograd, histograms by NumPy."""

import numpy as np
import torch

from course_utils.widgets import Activations
from course_utils.widgets.activations import BINS, normal, outputs

from . import Case

TORCH = {
    "identity": torch.clone,
    "sigmoid": torch.sigmoid,
    "log_sigmoid": torch.nn.functional.logsigmoid,
    "tanh": torch.tanh,
    "softsign": torch.nn.functional.softsign,
    "relu": torch.relu,
    "leaky_relu": torch.nn.functional.leaky_relu,
    "prelu": lambda t: torch.nn.functional.leaky_relu(t, 0.25),
    "elu": torch.nn.functional.elu,
    "selu": torch.nn.functional.selu,
    "gelu": torch.nn.functional.gelu,
    "gelu_tanh": lambda t: torch.nn.functional.gelu(t, approximate="tanh"),
    "silu": torch.nn.functional.silu,
    "mish": torch.nn.functional.mish,
    "softplus": torch.nn.functional.softplus,
}


def value_and_slope(name, z):
    t = torch.tensor(z, requires_grad=True)
    a = TORCH[name](t)
    (slope,) = torch.autograd.grad(a.sum(), t)
    return a.detach().numpy(), slope.numpy()


def share_of_bins(values, low, high):
    return np.histogram(values, BINS, (low, high))[0] / values.size


def numbers(w):
    Z = w.mean + w.spread * normal()
    A, slope = value_and_slope(w.activation, Z)
    z = np.linspace(-10, 10, 401)
    f, df = value_and_slope(w.activation, z)
    flat = np.abs(slope) < 0.01
    return {
        "before": share_of_bins(Z, -10, 10),
        "after": share_of_bins(A, *outputs(w.activation)),
        "shares": np.array([flat.mean(), flat.all(axis=0).mean(), np.abs(slope).mean()]),
        "f": f,
        "df": df,
    }


CASE = Case(
    make=Activations,
    main="Mean of z",
    numbers=numbers,
    worst={"activation": "relu", "mean": -6.0, "spread": 10.0},
    wrong=(
        ({"mean": float("nan")}, "finite"),
        ({"mean": "low"}, "number"),
        ({"spread": 0}, "0.1 to 10"),
        ({"activation": "step"}, "relu"),
        ({"data": ()}, "no control"),
    ),
    plays=False,
)
