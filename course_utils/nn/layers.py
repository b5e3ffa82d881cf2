"""Layers: each turns X into A on the way forward, and dA into dX on the way back.

`forward` keeps what `backward` will need, and `backward` leaves the gradient of each parameter in
`grads`. A network is a list of layers: forward in order, backward in reverse.
Derived in notebooks/04.
"""

import numpy as np

from course_utils.nn.activations import (
    ACTIVATIONS,
    leaky_relu,
    leaky_relu_prime,
    log_softmax,
    log_softmax_backward,
    prelu_slope_prime,
    softmax,
    softmax_backward,
    swiglu,
    swiglu_backward,
)
from course_utils.nn.init import INITS


class Layer:
    """What every layer offers. `params` and `grads` have the same keys and shapes."""

    def __init__(self):
        self.params = {}
        self.grads = {}

    def forward(self, X):
        """A (N, D_out) from X (N, D_in)."""
        raise NotImplementedError

    def backward(self, dA):
        """dX (N, D_in) from dA (N, D_out), of the X that went forward last."""
        raise NotImplementedError

    def parameters(self):
        """{name: array}: the arrays themselves, which an optimizer changes in place."""
        return self.params

    def gradients(self):
        """{name: array} of the last backward, the keys of `parameters()`."""
        return self.grads

    def __call__(self, X):
        return self.forward(X)


class Linear(Layer):
    """Z = X W + b, with W (d_in, d_out) and b (d_out,), which starts at 0.

    init: a name in `nn.init.INITS` or a function (fan_in, fan_out, rng) -> W. needs_dX=False, for
    the first layer of a net, saves the gradient of the data, which nobody asks for.
    `torch.nn.Linear` keeps the transpose of W, and starts from `nn.init.linear_default`.
    """

    def __init__(self, d_in, d_out, rng, init="he", needs_dX=True):
        super().__init__()
        self.needs_dX = needs_dX
        draw = init if callable(init) else INITS[init]
        self.params.update(W=draw(d_in, d_out, rng), b=np.zeros(d_out))

    def forward(self, X):
        self.X = X
        Z = X @ self.params["W"]
        Z += self.params["b"]
        return Z

    def backward(self, dZ):
        self.grads["W"] = self.X.T @ dZ
        self.grads["b"] = dZ.sum(axis=0)
        return dZ @ self.params["W"].T if self.needs_dX else None


class Elementwise(Layer):
    """A layer made of one row of `ACTIVATIONS`: the derivative gates the gradient."""

    name = None  # set by the classes below

    def __init__(self, name=None):
        super().__init__()
        self.activation = ACTIVATIONS[name or self.name]

    def forward(self, Z):
        self.Z = Z
        return self.activation.f(Z)

    def backward(self, dA):
        return dA * self.activation.df(self.Z)


def _layer(class_name, activation):
    about = {"__doc__": ACTIVATIONS[activation].f.__doc__, "__module__": __name__}
    return type(class_name, (Elementwise,), {"name": activation} | about)


Identity = _layer("Identity", "identity")
Sigmoid = _layer("Sigmoid", "sigmoid")
LogSigmoid = _layer("LogSigmoid", "log_sigmoid")
Tanh = _layer("Tanh", "tanh")
Softsign = _layer("Softsign", "softsign")
ReLU = _layer("ReLU", "relu")
ELU = _layer("ELU", "elu")
SELU = _layer("SELU", "selu")
GELU = _layer("GELU", "gelu")
GELUTanh = _layer("GELUTanh", "gelu_tanh")
SiLU = _layer("SiLU", "silu")
Mish = _layer("Mish", "mish")
Softplus = _layer("Softplus", "softplus")


class LeakyReLU(Layer):
    """Leaky ReLU with slope alpha below 0."""

    def __init__(self, alpha=0.01):
        super().__init__()
        self.alpha = alpha

    def forward(self, Z):
        self.Z = Z
        return leaky_relu(Z, self.alpha)

    def backward(self, dA):
        return dA * leaky_relu_prime(self.Z, self.alpha)


class PReLU(Layer):
    """Leaky ReLU that learns its slopes: params["alpha"] (D,), or (1,) shared by all units."""

    def __init__(self, d=1, alpha=0.25):
        super().__init__()
        self.params["alpha"] = np.full(d, float(alpha))

    def forward(self, Z):
        self.Z = Z
        return leaky_relu(Z, self.params["alpha"])

    def backward(self, dA):
        per_unit = (dA * prelu_slope_prime(self.Z)).sum(axis=0)
        shared = self.params["alpha"].size == 1
        self.grads["alpha"] = per_unit.sum(keepdims=True) if shared else per_unit
        return dA * leaky_relu_prime(self.Z, self.params["alpha"])


class Softmax(Layer):
    """Logits (N, C) to probabilities. Not before `cross_entropy`, which has its own inside."""

    def forward(self, Z):
        self.A = softmax(Z)
        return self.A

    def backward(self, dA):
        return softmax_backward(dA, self.A)


class LogSoftmax(Layer):
    """Logits (N, C) to log-probabilities."""

    def forward(self, Z):
        self.A = log_softmax(Z)
        return self.A

    def backward(self, dA):
        return log_softmax_backward(dA, self.A)


class SwiGLU(Layer):
    """silu(X W) * (X V), with W and V (d_in, d_out)."""

    def __init__(self, d_in, d_out, rng, init="xavier"):
        super().__init__()
        draw = init if callable(init) else INITS[init]
        self.params.update(W=draw(d_in, d_out, rng), V=draw(d_in, d_out, rng))

    def forward(self, X):
        self.X = X
        return swiglu(X, self.params["W"], self.params["V"])

    def backward(self, dA):
        dX, dW, dV = swiglu_backward(dA, self.X, self.params["W"], self.params["V"])
        self.grads.update(W=dW, V=dV)
        return dX


class Sequential(Layer):
    """Layers one after the other; their parameters are named "0.W", "0.b", "2.W", …"""

    def __init__(self, *layers):
        self.layers = layers

    def forward(self, X):
        for layer in self.layers:
            X = layer.forward(X)
        return X

    def backward(self, dA):
        for layer in reversed(self.layers):
            dA = layer.backward(dA)
        return dA

    def parameters(self):
        return _numbered(layer.parameters() for layer in self.layers)

    def gradients(self):
        return _numbered(layer.gradients() for layer in self.layers)


def _numbered(dicts):
    return {f"{i}.{name}": array for i, d in enumerate(dicts) for name, array in d.items()}


class Residual(Sequential):
    """X + f(X) for f the layers inside, which must keep X's shape: the gradient has a way past."""

    def forward(self, X):
        return X + super().forward(X)

    def backward(self, dA):
        return dA + super().backward(dA)
