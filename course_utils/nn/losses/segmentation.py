"""Overlap of two regions: what counts when nearly every pixel is background.

Derived in notebooks/03.
"""

import numpy as np

from course_utils.nn.losses.shapes import same_shape


def dice(p, y, smooth=1.0):
    """Mean over the batch of 1 - (2 Σ p y + smooth) / (Σ p + Σ y + smooth).

    p, y (N, …): probabilities and labels in [0, 1], summed over all axes but the first. `smooth`
    makes two empty regions agree. Sørensen 1948; as a loss Milletari et al. 2016, who square the
    terms below the line.
    """
    p, y = same_shape(p, y)
    axes = tuple(range(1, p.ndim))
    overlap = 2 * (p * y).sum(axis=axes, keepdims=True) + smooth
    total = (p + y).sum(axis=axes, keepdims=True) + smooth
    score = overlap / total
    return float(np.mean(1 - score)), (score - 2 * y) / total / len(p)
