"""Other right answers to exercise 00: each must score full marks."""

import numpy as np

from course_utils.checks import alternative


@alternative("standardize")
def by_columns(X, eps=1e-8):
    out = np.zeros(X.shape)
    for d in range(X.shape[1]):
        column = X[:, d].astype(float)
        centred = column - column.sum() / len(column)
        out[:, d] = centred / max((centred**2).mean() ** 0.5, eps)
    return out


@alternative("standardize")
def eps_under_the_root(X, eps=1e-8):
    centred = X - np.mean(X, axis=0, keepdims=True)
    return centred / np.sqrt(np.mean(centred**2, axis=0, keepdims=True) + eps**2)


@alternative("standardize")
def constant_columns_apart(X, eps=1e-8):
    centred, std = X - X.mean(0), X.std(0)
    return np.where(std > eps, centred / np.where(std > eps, std, 1), 0)


@alternative("affine")
def sums_written_out(X, W, b):
    Z = np.zeros((len(X), W.shape[1]))
    for n in range(len(X)):
        for h in range(W.shape[1]):
            Z[n, h] = sum(x * w for x, w in zip(X[n], W[:, h], strict=True)) + b[h]
    return Z


@alternative("affine")
def subscripts(X, W, b):
    return np.add(np.einsum("nd,dh->nh", X, W), b.reshape(1, -1))


@alternative("affine")
def ones_column(X, W, b):
    return np.c_[X, np.ones(len(X))] @ np.r_[W, b[None]]
