"""The same batch on a Dask cluster: of two workers one is killed; nothing is lost or doubled."""

import os
import signal
import sqlite3
import threading
import time

import mini
import pytest

from course_utils.grading import batch, box

distributed = pytest.importorskip("distributed")
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]


@pytest.fixture
def cluster(sandbox):
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None,
        host="127.0.0.1", silence_logs=50,
    ) as running:  # fmt: skip
        yield running


def test_a_worker_killed_in_the_middle_loses_and_doubles_nothing(course, cluster):
    slow = {**mini.ANSWERS, "relu": f"{mini.RELU}\n    import time; time.sleep(0.2)\n"
            "    return np.maximum(Z, 0)"}  # fmt: skip
    for number in range(16):
        mini.hand_in(course, f"s{number:02d}", mini.filled(slow))
    wrong = {**mini.ANSWERS, "mse": mini.ANSWERS["mse"].replace("mean(", "sum(")}
    mini.hand_in(course, "bob", mini.filled(wrong))
    worker = next(iter(cluster.workers.values()))
    seen = []

    def kill_one(student, result):
        seen.append(student)
        if len(seen) == 3:
            os.kill(worker.pid, signal.SIGKILL)

    options = batch.Options(scheduler=cluster.scheduler_address, timeout=30, memory=0.5)
    summary = batch.grade(course, mini.UNIT, options, on_result=kill_one)
    assert summary.complete
    assert sorted(seen) == sorted([*(f"s{n:02d}" for n in range(16)), "bob"])
    scores = {student: result["score"] for student, result in summary.graded.items()}
    assert scores.pop("bob") == 7.0
    assert set(scores.values()) == {mini.FULL}
    with sqlite3.connect(course / "gradebook.db") as database:
        rows = database.execute("select count(*), count(distinct student_id) from "
                                "submitted_assignment").fetchone()  # fmt: skip
    database.close()
    assert rows == (17, 17)


def test_no_scheduler_is_told(course):
    mini.hand_in(course, "ada")
    options = batch.Options(scheduler="tcp://127.0.0.1:9")
    watchdog = threading.Timer(100, os._exit, (99,))
    watchdog.start()
    start = time.monotonic()
    try:
        with pytest.raises(box.BoxError, match=r"no Dask scheduler at tcp://127\.0\.0\.1:9"):
            batch.grade(course, mini.UNIT, options)
    finally:
        watchdog.cancel()
    assert time.monotonic() - start < 90
