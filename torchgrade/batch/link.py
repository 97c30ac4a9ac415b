"""The way to a Dask cluster: what is sent to its workers, and what they and it report.

All that waits for the network runs in the event loop of Dask's client and reports to one queue,
so that whoever uses a `Link` needs no locks and never waits for a scheduler that is slow.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import queue
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from distributed import Client

from torchgrade.batch.parcel import Reply
from torchgrade.batch.seat import Facts, Order, describe, grade, leave, prepare, versions
from torchgrade.errors import N_, UserError

__all__ = [
    "NO_JOB",
    "NO_WORKER",
    "Begun",
    "Connection",
    "Failed",
    "Greeted",
    "Link",
    "Replied",
    "Report",
    "SchedulerUnreachable",
    "Seen",
    "connect",
]

_LOOK_SECONDS: Final = 0.5
_CONNECT_SECONDS: Final = 20.0
_LEAVE_SECONDS: Final = 10.0

NO_WORKER: Final = N_(
    "No worker has come to {place} for {seconds} s; still waiting. Start some: "
    "dask worker {place} --nthreads 1 --nworkers CORES"
)
NO_JOB: Final = N_(
    "No Slurm job has started a worker for {seconds} s; still waiting. “squeue --me” tells why."
)


class SchedulerUnreachable(UserError):
    """There is no scheduler where one was said to be."""

    def __init__(self, place: str, reason: object) -> None:
        super().__init__(
            N_("No Dask scheduler can be reached at {place}: {reason}."),
            N_("Start one with “dask scheduler”; docs/cluster.md tells how to set up a cluster."),
            {"place": place, "reason": reason},
        )


@dataclass(frozen=True)
class Connection:
    """A cluster that one may use."""

    client: Any  # a distributed.Client, most of which has no types
    place: str
    """How people call it."""
    no_worker: str = NO_WORKER
    """What to tell while it has no worker."""
    expected: int = 1
    """So many workers will come if nothing is wrong; before, it is too early to give up."""
    shut_down: Callable[[], None] = lambda: None
    """Ends what was started for this connection."""


def connect(address: str, seconds: float = _CONNECT_SECONDS) -> Connection:
    """A connection to the scheduler at ``address``, such as ``tcp://host:8786``.

    TLS is as Dask's own configuration says. Raises `SchedulerUnreachable`.
    """
    make: Callable[..., Any] = Client
    try:
        client = make(address, timeout=seconds, set_as_default=False, name="torchgrade")
    except (OSError, ValueError, TypeError, RuntimeError) as error:
        raise SchedulerUnreachable(address, " ".join(str(error).split())) from None
    return Connection(client, address)


@dataclass(frozen=True)
class Seen:
    """Who is there, by address."""

    workers: frozenset[str]


@dataclass(frozen=True)
class Greeted:
    """What a worker answered, and why it can't be used, if it can't."""

    address: str
    answer: Facts | Exception
    problem: str = ""


@dataclass(frozen=True)
class Begun:
    """Which work of a parcel a worker is at; -1 if it is at none any more."""

    number: int
    index: int


@dataclass(frozen=True)
class Replied:
    number: int
    reply: Reply


@dataclass(frozen=True)
class Failed:
    """There will be no reply."""

    number: int
    message: str
    """Of what came in its place; empty if the connection to the scheduler was lost."""


Report: TypeAlias = Seen | Greeted | Begun | Replied | Failed


class Link:
    """A line to the workers for one batch."""

    def __init__(self, connection: Connection, order: Order) -> None:
        self._client = connection.client
        self._order = order
        self._ours = versions()
        self._reports: queue.SimpleQueue[Report] = queue.SimpleQueue()
        self._futures: dict[int, Any] = {}
        self._closed = False
        self._client.subscribe_topic(order.name, self._on_turn)
        self._reports.put(Seen(frozenset(self._client.nthreads())))
        self._client.loop.add_callback(self._watch)

    @property
    def alive(self) -> bool:
        """Whether there is a scheduler at the other end."""
        return str(self._client.status) == "running"

    def report(self, seconds: float) -> Report | None:
        """The next report; waits up to ``seconds`` for it."""
        try:
            return self._reports.get(timeout=seconds) if seconds else self._reports.get_nowait()
        except queue.Empty:
            return None

    def greet(self, address: str) -> None:
        """Ask a worker who it is and set it up; `Greeted` tells what came of it."""
        self._client.loop.add_callback(self._introduce, address)

    def send(self, number: int, address: str, works: bytes, *, gpu: bool) -> None:
        """Have one worker, and no other, grade; `Replied` or `Failed` follows.

        Nothing follows if that worker is lost: `Seen` tells that it is.
        """
        future = self._futures[number] = self._client.submit(
            grade,
            self._order.name,
            number,
            works,
            key=f"{self._order.name}-{number}",
            workers=[address],
            allow_other_workers=False,
            resources={"GPU": 1} if gpu else None,
            retries=0,
            pure=False,
        )
        self._client.loop.add_callback(self._follow, number, future)

    def forget(self, number: int) -> None:
        """Nobody waits for a reply any more."""
        future = self._futures.pop(number)
        if future.done():
            future.release()
        else:  # it can't run any more, and would stay with the scheduler for ever
            self._client.loop.add_callback(self._cancel, [future])

    def close(self, workers: Sequence[str]) -> None:
        """End what runs at ``workers`` at once, and the connection."""
        self._closed = True
        futures = [self._futures.pop(number) for number in tuple(self._futures)]
        with contextlib.suppress(Exception):  # what is gone already needs no end
            if self.alive:
                self._client.sync(self._end, futures, workers, callback_timeout=_LEAVE_SECONDS)
        with contextlib.suppress(Exception):
            self._client.close(timeout=_LEAVE_SECONDS)

    # --- in the event loop

    async def _watch(self) -> None:
        """Report who is there, as long as there is anybody to ask."""
        while not self._closed and self.alive:
            with contextlib.suppress(OSError):
                there = await self._client.scheduler.ncores()
                self._reports.put(Seen(frozenset(there)))
            await asyncio.sleep(_LOOK_SECONDS)

    async def _introduce(self, address: str) -> None:
        answer = await self._ask(address, describe)
        problem = ""
        if isinstance(answer, Facts) and answer.versions == self._ours:
            told = await self._ask(address, prepare, self._order)
            if isinstance(told, Exception):
                answer = told
            else:
                problem = str(told)
        self._reports.put(Greeted(address, answer, problem))

    async def _ask(self, address: str, what: Callable[..., Any], *values: object) -> Any:
        """What a function returns there, or the exception that came of it."""
        try:
            answers = await self._client.run(what, *values, workers=[address], on_error="return")
        except Exception as error:
            return error
        return answers.get(address, OSError("the worker is gone"))

    async def _follow(self, number: int, future: Any) -> None:
        try:
            data = await self._client.gather(future, asynchronous=True)
            self._reports.put(Replied(number, Reply.read(data)))
        except (asyncio.CancelledError, concurrent.futures.CancelledError):
            # By us, and then nobody waits for it; or since the scheduler is gone.
            self._reports.put(Failed(number, ""))
        except Exception as error:
            message = " ".join(str(error).split())[:300]
            self._reports.put(Failed(number, f"{type(error).__name__}: {message}"))

    def _on_turn(self, event: tuple[float, Any]) -> None:
        number, index = event[1]
        self._reports.put(Begun(int(number), int(index)))

    async def _cancel(self, futures: Sequence[Any]) -> None:
        with contextlib.suppress(Exception):
            await self._client.cancel(futures, asynchronous=True, force=True)

    async def _end(self, futures: Sequence[Any], workers: Sequence[str]) -> None:
        await self._cancel(futures)
        self._client.unsubscribe_topic(self._order.name)
        if workers:
            await self._client.run(
                leave, self._order.name, workers=list(workers), on_error="ignore"
            )
