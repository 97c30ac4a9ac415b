"""empty(): which elements are undefined, and buffers that are written completely."""

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


@probe
def counts(student, function, sizes):
    return [getattr(student, function)(n, m) for n, m in sizes]


@probe
def filled(student, function, calls):
    """Memory that was never written holds NaN or the largest integer.

    torch.use_deterministic_algorithms does the same, but imports half of PyTorch first.
    """
    torch._C._set_deterministic_algorithms(True, warn_only=True)
    try:
        results = [getattr(student, function)(*arguments) for arguments in calls]
        return results, calls
    finally:
        torch._C._set_deterministic_algorithms(False)


def code_a(b, n, m):
    b[0] = 1
    b[:, 0] = 2
    return b


def code_b(b, n, m):
    b *= 0
    b[0] += 1
    return b


def code_c(b, n, m):
    b[::2] = 1
    b[1::2, : m - 1] = 2
    return b


def code_d(b, n, m):
    b = b.reshape(-1)
    b[0] = 1
    for i in range(n, n * m):
        b[i] = b[i - n] + 1
    return b


def code_e(b, n, m):
    a = b[0].clone()
    a[:2] = 1
    return b.copy_(a)


def really(code, sizes):
    """The counts, by running the code on memory full of NaN."""
    return [int(code(torch.full((n, m), torch.nan), n, m).isnan().sum()) for n, m in sizes]


# What goes wrong


@misconception(
    "undefined_a",
    "The corner was subtracted twice: b[0, 0] is in the first row and in the first column. It is "
    "written twice, but it is one element.",
    zh="角上的元素被减了两次：b[0, 0] 既在第一行，又在第一列。它被写了两次，但只是一个元素。",
)
def corner_twice(n, m):
    return n * m - n - m


@misconception(
    "undefined_a",
    "Nothing was counted as undefined, so empty() was taken for zeros(). What was not written "
    "holds whatever lay in memory, even if it looks like 0.",
    zh="一个未定义的元素也没数出来：这是把 empty() 当成了 zeros()。"
    "没有写过的元素，内容就是内存里原来的东西，即使看上去是 0。",
)
def a_as_if_zeros(n, m):
    return 0


@misconception(
    "undefined_a",
    "These are the elements that were written. Asked for are the others.",
    zh="数的是写过的元素，要数的是其余的。",
)
def written_ones_counted(n, m):
    return n + m - 1


@misconception(
    "undefined_b",
    "Times 0 was taken to make 0 of anything. If NaN or infinity lies in memory, 0 times it is "
    "NaN: to calculate with an undefined element does not define it.",
    zh="以为任何东西乘以 0 都是 0。如果内存里是 NaN 或无穷大，乘以 0 得到的是 NaN：对未定义的元素做运算，"
    "并不能让它变得有定义。",
)
def times_zero_is_zero(n, m):
    return 0


@misconception(
    "undefined_b",
    "The first row was counted as written. += reads before it writes: an undefined number plus 1 "
    "is still undefined.",
    zh="第一行被算成写过的了。+= 先读后写：未定义的数加 1，仍然是未定义的。",
)
def added_to_is_written(n, m):
    return (n - 1) * m


@misconception(
    "undefined_c",
    "The rows were counted as if there were as many odd as even ones. Rows are counted from 0: "
    "with n = 5, the odd rows are 1 and 3, only two.",
    zh="把奇数行数成和偶数行一样多，或者更多。行号从 0 开始：n = 5 时，奇数行只有 1 和 3 两行。",
)
def odd_rows_rounded_up(n, m):
    return (n + 1) // 2


@misconception(
    "undefined_c",
    "Nothing was counted as undefined. The slice : m - 1 leaves the last column out, so one "
    "element "
    "of every odd row was never written.",
    zh="一个未定义的元素也没数出来。切片 : m - 1 不含最后一列，所以每个奇数行都有一个元素没有写过。",
)
def last_column_overlooked(n, m):
    return 0


@misconception(
    "undefined_c",
    "The last column was counted for all rows. In the even rows the whole row was written, the "
    "last element, too.",
    zh="把所有行的最后一列都数进去了。偶数行是整行写过的，包括最后一个元素。",
)
def last_column_of_all_rows(n, m):
    return n


@misconception(
    "undefined_d",
    "Only the elements that the loop never writes were counted. What it writes is calculated from "
    "b[i - n], and if that is undefined, so is b[i].",
    zh="只数了循环没有写到的元素。循环写进去的值由 b[i - n] 算出，那个元素未定义，b[i] 也就未定义。",
)
def only_never_written(n, m):
    return n - 1


@misconception(
    "undefined_d",
    "Nothing or everything beyond b[0] was counted. Each element goes back n places at a time, so "
    "every n-th one ends at b[0] and is defined.",
    zh="把 b[0] 以外的元素全部数成了未定义。每个元素每次往回退 n 个位置，所以每隔 n 个就有一个最终回到 b[0]，"
    "它们是有定义的。",
)
def all_but_the_first(n, m):
    return n * m - 1


@misconception(
    "undefined_d",
    "b was taken for zeros before the loop, so nothing seemed undefined. Only b[0] was written; "
    "b[1] to b[n - 1] are what lay in memory.",
    zh="以为循环之前 b 是零，所以没有未定义的元素。其实只写过 b[0]，"
    "b[1] 到 b[n - 1] 都是内存里原来的东西。",
)
def d_as_if_zeros(n, m):
    return 0


@misconception(
    "undefined_e",
    "Nothing was counted as undefined. All of b was written, that is true, but with a copy of a, "
    "most of which is undefined.",
    zh="一个未定义的元素也没数出来。b 确实全部写过了，但写进去的是 a 的副本，而 a 的大部分是未定义的。",
)
def written_so_defined(n, m):
    return 0


@misconception(
    "undefined_e",
    "a was counted once. copy_ writes it into each of the n rows of b.",
    zh="a 只数了一次。copy_ 把它写进了 b 的每一行，一共 n 行。",
)
def one_row_only(n, m):
    return m - 2


@misconception(
    "undefined_e",
    "copy_ was taken to write the first row only. A smaller tensor is broadcast: every row of b "
    "becomes a copy of a.",
    zh="以为 copy_ 只写第一行。较小的张量会被广播：b 的每一行都成了 a 的副本。",
)
def only_the_first_row_copied(n, m):
    return n * m - 2


@misconception(
    "interleave",
    "The last element of the longer one was never written, so the result ends with whatever lay in "
    "memory. If a has one element more, it comes last.",
    zh="较长的那个张量的最后一个元素没有写进去，结果的末尾就是内存里原来的东西。"
    "a 多一个元素时，它排在最后。",
)
def last_one_not_written(a, b):
    result = torch.empty(len(a) + len(b), dtype=a.dtype)
    for i in range(len(b)):
        result[2 * i] = a[i]
        result[2 * i + 1] = b[i]
    return result


@misconception(
    "interleave",
    "One came after the other. They should take turns: a[0], b[0], a[1], ...",
    zh="是一个接在另一个后面。应当轮流来：a[0]、b[0]、a[1]……",
)
def one_after_the_other(a, b):
    result = torch.empty(len(a) + len(b), dtype=a.dtype)
    result[: len(a)] = a
    result[len(a) :] = b
    return result


@misconception(
    "interleave",
    "The buffer is float32, so the result is, too. empty() takes a dtype like any other function.",
    zh="缓冲区是 float32，结果也就成了 float32。empty() 和别的函数一样可以指定 dtype。",
)
def float_buffer(a, b):
    result = torch.empty(len(a) + len(b))
    result[::2] = a
    result[1::2] = b
    return result


@misconception(
    "framed",
    "Parts of the frame were never written and hold what lay in memory: x was put in its place, "
    "but empty() does not fill the rest.",
    zh="边框没有写，里面是内存里原来的东西：x 放好了，可 empty() 不会替你填其余的部分。",
)
def frame_not_written(x, width, value):
    h, w = x.shape
    result = torch.empty(h + 2 * width, w + 2 * width, dtype=x.dtype)
    result[width : width + h, width : width + w] = x
    return result


@misconception(
    "framed",
    "The four corners were never written. Strips that are as long as x leave them out: two of the "
    "four must go from edge to edge.",
    zh="四个角没有写。与 x 一样长的边条盖不住四角，四条边里要有两条从头到尾写满。",
)
def corners_not_written(x, width, value):
    h, w = x.shape
    result = torch.empty(h + 2 * width, w + 2 * width, dtype=x.dtype)
    result[:width, width : width + w] = value
    result[width + h :, width : width + w] = value
    result[width : width + h, :width] = value
    result[width : width + h, width + w :] = value
    result[width : width + h, width : width + w] = x
    return result


@misconception(
    "framed",
    "Only one row and one column on each side were written, whatever width is; what lies between "
    "them and x is undefined.",
    zh="不管 width 是多少，每边只写了一行或一列，它们和 x 之间的部分是未定义的。",
)
def frame_of_one(x, width, value):
    h, w = x.shape
    result = torch.empty(h + 2 * width, w + 2 * width, dtype=x.dtype)
    if width:
        for edge in (result[0], result[-1], result[:, 0], result[:, -1]):
            edge.fill_(value)
    result[width : width + h, width : width + w] = x
    return result


@misconception(
    "framed",
    "A negative index was used to count the frame from the far end. With width 0, :-0 is an empty "
    "slice and -0: is everything.",
    zh="用负的下标从末尾数边框。width 为 0 时，:-0 是空切片，-0: 却是全部。",
)
def minus_zero(x, width, value):
    h, w = x.shape
    result = torch.empty(h + 2 * width, w + 2 * width, dtype=x.dtype)
    result[width : width + h, width : width + w] = x
    result[:width] = value
    result[-width:] = value
    result[:, :width] = value
    result[:, -width:] = value
    return result


@misconception(
    "framed",
    "The frame is there on two sides only: it was added once to each size instead of twice.",
    zh="只有两边有边框：每个大小只加了一次 width，应当加两次。",
)
def two_sides_only(x, width, value):
    h, w = x.shape
    result = torch.full((h + width, w + width), value, dtype=x.dtype)
    result[width:, width:] = x
    return result


@misconception(
    "framed",
    "The frame is 0 whatever value says. zeros() for the buffer is fine only where zeros "
    "are wanted.",
    zh="不管 value 是什么，边框都是 0。只有要零的时候，缓冲区才可以直接用 zeros()。",
)
def frame_of_zeros(x, width, value):
    h, w = x.shape
    result = torch.zeros(h + 2 * width, w + 2 * width, dtype=x.dtype)
    result[width : width + h, width : width + w] = x
    return result


# Other right answers


@alternative("undefined_a")
def counted_in_a_mask(n, m):
    mask = torch.ones(n, m, dtype=torch.bool)
    mask[0], mask[:, 0] = False, False
    return int(mask.sum())


@alternative("undefined_c")
def row_by_row(n, m):
    return len([row for row in range(n) if row % 2])


@alternative("undefined_d")
def walked_back(n, m):
    return sum(i % n != 0 for i in range(n * m))


@alternative("interleave")
def stacked(a, b):
    both = torch.stack([a[: len(b)], b], dim=1).flatten()
    return torch.cat([both, a[len(b) :]])


@alternative("interleave")
def in_a_loop(a, b):
    result = a.new_empty(len(a) + len(b))
    for i in range(len(result)):
        result[i] = (a, b)[i % 2][i // 2]
    return result


@alternative("framed")
def full_first(x, width, value):
    result = torch.full([size + 2 * width for size in x.shape], value, dtype=x.dtype)
    result[width : x.shape[0] + width, width : x.shape[1] + width] = x
    return result


@alternative("framed")
def in_strips(x, width, value):
    h, w = x.shape
    result = torch.empty(h + 2 * width, w + 2 * width, dtype=x.dtype)
    result[:width] = value
    result[width + h :] = value
    result[width : width + h, :width] = value
    result[width : width + h, width + w :] = value
    result[width : width + h, width : width + w] = x
    return result


@alternative("framed")
def glued(x, width, value):
    side = torch.full((x.shape[0], width), value, dtype=x.dtype)
    middle = torch.cat([side, x, side], 1)
    edge = torch.full((width, middle.shape[1]), value, dtype=x.dtype)
    return torch.cat([edge, middle, edge])


# The tests


def some_sizes(rand):
    return [(4, 3), (5, 4), (3, 7), *(tuple(two) for two in rand.ints(3, 20, 6, 2).tolist())]


@title("a: one row and one column are written", zh="a：写了一行和一列")
def test_a(student, rand):
    sizes = some_sizes(rand)
    close(student.run(counts, "undefined_a", sizes), really(code_a, sizes))


@title("b: times 0", zh="b：乘以 0")
def test_b(student, rand):
    sizes = some_sizes(rand)
    close(student.run(counts, "undefined_b", sizes), really(code_b, sizes))


@title("c: even and odd rows", zh="c：偶数行与奇数行")
def test_c(student, rand):
    sizes = some_sizes(rand)
    close(student.run(counts, "undefined_c", sizes), really(code_c, sizes))


@title("d: each from an earlier one", zh="d：每个都由前面的算出")
@points(2)
def test_d(student, rand):
    sizes = some_sizes(rand)
    close(student.run(counts, "undefined_d", sizes), really(code_d, sizes))


@title("e: a copy of something undefined", zh="e：未定义之物的副本")
def test_e(student, rand):
    sizes = some_sizes(rand)
    close(student.run(counts, "undefined_e", sizes), really(code_e, sizes))


def interleaved(a, b):
    return torch.tensor(
        [(a, b)[i % 2][i // 2].item() for i in range(len(a) + len(b))], dtype=a.dtype
    )


@title("interleave: every element is written", zh="interleave：每个元素都写到")
@points(2)
def test_interleave(student, rand):
    calls = [(rand(4), rand(4)), (rand(5), rand(4)), (rand.ints(0, 99, 3), rand.ints(0, 99, 2))]
    expected = [interleaved(*call) for call in calls]
    close(student.run(filled, "interleave", calls), (expected, calls), dtype=True)


@title("interleave: short ones, and other dtypes", zh="interleave：很短的，以及其他 dtype")
@hidden(
    "Both may be empty, and a may be the only one with an element. Try float64 and bool as well.",
    zh="两者都可以为空，也可能只有 a 有一个元素。float64 和 bool 也试试。",
)
def test_interleave_short(student, rand):
    double = torch.float64
    calls = [
        (rand(0), rand(0)),
        (rand(1), rand(0)),
        (rand(3, dtype=double), rand(2, dtype=double)),
        (rand.bools(6), rand.bools(6)),
        (rand.ints(-99, 99, 7), rand.ints(-99, 99, 7)),
    ]
    expected = [interleaved(*call) for call in calls]
    close(student.run(filled, "interleave", calls), (expected, calls), dtype=True)


NO_PAD = forbids("F.pad", "constant_pad_nd")


def padded(x, width, value):
    result = torch.full((x.shape[0] + 2 * width, x.shape[1] + 2 * width), value, dtype=x.dtype)
    result[width : width + x.shape[0], width : width + x.shape[1]] = x
    return result


@title("framed: all four sides and the corners", zh="framed：四条边和四个角")
@points(2)
@NO_PAD
def test_framed(student, rand):
    value = float(rand.uniform(1, 2))
    calls = [(rand(2, 3), 1, value), (rand(3, 2), 2, -value), (rand.ints(0, 9, 1, 4), 3, 7)]
    expected = [padded(*call) for call in calls]
    close(student.run(filled, "framed", calls), (expected, calls), dtype=True)


@title("framed: no frame, nothing to frame", zh="framed：没有边框，没有内容")
@hidden(
    "width may be 0, and x may have no rows or no columns. And the dtype is that of x.",
    zh="width 可以是 0，x 可以没有行或没有列。dtype 与 x 相同。",
)
@NO_PAD
def test_framed_edges(student, rand):
    calls = [
        (rand(3, 2, dtype=torch.float64), 0, 1.5),
        (rand(0, 2), 1, 2.5),
        (rand(2, 0), 2, 3.0),
        (rand.bools(2, 2), 1, True),
        (rand(4, 3).T, 1, -1.0),
    ]
    expected = [padded(*call) for call in calls]
    close(student.run(filled, "framed", calls), (expected, calls), dtype=True)
