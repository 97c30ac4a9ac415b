"""What was measured on this device, kept from one session to the next.

The ratios of model and naive answers do not drift with the machine as times do, and marks must not
depend on which of several grader processes measured the ends of the scale. So each is measured once
for a device, a grader and a model answer, and kept with the user's other caches. So is how fast the
reference was when nobody disturbed it: a session that begins on a busy machine could not know.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from torchgrade.atomic import replace_file
from torchgrade.timing.model import Counted

__all__ = ["Anchor", "Anchors", "Pace", "cache_folder"]

_FORMAT = 3
_DAYS = 30


@dataclass(frozen=True)
class Anchor:
    """One answer's ratio at one size."""

    ratio: float
    counted: Counted | None = None


@dataclass(frozen=True)
class Pace:
    """How fast the reference is at one size when nobody disturbs it."""

    inputs: int
    """Of each request; seconds of one input depend on it a little."""
    fastest: tuple[tuple[float, ...], tuple[float, ...]]
    """Of blocks of work and of blocks without: the fastest, in seconds of one input."""


class Anchors:
    """The anchors of one exercise on one device."""

    def __init__(self, folder: Path | None, *identity: bytes | str) -> None:
        """``identity``: all that a ratio depends on. Without a folder nothing outlives this."""
        digest = hashlib.sha256(f"anchors {_FORMAT}".encode())
        for part in identity:
            encoded = part.encode() if isinstance(part, str) else part
            digest.update(len(encoded).to_bytes(8, "big") + encoded)
        self._file = None if folder is None else folder / f"{digest.hexdigest()[:32]}.json"
        self._known: dict[str, Anchor] = {}
        self._paces: dict[str, Pace] = {}
        self._read()

    def get(self, test: str, size: str, who: str) -> Anchor | None:
        """What ``who`` measured in a test at a size, if it is known here."""
        name = _name(test, size, who)
        if name not in self._known:
            self._read()  # another process may have measured it meanwhile
        return self._known.get(name)

    def put(self, test: str, size: str, who: str, anchor: Anchor) -> None:
        self._known[_name(test, size, who)] = anchor
        self._write()

    def pace(self, what: str) -> Pace | None:
        """The reference's in ``what``, if it is known here."""
        return self._paces.get(_digest(what))

    def keep_pace(self, what: str, pace: Pace) -> None:
        if self._paces.get(_digest(what)) != pace:
            self._paces[_digest(what)] = pace
            self._write()

    def _write(self) -> None:
        if self._file is None:
            return
        self._read()  # what others have measured meanwhile
        tree = {
            "anchors": {
                name: [a.ratio, [a.counted.operations, a.counted.flops] if a.counted else None]
                for name, a in self._known.items()
            },
            "paces": {what: [p.inputs, *p.fastest] for what, p in self._paces.items()},
        }
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            replace_file(self._file, json.dumps(tree).encode())
        except OSError:
            self._file = None  # it is measured again the next time

    def _read(self) -> None:
        if self._file is None:
            return
        try:
            if time.time() - os.stat(self._file).st_mtime > _DAYS * 86400:
                return
            tree = json.loads(self._file.read_bytes())
            known = {
                name: Anchor(float(ratio), Counted(*counted) if counted else None)
                for name, (ratio, counted) in tree["anchors"].items()
            }
            paces = {
                what: Pace(int(inputs), (tuple(map(float, work)), tuple(map(float, nulls))))
                for what, (inputs, work, nulls) in tree["paces"].items()
            }
        except (OSError, ValueError, TypeError, AttributeError, KeyError):
            return
        self._known = known | self._known
        self._paces = paces | self._paces


def _digest(what: str) -> str:
    return hashlib.sha256(what.encode()).hexdigest()[:32]


def _name(test: str, size: str, who: str) -> str:
    return json.dumps([test, size, who])


def cache_folder(environment: Mapping[str, str]) -> Path | None:
    """Where anchors are kept: the user's cache, by the XDG base directory specification."""
    base = environment.get("XDG_CACHE_HOME", "")
    if os.path.isabs(base):
        return Path(base, "torchgrade", "timing")
    home = environment.get("HOME", "")
    return Path(home, ".cache", "torchgrade", "timing") if os.path.isabs(home) else None
