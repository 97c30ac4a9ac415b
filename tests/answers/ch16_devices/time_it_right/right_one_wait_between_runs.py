import time
from itertools import pairwise
from statistics import median


def timeline(calls, synchronize, clock):
    """Readings before the first call and after each one: the end of one run starts the next."""
    wait = synchronize or (lambda: None)
    wait()
    readings = [clock()]
    for call in calls:
        call()
        wait()
        readings.append(clock())
    return [b - a for a, b in pairwise(readings)]


def measure(f, warmup=3, repeat=10, synchronize=None, clock=time.perf_counter):
    if not (warmup >= 0 and repeat >= 1):
        raise ValueError("counts")
    return median(timeline([f] * (warmup + repeat), synchronize, clock)[warmup:])


def compare(f, g, warmup=3, repeat=10, synchronize=None, clock=time.perf_counter):
    if not (warmup >= 0 and repeat >= 1):
        raise ValueError("counts")
    times = timeline([f, g] * (warmup + repeat), synchronize, clock)[2 * warmup :]
    return median(b / a for a, b in zip(times[::2], times[1::2], strict=True))
