"""Pictures of chapter 6."""

from __future__ import annotations

from itertools import pairwise

from pictures.kit import Picture


def backward_nonscalar() -> Picture:
    """The Jacobian of the example: weights for its rows, and what comes of them."""
    picture = Picture(560, 240)
    rows = [[5, 3], [1, 2]]
    for y, weights, result, name in [
        (40, [1, 10], [15, 23], "y.backward(v)"),
        (146, [1, 1], [6, 5], "y.sum().backward()"),
    ]:
        v = picture.grid(
            40, y, [[weights[0]], [weights[1]]], name="v", marks={(0, 0): 1, (1, 0): 2}
        )
        marks = {(0, 0): 1, (0, 1): 1, (1, 0): 2, (1, 1): 2}
        jacobian = picture.grid(130, y, rows, name="J", marks=marks)
        for row in range(2):
            picture.arrow(v.right(row), jacobian.left(row))
        product = picture.grid(300, y + 18, [result], name=name)
        picture.arrow((202, y + 36), product.left(0))
    diagonal = picture.grid(
        470, 146, [[5, None], [None, 2]], name="diag", marks={(0, 0): 3, (1, 1): 3}
    )
    picture.text(420, diagonal.y + 36, "≠", size=20, colour="hue2")
    return picture


def grad_fn_graph() -> Picture:
    """t = (x * x + x).sum(): the nodes, and two ways to AccumulateGrad."""
    picture = Picture(600, 150)
    y = 80
    picture.text(20, 20, "t = (x * x + x).sum()", anchor="start", size=13)
    sum_ = picture.box(90, y, "SumBackward0", colour=1)
    add = picture.box(225, y, "AddBackward0", colour=1)
    mul = picture.box(365, y, "MulBackward0", colour=1)
    leaf = picture.box(515, y, "AccumulateGrad", colour=3)
    picture.arrow(sum_.right(0), add.left(0))
    picture.arrow(add.right(0), mul.left(0))
    (x0, y0), (x1, _) = mul.right(0), leaf.left(0)
    picture.arrow((x0, y0 - 5), (x1, y0 - 5), gap=2)
    picture.arrow((x0, y0 + 5), (x1, y0 + 5), gap=2)
    picture.arrow(add.bottom(0), leaf.bottom(0), bend=0.14)
    picture.text(90, y - 32, "t.grad_fn", colour="hue1", size=12)
    picture.text(515, y - 32, ".variable: x", colour="hue3", size=12)
    return picture


def truncated() -> Picture:
    """k = 2: gradients go back within a chunk and stop where it begins."""
    picture = Picture(600, 170)
    places = [60, 170, 280, 390, 500]
    boxes = [
        picture.box(x, 100, f"s{number}", colour=1 + (number > 0) * ((number + 1) // 2))
        for number, x in enumerate(places)
    ]
    for before, after in pairwise(boxes):
        picture.arrow(before.right(0), after.left(0))
    for number in range(1, 5):
        loss = picture.box(places[number], 36, f"loss{number}", size=12)
        picture.arrow(boxes[number].top(0), loss.bottom(0))
    for start in (2, 4):
        picture.arrow(
            (places[start] - 4, 122), (places[start - 1] + 4, 122), colour="hue2", bend=-0.25
        )
        middle = (places[start - 1] + places[start - 2]) / 2
        picture.cross(middle, 100)
        picture.text(middle, 126, "detach", colour="hue2", size=11)
    picture.text(300, 156, "k = 2", colour="muted", size=12)
    return picture
