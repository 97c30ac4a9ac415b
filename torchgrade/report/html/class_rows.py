"""The table of all students as compact data, for a script that sorts, filters and turns pages."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from torchgrade.marks import ChapterMark, ClassMarks, MarkState
from torchgrade.report.inert import one_line
from torchgrade.roster import Person

__all__ = ["FLAGS", "Standing", "chapter_maxima", "embedded", "standings"]

FLAGS: Final = ("ungraded", "nothing", "missing", "full", "late", "by_hand")
"""What can be asked for in the table; in `Standing.flags` each is a bit, from the lowest."""

_LOCAL: Final = re.compile(r"[^:?#]*([/?#]|$)|https?://|file://", re.IGNORECASE)
_NAME: Final = 120


@dataclass(frozen=True)
class Standing:
    """One student's row."""

    person: Person
    finals: Sequence[float | None]
    """Points by chapter; None while not known."""
    total: float | None
    maximum: float
    handed_in: Sequence[bool]
    """By chapter, whether there is anything to mark."""
    flags: int
    link: str | None

    def has(self, flag: str) -> bool:
        return bool(self.flags >> FLAGS.index(flag) & 1)

    @property
    def word(self) -> str:
        """The flag that says most about this student, or ``graded``."""
        return next(
            (f for f in ("ungraded", "nothing", "full", "missing") if self.has(f)), "graded"
        )

    @property
    def share(self) -> float | None:
        """Of all points, from 0 to 1."""
        return _share(self.total, self.maximum)

    def chapter_share(self, number: int, maximum: float) -> float | None:
        return _share(self.finals[number], maximum)


def standings(marks: ClassMarks, link: Callable[[str], str] | None) -> list[Standing]:
    """Everybody, in the order of ``marks``. A chapter without a mark counts as not handed in."""
    maxima = chapter_maxima(marks)
    return [_standing(person, marks, maxima, link) for person in marks.people]


def chapter_maxima(marks: ClassMarks) -> Mapping[str, float]:
    """Points that there could be, by chapter: whoever has a mark has the same maximum."""
    maxima = dict.fromkeys(marks.chapters, 0.0)
    for chapters in marks.marks.values():
        for name, mark in chapters.items():
            if name in maxima:
                maxima[name] = max(maxima[name], mark.maximum)
    return maxima


def _standing(
    person: Person,
    marks: ClassMarks,
    maxima: Mapping[str, float],
    link: Callable[[str], str] | None,
) -> Standing:
    own = marks.marks.get(person.id, {})
    chapters = [own.get(name) for name in marks.chapters]
    finals = [0.0 if mark is None else mark.final for mark in chapters]
    known = [final for final in finals if final is not None]
    total = math.fsum(known) if len(known) == len(finals) else None
    maximum = math.fsum(maxima.values())
    handed_in = [mark is not None and _any_answer(mark) for mark in chapters]
    exercises = [exercise for mark in chapters if mark for exercise in mark.exercises]
    facts = {
        "ungraded": total is None,
        "nothing": not any(handed_in),
        "missing": None in chapters
        or any(e.state is MarkState.MISSING and e.manual is None for e in exercises),
        "full": total is not None and maximum > 0 and total >= maximum,
        "late": any(mark.lateness.late for mark in chapters if mark),
        "by_hand": any(e.manual is not None for e in exercises),
    }
    flags = sum(1 << bit for bit, flag in enumerate(FLAGS) if facts[flag])
    return Standing(person, finals, total, maximum, handed_in, flags, _link(person.id, link))


def _any_answer(mark: ChapterMark) -> bool:
    return any(e.state is not MarkState.MISSING or e.manual is not None for e in mark.exercises)


def _share(points: float | None, maximum: float) -> float | None:
    if points is None:
        return None
    return 1.0 if maximum <= 0 else min(1.0, max(0.0, points / maximum))


def _link(student: str, link: Callable[[str], str] | None) -> str | None:
    """Where the student's page is; nothing that a browser would run instead of opening."""
    address = link(student) if link else None
    return address if address and _LOCAL.match(address) and address.isprintable() else None


def embedded(
    rows: Sequence[Standing],
    shown_by: Mapping[str, Sequence[int]],
    chapters: Sequence[str],
    words: Mapping[str, str],
) -> Markup:
    """All of it as JSON that may stand in a ``script`` element.

    ``shown_by`` holds the numbers of the misconceptions that a student's code showed, by id.
    """
    data = {
        "chapters": list(chapters),
        "flags": FLAGS,
        "words": words,
        "rows": [
            [
                one_line(row.person.shown, _NAME),
                one_line(row.person.id, _NAME),
                one_line(row.person.section, _NAME),
                row.link,
                row.flags,
                row.word,
                None if row.total is None else _hundredths(row.total),
                [None if final is None else _hundredths(final) for final in row.finals],
                shown_by.get(row.person.id, ()),
            ]
            for row in rows
        ],
    }
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    # Nothing in it ends the element or begins another, and it is valid JSON still.
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return Markup(text.encode("utf-8", "backslashreplace").decode())


def _hundredths(points: float) -> float | int:
    """As `format_points` rounds: down, so that 5.999 of 6 never reads as full marks."""
    rounded = math.floor(points * 100 + 1e-6) / 100
    return int(rounded) if rounded.is_integer() else rounded
