"""The handle of a nursery: a process that imports torch once and then forks grader processes.

Importing torch costs seconds of a core and a hundred megabytes; grader processes that are forked
have both in common. A nursery is told nothing but where its children are to read and write, so what
student code inherits from it knows as little as if each grader process had begun by itself.

For Linux. Imports nothing heavy, as a command starts a nursery before it does anything else.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO, Final

from torchgrade.sandbox.server import bare_environment

__all__ = ["Child", "Nursery"]

_CODE: Final = (
    "import sys; sys.path.insert(0, sys.argv[1]);"
    " from torchgrade.grading.main import nursery; nursery(int(sys.argv[2]))"
)
_PACKET: Final = 1 << 10


class Child:
    """A forked grader process, with as much of `subprocess.Popen` as its handle needs."""

    def __init__(
        self, nursery: Nursery, pid: int, descriptor: int, stdin: IO[bytes], stdout: IO[bytes]
    ) -> None:
        self.pid = pid
        self.stdin = stdin
        self.stdout = stdout
        self._nursery = nursery
        self._descriptor = descriptor
        self._code: int | None = None
        # Nobody may signal a descriptor that has just been closed, and may be another's by now.
        self._lock = threading.Lock()

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code, negative for a signal. Raises subprocess.TimeoutExpired."""
        if self._code is None:
            poll = select.poll()  # select() knows no descriptors above 1023
            poll.register(self._descriptor, select.POLLIN)
            if not poll.poll(None if timeout is None else timeout * 1000):
                raise subprocess.TimeoutExpired("a grader process", timeout or 0.0)
            with self._lock:
                if self._code is None:
                    self._code = self._nursery._reap(self.pid)
                    os.close(self._descriptor)
        return self._code

    def kill(self) -> None:
        """End it at once."""
        with self._lock, contextlib.suppress(ProcessLookupError):
            if self._code is None:
                signal.pidfd_send_signal(self._descriptor, signal.SIGKILL)


class Nursery:
    """For any threads. Ends with the thread that made it, and its children with it."""

    def __init__(self) -> None:
        """Start it without waiting."""
        self._lock = threading.Lock()
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        root = Path(__file__).resolve().parents[2]
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-c", _CODE, str(root), str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
                env=bare_environment(),
                # Where the caller stands would be in memory that student processes inherit.
                cwd="/",
                # Ctrl-C at the terminal is for the command, which then ends this process.
                start_new_session=True,
            )

    def fork(self) -> Child | None:
        """A new grader process, once torch is imported; None if the nursery is gone."""
        theirs_in, ours_in = os.pipe2(os.O_CLOEXEC)
        ours_out, theirs_out = os.pipe2(os.O_CLOEXEC)
        stdin, stdout = (
            os.fdopen(ours_in, "wb", buffering=0),
            os.fdopen(ours_out, "rb", buffering=0),
        )
        try:
            told, descriptors = self._ask({"op": "fork"}, [theirs_in, theirs_out])
        finally:
            os.close(theirs_in)
            os.close(theirs_out)
        if not descriptors:
            stdin.close()
            stdout.close()
            return None
        return Child(self, told["pid"], descriptors[0], stdin, stdout)

    def close(self) -> None:
        """End it and all its children."""
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
