"""One line on standard error that says how far a long command is; only on a terminal."""

from __future__ import annotations

import sys
import time
from types import TracebackType

__all__ = ["Progress"]

_CLEAR = "\r\x1b[2K"
_PATIENCE = 1.0
"""Seconds before a line appears at all: what is over by then needs none."""


class Progress:
    """Counts steps towards ``total`` and shows the name of the one under way."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._done = 0
        self._started = time.monotonic()
        self._shown = False

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._shown:
            sys.stderr.write(_CLEAR)
            sys.stderr.flush()

    def step(self, name: str) -> None:
        """One more is done: ``name``."""
        self._done += 1
        elapsed = time.monotonic() - self._started
        if not sys.stderr.isatty() or elapsed < _PATIENCE:
            return
        left = elapsed / self._done * (self._total - self._done)
        sys.stderr.write(f"{_CLEAR}[{self._done}/{self._total}] {name[:48]}  {left:.0f} s")
        sys.stderr.flush()
        self._shown = True
