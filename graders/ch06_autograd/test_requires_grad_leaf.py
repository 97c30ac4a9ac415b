"""Leaves: tensors at which gradients arrive."""

from __future__ import annotations

import torch

from torchgrade.authoring import (
    alternative,
    close,
    forbids,
    hidden,
    misconception,
    points,
    probe,
    refuses,
    title,
)

# What only the student's process can see: where gradients arrive.


@probe
def leaf_of_result(student, source, weight, factor, dtype):
    source.requires_grad_()
    data = source * 3
    leaf = student.make_leaf(data, dtype)
    (weight * leaf + data).sum().backward()
    value = leaf.detach().clone()
    with torch.no_grad():
        leaf.mul_(factor)
    return {"value": value, "gradient": leaf.grad, "data": data.detach(), "source": source.grad}


@probe
def leaf_of_numbers(student, data, weight, factor, dtype):
    leaf = student.make_leaf(data, dtype)
    (weight * leaf).sum().backward()
    value = leaf.detach().clone()
    with torch.no_grad():
        leaf.mul_(factor)
    return {"value": value, "gradient": leaf.grad, "data": data.detach()}


@probe
def gradient_and_after(student, x, weight, u):
    gradient = student.gradient_of(lambda v: (weight * v**3).sum() + v.exp().sum(), x)
    gradient = gradient.detach().clone()
    (x * u.requires_grad_()).sum().backward()  # adds to x.grad if x still requires gradients
    left = torch.zeros_like(x) if x.grad is None else x.grad
    return {"gradient": gradient, "x": x.detach(), "x.grad": left}


# What students get wrong.


@misconception(
    "make_leaf",
    "The result is no leaf: it required gradients first and was converted afterwards. The "
    "conversion was recorded, and the gradient goes to the tensor before it, which nobody holds "
    "any more.",
    zh="返回的不是叶子：先要求了梯度，之后才转换类型。这次转换被记录了下来，"
    "梯度到了转换之前的张量那里，而那个张量已经没有人拿着了。",
)
def converted_afterwards(data, dtype):
    if not dtype.is_floating_point:
        raise TypeError
    return data.detach().to(torch.float32, copy=True).requires_grad_().to(dtype)


@misconception(
    "make_leaf",
    "The result doesn't require gradients: it is a leaf, but the kind that autograd passes over.",
    zh="返回的张量不需要梯度：它固然是叶子，但 autograd 会忽略它。",
)
def not_switched_on(data, dtype):
    if not dtype.is_floating_point:
        raise TypeError
    return data.detach().to(dtype, copy=True)


@misconception(
    "make_leaf",
    "The result still has the history of data, so it is no leaf: the gradient runs through it to "
    "whatever data was made of.",
    zh="返回的张量仍带着 data 的历史，因此不是叶子：梯度会穿过它，一直传到 data 的来源。",
)
def history_kept(data, dtype):
    if not dtype.is_floating_point:
        raise TypeError
    return data.to(dtype, copy=True).requires_grad_()


@misconception(
    "make_leaf",
    "The leaf lies in the memory of data: detach() and to() copy nothing when the dtype is "
    "already right, so an update of the leaf changes data.",
    zh="这个叶子用的还是 data 的内存：dtype 本来就对的时候，detach() 和 to() 都不会复制，"
    "于是更新叶子就改动了 data。",
)
def memory_shared(data, dtype):
    if not dtype.is_floating_point:
        raise TypeError
    return data.detach().to(dtype).requires_grad_()


@misconception(
    "make_leaf",
    "The leaf has the default dtype whatever was asked for. Numbers that go through a list, or "
    "through float(), lose their dtype.",
    zh="不管要求什么 dtype，得到的都是默认类型。数值经过列表或者 float() 之后，dtype 就丢了。",
)
def default_dtype(data, dtype):
    if not dtype.is_floating_point:
        raise TypeError
    return data.detach().to(torch.float32, copy=True).requires_grad_()


@misconception(
    "make_leaf",
    "An integer or boolean dtype was quietly replaced by a floating one. Only floating-point "
    "numbers have gradients; who asks for another dtype has made a mistake and should hear of it.",
    zh="整数或布尔 dtype 被悄悄换成了浮点类型。只有浮点数才有梯度；"
    "要求其他类型说明调用者弄错了，应当告诉他。",
)
def integers_made_floats(data, dtype):
    dtype = dtype if dtype.is_floating_point else torch.float32
    return data.detach().to(dtype, copy=True).requires_grad_()


@misconception(
    "make_leaf",
    "Integers can't require gradients, and PyTorch says so with a RuntimeError; the contract asks "
    "for a TypeError. Look at the dtype before you begin.",
    zh="整数不能需要梯度，PyTorch 对此抛出的是 RuntimeError，而约定要求的是 TypeError。"
    "动手之前先看一看 dtype。",
)
def left_to_torch(data, dtype):
    return data.detach().to(dtype, copy=True).requires_grad_()


@misconception(
    "gradient_of",
    "x was told to require gradients only after f(x) had been computed. By then the operations "
    "had gone by unrecorded, and there is no graph to walk back through.",
    zh="先算完 f(x)，才让 x 需要梯度。那时运算已经过去，什么都没有记录，也就没有计算图可以往回走。",
)
def switched_on_too_late(f, x):
    y = f(x)
    leaf = x.detach().clone().requires_grad_()
    y.backward()
    return leaf.grad


@misconception(
    "gradient_of",
    "The gradient is right, but x still requires gradients and still holds one. From now on "
    "every computation with x is recorded, behind the caller's back.",
    zh="梯度是对的，但 x 仍然需要梯度，也仍存着梯度。从此凡是用到 x 的计算都会被记录，"
    "调用者却毫不知情。",
)
def left_switched_on(f, x):
    x.requires_grad_()
    f(x).backward()
    return x.grad


@misconception(
    "gradient_of",
    "x requires no gradients any more, but its .grad was left behind. An optimizer would take it "
    "for the gradient of the current step.",
    zh="x 虽然不再需要梯度了，.grad 却留了下来，优化器会把它当成这一步的梯度。",
)
def gradient_left_behind(f, x):
    x.requires_grad_()
    f(x).backward()
    x.requires_grad_(False)
    return x.grad


@misconception(
    "gradient_of",
    "The gradient is right and x.grad is clean, but x still requires gradients. From now on every "
    "computation with x is recorded, behind the caller's back.",
    zh="梯度是对的，x.grad 也是干净的，但 x 仍然需要梯度。从此凡是用到 x 的计算都会被记录，"
    "调用者却毫不知情。",
)
def flag_left_on(f, x):
    x.requires_grad_()
    (gradient,) = torch.autograd.grad(f(x), x)
    return gradient


@misconception(
    "predict",
    "Every result of an operation was called no leaf. But where nothing is recorded (no operand "
    "requires gradients, or no_grad, detach, integers) the result has no history, and PyTorch "
    "counts it as a leaf.",
    zh="凡是运算的结果，都被说成不是叶子。可是如果什么都没有记录（操作数都不需要梯度，"
    "或者是 no_grad、detach、整数的情形），结果就没有历史，PyTorch 把它算作叶子。",
)
def results_are_never_leaves(program):
    check(program)
    requires, results = {}, set()
    for name, operation, *operands in program:
        if operands:
            requires[name] = operation in ("mul", "clone") and any(requires[o] for o in operands)
            results.add(name)
        else:
            requires[name] = operation in ("parameter", "requires_grad_")
    return {name: (name not in results, requires[name]) for name in requires}


@misconception(
    "predict",
    "Leaf was taken to mean: requires gradients and was made by the user. A tensor that requires "
    "none is a leaf as well; it only never gets a gradient.",
    zh="把“叶子”理解成了“需要梯度、而且由用户创建”。不需要梯度的张量同样是叶子，"
    "只不过永远得不到梯度。",
)
def leaves_require_gradients(program):
    check(program)
    requires, recorded = {}, set()
    for name, operation, *operands in program:
        if not operands:
            requires[name] = operation in ("parameter", "requires_grad_")
            continue
        requires[name] = operation in ("mul", "clone") and any(requires[o] for o in operands)
        if requires[name]:
            recorded.add(name)
    return {name: (name not in recorded and requires[name], requires[name]) for name in requires}


@misconception(
    "predict",
    "Switching a tensor on was taken to reach back to results that were computed before. "
    "What was not recorded when it was computed is never recorded.",
    zh="以为打开一个张量的 requires_grad，会追溯到之前算好的结果。计算的当时没有记录，"
    "以后也不会补记。",
)
def switch_works_backwards(program):
    check(program)
    requires, recorded = {}, set()
    for name, operation, *operands in program:
        if not operands and operation in ("parameter", "requires_grad_"):
            requires[name] = True
    for name, operation, *operands in program:
        if not operands:
            requires.setdefault(name, False)
        elif operation in ("mul", "clone") and any(requires[o] for o in operands):
            requires[name] = True
            recorded.add(name)
        else:
            requires.setdefault(name, False)
    return {name: (name not in recorded, requires[name]) for name in requires}


@misconception(
    "predict",
    "The result was taken to require gradients only if all its operands do. One is enough: the "
    "gradient must find its way back to that one.",
    zh="以为所有操作数都需要梯度，结果才需要梯度。其实有一个就够了：梯度必须能找到回到它那里的路。",
)
def all_operands_needed(program):
    check(program)
    requires, recorded = {}, set()
    for name, operation, *operands in program:
        if not operands:
            requires[name] = operation in ("parameter", "requires_grad_")
            continue
        requires[name] = operation in ("mul", "clone") and all(requires[o] for o in operands)
        if requires[name]:
            recorded.add(name)
    return {name: (name not in recorded, requires[name]) for name in requires}


@misconception(
    "predict",
    "clone() was taken for a cut. Copying is recorded like any other operation: a clone of a "
    "tensor that requires gradients requires them, too, and is no leaf.",
    zh="把 clone() 当成了切断。复制和其他运算一样会被记录：需要梯度的张量，"
    "它的副本同样需要梯度，而且不是叶子。",
)
def clone_cuts(program):
    check(program)
    requires, recorded = {}, set()
    for name, operation, *operands in program:
        if not operands:
            requires[name] = operation in ("parameter", "requires_grad_")
            continue
        requires[name] = operation == "mul" and any(requires[o] for o in operands)
        if requires[name]:
            recorded.add(name)
    return {name: (name not in recorded, requires[name]) for name in requires}


@misconception(
    "predict",
    "Integers and booleans were taken to carry gradients. long() and > give steps, not slopes: "
    "their results require no gradients and are leaves.",
    zh="以为整数和布尔张量也能带梯度。long() 和 > 的结果是一级一级的台阶，没有斜率可言："
    "它们不需要梯度，是叶子。",
)
def integers_carry_gradients(program):
    check(program)
    requires, recorded = {}, set()
    for name, operation, *operands in program:
        if not operands:
            requires[name] = operation in ("parameter", "requires_grad_")
            continue
        cut = operation in ("detach", "mul_unrecorded")
        requires[name] = not cut and any(requires[o] for o in operands)
        if requires[name]:
            recorded.add(name)
    return {name: (name not in recorded, requires[name]) for name in requires}


@misconception(
    "predict",
    "no_grad made no difference. What is computed under it is not recorded, so the result "
    "requires no gradients and is a leaf.",
    zh="no_grad 没有起作用。在它里面做的运算不会被记录，所以结果不需要梯度，是叶子。",
)
def no_grad_ignored(program):
    check(program)
    requires, recorded = {}, set()
    for name, operation, *operands in program:
        if not operands:
            requires[name] = operation in ("parameter", "requires_grad_")
            continue
        tracked = operation in ("mul", "clone", "mul_unrecorded")
        requires[name] = tracked and any(requires[o] for o in operands)
        if requires[name]:
            recorded.add(name)
    return {name: (name not in recorded, requires[name]) for name in requires}


@misconception(
    "predict",
    "A program was let through that asks for gradients of integers or booleans. PyTorch refuses "
    "that: only floating-point (and complex) numbers can change by a little.",
    zh="程序要求整数或布尔张量带梯度，却没有被拒绝。PyTorch 不允许这样做："
    "只有浮点数（和复数）才谈得上“变化一点点”。",
)
def integers_switched_on(program):
    requires, recorded = {}, set()
    for name, operation, *operands in program:
        if not operands:
            requires[name] = operation in ("parameter", "requires_grad_")
            continue
        requires[name] = operation in ("mul", "clone") and any(requires[o] for o in operands)
        if requires[name]:
            recorded.add(name)
    return {name: (name not in recorded, requires[name]) for name in requires}


# Other right answers.


@alternative("make_leaf")
def written_into_empty(data, dtype):
    if dtype not in (torch.float16, torch.bfloat16, torch.float32, torch.float64):
        raise TypeError(dtype)
    leaf = torch.empty(data.shape, dtype=dtype, requires_grad=True)
    with torch.no_grad():
        leaf.copy_(data)
    return leaf


@alternative("make_leaf")
def as_parameter(data, dtype):
    if not torch.is_floating_point(torch.empty(0, dtype=dtype)):
        raise TypeError
    with torch.no_grad():
        return torch.nn.Parameter(data.clone().to(dtype))


@alternative("gradient_of")
def through_a_shift(f, x):
    shift = torch.zeros_like(x, requires_grad=True)
    return torch.autograd.grad(f(x + shift), shift)[0]


@alternative("gradient_of")
def switched_on_and_off(f, x):
    x.requires_grad_()
    try:
        f(x).backward()
        return x.grad
    finally:
        x.grad = None
        x.requires_grad_(False)


@alternative("predict")
def with_histories(program):
    kinds, histories = {}, {}
    for name, operation, *operands in program:
        if operation == "requires_grad_":
            if kinds[name] != "float":
                raise ValueError(name)
            histories[name] = histories[name] or "own"
        elif not operands:
            kinds[name] = "int" if operation == "integers" else "float"
            histories[name] = "own" if operation == "parameter" else ""
        else:
            kind = "float" if any(kinds[o] == "float" for o in operands) else "int"
            kinds[name] = {"long": "int", "greater": "bool"}.get(operation, kind)
            before = any(histories[o] for o in operands)
            histories[name] = "made" if before and operation in {"mul", "clone"} else ""
    return {name: (h != "made", h != "") for name, h in histories.items()}


# The tests. What PyTorch itself says of a program is what `predict` should say.


def really(program):
    made = {}
    for name, operation, *operands in program:
        a, b = ([made[operand] for operand in operands] + [None, None])[:2]
        if operation == "requires_grad_":
            made[name].requires_grad_()
        elif operation == "mul_unrecorded":
            with torch.no_grad():
                made[name] = a * b
        else:
            made[name] = {
                "floats": lambda a, b: torch.rand(3),
                "integers": lambda a, b: torch.arange(3),
                "parameter": lambda a, b: torch.rand(3, requires_grad=True),
                "mul": lambda a, b: a * b,
                "greater": lambda a, b: a > b,
                "clone": lambda a, b: a.clone(),
                "detach": lambda a, b: a.detach(),
                "long": lambda a, b: a.long(),
            }[operation](a, b)
    return {name: (tensor.is_leaf, tensor.requires_grad) for name, tensor in made.items()}


OPERATIONS = (
    *("mul", "mul", "mul", "mul_unrecorded", "greater"),
    *("clone", "detach", "long", "requires_grad_", "requires_grad_"),
)


def program_of(rand, steps):
    program = [("t0", "floats"), ("t1", "parameter"), ("t2", "integers"), ("t3", "floats")]
    floating = ["t0", "t1", "t3"]
    names = ["t0", "t1", "t2", "t3"]
    for number in range(4, 4 + steps):
        name = f"t{number}"
        operation = rand.choice(OPERATIONS)
        if operation == "requires_grad_":
            program.append((rand.choice(floating), operation))
            continue
        count = 2 if operation in ("mul", "mul_unrecorded", "greater") else 1
        operands = [rand.choice(names) for _ in range(count)]
        program.append((name, operation, *operands))
        names.append(name)
        if operation not in ("greater", "long") and any(o in floating for o in operands):
            floating.append(name)
    return program


READING = ("Tensor.requires_grad", "Tensor.is_leaf")


@title("make_leaf: the gradient arrives at the leaf", zh="make_leaf：梯度到达这个叶子")
@points(2)
def test_leaf_of_result(student, rand):
    for dtype in (torch.float64, torch.float32):
        source, weight, factor = rand(3, 2), rand(3, 2, dtype=dtype), rand.uniform(2, 3, 3, 2)
        close(
            student.run(leaf_of_result, source, weight, factor, dtype),
            {
                "value": (source * 3).to(dtype),
                "gradient": weight,
                "data": source * 3,
                "source": torch.full((3, 2), 3.0),
            },
            dtype=True,
        )


@title("make_leaf: whole numbers and single numbers", zh="make_leaf：整数，以及单个的数")
@hidden(
    "data may be integers or booleans, may have no axes or no elements, and may already have the "
    "dtype asked for.",
    zh="data 可以是整数或布尔值，可以是 0 维的，可以没有元素，也可以本来就是所要求的 dtype。",
)
def test_leaf_of_numbers(student, rand):
    for data, dtype in [
        (rand.ints(-9, 9, 4), torch.float32),
        (rand.bools(2, 3), torch.float64),
        (rand(dtype=torch.float64), torch.float64),
        (rand(3, 2).T, torch.float32),
        (rand(0, 3), torch.float64),
    ]:
        weight, factor = rand(*data.shape, dtype=dtype), rand.uniform(2, 3, *data.shape).to(dtype)
        close(
            student.run(leaf_of_numbers, data, weight, factor, dtype),
            {"value": data.to(dtype), "gradient": weight, "data": data},
            dtype=True,
        )


@title("make_leaf: integers can't require gradients", zh="make_leaf：整数不能需要梯度")
def test_integer_leaf(student, rand):
    data, weight = rand(3), rand(3, dtype=torch.float64)
    factor = rand.uniform(2, 3, 3, dtype=torch.float64)
    close(
        student.run(leaf_of_numbers, data, weight, factor, torch.float64),
        {"value": data.double(), "gradient": weight, "data": data},
    )
    for dtype in (torch.int64, torch.bool):
        with refuses(TypeError):
            student.make_leaf(data, dtype)


@title("gradient_of: the gradient, and x as it was", zh="gradient_of：求出梯度，x 保持原样")
@points(2)
def test_gradient_of(student, rand):
    for size, dtype in [((4,), torch.float32), ((2, 3), torch.float64), ((), torch.float32)]:
        x, weight, u = rand(*size, dtype=dtype), rand(*size, dtype=dtype), rand(*size, dtype=dtype)
        close(
            student.run(gradient_and_after, x, weight, u),
            {"gradient": 3 * weight * x**2 + x.exp(), "x": x, "x.grad": torch.zeros_like(x)},
            dtype=True,
        )


@title("predict: one rule at a time", zh="predict：一次一条规则")
@points(2)
@forbids(*READING)
def test_rules(student, rand):
    start = [("x", "floats"), ("w", "parameter"), ("n", "integers")]
    for steps in [
        [("y", "mul", "x", "x"), ("z", "mul", "w", "w")],
        [("y", "mul", "x", "w"), ("z", "mul", "n", "w"), ("v", "mul", "n", "x")],
        [("y", "clone", "w"), ("z", "detach", "w"), ("v", "clone", "z")],
        [("y", "long", "w"), ("z", "greater", "w", "x"), ("v", "mul", "y", "x")],
        [("y", "mul_unrecorded", "w", "x"), ("z", "mul", "y", "y"), ("v", "mul", "y", "w")],
        [("y", "mul", "x", "x"), ("x", "requires_grad_"), ("z", "mul", "x", "y")],
        [("y", "mul", "w", "x"), ("y", "requires_grad_"), ("z", "detach", "y")],
        [("y", "detach", "x"), ("x", "requires_grad_"), ("z", "mul", "y", "y")],
        [("y", "detach", "x"), ("y", "requires_grad_"), ("z", "mul", "x", "x")],
    ]:
        close(student.predict(start + steps), really(start + steps))


@title("predict: gradients of integers are refused", zh="predict：整数要求梯度时应拒绝")
@forbids(*READING)
def test_refused_programs(student, rand):
    start = [("x", "floats"), ("w", "parameter"), ("n", "integers"), ("m", "mul", "n", "x")]
    for steps in [[("m", "requires_grad_")], [("x", "requires_grad_"), ("y", "mul", "n", "x")]]:
        close(student.predict(start + steps), really(start + steps))
    for steps in [
        [("n", "requires_grad_")],
        [("y", "greater", "w", "x"), ("y", "requires_grad_")],
        [("y", "mul", "n", "n"), ("z", "detach", "y"), ("z", "requires_grad_")],
        [("y", "long", "w"), ("y", "requires_grad_")],
    ]:
        with refuses(ValueError):
            student.predict(start + steps)


@title("predict: long programs", zh="predict：较长的程序")
@points(2)
@hidden(
    "The flags of a result follow from its operands as they are at that moment. Which operations "
    "are recorded at all?",
    zh="一个结果的标志，取决于操作数在那一刻的标志。究竟哪些运算会被记录？",
)
@forbids(*READING)
def test_programs(student, rand):
    for _ in range(8):
        program = program_of(rand, 16)
        close(student.predict(program), really(program))
