"""A simulated class is deterministic, plausible, and its report finds again what was planted."""

import json
from collections import Counter
from pathlib import Path

import nbformat
import pytest

from course_utils.checks import Exercise, Oracle, encode
from course_utils.report.mutate import mutants
from course_utils.report.results import CellResult, Check, StudentResult
from course_utils.report.simulate import simulate, write_class
from course_utils.report.statistics import clusters, misconceptions

ROOT = Path(__file__).parents[2]
UNIT = "01_perceptron"


@pytest.fixture(scope="module")
def exercise():
    return Exercise.load(ROOT / "solutions" / UNIT)


@pytest.fixture(scope="module")
def oracle(exercise):
    return Oracle(exercise)


def graded(oracle, student):
    """The student's results, judged without the sandbox."""
    runs = oracle.exercise.run(student.sources)
    cells = {}
    for id, points in oracle.exercise.points.items():
        v = oracle.judge(id, runs[id].values, runs[id].error)
        seen = {name: json.dumps(encode(value)) for name, value in runs[id].values.items()}
        checks = tuple(
            Check(r.name, r.ok, r.sentence, r.mistake_id, seen.get(r.name)) for r in v.results
        )
        function = id.removeprefix("check_").partition("__")[0]
        cells[id] = CellResult(
            id, function, v.points, points, v.status, v.sentence, v.mistake_id, v.error, checks
        )
    return StudentResult(student.id, student.submitted, cells)


def test_the_same_seed_gives_the_same_class(exercise):
    one, two, other = (simulate(exercise, 20, seed) for seed in (3, 3, 4))
    assert one == two != other


def test_a_class_holds_every_kind_of_answer(exercise):
    students = simulate(exercise, 150, seed=0)
    kinds = Counter(kind for s in students for kind, _ in s.planted.values())
    assert kinds.keys() == {"reference", "alternative", "mistake", "unknown", "stub", "broken"}
    assert kinds["reference"] + kinds["alternative"] > kinds["mistake"] > kinds["unknown"]
    assert len({s.id for s in students}) == 150


def test_planted_mistakes_are_recovered_completely(exercise, oracle):
    students = simulate(exercise, 24, seed=1, unknown=0)
    found = misconceptions([graded(oracle, student) for student in students])
    planted = {}
    for student in students:
        for kind, id in student.planted.values():
            if kind == "mistake":
                planted.setdefault(id, set()).add(student.id)
    assert {m.id: set(m.students) for m in found} == planted


def test_unknown_answers_are_clustered_by_what_they_return(exercise, oracle):
    students = simulate(exercise, 24, seed=2, unknown=0.7)
    results = [graded(oracle, student) for student in students]
    planted = {(s.id, f): p for s in students for f, p in s.planted.items()}
    groups = [c for c in clusters(results) if len(c.students) > 1]
    assert len(groups) >= 2
    for group in groups:
        assert len({planted[name, group.function] for name in group.students}) == 1


def test_slips_are_wrong_and_unknown(exercise, oracle):
    for function in exercise.functions:
        for id, source in mutants(oracle, function):
            runs = exercise.run({function: source})
            verdicts = [oracle.judge(c, runs[c].values) for c in exercise.checks[function]]
            assert not all(v.ok for v in verdicts), id
            assert not any(v.mistake_id for v in verdicts), id


def test_the_class_is_handed_in_as_nbgrader_collects_it(exercise, tmp_path):
    students = simulate(exercise, 3, seed=5)
    released = ROOT / "exercises" / UNIT / f"{exercise.notebook}.ipynb"
    truth = json.loads(write_class(exercise, students, released, tmp_path).read_text())
    assert [student["id"] for student in truth] == [student.id for student in students]
    folder = tmp_path / "submitted" / students[0].id / UNIT
    assert (folder / "timestamp.txt").read_text().endswith(" UTC")
    nb = nbformat.read(folder / f"{exercise.notebook}.ipynb", 4)
    cells = {c.metadata.get("nbgrader", {}).get("grade_id"): c.source for c in nb.cells}
    assert all(cells[f] == source for f, source in students[0].sources.items())
    with pytest.raises(FileExistsError, match="exists already"):
        write_class(exercise, students, released, tmp_path)
