"""The concept index: where each concept is taught, shown, checked and exercised.

Nothing is listed by hand. Notebook cells carry tags, and notebooks/index.md is made from them:

    concept:SLUG             the heading under which the concept is taught
    scratch:SLUG  torch:SLUG code in NumPy from scratch, in PyTorch
    verified:SLUG            the cell that shows both agree
    widget:SLUG              the cell with its widget
    exercise:FUNCTION:SLUG   on the heading: the function of the unit's exercise that practises it
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

from nbformat import NotebookNode

from course_utils.notebooks import read

MARKS = ("scratch", "torch", "verified", "widget")
HEADING = re.compile(r"#{2,4} +(.+)")
INTRODUCTION = """\
# Concept index

{count} concepts: where each is taught, which parts it has, and the exercise that practises it.
Made from the tags of the notebooks' cells by `course build`; not edited by hand.

| Concept | Unit | From scratch | PyTorch | Shown equal | Widget | Exercise |
|---|---|:-:|:-:|:-:|:-:|---|
"""


@dataclass
class Concept:
    """One concept as its notebook's tags describe it."""

    slug: str
    title: str
    unit: str
    marks: set[str] = field(default_factory=set)
    exercises: list[str] = field(default_factory=list)

    def row(self) -> str:
        """The concept's line of the index."""
        anchor = re.sub(r"\s+", "-", self.title)
        title = f"[{_text(self.title)}]({self.unit}.ipynb#{_link(anchor)})"
        marks = ["✓" if mark in self.marks else "" for mark in MARKS]
        exercise = f"../exercises/{self.unit}/{self.unit[3:]}.ipynb"
        functions = [f"[`{name}`]({exercise})" for name in self.exercises]
        return "| " + " | ".join([title, self.unit, *marks, ", ".join(functions)]) + " |"


def _text(markdown: str) -> str:
    return markdown.replace("|", "\\|")


def _link(anchor: str) -> str:
    return re.sub(r"[()<>|`]", lambda m: f"%{ord(m[0]):02X}", anchor)


def concepts(nb: NotebookNode, unit: str, functions: set[str]) -> tuple[list[Concept], list[str]]:
    """The concepts of one notebook, and what is wrong with its tags.

    functions: those of the unit's exercise; only they are listed as exercises.
    """
    found: dict[str, Concept] = {}
    problems = []
    for number, cell in enumerate(nb.cells, 1):
        for tag in cell.metadata.get("tags", []):
            problem = _take(tag, cell, unit, functions, found)
            if problem:
                problems.append(f"{unit}, cell {number}: {problem}")
    return list(found.values()), problems


def _take(tag, cell, unit, functions, found) -> str | None:
    """Record one tag of a cell in `found`; returns what is wrong with it, if anything."""
    kind, _, rest = tag.partition(":")
    function, _, slug = rest.rpartition(":")
    if kind == "concept":
        heading = HEADING.match(cell.source)
        if cell.cell_type != "markdown" or not heading:
            return f"{tag} is not on a ## heading"
        if slug in found:
            return f"{tag} is there twice"
        found[slug] = Concept(slug, heading[1].strip(), unit)
    elif kind not in (*MARKS, "exercise"):
        return None
    elif slug not in found:
        return f"{tag} has no concept:{slug} above it"
    elif kind == "exercise":
        if function not in functions:
            return f"{tag}: the exercise has no function {function}"
        found[slug].exercises.append(function)
    elif cell.cell_type != "code":
        return f"{tag} is not on a code cell"
    else:
        found[slug].marks.add(kind)
    return None


def scan(root: Path) -> tuple[list[Concept], list[str]]:
    """All concepts of the course at `root` in teaching order, and what is wrong with the tags."""
    everything, problems = [], []
    for path in sorted((root / "notebooks").glob("[0-9][0-9]_*.ipynb")):
        found, wrong = concepts(read(path), path.stem, exercise_functions(root, path.stem))
        everything += found
        problems += wrong
    slugs = [concept.slug for concept in everything]
    twice = sorted({slug for slug in slugs if slugs.count(slug) > 1})
    problems += [f"concept:{slug} is in two notebooks" for slug in twice]
    return everything, problems


def exercise_functions(root: Path, unit: str) -> set[str]:
    """The functions that the unit's released exercise asks for."""
    path = root / "exercises" / unit / f"{unit[3:]}.ipynb"
    if not path.exists():
        return set()
    about = [cell.metadata.get("nbgrader", {}) for cell in read(path).cells]
    return {a["grade_id"] for a in about if a.get("solution")}


def render(found: list[Concept]) -> str:
    """The text of notebooks/index.md."""
    return INTRODUCTION.format(count=len(found)) + "".join(f"{c.row()}\n" for c in found)
