"""nn.Module: it finds its parameters by itself, if they are put where it can see them."""

from itertools import pairwise

import torch
from torch import nn
from torch.nn.functional import linear

from torchgrade.authoring import (
    alternative,
    cases,
    close,
    forbids,
    hidden,
    misconception,
    points,
    probe,
    refuses,
    text,
    title,
)

# The same network as a formula, on values by name.


def random_state(rand, sizes, dtype=torch.float32):
    state = {}
    for i, (n_in, n_out) in enumerate(pairwise(sizes)):
        state[f"layers.{i}.weight"] = rand(n_out, n_in, dtype=dtype) / n_in**0.5
        state[f"layers.{i}.bias"] = rand(n_out, dtype=dtype) / 2
    return state


def stages_of(state, x, factors=None):
    """What comes out of linear, ReLU, linear, ..., linear; ``factors`` scale the linear ones."""
    stages = []
    for i in range(len(state) // 2):
        if stages:
            stages.append(stages[-1].relu())
            x = stages[-1]
        x = linear(x, state[f"layers.{i}.weight"], state[f"layers.{i}.bias"])
        stages.append(x if factors is None else x * factors[i])
    return stages


def outputs_of(state, x):
    return stages_of(state, x)[-1]


def in_whole(state):
    """The values of a model under their names in a module that holds it as ``model``."""
    return {f"model.{name}": value for name, value in state.items()}


def training_of(state, x, target, rate, steps):
    """Losses, and the state after gradient descent."""
    losses = []
    for _ in range(steps):
        state = {name: value.detach().requires_grad_() for name, value in state.items()}
        loss = ((outputs_of(state, x) - target) ** 2).mean()
        grads = torch.autograd.grad(loss, list(state.values()))
        state = {
            name: value.detach() - rate * grad
            for (name, value), grad in zip(state.items(), grads, strict=True)
        }
        losses.append(loss.detach())
    return torch.stack(losses), state


# How the student's classes are asked.


@probe
def computed_by(student, name, arguments, state, x):
    """What a module computes, under the name of what computed it.

    A module that Python can't build as it stands, or that has no ``forward``, gets the help
    that it needs, so that the answer shows what is missing.
    """
    kind, helped = getattr(student, name), ""
    try:
        module = kind(*arguments)
    except AttributeError:
        helped = ", super() missing"
        module = kind.__new__(kind)
        nn.Module.__init__(module)
        module.__init__(*arguments)
    load(module, state)
    try:
        return {"forward" + helped: module(x).detach()}
    except NotImplementedError:
        for other, method in vars(kind).items():
            if other not in ("__init__", "forward") and callable(method):
                return {other + helped: method(module, x).detach()}
        raise


@probe
def fill(tensor, values):
    """Write the one of ``values`` that has as many elements into a tensor."""
    for value in values:
        if value.numel() == tensor.numel():
            tensor.data = value.reshape(tensor.shape).clone()


@probe
def load(module, state):
    """``load_state_dict``; by hand into layers of which the module doesn't know."""
    layers = unregistered_layers(module)
    if not layers:
        module.load_state_dict(state)
    for i, layer in enumerate(layers):
        layer.load_state_dict({k: state[f"layers.{i}.{k}"] for k in ("weight", "bias")})


@probe
def unregistered_layers(model):
    """Modules with parameters in plain lists and tuples among the attributes of ``model``."""
    registered = list(model.modules())
    return [
        item
        for value in vars(model).values()
        if isinstance(value, (list, tuple))
        for item in value
        if isinstance(item, nn.Module) and not any(item is module for module in registered)
        if any(True for _ in item.parameters())
    ]


# A larger module holds the student's and is asked in its place. PyTorch's own code then looks for
# the parameters: what only looks like a module, or lists its tensors by hand, won't do.


@probe
def parameters_of_dense(student, weight, bias):
    """The parameters, and the tensors that are attributes but no parameters, all filled."""
    whole = nn.ModuleDict({"layer": student.Dense(weight.shape[1], weight.shape[0])})
    known = dict(whole.named_parameters())
    attributes = vars(whole["layer"]).items()
    overlooked = {name: value for name, value in attributes if isinstance(value, torch.Tensor)}
    for tensor in (*known.values(), *overlooked.values()):
        fill(tensor, [weight, bias])
    return {"parameters": known, "tensors that are no parameters": overlooked}


@probe
def run_dense(student, weight, bias, x, upstream):
    """The output, then the gradients for ``upstream`` gradients of the output."""
    whole = nn.ModuleDict({"layer": student.Dense(weight.shape[1], weight.shape[0])})
    whole.load_state_dict({"layer.weight": weight, "layer.bias": bias})
    y = whole["layer"](x)
    (y * upstream).sum().backward()
    return y.detach(), {name: parameter.grad for name, parameter in whole.named_parameters()}


@probe
def parameters_of_model(student, sizes, values):
    """The parameters, and those of layers that the model doesn't know of, all filled."""
    whole = nn.ModuleDict({"model": student.MLP(sizes)})
    known = dict(whole.named_parameters())
    layers = unregistered_layers(whole["model"])
    overlooked = [parameter for layer in layers for parameter in layer.parameters()]
    for parameter in (*known.values(), *overlooked):
        fill(parameter, values)
    return {"parameters": known, "parameters of layers that are not registered": overlooked}


@probe
def loaded(student, sizes, state):
    """A module that holds a model of these values."""
    whole = nn.ModuleDict({"model": student.MLP(sizes)}).to(next(iter(state.values())).dtype)
    if unregistered_layers(whole["model"]):
        load(whole["model"], state)
    else:
        whole.load_state_dict({f"model.{name}": value for name, value in state.items()})
    return whole


@probe
def run_model(student, sizes, state, x):
    return loaded(student, sizes, state)["model"](x).detach()


@probe
def train(network, x, target, rate, steps):
    """Losses of gradient descent on whatever ``parameters()`` has to offer."""
    parameters = list(nn.Sequential(network).parameters())
    losses = []
    for _ in range(steps):
        loss = ((network(x) - target) ** 2).mean()
        for parameter in parameters:
            parameter.grad = None
        loss.backward()
        with torch.no_grad():
            for parameter in parameters:
                parameter.sub_(rate * parameter.grad)
        losses.append(loss.detach())
    return torch.stack(losses)


@probe
def train_model(student, sizes, state, x, target, rate, steps):
    """Losses, and the parameters after training."""
    whole = loaded(student, sizes, state)
    return train(whole["model"], x, target, rate, steps), dict(whole.named_parameters())


@probe
def save_and_load(student, sizes, state, x):
    """What ``state_dict`` holds, and what a model of zeros computes when it has loaded it."""
    saved = loaded(student, sizes, state).state_dict()
    fresh = nn.ModuleDict({"model": student.MLP(sizes)})
    for module in (fresh, *unregistered_layers(fresh["model"])):
        for parameter in module.parameters():
            parameter.data.zero_()
    fresh.load_state_dict(saved)
    return dict(saved), fresh["model"](x).detach()


@probe
def run_with_hooks(student, sizes, state, x, factors, last_factor):
    """Hooks multiply the output of each layer, and the output of the model, by a factor."""
    model = loaded(student, sizes, state)["model"]
    for i, factor in enumerate(factors):
        layer = model.get_submodule(f"layers.{i}")
        layer.register_forward_hook(lambda *call, factor=factor: call[-1] * factor)
    model.register_forward_hook(lambda *call: call[-1] * last_factor)
    return model(x).detach()


@probe
def stages_of_twin(student, sizes, state, x, seed):
    """The values of the twin and of the model, the twin's output, and that of each stage."""
    whole = loaded(student, sizes, state)
    torch.manual_seed(seed)
    twin = student.to_sequential(whole["model"])
    stages = []
    for stage in twin:
        # A copy goes in, since a ReLU may work in place.
        stages.append(stage(stages[-1].clone() if stages else x).detach())
    return dict(twin.state_dict()), dict(whole.state_dict()), twin(x).detach(), stages


@probe
def train_both(student, sizes, state, x, target, rates, steps):
    """Losses of the model, then of its twin, and the values of both in the end."""
    whole = loaded(student, sizes, state)
    whole["twin"] = student.to_sequential(whole["model"])
    losses = [train(whole[name], x, target, rates[name], steps) for name in ("model", "twin")]
    return losses, dict(whole.state_dict())


def renamed(state, prefix=""):
    """Names in an MLP -> names in its twin."""
    names = {}
    for name, value in state.items():
        _, i, rest = name.split(".")
        names[f"{prefix}{2 * int(i)}.{rest}"] = value
    return names


# A layer of one's own. A weight of 1 is a quarter of a point.


@title(
    "Dense and MLP initialise themselves as modules and compute in forward",
    zh="Dense 和 MLP 能自己完成模块的初始化，并在 forward 中计算",
)
@points(2)
@cases("name", ["Dense", "MLP"])
def test_complete_module(student, rand, reference, name):
    state, x = random_state(rand, (3, 4, 5, 2)), rand(2, 3)
    if name == "MLP":
        expected = reference(outputs_of, state, x)
        close(student.run(computed_by, name, [[3, 4, 5, 2]], state, x), {"forward": expected})
    else:
        weight, bias = state["layers.0.weight"], state["layers.0.bias"]
        state = {"weight": weight, "bias": bias}
        expected = linear(x, weight, bias)
        close(student.run(computed_by, name, [3, 4], state, x), {"forward": expected})


@title("Dense registers weight and bias as parameters", zh="Dense 把 weight 和 bias 注册为参数")
@points(2)
def test_dense_parameters(student, rand):
    n_in, n_out = rand.perm(6)[:2].add(2).tolist()
    weight, bias = rand(n_out, n_in), rand(n_out)
    expected = {
        "parameters": {"layer.weight": weight, "layer.bias": bias},
        "tensors that are no parameters": {},
    }
    note = text(
        "The layer was put into a larger module under the name layer, and that was asked for its "
        "parameters(). It finds each nn.Parameter that is an attribute, and no other tensor.",
        zh="这一层以 layer 为名放进了一个更大的模块，再由后者用 parameters() 去找参数。找得到的只有"
        "作为属性的 nn.Parameter，其他张量都找不到。",
    )
    close(student.run(parameters_of_dense, weight, bias), expected, note=note)


@title(
    "Dense computes x Wᵀ + b, for one example, a batch, a batch of sequences",
    zh="Dense 计算 x Wᵀ + b：单个样本、一批样本、一批序列",
)
@forbids("linear")
@points(3)
@cases("leading", [(), (5,), (2, 3)])
def test_dense_output_and_gradients(student, rand, leading):
    weight, bias, x, upstream = rand(4, 3), rand(4), rand(*leading, 3), rand(*leading, 4)
    rows, upstream_rows = x.reshape(-1, 3), upstream.reshape(-1, 4)
    gradients = {"layer.weight": upstream_rows.T @ rows, "layer.bias": upstream_rows.sum(0)}
    expected = linear(x, weight, bias), gradients
    close(student.run(run_dense, weight, bias, x, upstream), expected)


# The model.


@title("MLP knows all parameters of its layers", zh="MLP 能找到各层的全部参数")
@points(2)
@cases("sizes", [(3, 2), (5, 3, 6, 2, 4)])
def test_parameters(student, rand, sizes):
    state = random_state(rand, sizes)
    expected = {"parameters": in_whole(state), "parameters of layers that are not registered": []}
    close(student.run(parameters_of_model, sizes, list(state.values())), expected)


@title(
    "MLP computes: ReLU between the layers, none after the last",
    zh="MLP 的输出：层与层之间有 ReLU，最后一层之后没有",
)
@points(4)
@cases("sizes", [(4, 7, 6, 3), (5, 6, 6, 6, 4)])
def test_output(student, rand, reference, sizes):
    shallow, state = random_state(rand, sizes[:3]), random_state(rand, sizes)
    inputs = [rand(6, sizes[0]), rand(sizes[0]), rand(2, 3, sizes[0])]
    outputs = [student.run(run_model, sizes, state, x) for x in inputs]
    outputs.append(student.run(run_model, sizes[:3], shallow, inputs[0]))
    expected = [reference(outputs_of, state, x) for x in inputs]
    expected.append(reference(outputs_of, shallow, inputs[0]))
    for actual, wanted in zip(outputs, expected, strict=True):
        close(actual, wanted)


@title(
    "One layer is a linear map; fewer than two sizes are refused",
    zh="只有一层时就是线性映射；少于两个尺寸要拒绝",
)
@points(2)
def test_number_of_layers(student, rand, reference):
    state, x = random_state(rand, (3, 2)), rand(4, 3)
    close(student.run(run_model, [3, 2], state, x), reference(outputs_of, state, x))
    with refuses(ValueError):
        student.run(parameters_of_model, [3], [])
    with refuses(ValueError):
        student.run(parameters_of_model, [], [])


@title(
    "Gradient descent on parameters() moves every layer",
    zh="对 parameters() 做梯度下降，每一层都会更新",
)
@points(4)
def test_training(student, rand, reference):
    sizes = (4, 5, 5, 5, 3)
    state, x, target = random_state(rand, sizes), rand(8, 4), rand(8, 3)
    losses, trained = reference(training_of, state, x, target, 0.2, 3)
    expected = losses, in_whole(trained)
    close(student.run(train_model, sizes, state, x, target, 0.2, 3), expected)


@title("What state_dict saves, a new model can load", zh="state_dict 保存的内容能装进新的模型")
@points(2)
def test_state_dict(student, rand, reference):
    sizes = (3, 6, 5, 2)
    state, x = random_state(rand, sizes), rand(4, 3)
    expected = in_whole(state), reference(outputs_of, state, x)
    close(student.run(save_and_load, sizes, state, x), expected)


@title("Hooks of the model and of its layers run", zh="模型与各层上的 hook 会被执行")
@hidden(
    "Forward hooks are registered on the model and on layers.0, layers.1, ... A hook runs only "
    "when its module is called like a function.",
    zh="在模型以及 layers.0、layers.1 等子模块上注册了 forward hook。只有像函数那样调用模块，hook "
    "才会执行。",
)
@points(2)
def test_hooks(student, rand):
    sizes = (3, 6, 5, 2)
    state, x = random_state(rand, sizes), rand(4, 3)
    *factors, last_factor = rand.uniform(1.5, 2.5, 4, dtype=torch.float64).tolist()
    expected = stages_of(state, x, factors)[-1] * last_factor
    close(student.run(run_with_hooks, sizes, state, x, factors, last_factor), expected)


@title("double() turns the whole model into float64", zh="double() 让整个模型变成 float64")
@hidden(
    "The model is converted to float64 and gets float64 input. What did the conversion not reach, "
    "or what does forward convert back?",
    zh="模型转换成 float64，输入也是 float64。有什么没有被转换到，或者 forward 里又转了回去？",
)
@points(2)
def test_double(student, rand, reference):
    sizes = (3, 6, 5, 2)
    state, x = random_state(rand, sizes, torch.float64), rand(4, 3, dtype=torch.float64)
    expected = reference(outputs_of, state, x)
    close(student.run(run_model, sizes, state, x), expected, dtype=True)


# Its twin.


@title(
    "to_sequential: the same values, the same output, stage by stage",
    zh="to_sequential：数值相同，逐级输出相同",
)
@points(4)
@cases("sizes", [(3, 2), (4, 7, 6, 3)])
def test_twin(student, rand, sizes):
    state, x = random_state(rand, sizes), rand(5, sizes[0])
    stages = stages_of(state, x)
    seed = rand.ints(0, 10**6, 1).item()
    expected = renamed(state), in_whole(state), stages[-1], stages
    close(student.run(stages_of_twin, sizes, state, x, seed), expected)


@title(
    "to_sequential: both networks can be trained, each without the other",
    zh="to_sequential：两个网络都能训练，互不影响",
)
@points(3)
def test_twin_training(student, rand, reference):
    sizes = (4, 6, 5, 3)
    state, x, target = random_state(rand, sizes), rand(8, 4), rand(8, 3)
    rates = {"model": 0.1, "twin": 0.3}
    ours, model = reference(training_of, state, x, target, rates["model"], 2)
    theirs, twin = reference(training_of, state, x, target, rates["twin"], 2)
    expected = [ours, theirs], in_whole(model) | renamed(twin, "twin.")
    close(student.run(train_both, sizes, state, x, target, rates, 2), expected)


# What goes wrong with the layer.


@misconception(
    "Dense",
    "The weights are plain tensors. A module registers only what is an nn.Parameter; a tensor, "
    "even one that requires grad, is an ordinary attribute: no optimizer sees it, state_dict "
    "doesn't save it, and to() doesn't move it.",
    zh="权重只是普通张量。模块只会注册 nn.Parameter；普通张量即使设了 requires_grad 也只是一般的属"
    "性：优化器看不到它，state_dict 不会保存它，to() 也不会搬动它。",
)
class PlainTensors(nn.Module):
    def __init__(self, n_in, n_out):
        super().__init__()
        self.weight = torch.randn(n_out, n_in, requires_grad=True)
        self.bias = torch.zeros(n_out, requires_grad=True)

    def forward(self, x):
        return x @ self.weight.T + self.bias


@misconception(
    "Dense",
    "The weight is stored as (n_in, n_out). PyTorch stores it as (n_out, n_in), one row for each "
    "output, and multiplies by the transpose; weights of the other shape can't be exchanged with "
    "nn.Linear.",
    zh="权重存成了 (n_in, n_out)。PyTorch 的约定是 (n_out, n_in)，每个输出占一行，计算时再转置；"
    "形状反过来的权重无法与 nn.Linear 互换。",
)
class Transposed(nn.Module):
    def __init__(self, n_in, n_out):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(n_in, n_out))
        self.bias = nn.Parameter(torch.zeros(n_out))

    def forward(self, x):
        return x @ self.weight + self.bias


@misconception(
    "Dense",
    "Dense.__init__ sets a parameter without having called super().__init__(). That call makes the "
    "tables in which a module registers its parameters; without them there is nowhere to put one.",
    zh="Dense.__init__ 没有先调用 super().__init__() 就设置参数。模块用来登记参数的表格正是在那里"
    "建立的；没有它们，参数就无处可放。",
)
class DenseWithoutSuper(nn.Module):
    def __init__(self, n_in, n_out):
        self.weight = nn.Parameter(torch.randn(n_out, n_in))
        self.bias = nn.Parameter(torch.zeros(n_out))

    def forward(self, x):
        return x @ self.weight.T + self.bias


# What goes wrong with the model.


@misconception(
    "MLP",
    "The layers are in a plain Python list. The forward pass works, but a module doesn't look into "
    "lists: parameters() and state_dict() are empty, so nothing is trained, saved or moved. "
    "nn.ModuleList is the list that registers its items.",
    zh="各层放在了普通的 Python 列表里。前向计算没有问题，但模块不会去翻列表：parameters() 和 "
    "state_dict() 都是空的，于是什么也不会被训练、保存或搬到别的设备。nn.ModuleList 才是会登记其元"
    "素的列表。",
)
class PlainList(nn.Module):
    def __init__(self, sizes):
        if len(sizes) < 2:
            raise ValueError("too few sizes")
        super().__init__()
        self.layers = [nn.Linear(n_in, n_out) for n_in, n_out in pairwise(sizes)]

    def forward(self, x):
        for layer in self.layers[:-1]:
            x = layer(x).relu()
        return self.layers[-1](x)


@misconception(
    "MLP",
    "MLP.__init__ makes layers without having called super().__init__(). That call makes the "
    "tables in which a module registers its submodules; without them the first layer has nowhere "
    "to go.",
    zh="MLP.__init__ 没有先调用 super().__init__() 就开始创建各层。模块用来登记子模块的表格正是在"
    "那里建立的；没有它们，第一个层就无处可放。",
)
class WithoutSuper(nn.Module):
    def __init__(self, sizes):
        if len(sizes) < 2:
            raise ValueError("too few sizes")
        self.layers = nn.ModuleList(nn.Linear(n_in, n_out) for n_in, n_out in pairwise(sizes))

    def forward(self, x):
        for layer in self.layers[:-1]:
            x = layer(x).relu()
        return self.layers[-1](x)


@misconception(
    "MLP",
    "The computation stands in __format__, a method that Python uses for formatted strings. "
    "Calling a module runs its forward, and this model has none.",
    zh="计算写在了 __format__ 里，那是 Python 格式化字符串时才用的方法。调用模块时执行的是 "
    "forward，而这个模型没有 forward。",
)
class FormatForForward(nn.Module):
    def __init__(self, sizes):
        if len(sizes) < 2:
            raise ValueError("too few sizes")
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(n_in, n_out) for n_in, n_out in pairwise(sizes))

    def __format__(self, x):
        for layer in self.layers[:-1]:
            x = layer(x).relu()
        return self.layers[-1](x)


@misconception(
    "MLP",
    "There is a ReLU after the last layer as well. It cuts off every negative output: as scores "
    "for classes or as a regression the model can no longer say anything below zero, and where it "
    "is cut off no gradient flows.",
    zh="最后一层之后也加了 ReLU，所有负的输出都被截成 0：无论作为分类得分还是回归值，模型都无法给"
    "出负数，被截断的位置也不再有梯度。",
)
class ReluAfterTheLast(nn.Module):
    def __init__(self, sizes):
        if len(sizes) < 2:
            raise ValueError("too few sizes")
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(n_in, n_out) for n_in, n_out in pairwise(sizes))

    def forward(self, x):
        for layer in self.layers:
            x = layer(x).relu()
        return x


@misconception(
    "MLP",
    "There is no ReLU between the layers. Linear maps one after the other are a single linear map, "
    "so however deep, the model can't do more than one layer.",
    zh="层与层之间没有 ReLU。线性映射叠在一起仍是一个线性映射，层数再多也不比一层强。",
)
class WithoutRelu(nn.Module):
    def __init__(self, sizes):
        if len(sizes) < 2:
            raise ValueError("too few sizes")
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(n_in, n_out) for n_in, n_out in pairwise(sizes))

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


@misconception(
    "MLP",
    "Layers of the same size are one and the same layer, listed several times: the list has many "
    "entries, but they share one weight and one bias. Each layer must be made by a call of its "
    "own.",
    zh="尺寸相同的几层其实是同一个层，只是在列表里出现了好几次：条目虽多，用的却是同一份 weight 和 "
    "bias。每一层都要单独创建。",
)
class OneLayerSeveralTimes(nn.Module):
    def __init__(self, sizes):
        if len(sizes) < 2:
            raise ValueError("too few sizes")
        super().__init__()
        made = {size: nn.Linear(*size) for size in pairwise(sizes)}
        self.layers = nn.ModuleList(made[size] for size in pairwise(sizes))

    def forward(self, x):
        for layer in self.layers[:-1]:
            x = layer(x).relu()
        return self.layers[-1](x)


@misconception(
    "MLP",
    "The ReLUs stand in the same container as the layers and take every second number, so the "
    "parameters are called layers.0, layers.2, ... The names in a state_dict come from the place "
    "of each module, and saved weights only fit where the names agree.",
    zh="ReLU 与各层放在同一个容器里，占去了一半的编号，参数名成了 layers.0、layers.2……state_dict "
    "里的名字取决于模块所在的位置，名字对不上，保存的权重就装不进去。",
)
class RelusNumbered(nn.Module):
    def __init__(self, sizes):
        if len(sizes) < 2:
            raise ValueError("too few sizes")
        super().__init__()
        stages = []
        for n_in, n_out in pairwise(sizes):
            stages += [nn.Linear(n_in, n_out), nn.ReLU()]
        self.layers = nn.Sequential(*stages[:-1])

    def forward(self, x):
        return self.layers(x)


@misconception(
    "MLP",
    "The layers are run as layer.forward(x). That skips what calling a module does around its "
    "forward: hooks on the layers don't run, and tools that rely on them see nothing.",
    zh="各层是用 layer.forward(x) 执行的，这就跳过了调用模块时在 forward 前后要做的事：层上的 "
    "hook 不会执行，依赖 hook 的工具什么也看不到。",
)
class ForwardOfLayers(nn.Module):
    def __init__(self, sizes):
        if len(sizes) < 2:
            raise ValueError("too few sizes")
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(n_in, n_out) for n_in, n_out in pairwise(sizes))

    def forward(self, x):
        for layer in self.layers[:-1]:
            x = layer.forward(x).relu()
        return self.layers[-1].forward(x)


@misconception(
    "MLP",
    "The computation stands in __call__. nn.Module has a __call__ already: it runs the hooks and "
    "then forward. Overriding it throws the hooks of the model away; forward is the method to "
    "write.",
    zh="计算写在了 __call__ 里。nn.Module 本来就有 __call__：它负责执行 hook，再调用 forward。把它"
    "覆盖掉，模型上的 hook 就失效了；该写的方法是 forward。",
)
class CallOverridden(nn.Module):
    def __init__(self, sizes):
        if len(sizes) < 2:
            raise ValueError("too few sizes")
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(n_in, n_out) for n_in, n_out in pairwise(sizes))

    def __call__(self, x):
        for layer in self.layers[:-1]:
            x = layer(x).relu()
        return self.layers[-1](x)


# What goes wrong with the twin.


@misconception(
    "to_sequential",
    "The new network uses the memory of the old one: the same layers, the same parameters, or new "
    "parameters around the same tensors. So training one network changes the other. A copy needs "
    "parameters of its own, into which the values are written.",
    zh="新网络用的还是旧网络的内存：要么是同一批层，要么是同一批参数，要么是在原来的张量外面套了新"
    "的参数，所以训练其中一个就会改动另一个。真正的副本要有自己的参数，再把数值写进去。",
)
def built_from_the_same_layers(model):
    stages = []
    for layer in model.layers:
        stages += [layer, nn.ReLU()]
    return nn.Sequential(*stages[:-1])


@misconception(
    "to_sequential",
    "The new network has the right form but its own random start values: building a layer doesn't "
    "copy anything. The values must be taken over, for instance through state_dict and "
    "load_state_dict.",
    zh="新网络的结构对了，但里面还是自己随机初始化的数值：新建一层并不会复制什么。要把数值搬过去，"
    "例如通过 state_dict 和 load_state_dict。",
)
def values_not_copied(model):
    stages = []
    for layer in model.layers:
        n_out, n_in = layer.weight.shape
        stages += [nn.Linear(n_in, n_out), nn.ReLU()]
    return nn.Sequential(*stages[:-1])


@misconception(
    "to_sequential",
    "The new network ends with a ReLU, which the model doesn't have: negative outputs become 0.",
    zh="新网络以 ReLU 结尾，而原模型没有这一级：负的输出都变成了 0。",
)
def twin_ends_with_relu(model):
    stages = []
    for layer in model.layers:
        n_out, n_in = layer.weight.shape
        twin = nn.Linear(n_in, n_out)
        twin.load_state_dict(layer.state_dict())
        stages += [twin, nn.ReLU()]
    return nn.Sequential(*stages)


# What is right too.


@alternative("Dense")
class DenseByEinsum(nn.Module):
    def __init__(self, n_in, n_out):
        super().__init__()
        self.register_parameter("weight", nn.Parameter(torch.randn(n_out, n_in)))
        self.register_parameter("bias", nn.Parameter(torch.randn(n_out)))

    def forward(self, x):
        return torch.einsum("...i,oi->...o", x, self.weight) + self.bias


@alternative("MLP")
class LinearLayersInSequential(nn.Module):
    def __init__(self, sizes):
        super().__init__()
        if len(sizes) < 2:
            raise ValueError("too few sizes")
        self.layers = nn.Sequential(*[nn.Linear(a, b) for a, b in pairwise(sizes)])
        self.activation = nn.ReLU()

    def forward(self, x):
        for i, layer in enumerate(self.layers):
            x = layer(self.activation(x) if i else x)
        return x


@alternative("to_sequential")
def deep_copies(model):
    stages = []
    for layer in model.layers:
        n_out, n_in = layer.weight.shape
        twin = nn.Linear(n_in, n_out)
        twin.weight = nn.Parameter(layer.weight.detach().clone())
        with torch.no_grad():
            twin.bias.copy_(layer.bias)
        stages.extend([nn.ReLU(), twin])
    return nn.Sequential(*stages[1:])
