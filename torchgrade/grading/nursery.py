"""The handle of a nursery: a process that imports torch once and then forks grader processes.

Importing torch costs seconds of a core and a hundred megabytes; grader processes that are forked
have both in common. A nursery is told nothing but where its children are to read and write, and
which modules of torch's to import besides, so what student code inherits from it knows as little as
if each grader process had begun by itself.

For Linux. Imports nothing heavy, as a command starts a nursery before it does anything else.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import IO, Final

from torchgrade.sandbox.server import Forked, start_engine_process

__all__ = ["Child", "Nursery", "early"]

_CODE: Final = "from torchgrade.grading.main import nursery; nursery(int(sys.argv[2]))"
_PACKET: Final = 1 << 10


class Child(Forked):
    """A grader process of a nursery."""

    def __init__(
        self,
        pid: int,
        descriptor: int,
        reap: Callable[[int], int],
        stdin: IO[bytes],
        stdout: IO[bytes],
    ) -> None:
        super().__init__(pid, descriptor, reap)
        self.stdin = stdin
        self.stdout = stdout


class Nursery:
    """For any threads. Ends with the thread that made it, and its children with it."""

    def __init__(self) -> None:
        """Start it without waiting."""
        self._lock = threading.Lock()
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = start_engine_process(_CODE, inherited=theirs.fileno())

    def fork(self, core: int | None = None) -> Child | None:
        """A new grader process, once torch is imported; None if the nursery can make none.

        It stays on ``core``, if that is given, with all that it starts.
        """
        theirs_in, ours_in = os.pipe2(os.O_CLOEXEC)
        ours_out, theirs_out = os.pipe2(os.O_CLOEXEC)
        stdin, stdout = (
            os.fdopen(ours_in, "wb", buffering=0),
            os.fdopen(ours_out, "rb", buffering=0),
        )
        try:
            told, descriptors = self._ask({"op": "fork", "core": core}, [theirs_in, theirs_out])
        finally:
            os.close(theirs_in)
            os.close(theirs_out)
        if not descriptors:
            stdin.close()
            stdout.close()
            return None
        return Child(told["pid"], descriptors[0], self._reap, stdin, stdout)

    def import_also(self, names: Sequence[str]) -> None:
        """Have it import these of `SLOW_IMPORTS` before it forks again. Does not wait."""
        request = json.dumps({"op": "import", "names": list(names)}).encode()
        with self._lock, contextlib.suppress(OSError):  # if it is gone, forking will tell
            self._control.send(request)

    def close(self) -> None:
        """End it and all its children. Safe to call twice."""
        # Wakes up whoever waits for an answer.
        with contextlib.suppress(OSError):
            self._control.shutdown(socket.SHUT_RDWR)
        self._process.kill()
        self._process.wait()
        with self._lock:
            self._control.close()

    def _reap(self, pid: int) -> int:
        told, _ = self._ask({"op": "reap", "pid": pid}, [])
        return told.get("code", -signal.SIGKILL)

    def _ask(
        self, request: dict[str, object], descriptors: list[int]
    ) -> tuple[dict[str, int], list[int]]:
        """The answer; an empty one if the nursery is gone."""
        with self._lock, contextlib.suppress(OSError):
            socket.send_fds(self._control, [json.dumps(request).encode()], descriptors)
            packet, received, _, _ = socket.recv_fds(self._control, _PACKET, 1)
            for descriptor in received:
                os.set_inheritable(descriptor, False)
            if packet:
                return json.loads(packet), list(received)
        return {}, []


@contextlib.contextmanager
def early(wanted: bool) -> Iterator[Nursery | None]:
    """A nursery for a command that knows nothing yet but that it will grade, until it is done."""
    nursery = None
    # Without one, each grader process will find out for itself what is wrong.
    with contextlib.suppress(OSError):
        nursery = Nursery() if wanted and sys.platform == "linux" else None
    try:
        yield nursery
    finally:
        if nursery is not None:
            nursery.close()
