"""The `course` command, driven the way a person drives it."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from toys import TOY, code, save
from typer.testing import CliRunner

from course_utils.cli import app
from course_utils.notebooks import dumps, normalise, read


@pytest.fixture
def run(toy_course, monkeypatch):
    """run("build", "--check") in the toy course -> click's result."""
    monkeypatch.chdir(toy_course)
    monkeypatch.setenv("COLUMNS", "200")
    return lambda *arguments: CliRunner().invoke(app, [str(a) for a in arguments])


def files(root):
    return {
        str(p.relative_to(root)): p.read_bytes() for p in sorted(root.rglob("*")) if p.is_file()
    }


# --- build


@pytest.mark.slow
def test_build_writes_everything_generated_and_again_the_same_bytes(run, toy_course):
    built = files(toy_course)
    for generated in ("exercises/01_toy/toy.ipynb", "notebooks/index.md"):
        (toy_course / generated).unlink()
    result = run("build")
    assert result.exit_code == 0, result.output
    assert {
        "exercises/01_toy/toy.ipynb",
        "exercises/01_toy/known_mistakes.json",
        "solutions/01_toy/known_mistakes.json",
        "notebooks/index.md",
    } <= built.keys()
    assert not [name for name in built if name.startswith("exercises") and name.endswith(".py")]
    assert not (toy_course / "gradebook.db").exists()
    assert files(toy_course) == built
    again = run("build")
    assert "wrote" not in again.output and files(toy_course) == built


def test_a_built_notebook_is_executed_and_in_normal_form(toy_course):
    path = toy_course / "notebooks" / "01_toy.ipynb"
    nb = read(path)
    assert nb.cells[1].outputs[0].text == "42\n"
    assert [cell.id for cell in nb.cells] == ["c01", "c02"]
    assert dumps(normalise(nb)) == path.read_text(encoding="utf-8")


def test_a_release_has_stubs_and_visible_checks_only(toy_course):
    text = (toy_course / "exercises/01_toy/toy.ipynb").read_text()
    assert "raise NotImplementedError()" in text and "double of 3" in text
    for secret in ("return 2 * x", "double of 5", "BEGIN", "END"):
        assert secret not in text
    known = json.loads((toy_course / "exercises/01_toy/known_mistakes.json").read_text())
    assert known["values"]["double of 3"] == {"squared": 9}
    assert "double of 5" not in known["values"]


@pytest.mark.slow
def test_check_changes_nothing_and_names_what_is_out_of_date(run, toy_course):
    assert run("build", "--check").exit_code == 0
    exercise = toy_course / "exercises/01_toy/toy.ipynb"
    exercise.write_text(exercise.read_text().replace("Toy exercise", "Edited by hand"))
    stray = toy_course / "exercises/01_toy/stray.txt"
    stray.write_text("left over")
    before = files(toy_course)
    result = run("build", "--check")
    assert result.exit_code == 1
    assert "out of date exercises/01_toy/toy.ipynb" in result.output
    assert "out of date exercises/01_toy/stray.txt" in result.output
    assert files(toy_course) == before
    assert run("build", "solutions").exit_code == 0
    assert not stray.exists() and "Edited" not in exercise.read_text()


@pytest.mark.slow
def test_an_exercise_without_a_solution_is_removed(run, toy_course):
    (toy_course / "solutions/01_toy").rename(toy_course / "solutions/02_toy")
    assert run("build").exit_code == 0
    assert sorted(p.name for p in (toy_course / "exercises").iterdir()) == ["02_toy"]


@pytest.mark.slow
def test_a_students_answers_are_never_overwritten(run, toy_course, student):
    answered = toy_course / "exercises/01_toy/toy.ipynb"
    answered.write_bytes(student().read_bytes())
    result = run("build", "solutions")
    assert result.exit_code == 1 and "exercises/01_toy/toy.ipynb holds answers" in result.output
    assert answered.read_bytes() == student().read_bytes()
    scratch = save(toy_course / "exercises/02_mine/notes.ipynb", code("my = 'notes'"))
    answered.unlink()
    assert "notes.ipynb holds answers" in run("build").output and scratch.exists()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("def f(x):\n    return x / [1]\n\nf(3)", ["TypeError", "line 2: return x / [1]"]),
        ("x = (1,\n", ["SyntaxError", "line 1: x = (1,"]),
        ("import warnings\nwarnings.warn('careful')", ["wrote to stderr", "careful"]),
        ("import os\nos._exit(1)", ["the kernel died"]),
        (
            "class A:\n    def _repr_mimebundle_(self, **k):\n        raise ValueError('no')\nA()",
            ["line 3: raise ValueError('no')"],
        ),
    ],
)
def test_a_failing_cell_is_named_and_nothing_is_written(run, toy_course, source, said):
    path = save(toy_course / "notebooks" / "02_bad.ipynb", code("a = 1"), code(source))
    before = path.read_bytes()
    result = run("build", path)
    assert result.exit_code == 1
    for words in [*said, 'notebooks/02_bad.ipynb, cell 2 (id "c02"']:
        assert words in result.output
    assert path.read_bytes() == before
    assert sorted(p.name for p in path.parent.iterdir()) == [
        "01_toy.ipynb", "02_bad.ipynb", "index.md"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("nowhere", "there is no such notebook or folder"),
        ("exercises/01_toy", "exercises are generated"),
    ],
)
def test_what_cannot_be_built_is_said_in_one_line(run, path, said):
    result = run("build", path)
    assert result.exit_code == 1
    assert said in result.output and len(result.output.strip().splitlines()) == 1


@pytest.mark.slow
def test_ctrl_c_leaves_the_notebook_and_no_kernel_behind(toy_course):
    path = save(toy_course / "notebooks" / "02_slow.ipynb", code("import time\ntime.sleep(60)"))
    before = path.read_bytes()
    command = [sys.executable, "-m", "course_utils", "build", str(path)]
    environment = {**os.environ, "JUPYTER_RUNTIME_DIR": str(toy_course / "runtime")}
    process = subprocess.Popen(
        command, cwd=toy_course, env=environment, stdout=subprocess.PIPE, text=True
    )
    deadline = time.monotonic() + 30
    while not list(toy_course.glob("runtime/kernel-*.json")) and time.monotonic() < deadline:
        time.sleep(0.1)
    time.sleep(1.5)
    process.send_signal(2)
    output, _ = process.communicate(timeout=30)
    assert process.returncode == 130 and "Stopped" in output
    assert path.read_bytes() == before
    assert not list(toy_course.glob("runtime/kernel-*.json"))


# --- check


def statuses(result):
    report = json.loads(result.output)
    return {f["name"]: (f["status"], f["sentence"]) for f in report["functions"]}


def test_the_untouched_exercise_is_not_started(run):
    result = run("check", "01_toy", "--json")
    assert result.exit_code == 1
    report = json.loads(result.output)
    assert [f["status"] for f in report["functions"]] == ["not started", "not started"]
    assert report["notes"] == []


def test_the_solution_is_done(run, student):
    result = run("check", student())
    assert result.exit_code == 0 and "2 of 2 done" in result.output


@pytest.mark.slow
def test_a_known_mistake_is_named(run, student, toy_course):
    path = student(double="def double(x):\n    return x * x")
    exercise = toy_course / "exercises/01_toy/toy.ipynb"
    exercise.write_bytes(path.read_bytes())
    status, sentence = statuses(run("check", exercise, "--json"))["double"]
    assert status == "wrong" and "You squared x" in sentence


NOT_YET = "def {}(x):\n    raise NotImplementedError()"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("sources", "function", "status", "said"),
    [
        ({"double": "def double(x):\n    return 5"}, "double", "wrong", "got 5, expected 6"),
        ({"double": NOT_YET.format("double")}, "halves", "not started", "It needs `double`"),
        ({"double": "def dubble(x):\n    return 6"}, "double", "failed", "did you rename it?"),
        ({"double": None}, "double", "failed", "Raised NameError: name 'double'"),
        ({"double": "def double(x)\n  1"}, "double", "failed", "SyntaxError: expected ':' (line 1"),
        ({"double": "def double(x)\n  1"}, "halves", "failed", "because its cell fails: Syntax"),
        ({"halves": "def halves(x):\n    x"}, "halves", "failed", "does `halves` return what"),
        ({"halves": "def halves(x):\n    x @ 1"}, "halves", "failed", "(line 2 of the cell of `ha"),
        ({"double": "import os\nos._exit(1)"}, "double", "failed", "Ended the Python kernel"),
        ({"check_double": None}, "double", "failed", "`check_double` was deleted"),
    ],
)
def test_each_way_to_go_wrong_has_its_sentence(run, student, sources, function, status, said):
    result = run("check", student(**sources), "--json", "--timeout", 20)
    assert result.exit_code == 1
    got = statuses(result)
    assert got[function][0].startswith(status) and said in got[function][1]
    assert "Traceback" not in result.output
    assert len(got) == 2  # the other function was checked too


@pytest.mark.slow
def test_an_endless_loop_leaves_the_other_function_done(run, student):
    hang = "def double(x):\n    while x:\n        try: pass\n        except: pass"
    check = 'expect("upper half", got=halves(5)[1], want=lambda: 3)'
    path = student(double=hang, check_halves__high=check)
    got = statuses(run("check", path, "--json", "--timeout", 8))
    assert got["double"][0] == "failed to run" and "Ran for over 8 s" in got["double"][1]
    assert got["halves"] == ("done", "")


@pytest.mark.slow
def test_a_notebook_without_a_kernel_is_checked_with_a_note(run, student):
    path = student()
    nb = read(path)
    nb.metadata = {}
    nbformat.write(nb, path)
    report = json.loads(run("check", path, "--json").output)
    assert {f["status"] for f in report["functions"]} == {"done"}
    assert "Change Kernel" in report["notes"][0]


@pytest.mark.slow
def test_a_copied_cell_is_checked_with_a_note(run, student):
    path = student()
    nb = read(path)
    nb.cells.append(nbformat.from_dict(nb.cells[3] | {"id": "copy"}))
    nbformat.write(nb, path)
    report = json.loads(run("check", path, "--json").output)
    assert {f["status"] for f in report["functions"]} == {"done"}
    assert "`check_double` is there 2 times" in report["notes"][0]


@pytest.mark.parametrize(
    ("path", "content", "said"),
    [
        ("missing.ipynb", None, "no such notebook"),
        ("99_nothing", None, "no such notebook or folder"),
        ("notebooks", None, None),
        ("text.ipynb", "hello", "not a readable notebook"),
        ("json.ipynb", "[1, 2]", "not a readable notebook"),
        ("empty", "folder", "holds no notebook"),
        ("bare.ipynb", "notebook", "no check cells"),
    ],
)
def test_what_is_no_exercise_is_said_in_one_sentence(run, toy_course, path, content, said):
    if content == "folder":
        (toy_course / path).mkdir()
    elif content == "notebook":
        save(toy_course / path, code("1"))
    elif content:
        (toy_course / path).write_text(content)
    result = run("check", path)
    assert result.exit_code == 2
    assert (said or "no check cells") in result.output
    assert len(result.output.strip().splitlines()) == 1


# --- doctor and lab


@pytest.mark.slow
def test_doctor_finds_this_machine_in_order_or_says_how_to_mend_it(run):
    result = run("doctor")
    for line in ("python", "packages  as required", "torch", "kernel    starts", "widgets"):
        assert f"✓ {line}" in result.output
    assert result.output.count("✗") == result.output.count("to mend it:")


def test_doctor_names_what_is_missing_and_its_mend(monkeypatch):
    from course_utils import doctor

    needs = ["numpy>=99", "nothing-like-this", 'pytest>=99; extra == "test"']
    monkeypatch.setattr(doctor.importlib.metadata, "requires", lambda name: needs)
    finding = doctor.packages()
    assert "numpy" in finding.found and "needs >=99" in finding.found
    assert "nothing-like-this missing" in finding.found and "pytest" not in finding.found
    assert "make setup" in finding.mend and not finding.ok


def test_a_look_that_breaks_is_a_finding():
    from course_utils import doctor

    def clumsy():
        raise OSError("disk full")

    (finding,) = doctor.examine([clumsy])
    assert finding.name == "clumsy" and "disk full" in finding.found and finding.mend


def test_lab_opens_the_first_notebook_and_passes_arguments_on(tmp_path, monkeypatch):
    from course_utils import lab

    first = save(tmp_path / "notebooks" / "00_start_here.ipynb", code("1"))
    monkeypatch.setattr(lab.os, "geteuid", lambda: 1000)
    command = lab.command(["--no-browser", "--port=9999"], tmp_path)
    assert command[1:] == ["-m", "jupyterlab", str(first), "--no-browser", "--port=9999"]
    monkeypatch.setattr(lab.os, "geteuid", lambda: 0)
    assert "--allow-root" in lab.command([], tmp_path)


def test_help_starts_fast_without_loading_torch_or_jupyter():
    code = (
        "import sys, course_utils.cli\n"
        "heavy = {'torch', 'numpy', 'nbformat', 'nbgrader', 'matplotlib'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[1])


def test_the_toy_fixture_is_valid():
    nbformat.validate(nbformat.v4.new_notebook(cells=TOY))
