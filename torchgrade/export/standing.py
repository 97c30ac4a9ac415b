"""What one student's mark in one chapter is worth on paper, and what to say of it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from torchgrade.errors import N_
from torchgrade.export.figures import exact, figure, rounded
from torchgrade.export.notes import Note
from torchgrade.marks import ChapterMark, ClassMarks
from torchgrade.roster import Person

__all__ = ["Standing", "standing"]


@dataclass(frozen=True)
class Standing:
    """``points`` is what to write, None where nothing may stand."""

    points: Decimal | None
    mark: ChapterMark | None
    notes: tuple[Note, ...] = ()


def standing(
    marks: ClassMarks, person: Person, chapter: str, out_of: Decimal | None = None
) -> Standing:
    """The final mark, lateness included, rounded; converted to ``out_of`` points if given.

    Whoever has no mark in the chapter, or one that is not known yet, has nothing written.
    """
    mark = marks.marks.get(person.id, {}).get(chapter)
    if mark is None:
        return Standing(None, None)
    values = {"student": person.id, "chapter": chapter}
    if mark.final is None:
        fact = N_("{student} is ungraded in {chapter}; nothing is written, which is not zero.")
        return Standing(None, mark, (Note(fact, values),))
    points = rounded(mark.final, mark.maximum, out_of)
    given, maximum = exact(mark.final), exact(mark.maximum)
    notes: tuple[Note, ...] = ()
    if not Decimal(0) <= given <= maximum + Decimal("0.005"):
        values |= {"points": figure(given), "written": figure(points)}
        values |= {"maximum": figure(maximum)}
        fact = N_("{student} has {points} of {maximum} points in {chapter}; {written} are written.")
        notes = (Note(fact, values),)
    return Standing(points, mark, notes)
