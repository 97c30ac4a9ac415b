"""The grader processes of a kernel: one for each chapter, kept for the next cell."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from torchgrade.course import Course, Exercise
from torchgrade.errors import N_, UserError
from torchgrade.grading.messages import Setup, Work
from torchgrade.grading.process import GraderDied, GraderProcess, patience
from torchgrade.notebook_kernel.guard import CELL_SECONDS
from torchgrade.result import ExerciseResult
from torchgrade.sandbox.server import EngineFault
from torchgrade.submission import Answer, Source

__all__ = ["Graders", "OutOfTime", "Terms"]


class OutOfTime(UserError):
    """An answer takes longer to grade than nbgrader waits for a cell."""

    def __init__(self, name: str) -> None:
        super().__init__(
            N_("Grading {name} takes longer than nbgrader waits for a cell."),
            N_(
                "Give c.Execute.timeout in nbgrader_config.py more seconds, and the environment "
                "variable {variable} as many; torchgrade.notebooks.configure does both."
            ),
            {"name": name, "variable": CELL_SECONDS},
        )


@dataclass(frozen=True)
class Terms:
    """What answers are graded with, besides the course."""

    secret: bytes
    required: str
    """The sandbox level below which nothing is graded."""


@dataclass(frozen=True)
class _Seat:
    root: Path
    chapter: str
    terms: Terms


class Graders:
    """Starts grader processes when there is work and ends them at `close`.

    The first answer of a chapter waits for the import of torch, some three seconds. An answer
    that was graded before is not graded again. For one thread at a time.
    """

    def __init__(self) -> None:
        self._processes: dict[_Seat, GraderProcess] = {}
        self._results: dict[tuple[_Seat, str, str], ExerciseResult] = {}

    def grade(
        self,
        course: Course,
        exercise: Exercise,
        answer: Answer,
        terms: Terms,
        patience: Callable[[], float] | None = None,
    ) -> ExerciseResult:
        """The result of ``answer``. ``patience`` is how many seconds there still are.

        A process that dies is replaced once. Raises `EngineFault` if that does not help,
        `OutOfTime` and `LevelTooLow`.
        """
        seat = _Seat(course.root, exercise.chapter, terms)
        key = (seat, exercise.key, answer.digest) if isinstance(answer, Source) else None
        if key is not None and key in self._results:
            return self._results[key]
        try:
            result = self._grade(seat, course, exercise, answer, patience)
        except GraderDied:
            if patience is not None and patience() <= 0:
                raise OutOfTime(exercise.name) from None
            result = self._grade(seat, course, exercise, answer, patience)
        if key is not None and not result.ungraded:
            self._results[key] = result
        return result

    def ready(self, course: Course, exercise: Exercise) -> bool:
        """Whether a process is there already, so that an answer takes its own time only."""
        places = {(seat.root, seat.chapter) for seat in self._processes}
        return (course.root, exercise.chapter) in places

    def close(self) -> None:
        """End all of them."""
        while self._processes:
            _, process = self._processes.popitem()
            process.finish()
            process.close()

    def discard(self) -> None:
        """End all of them at once, whatever they are at."""
        while self._processes:
            _, process = self._processes.popitem()
            process.kill()
            process.close()

    def _grade(
        self,
        seat: _Seat,
        course: Course,
        exercise: Exercise,
        answer: Answer,
        left: Callable[[], float] | None,
    ) -> ExerciseResult:
        found: list[ExerciseResult] = []
        work = Work("student", exercise.key, answer)

        def seconds(_: Work) -> float:
            usual = patience(exercise.limits)
            return usual if left is None else max(0.0, min(usual, left()))

        try:
            process = self._process(seat, course)
            process.grade([work], lambda _, result: found.append(result), seconds)
        except BaseException:
            # Ctrl-C as well: there may be work under way that nobody waits for any more.
            self.discard()
            raise
        if not found:
            raise EngineFault("a grader process gave no result")
        return found[0]

    def _process(self, seat: _Seat, course: Course) -> GraderProcess:
        process = self._processes.get(seat)
        if process is None:
            process = self._processes[seat] = GraderProcess()
            with _standard_error_past_the_cell():
                process.start()
            chapter = course.chapter(seat.chapter)
            assert chapter is not None
            process.begin(
                Setup(
                    root=seat.root,
                    exercises=tuple(exercise.key for exercise in chapter.exercises),
                    secret=seat.terms.secret,
                    required=seat.terms.required,
                    folder=Path.cwd(),
                    environment=os.environ,
                )
            )
        return process


@contextmanager
def _standard_error_past_the_cell() -> Iterator[None]:
    """Have a process that is started now write errors where this kernel's terminal is.

    In a kernel they would become output of the cell, and a warning would make it a failed one.
    """
    terminal = getattr(sys.stderr, "_original_stdstream_copy", None)
    if not isinstance(terminal, int):
        yield
        return
    kept = os.dup(2)
    try:
        os.dup2(terminal, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
