"""Medians (the lower one), interpolated quantiles, and numbers made to have both."""

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
    text,
    title,
)

pytestmark = forbids("median", "nanmedian", "quantile", "nanquantile", "Tensor.numpy", "__array__")


# Mistakes: the median


@misconception(
    "median",
    "For an even count you return the mean of the two middle values, as books define it."
    " torch.median takes the lower of the two, so the result is always one of the numbers.",
    zh="个数为偶数时，你返回了中间两个数的平均，那是课本上的定义。torch.median 取两者中较小的，"
    "所以结果总是其中的一个数。",
)
def mean_of_the_two_in_the_middle(x, dim):
    s, n = x.sort(dim).values, x.shape[dim]
    return (s.select(dim, (n - 1) // 2) + s.select(dim, n // 2)) / 2


@misconception(
    "median",
    "For an even count you return the upper of the two middle values. Counted from 0, n // 2 is"
    " the upper one; torch.median takes the lower.",
    zh="个数为偶数时，你返回了中间两个数里较大的。从 0 数起，n // 2 是较大的那个；"
    "torch.median 取较小的。",
)
def upper_middle(x, dim):
    return x.sort(dim).values.select(dim, x.shape[dim] // 2)


@misconception(
    "median",
    "The numbers were not sorted: this is what happens to stand in the middle place.",
    zh="没有先排序：这只是恰好站在中间位置上的数。",
)
def not_sorted(x, dim):
    return x.select(dim, (x.shape[dim] - 1) // 2)


@misconception(
    "median",
    "dim made no difference for the sorting: the numbers were sorted along the last axis (the"
    " default) and then picked along dim. Sort along dim as well.",
    zh="排序时没有用到 dim：数是沿最后一个轴（默认）排的序，却沿 dim 去取。排序也要沿 dim 进行。",
)
def sorted_along_the_last_axis(x, dim):
    return x.sort().values.select(dim, (x.shape[dim] - 1) // 2)


@misconception(
    "median",
    "This is the median of all numbers. Every line along dim has its own.",
    zh="这是全部数的中位数。沿 dim 的每一条都有自己的中位数。",
)
def median_of_everything(x, dim):
    flat = x.flatten().sort().values
    return flat[(len(flat) - 1) // 2]


@misconception(
    "median",
    "This is the mean. The median is the value in the middle of the sorted numbers.",
    zh="这是均值。中位数是排好序之后位于中间的数。",
)
def mean_instead(x, dim):
    return x.double().mean(dim).to(x.dtype)


# Mistakes: quantiles


@misconception(
    "quantile",
    "The place was computed as q * n. The sorted numbers stand at the places 0 to n - 1, so q = 1"
    " has to reach n - 1 and no further.",
    zh="位置算成了 q * n。排好序的数站在 0 到 n - 1 的位置上，q = 1 应当正好走到 n - 1。",
)
def n_steps(x, q):
    if bool(((q < 0) | (q > 1)).any()):
        raise ValueError("outside")
    x = x.sort().values
    position = (q * len(x)).clamp(max=len(x) - 1)
    below, above = position.floor().long(), position.ceil().long()
    return x[below] + (position - below) * (x[above] - x[below])


@misconception(
    "quantile",
    "Between two numbers you return the lower one. Asked for is interpolation: go on from it in"
    " proportion to how far the place lies between the two.",
    zh="位置落在两个数之间时，你返回了较小的那个。这里要的是插值："
    "按位置在两者之间的比例继续往前走。",
)
def lower_neighbour(x, q):
    if bool(((q < 0) | (q > 1)).any()):
        raise ValueError("outside")
    return x.sort().values[(q * (len(x) - 1)).floor().long()]


@misconception(
    "quantile",
    "Between two numbers you return the nearer one. Asked for is interpolation: go from one to the"
    " other in proportion.",
    zh="位置落在两个数之间时，你返回了较近的那个。这里要的是插值：按比例从一个数走向另一个数。",
)
def nearest_neighbour(x, q):
    if bool(((q < 0) | (q > 1)).any()):
        raise ValueError("outside")
    return x.sort().values[(q * (len(x) - 1)).round().long()]


@misconception(
    "quantile",
    "Between two numbers you always go half of the way. How far depends on the place: at 1.8 it is"
    " 0.8 of the way.",
    zh="位置落在两个数之间时，你总是走一半。走多少要看位置：1.8 就是走 0.8。",
)
def half_way(x, q):
    if bool(((q < 0) | (q > 1)).any()):
        raise ValueError("outside")
    x = x.sort().values
    position = q * (len(x) - 1)
    return (x[position.floor().long()] + x[position.ceil().long()]) / 2


@misconception(
    "quantile",
    "The two weights are swapped: at place 1.8 the number at 2 counts 0.8 and that at 1 counts"
    " 0.2.",
    zh="两个权重弄反了：位置 1.8 处，2 号位的数占 0.8，1 号位的数占 0.2。",
)
def weights_swapped(x, q):
    if bool(((q < 0) | (q > 1)).any()):
        raise ValueError("outside")
    x = x.sort().values
    position = q * (len(x) - 1)
    below, above = position.floor().long(), position.ceil().long()
    return x[above] + (position - below) * (x[below] - x[above])


@misconception(
    "quantile",
    "The numbers were not sorted before the places were counted.",
    zh="数位置之前没有先排序。",
)
def quantile_not_sorted(x, q):
    if bool(((q < 0) | (q > 1)).any()):
        raise ValueError("outside")
    position = q * (len(x) - 1)
    below, above = position.floor().long(), position.ceil().long()
    return x[below] + (position - below) * (x[above] - x[below])


@misconception(
    "quantile",
    "A q outside of 0 to 1 was moved to the nearest end. It is nearly always a percentage or a"
    " mistake: refuse it.",
    zh="0 到 1 之外的 q 被移到了最近的一端。出现这样的 q，几乎总是误用了百分数，或者别处有错："
    "应当拒绝。",
)
def clamped(x, q):
    x = x.sort().values
    position = q.clamp(0, 1) * (len(x) - 1)
    below, above = position.floor().long(), position.ceil().long()
    return x[below] + (position - below) * (x[above] - x[below])


# Mistakes: numbers made to measure


@misconception(
    "with_mean_and_median",
    "The outlier is too small: you moved one number by the difference of mean and median. A single"
    " number among n moves the mean by only one n-th of its own way.",
    zh="离群值太小了：你只把一个数移动了均值与中位数之差。n 个数里的一个，移动多少，"
    "均值只跟着移动它的 n 分之一。",
)
def outlier_not_scaled(n, mean, median):
    x = torch.full((n,), median)
    x[-1] += mean - median
    return x


@misconception(
    "with_mean_and_median",
    "The outlier is n times the mean, as if the others were 0. They add up to (n - 1) times the"
    " median already.",
    zh="离群值取成了均值的 n 倍，好像其他数都是 0。可它们加起来已经是中位数的 n - 1 倍了。",
)
def others_taken_for_zero(n, mean, median):
    x = torch.full((n,), median)
    x[-1] = n * mean
    return x


@misconception(
    "with_mean_and_median",
    "All numbers are evenly spread around the mean. In a symmetric set mean and median are the"
    " same; to part them it takes numbers far out on one side.",
    zh="你的数均匀分布在均值两侧。对称的一组数，均值与中位数相同；要把它们分开，"
    "得有一侧的数离得很远。",
)
def symmetric(n, mean, median):
    return torch.linspace(median, 2 * mean - median, n)


# Other right answers


@alternative("median")
def counted_by_kthvalue(x, dim):
    return x.kthvalue((x.shape[dim] + 1) // 2, dim).values


@alternative("median")
def line_by_line(x, dim):
    moved = x.movedim(dim, -1)
    lines = moved.reshape(-1, moved.shape[-1]).tolist()
    middles = [sorted(line)[(len(line) - 1) // 2] for line in lines]
    return torch.tensor(middles, dtype=x.dtype).reshape(moved.shape[:-1])


@alternative("quantile")
def one_by_one(x, q):
    numbers, results = sorted(x.tolist()), []
    for fraction in q.tolist():
        if not 0 <= fraction <= 1:
            raise ValueError("outside")
        place = fraction * (len(numbers) - 1)
        i = min(int(place), max(len(numbers) - 2, 0))
        after = numbers[min(i + 1, len(numbers) - 1)]
        results.append(numbers[i] + (place - i) * (after - numbers[i]))
    return torch.tensor(results, dtype=x.dtype)


@alternative("quantile")
def hat_functions(x, q):
    if ((q < 0) | (q > 1)).any():
        raise ValueError("outside")
    places = torch.arange(len(x), dtype=x.dtype)
    weights = (1 - (q[:, None] * (len(x) - 1) - places).abs()).clamp(min=0)
    return weights @ x.sort().values


@alternative("with_mean_and_median")
def one_side_shared_by_several(n, mean, median):
    lower = (n - 1) // 2  # as many lie below the middle
    x = [median] * n
    if mean >= median:
        for i in range(lower + 1, n):
            x[i] += n * (mean - median) / (n - 1 - lower)
    else:
        for i in range(lower):
            x[i] += n * (mean - median) / lower
    return torch.tensor(x)


# Tests


@title("median: an odd count", zh="median：个数为奇数")
@points(2)
def test_odd(student, rand):
    for size, dim in (((7,), 0), ((5, 5), 0), ((5, 5), 1), ((2, 3, 4), 1), ((3, 2, 1), -3)):
        x = rand(*size)
        close(student.median(x, dim), x.median(dim).values)


@title(
    "median: an even count takes the lower middle value", zh="median：个数为偶数时取较小的中间值"
)
@points(3)
def test_even(student, rand):
    for size, dim in (((6,), 0), ((2,), 0), ((4, 4), 0), ((4, 4), -1), ((3, 2, 4), 1)):
        x = rand(*size)
        close(student.median(x, dim), x.median(dim).values)


@title("median: whole numbers, ties", zh="median：整数，以及相等的数")
@points(1)
def test_whole_numbers(student, rand):
    for n in (9, 10):
        x = rand.ints(-4, 5, 3, n)
        close(student.median(x, 1), x.median(1).values)
    x = rand.ints(2**53, 2**60, 4, 2)
    close(student.median(x, 0), x.median(0).values, dtype=True)


@title("quantile: between two numbers", zh="quantile：两个数之间")
@points(3)
def test_quantile(student, rand):
    for n, k in ((5, 4), (8, 6), (2, 3)):
        x, q = rand(n) * 4, rand.uniform(0.02, 0.98, k)
        close(student.quantile(x, q), torch.quantile(x, q))


@title(
    "quantile: both ends, exact places, a single number",
    zh="quantile：两端、恰好的位置、只有一个数",
)
@points(2)
def test_quantile_ends(student, rand):
    x = rand(9)
    q = torch.tensor([1.0, 0.0, 0.5, 0.125, 0.3])
    close(student.quantile(x, q), torch.quantile(x, q))
    x = rand(1)
    close(student.quantile(x, q), x.expand(5))


@title("quantile: fractions from 0 to 1 only", zh="quantile：只接受 0 到 1 的比例")
@points(2)
def test_quantile_refuses(student, rand):
    x, q = rand(6), rand.uniform(0.1, 0.9, 3)
    close(student.quantile(x, q), torch.quantile(x, q))
    for wrong in (1.01, -0.01, 25.0):
        with refuses(ValueError):
            student.quantile(x, torch.cat([q, torch.tensor([wrong])]))


@title("Numbers with a given mean and a given median", zh="给定均值与中位数的一组数")
@points(3)
def test_made_to_measure(student, rand):
    note = text(
        "These are the mean and the (lower) median of what came back.",
        zh="这里比较的是返回的数的均值和（较小的）中位数。",
    )
    for n, far in ((5, 9.0), (6, -20.0), (3, -7.0), (4, 12.0), (9, 100.0)):
        middle = float(rand.uniform(-3, 3, 1))
        mean = middle + far * float(rand.uniform(1, 2, 1))
        x = student.with_mean_and_median(n, mean, middle)
        close(list(x.shape), [n])
        got = [float(x.double().mean()), float(x.double().median())]
        # The numbers may be float32 and n times as large as their mean.
        close(got, [mean, middle], atol=1e-4, note=note)
    x = student.with_mean_and_median(7, middle, middle)
    close([float(x.double().mean()), float(x.double().median())], [middle] * 2, note=note)


@probe
def results_and_arguments(student, x, q):
    return student.median(x, 0), student.quantile(x[0], q), x, q


@title("The dtype stays, and so do the arguments", zh="dtype 保持不变，参数也保持原样")
@hidden(
    "If this fails alone: which dtype comes out, and is anything sorted in place?",
    zh="如果只有这一项没通过：结果是什么 dtype？有没有原地排序？",
)
def test_dtype(student, rand):
    for x, q in (
        (rand(4, 5, dtype=torch.float64), rand.uniform(0, 1, 3, dtype=torch.float64)),
        (rand(5, 4).T, rand.uniform(0, 1, 2)),
    ):
        expected = (x.median(0).values, torch.quantile(x[0].contiguous(), q), x, q)
        close(student.run(results_and_arguments, x, q), expected, dtype=True)
