"""A unit of four NumPy functions and a class handing them in, for the grader."""

import json
import shutil
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parents[2]
UNIT, NOTEBOOK = "00_mini", "mini"


def code(source, grade_id=None, **about):
    cell = nbformat.v4.new_code_cell(source)
    if grade_id:
        fields = {"grade": False, "solution": False, "locked": True, "task": False}
        cell.metadata["nbgrader"] = {
            "grade_id": grade_id, "schema_version": 3, **fields, **about,
        }  # fmt: skip
    return cell


def solution(name, head, body):
    source = f"{head}\n    ### BEGIN SOLUTION\n{body}\n    ### END SOLUTION"
    return code(source, name, solution=True, locked=False)


def checks(name, points, visible, hidden):
    source = f"{visible}\n### BEGIN HIDDEN TESTS\n{hidden}\n### END HIDDEN TESTS"
    return code(source, name, grade=True, points=points)


def written(name, points):
    """A question answered in words, which a person grades."""
    cell = nbformat.v4.new_markdown_cell("YOUR ANSWER HERE")
    cell.metadata["nbgrader"] = {
        "grade_id": name, "schema_version": 3, "grade": True, "solution": True, "locked": False,
        "task": False, "points": points,
    }  # fmt: skip
    return cell


FORWARD = '''def linear_forward(X, W, b):
    """Z = X W + b and the cache (X, W)."""'''
BACKWARD = '''def linear_backward(dZ, cache):
    """(dX, dW, db) for dZ of shape (N, C)."""'''
RELU = '''def relu(Z):
    """max(Z, 0), elementwise."""'''
MSE = '''def mse(P, Y):
    """Mean squared error over all entries."""'''

SETUP = "import numpy as np\nfrom course_utils.checks import expect, rng"
CELLS = [
    nbformat.v4.new_markdown_cell("# Mini exercise"),
    code(SETUP, "setup"),
    solution("linear_forward", FORWARD, "    return X @ W + b, (X, W)"),
    checks(
        "check_linear_forward",
        2,
        "X = np.arange(6.0).reshape(2, 3) + 1\nW = np.ones((3, 2)) * [[1.0, 2.0]]\n"
        'expect("Z of linear_forward", got=linear_forward(X, W, np.array([1.0, -1.0]))[0],\n'
        "       want=lambda: np.array([[7.0, 11.0], [16.0, 29.0]]))",
        'r = rng("forward")\nA, B, c = r.normal(size=(5, 4)), r.normal(size=(4, 3)), '
        "r.normal(size=3)\n"
        'expect("Z of random arrays", got=linear_forward(A, B, c)[0],\n'
        "       want=lambda: np.einsum('nd,dc->nc', A, B) + c)\n"
        'expect("Z of a row of NaN", got=linear_forward(np.full((1, 4), np.nan), B, c)[0],\n'
        "       want=lambda: np.full((1, 3), np.nan))",
    ),
    solution(
        "linear_backward",
        BACKWARD,
        "    X, W = cache\n    return dZ @ W.T, X.T @ dZ, dZ.sum(axis=0)",
    ),
    checks(
        "check_linear_backward",
        4,
        "X, W = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 7.0]]), np.array([[1.0], [2.0], [-1.0]])\n"
        'expect("dX, dW, db of linear_backward",\n'
        "       got=linear_backward(np.array([[1.0], [2.0]]), (X, W)),\n"
        "       want=lambda: (np.array([[1.0, 2, -1], [2, 4, -2]]),\n"
        "                     np.array([[9.0], [12.0], [17.0]]), np.array([3.0])))",
        'r = rng("backward")\nX, W, dZ = r.normal(size=(4, 3)), r.normal(size=(3, 2)), '
        "r.normal(size=(4, 2))\n"
        'expect("dW of random arrays", got=linear_backward(dZ, (X, W))[1],\n'
        "       want=lambda: np.tensordot(X, dZ, (0, 0)))",
    ),
    solution("relu", RELU, "    return np.maximum(Z, 0)"),
    checks(
        "check_relu",
        1,
        'expect("relu of -1, 0, 2", got=relu(np.array([-1.0, 0.0, 2.0])),\n'
        "       want=lambda: np.array([0.0, 0.0, 2.0]))",
        "from course_utils import nn\n"
        'z = rng("relu").normal(size=(3, 5))\nkept = z.copy()\nout = relu(z)\n'
        'expect("relu is never negative", got=out, that=lambda a: a.shape == (3, 5)\n'
        '       and bool((a >= 0).all()), why="ReLU cuts negative values to 0.")\n'
        'expect("relu of random values", got=out, want=lambda: nn.activations.relu(kept))\n'
        'expect("Z after relu", got=z, want=lambda: kept)',
    ),
    solution("mse", MSE, "    return float(np.mean((P - Y) ** 2))"),
    checks(
        "check_mse",
        3,
        'expect("mse of a batch of two", got=mse(np.array([[1.0], [3.0]]), '
        "np.array([[0.0], [1.0]])), want=lambda: 2.5)",
        'r = rng("mse")\nP, Y = r.normal(size=(6, 2)), r.normal(size=(6, 2))\n'
        'expect("mse of random values", got=mse(P, Y), want=lambda: float(((P - Y) ** 2).mean()))',
    ),
    written("why_mean", 5),
    nbformat.v4.new_markdown_cell("That is all."),
]
MISTAKES = """\
from course_utils.checks import edited, mistake

NEEDS = {}
edited("bias_forgotten", "linear_forward", old="X @ W + b", new="X @ W",
       says="The bias is missing.")
edited("dw_over_n", "linear_backward", old="X.T @ dZ", new="X.T @ dZ / len(X)",
       says="You divided by N here; the loss has already done so.")
edited("sum_not_mean", "mse", old="np.mean", new="np.sum", says="You summed; the mean divides.")


@mistake("relu", says="The absolute value keeps negative numbers; ReLU cuts them to 0.")
def absolute(Z):
    return np.abs(Z)


@mistake("relu", says="You wrote into Z itself, which belongs to the caller.")
def in_place(Z):
    Z[Z < 0] = 0
    return Z
"""
ALTERNATIVES = """\
from course_utils.checks import alternative


@alternative("linear_forward")
def einsum(X, W, b):
    return np.einsum("nd,dc->nc", X, W) + b, (X, W)


@alternative("mse")
def loops(P, Y):
    total = 0.0
    for p, y in zip(P.ravel(), Y.ravel()):
        total += (p - y) ** 2
    return total / P.size
"""
ANSWERS = {
    "linear_forward": f"{FORWARD}\n    return X @ W + b, (X, W)",
    "linear_backward": f"{BACKWARD}\n    X, W = cache\n"
    "    return dZ @ W.T, X.T @ dZ, dZ.sum(axis=0)",
    "relu": f"{RELU}\n    return np.maximum(Z, 0)",
    "mse": f"{MSE}\n    return float(np.mean((P - Y) ** 2))",
}
FULL = 10.0


def save(path, cells):
    """Write a notebook as it is, valid or not."""
    path.parent.mkdir(parents=True, exist_ok=True)
    spec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    cells = [{key: value for key, value in cell.items() if key != "id"} for cell in cells]
    notebook = {"cells": cells, "metadata": {"kernelspec": spec}, "nbformat": 4}
    path.write_text(json.dumps({**notebook, "nbformat_minor": 4}))
    return path


def make_course(root):
    """A course with the unit and nothing handed in."""
    root = Path(root)
    root.mkdir(parents=True, exist_ok=True)
    shutil.copy(ROOT / "nbgrader_config.py", root)
    unit = root / "solutions" / UNIT
    save(unit / f"{NOTEBOOK}.ipynb", CELLS)
    (unit / "mistakes.py").write_text(MISTAKES)
    (unit / "alternatives.py").write_text(ALTERNATIVES)
    return root


def released():
    """The cells a student gets: no solutions, no hidden tests."""
    from course_utils.checks.exercise import stub, visible

    cells = [nbformat.from_dict(cell) for cell in CELLS]
    for cell in cells:
        if cell.cell_type == "code":
            cell.source = visible(stub(cell.source))
    return cells


def filled(answers=None):
    """The released cells with functions filled in: {grade_id: source}."""
    cells = released()
    for cell in cells:
        id = cell.metadata.get("nbgrader", {}).get("grade_id")
        cell.source = (answers or {}).get(id, cell.source)
    return cells


def hand_in(root, student, cells=None, *, notebook=NOTEBOOK, timestamp=None):
    """Write a submission; returns its folder."""
    folder = Path(root) / "submitted" / student / UNIT
    save(folder / f"{notebook}.ipynb", filled(ANSWERS) if cells is None else cells)
    if timestamp:
        (folder / "timestamp.txt").write_text(timestamp)
    return folder
