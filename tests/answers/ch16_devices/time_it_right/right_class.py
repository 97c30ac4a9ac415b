import time


class Stopwatch:
    def __init__(self, synchronize, clock):
        self.sync = synchronize if synchronize is not None else self.nothing
        self.clock = clock

    def nothing(self):
        pass

    def __enter__(self):
        self.sync()
        self.t = self.clock()
        return self

    def __exit__(self, *args):
        self.sync()
        self.t = self.clock() - self.t


def middle(values):
    values = sorted(values)
    n = len(values)
    return values[n // 2] if n % 2 else (values[n // 2 - 1] + values[n // 2]) / 2


def check(warmup, repeat):
    if warmup < 0:
        raise ValueError("warmup < 0")
    if repeat < 1:
        raise ValueError("repeat < 1")


def measure(f, warmup=3, repeat=10, synchronize=None, clock=time.perf_counter):
    check(warmup, repeat)
    seen = []
    for _ in range(warmup):
        f()
    for _ in range(repeat):
        with Stopwatch(synchronize, clock) as watch:
            f()
        seen.append(watch.t)
    return middle(seen)


def compare(f, g, warmup=3, repeat=10, synchronize=None, clock=time.perf_counter):
    check(warmup, repeat)
    for _ in range(warmup):
        f()
    for _ in range(warmup):
        g()
    seen = []
    for _ in range(repeat):
        with Stopwatch(synchronize, clock) as one:
            f()
        with Stopwatch(synchronize, clock) as other:
            g()
        seen.append(other.t / one.t)
    return middle(seen)
