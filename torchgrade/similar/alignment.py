"""Which parts two answers have in common, wherever they stand in each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from torchgrade.similar.fingerprint import LENGTH, Fingerprint

__all__ = ["Part", "aligned"]

_SHORTEST: Final = 2
"""Tokens; a bracket alone is not worth a mark."""
_MEETINGS: Final = 20_000
"""Places where the same fingerprint stands in both that are looked at, in hostile files."""


@dataclass(frozen=True)
class Part:
    """A stretch of one source."""

    start: int
    end: int
    """Characters; the end is exclusive."""
    number: int
    """Of the stretch that is the same in the other source, from 1; 0 for what was handed out."""


def aligned(one: Fingerprint, other: Fingerprint) -> tuple[list[Part], list[Part]]:
    """The parts of both sources in their order; what is in none is each author's own."""
    used = (one.given.copy(), other.given.copy())
    blocks: list[tuple[int, int, int]] = []
    for left, right in _meetings(one, other):
        # What is shared may lie around a piece of what was handed out.
        for offset in range(LENGTH):
            at, there = left + offset, right + offset
            if used[0][at] or used[1][there]:
                continue
            before, after = _extent(one, other, used, at, there)
            start, length = at - before, before + after
            used[0][start : start + length] = True
            used[1][there - before : there - before + length] = True
            if length >= _SHORTEST:
                blocks.append((start, there - before, length))
    blocks.sort()
    sides = []
    for side, found in enumerate((one, other)):
        parts = [
            _part(found, block[side], block[side] + block[2], number)
            for number, block in enumerate(blocks, 1)
        ]
        parts += [_part(found, start, end, 0) for start, end in _stretches(found.given)]
        sides.append(sorted(parts, key=lambda part: part.start))
    return sides[0], sides[1]


def _meetings(one: Fingerprint, other: Fingerprint) -> list[tuple[int, int]]:
    """Where the same rare run begins in both."""
    found: list[tuple[int, int]] = []
    for code in sorted(one.own & other.own, key=lambda code: one.places[code]):
        found += [(left, right) for left in one.places[code] for right in other.places[code]]
        if len(found) > _MEETINGS:
            break
    return found


def _extent(
    one: Fingerprint,
    other: Fingerprint,
    used: tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]],
    left: int,
    right: int,
) -> tuple[int, int]:
    """How many tokens before and from the two places on are the same and free."""

    def same(offset: int) -> bool:
        a, b = left + offset, right + offset
        return (
            0 <= a < len(one.tokens)
            and 0 <= b < len(other.tokens)
            and not used[0][a]
            and not used[1][b]
            and one.tokens.codes[a] == other.tokens.codes[b]
        )

    after = 0
    while same(after):
        after += 1
    before = 0
    while same(-before - 1):
        before += 1
    return before, after


def _part(found: Fingerprint, start: int, end: int, number: int) -> Part:
    return Part(int(found.tokens.starts[start]), int(found.tokens.ends[end - 1]), number)


def _stretches(covered: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate(([0], covered.astype(np.int8), [0]))))
    return [(int(a), int(b)) for a, b in edges.reshape(-1, 2)]
