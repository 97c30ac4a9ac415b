"""tanh(x) = 2 sigmoid(2 x) - 1, its derivative 1 - f^2, and networks of the one for the other."""

import torch

from torchgrade.authoring import (
    alternative,
    close,
    forbids,
    hidden,
    misconception,
    points,
    probe,
    text,
    title,
)

pytestmark = forbids(
    "aten.tanh",
    "aten.tanh_",
    "aten.sinh",
    "aten.cosh",
    "aten.tanh_backward",
    "requires_grad_",
    "backward",
    "autograd.grad",
    "_make_dual",
)


def derivative(x):
    return 4 * torch.sigmoid(2 * x) * torch.sigmoid(-2 * x)


# What goes wrong with tanh


@misconception(
    "tanh",
    "2 sigmoid(x) - 1 goes from -1 to 1, but it is tanh(x / 2): too flat by half. The argument has "
    "to be doubled as well.",
    zh="2σ(x) − 1 的值域是 −1 到 1，但它是 tanh(x / 2)，平缓了一半。自变量也要加倍。",
)
def argument_not_doubled(x):
    return 2 * torch.sigmoid(x) - 1


@misconception(
    "tanh",
    "The formula with exp(x) and exp(-x) overflows: from 89 on one of them is infinite in float32, "
    "and inf / inf is NaN. The sigmoid of torch copes with any x; express tanh in it.",
    zh="用 exp(x) 和 exp(−x) 的公式会溢出：float32 里从 89 起其中一个就是无穷大，inf / inf 等于 NaN。"
    "torch 的 sigmoid 对任何 x 都没问题，用它来表示 tanh 吧。",
)
def four_exponentials(x):
    up, down = torch.exp(x), torch.exp(-x)
    return (up - down) / (up + down)


@misconception(
    "tanh",
    "(exp(2x) - 1) / (exp(2x) + 1) overflows on the right: inf / inf is NaN from 45 on. The "
    "sigmoid of torch copes with any x; express tanh in it.",
    zh="(exp(2x) − 1) / (exp(2x) + 1) 在右侧会溢出：从 45 起就是 inf / inf，等于 NaN。"
    "torch 的 sigmoid 对任何 x 都没问题，用它来表示 tanh 吧。",
)
def exponential_of_the_double(x):
    e = torch.exp(2 * x)
    return (e - 1) / (e + 1)


@misconception(
    "tanh",
    "(1 - exp(-2x)) / (1 + exp(-2x)) overflows on the left: -inf / inf is NaN below -45. The "
    "sigmoid of torch copes with any x; express tanh in it.",
    zh="(1 − exp(−2x)) / (1 + exp(−2x)) 在左侧会溢出：小于 −45 时就是 −inf / inf，等于 NaN。"
    "torch 的 sigmoid 对任何 x 都没问题，用它来表示 tanh 吧。",
)
def exponential_of_minus_the_double(x):
    e = torch.exp(-2 * x)
    return (1 - e) / (1 + e)


@misconception(
    "tanh",
    "This is sigmoid(2x), which lies between 0 and 1. tanh lies between -1 and 1 and is 0 at 0: "
    "stretch the result by 2 and move it down by 1.",
    zh="这是 σ(2x)，值域在 0 到 1 之间。tanh 在 −1 到 1 之间，且在 0 处为 0：结果还要乘 2 再减 1。",
)
def only_the_argument_doubled(x):
    return torch.sigmoid(2 * x)


@misconception(
    "tanh",
    "Your curve falls from 1 to -1: this is -tanh(x). Look at the sign of 2x in the argument, or at "
    "which of the two terms is subtracted.",
    zh="你的曲线从 1 降到 −1，是 −tanh(x)。看看自变量 2x 的符号，或者两项里该减去的是哪一项。",
)
def upside_down(x):
    return 1 - 2 * torch.sigmoid(2 * x)


@misconception(
    "tanh",
    "The input was clamped to a narrow range, so all larger numbers have the same result, one that "
    "is visibly not 1. Nothing needs to be clamped in 2 sigmoid(2x) - 1.",
    zh="输入被截断到一个很窄的范围，更大的数结果全都一样，而且明显不到 1。2σ(2x) − 1 不需要任何截断。",
)
def clamped_input(x):
    x = x.clamp(-3, 3)
    return 2 * torch.sigmoid(2 * x) - 1


# What goes wrong with the derivative


@misconception(
    "tanh_derivative",
    "f (1 - f) is the derivative of the sigmoid. For tanh it is 1 - f^2, that is (1 - f)(1 + f).",
    zh="f(1 − f) 是 sigmoid 的导数。tanh 的导数是 1 − f²，也就是 (1 − f)(1 + f)。",
)
def formula_of_the_sigmoid(x):
    f = tanh(x)
    return f * (1 - f)


@misconception(
    "tanh_derivative",
    "1 - x^2: the formula was applied to the input. f is the output of tanh.",
    zh="你算的是 1 − x²：公式被用在了输入上。f 应当是 tanh 的输出。",
)
def square_of_the_input(x):
    return 1 - x**2


@misconception(
    "tanh_derivative",
    "The square is missing: 1 - f is not even symmetric, though the slope at -x and at x is the "
    "same.",
    zh="少了平方：1 − f 连对称都不是，可 tanh 在 −x 和 x 处的斜率是相同的。",
)
def square_missing(x):
    return 1 - tanh(x)


@misconception(
    "tanh_derivative",
    "tanh was applied twice, so the slope is taken at f and not at x. In 1 - f^2, f is already the "
    "output.",
    zh="tanh 用了两次，斜率取在了 f 处而不是 x 处。1 − f² 里的 f 本身就是输出。",
)
def tanh_twice(x):
    return 1 - tanh(tanh(x)) ** 2


@misconception(
    "tanh_derivative",
    "f^2 - 1 is negative, but tanh rises everywhere.",
    zh="f² − 1 是负的，可 tanh 处处上升。",
)
def falling_slope(x):
    return tanh(x) ** 2 - 1


@misconception(
    "tanh_derivative",
    "A factor 2 is missing: differentiating 2 sigmoid(2x) gives one 2 from outside and, by the "
    "chain rule, another one from inside. The slope of tanh at 0 is 1.",
    zh="少了一个因子 2：对 2σ(2x) 求导，外面有一个 2，按链式法则里面还有一个 2。tanh 在 0 处的斜率是 1。",
)
def inner_factor_missing(x):
    s = torch.sigmoid(2 * x)
    return 2 * s * (1 - s)


# What goes wrong with the network


@misconception(
    "tanh_network",
    "The first layer was doubled, as the 2x in tanh(x) = 2 sigmoid(2x) - 1 suggests. But here the "
    "sigmoid is to be replaced: solve that equation for the sigmoid first.",
    zh="第一层被加倍了，大概是照着 tanh(x) = 2σ(2x) − 1 里的 2x 做的。但这里要替换的是 sigmoid："
    "应当先从这个等式里把 sigmoid 解出来。",
)
def doubled_instead_of_halved(w1, b1, w2, b2):
    return 2 * w1, 2 * b1, w2 / 2, b2 + w2.sum(dim=1) / 2


@misconception(
    "tanh_network",
    "The second layer is right, the first was left as it is: sigmoid(z) corresponds to tanh(z / 2), "
    "so everything that goes into the hidden units has to be halved.",
    zh="第二层是对的，第一层却没有动：σ(z) 对应的是 tanh(z / 2)，送进隐层单元的一切都要减半。",
)
def first_layer_unchanged(w1, b1, w2, b2):
    return w1.clone(), b1.clone(), w2 / 2, b2 + w2.sum(dim=1) / 2


@misconception(
    "tanh_network",
    "The weights of the first layer were halved, its bias was not. What has to be halved is "
    "z = x w + b as a whole.",
    zh="第一层的权重减半了，偏置却没有。要减半的是整个 z = x w + b。",
)
def first_bias_not_halved(w1, b1, w2, b2):
    return w1 / 2, b1.clone(), w2 / 2, b2 + w2.sum(dim=1) / 2


@misconception(
    "tanh_network",
    "The second bias was not adapted: all outputs are off by a constant. Every sigmoid unit "
    "contributes 1/2 even when tanh is 0, and half of its outgoing weight has to go somewhere.",
    zh="第二层的偏置没有调整：所有输出都差一个常数。tanh 为 0 时，每个 sigmoid 单元仍贡献 1/2，"
    "它的输出权重的一半总得有个去处。",
)
def second_bias_unchanged(w1, b1, w2, b2):
    return w1 / 2, b1 / 2, w2 / 2, b2.clone()


@misconception(
    "tanh_network",
    "The second bias was halved, too. Only what comes out of the hidden units is halved; the bias "
    "is added afterwards, in both networks alike.",
    zh="第二层原来的偏置也被减半了。要减半的只是隐层单元的输出；偏置是之后才加上的，两个网络都一样。",
)
def second_bias_halved(w1, b1, w2, b2):
    return w1 / 2, b1 / 2, w2 / 2, b2 / 2 + w2.sum(dim=1) / 2


@misconception(
    "tanh_network",
    "The same 1/2 was added to every second bias. How much the constant half of a hidden unit "
    "matters to an output depends on the weight between the two.",
    zh="第二层的每个偏置都加了同一个 1/2。隐层单元那恒定的一半对某个输出有多大影响，"
    "取决于两者之间的权重。",
)
def bare_half_added(w1, b1, w2, b2):
    return w1 / 2, b1 / 2, w2 / 2, b2 + 0.5


@misconception(
    "tanh_network",
    "The second bias got the whole sum of the weights, and half of it belongs there: "
    "sigmoid(z) = 1/2 + tanh(z / 2) / 2.",
    zh="第二层的偏置加上了权重之和的全部，应当只加一半：σ(z) = 1/2 + tanh(z / 2) / 2。",
)
def whole_sum_added(w1, b1, w2, b2):
    return w1 / 2, b1 / 2, w2 / 2, b2 + w2.sum(dim=1)


@misconception(
    "tanh_network",
    "The weights of the second layer were not halved: tanh moves by 2 from one end to the other, "
    "the sigmoid by 1 only.",
    zh="第二层的权重没有减半：tanh 从一端到另一端变化 2，sigmoid 只变化 1。",
)
def second_weights_not_halved(w1, b1, w2, b2):
    return w1 / 2, b1 / 2, w2.clone(), b2 + w2.sum(dim=1) / 2


@misconception(
    "tanh_network",
    "The new weights are right, but the given ones were changed in place: the sigmoid network of "
    "the caller is spoilt.",
    zh="新的权重是对的，但给定的权重被原地改动了：调用者的 sigmoid 网络被弄坏了。",
)
def given_weights_changed(w1, b1, w2, b2):
    b2 += w2.sum(dim=1) / 2
    for tensor in (w1, b1, w2):
        tensor /= 2
    return w1, b1, w2, b2


# Other right answers


@alternative("tanh")
def difference_of_sigmoids(x):
    return torch.sigmoid(2 * x) - torch.sigmoid(-2 * x)


@alternative("tanh")
def sign_and_magnitude(x):
    e = torch.exp(-2 * x.abs())
    return torch.sign(x) * (1 - e) / (1 + e)


@alternative("tanh_derivative")
def by_the_sigmoid(x):
    s = torch.sigmoid(2 * x)
    return 4 * s * (1 - s)


@alternative("tanh_derivative")
def two_factors(x):
    f = tanh(x)
    return (1 - f) * (1 + f)


@alternative("tanh_network")
def mirrored(w1, b1, w2, b2):
    # tanh is odd: with both signs turned, the network computes the same.
    return w1 * -0.5, b1 * -0.5, w2 * -0.5, b2 + 0.5 * w2 @ torch.ones_like(b1)


@alternative("tanh_network")
def unit_by_unit(w1, b1, w2, b2):
    v1, c1, v2, c2 = (tensor.clone() for tensor in (w1, b1, w2, b2))
    for unit in range(len(b1)):
        v1[unit] /= 2
        c1[unit] /= 2
        for output in range(len(b2)):
            v2[output, unit] /= 2
            c2[output] += w2[output, unit] / 2
    return v1, c1, v2, c2


# The tests


@probe
def network_and_arguments(student, w1, b1, w2, b2):
    v1, c1, v2, c2 = student.tanh_network(w1.clone(), b1.clone(), w2.clone(), b2.clone())
    kept = [w1, b1, w2, b2]
    new = student.tanh_network(*kept)
    return [v1, c1, v2, c2], list(new), kept


@probe
def results_and_argument(student, x):
    return student.tanh(x), student.tanh_derivative(x), x


def run_network(w1, b1, w2, b2, x):
    return torch.sigmoid(x @ w1.T + b1) @ w2.T + b2


def run_tanh(weights, x):
    v1, c1, v2, c2 = weights
    return torch.tanh(x @ v1.T + c1) @ v2.T + c2


@title("Values of tanh", zh="tanh 的值")
@points(2)
def test_values(student, rand):
    x = torch.cat([rand(9) * 1.5, torch.zeros(1)])
    close(student.tanh(x), torch.tanh(x))


@title("tanh far out", zh="远处的 tanh")
def test_far_out(student, rand):
    x = rand.uniform(90, 10_000, 4)
    x = torch.cat([rand(2), x, -x])
    close(student.tanh(x), torch.tanh(x))


@title("The derivative", zh="导数")
@points(2)
def test_derivative(student, rand):
    x = torch.cat([rand(9) * 1.5, torch.zeros(1)])
    close(student.tanh_derivative(x), derivative(x))


@title("The derivative far out", zh="远处的导数")
def test_derivative_far_out(student, rand):
    x = rand.uniform(40, 10_000, 4)
    x = torch.cat([rand(2), x, -x])
    close(student.tanh_derivative(x), derivative(x))


@title(
    "A network with one input, one hidden unit, one output",
    zh="一个输入、一个隐层单元、一个输出的网络",
)
@points(2)
def test_one_unit(student, rand):
    weights = [rand(1, 1), rand(1), rand(1, 1) + 3, rand(1)]
    x = rand(6, 1) * 2
    close(run_tanh(student.tanh_network(*weights), x), run_network(*weights, x))


@title("A network with several units per layer", zh="每层有多个单元的网络")
@points(3)
def test_network(student, rand):
    for inputs, hidden_units, outputs in [(3, 5, 2), (4, 4, 4), (2, 6, 1)]:
        weights = [
            rand(hidden_units, inputs),
            rand(hidden_units),
            rand(outputs, hidden_units),
            rand(outputs),
        ]
        x = rand(7, inputs) * 2
        new = student.tanh_network(*weights)
        assert [part.shape for part in new] == [part.shape for part in weights], text(
            "The new weights must have the shapes of the given ones.",
            zh="新权重的形状必须与给定的相同。",
        )
        close(run_tanh(new, x), run_network(*weights, x))


@title("Any shape, float64, and no argument changed", zh="任意形状、float64，并且不改动参数")
@hidden(
    "A single number, an empty tensor and a transposed matrix are tensors, too; float64 stays "
    "float64; the arguments belong to the caller.",
    zh="单个数、空张量、转置的矩阵也都是张量；float64 保持 float64；参数是调用者的。",
)
def test_shapes(student, rand):
    for x in (rand(5, 3, dtype=torch.float64).T, rand(1)[0], torch.empty(0, 2), rand(2, 1, 3)):
        close(student.run(results_and_argument, x), (torch.tanh(x), derivative(x), x), dtype=True)


@title("The given network is left alone; float64", zh="不改动给定的网络；float64")
@hidden(
    "The weights handed over belong to a network that is still in use, and float64 stays float64.",
    zh="传入的权重属于一个还在使用的网络，不能改；float64 保持 float64。",
)
def test_given_network(student, rand):
    weights = [rand(*size, dtype=torch.float64) for size in [(5, 3), (5,), (2, 5), (2,)]]
    x = rand(7, 3, dtype=torch.float64)
    first, second, kept = student.run(network_and_arguments, *weights)
    close(run_tanh(first, x), run_network(*weights, x), dtype=True)
    close(run_tanh(second, x), run_network(*weights, x), dtype=True)
    close(kept, weights)
