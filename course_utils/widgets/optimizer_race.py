"""Optimizers race on a surface, the reader's own among them.

    race({"SGD": "sgd", "Adam": "adam", "Mine": my_function})

A runner is a name of `nn.optim`, a function `(w, dw, state, **hyper) -> (w, state)`, or a pair of
either and its options: `("adam", {"betas": (0.5, 0.999)})`.
"""

import inspect
from pathlib import Path

import numpy as np

from course_utils import nn
from course_utils.plots import figure

from .controls import LogSlider, Select
from .reader import Guard, ReaderError
from .style import line_kwargs, styles
from .surfaces import SURFACES
from .walks import OnSurface, draw_surface, trajectory

STEPS = 120
RUNNERS = {"SGD": "sgd", "Momentum": "momentum", "Adam": "adam"}
WHOLE_MATRIX = {"adafactor", "muon", "lars", "lamb"}  # these look at all of w at once
SMALLEST = 1e-12  # losses are sent as logarithms


class Race(OnSurface):
    """Several optimizers from one start: paths, losses and the size of each step."""

    title = "Optimizer race"
    module = Path(__file__).with_suffix(".js")
    half = ("steps", "log_loss", "z")

    lr = LogSlider("Learning rate", 1e-4, 1, SURFACES["ravine"].lr, steps=21, grid=True)
    curve = Select("Curves", ["loss", "step in w₁", "step in w₂"], local=True)
    threshold = LogSlider("Threshold", 1e-8, 1, 1e-3, steps=9, local=True)

    def __init__(self, runners=None, **controls):
        self.runners = {}
        for name, runner in _pairs(RUNNERS if runners is None else runners):
            self._enter(str(name), runner)
        if not self.runners:
            self.complain("Nothing to race: give {name: optimizer or function}. Here is SGD.")
            self._enter("SGD", "sgd")
        self.names = tuple(self.runners)
        super().__init__(**controls)

    def _enter(self, name, runner):
        try:
            self.runners[name] = Runner(name, *_with_options(runner))
        except (TypeError, ValueError) as error:
            self.complain(f"{name}: {error}")

    def compute(self, *, surface, lr, start):
        """steps (runners, 120, 2) between points, and log_loss (runners, 121), base 10."""
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
        return {"steps": np.diff(paths, axis=-2), "log_loss": loss}

    def _paths(self, runner, s, start, lrs):
        try:
            return runner.paths(s.grad, start, lrs)
        except ReaderError as error:
            self.complain(str(error))
            paths = np.full((len(lrs), STEPS + 1, 2), np.nan)
            paths[:, 0] = start
            return paths

    def scene(self, **params):
        return super().scene(**params) | {"names": list(self.names)}

    def alt_text(self):
        ends = 10.0 ** self.compute(**self.params)["log_loss"][:, -1]
        words = [
            f"{n} diverges" if np.isnan(v) else f"{n} {v:.2g}"
            for n, v in zip(self.names, ends, strict=True)
        ]
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


class Runner:
    """One entry of a race: a course optimizer by name, or the reader's function under guard."""

    def __init__(self, name, runner, hyper):
        self.name, self.hyper = name, hyper
        self.ours = isinstance(runner, str)
        if not self.ours and not callable(runner):
            raise ValueError(
                f"got {runner!r}, expected the name of an optimizer or a function "
                "(w, dw, state, lr=...) that returns (w, state)."
            )
        self.step = nn.optim.functional(runner) if self.ours else runner
        self.together = self.ours and runner.lower() not in WHOLE_MATRIX
        self.takes_lr = self.ours or _accepts_lr(runner)

    def paths(self, grad, start, lrs):
        """Trajectories (len(lrs), 121, 2) from `start`; ReaderError if the function fails."""
        if self.together:
            starts = np.broadcast_to(start, (len(lrs), 2))
            return self._walk(self.step, grad, starts, np.array(lrs)[:, None])
        if self.ours:
            return self._one_by_one(lambda: self.step, grad, start, lrs)
        return self._one_by_one(self._guarded, grad, start, lrs)

    def _one_by_one(self, make_step, grad, start, lrs):
        try:
            return np.stack([self._walk(make_step(), grad, start, lr) for lr in lrs])
        except ValueError as error:  # an optimizer that wants a matrix
            raise ReaderError(f"{self.name}: {error}") from None

    def _walk(self, step, grad, start, lr):
        hyper = ({"lr": lr} if self.takes_lr else {}) | self.hyper
        return trajectory(step, grad, start, STEPS, **hyper)

    def _guarded(self):
        """The reader's function: any failure is a ReaderError, what it returns is checked."""
        guard = Guard(self.name, self.step)

        def step(w, dw, state, **hyper):
            if np.isnan(w).any():
                return w, state  # long gone: the reader's function need not see NaN
            return checked(guard, guard(w.copy(), dw, state, **hyper), w.shape)

        return step


def checked(guard, result, shape):
    """(w, state) as a step must return them; ReaderError says what it returned instead."""
    if not isinstance(result, tuple) or len(result) != 2:
        guard.fail(f"returned {_kind(result)}, expected a pair (w, state).")
    w, state = result
    if not isinstance(state, dict):
        guard.fail(f"returned {_kind(state)} as state, expected a dict.")
    try:
        w = np.asarray(w, float)
    except (TypeError, ValueError):
        guard.fail(f"returned {_kind(w)} as w, expected numbers of shape {shape}.")
    if w.shape != shape:
        guard.fail(f"returned w of shape {w.shape}, expected {shape}.")
    return w, state


def race(runners=None, **controls) -> Race:
    """A race between `runners`, {name: optimizer's name, function, or (either, options)}."""
    return Race(runners, **controls)


def _pairs(runners):
    return runners.items() if isinstance(runners, dict) else [(r, r) for r in runners]


def _with_options(runner):
    if isinstance(runner, tuple) and len(runner) == 2 and isinstance(runner[1], dict):
        return runner
    return runner, {}


def _accepts_lr(function) -> bool:
    try:
        parameters = inspect.signature(function).parameters
    except (TypeError, ValueError):
        return True
    anything = any(p.kind is p.VAR_KEYWORD for p in parameters.values())
    return anything or "lr" in parameters


def _kind(value) -> str:
    if value is None:
        return "None"
    if isinstance(value, tuple):
        return f"a tuple of {len(value)}"
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    return f"{value!r:.40} ({type(value).__name__})"
