"""The fork server inside the sandbox: imports everything once, then forks a child per submission.

Started by `box.Box` as `python -m course_utils.grading.zygote`, with a socket on which the grader
asks for children. Each request brings one end of a socket for the child; the answer is a handle on
the child's process. It stays single-threaded: a thread would not survive the fork. No code of a
submission ever runs in this process.
"""

import contextlib
import gc
import json
import os
import signal
import socket
import sys
import tempfile

from . import confine


def main(options):
    control = socket.socket(fileno=options["control"])
    gc.disable()  # until all that stays is there
    try:
        if options["uid"] is not None:
            confine.become(options["uid"])
        fork = namespace_fork(control, options)
        shell = prepare(options["modules"], options["hidden"])
    except Exception as error:
        control.sendall(f"{type(error).__name__}: {error}".encode())
        return 1
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.collect()
    gc.freeze()  # or the collector would touch, and so copy, every page in every child
    gc.enable()
    control.sendall(b"ready")
    return serve(control, fork, shell, options)


def namespace_fork(control, options):
    """How to fork: into a new pid namespace where each child gets its own.

    That needs to be process 1 of a pid namespace of one's own, so the server itself forks once.
    """
    if not options["namespaces"]:
        return os.fork
    confine.enter_user_namespace(confine.NEWPID)
    if pid := os.fork():
        control.close()
        os._exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) & 0xFF)
    confine.die_with_parent()
    own = os.open("/proc/self/ns/pid", os.O_RDONLY)
    return lambda: confine.fork_in_new_pid_namespace(own)


def prepare(modules, hidden):
    """Import what the unit's cells import, and run each once, so that no child waits for it."""
    import importlib

    from .cells import NotHere, make_shell

    sys.meta_path.insert(0, NotHere(hidden))

    for name in modules:
        importlib.import_module(name)
    if "torch" in sys.modules:
        warm_torch()
    import numpy as np

    np.random.default_rng([0, 0]).normal(size=3)
    return make_shell()


def warm_torch():
    """Make torch load what it loads late, on one thread: a second one would hang the children."""
    import torch

    torch.set_num_threads(1)
    weight = torch.nn.Parameter(torch.zeros(2, 2))
    optimizer = torch.optim.Adam([weight])
    torch.nn.functional.cross_entropy(weight, torch.zeros(2, dtype=torch.long)).backward()
    optimizer.step()


def serve(control, fork, shell, options):
    """Fork a child per request, and answer a ping, until the grader is gone."""
    program = confine.filter_program() if options["sandbox"] else None
    while True:
        request, fds, _, _ = socket.recv_fds(control, 64, 1)
        bury()
        if not request:
            return 0
        if request == b"ping":
            control.sendall(b"pong")
            continue
        try:
            pid = fork()
        except OSError as error:
            control.sendall(f"{type(error).__name__}: {error}".encode())
            os.close(fds[0])
            continue
        if pid == 0:
            child(fds[0], shell, options, program)
        handle = os.pidfd_open(pid)
        socket.send_fds(control, [b"child"], [handle])
        os.close(handle)
        os.close(fds[0])


def bury():
    """Collect children that have ended, and with them the processor time they used."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def child(fd, shell, options, program):
    """Confine this process, then run cells in it; never returns."""
    from . import wire
    from .cells import Runner, fresh_process

    try:
        os.dup2(fd, 3)
        os.closerange(4, 1 << 16)
        sock = socket.socket(fileno=3)
        try:
            fresh_process()
            enter(options, program)
        except Exception as error:
            wire.send(sock, {"failed": f"{type(error).__name__}: {error}"})
            return
        wire.send(sock, {"ready": True})
        Runner(shell, sock).serve()
    finally:
        os._exit(0)


def enter(options, program):
    """Go to where the submission may be: a confined process, or just a folder of its own."""
    limits = options["memory"], options["cpu_seconds"]
    if options["sandbox"]:
        confine.confine(*limits, program, namespaces=options["namespaces"])
    else:
        confine.die_with_parent()
        confine.limit(*limits, threads=1 << 16)
        os.chdir(tempfile.mkdtemp(dir=options["scratch"]))


if __name__ == "__main__":
    os._exit(main(json.loads(sys.argv[1])))  # without tidying up, which takes torch a while
