"""Which system calls student code may make, as a seccomp filter.

An allow-list: what computing with tensors needs passes; what is known to be dangerous is
refused with EPERM, so that Python reports "Operation not permitted"; anything else, new
calls of later kernels included, does not exist (ENOSYS), so that libraries fall back.

Filters are classic BPF, assembled here because a binding to libseccomp would be one more
library to install for some sixty lines.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Mapping, Sequence

__all__ = ["program", "supported"]

# (x86_64, aarch64); -1 where an architecture lacks the call.
# fmt: off
_ALLOWED = {
    "read": (0, 63), "write": (1, 64), "readv": (19, 65), "writev": (20, 66), "pread64": (17, 67),
    "pwrite64": (18, 68), "preadv": (295, 69), "pwritev": (296, 70), "preadv2": (327, 286),
    "pwritev2": (328, 287), "close": (3, 57), "close_range": (436, 436), "fstat": (5, 80),
    "newfstatat": (262, 79), "stat": (4, -1), "lstat": (6, -1), "lseek": (8, 62), "mmap": (9, 222),
    "mprotect": (10, 226), "munmap": (11, 215), "mremap": (25, 216), "brk": (12, 214),
    "madvise": (28, 233), "msync": (26, 227), "mincore": (27, 232), "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135), "rt_sigreturn": (15, 139), "rt_sigsuspend": (130, 133),
    "rt_sigpending": (127, 136), "rt_sigtimedwait": (128, 137), "sigaltstack": (131, 132),
    "futex": (202, 98), "futex_waitv": (449, 449), "get_robust_list": (274, 100),
    "set_robust_list": (273, 99), "sched_yield": (24, 124), "sched_getaffinity": (204, 123),
    "sched_getparam": (143, 121), "sched_getscheduler": (145, 120),
    "sched_get_priority_max": (146, 125), "sched_get_priority_min": (147, 126),
    "getpid": (39, 172), "gettid": (186, 178),
    "getppid": (110, 173), "getpgrp": (111, -1), "getpgid": (121, 155), "getsid": (124, 156),
    "getuid": (102, 174), "geteuid": (107, 175), "getgid": (104, 176), "getegid": (108, 177),
    "getresuid": (118, 148), "getresgid": (120, 150), "getgroups": (115, 158), "creat": (85, -1),
    "access": (21, -1), "faccessat": (269, 48), "faccessat2": (439, 439),
    "readlink": (89, -1), "readlinkat": (267, 78),
    "getdents64": (217, 61), "getdents": (78, -1), "statx": (332, 291), "statfs": (137, 43),
    "fstatfs": (138, 44), "getcwd": (79, 17), "chdir": (80, 49), "fchdir": (81, 50),
    "clock_gettime": (228, 113), "clock_getres": (229, 114), "clock_nanosleep": (230, 115),
    "nanosleep": (35, 101), "gettimeofday": (96, 169), "time": (201, -1), "getitimer": (36, 102),
    "setitimer": (38, 103), "alarm": (37, -1), "pause": (34, -1), "restart_syscall": (219, 128),
    "exit": (60, 93), "exit_group": (231, 94), "set_tid_address": (218, 96), "rseq": (334, 293),
    "getrlimit": (97, 163), "getrandom": (318, 278), "poll": (7, -1), "ppoll": (271, 73),
    "select": (23, -1), "pselect6": (270, 72), "epoll_create": (213, -1),
    "epoll_create1": (291, 20), "epoll_ctl": (233, 21), "epoll_wait": (232, -1),
    "epoll_pwait": (281, 22), "eventfd": (284, -1), "eventfd2": (290, 19), "pipe": (22, -1),
    "pipe2": (293, 59), "dup": (32, 23), "dup2": (33, -1), "dup3": (292, 24),
    "sendmsg": (46, 211), "recvmsg": (47, 212), "sendto": (44, 206),
    "recvfrom": (45, 207), "shutdown": (48, 210), "getsockopt": (55, 209), "setsockopt": (54, 208),
    "getsockname": (51, 204), "getpeername": (52, 205), "unlink": (87, -1), "unlinkat": (263, 35),
    "mkdir": (83, -1), "mkdirat": (258, 34), "rmdir": (84, -1), "rename": (82, -1),
    "renameat": (264, 38), "renameat2": (316, 276), "ftruncate": (77, 46),
    "fallocate": (285, 47), "fadvise64": (221, 223), "fsync": (74, 82), "fdatasync": (75, 83),
    "flock": (73, 32), "umask": (95, 166), "link": (86, -1), "linkat": (265, 37),
    "symlink": (88, -1), "symlinkat": (266, 36), "uname": (63, 160), "sysinfo": (99, 179),
    "getrusage": (98, 165), "times": (100, 153), "getcpu": (309, 168), "membarrier": (324, 283),
    "arch_prctl": (158, -1), "wait4": (61, 260), "waitid": (247, 95),
    "get_mempolicy": (239, 236), "sendfile": (40, 71), "copy_file_range": (326, 285),
    "capget": (125, 90),
}
_REFUSED = {
    "socket": (41, 198), "connect": (42, 203), "bind": (49, 200), "listen": (50, 201),
    "accept": (43, 202), "accept4": (288, 242), "ptrace": (101, 117),
    "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "mount": (165, 40),
    "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51), "unshare": (272, 97),
    "setns": (308, 268), "execve": (59, 221), "execveat": (322, 281), "fork": (57, -1),
    "vfork": (58, -1), "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282),
    "keyctl": (250, 219), "add_key": (248, 217), "request_key": (249, 218),
    "io_uring_setup": (425, 425), "io_uring_enter": (426, 426), "io_uring_register": (427, 427),
    "memfd_create": (319, 279), "memfd_secret": (447, -1), "shmget": (29, 194), "shmat": (30, 196),
    "shmctl": (31, 195), "semget": (64, 190), "msgget": (68, 186), "mq_open": (240, 180),
    "setsid": (112, 157), "setpgid": (109, 154), "setuid": (105, 146), "setgid": (106, 144),
    "setreuid": (113, 145), "setregid": (114, 143), "setresuid": (117, 147),
    "setresgid": (119, 149), "setgroups": (116, 159), "capset": (126, 91),
    "sched_setscheduler": (144, 119), "sched_setparam": (142, 118), "sched_setattr": (314, 274),
    "setpriority": (141, 140), "ioprio_set": (251, 30), "tkill": (200, 130),
    "rt_sigqueueinfo": (129, 138), "rt_tgsigqueueinfo": (297, 240), "pidfd_open": (434, 434),
    "pidfd_send_signal": (424, 424), "pidfd_getfd": (438, 438), "mknod": (133, -1),
    "mknodat": (259, 33), "chown": (92, -1), "fchown": (93, 55), "lchown": (94, -1),
    "fchownat": (260, 54), "mlock": (149, 228), "mlockall": (151, 230), "mlock2": (325, 284),
    "init_module": (175, 105), "finit_module": (313, 273), "delete_module": (176, 106),
    "kexec_load": (246, 104), "reboot": (169, 142), "swapon": (167, 224), "swapoff": (168, 225),
    "settimeofday": (164, 170), "clock_settime": (227, 112), "clock_adjtime": (305, 266),
    "adjtimex": (159, 171), "sethostname": (170, 161), "setdomainname": (171, 162),
    "syslog": (103, 116), "acct": (163, 89), "quotactl": (179, 60),
    "open_by_handle_at": (304, 265), "name_to_handle_at": (303, 264), "fanotify_init": (300, 262),
    "fanotify_mark": (301, 263), "inotify_init": (253, -1), "inotify_init1": (294, 26),
    "inotify_add_watch": (254, 27), "personality": (135, 92), "setrlimit": (160, 164),
    "kcmp": (312, 272), "vhangup": (153, 58), "iopl": (172, -1), "ioperm": (173, -1),
    "modify_ldt": (154, -1), "move_mount": (429, 429), "open_tree": (428, 428),
    "fsopen": (430, 430), "fsmount": (432, 432), "fsconfig": (431, 431), "fspick": (433, 433),
    "mount_setattr": (442, 442), "process_madvise": (440, 440), "process_mrelease": (448, 448),
    "landlock_create_ruleset": (444, 444), "landlock_add_rule": (445, 445),
    "landlock_restrict_self": (446, 446), "seccomp": (317, 277), "splice": (275, 76),
    "tee": (276, 77), "vmsplice": (278, 75),
}
_EXAMINED = {
    "clone": (56, 220), "clone3": (435, -1), "kill": (62, 129), "tgkill": (234, 131),
    "ioctl": (16, 29), "fcntl": (72, 25), "prlimit64": (302, 261), "open": (2, -1),
    "openat": (257, 56), "prctl": (157, 167), "sched_setaffinity": (203, 122),
    "socketpair": (53, 199),
}
# Landlock does not know about these, so that without a jail they reach every file of the user.
_ON_ANY_PATH = {
    "chmod": (90, -1), "fchmod": (91, 52), "fchmodat": (268, 53), "utimensat": (280, 88),
    "truncate": (76, 45),
}
# What the driver of a GPU calls besides, in the student's process.
_ON_DEVICE = {
    # Which memory node its pinned buffers lie on; of the process's own memory only.
    "mbind": (237, 235),
}
# fmt: on

# Needed only where a course lets student code start processes of its own.
_PROCESSES = ("fork", "vfork", "execve", "execveat")

_AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_COLUMN = {"x86_64": 0, "aarch64": 1}

_EPERM, _ENOSYS = 1, 38
_ALLOW = 0x7FFF0000
_ERRNO = 0x00050000
_KILL_PROCESS = 0x80000000
_X32_BIT = 0x40000000

_LOAD, _EQUAL, _GREATER_OR_EQUAL, _ANY_BIT, _AND, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x54, 0x06
_JUMP = 0x05
_NR, _ARCH, _ARGUMENTS = 0, 4, 16

_CLONE_THREAD = 0x00010000
_CLONE_NAMESPACES = 0x7E020080
_TERMINAL_QUESTIONS = (0x5401, 0x541B, 0x5421, 0x5451, 0x5450, 0x5413)
# Requests to the resource manager (/dev/nvidiactl, /dev/nvidiaN) have this type; the driver itself
# looks at no more than their number. Unified memory (/dev/nvidia-uvm) has bare numbers, two large.
_REQUEST_TYPE, _RESOURCE_MANAGER = 0xFF00, ord("F") << 8
_UNIFIED_MEMORY_SETUP, _UNIFIED_MEMORY_END = (0x30000001, 0x30000002), 0x100
_ACCESS_MODE, _TRUNCATE, _WRITE_ONLY, _READ_WRITE = 3, 0o1000, 1, 2
_AF_UNIX, _SOCKET_KIND, _SOCK_STREAM, _SOCK_SEQPACKET = 1, 0xF, 1, 5
# What a process may ask or say of itself. Left out, besides what needs rights: PR_SET_PDEATHSIG,
# by which it would outlive the fork server, PR_SET_PTRACER, and the sharing of core scheduling.
_PROCESS_OPTIONS = (
    *(2, 3, 4, 15, 16, 21, 23, 29, 30, 37, 38, 39, 40, 41, 42, 50, 51, 52, 54, 56, 64),
    0x53564D41,  # PR_SET_VMA: malloc names its memory
)
# F_SETOWN, F_SETSIG, F_SETOWN_EX, F_SETLEASE, F_NOTIFY: ways to have signals sent to others.
_SIGNALLING_COMMANDS = (8, 10, 15, 1024, 1026)


def supported() -> bool:
    """Whether the numbers of this machine's system calls are known here."""
    return os.uname().machine in _AUDIT_ARCH


def _instruction(code: int, value: int, true: int = 0, false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, true, false, value)


def _load_argument(index: int) -> bytes:
    """The low half of an argument; enough for flags, commands and process ids."""
    return _instruction(_LOAD, _ARGUMENTS + 8 * index)


def _one_of(index: int, values: tuple[int, ...], *, then: int, otherwise: int) -> bytes:
    """Return ``then`` if the argument is one of ``values``, else ``otherwise``."""
    code = _load_argument(index)
    for position, value in enumerate(values):
        code += _instruction(_EQUAL, value, true=len(values) - position)
    return code + _instruction(_RETURN, otherwise) + _instruction(_RETURN, then)


def _opening(index: int, refuse: int) -> bytes:
    """Flags of an open: no truncation but by a descriptor that may write.

    Older Landlock asks for the right to write only where the descriptor has it.
    """
    return (
        _load_argument(index)
        + _instruction(_ANY_BIT, _TRUNCATE, false=3)
        + _instruction(_AND, _ACCESS_MODE)
        + _instruction(_EQUAL, _WRITE_ONLY, true=1)
        + _instruction(_EQUAL, _READ_WRITE, false=1)
        + _instruction(_RETURN, _ALLOW)
        + _instruction(_RETURN, refuse)
    )


def _pair(refuse: int) -> bytes:
    """Only pairs that stay pairs: a datagram socket can send to any address that it names."""
    return (
        _load_argument(0)
        + _instruction(_EQUAL, _AF_UNIX, false=4)
        + _load_argument(1)
        + _instruction(_AND, _SOCKET_KIND)
        + _instruction(_EQUAL, _SOCK_STREAM, true=2)
        + _instruction(_EQUAL, _SOCK_SEQPACKET, true=1)
        + _instruction(_RETURN, refuse)
        + _instruction(_RETURN, _ALLOW)
    )


def _driver_requests(refuse: int) -> bytes:
    """Requests that only the nodes of a GPU know, and the questions to a terminal."""
    known = (*_TERMINAL_QUESTIONS, *_UNIFIED_MEMORY_SETUP)
    code = _load_argument(1)
    for position, value in enumerate(known):
        code += _instruction(_EQUAL, value, true=len(known) - position + 3)
    return (
        code
        + _instruction(_GREATER_OR_EQUAL, _UNIFIED_MEMORY_END, false=3)
        + _instruction(_AND, _REQUEST_TYPE)
        + _instruction(_EQUAL, _RESOURCE_MANAGER, true=1)
        + _instruction(_RETURN, refuse)
        + _instruction(_RETURN, _ALLOW)
    )


def _intervals(bodies: Mapping[int, bytes], otherwise: bytes) -> list[tuple[int, bytes]]:
    """(first number, code) of each run of numbers that share their code, in order, from 0 on."""
    runs = [(0, otherwise)]
    for number in sorted(bodies):
        for first, body in ((number, bodies[number]), (number + 1, otherwise)):
            if runs[-1][0] == first:
                runs.pop()
            if not runs or runs[-1][1] != body:
                runs.append((first, body))
    return runs


def _search(runs: Sequence[tuple[int, bytes]]) -> bytes:
    """Code that finds the run of the number by halves.

    The kernel tries a filter on every number when it is loaded, so that a chain of comparisons
    costs each student process most of a millisecond.
    """
    if len(runs) == 1:
        return runs[0][1]
    middle = len(runs) // 2
    below, above = _search(runs[:middle]), _search(runs[middle:])
    # By way of a jump of its own, since a comparison can't skip more than 255 instructions.
    return (
        _instruction(_GREATER_OR_EQUAL, runs[middle][0], false=1)
        + _instruction(_JUMP, len(below) // 8)
        + below
        + above
    )


def program(
    own_pid: int,
    *,
    processes: bool,
    any_path: bool,
    pinned: bool = False,
    gpu: bool = False,
) -> bytes:
    """The filter for a process whose id, as it sees itself, is ``own_pid``.

    ``processes`` lets it start processes of its own (never in new namespaces); signals may go
    to itself only, since under the ``landlock`` level others of the same user are in reach.
    ``any_path`` lets it change modes, times and lengths by path, where only its own files are
    in view. ``pinned`` keeps it on the cores that it is on. ``gpu`` lets it talk to the driver of
    a GPU, whose nodes it must be able to open besides.
    """
    machine = os.uname().machine  # not platform's, which would keep the host's name for later
    column = _COLUMN[machine]
    refuse, missing = _ERRNO | _EPERM, _ERRNO | _ENOSYS

    if processes:
        clone = (
            _load_argument(0)
            + _instruction(_ANY_BIT, _CLONE_NAMESPACES, true=1)
            + _instruction(_RETURN, _ALLOW)
            + _instruction(_RETURN, refuse)
        )
    else:
        clone = (
            _load_argument(0)
            + _instruction(_AND, _CLONE_THREAD | _CLONE_NAMESPACES)
            + _instruction(_EQUAL, _CLONE_THREAD, false=1)
            + _instruction(_RETURN, _ALLOW)
            + _instruction(_RETURN, refuse)
        )
    examined = {
        "clone": clone,
        # Not EPERM: glibc then believes that threads are forbidden and OpenBLAS gives up.
        "clone3": _instruction(_RETURN, missing),
        "kill": _one_of(0, (own_pid,), then=_ALLOW, otherwise=refuse),
        "tgkill": _one_of(0, (own_pid,), then=_ALLOW, otherwise=refuse),
        "prlimit64": _one_of(0, (0, own_pid), then=_ALLOW, otherwise=refuse),
        "ioctl": _driver_requests(refuse)
        if gpu
        else _one_of(1, _TERMINAL_QUESTIONS, then=_ALLOW, otherwise=refuse),
        "fcntl": _one_of(1, _SIGNALLING_COMMANDS, then=refuse, otherwise=_ALLOW),
        "open": _opening(1, refuse),
        "openat": _opening(2, refuse),
        "prctl": _one_of(0, _PROCESS_OPTIONS, then=_ALLOW, otherwise=refuse),
        # Of others too, of the same user, where they are in view.
        "sched_setaffinity": _instruction(_RETURN, refuse)
        if pinned
        else _one_of(0, (0, own_pid), then=_ALLOW, otherwise=refuse),
        "socketpair": _pair(refuse),
    }
    verdicts = dict.fromkeys(_ALLOWED, _ALLOW) | dict.fromkeys(_REFUSED, refuse)
    verdicts |= dict.fromkeys(_ON_ANY_PATH, _ALLOW if any_path else refuse)
    if processes:
        verdicts |= dict.fromkeys(_PROCESSES, _ALLOW)
    if gpu:
        verdicts |= dict.fromkeys(_ON_DEVICE, _ALLOW)
    numbers = _ALLOWED | _REFUSED | _ON_ANY_PATH | _ON_DEVICE

    code = [
        _instruction(_LOAD, _ARCH),
        _instruction(_EQUAL, _AUDIT_ARCH[machine], true=1),
        _instruction(_RETURN, _KILL_PROCESS),
        _instruction(_LOAD, _NR),
    ]
    if machine == "x86_64":
        code += [
            _instruction(_GREATER_OR_EQUAL, _X32_BIT, false=1),
            _instruction(_RETURN, missing),
        ]
    bodies = {
        numbers[name][column]: _instruction(_RETURN, verdict) for name, verdict in verdicts.items()
    } | {_EXAMINED[name][column]: body for name, body in examined.items()}
    bodies.pop(-1, None)
    code.append(_search(_intervals(bodies, _instruction(_RETURN, missing))))
    return b"".join(code)
