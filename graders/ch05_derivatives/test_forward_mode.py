"""Forward mode: each operation's slope, plain numbers as constants, seeds, one call of f."""

import math

import torch

from torchgrade.authoring import (
    alternative,
    close,
    forbids,
    hidden,
    misconception,
    points,
    probe,
    text,
    title,
)

pytestmark = forbids("mul", "div", "pow", "exp", "sin", "backward", "autograd.grad")

# What is differentiated: the same functions run on Duals and on PyTorch's tensors.


def sums(x, y):
    return [x + y, x - y, -x + y]


def product(x, y):
    return [x * y, x * x]


def quotient(x, y):
    return [x / y, y / x]


def powers(x, y):
    return [x**3, y**-2, (x * 1) ** 0.5]


def exponential(x, y):
    return [x.exp(), (x - y).exp()]


def sine(x, y):
    return [x.sin(), (x + y).sin()]


def numbers_right(x, y):
    return [x + 3, x - 2.5, y * 4, y / 0.5]


def numbers_left(x, y):
    return [3 + x, 2.5 - x, 4 * y, 0.5 / y, sum([x, y])]


def nested(x, y):
    z = (x * y).sin() / (1 + x * x)
    return [(2 * z - y).exp(), ((z**2 + y) ** 1.5 - 1 / z) * x]


def newton(x, y):
    """The square root of x * y by steps: a program, not a formula."""
    root = 1.0
    for k in range(8):
        root = (root + x * y / root) / 2
        if k == 3:
            root = root * 1.5
    return [root, root * root]


def with_constants(x, y):
    return [x * 2, 7.0, y, 3]


@probe
def duals(student, function, values, slopes):
    """Numbers and slopes of the results, then those of the operands."""
    operands = [student.Dual(v, s) for v, s in zip(values, slopes, strict=True)]
    results = function(*operands)
    found = [[float(d.value), float(d.slope)] for d in [*results, *operands]]
    return torch.tensor(found, dtype=torch.float64)


@probe
def default_slope(student, value, other):
    constant, x = student.Dual(value), student.Dual(other, 1.0)
    z = constant * x + constant
    return float(constant.value), float(constant.slope), float(z.value), float(z.slope)


@probe
def power_at_zero(student, slope):
    zero, minus = student.Dual(0.0, slope), student.Dual(-1.5, slope)
    found = [zero**0, zero**1, zero**2, minus**3, minus**-1]
    return torch.tensor([[float(d.value), float(d.slope)] for d in found], dtype=torch.float64)


@probe
def derivatives(student, xs):
    functions = [
        lambda t: t * t.sin() / (1 + t**2),
        lambda t: (t / 3).exp() * (3 - t) - 2 / t,
        lambda t: t,
        lambda t: 5.0,
    ]
    found = [float(student.derivative(f, x)) for f in functions for x in xs]
    return torch.tensor(found, dtype=torch.float64)


@probe
def pushed(student, function, xs, us):
    calls = []

    def f(*arguments):
        calls.append(len(arguments))
        return function(*arguments)

    values, slopes = student.jvp(f, xs, us)
    found = [[float(v) for v in values], [float(s) for s in slopes]]
    return torch.tensor(found, dtype=torch.float64), calls


def by_torch(function, values, slopes):
    """Values and slopes of the results, by autograd."""
    leaves = [torch.tensor(v, dtype=torch.float64, requires_grad=True) for v in values]
    found = []
    for result in function(*leaves):
        if not isinstance(result, torch.Tensor):
            found.append([float(result), 0.0])
            continue
        grads = torch.autograd.grad(result, leaves, retain_graph=True, materialize_grads=True)
        slope = sum(g.item() * s for g, s in zip(grads, slopes, strict=True))
        found.append([result.item(), slope])
    return torch.tensor(found, dtype=torch.float64)


# What goes wrong


@misconception(
    "lift",
    "A plain number was given the slope 1. It is a constant: however the input changes, 3 stays 3, "
    "so its slope is 0.",
    zh="普通数字的斜率被当成了 1。它是常数：不管输入怎样变，3 还是 3，所以斜率是 0。",
)
def constants_with_slope_one(x):
    return x if isinstance(x, Dual) else Dual(x, 1.0)


@misconception(
    "subtract",
    "The slopes were added in a subtraction. When y grows, x - y shrinks: its slope counts with a "
    "minus.",
    zh="做减法时把斜率加了起来。y 变大时 x - y 变小，所以 y 的斜率要带负号。",
)
def slopes_added(x, y):
    return Dual(x.value - y.value, x.slope + y.slope)


@misconception(
    "multiply",
    "The slope of a product is not the product of the slopes. While x changes, y scales that "
    "change, and the other way round: there are two terms.",
    zh="乘积的斜率不是斜率的乘积。x 变化时，这个变化会被 y 放大，反过来也一样，所以有两项。",
)
def product_of_slopes(x, y):
    return Dual(x.value * y.value, x.slope * y.slope)


@misconception(
    "multiply",
    "The product rule is the wrong way round: the slope of x was multiplied by x itself. The change "
    "of x is scaled by the other factor.",
    zh="乘积法则用反了：x 的斜率乘的是 x 自己。x 的变化应当被另一个因子放大。",
)
def own_factor(x, y):
    return Dual(x.value * y.value, x.slope * x.value + y.slope * y.value)


@misconception(
    "multiply",
    "Only the left factor was taken to change. If both depend on the input, as in x * x, there is a "
    "second term for the right one.",
    zh="只考虑了左边因子的变化。两个因子都依赖于输入时（例如 x * x），右边的因子还有一项。",
)
def left_factor_only(x, y):
    return Dual(x.value * y.value, x.slope * y.value)


@misconception(
    "divide",
    "The quotient rule has a plus where a minus belongs: when the lower part grows, the quotient "
    "shrinks.",
    zh="商法则里该用减号的地方用了加号：分母变大，商就变小。",
)
def quotient_with_plus(x, y):
    return Dual(x.value / y.value, (x.slope * y.value + x.value * y.slope) / y.value**2)


@misconception(
    "divide",
    "The two terms of the quotient rule are swapped, so the sign is wrong: the slope of the upper "
    "part comes first, with a plus.",
    zh="商法则的两项颠倒了，所以符号反了：分子的斜率那一项在前，带正号。",
)
def quotient_swapped(x, y):
    return Dual(x.value / y.value, (x.value * y.slope - x.slope * y.value) / y.value**2)


@misconception(
    "divide",
    "The lower part was not squared in the quotient rule.",
    zh="商法则里的分母忘了平方。",
)
def lower_part_not_squared(x, y):
    return Dual(x.value / y.value, (x.slope * y.value - x.value * y.slope) / y.value)


@misconception(
    "divide",
    "The slope of a quotient is not the quotient of the slopes, which would not even exist for a "
    "constant below.",
    zh="商的斜率不是斜率的商。分母若是常数，斜率的商甚至根本不存在。",
)
def quotient_of_slopes(x, y):
    return Dual(x.value / y.value, x.slope / y.slope if y.slope else math.inf)


@misconception(
    "power",
    "The exponent was not lowered by one.",
    zh="求导之后指数没有减一。",
)
def exponent_not_lowered(x, n):
    return Dual(x.value**n, n * x.value**n * x.slope)


@misconception(
    "power",
    "The slope of the base is missing: n x^(n-1) is right only if the base is the input itself. In "
    "general it changes at its own slope (chain rule).",
    zh="缺了底数自己的斜率：只有底数就是输入本身时，n x^(n-1) 才对。一般情况下还要乘以底数的斜率（链式法则）。",
)
def power_without_inner_slope(x, n):
    return Dual(x.value**n, n * x.value ** (n - 1) if n else 0.0)


@misconception(
    "power",
    "x ** 0 is the constant 1 and has slope 0 everywhere. At x = 0 the general formula meets "
    "0 to the power of -1 and breaks.",
    zh="x ** 0 是常数 1，处处斜率为 0。在 x = 0 处，一般的公式会碰到 0 的 -1 次方而出错。",
)
def zeroth_power_at_zero(x, n):
    return Dual(x.value**n, n * x.value ** (n - 1) * x.slope)


@misconception(
    "exp",
    "The slope of the operand is missing. exp is its own derivative by its operand; how fast the "
    "operand changes comes in as a factor (chain rule).",
    zh="缺了操作数的斜率。exp 对其操作数的导数是它自己；操作数变化得有多快，还要作为因子乘上去（链式法则）。",
)
def exp_without_inner_slope(x):
    return Dual(math.exp(x.value), math.exp(x.value))


@misconception(
    "exp",
    "The power rule was applied to exp. There the variable is in the exponent, not in the base, and "
    "the derivative of exp is exp.",
    zh="对 exp 用了幂函数的求导法则。这里变量在指数上而不是底数上，exp 的导数就是 exp。",
)
def exp_by_the_power_rule(x):
    return Dual(math.exp(x.value), x.value * math.exp(x.value - 1) * x.slope)


@misconception(
    "sin",
    "The sign is wrong: sin becomes cos. The minus appears when cos is differentiated.",
    zh="符号错了：sin 的导数是 cos。对 cos 求导时才会出现负号。",
)
def sine_with_minus(x):
    return Dual(math.sin(x.value), -math.cos(x.value) * x.slope)


@misconception(
    "sin",
    "The slope of the operand is missing (chain rule).",
    zh="缺了操作数的斜率（链式法则）。",
)
def sine_without_inner_slope(x):
    return Dual(math.sin(x.value), math.cos(x.value))


@misconception(
    "sin",
    "The cosine was taken of the slope. The derivative of sin is the cosine of its operand's value, "
    "times the operand's slope.",
    zh="余弦取在了斜率上。sin 的导数是操作数的值的余弦，再乘以操作数的斜率。",
)
def cosine_of_the_slope(x):
    return Dual(math.sin(x.value), math.cos(x.slope))


@misconception(
    "derivative",
    "The input was not seeded: with slope 0 it counts as a constant, and so does all that is "
    "computed from it. The derivative of x by itself is 1.",
    zh="没有给输入赋初始斜率：斜率为 0，它就成了常数，由它算出的一切也都是常数。x 对自己的导数是 1。",
)
def not_seeded(f, x):
    return lift(f(Dual(x))).slope


@misconception(
    "derivative",
    "The input was seeded with its own value. Its slope is that of x by x, which is 1.",
    zh="输入的初始斜率给成了它自己的值。应当是 x 对 x 的导数，即 1。",
)
def seeded_with_the_value(f, x):
    return lift(f(Dual(x, x))).slope


@misconception(
    "derivative",
    "A function that returns a plain number was not provided for. It is a constant, with the "
    "derivative 0.",
    zh="没有考虑返回普通数字的函数。那是常数，导数为 0。",
)
def constant_result_forgotten(f, x):
    return f(Dual(x, 1.0)).slope


@misconception(
    "jvp",
    "All inputs were seeded with 1, whatever us says. The rates at which the inputs change are the "
    "seeds.",
    zh="不管 us 是什么，所有输入的初始斜率都是 1。各输入的变化率 us 才是应当赋的初值。",
)
def seeded_with_ones(f, xs, us):
    results = [lift(y) for y in f(*[Dual(x, 1.0) for x in xs])]
    return [y.value for y in results], [y.slope for y in results]


@misconception(
    "jvp",
    "One pass was made for each input. A single pass carries all inputs' changes at the same time: "
    "that is why a direction costs no more than a partial derivative.",
    zh="每个输入都走了一遍。其实走一遍就能同时带上所有输入的变化：所以求一个方向上的导数，"
    "并不比求一个偏导数更贵。",
)
def one_pass_per_input(f, xs, us):
    values, slopes = [], None
    for k, u in enumerate(us):
        seeds = [u if i == k else 0.0 for i in range(len(xs))]
        results = [lift(y) for y in f(*[Dual(x, s) for x, s in zip(xs, seeds, strict=True)])]
        values = [y.value for y in results]
        found = [y.slope for y in results]
        slopes = found if slopes is None else [a + b for a, b in zip(slopes, found, strict=True)]
    return values, slopes


@misconception(
    "jvp",
    "us was scaled to length 1. Here the slope per unit of t on xs + t · us is asked, as in "
    "torch.func.jvp: twice the rates give twice the slopes.",
    zh="us 被缩放成了长度 1。这里问的是沿 xs + t · us 对 t 的斜率，与 torch.func.jvp 一致："
    "变化率加倍，斜率也加倍。",
)
def rates_normalised(f, xs, us):
    length = math.hypot(*us)
    results = [lift(y) for y in f(*[Dual(x, u / length) for x, u in zip(xs, us, strict=True)])]
    return [y.value for y in results], [y.slope for y in results]


# Other right answers


@alternative("divide")
def times_the_inverse(x, y):
    inverse = Dual(1 / y.value, -y.slope / (y.value * y.value))
    return multiply(x, inverse)


@alternative("power")
def relative_change(x, n):
    value = x.value**n
    if x.value == 0:
        return Dual(value, x.slope if n == 1 else 0.0)
    return Dual(value, n * value / x.value * x.slope)


@alternative("derivative")
def by_jvp(f, x):
    return jvp(lambda t: [f(t)], [x], [1.0])[1][0]


@alternative("jvp")
def a_loop_of_its_own(f, xs, us):
    arguments = []
    for i in range(len(xs)):
        dual = Dual(xs[i])
        dual.slope = us[i]
        arguments.append(dual)
    values, slopes = (), ()
    for y in f(*arguments):
        values += (y.value if isinstance(y, Dual) else float(y),)
        slopes += (y.slope if isinstance(y, Dual) else 0.0,)
    return values, slopes


# The tests


def numbers(rand, low, high, count):
    return rand.uniform(low, high, count, dtype=torch.float64).tolist()


def check_operations(student, rand, reference, *functions):
    values, slopes = numbers(rand, 0.5, 2, 2), numbers(rand, 0.4, 3, 2)
    own = torch.tensor(list(zip(values, slopes, strict=True)), dtype=torch.float64)
    for function in functions:
        expected = reference(by_torch, function, values, slopes)
        close(
            student.run(duals, function, values, slopes),
            torch.cat([expected, own]),
            note=text(
                "One row (value, slope) for each result. The last two rows are the operands after "
                "the computation.",
                zh="每个结果一行：(value, slope)。最后两行是计算之后的两个操作数。",
            ),
        )


@title("Sums, differences, negation", zh="加、减、取负")
def test_sums(student, rand, reference):
    check_operations(student, rand, reference, sums)


@title("Products", zh="乘积")
@points(2)
def test_product(student, rand, reference):
    check_operations(student, rand, reference, product)


@title("Quotients", zh="商")
@points(2)
def test_quotient(student, rand, reference):
    check_operations(student, rand, reference, quotient)


@title("Powers", zh="幂")
def test_powers(student, rand, reference):
    check_operations(student, rand, reference, powers)


@title("exp and sin", zh="exp 与 sin")
@points(2)
def test_functions(student, rand, reference):
    check_operations(student, rand, reference, exponential, sine)


@title("Plain numbers on the right and on the left are constants", zh="左右两边的普通数字都是常数")
@points(2)
def test_plain_numbers(student, rand, reference):
    check_operations(student, rand, reference, numbers_right, numbers_left)
    value, other = numbers(rand, 0.5, 2, 2)
    expected = (value, 0.0, value * other + value, value)
    close(student.run(default_slope, value, other), expected)


@title("Powers of zero and of negative numbers", zh="零的幂与负数的幂")
@hidden(
    "x ** 0 is a constant. And which powers does a negative number have?",
    zh="x ** 0 是常数。另外，负数有哪些幂？",
)
def test_power_at_zero(student, rand):
    (s,) = numbers(rand, 0.4, 3, 1)
    expected = [[1, 0], [0, s], [0, 0], [-(1.5**3), 3 * 1.5**2 * s], [-1 / 1.5, -s / 1.5**2]]
    close(student.run(power_at_zero, s), torch.tensor(expected, dtype=torch.float64))


@title(
    "Functions of functions, and a loop that computes a root", zh="复合函数，以及用循环求根的程序"
)
@points(2)
def test_programs(student, rand, reference):
    check_operations(student, rand, reference, nested, newton)


@title("derivative: the slope of a function of one number", zh="derivative：一元函数的斜率")
@points(2)
def test_derivative(student, rand):
    xs = numbers(rand, 0.5, 2, 2)
    t = torch.tensor(xs, dtype=torch.float64, requires_grad=True)
    curves = [t * t.sin() / (1 + t**2), (t / 3).exp() * (3 - t) - 2 / t, t * 1, 5.0 + 0 * t]
    expected = [torch.autograd.grad(c.sum(), t, retain_graph=True)[0] for c in curves]
    close(student.run(derivatives, xs), torch.cat(expected))


@title("jvp: several inputs, several results, one call", zh="jvp：多个输入，多个结果，只调用一次")
@points(3)
def test_jvp(student, rand, reference):
    for function in (nested, product, with_constants):
        xs, us = numbers(rand, 0.5, 2, 2), numbers(rand, -2, -1, 1) + numbers(rand, 1, 3, 1)
        expected = reference(by_torch, function, xs, us).T.contiguous()
        close(
            student.run(pushed, function, xs, us),
            (expected, [2]),
            note=text(
                "Values in the first row, slopes in the second. Then, for each call of f, the "
                "number of its arguments: one call with two.",
                zh="第一行是数值，第二行是斜率。随后是 f 每次被调用时的参数个数：应只调用一次，参数两个。",
            ),
        )
