"""Softmax and its logarithm along any axis: large logits, masked ones, and their gradients."""

import torch

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

pytestmark = forbids(
    "softmax",
    "log_softmax",
    "softmin",
    "aten._softmax",
    "aten._log_softmax",
    "logsumexp",
    "logcumsumexp",
)

FUNCTIONS = ["softmax", "log_softmax"]
# Near 10,000, float32 numbers are 0.001 apart: x - (max + log(sum)) is off by half of that.
LARGE_ATOL = 5e-3


# What goes wrong with softmax


@misconception(
    "softmax",
    "exp overflows: from 89 on it is inf in float32 and inf / inf is NaN, and far below 0 the whole "
    "sum is 0. A number subtracted from all logits of a line changes no probability; find the one "
    "that makes both impossible.",
    zh="exp 溢出了：float32 里从 89 起它就是 inf，inf / inf 等于 NaN；远小于 0 时总和又全是 0。"
    "同一条上的 logits 同减一个数，概率不变；找出能让两种情况都不发生的那个数。",
)
def nothing_subtracted(x, dim):
    e = torch.exp(x)
    return e / e.sum(dim=dim, keepdim=True)


@misconception(
    "softmax",
    "The largest logit of the whole tensor was subtracted. A line that lies far below it still "
    "underflows to 0 / 0 = NaN; each line needs its own maximum.",
    zh="减去的是整个张量的最大 logit。远低于它的那一条仍会下溢成 0 / 0 = NaN；每一条要减自己的最大值。",
)
def one_maximum_for_all(x, dim):
    e = torch.exp(x - x.max())
    return e / e.sum(dim=dim, keepdim=True)


@misconception(
    "softmax",
    "What was subtracted is not the maximum but the mean or the minimum of the line. What is left "
    "can still be large, and exp overflows; with a -inf among the logits all becomes NaN.",
    zh="减去的不是这一条的最大值，而是平均值或最小值。剩下的数仍可能很大，exp 照样溢出；"
    "只要有一个 −inf，就全成了 NaN。",
)
def mean_subtracted(x, dim):
    e = torch.exp(x - x.mean(dim=dim, keepdim=True))
    return e / e.sum(dim=dim, keepdim=True)


@misconception(
    "softmax",
    "The logits were clamped. Nothing overflows, but all beyond the bound become equal, and "
    "softmax depends on nothing but their differences.",
    zh="你截断了 logits。溢出是没有了，但超出界限的全都变成一样，而 softmax 只取决于它们之间的差。",
)
def logits_clamped(x, dim):
    e = torch.exp(x.clamp(-80, 80))
    return e / e.sum(dim=dim, keepdim=True)


@misconception(
    "softmax",
    "dim made no difference: the last axis was normalised. Along dim the probabilities must sum "
    "to 1.",
    zh="dim 没有起作用：归一化的总是最后一个轴。沿着 dim 的概率之和才应当是 1。",
)
def always_the_last_axis(x, dim):
    e = torch.exp(x - x.amax(dim=-1, keepdim=True))
    return e / e.sum(dim=-1, keepdim=True)


@misconception(
    "softmax",
    "The first axis was normalised whatever dim says. Along dim the probabilities must sum to 1.",
    zh="不管 dim 是几，归一化的总是第一个轴。沿着 dim 的概率之和才应当是 1。",
)
def always_the_first_axis(x, dim):
    e = torch.exp(x - x.amax(dim=0, keepdim=True))
    return e / e.sum(dim=0, keepdim=True)


@misconception(
    "softmax",
    "All numbers of the tensor together sum to 1. Each line along dim is a distribution of its own, "
    "with a sum of its own.",
    zh="整个张量的数加起来才等于 1。沿 dim 的每一条各自是一个分布，要除以自己的和。",
)
def one_sum_for_all(x, dim):
    e = torch.exp(x - x.amax(dim=dim, keepdim=True))
    return e / e.sum()


@misconception(
    "softmax",
    "The axis was lost in the sum (or in the maximum), so that broadcasting aligns what is left with "
    "the wrong axis: silently for equal sizes, with an error for others.",
    zh="求和（或求最大值）时丢掉了那个轴，剩下的轴在广播时对错了位置：大小相等时不声不响地算错，"
    "不等时报错。",
)
def axis_lost_in_the_sum(x, dim):
    e = torch.exp(x - x.amax(dim=dim, keepdim=True))
    return e / e.sum(dim=dim)


@misconception(
    "softmax",
    "The logits were divided by their sum without taking exp: negative logits give negative "
    "“probabilities”.",
    zh="没有取 exp，直接把 logits 除以总和：负的 logits 会得到负的“概率”。",
)
def divided_by_the_sum(x, dim):
    return x / x.sum(dim=dim, keepdim=True)


@misconception(
    "softmax",
    "This is the softmax of -x: the smallest logit gets the largest probability. Look at the order "
    "of the difference from the maximum.",
    zh="这是 −x 的 softmax：最小的 logit 反而得到最大的概率。看看与最大值相减时的先后次序。",
)
def sign_turned(x, dim):
    e = torch.exp(x.amin(dim=dim, keepdim=True) - x)
    return e / e.sum(dim=dim, keepdim=True)


@misconception(
    "softmax",
    "The values are right, but the maximum was subtracted in place, and x belongs to the caller.",
    zh="数值是对的，但最大值是原地减去的，而 x 是调用者的。",
)
def shifted_in_place(x, dim):
    with torch.no_grad():
        x -= x.amax(dim=dim, keepdim=True)
    e = torch.exp(x)
    return e / e.sum(dim=dim, keepdim=True)


@misconception(
    "softmax",
    "The result of float64 logits has float32 digits only (or the dtype of float32): half of them "
    "were lost on the way.",
    zh="对 float64 的 logits，结果却只有 float32 的精度（或 dtype）：途中丢掉了一半的有效数字。",
)
def always_float32(x, dim):
    x = x.float()
    e = torch.exp(x - x.amax(dim=dim, keepdim=True))
    return e / e.sum(dim=dim, keepdim=True)


@misconception(
    "softmax",
    "The values are right, but the result has no history: on the way it was cut off from x, by "
    "detach, no_grad, numpy or a new tensor made of numbers.",
    zh="函数值是对的，但结果不带历史：途中它与 x 断开了，可能是 detach、no_grad、numpy，"
    "或者由数值新建了张量。",
)
def cut_off(x, dim):
    x = x.detach()
    e = torch.exp(x - x.amax(dim=dim, keepdim=True))
    return e / e.sum(dim=dim, keepdim=True)


@misconception(
    "softmax",
    "The sum was taken for a constant: detached or computed under no_grad. The values are right, "
    "but each logit moves all probabilities through the denominator, and this part of the gradient "
    "is missing.",
    zh="分母被当成了常数：它经过 detach，或是在 no_grad 下算出的。数值是对的，"
    "但每个 logit 都会通过分母牵动所有的概率，这一部分梯度缺了。",
)
def denominator_cut_off(x, dim):
    e = torch.exp(x - x.amax(dim=dim, keepdim=True).detach())
    return e / e.sum(dim=dim, keepdim=True).detach()


# What goes wrong with log softmax


@misconception(
    "log_softmax",
    "The logarithm was taken of softmax. Where that is too small for its dtype it is 0, and "
    "log(0) = -inf, or NaN in the gradient. On paper, the logarithm of exp(x) cancels: take it "
    "before anything can become 0.",
    zh="你对 softmax 的结果取了对数。概率小到存不下时就是 0，log(0) = −inf，梯度还会是 NaN。"
    "在纸上，exp(x) 的对数可以消掉：应当在任何东西变成 0 之前就这样做。",
)
def logarithm_of_softmax(x, dim):
    return torch.log(softmax(x, dim))


@misconception(
    "log_softmax",
    "A small number was added to softmax (or it was clamped) before the logarithm. No -inf, but "
    "no number can be lower than the logarithm of that small number either, where -500 may be "
    "right.",
    zh="取对数之前给 softmax 加了（或截到了）一个很小的数。−inf 没有了，"
    "可任何结果也不会低于这个小数的对数，而正确答案可能是 −500。",
)
def small_number_added(x, dim):
    return torch.log(softmax(x, dim) + 1e-9)


@misconception(
    "log_softmax",
    "x - log(sum(exp(x))) is the right formula, but as written exp overflows for large x, and for "
    "very negative x the sum is 0. Take the maximum of the line out of the logarithm first.",
    zh="x − log(Σ exp(x)) 公式没错，但这样写，x 很大时 exp 会溢出，x 很小时总和是 0。"
    "先把这一条的最大值从对数里提出来。",
)
def sum_of_large_exponentials(x, dim):
    return x - torch.log(torch.exp(x).sum(dim=dim, keepdim=True))


@misconception(
    "log_softmax",
    "The largest logit of the whole tensor was subtracted. In a line far below it the sum of exp is "
    "0 and its logarithm -inf; each line needs its own maximum.",
    zh="减去的是整个张量的最大 logit。远低于它的那一条，exp 的和是 0，对数是 −inf；"
    "每一条要减自己的最大值。",
)
def log_with_one_maximum(x, dim):
    shifted = x - x.max()
    return shifted - torch.log(torch.exp(shifted).sum(dim=dim, keepdim=True))


@misconception(
    "log_softmax",
    "The maximum was used inside the sum and not outside: x - log(sum(exp(x - max))) is too large "
    "by the maximum.",
    zh="最大值只在求和里减了，外面没有：x − log(Σ exp(x − max)) 大了一个最大值。",
)
def maximum_only_inside(x, dim):
    shifted = x - x.amax(dim=dim, keepdim=True)
    return x - torch.log(torch.exp(shifted).sum(dim=dim, keepdim=True))


@misconception(
    "log_softmax",
    "Only the maximum was subtracted; the logarithm of the sum is missing. Check: exp of the result "
    "must sum to 1.",
    zh="只减了最大值，少了总和的对数。检验办法：结果取 exp 之后，和必须是 1。",
)
def sum_forgotten(x, dim):
    return x - x.amax(dim=dim, keepdim=True)


@misconception(
    "log_softmax",
    "The sign is turned: this is -log(p), which is positive. A probability is at most 1, so its "
    "logarithm is at most 0.",
    zh="符号反了：这是 −log(p)，是正数。概率不超过 1，对数就不超过 0。",
)
def negative_logarithm(x, dim):
    shifted = x - x.amax(dim=dim, keepdim=True)
    return torch.log(torch.exp(shifted).sum(dim=dim, keepdim=True)) - shifted


@misconception(
    "log_softmax",
    "dim made no difference: the last axis was normalised.",
    zh="dim 没有起作用：归一化的总是最后一个轴。",
)
def log_along_the_last_axis(x, dim):
    shifted = x - x.amax(dim=-1, keepdim=True)
    return shifted - torch.log(torch.exp(shifted).sum(dim=-1, keepdim=True))


@misconception(
    "log_softmax",
    "The logarithm has another base: the results are those of log2 or log10. Softmax is made with "
    "e, and log softmax with the natural logarithm.",
    zh="对数的底不对：结果是 log2 或 log10 的。softmax 用的是 e，log softmax 用的就是自然对数。",
)
def binary_logarithm(x, dim):
    shifted = x - x.amax(dim=dim, keepdim=True)
    natural = shifted - torch.log(torch.exp(shifted).sum(dim=dim, keepdim=True))
    return natural / torch.log(torch.tensor(2.0, dtype=x.dtype))


# Other right answers


@alternative("softmax")
def exp_of_the_logarithm(x, dim):
    return torch.exp(log_softmax(x, dim))


@alternative("softmax")
def line_by_line(x, dim):
    moved = x.movedim(dim, -1)
    lines = [
        torch.exp(line - line.max()) / torch.exp(line - line.max()).sum()
        for line in moved.reshape(-1, moved.shape[-1])
    ]
    result = torch.stack(lines) if lines else moved.reshape(-1, moved.shape[-1])
    return result.reshape(moved.shape).movedim(-1, dim)


@alternative("softmax")
def one_over_sums_of_differences(x, dim):
    moved = x.movedim(dim, -1)
    safe = moved.masked_fill(moved == -torch.inf, -1e5)
    differences = safe.unsqueeze(-2) - safe.unsqueeze(-1)
    # Beyond 80 the answer is 0 as far as float32 is concerned, and nothing may be infinite.
    p = 1 / torch.exp(differences.clamp(max=80)).sum(dim=-1)
    return p.movedim(-1, dim)


@alternative("log_softmax")
def maximum_and_logarithm_together(x, dim):
    largest = x.max(dim=dim, keepdim=True).values.detach()
    return x - (largest + (x - largest).exp().sum(dim, keepdim=True).log())


@alternative("log_softmax")
def pairwise(x, dim):
    total = None
    for part in x.unbind(dim):
        total = part if total is None else torch.logaddexp(total, part)
    return x - total.unsqueeze(dim)


# The tests


@probe
def gradient(student, name, x, dim, weight):
    x.requires_grad_()
    y = getattr(student, name)(x, dim)
    if not y.requires_grad:
        return {"value": y, "gradient": torch.zeros_like(x)}
    # Without a gradient from outside, whose first use in a process imports for 0.4 s.
    (y.masked_fill(y == -torch.inf, 0) * weight).sum().backward()
    return {"value": y.detach(), "gradient": x.grad}


@probe
def result_and_argument(student, name, x, dim):
    return getattr(student, name)(x, dim), x


def expected(name, x, dim):
    return getattr(torch, name)(x, dim)


def expected_gradient(name, x, dim, weight):
    x = x.clone().requires_grad_()
    y = getattr(torch, name)(x, dim)
    total = (y.masked_fill(y == -torch.inf, 0) * weight).sum()
    return {"value": y.detach(), "gradient": torch.autograd.grad(total, x)[0]}


def around(rand, *centres):
    """Rows around these numbers."""
    return torch.stack([rand(5) + centre for centre in centres])


@title("A matrix, along both axes", zh="矩阵，沿两个轴")
@points(2)
@cases("name", FUNCTIONS)
def test_matrix(student, rand, name):
    # Equal sizes first: there, axes that are confused run without an error.
    for x in (rand(4, 4) * 2, rand(3, 5) * 2):
        for dim in (1, 0):
            close(getattr(student, name)(x, dim), expected(name, x, dim))


@title("Any number of axes, any dim", zh="任意多个轴，任意的 dim")
@points(2)
@cases("name", FUNCTIONS)
def test_any_axis(student, rand, name):
    x = rand(2, 3, 4)
    for dim in (1, -1, -3):
        close(getattr(student, name)(x, dim), expected(name, x, dim))
    x = rand(6)
    close(getattr(student, name)(x, 0), expected(name, x, 0))


@title("Lines around 10,000 and around -10,000", zh="10000 附近和 −10000 附近的各条")
@points(2)
@cases("name", FUNCTIONS)
def test_large(student, rand, name):
    rows = around(rand, 9900, -9900, 0)
    for x, dim in ((rows, 1), (rows.T, 0)):
        close(getattr(student, name)(x, dim), expected(name, x, dim), atol=LARGE_ATOL)
    x = rand.uniform(-1, 1, 3, 4) * 9000
    close(getattr(student, name)(x, 1), expected(name, x, 1))


@title("Logits far apart: the logarithm keeps its digits", zh="logits 相差很远：对数不丢有效数字")
@points(2)
def test_small_probabilities(student, rand):
    x = rand(3, 4)
    for low, high in [(-60, -30), (-900, -200)]:
        x[:, 1:3] = rand.uniform(low, high, 3, 2)
        close(student.log_softmax(x, 1), expected("log_softmax", x, 1))


@title("Masked entries: -inf", zh="屏蔽的位置：−inf")
@points(2)
@cases("name", FUNCTIONS)
def test_masked(student, rand, name):
    x = rand(4, 5) * 2
    x[0, 1:] = -torch.inf
    x[1, 0] = x[2, 3] = x[3, 1] = -torch.inf
    x[3] += 500
    close(getattr(student, name)(x, 1), expected(name, x, 1), atol=1e-3)


@title("The gradient that autograd finds", zh="autograd 求得的梯度")
@points(2)
@cases("name", FUNCTIONS)
def test_gradient(student, rand, name):
    x, weight = rand(3, 4), rand(3, 4)
    wanted = expected_gradient(name, x, 0, weight)
    close(student.run(gradient, name, x, 0, weight), wanted)
    x = around(rand, 9900, -9900, 0)
    x[0, 2] = x[2, 4] = -torch.inf
    weight = rand(3, 5)
    wanted = expected_gradient(name, x, 1, weight)
    close(student.run(gradient, name, x, 1, weight), wanted, atol=LARGE_ATOL)


@title(
    "float64, a single class, no line at all; x unchanged",
    zh="float64、只有一个类别、一条也没有；不改动 x",
)
@hidden(
    "float64 keeps its digits; with one class its probability is 1; a batch of no rows gives a "
    "result of no rows; and x is the caller's.",
    zh="float64 不丢精度；只有一个类别时概率是 1；零行的批量得到零行的结果；x 是调用者的。",
)
@cases("name", FUNCTIONS)
def test_shapes(student, rand, name):
    for x, dim in (
        (rand(5, 3, dtype=torch.float64).T, 0),
        (rand(3, 1), 1),
        (torch.empty(0, 4), 1),
        (rand(2, 1, 3), -2),
    ):
        close(
            student.run(result_and_argument, name, x, dim),
            (expected(name, x, dim), x),
            dtype=True,
        )
