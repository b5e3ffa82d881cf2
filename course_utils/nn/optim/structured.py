"""Optimizers that look at a whole weight matrix, not at one coordinate after the other.

LARS and LAMB scale each layer's step to the size of its weights, for very large batches.
Adafactor remembers row and column means of g² in place of all of it. Muon makes all singular
values of the step nearly equal, so that rare directions are learned as fast as frequent ones.
Matrices are (D_in, D_out) here, the transpose of `torch.nn.Linear.weight`.
"""

from dataclasses import KW_ONLY, dataclass

import numpy as np

from .base import Optimizer, ema, tick


def trust_ratio(size, step_size):
    """size / step_size, or 1 where either is 0 (a fresh bias, a missing gradient)."""
    return size / step_size if size > 0 and step_size > 0 else 1.0


@dataclass(eq=False)
class LARS(Optimizer):
    """Momentum with a rate for each layer, lr · η·‖w‖ / (‖g‖ + λ‖w‖) (You et al. 2017).

    η is trust_coefficient, λ weight_decay (inside the ratio). Vectors, i.e. biases and norms,
    get plain momentum without decay. lr stays outside the velocity, as in PyTorch's SGD; the paper
    puts it inside, the same while lr is constant. Derived in notebooks/07.
    """

    _: KW_ONLY
    momentum: float = 0.9
    trust_coefficient: float = 1e-3

    def update(self, w, dw, state):
        w -= self.lr * self.direction(w, dw, state)

    def direction(self, w, dw, state):
        if w.ndim > 1:
            size = np.linalg.norm(w)
            scale = trust_ratio(
                self.trust_coefficient * size, np.linalg.norm(dw) + self.weight_decay * size
            )
            dw = scale * (dw + self.weight_decay * w)
        v = state["v"] = self.momentum * state.get("v", 0.0) + dw
        return v


@dataclass(eq=False)
class LAMB(Optimizer):
    """Adam's direction r + λw, rescaled to length ‖w‖ for each layer (You et al. 2020, alg. 2).

    As in the paper: bias-corrected averages, eps 1e-6, weight decay inside the ratio, no bound on
    ‖w‖ (some packages drop the correction of v or clamp ‖w‖ at 10). Derived in notebooks/07.
    """

    lr: float = 1e-3
    _: KW_ONLY
    betas: tuple[float, float] = (0.9, 0.999)
    eps: float = 1e-6

    def update(self, w, dw, state):
        w -= self.lr * self.direction(w, dw, state)

    def direction(self, w, dw, state):
        beta1, beta2 = self.betas
        t = tick(state)
        m_hat = ema(state, "m", dw, beta1) / (1 - beta1**t)
        v_hat = ema(state, "v", dw**2, beta2) / (1 - beta2**t)
        r = m_hat / (np.sqrt(v_hat) + self.eps) + self.weight_decay * w
        return trust_ratio(np.linalg.norm(w), np.linalg.norm(r)) * r


@dataclass(eq=False)
class Adafactor(Optimizer):
    """Adam without m, and v rebuilt from its row and column means (Shazeer & Stern 2018).

    A (D_in, D_out) matrix costs D_in + D_out numbers of state, not 2·D_in·D_out. The step is
    relative to the weights' root mean square (at least eps[1]) and its own is clipped at d;
    β2 = 1 − t^beta2_decay; eps[0] None means the dtype's machine epsilon.
    Equals `torch.optim.Adafactor`, where lr caps 1/√t. Derived in notebooks/07.
    """

    _: KW_ONLY
    beta2_decay: float = -0.8
    eps: tuple[float | None, float] = (None, 1e-3)
    d: float = 1.0
    decoupled_weight_decay: bool = True

    def direction(self, w, dw, state):
        t = tick(state)
        eps1 = self.eps[0] if self.eps[0] is not None else np.finfo(w.dtype).eps
        v = self._mean_square(dw, state, 1 - t**self.beta2_decay, eps1)
        step = dw / np.sqrt(np.maximum(v, eps1**2))
        step = step / max(1.0, rms(step) / self.d)
        # lr / max(1, lr·√t) is min(lr, 1/√t): the base class multiplies by lr.
        return max(self.eps[1], rms(w)) / max(1.0, self.lr * t**0.5) * step

    def _mean_square(self, dw, state, beta2, eps1):
        if dw.ndim < 2:
            return ema(state, "v", dw**2, beta2)
        rows = ema(state, "rows", np.mean(dw**2, axis=-1, keepdims=True), beta2)
        cols = ema(state, "cols", np.mean(dw**2, axis=-2, keepdims=True), beta2)
        return rows * cols / np.maximum(rows.mean(axis=-2, keepdims=True), eps1)


@dataclass(eq=False)
class Muon(Optimizer):
    """Momentum, then orthogonalized: for hidden weight matrices only (Jordan et al. 2024).

    Give biases, embeddings and the output layer to AdamW. adjust_lr scales lr by shape:
    "original" √max(1, D_out/D_in), "match_rms_adamw" 0.2·√max(D_in, D_out) (Liu et al. 2025).
    Equals `torch.optim.Muon` on the transposed matrix, except that PyTorch rounds to bfloat16
    inside the iteration. Raises ValueError for anything but matrices. Derived in notebooks/07.
    """

    lr: float = 1e-3
    _: KW_ONLY
    weight_decay: float = 0.1
    decoupled_weight_decay: bool = True
    momentum: float = 0.95
    nesterov: bool = True
    ns_steps: int = 5
    eps: float = 1e-7
    adjust_lr: str = "original"

    def direction(self, w, dw, state):
        if w.ndim != 2:
            raise ValueError(f"Muon is for matrices, got shape {w.shape}: use AdamW for this one")
        m = ema(state, "m", dw, self.momentum)
        if self.nesterov:
            m = (1 - self.momentum) * dw + self.momentum * m
        return self._shape_factor(*w.shape) * orthogonalize(m, self.ns_steps, self.eps)

    def _shape_factor(self, d_in, d_out):
        factors = {
            "original": max(1.0, d_out / d_in) ** 0.5,
            "match_rms_adamw": 0.2 * max(d_in, d_out) ** 0.5,
        }
        return factors[self.adjust_lr]


def rms(x):
    """Root mean square of all elements, a float."""
    return float(np.sqrt(np.mean(x**2)))


def orthogonalize(G, steps=5, eps=1e-7):
    """Bring the singular values of G (M, N) near 1 and keep its singular vectors.

    A Newton-Schulz iteration, matrix products alone: each step sends a singular value s to
    3.4445·s − 4.775·s³ + 2.0315·s⁵. Five steps land in about 0.7…1.2, not at 1: steep at 0 was
    wanted more than exact. Source: Jordan et al. 2024. Derived in notebooks/07.
    """
    a, b, c = 3.4445, -4.775, 2.0315
    X = G / max(np.linalg.norm(G), eps)
    tall = X.shape[0] > X.shape[1]
    X = X.T if tall else X
    for _ in range(steps):
        S = X @ X.T
        X = a * X + (b * S + c * S @ S) @ X
    return X.T if tall else X
