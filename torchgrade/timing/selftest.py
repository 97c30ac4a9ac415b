"""Whether a machine is fit to give timed marks: known answers, timed as any other.

The reference against itself must give 1. Answers that go on until a known multiple of their own
time is over must give that multiple.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import torch

from torchgrade.sandbox.client import ModuleSource, Sandbox
from torchgrade.sandbox.levels import Limits
from torchgrade.shipping import ship
from torchgrade.timing.device import Device, Turns, kept_to
from torchgrade.timing.protocol import FULL, Answer, Lab, Ratio, Task, ratio
from torchgrade.timing.timer import FITNESS

__all__ = ["SLOWDOWNS", "Report", "Session", "sessions"]

SLOWDOWNS = (1.5, 2.0, 5.0, 20.0)
SLOWDOWN_WITHIN = 0.05


def _matrices(size, generator):  # type: ignore[no-untyped-def]  # crosses the wall
    left = torch.rand(size, size, generator=generator, device=generator.device)
    right = torch.rand(size, size, generator=generator, device=generator.device)
    return left, right


def _product(left, right):  # type: ignore[no-untyped-def]  # crosses the wall
    """A chain of products: much work for little that is drawn and little that comes back."""
    result = left
    for _ in range(8):
        result = result @ right / right.shape[0]
    return result[:16, :16]


# It fills the time with the very same work, and what is left with a small piece of it: after
# anything else, or nothing, a processor is slower at first. By so much its own part would be, and
# the factor not be known any more.
_SLOWER = """
import time
import torch

def product(left, right):
    start = time.perf_counter()
    result = left
    for _ in range(8):
        result = result @ right / right.shape[0]
    result = result[:16, :16]
    if result.is_cuda:
        torch.cuda.synchronize()
    now = time.perf_counter()
    own = now - start
    while (rest := start + {times} * own - time.perf_counter()) > 0:
        if not result.is_cuda:
            (left if rest > own / 8 else left[:8]) @ right / right.shape[0]
    return result
"""

_SIZES = {"cpu": 192, "cuda": 4096}


@dataclass(frozen=True)
class Session:
    """One measurement of an answer that is known to take ``expected`` times the reference's."""

    expected: float
    found: Ratio

    @property
    def error(self) -> float:
        """How far from what is known, as a share of it."""
        return self.found.interval.value / self.expected - 1


@dataclass(frozen=True)
class Report:
    """What a self-test found."""

    kind: str
    """``cpu`` or ``cuda``."""
    sessions: tuple[Session, ...]

    @property
    def same(self) -> tuple[float, ...]:
        """The ratios of the reference to itself."""
        return tuple(s.found.interval.value for s in self.sessions if s.expected == 1)

    @property
    def median(self) -> float:
        return statistics.median(self.same)

    @property
    def spread(self) -> float:
        """Between the largest and the smallest of them, as a share of the median."""
        return (max(self.same) - min(self.same)) / self.median

    @property
    def allowed(self) -> float:
        return FITNESS[self.kind]

    @property
    def faults(self) -> Sequence[Session]:
        """Known slowdowns that were not found."""
        return [s for s in self.sessions if s.expected != 1 and abs(s.error) > SLOWDOWN_WITHIN]

    @property
    def fit(self) -> bool:
        return abs(math.log(self.median)) <= math.log(1 + self.allowed) and not self.faults


def sessions(
    sandbox: Callable[[], Sandbox],
    device: Device,
    count: int,
    *,
    slowdowns: Sequence[float] = SLOWDOWNS,
) -> Iterator[Session]:
    """``count`` sessions of the reference against itself, then one for each known slowdown.

    Raises as `torchgrade.timing.protocol.ratio`.
    """
    limits = replace(Limits(exercise_seconds=3600.0), cores=device.workers, device=device.place)
    effort = FULL[device.kind]
    turns = Turns("cpu")
    lab = Lab(sandbox, limits, device.place, spin=device.apart)
    task = Task(ship(_matrices), ship(_product), _SIZES[device.kind])
    try:
        with kept_to(device), turns.alone():
            for _ in range(count):
                yield Session(1.0, ratio(lab, task, None, effort))
            for times in slowdowns:
                source = ModuleSource(_SLOWER.format(times=times), "slower.py", "slower")
                yield Session(times, ratio(lab, task, Answer(source, "product"), effort))
    finally:
        lab.close()
        turns.close()
