"""What is taken from a process before student code runs in it, level by level.

Two moments: `enter` turns the fork server into the first process of a jail of its own, with
nothing in view but Python's environment; `confine` is called in each forked child and takes
the rest. Linux only. See docs/sandbox.md for what each level denies and why it must.
"""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import sys
import sysconfig
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from torchgrade.sandbox import gpus, linux, seccomp
from torchgrade.sandbox.levels import KEPT_BYTES, Level, Limits

__all__ = ["HOME", "Confinement", "confine", "enter", "environment_paths", "prepare", "probe"]

# Who student code is inside the jail; outside it is the caller, or nobody if that is root.
_INSIDE_USER = 1000
_NOBODY = 65534

HOME = "/student"
"""In a jail: the only folder that can be written to, empty at the start."""

_TEMPORARY_BYTES = 64 << 20
_TEMPORARY_FILES = 4096
_OPEN_FILES = 256
_THREADS = 64
# What else the same user may start meanwhile where no jail counts a student's threads apart.
_OTHER_TASKS = 512

# Where the fork server keeps what only processes with a GPU get to see: in each child an empty file
# system covers it, so that it costs the others nothing and needs no taking away.
_ASIDE = f"{HOME}/gpu"
_ASIDE_DEVICES = f"{_ASIDE}/devices"

# What the driver of a GPU may take of the process's own memory, besides what the student may.
_DRIVER_BYTES = 8 << 30
# The driver itself pins buffers, and does not count them.
_PINNED_BYTES = 0

_DEVICES = ("null", "zero", "full", "random", "urandom")
_SYSTEM_PATHS = (
    "/lib",
    "/lib32",
    "/lib64",
    "/usr/lib",
    "/usr/lib32",
    "/usr/lib64",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/usr/share/zoneinfo",
    "/sys/devices/system/cpu",
)

_NAMESPACES = (
    linux.CLONE_NEWNS
    | linux.CLONE_NEWNET
    | linux.CLONE_NEWIPC
    | linux.CLONE_NEWUTS
    | linux.CLONE_NEWCGROUP
)

# Network and IPC stay the fork server's, which are empty: without the calls that make sockets,
# queues and segments there is nothing that children could meet at, and making them takes time.
_OF_EACH_CHILD = linux.CLONE_NEWNS | linux.CLONE_NEWUTS | linux.CLONE_NEWCGROUP

# Landlock's rights by the version that brought them; a rule may name only known ones.
_FILE_RIGHTS = (1 << 13, 1 << 14, 1 << 15, 1 << 15, 1 << 16)
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIRECTORY = 1, 2, 4, 8
_TRUNCATE = 1 << 14
_READ = _EXECUTE | _READ_FILE | _READ_DIRECTORY
_DEVICE_REQUESTS = 1 << 15
_ON_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _DEVICE_REQUESTS
_TCP_BIND_CONNECT = 3
_ABSTRACT_SOCKETS_AND_SIGNALS = 3


@dataclass(frozen=True)
class Confinement:
    """What `confine` does to a child, made ready once by the fork server."""

    level: Level
    landlock_abi: int
    address_space: int
    """Bytes of address space that the fork server itself takes."""
    data: int = 0
    """Bytes of memory of its own that the fork server takes."""
    gpus: tuple[gpus.Gpu, ...] = ()
    """What ``device`` of `Limits` counts."""


def environment_paths() -> tuple[str, ...]:
    """The files and folders that running Python and torch needs, and nothing else.

    Only library folders of the interpreter and its virtual environment are named, never
    their root: a course may lie beside its environment.
    """
    wanted = list(_SYSTEM_PATHS)
    wanted += gpus.library_folders(os.environ)
    for prefix in (sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix):
        wanted += [os.path.join(prefix, "lib"), os.path.join(prefix, "lib64")]
    wanted += [sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    paths: list[str] = []
    for path in wanted:
        for form in (os.path.abspath(path), os.path.realpath(path)):
            if os.path.exists(form) and form not in paths:
                paths.append(form)
    return tuple(
        path
        for path in paths
        if not any(path != other and path.startswith(other + os.sep) for other in paths)
    )


def _make_place(target: str, *, folder: bool) -> None:
    os.makedirs(target if folder else os.path.dirname(target), mode=0o755, exist_ok=True)
    if not folder:
        os.close(os.open(target, os.O_CREAT | os.O_CLOEXEC, 0o644))


def _put_aside(found: tuple[gpus.Gpu, ...], view: Iterable[str]) -> None:
    """Keep what processes with a GPU need where `_show` finds it and nobody else."""
    for path in view:
        _make_place(_ASIDE + path, folder=os.path.isdir("/old" + path))
        linux.bind("/old" + path, _ASIDE + path)
        linux.read_only(_ASIDE + path)
    for node in dict.fromkeys(node for gpu in found for node in gpu.nodes):
        _make_place(_ASIDE + node, folder=False)
        linux.bind("/old" + node, _ASIDE + node)
        linux.read_only(_ASIDE + node, devices=True)
    os.mkdir(_ASIDE_DEVICES, 0o755)


def _show(gpu: gpus.Gpu) -> None:
    """In a child's own mount namespace: put ``gpu`` into view, and of the others nothing."""
    linux.mount("devices", _ASIDE_DEVICES, "tmpfs", "mode=755,size=64k,nr_inodes=64")
    sources = [f"/dev/{name}" for name in _DEVICES] + [_ASIDE + node for node in gpu.nodes]
    for source in sources:
        target = os.path.join(_ASIDE_DEVICES, os.path.basename(source))
        _make_place(target, folder=False)
        linux.bind(source, target)  # as read-only as it is there
    os.symlink(HOME, f"{_ASIDE_DEVICES}/shm")
    linux.read_only(_ASIDE_DEVICES, recursive=False)
    linux.bind(_ASIDE_DEVICES, "/dev")
    linux.bind(f"{_ASIDE}/sys", "/sys")


def _build_root(paths: Iterable[str], *, keep_proc: bool, found: tuple[gpus.Gpu, ...] = ()) -> None:
    """Replace the file system in view by one of only ``paths``, read-only.

    ``keep_proc`` carries the old /proc over, for a process that has no PID namespace yet. The GPUs
    ``found`` are put aside.
    """
    sources = [(path, os.path.realpath(path)) for path in paths]
    view = gpus.view(found)
    linux.private_mounts()
    linux.mount("torchgrade", "/tmp", "tmpfs", "mode=755,size=1m,nr_inodes=4096")
    os.mkdir("/tmp/old", 0o700)
    linux.pivot_root("/tmp", "/tmp/old")
    os.chdir("/")
    for path, source in sources:
        _make_place(path, folder=os.path.isdir("/old" + source))
        linux.bind("/old" + source, path)
        linux.read_only(path)
    for name in _DEVICES:
        _make_place(f"/dev/{name}", folder=False)
        linux.bind(f"/old/dev/{name}", f"/dev/{name}")
        linux.read_only(f"/dev/{name}", devices=True)
    os.makedirs("/proc", 0o755, exist_ok=True)
    if keep_proc:
        linux.bind("/old/proc", "/proc")
    else:
        linux.mount("proc", "/proc", "proc", noexec=True)
    os.mkdir(HOME, 0o755)
    if found:
        _put_aside(found, view)
    os.symlink(HOME, "/dev/shm")
    if not os.path.exists("/tmp"):  # it does where Python's environment lies beneath it
        os.symlink(HOME, "/tmp")
    os.makedirs("/etc", 0o755, exist_ok=True)
    with open("/etc/passwd", "w", encoding="ascii") as file:
        file.write(f"student:x:{_INSIDE_USER}:{_INSIDE_USER}::{HOME}:/bin/false\n")
    linux.unmount("/old")
    os.rmdir("/old")
    linux.read_only("/", recursive=False)


def enter() -> None:
    """Turn this process into the first of a PID namespace inside a jail of its own.

    Returns in a forked child; the caller stays behind, waits for it and exits as it does.
    Must run in a process with one thread, such as one that was just forked: others can't enter a
    user namespace.
    """
    paths, found = environment_paths(), gpus.gpus()
    user, group = os.geteuid(), os.getegid()
    privileged = user == 0 and linux.has_capability_sys_admin()
    if privileged:
        # Root builds the view while it may pass every folder, then becomes nobody.
        linux.unshare(linux.CLONE_NEWNS)
        _build_root(paths, keep_proc=True, found=found)
        user = group = _NOBODY
        os.setgroups([])
        os.setresgid(group, group, group)
        os.setresuid(user, user, user)
        linux.set_dumpable(True)  # else /proc/self/uid_map would still belong to root
    linux.unshare(linux.CLONE_NEWUSER | linux.CLONE_NEWPID | _NAMESPACES)
    linux.map_only(_INSIDE_USER, user, group)
    first = os.fork()
    if first:
        linux.close_from(3)
        _, status = os.waitpid(first, 0)
        os._exit(os.waitstatus_to_exitcode(status) & 0xFF)
    linux.die_with_parent(signal.SIGKILL)
    if privileged:
        linux.mount("proc", "/proc", "proc", noexec=True)
    else:
        _build_root(paths, keep_proc=False, found=found)
    linux.set_hostname("torchgrade")


def _landlock(abi: int, rules: Iterable[tuple[str, int]]) -> None:
    rights = _FILE_RIGHTS[min(abi, len(_FILE_RIGHTS)) - 1] - 1
    ruleset = linux.landlock_create(
        rights,
        _TCP_BIND_CONNECT if abi >= 4 else 0,
        _ABSTRACT_SOCKETS_AND_SIGNALS if abi >= 6 else 0,
        abi,
    )
    try:
        for path, access in rules:
            if os.path.exists(path):
                wanted = access if os.path.isdir(path) else access & _ON_FILES
                linux.landlock_add_path(ruleset, path, wanted & rights)
        linux.landlock_restrict(ruleset)
    finally:
        os.close(ruleset)


def _tasks_of_user() -> int:
    """Threads that run now as this process's user, as far as /proc shows them."""
    user, count = os.getuid(), 0
    for name in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):
            about = os.stat(f"/proc/{name}/task")
            if about.st_uid == user:
                count += about.st_nlink - 2
    return count


def _limit_resources(
    how: Confinement, limits: Limits, file_bytes: int, *, gpu: bool, own_user: bool
) -> None:
    seconds = max(1, int(limits.exercise_seconds))
    # CUDA reserves more addresses than there is memory, and uses few of them.
    memory = (
        {resource.RLIMIT_DATA: (how.data + _DRIVER_BYTES + limits.memory,) * 2}
        if gpu
        # What is shared is on top of what the student may use.
        else {resource.RLIMIT_AS: (how.address_space + 2 * KEPT_BYTES + limits.memory,) * 2}
    )
    pinned = _PINNED_BYTES if gpu else 0
    table = memory | {
        # The soft limit's signal does nothing to the first process of a namespace; the hard
        # one kills whoever reaches it.
        resource.RLIMIT_CPU: (seconds, seconds + 1),
        resource.RLIMIT_CORE: (0, 0),
        # Shared memory counts as a file too.
        resource.RLIMIT_FSIZE: (file_bytes, file_bytes),
        resource.RLIMIT_NOFILE: (_OPEN_FILES, _OPEN_FILES),
        resource.RLIMIT_MEMLOCK: (pinned, pinned),
        resource.RLIMIT_MSGQUEUE: (0, 0),
        resource.RLIMIT_RTPRIO: (0, 0),
    }
    # Outside a jail it counts everything that this user runs, and nothing of root's.
    tasks = limits.processes + _THREADS + (0 if own_user else _OTHER_TASKS + _tasks_of_user())
    table[resource.RLIMIT_NPROC] = (tasks, tasks)
    for name, wanted in table.items():
        _, ceiling = resource.getrlimit(name)
        if ceiling == resource.RLIM_INFINITY:
            resource.setrlimit(name, wanted)
        else:
            resource.setrlimit(name, (min(wanted[0], ceiling), min(wanted[1], ceiling)))
    # A student's file that grows too large is an error to report, not a death.
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)


def _pin(cores: tuple[int, ...]) -> None:
    """Keep this process on ``cores``; its threads will be kept there too."""
    os.sched_setaffinity(0, cores)
    if os.sched_getaffinity(0) != set(cores):
        wanted = ", ".join(map(str, cores))
        raise OSError(22, f"not all of these cores are this process's to use: {wanted}")


def _rules(level: Level, gpu: gpus.Gpu | None, temporary: str) -> Iterable[tuple[str, int]]:
    """What Landlock lets through: (path, rights)."""
    if level is Level.JAIL:
        readable: tuple[str, ...] = ("/",)
    else:
        readable = (
            *environment_paths(),
            "/dev/zero",
            "/dev/full",
            "/dev/random",
            "/dev/urandom",
            "/proc/self",
            "/proc/cpuinfo",
            "/proc/meminfo",
            *(gpus.readable(gpu) if gpu else ()),
        )
    yield from ((path, _READ) for path in readable)
    yield temporary, (1 << 17) - 1
    yield "/dev/null", _READ_FILE | _WRITE_FILE
    if gpu:
        for node in gpu.nodes:
            yield node, _READ_FILE | _WRITE_FILE | _DEVICE_REQUESTS
        # The driver gives its threads names there, and takes it for the end of all if it can't.
        yield "/proc/self/task", _READ | _WRITE_FILE | _TRUNCATE


def confine(how: Confinement, limits: Limits, temporary: str, *, file_bytes: int) -> None:
    """Take from this freshly forked child whatever its level denies.

    ``temporary`` is the one folder that it may write to; in a jail that is an empty file
    system of its own, mounted there. ``file_bytes`` is the size that no file may exceed.
    """
    gpu = gpus.chosen(limits.device, how.gpus)
    if limits.cores:
        _pin(limits.cores)
        # Whoever is timed would else pay for fresh pages in some requests and not in others.
        linux.keep_freed_memory()
    if how.level is Level.JAIL:
        # The driver listens at an abstract name, which others in the same namespace would find.
        linux.unshare(_OF_EACH_CHILD | (linux.CLONE_NEWNET if gpu else 0))
        if gpu:
            _show(gpu)  # before the next line covers what was put aside
        size = f"mode=700,size={_TEMPORARY_BYTES},nr_inodes={_TEMPORARY_FILES}"
        linux.mount("tmp", temporary, "tmpfs", size)
        linux.mount("proc", "/proc", "proc", noexec=True)
        # Only now, since /proc can be mounted only by the user namespace that its PID
        # namespace belongs to. From here on processes are counted for this child alone, and
        # it has no say over its mounts any more.
        linux.unshare(linux.CLONE_NEWUSER)
        linux.map_only(_INSIDE_USER, _INSIDE_USER, _INSIDE_USER)
    else:
        os.setsid()
    os.chdir(temporary)
    # Before /proc goes out of view.
    jailed = how.level is Level.JAIL
    _limit_resources(how, limits, file_bytes, gpu=gpu is not None, own_user=jailed)
    linux.no_new_privileges()
    if how.landlock_abi:
        _landlock(how.landlock_abi, _rules(how.level, gpu, temporary))
    linux.drop_capabilities(bounding=linux.has_capability_sys_admin())
    if seccomp.supported():
        kinds = (limits.processes > 1, jailed, bool(limits.cores), gpu is not None)
        linux.load_seccomp(_filter(os.getpid(), *kinds))


# In a jail every child is process 1, so that the fork server's copy serves them all.
@lru_cache(maxsize=16)
def _filter(own_pid: int, processes: bool, jailed: bool, pinned: bool, gpu: bool) -> bytes:
    return seccomp.program(own_pid, processes=processes, any_path=jailed, pinned=pinned, gpu=gpu)


def prepare(how: Confinement, limits: Limits) -> None:
    """Do once, before the first fork with such limits, what `confine` would do in every child."""
    if how.level is Level.JAIL and seccomp.supported():
        gpu = limits.device != "cpu"
        _filter(1, limits.processes > 1, True, bool(limits.cores), gpu)


def probe(level: Level) -> str | None:
    """Try ``level`` in a child: None if it holds, else why it does not."""
    if level is Level.PROCESS:
        return None
    if not seccomp.supported():
        return f"no seccomp filter for this architecture ({os.uname().machine})"
    if linux.landlock_abi() == 0:
        return "Landlock is not available in this kernel (it needs 5.13, and lsm=landlock)"
    receive, send = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(receive)
        try:
            _attempt(level)
        except BaseException as error:
            os.write(send, (str(error) or type(error).__name__).encode()[:500])
            os._exit(1)
        os._exit(0)
    os.close(send)
    with os.fdopen(receive, "rb") as pipe:
        reason = pipe.read().decode(errors="replace")
    _, status = os.waitpid(child, 0)
    if os.waitstatus_to_exitcode(status) == 0:
        return None
    return reason or "the attempt ended without a word"


def _attempt(level: Level) -> None:
    temporary = "/tmp"
    if level is Level.JAIL:
        temporary = HOME
        enter()
        linux.unshare(linux.CLONE_NEWPID)
        child = os.fork()
        if child:
            _, status = os.waitpid(child, 0)
            os._exit(os.waitstatus_to_exitcode(status) & 0xFF)
    how = Confinement(level, linux.landlock_abi(), 1 << 40)
    confine(how, Limits(), temporary, file_bytes=1 << 20)
