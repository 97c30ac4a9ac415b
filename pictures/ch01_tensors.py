"""Pictures of chapter 1."""

from __future__ import annotations

from pictures.kit import Picture


def create_ranges() -> Picture:
    """arange(0, 1, 0.25) and linspace(0, 1, 5) on one scale: only the latter has the end."""
    picture = Picture(560, 150)
    plot = picture.plot(
        150,
        20,
        370,
        90,
        across=(0.0, 1.0),
        up=(0.0, 3.0),
        ticks_across=[0.0, 0.25, 0.5, 0.75, 1.0],
    )
    for level, name, colour, count in (
        (2, "arange(0, 1, 0.25)", 1, 4),
        (1, "linspace(0, 1, 5)", 3, 5),
    ):
        picture.text(
            144, plot.at(0.0, level)[1], name, colour=f"hue{colour}", size=12, anchor="end"
        )
        plot.dots([(i / 4, level) for i in range(count)], colour=f"hue{colour}", joined=True)
    picture.cross(*plot.at(1.0, 2.0), size=6)
    return picture


def tensor_nesting() -> Picture:
    """A matrix and its transpose read the same six places, with strides (3, 1) and (1, 3)."""
    picture = Picture(560, 300)
    memory = picture.grid(172, 240, [["a", "b", "c", "d", "e", "f"]], marks={(0, 3): 1})
    for place in range(6):
        top = memory.top(place)
        colour = "hue1" if place == 3 else "muted"
        picture.text(top[0], top[1] - 11, place, colour=colour, size=11)
    x = picture.grid(
        90,
        70,
        [["a", "b", "c"], ["d", "e", "f"]],
        name="x.stride() = (3, 1)",
        indices=True,
        marks={(1, 0): 1},
    )
    t = picture.grid(
        360,
        70,
        [["a", "d"], ["b", "e"], ["c", "f"]],
        name="x.T.stride() = (1, 3)",
        indices=True,
        marks={(0, 1): 1},
    )
    label = (memory.top(3)[0], memory.y - 16)
    picture.arrow(x.bottom(0, 1), label, bend=0.15)
    picture.arrow(t.right(0), label, bend=-0.55)
    picture.text(108, 195, "1*3 + 0*1 = 3", colour="hue1", size=12)
    picture.text(450, 140, "0*1 + 1*3 = 3", colour="hue1", size=12, anchor="start")
    return picture


def inplace_memory() -> Picture:
    """b = a is a second name for one tensor; a.clone() is a second tensor."""
    picture = Picture(560, 130)
    for left, names, code in ((30, ("a", "b"), "b = a"), (310, ("a", "c"), "c = a.clone()")):
        picture.text(left, 16, code, colour="muted", size=13, anchor="start")
        same = names[1] == "b"
        boxes = [picture.box(left + 20, y, name) for y, name in zip((50, 100), names, strict=True)]
        grids = [picture.grid(left + 100, 32, [[1, 2, 3]], marks={(0, i): 1 for i in range(3)})]
        if not same:
            grids.append(
                picture.grid(left + 100, 82, [[1, 2, 3]], marks={(0, i): 3 for i in range(3)})
            )
        picture.arrow(boxes[0].right(0), grids[0].left(0))
        picture.arrow(boxes[1].right(0), grids[-1].left(0))
    return picture
