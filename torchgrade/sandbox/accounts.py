"""What the kernel counts for a process, read from outside of it. Linux only.

Imports nothing heavy.
"""

from __future__ import annotations

import os
import time
from typing import NamedTuple

__all__ = ["Account", "Accounts", "process_of"]

_CPUCLOCK_SCHED = 2
_NANOSECOND = 1e-9


class Account(NamedTuple):
    """Seconds since the process began."""

    processor: float
    """That all its threads have used."""
    waiting: float
    """That its first thread was ready to run and somebody else had the core."""


class Accounts:
    """The kernel's accounts of one living process."""

    def __init__(self, pid: int) -> None:
        """``pid`` as this process sees it. Raises OSError where the kernel doesn't tell."""
        # The clock of another process's time; clock_getcpuclockid(3) gives the same number.
        self._clock = (~pid << 3) | _CPUCLOCK_SCHED
        self._schedule = os.open(f"/proc/{pid}/schedstat", os.O_RDONLY | os.O_CLOEXEC)
        try:
            self.read()
        except (OSError, ValueError, IndexError) as error:
            os.close(self._schedule)
            raise OSError(f"the kernel keeps no such accounts: {error}") from None

    def read(self) -> Account:
        """What it has used by now. Raises OSError once it is gone."""
        waiting = int(os.pread(self._schedule, 64, 0).split()[1])
        return Account(time.clock_gettime(self._clock), waiting * _NANOSECOND)

    def close(self) -> None:
        os.close(self._schedule)


def process_of(pidfd: int) -> int:
    """The process's id here, whatever it is where the descriptor came from. Raises OSError."""
    with open(f"/proc/self/fdinfo/{pidfd}", encoding="ascii") as file:
        for line in file:
            if line.startswith("Pid:"):
                pid = int(line.split()[1])
                if pid > 0:
                    return pid
    raise OSError("the process is gone, or not to be seen from here")
