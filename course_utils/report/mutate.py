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


def mutants(exercise, function):
    """One-change variants of a solution that its checks fail and no known mistake explains.

    Returns a list of (id, source); the id names the change.
    """
    source = exercise.reference[function]
    if "while " in source:
        return []  # a changed condition may never end
    found, seen = [], set()
    right = _seen_by_checks(exercise, {}, function)
    near = {function, *exercise.needs.get(function, [])}
    known = [
        _seen_by_checks(exercise, m.sources, function)
        for m in exercise.mistakes
        if near & set(m.functions)
    ]
    for id, mutant in _variants(source):
        values = _seen_by_checks(exercise, {function: mutant}, function)
        if values is None or values in seen or values == right or values in known:
            continue
        seen.add(values)
        found.append((f"{function}_{id}", mutant))
        if len(found) == ENOUGH:
            break
    return found


def _seen_by_checks(exercise, sources, function):
    """What the checks of `function` publish, as text, or None if a cell ends in an error."""
    wanted = set(exercise.checks[function])
    runs = exercise.run(sources, only=wanted)
    if any(run.error for run in runs.values()):
        return None
    return repr([[(r.name, r.value) for r in runs[id].records] for id in sorted(wanted)])


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
