"""Stochastic gradient descent: walk against the gradient, perhaps with momentum.

Momentum lets the step remember: v ← μ·v + g sums up past gradients, so that steady directions
grow by 1/(1−μ) and zig-zag cancels. Many texts write v ← β·v + (1−β)·g instead: the same path with
lr / (1−β) for the learning rate. Nesterov looks where the velocity will carry it next: g + μ·v.
"""

from dataclasses import KW_ONLY, dataclass

from .base import Optimizer


@dataclass(eq=False)
class SGD(Optimizer):
    """Gradient descent, heavy-ball momentum (Polyak 1964), Nesterov's (Sutskever et al. 2013).

    Equals `torch.optim.SGD`: weight_decay is L2, the first velocity is the gradient itself.
    Raises ValueError for nesterov without momentum. Derived in notebooks/06.
    """

    _: KW_ONLY
    momentum: float = 0.0
    nesterov: bool = False

    def __post_init__(self):
        super().__post_init__()
        if self.nesterov and self.momentum <= 0:
            raise ValueError(f"nesterov needs momentum > 0, got momentum={self.momentum}")

    def direction(self, w, dw, state):
        if not self.momentum:
            return dw
        v = state["v"] = self.momentum * state.get("v", 0.0) + dw
        return dw + self.momentum * v if self.nesterov else v
