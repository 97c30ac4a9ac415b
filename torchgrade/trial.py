"""One run of one test on one subject: its calls across the wall, and what came of them.

A subject is whatever answers in the student's place: a submission, the model answer, the
stub, a misconception. Each has its own confined process for each exercise (`Seat`); the
calls that a test makes on it are recorded, since feedback shows them and diagnosis compares
them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import torch

from torchgrade.definitions import parameters_of_source
from torchgrade.describe import describe_call
from torchgrade.operators import seen_names
from torchgrade.result import Failure, Kind
from torchgrade.sandbox.client import CallFailed, ModuleSource, Reply, Sandbox, StudentProcess
from torchgrade.sandbox.levels import Limits
from torchgrade.sandbox.wire import FunctionSource, Layout
from torchgrade.shipping import ship

if TYPE_CHECKING:
    from torchgrade.timing.timer import Found, Timer

__all__ = [
    "CheckFailed",
    "NotAssessed",
    "Record",
    "Seat",
    "Trial",
    "as_sent",
    "current_trial",
    "running",
    "shipped",
]


class CheckFailed(AssertionError):
    """A check of a grader did not hold; ``failure`` says what and where."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.kind.value)
        self.failure = failure


class NotAssessed(Exception):
    """What a test asks is not assessed here, for ``reason``; nobody's fault."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Record:
    """One call across the wall: what was asked, and the value or failure that came back."""

    name: str
    args: tuple[object, ...]
    kwargs: Mapping[str, object]
    probe: FunctionSource | None = None
    value: object = None
    failure: Failure | None = None
    layouts: tuple[tuple[torch.Tensor, Layout], ...] = ()

    def holds(self, value: object) -> bool:
        """Whether ``value`` is this record's, or a part of it; by identity."""
        return _contains(self.value, value)


def _contains(whole: object, part: object) -> bool:
    if whole is part:
        return True
    if isinstance(whole, (list, tuple)):
        return any(_contains(item, part) for item in whole)
    if isinstance(whole, dict):
        return any(_contains(item, part) for item in whole.values())
    return False


class Seat:
    """A subject's place in one exercise: its file, and the process that has it loaded.

    A process serves all tests of the exercise until it dies; then the next test gets a fresh
    one. A file that can't be loaded fails every test in the same way and is tried once.
    """

    def __init__(
        self, sandbox: Callable[[], Sandbox], source: ModuleSource | Failure, limits: Limits
    ) -> None:
        self._sandbox = sandbox
        self._source = source
        self._limits = limits
        self._process: StudentProcess | None = None
        self._refusal: Failure | None = source if isinstance(source, Failure) else None
        self.seconds = 0.0
        """Wall time that student code has had, over all processes."""
        self.peak_memory = 0

    def call(self, seed: int, ask: Callable[[StudentProcess], Reply]) -> Reply:
        """Have ``ask`` make one call on a loaded process, within what time is left."""
        if self._refusal is not None:
            raise CallFailed(self._refusal)
        process = self._loaded(seed)
        process.seconds = min(self._limits.seconds, self._left())
        with self._clock():
            return ask(process)

    def _left(self) -> float:
        left = self._limits.exercise_seconds - self.seconds
        if left <= 0:
            spent = {"seconds": self._limits.exercise_seconds}
            raise CallFailed(Failure(Kind.TIMEOUT, details=spent))
        return left

    @contextmanager
    def _clock(self) -> Iterator[None]:
        started = time.monotonic()
        try:
            yield
        finally:
            self.seconds += time.monotonic() - started

    def _loaded(self, seed: int) -> StudentProcess:
        if self._process is not None and self._process.alive:
            return self._process
        self._leave()
        assert isinstance(self._source, ModuleSource)
        left = self._left()
        self._process = self._sandbox().spawn(self._limits)
        self._process.seconds = min(self._limits.seconds, left)
        try:
            with self._clock():
                self._process.load(self._source, seed=seed)
        except CallFailed as error:
            self._refusal = _while_loading(error.failure)
            raise CallFailed(self._refusal) from None
        return self._process

    def renew(self) -> None:
        """Give a seat that serves a whole batch its time anew, and a new process when due."""
        if self.seconds > self._limits.exercise_seconds / 2:
            self.close()
            self.seconds = 0.0

    @property
    def source(self) -> ModuleSource:
        """The subject's file. Raises CallFailed if there is none that could be loaded."""
        if isinstance(self._source, Failure):
            raise CallFailed(self._source)
        return self._source

    def output(self) -> str:
        """What the subject printed since this was last asked."""
        return self._process.output.take() if self._process is not None else ""

    def close(self) -> None:
        if self._process is not None:
            self._process.end()
        self._leave()

    def _leave(self) -> None:
        if self._process is not None:
            self.peak_memory = max(self.peak_memory, self._process.usage.peak_memory)
            self._process = None


def _while_loading(failure: Failure) -> Failure:
    """An exception at load time is an import error, whatever its type."""
    if failure.kind in (Kind.RAISED, Kind.NOT_STARTED):
        return replace(failure, kind=Kind.IMPORT)
    return failure


@dataclass
class Trial:
    """A run of one test on one subject.

    ``forbidden`` names operators as the author does. ``parameters`` maps functions of the
    exercise to the names of their parameters, for display. ``seed`` makes what is random in
    student code repeat.
    """

    seat: Seat
    seed: int
    forbidden: tuple[str, ...] = ()
    parameters: Mapping[str, Sequence[str]] = field(default_factory=dict)
    records: list[Record] = field(default_factory=list)
    operators: list[str] = field(default_factory=list)
    timer: Timer | None = None
    """Measures, in a test that is marked as timed."""
    test: str = ""
    timed: Found | None = None
    """What it measured."""

    def call(self, name: str, args: tuple[object, ...], kwargs: Mapping[str, object]) -> object:
        """Call a function of the subject's; its value, or CallFailed."""
        sent = tuple(as_sent(arg) for arg in args)
        named = {key: as_sent(value) for key, value in kwargs.items()}
        forbidden = seen_names(self.forbidden)
        seed = self._first_seed()
        return self._record(
            Record(name, args, kwargs),
            lambda process: process.call(name, sent, named, seed=seed, forbidden=forbidden),
        )

    def run(self, probe: object, args: tuple[object, ...]) -> object:
        """Run a probe beside the subject's module; its value, or CallFailed."""
        source = shipped(probe)
        sent = tuple(as_sent(arg) for arg in args)
        forbidden = seen_names(self.forbidden)
        seed = self._first_seed()
        return self._record(
            Record(source.name, args, {}, probe=source),
            lambda process: process.run(source, sent, seed=seed, forbidden=forbidden),
        )

    def _first_seed(self) -> int | None:
        return None if self.records else self.seed

    def _record(self, record: Record, ask: Callable[[StudentProcess], Reply]) -> object:
        try:
            reply = self.seat.call(self.seed, ask)
        except CallFailed as error:
            failure = self._described(error.failure, record)
            self.records.append(replace(record, failure=failure))
            self._note(failure.details.get("operators"))
            raise CallFailed(failure) from None
        self.records.append(replace(record, value=reply.value, layouts=reply.layouts))
        if reply.operators:
            self._note(reply.operators)
            details = {"operators": list(reply.operators)}
            failure = self._described(Failure(Kind.FORBIDDEN, details=details), record)
            raise CallFailed(failure)
        return reply.value

    def _note(self, operators: object) -> None:
        if isinstance(operators, (list, tuple)):
            self.operators += [name for name in operators if name not in self.operators]

    def located(self, failure: Failure, value: object) -> Failure:
        """Add to a failure the call that ``value`` came from, or else the last one."""
        for record in reversed(self.records):
            if record.failure is None and record.holds(value):
                return self._described(failure, record)
        return self.at_last_call(failure)

    def at_last_call(self, failure: Failure) -> Failure:
        """Add to a failure the last call, if there was one."""
        return self._described(failure, self.records[-1]) if self.records else failure

    def _described(self, failure: Failure, record: Record) -> Failure:
        parameters = self.parameters.get(record.name)
        if record.probe is not None:
            known = parameters_of_source(record.probe.code)
            parameters = known.get(record.probe.name, ())[1:]  # a lambda has none to be read
        call, arguments = describe_call(
            record.name, record.args, record.kwargs, parameters=parameters
        )
        sources = [] if record.probe is None else [record.probe]
        sources += _sources((record.args, tuple(record.kwargs.values())))
        code = tuple(dict.fromkeys(source.code for source in sources))
        return replace(failure, call=call, arguments=arguments, code=code)


def as_sent(value: object) -> object:
    """Functions in arguments travel as source; everything else as it is."""
    if callable(value) and not isinstance(value, (torch.Tensor, torch.dtype)):
        return shipped(value)
    if isinstance(value, list):
        return [as_sent(part) for part in value]
    if type(value) is tuple:
        return tuple(as_sent(part) for part in value)
    if type(value) is dict:
        return {key: as_sent(part) for key, part in value.items()}
    return value


def _sources(value: object) -> Iterator[FunctionSource]:
    """The functions in arguments, as they were sent."""
    if isinstance(value, (list, tuple)):
        for part in value:
            yield from _sources(part)
    elif callable(value) and not isinstance(value, (torch.Tensor, torch.dtype)):
        yield shipped(value)


@lru_cache(maxsize=1024)
def shipped(function: object) -> FunctionSource:
    """`ship`, which takes long, once for each function."""
    return ship(function)


_CURRENT: ContextVar[Trial] = ContextVar("torchgrade_trial")


def current_trial() -> Trial:
    """The trial that is running; for the authoring functions, which tests call bare."""
    try:
        return _CURRENT.get()
    except LookupError:
        raise RuntimeError("this works only inside a test that torchgrade runs") from None


@contextmanager
def running(trial: Trial) -> Iterator[None]:
    """Make ``trial`` the current one."""
    token = _CURRENT.set(trial)
    try:
        yield
    finally:
        _CURRENT.reset(token)
