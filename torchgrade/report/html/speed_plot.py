"""Drawings of what a timed test measured, as SVG: ratios on a logarithmic axis, time by size.

They stand on pages of ours and in notebooks, on white and on black, so they bring no style sheet:
lines and text take the page's own colour, and what belongs to the student has a colour that can be
seen on both, a shape of its own, and a label. It needs nothing besides Python, as students'
notebooks use it too. The numbers stand beside a drawing on the page (`torchgrade.report.speed`).
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import product
from typing import Final, TypeGuard

from torchgrade.i18n import Catalogue
from torchgrade.report.fill import fill
from torchgrade.report.inert import one_line
from torchgrade.report.speed import duration, times
from torchgrade.timing.model import Growth, TimedSize, Timing

__all__ = ["speed_plots"]

_WIDTH: Final = 400
_FONT: Final = 13
_LANE: Final = 17
"""Height of a line of labels."""
_SIDE: Final = 10
_GAP: Final = 6
"""Between a label and whatever stands beside it."""
_OWN: Final = "#3d84d6"
"""Seen on white as on black."""
_FAINT: Final = 'stroke="currentColor" stroke-opacity=".18"'
_MOST_TICKS: Final = 8
_WORD: Final = 40
"""Characters of a label that an author wrote."""


def speed_plots(timing: Timing, _: Catalogue) -> Sequence[str]:
    """SVG for each thing that was measured and can be drawn."""
    drawn = []
    if any(_drawable(size) for size in timing.sizes):
        drawn.append(_ratio_plot(timing, _))
    if timing.growth is not None and len(_steps(timing.growth)) > 1:
        drawn.append(_growth_plot(timing.growth, _))
    return drawn


def _svg(height: float, title: str, told: str, pieces: Sequence[str]) -> str:
    return (
        f'<svg class="speed-plot" viewBox="0 0 {_WIDTH} {height:.0f}" width="100%" role="img"'
        f' aria-label="{escape(f"{title}: {told}")}" font-size="{_FONT}"'
        f' fill="currentColor"><title>{escape(title)}</title><desc>{escape(told)}</desc>'
        f"{''.join(pieces)}</svg>"
    )


# Ratios -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Mark:
    """Something on the axis with its label."""

    kind: str
    x: float
    text: str

    @property
    def width(self) -> float:
        return _text_width(self.text, bold=self.kind == "own")


@dataclass(frozen=True)
class _Placed:
    """A label that has found its place: in a lane, counted from the axis up."""

    mark: _Mark
    lane: int
    side: str
    """Of its line: ``start`` if it begins there, ``end`` or ``middle``."""

    @property
    def anchor(self) -> float:
        return self.mark.x + {"start": 4, "middle": 0, "end": -4}[self.side]

    @property
    def left(self) -> float:
        return self.anchor - self.mark.width * {"start": 0, "middle": 0.5, "end": 1}[self.side]

    @property
    def right(self) -> float:
        return self.left + self.mark.width


def _ratio_plot(timing: Timing, _: Catalogue) -> str:
    scale = _Scale.over([1.0, *(value for size in timing.sizes for value in _values(size))])
    several = len(timing.sizes) > 1
    grid: list[str] = []
    rows: list[str] = []
    y = 2.0
    told = []
    for number, size in enumerate(timing.sizes):
        marks = _marks(size, scale, _, reference=number == 0)
        name = fill(_("size {size}"), size=one_line(size.size, _WORD))
        if several:
            rows.append(_text(_SIDE, y + _FONT, name, "start", soft=True))
            y += _LANE
        placed = _without_collisions(marks)
        top = y
        y += _LANE * (1 + max((each.lane for each in placed), default=-1)) + 12
        rows += _row(size, placed, scale, top, y)
        y += 14
        grid += [
            f'<path d="M{scale.x(tick):.1f} {top:.1f}V{y:.1f}" fill="none" {_FAINT}/>'
            for tick in scale.ticks
        ]
        said = ", ".join(mark.text for mark in marks)
        told.append(fill(_("{size}: {marks}"), size=name, marks=said) if several else said)
    floor = y
    axis = [_text(scale.x(tick), floor + 15, _tick(tick), "middle") for tick in scale.ticks]
    axis += [
        _text(_SIDE, floor + 33, _("← faster"), "start", soft=True),
        _text(_WIDTH - _SIDE, floor + 33, _("slower →"), "end", soft=True),
    ]
    title = _("Times as long as the reference")
    return _svg(floor + 39, title, "; ".join(told), [*grid, *rows, *axis])


def _drawable(size: TimedSize) -> bool:
    return _has_place(size.ratio)


def _has_place(value: float | None) -> TypeGuard[float]:
    """Whether it can be on a logarithmic axis; nothing that was measured is beyond."""
    return value is not None and 1e-12 < value < 1e12


def _values(size: TimedSize) -> Iterator[float]:
    """What the axis must hold."""
    known = (size.ratio, size.low, size.high, size.model, size.naive)
    yield from (each for each in known if _has_place(each))
    if not _has_place(size.high) and _drawable(size):
        yield 1.5 * size.ratio


def _marks(size: TimedSize, scale: _Scale, _: Catalogue, *, reference: bool) -> list[_Mark]:
    marks = [_Mark("reference", scale.x(1.0), _("reference"))] if reference else []
    for kind, word, value in (
        ("model", _("model answer {ratio}"), size.model),
        ("naive", _("naive answer {ratio}"), size.naive),
    ):
        if _has_place(value):
            marks.append(_Mark(kind, scale.x(value), fill(word, ratio=times(value))))
    if _drawable(size):
        word = _("your code {ratio}") if size.high < math.inf else _("your code over {ratio}")
        marks.append(_Mark("own", scale.x(size.ratio), fill(word, ratio=times(size.ratio))))
    return marks


def _row(
    size: TimedSize, placed: Sequence[_Placed], scale: _Scale, top: float, y: float
) -> list[str]:
    """One axis at ``y`` with its marks, and their labels from ``top`` down."""
    parts = [
        f'<path d="M{_SIDE} {y:.1f}H{_WIDTH - _SIDE}" stroke="currentColor" stroke-opacity=".4"/>'
    ]
    for each in placed:
        x, base = each.mark.x, y - 12 - _LANE * each.lane
        color = _OWN if each.mark.kind == "own" else "currentColor"
        # A line leads from the mark to the side of its label or to its middle.
        start = base + 3 if each.side == "middle" else base - 10
        parts.append(
            f'<path d="M{x:.1f} {start:.1f}V{y:.1f}" stroke="{color}" stroke-opacity=".6"/>'
        )
        bold = each.mark.kind == "own"
        parts.append(_text(each.anchor, base, each.mark.text, each.side, bold=bold))
    parts.append(_shape("reference", scale.x(1.0), y))
    parts += [_shape(e.mark.kind, e.mark.x, y) for e in placed if e.mark.kind in ("model", "naive")]
    if _drawable(size):
        x = scale.x(size.ratio)
        low = scale.x(size.low) if _has_place(size.low) else float(_SIDE)
        high = scale.x(size.high) if _has_place(size.high) else float(_WIDTH - _SIDE)
        tip = "" if _has_place(size.high) else f"M{high - 6:.1f} {y - 4:.1f}l6 4l-6 4"
        parts.append(
            f'<path d="M{low:.1f} {y:.1f}H{high:.1f}M{low:.1f} {y - 5:.1f}v10'
            f'{tip or f"M{high:.1f} {y - 5:.1f}v10"}" fill="none" stroke="{_OWN}"'
            ' stroke-width="2.5"/>'
        )
        parts.append(_shape("own", x, y))
    return parts


def _shape(kind: str, x: float, y: float) -> str:
    """Shapes of different sizes, so that none is hidden where they meet."""
    match kind:
        case "own":
            return f'<path d="M{x:.1f} {y - 5:.1f}l5 5l-5 5l-5-5z" fill="{_OWN}"/>'
        case "model":
            return (
                f'<circle cx="{x:.1f}" cy="{y:.1f}" r="6.5" fill="none" stroke="currentColor"'
                ' stroke-width="1.6"/>'
            )
        case "naive":
            return (
                f'<rect x="{x - 5.5:.1f}" y="{y - 5.5:.1f}" width="11" height="11" fill="none"'
                ' stroke="currentColor" stroke-width="1.6"/>'
            )
        case _reference:
            return f'<path d="M{x:.1f} {y - 9:.1f}v18" stroke="currentColor" stroke-width="2.5"/>'


def _without_collisions(marks: Sequence[_Mark]) -> list[_Placed]:
    """Labels in as few lanes as it takes for none to lie on another or on another's line."""
    for lanes in range(1, len(marks) + 1):
        for order in product(range(lanes), repeat=len(marks)):
            found = _sides(marks, order, [])
            if found is not None:
                return found
    # Labels as long as the axis: one below the other, and lines may cross them.
    return [
        _Placed(mark, lane, "start" if mark.x < _WIDTH / 2 else "end")
        for lane, mark in enumerate(marks)
    ]


def _sides(
    marks: Sequence[_Mark], lanes: Sequence[int], placed: list[_Placed]
) -> list[_Placed] | None:
    """Each label right of its line, left of it or above it, if there is a way."""
    if len(placed) == len(marks):
        return placed
    mark, lane = marks[len(placed)], lanes[len(placed)]
    for side in ("start", "end", "middle"):
        each = _Placed(mark, lane, side)
        fits = each.left >= 0 and each.right <= _WIDTH
        if fits and not any(_collide(each, other) for other in placed):
            found = _sides(marks, lanes, [*placed, each])
            if found is not None:
                return found
    return None


def _collide(one: _Placed, other: _Placed) -> bool:
    if one.lane == other.lane:
        return one.left < other.right + _GAP and other.left < one.right + _GAP
    low, high = (one, other) if one.lane < other.lane else (other, one)
    return low.left - 2 < high.mark.x < low.right + 2


# Growth -----------------------------------------------------------------------------------------

_TOP: Final = 14
_PLOT: Final = 170
"""Height within the axes."""


def _growth_plot(growth: Growth, _: Catalogue) -> str:
    steps = _steps(growth)
    own, allowed = _("Your code"), _("As expected")
    first, start = steps[0]
    last = steps[-1][0]
    line = [(size, start * (size / first) ** growth.expected) for size in (first, last)]
    seconds = [time for _size, time in (*steps, *line)]
    margin = max(_text_width(own, bold=True), _text_width(allowed)) + _GAP
    y = _Scale.over(seconds, _TOP + _PLOT, _TOP, least=10.0)
    labels = [duration(tick) for tick in y.ticks]
    left = max(map(_text_width, labels)) + _GAP + 4
    x = _Scale.over([size for size, _time in steps], left + 8, _WIDTH - margin - 8, least=1.0)
    floor = _TOP + _PLOT
    parts = []
    for tick, label in zip(y.ticks, labels, strict=True):
        at = y.x(tick)
        parts.append(f'<path d="M{left:.1f} {at:.1f}H{_WIDTH - margin:.1f}" {_FAINT}/>')
        parts.append(_text(left - _GAP, at + 4, label, "end"))
    parts.append(
        f'<path d="M{left:.1f} {_TOP - 6}V{floor}H{_WIDTH - margin:.1f}" fill="none"'
        ' stroke="currentColor" stroke-opacity=".6"/>'
    )
    free = 0.0
    for size, _time in steps:
        at, label = x.x(size), f"{size:,g}"
        half = _text_width(label) / 2
        parts.append(f'<path d="M{at:.1f} {floor}v4" stroke="currentColor" stroke-opacity=".6"/>')
        if at - half >= free:
            parts.append(_text(at, floor + 17, label, "middle"))
            free = at + half + _GAP
    parts.append(_text(_WIDTH - margin, floor + 35, _("size →"), "end", soft=True))
    ends = [(x.x(size), y.x(time)) for size, time in line]
    parts.append(
        f'<path d="M{ends[0][0]:.1f} {ends[0][1]:.1f}L{ends[1][0]:.1f} {ends[1][1]:.1f}"'
        ' stroke="currentColor" stroke-width="1.6" stroke-dasharray="6 4"/>'
    )
    points = [(x.x(size), y.x(time)) for size, time in steps]
    path = "L".join(f"{at:.1f} {height:.1f}" for at, height in points)
    parts.append(f'<path d="M{path}" fill="none" stroke="{_OWN}" stroke-width="2.5"/>')
    parts += [_shape("own", at, height) for at, height in points]
    beside = _WIDTH - margin + _GAP - 4
    mine, theirs = _apart(points[-1][1], ends[1][1], _TOP, floor)
    parts.append(_text(beside, mine + 4, own, "start", bold=True))
    parts.append(_text(beside, theirs + 4, allowed, "start"))
    told = ", ".join(f"{size:g}: {duration(time)}" for size, time in steps)
    return _svg(floor + 41, _("Time by size"), told, parts)


def _steps(growth: Growth) -> list[tuple[float, float]]:
    """(size, seconds) where both have a logarithm, by size."""
    pairs = zip(growth.sizes, growth.seconds, strict=False)
    return sorted((size, time) for size, time in pairs if _has_place(size) and _has_place(time))


def _apart(one: float, other: float, low: float, high: float) -> tuple[float, float]:
    """Heights of two labels, far enough from each other, and between ``low`` and ``high``."""
    if abs(one - other) >= _LANE:
        return one, other
    middle = min(max((one + other) / 2, low + _LANE / 2), high - _LANE / 2)
    above, below = middle - _LANE / 2, middle + _LANE / 2
    return (above, below) if one <= other else (below, above)


# Axes and text ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Scale:
    """A logarithmic axis from ``low`` at ``start`` to ``high`` at ``end``."""

    low: float
    high: float
    start: float
    end: float

    @classmethod
    def over(
        cls,
        values: Sequence[float],
        start: float = _SIDE,
        end: float = _WIDTH - _SIDE,
        *,
        least: float = 4.0,
    ) -> _Scale:
        """Room for ``values``, over a factor of at least ``least``; all of it for them if 1."""
        logs = [math.log(value) for value in values]
        low, high = min(logs), max(logs)
        if least > 1:
            missing = max(0.0, math.log(least) - (high - low)) / 2
            room = 0.05 * (high - low + 2 * missing)
            low, high = low - missing - room, high + missing + room
        elif high == low:
            low, high = low - 1, high + 1
        return cls(math.exp(low), math.exp(high), start, end)

    def x(self, value: float) -> float:
        share = math.log(value / self.low) / math.log(self.high / self.low)
        return self.start + (self.end - self.start) * share

    @property
    def ticks(self) -> Sequence[float]:
        """Round values, as many as there is room for."""
        decades = range(math.floor(math.log10(self.low)), math.ceil(math.log10(self.high)) + 1)
        fine = [float(f"{digit}e{decade}") for decade in decades for digit in (1, 2, 5)]
        inside = [tick for tick in fine if self.low <= tick <= self.high]
        if len(inside) <= _MOST_TICKS:
            return inside
        tens = [tick for tick in inside if f"{tick:e}".startswith("1.0")]
        return tens[:: math.ceil(len(tens) / _MOST_TICKS)]


def _tick(value: float) -> str:
    return f"{value:,g}" if value < 1e6 else f"{value:g}"


def _text(
    x: float, y: float, text: str, anchor: str, *, bold: bool = False, soft: bool = False
) -> str:
    looks = (' font-weight="700"' if bold else "") + (' fill-opacity=".75"' if soft else "")
    where = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return f'<text x="{x:.1f}" y="{y:.1f}"{where}{looks}>{escape(text)}</text>'


def _text_width(text: str, *, bold: bool = False) -> float:
    """At most how wide ``text`` is, in whatever font a system has."""
    ems = sum(1.0 if unicodedata.east_asian_width(char) in "WF" else 0.6 for char in text)
    return _FONT * ems * (1.08 if bold else 1.0)
