"""Pictures of chapter 2."""

from __future__ import annotations

from pictures.kit import Picture


def permute() -> Picture:
    """permute(0, 3, 1, 2): below each new axis stands where it comes from."""
    picture = Picture(430, 190)
    old, new = "NHWC", (0, 3, 1, 2)
    places = [150 + 75 * i for i in range(4)]
    picture.text(20, 45, "x", anchor="start", colour="muted", size=13)
    picture.text(20, 130, "result", anchor="start", colour="muted", size=13)
    picture.text(20, 165, "dims", anchor="start", colour="muted", size=13)
    for axis, name in enumerate(old):
        picture.text(places[axis], 18, axis, colour="muted", size=12)
        picture.box(places[axis], 45, name, width=46, colour=axis + 1)
    for place, axis in enumerate(new):
        picture.arrow((places[axis], 60), (places[place], 115))
        picture.box(places[place], 130, old[axis], width=46, colour=axis + 1)
        picture.text(places[place], 165, axis, colour=f"hue{axis + 1}", bold=True)
    return picture


def strides() -> Picture:
    """A matrix and its transpose read the same memory with other steps."""
    picture = Picture(520, 270)
    rows = [[10, 11, 12], [13, 14, 15]]
    marks = {(i, j): i + 1 for i in range(2) for j in range(3)}
    x = picture.grid(60, 40, rows, name="x", marks=marks)
    turned = [list(column) for column in zip(*rows, strict=True)]
    t = picture.grid(340, 40, turned, name="x.t()", marks={(j, i): i + 1 for i, j in marks})
    picture.text(x.x, 132, "stride (3, 1)", anchor="start", size=13)
    picture.text(t.x, 164, "stride (1, 3)", anchor="start", size=13)
    row = [value for line in rows for value in line]
    memory = picture.grid(
        150, 215, [row], indices=False, marks={(0, i): 1 + i // 3 for i in range(6)}
    )
    for place in range(6):
        picture.text(memory.top(place)[0], 203, place, colour="muted", size=11)
    picture.arrow((110, 140), (170, 195))
    picture.arrow((385, 172), (340, 195))
    return picture


def split() -> Picture:
    """Ten entries cut in three ways."""
    picture = Picture(500, 170)
    ways = [
        ("split(x, 4)", [4, 4, 2]),
        ("chunk(x, 4)", [3, 3, 3, 1]),
        ("chunk(x, 6)", [2, 2, 2, 2, 2]),
    ]
    for number, (name, sizes) in enumerate(ways):
        y, x, entry = 20 + 48 * number, 130.0, 0
        picture.text(15, y + 16, name, anchor="start", colour="muted", size=13)
        for piece, size in enumerate(sizes):
            cells = [list(range(entry, entry + size))]
            marks = {(0, i): piece % 4 + 1 for i in range(size)}
            grid = picture.grid(x, y, cells, marks=marks, cell=32)
            x, entry = x + grid.width + 7, entry + size
    return picture
