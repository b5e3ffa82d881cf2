"""Losses of distances: like things together, unlike things apart.

Inputs are embeddings (N, D), one row per pair or triple; gradients come as a tuple, one per
input. Derived in notebooks/03.
"""

import numpy as np

from course_utils.nn.losses.regression import mse


def contrastive(X1, X2, same, margin=1.0):
    """Mean over pairs of ½ d² if alike and ½ max(0, margin - d)² if not, d = |x1 - x2|.

    X1, X2 (N, D); same (N,) 1 for alike, 0 for not. Returns (loss, (dX1, dX2)), with gradient 0
    where an unlike pair coincides. Hadsell et al. 2006.
    """
    diff = X1 - X2
    d = np.linalg.norm(diff, axis=1)
    gap = np.maximum(0, margin - d)
    loss = 0.5 * np.mean(np.where(same, d**2, gap**2))
    slope = np.where(same, 1.0, -gap / np.where(d > 0, d, 1.0))  # (∂loss/∂d) / d
    dX1 = slope[:, None] * diff / len(diff)
    return float(loss), (dX1, -dX1)


def triplet(anchor, positive, negative, margin=1.0, eps=1e-6):
    """Mean over triples of max(0, d(anchor, positive) - d(anchor, negative) + margin).

    All three (N, D); d is the Euclidean length of x - y + eps, as in
    `torch.nn.functional.triplet_margin_loss`. Returns (loss, (danchor, dpositive, dnegative)).
    Schroff et al. 2015, who square the distances.
    """
    near, far = anchor - positive + eps, anchor - negative + eps
    d_near, d_far = (np.linalg.norm(v, axis=1, keepdims=True) for v in (near, far))
    excess = d_near - d_far + margin
    share = (excess > 0) / len(excess)
    to_near, to_far = (share * v / np.maximum(d, 1e-300) for v, d in ((near, d_near), (far, d_far)))
    return float(np.mean(np.maximum(0, excess))), (to_near - to_far, -to_near, to_far)


def perceptual(pred, target, features):
    """MSE between features of pred and target: alike to the eye of a network, not pixel by pixel.

    features: a layer or model with forward and backward, itself not trained here.
    Returns (loss, dpred). Johnson et al. 2016.
    """
    wanted = features.forward(target)  # first, so that backward finds pred's values in the layers
    loss, dF = mse(features.forward(pred), wanted)
    return loss, features.backward(dF)
