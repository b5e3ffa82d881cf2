"""Optimizers: how a gradient becomes a step.

An optimizer holds the layers' own arrays and changes them in place, `opt.step(grads)`. Every one
also has a pure form, `functional("adam")`, that returns new arrays and new state. The files run
from simple to involved: `sgd`, `adaptive` (a step size per coordinate), `adam` (its family),
`structured` (those that look at a whole matrix at once).
"""

from .adam import AdaBelief, Adam, AdamW, Lion, NAdam, RAdam
from .adaptive import Adadelta, AdaGrad, RMSprop
from .base import Optimizer
from .functional import OPTIMIZERS, functional
from .sgd import SGD
from .structured import LAMB, LARS, Adafactor, Muon, orthogonalize

__all__ = [
    "LAMB",
    "LARS",
    "OPTIMIZERS",
    "SGD",
    "AdaBelief",
    "AdaGrad",
    "Adadelta",
    "Adafactor",
    "Adam",
    "AdamW",
    "Lion",
    "Muon",
    "NAdam",
    "Optimizer",
    "RAdam",
    "RMSprop",
    "functional",
    "orthogonalize",
]
