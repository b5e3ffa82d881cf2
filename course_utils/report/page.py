"""The report as one HTML page that needs no network, and as CSV files for a spreadsheet."""

import ast
import csv
import io
import re
from pathlib import Path

import jinja2
import nbformat
import numpy as np
from markupsafe import Markup, escape

from . import statistics as stats

HERE = Path(__file__).parent
STATE_MARKS = {"right": "●", "partly": "◐", "wrong": "✗", "not started": "○", "failed to run": "⚠"}


def write_report(students, problems, unit, out, submitted):
    """Write report.html, scores.csv, items.csv and misconceptions.csv into `out`.

    Args:
        students, problems: from `read_results`.
        unit: the unit's name.
        out: folder, made if need be; files are replaced one by one, each as a whole.
        submitted: the course's submitted/ folder, for a typical answer per misconception.

    Returns the path of report.html.
    """
    out = Path(out)
    out.mkdir(parents=True, exist_ok=True)
    for name, rows in tables(students).items():
        replace(out / f"{name}.csv", as_csv(rows))
    replace(out / "report.html", render(students, problems, unit, submitted))
    return out / "report.html"


def render(students, problems, unit, submitted):
    """The HTML page as text."""
    teach = stats.teach_again(students)
    answers = {m.id: typical_answer(m, unit, submitted) for m in teach}
    most = sum(item.points for item in stats.items(students))
    return fill(
        "report.html.j2",
        unit=unit,
        students=students,
        problems=problems,
        items=stats.items(students),
        teach=teach,
        answers=answers,
        clusters=[c for c in stats.clusters(students) if len(c.students) > 1],
        single=sum(len(c.students) == 1 for c in stats.clusters(students)),
        together=stats.fail_together(students)[:8],
        marks=STATE_MARKS,
        most=most,
        mean=float(np.mean([s.points for s in students])),
        median=float(np.median([s.points for s in students])),
        scores=histogram([s.points for s in students], most),
        timeline=timeline(students),
    )


def fill(template, **values):
    """A template of this folder, filled; what comes from students is escaped."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["told"] = told
    return environment.get_template(template).render(percent=percent, **values)


def told(sentence):
    """A sentence as HTML, with what stands between backticks as code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(sentence))))


def percent(share):
    """A share as "43 %", a dash for NaN."""
    return "–" if share != share else f"{100 * share:.0f} %"


def histogram(points, most, bins=10):
    """Score distribution: a list of (label, count, height in % of the tallest bar)."""
    counts, edges = np.histogram(points, bins=bins, range=(0, most or 1))
    return [
        (f"{left:.3g}–{right:.3g}", int(n), 100 * n / max(counts.max(), 1))
        for left, right, n in zip(edges, edges[1:], counts, strict=False)
    ]


def timeline(students, bins=12):
    """Submissions over time: a list of (start, count, mean points, height in %), or []."""
    dated = sorted((s.submitted, s.points) for s in students if s.submitted)
    if len(dated) < 2 or dated[0][0] == dated[-1][0]:
        return []
    start, span = dated[0][0], dated[-1][0] - dated[0][0]
    which = [min(int((t - start) / span * bins), bins - 1) for t, _ in dated]
    groups = [[p for k, (_, p) in zip(which, dated, strict=True) if k == b] for b in range(bins)]
    tallest = max(map(len, groups))
    return [
        (start + span * b / bins, len(g), float(np.mean(g)) if g else None, 100 * len(g) / tallest)
        for b, g in enumerate(groups)
    ]


def typical_answer(misconception, unit, submitted):
    """The function's source from the first student who has the misconception, made anonymous.

    Comments and docstrings, where names may stand, are gone. None if it cannot be read.
    """
    for student in misconception.students:
        for path in sorted(Path(submitted, student, unit).glob("*.ipynb")):
            if source := _source_in(path, misconception.function):
                return source
    return None


def _source_in(path, function):
    try:
        nb = nbformat.read(path, as_version=4)
        cell = next(
            c
            for c in nb.cells
            if c.metadata.get("nbgrader", {}).get("grade_id") == function and c.cell_type == "code"
        )
        return anonymous(cell.source)
    except (OSError, ValueError, SyntaxError, StopIteration, AttributeError):
        return None  # a submission may be damaged; another student's will do


def anonymous(source):
    """Source without comments and docstrings."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node):
            node.body = node.body[1:] or [ast.Pass()]
    return ast.unparse(tree)


# ---- CSV


def tables(students):
    """The CSV files by name, each a list of rows with a header."""
    names = stats.functions_of(students)
    scores = [["student", "submitted", "points", *names]] + [
        [s.student, s.submitted or "", s.points, *(stats.state(s, n) for n in names)]
        for s in students
    ]
    items = [["function", "points", *stats.STATES, "difficulty", "discrimination"]] + [
        [i.function, i.points, *i.states.values(), f"{i.difficulty:.4f}", f"{i.discrimination:.4f}"]
        for i in stats.items(students)
    ]
    wrong = [["mistake", "function", "students", "points lost", "sentence", "who"]] + [
        [m.id, m.function, len(m.students), m.cost, m.sentence, " ".join(m.students)]
        for m in stats.misconceptions(students)
    ]
    return {"scores": scores, "items": items, "misconceptions": wrong}


def as_csv(rows):
    text = io.StringIO(newline="")
    csv.writer(text).writerows([[_harmless(value) for value in row] for row in rows])
    return text.getvalue()


def _harmless(value):
    """Text that a spreadsheet would run as a formula is kept as text."""
    return f"'{value}" if isinstance(value, str) and value[:1] in "=+-@" else value


def replace(path, text):
    """Write a file as a whole or not at all."""
    part = path.with_name(path.name + ".part")
    part.write_text(text, "utf-8", newline="")
    part.replace(path)
