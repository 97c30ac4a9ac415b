"""A fork server leaves no free memory strewn among what it shares with student processes."""

from __future__ import annotations

import platform
import subprocess
import sys
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]

_STREWN = """
import ctypes
from torchgrade.sandbox import linux

libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
libc.malloc.argtypes = [ctypes.c_size_t]
libc.free.argtypes = [ctypes.c_void_p]

# What a thread keeps for itself is in no statistics.
for size in range(24, 1033, 16):
    for block in [libc.malloc(size) for _ in range(7)]:
        libc.free(block)
sizes = [24, 100, 300, 1000, 3000, 20000] * 300
blocks = [libc.malloc(size) for size in sizes]
for block, size in zip(blocks, sizes):
    ctypes.memset(block, 7, size)
for block in blocks[::3]:
    libc.free(block)
if {fill}:
    linux.fill_holes()
assert all(
    ctypes.string_at(block, size) == bytes([7]) * size
    for number, (block, size) in enumerate(zip(blocks, sizes))
    if number % 3
)
last = max(blocks)
print(sum(libc.malloc(size) < last for size in sizes[:1200:3]))
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="needs the GNU C library")
def test_what_comes_later_lies_together_at_the_end() -> None:
    """Else it would lie between blocks that are in use; these stay as they are."""
    between = [_between(fill) for fill in (False, True)]
    assert between[0] > 300  # of 400
    assert between[1] == 0


def _between(fill: bool) -> int:
    command = [sys.executable, "-c", _STREWN.format(fill=fill)]
    done = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return int(done.stdout)
