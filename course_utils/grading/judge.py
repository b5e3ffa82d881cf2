"""From what a box published to points and sentences, in the trusted process.

Known mistakes run once per batch, when the first wrong value asks for them, and only those that
can have touched the cell in question.
"""

import ast
import hashlib
import json
from collections import Counter
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from course_utils.checks import Exercise, Oracle, decode, seeded
from course_utils.checks.exercise import CellRun
from course_utils.checks.oracle import Verdict

from .run import CellOutcome

TOO_MUCH = 20_000  # numbers a value may have beyond four times those of the right one
KEPT = 20_000  # results of cells that are remembered
HOSTILE = (TypeError, ValueError, ArithmeticError, MemoryError, RecursionError)


@dataclass(frozen=True)
class Late(Exercise):
    """An exercise whose known mistakes run cell by cell, when their values are first asked for."""

    seed: int = 0

    def run(self, sources=None, **options):
        if sources is None or options:
            return super().run(sources, **options)
        return LateRuns(self, sources, self.seed)

    @cached_property
    def reach(self):
        """The functions that each check cell can call, directly or through others."""
        calls = {name: names(source) for name, source in self.reference.items()}
        graded = [cell for cell in self.cells if cell.grade]
        return {cell.id: closure(names(cell.source) | {cell.function}, calls) for cell in graded}


class LateRuns(dict):
    """What one mistake publishes, by cell; a cell it cannot reach publishes nothing new."""

    def __init__(self, exercise, sources, seed):
        self.exercise, self.sources, self.seed = exercise, sources, seed

    def __missing__(self, cell_id):
        self[cell_id] = CellRun()
        if self.exercise.reach[cell_id] & self.sources.keys():
            with seeded(self.seed):
                self[cell_id] = Exercise.run(self.exercise, self.sources, only={cell_id})[cell_id]
        return self[cell_id]


class Judge(Oracle):
    """An Oracle that runs known mistakes late and survives hostile values."""

    def __init__(self, exercise, seed=0):
        super().__init__(Late(exercise.path, exercise.notebook, exercise.cells, seed), seed)
        self.seed = seed
        self.known = {}  # what was said of a cell, by what it published

    def results(self, cells):
        """A `cell_result` by id for check cells, given by id as the fields of a CellOutcome."""
        outcomes = {id: CellOutcome(**fields) for id, fields in cells.items()}
        return {id: {**self._said(id, o), "seconds": o.seconds} for id, o in outcomes.items()}

    def _said(self, cell_id, outcome):
        """The cell's result without seconds; equal to the last bit is judged once in a batch."""
        saw = json.dumps([sorted(outcome.published.items()), outcome.repeated, outcome.error])
        key = cell_id, hashlib.sha256(saw.encode()).digest()
        if key not in self.known:
            if len(self.known) >= KEPT:
                self.known.clear()
            verdict = self.verdict(cell_id, outcome)
            readable = {} if verdict.ok else self.readable(cell_id, outcome)
            self.known[key] = cell_result(verdict, outcome, readable)
        return self.known[key]

    def verdict(self, cell_id, outcome):
        """Judge a graded cell by its CellOutcome; never raises for what a box sent."""
        if not self.expected[cell_id].records:  # nothing was asked, so nothing was answered
            points = self.exercise.points[cell_id]
            return Verdict(cell_id, points, [], outcome.error or "NoChecks: nothing was checked")
        try:
            return self.judge(cell_id, self.readable(cell_id, outcome), outcome.error)
        except HOSTILE:  # a value that even comparing cannot stand is no right value
            return self.judge(cell_id, {}, outcome.error)

    def readable(self, cell_id, outcome):
        """The published values as plain data; what is malformed or far too large is dropped."""
        values = {}
        for name, value in self.expected[cell_id].values.items():
            try:
                got = decode(json.loads(outcome.published[name]))
                huge = isinstance(got, int) and got.bit_length() > 1023  # no float is that large
                if not huge and size(got) <= 4 * size(value) + TOO_MUCH:
                    values[name] = got
            except (KeyError, *HOSTILE):
                continue
        return values

    def accepts(self, answer):
        """Whether a right answer gets full marks in the checks of its functions."""
        cells = {id for name in answer.functions for id in self.exercise.checks[name]}
        with seeded(self.seed):
            runs = Exercise.run(self.exercise, answer.sources, only=cells)
        return all(self.judge(id, runs[id].values, runs[id].error).ok for id in cells)


def make_judge(exercise, seed):
    """A Judge on the inputs of a seed.

    With a seed under which a known right answer fails, honest students would fail: then the
    inputs are those of the student's desk (seed 0).
    """
    if seed:
        try:
            judge = Judge(exercise, seed)
            if all(judge.accepts(answer) for answer in exercise.alternatives):
                return judge
        except ValueError:
            pass
    return Judge(exercise, 0)


def closure(start, calls):
    """The keys of `calls` that can be reached from the names in `start`."""
    reached, new = set(), start
    while new := new & calls.keys() - reached:
        reached |= new
        new = set().union(*(calls[name] for name in new))
    return reached


def names(source):
    return {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)}


def size(value):
    """About how many numbers (or characters) a piece of plain data holds."""
    if isinstance(value, np.ndarray):
        return value.size
    if isinstance(value, str):
        return len(value)
    if isinstance(value, dict):
        return sum(map(size, value.values())) + len(value)
    if isinstance(value, list | tuple):
        return sum(map(size, value)) + len(value)
    return 1


# ---- what is kept of a verdict


def cell_result(verdict, outcome, published):
    """A verdict as plain JSON-able data, for reports and feedback."""
    twice = Counter(outcome.repeated)
    return {
        "cell": verdict.cell,
        "points": verdict.points,
        "max_points": verdict.max_points,
        "status": verdict.status,
        "error": verdict.error,
        "mistake_id": verdict.mistake_id,
        "sentence": verdict.sentence,
        "results": [
            {
                "name": result.name,
                "ok": result.ok,
                "sentence": "it was published twice." if twice[result.name] else result.sentence,
                "mistake_id": result.mistake_id,
                "fingerprint": None if result.ok else fingerprint(published.get(result.name)),
            }
            for result in verdict.results
        ],
    }


def fingerprint(value):
    """Twelve characters that equal wrong values share: their kind, shape and five digits."""
    if value is None:
        return None
    return hashlib.sha256(json.dumps(sketch(value)).encode()).hexdigest()[:12]


def sketch(value):
    if isinstance(value, np.ndarray):
        return [value.dtype.kind, list(value.shape), digits(value)]
    if isinstance(value, list | tuple):
        return [type(value).__name__, *map(sketch, value)]
    if isinstance(value, dict):
        return [[key, sketch(item)] for key, item in value.items()]
    if isinstance(value, int | float) and not isinstance(value, bool):
        return ["number", digits(np.array([value], float))]
    return str(value)


def digits(array):
    """The numbers of an array, rounded to five significant digits, as text."""
    return [f"{x:.4e}" for x in array.ravel().tolist()] if array.dtype.kind != "b" else (
        array.ravel().astype(int).tolist()
    )  # fmt: skip


def say(result):
    """What a graded cell shows in a notebook: ("✓ …" or "✗ …") lines."""
    checks = result["results"]
    if result["status"] == "right":
        return [f"✓ all {len(checks)} checks"]
    if result["status"] == "not started":
        return ["✗ not started: the function still raises NotImplementedError"]
    lines = [f"✗ {result['sentence']}"] if result["mistake_id"] else []
    if result["error"]:
        lines.append(f"✗ it stopped with {result['error']}")
    wrong = [check for check in checks if not check["ok"]]
    reached = [check for check in wrong if "as far as this" not in check["sentence"]]
    lines += [f"✗ {check['name']}: {check['sentence']}" for check in reached[:5]]
    right = sum(check["ok"] for check in checks)
    return [*lines, f"{right} of {len(checks)} checks are right"]
