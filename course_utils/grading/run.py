"""Runs the cells of one submission in a box, whatever the submission does.

The grader's side decides which cell is running, for how long, and what to believe: only that the
named values were published while that cell ran. A cell that hangs or ends its process costs that
cell: a new child replays the cells before it and goes on behind it.
"""

import base64
import functools
import marshal
import signal
import time
from dataclasses import dataclass, field

from . import wire
from .box import BoxError

GRACE_SECONDS = 0.5  # between asking a cell to stop and ending its process
PATIENCE = 4  # times the timeout that a cell may wait for a processor on a busy machine
MAX_ENDINGS = 12  # processes that one submission may end or hang before the rest is not run


@dataclass(frozen=True)
class Job:
    """What to run for one submission.

    cells: sources in order. checks: which of them are the unit's own, plain Python, by index.
    files: {name: bytes as hex} to lay beside the notebook.
    timeout: seconds per cell; total: seconds for all that hang together.
    """

    cells: list[str]
    checks: tuple[int, ...] = ()
    files: dict[str, str] = field(default_factory=dict)
    seed: int = 0
    timeout: float = 15.0
    total: float = 90.0


@dataclass
class CellOutcome:
    """What happened in one cell: values by name, an error, outputs as nbformat has them.

    A value is the JSON text that the box sent; the judge is the first to read it.
    """

    published: dict = field(default_factory=dict)
    repeated: list[str] = field(default_factory=list)
    error: str | None = None
    outputs: list = field(default_factory=list)
    seconds: float = 0.0


class Ended(Exception):
    """The process did not survive a cell; the text says how."""


def run(box, job):
    """Run `job` in `box`; returns a CellOutcome per cell. Raises BoxError if the box is broken."""
    return _Run(box, job).outcomes()


class _Run:
    def __init__(self, box, job):
        self.box, self.job = box, job
        self.child = None
        self.fatal = set()
        self.spent = 0.0

    def outcomes(self):
        try:
            return [self._cell(index) for index in range(len(self.job.cells))]
        finally:
            self._end()

    def _cell(self, index):
        if len(self.fatal) >= MAX_ENDINGS or self.spent > self.job.total:
            return CellOutcome(error="NotRun: earlier cells used up the time for this notebook")
        start = time.monotonic()
        try:
            self._catch_up(index)
            outcome = self._run(index)
        except Ended as ending:
            self._end()
            self.fatal.add(index)
            outcome = CellOutcome(error=str(ending))
        outcome.seconds = round(time.monotonic() - start, 4)
        return outcome

    def _catch_up(self, index):
        """Bring a child to where the cells before `index` have run."""
        while self.child is None:
            self.child = self.box.child()
            if self.job.files:
                self._send({"files": self.job.files}, time.monotonic() + self.job.timeout)
            for earlier in [i for i in range(index) if i not in self.fatal]:
                try:
                    self._run(earlier)
                except Ended:
                    self.fatal.add(earlier)
                    if len(self.fatal) >= MAX_ENDINGS:
                        raise
                    self._end()
                    break

    def _run(self, index):
        deadline = time.monotonic() + self.job.timeout
        source = self.job.cells[index]
        what = {"code": compiled(source)} if index in self.job.checks else {"source": source}
        self._send({"cell": index, "seed": self.job.seed, **what}, deadline)
        outcome = CellOutcome()
        start = self.child.usage()
        for _ in range(PATIENCE):
            try:
                self._listen(index, outcome, deadline)
                return outcome
            except TimeoutError:
                if not self._starved(start):
                    break
                deadline += self.job.timeout
        return self._interrupt(index)

    def _starved(self, start):
        """Whether a late cell only waited for a processor: a busy machine costs nobody points."""
        now = self.child.usage()
        return bool(start and now and now[1]) and now[0] - start[0] < 0.7 * self.job.timeout

    def _send(self, message, deadline):
        try:
            self.child.send(message, deadline)
        except OSError as error:
            raise self._ending("stopped listening") from error

    def _listen(self, index, outcome, deadline):
        """Take in messages until the cell is done."""
        size = 0
        while True:
            try:
                message, length = self.child.reader.read(deadline)
            except EOFError:
                raise self._ending("ended its process (exit, crash or memory)") from None
            except wire.Misbehaved as error:
                raise self._ending(f"sent {error}") from None
            except ConnectionError:
                raise self._ending("closed its connection") from None
            size += length
            if size > wire.MAX_CELL:
                raise self._ending("sent far too much")
            if take(message, index, outcome):
                return

    def _interrupt(self, index):
        """A cell ran out of time: stop it politely if it lets us, and keep its process."""
        self.spent += self.job.timeout
        self.child.signal(signal.SIGINT)
        late = f"Timeout: no end after {self.job.timeout:g} s (an endless loop?)"
        try:
            self._listen(index, CellOutcome(), time.monotonic() + GRACE_SECONDS)
        except TimeoutError:
            raise Ended(late) from None
        return CellOutcome(error=late)

    def _ending(self, how):
        """Whose fault a silent child is: with its box gone, not the submission's."""
        if not self.box.outlived(self.child):
            raise BoxGone(f"the sandbox ended while a submission {how}")
        return Ended(f"ProcessEnded: the cell {how}")

    def _end(self):
        if self.child is not None:
            self.child.close()
            self.child = None


@functools.lru_cache(maxsize=256)
def compiled(source):
    """A check cell as the box runs it: compiled once here, not again in every submission's child.

    The box runs the same Python, and believes what its grader sends.
    """
    return base64.b64encode(marshal.dumps(compile(source, "<check>", "exec"))).decode()


class BoxGone(BoxError):
    """The box died under a submission, which should be run again."""


def take(message, index, outcome):
    """Note one message of a child in `outcome`; returns whether it says the cell is done."""
    if not isinstance(message, dict) or message.get("cell") != index:
        return False
    if "outputs" in message:
        error = message.get("error")
        outcome.error = printable(str(error), 2000) if error is not None else None
        outcome.outputs = message["outputs"] if isinstance(message["outputs"], list) else []
        return True
    name = message.get("name")
    if isinstance(name, str) and isinstance(message.get("value"), str):
        if name in outcome.published or name in outcome.repeated:
            outcome.published.pop(name, None)
            outcome.repeated.append(name)
        else:
            outcome.published[name] = message["value"]
    return False


def printable(text, limit=2_000_000):
    """Text from a box as it can be written: not too long, no half surrogate pairs."""
    return text[:limit].encode("utf-8", "replace").decode()
