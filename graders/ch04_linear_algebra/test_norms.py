"""Norms of vectors along any axis, of matrices, and a vector made to measure."""

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
    text,
    title,
)

pytestmark = forbids(
    *("norm", "vector_norm", "matrix_norm", "frobenius_norm", "nuclear_norm", "renorm", "dist"),
    *("cdist", "pdist", "pairwise_distance", "normalize", "lp_pool1d", "std", "std_mean", "cond"),
    *("Tensor.numpy", "__array__"),
)


# Mistakes: vectors


@misconception(
    "vector_norm",
    "For p = inf you took the largest entry. The infinity norm is the largest absolute value: for"
    " [3, -4] it is 4.",
    zh="p = inf 时，你取的是最大的元素。∞-范数是最大的绝对值：[3, -4] 的 ∞-范数是 4。",
)
def largest_entry(x, p, dim=None, keepdim=False):
    if dim is None:
        norm = vector_norm(x.reshape(-1), p, 0)
        return norm.reshape([1] * x.dim()) if keepdim else norm
    if p == 0:
        return (x != 0).sum(dim, keepdim).to(x.dtype)
    if p == math.inf:
        return x.amax(dim, keepdim)
    return x.abs().pow(p).sum(dim, keepdim).pow(1 / p)


@misconception(
    "vector_norm",
    "The absolute values are missing. For even p the power hides it; for p = 1 or 3 negative"
    " entries cancel positive ones, and the root of a negative number is NaN.",
    zh="少了绝对值。p 为偶数时，乘方掩盖了这个问题；p = 1 或 3 时，负数会与正数抵消，"
    "对负数开方还会得到 NaN。",
)
def without_absolute_values(x, p, dim=None, keepdim=False):
    if dim is None:
        norm = vector_norm(x.reshape(-1), p, 0)
        return norm.reshape([1] * x.dim()) if keepdim else norm
    if p == 0:
        return (x != 0).sum(dim, keepdim).to(x.dtype)
    if p == math.inf:
        return x.abs().amax(dim, keepdim)
    return x.pow(p).sum(dim, keepdim).pow(1 / p)


@misconception(
    "vector_norm",
    "The root is missing: for p = 2 you return 25 for [3, -4] instead of 5. A norm is a length, so"
    " doubling the vector must double it.",
    zh="少了最后的开方：p = 2 时，[3, -4] 得到了 25 而不是 5。范数是长度，向量加倍，"
    "范数也应当加倍。",
)
def root_forgotten(x, p, dim=None, keepdim=False):
    if dim is None:
        norm = vector_norm(x.reshape(-1), p, 0)
        return norm.reshape([1] * x.dim()) if keepdim else norm
    if p == 0:
        return (x != 0).sum(dim, keepdim).to(x.dtype)
    if p == math.inf:
        return x.abs().amax(dim, keepdim)
    return x.abs().pow(p).sum(dim, keepdim)


@misconception(
    "vector_norm",
    "The root was always the square root. It has to undo the power p: for p = 3 the cube root.",
    zh="开的总是平方根。开方要抵消的是 p 次方：p = 3 时应当开立方。",
)
def always_the_square_root(x, p, dim=None, keepdim=False):
    if dim is None:
        norm = vector_norm(x.reshape(-1), p, 0)
        return norm.reshape([1] * x.dim()) if keepdim else norm
    if p == 0:
        return (x != 0).sum(dim, keepdim).to(x.dtype)
    if p == math.inf:
        return x.abs().amax(dim, keepdim)
    total = x.abs().pow(p).sum(dim, keepdim)
    return total if p == 1 else total.sqrt()


@misconception(
    "vector_norm",
    "For p = 0 every entry was counted, the zeros too: 0 to the power 0 is 1 for PyTorch. Count"
    " those that are not 0.",
    zh="p = 0 时，每个元素都被数了进去，零也不例外：在 PyTorch 里，0 的 0 次方是 1。"
    "要数的是非零元素。",
)
def zeros_counted(x, p, dim=None, keepdim=False):
    if dim is None:
        norm = vector_norm(x.reshape(-1), p, 0)
        return norm.reshape([1] * x.dim()) if keepdim else norm
    total = x.abs().pow(p).sum(dim, keepdim)
    if p == 0:
        return total
    if p == math.inf:
        return x.abs().amax(dim, keepdim)
    return total.pow(1 / p)


@misconception(
    "vector_norm",
    "The general formula was used for p = inf. Powers with an infinite exponent are 0, 1 or"
    " infinite, and the sum is worthless: this case is the maximum of the absolute values.",
    zh="p = inf 也套用了一般公式。指数为无穷的乘方只能是 0、1 或无穷大，求和没有意义："
    "这种情形应当取绝对值的最大值。",
)
def formula_for_infinity(x, p, dim=None, keepdim=False):
    if dim is None:
        norm = vector_norm(x.reshape(-1), p, 0)
        return norm.reshape([1] * x.dim()) if keepdim else norm
    if p == 0:
        return (x != 0).sum(dim, keepdim).to(x.dtype)
    return x.abs().pow(p).sum(dim, keepdim).pow(1 / p)


@misconception(
    "vector_norm",
    "Without a dim you return one norm for each row. dim=None asks for a single number, the norm"
    " of all entries.",
    zh="没有给 dim 时，你为每一行各返回了一个范数。dim=None 要的是一个数：全部元素的范数。",
)
def rows_without_a_dim(x, p, dim=None, keepdim=False):
    dim = -1 if dim is None else dim
    if p == 0:
        return (x != 0).sum(dim, keepdim).to(x.dtype)
    if p == math.inf:
        return x.abs().amax(dim, keepdim)
    return x.abs().pow(p).sum(dim, keepdim).pow(1 / p)


@misconception(
    "vector_norm",
    "The mean was taken instead of the sum (a root mean square for p = 2). A norm does not divide"
    " by the number of entries.",
    zh="求和变成了求平均（p = 2 时就是均方根）。范数不除以元素的个数。",
)
def mean_of_powers(x, p, dim=None, keepdim=False):
    if dim is None:
        norm = vector_norm(x.reshape(-1), p, 0)
        return norm.reshape([1] * x.dim()) if keepdim else norm
    if p == 0:
        return (x != 0).sum(dim, keepdim).to(x.dtype)
    if p == math.inf:
        return x.abs().amax(dim, keepdim)
    return x.abs().pow(p).mean(dim, keepdim).pow(1 / p)


@misconception(
    "vector_norm",
    "keepdim made no difference. With keepdim=True the axis stays with size 1, so that x can be"
    " divided by its norms.",
    zh="keepdim 没有起作用。keepdim=True 时，这个轴要保留下来，大小为 1，这样 x 才能除以各个范数。",
)
def keepdim_ignored(x, p, dim=None, keepdim=False):
    if dim is None:
        return vector_norm(x.reshape(-1), p, 0)
    if p == 0:
        return (x != 0).sum(dim).to(x.dtype)
    if p == math.inf:
        return x.abs().amax(dim)
    return x.abs().pow(p).sum(dim).pow(1 / p)


@misconception(
    "vector_norm",
    "The count for p = 0 came back as a whole number. Like every other norm it has the dtype of x.",
    zh="p = 0 时返回了整数。与其他范数一样，结果的 dtype 应当与 x 相同。",
)
def count_as_a_whole_number(x, p, dim=None, keepdim=False):
    if dim is None:
        norm = vector_norm(x.reshape(-1), p, 0)
        return norm.reshape([1] * x.dim()) if keepdim else norm
    if p == 0:
        return (x != 0).sum(dim, keepdim)
    if p == math.inf:
        return x.abs().amax(dim, keepdim)
    return x.abs().pow(p).sum(dim, keepdim).pow(1 / p)


# Mistakes: matrices


@misconception(
    "frobenius_norm",
    "You return a norm for each row. The Frobenius norm counts all entries of a matrix: one number"
    " for each matrix.",
    zh="你为每一行返回了一个范数。Frobenius 范数计入矩阵的全部元素：每个矩阵一个数。",
)
def norm_of_each_row(a):
    return a.square().sum(-1).sqrt()


@misconception(
    "frobenius_norm",
    "The whole batch became one number. The matrices are the last two axes; every one of them has"
    " its own norm.",
    zh="整个批量变成了一个数。矩阵是最后两个轴，每个矩阵都有自己的范数。",
)
def norm_of_the_whole_batch(a):
    return a.square().sum().sqrt()


@misconception(
    "frobenius_norm",
    "The root was taken row by row and the roots were added. Add up all squares first, then take"
    " one root.",
    zh="你先逐行开方，再把结果相加。应当先把所有的平方加起来，最后只开一次方。",
)
def roots_added(a):
    return a.square().sum(-1).sqrt().sum(-1)


# Mistakes: a vector made to measure


@misconception(
    "vector_with_norms",
    "Nothing was refused. The largest of n absolute values is at most their sum, and their sum is"
    " at most n times the largest; outside of that there is no such vector.",
    zh="什么都没有拒绝。n 个绝对值中最大的不会超过它们的和，它们的和也不会超过最大者的 n 倍；"
    "超出这个范围，"
    "这样的向量就不存在。",
)
def nothing_refused(n, l1, linf):
    v = torch.full((n,), (l1 - linf) / max(n - 1, 1))
    v[0] = linf
    return v


@misconception(
    "vector_with_norms",
    "Whatever is left went into one entry. If it is larger than linf, that entry becomes the new"
    " largest; spread the rest so that no entry exceeds linf.",
    zh="剩下的全都放进了一个元素。如果它比 linf 大，最大的就变成它了；要把剩下的分散开，"
    "不让任何元素超过 linf。",
)
def rest_in_one_entry(n, l1, linf):
    if not linf <= l1 <= n * linf:
        raise ValueError("no such vector")
    v = torch.zeros(n)
    v[0] = linf
    if n > 1:
        v[1] = l1 - linf
    return v


@misconception(
    "vector_with_norms",
    "A 1-norm equal to linf, or equal to n times linf, was refused. Both ends can be had: one"
    " entry beside zeros, and n entries of the same size.",
    zh="1-范数等于 linf，或者等于 n 倍的 linf，都被拒绝了。这两端其实都做得到：一个元素加上若干零，"
    "或者 n 个大小相同的元素。",
)
def ends_refused(n, l1, linf):
    if not linf < l1 < n * linf:
        raise ValueError("no such vector")
    v = torch.full((n,), (l1 - linf) / max(n - 1, 1))
    v[0] = linf
    return v


# Other right answers


@alternative("vector_norm")
def largest_taken_out_first(x, p, dim=None, keepdim=False):
    if dim is None:
        dim = tuple(range(x.dim()))
    size = x.abs()
    if p == 0:
        return torch.sign(size).sum(dim, keepdim)
    largest = size.amax(dim, keepdim=True)
    if p != math.inf:
        scaled = torch.where(largest > 0, size / largest, size)
        largest = largest * (scaled**p).sum(dim, keepdim=True) ** (1 / p)
    return largest if keepdim else largest.sum(dim)


@alternative("vector_norm")
def in_python_numbers(x, p, dim=None, keepdim=False):
    if dim is None:
        norm = vector_norm(x.flatten(), p, 0)
        return norm.reshape([1] * x.dim()) if keepdim else norm
    lines = x.movedim(dim, -1).reshape(-1, x.shape[dim]).tolist()
    norms = []
    for line in lines:
        if p == 0:
            norms.append(float(sum(e != 0 for e in line)))
        elif p == math.inf:
            norms.append(max(abs(e) for e in line))
        else:
            norms.append(sum(abs(e) ** p for e in line) ** (1 / p))
    shape = list(x.shape)
    shape[dim] = 1
    norms = torch.tensor(norms, dtype=x.dtype).reshape(shape)
    return norms if keepdim else norms.squeeze(dim)


@alternative("frobenius_norm")
def product_with_itself(a):
    return torch.einsum("...ij,...ij->...", a, a) ** 0.5


@alternative("frobenius_norm")
def flattened_and_measured(a):
    return vector_norm(a.reshape(*a.shape[:-2], -1), 2, -1)


@alternative("vector_with_norms")
def filled_up_from_the_left(n, l1, linf):
    entries, rest = [], l1
    for i in range(n):
        entries.append((-1) ** i * min(rest, linf))
        rest -= min(rest, linf)
    if rest > 0 or l1 < linf:
        raise ValueError("no such vector")
    return torch.tensor(entries, dtype=torch.float64)


# Tests


def matrices(rand):
    return [rand(*size) * rand.bools(*size, p=0.7) for size in ((3, 3), (4, 2), (2, 3, 4))]


@title("vector_norm: p = 1, 2, 3, 2.5 of a vector", zh="vector_norm：向量的 p = 1、2、3、2.5")
@points(3)
def test_powers(student, rand):
    for p in (2, 1, 3, 2.5, 0.5):
        x = rand(7) * 3
        close(student.vector_norm(x, p), torch.linalg.vector_norm(x, p))
    for p in (1.0, 3.0):  # the sum of the entries themselves is below zero
        x = rand(6) - 2
        close(student.vector_norm(x, p), torch.linalg.vector_norm(x, p))


@title("vector_norm: p = inf and p = 0", zh="vector_norm：p = inf 与 p = 0")
@points(3)
def test_ends(student, rand):
    for x in (rand(5) - 2, rand(5) + 2, rand(6) * rand.bools(6)):
        close(student.vector_norm(x, math.inf), x.abs().max())
        count = torch.tensor(float((x != 0).sum()))
        close(student.vector_norm(x, 0), count)
    mixed = rand(20) * rand.bools(20, p=0.4)
    close(student.vector_norm(mixed, 0.0), torch.linalg.vector_norm(mixed, 0))


@title("vector_norm: along an axis", zh="vector_norm：沿一个轴")
@points(3)
def test_dim(student, rand):
    for p in (1, 2, 3, math.inf, 0):
        for x, dim in zip(matrices(rand), (1, 0, -2), strict=True):
            close(student.vector_norm(x, p, dim), torch.linalg.vector_norm(x, p, dim))


@title(
    "vector_norm: of all entries, whatever the shape", zh="vector_norm：不论形状，全部元素的范数"
)
@points(2)
def test_no_dim(student, rand):
    for p in (1, 2, 4, math.inf, 0):
        for x in matrices(rand):
            close(student.vector_norm(x, p), torch.linalg.vector_norm(x, p))


@title("vector_norm: keepdim", zh="vector_norm：keepdim")
def test_keepdim(student, rand):
    for p in (2, math.inf, 0):
        for x, dim in zip(matrices(rand), (0, -1, None), strict=True):
            expected = torch.linalg.vector_norm(x, p, dim, keepdim=True)
            close(student.vector_norm(x, p, dim, keepdim=True), expected)


@title("frobenius_norm: all entries of each matrix", zh="frobenius_norm：每个矩阵的全部元素")
@points(3)
def test_frobenius(student, rand):
    for a in (rand(3, 3), rand(2, 5), rand(4, 3, 2), rand(2, 3, 4, 1)):
        close(student.frobenius_norm(a), torch.linalg.matrix_norm(a))


def check_norms(v, n, l1, linf):
    close(list(v.shape), [n])
    got = [float(v.abs().sum()), float(v.abs().max())]
    close(
        got,
        [l1, linf],
        note=text(
            "These are the 1-norm and the infinity norm of the vector that came back.",
            zh="这里比较的是返回的向量的 1-范数和 ∞-范数。",
        ),
    )


@title("vector_with_norms: made to measure", zh="vector_with_norms：量身定做")
@points(2)
def test_made_to_measure(student, rand):
    for n, factor in ((2, 1.4), (5, 3.3), (8, 6.1), (4, 1.8)):
        linf = float(rand.uniform(0.5, 3.0, 1))
        check_norms(student.vector_with_norms(n, factor * linf, linf), n, factor * linf, linf)


@title("vector_with_norms: both ends, and beyond them", zh="vector_with_norms：两端，以及两端之外")
@points(2)
def test_limits(student, rand):
    linf = float(rand.ints(3, 60, 1)) / 4
    check_norms(student.vector_with_norms(4, 2.5 * linf, linf), 4, 2.5 * linf, linf)
    for n, l1 in ((5, linf), (4, 4 * linf), (1, linf)):
        check_norms(student.vector_with_norms(n, l1, linf), n, l1, linf)
    check_norms(student.vector_with_norms(3, 0.0, 0.0), 3, 0.0, 0.0)
    for n, l1 in ((4, 4.5 * linf), (4, 0.5 * linf), (1, 1.5 * linf)):
        with refuses(ValueError):
            student.vector_with_norms(n, l1, linf)
    with refuses(ValueError):
        student.vector_with_norms(3, linf, 0.0)


@probe
def norms_and_argument(student, x):
    norms = [student.vector_norm(x, p, 0) for p in (1.0, 2, float("inf"), 0)]
    return norms, student.frobenius_norm(x), x


@title("float64, strides, zeros; x left as it was", zh="float64、内存布局、全零；x 不被改动")
@hidden(
    "If this fails alone: does the result have the dtype of x, and does anything write into x?",
    zh="如果只有这一项没通过：结果的 dtype 与 x 相同吗？有没有什么操作写进了 x？",
)
def test_dtype(student, rand):
    for x in (rand(4, 3, dtype=torch.float64), rand(3, 4).T, torch.zeros(2, 3)):
        norms = [torch.linalg.vector_norm(x, p, 0) for p in (1, 2, math.inf, 0)]
        expected = (norms, torch.linalg.matrix_norm(x), x)
        close(student.run(norms_and_argument, x), expected, dtype=True)
