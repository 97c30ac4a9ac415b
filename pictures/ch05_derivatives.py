"""Pictures of chapter 5."""

from __future__ import annotations

import math

from pictures.kit import Picture


def step_and_error() -> Picture:
    """Errors of the two quotients for exp at 1, in double precision, against the step."""
    picture = Picture(560, 270)
    plot = picture.plot(
        70,
        20,
        330,
        200,
        across=(-15.0, 0.0),
        up=(-12.0, 1.0),
        ticks_across=[-15, -12, -9, -6, -3, 0],
        labels_across=["1e-15", "1e-12", "1e-9", "1e-6", "1e-3", "1"],
        ticks_up=[-12, -9, -6, -3, 0],
        labels_up=["1e-12", "1e-9", "1e-6", "1e-3", "1"],
    )
    forward, central = [], []
    for k in range(31):
        h = 10 ** (-k / 2)
        slope = math.e
        one_sided = (math.exp(1 + h) - math.e) / h
        two_sided = (math.exp(1 + h) - math.exp(1 - h)) / (2 * h)
        forward.append((-k / 2, math.log10(abs(one_sided - slope))))
        central.append((-k / 2, math.log10(abs(two_sided - slope))))
    plot.dots(forward, colour="hue2", joined=True)
    plot.dots(central, colour="hue1", joined=True)
    picture.text(412, 40, "f(x+h) - f(x)", colour="hue2", anchor="start", size=12)
    picture.text(412, 110, "f(x+h) - f(x-h)", colour="hue1", anchor="start", size=12)
    picture.text(235, 250, "h", colour="muted", size=13)
    return picture


def multi_path() -> Picture:
    """Three paths from x to z, with the slope on each arrow."""
    picture = Picture(460, 170)
    x = picture.box(50, 85, "x", colour=1, width=44)
    u = picture.box(190, 40, "u", width=44)
    w = picture.box(270, 130, "w", width=44)
    z = picture.box(410, 85, "z", colour=3, width=44)
    picture.arrow(x.right(0), u.left(0))
    picture.text(115, 50, "2")
    picture.arrow(x.right(0), w.left(0))
    picture.text(150, 120, "3")
    picture.arrow(u.bottom(0), w.top(0))
    picture.text(242, 78, "5")
    picture.arrow(u.right(0), z.left(0))
    picture.text(305, 48, "1")
    picture.arrow(w.right(0), z.left(0))
    picture.text(345, 122, "4")
    return picture


def brackets() -> Picture:
    """The product of Jacobians for sizes 2, 5, 3, 4: what stands in the middle in both modes."""
    picture = Picture(560, 210)
    cell = 14.0

    def matrix(x: float, y: float, rows: int, columns: int, colour: int, name: str) -> None:
        contents = [[""] * columns for _ in range(rows)]
        marks = {(r, c): colour for r in range(rows) for c in range(columns)}
        grid = picture.grid(x, y, contents, marks=marks, cell=cell)
        picture.text(x + grid.width / 2, y + grid.height + 12, name, size=12, colour="muted")

    for left, forward in ((20, True), (300, False)):
        matrix(left, 60, 4, 3, 1, "4x3")
        matrix(left + 62, 60, 3, 5, 2, "3x5")
        matrix(left + 152, 60, 5, 2, 3, "5x2")
        first, last = (62, 180) if forward else (0, 132)
        picture.bracket((left + first, 150), (left + last, 150), "3x2" if forward else "4x5")
        text = "3*5*2 + 4*3*2 = 54" if forward else "4*3*5 + 4*5*2 = 100"
        picture.text(left + 90, 190, text, size=13)
        picture.text(left + 90, 30, "C (B A)" if forward else "(C B) A", size=14)
    return picture
