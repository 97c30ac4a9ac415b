"""One line on standard error that says how far a batch is; nothing where nobody looks."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Final

from torchgrade.grading.messages import Work
from torchgrade.i18n import Catalogue
from torchgrade.report.fill import fill

__all__ = ["BatchProgress"]

_CLEAR: Final = "\r\x1b[2K"
_EVERY: Final = 0.2
"""Seconds between two lines: more often nobody can read."""


class BatchProgress:
    """Counts submissions, and tells of rate, time left and trouble; a `batch.grade.Observer`."""

    def __init__(self, total: int, translate: Catalogue) -> None:
        self._total = total
        self._translate = translate
        self._done = 0
        self._ungraded = 0
        self._deaths = 0
        self._started = time.monotonic()
        self._shown = 0.0
        self._watched = sys.stderr.isatty()

    @property
    def done(self) -> int:
        """Submissions that are settled."""
        return self._done

    def __enter__(self) -> BatchProgress:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._watched:
            sys.stderr.write(_CLEAR)
            sys.stderr.flush()

    def submission_done(self, student: str) -> None:
        self._done += 1
        self.tick()

    def ungraded(self, student: str, exercise: str) -> None:
        self._ungraded += 1

    def died(self, work: Work, message: str) -> None:
        self._deaths += 1

    def tick(self) -> None:
        now = time.monotonic()
        if self._watched and now - self._shown >= _EVERY:
            self._shown = now
            sys.stderr.write(_CLEAR + self._line(now - self._started))
            sys.stderr.flush()

    def _line(self, elapsed: float) -> str:
        _ = self._translate
        percent = 100 * self._done // max(1, self._total)
        parts = [f"[{self._done}/{self._total}] {percent} %"]
        if self._done:
            rate = self._done / elapsed
            parts.append(fill(_("{rate} per second"), rate=f"{rate:.1f}"))
            left = (self._total - self._done) / rate
            parts.append(fill(_("{time} left"), time=_clock(left)))
        if self._ungraded:
            parts.append(fill(_("{count} ungraded"), count=self._ungraded))
        if self._deaths:
            parts.append(fill(_("{count} processes died"), count=self._deaths))
        return "  ".join(parts)


def _clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
