"""Other right answers to unit 02: loops, other formulas, other NumPy functions."""

import math

import numpy as np

from course_utils.checks import alternative

# ---- sigmoid


@alternative("sigmoid")
def sigmoid_by_tanh(z):
    return 0.5 * (1 + np.tanh(0.5 * np.asarray(z)))


@alternative("sigmoid")
def sigmoid_by_masks(z):
    z = np.asarray(z, dtype=float)
    out = np.empty(z.shape)
    positive = z >= 0
    out[positive] = 1 / (1 + np.exp(-z[positive]))
    e = np.exp(z[~positive])
    out[~positive] = e / (1 + e)
    return out


@alternative("sigmoid")
def sigmoid_by_logaddexp(z):
    return np.exp(-np.logaddexp(0, -z))


# ---- relu_backward


@alternative("relu_backward")
def relu_backward_by_where(dA, Z):
    return np.where(Z > 0, dA, 0)


@alternative("relu_backward")
def relu_backward_by_copy(dA, Z):
    dZ = dA.copy()
    dZ[Z <= 0] = 0
    return dZ


@alternative("relu_backward")
def relu_backward_by_loops(dA, Z):
    dZ = np.zeros(Z.shape)
    for i in np.ndindex(Z.shape):
        if Z[i] > 0:
            dZ[i] = dA[i]
    return dZ


# ---- leaky_relu


@alternative("leaky_relu")
def leaky_relu_by_parts(z, alpha=0.01):
    return np.maximum(z, 0) + alpha * np.minimum(z, 0)


@alternative("leaky_relu")
def leaky_relu_by_slopes(z, alpha=0.01):
    return z * np.where(z > 0, 1.0, alpha)


# ---- gelu


@alternative("gelu")
def gelu_by_erfc(z):
    tails = [math.erfc(-x / math.sqrt(2)) for x in z.ravel()]
    return 0.5 * z * np.array(tails).reshape(z.shape)


@alternative("gelu")
def gelu_by_loops(z):
    out = np.empty(z.shape)
    for i in np.ndindex(z.shape):
        out[i] = z[i] * 0.5 * (1 + math.erf(z[i] / math.sqrt(2)))
    return out


# ---- softmax


@alternative("softmax")
def softmax_by_logs(Z, axis=-1):
    shifted = Z - np.max(Z, axis=axis, keepdims=True)
    return np.exp(shifted - np.log(np.sum(np.exp(shifted), axis=axis, keepdims=True)))


@alternative("softmax")
def softmax_by_moving_the_axis(Z, axis=-1):
    rows = np.moveaxis(Z, axis, 0)
    E = np.exp(rows - rows.max(axis=0))
    return np.moveaxis(E / E.sum(axis=0), 0, axis)


@alternative("softmax")
def softmax_by_slices(Z, axis=-1):
    def one(row):
        e = np.exp(row - row.max())
        return e / e.sum()

    return np.apply_along_axis(one, axis, Z)


# ---- softmax_backward


@alternative("softmax_backward")
def softmax_backward_by_jacobians(dA, A):
    rows = [(np.diag(a) - np.outer(a, a)) @ da for da, a in zip(dA, A, strict=True)]
    return np.array(rows)


@alternative("softmax_backward")
def softmax_backward_by_einsum(dA, A):
    return A * dA - A * np.einsum("nc,nc->n", dA, A)[:, None]


# ---- dead_fraction


@alternative("dead_fraction")
def dead_fraction_by_any(A):
    return 1 - np.mean(np.any(A != 0, axis=0))


@alternative("dead_fraction")
def dead_fraction_by_largest(A):
    return np.mean(np.abs(A).max(axis=0) == 0)


@alternative("dead_fraction")
def dead_fraction_by_loops(A):
    dead = 0
    for unit in A.T:
        if not np.count_nonzero(unit):
            dead += 1
    return dead / A.shape[1]


# ---- swiglu


@alternative("swiglu")
def swiglu_by_fraction(X, W, V):
    Z = X @ W
    return Z / (1 + np.exp(-Z)) * (X @ V)  # e^1000 is infinity, and Z / infinity is 0


@alternative("swiglu")
def swiglu_by_one_matrix(X, W, V):
    Z, values = np.split(X @ np.hstack([W, V]), 2, axis=1)
    e = np.exp(-np.abs(Z))
    return Z * np.where(Z >= 0, 1, e) / (1 + e) * values
