"""Run a function the reader wrote so that it cannot break the widget.

Whatever goes wrong (an exception, a loop without end, an interrupt) becomes a `ReaderError`: one
sentence with the line where it happened.
"""

import linecache
import sys
import sysconfig
import time
from functools import cache
from pathlib import Path

LIBRARIES = tuple(sysconfig.get_paths()[key] for key in ("stdlib", "purelib", "platlib"))
COURSE = str(Path(__file__).parents[1])


class ReaderError(Exception):
    """What went wrong in the reader's function, in a sentence for them."""


class _TimeIsUp(BaseException):
    """Not an Exception, so that a `try` of the reader's does not swallow it."""


class Guard:
    """The reader's `function` under the name they gave it; all calls share `seconds`.

    A trace function looks at the clock at every line of their code (not of the libraries it
    calls), which works on any thread and any system, where an alarm signal would not.
    """

    def __init__(self, name, function, seconds=1.0):
        self.name, self.function, self.seconds = name, function, seconds
        self.used, self.line = 0.0, None

    def __call__(self, *args, **kwargs):
        start, tracer = time.perf_counter(), sys.gettrace()
        self.end = start + self.seconds - self.used
        sys.settrace(self._trace)
        try:
            return self.function(*args, **kwargs)
        except (Exception, KeyboardInterrupt, SystemExit, _TimeIsUp) as error:
            raise ReaderError(self._sentence(error)) from None
        finally:
            sys.settrace(tracer)
            self.used += time.perf_counter() - start

    def fail(self, what):
        """ReaderError about the last line that ran, such as a wrong `return`."""
        where = f", line {self.line}" if self.line else ""
        raise ReaderError(f"{self.name}{where}: {what}")

    def _trace(self, frame, event, argument):
        if not is_readers(frame.f_code.co_filename):
            return None
        self.line = frame.f_lineno
        if time.perf_counter() > self.end:
            raise _TimeIsUp
        return self._trace

    def _sentence(self, error):
        frame = _readers_frame(error.__traceback__)
        return f"{self.name}{_place(*frame) if frame else ''}: {self._what(error)}"

    def _what(self, error):
        if isinstance(error, _TimeIsUp):
            return f"still running after {self.seconds:g} s. Does a loop here never end?"
        if isinstance(error, KeyboardInterrupt):
            return "interrupted."
        return f"{type(error).__name__}: {str(error).strip() or 'no message'}".splitlines()[0]


@cache
def is_readers(filename: str) -> bool:
    """Whether code in this file is the reader's, not the course's or a library's."""
    return not filename.startswith((*LIBRARIES, COURSE, "<frozen", "<__array"))


def _readers_frame(traceback):
    """(file, line) of the innermost frame in the reader's code; None if there is none."""
    found = None
    while traceback:
        filename = traceback.tb_frame.f_code.co_filename
        if is_readers(filename):
            found = filename, traceback.tb_lineno
        traceback = traceback.tb_next
    return found


def _place(filename, line):
    code = linecache.getline(filename, line).strip()
    return f", line {line}" + (f" ({code})" if code else "")
