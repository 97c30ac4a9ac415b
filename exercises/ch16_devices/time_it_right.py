"""A stopwatch that waits for the work to be done, and a fair race of two functions."""

from __future__ import annotations

import time
from collections.abc import Callable


def measure(
    f: Callable[[], object],
    warmup: int = 3,
    repeat: int = 10,
    synchronize: Callable[[], None] | None = None,
    clock: Callable[[], float] = time.perf_counter,
) -> float:
    """Return how many seconds a call of ``f`` takes: the median of ``repeat`` runs.

    Args:
        f: the function to time; it is called exactly ``warmup + repeat`` times, without arguments.
        warmup: how many calls come first and are not timed, at least 0.
        repeat: how many calls are timed, each by itself, at least 1.
        synchronize: waits until all work that was started so far is done; None if calls return
            only when they are done.
        clock: returns the time in seconds; only differences between its values mean something.

    Returns:
        The median of the timed runs; of an even number, the mean of the two in the middle.
        The time of a run is that until its work is done, and no work of another run is in it.

    Raises:
        ValueError: ``warmup`` is negative or ``repeat`` less than 1; then ``f`` is not called.

    Example:
        A function whose calls take 9, 5, 1, 2, 8 seconds, in this order, with warmup=2 and
        repeat=3, gives 2.0.
    """
    raise NotImplementedError


def compare(
    f: Callable[[], object],
    g: Callable[[], object],
    warmup: int = 3,
    repeat: int = 10,
    synchronize: Callable[[], None] | None = None,
    clock: Callable[[], float] = time.perf_counter,
) -> float:
    """Return how many times as long ``g`` takes as ``f``, timed in turn.

    First each of the two is called ``warmup`` times. Then come ``repeat`` rounds: ``f`` is timed
    once, then ``g`` once, both as in ``measure``, and the ratio of the round is the time of ``g``
    divided by that of ``f``.

    Args:
        f, g: the functions to compare.
        warmup, repeat, synchronize, clock: as in ``measure``.

    Returns:
        The median of the rounds' ratios.

    Raises:
        ValueError: as in ``measure``.

    Example:
        If the calls of ``f`` take 1, 2, 4 seconds and those of ``g`` 3, 8, 8, with warmup=0 and
        repeat=3, the ratios are 3, 4, 2, and the result is 3.0.
    """
    raise NotImplementedError
