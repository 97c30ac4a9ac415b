"""The three levels of isolation, from strongest to weakest, and what a process may use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

__all__ = ["KEPT_BYTES", "SLOW_IMPORTS", "Level", "Limits"]

KEPT_BYTES = 32 << 20
"""How much of the memory that both sides see each of them keeps mapped, each way."""

SLOW_IMPORTS = ("torch.fx.experimental.symbolic_shapes", "torch._dynamo")
"""What torch imports only when it is first used, and takes longer for than most exercises do:
half a second for gradients of what is not a scalar, two seconds for optimizers and torch.func."""


class Level(Enum):
    """How far student code is kept from everything else."""

    JAIL = "jail"
    """Own user, mount, PID, network, IPC and UTS namespaces on top of `LANDLOCK`."""
    LANDLOCK = "landlock"
    """Landlock, seccomp, no new privileges and resource limits."""
    PROCESS = "process"
    """A child process with time-outs: a self-check, not a grade."""

    def at_least(self, other: Level) -> bool:
        order = list(Level)
        return order.index(self) <= order.index(other)


@dataclass(frozen=True)
class Limits:
    """What one student process may use."""

    seconds: float = 10.0
    """Wall time of one call; loading the file counts as one."""
    exercise_seconds: float = 60.0
    """CPU time of one process over all its calls, and wall time of all tests together."""
    memory: int = 1 << 30
    """Bytes of address space on top of what Python with torch takes."""
    processes: int = 1
    """Processes alive at a time; 1 forbids starting any."""
    output: int = 64 << 10
    """Bytes of standard output and error kept for each test."""
    cores: tuple[int, ...] = ()
    """Processor cores that the process is kept on, for good; empty leaves them to the system."""
    device: str = "cpu"
    """"cuda:N" lets the process use that GPU, which it sees as its cuda:0, and no other."""

    @classmethod
    def told(cls, fields: Mapping[str, Any]) -> Limits:
        """Those that came as JSON of a dataclass, which knows no tuples."""
        return cls(**{**fields, "cores": tuple(fields["cores"])})
