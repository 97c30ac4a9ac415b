"""backward() with a gradient argument: v J, and what it is not."""

from __future__ import annotations

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

# The functions need matrices, so they are made beside the student's code.


@probe
def product(student, x, v, a):
    """f maps n numbers to m; every output depends on every input."""
    return student.vjp(lambda t: torch.tanh(a @ t) * t.sum(), x, v)


@probe
def gram(student, x, v):
    """f maps a matrix to a matrix of another shape."""
    return student.vjp(lambda t: t.T @ t.sin(), x, v)


@probe
def number(student, x, v):
    """f gives a number."""
    return student.vjp(lambda t: t.exp().sum(), x, v)


@probe
def diagonal(student, x, a):
    return student.jacobian_diagonal(lambda t: torch.tanh(a @ t) * t.prod(), x)


@probe
def elementwise(student, x):
    return student.jacobian_diagonal(lambda t: t**3, x)


@probe
def with_old_gradient(student, function, x, old, *more):
    x.requires_grad_()
    x.grad = old
    a = more[-1]
    results = [
        getattr(student, function)(lambda t: a @ (t * t), x, *more[:-1]).detach().clone()
        for _ in range(2)
    ]
    (x**2).sum().backward()  # adds to x.grad if x still requires gradients
    return {"results": results, "x": x.detach(), "x.grad": x.grad}


@probe
def without_gradient(student, x, v, a, u):
    result = student.vjp(lambda t: a @ (t * t), x, v).detach().clone()
    diagonal = student.jacobian_diagonal(lambda t: a @ (t * t), x).detach().clone()
    (x * u.requires_grad_()).sum().backward()  # fills x.grad if x was switched on
    left = torch.zeros_like(x) if x.grad is None else x.grad
    return {"vjp": result, "diagonal": diagonal, "x": x.detach(), "x.grad": left}


# What students get wrong.


@misconception(
    "vjp",
    "v had no effect: this is the gradient of the plain sum of the outputs. v says how much each "
    "output counts.",
    zh="v 没有起作用：这是各输出直接相加之后的梯度。v 说的正是每个输出各占多大的分量。",
)
def weights_ignored(f, x, v):
    leaf = x.detach().clone().requires_grad_()
    y = f(leaf)
    if v.shape != y.shape:
        raise ValueError
    y.sum().backward()
    return leaf.grad


@misconception(
    "vjp",
    "backward() without an argument works for a single number only. From several numbers it has to "
    "be told how much each of them counts.",
    zh="不带参数的 backward() 只适用于单个数。从多个数出发时，必须告诉它每个数各占多大的分量。",
)
def backward_on_a_vector(f, x, v):
    leaf = x.detach().clone().requires_grad_()
    y = f(leaf)
    if v.shape != y.shape:
        raise ValueError
    y.backward()
    return leaf.grad


@misconception(
    "vjp",
    "The sum of the outputs was derived first and the result multiplied by v. Then v weighs the "
    "inputs. It has to weigh the outputs, before they are added up.",
    zh="先对各输出之和求导，再乘以 v，这样 v 成了输入的权重。它应当是输出的权重，在相加之前就乘上去。",
)
def weighed_afterwards(f, x, v):
    leaf = x.detach().clone().requires_grad_()
    y = f(leaf)
    if v.shape != y.shape:
        raise ValueError
    y.sum().backward()
    return leaf.grad * v


@misconception(
    "vjp",
    "This is J v: v was multiplied with the columns, as if it were a direction in the space of "
    "inputs. In v J it belongs to the outputs, that is to the rows of J.",
    zh="这是 J v：v 乘到了各列上，好像它是输入空间里的一个方向。在 v J 中，它属于输出，也就是 J 的各行。",
)
def other_side(f, x, v):
    x = x.detach()
    if v.shape != f(x).shape:
        raise ValueError
    jacobian = torch.autograd.functional.jacobian(f, x).reshape(v.numel(), x.numel())
    return (jacobian @ v.reshape(-1)).reshape(x.shape)


@misconception(
    "vjp",
    "A v of the wrong shape was broadcast to the outputs and gave some gradient or other. A weight "
    "per output is asked for; with another shape the caller has made a mistake.",
    zh="形状不对的 v 被广播到了各个输出上，算出了一个莫名其妙的梯度。每个输出都要有自己的权重；"
    "形状不同，说明调用者弄错了。",
)
def weights_broadcast(f, x, v):
    leaf = x.detach().clone().requires_grad_()
    (f(leaf) * v).sum().backward()
    return leaf.grad


@misconception(
    "vjp",
    "PyTorch notices a v of the wrong shape with a RuntimeError; the contract asks for a "
    "ValueError. Compare the shapes yourself.",
    zh="v 的形状不对时，PyTorch 抛出的是 RuntimeError，而约定要求的是 ValueError。请自己比较形状。",
)
def shapes_left_to_torch(f, x, v):
    leaf = x.detach().clone().requires_grad_()
    f(leaf).backward(v)
    return leaf.grad


@misconception(
    "vjp",
    "The pass went to x itself, and backward() adds to x.grad: an old gradient is part of the "
    "result, and x is not as it was.",
    zh="反向传播直接走到了 x 本身，而 backward() 会往 x.grad 上加：旧的梯度混进了结果，x 也不是原样了。",
)
def through_x_itself(f, x, v):
    x.requires_grad_()
    y = f(x)
    if v.shape != y.shape:
        raise ValueError
    y.backward(v)
    return x.grad


@misconception(
    "jacobian_diagonal",
    "This is the sum of the rows of the Jacobian, not its diagonal. The two are equal only if each "
    "output depends on its own input alone; here the outputs depend on all inputs.",
    zh="这是雅可比矩阵各行之和，不是对角线。只有当每个输出仅依赖自己的那个输入时，两者才相等；"
    "而这里每个输出依赖所有的输入。",
)
def rows_summed(f, x):
    leaf = x.detach().clone().requires_grad_()
    f(leaf).backward(torch.ones_like(x))
    return leaf.grad


@misconception(
    "jacobian_diagonal",
    "The gradients of the rows piled up: backward() adds to .grad, so entry i holds the slopes of "
    "all outputs up to number i. Each row must start afresh.",
    zh="各行的梯度堆在了一起：backward() 是往 .grad 上加的，于是第 i 项里混着前面所有输出的斜率。"
    "每一行都要从头开始。",
)
def rows_piled_up(f, x):
    leaf = x.detach().clone().requires_grad_()
    entries = []
    for i in range(len(x)):
        f(leaf)[i].backward()
        entries.append(leaf.grad[i].clone())
    return torch.stack(entries)


@misconception(
    "jacobian_diagonal",
    "The second pass found the graph freed: backward() gives up what it has walked through, unless "
    "it is told to keep it. Keep it for the passes to come, or call f again.",
    zh="第二遍反向时，计算图已经被释放了：backward() 走过之后就会释放，除非要求它保留。"
    "要么为后面几遍保留它，要么重新调用 f。",
)
def graph_freed(f, x):
    leaf = x.detach().clone().requires_grad_()
    y = f(leaf)
    return torch.stack([torch.autograd.grad(y[i], leaf)[0][i] for i in range(len(x))])


@misconception(
    "jacobian_diagonal",
    "The whole Jacobian came back. Asked for are the n numbers on its diagonal.",
    zh="返回的是整个雅可比矩阵，要的只是对角线上的 n 个数。",
)
def whole_jacobian(f, x):
    return torch.autograd.functional.jacobian(f, x.detach())


# Other right answers.


@alternative("vjp")
def as_weighted_sum(f, x, v):
    leaf = x.detach().clone().requires_grad_()
    y = f(leaf)
    if y.shape != v.shape:
        raise ValueError
    return torch.autograd.grad((y * v).sum(), leaf)[0]


@alternative("vjp")
def output_by_output(f, x, v):
    if f(x).shape != v.shape:
        raise ValueError
    total = torch.zeros_like(x)
    for i, weight in enumerate(v.reshape(-1).tolist()):
        leaf = x.detach().clone().requires_grad_()
        f(leaf).reshape(-1)[i].backward()
        total += weight * leaf.grad
    return total.detach()


@alternative("jacobian_diagonal")
def one_graph(f, x):
    leaf = x.detach().clone().requires_grad_()
    y, entries = f(leaf), []
    for i in range(len(x)):
        leaf.grad = None
        y[i].backward(retain_graph=True)
        entries.append(leaf.grad[i])
    return torch.stack(entries)


@alternative("jacobian_diagonal")
def one_leaf_per_entry(f, x):
    leaves = [entry.detach().clone().requires_grad_() for entry in x]
    y = f(torch.stack(leaves))
    return torch.stack(
        [torch.autograd.grad(y[i], leaf, retain_graph=True)[0] for i, leaf in enumerate(leaves)]
    )


# The tests.


def weighted(f, x, v):
    leaf = x.clone().requires_grad_()
    return torch.autograd.grad((v * f(leaf)).sum(), leaf)[0]


def full(f, x):
    return torch.autograd.functional.jacobian(f, x)


@title("vjp: fewer outputs than inputs, and more", zh="vjp：输出比输入少，或者多")
@points(2)
def test_vjp(student, rand):
    for m, n in [(2, 4), (5, 3)]:
        x, v, a = rand(n), rand(m), rand(m, n)
        expected = weighted(lambda t, a=a: torch.tanh(a @ t) * t.sum(), x, v)
        close(student.run(product, x, v, a), expected)


@title("vjp: as many outputs as inputs", zh="vjp：输出与输入一样多")
def test_square_vjp(student, rand):
    x, v, a = rand(4), rand(4), rand(4, 4)
    expected = weighted(lambda t: torch.tanh(a @ t) * t.sum(), x, v)
    close(student.run(product, x, v, a), expected)


@title("vjp: matrices, a single number, float64", zh="vjp：矩阵、单个的数、float64")
@hidden(
    "v has the shape of f(x), whatever that is: a matrix, or no axes at all.",
    zh="无论 f(x) 是什么形状，v 都与它相同：可以是矩阵，也可以是 0 维。",
)
def test_vjp_shapes(student, rand):
    x, v = rand(2, 3, dtype=torch.float64), rand(3, 3, dtype=torch.float64)
    close(student.run(gram, x, v), weighted(lambda t: t.T @ t.sin(), x, v), dtype=True)
    x, v = rand(3, 2).T, rand()
    close(student.run(number, x, v), v * x.exp(), dtype=True)
    x, v = rand(1), rand(1)
    expected = weighted(lambda t: torch.tanh(v[:, None] @ t) * t.sum(), x, x)
    close(student.run(product, x, x, v[:, None]), expected)


@title("vjp: a v of another shape is refused", zh="vjp：形状不同的 v 要拒绝")
def test_wrong_shape(student, rand):
    x, v, a = rand(4), rand(3), rand(3, 4)
    expected = weighted(lambda t: torch.tanh(a @ t) * t.sum(), x, v)
    close(student.run(product, x, v, a), expected)
    for wrong in (rand(1), rand(1, 3), rand(), rand(3, 1), rand(4)):
        with refuses(ValueError):
            student.run(product, x, wrong, a)


@title("The diagonal when all outputs depend on all inputs", zh="每个输出都依赖所有输入时的对角线")
@points(2)
def test_diagonal(student, rand):
    for n, dtype in [(4, torch.float32), (3, torch.float64)]:
        x, a = rand.uniform(0.5, 1.5, n, dtype=dtype), rand(n, n, dtype=dtype)
        expected = full(lambda t, a=a: torch.tanh(a @ t) * t.prod(), x).diagonal()
        close(student.run(diagonal, x, a), expected, dtype=True)


@title(
    "The diagonal of an elementwise function, and of one number",
    zh="逐元素函数的对角线，以及只有一个数的情形",
)
@hidden(
    "n may be 1, and then J has a single entry, but the result still has one axis.",
    zh="n 可以是 1，这时 J 只有一个元素，但结果仍有一个轴。",
)
def test_simple_diagonals(student, rand):
    x = rand(5)
    close(student.run(elementwise, x), 3 * x**2)
    x, a = rand(1), rand(1, 1)
    close(student.run(diagonal, x, a), full(lambda t: torch.tanh(a @ t) * t.prod(), x)[0])


@title("x and its gradient stay as they were", zh="x 和它的梯度保持原样")
@points(2)
def test_untouched(student, rand):
    x, old, v, a, u = rand(3), rand(3), rand(3), rand(3, 3), rand(3)
    by_v, by_diagonal = 2 * x * (v @ a), 2 * x * a.diagonal()
    after = {"x": x, "x.grad": old + 2 * x}
    close(student.run(with_old_gradient, "vjp", x, old, v, a), {"results": [by_v] * 2, **after})
    close(
        student.run(with_old_gradient, "jacobian_diagonal", x, old, a),
        {"results": [by_diagonal] * 2, **after},
    )
    close(
        student.run(without_gradient, x, v, a, u),
        {"vjp": by_v, "diagonal": by_diagonal, "x": x, "x.grad": torch.zeros(3)},
    )
