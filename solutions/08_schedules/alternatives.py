"""Other right answers to unit 08: loops, other formulas, other bookkeeping."""

import math

import numpy as np

from course_utils.checks import alternative


@alternative("step_decay")
def step_loop(t, lr0, step_size, gamma):
    lr = lr0
    while t >= step_size:
        lr, t = lr * gamma, t - step_size
    return lr


@alternative("step_decay")
def step_floor(t, lr0, step_size, gamma):
    return float(lr0 * np.power(gamma, np.floor(t / step_size)))


@alternative("cosine")
def cosine_mix(t, T, lr_max, lr_min=0.0):
    share = (1 + np.cos(np.pi * t / T)) / 2
    return share * lr_max + (1 - share) * lr_min


@alternative("cosine")
def cosine_half_angle(t, T, lr_max, lr_min=0.0):
    return lr_min + (lr_max - lr_min) * math.cos(math.pi * t / (2 * T)) ** 2


@alternative("warmup_cosine")
def warmup_one_line(t, T, warmup, lr_max, lr_min=0.0):
    wave = math.cos(math.pi * (t - warmup) / (T - warmup))
    down = (lr_max + lr_min) / 2 + (lr_max - lr_min) / 2 * wave
    return (t + 1) * lr_max / warmup if t < warmup else down


@alternative("warmup_cosine")
def warmup_table(t, T, warmup, lr_max, lr_min=0.0):
    up = [lr_max * (k + 1) / warmup for k in range(warmup)]
    angles = np.linspace(0, np.pi, T - warmup + 1)
    down = lr_min + (lr_max - lr_min) / 2 * (1 + np.cos(angles))
    return float([*up, *down][t])


@alternative("one_cycle")
def cycle_half_angle(t, T, lr_max, pct_start=0.3, div=25.0, final_div=1e4):
    peak, low = T * pct_start - 1, lr_max / div
    if t < peak:
        return low + (lr_max - low) * math.sin(math.pi * t / (2 * peak)) ** 2
    u = (t - peak) / (T - 1 - peak)
    bottom = low / final_div
    return bottom + (lr_max - bottom) * math.cos(math.pi * u / 2) ** 2


@alternative("one_cycle")
def cycle_interpolated(t, T, lr_max, pct_start=0.3, div=25.0, final_div=1e4):
    peak = pct_start * T - 1
    u = t / peak if t <= peak else (t - peak) / (T - 1 - peak)
    a, b = (lr_max / div, lr_max) if t <= peak else (lr_max, lr_max / div / final_div)
    share = (1 - np.cos(np.pi * u)) / 2
    return float((1 - share) * a + share * b)


@alternative("ReduceOnPlateau")
class plateau_history:
    def __init__(self, lr, factor=0.1, patience=10, min_delta=0.0):
        self.options = factor, patience, min_delta
        self.rate, self.best, self.waited = lr, None, 0

    def step(self, metric):
        factor, patience, min_delta = self.options
        if self.best is None or metric < self.best - min_delta:
            self.best, self.waited = metric, 0
            return self.rate
        self.waited += 1
        if self.waited == patience + 1:
            self.rate, self.waited = self.rate * factor, 0
        return self.rate


@alternative("ReduceOnPlateau")
class plateau_countdown:
    def __init__(self, lr, factor=0.1, patience=10, min_delta=0.0):
        self.lr, self.factor, self.patience, self.delta = lr, factor, patience, min_delta
        self.best, self.left = float("inf"), patience

    def step(self, metric):
        if self.best - metric > self.delta:
            self.best, self.left = metric, self.patience
        elif self.left == 0:
            self.lr *= self.factor
            self.left = self.patience
        else:
            self.left -= 1
        return self.lr


@alternative("clip_by_global_norm")
def clip_as_torch(grads, max_norm):
    norm = float(np.linalg.norm(np.concatenate([np.ravel(g) for g in grads])))
    factor = min(1.0, max_norm / (norm + 1e-6))
    return [factor * g for g in grads], norm


@alternative("clip_by_global_norm")
def clip_norm_of_norms(grads, max_norm):
    norm = np.linalg.norm([np.linalg.norm(g) for g in grads])
    if norm <= max_norm:
        return [np.copy(g) for g in grads], norm
    return [g / norm * max_norm for g in grads], norm


@alternative("lr_range_test")
def range_by_powers(loss_at, lr_min, lr_max, steps):
    factor = (lr_max / lr_min) ** (1 / (steps - 1))
    lrs, losses, best = [], [], math.inf
    for k in range(steps):
        lrs.append(lr_min * factor**k)
        losses.append(loss_at(lrs[-1]))
        best = min(best, losses[-1])
        if losses[-1] > 4 * best:
            break
    return np.array(lrs), np.array(losses)


@alternative("lr_range_test")
def range_by_logs(loss_at, lr_min, lr_max, steps):
    lrs = np.exp(np.linspace(np.log(lr_min), np.log(lr_max), steps))
    losses = np.empty(0)
    while len(losses) < steps and not (len(losses) and losses[-1] > 4 * losses.min()):
        losses = np.append(losses, loss_at(lrs[len(losses)]))
    return lrs[: len(losses)], losses
