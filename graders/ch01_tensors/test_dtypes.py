"""Dtypes: what torch.tensor chooses, which of two wins, and four conversions."""

import torch

from torchgrade.authoring import (
    alternative,
    close,
    forbids,
    hidden,
    misconception,
    points,
    probe,
    title,
)

DTYPES = [
    torch.bool,
    torch.uint8,
    torch.int32,
    torch.int64,
    torch.float16,
    torch.float32,
    torch.float64,
]


@probe
def of_each(student, data):
    return [student.dtype_of_data(one) for one in data]


@probe
def of_pairs(student, pairs):
    return [student.result_dtype(*two) for two in pairs]


@probe
def pairs_of_numbers(student, numbers):
    """Memory that was never written holds NaN."""
    torch._C._set_deterministic_algorithms(True, warn_only=True)
    try:
        return [student.pair(*two) for two in numbers]
    finally:
        torch._C._set_deterministic_algorithms(False)


@probe
def averages(student, tensors):
    return [student.average(x) for x in tensors]


@probe
def of_arrays(student, tensors):
    return [student.features(x.numpy()) for x in tensors]


# What goes wrong with data


@misconception(
    "dtype_of_data",
    "Floats were taken to become 16-bit numbers. torch.tensor makes float32 of them; half the "
    "precision has to be asked for.",
    zh="以为浮点数会变成 16 位。torch.tensor 得到的是 float32；要用一半精度，必须自己写明。",
)
def sixteen_bits(data):
    members, kinds = [data], set()
    for one in members:
        members.extend(one if isinstance(one, list) else [])
        kinds.add(torch.float32 if one == [] else OF_PYTHON.get(type(one), torch.bool))
    chosen = max(kinds, key=ORDER.index)
    return torch.float16 if chosen is torch.float32 else chosen


@misconception(
    "dtype_of_data",
    "Floats were taken to become float64, as a Python float and a NumPy array have it. "
    "torch.tensor makes float32 of Python floats.",
    zh="以为浮点数会变成 float64，像 Python 的 float 和 NumPy 数组那样。"
    "torch.tensor 遇到 Python 浮点数得到的是 float32。",
)
def as_in_numpy(data):
    members, kinds = [data], set()
    for one in members:
        members.extend(one if isinstance(one, list) else [])
        kinds.add(torch.float32 if one == [] else OF_PYTHON.get(type(one), torch.bool))
    chosen = max(kinds, key=ORDER.index)
    return torch.float64 if chosen is torch.float32 else chosen


@misconception(
    "dtype_of_data",
    "Whole numbers were taken to become int32. torch.tensor makes int64 (long) of them.",
    zh="以为整数会变成 int32。torch.tensor 遇到整数得到的是 int64（long）。",
)
def thirty_two_bit_integers(data):
    members, kinds = [data], set()
    for one in members:
        members.extend(one if isinstance(one, list) else [])
        kinds.add(torch.float32 if one == [] else OF_PYTHON.get(type(one), torch.bool))
    chosen = max(kinds, key=ORDER.index)
    return torch.int32 if chosen is torch.int64 else chosen


@misconception(
    "dtype_of_data",
    "The first number decided. All of them count: a single float at the end is enough to make the "
    "whole tensor float32.",
    zh="只看了第一个数。所有的数都要看：哪怕最后才有一个浮点数，整个张量也是 float32。",
)
def first_number_decides(data):
    while isinstance(data, list) and data:
        data = data[0]
    return torch.float32 if data == [] else OF_PYTHON[type(data)]


@misconception(
    "dtype_of_data",
    "Bools were counted as integers. In Python a bool is an int, and isinstance says so, but "
    "torch.tensor makes a bool tensor of bools alone.",
    zh="布尔值被当成了整数。在 Python 里 bool 也是 int，isinstance 就是这么说的，"
    "但 torch.tensor 遇到全是布尔值的数据会得到 bool 张量。",
)
def bools_are_integers(data):
    members, kinds = [data], set()
    for one in members:
        members.extend(one if isinstance(one, list) else [])
        kinds.add(torch.float32 if one == [] else OF_PYTHON.get(type(one), torch.bool))
    chosen = max(kinds, key=ORDER.index)
    return torch.int64 if chosen is torch.bool else chosen


# What goes wrong with two operands


@misconception(
    "result_dtype",
    "A Python number was given the same weight as a tensor. It is the lightest operand: within "
    "the same category the tensor keeps its dtype, so float16 * 2.5 stays float16.",
    zh="Python 数被当成与张量一样重。它是最轻的操作数：类别相同时，张量保持自己的 dtype，"
    "所以 float16 乘 2.5 仍是 float16。",
)
def number_as_heavy_as_a_tensor(first, second):
    (a, x), (b, y) = weight_and_dtype(first), weight_and_dtype(second)
    return winner(max(a, 2 * (a == 0)), x, max(b, 2 * (b == 0)), y)


@misconception(
    "result_dtype",
    "A 0-d tensor was given the same weight as one with axes. It is lighter: within the same "
    "category it changes nothing, however many bits it has.",
    zh="0 维张量被当成与有维度的张量一样重。它更轻：类别相同时，不管它有多少位，都不起作用。",
)
def scalar_as_heavy_as_a_tensor(first, second):
    (a, x), (b, y) = weight_and_dtype(first), weight_and_dtype(second)
    return winner(max(a, 2 * (a == 1)), x, max(b, 2 * (b == 1)), y)


@misconception(
    "result_dtype",
    "A tensor with a single element was taken for one without axes. Shape (1,) or (1, 1) has axes "
    "and weighs as much as any other; dim() tells the two apart, numel() does not.",
    zh="只有一个元素的张量被当成了没有维度的张量。形状 (1,) 或 (1, 1) 是有维度的，和其他张量一样重；"
    "区分两者要看 dim()，不能看 numel()。",
)
def one_element_as_light_as_a_scalar(first, second):
    (a, x), (b, y) = weight_and_dtype(first), weight_and_dtype(second)
    if isinstance(first, torch.Tensor) and first.numel() == 1:
        a = 1
    if isinstance(second, torch.Tensor) and second.numel() == 1:
        b = 1
    return winner(a, x, b, y)


@misconception(
    "result_dtype",
    "Weight made no difference: the later dtype in the order always won. That holds for operands "
    "of equal weight only.",
    zh="轻重没有起作用：总是取排在后面的 dtype。只有轻重相同时才是这样。",
)
def later_dtype_always_wins(first, second):
    (_, x), (_, y) = weight_and_dtype(first), weight_and_dtype(second)
    return winner(1, x, 1, y)


@misconception(
    "result_dtype",
    "The heavier operand always kept its dtype. If the lighter one is of a higher category, it "
    "counts: integers plus 2.5 are no integers.",
    zh="总是重的一方保持 dtype。如果轻的一方类别更高，它就要起作用：整数加上 2.5 不再是整数。",
)
def heavier_always_keeps(first, second):
    (a, x), (b, y) = weight_and_dtype(first), weight_and_dtype(second)
    return winner(a, x, b, y) if a == b else (x if a > b else y)


@misconception(
    "result_dtype",
    "A Python float was taken for float64. Beside tensors it counts as the default dtype, float32, "
    "so integers plus 2.5 give float32.",
    zh="Python 的 float 被当成了 float64。它与张量一起运算时算作默认的 float32，"
    "所以整数加 2.5 得到 float32。",
)
def python_floats_are_double(first, second):
    (a, x), (b, y) = weight_and_dtype(first), weight_and_dtype(second)
    x = torch.float64 if isinstance(first, float) else x
    y = torch.float64 if isinstance(second, float) else y
    return winner(a, x, b, y)


@misconception(
    "result_dtype",
    "The number of bits decided between an integer and a float, or float64 was taken for safety, "
    "as NumPy does. In PyTorch any float is later than any integer: int64 + float32 is float32.",
    zh="整数遇到浮点数时看了位数，或者像 NumPy 那样为了保险取了 float64。在 PyTorch 里，"
    "任何浮点类型都排在整数之后：int64 加 float32 是 float32。",
)
def as_numpy_promotes(first, second):
    (a, x), (b, y) = weight_and_dtype(first), weight_and_dtype(second)
    kinds = {category(x), category(y)}
    if kinds == {1, 2} and {x, y} & {torch.int32, torch.int64} and a == b:
        return torch.float64
    return winner(a, x, b, y)


@misconception(
    "result_dtype",
    "The first operand decided. Addition may be turned round, and so may its dtype: look at both.",
    zh="总是由第一个操作数决定。加法可以交换，dtype 也一样，两个操作数都要看。",
)
def first_operand_decides(first, second):
    return weight_and_dtype(first)[1]


@misconception(
    "result_dtype",
    "When the lighter operand is of a higher category, float32 was taken whatever it is. A 0-d "
    "float64 tensor makes float64, and a 0-d float16 one float16.",
    zh="轻的一方类别更高时，不管它是什么都取了 float32。0 维的 float64 张量会得到 float64，"
    "0 维的 float16 则得到 float16。",
)
def always_the_default_float(first, second):
    (a, x), (b, y) = weight_and_dtype(first), weight_and_dtype(second)
    right = winner(a, x, b, y)
    return (
        torch.float32
        if a != b and (category(x) == 2) != (category(y) == 2) and (right is (x if a < b else y))
        else right
    )


# What goes wrong with conversions


@misconception(
    "pair",
    "torch.Tensor(a, b) takes its arguments for sizes: this is an a x b tensor of numbers that "
    "nobody wrote. Data go in as one list, best into torch.tensor.",
    zh="torch.Tensor(a, b) 把参数当成大小：得到的是 a×b 个没有人写过的数。"
    "数据要放在一个列表里，最好交给 torch.tensor。",
)
def sizes_instead_of_data(a, b):
    return torch.empty(a, b)


@misconception(
    "pair",
    "The numbers are right, but the tensor is int64, since both are whole numbers. Where a float "
    "is needed the dtype has to be named.",
    zh="数是对的，但因为都是整数，张量成了 int64。需要浮点数时要写明 dtype。",
)
def pair_of_integers(a, b):
    return torch.tensor([a, b])


@misconception(
    "average",
    "mean() was called on whole numbers, and PyTorch refuses: the mean would not be a whole "
    "number. Say in which dtype to calculate.",
    zh="对整数直接调用了 mean()，PyTorch 会拒绝，因为平均值不一定是整数。要说明用哪种 dtype 来算。",
)
def mean_of_integers(x):
    return x.mean()


@misconception(
    "average",
    "The fraction was cut off: a whole number was divided without a rest, or the mean was turned "
    "back into an integer.",
    zh="小数部分被截掉了：要么用了整除，要么又把平均值变回了整数。",
)
def fraction_cut_off(x):
    return x.mean() if x.is_floating_point() else (x.sum() // x.numel()).float()


@misconception(
    "average",
    "The mean of float64 numbers came back as float32: float() was applied to everything. Only "
    "what is not a float has to be converted.",
    zh="float64 的平均值变成了 float32：对什么都用了 float()。只有不是浮点数的才需要转换。",
)
def everything_to_float32(x):
    return x.float().mean()


@misconception(
    "row_and_column",
    "/ makes floats even of whole numbers, so the rows are fractions (or whole numbers stored as "
    "floats), and nobody can index with them. Whole division is another operator.",
    zh="/ 即使对整数也得到浮点数，行号于是成了小数，不能用来索引。整除是另一个运算符。",
)
def true_division(position, columns):
    return position / columns, position % columns


@misconception(
    "row_and_column",
    "The quotient was rounded to the nearest whole number. A position in the second half of a row "
    "is still in that row: round down.",
    zh="商被四舍五入到最近的整数。位于某一行后半段的位置仍属于这一行，应当向下取整。",
)
def quotient_rounded(position, columns):
    return (position / columns).round().long(), position % columns


@misconception(
    "row_and_column",
    "The quotient went through floating numbers before it was rounded down. float32 has 24 bits "
    "for its digits, so the rows of large positions are wrong. Whole division stays exact.",
    zh="商先变成了浮点数，然后才取整。float32 只有 24 位有效位，位置很大时行号就错了。整除始终是精确的。",
)
def quotient_through_floats(position, columns):
    return (position / columns).floor().long(), position % columns


@misconception(
    "row_and_column",
    "Row and column are swapped: the quotient is the row, the rest is the column.",
    zh="行和列弄反了：商是行号，余数是列号。",
)
def column_and_row(position, columns):
    return position % columns, position // columns


@misconception(
    "features",
    "The array's dtype was kept: decimal numbers in NumPy are float64, and from_numpy as well as "
    "torch.tensor take that over. Convert to float32.",
    zh="保留了数组的 dtype：NumPy 的小数是 float64，from_numpy 和 torch.tensor 都会照搬。"
    "要转换成 float32。",
)
def dtype_of_the_array(array):
    return torch.from_numpy(array)


# Other right answers


@alternative("dtype_of_data")
def kinds_collected(data):
    kinds, left = set(), [data]
    while left:
        one = left.pop()
        if isinstance(one, list):
            left.extend(one)
            if not one:
                kinds.add(float)
        else:
            kinds.add(type(one))
    if float in kinds:
        return torch.float32
    return torch.int64 if int in kinds else torch.bool


@alternative("result_dtype")
def case_by_case(first, second):
    def level(operand):
        return 0 if not isinstance(operand, torch.Tensor) else min(operand.dim(), 1) + 1

    def kind(dtype):
        return 2 if dtype.is_floating_point else int(dtype is not torch.bool)

    if level(first) < level(second):
        first, second = second, first
    strong = first.dtype
    if isinstance(second, torch.Tensor):
        weak = second.dtype
    else:
        weak = {bool: torch.bool, int: torch.int64, float: torch.float32}[type(second)]
    if level(first) == level(second):
        if kind(strong) == kind(weak):
            return strong if strong.itemsize >= weak.itemsize else weak
        return strong if kind(strong) > kind(weak) else weak
    return weak if kind(weak) > kind(strong) else strong


@alternative("pair")
def old_constructor_with_a_list(a, b):
    return torch.Tensor([a, b])


@alternative("average")
def sum_by_count(x):
    total = x.sum() if x.is_floating_point() else x.float().sum()
    return total / x.numel()


@alternative("row_and_column")
def by_div(position, columns):
    row = torch.div(position, columns, rounding_mode="floor")
    return row, position - row * columns


@alternative("features")
def tensor_with_dtype(array):
    return torch.tensor(array, dtype=torch.float32)


# The tests

BY_RULE = forbids(
    "result_type",
    "promote_types",
    "can_cast",
    "add",
    "mul",
    "sub",
    "where",
    "cat",
    "torch.tensor",
    "as_tensor",
    "asarray",
)


def numbers_of(data):
    """The tensor of all numbers in ragged lists."""
    if not isinstance(data, list) or not any(isinstance(one, list) for one in data):
        return torch.tensor(data)
    return torch.cat([numbers_of(one) for one in data])


@title("The dtype of a number and of a list", zh="一个数和一个列表的 dtype")
@points(2)
@BY_RULE
def test_data(student, rand):
    whole, real = rand.ints(-9, 9, 3).tolist(), rand(3).tolist()
    data = [
        whole,
        real,
        [True, False],
        [whole, real],
        [[True, True], whole[:2]],
        [*whole, real[0]],
        [[True], [real[0]]],
        whole[0],
        real[0],
        True,
        [*whole, True],
        [2.0, 3.0],
    ]
    close(student.run(of_each, data), [numbers_of(one).dtype for one in data])


@title("Deep and empty lists", zh="很深的列表与空列表")
@hidden(
    "An empty list is float32. And the only float may stand in the last place of the last list.",
    zh="空列表是 float32。另外，唯一的浮点数也许在最后一个列表的最后一个位置。",
)
@BY_RULE
def test_deep_data(student, rand):
    whole, real = int(rand.ints(0, 9)), float(rand(1))
    data = [
        [],
        [[], []],
        [[[[whole, whole]], [[whole, real]]]],
        [[[[whole, True]], [[True, False]]]],
        [[[True]], [[False]]],
    ]
    close(student.run(of_each, data), [torch.tensor(one).dtype for one in data])


def in_both_orders(pairs):
    return [*pairs, *((second, first) for first, second in pairs)]


def answers(pairs):
    return [torch.result_type(*two) for two in pairs]


@title("Two tensors with axes", zh="两个有维度的张量")
@points(2)
@BY_RULE
def test_two_tensors(student):
    tensors = [torch.ones(2, dtype=dtype) for dtype in DTYPES]
    pairs = [(a, b) for a in tensors for b in tensors]
    close(student.run(of_pairs, pairs), answers(pairs))


@title("A tensor and a Python number", zh="一个张量与一个 Python 数")
@points(2)
@BY_RULE
def test_number(student, rand):
    numbers = [True, int(rand.ints(2, 300)), float(rand(1))]
    tensors = [torch.ones(2, 3, dtype=dtype) for dtype in DTYPES]
    pairs = in_both_orders([(a, b) for a in tensors for b in numbers])
    close(student.run(of_pairs, pairs), answers(pairs))


@title("A tensor with axes and a 0-d tensor", zh="一个有维度的张量与一个 0 维张量")
@points(2)
@BY_RULE
def test_scalar_tensor(student):
    tensors = [torch.ones(1, 1, dtype=dtype) for dtype in DTYPES]
    tensors += [torch.ones(2, dtype=dtype) for dtype in DTYPES]
    scalars = [torch.ones((), dtype=dtype) for dtype in DTYPES]
    pairs = in_both_orders([(a, b) for a in tensors for b in scalars])
    close(student.run(of_pairs, pairs), answers(pairs))


@title(
    "0-d tensors among themselves and with numbers; no elements",
    zh="0 维张量之间、与数之间；没有元素的张量",
)
@hidden(
    "A 0-d tensor is heavier than a number. A tensor of shape (0,) has an axis.",
    zh="0 维张量比 Python 数重。形状为 (0,) 的张量是有维度的。",
)
@BY_RULE
def test_scalars(student, rand):
    scalars = [torch.ones((), dtype=dtype) for dtype in DTYPES]
    nothing = [torch.ones(0, dtype=dtype) for dtype in DTYPES]
    numbers = [False, int(rand.ints(2, 300)), float(rand(1))]
    pairs = [(a, b) for a in scalars for b in scalars]
    pairs += in_both_orders([(a, b) for a in scalars for b in numbers])
    pairs += [(a, b) for a in nothing for b in scalars]
    close(student.run(of_pairs, pairs), answers(pairs))


@title("Two numbers are data, not sizes", zh="两个数是数据，不是大小")
def test_pair(student, rand):
    numbers = [(2, 3), *(tuple(two) for two in rand.ints(4, 9, 3, 2).tolist())]
    expected = [torch.tensor(two, dtype=torch.float32) for two in numbers]
    close(student.run(pairs_of_numbers, numbers), expected, dtype=True)


@title("The mean of whole numbers, of bools and of floats", zh="整数、布尔值与浮点数的平均值")
@points(2)
def test_average(student, rand):
    tensors = [
        torch.cat([rand.ints(-9, 9, 6), torch.tensor([20])]),
        rand.bools(3, 5),
        rand.ints(0, 200, 7).to(torch.uint8),
        rand(4, 3),
        rand(2, 3, 2, dtype=torch.float64),
        torch.tensor(int(rand.ints(2, 9))),
    ]
    expected = [x.mean() if x.is_floating_point() else x.double().mean().float() for x in tensors]
    close(student.run(averages, tensors), expected, dtype=True)


@title("Whole division keeps whole numbers", zh="整除得到的仍是整数")
@points(2)
def test_row_and_column(student, rand):
    for shape in ((6,), (2, 5), (), (0,)):
        columns = int(rand.ints(3, 9))
        position = rand.ints(0, 99, *shape)
        expected = (position.div(columns, rounding_mode="floor"), position.remainder(columns))
        close(student.row_and_column(position, columns), expected, dtype=True)


@title("Very large positions", zh="很大的位置")
@hidden(
    "float32 has 24 bits for the digits: what does your way make of position 2**40 + 1?",
    zh="float32 只有 24 位有效位：位置是 2**40 + 1 时，你的做法会得到什么？",
)
def test_large_positions(student, rand):
    columns = int(rand.ints(11, 99))
    position = rand.ints(2**55, 2**60, 8)
    expected = (position.div(columns, rounding_mode="floor"), position.remainder(columns))
    close(student.row_and_column(position, columns), expected, dtype=True)


@title("Arrays of any dtype become float32", zh="任何 dtype 的数组都变成 float32")
def test_features(student, rand):
    tensors = [
        rand(3, 2, dtype=torch.float64),
        rand(4),
        rand.ints(-9, 9, 2, 3),
        rand.bools(5),
        rand(2, 3, dtype=torch.float64).T,
        rand(0, 3, dtype=torch.float64),
    ]
    close(student.run(of_arrays, tensors), [x.float() for x in tensors], dtype=True)
