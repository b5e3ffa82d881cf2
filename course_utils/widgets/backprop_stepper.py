"""Backpropagation one node at a time: values go forward, gradients come back.

The reader types an expression. `nn.autodiff.Tensor` runs it, and the graph shown is the one that
its edges describe: each gradient sent is a Tensor's own `pull`.
"""

from pathlib import Path

import numpy as np

from course_utils.plots import COLORS, figure

from . import expressions
from .base import Widget
from .controls import Select, Text
from .graph import backward_order, edges_of, fixed_edges, record, run_backward
from .graph_layout import arrange

OWN = "your own"
EXAMPLES = {
    "a neuron and its loss": ("(w2*tanh(w1*x) - y)**2 / 2", "w2 = 3, w1 = 0.5, x = 2, y = 1"),
    "a value used twice": ("a*b + a", "a = 2, b = -3"),
    "sigmoid and cross-entropy": ("-log(sigmoid(w*x + b))", "w = 1.5, x = -1, b = 0.5"),
    "a small net, 2-2-1": (
        "p*relu(a*x + b*y) + q*relu(c*x + d*y)",
        "p = 2, a = 0.5, x = 1, b = 1, y = 2, q = -1, c = -1, d = 0.25",
    ),
    "three sigmoids in a row": ("sigmoid(sigmoid(sigmoid(w*x)))", "w = 2, x = 1"),
    "x times its sigmoid": ("x / (1 + exp(-x))", "x = 1"),
}
MOST = 16  # operations that fit into the picture


class Expression(Text):
    """A formula; a wrong one is answered with a sentence when it is typed."""

    def clean(self, value):
        text = super().clean(value)
        tree = expressions.parse(text)
        if not expressions.inputs_of(tree):
            raise ValueError(f"{text!r} has no input to follow a gradient to; name one, say x.")
        if not 1 <= expressions.size(tree) <= MOST:
            count = expressions.size(tree)
            raise ValueError(f"it has {count} operations, expected 1 to {MOST}.")
        return text


class Values(Text):
    """Numbers for the inputs, as "a = 2, b = -3"."""

    def clean(self, value):
        text = super().clean(value)
        expressions.parse_values(text)
        return text


class BackpropStepper(Widget):
    """The graph of an expression, run forward and backward by the course's autodiff engine."""

    title = "Backpropagation, one node a press"
    module = Path(__file__).with_suffix(".js")
    names = ("value", "gradient")
    baked = ("example",)

    example = Select("Example", (*EXAMPLES, OWN))
    expression = Expression("Expression", EXAMPLES["a neuron and its loss"][0], longest=120)
    inputs = Values("Inputs", EXAMPLES["a neuron and its loss"][1], longest=160)

    @np.errstate(all="ignore")  # log of 0 is −∞ and shown as such
    def compute(self, *, example, expression, inputs):
        """The graph and its run: n nodes of which F are operations, E edges.

        value (n,), local and sent (E,): what each edge multiplies by, and sends back.
        grad (2F + 2, n): gradients added up so far before and after each press; NaN before any.
        """
        tree, values = expressions.parse(expression), expressions.parse_values(inputs)
        self._compare(expressions.inputs_of(tree), values)
        nodes = record(tree, values)
        edges = edges_of(nodes)
        order = backward_order(nodes)
        grad, sent = run_backward(nodes, edges, order)
        return {
            "nodes": [{"name": n.name, "sign": n.sign, "kind": n.kind} for n in nodes],
            "sums": [n.sum_of(nodes) for n in nodes],
            "ends": [[e.source, e.target] for e in edges],
            "fixed": fixed_edges(nodes),
            "rules": [e.rule for e in edges],
            "back": order,
            "value": np.array([float(n.value) for n in nodes]),
            "local": np.array([float(e.pull(1.0)) for e in edges]),
            "sent": sent,
            "grad": grad,
            **arrange([n.parents for n in nodes]),
        }

    def _compare(self, names, values):
        """A sentence about values of inputs that the expression does not have."""
        others = [name for name in values if name not in names]
        if others:
            has = "has no" if len(others) == 1 else "has neither of"
            self.complain(f"The expression {has} {', '.join(others)}; it has {', '.join(names)}.")

    def preset(self, name, value):
        if name == "example" and value in EXAMPLES:
            return dict(zip(("expression", "inputs"), EXAMPLES[value], strict=True))
        if name == "expression":
            return self._for_expression(value)
        return {}

    def _for_expression(self, text):
        """Which example this is, and a value, 1, for each input that has none yet."""
        known = [title for title, (formula, _) in EXAMPLES.items() if formula == text]
        names = expressions.inputs_of(expressions.parse(text))
        values = expressions.parse_values(self.inputs)
        said = ", ".join(f"{name} = {values.get(name, 1.0):g}" for name in names)
        return {"example": known[0] if known else OWN} | ({"inputs": said} if said else {})

    def alt_text(self):
        run = self.compute(**self.params)
        pairs = zip(run["nodes"], run["grad"][-1], strict=True)
        said = [f"{n['name']} {in_words(g)}" for n, g in pairs if n["kind"] == "input"]
        return (
            f"The graph of {self.expression} at {self.inputs}. Its value is "
            f"{in_words(run['value'][-1])}; gradients that come back to the inputs: "
            f"{', '.join(said)}."
        )

    def poster(self):
        run = self.compute(**self.params)
        fig, ax = figure(width=9, height=3.6)
        for source, target in run["ends"]:
            ends = np.array([run["place"][source], run["place"][target]])
            ax.annotate("", ends[1], ends[0], arrowprops={"arrowstyle": "-", "color": "0.6"})
        for node, value, grad, at in zip(
            run["nodes"], run["value"], run["grad"][-1], run["place"], strict=True
        ):
            title = node["sign"] if node["kind"] == "op" else node["name"]
            tail = "" if np.isnan(grad) else f"\n∂ {grad:.3g}"
            box = {"boxstyle": "round", "facecolor": "white", "edgecolor": COLORS.blue}
            ax.text(*at, f"{title}\n{value:.3g}{tail}", ha="center", va="center", bbox=box)
        ax.set(xlim=(-0.7, run["layers"] - 0.3), ylim=(-run["breadth"] / 2, run["breadth"] / 2))
        ax.set_axis_off()
        return fig


def in_words(number) -> str:
    """A number in three digits, or that it is none, as 0 / 0 is."""
    return "not a number" if np.isnan(number) else f"{number:.3g}"
