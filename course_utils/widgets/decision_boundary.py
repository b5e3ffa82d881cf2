"""A small network learns the classes of points that the reader places.

The whole training runs here, in `nn`; the browser plays and scrubs what was recorded: the
network's answer over the plane, the weights, and where each hidden unit changes sign.
"""

from functools import cache
from pathlib import Path

import numpy as np

from course_utils import data, nn
from course_utils.plots import COLORS, figure

from .base import Widget
from .controls import LogSlider, Samples, Select, Slider

OWN = "your own"
SHOTS, EVERY = 31, 12  # moments recorded, and steps of gradient descent from one to the next
FINE, COARSE = 32, 16  # points of the plane along each side: of the answer, of a unit
REACH = 1.6  # the plane goes from -REACH to REACH
ACTIVATIONS = {"tanh": nn.Tanh, "ReLU": nn.ReLU, "sigmoid": nn.Sigmoid}


@cache
def datasets() -> dict[str, tuple]:
    """Rows (x, y, class) of each data set, scaled to the plane."""
    rng = np.random.default_rng(1)
    made = {
        "XOR": data.xor_clouds(rng, 40, 0.12),
        "circles": data.circles(rng, 40, 0.06),
        "moons": data.moons(rng, 40, 0.08),
        "two blobs": data.blobs(rng, 40, 0.4),
    }
    return {name: rows(X, y) for name, (X, y) in made.items()}


def rows(X, y) -> tuple:
    """(x, y, class) in [-1.3, 1.3], rounded so that they survive the trip to the browser."""
    low, high = X.min(axis=0), X.max(axis=0)
    X = np.round(2.4 * (X - low) / (high - low) - 1.2, 2)
    return tuple((float(a), float(b), float(c)) for (a, b), c in zip(X, y, strict=True))


class DecisionBoundary(Widget):
    """Full-batch gradient descent on binary cross-entropy, with one or two hidden layers."""

    title = "A network learns a boundary"
    module = Path(__file__).with_suffix(".js")
    half = ("loss", "first", "w0", "w1", "w2")
    names = ("class 0", "class 1", "loss")
    baked = ("data",)

    data = Select("Data", ("XOR", "circles", "moons", "two blobs", OWN), "XOR")
    width = Slider("Hidden units", 1, 8, 4, whole=True)
    second = Slider("In a second layer", 0, 6, 0, whole=True)
    activation = Select("Activation", ACTIVATIONS)
    lr = LogSlider("Learning rate", 0.01, 10, 1.0, steps=31)
    start = Slider("Start (seed)", 0, 9, 0, whole=True)
    brush = Select("A click places", ("class 0", "class 1"), local=True)
    points = Samples("Points", datasets()["XOR"], fewest=2, most=80, within=[(-REACH, REACH)] * 2)

    def compute(self, *, data, width, second, activation, lr, start, points):
        """At each of SHOTS moments: answer (32, 32), `squeezed` probability of class 1;
        weights w0, w1, …; first (units, 2, 2), the first layer's sums at the plane's corners;
        later (units, 16, 16), the second layer's, squashed; loss of every step; accuracy.
        """
        table = np.array(points)
        X, y = table[:, :2], (table[:, 2:] > 0.5).astype(float)
        net = network(width, second, ACTIVATIONS[activation], start)
        shots, losses = [], []
        for moment in range(SHOTS):
            shots.append(snapshot(net, X, y))
            losses += descend(net, X, y, lr, EVERY if moment < SHOTS - 1 else 1)
        told = {name: np.stack([shot[name] for shot in shots]) for name in shots[0]}
        return told | {"loss": np.array(losses), "every": EVERY, "reach": REACH}

    def preset(self, name, value):
        if name == "data" and value in datasets():
            return {"points": datasets()[value]}
        if name == "points":
            same = [title for title, known in datasets().items() if known == value]
            return {"data": same[0] if same else OWN}
        return {}

    def alt_text(self):
        run = self.compute(**self.params)
        layers = f"{self.width}" + (f" and {self.second}" if self.second else "")
        steps = EVERY * (SHOTS - 1)
        return (
            f"A network with {layers} hidden {self.activation} units learns {len(self.points)} "
            f"points of two classes ({self.data}). After {steps} steps its loss went from "
            f"{run['loss'][0]:.2f} to {run['loss'][-1]:.2g}; {run['right'][-1]} points are right."
        )

    def poster(self):
        run, side = self.compute(**self.params), np.linspace(-REACH, REACH, FINE)
        fig, (left, right) = figure(1, 2, width=8, height=3.4)
        left.contourf(side, side, run["answer"][-1], levels=8, cmap="RdBu_r", alpha=0.5)
        left.contour(side, side, run["answer"][-1], levels=[127.5], colors="black")
        for k, marker in enumerate("os"):
            mine = [p[:2] for p in self.points if (p[2] > 0.5) == k]
            color = (COLORS.blue, COLORS.vermillion)[k]
            left.plot(*np.reshape(mine, (-1, 2)).T, marker, color=color, markeredgecolor="white")
        left.set(xlabel="x₁", ylabel="x₂", title=f"{self.data}, {self.activation}")
        right.plot(run["loss"], color=COLORS.black)
        right.set(xlabel="step", ylabel="loss")
        return fig


def network(width, second, activation, seed):
    """2 → width (→ second) → 1 logit."""
    rng = np.random.default_rng(seed)
    init = "he" if activation is nn.ReLU else "xavier"
    layers = [nn.Linear(2, width, rng, init, needs_dX=False), activation()]
    if second:
        layers += [nn.Linear(width, second, rng, init), activation()]
    return nn.Sequential(*layers, nn.Linear(second or width, 1, rng, init))


def descend(net, X, y, lr, steps):
    """Plain gradient descent on all points; the loss before each step."""
    optimizer = nn.optim.SGD(net.parameters(), lr=lr)
    return [
        nn.train.train_step(net, X, y, nn.losses.bce_with_logits, optimizer) for _ in range(steps)
    ]


@cache
def plane(points_a_side):
    """Points (n², 2) of the plane, rows from low x₂ to high."""
    side = np.linspace(-REACH, REACH, points_a_side)
    return np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)


def snapshot(net, X, y) -> dict:
    """What is seen of a network at one moment; see `compute`."""
    linear = [layer for layer in net.layers if isinstance(layer, nn.Linear)]
    p = nn.activations.sigmoid(net.forward(plane(FINE)))
    shot = {f"w{i}": layer.params["W"].copy() for i, layer in enumerate(linear)}
    shot["answer"] = squeezed(p).reshape(FINE, FINE)
    shot["right"] = np.array(np.sum((net.forward(X) > 0) == (y > 0.5)), dtype=np.int32)
    shot["first"] = linear[0].forward(plane(2)).T.reshape(-1, 2, 2)
    if len(linear) == 3:
        sums = nn.Sequential(*net.layers[:3]).forward(plane(COARSE))
        squashed = np.rint(127.5 + 127 * np.tanh(sums))
        shot["later"] = squashed.T.reshape(-1, COARSE, COARSE).astype(np.uint8)
    return shot


def squeezed(p) -> np.ndarray:
    """Probabilities as 0 to 255, with the finest steps about one half, where the boundary is."""
    sure = 2 * p - 1
    return np.rint(127.5 + 127.5 * np.sign(sure) * np.sqrt(np.abs(sure))).astype(np.uint8)
