"""torchgrade itself, warm: grader processes as `course grade` uses them."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from time import perf_counter
from types import TracebackType

from benchmarks.batch_cost.texts import benchmark_course
from torchgrade.batch.executor import Finished
from torchgrade.batch.grade import Batch
from torchgrade.batch.local import LocalExecutor
from torchgrade.course import Exercise
from torchgrade.grading.messages import Setup, Work
from torchgrade.result import ExerciseResult, Status
from torchgrade.store import open_store
from torchgrade.submission import Answer, answer_in_text

__all__ = ["Workers", "works"]

_EXERCISE = "ch01_thirty/thirty"


def works(texts: Sequence[str]) -> Sequence[Work]:
    """The texts as answers to the exercise of thirty tests."""
    return [
        Work(str(number), _EXERCISE, answer_in_text(Path("thirty.py"), text))
        for number, text in enumerate(texts)
    ]


class Workers:
    """``jobs`` grader processes that stay."""

    def __init__(self, jobs: int) -> None:
        course = self._course = benchmark_course()
        setup = Setup(course.root, (_EXERCISE,), secret=b"bench", environment=os.environ)
        limits = {exercise.key: exercise.limits for exercise in course.exercises}
        self._executor = LocalExecutor(setup, limits, jobs)
        self.level = ""

    def grade(self, todo: Sequence[Work], *, piece: int = 8) -> tuple[float, list[int]]:
        """Seconds until all are graded, handed out by so many; tests that each passed."""
        found: dict[str, int] = {}
        started = perf_counter()
        for start in range(0, len(todo), piece):
            self._executor.submit(todo[start : start + piece])
        while len(found) < len(todo):
            for event in self._executor.events(1.0):
                if not isinstance(event, Finished):
                    raise RuntimeError(f"a grader process failed: {event}")
                self.level = event.result.sandbox
                found[event.work.name] = _passed(event.result)
        took = perf_counter() - started
        return took, [found[work.name] for work in todo]

    def save(self, todo: Sequence[Work], database: Path) -> float:
        """Seconds until all are graded and saved in a new database."""
        exercises = [e for e in self._course.exercises if e.key == _EXERCISE]
        with open_store(database, self._course) as store:
            batch = Batch(exercises, store, self._executor, b"bench", _Nobody())
            started = perf_counter()
            batch.run([_Handed(work) for work in todo])
            return perf_counter() - started

    def __enter__(self) -> Workers:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._executor.close()


@dataclass(frozen=True)
class _Handed:
    """A work as somebody's submission."""

    work: Work

    @property
    def student(self) -> str:
        return f"s{self.work.name}"

    @property
    def origin(self) -> str:
        return self.student

    def submitted_for(self, chapter: str) -> datetime | None:
        return None

    def read(self, exercises: Sequence[Exercise]) -> Mapping[str, Answer]:
        return {self.work.exercise: self.work.answer}


class _Nobody:
    """An observer who wants to know only of what must not happen."""

    def submission_done(self, student: str) -> None:
        pass

    def ungraded(self, student: str, exercise: str) -> None:
        raise RuntimeError(f"{student} could not be graded in {exercise}")

    def died(self, work: Work, message: str) -> None:
        raise RuntimeError(f"a grader process died: {message}")

    def tick(self) -> None:
        pass


def _passed(result: ExerciseResult) -> int:
    if result.ungraded:
        raise RuntimeError(f"ungraded: {result}")
    return sum(outcome.status is Status.PASSED for outcome in result.outcomes)
