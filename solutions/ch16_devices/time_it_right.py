"""A stopwatch that waits for the work to be done, and a fair race of two functions."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable


def _check(warmup: int, repeat: int) -> None:
    if warmup < 0 or repeat < 1:
        raise ValueError(f"warmup={warmup} must be at least 0, repeat={repeat} at least 1")


def _seconds(
    f: Callable[[], object],
    synchronize: Callable[[], None] | None,
    clock: Callable[[], float],
) -> float:
    """The time of one run, from an idle device to an idle device."""
    if synchronize is not None:
        synchronize()
    start = clock()
    f()
    if synchronize is not None:
        synchronize()
    return clock() - start


def measure(
    f: Callable[[], object],
    warmup: int = 3,
    repeat: int = 10,
    synchronize: Callable[[], None] | None = None,
    clock: Callable[[], float] = time.perf_counter,
) -> float:
    _check(warmup, repeat)
    for _ in range(warmup):
        f()
    return statistics.median(_seconds(f, synchronize, clock) for _ in range(repeat))


def compare(
    f: Callable[[], object],
    g: Callable[[], object],
    warmup: int = 3,
    repeat: int = 10,
    synchronize: Callable[[], None] | None = None,
    clock: Callable[[], float] = time.perf_counter,
) -> float:
    _check(warmup, repeat)
    for _ in range(warmup):
        f()
        g()
    ratios = []
    for _ in range(repeat):
        seconds = _seconds(f, synchronize, clock)
        ratios.append(_seconds(g, synchronize, clock) / seconds)
    return statistics.median(ratios)
