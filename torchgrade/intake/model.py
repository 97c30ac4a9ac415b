"""What a class handed in, before any of it is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from torchgrade.course import Exercise
from torchgrade.intake.answers import Part, read_parts
from torchgrade.intake.cause import Cause
from torchgrade.submission import Submission

__all__ = ["Handed", "Intake", "Unattributed"]


@dataclass(frozen=True)
class Handed:
    """One student's submission, not read yet.

    It is light, may be sent to another process, and is read there.
    """

    student: str
    """A valid id: see `torchgrade.roster.student_id_problem`."""
    origin: str
    """Where it lies, for display."""
    submitted: datetime | None
    """With a time zone; None if that can't be told. If chapters were handed in apart, the last."""
    marked_late: bool
    """Whether the learning management system says that it came late."""
    parts: tuple[Part, ...] = field(repr=False)
    ordered: bool = False
    """Whether ``parts`` stand oldest first, so that a later one replaces an earlier one."""
    times: Mapping[str, datetime] = field(default_factory=dict)
    """By chapter name, where chapters were handed in apart."""

    def submitted_for(self, chapter: str) -> datetime | None:
        """When ``chapter`` was handed in, with a time zone."""
        return self.times.get(chapter, self.submitted)

    def read(self, exercises: Sequence[Exercise]) -> Submission:
        """The answers to ``exercises``.

        Whatever the student did wrong is a value of an answer. Raises
        `torchgrade.intake.store.StoreError` if what was discovered is gone.
        """
        answers, unused = read_parts(self.parts, exercises, ordered=self.ordered)
        return Submission(Path(self.origin), answers, unused)


@dataclass(frozen=True)
class Unattributed:
    """Something that lies among the submissions and was given to nobody."""

    origin: str
    reason: Cause


@dataclass(frozen=True)
class Intake:
    """All submissions at one place."""

    form: str
    """How they are arranged: one of `torchgrade.intake.FORMS`."""
    handed: Sequence[Handed]
    """Sorted by student, each once."""
    unattributed: Sequence[Unattributed]
    remarks: Sequence[Unattributed] = ()
    """What was taken, but with something that a person should know."""
