"""Run a student's cells one by one on a kernel that may hang or die.

A cell that does either costs itself and nothing else: a new kernel replays the cells before it
and goes on with the one after.
"""

import contextlib
import re
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from queue import Empty

from jupyter_client.manager import start_new_kernel

from course_utils.notebooks import ANSI, KERNELSPEC, NotebookError, kernel_environment


@dataclass(frozen=True)
class Failure:
    """How a cell ended that did not end well.

    name: the exception's type, or "Timeout" or "KernelDied". frames: the (cell index, line)
    pairs of the traceback that lie in cells, outermost first.
    """

    name: str
    message: str = ""
    frames: tuple[tuple[int, int], ...] = ()


class Kernel:
    """A kernel in `folder`; use `run`."""

    def __init__(self, folder: Path, timeout: float):
        self.timeout = timeout
        self.folder = folder
        self.ran: list[tuple[int, str]] = []  # cells to replay after a restart
        self.counts: dict[int, int] = {}  # execution count -> cell index
        self.scratch = tempfile.TemporaryDirectory()
        self._start()

    def _start(self) -> None:
        try:
            self.manager, self.client = start_new_kernel(
                startup_timeout=60,
                kernel_name=KERNELSPEC["name"],
                cwd=str(self.folder),
                env=kernel_environment(self.scratch.name),
                extra_arguments=["--log-level=ERROR", "--HistoryManager.hist_file=:memory:"],
            )
        except (RuntimeError, OSError) as error:
            message = f"The Python kernel did not start ({error}): run `course doctor`."
            raise NotebookError(message) from None

    def run(self, index: int, source: str) -> Failure | None:
        """Run the cell `source`, number `index` of the notebook; None when it went well."""
        failure = self._execute(index, source)
        if failure and failure.name in ("Timeout", "KernelDied"):
            self._stop()
            self._start()
            for earlier in self.ran:
                self._execute(*earlier)
        else:
            self.ran.append((index, source))
        return failure

    def _execute(self, index: int, source: str) -> Failure | None:
        message_id = self.client.execute(source, store_history=True, allow_stdin=False)
        deadline, failure = time.monotonic() + self.timeout, None
        while True:
            try:
                message = self.client.get_iopub_msg(timeout=0.5)
            except Empty:
                if not self.manager.is_alive():
                    return Failure("KernelDied")
                message = None
            if time.monotonic() > deadline:
                return Failure("Timeout", f"{self.timeout:g}")
            if message is None or message["parent_header"].get("msg_id") != message_id:
                continue
            kind, content = message["msg_type"], message["content"]
            if kind == "execute_input":
                self.counts[content["execution_count"]] = index
            elif kind == "error":
                failure = self._failure(content)
            elif kind == "status" and content["execution_state"] == "idle":
                return failure

    def _failure(self, error: dict) -> Failure:
        text = ANSI.sub("", "\n".join(error["traceback"]))
        found = re.findall(r"Cell In\[(\d+)\], line (\d+)", text)
        frames = [(self.counts.get(int(count), -1), int(line)) for count, line in found]
        return Failure(error["ename"], error["evalue"], tuple(frames))

    def _stop(self) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)

    def close(self) -> None:
        self._stop()
        self.scratch.cleanup()


@contextlib.contextmanager
def kernel(folder: Path, timeout: float) -> Iterator[Kernel]:
    """A Kernel that is stopped at the end, whatever happens."""
    running = Kernel(folder, timeout)
    try:
        yield running
    finally:
        running.close()
