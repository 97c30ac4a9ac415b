"""Grader processes on the workers of a Dask cluster.

Which worker gets what is decided here, not by Dask: each parcel of works is a task that only one
worker may run. Dask runs such a task again only where it was to run in the first place, so that
no parcel is graded twice, and a worker that is lost is noticed and not papered over.
"""

from __future__ import annotations

import math
import secrets
import time
from collections import deque
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from typing import Final, Protocol

from torchgrade.batch.executor import Died, Event, Finished, NoWorkers, Returned
from torchgrade.batch.link import (
    Begun,
    Connection,
    Failed,
    Greeted,
    Link,
    Replied,
    Report,
    Seen,
)
from torchgrade.batch.package import Package
from torchgrade.batch.parcel import Reply, TooLow, write_works
from torchgrade.batch.seat import Facts, Order, versions
from torchgrade.errors import N_, UserError
from torchgrade.grading.messages import Setup, Work
from torchgrade.grading.process import LevelTooLow
from torchgrade.submission import Source

__all__ = ["ClusterExecutor", "Tell", "WorkersDiffer"]

# One that a worker is at and one that waits there, so that it need not wait for us.
_AT_A_WORKER: Final = 2
# Failures in a row, for each worker, without a single result in between.
_HOPELESS: Final = 5
_PARCEL_CHARACTERS: Final = 4 << 20
_PATIENCE_SECONDS: Final = 15.0
"""Without any worker; then it is told, and again each time that it has lasted twice as long."""
_IDLE_SECONDS: Final = 300.0

NO_GPU: Final = N_(
    "No worker at {place} has a GPU, and {seconds} s of waiting brought none; still waiting. "
    "Start workers with --resources GPU=1"
)
DIFFERS: Final = N_(
    "The worker {worker} is not used: it has {name} {theirs}, and here it is {ours}. "
    "Install the same there, or results could not be compared."
)
UNKNOWN: Final = N_(
    "The worker {worker} is not used: {reason}. Install the same torchgrade there as here."
)
NO_SEAT: Final = N_("The worker {worker} is not used: it can't keep the course's files ({reason}).")
TOO_LOW: Final = N_(
    "The worker {worker} is not used: student code can be isolated there only at level {level}, "
    "and {required} is asked for. {reason}. See docs/sandbox.md for what each level needs."
)


class Tell(Protocol):
    """Says something to whoever watches, in their language."""

    def __call__(self, message: str, values: Mapping[str, object]) -> None:
        """``message`` is one of the catalogue; ``values`` fills its placeholders."""


class WorkersDiffer(UserError):
    """No worker has the versions that are here; nothing was run."""

    def __init__(self, place: str, count: int, ours: Mapping[str, str]) -> None:
        super().__init__(
            N_("None of the workers at {place} can be used ({count}); see the reasons above."),
            N_("Install there what is installed here: {versions}."),
            {
                "count": count,
                "place": place,
                "versions": ", ".join(f"{name} {version}" for name, version in ours.items()),
            },
        )


class _State(Enum):
    GREETED = auto()
    """Asked who it is and told what to do; has not answered yet."""
    SILENT = auto()
    """Did not answer; is asked again if it is still there."""
    READY = auto()
    REFUSED = auto()


@dataclass(eq=False)
class _Worker:
    address: str
    state: _State = _State.GREETED
    gpus: float = 0.0
    parcels: list[int] = field(default_factory=list)
    """Numbers of those that are there, in the order in which they are graded."""


@dataclass(eq=False)
class _Parcel:
    """Works that go to a worker as one task."""

    works: Sequence[Work]
    gpu: bool
    worker: _Worker | None = None
    begun: int | None = None
    """The index of the work that the worker was last known to be at."""


class ClusterExecutor:
    """An `Executor` of grader processes on the workers of a Dask cluster.

    Workers may come and go. One is used if its versions are those of this machine and the
    sandbox holds there as far as it must; about others ``tell`` is told.
    """

    def __init__(
        self,
        setup: Setup,
        package: Package,
        connection: Connection,
        tell: Tell,
        *,
        most: int | None = None,
        gpu: Collection[str] = (),
        idle_seconds: float = _IDLE_SECONDS,
        patience: float = _PATIENCE_SECONDS,
    ) -> None:
        """``package`` is of the course that ``setup`` names; its environment stays here.

        Args:
            most: use no more workers than that.
            gpu: keys of the exercises that need a GPU; they go to workers with that resource.
            idle_seconds: after so long without work a worker gives up what it holds.
            patience: how many seconds to wait for a worker before that is told, or before it is
                given up if all that are there had to be refused.
        """
        name = f"torchgrade-{secrets.token_hex(16)}"
        order = Order(name, package, replace(setup, environment={}), idle_seconds)
        self._connection = connection
        self._tell = tell
        self._most = math.inf if most is None else most
        self._gpu = frozenset(gpu)
        self._ours = versions()
        self._told: deque[Event] = deque()
        self._waiting: deque[_Parcel] = deque()
        self._travelling: dict[int, _Parcel] = {}
        self._workers: dict[str, _Worker] = {}
        self._refusals: set[tuple[object, ...]] = set()
        self._too_low: TooLow | None = None
        self._journeys = 0
        self._fruitless = 0
        self._last_failure = ""
        self._patience = _Patience(patience)
        self._closed = False
        self._link = Link(connection, order)
        self._hear(0.0)

    @property
    def slots(self) -> int:
        return sum(worker.state is not _State.REFUSED for worker in self._workers.values())

    def submit(self, piece: Sequence[Work]) -> None:
        self._waiting.extend(self._parcels(piece))
        self._hand_out()

    def events(self, seconds: float) -> Sequence[Event]:
        deadline = time.monotonic() + seconds
        while True:
            self._hear(0.0 if self._told else max(0.0, deadline - time.monotonic()))
            self._hand_out()
            if self._told:
                found = tuple(self._told)
                self._told.clear()
                return found
            self._judge()
            if time.monotonic() >= deadline:
                return ()

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            self._link.close(
                [address for address, worker in self._workers.items() if _ours(worker)]
            )
            self._connection.shut_down()

    # --- what goes out

    def _parcels(self, piece: Sequence[Work]) -> list[_Parcel]:
        """Works to send together: all of a piece, unless their sources are very long."""
        parcels: list[list[Work]] = [[]]
        size = 0
        for work in piece:
            length = len(work.answer.text) if isinstance(work.answer, Source) else 0
            if parcels[-1] and size + length > _PARCEL_CHARACTERS:
                parcels.append([])
                size = 0
            parcels[-1].append(work)
            size += length
        return [
            _Parcel(tuple(works), any(work.exercise in self._gpu for work in works))
            for works in parcels
            if works
        ]

    def _hand_out(self) -> None:
        """Give workers what waits: first to those who have nothing."""
        if not self._link.alive:
            return
        for load in range(_AT_A_WORKER):
            for worker in self._workers.values():
                if worker.state is _State.READY and len(worker.parcels) == load:
                    parcel = self._next_for(worker)
                    if parcel is not None:
                        self._send(parcel, worker)

    def _next_for(self, worker: _Worker) -> _Parcel | None:
        for index, parcel in enumerate(self._waiting):
            if worker.gpus >= 1 or not parcel.gpu:
                del self._waiting[index]
                return parcel
        return None

    def _send(self, parcel: _Parcel, worker: _Worker) -> None:
        number = self._journeys
        self._journeys += 1
        parcel.worker, parcel.begun = worker, None
        worker.parcels.append(number)
        self._travelling[number] = parcel
        self._link.send(number, worker.address, write_works(parcel.works), gpu=parcel.gpu)

    # --- what comes in

    def _hear(self, seconds: float) -> None:
        """Take in all reports; waits up to ``seconds`` for the first."""
        report = self._link.report(seconds)
        while report is not None:
            self._take(report)
            report = self._link.report(0.0)

    def _take(self, report: Report) -> None:
        match report:
            case Seen(addresses):
                self._see(addresses)
            case Greeted():
                self._greeted(report)
            case Begun(number, index):
                if number in self._travelling:
                    self._travelling[number].begun = index if index >= 0 else None
            case Replied(number, reply):
                if number in self._travelling:
                    self._replied(*self._arrive(number), reply)
            case Failed(number, message):
                if number in self._travelling:
                    parcel, worker = self._arrive(number)
                    if message:
                        self._mourn(parcel, f"the worker {worker.address} failed: {message}")
                    else:  # nobody knows what became of it; that is no fault of the answer's
                        self._told.append(Returned(parcel.works))

    def _see(self, addresses: Collection[str]) -> None:
        """Greet those who are new, mourn for what those had who are gone."""
        for address in [known for known in self._workers if known not in addresses]:
            for number in tuple(self._workers.pop(address).parcels):
                parcel, _ = self._arrive(number)
                self._mourn(parcel, f"the worker {address} was lost")
        for address in sorted(addresses):
            if address not in self._workers and self.slots < self._most:
                self._workers[address] = _Worker(address, _State.SILENT)
        for worker in self._workers.values():
            if worker.state is _State.SILENT:
                self._greet(worker)

    def _greet(self, worker: _Worker) -> None:
        worker.state = _State.GREETED
        self._link.greet(worker.address)

    def _greeted(self, report: Greeted) -> None:
        worker = self._workers.get(report.address)
        if worker is None or worker.state is not _State.GREETED:
            return
        answer = report.answer
        if isinstance(answer, OSError):
            worker.state = _State.SILENT
            return
        if isinstance(answer, Exception):
            self._refuse(worker, UNKNOWN, reason=f"{type(answer).__name__}: {answer}"[:300])
            return
        assert isinstance(answer, Facts)
        for name, ours in self._ours.items():
            theirs = answer.versions.get(name, "")
            if theirs != ours:
                self._refuse(worker, DIFFERS, name=name, theirs=theirs, ours=ours)
                return
        if report.problem:
            self._refuse(worker, NO_SEAT, reason=report.problem)
            return
        worker.state, worker.gpus = _State.READY, answer.gpus

    def _refuse(self, worker: _Worker, message: str, **values: object) -> None:
        """Not to use a worker; told once for each machine and reason."""
        worker.state = _State.REFUSED
        machine = worker.address.rpartition(":")[0]
        told = (machine, message, *values.values())
        if told not in self._refusals:
            self._refusals.add(told)
            self._tell(message, {"worker": worker.address, **values})

    def _arrive(self, number: int) -> tuple[_Parcel, _Worker]:
        """End a journey."""
        parcel = self._travelling.pop(number)
        worker, parcel.worker = parcel.worker, None
        assert worker is not None
        worker.parcels.remove(number)
        self._link.forget(number)
        return parcel, worker

    def _replied(self, parcel: _Parcel, worker: _Worker, reply: Reply) -> None:
        if reply.too_low is not None:
            self._too_low = low = reply.too_low
            self._waiting.appendleft(parcel)
            self._refuse(worker, TOO_LOW, level=low.level, required=low.required, reason=low.reason)
        elif reply.stranger:
            if worker.state is _State.READY and self._workers.get(worker.address) is worker:
                self._greet(worker)
            if parcel.begun is None:
                self._waiting.appendleft(parcel)
            else:  # the worker that was at it is gone, and this is another in its place
                self._mourn(parcel, f"the worker {worker.address} started anew")
        else:
            self._tell_fates(parcel.works, reply)
            if reply.results:
                self._fruitless = 0
            if reply.fault or reply.died:
                self._fail(reply.fault or next(iter(reply.died.values())))

    def _mourn(self, parcel: _Parcel, message: str) -> None:
        """A parcel whose worker will not answer for it."""
        reply = Reply()
        if parcel.begun is not None:
            reply.died[parcel.begun] = f"{message} at {parcel.works[parcel.begun].exercise}"
        self._tell_fates(parcel.works, reply)
        self._fail(message)

    def _tell_fates(self, works: Sequence[Work], reply: Reply) -> None:
        left = []
        for index, work in enumerate(works):
            if index in reply.results:
                self._told.append(Finished(work, reply.results[index]))
            elif index in reply.died:
                self._told.append(Died(work, reply.died[index]))
            else:
                left.append(work)
        if left and reply.paused:
            self._waiting.extendleft(reversed(self._parcels(left)))
        elif left:
            self._told.append(Returned(tuple(left)))

    def _fail(self, message: str) -> None:
        self._fruitless += 1
        self._last_failure = message

    def _judge(self) -> None:
        """Whether there is any use in waiting; tells if there has been nobody for long."""
        if not self._link.alive:
            raise NoWorkers(
                f"the Dask scheduler at {self._connection.place} is gone; "
                "start it and its workers again"
            )
        if self._fruitless >= _HOPELESS * max(1, self.slots):
            raise NoWorkers(f"no worker gets anything done any more: {self._last_failure}")
        usable = [worker for worker in self._workers.values() if _ours(worker)]
        refused = len(self._workers) - len(usable)
        message = self._connection.no_worker
        fit = usable
        if usable and self._waiting and all(parcel.gpu for parcel in self._waiting):
            message = NO_GPU
            fit = [w for w in usable if w.gpus >= 1 or w.state is not _State.READY]
        seconds = self._patience.exhausted(bool(fit))
        if seconds and not usable and refused >= self._connection.expected:
            raise self._nobody_left(refused)
        if seconds:
            self._tell(message, {"place": self._connection.place, "seconds": seconds})

    def _nobody_left(self, refused: int) -> UserError:
        if self._too_low is not None:
            return LevelTooLow(self._too_low.level, self._too_low.required, self._too_low.reason)
        return WorkersDiffer(self._connection.place, refused, self._ours)


def _ours(worker: _Worker) -> bool:
    return worker.state is not _State.REFUSED


class _Patience:
    """When to say that nobody comes: not at once, and ever more rarely."""

    def __init__(self, seconds: float) -> None:
        self._first = self._next = seconds
        self._since = time.monotonic()

    def exhausted(self, there: bool) -> int:
        """After how many seconds it is to be told now; 0 if not, as when somebody is ``there``."""
        now = time.monotonic()
        if there:
            self._since, self._next = now, self._first
        elif now - self._since >= self._next:
            self._next *= 2
            return max(1, round(now - self._since))
        return 0
