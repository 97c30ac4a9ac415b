"""What `slowdown` and `grows_like` ask for: a measurement, its marks, and what can be told of it.

One `Timer` serves all subjects of a session in one exercise.
"""

from __future__ import annotations

import contextlib
import math
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import torch

from torchgrade.describe import describe
from torchgrade.result import Blame, Failure, Kind
from torchgrade.sandbox.client import CallFailed, ModuleSource, Sandbox
from torchgrade.sandbox.levels import Limits
from torchgrade.sandbox.wire import FunctionSource
from torchgrade.text import Text
from torchgrade.timing.anchors import Anchor, Anchors
from torchgrade.timing.device import Device, kept_to
from torchgrade.timing.marks import credit, thresholds
from torchgrade.timing.model import Growth, TimedSize, Timing, TimingRules, Verdict
from torchgrade.timing.protocol import (
    FULL,
    QUICK,
    Answer,
    Effort,
    Lab,
    Ratio,
    ReferenceFailed,
    Task,
    TooSlow,
    WrongOutput,
    growth,
    ratio,
)
from torchgrade.timing.statistics import Interval

__all__ = ["Asked", "Found", "Timer", "Unfit", "fit"]

FITNESS = {"cpu": 0.05, "cuda": 0.02}
"""How far from 1 the reference may be from itself on a device that gives marks."""
_ANCHORED = 0.12
"""How wide, to each side, the interval of the ratio may be that marks begin at: steps are 30 %."""
_FASTEST = 0.1
"""Whoever is faster than so much of the reference's time is looked at by a person."""
# Beside an interval of this width a verdict on who is faster says little.
_SIMILAR = 1.05
_LEAST_CPU_SECONDS = 600.0


@dataclass(frozen=True)
class Asked:
    """What a timed test asks."""

    test: str
    target: str | FunctionSource
    reference: FunctionSource
    make: FunctionSource
    sizes: tuple[object, ...]
    name: str
    """Of the reference, for people."""
    advice: Text | None = None
    exponent: float | None = None
    """Of `grows_like`; None for a ratio."""


@dataclass(frozen=True)
class Found:
    """A measurement with its consequence for the marks."""

    timing: Timing | None
    credit: float | None
    """From 0 to 1; None if it does not count here, for ``reason``."""
    reason: str = ""
    failure: Failure | None = None
    """If it could not be told."""


class Unfit(Exception):
    """This machine gives no timed marks now; the message says why."""


@dataclass
class Timer:
    """Measures answers to one exercise on one device."""

    sandbox: Callable[[], Sandbox]
    limits: Limits
    device: Device
    rules: TimingRules
    anchors: Anchors
    marking: bool
    """For marks, which need all that they depend on; else for whoever wants to know."""
    model: ModuleSource | None
    """None where there is no model answer, as in a student's bundle."""
    naive: Callable[[str | FunctionSource], ModuleSource | None]
    """The naive answer to what a test times, if the grader has one."""
    fitness: set[str] = field(default_factory=set)
    """Devices that were found fit; shared by all timers of a session."""
    _lab: Lab | None = None

    # --- what tests ask

    def slowdown(self, asked: Asked, subject: ModuleSource) -> Found:
        """Time ``subject`` at each size. Raises as `torchgrade.timing.protocol.ratio`."""
        by_rule = self.rules.counts("ratio", self.device.kind)
        counts, reason = by_rule and self.model is not None, "model" if by_rule else "device"
        if self.marking and not counts:
            return Found(None, None, reason)
        with self._measuring() as lab:
            if self.marking and counts and (why := self._unfit(lab, asked)):
                message = {"message": why}
                failure = Failure(Kind.UNSTABLE, Blame.ENGINE, details=message)
                return Found(self._timing(asked, ()), None, failure=failure)
            sizes: list[TimedSize] = []
            counted = model_counted = None
            memory = 0
            settled, effort = True, self._effort()
            for size in asked.sizes:
                task = Task(asked.make, asked.reference, size)
                label = describe(size)
                model = self._anchor(lab, asked, task, label, "model")
                naive = self._anchor(lab, asked, task, label, "naive") if counts else None
                borders: tuple[float, ...] = ()
                if model is not None and naive is not None:
                    borders = thresholds(model.ratio, naive.ratio)
                first = counted is None
                answer = Answer(subject, asked.target)
                try:
                    measured = ratio(lab, task, answer, effort, borders, count=first)
                except TooSlow as slow:
                    measured = _at_least(slow.ratio)
                found = measured.interval
                if first:
                    counted = measured.counted
                if model is not None and model_counted is None:
                    model_counted = model.counted
                memory = max(memory, measured.peak_memory)
                known = measured.settled(effort, borders)
                settled &= known or measured.steady(effort)
                sizes.append(
                    TimedSize(
                        label,
                        found.value,
                        found.low,
                        found.high,
                        measured.reference,
                        measured.student,
                        measured.empty,
                        measured.inputs,
                        model.ratio if model else None,
                        naive.ratio if naive else None,
                        # Whose times vary on a quiet machine does not gain by that.
                        credit(found.low if known else found.value, borders) if borders else None,
                    )
                )
            timing = replace(
                self._timing(asked, tuple(sizes)),
                counted=counted,
                model_counted=model_counted,
                peak_memory=memory if self.device.kind != "cpu" else 0,
            )
            timing = replace(timing, verdict=_verdict(timing))
            if not counts:
                return Found(timing, None, reason)
            return self._marked(timing, settled)

    def growth(self, asked: Asked, subject: ModuleSource) -> Found:
        """How the time of ``subject`` grows. Raises as `torchgrade.timing.protocol.growth`."""
        counts = self.rules.counts("growth", self.device.kind)
        assert asked.exponent is not None
        if self.marking and not counts:
            return Found(None, None, "device")
        sizes = [_magnitude(size) for size in asked.sizes]
        border = asked.exponent + 0.5
        with self._measuring() as lab:
            tasks = [Task(asked.make, asked.reference, size) for size in asked.sizes]
            answer = Answer(subject, asked.target)
            try:
                found = growth(lab, tasks, sizes, answer, border, self._effort())
            except TooSlow:
                details: dict[str, object] = {"seconds": self.limits.seconds}
                raise CallFailed(Failure(Kind.TIMEOUT, details=details)) from None
            timing = self._timing(asked, ())
        told = Growth(
            found.interval.value,
            found.interval.low,
            found.interval.high,
            asked.exponent,
            tuple(sizes),
            found.seconds,
        )
        timing = replace(timing, growth=told)
        if not counts:
            return Found(timing, None, "device")
        if found.interval.high < border:
            return Found(timing, 1.0)
        if found.interval.low > border:
            return Found(timing, 0.0)
        message = f"time grows with an exponent between {told.low:.2f} and {told.high:.2f}"
        return self._unstable(timing, message)

    def close(self) -> None:
        if self._lab is not None:
            self._lab.close()
            self._lab = None

    # --- marks

    def _marked(self, timing: Timing, settled: bool) -> Found:
        known = [size.credit for size in timing.sizes if size.credit is not None]
        if len(known) < len(timing.sizes):
            return Found(timing, None, "model")
        if timing.high < _FASTEST:
            told = f"{1 / timing.high:.1f} times faster than {timing.reference}"
            details: dict[str, object] = {"message": told, "reference": timing.reference}
            failure = Failure(Kind.IMPLAUSIBLE, Blame.ENGINE, details=details)
            return Found(timing, None, failure=failure)
        if not settled:
            message = f"the ratio lies between {timing.low:.2f} and {timing.high:.2f}"
            return self._unstable(timing, message)
        return Found(timing, math.fsum(known) / len(known))

    def _unstable(self, timing: Timing, message: str) -> Found:
        """What can't be told for marks must be told later; somebody who waits for it is told so."""
        if not self.marking:
            return Found(timing, None, "busy")
        failure = Failure(Kind.UNSTABLE, Blame.ENGINE, details={"message": message})
        return Found(timing, None, failure=failure)

    def _anchor(self, lab: Lab, asked: Asked, task: Task, label: str, who: str) -> Anchor | None:
        """The ratio of an answer that marks hang on, measured once."""
        source = self.model if who == "model" else self.naive(asked.target)
        if source is None:
            return None
        known = self.anchors.get(asked.test, label, who)
        if known is not None:
            return known
        answer = Answer(source, asked.target)
        effort = self._effort()
        try:
            measured = ratio(lab, task, answer, effort, count=who == "model")
        except TooSlow as slow:
            found = Anchor(slow.ratio)
        except (CallFailed, WrongOutput) as error:
            raise ReferenceFailed(f"the {who} answer failed: {error}") from None
        else:
            found = Anchor(measured.interval.value, measured.counted)
            uncertain = not measured.steady(effort) or measured.interval.half_width > max(
                _ANCHORED, effort.half_width
            )
            if self.marking and who == "model" and uncertain:
                raise Unfit(
                    "the model answer's own ratio lies between"
                    f" {measured.interval.low:.2f} and {measured.interval.high:.2f}"
                )
        self.anchors.put(asked.test, label, who, found)
        return found

    def _unfit(self, lab: Lab, asked: Asked) -> str:
        """Why this device gives no marks now; nothing if it does, which is told once a session."""
        if self.device.place in self.fitness:
            return ""
        task = Task(asked.make, asked.reference, asked.sizes[0])
        why = fit(lab, task, self.device.kind, self._effort())
        if not why:  # else a neighbour may be gone when the next answer comes
            self.fitness.add(self.device.place)
        return why

    # --- measuring

    def _effort(self) -> Effort:
        if not self.marking:
            return QUICK
        return replace(FULL[self.device.kind], seconds=self.rules.seconds)

    @contextlib.contextmanager
    def _measuring(self) -> Iterator[Lab]:
        with kept_to(self.device):
            yield self._the_lab()

    def _the_lab(self) -> Lab:
        if self._lab is None:
            limits = replace(
                self.limits,
                # A worker waits in a loop, which is counted as its own time.
                exercise_seconds=max(self.limits.exercise_seconds, _LEAST_CPU_SECONDS),
                cores=self.device.workers,
                device=self.device.place,
            )
            self._lab = Lab(
                self.sandbox,
                limits,
                self.device.place,
                spin=self.device.apart,
                call_seconds=self.limits.seconds,
                anchors=self.anchors,
            )
        return self._lab

    def _timing(self, asked: Asked, sizes: tuple[TimedSize, ...]) -> Timing:
        conditions = {"torch": str(torch.__version__)}
        if self.device.driver:
            conditions["driver"] = self.device.driver
        if self.device.workers:
            conditions["cores"] = ",".join(map(str, self.device.workers))
        with contextlib.suppress(OSError, AttributeError):  # Windows tells none
            conditions["load"] = f"{os.getloadavg()[0]:.2f}"
        return Timing(
            asked.name,
            self.device.kind,
            self.device.name,
            sizes,
            conditions=tuple(conditions.items()),
            advice=asked.advice,
        )


def fit(lab: Lab, task: Task, kind: str, effort: Effort) -> str:
    """Why a device is not fit to give marks: the reference against itself; empty if it is."""
    allowed = FITNESS[kind]
    found = ratio(lab, task, None, effort).interval
    if abs(math.log(found.value)) <= math.log(1 + allowed):
        return ""
    return (
        f"the reference measured {found.value:.3f} times as slow as itself, where 1 within"
        f" {allowed:.0%} is needed: the machine is busy, or changes its clock"
    )


def _at_least(least: float) -> Ratio:
    """What is known of an answer of which no call ended in time."""
    return Ratio(Interval(least, least, math.inf), (), (), (), 0.0, 0)


def _verdict(timing: Timing) -> Verdict:
    low, high = timing.low, timing.high
    if low > 1:
        return Verdict.SLOWER
    if high < 1:
        return Verdict.FASTER
    return Verdict.SIMILAR if high / max(low, 1e-9) < _SIMILAR**2 else Verdict.UNSTABLE


def _magnitude(size: object) -> float:
    if isinstance(size, (int, float)) and not isinstance(size, bool) and size > 0:
        return float(size)
    raise TypeError(f"grows_like() takes sizes that are positive numbers, not {size!r}")
