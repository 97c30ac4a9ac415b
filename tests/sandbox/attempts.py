"""What a hostile submission may try, one function each. Loaded as student code, never imported.

Each returns data: what it got, or ``["refused", errno]``. A system call that the kernel looked
at before it said no (EINVAL, EFAULT, EBADF) was not refused.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import resource
import socket
import subprocess
import threading
from collections.abc import Callable

_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long

# (x86_64, aarch64); None where an architecture lacks the call.
_CALLS: dict[str, tuple[int | None, int | None]] = {
    "acct": (163, 89),
    "add_key": (248, 217),
    "bpf": (321, 280),
    "capset": (126, 91),
    "chroot": (161, 51),
    "clock_settime": (227, 112),
    "clone": (56, 220),
    "clone3": (435, 435),
    "fanotify_init": (300, 262),
    "fsopen": (430, 430),
    "futimesat": (261, None),
    "getpid": (39, 172),
    "inotify_init1": (294, 26),
    "io_setup": (206, 0),
    "io_uring_setup": (425, 425),
    "iopl": (172, None),
    "kcmp": (312, 272),
    "keyctl": (250, 219),
    "landlock_create_ruleset": (444, 444),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "mlock": (149, 228),
    "modify_ldt": (154, None),
    "mount": (165, 40),
    "msgget": (68, 186),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "open_tree": (428, 428),
    "openat2": (437, 437),
    "perf_event_open": (298, 241),
    "personality": (135, 92),
    "pidfd_open": (434, 434),
    "pivot_root": (155, 41),
    "process_vm_readv": (310, 270),
    "ptrace": (101, 117),
    "rt_sigqueueinfo": (129, 138),
    "sched_setaffinity": (203, 122),
    "sched_setattr": (314, 274),
    "seccomp": (317, 277),
    "semget": (64, 190),
    "setns": (308, 268),
    "setpriority": (141, 140),
    "settimeofday": (164, 170),
    "setxattr": (188, 5),
    "shmget": (29, 194),
    "splice": (275, 76),
    "syslog": (103, 116),
    "tgkill": (234, 131),
    "timer_create": (222, 107),
    "tkill": (200, 130),
    "umount2": (166, 39),
    "unshare": (272, 97),
    "userfaultfd": (323, 282),
    "utime": (132, None),
    "vfork": (58, None),
    "vmsplice": (278, 75),
}

_CLONE_NEWUSER, _CLONE_NEWNS, _SIGCHLD = 0x10000000, 0x00020000, 17


def _told(action: Callable[[], object]) -> object:
    try:
        return action()
    except OSError as error:
        return ["refused", errno.errorcode.get(error.errno or 0, str(error))]


def _call(name: str, *arguments: object) -> object:
    number = _CALLS[name][platform.machine() == "aarch64"]
    if number is None:
        return ["refused", "ENOSYS"]
    given = [part if isinstance(part, bytes) else ctypes.c_long(part) for part in arguments]  # type: ignore[arg-type]  # ints else
    result = _libc.syscall(ctypes.c_long(number), *given)
    if result == -1:
        return ["refused", errno.errorcode.get(ctypes.get_errno(), "?")]
    return ["done", int(result)]


# --- files


def read_file(path: str) -> object:
    def action() -> object:
        with open(path, "rb") as file:
            return file.read(4096)

    return _told(action)


def list_folder(path: str) -> object:
    return _told(lambda: sorted(os.listdir(path)))


def stat_file(path: str) -> object:
    return _told(lambda: os.stat(path).st_size)


def write_file(path: str) -> object:
    def action() -> object:
        with open(path, "r+b") as file:
            return file.write(b"mine")

    return _told(action)


def create_file(path: str) -> object:
    def action() -> object:
        with open(path, "xb") as file:
            return file.write(b"mine")

    return _told(action)


def open_and_truncate(path: str, access: int) -> object:
    return _told(lambda: os.close(os.open(path, access | os.O_TRUNC)))


def truncate_file(path: str) -> object:
    return _told(lambda: os.truncate(path, 0))


def change_mode(path: str) -> object:
    return _told(lambda: os.chmod(path, 0o777))


def change_mode_by_descriptor(path: str) -> object:
    def action() -> object:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fchmod(descriptor, 0o777)
            return "changed"
        finally:
            os.close(descriptor)

    return _told(action)


def change_times(path: str) -> object:
    return _told(lambda: os.utime(path, (1, 1)))


def set_attribute(path: str) -> object:
    return _call("setxattr", path.encode() + b"\0", b"user.note\0", b"x", 1, 0)


def remove_file(path: str) -> object:
    return _told(lambda: os.unlink(path))


def rename_file(path: str) -> object:
    return _told(lambda: os.rename(path, path + ".gone"))


def make_folder(path: str) -> object:
    return _told(lambda: os.mkdir(path))


def take_along(path: str) -> object:
    """A hard link to a file that can't be read, in a folder where everything can."""
    return _told(lambda: os.link(path, "linked"))


def through_a_link(path: str) -> object:
    def action() -> object:
        os.symlink(path, "pointer")
        with open("pointer", "rb") as file:
            return file.read()

    return _told(action)


def through_the_old_root(path: str) -> object:
    return [read_file("/proc/self/root" + path), read_file("/proc/1/root" + path)]


def make_device() -> object:
    return _told(lambda: os.mknod("disk", 0o60666, os.makedev(1, 1)))


def make_fifo(path: str) -> object:
    return _told(lambda: os.mkfifo(path))


def devices() -> object:
    found = []
    for name in sorted(os.listdir("/dev")):
        path = os.path.join("/dev", name)
        if not os.path.islink(path) and not os.path.isdir(path):
            found.append(name)
    return found


# --- what can be seen


def environment() -> object:
    return dict(os.environ)


def about_me() -> object:
    with open("/proc/self/status", encoding="ascii", errors="replace") as file:
        status = dict(line.rstrip("\n").split(":", 1) for line in file if ":" in line)
    return {key: value.strip() for key, value in status.items()}


def everything_said_of_me() -> object:
    texts = []
    for name in ("environ", "cmdline", "mountinfo", "maps"):
        with open(f"/proc/self/{name}", "rb") as file:
            texts.append(file.read())
    return texts


def descriptors() -> object:
    found = {}
    for number in range(256):
        try:
            found[number] = os.readlink(f"/proc/self/fd/{number}")
        except OSError:
            continue
    return found


def processes_seen() -> object:
    return _told(lambda: sorted(int(name) for name in os.listdir("/proc") if name.isdigit()))


def process_files(pid: int) -> object:
    return {
        name: read_file(f"/proc/{pid}/{name}")
        for name in ("environ", "cmdline", "maps", "mem", "auxv", "status")
    }


def host_name() -> object:
    return [socket.gethostname(), platform.node()]


def interfaces() -> object:
    with open("/proc/self/net/dev", encoding="ascii") as file:
        return [line.split(":")[0].strip() for line in file if ":" in line]


def where_am_i() -> object:
    return os.getcwd()


def my_id() -> object:
    return os.getpid()


# --- network


def open_sockets() -> object:
    kinds = {
        "tcp": (socket.AF_INET, socket.SOCK_STREAM),
        "tcp6": (socket.AF_INET6, socket.SOCK_STREAM),
        "udp": (socket.AF_INET, socket.SOCK_DGRAM),
        "unix": (socket.AF_UNIX, socket.SOCK_STREAM),
        "unix datagram": (socket.AF_UNIX, socket.SOCK_DGRAM),
        "raw": (socket.AF_INET, socket.SOCK_RAW),
        "packet": (socket.AF_PACKET, socket.SOCK_RAW),
        "netlink": (socket.AF_NETLINK, socket.SOCK_RAW),
        "kernel crypto": (socket.AF_ALG, socket.SOCK_SEQPACKET),
        "virtual machine": (40, socket.SOCK_STREAM),
    }
    return {
        name: _told(lambda kind=kind: socket.socket(*kind).close())  # type: ignore[misc]  # bound at once
        for name, kind in kinds.items()
    }


def send_from_a_pair(address: str) -> object:
    """A datagram socket that needs no socket(): it may name any address as it sends."""

    def action() -> object:
        left, right = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        with left, right:
            return left.sendto(b"out", address)

    return _told(action)


def raw_pair() -> object:
    """The kernel turns a raw UNIX socket into a datagram one."""

    def action() -> object:
        left, right = socket.socketpair(socket.AF_UNIX, 3)
        left.close()
        right.close()
        return "made"

    return _told(action)


def stream_to_elsewhere(address: str) -> object:
    """The channel itself, or a pair of one's own, told to send to somebody else."""
    answers = []
    for kind in (socket.SOCK_STREAM, socket.SOCK_SEQPACKET):
        left, right = socket.socketpair(socket.AF_UNIX, kind)
        with left, right:
            answers.append(_told(lambda left=left: left.connect(address)))  # type: ignore[misc]
    return answers


def look_up(name: str) -> object:
    return _told(lambda: socket.getaddrinfo(name, 80))


# --- processes and signals


def start_processes() -> object:
    return {
        "fork": _told(lambda: _left(os.fork())),
        "vfork": _call("vfork"),
        "clone": _call("clone", _SIGCHLD, 0, 0, 0, 0),
        "clone into a namespace": _call("clone", _SIGCHLD | _CLONE_NEWUSER, 0, 0, 0, 0),
        "clone3": _call("clone3", bytes(88), 88),
        "subprocess": _told(lambda: subprocess.run(["/bin/true"], check=False).returncode),
        "posix_spawn": _told(lambda: os.posix_spawn("/bin/true", ["true"], {})),
        "exec": _told(lambda: os.execv("/bin/true", ["true"])),
    }


def start_a_few() -> object:
    return {
        "fork": _told(lambda: _left(os.fork())),
        "clone into a namespace": _call("clone", _SIGCHLD | _CLONE_NEWUSER, 0, 0, 0, 0),
        "clone3": _call("clone3", bytes(88), 88),
    }


def _left(pid: int) -> int:
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    return pid


def signal_others(others: list[int]) -> object:
    """Signal 0 and SIGCONT, which would do no harm if they came through."""
    targets = [-1, 0, os.getppid(), *others, *(-other for other in others)]
    told: dict[str, object] = {}
    for target in targets:
        told[f"kill {target}"] = _told(lambda target=target: os.kill(target, 0))  # type: ignore[misc]
    for other in others:
        told[f"killpg {other}"] = _told(lambda other=other: os.killpg(other, 0))  # type: ignore[misc]
        told[f"tgkill {other}"] = _call("tgkill", other, other, 0)
        told[f"tkill {other}"] = _call("tkill", other, 0)
        told[f"sigqueue {other}"] = _call("rt_sigqueueinfo", other, 18, bytes(128))
        told[f"pidfd {other}"] = _call("pidfd_open", other, 0)
        told[f"limits {other}"] = _told(
            lambda other=other: resource.prlimit(other, resource.RLIMIT_CORE, (0, 0))  # type: ignore[misc]
        )
        told[f"affinity {other}"] = _told(
            lambda other=other: os.sched_setaffinity(other, {0})  # type: ignore[misc]
        )
        told[f"priority {other}"] = _call("setpriority", 0, other, 19)
        told[f"memory {other}"] = _call("process_vm_readv", other, 0, 0, 0, 0, 0)
        told[f"attach {other}"] = _call("ptrace", 16, other, 0, 0)
    return told


def signal_by_descriptor(owner: int) -> object:
    import fcntl

    left, right = socket.socketpair()
    with left, right:
        return {
            "F_SETOWN": _told(lambda: fcntl.fcntl(left, 8, owner)),
            "F_SETSIG": _told(lambda: fcntl.fcntl(left, 10, 9)),
            "F_SETOWN_EX": _told(lambda: fcntl.fcntl(left, 15, bytes(8))),
            "FIOSETOWN": _told(lambda: fcntl.ioctl(left, 0x8901, owner.to_bytes(4, "little"))),
            "F_NOTIFY": _told(lambda: fcntl.fcntl(os.open(".", os.O_RDONLY), 1026, 1)),
        }


def leave_the_group() -> object:
    return {
        "setsid": _told(os.setsid),
        "setpgid": _told(lambda: os.setpgid(0, 0)),
        "outlive the parent": _prctl(1, 0),
        "adopt": _prctl(36, 1),
        "let anyone trace": _prctl(0x59616D61, -1),
        "share a core": _prctl(62, 1, os.getppid()),
    }


def _prctl(option: int, *arguments: int) -> object:
    given = [ctypes.c_ulong(part) for part in (*arguments, 0, 0, 0, 0)[:4]]
    if _libc.prctl(ctypes.c_int(option), *given) == -1:
        return ["refused", errno.errorcode.get(ctypes.get_errno(), "?")]
    return ["done", 0]


# --- the kernel's other doors


def kernel_calls() -> object:
    attributes = bytes([1, 0, 0, 0, 128]) + bytes(123)
    nothing = bytes(256)
    me = os.getpid()
    return {
        "acct": _call("acct", 0),
        "add_key": _call("add_key", b"user\0", b"x\0", b"x", 1, -3),
        "bpf": _call("bpf", 0, nothing, 128),
        "capset": _call("capset", bytes.fromhex("2205082000000000"), bytes(24)),
        "chroot": _call("chroot", b".\0"),
        "clock_settime": _call("clock_settime", 0, nothing),
        "fanotify_init": _call("fanotify_init", 0x200, 0),
        "fsopen": _call("fsopen", b"tmpfs\0", 0),
        "inotify_init1": _call("inotify_init1", 0),
        "io_setup": _call("io_setup", 1, bytes(8)),
        "io_uring_setup": _call("io_uring_setup", 1, nothing),
        "iopl": _call("iopl", 0),
        "kcmp": _call("kcmp", me, me, 0, 0, 0),
        "keyctl": _call("keyctl", 0, -3, 1),
        "landlock_create_ruleset": _call("landlock_create_ruleset", 0, 0, 1),
        "memfd_create": _call("memfd_create", b"x\0", 0),
        "memfd_secret": _call("memfd_secret", 0),
        "mlock": _call("mlock", nothing, 1),
        "modify_ldt": _call("modify_ldt", 0, nothing, 16),
        "mount": _call("mount", b"none\0", b".\0", b"tmpfs\0", 0, 0),
        "msgget": _call("msgget", 0, 0o600),
        "name_to_handle_at": _call("name_to_handle_at", -100, b".\0", nothing, nothing, 0),
        "open_by_handle_at": _call("open_by_handle_at", -100, nothing, 0),
        "open_tree": _call("open_tree", -100, b".\0", 1),
        "openat2": _call("openat2", -100, b".\0", bytes(24), 24),
        "perf_event_open": _call("perf_event_open", attributes, 0, -1, -1, 0),
        "personality": _call("personality", 0xFFFFFFFF),
        "pidfd_open": _call("pidfd_open", me, 0),
        "pivot_root": _call("pivot_root", b".\0", b".\0"),
        "process_vm_readv": _call("process_vm_readv", me, 0, 0, 0, 0, 0),
        "ptrace": _call("ptrace", 0, 0, 0, 0),
        "sched_setattr": _call("sched_setattr", 0, nothing, 0),
        "seccomp": _call("seccomp", 2, 0, 0),
        "semget": _call("semget", 0, 1, 0o600),
        "setns": _call("setns", 0, 0),
        "settimeofday": _call("settimeofday", 0, 0),
        "shmget": _call("shmget", 0, 4096, 0o600),
        "splice": _call("splice", 0, 0, 1, 0, 0, 0),
        "syslog": _call("syslog", 10, 0, 0),
        "timer_create": _call("timer_create", 0, 0, bytes(8)),
        "umount2": _call("umount2", b"/proc\0", 2),
        "unshare mounts": _call("unshare", _CLONE_NEWNS),
        "unshare user": _call("unshare", _CLONE_NEWUSER),
        "userfaultfd": _call("userfaultfd", 1),
        "vmsplice": _call("vmsplice", 1, 0, 0, 0),
        "x32": _x32(),
    }


def _x32() -> object:
    if platform.machine() != "x86_64":
        return ["refused", "ENOSYS"]
    if _libc.syscall(ctypes.c_long(0x40000000 | 39)) == -1:
        return ["refused", errno.errorcode.get(ctypes.get_errno(), "?")]
    return ["done", 0]


def become_someone_else() -> object:
    me = os.getuid()
    return {
        "setuid": _told(lambda: os.setuid(0)),
        "setgid": _told(lambda: os.setgid(0)),
        "setreuid": _told(lambda: os.setreuid(me, me)),
        "setresuid": _told(lambda: os.setresuid(me, me, me)),
        "setgroups": _told(lambda: os.setgroups([0])),
        "hostname": _told(lambda: socket.sethostname("mine")),
        "chown": _told(lambda: os.chown(".", me, os.getgid())),
        "nice": _told(lambda: os.nice(1)),
    }


def call_of_another_architecture() -> object:
    """getpid by the 32-bit door, whose numbers mean other calls."""
    import mmap

    page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(b"\xb8\x14\x00\x00\x00\xcd\x80\xc3")  # mov eax, 20; int 0x80; ret
    address = ctypes.addressof(ctypes.c_char.from_buffer(page))
    return ctypes.CFUNCTYPE(ctypes.c_int)(address)()


def what_computing_needs() -> object:
    """The same doors from the other side: what must stay open."""
    import tempfile

    import torch

    started = []
    thread = threading.Thread(target=lambda: started.append(1))
    thread.start()
    thread.join()
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "weights.pt")
        torch.save({"w": torch.ones(3)}, path)
        loaded = torch.load(path, weights_only=True)["w"]
    left, right = socket.socketpair()
    with left, right:
        left.sendall(b"x")
        received = right.recv(1)
    with open("/dev/urandom", "rb") as random, open("/dev/null", "wb") as null:
        null.write(random.read(4))
    os.kill(os.getpid(), 0)
    return [len(started), loaded, received, torch.linalg.svd(torch.eye(3))[1]]
