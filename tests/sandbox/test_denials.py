"""What each level denies, and, said as plainly, what it does not."""

from __future__ import annotations

import os
import platform
import socket
from collections.abc import Mapping
from pathlib import Path

import pytest

from torchgrade.result import Kind
from torchgrade.sandbox.client import StudentProcess
from torchgrade.sandbox.levels import Level, Limits

from .grounds import BARE, NAMES, Ground, kind_of

_SOURCE = (Path(__file__).parent / "attempts.py").read_text(encoding="utf-8")

DENIED, ALLOWED = "denied", "allowed"

# What may be tried on a file of the user's outside the student's folder. Every row is denied
# at every level, but for these.
_ON_FILES: dict[str, dict[str, str]] = {
    "read_file": {BARE: ALLOWED},
    "through_a_link": {BARE: ALLOWED},
    "take_along": {BARE: ALLOWED},
    "write_file": {BARE: ALLOWED},
    # Landlock hides contents and names, not that a file of a known name is there, nor its size.
    "stat_file": {"landlock": ALLOWED, "process": ALLOWED, BARE: ALLOWED},
    # Landlock knows nothing of these: the filter denies them at every level.
    "truncate_file": {},
    "change_mode": {},
    "change_mode_by_descriptor": {},
    "change_times": {},
    "set_attribute": {},
}
_IN_FOLDERS: dict[str, dict[str, str]] = {
    "create_file": {BARE: ALLOWED},
    "make_folder": {BARE: ALLOWED},
    "make_fifo": {},
}


def _value(process: StudentProcess, name: str, *args: object) -> object:
    return process.call(name, args).value


def _is_refused(told: object) -> bool:
    return isinstance(told, list) and len(told) == 2 and told[0] == "refused"


def _refusals(told: object) -> dict[str, object]:
    assert isinstance(told, Mapping)
    return {name: answer for name, answer in told.items() if not _is_refused(answer)}


@pytest.fixture
def hostile(ground: Ground) -> StudentProcess:
    return ground.student(_SOURCE)


# --- files


@pytest.mark.parametrize("attempt", _ON_FILES)
def test_files_of_the_caller(
    ground: Ground, hostile: StudentProcess, secret: Path, attempt: str
) -> None:
    """What the caller owns, a grader say, is out of reach; where it is not, the table says so."""
    expected = _ON_FILES[attempt].get(ground.name, DENIED)
    before = secret.stat()
    told = _value(hostile, attempt, str(secret))
    assert (DENIED if _is_refused(told) else ALLOWED) == expected, told
    if expected == DENIED:
        after = secret.stat()
        assert secret.read_bytes() == b"answer = 42\n"
        assert (after.st_mode, after.st_mtime_ns) == (before.st_mode, before.st_mtime_ns)


@pytest.mark.parametrize("attempt", _IN_FOLDERS)
def test_folders_of_the_caller(
    ground: Ground, hostile: StudentProcess, secret: Path, attempt: str
) -> None:
    """Nothing can be made outside the student's own folder."""
    expected = _IN_FOLDERS[attempt].get(ground.name, DENIED)
    target = secret.parent / "planted"
    told = _value(hostile, attempt, str(target))
    assert (DENIED if _is_refused(told) else ALLOWED) == expected, told
    assert target.exists() == (expected == ALLOWED)


@pytest.mark.parametrize("attempt", ["remove_file", "rename_file"])
def test_files_can_not_be_taken_away(
    ground: Ground, hostile: StudentProcess, secret: Path, attempt: str
) -> None:
    """A file of the caller's stays where it is."""
    told = _value(hostile, attempt, str(secret))
    assert _is_refused(told) == (ground.name != BARE), told
    assert secret.exists() == (ground.name != BARE)


@pytest.mark.parametrize("access", [os.O_RDONLY, 3])
def test_opening_does_not_truncate(
    ground: Ground, hostile: StudentProcess, secret: Path, access: int
) -> None:
    """O_TRUNC without the right to write, which older Landlock lets pass, is refused everywhere."""
    assert _is_refused(_value(hostile, "open_and_truncate", str(secret), access))
    assert secret.read_bytes() == b"answer = 42\n"


def test_places_that_matter(ground: Ground, hostile: StudentProcess, secret: Path) -> None:
    """Course, accounts, homes, temporary folders and the engine itself are not to be read."""
    if ground.name == BARE:
        assert not _is_refused(_value(hostile, "list_folder", str(secret.parent)))
        assert not _is_refused(_value(hostile, "read_file", "/etc/passwd"))
        return
    here = Path(__file__)
    folders = [str(secret.parent), "/", "/etc", "/home", "/root", "/tmp", "/var", "/run", "/proc"]
    files = [str(here), str(here.parents[2] / "torchgrade" / "sandbox" / "client.py")]
    files += ["/etc/passwd", "/etc/shadow", "/etc/hostname", "/proc/1/environ", "/proc/kcore"]
    if ground.jailed:
        # The jail's own root holds only what Python needs, and is its student's alone.
        root = _value(hostile, "list_folder", "/")
        assert isinstance(root, list)
        assert not {"home", "root", "var", "run", "boot", "mnt", "old"} & _beside(root)
        assert _value(hostile, "list_folder", "/etc") == _jailed_etc(hostile)
        assert _value(hostile, "processes_seen") == [1]
        assert _value(hostile, "read_file", "/etc/passwd") == (
            b"student:x:1000:1000::/student:/bin/false\n"
        )
        folders = [str(secret.parent), "/old", "/mnt", "/var/tmp", "/run/user"]
        files = [*files[:2], "/etc/shadow", "/etc/hostname", "/proc/kcore", "/proc/2/environ"]
    for folder in folders:
        assert _is_refused(_value(hostile, "list_folder", folder)), folder
    for file in files:
        assert _is_refused(_value(hostile, "read_file", file)), file
    told = _value(hostile, "through_the_old_root", str(secret))
    assert isinstance(told, list)
    assert all(_is_refused(answer) for answer in told), told


def _beside(root: list[object]) -> set[object]:
    """Names in a jail's root that are not there because Python's environment lies beneath."""
    import sys

    beneath = {Path(prefix).parts[1] for prefix in (sys.prefix, sys.base_prefix)}
    return set(root) - beneath


def _jailed_etc(hostile: StudentProcess) -> list[str]:
    names = {"passwd"}
    names |= {name for name in ("ld.so.cache", "localtime") if Path("/etc", name).exists()}
    return sorted(names)


def test_python_s_own_files_are_read_only(ground: Ground, hostile: StudentProcess) -> None:
    """A student can't change the library that the next student's code will import."""
    import json

    target = json.__file__
    if ground.name == BARE and os.access(target, os.W_OK):
        pytest.skip("on a kernel without Landlock nothing but permissions guards the library")
    assert not _is_refused(_value(hostile, "read_file", target))
    for attempt in ("write_file", "truncate_file", "change_mode", "remove_file", "rename_file"):
        assert _is_refused(_value(hostile, attempt, target)), attempt
    assert _is_refused(_value(hostile, "create_file", str(Path(target).parent / "planted.py")))


def test_the_students_own_folder(ground: Ground, hostile: StudentProcess) -> None:
    """There is one folder to write to, empty at first, and temporary files go there."""
    folder = _value(hostile, "where_am_i")
    assert isinstance(folder, str)
    assert _value(hostile, "list_folder", folder) == []
    assert _value(hostile, "create_file", f"{folder}/notes") == 4
    assert _value(hostile, "read_file", "notes") == b"mine"
    environment = _value(hostile, "environment")
    assert isinstance(environment, dict)
    assert environment["HOME"] == environment["TMPDIR"] == folder


def test_no_devices(ground: Ground, hostile: StudentProcess) -> None:
    """No device can be made; in a jail there are five, and without one Landlock allows them."""
    assert _is_refused(_value(hostile, "make_device"))
    if ground.jailed:
        assert _value(hostile, "devices") == ["full", "null", "random", "urandom", "zero"]
    elif ground.name != BARE:
        for name in ("kmsg", "mem", "vda", "sda", "tty", "ptmx", "kvm", "fuse", "net/tun", "shm"):
            assert _is_refused(_value(hostile, "read_file", f"/dev/{name}")), name
    assert _is_refused(_value(hostile, "create_file", "/dev/planted")) or ground.name == BARE


# --- what can be learnt


def test_the_environment_is_an_allow_list(
    ground: Ground, hostile: StudentProcess, canary: str
) -> None:
    """Nothing of the caller's environment or arguments is in the process or said of it."""
    environment = _value(hostile, "environment")
    assert isinstance(environment, dict)
    environment.pop("LD_LIBRARY_PATH", None)  # where the driver of a GPU is found by it alone
    assert set(environment) == {
        *("PATH", "HOME", "TMPDIR", "LANG", "KMP_WARNINGS", "GLIBC_TUNABLES"),
        *("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"),
    }
    texts = _value(hostile, "everything_said_of_me")
    assert isinstance(texts, list)
    assert not any(canary.encode() in text for text in texts)


def test_other_processes(
    ground: Ground, hostile: StudentProcess, neighbour: int, canary: str
) -> None:
    """Neither the grader nor anything else that runs can be read through /proc."""
    if ground.name == BARE:
        # Not ours to deny: /proc shows command lines to everyone.
        told = _value(hostile, "process_files", neighbour)
        assert isinstance(told, dict)
        assert canary.encode() in told["cmdline"]
        return
    server = ground.server._process
    assert server is not None
    for pid in (os.getpid(), os.getppid(), server.pid, neighbour):
        if not (ground.jailed and pid == 1):
            assert _refusals(_value(hostile, "process_files", pid)) == {}
    if ground.jailed:
        assert _is_refused(_value(hostile, "stat_file", f"/proc/{neighbour}"))
    else:
        assert _refusals(_value(hostile, "process_files", 1)) == {}
        assert _is_refused(_value(hostile, "processes_seen"))
        # That a process of a known id runs can be learnt.
        assert not _is_refused(_value(hostile, "stat_file", f"/proc/{neighbour}"))


def test_only_five_descriptors(ground: Ground, hostile: StudentProcess) -> None:
    """Standard streams, the channel and the shared memory; nothing else was inherited."""
    told = _value(hostile, "descriptors")
    assert isinstance(told, dict)
    assert set(told) == {0, 1, 2, 3, 4}
    assert told[0] == "/dev/null"
    assert told[1] == told[2]
    assert told[1].startswith("pipe:")
    assert told[3].startswith("socket:")
    assert "memfd" in told[4]


def test_no_rights_are_left(ground: Ground, hostile: StudentProcess) -> None:
    """No capability in any set, no way to gain one, and a filter that stays."""
    status = _value(hostile, "about_me")
    assert isinstance(status, dict)
    for name in ("CapInh", "CapPrm", "CapEff", "CapAmb"):
        assert int(status[name], 16) == 0, name
    if os.getuid() == 0 or ground.jailed:
        assert int(status["CapBnd"], 16) == 0
    assert status["NoNewPrivs"] == "1"
    assert status["Seccomp"] == "2"
    if ground.jailed:
        assert status["Uid"].split() == ["1000"] * 4
        assert status["NSpid"] == "1"
        assert status["Pid"] == "1"


def test_the_host_has_no_name(ground: Ground, hostile: StudentProcess) -> None:
    """In a jail the machine's name is not the host's; elsewhere it is known."""
    expected = "torchgrade" if ground.jailed else socket.gethostname()
    assert _value(hostile, "host_name") == [expected, expected]


# --- network


def test_no_network(ground: Ground, hostile: StudentProcess) -> None:
    """No socket of any kind can be opened and no name be looked up."""
    assert _refusals(_value(hostile, "open_sockets")) == {}
    with pytest.raises(Exception) as raised:  # gaierror, which is an OSError there
        assert _is_refused(_value(hostile, "look_up", "example.org"))
        raise AssertionError("refused")
    assert "refused" in str(raised.value)
    if ground.jailed:
        assert _value(hostile, "interfaces") == ["lo"]


def test_pairs_of_sockets_reach_nobody(
    ground: Ground, hostile: StudentProcess, tmp_path: Path
) -> None:
    """A socket pair needs no socket(), and a datagram one could send to any address."""
    path = str(tmp_path / "inbox")
    # Abstract names are the machine's, and other tests run beside this one.
    abstract = f"\0torchgrade-inbox-{os.getpid()}"
    for address in (path, abstract):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as inbox:
            inbox.bind(address)
            inbox.setblocking(False)
            assert _is_refused(_value(hostile, "send_from_a_pair", address))
            told = _value(hostile, "stream_to_elsewhere", address)
            assert isinstance(told, list)
            assert all(_is_refused(answer) for answer in told)
            with pytest.raises(BlockingIOError):
                inbox.recv(16)
    assert _is_refused(_value(hostile, "raw_pair"))


# --- processes, signals and the kernel's other doors


def test_no_processes_of_its_own(ground: Ground, hostile: StudentProcess) -> None:
    """With `processes: 1` nothing starts one."""
    assert _refusals(_value(hostile, "start_processes")) == {}


def test_signals_reach_nobody(ground: Ground, hostile: StudentProcess, neighbour: int) -> None:
    """Not the grader, the fork server, a sibling or a neighbour; nor their limits or processors."""
    server = ground.server._process
    assert server is not None
    sibling = ground.student("def f():\n    return 1\n")
    others = [os.getpid(), server.pid, sibling.pid, neighbour]
    if ground.jailed:
        others = [pid for pid in others if pid != 1]
    before = os.sched_getaffinity(neighbour)
    allowed = _refusals(_value(hostile, "signal_others", others))
    assert allowed == {}
    assert _refusals(_value(hostile, "signal_by_descriptor", neighbour)) == {}
    assert sibling.call("f").value == 1
    assert os.sched_getaffinity(neighbour) == before


def test_it_stays_in_its_place(ground: Ground, hostile: StudentProcess) -> None:
    """No leaving of the group that is killed as a whole, and no surviving the fork server."""
    assert _refusals(_value(hostile, "leave_the_group")) == {}


def test_the_kernels_other_doors(ground: Ground, hostile: StudentProcess) -> None:
    """Tracing, other processes' memory, namespaces, mounts, keys, BPF, io_uring and the like."""
    told = _value(hostile, "kernel_calls")
    assert isinstance(told, dict)
    open_doors = {
        name: answer
        for name, answer in told.items()
        if answer not in (["refused", "EPERM"], ["refused", "ENOSYS"])
    }
    assert open_doors == {}
    assert _refusals(_value(hostile, "become_someone_else")) == {}


@pytest.mark.skipif(platform.machine() != "x86_64", reason="only there is an older architecture")
def test_calls_of_another_architecture(ground: Ground, hostile: StudentProcess) -> None:
    """The 32-bit door, behind which numbers mean other calls, kills who opens it."""
    kind, failure = kind_of(lambda: _value(hostile, "call_of_another_architecture"))
    assert kind is Kind.SIGNAL
    assert failure.details["signal"] == "SIGSYS"


def test_what_computing_needs_is_left(ground: Ground, hostile: StudentProcess) -> None:
    """Threads, files, pairs of sockets and linear algebra work behind every wall."""
    told = _value(hostile, "what_computing_needs")
    assert isinstance(told, list)
    assert told[0] == 1
    assert told[1].tolist() == [1.0] * 3
    assert told[2] == b"x"


def test_some_processes_where_a_course_allows_them(ground: Ground) -> None:
    """`processes: 4` lets a few start, in no new namespace, and the kernel counts them."""
    limits = Limits(processes=4, memory=256 << 20)
    hostile = ground.student(_SOURCE + _BOMB, limits=limits)
    assert list(_refusals(_value(hostile, "start_a_few"))) == ["fork"]
    assert _refusals(_value(hostile, "leave_the_group")) == {}
    assert _refusals(_value(hostile, "kernel_calls")) == {}
    wanted = 100 if ground.jailed else 10
    bound, started = ground.pair(hostile, "bomb", wanted)
    if ground.jailed:
        assert 4 <= started <= bound == 4 + 64
    else:
        assert started == wanted
        assert 0 < bound < 1 << 20  # which counts all that its user runs, and nothing of root's


_BOMB = """
import time
def bomb(wanted):
    started = 0
    try:
        while started < wanted:
            if os.fork() == 0:
                time.sleep(600)
            started += 1
    except OSError:
        pass
    return resource.getrlimit(resource.RLIMIT_NPROC)[0], started
"""


def test_the_table_names_every_level() -> None:
    """A level that a row speaks of exists."""
    rows = (*_ON_FILES.values(), *_IN_FOLDERS.values())
    assert {name for row in rows for name in row} <= set(NAMES)
    assert {level.value for level in Level} < set(NAMES)
