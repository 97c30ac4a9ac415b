"""Rounding: floor, trunc and frac differ below zero, and halves go to the even number."""

import torch

from torchgrade.authoring import (
    alternative,
    close,
    forbids,
    hidden,
    misconception,
    points,
    probe,
    title,
)

pytestmark = forbids(
    *("trunc", "trunc_", "fix", "fix_", "frac", "frac_", "round", "round_"),
    *("clamp", "clamp_", "clip", "clip_", "clamp_min", "clamp_max", "hardtanh"),
    *("Tensor.numpy", "quantize_per_tensor", "fake_quantize_per_tensor_affine"),
)

# What goes wrong


@misconception(
    "trunc",
    "This is floor. They agree from 0 upwards; below, floor goes away from zero, and trunc goes "
    "towards it.",
    zh="这是 floor。两者从 0 往上是一样的；在负数那边，floor 远离零，trunc 则靠近零。",
)
def floor_for_trunc(x):
    return x.floor()


@misconception(
    "trunc",
    "It was rounded to the nearest number. Truncating drops the digits, however large they are.",
    zh="舍入到了最近的整数。截断是直接丢掉小数部分，不管它有多大。",
)
def rounded_for_trunc(x):
    return nearest(x)


@misconception(
    "trunc",
    "The sign is gone: it was taken off to truncate and not put back.",
    zh="符号丢了：截断之前去掉了符号，之后没有放回去。",
)
def sign_lost(x):
    return x.abs().floor()


@misconception(
    "trunc",
    "The numbers went through an integer dtype, and the large ones don't fit into it. Floats reach "
    "much further than int64; a float that large has no digits behind the point anyway.",
    zh="数值经过了整数 dtype，而大的数装不下。浮点数的范围比 int64 大得多；这么大的浮点数本来就没有小数部分。",
)
def through_integers(x):
    return x.long().to(x.dtype)


@misconception(
    "frac",
    "The rest above floor(x) was taken, which is never negative. frac keeps the sign of x, so that "
    "trunc(x) + frac(x) gives x.",
    zh="取的是 x 比 floor(x) 多出的部分，它从不为负。frac 保留 x 的符号，这样 trunc(x) + frac(x) 才等于 x。",
)
def rest_above_floor(x):
    return x - x.floor()


@misconception(
    "frac",
    "The sign is gone. The part behind the point of -1.75 is -0.75.",
    zh="符号丢了。-1.75 的小数部分是 -0.75。",
)
def frac_without_sign(x):
    return x.abs() - x.abs().floor()


@misconception(
    "frac",
    "This is the distance to the nearest whole number, not to the one that is nearer to zero.",
    zh="这是到最近的整数的差，而不是到靠近零的那个整数的差。",
)
def distance_to_the_nearest(x):
    return x - nearest(x)


@misconception(
    "frac",
    "The numbers went through an integer dtype, and the large ones don't fit into it, so that "
    "nonsense was subtracted. The part behind the point of such a large float is 0.",
    zh="数值经过了整数 dtype，大的数装不下，于是减去的是毫无意义的数。这么大的浮点数，小数部分就是 0。",
)
def frac_through_integers(x):
    return x - x.long()


@misconception(
    "round_half_even",
    "Halves were rounded up, always. PyTorch and NumPy round them to the even neighbour: 0.5 to 0, "
    "2.5 to 2. Always up makes sums a little too large.",
    zh="一半总是向上进了。PyTorch 和 NumPy 把它舍入到相邻的偶数：0.5 得 0，2.5 得 2。总是向上，求和时就会系统地偏大。",
)
def half_up(x):
    return (x + 0.5).floor()


@misconception(
    "round_half_even",
    "Halves were rounded away from zero, as one learns at school. Here they go to the even "
    "neighbour: -2.5 to -2, 0.5 to 0.",
    zh="一半向远离零的方向舍入了，也就是学校里教的四舍五入。这里要舍入到相邻的偶数：-2.5 得 -2，0.5 得 0。",
)
def half_away_from_zero(x):
    return x.sign() * (x.abs() + 0.5).floor()


@misconception(
    "round_half_even",
    "Halves were rounded down, always. They go to the even neighbour: 1.5 to 2, and 2.5 to 2, too.",
    zh="一半总是向下舍了。应当舍入到相邻的偶数：1.5 得 2，2.5 也得 2。",
)
def half_down(x):
    return (x - 0.5).ceil()


@misconception(
    "round_half_even",
    "Halves went towards zero. They go to the even neighbour, which for 1.5 and -1.5 is the one "
    "farther away from zero.",
    zh="一半总是舍向了零。应当舍入到相邻的偶数；对 1.5 和 -1.5 来说，那是离零较远的一个。",
)
def half_towards_zero(x):
    return x.sign() * (x.abs() - 0.5).ceil()


@misconception(
    "round_half_even",
    "The digits were dropped, not rounded: this is trunc.",
    zh="小数部分被直接丢掉了，并没有舍入：这是 trunc。",
)
def truncated_for_round(x):
    return x.sign() * x.abs().floor()


@misconception(
    "round_half_even",
    "Halves went to the odd neighbour. It is the even one.",
    zh="一半舍入到了相邻的奇数。应当是偶数。",
)
def half_to_odd(x):
    below = x.floor()
    rest = x - below
    return below + ((rest > 0.5) | ((rest == 0.5) & (below % 2 == 0)))


@misconception(
    "clamp",
    "The first bound was used as the upper one. clamp(x, 10) raises what is below 10 to 10; with "
    "one number alone, it is the lower bound.",
    zh="第一个界被当成了上界。clamp(x, 10) 把小于 10 的提到 10；只给一个数时，它是下界。",
)
def bounds_swapped(x, low=None, high=None):
    return limited(x, high, low)


@misconception(
    "clamp",
    "A bound of 0 was ignored: 0 counts as false in Python. Whether a bound was given is a "
    "question of None, not of true and false.",
    zh="界为 0 时被忽略了：0 在 Python 里算作假。有没有给出界，要看它是不是 None，而不是看真假。",
)
def zero_is_no_bound(x, low=None, high=None):
    return limited(x, low or None, high or None)


@misconception(
    "clamp",
    "A missing bound was taken for 0. None means that there is no bound on that side.",
    zh="没有给出的界被当成了 0。None 的意思是这一侧没有界。",
)
def none_is_zero(x, low=None, high=None):
    return limited(x, low or 0, high or 0)


@misconception(
    "clamp",
    "What lies outside was set to 0. It should become the bound that it went beyond.",
    zh="范围之外的数被置成了 0。它们应当变成各自越过的那个界。",
)
def outside_set_to_zero(x, low=None, high=None):
    return x * (x == limited(x, low, high))


@misconception(
    "clamp",
    "nan became a bound. It is neither below nor above anything, and it should stay nan: whoever "
    "hides it finds the cause much later.",
    zh="nan 变成了界。它既不小于也不大于任何数，应当保持 nan：把它藏起来，日后更难找到原因。",
)
def nan_became_a_bound(x, low=None, high=None):
    if low is not None:
        x = torch.fmax(x, torch.full_like(x, low))
    if high is not None:
        x = torch.fmin(x, torch.full_like(x, high))
    return x


@misconception(
    "clamp",
    "With low > high everything should become high: the upper bound is applied last. Here it was "
    "the lower one.",
    zh="low > high 时，结果应当全是 high：上界最后才起作用。这里最后起作用的却是下界。",
)
def low_wins(x, low=None, high=None):
    return limited(limited(x, None, high), low, None)


@misconception(
    "quantize",
    "Large values came out with the wrong sign or size: the dtype was changed first. 130 doesn't fit "
    "into int8 and wraps around to -126; after that nothing is left to clamp.",
    zh="较大的值变了号或变了大小：先换了 dtype。130 装不进 int8，会绕回到 -126，之后再限定范围也无济于事。",
)
def cast_too_early(x, scale):
    return nearest(x / scale).long().to(torch.int8)


@misconception(
    "quantize",
    "The quotient was cut off, not rounded: changing a float to an integer dtype drops the digits "
    "behind the point.",
    zh="商被截断了，没有舍入：浮点数换成整数 dtype 时，会直接丢掉小数部分。",
)
def cut_off(x, scale):
    return limited(x / scale, -128, 127).to(torch.int8)


@misconception(
    "quantize",
    "The range was taken for -127 to 127. Eight bits hold 256 numbers, from -128 on.",
    zh="范围取成了 -127 到 127。8 位能表示 256 个数，从 -128 开始。",
)
def symmetric_range(x, scale):
    return limited(nearest(x / scale), -127, 127).to(torch.int8)


@misconception(
    "quantize",
    "It was multiplied by the scale. The scale says how much one step is worth, so the number of "
    "steps is x divided by it.",
    zh="乘了 scale。scale 说的是一步代表多少，步数等于 x 除以它。",
)
def multiplied_by_scale(x, scale):
    return limited(nearest(x * scale), -128, 127).to(torch.int8)


@misconception(
    "quantize",
    "The rounded values were multiplied by the scale again, so they came back as floats. What is "
    "stored is the number of steps, as int8.",
    zh="舍入之后又乘回了 scale，返回的是浮点数。要存的是步数，dtype 为 int8。",
)
def scaled_back(x, scale):
    return limited(nearest(x / scale), -128, 127) * scale


# Other right answers


@alternative("trunc")
def floor_above_and_ceil_below(x):
    return torch.where(x < 0, x.ceil(), x.floor())


@alternative("frac")
def remainder_with_sign(x):
    return torch.fmod(x, 1)


@alternative("round_half_even")
def by_pythons_round(x):
    rounded = [float(round(v)) for v in x.reshape(-1).tolist()]
    return torch.tensor(rounded, dtype=x.dtype).reshape(x.shape)


@alternative("round_half_even")
def by_parity_of_halves(x):
    down, up = torch.ceil(x - 0.5), torch.floor(x + 0.5)
    chosen = torch.where(down % 2 == 0, down, up)
    return torch.where(x == x.floor(), x, torch.where(x - x.floor() == 0.5, chosen, up))


@alternative("clamp")
def with_masks(x, low=None, high=None):
    y = x.clone()
    if low is not None:
        y[y < low] = low
    if high is not None:
        y[y > high] = high
    return y


@alternative("quantize")
def in_double_precision(x, scale):
    steps = nearest(x.double() / scale)
    steps[steps > 127] = 127
    steps[steps < -128] = -128
    return steps.type(torch.int8)


# The tests. `rand` hands out numbers on both sides of zero.


@probe
def clamped(student, x, low, high):
    return student.clamp(x, low, high), x


@title("trunc: towards zero", zh="trunc：向零取整")
@points(2)
def test_trunc(student, rand):
    x = torch.cat([6 * rand(10), torch.tensor([-2.75, 2.75, -0.5, 3.0, -3.0])])
    close(student.trunc(x), x.trunc())


@title("frac: what trunc leaves, with its sign", zh="frac：trunc 留下的部分，带符号")
@points(2)
def test_frac(student, rand):
    x = torch.cat([6 * rand(10), torch.tensor([-2.75, 2.75, -0.5, 3.0, -3.0])])
    close(student.frac(x), x.frac())


@title("round_half_even: halves go to the even neighbour", zh="round_half_even：一半归到相邻的偶数")
@points(3)
def test_round_halves(student, rand):
    whole = rand.ints(-50, 50, 12)
    x = torch.cat([whole + 0.5, torch.tensor([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5])])
    # A few that are no halves, to tell trunc from halves that go towards zero.
    x = torch.cat([x, torch.tensor([-2.75, -0.75, 0.75, 1.625])])
    close(student.round_half_even(x), x.round())


@title("round_half_even: elsewhere to the nearest", zh="round_half_even：其他情形取最近的整数")
def test_round(student, rand):
    x = torch.cat([6 * rand(4, 5), torch.arange(-2.0, 3.0)[None]])
    close(student.round_half_even(x), x.round())


@title("clamp: into the range, and at its ends", zh="clamp：限定到范围内，两端也算")
@points(2)
def test_clamp(student, rand):
    x = torch.cat([3 * rand(12), torch.tensor([-1.5, 2.25])])
    for low, high in [(-1.5, 2.25), (0.5, 2.5), (-3.0, -1.0)]:
        close(student.run(clamped, x, low, high), (x.clamp(low, high), x))


@title("clamp: one bound alone, and a bound of 0", zh="clamp：只有一个界，以及界为 0")
@points(2)
def test_one_bound(student, rand):
    x = 3 * rand(4, 4)
    close(student.clamp(x, 1.5), x.clamp(1.5))
    close(student.clamp(x, None, 1.5), x.clamp(None, 1.5))
    close(student.clamp(x, high=-0.5), x.clamp(max=-0.5))
    close(student.clamp(x, 0, 2), x.clamp(0, 2))
    close(student.clamp(x, -2, 0), x.clamp(-2, 0))


@title(
    "clamp: whole numbers, nan, infinities, low > high",
    zh="clamp：整数、nan、无穷大，以及 low > high",
)
@hidden(
    "Read again what the contract says about nan, and about low > high.",
    zh="再读一遍约定里关于 nan 和 low > high 的说明。",
)
def test_clamp_special(student, rand):
    x = rand.ints(-20, 20, 3, 4)
    close(student.clamp(x, -5, 6), x.clamp(-5, 6), dtype=True)
    x = rand.ints(2**60, 2**61, 5)
    close(student.clamp(x, 3 * 2**59 + 1), x.clamp(3 * 2**59 + 1), dtype=True)
    x = torch.tensor([torch.nan, torch.inf, -torch.inf, 0.5])
    close(student.clamp(x, -1.0, 2.0), x.clamp(-1.0, 2.0))
    x = 3 * rand(7, dtype=torch.float64)
    close(student.clamp(x, 1.5, -0.75), torch.full_like(x, -0.75), dtype=True)


@title("Large numbers, double precision, any shape", zh="很大的数、双精度、各种形状")
@hidden(
    "A float may be as large as 1e30. What is behind its point?",
    zh="浮点数可以大到 1e30。它的小数部分是什么？",
)
def test_large(student, rand):
    large = torch.tensor([1e30, -3e20, 8388609.0, -16777218.0, 1e10])
    for x in [large, large.double() + 0.5, rand(2, 3, dtype=torch.float64).T * 9, 5 * rand()]:
        close(student.trunc(x), x.trunc(), dtype=True)
        close(student.frac(x), x.frac(), dtype=True)
        close(student.round_half_even(x), x.round(), dtype=True)
    # Odd numbers to which 0.5 can't be added.
    for x in [
        torch.tensor([8388609.0, -8388611.0]),
        torch.tensor([2.0**52 + 1], dtype=torch.float64),
    ]:
        close(student.round_half_even(x), x.round(), rtol=0, atol=0, dtype=True)  # whole numbers


@title("quantize: rounded, limited to the range, int8", zh="quantize：舍入、限定范围、int8")
@points(3)
def test_quantize(student, rand):
    for scale, size in [(0.05, 3.0), (0.25, 30.0), (2.0, 250.0)]:
        x = torch.cat([size * rand(16), torch.tensor([160.0, 131.0, -131.0, -400.0]) * scale])
        expected = (x / scale).round().clamp(-128, 127).to(torch.int8)
        close(student.quantize(x, scale), expected, dtype=True)


@title(
    "quantize: halves, a matrix, and values far outside",
    zh="quantize：一半、矩阵，以及远在范围之外的值",
)
@hidden(
    "Halves go to the even number, and a value may be a million times the range.",
    zh="一半归到偶数；值可以是范围的一百万倍。",
)
def test_quantize_edges(student, rand):
    # On halves alone, who drops the digits does the same as who rounds halves towards zero.
    others = torch.tensor([0.75 / 4, -6.75 / 4, 1e12, -1e12])
    x = torch.cat([(rand.ints(-90, 90, 10) + 0.5) / 4, others]).view(2, 7)
    expected = (x * 4).round().clamp(-128, 127).to(torch.int8)
    close(student.quantize(x, 0.25), expected, dtype=True)
