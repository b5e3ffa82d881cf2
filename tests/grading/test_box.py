"""The sandbox from the grader's side: how it starts, refuses, dies and comes back."""

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import time
from pathlib import Path

import mini
import pytest
from commands import course_command

from course_utils.grading import box, farm
from course_utils.grading.run import BoxGone, CellOutcome, Job, run, take

PUBLISH = "from course_utils.checks import expect\nexpect('x', got=x)"


def published(outcomes):
    return [values(outcome) for outcome in outcomes]


def values(outcome):
    return {name: json.loads(text) for name, text in outcome.published.items()}


def test_cells_share_one_namespace_and_publish(shared_box):
    outcomes = run(shared_box, Job(["x = 1", PUBLISH, "x = [2, (3.5, None)]", PUBLISH]))
    assert published(outcomes) == [{}, {"x": 1}, {}, {"x": [2, {"tuple": [3.5, None]}]}]


def test_a_dead_cell_is_skipped_and_the_others_replayed(shared_box):
    cells = ["x = 1", "import os\nos._exit(3)", PUBLISH, "x += 1", "os._exit(4)", PUBLISH]
    outcomes = run(shared_box, Job(cells))
    assert published(outcomes)[2] == {"x": 1}
    assert published(outcomes)[5] == {"x": 2}
    assert [bool(outcome.error) for outcome in outcomes] == [False, True, False, False, True, False]


def test_an_interrupted_cell_keeps_what_it_did(shared_box):
    cells = ["x = 5\nwhile True: pass", PUBLISH]
    outcomes = run(shared_box, Job(cells, timeout=0.5))
    assert "endless loop" in outcomes[0].error
    assert values(outcomes[1]) == {"x": 5}


def test_checks_are_plain_python_and_a_students_cells_are_ipythons(shared_box):
    nothing = (
        "import ast\nclass Nothing:\n    def visit(self, tree):\n        return ast.Module([], [])"
    )
    cells = ["x = 1", nothing, "get_ipython().ast_transformers.append(Nothing())", "x = 2", PUBLISH]
    outcomes = run(shared_box, Job([*cells, "%pwd"], checks=(4,)))
    assert published(outcomes)[4] == {"x": 1}
    assert outcomes[5].error is None
    broken = run(shared_box, Job(["%pwd", "1 / 0", PUBLISH], checks=(1, 2)))
    assert [o.error and o.error.partition(":")[0] for o in broken] == [
        None, "ZeroDivisionError", "NameError",
    ]  # fmt: skip


@pytest.mark.slow
def test_without_a_seed_of_its_own_a_submission_has_the_same_random_numbers(sandbox):
    draw = "import random, numpy, torch\nx = [random.random(), numpy.random.rand()]\n"
    draw += "x.append(float(torch.rand(1)))"
    settings = box.Settings(modules=("numpy", "torch"), hidden=())
    with box.Box(settings) as running:
        first, second = (run(running, Job([draw, PUBLISH]))[1] for _ in range(2))
    assert values(first) == values(second) != {}


def test_time_for_one_submission_is_limited(shared_box):
    outcomes = run(shared_box, Job(["while True: pass"] * 20, timeout=0.2, total=0.6))
    errors = [outcome.error.partition(":")[0] for outcome in outcomes]
    assert errors[:3] == ["Timeout"] * 3
    assert errors[-1] == "NotRun"


def test_files_lie_beside_the_notebook(shared_box):
    job = Job(["print(open('data/a.txt').read())"], files={"data/a.txt": b"42".hex()})
    (outcome,) = run(shared_box, job)
    assert outcome.outputs[0]["text"] == "42\n"


def test_the_seed_decides_the_inputs(shared_box):
    cell = "from course_utils.checks import expect, rng\nexpect('r', got=rng('r').normal())"
    drawn = [run(shared_box, Job([cell], seed=seed))[0].published["r"] for seed in (1, 1, 2)]
    assert drawn[0] == drawn[1] != drawn[2]


@pytest.mark.slow
def test_a_dying_box_costs_its_submissions_nothing(sandbox, settings):
    """Kill a box's processes under two submissions, as a machine short of memory might."""
    code = f"import time\nx = 1\ntime.sleep(1.5)\n{PUBLISH}"
    ended = queue.SimpleQueue()
    with farm.LocalFarm(lambda *job: ended.put(job), settings, 2) as local:
        for key in "ab":
            local.submit(key, Job([code]))
        while not local.box.ready:
            time.sleep(0.05)
        time.sleep(0.7)
        os.killpg(local.box.process.pid, signal.SIGKILL)
        done = dict(ended.get() for _ in "ab")
        assert {key: published(outcome) for key, outcome in done.items()} == {
            "a": [{"x": 1}],
            "b": [{"x": 1}],
        }
        local.submit("c", Job(["x = 2", PUBLISH]))
        assert published(ended.get()[1]) == [{}, {"x": 2}]


def test_a_box_left_before_it_is_ready_leaves_no_process(sandbox):
    """As when there turns out to be nothing to grade while torch still loads."""
    early = box.Box(box.Settings(modules=("torch",), hidden=()))
    early.launch()
    group = early.process.pid
    early.__exit__()
    time.sleep(0.2)  # or who is killed may not have noticed
    assert living(group) == []


def living(group):
    """The processes of a process group that are not just waiting to be buried."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, _, belongs_to, *_ = path.read_text().rpartition(")")[2].split()
            if int(belongs_to) == group and state not in "ZX":
                found.append(path.parent.name)
    return found


def test_a_box_that_dies_under_a_submission_again_is_reported(settings, monkeypatch):
    def dies(some_box, job):
        raise BoxGone("gone")

    class NoBox:
        settings = None

        def __enter__(self):
            return self

        def __exit__(self, *exception):
            pass

    monkeypatch.setattr(farm, "run", dies)
    monkeypatch.setattr(farm, "make_box", lambda settings: NoBox())
    with pytest.raises(BoxGone):
        farm.run_safely(NoBox(), Job([]))


@pytest.mark.slow
def test_the_cold_box_runs_each_submission_in_a_sandbox_of_its_own(sandbox):
    settings = box.Settings(kind="cold", memory=1 << 29)
    note = "import os\nprint(os.path.exists('note'))\nopen('note', 'w').close()\nx = 1"
    cells = [note, "os._exit(1)", "os.fork()", PUBLISH]
    with box.make_box(settings) as running:
        first, second, third, fourth = run(running, Job(cells))
    assert first.outputs[0]["text"] == "False\n"
    assert second.error.startswith("ProcessEnded")
    assert third.error.startswith("PermissionError")
    assert values(fourth) == {"x": 1}


def test_without_a_sandbox_limits_and_outside_judgement_remain(settings):
    open_settings = box.Settings(kind="none", memory=1 << 29)
    with box.make_box(open_settings) as running:
        here, large, value = run(
            running,
            Job(["import os\nprint(os.getcwd())", "import numpy\nnumpy.ones(10**9)", "x=1"]),
        )
        assert Path(here.outputs[0]["text"].strip()).parent == Path(running.scratch.name)
        assert large.error.startswith("MemoryError")
        assert value.error is None


# ---- refusals


def test_without_bubblewrap_it_refuses_and_says_how_to_go_on(monkeypatch):
    monkeypatch.setattr(box.shutil, "which", lambda name: None)
    with pytest.raises(box.BoxError, match=r"bubblewrap is not installed.*--no-sandbox"):
        box.Box().__enter__()


def test_elsewhere_than_on_linux_it_refuses(monkeypatch):
    monkeypatch.setattr(box.sys, "platform", "darwin")
    with pytest.raises(box.BoxError, match="runs on Linux"):
        box.make_box(box.Settings())


def test_a_fork_server_that_cannot_start_is_told_about(sandbox):
    with (
        pytest.raises(box.BoxError, match="no_such_module"),
        box.Box(box.Settings(modules=("no_such_module",))),
    ):
        pass


@pytest.mark.slow
def test_without_user_namespaces_it_refuses_and_names_the_ways_out(sandbox, tmp_path):
    """The grader in a sandbox that itself forbids user namespaces, as many containers do."""
    wrap = ["bwrap", "--dev-bind", "/", "/", "--unshare-user", "--disable-userns", "--"]
    if subprocess.run([*wrap, "true"], capture_output=True).returncode:
        pytest.skip("this bubblewrap cannot forbid user namespaces")
    root = mini.make_course(tmp_path / "course")
    mini.hand_in(root, "ada")
    program = Path(sys.executable).with_name("course")
    done = subprocess.run(
        [*wrap, program, "grade", mini.UNIT], cwd=root, capture_output=True, text=True
    )
    assert done.returncode == 2
    said = " ".join(done.stdout.split())
    assert "Nothing was graded" in said
    assert "--cold" in said
    assert "--no-sandbox" in said
    assert not (root / "autograded").exists()


@pytest.mark.slow
@pytest.mark.skipif(os.getuid() != 0, reason="only root can become an ordinary user")
def test_an_ordinary_user_grades_in_the_sandbox(sandbox, tmp_path):
    root = mini.make_course(tmp_path / "course")
    mini.hand_in(root, "ada")
    mini.hand_in(root, "bob", mini.filled({**mini.ANSWERS, "mse": "import os\nos.fork()"}))
    done = as_ordinary_user(["grade", mini.UNIT, "--timeout", "10"], root)
    assert done.returncode == 0, done.stdout + done.stderr
    from course_utils.grading.store import read_json

    folder = root / ".course" / "results" / mini.UNIT
    assert read_json(folder / "ada.json")["score"] == mini.FULL
    assert read_json(folder / "bob.json")["score"] == mini.FULL - 3


def as_ordinary_user(arguments, root):
    """Run `course` as user 4711, who can reach this Python wherever it is installed."""
    for path in [root, *root.rglob("*")]:
        os.chown(path, 4711, 4711)
    command, covered = ["bwrap", "--dev-bind", "/", "/"], []
    for needed in (Path(sys.base_prefix), Path(sys.prefix), root):
        for parent in list(reversed(needed.parents))[1:]:
            inside = any(parent.is_relative_to(other) for other in covered)
            if inside:
                command += ["--perms", "755", "--dir", str(parent)]
            elif not parent.stat().st_mode & 0o001:
                command += ["--perms", "755", "--tmpfs", str(parent)]
                covered.append(parent)
        command += ["--bind", str(needed), str(needed)]
    program = Path(sys.executable).with_name("course")
    user = ["setpriv", "--reuid=4711", "--regid=4711", "--clear-groups"]
    environment = {**os.environ, "HOME": str(root), "PWD": str(root)}
    return subprocess.run(
        [*command, "--chdir", str(root), "--", *user, str(program), *arguments],
        capture_output=True, text=True, env=environment,
    )  # fmt: skip


# ---- what is believed of a message


MESSAGES = [
    ({"cell": 3, "name": "a", "value": "1"}, {"a": "1"}, False),
    ({"cell": 2, "name": "a", "value": "1"}, {}, False),
    ({"cell": 3, "name": 7, "value": "1"}, {}, False),
    ({"cell": 3, "name": "a", "value": 1}, {}, False),
    ({"cell": 3, "name": "a"}, {}, False),
    ([3, "a", 1], {}, False),
    ("done", {}, False),
    (None, {}, False),
    ({"cell": 3, "outputs": [], "error": None}, {}, True),
    ({"cell": 2, "outputs": [], "error": None}, {}, False),
]


@pytest.mark.parametrize("message, published, done", MESSAGES)
def test_only_messages_about_the_running_cell_count(message, published, done):
    outcome = CellOutcome()
    assert take(message, 3, outcome) is done
    assert outcome.published == published


def test_a_name_published_twice_has_no_value():
    outcome = CellOutcome()
    for value in ("1", "1", "1"):
        take({"cell": 0, "name": "a", "value": value}, 0, outcome)
    assert outcome.published == {}
    assert outcome.repeated == ["a", "a"]


def test_text_from_a_box_can_always_be_written():
    outcome = CellOutcome()
    take({"cell": 0, "outputs": "no list", "error": "half \ud800 a pair"}, 0, outcome)
    assert outcome.error.encode()
    assert outcome.outputs == []


@pytest.mark.slow
def test_the_no_sandbox_way_has_to_be_named(sandbox, course):
    mini.hand_in(course, "ada")
    done = course_command("grade", mini.UNIT, "--no-sandbox", cwd=course)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "No sandbox" in done.stdout


PLAIN = (
    "x = 1",
    "def f(x):\n    return x % 2\n",
    "r = '\\d'",
    "a != b",
    "1 +",
    "x: int = 3  # why?\ny = 1",
)
SPECIAL_SYNTAX = (
    "%pwd", "x = 1\n%time x", "%%time\nx = 1", "!ls", "x = !ls", "x=%pwd", "if x:\n    !ls",
    "np.sum?", "np.sum??\nx = 1", "?np.sum", "/f x", ",f a b", ";f a b", ">>> x = 1\n>>> y = 2",
    "In [1]: x = 1", "    x = 1\n    y = 2", "\n    x = 1", "... y = 1",
    "x = np.sum?", "np.sum?  # why", "x, y = !ls", "%%bash\nls", "@x\n!ls", "\tx = 1", "x = 1; !ls",
)  # fmt: skip


@pytest.mark.parametrize("source", PLAIN + SPECIAL_SYNTAX)
def test_cells_mean_what_ipython_takes_them_for(source):
    """Plain Python is passed on as it is; for all else IPython's own transform decides."""
    from IPython.core.inputtransformer2 import TransformerManager

    from course_utils.grading.cells import as_python

    theirs = TransformerManager().transform_cell
    assert as_python(theirs)(source).strip("\n") == theirs(source).strip("\n")


@pytest.mark.parametrize("source", PLAIN[:2])
def test_plain_cells_are_not_read_twice(source):
    from course_utils.grading.cells import as_python

    assert as_python(lambda source: pytest.fail("transformed"))(source) == source


@pytest.mark.parametrize(
    "source, awaits", [("x = 1", False), ("await f()", True), ("y = 'async'", False)]
)
def test_only_cells_that_may_await_are_asked_about_it(source, awaits):
    from IPython.core.interactiveshell import InteractiveShell

    from course_utils.grading.cells import where_it_may

    shell = InteractiveShell.instance()
    asked = where_it_may(shell.should_run_async)
    assert asked(source, transformed_cell=source) is awaits
    assert shell.should_run_async(source, transformed_cell=source) is awaits
