"""The judge in a process of its own: it computes and decides while the grader reads and writes.

`JudgeProcess` is the grader's side, `main` the other. Values from a box pass through the grader as
text; the judge is the first to look at them. It keeps torch, loaded once, from unit to unit.
"""

import contextlib
import gc
import os
import socket
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

from . import wire
from .box import THREADS
from .errors import Stopped

MOST = 1 << 30  # bytes of one message


class JudgeError(Stopped):
    """No verdicts can be had; the message says why."""


class JudgeProcess:
    """A judge, started when first opened. A context manager; its methods return futures."""

    def __init__(self):
        self.thread = ThreadPoolExecutor(1, thread_name_prefix="judge")
        self.process = None

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.thread.shutdown(wait=False, cancel_futures=True)
        self._stop()
        self.thread.shutdown()

    def open(self, folder, seed):
        """Get ready for the exercise in `folder`; the future's result is the seed that serves.

        It is `seed`, or 0 if known right answers fail with that one. Raises JudgeError when the
        exercise cannot be judged.
        """
        if self.process is None or self.process.poll() is not None:  # it ended over another unit
            self._stop()
            self._start()
        return self.thread.submit(self._ask, {"folder": str(folder), "seed": seed})

    def verdicts(self, cells):
        """Judge check cells, {id: fields of a CellOutcome}; the result is {id: cell_result}."""
        return self.thread.submit(self._ask, {"cells": cells})

    def _ask(self, request):
        try:
            wire.send(self.sock, request)
            answer, _ = self.reader.read()
        except (OSError, EOFError):
            raise JudgeError(self._last_words()) from None
        if "failed" in answer:
            raise JudgeError(answer["failed"])
        return answer["result"]

    def _start(self):
        self.sock, theirs = wire.pair()
        self.reader = wire.Reader(self.sock, limit=MOST)
        self.said = tempfile.TemporaryFile()  # noqa: SIM115
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "course_utils.grading.judging", str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self.said,
                env={**os.environ, **dict.fromkeys(THREADS, "1")},
                pass_fds=[theirs.fileno()],
                start_new_session=True,  # or Ctrl-C would end it before the grader has tidied up
            )

    def _stop(self):
        if self.process is not None:
            self.process.kill()  # which wakes the thread that waits for an answer
            self.process.wait()
            self.sock.close()
            self.said.close()

    def _last_words(self):
        status = self.process.wait()
        with contextlib.suppress(ValueError, OSError):
            self.said.seek(0)
            lines = self.said.read().decode(errors="replace").strip().splitlines()
            return f"the judge ended with status {status}. {lines[-1] if lines else ''}".strip()
        return "the judge was stopped."


@contextlib.contextmanager
def objects_that_stay():
    """Keep the garbage collector from walking what is made here: it would, again and again.

    For torch, and for nbgrader, it takes a good part of a second at the end of the program alone.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


# ---- in the judge's own process


def main(number):
    """Answer requests on the socket of this number until the grader is gone."""
    from course_utils.checks import Exercise

    from .judge import make_judge

    sock = socket.socket(fileno=number)
    reader = wire.Reader(sock, limit=MOST)
    judge = None
    with contextlib.suppress(EOFError, ConnectionError):
        while True:
            request, _ = reader.read()
            try:
                if "folder" in request:
                    with objects_that_stay():
                        judge = make_judge(Exercise.load(request["folder"]), request["seed"])
                    answer = {"result": judge.seed}
                else:
                    answer = {"result": judge.results(request["cells"])}
            except Exception as error:
                answer = {"failed": f"{type(error).__name__}: {error}"}
            wire.send(sock, answer)
    os._exit(0)  # without a second of tidying up after torch


if __name__ == "__main__":
    main(int(sys.argv[1]))
