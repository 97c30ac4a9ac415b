"""What a timed test found: ratios, raw times and the circumstances. Pure data."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum

from torchgrade.text import Text

__all__ = ["TIMING_RULES", "Counted", "Growth", "TimedSize", "Timing", "TimingRules", "Verdict"]

TIMING_RULES = ("none", "growth", "ratio")
"""What of timed tests may count, from least to most."""


class Verdict(Enum):
    """How a ratio stands to 1."""

    FASTER = "faster"
    SIMILAR = "similar"
    SLOWER = "slower"
    UNSTABLE = "unstable"
    """The interval is too wide to say."""


@dataclass(frozen=True)
class TimingRules:
    """What of timed tests counts on which kind of device: ``none``, ``growth`` or ``ratio``.

    ``growth`` counts how time grows with the size of the input, ``ratio`` also how long it takes
    against the reference.
    """

    cpu: str = "growth"
    cuda: str = "ratio"
    seconds: float = 20.0
    """How long the blocks of one measurement at one size may take, after which it is unstable."""

    def counts(self, what: str, device: str) -> bool:
        """Whether ``what``, ``growth`` or ``ratio``, counts on a kind of device."""
        rule = self.cpu if device == "cpu" else self.cuda
        return TIMING_RULES.index(rule) >= TIMING_RULES.index(what)


@dataclass(frozen=True)
class TimedSize:
    """Times at one size of the input. All times are seconds for one input, blocks are medians."""

    size: str
    ratio: float
    low: float
    high: float
    reference: tuple[float, ...]
    """One per block of the reference; there is at least one more than of the student."""
    student: tuple[float, ...]
    empty: float
    """The round trip with its inputs and outputs and no work, which is taken off both."""
    inputs: int
    """How many inputs a request of the reference held."""
    model: float | None = None
    """The model answer's ratio at this size."""
    naive: float | None = None
    credit: float | None = None
    """The share of the marks that this size earned; None if marks were not asked for."""


@dataclass(frozen=True)
class Growth:
    """How time grows with size: like size ** ``exponent``."""

    exponent: float
    low: float
    high: float
    expected: float
    sizes: tuple[float, ...]
    seconds: tuple[float, ...]
    """For one input at each size, the reference's null taken off."""


@dataclass(frozen=True)
class Counted:
    """What one call of an answer ran, as its process told."""

    operations: int
    """Of torch."""
    flops: int
    """Floating-point operations, counted as `torchgrade.timing.shim.count` says."""


@dataclass(frozen=True)
class Timing:
    """What `slowdown` or `grows_like` measured."""

    reference: str
    """What the student's code was compared with, such as ``F.conv2d``."""
    device: str
    """Such as ``cpu`` or ``cuda``."""
    device_name: str
    sizes: tuple[TimedSize, ...] = ()
    growth: Growth | None = None
    verdict: Verdict = Verdict.UNSTABLE
    counted: Counted | None = None
    model_counted: Counted | None = None
    peak_memory: int = 0
    """Bytes on the device in use while the student's process was alive; 0 on a CPU."""
    conditions: tuple[tuple[str, str], ...] = ()
    """What else was read: versions, driver, cores, governor."""
    advice: Text | None = None

    @property
    def ratio(self) -> float:
        """Over all sizes: the geometric mean."""
        return _mean([size.ratio for size in self.sizes])

    @property
    def low(self) -> float:
        return _mean([size.low for size in self.sizes])

    @property
    def high(self) -> float:
        return _mean([size.high for size in self.sizes])

    @property
    def model(self) -> float | None:
        """The model answer's ratio over all sizes."""
        known = [size.model for size in self.sizes if size.model is not None]
        return _mean(known) if known and len(known) == len(self.sizes) else None

    @property
    def naive(self) -> float | None:
        known = [size.naive for size in self.sizes if size.naive is not None]
        return _mean(known) if known and len(known) == len(self.sizes) else None

    @property
    def slow(self) -> bool:
        """Whether there is anything to advise."""
        if self.growth is not None:
            return self.growth.exponent > self.growth.expected + 0.5
        return self.low > 1.5 * max(1.0, self.model or 1.0)

    def counts(self) -> dict[str, object]:
        """What one call ran, the student's and the model answer's; None where it isn't known."""
        own, model = self.counted, self.model_counted
        return {
            "operations": own and own.operations,
            "model_operations": model and model.operations,
            "flops": own and own.flops,
            "model_flops": model and model.flops,
        }

    def details(self) -> dict[str, object]:
        """What a sentence about it may need, as `torchgrade.result.Failure.details` has it."""
        told: dict[str, object] = {"reference": self.reference}
        if self.sizes:
            told |= {"ratio": self.ratio, "low": self.low, "high": self.high}
            told |= {"model": self.model, **self.counts()}
        if self.growth is not None:
            told |= {"exponent": self.growth.exponent, "expected": self.growth.expected}
        return told


def _mean(values: list[float]) -> float:
    if not values:
        return math.nan
    if any(value <= 0 for value in values):
        return 0.0
    return math.exp(math.fsum(math.log(value) for value in values) / len(values))
