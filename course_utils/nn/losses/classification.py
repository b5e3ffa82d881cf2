"""Losses of a classifier, best taken of its logits: the log and the exp inside cancel safely.

Two classes: a score or logit z per row and a label. More: a row of logits Z (N, C) and an integer
label. All are the mean over the batch. Derived in notebooks/03.
"""

import numpy as np

from course_utils.nn.activations import log_softmax, sigmoid, softplus
from course_utils.nn.losses.shapes import same_shape


def bce(p, y):
    """Mean of -(y log p + (1 - y) log(1 - p)) for probabilities p and labels y, both in [0, 1].

    As in PyTorch, a log is never below -100 and a denominator never below 1e-12, so p = 0 and
    p = 1 stay finite; `bce_with_logits` needs no such bounds.
    """
    p, y = same_shape(p, y)
    with np.errstate(divide="ignore"):
        log_p, log_q = (np.maximum(np.log(v), -100) for v in (p, 1 - p))
    loss = -np.mean(y * log_p + (1 - y) * log_q)
    return float(loss), (p - y) / np.maximum(p * (1 - p), 1e-12) / p.size


def bce_with_logits(z, y):
    """Binary cross-entropy of sigmoid(z): softplus(z) - z y, finite for every finite z.

    z, y: one shape, y in [0, 1]. The gradient is sigmoid(z) - y over the number of elements: the
    sigmoid's own slope p(1 - p) cancels.
    """
    z, y = same_shape(z, y)
    return float(np.mean(softplus(z) - z * y)), (sigmoid(z) - y) / z.size


def cross_entropy(Z, y, weight=None, label_smoothing=0.0):
    """Mean of -log softmax(Z)[y] for logits Z (N, C) and integer labels y (N,).

    weight (C,): each row counts weight[y], and the mean is a weighted one.
    label_smoothing: this share of the target is spread over all C classes (Szegedy et al. 2016).
    Both as in `torch.nn.functional.cross_entropy`. Raises ValueError if y is not (N,).
    """
    N = len(Z)
    if np.shape(y) != (N,):
        raise ValueError(f"logits of {N} rows need labels of shape ({N},), got {np.shape(y)}")
    if weight is not None or label_smoothing:
        return _weighted_cross_entropy(Z, y, weight, label_smoothing)
    logp = log_softmax(Z)
    rows = np.arange(N)
    dZ = np.exp(logp)  # softmax minus one-hot
    dZ[rows, y] -= 1
    dZ /= N
    return -float(logp[rows, y].sum()) / N, dZ


def _weighted_cross_entropy(Z, y, weight, label_smoothing):
    N, C = Z.shape
    weight = np.ones(C) if weight is None else weight
    T = np.full((N, C), label_smoothing / C)
    T[np.arange(N), y] += 1 - label_smoothing
    T *= weight
    total = weight[y].sum()
    logp = log_softmax(Z)
    dZ = np.exp(logp) * T.sum(axis=1, keepdims=True) - T
    return -float((T * logp).sum() / total), dZ / total


def focal_with_logits(z, y, gamma=2.0, alpha=0.25):
    """Mean of -alpha_t (1 - p_t)^gamma log p_t: BCE that turns away from what is already right.

    z: logits; y: labels 0 or 1 of the same shape. p_t is the probability given to the true class,
    alpha_t is alpha for positives and 1 - alpha for negatives. Lin et al. 2017.
    """
    z, y = same_shape(z, y)
    sign = 2 * y - 1
    p_t, miss = sigmoid(sign * z), sigmoid(-sign * z)  # miss = 1 - p_t, without cancellation
    log_p = -softplus(-sign * z)
    alpha_t = np.where(y == 1, alpha, 1 - alpha)
    loss = -np.mean(alpha_t * miss**gamma * log_p)
    slope = alpha_t * miss**gamma * (gamma * p_t * log_p - miss)
    return float(loss), sign * slope / z.size


def hinge(score, y):
    """Mean of max(0, 1 - y score), y in {-1, +1}: no loss once the margin y score reaches 1.

    The gradient is 0 at the kink. Cortes & Vapnik 1995.
    """
    score, y = same_shape(score, y)
    short = np.maximum(0, 1 - y * score)
    return float(np.mean(short)), np.where(short > 0, -y, 0.0) / score.size


def squared_hinge(score, y):
    """Mean of max(0, 1 - y score)², y in {-1, +1}: smooth where the hinge has its kink."""
    score, y = same_shape(score, y)
    short = np.maximum(0, 1 - y * score)
    return float(np.mean(short**2)), -2 * y * short / score.size
