"""Axes made by None: everything meets everything, and nobody loops."""

import torch
from torch.overrides import TorchFunctionMode

from torchgrade.authoring import (
    alternative,
    cases,
    close,
    forbids,
    hidden,
    misconception,
    points,
    probe,
    text,
    title,
)

pytestmark = forbids(
    *("outer", "ger", "cdist", "pdist", "kron", "tolist", "item", "Tensor.numpy", "__array__")
)


def sizes(rand, count):
    """Different sizes from 2 on."""
    return [size + 2 for size in rand.perm(4).tolist()[:count]]


def all_products(a, b):
    """Every entry of a times every entry of b, by another road than the model answer's."""
    return (a.reshape(-1, 1) @ b.reshape(1, -1)).reshape(a.shape + b.shape)


def all_distances(x, y):
    """Worked out in double precision, row by row."""
    rows = [(y.double() - x[..., i : i + 1, :].double()).norm(dim=-1) for i in range(x.shape[-2])]
    return torch.stack(rows, -2).to(x.dtype)


class Counting(TorchFunctionMode):
    """Counts the calls of PyTorch."""

    calls = 0

    def __torch_function__(self, func, types, args=(), kwargs=None):
        self.calls += 1
        return func(*args, **(kwargs or {}))


@probe
def result_and_growth(student, function, small, middle, large):
    """The result for the largest input, and whether larger ones took more calls."""
    calls = []
    for arguments in (small, middle, large):
        with Counting() as count:
            result = getattr(student, function)(*arguments)
        calls.append(count.calls)
    growth = [calls[1] > calls[0], calls[2] > calls[1], calls[2] > calls[0]]
    return {"result": result, "more calls for more entries": growth}


@probe
def mask_times(student, lengths, size, number):
    return student.length_mask(lengths, size) * number


def vectorised(seen, expected):
    close(seen["result"], expected)
    assert not any(seen["more calls for more entries"]), text(
        "Larger tensors took more calls of PyTorch: somewhere a loop goes over entries or rows.",
        zh="张量变大，调用 PyTorch 的次数也变多了：某处有循环在逐个元素或逐行地走。",
    )


# What goes wrong with the outer sum


@misconception(
    "outer_sum",
    "The new axes are on the wrong sides, so the table is transposed: a has to run down "
    "the rows, as a column (m, 1), and b along the columns, as a row (1, n).",
    zh="新维度放错了边，表转置了：a 要沿着行往下走，即成为一列 (m, 1)；b 要沿着列走，"
    "即成为一行 (1, n)。",
)
def sums_transposed(a, b):
    return a[None, :] + b[:, None]


@misconception(
    "outer_sum",
    "Sizes meet that don't fit: a new axis is missing, or both are on the same side. a "
    "needs one behind its entries, b one in front.",
    zh="相遇的大小不相配：少了新维度，或者两个新维度放在了同一边。a 的新维度要在后面，b "
    "的要在前面。",
)
def sums_without_axes(a, b):
    return a + b


@misconception(
    "outer_sum",
    "The sums are right, but a loop made them. A loop over entries is hundreds of times "
    "slower than one broadcast addition of a column and a row.",
    zh="和是对的，却是用循环算的。对元素写循环，比一次“列加行”的广播慢上百倍。",
)
def sums_in_a_loop(a, b):
    return torch.stack([a[i] + b for i in range(len(a))])


# What goes wrong with the outer product


@misconception(
    "outer_product",
    "The axes of b come first. a is named first, and so are its axes in the result.",
    zh="b 的维度排到了前面。a 在前，结果里也是 a 的维度在前。",
)
def axes_of_b_first(a, b):
    return b[(..., *[None] * a.dim())] * a


@misconception(
    "outer_product",
    "A single new axis was put behind a. It takes as many as b has axes, or else the "
    "last axes of a meet axes of b.",
    zh="a 后面只添了一个新维度。b 有几个维度就要添几个，否则 a 的最后几个维度会与 b 的维度相遇。",
)
def one_axis_only(a, b):
    return a[..., None] * b


@misconception(
    "outer_product",
    "The products are right, but in a flat table. The result has the axes of a and then "
    "those of b.",
    zh="乘积是对的，却摆成了一张平的表。结果应当先有 a 的各个维度，再有 b 的各个维度。",
)
def flat_table(a, b):
    return a.reshape(-1)[:, None] * b.reshape(-1)


@misconception(
    "outer_product",
    "The products are right, but a loop made them. Give a as many new axes behind as b "
    "has, and one multiplication does it.",
    zh="乘积是对的，却是用循环算的。b 有几个维度就在 a 后面添几个新维度，一次乘法就够了。",
)
def products_in_a_loop(a, b):
    return torch.stack([entry * b for entry in a.reshape(-1)]).reshape(a.shape + b.shape)


# What goes wrong with the mask


@misconception(
    "length_mask",
    "One position too many is true. Positions are counted from 0, so a length of 3 means "
    "the positions 0, 1 and 2.",
    zh="多了一个为真的位置。位置从 0 数起，所以长度 3 指的是位置 0、1、2。",
)
def one_position_too_many(lengths, size):
    return torch.arange(size) <= lengths[:, None]


@misconception(
    "length_mask",
    "The mask is the other way round: padding is true, words are false.",
    zh="掩码反了：填充处为真，词却为假。",
)
def padding_marked(lengths, size):
    return torch.arange(size) >= lengths[:, None]


@misconception(
    "length_mask",
    "The mask is transposed. Sentences are rows: lengths needs its new axis behind, as a column.",
    zh="掩码转置了。每个句子是一行：lengths 的新维度要在后面，让它成为一列。",
)
def mask_transposed(lengths, size):
    return torch.arange(size)[:, None] < lengths


@misconception(
    "length_mask",
    "Sizes meet that don't fit: lengths still lies along the positions. It needs a new "
    "axis behind, as a column.",
    zh="相遇的大小不相配：lengths 仍然躺在位置的方向上。要在它后面添一个新维度，让它成为一列。",
)
def lengths_along_the_positions(lengths, size):
    return torch.arange(size) < lengths


@misconception(
    "length_mask",
    "The mask is right, but it was filled row by row in a loop. One comparison of a row "
    "of positions with a column of lengths does it.",
    zh="掩码是对的，却是用循环一行一行填的。让一行位置与一列长度作一次比较就够了。",
)
def rows_in_a_loop(lengths, size):
    mask = torch.zeros(len(lengths), size, dtype=torch.bool)
    for i in range(len(lengths)):
        mask[i] = torch.arange(size) < lengths[i]
    return mask


# What goes wrong with distances


@misconception(
    "pairwise_distance",
    "These are the squares of the distances: the root is missing.",
    zh="这是距离的平方：没有开方。",
)
def squared(x, y):
    return (x[..., :, None, :] - y[..., None, :, :]).square().sum(-1)


@misconception(
    "pairwise_distance",
    "Absolute differences were added up. That is the way along the streets; the straight "
    "way is the root of the sum of squares.",
    zh="加起来的是差的绝对值，那是沿街道走的距离。直线距离是平方和的平方根。",
)
def along_the_streets(x, y):
    return (x[..., :, None, :] - y[..., None, :, :]).abs().sum(-1)


@misconception(
    "pairwise_distance",
    "The table is transposed: rows belong to x, columns to y. The new axis of x comes "
    "behind its rows, that of y before them.",
    zh="表转置了：行应当对应 x，列对应 y。x 的新维度在它的行之后，y 的新维度在它的行之前。",
)
def distances_transposed(x, y):
    return (x[..., None, :, :] - y[..., :, None, :]).square().sum(-1).sqrt()


@misconception(
    "pairwise_distance",
    "The sum ran over the rows of y. It is the coordinates, the last axis, that are "
    "summed, and the pairs that remain.",
    zh="求和沿着的是 y 的行。要求和的是坐标，也就是最后一个维度，留下来的是一对一对的点。",
)
def summed_over_rows(x, y):
    return (x[..., :, None, :] - y[..., None, :, :]).square().sum(-2).sqrt()


@misconception(
    "pairwise_distance",
    "The new axes were counted from the front, which goes wrong as soon as there is a "
    "batch axis. Put them where rows meet rows, counted from the end.",
    zh="新维度的位置是从前面数的，一有批次维度就错了。要放在行与行相遇的地方，从末尾数起。",
)
def counted_from_the_front(x, y):
    return (x[:, None] - y[None, :]).square().sum(-1).sqrt()


@misconception(
    "pairwise_distance",
    "The distances are right, but a loop made them. With an axis of size 1 on each side, "
    "one subtraction meets all rows with all rows.",
    zh="距离是对的，却是用循环算的。双方各有一个大小为 1 的维度时，一次减法就让所有的行两两相遇。",
)
def distances_in_a_loop(x, y):
    rows = [(x[..., i : i + 1, :] - y).square().sum(-1).sqrt() for i in range(x.shape[-2])]
    return torch.stack(rows, -2) if rows else x.new_zeros(*x.shape[:-1], y.shape[-2])


@misconception(
    "pairwise_distance",
    "The squares were expanded to |x|² + |y|² - 2xy. Far from the origin this subtracts "
    "large numbers that are nearly equal, and the digits cancel. Subtract the points "
    "first.",
    zh="平方被展开成了 |x|² + |y|² - 2xy。离原点很远时，这是两个几乎相等的大数相减，"
    "有效数字都抵消了。应当先让点相减。",
)
def expanded_square(x, y):
    xx = x.square().sum(-1)[..., :, None]
    yy = y.square().sum(-1)[..., None, :]
    return (xx + yy - 2 * x @ y.transpose(-1, -2)).clamp(min=0).sqrt()


# Other right answers


@alternative("outer_sum")
def with_unsqueeze(a, b):
    return b.unsqueeze(0) + a.unsqueeze(1)


@alternative("outer_sum")
def with_meshgrid(a, b):
    rows, columns = torch.meshgrid(a, b, indexing="ij")
    return rows + columns


@alternative("outer_product")
def with_tensordot(a, b):
    return (a.reshape(-1, 1) * b.reshape(1, -1)).reshape(a.shape + b.shape)


@alternative("outer_product")
def reshaped_factor(a, b):
    return a.reshape(a.shape + (1,) * b.dim()).expand(a.shape + b.shape) * b


@alternative("length_mask")
def by_cumulation(lengths, size):
    ones = torch.ones(len(lengths), size, dtype=torch.int64)
    return torch.cumsum(ones, 1) <= lengths.reshape(-1, 1)


@alternative("pairwise_distance")
def with_a_norm(x, y):
    return torch.linalg.vector_norm(x.unsqueeze(-2) - y.unsqueeze(-3), dim=-1)


@alternative("pairwise_distance")
def coordinates_first(x, y):
    x, y = x.movedim(-1, 0), y.movedim(-1, 0)
    return ((x[..., :, None] - y[..., None, :]) ** 2).sum(0) ** 0.5


# The tests


@title("All sums, rows for a and columns for b", zh="所有的和：行对应 a，列对应 b")
@points(2)
def test_outer_sum(student, rand):
    m, n = sizes(rand, 2)
    a, b = rand(m), rand(n)
    close(student.outer_sum(a, b), torch.stack([entry + b for entry in a]))
    inputs = [(a, b), (a.repeat(2), b.repeat(2)), (a.repeat(3), b.repeat(4))]
    seen = student.run(result_and_growth, "outer_sum", *inputs)
    vectorised(seen, torch.stack([entry + b.repeat(4) for entry in a.repeat(3)]))


@title("All products, for one axis and for several", zh="所有的积：一个维度或多个维度")
@points(2)
def test_outer_product(student, rand):
    m, n, k = sizes(rand, 3)
    for a, b in [(rand(m), rand(n)), (rand(m, n), rand(k)), (rand(m), rand(n, k))]:
        close(student.outer_product(a, b), all_products(a, b))
    inputs = [(rand(2, 2), rand(2, 3)), (rand(2, 3), rand(3, 3)), (rand(m, 6), rand(n, 7))]
    seen = student.run(result_and_growth, "outer_product", *inputs)
    vectorised(seen, all_products(*inputs[-1]))


@title("Positions before the length", zh="长度之内的位置")
@points(2)
def test_length_mask(student, rand):
    size = 11
    lengths = rand.perm(7) + 2
    expected = torch.stack([torch.arange(size) < length for length in lengths])
    number = float(rand.uniform(1, 2, 1))
    close(student.run(mask_times, lengths, size, number), expected * number)
    inputs = [(lengths[:3], 11), (lengths[:5], size), (lengths, size)]
    seen = student.run(result_and_growth, "length_mask", *inputs)
    vectorised(seen, expected)


@title("Distances: rows for x, columns for y", zh="距离：行对应 x，列对应 y")
@points(3)
def test_distance(student, rand):
    m, n, d = sizes(rand, 3)
    x, y = rand(m, d), rand(n, d)
    close(student.pairwise_distance(x, y), all_distances(x, y))
    inputs = [(x, y), (rand(2 * m, d), rand(2 * n, d)), (rand(3 * m, d), rand(4 * n, d))]
    seen = student.run(result_and_growth, "pairwise_distance", *inputs)
    vectorised(seen, all_distances(*inputs[-1]))


@title("Distances in batches", zh="成批的距离")
@points(2)
@cases("batch", [(6,), (2, 3)])
def test_distance_in_batches(student, rand, batch):
    m, n, d = sizes(rand, 3)
    x = rand(*batch, m, d)
    for rows in (m, n):
        y = rand(*batch, rows, d)
        close(student.pairwise_distance(x, y), all_distances(x, y))


@title("Points that are far away from the origin", zh="离原点很远的点")
@points(2)
def test_far_from_the_origin(student, rand):
    m, n, d = sizes(rand, 3)
    x, y = rand(m, d), rand(n, d)
    close(student.pairwise_distance(x, y), all_distances(x, y))
    close(student.pairwise_distance(x + 1000, y + 1000), all_distances(x + 1000, y + 1000))
    close(student.pairwise_distance(x + 1000, x + 1000), all_distances(x + 1000, x + 1000))


@title("Empty, single, and whole numbers", zh="空的、单个的、整数的")
@hidden(
    "Tensors without entries, with one, without axes; whole numbers and double "
    "precision; lengths 0 and size.",
    zh="没有元素的张量、只有一个元素的张量、没有维度的张量；整数与双精度；长度为 0 和为 size。",
)
def test_edges(student, rand):
    m, n, k = sizes(rand, 3)
    a, b = rand.ints(-99, 99, m), rand.ints(-99, 99, 1)
    close(student.outer_sum(a, b), a.reshape(m, 1) + b, dtype=True)
    close(student.outer_sum(rand(0), rand(n)), torch.zeros(0, n))
    for a, b in [
        (rand(), rand(m, n)),
        (rand(m, n), rand()),
        (rand(), rand()),
        (rand(2, 0), rand(k)),
        (rand.ints(-99, 99, m, 2), rand.ints(-99, 99, 2, 1, n)),
        (rand(m, n, k, dtype=torch.float64), rand(2, m, dtype=torch.float64)),
    ]:
        close(student.outer_product(a, b), all_products(a, b), dtype=True)
    lengths = torch.tensor([0, 4, 1, 3])
    expected = torch.stack([torch.arange(4) < length for length in lengths])
    close(student.length_mask(lengths, 4), expected, dtype=True)
    close(student.length_mask(lengths[:0], 4), expected[:0], dtype=True)
    close(student.length_mask(lengths * 0, 0), torch.zeros(4, 0, dtype=torch.bool), dtype=True)
    x, y = rand(m, k, dtype=torch.float64), rand(n, k, dtype=torch.float64)
    close(student.pairwise_distance(x, y), all_distances(x, y), dtype=True)
    close(student.pairwise_distance(x, y[:0]), torch.zeros(m, 0, dtype=torch.float64))
    close(student.pairwise_distance(rand(m, 0), rand(n, 0)), torch.zeros(m, n))
    close(student.pairwise_distance(rand(0, m, k), rand(0, n, k)), torch.zeros(0, m, n))
    x, y = rand(k, 1), rand(n, 1)
    close(student.pairwise_distance(x, y), all_distances(x, y))
