"""Neural networks in NumPy alone, small enough to read in an evening.

    from course_utils import nn

    model = nn.Sequential(nn.Linear(64, 128, rng), nn.ReLU(), nn.Linear(128, 10, rng))
    optimizer = nn.optim.SGD(model.parameters(), lr=0.1)
    nn.train.fit(model, X, y, nn.losses.cross_entropy, optimizer, epochs=10, batch_size=64, rng=rng)

Everything is float64, batch first: X (N, D), W (D_in, D_out), Z = X @ W + b.
"""

from course_utils.nn import (
    activations,
    autodiff,
    gradcheck,
    init,
    layers,
    losses,
    optim,
    schedules,
    train,
)
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
    "autodiff",
    "gradcheck",
    "init",
    "layers",
    "losses",
    "optim",
    "schedules",
    "train",
]
