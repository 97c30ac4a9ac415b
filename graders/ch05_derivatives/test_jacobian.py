"""The Jacobian by rows: shape, order, independence of the rows, and the caller's x left alone."""

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

# What goes wrong


@misconception(
    "jacobian",
    "Rows and columns are swapped: this is the transpose. The gradient of output i is row i, so "
    "that J @ dx is the change of f(x).",
    zh="行和列弄反了，这是转置。第 i 个输出的梯度应当是第 i 行，这样 J @ dx 才是 f(x) 的变化量。",
)
def gradients_as_columns(f, x):
    leaf = x.detach().clone().requires_grad_()
    y = f(leaf)
    rows = [
        torch.autograd.grad(y[i], leaf, retain_graph=True, materialize_grads=True)[0]
        if y.requires_grad
        else torch.zeros_like(x)
        for i in range(len(y))
    ]
    return torch.stack(rows, dim=1) if rows else x.new_zeros(len(x), 0)


@misconception(
    "jacobian",
    "Each row holds the sum of all rows up to it: backward() adds to .grad. Clear it before each "
    "row, or ask for the gradient without storing it.",
    zh="每一行都是到这一行为止的累加和：backward() 是把梯度加到 .grad 上。每一行之前要清除，"
    "或者干脆不存进 .grad，直接求梯度。",
)
def rows_accumulated(f, x):
    leaf = x.detach().clone().requires_grad_()
    y = f(leaf)
    result, total = x.new_zeros(len(y), len(x)).detach(), torch.zeros_like(x).detach()
    for i in range(len(y)):
        if y.requires_grad:
            total += torch.autograd.grad(y[i], leaf, retain_graph=True, materialize_grads=True)[0]
        result[i] = total
    return result


@misconception(
    "jacobian",
    "All rows are the same, namely the sum of all of them. Either the sum of the outputs was "
    "differentiated for each row, or the list holds the very same tensor .grad many times, and "
    "every backward() added to it.",
    zh="每一行都一样，都是所有行之和。要么每一行求的都是各输出之和的导数，"
    "要么列表里存的是同一个 .grad 张量，每次 backward() 都往它上面加。",
)
def one_tensor_many_times(f, x):
    leaf = x.detach().clone().requires_grad_()
    y = f(leaf)
    total = torch.zeros_like(x).detach()
    if y.requires_grad and len(y):
        total += torch.autograd.grad(y.sum(), leaf, materialize_grads=True)[0]
    return total.expand(len(y), -1).clone()


@misconception(
    "jacobian",
    "All rows are the same, namely the last one. If the list holds the very same tensor .grad many "
    "times, clearing it in place (zero_()) clears the rows that are done, too: store a copy, or "
    "set .grad to None.",
    zh="每一行都一样，都是最后一行。如果列表里存的是同一个 .grad 张量，就地清零（zero_()）"
    "会把已经求好的行也清掉：应存下副本，或者把 .grad 设为 None。",
)
def last_row_everywhere(f, x):
    leaf = x.detach().clone().requires_grad_()
    y = f(leaf)
    row = torch.zeros_like(x).detach()
    if y.requires_grad and len(y):
        row += torch.autograd.grad(y[-1], leaf, materialize_grads=True)[0]
    return row.expand(len(y), -1).clone()


@misconception(
    "jacobian",
    "The second row found no graph any more: the first backward pass freed it. All passes but the "
    "last must keep it.",
    zh="求第二行时计算图已经没了：第一次反向传播之后就释放了。除最后一次之外，每次都要保留它。",
)
def graph_freed(f, x):
    leaf = x.detach().clone().requires_grad_()
    y = f(leaf)
    if not y.requires_grad:
        return x.new_zeros(len(y), len(x))
    rows = [torch.autograd.grad(y[i], leaf, materialize_grads=True)[0] for i in range(len(y))]
    return torch.stack(rows) if rows else x.new_zeros(0, len(x))


@misconception(
    "jacobian",
    "f was called again for every row. That spares retain_graph, but it computes the same values "
    "m times; one graph serves all rows.",
    zh="每求一行就重新调用了一次 f。这样确实不用 retain_graph，但同样的值算了 m 遍；"
    "其实一张计算图就够所有行用。",
)
def called_for_each_row(f, x):
    leaf = x.detach().clone().requires_grad_()
    y = f(leaf)
    rows = [
        torch.autograd.grad(f(leaf)[i], leaf, materialize_grads=True)[0]
        if y.requires_grad
        else torch.zeros_like(x)
        for i in range(len(y))
    ]
    return torch.stack(rows) if rows else x.new_zeros(0, len(x))


@misconception(
    "jacobian",
    "A gradient was left in the caller's x.grad: backward() adds to every leaf of the graph. "
    "autograd.grad, or a leaf of your own, leaves no trace.",
    zh="调用者的 x.grad 里留下了梯度：backward() 会往计算图的每个叶子上累加。"
    "用 autograd.grad，或者自己另造叶子张量，就不会留下痕迹。",
)
def trace_in_grad(f, x):
    leaf = x.detach().clone().requires_grad_()
    y = f(leaf)
    result = x.new_zeros(len(y), len(x)).detach()
    if y.requires_grad:
        for i in range(len(y)):
            (row,) = torch.autograd.grad(y[i], leaf, retain_graph=True, materialize_grads=True)
            result[i] = row
    if len(result):
        x.grad = result[-1].clone()
    return result


@misconception(
    "jacobian",
    "The numbers are right, but the caller's x requires its gradient now: requires_grad_() changes "
    "the tensor it is called on. Switch it on for a copy without history.",
    zh="数值是对的，但调用者的 x 现在变成需要求梯度的了：requires_grad_() 会就地修改调用它的张量。"
    "应当对一份不带历史的副本打开这个开关。",
)
def switched_on(f, x):
    leaf = x.detach().clone().requires_grad_()
    y = f(leaf)
    result = x.new_zeros(len(y), len(x)).detach()
    if y.requires_grad:
        for i in range(len(y)):
            (row,) = torch.autograd.grad(y[i], leaf, retain_graph=True, materialize_grads=True)
            result[i] = row
    x.requires_grad_()
    return result


@misconception(
    "jacobian",
    "The loop runs over the inputs, but rows belong to outputs: there are as many passes as f(x) "
    "has entries.",
    zh="循环是按输入的个数走的，而每一行对应一个输出：f(x) 有多少个元素，就要走多少遍。",
)
def as_many_rows_as_inputs(f, x):
    leaf = x.detach().clone().requires_grad_()
    y = f(leaf)
    result = x.new_zeros(len(x), len(x)).detach()
    for i in range(len(x)):
        if y.requires_grad:
            (row,) = torch.autograd.grad(y[i], leaf, retain_graph=True, materialize_grads=True)
            result[i] = row
        else:
            y[i]
    return result


@misconception(
    "jacobian",
    "An output that doesn't depend on x was not provided for: autograd then has no path to follow. "
    "The derivative of a constant is 0, and so is its row.",
    zh="没有考虑与 x 无关的输出：这时 autograd 无路可走。常数的导数是 0，对应的那一行也是 0。",
)
def constants_forgotten(f, x):
    leaf = x.detach().clone().requires_grad_()
    y = f(leaf)
    rows = [torch.autograd.grad(y[i], leaf, retain_graph=True)[0] for i in range(len(y))]
    return torch.stack(rows) if rows else x.new_zeros(0, len(x))


@misconception(
    "jacobian_of_any_shape",
    "The shape of x comes before that of f(x). The outputs come first, as the rows in a Jacobian.",
    zh="x 的形状排到了 f(x) 的形状前面。输出在前，正如雅可比矩阵的行对应输出。",
)
def inputs_first(f, x):
    shape = f(x.detach()).shape
    matrix = jacobian(lambda t: f(t.reshape(x.shape)).reshape(-1), x.reshape(-1))
    return matrix.T.reshape(*x.shape, *shape)


@misconception(
    "jacobian_of_any_shape",
    "All outputs were added up before the derivative was taken, so the axes of f(x) are missing. "
    "That is the gradient of the sum, not the derivative of each entry.",
    zh="求导之前先把所有输出加了起来，结果里就没有 f(x) 的那些轴了。这是总和的梯度，"
    "而不是每个元素各自的导数。",
)
def outputs_summed(f, x):
    return jacobian(lambda t: f(t.reshape(x.shape)).sum().reshape(1), x.reshape(-1))[0].reshape(
        x.shape
    )


@misconception(
    "jacobian_of_any_shape",
    "The derivatives are right, but the caller's x has lost its requires_grad. Leave x alone and "
    "work on x.detach().",
    zh="导数是对的，但调用者的 x 不再需要求梯度了。不要动 x，用 x.detach() 来算。",
)
def switched_off(f, x):
    x.requires_grad_(False)
    shape = f(x).shape
    matrix = jacobian(lambda t: f(t.reshape(x.shape)).reshape(-1), x.reshape(-1))
    return matrix.reshape(*shape, *x.shape)


@misconception(
    "jacobian_of_any_shape",
    "The result stayed a matrix. Give the rows the shape of f(x) and the columns the shape of x.",
    zh="结果仍是一个矩阵。应当把行还原成 f(x) 的形状，把列还原成 x 的形状。",
)
def left_as_a_matrix(f, x):
    return jacobian(lambda t: f(t.reshape(x.shape)).reshape(-1), x.reshape(-1))


# Other right answers


@alternative("jacobian")
def with_backward(f, x):
    leaf = x.detach().clone().requires_grad_()
    y = f(leaf) + 0 * leaf.sum()  # so that every entry depends on x
    rows = []
    for entry in y:
        leaf.grad = None
        entry.backward(retain_graph=True)
        rows.append(leaf.grad)
    return torch.stack(rows) if rows else x.detach().new_zeros(0, len(x))


@alternative("jacobian")
def vectors_times_jacobian(f, x):
    leaf = x.detach().clone().requires_grad_()
    y = f(leaf)
    result = torch.zeros(len(y), len(x), dtype=x.dtype)
    for i, v in enumerate(torch.eye(len(y), dtype=y.dtype)):
        if y.requires_grad:
            row = torch.autograd.grad(y, leaf, v, retain_graph=True, allow_unused=True)[0]
            if row is not None:
                result[i] = row
    return result


@alternative("jacobian_of_any_shape")
def entry_by_entry(f, x):
    leaf = x.detach().clone().requires_grad_()
    y = f(leaf)
    rows = []
    for entry in y.reshape(-1):
        row = None
        if entry.requires_grad:
            row = torch.autograd.grad(entry, leaf, retain_graph=True, allow_unused=True)[0]
        rows.append(torch.zeros_like(leaf) if row is None else row)
    empty = leaf.detach().new_zeros(*y.shape, *x.shape)
    return torch.stack(rows).reshape(empty.shape) if rows else empty


# The tests


@probe
def rule_out_ready_made_ones(student):
    """Library functions that return Jacobians can't be named to `forbids`; break what they use."""

    def ruled_out(*arguments, **options):
        raise RuntimeError("ready-made Jacobians are ruled out in this exercise")

    torch.autograd.functional._grad_preprocess = ruled_out
    transforms = torch._functorch.eager_transforms
    for name in ("_vjp_with_argnums", "_jvp_with_argnums"):
        setattr(transforms, name, ruled_out)


@probe
def of_layer(student, weight, x):
    """What came back, how often f was called, and what the caller's x looks like."""
    rule_out_ready_made_ones(student)
    calls = [0]

    def f(t):
        calls[0] += 1
        return torch.tanh(weight @ t) + t.sum() ** 2

    try:
        result = student.jacobian(f, x)
    except RuntimeError as error:
        if "second time" not in str(error):
            raise
        return {"second pass through a freed graph": x.detach()}  # tells more than an exception
    return {"J": result.detach(), "calls": calls[0], "x.grad": x.grad, "x": x.detach()}


@probe
def of_leaf_in_use(student, weight, x, old):
    """x is somebody's leaf, and its gradient is in use."""
    rule_out_ready_made_ones(student)
    x.requires_grad_()
    x.grad = old.clone()
    result = student.jacobian(lambda t: torch.tanh(weight @ t) + t.sum() ** 2, x)
    kept = [x.grad if x.grad is not None else torch.zeros_like(old), x.detach()]
    z = (x * old).sum()
    (slope,) = torch.autograd.grad(z, x) if z.requires_grad else (torch.zeros_like(old),)
    return [result.detach(), *kept, slope]


@probe
def requires_afterwards(student, weight, x):
    rule_out_ready_made_ones(student)
    result = student.jacobian(lambda t: torch.tanh(weight @ t) + t.sum() ** 2, x)
    return result.detach(), x.requires_grad


@probe
def of_constants(student, kind, x, weight):
    rule_out_ready_made_ones(student)

    def f(t):
        if kind == "constant":
            return weight.clone()
        if kind == "mixed":
            return torch.stack([t[0] * t[1], weight[0], t.exp().sum()])
        if kind == "empty":
            return t[:0] * 2
        other = weight.clone().requires_grad_()  # a graph, but not to t
        if kind == "other graph":
            return other * 3
        return torch.stack([(other * 3).sum(), t[0] ** 2])

    return student.jacobian(f, x).detach()


@probe
def of_any_shape(student, kind, x, weight, old=None):
    rule_out_ready_made_ones(student)
    if old is not None:
        x.requires_grad_()
        x.grad = old.clone()

    def f(t):
        if kind == "matrix":
            return weight @ t**2
        if kind == "transposed":
            return (weight @ t**2).T
        if kind == "scalar":
            return (weight * t).sin().sum()
        return (t * weight).sin()

    result = student.jacobian_of_any_shape(f, x)
    if old is not None:
        return result.detach(), x.detach(), x.requires_grad, x.grad
    return result.detach(), x.detach()


def of_layer_by_hand(weight, x):
    slope = 1 - torch.tanh(weight @ x) ** 2
    return slope[:, None] * weight + 2 * x.sum()


@title("More outputs than inputs, and fewer", zh="输出比输入多，以及输出比输入少")
@points(3)
def test_sizes(student, rand):
    for m, n in [(4, 2), (2, 5), (3, 3), (1, 3)]:
        weight, x = rand(m, n), rand(n)
        got = student.run(of_layer, weight, x)
        expected = {"J": of_layer_by_hand(weight, x), "calls": 1, "x.grad": None, "x": x}
        close(
            got,
            expected,
            note=text(
                "calls: how often f was called, which should be once. x.grad was None before.",
                zh="calls：f 被调用的次数，应为一次。x.grad 原来是 None。",
            ),
        )


@title("The caller's x is left alone", zh="调用者的 x 保持原样")
@points(2)
def test_no_trace(student, rand):
    weight, x = rand(3, 2), rand(2)
    close(student.run(requires_afterwards, weight, x), (of_layer_by_hand(weight, x), False))


@title(
    "An x that is a leaf with a gradient already, in double precision",
    zh="x 本身是叶子且已有梯度；双精度",
)
@hidden(
    "x may be a parameter in the middle of its training: requires_grad is on, and .grad holds "
    "something. Neither should change.",
    zh="x 可能是一个正在训练的参数：requires_grad 已经打开，.grad 里已经有东西。两者都不应改变。",
)
def test_leaf_in_use(student, rand):
    weight, x, old = (rand(*s, dtype=torch.float64) for s in [(4, 3), (3,), (3,)])
    got = student.run(of_leaf_in_use, weight, x, old)
    close(got, [of_layer_by_hand(weight, x), old, x, old], dtype=True)


@title("Outputs that don't depend on x", zh="与 x 无关的输出")
@points(2)
def test_constants(student, rand):
    x, weight = rand(2), rand(3)
    zero = torch.zeros(2)
    mixed = torch.stack([x.flip(0), zero, x.exp()])
    elsewhere = torch.stack([zero, torch.stack([2 * x[0], zero[0]])])
    close(student.run(of_constants, "mixed", x, weight), mixed)
    close(student.run(of_constants, "elsewhere", x, weight), elsewhere)
    close(student.run(of_constants, "constant", x, weight), torch.zeros(3, 2))
    close(student.run(of_constants, "other graph", x, weight), torch.zeros(3, 2))


@title("No outputs at all", zh="一个输出也没有")
@hidden(
    "f(x) may have size 0. The result then has no rows, but it still has n columns.",
    zh="f(x) 的大小可以是 0。这时结果没有行，但仍有 n 列。",
)
def test_no_outputs(student, rand):
    x, weight = rand(3), rand(3)
    mixed = torch.stack([torch.stack([x[1], x[0], 0 * x[0]]), torch.zeros(3), x.exp()])
    close(student.run(of_constants, "mixed", x, weight), mixed)
    close(student.run(of_constants, "empty", x, weight), torch.zeros(0, 3))


@title(
    "Any shapes: those of f(x) first, then those of x",
    zh="任意形状：先是 f(x) 的形状，再是 x 的形状",
)
@points(3)
def test_any_shape(student, rand):
    x, weight = rand(3, 2), rand(4, 3)
    eye = torch.eye(2)
    by_hand = torch.einsum("ik,kl,jl->ijkl", weight, 2 * x, eye)
    close(student.run(of_any_shape, "matrix", x, weight), (by_hand, x))
    x, weight = rand(2, 3).T, rand(3, 2)
    slope = weight * (weight * x).cos()
    close(student.run(of_any_shape, "scalar", x, weight), (slope, x))
    x, weight = rand(), rand(2, 3)
    slope = weight * (weight * x).cos()
    close(student.run(of_any_shape, "number", x, weight), (slope, x))


@title(
    "Any shapes in double precision, with size 0, and a leaf in use",
    zh="任意形状：双精度、大小为 0，以及正在使用的叶子",
)
@hidden(
    "x and f(x) may have no entries. The shape of the result still is that of f(x) and then that "
    "of x. And here, too, x is left as it was.",
    zh="x 和 f(x) 可以没有元素。结果的形状仍是先 f(x) 的形状，再 x 的形状。这里同样不得改动 x。",
)
def test_any_shape_without_entries(student, rand):
    x, weight = rand(2, 2, dtype=torch.float64), rand(3, 2, dtype=torch.float64)
    by_hand = torch.einsum("ik,kl,jl->ijkl", weight, 2 * x, torch.eye(2, dtype=torch.float64))
    close(student.run(of_any_shape, "matrix", x, weight), (by_hand, x), dtype=True)
    transposed = by_hand.transpose(0, 1)
    close(student.run(of_any_shape, "transposed", x, weight), (transposed, x), dtype=True)
    x, weight, old = (rand(*s, dtype=torch.float64) for s in [(2, 3), (2, 3), (2, 3)])
    slope = weight * (weight * x).cos()
    close(
        student.run(of_any_shape, "scalar", x, weight, old),
        (slope, x, True, old),
        dtype=True,
        note=text(
            "The result, then x, its requires_grad and its .grad, which are as before.",
            zh="依次是结果、x、x 的 requires_grad 和 .grad，后三者都应与调用之前一样。",
        ),
    )
    x, weight = rand(2, 0), rand(3, 2)
    close(student.run(of_any_shape, "matrix", x, weight), (torch.zeros(3, 0, 2, 0), x))
