"""Writing an exported file: at once or not at all, and never over what it was made from."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from torchgrade.atomic import replacing
from torchgrade.errors import N_, UserError

__all__ = ["OutputError", "check_output", "writing"]


class OutputError(UserError):
    """A file can't be written, or must not be."""


@contextmanager
def writing(path: Path, sources: Sequence[Path] = ()) -> Iterator[IO[bytes]]:
    """A stream to ``path``, which gets its contents when the block ends without an error.

    Raises `OutputError`: ``path`` is one of ``sources`` (a sheet that is filled in, say), or it
    can't be written.
    """
    check_output(path, sources)
    try:
        with replacing(path) as stream:
            yield stream
    except OSError as error:
        raise _unwritable(path, error.strerror or str(error)) from None


def check_output(path: Path, sources: Sequence[Path] = ()) -> None:
    """Raise `OutputError` if ``path`` can't be the name of a new file beside ``sources``."""
    for source in sources:
        if os.path.realpath(path) == os.path.realpath(source) or _same(path, source):
            raise OutputError(
                N_("{path} would be overwritten, but it is what the new file is made from."),
                N_("Name another file with --out; keep the one that you downloaded."),
                {"path": source},
            )
    problem = errno.EISDIR if path.is_dir() else None if path.parent.is_dir() else errno.ENOENT
    if problem is not None:
        raise _unwritable(path, os.strerror(problem))


def _unwritable(path: Path, reason: str) -> OutputError:
    return OutputError(
        N_("{path} can't be written: {reason}."),
        N_("Name a file in a folder that exists and that you may write to."),
        {"path": path, "reason": reason},
    )


def _same(path: Path, other: Path) -> bool:
    try:
        return path.samefile(other)
    except OSError:
        return False
