"""Fingerprints of a source: hashes of short runs of tokens, of which winnowing keeps a few.

Winnowing (Schleimer, Wilkerson, Aiken, SIGMOD 2003; here by copydetect) keeps the least hash of
each window, so that any run of at least `LENGTH` + `WINDOW` - 1 tokens that two sources share has
a fingerprint in common, wherever it stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from copydetect.utils import (  # type: ignore[import-untyped]  # it ships no types
    get_copied_slices,
    winnow,
)

from torchgrade.similar.tokens import Tokens, tokens

__all__ = ["LENGTH", "WINDOW", "Fingerprint", "fingerprint", "runs"]

LENGTH: Final = 10
"""Tokens in a run."""
WINDOW: Final = 4

_BASE: Final = np.uint64(0x9E3779B97F4A7C15)
# copydetect compares hashes as floating-point numbers, which hold integers up to here exactly.
_MASK: Final = np.uint64(2**52 - 1)


@dataclass(frozen=True)
class Fingerprint:
    """What identifies a source."""

    tokens: Tokens
    places: Mapping[int, tuple[int, ...]]
    """Numbers of the tokens at which each of the source's own fingerprints begins."""
    given: npt.NDArray[np.bool_]
    """For each token, whether it is part of what was handed out."""

    @property
    def own(self) -> Set[int]:
        return self.places.keys()


def runs(text: str) -> npt.NDArray[np.uint64]:
    """The hashes of all runs of tokens in ``text``."""
    return _hashes(tokens(text))


def fingerprint(text: str, given: Iterable[npt.NDArray[np.uint64]] = ()) -> Fingerprint:
    """The fingerprint of ``text`` without the runs of what was handed out, ``given``."""
    found = tokens(text)
    hashes = _hashes(found)
    known = np.isin(hashes, np.concatenate([np.empty(0, np.uint64), *given]))
    covered = np.zeros(len(found), dtype=np.bool_)
    if known.any():
        for start, end in get_copied_slices(np.flatnonzero(known), LENGTH).T.astype(int):
            covered[start:end] = True
    places: dict[int, list[int]] = {}
    if len(hashes):
        for code, place in zip(*winnow(hashes, WINDOW, remove_duplicates=False), strict=True):
            if not known[place]:
                places.setdefault(int(code), []).append(int(place))
    return Fingerprint(found, {code: tuple(at) for code, at in places.items()}, covered)


def _hashes(found: Tokens) -> npt.NDArray[np.uint64]:
    count = len(found) - LENGTH + 1
    if count <= 0:
        return np.empty(0, dtype=np.uint64)
    total = np.zeros(count, dtype=np.uint64)
    for offset in range(LENGTH):
        total = total * _BASE + found.codes[offset : offset + count]
    # Spread what differs in a few bits over all of them, so that the least hash is any of them.
    total ^= total >> np.uint64(31)
    total *= np.uint64(0xBF58476D1CE4E5B9)
    total ^= total >> np.uint64(29)
    return total & _MASK
