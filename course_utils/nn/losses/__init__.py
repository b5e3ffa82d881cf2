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
from course_utils.nn.losses.regression import huber, log_cosh, mae, mse, quantile

__all__ = [
    "bce",
    "bce_with_logits",
    "cross_entropy",
    "focal_with_logits",
    "hinge",
    "huber",
    "log_cosh",
    "mae",
    "mse",
    "quantile",
    "squared_hinge",
]
