"""The line to a student process: its channel, its output, and memory shared with it.

Imports nothing heavy and nothing that only Linux has.
"""

from __future__ import annotations

import os
import select
import socket
from dataclasses import dataclass
from typing import IO

from torchgrade.sandbox.accounts import Accounts

__all__ = ["FileOutput", "Line", "Output", "Waiter"]

_READ = 1 << 17
# More than a pipe can hold, so that one drain leaves nothing of what was there when it began.
_READS = 16


class Output:
    """Bounded drain of a student's standard output and error, from a pipe."""

    def __init__(self, descriptor: int, limit: int) -> None:
        self.descriptor: int | None = descriptor
        """What to wait for; None if there is nothing that can be waited for."""
        self._pipe = descriptor
        self.limit = limit
        self.kept = bytearray()
        self.dropped = 0
        self.closed = False

    def drain(self) -> bool:
        """Read what is there without waiting; False once nothing more can come.

        What is written meanwhile is left for the next time, or it might never end.
        """
        for _ in range(_READS):
            try:
                data = os.read(self._pipe, _READ)
            except BlockingIOError:
                return True
            if not data:
                return False
            room = self.limit - len(self.kept)
            self.kept += data[:room]
            self.dropped += max(0, len(data) - room)
            if len(data) < _READ:
                break
        return True

    def close(self) -> None:
        """Keep what was read and read no more."""
        self.closed = True
        os.close(self._pipe)

    def take(self) -> str:
        """What was written since the last time, with a note of what was too much."""
        if not self.closed:
            self.drain()
        text = self.kept.decode("utf-8", errors="replace")
        if self.dropped:
            text += f"\n[... {self.dropped} bytes more]"
        self.kept.clear()
        self.dropped = 0
        return text


class FileOutput(Output):
    """The same from a file, where pipes can't be waited for together with a socket."""

    def __init__(self, file: IO[bytes], limit: int) -> None:
        super().__init__(file.fileno(), limit)
        self.descriptor = None
        self._file = file
        self._offset = 0

    def drain(self) -> bool:
        size = os.fstat(self._file.fileno()).st_size
        room = min(self.limit - len(self.kept), size - self._offset)
        self._file.seek(self._offset)
        self.kept += self._file.read(room)
        self.dropped += size - self._offset - room
        self._offset = size
        return True

    def close(self) -> None:
        self.drain()
        self.closed = True
        self._file.close()


@dataclass
class Line:
    """A student process as a server made it."""

    pid: int
    channel: socket.socket
    shared: int | None
    """Descriptor of memory that both sides see, or None where there is none."""
    output: Output
    accounts: Accounts | None = None
    """What the kernel counts for the process, if that was asked for and can be read."""


class Waiter:
    """Waits for a channel and drains output meanwhile."""

    def __init__(self, channel: socket.socket, output: Output) -> None:
        self._channel = channel
        self._output = output
        self._poll = select.poll() if hasattr(select, "poll") else None
        if self._poll is not None:
            self._poll.register(channel, select.POLLIN)
            if output.descriptor is not None:
                self._poll.register(output.descriptor, select.POLLIN)

    def wait(self, seconds: float, *, write: bool) -> bool:
        """Whether the channel can be read (or written to) within so many seconds."""
        if self._poll is None:
            ours = [self._channel]
            ready = select.select([] if write else ours, ours if write else [], [], seconds)
            return bool(ready[0] or ready[1])
        channel = self._channel.fileno()
        if write:
            self._poll.modify(channel, select.POLLOUT)
        answered = False
        for descriptor, _ in self._poll.poll(seconds * 1000):
            if descriptor == channel:
                answered = True
            elif not self._output.drain():
                self._poll.unregister(descriptor)
        if write:
            self._poll.modify(channel, select.POLLIN)
        return answered
