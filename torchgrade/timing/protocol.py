"""The measurement: blocks of requests to reference and student, by the grader's own clock.

The clock starts before the input exists anywhere that student code can reach, and stops when the
grader holds a private copy of the output; every output is then checked. See docs/timing.md for
why each step is as it is.
"""

from __future__ import annotations

import math
import secrets
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Final

import torch

from torchgrade.compare import Mismatch, compare
from torchgrade.result import Failure, Kind
from torchgrade.sandbox.client import CallFailed, ModuleSource, Sandbox, StudentProcess
from torchgrade.sandbox.levels import Limits
from torchgrade.sandbox.wire import FunctionSource
from torchgrade.shipping import ship
from torchgrade.timing import shim
from torchgrade.timing.anchors import Anchors, Pace
from torchgrade.timing.model import Counted
from torchgrade.timing.statistics import (
    Interval,
    calm,
    exponent,
    fastest,
    interval,
    lowest,
    quotient,
    undisturbed,
)

__all__ = [
    "FULL",
    "QUICK",
    "Answer",
    "Effort",
    "GrowthFound",
    "Lab",
    "Ratio",
    "ReferenceFailed",
    "Task",
    "TooSlow",
    "WrongOutput",
    "growth",
    "ratio",
]

MOST_SECONDS = 0.2
"""A request of the student's lasts at most about so long, or holds a single input."""
MOST_INPUTS = 256
MOST_OUTPUT_BYTES = 8 << 20
_CALIBRATIONS = 3
_SEED_BITS = 62
# For how long a request may let wait before whoever waits in a loop goes to sleep.
_SPIN_SECONDS = 0.05
_NULL_SHARE = 0.95
# A process that has any patience is waited for until it is gone. The kernel takes a while to give
# back much memory, on the core on which the reference is timed next.
_GONE_SECONDS = 1e-6
_MOST_COUNTED = 1 << 62  # what student code tells may be any number; this one fits everywhere
# How far from the precise result an answer may be, in errors of the reference's own arithmetic.
_ERRORS_OF_THE_REFERENCE = 8.0

_WORK, _EMPTY, _EXPECT = ship(shim.work), ship(shim.empty), ship(shim.expect)
_COUNT, _IN_USE = ship(shim.count), ship(shim.memory_in_use)
_NOTHING = ModuleSource("", "reference.py", "reference")


@dataclass(frozen=True)
class Effort:
    """How much measuring is worth it."""

    requests: int = 20
    """Timed requests in a block."""
    warm_ups: int = 3
    """Requests before them that look like any other and don't count."""
    block_seconds: float = 0.5
    """A block ends after so long even with fewer requests, but not with fewer than three."""
    least_blocks: int = 3
    """Of the student's."""
    ranked_blocks: int = 3
    """The same, before it ends while there is time for more."""
    half_width: float = 0.03
    """Of the interval, at which to stop."""
    marked_half_width: float = 0.06
    """The same once the marks are known; answers of one mark are ranked by their ratios, too."""
    quiet: float = 1.12
    """How many times as long as at its fastest a request may take on an undisturbed machine."""
    seconds: float = 20.0
    """For all blocks together, after which what is known must do."""
    request_seconds: float = 5e-3
    """A request of the reference lasts at least so long, or holds `MOST_INPUTS`."""
    round_trips: int = 20
    """And at least so many empty round trips with nothing in them."""

    def needed(self, *, disturbed: bool) -> int:
        """How many of the student's blocks must be undisturbed.

        Twice as many on a machine that was ``disturbed`` at all: there blocks were likely spoilt,
        too, beside which no block of the reference's shows it.
        """
        return 2 * self.least_blocks if disturbed else self.least_blocks


FULL: Final[Mapping[str, Effort]] = {
    "cuda": Effort(),
    # Each process has its memory elsewhere, for which alone the times of a fast answer differ by
    # 4 %: many short blocks tell more than few long ones, and three may agree by chance.
    "cpu": Effort(requests=10, ranked_blocks=12),
}
"""For marks, by the kind of device."""
QUICK = Effort(
    requests=12, warm_ups=2, block_seconds=0.25, half_width=0.1, quiet=math.inf, seconds=6.0
)
"""For somebody who waits for it and gets no marks, and won't wait for the neighbours."""

_LEAST_REQUESTS = 3
_LEAST_BLOCKS = 2


@dataclass(frozen=True)
class Task:
    """What is timed: ``reference`` on inputs that ``make`` draws, at one size."""

    make: FunctionSource
    reference: FunctionSource
    size: object


@dataclass(frozen=True)
class Answer:
    """Who is timed against the reference: a function of a file's, by its name, or a probe."""

    source: ModuleSource
    target: str | FunctionSource


class ReferenceFailed(Exception):
    """The author's reference or maker of inputs failed; the message says how."""


@contextmanager
def authors() -> Iterator[None]:
    """Calls of the reference or of the maker of inputs: that they fail is the author's fault."""
    try:
        yield
    except CallFailed as error:
        raise ReferenceFailed(_told(error.failure)) from None


class WrongOutput(Exception):
    """A timed call gave something else than what is expected."""

    def __init__(self, mismatch: Mismatch) -> None:
        super().__init__("wrong output")
        self.mismatch = mismatch


class TooSlow(Exception):
    """A single call took longer than it may; ``ratio`` is the least that it is slower."""

    def __init__(self, least: float) -> None:
        super().__init__(f"more than {least:.3g} times slower")
        self.ratio = least


@dataclass
class Worker:
    """A confined process that answers requests of the shim's."""

    process: StudentProcess
    device: str

    def ask(self, probe: FunctionSource, *arguments: object) -> object:
        return self.process.run(probe, (*arguments, self.device)).value

    def timed(self, probe: FunctionSource, *arguments: object) -> tuple[float, object]:
        """(seconds, value): the clock runs from before the request exists until the value does.

        On a processor, time is taken off for which the process was ready to run and others had
        its core. What its own threads did meanwhile is counted, or it could hide work there. Where
        it may start processes nothing is taken off.
        """
        sent = (*arguments, self.device)
        # The time of its own processes is not in its account; to wait for one would be free.
        alone = self.device == "cpu" and self.process.limits.processes == 1
        accounts = self.process.accounts if alone else None
        before = accounts.read() if accounts else None
        start = time.perf_counter()
        value = self.process.run(probe, sent).value
        seconds = time.perf_counter() - start
        if accounts is None or before is None:
            return seconds, value
        try:
            after = accounts.read()
        except OSError:  # it answered and ended; the next request will tell
            return seconds, value
        waited = after.waiting - before.waiting
        return max(seconds - waited, min(seconds, after.processor - before.processor)), value


@dataclass
class _Size:
    """How a task is asked: what makes a request of it long enough."""

    inputs: int
    """Of a request of the reference."""
    like: tuple[int, torch.dtype] | None
    """Elements and dtype of one output; None for what is no tensor."""
    nulls: dict[int, float] = field(default_factory=dict)
    """Seconds of a request without work at its fastest, by its number of inputs; for growth."""
    fastest: tuple[tuple[float, ...], tuple[float, ...]] = ((), ())
    """Of the reference's blocks so far, work and nulls; seconds of one input."""


@dataclass
class Lab:
    """Makes workers for one device.

    ``sandbox`` gives one to make processes with, and ``limits`` holds for each worker, which get
    the cores and the device that are named there.
    """

    sandbox: Callable[[], Sandbox]
    limits: Limits
    device: str = "cpu"
    spin: bool = False
    call_seconds: float = 10.0
    """What one request may take."""
    anchors: Anchors = field(default_factory=lambda: Anchors(None))
    """Where the reference's pace is kept beyond this lab's life."""
    _reference: Worker | None = None
    _sizes: dict[str, _Size] = field(default_factory=dict)
    """What was found out of each task, once for all who are timed at it."""

    def size_of(self, task: Task, effort: Effort) -> _Size | None:
        return self._sizes.get(repr((task, effort)))

    def keep(self, task: Task, effort: Effort, size: _Size) -> None:
        self._sizes[repr((task, effort))] = size

    def pace(self, task: Task, effort: Effort) -> Pace | None:
        return self.anchors.pace(_asked(task, effort))

    def keep_pace(self, task: Task, effort: Effort, pace: Pace) -> None:
        self.anchors.keep_pace(_asked(task, effort), pace)

    def reference(self) -> Worker:
        """The worker that says what is expected; it stays, and is idle while others are timed."""
        if self._reference is None or not self._reference.process.alive:
            self._reference = self._worker(_NOTHING)
        return self._reference

    @contextmanager
    def student(self, source: ModuleSource | None) -> Iterator[Worker]:
        """A worker with ``source`` loaded, or with nothing, that is gone afterwards."""
        worker = self._worker(source or _NOTHING)
        try:
            yield worker
        finally:
            worker.process.end(patience=_GONE_SECONDS)

    def close(self) -> None:
        if self._reference is not None:
            self._reference.process.end()
            self._reference = None

    def memory_in_use(self) -> int:
        """Bytes of a GPU's memory that all who use it hold; 0 on a processor."""
        if self.device == "cpu":
            return 0
        with authors():
            told = self.reference().ask(_IN_USE)
        assert isinstance(told, int)
        return told

    def _worker(self, source: ModuleSource) -> Worker:
        process = self.sandbox().spawn(self.limits, watched=True)
        # The worker waits in a loop: a core that has slept is slow for as long as some requests
        # last. The grader does so only where that takes nothing from the work, on a GPU's host:
        # two cores of a virtual machine are often one, which then has two to serve.
        process.spin_seconds = _SPIN_SECONDS if self.spin else 0.0
        process.seconds = self.call_seconds
        try:
            process.load(source, seed=secrets.randbits(_SEED_BITS))
        except CallFailed:
            process.end()
            raise
        if self.device == "cpu":
            process.spin_seconds = 0.0
        # Where it runs is Python's device name inside: there is one GPU in view, or none.
        return Worker(process, "cpu" if self.device == "cpu" else "cuda:0")


def _asked(task: Task, effort: Effort) -> str:
    """What makes a request as long as it is."""
    return repr((task, effort.request_seconds, effort.round_trips))


@dataclass
class _Block:
    """Seconds of the requests of one block, and what was answered to which seeds."""

    seconds: list[float] = field(default_factory=list)
    nulls: list[float] = field(default_factory=list)
    """Of requests without work, one beside each."""
    nulls_of_student: list[float] = field(default_factory=list)
    """The same with as many inputs as the student's requests have."""
    answers: list[tuple[list[int], object]] = field(default_factory=list)

    @property
    def typical(self) -> float:
        return _typical(self.seconds)


@dataclass(frozen=True)
class Ratio:
    """How one answer compares with the reference at one size; times are seconds for one input."""

    interval: Interval
    reference: tuple[float, ...]
    student: tuple[float, ...]
    ratios: tuple[float, ...]
    empty: float
    """The null of a request of the reference, for one input."""
    inputs: int
    peak_memory: int = 0
    """Of a student's process, on the device if that is not the processor."""
    counted: Counted | None = None
    quiet: int = 0
    """How many of the student's blocks, while which the machine was undisturbed, make the interval.
    With 0 it never was for long enough; then all blocks do."""
    disturbed: bool = False
    """Whether it was disturbed in any block, the reference's or the student's."""

    def settled(self, effort: Effort, borders: Sequence[float] = ()) -> bool:
        """Whether enough is known, and not only the time over."""
        if not self.student:  # no call ended in time, and that much no neighbour does
            return _between(self.interval, borders)
        narrow = self.interval.half_width <= effort.half_width or _between(self.interval, borders)
        return self.steady(effort) and narrow

    def precise(self, effort: Effort, borders: Sequence[float] = ()) -> bool:
        """Whether more blocks would tell little more."""
        wanted = effort.half_width
        if _between(self.interval, borders):
            wanted = max(wanted, effort.marked_half_width)
        enough = self.quiet >= effort.ranked_blocks and self.steady(effort)
        return enough and self.interval.half_width <= wanted

    def steady(self, effort: Effort) -> bool:
        """Whether it was not the machine's doing if the student's times vary."""
        return self.quiet >= effort.needed(disturbed=self.disturbed)


def ratio(
    lab: Lab,
    task: Task,
    answer: Answer | None,
    effort: Effort,
    borders: Sequence[float] = (),
    *,
    count: bool = False,
) -> Ratio:
    """Time ``answer`` against the reference in blocks A B A B A until enough is known.

    Enough is an interval of ``effort.half_width``, or one of ``effort.marked_half_width`` that lies
    between two neighbours of ``borders``, after ``effort.ranked_blocks``; or ``effort.seconds`` are
    over. Only blocks count that lie between two of the reference's which are about as fast as it
    has ever been.

    Raises:
        CallFailed: the answer gave no value.
        WrongOutput: it gave a wrong one.
        TooSlow: a single call took longer than `Lab.call_seconds`.
        ReferenceFailed: the author's fault.
        EngineFault: ours.
    """
    bench = _Bench(lab, task, effort)
    deadline = time.monotonic() + effort.seconds
    before = bench.reference_block()
    inputs = None
    series = _Series(bench.inputs, effort, bench.known.fastest)
    series.add(before)
    memory, counted = 0, None
    while True:
        # What is timed now would not count; but something has to be told in the end.
        while not series.calm()[-1] and time.monotonic() < deadline - effort.seconds / 4:
            series.add(bench.reference_block(inputs))
        with lab.student(answer.source if answer else None) as worker:
            if inputs is None:
                inputs = bench.suitable(worker, answer, before)
            block = bench.block(worker, answer, inputs)
            more = bench.too_few(block, inputs)
            if more:
                inputs = more
                continue
            if count and counted is None and answer is not None:
                counted = bench.count(worker, answer)
            on_device = bench.memory()
        memory = max(memory, on_device or worker.process.usage.peak_memory)
        series.add_student(block)
        series.add(bench.reference_block(inputs))
        bench.check(block)
        series.late = late = time.monotonic() > deadline
        found = series.interval(inputs)
        if found is None:
            if late and len(series.students) >= _LEAST_BLOCKS:
                said = "the reference takes no longer than a request without work"
                raise ReferenceFailed(said)
            continue
        theirs, own = series.of_reference(), series.of_student(inputs)
        measured = Ratio(
            found,
            tuple(theirs),
            tuple(own),
            tuple(seconds / _least(theirs) for seconds in own),
            series.empty,
            bench.inputs,
            memory,
            counted,
            len(series.quiet()),
            series.disturbed(),
        )
        if late or measured.precise(effort, borders):
            break
    bench.known.fastest = series.fastest()
    lab.keep_pace(task, effort, Pace(bench.inputs, bench.known.fastest))
    return measured


@dataclass
class _Series:
    """What blocks A B A B A came to so far; seconds of a request."""

    inputs: int
    """Of the reference's requests."""
    effort: Effort
    before: tuple[tuple[float, ...], tuple[float, ...]] = ((), ())
    """The fastest of the reference in earlier measurements, as `_Size` has it."""
    references: list[float] = field(default_factory=list)
    nulls: list[float] = field(default_factory=list)
    students: list[float] = field(default_factory=list)
    nulls_of_student: list[float] = field(default_factory=list)
    """Where the student's requests have another number of inputs."""
    places: list[int] = field(default_factory=list)
    """For each of the student's blocks which of the reference's was before it."""
    felt: list[float] = field(default_factory=list)
    """Nulls of the student's blocks, from whose process: to be believed by nobody."""
    late: bool = False
    """Whether there is no time for more."""

    def add(self, block: _Block) -> None:
        """A block of the reference's."""
        self.references.append(block.typical)
        self.nulls.append(_typical(block.nulls))
        if block.nulls_of_student:
            self.nulls_of_student.append(_typical(block.nulls_of_student))

    def add_student(self, block: _Block) -> None:
        """A block of the student's; one of the reference's was before it and one must follow."""
        self.places.append(len(self.references) - 1)
        self.students.append(block.typical)
        self.felt.append(_typical(block.nulls))

    @property
    def empty(self) -> float:
        """The null of one input."""
        return _least(self.nulls) / self.inputs

    def of_reference(self) -> list[float]:
        """For one input, by blocks; not above 0 where a busy machine spoilt one."""
        return [seconds / self.inputs - self.empty for seconds in self.references]

    def of_student(self, inputs: int) -> list[float]:
        null = _least(self.nulls_of_student or self.nulls)
        # An answer can't do it in no time; a hundredth of the reference is told as no more.
        least = max(self.of_reference()) / 100
        return [max((seconds - null) / inputs, least) for seconds in self.students]

    def interval(self, inputs: int) -> Interval | None:
        """The ratio so far; None while it can't be told."""
        theirs, own = self.of_reference(), self.of_student(inputs)
        quiet = self.quiet()
        beside = sorted({self.places[number] + after for number in quiet for after in (0, 1)})
        if beside:
            own = [own[number] for number in quiet]
            theirs = [theirs[index] for index in beside]
        theirs = [seconds for seconds in theirs if seconds > 0]
        if len(theirs) < _LEAST_BLOCKS or len(own) < _LEAST_BLOCKS:
            return None
        return quotient(own, theirs)

    def kinds(self) -> tuple[list[float], list[float]]:
        """What tells by the reference's blocks whether somebody disturbed them."""
        return self.of_reference(), [seconds / self.inputs for seconds in self.nulls]

    def fastest(self) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """The fastest blocks of the reference ever, by kind of request."""
        (work, nulls), (before, nulls_before) = self.kinds(), self.before
        return fastest([*before, *work]), fastest([*nulls_before, *nulls])

    def calm(self) -> list[bool]:
        """Which of the reference's blocks nobody disturbed."""
        blocks = list(zip(*self.kinds(), strict=True))
        return calm(blocks, self.fastest(), self.effort.quiet)

    def quiet(self) -> list[int]:
        """Which of the student's blocks nobody disturbed; none if they are too few."""
        found = undisturbed(
            self.calm(),
            self.places,
            self.felt,
            fastest(self.nulls_of_student or self.nulls),
            self.effort.quiet,
            self.effort.needed(disturbed=True) if self.late else None,
        )
        return found if len(found) >= _LEAST_BLOCKS else []

    def disturbed(self) -> bool:
        """Whether anybody was, in any block."""
        return not all(self.calm()) or len(self.quiet()) < len(self.students)


def _between(found: Interval, borders: Sequence[float]) -> bool:
    """Whether the interval lies wholly on one side of every border."""
    return bool(borders) and all(found.high < border or border < found.low for border in borders)


class _Bench:
    """The requests of one measurement."""

    def __init__(self, lab: Lab, task: Task, effort: Effort) -> None:
        self.lab = lab
        self.task = task
        self.effort = effort
        self.like: tuple[int, torch.dtype] | None = None
        self.inputs = 1
        known = lab.size_of(task, effort)
        if known is None:
            pace = lab.pace(task, effort)
            self.calibrate(pace.inputs if pace else None)
            known = _Size(self.inputs, self.like)
            if pace:
                known.fastest = pace.fastest
            lab.keep(task, effort, known)
        self.known = known
        self.inputs, self.like, self.nulls = known.inputs, known.like, known.nulls
        self.idle_memory = lab.memory_in_use()

    # --- requests

    def calibrate(self, inputs: int | None) -> None:
        """How many ``inputs`` make a request of the reference long enough, if that isn't known."""
        with authors():
            _, value, _ = self.student_request(self.lab.reference(), None, 1)
        output = value[0] if isinstance(value, list) and len(value) == 1 else None
        if isinstance(output, torch.Tensor):
            self.like = (output.numel(), output.dtype)
        if inputs is not None:
            self.inputs = inputs
            return
        size = output.nbytes if isinstance(output, torch.Tensor) else 1
        most = max(1, min(MOST_INPUTS, MOST_OUTPUT_BYTES // max(1, size)))
        count = 1
        while True:
            work = min(self.once(count) for _ in range(_CALIBRATIONS))
            null = min(self.null_once(count) for _ in range(_CALIBRATIONS))
            round_trips = self.effort.round_trips * self.round_trip
            wanted = max(self.effort.request_seconds, round_trips)
            if work - null >= wanted or count >= most:
                self.inputs = count
                return
            more = count * wanted / max(work - null, wanted / 8)
            count = min(most, max(count + 1, math.ceil(more * 1.1)))

    @property
    def round_trip(self) -> float:
        """What a request costs that has nothing in it."""
        return min(self.null_once(0) for _ in range(_CALIBRATIONS))

    def once(self, count: int) -> float:
        with authors():
            return self.student_request(self.lab.reference(), None, count)[2]

    def null_once(self, count: int) -> float:
        with authors():
            return self.empty_request(self.lab.reference(), count)

    def null(self, count: int) -> float:
        """The fastest null so far of a request with ``count`` inputs, after some more of them.

        One that was measured only once would give whatever a neighbour did just then to every
        slope that follows, and all of these would agree.
        """
        several = [self.null_once(count) for _ in range(2 * _CALIBRATIONS + 1)]
        self.nulls[count] = min(_typical(several), self.nulls.get(count, math.inf))
        return self.nulls[count]

    def seeds(self, count: int) -> list[int]:
        return [secrets.randbits(_SEED_BITS) for _ in range(count)]

    # --- blocks

    def reference_block(self, inputs: int | None = None) -> _Block:
        """Like the student's, in a process as fresh, from whose start no answer gains.

        Where the student's requests have another number of ``inputs``, requests without work
        are timed of that size, too.
        """
        with self.lab.student(None) as worker, authors():
            block = self.block(worker, None, self.inputs, inputs)
        block.answers.clear()
        return block

    def block(
        self, worker: Worker, answer: Answer | None, count: int, other: int | None = None
    ) -> _Block:
        """Requests, and beside each one without work; what these take is of use, and to be
        believed, only where the reference runs, but what a processor has in its caches must be
        the same for both."""
        block = _Block()
        for _ in self.rounds(block):
            seeds, value, seconds = self.student_request(worker, answer, count)
            block.seconds.append(seconds)
            block.answers.append((seeds, value))
            block.nulls.append(self.empty_request(worker, count))
            if other not in (None, count):
                block.nulls_of_student.append(self.empty_request(worker, other))
        return block

    def empty_request(self, worker: Worker, count: int) -> float:
        task = self.task
        ask = (_EMPTY, task.make, task.size, self.seeds(count), self.like)
        return worker.timed(*ask)[0]

    def suitable(self, worker: Worker, answer: Answer | None, reference: _Block | None) -> int:
        """How many inputs a request of the student's has: as the reference's, unless that is long.

        The first input of a request costs more than the others, since what the processor had in
        its caches is gone; so the number is the same for all but the slowest.
        """
        try:
            first = self.student_request(worker, answer, 1)
            second = self.student_request(worker, answer, 1)
        except CallFailed as error:
            if error.failure.kind in (Kind.TIMEOUT, Kind.CPU_TIME):
                if reference is None:
                    raise TooSlow(math.inf) from None
                null = _typical(reference.nulls)
                theirs = (reference.typical - null) / self.inputs
                raise TooSlow(self.lab.call_seconds / theirs) from None
            raise
        for seeds, value, _ in (first, second):
            self.check_one(seeds, value)
        seconds = min(first[2], second[2])
        return max(1, min(self.inputs, math.floor(MOST_SECONDS / seconds)))

    def too_few(self, block: _Block, inputs: int) -> int:
        """How many inputs to ask with instead, if these were over too soon; else 0.

        Of a short request what is not work is a large part, and whoever was slow until its size was
        chosen would be measured by how much of that they save.
        """
        if inputs == self.inputs or block.typical >= MOST_SECONDS / 4:
            return 0
        return min(self.inputs, math.ceil(MOST_SECONDS / block.typical * inputs))

    def student_request(
        self, worker: Worker, answer: Answer | None, count: int
    ) -> tuple[list[int], object, float]:
        task = self.task
        target = task.reference if answer is None else answer.target
        # Drawn outside the span, and known to nobody before the request.
        seeds = self.seeds(count)
        ask = (_WORK, target, answer is not None, task.make, task.size, seeds)
        seconds, value = worker.timed(*ask)
        return seeds, value, seconds

    def rounds(self, block: _Block) -> Iterator[None]:
        """Once for each request of a block; what warm-ups took is dropped, not what they gave."""
        started = time.monotonic()
        for _ in range(self.effort.warm_ups):
            yield
            if time.monotonic() - started > self.effort.block_seconds / 2:
                break
        block.seconds.clear()
        block.nulls.clear()
        block.nulls_of_student.clear()
        started = time.monotonic()
        for number in range(self.effort.requests):
            late = time.monotonic() - started > self.effort.block_seconds
            if late and number >= _LEAST_REQUESTS:
                return
            yield

    def count(self, worker: Worker, answer: Answer) -> Counted | None:
        try:
            task = self.task
            ask = (_COUNT, answer.target, task.make, task.size)
            told = worker.ask(*ask, *self.seeds(1))
        except CallFailed:
            return None  # it is advice; the verdict stands on what was timed
        if not (isinstance(told, list) and len(told) == 2):
            return None
        sound = all(type(number) is int and 0 <= number < _MOST_COUNTED for number in told)
        return Counted(*told) if sound else None

    def memory(self) -> int:
        """Bytes of the device that the student's process, still alive, holds."""
        return max(0, self.lab.memory_in_use() - self.idle_memory)

    # --- verification

    def check(self, block: _Block) -> None:
        for seeds, value in block.answers:
            self.check_one(seeds, value)

    def check_one(self, seeds: list[int], value: object) -> None:
        task = self.task
        if not (isinstance(value, list) and len(value) == len(seeds)):
            # The shim makes a list of that length, unless somebody changed it.
            failure = Failure(Kind.PROTOCOL, details={"reason": "not as many answers as inputs"})
            raise CallFailed(failure)
        if self.lab.device == "cpu":
            links = [0, *map(shim.link, value[:-1])]
            seeds = [seed ^ before for seed, before in zip(seeds, links, strict=True)]
        with authors():
            told = self.lab.reference().ask(*(_EXPECT, task.reference, task.make, task.size, seeds))
        assert isinstance(told, list)
        precise, plain = [pair[0] for pair in told], [pair[1] for pair in told]
        for actual, expected, rough in zip(value, precise, plain, strict=True):
            coarse = _coarser(actual, rough)
            if coarse is not None:
                raise WrongOutput(coarse)
            mismatch = compare(actual, expected)
            if mismatch is not None and isinstance(expected, torch.Tensor):
                error = (rough.to(expected.dtype) - expected).abs().nan_to_num(posinf=0.0)
                allowed = _ERRORS_OF_THE_REFERENCE * float(error.max()) if error.numel() else 0.0
                mismatch = compare(actual, expected, atol=allowed)
            if mismatch is not None:
                raise WrongOutput(compare(actual, rough) or mismatch)


def _coarser(actual: object, like: object, where: str = "") -> Mismatch | None:
    """The first tensor of fewer digits than the reference's, which would be held to fewer, too."""
    if isinstance(actual, (list, tuple)) and isinstance(like, (list, tuple)):
        pairs = zip(actual, like, strict=False)
        found = (_coarser(a, b, f"{where}[{index}]") for index, (a, b) in enumerate(pairs))
        return next((mismatch for mismatch in found if mismatch is not None), None)
    if not (isinstance(actual, torch.Tensor) and isinstance(like, torch.Tensor)):
        return None
    inexact = all(t.is_floating_point() or t.is_complex() for t in (actual, like))
    if not inexact or torch.finfo(actual.dtype).eps <= torch.finfo(like.dtype).eps:
        return None
    names = [str(t.dtype).removeprefix("torch.") for t in (actual, like)]
    details = {"actual": names[0], "expected": names[1]}
    return Mismatch(Kind.DTYPE, where, details, actual, like)


@dataclass(frozen=True)
class GrowthFound:
    """How an answer's time grows with size."""

    interval: Interval
    seconds: tuple[float, ...]
    """For one input at each size, over all rounds."""


def growth(
    lab: Lab,
    tasks: Sequence[Task],
    sizes: Sequence[float],
    answer: Answer | None,
    border: float,
    effort: Effort,
) -> GrowthFound:
    """The exponent with which time grows, from rounds over all sizes in fresh processes.

    Stops once the interval lies on one side of ``border``. Raises as `ratio` does.
    """
    # The border is half a power away: a few short requests tell on which side the time lies.
    lean = replace(
        effort,
        requests=4,
        warm_ups=1,
        block_seconds=effort.block_seconds / 2,
        request_seconds=effort.request_seconds / 4,
        round_trips=effort.round_trips // 4,
    )
    benches = [_Bench(lab, task, lean) for task in tasks]
    deadline = time.monotonic() + effort.seconds
    counts: list[int] = []
    typical: list[list[float]] = []
    while True:
        blocks: list[_Block] = []
        if not counts:
            with lab.student(answer.source if answer else None) as worker:
                counts = [b.suitable(worker, answer, None) for b in benches]
        # While no process of the student's is alive.
        nulls = [b.null(n) for b, n in zip(benches, counts, strict=True)]
        with lab.student(answer.source if answer else None) as worker:
            for bench, count in zip(benches, counts, strict=True):
                blocks.append(bench.block(worker, answer, count))
        for bench, block in zip(benches, blocks, strict=True):
            bench.check(block)
        typical.append([block.typical for block in blocks])
        rounds = [
            [
                max(taken - null, taken * (1 - _NULL_SHARE)) / count
                for taken, null, count in zip(times, nulls, counts, strict=True)
            ]
            for times in typical
        ]
        slopes = [exponent(sizes, seconds) for seconds in rounds]
        found = _around(slopes)
        settled = found.high < border or found.low > border
        if len(slopes) >= _LEAST_BLOCKS and (settled or time.monotonic() > deadline):
            break
    columns = tuple(statistics.median(column) for column in zip(*rounds, strict=True))
    return GrowthFound(found, columns)


def _around(slopes: Sequence[float]) -> Interval:
    """The interval of an exponent: that of the ratio that it makes of a doubling, as a power."""
    found = interval([2.0**slope for slope in slopes])
    low = math.log2(found.low) if found.low > 0 else -math.inf
    high = math.log2(found.high) if found.high < math.inf else math.inf
    return Interval(math.log2(found.value), low, high)


def _typical(seconds: Sequence[float]) -> float:
    """The lower quartile of what requests took.

    Whatever else a machine does adds to a time and takes nothing off. An answer gains nothing: all
    requests look alike, so that it can't choose the ones that count.
    """
    return (
        statistics.quantiles(seconds, n=4, method="inclusive")[0]
        if len(seconds) > 1
        else seconds[0]
    )


def _least(seconds: Sequence[float]) -> float:
    """The mean of the lower half of some blocks."""
    return statistics.fmean(lowest(seconds))


def _told(failure: Failure) -> str:
    told = failure.details
    parts = [str(told[key]) for key in ("type", "message", "reason") if told.get(key)]
    return ": ".join(parts) or failure.kind.value
