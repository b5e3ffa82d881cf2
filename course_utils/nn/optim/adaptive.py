"""A step size for every coordinate, from the size of its own past gradients.

A coordinate whose gradients are large gets small steps and the other way round, so that badly
scaled problems look round again. AdaGrad sums squares for ever (its steps die out), RMSprop
forgets old ones, Adadelta also finds the unit of the step by itself.
"""

from dataclasses import KW_ONLY, dataclass

import numpy as np

from .base import Optimizer, ema


@dataclass(eq=False)
class AdaGrad(Optimizer):
    """w ← w − lr · g / (√Σg² + eps) (Duchi et al. 2011). Equals `torch.optim.Adagrad`.

    Derived in notebooks/07.
    """

    _: KW_ONLY
    eps: float = 1e-10

    def direction(self, w, dw, state):
        s = state["sum"] = state.get("sum", 0.0) + dw**2
        return dw / (np.sqrt(s) + self.eps)


@dataclass(eq=False)
class RMSprop(Optimizer):
    """Gradient over the root of its mean square (Hinton 2012). Equals `torch.optim.RMSprop`.

    alpha: how much of the mean square is kept each step; centered: divide by the standard
    deviation instead (Graves 2013); momentum: on the scaled gradient. Derived in notebooks/07.
    """

    _: KW_ONLY
    alpha: float = 0.99
    eps: float = 1e-8
    centered: bool = False
    momentum: float = 0.0

    def direction(self, w, dw, state):
        v = ema(state, "v", dw**2, self.alpha)
        if self.centered:
            # E[g²] − E[g]² is a variance: rounding alone can make it negative.
            v = np.maximum(v - ema(state, "mean", dw, self.alpha) ** 2, 0.0)
        scaled = dw / (np.sqrt(v) + self.eps)
        if not self.momentum:
            return scaled
        state["buffer"] = self.momentum * state.get("buffer", 0.0) + scaled
        return state["buffer"]


@dataclass(eq=False)
class Adadelta(Optimizer):
    """RMS of past steps over RMS of gradients, times g (Zeiler 2012). As `torch.optim.Adadelta`.

    The ratio carries w's unit, so lr = 1 is the paper's method. Derived in notebooks/07.
    """

    lr: float = 1.0
    _: KW_ONLY
    rho: float = 0.9
    eps: float = 1e-6

    def direction(self, w, dw, state):
        v = ema(state, "v", dw**2, self.rho)
        step = (state.get("steps", 0.0) + self.eps) ** 0.5 / np.sqrt(v + self.eps) * dw
        ema(state, "steps", step**2, self.rho)
        return step
