"""Derivatives in numerator layout: shapes, and the formulas of every day."""

import torch
from torch.autograd.functional import jacobian

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
    *("backward", "autograd.grad", "requires_grad_", "aten._make_dual", "Tensor.numpy", "__array__")
)


# Mistakes: shapes


@misconception(
    "jacobian_shape",
    "The axes of x came first: that is denominator layout. In numerator layout the axes of y come"
    " first.",
    zh="x 的轴排在了前面，那是分母布局。分子布局先排 y 的轴。",
)
def axes_of_x_first(y_shape, x_shape):
    return (*x_shape, *y_shape)


@misconception(
    "jacobian_shape",
    "You multiplied the sizes, so y and x each have one long axis. The axes stay apart.",
    zh="你把大小乘在了一起，y 和 x 各变成一个长轴。各个轴应当分开保留。",
)
def sizes_multiplied(y_shape, x_shape):
    m, n = 1, 1
    for size in y_shape:
        m *= size
    for size in x_shape:
        n *= size
    return (m, n)


@misconception(
    "jacobian_shape",
    "That is the shape of x, which .grad has, since there the result is a single number. A tensor"
    " y adds its own axes in front.",
    zh="这是 x 的形状，也就是 .grad 的形状，因为那里求导的只是一个数。y 若是张量，"
    "前面还要加上它自己的轴。",
)
def shape_of_x(y_shape, x_shape):
    return tuple(x_shape)


@misconception(
    "jacobian_shape",
    "A number y was given an axis of size 1. Its shape is (), so dy/dx has the axes of x alone.",
    zh="y 是一个数，你却给了它一个大小为 1 的轴。它的形状是 ()，所以 dy/dx 只有 x 的轴。",
)
def axis_for_a_number(y_shape, x_shape):
    return (*(y_shape or (1,)), *x_shape)


# Mistakes: linear maps


@misconception(
    "d_linear",
    "The derivative is transposed: (n, m) is denominator layout. Row i tells how number i of A x"
    " changes, so it is row i of A.",
    zh="导数被转置了：(n, m) 是分母布局。第 i 行说明 A x 的第 i 个数如何变化，"
    "所以就是 A 的第 i 行。",
)
def linear_transposed(a, x):
    return a.T.clone()


@misconception(
    "d_linear",
    "x is still in it. A x is linear in x, so its derivative is the same everywhere: the matrix.",
    zh="结果里还含有 x。A x 是 x 的线性函数，导数处处相同，就是矩阵本身。",
)
def multiplied_by_x(a, x):
    return a * x


@misconception(
    "d_linear_by_matrix",
    "Every number of A x seems to depend on every row of A. Number i uses row i only, so all"
    " entries with i not equal to j are 0.",
    zh="A x 的每个数似乎都依赖 A 的所有行。第 i 个数只用到第 i 行，所以 i ≠ j 的元素都是 0。",
)
def every_row(a, x):
    return x.expand(len(a), *a.shape).clone()


@misconception(
    "d_linear_by_matrix",
    "The axis of y came last: that is denominator layout. The first axis belongs to y, the other"
    " two to A.",
    zh="y 的轴排到了最后，那是分母布局。第一个轴属于 y，后两个属于 A。",
)
def axis_of_y_last(a, x):
    return (torch.eye(len(a), dtype=a.dtype)[:, :, None] * x).permute(1, 2, 0)


@misconception(
    "d_linear_by_matrix",
    "This is the sum over all numbers of A x, what .grad would hold after (A x).sum(). Each number"
    " has its own table of derivatives.",
    zh="这是对 A x 的所有数求和之后的导数，也就是 (A x).sum() 反向之后的 .grad。"
    "每个数都有自己的一张导数表。",
)
def summed_over_y(a, x):
    return x.expand(a.shape).clone()


# Mistakes: numbers


@misconception(
    "d_quadratic",
    "That is 2 (A x)^T, which is right for symmetric A only. x stands in x^T A x twice, and the"
    " left one meets A x while the right one meets A^T x: the sum has A + A^T.",
    zh="这是 2(A x)ᵀ，只有 A 对称时才对。x 在 xᵀA x 中出现了两次：左边的 x 遇到 A x，"
    "右边的遇到 Aᵀ x，合起来是 A + Aᵀ。",
)
def two_a_x(a, x):
    return (2 * a @ x)[None, :]


@misconception(
    "d_quadratic",
    "That is 2 x^T A, which is right for symmetric A only; the other place where x stands gives"
    " (A x)^T.",
    zh="这是 2xᵀA，只有 A 对称时才对；x 出现的另一处贡献的是 (A x)ᵀ。",
)
def two_x_a(a, x):
    return (2 * x @ a)[None, :]


@misconception(
    "d_quadratic",
    "Only one of the two places where x stands was differentiated.",
    zh="x 出现在两处，你只对其中一处求了导。",
)
def one_place_only(a, x):
    return (a @ x)[None, :]


@misconception(
    "d_quadratic",
    "The numbers are right, but not as a row: in numerator layout a single number by n numbers is"
    " (1, n). A column (n, 1) is denominator layout.",
    zh="数值是对的，但不是一行：在分子布局中，一个数对 n 个数求导是 (1, n)。列 (n, 1) 是分母布局。",
)
def quadratic_as_a_column(a, x):
    return ((a + a.T) @ x)[:, None]


@misconception(
    "d_quadratic",
    "The numbers are right, but the row is missing its first axis: the shape is to be (1, n).",
    zh="数值是对的，但这一行少了前面的轴：形状应当是 (1, n)。",
)
def quadratic_as_a_vector(a, x):
    return (a + a.T) @ x


@misconception(
    "d_least_squares",
    "The factor 2 of the square is missing.",
    zh="少了平方求导得到的系数 2。",
)
def factor_two_missing(a, x, b):
    return ((a @ x - b) @ a)[None, :]


@misconception(
    "d_least_squares",
    "b was dropped: this is the derivative of ||A x||^2. The residual A x - b stays in it.",
    zh="b 丢了：这是 ‖A x‖² 的导数。导数里应当保留残差 A x − b。",
)
def without_b(a, x, b):
    return (2 * (a @ x) @ a)[None, :]


@misconception(
    "d_least_squares",
    "You divided by the number of equations: that is the derivative of the mean, not of the sum.",
    zh="你除以了方程的个数：那是均值的导数，而不是平方和的导数。",
)
def mean_of_squares(a, x, b):
    return (2 * (a @ x - b) @ a)[None, :] / len(b)


@misconception(
    "d_least_squares",
    "The inner derivative is missing: 2 (A x - b) is the derivative by A x. The chain rule goes on"
    " to x and multiplies by A.",
    zh="少了内层的导数：2(A x − b) 是对 A x 的导数。链式法则还要继续传到 x，再乘以 A。",
)
def inner_derivative_missing(a, x, b):
    return (2 * (a @ x - b))[None, :]


# Mistakes: layers, and the step


@misconception(
    "d_layers",
    "tanh was left out: W2 W1 is the derivative of the two linear layers without it. Between them"
    " stands the slope 1 - tanh^2 of each hidden number.",
    zh="漏掉了 tanh：W₂W₁ 是没有 tanh 的两层线性函数的导数。"
    "两者之间还有每个隐藏单元的斜率 1 − tanh²。",
)
def slope_left_out(w1, w2, x):
    return w2 @ w1


@misconception(
    "d_layers",
    "The slope is wrong: the square is missing. It is 1 - tanh(W1 x)^2.",
    zh="斜率错了：漏了平方。应当是 1 − tanh(W₁x)²。",
)
def square_forgotten(w1, w2, x):
    return w2 @ ((1 - torch.tanh(w1 @ x))[:, None] * w1)


@misconception(
    "d_layers",
    "The result is transposed: the product was formed in the order of denominator layout.",
    zh="结果被转置了：你是按分母布局的顺序相乘的。",
)
def layers_transposed(w1, w2, x):
    slope = 1 - torch.tanh(w1 @ x) ** 2
    return (w2 @ (slope[:, None] * w1)).T


@misconception(
    "d_layers",
    "tanh itself stands where its derivative belongs.",
    zh="该写 tanh 的导数的地方，写成了 tanh 本身。",
)
def tanh_for_its_slope(w1, w2, x):
    return w2 @ (torch.tanh(w1 @ x)[:, None] * w1)


@misconception(
    "descend",
    "The step goes uphill: the gradient points to where the function grows, so it is subtracted.",
    zh="方向反了，成了上坡：梯度指向函数增大的方向，所以要减去它。",
)
def uphill(a, x, b, lr):
    return x + lr * d_least_squares(a, x, b).reshape(-1)


@misconception(
    "descend",
    "The new x has another shape than the old: the derivative is a row (1, n), and the difference"
    " became a matrix. Turn the row into a vector before you subtract.",
    zh="新的 x 与原来的形状不同：导数是 (1, n) 的一行，相减之后成了矩阵。应当先把这一行变成向量，"
    "再相减。",
)
def row_subtracted(a, x, b, lr):
    return x - lr * d_least_squares(a, x, b)


@misconception(
    "d_layers",
    "The slope was taken as 1 - (W1 x)^2. The formula 1 - tanh^2 squares the output of tanh, not"
    " what goes into it.",
    zh="斜率写成了 1 − (W₁x)²。公式 1 − tanh² 里平方的是 tanh 的输出，而不是它的输入。",
)
def square_of_the_input(w1, w2, x):
    return w2 @ ((1 - (w1 @ x) ** 2)[:, None] * w1)


# Other right answers


@alternative("jacobian_shape")
def by_concatenation(y_shape, x_shape):
    return torch.Size(tuple(y_shape) + tuple(x_shape))


@alternative("d_linear")
def column_by_column(a, x):
    return torch.stack([a @ unit for unit in torch.eye(len(x), dtype=a.dtype)], dim=1)


@alternative("d_linear_by_matrix")
def row_after_row(a, x):
    result = torch.zeros(len(a), *a.shape, dtype=a.dtype)
    for i in range(len(a)):
        result[i, i] = x
    return result


@alternative("d_quadratic")
def product_rule(a, x):
    return torch.unsqueeze(torch.mv(a, x) + torch.mv(a.T, x), 0)


@alternative("d_least_squares")
def multiplied_out(a, x, b):
    return (2 * (a.T @ a) @ x - 2 * a.T @ b).reshape(1, -1)


@alternative("d_layers")
def with_a_diagonal_matrix(w1, w2, x):
    return w2 @ torch.diag(torch.cosh(w1 @ x) ** -2) @ w1


@alternative("descend")
def number_by_number(a, x, b, lr):
    row = d_least_squares(a, x, b)[0]
    return torch.stack([x[i] - lr * row[i] for i in range(len(x))])


# Tests


@title("Shapes of derivatives", zh="导数的形状")
@points(2)
def test_shapes(student, rand):
    m, n, k, p = (int(e) for e in rand.ints(2, 6, 4) + torch.tensor([0, 6, 12, 18]))
    for y, x in (
        *(((m,), (n,)), ((m, n), (k,)), ((), (n,)), ((m,), ()), ((), ())),
        *(((m,), (n, k)), ((m, n), (k, p)), ((k, 1), (1, p, m))),
    ):
        close(tuple(student.jacobian_shape(y, x)), (*y, *x))


@title("A x by x", zh="A x 对 x 求导")
@points(2)
def test_linear(student, rand):
    for m, n in ((3, 3), (2, 5), (4, 1)):
        a, x = rand(m, n), rand(n)
        close(student.d_linear(a, x), jacobian(lambda v, a=a: a @ v, x))


@title("A x by A", zh="A x 对 A 求导")
@points(2)
def test_linear_by_matrix(student, rand):
    for m, n in ((3, 3), (2, 4), (5, 1), (1, 3)):
        a, x = rand(m, n), rand(n)
        close(student.d_linear_by_matrix(a, x), jacobian(lambda w, x=x: w @ x, a))


@title("x^T A x by x, for any square A", zh="xᵀA x 对 x 求导，A 为任意方阵")
@points(3)
def test_quadratic(student, rand):
    for n in (3, 5, 1):
        a, x = rand(n, n), rand(n)
        close(student.d_quadratic(a, x), jacobian(lambda v, a=a: v @ a @ v, x)[None])


@title("||A x - b||^2 by x", zh="‖A x − b‖² 对 x 求导")
@points(3)
def test_least_squares(student, rand):
    for m, n in ((4, 4), (5, 2), (2, 3)):
        a, x, b = rand(m, n), rand(n), rand(m)
        expected = jacobian(lambda v, a=a, b=b: (a @ v - b).square().sum(), x)
        close(student.d_least_squares(a, x, b), expected[None])


@title("W2 tanh(W1 x) by x", zh="W₂ tanh(W₁ x) 对 x 求导")
@points(3)
def test_layers(student, rand):
    for n, h, m in ((3, 3, 3), (2, 4, 3), (4, 2, 5)):
        w1, w2, x = rand(h, n), rand(m, h), rand(n)
        expected = jacobian(lambda v, w1=w1, w2=w2: w2 @ torch.tanh(w1 @ v), x)
        close(student.d_layers(w1, w2, x), expected)


@title("A step downhill", zh="下坡一步")
@points(2)
def test_descend(student, rand):
    for m, n in ((3, 3), (4, 2), (2, 5)):
        a, x, b, lr = rand(m, n), rand(n), rand(m), float(rand.uniform(0.05, 0.2, 1))
        close(student.descend(a, x, b, lr), x - lr * 2 * a.T @ (a @ x - b))


@probe
def results_and_arguments(student, a, x, b):
    results = (
        student.d_linear(a, x),
        student.d_linear_by_matrix(a, x),
        student.d_quadratic(a, x),
        student.d_least_squares(a, x, b),
        student.d_layers(a, a, x),
        student.descend(a, x, b, 0.25),
    )
    return results, a, x, b


@title("float64, and arguments left as they were", zh="float64，以及参数不被改动")
@hidden(
    "Half of the digits are lost on the way through float32. Is x updated in place?",
    zh="途中经过 float32 会丢掉一半的有效数字。x 是不是原地更新的？",
)
def test_dtype(student, rand):
    for dtype in (torch.float64, torch.float32):
        a, x, b = rand(3, 3, dtype=dtype), rand(3, dtype=dtype), rand(3, dtype=dtype)
        row = 2 * (a @ x - b) @ a
        by_matrix = torch.eye(3, dtype=dtype)[:, :, None] * x
        layers = a @ torch.diag(1 - torch.tanh(a @ x) ** 2) @ a
        results = (a, by_matrix, ((a + a.T) @ x)[None], row[None], layers, x - 0.25 * row)
        close(student.run(results_and_arguments, a, x, b), (results, a, x, b), dtype=True)
