"""A grader process and those who drive it, when things go wrong that no submission can cause."""

from __future__ import annotations

import ast
import os
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from tests.grading import Task, failure, write_course
from torchgrade.batch.executor import Event, Finished, NoWorkers
from torchgrade.batch.local import LocalExecutor
from torchgrade.cores import cores, usable
from torchgrade.course import Course
from torchgrade.grading import process
from torchgrade.grading.messages import Setup, Work
from torchgrade.grading.nursery import Nursery
from torchgrade.grading.process import GraderDied, GraderProcess, patience
from torchgrade.result import ExerciseResult
from torchgrade.sandbox.levels import SLOW_IMPORTS, Limits
from torchgrade.submission import Source
from torchgrade.timing.device import reserved

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


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    """A nursery for processes that need not begin by themselves."""
    with closing(Nursery()) as made:
        yield made


@pytest.mark.parametrize("forked", [False, True], ids=["on its own", "in a nursery"])
def test_student_code_can_not_tell_where_the_caller_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, nursery: Nursery, forked: bool
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
    with GraderProcess(nursery if forked else None) as grader:
        (result,) = _graded(grader, course, work)
    assert failure(result, "test_it").details["message"] == "[]"


def test_brothers_know_nothing_of_each_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, nursery: Nursery
) -> None:
    """A process of a nursery has neither the caller's environment nor another's descriptors."""
    monkeypatch.setenv("OF_SOMEBODY", "1")
    told = tmp_path / "told"
    test = (
        "import os\n"
        "def test_it(student):\n"
        "    pipes = 0\n"
        "    for number in range(64):\n"
        "        path = f'/proc/self/fd/{number}'\n"
        "        pipes += os.path.exists(path) and os.readlink(path).startswith('pipe')\n"
        f"    with open({str(told)!r}, 'a') as file:\n"
        "        print(pipes, 'OF_SOMEBODY' in os.environ, file=file)\n"
    )
    course = write_course(tmp_path, [Task(test)])
    work = Work("mine", "ch01_tasks/task", Source(Path("task.py"), "def f(x): ...", ""))
    with GraderProcess() as alone:
        _graded(alone, course, work)
    with GraderProcess(nursery) as first, GraderProcess(nursery) as second:
        for grader in (second, first):
            _graded(grader, course, work)
    lines = told.read_text().splitlines()
    assert len(lines) == 3
    assert len(set(lines)) == 1
    assert lines[0].endswith("False")


def test_a_killed_process_of_a_nursery_is_mourned(nursery: Nursery) -> None:
    """With what it died of, as any other."""
    with GraderProcess(nursery) as grader:
        os.kill(grader.pid, signal.SIGKILL)
        with pytest.raises(GraderDied, match=r"exit code -9"):
            grader.begin(SETUP)
            grader.grade([WORK], lambda *_: None, lambda _: 120.0)


def test_a_silent_process_of_a_nursery_is_ended(tmp_path: Path, nursery: Nursery) -> None:
    """Once patience is at an end, so that nothing is left that works for nobody."""
    endless = "import time\ndef test_it(student):\n    time.sleep(1000)\n"
    course = write_course(tmp_path, [Task(endless)])
    work = Work("mine", "ch01_tasks/task", Source(Path("t.py"), "def f(x): ...", ""))
    with GraderProcess(nursery) as grader:
        grader.begin(Setup(course.root, (work.exercise,)))
        with pytest.raises(GraderDied, match="said nothing"):
            grader.grade([work], lambda *_: None, lambda _: 0.5)
        with pytest.raises(ProcessLookupError):
            os.kill(grader.pid, 0)


def test_a_nursery_takes_its_children_along_and_is_not_missed(tmp_path: Path) -> None:
    """Without it a process begins on its own."""
    course = write_course(tmp_path, [Task("def test_it(student):\n    assert student.f(2) == 4\n")])
    work = Work("mine", "ch01_tasks/task", Source(Path("t.py"), "def f(x): return 2 * x", ""))
    with closing(Nursery()) as nursery:
        with GraderProcess(nursery) as orphan:
            nursery.close()
            with pytest.raises(GraderDied):
                _graded(orphan, course, work)
        with GraderProcess(nursery) as grader:
            (result,) = _graded(grader, course, work)
    assert result.passed


def test_several_jobs_share_a_nursery(tmp_path: Path) -> None:
    """Each work is done once."""
    test = "def test_it(student):\n    assert student.f(2) == 4\n"
    course = write_course(tmp_path, [Task(test)])
    works = [
        Work(str(n), "ch01_tasks/task", Source(Path("t.py"), "def f(x): return 2 * x", ""))
        for n in range(6)
    ]
    setup = Setup(course.root, ("ch01_tasks/task",))
    done: set[str] = set()
    with closing(LocalExecutor(setup, {"ch01_tasks/task": Limits()}, 2)) as executor:
        for work in works:
            executor.submit([work])
        while len(done) < len(works):
            for event in executor.events(10):
                assert isinstance(event, Finished)
                assert event.result.passed
                done.add(event.work.name)
    assert done == {work.name for work in works}


_WHERE = """
import os, time
from pathlib import Path
from torchgrade.timing.device import reserved

def test_it(student):
    told = sorted(os.sched_getaffinity(0)), student.where(), reserved()
    Path({place!r}, str(os.getpid())).write_text(repr(told))
    while len(list(Path({place!r}).iterdir())) < {count}:
        time.sleep(0.01)
"""
_HERE = "import os\ndef where():\n    return sorted(os.sched_getaffinity(0))\n"


def _told_where(place: Path) -> Sequence[tuple[list[int], list[int], object]]:
    """Of each grader process its cores, its student's, and what it would time on."""
    return [ast.literal_eval(file.read_text()) for file in place.iterdir()]


@pytest.mark.skipif(cores() < 2, reason="needs two cores")
@pytest.mark.parametrize("forked", [False, True], ids=["on its own", "in a nursery"])
def test_a_process_stays_on_its_core_but_for_timing(
    tmp_path: Path, nursery: Nursery, forked: bool
) -> None:
    """Its students stay there, too; who is timed may have any core that there is."""
    place = tmp_path / "told"
    place.mkdir()
    course = write_course(tmp_path, [Task(_WHERE.format(place=str(place), count=1))])
    work = Work("mine", "ch01_tasks/task", Source(Path("t.py"), _HERE, ""))
    core = usable()[0]  # not the one that is timed on
    with GraderProcess(nursery if forked else None, core) as grader:
        (result,) = _graded(grader, course, work)
    assert result.passed
    assert _told_where(place) == [([core], [core], reserved())]


@pytest.mark.skipif(cores() < 2, reason="needs two cores")
@pytest.mark.parametrize("spare", [0, 1], ids=["one for each core", "a core to spare"])
def test_each_of_as_many_processes_as_cores_stays_on_its_own(tmp_path: Path, spare: int) -> None:
    """With fewer of them, each may be anywhere."""
    jobs = cores() - spare
    place = tmp_path / "told"
    place.mkdir()
    course = write_course(tmp_path, [Task(_WHERE.format(place=str(place), count=jobs))])
    setup = Setup(course.root, ("ch01_tasks/task",))
    with closing(LocalExecutor(setup, {"ch01_tasks/task": Limits()}, jobs)) as executor:
        for number in range(jobs):
            answer = Source(Path("t.py"), _HERE, "")
            executor.submit([Work(str(number), "ch01_tasks/task", answer)])
        done: list[Event] = []
        while len(done) < jobs:
            done += executor.events(10)
    assert all(isinstance(event, Finished) and event.result.passed for event in done)
    own = [[core] for core in usable()] if not spare else [list(usable())] * jobs
    assert sorted(_told_where(place)) == [(where, where, reserved()) for where in own]


def _graded(grader: GraderProcess, course: Course, work: Work) -> Sequence[ExerciseResult]:
    results: list[ExerciseResult] = []
    grader.begin(Setup(course.root, (work.exercise,)))
    grader.grade([work], lambda _, result: results.append(result), lambda _: 120.0)
    return results


def _events(executor: LocalExecutor) -> Sequence[Event]:
    found: Sequence[Event] = ()
    while not any(isinstance(event, Finished) for event in found):
        found = executor.events(10)
    return found


def test_what_the_work_will_need_is_there_from_the_first(tmp_path: Path) -> None:
    """Torch's late imports are made once, before any process that grades, and leave no trace."""
    look = (
        "import os, sys\n"
        "def f(x):\n"
        f"    return [name in sys.modules for name in {SLOW_IMPORTS!r}], sorted(os.environ)\n"
    )
    test = "def test_it(student):\n    assert student.f(2) == 4\n"
    course = write_course(tmp_path, [Task(test)])
    work = Work("mine", "ch01_tasks/task", Source(Path("t.py"), look, ""))
    setup = Setup(course.root, (work.exercise,))
    told = []
    for imports in ((), SLOW_IMPORTS):
        limits = {work.exercise: Limits()}
        with closing(LocalExecutor(setup, limits, 2, imports=imports)) as executor:
            executor.submit([work])
            (event,) = executor.events(60)
        assert isinstance(event, Finished)
        told.append(str(failure(event.result, "test_it").actual))
    assert "[False, False]" in told[0] and "[True, True]" in told[1]
    assert told[0].partition("]")[2] == told[1].partition("]")[2]
