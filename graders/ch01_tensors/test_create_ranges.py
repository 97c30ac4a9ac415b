"""arange, linspace and logspace from one another: which ends belong to them."""

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
    refuses,
    title,
)


@probe
def each(student, function, calls):
    return [getattr(student, function)(*arguments) for arguments in calls]


# What goes wrong


@misconception(
    "arange",
    "The end is in. That was the rule of torch.range; arange stops before it, like Python's range, "
    "so that arange(0, n, 1) has n numbers.",
    zh="包含了终点。那是旧的 torch.range 的规则；arange 在终点之前停下，和 Python 的 range 一样，"
    "这样 arange(0, n, 1) 正好有 n 个数。",
)
def end_included(start, end, step):
    if step == 0 or (end - start) / step < 0:
        raise ValueError
    count = math.floor((end - start) / step) + 1
    return torch.tensor([start + step * i for i in range(count)], dtype=torch.float64)


@misconception(
    "arange",
    "One number is missing where the distance from start to end is no multiple of step: the "
    "quotient was rounded down. start itself belongs to the result, so a last, shorter stretch "
    "counts as well: round up.",
    zh="从 start 到 end 的距离不是 step 的整数倍时，少了一个数：商被向下取整了。start 本身也算一个，"
    "最后不足一步的那一段同样要算，应当向上取整。",
)
def count_rounded_down(start, end, step):
    if step == 0 or (end - start) / step < 0:
        raise ValueError
    count = math.floor((end - start) / step)
    return torch.tensor([start + step * i for i in range(count)], dtype=torch.float64)


@misconception(
    "arange",
    "The right number of points, but spread from start to end. The distance must be step, and the "
    "end is not one of the points.",
    zh="个数对了，却被均匀铺到了 end。间距应当是 step，而且 end 不是其中的点。",
)
def spread_up_to_the_end(start, end, step):
    if step == 0 or (end - start) / step < 0:
        raise ValueError
    return torch.linspace(start, end, math.ceil((end - start) / step), dtype=torch.float64)


@misconception(
    "arange",
    "A negative step gave nothing, or was refused. If end lies below start, counting down is what "
    "it is for.",
    zh="step 为负时没有得到数，或者被拒绝了。end 在 start 下方时，负的 step 正是用来倒着数的。",
)
def upwards_only(start, end, step):
    if step <= 0 or end < start:
        raise ValueError
    count = math.ceil((end - start) / step)
    return torch.tensor([start + step * i for i in range(count)], dtype=torch.float64)


@misconception(
    "arange",
    "A step that leads away from end gave an empty tensor, as Python's range does. The contract "
    "asks for a ValueError, as torch.arange raises an error, too.",
    zh="step 的方向与 end 相反时返回了空张量，那是 Python 的 range 的做法。约定的是 ValueError，"
    "torch.arange 在这时也会报错。",
)
def empty_when_led_away(start, end, step):
    if step == 0:
        raise ValueError
    count = max(0, math.ceil((end - start) / step))
    return torch.tensor([start + step * i for i in range(count)], dtype=torch.float64)


@misconception(
    "arange",
    "Start is missing from the values: the numbers begin at 0.",
    zh="数值里漏掉了 start：是从 0 开始数的。",
)
def counted_from_zero(start, end, step):
    if step == 0 or (end - start) / step < 0:
        raise ValueError
    count = math.ceil((end - start) / step)
    return torch.tensor([step * i for i in range(count)], dtype=torch.float64)


@misconception(
    "linspace",
    "The distance was taken as (end - start) / steps, so the end is not reached. Between n points "
    "there are n - 1 gaps.",
    zh="间距取成了 (end - start) / steps，因此到不了终点。n 个点之间只有 n - 1 段。",
)
def as_many_gaps_as_points(start, end, steps):
    return start + (end - start) / max(steps, 1) * torch.arange(steps, dtype=torch.float64)


@misconception(
    "linspace",
    "There is one point too many: steps was taken for the number of gaps. It is the number of "
    "points.",
    zh="多了一个点：steps 被当成了间隔的段数，其实它是点的个数。",
)
def steps_taken_for_gaps(start, end, steps):
    return start + (end - start) / max(steps, 1) * torch.arange(steps + 1, dtype=torch.float64)


@misconception(
    "linspace",
    "A single point makes a division by zero, since it has no gap. It needs a rule of its own: the "
    "point is start.",
    zh="只有一个点时没有间隔，于是除以了零。这时要单独规定：这个点就是 start。",
)
def divided_by_no_gaps(start, end, steps):
    return start + (end - start) / (steps - 1) * torch.arange(steps, dtype=torch.float64)


@misconception(
    "linspace",
    "The number of points was left to arange with the end moved a whole step further. Because of "
    "rounding there is sometimes one point too many. Count in whole numbers, then multiply.",
    zh="把终点往后挪了一整步，再让 arange 决定点数。由于舍入，有时会多出一个点。应当用整数来数，然后再乘。",
)
def end_moved_by_a_step(start, end, steps):
    if steps < 2 or start == end:
        return torch.full((steps,), float(start), dtype=torch.float64)
    step = (end - start) / (steps - 1)
    return torch.arange(start, end + step, step, dtype=torch.float64)


@misconception(
    "linspace",
    "The numbers went through float32 before they became float64, so only 7 digits are right. "
    "Name the dtype where the numbers are made.",
    zh="这些数先经过了 float32，然后才变成 float64，只有 7 位是准的。要在产生这些数的地方就指定 dtype。",
)
def through_float32(start, end, steps):
    return (start + (end - start) / max(steps - 1, 1) * torch.arange(steps).float()).double()


@misconception(
    "logspace",
    "The limits were taken for values. They are exponents: logspace(0, 3, ...) goes from 10**0 to "
    "10**3.",
    zh="两端被当成了数值。其实它们是指数：logspace(0, 3, ...) 是从 10**0 到 10**3。",
)
def limits_taken_for_values(start, end, steps, base=10.0):
    low, high = math.log(start), math.log(end)
    return torch.exp(torch.linspace(low, high, steps, dtype=torch.float64))


@misconception(
    "logspace",
    "The ends are right, but between them the values are spread evenly. It is the exponents that "
    "are evenly spread: each value is the same multiple of the one before.",
    zh="两端是对的，但中间的数值是均匀分布的。均匀分布的应当是指数：后一个值与前一个值的比处处相同。",
)
def values_spread_evenly(start, end, steps, base=10.0):
    return torch.linspace(base**start, base**end, steps, dtype=torch.float64)


@misconception(
    "logspace",
    "base made no difference: these are powers of 10.",
    zh="base 没有起作用：得到的总是 10 的幂。",
)
def always_base_ten(start, end, steps, base=10.0):
    return 10 ** torch.linspace(start, end, steps, dtype=torch.float64)


@misconception(
    "logspace",
    "These are the exponents; base still has to be raised to them.",
    zh="得到的是指数本身，还要以 base 为底求幂。",
)
def exponents_only(start, end, steps, base=10.0):
    return torch.linspace(start, end, steps, dtype=torch.float64)


@misconception(
    "geometric",
    "The limits were given to logspace as they are, so the result goes from 10**first to 10**last. "
    "Here first and last are the values; logspace wants their logarithms.",
    zh="把两端原样交给了 logspace，结果就成了从 10**first 到 10**last。这里 first 和 last 是数值，"
    "而 logspace 要的是它们的对数。",
)
def limits_taken_for_exponents(first, last, steps):
    return torch.logspace(first, last, steps, dtype=torch.float64)


@misconception(
    "geometric",
    "The numbers have equal distances. Asked for are equal ratios: each is the same multiple of "
    "the one before.",
    zh="相邻两数之差处处相同。要的是比值处处相同：后一个数是前一个数的同样倍数。",
)
def equal_distances(first, last, steps):
    return torch.linspace(first, last, steps, dtype=torch.float64)


@misconception(
    "geometric",
    "The ratio is the root of the wrong order, so last is not reached. From the first to the last "
    "of n numbers one multiplies n - 1 times.",
    zh="比值开错了方次，因此到不了 last。从第一个数到第 n 个数，只乘 n - 1 次。",
)
def one_multiplication_too_many(first, last, steps):
    return first * (last / first) ** (torch.arange(steps, dtype=torch.float64) / steps)


# Other right answers


@alternative("arange")
def one_after_the_other(start, end, step):
    if step == 0 or (end - start) * step < 0:
        raise ValueError("wrong way")
    numbers, number = [], start
    while (number < end) if step > 0 else (number > end):
        numbers.append(number)
        number = start + step * len(numbers)
    return torch.tensor(numbers, dtype=torch.float64)


@alternative("arange")
def summed_up(start, end, step):
    if not step or (end != start and (step > 0) == (end < start)):
        raise ValueError
    count = -int((start - end) // step)
    return torch.full((count,), float(step), dtype=torch.float64).cumsum(0) + (start - step)


@alternative("linspace")
def weighted(start, end, steps):
    t = torch.tensor([i / (steps - 1) if i else 0.0 for i in range(steps)], dtype=torch.float64)
    return (1 - t) * start + t * end


@alternative("linspace")
def listed(start, end, steps):
    numbers = [start + i * (end - start) / (steps - 1 if steps > 1 else 1) for i in range(steps)]
    return torch.tensor(numbers, dtype=torch.double)


@alternative("logspace")
def by_exp(start, end, steps, base=10.0):
    return (linspace(start, end, steps) * math.log(base)).exp()


@alternative("logspace")
def power_by_power(start, end, steps, base=10.0):
    exponents = torch.linspace(start, end, steps, dtype=torch.float64).tolist()
    return torch.tensor([base**e for e in exponents], dtype=torch.float64)


@alternative("geometric")
def multiplied_on(first, last, steps):
    ratio = (last / first) ** (1 / (steps - 1))
    return torch.tensor([first * ratio**i for i in range(steps)], dtype=torch.float64)


@alternative("geometric")
def by_torch_logspace(first, last, steps):
    return torch.logspace(math.log10(first), math.log10(last), steps, dtype=torch.float64)


# The tests. Steps and limits are multiples of 1/8, so that nothing depends on rounding.

NO_ARANGE = forbids("arange", "torch.range")
NO_LINSPACE = forbids("linspace", "logspace")


def ranges(calls):
    return [torch.arange(*call, dtype=torch.float64) for call in calls]


@title("arange stops before the end", zh="arange 在终点之前停下")
@points(2)
@NO_ARANGE
def test_arange(student, rand):
    calls = [(2, 6, 1), (1.5, 4, 0.25)]
    for _ in range(4):
        start, step, count = (
            int(rand.ints(1, 30)) / 8,
            int(rand.ints(2, 9)) / 8,
            int(rand.ints(3, 9)),
        )
        calls.append((start, start + step * count, step))
    close(student.run(each, "arange", calls), ranges(calls), dtype=True)


@title("arange: a last stretch that is shorter", zh="arange：最后一段不足一步")
@points(2)
@NO_ARANGE
def test_short_stretch(student, rand):
    calls = [(1, 2, 0.375), (3, 3.5, 2)]
    for _ in range(4):
        start, step, count = (
            int(rand.ints(1, 30)) / 8,
            int(rand.ints(4, 9)) / 8,
            int(rand.ints(2, 9)),
        )
        calls.append((start, start + step * count + int(rand.ints(1, 4)) / 8, step))
    close(student.run(each, "arange", calls), ranges(calls), dtype=True)


@title("arange: downwards, and nothing at all", zh="arange：倒着数，以及一个数也没有")
@NO_ARANGE
def test_downwards(student, rand):
    calls = [(5, 2, -0.75), (2.5, 2.5, 0.5), (-1, -1, -2)]
    for _ in range(3):
        start, step = int(rand.ints(-30, 30)) / 8, int(rand.ints(2, 9)) / 8
        calls.append((start, start - int(rand.ints(20, 60)) / 8, -step))
    close(student.run(each, "arange", calls), ranges(calls), dtype=True)


@title("arange: a step that leads nowhere is refused", zh="arange：走不到终点的步长要拒绝")
@NO_ARANGE
def test_no_way(student, rand):
    start, step = int(rand.ints(1, 9)) / 8, int(rand.ints(2, 9)) / 8
    call = (start, start + 4 * step, step)
    close(student.run(each, "arange", [call]), ranges([call]), dtype=True)
    for bad in ((start, start + 1, 0), (start, start + 3, -step), (start, start - 3, step)):
        with refuses(ValueError):
            student.arange(*bad)


@title("linspace has both ends", zh="linspace 两端都包含")
@points(2)
@NO_LINSPACE
def test_linspace(student, rand):
    calls = [(*rand(2).tolist(), int(rand.ints(3, 12))) for _ in range(4)]
    calls += [(2, -7, 4), (1, 3, 2), (5, 5, 3)]
    expected = [torch.linspace(*call, dtype=torch.float64) for call in calls]
    close(student.run(each, "linspace", calls), expected, dtype=True)


@title(
    "linspace of many lengths, and of one point or none",
    zh="linspace：各种个数，包括一个点和没有点",
)
@hidden(
    "A single point is start, no point is an empty tensor. And is the number of points right for "
    "every number, or does it depend on rounding?",
    zh="只有一个点时就是 start，没有点时是空张量。另外，是不是任何个数都对，还是会受舍入影响？",
)
@NO_LINSPACE
def test_lengths(student, rand):
    low, high = -float(rand.uniform(0.1, 0.9)), float(rand.uniform(1.1, 1.9))
    calls = [(low, high, steps) for steps in range(100)] + [(high, low, 1), (0, 0.7, 50)]
    expected = [torch.linspace(*call, dtype=torch.float64) for call in calls]
    close(student.run(each, "linspace", calls), expected, dtype=True)


@title("logspace: evenly spread exponents", zh="logspace：指数均匀分布")
@points(2)
@forbids("logspace")
def test_logspace(student, rand):
    calls = [(1, 3, 4), (2, 0.5, 5, 2.0)]
    for _ in range(3):
        low, high, base = (float(rand.uniform(a, a + 1)) for a in (0.2, 1.5, 2.0))
        calls.append((low, high, int(rand.ints(3, 9)), base))
    expected = [torch.logspace(*call, dtype=torch.float64) for call in calls]
    close(student.run(each, "logspace", calls), expected, dtype=True)


@title(
    "logspace: negative exponents, a base below 1, no points",
    zh="logspace：负指数、小于 1 的底、没有点",
)
@hidden(
    "Learning rates from 10**-4 to 10**-1 are the everyday case. base may also be 0.5.",
    zh="学习率从 10**-4 到 10**-1 是最常见的用法。base 也可以是 0.5。",
)
@forbids("logspace")
def test_small(student, rand):
    low = -float(rand.uniform(3, 5))
    calls = [(low, -1, 6), (low, low + 2, 4, 0.5), (-1, -1, 3, 3.0), (0.5, 2, 1), (1, 2, 0)]
    expected = [torch.logspace(*call, dtype=torch.float64) for call in calls]
    close(student.run(each, "logspace", calls), expected, dtype=True)


@title("geometric: the same multiple each time", zh="geometric：每次都乘同样的倍数")
@points(2)
def test_geometric(student, rand):
    calls = [(1.5, 1.5, 4), (2, 18, 3)]
    for _ in range(5):
        calls.append((*rand.uniform(0.1, 5, 2).tolist(), int(rand.ints(2, 9))))
    expected = [
        first * (last / first) ** torch.linspace(0, 1, steps, dtype=torch.float64)
        for first, last, steps in calls
    ]
    close(student.run(each, "geometric", calls), expected, dtype=True)
