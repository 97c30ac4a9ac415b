"""Sigmoid: right at both ends, forward and backward; its derivative is f (1 - f)."""

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

# The sigmoid under all names, what it is a special case of, and its finished derivative.
pytestmark = forbids(
    "aten.sigmoid",
    "aten.sigmoid_",
    "aten.log_sigmoid_forward",
    "aten.silu",
    "aten.sigmoid_backward",
    "aten.glu",
    "aten.tanh",
    "aten.tanh_",
    "aten._softmax",
    "aten.softplus",
)


def derivative(x):
    return torch.sigmoid(x) * torch.sigmoid(-x)


# What goes wrong with the sigmoid


@misconception(
    "sigmoid",
    "exp(x) / (1 + exp(x)) overflows for large x: inf / inf is NaN. Divide by exp(x) above and "
    "below and see at which end the new formula is in danger.",
    zh="x 很大时，exp(x) / (1 + exp(x)) 会溢出：inf / inf 等于 NaN。分子分母同除以 exp(x)，"
    "再看新的公式在哪一端有危险。",
)
def ratio_of_infinities(x):
    e = torch.exp(x)
    return e / (1 + e)


@misconception(
    "sigmoid",
    "The values are right, the gradient is not: for x below -89, exp(-x) is infinite, and going "
    "backwards the 0 from the division meets this infinity: 0 * inf = NaN. One NaN is enough to "
    "spoil all weights. exp must only be taken of numbers that are not above 0.",
    zh="函数值是对的，梯度却不对：x 小于 −89 时 exp(−x) 是无穷大，反向传播时，除法给出的 0 "
    "碰上这个无穷大：0 * inf = NaN。一个 NaN 就足以毁掉所有权重。exp 只应作用于不大于 0 的数。",
)
def one_over_infinity(x):
    return 1 / (1 + torch.exp(-x))


@misconception(
    "sigmoid",
    "where chooses between two results, but both are computed, and the gradient flows back "
    "through both: a 0 for the side that was not chosen. There it meets an infinite derivative, "
    "and 0 * inf is NaN. No branch may overflow, chosen or not.",
    zh="where 是在两个结果里挑选，但两边都会算，梯度也往两边回传：没选中的那边收到的是 0，"
    "在那里碰上无穷大的导数，0 * inf 就成了 NaN。无论选中与否，哪一支都不能溢出。",
)
def where_hides_an_infinity(x):
    return torch.where(x >= 0, 1 / (1 + torch.exp(-x)), torch.exp(x) / (1 + torch.exp(x)))


@misconception(
    "sigmoid",
    "For very negative x you take the difference of two numbers that are both 1 after rounding, "
    "so that small results come out as 0 or with wrong digits. Compute the small number itself, "
    "not what it lacks to 1.",
    zh="x 很小（负得很多）时，你是拿两个舍入后都等于 1 的数相减，于是小的结果变成了 0，"
    "或者数字不准。应当直接算这个小数，而不是算 1 减去一个接近 1 的数。",
)
def difference_from_one(x):
    e = torch.exp(-x.abs())
    upper = 1 / (1 + e)
    return torch.where(x >= 0, upper, 1 - upper)


@misconception(
    "sigmoid",
    "The input was clamped. Nothing overflows, but beyond the bound all results are equal, and "
    "their gradient is 0. Rewrite the formula so that it needs no bound.",
    zh="你截断了输入。溢出是没有了，但超出界限之后结果全都一样，梯度也都是 0。"
    "应当改写公式，让它不需要界限。",
)
def input_clamped(x):
    return 1 / (1 + torch.exp(-x.clamp(-20, 20)))


@misconception(
    "sigmoid",
    "The sign in the exponent is turned round: your curve falls. For large x, exp(-x) must vanish, "
    "so that the result goes to 1.",
    zh="指数里的符号反了：你的曲线是下降的。x 很大时应当是 exp(−x) 趋于 0，结果趋于 1。",
)
def falling(x):
    e = torch.exp(-x.abs())
    return torch.where(x < 0, 1.0, e) / (1.0 + e)


@misconception(
    "sigmoid",
    "The result has no history: somewhere on the way it was cut off from x, by detach, no_grad, "
    "numpy or a new tensor made of numbers. The values are right, but nothing before this layer "
    "could learn.",
    zh="结果不带历史：途中它与 x 断开了，可能是 detach、no_grad、numpy，或者由数值新建了张量。"
    "函数值是对的，但这一层之前的部分都学不到东西。",
)
def cut_off(x):
    with torch.no_grad():
        e = torch.exp(-x.abs())
        return torch.where(x >= 0, 1.0, e) / (1.0 + e)


# What goes wrong with the derivative


@misconception(
    "sigmoid_derivative",
    "x (1 - x): the formula f (1 - f) was applied to the input. f is the output of the sigmoid.",
    zh="你算的是 x(1 − x)：公式 f(1 − f) 被用在了输入上。f 应当是 sigmoid 的输出。",
)
def formula_of_the_input(x):
    return x * (1 - x)


@misconception(
    "sigmoid_derivative",
    "exp(-x) / (1 + exp(-x))^2 is the derivative, but as written it overflows: at -100 both parts "
    "are infinite, and at -50 the square already is. The output of the sigmoid is never "
    "above 1; express the derivative in it.",
    zh="exp(−x) / (1 + exp(−x))² 的确是导数，但这样写会溢出：−100 处上下都是无穷大，−50 处平方就已经是了。"
    "sigmoid 的输出从不超过 1，用它来表示导数吧。",
)
def quotient_overflows(x):
    e = torch.exp(-x)
    return e / (1 + e) ** 2


@misconception(
    "sigmoid_derivative",
    "The sigmoid was applied twice: the derivative is taken at f instead of x. In f (1 - f), f is "
    "already the output.",
    zh="sigmoid 用了两次：导数取在了 f 处，而不是 x 处。f(1 − f) 里的 f 本身就是输出。",
)
def sigmoid_twice(x):
    y = sigmoid(sigmoid(x))
    return y * (1 - y)


@misconception(
    "sigmoid_derivative",
    "f * f - f, or f (f - 1): the sign is wrong. The sigmoid rises everywhere, so its derivative is "
    "positive.",
    zh="符号错了，你算的是 f(f − 1)。sigmoid 处处上升，导数应为正。",
)
def negative_slope(x):
    y = sigmoid(x)
    return y * (y - 1)


@misconception(
    "sigmoid_derivative",
    "1 - f^2 is the derivative of tanh. For the sigmoid it is f - f^2.",
    zh="1 − f² 是 tanh 的导数。sigmoid 的导数是 f − f²。",
)
def derivative_of_tanh(x):
    return 1 - sigmoid(x) ** 2


# What goes wrong in the backward pass


@misconception(
    "sigmoid_backward",
    "y was put through the sigmoid once more. It is the output already: f (1 - f) with f = y.",
    zh="y 又被送进了一次 sigmoid。它已经是输出了：f(1 − f) 里的 f 就是 y。",
)
def output_taken_for_the_input(y, grad):
    s = sigmoid(y)
    return grad * s * (1 - s)


@misconception(
    "sigmoid_backward",
    "The incoming gradient was forgotten: this is the derivative of the sigmoid alone. By the "
    "chain rule it is multiplied by grad.",
    zh="忘了传进来的梯度：这只是 sigmoid 自己的导数。按链式法则，还要乘以 grad。",
)
def grad_forgotten(y, grad):
    return y * (1 - y)


@misconception(
    "sigmoid_backward",
    "grad * y lacks the second factor, 1 - y. Where the output is near 1 the sigmoid is flat, and "
    "nearly nothing may come through.",
    zh="grad * y 少了第二个因子 1 − y。输出接近 1 时 sigmoid 已经很平，几乎没有梯度能传过去。",
)
def one_factor_only(y, grad):
    return grad * y


@misconception(
    "sigmoid_backward",
    "1 - y^2 belongs to tanh. For the sigmoid the factor is y (1 - y).",
    zh="1 − y² 是 tanh 的因子。sigmoid 的因子是 y(1 − y)。",
)
def factor_of_tanh(y, grad):
    return grad * (1 - y**2)


@misconception(
    "sigmoid_backward",
    "The right number came out, but grad was changed in place, and it belongs to the caller, who "
    "may need it for other branches.",
    zh="结果是对的，但 grad 被原地改动了，而它是调用者的，别的分支可能还要用。",
)
def grad_changed_in_place(y, grad):
    return grad.mul_(y * (1 - y))


# Other right answers


@alternative("sigmoid")
def exp_of_both_negative_parts(x):
    return torch.exp(x.clamp(max=0)) / (1 + torch.exp(-torch.abs(x)))


@alternative("sigmoid")
def sign_by_sign(x):
    result = torch.zeros_like(x)
    up, down = x >= 0, x < 0
    result[up] = 1 / (1 + torch.exp(-x[up]))
    low = torch.exp(x[down])
    result[down] = low / (1 + low)
    return result


@alternative("sigmoid")
def through_logarithms(x):
    soft = torch.clamp(-x, min=0) + torch.log1p(torch.exp(-x.abs()))
    return torch.exp(-soft)


@alternative("sigmoid_derivative")
def symmetric(x):
    return sigmoid(x) * sigmoid(-x)


@alternative("sigmoid_derivative")
def quotient_that_can_not_overflow(x):
    e = torch.exp(-x.abs())
    return e / (1 + e).square()


@alternative("sigmoid_backward")
def multiplied_out(y, grad):
    return grad * y - grad * y.pow(2)


# The tests


@probe
def gradient(student, x, weight):
    x.requires_grad_()
    y = student.sigmoid(x)
    if not y.requires_grad:
        return {"value": y, "gradient": torch.zeros_like(x)}
    (weight * y).sum().backward()
    return {"value": y.detach(), "gradient": x.grad}


@probe
def results_and_arguments(student, x, y, grad):
    return (
        student.sigmoid(x),
        student.sigmoid_derivative(x),
        x,
        student.sigmoid_backward(y, grad),
        y,
        grad,
    )


@title("Values in the middle", zh="中间一段的函数值")
def test_values(student, rand):
    x = torch.cat([rand(9) * 3, torch.zeros(1)])
    close(student.sigmoid(x), torch.sigmoid(x))


@title("Far out on both sides", zh="两侧的远处")
def test_far_out(student, rand):
    x = rand.uniform(90, 10_000, 4)
    x = torch.cat([x, -x, torch.tensor([torch.inf, -torch.inf])])
    close(student.sigmoid(x), torch.sigmoid(x))


@title("Small results keep their digits", zh="小的结果不丢有效数字")
def test_small_results(student, rand):
    # Each within its own size, since they lie ten thousand times apart. Beyond -60 the rounding
    # of log(1 + exp(60)) alone costs four units in the sixth digit.
    for low, high in [(-20, -8), (-45, -25), (-80, -60)]:
        x = rand.uniform(low, high, 5)
        close(student.sigmoid(x), torch.sigmoid(x.double()).float(), rtol=1e-3, atol=0)


@title("The gradient that autograd finds", zh="autograd 求得的梯度")
@points(2)
def test_gradient(student, rand):
    far = rand.uniform(90, 10_000, 3)
    for x in (rand(6) * 3, torch.cat([rand(3), far, -far])):
        weight = rand(*x.shape)
        expected = {"value": torch.sigmoid(x), "gradient": weight * derivative(x)}
        close(student.run(gradient, x, weight), expected)


@title("The derivative", zh="导数")
@points(2)
@forbids("backward", "autograd.grad", "_make_dual")
def test_derivative(student, rand):
    x = torch.cat([rand(9) * 3, torch.zeros(1)])
    close(student.sigmoid_derivative(x), derivative(x))


@title("The derivative far out", zh="远处的导数")
@forbids("backward", "autograd.grad", "_make_dual")
def test_derivative_far_out(student, rand):
    x = rand.uniform(40, 10_000, 4)
    x = torch.cat([rand(3), x, -x])
    close(student.sigmoid_derivative(x), derivative(x))


@title("The backward pass, from the output", zh="由输出作反向传播")
@points(2)
@forbids("backward", "autograd.grad", "_make_dual")
def test_backward(student, rand):
    y, grad = rand.uniform(0, 1, 3, 4), rand(3, 4) * 2
    close(student.sigmoid_backward(y, grad), grad * (y - y**2))


@title("Any shape, float64, and no argument changed", zh="任意形状、float64，并且不改动参数")
@hidden(
    "A single number, an empty tensor and a transposed matrix are tensors, too; float64 stays "
    "float64; the arguments belong to the caller.",
    zh="单个数、空张量、转置的矩阵也都是张量；float64 保持 float64；参数是调用者的。",
)
def test_shapes(student, rand):
    double = torch.float64
    for x, grad in (
        (rand(5, 3, dtype=double).T, rand(5, 3, dtype=double).T),
        (rand(1)[0], rand(1)[0]),
        (torch.empty(0, 2), torch.empty(0, 2)),
        (rand(2, 1, 3), rand(2, 1, 3)),
    ):
        y = torch.sigmoid(2 * x)
        close(
            student.run(results_and_arguments, x, y, grad),
            (torch.sigmoid(x), derivative(x), x, grad * (y - y**2), y, grad),
            dtype=True,
        )
