"""Neural networks in NumPy alone, small enough to read in an evening.

    from course_utils import nn

    model = nn.Sequential(nn.Linear(64, 128, rng), nn.ReLU(), nn.Linear(128, 10, rng))
    optimizer = nn.optim.SGD(model.parameters(), lr=0.1)
    nn.train.fit(model, X, y, nn.losses.cross_entropy, optimizer, epochs=10, batch_size=64, rng=rng)

Everything is float64, batch first: X (N, D), W (D_in, D_out), Z = X @ W + b.
"""

from importlib import import_module

from course_utils.nn import activations, gradcheck, init, layers, losses, train
from course_utils.nn.layers import (
    ELU,
    GELU,
    SELU,
    Elementwise,
    GELUTanh,
    Identity,
    Layer,
    LeakyReLU,
    Linear,
    LogSigmoid,
    LogSoftmax,
    Mish,
    PReLU,
    ReLU,
    Residual,
    Sequential,
    Sigmoid,
    SiLU,
    Softmax,
    Softplus,
    Softsign,
    SwiGLU,
    Tanh,
)

__all__ = [
    "ELU",
    "GELU",
    "SELU",
    "Elementwise",
    "GELUTanh",
    "Identity",
    "Layer",
    "LeakyReLU",
    "Linear",
    "LogSigmoid",
    "LogSoftmax",
    "Mish",
    "PReLU",
    "ReLU",
    "Residual",
    "Sequential",
    "SiLU",
    "Sigmoid",
    "Softmax",
    "Softplus",
    "Softsign",
    "SwiGLU",
    "Tanh",
    "activations",
    "gradcheck",
    "init",
    "layers",
    "losses",
    "train",
]


def __getattr__(name):
    if name in ("optim", "schedules", "autodiff"):
        return import_module(f"course_utils.nn.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
