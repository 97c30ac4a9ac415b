"""Control flow: the graph holds what really ran, as long as numbers stay tensors."""

from __future__ import annotations

import math

import torch

from torchgrade.authoring import (
    alternative,
    close,
    hidden,
    misconception,
    points,
    probe,
    refuses,
    title,
)


@probe
def gradients(student, z, *leaves):
    """Derivative of z.sum() by each leaf; zeros where the graph does not lead to it."""
    if z.requires_grad:
        z.sum().backward()
    return [torch.zeros_like(leaf) if leaf.grad is None else leaf.grad for leaf in leaves]


@probe
def scaled(student, a, weight):
    result = student.scale_up(a.requires_grad_())
    (gradient,) = gradients(student, weight * result, a)
    return {"value": result.detach(), "gradient": gradient}


@probe
def clipped(student, v, weight, limit):
    result = student.clip_norm(v.requires_grad_(), limit)
    (gradient,) = gradients(student, weight * result, v)
    return {"value": result.detach(), "gradient": gradient}


@probe
def orbit(student, m, e):
    result = student.kepler(m.requires_grad_(), e.requires_grad_())
    by_m, by_e = gradients(student, result, m, e)
    return {"E": result.detach(), "dE/dm": by_m, "dE/de": by_e}


# What students get wrong.


@misconception(
    "scale_up",
    "The values are right, but no gradient comes back: the numbers left the graph on the way, "
    "through item(), detach() or a new tensor. A decision may look at them; the result has to be "
    "computed from a itself.",
    zh="数值是对的，但梯度传不回来：中途数值离开了计算图，例如经过了 item()、detach() 或者新建的张量。"
    "作判断时可以看数值，结果却必须由 a 本身算出来。",
)
def cut_on_the_way(a):
    if not a.any():
        raise ValueError
    b = 2 * a.detach()
    while b.norm() < 1000:
        b = 2 * b
    return b if b.sum() > 0 else 100 * b


@misconception(
    "scale_up",
    "The second branch never ran: if the sum of b isn't positive, the result is 100 times b.",
    zh="第二个分支从来没有走到：b 的总和不为正时，结果应当是 100 倍的 b。",
)
def one_branch_only(a):
    if not a.any():
        raise ValueError
    b = 2 * a
    while b.norm() < 1000:
        b = 2 * b
    return b


@misconception(
    "scale_up",
    "A sum of exactly 0 was taken for positive: then, too, the result is 100 times b.",
    zh="总和恰为 0 时被当成了正的：这时结果同样应当是 100 倍的 b。",
)
def zero_taken_for_positive(a):
    if not a.any():
        raise ValueError
    b = 2 * a
    while b.norm() < 1000:
        b = 2 * b
    return b if b.sum() >= 0 else 100 * b


@misconception(
    "scale_up",
    "Numbers that add up to 0 were refused, as if all of them were 0. The loop ends for them, for "
    "their norm is positive.",
    zh="相加得 0 的一组数被拒绝了，好像它们全是 0 一样。它们的范数是正的，循环会结束。",
)
def sum_asked_for_zeros(a):
    if a.sum() == 0:
        raise ValueError
    b = 2 * a
    while b.norm() < 1000:
        b = 2 * b
    return b if b.sum() > 0 else 100 * b


@misconception(
    "scale_up",
    "Each element chose its branch for itself. The condition is about the sum: one decision for "
    "the whole tensor.",
    zh="每个元素各选各的分支。条件说的是总和：整个张量只作一次判断。",
)
def branch_per_element(a):
    if not a.any():
        raise ValueError
    b = 2 * a
    while b.norm() < 1000:
        b = 2 * b
    return torch.where(b > 0, b, 100 * b)


@misconception(
    "scale_up",
    "The first doubling is missing. It comes before the loop and happens even if the norm is "
    "large from the start.",
    zh="漏了第一次翻倍。它在循环之前，即使范数一开始就够大也要做。",
)
def first_doubling_forgotten(a):
    if not a.any():
        raise ValueError
    b = a
    while b.norm() < 1000:
        b = 2 * b
    return b if b.sum() > 0 else 100 * b


@misconception(
    "scale_up",
    "The loop waited for the largest element to reach 1000. The norm is the root of the sum of all "
    "squares; it gets there sooner.",
    zh="循环等的是最大的元素达到 1000。范数是所有平方之和的平方根，会更早达到。",
)
def largest_for_norm(a):
    if not a.any():
        raise ValueError
    b = 2 * a
    while b.abs().max() < 1000:
        b = 2 * b
    return b if b.sum() > 0 else 100 * b


@misconception(
    "scale_up",
    "All zeros came back as a result. The loop has no end there, so the function has no value, and "
    "the caller should hear of it.",
    zh="全零的输入也返回了结果。在那里循环没有尽头，函数没有定义，应当让调用者知道。",
)
def zeros_returned(a):
    b = 2 * a
    while b.any() and b.norm() < 1000:
        b = 2 * b
    return b if b.sum() > 0 else 100 * b


@misconception(
    "scale_up_slope",
    "The slope was found by dividing by an element of a that may be 0. Any other element would do; "
    "better still, ask autograd, which divides by nothing.",
    zh="斜率是除以 a 的某个元素得来的，而这个元素可能为 0。换别的元素固然可以，"
    "更好的办法是问 autograd，它不用除以任何东西。",
)
def divided_by_the_first(a):
    return (scale_up(a) / a).flatten()[0].item()


@misconception(
    "scale_up_slope",
    "The factor 100 of the second branch is missing in the slope.",
    zh="斜率里漏了第二个分支的 100 倍。",
)
def slope_of_one_branch(a):
    k = 2.0
    while (k * a).norm() < 1000:
        k *= 2
    return k


@misconception(
    "clip_norm",
    "The norm counts as a constant here, probably because item() or float() took it out of the "
    "graph. Values agree, but the gradient lacks the part that comes from the norm: lengthening v "
    "does not lengthen the result.",
    zh="这里范数成了常数，多半是 item() 或 float() 把它带出了计算图。数值不变，"
    "梯度却少了来自范数的那一部分：v 变长时，结果并不会变长。",
)
def norm_made_constant(v, limit):
    norm = v.norm().item()
    return v * (limit / norm) if norm > limit else v


@misconception(
    "clip_norm",
    "Short vectors were stretched to the limit, too. Only what is longer than the limit is changed.",
    zh="短的向量也被拉长到了 limit。只有超过 limit 的才需要改动。",
)
def always_scaled(v, limit):
    return v * (limit / v.norm())


@misconception(
    "clip_norm",
    "Each element was clipped by itself. That turns the vector into another direction; asked for "
    "is one factor for all.",
    zh="每个元素各自被截断了，向量的方向因此改变。要的是所有元素乘同一个系数。",
)
def each_element_clipped(v, limit):
    return v.clamp(-limit, limit)


@misconception(
    "clip_norm",
    "The gradient is NaN where v is 0: the formula with the division was computed there as well, "
    "and a choice made afterwards (where, clamp) only hides its value. 0 times infinity on the way "
    "back is NaN. An if leaves the other branch out of the graph.",
    zh="v 为 0 时梯度是 NaN：含除法的式子在那里也算了，事后再作选择（where、clamp）只是盖住了它的值，"
    "往回走时 0 乘无穷大得到 NaN。用 if，另一个分支就不会进入计算图。",
)
def both_branches_computed(v, limit):
    norm = v.norm()
    return torch.where(norm > limit, v * (limit / norm), v)


@misconception(
    "kepler",
    "The solution is right, but no gradient comes back: the iteration ran on plain numbers, or its "
    "result was cut off, so it is a constant for autograd.",
    zh="解是对的，但梯度传不回来：迭代是用普通的数进行的，或者结果被切断了，对 autograd 来说它就是常数。",
)
def solved_in_plain_numbers(m, e):
    solution = m.item()
    for _ in range(200):
        solution = m.item() + e.item() * math.sin(solution)
    return torch.tensor(solution, dtype=torch.float64)


@misconception(
    "kepler",
    "Only the last step of the iteration was recorded; the guess that went into it counts as a "
    "constant. But the guess depends on m and e as well, so both gradients are too small or too "
    "large by the factor 1 / (1 - e cos(E)).",
    zh="只记录了迭代的最后一步，代入这一步的猜测值成了常数。可是猜测值也依赖 m 和 e，"
    "所以两个梯度都差了 1 / (1 - e cos(E)) 倍。",
)
def last_step_only(m, e):
    with torch.no_grad():
        solution = m
        for _ in range(200):
            solution = m + e * torch.sin(solution)
    return m + e * torch.sin(solution)


@misconception(
    "kepler",
    "m was read with item(), so it is a constant in every step of the loop, and its gradient dies "
    "away. That of e is right.",
    zh="m 是用 item() 读出来的，在循环的每一步里都是常数，于是它的梯度消失了；e 的梯度倒是对的。",
)
def m_made_constant(m, e):
    solution = m
    for _ in range(200):
        solution = m.item() + e * torch.sin(solution)
    return solution


@misconception(
    "kepler",
    "This is a single step, m + e sin(m). The equation has E on both sides; go on until the guess "
    "doesn't move any more.",
    zh="这只走了一步：m + e sin(m)。方程两边都有 E，要一直迭代到猜测值不再变动。",
)
def single_step(m, e):
    return m + e * torch.sin(m)


# Other right answers.


@alternative("scale_up")
def by_recursion(a):
    def grow(b):
        return b if b.norm() >= 1000 else grow(b + b)

    if float(a.abs().sum()) == 0:
        raise ValueError
    b = grow(a + a)
    return b * (1 if b.sum().item() > 0 else 100)


@alternative("scale_up")
def factor_found_first(a):
    if not a.any():
        raise ValueError
    k, norm = 2.0, a.detach().norm()
    while k * norm < 1000:
        k *= 2
    if a.sum() <= 0:
        k *= 100
    return k * a


@alternative("scale_up_slope")
def counted(a):
    k = 2.0
    while (k * a).norm() < 1000:
        k *= 2
    return k if a.sum() > 0 else 100 * k


@alternative("clip_norm")
def as_factor(v, limit):
    total = (v * v).sum()
    if total <= limit**2:
        return v.clone()
    return limit * v / total.sqrt()


@alternative("kepler")
def by_newton(m, e):
    solution = m
    for _ in range(50):
        slope = 1 - e * torch.cos(solution)
        solution = solution - (solution - e * torch.sin(solution) - m) / slope
    return solution


@alternative("kepler")
def implicit(m, e):
    with torch.no_grad():
        at = m
        for _ in range(300):
            at = m + e * torch.sin(at)
    # A Newton step from the solution moves nothing, but has its gradient.
    return at - (at - e * torch.sin(at) - m) / (1 - e * torch.cos(at)).detach()


# The tests.


def factor(a):
    """What scale_up multiplies a by."""
    k = 2.0
    while (k * a).norm() < 1000:
        k *= 2
    return k if a.sum() > 0 else 100 * k


@title("scale_up: values and gradient", zh="scale_up：数值与梯度")
@points(2)
def test_scale_up(student, rand):
    for sign in (1, -1):
        a, weight = rand(3, 4).abs(), rand(3, 4)
        a = sign * (a - 0.3)
        k = factor(a)
        close(student.run(scaled, a, weight), {"value": k * a, "gradient": k * weight})


@title(
    "scale_up: single numbers, large ones, zeros among others",
    zh="scale_up：单个的数、大数、含零的张量",
)
@hidden(
    "a may have no axes, may be large from the start, and some of its elements may be 0.",
    zh="a 可以是 0 维的，可以一开始就很大，也可以有个别元素为 0。",
)
def test_scale_up_edges(student, rand):
    one = rand.uniform(1, 3, dtype=torch.float64)
    for a in [
        one,
        -one,
        rand.uniform(900, 1800, 4) * torch.tensor([1, -0.1, 0.2, 1]),
        rand.uniform(-4000, -3000, 2, 2),
        torch.stack([torch.zeros(()), *rand.uniform(0.1, 0.2, 3)]),
        rand.uniform(1e-6, 2e-6, 3),
    ]:
        weight, k = rand(*a.shape, dtype=a.dtype), factor(a)
        expected = {"value": k * a, "gradient": k * weight}
        close(student.run(scaled, a, weight), expected, dtype=True)


@title("scale_up: where the decisions change", zh="scale_up：恰在分界处")
@hidden(
    "A norm of exactly 1000 is enough, a sum of exactly 0 is not positive. And just beside?",
    zh="范数恰为 1000 就够了；总和恰为 0 不算正。紧挨着它们的两边呢？",
)
def test_scale_up_at_the_limits(student, rand):
    near = rand.uniform(0.1, 0.4, 2)
    half = 0.5 ** int(rand.ints(1, 5))
    for a in [
        torch.tensor(1000.0) * half,
        (1000 + near[0]) * half,
        (1000 - near[0]) * half,
        torch.stack([600 + near[0], -601 - near[0]]),
        torch.stack([600 + near[0], -600 - near[0]]),
        torch.stack([700 + near[1], torch.tensor(-700.0)]),
    ]:
        weight, k = rand(*a.shape), factor(a)
        close(student.run(scaled, a, weight), {"value": k * a, "gradient": k * weight})


@title("scale_up: zeros are refused", zh="scale_up：全零要拒绝")
def test_zeros(student, rand):
    a = torch.stack([torch.zeros(()), rand.uniform(1, 2), torch.zeros(())])
    close(student.scale_up(a), factor(a) * a)
    for size in [(3,), ()]:
        with refuses(ValueError):
            student.scale_up(torch.zeros(size))


@title("The slope of scale_up", zh="scale_up 的斜率")
def test_slope(student, rand):
    for a in [
        rand.uniform(0.5, 2, 3),
        -rand.uniform(0.5, 2, 3),
        torch.stack([torch.zeros(()), *rand.uniform(-2, -1, 2)]),
        rand.uniform(700, 800, dtype=torch.float64),
        torch.stack([*rand.uniform(2000, 3000, 2), torch.zeros(())]).reshape(3, 1),
    ]:
        slope = student.scale_up_slope(a)
        close(
            torch.as_tensor(slope, dtype=torch.float64),
            torch.tensor(factor(a)).double(),
            rtol=1e-5,  # it may be a quotient of two float32 norms
        )


def clipped_by_hand(v, weight, limit):
    leaf = v.clone().requires_grad_()
    norm = leaf.square().sum().sqrt()
    result = leaf * limit / norm if norm > limit else leaf * 1
    (gradient,) = torch.autograd.grad((weight * result).sum(), leaf)
    return {"value": result.detach(), "gradient": gradient}


@title("clip_norm: values and gradient, long and short", zh="clip_norm：长短向量的数值与梯度")
@points(2)
def test_clip_norm(student, rand):
    v, weight = rand.uniform(1, 2, 5), rand(5)
    for limit in (0.75, 1.5, 9.0):
        close(student.run(clipped, v, weight, limit), clipped_by_hand(v, weight, limit))


@title("clip_norm: zeros, matrices, float64", zh="clip_norm：零、矩阵、float64")
@hidden(
    "All zeros are shorter than any limit: value 0, and the gradient is that of v. And the norm "
    "of a matrix is over all its elements.",
    zh="全零比任何 limit 都短：值为 0，梯度就是 v 自身的梯度。矩阵的范数要取遍所有元素。",
)
def test_clip_edges(student, rand):
    for v in [torch.zeros(3), rand(3, 2, dtype=torch.float64).T, rand(2, 1, 2)]:
        weight = rand(*v.shape, dtype=v.dtype)
        for limit in (0.01, 50.0):
            expected = clipped_by_hand(v, weight, limit)
            if not v.any():
                expected["gradient"] = weight
            close(student.run(clipped, v, weight, limit), expected, dtype=True)


@title("kepler: the solution and both gradients", zh="kepler：解和两个梯度")
@points(3)
def test_kepler(student, rand):
    # The last is slow: near the ellipse's tip each turn mends little more than a quarter.
    for start, low, high in [(0.5, 0.3, 0.5), (1.5, 0.7, 0.8), (-2.0, 0.0, 0.0), (0.05, 0.75, 0.8)]:
        m = start + rand.uniform(0, 0.05, dtype=torch.float64)
        e = rand.uniform(low, high, dtype=torch.float64)
        solution = m
        for _ in range(60):
            error = solution - e * torch.sin(solution) - m
            solution = solution - error / (1 - e * torch.cos(solution))
        slope = 1 / (1 - e * torch.cos(solution))
        close(
            student.run(orbit, m, e),
            {"E": solution, "dE/dm": slope, "dE/de": slope * torch.sin(solution)},
            atol=1e-8,  # what the contract promises
            rtol=0,
        )
