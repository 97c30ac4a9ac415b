"""Small courses made on the spot, and a fork server that all tests share to grade them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent

import torch

from torchgrade.course import Course, Exercise, load
from torchgrade.result import ExerciseResult, Failure, Kind, Outcome, Status
from torchgrade.sandbox.server import ForkServer, Server
from torchgrade.session import Grader, Options, Subject, grade
from torchgrade.submission import Answer, Source

__all__ = ["Engine", "Task", "failure", "kinds", "outcome", "statuses", "write_course"]

CHAPTER = "ch01_tasks"
# The docstring keeps this pytest from rewriting the assertions of graders that it sees imported.
PRELUDE = """\
'PYTEST_DONT_REWRITE'
import torch
from torchgrade.authoring import (
    alternative, cases, close, forbids, hidden, layout, misconception, points, probe,
    refuses, text, title,
)
"""


@dataclass(frozen=True)
class Task:
    """One exercise: the grader without its imports, and the model answer."""

    grader: str
    solution: str = "def f(x):\n    return 2 * x\n"
    name: str = "task"
    points: float = 1.0
    limits: Mapping[str, object] = field(default_factory=dict)


def write_course(root: Path, tasks: Sequence[Task]) -> Course:
    """Write a course of one chapter into ``root``."""
    exercises = {task.name: {"points": task.points, "limits": task.limits} for task in tasks}
    chapter = {"title": {"en": "Tasks"}, "exercises": exercises}
    description = {
        "format": 1,
        "title": {"en": "Course"},
        "languages": ["en"],
        "chapters": {CHAPTER: chapter},
    }
    root.mkdir(parents=True, exist_ok=True)
    (root / "course.yml").write_text(json.dumps(description))  # JSON is YAML
    course = load(root)
    for task, exercise in zip(tasks, course.exercises, strict=True):
        for file, content in (
            (exercise.grader, PRELUDE + dedent(task.grader)),
            (exercise.solution, dedent(task.solution)),
        ):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content, encoding="utf-8")
    return course


class Engine:
    """Grades with one fork server for all tests; a test may take its server down."""

    def __init__(self) -> None:
        # As in a grader process. More threads than free cores make small matrices a thousand times
        # as slow.
        torch.set_num_threads(1)
        self.server: Server = ForkServer()
        self.server.start()

    def grade(
        self,
        course: Course,
        answers: Mapping[str, str | Answer],
        options: Options | None = None,
        exercises: Sequence[Exercise] | None = None,
    ) -> dict[tuple[str, str], ExerciseResult]:
        """Grade every answer in every exercise; results by (name of the answer, exercise)."""
        found: dict[tuple[str, str], ExerciseResult] = {}

        def subjects(exercise: Exercise, _: Grader) -> Sequence[Subject]:
            return [Subject(name, _answer(exercise, given)) for name, given in answers.items()]

        def emit(subject: Subject, result: ExerciseResult) -> None:
            assert (subject.name, result.exercise) not in found, "emitted twice"
            found[subject.name, result.exercise] = result

        self.server = grade(
            course, exercises or course.exercises, subjects, options or Options(), emit, self.server
        )
        return found

    def results(
        self, root: Path, task: Task, answers: Mapping[str, str | Answer], secret: bytes = b""
    ) -> dict[str, ExerciseResult]:
        """Grade answers in one task; results by name of the answer."""
        found = self.grade(write_course(root, [task]), answers, Options(secret=secret))
        return {name: result for (name, _), result in found.items()}

    def result(self, root: Path, task: Task, answer: str | Answer) -> ExerciseResult:
        """Grade one answer in one task."""
        return self.results(root, task, {"student": answer})["student"]


def _answer(exercise: Exercise, given: str | Answer) -> Answer:
    if not isinstance(given, str):
        return given
    return Source(Path("answers", f"{exercise.name}.py"), dedent(given), "")


def statuses(result: ExerciseResult) -> dict[str, Status]:
    return {outcome.test: outcome.status for outcome in result.outcomes}


def kinds(result: ExerciseResult) -> dict[str, Kind | None]:
    return {o.test: o.failure.kind if o.failure else None for o in result.outcomes}


def outcome(result: ExerciseResult, test: str) -> Outcome:
    """The one outcome of a test; it must be the only one of its id."""
    (found,) = (outcome for outcome in result.outcomes if outcome.test == test)
    return found


def failure(result: ExerciseResult, test: str) -> Failure:
    """The failure of a test that did not pass."""
    found = outcome(result, test).failure
    assert found is not None, f"{test} passed"
    return found
