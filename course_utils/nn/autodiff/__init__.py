"""Derivatives by machine: exact ones, of code as it runs.

`dual` goes forward, one input at a time. `tensor` goes backward, all inputs at once, which is how
networks are trained.
"""

from .dual import Dual
from .tensor import Tensor, cross_entropy, lift, topological_order, unbroadcast

__all__ = ["Dual", "Tensor", "cross_entropy", "lift", "topological_order", "unbroadcast"]
