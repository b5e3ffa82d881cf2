"""What all optimizers share: the loop over parameters, weight decay, the step itself.

A new optimizer says only one thing: which `direction` it makes of a gradient. What it wants to
remember it keeps in `state`, one dict for each parameter. It binds new arrays there and never
writes into old ones, so that whoever holds an earlier state still has it.
"""

from dataclasses import KW_ONLY, dataclass, field

import numpy as np


@dataclass(eq=False)
class Optimizer:
    """Gradient descent on named arrays, w ← w − lr · direction.

    params: name -> array, changed in place by `step`; lr: the learning rate, may be reassigned
    between steps (that is all a schedule does); weight_decay: λ ≥ 0. With `decoupled_weight_decay`
    the weights shrink by lr·λ·w beside the step, else λ·w joins the gradient (L2).
    """

    params: dict[str, np.ndarray] = field(repr=False)
    lr: float = 0.01
    _: KW_ONLY
    weight_decay: float = 0.0
    decoupled_weight_decay: bool = False

    def __post_init__(self):
        self.state = {name: {} for name in self.params}

    def direction(self, w, dw, state):
        """What to subtract, before lr: an array of w's shape. `state` is this parameter's dict."""
        raise NotImplementedError

    def step(self, grads):
        """Change every parameter in place; grads: name -> array of its parameter's shape.

        Gradients of other names are left alone, so that two optimizers can share one model.
        Raises KeyError if a gradient is missing, ValueError if its shape is not the parameter's.
        """
        for name, w in self.params.items():
            if np.shape(grads[name]) != w.shape:
                raise ValueError(
                    f"the gradient of {name!r} has shape {np.shape(grads[name])}, "
                    f"its parameter {w.shape}"
                )
            self.update(w, grads[name], self.state[name])

    def update(self, w, dw, state):
        """One step of one parameter: changes w in place and rebinds entries of state."""
        if self.weight_decay and not self.decoupled_weight_decay:
            dw = dw + self.weight_decay * w
        step = self.lr * self.direction(w, dw, state)
        if self.weight_decay and self.decoupled_weight_decay:
            w *= 1 - self.lr * self.weight_decay
        w -= step

    def state_bytes(self):
        """Bytes of the arrays remembered between steps (0 before the first; counters are free)."""
        arrays = [a for state in self.state.values() for a in state.values()]
        return sum(a.nbytes for a in arrays if isinstance(a, np.ndarray))


def tick(state):
    """Count this parameter's steps: 1 at the first, since bias correction divides by 1 − βᵗ."""
    state["t"] = state.get("t", 0) + 1
    return state["t"]


def ema(state, key, value, beta):
    """Move state[key] towards value: m ← β·m + (1−β)·value, from 0. Returns the new average."""
    state[key] = beta * state.get(key, 0.0) + (1 - beta) * value
    return state[key]
