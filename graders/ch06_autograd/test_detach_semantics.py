"""detach: the same numbers in the same memory, without the history."""

from __future__ import annotations

import contextlib

import torch

from torchgrade.authoring import (
    alternative,
    cases,
    close,
    hidden,
    misconception,
    points,
    probe,
    text,
    title,
)

# What only the student's process can see: gradients and memory.


@probe
def gradients(student, z, *leaves):
    """Derivative of z.sum() by each leaf; zeros where the graph does not lead to it."""
    if z.requires_grad:
        z.sum().backward()
    return [torch.zeros_like(leaf) if leaf.grad is None else leaf.grad for leaf in leaves]


@probe
def times_itself(student, function, x, weight, bias):
    x.requires_grad_()
    result = getattr(student, function)(x)
    (gradient,) = gradients(student, (weight * result + bias) * x, x)
    return {"result": result.detach(), "gradient": gradient}


@probe
def write_through(student, x, weight, factor):
    result = student.stop_gradient(x.requires_grad_())
    (gradient,) = gradients(student, weight * result * x, x)
    with torch.no_grad():
        result.mul_(factor)
    return {"x": x.detach(), "gradient": gradient}


@probe
def write_before_backward(student, x, weight, factor):
    result = student.stop_gradient(x.requires_grad_())
    (gradient,) = gradients(student, (weight * result + factor) * x, x)
    square = (x**2).sum()  # its backward() will need the numbers of x
    with torch.no_grad():
        result.mul_(factor)
    with contextlib.suppress(RuntimeError):  # noticed, so nothing is added to the gradient
        square.backward()
    return {"x": x.detach(), "gradient": gradient}


@probe
def update_after_snapshot(student, x, factor):
    kept = student.snapshot(x.requires_grad_())
    with torch.no_grad():
        x.mul_(factor)
    return {"x": x.detach(), "snapshot": kept.detach()}


@probe
def cube(student, x, weight):
    z = student.cube_with_frozen_square(x.requires_grad_())
    (gradient,) = gradients(student, weight * z, x)
    return {"value": z.detach(), "gradient": gradient}


@probe
def cube_of_exp(student, w, weight):
    w.requires_grad_()
    x = w.exp()
    z = student.cube_with_frozen_square(x)
    (gradient,) = gradients(student, weight * z + x**2, w)
    return {"value": z.detach(), "gradient": gradient}


@probe
def imitate(student, x, a, b):
    for leaf in (x, a, b):
        leaf.requires_grad_()
    loss = student.imitation_loss(lambda v: v @ a, lambda v: torch.tanh(v @ b), x)
    by_x, by_a, by_b = gradients(student, loss, x, a, b)
    return {"loss": loss.detach(), "x": by_x, "learner": by_a, "teacher": by_b}


@probe
def imitate_oneself(student, x, a):
    for leaf in (x, a):
        leaf.requires_grad_()
    loss = student.imitation_loss(lambda v: v @ a, lambda v: torch.tanh(v @ a), x)
    by_x, by_a = gradients(student, loss, x, a)
    return {"loss": loss.detach(), "x": by_x, "weights": by_a}


# What students get wrong.


@misconception(
    "stop_gradient",
    "This is a copy, and copying is recorded like any other operation: the result of clone() is"
    " still in the graph, and gradients flow back through it.",
    zh="这是一份副本，而复制和其他运算一样会被记录：clone() 的结果仍在计算图里，"
    "梯度照样会穿过它往回传。",
)
def cloned(x):
    return x.clone()


@misconception(
    "stop_gradient",
    "This is x itself, or a view of it that was recorded: the result is still in the graph, and"
    " gradients flow back through it. no_grad keeps new operations from being recorded; it removes"
    " nothing from a tensor that exists already.",
    zh="返回的是 x 本身，或者是它的一个被记录下来的视图：结果仍在计算图里，梯度照样会穿过它往回传。"
    "no_grad 只是不再记录新的运算，并不会去掉已有张量的历史。",
)
def handed_back(x):
    return x


@misconception(
    "stop_gradient",
    "The history is gone, but so is the shared memory: the numbers were copied on the way. Cutting"
    " the graph needs no copy.",
    zh="历史确实去掉了，但共享的内存也没了：途中数值被复制了一份。切断计算图并不需要复制。",
)
def copied(x):
    return x.detach().clone()


@misconception(
    "stop_gradient",
    "The memory is shared behind autograd's back, the way .data does it. A write goes unnoticed,"
    " and a later backward() silently computes a wrong gradient.",
    zh="内存是共享了，却像 .data 那样瞒着 autograd：写入的改动不会被察觉，"
    "之后的 backward() 会悄悄算出错误的梯度。",
)
def through_data(x):
    return x.data


@misconception(
    "stop_gradient",
    "Now x itself gets no gradient any more: detach_() and requires_grad_() change the tensor that"
    " they are called on. x should stay as it was; only the result has no history.",
    zh="现在连 x 本身也得不到梯度了：detach_() 和 requires_grad_() 会就地修改调用它们的张量。"
    "x 应当保持原样，只有结果才不带历史。",
)
def source_cut(x):
    return x.detach_()


@misconception(
    "snapshot",
    "The history is cut, but the memory is still that of x, as after any detach(): the next update"
    " of x overwrites your snapshot, and a write to the snapshot changes x.",
    zh="历史切断了，内存却仍是 x 的，detach() 的结果都是这样：下次更新 x 时快照会被覆盖，"
    "往快照里写也会改动 x。",
)
def shared(x):
    return x.detach()


@misconception(
    "snapshot",
    "The copy is right, but now x itself gets no gradient any more: detach_() and requires_grad_()"
    " change the tensor that they are called on. x should stay as it was.",
    zh="副本是对的，但现在连 x 本身也得不到梯度了：detach_() 和 requires_grad_()"
    " 会就地修改调用它们的张量。x 应当保持原样。",
)
def source_cut_and_copied(x):
    return x.detach_().clone()


@misconception(
    "snapshot",
    "The snapshot has memory of its own, but clone() left it in the graph of x: gradients flow"
    " back through it, and it keeps that whole graph alive.",
    zh="快照有了自己的内存，但经过 clone() 它仍挂在 x 的计算图上：梯度会穿过它往回传，"
    "整张图也因此无法释放。",
)
def tracked_copy(x):
    return x.clone()


@misconception(
    "cube_with_frozen_square",
    "The gradient is 3x^2: the square still depends on x. Neither clone() nor a detach() whose"
    " result is dropped cuts anything; u must come out of detach().",
    zh="你得到的梯度是 3x^2：平方那一项仍然依赖 x。clone() 切不断计算图，"
    "调用了 detach() 却不用它的返回值同样切不断；u 必须是 detach() 返回的张量。",
)
def nothing_cut(x):
    return x * x * x


@misconception(
    "cube_with_frozen_square",
    "The gradient is 2x^2: only one of the three factors is frozen. The square as a whole, that is"
    " two of them, should count as a constant.",
    zh="你得到的梯度是 2x^2：三个因子里只冻结了一个。应当视为常数的是整个平方，"
    "也就是其中两个因子。",
)
def one_factor_cut(x):
    return x * x * x.detach()


@misconception(
    "cube_with_frozen_square",
    "Nothing flows back to x at all: the cut went through the whole product, or through x itself."
    " Only the square is a constant; the multiplication by x has to be recorded.",
    zh="梯度完全传不回 x：切掉的是整个乘积，或者是 x 本身。只有平方那一项是常数，"
    "乘以 x 这一步必须被记录。",
)
def everything_cut(x):
    return (x * x * x).detach()


@misconception(
    "imitation_loss",
    "Nothing is cut, so the teacher learns as well: it moves towards the learner, and both may"
    " meet at something worthless. The target has to be a constant.",
    zh="什么都没有切断，于是教师也在学习：它会向学习者靠拢，两者可能一起收敛到毫无意义的结果。"
    "目标必须是常数。",
)
def both_learn(learner, teacher, x):
    return ((learner(x) - teacher(x)) ** 2).mean()


@misconception(
    "imitation_loss",
    "The wrong part is cut off or stands under no_grad: the learner's output is the constant and"
    " the teacher gets the gradient. It should be the other way round.",
    zh="切断的地方不对，或者 no_grad 包错了部分：学习者的输出成了常数，梯度反而给了教师。"
    "应当反过来。",
)
def teacher_learns(learner, teacher, x):
    with torch.no_grad():
        prediction = learner(x)
    return ((prediction - teacher(x)) ** 2).mean()


@misconception(
    "imitation_loss",
    "The loss has no history at all, so nobody learns. Only the target is a constant; whatever the"
    " learner computes has to be recorded.",
    zh="整个损失都不带历史，于是谁也学不到东西。只有目标是常数，学习者的运算都必须被记录。",
)
def nobody_learns(learner, teacher, x):
    with torch.no_grad():
        return ((learner(x) - teacher(x)) ** 2).mean()


@misconception(
    "imitation_loss",
    "You cut the teacher's input. What happens inside the teacher is still recorded, so its"
    " weights get a gradient. The cut belongs behind the teacher, at its output.",
    zh="你切断的是教师的输入。教师内部的运算仍被记录，所以它的权重还是会得到梯度。"
    "应当在教师之后、在它的输出处切断。",
)
def teacher_input_cut(learner, teacher, x):
    return ((learner(x) - teacher(x.detach())) ** 2).mean()


@misconception(
    "imitation_loss",
    "The weights get the right gradients, but x gets none: it was cut off before it went into the"
    " learner. Only the teacher's output counts as a constant.",
    zh="权重的梯度是对的，但 x 得不到梯度：它在送进学习者之前就被切断了。"
    "只有教师的输出才视为常数。",
)
def learner_input_cut(learner, teacher, x):
    x = x.detach()
    return ((learner(x) - teacher(x).detach()) ** 2).mean()


# Other right answers.


@alternative("stop_gradient")
def view_without_recording(x):
    with torch.no_grad():
        return x.view_as(x)


@alternative("snapshot")
def written_into_a_new_tensor(x):
    copy = torch.empty_like(x)
    with torch.no_grad():
        return copy.copy_(x)


@alternative("cube_with_frozen_square")
def one_element_at_a_time(x):
    entries = [entry * entry.item() ** 2 for entry in x.reshape(-1)]
    return torch.stack(entries).reshape(x.shape)


@alternative("imitation_loss")
def with_detach(learner, teacher, x):
    return torch.nn.functional.mse_loss(learner(x), teacher(x).detach())


# The tests. As long as the result r of a function counts as a constant, the derivative of
# (weight * r + bias) * x by x is weight * r + bias. The bias gives away who leaves r in the graph
# and scales the gradient of x instead.


@title("The same numbers, and nothing flows back through them", zh="数值不变，梯度不会穿过结果")
@points(2)
@cases("function", ["stop_gradient", "snapshot"])
def test_history(student, rand, function):
    x, weight, bias = rand(3, 4), rand(3, 4), rand(3, 4)
    close(
        student.run(times_itself, function, x, weight, bias),
        {"result": x, "gradient": weight * x + bias},
    )


@title("stop_gradient: writing to the result writes to x", zh="stop_gradient：写入结果就是写入 x")
def test_shared_memory(student, rand):
    x, weight, factor = rand(5, 3).T, rand(3, 5), rand.uniform(2, 3, 3, 5)
    close(
        student.run(write_through, x, weight, factor),
        {"x": x * factor, "gradient": weight * x},
    )


@title("stop_gradient: autograd notices the write", zh="stop_gradient：写入会被 autograd 察觉")
def test_write_is_noticed(student, rand):
    x, weight, factor = rand(4), rand(4), rand.uniform(2, 3, 4)
    close(
        student.run(write_before_backward, x, weight, factor),
        {"x": x * factor, "gradient": weight * x + factor},
        note=text(
            "The backward() of (x**2).sum() was called after the write to the result. It should"
            " have raised and left the gradient alone.",
            zh="(x**2).sum() 的 backward() 是在写入结果之后调用的，"
            "它本应报错，并且不改动已有的梯度。",
        ),
    )


@title("snapshot: a later update of x leaves it alone", zh="snapshot：之后更新 x 不影响快照")
@points(2)
def test_own_memory(student, rand):
    x = rand(3, 2, dtype=torch.float64).T
    factor = rand.uniform(2, 3, 2, 3, dtype=torch.float64)
    close(
        student.run(update_after_snapshot, x, factor),
        {"x": x * factor, "snapshot": x},
        dtype=True,
    )


@title("z = u * x with u frozen: the gradient is x^2", zh="z = u * x 且 u 冻结：梯度为 x^2")
@points(2)
def test_frozen_square(student, rand):
    x, weight = rand(2, 3), rand(2, 3)
    close(student.run(cube, x, weight), {"value": x**3, "gradient": weight * x**2})


@title(
    "z = u * x in the middle of a graph, in double precision",
    zh="双精度，且 z = u * x 位于计算图中间",
)
@hidden(
    "x need not be a leaf: what comes before it must still get its gradient, and float64 stays"
    " float64.",
    zh="x 不一定是叶子张量：它之前的运算仍应得到梯度，float64 也应保持为 float64。",
)
def test_frozen_square_inside_a_graph(student, rand):
    w, weight = rand(3, 2, dtype=torch.float64), rand(3, 2, dtype=torch.float64)
    x = w.exp()
    close(
        student.run(cube_of_exp, w, weight),
        {"value": x**3, "gradient": (weight * x**2 + 2 * x) * x},
        dtype=True,
    )


@title("Only the learner learns", zh="只有学习者在学习")
@points(2)
def test_imitation(student, rand):
    x, a, b = rand(5, 3), rand(3, 2), rand(3, 2)
    error = x @ a - torch.tanh(x @ b)
    slope = 2 * error / error.numel()
    close(
        student.run(imitate, x, a, b),
        {
            "loss": (error**2).mean(),
            "x": slope @ a.T,
            "learner": x.T @ slope,
            "teacher": torch.zeros_like(b),
        },
    )


@title("Learner and teacher share their weights", zh="学习者与教师共用权重")
@hidden(
    "The same weights can get a gradient as the learner and none as the teacher: cut the output,"
    " don't switch the weights off.",
    zh="同一组权重作为学习者时应有梯度，作为教师时不应有：要切断的是输出，而不是关掉权重的梯度。",
)
def test_imitation_of_oneself(student, rand):
    x, a = rand(4, 3), rand(3, 2)
    error = x @ a - torch.tanh(x @ a)
    slope = 2 * error / error.numel()
    close(
        student.run(imitate_oneself, x, a),
        {"loss": (error**2).mean(), "x": slope @ a.T, "weights": x.T @ slope},
    )
