"""What counts as good: each loss takes (pred, target, …) and returns (loss, dpred).

`loss` is a float, the mean over the batch; `dpred` is its gradient, of pred's shape, ready for
`model.backward`. No function changes its arguments. Derived in notebooks/03.
"""

from course_utils.nn.losses.classification import (
    bce,
    bce_with_logits,
    cross_entropy,
    focal_with_logits,
    hinge,
    squared_hinge,
)
from course_utils.nn.losses.divergences import (
    cross_entropy_of,
    entropy,
    entropy_backward,
    js_divergence,
    js_divergence_backward,
    kl_divergence,
    kl_divergence_backward,
)
from course_utils.nn.losses.embedding import contrastive, perceptual, triplet
from course_utils.nn.losses.regression import huber, log_cosh, mae, mse, quantile
from course_utils.nn.losses.segmentation import dice
from course_utils.nn.losses.sequence import ctc

__all__ = [
    "bce",
    "bce_with_logits",
    "contrastive",
    "cross_entropy",
    "cross_entropy_of",
    "ctc",
    "dice",
    "entropy",
    "entropy_backward",
    "focal_with_logits",
    "hinge",
    "huber",
    "js_divergence",
    "js_divergence_backward",
    "kl_divergence",
    "kl_divergence_backward",
    "log_cosh",
    "mae",
    "mse",
    "perceptual",
    "quantile",
    "squared_hinge",
    "triplet",
]
