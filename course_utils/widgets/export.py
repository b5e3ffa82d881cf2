"""An nbconvert preprocessor that keeps widgets alive in exported pages.

A notebook that was saved with its widgets' state (nbconvert --execute and nbclient do that) gets
each widget as a frame with its own page inside: it plays with neither kernel nor network. Without
the state, the poster stays with its description. Either way no widget fetches anything from
anywhere (nbconvert's own page still asks for MathJax, and does without).

    COURSE_BAKE_WIDGETS=1 jupyter nbconvert --to html --execute notebook.ipynb \\
      --HTMLExporter.preprocessors=course_utils.widgets.export.LiveWidgets
"""

from nbconvert.preprocessors import Preprocessor
from traitlets import Unicode

from . import standalone

VIEW = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"


class LiveWidgets(Preprocessor):
    """Replace widget views by frames that play, or by their posters."""

    theme = Unicode("light", help="light, dark, or auto: as the reader's system").tag(config=True)

    def preprocess(self, nb, resources):
        saved = nb.metadata.get("widgets", {}).get(STATE, {}).get("state", {})
        for cell in nb.cells:
            for output in cell.get("outputs", []):
                self._replace(output, saved)
        nb.metadata.pop("widgets", None)  # else nbconvert loads a widget manager from the network
        return nb, resources

    def _replace(self, output, saved):
        data = output.get("data", {})
        view = data.pop(VIEW, None)
        if view is None:
            return
        model = saved.get(view["model_id"])
        if model and "results" in model["state"]:
            state = with_buffers(model)
            data["text/html"] = standalone.iframe(state, state["spec"]["title"], self.theme)


def with_buffers(model) -> dict:
    """The traits of a saved widget, each buffer put back in its place as {"base64": text}."""
    state = dict(model["state"])
    for buffer in model.get("buffers", []):
        *parents, last = buffer["path"]
        place = state
        for key in parents:
            place[key] = dict(place[key])
            place = place[key]
        place[last] = {"base64": buffer["data"]}
    return state
