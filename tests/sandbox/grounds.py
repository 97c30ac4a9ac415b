"""Where student code is tried: every level, and kernels that lack what a stronger one needs."""

from __future__ import annotations

import os
import platform
import struct
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast
from unittest import mock

from torchgrade.result import Failure, Kind
from torchgrade.sandbox import wire
from torchgrade.sandbox.client import CallFailed, ModuleSource, Sandbox, StudentProcess
from torchgrade.sandbox.levels import Level, Limits
from torchgrade.sandbox.server import ForkServer

__all__ = [
    "BARE",
    "BOTH_WAYS",
    "NAMES",
    "Ground",
    "descendants",
    "is_alive",
    "kind_of",
    "server_for",
    "without_landlock",
    "without_user_namespaces",
]

BARE = "bare"
"""The level ``process`` on a kernel without Landlock: all that is left is a filter and limits."""

NAMES = (*(level.value for level in Level), BARE)

BOTH_WAYS = (Level.JAIL.value, Level.PROCESS.value)
"""For what only differs with and without a jail: time, memory, deaths, and clearing up."""

_LANDLOCK_CALLS = (444, 445, 446)
_UNSHARE = {"x86_64": 272, "aarch64": 97}
_ENOSYS, _EPERM = 38, 1


@dataclass
class Ground:
    """One level to try things at."""

    name: str
    server: ForkServer
    _open: list[StudentProcess] = field(default_factory=list)

    @property
    def jailed(self) -> bool:
        return self.name == Level.JAIL.value

    @property
    def counts_tasks(self) -> bool:
        """Whether the kernel limits how many threads and processes there may be."""
        return self.jailed or os.getuid() != 0

    def student(
        self,
        source: str = "",
        *,
        limits: Limits | None = None,
        bounds: wire.Bounds | None = None,
    ) -> StudentProcess:
        """A student process with ``source`` loaded; it is ended with the test."""
        process = Sandbox(self.server).spawn(limits or Limits(), bounds)
        self._open.append(process)
        process.load(ModuleSource(textwrap.dedent(source), "student.py", "student"), seed=1)
        return process

    def pair(self, student: StudentProcess, name: str, *args: object) -> tuple[Any, Any]:
        """Call a function that answers with two values."""
        first, second = cast(tuple[Any, Any], student.call(name, args).value)
        return first, second

    @contextmanager
    def cleared(self) -> Iterator[Ground]:
        try:
            yield self
        finally:
            for process in self._open:
                process.end()
            self._open.clear()


def kind_of(call: Callable[[], object]) -> tuple[Kind, Failure]:
    """The kind of failure that ``call`` ends in; it must end in one."""
    try:
        value = call()
    except CallFailed as error:
        return error.failure.kind, error.failure
    raise AssertionError(f"a value came back: {value!r}")


def _parent(pid: int) -> int | None:
    """The process that started ``pid``; None if it is dead, reaped or not."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return None
    state, parent, *_ = stat.rpartition(")")[2].split()
    return None if state == "Z" else int(parent)


def is_alive(pid: int) -> bool:
    return _parent(pid) is not None


def descendants() -> set[int]:
    """Ids of all living processes below this one."""
    parents = {pid: _parent(pid) for pid in map(int, filter(str.isdigit, os.listdir("/proc")))}
    below: set[int] = set()
    grown = {os.getpid()}
    while grown:
        grown = {child for child, parent in parents.items() if parent in grown}
        below |= grown
    return below


def server_for(name: str, folder: Path) -> ForkServer:
    """A started fork server for one of `NAMES`."""
    if name != BARE:
        server = ForkServer(Level(name))
        server.start()
        return server
    return without_landlock(folder, Level.PROCESS)


def without_user_namespaces(folder: Path) -> ForkServer:
    """A server that takes what it gets where unprivileged user namespaces are switched off."""
    return _without((_UNSHARE[platform.machine()],), _EPERM, None, folder)


def without_landlock(folder: Path, level: Level | None = None) -> ForkServer:
    """A server on a kernel without Landlock; without ``level`` it takes what it gets."""
    return _without(_LANDLOCK_CALLS, _ENOSYS, level, folder)


def _without(calls: tuple[int, ...], error: int, level: Level | None, folder: Path) -> ForkServer:
    """A server on what looks like a kernel that answers ``calls`` with ``error``."""
    program = [(0x20, 0, 0, 0)]
    for number in calls:
        program += [(0x15, 0, 1, number), (0x06, 0, 0, 0x00050000 | error)]
    program.append((0x06, 0, 0, 0x7FFF0000))
    code = b"".join(struct.pack("=HBBI", *instruction) for instruction in program)
    wrapper = folder / "python"
    wrapper.write_text(
        textwrap.dedent(f"""\
            #!{sys.executable} -I
            import os, sys
            sys.path.insert(0, {str(Path(__file__).parents[2])!r})
            from torchgrade.sandbox import linux
            linux.no_new_privileges()
            linux.load_seccomp({code!r})
            os.execv({sys.executable!r}, [{sys.executable!r}, *sys.argv[1:]])
        """),
        encoding="utf-8",
    )
    wrapper.chmod(0o755)
    server = ForkServer(level)
    with mock.patch.object(sys, "executable", str(wrapper)):
        server.start()
    return server
