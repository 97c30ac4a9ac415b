"""The result of an answer that is set aside: damaged, and maybe good all the same.

It costs no marks and gets none until a person has looked at it.
"""

from __future__ import annotations

from torchgrade.course_model import Exercise
from torchgrade.filetree import Reason
from torchgrade.result import Blame, ExerciseResult, Failure, Kind, Outcome, Status
from torchgrade.text import text

__all__ = ["set_aside"]


def set_aside(exercise: Exercise, reason: Reason) -> ExerciseResult:
    """Ungraded for ``reason``, which is one of those that are `Reason.set_aside`."""
    details = {"reason": str(reason), "message": str(reason)}
    failure = Failure(Kind.UNREADABLE, Blame.ENGINE, details=details)
    title = text("Reading your answer", zh="读取你的答案")
    outcome = Outcome("answer", title, Status.UNGRADED, 1.0, failure=failure)
    return ExerciseResult(exercise.chapter, exercise.name, exercise.points, (outcome,), "")
