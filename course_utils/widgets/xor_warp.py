"""XOR and the hidden layer that bends the plane until one straight line separates the classes.

Two hidden units, so that the hidden space is a plane to look at. The net, its start and its
training are those of notebooks/01: cross-entropy, plain gradient descent on the four corners.
"""

from functools import cache, lru_cache
from pathlib import Path

import numpy as np

from course_utils import data, nn
from course_utils.plots import COLORS, draw_points, figure

from .base import Widget
from .controls import LogSlider, Select, Slider

STEPS = 400
LOW, HIGH = -0.25, 1.25  # the square of inputs that is shown
LINES, ALONG, FIELD = 7, 25, 21  # lines of the grid, points on a line, side of the picture of p
BENDS = {"tanh": nn.Tanh, "sigmoid": nn.Sigmoid, "relu": nn.ReLU, "identity": nn.Identity}
# Training steps at which a picture is taken: most happens early.
SHOWN = np.unique(np.round(STEPS * np.linspace(0, 1, 41) ** 1.7).astype(int))


class XorWarp(Widget):
    """Input plane, hidden plane and loss of a 2–2–1 net while it learns XOR."""

    title = "XOR: the hidden layer bends the plane"
    module = Path(__file__).with_suffix(".js")
    half = ("grid",)
    names = ("class 0", "class 1", "head")
    baked = ("bend",)

    bend = Select("Hidden activation", BENDS)
    start = Slider("Random start", 0, 19, 0, whole=True)
    lr = LogSlider("Learning rate", 0.1, 10, 1.0, steps=11)

    def compute(self, *, bend, start, lr):
        """For each of T pictures: grid (T, 14, 25, 2), lines of the input plane in hidden space;
        corners (T, 4, 2), the samples there; head (T, 3) = (w1, w2, b) of the line; p (T, 21, 21)
        of class 1 over the input plane, in 255ths; loss (T,). And box (4,) around the corners.
        """
        return run(bend, start, lr)

    def scene(self, **_):
        X, y = data.xor()
        return {"inputs": X, "labels": y, "lines": lattice(), "steps": SHOWN, "ends": [LOW, HIGH]}

    def alt_text(self):
        loss = self.compute(**self.params)["loss"]
        return (
            f"A 2–2–1 net with {self.bend} learns XOR from start {self.start}: after {STEPS} steps "
            f"{verdict(loss[-1])}."
        )

    def poster(self):
        result, (_, y) = self.compute(**self.params), data.xor()
        fig, axes = figure(1, 3, width=9, height=3.2)
        for ax, k in zip(axes, (0, len(SHOWN) // 2, -1), strict=True):
            for line in result["grid"][k]:
                ax.plot(*line.T, "-", color="0.6", linewidth=0.8)
            x, (w1, w2, b) = np.array(result["box"][:2]), result["head"][k]
            ax.plot(x, -(w1 * x + b) / w2, "-", color=COLORS.black)
            draw_points(ax, result["corners"][k], y)
            ax.set(xlim=result["box"][:2], ylim=result["box"][2:], title=f"step {SHOWN[k]}")
        return fig


@lru_cache(maxsize=60)
def run(bend, start, lr) -> dict:
    """Train, and keep what `compute` promises at each of the SHOWN steps."""
    X, y = data.xor()
    target, net = y[:, None].astype(float), network(bend, start)
    optimizer = nn.optim.SGD(net.parameters(), lr=lr)
    weights, losses, shown = [], [], set(SHOWN.tolist())
    for step in range(STEPS + 1):
        if step in shown:
            weights.append([w.copy() for w in net.parameters().values()])
        # the loss before the step: that of the weights just kept
        losses.append(nn.train.train_step(net, X, target, nn.losses.bce_with_logits, optimizer))
    told = pictures(net.layers[1], *map(np.stack, zip(*weights, strict=True)))
    return told | {"loss": np.array(losses)[SHOWN], "box": box_around(bend, told["corners"])}


def network(bend, start):
    """2–2–1, all weights standard normal and biases 0, from `start`: those of notebooks/01."""
    rng = np.random.default_rng(start)
    first = nn.Linear(2, 2, rng, init=_normal, needs_dX=False)
    return nn.Sequential(first, BENDS[bend](), nn.Linear(2, 1, rng, init=_normal))


def _normal(fan_in, fan_out, rng):
    return rng.normal(size=(fan_in, fan_out))


def pictures(bend, W, b, v, c):
    """What `compute` promises of T nets: W (T, 2, 2), b (T, 2), v (T, 2, 1), c (T, 1)."""

    def hidden(X):
        return bend.forward(X @ W + b[:, None])

    p = nn.activations.sigmoid(hidden(field()) @ v + c[:, None])
    return {
        "grid": hidden(lattice().reshape(-1, 2)).reshape(-1, 2 * LINES, ALONG, 2),
        "corners": hidden(data.xor()[0]),
        "head": np.concatenate([v[:, :, 0], c], axis=1),
        "p": np.round(255 * np.nan_to_num(p)).astype(np.uint8).reshape(-1, FIELD, FIELD),
    }


@cache
def lattice():
    """Upright and level lines (14, 25, 2) of the input plane."""
    along, at = np.linspace(LOW, HIGH, ALONG), np.linspace(LOW, HIGH, LINES)
    x, y = np.meshgrid(along, at)
    return np.concatenate([np.stack([y, x], axis=-1), np.stack([x, y], axis=-1)])


@cache
def field():
    """Points (441, 2) of the input plane, row by row from below."""
    axis = np.linspace(LOW, HIGH, FIELD)
    return np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)


def box_around(bend, corners):
    """Left, right, low, high of the hidden plane: the activation's range, or where samples go."""
    bounded = {"tanh": [-1.15, 1.15, -1.15, 1.15], "sigmoid": [-0.1, 1.1, -0.1, 1.1]}
    if bend in bounded:
        return bounded[bend]
    seen = np.nan_to_num(corners).clip(-5, 5)
    low, high = seen.min(axis=(0, 1)), seen.max(axis=(0, 1))
    room = 0.25 * np.maximum(high - low, 0.4)
    return [float(v) for v in np.stack([low - room, high + room], axis=1).ravel()]


def verdict(loss) -> str:
    """Whether it worked, in words."""
    if not np.isfinite(loss):
        return "it diverged"
    end = "a line separates" if loss < 0.2 else "no line separates"
    return f"{end} the classes in hidden space, and the loss is {loss:.2g}"
