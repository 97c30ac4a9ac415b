"""where: the branch that isn't chosen may spoil neither the result nor the gradient."""

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
    "choose",
    "a and b were swapped. The first of the two is taken where the condition is true.",
    zh="a 和 b 弄反了。条件为真时取两者中的前一个。",
)
def branches_swapped(condition, a, b):
    condition, a, b = torch.broadcast_tensors(condition, a, b)
    result = a.clone()
    result[condition] = b[condition]
    return result


@misconception(
    "choose",
    "The mask was multiplied: 0 times nan and 0 times inf are nan, so what isn't chosen spoils the "
    "result all the same. Choose, don't calculate.",
    zh="用掩码作了乘法：0 乘 nan、0 乘 inf 都是 nan，没选中的照样毁掉结果。应当挑选，而不是计算。",
)
def mask_multiplied(condition, a, b):
    keep = condition.to(a.dtype)
    return (keep * a + (1 - keep) * b).to(a.dtype)


@misconception(
    "choose",
    "It was chosen by multiplication with the mask. 0 times nan is nan, and 0 times inf, too: what "
    "isn't chosen comes through.",
    zh="是用掩码相乘来选的。0 乘 nan 是 nan，0 乘 inf 也是 nan：没选中的元素混了进来。",
)
def boolean_multiplied(condition, a, b):
    return condition * a + ~condition * b


@misconception(
    "choose",
    "The result has the shape of the condition alone, or the shapes didn't fit. All three are "
    "broadcast with each other, and any of them may be the small one.",
    zh="结果只用了 condition 的形状，或者形状对不上。三者要一起广播，其中哪一个都可能是小的。",
)
def shape_of_the_condition(condition, a, b):
    result = b.expand(condition.shape).clone()
    result[condition] = a.expand(condition.shape)[condition]
    return result


@misconception(
    "choose",
    "b was overwritten. Write into a copy of it.",
    zh="b 被改写了。应当写进它的副本。",
)
def written_into_b(condition, a, b):
    shape = torch.broadcast_shapes(condition.shape, a.shape, b.shape)
    condition, a = condition.expand(shape), a.expand(shape)
    result = b if b.shape == shape else b.expand(shape).clone()
    result[condition] = a[condition]
    return result


@misconception(
    "choose",
    "Only the chosen entries came back, one after the other. Every place of the result gets a "
    "number, from a or from b.",
    zh="只返回了选中的元素，一个接一个。结果的每个位置都应当有数，不是来自 a 就是来自 b。",
)
def chosen_in_one_row(condition, a, b):
    condition, a, b = torch.broadcast_tensors(condition, a, b)
    return torch.cat([a[condition], b[~condition]])


@misconception(
    "safe_log",
    "The values are right, but the gradient is nan at 0. Both branches are computed, and the one "
    "not chosen gets the gradient 0; the derivative of log at 0 is infinite, and 0 times inf is "
    "nan. The bad entry must be replaced before log sees it.",
    zh="数值对了，但在 0 处梯度是 nan。两个分支都会计算，没选中的那个得到的梯度是 0；而 log 在 0 处的导数是无穷大，"
    "0 乘无穷大就是 nan。坏的元素要在进入 log 之前就换掉。",
)
def log_chosen_afterwards(x):
    return torch.where(x > 0, x.log(), 0.0)


@misconception(
    "safe_log",
    "The mask was multiplied with the logarithms: nan and -inf times 0 are nan.",
    zh="用掩码去乘对数：nan 和 -inf 乘 0 都是 nan。",
)
def log_times_mask(x):
    return x.log() * (x > 0)


@misconception(
    "safe_log",
    "Every entry was moved by a small number, or raised to it. The result for an entry that isn't "
    "positive is then the logarithm of that small number, and not 0.",
    zh="每个元素都加上了一个很小的数，或者被提升到了这个数。这样，非正的元素得到的是那个小数的对数，而不是 0。",
)
def log_of_clamped(x):
    return x.clamp(min=1e-8).log()


@misconception(
    "safe_log",
    "0 was let through to the logarithm, which makes it -inf. The condition is x > 0.",
    zh="0 被放进了对数里，得到 -inf。条件应当是 x > 0。",
)
def zero_let_through(x):
    return torch.where(x >= 0, torch.where(x >= 0, x, 1.0).log(), 0.0)


@misconception(
    "safe_log",
    "The sign was dropped, so negative entries got a logarithm, too. Their result is 0.",
    zh="符号被去掉了，于是负的元素也有了对数。它们的结果应当是 0。",
)
def log_of_the_absolute(x):
    return torch.where(x == 0, 1.0, x).abs().log()


@misconception(
    "safe_log",
    "The values are right, but no gradient reaches x: detach, item or no_grad cut it off on the "
    "way.",
    zh="数值对了，但梯度传不到 x：途中被 detach、item 或 no_grad 切断了。",
)
def log_cut_off(x):
    return torch.where(x > 0, x.detach(), 1.0).log()


@misconception(
    "safe_log",
    "Entries that aren't positive became 1 and stayed it: after the logarithm the result there "
    "has to be 0.",
    zh="非正的元素变成 1 之后就一直是 1：取过对数之后，那里的结果应当是 0。",
)
def one_kept(x):
    return torch.where(x > 0, torch.where(x > 0, x, 1.0).log(), 1.0)


@misconception(
    "safe_div",
    "The values are right, but the gradients are nan where b is 0. The quotient not chosen gets the "
    "gradient 0, and its own rule divides that by b once more: 0/0. The zero must be replaced "
    "before the division.",
    zh="数值对了，但在 b 为 0 处梯度是 nan。没选中的商得到的梯度是 0，而它自己的求导规则还要再除以 b：0/0。"
    "应当在相除之前就把零换掉。",
)
def quotient_chosen_afterwards(a, b):
    return torch.where(b == 0, 0.0, a / b)


@misconception(
    "safe_div",
    "A small number was added to the denominator. This changes every quotient a little, and where b "
    "is 0 it gives a huge number, not 0.",
    zh="分母加上了一个很小的数。这样每个商都有一点偏差，而在 b 为 0 处得到的是一个很大的数，不是 0。",
)
def small_number_added(a, b):
    return a / (b + 1e-8)


@misconception(
    "safe_div",
    "Only positive denominators were divided by. Negative ones are fine, too: what is to be left "
    "out is 0.",
    zh="只有分母为正时才作除法。负的分母同样没有问题：要排除的只是 0。",
)
def positive_denominators_only(a, b):
    return torch.where(b > 0, a / torch.where(b > 0, b, 1.0), 0.0)


@misconception(
    "safe_div",
    "Where b is 0 the result is a: the denominator was replaced by 1, and the result was not "
    "replaced.",
    zh="b 为 0 处的结果是 a：分母换成了 1，结果却没有换。",
)
def divided_by_one(a, b):
    return a / torch.where(b == 0, 1.0, b)


@misconception(
    "safe_div",
    "The mask was multiplied with the quotients: inf and nan times 0 are nan.",
    zh="用掩码去乘商：inf 和 nan 乘 0 都是 nan。",
)
def quotient_times_mask(a, b):
    return a / b * (b != 0)


@misconception(
    "safe_div",
    "The values are right, but no gradient reaches b: it was cut off by detach or no_grad.",
    zh="数值对了，但梯度传不到 b：被 detach 或 no_grad 切断了。",
)
def denominator_cut_off(a, b):
    b = b.detach()
    return torch.where(b == 0, 0.0, a / torch.where(b == 0, 1.0, b))


# Other right answers


@alternative("choose")
def by_stacking(condition, a, b):
    condition, a, b = torch.broadcast_tensors(condition, a, b)
    both = torch.stack([b.reshape(-1), a.reshape(-1)])
    chosen = both[condition.reshape(-1).long(), torch.arange(condition.numel())]
    return chosen.reshape(condition.shape)


@alternative("choose")
def by_masked_scatter(condition, a, b):
    condition, a, b = torch.broadcast_tensors(condition, a, b)
    return b.clone().masked_scatter(condition, a[condition])


@alternative("safe_log")
def log_of_one_is_zero(x):
    return x.masked_fill(x <= 0, 1).log()


@alternative("safe_log")
def written_where_positive(x):
    result = torch.zeros_like(x)
    result[x > 0] = x[x > 0].log()
    return result


@alternative("safe_div")
def written_where_not_zero(a, b):
    a, b = torch.broadcast_tensors(a, b)
    good = b != 0
    return torch.zeros_like(b).index_put((good,), a[good] / b[good])


@alternative("safe_div")
def numerator_set_to_zero(a, b):
    zero = b == 0
    return torch.where(zero, 0.0, a) / torch.where(zero, 1.0, b)


# The tests


@probe
def chosen(student, condition, a, b):
    return student.choose(condition, a, b), condition, a, b


@probe
def log_and_gradient(student, x, weight):
    x.requires_grad_()
    result = student.safe_log(x)
    if result.requires_grad:
        (weight * result).sum().backward()
    return result.detach(), torch.zeros_like(x) if x.grad is None else x.grad


@probe
def quotient_and_gradients(student, a, b, weight):
    a.requires_grad_()
    b.requires_grad_()
    result = student.safe_div(a, b)
    if result.requires_grad:
        (weight * result).sum().backward()
    return result.detach(), *(torch.zeros_like(v) if v.grad is None else v.grad for v in (a, b))


@probe
def divided(student, a, b):
    return student.safe_div(a, b), a, b


def log_expected(x, weight):
    good = x > 0
    zeros = torch.zeros_like(x)
    return zeros.masked_scatter(good, x[good].log()), zeros.masked_scatter(good, (weight / x)[good])


def quotient_expected(a, b, weight):
    """The quotient, and the weighted derivatives, summed over what was broadcast."""
    wide_a, wide_b = torch.broadcast_tensors(a, b)
    good, harmless = wide_b != 0, torch.where(wide_b == 0, 1.0, wide_b)
    quotient, by_a = good * wide_a / harmless, good * weight / harmless
    by_b = -by_a * wide_a / harmless
    return quotient, by_a.sum_to_size(a.shape), by_b.sum_to_size(b.shape)


@title("choose: from a where true, from b where false", zh="choose：真处取 a，假处取 b")
@points(2)
@forbids("where")
def test_choose(student, rand):
    for shape in [(3, 4), (9,)]:
        condition, a, b = rand.bools(*shape), rand(*shape), rand(*shape)
        expected = torch.where(condition, a, b)
        close(student.run(chosen, condition, a, b), (expected, condition, a, b))


@title("choose: all three are broadcast", zh="choose：三者一起广播")
@points(2)
@forbids("where")
def test_choose_broadcast(student, rand):
    for shapes in [
        ((4, 1), (4, 5), (5,)),
        ((3,), (2, 3), ()),
        ((), (3, 1), (4,)),
        ((2, 3), (3,), ()),
    ]:
        condition, a, b = rand.bools(*shapes[0]), rand(*shapes[1]), rand(*shapes[2])
        close(student.choose(condition, a, b), torch.where(condition, a, b))


@title("choose: nan and inf in what isn't chosen", zh="choose：没选中的里面有 nan 和 inf")
@points(2)
@forbids("where")
def test_choose_nan(student, rand):
    condition = torch.tensor([True, False, True, False, True, False])
    a, b = rand(6), rand(6)
    a[1], a[3], b[2], b[4] = torch.nan, torch.inf, torch.nan, -torch.inf
    a[0] = torch.inf
    close(student.choose(condition, a, b), torch.where(condition, a, b))


@title(
    "choose: other dtypes, no entries, transposed input",
    zh="choose：其他 dtype、没有元素、转置的输入",
)
@hidden(
    "Whole numbers, booleans and float64 keep their dtype, large whole numbers every digit.",
    zh="整数、布尔值和 float64 都保持 dtype；很大的整数一位也不能变。",
)
@forbids("where")
def test_choose_edges(student, rand):
    condition = rand.bools(4, 3).T
    large = rand.ints(2**60, 2**61, 3, 4)
    for a, b in [
        (large, -large - 7),
        (rand.bools(3, 4), rand.bools(3, 4)),
        (rand(3, 4, dtype=torch.float64), rand(4, 3, dtype=torch.float64).T),
    ]:
        close(student.choose(condition, a, b), torch.where(condition, a, b), dtype=True)
    close(student.choose(condition[:0], large[:0], large[0]), large[:0], dtype=True)


@title(
    "safe_log: values and gradients, at 0 and below, too", zh="safe_log：数值与梯度，包括 0 和负数"
)
@points(3)
def test_log(student, rand):
    x, weight = rand(3, 4), rand(3, 4)
    x[0, 1], x[2, 3], x[1, 0], x[1, 1] = 0.0, 0.0, 2.5, -1.5
    close(student.run(log_and_gradient, x, weight), log_expected(x, weight))


@title(
    "safe_log: tiny numbers, double precision, nothing positive",
    zh="safe_log：极小的数、双精度、没有正数",
)
@hidden(
    "A positive number is positive however small it is: 1e-30 has a logarithm.",
    zh="正数再小也是正数：1e-30 也有对数。",
)
def test_log_edges(student, rand):
    x = torch.tensor([1e-30, 1e-12, 1e30, 0.0, 1.0])
    weight = rand(5)
    close(student.run(log_and_gradient, x, weight)[0], log_expected(x, weight)[0])
    x, weight = torch.tensor([1e-6, 0.5, 0.0]), rand(3)
    close(student.run(log_and_gradient, x, weight), log_expected(x, weight))
    x, weight = torch.tensor([torch.inf, -torch.inf, 2.0]), rand(3)
    close(student.run(log_and_gradient, x, weight), log_expected(x, weight))
    for shape in [(5,), (), (0, 2)]:
        x, weight = rand(*shape, dtype=torch.float64), rand(*shape, dtype=torch.float64)
        for y in (x, -x.abs(), 0 * x):
            close(student.run(log_and_gradient, y, weight), log_expected(y, weight), dtype=True)


@title(
    "safe_div: values and gradients, where b is 0, too", zh="safe_div：数值与梯度，包括 b 为 0 处"
)
@points(3)
def test_div(student, rand):
    a, b, weight = rand(3, 4), rand(3, 4), rand(3, 4)
    b[0, 1], b[2, 3], b[1, 1] = 0.0, 0.0, 0.0
    b[1, 0] = -1.5
    a[1, 1], a[2, 0] = 0.0, 0.0
    close(student.run(quotient_and_gradients, a, b, weight), quotient_expected(a, b, weight))


@title(
    "safe_div: broadcasting, double precision, small denominators",
    zh="safe_div：广播、双精度、很小的分母",
)
@hidden(
    "A denominator of 1e-12 isn't 0. And both a and b may be the small one in broadcasting.",
    zh="分母是 1e-12 并不等于 0。另外，广播时 a 和 b 都可能是小的那个。",
)
def test_div_edges(student, rand):
    for one, other in [((3, 4), (4,)), ((4,), (3, 1)), ((), (5,)), ((2, 3), ())]:
        a, b = rand(*one, dtype=torch.float64), rand(*other, dtype=torch.float64)
        if b.dim():
            b.view(-1)[0] = 0
        weight = rand(*torch.broadcast_shapes(one, other), dtype=torch.float64)
        expected = quotient_expected(a, b, weight)
        close(student.run(quotient_and_gradients, a, b, weight), expected, dtype=True)
    a, b = rand(2), torch.tensor([1e-12, -1e-12])
    close(student.safe_div(a, b), a / b)
    a, b = rand(3), torch.tensor([0.0, 2.0, 0.0])
    close(student.run(divided, a, b), (torch.stack([a[0] * 0, a[1] / 2, a[2] * 0]), a, b))
