"""One batch for the whole bank, so that every attack runs beside all the others."""

import contextlib
import os
import shutil
import socket
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

import bank
import mini
import pytest
from nbgrader.api import Gradebook

from course_utils.grading import batch, box, farm, judging

WORKERS = 3


@pytest.fixture(scope="session")
def shared_box():
    """One box for many small tests; they are skipped where none can be started, but not in CI."""
    try:
        with box.Box(box.Settings(memory=1 << 29)) as running:
            yield running
    except box.BoxError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def sandbox(shared_box):
    """Submissions can be boxed on this machine."""


@pytest.fixture(scope="session")
def empty_gradebook(tmp_path_factory):
    """A gradebook with nbgrader's tables and nothing in them; making one takes it a while."""
    path = tmp_path_factory.mktemp("empty") / "gradebook.db"
    before = os.environ["PATH"]
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), before])
    try:
        Gradebook(f"sqlite:///{path}").close()
    finally:
        os.environ["PATH"] = before
    return path


@pytest.fixture
def course(tmp_path, empty_gradebook):
    root = mini.make_course(tmp_path / "course")
    shutil.copy(empty_gradebook, root)
    return root


@pytest.fixture
def settings():
    return box.Settings(memory=1 << 29)


@pytest.fixture(scope="session")
def shared_judge():
    with judging.JudgeProcess() as judge:
        yield judge


@pytest.fixture
def quick(shared_box, shared_judge, monkeypatch):
    """Let batches use the shared box and the shared judge."""

    class Untouched(contextlib.nullcontext):
        def launch(self):
            return self

    class SharedFarm(farm.LocalFarm):
        def __init__(self, done, settings, workers):
            farm.Farm.__init__(self, done, workers)
            self.box = Untouched()

        def _work(self, key, job):
            self.done(key, farm.run_safely(shared_box, job))

    monkeypatch.setattr(batch, "LocalFarm", SharedFarm)
    monkeypatch.setattr(batch, "JudgeProcess", lambda: contextlib.nullcontext(shared_judge))


def students(entries, prefix):
    return {name: f"{prefix}-{number:02d}" for number, name in enumerate(entries)}


@dataclass
class Bank:
    """The course after the batch: who handed in what, and what came of it."""

    root: Path
    summary: batch.Summary
    names: dict[str, str]
    before: dict[str, bytes]
    calls: list

    def result(self, name):
        return self.summary.graded[self.names[name]]

    def notebook(self, name):
        path = self.root / "autograded" / self.names[name] / mini.UNIT / f"{mini.NOTEBOOK}.ipynb"
        return path.read_text("utf-8")


def files_of(root):
    folders = (root / "solutions", root / "submitted")
    return {
        str(path): path.read_bytes()
        for folder in folders
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink()
    }


@pytest.fixture(scope="session")
def graded_bank(sandbox, tmp_path_factory):
    """Grade the whole bank in one batch, with people who try and people who do not."""
    root = mini.make_course(tmp_path_factory.mktemp("bank") / "course")
    solution = root / "solutions" / mini.UNIT / f"{mini.NOTEBOOK}.ipynb"
    solution.write_text(
        solution.read_text("utf-8").replace(
            "### BEGIN SOLUTION", f"### BEGIN SOLUTION {bank.SECRET_SOLUTION}"
        )
    )
    victim = {**mini.ANSWERS, "mse": f"# {bank.SECRET_STUDENT}\n{mini.ANSWERS['mse']}"}
    mini.hand_in(root, "victim", mini.filled(victim))
    calls = []
    with listener(calls) as port:
        names = hand_in_bank(root, port)
        before = files_of(root)
        os.environ["COURSE_TEST_SECRET"] = bank.SECRET_ENVIRONMENT
        try:
            options = batch.Options(workers=WORKERS, timeout=4, memory=0.5)
            summary = batch.grade(root, mini.UNIT, options)
        finally:
            del os.environ["COURSE_TEST_SECRET"]
    return Bank(root, summary, names, before, calls)


def hand_in_bank(root, port):
    replace = {"COURSE": str(root), "PORT": str(port)}
    names = {}
    for prefix in ("CHEATS", "FAULTS", "HONEST", "REFUSED"):
        entries = getattr(bank, prefix)
        ids = students(entries, prefix.lower())
        for name, entry in entries.items():
            entry = entry[0] if isinstance(entry, tuple) else entry
            bank.place(root, ids[name], entry, replace)
        names |= ids
    return names


class listener:  # noqa: N801
    """A server on this machine that notes who connects."""

    def __init__(self, calls):
        self.calls = calls

    def __enter__(self):
        self.server = socket.create_server(("127.0.0.1", 0))
        self.server.settimeout(0.2)
        self.open = True
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()
        return self.server.getsockname()[1]

    def serve(self):
        while self.open:
            try:
                connection, address = self.server.accept()
            except (TimeoutError, OSError):
                continue
            self.calls.append(address)
            connection.close()

    def __exit__(self, *exception):
        self.open = False
        self.thread.join()
        self.server.close()
