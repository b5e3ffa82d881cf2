"""The graph that a run of a formula leaves behind, and the gradients that go back through it.

`record` runs the formula on the Tensors of `nn.autodiff` and writes down each value in the order
in which Python makes it. `edges_of` reads off the Tensors who sends which gradient to whom, and
`run_backward` sends them, one operation at a time, by the Tensors' own pulls.
"""

import operator
from dataclasses import dataclass

import numpy as np

from course_utils.nn.autodiff import Tensor, topological_order

BINARY = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}
SIGNS = {"-": "−", "*": "×", "/": "÷", "neg": "−( )", "sigmoid": "σ"}


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
