"""What a Dask worker holds to grade with: one grader process, and the course in a private folder.

Student code never runs in the worker itself. The grader process is started with a bare
environment and inherits no descriptor, so that neither it nor what it starts has anything of the
worker's connection to its scheduler.
"""

from __future__ import annotations

import asyncio
import os
import platform
import shutil
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Final

from distributed import Worker, WorkerPlugin, get_worker

from torchgrade.batch.executor import Died, Finished, Returned
from torchgrade.batch.keys import engine_text
from torchgrade.batch.local import LocalExecutor
from torchgrade.batch.package import Package, PackageDamaged
from torchgrade.batch.parcel import Reply, TooLow, read_works
from torchgrade.course import load
from torchgrade.grading.foreseen import foreseen_in
from torchgrade.grading.messages import Setup, Work
from torchgrade.grading.process import LevelTooLow
from torchgrade.sandbox.server import EngineFault

__all__ = ["Facts", "Order", "describe", "grade", "leave", "prepare", "versions"]

# Graders may read these; whatever else a worker's environment holds is not for them.
_ENVIRONMENT: Final = ("PATH", "HOME", "TMPDIR", "LANG", "CUDA_VISIBLE_DEVICES")
_LOOK_SECONDS: Final = 0.2
_ENOUGH_SECONDS: Final = 3.0
"""After so long results are sent, and the rest of a parcel with them: nothing is to be lost."""


def versions() -> Mapping[str, str]:
    """By name, what decides about a result and must therefore be the same everywhere."""
    digest = engine_text().split()[1].rstrip(";")
    return {
        "torchgrade": f"{version('torchgrade')} ({digest[:12]})",
        "torch": version("torch"),
        "Python": platform.python_version(),
    }


@dataclass(frozen=True)
class Facts:
    """What a worker says of itself before it is given anything."""

    versions: Mapping[str, str]
    gpus: float
    """How much of the resource GPU it was started with."""


@dataclass(frozen=True)
class Order:
    """What a worker is told once. Not part of any task, so that a scheduler does not keep it."""

    name: str
    """Of the batch; nobody can guess it."""
    package: Package
    setup: Setup = field(repr=False)  # with the secret, which is for no log
    """``root`` is the course's folder where the order comes from."""
    idle_seconds: float
    """A seat that nobody has used for so long is put away: whoever set it up is gone."""


def describe(dask_worker: Worker) -> Facts:
    """What kind of worker this is. Runs in the worker, as all functions from here on."""
    gpus = dask_worker.state.total_resources.get("GPU", 0.0)
    return Facts(versions(), float(gpus))


async def prepare(order: Order, dask_worker: Worker) -> str:
    """Set up a seat for ``order``; why that can't be, or nothing."""
    try:
        seat = await asyncio.to_thread(_Seat, order, dask_worker)
    except (OSError, PackageDamaged) as error:
        return str(error)
    await dask_worker.plugin_add(plugin=seat, name=order.name)
    return ""


async def leave(name: str, dask_worker: Worker) -> None:
    """Put the seat away, whatever it is at."""
    if name in dask_worker.plugins:
        await dask_worker.plugin_remove(name=name)


def grade(name: str, number: int, parcel: bytes) -> bytes:
    """Grade the works of ``parcel`` at the seat ``name``; `Reply.write` of what became of them."""
    seat = get_worker().plugins.get(name)
    if not isinstance(seat, _Seat):
        return Reply(stranger=True).write({})
    return seat.grade(number, parcel)


class _Seat(WorkerPlugin):
    """One grader process and all that it needs; lives in a Dask worker until that closes."""

    def __init__(self, order: Order, worker: Worker) -> None:
        self._order = order
        self._worker = worker
        # Within the worker's own folder, which Dask removes even after a worker was killed.
        folder = tempfile.mkdtemp(prefix="course-", dir=worker.local_directory)
        self._folder = Path(folder).resolve()
        try:
            order.package.unpack(self._folder)
        except BaseException:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise
        chosen = set(order.setup.exercises)
        exercises = [e for e in load(self._folder).exercises if e.key in chosen]
        self._limits = {exercise.key: exercise.limits for exercise in exercises}
        self._imports = foreseen_in(exercises)
        self._turn = threading.Lock()
        self._closing = threading.Event()
        self._parcel: tuple[int, Sequence[Work]] = (-1, ())
        self._too_low: TooLow | None = None
        self._used = time.monotonic()
        self._executor = self._open()

    def setup(self, worker: Worker) -> None:
        self._look_after()

    async def teardown(self, worker: Worker) -> None:
        self._closing.set()
        await asyncio.to_thread(self._close)

    def grade(self, number: int, parcel: bytes) -> bytes:
        """As the function of the same name. A second parcel waits for the first."""
        with self._turn:
            works = read_works(parcel)
            self._parcel = (number, works)
            try:
                reply = self._grade(works)
            finally:
                self._tell_turn(number, -1)
                self._used = time.monotonic()
            # Paths are shown relative to the root, where nobody has a folder of this name.
            here, there = str(self._folder), str(self._order.setup.root)
            return reply.write({here.lstrip("/"): there.lstrip("/")})

    def _grade(self, works: Sequence[Work]) -> Reply:
        reply = Reply(too_low=self._too_low)
        if reply.too_low is not None:
            return reply
        enough = time.monotonic() + _ENOUGH_SECONDS
        try:
            for index, work in enumerate(works):
                if not self._grade_one(index, work, reply):
                    break
                reply.paused = time.monotonic() >= enough
                if reply.paused:
                    break
        except LevelTooLow as error:
            told = (str(error.values[name]) for name in ("level", "required", "reason"))
            reply.too_low = self._too_low = TooLow(*told)
        except EngineFault as error:
            reply.fault = str(error)
            self._executor.close()
            self._executor = self._open()
        return reply

    def _grade_one(self, index: int, work: Work, reply: Reply) -> bool:
        """Whether there is any going on after it."""
        self._executor.submit((work,))
        while not self._closing.is_set():
            for event in self._executor.events(_LOOK_SECONDS):
                if isinstance(event, Finished):
                    reply.results[index] = event.result
                elif isinstance(event, Died):
                    reply.died[index] = event.message
                return not isinstance(event, Returned)
        return False

    def _open(self) -> LocalExecutor:
        here = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
        told = self._order.setup
        setup = Setup(
            root=self._folder,
            exercises=told.exercises,
            secret=told.secret,
            diagnose=told.diagnose,
            required=told.required,
            spare_core=False,  # there may be as many seats as cores
            environment=here,
        )
        return LocalExecutor(setup, self._limits, 1, begun=self._begun, imports=self._imports)

    def _begun(self, work: Work) -> None:
        number, works = self._parcel
        self._tell_turn(number, next(i for i, other in enumerate(works) if other is work))

    def _tell_turn(self, number: int, index: int) -> None:
        """So that it is known what a worker was at that does not come back."""
        self._worker.log_event(self._order.name, [number, index])

    def _look_after(self) -> None:
        """Put the seat away once nobody has used it for long."""
        idle = 0.0 if self._turn.locked() else time.monotonic() - self._used
        if self._closing.is_set():
            return
        if idle >= self._order.idle_seconds:
            self._worker.loop.add_callback(leave, self._order.name, self._worker)
        else:
            self._worker.loop.call_later(self._order.idle_seconds - idle, self._look_after)

    def _close(self) -> None:
        self._executor.close()
        with self._turn:  # which ends soon; it may just have opened another
            self._executor.close()
        shutil.rmtree(self._folder, ignore_errors=True)
