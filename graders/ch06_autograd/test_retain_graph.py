"""retain_graph: needed for all passes but the last, and no cure for a graph that should be cut."""

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
    title,
)

# What only the student's process can see: graphs, and whether they are still there.


@probe
def heads_on_trunk(student, x, w, factors, weights, u):
    """A trunk that answers differently each time, and heads of different kinds."""
    w.requires_grad_()
    outputs = []

    def trunk(t):
        outputs.append(torch.tanh(w * t) * factors[len(outputs)])
        return outputs[-1]

    heads = [lambda h, c=c: (c * h**2).sum() + h.prod() for c in weights]
    gradients = [g.detach().clone() for g in student.head_gradients(trunk, heads, x)]
    w.grad = None
    with contextlib.suppress(RuntimeError):  # freed, as it should be
        outputs[0].sum().backward()
    kept = torch.zeros_like(w) if w.grad is None else w.grad
    (x * u.requires_grad_()).sum().backward()
    left = torch.zeros_like(x) if x.grad is None else x.grad
    return {"gradients": gradients, "through the trunk afterwards": kept, "x.grad": left}


@probe
def twice(student, x, n):
    y = student.reusable(x.requires_grad_(), n)
    y.backward()
    first = x.grad.clone()
    y.backward()
    return {"value": y.detach(), "first": first, "x.grad": x.grad}


@probe
def recurrent(student, w, xs, ys, state, k, stale):
    w.requires_grad_()
    w.grad = stale

    def cell(x, s):
        return torch.tanh(w @ s + x)

    def loss(s, y):
        return ((s - y) ** 2 + s).mean()

    result = student.truncated(cell, loss, list(xs), list(ys), state, k)
    values = result.detach().clone()
    gradient = w.grad.clone()
    u = torch.ones_like(result).requires_grad_()
    try:
        (u * result).sum().backward()  # goes on to w if the result has a history
    except RuntimeError:  # a history that was freed
        u.grad = torch.full_like(u, torch.inf)
    later = {"w": w.grad - gradient, "result": u.grad}
    return {"state": values, "w.grad": gradient, "later": later}


# What students get wrong.


@misconception(
    "head_gradients",
    "The second head found the trunk's graph freed by the first. It is needed again, so all passes "
    "but the last have to keep it.",
    zh="第一个头走过之后，主干的计算图就释放了，第二个头无路可走。后面还要用它，"
    "所以除了最后一遍，每一遍都要保留它。",
)
def freed_by_the_first(trunk, heads, x):
    leaf = x.detach().clone().requires_grad_()
    features = trunk(leaf)
    return [torch.autograd.grad(head(features), leaf)[0] for head in heads]


@misconception(
    "head_gradients",
    "The gradients are right, but the last pass kept the graph, too. Nobody needs it any more, and "
    "its memory stays occupied as long as anything points to it.",
    zh="梯度是对的，但最后一遍也保留了计算图。已经没有人需要它了，只要还有什么指着它，内存就一直占着。",
)
def kept_for_nobody(trunk, heads, x):
    leaf = x.detach().clone().requires_grad_()
    features = trunk(leaf)
    return [torch.autograd.grad(head(features), leaf, retain_graph=True)[0] for head in heads]


@misconception(
    "head_gradients",
    "The trunk ran again for each head. That avoids the error at the price of the whole computation, "
    "and a trunk with dropout answers differently each time.",
    zh="为每个头都把主干重新跑了一遍。这样固然不报错，代价却是重做全部计算，"
    "而且带 dropout 的主干每次输出都不同。",
)
def trunk_run_again(trunk, heads, x):
    leaf = x.detach().clone().requires_grad_()
    return [torch.autograd.grad(head(trunk(leaf)), leaf)[0] for head in heads]


@misconception(
    "head_gradients",
    "The gradients pile up: backward() adds to .grad, so each one holds those of the heads before.",
    zh="梯度堆在了一起：backward() 是往 .grad 上加的，于是每一个里面都混着前面各个头的梯度。",
)
def piled_up(trunk, heads, x):
    leaf = x.detach().clone().requires_grad_()
    features = trunk(leaf)
    gradients = []
    for number, head in enumerate(heads):
        head(features).backward(retain_graph=number < len(heads) - 1)
        gradients.append(leaf.grad.clone())
    return gradients


@misconception(
    "head_gradients",
    "All entries of the list are one tensor: .grad was cleared in place or grew in place, and the "
    "list holds it several times. Keep a copy, or let go of it by setting .grad to None.",
    zh="列表里各项其实是同一个张量：.grad 是就地清零、就地累加的，列表只是多次装进了它。"
    "要么存副本，要么把 .grad 设为 None 来放开它。",
)
def one_tensor_several_times(trunk, heads, x):
    leaf = x.detach().clone().requires_grad_()
    features = trunk(leaf)
    gradients = []
    for number, head in enumerate(heads):
        if leaf.grad is not None:
            leaf.grad.zero_()
        head(features).backward(retain_graph=number < len(heads) - 1)
        gradients.append(leaf.grad)
    return gradients


@misconception(
    "head_gradients",
    "Every head got the gradient of all heads together. One pass for the sum is cheap, but it "
    "can't be taken apart again.",
    zh="每个头得到的都是所有头合在一起的梯度。对总和走一遍固然省事，但结果没法再拆开。",
)
def all_heads_together(trunk, heads, x):
    leaf = x.detach().clone().requires_grad_()
    features = trunk(leaf)
    (gradient,) = torch.autograd.grad(sum(head(features) for head in heads), leaf)
    return [gradient for _ in heads]


@misconception(
    "head_gradients",
    "x was made to require gradients and is left like that, perhaps with a gradient in it. It "
    "belongs to the caller.",
    zh="让 x 需要了梯度，事后没有复原，也许里面还留着一份梯度。x 是调用者的。",
)
def input_switched_on(trunk, heads, x):
    features = trunk(x.requires_grad_())
    last = len(heads) - 1
    return [
        torch.autograd.grad(head(features), x, retain_graph=number < last)[0]
        for number, head in enumerate(heads)
    ]


@misconception(
    "reusable",
    "The second backward() fails: a multiplication keeps its factors, even a plain number, and the "
    "first pass has freed them. Which operations can do without?",
    zh="第二次 backward() 失败了：乘法会留下它的因子，哪怕只是一个普通的数，而第一遍已经把它们释放了。"
    "哪些运算可以什么都不留？",
)
def factor_kept(x, n):
    return n * x.sum()


@misconception(
    "reusable",
    "This is the sum itself, not n times the sum. backward() works twice on it, but each time it "
    "brings a gradient of 1.",
    zh="这只是和，不是和的 n 倍。对它调用两次 backward() 没有问题，但每次得到的梯度都是 1。",
)
def sum_alone(x, n):
    return x.sum()


@misconception(
    "truncated",
    "The state went on with its history, so the second backward() came to a chunk whose graph was "
    "freed. Here the error is right: nothing should flow back that far. Cut the state.",
    zh="状态带着历史进入了下一段，第二次 backward() 就走到了已经释放的那一段。这个报错是对的："
    "梯度本来就不该流那么远。应当切断状态。",
)
def state_not_cut(cell, loss, xs, ys, state, k):
    for start in range(0, len(xs), k):
        total = torch.zeros(())
        for x, y in zip(xs[start : start + k], ys[start : start + k], strict=True):
            state = cell(x, state)
            total = total + loss(state, y)
        total.backward()
    return state


@misconception(
    "truncated",
    "retain_graph=True silenced the error, and now every backward() walks back to the very first "
    "step: the gradients are those of the whole sequence, and all its graphs stay in memory.",
    zh="retain_graph=True 压住了报错，于是每次 backward() 都一直走回到最开头的一步："
    "得到的是整个序列的梯度，而且所有的计算图都留在内存里。",
)
def retained_everywhere(cell, loss, xs, ys, state, k):
    for start in range(0, len(xs), k):
        total = torch.zeros(())
        for x, y in zip(xs[start : start + k], ys[start : start + k], strict=True):
            state = cell(x, state)
            total = total + loss(state, y)
        total.backward(retain_graph=True)
    return state.detach()


@misconception(
    "truncated",
    "The state was cut after every step, whatever k is. Within a chunk the gradient goes back "
    "through its earlier steps; only between chunks it stops.",
    zh="不管 k 是几，状态每一步都被切断了。在一段之内，梯度要穿过前面的各步；只有在段与段之间才停住。",
)
def cut_at_every_step(cell, loss, xs, ys, state, k):
    for x, y in zip(xs, ys, strict=True):
        state = cell(x, state.detach())
        loss(state, y).backward()
    return state.detach()


@misconception(
    "truncated",
    "The steps after the last full chunk are missing: the last chunk may be shorter than k.",
    zh="最后一个完整的段之后的那几步漏掉了：最后一段可以不足 k 步。",
)
def rest_dropped(cell, loss, xs, ys, state, k):
    for start in range(0, len(xs) - k + 1, k):
        total = torch.zeros(())
        for x, y in zip(xs[start : start + k], ys[start : start + k], strict=True):
            state = cell(x, state)
            total = total + loss(state, y)
        total.backward()
        state = state.detach()
    return state


@misconception(
    "truncated",
    "k was taken for the number of chunks. It is the number of steps in a chunk.",
    zh="把 k 当成了段数。它是每一段的步数。",
)
def cut_into_k_chunks(cell, loss, xs, ys, state, k):
    size = -(-len(xs) // k)
    for start in range(0, len(xs), size):
        total = torch.zeros(())
        for x, y in zip(xs[start : start + size], ys[start : start + size], strict=True):
            state = cell(x, state)
            total = total + loss(state, y)
        total.backward()
        state = state.detach()
    return state


@misconception(
    "truncated",
    "The state went through all steps, but no backward() came for those after the last full chunk: "
    "their losses are missing from the gradient.",
    zh="状态走完了所有的步，但最后一个完整的段之后的那几步没有做 backward()：梯度里缺了它们的损失。",
)
def rest_not_derived(cell, loss, xs, ys, state, k):
    total = torch.zeros(())
    for number, (x, y) in enumerate(zip(xs, ys, strict=True), start=1):
        state = cell(x, state)
        total = total + loss(state, y)
        if number % k == 0:
            total.backward()
            total, state = torch.zeros(()), state.detach()
    return state.detach()


@misconception(
    "truncated",
    "Each chunk began with the first state again. To cut the history doesn't mean to forget the "
    "numbers: the state goes on, as a constant.",
    zh="每一段都又从最初的状态开始了。切断历史不等于忘掉数值：状态要作为常数继续传下去。",
)
def state_started_anew(cell, loss, xs, ys, state, k):
    for start in range(0, len(xs), k):
        total, current = torch.zeros(()), state
        for x, y in zip(xs[start : start + k], ys[start : start + k], strict=True):
            current = cell(x, current)
            total = total + loss(current, y)
        total.backward()
    return current.detach()


@misconception(
    "truncated",
    "The last state came back with its history. Whoever goes on computing with it is led into a "
    "graph that is freed.",
    zh="最后的状态带着历史返回了。谁要是接着用它计算，就会被带进已经释放的计算图。",
)
def last_state_with_history(cell, loss, xs, ys, state, k):
    for start in range(0, len(xs), k):
        total, state = torch.zeros(()), state.detach()
        for x, y in zip(xs[start : start + k], ys[start : start + k], strict=True):
            state = cell(x, state)
            total = total + loss(state, y)
        total.backward()
    return state


@misconception(
    "truncated",
    "Only the loss at the end of each chunk was derived. Each step has a loss, and all of a chunk "
    "are added up.",
    zh="每一段只对最后一步的损失求了导。每一步都有损失，一段之内的要全部加起来。",
)
def last_loss_only(cell, loss, xs, ys, state, k):
    for start in range(0, len(xs), k):
        for x, y in zip(xs[start : start + k], ys[start : start + k], strict=True):
            state = cell(x, state)
            value = loss(state, y)
        value.backward()
        state = state.detach()
    return state


# Other right answers.


@alternative("head_gradients")
def through_a_leaf_in_the_middle(trunk, heads, x):
    leaf = x.detach().clone().requires_grad_()
    features = trunk(leaf)
    middle = features.detach().requires_grad_()
    slopes = [torch.autograd.grad(head(middle), middle)[0] for head in heads]
    gradients = []
    for number, slope in enumerate(slopes, start=1):
        leaf.grad = None
        features.backward(slope, retain_graph=number != len(slopes))
        gradients.append(leaf.grad)
    return gradients


@alternative("head_gradients")
def values_first(trunk, heads, x):
    leaf = x.clone().requires_grad_()
    features = trunk(leaf)
    values = [head(features) for head in heads]
    gradients = []
    while values:
        value = values.pop(0)
        gradients += torch.autograd.grad(value, [leaf], retain_graph=bool(values))
    return gradients


@alternative("reusable")
def added_up(x, n):
    total = x.sum()
    result = total
    for _ in range(n - 1):
        result = result + total
    return result


@alternative("reusable")
def stacked(x, n):
    return torch.stack([x] * n).sum()


@alternative("truncated")
def step_counted(cell, loss, xs, ys, state, k):
    total = None
    for number, (x, y) in enumerate(zip(xs, ys, strict=True), start=1):
        state = cell(x, state)
        value = loss(state, y)
        total = value if total is None else total + value
        if number % k == 0 or number == len(xs):
            total.backward()
            total, state = None, state.detach()
    return state


@alternative("truncated")
def by_slices(cell, loss, xs, ys, state, k):
    while xs:
        state, losses = state.detach(), []
        for x, y in zip(xs[:k], ys[:k], strict=True):
            state = cell(x, state)
            losses.append(loss(state, y))
        sum(losses).backward()
        xs, ys = xs[k:], ys[k:]
    return state.detach()


# The tests.


@title("Each head by itself, and the graph freed at the end", zh="每个头各自的梯度，最后释放计算图")
@points(3)
@cases("count", [3, 1])
def test_heads(student, rand, count):
    x, w, u = rand(3), rand(3), rand(3)
    factors, weights = rand.uniform(0.5, 1.5, 8), rand(count, 3)
    expected = []
    for c in weights:
        leaf = x.clone().requires_grad_()
        h = torch.tanh(w * leaf) * factors[0]
        expected.append(torch.autograd.grad((c * h**2).sum() + h.prod(), leaf)[0])
    close(
        student.run(heads_on_trunk, x, w, factors, list(weights), u),
        {
            "gradients": expected,
            "through the trunk afterwards": torch.zeros(3),
            "x.grad": torch.zeros(3),
        },
    )


@title("A graph that can be walked twice", zh="能走两遍的计算图")
@points(2)
def test_reusable(student, rand):
    for n in (3, 7):
        x = rand(2, 3)
        full = torch.full((2, 3), float(n))
        close(
            student.run(twice, x, n),
            {"value": n * x.sum(), "first": full, "x.grad": 2 * full},
        )


@title("n = 1, other shapes and dtypes", zh="n = 1，其他形状和 dtype")
@hidden(
    "x may have no axes or be float64; for n = 1 the result is the plain sum. Nothing else changes.",
    zh="x 可以是 0 维的，也可以是 float64；n = 1 时结果就是和。除此之外没有什么不同。",
)
def test_reusable_shapes(student, rand):
    for x, n in [(rand(), 4), (rand(3, 2, dtype=torch.float64).T, 5), (rand(4), 1)]:
        full = torch.full_like(x, n)
        close(
            student.run(twice, x, n),
            {"value": n * x.sum(), "first": full, "x.grad": 2 * full},
            dtype=True,
        )


def gradient_in_chunks(w, xs, ys, state, k):
    total = torch.zeros_like(w)
    for start in range(0, len(xs), k):
        leaf, losses = w.clone().requires_grad_(), []
        for x, y in zip(xs[start : start + k], ys[start : start + k], strict=True):
            state = torch.tanh(leaf @ state + x)
            losses.append(((state - y) ** 2 + state).mean())
        total += torch.autograd.grad(sum(losses), leaf)[0]
        state = state.detach()
    later = {"w": torch.zeros_like(w), "result": state}
    return {"state": state, "w.grad": total, "later": later}


@title("A sequence in chunks of k steps", zh="以 k 步为一段处理序列")
@points(3)
@cases("steps, k", [(6, 2), (7, 3), (4, 1)])
def test_truncated(student, rand, steps, k):
    w, xs, ys, state = rand(3, 3), rand(steps, 3), rand(steps, 3), rand(3)
    expected = gradient_in_chunks(w, xs, ys, state, k)
    close(student.run(recurrent, w, xs, ys, state, k, torch.zeros(3, 3)), expected)


@title("A chunk longer than the sequence, and old gradients", zh="一段比序列还长，以及原有的梯度")
@hidden(
    "With k larger than the number of steps there is one chunk. Gradients held before are added to.",
    zh="k 大于步数时只有一段。新的梯度要加到原有的梯度上。",
)
def test_truncated_once(student, rand):
    w, xs, ys, state, stale = rand(2, 2), rand(3, 2), rand(3, 2), rand(2), rand(2, 2)
    expected = gradient_in_chunks(w, xs, ys, state, 5)
    expected["w.grad"] = expected["w.grad"] + stale
    close(student.run(recurrent, w, xs, ys, state, 5, stale), expected)
