"""Runs cells in the box, in an IPython shell of this process, and sends what their checks saw.

This is the one module that runs beside a submission's code, so nothing it says is believed: it
publishes values, and the grader, elsewhere, decides what they are worth.
"""

import base64
import contextlib
import io
import json
import marshal
import os
import re
import signal
import sys
from pathlib import Path

from course_utils.checks import encode, publishing, seeded

from . import wire

MAX_TEXT = 64_000  # characters of output kept per cell
MAX_OUTPUTS = 50
AT_ONCE = 100_000  # bytes of published values that wait for the end of their cell
# Where IPython may see more than Python: an indented start, escapes, prompts, a question mark.
SPECIAL = re.compile(r"\A\s|^\s*([%!?,;/]|>>>|\.\.\.|In \[)|\?\s*$|=\s*[%!]", re.MULTILINE)
KEPT_TYPES = ("text/plain", "image/png", "image/jpeg")


def make_shell():
    """An IPython shell without history, threads or tracebacks; made once, before any fork."""
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    config = Config()
    config.HistoryManager.enabled = False
    shell = InteractiveShell.instance(config=config)
    shell.enable_gui = shell.ask_exit = lambda *args, **kwargs: None
    shell.system = shell.system_piped = shell.system_raw = no_shell_commands
    shell.getoutput = no_shell_commands
    shell.transform_cell = as_python(shell.transform_cell)
    shell.should_run_async = where_it_may(shell.should_run_async)
    for name in ("showtraceback", "showsyntaxerror", "showindentationerror"):
        setattr(shell, name, lambda *args, **kwargs: None)
    for source in ("1", "raise ValueError", "1 +", "%pwd"):  # loads what the first cell would
        Runner(shell, sock=None).run(source)
    return shell


def as_python(transform):
    """IPython's `transform` for cells that need it: reading tokens takes longer than most cells."""
    return lambda source: transform(source) if SPECIAL.search(source) else source


def where_it_may(should_run_async):
    """IPython's question whether a cell awaits, which compiles it, only where it can."""

    def asked(source, **about):
        return ("await" in source or "async" in source) and should_run_async(source, **about)

    return asked


class NotHere:
    """Says why a package is missing; its files are not in the box either."""

    def __init__(self, packages):
        self.packages = set(packages)

    def find_spec(self, name, path=None, target=None):
        if name in self.packages:
            short = name.rpartition(".")[2]
            raise ModuleNotFoundError(
                f"{name} is not part of this unit: write it yourself, in NumPy.", name=short
            )


def no_shell_commands(command="", *args, **kwargs):
    print("(shell commands do not run while a notebook is graded)")


class Outputs:
    """The outputs of one cell as nbformat has them; what is too much is left out."""

    def __init__(self):
        self.items, self.room = [], MAX_TEXT

    def text(self, stream, text):
        kept = text[: self.room]
        self.room -= len(kept)
        if not kept:
            return
        last = self.items[-1] if self.items else {}
        if last.get("name") == stream:
            last["text"] += kept
        else:
            self.items.append({"output_type": "stream", "name": stream, "text": kept})
        if not self.room:
            last = self.items[-1]
            last["text"] += "\n… more output was left out\n"

    def data(self, data):
        kept = {kind: data[kind] for kind in KEPT_TYPES if isinstance(data.get(kind), str)}
        if kept and len(self.items) < MAX_OUTPUTS and self.room > 0:
            self.room -= len(kept.get("text/plain", ""))
            self.items.append({"output_type": "display_data", "data": kept, "metadata": {}})


class Stream(io.TextIOBase):
    """sys.stdout or sys.stderr of a cell."""

    def __init__(self, outputs, name):
        self.outputs, self.name = outputs, name

    def writable(self):
        return True

    def write(self, text):
        self.outputs.text(self.name, str(text))
        return len(text)


class Runner:
    """Runs cells as the grader asks for them; one per box."""

    def __init__(self, shell, sock):
        self.shell, self.sock = shell, sock
        self.running = -1
        self.unsent = bytearray()

    def serve(self):
        """Answer requests until the grader closes the connection."""
        reader = wire.Reader(self.sock, limit=1 << 30)
        with contextlib.suppress(EOFError, OSError):
            while True:
                request, _ = reader.read()
                self.answer(request)

    def answer(self, request):
        for name, text in request.get("files", {}).items():
            path = Path(name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(bytes.fromhex(text))
        if "cell" in request:
            self.running = request["cell"]
            with seeded(request["seed"]), publishing(self.publish):
                error, outputs = self.run(**request)
            self.unsent += wire.framed({"cell": self.running, "error": error, "outputs": outputs})
            self.flush()

    def publish(self, name, value):
        text = json.dumps(encode(value))
        message = wire.framed({"cell": self.running, "name": str(name), "value": text})
        if len(message) > wire.MAX_MESSAGE // 2:
            raise ValueError("far too large")
        self.unsent += message  # sent together: each time the grader is woken costs it
        if len(self.unsent) > AT_ONCE:
            self.flush()

    def flush(self):
        """Send what waits, whole: an interrupt of the cell waits until it is out."""
        waiting = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            self.sock.sendall(self.unsent)
            self.unsent.clear()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, waiting)

    def run(self, source=None, code=None, **_):
        """Run one cell; return ("NameError: …" or None, its outputs).

        source: as a student wrote it, for IPython. code: a check, which is plain Python, compiled.
        """
        outputs = Outputs()
        self.shell.display_pub.publish = lambda data, *args, **kwargs: outputs.data(data)
        self.shell.displayhook.write_format_data = lambda data, *args: outputs.data(data)
        self.shell.displayhook.write_output_prompt = lambda: None
        streams = sys.stdout, sys.stderr
        sys.stdout, sys.stderr = Stream(outputs, "stdout"), Stream(outputs, "stderr")
        try:
            if code is not None:
                exec(marshal.loads(base64.b64decode(code)), self.shell.user_ns)
                error = None
            else:
                result = self.shell.run_cell(source, store_history=False)
                error = describe(result.error_before_exec or result.error_in_exec)
        except BaseException as problem:
            error = describe(problem)
        finally:
            sys.stdout, sys.stderr = streams
        return error, outputs.items


def describe(error):
    if error is None:
        return None
    try:
        text = str(error)
    except BaseException:
        text = "(its text could not be read)"
    return f"{type(error).__name__}: {text}"[:2000]


def fresh_process():
    """Undo what a forked child should not share with its parent.

    A session of its own above all: `kill(0)` reaches the process group, also across pid namespaces.
    """
    os.setsid()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    nothing = os.open(os.devnull, os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(nothing, fd)
    import random

    import numpy as np

    random.seed(0)
    np.random.seed(0)
    if "torch" in sys.modules:
        # torch.manual_seed also notes for each kind of GPU who called it, which takes 8 ms
        sys.modules["torch"].default_generator.manual_seed(0)
