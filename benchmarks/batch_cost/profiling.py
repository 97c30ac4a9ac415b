"""A class of the project's own exercises, graded in this process, so that it can be watched."""

from __future__ import annotations

import cProfile
import time
from collections.abc import Iterable
from pathlib import Path

import torch

from benchmarks.make_class import make, written
from torchgrade.course import Exercise, load
from torchgrade.sandbox.server import ForkServer
from torchgrade.session import Grader, Options, Subject, grade
from torchgrade.submission import read

__all__ = ["profiled"]

_ROOT = Path(__file__).resolve().parents[2]
_EXAMPLES = _ROOT / "examples" / "answers"
"""As in ``make demo``, its exercises are those that are graded, however many there are."""


def profiled(profile: cProfile.Profile, students: int, scratch: Path) -> str:
    """Grade a made-up class under ``profile``; in a line, how long it took."""
    course = load(_ROOT)
    exercises = [e for e in course.exercises if (_EXAMPLES / f"{e.key}.py").is_file()]
    made = make(course, exercises, students, answers=_ROOT / "tests" / "answers", loops=0.0)
    folder = written(made, scratch / "class")
    submissions = {
        place.name: read(place, exercises) for place in sorted(folder.iterdir()) if place.is_dir()
    }

    def subjects(exercise: Exercise, _: Grader) -> Iterable[Subject]:
        return [Subject(name, answers[exercise.key]) for name, answers in submissions.items()]

    torch.set_num_threads(1)
    with ForkServer() as server:
        wall, cpu = time.perf_counter(), time.process_time()
        profile.enable()
        grade(course, exercises, subjects, Options(b"bench"), lambda subject, result: None, server)
        profile.disable()
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    count = len(submissions) * len(exercises)
    return f"{count} answers in {wall:.1f} s, {cpu:.1f} s of them at work in the grader process"
