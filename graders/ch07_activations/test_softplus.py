"""Softplus: three faults to mend; its derivative is a sigmoid; its inverse has two traps."""

import torch
import torch.nn.functional as F

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
    "softplus",
    "aten.softplus",
    "aten.log_sigmoid_forward",
    "logaddexp",
    "logaddexp2",
    "logsumexp",
    "aten.mish",
    "autograd.grad",
)


def exact(x, beta=1.0):
    return F.softplus(x.double(), beta, threshold=40).to(x.dtype)


def inverse(y):
    y = y.double()
    return y + torch.log(-torch.expm1(-y))


# What goes wrong with softplus


@misconception(
    "softplus",
    "For large x, softplus is x whatever beta is, but the linear branch was divided by beta like the "
    "other one. Only the logarithm is to be divided.",
    zh="x 很大时，不论 beta 是多少，softplus 都是 x；可线性的那一支和另一支一起被除以了 beta。"
    "要除的只有对数那一支。",
)
def linear_branch_divided(x, beta=1.0):
    z = beta * x
    curve = z.clamp(min=0) + torch.log1p(torch.exp(-z.abs()))
    return torch.where(z > 20, x, curve) / beta


@misconception(
    "softplus",
    "For very negative x the result is 0 or has wrong digits: 1 + exp(z) is rounded to 1 or its "
    "neighbours before the logarithm is taken. There is a function that computes log(1 + e) from "
    "e without forming the sum.",
    zh="x 负得很多时，结果变成 0 或者数字不准：取对数之前，1 + exp(z) 已经被舍入到 1 或它的邻近值。"
    "有一个函数直接由 e 算出 log(1 + e)，不经过这个和。",
)
def digits_lost(x, beta=1.0):
    z = beta * x
    return (z.clamp(min=0) + torch.log(1 + torch.exp(-z.abs()))) / beta


@misconception(
    "softplus",
    "where returns x for large x, but the other branch is computed there, too. It is infinite, "
    "and going backwards the 0 that where sends into it becomes 0 * inf = NaN. Neither branch may "
    "overflow, chosen or not.",
    zh="x 很大时 where 取的是 x，但另一支同样会被计算，在那里是无穷大；反向传播时 where 送进去的 0 "
    "就成了 0 * inf = NaN。无论选中与否，哪一支都不能溢出。",
)
def infinite_branch_not_chosen(x, beta=1.0):
    z = beta * x
    return torch.where(z > 20, x, torch.log1p(torch.exp(z)) / beta)


@misconception(
    "softplus",
    "exp overflows: from 89 on it is infinite in float32, and so is the logarithm of it, where "
    "softplus is just x. Take the large part out of the logarithm first.",
    zh="exp 溢出了：float32 里从 89 起它就是无穷大，它的对数也是，而 softplus 在那里不过等于 x。"
    "应当先把大的部分从对数里提出来。",
)
def exp_overflows(x, beta=1.0):
    return torch.log1p(torch.exp(beta * x)) / beta


@misconception(
    "softplus",
    "-log(sigmoid(-z)) is softplus on paper only. For large z the sigmoid is 0 and its logarithm "
    "infinite; for very negative z it is rounded to 1, and the result to 0.",
    zh="−log(σ(−z)) 只在纸面上等于 softplus。z 很大时 σ(−z) 是 0，对数是无穷大；z 负得很多时它舍入为 1，"
    "结果就成了 0。",
)
def logarithm_of_a_sigmoid(x, beta=1.0):
    return -torch.log(torch.sigmoid(-beta * x)) / beta


@misconception(
    "softplus",
    "The argument of exp was clamped. Nothing overflows, but above the bound softplus no longer "
    "grows and its gradient is 0, where it should be x with gradient 1.",
    zh="你截断了 exp 的自变量。溢出是没有了，但超过界限后 softplus 不再增长，梯度为 0；"
    "那里它本应等于 x，梯度为 1。",
)
def argument_clamped(x, beta=1.0):
    return torch.log1p(torch.exp((beta * x).clamp(max=80))) / beta


@misconception(
    "softplus",
    "The division by beta is missing: log(1 + exp(beta x)) comes near to beta x for large x, and "
    "not to x.",
    zh="少除了 beta：x 很大时，log(1 + exp(beta x)) 接近 beta x，而不是 x。",
)
def not_divided_by_beta(x, beta=1.0):
    z = beta * x
    return z.clamp(min=0) + torch.log1p(torch.exp(-z.abs()))


@misconception(
    "softplus",
    "beta made no difference. It multiplies x inside exp, and divides the logarithm.",
    zh="beta 没有起作用。它在 exp 里面乘 x，又在外面除对数。",
)
def beta_ignored(x, beta=1.0):
    return x.clamp(min=0) + torch.log1p(torch.exp(-x.abs()))


@misconception(
    "softplus",
    "beta only divides the result. It also belongs inside exp, in front of x; otherwise this is the "
    "same curve, scaled down.",
    zh="beta 只用来除了结果。它还应当在 exp 里面乘 x，否则只是把同一条曲线压低了。",
)
def beta_only_outside(x, beta=1.0):
    return (x.clamp(min=0) + torch.log1p(torch.exp(-x.abs()))) / beta


@misconception(
    "softplus",
    "Taking max(x, 0) and -|x| apart was done right, but the two were multiplied by beta "
    "differently: exp contains x and not beta x.",
    zh="拆成 max(x, 0) 和 −|x| 是对的，但 beta 没有一视同仁：exp 里是 x 而不是 beta x。",
)
def beta_missing_inside(x, beta=1.0):
    return x.clamp(min=0) + torch.log1p(torch.exp(-x.abs())) / beta


@misconception(
    "softplus",
    "The values are right, but the result has no history: on the way it was cut off from x, by "
    "detach, no_grad, numpy or a new tensor made of numbers. No gradient can flow.",
    zh="函数值是对的，但结果不带历史：途中它与 x 断开了，可能是 detach、no_grad、numpy，"
    "或者由数值新建了张量，梯度传不过去。",
)
def cut_off(x, beta=1.0):
    z = beta * x.detach()
    return (z.clamp(min=0) + torch.log1p(torch.exp(-z.abs()))) / beta


# What goes wrong with the derivative


@misconception(
    "softplus_derivative",
    "There is a factor beta too many. The chain rule does bring one, but the logarithm is divided "
    "by beta, and the two cancel. For large x softplus is x, so its slope must be 1.",
    zh="多了一个因子 beta。链式法则确实会带来一个 beta，但对数除以了 beta，两者抵消。"
    "x 很大时 softplus 就是 x，斜率必须是 1。",
)
def factor_beta_too_many(x, beta=1.0):
    return beta * torch.sigmoid(beta * x)


@misconception(
    "softplus_derivative",
    "beta is missing: the derivative is the sigmoid of beta x. A larger beta makes the step from "
    "slope 0 to slope 1 steeper.",
    zh="少了 beta：导数是 beta x 的 sigmoid。beta 越大，斜率从 0 到 1 的过渡越陡。",
)
def derivative_without_beta(x, beta=1.0):
    return torch.sigmoid(x)


@misconception(
    "softplus_derivative",
    "That is the derivative of ReLU, with a jump at 0. Softplus is smooth, and so is its slope: "
    "1/2 at 0.",
    zh="这是 ReLU 的导数，在 0 处有跳跃。softplus 是光滑的，斜率也连续变化：在 0 处是 1/2。",
)
def slope_of_relu(x, beta=1.0):
    return (x > 0).to(x.dtype)


@misconception(
    "softplus_derivative",
    "exp(z) / (1 + exp(z)) is the right formula in the wrong form: for large z it is inf / inf = "
    "NaN. It is the sigmoid, which torch computes safely.",
    zh="公式 exp(z) / (1 + exp(z)) 没错，写法不行：z 很大时是 inf / inf = NaN。"
    "它其实就是 sigmoid，torch 能安全地计算。",
)
def derivative_overflows(x, beta=1.0):
    e = torch.exp(beta * x)
    return e / (1 + e)


@misconception(
    "softplus_derivative",
    "That is the derivative of the sigmoid, f (1 - f), one derivative too far: the derivative of "
    "softplus is the sigmoid itself.",
    zh="这是 sigmoid 的导数 f(1 − f)，多求了一次导：softplus 的导数就是 sigmoid 本身。",
)
def one_derivative_too_far(x, beta=1.0):
    s = torch.sigmoid(beta * x)
    return s * (1 - s)


# What goes wrong with the inverse


@misconception(
    "inverse_softplus",
    "log(exp(y) - 1) is infinite from 89 on, although the result is nearly y itself. Take exp(y) "
    "out of the logarithm, so that only exp(-y) is left in it.",
    zh="log(exp(y) − 1) 从 89 起就是无穷大，可结果其实差不多就是 y。"
    "把 exp(y) 从对数里提出来，里面就只剩 exp(−y)。",
)
def inverse_overflows(y):
    return torch.log(torch.expm1(y))


@misconception(
    "inverse_softplus",
    "For small y, exp(y) and exp(-y) are rounded to 1 or its neighbours, and after the subtraction "
    "of 1 nothing of y is left; the logarithm of 0 is -inf. There is a function that computes "
    "exp(y) - 1 in one step.",
    zh="y 很小时，exp(y) 和 exp(−y) 都舍入到 1 或其邻近值，减去 1 之后 y 就荡然无存，"
    "而 log(0) 是 −inf。有一个函数一步算出 exp(y) − 1。",
)
def inverse_loses_digits(y):
    return y + torch.log(1 - torch.exp(-y))


@misconception(
    "inverse_softplus",
    "log and - 1 were done in the wrong order: log(exp(y)) - 1 is y - 1. From exp(y) = 1 + exp(x) "
    "subtract the 1 first.",
    zh="取对数和减 1 的次序反了：log(exp(y)) − 1 就是 y − 1。由 exp(y) = 1 + exp(x)，应当先减 1。",
)
def one_subtracted_too_late(y):
    return y - 1


@misconception(
    "inverse_softplus",
    "This is softplus again, not its inverse: the sign of the 1 is that of the way forward.",
    zh="这又是 softplus，不是它的反函数：1 前面的符号还是正向计算时的符号。",
)
def softplus_again(y):
    return y + torch.log1p(torch.exp(-y))


@misconception(
    "inverse_softplus",
    "The inverse of a function is not 1 divided by it. Wanted is the x at which softplus has the "
    "value y.",
    zh="反函数不是倒数。要求的是：在哪个 x 处，softplus 的值等于 y。",
)
def reciprocal(y):
    return 1 / softplus(y)


# Other right answers


@alternative("softplus")
def larger_of_both(x, beta=1.0):
    z = x * beta
    return torch.relu(x) + (-z.abs()).exp().log1p() / beta


@alternative("softplus")
def where_with_harmless_branches(x, beta=1.0):
    z = beta * x
    large = z > 15
    small = torch.where(large, torch.zeros_like(z), z)
    rest = torch.where(large, z, torch.zeros_like(z))
    return torch.where(large, x + torch.log1p(torch.exp(-rest)) / beta, small.exp().log1p() / beta)


@alternative("softplus")
def side_by_side(x, beta=1.0):
    result = torch.zeros_like(x)
    up = x > 0
    result[up] = x[up] + torch.log1p(torch.exp(-beta * x[up])) / beta
    result[~up] = torch.log1p(torch.exp(beta * x[~up])) / beta
    return result


@alternative("softplus_derivative")
def fraction_of_safe_terms(x, beta=1.0):
    e = torch.exp(-(beta * x).abs())
    return torch.where(x > 0, 1 / (1 + e), e / (1 + e))


@alternative("softplus_derivative")
def by_tanh(x, beta=1.0):
    return (1 + torch.tanh(beta * x / 2)) / 2


@alternative("inverse_softplus")
def chosen_by_size(y):
    return torch.where(y > 30, y, y.clamp(max=30).expm1().log())


# The tests. Each of those of softplus fails with the stub, which has three faults.


@probe
def gradient(student, x, beta, weight):
    x.requires_grad_()
    y = student.softplus(x, beta)
    if not y.requires_grad:
        return {"value": y, "gradient": torch.zeros_like(x)}
    (weight * y).sum().backward()
    return {"value": y.detach(), "gradient": x.grad}


@probe
def results_and_arguments(student, x, y, beta):
    softplus, slope = student.softplus(x, beta), student.softplus_derivative(x, beta)
    return softplus, slope, x, student.inverse_softplus(y), y


@title(
    "Values for several beta, in the middle and far out", zh="不同 beta 的函数值，中间一段和远处"
)
@points(2)
def test_values(student, rand):
    far = rand.uniform(100, 2500, 3)
    for low, high in [(0.3, 0.7), (2, 4)]:
        beta = rand.uniform(low, high, 1).item()
        for x in (rand(8) * 2, torch.cat([rand(2), far, -far])):
            close(student.softplus(x, beta), exact(x, beta))
    x = torch.cat([rand(3), torch.zeros(1), far])
    close(student.softplus(x), exact(x))
    # What is large is beta * x, not x.
    for (low, high), (start, end) in [((9, 12), (8, 15)), ((0.02, 0.05), (21, 60))]:
        beta, x = rand.uniform(low, high, 1).item(), rand.uniform(start, end, 6)
        close(student.softplus(x, beta), exact(x, beta))


@title("Small results keep their digits", zh="小的结果不丢有效数字")
@points(2)
def test_small_results(student, rand):
    for low, high in [(-20, -10), (-45, -25), (-80, -60)]:
        x = rand.uniform(low, high, 5)
        close(student.softplus(x), exact(x), rtol=1e-3, atol=0)


@title("The gradient that autograd finds", zh="autograd 求得的梯度")
@points(2)
def test_gradient(student, rand):
    far = rand.uniform(100, 2500, 3)
    for low, high in [(1, 1), (0.3, 0.7), (2, 4)]:
        beta = rand.uniform(low, high, 1).item()
        x = torch.cat([rand(5), far, -far])
        weight = rand(*x.shape)
        expected = {"value": exact(x, beta), "gradient": weight * torch.sigmoid(beta * x)}
        close(student.run(gradient, x, beta, weight), expected)


@title("The derivative", zh="导数")
@points(2)
@forbids("backward", "_make_dual")
def test_derivative(student, rand):
    far = rand.uniform(100, 2500, 2)
    for low, high in [(0.3, 0.7), (2, 4)]:
        beta = rand.uniform(low, high, 1).item()
        for x in (rand(8), torch.cat([torch.zeros(1), far, -far])):
            close(student.softplus_derivative(x, beta), torch.sigmoid(beta * x))
    x = rand(6)
    close(student.softplus_derivative(x), torch.sigmoid(x))


@title("The inverse in the middle", zh="中间一段的反函数")
@points(2)
def test_inverse(student, rand):
    y = rand.uniform(0.3, 4, 8)
    close(student.inverse_softplus(y), inverse(y).float())


@title("The inverse of large and of tiny numbers", zh="很大和很小的数的反函数")
@points(2)
def test_inverse_far_out(student, rand):
    y = rand.uniform(100, 10_000, 4)
    close(student.inverse_softplus(y), inverse(y).float())
    y = 10 ** rand.uniform(-30, -4, 6)
    close(student.inverse_softplus(y), inverse(y).float(), rtol=1e-3)


@title("Any shape, float64, and no argument changed", zh="任意形状、float64，并且不改动参数")
@hidden(
    "A single number, an empty tensor and a transposed matrix are tensors, too; float64 stays "
    "float64; the arguments belong to the caller.",
    zh="单个数、空张量、转置的矩阵也都是张量；float64 保持 float64；参数是调用者的。",
)
def test_shapes(student, rand):
    beta = rand.uniform(1.5, 2, 1).item()
    for x in (
        100 * rand(5, 3, dtype=torch.float64).T,
        100 + rand(1)[0].abs(),
        torch.empty(0, 2),
        rand(2, 1, 3),
    ):
        y = x.abs() + 0.1
        close(
            student.run(results_and_arguments, x, y, beta),
            (exact(x, beta), torch.sigmoid(beta * x), x, inverse(y).to(x.dtype), y),
            dtype=True,
        )
