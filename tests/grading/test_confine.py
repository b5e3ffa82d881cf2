"""The system call filter and the limits, against libseccomp and inside a real box."""

import struct
import time

import pytest

from course_utils.grading import box, confine
from course_utils.grading.run import Job, run


@pytest.mark.parametrize("column, arch", [(0, "X86_64"), (1, "AARCH64")])
def test_system_call_numbers_are_those_of_libseccomp(column, arch):
    seccomp = pytest.importorskip("pyseccomp")
    names = {**confine.DENIED, "clone": confine.CLONE, "clone3": confine.CLONE3}
    names["socket"] = confine.SOCKET
    for name, numbers in names.items():
        number = seccomp.resolve_syscall(getattr(seccomp.Arch, arch), name)
        assert numbers[column] == (number if number >= 0 else None), name


@pytest.mark.parametrize("machine", confine.ARCHITECTURES)
def test_every_jump_of_the_filter_stays_inside(machine):
    program = confine.filter_program(machine)
    steps = list(struct.iter_unpack("HBBI", program))
    for place, (code, yes, no, _) in enumerate(steps):
        if code != confine.RETURN:
            assert place + 1 + max(yes, no) < len(steps)
    assert steps[-1] == (confine.RETURN, 0, 0, confine.ALLOW)


def test_an_unknown_machine_has_no_filter():
    with pytest.raises(OSError, match="riscv64"):
        confine.filter_program("riscv64")


FORBIDDEN = {
    "fork": "import os; os.fork()",
    "vfork and exec": "import subprocess; subprocess.run(['true'])",
    "exec": "import os, sys; os.execv(sys.executable, [sys.executable])",
    "posix_spawn": "import os; os.posix_spawn('/bin/true', ['true'], {})",
    "internet socket": "import socket; socket.socket(socket.AF_INET)",
    "netlink socket": "import socket; socket.socket(socket.AF_NETLINK)",
    "kernel crypto socket": "import socket; socket.socket(socket.AF_ALG, socket.SOCK_SEQPACKET)",
    "memory file": "import os; os.memfd_create('x')",
    "chroot": "import os; os.chroot('/tmp')",
    "write beside itself": "open('/etc/x', 'w')",
    "write to Python": "import os; open(os.__file__, 'a')",
    "read /proc": "open('/proc/self/status')",
    "read a home": "open('/root/.bashrc')",
    "more memory": "import resource as r; r.setrlimit(r.RLIMIT_AS, (-1, -1))",
    "become another user": "import os; os.setuid(0)",
    "device": "import os, stat; os.mknod('/tmp/d', stat.S_IFBLK | 0o600, os.makedev(8, 0))",
}
CALLS = {
    "unshare": (272, "0x10000000"), "ptrace": (101, "0, 1"), "mount": (165, "0, 0, 0, 0, 0"),
    "bpf": (321, "0, 0, 0"), "io_uring_setup": (425, "1, 0"), "keyctl": (250, "0"),
    "userfaultfd": (323, "0"), "shmget": (29, "0, 4096, 0o1600"), "setns": (308, "0, 0"),
    "x32 numbers": (0x40000000, ""), "perf_event_open": (298, "0"),
}  # fmt: skip


@pytest.fixture
def boxed(shared_box):
    return shared_box


@pytest.mark.parametrize("name", FORBIDDEN)
def test_the_box_forbids(boxed, name):
    (outcome,) = run(boxed, Job([FORBIDDEN[name]]))
    assert outcome.error, name
    assert outcome.error.split(":")[0] in (
        "PermissionError", "OSError", "FileNotFoundError", "ValueError", "AttributeError",
    )  # fmt: skip


@pytest.mark.parametrize("name", CALLS)
def test_the_filter_answers_not_permitted(boxed, name):
    if confine.platform.machine() != "x86_64":
        pytest.skip("numbers of x86_64")
    number, arguments = CALLS[name]
    code = (
        "import ctypes\nlibc = ctypes.CDLL(None, use_errno=True)\n"
        f"result = libc.syscall({number}, {arguments})\nprint(result, ctypes.get_errno())"
    )
    (outcome,) = run(boxed, Job([code]))
    assert outcome.outputs[0]["text"] == "-1 1\n", outcome


def test_what_a_box_shows_of_the_machine(boxed):
    code = (
        "import os\nprint(os.getpid(), os.listdir('/proc'), os.listdir('.'), os.getcwd())\n"
        "print(sorted(os.listdir('/')))\nprint(sorted(os.environ))"
    )
    (outcome,) = run(boxed, Job([code]))
    first, folders, environment = outcome.outputs[0]["text"].splitlines()
    assert first == f"1 [] [] {box.scratch()}"
    own = {root.parts[1] for root in box.needed_folders()}
    assert not ({"home", "var", "srv", "mnt", "sys"} - own) & set(folders[2:-2].split("', '"))
    allowed = {*box.environment(), "PWD"}
    assert set(environment[2:-2].split("', '")) <= allowed


def test_threads_and_unix_sockets_work(boxed):
    code = (
        "import threading, socket\nt = threading.Thread(target=lambda: None)\nt.start()\nt.join()\n"
        "a, b = socket.socketpair()\na.send(b'x')\nprint(b.recv(1))"
    )
    (outcome,) = run(boxed, Job([code]))
    assert outcome.error is None
    assert outcome.outputs[0]["text"] == "b'x'\n"


def test_children_do_not_see_each_other(boxed):
    home = "import os\nhome = os.environ['HOME']\n"  # /tmp, unless the course itself lies there
    write = home + "open(home + '/note', 'w').write('hello')\nx = 1"
    read = home + "print(os.listdir(home), 'x' in globals())"
    run(boxed, Job([write]))
    (outcome,) = run(boxed, Job([read]))
    assert outcome.outputs[0]["text"] == "[] False\n"


def test_confinement_adds_little_time(boxed):
    start = time.perf_counter()
    for _ in range(20):
        boxed.child().close()
    assert (time.perf_counter() - start) / 20 < 0.5
