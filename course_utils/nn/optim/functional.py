"""Optimizers as pure functions, the form students write: (w, dw, state, lr=…) -> (w, state).

Nothing given is changed, so a whole trajectory can be kept, and a student's own function fits
wherever one of these does.
"""

import inspect

import numpy as np

from .adam import AdaBelief, Adam, AdamW, Lion, NAdam, RAdam
from .adaptive import Adadelta, AdaGrad, RMSprop
from .base import Optimizer
from .sgd import SGD
from .structured import LAMB, LARS, Adafactor, Muon

_CLASSES = [SGD, AdaGrad, RMSprop, Adadelta, Adam, AdamW, NAdam, RAdam, AdaBelief, Lion]
_CLASSES += [Adafactor, Muon, LARS, LAMB]

# name -> (class, options that make it what the name says)
OPTIMIZERS = {cls.__name__.lower(): (cls, {}) for cls in _CLASSES}
OPTIMIZERS["momentum"] = (SGD, {"momentum": 0.9})
OPTIMIZERS["nesterov"] = (SGD, {"momentum": 0.9, "nesterov": True})
OPTIMIZERS["amsgrad"] = (Adam, {"amsgrad": True})


def functional(optimizer, **hyper):
    """The pure form of an optimizer, f(w, dw, state, **hyper) -> (w, state).

    optimizer: a class, or a name in OPTIMIZERS ("adam", "momentum", … in any case); hyper: its
    options, which a call may override (mu is momentum). state is {} at first; w and dw have one
    shape. Raises ValueError for an unknown name, TypeError for an unknown option.
    """
    cls, preset = _look_up(optimizer)
    preset = preset | _spelled(hyper)
    cls({}, **preset)  # an unknown option fails here, not at the first step

    def step(w, dw, state, **hyper):
        w = np.array(w, dtype=None if np.asarray(w).dtype.kind == "f" else float)  # a copy
        state = dict(state)
        cls({}, **(preset | _spelled(hyper))).update(w, np.asarray(dw), state)
        return w, state

    step.__name__ = optimizer if isinstance(optimizer, str) else cls.__name__.lower()
    return step


def _look_up(optimizer):
    if inspect.isclass(optimizer) and issubclass(optimizer, Optimizer):
        return optimizer, {}
    if str(optimizer).lower() not in OPTIMIZERS:
        raise ValueError(f"no optimizer {optimizer!r}; there are {', '.join(sorted(OPTIMIZERS))}")
    return OPTIMIZERS[optimizer.lower()]


def _spelled(hyper):
    return {"momentum" if name == "mu" else name: value for name, value in hyper.items()}
