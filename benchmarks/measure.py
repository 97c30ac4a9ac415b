"""Paired measurements: two things in turn, so that the machine's moods fall on both."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

__all__ = ["line", "paired", "seconds"]


def seconds(action: Callable[[], object]) -> float:
    """Wall time of one call."""
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def paired(
    one: Callable[[], float], other: Callable[[], float], rounds: int
) -> tuple[list[float], list[float]]:
    """Times of both, taken in turn; each callable returns the seconds that it measured."""
    ones, others = [], []
    for _ in range(rounds):
        ones.append(one())
        others.append(other())
    return ones, others


def line(name: str, times: list[float], unit: str = "ms") -> str:
    """Least, median and largest of some times, in a column each."""
    scale = {"ms": 1e3, "us": 1e6, "s": 1.0}[unit]
    low, middle, high = min(times) * scale, statistics.median(times) * scale, max(times) * scale
    return f"  {name:<44}{low:9.2f} {middle:9.2f} {high:9.2f} {unit}"
