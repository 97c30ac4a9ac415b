"""expand and repeat: stretched by a step of 0, or written again and again."""

import itertools
import math

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

# Dotted names where PyTorch's own functions call the operator.
no_stretching = forbids(
    *("Tensor.expand", "expand_as", "expand_copy", "broadcast_to", "broadcast_tensors"),
    *("Tensor.repeat", "tile", "torch.repeat_interleave", "Tensor.repeat_interleave"),
    *("Tensor.numpy", "__array__"),
)


def sizes(rand, count):
    """Different sizes from 2 on."""
    return [size + 2 for size in rand.perm(4).tolist()[:count]]


# What only the student's process can see: memory.


@probe
def part_of(student, base, part):
    """A part of a larger tensor; what lies beside it in memory is not for the result."""
    return {
        "all": lambda: base,
        "first column": lambda: base[:, :1],
        "middle row": lambda: base[1:2],
        "transposed": lambda: base.t()[:, :1],
        "one number": lambda: base[1, 1],
    }[part]()


@probe
def expanded(student, base, part, sizes, factor):
    x = part_of(student, base, part)
    result = student.expand(x, sizes)
    before = result.clone()
    x.mul_(factor)
    return {"result": before, "result after x *= factor": result, "base": base}


@probe
def expanded_only(student, base, sizes):
    return student.expand(base, sizes).clone()


@probe
def repeated(student, x, times, place, value):
    result = student.repeat(x, times)
    before = result.clone()
    result[place] = value
    return {"result": before, "result with one entry changed": result, "x": x}


@probe
def places_of(student, cases):
    """places() of tensors, each made from a base in some steps."""
    found = []
    for x, steps in cases:
        for name, *arguments in steps:
            x = x[slice(*arguments)] if name == "rows" else getattr(x, name)(*arguments)
        found.append(student.places(x))
    return found


@probe
def repeated_only(student, x, times):
    return student.repeat(x, times), x


# What goes wrong with expand


@misconception(
    "expand",
    "The numbers are right, but they were copied: what is written into x afterwards "
    "doesn't show. A step of 0 needs no copy.",
    zh="数值是对的，却是抄写出来的：之后写进 x 的数在结果里看不到。步长为 0 就不必复制。",
)
def copied(x, sizes):
    shape, stride = stretched(x, sizes)
    return x.as_strided(shape, stride).clone()


@misconception(
    "expand",
    "The numbers were taken for times. That is what they mean in repeat; in expand they "
    "are the sizes of the result.",
    zh="这些数被当成了次数，那是它们在 repeat 里的含义。在 expand 里，它们是结果的大小。",
)
def sizes_taken_for_times(x, sizes):
    missing = len(sizes) - x.dim()
    if missing < 0:
        raise ValueError(sizes)
    return tiled(x.reshape((1,) * missing + x.shape), [max(size, 1) for size in sizes])


@misconception(
    "expand",
    "The size is right, but the step was kept, so the result reads what lies in memory "
    "behind x. To read the same number again, the step on that axis must be 0.",
    zh="大小对了，步长却没有改，于是结果读到的是内存里 x 旁边的数。要反复读同一个数，"
    "这个维度的步长必须是 0。",
)
def step_kept(x, sizes):
    shape, _ = stretched(x, sizes)
    stride = [0] * (len(sizes) - x.dim()) + list(x.stride())
    return x.as_strided(shape, stride)


@misconception(
    "expand",
    "An axis whose size is not 1 was stretched. expand reads one entry again and again, "
    "which makes sense only where there is a single one; 3 entries can't become 6.",
    zh="大小不是 1 的维度也被伸展了。expand 是把同一个元素反复读，只有一个元素时才有意义；3 "
    "个元素不能变成 6 个。",
)
def any_axis_stretched(x, sizes):
    missing = len(sizes) - x.dim()
    if missing < 0 or -1 in sizes[:missing] or min(sizes, default=0) < -1:
        raise ValueError(sizes)
    shape, stride = [1] * missing + list(x.shape), [0] * missing + list(x.stride())
    for axis, size in enumerate(sizes):
        if size not in (-1, shape[axis]):
            shape[axis], stride[axis] = size, 0
    return x.as_strided(shape, stride)


@misconception(
    "expand",
    "Every negative size was taken for -1. Only -1 keeps the size of an axis; -4 is refused.",
    zh="任何负数都被当成了 -1。只有 -1 表示保持原来的大小；-4 要拒绝。",
)
def any_negative_keeps(x, sizes):
    shape, stride = stretched(x, [-1 if size < 0 else size for size in sizes])
    return x.as_strided(shape, stride)


@misconception(
    "expand",
    "-1 was accepted for a new axis. There is no size there that could be kept.",
    zh="新维度处的 -1 被接受了。那里并没有什么大小可以保持。",
)
def minus_one_makes_a_new_axis(x, sizes):
    missing = max(len(sizes) - x.dim(), 0)
    new = [1 if size == -1 else size for size in sizes[:missing]]
    shape, stride = stretched(x, [*new, *sizes[missing:]])
    return x.as_strided(shape, stride)


@misconception(
    "expand",
    "-1 was refused, or taken as a size. It means that the axis stays as it is.",
    zh="-1 被拒绝了，或者被当成了大小。它的意思是这个维度保持不变。",
)
def minus_one_refused(x, sizes):
    if min(sizes, default=0) < 0:
        raise ValueError(sizes)
    shape, stride = stretched(x, sizes)
    return x.as_strided(shape, stride)


@misconception(
    "expand",
    "New axes came behind those of x. Sizes are aligned from the right, so new axes are in front.",
    zh="新维度放到了 x 的维度之后。大小是从右边对齐的，所以新维度在最前面。",
)
def new_axes_behind(x, sizes):
    missing = len(sizes) - x.dim()
    if missing < 0:
        raise ValueError(sizes)
    wide = x.reshape(x.shape + (1,) * missing)
    shape, stride = stretched(wide, sizes)
    return wide.as_strided(shape, stride)


# What goes wrong with repeat


@misconception(
    "repeat",
    "The numbers were taken for sizes. That is what they mean in expand; in repeat they "
    "say how often.",
    zh="这些数被当成了大小，那是它们在 expand 里的含义。在 repeat 里，它们说的是重复几遍。",
)
def times_taken_for_sizes(x, times):
    return expand(x, times).clone()


@misconception(
    "repeat",
    "Every entry was repeated by itself: 1, 1, 2, 2. Here it is the whole that is "
    "repeated: 1, 2, 1, 2.",
    zh="重复的是一个个元素：1、1、2、2。这里要重复的是整体：1、2、1、2。",
)
def entries_repeated_singly(x, times):
    missing = len(times) - x.dim()
    if missing < 0 or min(times, default=0) < 0:
        raise ValueError(times)
    x = x.reshape((1,) * missing + x.shape)
    for axis, count in enumerate(times):
        places = torch.arange(count * x.shape[axis]) // max(count, 1)
        x = x.index_select(axis, places)
    return x


@misconception(
    "repeat",
    "Some entries of the result share a place in memory: writing into one changed "
    "others. An expanded axis has to be copied before anybody writes.",
    zh="结果中有些元素共用内存里的同一个位置：写入一个，别的也变了。伸展出来的维度，"
    "写之前必须先复制。",
)
def places_shared(x, times):
    missing = len(times) - x.dim()
    if missing < 0 or min(times, default=0) < 0:
        raise ValueError(times)
    x = x.reshape((1,) * missing + x.shape)
    tall = [1 if size == 1 else count for size, count in zip(x.shape, times, strict=True)]
    wide = [count if size == 1 else -1 for size, count in zip(x.shape, times, strict=True)]
    return expand(tiled(x, tall), wide)


@misconception(
    "repeat",
    "The numbers were aligned from the left, so new axes came at the end. They belong to "
    "the last axes of the result, and new axes are in front.",
    zh="这些数是从左边对齐的，新维度就到了末尾。它们对应的是结果的最后几个维度，新维度应在最前面。",
)
def aligned_from_the_left(x, times):
    missing = len(times) - x.dim()
    if missing < 0 or min(times, default=0) < 0:
        raise ValueError(times)
    return tiled(x.reshape(x.shape + (1,) * missing), times)


@misconception(
    "repeat",
    "Fewer numbers than axes were accepted and filled up with 1. tile does that; repeat refuses.",
    zh="给出的数比维度少也被接受了，缺的补成了 1。那是 tile 的做法，repeat 会拒绝。",
)
def filled_up_as_tile_does(x, times):
    if min(times, default=0) < 0:
        raise ValueError(times)
    times = [1] * (x.dim() - len(times)) + list(times)
    return tiled(x.reshape((1,) * (len(times) - x.dim()) + x.shape), times)


# What goes wrong with places


@misconception(
    "places",
    "All entries were counted. Along an axis with step 0 they all lie in one place.",
    zh="数的是全部元素。步长为 0 的维度上，它们都在同一个位置。",
)
def all_entries(x):
    return x.numel()


@misconception(
    "places",
    "All that was once reserved in memory was counted. A slice uses only a part of it.",
    zh="数的是当初申请的全部内存。切片只用到其中的一部分。",
)
def whole_storage(x):
    return x.untyped_storage().nbytes() // x.element_size()


@misconception(
    "places",
    "Bytes were counted. Asked for is the number of places, one for each number that is stored.",
    zh="数的是字节。要的是位置的个数，存着的每个数算一个。",
)
def bytes_counted(x):
    steps = zip(x.shape, x.stride(), strict=True)
    return x.element_size() * math.prod(size for size, step in steps if step != 0 or size == 0)


@misconception(
    "places",
    "Different values were counted. Two entries may hold the same number and still lie "
    "in two places; "
    "look at the steps, not at the numbers.",
    zh="数的是不同的数值。两个元素可以数值相同，却在两个位置上；要看的是步长，而不是数值。",
)
def values_counted(x):
    return x.unique().numel()


# Other right answers


@alternative("expand")
def axis_by_axis(x, sizes):
    if len(sizes) < x.dim():
        raise ValueError("too few")
    for _ in range(len(sizes) - x.dim()):
        if sizes[len(sizes) - x.dim() - 1] < 0:
            raise ValueError("new axis")
        x = x.unsqueeze(0)
    for axis, size in enumerate(sizes):
        if size == -1 or size == x.size(axis):
            continue
        if x.size(axis) != 1 or size < -1:
            raise ValueError("size")
        shape, steps = list(x.shape), list(x.stride())
        shape[axis], steps[axis] = size, 0
        x = torch.as_strided(x, shape, steps)
    return x


@alternative("expand")
def from_the_right(x, sizes):
    shape, steps = [], []
    own = list(zip(x.shape, x.stride(), strict=True))
    for size in reversed(sizes):
        length, step = own.pop() if own else (None, 0)
        if size < -1 or (size == -1 and length is None):
            raise ValueError(sizes)
        if length not in (None, 1) and size not in (-1, length):
            raise ValueError(sizes)
        shape.insert(0, length if size == -1 else size)
        steps.insert(0, step if size in (-1, length) else 0)
    if own:
        raise ValueError(sizes)
    return x.as_strided(shape, steps, x.storage_offset())


@alternative("repeat")
def joined(x, times):
    if len(times) < x.dim() or any(count < 0 for count in times):
        raise ValueError(times)
    result = x[(None,) * (len(times) - x.dim())].clone()
    for axis, count in enumerate(times):
        result = torch.cat([result] * count, axis) if count else result.narrow(axis, 0, 0)
    return result


@alternative("repeat")
def tile_by_tile(x, times):
    new = len(times) - x.dim()
    if new < 0 or any(count < 0 for count in times):
        raise ValueError(times)
    shape = [1] * new + list(x.shape)
    result = x.new_empty([n * count for n, count in zip(shape, times, strict=True)])
    for tile in itertools.product(*map(range, times)):
        corner = zip(tile, shape, strict=True)
        result[tuple(slice(i * n, i * n + n) for i, n in corner)] = x
    return result


@alternative("repeat")
def expanded_and_reshaped(x, times):
    new = len(times) - x.dim()
    if new < 0 or min(times, default=0) < 0:
        raise ValueError(times)
    shape = [1] * new + list(x.shape)
    between = [part for n in shape for part in (1, n)]
    wanted = [part for n, count in zip(shape, times, strict=True) for part in (count, n)]
    whole = [n * count for n, count in zip(shape, times, strict=True)]
    return expand(x.reshape(between), wanted).clone().reshape(whole)


@alternative("places")
def offsets_collected(x):
    offsets = {0} if x.numel() else set()
    for size, step in zip(x.shape, x.stride(), strict=True):
        offsets = {offset + i * step for offset in offsets for i in range(size)}
    return len(offsets)


@alternative("places")
def by_addresses(x):
    return len(
        {entry.data_ptr() for entry in (x[i] for i in itertools.product(*map(range, x.shape)))}
    )


# The tests


@title(
    "expand: axes of size 1 are stretched, nothing is copied",
    zh="expand：伸展大小为 1 的维度，不复制",
)
@points(3)
@cases("part", ["first column", "middle row"])
@no_stretching
def test_expand(student, rand, part):
    m, n = sizes(rand, 2)
    base, factor = rand(m + 1, n + 5), float(rand.uniform(2, 3, 1))
    column = part == "first column"
    shape = (m + 1, 4) if column else (3, n + 5)
    x = base[:, :1] if column else base[1:2]
    after = base.clone()
    (after[:, :1] if column else after[1:2]).mul_(factor)
    close(
        student.run(expanded, base, part, shape, factor),
        {
            "result": x.expand(shape),
            "result after x *= factor": (x * factor).expand(shape),
            "base": after,
        },
    )


@title("expand: new axes in front, -1 keeps a size", zh="expand：新维度在前，-1 保持大小")
@points(2)
@cases("keep", [False, True])
@no_stretching
def test_expand_new_axes(student, rand, keep):
    m, n, k = sizes(rand, 3)
    base, factor = rand(1, m), float(rand.uniform(2, 3, 1))
    for shape in [(n, -1), (-1, -1), (k, n, -1)] if keep else [(n, m), (m, n, m), (k, 1, m)]:
        result = base.expand(shape)
        close(
            student.run(expanded, base, "all", shape, factor),
            {"result": result, "result after x *= factor": result * factor, "base": base * factor},
        )


@title("expand refuses what can't be stretched", zh="expand 拒绝无法伸展的情形")
@points(2)
@cases("case", ["not 1", "too few", "negative"])
@no_stretching
def test_expand_refuses(student, rand, case):
    m, n, k = sizes(rand, 3)
    base = rand(m, 1, n)
    close(student.run(expanded_only, base, (m, k, n)), base.expand(m, k, n))
    with refuses(ValueError):
        if case == "not 1":
            student.run(expanded_only, base, (2 * m, 1, n))
        elif case == "too few":
            student.run(expanded_only, base, (1, n))
        else:
            student.run(expanded_only, base, (m, -4, n))


@title("expand at the edges of its rules", zh="expand 规则的边界情形")
@points(2)
@hidden(
    "A single number, size 0, a transposed part; and each refusal once more: -1 where "
    "there is nothing to keep, 1 where there are more, 0 where there are some.",
    zh="单个数、大小 0、转置后取的一部分。再把每种拒绝的情形过一遍：没有大小可保持之处写 "
    "-1，元素不止一个之处写 1，有元素之处写 0。",
)
@no_stretching
def test_expand_edges(student, rand):
    m, n, k = sizes(rand, 3)
    base, factor = rand(m, n, dtype=torch.float64), 2.5
    for part, x, shape in [
        ("one number", base[1, 1], (k, 2)),
        ("one number", base[1, 1], ()),
        ("transposed", base.t()[:, :1], (2, n, k)),
        ("first column", base[:, :1], (-1, 0)),
        ("first column", base[:, :1], (0, m, 3)),
    ]:
        seen = student.run(expanded, base, part, shape, factor)
        close(seen["result"], x.expand(shape), dtype=True)
        close(seen["result after x *= factor"], (x * factor).expand(shape))
    empty = rand.ints(0, 9, 0, 1)
    close(student.run(expanded_only, empty, (0, k)), empty.expand(0, k))
    for shape in [(-1, m, n), (1, n), (m, 0), (0, n), (2, m, -2), (m,), (-3, n), (m, n, k)]:
        with refuses(ValueError):
            student.run(expanded_only, base, shape)


@title("repeat: the whole, side by side", zh="repeat：把整体并排铺开")
@points(3)
@no_stretching
def test_repeat(student, rand):
    m, n = sizes(rand, 2)
    for shape, times in [((1, n), (m, n)), ((m, n), (3, 2)), ((m,), (3,)), ((m, n), (2, 1, 3))]:
        x, value = rand(*shape), float(rand(1))
        result = x.repeat(times)
        changed, place = result.clone(), tuple(size - 1 for size in result.shape)
        changed[place] = value
        close(
            student.run(repeated, x, times, place, value),
            {"result": result, "result with one entry changed": changed, "x": x},
        )


@title("repeat: few numbers, 0 times, other dtypes", zh="repeat：数太少、0 次、其他 dtype")
@points(2)
@hidden(
    "What if there are fewer numbers than axes? 0 times, once everywhere, a single "
    "number, an axis of size 0, a transposed x.",
    zh="给出的数比维度少会怎样？0 次、处处 1 次、单个数、大小为 0 的维度、转置后的 x。",
)
@no_stretching
def test_repeat_edges(student, rand):
    m, n, k = sizes(rand, 3)
    for x, times in [
        (rand(n, m).t(), (2, 3)),
        (rand.ints(-99, 99, m, n), (1, 1)),
        (rand(dtype=torch.float64), (2, k)),
        (rand(m, n), (0, 2)),
        (rand.bools(m, 0), (2, 2)),
        (rand(1, m, 1), (2, 1, 2, 3)),
    ]:
        close(student.run(repeated_only, x, times), (x.repeat(times), x), dtype=True)
    x = rand(m, n)
    once = x.clone()
    once[0, 0] = 7
    expected = {"result": x, "result with one entry changed": once, "x": x}
    close(student.run(repeated, x, (1, 1), (0, 0), 7), expected)
    number = rand()
    expected = {"result": number, "result with one entry changed": number * 0 + 7, "x": number}
    close(student.run(repeated, number, (), (), 7), expected)
    for times in [(2,), (), (2, -1), (-1, 2, 2)]:
        with refuses(ValueError):
            student.repeat(x, times)


@title("Places in memory", zh="内存里的位置")
@points(2)
def test_places(student, rand):
    m, n, k = sizes(rand, 3)
    answers = [m, m * k, n, (n - 1) * m]
    made = [
        (rand(m, 1), [("expand", m, k)]),
        (rand(m, 1), [("repeat", 1, k)]),
        (rand(m, n), [("select", 0, 0), ("expand", k, n)]),
        (rand(m, n), [("t",), ("rows", 1, None)]),
    ]
    close(student.run(places_of, made), answers)


@title("Places, after several steps", zh="经过几步之后的位置")
@hidden(
    "Expanded and then sliced or transposed; a single number many times; nothing at all; float64.",
    zh="伸展之后再切片或转置；一个数读许多遍；一个元素也没有；float64。",
)
def test_places_after_several_steps(student, rand):
    m, n, k = sizes(rand, 3)
    listed = [
        (rand(m, 1, n, dtype=torch.float64), [("expand", m, k, n), ("transpose", 0, 1)], m * n),
        (rand(m, 1), [("expand", m, 8), ("t",), ("rows", 2, 5)], m),
        (rand(), [("expand", m, n, k)], 1),
        (rand.ints(0, 9, 2 * m, n), [("rows", 0, None, 2), ("expand", k, m, n)], m * n),
        (rand(m, 1), [("expand", m, 0)], 0),
        (rand(), [], 1),
        (rand(1, 1), [("expand", 1, 1)], 1),
        (rand.bools(m, n), [("rows", 1, 2), ("expand", k, n)], n),
    ]
    made = [(base, steps) for base, steps, _ in listed]
    close(student.run(places_of, made), [answer for _, _, answer in listed])
