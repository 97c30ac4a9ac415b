"""The secret of a course, which makes the inputs of its graders unpredictable."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

__all__ = ["ensure_secret", "secret_of"]

_VARIABLE = "TORCHGRADE_SECRET"


def secret_of(root: Path) -> bytes:
    """The secret in the environment or in .torchgrade/secret; empty where there is none.

    Students have none: their inputs are then the same on every machine, and others than
    those that marks are made with.
    """
    told = os.environ.get(_VARIABLE)
    if told:
        return told.encode("utf-8", "surrogateescape")
    try:
        return _file(root).read_bytes().strip()
    except OSError:
        return b""


def ensure_secret(root: Path) -> tuple[bytes, Path | None]:
    """The secret, made if there is none yet; and the file that it was just written to, if so.

    Marks are not to be made with inputs that students know. Raises OSError.
    """
    known = secret_of(root)
    if known:
        return known, None
    file = _file(root)
    file.parent.mkdir(mode=0o700, exist_ok=True)
    # Of two that are made at once, the first counts.
    with (
        contextlib.suppress(FileExistsError),
        open(file, "x", encoding="ascii", opener=_private) as out,
    ):
        out.write(secrets.token_hex(32) + "\n")
    return secret_of(root), file


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _file(root: Path) -> Path:
    return root / ".torchgrade" / "secret"
