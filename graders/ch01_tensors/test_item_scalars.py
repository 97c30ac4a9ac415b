"""item(): Python numbers out of tensors."""

import torch

from torchgrade.authoring import (
    alternative,
    close,
    hidden,
    misconception,
    points,
    probe,
    refuses,
    title,
)


@probe
def numbers(student, tensors):
    """Type and value of what comes back for each; a number from NumPy is named by its own type."""
    results = [student.number(x) for x in tensors]
    return [(type(one).__name__, one) for one in results]


@probe
def numbers_in_parts(student, tensors):
    return [divmod(student.number(x), 2**20) for x in tensors]


@probe
def number_of_a_loss(student, weight, x):
    loss = (weight.requires_grad_() * x).sum()
    value = student.number(loss)
    return type(value).__name__, value, loss.requires_grad


@probe
def with_types(student, report):
    """The plain report, with the type of every number, and the report itself as it is now."""

    def told(value):
        if isinstance(value, dict):
            return {key: told(inner) for key, inner in value.items()}
        if isinstance(value, (list, tuple)):
            return [type(value).__name__, *(told(inner) for inner in value)]
        return [type(value).__name__, value]

    result = student.plain(report)
    return told(result), report


# What goes wrong


@misconception(
    "number",
    "The result is still a tensor. Taking an entry out of a tensor, or an axis off it, gives a "
    "tensor, even if a single number is left; item() gives the number.",
    zh="得到的仍是张量。从张量里取一个元素，或者去掉维度，得到的还是张量，哪怕只剩一个数；"
    "item() 才给出这个数。",
)
def still_a_tensor(x):
    if x.numel() != 1:
        raise ValueError
    return x.reshape(-1)[0]


@misconception(
    "number",
    "Indexing with [0] takes one axis off and leaves a tensor. With no axis it fails, and with "
    "two there is still one left.",
    zh="[0] 只去掉一个维度，得到的还是张量。没有维度时它会报错，有两个维度时还剩一个。",
)
def one_axis_taken_off(x):
    if x.numel() != 1:
        raise ValueError
    return x[0]


@misconception(
    "number",
    "Only tensors with one axis work: [0] before item() fails for a 0-d tensor, which has no axis "
    "to index. item() by itself takes any rank.",
    zh="只有一个维度时才行：0 维张量没有维度可以取下标，在 item() 之前写 [0] 就会报错。"
    "item() 本身不在乎秩是多少。",
)
def indexed_before_item(x):
    if x.numel() != 1:
        raise ValueError
    return x[0].item()


@misconception(
    "number",
    "Every number became a float. float() also rounds large integers: beyond 2**53 not all of them "
    "have a float. The kind of number should be that of the tensor.",
    zh="所有的数都变成了 float。float() 还会把大整数舍入：超过 2**53 之后，不是每个整数都有对应的浮点数。"
    "数的种类应当与张量一致。",
)
def always_a_float(x):
    if x.numel() != 1:
        raise ValueError
    return float(x)


@misconception(
    "number",
    "Every number became an int, so fractions are cut off. The kind of number should be that of "
    "the tensor.",
    zh="所有的数都变成了 int，小数部分被截掉了。数的种类应当与张量一致。",
)
def always_an_int(x):
    if x.numel() != 1:
        raise ValueError
    return int(x)


@misconception(
    "number",
    "Of several elements the first was taken. Nobody asked for that one: several elements (or "
    "none) must be refused.",
    zh="有多个元素时取了第一个。并没有人要这一个：多个元素（或没有元素）应当拒绝。",
)
def first_of_many(x):
    if x.numel() == 0:
        raise ValueError
    return x.reshape(-1)[0].item()


@misconception(
    "number",
    "Several elements were averaged, or added, to make them one. They must be refused: a number "
    "that stands for many hides the mistake.",
    zh="有多个元素时把它们平均或者加起来，凑成了一个数。应当拒绝：用一个数代替许多数，只会把错误藏起来。",
)
def averaged(x):
    if x.numel() == 0:
        raise ValueError
    return x.double().mean().item() if x.numel() > 1 else x.item()


@misconception(
    "number",
    "The refusal is item()'s own RuntimeError. The contract promises a ValueError: check the "
    "number of elements before you call it.",
    zh="拒绝时抛出的是 item() 自己的 RuntimeError。约定的是 ValueError：调用之前先检查元素个数。",
)
def error_of_item(x):
    return x.item()


@misconception(
    "plain",
    "item() was called on tensors with several elements (or none). It gives one number; for more "
    "there is a relative that gives lists.",
    zh="对有多个元素（或没有元素）的张量调用了 item()。它只能给出一个数；要列表，得用它的近亲。",
)
def item_for_all(report):
    if isinstance(report, torch.Tensor):
        return report.item()
    if isinstance(report, dict):
        return {key: plain(value) for key, value in report.items()}
    return [plain(value) for value in report] if isinstance(report, list) else report


@misconception(
    "plain",
    "A tensor of one element with axes became a list around a number. tolist() gives a list for "
    "each axis; a single element should come out as a number, whatever its rank.",
    zh="只有一个元素但带维度的张量变成了套着列表的数。tolist() 每个维度套一层列表；"
    "只有一个元素时，不管秩是多少，都应得到一个数。",
)
def lists_of_one(report):
    if isinstance(report, torch.Tensor):
        return report.tolist()
    if isinstance(report, dict):
        return {key: plain(value) for key, value in report.items()}
    return [plain(value) for value in report] if isinstance(report, list) else report


@misconception(
    "plain",
    "Only the outermost level was treated. Reports are nested: a dict in a dict or a list in a "
    "dict may hold tensors, too.",
    zh="只处理了最外一层。报告是嵌套的：字典里的字典、字典里的列表，同样可能含有张量。",
)
def outermost_level_only(report):
    def one(value):
        if isinstance(value, torch.Tensor):
            return value.item() if value.numel() == 1 else value.tolist()
        return value

    if isinstance(report, dict):
        return {key: one(value) for key, value in report.items()}
    return [one(value) for value in report] if isinstance(report, list) else one(report)


@misconception(
    "plain",
    "The caller's own report was changed. Put the numbers into new dicts and lists.",
    zh="调用者自己的 report 被改动了。应当把数放进新的字典和列表。",
)
def report_changed(report):
    if isinstance(report, torch.Tensor):
        return report.item() if report.numel() == 1 else report.tolist()
    if isinstance(report, (dict, list)):
        for key in report if isinstance(report, dict) else range(len(report)):
            report[key] = plain(report[key])
    return report


@misconception(
    "plain",
    "Lists of tensors were turned into single elements only: tensors inside lists were left out, "
    "and only dicts were searched.",
    zh="只在字典里找了张量，列表里的张量没有处理。",
)
def lists_not_searched(report):
    if isinstance(report, torch.Tensor):
        return report.item() if report.numel() == 1 else report.tolist()
    return {k: plain(v) for k, v in report.items()} if isinstance(report, dict) else report


# Other right answers


@alternative("number")
def unpacked(x):
    elements = x.reshape(-1).tolist()
    if len(elements) != 1:
        raise ValueError(f"{len(elements)} elements")
    return elements[0]


@alternative("number")
def by_kind(x):
    if x.nelement() != 1:
        raise ValueError
    if x.dtype is torch.bool:
        return bool(x)
    return float(x) if x.is_floating_point() else int(x)


@alternative("plain")
def axis_by_axis(report):
    if isinstance(report, torch.Tensor):
        if report.numel() == 1:
            return number(report)
        one = report.dim() == 1
        return [
            row.item() if one else plain(row) if row.numel() != 1 else row.tolist()
            for row in report
        ]
    if isinstance(report, dict):
        return dict(zip(report.keys(), map(plain, report.values()), strict=True))
    return list(map(plain, report)) if type(report) is list else report


@alternative("plain")
def copied_and_replaced(report):
    if isinstance(report, dict):
        report = report.copy()
        for key in report:
            report[key] = plain(report[key])
        return report
    if isinstance(report, list):
        report = report[:]
        for place, value in enumerate(report):
            report[place] = plain(value)
        return report
    if not isinstance(report, torch.Tensor):
        return report
    return report.numpy().tolist() if report.numel() != 1 else report.reshape(()).tolist()


# The tests


def listed(x):
    """What ``with_types`` tells of a tensor that became lists."""
    if x.dim() == 0:
        value = x.item()
        return [type(value).__name__, value]
    return ["list", *(listed(row) for row in x)]


@title("One number, whatever the rank", zh="一个数，不管秩是多少")
@points(2)
def test_any_rank(student, rand):
    tensors = [rand(*shape) for shape in ((), (1,), (1, 1), (1, 1, 1, 1))]
    close(student.run(numbers, tensors), [("float", x.item()) for x in tensors])


@title("The kind of number is that of the tensor", zh="数的种类与张量一致")
@points(2)
def test_kinds(student, rand):
    tensors = [
        rand.ints(2, 99),
        rand.ints(2, 99, 1, 1).int(),
        torch.tensor([True]),
        torch.tensor(False),
        rand(1, dtype=torch.float64),
        rand.ints(-99, -2, 1),
    ]
    kinds = ["int", "int", "bool", "bool", "float", "int"]
    expected = [(kind, x.item()) for kind, x in zip(kinds, tensors, strict=True)]
    close(student.run(numbers, tensors), expected)


@title("Large integers stay exact", zh="大整数保持精确")
@hidden(
    "An int64 can hold numbers that neither float32 nor a Python float can.",
    zh="int64 能存的数，float32 和 Python 的 float 不一定存得下。",
)
def test_large_integers(student, rand):
    tensors = [2 * rand.ints(2**60, 2**61) + 1, -2 * rand.ints(2**60, 2**61, 1, 1) - 1]
    # In two parts, since a Python int is compared with the precision of float32.
    close(student.run(numbers_in_parts, tensors), [divmod(x.item(), 2**20) for x in tensors])


@title("A tensor that requires grad", zh="需要梯度的张量")
def test_requires_grad(student, rand):
    weight, x = rand(4), rand(4)
    close(student.run(number_of_a_loss, weight, x), ("float", (weight * x).sum().item(), True))


@title("No element and several elements are refused", zh="没有元素、有多个元素都要拒绝")
@points(2)
def test_refused(student, rand):
    x = rand(1)
    close(student.run(numbers, [x]), [("float", x.item())])
    for shape in ((2,), (1, 3), (0,), (2, 0), (2, 1)):
        with refuses(ValueError):
            student.number(rand(*shape))


@title("A report without tensors", zh="不含张量的报告")
@points(2)
def test_plain(student, rand):
    loss, row, table = rand(1), rand.ints(0, 9, 4), rand(2, 3)
    report = {"loss": loss, "row": row, "table": table, "name": "run", "epoch": 3, "lr": None}
    expected = {
        "loss": ["float", loss.item()],
        "row": listed(row),
        "table": listed(table),
        "name": ["str", "run"],
        "epoch": ["int", 3],
        "lr": ["NoneType", None],
    }
    close(student.run(with_types, report), (expected, report))


@title("Nested reports", zh="嵌套的报告")
@points(2)
def test_nested(student, rand):
    a, b, c, d = rand(), rand.bools(3), rand.ints(0, 9, 1, 1), rand(2)
    report = {"train": {"loss": a, "hits": [b, 2.5]}, "sizes": [c, [d, {"x": c}], "text"]}
    expected = {
        "train": {"loss": ["float", a.item()], "hits": ["list", listed(b), ["float", 2.5]]},
        "sizes": [
            "list",
            ["int", c.item()],
            ["list", listed(d), {"x": ["int", c.item()]}],
            ["str", "text"],
        ],
    }
    close(student.run(with_types, report), (expected, report))


@title(
    "A report that is a tensor, and tensors without elements",
    zh="报告本身就是张量，以及没有元素的张量",
)
@hidden(
    "A report may also be a single tensor or a list, and a tensor may have a size of 0.",
    zh="报告本身也可以就是一个张量或一个列表，张量的某个大小也可以是 0。",
)
def test_bare(student, rand):
    x, scalar = rand(2, 2, 2), rand(1, 1)
    close(student.run(with_types, x), (listed(x), x))
    close(student.run(with_types, scalar), (["float", scalar.item()], scalar))
    report = [torch.ones(0), torch.ones(2, 0), {}, []]
    expected = ["list", ["list"], ["list", ["list"], ["list"]], {}, ["list"]]
    close(student.run(with_types, report), (expected, report))
