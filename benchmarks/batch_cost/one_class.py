"""One class graded from its folder to its pages, as ``course grade`` does it, with a stop-watch.

Runs alone, since its memory and its start are measured: ``python -m
benchmarks.batch_cost.one_class SUBMISSIONS OUT JOBS BEGAN``, where BEGAN is `time.monotonic` of
whoever started it. Prints what it found as JSON (see `Told`).
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TypeVar

from benchmarks.batch_cost.texts import benchmark_course
from torchgrade.batch.grade import Batch
from torchgrade.batch.local import LocalExecutor
from torchgrade.commands.pages import Pages
from torchgrade.commands.version import versions
from torchgrade.course import Course
from torchgrade.graded import Graded
from torchgrade.grading.messages import Setup, Work
from torchgrade.intake import discover
from torchgrade.roster import Roster
from torchgrade.store import Store, open_store
from torchgrade.store.gradebook import sync

__all__ = ["Told"]

T = TypeVar("T")

_CHAPTER = "ch02_small"


@dataclass
class Told:
    """What came of it; times in seconds."""

    students: int = 0
    first: float = 0.0
    """From ``BEGAN`` until the first result was saved."""
    marks: list[tuple[int, float, int]] = field(default_factory=list)
    """(submissions done, time since the first result, resident bytes of this process)."""
    read: float = 0.0
    """For finding out what was handed in and by whom."""
    save: float = 0.0
    sync: float = 0.0
    feedback: float = 0.0
    overview: float = 0.0
    points: float = 0.0
    """Of all students, so that two runs can be told to have agreed."""


class _Timed(Store):
    """A store that tells how long it took to save results."""

    seconds = 0.0

    def save(self, graded: Sequence[Graded], *, link: bool = True) -> None:
        started = time.perf_counter()
        super().save(graded, link=link)
        self.seconds += time.perf_counter() - started


class _Watch:
    """A `batch.grade.Observer` that notes time and memory as submissions are done."""

    def __init__(self, began: float, told: Told) -> None:
        self._began = began
        self._told = told
        self._done = 0
        self._first = 0.0

    def submission_done(self, student: str) -> None:
        now = time.monotonic()
        if not self._done:
            self._first = now
            self._told.first = now - self._began
        self._done += 1
        if self._done % 100 == 0:
            self._told.marks.append((self._done, now - self._first, _resident()))

    def ungraded(self, student: str, exercise: str) -> None:
        raise RuntimeError(f"{student} could not be graded in {exercise}")

    def died(self, work: Work, message: str) -> None:
        raise RuntimeError(f"a grader process died: {message}")

    def tick(self) -> None:
        pass


def _resident() -> int:
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def _run(course: Course, submissions: str, out: Path, jobs: int, began: float) -> Told:
    told = Told()
    exercises = [exercise for exercise in course.exercises if exercise.chapter == _CHAPTER]
    setup = Setup(
        course.root, tuple(e.key for e in exercises), secret=b"bench", environment=os.environ
    )
    limits = {exercise.key: exercise.limits for exercise in exercises}
    roster = Roster()
    url = str(out / "gradebook.db")
    told.read, intake = _timed(lambda: discover(submissions, course, roster))
    told.students = len(intake.handed)
    students = [handed.student for handed in intake.handed]
    with open_store(url, course) as plain:
        store = _Timed(plain.database, course)
        with closing(LocalExecutor(setup, limits, jobs)) as executor:
            run = store.begin_run(versions(), submissions, jobs=jobs)
            Batch(exercises, store, executor, b"bench", _Watch(began, told)).run(intake.handed)
            store.end_run(run)
        told.save = store.seconds
        told.sync, _ = _timed(lambda: sync(store, students, roster))
        pages = Pages(course, course.exercises, course.languages[0], url, out)
        told.feedback, _ = _timed(lambda: pages.write_feedback(store, roster, students, jobs=jobs))
        told.overview, _ = _timed(lambda: pages.write_overview(store, roster))
        told.points = sum(
            result.score.earned or 0.0 for _, result, _ in store.results(None, exercises)
        )
    return told


def _timed(action: Callable[[], T]) -> tuple[float, T]:
    started = time.perf_counter()
    found = action()
    return time.perf_counter() - started, found


def main() -> None:
    submissions, out, jobs, began = sys.argv[1:]
    told = _run(benchmark_course(), submissions, Path(out), int(jobs), float(began))
    print(json.dumps(asdict(told)))


if __name__ == "__main__":
    main()
