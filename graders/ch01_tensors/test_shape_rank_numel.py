"""Rank, shape, number of elements and len(): four different things."""

import math

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


@probe
def each(student, function, arguments):
    return [getattr(student, function)(argument) for argument in arguments]


@probe
def built(student, wanted):
    """Rank, length and number of elements of each tensor."""
    tensors = [student.build(*three) for three in wanted]
    return [(x.dim(), len(x), x.numel()) for x in tensors]


# What goes wrong


@misconception(
    "rank_and_numel",
    "A tensor without axes was taken for one without elements. The shape () belongs to a single "
    "number: a product of no sizes is 1.",
    zh="把没有维度的张量当成了没有元素的张量。形状 () 属于一个单独的数：没有任何因子的乘积是 1。",
)
def no_axes_no_elements(shape):
    return len(shape), math.prod(shape) if len(shape) else 0


@misconception(
    "rank_and_numel",
    "A 0-d tensor was taken for one of shape (1,). Both hold one number, but () has no size in "
    "it, so its rank is 0.",
    zh="把 0 维张量当成了形状为 (1,) 的张量。两者都只有一个数，但 () 里一个大小也没有，所以秩是 0。",
)
def scalar_of_rank_one(shape):
    return max(len(shape), 1), math.prod(shape)


@misconception(
    "rank_and_numel",
    "The number of elements came out as the first size. That is what len() of the tensor gives; "
    "the number of elements is the product of all sizes.",
    zh="元素个数写成了第一个大小。那是对张量用 len() 得到的结果；元素个数是所有大小的乘积。",
)
def first_size_for_numel(shape):
    return len(shape), shape[0] if len(shape) else 1


@misconception(
    "rank_and_numel",
    "The sizes were added. Each of the 2 matrices in a (2, 3, 4) has 3 rows, each of them with 4 "
    "numbers: sizes multiply.",
    zh="各个大小被加了起来。形状 (2, 3, 4) 有 2 个矩阵，每个矩阵 3 行，每行 4 个数：大小应当相乘。",
)
def sizes_added(shape):
    return len(shape), sum(shape)


@misconception(
    "rank_and_numel",
    "A size of 0 was passed over. No rows of 5 numbers each are no numbers: one 0 makes the whole "
    "product 0.",
    zh="大小 0 被跳过了。0 行、每行 5 个数，一共就是没有数：只要有一个 0，乘积就是 0。",
)
def zero_passed_over(shape):
    return len(shape), math.prod(size for size in shape if size)


@misconception(
    "rows_and_columns",
    "Rows and columns are swapped: the first size counts the rows.",
    zh="行数和列数弄反了：第一个大小是行数。",
)
def columns_first(matrix):
    return matrix.shape[1], matrix.shape[0]


@misconception(
    "rows_and_columns",
    "The number of columns came from dividing by the number of rows, which fails if there are "
    "none. A matrix without rows still has columns: the shape knows them.",
    zh="列数是用行数去除出来的，没有行时就会出错。没有行的矩阵仍然有列数，形状里就写着。",
)
def divided_by_rows(matrix):
    return len(matrix), matrix.numel() // len(matrix)


@misconception(
    "rows_and_columns",
    "The number of columns was read off the first row, and there need not be one. A matrix "
    "without rows still has columns: the shape knows them.",
    zh="列数是从第一行看出来的，但第一行不一定存在。没有行的矩阵仍然有列数，形状里就写着。",
)
def first_row_asked(matrix):
    return len(matrix), len(matrix[0])


@misconception(
    "scalar_and_vector",
    "Both tensors have shape (1,). A list of one number makes one axis; a number that stands "
    "alone makes none, and that is the 0-d tensor.",
    zh="两个张量的形状都是 (1,)。只含一个数的列表会带来一个维度，单独的一个数则没有维度，那才是 0 维张量。",
)
def two_vectors(value):
    return torch.tensor([value]), torch.tensor([value])


@misconception(
    "scalar_and_vector",
    "Both tensors are 0-d. The second should have one axis of size 1, as a list of one number has.",
    zh="两个张量都是 0 维的。第二个应当有一个大小为 1 的维度，就像只含一个数的列表那样。",
)
def two_scalars(value):
    return torch.tensor(value), torch.tensor(value)


@misconception(
    "scalar_and_vector",
    "The order is wrong: first the 0-d tensor, then the one of shape (1,).",
    zh="顺序反了：先是 0 维张量，然后才是形状为 (1,) 的张量。",
)
def vector_first(value):
    return torch.tensor([value]), torch.tensor(value)


@misconception(
    "shape_of",
    "A number got the shape (1,). It has no axis at all; each list around it adds one.",
    zh="一个数的形状被写成了 (1,)。它没有任何维度，外面每套一层列表才多一个维度。",
)
def numbers_have_an_axis(data):
    if not isinstance(data, list):
        return (1,)
    shapes = {shape_of(member) if isinstance(member, list) else () for member in data}
    if len(shapes) > 1:
        raise ValueError
    return (len(data), *(shapes.pop() if shapes else ()))


@misconception(
    "shape_of",
    "The sizes are in the wrong order. The outermost list gives the first size, the innermost "
    "one the last.",
    zh="各个大小的顺序反了。最外层列表的长度是第一个大小，最内层的是最后一个。",
)
def innermost_first(data):
    if not isinstance(data, list):
        return ()
    shapes = {shape_of(member) for member in data}
    if len(shapes) > 1:
        raise ValueError
    return (*(shapes.pop() if shapes else ()), len(data))


@misconception(
    "shape_of",
    "Only the first member of each list was looked at, so data that are no tensor got a shape. "
    "The others may be longer, shorter or nested more deeply.",
    zh="每个列表都只看了第一个成员，于是构不成张量的数据也得到了形状。"
    "其他成员可能更长、更短，或者嵌套得更深。",
)
def first_member_only(data):
    shape = []
    while isinstance(data, list):
        shape.append(len(data))
        if not data:
            break
        data = data[0]
    return tuple(shape)


@misconception(
    "shape_of",
    "The members of each list were compared by their lengths only, not by what is further inside. "
    "Each of them must have the same whole shape.",
    zh="只比较了每个列表中各成员的长度，没有比较更里面的内容。各成员的整个形状都必须相同。",
)
def lengths_compared_only(data):
    if not isinstance(data, list):
        return ()
    lengths = {len(member) if isinstance(member, list) else None for member in data}
    if len(lengths) > 1:
        raise ValueError
    shape = []
    while isinstance(data, list):
        shape.append(len(data))
        data = data[0] if data else None
    return tuple(shape)


@misconception(
    "build",
    "length was not made the first size. len() of a tensor is the size of its first axis, "
    "whatever the others are.",
    zh="length 没有放在第一个维度上。张量的 len() 就是第一个维度的大小，与其他维度无关。",
)
def length_on_the_last_axis(rank, length, numel):
    in_each = numel // length if length else 0
    if length * in_each != numel or (rank == 1 and length != numel):
        raise ValueError
    return torch.zeros(length) if rank == 1 else torch.zeros(in_each, *[1] * (rank - 2), length)


@misconception(
    "build",
    "The number of elements was divided by length and the rest dropped, so the tensor has fewer "
    "elements than asked. All slices along the first axis are equally large: what can't be "
    "divided can't be built.",
    zh="元素个数除以 length 之后，余数被丢掉了，张量的元素因此少于要求。沿第一个维度的每一片都一样大，"
    "除不尽就造不出来。",
)
def rest_dropped(rank, length, numel):
    in_each = numel // length if length else 0
    if rank == 1 and length != numel:
        raise ValueError
    return torch.zeros(length) if rank == 1 else torch.zeros(length, *[1] * (rank - 2), in_each)


@misconception(
    "build",
    "With one axis there is nothing to multiply: len() and the number of elements are then the "
    "same, and if they are asked to differ there is no such tensor.",
    zh="只有一个维度时没有别的大小可乘：这时 len() 就等于元素个数，要求两者不同的张量并不存在。",
)
def one_axis_always_possible(rank, length, numel):
    in_each = numel // length if length else 0
    if length * in_each != numel:
        raise ValueError
    return torch.zeros(length) if rank == 1 else torch.zeros(length, *[1] * (rank - 2), in_each)


@misconception(
    "build",
    "A tensor without elements was refused. Sizes may be 0: shape (3, 0) has length 3 and no "
    "elements, and (0, 4) has length 0.",
    zh="没有元素的张量被拒绝了。大小可以是 0：形状 (3, 0) 的长度是 3 而没有元素，(0, 4) 的长度则是 0。",
)
def nothing_refused(rank, length, numel):
    if numel == 0 or length == 0 or numel % length or (rank == 1 and length != numel):
        raise ValueError
    return (
        torch.zeros(length)
        if rank == 1
        else torch.zeros(length, *[1] * (rank - 2), numel // length)
    )


@misconception(
    "build",
    "The tensor has two axes whatever rank says. Axes of size 1 can be added without changing "
    "length or number of elements.",
    zh="不管 rank 是几，得到的都是两个维度。大小为 1 的维度可以随意添加，长度和元素个数都不会变。",
)
def always_a_matrix(rank, length, numel):
    in_each = numel // length if length else 0
    if length * in_each != numel or (rank == 1 and length != numel):
        raise ValueError
    return torch.zeros(length) if rank == 1 else torch.zeros(length, in_each)


@misconception(
    "shape_of",
    "The first member of an empty list was asked for, and there is none. An empty list has the "
    "shape (0,), whatever it is nested in.",
    zh="去取空列表的第一个成员，可它根本没有成员。空列表的形状是 (0,)，不管它嵌在哪里。",
)
def first_of_an_empty_list(data):
    if not isinstance(data, list):
        return ()
    inner = shape_of(data[0])
    if any(shape_of(one) != inner for one in data):
        raise ValueError("the members differ in shape")
    return (len(data), *inner)


@misconception(
    "build",
    "The number of elements was divided by length, and length may be 0. Then there is nothing to "
    "divide: such a tensor has no elements, whatever its other sizes.",
    zh="用元素个数去除以 length，而 length 可以是 0。这时不必除：不管其他大小是多少，这样的张量都没有元素。",
)
def divided_by_length_zero(rank, length, numel):
    if rank == 1 and length == numel:
        return torch.zeros(length)
    if rank == 1 or numel % length:
        raise ValueError("there is no such tensor")
    return torch.zeros(length, *[1] * (rank - 2), numel // length)


# Other right answers


@alternative("rank_and_numel")
def counted(shape):
    rank, numel = 0, 1
    for size in shape:
        rank += 1
        numel *= size
    return rank, numel


@alternative("rank_and_numel")
def of_a_real_tensor(shape):
    x = torch.empty(*shape) if len(shape) else torch.tensor(0)
    return x.ndim, x.numel()


@alternative("rows_and_columns")
def by_size(matrix):
    return matrix.size()


@alternative("scalar_and_vector")
def reshaped(value):
    vector = torch.full((1,), value, dtype=torch.float32)
    return vector[0], vector


@alternative("shape_of")
def one_level_at_a_time(data):
    shape, level = [], [data]
    while any(isinstance(member, list) for member in level):
        if not all(isinstance(member, list) and len(member) == len(level[0]) for member in level):
            raise ValueError("ragged")
        shape.append(len(level[0]))
        level = [inner for member in level for inner in member]
    return tuple(shape)


@alternative("build")
def ones_in_the_middle(rank, length, numel):
    if rank == 1:
        if length == numel:
            return torch.ones(length)
        raise ValueError
    if length == 0:
        if numel:
            raise ValueError
        return torch.ones([0] + [2] * (rank - 1))
    if numel % length:
        raise ValueError
    return torch.arange(numel).reshape(length, numel // length, *[1] * (rank - 2))


# The tests


@title("Number of axes and of elements", zh="维度的个数与元素的个数")
@points(2)
def test_rank_and_numel(student, rand):
    shapes = [tuple(rand.ints(2, 7, rank).tolist()) for rank in (1, 2, 3, 5)] + [(3, 0, 5), ()]
    expected = [(len(shape), math.prod(shape)) for shape in shapes]
    close(student.run(each, "rank_and_numel", shapes), expected)


@title("Rows and columns, also where there are none", zh="行数与列数，包括没有行或没有列的情形")
def test_rows_and_columns(student, rand):
    sizes = [tuple(rand.ints(1, 9, 2).tolist()) for _ in range(4)] + [(2, 7), (4, 0), (0, 3)]
    close(student.run(each, "rows_and_columns", [rand(*size) for size in sizes]), sizes)


@title("One number: 0-d and 1-d", zh="同一个数：0 维与 1 维")
def test_scalar_and_vector(student, rand):
    values = rand(3).tolist()
    expected = [(torch.tensor(value), torch.tensor([value])) for value in values]
    close(student.run(each, "scalar_and_vector", values), expected, dtype=True)


CONSTRUCTORS = forbids("torch.tensor", "as_tensor", "asarray", "torch.stack", "from_numpy")


@title("The shape of lists in lists", zh="嵌套列表的形状")
@points(2)
@CONSTRUCTORS
def test_shape_of(student, rand):
    shapes = [tuple(rand.ints(2, 6, rank).tolist()) for rank in (1, 2, 3)] + [(2, 3, 4, 1), ()]
    close(student.run(each, "shape_of", [rand(*shape).tolist() for shape in shapes]), shapes)


@title("Lists that make no tensor are refused", zh="构不成张量的列表要拒绝")
@points(2)
@CONSTRUCTORS
def test_ragged(student, rand):
    good = rand(2, 3, 2).tolist()
    close(student.shape_of(good), (2, 3, 2))
    a, b, c, d = rand(4).tolist()
    for bad in (
        [[a, b], [c]],
        [[a], [b, c]],
        [a, [b]],
        [[a], b],
        [[a, b], [[c], [d]]],
        [[[a, b], [c, d]], [[a, b], [c]]],
        [[[a], [b]], [[c, d], [a, b]]],
    ):
        with refuses(ValueError):
            student.shape_of(bad)


@title("Empty lists have a shape, too", zh="空列表也有形状")
@hidden(
    "What is the shape of [], and of [[], []]? And does an empty list go with one that is not?",
    zh="[] 的形状是什么？[[], []] 呢？空列表和非空列表能放在一起吗？",
)
@CONSTRUCTORS
def test_empty_lists(student, rand):
    data = [[], [[], []], [[[]], [[]], [[]]], [[[], []]], float(rand(1)), True]
    expected = [(0,), (2, 0), (3, 1, 0), (1, 2, 0), (), ()]
    close(student.run(each, "shape_of", data), expected)
    for bad in ([[], [float(rand(1))]], [float(rand(1)), []], [[[]], []]):
        with refuses(ValueError):
            student.shape_of(bad)


@title(
    "build: rank, length and number of elements as ordered",
    zh="build：秩、长度、元素个数都符合要求",
)
@points(2)
def test_build(student, rand):
    wanted = [(3, 2, 12), (2, 5, 15), (1, 7, 7), (4, 3, 3), (2, 1, 6)]
    for rank in (2, 3, 5):
        length, others = rand.ints(2, 9, 2).tolist()
        wanted.append((rank, length, length * others))
    close(student.run(built, wanted), wanted)


@title("build: no elements", zh="build：没有元素")
def test_build_nothing(student):
    wanted = [(2, 3, 0), (3, 0, 0), (1, 0, 0), (4, 2, 0), (2, 0, 0)]
    close(student.run(built, wanted), wanted)


@title("build: what does not exist is refused", zh="build：不存在的要拒绝")
@points(2)
def test_build_refuses(student, rand):
    length = int(rand.ints(3, 9))
    close(student.run(built, [(2, length, 2 * length)]), [(2, length, 2 * length)])
    for impossible in (
        (2, length, 2 * length + 1),
        (3, length, length - 1),
        (1, length, 2 * length),
        (1, 3, 0),
        (2, 0, 4),
        (1, 0, 2),
    ):
        with refuses(ValueError):
            student.run(built, [impossible])
