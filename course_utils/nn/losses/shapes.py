"""The one check every loss makes: without it NumPy broadcasts (N, 1) and (N,) to (N, N)."""

import numpy as np


def same_shape(pred, target):
    """Both as float arrays. Raises ValueError if their shapes differ."""
    if np.shape(pred) != np.shape(target):
        raise ValueError(
            f"the prediction has shape {np.shape(pred)} and the target {np.shape(target)}: "
            "reshape one of them so that each number has its own target"
        )
    return np.asarray(pred, dtype=float), np.asarray(target, dtype=float)
