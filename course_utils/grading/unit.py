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
from pathlib import Path

import nbformat
from nbgrader import utils
from nbgrader.preprocessors import (
    CheckCellMetadata,
    ClearOutput,
    ClearSolutions,
    ComputeChecksums,
    LockCells,
)

from course_utils.checks import Exercise, strip_oracles
from course_utils.checks.exercise import HIDDEN

STEPS = (LockCells, ClearSolutions, ClearOutput, CheckCellMetadata, ComputeChecksums)
HIDEABLE = ("torch", "course_utils.nn")
CHECKS = "course_utils.checks"


class UnitError(Exception):
    """The unit itself cannot be graded; the message says what to mend."""


@dataclass(frozen=True)
class Unit:
    """A unit of solutions/ as the grader needs it; see `load`."""

    exercise: Exercise
    master: nbformat.NotebookNode

    @classmethod
    def load(cls, folder):
        """Read solutions/NN_slug. Raises UnitError when it is missing or cannot be judged."""
        try:
            exercise = Exercise.load(folder)
        except FileNotFoundError as error:
            raise UnitError(f"{error}: is the unit's name right?") from None
        master = nbformat.read(Path(folder, f"{exercise.notebook}.ipynb"), as_version=4)
        log = logging.Logger("master copy", logging.ERROR)
        for step in STEPS:
            master, _ = step(log=log).preprocess(master, {})
        unit = cls(exercise, master)
        for id, cell in unit.cells.items():
            if is_check(cell) and "expect(" not in cell.source:
                raise UnitError(f"{exercise.name}: {id} is graded but calls no expect().")
        return unit

    @property
    def name(self):
        return self.exercise.name

    @property
    def notebook(self):
        return self.exercise.notebook

    @cached_property
    def cells(self):
        """Master cells by grade_id, in order."""
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
            id: again + strip_oracles(cell.source)
            for id, cell in self.cells.items()
            if is_check(cell)
        }

    def _imports_of_checks(self):
        nodes = [n for cell in self._code() for n in ast.parse(cell).body]
        found = [n for n in nodes if isinstance(n, ast.ImportFrom) and n.module == CHECKS]
        return "".join(f"{ast.unparse(node)}\n" for node in found)

    def _code(self):
        return [c.source for c in self.master.cells if c.cell_type == "code" and not is_check(c)]

    @cached_property
    def imports(self):
        """Modules that the solution, or the cells a student sees or a box runs, import."""
        sources = [*self._code(), *self.boxed.values(), *self.exercise.reference.values()]
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
    """Whether a cell is graded by its checks (not by hand)."""
    return cell.cell_type == "code" and utils.is_grade(cell) and not utils.is_solution(cell)
