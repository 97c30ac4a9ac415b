"""Replacing a file at once, so that nobody ever finds half of it."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

__all__ = ["replace_file", "replacing"]


def replace_file(path: Path, contents: bytes) -> None:
    """Make ``contents`` the contents of ``path``, which need not exist; its folder must.

    A file that is there keeps its permissions, a link stays a link. Raises OSError, and then
    ``path`` is as it was.
    """
    with replacing(path) as stream:
        stream.write(contents)


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """A stream whose bytes become the contents of ``path`` when the block ends without an error.

    As `replace_file`, for contents that are made bit by bit.
    """
    target = Path(os.path.realpath(path))
    try:
        mode = stat.S_IMODE(target.stat().st_mode)
    except FileNotFoundError:
        mode = 0o644
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".tmp", dir=target.parent)
    try:
        with os.fdopen(descriptor, "w+b") as stream:
            yield stream
            stream.flush()
            os.fsync(descriptor)
        os.chmod(name, mode)
        os.replace(name, target)
    except BaseException:
        with suppress(OSError):
            os.unlink(name)
        raise
