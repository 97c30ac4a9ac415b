"""Marks: what of a result counts, after a person's corrections and lateness. Pure data.

An outcome is what a test found, a result all outcomes of an exercise, a mark what is entered
in a gradebook for it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from torchgrade.late import IN_TIME, Lateness
from torchgrade.roster import Person
from torchgrade.text import Text

__all__ = ["ChapterMark", "ClassMarks", "ExerciseMark", "MarkState"]


class MarkState(Enum):
    """How an exercise stands in the gradebook."""

    GRADED = "graded"
    UNGRADED = "ungraded"
    """Handed in, and it could not be told what it is worth. Never counts as zero."""
    MISSING = "missing"
    """Nothing was handed in; counts as zero."""


@dataclass(frozen=True)
class ExerciseMark:
    """One student's mark in one exercise."""

    exercise: str
    """`Exercise.key`."""
    maximum: float
    """Of code and written part together."""
    state: MarkState
    auto: float | None = None
    """Points that the grader gave; None if ungraded or missing."""
    manual: float | None = None
    """Points that a person gave; they count in place of ``auto``."""
    comment: str = ""
    """The grader's, in a few plain lines."""
    manual_comment: str = ""
    """A person's."""
    written: float | None = 0.0
    """Points for the written part; None until a person gives them."""
    written_maximum: float = 0.0
    """How much of ``maximum`` is for the written part."""

    @property
    def earned(self) -> float | None:
        """What counts; None while it can't be told."""
        return None if self.written is None else self.known

    @property
    def known(self) -> float | None:
        """As ``earned``, without a written part that nobody has graded yet."""
        code = self.manual
        if code is None:
            code = 0.0 if self.state is MarkState.MISSING else self.auto
        return None if code is None else code + (self.written or 0.0)


@dataclass(frozen=True)
class ChapterMark:
    """One student's marks in one chapter, which is what is handed in and due as a whole."""

    chapter: str
    exercises: tuple[ExerciseMark, ...]
    submitted: datetime | None = None
    """When it was handed in, with a time zone; None if that is not known or nothing was."""
    lateness: Lateness = IN_TIME

    @property
    def maximum(self) -> float:
        return math.fsum(mark.maximum for mark in self.exercises)

    @property
    def earned(self) -> float | None:
        """Points before what lateness takes; None while any exercise is ungraded."""
        return _total(mark.earned for mark in self.exercises)

    @property
    def known(self) -> float | None:
        """As ``earned``, without written parts that nobody has graded yet."""
        return _total(mark.known for mark in self.exercises)

    @property
    def penalty(self) -> float:
        """Points that lateness takes of those that are known."""
        return 0.0 if self.known is None else self.lateness.penalty(self.known)

    @property
    def final(self) -> float | None:
        """What goes to the registrar."""
        return None if self.earned is None else self.earned - self.penalty


def _total(points: Iterable[float | None]) -> float | None:
    """Their sum; None if any isn't known."""
    listed = list(points)
    known = [each for each in listed if each is not None]
    return math.fsum(known) if len(known) == len(listed) else None


@dataclass(frozen=True)
class ClassMarks:
    """All marks of a class."""

    course: Text
    chapters: Mapping[str, Text]
    """Titles by chapter name, in the course's order; only those that are graded here."""
    people: Sequence[Person]
    """Everybody in the roster, and whoever else handed in."""
    marks: Mapping[str, Mapping[str, ChapterMark]]
    """By student id and chapter name."""
