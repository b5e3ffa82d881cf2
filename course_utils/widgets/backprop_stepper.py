"""Backpropagation one node at a time: values go forward, gradients come back.

The reader types an expression. `nn.autodiff.Tensor` runs it, and the graph shown is the one that
its edges describe: each gradient sent is a Tensor's own `pull`.
"""

import operator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from course_utils.nn.autodiff import Tensor, topological_order
from course_utils.plots import COLORS, figure

from . import expressions
from .base import Widget
from .controls import Select, Text
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
BINARY = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}
SIGNS = {"-": "−", "*": "×", "/": "÷", "neg": "−( )", "sigmoid": "σ"}


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
        nodes = record(expressions.parse(expression), expressions.parse_values(inputs))
        edges = edges_of(nodes)
        order = backward_order(nodes)
        grad, sent = run_backward(nodes, edges, order)
        return {
            "nodes": [{"name": n.name, "sign": n.sign, "kind": n.kind} for n in nodes],
            "sums": [n.sum_of(nodes) for n in nodes],
            "ends": [[e.source, e.target] for e in edges],
            "fixed": [
                [j, i] for i, n in enumerate(nodes) for j in n.parents if not has_edge(nodes[j])
            ],
            "rules": [e.rule for e in edges],
            "back": order,
            "value": np.array([float(n.value) for n in nodes]),
            "local": np.array([float(e.pull(1.0)) for e in edges]),
            "sent": sent,
            "grad": grad,
            **arrange([n.parents for n in nodes]),
        }

    def preset(self, name, value):
        if name == "example" and value in EXAMPLES:
            return dict(zip(("expression", "inputs"), EXAMPLES[value], strict=True))
        if name == "expression" and isinstance(value, str):
            return self._for_expression(value)
        return {}

    def _for_expression(self, text):
        """Which example this is, and a value, 1, for each input that has none yet."""
        known = [title for title, (formula, _) in EXAMPLES.items() if formula == text.strip()]
        try:
            names = expressions.inputs_of(expressions.parse(text))
        except ValueError:
            return {}
        values = expressions.parse_values(self.inputs)
        said = ", ".join(f"{name} = {values.get(name, 1.0):g}" for name in names)
        return {"example": known[0] if known else OWN} | ({"inputs": said} if said else {})

    def alt_text(self):
        run = self.compute(**self.params)
        pairs = zip(run["nodes"], run["grad"][-1], strict=True)
        said = ", ".join(f"{n['name']} {g:.3g}" for n, g in pairs if n["kind"] == "input")
        return (
            f"The graph of {self.expression} at {self.inputs}. Its value is "
            f"{run['value'][-1]:.3g}; gradients that come back to the inputs: {said}."
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


# --- forward: what the engine does, written down ----------------------------------------------


@dataclass
class Node:
    """One value of the graph; parents are indices of the nodes that it was made from."""

    kind: str  # "input", "number" or "op"
    name: str
    sign: str
    parents: tuple
    result: Tensor | float
    power: float = 1.0  # of "( )²" and its kind

    @property
    def value(self):
        return self.result.data if isinstance(self.result, Tensor) else self.result

    def sum_of(self, nodes):
        """What an operation does, in names: "w1 × x"."""
        names = [nodes[i].name for i in self.parents]
        if len(names) == 2:
            return f"{names[0]} {self.sign} {names[1]}"
        if self.kind != "op":
            return self.name
        if "( )" in self.sign:
            return self.sign.replace("( )", names[0])
        return f"{self.sign}({names[0]})"


def record(tree, values) -> list[Node]:
    """Run the formula on Tensors; every node in the order in which Python makes them."""
    nodes, named = [], {}

    def add(kind, name, sign, parents, result, power=1.0):
        nodes.append(Node(kind, name, sign, tuple(parents), result, power))
        return len(nodes) - 1

    def visit(part):
        kind, *rest = part
        if kind == "number":
            return add("number", f"{rest[0]:g}", "", (), rest[0])
        if kind == "input":
            if rest[0] not in named:
                start = Tensor(values.get(rest[0], 1.0))
                named[rest[0]] = add("input", rest[0], "", (), start)
            return named[rest[0]]
        parents = [visit(p) for p in rest if isinstance(p, tuple)]
        result = operate(kind, [nodes[i].result for i in parents], rest)
        power = rest[1] if kind == "**" else 1.0
        sign = power_sign(power) if kind == "**" else SIGNS.get(kind, kind)
        count = 1 + sum(n.kind == "op" for n in nodes)
        return add("op", f"#{count}", sign, parents, result, power)

    visit(tree)
    return nodes


def power_sign(p):
    """The sign of a power: "( )²", or "( )^0.5" where there is no raised digit."""
    text = f"{p:g}"
    raised = text.translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"( )^{text}" if "." in text else f"( ){raised}"


def operate(kind, values, rest):
    """One operation of the engine."""
    if kind in BINARY:
        return BINARY[kind](*values)
    (x,) = values
    if kind == "**":
        return x ** rest[1]
    return -x if kind == "neg" else getattr(x, kind)()


# --- backward: the pulls of the engine, one node at a time ------------------------------------


@dataclass
class Edge:
    """Along it a value goes forward, from source to target, and a gradient back."""

    source: int
    target: int
    pull: object  # gradient of the target -> gradient sent to the source
    rule: str  # the local derivative in words


def edges_of(nodes) -> list[Edge]:
    """The edges that the Tensors noted; numbers have none."""
    place = {id(n.result): i for i, n in enumerate(nodes) if isinstance(n.result, Tensor)}
    edges = []
    for target, node in enumerate(nodes):
        noted = node.result.edges if node.kind == "op" else ()
        moving = [k for k, i in enumerate(node.parents) if has_edge(nodes[i])]
        for (parent, pull), k in zip(noted, moving, strict=True):
            edges.append(Edge(place[id(parent)], target, pull, rule(nodes, node, k)))
    return edges


def has_edge(node) -> bool:
    """Whether gradients come to a node: not to numbers."""
    return node.kind != "number"


def fixed_edges(nodes) -> list[list[int]]:
    """[number, operation] pairs: only a value goes along them."""
    pairs = [[j, i] for i, node in enumerate(nodes) for j in node.parents]
    return [pair for pair in pairs if not has_edge(nodes[pair[0]])]


def rule(nodes, node, k) -> str:
    """The local derivative of an operation by its k-th operand, in names."""
    names = [nodes[i].name for i in node.parents]
    p, q, v = names[0], names[-1], node.name
    by_sign = {
        "+": ("1", "1"),
        "−": ("1", "−1"),
        "×": (q, p),
        "÷": (f"1/{q}", f"−{p}/{q}²"),
        "−( )": ("−1",),
        "relu": (f"1 if {p} > 0, else 0",),
        "exp": (v,),
        "log": (f"1/{p}",),
        "tanh": (f"1 − {v}²",),
        "σ": (f"{v} (1 − {v})",),
    }
    if node.sign in by_sign:
        return by_sign[node.sign][k]
    return power_rule(p, node.power)


def power_rule(name, power) -> str:
    """d xᵖ / dx = p xᵖ⁻¹ in words."""
    rest = name if power == 2 else power_sign(power - 1).replace("( )", name)
    return f"{power:g} · {rest}".replace("-", "−")


def backward_order(nodes) -> list[int]:
    """Operations in the order in which `Tensor.backward` visits them."""
    place = {id(n.result): i for i, n in enumerate(nodes)}
    order = [place[id(t)] for t in reversed(topological_order(nodes[-1].result))]
    return [i for i in order if nodes[i].kind == "op"]


def run_backward(nodes, edges, order):
    """grad (2F + 2, n) before and after each press, and sent (E,)."""
    grad = [np.full(len(nodes), np.nan)] * (len(order) + 1)
    now, sent = grad[0].copy(), np.full(len(edges), np.nan)
    now[order[0]] = 1.0
    grad.append(now.copy())
    for i in order:
        for k, edge in enumerate(edges):
            if edge.target == i:
                sent[k] = edge.pull(now[i])
                so_far = now[edge.source]
                now[edge.source] = sent[k] if np.isnan(so_far) else so_far + sent[k]
        grad.append(now.copy())
    return np.array(grad), sent
