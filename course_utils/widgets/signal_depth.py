"""A signal on its way through many layers, and a gradient on its way back.

Layers of 48 units, weights N(0, gain² / 48), no biases to begin with; 48 random inputs go forward
and a random gradient of the last layer's output goes back. As in notebooks/02, the signal is how
much a unit's output still differs from input to input.
"""

from functools import cache, lru_cache
from pathlib import Path

import numpy as np

from course_utils import nn
from course_utils.plots import COLORS, figure

from .base import Widget
from .controls import LogSlider, Select, Slider

WIDTH = 48  # units in each layer, and inputs
BINS = 29
REACH = 3.0  # histograms of activations from -REACH to REACH, beyond that in the outer bins
POWERS = (-12.0, 4.0)  # histograms of gradients: powers of ten of their size
ACTIVATIONS = [
    "relu", "tanh", "sigmoid", "softsign", "leaky_relu", "elu", "selu", "gelu_tanh", "silu",
    "identity",
]  # fmt: skip


class SignalDepth(Widget):
    """Spread of activations and size of gradients in every layer, with their histograms."""

    title = "A signal through many layers"
    module = Path(__file__).with_suffix(".js")
    names = ("activations", "gradients")
    baked = ("activation",)

    activation = Select("Activation", ACTIVATIONS)
    gain = LogSlider("Gain of the weights", 0.25, 4, 1.0, steps=17, grid=True)
    depth = Slider("Layers", 2, 50, 20, whole=True)

    def compute(self, *, activation, gain, depth):
        """For each of L layers: spread (L,) of its outputs over the inputs; size (L,) of the
        gradient of its input; values (L, 29) and slopes (L, 29), histograms of its outputs and
        of log10 |gradient|, in 255ths of the fullest bin.
        """
        forward, backward = signals(activation, gain, depth)
        with np.errstate(divide="ignore"):
            powers = np.log10(np.abs(backward))
        return {
            "spread": forward.std(axis=1).mean(axis=1),
            "size": backward.std(axis=(1, 2)),
            "values": histograms(forward, -REACH, REACH),
            "slopes": histograms(powers, *POWERS),
        }

    def scene(self, *, activation, **_):
        return {"advice": advice(activation), "reach": REACH, "powers": list(POWERS)}

    def alt_text(self):
        run = self.compute(**self.params)
        return (
            f"Through {self.depth} layers with {self.activation} and weights of gain "
            f"{self.gain:g} the spread of activations goes from {run['spread'][0]:.1e} to "
            f"{run['spread'][-1]:.1e}, the gradient from {run['size'][-1]:.1e} at the last layer "
            f"to {run['size'][0]:.1e} at the first."
        )

    def poster(self):
        run, layers = self.compute(**self.params), np.arange(1, self.depth + 1)
        fig, axes = figure(2, 2, width=8, height=5)
        looks = (
            ("spread", COLORS.blue, "spread of activations"),
            ("size", COLORS.vermillion, "size of gradients"),
        )
        for ax, (name, color, title) in zip(axes[0], looks, strict=True):
            ax.semilogy(layers, np.maximum(run[name], 1e-30), "o-", color=color, markersize=3)
            ax.set_title(f"{title}, {self.activation}, gain {self.gain:g}")
        for ax, name in zip(axes[1], ("values", "slopes"), strict=True):
            span = (-REACH, REACH) if name == "values" else POWERS
            ax.imshow(run[name].T, origin="lower", aspect="auto", cmap="Blues",
                      extent=(0.5, self.depth + 0.5, *span))  # fmt: skip
            ax.set_xlabel("layer")
        return fig


@lru_cache(maxsize=100)
def signals(activation, gain, depth):
    """Outputs (L, 48, 48) of every layer, and gradients (L, 48, 48) of every layer's input."""
    inputs, dA, draws = drawn()
    layers = [layer(activation, gain, draw) for draw in draws[:depth]]
    forward, backward = [], []
    A = inputs
    for each in layers:
        A = each.forward(A)
        forward.append(A)
    for each in reversed(layers):
        dA = each.backward(dA)
        backward.append(dA)
    return np.array(forward), np.array(backward[::-1])


def layer(activation, gain, draw):
    """A linear layer with the weights `draw` (48, 48) times gain, and an activation."""
    linear = nn.Linear(WIDTH, WIDTH, None, init=lambda *_: gain * draw)
    bend = nn.LeakyReLU() if activation == "leaky_relu" else nn.Elementwise(activation)
    return nn.Sequential(linear, bend)


@cache
def drawn():
    """Inputs (48, 48), the gradient (48, 48) that goes back, and weights (50, 48, 48) of gain 1."""
    rng = np.random.default_rng(0)
    inputs, dA = rng.normal(size=(2, WIDTH, WIDTH))
    weights = [nn.init.he_normal(WIDTH, WIDTH, rng, gain=1.0) for _ in range(50)]
    return inputs, dA, np.array(weights)


def histograms(A, low, high):
    """How full BINS bins are in each layer of A (L, …), in 255ths of the fullest (L, 29), uint8.

    What lies outside counts in the outer bins, except -inf (the logarithm of no gradient).
    """
    flat = A.reshape(len(A), -1)
    which = np.floor((flat - low) / (high - low) * BINS).clip(0, BINS - 1)
    which = np.where(np.isneginf(flat), BINS, which).astype(int)
    first = (BINS + 1) * np.arange(len(flat))[:, None]
    counts = np.bincount((which + first).ravel(), minlength=(BINS + 1) * len(flat))
    counts = counts.reshape(-1, BINS + 1)[:, :BINS]
    fullest = np.maximum(counts.max(axis=1, keepdims=True), 1)
    return np.round(255 * counts / fullest).astype(np.uint8)


def advice(activation):
    """The gain from `nn.init`, and its name; None where there is no rule."""
    names = {"relu": "√2", "tanh": "5/3", "selu": "3/4", "leaky_relu": "√2", "identity": "1"}
    if activation not in names:
        return None
    return [nn.init.gain(activation), f"rule: {names[activation]}"]
