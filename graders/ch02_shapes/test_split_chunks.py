"""split and chunk: sizes or numbers of pieces, nothing dropped, nothing copied."""

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

pytestmark = forbids(
    *("split", "split_with_sizes", "tensor_split", "chunk", "unsafe_split", "unsafe_chunk"),
    *("unsafe_split_with_sizes", "hsplit", "vsplit", "dsplit", "Tensor.numpy"),
    "__array__",
)


@probe
def written_to(student, function, x, size, dim, factor):
    """The pieces, and x after each piece was multiplied by a factor of its own."""
    pieces = getattr(student, function)(x, size, dim)
    before = tuple(piece.clone() for piece in pieces)
    for number, piece in enumerate(pieces):
        piece.mul_(factor + number)
    return {"pieces": before, "x afterwards": x}


@probe
def sizes_afterwards(student, x, sizes):
    student.split(x, sizes)
    return sizes


@probe
def pieces_of(student, function, x, size, dim):
    return tuple(getattr(student, function)(x, size, dim))


def expected_after(pieces, dim, factor):
    return torch.cat([piece * (factor + number) for number, piece in enumerate(pieces)], dim)


# What goes wrong with split


@misconception(
    "split",
    "The number was taken for how many pieces there should be, which is what it means in "
    "chunk. In split it is the size of a piece.",
    zh="这个数被当成了块数，那是它在 chunk 里的含义。在 split 里，它是每一块的大小。",
)
def number_of_pieces(x, size, dim=0):
    if not isinstance(size, int):
        return cut(x, checked(size, x.shape[dim]), dim)
    if size < 1:
        raise ValueError(size)
    return chunk(x, size, dim) if x.shape[dim] else cut(x, [0], dim)


@misconception(
    "split",
    "The last piece is missing: what doesn't fill a whole piece was dropped. It makes a "
    "smaller one.",
    zh="少了最后一块：凑不满一整块的部分被丢掉了。它应当成为较小的一块。",
)
def rest_dropped(x, size, dim=0):
    if not isinstance(size, int):
        return cut(x, checked(size, x.shape[dim]), dim)
    if size < 1:
        raise ValueError(size)
    return cut(x, [size] * (x.shape[dim] // size) or [x.shape[dim]], dim)


@misconception(
    "split",
    "A split that doesn't come out even was refused. It is allowed: the last piece is smaller.",
    zh="除不尽时被拒绝了。其实是允许的：最后一块小一些。",
)
def uneven_refused(x, size, dim=0):
    if not isinstance(size, int):
        return cut(x, checked(size, x.shape[dim]), dim)
    if size < 1 or x.shape[dim] % size:
        raise ValueError(size)
    return cut(x, piece_sizes(x.shape[dim], size), dim)


@misconception(
    "split",
    "The pieces are copies. What is written to one of them must reach x: a slice does "
    "that by itself, as long as nothing copies it afterwards.",
    zh="各块是副本。写进其中一块的数应当到达 x：切片本来就是如此，只要之后不再复制。",
)
def copies(x, size, dim=0):
    sizes = piece_sizes(x.shape[dim], size) if isinstance(size, int) else size
    return tuple(piece.clone() for piece in cut(x, checked(sizes, x.shape[dim]), dim))


@misconception(
    "split",
    "The rows were cut, whatever dim says.",
    zh="不管 dim 是几，切的总是第 0 维。",
)
def always_along_axis_zero(x, size, dim=0):
    sizes = piece_sizes(x.shape[0], size) if isinstance(size, int) else size
    return cut(x, checked(sizes, x.shape[0]), 0)


@misconception(
    "split",
    "The numbers in the list were taken for positions at which to cut, as NumPy's split "
    "and tensor_split do. Here they are the sizes of the pieces.",
    zh="列表里的数被当成了切的位置，NumPy 的 split 和 tensor_split 才是这样。在这里，"
    "它们是各块的大小。",
)
def list_of_positions(x, size, dim=0):
    if isinstance(size, int):
        return cut(x, piece_sizes(x.shape[dim], size), dim)
    marks = [0, *(min(mark, x.shape[dim]) for mark in size), x.shape[dim]]
    pairs = itertools.pairwise(marks)
    return cut_at(x, [(start, max(end, start)) for start, end in pairs], dim)


@misconception(
    "split",
    "Listed sizes that leave something over, or ask for more than there is, were "
    "accepted: slices never complain. They have to add up to the size of the axis.",
    zh="列出的大小有剩余、或者超出了，都被接受了：切片从不报错。它们加起来必须等于这个维度的大小。",
)
def sum_not_checked(x, size, dim=0):
    if isinstance(size, int):
        return cut(x, piece_sizes(x.shape[dim], size), dim)
    if min(size, default=0) < 0:
        raise ValueError(size)
    ends = [sum(size[: i + 1]) for i in range(len(size))]
    marks = [min(mark, x.shape[dim]) for mark in (0, *ends)]
    return cut_at(x, list(itertools.pairwise(marks)), dim)


@misconception(
    "split",
    "All pieces of the list begin at the start of the axis. Each begins where the one "
    "before it ends.",
    zh="列表里的每一块都是从维度的开头切起的。每一块应当从前一块结束的地方开始。",
)
def all_from_the_start(x, size, dim=0):
    if isinstance(size, int):
        return cut(x, piece_sizes(x.shape[dim], size), dim)
    return cut_at(x, [(0, n) for n in checked(size, x.shape[dim])], dim)


@misconception(
    "split",
    "The list of sizes was used up, with pop or del: afterwards it is no longer what the "
    "caller passed. Go through it without changing it, or copy it first.",
    zh="大小的列表被用掉了（pop 或 del）：调用之后，它不再是调用者传来的样子。"
    "遍历它而不要改动它，或者先复制一份。",
)
def list_used_up(x, size, dim=0):
    sizes = piece_sizes(x.shape[dim], size) if isinstance(size, int) else size
    pieces = cut(x, checked(sizes, x.shape[dim]), dim)
    if isinstance(size, list):
        size.clear()
    return pieces


# What goes wrong with chunk


@misconception(
    "chunk",
    "The number was taken for the size of a piece, which is what it means in split. In "
    "chunk it is how many pieces there should be.",
    zh="这个数被当成了每块的大小，那是它在 split 里的含义。在 chunk 里，它是想要的块数。",
)
def size_of_a_piece(x, count, dim=0):
    return cut(x, piece_sizes(x.shape[dim], count), dim)


@misconception(
    "chunk",
    "The pieces are as equal as they can be. That is tensor_split. chunk gives each the "
    "size rounded up, so that only the last is smaller, and there may be fewer pieces "
    "than asked for.",
    zh="各块切得尽量一样大，那是 tensor_split。chunk 的每一块都取向上取整的大小，"
    "只有最后一块较小，块数也可能比要求的少。",
)
def as_equal_as_possible(x, count, dim=0):
    length = x.shape[dim]
    return cut(x, [length // count + (i < length % count) for i in range(count)], dim)


@misconception(
    "chunk",
    "The size was rounded down, so there are more pieces than asked for, or a long last "
    "one. chunk rounds it up.",
    zh="每块的大小是向下取整的，于是块数比要求的多，或者最后一块很长。chunk 是向上取整。",
)
def rounded_down(x, count, dim=0):
    return cut(x, piece_sizes(x.shape[dim], max(x.shape[dim] // count, 1)), dim)


@misconception(
    "chunk",
    "The size was rounded to the nearest whole number. That goes wrong where it is the "
    "one below: chunk always rounds up.",
    zh="每块的大小是四舍五入的。舍去的时候就错了：chunk 总是向上取整。",
)
def rounded_to_nearest(x, count, dim=0):
    return cut(x, piece_sizes(x.shape[dim], max(round(x.shape[dim] / count), 1)), dim)


@misconception(
    "chunk",
    "The size was rounded down and the last piece took all the rest. chunk rounds up, so "
    "the last piece is the smallest.",
    zh="每块的大小是向下取整的，剩下的全归了最后一块。chunk 是向上取整，所以最后一块最小。",
)
def rest_given_to_the_last(x, count, dim=0):
    length = x.shape[dim]
    size = max(length // count, 1)
    full = min(count, length) - 1
    return cut(x, [size] * full + [length - full * size], dim)


@misconception(
    "chunk",
    "There are as many pieces as asked for, some of them empty. chunk stops when the "
    "axis is used up.",
    zh="块数与要求的一样多，其中有些是空的。整个维度切完之后，chunk 就停下来。",
)
def filled_up_with_empty_ones(x, count, dim=0):
    pieces = cut(x, piece_sizes(x.shape[dim], -(-x.shape[dim] // count)), dim)
    return (*pieces, *[x.narrow(dim, 0, 0)] * (count - len(pieces)))


@misconception(
    "chunk",
    "The pieces are copies. What is written to one of them must reach x.",
    zh="各块是副本。写进其中一块的数应当到达 x。",
)
def copied_chunks(x, count, dim=0):
    pieces = cut(x, piece_sizes(x.shape[dim], -(-x.shape[dim] // count)), dim)
    return tuple(piece.clone() for piece in pieces)


# Other right answers


@alternative("split")
def slices_with_a_running_start(x, size, dim=0):
    dim %= x.dim()
    if isinstance(size, int):
        if size <= 0:
            raise ValueError(size)
        size = [min(size, x.shape[dim] - i) for i in range(0, x.shape[dim] or 1, size)]
    if any(n < 0 for n in size) or sum(size) != x.shape[dim]:
        raise ValueError(size)
    pieces, start = (), 0
    for n in size:
        pieces += (x[(slice(None),) * dim + (slice(start, start + n),)],)
        start += n
    return pieces


@alternative("split")
def off_the_front(x, size, dim=0):
    def take(rest, sizes):
        if not sizes:
            return ()
        head, rest = rest.transpose(0, dim)[: sizes[0]], rest.transpose(0, dim)[sizes[0] :]
        return (head.transpose(0, dim), *take(rest.transpose(0, dim), sizes[1:]))

    length = x.size(dim)
    if not isinstance(size, int):
        return take(x, list(checked(size, length)))
    if size < 1:
        raise ValueError(size)
    sizes = []
    while sum(sizes) < length:
        sizes.append(min(size, length - sum(sizes)))
    return take(x, sizes or [0])


@alternative("chunk")
def by_split(x, count, dim=0):
    size = x.shape[dim] // count
    if size * count < x.shape[dim]:
        size += 1
    return split(x, size, dim)


@alternative("chunk")
def selected_with_narrow(x, count, dim=0):
    length, pieces, start = x.shape[dim], [], 0
    size = (length + count - 1) // count
    while start < length:
        pieces.append(torch.narrow(x, dim, start, min(size, length - start)))
        start += size
    return tuple(pieces)


# The tests


@title("split by size: the last piece may be smaller", zh="按大小 split：最后一块可以小一些")
@points(2)
def test_split_by_size(student, rand, reference):
    for x, size in [
        (rand(12, 2), 3),
        (rand(10, 3), 4),
        (rand(11), 3),
        (rand(7, 2), 9),
        (rand(5), 1),
    ]:
        close(student.split(x, size), reference(torch.split, x, size))


@title("split along any axis", zh="沿任意维度 split")
def test_split_along(student, rand, reference):
    x = rand(8, 9, 10)
    for size, dim in [(2, 1), (4, 2), (4, -1), (5, -2), (3, 0), ([2, 7], 1), ([1, 5, 4], -1)]:
        close(student.split(x, size, dim), reference(torch.split, x, size, dim))


@title("split by a list of sizes", zh="按大小的列表 split")
@points(2)
def test_split_by_list(student, rand, reference):
    for x, sizes in [
        (rand(10, 2), [2, 3, 5]),
        (rand(10), [7, 1, 2]),
        (rand(9, 2), (9,)),
        (rand(6), [0, 4, 0, 2]),
    ]:
        close(student.split(x, sizes), reference(torch.split, x, list(sizes)))


@title("split refuses sizes that can't be", zh="split 拒绝不可能的大小")
@cases("sizes", [[4, 4], [6, 5], [12, -2]])
def test_split_refuses(student, rand, reference, sizes):
    x = rand(10, 2)
    close(student.split(x, [6, 4]), reference(torch.split, x, [6, 4]))
    with refuses(ValueError):
        student.split(x, sizes)


@title("Writing to a piece of split writes to x", zh="写入 split 的一块就是写入 x")
@points(2)
def test_split_views(student, rand):
    for size, dim in [(3, 0), ([1, 4], 1)]:
        x = rand(7, 5)
        pieces = x.split(size, dim)
        expected = {"pieces": pieces, "x afterwards": expected_after(pieces, dim, 2.0)}
        close(student.run(written_to, "split", x, size, dim, 2.0), expected)


@title("chunk: sizes rounded up, perhaps fewer pieces", zh="chunk：大小向上取整，块数可能更少")
@points(3)
def test_chunk(student, rand, reference):
    for x, count in [
        (rand(12, 2), 3),
        (rand(11, 2), 3),
        (rand(10), 4),
        (rand(10), 6),
        (rand(5), 4),
    ]:
        close(student.chunk(x, count), reference(torch.chunk, x, count))


@title("Writing to a piece of chunk writes to x, along any axis", zh="写入 chunk 的一块就是写入 x")
@points(2)
def test_chunk_views(student, rand):
    for count, dim in [(4, 0), (2, -1), (3, 1)]:
        x = rand(7, 5)
        pieces = x.chunk(count, dim)
        expected = {"pieces": pieces, "x afterwards": expected_after(pieces, dim, 2.0)}
        close(student.run(written_to, "chunk", x, count, dim, 2.0), expected)


@title("Empty axes, one piece, very many, other layouts", zh="空维度、只有一块、非常多块、其他排列")
@points(2)
@hidden(
    "An axis of size 0, a count larger than the axis, sizes 0 in the list, size 0 as a "
    "number; a transposed x, whole numbers. And the list of sizes stays as it was.",
    zh="大小为 0 的维度、比维度还大的块数、列表里的 0、以 0 作为大小；转置后的 x、整数。"
    "另外，大小的列表要保持原样。",
)
def test_edges(student, rand, reference):
    for x, size, dim in [
        (rand(4, 7).t(), 3, 0),
        (rand.ints(-99, 99, 6), 4, -1),
        (rand(3, 8, 2, dtype=torch.float64), [0, 5, 3], 1),
        (rand(0, 3), 2, 0),
        (rand(3, 0), 1, 1),
        (rand(0, 3), [0, 0], 0),
        (rand(0, 3), [], 0),
        (rand(0, 3), 2, 1),
    ]:
        expected = tuple(reference(torch.split, x, size, dim)) if size != [] else ()
        close(student.run(pieces_of, "split", x, size, dim), expected, dtype=True)
    for x, count, dim in [
        (rand(4, 7).t(), 4, 0),
        (rand.ints(-99, 99, 6), 9, 0),
        (rand(2, 100, dtype=torch.float64), 33, 1),
        (rand(1), 1, 0),
        (rand(0, 9), 2, -1),
    ]:
        expected = tuple(reference(torch.chunk, x, count, dim))
        close(student.run(pieces_of, "chunk", x, count, dim), expected, dtype=True)
    close(student.run(sizes_afterwards, rand(6, 2), [1, 3, 2]), [1, 3, 2])
    for size in (0, -1, [3, -1, 4], []):
        with refuses(ValueError):
            student.split(rand(6, 2), size)
