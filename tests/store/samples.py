"""A course without files, and results for it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from torchgrade.course_model import Chapter, Course, Exercise
from torchgrade.graded import Graded
from torchgrade.result import Blame, ExerciseResult, Failure, Kind, Outcome, Status
from torchgrade.sandbox.levels import Limits
from torchgrade.text import text

VERSIONS = {"torchgrade": "0.1.0", "python": "3.11.2", "torch": "2.13.0"}
DUE = datetime(2026, 3, 1, 12, tzinfo=UTC)

PASSED = Status.PASSED
FAILED = Status.FAILED
UNGRADED = Status.UNGRADED


def course(points: float = 10.0, per_chapter: int = 2) -> Course:
    """Two chapters: ch03 with exercises a0, a1, ... and ch04 with b0, b1, ..."""
    root = Path("/course")

    def chapter(name: str, letter: str) -> Chapter:
        exercises = tuple(
            Exercise(f"{letter}{n}", name, points, (), (), Limits(), root, ("en", "zh"))
            for n in range(per_chapter)
        )
        return Chapter(name, text(name.upper(), zh=f"{name} 章"), DUE, exercises)

    chapters = (chapter("ch03_first", "a"), chapter("ch04_second", "b"))
    return Course(root, text("Course", zh="课程"), ("en", "zh"), "jail", Limits(), chapters)


def outcome(
    number: int,
    status: Status = PASSED,
    *,
    kind: Kind | None = None,
    misconception: str | None = None,
    hidden: bool = False,
    weight: float = 1.0,
) -> Outcome:
    failure = None
    if status is FAILED:
        failure = Failure(kind or Kind.VALUE, call="f(x)", actual="1", expected="2")
    if status is UNGRADED:
        failure = Failure(Kind.ENGINE, Blame.ENGINE, details={"message": "the server went away"})
    return Outcome(
        f"test_{number}",
        text(f"Title {number}", zh=f"标题 {number}"),
        status,
        weight,
        hidden=hidden,
        hint=text("Think of edges", zh="想想边界情况") if hidden else None,
        failure=failure,
        misconception=misconception,
        explanation=None if misconception is None else text(f"You did {misconception}"),
        seconds=0.01,
    )


def result(
    exercise: Exercise, statuses: Sequence[Status | Outcome] = (PASSED, PASSED), *, digest: str = ""
) -> ExerciseResult:
    outcomes = tuple(
        item if isinstance(item, Outcome) else outcome(number, item)
        for number, item in enumerate(statuses)
    )
    return ExerciseResult(
        exercise.chapter,
        exercise.name,
        exercise.points,
        outcomes,
        "jail",
        digest=digest,
        seconds=0.1,
        peak_memory=300 * 2**20,
    )


def graded(
    student: str,
    exercise: Exercise,
    statuses: Sequence[Status | Outcome] = (PASSED, PASSED),
    *,
    source: str | None = "x = 1\n",
    grader: str = "1",
    submitted: datetime | None = DUE,
    origin: str = "",
) -> Graded:
    """``student``'s answer with ``source``, graded by version ``grader`` of the grader."""
    encoded = b"" if source is None else source.encode("utf-8", "surrogatepass")
    digest = "" if source is None else hashlib.sha256(encoded).hexdigest()
    key = hashlib.sha256(f"{exercise.key} {digest} {grader}".encode()).hexdigest()
    found = result(exercise, statuses, digest=digest)
    return Graded(
        student, exercise.key, key, found, source, digest, submitted, origin or f"in/{student}.zip"
    )


def absent(student: str, exercise: Exercise) -> Graded:
    """An answer that was not handed in."""
    nothing = [outcome(n, FAILED, kind=Kind.ABSENT) for n in range(2)]
    return graded(student, exercise, nothing, source=None, submitted=None)
