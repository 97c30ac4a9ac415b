"""no_grad: updates in place, evaluation without a trace, and a loop made of both."""

from __future__ import annotations

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
    title,
)

# What only the student's process can see: memory, gradients, modes.


@probe
def gradient_or_zeros(student, tensor):
    return torch.zeros_like(tensor) if tensor.grad is None else tensor.grad.clone()


@probe
def without_optimizers(student):
    """From here on an optimizer of PyTorch's raises when it is made."""

    def refuse(*args, **kwargs):
        raise RuntimeError("torch.optim is not allowed in this exercise")

    torch.optim.Optimizer.__init__ = refuse


@probe
def two_steps(student, w, b, weight, lr):
    """Two steps on parameters held in a list; the memory is looked at from outside."""
    without_optimizers(student)
    views = [w.detach(), b.detach()]
    for leaf in (w, b):
        leaf.requires_grad_()
    gradients = []
    for _ in range(2):
        w.grad = b.grad = None
        ((weight * w**2).sum() + (b.exp() * w.sum()).sum()).backward()
        student.sgd_step([w, b], lr)
        gradients.append([gradient_or_zeros(student, w), gradient_or_zeros(student, b)])
    return {"views": views, "gradients": gradients}


@probe
def step_of_a_generator(student, w, spare, v, weight, lr):
    without_optimizers(student)
    leaves = [w, spare, v]
    for leaf in leaves:
        leaf.requires_grad_()
    (weight * (w + v)).sum().backward()
    student.sgd_step((leaf for leaf in leaves), lr)
    (weight * (w + v) * spare).sum().backward()  # adds to the gradients if all still require them
    return {
        "values": [leaf.detach() for leaf in leaves],
        "gradients": [gradient_or_zeros(student, leaf) for leaf in leaves],
    }


@probe
def model_of_modes(student, factors, w, frozen):
    """A model that shows in its output in which mode, and whether recorded, each part ran."""

    class Mode(nn.Module):
        def __init__(self, factors):
            super().__init__()
            self.factors = factors

        def forward(self, x):
            return x * self.factors[2 * self.training + torch.is_grad_enabled()]

    class Scale(nn.Module):
        def __init__(self):
            super().__init__()
            self.w = nn.Parameter(w)
            self.frozen = nn.Parameter(frozen, requires_grad=False)

        def forward(self, x):
            return x * self.w * self.frozen

    return nn.Sequential(Mode(factors[0]), nn.Sequential(Mode(factors[1]), Scale()))


@probe
def evaluated(student, factors, w, frozen, x, u, training):
    model = model_of_modes(student, factors, w, frozen)
    model.train(training[0])
    model[1][0].train(training[1])
    result = student.evaluate(model, x)
    values = result.detach().clone()
    u.requires_grad_()
    (u * result).sum().backward()
    by_result = u.grad.clone()
    after = model(x)
    (u * after).sum().backward()
    return {
        "result": values,
        "gradient beside the result": by_result,
        "model afterwards": after.detach(),
        "gradients afterwards": [
            gradient_or_zeros(student, model[1][1].w),
            gradient_or_zeros(student, model[1][1].frozen),
        ],
    }


@probe
def fitted(student, w, b, stale, x, y, lr, steps, frozen=False):
    without_optimizers(student)
    model = nn.Linear(w.shape[1], w.shape[0], dtype=w.dtype)
    with torch.no_grad():
        model.weight.copy_(w)
        model.bias.copy_(b)
    model.weight.grad = stale
    model.bias.requires_grad_(not frozen)
    model.bias.grad = b.clone() if frozen else None  # from the time before it was frozen

    def loss(prediction, target):
        return ((prediction - target) ** 2 + prediction).mean()

    losses = student.fit(model, loss, x, y, lr, steps)
    kinds = [type(value).__name__ for value in losses]
    weights = {"weight": model.weight.detach(), "bias": model.bias.detach()}
    return {"losses": losses, "kinds": kinds, **weights}


# What students get wrong.


@misconception(
    "sgd_step",
    "The update was made in the open, where autograd records: it refuses to change a leaf in "
    "place, since the leaf would be the result of its own update.",
    zh="更新是在 autograd 记录的情况下做的：它不允许就地修改叶子张量，否则叶子就成了自己更新的结果。",
)
def update_recorded(parameters, lr):
    for parameter in parameters:
        if parameter.grad is not None:
            parameter -= lr * parameter.grad


@misconception(
    "sgd_step",
    "Nothing happened to the parameters: p = p - lr * g makes a new tensor and gives it the name p, "
    "inside this function only. The model goes on with the old ones.",
    zh="参数没有任何变化：p = p - lr * g 新建了一个张量，并让它叫作 p，而这个名字只在函数里有效。"
    "模型用的还是原来的参数。",
)
def new_tensors_made(parameters, lr):
    with torch.no_grad():
        for parameter in parameters:
            if parameter.grad is not None:
                parameter = parameter - lr * parameter.grad


@misconception(
    "sgd_step",
    "The step ended at the first parameter without a gradient. Only that one is left alone; those "
    "after it are updated.",
    zh="遇到第一个没有梯度的参数，这一步就结束了。只该略过这一个，后面的仍要更新。",
)
def stopped_at_none(parameters, lr):
    with torch.no_grad():
        for parameter in parameters:
            if parameter.grad is None:
                return
            parameter -= lr * parameter.grad


@misconception(
    "sgd_step",
    "Parameters are missing from the update: a generator gives each of them only once, and what a "
    "first look has taken from it doesn't come again. Make a list of it first.",
    zh="有的参数没有更新：生成器里的每一项只给一次，先看一遍时取走的，之后就不再出现了。请先把它变成列表。",
)
def generator_used_up(parameters, lr):
    if any(parameter.grad is not None for parameter in parameters):
        with torch.no_grad():
            for parameter in parameters:
                if parameter.grad is not None:
                    parameter -= lr * parameter.grad


@misconception(
    "sgd_step",
    "After the first step the parameters don't require gradients any more: they were switched off "
    "for the update and never on again, so training ends here.",
    zh="第一步之后，参数就不再需要梯度了：更新时关掉了 requires_grad，却没有再打开，训练到此为止。",
)
def switched_off_for_good(parameters, lr):
    for parameter in parameters:
        if parameter.grad is not None:
            parameter.requires_grad_(False)
            parameter -= lr * parameter.grad


@misconception(
    "sgd_step",
    "A parameter that no gradient has reached has None in .grad, not zeros, and None can't be "
    "multiplied. Such a parameter is to be left alone.",
    zh="没有梯度到达的参数，.grad 是 None 而不是零，None 不能参与乘法。这样的参数应当保持不动。",
)
def none_multiplied(parameters, lr):
    with torch.no_grad():
        for parameter in parameters:
            parameter -= lr * parameter.grad


@misconception(
    "sgd_step",
    "The step went up the slope: the gradient points to where the loss grows.",
    zh="这一步走到上坡去了：梯度指向损失增大的方向。",
)
def uphill(parameters, lr):
    with torch.no_grad():
        for parameter in parameters:
            if parameter.grad is not None:
                parameter += lr * parameter.grad


@misconception(
    "sgd_step",
    "The parameters were updated, and their gradients cleared as well. That is for whoever computes "
    "the next gradients; someone may want to look at these.",
    zh="参数更新了，梯度却也被清掉了。清除梯度是接下来求梯度的人的事；也许还有人要看这些梯度。",
)
def gradients_cleared(parameters, lr):
    with torch.no_grad():
        for parameter in parameters:
            if parameter.grad is not None:
                parameter -= lr * parameter.grad
                parameter.grad = None


@misconception(
    "sgd_step",
    "The parameters were given new memory. Whoever holds a view of the old one (another model that "
    "shares it, a flattened buffer) doesn't see the update.",
    zh="参数换了一块新的内存。谁还拿着旧内存的视图（与它共享参数的另一个模型、展平的缓冲区），"
    "就看不到这次更新。",
)
def memory_replaced(parameters, lr):
    for parameter in parameters:
        if parameter.grad is not None:
            parameter.data = parameter.data - lr * parameter.grad


@misconception(
    "evaluate",
    "The model ran with recording on, and only its result was cut off or not even that. The whole "
    "graph was built, which is what costs the memory.",
    zh="模型运行时仍在记录，只是事后切断了结果，甚至连结果也没有切断。整张计算图都建了起来，占内存的正是它。",
)
def cut_afterwards(model, x):
    modes = [(module, module.training) for module in model.modules()]
    result = model.eval()(x).detach()
    for module, training in modes:
        module.training = training
    return result


@misconception(
    "evaluate",
    "The model ran in the mode in which it was. no_grad says nothing about dropout and batch "
    "normalisation; these listen to eval().",
    zh="模型是在原来的模式下运行的。no_grad 管不着 dropout 和批归一化，它们听的是 eval()。",
)
def mode_forgotten(model, x):
    with torch.no_grad():
        return model(x)


@misconception(
    "evaluate",
    "The model was left in evaluation mode: from here on it would be trained without dropout and "
    "with frozen statistics.",
    zh="模型停留在了评估模式：此后的训练就没有了 dropout，统计量也不再更新。",
)
def left_in_evaluation(model, x):
    with torch.no_grad():
        return model.eval()(x)


@misconception(
    "evaluate",
    "Afterwards the whole model was put into training mode, also parts that were in evaluation "
    "mode before.",
    zh="事后整个模型都切到了训练模式，连原来就处于评估模式的部分也切了过去。",
)
def all_put_into_training(model, x):
    with torch.no_grad():
        result = model.eval()(x)
    model.train()
    return result


@misconception(
    "evaluate",
    "The mode of the model itself was remembered and then given to all its parts. A part may have "
    "been in another mode than the whole.",
    zh="记下的只是模型整体的模式，事后把它给了所有的部分。而某个部分原来的模式可能与整体不同。",
)
def mode_of_the_whole(model, x):
    training = model.training
    with torch.no_grad():
        result = model.eval()(x)
    model.train(training)
    return result


@misconception(
    "evaluate",
    "The result is an inference tensor. It can't take part in a computation that is recorded, and "
    "the contract promises that it can.",
    zh="返回的是推理张量（inference tensor）。它不能参与被记录的计算，而约定要求它可以。",
)
def inference_tensor(model, x):
    modes = [(module, module.training) for module in model.modules()]
    with torch.inference_mode():
        result = model.eval()(x)
    for module, training in modes:
        module.training = training
    return result


@misconception(
    "evaluate",
    "The parameters were switched off and are still off. And recording goes by the mode, not only "
    "by the parameters.",
    zh="参数的 requires_grad 被关掉了，之后也没有打开。况且是否记录由模式决定，不只看参数。",
)
def parameters_switched_off(model, x):
    modes = [(module, module.training) for module in model.modules()]
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    with torch.no_grad():
        result = model.eval()(x)
    for module, training in modes:
        module.training = training
    return result


@misconception(
    "evaluate",
    "All parameters were switched on at the end, also those that were frozen before.",
    zh="最后把所有参数都打开了，连原来被冻结的也打开了。",
)
def frozen_switched_on(model, x):
    modes = [(module, module.training) for module in model.modules()]
    with torch.no_grad():
        result = model.eval()(x)
    for module, training in modes:
        module.training = training
    for parameter in model.parameters():
        parameter.requires_grad_(True)
    return result


@misconception(
    "fit",
    "The gradients were never cleared: each step goes along the sum of all gradients so far.",
    zh="梯度从来没有清除：每一步走的都是此前所有梯度之和的方向。",
)
def never_cleared(model, loss, x, y, lr, steps):
    losses = []
    for _ in range(steps):
        value = loss(model(x), y)
        value.backward()
        sgd_step(model.parameters(), lr)
        losses.append(value.item())
    return losses


@misconception(
    "fit",
    "The gradients are cleared at the end of each step, which is right for the next one, but the "
    "gradients that the model held before are still in the first.",
    zh="每一步结束时清除梯度，对下一步来说没有问题；但模型原有的梯度还是混进了第一步。",
)
def cleared_afterwards(model, loss, x, y, lr, steps):
    losses = []
    for _ in range(steps):
        value = loss(model(x), y)
        value.backward()
        sgd_step(model.parameters(), lr)
        model.zero_grad()
        losses.append(value.item())
    return losses


@misconception(
    "fit",
    "A frozen parameter moved: it still held a gradient from the time before it was frozen, which "
    "was neither cleared nor left out of the update.",
    zh="被冻结的参数动了：它还存有冻结之前的梯度，而这个梯度既没有清除，更新时也没有略过。",
)
def old_gradient_of_the_frozen(model, loss, x, y, lr, steps):
    losses = []
    for _ in range(steps):
        for parameter in model.parameters():
            if parameter.requires_grad:
                parameter.grad = None
        value = loss(model(x), y)
        value.backward()
        sgd_step(model.parameters(), lr)
        losses.append(value.item())
    return losses


@misconception(
    "fit",
    "The losses are those after each update. Asked for is the loss before it, from which the "
    "gradient was computed.",
    zh="返回的是每次更新之后的损失。要的是更新之前的损失，梯度就是由它求得的。",
)
def losses_after_the_update(model, loss, x, y, lr, steps):
    losses = []
    for _ in range(steps):
        model.zero_grad()
        loss(model(x), y).backward()
        sgd_step(model.parameters(), lr)
        losses.append(loss(model(x), y).item())
    return losses


@misconception(
    "fit",
    "The losses are tensors, and each holds on to its graph. Kept in a list, the graphs of all "
    "steps pile up in memory; numbers don't.",
    zh="返回的损失是张量，每一个都牵着自己的计算图。放进列表里，所有步的图就都堆在内存里了；换成数字则不会。",
)
def losses_as_tensors(model, loss, x, y, lr, steps):
    losses = []
    for _ in range(steps):
        model.zero_grad()
        value = loss(model(x), y)
        value.backward()
        sgd_step(model.parameters(), lr)
        losses.append(value)
    return losses


# Other right answers.


@alternative("sgd_step")
def recording_switched(parameters, lr):
    before = torch.is_grad_enabled()
    torch.set_grad_enabled(False)
    for parameter in parameters:
        if parameter.grad is None:
            continue
        parameter.add_(parameter.grad, alpha=-lr)
    torch.set_grad_enabled(before)


@alternative("sgd_step")
def through_detach(parameters, lr):
    for parameter in parameters:
        if parameter.grad is not None:
            parameter.detach().sub_(parameter.grad * lr)


@alternative("evaluate")
def copied_out_of_inference_mode(model, x):
    modes = {module: module.training for module in model.modules()}
    model.eval()
    with torch.inference_mode():
        result = model(x)
    for module, training in modes.items():
        module.training = training
    return result.clone()


@alternative("fit")
def with_autograd_grad(model, loss, x, y, lr, steps):
    losses = []
    parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]
    for _ in range(steps):
        value = loss(model(x), y)
        gradients = torch.autograd.grad(value, parameters)
        with torch.no_grad():
            for parameter, gradient in zip(parameters, gradients, strict=True):
                parameter.copy_(parameter - lr * gradient)
        losses.append(float(value))
    return losses


# The tests.


@title("sgd_step: two steps", zh="sgd_step：走两步")
@points(2)
def test_two_steps(student, rand):
    w, b, weight, lr = rand(3), rand(2), rand(3), 0.1
    views, gradients = [w, b], []
    for _ in range(2):
        at_w, at_b = views
        gradients.append([2 * weight * at_w + at_b.exp().sum(), at_b.exp() * at_w.sum()])
        views = [view - lr * slope for view, slope in zip(views, gradients[-1], strict=True)]
    expected = {"views": views, "gradients": gradients}
    close(student.run(two_steps, w, b, weight, lr), expected)


@title(
    "sgd_step: a generator, and a parameter without gradient",
    zh="sgd_step：生成器，以及没有梯度的参数",
)
def test_missing_gradient(student, rand):
    w, spare, v, weight = (rand(2, 2, dtype=torch.float64) for _ in range(4))
    w_after, v_after = w - 0.3 * weight, v - 0.3 * weight
    summed = weight + weight * spare
    close(
        student.run(step_of_a_generator, w, spare, v, weight, 0.3),
        {
            "values": [w_after, spare, v_after],
            "gradients": [summed, weight * (w_after + v_after), summed],
        },
        dtype=True,
    )


@title(
    "evaluate: evaluation mode, no recording, modes as before",
    zh="evaluate：评估模式、不作记录、模式复原",
)
@points(3)
@cases("training", [(True, True), (True, False), (False, True)])
def test_evaluate(student, rand, training):
    factors, w, frozen, x, u = rand.uniform(1, 2, 2, 4), rand(3), rand(3), rand(3), rand(3)
    result = x * factors[0, 0] * factors[1, 0] * w * frozen
    modes = factors[0, 2 * training[0] + 1] * factors[1, 2 * training[1] + 1]
    close(
        student.run(evaluated, factors, w, frozen, x, u, training),
        {
            "result": result,
            "gradient beside the result": result,
            "model afterwards": x * modes * w * frozen,
            "gradients afterwards": [u * x * modes * frozen, torch.zeros(3)],
        },
    )


def fitted_by_hand(w, b, x, y, lr, steps, frozen=False):
    losses = []
    for _ in range(steps):
        prediction = x @ w.T + b
        slope = 2 * (prediction - y) + 1
        losses.append(((prediction - y) ** 2 + prediction).mean().item())
        w = w - lr * slope.T @ x / len(x)
        b = b if frozen else b - lr * slope.mean(0)
    return {"losses": losses, "kinds": ["float"] * steps, "weight": w, "bias": b}


@title("fit: losses and weights", zh="fit：损失与权重")
@points(2)
def test_fit(student, rand):
    for steps in (5, 1):
        x, y, w, b, stale = rand(6, 2), rand(6, 1), rand(1, 2), rand(1), rand(1, 2)
        expected = fitted_by_hand(w, b, x, y, 0.1, steps)
        close(student.run(fitted, w, b, stale, x, y, 0.1, steps), expected)


@title("fit: no steps, frozen parameters, float64", zh="fit：零步、被冻结的参数、float64")
@hidden(
    "steps may be 0. A parameter that requires no gradients stays as it is, also if it holds an old "
    "gradient.",
    zh="steps 可以是 0。不需要梯度的参数应保持原样，哪怕它还存有旧的梯度。",
)
def test_fit_edges(student, rand):
    for steps, frozen in [(0, False), (3, True)]:
        x, y = rand(4, 3, dtype=torch.float64), rand(4, 1, dtype=torch.float64)
        w, b, stale = (rand(*size, dtype=torch.float64) for size in [(1, 3), (1,), (1, 3)])
        expected = fitted_by_hand(w, b, x, y, 0.05, steps, frozen)
        close(student.run(fitted, w, b, stale, x, y, 0.05, steps, frozen), expected, dtype=True)
