"""Grading on a Dask cluster: the marks of one machine, whatever happens to the workers."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from tests.batch.classes import Classroom
from tests.batch.dask_cluster import (
    SECRET,
    DaskCluster,
    Fates,
    carry_out,
    eventually,
    setup_for,
)
from tests.grading import CHAPTER, Task, statuses, write_course
from tests.sandbox.grounds import descendants
from torchgrade.batch.cluster import WorkersDiffer
from torchgrade.batch.executor import Died, NoWorkers
from torchgrade.batch.link import SchedulerUnreachable, connect
from torchgrade.batch.local import LocalExecutor
from torchgrade.batch.package import Package, PackageDamaged, pack
from torchgrade.course import Course, Exercise, load
from torchgrade.grading.messages import Work
from torchgrade.grading.process import LevelTooLow
from torchgrade.result import ExerciseResult, Status
from torchgrade.submission import Source

MINI = Path(__file__).parents[1] / "mini_course"
RIGHT, WRONG = "def f(x):\n    return 2 * x\n", "def f(x):\n    return x\n"

# 13 ends the grader process, 17 the worker that holds it. Student code has no way to do either.
DEADLY = Task(
    """
    import os, signal

    def test_it(student):
        value = student.f(2)
        if value == 13:
            os.kill(os.getpid(), signal.SIGKILL)
        if value == 17:
            os.kill(os.getppid(), signal.SIGKILL)
        close(value, 4)
    """
)
# A worker whose student processes have no jail, one of another torch, one without torchgrade.
NO_JAIL = """
import torchgrade.grading.process as process
process._CODE = (
    "import sys; sys.path.insert(0, sys.argv[1])\\n"
    "import torchgrade.grading.main as main\\n"
    "from torchgrade.sandbox.levels import Level\\n"
    "from torchgrade.sandbox.server import ForkServer\\n"
    "main.ForkServer = lambda: ForkServer(Level.PROCESS)\\n"
) + process._CODE
"""
OLD_TORCH = """
import importlib.metadata as metadata
real = metadata.version
metadata.version = lambda name: "1.13.1" if name == "torch" else real(name)
"""
NO_TORCHGRADE = "sys.modules['torchgrade'] = None"


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[DaskCluster]:
    """A scheduler without workers."""
    folder = tmp_path / "dask"
    folder.mkdir()
    with DaskCluster(folder) as started:
        yield started


@pytest.fixture
def deadly(tmp_path: Path) -> Course:
    return write_course(tmp_path / "course", [DEADLY])


def works_of(course: Course, texts: Mapping[str, str]) -> list[Work]:
    """A work for each answer to the course's only exercise."""
    (exercise,) = course.exercises
    path = Path(f"{exercise.name}.py")
    return [Work(name, exercise.key, Source(path, t, name)) for name, t in texts.items()]


def comparable(result: ExerciseResult) -> ExerciseResult:
    """Without what no two runs have in common."""
    outcomes = tuple(replace(outcome, seconds=0.0) for outcome in result.outcomes)
    return replace(result, seconds=0.0, peak_memory=0, outcomes=outcomes)


def mini_class(course: Course) -> list[list[Work]]:
    """Pieces of right, wrong, empty, broken and hostile answers to each exercise."""
    texts: dict[str, Callable[[Exercise], str]] = {
        "stub": lambda e: e.stub.read_text(encoding="utf-8"),
        "broken": lambda e: "def center(x:\n",
        "empty": lambda e: "",
        "quits": lambda e: "import os\nos._exit(0)\n",
        "raises": lambda e: "raise RuntimeError('at import')\n",
        "solution": lambda e: e.solution.read_text(encoding="utf-8"),
        "twin": lambda e: e.solution.read_text(encoding="utf-8") + "# mine\n",
    }
    return [
        [
            Work(f"{name} {e.name}", e.key, Source(Path(f"{e.name}.py"), text(e), name))
            for e in course.exercises
        ]
        for name, text in texts.items()
    ]


def test_a_worker_killed_in_the_middle_changes_no_result(cluster: DaskCluster) -> None:
    """Every answer ends with what it gets on one machine, and is told of once each time."""
    course = load(MINI)
    pieces = mini_class(course)
    limits = {exercise.key: exercise.limits for exercise in course.exercises}
    local = LocalExecutor(setup_for(course), limits, 1)
    try:
        expected = carry_out(local, pieces).results
    finally:
        local.close()
    workers = [cluster.start_worker() for _ in range(2)]
    cluster.await_workers()

    def kill_one(fates: Fates) -> None:
        if fates.results and workers[0].poll() is None:
            workers[0].kill()

    with cluster.executor(course) as (executor, _):
        assert executor.slots == 2
        fates = carry_out(executor, pieces, kill_one)
        assert executor.slots == 1
    assert fates.died or fates.returned
    assert fates.results.keys() == expected.keys()
    for name, result in expected.items():
        assert comparable(fates.results[name]) == comparable(result)


def test_whose_answer_a_process_or_a_worker_died_of_is_known(
    cluster: DaskCluster, deadly: Course
) -> None:
    """The work under way is named. With the worker, results that it did not send yet are lost."""
    cluster.start_worker()
    texts = {"a": RIGHT, "deadly": RIGHT.replace("2 * x", "13"), "b": RIGHT, "c": WRONG}
    with cluster.executor(deadly) as (executor, _):
        fates = carry_out(executor, [works_of(deadly, texts)], again=False)
        assert [event.work.name for event in fates.died] == ["deadly"]
        assert (sorted(fates.results), fates.returned) == (["a", "b", "c"], 0)

        texts["deadly"] = RIGHT.replace("2 * x", "17")
        fates = carry_out(executor, [works_of(deadly, texts)], again=False)
        assert [event.work.name for event in fates.died] == ["deadly"]
        assert "was lost at ch01_tasks/task" in fates.died[0].message
        assert (sorted(fates.results), fates.returned) == ([], 3)


def test_workers_may_come_late(cluster: DaskCluster, deadly: Course) -> None:
    """While there are none, that is told, ever more rarely, and waiting goes on."""
    with cluster.executor(deadly, patience=0.5) as (executor, heard):
        assert executor.slots == 0
        executor.submit(works_of(deadly, {"a": RIGHT}))
        assert eventually(lambda: executor.events(0.1) == () and len(heard.said) == 2)
        assert f"dask worker {cluster.address} --nthreads 1" in heard.said[0]
        cluster.start_worker()
        assert eventually(lambda: bool(executor.events(0.1)))
        assert executor.slots == 1


@pytest.mark.parametrize(
    ("before", "told"),
    [
        (OLD_TORCH, "it has torch 1.13.1, and here it is"),
        (NO_TORCHGRADE, "Install the same torchgrade there"),
    ],
)
def test_a_worker_of_other_versions_is_not_used(
    cluster: DaskCluster, deadly: Course, before: str, told: str
) -> None:
    """It is named with what differs; if no other is there, nothing is run."""
    cluster.start_worker(before=before)
    with cluster.executor(deadly, patience=0.5) as (executor, heard):
        executor.submit(works_of(deadly, {"a": RIGHT}))
        with pytest.raises(WorkersDiffer, match="Python 3"):
            eventually(lambda: bool(executor.events(0.1)))
        assert executor.slots == 0
    assert told in " ".join(heard.said)
    cluster.start_worker()
    cluster.await_workers()
    with cluster.executor(deadly) as (executor, heard):
        assert carry_out(executor, [works_of(deadly, {"a": RIGHT})]).results
        assert executor.slots == 1
        assert len(cluster.courses()) == 1
    (said,) = heard.said
    assert told in said


def test_a_worker_where_the_level_does_not_hold_is_not_used(
    cluster: DaskCluster, deadly: Course
) -> None:
    """It is told with the level and the remedy; others do its work; without any it is an error."""
    cluster.start_worker(before=NO_JAIL)
    with cluster.executor(deadly, required="jail", patience=0.5) as (executor, heard):
        executor.submit(works_of(deadly, {"a": RIGHT}))
        with pytest.raises(LevelTooLow, match="only at level process; jail is asked for"):
            eventually(lambda: bool(executor.events(0.1)))
    assert "only at level process, and jail is asked for" in heard.said[-1]
    cluster.start_worker()
    cluster.await_workers()
    with cluster.executor(deadly, required="jail") as (executor, heard):
        assert executor.slots == 2
        pieces = [works_of(deadly, {f"{n}": RIGHT}) for n in range(8)]
        fates = carry_out(executor, pieces)
        assert (len(fates.results), fates.died, fates.returned) == (8, [], 0)
        assert {result.sandbox for result in fates.results.values()} == {"jail"}
        assert executor.slots == 1


SPY = """
import json, os, socket, sys

def found(port):
    seen = {"environment": [n for n in os.environ if "DASK" in n or "WORKER" in n]}
    seen["modules"] = [n for n in ("dask", "distributed", "tornado") if n in sys.modules]
    seen["inherited"] = [n for n in os.listdir("/proc/self/fd") if int(n) > 2]
    reached = []
    for attempt in range(3, 256):
        try:
            with socket.socket(fileno=os.dup(attempt)) as copy:
                if copy.family != socket.AF_UNIX:
                    reached.append(attempt)
        except OSError:
            pass
    try:
        with socket.create_connection(("127.0.0.1", port), 2):
            reached.append("scheduler")
    except OSError:
        pass
    try:
        command = open(f"/proc/{os.getppid()}/cmdline").read()
        seen["parent"] = [command] if "dask" in command else []
    except OSError:
        seen["parent"] = []
    seen["reached"] = reached
    return seen
"""


def test_nothing_of_the_scheduler_is_within_reach_of_student_code(
    cluster: DaskCluster, tmp_path: Path
) -> None:
    """No variable, module, descriptor or connection of Dask's, which its worker does have."""
    look = "def test_it(student):\n    student.f()\n"
    course = write_course(tmp_path / "spied", [Task(look)])
    port = int(cluster.address.rpartition(":")[2])
    cluster.start_worker(environment={"DASK_SECRET_OF_THE_WORKER": "x"})
    spy = f"{SPY}\ndef f():\n    print('FOUND ' + json.dumps(found({port})))\n"
    with cluster.executor(course) as (executor, _):
        fates = carry_out(executor, [works_of(course, {"spy": spy})])
        with cluster.client() as client:
            space: dict[str, object] = {}
            exec(SPY, space)
            (beside,) = client.run(space["found"], port).values()
    assert beside["environment"] and beside["modules"]
    assert beside["reached"][-1] == "scheduler" and len(beside["reached"]) > 1
    (outcome,) = fates.results["spy"].outcomes
    seen = json.loads(outcome.output.partition("FOUND ")[2])
    assert (seen["environment"], seen["modules"]) == ([], [])
    assert (seen["reached"], seen["parent"]) == ([], [])
    assert len(seen["inherited"]) <= 3  # the channel, the shared memory, the folder just listed


def test_the_secret_is_not_kept_by_the_scheduler(cluster: DaskCluster, deadly: Course) -> None:
    """Nor are graders: other clients see students' answers in tasks, and no more."""
    cluster.start_worker()

    def kept(dask_scheduler: object) -> str:
        import pickle

        state = dask_scheduler
        parts: list[object] = [task.run_spec for task in state.tasks.values()]  # type: ignore[attr-defined]
        parts += [state.worker_plugins, state.nanny_plugins, state.get_events()]  # type: ignore[attr-defined]
        return "".join(repr(pickle.dumps(part)) + repr(part) for part in parts)

    sleeper = "import time\ndef f(x):\n    time.sleep(5)\n    return 4\n"
    with cluster.executor(deadly) as (executor, _):
        executor.submit(works_of(deadly, {"a": sleeper}))
        assert eventually(lambda: bool(cluster.courses()) or bool(executor.events(0.1)))
        with cluster.client() as client:
            found = client.run_on_scheduler(kept)
    assert "torchgrade-" in found
    assert SECRET.decode() not in found
    assert "SIGKILL" not in found


def test_the_course_lies_in_a_private_folder_for_as_long_as_it_is_used(
    cluster: DaskCluster, deadly: Course
) -> None:
    """Only what graders need, readable by nobody else, removed with the executor."""
    cluster.start_worker()
    (deadly.root / ".torchgrade").mkdir()
    (deadly.root / ".torchgrade" / "secret").write_bytes(SECRET)
    with cluster.executor(deadly) as (executor, _):
        assert carry_out(executor, [works_of(deadly, {"a": RIGHT})]).results
        (folder,) = cluster.courses()
        assert folder.stat().st_mode & 0o777 == 0o700
        files = {file.relative_to(folder).as_posix() for file in folder.rglob("*.*")}
        assert {name for name in files if "__pycache__" not in name} == {
            "course.yml",
            f"graders/{CHAPTER}/test_task.py",
            f"solutions/{CHAPTER}/task.py",
        }
    assert cluster.courses() == []


def test_a_worker_that_nobody_uses_gives_up_what_it_holds(
    cluster: DaskCluster, deadly: Course
) -> None:
    """As when the command was killed; and work that comes later is done all the same."""
    cluster.start_worker()
    with cluster.executor(deadly, idle_seconds=0.5) as (executor, _):
        assert carry_out(executor, [works_of(deadly, {"a": RIGHT})]).results
        assert eventually(lambda: cluster.courses() == [])
        fates = carry_out(executor, [works_of(deadly, {"b": WRONG})])
        assert statuses(fates.results["b"]) == {"test_it": Status.FAILED}
        assert (fates.died, fates.returned) == ([], 0)


def test_places_in_results_are_those_of_this_machine(cluster: DaskCluster, tmp_path: Path) -> None:
    """A grader's own fault is shown where its author finds it, not in a worker's folder."""
    course = write_course(tmp_path / "faulty", [Task("def test_it(student):\n    1 / 0\n")])
    cluster.start_worker()
    with cluster.executor(course) as (executor, _):
        fates = carry_out(executor, [works_of(course, {"a": RIGHT})])
    (outcome,) = fates.results["a"].outcomes
    assert outcome.failure is not None
    told = json.dumps(dict(outcome.failure.details), default=str)
    assert "course-" not in told
    assert str(course.exercises[0].grader).lstrip("/") in told


def test_without_its_scheduler_grading_stops(cluster: DaskCluster, deadly: Course) -> None:
    """With what to do; nobody waits for ever, and no answer is taken for the cause."""
    cluster.start_worker()
    with cluster.executor(deadly) as (executor, _):
        assert carry_out(executor, [works_of(deadly, {"a": RIGHT})]).results
        sleeper = "import time\ndef f(x):\n    time.sleep(9)\n"
        executor.submit(works_of(deadly, {"b": sleeper}))
        events = [event for _ in range(10) for event in executor.events(0.1)]
        cluster.end_scheduler()
        with pytest.raises(NoWorkers, match=r"the Dask scheduler at tcp://.* is gone; start it"):
            while True:
                events += executor.events(0.1)
    assert not any(isinstance(event, Died) for event in events)


def test_workers_that_get_nothing_done_are_not_asked_for_ever(
    cluster: DaskCluster, deadly: Course
) -> None:
    """Deaths without a single result in between end the run."""
    cluster.start_worker()
    deaths = works_of(deadly, {f"{n}": RIGHT.replace("2 * x", "13") for n in range(8)})
    with (
        cluster.executor(deadly) as (executor, _),
        pytest.raises(NoWorkers, match="gets anything done"),
    ):
        carry_out(executor, [[work] for work in deaths])


def test_what_needs_a_gpu_goes_where_one_is(cluster: DaskCluster, tmp_path: Path) -> None:
    """To workers with that resource and to no others; that there is none is told."""
    where = """
        import os
        def test_it(student):
            raise AssertionError("on " + os.environ["CUDA_VISIBLE_DEVICES"])
    """
    course = write_course(tmp_path / "gpu", [Task(where)])
    (exercise,) = course.exercises
    cluster.start_worker(environment={"CUDA_VISIBLE_DEVICES": "no device"})
    cluster.await_workers()
    with cluster.executor(course, gpu=[exercise.key], patience=0.5) as (executor, heard):
        pieces = [works_of(course, {f"{n}": RIGHT}) for n in range(4)]

        def bring_a_gpu(_: Fates) -> None:
            if "has a GPU" in " ".join(heard.said) and len(cluster.workers) == 1:
                cluster.start_worker(
                    "--resources", "GPU=1", environment={"CUDA_VISIBLE_DEVICES": "device 3"}
                )

        fates = carry_out(executor, pieces, bring_a_gpu)
    assert "has a GPU" in " ".join(heard.said)
    outcomes = [outcome for result in fates.results.values() for outcome in result.outcomes]
    notes = [outcome.failure and outcome.failure.note for outcome in outcomes]
    assert [note and note.to("en") for note in notes] == ["on device 3"] * 4


def test_no_more_workers_are_used_than_asked_for(cluster: DaskCluster, deadly: Course) -> None:
    """``--jobs`` on a cluster that others use as well."""
    for _ in range(2):
        cluster.start_worker()
    cluster.await_workers()
    with cluster.executor(deadly, most=1) as (executor, _):
        assert executor.slots == 1
        assert len(carry_out(executor, [works_of(deadly, {"a": RIGHT})]).results) == 1
        assert len(cluster.courses()) == 1


def test_a_scheduler_that_is_not_there_is_an_error_with_a_remedy() -> None:
    """So is an address that is none."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{unused.getsockname()[1]}"
        with pytest.raises(SchedulerUnreachable, match="Start one with “dask scheduler”"):
            connect(address, seconds=0.5)
    with pytest.raises(SchedulerUnreachable, match="nonsense"):
        connect("nonsense://here", seconds=0.5)


def test_a_package_is_what_was_packed(tmp_path: Path) -> None:
    """The same course makes the same bytes; damaged ones are not unpacked."""
    course = load(MINI)
    package = pack(course.root, course.exercises[:1])
    assert package == pack(course.root, course.exercises[:1])
    package.unpack(tmp_path)
    grader = course.exercises[0].grader
    there = tmp_path / grader.relative_to(course.root)
    assert there.read_bytes() == grader.read_bytes()
    assert not list(tmp_path.rglob("*moments*"))
    with pytest.raises(PackageDamaged):
        Package(package.digest, package.data + b"x").unpack(tmp_path)


# --- the command


def answers(room: Classroom) -> None:
    room.hand_in("ada", double=RIGHT, half="def g(x):\n    return x / 2\n")
    room.hand_in("bob", double="def f(x):\n    return x * x\n", half="def g(x:\n")
    room.hand_in("cleo", half="import os\nos._exit(0)\n")


def test_the_command_gives_the_same_marks_on_a_cluster(
    cluster: DaskCluster, tmp_path: Path
) -> None:
    """``course grade --scheduler``, from submissions to the gradebook."""
    here, there = Classroom(tmp_path / "here"), Classroom(tmp_path / "there")
    answers(here)
    answers(there)
    assert here.grade().returncode == 0
    cluster.start_worker()
    done = there.grade("--scheduler", cluster.address)
    assert (done.returncode, done.stderr) == (0, "")
    assert there.count().marks == here.count().marks


def test_ctrl_c_ends_what_runs_on_the_cluster(cluster: DaskCluster, tmp_path: Path) -> None:
    """At once: no student process is left, and what has a result is saved."""
    room = Classroom(tmp_path / "room")
    room.hand_in("ada", half="def g(x):\n    return x / 2\n")
    room.hand_in("bob", half="import time\ndef g(x):\n    time.sleep(9)\n    return x\n")
    worker = cluster.start_worker()
    running = room.start("grade", str(room.submissions), "ch01", "--scheduler", cluster.address)
    # One result is saved; the grader process there, its fork server, and the process of an answer.
    assert eventually(lambda: room.count().results > 0 and len(below(worker)) > 2)
    running.send_signal(signal.SIGINT)
    said = running.communicate()[1]
    assert running.returncode == 2
    assert "The same command goes on from there." in said
    assert eventually(lambda: below(worker) == set())
    assert cluster.courses() == []
    assert worker.poll() is None


def below(process: subprocess.Popen[bytes]) -> set[int]:
    """Processes that ``process`` started, and theirs."""
    grown, found = {process.pid}, set[int]()
    everyone = descendants()
    while grown:
        grown = {pid for pid in everyone if parent(pid) in grown} - found
        found |= grown
    return found


def parent(pid: int) -> int | None:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return None
    return int(stat.rpartition(")")[2].split()[1])
