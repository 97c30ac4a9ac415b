import time
from statistics import median


def one(f, synchronize, clock):
    if synchronize:
        synchronize()
    t = clock()
    f()
    if synchronize:
        synchronize()
    return clock() - t


def measure(f, warmup=3, repeat=10, synchronize=None, clock=time.perf_counter):
    if warmup < 0 or repeat < 1:
        raise ValueError
    for _ in range(warmup):
        f()
    times = []
    for _ in range(repeat):
        times.append(one(f, synchronize, clock))
    return median(times)


def compare(f, g, warmup=3, repeat=10, synchronize=None, clock=time.perf_counter):
    if warmup < 0 or repeat < 1:
        raise ValueError
    for _ in range(warmup):
        f()
        g()
    ratios = []
    for _ in range(repeat):
        a = one(f, synchronize, clock)
        b = one(g, synchronize, clock)
        ratios.append(a / b)
    return median(ratios)
