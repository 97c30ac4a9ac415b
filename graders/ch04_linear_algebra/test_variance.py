"""Variance along an axis and from a stream, with n and n - 1, far away from zero."""

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
    *("var", "std", "var_mean", "std_mean", "cov", "corrcoef", "Tensor.numpy", "__array__")
)

# Far from zero the mean itself is only known to an ulp of about 1e-3; the contract promises 1%.
FAR = 1e-2


# Mistakes: the variance of a tensor


@misconception(
    "var",
    "You divided by n whatever the correction says. With correction=1, the default, the divisor is"
    " n - 1, because the mean was taken from the same numbers.",
    zh="不管 correction 是几，你都除以了 n。默认的 correction=1 要除以 n - 1，"
    "因为均值就取自这些数。",
)
def always_n(x, dim, correction=1):
    return (x - x.mean(dim, keepdim=True)).square().mean(dim)


@misconception(
    "var",
    "You divided by n - 1 whatever the correction says. correction=0 divides by n, and any other"
    " value by n - correction.",
    zh="不管 correction 是几，你都除以了 n - 1。correction=0 时应除以 n，"
    "其他值则除以 n - correction。",
)
def always_n_minus_one(x, dim, correction=1):
    return (x - x.mean(dim, keepdim=True)).square().sum(dim) / (x.shape[dim] - 1)


@misconception(
    "var",
    "For numbers far from zero the result is noise: the formula E[x^2] - E[x]^2 subtracts two huge"
    " numbers that agree in nearly all digits. Subtract the mean first, then square.",
    zh="数据远离零时，结果只剩噪声：公式 E[x²] - E[x]² 是两个巨大的数相减，"
    "它们几乎所有的数位都相同。"
    "应当先减均值，再平方。",
)
def difference_of_squares(x, dim, correction=1):
    n = x.shape[dim]
    return (x.square().mean(dim) - x.mean(dim).square()) * n / (n - correction)


@misconception(
    "var",
    "The mean of the whole tensor was subtracted. Along dim every line has its own mean.",
    zh="减去的是整个张量的均值。沿 dim 的每一条都有自己的均值。",
)
def one_mean_for_all(x, dim, correction=1):
    return (x - x.mean()).square().sum(dim) / (x.shape[dim] - correction)


@misconception(
    "var",
    "The axis was gone when the means were subtracted, so they were aligned from the right and met"
    " the wrong lines. On a square matrix nothing complains: keep the axis with size 1.",
    zh="减均值时那个轴已经没了，均值便从右边对齐，减到了别的行上。遇到方阵不会报错："
    "应当保留这个轴，大小为 1。",
)
def means_on_the_wrong_axis(x, dim, correction=1):
    return (x - x.mean(dim)).square().sum(dim) / (x.shape[dim] - correction)


@misconception(
    "var",
    "You took absolute distances, not squared ones. Their mean is a measure of spread too, but it"
    " isn't the variance.",
    zh="你用的是距离的绝对值，而不是平方。它的平均也能衡量离散程度，但不是方差。",
)
def absolute_distances(x, dim, correction=1):
    return (x - x.mean(dim, keepdim=True)).abs().sum(dim) / (x.shape[dim] - correction)


@misconception(
    "var",
    "The divisor counts all entries of the tensor. n is the size of the axis dim.",
    zh="除数用了整个张量的元素个数。n 是 dim 这个轴的大小。",
)
def all_entries_counted(x, dim, correction=1):
    return (x - x.mean(dim, keepdim=True)).square().sum(dim) / (x.numel() - correction)


# Mistakes: the standard deviation


@misconception(
    "std",
    "That is the variance: the square root is missing. The standard deviation has the unit of the"
    " numbers themselves.",
    zh="这是方差，还差一步开方。标准差的单位与数据本身相同。",
)
def root_forgotten(x, dim, correction=1):
    return var(x, dim, correction)


@misconception(
    "std",
    "The correction came after the root: the root of the sum was divided by n - correction. Divide"
    " first, then take the root.",
    zh="先开方、后校正了：平方和开方之后才除以 n - correction。应当先除，再开方。",
)
def root_before_dividing(x, dim, correction=1):
    n = x.shape[dim] - correction
    return (var(x, dim, correction) * n).sqrt() / n


@misconception(
    "std",
    "The correction did not reach the variance: std must hand it on.",
    zh="correction 没有传给方差：std 要把它传下去。",
)
def correction_not_handed_on(x, dim, correction=1):
    return var(x, dim).sqrt()


# Mistakes: the stream


@misconception(
    "streaming_stats",
    "The variances of the chunks were averaged. That leaves out how far the chunks' means lie"
    " apart: chunks [0, 0] and [9, 9] have variance 0 each, but not together.",
    zh="你把各块的方差取了平均。这样就漏掉了各块均值之间的距离：[0, 0] 和 [9, 9] 各自的方差都是 0，"
    "合在一起却不是。",
)
def variances_averaged(chunks, correction=1):
    n, total, squares = 0, 0.0, 0.0
    for chunk in chunks:
        if len(chunk):
            n += len(chunk)
            total = total + chunk.sum()
            squares = squares + (chunk - chunk.mean()).square().sum()
    return n, total / n, squares / (n - correction)


@misconception(
    "streaming_stats",
    "Sums of x and of x^2 were kept. Far from zero these are huge, and their difference is noise."
    " Keep the mean and the sum of squares around it, and correct both with each chunk.",
    zh="你保留的是 x 与 x² 的和。数据远离零时，它们非常大，相减之后只剩噪声。"
    "应当保留均值和围绕均值的平方和，"
    "每来一块就修正这两个数。",
)
def sums_of_squares(chunks, correction=1):
    n, total, squares = 0, 0.0, 0.0
    for chunk in chunks:
        n += len(chunk)
        total = total + chunk.sum()
        squares = squares + chunk.square().sum()
    mean = total / n
    return n, mean, (squares - n * mean**2) / (n - correction)


@misconception(
    "streaming_stats",
    "The chunks were collected first. Their memory is reused, so in the end every one of them"
    " shows the numbers of the last: use a chunk when it comes, and keep only what you computed.",
    zh="你先把各块收集了起来。它们的内存会被重复使用，到最后每一块看到的都是最后一块的数："
    "来一块就要用一块，"
    "只留下算好的结果。",
)
def chunks_collected(chunks, correction=1):
    x = torch.cat(list(chunks))
    return len(x), x.mean(), (x - x.mean()).square().sum() / (len(x) - correction)


@misconception(
    "streaming_stats",
    "Every chunk counted the same for the mean. A chunk of 50 numbers weighs ten times as much as"
    " one of 5: weigh by length.",
    zh="求均值时，每一块的分量都一样。50 个数的块应当是 5 个数的块的十倍：要按长度加权。",
)
def chunks_weigh_the_same(chunks, correction=1):
    n, pieces, mean, squares = 0, 0, torch.zeros(()), torch.zeros(())
    for chunk in chunks:
        k = chunk.numel()
        if k == 0:
            continue
        pieces += 1
        own_mean = chunk.mean()
        apart = own_mean - mean
        squares = squares + (chunk - own_mean).square().sum() + apart**2 * (n * k / (n + k))
        n += k
        mean = mean + apart / pieces
    return n, mean, squares / (n - correction)


@misconception(
    "streaming_stats",
    "n - 1 was used whatever the correction says.",
    zh="不管 correction 是几，都用了 n - 1。",
)
def stream_correction_ignored(chunks, correction=1):
    n, mean, squares = 0, torch.zeros(()), torch.zeros(())
    for chunk in chunks:
        k = chunk.numel()
        if k == 0:
            continue
        own_mean = chunk.mean()
        apart = own_mean - mean
        squares = squares + (chunk - own_mean).square().sum() + apart**2 * (n * k / (n + k))
        n += k
        mean = mean + apart * (k / n)
    return n, mean, squares / (n - 1)


# Other right answers


@alternative("var")
def half_the_mean_squared_difference(x, dim, correction=1):
    x = x.movedim(dim, 0)
    n = len(x)
    pairs = x[:, None] - x[None]
    return pairs.square().sum((0, 1)) / (2 * n) / (n - correction)


@alternative("var")
def shifted_by_the_first(x, dim, correction=1):
    shifted = x - x.narrow(dim, 0, 1)  # close to zero now, where no digits get lost
    n = x.shape[dim]
    return (shifted.square().sum(dim) - shifted.sum(dim).square() / n) / (n - correction)


@alternative("std")
def power_of_one_half(x, dim, correction=1):
    centred = x - x.mean(dim, keepdim=True)
    return (centred**2).sum(dim).div(x.size(dim) - correction) ** 0.5


@alternative("streaming_stats")
def welford(chunks, correction=1):
    n, mean, squares = 0, 0.0, 0.0
    for chunk in chunks:
        for value in chunk.tolist():
            n += 1
            before = value - mean
            mean += before / n
            squares += before * (value - mean)
    return n, mean, squares / (n - correction)


@alternative("streaming_stats")
def sums_around_the_first_number(chunks, correction=1):
    n, origin, total, squares = 0, None, 0.0, 0.0
    for chunk in chunks:
        if origin is None and len(chunk):
            origin = chunk[0].clone()
        if len(chunk):
            near = chunk - origin
            n, total, squares = n + len(near), total + near.sum(), squares + near.square().sum()
    return n, origin + total / n, (squares - total**2 / n) / (n - correction)


# Tests


def expected_var(x, dim, correction):
    return x.double().var(dim, correction=correction).to(x.dtype)


@title("var: n - 1 unless told otherwise", zh="var：默认除以 n - 1")
@points(2)
def test_var(student, rand):
    for size, dim in (((6,), 0), ((4, 4), 0), ((4, 4), 1), ((2, 5, 3), 1), ((2, 3, 4), -3)):
        x = rand(*size) * 3 + 1
        close(student.var(x, dim), expected_var(x, dim, 1))


@title("var: any correction", zh="var：任意的 correction")
@points(2)
def test_var_correction(student, rand):
    for correction in (0, 1, 2):
        x = rand(5, 3) * 2
        close(student.var(x, 0, correction=correction), expected_var(x, 0, correction))
    y = rand(2, 1, dtype=torch.float64)
    close(student.var(y, 1), torch.full((2,), torch.nan, dtype=torch.float64))
    close(student.var(y, 1, 0), torch.zeros(2, dtype=torch.float64))


@title("var and std: far away from zero", zh="var 与 std：远离零的数据")
@points(2)
def test_far(student, rand):
    for x in (rand(64, 3) + 1e4, rand(64, 3, dtype=torch.float64) - 1e9):
        exact = (x.double() - x.double().mean(0, keepdim=True)).square().sum(0) / 63
        exact = exact.to(x.dtype)
        close(student.var(x, 0), exact, rtol=FAR)
        close(student.std(x, 0), exact.sqrt(), rtol=FAR)


@title("std: the root of the variance", zh="std：方差的平方根")
@points(2)
def test_std(student, rand):
    x = rand(5, 4)
    close(student.std(x, 0), expected_var(x, 0, 1).sqrt())
    for size, dim, correction in (((7,), 0, 1), ((3, 5), 1, 0), ((6, 2), -2, 1), ((2, 4, 3), 1, 2)):
        x = rand(*size) * 3
        close(student.std(x, dim, correction), expected_var(x, dim, correction).sqrt())


@probe
def stream(student, x, sizes, correction):
    def chunks():
        memory, start = x.new_empty(max(sizes)), 0
        for size in sizes:
            memory[:size] = x[start : start + size]
            start += size
            yield memory[:size]

    if correction is None:
        n, mean, variance = student.streaming_stats(chunks())
    else:
        n, mean, variance = student.streaming_stats(chunks(), correction)
    return n, float(mean), float(variance)


def check_stream(student, x, sizes, correction, rtol=None):
    exact = x.double()
    by = 1 if correction is None else correction
    expected = (len(x), float(exact.mean()), float(exact.var(correction=by)))
    close(student.run(stream, x, sizes, correction), expected, rtol=rtol)


@title("streaming_stats: chunks of one length", zh="streaming_stats：长度相同的块")
@points(2)
def test_stream(student, rand):
    x = rand(30) * 2 + torch.arange(30.0) / 5
    check_stream(student, x, [10, 10, 10], None)
    check_stream(student, x, [30], 1)
    check_stream(student, rand(12), [1] * 12, 1)


@title("streaming_stats: chunks of different lengths", zh="streaming_stats：长度不同的块")
@points(3)
def test_stream_of_unequal_chunks(student, rand):
    x = rand(40) + torch.arange(40.0) / 8
    check_stream(student, x, [25, 3, 11, 1], 1)
    check_stream(student, x, [2, 0, 30, 8, 0], 0)
    check_stream(student, x, [0, 5, 35], 2)


@title("streaming_stats: far away from zero", zh="streaming_stats：远离零的数据")
@points(3)
def test_far_stream(student, rand):
    check_stream(student, rand(90) + 1e4, [40, 30, 20], 1, rtol=FAR)
    check_stream(student, rand(90, dtype=torch.float64) + 1e9, [20, 60, 10], 1, rtol=FAR)


@probe
def spread_and_argument(student, x):
    return student.var(x, 0), student.std(x, -1, 0), x


@title("The dtype is that of x, and x is as it was", zh="dtype 与 x 相同，x 不被改动")
@hidden(
    "If this fails alone: is the mean subtracted in place, and which dtype comes out?",
    zh="如果只有这一项没通过：均值是不是原地减去的？结果是什么 dtype？",
)
def test_dtype(student, rand):
    for x in (rand(4, 3, dtype=torch.float64), rand(3, 5).T):
        expected = (expected_var(x, 0, 1), expected_var(x, 1, 0).sqrt(), x)
        close(student.run(spread_and_argument, x), expected, dtype=True)
