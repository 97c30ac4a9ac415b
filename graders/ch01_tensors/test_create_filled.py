"""Filled tensors: zeros, full, full_like and eye, and the dtype of each."""

import torch

from torchgrade.authoring import alternative, close, hidden, misconception, points, probe, title


@probe
def made(student, function, *arguments):
    """The result; memory that was never written holds NaN or the largest integer.

    torch.use_deterministic_algorithms does the same, but imports half of PyTorch first.
    """
    torch._C._set_deterministic_algorithms(True, warn_only=True)
    try:
        return getattr(student, function)(*arguments)
    finally:
        torch._C._set_deterministic_algorithms(False)


@probe
def made_with_x(student, x, value, dtype):
    result = student.like(x, value, dtype)
    return result, x


def eye_by_definition(rows, columns, shift):
    result = torch.zeros(rows, columns)
    for row in range(rows):
        if 0 <= row + shift < columns:
            result[row, row + shift] = 1.0
    return result


# What goes wrong


@misconception(
    "zero_counts",
    "The zeros are float32, which is what zeros gives unless it is told otherwise. Counts are "
    "whole numbers, and float32 can't even hold all of them beyond 16777216: ask for int64.",
    zh="这些零是 float32，zeros 不指定 dtype 时就是这样。计数是整数，"
    "而 float32 超过 16777216 之后连整数都表示不全，所以要指定 int64。",
)
def float_zeros(rows, columns):
    return torch.zeros(rows, columns)


@misconception(
    "zero_counts",
    "The table was reserved but never written: empty() hands out memory as it is, and there may "
    "be anything in it. Zeros must be asked for.",
    zh="只申请了内存，却没有写入：empty() 把内存原样交给你，里面可能是任何内容。"
    "要零就得明确要求是零。",
)
def never_written(rows, columns):
    return torch.empty(rows, columns, dtype=torch.int64)


@misconception(
    "zero_counts",
    "Rows and columns are swapped. The first size of a matrix is the number of its rows.",
    zh="行数和列数弄反了。矩阵的第一个大小是行数。",
)
def counts_transposed(rows, columns):
    return torch.zeros(columns, rows, dtype=torch.int64)


@misconception(
    "constant",
    "The dtype came from the value: full makes int64 of an int and bool of a bool. Every result "
    "here is float32, so the dtype has to be named.",
    zh="dtype 跟着填充值走了：full 遇到 int 得到 int64，遇到 bool 得到 bool。"
    "这里的结果一律要是 float32，必须明确写出 dtype。",
)
def dtype_of_the_value(shape, value):
    return torch.full(tuple(shape), value)


@misconception(
    "constant",
    "The fraction is gone: the value went through an integer on its way. Only the dtype of the "
    "result counts, and float32 can hold fractions.",
    zh="小数部分丢了：填充值在途中变成过整数。结果是 float32，完全可以存小数。",
)
def cut_to_an_integer(shape, value):
    return torch.full(tuple(shape), int(value)).float()


@misconception(
    "constant",
    "The sizes were taken for the elements: tensor((2, 3)) holds the two numbers 2 and 3, it is "
    "not a tensor of shape (2, 3).",
    zh="把各个大小当成了元素：tensor((2, 3)) 里是 2 和 3 这两个数，而不是形状为 (2, 3) 的张量。",
)
def sizes_taken_for_elements(shape, value):
    return torch.full_like(torch.tensor(tuple(shape)), value, dtype=torch.float32)


@misconception(
    "like",
    "The argument dtype was not used: the result always has the dtype of x, and what that can't "
    "hold was cut off.",
    zh="参数 dtype 没有用上：结果总是 x 的 dtype，存不下的部分就被截掉了。",
)
def dtype_ignored(x, value, dtype=None):
    return torch.full_like(x, value)


@misconception(
    "like",
    "The value was first stored in the dtype of x and converted afterwards. What is cut off on "
    "the way to an integer does not come back: the tensor must be made in the right dtype.",
    zh="先按 x 的 dtype 存了值，然后才转换。变成整数时截掉的部分再也回不来，"
    "应当一开始就用正确的 dtype 创建。",
)
def converted_too_late(x, value, dtype=None):
    return torch.full_like(x, value).to(dtype or x.dtype)


@misconception(
    "like",
    "Only the shape of x was used. Without a dtype, the result must have the dtype of x, and not "
    "the one that full derives from the value.",
    zh="只用到了 x 的形状。没有给 dtype 时，结果应当与 x 的 dtype 相同，"
    "而不是 full 从填充值推出来的类型。",
)
def only_the_shape(x, value, dtype=None):
    return torch.full(x.shape, value, dtype=dtype)


@misconception(
    "like",
    "x itself was overwritten: fill_() and its relatives with an underscore at the end work in "
    "place. A new tensor was asked for.",
    zh="x 本身被改写了：fill_() 这类以下划线结尾的方法都是就地操作。要的是一个新张量。",
)
def x_overwritten(x, value, dtype=None):
    if dtype is None or dtype is x.dtype:
        return x.fill_(value)
    return torch.full_like(x, value, dtype=dtype)


@misconception(
    "shifted_eye",
    "The matrix was made square. eye takes the number of columns, too; with one number there are "
    "as many columns as rows.",
    zh="做成了方阵。eye 也接收列数，只给一个数时列数才等于行数。",
)
def square(rows, columns, shift):
    row, column = torch.arange(rows).reshape(-1, 1), torch.arange(rows)
    return (column == row + shift).float()


@misconception(
    "shifted_eye",
    "The ones moved the wrong way: a positive shift moves them to the right, into larger columns.",
    zh="移动的方向反了：shift 为正时，那一排 1 应当往右移，也就是往列号更大的方向。",
)
def wrong_way(rows, columns, shift):
    row, column = torch.arange(rows).reshape(-1, 1), torch.arange(columns)
    return (column == row - shift).float()


@misconception(
    "shifted_eye",
    "What was shifted out at one side came in again at the other, as torch.roll does it. The ones "
    "that leave the matrix are lost.",
    zh="从一边移出去的又从另一边绕了回来，那是 torch.roll 的做法。移出矩阵的 1 应当消失。",
)
def wrapped_around(rows, columns, shift):
    return torch.eye(rows, columns).roll(shift, 1) if columns else torch.eye(rows, columns)


@misconception(
    "shifted_eye",
    "The shift made no difference: this is always the unshifted identity.",
    zh="shift 没有起作用：得到的总是没有移动的单位矩阵。",
)
def not_shifted(rows, columns, shift):
    return torch.eye(rows, columns)


# Other right answers


@alternative("zero_counts")
def by_comparison_with_nothing(rows, columns):
    return torch.tensor([[0] * columns] * rows, dtype=torch.long).reshape(rows, columns)


@alternative("constant")
def multiplied(shape, value):
    return torch.ones(*shape) * float(value) if len(shape) else torch.tensor(float(value))


@alternative("constant")
def empty_and_filled(shape, value):
    return torch.empty(list(shape)).fill_(value)


@alternative("like")
def new_full(x, value, dtype=None):
    return x.new_full(x.size(), value, dtype=dtype if dtype is not None else x.dtype)


@alternative("shifted_eye")
def compared(rows, columns, shift):
    row, column = torch.arange(rows).reshape(-1, 1), torch.arange(columns)
    return (column == row + shift).float()


@alternative("shifted_eye")
def one_by_one(rows, columns, shift):
    result = torch.zeros((rows, columns))
    for row in range(max(0, -shift), min(rows, columns - shift)):
        result[row, row + shift] = 1
    return result


# The tests


@title("Counts are whole numbers: int64 zeros", zh="计数是整数：int64 的零")
def test_counts(student, rand):
    rows, columns = rand.choice([3, 4]), rand.choice([5, 6])
    for size in ((rows, columns), (1, columns), (0, 3)):
        expected = torch.zeros(size, dtype=torch.int64)
        close(student.run(made, "zero_counts", *size), expected, dtype=True)


@title(
    "A constant is float32, whatever the value is", zh="不管填充值是什么类型，常数张量都是 float32"
)
@points(2)
def test_constant(student, rand):
    for value in (7, True, -3, float(rand.uniform(1.1, 1.9))):
        expected = torch.full((2, 3), float(value))
        close(student.run(made, "constant", (2, 3), value), expected, dtype=True)


@title(
    "Without a dtype, the new tensor has that of x", zh="不给 dtype 时，新张量的 dtype 与 x 相同"
)
def test_like(student, rand):
    for x in (rand(3, 2, dtype=torch.float64), rand.ints(-9, 9, 4, 2), rand(2, 5)):
        close(student.run(made, "like", x, 3), torch.full_like(x, 3), dtype=True)


@title("A dtype of its own, and the value stays whole", zh="另给 dtype，值要原样存入")
@points(2)
def test_like_with_dtype(student, rand):
    value = float(rand.uniform(0.2, 0.8))
    for x, number, dtype in (
        (rand.ints(-9, 9, 4, 2), value, torch.float64),
        (rand.bools(5), -value, torch.float32),
        (rand(2, 3), 2, torch.int64),
        (rand(2, 3), True, torch.bool),
    ):
        expected = torch.full(x.shape, number, dtype=dtype)
        close(student.run(made, "like", x, number, dtype), expected, dtype=True)


@title("like leaves x alone", zh="like 不改动 x")
def test_x_is_left_alone(student, rand):
    for x in (rand(3, 4), rand(4, 2).T):
        for dtype in (None, torch.float64):
            expected = torch.full(x.shape, 2, dtype=dtype or x.dtype)
            close(student.run(made_with_x, x, 2, dtype), (expected, x), dtype=True)


@title("The identity, wide and tall", zh="单位矩阵：宽的和高的")
def test_eye(student, rand):
    for size in ((3, 5), (5, 3), (4, 4)):
        close(student.run(made, "shifted_eye", *size, 0), torch.eye(*size), dtype=True)


@title("Ones that are shifted to the right and to the left", zh="把 1 往右移、往左移")
@points(2)
def test_shift(student, rand):
    for rows, columns, shift in ((3, 5, 1), (5, 3, -2), (4, 4, 2), (4, 6, -3), (5, 3, 1)):
        expected = eye_by_definition(rows, columns, shift)
        close(student.run(made, "shifted_eye", rows, columns, shift), expected, dtype=True)


@title("Edges: no axes, no elements, ones shifted out", zh="边界：没有维度、没有元素、1 全部移出")
@hidden(
    "Try the shape (), sizes of 0, and shifts that are larger than the matrix.",
    zh="试试形状 ()、大小为 0，以及比矩阵还大的 shift。",
)
def test_edges(student, rand):
    value = float(rand.uniform(1.1, 1.9))
    for shape in ((), (0,), (2, 0, 3), (1, 2, 2, 1)):
        close(student.run(made, "constant", shape, value), torch.full(shape, value), dtype=True)
        x = rand(*shape)
        expected = torch.full(shape, 4, dtype=torch.int64)
        close(student.run(made, "like", x, 4, torch.int64), expected, dtype=True)
    for rows, columns, shift in (
        (2, 3, 3),
        (2, 3, 7),
        (3, 2, -3),
        (3, 2, -8),
        (0, 3, 1),
        (3, 0, -1),
    ):
        expected = eye_by_definition(rows, columns, shift)
        close(student.run(made, "shifted_eye", rows, columns, shift), expected, dtype=True)
