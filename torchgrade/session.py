"""One pytest session: graders times subjects, from calls to outcomes.

Graders are collected once; their items are then run for one subject after the other, as the
subjects come, so that a session may last for any number of them. Each subject has one process
for an exercise; the verdict is made here, from what came back, and nowhere else. pytest is
used for what it is good at (collection, fixtures, parameters); its reports, capture and
assertion rewriting are off, since they cost time and would write hidden values into messages.
"""

from __future__ import annotations

import contextlib
import copy
import hashlib
import logging
import os
import random
import sys
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache, partial
from pathlib import Path
from types import ModuleType
from typing import Any, Literal, TypeAlias

import pytest
import torch

from torchgrade.authoring import Alternative, Misconception, Naive
from torchgrade.course import Course, Exercise
from torchgrade.definitions import parameters_of
from torchgrade.describe import describe
from torchgrade.diagnosis import Behaviour, Candidate, explain
from torchgrade.fixtures import Random, Reference, Student, seed_for
from torchgrade.release.bundle import is_bundle
from torchgrade.release.recording import (
    RecordedSeat,
    Recorder,
    Recording,
    RecordingError,
    recording_of,
)
from torchgrade.result import WHOLE_FILE, Blame, ExerciseResult, Failure, Kind, Outcome, Status
from torchgrade.sandbox.client import CallFailed, ModuleSource, Sandbox
from torchgrade.sandbox.levels import Level
from torchgrade.sandbox.server import EngineFault, Server
from torchgrade.sandbox.wire import FunctionSource
from torchgrade.shipping import ShippingError, ship
from torchgrade.submission import Absent, Answer, Unreadable, read_file
from torchgrade.text import Text, text
from torchgrade.timing.anchors import Anchors, cache_folder
from torchgrade.timing.device import Device, Turns, choose
from torchgrade.timing.model import Timing
from torchgrade.timing.protocol import ReferenceFailed
from torchgrade.timing.timer import Timer, Unfit
from torchgrade.trial import CheckFailed, NotAssessed, Record, Seat, Trial, as_sent, running
from torchgrade.uses import Uses, identifiers

__all__ = ["Grader", "Options", "Round", "Subject", "grade", "grade_rounds"]

_LOG = logging.getLogger("torchgrade")

# Everything that a grading session does without. "terminal" prints, "capture" and "logging"
# keep output, the rest belongs to test suites of programs.
_UNUSED_PLUGINS = (
    *("cacheprovider", "terminal", "logging", "junitxml", "pastebin", "doctest", "unittest"),
    *("stepwise", "setuponly", "setupplan", "faulthandler", "debugging", "warnings"),
    *("threadexception", "unraisableexception", "tmpdir", "legacypath", "nose", "subtests"),
)


@dataclass(frozen=True)
class Subject:
    """Who answers in the student's place in one exercise.

    ``name`` is for the caller. ``answer`` is the file; ``override`` replaces one name in it.
    """

    name: str
    answer: Answer
    override: Misconception | Alternative | None = None


@dataclass(frozen=True)
class Grader:
    """What a grader file declares besides its tests."""

    misconceptions: tuple[Misconception, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    """The naive ones among them."""

    @property
    def naive(self) -> tuple[Naive, ...]:
        return tuple(each for each in self.alternatives if isinstance(each, Naive))

    @classmethod
    def of(cls, module: ModuleType) -> Grader:
        values = list(vars(module).values())
        return cls(
            tuple(value for value in values if isinstance(value, Misconception)),
            tuple(value for value in values if isinstance(value, Alternative)),
        )


Round: TypeAlias = Callable[[Exercise, Grader], Iterable[Subject]]
"""Who takes an exercise; asked for each exercise in turn, once all graders are collected."""


@dataclass(frozen=True)
class Options:
    """How a session runs."""

    secret: bytes = b""
    """Makes inputs unpredictable; the same secret gives the same inputs."""
    diagnose: bool = True
    required: Level = Level.PROCESS
    """Below this level of the sandbox nothing is run; results are then ungraded."""
    recorder: Recorder | None = None
    """Keeps what model answers and misconceptions do, for a student bundle. An exercise's first
    subject must be its model answer."""
    hidden: bool = True
    """Run hidden tests too."""
    spare_core: bool = True
    """Whether nobody else wants the core on which student code is waited for."""
    timing: str = "off"
    """What timed tests are for: ``off`` leaves them out, ``told`` measures what there is to tell
    somebody who waits for it, ``marks`` measures, with more care, what counts."""
    device: str = "auto"
    """What is timed on: ``auto``, ``cpu`` or ``cuda``."""


class _Unseen(Trial):
    """A trial for diagnosis: nobody reads its calls, so they need not be described."""

    def _described(self, failure: Failure, record: Record) -> Failure:
        return failure


@dataclass(frozen=True)
class _Replay:
    """A test's body, to be run again on another subject with the same inputs."""

    function: Callable[..., object]
    arguments: Mapping[str, Any]
    random_state: torch.Tensor | None
    cases: Set[str] = frozenset()
    """Which arguments are values of `cases`: they are the grader's, and every subject's."""

    def __call__(self, trial: Trial, item: _Item, reference: Callable[[], Reference]) -> None:
        # What a test does to its cases, or draws without a generator of its own, is not to be
        # felt by whoever is graded next.
        arguments = {**self.arguments, **_copied({n: self.arguments[n] for n in self.cases})}
        _seed(item.seed)
        if "student" in arguments:
            arguments["student"] = Student(trial)
        if "rand" in arguments:
            arguments["rand"] = Random(item.seed, self.random_state)
        if "reference" in arguments:
            arguments["reference"] = reference()
        self.function(**arguments)


def _copied(values: Mapping[str, Any]) -> Mapping[str, Any]:
    """A copy of all together, if one can be made."""
    try:
        return copy.deepcopy(values)
    except Exception:  # an author's case may be anything, such as a tensor inside a graph
        return values


def _seed(seed: int) -> None:
    """Make what a grader draws without `Random` repeat; it is not to equal what `Random` draws."""
    seed ^= 1
    # torch.manual_seed() also notes for each kind of device where it was called, in 2 ms.
    torch.default_generator.manual_seed(seed)
    random.seed(seed)
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed(seed % (1 << 32))


@dataclass(frozen=True)
class _Item:
    """What is known of one test of one grader, whoever takes it."""

    test: str
    title: Text
    weight: float
    hint: Text | None
    forbidden: tuple[str, ...]
    seed: int
    """Inputs are drawn with it, so it must not come near student code."""
    student_seed: int
    """Makes what is random in student code repeat, and tells nothing of ``seed``."""
    place: int
    """Where it stands in the grader; hidden tests run after the others, timed ones last."""
    timed: bool = False


@dataclass(frozen=True)
class _Step:
    """A test among those of its grader, and how it is run."""

    item: pytest.Item
    described: _Item
    direct: _Replay | None
    """Its body with its arguments, for a test that needs nothing of pytest; see `_direct`."""
    following: pytest.Item | None
    """The next test that pytest runs."""


@dataclass
class _Group:
    """The work on one subject in one exercise."""

    exercise: Exercise
    grader: Grader
    subject: Subject
    seat: Seat
    outcomes: list[Outcome] = field(default_factory=list)
    behaviours: dict[str, Behaviour] = field(default_factory=dict)
    replays: dict[str, _Replay] = field(default_factory=dict)
    items: Mapping[str, _Item] = field(default_factory=dict)
    started: float = field(default_factory=time.monotonic)


@dataclass
class _Bench:
    """What is kept for an exercise: results for the whole session, processes while it is on."""

    exercise: Exercise
    model: Subject
    parameters: Mapping[str, Sequence[str]]
    recording: Recording | None = None
    """What stands for model answer and misconceptions in a student bundle."""
    expected: dict[bytes, object] = field(default_factory=dict)
    asked: list[Trial] = field(default_factory=list)
    """What `reference` asked of the model answer, where it is to be recorded."""
    seats: dict[str, Seat] = field(default_factory=dict)
    behaviours: dict[tuple[str, str], Behaviour] = field(default_factory=dict)
    touched: dict[str, frozenset[str]] = field(default_factory=dict)
    """Names in the model answer's module that a misconception replaces, by subject."""
    timer: Timer | None = None

    @cached_property
    def uses(self) -> Uses:
        return Uses(getattr(self.model.answer, "text", ""))

    def close(self) -> None:
        for seat in self.seats.values():
            seat.close()
        self.seats.clear()
        if self.timer is not None:
            self.timer.close()


def grade(
    course: Course,
    exercises: Sequence[Exercise],
    subjects: Round,
    options: Options,
    emit: Callable[[Subject, ExerciseResult], None],
    server: Server,
) -> Server:
    """`grade_rounds` with a single round."""
    return grade_rounds(course, exercises, [subjects], options, emit, server)


def grade_rounds(
    course: Course,
    exercises: Sequence[Exercise],
    rounds: Iterable[Round],
    options: Options,
    emit: Callable[[Subject, ExerciseResult], None],
    server: Server,
) -> Server:
    """Grade subjects in exercises, one after the other, in one pytest session.

    Args:
        rounds: asked for the next one when all subjects of the last are done, so that it may
            wait for them to come.
        emit: called with each result as soon as it is known; in each round in the order of
            ``exercises``.
        server: makes the student processes; the caller has started it.

    Returns:
        The fork server to close: another than ``server`` if that one failed on the way.

    Raises:
        EngineFault: there is no working fork server, or pytest failed.
    """
    plugin = _Plugin(course, exercises, rounds, options, emit, server)
    drawn, also_drawn = torch.get_rng_state(), random.getstate()
    try:
        plugin.run()
    finally:
        plugin.close()
        torch.set_rng_state(drawn)
        random.setstate(also_drawn)
    return plugin.server


class _Plugin:
    """The pytest plugin; one instance for one session."""

    def __init__(
        self,
        course: Course,
        exercises: Sequence[Exercise],
        rounds: Iterable[Round],
        options: Options,
        emit: Callable[[Subject, ExerciseResult], None],
        server: Server,
    ) -> None:
        self.course = course
        self.exercises = {os.path.realpath(exercise.grader): exercise for exercise in exercises}
        self.rounds = rounds
        self.options = options
        self.emit = emit
        self.server = server
        self.graders: dict[str, Grader] = {}
        self.recordings: dict[str, Recording] = {}
        """Of the exercises of a student bundle, which has no model answers."""
        self.steps: dict[str, Sequence[_Step]] = {}
        self.items: dict[str, Mapping[str, _Item]] = {}
        self.faults: dict[str, Failure] = {}
        self.benches: dict[str, _Bench] = {}
        self.group: _Group | None = None
        self.bench: _Bench | None = None
        self.crash: BaseException | None = None
        self.turns: Turns | None = None
        """Taken where anything is timed; then nothing else runs meanwhile."""
        self.fitness: set[str] = set()

    # --- the session

    def run(self) -> None:
        for path, exercise in self.exercises.items():
            if not os.path.isfile(path):
                self.author_fault(path, "the grader is missing", _place(exercise))
        arguments = [path for path in self.exercises if path not in self.faults]
        before = frozenset(sys.modules)
        if not arguments:
            self.pytest_runtestloop()
            return
        try:
            _run_pytest(arguments, self.course.root, self)
        finally:
            _forget(arguments, before)

    def close(self) -> None:
        if self.group is not None:
            self.group.seat.close()
        self.leave_bench()
        if self.turns is not None:
            self.turns.close()

    def leave_bench(self) -> None:
        if self.bench is not None:
            self.bench.close()
            self.bench = None

    def sandbox(self) -> Sandbox:
        level, required = self.server.level, self.options.required
        if not level.at_least(required):
            raise EngineFault(f"the sandbox holds at {level.value} only, not at {required.value}")
        return Sandbox(self.server, spin=self.options.spare_core)

    def restart(self) -> None:
        """A new fork server in place of one that failed."""
        if self.bench is not None:
            self.bench.close()
        self.server.close()
        self.server = self.server.successor()
        self.server.start()

    # --- hooks: collection

    @pytest.hookimpl
    def pytest_configure(self, config: pytest.Config) -> None:
        for name in (
            *("points(weight)", "title(text)", "hidden(hint)", "forbids(*operators)"),
            "timed",
        ):
            config.addinivalue_line("markers", f"{name}: torchgrade")

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(
        self, collector: pytest.Collector
    ) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
        try:
            return (yield)
        except SystemExit as error:
            # pytest would end the session, and with it every other exercise.
            told = f"SystemExit: {error}"
            return pytest.CollectReport(collector.nodeid, "failed", told, [])

    @pytest.hookimpl
    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if not report.failed:
            return
        path = os.path.realpath(self.course.root / report.nodeid.partition("::")[0])
        message = str(report.longrepr).strip().splitlines()
        told = [line[1:].strip() for line in message if line.startswith("E")]
        self.author_fault(path, "; ".join(told[:3]) or (message or [""])[-1], report.nodeid)

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        found: dict[str, list[pytest.Item]] = {}
        for item in items:
            path = os.path.realpath(item.path)
            if path in self.faults:
                continue
            if not self.options.hidden and item.get_closest_marker("hidden") is not None:
                continue
            if "student" not in getattr(item, "fixturenames", ()):
                self.author_fault(path, "a test does not use the fixture student", item.nodeid)
                continue
            found.setdefault(path, []).append(item)
        places = {item.nodeid: place for place, item in enumerate(items)}
        for path, exercise in self.exercises.items():
            if path in self.faults:
                continue
            if path not in found:
                self.author_fault(path, "the grader has no test", _place(exercise))
                continue
            module = found[path][0].getparent(pytest.Module)
            assert module is not None
            try:
                recording = recording_of(exercise)
            except RecordingError as error:
                self.author_fault(path, str(error), _place(exercise))
                continue
            if recording is None:
                self.graders[path] = Grader.of(module.obj)
            else:
                self.recordings[exercise.key] = recording
                self.graders[path] = Grader(recording.misconceptions)
            # Hidden tests last: a process serves all tests of an exercise, and could show their
            # inputs in the report of a later test that is not hidden. A timed test has processes of
            # its own, and is run only if all others passed.
            ordered = sorted(
                found[path],
                key=lambda item: [
                    item.get_closest_marker(name) is not None for name in ("timed", "hidden")
                ],
            )
            self.steps[path] = self.steps_of(exercise, ordered, places)
            self.items[path] = {step.described.test: step.described for step in self.steps[path]}

    def steps_of(
        self, exercise: Exercise, items: Sequence[pytest.Item], places: Mapping[str, int]
    ) -> Sequence[_Step]:
        # A bundle holds for one set of inputs, which any student may know.
        secret = b"" if is_bundle(exercise.root) else self.options.secret
        steps: list[_Step] = []
        following: pytest.Item | None = None
        for item in reversed(items):
            names = (exercise.key, _test_id(item))
            described = _describe_item(
                item,
                places[item.nodeid],
                seed_for(secret, *names),
                seed_for(secret, *names, "student"),
            )
            direct = _direct(item)
            steps.append(_Step(item, described, direct, following))
            following = following if direct else item
        return steps[::-1]

    # --- hooks: running

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self) -> bool:
        for subjects in self.rounds:
            for path, exercise in self.exercises.items():
                for subject in subjects(exercise, self.graders.get(path, Grader())):
                    self.take(path, exercise, subject)
            # What model answers and misconceptions returned is kept; their processes are not.
            self.leave_bench()
        return True

    def take(self, path: str, exercise: Exercise, subject: Subject) -> None:
        """One subject in one exercise, from its first test to its result."""
        if path in self.faults:
            outcome = _ungraded("collection", self.faults[path])
            self.emit(subject, self.result(exercise, subject, (outcome,), 0.0, 0))
            return
        self.open_group(path, exercise, subject)
        steps = self.steps[path]
        with self.together():
            for step in steps:
                if not step.described.timed:
                    self.take_step(step)
        timed = [step for step in steps if step.described.timed]
        if timed:
            self.take_timed(timed)
        self.finish_group()

    def take_step(self, step: _Step) -> None:
        if step.direct is None:
            _fresh(step.item)
            _seed(step.described.seed)  # for fixtures of the author's
            protocol = step.item.config.hook.pytest_runtest_protocol
            protocol(item=step.item, nextitem=step.following)
        else:
            self.take_directly(step.item, step.described, step.direct)

    # --- timed tests

    def together(self) -> contextlib.AbstractContextManager[None]:
        """While nobody times, if there may be anybody who does."""
        if self.turns is None and self.options.timing != "off" and self.timed_anywhere:
            self.turns = Turns("cpu")
        return contextlib.nullcontext() if self.turns is None else self.turns.shared()

    @cached_property
    def timed_anywhere(self) -> bool:
        return any(step.described.timed for steps in self.steps.values() for step in steps)

    @cached_property
    def device(self) -> Device:
        return choose(self.options.device)

    def take_timed(self, steps: Sequence[_Step]) -> None:
        """The timed tests of an answer, alone, if it is right; else what follows for them."""
        assert self.group is not None
        others = self.group.outcomes
        failure = _why_not_timed(others, off=self.options.timing == "off")
        if failure is not None:
            for step in steps:
                # What nobody can earn here must cost nobody anything.
                off = self.options.timing == "off"
                elsewhere = _not_assessed("asked" if off else "device")
                told = failure if self.counts(step) else elsewhere
                self.group.outcomes.append(self.outcome(step.described, told, None, 0.0))
            return
        # No process of the subject's is alive while the reference is timed.
        self.group.seat.close()
        with contextlib.ExitStack() as alone:
            if self.turns is not None:
                alone.enter_context(self.turns.alone())
            for step in steps:
                self.take_step(step)

    def counts(self, step: _Step) -> bool:
        """Whether what a timed test measures counts where this runs."""
        assert self.group is not None
        code = getattr(getattr(step.item, "obj", None), "__code__", None)
        needed = "ratio" if code is not None and "slowdown" in code.co_names else "growth"
        rules, off = self.group.exercise.timing, self.options.timing == "off"
        return not off and rules.counts(needed, self.device.kind)

    def timer(self) -> Timer:
        """What measures for the exercise at hand."""
        assert self.group is not None and self.bench is not None
        if self.bench.timer is None:
            exercise, model = self.group.exercise, self.bench.model
            source = _source(model, exercise) if self.bench.recording is None else None
            self.bench.timer = Timer(
                self.sandbox,
                exercise.limits,
                self.device,
                exercise.timing,
                Anchors(
                    cache_folder(os.environ),
                    *(str(torch.__version__), self.device.identity),
                    *(
                        path.read_bytes()
                        for path in (exercise.grader, exercise.solution)
                        if path.is_file()
                    ),
                ),
                marking=self.options.timing == "marks",
                model=source if isinstance(source, ModuleSource) else None,
                naive=partial(self.naive_source, exercise, self.group.grader, model),
                fitness=self.fitness,
            )
        return self.bench.timer

    def naive_source(
        self,
        exercise: Exercise,
        grader: Grader,
        model: Subject,
        target: str | FunctionSource,
    ) -> ModuleSource | None:
        """The naive answer to what is timed: to the function, or to one that a probe calls."""
        timed = {target} if isinstance(target, str) else set(identifiers(target.code))
        for naive in grader.naive:
            if naive.target in timed:
                source = _source(Subject("naive", model.answer, naive), exercise)
                return source if isinstance(source, ModuleSource) else None
        return None

    def take_directly(self, item: pytest.Item, described: _Item, replay: _Replay) -> None:
        """Run a test without pytest, whose protocol takes longer than most tests."""
        try:
            self.run_item(described, replay)
        except (KeyboardInterrupt, pytest.exit.Exception):
            raise
        except BaseException as error:  # such as what pytest.skip() raises
            self.failed_outside(described, error, item.path)

    @pytest.fixture
    def student(self, request: pytest.FixtureRequest) -> Student:
        return Student(self.begin(request.node))

    @pytest.fixture
    def rand(self, request: pytest.FixtureRequest) -> Random:
        return Random(self.described(request.node).seed)

    @pytest.fixture
    def reference(self, request: pytest.FixtureRequest) -> Reference:
        return self.new_reference(self.described(request.node))

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> bool:
        names = pyfuncitem._fixtureinfo.argnames
        arguments = {name: pyfuncitem.funcargs[name] for name in names}
        rand = arguments.get("rand")
        # A fixture of the author's may have drawn from it before the test begins.
        state = rand.generator.get_state() if isinstance(rand, Random) else None
        cases = _parameters(pyfuncitem).keys() & set(names)
        replay = _Replay(pyfuncitem.obj, arguments, state, cases)
        self.run_item(self.described(pyfuncitem), replay)
        return True

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> pytest.TestReport:
        if call.excinfo is not None:
            error = call.excinfo.value
            if self.group is None or isinstance(error, KeyboardInterrupt):
                raise error
            self.failed_outside(self.described(item), error, item.path)
        outcome: Literal["passed", "failed"] = "failed" if call.excinfo else "passed"
        assert call.when != "collect"
        return pytest.TestReport(
            item.nodeid, item.location, {}, outcome, None, call.when, (), call.duration
        )

    def failed_outside(self, item: _Item, error: BaseException, path: Path) -> None:
        """Note what was raised around a test: the author's fault."""
        assert self.group is not None
        # A fixture of the author's may call the student too.
        failure = (
            error.failure if isinstance(error, (CallFailed, CheckFailed)) else _author(error, path)
        )
        failed = self.outcome(item, failure, None, 0.0)
        # A fixture may fail after the test has its verdict.
        others = [outcome for outcome in self.group.outcomes if outcome.test != failed.test]
        self.group.outcomes = [*others, failed]

    @pytest.hookimpl
    def pytest_internalerror(self, excinfo: pytest.ExceptionInfo[BaseException]) -> bool:
        self.crash = excinfo.value
        return True

    # --- a group: one subject in one exercise

    def open_group(self, path: str, exercise: Exercise, subject: Subject) -> None:
        bench = self.benches.get(path)
        if bench is None:
            model = Subject("model answer", read_file(exercise.solution, exercise.solution.parent))
            bench = self.new_bench(exercise, model)
            self.benches[path] = bench
        if bench is not self.bench:
            self.leave_bench()
            self.bench = bench
        for seat in bench.seats.values():
            seat.renew()
        seat = self.seat(exercise, subject)
        items = self.items[path]
        self.group = _Group(exercise, self.graders[path], subject, seat, items=items)

    def new_bench(self, exercise: Exercise, model: Subject) -> _Bench:
        recording = self.recordings.get(exercise.key)
        if recording is not None:
            return _Bench(exercise, model, recording.parameters, recording)
        return _Bench(exercise, model, parameters_of(exercise.solution))

    def seat(self, exercise: Exercise, subject: Subject) -> Seat:
        return Seat(self.sandbox, _source(subject, exercise), exercise.limits)

    def finish_group(self) -> None:
        group, self.group = self.group, None
        assert group is not None
        try:
            if self.options.diagnose:
                self.diagnose(group)
            if self.options.recorder is not None:
                self.record(group, self.options.recorder)
        except Exception:
            # The outcomes stand without explanations; the next submission is not to suffer.
            _LOG.exception("no diagnosis of %s: a fault of torchgrade", group.exercise.key)
        finally:
            group.seat.close()
        seconds = time.monotonic() - group.started
        outcomes = sorted(group.outcomes, key=lambda outcome: group.items[outcome.test].place)
        result = self.result(
            group.exercise, group.subject, _shared(outcomes), seconds, group.seat.peak_memory
        )
        self.emit(group.subject, result)

    def result(
        self,
        exercise: Exercise,
        subject: Subject,
        outcomes: tuple[Outcome, ...],
        seconds: float,
        memory: int,
    ) -> ExerciseResult:
        source = getattr(subject.answer, "text", "")
        recording = self.recordings.get(exercise.key)
        try:
            level = self.server.level.value
        except EngineFault:
            level = ""
        return ExerciseResult(
            chapter=exercise.chapter,
            exercise=exercise.name,
            points=exercise.points if recording is None else recording.points,
            outcomes=outcomes,
            sandbox=level,
            digest=hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest(),
            seconds=seconds,
            peak_memory=memory,
        )

    # --- an item: one test on the group's subject

    def described(self, item: pytest.Item) -> _Item:
        assert self.group is not None
        return self.group.items[_test_id(item)]

    def begin(self, item: pytest.Item) -> Trial:
        assert self.group is not None
        return self.trial(self.group.seat, self.described(item))

    def trial(self, seat: Seat, item: _Item) -> Trial:
        assert self.bench is not None
        timer = self.timer() if item.timed else None
        return Trial(
            *(seat, item.student_seed, item.forbidden, self.bench.parameters),
            timer=timer,
            test=item.test,
        )

    def new_reference(self, item: _Item) -> Reference:
        assert self.bench is not None
        trial = self.trial(self.bench_seat(self.bench.model), item)
        if self.options.recorder is not None:
            self.bench.asked.append(trial)
        return Reference(trial, self.bench.expected)

    def bench_seat(self, subject: Subject) -> Seat:
        assert self.bench is not None
        if subject.name not in self.bench.seats:
            exercise, recording = self.bench.exercise, self.bench.recording
            self.bench.seats[subject.name] = (
                self.seat(exercise, subject)
                if recording is None
                else RecordedSeat(recording, exercise.limits)
            )
        return self.bench.seats[subject.name]

    def run_item(self, item: _Item, replay: _Replay) -> None:
        group = self.group
        assert group is not None
        if not item.timed:
            group.replays[item.test] = replay
        started = time.monotonic()
        for attempt in (1, 2):
            trial = self.trial(group.seat, item)
            try:
                failure = self.attempt(replay, trial, item)
                break
            except EngineFault as error:
                failure = Failure(Kind.ENGINE, Blame.ENGINE, details={"message": str(error)})
                if attempt == 1:
                    # The fork server may have been killed from outside; once more with a new one.
                    group.seat.close()
                    self.restart()
        if failure is not None and failure.kind is Kind.UNUSABLE:
            failure = (
                replace(failure, kind=Kind.AUTHOR, blame=Blame.AUTHOR)
                if item.timed  # it works with numbers of ours only
                else self.blame(item, failure)
            )
        if failure is None and trial.operators:
            failure = Failure(Kind.FORBIDDEN, details={"operators": list(trial.operators)})
        seconds = time.monotonic() - started
        group.outcomes.append(self.outcome(item, failure, trial, seconds))
        if not item.timed:
            group.behaviours[item.test] = Behaviour(tuple(trial.records), failure is None)

    def attempt(self, replay: _Replay, trial: Trial, item: _Item) -> Failure | None:
        """Run a test; None if it passed. EngineFault goes through."""
        with running(trial):
            try:
                replay(trial, item, lambda: self.new_reference(item))
            except (CheckFailed, CallFailed) as error:
                return error.failure
            except NotAssessed as error:
                timing = trial.timed.timing if trial.timed is not None else None
                return _not_assessed(error.reason, timing)
            except (EngineFault, KeyboardInterrupt):
                raise
            except ReferenceFailed as error:
                details = {"message": f"the reference or its inputs: {error}"}
                return Failure(Kind.AUTHOR, Blame.AUTHOR, details=details)
            except Unfit as error:
                details = {"message": str(error)}
                return Failure(Kind.UNSTABLE, Blame.ENGINE, details=details)
            except AssertionError as error:
                return _assertion(error, trial)
            except ShippingError as error:
                return Failure(Kind.AUTHOR, Blame.AUTHOR, details={"message": str(error)})
            except (Exception, SystemExit, pytest.fail.Exception) as error:
                place = _author(error, None).details
                failure = Failure(Kind.UNUSABLE, details=place)
                return trial.at_last_call(failure)
        return None

    def blame(self, item: _Item, failure: Failure) -> Failure:
        """The test's own code failed: the student's doing only if the model answer passes."""
        assert self.group is not None
        behaviour = self.behaviour(self.group, self.bench_subject(None), item)
        if behaviour is not None and behaviour.passed:
            return failure
        return replace(failure, kind=Kind.AUTHOR, blame=Blame.AUTHOR)

    def outcome(
        self, item: _Item, failure: Failure | None, trial: Trial | None, seconds: float
    ) -> Outcome:
        assert self.group is not None
        status = Status.PASSED
        if failure is not None:
            fault = failure.blame is not Blame.STUDENT
            status = Status.UNGRADED if fault else Status.FAILED
            if failure.kind is Kind.NOT_ASSESSED:
                status = Status.NOT_ASSESSED
        found = trial.timed if trial is not None else None
        return Outcome(
            test=item.test,
            title=item.title,
            status=status,
            weight=item.weight,
            hidden=item.hint is not None,
            hint=item.hint,
            failure=failure,
            output=self.group.seat.output(),
            seconds=seconds,
            operators=tuple(trial.operators) if trial is not None else (),
            credit=found.credit if found is not None and status is Status.FAILED else None,
            timing=found.timing if found is not None else None,
        )

    # --- diagnosis

    def bench_subject(self, misconception: Misconception | None) -> Subject:
        assert self.bench is not None
        model = self.bench.model
        if misconception is None:
            return model
        return Subject(f"misconception {misconception.name}", model.answer, misconception)

    def behaviour(self, group: _Group, subject: Subject, item: _Item) -> Behaviour | None:
        """What the model answer or a misconception does in a test; remembered."""
        assert self.bench is not None
        key = (subject.name, item.test)
        if self.bench.recording is not None:
            return self.bench.recording.behaviours.get(key)
        found = self.bench.behaviours.get(key)
        if found is None:
            found = self.as_the_model(group, subject, item)
            if found is None:
                found = self.replayed(group.replays.get(item.test), subject, item)
            if found is not None:  # else it may be told the next time
                self.bench.behaviours[key] = found
        return found

    def as_the_model(self, group: _Group, subject: Subject, item: _Item) -> Behaviour | None:
        """What a misconception does in a test that never comes to what it has wrong."""
        assert self.bench is not None
        override = subject.override
        if override is None:
            return None
        model = self.behaviour(group, self.bench.model, item)
        if model is None or not model.passed:
            return None
        if subject.name not in self.bench.touched:
            try:
                shipped = _shipped(override.implementation)
            except ShippingError:
                return None
            self.bench.touched[subject.name] = frozenset((override.target, *_defined(shipped)))
        mentioned = {name for record in model.records for name in _mentioned(record)}
        touches = self.bench.uses.may_reach(mentioned, self.bench.touched[subject.name])
        return None if touches else model

    def replayed(self, replay: _Replay | None, subject: Subject, item: _Item) -> Behaviour | None:
        if replay is None:
            return None
        try:
            assert self.bench is not None
            seat = self.bench_seat(subject)
            trial = _Unseen(seat, item.student_seed, item.forbidden, self.bench.parameters)
            failure = self.attempt(replay, trial, item)
        except (EngineFault, ShippingError):
            return None
        return Behaviour(tuple(trial.records), failure is None)

    def diagnose(self, group: _Group) -> None:
        if not group.grader.misconceptions or all(b.passed for b in group.behaviours.values()):
            return

        def asking(misconception: Misconception | None) -> Callable[[str], Behaviour | None]:
            subject = self.bench_subject(misconception)
            return lambda test: self.behaviour(group, subject, group.items[test])

        candidates = [Candidate(m.name, m.target, asking(m)) for m in group.grader.misconceptions]
        found = explain(group.behaviours, asking(None), candidates)
        texts = {m.name: m.explanation for m in group.grader.misconceptions}
        group.outcomes = [
            replace(outcome, misconception=name, explanation=texts[name])
            if (name := found.get(outcome.test)) is not None and outcome.status is Status.FAILED
            else outcome
            for outcome in group.outcomes
        ]

    def record(self, group: _Group, recorder: Recorder) -> None:
        """Keep what a bundle is to have in place of model answer and misconceptions."""
        assert self.bench is not None
        if group.exercise.key in recorder.told:
            return
        # Before misconceptions ask for what depends on their own output.
        recorder.told[group.exercise.key] = [r for trial in self.bench.asked for r in trial.records]
        for misconception in (None, *group.grader.misconceptions):
            subject = self.bench_subject(misconception)
            for item in group.items.values():
                if item.timed:
                    continue
                behaviour = self.behaviour(group, subject, item)
                if behaviour is not None:
                    recorder.note(group.exercise.key, subject.name, item.test, behaviour)

    def author_fault(self, path: str, message: str, place: str) -> None:
        details = {"message": message, "place": place}
        self.faults.setdefault(path, Failure(Kind.AUTHOR, Blame.AUTHOR, details=details))


# --- helpers


def _run_pytest(paths: Sequence[str], root: Path, plugin: _Plugin) -> None:
    options = ["--rootdir", str(root), "-c", os.devnull, "--noconftest", "--assert=plain"]
    options += ["--import-mode=importlib", "-s", "--continue-on-collection-errors"]
    for name in _UNUSED_PLUGINS:
        options += ["-p", f"no:{name}"]
    # Neither the user's variables nor installed plugins may change what grading does.
    kept = {name: os.environ.pop(name, None) for name in ("PYTEST_ADDOPTS", "PYTEST_PLUGINS")}
    kept["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = os.environ.get("PYTEST_DISABLE_PLUGIN_AUTOLOAD")
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    try:
        code = pytest.main([*options, *paths], plugins=[plugin])
    finally:
        for name, value in kept.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
    if code is pytest.ExitCode.INTERRUPTED:
        raise KeyboardInterrupt
    if plugin.crash is not None:
        raise EngineFault(f"{type(plugin.crash).__name__}: {plugin.crash}") from plugin.crash


def _forget(paths: Sequence[str], before: Set[str]) -> None:
    """Drop the modules of graders, which the next session must read afresh.

    pytest names them by their place in the course, and takes one that is there as it is.
    """
    graders = [
        name
        for name, module in list(sys.modules.items())
        if name not in before and os.path.realpath(getattr(module, "__file__", None) or "") in paths
    ]
    for name in graders:
        parts = name.split(".")
        for length in range(1, len(parts) + 1):
            above = ".".join(parts[:length])
            if above not in before:
                sys.modules.pop(above, None)


def _fresh(item: pytest.Item) -> None:
    """Forget the instance of a test's class: each run of the test has its own."""
    if isinstance(item, pytest.Function) and item.cls is not None:
        for name in ("_instance", "_obj"):
            vars(item).pop(name, None)


def _test_id(item: pytest.Item) -> str:
    """The item's name within its grader: stable over submissions and batches."""
    return item.nodeid.partition("::")[2]


def _direct(item: pytest.Item) -> _Replay | None:
    """The test's body with its arguments, if it needs nothing of pytest to run.

    Such a test is a function whose arguments are this module's fixtures and its own parameters,
    with no other fixture around it and no mark that decides whether it runs.
    """
    if type(item) is not pytest.Function or item.cls is not None:
        return None
    if any(item.get_closest_marker(name) for name in ("skip", "skipif", "xfail")):
        return None
    information = item._fixtureinfo
    parameters = _parameters(item)
    if "request" in information.argnames or not parameters.keys() <= set(information.argnames):
        return None
    for name in information.names_closure:
        if name == "request":  # which our own fixtures ask for
            continue
        definitions = information.name2fixturedefs.get(name, ())
        # pytest makes a fixture of each parameter that is not meant for a fixture of the author's.
        owner = "_pytest.python" if name in parameters else __name__
        if not definitions or any(d.func.__module__ != owner for d in definitions):
            return None
    arguments = {name: parameters.get(name) for name in information.argnames}
    return _Replay(item.obj, arguments, None, frozenset(parameters))


def _parameters(item: pytest.Item) -> Mapping[str, object]:
    callspec = getattr(item, "callspec", None)
    return callspec.params if callspec is not None else {}


def _describe_item(item: pytest.Item, place: int, seed: int, student_seed: int) -> _Item:
    name = getattr(item, "originalname", item.name)
    marker = item.get_closest_marker("title")
    wording: Text = marker.args[0] if marker else text(_spoken(name))
    callspec = getattr(item, "callspec", None)
    parameters: Mapping[str, object] = callspec.params if callspec is not None else {}
    hint = item.get_closest_marker("hidden")
    if parameters:
        inside = ", ".join(
            f"{key}={describe(value, width=40, lines=1)}" for key, value in parameters.items()
        )
        if hint:  # its cases are among what is hidden
            assert callspec is not None
            inside = ", ".join(str(callspec.indices[key] + 1) for key in parameters)
        wording = Text(tuple((language, f"{said} ({inside})") for language, said in wording))
    weight = item.get_closest_marker("points")
    forbidden = [name for mark in item.iter_markers("forbids") for name in mark.args]
    return _Item(
        test=_test_id(item),
        title=wording,
        weight=float(weight.args[0]) if weight else 1.0,
        hint=hint.args[0] if hint else None,
        forbidden=tuple(forbidden),
        seed=seed,
        student_seed=student_seed,
        place=place,
        timed=item.get_closest_marker("timed") is not None,
    )


def _spoken(name: str) -> str:
    return name.removeprefix("test_").replace("_", " ").capitalize()


def _shared(outcomes: Sequence[Outcome]) -> tuple[Outcome, ...]:
    """Share the weight of a test among its cases."""
    count: dict[str, int] = {}
    for outcome in outcomes:
        name = outcome.test.partition("[")[0]
        count[name] = count.get(name, 0) + 1
    return tuple(
        replace(outcome, weight=outcome.weight / count[outcome.test.partition("[")[0]])
        for outcome in outcomes
    )


@lru_cache(maxsize=1024)
def _shipped(implementation: object) -> FunctionSource:
    """A misconception or alternative as it is sent; reading its source takes a while."""
    return ship(implementation, free=True)


def _defined(source: FunctionSource) -> Iterator[str]:
    """The names that a function of the grader's brings along."""
    yield source.name
    for helper in source.helpers:
        yield from _defined(helper)


def _mentioned(record: Record) -> Iterator[str]:
    """The names in the subject's module that a call may begin with."""
    yield record.name
    sent = as_sent([record.probe, record.args, dict(record.kwargs)])
    for function in _functions(sent):
        yield from identifiers(function.code)


def _functions(sent: object) -> Iterator[FunctionSource]:
    if isinstance(sent, FunctionSource):
        yield sent
        yield from _functions(sent.helpers)
    elif isinstance(sent, (list, tuple)):
        for part in sent:
            yield from _functions(part)
    elif isinstance(sent, dict):
        yield from _functions(list(sent.values()))


def _source(subject: Subject, exercise: Exercise) -> ModuleSource | Failure:
    answer = subject.answer
    if isinstance(answer, Absent):
        return Failure(Kind.ABSENT, details={"path": _shown(answer.path)})
    if isinstance(answer, Unreadable):
        return Failure(Kind.UNREADABLE, details={"reason": str(answer.reason)})
    overrides: tuple[tuple[str, FunctionSource], ...] = ()
    if subject.override is not None:
        target, implementation = subject.override.target, subject.override.implementation
        try:
            overrides = ((target, _shipped(implementation)),)
        except ShippingError as error:
            details = {"message": str(error), "place": str(exercise.grader)}
            return Failure(Kind.AUTHOR, Blame.AUTHOR, details=details)
    return ModuleSource(answer.text, _shown(answer.path), exercise.name, overrides)


def _shown(path: Path) -> str:
    """A path as a student knows it: relative to where they are, or its last parts."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(Path(*path.parts[-3:]))


def _why_not_timed(others: Sequence[Outcome], *, off: bool) -> Failure | None:
    """Why timed tests are not run beside these outcomes; None if they are."""
    failed = [o.failure for o in others if o.status is Status.FAILED and o.failure is not None]
    if failed:
        same = failed[0].kind in WHOLE_FILE and len({f.kind for f in failed}) == 1
        return failed[0] if same else Failure(Kind.NOT_TIMED)
    if off:
        return _not_assessed("asked")
    ungraded = [o.failure for o in others if o.status is Status.UNGRADED]
    return ungraded[0] if ungraded else None


def _not_assessed(reason: str, timing: Timing | None = None) -> Failure:
    details: dict[str, object] = {"reason": reason}
    if timing is None:
        return Failure(Kind.NOT_ASSESSED, details=details)
    note = timing.advice if timing.slow else None
    return Failure(Kind.NOT_ASSESSED, details={**details, **timing.details()}, note=note)


def _place(exercise: Exercise) -> str:
    return str(exercise.grader)


def _ungraded(test: str, failure: Failure) -> Outcome:
    title = text("The grader itself", zh="评分程序本身")
    return Outcome(test, title, Status.UNGRADED, 1.0, failure=failure)


def _assertion(error: AssertionError, trial: Trial) -> Failure:
    note = error.args[0] if error.args else None
    if isinstance(note, str):
        note = text(note)
    value = trial.records[-1].value if trial.records else None
    failure = Failure(
        Kind.ASSERTION,
        actual=describe(value) if trial.records else None,
        note=note if isinstance(note, Text) else None,
    )
    return trial.at_last_call(failure)


def _author(error: BaseException, path: Path | None) -> Failure:
    """An exception in a grader's own code, with the line it came from."""
    trace, place = error.__traceback__, ""
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if os.path.basename(file).startswith("test_"):
            place = f"{_shown(Path(file))}:{trace.tb_lineno}"
        trace = trace.tb_next
    message = f"{type(error).__name__}: {error}"[:500]
    details = {"message": message, "place": place or str(path or "")}
    return Failure(Kind.AUTHOR, Blame.AUTHOR, details=details)
