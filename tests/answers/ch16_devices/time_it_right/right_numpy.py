import time

import numpy as np


def runs(functions, warmup, repeat, synchronize, clock):
    if warmup < 0 or repeat < 1:
        raise ValueError(f"{warmup=} {repeat=}")
    seconds = np.zeros((warmup + repeat, len(functions)))
    for i in range(warmup + repeat):
        for j, function in enumerate(functions):
            if synchronize is not None:
                synchronize()
            begin = clock()
            function()
            if synchronize is not None:
                synchronize()
            seconds[i, j] = clock() - begin
    return seconds[warmup:]


def measure(f, warmup=3, repeat=10, synchronize=None, clock=time.perf_counter):
    return float(np.median(runs([f], warmup, repeat, synchronize, clock)))


def compare(f, g, warmup=3, repeat=10, synchronize=None, clock=time.perf_counter):
    seconds = runs([f, g], warmup, repeat, synchronize, clock)
    return np.median(seconds[:, 1] / seconds[:, 0]).item()
