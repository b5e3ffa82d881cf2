"""Widgets: Python computes once, the browser animates.

Each widget is one module here with one JavaScript file beside it; `base.py` says how to write
another. Names are loaded on first use, so that a notebook pays only for the widgets it shows.
"""

from importlib import import_module

_HOMES = {
    "Activations": "activations",
    "BackpropStepper": "backprop_stepper",
    "DecisionBoundary": "decision_boundary",
    "Descent": "descent",
    "FitLine": "fit_line",
    "Losses": "losses",
    "Perceptron": "perceptron",
    "Race": "optimizer_race",
    "Schedule": "schedule",
    "SignalDepth": "signal_depth",
    "Widget": "base",
    "XorWarp": "xor_warp",
    "race": "optimizer_race",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str):
    if name not in _HOMES:
        raise AttributeError(f"course_utils.widgets has no {name!r}; it has {', '.join(__all__)}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__():
    return __all__
