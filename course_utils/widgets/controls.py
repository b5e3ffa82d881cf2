"""Controls: what the reader can set, declared once and checked once.

A control is a traitlet, so `widget.lr = 0.1`, `observe` and `link` work as in any ipywidget, and
it is also the description from which the browser builds a labelled slider, menu or drag handle.

Three kinds of change exist:

* ordinary: the kernel is asked to compute again;
* `grid=True`: results for every value were computed beforehand, the browser picks one;
* `local=True`: only the drawing changes, nothing is computed.

A bad value (a NaN, a string for a number) never raises: the widget shows one sentence and keeps
the value it had.
"""

import math

import numpy as np
import traitlets

from .values import between, brief, listed, number, row

LARGEST = 1e6  # of a coordinate: its square, and sums of squares, are still good numbers


class Control(traitlets.TraitType):
    """One thing the reader can set; subclasses say what values are right."""

    kind = "none"

    def __init__(self, label, default, *, grid=False, local=False):
        super().__init__(default_value=default)
        self.label, self.grid, self.local = label, grid, local
        self.tag(sync=True)

    def clean(self, value):
        """The value in canonical form; ValueError with a sentence if it cannot be one."""
        return value

    def validate(self, obj, value):
        try:
            return self.clean(value)
        except ValueError as error:
            self.refuse(obj, error)
            return obj._trait_values.get(self.name, self.default_value)

    def refuse(self, widget, error):
        """Say in the widget what is wrong with a value, instead of what was with the last."""
        widget._forget("control", starting=f"{self.label}: ")
        widget.complain(f"{self.label}: {error}", about="control")

    def values(self):
        """Values over the whole range, in order: the grid, and what the tests drive through."""
        return [self.default_value]

    def details(self) -> dict:
        """What the browser needs beyond label and kind."""
        return {}

    def spec(self) -> dict:
        common = {"name": self.name, "kind": self.kind, "label": self.label}
        return common | {"grid": self.grid, "local": self.local} | self.details()


class Slider(Control):
    """A number between `low` and `high` in `steps` equally spaced values (`whole=True`: integers).

    With `grid=True` a number between two of the values becomes the nearer one.
    """

    kind = "slider"

    def __init__(self, label, low, high, default, *, steps=51, whole=False, unit="", **kwargs):
        super().__init__(label, default, **kwargs)
        self.low, self.high, self.whole, self.unit = low, high, whole, unit
        self.steps = int(high - low) + 1 if whole else steps

    def clean(self, value):
        value = number(value)
        if not self.low <= value <= self.high:
            raise ValueError(f"got {value:g}, expected {self.low:g} to {self.high:g}.")
        return self._nearest(value) if self.grid or self.whole else value

    def _nearest(self, value):
        return min(self.values(), key=lambda v: abs(v - value))

    def values(self):
        spaced = np.linspace(self.low, self.high, self.steps)
        return [round(v) if self.whole else float(f"{v:.10g}") for v in spaced]

    def details(self):
        return {"values": self.values(), "unit": self.unit}


class LogSlider(Slider):
    """A positive number between `low` and `high`, equal steps in its logarithm."""

    def values(self):
        exact = np.geomspace(self.low, self.high, self.steps)
        short = [float(f"{v:.2g}") for v in exact]
        return short if len(set(short)) == len(exact) else [float(f"{v:.3g}") for v in exact]

    def _nearest(self, value):
        return min(self.values(), key=lambda v: abs(math.log(v / value)))


class Select(Control):
    """One of a few named options."""

    kind = "select"

    def __init__(self, label, options, default=None, **kwargs):
        self.options = list(options)
        super().__init__(label, self.options[0] if default is None else default, **kwargs)

    def clean(self, value):
        if not isinstance(value, str) or value not in self.options:
            raise ValueError(f"got {brief(value)}, expected one of {', '.join(self.options)}.")
        return value

    def values(self):
        return self.options

    def details(self):
        return {"values": self.options}


class Toggle(Control):
    """On or off."""

    kind = "toggle"

    def clean(self, value):
        if not isinstance(value, (bool, np.bool_)):
            raise ValueError(f"got {brief(value)}, expected True or False.")
        return bool(value)

    def values(self):
        return [False, True]


class Text(Control):
    """A short line of text, taken when the reader presses Enter."""

    kind = "text"

    def __init__(self, label, default, *, longest=80, **kwargs):
        super().__init__(label, default, **kwargs)
        self.longest = longest

    def clean(self, value):
        if not isinstance(value, str) or not value.strip():
            raise ValueError(f"got {brief(value)}, expected some text.")
        if len(value) > self.longest:
            raise ValueError(f"got {len(value)} characters, expected at most {self.longest}.")
        return value.strip()

    def details(self):
        return {"longest": self.longest}


class Point(Control):
    """A point (x, y) that the reader drags in a plot."""

    kind = "point"

    def clean(self, value):
        return tuple(between(v, (-LARGEST, LARGEST)) for v in row(value, 2))


class Points(Control):
    """Rows of numbers the reader drags, such as (x, y); at least `fewest` of them.

    within: (low, high) of each column, where the picture or the method has its limits.
    """

    kind = "points"

    def __init__(self, label, default, *, columns=2, fewest=1, most=200, within=None, **kwargs):
        super().__init__(label, tuple(map(tuple, default)), **kwargs)
        self.columns, self.fewest, self.most = columns, fewest, most
        self.within = within or [(-LARGEST, LARGEST)] * columns

    def clean(self, value):
        items = listed(value)
        if items is None:
            raise ValueError(f"got {brief(value)}, expected rows of {self.columns} numbers.")
        if not self.fewest <= len(items) <= self.most:
            rows = "1 row" if len(items) == 1 else f"{len(items)} rows"
            raise ValueError(f"got {rows}, expected {self.fewest} to {self.most}.")
        return tuple(self._row(i, item) for i, item in enumerate(items, 1))

    def _row(self, i, item):
        try:
            return tuple(map(between, row(item, self.columns), self.within))
        except ValueError as error:
            raise ValueError(f"row {i}: {error}") from None


class Samples(Points):
    """Rows (x1, x2, class) the reader drags and flips, class 0 or 1."""

    def __init__(self, label, default, *, within=(), **kwargs):
        within = [*(within or [(-LARGEST, LARGEST)] * 2), (-math.inf, math.inf)]
        super().__init__(label, default, columns=3, within=within, **kwargs)

    def _row(self, i, item):
        *x, label = super()._row(i, item)
        if label not in (0, 1):
            raise ValueError(f"row {i}: got class {label:g}, expected 0 or 1.")
        return (*x, label)
