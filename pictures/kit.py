"""A small drawing kit for the pictures in statements.

A picture stands in the text of both languages, so it holds numbers, names and code, but no words:
these belong into the sentence around it and into its alternative text. It brings its own
background and follows the reader's choice of light or dark, so it is legible wherever it is shown.
Lengths are in pixels of the picture's own width; y grows downwards.

A module ``pictures/chNN_name.py`` has a function without arguments for each picture of the chapter,
which returns a `Picture`; its name is the name of the file (see `pictures.ch03_indexing`)::

    def gather_rows() -> Picture:
        picture = Picture(320, 120)
        x = picture.grid(20, 40, [[10, 11, 12], [20, 21, 22]], name="x", marks={(0, 2): 1})
        picture.arrow(x.right(0), (250, 60))
        return picture

``python -m pictures ch03`` writes ``exercises/ch03_indexing/pictures/gather_rows.svg``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias
from xml.sax.saxutils import escape, quoteattr

__all__ = ["CELL", "COLOURS", "Grid", "Picture", "Plot", "Point"]

Point: TypeAlias = tuple[float, float]

CELL: Final = 36.0
"""The usual side of a grid's cell."""
_TEXT_DROP: Final = 0.35
"""From the middle of a line of text down to its base line, in font sizes."""
_WIDTH_OF_LETTER: Final = 0.6
"""Of the monospaced font, in font sizes."""

COLOURS: Final[Mapping[str, tuple[str, str]]] = {
    "paper": ("#ffffff", "#1c1f24"),
    "ink": ("#1f2328", "#e6e8eb"),
    "muted": ("#59616b", "#a3abb5"),
    "rule": ("#c3c9d1", "#4a525c"),
    "hue1": ("#0b57a4", "#8cc2ff"),
    "hue2": ("#a33b00", "#ffb27a"),
    "hue3": ("#1c6b3c", "#86d8a4"),
    "hue4": ("#7b2d8b", "#dfa5ea"),
    "fill1": ("#d9eaff", "#173a5e"),
    "fill2": ("#ffe6d5", "#5a2f12"),
    "fill3": ("#d8f2e0", "#17452a"),
    "fill4": ("#f3dff7", "#4a2153"),
}
"""Of each name: in light and in dark surroundings. Texts are ink, muted or a hue."""


def _number(value: float) -> str:
    text = f"{value:.1f}"
    return text[:-2] if text.endswith(".0") else text


def _points(points: Iterable[Point]) -> str:
    return " ".join(f"{_number(x)},{_number(y)}" for x, y in points)


@dataclass(frozen=True)
class Grid:
    """Where a drawn grid is: for arrows and brackets."""

    x: float
    y: float
    rows: int
    columns: int
    cell: float
    cell_width: float

    @property
    def width(self) -> float:
        return self.columns * self.cell_width

    @property
    def height(self) -> float:
        return self.rows * self.cell

    def middle(self, row: int, column: int) -> Point:
        """The middle of a cell."""
        return (self.x + (column + 0.5) * self.cell_width, self.y + (row + 0.5) * self.cell)

    def top(self, column: int, row: int = 0) -> Point:
        """The middle of a cell's upper side."""
        return (self.middle(row, column)[0], self.y + row * self.cell)

    def bottom(self, column: int, row: int = -1) -> Point:
        """The middle of a cell's lower side."""
        return (self.middle(0, column)[0], self.y + (row % self.rows + 1) * self.cell)

    def left(self, row: int) -> Point:
        """The middle of the left side of a row."""
        return (self.x, self.middle(row, 0)[1])

    def right(self, row: int) -> Point:
        """The middle of the right side of a row."""
        return (self.x + self.width, self.middle(row, 0)[1])


@dataclass
class Picture:
    """A drawing of ``width`` times ``height`` pixels."""

    width: float
    height: float
    _parts: list[str] = field(default_factory=list)

    def text(
        self,
        x: float,
        y: float,
        text: object,
        *,
        colour: str = "ink",
        size: float = 14,
        anchor: str = "middle",
        bold: bool = False,
    ) -> None:
        """``text`` in the monospaced font with its middle line at ``y``.

        ``anchor`` is ``start``, ``middle`` or ``end``: the part of it that is at ``x``. Raises
        ValueError if the text would be cut off at an edge.
        """
        length = len(str(text)) * size * _WIDTH_OF_LETTER
        left = x - {"start": 0.0, "middle": 0.5, "end": 1.0}[anchor] * length
        inside = left >= 0 and left + length <= self.width
        if not (inside and size / 2 <= y <= self.height - size / 2):
            raise ValueError(f"{text!r} at ({x:g}, {y:g}) leaves the picture")
        weight = ' font-weight="600"' if bold else ""
        self._parts.append(
            f'<text class="{colour}" x="{_number(x)}" y="{_number(y + size * _TEXT_DROP)}"'
            f' font-size="{_number(size)}" text-anchor="{anchor}"{weight}>'
            f"{escape(str(text))}</text>"
        )

    def grid(
        self,
        x: float,
        y: float,
        rows: Sequence[Sequence[object]],
        *,
        name: str = "",
        marks: Mapping[tuple[int, int], int] | None = None,
        faint: Iterable[tuple[int, int]] = (),
        cell: float = CELL,
        cell_width: float | None = None,
        indices: bool = False,
        size: float = 14,
    ) -> Grid:
        """A matrix of cells with their contents; a vector is one row.

        Args:
            x: left side of the first cell.
            y: upper side of the first cell; ``name`` stands above it, and so do the ``indices`` of
                columns, those of rows to the left (26 pixels are enough for each).
            rows: what stands in the cells; ``None`` for a place without a cell.
            name: such as ``x`` or ``index (2, 2)``.
            marks: the colour (1 to 4) of cells, by (row, column).
            faint: cells that are there only in thought, such as those that broadcasting repeats.
        """
        width = cell if cell_width is None else cell_width
        grid = Grid(x, y, len(rows), max((len(row) for row in rows), default=0), cell, width)
        faded, marked = set(faint), dict(marks or {})
        for r, row in enumerate(rows):
            for c, content in enumerate(row):
                if content is None:
                    continue
                mark, dim = marked.get((r, c)), (r, c) in faded
                fill = f"fill{mark}" if mark else "empty"
                dash = ' stroke-dasharray="3 3"' if dim else ""
                self._parts.append(
                    f'<rect class="{fill} rule-line" x="{_number(x + c * width)}"'
                    f' y="{_number(y + r * cell)}" width="{_number(width)}"'
                    f' height="{_number(cell)}"{dash}/>'
                )
                colour = "muted" if dim else f"hue{mark}" if mark else "ink"
                middle = grid.middle(r, c)
                self.text(*middle, content, colour=colour, size=size, bold=mark is not None)
        if indices:
            for c in range(grid.columns):
                self.text(grid.top(c)[0], y - 11, c, colour="muted", size=11)
            for r in range(grid.rows):
                self.text(x - 10, grid.left(r)[1], r, colour="muted", size=11)
        if name:
            above = 28 if indices else 14
            self.text(x, y - above, name, colour="muted", anchor="start", size=13)
        return grid

    def box(
        self,
        x: float,
        y: float,
        text: object,
        *,
        colour: int = 0,
        width: float | None = None,
        height: float = 30,
        size: float = 14,
        dashed: bool = False,
    ) -> Grid:
        """A rounded box with its middle at (x, y), such as a node of a graph; colour 1 to 4."""
        if width is None:
            width = len(str(text)) * size * _WIDTH_OF_LETTER + 22
        left, top = x - width / 2, y - height / 2
        fill = f"fill{colour}" if colour else "empty"
        dash = ' stroke-dasharray="4 3"' if dashed else ""
        self._parts.append(
            f'<rect class="{fill} rule-line" x="{_number(left)}" y="{_number(top)}"'
            f' width="{_number(width)}" height="{_number(height)}" rx="7"{dash}/>'
        )
        self.text(x, y, text, colour=f"hue{colour}" if colour else "ink", size=size)
        return Grid(left, top, 1, 1, height, width)

    def line(
        self,
        points: Sequence[Point],
        *,
        colour: str = "ink",
        width: float = 1.5,
        dashed: bool = False,
    ) -> None:
        """A line through ``points``."""
        dash = ' stroke-dasharray="5 4"' if dashed else ""
        self._parts.append(
            f'<polyline class="{colour}-line" points="{_points(points)}"'
            f' stroke-width="{_number(width)}"{dash}/>'
        )

    def arrow(
        self,
        start: Point,
        end: Point,
        *,
        colour: str = "muted",
        bend: float = 0.0,
        dashed: bool = False,
        gap: float = 4.0,
    ) -> None:
        """An arrow that keeps ``gap`` from both points.

        ``bend`` is how far its middle is shifted to the right of its direction, in its lengths.
        """
        dx, dy = end[0] - start[0], end[1] - start[1]
        length = math.hypot(dx, dy)
        control = (
            (start[0] + end[0]) / 2 - dy * bend,
            (start[1] + end[1]) / 2 + dx * bend,
        )

        def towards(origin: Point, goal: Point, distance: float) -> Point:
            way = math.hypot(goal[0] - origin[0], goal[1] - origin[1]) or length
            share = distance / way
            return (
                origin[0] + (goal[0] - origin[0]) * share,
                origin[1] + (goal[1] - origin[1]) * share,
            )

        tail, tip = towards(start, control, gap), towards(end, control, gap)
        neck = towards(tip, control, 7)
        across = ((tip[1] - neck[1]) * 0.5, (neck[0] - tip[0]) * 0.5)
        head = [
            tip,
            (neck[0] + across[0], neck[1] + across[1]),
            (neck[0] - across[0], neck[1] - across[1]),
        ]
        dash = ' stroke-dasharray="5 4"' if dashed else ""
        self._parts.append(
            f'<path class="{colour}-line" d="M{_points([tail])} Q{_points([control])}'
            f' {_points([neck])}" stroke-width="1.5"{dash}/>'
            f'<polygon class="{colour}" points="{_points(head)}"/>'
        )

    def dot(self, x: float, y: float, *, colour: str = "ink") -> None:
        """A small disc with its middle at (x, y)."""
        self._parts.append(
            f'<circle class="{colour}" cx="{_number(x)}" cy="{_number(y)}" r="3.5"/>'
        )

    def cross(self, x: float, y: float, *, size: float = 8, colour: str = "hue2") -> None:
        """A cross with its middle at (x, y): what is cut or fails."""
        for sign in (1, -1):
            ends = [(x - size, y - sign * size), (x + size, y + sign * size)]
            self.line(ends, colour=colour, width=2.5)

    def bracket(
        self,
        start: Point,
        end: Point,
        label: object = "",
        *,
        colour: str = "muted",
        drop: float = 8,
    ) -> None:
        """A bracket below the level line from ``start`` to ``end`` (above it if ``drop`` < 0)."""
        (x0, y), (x1, _) = start, end
        self.line([(x0, y), (x0, y + drop), (x1, y + drop), (x1, y)], colour=colour)
        if label != "":
            self.text(
                (x0 + x1) / 2, y + drop + math.copysign(11, drop), label, colour=colour, size=12
            )

    def plot(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        across: tuple[float, float],
        up: tuple[float, float],
        ticks_across: Sequence[float] = (),
        ticks_up: Sequence[float] = (),
        labels_up: Sequence[object] | None = None,
        labels_across: Sequence[object] | None = None,
    ) -> Plot:
        """Axes with the upper left corner of their field at (x, y).

        ``across`` and ``up`` are the ranges; ticks are labelled with their numbers, or with the
        labels that are given (for a logarithmic axis, hand over logarithms and label them).
        """
        plot = Plot(self, x, y, width, height, across, up)
        for value, label in zip(ticks_up, labels_up or ticks_up, strict=True):
            level = plot.at(across[0], value)[1]
            self.line([(x, level), (x + width, level)], colour="rule", width=1)
            self.text(x - 6, level, _label(label), colour="muted", size=11, anchor="end")
        for value, label in zip(ticks_across, labels_across or ticks_across, strict=True):
            place = plot.at(value, up[0])[0]
            self.line([(place, y + height), (place, y + height + 4)], colour="muted", width=1)
            self.text(place, y + height + 13, _label(label), colour="muted", size=11)
        self.line([(x, y), (x, y + height), (x + width, y + height)], colour="muted", width=1)
        return plot

    def svg(self) -> str:
        """The picture as an SVG file."""
        light = _style(0)
        dark = _style(1)
        width, height = _number(self.width), _number(self.height)
        font = "ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace"
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"'
            f' viewBox="0 0 {width} {height}" font-family={quoteattr(font)}>'
        )
        style = (
            f"<style>{light}.empty{{fill:none}}polyline,path{{fill:none}}"
            f"@media(prefers-color-scheme:dark){{{dark}}}</style>"
        )
        paper = f'<rect class="paper" width="{width}" height="{height}" rx="8"/>'
        return "\n".join([head, style, paper, *self._parts, "</svg>", ""])


@dataclass(frozen=True)
class Plot:
    """A field with axes in a picture."""

    picture: Picture
    x: float
    y: float
    width: float
    height: float
    across: tuple[float, float]
    up: tuple[float, float]

    def at(self, across: float, up: float) -> Point:
        """Where a point of the field is in the picture."""
        (left, right), (low, high) = self.across, self.up
        return (
            self.x + self.width * (across - left) / (right - left),
            self.y + self.height * (high - up) / (high - low),
        )

    def curve(
        self,
        function: Callable[[float], float],
        *,
        colour: str = "hue1",
        name: str = "",
        samples: int = 121,
        dashed: bool = False,
    ) -> None:
        """The graph of ``function`` as far as it is within the field, its name at its end."""
        left, right = self.across
        low, high = self.up
        pieces: list[list[Point]] = [[]]
        for step in range(samples):
            place = left + (right - left) * step / (samples - 1)
            value = function(place)
            if low <= value <= high:
                pieces[-1].append(self.at(place, value))
            elif pieces[-1]:
                pieces.append([])
        drawn = [piece for piece in pieces if len(piece) > 1]
        for piece in drawn:
            self.picture.line(piece, colour=colour, width=2, dashed=dashed)
        if name and drawn:
            x, y = drawn[-1][-1]
            self.picture.text(x + 6, y, name, colour=colour, anchor="start", size=12)

    def dots(self, points: Iterable[Point], *, colour: str = "hue1", joined: bool = False) -> None:
        """Points of the field, joined by a line or not."""
        places = [self.at(*point) for point in points]
        if joined:
            self.picture.line(places, colour=colour, width=2)
        for x, y in places:
            self.picture.dot(x, y, colour=colour)


def _label(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _style(scheme: int) -> str:
    rules = []
    for name, colours in COLOURS.items():
        rules.append(f".{name}{{fill:{colours[scheme]}}}.{name}-line{{stroke:{colours[scheme]}}}")
    return "".join(rules)
