"""`expect`: the one function that every check calls, in three settings.

At the student's desk it compares at once and raises `CheckFailed` with a diagnosis. In the
sandbox it only publishes the value. In the trusted process it records value and oracle, and the
oracle later judges what the sandbox published. The cell is the same in each.
"""

import contextlib
import functools
import json
import sys
import zlib
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from types import FunctionType

import numpy as np

from .diagnose import compare, same
from .transport import decode, plain

KNOWN_MISTAKES = "known_mistakes.json"


class CheckFailed(AssertionError):
    """A check that failed; its text is the diagnosis, and Jupyter shows only that."""

    def _render_traceback_(self):
        return [f"✗ {self}"]


@dataclass(frozen=True)
class Expectation:
    """What one call of `expect` asks of a value."""

    name: str
    want: Callable | None = None
    that: Callable | None = None
    why: str | None = None
    rtol: float = 1e-6
    atol: float = 1e-9

    def problem(self, got):
        """None if the plain value `got` is right, else a sentence."""
        if self.that is not None:
            return self._broken_property(got)
        want = plain(self.want())
        sentence = compare(got, want, name=self.name, rtol=self.rtol, atol=self.atol)
        return f"{sentence} {self.why}" if sentence and self.why else sentence

    def _broken_property(self, got):
        try:
            holds = bool(self.that(got))
        except Exception as error:
            return f"{self.why} (The value could not be looked at: {error}.)"
        return None if holds else self.why


def expect(name, *, got, want=None, that=None, why=None, rtol=1e-6, atol=1e-9):
    """Check one value a student's function returned.

    Args:
        name: what is checked, in words; unique in the notebook.
        got: the value: numbers, strings, arrays (or tensors), and tuples, lists, dicts of them.
        want: a function of no arguments that gives the right value, or
        that: a predicate on the value, with
        why: the sentence that explains the concept when it fails.
        rtol, atol: a number is right within atol + rtol * |want|.

    Raises CheckFailed, an AssertionError, with one or two sentences on what is wrong.
    """
    _setting.get()(Expectation(name, want, that, why, rtol, atol), got)


# ---- setting 1: the student's desk, and plain nbgrader


def at_the_desk(expectation, got):
    """Compare at once; raise with the sentence of a known mistake, else a generic diagnosis."""
    name = expectation.name
    if (expectation.want is None) == (expectation.that is None):
        raise TypeError(f"expect({name!r}) needs either want= or that=")
    try:
        value = plain(got)
    except (TypeError, ValueError) as error:
        raise CheckFailed(f"{name}: {error}; return numbers or arrays.") from None
    problem = expectation.problem(value)
    if problem is None:
        print(f"✓ {name}")
        return
    said = known_sentence(name, value)
    _show_difference(expectation, value)
    raise CheckFailed(f"{name}: {said or problem}")


def known_sentence(name, value, folder="."):
    """The sentence of the known mistake(s) that return `value` in check `name`, or None."""
    known = _read_known(str(Path(folder, KNOWN_MISTAKES).resolve()))
    hits = [
        known["sentences"][mistake]
        for mistake, wrong in known["values"].get(name, {}).items()
        if same(value, decode(wrong))
    ]
    return " Or: ".join(dict.fromkeys(hits[:2])) or None


@functools.lru_cache(maxsize=8)
def _read_known(path):
    try:
        known = json.loads(Path(path).read_text("utf-8"))
        return {"sentences": known["sentences"], "values": known["values"]}
    except (OSError, ValueError, TypeError, KeyError):
        return {"sentences": {}, "values": {}}  # the file only makes messages better


def _show_difference(expectation, value):
    """In a notebook, show small arrays side by side, the wrong entries marked."""
    if expectation.want is None or "IPython" not in sys.modules:
        return
    from IPython import get_ipython

    if get_ipython() is None:
        return
    from .display import Difference

    difference = Difference.between(value, plain(expectation.want()), expectation)
    if difference is not None:
        get_ipython().display_pub.publish(difference.mimebundle())


# ---- settings 2 and 3


def publishing(send):
    """In the sandbox: hand (name, plain value) to `send`, decide nothing. A context manager."""

    def publish(expectation, got):
        send(expectation.name, plain(got))

    return _use(publish)


@dataclass(frozen=True)
class Record:
    """A value that a check saw in the trusted process, and what was asked of it."""

    expectation: Expectation
    value: object

    @property
    def name(self):
        return self.expectation.name


def recording(records, *, with_oracle=False):
    """In the trusted process: append a Record per check to `records`. A context manager.

    With `with_oracle`, `want` is evaluated and `that` is frozen now, while the inputs they refer
    to are still the check's own.
    """

    def record(expectation, got):
        kept = _frozen(expectation) if with_oracle else expectation
        records.append(Record(kept, plain(got)))

    return _use(record)


def _frozen(expectation):
    want, that = expectation.want, expectation.that
    if want is not None:
        value = plain(want())
        want = lambda: value  # noqa: E731
    if isinstance(that, FunctionType):
        # a copy of the globals, because a later line of the cell may rebind a name `that` reads
        that = FunctionType(
            that.__code__,
            dict(that.__globals__),
            that.__name__,
            that.__defaults__,
            that.__closure__,
        )
    e = expectation
    return Expectation(e.name, want, that, e.why, e.rtol, e.atol)


_setting = ContextVar("setting of expect", default=at_the_desk)


@contextlib.contextmanager
def _use(setting):
    token = _setting.set(setting)
    try:
        yield
    finally:
        _setting.reset(token)


# ---- inputs of checks

_seed = ContextVar("seed of the inputs of checks", default=0)


def rng(name):
    """A NumPy Generator for the inputs of the check `name`: the same on every run at the desk."""
    return np.random.default_rng([zlib.crc32(name.encode()), _seed.get()])


@contextlib.contextmanager
def seeded(seed):
    """Let `rng` draw other inputs, as a grading run does."""
    token = _seed.set(seed)
    try:
        yield
    finally:
        _seed.reset(token)
