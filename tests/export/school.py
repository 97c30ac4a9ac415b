"""A small class with a bit of everything, as marks and as results."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, settings

from torchgrade.late import IN_TIME, Lateness
from torchgrade.marks import ChapterMark, ClassMarks, ExerciseMark, MarkState
from torchgrade.result import ExerciseResult, Failure, Frame, Kind, Outcome, Status
from torchgrade.roster import Person
from torchgrade.text import Text, text

__all__ = ["HOSTILE", "class_of", "late", "mark", "outcome", "people", "result", "untimed"]

# How long an example takes depends on the machine and is no property of the code.
untimed = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])

HOSTILE = "=cmd|' /C calc'!A0"

INDEXING, AUTOGRAD = "ch03_indexing", "ch06_autograd"
TITLES: Mapping[str, Text] = {
    INDEXING: text("Indexing", zh="索引"),
    AUTOGRAD: text("Autograd", zh="自动求导"),
}


def people() -> list[Person]:
    return [
        Person("ada", "Ada Lovelace", "Ada", "Lovelace", "ada@uni.edu", "101", "S-1", "alovel"),
        Person("zhang", "张 三", "三", "张", "zhang@uni.edu", "102", "S-2", "zhang3", "A"),
        Person("eve", '"Eve", O\'Neil\n\u202eקית', "", "", "EVE@uni.edu", "103", "S-3", "eve"),
        Person("formula", HOSTILE, "", "", "f@uni.edu", "104", "-7", "@login", "+A"),
        Person("noid", "No Ids"),
    ]


def mark(
    chapter: str,
    *earned: float | None,
    maximum: float = 4.5,
    lateness: Lateness = IN_TIME,
    comment: str = "",
    manual: float | None = None,
) -> ChapterMark:
    """A chapter of as many exercises as points are given; None is ungraded."""
    exercises = tuple(
        ExerciseMark(
            f"{chapter}/{name}",
            maximum,
            MarkState.UNGRADED if points is None else MarkState.GRADED,
            auto=points,
            manual=manual,
            comment=comment,
        )
        for name, points in zip(("gather", "scatter", "where"), earned, strict=False)
    )
    handed_in = datetime(2026, 11, 2, 23, 59, tzinfo=UTC)
    return ChapterMark(chapter, exercises, handed_in, lateness)


def class_of(**by_student: ChapterMark | tuple[ChapterMark, ...]) -> ClassMarks:
    """Marks of the people above, by student id."""
    marks = {
        student: {of.chapter: of for of in (given if isinstance(given, tuple) else (given,))}
        for student, given in by_student.items()
    }
    chapters = {
        name: title
        for name, title in TITLES.items()
        if any(name in by_chapter for by_chapter in marks.values())
    }
    return ClassMarks(text("Deep learning", zh="深度学习"), chapters, people(), marks)


def late(days: int, keeps: float) -> Lateness:
    return Lateness(timedelta(days=days), keeps)


def outcome(
    name: str,
    status: Status = Status.PASSED,
    *,
    hidden: bool = False,
    weight: float = 1.0,
    message: str = "boom",
    output: str = "",
) -> Outcome:
    failure = None
    if status is Status.FAILED:
        frame = Frame("gather.py", 3, "gather", "raise ValueError(message)")
        details = {"type": "ValueError", "message": message}
        failure = Failure(Kind.RAISED, call="gather(x, 1)", details=details, frames=(frame,))
    return Outcome(
        test=name,
        title=text(f"Title of {name}"),
        status=status,
        weight=weight,
        hidden=hidden,
        hint=text("Look at the axes.") if hidden else None,
        failure=failure,
        output=output,
        seconds=0.25,
    )


def result(*outcomes: Outcome, points: float = 3.0, exercise: str = "gather") -> ExerciseResult:
    return ExerciseResult(INDEXING, exercise, points, outcomes, "jail", seconds=1.5)
