"""Prediction questions: the reader commits to an answer before the notebook shows it.

With a kernel the question is a group of radio buttons that answers at once, each choice with
its own reason. Without one (on a web page, in an exported notebook) each choice unfolds.
"""

import re
from html import escape
from pathlib import Path

import anywidget
import traitlets
from IPython.display import display

HERE = Path(__file__).parent


class Question(anywidget.AnyWidget):
    """One question; the browser does the work, so it answers even while the kernel is busy."""

    _esm = HERE / "quiz.js"
    _css = HERE / "quiz.css"

    question = traitlets.Unicode().tag(sync=True)
    choices = traitlets.List(traitlets.Dict()).tag(sync=True)
    chosen = traitlets.Int(-1).tag(sync=True)


def predict(question: str, choices: dict[str, str], answer: str) -> None:
    """Ask `question`; on choosing, the reader is told why that choice is right or wrong.

    choices: each choice with its reason. answer: the right one, one of `choices`.
    `code` in backticks is set as code. Nothing is recorded or graded.
    Raises ValueError when `answer` is not a choice or there is nothing to choose between.
    """
    if answer not in choices:
        raise ValueError(f"predict: the answer {answer!r} is not among the choices {list(choices)}")
    if len(choices) < 2:
        raise ValueError("predict: a question needs at least two choices")
    parts = [
        {"text": _inline(text), "reason": _inline(reason), "right": text == answer}
        for text, reason in choices.items()
    ]
    widget = Question(question=_inline(question), choices=parts)
    view = widget._repr_mimebundle_()
    view = view[0] if isinstance(view, tuple) else view
    text = {"text/plain": _plain(question, choices, answer)}
    display({**view, **text, "text/html": _html(question, parts)}, raw=True)


def _inline(text: str) -> str:
    """Escaped HTML, with `backticks` as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))


def _plain(question: str, choices: dict[str, str], answer: str) -> str:
    lines = [f"Predict: {question}", *(f"  ( ) {choice}" for choice in choices)]
    return "\n".join([*lines, f"Answer: {answer}. {choices[answer]}"])


def _html(question: str, parts: list[dict]) -> str:
    """The question for readers without a kernel: every choice unfolds to its reason."""
    box = "border-left: 3px solid #0072B2; padding: 0.3em 0 0.3em 0.9em; margin: 0.5em 0"
    folded = "".join(
        f"<details style='margin: 0.35em 0'><summary style='cursor: pointer'>{p['text']}</summary>"
        f"<div style='margin: 0.25em 0 0.5em 1.1em'><b>{'✓ Right.' if p['right'] else '✗ No.'}</b>"
        f" {p['reason']}</div></details>"
        for p in parts
    )
    return (
        f"<div style='{box}'><p><b>Predict.</b> {_inline(question)} "
        f"<small>(pick one to unfold its reason)</small></p>{folded}</div>"
    )
