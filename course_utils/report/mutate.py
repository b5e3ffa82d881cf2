"""Slips that are in no list of mistakes: one small change somewhere in a right solution.

They stand for the wrong answers nobody has thought of yet, so that the clustering of unknown
answers can be tried on a class whose truth is known.
"""

import ast
import copy

OPERATORS = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.Div: ast.Mult,
    ast.Gt: ast.LtE, ast.GtE: ast.Lt, ast.Lt: ast.GtE, ast.LtE: ast.Gt,
}  # fmt: skip
ENOUGH = 3  # slips per function
CALLS = {"sum": "max", "mean": "sum", "exp": "expm1", "maximum": "minimum", "max": "min"}


def mutants(oracle, function):
    """One-change variants of a solution that its checks fail and no known mistake explains.

    Returns a list of (id, source); the id names the change.
    """
    source = oracle.exercise.reference[function]
    if "while " in source:
        return []  # a changed condition may never end
    found, seen = [], set()
    for id, mutant in _variants(source):
        values = _unknown_answer(oracle, function, mutant)
        if values is not None and values not in seen:
            seen.add(values)
            found.append((f"{function}_{id}", mutant))
        if len(found) == ENOUGH:
            break
    return found


def _unknown_answer(oracle, function, source):
    """What a wrong answer publishes, as text; None if it is right, known, or ends in an error."""
    exercise = oracle.exercise
    cells = sorted(exercise.checks[function])
    runs = exercise.run({function: source}, only=set(cells))
    if any(runs[id].error for id in cells):
        return None
    verdicts = [oracle.judge(id, runs[id].values) for id in cells]
    if all(v.ok for v in verdicts) or any(v.mistake_id for v in verdicts):
        return None
    return repr([(id, runs[id].values) for id in cells])


def _variants(source):
    tree = ast.parse(source)
    for i, node in enumerate(ast.walk(tree)):
        for kind, change in _changes(node):
            clone = copy.deepcopy(tree)
            change(list(ast.walk(clone))[i])
            yield f"{kind}_{i}", ast.unparse(clone)


def _changes(node):
    if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
        yield "operator", lambda n: setattr(n, "op", OPERATORS[type(n.op)]())
    if isinstance(node, ast.Compare) and type(node.ops[0]) in OPERATORS:
        yield "comparison", lambda n: n.ops.__setitem__(0, OPERATORS[type(n.ops[0])]())
    if isinstance(node, ast.Attribute) and node.attr in CALLS:
        yield "call", lambda n: setattr(n, "attr", CALLS[n.attr])
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        yield "constant", lambda n: setattr(n, "value", n.value + 1)
