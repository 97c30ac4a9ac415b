"""Random numbers: the distribution, and where the randomness comes from.

Samples are described by numbers that hardly depend on the draw, rounded so that they don't at all.
Thus every right answer gives the same, whichever numbers it draws, and so does every wrong one.
"""

import itertools

import torch

from torchgrade.authoring import alternative, close, hidden, misconception, points, probe, title


@probe
def told(student, x):
    """Moments of a sample in steps that are far larger than their error."""
    x = x.double()
    return round(float(x.mean()), 1) + 0.0, round(2 * float(x.std())) / 2


@probe
def evenly(student, shape, low, high, seed):
    """Where in [low, high) the numbers lie: shares of the four quarters and of what is outside."""
    x = student.uniform(shape, low, high, torch.Generator().manual_seed(seed))
    place = (x.double().reshape(-1) - low) / (high - low) * 4
    edges = [float("-inf"), 0.0, 1.0, 2.0, 3.0, 4.0, float("inf")]
    shares = [
        round(20 * float(((place >= a) & (place < b)).double().mean())) / 20
        for a, b in itertools.pairwise(edges)
    ]
    return tuple(x.shape), x.dtype, shares, told(student, place)


@probe
def thrown(student, shape, low, high, seed):
    """Which numbers come, and whether the smallest and the largest come as often as the others."""
    x = student.integers(shape, low, high, torch.Generator().manual_seed(seed))
    numbers, counts = x.reshape(-1).unique(return_counts=True)
    share = counts.double() / x.numel() * (high - low + 1)
    return tuple(x.shape), x.dtype, numbers, [round(2 * float(s) - 0.15) / 2 for s in share]


@probe
def standardised(student, mean, std, count, seed):
    """Mean and deviation of every column, in units of what they should be."""
    x = student.normal(
        mean.expand(count, -1), std.expand(count, -1), torch.Generator().manual_seed(seed)
    )
    units = (x.double() - mean) / std
    return tuple(x.shape), x.dtype, [told(student, column) for column in units.T]


@probe
def noise(student, x, variance, unit, seed):
    result = student.noisy(x, variance, torch.Generator().manual_seed(seed))
    added = (result.double() - x.double()) / unit
    inside = [round(float(added.std(axis).mean()), 1) for axis in (0, 1)]  # of columns, of rows
    return tuple(result.shape), result.dtype, told(student, added), inside


@probe
def drawn_again(student, function, arguments, seed, other):
    """How far samples are apart: of the same state, of a later one, of another seed.

    And the first numbers of the global generator, which should have been left alone.
    """
    draw, g = getattr(student, function), torch.Generator().manual_seed(seed)
    torch.manual_seed(other)
    first = draw(*arguments, g).double()
    shared = torch.rand(3)
    torch.manual_seed(other + 1)
    again = draw(*arguments, torch.Generator().manual_seed(seed)).double()
    torch.manual_seed(other)
    later = draw(*arguments, g).double()
    torch.manual_seed(other)
    elsewhere = draw(*arguments, torch.Generator().manual_seed(seed + 1)).double()
    return [float((first - x).abs().max() > 0) for x in (again, later, elsewhere)], shared


# What goes wrong


@misconception(
    "uniform",
    "The numbers are normally distributed: randn was used. They bunch around the middle and leave "
    "the limits. rand is the even one.",
    zh="得到的是正态分布：用成了 randn。这些数集中在中间，还会超出范围。均匀分布是 rand。",
)
def randn_for_rand(shape, low, high, generator):
    return low + (high - low) * torch.randn(tuple(shape), generator=generator)


@misconception(
    "uniform",
    "The numbers were multiplied by high instead of the width of the interval, so they go beyond "
    "it or don't fill it. From low to high it is high - low.",
    zh="乘的是 high，而不是区间的宽度，所以超出了区间，或者没有填满。从 low 到 high 的宽度是 high - low。",
)
def scaled_by_high(shape, low, high, generator):
    return low + high * torch.rand(tuple(shape), generator=generator)


@misconception(
    "uniform",
    "The numbers lie in [0, high - low): they still have to be moved by low.",
    zh="这些数落在 [0, high - low) 里，还要平移 low。",
)
def not_moved(shape, low, high, generator):
    return (high - low) * torch.rand(tuple(shape), generator=generator)


@misconception(
    "uniform",
    "The generator made no difference: the numbers come from the global one. So a run can't be "
    "repeated, and everybody else's numbers change. Hand generator= on to the function that draws.",
    zh="generator 没有起作用：数是从全局生成器里抽的。这样既不能重现，又会改变别人抽到的数。"
    "要把 generator= 传给抽数的函数。",
)
def uniform_from_the_global(shape, low, high, generator):
    return low + (high - low) * torch.rand(tuple(shape))


@misconception(
    "uniform",
    "The global generator was seeded with the seed of yours. That repeats, but a second call gives "
    "the same numbers again, and all other code that draws is thrown back as well.",
    zh="用你的生成器的种子去设了全局生成器。这样虽能重现，但再调用一次又是同样的数，"
    "程序里其他抽随机数的地方也被打乱了。",
)
def uniform_seeds_the_global(shape, low, high, generator):
    torch.manual_seed(generator.initial_seed())
    return low + (high - low) * torch.rand(tuple(shape))


@misconception(
    "integers",
    "The largest number never comes: randint leaves high out, like range. If high is to be "
    "included, the limit must be one further.",
    zh="最大的数从不出现：randint 和 range 一样不含 high。要包含它，上限就得再加一。",
)
def high_left_out(shape, low, high, generator):
    return torch.randint(low, max(high, low + 1), tuple(shape), generator=generator)


@misconception(
    "integers",
    "The smallest and the largest number come half as often as the others: even numbers were "
    "rounded, and only half an interval is rounded to each end.",
    zh="最小和最大的数出现的次数只有别的数的一半：把均匀分布的数四舍五入，两端各只分到半个区间。",
)
def ends_half_as_often(shape, low, high, generator):
    drawn = torch.rand(tuple(shape), generator=generator, dtype=torch.float64)
    return (low + (high - low) * drawn).round().long()


@misconception(
    "integers",
    "Decimal numbers were turned into integers by cutting, which rounds towards 0: with a negative "
    "low, 0 comes too often and the smallest number never. floor rounds down.",
    zh="小数变成整数时是截断的，也就是朝 0 取整：low 为负时，0 出现得太多，最小的数从不出现。"
    "向下取整要用 floor。",
)
def cut_towards_zero(shape, low, high, generator):
    drawn = torch.rand(tuple(shape), generator=generator, dtype=torch.float64)
    return (low + (high + 1 - low) * drawn).long()


@misconception(
    "integers",
    "The numbers are whole, but stored as floats. As class numbers or for indexing they must be "
    "int64.",
    zh="数是整的，却存成了浮点数。用作类别编号或索引时必须是 int64。",
)
def whole_floats(shape, low, high, generator):
    return torch.randint(low, high + 1, tuple(shape), generator=generator).float()


@misconception(
    "integers",
    "The generator made no difference: the numbers come from the global one. Hand generator= on to "
    "the function that draws.",
    zh="generator 没有起作用：数是从全局生成器里抽的。要把 generator= 传给抽数的函数。",
)
def integers_from_the_global(shape, low, high, generator):
    return torch.randint(low, high + 1, tuple(shape))


@misconception(
    "normal",
    "std was taken for the variance, so its root became the deviation. What torch.normal calls std "
    "is the standard deviation itself.",
    zh="把 std 当成了方差，标准差就成了它的平方根。torch.normal 的 std 就是标准差本身。",
)
def std_taken_for_variance(mean, std, generator):
    return torch.normal(mean.float(), std.sqrt(), generator=generator)


@misconception(
    "normal",
    "The mean is an int64 tensor, as torch.full((10,), 0) makes it, and torch.normal has no code "
    "for whole numbers. Make it float first.",
    zh="均值是 int64 张量（torch.full((10,), 0) 得到的就是这种），torch.normal 不支持整数。先把它变成浮点数。",
)
def mean_left_whole(mean, std, generator):
    return torch.normal(mean, std, generator=generator)


@misconception(
    "normal",
    "All elements were drawn with the same deviation, the average one. Each has its own.",
    zh="所有元素用了同一个标准差，也就是平均值。每个元素有各自的标准差。",
)
def one_deviation_for_all(mean, std, generator):
    return torch.normal(mean.float(), std.mean().expand(mean.shape), generator=generator)


@misconception(
    "normal",
    "The numbers are evenly distributed, or not centred: rand was used, whose mean is 1/2. Normal "
    "numbers come from randn.",
    zh="得到的是均匀分布，中心也不对：用成了 rand，它的均值是 1/2。正态分布的数来自 randn。",
)
def rand_for_randn(mean, std, generator):
    return mean + std * torch.rand(mean.shape, generator=generator)


@misconception(
    "normal",
    "The generator made no difference: the numbers come from the global one. Hand generator= on to "
    "the function that draws.",
    zh="generator 没有起作用：数是从全局生成器里抽的。要把 generator= 传给抽数的函数。",
)
def normal_from_the_global(mean, std, generator):
    return torch.normal(mean.float(), std)


@misconception(
    "noisy",
    "The variance was used as the standard deviation. The deviation, by which one multiplies, is "
    "the root of the variance.",
    zh="把方差当成标准差来乘了。要乘的标准差是方差的平方根。",
)
def variance_as_deviation(x, variance, generator):
    return x + variance * torch.randn(x.shape, generator=generator)


@misconception(
    "noisy",
    "x itself was changed: += and methods with an underscore at the end work in place.",
    zh="x 本身被改动了：+= 和以下划线结尾的方法都是就地操作。",
)
def x_changed(x, variance, generator):
    return x.add_(math.sqrt(variance) * torch.randn(x.shape, generator=generator))


@misconception(
    "noisy",
    "A single random number was added to all elements. Noise is independent: one draw for each "
    "element.",
    zh="所有元素加的是同一个随机数。噪声应当相互独立：每个元素各抽一次。",
)
def the_same_for_all(x, variance, generator):
    return x + math.sqrt(variance) * torch.randn((), generator=generator)


@misconception(
    "noisy",
    "Each column got one random number, which all rows share. Noise is independent: one draw for "
    "each element, so draw in the shape of x.",
    zh="每一列只抽了一个随机数，各行共用。噪声应当相互独立，所以要按 x 的整个形状来抽。",
)
def the_same_for_all_rows(x, variance, generator):
    return x + math.sqrt(variance) * torch.randn(x.shape[-1:], generator=generator)


@misconception(
    "uniform",
    "A second call with the same generator gave the same numbers again: the generator was seeded "
    "anew, or the draw came from a copy of it. Draw from the generator itself, and it goes on.",
    zh="用同一个生成器再调用一次，得到的还是同样的数：生成器被重新设了种子，或者是从它的副本里抽的。"
    "直接从它本身抽，它就会往下走。",
)
def uniform_starts_again(shape, low, high, generator):
    generator = torch.Generator().manual_seed(generator.initial_seed())
    return low + (high - low) * torch.rand(tuple(shape), generator=generator)


@misconception(
    "integers",
    "A second call with the same generator gave the same numbers again: the generator was seeded "
    "anew, or the draw came from a copy of it. Draw from the generator itself, and it goes on.",
    zh="用同一个生成器再调用一次，得到的还是同样的数：生成器被重新设了种子，或者是从它的副本里抽的。"
    "直接从它本身抽，它就会往下走。",
)
def integers_starts_again(shape, low, high, generator):
    generator = torch.Generator().manual_seed(generator.initial_seed())
    return torch.randint(low, high + 1, tuple(shape), generator=generator)


@misconception(
    "normal",
    "A second call with the same generator gave the same numbers again: the generator was seeded "
    "anew, or the draw came from a copy of it. Draw from the generator itself, and it goes on.",
    zh="用同一个生成器再调用一次，得到的还是同样的数：生成器被重新设了种子，或者是从它的副本里抽的。"
    "直接从它本身抽，它就会往下走。",
)
def normal_starts_again(mean, std, generator):
    generator = torch.Generator().manual_seed(generator.initial_seed())
    return torch.normal(mean.float(), std, generator=generator)


@misconception(
    "noisy",
    "A second call with the same generator gave the same numbers again: the generator was seeded "
    "anew, or the draw came from a copy of it. Draw from the generator itself, and it goes on.",
    zh="用同一个生成器再调用一次，得到的还是同样的数：生成器被重新设了种子，或者是从它的副本里抽的。"
    "直接从它本身抽，它就会往下走。",
)
def noisy_starts_again(x, variance, generator):
    generator = torch.Generator().manual_seed(generator.initial_seed())
    return x + math.sqrt(variance) * torch.randn(x.shape, generator=generator)


@misconception(
    "noisy",
    "Where the variance is 0, x itself was returned instead of a new tensor: whoever writes into "
    "the result changes x.",
    zh="方差为 0 时返回的就是 x 本身，而不是新张量：往结果里写，x 也会跟着变。",
)
def no_noise_no_copy(x, variance, generator):
    return x + math.sqrt(variance) * torch.randn(x.shape, generator=generator) if variance else x


# Other right answers


@alternative("uniform")
def filled_in_place(shape, low, high, generator):
    return torch.empty(list(shape)).uniform_(low, high, generator=generator)


@alternative("integers")
def floored(shape, low, high, generator):
    drawn = torch.rand(tuple(shape), generator=generator, dtype=torch.float64)
    return low + (drawn * (high - low + 1)).floor().long()


@alternative("integers")
def filled_at_random(shape, low, high, generator):
    return torch.empty(tuple(shape), dtype=torch.int64).random_(low, high + 1, generator=generator)


@alternative("normal")
def scaled_and_moved(mean, std, generator):
    return mean + std * torch.randn(mean.shape, generator=generator)


@alternative("noisy")
def by_normal(x, variance, generator):
    return torch.normal(x, torch.full(x.shape, variance**0.5), generator=generator)


# The tests


def seed(rand):
    return int(rand.ints(1, 2**31))


@title("uniform: even over the whole interval", zh="uniform：均匀分布在整个区间上")
@points(2)
def test_uniform(student, rand):
    for low, high, shape in ((2.0, 6.0, (40, 500)), (-3.0, -1.0, (5000, 4)), (0.5, 9.0, (20000,))):
        actual = student.run(evenly, shape, low, high, seed(rand))
        shares = [0.0, 0.25, 0.25, 0.25, 0.25, 0.0]
        moments = (2.0, 1.0)
        close(actual, (shape, torch.float32, shares, moments))


@title("integers: every number, both ends included", zh="integers：每个数都有，包括两端")
@points(2)
def test_integers(student, rand):
    for low, high, shape in ((1, 6, (100, 60)), (-3, 2, (6000,)), (10, 12, (2, 3, 1000))):
        actual = student.run(thrown, shape, low, high, seed(rand))
        numbers = torch.arange(low, high + 1)
        close(actual, (shape, torch.int64, numbers, [1.0] * len(numbers)))


@title("integers: a single number", zh="integers：只有一个数")
def test_single(student, rand):
    number = int(rand.ints(-50, 50))
    close(
        student.run(thrown, (7,), number, number, seed(rand)),
        ((7,), torch.int64, torch.tensor([number]), [1.0]),
    )


@title("normal: own mean and deviation for each element", zh="normal：每个元素有各自的均值和标准差")
@points(2)
def test_normal(student, rand):
    mean, std = torch.tensor([0.0, 10.0, -20.0]), torch.tensor([0.25, 9.0, 4.0])
    actual = student.run(standardised, mean, std, 8000, seed(rand))
    close(actual, ((8000, 3), torch.float32, [(0.0, 1.0)] * 3))


@title("normal: means that are whole numbers", zh="normal：均值是整数")
def test_whole_means(student, rand):
    mean, std = torch.tensor([0, 3, -70]), torch.tensor([4.0, 0.25, 9.0])
    actual = student.run(standardised, mean, std, 8000, seed(rand))
    close(actual, ((8000, 3), torch.float32, [(0.0, 1.0)] * 3))


@title(
    "noisy: noise of the given variance, different everywhere", zh="noisy：方差符合要求，处处不同"
)
@points(2)
def test_noisy(student, rand):
    x = rand(200, 60)
    for variance, unit in ((9.0, 3.0), (0.04, 0.2)):
        actual = student.run(noise, x, variance, unit, seed(rand))
        close(actual, ((200, 60), torch.float32, (0.0, 1.0), [1.0, 1.0]))


@probe
def kept(student, x, variance, seed):
    """x after a call, and after its result for variance 0 was written to."""
    student.noisy(x, variance, torch.Generator().manual_seed(seed))
    before = x.clone()
    student.noisy(x, 0.0, torch.Generator().manual_seed(seed)).zero_()
    return before, x


@title("noisy leaves x alone", zh="noisy 不改动 x")
def test_x_is_kept(student, rand):
    x = rand(4, 3)
    close(student.run(kept, x, 2.0, seed(rand)), (x, x))


@title("All randomness comes from the generator", zh="所有随机性都来自 generator")
@points(3)
def test_generator(student, rand):
    x = rand(50)
    calls = {
        "uniform": ((50,), -1.0, 2.0),
        "integers": ((50,), -99, 99),
        "normal": (x, x.abs() + 1),
        "noisy": (x, 1.5),
    }
    for function, arguments in calls.items():
        first, other = seed(rand), seed(rand)
        shared = torch.rand(3, generator=torch.Generator().manual_seed(other))
        actual = student.run(drawn_again, function, arguments, first, other)
        close(actual, ([0.0, 1.0, 1.0], shared))


@probe
def corner_cases(student, seed):
    g = torch.Generator().manual_seed(seed)
    shapes = [(), (0,), (2, 0, 3), (1, 1)]
    made = [student.uniform(shape, 0.0, 1.0, g) for shape in shapes]
    made += [student.integers(shape, 0, 5, g) for shape in shapes]
    made += [student.normal(torch.zeros(shape), torch.ones(shape), g) for shape in shapes]
    made += [student.noisy(torch.ones(shape), 1.0, g) for shape in shapes]
    return [(tuple(x.shape), x.dtype) for x in made]


@probe
def without_spread(student, mean, x, seed):
    g = torch.Generator().manual_seed(seed)
    return student.normal(mean, torch.zeros(mean.shape), g), student.noisy(x, 0.0, g)


@title("No axes, no elements, no spread", zh="没有维度、没有元素、没有离散")
@hidden(
    "Shapes may be () or have a size of 0. A deviation or variance of 0 gives the mean itself.",
    zh="形状可以是 ()，也可以有大小 0。标准差或方差为 0 时，得到的就是均值本身。",
)
def test_corner_cases(student, rand):
    shapes = [(), (0,), (2, 0, 3), (1, 1)]
    single, whole = torch.float32, torch.int64
    expected = [(shape, dtype) for dtype in (single, whole, single, single) for shape in shapes]
    close(student.run(corner_cases, seed(rand)), expected)
    mean, x = rand.ints(-9, 9, 5), rand(3)
    close(student.run(without_spread, mean, x, seed(rand)), (mean.float(), x), dtype=True)
