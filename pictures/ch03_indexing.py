"""Pictures of chapter 3."""

from __future__ import annotations

from pictures.kit import Picture


def gather() -> Picture:
    """Along axis 1: each entry of the index reads in its own row, at the column that it names."""
    picture = Picture(560, 150)
    rows = [[10, 11, 12], [20, 21, 22]]
    x = picture.grid(30, 52, rows, name="x", indices=True, marks={(0, 2): 1, (0, 0): 2, (1, 1): 3})
    index = picture.grid(
        220, 52, [[2, 0], [1, 1]], name="index", marks={(0, 0): 1, (0, 1): 2, (1, 0): 3, (1, 1): 3}
    )
    result = picture.grid(
        390,
        52,
        [[12, 10], [21, 21]],
        name="gather(x, 1, index)",
        marks={(0, 0): 1, (0, 1): 2, (1, 0): 3, (1, 1): 3},
    )
    for row in range(2):
        picture.arrow(index.left(row), x.right(row))
        picture.arrow(index.right(row), result.left(row))
    return picture


def slicing() -> Picture:
    """A window of two rows and three columns; every third row with every second column."""
    picture = Picture(560, 240)
    rows = [[5 * i + j for j in range(5)] for i in range(4)]
    window = {(i, j): 1 for i in (1, 2) for j in (2, 3, 4)}
    thinned = {(i, j): 2 for i in (0, 3) for j in (0, 2, 4)}
    picture.grid(50, 70, rows, name="x[1:3, 2:5]", indices=True, marks=window)
    picture.grid(330, 70, rows, name="x[::3, ::2]", indices=True, marks=thinned)
    return picture


def points_and_grid() -> Picture:
    """Two rows and two columns: two points, or four places of a grid."""
    picture = Picture(560, 205)
    rows = [[10 * (i + 1) + j for j in range(4)] for i in range(3)]
    pairs = {(2, 3): 1, (0, 1): 1}
    crossings = {(i, j): 2 for i in (2, 0) for j in (3, 1)}
    picture.grid(40, 70, rows, name="x[[2, 0], [3, 1]]", indices=True, marks=pairs)
    picture.grid(330, 70, rows, name="x[[2, 0]][:, [3, 1]]", indices=True, marks=crossings)
    return picture


def scatter() -> Picture:
    """Four labels and four counters: three of the arrows meet at one counter."""
    picture = Picture(430, 215)
    labels = [2, 0, 2, 2]
    marks = {(0, i): 1 if label == 2 else 2 for i, label in enumerate(labels)}
    y = picture.grid(110, 36, [labels], name="y", marks=marks, cell_width=60)
    counts = picture.grid(
        110, 150, [[1, 0, 3, 0]], name="", marks={(0, 0): 2, (0, 2): 1}, cell_width=60
    )
    for i, label in enumerate(labels):
        picture.arrow(y.bottom(i), counts.top(label), colour="hue1" if label == 2 else "hue2")
    for c in range(4):
        picture.text(counts.bottom(c)[0], 200, c, colour="muted", size=11)
    picture.text(20, 168, "count", colour="muted", anchor="start", size=13)
    return picture
