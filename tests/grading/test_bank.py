"""The bank of attacks and faults, all handed in at once: nothing is gained, nothing is lost."""

import os
import sqlite3
from pathlib import Path

import bank
import nbformat
import pytest
from nbgrader.utils import determine_grade, is_grade

from course_utils.grading.box import UNPRIVILEGED

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("bank")]


def test_the_batch_ends_with_a_result_for_everyone(graded_bank):
    summary = graded_bank.summary
    assert summary.stopped is None
    refused = {graded_bank.names[name] for name in bank.REFUSED}
    assert set(summary.ungradable) == refused
    assert set(summary.graded) == {*graded_bank.names.values(), "victim"} - refused


@pytest.mark.parametrize("name", bank.CHEATS)
def test_a_cheat_gains_nothing(graded_bank, name):
    assert graded_bank.result(name)["score"] == 0


@pytest.mark.parametrize("name", bank.FAULTS)
def test_a_fault_costs_its_own_question_only(graded_bank, name):
    result, entry = graded_bank.result(name), bank.FAULTS[name]
    assert result["score"] == entry.score
    wrong = [cell for cell in result["cells"].values() if cell["status"] != "right"]
    assert [cell["cell"] for cell in wrong] == ["check_relu"]
    assert entry.said in str(wrong[0]["error"])


@pytest.mark.parametrize("name", bank.HONEST)
def test_an_honest_student_loses_nothing(graded_bank, name):
    result = graded_bank.result(name)
    assert result["score"] == bank.FULL
    assert result["max_score"] == bank.FULL


@pytest.mark.parametrize("name", bank.REFUSED)
def test_what_cannot_be_graded_is_named(graded_bank, name):
    assert bank.REFUSED[name][1] in graded_bank.summary.ungradable[graded_bank.names[name]]


def test_nothing_outside_was_changed(graded_bank):
    for path, content in graded_bank.before.items():
        assert Path(path).read_bytes() == content, path
    made = {path.name for path in graded_bank.root.iterdir()}
    assert made == {
        ".course", "autograded", "gradebook.db", "nbgrader_config.py", "solutions", "submitted",
    }  # fmt: skip
    assert not Path("/written").exists()
    assert not Path("/usr/written").exists()


def test_nothing_secret_was_seen(graded_bank):
    secrets = bank.SECRET_SOLUTION, bank.SECRET_STUDENT, bank.SECRET_ENVIRONMENT
    for name in bank.CHEATS:
        text = graded_bank.notebook(name)
        assert not [secret for secret in secrets if secret in text], name


def test_nobody_reached_the_network(graded_bank):
    assert graded_bank.calls == []


def test_no_process_is_left(graded_bank):
    """Every process of the box's user belongs to a box that runs: nothing got away from one."""
    status = {int(p.parent.name): readable(p) for p in Path("/proc").glob("[0-9]*/status")}
    parent = {
        pid: int(text.partition("PPid:")[2].split()[0]) for pid, text in status.items() if text
    }
    boxes = {pid for pid, text in status.items() if text.startswith("Name:\tbwrap\n")}

    def in_a_box(pid):
        return pid in boxes or (pid in parent and in_a_box(parent[pid]))

    users = [pid for pid, text in status.items() if f"Uid:\t{UNPRIVILEGED}\t" in text]
    assert [pid for pid in users if not in_a_box(pid)] == []
    assert sum(parent.get(pid) == os.getpid() for pid in boxes) == 1  # the one the tests share


def readable(path):
    try:
        return path.read_text()
    except OSError:
        return ""


def test_the_gradebook_holds_these_scores_and_no_manual_ones(graded_bank):
    with sqlite3.connect(graded_bank.root / "gradebook.db") as database:
        manual = database.execute("select count(*) from grade where manual_score is not null")
        assert manual.fetchone() == (0,)
        totals = dict(
            database.execute(
                "select s.student_id, sum(g.auto_score) from grade g "
                "join submitted_notebook n on g.notebook_id = n.id "
                "join submitted_assignment s on n.assignment_id = s.id group by 1"
            )
        )
    database.close()
    assert totals == {s: r["score"] for s, r in graded_bank.summary.graded.items()}


def test_nbgrader_scores_the_graded_notebooks_alike(graded_bank):
    for name in [*bank.CHEATS, *bank.FAULTS, *bank.HONEST]:
        notebook = nbformat.reads(graded_bank.notebook(name), as_version=nbformat.NO_CONVERT)
        nbformat.validate(notebook)
        scores = [determine_grade(cell)[0] for cell in notebook.cells if is_grade(cell)]
        assert sum(score or 0 for score in scores) == graded_bank.result(name)["score"]


def test_no_hidden_test_is_in_the_graded_notebooks(graded_bank):
    assert "hidden checks ran here" in graded_bank.notebook("right")
    for name in bank.HONEST:
        assert "np.einsum('nd,dc->nc', A, B)" not in graded_bank.notebook(name)
