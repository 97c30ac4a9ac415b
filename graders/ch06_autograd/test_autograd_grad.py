"""autograd.grad: tuples, unused inputs, and graphs of gradients."""

from __future__ import annotations

import torch

from torchgrade.authoring import (
    alternative,
    close,
    hidden,
    misconception,
    points,
    probe,
    title,
)

# Functions with parameters are made beside the student's code.


@probe
def with_inputs(student, kind, a, b, c, u):
    functions = {
        "all": lambda a, b, c: (a * b).exp().sum() * c,
        "some": lambda a, b, c: (b**3).sum() * c.sin(),
        "one": lambda a, b, c: c * 1,
        "none": lambda a, b, c: torch.ones(()),
    }
    inputs = [a, b, c]
    results = [g.detach().clone() for g in student.gradients(functions[kind], inputs)]
    u = u.requires_grad_()
    sum(
        (tensor * u).sum() for tensor in inputs
    ).backward()  # fills the .grad of what is switched on
    left = [torch.zeros_like(t) if t.grad is None else t.grad for t in inputs]
    return {"gradients": results, "inputs": [t.detach() for t in inputs], "left in .grad": left}


@probe
def curved(student, kind, x):
    k = torch.tensor(1.5, dtype=x.dtype, requires_grad=True)
    functions = {
        "learnt line": lambda t: k * t,
        "cube": lambda t: t**3,
        "waves": lambda t: torch.sin(t) * t.exp(),
        "line": lambda t: 3 * t + 1,
        "square": lambda t: t * t,
    }
    result = student.second_derivative(functions[kind], x).detach().clone()
    u = torch.ones_like(x).requires_grad_()
    (x * u).sum().backward()
    return {"second": result, "x.grad": torch.zeros_like(x) if x.grad is None else x.grad}


@probe
def penalty(student, w, v, x):
    """Value, what the call left in .grad, and the gradient through the penalty."""
    w.requires_grad_()
    v.requires_grad_()
    result = student.gradient_penalty(lambda t: torch.tanh(t @ w) @ v + t[:, 0] ** 2, x)
    left = [torch.zeros_like(p) if p.grad is None else p.grad.clone() for p in (w, v)]
    w.grad = v.grad = None
    if result.requires_grad:
        result.backward()
    through = [torch.zeros_like(p) if p.grad is None else p.grad for p in (w, v)]
    return {"penalty": result.detach(), "left in .grad": left, "gradient": through}


# What students get wrong.


@misconception(
    "gradients",
    "An input that isn't used got None. The result doesn't change with it, so its gradient is "
    "zeros, in its shape.",
    zh="没有用到的输入得到了 None。结果不随它变化，所以它的梯度是与它同形状的零。",
)
def none_for_unused(f, inputs):
    leaves = [tensor.detach().clone().requires_grad_() for tensor in inputs]
    y = f(*leaves)
    if not y.requires_grad:
        return [None for _ in inputs]
    return list(torch.autograd.grad(y, leaves, allow_unused=True))


@misconception(
    "gradients",
    "An input that isn't used was taken for a mistake: torch.autograd.grad raises unless it is told "
    "that this may happen.",
    zh="没有用到的输入被当成了错误：如果不事先说明允许这种情况，torch.autograd.grad 就会报错。",
)
def unused_refused(f, inputs):
    leaves = [tensor.detach().clone().requires_grad_() for tensor in inputs]
    return list(torch.autograd.grad(f(*leaves), leaves))


@misconception(
    "gradients",
    "If the result depends on no input at all, there is no graph to ask, and the question fails. "
    "The answer is zeros for all.",
    zh="结果一个输入都不依赖时，没有计算图可问，提问就会报错。答案应当是全部为零。",
)
def constant_result_fails(f, inputs):
    leaves = [tensor.detach().clone().requires_grad_() for tensor in inputs]
    found = torch.autograd.grad(f(*leaves), leaves, allow_unused=True)
    return [
        torch.zeros_like(leaf) if gradient is None else gradient
        for leaf, gradient in zip(leaves, found, strict=True)
    ]


@misconception(
    "gradients",
    "The zeros for unused inputs are single numbers. A gradient has the shape of its input, also "
    "when it is 0.",
    zh="没有用到的输入，梯度给成了单个的 0。即使梯度为零，形状也要与输入相同。",
)
def zeros_without_shape(f, inputs):
    leaves = [tensor.detach().clone().requires_grad_() for tensor in inputs]
    y = f(*leaves)
    if not y.requires_grad:
        return [torch.zeros(()) for _ in inputs]
    found = torch.autograd.grad(y, leaves, allow_unused=True)
    return [torch.zeros(()) if gradient is None else gradient for gradient in found]


@misconception(
    "gradients",
    "Only the gradient by the first input came back. torch.autograd.grad returns a tuple with one "
    "entry per input; [0] takes the first of them.",
    zh="只返回了对第一个输入的梯度。torch.autograd.grad 返回元组，每个输入一项；[0] 取的只是第一项。",
)
def first_of_the_tuple(f, inputs):
    leaves = [tensor.detach().clone().requires_grad_() for tensor in inputs]
    y = f(*leaves)
    if not y.requires_grad:
        return [torch.zeros_like(inputs[0])]
    return [torch.autograd.grad(y, leaves, materialize_grads=True)[0]]


@misconception(
    "gradients",
    "The inputs themselves were switched on and left like that: from now on whatever is computed "
    "from them is recorded.",
    zh="各个输入自身被要求了梯度，事后没有复原：从此由它们算出的一切都会被记录。",
)
def inputs_switched_on(f, inputs):
    for tensor in inputs:
        tensor.requires_grad_()
    y = f(*inputs)
    if not y.requires_grad:
        return [torch.zeros_like(tensor) for tensor in inputs]
    return list(torch.autograd.grad(y, inputs, materialize_grads=True))


@misconception(
    "second_derivative",
    "The first gradient has no history, so it can't be derived again. It must be recorded while it "
    "is computed: that is what create_graph is for.",
    zh="一阶梯度不带历史，无法再求导。求它的过程必须被记录下来，create_graph 就是做这个的。",
)
def gradient_not_recorded(f, x):
    leaf = x.detach().clone().requires_grad_()
    (first,) = torch.autograd.grad(f(leaf).sum(), leaf)
    return torch.autograd.grad(first.sum(), leaf)[0]


@misconception(
    "second_derivative",
    "For a linear f the slope is a constant and has no graph, so the second question fails. The "
    "second derivative of a line is 0.",
    zh="f 是线性函数时，斜率是常数，没有计算图，第二次求导就会报错。直线的二阶导数是 0。",
)
def line_fails(f, x):
    leaf = x.detach().clone().requires_grad_()
    (first,) = torch.autograd.grad(f(leaf).sum(), leaf, create_graph=True)
    return torch.autograd.grad(first.sum(), leaf)[0]


@misconception(
    "second_derivative",
    "A tuple came back. torch.autograd.grad returns one even if it is asked for a single gradient; "
    "the tensor is its only entry.",
    zh="返回的是元组。即使只求一个梯度，torch.autograd.grad 返回的也是元组，要的张量是其中唯一的一项。",
)
def tuple_returned(f, x):
    leaf = x.detach().clone().requires_grad_()
    (first,) = torch.autograd.grad(f(leaf).sum(), leaf, create_graph=True)
    if not first.requires_grad:
        return (torch.zeros_like(x),)
    return torch.autograd.grad(first.sum(), leaf, materialize_grads=True)


@misconception(
    "second_derivative",
    "This is the first derivative.",
    zh="这是一阶导数。",
)
def first_derivative(f, x):
    leaf = x.detach().clone().requires_grad_()
    return torch.autograd.grad(f(leaf).sum(), leaf)[0]


@misconception(
    "second_derivative",
    "This is the square of the first derivative. To derive twice is to derive the derivative.",
    zh="这是一阶导数的平方。求两次导，是对导数再求导。",
)
def first_squared(f, x):
    leaf = x.detach().clone().requires_grad_()
    return torch.autograd.grad(f(leaf).sum(), leaf)[0] ** 2


@misconception(
    "second_derivative",
    "The first derivative is still part of the result: the second backward() added to what the first "
    "had left in .grad.",
    zh="一阶导数还混在结果里：第二次 backward() 加到了第一次留在 .grad 里的梯度上。",
)
def first_added(f, x):
    leaf = x.detach().clone().requires_grad_()
    (first,) = torch.autograd.grad(f(leaf).sum(), leaf, create_graph=True)
    if not first.requires_grad:
        return first
    (second,) = torch.autograd.grad(first.sum(), leaf, materialize_grads=True)
    return first.detach() + second


@misconception(
    "gradient_penalty",
    "The value is right, but nothing flows back to the critic's parameters: the gradient in the "
    "penalty was not recorded, so for the loss it is a constant and trains nothing.",
    zh="数值是对的，但梯度传不回判别器的参数：惩罚项里的梯度没有被记录，对损失来说它是常数，什么也训练不了。",
)
def penalty_without_graph(critic, x):
    leaf = x.detach().clone().requires_grad_()
    (slope,) = torch.autograd.grad(critic(leaf).sum(), leaf)
    return ((slope.norm(dim=1) - 1) ** 2).mean()


@misconception(
    "gradient_penalty",
    "One norm was taken over the whole batch. Each row has a gradient and a norm of its own.",
    zh="对整个批量只求了一个范数。每一行有自己的梯度，也有自己的范数。",
)
def norm_of_the_batch(critic, x):
    leaf = x.detach().clone().requires_grad_()
    (slope,) = torch.autograd.grad(critic(leaf).sum(), leaf, create_graph=True)
    return (slope.norm() - 1) ** 2


@misconception(
    "gradient_penalty",
    "The root is missing: the sum of the squares is the square of the norm.",
    zh="漏了开平方：平方和是范数的平方。",
)
def root_forgotten(critic, x):
    leaf = x.detach().clone().requires_grad_()
    (slope,) = torch.autograd.grad(critic(leaf).sum(), leaf, create_graph=True)
    return (((slope**2).sum(1) - 1) ** 2).mean()


@misconception(
    "gradient_penalty",
    "The critic was averaged before it was derived, so each row's gradient is too small by the "
    "factor n.",
    zh="求导之前先对判别器的输出取了平均，于是每一行的梯度都小了 n 倍。",
)
def critic_averaged(critic, x):
    leaf = x.detach().clone().requires_grad_()
    (slope,) = torch.autograd.grad(critic(leaf).mean(), leaf, create_graph=True)
    return ((slope.norm(dim=1) - 1) ** 2).mean()


@misconception(
    "gradient_penalty",
    "The norms were averaged first, and the average was compared with 1. Then one row's norm may be "
    "too large as long as another's is too small. Each row is compared, and the squares are averaged.",
    zh="先对各行的范数取了平均，再拿平均值与 1 比较。这样，一行的范数过大，可以被另一行的过小抵消。"
    "应当每一行各自与 1 比较，再对平方取平均。",
)
def norms_averaged_first(critic, x):
    leaf = x.detach().clone().requires_grad_()
    (slope,) = torch.autograd.grad(critic(leaf).sum(), leaf, create_graph=True)
    return (slope.norm(dim=1).mean() - 1) ** 2


@misconception(
    "gradient_penalty",
    "The penalties of the rows were summed; asked for is their mean.",
    zh="各行的惩罚被加了起来，要的是平均值。",
)
def penalties_summed(critic, x):
    leaf = x.detach().clone().requires_grad_()
    (slope,) = torch.autograd.grad(critic(leaf).sum(), leaf, create_graph=True)
    return ((slope.norm(dim=1) - 1) ** 2).sum()


@misconception(
    "gradient_penalty",
    "The penalty is right, but backward() filled the .grad of the critic's parameters on the way: "
    "they now hold the gradient of the critic's outputs, which belongs to no loss.",
    zh="惩罚是对的，但 backward() 顺带填了判别器参数的 .grad：那里现在是判别器输出的梯度，不属于任何损失。",
)
def parameters_filled(critic, x):
    leaf = x.detach().clone().requires_grad_()
    critic(leaf).sum().backward(create_graph=True)
    return ((leaf.grad.norm(dim=1) - 1) ** 2).mean()


# Other right answers.


@alternative("gradients")
def by_backward(f, inputs):
    leaves = [torch.zeros_like(tensor, requires_grad=True) for tensor in inputs]
    y = f(*[tensor + leaf for tensor, leaf in zip(inputs, leaves, strict=True)])
    (y + sum(0 * leaf.sum().to(y.dtype) for leaf in leaves)).backward()
    return [leaf.grad for leaf in leaves]


@alternative("gradients")
def one_at_a_time(f, inputs):
    found = []
    for place in range(len(inputs)):
        mine = [tensor.detach().clone() for tensor in inputs]
        mine[place].requires_grad_()
        y = f(*mine)
        used = y.requires_grad
        found.append(torch.autograd.grad(y, mine[place])[0] if used else mine[place].detach() * 0)
    return found


@alternative("second_derivative")
def element_by_element(f, x):
    entries = []
    for number in x.reshape(-1):
        leaf = number.detach().clone().requires_grad_()
        (first,) = torch.autograd.grad(f(leaf), leaf, create_graph=True)
        # Adding a square of zero slope makes it depend on the leaf in any case.
        shifted = first + 0 * leaf**2
        entries.append(torch.autograd.grad(shifted, leaf)[0])
    return torch.stack(entries).reshape(x.shape)


@alternative("second_derivative")
def by_hessian(f, x):
    flat = x.detach().reshape(-1)
    hessian = torch.autograd.functional.hessian(lambda t: f(t).sum(), flat)
    return hessian.diagonal().reshape(x.shape)


@alternative("gradient_penalty")
def row_by_row(critic, x):
    penalties = []
    for row in x.detach():
        leaf = row.clone().requires_grad_()
        (slope,) = torch.autograd.grad(critic(leaf[None])[0], leaf, create_graph=True)
        penalties.append((torch.sqrt((slope * slope).sum()) - 1) ** 2)
    return sum(penalties) / len(penalties)


# The tests.


def by_hand(kind, a, b, c):
    if kind == "all":
        e = (a * b).exp()
        return [(b * e * c).sum(), a * e * c, e.sum()]
    if kind == "some":
        return [torch.zeros_like(a), 3 * b**2 * c.sin(), (b**3).sum() * c.cos()]
    if kind == "one":
        return [torch.zeros_like(a), torch.zeros_like(b), torch.ones_like(c)]
    return [torch.zeros_like(a), torch.zeros_like(b), torch.zeros_like(c)]


def expected_of(kind, a, b, c):
    zeros = [torch.zeros_like(t) for t in (a, b, c)]
    return {"gradients": by_hand(kind, a, b, c), "inputs": [a, b, c], "left in .grad": zeros}


@title("gradients: all inputs are used", zh="gradients：所有输入都用到了")
def test_all_used(student, rand):
    a, b, c, u = rand(), rand(2, 3), rand(), rand()
    close(student.run(with_inputs, "all", a, b, c, u), expected_of("all", a, b, c))


@title("gradients: some inputs are not used", zh="gradients：有的输入没有用到")
@points(2)
def test_unused(student, rand):
    for kind in ("some", "one"):
        a, b, c, u = rand(4), rand(2, 3), rand(), rand()
        close(student.run(with_inputs, kind, a, b, c, u), expected_of(kind, a, b, c))


@title("gradients: no input is used, and float64", zh="gradients：没有一个输入用到，以及 float64")
@hidden(
    "A result that depends on no input has no graph at all. The zeros have the dtype of the inputs.",
    zh="结果不依赖任何输入时，根本没有计算图。那些零的 dtype 与输入相同。",
)
def test_none_used(student, rand):
    for kind in ("some", "none"):
        a, b, c, u = (rand(*size, dtype=torch.float64) for size in [(2,), (3,), (), ()])
        answer = student.run(with_inputs, kind, a, b, c, u)
        close(answer, expected_of(kind, a, b, c), dtype=True)


def second_of(kind, x):
    return {
        "cube": 6 * x,
        "waves": 2 * x.cos() * x.exp(),
        "line": torch.zeros_like(x),
        "learnt line": torch.zeros_like(x),
        "square": torch.full_like(x, 2),
    }[kind]


@title("The second derivative", zh="二阶导数")
@points(2)
def test_second(student, rand):
    for kind in ("cube", "waves"):
        x = rand(5)
        expected = {"second": second_of(kind, x), "x.grad": torch.zeros(5)}
        close(student.run(curved, kind, x), expected)


@title("The second derivative of a line and of a parabola", zh="直线和抛物线的二阶导数")
def test_second_of_lines(student, rand):
    for kind in ("square", "line"):
        x = rand(2, 3, dtype=torch.float64)
        expected = {"second": second_of(kind, x), "x.grad": torch.zeros_like(x)}
        close(student.run(curved, kind, x), expected, dtype=True)


def penalty_of(w, v, x):
    w, v = w.clone().requires_grad_(), v.clone().requires_grad_()
    inner = 1 - torch.tanh(x @ w) ** 2
    slope = (inner * v) @ w.T
    slope = slope + 2 * x * torch.eye(x.shape[1], dtype=x.dtype)[0]
    result = ((slope.norm(dim=1) - 1) ** 2).mean()
    return {
        "penalty": result.detach(),
        "left in .grad": [torch.zeros_like(w), torch.zeros_like(v)],
        "gradient": list(torch.autograd.grad(result, [w, v])),
    }


@title("The second derivative of a line whose slope is learnt", zh="斜率可学习的直线的二阶导数")
@hidden(
    "A slope may require gradients, since a parameter is in it, and yet not depend on x.",
    zh="斜率里有参数，所以它需要梯度，却不依赖 x。",
)
def test_second_of_learnt_line(student, rand):
    for x in (rand(4), rand()):
        expected = {"second": torch.zeros_like(x), "x.grad": torch.zeros_like(x)}
        close(student.run(curved, "learnt line", x), expected)
    x = rand(3)
    expected = {"second": second_of("waves", x), "x.grad": torch.zeros(3)}
    close(student.run(curved, "waves", x), expected)


@title("The gradient penalty trains the critic", zh="梯度惩罚能训练判别器")
@points(3)
def test_penalty(student, rand):
    w, v, x = rand(3, 4), rand(4), rand(5, 3)
    close(student.run(penalty, w, v, x), penalty_of(w, v, x))


@title("The gradient penalty of a single row, in float64", zh="单独一行的梯度惩罚，float64")
@hidden(
    "n may be 1. Then the mean over the batch can't hide anything.",
    zh="n 可以是 1，这时对批量求平均就掩盖不了什么了。",
)
def test_penalty_of_a_row(student, rand):
    w, v, x = (rand(*size, dtype=torch.float64) for size in [(2, 3), (3,), (1, 2)])
    close(student.run(penalty, w, v, x), penalty_of(w, v, x), dtype=True)
