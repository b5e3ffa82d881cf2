"""Feedback pages where nbgrader puts them: verdicts, sentences, points and what to read again.

One self-contained page per submission, rendered from the stored result and the gradebook (so a
teacher's points and comments are in it). No hidden test, no solution and no traceback is.
"""

from functools import cached_property
from pathlib import Path

import nbformat
from jinja2 import Environment, FileSystemLoader, select_autoescape

from course_utils.index import concepts

from .store import write_file

MARKS = {"right": "✓", "wrong": "✗", "not started": "·", "failed to run": "!"}


class Feedback:
    """Writes the pages of one unit.

    Args:
        unit: the Unit. store: its Store. book: its open Book.
    """

    def __init__(self, unit, store, book):
        self.unit, self.store, self.book = unit, store, book

    def write_all(self, students):
        """A page for each student with a result or a refusal; returns the paths written."""
        pages = ((student, self.page(student)) for student in students)
        return [self._write(student, text) for student, text in pages if text]

    def page(self, student):
        """The HTML for one student, or None if nothing is known."""
        if refusal := self.store.refusal(student):
            return self._template.render(unit=self.unit.name, student=student, refusal=refusal)
        result = self.store.result(student)
        if result is None:
            return None
        marks = self.book.marks(student)
        answers = self._answers(student)
        return self._template.render(
            unit=self.unit.name,
            student=student,
            result=result,
            marks=marks,
            questions=[self._question(id, result, marks, answers) for id in marks.scores],
        )

    def _write(self, student, text):
        path = self.store.feedback(student) / f"{self.unit.notebook}.html"
        write_file(path, text)
        return path

    def _question(self, id, result, marks, answers):
        cell = result["cells"].get(id)
        function, _, part = id.removeprefix("check_").partition("__")
        score, points = marks.scores[id]
        return {
            "id": id,
            "title": f"{function} · {part}" if part else function,
            "status": cell["status"] if cell else "graded by a person",
            "mark": MARKS.get(cell["status"], "") if cell else "",
            "score": score,
            "points": points,
            "lines": told(cell) if cell else [],
            "checks": cell["results"] if cell else [],
            "comment": marks.comments.get(function) or marks.comments.get(id),
            "answer": answers.get(function) or answers.get(id, ""),
            "reread": self.reread.get(function, []) if cell and cell["status"] != "right" else [],
        }

    def _answers(self, student):
        """The student's own cells by grade_id, from the graded notebook."""
        path = self.store.autograded(student) / f"{self.unit.notebook}.ipynb"
        if not path.exists():
            return {}
        cells = nbformat.read(path, as_version=nbformat.NO_CONVERT).cells
        about = [(cell.metadata.get("nbgrader", {}), cell.source) for cell in cells]
        return {a["grade_id"]: source for a, source in about if a.get("solution")}

    @cached_property
    def reread(self):
        """{function: [(section of the theory notebook, link)]}, from the tags of its headings."""
        path = Path(self.store.course.root, "notebooks", f"{self.unit.name}.ipynb")
        if not path.exists():
            return {}
        notebook = nbformat.read(path, as_version=4)
        sections = {}
        for concept in concepts(notebook, self.unit.name, set(self.unit.exercise.functions))[0]:
            # from feedback/STUDENT/UNIT/ as from a student's UNIT/feedback/TIME/
            link = f"../../../notebooks/{path.name}#{concept.title.replace(' ', '-')}"
            for function in concept.exercises:
                sections.setdefault(function, []).append((concept.title, link))
        return sections

    @cached_property
    def _template(self):
        folder = FileSystemLoader(Path(__file__).parent)
        environment = Environment(
            loader=folder, autoescape=select_autoescape(["j2"]), trim_blocks=True
        )
        return environment.get_template("feedback.html.j2")


def told(cell):
    """The sentences for one graded cell, the most telling first."""
    if cell["status"] == "not started":
        return ["Not started: the function still raises NotImplementedError."]
    lines = [cell["sentence"]] if cell["mistake_id"] else []
    if cell["error"]:
        lines.append(f"It stopped with {cell['error']}")
    elif not lines and cell["sentence"]:
        wrong = next((check for check in cell["results"] if not check["ok"]), None)
        lines.append(f"{wrong['name']}: {cell['sentence']}" if wrong else cell["sentence"])
    return lines
