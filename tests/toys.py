"""Notebooks and a tiny exercise made on the spot, for tests of the tools."""

import nbformat


def markdown(source, *tags):
    return nbformat.v4.new_markdown_cell(source, metadata={"tags": list(tags)} if tags else {})


def code(source, *tags):
    return nbformat.v4.new_code_cell(source, metadata={"tags": list(tags)} if tags else {})


def graded(grade_id, source, *, solution=False, grade=False, points=None):
    """A code cell with nbgrader's metadata; neither solution nor grade makes it read-only."""
    about = {"grade": grade, "grade_id": grade_id, "schema_version": 3, "solution": solution}
    about |= {"locked": not solution, "task": False} | ({"points": points} if grade else {})
    return nbformat.v4.new_code_cell(source, metadata={"nbgrader": about})


def save(path, *cells):
    """Write a notebook with these cells, kernel named, and return its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    spec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(nbformat.v4.new_notebook(cells=list(cells), metadata={"kernelspec": spec}), path)
    return path


TOY = [
    markdown("# Toy exercise"),
    graded("setup", "import numpy as np\nfrom course_utils.checks import expect, rng"),
    graded(
        "double",
        'def double(x):\n    """Twice x."""\n    ### BEGIN SOLUTION\n    return 2 * x\n'
        "    ### END SOLUTION",
        solution=True,
    ),
    graded(
        "check_double",
        'expect("double of 3", got=double(3), want=lambda: 6)\n### BEGIN HIDDEN TESTS\n'
        'expect("double of 5", got=double(5), want=lambda: 10)\n### END HIDDEN TESTS',
        grade=True,
        points=2,
    ),
    graded(
        "halves",
        'def halves(x):\n    """(x // 2, x - x // 2)."""\n    ### BEGIN SOLUTION\n'
        "    return x // 2, x - x // 2\n    ### END SOLUTION",
        solution=True,
    ),
    graded(
        "check_halves",
        'low, high = halves(5)\nexpect("halves of 5", got=low, want=lambda: 2)',
        grade=True,
        points=1,
    ),
    graded(
        "check_halves__high",
        'expect("upper half", got=halves(double(3))[1], want=lambda: 3)',
        grade=True,
        points=3,
    ),
]
MISTAKES = """\
from course_utils.checks import mistake


@mistake("double", says="You squared x; twice x is x + x.")
def squared(x):
    return x * x
"""
