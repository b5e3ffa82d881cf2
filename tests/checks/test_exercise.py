"""Exercises, mistakes and the judge, on a small exercise written here."""

import nbformat
import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from course_utils.checks import Exercise, Oracle, known_mistakes, seeded, strip_oracles
from course_utils.checks.exercise import stub, visible

CELLS = {
    "setup": "import numpy as np\nfrom course_utils.checks import expect, rng",
    "double": 'def double(x):\n    """Twice x."""\n    ### BEGIN SOLUTION\n    return 2 * x\n'
    "    ### END SOLUTION",
    "check_double": 'expect("double of 3", got=double(3.0), want=lambda: 6.0)\n'
    "### BEGIN HIDDEN TESTS\n"
    "import math\n"
    "def oracle(x):\n    return math.fsum([x, x])\n"
    "for n in (1, 4):\n"
    '    x = rng(f"double {n}").normal(size=n)\n'
    '    expect(f"double of {n} numbers", got=double(x), want=lambda: 2 * x)\n'
    'expect("double of 5", got=double(5.0), want=lambda: oracle(5.0))\n'
    "### END HIDDEN TESTS",
    "quad": "def quad(x):\n    ### BEGIN SOLUTION\n    return double(double(x))\n"
    "    ### END SOLUTION",
    "check_quad": 'expect("quad of 3", got=quad(3.0), that=lambda y: y == 12, why="Four times.")',
}
MISTAKES = """
from course_utils.checks import edited, mistake

NEEDS = {"quad": ["double"]}
edited("tripled", "double", old="2 * x", new="3 * x", says="You tripled.")


@mistake("double", says="You squared.")
def squared(x):
    # a comment of the student's
    return x**2


@mistake("double", says="You asked for the length of a number.")
def length(x):
    return len(x)


@mistake("double", "quad", says="You swapped them.")
def swapped():
    def double(x):
        return 4 * x

    def quad(x):
        return 2 * x
"""


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "99_mini"
    folder.mkdir()
    nb = new_notebook(cells=[cell(id, source) for id, source in CELLS.items()])
    nbformat.write(nb, folder / "mini.ipynb")
    (folder / "mistakes.py").write_text(MISTAKES)
    return folder


def cell(id, source):
    grade, solution = id.startswith("check_"), id in ("double", "quad")
    about = {"grade_id": id, "grade": grade, "solution": solution, "points": 2}
    return new_code_cell(source, metadata={"nbgrader": about})


def judged(oracle, sources, id="check_double"):
    run = oracle.exercise.run(sources)[id]
    return oracle.judge(id, run.values, run.error)


def test_the_notebook_is_read(folder):
    exercise = Exercise.load(folder)
    assert (exercise.name, exercise.notebook) == ("99_mini", "mini")
    assert exercise.functions == ["double", "quad"]
    assert exercise.checks == {"double": ["check_double"], "quad": ["check_quad"]}
    assert exercise.points == {"check_double": 2, "check_quad": 2}
    assert exercise.needs == {"quad": ["double"]}


def test_a_folder_without_a_notebook_is_told(tmp_path):
    with pytest.raises(FileNotFoundError, match="should hold one notebook, has 0"):
        Exercise.load(tmp_path)


def test_mistakes_become_the_source_a_student_typed(folder):
    sources = {m.id: m.sources for m in Exercise.load(folder).mistakes}
    assert "return 3 * x" in sources["tripled"]["double"]
    assert sources["squared"]["double"].startswith("def double(x):\n    # a comment")
    assert sources["swapped"]["quad"] == "def quad(x):\n    return 2 * x"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('edited("e", "double", old="no such", new="", says="")', "occurs 0 times"),
        (
            'edited("tripled", "double", old="2 * x", new="1", says="")',
            "'tripled' is defined twice",
        ),
        ('@mistake("double", "quad", says="")\ndef m():\n    def double(x): ...', "no definition"),
    ],
)
def test_a_mistake_that_does_not_fit_is_refused(folder, line, says):
    with (folder / "mistakes.py").open("a") as file:
        file.write("\n" + line + "\n")
    with pytest.raises(ValueError, match=says):
        _ = Exercise.load(folder).mistakes


def test_every_mistake_is_named(folder):
    oracle = Oracle(Exercise.load(folder))
    for mistake in oracle.exercise.mistakes:
        verdict = judged(oracle, mistake.sources)
        assert (verdict.points, verdict.mistake_id) == (0, mistake.id)
        assert verdict.sentence == mistake.says


def test_of_two_equal_explanations_the_checked_function_comes_first(folder):
    line = 'edited("nonuple", "quad", old="double(double(x))", new="9 * x", says="Nine times.")'
    (folder / "mistakes.py").write_text(f"{MISTAKES}\n{line}\n", "utf-8")
    oracle = Oracle(Exercise.load(folder))
    tripled = next(m.sources for m in oracle.exercise.mistakes if m.id == "tripled")
    assert judged(oracle, tripled, "check_quad").mistake_id == "nonuple"
    assert judged(oracle, tripled, "check_double").mistake_id == "tripled"


def test_right_stub_and_unknown_answers(folder):
    oracle = Oracle(Exercise.load(folder))
    stubs = oracle.exercise.stubs()
    assert judged(oracle, {}).status == "right" and judged(oracle, {}).points == 2
    assert judged(oracle, stubs).status == "not started"
    other = judged(oracle, {"double": "def double(x):\n    return x + 0.1"})
    assert (other.status, other.mistake_id) == ("wrong", None)
    assert "got 3.1, expected 6" in other.sentence
    crash = judged(oracle, {"double": "def double(x):\n    return [][1]"})
    assert (crash.status, crash.mistake_id) == ("failed to run", None)


def test_missing_and_forged_values_earn_nothing(folder):
    oracle = Oracle(Exercise.load(folder))
    right = oracle.expected["check_double"].values
    assert oracle.judge("check_double", right).points == 2
    assert oracle.judge("check_double", {}).points == 0
    assert oracle.judge("check_double", {**right, "double of 3": "6.0"}).points == 0
    assert oracle.judge("check_double", right, error="SystemExit: 0").points == 0
    nan = {**right, "double of 3": float("nan")}
    assert oracle.judge("check_double", nan).points == 0


def test_a_solution_that_fails_its_own_checks_is_refused(folder):
    nb = nbformat.read(folder / "mini.ipynb", 4)
    nb.cells[2].source += "\nraise OSError('disk')"
    nbformat.write(nb, folder / "mini.ipynb")
    with pytest.raises(ValueError, match="fails in check_double: OSError: disk"):
        Oracle(Exercise.load(folder))


def test_oracle_follows_the_seed(folder):
    with seeded(7):
        values = Exercise.load(folder).run()["check_double"].values
    assert Oracle(Exercise.load(folder), seed=7).judge("check_double", values).ok
    assert not Oracle(Exercise.load(folder), seed=8).judge("check_double", values).ok


def test_the_students_file_knows_visible_checks_only(folder):
    known = known_mistakes(Exercise.load(folder))
    assert known["values"].keys() == {"double of 3", "quad of 3"}
    assert known["values"]["double of 3"] == {"tripled": 9.0, "squared": 9.0, "swapped": 12.0}
    assert known["values"]["quad of 3"] == {"swapped": 6.0}  # not those of double alone


def test_stub_and_visible_cut_what_students_must_not_see():
    assert stub(CELLS["double"]).endswith("    # YOUR CODE HERE\n    raise NotImplementedError()")
    assert visible(CELLS["check_double"]) == CELLS["check_double"].split("\n###")[0]


def test_oracles_and_what_only_they_use_are_cut_out():
    source = strip_oracles(CELLS["check_double"])
    assert "want" not in source and "fsum" not in source and "import math" not in source
    assert "rng(f'double {n}')" in source
    kept = strip_oracles("import math\nexpect('a', got=math.pi, want=lambda: math.tau / 2)")
    assert kept == "import math\nexpect('a', got=math.pi)"


def test_values_are_judged_by_predicates_too(folder):
    oracle = Oracle(Exercise.load(folder))
    verdict = oracle.judge("check_quad", {"quad of 3": 13.0})
    assert (verdict.points, verdict.sentence) == (0, "Four times.")
    assert np.isclose(oracle.judge("check_quad", {"quad of 3": 12.0}).points, 2)
