"""A grader process and those who drive it, when things go wrong that no submission can cause."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from tests.grading import Task, failure, write_course
from torchgrade.batch.executor import Event, Finished, NoWorkers
from torchgrade.batch.local import LocalExecutor
from torchgrade.grading import process
from torchgrade.grading.messages import Setup, Work
from torchgrade.grading.process import GraderDied, GraderProcess, patience
from torchgrade.result import ExerciseResult
from torchgrade.sandbox.levels import Limits
from torchgrade.submission import Source

SETUP = Setup(Path("/"), ())
WORK = Work("mine", "ch01_tasks/task", Source(Path("task.py"), "", ""))
LIMITS = {WORK.exercise: Limits()}

ONE_RESULT_AND_NO_MORE = """
import os, sys; sys.path.insert(0, sys.argv[1])
from torchgrade.grading.main import _own_channel
from torchgrade.result import ExerciseResult
from torchgrade.result_tree import to_tree

channel = _own_channel()
channel.receive()
channel.receive()
channel.send({"begin": 0})
channel.send({"result": to_tree(ExerciseResult("ch01_tasks", "task", 1.0, (), "")), "of": 0})
os._exit(9)
"""


def test_a_process_that_dies_between_works_died_of_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """A work that has its result is done, whatever becomes of the process afterwards."""
    monkeypatch.setattr(process, "_CODE", ONE_RESULT_AND_NO_MORE)
    results: list[ExerciseResult] = []
    with GraderProcess() as grader:
        grader.begin(SETUP)
        with pytest.raises(GraderDied) as caught:
            grader.grade(
                [WORK],
                lambda _, result: results.append(result),
                lambda work: patience(LIMITS[work.exercise]),
            )
    assert len(results) == 1
    assert caught.value.work is None


def test_a_process_that_can_not_be_started_is_no_endless_wait(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whoever waits for the work is told that nobody can do it."""

    def refuse(*_: object, **__: object) -> None:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(subprocess, "Popen", refuse)
    with closing(LocalExecutor(SETUP, LIMITS, 1)) as executor:
        executor.submit([WORK])
        with pytest.raises(NoWorkers, match="temporarily unavailable"):
            _events(executor)


def test_student_code_can_not_tell_where_the_caller_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Importing torch remembers where the process stood, in memory that student code can read."""
    course = write_course(tmp_path, [Task("def test_it(student):\n    student.f()\n")])
    folder = tmp_path / "of_somebody"
    folder.mkdir()
    monkeypatch.chdir(folder)
    look = (
        "import inspect\n"
        "def f():\n"
        "    raise ValueError([p for p in inspect.modulesbyfile if 'of_' 'somebody' in p])\n"
    )
    work = Work("mine", "ch01_tasks/task", Source(Path("task.py"), look, ""))
    results: list[ExerciseResult] = []
    with GraderProcess() as grader:
        grader.begin(Setup(course.root, (work.exercise,)))
        grader.grade([work], lambda _, result: results.append(result), lambda _: 120.0)
    assert failure(results[0], "test_it").details["message"] == "[]"


def _events(executor: LocalExecutor) -> Sequence[Event]:
    found: Sequence[Event] = ()
    while not any(isinstance(event, Finished) for event in found):
        found = executor.events(10)
    return found
