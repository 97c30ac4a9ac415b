"""repeat_interleave: one entry after the other, each as often as its count says."""

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

pytestmark = forbids("repeat_interleave", "Tensor.numpy", "__array__")


def sizes(rand, count):
    """Different sizes from 2 on."""
    return [size + 2 for size in rand.perm(4).tolist()[:count]]


def some_counts(rand, length):
    """Different counts, among them a 0, and not in rising order."""
    counts = rand.perm(length)
    return counts.flip(0) if counts[0] < counts[-1] else counts


@probe
def result_and_arguments(student, x, repeats, dim):
    return student.repeat_interleave(x, repeats, dim), x, repeats


# What goes wrong with the list


@misconception(
    "owners",
    "These are running sums of the counts: where each number's share ends. Asked for is "
    "the list itself, with the number i standing at all places of its share.",
    zh="这是次数的累计和，也就是每个编号那一段的终点。要的是整张表：编号 i "
    "要出现在它那一段的每个位置上。",
)
def running_sums(counts):
    return counts.cumsum(0)


@misconception(
    "owners",
    "The numbers are off by one: positions are counted from 0.",
    zh="编号差了一位：位置从 0 数起。",
)
def counted_from_one(counts):
    listed = [i + 1 for i, count in enumerate(counts.tolist()) for _ in range(count)]
    return torch.tensor(listed, dtype=torch.int64)


@misconception(
    "owners",
    "The counts themselves were repeated. It is the position of a count that has to be listed.",
    zh="重复的是次数本身。要列出的是次数所在的位置。",
)
def counts_repeated(counts):
    listed = [count for count in counts.tolist() for _ in range(count)]
    return torch.tensor(listed, dtype=torch.int64)


@misconception(
    "owners",
    "A number whose count is 0 appears once. It must not appear at all.",
    zh="次数为 0 的编号也出现了一次。它根本不应当出现。",
)
def once_at_least(counts):
    listed = [i for i, count in enumerate(counts.tolist()) for _ in range(max(count, 1))]
    return torch.tensor(listed, dtype=torch.int64)


@misconception(
    "owners",
    "A count of 0 was passed over, and its number went to the next one, so that all later "
    "numbers are too small. It lists nothing, and yet no other may have its number.",
    zh="次数为 0 的位置被跳过，它的编号给了下一个位置，于是后面的编号都偏小。这样的位置什么也不列出，"
    "但它的编号仍要占着。",
)
def zero_counts_not_numbered(counts):
    listed = [i for i, count in enumerate(counts[counts > 0].tolist()) for _ in range(count)]
    return torch.tensor(listed, dtype=torch.int64)


# What goes wrong with repeating


@misconception(
    "repeat_interleave",
    "The whole was repeated, 1 2 3 1 2 3, as repeat and tile do. Each entry has to be "
    "repeated before the next one comes: 1 1 2 2 3 3.",
    zh="重复的是整体，1 2 3 1 2 3，那是 repeat 和 tile 的做法。应当先把一个元素重复够了，"
    "再轮到下一个：1 1 2 2 3 3。",
)
def tiled(x, repeats, dim=None):
    if dim is None:
        x, dim = x.reshape(-1), 0
    counts = counts_for(repeats, x.shape[dim]).tolist()
    rounds = range(max(counts, default=0))
    places = [i for turn in rounds for i, count in enumerate(counts) if turn < count]
    return x.index_select(dim, torch.tensor(places, dtype=torch.int64))


@misconception(
    "repeat_interleave",
    "Without dim, rows were repeated. Without dim the tensor has to be flattened first: "
    "single entries are repeated, and the result has one axis.",
    zh="没有给 dim 时，重复的是整行。没有 dim 时要先展平：重复的是单个元素，结果只有一个维度。",
)
def rows_without_dim(x, repeats, dim=None):
    if x.dim() == 0:
        x = x.reshape(1)
    dim = dim or 0
    return x.index_select(dim, owners(counts_for(repeats, x.shape[dim])))


@misconception(
    "repeat_interleave",
    "dim=0 was taken for no dim, so everything was flattened. 0 counts as false in an "
    "if; what must be asked is whether dim is None.",
    zh="dim=0 被当成了没有给 dim，于是全都展平了。在 if 里 0 算作假；应当问的是 dim 是不是 None。",
)
def zero_taken_for_none(x, repeats, dim=None):
    if not dim:
        x, dim = x.reshape(-1), 0
    return x.index_select(dim, owners(counts_for(repeats, x.shape[dim])))


@misconception(
    "repeat_interleave",
    "Everything was flattened although dim was given. With a dim, whole slices are "
    "repeated and the other axes stay.",
    zh="明明给了 dim，却还是展平了。给了 dim 时，重复的是整个切片，其他维度不变。",
)
def always_flattened(x, repeats, dim=None):
    length = x.numel() if dim is None else x.shape[dim]
    counts = counts_for(repeats, length)
    if dim is not None:
        shape = [1] * x.dim()
        shape[dim] = length
        counts = counts.reshape(shape).expand(x.shape).reshape(-1)
    return x.reshape(-1).index_select(0, owners(counts))


@misconception(
    "repeat_interleave",
    "The rows were repeated, whatever dim says.",
    zh="不管 dim 是几，重复的总是行。",
)
def rows_for_every_dim(x, repeats, dim=None):
    x = x.reshape(-1) if dim is None else x
    return x.index_select(0, owners(counts_for(repeats, x.shape[0])))


@misconception(
    "repeat_interleave",
    "All were repeated equally often, as the first count says. Each position has a count "
    "of its own.",
    zh="全都按第一个次数重复了。每个位置都有自己的次数。",
)
def first_count_for_all(x, repeats, dim=None):
    if dim is None:
        x, dim = x.reshape(-1), 0
    counts = counts_for(repeats, x.shape[dim])
    return x.index_select(dim, owners(counts[:1].expand(x.shape[dim])))


@misconception(
    "repeat_interleave",
    "A wrong number of counts was accepted; zip stops where the shorter one ends, and "
    "positions get lost. There has to be one count, or one for each position.",
    zh="次数的个数不对也被接受了：zip 到较短的一方就停，有些位置就丢了。次数要么只有一个，"
    "要么每个位置一个。",
)
def counts_not_counted(x, repeats, dim=None):
    if dim is None:
        x, dim = x.reshape(-1), 0
    counts = torch.as_tensor(repeats).reshape(-1)
    if (counts < 0).any():
        raise ValueError("negative")
    counts = counts.expand(x.shape[dim]) if len(counts) == 1 else counts
    return x.index_select(dim, owners(counts[: x.shape[dim]]))


@misconception(
    "repeat_interleave",
    "A negative count was taken for 0. It is a mistake of the caller and has to be refused.",
    zh="负的次数被当成了 0。那是调用者的错误，必须拒绝。",
)
def negative_taken_for_zero(x, repeats, dim=None):
    if dim is None:
        x, dim = x.reshape(-1), 0
    counts = counts_for(torch.as_tensor(repeats).clamp(min=0), x.shape[dim])
    return x.index_select(dim, owners(counts))


@misconception(
    "repeat_interleave",
    "A tensor with a single count was refused. It counts for every position, as a plain "
    "number does.",
    zh="只有一个次数的张量被拒绝了。它与普通的整数一样，对每个位置都有效。",
)
def single_count_refused(x, repeats, dim=None):
    if dim is None:
        x, dim = x.reshape(-1), 0
    if not isinstance(repeats, int) and len(repeats) != x.shape[dim]:
        raise ValueError("counts")
    return x.index_select(dim, owners(counts_for(repeats, x.shape[dim])))


@misconception(
    "repeat_interleave",
    "The numbers came back as float32. Nothing is computed here; the dtype stays.",
    zh="数值变成了 float32。这里不作任何计算，dtype 应保持不变。",
)
def turned_into_floats(x, repeats, dim=None):
    if dim is None:
        x, dim = x.reshape(-1), 0
    return x.index_select(dim, owners(counts_for(repeats, x.shape[dim]))).float()


# Other right answers


@alternative("owners")
def by_searching(counts):
    ends = counts.cumsum(0)
    return torch.searchsorted(ends, torch.arange(int(counts.sum())), right=True)


@alternative("owners")
def by_comparing(counts):
    places = torch.arange(int(counts.sum()))
    return (places[:, None] >= counts.cumsum(0)).sum(1)


@alternative("repeat_interleave")
def slices_joined(x, repeats, dim=None):
    if dim is None:
        x, dim = x.flatten(), 0
    counts = [repeats] if isinstance(repeats, int) else repeats.tolist()
    if len(counts) == 1:
        counts = counts * x.shape[dim]
        if isinstance(repeats, int) and repeats < 0:
            raise ValueError(repeats)
    if len(counts) != x.shape[dim] or any(count < 0 for count in counts):
        raise ValueError(repeats)
    pieces = [x.narrow(dim, 0, 0)]
    for i, count in enumerate(counts):
        pieces += [x.narrow(dim, i, 1)] * count
    return torch.cat(pieces, dim)


@alternative("repeat_interleave")
def masked_from_a_wide_one(x, repeats, dim=None):
    x = x.reshape(-1) if dim is None else x.movedim(dim, 0)
    counts = torch.tensor([repeats]) if isinstance(repeats, int) else repeats
    if (counts < 0).any() or counts.numel() not in (1, len(x)):
        raise ValueError("counts")
    counts = counts.expand(len(x))
    most = int(counts.max()) if len(x) else 0
    wide = x.unsqueeze(1).expand(len(x), most, *x.shape[1:])
    result = wide[torch.arange(most) < counts[:, None]]
    return result if dim is None else result.movedim(0, dim)


# The tests


@title("Each number as often as its count says", zh="每个编号按次数列出")
@points(2)
def test_owners(student, rand):
    for length in (5, 7):
        counts = some_counts(rand, length)
        close(student.owners(counts), torch.repeat_interleave(counts))


@title("Counts 0, one count, none at all", zh="次数为 0、只有一个次数、一个也没有")
@hidden(
    "Several zeros at the front, in the middle and at the end; all of them zero; nothing to count.",
    zh="最前、中间、最后都有连续的几个 0；全都是 0；什么次数也没有。",
)
def test_owners_of_few(student, rand):
    many = int(rand.ints(3, 9, 1))
    for listed in [[0, 0, 2, 1, 0, 0, many, 0], [many], [], [0, 0], [1, 1, 1]]:
        counts = torch.tensor(listed, dtype=torch.int64)
        close(student.owners(counts), torch.repeat_interleave(counts), dtype=True)


@title("Without dim: entries of the flattened tensor", zh="不给 dim：展平之后的各个元素")
@points(2)
def test_flat(student, rand):
    m, n = sizes(rand, 2)
    for x in [rand(m), rand(m, n), rand(m, n, 2)]:
        close(student.repeat_interleave(x, 3), x.repeat_interleave(3))


@title("Along an axis", zh="沿某个维度")
@points(2)
def test_along_an_axis(student, rand):
    m, n, k = sizes(rand, 3)
    for x, dim in [(rand(m, n), 1), (rand(m, n), 0), (rand(m, n, k), 1), (rand(m, n, k), -1)]:
        close(student.repeat_interleave(x, 2, dim), x.repeat_interleave(2, dim))


@title("A count for each position", zh="每个位置各有次数")
@points(2)
def test_counts(student, rand):
    for shape, dim in [((5, 3), 0), ((3, 5), 1), ((2, 6, 3), -2), ((7,), 0)]:
        x, counts = rand(*shape), some_counts(rand, shape[dim])
        close(student.repeat_interleave(x, counts, dim), x.repeat_interleave(counts, dim))
    x, counts = rand(3, 2), some_counts(rand, 6)
    close(student.repeat_interleave(x, counts), x.repeat_interleave(counts))


@title("Counts that can't be are refused", zh="不可能的次数要拒绝")
@points(2)
@cases("case", ["too many or too few", "negative"])
def test_refused(student, rand, case):
    m, n = 4, 3
    x, counts = rand(m, n), some_counts(rand, m)
    close(student.repeat_interleave(x, counts, 0), x.repeat_interleave(counts, 0))
    if case == "negative":
        with refuses(ValueError):
            student.repeat_interleave(x, torch.tensor([1, 2, -1, 1]), 0)
        with refuses(ValueError):
            student.repeat_interleave(x, -2)
    else:
        for listed, dim in [
            ([1, 2, 1, 1, 1], 0),
            ([2, 1], 0),
            ([1, 2, 1, 1], 1),
            ([2, 1, 1], None),
        ]:
            with refuses(ValueError):
                student.repeat_interleave(x, torch.tensor(listed), dim)


@title(
    "One count in a tensor, 0 times, other dtypes and layouts",
    zh="张量里只有一个次数、0 次、其他类型",
)
@points(2)
@hidden(
    "A tensor that holds a single count; 0 times; a 0-d x; an empty axis; a transposed "
    "x; whole numbers and truth values. And the arguments stay as they were.",
    zh="只含一个次数的张量；0 次；0 维的 x；空的维度；转置后的 x；整数与布尔值。另外，"
    "参数要保持原样。",
)
def test_edges(student, rand):
    m, n = sizes(rand, 2)
    for x, repeats, dim in [
        (rand(m, n), torch.tensor([3]), 1),
        (rand(m, n), torch.tensor([2]), None),
        (rand.ints(-99, 99, m, n), 2, -2),
        (rand.bools(m), 3, None),
        (rand(n, m).t(), 2, None),
        (rand(n, 5, dtype=torch.float64).t(), some_counts(rand, 5), 0),
        (rand(), 4, None),
        (rand(m, n), 0, 1),
        (rand(m, 0), 2, 1),
        (rand(0, n), 3, 0),
        (rand(m, n), 1, 0),
    ]:
        expected = x.repeat_interleave(repeats, dim), x, repeats
        close(student.run(result_and_arguments, x, repeats, dim), expected, dtype=True)
