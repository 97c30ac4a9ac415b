"""Elementwise arithmetic: new tensors, writes in place, and the matrix product apart."""

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

# What goes wrong


@misconception(
    "add_scaled",
    "The sum was scaled, x included. Only y is multiplied by alpha; the product binds more tightly "
    "than the sum.",
    zh="整个和都乘了 alpha，连 x 也算在内。只有 y 要乘 alpha；乘法比加法先算。",
)
def sum_scaled(x, y, alpha):
    return (x + y) * alpha


@misconception(
    "add_scaled",
    "alpha went to the wrong operand: it is y that is scaled.",
    zh="alpha 乘错了对象：要缩放的是 y。",
)
def wrong_one_scaled(x, y, alpha):
    return alpha * x + y


@misconception(
    "add_scaled",
    "The result is right, but x was overwritten with it. A name that ends in an underscore, and "
    "+=, work in place; the operator + makes a new tensor.",
    zh="结果对了，可是 x 被它覆盖了。名字以下划线结尾的函数以及 += 是就地运算；运算符 + 才会产生新的张量。",
)
def argument_overwritten(x, y, alpha):
    if x.shape != torch.broadcast_shapes(x.shape, y.shape):
        return x + alpha * y
    return x.add_(y, alpha=alpha)


@misconception(
    "accumulate",
    "total stayed as it was: total = total + x makes a new tensor and gives it the name total. The "
    "caller still holds the old one. += and add_ write into it.",
    zh="total 没有变：total = total + x 会产生一个新张量，再让名字 total 指向它，调用者手里的还是旧的那个。"
    "+= 和 add_ 才会写进原来的张量。",
)
def name_rebound(total, x):
    total = total + x


@misconception(
    "accumulate",
    "In place on a leaf that requires grad: PyTorch refuses this, since the recorded computation "
    "would begin with a value that is no more. An update that is no part of the computation "
    "belongs under torch.no_grad().",
    zh="对需要梯度的叶子张量作了就地运算：PyTorch 会拒绝，因为被记录的计算是从这个值开始的，"
    "而它就要不在了。不属于计算本身的更新，应当放在 torch.no_grad() 里。",
)
def in_place_and_recorded(total, x):
    total += x


@misconception(
    "accumulate",
    "The sum is there, but total no longer requires grad: it was switched off and stays off. "
    "torch.no_grad() ends by itself and leaves the tensor as it is.",
    zh="加是加上了，但 total 从此不再需要梯度：关掉之后就一直关着。torch.no_grad() 会自己结束，"
    "也不会改动张量的这个属性。",
)
def grad_switched_off(total, x):
    total.requires_grad_(False)
    total += x


@misconception(
    "accumulate",
    "total now holds the sum, but in new memory: total.data was pointed at another tensor. Whoever "
    "shares memory with total (a view, an optimiser) doesn't see the change.",
    zh="total 里是和了，却换了一块内存：total.data 指向了另一个张量。与 total 共享内存的（视图、优化器）"
    "看不到这次改动。",
)
def memory_replaced(total, x):
    total.data = total.data + x


@misconception(
    "both_products",
    "* was taken for the matrix product. * multiplies entry by entry; rows times columns is @ or "
    "torch.matmul.",
    zh="把 * 当成了矩阵乘法。* 是逐元素相乘；行乘列是 @ 或 torch.matmul。",
)
def star_for_matmul(a, b):
    return a * b, a * b


@misconception(
    "both_products",
    "The elementwise product is the matrix product, too. @ and torch.matmul take rows times "
    "columns; entry by entry is *.",
    zh="逐元素的积也写成了矩阵乘积。@ 和 torch.matmul 是行乘列；逐元素相乘用 *。",
)
def matmul_for_star(a, b):
    return a @ b, a @ b


@misconception(
    "both_products",
    "The two came back in the wrong order: first the elementwise product, then the matrix product.",
    zh="两个结果的顺序反了：先是逐元素的积，然后才是矩阵乘积。",
)
def order_swapped(a, b):
    return a @ b, a * b


@misconception(
    "both_products",
    "The matrix product was taken in the wrong order. b a is not a b.",
    zh="矩阵相乘的次序反了。b a 不等于 a b。",
)
def factors_swapped(a, b):
    return a * b, b @ a


@misconception(
    "reciprocal",
    "This is 1/sqrt(x): rsqrt is the reciprocal of the square root. The reciprocal of the number "
    "itself is 1/x.",
    zh="这是 1/sqrt(x)：rsqrt 是平方根的倒数。数本身的倒数是 1/x。",
)
def rsqrt_for_reciprocal(x):
    return x.rsqrt()


@misconception(
    "reciprocal",
    "The quotient was rounded down to a whole number: // divides with remainder. / always gives "
    "floats, also of whole numbers.",
    zh="商被向下取整了：// 是带余除法。/ 的结果总是浮点数，整数相除也一样。",
)
def divided_with_remainder(x):
    return 1 // x


@misconception(
    "reciprocal",
    "Whole numbers raised an error. An integer tensor can't be raised to a negative power, since "
    "the result would have to be integers, too; division makes floats by itself.",
    zh="整数会报错。整数张量不能取负数次幂，因为幂的结果也必须是整数；除法则会自动得到浮点数。",
)
def power_of_minus_one(x):
    return x**-1


@misconception(
    "rsqrt",
    "This is 1/x. The s, q, r and t of rsqrt are the square root: first the root, then the "
    "reciprocal.",
    zh="这是 1/x。rsqrt 名字里的 sqrt 是平方根：先开方，再取倒数。",
)
def reciprocal_for_rsqrt(x):
    return 1 / x


@misconception(
    "rsqrt",
    "This is the square root. The r in front means its reciprocal.",
    zh="这是平方根。前面的 r 是指取它的倒数。",
)
def root_alone(x):
    return x.sqrt()


@misconception(
    "rsqrt",
    "Negative numbers got a value, since their sign was dropped. They have no real square root: "
    "the result is nan.",
    zh="负数的符号被去掉了，于是也有了值。负数没有实平方根，结果应当是 nan。",
)
def sign_dropped(x):
    return x.abs().rsqrt()


@misconception(
    "rms_norm",
    "The mean was taken over everything. Every vector along the last axis has a root mean square "
    "of its own.",
    zh="平均是对全部元素求的。沿最后一个轴的每个向量都有自己的均方根。",
)
def mean_of_everything(x, weight, eps):
    return weight * x * torch.rsqrt((x**2).mean() + eps)


@misconception(
    "rms_norm",
    "The mean was taken along the first axis, across the vectors. It runs within a vector, along "
    "the last axis.",
    zh="平均是沿第一个轴、跨着各个向量求的。应当在每个向量内部，也就是沿最后一个轴求。",
)
def mean_along_the_first_axis(x, weight, eps):
    return weight * x * torch.rsqrt((x**2).mean(dim=0, keepdim=True) + eps)


@misconception(
    "rms_norm",
    "The squares were summed, so the vectors were brought to length 1. The root mean square divides "
    "the sum by d first.",
    zh="平方只求了和，得到的是长度为 1 的向量。均方根要先把和除以 d。",
)
def sum_for_mean(x, weight, eps):
    return weight * x * torch.rsqrt((x**2).sum(dim=-1, keepdim=True) + eps)


@misconception(
    "rms_norm",
    "It was divided by the mean square itself. The root is missing.",
    zh="除以的是均方本身，少开了一次方。",
)
def root_forgotten(x, weight, eps):
    return weight * x / ((x**2).mean(dim=-1, keepdim=True) + eps)


@misconception(
    "rms_norm",
    "eps was added to the root. It belongs under it, to the mean of the squares.",
    zh="eps 加在了根号外面。它应当在根号里面，加到平方的平均上。",
)
def eps_outside(x, weight, eps):
    return weight * x / ((x**2).mean(dim=-1, keepdim=True).sqrt() + eps)


@misconception(
    "rms_norm",
    "The mean of the vector was subtracted, as layer normalisation does. RMSNorm leaves it in.",
    zh="减去了向量的平均值，那是层归一化的做法。RMSNorm 不减平均值。",
)
def centred(x, weight, eps):
    x = x - x.mean(dim=-1, keepdim=True)
    return weight * x * torch.rsqrt((x**2).mean(dim=-1, keepdim=True) + eps)


@misconception(
    "rms_norm",
    "The vectors were normalised, but the weight is missing.",
    zh="向量归一化了，但没有乘 weight。",
)
def weight_forgotten(x, weight, eps):
    return x * torch.rsqrt((x**2).mean(dim=-1, keepdim=True) + eps)


@misconception(
    "rms_norm",
    "The weight was used in a matrix product, which sums over the entries of a vector. It is an "
    "elementwise factor: entry by entry.",
    zh="weight 用成了矩阵乘法，那会把向量的各个元素加起来。它是逐元素的系数，一个对一个地乘。",
)
def weight_as_matrix(x, weight, eps):
    return (x * torch.rsqrt((x**2).mean(dim=-1, keepdim=True) + eps)) @ weight


@misconception(
    "gaussian",
    "std was taken for the variance: it isn't squared in the exponent, and its root stands in "
    "front. std is the standard deviation.",
    zh="std 被当成了方差：指数里没有平方，前面的系数却又开了方。std 是标准差。",
)
def std_taken_for_variance(x, mean, std):
    return torch.exp(-((x - mean) ** 2) / (2 * std)) / (2 * torch.pi * std).sqrt()


@misconception(
    "gaussian",
    "The factor in front is missing, so the area below the curve isn't 1. It is 1 / (std sqrt(2 "
    "pi)).",
    zh="少了前面的系数，曲线下的面积就不是 1 了。系数是 1 / (std sqrt(2 pi))。",
)
def not_normalised(x, mean, std):
    return torch.exp(-((x - mean) ** 2) / (2 * std**2))


@misconception(
    "gaussian",
    "The factor in front lacks std: it is 1 / sqrt(2 pi) for every width. A wider bell must be "
    "lower.",
    zh="前面的系数里少了 std：不管多宽都是 1 / sqrt(2 pi)。钟形越宽，应当越矮。",
)
def width_ignored_in_front(x, mean, std):
    return torch.exp(-((x - mean) ** 2) / (2 * std**2)) / (2 * torch.pi) ** 0.5


@misconception(
    "gaussian",
    "The exponent was not halved: it is the square divided by 2 std**2.",
    zh="指数没有除以 2：应当是平方除以 2 std**2。",
)
def exponent_not_halved(x, mean, std):
    return torch.exp(-(((x - mean) / std) ** 2)) / (std * (2 * torch.pi) ** 0.5)


@misconception(
    "gaussian",
    "The curve grows with the distance from the mean: the minus sign was squared away. The minus "
    "stands in front of the square, not under it.",
    zh="离均值越远，曲线反而越高：负号被平方掉了。负号在平方的外面，不在里面。",
)
def minus_squared_away(x, mean, std):
    return torch.exp((-(x - mean) / std) ** 2 / 2) / (std * (2 * torch.pi) ** 0.5)


# Other right answers


@alternative("add_scaled")
def by_torch_add(x, y, alpha):
    return torch.add(x, y, alpha=alpha)


@alternative("accumulate")
def through_a_detached_view(total, x):
    total.detach().add_(x)


@alternative("accumulate")
def through_an_out_argument(total, x):
    torch.add(total.data, x, out=total.data)


@alternative("both_products")
def sum_of_outer_products(a, b):
    columns = [a[:, k, None] * b[k] for k in range(len(a))]
    return torch.mul(a, b), torch.stack(columns).sum(0)


@alternative("reciprocal")
def by_name(x):
    return x.reciprocal()


@alternative("rsqrt")
def as_a_power(x):
    x = x if x.is_floating_point() else x.float()
    return x.pow(-0.5)


@alternative("rms_norm")
def by_the_norm(x, weight, eps):
    length = torch.linalg.vector_norm(x, dim=-1, keepdim=True)
    return x / torch.sqrt(length * length / x.shape[-1] + eps) * weight


@alternative("gaussian")
def by_distributions(x, mean, std):
    return torch.distributions.Normal(mean, std).log_prob(x).exp()


# The tests


@probe
def sum_and_arguments(student, x, y, alpha):
    return student.add_scaled(x, y, alpha), x, y


@probe
def accumulated(student, total, x):
    alias = total.detach()
    student.accumulate(total, x)
    return total, alias, x, total.requires_grad


@probe
def accumulated_in_a_leaf(student, total, x, weight):
    total.requires_grad_()
    alias = total.detach()
    student.accumulate(total, x)
    if total.requires_grad:
        (weight * total * total).sum().backward()
    gradient = torch.zeros_like(alias) if total.grad is None else total.grad
    return total.detach(), alias, gradient


@title("add_scaled: a new tensor, x and y stay", zh="add_scaled：新的张量，x 和 y 不变")
def test_add_scaled(student, rand):
    for one, other in [((3, 4), (3, 4)), ((3, 4), (4,)), ((4,), (3, 1))]:
        x, y, alpha = rand(*one), rand(*other), float(rand.uniform(2, 3))
        close(student.run(sum_and_arguments, x, y, alpha), (x + alpha * y, x, y))


@title("accumulate: the sum is in the memory of total", zh="accumulate：和在 total 的内存里")
@points(2)
def test_accumulate(student, rand):
    for shape in [(3, 4), (4,), (3, 1), ()]:
        total, x = rand(3, 4), rand(*shape)
        close(student.run(accumulated, total, x), (total + x, total + x, x, False))


@title("accumulate: into a leaf that requires grad", zh="accumulate：加到需要梯度的叶子张量上")
@points(2)
def test_accumulate_leaf(student, rand):
    total, x, weight = rand(3, 4), rand(4), rand(3, 4)
    result = total + x
    close(
        student.run(accumulated_in_a_leaf, total, x, weight),
        (result, result, 2 * weight * result),
    )


@title(
    "both_products: entry by entry, and rows times columns", zh="both_products：逐元素，以及行乘列"
)
def test_products(student, rand):
    for n in (3, 4, 1):
        a, b = rand(n, n), rand(n, n)
        close(student.both_products(a, b), (a * b, a @ b))


@title("reciprocal: 1/x", zh="reciprocal：1/x")
def test_reciprocal(student, rand):
    x = rand.uniform(0.2, 5, 3, 4)
    close(student.reciprocal(x), x.reciprocal(), dtype=True)
    x = -rand.uniform(0.2, 5, 6, dtype=torch.float64)
    close(student.reciprocal(x), x.reciprocal(), dtype=True)


@title("reciprocal and rsqrt: whole numbers give floats", zh="reciprocal 和 rsqrt：整数得到浮点数")
@points(2)
def test_whole_numbers(student, rand):
    x = rand.ints(2, 99, 3, 5)
    close(student.reciprocal(x), x.reciprocal(), dtype=True)
    close(student.rsqrt(x), x.rsqrt(), dtype=True)


@title("rsqrt: 1/sqrt(x)", zh="rsqrt：1/sqrt(x)")
def test_rsqrt(student, rand):
    x = rand.uniform(0.2, 5, 3, 4)
    close(student.rsqrt(x), x.rsqrt(), dtype=True)
    x = rand(8, dtype=torch.float64)
    close(student.rsqrt(x), x.rsqrt(), dtype=True)


@title("Zeros and negative numbers", zh="零与负数")
@hidden(
    "The contract says what becomes of 0 and of negative numbers; nothing has to be checked for "
    "that.",
    zh="约定里写明了 0 和负数会变成什么；为此并不需要专门检查。",
)
def test_special_values(student, rand):
    x = torch.cat([torch.tensor([0.0, 4.0]), rand(3), -rand.uniform(1, 2, 2)])
    close(student.reciprocal(x), x.reciprocal())
    close(student.rsqrt(x), x.rsqrt())
    close(student.reciprocal(torch.tensor([0, 4])), torch.tensor([torch.inf, 0.25]))


@title(
    "rms_norm: every vector by its own root mean square", zh="rms_norm：每个向量除以自己的均方根"
)
@points(2)
@forbids("rms_norm")
def test_rms_norm(student, rand):
    for shape in [(4, 4), (3, 5), (4, 2, 3)]:
        x, weight = 1 + 2 * rand(*shape), rand(shape[-1])
        expected = weight * x / ((x * x).mean(-1, keepdim=True) + 0.3).sqrt()
        close(student.rms_norm(x, weight, 0.3), expected)


@title(
    "rms_norm: one vector, a vector of zeros, double precision",
    zh="rms_norm：单个向量、零向量、双精度",
)
@hidden(
    "Without axes before the last one the contract is the same, and eps keeps zeros from being "
    "divided by zero.",
    zh="最后一个轴之前没有别的轴，约定也一样；eps 使零向量不会除以零。",
)
@forbids("rms_norm")
def test_rms_norm_edges(student, rand):
    x, weight = rand(5, dtype=torch.float64), rand(5, dtype=torch.float64)
    expected = weight * x / ((x * x).mean() + 1e-3).sqrt()
    close(student.rms_norm(x, weight, 1e-3), expected, dtype=True)
    x = torch.stack([torch.zeros(4), rand(4)])
    weight = rand(4)
    expected = weight * x / ((x * x).mean(-1, keepdim=True) + 1e-6).sqrt()
    close(student.rms_norm(x, weight, 1e-6), expected)


@title("gaussian: the density at every x", zh="gaussian：每个 x 处的密度")
@points(2)
def test_gaussian(student, rand):
    for shapes in [((6,), (), ()), ((3, 1), (4,), (4,)), ((2, 3), (2, 3), (2, 3))]:
        x, mean = (rand(*shape, dtype=torch.float64) for shape in shapes[:2])
        std = rand.uniform(0.4, 2.5, *shapes[2], dtype=torch.float64)
        expected = torch.distributions.Normal(mean, std).log_prob(x).exp()
        close(student.gaussian(x, mean, std), expected)
