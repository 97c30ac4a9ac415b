"""Gradients measured layer by layer; saturated sigmoids and dead ReLU units counted."""

import torch

from torchgrade.authoring import alternative, close, hidden, misconception, points, probe, title


def norms(weights, name, x, v):
    leaves = [weight.clone().requires_grad_() for weight in weights]
    h = x
    for weight in leaves:
        h = getattr(torch, name)(h @ weight.T)
    return torch.stack([g.norm() for g in torch.autograd.grad((h * v).sum(), leaves)])


# What goes wrong with the norms


@misconception(
    "gradient_norms",
    "These are the norms of the activations, the signal on the way forward. That one may look "
    "healthy while the gradient dies out; asked for is the gradient by each weight matrix.",
    zh="这是激活值的范数，也就是前向的信号。前向信号看着健康，梯度照样可能消失；"
    "要测的是对每个权重矩阵的梯度。",
)
def activations_measured(weights, activation, x, v):
    h, sizes = x, []
    for weight in weights:
        h = activation(h @ weight.detach().T)
        sizes.append(h.norm().item())
    return sizes


@misconception(
    "gradient_norms",
    "These are gradients by the outputs of the layers. What learns is the weights: the gradient by "
    "W also contains what goes into the layer.",
    zh="这是对各层输出的梯度。要学习的是权重：对 W 的梯度里还包含这一层的输入。",
)
def by_the_outputs(weights, activation, x, v):
    h, outputs = x, []
    for weight in weights:
        h = activation(h @ weight.detach().clone().requires_grad_().T)
        outputs.append(h)
    return [g.norm().item() for g in torch.autograd.grad((h * v).sum(), outputs)]


@misconception(
    "gradient_norms",
    "The numbers are right and their order is reversed: the first one belongs to the first layer, "
    "though on the way back it is computed last.",
    zh="数都对，顺序反了：第一个数属于第一层，虽然反向传播最后才算到它。",
)
def last_layer_first(weights, activation, x, v):
    leaves = [weight.detach().clone().requires_grad_() for weight in weights]
    h = x
    for weight in leaves:
        h = activation(h @ weight.T)
    return [g.norm().item() for g in torch.autograd.grad((h * v).sum(), leaves)][::-1]


@misconception(
    "gradient_norms",
    "The root is missing: these are the sums of squares.",
    zh="没有开方：这是平方和。",
)
def root_missing(weights, activation, x, v):
    leaves = [weight.detach().clone().requires_grad_() for weight in weights]
    h = x
    for weight in leaves:
        h = activation(h @ weight.T)
    gradients = torch.autograd.grad((h * v).sum(), leaves)
    return [(g**2).sum().item() for g in gradients]


@misconception(
    "gradient_norms",
    "This is the mean of the absolute values of each gradient. The norm is the square root of the "
    "sum of the squares.",
    zh="这是每个梯度绝对值的平均。范数是平方和的平方根。",
)
def mean_of_absolute_values(weights, activation, x, v):
    leaves = [weight.detach().clone().requires_grad_() for weight in weights]
    h = x
    for weight in leaves:
        h = activation(h @ weight.T)
    return [g.abs().mean().item() for g in torch.autograd.grad((h * v).sum(), leaves)]


@misconception(
    "gradient_norms",
    "v made no difference: what was differentiated is the sum of the outputs. Each output counts "
    "with its element of v.",
    zh="v 没有起作用：求导的是输出之和。每个输出应当乘上 v 中与它对应的元素。",
)
def v_ignored(weights, activation, x, v):
    leaves = [weight.detach().clone().requires_grad_() for weight in weights]
    h = x
    for weight in leaves:
        h = activation(h @ weight.T)
    gradients = torch.autograd.grad(h.sum(), leaves)
    return [g.norm().item() for g in gradients]


@misconception(
    "gradient_norms",
    "The sum was divided by the number of elements: a mean was taken where the contract "
    "says sum. All norms are too small by the same factor.",
    zh="除以了元素个数：约定是求和，你求了平均。所有范数都小了同一个倍数。",
)
def mean_for_the_sum(weights, activation, x, v):
    leaves = [weight.detach().clone().requires_grad_() for weight in weights]
    h = x
    for weight in leaves:
        h = activation(h @ weight.T)
    gradients = torch.autograd.grad((h * v).mean(), leaves)
    return [g.norm().item() for g in gradients]


@misconception(
    "gradient_norms",
    "The last layer has no activation in your network. Here every layer has one.",
    zh="你的网络最后一层没有激活函数。这里每一层都有。",
)
def last_layer_linear(weights, activation, x, v):
    leaves = [weight.detach().clone().requires_grad_() for weight in weights]
    h = x
    for weight in leaves[:-1]:
        h = activation(h @ weight.T)
    h = h @ leaves[-1].T
    return [g.norm().item() for g in torch.autograd.grad((h * v).sum(), leaves)]


@misconception(
    "gradient_norms",
    "The matrices were not transposed: h @ W. With square matrices this runs and measures another "
    "network. A row of W belongs to an output.",
    zh="矩阵没有转置，你算的是 h @ W。方阵时能算，测的却是另一个网络。W 的一行对应一个输出。",
)
def not_transposed(weights, activation, x, v):
    leaves = [weight.detach().clone().requires_grad_() for weight in weights]
    h = x
    for weight in leaves:
        h = activation(h @ weight)
    gradients = torch.autograd.grad((h * v).sum(), leaves)
    return [g.norm().item() for g in gradients]


@misconception(
    "gradient_norms",
    "backward() adds to the .grad of the caller's matrices: what was in there is part of your "
    "numbers, and your gradients stay behind in it. Measure on leaves of your own, or with "
    "autograd.grad.",
    zh="backward() 会往调用者矩阵的 .grad 上加：里面原有的东西混进了你的结果，"
    "你的梯度也留在了里面。应当在自己的叶子张量上测，或者用 autograd.grad。",
)
def added_to_the_callers_grad(weights, activation, x, v):
    h = x
    for weight in weights:
        h = activation(h @ weight.requires_grad_().T)
    (h * v).sum().backward()
    return [weight.grad.norm().item() for weight in weights]


@misconception(
    "gradient_norms",
    "The numbers are right, but the caller's matrices now require gradients, though they didn't "
    "before: requires_grad_() changes the tensor that it is called on.",
    zh="数是对的，但调用者的矩阵原本不需要梯度，现在却需要了：requires_grad_() 会改动调用它的那个张量。",
)
def made_to_require_gradients(weights, activation, x, v):
    h = x
    for weight in weights:
        h = activation(h @ weight.requires_grad_().T)
    return [g.norm().item() for g in torch.autograd.grad((h * v).sum(), weights)]


@misconception(
    "gradient_norms",
    "The numbers are right, but x requires gradients, and backward() has added one to its .grad: it "
    "fills every leaf that it reaches. Detach x first, or ask autograd.grad for the matrices only.",
    zh="数是对的，但 x 需要梯度，backward() 往它的 .grad 上也加了一份：凡是到得了的叶子张量它都会加。"
    "应当先 detach x，或者用 autograd.grad 只求对矩阵的梯度。",
)
def added_to_the_grad_of_x(weights, activation, x, v):
    leaves = [weight.detach().clone().requires_grad_() for weight in weights]
    h = x
    for weight in leaves:
        h = activation(h @ weight.T)
    (h * v).sum().backward()
    return [leaf.grad.norm().item() for leaf in leaves]


# What goes wrong with saturation


@misconception(
    "saturated_fraction",
    "The output of the sigmoid was compared with the threshold. A unit with output 0.99 is just as "
    "saturated as one with 0.01: what counts is the slope f (1 - f).",
    zh="你拿 sigmoid 的输出和阈值比较。输出 0.99 的单元和 0.01 的一样饱和：要看的是斜率 f(1 − f)。",
)
def output_compared(z, threshold):
    return (torch.sigmoid(z) < threshold).float().mean().item()


@misconception(
    "saturated_fraction",
    "The distance of the output from 0 or 1 was compared with the threshold. What counts is the "
    "slope f (1 - f), which is smaller than this distance.",
    zh="你拿输出到 0 或 1 的距离和阈值比较。要看的是斜率 f(1 − f)，它比这个距离小。",
)
def output_near_an_end(z, threshold):
    y = torch.sigmoid(z)
    return ((y < threshold) | (y > 1 - threshold)).float().mean().item()


@misconception(
    "saturated_fraction",
    "This is the fraction that is not saturated: slopes above the threshold were counted.",
    zh="这是没有饱和的比例：你数的是斜率大于阈值的。",
)
def unsaturated_counted(z, threshold):
    y = torch.sigmoid(z)
    return (y * (1 - y) >= threshold).float().mean().item()


@misconception(
    "saturated_fraction",
    "This is a number of units, not a fraction: divide by how many there are.",
    zh="这是个数，不是比例：还要除以总数。",
)
def counted_only(z, threshold):
    y = torch.sigmoid(z)
    return (y * (1 - y) < threshold).float().sum().item()


@misconception(
    "saturated_fraction",
    "z (1 - z): the formula of the slope was applied to z. In f (1 - f), f is the output of the "
    "sigmoid.",
    zh="你算的是 z(1 − z)：斜率公式用在了 z 上。f(1 − f) 里的 f 是 sigmoid 的输出。",
)
def slope_formula_of_z(z, threshold):
    return (z * (1 - z) < threshold).float().mean().item()


@misconception(
    "saturated_fraction",
    "1 - f^2 is the slope of tanh, which reaches 1. That of the sigmoid is f (1 - f), at most 1/4.",
    zh="1 − f² 是 tanh 的斜率，最大为 1。sigmoid 的斜率是 f(1 − f)，最大为 1/4。",
)
def slope_of_tanh(z, threshold):
    return (1 - torch.tanh(z) ** 2 < threshold).float().mean().item()


@misconception(
    "saturated_fraction",
    "|z| was compared with the threshold, but the threshold is one for slopes.",
    zh="你拿 |z| 和阈值比较，可阈值说的是斜率。",
)
def distance_compared(z, threshold):
    return (z.abs() > threshold).float().mean().item()


@misconception(
    "saturated_fraction",
    "For very negative z, exp(-z) overflows and the slope becomes NaN. NaN is below no threshold, "
    "so the most saturated units of all are not counted.",
    zh="z 负得很多时 exp(−z) 溢出，斜率成了 NaN。NaN 不小于任何阈值，"
    "于是最饱和的那些单元反而没有数进去。",
)
def slope_overflows(z, threshold):
    e = torch.exp(-z)
    return (e / (1 + e) ** 2 < threshold).float().mean().item()


# What goes wrong with dead units


@misconception(
    "dead_units",
    "A unit was called dead because it is silent for one example. It is dead only if it is silent "
    "for all of them; one that speaks up sometimes gets gradients.",
    zh="单元只要对一个样本不激活，你就判它死了。要对所有样本都不激活才算死；偶尔激活的单元仍有梯度。",
)
def silent_once(weight, bias, x):
    return (x @ weight.T + bias <= 0).any(dim=0)


@misconception(
    "dead_units",
    "The answer has one entry per example: it says for which examples all units are silent. Asked "
    "for is which units are silent for all examples; reduce the axis of the examples.",
    zh="结果是每个样本一个值：它说的是对哪些样本所有单元都不激活。要问的是哪些单元对所有样本都不激活，"
    "应当沿样本轴归约。",
)
def one_answer_per_example(weight, bias, x):
    return (x @ weight.T + bias <= 0).all(dim=1)


@misconception(
    "dead_units",
    "A unit that is at exactly 0 was taken for living. The slope of ReLU at 0 is 0, so nothing comes "
    "through there either.",
    zh="恰好为 0 的单元被当成了活的。ReLU 在 0 处的斜率是 0，那里同样没有梯度通过。",
)
def zero_taken_for_living(weight, bias, x):
    return (x @ weight.T + bias < 0).all(dim=0)


@misconception(
    "dead_units",
    "The bias was forgotten: a strongly negative one is the commonest cause of death.",
    zh="忘了偏置：偏置负得太多，正是单元死掉最常见的原因。",
)
def bias_forgotten(weight, bias, x):
    return (x @ weight.T <= 0).all(dim=0)


@misconception(
    "dead_units",
    "These are the living units: True stands where at least one example gets through.",
    zh="这是活的单元：True 标在了至少有一个样本能激活的地方。",
)
def living_units(weight, bias, x):
    return (x @ weight.T + bias > 0).any(dim=0)


# Other right answers


@alternative("gradient_norms")
def through_backward(weights, activation, x, v):
    leaves = [weight.detach().clone().requires_grad_() for weight in weights]
    h = x.detach()
    for weight in leaves:
        h = activation(torch.einsum("nd,od->no", h, weight))
    h.backward(v)
    return torch.stack([(leaf.grad**2).sum().sqrt() for leaf in leaves])


@alternative("gradient_norms")
def one_layer_at_a_time(weights, activation, x, v):
    inputs = [x.detach()]
    for weight in weights:
        inputs.append(activation(inputs[-1] @ weight.detach().T).detach())
    result = []
    for weight, h in zip(reversed(weights), reversed(inputs[:-1]), strict=True):
        z = (h @ weight.detach().T).requires_grad_()
        (by_z,) = torch.autograd.grad(activation(z), z, v)
        result.append(float((by_z.T @ h).norm()))
        v = by_z @ weight.detach()
    return result[::-1]


@alternative("saturated_fraction")
def by_distance(z, threshold):
    slopes = torch.sigmoid(z) * torch.sigmoid(-z)
    return sum(slope < threshold for slope in slopes.reshape(-1).tolist()) / z.numel()


@alternative("saturated_fraction")
def as_a_tensor(z, threshold):
    e = torch.exp(-z.abs())
    return (e / (1 + e) ** 2 < threshold).double().mean()


@alternative("dead_units")
def by_the_largest(weight, bias, x):
    return (torch.nn.functional.linear(x, weight, bias).amax(dim=0)) <= 0


@alternative("dead_units")
def by_autograd(weight, bias, x):
    z = (x @ weight.T + bias).detach().requires_grad_()
    (slopes,) = torch.autograd.grad(torch.relu(z).sum(), z)
    return slopes.sum(dim=0) == 0


# The tests


@probe
def measure(student, weights, name, x, v):
    result = student.gradient_norms(weights, getattr(torch, name), x, v)
    return torch.tensor([float(number) for number in result], dtype=torch.float64).float()


@probe
def measure_parameters(student, weights, name, x, v, earlier):
    for weight, grad in zip(weights, earlier, strict=True):
        weight.requires_grad_()
        weight.grad = grad.clone()
    result = student.gradient_norms(weights, getattr(torch, name), x, v)
    numbers = torch.tensor([float(number) for number in result], dtype=torch.float64).float()
    return (
        numbers,
        [weight.grad for weight in weights],
        [weight.detach() for weight in weights],
        x.detach(),
    )


@probe
def measure_and_use(student, weights, name, x, v, factor):
    """Uses the matrices after the measurement, as constants beside a leaf."""
    result = student.gradient_norms(weights, getattr(torch, name), x, v)
    numbers = torch.tensor([float(number) for number in result], dtype=torch.float64).float()
    leaf = torch.zeros_like(factor).requires_grad_()
    use = (leaf * factor).sum() + sum((weight * factor[0]).sum() for weight in weights)
    use.backward()
    left_behind = [torch.zeros_like(w) if w.grad is None else w.grad for w in weights]
    return numbers, leaf.grad, left_behind


@probe
def measure_beside_x(student, weights, name, x, v, earlier):
    x.requires_grad_()
    x.grad = earlier.clone()
    result = student.gradient_norms(weights, getattr(torch, name), x, v)
    numbers = torch.tensor([float(number) for number in result], dtype=torch.float64).float()
    return numbers, x.grad, x.detach()


@probe
def fraction(student, z, threshold):
    return torch.tensor(float(student.saturated_fraction(z, threshold)))


@title("Square layers, sigmoid and tanh", zh="方阵的层，sigmoid 与 tanh")
@points(3)
def test_square_layers(student, rand):
    weights = [rand(4, 4) for _ in range(3)]
    x, v = rand(5, 4), rand(5, 4)
    for name in ("sigmoid", "tanh"):
        close(student.run(measure, weights, name, x, v), norms(weights, name, x, v))


@title("Layers of different sizes, and another activation", zh="大小不同的层，以及别的激活函数")
@points(2)
def test_other_layers(student, rand):
    weights = [rand(5, 3), rand(2, 5), rand(6, 2), rand(3, 6)]
    x, v = rand(4, 3), rand(4, 3)
    for name in ("sigmoid", "arctan", "sin"):
        close(student.run(measure, weights, name, x, v), norms(weights, name, x, v))


@title("A deep network: the first layers are measured, too", zh="很深的网络：前面的层也要量准")
@hidden(
    "Ten layers of sigmoids. The first norms are ten thousand times smaller than the last; each "
    "must be right by itself.",
    zh="十层 sigmoid。前面的范数比后面的小上万倍，每一个都要准确。",
)
def test_deep(student, rand):
    weights = [rand(6, 6) / 6**0.5 for _ in range(10)]
    x, v = rand(3, 6), rand(3, 6)
    expected = norms(weights, "sigmoid", x, v)
    result = student.run(measure, weights, "sigmoid", x, v)
    close(result, expected, rtol=1e-3, atol=0)
    close(student.run(measure, weights[:1], "tanh", x, v), norms(weights[:1], "tanh", x, v))


@title("Parameters of a model, with something in their .grad", zh="模型的参数，.grad 里已有东西")
@points(2)
def test_parameters(student, rand):
    weights = [rand(4, 3), rand(2, 4)]
    earlier = [rand(4, 3), rand(2, 4)]
    x, v = rand(5, 3), rand(5, 2)
    close(
        student.run(measure_parameters, weights, "tanh", x, v, earlier),
        (norms(weights, "tanh", x, v), earlier, weights, x),
    )


@title("Matrices that need no gradient, before and after", zh="不需要梯度的矩阵，测完仍不需要")
def test_constants(student, rand):
    weights, factor = [rand(4, 3), rand(2, 4)], rand(3)
    x, v = rand(5, 3), rand(5, 2)
    close(
        student.run(measure_and_use, weights, "tanh", x, v, factor),
        (norms(weights, "tanh", x, v), factor, [torch.zeros_like(w) for w in weights]),
    )


@title("An x that requires gradients", zh="x 也需要梯度")
def test_x_with_gradient(student, rand):
    weights, x, v, earlier = [rand(4, 3), rand(2, 4)], rand(5, 3), rand(5, 2), rand(5, 3)
    close(
        student.run(measure_beside_x, weights, "tanh", x, v, earlier),
        (norms(weights, "tanh", x, v), earlier, x),
    )


@title("The saturated fraction", zh="饱和的比例")
@points(2)
def test_saturated_fraction(student, rand):
    for scale in (2, 4):
        z = rand(23, 9) * scale
        threshold = rand.uniform(0.06, 0.2, 1).item()
        expected = (torch.sigmoid(z) * torch.sigmoid(-z) < threshold).float().mean()
        close(student.run(fraction, z, threshold), expected)
    # At 0 the slope is 1/4 exactly, which is not below 1/4.
    z = torch.cat([rand.uniform(1, 3, 7), torch.zeros(4)])
    close(student.run(fraction, z, 0.25), torch.tensor(7 / 11))


@title("The saturated fraction far out", zh="远处的饱和比例")
def test_saturated_far_out(student, rand):
    far = rand.uniform(100, 10_000, 31)
    # Many numbers near by: few faults give the same count.
    z = torch.cat([rand(400) * 1.5, far, -far[:17]])
    threshold = rand.uniform(0.18, 0.22, 1).item()
    expected = (torch.sigmoid(z) * torch.sigmoid(-z) < threshold).float().mean()
    close(student.run(fraction, z, threshold), expected)


@title("Dead units", zh="死掉的单元")
@points(2)
def test_dead_units(student, rand):
    for examples in (3, 6):
        weight, bias, x = rand(50, 3), rand(50) - 0.8, rand(examples, 3)
        close(student.dead_units(weight, bias, x), (x @ weight.T + bias <= 0).all(dim=0))


@title(
    "Units that stand at exactly 0, and a single example", zh="恰好停在 0 的单元，以及只有一个样本"
)
@points(2)
def test_exactly_zero(student, rand):
    # Small whole numbers: sums are exact, and many are 0. In units of 2^-12 the others are tiny.
    weight, bias = rand.ints(-1, 2, 40, 2).float(), rand.ints(-2, 1, 40).float()
    for examples, unit in ((1, 1), (3, 1), (3, 2**-12)):
        x = rand.ints(0, 3, examples, 2).float()
        weight, bias = weight * unit, bias * unit
        close(student.dead_units(weight, bias, x), (x @ weight.T + bias <= 0).all(dim=0))
