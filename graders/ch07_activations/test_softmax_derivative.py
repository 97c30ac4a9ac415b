"""Softmax: every probability depends on every logit, and the Jacobian says how.

J = diag(p) - p p^T. It is symmetric and its rows sum to 0. Multiplying by it needs no J.
"""

# Wrong and alternative answers run inside the solution's module and use its names.

import torch

from torchgrade.authoring import (
    alternative,
    close,
    forbids,
    grows_like,
    hidden,
    inputs,
    misconception,
    naive,
    points,
    probe,
    refuses,
    slowdown,
    text,
    timed,
    title,
    uniform,
)

# The derivative is the student's to write. These are the ways into automatic differentiation,
# forward mode's too; the last three are finished derivatives, in the first of which the others end.
pytestmark = forbids(
    "requires_grad_",
    "backward",
    "autograd.grad",
    "_make_dual",
    "_softmax_backward_data",
    "_log_softmax_backward_data",
    "_masked_softmax_backward",
)

# What is added to the logits of a batch of four. The last row has both signs: subtracting its
# mean or its minimum still overflows.
LARGE = torch.tensor([[1.0] * 4, [-1.0] * 4, [0.0] * 4, [1.0, -1.0, 1.0, -1.0]]) * 10_000
# Float32 numbers near 10,000 are 0.001 apart, so log(sum(exp(x))) is off by half of that, and
# exp(x - log(sum(exp(x)))) is as right as the logits themselves: no more can be asked for.
LARGE_ATOL = 5e-3
# The formula is right to 1e-15 in float64, a difference quotient to 1e-10.
FORMULA = 1e-12
CLASSES = 30_000  # float32: x and v take 120 kB each, the Jacobian 3.6 GB


def jacobian_by_autograd(x):
    x = x.clone().requires_grad_()
    p = torch.softmax(x, dim=-1)
    # Rows of a batch do not depend on each other: the gradient of their sum is that of each.
    rows = [
        torch.autograd.grad(p[..., i].sum(), x, retain_graph=True)[0] for i in range(x.shape[-1])
    ]
    return torch.stack(rows, dim=-2)


def vjp_by_autograd(x, v):
    # grad(p, x, v) is the same, but its first call in a process imports for 0.4 s.
    x = x.clone().requires_grad_()
    return torch.autograd.grad((torch.softmax(x, dim=-1) * v).sum(), x)[0]


# Mistakes: the probabilities (in both functions)


@misconception(
    "_probabilities",
    "You take the logits x for probabilities. The formula is in terms of p = softmax(x), so the "
    "softmax must be computed first.",
    zh="你把 logits x 当成了概率。公式里的是 p = softmax(x)，要先算 softmax。",
)
def logits_taken_for_probabilities(x):
    return x


@misconception(
    "_probabilities",
    "Your softmax runs down the batch: it makes each class sum to 1 over the samples. The classes "
    "are on the last axis, and each row of the batch is a distribution of its own.",
    zh="你的 softmax 沿着批量方向计算，使得每个类别在各样本上的和为 1。类别在最后一个轴上，批量中"
    "的每一行各自是一个分布。",
)
def softmax_over_the_batch(x):
    return torch.softmax(x, dim=0)


@misconception(
    "_probabilities",
    "You divide by the sum over the whole batch, so that all rows together sum to 1. Each row is "
    "a distribution of its own and has a sum of its own.",
    zh="你除以的是整个批量的总和，于是所有行加起来才等于 1。每一行各自是一个分布，要除以自己那一行"
    "的和。",
)
def one_sum_for_the_batch(x):
    e = torch.exp(x - x.max())
    return e / e.sum()


@misconception(
    "_probabilities",
    "exp overflows to inf from about 89 on in float32 (and far below 0 all terms become 0), and "
    "inf / inf or 0 / 0 is NaN. Subtracting the largest logit of the row first changes no "
    "probability.",
    zh="在 float32 里，logit 超过约 89 时 exp 就溢出成 inf（远小于 0 时则全部变成 0），inf / inf "
    "和 0 / 0 都是 NaN。先减去该行最大的 logit，概率不会改变。",
)
def exp_of_large_logits(x):
    e = torch.exp(x)
    return e / e.sum(dim=-1, keepdim=True)


@misconception(
    "_probabilities",
    "You subtract the largest logit of the whole batch. A row that lies far below it still "
    "underflows to 0 / 0 = NaN: each row needs its own maximum.",
    zh="你减去的是整个批量的最大 logit。远低于它的那一行仍会下溢成 0 / 0 = NaN：每一行要减自己的最"
    "大值。",
)
def maximum_of_the_batch(x):
    e = torch.exp(x - x.max())
    return e / e.sum(dim=-1, keepdim=True)


@misconception(
    "_probabilities",
    "You subtract a number other than the largest logit, such as the mean or the smallest. What "
    "is left can still be far above 0, and exp overflows. Only after subtracting the maximum is "
    "nothing above 0.",
    zh="你减去的不是最大的 logit，而是别的数，例如平均值或最小值。剩下的数仍可能远大于 0，exp 照样"
    "溢出。只有减去最大值，才能保证没有数大于 0。",
)
def mean_subtracted(x):
    e = torch.exp(x - x.mean(dim=-1, keepdim=True))
    return e / e.sum(dim=-1, keepdim=True)


@misconception(
    "_probabilities",
    "You clamp the logits. Nothing overflows, but all logits beyond the bound become equal and "
    "their differences, the only thing that softmax depends on, are lost. Subtract the largest "
    "logit of the row instead: that keeps the differences.",
    zh="你截断了 logits。溢出是没有了，但超出界限的 logit 全都变成一样，它们之间的差也就丢了，而 "
    "softmax 只取决于这些差。应当减去该行最大的 logit，差值保持不变。",
)
def logits_clamped(x):
    e = torch.exp(x.clamp(-80, 80))
    return e / e.sum(dim=-1, keepdim=True)


@misconception(
    "_probabilities",
    "The result is float64 even for float32 logits. Computing in double is fine, but the contract "
    "promises the dtype of x: convert back at the end.",
    zh="即使 logits 是 float32，你的结果也是 float64。用双精度计算没有问题，但按约定结果的 dtype 要"
    "与 x 相同：最后转换回去。",
)
def always_float64(x):
    return torch.softmax(x.double(), dim=-1)


@misconception(
    "_probabilities",
    "The values are right, but you subtract the maximum in place (x -= ...), and x belongs to the "
    "caller: after the call the caller's logits are shifted.",
    zh="数值是对的，但你原地减去了最大值（x -= …），而 x 是调用者的：调用之后，调用者的 logits 就"
    "变了。",
)
def shifts_the_callers_logits(x):
    x -= x.amax(dim=-1, keepdim=True)
    e = torch.exp(x)
    return e / e.sum(dim=-1, keepdim=True)


# Mistakes: the Jacobian


@misconception(
    "softmax_jacobian",
    "Only the diagonal is filled. The probabilities share one denominator: raising a logit lowers "
    "all of the other probabilities, so dp[i]/dx[j] is not 0 for i != j.",
    zh="你只填了对角线。各个概率共用一个分母：某个 logit 升高，其余概率都会下降，所以 i ≠ j 时 "
    "dp[i]/dx[j] 不是 0。",
)
def diagonal_only(x):
    p = _probabilities(x)
    return torch.diag_embed(p * (1 - p))


@misconception(
    "softmax_jacobian",
    "p (1 - p) as one number per class is the derivative of the sigmoid, where each output has "
    "its own input. Every softmax output depends on every logit, which takes a C x C matrix to "
    "write down.",
    zh="每个类别一个 p(1 - p)，那是 sigmoid 的导数：它的每个输出只有自己的一个输入。softmax 的每个"
    "输出都依赖所有的 logit，要用 C×C 的矩阵来写。",
)
def derivative_of_a_sigmoid(x):
    p = _probabilities(x)
    return p * (1 - p)


@misconception(
    "softmax_jacobian",
    "You use p[i] (1 - p[j]) everywhere. The 1 comes from dx[i]/dx[i] and is there only on the "
    "diagonal; elsewhere it is 0 and only -p[i] p[j] is left. Check: each row must sum to 0.",
    zh="你处处用了 p[i](1 - p[j])。其中的 1 来自 dx[i]/dx[i]，只在对角线上才有；别处是 0，只剩 "
    "-p[i] p[j]。检验办法：每一行的和必须是 0。",
)
def one_minus_everywhere(x):
    p = _probabilities(x)
    return p.unsqueeze(-1) * (1 - p.unsqueeze(-2))


@misconception(
    "softmax_jacobian",
    "The sign off the diagonal is wrong. The probabilities sum to 1, so when one rises the others "
    "fall: dp[i]/dx[j] = -p[i] p[j] for i != j. Check: each row must sum to 0.",
    zh="对角线以外的符号错了。概率之和为 1，一个上升，其余就下降：i ≠ j 时 dp[i]/dx[j] = -p[i] "
    "p[j]。检验办法：每一行的和必须是 0。",
)
def positive_off_the_diagonal(x):
    p = _probabilities(x)
    return (torch.diag_embed(p) - p.unsqueeze(-1) * p.unsqueeze(-2)).abs()


@misconception(
    "softmax_jacobian",
    "You add the outer product instead of subtracting it: p[i] p[j] comes from the denominator of "
    "the quotient rule and has a minus sign, on the diagonal as well. Check: each row must sum to "
    "0.",
    zh="外积应当减去，你却加上了：p[i] p[j] 来自商法则中对分母求导的那一项，带负号，对角线上也一"
    "样。检验办法：每一行的和必须是 0。",
)
def outer_product_added(x):
    p = _probabilities(x)
    return torch.diag_embed(p) + p.unsqueeze(-1) * p.unsqueeze(-2)


@misconception(
    "softmax_jacobian",
    "All signs are turned round. Raising a logit raises its own probability, so the diagonal is "
    "positive and the rest negative.",
    zh="所有的符号都反了。logit 升高，它自己的概率也升高，所以对角线为正，其余为负。",
)
def all_signs_turned(x):
    p = _probabilities(x)
    return p.unsqueeze(-1) * p.unsqueeze(-2) - torch.diag_embed(p)


@misconception(
    "softmax_jacobian",
    "Your outer product mixes the batch: p.T @ p sums over the rows, so every sample gets the "
    "same matrix subtracted. Each row needs the outer product of that row with itself.",
    zh="你的外积把批量混在了一起：p.T @ p 对各行求和，于是每个样本减去的是同一个矩阵。每一行需要的"
    "是它自己与自己的外积。",
)
def outer_product_over_the_batch(x):
    p = _probabilities(x)
    rows = p.reshape(-1, p.shape[-1])
    return torch.diag_embed(p) - rows.T @ rows


@misconception(
    "softmax_jacobian",
    "The p pᵀ of the formula is an outer product, a C x C matrix. For a 1-D tensor p.T is p itself "
    "and p @ p.T a single number; for a batch it multiplies rows with other rows. Make p a column "
    "and a row first, with unsqueeze or None.",
    zh="公式中的 p pᵀ 是外积，是 C×C 的矩阵。对一维张量，p.T 就是 p 本身，p @ p.T 只是一个数；对批"
    "量，它则把不同的行乘在了一起。先用 unsqueeze 或 None 把 p 变成一列和一行。",
)
def inner_product(x):
    p = _probabilities(x)
    return torch.diag_embed(p) - p @ p.mT if p.dim() > 1 else torch.diag(p) - p @ p


@misconception(
    "softmax_jacobian",
    "You subtract the outer product from the identity matrix. On the diagonal of J stands p[i] - "
    "p[i]^2, not 1 - p[i]^2: the first term is diag(p). Check: each row must sum to 0.",
    zh="你是用单位矩阵减去外积的。J 的对角线上是 p[i] - p[i]²，而不是 1 - p[i]²：第一项是 "
    "diag(p)。检验办法：每一行的和必须是 0。",
)
def identity_for_diag_p(x):
    p = _probabilities(x)
    identity = torch.eye(x.shape[-1], dtype=x.dtype)
    return identity - p.unsqueeze(-1) * p.unsqueeze(-2)


@misconception(
    "softmax_jacobian",
    "That is the derivative of log softmax: 1 - p[j] on the diagonal and -p[j] elsewhere. For "
    "softmax itself, the row of output i is still to be multiplied by p[i].",
    zh="这是 log softmax 的导数：对角线上是 1 - p[j]，别处是 -p[j]。对 softmax 本身，输出 i 的那一"
    "行还要乘以 p[i]。",
)
def derivative_of_log_softmax(x):
    p = _probabilities(x)
    return torch.eye(x.shape[-1], dtype=x.dtype) - p.unsqueeze(-2)


@misconception(
    "softmax_jacobian",
    "torch.diag makes a matrix from a vector, but from a matrix it reads the diagonal. For a "
    "batch your diag(p) is therefore one short vector, spread over all matrices by broadcasting.",
    zh="torch.diag 由向量造出矩阵，遇到矩阵却是取出它的对角线。所以对于批量，你的 diag(p) 只是一个"
    "短向量，又被广播到了所有矩阵上。",
)
def diag_of_a_matrix(x):
    p = _probabilities(x)
    return torch.diag(p) - p.unsqueeze(-1) * p.unsqueeze(-2)


@misconception(
    "softmax_jacobian",
    "For float64 logits your Jacobian has float32 digits only: half of them are lost on the way. "
    "torch.zeros, and torch.tensor of a list, make float32 unless they are told otherwise. Give "
    "whatever you create the dtype of x.",
    zh="对 float64 的 logits，你的雅可比矩阵却只有 float32 的精度：中途丢掉了一半的有效数字。"
    "torch.zeros 以及由列表构造的 torch.tensor，不指定类型时都是 float32。新建的张量，dtype 都应当"
    "取自 x。",
)
def default_dtype(x):
    p = _probabilities(x)
    jacobian = torch.zeros(*x.shape, x.shape[-1])
    for i in range(x.shape[-1]):
        jacobian[..., i, :] = -p[..., i : i + 1] * p
        jacobian[..., i, i] += p[..., i]
    return jacobian


# Mistakes: the vector-Jacobian product


@misconception(
    "softmax_vjp",
    "You use the diagonal of the Jacobian only. Each logit moves every probability, so each entry "
    "of the product takes in all of v.",
    zh="你只用了雅可比矩阵的对角线。每个 logit 都会牵动所有的概率，所以乘积的每一个元素都要用到整"
    "个 v。",
)
def vjp_of_the_diagonal(x, v):
    _check_shapes(x, v)
    p = _probabilities(x)
    return v * p * (1 - p)


@misconception(
    "softmax_vjp",
    "v * p is v @ diag(p), the first of two terms. The part of -p p^T is missing: it subtracts "
    "the mean of v under p. Check: the entries of the product must sum to 0.",
    zh="v * p 是 v @ diag(p)，只是两项中的第一项。还缺 -p pᵀ 的那一项：它减去 v 在 p 下的平均值。"
    "检验办法：乘积各元素之和必须是 0。",
)
def first_term_only(x, v):
    _check_shapes(x, v)
    return v * _probabilities(x)


@misconception(
    "softmax_vjp",
    "The second term has the wrong sign. J is diag(p) minus p p^T, so the mean of v under p is "
    "subtracted. Check: the entries of the product must sum to 0.",
    zh="第二项的符号错了。J 是 diag(p) 减去 p pᵀ，所以 v 在 p 下的平均值是要减去的。检验办法：乘积"
    "各元素之和必须是 0。",
)
def mean_of_v_added(x, v):
    _check_shapes(x, v)
    p = _probabilities(x)
    return p * (v + (p * v).sum(dim=-1, keepdim=True))


@misconception(
    "softmax_vjp",
    "You subtract the same number from every entry. In (v . p) p the number v . p is still to be "
    "multiplied by the vector p.",
    zh="你从每个元素减去了同一个数。在 (v · p) p 中，v · p 这个数还要乘上向量 p。",
)
def number_instead_of_vector(x, v):
    _check_shapes(x, v)
    p = _probabilities(x)
    return p * v - (p * v).sum(dim=-1, keepdim=True)


@misconception(
    "softmax_vjp",
    "Your difference is right, but the factor p in front of it is missing: the product is "
    "p * (v - v . p). Check: its entries must sum to 0.",
    zh="括号里的差是对的，但前面还缺因子 p：乘积是 p * (v - v · p)。检验办法：各元素之和必须是 0。",
)
def factor_p_forgotten(x, v):
    _check_shapes(x, v)
    return v - (_probabilities(x) * v).sum(dim=-1, keepdim=True)


@misconception(
    "softmax_vjp",
    "You subtract the plain mean of v, which counts all classes alike. Here each class counts as "
    "much as it is probable: the sum of p * v.",
    zh="你减去的是 v 的普通平均值，各类别的份量都相同。这里要按概率加权：p * v 的和。",
)
def plain_mean_of_v(x, v):
    _check_shapes(x, v)
    return _probabilities(x) * (v - v.mean(dim=-1, keepdim=True))


@misconception(
    "softmax_vjp",
    "v - (sum of v) p is the product for log softmax. For softmax itself, v is multiplied by p "
    "before it is summed, and once more outside: p * (v - v . p).",
    zh="v - (v 的总和) p 是 log softmax 的乘积。对 softmax 本身，v 在求和之前要先乘以 p，最后还要再乘"
    "一次：p * (v - v · p)。",
)
def product_of_log_softmax(x, v):
    _check_shapes(x, v)
    return v - _probabilities(x) * v.sum(dim=-1, keepdim=True)


@misconception(
    "softmax_vjp",
    "p - v is the gradient of softmax and cross-entropy together, for the labels v. Here v is a "
    "gradient with respect to p, and softmax is to be differentiated alone: v J.",
    zh="p - v 是 softmax 与交叉熵合在一起的梯度，那里的 v 是标签。这里的 v 是对 p 的梯度，只对 "
    "softmax 求导：v J。",
)
def gradient_of_cross_entropy(x, v):
    _check_shapes(x, v)
    return _probabilities(x) - v


@misconception(
    "softmax_vjp",
    "x and v have changed places: you take the softmax of v. The logits x come first, and v is "
    "what J is multiplied by.",
    zh="x 和 v 用反了：你算的是 v 的 softmax。第一个参数 x 才是 logits，v 是与 J 相乘的向量。",
)
def arguments_swapped(x, v):
    _check_shapes(x, v)
    p = _probabilities(v)
    return p * (x - (p * x).sum(dim=-1, keepdim=True))


@misconception(
    "softmax_vjp",
    "You sum p * v over the whole batch. Each row has a softmax of its own, hence a mean of v of "
    "its own: sum over the last axis only.",
    zh="你对整个批量的 p * v 求了和。每一行有自己的 softmax，因而有自己的 v 的平均值：只能沿最后一"
    "个轴求和。",
)
def sum_over_the_batch(x, v):
    _check_shapes(x, v)
    p = _probabilities(x)
    return p * (v - (p * v).sum())


@misconception(
    "softmax_vjp",
    "The sum over the classes has lost its axis. Shape (N,) is then aligned with the classes "
    "instead of the rows: an error if N != C, and silently wrong numbers if N = C.",
    zh="对类别求和之后，那个轴就没有了。形状 (N,) 于是与类别轴对齐，而不是与行对齐：N ≠ C 时报"
    "错，N = C 时则不声不响地算错。",
)
def axis_lost_in_the_sum(x, v):
    _check_shapes(x, v)
    p = _probabilities(x)
    return p * (v - (p * v).sum(dim=-1))


@misconception(
    "softmax_vjp",
    "Right, until the number of classes grows: you build the C x C Jacobian, 3.6 GB for 30,000 "
    "classes, for a product that needs two vectors. Multiply out v @ (diag(p) - p p^T) on paper "
    "first.",
    zh="类别不多时是对的，但你造出了 C×C 的雅可比矩阵：30000 个类别就要 3.6 GB，而这个乘积只需要"
    "两个向量。先在纸上把 v @ (diag(p) - p pᵀ) 乘开。",
)
def builds_the_jacobian(x, v):
    _check_shapes(x, v)
    return (v.unsqueeze(-2) @ softmax_jacobian(x)).squeeze(-2)


@misconception(
    "_check_shapes",
    "A v of another shape gets through. Broadcasting then uses one vector v for every row of the "
    "batch without a word, where the contract asks for a ValueError. Compare the whole shapes: "
    "all axes, and their number.",
    zh="形状与 x 不同的 v 没有被拦下。广播于是一声不响地把同一个向量 v 用在批量的每一行上，而按约定"
    "应当抛出 ValueError。要比较完整的形状：每个轴的大小，以及轴的个数。",
)
def v_broadcast_silently(x, v):
    pass


# Other right answers


@alternative("softmax_jacobian")
def entry_by_entry(x):
    if x.dim() == 2:
        return torch.stack([entry_by_entry(row) for row in x])
    p = torch.softmax(x, dim=0)
    jacobian = torch.empty(len(p), len(p), dtype=x.dtype)
    for i in range(len(p)):
        for j in range(len(p)):
            jacobian[i, j] = p[i] * (1 - p[i]) if i == j else -p[i] * p[j]
    return jacobian


@alternative("softmax_jacobian")
def with_identity_and_einsum(x):
    p = torch.exp(torch.log_softmax(x, dim=-1))
    identity = torch.eye(x.shape[-1], dtype=x.dtype)
    return torch.einsum("...i,ij->...ij", p, identity) - torch.einsum("...i,...j->...ij", p, p)


@alternative("_probabilities")
def from_log_sum_exp(x):
    return torch.exp(x - torch.logsumexp(x, dim=-1, keepdim=True))


@alternative("softmax_vjp")
def row_by_row(x, v):
    if x.shape != v.shape:
        raise ValueError("shapes differ")
    if x.dim() == 2:
        return torch.stack([row_by_row(a, b) for a, b in zip(x, v, strict=True)])
    p = torch.softmax(x, dim=0)
    return p * v - torch.dot(p, v) * p


@alternative("softmax_vjp")
def with_einsum(x, v):
    if x.shape != v.shape:
        raise ValueError("shapes differ")
    p = torch.softmax(x, dim=-1)
    mean = torch.einsum("...c,...c->...", p, v)
    return torch.einsum("...c,...c->...c", p, v - mean[..., None])


# Right and slow


@naive("softmax_vjp")
def one_row_of_the_jacobian_at_a_time(x, v):
    """All of the Jacobian, which needs no memory if each row is forgotten once it was used."""
    _check_shapes(x, v)
    p = _probabilities(x)
    product = torch.zeros_like(x)
    for i in range(x.shape[-1]):
        row = -p[..., i : i + 1] * p
        row[..., i] += p[..., i]
        product += v[..., i : i + 1] * row
    return product


# Tests: the Jacobian


@probe
def jacobian_and_logits(student, x):
    return student.softmax_jacobian(x), x


@probe
def vjp_and_arguments(student, x, v):
    return student.softmax_vjp(x, v), x, v


@title("The Jacobian of one vector", zh="单个向量的雅可比矩阵")
@points(2)
def test_one_vector(student, rand, reference):
    x = rand(4)
    close(student.softmax_jacobian(x), reference(jacobian_by_autograd, x))


@title("A batch: one Jacobian per row", zh="批量：每行一个雅可比矩阵")
@points(2)
def test_batch(student, rand, reference):
    # As many rows as classes first: there, code that confuses the two axes runs without an error.
    for x in (rand(4, 4), rand(5, 3)):
        close(student.softmax_jacobian(x), reference(jacobian_by_autograd, x))


@title(
    "The Jacobian for logits around 10,000 and -10,000", zh="logits 在 ±10000 附近时的雅可比矩阵"
)
@hidden(
    "If only large logits fail: adding one number to all logits of a row changes no probability. "
    "Which number helps?",
    zh="如果只有 logits 很大时才出错：给一行的所有 logits 加上同一个数，概率不变。加哪个数有帮助？",
)
def test_large_logits(student, rand, reference):
    x = rand(4, 4) + LARGE
    close(student.softmax_jacobian(x), reference(jacobian_by_autograd, x), atol=LARGE_ATOL)


# Tests: the vector-Jacobian product


@title("The vector-Jacobian product of one vector", zh="单个向量的向量–雅可比积")
@points(2)
def test_vjp(student, rand, reference):
    x, v = rand(5), rand(5)
    close(student.softmax_vjp(x, v), reference(vjp_by_autograd, x, v))


@title("The vector-Jacobian product of a batch", zh="批量的向量–雅可比积")
@points(2)
def test_vjp_of_a_batch(student, rand, reference):
    for shape in [(4, 4), (5, 3)]:
        x, v = rand(*shape), rand(*shape)
        close(student.softmax_vjp(x, v), reference(vjp_by_autograd, x, v))


@title("30,000 classes: no room for the Jacobian", zh="30000 个类别：放不下雅可比矩阵")
@points(2)
def test_many_classes(student, rand, reference):
    for size in (10, CLASSES):
        x, v = rand(size), rand(size)
        close(student.softmax_vjp(x, v), reference(vjp_by_autograd, x, v))


@title("The product for logits around 10,000 and -10,000", zh="logits 在 ±10000 附近时的乘积")
@hidden(
    "If only large logits fail: adding one number to all logits of a row changes no probability. "
    "Which number helps?",
    zh="如果只有 logits 很大时才出错：给一行的所有 logits 加上同一个数，概率不变。加哪个数有帮助？",
)
def test_vjp_of_large_logits(student, rand, reference):
    x, v = rand(4, 4) + LARGE, rand(4, 4)
    close(student.softmax_vjp(x, v), reference(vjp_by_autograd, x, v), atol=LARGE_ATOL)


@title("x and v of different shapes are refused", zh="x 与 v 形状不同时报错")
def test_shapes_are_compared(student, rand, reference):
    x, v = rand(4, 4), rand(4, 4)
    close(student.softmax_vjp(x, v), reference(vjp_by_autograd, x, v))
    for other in (v[0], v[:1], v[:, :1], v.reshape(2, 8)):
        with refuses(ValueError):
            student.softmax_vjp(x, other)
    with refuses(ValueError):  # as many numbers, and they would broadcast
        student.softmax_vjp(x[0], v[:1])


# Tests: both


@title("A batch of one row, and a single class", zh="只有一行的批量，以及只有一个类别")
@hidden(
    "If this fails alone: an axis of size 1 is still an axis. What in your code removes it?",
    zh="如果只有这一项没通过：大小为 1 的轴仍然是轴。你的代码里是什么把它去掉了？",
)
def test_axes_of_size_one(student, rand, reference):
    for shape in [(1, 3), (2, 1)]:
        x, v = rand(*shape), rand(*shape)
        close(student.softmax_jacobian(x), reference(jacobian_by_autograd, x))
        close(student.softmax_vjp(x, v), reference(vjp_by_autograd, x, v))


@title("The dtype of the result, and its precision", zh="结果的 dtype 与精度")
@hidden(
    "If this fails alone: which dtype do the tensors have that you create, and which the result? "
    "Formulas are right to 15 digits in float64, difference quotients are not.",
    zh="如果只有这一项没通过：你新建的张量是什么 dtype，结果又是什么 dtype？在 float64 下，公式能精确"
    "到 15 位，差商做不到。",
)
def test_dtype(student, rand, reference):
    x, v = rand(4, 4, dtype=torch.float64), rand(4, 4, dtype=torch.float64)
    jacobian, product = reference(jacobian_by_autograd, x), reference(vjp_by_autograd, x, v)
    close(student.softmax_jacobian(x), jacobian, rtol=FORMULA, atol=FORMULA, dtype=True)
    close(student.softmax_vjp(x, v), product, rtol=FORMULA, atol=FORMULA, dtype=True)
    x, v = x.float(), v.float()
    close(student.softmax_jacobian(x), reference(jacobian_by_autograd, x), dtype=True)
    close(student.softmax_vjp(x, v), reference(vjp_by_autograd, x, v), dtype=True)


@title("The arguments are as they were", zh="参数没有被改动")
def test_arguments_stay(student, rand, reference):
    x, v = rand(4, 4), rand(4, 4)
    close(student.run(jacobian_and_logits, x), (reference(jacobian_by_autograd, x), x))
    close(student.run(vjp_and_arguments, x, v), (reference(vjp_by_autograd, x, v), x, v))


# Tests: speed


@inputs
def logits(size, generator):
    """Numbers for ``calls`` batches, of which each begins one number later.

    They overlap, which saves drawing, but each row of each batch is another one.
    """
    rows, classes, calls = size
    n = rows * classes + calls - 1
    return uniform(generator, n), uniform(generator, n), (rows, classes), calls


@inputs
def as_many_logits(classes, generator):
    """The same, of as many numbers whatever the number of classes: more of them in fewer rows."""
    n = 8192
    x = torch.rand(n + 3, generator=generator, device=generator.device)
    v = torch.rand(n + 3, generator=generator, device=generator.device)
    return x, v, (n // classes, classes), 4


@probe
def products(student, x, v, shape, calls):
    """The products of ``calls`` batches, all rows added up."""
    n, total = shape[0] * shape[1], x.new_zeros(shape[1])
    for k in range(calls):
        batch, gradient = x[k : k + n].view(shape), v[k : k + n].view(shape)
        total += student.softmax_vjp(batch, gradient).sum(dim=0)
    return total


def products_by_pytorch(x, v, shape, calls):
    n, total = shape[0] * shape[1], x.new_zeros(shape[1])
    for k in range(calls):
        batch, gradient = x[k : k + n].view(shape), v[k : k + n].view(shape)
        p = torch.softmax(batch, dim=-1)
        total += torch._softmax_backward_data(gradient, p, -1, p.dtype).sum(dim=0)
    return total


# cpu: 8 batches of 16,384 numbers, 0.04 ms each, and 33,000 numbers to draw, 0.1 ms; the rows of
# the Jacobian, 256 for each batch, for 30 us each.
# cuda: a batch of 67 million numbers, 268 MB. Softmax reads and writes it, its backward reads two
# and writes one, the sum reads one: 1.6 GB, 0.4 ms at 4 TB/s. Each of the 1024 rows of the
# Jacobian takes some 2.5 GB, 0.6 ms, together 0.6 s.
BATCHES = {"cpu": [(64, 256, 8)], "cuda": [(65536, 1024, 1)]}


@timed
@title("softmax_vjp: fast", zh="softmax_vjp：够快")
@points(3)
def test_vjp_speed(student):
    slowdown(
        products,
        products_by_pytorch,
        logits,
        sizes=BATCHES,
        name="torch.softmax + backward",
        advice=text(
            "Two products and a sum over the last axis are all that v J takes, for a whole batch at"
            " once. A loop over the rows or the classes makes several calls for each of them, and"
            " each call costs microseconds before it computes anything.",
            zh="算 v J 只需要两次乘法和一次沿最后一个轴的求和，整个批量一次完成。对行或类别循环，"
            "就要为每一个都调用好几次函数，而每次调用在开始计算之前就要花掉几微秒。",
        ),
    )


@timed
@title(
    "softmax_vjp: no Jacobian, not even in pieces", zh="softmax_vjp：不算雅可比矩阵，分块算也不行"
)
@points(3)
def test_vjp_growth(student):
    # As many numbers in all batches: the formula costs the same, the Jacobians as much more as
    # there are more classes, and so does a loop over the classes.
    grows_like(
        products,
        products_by_pytorch,
        as_many_logits,
        sizes=[64, 128, 256],
        exponent=0,
        name="torch.softmax + backward",
        advice=text(
            "More classes in fewer rows are as many numbers as before, but you take longer: either"
            " all entries of the Jacobian are computed, if only row by row, or something is done"
            " for one class at a time. Multiply out v (diag(p) - p pᵀ) on paper first.",
            zh="类别多了，行少了，数的总量不变，你却用了更长的时间：要么算出了雅可比矩阵的所有元素，"
            "哪怕只是逐行地算，要么有什么是一个类别一个类别做的。先在纸上把 v (diag(p) - p pᵀ) 乘开。",
        ),
    )
