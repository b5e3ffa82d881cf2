"""Learning-rate schedules: shape one, and see how the same small net learns under it.

A range test of the same net lies beside it, with a cursor that sets the peak rate.
"""

from functools import cache, lru_cache
from pathlib import Path

import numpy as np

from course_utils import data, nn
from course_utils.plots import COLORS, figure

from .base import Widget
from .controls import LogSlider, Select, Slider

STEPS = 100
BATCH = 16

# name -> (peak rate, share of warm-up, number of drops) -> rate as a function of the step
SCHEDULES = {
    "constant": lambda lr, w, n: lambda t: nn.schedules.constant(t, lr),
    "step decay": lambda lr, w, n: lambda t: nn.schedules.step_decay(t, lr, STEPS // (n + 1), 0.3),
    "exponential": lambda lr, w, n: lambda t: nn.schedules.exponential(t, lr, 0.01 ** (1 / STEPS)),
    "polynomial": lambda lr, w, n: lambda t: nn.schedules.polynomial(t, STEPS, lr),
    "cosine": lambda lr, w, n: lambda t: nn.schedules.cosine(t, STEPS, lr),
    "warm restarts": lambda lr, w, n: (
        lambda t: nn.schedules.cosine_restarts(t, lr, STEPS // (n + 1))
    ),
    "warm-up + cosine": lambda lr, w, n: (
        lambda t: nn.schedules.warmup_cosine(t, STEPS, round(w * STEPS), lr)
    ),
    "warm-up, stable, decay": lambda lr, w, n: (
        lambda t: nn.schedules.warmup_stable_decay(t, STEPS, round(w * STEPS), STEPS // 4, lr)
    ),
    "one cycle": lambda lr, w, n: lambda t: nn.schedules.one_cycle(t, STEPS, lr, w),
}
WARM = ["warm-up + cosine", "warm-up, stable, decay", "one cycle"]
DROPS = ["step decay", "warm restarts"]


class Schedule(Widget):
    """One net, one order of batches, any schedule."""

    title = "Learning-rate schedule"
    module = Path(__file__).with_suffix(".js")
    half = ("rate", "loss", "constant")
    names = ("this schedule", "constant")
    baked = ("kind",)

    kind = Select("Schedule", SCHEDULES, "warm-up + cosine")
    peak = LogSlider("Peak learning rate", 0.01, 10, 2.2, steps=10, grid=True)
    warmup = Slider("Warm-up, share of steps", 0, 0.5, 0.1, steps=11)
    drops = Slider("Drops", 1, 5, 3, whole=True)

    def compute(self, *, kind, peak, warmup, drops):
        """rate (100,) of each step; loss (101,) on all data before and after each; the same for
        a constant rate.
        """
        rate = rates(kind, peak, warmup, drops)
        constant = rates("constant", peak, 0.0, 1)
        return {"rate": np.array(rate), "loss": train(rate), "constant": train(constant)}

    def scene(self, **_):
        tried, losses = range_test()
        return {
            "test_rate": tried,
            "test_loss": losses,
            "warm": WARM,
            "drop": DROPS,
        }

    def alt_text(self):
        loss = self.compute(**self.params)["loss"]
        return (
            f"A small net trained for {STEPS} steps under the schedule {self.kind!r} with peak "
            f"learning rate {self.peak:g}: the loss goes from {loss[0]:.2f} to {loss[-1]:.3f}."
        )

    def poster(self):
        run = self.compute(**self.params)
        fig, (left, right) = figure(1, 2, width=8, height=3.2)
        left.plot(run["rate"], color=COLORS.blue)
        left.set(xlabel="step", ylabel="learning rate", title=self.kind)
        right.semilogy(run["loss"], color=COLORS.blue, label="this schedule")
        right.semilogy(run["constant"], "--", color=COLORS.vermillion, label="constant")
        right.set(xlabel="step", ylabel="loss")
        right.legend()
        return fig


def small_net():
    """A net for two moons, always from the same start."""
    rng = np.random.default_rng(3)
    return nn.Sequential(nn.Linear(2, 16, rng, needs_dX=False), nn.Tanh(), nn.Linear(16, 2, rng))


@cache
def batches():
    """The moons X (96, 2), y (96,), and the rows (BATCH,) of every step."""
    rng = np.random.default_rng(5)
    X, y = data.moons(rng, 96, noise=0.15)
    return X, y, rng.integers(0, len(X), (1000, BATCH))


def rates(kind, peak, warmup, drops) -> tuple[float, ...]:
    """The learning rate of every step."""
    schedule = SCHEDULES[kind](peak, warmup, drops)
    return tuple(float(schedule(t)) for t in range(STEPS))


@lru_cache(maxsize=500)
def train(rate) -> np.ndarray:
    """Loss on all the data before and after each step with learning rates `rate` (T,)."""
    X, y, rows = batches()
    net = small_net()
    optimizer = nn.optim.SGD(net.parameters(), lr=0.0, momentum=0.5)
    losses = [nn.losses.cross_entropy(net.forward(X), y)[0]]
    for lr, batch in zip(rate, rows, strict=False):
        optimizer.lr = lr
        _step(net, optimizer, X[batch], y[batch])
        losses.append(nn.losses.cross_entropy(net.forward(X), y)[0])
    return np.array(losses)


def _step(net, optimizer, X, y):
    loss, dZ = nn.losses.cross_entropy(net.forward(X), y)
    net.backward(dZ)
    optimizer.step(net.gradients())
    return loss


@cache
def range_test():
    """Learning rates and losses of a range test on the same net, all data in each step."""
    X, y, _ = batches()
    net = small_net()
    optimizer = nn.optim.SGD(net.parameters(), lr=0.0, momentum=0.5)

    def loss_at(lr):
        optimizer.lr = lr
        return _step(net, optimizer, X, y)

    return nn.schedules.lr_range_test(loss_at, 1e-3, 100, 80)
