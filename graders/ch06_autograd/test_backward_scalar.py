"""Gradients of sums and means, derived by hand and compared with autograd."""

from __future__ import annotations

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

pytestmark = forbids("backward", "autograd.grad")


@probe
def with_arguments(student, x, w, b, y):
    return [student.regression_gradients(x, w, b, y), x, w, b, y]


# What students get wrong.


@misconception(
    "sum_gradient",
    "The slopes were divided by the number of elements. That belongs to a mean; a sum passes "
    "every slope on as it is.",
    zh="斜率被除以了元素个数。求平均才要除，求和会把每个斜率原样传下去。",
)
def sum_taken_for_mean(x, c):
    return 3 * c * x**2 / x.numel()


@misconception(
    "sum_gradient",
    "The gradient was summed up to a single number. The function gives one number, but its "
    "gradient has an entry for each entry of x.",
    zh="梯度被加成了一个数。函数值是一个数，但它的梯度对 x 的每个元素都有一项。",
)
def gradient_summed(x, c):
    return (3 * c * x**2).sum()


@misconception(
    "sum_gradient",
    "c was left out. It stands before x**3 as a constant, and constants stay: the slope of "
    "c * x**3 is c times that of x**3.",
    zh="c 被漏掉了。它是 x**3 前面的常数，常数要留着：c * x**3 的斜率是 x**3 的斜率乘以 c。",
)
def factor_lost(x, c):
    return 3 * x**2


@misconception(
    "mean_gradient",
    "The mean's 1/n is missing: this is the gradient of the sum. Each element counts only one n-th "
    "in the mean, and so does its slope.",
    zh="漏了求平均的 1/n：这是求和的梯度。每个元素在平均值里只占 n 分之一，它的斜率也是。",
)
def mean_taken_for_sum(x):
    return 6 * (x + 2)


@misconception(
    "mean_gradient",
    "You divided by the length of the first axis. mean() without a dim averages over all elements, "
    "so n is their number.",
    zh="你除以的是第一个轴的长度。不带 dim 的 mean() 是对全部元素求平均，n 是元素的总数。",
)
def divided_by_rows(x):
    return 6 * (x + 2) / (len(x) if x.dim() else 1)


@misconception(
    "mean_gradient",
    "The gradient was averaged to a single number. The mean is one number, but its gradient has "
    "an entry for each entry of x.",
    zh="梯度被平均成了一个数。平均值是一个数，但它的梯度对 x 的每个元素都有一项。",
)
def gradient_averaged(x):
    return (6 * (x + 2)).mean()


@misconception(
    "mean_gradient",
    "The exponent is missing: the slope of a square is twice its base, so the factor in front is "
    "6, not 3.",
    zh="漏了指数：平方的斜率是底数的 2 倍，所以前面的系数是 6，不是 3。",
)
def exponent_forgotten(x):
    return 3 * (x + 2) / x.numel()


@misconception(
    "regression_gradients",
    "The mean was taken over the n rows only. The error has n * m elements, and mean() without a "
    "dim divides by all of them.",
    zh="只对 n 行求了平均。误差一共有 n * m 个元素，不带 dim 的 mean() 要除以全部元素的个数。",
)
def mean_over_rows(x, w, b, y):
    slope = 2 * (x @ w + b - y) / len(y)
    return x.T @ slope, slope.sum(0)


@misconception(
    "regression_gradients",
    "The mean's 1/(n m) is missing: these are the gradients of the sum of the squares.",
    zh="漏了求平均的 1/(n m)：这是平方和的梯度。",
)
def squares_summed(x, w, b, y):
    slope = 2 * (x @ w + b - y)
    return x.T @ slope, slope.sum(0)


@misconception(
    "regression_gradients",
    "The factor 2 is missing: the slope of a square is twice its base. It would cancel only if the "
    "loss had a 1/2 in front.",
    zh="漏了系数 2：平方的斜率是底数的 2 倍。只有损失前面带着 1/2 时，它才会被消掉。",
)
def two_forgotten(x, w, b, y):
    slope = (x @ w + b - y) / y.numel()
    return x.T @ slope, slope.sum(0)


@misconception(
    "regression_gradients",
    "The gradient by w came out transposed, with shape (m, k). A gradient has the shape of the "
    "tensor that it belongs to, or no update could subtract it.",
    zh="对 w 的梯度转置了，形状成了 (m, k)。梯度的形状与它所属的张量相同，否则更新时根本没法相减。",
)
def transposed(x, w, b, y):
    slope = 2 * (x @ w + b - y) / y.numel()
    return slope.T @ x, slope.sum(0)


@misconception(
    "regression_gradients",
    "Both gradients have the wrong sign: the error was taken as target minus prediction, and the "
    "minus in front of the prediction was not carried on. A step against this gradient would climb.",
    zh="两个梯度的符号都反了：误差写成了目标减预测，而预测前面的负号没有带下去。"
    "沿这个梯度的反方向走，损失反而会上升。",
)
def sign_turned(x, w, b, y):
    slope = 2 * (y - x @ w - b) / y.numel()
    return x.T @ slope, slope.sum(0)


@misconception(
    "regression_gradients",
    "The slopes for b were averaged over the rows. b is used once per row, and what comes back on "
    "several ways adds up; the division by the number of elements has been done already.",
    zh="b 的斜率对各行取了平均。b 在每一行都用了一次，从多条路回来的梯度是相加的；"
    "除以元素个数这一步之前已经做过了。",
)
def bias_averaged(x, w, b, y):
    slope = 2 * (x @ w + b - y) / y.numel()
    return x.T @ slope, slope.mean(0)


@misconception(
    "regression_gradients",
    "The gradient by b has one row for each example. b was stretched over all rows by "
    "broadcasting; on the way back, these rows have to be added up to the shape of b.",
    zh="对 b 的梯度为每个样本各留了一行。前向时 b 被广播到所有行；往回走时，这些行要加起来，"
    "还原成 b 的形状。",
)
def bias_not_summed(x, w, b, y):
    slope = 2 * (x @ w + b - y) / y.numel()
    return x.T @ slope, slope


# Other right answers.


@alternative("sum_gradient")
def three_terms(x, c):
    return c * x * x + c * x * x + c * x * x


@alternative("mean_gradient")
def expanded(x):
    # 3 (x + 2)^2 = 3 x^2 + 12 x + 12
    share = torch.full_like(x, 1 / x.numel())
    return (6 * x + 12) * share


@alternative("mean_gradient")
def entry_by_entry(x):
    result = torch.empty_like(x)
    for place in torch.ones_like(x).nonzero().tolist():
        result[tuple(place)] = 6 * (x[tuple(place)] + 2) / x.numel()
    return result


@alternative("regression_gradients")
def example_by_example(x, w, b, y):
    by_w, by_b = torch.zeros_like(w), torch.zeros_like(b)
    for row, target in zip(x, y, strict=True):
        error = row @ w + b - target
        by_w += torch.outer(row, error)
        by_b += error
    return by_w * 2 / (len(x) * len(b)), by_b * 2 / (len(x) * len(b))


@alternative("regression_gradients")
def by_einsum(x, w, b, y):
    error = torch.einsum("nk,km->nm", x, w).add(b).sub(y).div(y.shape[0] * y.shape[1] / 2)
    return torch.einsum("nm,nk->km", error, x), torch.einsum("nm->m", error)


# The tests. Autograd says what is right.


def gradients(loss, *leaves):
    leaves = [leaf.clone().requires_grad_() for leaf in leaves]
    return torch.autograd.grad(loss(*leaves), leaves)


def mean_loss(x):
    return (3 * (x + 2) ** 2).mean()


@title("The gradient of a sum", zh="求和的梯度")
def test_sum(student, rand):
    x, c = rand(3, 4), rand(3, 4)
    close(student.sum_gradient(x, c), gradients(lambda v: (c * v**3).sum(), x)[0])


@title("The gradient of a mean", zh="求平均的梯度")
def test_mean(student, rand):
    x = rand(3, 4)
    close(student.mean_gradient(x), gradients(mean_loss, x)[0])


@title("Any shape and dtype", zh="任意形状和 dtype")
@hidden(
    "No axes, one element, three axes, a transposed tensor, float64: what is n in each case?",
    zh="0 维、单个元素、三个轴、转置的张量、float64：每种情形下 n 各是多少？",
)
def test_shapes(student, rand):
    for x in [rand(), rand(1), rand(2, 3, 4, dtype=torch.float64), rand(5, 2).T]:
        c = rand(*x.shape, dtype=x.dtype)
        by_sum = gradients(lambda v, c=c: (c * v**3).sum(), x)[0]
        close(student.sum_gradient(x, c), by_sum, dtype=True)
        close(student.mean_gradient(x), gradients(mean_loss, x)[0], dtype=True)


@title("Linear regression with one output", zh="单输出的线性回归")
def test_one_output(student, rand):
    x, w, b, y = rand(7, 3), rand(3, 1), rand(1), rand(7, 1)
    expected = gradients(lambda w, b: ((x @ w + b - y) ** 2).mean(), w, b)
    close(student.regression_gradients(x, w, b, y), expected)


@title("Linear regression with several outputs", zh="多输出的线性回归")
@points(2)
def test_many_outputs(student, rand):
    x, w, b, y = rand(7, 3), rand(3, 2), rand(2), rand(7, 2)
    expected = gradients(lambda w, b: ((x @ w + b - y) ** 2).mean(), w, b)
    close(student.regression_gradients(x, w, b, y), expected)


@title(
    "One row, square shapes, float64, and arguments as they were",
    zh="单行、方阵、float64，参数保持原样",
)
@hidden(
    "Square matrices hide a transpose, a single row hides a forgotten sum. And compare the "
    "arguments before and after.",
    zh="方阵会掩盖转置，单独一行会掩盖漏掉的求和。另外，比较一下调用前后的参数。",
)
def test_regression_shapes(student, rand):
    for n, k, m in [(1, 3, 2), (4, 4, 4), (5, 1, 3)]:
        x, y = rand(k, n, dtype=torch.float64).T, rand(n, m, dtype=torch.float64)
        w, b = rand(k, m, dtype=torch.float64), rand(m, dtype=torch.float64)
        expected = gradients(lambda w, b, x=x, y=y: ((x @ w + b - y) ** 2).mean(), w, b)
        close(student.run(with_arguments, x, w, b, y), [expected, x, w, b, y], dtype=True)
