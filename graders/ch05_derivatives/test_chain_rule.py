"""The chain rule: three slopes through one graph; Jacobians in their order, each at its point."""

import itertools

import torch

from torchgrade.authoring import (
    alternative,
    close,
    hidden,
    misconception,
    points,
    probe,
    text,
    title,
)

# What goes wrong with the three slopes


@misconception(
    "link_slopes",
    "The second call found its part of the graph gone: autograd.grad frees what it has walked "
    "through, unless it is told to keep it. Each call after which that part is still needed must "
    "say so.",
    zh="后面的调用发现自己要走的那段图已经没了：autograd.grad 走过之后就把图释放掉，除非让它保留。"
    "只要之后还要用到这段图，这一次调用就必须说明要保留。",
)
def graph_freed(outer, inner, w):
    y1 = inner(w)
    y2 = outer(y1)
    dy2_dw = torch.autograd.grad(y2, w)[0]
    dy2_dy1 = torch.autograd.grad(y2, y1)[0]
    dy1_dw = torch.autograd.grad(y1, w)[0]
    return dy2_dy1, dy1_dw, dy2_dw


@misconception(
    "link_slopes",
    "Tuples came back instead of tensors: autograd.grad always returns one entry for each input, "
    "in a tuple, even when there is a single input.",
    zh="返回的是元组而不是张量：autograd.grad 总是返回一个元组，每个输入对应一项，"
    "即使只有一个输入也是如此。",
)
def tuples_kept(outer, inner, w):
    y1 = inner(w)
    y2 = outer(y1)
    return (
        torch.autograd.grad(y2, y1, retain_graph=True),
        torch.autograd.grad(y1, w, retain_graph=True),
        torch.autograd.grad(y2, w),
    )


@misconception(
    "link_slopes",
    "The slopes of the two links were added to get that of the whole. Along a path slopes are "
    "multiplied: a change grows by the first factor, and the result grows by the second.",
    zh="把两段的斜率相加当成了整体的斜率。沿着一条路径，斜率要相乘：变化先放大第一个倍数，"
    "所得的结果再放大第二个倍数。",
)
def slopes_added(outer, inner, w):
    y1 = inner(w)
    y2 = outer(y1)
    (a,) = torch.autograd.grad(y2, y1, retain_graph=True)
    (b,) = torch.autograd.grad(y1, w)
    return a, b, a + b


@misconception(
    "link_slopes",
    "The slope of the outer function was taken at w. What goes into it is y1, so its slope is "
    "needed there.",
    zh="外层函数的斜率是在 w 处取的。输入它的是 y1，所以应当取 y1 处的斜率。",
)
def outer_slope_at_w(outer, inner, w):
    (a,) = torch.autograd.grad(outer(w), w)
    (b,) = torch.autograd.grad(inner(w), w)
    return a, b, a * b


@misconception(
    "link_slopes",
    "w.grad was written to: that is what backward() does, and it adds to what is there already. "
    "autograd.grad returns the derivative and touches no .grad.",
    zh="w.grad 被改写了：backward() 会写入 .grad，而且是往原有的值上累加。autograd.grad 直接返回导数，"
    "不碰任何 .grad。",
)
def by_backward(outer, inner, w):
    y1 = inner(w)
    y2 = outer(y1)
    (a,) = torch.autograd.grad(y2, y1, retain_graph=True)
    (b,) = torch.autograd.grad(y1, w, retain_graph=True)
    y2.backward()
    return a, b, w.grad.clone()


@misconception(
    "link_slopes",
    "The functions were called more than once. The graph of one pass is enough for all three "
    "slopes, and a network is expensive to evaluate.",
    zh="函数调用了不止一次。一次计算留下的图足够求出三个斜率，而对网络来说，每次求值都很贵。",
)
def called_again(outer, inner, w):
    y1 = inner(w)
    (b,) = torch.autograd.grad(y1, w)
    cut = y1.detach().requires_grad_()
    (a,) = torch.autograd.grad(outer(cut), cut)
    (c,) = torch.autograd.grad(outer(inner(w)), w)
    return a, b, c


# What goes wrong with the product


@misconception(
    "chain_jacobian",
    "The factors stand in the order of the stages, from left to right. The Jacobian of the first "
    "stage meets the input, so it stands at the right end of the product.",
    zh="因子按各级的顺序从左排到了右。第一级的雅可比矩阵要与输入相乘，所以它应当排在乘积的最右边。",
)
def order_reversed(stages, x):
    product = torch.eye(len(x), dtype=x.dtype)
    for f, jacobian in stages:
        product = product @ jacobian(x)
        x = f(x)
    return product


@misconception(
    "chain_jacobian",
    "All Jacobians were taken at x. Each one belongs to the point that goes into its stage, which "
    "is what the stages before it made of x.",
    zh="所有雅可比矩阵都是在 x 处取的。每一个都应当取在输入该级的点上，也就是 x 经过前面各级之后的结果。",
)
def all_at_x(stages, x):
    product = torch.eye(len(x), dtype=x.dtype)
    for _, jacobian in stages:
        product = jacobian(x) @ product
    return product


@misconception(
    "chain_jacobian",
    "Each Jacobian was taken at the output of its stage. A slope is asked at the point that goes "
    "in.",
    zh="每个雅可比矩阵都取在了该级的输出处。斜率应当取在输入的那个点上。",
)
def at_the_outputs(stages, x):
    product = torch.eye(len(x), dtype=x.dtype)
    for f, jacobian in stages:
        x = f(x)
        product = jacobian(x) @ product
    return product


@misconception(
    "chain_jacobian",
    "This is the transpose: one row for each input. In the Jacobian as used here, rows belong to "
    "outputs and columns to inputs.",
    zh="这是转置：每个输入占了一行。按这里的约定，雅可比矩阵的行对应输出，列对应输入。",
)
def jacobian_transposed(stages, x):
    product = torch.eye(len(x), dtype=x.dtype)
    for f, jacobian in stages:
        product = product @ jacobian(x).T
        x = f(x)
    return product


@misconception(
    "chain_jacobian",
    "The Jacobians were multiplied entry by entry. Every output of a stage reaches every output of "
    "the next, so the products must be summed over what lies in between: a matrix product.",
    zh="雅可比矩阵是逐元素相乘的。前一级的每个输出都会影响后一级的每个输出，"
    "要对中间的量求和，也就是矩阵乘法。",
)
def entry_by_entry(stages, x):
    product = None
    for f, jacobian in stages:
        product = jacobian(x) if product is None else jacobian(x) * product
        x = f(x)
    return torch.eye(len(x), dtype=x.dtype) if product is None else product


@misconception(
    "chain_jacobian",
    "Only the last stage's Jacobian came back: the derivative by its own input, not by x.",
    zh="返回的只是最后一级的雅可比矩阵，也就是对它自己的输入求导，而不是对 x。",
)
def last_stage_only(stages, x):
    product = torch.eye(len(x), dtype=x.dtype)
    for f, jacobian in stages:
        product = jacobian(x)
        x = f(x)
    return product


@misconception(
    "pull_back",
    "v was multiplied from the wrong side, J v. v weighs the outputs, that is the rows of J: v · J "
    "has one entry for each input.",
    zh="v 乘在了错误的一边，成了 J v。v 是给输出（即 J 的各行）的权重：v · J 的每个元素对应一个输入。",
)
def pushed_forward(stages, x, v):
    points = [x]
    for f, _ in stages:
        points.append(f(points[-1]))
    for (_, jacobian), point in reversed(list(zip(stages, points, strict=False))):
        v = jacobian(point) @ v
    return v


@misconception(
    "pull_back",
    "The walk began at the first stage. v belongs to the outputs, so it meets the last stage "
    "first, and the first one last.",
    zh="是从第一级开始走的。v 属于输出，所以应当先乘最后一级，最后才乘第一级。",
)
def from_the_first_stage(stages, x, v):
    for f, jacobian in stages:
        v = v @ jacobian(x)
        x = f(x)
    return v


@misconception(
    "pull_back",
    "All Jacobians were taken at x. On the way back, each stage needs the point that went into it "
    "on the way forth.",
    zh="所有雅可比矩阵都是在 x 处取的。往回走时，每一级都需要它在正向时的输入点。",
)
def pulled_back_at_x(stages, x, v):
    for _, jacobian in reversed(stages):
        v = v @ jacobian(x)
    return v


@misconception(
    "pull_back",
    "v was not used: this is the sum of the rows of J, as if all weights were 1.",
    zh="没有用到 v：这是 J 的各行之和，相当于权重全为 1。",
)
def weights_ignored(stages, x, v):
    return chain_jacobian(stages, x).sum(0)


# Other right answers


@alternative("link_slopes")
def cut_in_the_middle(outer, inner, w):
    y1 = inner(w)
    middle = y1.detach().requires_grad_()
    a = torch.autograd.grad(outer(middle), middle)[0]
    b = torch.autograd.grad(y1, w)[0]
    return a, b, a * b


@alternative("link_slopes")
def two_in_one_call(outer, inner, w):
    y1 = inner(w)
    y2 = outer(y1)
    a, c = torch.autograd.grad(y2, [y1, w], retain_graph=True)
    return a.item(), torch.autograd.grad([y1], [w])[0].item(), c.item()


@alternative("chain_jacobian")
def recursively(stages, x):
    if not stages:
        return torch.eye(len(x), dtype=x.dtype)
    (f, jacobian), *rest = stages
    return chain_jacobian(rest, f(x)) @ jacobian(x)


@alternative("chain_jacobian")
def column_by_column(stages, x):
    columns = list(torch.eye(len(x), dtype=x.dtype))
    for f, jacobian in stages:
        matrix = jacobian(x)
        columns = [matrix.mv(column) for column in columns]
        x = f(x)
    return torch.stack(columns, dim=1)


@alternative("pull_back")
def whole_jacobian_first(stages, x, v):
    return torch.einsum("i,ij->j", v, chain_jacobian(stages, x))


# The tests


@probe
def slopes(student, kind, a, b, value, old=None):
    calls = [0, 0]

    def inner(w):
        calls[0] += 1
        return (a * w).sin() + w * w if kind else a * w + b

    def outer(y):
        calls[1] += 1
        return (b * y).exp() * y if kind else y * y * b

    w = value.clone().requires_grad_()
    w.grad = None if old is None else old.clone()
    found = student.link_slopes(outer, inner, w)
    kept = [float(s) if isinstance(s, torch.Tensor) else s for s in found]
    return {"slopes": kept, "w.grad": w.grad, "calls": calls}


@probe
def jacobian_of_layers(student, weights, x):
    def f(t, w):
        return torch.tanh(w @ t) + 0.1 * (w @ t) ** 2

    def jacobian(t, w):
        z = w @ t
        return (1 - torch.tanh(z) ** 2 + 0.2 * z)[:, None] * w

    stages = [(lambda t, w=w: f(t, w), lambda t, w=w: jacobian(t, w)) for w in weights]
    return student.chain_jacobian(stages, x)


@probe
def pulled_back(student, weights, x, v):
    def f(t, w):
        return torch.tanh(w @ t) + 0.1 * (w @ t) ** 2

    def jacobian(t, w):
        z = w @ t
        return (1 - torch.tanh(z) ** 2 + 0.2 * z)[:, None] * w

    stages = [(lambda t, w=w: f(t, w), lambda t, w=w: jacobian(t, w)) for w in weights]
    return student.pull_back(stages, x, v), x, v


def expected_jacobian(weights, x):
    product = torch.eye(len(x), dtype=x.dtype)
    for w in weights:
        z = w @ x
        product = (1 - torch.tanh(z) ** 2 + 0.2 * z)[:, None] * w @ product
        x = torch.tanh(z) + 0.1 * z**2
    return product


def layers(rand, *sizes, dtype=torch.float32):
    weights = [rand(n, m, dtype=dtype) for m, n in itertools.pairwise(sizes)]
    return weights, rand(sizes[0], dtype=dtype)


CALLS = text(
    "calls: how often inner and outer were called, each once. w.grad was None before the call.",
    zh="calls：inner 与 outer 各被调用的次数，都应是 1。调用之前 w.grad 是 None。",
)


@title(
    "Two neurons in a row: dy2/dy1, dy1/dw, dy2/dw",
    zh="首尾相接的两个神经元：dy2/dy1、dy1/dw、dy2/dw",
)
@points(2)
def test_links(student, rand):
    for _ in range(2):
        a, b, w = rand.uniform(0.5, 2), rand.uniform(0.5, 2), rand.uniform(0.5, 2)
        first, second = 2 * b * (a * w + b), a
        got = student.run(slopes, 0, a, b, w)
        three = [float(first), float(second), float(first * second)]
        expected = {"slopes": three, "w.grad": None, "calls": [1, 1]}
        close(got, expected, note=CALLS)


@title("Curved functions, in double precision", zh="弯曲的函数，双精度")
@hidden(
    "Where is the slope of the outer function taken? And what does .grad of w hold afterwards?",
    zh="外层函数的斜率取在哪一点？调用之后 w 的 .grad 里有什么？",
)
def test_curved_links(student, rand):
    a, b, w = (rand.uniform(0.5, 1.5, dtype=torch.float64) for _ in range(3))
    y = (a * w).sin() + w * w
    first, second = (b * y).exp() * (1 + b * y), a * (a * w).cos() + 2 * w
    old = rand.uniform(3, 4, dtype=torch.float64)
    got = student.run(slopes, 1, a, b, w, old)
    three = [float(first), float(second), float(first * second)]
    close(
        got,
        {"slopes": three, "w.grad": old, "calls": [1, 1]},
        note=text(
            "calls: how often inner and outer were called, each once. w.grad held a number before "
            "the call, and should still hold it.",
            zh="calls：inner 与 outer 各被调用的次数，都应是 1。调用之前 w.grad 里已有一个数，"
            "调用之后应仍是这个数。",
        ),
    )


@title("Square Jacobians: their order, and their points", zh="方阵情形：相乘的顺序与取值的点")
@points(2)
def test_square_chain(student, rand):
    for count in (2, 4):
        weights, x = layers(rand, *[3] * (count + 1))
        close(student.run(jacobian_of_layers, weights, x), expected_jacobian(weights, x))


@title("Stages of any sizes", zh="各级大小不同")
@points(2)
def test_chain(student, rand):
    for sizes in [(2, 4, 3), (5, 3, 1), (1, 3, 2, 4)]:
        weights, x = layers(rand, *sizes)
        close(student.run(jacobian_of_layers, weights, x), expected_jacobian(weights, x))


@title("One stage, and none", zh="只有一级，或者一级也没有")
@hidden(
    "Without any stage the result is x itself. What is the derivative of x by x?",
    zh="一级都没有时，结果就是 x 自己。x 对 x 的导数是什么？",
)
def test_short_chains(student, rand):
    for sizes in [(3, 2), (3,)]:
        weights, x = layers(rand, *sizes, dtype=torch.float64)
        got = student.run(jacobian_of_layers, weights, x)
        close(got, expected_jacobian(weights, x), dtype=True)


@title(
    "v times the Jacobian, from the last stage to the first",
    zh="v 乘雅可比矩阵：从最后一级走到第一级",
)
@points(2)
def test_pull_back(student, rand):
    for sizes in [(3, 3, 3, 3), (2, 4, 3), (4, 2, 5, 1), (2,)]:
        weights, x = layers(rand, *sizes, dtype=torch.float64)
        v = rand(sizes[-1], dtype=torch.float64)
        expected = v @ expected_jacobian(weights, x)
        close(student.run(pulled_back, weights, x, v), (expected, x, v), dtype=True)
