"""Drawings for the overview of a class, as SVG: histograms and bars.

No drawing is the only place where a number stands: each has its numbers beside it on the page. The
parts of a bar keep one order and differ in lightness as well as in hue.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

__all__ = ["Bin", "Histogram", "Part", "bar", "histogram"]

_BINS: Final = 10
_WIDTH: Final = 480
_HEIGHT: Final = 210
_TOP: Final = 34
"""Room for the median's label."""
_BOTTOM: Final = 26
_SIDE: Final = 12


@dataclass(frozen=True)
class Bin:
    """Students whose share of the points, in percent, lies from ``low`` up to ``high``."""

    low: int
    high: int
    count: int


@dataclass(frozen=True)
class Histogram:
    bins: Sequence[Bin]
    median: float | None
    mean: float | None
    svg: Markup


@dataclass(frozen=True)
class Part:
    """Some of the students that a bar stands for; ``kind`` names its colour."""

    kind: str
    count: int
    word: str


def histogram(shares: Sequence[float], *, label: str, median_word: str) -> Histogram:
    """How ``shares``, each from 0 to 1, are spread. 1 belongs to the last bin."""
    counts = [0] * _BINS
    for share in shares:
        # The small term keeps 0.7 in the bin that begins with it.
        counts[min(_BINS - 1, math.floor(share * _BINS + 1e-9))] += 1
    step = 100 // _BINS
    bins = [Bin(i * step, (i + 1) * step, count) for i, count in enumerate(counts)]
    median = 100 * statistics.median(shares) if shares else None
    mean = 100 * statistics.fmean(shares) if shares else None
    return Histogram(bins, median, mean, _drawn(bins, median, label, median_word))


def _drawn(bins: Sequence[Bin], median: float | None, label: str, median_word: str) -> Markup:
    width = (_WIDTH - 2 * _SIDE) / len(bins)
    floor = _HEIGHT - _BOTTOM
    tallest = max(1, *(b.count for b in bins))
    pieces = []
    labels = []
    for number, each in enumerate(bins):
        left = _SIDE + number * width
        height = (floor - _TOP - 16) * each.count / tallest
        if each.count:
            # However few they are among thousands, they can be seen.
            height = max(2.0, height)
            pieces.append(
                Markup(
                    '<rect class="column" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"/>'
                ).format(left + 2, floor - height, width - 4, height)
            )
            labels.append(
                Markup('<text class="count" x="{:.1f}" y="{:.1f}">{}</text>').format(
                    left + width / 2, floor - height - 5, each.count
                )
            )
    for number in range(len(bins) + 1):
        pieces.append(
            Markup('<text class="tick" x="{:.1f}" y="{}">{}</text>').format(
                _SIDE + number * width, _HEIGHT - 8, f"{number * 100 // len(bins)}"
            )
        )
    pieces.append(Markup('<path class="axis" d="M{} {}H{}"/>').format(_SIDE, floor, _WIDTH - _SIDE))
    if median is not None:
        x = _SIDE + (_WIDTH - 2 * _SIDE) * median / 100
        side = "start" if median < 20 else "end" if median > 80 else "middle"
        pieces.append(Markup('<path class="median" d="M{:.1f} 20V{}"/>').format(x, floor))
        pieces.append(
            Markup('<text class="median-label {}" x="{:.1f}" y="13">{} {:.0f}%</text>').format(
                side, x, median_word, median
            )
        )
    return Markup(
        '<svg class="histogram" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>'
    ).format(_WIDTH, _HEIGHT, label, Markup("").join(pieces + labels))


def bar(parts: Sequence[Part]) -> Markup:
    """One bar divided in proportion; what it says must stand beside it in words."""
    total = sum(part.count for part in parts)
    pieces = []
    left = 0.0
    for part in parts:
        if part.count:
            width = 100 * part.count / total
            pieces.append(
                Markup('<rect class="{}" x="{:.3f}" width="{:.3f}" height="10"/>').format(
                    part.kind, left, width
                )
            )
            left += width
    return Markup(
        '<svg class="stack" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"'
        ' focusable="false"><rect class="track" width="100" height="10"/>{}</svg>'
    ).format(Markup("").join(pieces))
