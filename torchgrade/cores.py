"""Which cores there are to use."""

from __future__ import annotations

import contextlib
import os
import sys

__all__ = ["cores", "stay_on", "usable"]

_before: tuple[int, ...] | None = None
"""What this process could use before it was told to stay on one core."""


def usable() -> tuple[int, ...]:
    """The numbers of the cores that this process may use, also where it stays on one of them."""
    if _before is not None:
        return _before
    if sys.platform == "linux":
        return tuple(sorted(os.sched_getaffinity(0)))
    return tuple(range(os.cpu_count() or 1))


def cores() -> int:
    """How many cores this process may use."""
    return len(usable())


def stay_on(core: int) -> None:
    """Keep this process, and all that it starts, on ``core`` of `usable`, where that can be."""
    global _before  # noqa: PLW0603  # it is the process that stays, and for good
    if sys.platform == "linux":
        _before = usable()
        with contextlib.suppress(OSError):  # such as a core that has been taken away
            os.sched_setaffinity(0, {core})
