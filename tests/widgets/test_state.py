"""Widgets without a browser: the numbers they send, the values they take, the words they say."""

import re
from base64 import b64decode
from html import unescape

import numpy as np
import pytest

from course_utils.widgets import (
    BackpropStepper,
    DecisionBoundary,
    Descent,
    FitLine,
    Losses,
    Perceptron,
    Widget,
)
from course_utils.widgets.buffers import unpack

from .conftest import name_of, same

PAYLOAD = 150_000  # bytes
CODE = 20_000  # bytes of a widget's own JavaScript


def arrays(results):
    return {k: v for k, v in results.items() if isinstance(v, dict) and "data" in v}


def at_present(widget, name):
    """The part of an array that belongs to the present values of gridded controls."""
    array = unpack(widget.results[name])
    if widget.results[name]["grid"]:
        for control, values in widget.grid().items():
            array = array[nearest(values, getattr(widget, control))]
    return array


def nearest(values, value):
    if isinstance(value, (str, bool)):
        return values.index(value)
    return int(np.abs(np.array(values) - value).argmin())


def on_grid(widget):
    """Move gridded controls to the nearest value for which something was computed."""
    for name, values in widget.grid().items():
        setattr(widget, name, values[nearest(values, getattr(widget, name))])


def test_buffers_hold_what_numpy_says(case):
    widget = case.make()
    on_grid(widget)
    with np.errstate(all="ignore"):
        wanted = case.numbers(widget)
    assert wanted, "a case without numbers checks nothing"
    for name, want in wanted.items():
        same(at_present(widget, name), want, name in widget.half)


def test_every_control_over_its_range(case):
    widget = case.make()
    for name, control in widget.controls().items():
        values = control.values()
        for value in [values[0], *values[:: max(1, len(values) // 3)], values[-1]]:
            setattr(widget, name, value)
            assert getattr(widget, name) == value
            assert widget.error == ""
            assert arrays(widget.results)


def test_numbers_after_driving_the_controls(case):
    """Results follow the controls, at both ends of each."""
    widget = case.make()
    for name, control in widget.controls().items():
        for value in (control.values()[0], control.values()[-1]):
            setattr(widget, name, value)
    on_grid(widget)
    with np.errstate(all="ignore"):
        for name, want in case.numbers(widget).items():
            same(at_present(widget, name), want, name in widget.half)


def test_nonsense_gives_a_sentence(case):
    for wrong, word in case.wrong:
        widget = case.make(**wrong)
        assert word in widget.error, wrong
        assert "Traceback" not in widget.error
        assert arrays(widget.results), "the widget still shows its picture"


def test_nonsense_set_later_keeps_the_old_value(case):
    widget = case.make()
    for wrong, word in case.wrong:
        for name, value in wrong.items():
            if name not in widget.controls():
                continue
            before = getattr(widget, name)
            setattr(widget, name, value)
            assert word in widget.error
            assert getattr(widget, name) == before


NONSENSE = (
    *(None, float("nan"), float("-inf"), 10**400, 1 + 2j, "", b"1", [], {}, object()),
    *([[]], [["a", "b", "c"]], [None, None], iter([1, 2]), {1, 2}, "x" * 500, lambda: 1),
    *(np.array([]), np.array([np.nan, 1]), np.zeros((3, 3, 3)), np.array(["a", "b"])),
)


def test_no_control_takes_nonsense(case):
    widget = case.make()
    for name, control in widget.controls().items():
        before = getattr(widget, name)
        for value in NONSENSE:
            setattr(widget, name, value)
            assert getattr(widget, name) == before
            assert widget.error.startswith(f"{control.label}: ") and widget.error.endswith(".")
            assert len(widget.error.splitlines()) == 1 and len(widget.error) < 300
        widget._forget("control")


@pytest.mark.parametrize("value", NONSENSE[::4], ids=lambda v: type(v).__name__)
def test_a_widget_made_of_nonsense_shows_what_it_can(case, value):
    names = list(case.make().controls())
    widget = case.make(**dict.fromkeys(names, value))
    assert len(widget.error.splitlines()) == len(names)
    assert arrays(widget.results) and widget.params == case.make().params


def test_values_without_a_name_are_answered(case):
    widget = case.make(0.1, 2, 3)
    assert widget.error and arrays(widget.results)


OUTSIDE = [
    (Perceptron, "points", [(1e300, 0, 0), (0, 0, 1)], "row 1: got 1e+300"),
    (Perceptron, "points", [(1, 0, 0), (0, 0, 2)], "row 2: got class 2, expected 0 or 1"),
    (DecisionBoundary, "points", [(0, 0, 0), (50, 0, 1)], "row 2: got 50, expected -1.6 to 1.6"),
    (FitLine, "points", [(0, 0), (1, 30)], "row 2: got 30, expected -2.6 to 2.6"),
    (Losses, "points", [(0, 0), (1, 30)], "row 2: got 30, expected -4.5 to 8.5"),
    (Descent, "start", (1e300, 0), "got 1e+300, expected -1e+06 to 1e+06"),
]


@pytest.mark.parametrize("make, name, value, words", OUTSIDE)
def test_points_that_cannot_be_shown_are_refused(make, name, value, words):
    assert words in make(**{name: value}).error


def test_the_stepper_names_inputs_that_the_expression_has_not():
    widget = BackpropStepper(expression="a*b + a", inputs="a = 2, zz = 3")
    assert widget.error == "The expression has no zz; it has a, b."
    widget.inputs = "a = 2, b = 3"
    assert widget.error == ""


def test_a_fit_that_diverges_is_described_without_nan():
    widget = FitLine(model="parabola", lr=1.0)
    assert "diverged after" in widget.alt_text() and "nan" not in widget.alt_text()


def test_the_worst_state_has_no_trouble(case):
    widget = case.make(**case.worst)
    assert widget.error == ""
    assert not re.search(r"\bnan\b", widget.alt_text())


def test_payload_and_code_are_small(case):
    widget = case.make()
    bytes_of_arrays = sum(len(entry["data"]) for entry in arrays(widget.results).values())
    assert bytes_of_arrays + len(widget._esm) + len(widget._css) <= PAYLOAD
    assert case.make and len(widget.module.read_text()) <= CODE


def test_alt_text_and_poster(case):
    widget = case.make()
    data, _ = widget._repr_mimebundle_()
    alt = data["text/plain"]
    assert len(alt.split()) >= 8 and alt.endswith(".")
    assert set(data) == {"text/plain", "text/html", "application/vnd.jupyter.widget-view+json"}
    found = re.fullmatch(
        r'<img alt="([^"]+)" .*src="data:image/png;base64,(.+)">', data["text/html"]
    )
    assert unescape(found[1]) == alt
    png = b64decode(found[2])
    assert png.startswith(b"\x89PNG") and len(png) < 120_000


@pytest.fixture
def sent(monkeypatch):
    """Messages that widgets send to the browser."""
    messages = []
    keep = lambda self, content, buffers=None: messages.append((content, buffers))  # noqa: E731
    monkeypatch.setattr(Widget, "send", keep)
    return messages


def test_a_dragged_control_gets_a_preview_and_keeps_nothing(case, sent):
    widget = case.make()
    before = widget.params
    widget._receive(widget, {"kind": "compute", "id": 7, "settled": False, "params": before}, [])
    ((reply, buffers),) = sent
    assert reply["kind"] == "preview" and reply["id"] == 7
    for name, head in reply["results"].items():
        if isinstance(head, dict) and "buffer" in head:
            got = unpack(head | {"data": buffers[head["buffer"]]})
            np.testing.assert_array_equal(got, at_present(widget, name))
    assert widget.params == before


def test_a_settled_control_is_taken_over(case, sent):
    widget = case.make()
    for name, control in widget.controls().items():
        if control.local:
            continue
        value = control.values()[-1]
        message = {"kind": "compute", "id": 3, "settled": True, "params": {name: value}}
        widget._receive(widget, message, [])
        assert getattr(widget, name) == value, name_of(case)
    assert all(reply == {"kind": "done", "id": 3} for reply, _ in sent)


def test_hello_is_answered(case, sent):
    widget = case.make()
    widget._receive(widget, {"kind": "hello"}, [])
    assert sent == [({"kind": "hello"}, None)]


def test_messages_that_make_no_sense_are_answered_in_words(case, sent):
    widget = case.make()
    name = next(iter(widget.params))
    for settled in (True, False):
        params = {name: {"no": "value"}, "nobody": 1}
        widget._receive(
            widget, {"kind": "compute", "id": 1, "settled": settled, "params": params}, []
        )
        assert widget.error
    widget._receive(widget, {"kind": "what"}, [])
    assert len(sent) == 2
