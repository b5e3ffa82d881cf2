"""The judge: right values, predicates and known mistakes, computed once and kept out of the box.

An `Oracle` runs the reference solution and every known mistake through the same check cells as the
submissions, then decides about values that a submission published.
"""

from dataclasses import dataclass, field

from .diagnose import same
from .exercise import Exercise
from .expect import seeded

NOT_STARTED = "NotImplementedError"


@dataclass(frozen=True)
class Result:
    """The verdict on one check: `sentence` and perhaps a known mistake, when it is not ok."""

    name: str
    ok: bool
    sentence: str | None = None
    mistake_id: str | None = None


@dataclass(frozen=True)
class Verdict:
    """The verdict on one graded cell: all of its points or none."""

    cell: str
    max_points: float
    results: list[Result] = field(default_factory=list)
    error: str | None = None
    mistake_id: str | None = None
    sentence: str | None = None

    @property
    def ok(self):
        return self.error is None and all(result.ok for result in self.results)

    @property
    def points(self):
        return self.max_points if self.ok else 0.0

    @property
    def status(self):
        """ "right", "wrong", "not started" or "failed to run"."""
        if self.ok:
            return "right"
        if self.error is None:
            return "wrong"
        return "not started" if self.error.startswith(NOT_STARTED) else "failed to run"


class Oracle:
    """Judges published values of one exercise; see the module's first lines.

    Args:
        exercise: the Exercise.
        seed: the seed of the inputs, the same as in the sandbox.
    """

    def __init__(self, exercise: Exercise, seed=0):
        self.exercise = exercise
        with seeded(seed):
            self.expected = exercise.run(with_oracle=True)
            self.wrong = {m.id: exercise.run(m.sources) for m in exercise.mistakes}
        self.sentences = {m.id: m.says for m in exercise.mistakes}
        self.own_cells = {
            m.id: {cell for name in m.functions for cell in exercise.checks[name]}
            for m in exercise.mistakes
        }
        for cell, run in self.expected.items():
            if run.error:
                raise ValueError(f"the solution of {exercise.name} fails in {cell}: {run.error}")

    def judge(self, cell_id, published, error=None):
        """Judge one graded cell.

        Args:
            cell_id: the graded cell.
            published: {check name: plain value} as the submission published it.
            error: "ValueError: …" if the cell ended in an error.
        """
        records = self.expected[cell_id].records
        missing = "the check did not get as far as this."
        problems = {
            r.name: r.expectation.problem(published[r.name]) if r.name in published else missing
            for r in records
        }
        wrong = [name for name, problem in problems.items() if problem]
        mistake = self.match(cell_id, published, wrong, error) if wrong or error else None
        results = [
            self._result(name, problem, mistake, cell_id, published)
            for name, problem in problems.items()
        ]
        sentence = self.sentences.get(mistake) or (problems[wrong[0]] if wrong else None)
        points = self.exercise.points[cell_id]
        return Verdict(cell_id, points, results, error, mistake, sentence)

    def _result(self, name, problem, mistake, cell_id, published):
        if problem is None:
            return Result(name, True)
        if mistake and name in published and self._agrees(mistake, cell_id, name, published):
            return Result(name, False, self.sentences[mistake], mistake)
        return Result(name, False, problem)

    def match(self, cell_id, published, wrong, error=None):
        """The id of the known mistake that explains the names `wrong` best, or None.

        A mistake explains a wrong value by returning the same, an error by raising the same; it
        has to explain at least half of what is wrong. Of two that do so equally well, one in the
        function that the cell checks comes first.
        """
        if error and error.startswith(NOT_STARTED):
            return None
        wrong = [name for name in wrong if name in published]
        best, best_score = None, (0, 0, False)  # hits, -misses, in this function
        for id, runs in self.wrong.items():
            run = runs[cell_id]
            hits = sum(self._agrees(id, cell_id, name, published) for name in wrong)
            hits += error is not None and error == run.error
            if 2 * hits < max(1, len(wrong) + (error is not None)) or hits < best_score[0]:
                continue  # it explains too little, or less than another
            misses = sum(not same(published.get(n), v) for n, v in run.values.items())
            misses += len(published.keys() - run.values.keys()) + (error != run.error)
            own = cell_id in self.own_cells[id]
            if (hits, -misses, own) > best_score:
                best, best_score = id, (hits, -misses, own)
        return best

    def _agrees(self, id, cell_id, name, published):
        values = self.wrong[id][cell_id].values
        return name in values and same(published[name], values[name])
