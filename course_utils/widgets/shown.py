"""The ways in which a widget is shown besides the live one: a still picture, a page of its own."""

import itertools

import numpy as np

from course_utils import plots

from . import standalone


class Shown:
    """What `Widget` adds to an ipywidget for readers without a kernel."""

    def still(self):
        """The poster, quick to draw."""
        with np.errstate(all="ignore"):
            fig = self.poster()
        for ax in fig.axes:
            ax.minorticks_off()  # a third of the time a poster takes
        return fig

    def standalone_html(self, theme: str = "auto") -> str:
        """The widget as a page of its own: no kernel, no network. theme: auto, light, dark."""
        return standalone.page(self.state(), self.title, theme)

    def state(self) -> dict:
        """What the browser side starts from, with bytes in base64."""
        keys = ["spec", "results", "error", "_esm", "_css", *self.controls()]
        state = {key: standalone.in_base64(getattr(self, key)) for key in keys}
        return state | {"variants": self.variants or self.bake()}

    def bake(self) -> list[dict]:
        """A whole state for every combination of the controls named in `baked`."""
        options = {name: self.controls()[name].values() for name in self.baked}
        choices = [dict(zip(options, v, strict=True)) for v in itertools.product(*options.values())]
        return [self._state_at(choice) for choice in choices if choice]

    def _state_at(self, choice):
        params = self.params | self._presets(choice) | choice
        return standalone.in_base64({"results": self._packed(**params)} | params)

    def _repr_mimebundle_(self, **kwargs):
        """The live view, and for all who cannot show it the poster and what is on it."""
        data, metadata = super()._repr_mimebundle_(**kwargs)
        alt = self.alt_text()
        return data | {"text/plain": alt, "text/html": plots.img(self.still(), alt)}, metadata
