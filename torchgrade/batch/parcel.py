"""Works on their way to a machine of a cluster, and what comes back: JSON, compressed.

Plain data both ways: nothing of the engine's is pickled, and a scheduler has only bytes to carry.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from torchgrade.grading.messages import Work
from torchgrade.result import ExerciseResult
from torchgrade.result_tree import from_tree, to_tree

__all__ = ["Reply", "TooLow", "read_works", "write_works"]


def write_works(works: Sequence[Work]) -> bytes:
    """``works`` in their order."""
    return _write([work.tree() for work in works])


def read_works(data: bytes) -> Sequence[Work]:
    """What `write_works` wrote."""
    return [Work.from_tree(tree) for tree in _read(data)]


@dataclass(frozen=True)
class TooLow:
    """Student code can't be confined there as it must be; nothing was run."""

    level: str
    required: str
    reason: str


@dataclass
class Reply:
    """What became of the works of one parcel, by their index. Those not named were not begun."""

    results: dict[int, ExerciseResult] = field(default_factory=dict)
    died: dict[int, str] = field(default_factory=dict)
    """What is told of the end of the process that was at a work."""
    fault: str = ""
    """Why there was no going on."""
    too_low: TooLow | None = None
    paused: bool = False
    """Those not named were put off, since there were results to send."""
    stranger: bool = False
    """Nobody has set up anything to grade with there, or it has been put away again."""

    def write(self, places: Mapping[str, str]) -> bytes:
        """As bytes; ``places`` are names of folders there and what they are called here."""
        tree: dict[str, object] = {
            "results": [[index, to_tree(result)] for index, result in self.results.items()],
            "died": [[index, message] for index, message in self.died.items()],
            "fault": self.fault,
            "paused": self.paused,
            "stranger": self.stranger,
        }
        if self.too_low is not None:
            tree["too_low"] = [self.too_low.level, self.too_low.required, self.too_low.reason]
        return _write(tree, places)

    @classmethod
    def read(cls, data: bytes) -> Reply:
        """What `write` wrote. Raises ValueError if it is nothing of the kind."""
        tree = _read(data)
        return cls(
            results={int(index): from_tree(result) for index, result in tree["results"]},
            died={int(index): str(message) for index, message in tree["died"]},
            fault=str(tree["fault"]),
            too_low=TooLow(*map(str, tree["too_low"])) if "too_low" in tree else None,
            paused=bool(tree["paused"]),
            stranger=bool(tree["stranger"]),
        )


def _write(tree: object, places: Mapping[str, str] | None = None) -> bytes:
    text = json.dumps(tree, separators=(",", ":"))
    for there, here in (places or {}).items():
        text = text.replace(json.dumps(there)[1:-1], json.dumps(here)[1:-1])
    return zlib.compress(text.encode("ascii"), 1)


def _read(data: bytes):  # type: ignore[no-untyped-def]  # JSON is whatever was written
    return json.loads(zlib.decompress(data))
