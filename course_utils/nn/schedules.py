"""The learning rate over time, and what else keeps steps in check.

A schedule is a function of t, the number of the step, 0 at the first: before each step set
`optimizer.lr = cosine(t, T, 0.1)`. Large steps early cross the valley fast, small steps late
settle in it. The last parts clip gradients, search for a rate, and average weights.
"""

import math

import numpy as np

# --- functions of t -------------------------------------------------------------------------
# Each returns the learning rate of step t, a float. After its last step T a schedule stays where
# it ended. All are derived in notebooks/08.


def constant(t, lr0):
    """lr0 at every step."""
    return lr0


def step_decay(t, lr0, step_size, gamma):
    """lr0 times gamma for each full step_size steps. As `StepLR`."""
    return lr0 * gamma ** (t // step_size)


def multi_step(t, lr0, milestones, gamma=0.1):
    """lr0 times gamma for each milestone reached. As `MultiStepLR`."""
    return lr0 * gamma ** sum(t >= m for m in milestones)


def exponential(t, lr0, gamma):
    """lr0 · gammaᵗ. As `ExponentialLR`."""
    return lr0 * gamma**t


def polynomial(t, T, lr0, power=1.0, lr_min=0.0):
    """From lr0 to lr_min along (1 − t/T)^power. As `PolynomialLR` for lr_min = 0."""
    return lr_min + (lr0 - lr_min) * (1 - min(t, T) / T) ** power


def cosine(t, T, lr_max, lr_min=0.0):
    """Half a cosine from lr_max at t = 0 to lr_min at t = T. As `CosineAnnealingLR`.

    Loshchilov & Hutter 2017.
    """
    return lr_min + (lr_max - lr_min) * (1 + math.cos(math.pi * min(t, T) / T)) / 2


def cosine_restarts(t, lr_max, T_0, T_mult=1, lr_min=0.0):
    """Cosines end to end, the first T_0 steps long, each next T_mult ≥ 1 times longer.

    As `CosineAnnealingWarmRestarts` (SGDR, Loshchilov & Hutter 2017).
    """
    T = T_0
    while t >= T:
        t, T = t - T, T * T_mult
    return cosine(t, T, lr_max, lr_min)


def linear_warmup(t, warmup, lr_max):
    """From lr_max/warmup at t = 0 in equal steps to lr_max at t = warmup − 1, then constant.

    Never 0: a step with lr 0 is a step wasted. As `LinearLR` from 1/warmup over warmup − 1 steps.
    """
    return lr_max * min(1.0, (t + 1) / max(1, warmup))


def warmup_cosine(t, T, warmup, lr_max, lr_min=0.0):
    """Linear warm-up over the first `warmup` steps, a cosine over the other T − warmup."""
    if t < warmup:
        return linear_warmup(t, warmup, lr_max)
    return cosine(t - warmup, T - warmup, lr_max, lr_min)


def warmup_stable_decay(t, T, warmup, decay, lr_max, lr_min=0.0):
    """Linear warm-up, then lr_max, then linear to lr_min over the last `decay` steps (to t = T).

    Only the end needs to know T, so training can go on from the plateau (Hu et al. 2024).
    """
    if t < T - decay:
        return linear_warmup(t, warmup, lr_max)
    return polynomial(t - (T - decay), decay, lr_max, 1.0, lr_min)


def one_cycle(t, T, lr_max, pct_start=0.3, div=25.0, final_div=1e4):
    """Up from lr_max/div along a cosine, then down to lr_max/(div·final_div) at t = T − 1.

    pct_start: share of the T steps spent going up, in [0, 1). As `OneCycleLR` with its default
    cosines (Smith & Topin 2019, as in fastai).
    """
    start, end = lr_max / div, lr_max / div / final_div
    peak = pct_start * T - 1  # PyTorch's: the top may lie between two steps
    if t < peak:
        return cosine(t, peak, start, lr_max)
    return cosine(t - peak, T - 1 - peak, lr_max, end)


class ReduceOnPlateau:
    """Multiply lr by factor when a metric (smaller is better) has stopped falling.

    Better means below the best by more than min_delta. `patience` steps that are not better are
    borne, the next one cuts lr and the count starts again. As `ReduceLROnPlateau` with
    threshold_mode="abs". Derived in notebooks/08.
    """

    def __init__(self, lr, factor=0.1, patience=10, min_delta=0.0):
        self.lr, self.factor, self.patience, self.min_delta = lr, factor, patience, min_delta
        self.best, self.bad_steps = math.inf, 0

    def step(self, metric):
        """Take note of one value of the metric and return the learning rate from here on."""
        if metric < self.best - self.min_delta:
            self.best, self.bad_steps = metric, 0
        else:  # a NaN, too, is not better
            self.bad_steps += 1
        if self.bad_steps > self.patience:
            self.lr, self.bad_steps = self.lr * self.factor, 0
        return self.lr


# --- gradient clipping ----------------------------------------------------------------------


def clip_by_value(grads, limit):
    """Bring each element into [−limit, limit]; this can turn the gradient. New arrays.

    grads: dict or list of arrays; returns the same kind. As `torch.nn.utils.clip_grad_value_`.
    Derived in notebooks/08.
    """
    return _each(grads, lambda g: np.clip(g, -limit, limit))


def clip_by_global_norm(grads, max_norm):
    """Shrink all gradients by one factor if their common norm exceeds max_norm: (grads, norm).

    One factor keeps the direction; small gradients are never scaled up. grads: dict or list of
    arrays; returns new ones in the same kind, and the norm before clipping, a float. As
    `torch.nn.utils.clip_grad_norm_`, 1e-6 in the divisor included (Pascanu et al. 2013).
    Derived in notebooks/08.
    """
    arrays = grads.values() if isinstance(grads, dict) else grads
    norm = math.sqrt(sum(float(np.sum(np.square(g))) for g in arrays))
    factor = min(1.0, max_norm / (norm + 1e-6))
    return _each(grads, lambda g: g * factor), norm


def _each(grads, f):
    if isinstance(grads, dict):
        return {name: f(g) for name, g in grads.items()}
    return [f(g) for g in grads]


# --- finding a rate -------------------------------------------------------------------------


def lr_range_test(loss_at, lr_min, lr_max, steps):
    """Try ever larger learning rates and watch the loss: (lrs, losses), two (≤ steps,) arrays.

    loss_at(lr) takes one training step with lr and returns the loss. The rates grow by a constant
    factor from lr_min to lr_max; the test ends early after a loss above 4 × the best so far or a
    NaN, which is still recorded. Smith 2017. Derived in notebooks/08.
    """
    lrs, losses, best = np.geomspace(lr_min, lr_max, steps), [], math.inf
    for lr in lrs:
        losses.append(float(loss_at(float(lr))))
        best = min(best, losses[-1])
        if not losses[-1] <= 4 * best:
            break
    return lrs[: len(losses)], np.array(losses)


# --- averaging weights ----------------------------------------------------------------------


class _WeightAverage:
    """Averages of named arrays in `.params` (new arrays, the given ones are never changed).

    The first update copies, each later one moves `.params` by `rate()` of the way to the weights.
    """

    def __init__(self):
        self.params, self.n = {}, 0

    def update(self, params):
        """Take in the weights of this moment; params: name -> array."""
        self.n += 1
        for name, w in params.items():
            mean = self.params.get(name, w)
            self.params[name] = mean + self.rate() * (w - mean)

    def copy_to(self, params):
        """Write the averages into params, e.g. `model.parameters()`, to evaluate with them."""
        for name, w in params.items():
            w[...] = self.params[name]


class EMA(_WeightAverage):
    """Exponential moving average, mean ← decay·mean + (1−decay)·w after every step.

    As `AveragedModel` with `get_ema_multi_avg_fn(decay)`. Derived in notebooks/08.
    """

    def __init__(self, decay=0.999):
        super().__init__()
        self.decay = decay

    def rate(self):
        return 1 - self.decay


class SWA(_WeightAverage):
    """Plain mean of the weights at the updates, e.g. the ends of the last epochs.

    As `torch.optim.swa_utils.AveragedModel` (Izmailov et al. 2018). Derived in notebooks/08.
    """

    def rate(self):
        return 1 / self.n
