"""One person's answers, graded in a grader process that has nothing else to do."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from torchgrade.course import Course, Exercise
from torchgrade.grading.messages import Setup, Work
from torchgrade.grading.process import GraderProcess, patience
from torchgrade.result import ExerciseResult
from torchgrade.sandbox.levels import Level
from torchgrade.secret import secret_of
from torchgrade.submission import Answer

__all__ = ["grade_one"]


def grade_one(
    grader: GraderProcess,
    course: Course,
    exercises: Sequence[Exercise],
    answers: Mapping[str, Answer],
    required: Level,
    done: Callable[[ExerciseResult], None] = lambda result: None,
    *,
    timing: str = "told",
    device: str = "auto",
) -> list[ExerciseResult]:
    """A result for each of ``exercises``, in their order.

    ``grader`` was started and not told anything yet; afterwards it ends by itself. ``answers`` are
    by `Exercise.key`, ``done`` is called with each result as it comes; ``timing`` and ``device``
    are those of `torchgrade.session.Options`.

    Raises GraderDied and LevelTooLow, as `GraderProcess.grade`.
    """
    grader.begin(
        Setup(
            root=course.root,
            exercises=tuple(exercise.key for exercise in exercises),
            secret=secret_of(course.root),
            required=required.value,
            timing=timing,
            device=device,
            folder=Path.cwd(),
            environment=os.environ,
        )
    )
    works = [Work("student", exercise.key, answers[exercise.key]) for exercise in exercises]
    limits = {exercise.key: exercise.limits for exercise in exercises}
    results: dict[str, ExerciseResult] = {}

    def emit(_: Work, result: ExerciseResult) -> None:
        results[result.key] = result
        done(result)

    grader.grade(works, emit, lambda work: patience(limits[work.exercise]))
    grader.finish()
    return [results[exercise.key] for exercise in exercises]
