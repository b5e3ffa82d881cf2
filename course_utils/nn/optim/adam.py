"""Adam and its family: an averaged gradient, scaled for every coordinate.

Two running averages, of g and of g², start at zero and are therefore too small at first: dividing
by 1 − βᵗ makes them right from step one. eps is added after the corrected root and is 1e-8, as in
the paper and PyTorch. The relatives change how weights decay (AdamW), how far the average looks
ahead (NAdam), when the scaling may be trusted (RAdam), what is averaged (AdaBelief), or keep the
sign alone (Lion).
"""

from dataclasses import KW_ONLY, dataclass

import numpy as np

from .base import Optimizer, ema, tick


@dataclass(eq=False)
class Adam(Optimizer):
    """m̂ / (√v̂ + eps) (Kingma & Ba 2015). Equals `torch.optim.Adam`; weight_decay is L2.

    betas: how much of the averages of g and g² is kept each step; amsgrad: divide by the largest
    average so far, taken before bias correction as PyTorch does (Reddi et al. 2018).
    Derived in notebooks/07.
    """

    lr: float = 1e-3
    _: KW_ONLY
    betas: tuple[float, float] = (0.9, 0.999)
    eps: float = 1e-8
    amsgrad: bool = False

    def direction(self, w, dw, state):
        beta1, beta2 = self.betas
        t = tick(state)
        m = ema(state, "m", dw, beta1)
        v = ema(state, "v", dw**2, beta2)
        if self.amsgrad:
            v = state["v_max"] = np.maximum(state.get("v_max", 0.0), v)
        m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
        return m_hat / (np.sqrt(v_hat) + self.eps)


@dataclass(eq=False)
class AdamW(Adam):
    """Adam whose weights shrink by lr·λ·w beside the step (Loshchilov & Hutter 2019).

    Under Adam an L2 term would be divided by √v̂ like any gradient, so that the weights with large
    gradients would hardly decay. Equals `torch.optim.AdamW`. Derived in notebooks/07.
    """

    _: KW_ONLY
    weight_decay: float = 0.01
    decoupled_weight_decay: bool = True


@dataclass(eq=False)
class NAdam(Optimizer):
    """Adam with Nesterov's look-ahead (Dozat 2016). Equals `torch.optim.NAdam`.

    The share of momentum grows with t, β1·(1 − ½·0.96^(ψt)), ψ = momentum_decay.
    Derived in notebooks/07.
    """

    lr: float = 2e-3
    _: KW_ONLY
    betas: tuple[float, float] = (0.9, 0.999)
    eps: float = 1e-8
    momentum_decay: float = 4e-3

    def direction(self, w, dw, state):
        beta1, beta2 = self.betas
        t = tick(state)
        mu, mu_next = self._mu(t), self._mu(t + 1)
        product = state["mu_product"] = state.get("mu_product", 1.0) * mu
        m = ema(state, "m", dw, beta1)
        v = ema(state, "v", dw**2, beta2)
        looked_ahead = mu_next / (1 - product * mu_next) * m + (1 - mu) / (1 - product) * dw
        return looked_ahead / (np.sqrt(v / (1 - beta2**t)) + self.eps)

    def _mu(self, t):
        return self.betas[0] * (1 - 0.5 * 0.96 ** (t * self.momentum_decay))


@dataclass(eq=False)
class RAdam(Optimizer):
    """Adam that waits until its scaling can be trusted (Liu et al. 2020).

    rho is the effective number of gradients in the average of g². While it is at most 5 the step
    is plain momentum, afterwards Adam's times a rectifying factor < 1: a warm-up by itself.
    Equals `torch.optim.RAdam`, where eps joins the root before its correction.
    Derived in notebooks/07.
    """

    lr: float = 1e-3
    _: KW_ONLY
    betas: tuple[float, float] = (0.9, 0.999)
    eps: float = 1e-8

    def direction(self, w, dw, state):
        beta1, beta2 = self.betas
        t = tick(state)
        m_hat = ema(state, "m", dw, beta1) / (1 - beta1**t)
        v = ema(state, "v", dw**2, beta2)
        correction = 1 - beta2**t
        rho_max = 2 / (1 - beta2) - 1
        rho = rho_max - 2 * t * beta2**t / correction
        if rho <= 5:
            return m_hat
        rectify = (rho - 4) * (rho - 2) * rho_max / ((rho_max - 4) * (rho_max - 2) * rho)
        return rectify**0.5 * m_hat * correction**0.5 / (np.sqrt(v) + self.eps)


@dataclass(eq=False)
class AdaBelief(Optimizer):
    """Adam that divides by how far gradients stray from their average (Zhuang et al. 2020).

    (g − m)² replaces g²: steady gradients mean belief and a large step. As in the paper's
    algorithm eps is also added to the average at each step. weight_decay is decoupled.
    Derived in notebooks/07.
    """

    lr: float = 1e-3
    _: KW_ONLY
    betas: tuple[float, float] = (0.9, 0.999)
    eps: float = 1e-16
    decoupled_weight_decay: bool = True

    def direction(self, w, dw, state):
        beta1, beta2 = self.betas
        t = tick(state)
        m = ema(state, "m", dw, beta1)
        s = state["s"] = ema(state, "s", (dw - m) ** 2, beta2) + self.eps
        m_hat, s_hat = m / (1 - beta1**t), s / (1 - beta2**t)
        return m_hat / (np.sqrt(s_hat) + self.eps)


@dataclass(eq=False)
class Lion(Optimizer):
    """The sign of a momentum (Chen et al. 2023): every coordinate moves by exactly lr.

    The step looks at β1·m + (1−β1)·g, and only then is m updated, with β2. weight_decay is
    decoupled. Steps are larger than Adam's: take a 3-10 times smaller lr. Derived in notebooks/07.
    """

    lr: float = 1e-4
    _: KW_ONLY
    betas: tuple[float, float] = (0.9, 0.99)
    decoupled_weight_decay: bool = True

    def direction(self, w, dw, state):
        beta1, beta2 = self.betas
        step = np.sign(beta1 * state.get("m", 0.0) + (1 - beta1) * dw)
        ema(state, "m", dw, beta2)
        return step
