"""Outcomes of tests, results of exercises, and the scores that follow from them.

Pure data and arithmetic: no I/O, no torch, no pytest. Everything here is neutral as to
language; wording happens where a report is rendered (`torchgrade.report`).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from torchgrade.text import Text
from torchgrade.timing.model import Timing

__all__ = [
    "WHOLE_FILE",
    "Blame",
    "Difference",
    "ExerciseResult",
    "Failure",
    "Frame",
    "Kind",
    "Outcome",
    "Score",
    "Status",
    "earned_weight",
    "score",
    "total_weight",
]


class Status(Enum):
    """What is known about one test after it ran."""

    PASSED = "passed"
    FAILED = "failed"
    UNGRADED = "ungraded"
    """It could not be told: an author's or the engine's fault. Never counts as zero."""
    NOT_ASSESSED = "not_assessed"
    """It does not count where this was graded, as speed does not on some devices: the other tests
    share its weight."""


class Blame(Enum):
    """Whose fault a failure is."""

    STUDENT = "student"
    AUTHOR = "author"
    ENGINE = "engine"


class Kind(Enum):
    """What went wrong. Each kind has one message template in `torchgrade.report.wording`.

    The comment names the keys that `Failure.details` carries for it.
    """

    # The value that came back is not the one expected (see also `Failure.difference`).
    VALUE = "value"
    SHAPE = "shape"  # actual, expected: lists of int
    DTYPE = "dtype"  # actual, expected: str
    DEVICE = "device"  # actual, expected: str
    TYPE = "type"  # actual, expected: tokens of `torchgrade.describe.kind_of`
    LENGTH = "length"  # actual, expected: int
    KEYS = "keys"  # missing, unexpected: lists of str
    ASSERTION = "assertion"  # the author's own words are in `Failure.note`
    NOT_REFUSED = "not_refused"  # expected: str, names of exceptions
    WRONG_EXCEPTION = "wrong_exception"  # actual, expected, message: str

    # The student's code did not finish.
    RAISED = "raised"  # type, message: str
    NOT_STARTED = "not_started"  # NotImplementedError: the stub as it was handed out
    RECURSION = "recursion"
    TIMEOUT = "timeout"  # seconds: float
    CPU_TIME = "cpu_time"  # seconds: float
    MEMORY = "memory"  # bytes: int
    SIGNAL = "signal"  # signal: str
    EXITED = "exited"  # code: int | None
    FORBIDDEN = "forbidden"  # operators: list of str

    # The submission could not be used at all.
    ABSENT = "absent"  # path: str
    SYNTAX = "syntax"  # message: str, line: int | None
    IMPORT = "import"  # type, message: str
    MISSING_NAME = "missing_name"  # name: str, near: str | None
    NOT_CALLABLE = "not_callable"  # name: str
    UNREADABLE = "unreadable"  # reason: str

    # What came back is not data.
    UNSUPPORTED = "unsupported"  # what: str ("a generator"), remedy: str | None, where: str
    TOO_LARGE = "too_large"  # limit: int, what: "bytes" | "items" | "depth"
    PROTOCOL = "protocol"  # reason: str
    UNUSABLE = "unusable"  # message: str; the test could not work with what came back

    # How fast it is.
    # reference: str; ratio, low, high: float; model: float | None (`Outcome.timing` has it all),
    # operations, model_operations, flops, model_flops: int | None
    SLOW = "slow"
    GROWTH = "growth"  # reference: str; exponent, expected: float
    NOT_TIMED = "not_timed"  # another test failed, and only right answers are timed
    NOT_ASSESSED = "not_assessed"  # reason: "device", "model", "busy" or "asked"; what was measured

    # Not the student's doing.
    UNSTABLE = "unstable"  # message: str; times that differ too much to be told
    IMPLAUSIBLE = "implausible"  # message, reference: str; too fast to be true, for a person
    AUTHOR = "author"  # message: str, place: str
    ENGINE = "engine"  # message: str
    UNRECORDED = "unrecorded"  # a student bundle can't tell; it is told when answers are graded


WHOLE_FILE = frozenset(
    {
        Kind.ABSENT,
        Kind.SYNTAX,
        Kind.IMPORT,
        Kind.UNREADABLE,
        Kind.NOT_STARTED,
        Kind.MISSING_NAME,
        Kind.NOT_CALLABLE,
    }
)
"""The file as a whole is at fault, so that every test that needs it fails in the same way."""


@dataclass(frozen=True)
class Frame:
    """One line of the student's file in a traceback."""

    file: str
    line: int
    function: str
    source: str
    """The line itself, from the copy of the submission that the grader read."""


@dataclass(frozen=True)
class Difference:
    """Where two tensors part. Values are already rendered (``"0.1234"``, ``"nan"``)."""

    count: int
    """How many elements differ."""
    total: int
    first_index: tuple[int, ...]
    first_actual: str
    first_expected: str
    worst_index: tuple[int, ...]
    worst_actual: str
    worst_expected: str
    worst_error: str
    """Largest absolute difference."""
    rtol: float
    atol: float


@dataclass(frozen=True)
class Failure:
    """Why a test failed, as data."""

    kind: Kind
    blame: Blame = Blame.STUDENT
    call: str | None = None
    """The call in readable form, e.g. ``gather(x, dim=1, index)`` with its arguments."""
    arguments: tuple[tuple[str, str], ...] = ()
    """(name, readable value) of arguments too long to stand in ``call``."""
    code: tuple[str, ...] = ()
    """Source of the grader's functions that take part in the call: probes, function arguments."""
    actual: str | None = None
    expected: str | None = None
    where: str = ""
    """The part of the value that differs: ``""``, ``[1]``, ``['weight']``."""
    difference: Difference | None = None
    details: Mapping[str, object] = field(default_factory=dict)
    note: Text | None = None
    frames: tuple[Frame, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """What one test found out about one submission."""

    test: str
    """Stable id within the exercise: ``test_history_is_gone`` or ``test_shapes[2-3]``."""
    title: Text
    status: Status
    weight: float
    """Share of the exercise's points; at least 0."""
    hidden: bool = False
    hint: Text | None = None
    """What a student may read of a hidden test besides its title."""
    failure: Failure | None = None
    misconception: str | None = None
    """Name of the misconception whose behaviour the student's code shows."""
    explanation: Text | None = None
    output: str = ""
    """What the student's code printed during this test, capped."""
    seconds: float = 0.0
    operators: tuple[str, ...] = ()
    """Forbidden operators that the student's code called."""
    credit: float | None = None
    """The share of its weight that a failed test earns all the same, from 0 up to 1."""
    timing: Timing | None = None
    """What a timed test measured."""

    @property
    def share(self) -> float:
        """The share of its weight that it earns, from 0 to 1."""
        if self.status is Status.PASSED:
            return 1.0
        if self.status is Status.FAILED and self.credit is not None and self.credit > 0:
            return min(self.credit, 1.0)
        return 0.0

    @property
    def counted(self) -> float:
        """Its weight, or 0 if it does not count here."""
        return 0.0 if self.status is Status.NOT_ASSESSED else self.weight


@dataclass(frozen=True)
class Score:
    """Points of one exercise. ``earned`` is None while anything in it is ungraded."""

    earned: float | None
    maximum: float

    @property
    def complete(self) -> bool:
        return self.earned is not None and self.earned >= self.maximum


@dataclass(frozen=True)
class ExerciseResult:
    """All outcomes of one submission for one exercise."""

    chapter: str
    exercise: str
    points: float
    outcomes: tuple[Outcome, ...]
    sandbox: str
    """Level that the student's code ran under: ``jail``, ``landlock`` or ``process``; empty if
    there could be none."""
    device: str = "cpu"
    digest: str = ""
    """SHA-256 of the submitted source."""
    seconds: float = 0.0
    peak_memory: int = 0
    """Largest resident set of the student's processes, in bytes."""

    @property
    def key(self) -> str:
        return f"{self.chapter}/{self.exercise}"

    @property
    def score(self) -> Score:
        return score(self.outcomes, self.points)

    @property
    def passed(self) -> bool:
        return bool(self.assessed) and all(o.status is Status.PASSED for o in self.assessed)

    @property
    def ungraded(self) -> bool:
        return any(o.status is Status.UNGRADED for o in self.outcomes) or not self.assessed

    @property
    def assessed(self) -> tuple[Outcome, ...]:
        """The outcomes that count where this was graded."""
        return tuple(o for o in self.outcomes if o.status is not Status.NOT_ASSESSED)


def score(outcomes: Iterable[Outcome], points: float) -> Score:
    """Points earned: ``points`` times the weight earned over the weight of all tests that count.

    Ungraded tests make the whole score unknown rather than lower. The result is never NaN,
    never negative and never above ``points``.
    """
    if not (math.isfinite(points) and points >= 0):
        raise ValueError(f"points must be a finite number of at least 0, not {points!r}")
    known = tuple(o for o in outcomes if o.status is not Status.NOT_ASSESSED)
    if not known or any(o.status is Status.UNGRADED for o in known):
        return Score(None, points)
    weights = [o.weight for o in known]
    if not all(math.isfinite(w) and w >= 0 for w in weights):
        raise ValueError(f"weights must be finite and at least 0, not {weights!r}")
    # Only ratios of weights matter. A power of two brings the largest near 1 without rounding.
    largest = max(math.frexp(w)[1] for w in weights)
    weights = [math.ldexp(w, -largest) for w in weights]
    total = math.fsum(weights)
    if total == 0:
        return Score(None, points)
    if all(o.status is Status.PASSED for o in known):
        return Score(points, points)
    passed = math.fsum(w * o.share for w, o in zip(weights, known, strict=True))
    # Mantissa and exponent apart, so that no product overflows.
    mantissa, exponent = math.frexp(points)
    return Score(math.ldexp(min(mantissa, mantissa * passed / total), exponent), points)


def earned_weight(outcomes: Iterable[Outcome]) -> float:
    """The weight that tests earn together."""
    return math.fsum(outcome.counted * outcome.share for outcome in outcomes)


def total_weight(outcomes: Iterable[Outcome]) -> float:
    """The weight of all tests that count."""
    return math.fsum(outcome.counted for outcome in outcomes)
