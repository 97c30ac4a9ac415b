"""What a grader process is asked and answers, as JSON in frames of known length.

Both ends are trusted; what a submission contains travels as text within.
"""

from __future__ import annotations

import base64
import json
import select
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final

from torchgrade.submission import Absent, Answer, Reason, Source, Unreadable

__all__ = ["Channel", "Setup", "Silent", "Work"]

_LENGTH: Final = 8
_READ: Final = 1 << 20


@dataclass(frozen=True)
class Setup:
    """What a grader process is told once, before its first work."""

    root: Path
    """The course's folder."""
    exercises: tuple[str, ...]
    """Keys of the exercises that there may be work in; their graders are collected."""
    secret: bytes = b""
    diagnose: bool = True
    required: str = "process"
    """The sandbox level below which nothing is graded."""
    folder: Path = Path("/")
    """Paths are shown relative to it."""
    spare_core: bool = True
    """Whether nobody else wants the core on which student code is waited for."""
    timing: str = "marks"
    """What timed tests are for: ``off``, ``told`` or ``marks`` (`torchgrade.session.Options`)."""
    device: str = "auto"
    """What is timed on: ``auto``, ``cpu`` or ``cuda``."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """The caller's; graders may read it, student code never sees it."""

    def tree(self) -> dict[str, object]:
        return {
            "root": str(self.root),
            "exercises": list(self.exercises),
            "secret": base64.b64encode(self.secret).decode(),
            "diagnose": self.diagnose,
            "required": self.required,
            "folder": str(self.folder),
            "spare_core": self.spare_core,
            "timing": self.timing,
            "device": self.device,
            "environment": dict(self.environment),
        }

    @classmethod
    def from_tree(cls, tree: Mapping[str, object]) -> Setup:
        exercises, environment = tree["exercises"], tree["environment"]
        assert isinstance(exercises, list) and isinstance(environment, dict)
        return cls(
            root=Path(str(tree["root"])),
            exercises=tuple(map(str, exercises)),
            secret=base64.b64decode(str(tree["secret"])),
            diagnose=bool(tree["diagnose"]),
            required=str(tree["required"]),
            folder=Path(str(tree["folder"])),
            spare_core=bool(tree["spare_core"]),
            timing=str(tree["timing"]),
            device=str(tree["device"]),
            environment={str(name): str(value) for name, value in environment.items()},
        )


@dataclass(frozen=True)
class Work:
    """One answer to grade in one exercise. ``name`` is the caller's and comes back unread."""

    name: str
    exercise: str
    """`Exercise.key`."""
    answer: Answer

    def tree(self) -> list[object]:
        return [self.name, self.exercise, _answer_tree(self.answer)]

    @classmethod
    def from_tree(cls, tree: object) -> Work:
        assert isinstance(tree, list)
        name, exercise, answer = tree
        return cls(str(name), str(exercise), _answer(answer))


def _answer_tree(answer: Answer) -> list[str]:
    path = str(answer.path)
    if isinstance(answer, Source):
        return ["source", path, answer.text, answer.digest]
    return ["unreadable", path, answer.reason.name] if isinstance(answer, Unreadable) else [path]


def _answer(tree: list[str]) -> Answer:
    match tree:
        case ["source", path, text, digest]:
            return Source(Path(path), text, digest)
        case ["unreadable", path, reason]:
            return Unreadable(Path(path), Reason[reason])
        case [path]:
            return Absent(Path(path))
    raise ValueError("an answer of no known form")


class Silent(Exception):
    """Nothing came for as long as the caller wanted to wait."""


class Channel:
    """Messages over a pair of unbuffered pipes. For one thread at each end."""

    def __init__(self, reading: IO[bytes], writing: IO[bytes]) -> None:
        self._reading = reading
        self._writing = writing
        self._buffer = bytearray()

    def send(self, message: Mapping[str, object]) -> None:
        """Raises OSError if nobody reads any more."""
        body = json.dumps(message, separators=(",", ":")).encode("ascii")
        data = memoryview(len(body).to_bytes(_LENGTH, "little") + body)
        while data:
            data = data[self._writing.write(data) :]

    def receive(self, seconds: float | None = None) -> dict[str, object] | None:
        """The next message; None at the end. Raises `Silent` after ``seconds`` without a byte."""
        head = self._take(_LENGTH, seconds)
        body = None if head is None else self._take(int.from_bytes(head, "little"), seconds)
        if body is None:
            return None
        message = json.loads(body)
        assert isinstance(message, dict)
        return message

    def close_writing(self) -> None:
        """Tell the other end that nothing more comes."""
        self._writing.close()

    def _take(self, size: int, seconds: float | None) -> bytes | None:
        while len(self._buffer) < size:
            self._wait(seconds)
            data = self._reading.read(_READ)
            if not data:
                return None
            self._buffer += data
        taken = bytes(self._buffer[:size])
        del self._buffer[:size]
        return taken

    def _wait(self, seconds: float | None) -> None:
        # Pipes can't be waited for on Windows; there a reader waits for as long as it takes.
        if seconds is None or sys.platform == "win32":
            return
        poll = select.poll()
        poll.register(self._reading.fileno(), select.POLLIN)
        deadline = time.monotonic() + seconds
        while not poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
            if time.monotonic() >= deadline:
                raise Silent
