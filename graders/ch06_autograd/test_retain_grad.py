"""Gradients of tensors that are no leaves."""

from __future__ import annotations

import contextlib

import torch
from torch import nn

from torchgrade.authoring import (
    alternative,
    close,
    hidden,
    misconception,
    points,
    probe,
    title,
)

# Networks are built beside the student's code, where their parameters keep their gradients.


@probe
def gradient_or_zeros(student, tensor):
    return torch.zeros_like(tensor) if tensor.grad is None else tensor.grad.clone()


@probe
def network(student, x, a, b, weight, stale):
    a.requires_grad_()
    b.requires_grad_()
    a.grad = stale
    layers = [lambda t: t @ a, torch.tanh, lambda t: t * b]
    gradients = student.layer_gradients(layers, lambda t: (weight * t).sum(), x)
    return {"gradients": gradients, "a": a.grad, "b": b.grad, "x": gradient_or_zeros(student, x)}


@probe
def plain_layers(student, x, a, weight):
    """No parameters at first; a layer that hands its input back; a layer that can count."""
    a.requires_grad_()
    calls = []

    def counting(t):
        calls.append(len(calls))
        return t * a * len(calls)

    layers = [nn.Identity(), torch.exp, counting, nn.Identity()]
    gradients = student.layer_gradients(layers, lambda t: (weight * t).sum(), x)
    left = gradient_or_zeros(student, x)
    return {"gradients": gradients, "a": gradient_or_zeros(student, a), "x.grad": left}


@probe
def used_afterwards(student, x, u, weight):
    """x goes on as a tensor that requires no gradients."""
    gradients = student.layer_gradients([torch.sin], lambda t: (weight * t).sum(), x)
    (x * u.requires_grad_()).sum().backward()
    return {"gradients": gradients, "x": x.detach(), "x.grad": gradient_or_zeros(student, x)}


@probe
def seen(student, image, a, b, stale, label, frozen):
    a.requires_grad_(not frozen)
    b.requires_grad_()
    b.grad = stale
    result = student.heatmap(
        lambda t: torch.einsum("ck,khw->chw", a, t),
        lambda maps: b @ (maps**2).sum(dim=(1, 2)) + maps.mean(),
        image,
        label,
    )
    values = result.detach().clone()
    if result.requires_grad:
        with contextlib.suppress(RuntimeError):
            result.sum().backward()  # goes on to the features if the map has a history
    return {
        "map": values,
        "features": gradient_or_zeros(student, a),
        "head": gradient_or_zeros(student, b),
        "image": gradient_or_zeros(student, image),
    }


# What students get wrong.


@misconception(
    "layer_gradients",
    "The gradients are None: the outputs are no leaves, and nobody told them before backward() to "
    "keep theirs. To say so afterwards is too late, the numbers are gone by then.",
    zh="得到的梯度是 None：各层的输出不是叶子，而在 backward() 之前没有人要求它们留下梯度。"
    "事后再说就晚了，那些数已经丢掉了。",
)
def not_retained_in_time(layers, loss, x):
    output = x.detach().clone().requires_grad_()
    outputs = []
    for layer in layers:
        output = layer(output)
        outputs.append(output)
    loss(output).backward()
    for output in outputs:
        output.retain_grad()
    return [output.grad for output in outputs]


@misconception(
    "layer_gradients",
    "The network was cut behind each layer to make leaves of the outputs, so the gradient stops at "
    "the last one; everything before it gets none.",
    zh="为了让每层的输出成为叶子，网络在每一层后面都被切断了，梯度到最后一个输出就停住，"
    "前面的全都得不到。",
)
def cut_between_layers(layers, loss, x):
    output = x.detach().clone()
    outputs = []
    for layer in layers:
        output = layer(output).detach().requires_grad_()
        outputs.append(output)
    loss(output).backward()
    return [output.grad for output in outputs]


@misconception(
    "layer_gradients",
    "These are the gradients by the inputs of the layers: the list begins with the gradient by x "
    "and lacks that by the last output.",
    zh="这是对各层输入的梯度：列表以对 x 的梯度开头，却少了对最后一个输出的梯度。",
)
def by_the_inputs(layers, loss, x):
    output = x.detach().clone().requires_grad_()
    inputs = []
    for layer in layers:
        output.retain_grad()
        inputs.append(output)
        output = layer(output)
    loss(output).backward()
    return [given.grad for given in inputs]


@misconception(
    "layer_gradients",
    "The list is in the order of the backward pass, last layer first.",
    zh="列表是按反向传播的顺序排的，最后一层在前。",
)
def last_layer_first(layers, loss, x):
    output = x.detach().clone().requires_grad_()
    outputs = []
    for layer in layers:
        output = layer(output)
        output.retain_grad()
        outputs.append(output)
    loss(output).backward()
    return [output.grad for output in reversed(outputs)]


@misconception(
    "layer_gradients",
    "Where neither x nor a parameter requires gradients, nothing is recorded, and an output outside "
    "the graph can't retain a gradient. The pass has to begin at something that requires one.",
    zh="如果 x 和参数都不需要梯度，就什么也不会被记录，不在计算图里的输出也就无从保留梯度。"
    "这一趟必须从某个需要梯度的张量开始。",
)
def nothing_recorded(layers, loss, x):
    output = x
    outputs = []
    for layer in layers:
        output = layer(output)
        output.retain_grad()
        outputs.append(output)
    loss(output).backward()
    return [output.grad for output in outputs]


@misconception(
    "layer_gradients",
    "The list is right, but the parameters got nothing: torch.autograd.grad returns what it is asked "
    "for and leaves every .grad alone.",
    zh="列表是对的，但参数什么也没得到：torch.autograd.grad 只返回要它求的梯度，不会去动任何 .grad。",
)
def parameters_left_out(layers, loss, x):
    output = x.detach().clone().requires_grad_()
    outputs = []
    for layer in layers:
        output = layer(output)
        outputs.append(output)
    return list(torch.autograd.grad(loss(output), outputs))


@misconception(
    "layer_gradients",
    "x itself was made to require gradients, and backward() left one in x.grad. It belongs to the "
    "caller; a copy would have served.",
    zh="让 x 自己需要了梯度，backward() 还在 x.grad 里留下了一份。x 是调用者的，用一份副本就够了。",
)
def input_switched_on(layers, loss, x):
    output = x.requires_grad_()
    outputs = []
    for layer in layers:
        output = layer(output)
        output.retain_grad()
        outputs.append(output)
    loss(output).backward()
    return [output.grad for output in outputs]


@misconception(
    "layer_gradients",
    "The network ran once for each gradient. Each run adds to the gradients of the parameters, "
    "and layers may answer differently the next time; one pass gives all.",
    zh="为每个梯度都把网络跑了一遍。每跑一遍都会往参数的梯度上加，而且同一层下一次的输出可能不同；"
    "其实一趟就能得到全部。",
)
def one_run_per_layer(layers, loss, x):
    gradients = []
    for wanted in range(len(layers)):
        output = x.detach().clone().requires_grad_()
        for number, layer in enumerate(layers):
            output = layer(output)
            if number == wanted:
                output.retain_grad()
                kept = output
        loss(output).backward()
        gradients.append(kept.grad)
    return gradients


@misconception(
    "heatmap",
    "All scores were added up before the derivative was taken. Only the score of the label should "
    "speak; the sum shows what speaks for any class at all.",
    zh="求导之前把所有分数加了起来。应当只看 label 的分数；总和显示的是支持任何一个类别的东西。",
)
def all_scores(features, head, image, label):
    maps = features(image).detach().requires_grad_()
    (gradient,) = torch.autograd.grad(head(maps).sum(), maps)
    return (gradient.mean(dim=(1, 2), keepdim=True) * maps).sum(0).relu().detach()


@misconception(
    "heatmap",
    "Negative places are still there. They speak against the label; the map is to show only what "
    "speaks for it.",
    zh="负的位置还在。它们是反对这个类别的；图上只该显示支持它的地方。",
)
def negative_kept(features, head, image, label):
    maps = features(image).detach().requires_grad_()
    (gradient,) = torch.autograd.grad(head(maps)[label], maps)
    return (gradient.mean(dim=(1, 2), keepdim=True) * maps).sum(0).detach()


@misconception(
    "heatmap",
    "Negative values became 0 in each weighted map, before the maps were added up. One map may speak "
    "against a place for which another speaks; only what is negative in the sum becomes 0.",
    zh="在各张特征图相加之前，就把每张加权图里的负值改成了 0。同一个位置，可能一张图支持、另一张图反对；"
    "只有总和里的负值才改为 0。",
)
def cut_off_before_the_sum(features, head, image, label):
    maps = features(image).detach().requires_grad_()
    (gradient,) = torch.autograd.grad(head(maps)[label], maps)
    return (gradient.mean(dim=(1, 2), keepdim=True) * maps).relu().sum(0).detach()


@misconception(
    "heatmap",
    "The gradient was multiplied with the maps place by place. Each map has a single weight: the "
    "mean of its gradient over all places.",
    zh="梯度与特征图逐个位置相乘了。每张特征图只有一个权重，就是它的梯度在所有位置上的平均值。",
)
def weighed_place_by_place(features, head, image, label):
    maps = features(image).detach().requires_grad_()
    (gradient,) = torch.autograd.grad(head(maps)[label], maps)
    return (gradient * maps).sum(0).relu().detach()


@misconception(
    "heatmap",
    "The gradient of each map was summed over its places, not averaged.",
    zh="每张特征图的梯度在各位置上求了和，而不是求平均。",
)
def gradient_summed(features, head, image, label):
    maps = features(image).detach().requires_grad_()
    (gradient,) = torch.autograd.grad(head(maps)[label], maps)
    return (gradient.sum(dim=(1, 2), keepdim=True) * maps).sum(0).relu().detach()


@misconception(
    "heatmap",
    "The map is right, but backward() went through the whole network and left its gradients in the "
    "parameters. The next step of training would take them along.",
    zh="图是对的，但 backward() 穿过了整个网络，把梯度留在了参数里，下一步训练会把它们一起算进去。",
)
def gradients_left_behind(features, head, image, label):
    maps = features(image.detach().clone().requires_grad_())
    maps.retain_grad()
    head(maps)[label].backward()
    return (maps.grad.mean(dim=(1, 2), keepdim=True) * maps).sum(0).relu().detach()


@misconception(
    "heatmap",
    "The map was computed from maps that are still in the graph, so it has a history: a backward() "
    "through it goes on to the features. Whoever only looks should take the numbers.",
    zh="热力图是用仍在计算图里的特征图算出来的，因此带着历史：对它做 backward() 会一直传到特征部分。"
    "只是观察的话，取数值就够了。",
)
def map_with_history(features, head, image, label):
    maps = features(image.detach().clone().requires_grad_())
    (gradient,) = torch.autograd.grad(head(maps)[label], maps, retain_graph=True)
    return (gradient.mean(dim=(1, 2), keepdim=True) * maps).sum(0).relu()


@misconception(
    "heatmap",
    "If the features are frozen, the maps are in no graph, and there is no gradient by them. "
    "Something before the head must require gradients: why not the maps themselves?",
    zh="特征部分被冻结时，特征图不在任何计算图里，也就求不出对它们的梯度。"
    "head 之前必须有什么需要梯度：何不就让特征图自己来？",
)
def frozen_features_fail(features, head, image, label):
    maps = features(image)
    (gradient,) = torch.autograd.grad(head(maps)[label], maps)
    return (gradient.mean(dim=(1, 2), keepdim=True) * maps).sum(0).relu().detach()


# Other right answers.


@alternative("layer_gradients")
def by_hooks(layers, loss, x):
    found = {}
    output = x.clone().requires_grad_()
    for number, layer in enumerate(layers):
        output = layer(output)
        output.register_hook(lambda gradient, number=number: found.update({number: gradient}))
    loss(output).backward()
    return [found[number] for number in range(len(layers))]


@alternative("layer_gradients")
def layer_by_layer(layers, loss, x):
    given, outputs = [], []
    output = x.detach()
    for layer in layers:
        given.append(output.detach().clone().requires_grad_())
        output = layer(given[-1])
        outputs.append(output)
    last = output.detach().clone().requires_grad_()
    loss(last).backward()
    gradients = [last.grad]
    for leaf, output in zip(reversed(given[1:]), reversed(outputs[1:]), strict=True):
        output.backward(gradients[0])
        gradients.insert(0, leaf.grad)
    if outputs[0].requires_grad:
        outputs[0].backward(gradients[0])
    return gradients


@alternative("heatmap")
def gradients_put_back(features, head, image, label):
    start = image.detach().clone().requires_grad_()
    maps = features(start)
    (gradient,) = torch.autograd.grad(head(maps)[label], maps)
    total = torch.zeros(maps.shape[1:], dtype=maps.dtype)
    for one, slope in zip(maps.detach(), gradient, strict=True):
        total += slope.mean() * one
    return total.clamp(min=0)


@alternative("heatmap")
def by_einsum(features, head, image, label):
    maps = features(image).detach().requires_grad_()
    gradient = torch.autograd.grad(head(maps).unbind()[label], [maps])[0]
    return torch.einsum("c,chw->hw", gradient.flatten(1).mean(1), maps.detach()).relu()


# The tests.


@title("The gradient by each output, and the parameters", zh="对每层输出的梯度，以及参数的梯度")
@points(3)
def test_network(student, rand):
    x, a, b, weight, stale = rand(5, 3), rand(3, 4), rand(4), rand(5, 4), rand(3, 4)
    inner = torch.tanh(x @ a)
    by_inner = weight * b
    by_product = by_inner * (1 - inner**2)
    close(
        student.run(network, x, a, b, weight, stale),
        {
            "gradients": [by_product, by_inner, weight],
            "a": stale + x.T @ by_product,
            "b": (weight * inner).sum(0),
            "x": torch.zeros(5, 3),
        },
    )


@title(
    "Layers without parameters, and layers that hand their input back",
    zh="没有参数的层，以及原样返回输入的层",
)
@points(2)
def test_plain_layers(student, rand):
    x, a, weight = (rand(3, dtype=torch.float64) for _ in range(3))
    by_exp = weight * a
    close(
        student.run(plain_layers, x, a, weight),
        {
            "gradients": [by_exp * x.exp(), by_exp, weight, weight],
            "a": weight * x.exp(),
            "x.grad": torch.zeros(3, dtype=torch.float64),
        },
        dtype=True,
    )


@title("One layer, and x as it was", zh="只有一层，x 保持原样")
@hidden(
    "x is the caller's: it should neither require gradients nor hold one afterwards.",
    zh="x 是调用者的：事后它不应需要梯度，也不应存有梯度。",
)
def test_input(student, rand):
    x, u, weight = rand(2, 3), rand(2, 3), rand(2, 3)
    close(
        student.run(used_afterwards, x, u, weight),
        {"gradients": [weight], "x": x, "x.grad": torch.zeros(2, 3)},
    )


def map_by_hand(image, a, b, label):
    maps = torch.einsum("ck,khw->chw", a, image)
    gradient = 2 * b[label][:, None, None] * maps + 1 / maps.numel()
    return (gradient.mean(dim=(1, 2), keepdim=True) * maps).sum(0).relu()


@title("The heat map of a class", zh="一个类别的热力图")
@points(2)
def test_heatmap(student, rand):
    for label in (1, 0):
        image, a, b, stale = rand(2, 4, 5), rand(3, 2), rand(4, 3), rand(4, 3)
        close(
            student.run(seen, image, a, b, stale, label, False),
            {
                "map": map_by_hand(image, a, b, label),
                "features": torch.zeros(3, 2),
                "head": stale,
                "image": torch.zeros(2, 4, 5),
            },
        )


@title("The heat map with frozen features", zh="特征部分被冻结时的热力图")
@points(2)
def test_frozen_heatmap(student, rand):
    image, a = rand(1, 3, 2, dtype=torch.float64), rand(4, 1, dtype=torch.float64)
    b, stale = rand(2, 4, dtype=torch.float64), rand(2, 4, dtype=torch.float64)
    close(
        student.run(seen, image, a, b, stale, 1, True),
        {
            "map": map_by_hand(image, a, b, 1),
            "features": torch.zeros_like(a),
            "head": stale,
            "image": torch.zeros_like(image),
        },
        dtype=True,
    )
