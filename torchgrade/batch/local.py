"""Grader processes on this machine: one for each core, each driven by a thread of its own."""

from __future__ import annotations

import contextlib
import queue
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from torchgrade.batch.executor import Died, Event, Finished, NoWorkers, Returned
from torchgrade.cores import cores, usable
from torchgrade.grading.messages import Setup, Work
from torchgrade.grading.process import GraderDied, GraderProcess, LevelTooLow, patience
from torchgrade.result import ExerciseResult
from torchgrade.sandbox.levels import Limits

if TYPE_CHECKING:
    from torchgrade.grading.nursery import Nursery

__all__ = ["LocalExecutor"]

# Deaths in a row without a single result in between: then it is not the submissions.
_HOPELESS: Final = 5


class LocalExecutor:
    """An `Executor` of processes on this machine.

    A thread starts the process that it drives, and its successors: on Linux a grader process
    ends with the thread that started it.
    """

    def __init__(
        self,
        setup: Setup,
        limits: Mapping[str, Limits],
        jobs: int,
        *,
        begun: Callable[[Work], None] = lambda work: None,
        imports: Sequence[str] = (),
        nursery: Nursery | None = None,
    ) -> None:
        """``limits`` by `Exercise.key`; ``jobs`` is how many processes there are to be.

        With a process for each core, none may wait in a loop while another has work to do, and each
        stays on a core of its own with its students': they never work at the same time, and to wake
        each other across cores costs more than to take turns on one. Should something else keep a
        core busy, the others take more of the work.

        ``begun`` is called in some thread with each work when its turn comes. ``imports`` are those
        of `SLOW_IMPORTS` that the work will need. ``nursery`` is one that has started already;
        whoever started it closes it.
        """
        own = usable() if jobs >= cores() else ()
        self._setup = replace(setup, spare_core=setup.spare_core and not own)
        self._limits = limits
        self._begun = begun
        self._imports = tuple(imports)
        self._todo: queue.SimpleQueue[Sequence[Work] | None] = queue.SimpleQueue()
        self._events: queue.SimpleQueue[Event | Exception] = queue.SimpleQueue()
        self._closing = threading.Event()
        self._lock = threading.Lock()
        self._processes: set[GraderProcess] = set()
        self._fruitless = 0
        self._nursery: Future[Nursery | None] = Future()
        self._nurse: threading.Thread | None = None
        if nursery is not None:
            self._found(nursery)
        else:
            # Of its own thread, with which it ends: this one may be gone before the executor is.
            self._nurse = threading.Thread(target=self._keep_nursery, args=(jobs,), daemon=True)
            self._nurse.start()
        self._threads = [
            threading.Thread(
                target=self._drive,
                args=(own[number % len(own)] if own else None,),
                name=f"grader {number}",
                daemon=True,
            )
            for number in range(jobs)
        ]
        for thread in self._threads:
            thread.start()

    @property
    def slots(self) -> int:
        return len(self._threads)

    def submit(self, piece: Sequence[Work]) -> None:
        self._todo.put(tuple(piece))

    def events(self, seconds: float) -> Sequence[Event]:
        found: list[Event] = []
        with contextlib.suppress(queue.Empty):
            event = self._events.get(timeout=seconds)
            while not isinstance(event, Exception):
                found.append(event)
                event = self._events.get_nowait()
            # Whatever was finished before comes first, or it would be lost.
            if not found:
                raise event
            self._events.put(event)
        return found

    def close(self) -> None:
        self._closing.set()
        with self._lock:
            for process in self._processes:
                process.kill()
        for _ in self._threads:
            self._todo.put(None)
        for thread in self._threads:
            thread.join()
        if self._nurse is not None:
            self._nurse.join()

    # --- in the threads

    def _keep_nursery(self, jobs: int) -> None:
        """A nursery, if it is worth one, until the executor closes."""
        if sys.platform != "linux" or (jobs < 2 and not self._imports):
            self._nursery.set_result(None)
            return
        from torchgrade.grading.nursery import Nursery

        try:
            nursery = Nursery()
        except OSError:  # each process will find out for itself
            self._nursery.set_result(None)
            return
        except BaseException as error:  # or the graders would wait for ever
            self._nursery.set_exception(error)
            raise
        self._found(nursery)
        self._closing.wait()
        nursery.close()

    def _found(self, nursery: Nursery) -> None:
        if self._imports:
            nursery.import_also(self._imports)
        self._nursery.set_result(nursery)

    def _drive(self, core: int | None) -> None:
        """Keep one process at work, on ``core`` or anywhere, until the executor closes."""
        try:
            while not self._closing.is_set():
                with GraderProcess(self._nursery.result(), core) as process:
                    if not self._register(process):
                        return
                    try:
                        again = self._work_on(process)
                    finally:
                        with self._lock:
                            self._processes.discard(process)
                if not again:
                    return
        except OSError as error:  # such as too many processes, and then nobody takes the work
            self._events.put(NoWorkers(f"a grader process can't be run: {error}"))
        except Exception as error:
            self._events.put(error)

    def _register(self, process: GraderProcess) -> bool:
        """So that `close` finds it; False if that has been called already."""
        with self._lock:
            if self._closing.is_set():
                return False
            self._processes.add(process)
        return True

    def _work_on(self, process: GraderProcess) -> bool:
        """Have a process do what there is to do; whether another is to go on in its place."""
        with contextlib.suppress(GraderDied):  # which comes again with the first piece
            process.begin(self._setup)
        while (piece := self._todo.get()) is not None:
            left = list(piece)

            def emit(work: Work, result: ExerciseResult, left: list[Work] = left) -> None:
                left.remove(work)
                self._fruitless = 0
                self._events.put(Finished(work, result))

            try:
                process.grade(piece, emit, self._patience, self._begun)
            except GraderDied as death:
                self._mourn(death, left)
                return True
            except LevelTooLow as error:
                self._events.put(error)
                return False
        return False

    def _patience(self, work: Work) -> float:
        return patience(self._limits[work.exercise])

    def _mourn(self, death: GraderDied, left: list[Work]) -> None:
        if self._closing.is_set():
            return
        if death.work is not None:
            left.remove(death.work)
            self._events.put(Died(death.work, str(death)))
        if left:
            self._events.put(Returned(tuple(left)))
        self._fruitless += 1
        if self._fruitless >= _HOPELESS * len(self._threads):
            self._events.put(NoWorkers(str(death)))
