"""What carries out work: pieces go in, events come out. Where it runs is the executor's affair."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from torchgrade.grading.messages import Work
from torchgrade.result import ExerciseResult
from torchgrade.sandbox.server import EngineFault

__all__ = ["Died", "Event", "Executor", "Finished", "NoWorkers", "Returned"]


@dataclass(frozen=True)
class Finished:
    """A work has its result."""

    work: Work
    result: ExerciseResult


@dataclass(frozen=True)
class Died:
    """The process that was at this work ended. Perhaps because of it, perhaps not."""

    work: Work
    message: str


@dataclass(frozen=True)
class Returned:
    """Works that were handed in and not begun; whoever handed them in may do so again."""

    works: Sequence[Work]


Event: TypeAlias = Finished | Died | Returned


class NoWorkers(EngineFault):
    """There is nobody left who could grade; what was graded so far is not touched by it."""


class Executor(Protocol):
    """Grades works in processes of its own.

    Of each work that was submitted it tells exactly once what became of it.
    """

    @property
    def slots(self) -> int:
        """How many pieces it works on at a time; may change while it runs."""

    def submit(self, piece: Sequence[Work]) -> None:
        """Have works graded, one after the other, by one process."""

    def events(self, seconds: float) -> Sequence[Event]:
        """What happened since the last time; waits up to ``seconds`` for the first event.

        Raises:
            LevelTooLow: the sandbox does not hold as far as it must; nothing was run.
            NoWorkers: nobody can work any more.
        """

    def close(self) -> None:
        """End all processes at once; events of works under way are lost."""
