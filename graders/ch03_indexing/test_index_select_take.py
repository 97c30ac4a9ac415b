"""index_select: one list of positions along an axis. take: positions in reading order."""

import torch

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
    title,
)

pytestmark = forbids("index_select", "take", "embedding", "Tensor.numpy")

# What goes wrong with index_select


@misconception(
    "index_select",
    "The slices were always taken along the first axis, whatever dim says.",
    zh="不管 dim 是几，总是沿第一个轴取的。",
)
def always_the_first_axis(x, dim, index):
    check(index, 0, x.shape[0])
    return x[index]


@misconception(
    "index_select",
    "The slices were taken along the wrong axis: dim=0 was counted from the end, or rows and columns "
    "were swapped. dim=0 chooses rows, dim=1 columns.",
    zh="取错了轴：dim=0 被当成从末尾数起，也就是行列弄反了。dim=0 挑选的是行，dim=1 挑选的是列。",
)
def axes_reversed(x, dim, index):
    dim = x.dim() - 1 - dim % x.dim()
    check(index, 0, x.shape[dim])
    return x[(slice(None),) * dim + (index,)]


@misconception(
    "index_select",
    "The slices are right, but their axis has moved to the front. It stays where it was in x.",
    zh="取的片是对的，但它们的轴移到了最前面。这个轴应当留在 x 里原来的位置。",
)
def axis_moved_to_the_front(x, dim, index):
    check(index, 0, x.shape[dim])
    return x.movedim(dim, 0)[index]


@misconception(
    "index_select",
    "Every negative dim was taken for the last axis. Only -1 is the last one.",
    zh="任何负的 dim 都被当成了最后一个轴。只有 -1 才是最后一个。",
)
def negative_dim_is_the_last(x, dim, index):
    dim = x.dim() - 1 if dim < 0 else dim
    check(index, 0, x.shape[dim])
    return x[(slice(None),) * dim + (index,)]


@misconception(
    "index_select",
    "Each slice came once, in the order of x. The order of the index counts, and a position that "
    "stands there twice is taken twice.",
    zh="每一片只取了一次，而且是按 x 里的顺序。应当按索引的顺序；出现两次的位置就取两次。",
)
def once_and_in_order(x, dim, index):
    dim %= x.dim()
    check(index, 0, x.shape[dim])
    return x[(slice(None),) * dim + (index.unique(),)]


@misconception(
    "index_select",
    "The positions were counted from 1. Position 0 is the first slice.",
    zh="位置是从 1 数起的。位置 0 才是第一片。",
)
def positions_from_one(x, dim, index):
    dim %= x.dim()
    check(index, 0, x.shape[dim])
    return x[(slice(None),) * dim + (index - 1,)]


@misconception(
    "index_select",
    "The index was paired with the first axis: one entry for each pair. index_select takes whole "
    "slices, the same positions for every row.",
    zh="索引与第一个轴一一配对了，每一对只取一个元素。index_select 取的是整片，每一行用的都是同一组位置。",
)
def one_entry_each(x, dim, index):
    check(index, 0, x.shape[dim])
    rows = torch.arange(len(index)) % x.shape[0]
    return x.movedim(dim, 0)[index, rows] if x.dim() > 1 else x[index]


@misconception(
    "index_select",
    "A negative position was counted from the end, as x[-1] does. index_select refuses it.",
    zh="负的位置被当成从末尾数起，就像 x[-1] 那样。index_select 会拒绝它。",
)
def negative_positions_accepted(x, dim, index):
    return x[(slice(None),) * (dim % x.dim()) + (index,)]


# What goes wrong with take and embed


@misconception(
    "take",
    "Whole rows were taken: the positions were used along the first axis. take knows no axes; it "
    "counts the entries of x one by one, in reading order.",
    zh="取的是整行：位置用在了第一个轴上。take 不管什么轴，它按阅读的顺序一个一个地数 x 的元素。",
)
def taken_along_the_first_axis(x, index):
    return x[index]


@misconception(
    "take",
    "The positions were used along the last axis. take knows no axes; it counts the entries of x "
    "one by one, in reading order.",
    zh="位置用在了最后一个轴上。take 不管什么轴，它按阅读的顺序一个一个地数 x 的元素。",
)
def taken_along_the_last_axis(x, index):
    return x[..., index]


@misconception(
    "take",
    "The entries are right, but in one long row. The result has the shape of index.",
    zh="元素取对了，却排成了一长条。结果应当有 index 的形状。",
)
def taken_in_one_row(x, index):
    check(index, -x.numel(), x.numel())
    return x.reshape(-1)[index.reshape(-1)]


@misconception(
    "take",
    "The positions were counted down the columns. In reading order it is the last axis that runs "
    "fastest.",
    zh="位置是沿着列往下数的。按阅读的顺序，变得最快的是最后一个轴。",
)
def counted_down_the_columns(x, index):
    check(index, -x.numel(), x.numel())
    return x.permute(*range(x.dim())[::-1]).reshape(-1)[index]


@misconception(
    "take",
    "The numbers were read in the order in which they lie in memory. For a transposed tensor that "
    "isn't the order of its entries: what counts is how the tensor reads, not how it is stored.",
    zh="数是按它们在内存中的次序读的。对转置过的张量来说，那并不是元素的次序：要看的是张量读起来的样子，而不是怎样存放。",
)
def order_in_memory(x, index):
    check(index, -x.numel(), x.numel())
    if x.numel() == 0:
        return x.new_empty(index.shape)
    return torch.as_strided(x, (x.numel(),), (1,), x.storage_offset())[index]


@misconception(
    "take",
    "A negative position was refused. take counts it from the end, so -1 is the last entry.",
    zh="负的位置被拒绝了。take 把它从末尾数起，-1 就是最后一个元素。",
)
def negative_refused(x, index):
    check(index, 0, x.numel())
    return x.reshape(-1)[index]


@misconception(
    "take",
    "Positions that are too large began again at the start, or were moved to the end. They must be "
    "refused.",
    zh="过大的位置绕回到开头，或者被挪到了末尾。这样的位置必须拒绝。",
)
def positions_wrapped(x, index):
    if x.numel() == 0:
        return x.new_empty(index.shape)
    return x.reshape(-1)[index % x.numel()]


@misconception(
    "embed",
    "The vectors stand in one long list: the shape of words got lost. Each number is replaced in "
    "its place.",
    zh="向量排成了一长列，words 的形状丢了。应当在每个编号自己的位置上换成向量。",
)
def embedded_in_a_list(table, words):
    return table[words.reshape(-1)]


@misconception(
    "embed",
    "The axis of the vectors is in front. It comes last, behind the axes of words.",
    zh="向量的轴跑到了最前面。它应当在最后，在 words 的各个轴之后。",
)
def vectors_in_front(table, words):
    return table.T[:, words]


@misconception(
    "embed",
    "The numbers chose columns of the table. A word's vector is its row.",
    zh="编号挑的是表的列。一个词的向量是它的那一行。",
)
def columns_of_the_table(table, words):
    return table[:, words % table.shape[1]].movedim(0, -1)


@misconception(
    "embed",
    "Each word got a single number of its vector. The whole row is wanted.",
    zh="每个词只得到了向量中的一个数。要的是整行。",
)
def one_number_each(table, words):
    return table[:, 0][words]


# Other right answers


@alternative("index_select")
def slices_stacked(x, dim, index):
    check(index, 0, x.shape[dim])
    slices = [x.select(dim, i) for i in index.tolist()]
    if slices:
        return torch.stack(slices, dim)
    return x.narrow(dim, 0, 0)


@alternative("index_select")
def moved_there_and_back(x, dim, index):
    check(index, 0, x.shape[dim])
    return x.transpose(0, dim)[index].transpose(0, dim)


@alternative("take")
def by_coordinates(x, index):
    check(index, -x.numel(), x.numel())
    rest, coordinates = index % max(x.numel(), 1), []
    for size in reversed(x.shape):
        coordinates.insert(0, rest % size)
        rest = rest // size
    return x[tuple(coordinates)] if coordinates else x.expand(index.shape)


@alternative("take")
def number_by_number(x, index):
    check(index, -x.numel(), x.numel())
    numbers = x.flatten().tolist()
    chosen = [numbers[i] for i in index.flatten().tolist()]
    return torch.tensor(chosen, dtype=x.dtype).reshape(index.shape)


@alternative("embed")
def by_index_select(table, words):
    return index_select(table, 0, words.reshape(-1)).reshape(*words.shape, table.shape[1])


# The tests


@probe
def selected(student, x, dim, index):
    return student.index_select(x, dim, index), x, index


@probe
def taken(student, x, index):
    return student.take(x, index), x, index


@title("index_select: rows by dim=0, columns by dim=1", zh="index_select：dim=0 选行，dim=1 选列")
@points(2)
def test_matrix(student, rand, reference):
    x = rand(5, 5)
    for dim, positions in [(0, [3, 1, 0]), (1, [4, 0, 2, 1]), (0, [2, 2, 4, 0, 2])]:
        index = torch.tensor(positions)
        expected = reference(torch.index_select, x, dim, index)
        close(student.run(selected, x, dim, index), (expected, x, index))


@title("index_select: any number of axes", zh="index_select：任意多个轴")
@points(2)
@cases(
    "shape, dim",
    [((6,), 0), ((4, 5, 3), 1), ((4, 5, 3), 2), ((3, 2, 5, 4), -1), ((2, 5, 3, 4), -3)],
)
def test_axes(student, rand, reference, shape, dim):
    x, index = rand(*shape), rand.ints(0, shape[dim], 7)
    close(student.index_select(x, dim, index), reference(torch.index_select, x, dim, index))


@title(
    "take: positions in reading order, shape of the index", zh="take：按阅读顺序的位置，形状同索引"
)
@points(2)
def test_take(student, rand, reference):
    for shape, size in [((3, 5), (4,)), ((4, 4), (2, 3)), ((2, 3, 4), (5, 1)), ((7,), (2, 2))]:
        x = rand(*shape)
        index = rand.ints(0, x.numel(), *size)
        close(student.take(x, index), reference(torch.take, x, index))


@title(
    "take: small positions, which an axis would have, too", zh="take：位置很小，小到每个轴上都有"
)
def test_take_small(student, rand, reference):
    x, index = rand(5, 6), torch.tensor([[4, 0], [2, 3]])
    close(student.take(x, index), reference(torch.take, x, index))


@title("take: of a transposed tensor", zh="take：转置过的张量")
def test_take_transposed(student, rand, reference):
    x = rand(4, 3).T
    index = rand.perm(12).view(2, 6)
    close(student.take(x, index), reference(torch.take, x, index))


@title("embed: a vector for each number, in its place", zh="embed：每个编号在原位换成一个向量")
@points(2)
def test_embed(student, rand):
    table = rand(7, 4)
    for size in [(3,), (2, 5), (2, 1, 3), ()]:
        words = rand.ints(0, 7, *size)
        expected = torch.stack([table[w] for w in words.view(-1)]).view(*size, 4)
        close(student.embed(table, words), expected)


@title("Positions outside are refused", zh="超出范围的位置要拒绝")
@points(2)
@hidden(
    "index_select takes no negative positions, take does. What is too large is refused by both.",
    zh="index_select 不接受负的位置，take 接受。过大的位置，两者都要拒绝。",
)
def test_outside(student, rand, reference):
    x, index = rand(4, 5), torch.tensor([3, 0, 2])
    close(student.index_select(x, 0, index), reference(torch.index_select, x, 0, index))
    for dim, position in [(0, 4), (1, 5), (0, -1), (-1, -5)]:
        with refuses(IndexError):
            student.index_select(x, dim, torch.tensor([0, position, 1]))
    index = torch.tensor([[-1, -20], [19, 0]])
    close(student.run(taken, x, index), (reference(torch.take, x, index), x, index))
    for position in (20, -21):
        with refuses(IndexError):
            student.take(x, torch.tensor([3, position]))


@title("Nothing, one number, other dtypes", zh="空的、单个数与其他 dtype")
@hidden(
    "An index may be empty; for take and embed it may have no axes, and so may x for take.",
    zh="索引可以是空的；对 take 和 embed，索引可以是 0 维的；对 take，x 也可以是 0 维的。",
)
def test_edges(student, rand, reference):
    none = torch.empty(0, dtype=torch.int64)
    for x in [rand.ints(-99, 99, 3, 4), rand(3, 4, dtype=torch.float64), rand.bools(3, 4)]:
        for dim, index in [(1, none), (0, none), (-2, torch.tensor([2]))]:
            expected = reference(torch.index_select, x, dim, index)
            close(student.index_select(x, dim, index), expected, dtype=True)
        for index in [none, rand.ints(0, 12), rand.ints(0, 12, 1, 2)]:
            close(student.take(x, index), reference(torch.take, x, index), dtype=True)
        close(student.embed(x, none.view(2, 0)), x.new_empty(2, 0, 4), dtype=True)
        close(student.embed(x, torch.tensor([[2]])), x[2].view(1, 1, 4), dtype=True)
    single = rand()
    close(student.take(single, torch.tensor([0, -1])), single.expand(2).clone())
    close(student.take(rand(0, 3), none), torch.empty(0))
