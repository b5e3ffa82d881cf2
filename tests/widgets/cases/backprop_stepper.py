"""The stepper: the same formula run by Python itself on torch's numbers, gradients by autograd."""

import numpy as np
import torch

from course_utils.widgets import BackpropStepper
from course_utils.widgets.buffers import unpack

from . import Case

FUNCTIONS = {name: getattr(torch, name) for name in ("relu", "exp", "log", "tanh", "sigmoid")}


def numbers(w):
    """Values of the operations in the order of torch's own calls, and gradients of all nodes."""
    starts = dict(part.split("=") for part in w.inputs.replace(" ", "").split(","))
    leaves = {
        name: torch.tensor(float(v), dtype=torch.float64, requires_grad=True)
        for name, v in starts.items()
    }
    with Recorder() as made:
        eval(w.expression, FUNCTIONS | leaves)
    for result in made:
        result.retain_grad()
    made[-1].backward()
    named = {f"#{i}": result for i, result in enumerate(made, 1)} | leaves
    nodes = [named.get(node["name"]) for node in w.results["nodes"]]
    constants = [float(n["name"]) if n["kind"] == "number" else 0.0 for n in w.results["nodes"]]
    value = [c if t is None else t.item() for t, c in zip(nodes, constants, strict=True)]
    grad = [np.nan if t is None else t.grad.item() for t in nodes]
    told = steps(w, np.array(grad), len(made))
    return {"value": np.array(value), "grad": told}


def steps(w, final, operations):
    """The rows of `grad` as they are until the last, which torch knows."""
    grad = unpack(w.results["grad"]).astype(float)
    assert len(grad) == 2 * operations + 2
    assert np.isnan(grad[: operations + 1]).all()
    assert np.nansum(grad[operations + 1]) == 1
    return np.concatenate([grad[:-1], final[None]])


class Recorder(torch.overrides.TorchFunctionMode):
    """Collects, in order, the result of every operation on a tensor."""

    def __enter__(self):
        super().__enter__()
        self.made = []
        return self.made

    def __torch_function__(self, func, types, args=(), kwargs=None):
        result = func(*args, **(kwargs or {}))
        self.made.append(result)
        return result


def says(w, step):
    """The first example, worked by hand: z = w1 x = 1, tanh z, then the gradient of the output."""
    wanted = {0: "one node a press", 1: "#1 = w1 × x = 1.", 7: "The gradient of #6 by itself is 1"}
    return [wanted[step]]


CASE = Case(
    make=BackpropStepper,
    main="Example",
    numbers=numbers,
    worst={"expression": "log(x - x) / y", "inputs": "x = 1, y = 2"},
    says=says,
    wrong=(
        ({"expression": "__import__('os').system('ls')"}, "not allowed"),
        ({"expression": "x.data + 1"}, "not allowed"),
        ({"expression": "w*x +"}, "cannot read"),
        ({"expression": "2 + 3"}, "is a number"),
        ({"expression": "x**y"}, "exponent"),
        ({"expression": "+".join("x" * 20)}, "19 operations"),
        ({"expression": 3}, "expected some text"),
        ({"inputs": "x"}, "cannot read"),
        ({"inputs": "x = two"}, "expected a number"),
        ({"inputs": "x = nan"}, "finite"),
        ({"example": "all"}, "a small net"),
    ),
)
