"""Slopes: along an axis, along any direction, the largest one, and one that was ordered."""

import math

import torch

from torchgrade.authoring import (
    alternative,
    close,
    hidden,
    misconception,
    points,
    probe,
    refuses,
    text,
    title,
)

# What goes wrong


@misconception(
    "partial",
    "The coordinates were counted from 1: this is the partial derivative by the neighbour of "
    "coordinate i.",
    zh="坐标是从 1 数起的：这里求的是坐标 i 旁边那个坐标的偏导数。",
)
def counted_from_one(f, x, i):
    return directional(f, x, axis(x, i - 1))


@misconception(
    "partial",
    "All coordinates were moved, so this is the sum of all partial derivatives. In a partial "
    "derivative one coordinate moves while the others keep their values.",
    zh="所有坐标都移动了，得到的是全部偏导数之和。求偏导数时只有一个坐标在动，其余保持不变。",
)
def everything_moved(f, x, i):
    return float(f(x + 1e-5) - f(x - 1e-5)) / 2e-5


@misconception(
    "directional",
    "The slope depends on how long u is: a vector of twice the length gives twice the slope. A "
    "direction has no length, so divide by it: the slope is asked per unit of length.",
    zh="得到的斜率随 u 的长度变化：u 长一倍，斜率就大一倍。方向与长度无关，要先除以长度："
    "题目问的是每单位长度的斜率。",
)
def not_normalised(f, x, u):
    if not u.any():
        raise ValueError("no direction")
    return float(f(x + 1e-5 * u) - f(x - 1e-5 * u)) / 2e-5


@misconception(
    "directional",
    "The slope is right, but u was changed on the way: u /= ... writes into the caller's tensor. "
    "Make a new one: u / u.norm().",
    zh="斜率是对的，但途中把 u 改动了：u /= … 会写进调用者的张量。应当另造一个：u / u.norm()。",
)
def direction_normalised_in_place(f, x, u):
    if not u.any():
        raise ValueError("no direction")
    u /= u.norm()
    return float(f(x + 1e-5 * u) - f(x - 1e-5 * u)) / 2e-5


@misconception(
    "directional",
    "The length of u was divided out twice (by its square). One division makes u a unit vector; "
    "after that nothing is left to divide.",
    zh="多除了一次 u 的长度（除以了长度的平方）。除一次，u 就成了单位向量，之后不必再除。",
)
def divided_twice(f, x, u):
    if not u.any():
        raise ValueError("no direction")
    length = u.norm()
    return float(f(x + 1e-5 * u / length) - f(x - 1e-5 * u / length)) / 2e-5 / length.item()


@misconception(
    "directional",
    "u was divided by the sum of its entries' magnitudes. Length is meant in the ordinary sense, "
    "the root of the sum of squares.",
    zh="u 除以的是各元素绝对值之和。这里的长度是通常意义上的长度：平方和的平方根。",
)
def sum_for_length(f, x, u):
    if not u.any():
        raise ValueError("no direction")
    step = 1e-5 * u / u.abs().sum()
    return float(f(x + step) - f(x - step)) / 2e-5


@misconception(
    "directional",
    "A sign got lost: downhill the slope is negative. The magnitude alone doesn't tell whether one "
    "climbs or descends.",
    zh="符号丢了：下坡时斜率是负的。只有大小，就分不清是上坡还是下坡。",
)
def without_sign(f, x, u):
    if not u.any():
        raise ValueError("no direction")
    step = 1e-5 * u / u.norm()
    return abs(float(f(x + step) - f(x - step))) / 2e-5


@misconception(
    "steepest",
    "This is the way down. The gradient itself points uphill; its negative is where f falls "
    "fastest, which is what gradient descent uses.",
    zh="这是下坡的方向。梯度本身指向上坡；它的反方向才是 f 下降最快的方向，梯度下降用的就是后者。",
)
def descent_for_ascent(f, x):
    gradient = torch.tensor([partial(f, x, i) for i in range(len(x))], dtype=x.dtype)
    if gradient.norm() < 1e-6:
        raise ValueError("flat")
    return -gradient / gradient.norm(), gradient.norm().item()


@misconception(
    "steepest",
    "This is the way down, and its slope: the gradient points uphill, so the direction of steepest "
    "ascent is the gradient's own, and the slope there is positive.",
    zh="给出的是下坡的方向和下坡的斜率。梯度指向上坡，最陡的上升方向就是梯度自己的方向，斜率为正。",
)
def descent_with_its_slope(f, x):
    gradient = torch.tensor([partial(f, x, i) for i in range(len(x))], dtype=x.dtype)
    if gradient.norm() < 1e-6:
        raise ValueError("flat")
    return -gradient / gradient.norm(), -gradient.norm().item()


@misconception(
    "steepest",
    "The whole gradient came back as the direction. It points the right way, but a direction is "
    "asked as a unit vector: the length of the gradient is the other result, the slope.",
    zh="方向返回的是整个梯度。指向是对的，但方向应当是单位向量；梯度的长度是另一个返回值，即斜率。",
)
def gradient_for_direction(f, x):
    gradient = torch.tensor([partial(f, x, i) for i in range(len(x))], dtype=x.dtype)
    if gradient.norm() < 1e-6:
        raise ValueError("flat")
    return gradient, gradient.norm().item()


@misconception(
    "steepest",
    "The steepest of the coordinate axes was chosen. Between the axes it is steeper still: along "
    "the gradient all partial derivatives act together.",
    zh="这是从各坐标轴里挑了最陡的一条。坐标轴之间还有更陡的方向：沿梯度方向，所有偏导数一起起作用。",
)
def steepest_axis(f, x):
    gradient = torch.tensor([partial(f, x, i) for i in range(len(x))], dtype=x.dtype)
    if gradient.norm() < 1e-6:
        raise ValueError("flat")
    i = int(gradient.abs().argmax())
    return axis(x, i) * gradient[i].sign(), gradient[i].abs().item()


@misconception(
    "steepest",
    "The direction is right, but the slope is the largest partial derivative. Along the gradient "
    "the slope is the gradient's length, which is more than any of its entries.",
    zh="方向是对的，斜率却取了最大的偏导数。沿梯度方向的斜率是梯度的长度，比它的任何一个元素都大。",
)
def largest_partial_for_slope(f, x):
    gradient = torch.tensor([partial(f, x, i) for i in range(len(x))], dtype=x.dtype)
    if gradient.norm() < 1e-6:
        raise ValueError("flat")
    return gradient / gradient.norm(), gradient.abs().max().item()


@misconception(
    "steepest",
    "The slope is the square of the gradient's length: the gradient was multiplied by itself "
    "instead of by the unit vector.",
    zh="斜率成了梯度长度的平方：梯度乘的是它自己，而不是单位向量。",
)
def slope_squared(f, x):
    gradient = torch.tensor([partial(f, x, i) for i in range(len(x))], dtype=x.dtype)
    if gradient.norm() < 1e-6:
        raise ValueError("flat")
    return gradient / gradient.norm(), (gradient @ gradient).item()


@misconception(
    "direction_with_slope",
    "The slope is right per unit of t, but the vector is not of length 1: the gradient was only "
    "scaled. Turn away from the gradient instead of shortening it.",
    zh="沿 t 算斜率是对的，但向量的长度不是 1：你只是缩放了梯度。应当偏离梯度的方向，而不是把它缩短。",
)
def gradient_scaled(f, x, slope):
    up, most = steepest(f, x)
    if abs(slope) > most:
        raise ValueError("too steep")
    return slope / most * up


@misconception(
    "direction_with_slope",
    "The slope wanted was taken for the cosine of the angle with the gradient. The slope is that "
    "cosine times the gradient's length.",
    zh="把要求的斜率当成了与梯度夹角的余弦。斜率等于这个余弦再乘以梯度的长度。",
)
def slope_for_cosine(f, x, slope):
    up, most = steepest(f, x)
    if abs(slope) > most:
        raise ValueError("too steep")
    cosine = max(-1.0, min(1.0, slope))
    level = axis(x, int(up.abs().argmin()))
    level = level - (level @ up) * up
    return cosine * up + math.sqrt(1 - cosine**2) * level / level.norm()


@misconception(
    "direction_with_slope",
    "The angle is measured from the level direction and not from the gradient: the greater the "
    "slope asked for, the flatter the way that came back.",
    zh="角度是从水平方向量起的，而不是从梯度方向：要求的斜率越大，返回的方向反而越平。",
)
def sine_and_cosine_swapped(f, x, slope):
    up, most = steepest(f, x)
    cosine = slope / most
    if abs(cosine) > 1:
        raise ValueError("too steep")
    level = axis(x, int(up.abs().argmin()))
    level = level - (level @ up) * up
    return math.sqrt(1 - cosine**2) * up + cosine * level / level.norm()


@misconception(
    "direction_with_slope",
    "The magnitude of the slope is right, its sign is not: for a negative slope, the way has to "
    "lead down.",
    zh="斜率的大小对了，符号不对：斜率为负时，应当往下走。",
)
def never_down(f, x, slope):
    up, most = steepest(f, x)
    cosine = abs(slope) / most
    if abs(cosine) > 1:
        raise ValueError("too steep")
    level = axis(x, int(up.abs().argmin()))
    level = level - (level @ up) * up
    return cosine * up + math.sqrt(1 - cosine**2) * level / level.norm()


@misconception(
    "direction_with_slope",
    "A slope that no direction has was answered with the steepest one. No way is steeper than the "
    "gradient's length: refuse.",
    zh="要求的斜率没有任何方向能达到，返回的却是最陡的方向。没有哪个方向比梯度的长度更陡，应当拒绝。",
)
def as_steep_as_possible(f, x, slope):
    up, most = steepest(f, x)
    cosine = max(-1.0, min(1.0, slope / most))
    level = axis(x, int(up.abs().argmin()))
    level = level - (level @ up) * up
    return cosine * up + math.sqrt(1 - cosine**2) * level / level.norm()


# Other right answers


@alternative("partial")
def by_autograd(f, x, i):
    leaf = x.clone().requires_grad_()
    return torch.autograd.grad(f(leaf), leaf)[0][i].item()


@alternative("directional")
def gradient_times_direction(f, x, u):
    if u.norm() == 0:
        raise ValueError("no direction")
    leaf = x.clone().requires_grad_()
    f(leaf).backward()
    return torch.dot(leaf.grad, u.to(x.dtype)) / u.norm()


@alternative("directional")
def partials_times_cosines(f, x, u):
    if not u.any():
        raise ValueError("no direction")
    length = math.sqrt(sum(c * c for c in u.tolist()))
    slope, h = 0.0, 1e-5
    for i, c in enumerate(u.tolist()):
        moved = x.clone()
        moved[i] += h
        up = f(moved).item()
        moved[i] -= 2 * h
        slope += (up - f(moved).item()) / (2 * h) * c / length
    return slope


@alternative("direction_with_slope")
def turned_by_an_angle(f, x, slope):
    up, most = steepest(f, x)
    angle = math.acos(slope / most)  # a ValueError of its own
    side = torch.linalg.svd(up[None])[2][-1]
    return math.cos(angle) * up - math.sin(angle) * side


# The tests


@probe
def slopes(student, x, weight, bend, directions):
    """Results in float32, so that differences are as good as autograd."""

    def f(t):
        return (weight * t).sum().sin() + (bend * t * t).sum()

    partials = [float(student.partial(f, x, i)) for i in range(len(x))]
    along = [float(student.directional(f, x, u)) for u in directions]
    return torch.tensor(partials), torch.tensor(along), x.float(), [u.float() for u in directions]


@probe
def climb(student, x, weight, bend):
    def f(t):
        return (weight * t).sum().sin() + (bend * t * t).sum()

    direction, slope = student.steepest(f, x)
    return direction.float(), torch.tensor(float(slope)), x.float()


@probe
def climb_a_million_times(student, x, weight, bend):
    """The slope comes back times a million over 1.5."""

    def f(t):
        return (weight * t).sum().sin() + (bend * t * t).sum()

    direction, slope = student.steepest(f, x)
    return direction.float(), torch.tensor(float(slope) / 1.5e-6), x.float()


@probe
def ordered(student, x, weight, bend, slope, gradient):
    """The slope along what came back, and its length."""

    def f(t):
        return (weight * t).sum().sin() + (bend * t * t).sum()

    u = student.direction_with_slope(f, x, slope)
    return {"slope": (u.to(x.dtype) @ gradient).float(), "length": u.norm().float()}


@probe
def refused(student, name, x, weight, argument):
    def f(t):
        return (weight * t * t).sum()

    arguments = [] if argument is None else [argument]
    getattr(student, name)(f, x, *arguments)
    return "not refused"


def some_point(rand, n):
    """A point, the numbers in f, and f's gradient there."""
    x = rand.uniform(0.5, 1.5, n, dtype=torch.float64)
    weight, bend = rand(n, dtype=torch.float64), rand(n, dtype=torch.float64)
    gradient = weight * (weight * x).sum().cos() + 2 * bend * x
    return x, weight, bend, gradient


NOTE = text(
    "First the partial derivatives, then the slopes along some directions, then x and these "
    "directions as they are afterwards.",
    zh="依次是各偏导数、沿若干方向的斜率，以及调用之后的 x 和这些方向。",
)


@title(
    "Partial derivatives, and the slope along directions of any length",
    zh="偏导数，以及沿任意长度的方向的斜率",
)
@points(3)
def test_slopes(student, rand):
    x, weight, bend, gradient = some_point(rand, 4)
    directions = [scale * rand(4, dtype=torch.float64) for scale in (0.3, 1.0, 2.0, 5.0)]
    along = torch.stack([gradient @ u / u.norm() for u in directions])
    got = student.run(slopes, x, weight, bend, directions)
    kept = [u.float() for u in directions]
    close(got, (gradient.float(), along.float(), x.float(), kept), note=NOTE)


@title("One variable, and u with whole numbers as entries", zh="一元函数；u 的元素是整数值")
@hidden(
    "With one variable there are two directions. And u may be float32 beside an x in float64.",
    zh="一元函数只有两个方向。另外，x 是 float64 时，u 可以是 float32。",
)
def test_one_variable(student, rand):
    x, weight, bend, gradient = some_point(rand, 1)
    directions = [torch.tensor([3.0]), torch.tensor([-2.0])]
    along = torch.cat([gradient, -gradient])
    got = student.run(slopes, x, weight, bend, directions)
    close(got, (gradient.float(), along.float(), x.float(), directions), note=NOTE)


@title("The direction of steepest ascent, and the slope there", zh="最陡的上升方向及其斜率")
@points(2)
def test_steepest(student, rand):
    for n in (2, 5):
        x, weight, bend, gradient = some_point(rand, n)
        expected = (gradient / gradient.norm(), gradient.norm(), x)
        close(student.run(climb, x, weight, bend), tuple(t.float() for t in expected))


@title("A direction with a given slope", zh="斜率给定的方向")
@points(3)
def test_direction_with_slope(student, rand):
    for n, low, high in [(2, 0.3, 0.6), (2, -0.9, -0.7), (3, 0.7, 0.9), (5, 0.0, 0.0)]:
        x, weight, bend, gradient = some_point(rand, n)
        slope = float(rand.uniform(low, high)) * gradient.norm().item()
        got = student.run(ordered, x, weight, bend, slope, gradient)
        expected = {"slope": torch.tensor(slope), "length": torch.tensor(1.0)}
        close(
            got,
            expected,
            atol=1e-4,  # a slope of 0 has no size of its own
            note=text(
                "The slope of f along the vector that came back, and the vector's length.",
                zh="f 沿所返回向量的斜率，以及这个向量的长度。",
            ),
        )


@title(
    "No direction has a slope beyond the gradient's length", zh="任何方向的斜率都不超过梯度的长度"
)
@points(2)
def test_too_steep(student, rand):
    x, weight, bend, gradient = some_point(rand, 3)
    for factor in (0.8, -0.8):
        slope = factor * gradient.norm().item()
        got = student.run(ordered, x, weight, bend, slope, gradient)
        close(got, {"slope": torch.tensor(slope), "length": torch.tensor(1.0)})
    steepness = (2 * weight * x).norm().item()
    for factor in (1.2, -1.2):
        with refuses(ValueError):
            student.run(refused, "direction_with_slope", x, weight, factor * steepness)


@title("Where there is no direction", zh="没有方向可言的情形")
def test_no_direction(student, rand):
    x, weight, bend, gradient = some_point(rand, 3)
    one = rand.uniform(0.5, 2, dtype=torch.float64)
    zero = torch.zeros_like(one)
    directions = [
        rand(3, dtype=torch.float64),
        torch.stack([zero, one, zero]),
        torch.stack([one, zero, -one]),
        1e-4 * rand.uniform(0.5, 1, 3, dtype=torch.float64),
    ]
    along = torch.stack([gradient @ u / u.norm() for u in directions])
    kept = [u.float() for u in directions]
    got = student.run(slopes, x, weight, bend, directions)
    close(got, (gradient.float(), along.float(), x.float(), kept), note=NOTE)
    with refuses(ValueError):
        student.run(refused, "directional", x, weight, torch.zeros(3, dtype=torch.float64))
    up = (gradient / gradient.norm(), gradient.norm(), x)
    close(student.run(climb, x, weight, bend), tuple(t.float() for t in up))
    with refuses(ValueError):
        student.run(refused, "steepest", torch.zeros(3, dtype=torch.float64), weight, None)


@title("Very gentle slopes", zh="极缓的坡")
@hidden(
    "From which size of the gradient on is there a direction? Not only the gradient 0 is refused.",
    zh="梯度多大时才算有方向？要拒绝的不只是梯度为 0 的情形。",
)
def test_gentle_slopes(student, rand):
    x = rand.uniform(0.5, 1.5, 3, dtype=torch.float64)
    weight = rand.uniform(0.5, 1.5, 3, dtype=torch.float64)
    gradient = 2 * weight * x
    gentle = weight * 1.5e-6 / gradient.norm()
    bend, nothing = gentle, torch.zeros_like(x)
    direction = gradient / gradient.norm()
    expected = (direction.float(), torch.tensor(1.0), x.float())
    close(student.run(climb_a_million_times, x, nothing, bend), expected, rtol=1e-3)
    with refuses(ValueError):
        student.run(refused, "steepest", x, weight * 0.7e-6 / gradient.norm(), None)


@title("Where f depends on a single coordinate", zh="f 只依赖于一个坐标的情形")
@hidden(
    "Which coordinate axes are at right angles to a gradient that lies along one of them?",
    zh="梯度正好沿着某个坐标轴时，哪些坐标轴与它垂直？",
)
def test_direction_with_slope_along_an_axis(student, rand):
    for n, place, sign in [(2, 0, 1), (2, 1, -1), (3, 0, -1), (3, 2, 1)]:
        x, nothing = rand.uniform(0.5, 1.5, n, dtype=torch.float64), torch.zeros(n).double()
        bend = nothing.clone()
        bend[place] = sign * float(rand.uniform(0.5, 1.5))
        gradient = 2 * bend * x
        slope = 0.6 * gradient.norm().item()
        got = student.run(ordered, x, nothing, bend, slope, gradient)
        close(got, {"slope": torch.tensor(slope), "length": torch.tensor(1.0)})
