"""The handle of a grader process: starts it, hands it work, takes its results.

Imports nothing heavy, so that a command can start the process, and with it the import of
torch, before it does anything else.
"""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import TYPE_CHECKING

from torchgrade.errors import N_, UserError
from torchgrade.sandbox.levels import Limits
from torchgrade.sandbox.server import EngineFault, start_engine_process

if TYPE_CHECKING:
    from torchgrade.grading.messages import Channel, Setup, Work
    from torchgrade.grading.nursery import Child, Nursery
    from torchgrade.result import ExerciseResult

__all__ = ["GraderDied", "GraderProcess", "LevelTooLow", "patience"]

_CODE = "from torchgrade.grading.main import main; main(core)"
# Besides what student code may take: importing, collecting graders, model answers, diagnosis.
_START_SECONDS = 300.0
_CLOSE_SECONDS = 10.0


def patience(limits: Limits) -> float:
    """Seconds of silence after which a process at an exercise with ``limits`` has gone astray.

    Student code has its own limits, and model answers and misconceptions, which diagnosis runs
    for a student, have as much each; nothing else should take long.
    """
    return _START_SECONDS + 10 * limits.exercise_seconds


class GraderDied(EngineFault):
    """The process ended, or was ended for its silence, before its work was done.

    ``work`` is what it was at; None if nothing.
    """

    def __init__(self, message: str, work: Work | None) -> None:
        super().__init__(message)
        self.work = work


class LevelTooLow(UserError):
    """Student code can't be confined here as far as was asked for; nothing was run."""

    def __init__(self, level: str, required: str, reason: str) -> None:
        super().__init__(
            N_("Student code can be isolated here only at level {level}; {required} is asked for."),
            N_("{reason}. See docs/sandbox.md for what each level needs."),
            {"level": level, "required": required, "reason": reason},
        )


class GraderProcess:
    """One process with torch, graders, and a fork server of its own for student code."""

    def __init__(self, nursery: Nursery | None = None, core: int | None = None) -> None:
        """With a ``nursery``, it is forked there as long as there is one.

        With a ``core``, it stays there, and its fork server and student processes with it.
        """
        self._nursery = nursery
        self._core = core
        self._process: subprocess.Popen[bytes] | Child | None = None
        self._channel: Channel | None = None
        self._set_up = False

    def __enter__(self) -> GraderProcess:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def start(self) -> None:
        """Start it. It imports torch, which only a nursery's waits for, and then for `begin`."""
        if self._nursery is not None:
            self._process = self._nursery.fork(self._core)
        if self._process is None:
            self._process = start_engine_process(
                f"core = {self._core}; {_CODE}", stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def begin(self, setup: Setup) -> None:
        """Tell it what to prepare for; does not wait until it has."""
        self._set_up = True
        self._send(setup.tree())

    def grade(
        self,
        works: Sequence[Work],
        emit: Callable[[Work, ExerciseResult], None],
        patience: Callable[[Work], float],
        begun: Callable[[Work], None] = lambda work: None,
    ) -> None:
        """Have ``works`` graded; ``emit`` is called with each result as it comes.

        ``patience`` is how many seconds a work may take before the process is given up; ``begun``
        is called with each work when its turn comes.

        Raises:
            GraderDied: with the work that it died of; results before that were emitted.
            LevelTooLow: the sandbox does not hold as far as `Setup.required`.
        """
        from torchgrade.result_tree import from_tree

        under_way: Work | None = None
        self._send({"works": [work.tree() for work in works]})
        while True:
            seconds = _START_SECONDS if under_way is None else patience(under_way)
            message = self._receive(seconds, under_way)
            match message:
                case {"begin": int(index)}:
                    under_way = works[index]
                    begun(under_way)
                case {"result": tree, "of": int(index)}:
                    emit(works[index], from_tree(tree))
                    under_way = None  # what ends from here on does not end at this work
                case {"done": True}:
                    return
                case {"too_low": str(level), "required": str(required), "reason": str(reason)}:
                    raise LevelTooLow(level, required, reason)
                case {"fault": str(fault)}:
                    raise GraderDied(fault, under_way)
                case _:
                    raise EngineFault(f"a grader process said what it can't say: {message!r:.200}")

    def finish(self) -> None:
        """Let it end by itself; `close` then hardly waits."""
        if self._channel is not None:
            with contextlib.suppress(OSError):
                self._channel.close_writing()

    def close(self) -> None:
        """End it and all that it started. Safe to call twice."""
        process, self._process = self._process, None
        if process is None:
            return
        if self._set_up:
            self.finish()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_CLOSE_SECONDS)
        # One that was not set up has nothing that could be left behind.
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            assert pipe is not None
            with contextlib.suppress(OSError):
                pipe.close()

    def kill(self) -> None:
        """End it at once; its fork server and its student processes end with it."""
        if self._process is not None:
            self._process.kill()

    def _open(self) -> Channel:
        from torchgrade.grading.messages import Channel

        if self._process is None:
            raise EngineFault("the grader process is closed")
        if self._channel is None:
            reading, writing = self._process.stdout, self._process.stdin
            assert reading is not None and writing is not None
            self._channel = Channel(reading, writing)
        return self._channel

    def _send(self, message: dict[str, object]) -> None:
        try:
            self._open().send(message)
        except OSError:
            raise self._died(None, "") from None

    def _receive(self, seconds: float, under_way: Work | None) -> dict[str, object]:
        from torchgrade.grading.messages import Silent

        try:
            message = self._open().receive(seconds)
        except Silent:
            raise self._died(under_way, f"; it said nothing for {seconds:.0f} s") from None
        if message is None:
            raise self._died(under_way, "")
        return message

    def _died(self, work: Work | None, why: str) -> GraderDied:
        assert self._process is not None
        self._process.kill()
        code = self._process.wait()
        at = f" at {work.exercise} of {work.name}" if work is not None else ""
        return GraderDied(f"a grader process ended{at} (exit code {code}{why})", work)
