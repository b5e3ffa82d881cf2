"""Prediction questions: what is displayed, with a kernel and without."""

import re

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from course_utils.quiz import Question, predict

CHOICES = {"`z`": "That is the identity.", "0 & more": "ReLU keeps the larger of 0 and z."}


def shown(question="What does `relu(-1)` give?", choices=CHOICES, answer="0 & more"):
    InteractiveShell.instance()
    with capture_output() as captured:
        assert predict(question, choices, answer) is None
    (output,) = captured.outputs
    return output.data


def test_a_kernel_gets_a_widget_and_the_web_page_html():
    data = shown()
    view = "application/vnd.jupyter.widget-view+json"
    assert set(data) == {"text/plain", "text/html", view} and data[view]["model_id"]


def test_without_a_kernel_every_choice_unfolds_to_its_own_reason():
    html = shown()["text/html"]
    folded = re.findall(r"<details.*?<summary[^>]*>(.*?)</summary>(.*?)</details>", html)
    assert [choice for choice, _ in folded] == ["<code>z</code>", "0 &amp; more"]
    assert "✗ No.</b> That is the identity." in folded[0][1]
    assert "✓ Right.</b> ReLU keeps the larger" in folded[1][1]
    assert "<details open" not in html and "What does <code>relu(-1)</code> give?" in html


def test_plain_text_reads_from_question_to_reason():
    lines = shown()["text/plain"].splitlines()
    assert lines[0] == "Predict: What does `relu(-1)` give?"
    assert lines[-1] == "Answer: 0 & more. ReLU keeps the larger of 0 and z."


def test_what_is_stored_is_the_same_on_every_run():
    first, second = shown(), shown()
    for mime in ("text/plain", "text/html"):
        assert first[mime] == second[mime]


def test_markup_in_a_question_is_shown_not_obeyed():
    html = shown("Is a < b?", {"<b>yes</b>": "no", "n": "y"}, "n")["text/html"]
    assert "a &lt; b" in html and "&lt;b&gt;yes" in html and "<b>yes" not in html


def test_the_widget_knows_every_reason_so_that_it_needs_no_kernel_to_answer():
    shown()
    widget = Question(question="q", choices=[{"text": "t", "reason": "r", "right": True}])
    assert widget.chosen == -1
    assert {"question", "choices", "chosen", "_esm", "_css"} <= set(widget.get_state())


@pytest.mark.parametrize(
    ("choices", "answer", "said"),
    [
        ({"a": "1", "b": "2"}, "c", "'c' is not among the choices"),
        ({"a": "1"}, "a", "at least two choices"),
    ],
)
def test_a_question_that_cannot_be_answered_is_refused(choices, answer, said):
    with pytest.raises(ValueError, match=said):
        predict("?", choices, answer)
