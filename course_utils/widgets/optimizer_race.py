"""Optimizers race on a surface, the reader's own among them.

    race({"SGD": "sgd", "Adam": "adam", "Mine": my_function})

A runner is a name of `nn.optim`, a function `(w, dw, state, **hyper) -> (w, state)`, or a pair of
either and its options: `("adam", {"betas": (0.5, 0.999)})`.
"""

from pathlib import Path

import numpy as np

from course_utils.plots import figure

from .controls import LogSlider, Select
from .reader import ReaderError
from .runner import STEPS, Runner
from .style import line_kwargs, styles
from .surfaces import SURFACES
from .values import listed
from .walks import OnSurface, draw_surface

RUNNERS = {"SGD": "sgd", "Momentum": "momentum", "Adam": "adam"}
SMALLEST = 1e-12  # losses are sent as logarithms


class Race(OnSurface):
    """Several optimizers from one start: paths, losses and the size of each step."""

    title = "Optimizer race"
    module = Path(__file__).with_suffix(".js")
    half = ("steps", "log_loss", "z")

    lr = LogSlider("Learning rate", 1e-4, 1, SURFACES["ravine"].lr, steps=21, grid=True)
    curve = Select("Curves", ["loss", "step in w₁", "step in w₂"], local=True)
    threshold = LogSlider("Threshold", 1e-8, 1, 1e-3, steps=9, local=True)

    def __init__(self, runners=None, *unnamed, **controls):
        self.runners = {}
        for name, runner in _pairs(RUNNERS if runners is None else runners):
            self._enter(name if len(name) <= 24 else name[:23] + "…", runner)
        if not self.runners:
            self.complain("Nothing to race: give {name: optimizer or function}. Here is SGD.")
            self._enter("SGD", "sgd")
        self.names = tuple(self.runners)
        super().__init__(*unnamed, **controls)

    def _enter(self, name, runner):
        try:
            self.runners[name] = Runner(name, runner)
        except (TypeError, ValueError) as error:
            self.complain(f"{name}: {error}")

    def compute(self, *, surface, lr, start):
        """steps (runners, 120, 2) between points; log_loss (runners, 121), base 10; failed
        (runners,): whose function raised an error, so that there are no steps.
        """
        run = self.compute_at([lr], surface=surface, start=start)
        return {name: array[0] for name, array in run.items()}

    def compute_grid(self, *, surface, lr, start):
        return self.compute_at(self.grid()["lr"], surface=surface, start=start)

    def compute_at(self, lrs, *, surface, start):
        """The same for several learning rates along a new first axis."""
        s = SURFACES[surface]
        paths = [self._paths(runner, s, start, lrs) for runner in self.runners.values()]
        paths = np.stack(paths, axis=1)
        loss = np.log10(np.maximum(s.f(paths), SMALLEST))
        failed = np.isnan(paths[:, :, 0]).any(axis=-1)
        return {"steps": np.diff(paths, axis=-2), "log_loss": loss, "failed": failed}

    def _paths(self, runner, s, start, lrs):
        try:
            return runner.paths(s.grad, start, lrs)
        except ReaderError as error:
            self.complain(str(error))
            return np.full((len(lrs), STEPS + 1, 2), np.nan)

    def scene(self, **params):
        return super().scene(**params) | {"names": list(self.names)}

    def alt_text(self):
        run = self.compute(**self.params)
        ends = map(in_words, run["log_loss"][:, -1], run["failed"])
        words = [f"{name} {end}" for name, end in zip(self.names, ends, strict=True)]
        return (
            f"{len(self.names)} optimizers on the {self.surface} surface with learning rate "
            f"{self.lr:g}; loss after {STEPS} steps: {', '.join(words)}."
        )

    def poster(self):
        run, s = self.compute(**self.params), SURFACES[self.surface]
        fig, (left, right) = figure(1, 2, width=8, height=3.4)
        draw_surface(left, s)
        left.set_title(f"{self.surface}, learning rate {self.lr:g}")
        for (name, look), steps, loss in zip(
            styles(self.names).items(), run["steps"], run["log_loss"], strict=True
        ):
            path = np.cumsum(np.vstack([self.start, steps]), axis=0)
            left.plot(*path.T, **line_kwargs(look))
            right.semilogy(10.0**loss, label=name, **line_kwargs(look))
        right.set(xlabel="step", ylabel="loss")
        right.legend()
        return fig


def in_words(log_loss, failed) -> str:
    """How one runner's race ended."""
    if failed:
        return "stopped with an error"
    return "diverges" if np.isnan(log_loss) else f"{10.0**log_loss:.2g}"


def race(runners=None, **controls) -> Race:
    """A race between `runners`, {name: optimizer's name, function, or (either, options)}."""
    return Race(runners, **controls)


def _pairs(runners):
    """(name, runner) of each; names of a list are those of its functions."""
    if isinstance(runners, dict):
        return [(str(name), runner) for name, runner in runners.items()]
    many = listed(runners)
    return [(getattr(r, "__name__", str(r)), r) for r in ([runners] if many is None else many)]
