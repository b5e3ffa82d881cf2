"""Formulas that a reader types, read safely: nothing is ever evaluated as Python.

`parse` turns "w*x + 1" into nested tuples ("+", ("*", ("input", "w"), ("input", "x")),
("number", 1.0)) and refuses, in a sentence, all that is not on the list below.
"""

import ast
import math

OPERATORS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
FUNCTIONS = ("relu", "exp", "log", "tanh", "sigmoid")
ALLOWED = f"names, numbers, + - * / ** and {', '.join(FUNCTIONS)}"
LONGEST_NAME = 6
LONGEST = 200  # characters of a formula; what is nested deeper Python itself may not read


def parse(text: str) -> tuple:
    """The formula as nested tuples; ValueError says in a sentence what is not allowed."""
    if len(text) > LONGEST:
        raise ValueError(f"a formula has at most {LONGEST} characters, this has {len(text)}.")
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise ValueError(f"cannot read {text!r}; write something like w*x + b.") from None
    return _read(tree)


def inputs_of(tree: tuple) -> list[str]:
    """Names of the inputs, each once, in the order in which they stand."""
    if tree[0] == "input":
        return [tree[1]]
    parts = (part for part in tree[1:] if isinstance(part, tuple))
    return list(dict.fromkeys(name for part in parts for name in inputs_of(part)))


def size(tree: tuple) -> int:
    """How many operations the formula has."""
    if tree[0] in ("input", "number"):
        return 0
    return 1 + sum(size(part) for part in tree[1:] if isinstance(part, tuple))


def parse_values(text: str) -> dict[str, float]:
    """{"a": 2.0, "b": -3.0} from "a = 2, b = -3"; ValueError in a sentence."""
    values = {}
    for part in filter(None, map(str.strip, text.split(","))):
        name, equals, number = part.partition("=")
        if not equals:
            raise ValueError(f"cannot read {part!r}; write a = 2, b = -3.")
        known = _name(name.strip())
        values[known] = _value(number.strip(), known)
    return values


def _value(text, name):
    try:
        value = float(text)
    except ValueError:
        raise ValueError(f"{name} = {text!r}, expected a number.") from None
    if not math.isfinite(value):
        raise ValueError(f"{name} = {text}, expected a finite number.")
    return value


def _read(node) -> tuple:
    tree = _allowed(node)
    parts = [part[0] for part in tree[1:] if isinstance(part, tuple)]
    if parts and set(parts) == {"number"}:
        raise ValueError(f"{_snippet(node)} is a number: write it as one.")
    return tree


def _allowed(node) -> tuple:
    match node:
        case ast.Constant(value=value):
            return ("number", _constant(value))
        case ast.Name(id=name):
            return ("input", _name(name))
        case ast.UnaryOp(op=ast.UAdd(), operand=part):
            return _read(part)
        case ast.UnaryOp(op=ast.USub(), operand=part):
            return _negative(_read(part))
        case ast.BinOp(op=ast.Pow(), left=base, right=power):
            return _power(_read(base), _read(power))
        case ast.BinOp(op=op, left=left, right=right) if type(op) in OPERATORS:
            return (OPERATORS[type(op)], _read(left), _read(right))
        case ast.Call(func=ast.Name(id=name), args=[part], keywords=[]) if name in FUNCTIONS:
            return (name, _read(part))
    raise ValueError(f"{_snippet(node)} is not allowed here; use {ALLOWED}.")


def _constant(value):
    if type(value) not in (int, float) or abs(value) > 1e9:
        raise ValueError(f"{str(value)[:20]!r} is not a number of use here; use {ALLOWED}.")
    return float(value)


def _name(name):
    if name in FUNCTIONS:
        raise ValueError(f"{name} is a function: write {name}(x).")
    if not (name.isidentifier() and name.isascii() and len(name) <= LONGEST_NAME):
        raise ValueError(f"{name!r} is no name for an input: use up to {LONGEST_NAME} letters.")
    return name


def _negative(part):
    return ("number", -part[1]) if part[0] == "number" else ("neg", part)


def _power(base, power):
    if power[0] != "number" or abs(power[1]) > 100:
        raise ValueError("the exponent is a number from -100 to 100, as in x**2.")
    return ("**", base, power[1])


def _snippet(node):
    words = ast.unparse(node)
    return repr(words if len(words) <= 30 else words[:29] + "…")
