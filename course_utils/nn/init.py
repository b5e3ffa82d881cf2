"""Where training starts: random weights whose size keeps signals from fading or blowing up.

Each draws W (fan_in, fan_out), so that Z = X @ W. A sum of fan_in products has fan_in times the
variance of one of them: W's variance must shrink as 1 / fan_in for Z to be as wide as X.
Derived in notebooks/09.
"""

import math

import numpy as np

RELU_GAIN = math.sqrt(2)


def xavier_normal(fan_in, fan_out, rng, gain=1.0):
    """N(0, std²), std = gain sqrt(2 / (fan_in + fan_out)). Glorot & Bengio 2010."""
    return rng.normal(0, gain * math.sqrt(2 / (fan_in + fan_out)), (fan_in, fan_out))


def xavier_uniform(fan_in, fan_out, rng, gain=1.0):
    """U(-a, a), a = gain sqrt(6 / (fan_in + fan_out)): the variance of `xavier_normal`."""
    bound = gain * math.sqrt(6 / (fan_in + fan_out))
    return rng.uniform(-bound, bound, (fan_in, fan_out))


def he_normal(fan_in, fan_out, rng, gain=RELU_GAIN):
    """N(0, std²), std = gain / sqrt(fan_in); the gain √2 makes up for ReLU's lost half.

    He et al. 2015.
    """
    return rng.normal(0, gain / math.sqrt(fan_in), (fan_in, fan_out))


def he_uniform(fan_in, fan_out, rng, gain=RELU_GAIN):
    """U(-a, a), a = gain sqrt(3 / fan_in): the variance of `he_normal`."""
    bound = gain * math.sqrt(3 / fan_in)
    return rng.uniform(-bound, bound, (fan_in, fan_out))


def orthogonal(fan_in, fan_out, rng, gain=1.0):
    """Gain times a matrix with orthonormal rows or columns, whichever are fewer.

    Uniform over all such matrices. Saxe et al. 2014.
    """
    tall = rng.standard_normal((max(fan_in, fan_out), min(fan_in, fan_out)))
    Q, R = np.linalg.qr(tall)
    Q *= np.sign(np.diag(R))  # qr's choice of signs is not uniform; R with a positive diagonal is
    return gain * (Q if fan_in >= fan_out else Q.T)


def zeros(fan_in, fan_out, rng=None):
    """All zeros: every unit of a layer computes, and learns, the same. Here to be seen failing."""
    return np.zeros((fan_in, fan_out))


def linear_default(fan_in, fan_out, rng):
    """W (fan_in, fan_out) and b (fan_out,) as `torch.nn.Linear` draws them: both U(±1/√fan_in).

    That is a third of Xavier's variance in a square layer, and a sixth of He's.
    """
    bound = 1 / math.sqrt(fan_in)
    return rng.uniform(-bound, bound, (fan_in, fan_out)), rng.uniform(-bound, bound, fan_out)


INITS = {
    "xavier": xavier_normal,
    "xavier_normal": xavier_normal,
    "xavier_uniform": xavier_uniform,
    "he": he_normal,
    "he_normal": he_normal,
    "he_uniform": he_uniform,
    "orthogonal": orthogonal,
    "zeros": zeros,
}

GAINS = {
    "identity": 1.0,
    "sigmoid": 1.0,
    "tanh": 5 / 3,
    "relu": RELU_GAIN,
    "selu": 3 / 4,
}


def gain(activation, slope=0.01):
    """By how much to widen W so that the activation hands on the width it received.

    The values of `torch.nn.init.calculate_gain`: for ReLU and leaky ReLU (of that slope) derived,
    for tanh and SELU chosen by experience. Raises KeyError for any other name.
    """
    if activation == "leaky_relu":
        return math.sqrt(2 / (1 + slope**2))
    return GAINS[activation]


def lsuv(weights, X, activation):
    """New weights, rescaled layer by layer until each Z = A @ W has variance 1 on the batch X.

    weights: list of W (fan_in, fan_out), orthogonal in the paper; X (N, D); activation: a
    function. One division is exact, for Z is linear in W; with a bias or batch norm it must be
    repeated. "All you need is a good init", Mishkin & Matas 2016.
    """
    scaled, A = [], X
    for W in weights:
        scaled.append(W / (A @ W).std())
        A = activation(A @ scaled[-1])
    return scaled
