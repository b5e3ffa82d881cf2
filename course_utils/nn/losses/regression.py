"""Losses of a difference pred - target, both of one shape; the mean is over all elements.

Each is the negative log-likelihood of some noise: MSE of Gaussian noise, MAE of Laplace noise.
Derived in notebooks/03.
"""

import math

import numpy as np

from course_utils.nn.losses.shapes import same_shape


def mse(pred, target):
    """Mean of d², d = pred - target. Fits the mean of the target."""
    d = _difference(pred, target)
    return float(np.mean(d * d)), 2 / d.size * d


def mae(pred, target):
    """Mean of |d|, d = pred - target. Fits the median; the gradient is 0 at d = 0, as torch's."""
    d = _difference(pred, target)
    return float(np.mean(np.abs(d))), np.sign(d) / d.size


def huber(pred, target, delta=1.0):
    """Mean of ½d² where |d| <= delta and delta (|d| - ½ delta) beyond. Huber 1964.

    The gradient is d, clipped to [-delta, delta]: no outlier pulls harder than delta.
    """
    d = _difference(pred, target)
    pull = np.clip(d, -delta, delta)
    return float(np.mean(pull * (d - 0.5 * pull))), pull / d.size


def log_cosh(pred, target):
    """Mean of log cosh d: ½d² near 0, |d| - log 2 far away, smooth in between."""
    d = _difference(pred, target)
    value = np.logaddexp(d, -d) - math.log(2)  # cosh d itself overflows from d = 711
    return float(np.mean(value)), np.tanh(d) / d.size


def quantile(pred, target, q):
    """Mean pinball loss: q u where u = target - pred > 0, (q - 1) u where u < 0; q in (0, 1).

    Fits the q-quantile of the target, for guessing too low costs q and too high 1 - q; the
    gradient at u = 0 is 0. Koenker & Bassett 1978.
    """
    u = -_difference(pred, target)
    slope = np.where(u > 0, q, np.where(u < 0, q - 1, 0.0))
    return float(np.mean(slope * u)), -slope / u.size


def _difference(pred, target):
    pred, target = same_shape(pred, target)
    return pred - target
