"""ReLU, leaky ReLU, ELU, SELU: values and derivatives, the one from the left at 0."""

import torch
import torch.nn.functional as F

from torchgrade.authoring import (
    alternative,
    cases,
    close,
    forbids,
    hidden,
    misconception,
    points,
    probe,
    title,
)

# The finished activations, and the ways into automatic differentiation.
pytestmark = forbids(
    "relu",
    "relu_",
    "leaky_relu",
    "leaky_relu_",
    "elu",
    "elu_",
    "selu",
    "selu_",
    "celu",
    "celu_",
    "prelu",
    "rrelu",
    "rrelu_",
    "requires_grad_",
    "backward",
    "autograd.grad",
    "_make_dual",
)

FUNCTIONS = ["relu", "leaky_relu", "elu", "selu"]


def by_autograd(name, x, *parameters):
    x = x.clone() if x.is_floating_point() else x.float()
    x.requires_grad_()
    value = getattr(F, name)(x, *parameters)
    return value.detach(), torch.autograd.grad(value.sum(), x)[0]


# What goes wrong with ReLU


@misconception(
    "relu",
    "At 0 your derivative of ReLU is 1. Both 0 and 1 are slopes on one side of the kink; the "
    "convention asked for, and PyTorch's, is the one from the left: 0.",
    zh="你的 ReLU 在 0 处导数取了 1。0 和 1 都只是尖角一侧的斜率；这里约定的（也是 PyTorch 的）"
    "是左侧的那个：0。",
)
def relu_with_slope_one_at_zero(x):
    x = _as_float(x)
    return torch.where(x > 0, x, 0 * x), (x >= 0).to(x.dtype)


@misconception(
    "relu",
    "In the middle between the slopes 0 and 1 lies 0.5, and your derivative of ReLU takes it at 0. "
    "It would be a possible choice, but the contract asks for the slope on the left, 0.",
    zh="你的 ReLU 在 0 处取了两侧斜率 0 和 1 的中间值 0.5。这样选也说得通，但约定是取左侧的斜率 0。",
)
def relu_with_slope_a_half_at_zero(x):
    x = _as_float(x)
    return torch.where(x > 0, x, 0 * x), (torch.sign(x) + 1) / 2


@misconception(
    "relu",
    "The derivative of ReLU equals your values: it is x where it should be 1. The slope of the "
    "line y = x is the same everywhere, however large x is.",
    zh="你的 ReLU 的导数和函数值一样：该是 1 的地方给了 x。直线 y = x 的斜率处处都是 1，与 x 多大无关。",
)
def relu_value_twice(x):
    x = _as_float(x)
    value = torch.where(x > 0, x, 0 * x)
    return value, value.clone()


@misconception(
    "relu",
    "This takes the absolute value: the negative side is mirrored instead of cut off. ReLU is 0 "
    "there, with slope 0.",
    zh="你算的是绝对值：负半轴被翻了上去。ReLU 应当把它削平为 0，斜率也是 0。",
)
def absolute_value(x):
    x = _as_float(x)
    return x.abs(), torch.sign(x)


@misconception(
    "relu",
    "The caller's tensor is changed: the negative numbers in x are set to 0 in place. Make a new "
    "tensor for the values.",
    zh="调用者的张量被改动了：x 里的负数被原地改成了 0。函数值应当写进新的张量。",
)
def cut_off_in_place(x):
    derivative = (x > 0).to(x.dtype if x.is_floating_point() else torch.float32)
    x[x < 0] = 0
    return _as_float(x), derivative


@misconception(
    "relu",
    "The derivative came back as truth values. It is to be multiplied with gradients, and has the "
    "dtype of the values.",
    zh="导数是以布尔值返回的。它还要与梯度相乘，dtype 应与函数值相同。",
)
def derivative_as_truth_values(x):
    x = _as_float(x)
    return torch.where(x > 0, x, 0 * x), x > 0


@misconception(
    "relu",
    "The derivative is float32 even where x is float64. What is made anew needs the dtype of x: "
    ".float() means float32.",
    zh="x 是 float64 时，导数却成了 float32。新建的张量要用 x 的 dtype，而 .float() 就是 float32。",
)
def relu_derivative_always_float32(x):
    x = _as_float(x)
    return torch.where(x > 0, x, 0 * x), (x > 0).float()


# What goes wrong with the leaky ReLU


@misconception(
    "leaky_relu",
    "The slope is on the wrong side: positive numbers are scaled, and negative ones pass. It "
    "belongs to the negative side, where ReLU would give nothing.",
    zh="斜率用错了一侧：正数被缩放了，负数反而原样通过。斜率属于负半轴，也就是 ReLU 会得到 0 的那一侧。",
)
def slope_on_the_positive_side(x, slope=0.01):
    x = _as_float(x)
    one = torch.ones_like(x)
    return torch.where(x > 0, slope * x, x), torch.where(x > 0, slope * one, one)


@misconception(
    "leaky_relu",
    "max(slope * x, x) is the leaky ReLU only for slopes up to 1. With a larger slope, slope * x "
    "is the larger one on the positive side, and the two sides change places. Decide by the sign "
    "of x instead.",
    zh="只有斜率不超过 1 时，max(slope * x, x) 才是 leaky ReLU。斜率更大时，正半轴上反而是 slope * x "
    "更大，两侧就颠倒了。应当按 x 的符号来选。",
)
def larger_of_the_two(x, slope=0.01):
    x = _as_float(x)
    one = torch.ones_like(x)
    return torch.maximum(slope * x, x), torch.where(x > 0, one, slope * one)


@misconception(
    "leaky_relu",
    "The derivative was chosen by the sign of the value. With a negative slope the values are "
    "positive on both sides; the sign of x decides.",
    zh="导数是按函数值的正负来选的。斜率为负时，两侧的函数值都是正的；该看的是 x 的正负。",
)
def sign_of_the_value(x, slope=0.01):
    x = _as_float(x)
    value = torch.where(x > 0, x, slope * x)
    return value, torch.where(value > 0, torch.ones_like(x), torch.full_like(x, slope))


@misconception(
    "leaky_relu",
    "The derivative of the leaky ReLU is 0 on the negative side, as for the plain ReLU. But there "
    "the values are slope * x, a line that rises by slope; this is what keeps the unit learning.",
    zh="你的 leaky ReLU 在负半轴导数为 0，那是普通 ReLU 的导数。这里的函数值是 slope * x，"
    "这条直线的斜率就是 slope；单元正是靠它才能继续学习。",
)
def derivative_of_the_plain_relu(x, slope=0.01):
    x = _as_float(x)
    return torch.where(x > 0, x, slope * x), (x > 0).to(x.dtype)


@misconception(
    "leaky_relu",
    "At 0 your derivative of the leaky ReLU is 1, the slope on the right. The contract asks for "
    "the one from the left, which is slope.",
    zh="你的 leaky ReLU 在 0 处导数取了 1，那是右侧的斜率。约定是取左侧的，也就是 slope。",
)
def leaky_with_slope_one_at_zero(x, slope=0.01):
    x = _as_float(x)
    one = torch.ones_like(x)
    return torch.where(x > 0, x, slope * x), torch.where(x >= 0, one, slope * one)


@misconception(
    "leaky_relu",
    "The derivative on the negative side is slope * x, which is the value. The derivative of "
    "slope * x by x is the number slope.",
    zh="你在负半轴给出的导数是 slope * x，那是函数值。slope * x 对 x 求导，得到的是 slope 这个数。",
)
def value_for_the_slope(x, slope=0.01):
    x = _as_float(x)
    return torch.where(x > 0, x, slope * x), torch.where(x > 0, torch.ones_like(x), slope * x)


@misconception(
    "leaky_relu",
    "The slope made no difference: 0.01 was used whatever was handed over. It is only the default.",
    zh="slope 没有起作用：不管传入什么，用的都是 0.01。0.01 只是默认值。",
)
def slope_always_a_hundredth(x, slope=0.01):
    x = _as_float(x)
    one = torch.ones_like(x)
    return torch.where(x > 0, x, 0.01 * x), torch.where(x > 0, one, 0.01 * one)


@misconception(
    "leaky_relu",
    "The derivative is float32 even where x is float64. Two Python numbers in torch.where, or "
    ".float(), make float32; what is made anew needs the dtype of x.",
    zh="x 是 float64 时，导数却成了 float32。torch.where 里放两个 Python 数、或者用 .float()，"
    "得到的都是 float32；新建的张量要用 x 的 dtype。",
)
def leaky_derivative_always_float32(x, slope=0.01):
    x = _as_float(x)
    return torch.where(x > 0, x, slope * x), torch.where(x > 0, 1.0, slope)


# What goes wrong with ELU


@misconception(
    "elu",
    "The - 1 is missing: alpha * exp(x) ends at alpha when x comes to 0 from the left, where x "
    "itself starts at 0. It is the - 1 that joins the two pieces.",
    zh="少了 − 1：x 从左边趋于 0 时，alpha * exp(x) 趋于 alpha，而右边是从 0 开始的。"
    "正是 − 1 让两段接上。",
)
def minus_one_forgotten(x, alpha=1.0):
    x = _as_float(x)
    curve = alpha * torch.exp(x)
    return torch.where(x > 0, x, curve), torch.where(x > 0, torch.ones_like(x), curve)


@misconception(
    "elu",
    "alpha was applied before the 1 was subtracted: alpha * exp(x) - 1. It scales the whole "
    "curve, so the value at 0 must be 0 for every alpha.",
    zh="alpha 乘得太早了：你算的是 alpha * exp(x) − 1。alpha 缩放的是整段曲线，"
    "所以不论 alpha 是多少，0 处的值都应为 0。",
)
def alpha_inside(x, alpha=1.0):
    x = _as_float(x)
    value = torch.where(x > 0, x, alpha * torch.exp(x) - 1)
    return value, torch.where(x > 0, torch.ones_like(x), alpha * torch.exp(x))


@misconception(
    "elu",
    "The derivative of the curve lacks the factor alpha: it is exp(x). The constant factor stays "
    "when one differentiates alpha * (exp(x) - 1).",
    zh="曲线部分的导数少了因子 alpha，只剩 exp(x)。对 alpha * (exp(x) − 1) 求导时，常数因子要保留。",
)
def alpha_lost_in_the_derivative(x, alpha=1.0):
    x = _as_float(x)
    value = torch.where(x > 0, x, alpha * torch.expm1(x))
    return value, torch.where(x > 0, torch.ones_like(x), torch.exp(x))


@misconception(
    "elu",
    "The derivative on the negative side is the value alpha * (exp(x) - 1), a negative number, "
    "though ELU rises everywhere. The constant -alpha has derivative 0: what remains is "
    "alpha * exp(x), the value plus alpha.",
    zh="你在负半轴给出的导数是函数值 alpha * (exp(x) − 1)，是负数，可 ELU 处处上升。常数项 −alpha "
    "的导数是 0，剩下的是 alpha * exp(x)，也就是函数值加上 alpha。",
)
def value_for_the_derivative(x, alpha=1.0):
    x = _as_float(x)
    curve = alpha * torch.expm1(x)
    return torch.where(x > 0, x, curve), torch.where(x > 0, torch.ones_like(x), curve)


@misconception(
    "elu",
    "At 0 your derivative of ELU is 1, the slope on the right. From the left the curve arrives "
    "with slope alpha, and this is the one asked for.",
    zh="你的 ELU 在 0 处导数取了 1，那是右侧的斜率。曲线从左侧到达 0 时斜率是 alpha，约定取的是这个。",
)
def elu_with_slope_one_at_zero(x, alpha=1.0):
    x = _as_float(x)
    value = torch.where(x > 0, x, alpha * torch.expm1(x))
    return value, torch.where(x >= 0, torch.ones_like(x), alpha * torch.exp(x))


@misconception(
    "elu",
    "For x <= 0 the derivative was computed as value + 1, which is right for alpha = 1 only: the "
    "value is alpha exp(x) - alpha, and what is missing to alpha exp(x) is alpha.",
    zh="x ≤ 0 时你把导数算成了函数值加 1，只有 alpha = 1 时才对：函数值是 alpha·exp(x) − alpha，"
    "与 alpha·exp(x) 相差的是 alpha。",
)
def one_added_to_the_value(x, alpha=1.0):
    x = _as_float(x)
    value = torch.where(x > 0, x, alpha * torch.expm1(x))
    return value, torch.where(x > 0, torch.ones_like(x), value + 1)


@misconception(
    "elu",
    "The pieces were multiplied by masks and added. For large x, exp(x) is infinite, and "
    "0 * inf is NaN, not 0: a mask can't switch off an infinite number. Choose between the "
    "pieces instead, or take exp only of what is not above 0.",
    zh="你把两段各乘一个掩码再相加。x 很大时 exp(x) 是无穷大，而 0 * inf 是 NaN，不是 0："
    "掩码关不掉无穷大。应当在两段之间挑选，或者只对不大于 0 的数取 exp。",
)
def masks_multiplied(x, alpha=1.0):
    x = _as_float(x)
    right, left = (x > 0).to(x.dtype), (x <= 0).to(x.dtype)
    return right * x + left * alpha * torch.expm1(x), right + left * alpha * torch.exp(x)


@misconception(
    "elu",
    "Near 0, exp(x) is rounded to the neighbourhood of 1 before 1 is subtracted, and the digits "
    "of x are lost: in float32, exp(-1e-8) - 1 is 0. There is a function that computes this "
    "difference without forming exp(x).",
    zh="x 接近 0 时，exp(x) 先被舍入到 1 附近，再减去 1，x 的有效数字就丢了：在 float32 里，"
    "exp(−1e−8) − 1 等于 0。有一个函数可以不经过 exp(x) 直接算出这个差。",
)
def digits_lost_near_zero(x, alpha=1.0):
    x = _as_float(x)
    value = torch.where(x > 0, x, alpha * (torch.exp(x) - 1))
    return value, torch.where(x > 0, torch.ones_like(x), alpha * torch.exp(x))


# What goes wrong with SELU, and with dtypes everywhere


@misconception(
    "selu",
    "The scale multiplies the negative side only. SELU is the whole ELU times the scale: for "
    "x > 0 the value is 1.0507 x, with slope 1.0507.",
    zh="你只在负半轴乘了 scale。SELU 是整个 ELU 乘以 scale：x > 0 时值为 1.0507 x，斜率为 1.0507。",
)
def scaled_on_one_side(x):
    value, derivative = elu(x, SELU_ALPHA)
    x = _as_float(x)
    return (
        torch.where(x > 0, value, SELU_SCALE * value),
        torch.where(x > 0, derivative, SELU_SCALE * derivative),
    )


@misconception(
    "selu",
    "The values are scaled but the derivative is not. A constant factor in front of a function "
    "is in front of its derivative, too.",
    zh="函数值乘了 scale，导数却没有。函数前面的常数因子，求导之后仍在前面。",
)
def derivative_not_scaled(x):
    value, derivative = elu(x, SELU_ALPHA)
    return SELU_SCALE * value, derivative


@misconception(
    "selu",
    "scale and alpha have changed places: the slope for x > 0 is 1.6733 instead of 1.0507.",
    zh="scale 和 alpha 用反了：x > 0 时的斜率成了 1.6733，而不是 1.0507。",
)
def constants_swapped(x):
    value, derivative = elu(x, SELU_SCALE)
    return SELU_ALPHA * value, SELU_ALPHA * derivative


@misconception(
    "selu",
    "The input was scaled instead of the result: this is elu(scale * x). On the right that makes "
    "no difference, but on the left a factor inside exp is not a factor in front.",
    zh="你缩放的是输入而不是结果，算成了 elu(scale * x)。右侧没有差别，"
    "但左侧 exp 里面的因子不等于外面的因子。",
)
def input_scaled(x):
    value, derivative = elu(SELU_SCALE * _as_float(x), SELU_ALPHA)
    return value, SELU_SCALE * derivative


@misconception(
    "leaky_relu",
    "For whole numbers, the result was put into a tensor of the dtype of x, and the fractions are "
    "gone: -0.2 becomes 0. Whole numbers have to be computed as float32.",
    zh="x 是整数时，结果放进了 dtype 与 x 相同的张量，小数部分没有了：−0.2 变成了 0。"
    "整数要按 float32 计算。",
)
def integers_stay_integers(x, slope=0.01):
    value, derivative = x.clone(), torch.ones_like(x)
    value[x <= 0] = (slope * x[x <= 0]).to(x.dtype)
    derivative[x <= 0] = torch.tensor(slope).to(x.dtype)
    return value, derivative


@misconception(
    "elu",
    "For whole numbers, the result was put into a tensor of the dtype of x, and the fractions are "
    "gone: -0.8647 becomes 0. Whole numbers have to be computed as float32.",
    zh="x 是整数时，结果放进了 dtype 与 x 相同的张量，小数部分没有了：−0.8647 变成了 0。"
    "整数要按 float32 计算。",
)
def elu_of_integers_cut(x, alpha=1.0):
    f = _as_float(x)
    value = torch.where(f > 0, f, alpha * torch.expm1(f))
    slope = torch.where(f > 0, torch.ones_like(f), alpha * torch.exp(f))
    return value.to(x.dtype), slope.to(x.dtype)


@misconception(
    "_as_float",
    "Everything is computed as float32, and float64 loses half of its digits. Only whole numbers "
    "are to be converted.",
    zh="所有输入都按 float32 计算，float64 丢掉了一半的有效数字。只有整数才需要转换。",
)
def always_float32(x):
    return x.float()


# Other right answers


@alternative("relu")
def with_maximum(x):
    x = x * 1.0
    return torch.maximum(x, torch.zeros_like(x)), torch.heaviside(x, torch.zeros_like(x))


@alternative("leaky_relu")
def with_two_clamps(x, slope=0.01):
    x = x.to(torch.get_default_dtype()) if not x.dtype.is_floating_point else x
    positive = (x > 0).to(x.dtype)
    return x.clamp(min=0) + slope * x.clamp(max=0), positive + slope * (1 - positive)


@alternative("leaky_relu")
def written_by_mask(x, slope=0.01):
    value = x.clone() if x.is_floating_point() else x.float()
    derivative = torch.ones_like(value)
    left = value <= 0
    value[left] *= slope
    derivative[left] = slope
    return value, derivative


@alternative("elu")
def exp_of_the_negative_part(x, alpha=1.0):
    x = _as_float(x)
    low = torch.minimum(x, torch.zeros_like(x))
    value = x - low + alpha * torch.special.expm1(low)
    return value, torch.where(x > 0, 1.0, alpha * low.exp()).to(x.dtype)


@alternative("elu")
def number_by_number(x, alpha=1.0):
    import math

    flat = _as_float(x).reshape(-1).tolist()
    values = [v if v > 0 else alpha * math.expm1(v) for v in flat]
    slopes = [1.0 if v > 0 else alpha * math.exp(v) for v in flat]
    dtype = _as_float(x).dtype
    return (
        torch.tensor(values, dtype=dtype).reshape(x.shape),
        torch.tensor(slopes, dtype=dtype).reshape(x.shape),
    )


@alternative("selu")
def constants_multiplied_out(x):
    x = _as_float(x)
    both = SELU_SCALE * SELU_ALPHA
    value = torch.where(x > 0, SELU_SCALE * x, both * torch.expm1(x))
    one = torch.ones_like(x)
    return value, torch.where(x > 0, SELU_SCALE * one, both * torch.exp(x))


# The tests


@probe
def results_and_argument(student, name, x, parameters):
    return getattr(student, name)(x, *parameters), x


@title("ReLU: values, and derivatives with 0 at 0", zh="ReLU：函数值，以及在 0 处取 0 的导数")
@points(2)
def test_relu(student, rand, reference):
    x = torch.cat([rand(7), torch.zeros(1)]) * 3
    close(student.relu(x), reference(by_autograd, "relu", x))


@title("Leaky ReLU with several slopes", zh="不同斜率的 leaky ReLU")
@points(3)
def test_leaky_relu(student, rand, reference):
    x = torch.cat([rand(7) * 3, torch.zeros(1)])
    close(student.leaky_relu(x), reference(by_autograd, "leaky_relu", x))
    for low, high in [(0.1, 0.5), (1.5, 3), (-0.9, -0.3)]:
        slope = rand.uniform(low, high, 1).item()
        close(student.leaky_relu(x, slope), reference(by_autograd, "leaky_relu", x, slope))


@title("ELU with several values of alpha", zh="不同 alpha 的 ELU")
@points(3)
def test_elu(student, rand, reference):
    x = torch.cat([rand(7) * 2, torch.zeros(1)])
    close(student.elu(x), reference(by_autograd, "elu", x))
    for low, high in [(0.2, 0.8), (1.5, 3)]:
        alpha = rand.uniform(low, high, 1).item()
        close(student.elu(x, alpha), reference(by_autograd, "elu", x, alpha))


@title("SELU", zh="SELU")
@points(2)
def test_selu(student, rand, reference):
    x = torch.cat([rand(7) * 2, torch.zeros(1)])
    close(student.selu(x), reference(by_autograd, "selu", x))


@title("Large numbers: nothing becomes NaN", zh="很大的数：不出现 NaN")
@cases("name", FUNCTIONS)
def test_large(student, rand, reference, name):
    x = rand.uniform(100, 10_000, 3)
    x = torch.cat([x, -x])
    close(getattr(student, name)(x), reference(by_autograd, name, x))


@title("ELU keeps its digits near 0", zh="ELU 在 0 附近不丢有效数字")
def test_near_zero(student, rand, reference):
    for scale in (1e-6, 1e-8):
        x = rand.uniform(-1, -0.1, 6) * scale
        close(student.elu(x), reference(by_autograd, "elu", x))


@title("Whole numbers are computed as float32", zh="整数按 float32 计算")
@cases("name", FUNCTIONS)
def test_integers(student, rand, reference, name):
    # Each of the numbers from -4 to 4 once: 0 is among them, and negative ones are.
    x = rand.perm(9) - 4
    parameters = rand.uniform(0.2, 0.8, 1).tolist() if name in ("leaky_relu", "elu") else []
    close(
        getattr(student, name)(x, *parameters),
        reference(by_autograd, name, x, *parameters),
    )


@title("Any shape, float64, and x stays as it was", zh="任意形状、float64，并且不改动 x")
@hidden(
    "A single number, an empty tensor and a transposed matrix are tensors, too; float64 stays "
    "float64; and the caller's x is not yours to write to.",
    zh="单个数、空张量、转置的矩阵也都是张量；float64 保持 float64；调用者的 x 不能写。",
)
@cases("name", FUNCTIONS)
def test_shapes(student, rand, reference, name):
    for x in (
        rand(5, 3, dtype=torch.float64).T,
        -rand(1, dtype=torch.float64)[0].abs(),
        torch.empty(0, 2),
        rand(2, 1, 3),
    ):
        expected = reference(by_autograd, name, x)
        close(student.run(results_and_argument, name, x, []), (expected, x), dtype=True)
