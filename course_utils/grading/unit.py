"""The unit being graded: its master cells, what of them a box may see, and its judge.

The master copy of every locked or graded cell comes from solutions/, through nbgrader's own
preprocessors, so ids, points and checksums are those nbgrader would use; nothing about them is
taken from a submission.
"""

import ast
import hashlib
import logging
from dataclasses import dataclass
from functools import cached_property

from course_utils.checks import Exercise, strip_oracles
from course_utils.checks.exercise import HIDDEN

from .errors import Stopped

HIDEABLE = ("torch", "course_utils.nn")
CHECKS = "course_utils.checks"


class UnitError(Stopped):
    """The unit itself cannot be graded; the message says what to mend."""


@dataclass(frozen=True)
class Unit:
    """A unit of solutions/ as the grader needs it; see `load`."""

    exercise: Exercise

    @classmethod
    def load(cls, folder):
        """Read solutions/NN_slug. Raises UnitError when it is missing or cannot be judged."""
        try:
            exercise = Exercise.load(folder)
        except FileNotFoundError as error:
            raise UnitError(f"{error}: is the unit's name right?") from None
        for cell in exercise.cells:
            if is_check(cell) and "expect(" not in cell.source:
                raise UnitError(f"{exercise.name}: {cell.id} is graded but calls no expect().")
        return cls(exercise)

    @property
    def name(self):
        return self.exercise.name

    @property
    def notebook(self):
        return self.exercise.notebook

    @cached_property
    def master(self):
        """The notebook as nbgrader would take locked and graded cells from it."""
        import nbformat
        from nbgrader import preprocessors as steps

        path = self.exercise.path / f"{self.notebook}.ipynb"
        master = nbformat.read(path, as_version=4)
        log = logging.Logger("master copy", logging.ERROR)
        for step in (
            steps.LockCells,
            steps.ClearSolutions,
            steps.ClearOutput,
            steps.CheckCellMetadata,
            steps.ComputeChecksums,
        ):
            master, _ = step(log=log).preprocess(master, {})
        return master

    @cached_property
    def cells(self):
        """Master cells by grade_id, in order."""
        from nbgrader import utils

        return {
            cell.metadata.nbgrader["grade_id"]: cell
            for cell in self.master.cells
            if utils.is_grade(cell) or utils.is_solution(cell) or utils.is_locked(cell)
        }

    @cached_property
    def boxed(self):
        """What runs in the box for each check cell: no oracle, and the checks' own names anew.

        The names are imported again because a student may have used one, `rng` say, otherwise.
        """
        again = self._imports_of_checks()
        return {
            cell.id: again + strip_oracles(cell.source)
            for cell in self.exercise.cells
            if is_check(cell)
        }

    def to_run(self, submission):
        """Sources of a submission's code cells for the box, and which are checks, by index."""
        pairs = zip(submission.ids, submission.cells, strict=True)
        code = [(id, cell["source"]) for id, cell in pairs if cell["cell_type"] == "code"]
        sources = [self.boxed.get(id, source) for id, source in code]
        return sources, tuple(i for i, (id, _) in enumerate(code) if id in self.boxed)

    def _imports_of_checks(self):
        nodes = [n for cell in self._code() for n in ast.parse(cell).body]
        found = [n for n in nodes if isinstance(n, ast.ImportFrom) and n.module == CHECKS]
        return "".join(f"{ast.unparse(node)}\n" for node in found)

    def _code(self):
        return [cell.source for cell in self.exercise.cells if not is_check(cell)]

    @cached_property
    def imports(self):
        """Modules that the solution, or the cells a student sees or a box runs, import."""
        sources = [*self._code(), *self.boxed.values()]
        nodes = [node for source in sources for node in ast.walk(ast.parse(source))]
        names = [a.name for n in nodes if isinstance(n, ast.Import) for a in n.names]
        for node in nodes:
            if isinstance(node, ast.ImportFrom) and not node.level:
                names.append(node.module)
                if node.module == "course_utils":
                    names += [f"course_utils.{alias.name}" for alias in node.names]
        return tuple(dict.fromkeys(["numpy", *names]))

    @property
    def hidden(self):
        """Packages the unit does without, which therefore are not in the box."""
        return tuple(
            package
            for package in HIDEABLE
            if not any(f"{name}.".startswith(f"{package}.") for name in self.imports)
        )

    @cached_property
    def digest(self):
        """Changes when anything that decides about scores does."""
        text = "".join(f"{id}\0{cell.source}\0" for id, cell in self.cells.items())
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    @cached_property
    def max_score(self):
        return sum(self.exercise.points.values())

    def shown(self, cell):
        """A check cell's source as a graded notebook shows it: hidden tests are left out."""
        return HIDDEN.sub("# (hidden checks ran here)\n", cell.source + "\n").rstrip("\n")


def is_check(cell):
    """Whether a code cell is graded by its checks (not by hand)."""
    return cell.grade and not cell.solution
