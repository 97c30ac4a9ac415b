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
