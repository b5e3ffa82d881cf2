"""The base of every widget. How to write another one:

1. `name.py`: a subclass of `Widget`. Declare what the reader sets as controls (`controls.py`),
   and write three methods that call the course's own code and know nothing of the browser:

       class Wave(Widget):
           title = "A wave"
           module = Path(__file__).with_suffix(".js")
           half = ("y",)                                   # sent as float16
           frequency = Slider("Frequency", 1, 9, 3, grid=True)

           def compute(self, *, frequency):                # at one setting of the controls
               x = np.linspace(0, 2 * np.pi, 200)
               return {"y": np.sin(frequency * x)}

           def alt_text(self):
               return f"A sine wave of frequency {self.frequency:g}."

           def poster(self):
               fig, ax = figure()                          # from course_utils.plots
               ax.plot(self.compute(frequency=self.frequency)["y"])
               return fig

   `compute` returns a dict of arrays (and, without gridded controls, anything JSON can say). It
   runs once for every value of the `grid=True` controls; the results cross to the browser once.
   Arrays that do not depend on them come from `scene(**params)`. A sentence for the reader
   (their function failed, their data are empty) goes to `self.complain("...")`.

2. `name.js`: an ES module that draws. It imports what it needs from `./toolkit/index.js` and ends
   in `export default mount(w => { ... return { draw, describe, frames } })`:

       import { mount } from "./toolkit/index.js";
       export default mount((w) => {
         w.plot({
           label: "Wave", x: [0, 200], y: [-1, 1],
           draw(p) {
             const y = w.get("y");                         // the slice for the present setting
             p.axes({ x: "x", y: "y" });
             p.trace(w.step + 1, (i) => i, (i) => y.at(i), w.style("Wave"));
           },
         });
         return { frames: () => 199, describe: () => `Step ${w.step}.` };
       });

   Never re-implement mathematics there: interpolate and draw what Python computed.

3. `__init__.py`: one line in `_HOMES`. `tests/widgets/cases/name.py`: one `Case`.

Controls, transport bar, keyboard, themes, messages, exported pages and their tests come from the
toolkit. Callbacks may run on another thread: no pyplot, no global random state, no shared state.
"""

import itertools

import anywidget
import numpy as np
import traitlets

from . import standalone
from .buffers import pack, split
from .bundle import css, widget_js
from .controls import Control
from .shown import Shown
from .style import style, styles


class Widget(Shown, anywidget.AnyWidget):
    """State, messages and the ways to be shown that all widgets share."""

    title = ""
    module = None  # path of the widget's JavaScript
    half = ()  # names of arrays sent as float16
    names = ()  # what the colours stand for
    baked = ()  # controls that keep working in exported pages, besides gridded ones

    spec = traitlets.Dict().tag(sync=True)
    results = traitlets.Dict().tag(sync=True)
    error = traitlets.Unicode().tag(sync=True)
    variants = traitlets.List().tag(
        sync=True
    )  # whole states for exported pages; empty in a notebook

    _complaints = ()  # pairs of a sentence and what it is about: making, control, computing
    _quiet = True

    def __init_subclass__(cls, **kwargs):
        if "module" in cls.__dict__:
            cls._esm, cls._css = widget_js(cls.module), css()
        super().__init_subclass__(**kwargs)

    def __init__(self, *unnamed, **controls):
        if unnamed:
            wanted = ", ".join(f"{name}=…" for name in self.controls())
            self.complain(f"Say which control each value is for: {type(self).__name__}({wanted}).")
        given = self._right(self._known(controls))
        super().__init__(**(self._presets(given) | given))
        self.spec = self._describe()
        self.on_msg(self._receive)
        self.observe(self._changed, list(self.controls()))
        self._quiet = False
        self.refresh()
        if standalone.baking():
            self.variants = self.bake()

    # What a widget says and computes; subclasses fill these in.

    def compute(self, **params) -> dict:
        """Arrays for one setting of the controls."""
        raise NotImplementedError

    def scene(self, **params) -> dict:
        """Arrays and plain values that do not depend on gridded controls."""
        return {}

    def alt_text(self) -> str:
        """The picture in a sentence or two."""
        raise NotImplementedError

    def poster(self):
        """The present state as a still picture: a matplotlib figure."""
        raise NotImplementedError

    def preset(self, name: str, value) -> dict:
        """Other controls to set when the reader sets control `name` to `value`."""
        return {}

    # Controls

    @classmethod
    def controls(cls) -> dict[str, Control]:
        """The declared controls by name, in order of declaration."""
        return {name: c for name, c in _declared(cls) if isinstance(c, Control)}

    @property
    def params(self) -> dict:
        """Present value of every control that results depend on."""
        return {n: getattr(self, n) for n, c in self.controls().items() if not c.local}

    @classmethod
    def grid(cls) -> dict[str, list]:
        """Values of every gridded control."""
        return {n: c.values() for n, c in cls.controls().items() if c.grid}

    def _known(self, given):
        """Only the controls that exist; a sentence about the others."""
        ours = self.controls()
        for name in given.keys() - ours.keys() - {"layout"}:
            self.complain(f"There is no control {name!r}; there are {', '.join(ours)}.")
        return {k: v for k, v in given.items() if k in ours or k == "layout"}

    def _right(self, given):
        """Only the values that are right, as they will be kept; a sentence about the others."""
        right = {}
        for name, value in given.items():
            control = self.controls().get(name)  # none for "layout", which ipywidgets looks after
            try:
                right[name] = control.clean(value) if control else value
            except ValueError as error:
                control.refuse(self, error)
        return right

    def _presets(self, changed):
        """What `preset` says about all changed controls."""
        return {k: v for name in changed for k, v in self.preset(name, changed[name]).items()}

    def _describe(self):
        return {
            "title": self.title,
            "controls": [c.spec() for c in self.controls().values()],
            "styles": styles(self.names),
            "baked": list(self.baked),
            "cycle": [style(i) for i in range(10)],
        }

    # Computing

    def complain(self, sentence: str, about: str | None = None) -> None:
        """Show one more sentence in the widget's alert box.

        It goes when its cause can have gone: "control" at the next value of a control,
        "computing" before results are computed again, "making" (in the constructor) never.
        """
        about = about or ("making" if self._quiet else "computing")
        if (sentence, about) not in self._complaints:
            self._complaints += ((sentence, about),)
        self.error = "\n".join(dict(self._complaints))

    def _forget(self, *causes, starting=""):
        self._complaints = tuple(
            (sentence, about)
            for sentence, about in self._complaints
            if about not in causes or not sentence.startswith(starting)
        )
        self.error = "\n".join(dict(self._complaints))

    def compute_grid(self, **params) -> dict:
        """`compute` at every combination of gridded values, stacked along leading axes."""
        grid = self.grid()
        points = [dict(zip(grid, v, strict=True)) for v in itertools.product(*grid.values())]
        runs = [self.compute(**(params | point)) for point in points]
        shape = tuple(map(len, grid.values()))
        stacked = {name: np.stack([run[name] for run in runs]) for name in runs[0]}
        return {name: a.reshape(shape + a.shape[1:]) for name, a in stacked.items()}

    def refresh(self) -> None:
        """Compute everything for the present controls and send it."""
        self._forget("computing")
        results = self._try(lambda: self._packed(**self.params))
        if results is not None:
            self.results = results

    def _packed(self, **params):
        grid = self.grid()
        runs = self.compute_grid(**params) if grid else self.compute(**params)
        return pack(self.scene(**params), self.half) | pack(runs, self.half, len(grid))

    def _try(self, work):
        """The result of `work`; None and a sentence if it failed."""
        try:
            with np.errstate(all="ignore"):
                return work()
        except Exception as error:  # a dead box would say nothing at all
            self.complain(f"Could not compute this: {type(error).__name__}: {error}")

    def _changed(self, change):
        if self._quiet:
            return
        self._forget("control")
        name = change["name"]
        with self.hold_sync():
            self._assign(self.preset(name, change["new"]))
            if not (self.controls()[name].grid or self.controls()[name].local):
                self.refresh()

    # Messages from the browser

    def _receive(self, _, message, buffers):
        if message.get("kind") == "hello":
            self.send({"kind": "hello"})
        elif message.get("kind") == "compute" and message.get("settled"):
            self._settle(message)
        elif message.get("kind") == "compute":
            self._preview(message)

    def _settle(self, message):
        """Take over the browser's values, compute the whole grid, say that it is done."""
        self._forget("control")
        with self.hold_sync():
            self._assign(message.get("params", {}))
            self.refresh()
        self.send({"kind": "done", "id": message.get("id")})

    def _assign(self, params):
        """Set controls, and what follows from those that changed, without computing."""
        self._quiet = True
        before = {name: getattr(self, name) for name in self.controls() if name in params}
        for name in before:
            setattr(self, name, params[name])
        changed = {n: getattr(self, n) for n in before if getattr(self, n) != before[n]}
        for name, value in self._presets(changed).items():
            setattr(self, name, value)
        self._quiet = False

    def _preview(self, message):
        """While the reader still drags: one setting only, nothing is kept."""
        self._forget("control", "computing")
        reply = {"kind": "preview", "id": message.get("id"), "results": {}}
        results = self._try(lambda: pack(self.compute(**self._asked(message)), self.half))
        heads, buffers = split(results or {})
        self.send(reply | {"results": heads}, buffers)

    def _asked(self, message):
        controls, params = self.controls(), message.get("params", {})
        return self.params | {n: controls[n].clean(params[n]) for n in params if n in self.params}


def _declared(cls):
    """Class attributes in order of declaration, base classes first."""
    for base in reversed(cls.__mro__):
        yield from vars(base).items()
