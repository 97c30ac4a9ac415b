"""gather: result[i, j, k] = x[i, index[i, j, k], k], here along axis 1."""

import torch

from torchgrade.authoring import (
    alternative,
    cases,
    close,
    forbids,
    grows_like,
    hidden,
    inputs,
    misconception,
    naive,
    points,
    probe,
    refuses,
    slowdown,
    text,
    timed,
    title,
)

pytestmark = forbids("gather", "take_along_dim", "Tensor.numpy", "__array__")


# What goes wrong with gather


@misconception(
    "gather",
    "The index was put in place of the wrong coordinate. dim names the coordinate that is "
    "replaced: with dim=0 the index says which row, and the column stays; with dim=1 it says "
    "which column, and the row stays.",
    zh="index 替换错了坐标。dim 指的是被替换的那个坐标：dim=0 时由 index 决定取哪一行，列不变；"
    "dim=1 时由 index 决定取哪一列，行不变。",
)
def other_axis_replaced(x, dim, index):
    coordinates = grid(index)
    coordinates[-1 - dim % x.dim()] = index
    return x[tuple(coordinates)]


@misconception(
    "gather",
    "dim made no difference: the last coordinate was replaced whatever dim says. It is "
    "coordinate number dim that the index replaces, the first one for dim=0.",
    zh="dim 没有起作用：不管它是几，被替换的总是最后一个坐标。index 替换的应当是第 dim 个坐标，"
    "dim=0 时就是第一个。",
)
def last_axis_whatever_dim_says(x, dim, index):
    check_index(x, x.dim() - 1, index)
    coordinates = grid(index)
    coordinates[-1] = index
    return x[tuple(coordinates)]


@misconception(
    "gather",
    "The entries of index were counted from 1. In Python and PyTorch positions start at 0: the "
    "entry 0 reads the first number along dim, and not the last or none.",
    zh="index 的元素被当成了从 1 数起。Python 和 PyTorch 的位置从 0 开始："
    "元素 0 读的是沿 dim 的第一个数。",
)
def entries_counted_from_one(x, dim, index):
    dim %= x.dim()
    check_index(x, dim, index)
    coordinates = grid(index)
    coordinates[dim] = index - 1
    return x[tuple(coordinates)]


@misconception(
    "gather",
    "An index that is longer than x along dim was refused. There it may have any size, since its "
    "entries say where to read, and the same number may be read many times. Only on the other "
    "axes must it not be larger than x.",
    zh="index 沿 dim 比 x 长时被拒绝了。沿 dim 的大小其实任意：在哪里读由元素的值决定，"
    "同一个数可以读许多次。只有在其他维度上，它才不能比 x 大。",
)
def longer_along_dim_refused(x, dim, index):
    dim %= x.dim()
    check_index(x, dim, index)
    if index.shape[dim] > x.shape[dim]:
        raise ValueError("index too long")
    coordinates = grid(index)
    coordinates[dim] = index
    return x[tuple(coordinates)]


@misconception(
    "gather",
    "Every entry of the index fetched a whole slice of x, so the result has too many axes. "
    "gather fetches a single number for each entry: the other coordinates are those of the "
    "entry's own place.",
    zh="index 的每个元素都取来了 x 的一整片，结果因此多出了维度。gather 为每个元素只取一个数，"
    "其余坐标就是这个元素自己所在的位置。",
)
def whole_slices_fetched(x, dim, index):
    return x[(slice(None),) * (dim % x.dim()) + (index,)]


@misconception(
    "gather",
    "This is index_select: one list of positions, the same for every row. In gather each row "
    "(each line along dim) has positions of its own, which is why index has as many axes as x.",
    zh="这其实是 index_select：所有行共用同一组位置。而在 gather 中，每一行（沿 dim 的每一条）"
    "都有自己的位置，index 与 x 维度个数相同正是为此。",
)
def index_select_instead(x, dim, index):
    return x.index_select(dim, index.reshape(-1))


@misconception(
    "gather",
    "The entries of index were taken as positions in the flattened tensor, as torch.take does. "
    "For gather they are positions along dim, and the other coordinates come from the entry's "
    "own place.",
    zh="index 的元素被当成了展平之后的位置，那是 torch.take 的做法。在 gather 中，"
    "它们是沿 dim 的位置，其余坐标由元素自己所在的位置决定。",
)
def positions_in_the_flattened_tensor(x, dim, index):
    check_index(x, dim % x.dim(), index)
    return x.reshape(-1)[index]


@misconception(
    "gather",
    "An index that is smaller than x on another axis was refused. It need not be as large: the "
    "result has the shape of index, and what lies beyond it in x is simply never read.",
    zh="index 在其他维度上比 x 小时被拒绝了。它不必一样大：结果的形状就是 index 的形状，"
    "x 中超出这个范围的部分不去读就是了。",
)
def other_axes_must_be_equal(x, dim, index):
    dim %= x.dim()
    check_index(x, dim, index)
    for axis, (own, available) in enumerate(zip(index.shape, x.shape, strict=True)):
        if axis != dim and own != available:
            raise ValueError("sizes differ")
    coordinates = grid(index)
    coordinates[dim] = index
    return x[tuple(coordinates)]


@misconception(
    "gather",
    "The other coordinates ran over the shape of x. They must run over the shape of index, "
    "which may be smaller; and unlike in broadcasting, an index of size 1 on another axis is "
    "not stretched.",
    zh="其余坐标是按 x 的形状遍历的。应当按 index 的形状遍历，它可能更小；"
    "而且这里不同于广播，index 在其他维度上的大小为 1 时并不会被伸展。",
)
def coordinates_of_the_input(x, dim, index):
    dim %= x.dim()
    check_index(x, dim, index)
    axes = [torch.arange(size) for size in x.shape]
    axes[dim] = torch.arange(index.shape[dim])
    coordinates = list(torch.meshgrid(axes, indexing="ij"))
    coordinates[dim] = index
    return x[tuple(coordinates)]


@misconception(
    "gather",
    "A negative entry of index was counted from the end, as x[-1] does. gather does not do "
    "that: a -1 in an index is nearly always padding or a mistake, and must be refused.",
    zh="index 中的负数被当成了从末尾数起，就像 x[-1] 那样。gather 并不这样做："
    "索引里出现 -1，几乎总是填充值或者错误，必须拒绝。",
)
def negative_entries_count_from_the_end(x, dim, index):
    dim %= x.dim()
    check_index(x, dim, index.clamp(min=0))
    coordinates = grid(index)
    coordinates[dim] = index
    return x[tuple(coordinates)]


@misconception(
    "gather",
    "Every negative dim was taken for the last axis. Only -1 is the last one; -2 is the one "
    "before it, and so on.",
    zh="任何负的 dim 都被当成了最后一个维度。只有 -1 是最后一个，-2 是倒数第二个，依此类推。",
)
def negative_dim_taken_for_the_last(x, dim, index):
    dim = x.dim() - 1 if dim < 0 else dim
    check_index(x, dim, index)
    coordinates = grid(index)
    coordinates[dim] = index
    return x[tuple(coordinates)]


@misconception(
    "gather",
    "The result was given the dtype of index, so it holds whole numbers. It has the shape of "
    "index, but the numbers come from x, and so does the dtype.",
    zh="结果用了 index 的 dtype，所以里面只有整数。结果的形状来自 index，"
    "数值却来自 x，dtype 也应当来自 x。",
)
def dtype_of_the_index(x, dim, index):
    dim %= x.dim()
    check_index(x, dim, index)
    coordinates = grid(index)
    coordinates[dim] = index
    return x[tuple(coordinates)].to(index.dtype)


@misconception(
    "gather",
    "The result was written into a buffer of the default dtype, so everything became float32. "
    "A buffer must be given the dtype of x.",
    zh="结果写进了默认 dtype 的缓冲区，于是全都变成了 float32。新建缓冲区时要用 x 的 dtype。",
)
def buffer_of_the_default_dtype(x, dim, index):
    dim %= x.dim()
    check_index(x, dim, index)
    coordinates = grid(index)
    coordinates[dim] = index
    return x[tuple(coordinates)].to(torch.get_default_dtype())


# What goes wrong with the table and with picking


@misconception(
    "look_up_labels",
    "The labels are right, but in one long row. A look-up replaces every entry where it "
    "stands, so the result keeps the shape of index.",
    zh="标签取对了，却排成了一长条。查表是把每个元素就地换成它的标签，结果应保持 index 的形状。",
)
def looked_up_in_one_row(labels, index):
    return labels[index.reshape(-1)]


@misconception(
    "look_up_labels",
    "The labels came back as float32. Nothing is computed in a look-up: the labels are copied "
    "and keep their dtype. Large whole numbers would even be rounded.",
    zh="标签变成了 float32。查表不作任何计算，只是把标签抄过来，dtype 应保持不变。"
    "较大的整数变成 float32 时甚至会被舍入。",
)
def labels_turned_into_floats(labels, index):
    return labels.float()[index]


@misconception(
    "look_up_labels",
    "The table was read backwards. The entry of index is the place in the table, and the label "
    "is what stands there; here the entry was searched for among the labels.",
    zh="表查反了。index 的元素是在表中的位置，标签是那个位置上的内容；"
    "这里却是拿元素去标签里找位置。",
)
def table_read_backwards(labels, index):
    return labels.argsort()[index]


@misconception(
    "look_up_labels",
    "The numbers were replaced one after the other in the same tensor, so a label that had just "
    "been written was taken for a class number and replaced again. Read from index and write to "
    "another tensor, or look everything up at once.",
    zh="编号是在同一个张量里逐个替换的，刚写进去的标签又被当成类别编号，再替换了一次。"
    "应当从 index 读、往另一个张量写，或者一次查完。",
)
def labels_replaced_again(labels, index):
    result = index.clone()
    for number, label in enumerate(labels):
        result[result == number] = label.to(result.dtype)
    return result.to(labels.dtype)


@misconception(
    "pick",
    "The classes in y were used to choose rows of p, and whole rows came back. Each example "
    "already has its row, number i; y[i] says which single number to read in it.",
    zh="y 中的类别被用来挑 p 的行，取回来的是一整行一整行。每个样本的行已经定了，就是第 i 行；"
    "y[i] 说的是读这一行里的哪一个数。",
)
def whole_rows_picked(p, y):
    return p[y]


@misconception(
    "pick",
    "The scores came back as float32. They are read, not computed: the dtype stays that of p.",
    zh="分数变成了 float32。这里只读取、不计算，dtype 应与 p 相同。",
)
def scores_turned_into_floats(p, y):
    return p[torch.arange(len(y)), y].to(torch.get_default_dtype())


@misconception(
    "pick",
    "This is a whole grid: every row with the classes of all rows. Only the pairs (i, y[i]) "
    "are wanted, one number per row, so each row must meet its own class only.",
    zh="这里取出了整个网格：每一行都与所有行的类别相配。要的只是一对一的 (i, y[i])，每行一个数，"
    "所以每一行只能与它自己的类别相配。",
)
def grid_instead_of_pairs(p, y):
    return p[:, y]


@misconception(
    "pick",
    "Row and column were swapped: y[i] was used as the row. The example is the row i, and its "
    "class y[i] is the column.",
    zh="行和列弄反了：y[i] 被当成了行号。第 i 行是样本，它的类别 y[i] 是列号。",
)
def row_and_class_swapped(p, y):
    return p[y, torch.arange(len(y))]


@misconception(
    "pick",
    "The axis that was gathered along is still there with size 1. Against targets of shape "
    "(n,), a result of shape (n, 1) would broadcast to an (n, n) matrix, without any error.",
    zh="沿着取数的那个维度还在，大小为 1。形状为 (n, 1) 的结果遇到形状为 (n,) 的张量，"
    "会悄悄广播成 (n, n) 的矩阵，而不报错。",
)
def axis_of_size_one_kept(p, y):
    return p[torch.arange(len(y)), y].unsqueeze(1)


@misconception(
    "pick",
    "squeeze without a dim removes every axis of size 1, also that of the examples when there "
    "is only one. The result must have the shape (n,) for n = 1, too.",
    zh="squeeze 不写 dim 会去掉所有大小为 1 的维度；只有一个样本时，样本的维度也被去掉了。"
    "n = 1 时结果的形状同样应是 (n,)。",
)
def every_axis_squeezed(p, y):
    return p[torch.arange(len(y)), y].unsqueeze(1).squeeze()


@misconception(
    "pick",
    "The largest score of each row was picked. That is the score of the class that the model "
    "believes in; asked for is the score of the class that y names.",
    zh="取的是每一行里最大的分数，那是模型认定的类别的分数；而要取的是 y 所指类别的分数。",
)
def largest_score_picked(p, y):
    return p.max(dim=1).values


# Other right answers


@alternative("gather")
def slice_by_slice(x, dim, index):
    def read(x, dim, index):
        if dim > 0:
            # zip leaves out the slices of x that a smaller index doesn't reach
            slices = [read(a, dim - 1, b) for a, b in zip(x, index, strict=False)]
            return torch.stack(slices) if slices else x.new_empty(index.shape)
        if x.dim() == 1:
            return x[index]
        return read(x.transpose(0, 1), 1, index.transpose(0, 1)).transpose(0, 1)

    check_index(x, dim % x.dim(), index)
    return read(x, dim % x.dim(), index)


@alternative("gather")
def offsets_in_memory_order(x, dim, index):
    dim %= x.dim()
    check_index(x, dim, index)
    offsets, stride = torch.zeros_like(index), 1
    for axis in reversed(range(x.dim())):
        step = torch.arange(index.shape[axis], device=index.device)
        step = step.reshape(-1, *[1] * (x.dim() - 1 - axis))
        offsets = offsets + stride * (index if axis == dim else step)
        stride *= x.shape[axis]
    return x.take(offsets)


@alternative("look_up_labels")
def selected_and_reshaped(labels, index):
    return labels.index_select(0, index.reshape(-1)).reshape(index.shape)


@alternative("look_up_labels")
def one_table_per_row(labels, index):
    rows = index.reshape(-1, index.shape[-1] if index.dim() else 1)
    return gather(labels.expand(len(rows), -1), 1, rows).reshape(index.shape)


@alternative("pick")
def row_by_row(p, y):
    return torch.stack([row[c] for row, c in zip(p, y, strict=True)]) if len(y) else p.new_empty(0)


@alternative("pick")
def by_gather(p, y):
    return gather(p, 1, y.unsqueeze(1)).squeeze(1)


# A right one that is slow


@naive("gather")
def entry_by_entry(x, dim, index):
    check_index(x, dim % x.dim(), index)
    result = x.new_empty(index.shape)
    for place in torch.ones_like(index).nonzero().tolist():
        source = list(place)
        source[dim] = int(index[tuple(place)])
        result[tuple(place)] = x[tuple(source)]
    return result


# The tests


@probe
def result_and_arguments(student, x, dim, index):
    return student.gather(x, dim, index), x, index


@title("dim=1: every row is read at its own columns", zh="dim=1：每一行读自己的那些列")
def test_rows(student, rand, reference):
    x, index = rand(6, 5), rand.ints(0, 5, 6, 3)
    close(student.gather(x, 1, index), reference(torch.gather, x, 1, index))


@title("dim=0: every column is read at its own rows", zh="dim=0：每一列读自己的那些行")
def test_columns(student, rand, reference):
    x, index = rand(5, 6), rand.ints(0, 5, 3, 6)
    close(student.gather(x, 0, index), reference(torch.gather, x, 0, index))


@title("One axis or many, along any of them", zh="一个维度或多个维度，沿任意维度")
@points(2)
@cases(
    "shape, dim",
    [((4,), 0), ((3, 4, 5), 0), ((3, 4, 5), 2), ((2, 3, 2, 4), 1)],
)
def test_any_axis(student, rand, reference, shape, dim):
    longer = [size + 2 if axis == dim else size for axis, size in enumerate(shape)]
    x, index = rand(*shape), rand.ints(0, shape[dim], *longer)
    close(student.gather(x, dim, index), reference(torch.gather, x, dim, index))


@title("A negative dim counts from the end", zh="负的 dim 从末尾数起")
@cases("dim, size", [(-1, (2, 2, 3, 4, 3)), (-3, (2, 2, 2, 4, 5))])
def test_negative_dim(student, rand, reference, dim, size):
    # Five axes: -3 is neither the last one nor axis 3.
    x = rand(2, 2, 3, 4, 5)
    index = rand.ints(0, x.shape[dim], *size)
    close(student.gather(x, dim, index), reference(torch.gather, x, dim, index))


@title("The index may be smaller on the other axes", zh="index 在其他维度上可以更小")
@points(2)
@cases(
    "shape, dim, size",
    [
        ((5, 6, 3), 1, (1, 4, 3)),
        ((5, 6), 0, (4, 2)),
        ((5, 6), 1, (3, 6)),
        ((3, 4, 5), 1, (2, 6, 3)),
    ],
)
def test_smaller_index(student, rand, reference, shape, dim, size):
    x = rand(*shape)
    for index in [rand.ints(0, shape[dim], *shape), rand.ints(0, shape[dim], *size)]:
        close(student.gather(x, dim, index), reference(torch.gather, x, dim, index))


@title("The dtype is that of x", zh="dtype 与 x 相同")
@hidden(
    "Where does the dtype of your result come from? Try float64, whole numbers and booleans.",
    zh="你的结果的 dtype 是从哪里来的？用 float64、整数和布尔值试试。",
)
def test_dtype(student, rand, reference):
    index = rand.ints(0, 4, 5, 3)
    for x in [
        rand.ints(-99, 99, 5, 4),
        rand(5, 4, dtype=torch.float64),
        rand.bools(5, 4),
    ]:
        close(student.gather(x, 1, index), reference(torch.gather, x, 1, index), dtype=True)


@title("Entries outside the axis are refused", zh="超出范围的索引要拒绝")
@points(2)
@hidden(
    "Put a single entry that is too large, or negative, into an index that is fine otherwise.",
    zh="在一个正常的 index 里放进一个过大的数，或者一个负数，看看会怎样。",
)
def test_entry_outside(student, rand, reference):
    x, index = rand(5, 4), rand.ints(0, 4, 5, 3)
    close(student.gather(x, 1, index), reference(torch.gather, x, 1, index))
    for entry in (-1, -4, 4):
        bad = index.clone()
        bad[2, 1] = entry
        with refuses(IndexError):
            student.gather(x, 1, bad)


@title("An index of the wrong shape is refused", zh="形状不对的 index 要拒绝")
def test_wrong_shape(student, rand, reference):
    x, index = rand(4, 5), rand.ints(0, 4, 6, 5)
    close(student.gather(x, 0, index), reference(torch.gather, x, 0, index))
    with refuses(ValueError):
        student.gather(x, 1, index)
    with refuses(ValueError):
        student.gather(x, 0, index[0])
    with refuses(ValueError):
        student.gather(x, 0, rand.ints(0, 4, 3, 6))


@title("An index without entries", zh="没有元素的 index")
@hidden(
    "An index may have size 0 on any axis. The result then has no entries either, but it still "
    "has a shape and a dtype.",
    zh="index 在任意维度上的大小都可以是 0。这时结果也没有元素，但仍有形状和 dtype。",
)
def test_empty_index(student, rand, reference):
    for shape, dim, size in [
        ((5, 4), 1, (5, 2)),
        ((5, 4), 1, (5, 0)),
        ((5, 4), 1, (0, 3)),
        ((2, 0, 3), 1, (2, 0, 1)),
    ]:
        x, index = rand(*shape), rand.ints(0, max(shape[dim], 1), *size)
        expected = reference(torch.gather, x, dim, index)
        close(student.gather(x, dim, index), expected, dtype=True)


@title(
    "Transposed input, and arguments that stay as they were", zh="转置的输入，以及保持原样的参数"
)
@hidden(
    "The memory of a transposed tensor is not in the order of its axes. And compare x and index "
    "before and after the call.",
    zh="转置后的张量，内存里的顺序与维度的顺序不同。另外，比较一下调用前后的 x 和 index。",
)
def test_arguments(student, rand, reference):
    x, index = rand(4, 6).t(), rand.ints(0, 4, 3, 6).t()
    expected = (reference(torch.gather, x, 1, index), x, index)
    close(student.run(result_and_arguments, x, 1, index), expected)


@title("Class numbers become labels", zh="类别编号换成标签")
def test_labels(student, rand):
    # A single cycle: no label equals the place where its own class number stands in the table.
    order, labels = rand.perm(9), torch.empty(9, dtype=torch.int64)
    labels[order] = order.roll(1)
    index = rand.ints(0, 9, 3, 4)
    close(student.look_up_labels(labels, index), labels[index])


@title("Any shape of index, any dtype of label", zh="任意形状的 index，任意 dtype 的标签")
@hidden(
    "The index may have three axes, or none at all. The labels may be fractions.",
    zh="index 可以有三个维度，也可以一个都没有。标签可以是小数。",
)
def test_labels_of_any_kind(student, rand):
    labels = rand(7, dtype=torch.float64)
    for size in [(2, 3, 4), (5,), ()]:
        index = rand.ints(0, 7, *size)
        close(student.look_up_labels(labels, index), labels[index], dtype=True)


@title("The score of each row's own class", zh="每一行取自己类别的分数")
@points(2)
def test_pick(student, rand, reference):
    for classes in (15, 4):
        p, y = rand(12, classes), rand.ints(0, min(12, classes), 12)
        close(student.pick(p, y), reference(torch.gather, p, 1, y.unsqueeze(1)).squeeze(1))


@title(
    "A batch of one, an empty batch, and any dtype", zh="只有一个样本的批次、空批次，以及任意 dtype"
)
@hidden(
    "What is the shape of your result for n = 0 and for n = 1? And what is its dtype when p holds "
    "whole numbers or float64?",
    zh="n = 0 和 n = 1 时，你的结果是什么形状？p 是整数或 float64 时，结果的 dtype 又是什么？",
)
def test_small_batches(student, rand, reference):
    for p in [
        rand(8, 5),
        rand(0, 5),
        rand(1, 5),
        rand(8, 5, dtype=torch.float64),
        rand.ints(-99, 99, 8, 5),
        rand(0, 5, dtype=torch.float64),
    ]:
        y = rand.ints(0, 5, len(p))
        expected = reference(torch.gather, p, 1, y.unsqueeze(1)).squeeze(1)
        close(student.pick(p, y), expected, dtype=True)


# Speed


@inputs
def table(size, generator):
    """Numbers for ``calls`` calls: each one is given the rows from its own number on.

    They overlap, which saves drawing, but read down the columns each has another result in every
    place, so that none can be made from an earlier one.
    """
    side, calls = size
    x = torch.rand(side + calls, side, generator=generator, device=generator.device)
    index = torch.randint(side, x.shape, generator=generator, device=generator.device)
    return x, index, side, calls


@inputs
def low_table(side, generator):
    """Entries that grow by the square, from a table of 8 rows: masks of all rows stay small, too.

    Reading so few numbers costs next to nothing. What grows is the number of steps.
    """
    x = torch.rand(8 + 4, side, generator=generator, device=generator.device)
    index = torch.randint(8, (side + 4, side), generator=generator, device=generator.device)
    return x, index, side, 4


@probe
def gathered(student, x, index, side, calls):
    """The sum of what ``calls`` calls gave: one alone is over too soon to be timed."""
    results = x.new_zeros(side, side)
    for k in range(calls):
        results += student.gather(x[k : len(x) - calls + k], 0, index[k : k + side])
    return results


def gathered_by_pytorch(x, index, side, calls):
    results = x.new_zeros(side, side)
    for k in range(calls):
        results += torch.gather(x[k : len(x) - calls + k], 0, index[k : k + side])
    return results


# cpu: 16 calls of about 10 us each, 0.2 ms, and 1440 numbers to draw; 6400 entries, each of them
# for 20 us in a loop.
# cuda: reading a number takes no time, a loop over as many as would fill the GPU would take an
# hour. What is timed is launching: 64 calls, twice 10 us each, 1.3 ms. The 16,384 entries take
# about 60 us each in a loop, 1 s.
TABLES = {"cpu": [(20, 16)], "cuda": [(16, 64)]}


@timed
@title("gather: not far from torch.gather", zh="gather：与 torch.gather 相去不远")
@points(3)
def test_gather_speed(student):
    slowdown(
        gathered,
        gathered_by_pytorch,
        table,
        sizes=TABLES,
        name="torch.gather",
        advice=text(
            "Each call of a PyTorch function costs microseconds, whether it reads one number or"
            " thousands. x[t0, t1], with an index tensor for each axis, reads them all in one call;"
            " even t0 and t1 are made without a loop.",
            zh="每调用一次 PyTorch 函数就要几微秒，读一个数和读几千个数都一样。x[t0, t1]（每个维度一个索引张量）"
            "一次调用就能全部读出；t0 和 t1 本身也不用循环就能造出来。",
        ),
    )


@timed
@title("gather: no loop over entries, rows or columns", zh="gather：不对元素、行或列循环")
@points(4)
def test_gather_growth(student):
    grows_like(
        gathered,
        gathered_by_pytorch,
        low_table,
        sizes=[12, 24, 48],
        exponent=0,
        name="torch.gather",
        advice=text(
            "PyTorch reads 2304 numbers nearly as quickly as 144. You take longer for a larger"
            " index, so something is done entry by entry, row by row, or column by column. A list"
            " comprehension, or a function that calls itself, is a loop too.",
            zh="PyTorch 读 2304 个数和读 144 个数几乎一样快。而你的用时随 index 变大而变长，"
            "说明有什么是逐个元素、逐行或逐列做的。列表推导式、调用自己的函数也都是循环。",
        ),
    )
