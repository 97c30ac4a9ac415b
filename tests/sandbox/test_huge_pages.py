"""A fork server that makes many processes puts what they share into huge pages."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from torchgrade.sandbox import zygote
from torchgrade.sandbox.client import CallFailed, ModuleSource, Sandbox
from torchgrade.sandbox.levels import Limits
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


@huge_pages
def test_a_server_of_many_students_does_so_once_and_they_go_on() -> None:
    """Those that come later compute as those before them did, with as much room."""
    source = ModuleSource("def zeros(size):\n    return len(bytearray(size))\n", "a.py", "a")
    with ForkServer() as server:
        huge = []
        for number in range(zygote._SETTLED + 2):
            process = Sandbox(server).spawn(Limits(memory=200 << 20))
            if number in (1, zygote._SETTLED + 1):
                huge.append(_huge_below(os.getpid()))
                process.load(source, seed=0)
                assert process.call("zeros", [230 << 20]).value == 230 << 20
                with pytest.raises(CallFailed):
                    process.call("zeros", [900 << 20])
            process.end()
    first, last = huge
    assert last > first + (8 << 10)  # kB


def _huge_below(pid: int) -> int:
    """The most kilobytes in huge pages of any process that this one has started."""
    found = 0
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        with contextlib.suppress(OSError):  # ended, or not to be looked into
            text = Path(f"/proc/{child}/smaps_rollup").read_text()
            found = max(found, int(text.partition("AnonHugePages:")[2].split()[0]))
        with contextlib.suppress(OSError):
            found = max(found, _huge_below(int(child)))
    return found
