"""A fork server that makes many processes puts what they share into huge pages."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from torchgrade.sandbox import linux, zygote
from torchgrade.sandbox.client import CallFailed, ModuleSource, Sandbox
from torchgrade.sandbox.jail import Confinement
from torchgrade.sandbox.levels import Level, Limits
from torchgrade.sandbox.server import ForkServer

_ROOT = Path(__file__).parents[2]
_ENABLED = Path("/sys/kernel/mm/transparent_hugepage/enabled")

_IN_SMALL_PAGES = """
import os
from torchgrade.sandbox import linux

def huge():
    lines = open("/proc/self/smaps_rollup").read().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("AnonHugePages"))

blocks = [bytes([number % 251]) * 4000 for number in range(16000)]
if os.fork():
    os._exit(os.waitstatus_to_exitcode(os.wait()[1]))
before = huge()
linux.huge_pages()
assert all(block == bytes([number % 251]) * 4000 for number, block in enumerate(blocks))
print(before, huge())
"""


def _can_collapse() -> bool:
    release = tuple(map(int, Path("/proc/sys/kernel/osrelease").read_text().split(".")[:2]))
    return _ENABLED.exists() and "[never]" not in _ENABLED.read_text() and release >= (6, 1)


huge_pages = pytest.mark.skipif(
    sys.platform != "linux" or not _can_collapse(), reason="needs huge pages and Linux 6.1"
)


@huge_pages
def test_what_was_in_small_pages_is_in_huge_ones_and_the_same() -> None:
    """Also in a child, which has all of it in common with its parent."""
    command = [sys.executable, "-c", _IN_SMALL_PAGES]
    done = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    before, after = map(int, done.stdout.split())
    assert after > before + (32 << 10)  # kB, of 64 MB


def test_students_go_on_as_before(grown: Sandbox) -> None:
    """They compute the same, with as much room."""
    source = ModuleSource("def zeros(size):\n    return len(bytearray(size))\n", "a.py", "a")
    with grown.student(Limits(memory=200 << 20)) as process:
        process.load(source, seed=0)
        assert process.call("zeros", [230 << 20]).value == 230 << 20
        with pytest.raises(CallFailed):
            process.call("zeros", [900 << 20])


@pytest.fixture
def grown() -> Iterator[Sandbox]:
    """A sandbox whose fork server has had its many students."""
    with ForkServer() as server:
        sandbox = Sandbox(server)
        for _ in range(zygote._SETTLED + 1):
            sandbox.spawn(Limits()).end()
        yield sandbox


_SPAWN: dict[str, object] = {"op": "spawn", "watched": False}
_TIMED = {**_SPAWN, "watched": True}


def _done_at(monkeypatch: pytest.MonkeyPatch, requests: Sequence[dict[str, object]]) -> list[int]:
    """After how many students a server that gets these requests sees to its pages."""
    done: list[int] = []

    def spawn(server: zygote._Server, *_: object) -> dict[str, object]:
        server.count += 1
        return {"pid": os.getpid()}

    monkeypatch.setattr(zygote._Server, "spawn", spawn)
    monkeypatch.setattr(zygote._Server, "end", lambda *_, **__: {})
    monkeypatch.setattr(zygote, "import_for_all", lambda *_: None)
    monkeypatch.setattr("gc.freeze", lambda: None)
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    confinement = Confinement(Level.PROCESS, 0, *zygote._memory())
    server = zygote._Server(theirs, Level.PROCESS, None, "", confinement)
    monkeypatch.setattr(linux, "huge_pages", lambda: done.append(server.count))
    thread = threading.Thread(target=server.serve)
    thread.start()
    with ours:
        for request in requests:
            ours.send(json.dumps(request).encode())
            if request["op"] != "import":
                ours.recv(1000)
    thread.join(10)
    theirs.close()
    return done


def test_it_is_done_once_for_many_and_again_after_an_import(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Not for the few of a check, and not each time."""
    before, after = [_SPAWN] * (zygote._SETTLED + 2), [_SPAWN] * 2 * zygote._SETTLED
    done = _done_at(monkeypatch, [*before, {"op": "import", "names": []}, *after])
    assert done == [zygote._SETTLED, 2 * zygote._SETTLED + 2]


def test_whoever_is_timed_is_not_disturbed_by_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """It waits for a student process that nobody has a clock on."""
    end: dict[str, object] = {"op": "end", "pid": 1, "patience": 0.0}
    done = _done_at(monkeypatch, [*[_TIMED, end] * (zygote._SETTLED + 1), _SPAWN])
    assert done == [zygote._SETTLED + 2]
