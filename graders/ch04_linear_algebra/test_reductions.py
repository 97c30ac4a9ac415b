"""Sums, means, running sums: which axis disappears."""

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
    *("sum", "nansum", "mean", "nanmean", "cumsum", "logcumsumexp", "logsumexp", "sum_to_size"),
    *("var_mean", "std_mean", "einsum", "matmul", "mm", "mv", "dot", "tensordot", "trace"),
    *("count_nonzero", "cumulative_trapezoid", "trapezoid", "F.normalize", "vector_norm", "norm"),
    *("Tensor.numpy", "__array__"),
)


# Mistakes: sums


@misconception(
    "sum_over",
    "The axes were removed one after the other in the order in which they were named. After the"
    " first is gone, all axes behind it have moved up by one, so the next name means another axis."
    " Begin with the last one, or keep the axes until the end.",
    zh="各个轴是按给出的顺序一个接一个去掉的。前一个去掉之后，它后面的轴都向前移了一位，"
    "下一个编号指的就是另一个轴了。应当从最后的轴开始，或者先保留这些轴，到最后再去掉。",
)
def axes_shift(x, dims, keepdim=False):
    for d in (dims,) if isinstance(dims, int) else dims:
        axis = d % x.dim()
        total = torch.zeros_like(x.select(axis, 0))
        for part in x.unbind(axis):
            total = total + part
        x = total.unsqueeze(axis) if keepdim else total
    return x


@misconception(
    "sum_over",
    "keepdim made no difference: the summed axes are gone. With keepdim=True they stay with size"
    " 1, so that the result broadcasts against x.",
    zh="keepdim 没有起作用：求和的轴不见了。keepdim=True 时它们要保留下来，大小为 1，"
    "这样结果才能与 x 广播。",
)
def keepdim_ignored(x, dims, keepdim=False):
    for axis in sorted(axes_of(x, dims), reverse=True):
        total = torch.zeros_like(x.select(axis, 0))
        for part in x.unbind(axis):
            total = total + part
        x = total
    return x


@misconception(
    "sum_over",
    "The axes in dims stayed and the others were summed. dims names the axes that disappear.",
    zh="dims 里的轴留了下来，求和的却是别的轴。dims 指的是要消失的轴。",
)
def others_summed(x, dims, keepdim=False):
    for axis in sorted(set(range(x.dim())) - axes_of(x, dims), reverse=True):
        total = torch.zeros_like(x.select(axis, 0))
        for part in x.unbind(axis):
            total = total + part
        x = total.unsqueeze(axis) if keepdim else total
    return x


@misconception(
    "sum_over",
    "Of several axes only the first was summed. All axes in dims have to go.",
    zh="给了多个轴，却只对第一个求了和。dims 中的所有轴都要去掉。",
)
def first_axis_only(x, dims, keepdim=False):
    axis = (dims if isinstance(dims, int) else dims[0]) % x.dim()
    total = torch.zeros_like(x.select(axis, 0))
    for part in x.unbind(axis):
        total = total + part
    return total.unsqueeze(axis) if keepdim else total


# Mistakes: means


@misconception(
    "mean_over",
    "You divided by the number of all entries of x. Each number of the result is the sum of only"
    " as many entries as lie along the axes that disappear.",
    zh="你除以了 x 的全部元素个数。结果里的每个数，只是沿消失的那些轴的元素之和，"
    "应当除以它们的个数。",
)
def divided_by_all(x, dims, keepdim=False):
    return sum_over(x, dims, keepdim) / x.numel()


@misconception(
    "mean_over",
    "For several axes you divided by the size of one of them. The number of summed entries is the"
    " product of the sizes of all the axes that disappear.",
    zh="有多个轴时，你只除以了其中一个的大小。被求和的元素个数，是所有消失的轴的大小之积。",
)
def divided_by_one_size(x, dims, keepdim=False):
    first = dims if isinstance(dims, int) else dims[0]
    return sum_over(x, dims, keepdim) / x.shape[first]


@misconception(
    "mean_over",
    "For several axes you divided by the sum of their sizes. A block of 2 x 3 holds 6 entries, not"
    " 5: the sizes are multiplied.",
    zh="有多个轴时，你除以了各个大小之和。2×3 的块有 6 个元素，而不是 5 个：大小要相乘。",
)
def divided_by_sum_of_sizes(x, dims, keepdim=False):
    return sum_over(x, dims, keepdim) / sum(x.shape[d] for d in axes_of(x, dims))


@misconception(
    "mean_over",
    "The means of whole numbers were rounded down to whole numbers. The mean of 1 and 2 is 1.5:"
    " divide with /, and give back float32.",
    zh="整数的平均被向下取整了。1 和 2 的平均是 1.5：要用 / 做除法，结果是 float32。",
)
def whole_means(x, dims, keepdim=False):
    count = 1
    for axis in axes_of(x, dims):
        count *= x.shape[axis]
    total = sum_over(x, dims, keepdim)
    return total / count if x.is_floating_point() else total // count


# Mistakes: rows


@misconception(
    "normalise_rows",
    "The columns were normalised. A row runs along the last axis, so it is the last axis that has"
    " to be summed.",
    zh="被归一化的是列。行沿着最后一个轴延伸，所以要求和的是最后一个轴。",
)
def columns_normalised(x):
    return x / sum_over(x, -2 if x.dim() > 1 else -1, keepdim=True)


@misconception(
    "normalise_rows",
    "You summed the rows, but the axis was gone when you divided. Broadcasting aligns from the"
    " right, so row sum number j divided column j; on a square matrix nothing complains. Keep the"
    " axis with size 1.",
    zh="你确实按行求了和，可做除法时那个轴已经没了。广播从右边对齐，于是第 j 行的和去除了第 j 列；"
    "遇到方阵，谁也不会报错。应当保留这个轴，大小为 1。",
)
def row_sums_on_columns(x):
    return x / sum_over(x, -1)


@misconception(
    "normalise_rows",
    "You divided by the sum of all entries, so that the whole tensor sums to 1. Every row has a"
    " sum of its own.",
    zh="你除以了全部元素之和，于是和为 1 的是整个张量。每一行都有它自己的和。",
)
def divided_by_the_grand_total(x):
    return x / sum_over(x, tuple(range(x.dim())))


@misconception(
    "normalise_rows",
    "You summed over axis 1. In a batch of matrices the rows run along the last axis, which is"
    " axis 1 only if there are two axes.",
    zh="你是沿第 1 轴求和的。对一批矩阵来说，行沿着最后一个轴延伸；只有两个轴时，它才是第 1 轴。",
)
def always_axis_one(x):
    return x / sum_over(x, min(1, x.dim() - 1), keepdim=True)


@misconception(
    "normalise_rows",
    "You divided by the sum of the absolute values. With negative entries the rows then don't sum"
    " to 1: divide by the sum itself.",
    zh="你除以了绝对值之和。有负数时，每一行的和就不是 1 了：应当除以和本身。",
)
def absolute_values_summed(x):
    return x / sum_over(x.abs(), -1, keepdim=True)


@misconception(
    "normalise_rows",
    "The rows are right, but they were divided in place: the caller's x is changed.",
    zh="结果是对的，但除法是原地做的：调用者的 x 被改动了。",
)
def divided_in_x(x):
    x /= sum_over(x, -1, keepdim=True)
    return x


# Mistakes: running sums


@misconception(
    "running_sum",
    "dim made no difference: the sums run along the last axis. They should run along dim, while"
    " all other coordinates stay.",
    zh="dim 没有起作用：累加总是沿最后一个轴。应当沿 dim 累加，其他坐标不变。",
)
def along_the_last_axis(x, dim):
    result = x.clone()
    for i in range(1, x.shape[-1]):
        result[..., i] += result[..., i - 1]
    return result


@misconception(
    "running_sum",
    "dim made no difference: the sums run along axis 0. They should run along dim, while all other"
    " coordinates stay.",
    zh="dim 没有起作用：累加总是沿第 0 轴。应当沿 dim 累加，其他坐标不变。",
)
def along_axis_zero(x, dim):
    result = x.clone()
    for i in range(1, x.shape[0]):
        result[i] += result[i - 1]
    return result


@misconception(
    "running_sum",
    "Every sum stops one slice too early: position i must include slice i itself, so the first is"
    " slice 0 and not 0.",
    zh="每个和都少加了一片：第 i 个位置要包括第 i 片本身，所以第一个是第 0 片，而不是 0。",
)
def own_slice_left_out(x, dim):
    total = torch.zeros_like(x.select(dim, 0))
    parts = []
    for part in x.unbind(dim):
        parts.append(total)
        total = total + part
    return torch.stack(parts, dim)


@misconception(
    "running_sum",
    "The sums are right, but they were written into x itself: slices are views, and += on them"
    " changes the caller's tensor.",
    zh="累加的结果是对的，却写进了 x 本身：切片是视图，对它做 += 会改动调用者的张量。",
)
def accumulated_in_x(x, dim):
    parts = x.unbind(dim)
    for i in range(1, len(parts)):
        parts[i].add_(parts[i - 1])
    return x


@misconception(
    "running_sum",
    "Only the neighbour was added: position i holds two slices, i and i - 1. A running sum carries"
    " on the sum reached so far.",
    zh="只加了相邻的一片：第 i 个位置只有第 i 片与第 i - 1 片之和。"
    "累加要接着前面已经得到的和往下加。",
)
def neighbours_only(x, dim):
    parts = x.unbind(dim)
    pairs = [parts[i - 1] + parts[i] for i in range(1, len(parts))]
    return torch.stack([parts[0], *pairs], dim)


# Other right answers


@alternative("sum_over")
def axes_moved_to_the_front(x, dims, keepdim=False):
    axes = sorted(axes_of(x, dims))
    rest = [d for d in range(x.dim()) if d not in axes]
    flat = x.permute(*axes, *rest).reshape(-1, *(x.shape[d] for d in rest))
    total = flat[0].clone()
    for part in flat[1:]:
        total += part
    if keepdim:
        total = total.reshape([1 if d in axes else x.shape[d] for d in range(x.dim())])
    return total


@alternative("sum_over")
def kept_until_the_end(x, dims, keepdim=False):
    axes = sorted(axes_of(x, dims))
    for axis in axes:
        x = sum(x.split(1, dim=axis))
    if not keepdim:
        for axis in reversed(axes):
            x = x.squeeze(axis)
    return x


@alternative("mean_over")
def means_of_means(x, dims, keepdim=False):
    x = x if x.is_floating_point() else x.to(torch.float32)
    for axis in sorted(axes_of(x, dims), reverse=True):
        x = sum_over(x, axis, keepdim) / x.shape[axis]
    return x


@alternative("normalise_rows")
def row_by_row(x):
    rows = x.reshape(-1, x.shape[-1])
    return torch.stack([row / sum(row.tolist()) for row in rows]).reshape(x.shape)


@alternative("running_sum")
def sums_of_longer_and_longer_parts(x, dim):
    parts = [sum_over(x.narrow(dim, 0, i + 1), dim) for i in range(x.shape[dim])]
    return torch.stack(parts, dim)


@alternative("running_sum")
def along_the_front_axis(x, dim):
    x = x.movedim(dim, 0)
    total, result = torch.zeros_like(x[0]), torch.empty_like(x)
    for i in range(len(x)):
        total = total + x[i]
        result[i] = total
    return result.movedim(0, dim)


# Tests


@title("sum_over: one axis disappears", zh="sum_over：一个轴消失")
@points(2)
def test_sum_over_one_axis(student, rand):
    for size, dim in (
        ((4,), 0),
        ((3, 4), 0),
        ((3, 4), 1),
        ((2, 3, 4), 1),
        ((2, 3, 4), -1),
        ((3, 1), 1),
    ):
        x = rand(*size)
        close(student.sum_over(x, dim), x.sum(dim))


@title("sum_over: several axes, in any order", zh="sum_over：多个轴，顺序任意")
@points(3)
def test_sum_over_several_axes(student, rand):
    for dims in ((0, 1), (1, 0), (0, 2), (2, 0), (0, 1, 3), (1,)):
        x = rand(3, 3, 3, 3)
        close(student.sum_over(x, dims), x.sum(dims))
    for dims in ((-1, 0), (-3, -1), (0, -2, 2)):
        x = rand(2, 3, 4)
        close(student.sum_over(x, dims), x.sum(tuple({d % 3 for d in dims})))


@title("sum_over: keepdim leaves axes of size 1", zh="sum_over：keepdim 留下大小为 1 的轴")
@points(2)
def test_sum_over_keepdim(student, rand):
    x = rand(2, 3, 4)
    for dims in (1, -1, (0, 2), (-1, 0), (0, 1, 2)):
        close(student.sum_over(x, dims, keepdim=True), x.sum(dims, keepdim=True))


@title("mean_over: the sum divided by how many were added", zh="mean_over：和除以加数的个数")
@points(3)
def test_mean_over(student, rand):
    for size, dims in (((3, 4), 0), ((3, 4), (1,)), ((5, 2, 3), (0, 2)), ((2, 3, 4), (-1, 1))):
        x = rand(*size)
        close(student.mean_over(x, dims), x.mean(dims))
        close(student.mean_over(x, dims, keepdim=True), x.mean(dims, keepdim=True))
    whole = rand.ints(-20, 50, 5, 4)
    close(student.mean_over(whole, 1), whole.float().mean(1))


@title("normalise_rows: each row sums to 1", zh="normalise_rows：每一行的和为 1")
@points(3)
def test_normalise_rows(student, rand):
    for size in ((4, 4), (3, 5), (5, 2), (6,), (2, 3, 4), (3, 3, 3)):
        x = rand.uniform(0.5, 2.0, *size)
        x[..., 0] *= -0.2  # a negative entry, and still a sum far from 0
        close(student.normalise_rows(x), x / x.sum(-1, keepdim=True))


@title("running_sum: along any axis", zh="running_sum：沿任意轴累加")
@points(3)
def test_running_sum(student, rand):
    for size, dim in (((4, 4), 0), ((4, 4), 1), ((5,), 0), ((3, 4, 2), 1), ((2, 3, 4), -3)):
        x = rand(*size)
        close(student.running_sum(x, dim), x.cumsum(dim))


@probe
def all_and_argument(student, x):
    results = student.sum_over(x, (0, 2)), student.running_sum(x, 1), student.mean_over(x, 0)
    return results, x


@probe
def rows_and_argument(student, x):
    return student.normalise_rows(x), x


@title("dtypes and strides, and x left as it was", zh="dtype、内存布局，以及 x 不被改动")
@points(2)
@hidden(
    "Large whole numbers, float64, a transposed tensor. Does anything write into a slice of x?",
    zh="很大的整数、float64、转置过的张量。有没有什么操作写进了 x 的切片？",
)
def test_dtypes(student, rand):
    for x in (
        rand.ints(10**7, 10**9, 3, 4, 2),
        rand(3, 4, 2, dtype=torch.float64),
        rand(2, 4, 3).transpose(0, 2),
    ):
        mean = x.mean(0) if x.is_floating_point() else x.double().mean(0).float()
        expected = ((x.sum((0, 2)), x.cumsum(1), mean), x)
        close(student.run(all_and_argument, x), expected, dtype=True)
    y = rand.uniform(1, 2, 3, 2, dtype=torch.float64)
    close(student.run(rows_and_argument, y), (y / y.sum(1, keepdim=True), y), dtype=True)
    close(student.running_sum(y[:1], 0), y[:1], dtype=True)
