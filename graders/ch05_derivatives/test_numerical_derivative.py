"""Difference quotients: which values of f, which step, and how the error shrinks with it."""

import math

import torch

from torchgrade.authoring import (
    alternative,
    cases,
    close,
    forbids,
    hidden,
    misconception,
    points,
    probe,
    text,
    title,
)

pytestmark = forbids("backward", "autograd.grad")


# What goes wrong with the two quotients


@misconception(
    "forward_difference",
    "The step goes to the wrong side: f(x) - f(x - h) is the backward difference. Its error is as "
    "large, with the opposite sign.",
    zh="步子迈到了另一边：f(x) - f(x - h) 是后向差分。它的误差同样大，只是符号相反。",
)
def backward_difference(f, x, h):
    return (f(x) - f(x - h)) / h


@misconception(
    "forward_difference",
    "The difference of the two values was not divided by the step. A derivative is a rate: change "
    "of f per change of x.",
    zh="两个函数值之差没有除以步长。导数是变化率：f 的变化量与 x 的变化量之比。",
)
def difference_not_divided(f, x, h):
    return f(x + h) - f(x)


@misconception(
    "central_difference",
    "The result is 0 for every function: the same value was subtracted from itself. The two places "
    "lie on either side of x, one at x + h and one at x - h. (The notes print x + h twice.)",
    zh="无论什么函数，结果都是 0：同一个函数值减去了它自己。两个取值点应分居 x 两侧，一个是 x + h，"
    "一个是 x - h。（笔记里把 x + h 印了两遍。）",
)
def same_place_twice(f, x, h):
    return (f(x + h) - f(x + h)) / (2 * h)


@misconception(
    "central_difference",
    "The result is about twice the derivative: the two places are 2h apart, but the difference was "
    "divided by h.",
    zh="结果大约是导数的两倍：两个取值点相距 2h，却只除以了 h。",
)
def divided_by_one_step(f, x, h):
    return (f(x + h) - f(x - h)) / h


@misconception(
    "central_difference",
    "This is the forward difference: one of the two places is x itself. With places on both sides, "
    "at the same distance, the errors of first order cancel.",
    zh="这是前向差分：两个取值点中有一个就是 x。只有在两侧等距取点，一阶误差才会相互抵消。",
)
def forward_for_central(f, x, h):
    return (f(x + h) - f(x)) / h


@misconception(
    "central_difference",
    "The places are half a step away from x, at x + h/2 and x - h/2. Good, but with another step "
    "than the contract's: h is the distance from x to each place.",
    zh="取值点是 x + h/2 和 x - h/2，离 x 只有半步。公式本身没错，但步长与约定不符："
    "h 是 x 到每个取值点的距离。",
)
def half_steps(f, x, h):
    return (f(x + h / 2) - f(x - h / 2)) / h


# What goes wrong with the order


@misconception(
    "order_of_error",
    "The logarithm was taken to the base e. Here the step is divided by 2, so the question is to "
    "which power of 2 the error went down: base 2.",
    zh="对数取成了以 e 为底。步长除以的是 2，所以要问误差缩小到了 2 的几次方分之一：以 2 为底。",
)
def natural_logarithm(rule, f, slope, x, h):
    return math.log(abs(rule(f, x, h) - slope) / abs(rule(f, x, h / 2) - slope))


@misconception(
    "order_of_error",
    "The sign is the wrong way round: the error of the small step was divided by that of the large "
    "one. An order is positive where the error goes down with the step.",
    zh="符号反了：用小步长的误差除以了大步长的误差。误差随步长缩小时，阶数应为正。",
)
def order_upside_down(rule, f, slope, x, h):
    return -math.log2(abs(rule(f, x, h) - slope) / abs(rule(f, x, h / 2) - slope))


@misconception(
    "order_of_error",
    "The ratio itself was returned, about 2 or 4. The order is the exponent: halving the step "
    "divides the error by 2 to the power of the order.",
    zh="返回的是误差之比本身（约为 2 或 4）。阶数是其中的指数：步长减半，误差就除以 2 的“阶数”次方。",
)
def ratio_for_order(rule, f, slope, x, h):
    return abs(rule(f, x, h) - slope) / abs(rule(f, x, h / 2) - slope)


@misconception(
    "order_of_error",
    "The values of the rule were compared, not its errors. Both are near the derivative, so their "
    "ratio is near 1 and tells nothing; subtract the true slope first.",
    zh="比较的是差商的数值，而不是误差。两个数值都接近导数，比值接近 1，什么也说明不了；"
    "应先减去真正的斜率。",
)
def values_for_errors(rule, f, slope, x, h):
    return math.log2(abs(rule(f, x, h) / rule(f, x, h / 2)))


# What goes wrong with the gradient


@misconception(
    "numerical_gradient",
    "When a coordinate was done, it was not put back: the next ones were computed at a point that "
    "had moved away from x. Every coordinate must start from the original x.",
    zh="一个坐标算完之后没有复原，后面的坐标是在已经偏离 x 的点上算的。"
    "每个坐标都应从原来的 x 出发。",
)
def moved_coordinates_stay(f, x, h):
    gradient, moving = torch.zeros_like(x), x.clone()
    for place in torch.ones_like(x).nonzero().tolist():
        moving[tuple(place)] += h
        up = f(moving).clone()
        moving[tuple(place)] -= 2 * h
        gradient[tuple(place)] = (up - f(moving)) / (2 * h)
    return gradient


@misconception(
    "numerical_gradient",
    "The derivatives are right, but x was changed on the way: the caller's tensor is no longer at "
    "the point where the gradient was taken. Work on a copy.",
    zh="导数是对的，但途中把 x 改动了：调用者手里的张量已经不在求梯度的那一点。应在副本上操作。",
)
def argument_changed(f, x, h):
    gradient, start = torch.zeros_like(x), x.clone()
    for place in torch.ones_like(x).nonzero().tolist():
        up, down = start.clone(), start.clone()
        up[tuple(place)] += h
        down[tuple(place)] -= h
        gradient[tuple(place)] = (f(up) - f(down)) / (2 * h)
        x[tuple(place)] -= h
    return gradient


@misconception(
    "numerical_gradient",
    "The derivatives are right, but x is not quite what it was: adding h, taking away 2h and adding "
    "h again ends next to the old value, for each step is rounded. Work on a copy, or write the "
    "old value back.",
    zh="导数是对的，但 x 与原来略有出入：先加 h、再减 2h、再加 h，每一步都有舍入，"
    "结果只是接近原值。应在副本上操作，或者把原值写回去。",
)
def added_and_subtracted(f, x, h):
    gradient = torch.zeros_like(x)
    for place in torch.ones_like(x).nonzero().tolist():
        x[tuple(place)] += h
        up = f(x).clone()
        x[tuple(place)] -= 2 * h
        gradient[tuple(place)] = (up - f(x)) / (2 * h)
        x[tuple(place)] += h
    return gradient


@misconception(
    "numerical_gradient",
    "All coordinates were moved at the same time, so every entry holds the sum of all partial "
    "derivatives. For a partial derivative a single coordinate moves and the others stay.",
    zh="所有坐标同时移动了，于是每个元素都是全部偏导数之和。求偏导数时只动一个坐标，其余不变。",
)
def all_coordinates_at_once(f, x, h):
    return torch.full_like(x, float(f(x + h) - f(x - h)) / (2 * h))


@misconception(
    "numerical_gradient",
    "These are forward differences: f was evaluated at x itself and on one side only. The contract "
    "asks for central ones, whose error is of second order.",
    zh="用的是前向差分：只在 x 本身和它的一侧求了值。约定要求中心差分，其误差是二阶的。",
)
def gradient_by_forward_differences(f, x, h):
    gradient = torch.zeros_like(x)
    for place in torch.ones_like(x).nonzero().tolist():
        up = x.clone()
        up[tuple(place)] += h
        gradient[tuple(place)] = (f(up) - f(x)) / h
    return gradient


@misconception(
    "numerical_gradient",
    "The entries come in one long row. A gradient has the shape of x, so that it can be subtracted "
    "from x.",
    zh="结果排成了一长条。梯度的形状应与 x 相同，这样才能从 x 里减去它。",
)
def gradient_in_one_row(f, x, h):
    entries = []
    for place in torch.ones_like(x).nonzero().tolist():
        up, down = x.clone(), x.clone()
        up[tuple(place)] += h
        down[tuple(place)] -= h
        entries.append((f(up) - f(down)) / (2 * h))
    return torch.stack(entries) if entries else x.new_zeros(0)


@misconception(
    "numerical_gradient",
    "The result was collected in a float32 buffer, though x is float64. A difference quotient has "
    "few digits to spare: keep those of x.",
    zh="x 是 float64，结果却收集在 float32 的张量里。差商的有效数字本来就不多，应保持 x 的精度。",
)
def gradient_in_float32(f, x, h):
    gradient = torch.zeros(x.shape)
    for place in torch.ones_like(x).nonzero().tolist():
        up, down = x.clone(), x.clone()
        up[tuple(place)] += h
        down[tuple(place)] -= h
        gradient[tuple(place)] = (f(up) - f(down)) / (2 * h)
    return gradient


# What goes wrong with the step


@misconception(
    "slope_in_float32",
    "The step is so small that x + h is x again: float32 has about seven digits. The difference "
    "is 0, and so is the slope. A smaller step is not a better one.",
    zh="步长太小，x + h 舍入之后仍等于 x：float32 只有约七位有效数字。于是差为 0，斜率也为 0。"
    "步长并不是越小越好。",
)
def step_lost_in_rounding(f, x):
    return (f(x + 1e-8) - f(x - 1e-8)) / 2e-8


@misconception(
    "slope_in_float32",
    "The step is 1e-3 whatever x is. Next to 1000 that is hardly more than the distance between "
    "neighbouring float32 numbers. A step has to grow with x.",
    zh="不论 x 多大，步长都是 1e-3。在 1000 附近，这比相邻两个 float32 数的间距大不了多少。"
    "步长应随 x 一起变大。",
)
def step_without_regard_to_x(f, x):
    return (f(x + 1e-3) - f(x - 1e-3)) / 2e-3


@misconception(
    "slope_in_float32",
    "The step is of the size of float32's rounding, eps times x: the difference of the two values "
    "then consists of little more than rounding errors. Its digits must be well above these.",
    zh="步长只有 eps 乘以 x，与 float32 的舍入误差一样大，两个函数值之差几乎全是舍入误差。"
    "步长要比它大得多。",
)
def step_of_one_eps(f, x):
    h = x * torch.finfo(torch.float32).eps
    return (f(x + h) - f(x - h)) / (2 * h)


@misconception(
    "slope_in_float32",
    "The step is 1e-4 whatever x is. That is a good one in float64. In float32 and next to a large "
    "x it drowns in rounding errors: a step has to grow with x.",
    zh="不论 x 多大，步长都是 1e-4。这在 float64 下是合适的；在 float32 下，x 一大就淹没在舍入误差里。"
    "步长应随 x 一起变大。",
)
def step_for_float64(f, x):
    return (f(x + 1e-4) - f(x - 1e-4)) / 2e-4


# Other right answers


@alternative("central_difference")
def mean_of_forward_and_backward(f, x, h):
    return ((f(x + h) - f(x)) / h + (f(x) - f(x - h)) / h) / 2


@alternative("order_of_error")
def by_natural_logarithms(rule, f, slope, x, h):
    large, small = rule(f, x, h) - slope, rule(f, x, h / 2) - slope
    return (math.log(abs(large)) - math.log(abs(small))) / math.log(2)


@alternative("numerical_gradient")
def along_the_rows_of_the_identity(f, x, h):
    n = x.numel()
    steps = h * torch.eye(n, dtype=x.dtype).reshape(n, *x.shape)
    slopes = [float(f(x + step) - f(x - step)) / (2 * h) for step in steps]
    return torch.tensor(slopes, dtype=x.dtype).reshape(x.shape)


@alternative("numerical_gradient")
def one_function_per_coordinate(f, x, h):
    def along(k):
        def moved(t):
            flat = x.flatten().clone()
            flat[k] = t
            return f(flat.reshape(x.shape)).item()

        return moved

    flat = x.flatten().tolist()
    slopes = [central_difference(along(k), t, h) for k, t in enumerate(flat)]
    return torch.tensor(slopes, dtype=x.dtype).reshape(x.shape)


@alternative("slope_in_float32")
def a_hundredth_of_x(f, x):
    return (f(x * 1.01) - f(x * 0.99)) / (x * 1.01 - x * 0.99)


# The tests


def wave(t, a, b):
    return a * math.sin(b * t) + t**3


def wave_slope(t, a, b):
    return a * b * math.cos(b * t) + 3 * t**2


@probe
def quotient(student, rule, x, h, a, b):
    value = getattr(student, rule)(lambda t: wave(t, a, b), x, h)
    return torch.tensor(float(value), dtype=torch.float64)


@probe
def measured_order(student, rule, x, h, a, b):
    order = student.order_of_error(rule, lambda t: wave(t, a, b), wave_slope(x, a, b), x, h)
    return float(order)


@probe
def gradient(student, x, h, weight):
    before = x.clone()
    result = student.numerical_gradient(lambda t: (weight * t).sin().sum() * t.exp().mean(), x, h)
    return {"gradient": result, "x": x, "x is exactly as before": torch.equal(x, before)}


@probe
def gradient_of_a_product(student, x, h):
    return student.numerical_gradient(lambda t: (t[:2] ** 2).prod() * t[2:].sum(), x, h), x


@probe
def gradient_of_an_entry(student, x, h):
    return student.numerical_gradient(lambda t: t[0, 1], x, h), x


@probe
def single_slopes(student, kind, xs, scale):
    """At several places, in units of 1 / x."""

    def f(t):
        if not (isinstance(t, torch.Tensor) and t.dtype == torch.float32 and t.dim() == 0):
            raise TypeError("f takes 0-d float32 tensors")
        u = t / scale
        return u.sin() if kind == "sin" else u.exp() if kind == "exp" else 2 / (1 + u)

    return torch.tensor([float(student.slope_in_float32(f, x)) * x.item() for x in xs])


@probe
def order_across_zero(student, slope, x, a, b):
    """Of a rule whose error a h - b changes its sign between h = 1 and h = 1/2."""

    def rule(f, x, h):
        return f(x) + a * h - b

    return float(student.order_of_error(rule, lambda t: slope, slope, x, 1.0))


def forward(f, x, h):
    return (f(x + h) - f(x)) / h


def central(f, x, h):
    return (f(x + h) - f(x - h)) / (2 * h)


def five_places(f, x, h):
    return (8 * f(x + h) - 8 * f(x - h) - f(x + 2 * h) + f(x - 2 * h)) / (12 * h)


def differences(f, x, h):
    """Central differences of f for each entry of x."""
    result = torch.zeros_like(x)
    for place in torch.ones_like(x).nonzero().tolist():
        up, down = x.clone(), x.clone()
        up[tuple(place)] += h
        down[tuple(place)] -= h
        result[tuple(place)] = (f(up) - f(down)) / (2 * h)
    return result


@title("The forward quotient, the central quotient", zh="前向差商与中心差商")
@points(2)
@cases("name", ["forward_difference", "central_difference"])
def test_quotients(student, rand, name):
    rule = forward if name == "forward_difference" else central
    for _ in range(3):
        x, h, a, b = (float(rand.uniform(0.2, 1.5)) for _ in range(4))
        expected = rule(lambda t, a=a, b=b: wave(t, a, b), x, h)
        got = student.run(quotient, name, x, h, a, b)
        close(got, torch.tensor(expected, dtype=torch.float64))


@title("The order of the error", zh="误差的阶")
@points(2)
@cases("rule", [forward, central])
def test_order(student, rand, rule):
    for _ in range(2):
        x, a, b = float(rand.uniform(0.5, 1)), float(rand.uniform(1, 2)), float(rand.uniform(1, 2))
        h = float(rand.uniform(0.1, 0.2))
        errors = [
            abs(rule(lambda t, a=a, b=b: wave(t, a, b), x, k) - wave_slope(x, a, b))
            for k in (h, h / 2)
        ]
        got = student.run(measured_order, rule, x, h, a, b)
        close(got, math.log2(errors[0] / errors[1]))


@title("The order of a rule that you have not seen", zh="一个没见过的公式的阶")
@hidden(
    "rule may be any rule, and its error may have either sign.",
    zh="rule 可以是任何公式，误差可正可负。",
)
def test_order_of_another_rule(student, rand):
    for sign in (1, -1):
        x, a, b = float(rand.uniform(0.5, 1)), sign * float(rand.uniform(3, 4)), 2.0
        errors = [
            abs(five_places(lambda t, a=a, b=b: wave(t, a, b), x, k) - wave_slope(x, a, b))
            for k in (0.2, 0.1)
        ]
        got = student.run(measured_order, five_places, x, 0.2, a, b)
        close(got, math.log2(errors[0] / errors[1]))
    slope, x = float(rand.uniform(1, 2)), float(rand.uniform(0.5, 1))
    a, b = float(rand.uniform(0.5, 0.6)), float(rand.uniform(0.35, 0.4))
    expected = math.log2((a - b) / (b - a / 2))
    close(student.run(order_across_zero, slope, x, a, b), expected)


@title("The gradient, one coordinate after the other", zh="逐个坐标求梯度")
@points(3)
def test_gradient(student, rand):
    x, h = rand.uniform(0.5, 1.5, 5, dtype=torch.float64), float(rand.uniform(0.2, 0.4))
    expected = differences(lambda t: (t[:2] ** 2).prod() * t[2:].sum(), x, h)
    close(student.run(gradient_of_a_product, x, h), (expected, x))


@title(
    "The gradient of a matrix and of a number, and x stays as it was",
    zh="矩阵与单个数的梯度；x 不变",
)
@points(2)
def test_gradient_shapes(student, rand):
    h = float(rand.uniform(0.1, 0.3))
    for x in [rand(3, 4, dtype=torch.float64).T, rand(dtype=torch.float64), rand(2, 1, 3)]:
        weight = rand.uniform(0.5, 1, *x.shape, dtype=x.dtype)
        expected = differences(
            lambda t, weight=weight: (weight * t).sin().sum() * t.exp().mean(), x, h
        )
        got = student.run(gradient, x, h, weight)
        kept = {"x": x, "x is exactly as before": True}
        close(got, {"gradient": expected, **kept}, dtype=True)


@title(
    "f gives back an entry of its argument; an x without entries",
    zh="f 直接返回自变量的一个元素；没有元素的 x",
)
@hidden(
    "f(t) = t[0, 1] shares the memory of t: what happens to a value of f when its argument is "
    "changed afterwards? And what is the gradient for an x of shape (0, 2)?",
    zh="f(t) = t[0, 1] 与 t 共享内存：之后再改动自变量，已经得到的函数值会怎样？"
    "形状为 (0, 2) 的 x，梯度又是什么？",
)
def test_gradient_of_an_entry(student, rand):
    x = rand(2, 3, dtype=torch.float64)
    expected = torch.zeros_like(x)
    expected[0, 1] = 1.0
    close(student.run(gradient_of_an_entry, x, 0.25), (expected, x))
    empty = torch.zeros(0, 2, dtype=torch.float64)
    close(student.run(gradient, empty, 0.25, empty)["gradient"], empty)


@title("A step for float32", zh="float32 下的步长")
@points(3)
def test_step(student, rand):
    for kind, low, high in [
        ("sin", 1, 2),
        ("exp", 600, 1000),
        ("rational", 30, 40),
        ("sin", 700, 1000),
    ]:
        scale = float(rand.uniform(low, high))
        xs = [scale * rand.uniform(0.9, 1.1) for _ in range(4)]
        xs = [x.clamp(1, 1000) for x in xs]
        u = torch.stack(xs).double() / scale
        slopes = {"sin": u.cos(), "exp": u.exp(), "rational": -2 / (1 + u) ** 2}[kind]
        close(
            student.run(single_slopes, kind, xs, scale),
            (slopes * u).float(),
            rtol=1.5e-3,  # a little more than the contract says
            atol=0.0,
            note=text(
                "The slopes of a function of one float32 number at several x, each times x. "
                "Allowed is an error of 1e-3 of each slope.",
                zh="一元函数在几个 float32 数 x 处的斜率，各自乘以 x。每个斜率允许的相对误差是 1e-3。",
            ),
        )
