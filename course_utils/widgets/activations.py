"""Activations: value, slope, and what they do to the pre-activations that a layer hands them.

The pre-activations Z (rows, units) are normal; the reader shifts and widens them. As in
notebooks/02 an entry is blocked where |f′| < 0.01 (saturated, or off), and a unit is stuck, for
ReLU dead, if it is blocked on every row.
"""

from functools import cache
from pathlib import Path

import numpy as np

from course_utils.nn.activations import ACTIVATIONS
from course_utils.plots import COLORS, figure

from .base import Widget
from .controls import LogSlider, Select, Slider

ROWS, UNITS = 50, 40
REACH, BINS = 10.0, 41  # histograms of z run from -REACH to REACH
FLAT = 0.01


class Activations(Widget):
    """Any activation of the library, and a histogram of z to shift and to widen under it."""

    title = "Activations and their slopes"
    module = Path(__file__).with_suffix(".js")
    half = ("before", "after")
    names = ("f", "f′")
    baked = ("activation",)

    activation = Select("Activation", ACTIVATIONS, "relu")
    mean = Slider("Mean of z", -6, 6, 0, steps=17, grid=True)
    spread = LogSlider("Spread of z", 0.1, 10, 1, steps=9, grid=True)

    def compute(self, *, activation, mean, spread):
        """before (41,) and after (41,): the share of the entries of Z and of A = f(Z) in each bin;
        shares (3,): of blocked entries, of stuck units, and the mean of |f′|.

        mean and spread may be arrays (..., 1, 1): as many distributions at once.
        """
        row = ACTIVATIONS[activation]
        Z = mean + spread * normal()
        slope = np.abs(row.df(Z))
        return {
            "before": histogram(Z, -REACH, REACH),
            "after": histogram(row.f(Z), *outputs(activation)),
            "shares": np.stack([*blocked(slope < FLAT), slope.mean(axis=(-2, -1))], axis=-1),
        }

    def compute_grid(self, **params):
        grid = self.grid()
        mean = np.reshape(grid["mean"], (-1, 1, 1, 1))
        spread = np.reshape(grid["spread"], (1, -1, 1, 1))
        return self.compute(activation=params["activation"], mean=mean, spread=spread)

    def scene(self, *, activation, **_):
        row, z = ACTIVATIONS[activation], np.linspace(-REACH, REACH, 401)
        f, df = row.f(z), row.df(z)
        return {
            "z": z,
            "f": f,
            "df": df,
            "flat": np.abs(df) < FLAT,
            "closed": np.abs(row.df(centres())) < FLAT,
            "range": [float(max(f.min(), -2.5)) - 0.4, float(min(max(f.max(), 1.1), 4)) + 0.4],
            "outputs": list(outputs(activation)),
        }

    def alt_text(self):
        flat, stuck, slope = self.compute(**self.params)["shares"]
        return (
            f"The activation {self.activation} and its slope over pre-activations of mean "
            f"{self.mean:g} and spread {self.spread:g}: {flat:.0%} of the entries are blocked, "
            f"{stuck:.0%} of the units on every row; the mean slope is {slope:.2f}."
        )

    def poster(self):
        run, scene = self.compute(**self.params), self.scene(**self.params)
        fig, (left, right) = figure(1, 2, width=8, height=3.2)
        left.plot(scene["z"], scene["f"], "-", color=COLORS.blue, label="f")
        left.plot(scene["z"], scene["df"], "--", color=COLORS.vermillion, label="f′")
        left.set(xlabel="z", ylim=scene["range"], title=self.activation)
        left.legend()
        right.bar(centres(), run["before"], width=2 * REACH / BINS, color="0.6")
        right.set(xlabel="z", title=f"{run['shares'][0]:.0%} blocked, {run['shares'][1]:.0%} stuck")
        return fig


@cache
def normal():
    """Standard normal Z (50, 40), each unit with mean 0 and standard deviation 1 over the rows."""
    Z = np.random.default_rng(2).normal(size=(ROWS, UNITS))
    return (Z - Z.mean(axis=0)) / Z.std(axis=0)


def centres():
    """The middle (41,) of each bin of z."""
    return (np.arange(BINS) + 0.5) / BINS * 2 * REACH - REACH


def outputs(activation) -> tuple[float, float]:
    """The range of outputs that the histogram of A shows."""
    f = ACTIVATIONS[activation].f
    low, high = float(f(np.array(-REACH))), float(f(np.array(REACH)))
    return (-1.1, 1.1) if high <= 1 and low > -2 else (max(low, -3.0) - 0.5, max(high, 0.0) / 2)


def blocked(flat):
    """Share of entries of flat (..., rows, units) and of units flat on every row, each (...)."""
    return flat.mean(axis=(-2, -1)), flat.all(axis=-2).mean(axis=-1)


def histogram(A, low, high):
    """Share of the entries A (..., rows, units) in each of BINS bins, none for others."""
    flat = A.reshape(-1, A.shape[-2] * A.shape[-1])
    which = np.floor((flat - low) / (high - low) * BINS).clip(-1, BINS).astype(int) + 1
    first = (BINS + 2) * np.arange(len(flat))[:, None]
    counts = np.bincount((which + first).ravel(), minlength=(BINS + 2) * len(flat))
    shares = counts.reshape(-1, BINS + 2)[:, 1:-1] / flat.shape[1]
    return shares.reshape(*A.shape[:-2], BINS)
