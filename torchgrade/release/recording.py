"""What model answer and misconceptions do in visible tests, recorded when a bundle is made.

In a bundle they can't be run, since they are not there. Nor need they: the inputs of a test are
the same wherever its bundle is, so diagnosis compares with what was recorded, and `reference` gives
back what the model answer said. Values are kept as they travel on the wire; nothing is unpickled.

A question to the model answer need not be the very one that was recorded: random inputs may differ
in their last bits from machine to machine. What was not asked when the bundle was made, such as
about a student's own wrong output, is told only when answers are graded.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from torchgrade.authoring import Misconception
from torchgrade.compare import compare
from torchgrade.course import Exercise
from torchgrade.diagnosis import Behaviour
from torchgrade.release.bundle import is_bundle, recorded_file
from torchgrade.result import Blame, Failure, Kind
from torchgrade.sandbox import wire
from torchgrade.sandbox.client import CallFailed, Reply, Sandbox, StudentProcess
from torchgrade.sandbox.levels import Limits
from torchgrade.text import Text
from torchgrade.trial import Record, Seat, as_sent

__all__ = [
    "RecordedSeat",
    "Recorder",
    "Recording",
    "RecordingError",
    "Request",
    "read_recording",
    "recording_of",
    "size_of",
]

FORMAT: Final = 1
_BOUNDS: Final = wire.Bounds(bytes=64 << 20, header=32 << 20, items=4_000_000, depth=80)
_ROUNDING: Final = 1e-5
_DETAILS: Final = ("type", "what", "operators", "signal", "code")
"""What diagnosis looks at in a failure. Messages and lines of code are nobody's business."""


class RecordingError(ValueError):
    """What should be a recording is damaged, or of another version."""


@dataclass(frozen=True)
class _Absent:
    """Stands for an implementation that is not in the bundle."""

    __name__: str


@dataclass(frozen=True)
class Request:
    """A question to the model answer, and what it said."""

    name: str
    probe: object
    """A `wire.FunctionSource`, or None for a call."""
    sent: object
    """Arguments and keyword arguments, as they were sent."""
    value: object = None

    @classmethod
    def of(cls, record: Record) -> Request:
        sent = (tuple(as_sent(arg) for arg in record.args), as_sent(dict(record.kwargs)))
        return cls(record.name, record.probe, sent, record.value)

    def key(self) -> bytes:
        return _digest([self.name, self.probe, self.sent])

    def resembles(self, other: Request) -> bool:
        """Whether both ask the same, but for rounding."""
        named = (self.name, self.probe) == (other.name, other.probe)
        return named and _resemble(self.sent, other.sent)


@dataclass(frozen=True)
class Recording:
    """What a bundle knows of an exercise besides its visible tests."""

    points: float
    """What the tests in the bundle are worth together."""
    parameters: Mapping[str, Sequence[str]]
    """Of the functions that the exercise asks for, to show calls by."""
    misconceptions: tuple[Misconception, ...]
    """Their implementations have a name and nothing else."""
    behaviours: Mapping[tuple[str, str], Behaviour] = field(default_factory=dict)
    """By subject and test, as the session names them."""
    told: tuple[Request, ...] = ()
    """What `reference` had from the model answer."""

    def packed(self) -> bytes:
        """The contents of a file that `read_recording` reads."""
        values: dict[bytes, int] = {}
        body: list[object] = []

        def place(value: object) -> int:
            key = _digest(value)
            if key not in values:
                values[key] = len(body)
                body.append(value)
            return values[key]

        behaviours = [
            [subject, test, behaviour.passed, [_record(r, place) for r in behaviour.records]]
            for (subject, test), behaviour in self.behaviours.items()
        ]
        told = [
            [request.name, place(request.probe), place(request.sent), place(request.value)]
            for request in self.told
        ]
        message = wire.encode(body, _BOUNDS)
        tree = {
            "format": FORMAT,
            "points": self.points,
            "parameters": {name: list(names) for name, names in self.parameters.items()},
            "misconceptions": [
                [m.name, m.target, dict(m.explanation.versions)] for m in self.misconceptions
            ],
            "behaviours": behaviours,
            "told": told,
            "values": message.tree,
        }
        parts = wire.pack(tree, message, _BOUNDS, shared=None, threshold=0, base=0)
        return zlib.compress(b"".join(parts), 9)


def recording_of(exercise: Exercise) -> Recording | None:
    """The recording of ``exercise`` in its bundle; None in a course that is no bundle.

    Raises RecordingError if it is missing or damaged.
    """
    return read_recording(recorded_file(exercise)) if is_bundle(exercise.root) else None


def read_recording(file: Path) -> Recording:
    """Raises RecordingError."""
    try:
        data = _unpacked(file.read_bytes())
        header, inline, _ = wire.unpack_prefix(data[: wire.PREFIX.size], _BOUNDS)
        start = wire.PREFIX.size
        tree = wire.parse(data[start : start + header])
        if tree["format"] != FORMAT:
            raise RecordingError(f"{file} is of format {tree['format']!r}, not {FORMAT}")
        buffers = memoryview(data)[start + header : start + header + inline]
        # Restored, since functions that were sent are among what was asked.
        values, _ = wire.decode(
            tree["values"], _BOUNDS, inline=buffers, size=len(buffers), restore=True
        )
        return _recording(tree, values)
    except (OSError, zlib.error, wire.WireError) as error:
        raise RecordingError(f"{file} can't be read: {error}") from None
    except RecordingError:
        raise
    except Exception as error:  # whatever else a file may hold that `packed` did not write
        raise RecordingError(f"{file} is damaged: {type(error).__name__}: {error}") from None


def size_of(behaviour: Behaviour) -> int:
    """Bytes of the values in it; of very large ones any that are more than a recording holds."""
    values = [record.value for record in behaviour.records]
    try:
        message = wire.encode(values, _BOUNDS)
    except wire.TooLarge:
        return _BOUNDS.bytes
    return message.size + len(json.dumps(message.tree))


def _unpacked(data: bytes) -> bytes:
    decompressor = zlib.decompressobj()
    unpacked = decompressor.decompress(data, _BOUNDS.bytes + _BOUNDS.header)
    if not decompressor.eof:
        raise RecordingError("it is cut short, or unpacks to far more than it should")
    return unpacked


def _recording(tree: Mapping[str, object], values: object) -> Recording:
    assert isinstance(values, list)
    told, parameters = tree["told"], tree["parameters"]
    behaviours, misconceptions = tree["behaviours"], tree["misconceptions"]
    assert isinstance(told, list) and isinstance(parameters, dict)
    assert isinstance(behaviours, list) and isinstance(misconceptions, list)
    return Recording(
        points=float(str(tree["points"])),
        parameters=parameters,
        misconceptions=tuple(
            Misconception(target, Text.from_mapping(explanation), _Absent(name))
            for name, target, explanation in misconceptions
        ),
        behaviours={
            (subject, test): Behaviour(
                tuple(_recorded(record, values) for record in records), passed
            )
            for subject, test, passed, records in behaviours
        },
        told=tuple(
            Request(name, values[probe], values[sent], values[value])
            for name, probe, sent, value in told
        ),
    )


def _record(record: Record, place: Callable[[object], int]) -> list[object]:
    failure = record.failure
    if failure is None:
        return [record.name, place(record.value)]
    details = {key: failure.details[key] for key in _DETAILS if key in failure.details}
    return [record.name, failure.kind.value, details]


def _recorded(tree: list[object], values: list[object]) -> Record:
    match tree:
        case [str(name), int(place)]:
            return Record(name, (), {}, value=values[place])
        case [str(name), str(kind), dict(details)]:
            return Record(name, (), {}, failure=Failure(Kind(kind), details=details))
    raise RecordingError("a record of no known form")


def _digest(value: object) -> bytes:
    message = wire.encode(value, _BOUNDS)
    digest = hashlib.sha256(json.dumps(message.tree).encode())
    for buffer in message.buffers:
        digest.update(buffer)
    return digest.digest()


def _resemble(one: object, other: object) -> bool:
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)):
        return len(one) == len(other) and all(map(_resemble, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_resemble(one[k], other[k]) for k in one)
    if isinstance(one, wire.FunctionSource):
        return one == other
    try:
        return compare(one, other, rtol=_ROUNDING, atol=_ROUNDING, dtype=True) is None
    except (TypeError, ValueError):
        return one == other


class RecordedSeat(Seat):
    """The model answer's place in a bundle: it says what it said when the bundle was made."""

    def __init__(self, recording: Recording, limits: Limits) -> None:
        super().__init__(_nowhere, Failure(Kind.UNRECORDED, Blame.ENGINE), limits)
        self._model = _ModelAnswer(recording.told)

    def call(self, seed: int, ask: Callable[[StudentProcess], Reply]) -> Reply:
        return ask(self._model)  # type: ignore[arg-type]  # it answers the two calls of a Trial


def _nowhere() -> Sandbox:
    raise AssertionError("a bundle has no model answer to start")


class _ModelAnswer:
    """Answers as `StudentProcess` does."""

    def __init__(self, told: Sequence[Request]) -> None:
        self._told = told
        self._exact = {request.key(): request for request in told}

    def call(
        self, name: str, args: Sequence[object], kwargs: Mapping[str, object], **_: object
    ) -> Reply:
        return self._answer(Request(name, None, (tuple(args), dict(kwargs))))

    def run(self, probe: wire.FunctionSource, args: Sequence[object], **_: object) -> Reply:
        return self._answer(Request(probe.name, probe, (tuple(args), {})))

    def _answer(self, asked: Request) -> Reply:
        found = self._exact.get(asked.key())
        if found is None:
            near = [request for request in self._told if request.resembles(asked)]
            if len(near) != 1:
                raise CallFailed(Failure(Kind.UNRECORDED, Blame.ENGINE))
            found = near[0]
        return Reply(found.value, (), ())


class Recorder:
    """Keeps what a session finds out for `Recording`."""

    def __init__(self) -> None:
        self.behaviours: dict[str, dict[tuple[str, str], Behaviour]] = {}
        self.told: dict[str, Sequence[Record]] = {}
        """What `reference` asked of the model answer while that was the subject."""

    def note(self, exercise: str, subject: str, test: str, behaviour: Behaviour) -> None:
        self.behaviours.setdefault(exercise, {})[subject, test] = behaviour
