"""Gradients add up: when to clear them, and how to make use of it."""

from __future__ import annotations

import weakref

import torch
from torch import nn

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

# What only the student's process can see: .grad, and what is alive when.


@probe
def after_stale(student, x, stale, weight):
    x.requires_grad_()
    x.grad = stale
    result = student.fresh_gradient(lambda v: (weight * v**2).sum(), x)
    return {"result": result.detach().clone(), "x.grad": x.grad}


@probe
def two_calls(student, x, weight):
    x.requires_grad_()
    first = student.fresh_gradient(lambda v: (weight * v**2).sum(), x)
    second = student.fresh_gradient(lambda v: (weight * v.exp()).sum(), x)
    return {"first": first, "second": second}


@probe
def linear_model(student, weight, bias):
    model = nn.Linear(weight.shape[1], weight.shape[0], dtype=weight.dtype)
    with torch.no_grad():
        model.weight.copy_(weight)
        model.bias.copy_(bias)
    return model


@probe
def accumulate(student, weight, bias, x, y, size):
    model = linear_model(student, weight, bias)
    student.accumulate_gradients(model, nn.functional.mse_loss, x, y, size)
    return {"weight": model.weight.grad, "bias": model.bias.grad}


@probe
def accumulate_on_stale(student, weight, bias, stale, x, y):
    model = linear_model(student, weight, bias)
    model.weight.grad, model.bias.grad = stale, stale.sum(1)
    student.accumulate_gradients(model, nn.functional.mse_loss, x, y, len(x))
    return {
        "gradients": [model.weight.grad, model.bias.grad],
        "weights": [model.weight.detach(), model.bias.detach()],
    }


@probe
def linear_model_with_little_room(student, weight, bias, size):
    """A linear model that keeps ``size`` rows for backward(): more overwrite those before them."""

    class Kept:
        """The places of some rows; it lives as long as a graph needs them."""

    class Cramped(nn.Linear):
        def forward(self, rows):
            def keep(saved):
                if saved.shape != rows.shape:
                    return saved
                kept = Kept()
                kept.places = [(self.passed + row) % size for row in range(len(rows))]
                for place, row in zip(kept.places, saved.detach(), strict=True):
                    room[place] = row
                alive.add(kept)
                self.most = max(self.most, sum(len(other.places) for other in alive))
                return kept

            def found(kept):
                return room[kept.places] if isinstance(kept, Kept) else kept

            with torch.autograd.graph.saved_tensors_hooks(keep, found):
                result = rows @ self.weight.T + self.bias
            self.passed += len(rows)
            return result

    room, alive = weight.new_zeros(size, weight.shape[1]), weakref.WeakSet()
    model = Cramped(weight.shape[1], weight.shape[0], dtype=weight.dtype)
    model.passed = model.most = 0
    with torch.no_grad():
        model.weight.copy_(weight)
        model.bias.copy_(bias)
    return model


@probe
def accumulate_in_little_room(student, weight, bias, x, y, size):
    model = linear_model_with_little_room(student, weight, bias, size)
    student.accumulate_gradients(model, nn.functional.mse_loss, x, y, size)
    rows = {"in all": model.passed, "at once": model.most}
    return {"rows": rows, "weight": model.weight.grad, "bias": model.bias.grad}


@probe
def accumulate_beside_spare(student, weight, bias, spare, x, y, size):
    model = linear_model(student, weight, bias)
    model.spare = nn.Parameter(spare)  # the loss does not reach it
    model.spare.grad = spare.clone()
    student.accumulate_gradients(model, nn.functional.mse_loss, x, y, size)
    left = torch.zeros_like(spare) if model.spare.grad is None else model.spare.grad
    return {"weight": model.weight.grad, "bias": model.bias.grad, "spare": left}


@probe
def accumulate_classes(student, weight, bias, images, labels, size):
    model = nn.Sequential(nn.AdaptiveAvgPool2d((1, None)), linear_model(student, weight, bias))

    def loss(scores, targets):
        return nn.functional.cross_entropy(scores.squeeze(1), targets)

    student.accumulate_gradients(model, loss, images, labels, size)
    return {"weight": model[1].weight.grad, "bias": model[1].bias.grad}


@probe
def accumulate_numbers(student, factor, x, y, size):
    class Times(nn.Module):
        def __init__(self):
            super().__init__()
            self.factor = nn.Parameter(factor)

        def forward(self, numbers):
            return self.factor * numbers

    model = Times()
    student.accumulate_gradients(model, nn.functional.mse_loss, x, y, size)
    return model.factor.grad


# What students get wrong.


@misconception(
    "fresh_gradient",
    "backward() adds to x.grad. Whatever was there before is still part of the sum.",
    zh="backward() 会把梯度加到 x.grad 上，里面原有的数值仍留在和里。",
)
def never_cleared(f, x):
    f(x).backward()
    return x.grad


@misconception(
    "fresh_gradient",
    "Before the first backward() there is no gradient to set to zero: x.grad is None, not a tensor"
    " of zeros.",
    zh="第一次 backward() 之前还没有梯度可以清零：这时 x.grad 是 None，而不是全零张量。",
)
def zeroed_without_looking(f, x):
    x.grad.zero_()
    f(x).backward()
    return x.grad


@misconception(
    "fresh_gradient",
    "zero_() clears the old tensor in place, and the result of the earlier call is that very"
    " tensor: it now shows the new gradient. Let go of the old tensor instead of overwriting it.",
    zh="zero_() 就地清空旧张量，而前一次调用返回的正是这个张量：它现在显示的是新的梯度。"
    "应当放开旧张量，而不是改写它。",
)
def overwritten(f, x):
    if x.grad is not None:
        x.grad.zero_()
    f(x).backward()
    return x.grad


@misconception(
    "fresh_gradient",
    "You clear after backward(): that helps the next call, but not this one if x came with a"
    " gradient, and it leaves x.grad empty.",
    zh="你在 backward() 之后才清除：这只对下一次调用有用。如果 x 传进来时已带有梯度，"
    "这一次照样会混进去，而且调用结束后 x.grad 成了空的。",
)
def cleared_afterwards(f, x):
    f(x).backward()
    gradient = x.grad
    x.grad = None
    return gradient


@misconception(
    "fresh_gradient",
    "The gradient that you return is right, but it was never put into x.grad: that still holds what"
    " it held before. torch.autograd.grad(), or backward() on another leaf, leaves it alone.",
    zh="返回的梯度是对的，但没有存进 x.grad，那里仍是原来的内容。torch.autograd.grad()，"
    "或者对另一个叶子张量调用的 backward()，都不会改动它。",
)
def not_stored(f, x):
    (gradient,) = torch.autograd.grad(f(x), x)
    return gradient


@misconception(
    "accumulate_gradients",
    "The gradients of the micro-batches were added as they are. A sum of means is not the mean"
    " over all rows: it is too large by the number of micro-batches.",
    zh="各个小批的梯度被原样相加了。几个平均值之和并不是全部样本的平均值：小批有几个，"
    "结果就大了几倍。",
)
def not_divided(model, loss, x, y, size):
    model.zero_grad()
    for rows, targets in zip(x.split(size), y.split(size), strict=True):
        loss(model(rows), targets).backward()


@misconception(
    "accumulate_gradients",
    "Every micro-batch counts the same here, also a smaller last one, so its rows weigh more than"
    " the others. Each micro-batch should count by its number of rows.",
    zh="这里每个小批的权重都一样，最后那个较小的小批也不例外，"
    "于是其中每个样本的分量都比别的样本重。各个小批应当按样本数加权。",
)
def batches_weigh_the_same(model, loss, x, y, size):
    model.zero_grad()
    batches = list(zip(x.split(size), y.split(size), strict=True))
    for rows, targets in batches:
        (loss(model(rows), targets) / len(batches)).backward()


@misconception(
    "accumulate_gradients",
    "A smaller last micro-batch counts here as if it were full, so its rows weigh more than the"
    " others. Each micro-batch should count by the number of rows that it really has.",
    zh="最后一个小批较小，这里却按装满的小批计算，于是其中每个样本的分量都比别的样本重。"
    "各个小批应当按实际的样本数加权。",
)
def last_counts_as_full(model, loss, x, y, size):
    model.zero_grad()
    for rows, targets in zip(x.split(size), y.split(size), strict=True):
        (loss(model(rows), targets) * min(size, len(x)) / len(x)).backward()


@misconception(
    "accumulate_gradients",
    "Only the last micro-batch is left at the end: every round of the loop clears or overwrites"
    " what the rounds before it found. Clear once, before the loop.",
    zh="最后只剩下最后一个小批的梯度：循环每走一轮，都会清除或覆盖前几轮求得的结果。"
    "只应在循环之前清除一次。",
)
def cleared_in_the_loop(model, loss, x, y, size):
    for rows, targets in zip(x.split(size), y.split(size), strict=True):
        model.zero_grad()
        loss(model(rows), targets).backward()


@misconception(
    "accumulate_gradients",
    "Only the last micro-batch's share is left at the end. The shares are right, but every round"
    " of the loop clears or overwrites those before it. Clear once, before the loop.",
    zh="最后只剩下最后一个小批的那一份。每一份的权重都对，但循环每走一轮，"
    "都会清除或覆盖之前的那些。只应在循环之前清除一次。",
)
def weighted_but_cleared_in_the_loop(model, loss, x, y, size):
    for rows, targets in zip(x.split(size), y.split(size), strict=True):
        model.zero_grad()
        (loss(model(rows), targets) * len(rows) / len(x)).backward()


@misconception(
    "accumulate_gradients",
    "The rows behind the last full micro-batch never went through the model: the division that"
    " counts the micro-batches rounds down.",
    zh="最后一个完整小批之后剩下的样本根本没有送进模型：计算小批个数时，除法向下取整了。",
)
def rest_dropped(model, loss, x, y, size):
    model.zero_grad()
    steps = len(x) // size
    for step in range(steps):
        part = slice(step * size, (step + 1) * size)
        (loss(model(x[part]), y[part]) / steps).backward()


@misconception(
    "accumulate_gradients",
    "The rows behind the last full micro-batch never went through the model: the division that"
    " counts the micro-batches rounds down. Yet each micro-batch has the weight that it would have"
    " beside these rows, so the weights don't sum to 1.",
    zh="最后一个完整小批之后剩下的样本根本没有送进模型：计算小批个数时，除法向下取整了。"
    "而每个小批的权重仍按全部样本来算，所以权重之和不到 1。",
)
def rest_dropped_but_counted(model, loss, x, y, size):
    model.zero_grad()
    for start in range(0, len(x) // size * size, size):
        part = slice(start, start + size)
        (loss(model(x[part]), y[part]) * size / len(x)).backward()


@misconception(
    "accumulate_gradients",
    "The gradients that the model held before are still in the sum: nothing cleared them before"
    " the first micro-batch.",
    zh="模型原有的梯度还留在和里：处理第一个小批之前，没有把它们清掉。",
)
def old_gradients_kept(model, loss, x, y, size):
    for rows, targets in zip(x.split(size), y.split(size), strict=True):
        (loss(model(rows), targets) * len(rows) / len(x)).backward()


@misconception(
    "accumulate_gradients",
    "The gradients are right, but the weights were updated as well. Updating them is for whoever"
    " calls this function; it only fills the gradients.",
    zh="梯度是对的，但权重也被更新了。更新权重是调用者的事，这个函数只负责求出梯度。",
)
def updated(model, loss, x, y, size):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    optimizer.zero_grad()
    for rows, targets in zip(x.split(size), y.split(size), strict=True):
        (loss(model(rows), targets) * len(rows) / len(x)).backward()
    optimizer.step()


@misconception(
    "accumulate_gradients",
    "The graphs of all rows were in memory at the same time, and to avoid that is the whole"
    " purpose. Call backward() for each micro-batch before the next one goes in.",
    zh="所有样本的计算图同时留在了内存里，而梯度累积正是为了避免这一点。"
    "每个小批都应先调用 backward()，再送入下一个。",
)
def one_backward_at_the_end(model, loss, x, y, size):
    model.zero_grad()
    parts = zip(x.split(size), y.split(size), strict=True)
    sum(loss(model(rows), targets) * len(rows) / len(x) for rows, targets in parts).backward()


@misconception(
    "accumulate_gradients",
    "A cleared gradient is None, not zeros, and it stays None for a parameter that the loss does"
    " not reach. Arithmetic on it fails; scale the loss instead, or look first.",
    zh="清除之后的梯度是 None，而不是零；损失没有用到的参数，它的梯度会一直是 None，不能参与运算。"
    "可以改为缩放损失，或者先检查再运算。",
)
def none_divided(model, loss, x, y, size):
    model.zero_grad()
    for rows, targets in zip(x.split(size), y.split(size), strict=True):
        (loss(model(rows), targets) * len(rows)).backward()
    for parameter in model.parameters():
        parameter.grad /= len(x)


# Other right answers.


@alternative("fresh_gradient")
def by_autograd_grad(f, x):
    (gradient,) = torch.autograd.grad(f(x), x)
    x.grad = gradient.clone()
    return gradient


@alternative("fresh_gradient")
def onto_new_zeros(f, x):
    x.grad = torch.zeros_like(x)
    f(x).backward()
    return x.grad.clone()


@alternative("accumulate_gradients")
def row_by_row(model, loss, x, y, size):
    for parameter in model.parameters():
        parameter.grad = None
    for row in range(len(x)):
        (loss(model(x[row : row + 1]), y[row : row + 1]) / len(x)).backward()


@alternative("accumulate_gradients")
def summed_by_hand(model, loss, x, y, size):
    parameters = list(model.parameters())
    sums = [torch.zeros_like(parameter) for parameter in parameters]
    for start in range(0, len(x), size):
        rows, targets = x[start : start + size], y[start : start + size]
        value = loss(model(rows), targets) * len(rows)
        found = torch.autograd.grad(value, parameters, allow_unused=True)
        for total, gradient in zip(sums, found, strict=True):
            if gradient is not None:
                total.add_(gradient)
    for parameter, total in zip(parameters, sums, strict=True):
        parameter.grad = total / len(x)


# The tests.


def wave(v):
    return (v * torch.sin(v)).sum()


def full_batch(weight, bias, x, y):
    """Gradient of the mean squared error of a linear model over the whole batch."""
    slope = 2 * (x @ weight.T + bias - y) / y.numel()
    return {"weight": slope.T @ x, "bias": slope.sum(0)}


@title("The first gradient of x", zh="x 的第一个梯度")
def test_first_gradient(student, rand):
    x = rand(4)
    gradient = student.fresh_gradient(wave, x.clone().requires_grad_())
    close(gradient, torch.sin(x) + x * torch.cos(x))


@title("What x.grad held before does not count", zh="x.grad 原有的内容不计入")
@points(2)
def test_stale_gradient(student, rand):
    x, stale, weight = rand(2, 3), rand(2, 3), rand(2, 3)
    gradient = 2 * weight * x
    close(student.run(after_stale, x, stale, weight), {"result": gradient, "x.grad": gradient})


@title("A gradient returned earlier keeps its numbers", zh="先前返回的梯度保持原来的数值")
def test_two_calls(student, rand):
    x, weight = rand(5, dtype=torch.float64), rand(5, dtype=torch.float64)
    close(
        student.run(two_calls, x, weight),
        {"first": 2 * weight * x, "second": weight * x.exp()},
        dtype=True,
    )


@title("Micro-batches of equal size", zh="大小相同的小批")
@cases("rows, size", [(20, 4), (5, 8)])
def test_equal_sizes(student, rand, rows, size):
    weight, bias, x, y = rand(2, 3), rand(2), rand(rows, 3), rand(rows, 2)
    close(student.run(accumulate, weight, bias, x, y, size), full_batch(weight, bias, x, y))


@title("The last micro-batch is smaller", zh="最后一个小批较小")
@points(2)
@cases("rows, size", [(11, 4), (13, 5)])
def test_unequal_sizes(student, rand, rows, size):
    weight, bias, x, y = rand(2, 3), rand(2), rand(rows, 3), rand(rows, 2)
    close(student.run(accumulate, weight, bias, x, y, size), full_batch(weight, bias, x, y))


@title(
    "Old gradients do not count, and the weights stay as they are",
    zh="原有的梯度不计入，权重保持不变",
)
def test_stale_model(student, rand):
    weight, bias, x, y, stale = rand(2, 3), rand(2), rand(5, 3), rand(5, 2), rand(2, 3)
    gradients = full_batch(weight, bias, x, y)
    close(
        student.run(accumulate_on_stale, weight, bias, stale, x, y),
        {"gradients": [gradients["weight"], gradients["bias"]], "weights": [weight, bias]},
    )


@title("No more than one micro-batch is in memory", zh="内存中最多只有一个小批")
@points(2)
def test_memory(student, rand):
    weight, bias, x, y = rand(2, 3), rand(2), rand(11, 3), rand(11, 2)
    answer = student.run(accumulate_in_little_room, weight, bias, x, y, 2)
    rows = answer["rows"]
    assert rows["in all"] == len(x), text(
        f"{rows['in all']} rows went through the model; each of the {len(x)} should do so once.",
        zh=f"共有 {rows['in all']} 个样本送进了模型；一共 {len(x)} 个样本，每个应恰好送入一次。",
    )
    assert rows["at once"] <= 2, text(
        f"The graphs of {rows['at once']} rows were alive at the same time; at most 2 may be.",
        zh=f"同时存活的计算图涉及 {rows['at once']} 个样本，最多只允许 2 个。",
    )
    close({"weight": answer["weight"], "bias": answer["bias"]}, full_batch(weight, bias, x, y))


@title("A parameter that the loss does not reach", zh="损失没有用到的参数")
def test_unreached_parameter(student, rand):
    weight, bias, x, y, spare = rand(2, 3), rand(2), rand(11, 3), rand(11, 2), rand(4)
    close(
        student.run(accumulate_beside_spare, weight, bias, spare, x, y, 4),
        {**full_batch(weight, bias, x, y), "spare": torch.zeros_like(spare)},
    )


@title("Images with class labels, and single numbers", zh="带类别标签的图像，以及单个的数")
@hidden(
    "Use only what the contract promises: x and y may have one axis or several, and the model sees"
    " rows of the same form; y may be integer labels.",
    zh="只依赖约定里写明的内容：x 和 y 可以只有一个轴，也可以有多个轴，"
    "送进模型的样本应保持原来的形状；y 可以是整数类别标签。",
)
def test_axes(student, rand):
    weight, bias, images, labels = rand(3, 4), rand(3), rand(11, 2, 4), rand.ints(0, 3, 11)
    rows = images.mean(1)
    slope = torch.softmax(rows @ weight.T + bias, 1) - nn.functional.one_hot(labels, 3)
    close(
        student.run(accumulate_classes, weight, bias, images, labels, 3),
        {"weight": slope.T @ rows / 11, "bias": slope.mean(0)},
    )
    factor, x, y = rand(), rand(7), rand(7)
    gradient = (2 * (factor * x - y) * x).mean()
    close(student.run(accumulate_numbers, factor, x, y, 3), gradient)
