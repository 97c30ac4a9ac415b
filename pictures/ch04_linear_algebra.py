"""Pictures of chapter 4."""

from __future__ import annotations

import math

from pictures.kit import Picture, Point


def which_axis() -> Picture:
    """Summed over axis 0 the rows collapse onto each other, over axis 1 the columns."""
    picture = Picture(430, 196)
    x = picture.grid(40, 52, [[1, 2, 3], [4, 5, 6]], name="x (2, 3)", indices=True)
    down = picture.grid(40, 148, [[5, 7, 9]], marks={(0, column): 1 for column in range(3)})
    right = picture.grid(
        250, 52, [[6], [15]], marks={(row, 0): 2 for row in range(2)}, name="x.sum(1)"
    )
    for column in range(3):
        picture.arrow(x.bottom(column), down.top(column), colour="hue1")
    for row in range(2):
        picture.arrow(x.right(row), right.left(row), colour="hue2")
    picture.text(162, 166, "x.sum(0)", anchor="start", colour="muted")
    picture.text(300, 88, "(2,)", anchor="start", colour="muted")
    picture.text(244, 166, "(3,)", anchor="start", colour="muted")
    return picture


def power_iteration() -> Picture:
    """Unit vectors, and where [[2, 1], [1, 2]] has turned them once and twice: to (1, 1)."""
    picture = Picture(560, 200)
    radius, level = 66.0, 92.0
    for panel, name in enumerate(("v", "A v", "A A v")):
        middle = (100.0 + 180 * panel, level)
        ends = [_from(middle, math.pi / 4, length) for length in (-radius - 14, radius + 14)]
        picture.line(ends, colour="hue2", dashed=True)
        for step in range(8):
            u, v = _unit(math.pi / 15 + step * math.pi / 4)
            for _ in range(panel):
                u, v = 2 * u + v, u + 2 * v
            end = _from(middle, math.atan2(v, u), radius)
            picture.arrow(middle, end, colour="hue1", gap=0)
        picture.text(middle[0], 184, name)
    return picture


def pca_centred() -> Picture:
    """Points far from 0: their first direction measured from 0, and measured from their mean."""
    picture = Picture(440, 270)
    plot = picture.plot(
        46,
        20,
        370,
        210,
        across=(0, 7.4),
        up=(0, 4.2),
        ticks_across=[0, 2, 4, 6],
        ticks_up=[0, 2, 4],
    )
    points = [
        *((2.9, 3.5), (3.4, 3.0), (3.5, 3.3), (4.0, 2.9), (4.3, 2.4), (4.7, 2.6)),
        *((5.1, 1.9), (5.3, 2.2), (5.8, 1.7), (6.2, 1.3), (6.3, 1.6)),
    ]
    mean = (sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points))
    around_mean = _direction([(x - mean[0], y - mean[1]) for x, y in points])
    around_zero = _direction(points)
    ends = [
        (mean[0] + step * around_mean[0], mean[1] + step * around_mean[1]) for step in (-2.6, 2.6)
    ]
    picture.line([plot.at(*end) for end in ends], colour="hue1", width=2)
    reach = (around_zero[0] * 6.8, around_zero[1] * 6.8)
    picture.line([plot.at(0, 0), plot.at(*reach)], colour="hue2", width=2, dashed=True)
    plot.dots(points, colour="ink")
    plot.dots([mean], colour="hue1")
    x, y = plot.at(*ends[0])
    picture.text(x + 10, y, "svd(x - mean)", colour="hue1", size=12, anchor="start")
    x, y = plot.at(1.2, 0.3)
    picture.text(x + 10, y, "svd(x)", colour="hue2", size=12, anchor="start")
    return picture


def _unit(angle: float) -> Point:
    return (math.cos(angle), math.sin(angle))


def _from(middle: Point, angle: float, length: float) -> Point:
    return (middle[0] + length * math.cos(angle), middle[1] - length * math.sin(angle))


def _direction(points: list[Point]) -> Point:
    """The direction of length 1 along which the squares of the points add up to most."""
    xx = sum(x * x for x, _ in points)
    xy = sum(x * y for x, y in points)
    yy = sum(y * y for _, y in points)
    return _unit(math.atan2(2 * xy, xx - yy) / 2)
