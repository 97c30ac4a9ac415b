"""autograd.Function: forward, backward, and what is kept between them."""

from __future__ import annotations

import contextlib

import torch
from torch.autograd import Function

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

# Gradients can't cross the wall, so they are taken beside the student's code.


@probe
def gradient_or_zeros(student, tensor):
    return torch.zeros_like(tensor) if tensor.grad is None else tensor.grad


@probe
def swish(student, x, beta, weight):
    y = student.Swish.apply(x.requires_grad_(), beta)
    student.Swish.apply(2 * x.detach(), -beta)  # another call, with a ctx of its own
    value = y.detach().clone()
    (weight * y).sum().backward()
    return {"value": value, "gradient": x.grad, "x": x.detach()}


@probe
def swish_inside(student, w, beta):
    """In the middle of a graph, twice, and with an upstream gradient that is only expanded."""
    w.requires_grad_()
    x = w.exp()
    y = student.Swish.apply(student.Swish.apply(x, beta) * x, -beta).sum()
    y.backward()
    return {"value": y.detach(), "gradient": w.grad}


@probe
def swish_overwritten(student, w, beta, weight, factor):
    first = w.clone().requires_grad_()
    (weight * student.Swish.apply(first, beta)).sum().backward()
    x = w.requires_grad_() * 1
    y = (weight * student.Swish.apply(x, beta)).sum()
    with torch.no_grad():
        x.mul_(factor)
    with contextlib.suppress(RuntimeError):  # noticed, so no gradient arrives
        y.backward()
    return {"value": y.detach(), "gradients": [first.grad, gradient_or_zeros(student, w)]}


@probe
def affine(student, x, w, b, weight, wanted):
    """Only some of the inputs require gradients."""
    inputs = [x, w, b]
    for number in wanted:
        inputs[number].requires_grad_()
    y = student.Affine.apply(*inputs)
    student.Affine.apply(*(2 * t.detach() for t in inputs))  # another call, with a ctx of its own
    value = y.detach().clone()
    (weight * y).sum().backward()
    return {
        "value": value,
        "gradients": [gradient_or_zeros(student, t) for t in inputs],
        "inputs": [t.detach() for t in inputs],
    }


@probe
def affine_overwritten(student, x, v, b, weight, factor, which):
    """An input is changed in place between forward and backward."""
    leaves = [leaf.requires_grad_() for leaf in (x, v, b)]
    first = [leaf.detach().clone().requires_grad_() for leaf in leaves]
    (weight * student.Affine.apply(*first)).sum().backward()
    inputs = [leaf * 1 for leaf in leaves]
    y = (weight * student.Affine.apply(*inputs)).sum()
    with torch.no_grad():
        inputs[which].mul_(factor)
    with contextlib.suppress(RuntimeError):
        y.backward()
    gradients = [gradient_or_zeros(student, leaf) for leaf in leaves]
    undisturbed = [gradient_or_zeros(student, leaf) for leaf in first]
    return {"value": y.detach(), "gradients": gradients, "undisturbed": undisturbed}


# What students get wrong.


@misconception(
    "Swish",
    "backward returns the slope alone; the upstream gradient is not multiplied in. So whatever comes "
    "after this operation has no effect on the gradient.",
    zh="backward 只返回了斜率，没有乘上游梯度。这样一来，这个运算之后不管还有什么，都影响不了梯度。",
)
class UpstreamLeftOut(Function):
    @staticmethod
    def forward(ctx, x, beta):
        ctx.save_for_backward(x)
        ctx.beta = beta
        return x * torch.sigmoid(beta * x)

    @staticmethod
    def backward(ctx, upstream):
        (x,) = ctx.saved_tensors
        s = torch.sigmoid(ctx.beta * x)
        return s + ctx.beta * x * s * (1 - s), None


@misconception(
    "Swish",
    "The input hangs on ctx as an attribute, where autograd doesn't watch over it: it was "
    "overwritten, and backward took the new numbers without a word.",
    zh="输入是作为属性挂在 ctx 上的，autograd 看管不到：它被改写了，backward 却一声不响地用了新的数值。",
)
class InputOnCtx(Function):
    @staticmethod
    def forward(ctx, x, beta):
        ctx.x, ctx.beta = x, beta
        return x * torch.sigmoid(beta * x)

    @staticmethod
    def backward(ctx, upstream):
        s = torch.sigmoid(ctx.beta * ctx.x)
        return upstream * (s + ctx.beta * ctx.x * s * (1 - s)), None


@misconception(
    "Swish",
    "The slope lacks beta: the chain rule goes through beta * x as well, and its slope is beta.",
    zh="斜率里少了 beta：链式法则还要穿过 beta * x，它的斜率就是 beta。",
)
class BetaLeftOut(Function):
    @staticmethod
    def forward(ctx, x, beta):
        ctx.save_for_backward(x)
        ctx.beta = beta
        return x * torch.sigmoid(beta * x)

    @staticmethod
    def backward(ctx, upstream):
        (x,) = ctx.saved_tensors
        s = torch.sigmoid(ctx.beta * x)
        return upstream * (s + x * s * (1 - s)), None


@misconception(
    "Swish",
    "Only the first factor was derived: x stands in the sigmoid, too, and the product rule has two "
    "terms.",
    zh="只对第一个因子求了导：sigmoid 里面也有 x，乘积法则有两项。",
)
class OneTermOnly(Function):
    @staticmethod
    def forward(ctx, x, beta):
        ctx.save_for_backward(x)
        ctx.beta = beta
        return x * torch.sigmoid(beta * x)

    @staticmethod
    def backward(ctx, upstream):
        (x,) = ctx.saved_tensors
        return upstream * torch.sigmoid(ctx.beta * x), None


@misconception(
    "Swish",
    "backward returns one value, forward takes two. For each argument there must be one, also for "
    "beta: None says that it has no gradient.",
    zh="forward 有两个参数，backward 却只返回了一个值。每个参数都要有一个，beta 也不例外："
    "用 None 表示它没有梯度。",
)
class OneValueReturned(Function):
    @staticmethod
    def forward(ctx, x, beta):
        ctx.save_for_backward(x)
        ctx.beta = beta
        return x * torch.sigmoid(beta * x)

    @staticmethod
    def backward(ctx, upstream):
        (x,) = ctx.saved_tensors
        s = torch.sigmoid(ctx.beta * x)
        return upstream * (s + ctx.beta * x * s * (1 - s))


@misconception(
    "Affine",
    "The upstream gradient was replaced by ones, as if the loss were the plain sum of the outputs.",
    zh="上游梯度被换成了 1，好像损失就是各输出之和。",
)
class UpstreamTakenForOnes(Function):
    @staticmethod
    def forward(ctx, x, w, b):
        ctx.save_for_backward(x, w)
        return x @ w + b

    @staticmethod
    def backward(ctx, upstream):
        x, w = ctx.saved_tensors
        ones = torch.ones_like(upstream)
        return ones @ w.T, x.T @ ones, ones.sum(0)


@misconception(
    "Affine",
    "The matrices hang on ctx as attributes, where autograd doesn't watch over them: one was "
    "overwritten, and backward took the new numbers without a word.",
    zh="矩阵是作为属性挂在 ctx 上的，autograd 看管不到：其中一个被改写了，backward 却一声不响地用了新的数值。",
)
class MatricesOnCtx(Function):
    @staticmethod
    def forward(ctx, x, w, b):
        ctx.x, ctx.w = x, w
        return x @ w + b

    @staticmethod
    def backward(ctx, upstream):
        return upstream @ ctx.w.T, ctx.x.T @ upstream, upstream.sum(0)


@misconception(
    "Affine",
    "backward worked with the matrices of another call. What is kept on the class or in a variable "
    "outside is shared by all calls; ctx is the memory of this one.",
    zh="backward 用的是另一次调用的矩阵。放在类上或外面的变量里的东西，所有调用共用；ctx 才是这一次调用的记忆。",
)
class SharedByAllCalls(Function):
    kept: tuple = ()

    @staticmethod
    def forward(ctx, x, w, b):
        SharedByAllCalls.kept = x.clone(), w.clone()
        return x @ w + b

    @staticmethod
    def backward(ctx, upstream):
        x, w = SharedByAllCalls.kept
        return upstream @ w.T, x.T @ upstream, upstream.sum(0)


@misconception(
    "Affine",
    "The gradient by b is an average over the rows. b is used once in each row, and the "
    "contributions of all rows add up.",
    zh="对 b 的梯度是各行的平均。b 在每一行都用了一次，各行的贡献应当相加。",
)
class BiasAveraged(Function):
    @staticmethod
    def forward(ctx, x, w, b):
        ctx.save_for_backward(x, w)
        return x @ w + b

    @staticmethod
    def backward(ctx, upstream):
        x, w = ctx.saved_tensors
        return upstream @ w.T, x.T @ upstream, upstream.mean(0)


@misconception(
    "Affine",
    "x gets no gradient: None was returned for it. Layers before this one could learn nothing.",
    zh="x 没有得到梯度：对应它返回的是 None。这样，这一层前面的层就什么也学不到。",
)
class InputWithoutGradient(Function):
    @staticmethod
    def forward(ctx, x, w, b):
        ctx.save_for_backward(x, w)
        return x @ w + b

    @staticmethod
    def backward(ctx, upstream):
        x, _ = ctx.saved_tensors
        return None, x.T @ upstream, upstream.sum(0)


@misconception(
    "Affine",
    "The gradients were returned in another order than forward takes its arguments; autograd deals "
    "them out by place.",
    zh="各梯度的返回顺序与 forward 的参数顺序不同；autograd 是按位置分发的。",
)
class OrderMixedUp(Function):
    @staticmethod
    def forward(ctx, x, w, b):
        ctx.save_for_backward(x, w)
        return x @ w + b

    @staticmethod
    def backward(ctx, upstream):
        x, w = ctx.saved_tensors
        return x.T @ upstream, upstream @ w.T, upstream.sum(0)


# Other right answers.


@alternative("Swish")
class SlopeSaved(Function):
    """Works the slope out at once."""

    @staticmethod
    def forward(ctx, x, beta):
        s = 1 / (1 + torch.exp(-beta * x))
        ctx.save_for_backward(s + beta * x * s - beta * x * s * s)
        return x * s

    @staticmethod
    def backward(ctx, upstream):
        (slope,) = ctx.saved_tensors
        return slope * upstream, None


@alternative("Swish")
class ContextSetUpApart(Function):
    """Saves in setup_context, and the result beside the input."""

    @staticmethod
    def forward(x, beta):
        return x * torch.sigmoid(beta * x)

    @staticmethod
    def setup_context(ctx, inputs, output):
        x, beta = inputs
        ctx.save_for_backward(x, output)
        ctx.beta = beta

    @staticmethod
    def backward(ctx, upstream):
        x, y = ctx.saved_tensors
        s = torch.sigmoid(ctx.beta * x)
        return upstream * (ctx.beta * y + s * (1 - ctx.beta * y)), None


@alternative("Affine")
class OnlyWhatIsNeeded(Function):
    """Computes no gradient that nobody asked for."""

    @staticmethod
    def forward(ctx, x, w, b):
        ctx.save_for_backward(x, w)
        return torch.addmm(b, x, w)

    @staticmethod
    def backward(ctx, upstream):
        x, w = ctx.saved_tensors
        by_x = upstream.mm(w.t()) if ctx.needs_input_grad[0] else None
        by_w = x.t().mm(upstream) if ctx.needs_input_grad[1] else None
        by_b = upstream.sum(dim=0) if ctx.needs_input_grad[2] else None
        return by_x, by_w, by_b


@alternative("Affine")
class ByEinsum(Function):
    @staticmethod
    def forward(ctx, x, w, b):
        ctx.save_for_backward(x, w, b)
        return torch.einsum("nk,km->nm", x, w) + b

    @staticmethod
    def backward(ctx, upstream):
        x, w, b = ctx.saved_tensors
        by_x = torch.einsum("nm,km->nk", upstream, w)
        by_w = torch.einsum("nk,nm->km", x, upstream)
        return by_x, by_w, (upstream * torch.ones_like(b)).sum(0)


# The tests.


def swish_of(x, beta):
    return x * torch.sigmoid(beta * x)


def slope_of(x, beta):
    s = torch.sigmoid(beta * x)
    return s + beta * x * s * (1 - s)


@title("Swish: value and gradient", zh="Swish：数值与梯度")
@points(2)
def test_swish(student, rand):
    for beta in (1.0, 2.5):
        x, weight = rand(3, 4), rand(3, 4)
        expected = {"value": swish_of(x, beta), "gradient": weight * slope_of(x, beta), "x": x}
        close(student.run(swish, x, beta, weight), expected)


@title(
    "Swish: other shapes, float64, beta of either sign", zh="Swish：其他形状、float64、正负 beta"
)
@hidden(
    "x may have no axes or be transposed; beta may be negative or 0. gradcheck would be content.",
    zh="x 可以是 0 维的，也可以是转置的；beta 可以是负数或 0。gradcheck 也应当通过。",
)
def test_swish_shapes(student, rand):
    for x, beta in [
        (rand(), 0.5),
        (rand(4, 2, dtype=torch.float64).T, -1.5),
        (3 * rand(6, dtype=torch.float64), 0.0),
        (rand(2, 1, 3), 4.0),
    ]:
        weight = rand(*x.shape, dtype=x.dtype)
        expected = {"value": swish_of(x, beta), "gradient": weight * slope_of(x, beta), "x": x}
        close(student.run(swish, x, beta, weight), expected, dtype=True)


@title("Swish in the middle of a graph", zh="Swish 位于计算图中间")
def test_swish_inside(student, rand):
    w = rand(5, dtype=torch.float64)
    leaf = w.clone().requires_grad_()
    x = leaf.exp()
    y = swish_of(swish_of(x, 0.7) * x, -0.7).sum()
    (gradient,) = torch.autograd.grad(y, leaf)
    close(student.run(swish_inside, w, 0.7), {"value": y.detach(), "gradient": gradient})


NEW_NUMBERS = text(
    "An input was changed in place after forward. backward() should have raised RuntimeError, or "
    "have given the gradient at the old numbers.",
    zh="forward 之后，一个输入被就地改动了。backward() 应当抛出 RuntimeError，"
    "或者给出旧数值处的梯度。",
)


@title("Swish: an input overwritten before backward", zh="Swish：输入在 backward 之前被改写")
def test_swish_overwritten(student, rand):
    w, weight, factor = rand(4), rand(4), rand.uniform(2, 3, 4)
    answer = student.run(swish_overwritten, w, 1.5, weight, factor)
    gradient = weight * slope_of(w, 1.5)
    raised = not answer["gradients"][1].any()
    gradients = [gradient, 0 * gradient if raised else gradient]
    value = (weight * swish_of(w, 1.5)).sum()
    close(answer, {"value": value, "gradients": gradients}, note=NEW_NUMBERS)


def affine_of(x, w, b, weight, wanted=(0, 1, 2)):
    gradients = [weight @ w.T, x.T @ weight, weight.sum(0)]
    asked = [g if number in wanted else 0 * g for number, g in enumerate(gradients)]
    return {"value": x @ w + b, "gradients": asked, "inputs": [x, w, b]}


@title("Affine: value and three gradients", zh="Affine：数值与三个梯度")
@points(2)
def test_affine(student, rand):
    x, w, b, weight = rand(5, 3), rand(3, 2), rand(2), rand(5, 2)
    close(student.run(affine, x, w, b, weight, [0, 1, 2]), affine_of(x, w, b, weight))


@title(
    "Affine: square and thin matrices, and only some gradients",
    zh="Affine：方阵、单行单列，以及只求部分梯度",
)
@hidden(
    "Square matrices hide a mixed-up order, a single row hides a forgotten sum. And an input that "
    "requires no gradients should do no harm.",
    zh="方阵会掩盖顺序弄错，单独一行会掩盖漏掉的求和。不需要梯度的输入也不应造成麻烦。",
)
def test_affine_shapes(student, rand):
    for (n, k, m), wanted in [
        ((3, 3, 3), [0, 1, 2]),
        ((1, 4, 1), [1]),
        ((4, 1, 2), [0, 2]),
        ((2, 3, 2), [1, 2]),
    ]:
        x, w = rand(k, n, dtype=torch.float64).T, rand(k, m, dtype=torch.float64)
        b, weight = rand(m, dtype=torch.float64), rand(n, m, dtype=torch.float64)
        expected = affine_of(x, w, b, weight, wanted)
        close(student.run(affine, x, w, b, weight, wanted), expected, dtype=True)


@title("Affine: an input overwritten before backward", zh="Affine：输入在 backward 之前被改写")
def test_affine_overwritten(student, rand):
    for which in (1, 0):
        x, w, b, weight = rand(4, 3), rand(3, 2), rand(2), rand(4, 2)
        factor = rand.uniform(2, 3)
        answer = student.run(affine_overwritten, x, w, b, weight, factor, which)
        right = affine_of(x, w, b, weight)
        raised = not any(gradient.any() for gradient in answer["gradients"])
        gradients = [0 * g for g in right["gradients"]] if raised else right["gradients"]
        value = (weight * right["value"]).sum()
        expected = {"value": value, "gradients": gradients, "undisturbed": right["gradients"]}
        close(answer, expected, note=NEW_NUMBERS)
