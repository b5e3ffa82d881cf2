"""The grader's side of the sandbox: start it, ask it for children, talk to one, end it.

A `Box` is bubblewrap around a fork server (`zygote`). What the fork server sees of the filesystem
is listed here and nothing else: Python, its packages, this package; read-only, without network,
home, solutions, gradebook or other submissions.
"""

import contextlib
import importlib.util
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from . import wire
from .errors import Stopped

UNPRIVILEGED = 61_234  # the user number a grader started as root becomes in the box
START_SECONDS = 120
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")
NOT_ALLOWED = ("namespace", "not permitted", "permissionerror", "no space left")
NO_NAMESPACES = (
    "This machine does not let processes make user namespaces, which the fast sandbox needs. "
    "Choose: --cold (one sandbox per submission, slower), allow them "
    "(sysctl kernel.unprivileged_userns_clone=1, or your container's security options), or "
    "--no-sandbox, only for submissions you trust."
)


class BoxError(Stopped):
    """The sandbox cannot be used; the message says why and what to do."""


@dataclass(frozen=True)
class Settings:
    """How to box submissions.

    kind: "warm" (a fork per submission), "cold" (a sandbox each) or "none".
    modules: imported before the first fork. hidden: packages that are not in the box at all.
    memory: bytes one submission may use. cpu_seconds: at most, in one process.
    """

    kind: str = "warm"
    modules: tuple[str, ...] = ("numpy",)
    hidden: tuple[str, ...] = ("torch", "course_utils.nn")
    memory: int = 2 << 30
    cpu_seconds: float = 600


def needed_folders():
    """What has to be seen in the box: Python, packages, this package."""
    package = Path(__file__).resolve().parents[1]
    wanted = ["/usr", sys.prefix, sys.base_prefix, sys.exec_prefix, str(package)]
    return [Path(path) for path in dict.fromkeys(wanted)]


def scratch():
    """Where a submission may write: /tmp, unless the course or its Python lies there."""
    return "/scratch" if any(root.is_relative_to("/tmp") for root in needed_folders()) else "/tmp"


def filesystem(hidden):
    """bubblewrap's options for the read-only root: Python, packages, this package, devices."""
    roots = needed_folders()
    inner = [r for r in roots if not any(r != q and r.is_relative_to(q) for q in roots)]
    options = []
    for name in ("lib", "lib32", "lib64", "bin", "sbin"):
        path = Path("/", name)
        if path.is_symlink():
            options += ["--symlink", os.readlink(path), str(path)]
        elif path.exists():
            options += ["--ro-bind", str(path), str(path)]
    for parent in dict.fromkeys(p for r in inner for p in reversed(r.parents) if p != Path("/")):
        options += ["--perms", "755", "--dir", str(parent)]
    for root in inner:
        options += ["--ro-bind", str(root), str(root)]
    if Path("/etc/ld.so.cache").exists():
        options += ["--ro-bind", "/etc/ld.so.cache", "/etc/ld.so.cache"]
    for folder in hidden_folders(hidden):
        options += ["--perms", "755", "--tmpfs", folder, "--remount-ro", folder]
    return options


def hidden_folders(modules):
    """The folders of packages that should not be in the box."""
    specs = [importlib.util.find_spec(name) for name in modules]
    return [folder for spec in specs if spec for folder in spec.submodule_search_locations or []]


def devices():
    options = ["--perms", "755", "--tmpfs", "/dev"]
    for name in ("null", "zero", "full", "random", "urandom"):
        options += ["--dev-bind", f"/dev/{name}", f"/dev/{name}"]
    return [*options, "--symlink", scratch(), "/dev/shm", "--remount-ro", "/dev"]


def environment():
    """Nothing of the grader's own environment, which may hold secrets."""
    threads = dict.fromkeys(THREADS, "1")
    return {
        "PATH": "/usr/bin:/bin",
        "HOME": scratch(),
        "TMPDIR": scratch(),
        "USER": "student",
        "LANG": "C.UTF-8",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "PYTHONDONTWRITEBYTECODE": "1",
        **threads,
    }


def bubblewrap(settings):
    """The command line before the Python of the fork server."""
    program = shutil.which("bwrap")
    if program is None:
        raise BoxError(
            "bubblewrap is not installed, so submissions cannot be kept apart from this machine. "
            "Install it (apt install bubblewrap, dnf install bubblewrap), or grade with "
            "--no-sandbox, only submissions you trust."
        )
    user = [] if os.getuid() == 0 else ["--unshare-user"]
    return [
        program, *user, "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts",
        *filesystem(settings.hidden), *devices(), "--proc", "/proc",
        "--perms", "1777", "--size", str(64 << 20), "--tmpfs", scratch(),
        "--remount-ro", "/", "--chdir", scratch(), "--",
    ]  # fmt: skip


class Box:
    """A running sandbox. Use as a context manager; `child` may be called from several threads."""

    def __init__(self, settings=None):
        self.settings = settings or Settings()
        self.lock = threading.Lock()
        self.process = self.control = self.scratch = self.said = None
        self.generation, self.ready = 0, False

    def __enter__(self):
        with self.lock:
            self._start()
            self._expect_ready()
        return self

    def launch(self):
        """Start without waiting until it is ready; `child` waits."""
        with self.lock:
            self._start()
        return self

    def __exit__(self, *exception):
        with self.lock:
            self._stop()

    @property
    def _running(self):
        return self.process is not None and self.process.poll() is None

    def outlived(self, child):
        """Whether `child` ended by itself, not because this sandbox did."""
        with self.lock, contextlib.suppress(OSError):
            if child.generation == self.generation and self._running:
                self.control.sendall(b"ping")
                return self.control.recv(64) == b"pong"
        return False

    def child(self):
        """A fresh child in which nothing has run. Raises BoxError when the sandbox is broken."""
        problem = None
        for _ in range(3):
            with self.lock:
                try:
                    if not self._running:
                        self._start()
                    if not self.ready:
                        self._expect_ready()
                    child = self._fork()
                except OSError as error:  # the fork server, or the way to it, is gone
                    problem = error
                    self._stop()
                    continue
            try:
                child.expect_ready()
                return child
            except (OSError, EOFError) as error:
                problem = error
                child.close()
        raise BoxError(f"no submission can be started in the sandbox: {problem!r}")

    def _start(self):
        self._stop()
        self.generation += 1
        kind = self.settings.kind
        command = [] if kind == "none" else bubblewrap(self.settings)
        ours, theirs = wire.pair()
        self.scratch = tempfile.TemporaryDirectory() if kind == "none" else None
        self.said = tempfile.TemporaryFile()  # noqa: SIM115
        options = {
            "control": theirs.fileno(),
            "uid": UNPRIVILEGED if os.getuid() == 0 and kind != "none" else None,
            "sandbox": kind != "none",
            "namespaces": kind == "warm",
            "modules": self.settings.modules,
            "hidden": self.settings.hidden,
            "memory": self.settings.memory,
            "cpu_seconds": self.settings.cpu_seconds,
            "scratch": self.scratch and self.scratch.name,
        }
        python = [sys.executable, "-m", "course_utils.grading.zygote", json.dumps(options)]
        self.process = subprocess.Popen(
            command + python,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self.said,
            env=environment() if self.scratch is None else {**os.environ, **environment()},
            pass_fds=[theirs.fileno()],
            start_new_session=True,
        )
        theirs.close()
        self.control = ours
        self.ready = False

    def _expect_ready(self):
        self.control.settimeout(START_SECONDS)
        try:
            answer = self.control.recv(4096).decode()
        except TimeoutError:
            answer = f"no answer in {START_SECONDS} s"
        if answer == "ready":
            self.ready = True
            return
        self.control.close()
        self.process.kill()
        self.process.wait()
        self.said.seek(0)
        said = (answer or self.said.read().decode(errors="replace")).strip()
        self._stop()
        if any(sign in said.lower() for sign in NOT_ALLOWED):
            raise BoxError(f"{NO_NAMESPACES} ({said})")
        raise BoxError(f"the sandbox does not start: {said[-600:] or 'it ended without a word'}")

    def _fork(self):
        ours, theirs = wire.pair()
        try:
            with theirs:
                socket.send_fds(self.control, [b"fork"], [theirs.fileno()])
            answer, fds, _, _ = socket.recv_fds(self.control, 4096, 1)
            if answer != b"child" or not fds:
                raise OSError(answer.decode(errors="replace") or "the fork server is gone")
        except OSError:
            ours.close()
            raise
        return Child(ours, fds[0], self.generation)

    def _stop(self):
        if self.control is not None:
            self.control.close()  # the fork server ends when its grader is gone
        if self.process is not None:
            if not self.ready:  # nor does it have children yet
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(self.process.pid, signal.SIGKILL)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(2)
            self.process.kill()
            self.process.wait()
            self.said.close()
        if self.scratch is not None:
            self.scratch.cleanup()
        self.process = self.control = self.scratch = self.said = None


class ColdBox:
    """The slow way for machines without user namespaces: a whole sandbox per child."""

    def __init__(self, settings):
        self.settings = settings
        self.boxes = {}

    def __enter__(self):
        with Box(self.settings):
            return self  # it starts, so children will

    def __exit__(self, *exception):
        pass

    def launch(self):
        return self

    def outlived(self, child):
        return True

    def child(self):
        box = Box(self.settings)
        child = box.__enter__().child()
        child.on_close = lambda: box.__exit__(None, None, None)
        return child


def make_box(settings):
    """The box, not yet started, for `settings.kind`."""
    if not sys.platform.startswith("linux"):
        raise BoxError("the class grader runs on Linux (or WSL 2, or a Linux container).")
    return ColdBox(settings) if settings.kind == "cold" else Box(settings)


class Child:
    """One process in the box, and our end of the conversation with it."""

    def __init__(self, sock, handle, generation):
        self.sock, self.handle, self.generation = sock, handle, generation
        self.reader = wire.Reader(sock)
        self.on_close = lambda: None

    def expect_ready(self):
        message, _ = self.reader.read(time.monotonic() + START_SECONDS)
        if "failed" in message:
            self.close()
            raise BoxError(f"a submission could not be confined: {message['failed']}")

    def send(self, message, deadline):
        self.sock.settimeout(max(0.01, deadline - time.monotonic()))
        wire.send(self.sock, message)

    def usage(self):
        """(Seconds of processor time used, whether it wants more now), or None if unknown."""
        with contextlib.suppress(OSError, ValueError):
            about = Path(f"/proc/self/fdinfo/{self.handle}").read_text()
            pid = int(about.partition("Pid:")[2].split()[0])
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks = int(fields[11]) + int(fields[12])
            return ticks / os.sysconf("SC_CLK_TCK"), fields[0] in "RD"
        return None

    def signal(self, number):
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.handle, number)

    def close(self):
        """Kill the process, and with it, as process 1 of its namespace, all it may have started."""
        if self.handle is not None:
            self.signal(signal.SIGKILL)
            os.close(self.handle)
            self.sock.close()
            self.handle = None
            self.on_close()
