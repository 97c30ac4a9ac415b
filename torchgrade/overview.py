"""The class at a glance, as data: what `torchgrade.report.html` draws and the store counts.

Pure. Everything is counted over the latest result of each student in each exercise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from torchgrade.marks import ClassMarks
from torchgrade.result import Kind
from torchgrade.text import Text

__all__ = [
    "ExerciseFacts",
    "MisconceptionFacts",
    "Overview",
    "Raced",
    "Slow",
    "SpeedFacts",
    "TestFacts",
    "Ungraded",
]


@dataclass(frozen=True)
class TestFacts:
    """One test of an exercise over the class."""

    __test__ = False  # pytest takes the name for a class of tests

    test: str
    title: Text
    hidden: bool
    passed: int
    failed: int
    ungraded: int


@dataclass(frozen=True)
class MisconceptionFacts:
    """Something to teach again: a misconception that students' code showed."""

    name: str
    explanation: Text
    students: tuple[str, ...]
    """Ids of those who show it, sorted."""


@dataclass(frozen=True)
class ExerciseFacts:
    """One exercise over the class. The four counts add up to its students."""

    exercise: str
    """`Exercise.key`."""
    maximum: float
    passed: int
    """All tests passed."""
    partly: int
    """Some points, or none, of an answer that was begun."""
    not_started: int
    """Nothing handed in, or the stub as it was."""
    ungraded: int
    mean: float | None
    """Points on average over those that are graded; None if nobody is."""
    tests: tuple[TestFacts, ...]
    """In the grader's order."""
    misconceptions: tuple[MisconceptionFacts, ...]
    """Most frequent first."""


@dataclass(frozen=True)
class Raced:
    """How fast one student's answer is: its time over the reference's, with its interval."""

    student: str
    ratio: float
    low: float
    high: float
    kind: Kind | None = None
    """Why it did not pass, such as `Kind.IMPLAUSIBLE`; None if it did."""


@dataclass(frozen=True)
class SpeedFacts:
    """One timed test on one device over the class."""

    exercise: str
    """`Exercise.key`."""
    test: str
    title: Text
    hidden: bool
    reference: str
    device: str
    """Its name, for people."""
    students: int
    median: float
    fastest: Sequence[Raced]
    """Fastest first, at most ten."""


@dataclass(frozen=True)
class Slow:
    """An answer that took long."""

    student: str
    exercise: str
    seconds: float


@dataclass(frozen=True)
class Ungraded:
    """Something that needs a person: an answer whose worth could not be told."""

    student: str
    exercise: str
    reason: str
    """The author's or the engine's fault, in English, in one line."""


@dataclass(frozen=True)
class Overview:
    """A class at one moment."""

    marks: ClassMarks
    exercises: Sequence[ExerciseFacts]
    """In the course's order."""
    slowest: Sequence[Slow]
    """Slowest first, at most twenty."""
    ungraded: Sequence[Ungraded]
    unattributed: Sequence[tuple[str, str]]
    """(file, reason) of what was handed in and belongs to nobody that could be told."""
    graded_at: datetime
    versions: Mapping[str, str]
    """What graded: ``torchgrade``, ``python``, ``torch``."""
    speed: Sequence[SpeedFacts] = ()
    """In the course's order; only of tests that measured something."""
