"""What timed tests may have measured, made up: of slow answers, of fast ones, of growing ones."""

from __future__ import annotations

import math
from dataclasses import replace

from torchgrade.result import Failure, Kind, Outcome, Status
from torchgrade.text import text
from torchgrade.timing.model import Counted, Growth, TimedSize, Timing, Verdict

__all__ = ["growing", "not_assessed", "slow", "timed", "timed_size"]


def timed_size(
    ratio: float,
    low: float | None = None,
    high: float | None = None,
    *,
    model: float | None = 1.05,
    naive: float | None = 500.0,
    size: str = "1000",
    credit: float | None = None,
) -> TimedSize:
    """A size at which the reference takes a millisecond; of no call in time if ``high`` is inf."""
    reference = (1e-3, 1.01e-3, 0.99e-3)
    student = () if high == math.inf else (1e-3 * ratio, 1.01e-3 * ratio)
    return TimedSize(
        size,
        ratio,
        0.98 * ratio if low is None else low,
        1.02 * ratio if high is None else high,
        reference,
        student,
        1e-5,
        4,
        model,
        naive,
        credit,
    )


def timed(*sizes: TimedSize, growth: Growth | None = None, reference: str = "F.conv2d") -> Timing:
    return Timing(
        reference,
        "cuda",
        "NVIDIA H100",
        sizes,
        growth,
        Verdict.SLOWER,
        counted=Counted(480, 3_670_016),
        model_counted=Counted(12, 917_504),
        peak_memory=1 << 20,
        conditions=(("torch", "2.13.0"), ("load", "0.05")),
        advice=text("Two loops are enough.", zh="两层循环就够了。"),
    )


def growing(exponent: float = 2.0, expected: float = 1.0) -> Timing:
    sizes = (1000.0, 2000.0, 4000.0, 8000.0)
    seconds = tuple(1e-3 * (size / 1000) ** exponent for size in sizes)
    growth = Growth(exponent, exponent - 0.1, exponent + 0.1, expected, sizes, seconds)
    return replace(timed(growth=growth, reference="torch.cumsum"), counted=None)


def slow(timing: Timing, *, credit: float | None = None, weight: float = 5.0) -> Outcome:
    """A test that failed for what ``timing`` says."""
    kind = Kind.SLOW if timing.sizes else Kind.GROWTH
    failure = Failure(kind, details=timing.details(), note=timing.advice)
    title = text("As fast as a good answer", zh="与好的答案一样快")
    return Outcome(
        "test_speed",
        title,
        Status.FAILED,
        weight,
        failure=failure,
        credit=credit,
        timing=timing,
    )


def not_assessed(timing: Timing | None = None, *, weight: float = 3.0) -> Outcome:
    """A test that does not count here, though something may have been measured."""
    details: dict[str, object] = {"reason": "device"}
    if timing is not None:
        details |= timing.details()
    title = text("Fast on a GPU", zh="在 GPU 上很快")
    failure = Failure(Kind.NOT_ASSESSED, details=details)
    return Outcome("test_gpu", title, Status.NOT_ASSESSED, weight, failure=failure, timing=timing)
