"""What the wall costs: a jailed process, a call, large tensors.

Run ``python -m benchmarks.wall``. Each figure stands beside its floor, measured in turn in
the same run, and the ratio is what counts. Exits with 1 if a requirement is not met:

- a jailed student process costs at most 1.5 times a bare fork + exit + wait of a process
  that has torch imported;
- a call with small tensors takes at most 150 microseconds, in the median of the quietest of
  sixty rounds over half a minute;
- 16 MiB there and back go at 2 GB/s or more.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time

import torch

from benchmarks.measure import line, paired, seconds
from torchgrade.sandbox.client import ModuleSource, Sandbox
from torchgrade.sandbox.levels import Limits
from torchgrade.sandbox.server import ForkServer

# Processes are timed so many at a time: the kernel gives back the memory of one while the next
# one starts, and one alone would leave that to be paid by whatever is timed after it.
_TOGETHER = 10
_PROCESSES, _LARGE = 10 * _TOGETHER, 40
# What else runs on the machine, or on the one that lends it, makes calls slower for seconds and
# never quicker. So they are made in rounds with pauses, and the quietest counts, by its median.
_ROUNDS, _ROUND, _PAUSE_SECONDS = 60, 200, 0.5
_FORK_RATIO, _CALL_SECONDS, _BYTES_PER_SECOND = 1.5, 150e-6, 2e9

_ANSWERS = """
def identity(*args):
    return args[0]
"""

# A process like the fork server, as far as forking goes; one fork for each line that it reads.
_BARE = """
import gc, os, sys, time
import torch
torch.set_num_threads(1)
gc.collect(); gc.freeze()
print("ready", flush=True)
for _ in sys.stdin:
    started = time.perf_counter()
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    print(time.perf_counter() - started, flush=True)
"""


class _BareForker:
    def __init__(self) -> None:
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        self._process = subprocess.Popen(
            [sys.executable, "-c", _BARE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )
        self._line()

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()

    def fork(self) -> float:
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return float(self._line())

    def close(self) -> None:
        self._process.communicate()


def _verdict(name: str, value: float, limit: float, form: str, *, at_least: bool = False) -> bool:
    held = value >= limit if at_least else value <= limit
    bound = "at least" if at_least else "at most"
    print(f"{'holds' if held else 'FAILS'}  {name}: {value:{form}} ({bound} {limit:{form}})")
    return held


def main() -> int:
    """Measure and print; the exit code."""
    results = []
    with ForkServer() as server:
        sandbox = Sandbox(server)
        print(f"level {server.level.value}; least, median, largest")

        def jailed() -> float:
            def some() -> None:
                for _ in range(_TOGETHER):
                    sandbox.spawn(Limits()).end()

            return seconds(some) / _TOGETHER

        bare = _BareForker()

        def forked() -> float:
            return sum(bare.fork() for _ in range(_TOGETHER)) / _TOGETHER

        jailed()
        forked()
        jails, forks = paired(jailed, forked, _PROCESSES // _TOGETHER)
        bare.close()
        print(line("bare fork + exit + wait", forks))
        print(line("student process, confined, ready, ended", jails))
        ratio = statistics.median(j / f for j, f in zip(jails, forks, strict=True))
        results.append(_verdict("process against bare fork", ratio, _FORK_RATIO, ".2f"))

        with sandbox.student(Limits(exercise_seconds=600)) as student:
            student.load(ModuleSource(_ANSWERS, "identity.py", "identity"), seed=0)
            small = [torch.randn(2, 3, 8, 8), torch.randn(4, 3, 3, 3)]
            for _ in range(200):
                student.call("identity", small)
            nothing: list[float] = []
            calls: list[float] = []
            middles = []
            for _ in range(_ROUNDS):
                time.sleep(_PAUSE_SECONDS)
                pairs = paired(
                    lambda: seconds(lambda: student.call("identity", [None])),
                    lambda: seconds(lambda: student.call("identity", small)),
                    _ROUND,
                )
                for kept, new in zip((nothing, calls), pairs, strict=True):
                    kept += new
                middles.append(statistics.median(pairs[1]))
            print(line("call with None", nothing, "us"))
            print(line("call with two small tensors, one back", calls, "us"))
            results.append(
                _verdict(
                    "small call, microseconds, quietest round",
                    min(middles) * 1e6,
                    _CALL_SECONDS * 1e6,
                    ".0f",
                )
            )

            large = torch.randn(4 << 20)
            target = torch.empty_like(large)
            for _ in range(5):
                student.call("identity", [large])
            copies, trips = paired(
                lambda: seconds(lambda: [target.copy_(large) for _ in range(4)]),
                lambda: seconds(lambda: student.call("identity", [large])),
                _LARGE,
            )
            print(line("floor: four copies of 16 MiB", copies))
            print(line("16 MiB there and back", trips))
            rate = 2 * large.nbytes / statistics.median(trips)
            results.append(
                _verdict("GB/s", rate / 1e9, _BYTES_PER_SECOND / 1e9, ".2f", at_least=True)
            )
            print(f"       {statistics.median(trips) / statistics.median(copies):.2f} x the floor")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
