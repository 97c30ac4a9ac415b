"""What became of one student's answer to one exercise: what graders hand on and stores keep."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from torchgrade.result import ExerciseResult

__all__ = ["Graded"]


@dataclass(frozen=True)
class Graded:
    """One student's answer to one exercise, and its result."""

    student: str
    """A valid id: see `torchgrade.roster.student_id_problem`."""
    exercise: str
    """`Exercise.key`."""
    key: str
    """Content key of the result, in hexadecimal: of the submitted bytes, grader, engine, torch
    and device. Equal keys stand for equal results."""
    result: ExerciseResult
    source: str | None
    """The text that was graded; None if there was none or it was unreadable."""
    digest: str
    """SHA-256 of the submitted bytes, in hexadecimal; empty if nothing was handed in."""
    submitted: datetime | None
    """When it was handed in, with a time zone; None if that is not known."""
    origin: str
    """Where it was read from, for display."""
