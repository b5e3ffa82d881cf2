"""Confine a freshly forked, single-threaded process before it runs a submission.

The filesystem it sees was laid out by bubblewrap (see `box`). Here each submission gets its own
user, mount, pid, ipc and network namespaces, an empty private home and /proc, no capabilities,
limits on memory, files and threads, and a filter of system calls. Everything is a direct system
call: together about two milliseconds. Linux only; docs/security.md lists what each step is for.
"""

import ctypes
import errno
import os
import platform
import resource
import struct

libc = ctypes.CDLL(None, use_errno=True)

CLONE_THREAD, NEWNS, NEWUTS, NEWIPC = 0x10000, 0x20000, 0x4000000, 0x8000000
NEWUSER, NEWPID, NEWNET = 0x10000000, 0x20000000, 0x40000000
MS_NOSUID, MS_NODEV, MS_REC, MS_PRIVATE = 2, 4, 1 << 14, 1 << 18
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_CAPBSET_DROP = 1, 4, 22, 24
PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT, AMBIENT_CLEAR = 38, 47, 4
CAPABILITY_VERSION = 0x20080522
SIGKILL = 9


def check(result, what):
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


# ---- namespaces


def unshare(flags, what="unshare"):
    """Leave the namespaces in `flags`. Raises OSError where the kernel forbids it."""
    check(libc.unshare(flags), what)


def enter_user_namespace(flags=0):
    """Enter a new user namespace (and those in `flags`) in which this user keeps its number."""
    uid, gid = os.getuid(), os.getgid()
    unshare(NEWUSER | flags, "a new user namespace")
    for path, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{uid} {uid} 1"),
        ("gid_map", f"{gid} {gid} 1"),
    ):
        with open(f"/proc/self/{path}", "w") as file:
            file.write(text)


def fork_in_new_pid_namespace(own):
    """Fork a child that is process 1 of its own pid namespace; `own` is an fd of ours."""
    unshare(NEWPID, "a new pid namespace")
    pid = -1
    try:
        pid = os.fork()
    finally:
        if pid != 0:
            check(libc.setns(own, NEWPID), "return to the own pid namespace")
    return pid


def private_folders(megabytes):
    """Cover home with an empty folder in memory, and /proc with one nobody can write."""
    check(libc.mount(b"none", b"/", None, MS_REC | MS_PRIVATE, None), "make mounts private")
    home = os.environ["HOME"].encode()
    for path, options in ((home, f"size={megabytes}m,mode=700"), (b"/proc", "size=0,mode=555")):
        flags = MS_NOSUID | MS_NODEV
        check(libc.mount(b"tmpfs", path, b"tmpfs", flags, options.encode()), f"mount {path!r}")


# ---- privileges and limits


def become(uid):
    """Give up root for the user number `uid`, for good."""
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    libc.prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)  # or /proc/self/uid_map would stay root's


def die_with_parent():
    libc.prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0)


def drop_capabilities():
    """Drop all capabilities, and the ways to get any back."""
    for capability in range(64):
        libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)
    libc.prctl(PR_CAP_AMBIENT, AMBIENT_CLEAR, 0, 0, 0)
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION, 0)
    nothing = (ctypes.c_uint32 * 6)()
    check(libc.capset(header, nothing), "drop capabilities")
    check(libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no new privileges")


def limit(memory, cpu_seconds, threads=64, files=256, file_bytes=64 << 20):
    """Set hard limits: `memory` bytes on top of what the process has now, and the rest as named."""
    with open("/proc/self/statm") as file:
        now = int(file.read().split()[0]) * resource.getpagesize()
    for name, value in {
        "AS": now + memory,
        "CPU": int(cpu_seconds) + 1,
        "NPROC": threads,
        "NOFILE": files,
        "FSIZE": file_bytes,
        "CORE": 0,
        "MEMLOCK": 1 << 16,
        "MSGQUEUE": 0,
    }.items():
        resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (value, value))


# ---- system calls

# name: (number on x86_64, on aarch64); the tests compare them with libseccomp's
DENIED = {
    # other processes: a submission is one process, which bounds its memory and ends with it
    "fork": (57, None), "vfork": (58, None), "execve": (59, 221), "execveat": (322, 281),
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
    "process_madvise": (440, 440), "kcmp": (312, 272), "pidfd_getfd": (438, 438),
    # mounts and namespaces
    "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51),
    "unshare": (272, 97), "setns": (308, 268), "move_mount": (429, 429), "open_tree": (428, 428),
    "fsopen": (430, 430), "fsmount": (432, 432), "fsconfig": (431, 431), "fspick": (433, 433),
    "mount_setattr": (442, 442), "open_by_handle_at": (304, 265), "name_to_handle_at": (303, 264),
    "mknod": (133, None), "mknodat": (259, 33),
    # memory outside the limits
    "memfd_create": (319, 279), "memfd_secret": (447, 447), "shmget": (29, 194),
    "msgget": (68, 186), "semget": (64, 190), "mq_open": (240, 180),
    # rarely used, often broken parts of the kernel
    "keyctl": (250, 219), "add_key": (248, 217), "request_key": (249, 218), "bpf": (321, 280),
    "perf_event_open": (298, 241), "userfaultfd": (323, 282), "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426), "io_uring_register": (427, 427), "fanotify_init": (300, 262),
    "modify_ldt": (154, None), "personality": (135, 92), "syslog": (103, 116),
    "kexec_load": (246, 104), "kexec_file_load": (320, 294), "init_module": (175, 105),
    "finit_module": (313, 273), "delete_module": (176, 106), "swapon": (167, 224),
    "swapoff": (168, 225), "reboot": (169, 142), "acct": (163, 89), "quotactl": (179, 60),
    "quotactl_fd": (443, 443), "settimeofday": (164, 170), "clock_settime": (227, 112),
    "adjtimex": (159, 171), "sethostname": (170, 161), "setdomainname": (171, 162),
}  # fmt: skip
CLONE, CLONE3, SOCKET = (56, 220), (435, 435), (41, 198)
ARCHITECTURES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
AF_UNIX = 1
LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
NUMBER_AT, ARCH_AT, ARGUMENT_AT = 0, 4, 16
ALLOW, KILL, ERROR = 0x7FFF0000, 0x80000000, 0x00050000
X32_BIT = 0x40000000


def filter_program(machine=None):
    """The filter as bytes of classic BPF. Raises OSError for an unknown kind of machine."""
    machine = machine or platform.machine()
    if machine not in ARCHITECTURES:
        raise OSError(errno.ENOSYS, f"no system call filter for {machine} machines")
    column, arch = ARCHITECTURES[machine]
    refuse, missing = ERROR | errno.EPERM, ERROR | errno.ENOSYS
    program = [
        (LOAD, 0, 0, ARCH_AT),
        (EQUAL, 1, 0, arch),
        (RETURN, 0, 0, KILL),
        (LOAD, 0, 0, NUMBER_AT),
        (AT_LEAST, 0, 1, X32_BIT),
        (RETURN, 0, 0, refuse),
    ]
    for numbers in DENIED.values():
        if numbers[column] is not None:
            program += [(EQUAL, 0, 1, numbers[column]), (RETURN, 0, 0, refuse)]
    # glibc falls back from clone3, whose flags a filter cannot read, to clone
    program += [(EQUAL, 0, 1, CLONE3[column]), (RETURN, 0, 0, missing)]
    for number, test, value in (
        (CLONE[column], ANY_BIT, CLONE_THREAD),
        (SOCKET[column], EQUAL, AF_UNIX),
    ):
        program += [
            (EQUAL, 0, 4, number),
            (LOAD, 0, 0, ARGUMENT_AT),
            (test, 0, 1, value),
            (RETURN, 0, 0, ALLOW),
            (RETURN, 0, 0, refuse),
        ]
    program.append((RETURN, 0, 0, ALLOW))
    return b"".join(struct.pack("HBBI", *instruction) for instruction in program)


class _Program(ctypes.Structure):
    _fields_ = [("count", ctypes.c_ushort), ("instructions", ctypes.c_char_p)]


def filter_system_calls(program):
    """Install a filter made by `filter_program`; it cannot be taken off again."""
    described = _Program(len(program) // 8, program)
    check(libc.prctl(PR_SET_SECCOMP, 2, ctypes.byref(described), 0, 0), "filter system calls")


def confine(memory, cpu_seconds, program, *, namespaces=True, megabytes=64):
    """Confine this process for good; see the module's first lines.

    memory: bytes it may add. program: from `filter_program`. namespaces: False where bubblewrap
    already gave this one submission its own.
    """
    if namespaces:
        enter_user_namespace(NEWNS | NEWIPC | NEWNET | NEWUTS)
    die_with_parent()
    limit(memory, cpu_seconds)
    if namespaces:
        private_folders(megabytes)
    os.chdir(os.environ["HOME"])
    drop_capabilities()
    filter_system_calls(program)
