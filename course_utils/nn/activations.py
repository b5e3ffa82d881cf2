"""Activation functions: the bend between two linear layers, without which they collapse to one.

An elementwise activation is a pair: the function `f(z)` and its derivative `df(z)`, both of the
pre-activation z, an array of any shape or a number. `ACTIVATIONS` lists them by name. Softmax
mixes the entries of a row, so its derivative is not elementwise: it has `softmax_backward`.
SwiGLU gates one linear map by another: `swiglu_backward`. Nothing here overflows, or changes its
argument.
Derived in notebooks/02.
"""

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

SELU_SCALE = 1.0507009873554805  # the two constants that make mean 0, variance 1 a fixed point
SELU_ALPHA = 1.6732632423543772  # (Klambauer et al. 2017)
GELU_CUBIC = 0.044715  # fitted by Hendrycks & Gimpel 2016
SQRT_2_OVER_PI = math.sqrt(2 / math.pi)


def identity(z):
    """z itself: the output layer of a regression."""
    return +np.asarray(z)


def identity_prime(z):
    return np.ones(np.shape(z))


def sigmoid(z):
    """1 / (1 + e^-z), in (0, 1). Only e^-|z| is ever computed, so nothing overflows."""
    e = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1, e) / (1 + e)


def sigmoid_prime(z):
    return sigmoid(z) * sigmoid(-np.asarray(z))  # s(1 - s), exact where s rounds to 1


def log_sigmoid(z):
    """log sigmoid(z), in (-inf, 0): finite where sigmoid itself rounds to 0."""
    return -np.logaddexp(0, -np.asarray(z))


def log_sigmoid_prime(z):
    return sigmoid(-np.asarray(z))


def tanh(z):
    """(e^z - e^-z) / (e^z + e^-z), in (-1, 1), zero-centred."""
    return np.tanh(z)


def tanh_prime(z):
    return 1 - np.tanh(z) ** 2


def relu(z):
    """max(0, z). Glorot et al. 2011."""
    row = np.zeros(np.shape(z)[-1:])  # NumPy is twice as fast here with a row as with the number 0
    return np.maximum(z, row)


def relu_prime(z):
    return np.greater(z, 0).astype(float)  # 0 at the kink, as PyTorch chooses


def leaky_relu(z, alpha=0.01):
    """z above 0, alpha z below: a unit that cannot die. Maas et al. 2013."""
    return np.where(np.asarray(z) > 0, z, alpha * np.asarray(z))


def leaky_relu_prime(z, alpha=0.01):
    return np.where(np.asarray(z) > 0, 1.0, alpha)


def prelu(z, alpha=0.25):
    """Leaky ReLU whose slope alpha, a number or (D,), is learned. He et al. 2015."""
    return leaky_relu(z, alpha)


def prelu_prime(z, alpha=0.25):
    return leaky_relu_prime(z, alpha)


def prelu_slope_prime(z):
    """∂ prelu(z, alpha) / ∂ alpha, of z's shape: z below 0, nothing above."""
    return np.minimum(z, 0)


def elu(z, alpha=1.0):
    """z above 0, alpha (e^z - 1) below. Clevert et al. 2016."""
    return np.where(np.asarray(z) > 0, z, alpha * np.expm1(np.minimum(z, 0)))


def elu_prime(z, alpha=1.0):
    return np.where(np.asarray(z) > 0, 1.0, alpha * np.exp(np.minimum(z, 0)))


def selu(z):
    """ELU scaled so that a deep net keeps mean 0, variance 1. Klambauer et al. 2017."""
    return SELU_SCALE * elu(z, SELU_ALPHA)


def selu_prime(z):
    return SELU_SCALE * elu_prime(z, SELU_ALPHA)


def normal_cdf(z):
    """Φ(z): the probability that a standard normal variable is below z, elementwise."""
    z = np.asarray(z, dtype=float)
    tails = map(math.erfc, (-z / math.sqrt(2)).ravel().tolist())  # NumPy has no erfc
    return 0.5 * np.fromiter(tails, float, z.size).reshape(z.shape)


def gelu(z):
    """z Φ(z): the input times the chance that a normal variable is below it.

    Hendrycks & Gimpel 2016.
    """
    return z * normal_cdf(z)


def gelu_prime(z):
    density = np.exp(-0.5 * np.square(z)) / math.sqrt(2 * math.pi)
    return normal_cdf(z) + z * density


def gelu_tanh(z):
    """GELU with Φ replaced by a tanh; off by at most 5e-4."""
    return 0.5 * z * (1 + _gelu_gate(z))


def gelu_tanh_prime(z):
    gate = _gelu_gate(z)
    slope = SQRT_2_OVER_PI * (1 + 3 * GELU_CUBIC * np.square(z))
    return 0.5 * (1 + gate) + 0.5 * z * (1 - gate**2) * slope


def _gelu_gate(z):
    return np.tanh(SQRT_2_OVER_PI * (z + GELU_CUBIC * z * np.square(z)))


def silu(z):
    """z sigmoid(z), also called Swish. Elfwing et al. 2017, Ramachandran et al. 2017."""
    return z * sigmoid(z)


def silu_prime(z):
    return sigmoid(z) + z * sigmoid_prime(z)


def mish(z):
    """z tanh(softplus(z)). Misra 2019."""
    return z * np.tanh(softplus(z))


def mish_prime(z):
    gate = np.tanh(softplus(z))
    return gate + z * (1 - gate**2) * sigmoid(z)


def softplus(z):
    """log(1 + e^z): a ReLU with a round corner."""
    return np.logaddexp(0, z)


def softplus_prime(z):
    return sigmoid(z)


def softsign(z):
    """z / (1 + |z|), in (-1, 1): saturates far more slowly than tanh."""
    return z / (1 + np.abs(z))


def softsign_prime(z):
    return 1 / (1 + np.abs(z)) ** 2


class Activation(NamedTuple):
    """An elementwise activation and its derivative, both functions of the pre-activation."""

    name: str
    f: Callable
    df: Callable


ACTIVATIONS = {
    row[0]: Activation(*row)
    for row in (
        ("identity", identity, identity_prime),
        ("sigmoid", sigmoid, sigmoid_prime),
        ("log_sigmoid", log_sigmoid, log_sigmoid_prime),
        ("tanh", tanh, tanh_prime),
        ("softsign", softsign, softsign_prime),
        ("relu", relu, relu_prime),
        ("leaky_relu", leaky_relu, leaky_relu_prime),
        ("prelu", prelu, prelu_prime),
        ("elu", elu, elu_prime),
        ("selu", selu, selu_prime),
        ("gelu", gelu, gelu_prime),
        ("gelu_tanh", gelu_tanh, gelu_tanh_prime),
        ("silu", silu, silu_prime),
        ("mish", mish, mish_prime),
        ("softplus", softplus, softplus_prime),
    )
}


def softmax(Z, axis=-1):
    """Logits to probabilities: positive, summing to 1 along `axis`.

    Adding a constant to a row changes nothing, so the row's maximum is taken away first and no
    exponential exceeds 1.
    """
    E = np.exp(Z - Z.max(axis=axis, keepdims=True))
    return E / E.sum(axis=axis, keepdims=True)


def softmax_backward(dA, A, axis=-1):
    """dZ from dA and the softmax output A, all of one shape: the Jacobian is diag(a) - a aᵀ."""
    return A * (dA - (dA * A).sum(axis=axis, keepdims=True))


def log_softmax(Z, axis=-1):
    """log softmax(Z), finite where the softmax itself rounds to 0."""
    shifted = Z - Z.max(axis=axis, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))


def log_softmax_backward(dA, A, axis=-1):
    """dZ from dA and the log-softmax output A, all of one shape."""
    return dA - np.exp(A) * dA.sum(axis=axis, keepdims=True)


def swiglu(X, W, V):
    """silu(X W) * (X V): X (N, D) by W, V (D, H) to (N, H). Shazeer 2020."""
    return silu(X @ W) * (X @ V)


def swiglu_backward(dA, X, W, V):
    """dX (N, D), dW (D, H), dV (D, H) from dA (N, H)."""
    Z = X @ W
    dZ = dA * (X @ V) * silu_prime(Z)
    dG = dA * silu(Z)
    return dZ @ W.T + dG @ V.T, X.T @ dZ, X.T @ dG
