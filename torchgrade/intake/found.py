"""Gathering what a form finds, so that each student gets one submission or a reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from torchgrade.errors import N_
from torchgrade.intake.answers import Part
from torchgrade.intake.cause import Cause
from torchgrade.intake.model import Handed, Intake, Unattributed

__all__ = ["Found", "Piece"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A student's submission or a part of it."""

    origin: str
    parts: tuple[Part, ...]
    submitted: datetime | None = None
    late: bool = False
    order: int = 0
    """Pieces with a larger one were handed in later."""
    times: Mapping[str, datetime] = field(default_factory=dict)


@dataclass
class Found:
    """What a form found so far."""

    pieces: dict[str, list[Piece]] = field(default_factory=dict)
    """By student."""
    unattributed: list[Unattributed] = field(default_factory=list)
    remarks: list[Unattributed] = field(default_factory=list)

    def give(self, student: str | Cause, piece: Piece) -> None:
        """Give ``piece`` to ``student``, or to nobody for the reason that stands there."""
        if isinstance(student, Cause):
            self.leave(piece.origin, student)
        else:
            self.pieces.setdefault(student, []).append(piece)

    def leave(self, origin: str, reason: Cause) -> None:
        self.unattributed.append(Unattributed(origin, reason))

    def remark(self, origin: str, reason: Cause) -> None:
        self.remarks.append(Unattributed(origin, reason))

    def intake(self, form: str, *, together: bool, ordered: bool) -> Intake:
        """All of it; several pieces of a student make one submission only if ``together``."""
        handed: list[Handed] = []
        self._part_those_who_look_alike()
        for student, pieces in sorted(self.pieces.items()):
            if len(pieces) > 1 and not together:
                self._leave_all(student, pieces)
                continue
            pieces.sort(key=lambda piece: piece.order)
            times = [piece.submitted for piece in pieces if piece.submitted is not None]
            newest = pieces[-1]
            handed.append(
                Handed(
                    student=student,
                    origin=newest.origin,
                    submitted=max(times) if times else None,
                    marked_late=any(piece.late for piece in pieces),
                    parts=tuple(part for piece in pieces for part in piece.parts),
                    ordered=ordered,
                    times=newest.times,
                )
            )
        self.unattributed.sort(key=lambda left: left.origin)
        return Intake(form, handed, self.unattributed, self.remarks)

    def _leave_all(self, student: str, pieces: list[Piece]) -> None:
        for piece in pieces:
            others = [other.origin for other in pieces if other is not piece]
            self.leave(
                piece.origin,
                Cause(
                    N_("{student} has handed in more than once, also as {others}"),
                    {"student": student, "others": ", ".join(others[:3])},
                ),
            )

    def _part_those_who_look_alike(self) -> None:
        """Take out ids that a file system may hold for one: without a roster, they can occur."""
        alike: dict[str, list[str]] = {}
        for student in self.pieces:
            alike.setdefault(student.casefold(), []).append(student)
        for students in alike.values():
            if len(students) == 1:
                continue
            for student in students:
                others = ", ".join(other for other in students if other != student)
                for piece in self.pieces.pop(student):
                    self.leave(
                        piece.origin,
                        Cause(
                            N_("{id} differs from {others} only in case"),
                            {"id": student, "others": others},
                        ),
                    )
