"""Whatever a reader's function does, the race goes on and says what happened and where."""

import inspect
import signal
import time

import numpy as np
import pytest

from course_utils import nn
from course_utils.widgets import race
from course_utils.widgets.buffers import unpack


def raises(w, dw, state, lr):
    velocity = state["v"]  # line 1
    return w - lr * velocity, state


def no_return(w, dw, state, lr):
    w = w - lr * dw  # line 1


def endless(w, dw, state, lr):
    while True:
        w = w - lr * dw  # line 2


def one_value(w, dw, state, lr):
    return w - lr * dw  # line 1


def wrong_shape(w, dw, state, lr):
    return (w - lr * dw)[:1], state  # line 1


def words(w, dw, state, lr):
    return ["a", "b"], state  # line 1


def no_state(w, dw, state, lr):
    return w - lr * dw, None  # line 1


def complex_numbers(w, dw, state, lr):
    return w - 1j * dw, state  # line 1


def texts(w, dw, state, lr):
    return [str(v) for v in w], state  # line 1


def fewer_arguments(w, dw):
    return w - 0.1 * dw, {}


def gives_up(w, dw, state, lr):
    raise SystemExit  # line 1


BROKEN = [
    (raises, (1,), "KeyError: 'v'"),
    (no_return, (1,), "returned None, expected a pair (w, state)"),
    (endless, (1, 2), "still running after 1 s"),
    (one_value, (1,), "returned an array of shape (2,), expected a pair"),
    (wrong_shape, (1,), "returned w of shape (1,), expected (2,)"),
    (words, (1,), "expected numbers of shape (2,)"),
    (complex_numbers, (1,), "returned an array of complex128 of shape (2,) as w, expected numbers"),
    (texts, (1,), "expected numbers of shape (2,)"),
    (no_state, (1,), "returned None as state, expected a dict"),
    (fewer_arguments, (), "TypeError: fewer_arguments() takes 2 positional arguments"),
    (gives_up, (1,), "SystemExit"),
]


@pytest.mark.parametrize("function, lines, what", BROKEN, ids=[f.__name__ for f, *_ in BROKEN])
def test_a_broken_function_is_one_sentence_with_its_line(function, lines, what):
    before = time.perf_counter()
    widget = race({"SGD": "sgd", "Mine": function})
    assert time.perf_counter() - before < 5
    assert widget.error.startswith("Mine") and what in widget.error
    assert len(widget.error.splitlines()) == 1
    first = inspect.getsourcelines(function)[1]
    assert not lines or any(f", line {first + n}" in widget.error for n in lines)
    paths = unpack(widget.results["steps"])
    assert np.isfinite(paths[0, 0]).all() and np.isnan(paths[:, 1]).all()
    assert (unpack(widget.results["failed"]) == [0, 1]).all()
    if function is not endless:
        assert widget.alt_text().endswith("Mine stopped with an error.")


def plain(w, dw, state, lr):
    return w - lr * dw, state


NO_RACE = [
    (5, "got 5, expected the name of an optimizer or a function"),
    ({"A": ("adam", {"betaz": 1})}, "A with {'betaz': 1}: "),
    ({"A": ("adam", {"lr": "fast"})}, "A: got 'fast', expected a number."),
    ({"A": ("sgd", "momentum")}, "A: got ('sgd', 'momentum'), expected the name"),
    ("", "Nothing to race"),
    ([[]], "expected the name of an optimizer"),
]


@pytest.mark.parametrize("runners, what", NO_RACE)
def test_what_cannot_race_is_answered_in_words(runners, what):
    widget = race(runners)
    assert what in widget.error and widget.results["steps"]["shape"][1] == 1
    widget._repr_mimebundle_()


@pytest.mark.parametrize(
    "runners, names",
    [
        ("adam", ("adam",)),
        (plain, ("plain",)),
        ([plain, "sgd"], ("plain", "sgd")),
        ({"x" * 90: "sgd"}, ("x" * 23 + "…",)),
    ],
)
def test_names_come_from_what_is_given(runners, names):
    widget = race(runners)
    assert (widget.names, widget.error) == (names, "")
    widget._repr_mimebundle_()


@pytest.mark.browser
def test_a_function_that_fails_is_not_said_to_diverge(visit, tmp_path):
    page = tmp_path / "race.html"
    page.write_text(race({"SGD": "sgd", "Mine": no_return}).standalone_html())
    tab = visit(page.as_uri())
    assert "SGD 11, Mine stopped." in tab.locator(".cw-says").inner_text()
    assert tab.get_by_role("alert").inner_text().startswith("Mine, line")
    tab.locator(".cw-bar input[type=range]").press("End")
    assert tab.locator("tbody tr").nth(1).inner_text().split() == ["Mine", "stopped", *"–––"]


def test_a_function_that_diverges_has_not_failed():
    widget = race({"Mine": lambda w, dw, state, lr: (w + 1e9, state)})
    assert widget.error == "" and "Mine diverges" in widget.alt_text()


def test_its_sentence_stays_until_the_function_works():
    broken = [True]

    def mine(w, dw, state, lr):
        return (None if broken else w - lr * dw), state

    widget = race({"SGD": "sgd", "Mine": mine, "Other": "sgdd"})
    other, first = widget.error.splitlines()
    assert "no optimizer" in other and first.startswith("Mine")
    widget.lr = 0.1  # one of the computed ones
    widget.curve = "step in w₁"
    assert widget.error.splitlines() == [other, first]
    widget.lr = "fast"
    assert len(widget.error.splitlines()) == 3
    broken.clear()
    widget.surface = "bowl"
    assert widget.error == other


def test_the_readers_own_sgd_runs_like_the_courses():
    def mine(w, dw, state, lr=0.01):
        w -= lr * dw  # in place: the widget hands out copies
        return w, state

    widget = race({"SGD": "sgd", "Mine": mine})
    assert widget.error == ""
    steps = unpack(widget.results["steps"])
    np.testing.assert_array_equal(steps[:, 0], steps[:, 1])


def test_a_function_without_lr_keeps_its_own():
    def mine(w, dw, state):
        return w - 0.05 * dw, state

    widget = race({"Mine": mine})
    steps = unpack(widget.results["steps"])
    assert widget.error == ""
    np.testing.assert_array_equal(steps[0], steps[-1])


def test_options_go_with_a_name():
    slow = race({"Adam": ("adam", {"lr": 0.01})})
    wanted = nn.optim.functional("adam")(np.array(slow.start), np.array([1.0, 1.0]), {}, lr=0.01)
    first = unpack(slow.results["steps"])[:, 0, 0]
    np.testing.assert_allclose(
        np.abs(first), np.abs(wanted[0] - slow.start)[None] + 0 * first, rtol=1e-2
    )


@pytest.mark.parametrize("name", sorted(nn.optim.OPTIMIZERS.keys() - {"muon"}))
def test_every_course_optimizer_can_race(name):
    widget = race([name])
    assert widget.error == ""
    assert np.isfinite(unpack(widget.results["steps"])[0]).all()


def test_muon_says_that_it_needs_a_matrix_and_the_others_run():
    widget = race(["sgd", "muon"])
    assert widget.error.startswith("muon: Muon is for matrices")
    assert np.isfinite(unpack(widget.results["steps"])[0, 0]).all()


def test_an_interrupt_stops_the_readers_loop():
    """Ctrl-C, or JupyterLab's stop button, while their function runs."""

    def patient(w, dw, state, lr):
        signal.raise_signal(signal.SIGINT)
        return w, state

    widget = race({"Mine": patient})
    assert "interrupted" in widget.error and "raise_signal" in widget.error
