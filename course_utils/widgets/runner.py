"""One entry of a race: an optimizer of the course, or the reader's own function under guard."""

import inspect

import numpy as np

from course_utils import nn

from .reader import Guard, ReaderError
from .values import brief, number
from .walks import trajectory

STEPS = 120
WHOLE_MATRIX = {"adafactor", "muon", "lars", "lamb"}  # these look at all of w at once
WANTED = "the name of an optimizer or a function (w, dw, state, lr=...) that returns (w, state)."


class Runner:
    """One entry of a race: a course optimizer by name, or the reader's function under guard."""

    def __init__(self, name, runner):
        runner, hyper = _with_options(runner)
        self.name, self.hyper = name, hyper
        self.ours = isinstance(runner, str)
        if not self.ours and not callable(runner):
            raise ValueError(f"got {brief(runner)}, expected {WANTED}")
        if "lr" in hyper:
            number(hyper["lr"])
        self.step = nn.optim.functional(runner) if self.ours else runner
        self.together = self.ours and runner.lower() not in WHOLE_MATRIX
        self.takes_lr = self.ours or _accepts_lr(runner)

    def paths(self, grad, start, lrs):
        """Trajectories (len(lrs), 121, 2) from `start`; ReaderError if the function fails."""
        if not self.ours:
            return np.stack([self._walk(self._guarded(), grad, start, lr) for lr in lrs])
        try:
            return self._paths_of_ours(grad, start, lrs)
        except (TypeError, ValueError) as error:  # one that wants a matrix, or other options
            options = f" with {brief(self.hyper)}" if self.hyper else ""
            raise ReaderError(f"{self.name}{options}: {error}") from None

    def _paths_of_ours(self, grad, start, lrs):
        if self.together:
            starts = np.broadcast_to(start, (len(lrs), 2))
            return self._walk(self.step, grad, starts, np.array(lrs)[:, None])
        return np.stack([self._walk(self.step, grad, start, lr) for lr in lrs])

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
        numbers = np.asarray(w)
    except (TypeError, ValueError):  # rows of different lengths
        numbers = np.array(None)
    if numbers.dtype.kind not in "biuf":
        guard.fail(f"returned {_kind(w)} as w, expected numbers of shape {shape}.")
    if numbers.shape != shape:
        guard.fail(f"returned w of shape {numbers.shape}, expected {shape}.")
    return numbers.astype(float), state


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
        of = "" if value.dtype.kind == "f" else f" of {value.dtype}"
        return f"an array{of} of shape {value.shape}"
    return f"{value!r:.40} ({type(value).__name__})"
