"""view and reshape: one refuses where the other copies."""

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
    title,
)

no_tensors = forbids(
    *("is_contiguous", "empty_strided", "new_empty_strided", "as_strided", "as_strided_copy")
)


def sizes(rand, count):
    """Different sizes from 2 on."""
    return [size + 2 for size in rand.perm(4).tolist()[:count]]


# What only the student's process can see: memory.


@probe
def part_of(student, base, layout):
    """A part of ``base``, in one of several memory layouts."""
    if layout == "transposed":
        return base.transpose(0, -1)
    if layout == "columns":
        return base[:, 1:-1]
    if layout == "every second row":
        return base[::2]
    return base


@probe
def cleared(student, base, layout, count):
    x = part_of(student, base, layout)
    student.clear_first(x, count)
    return base


@probe
def looked_at(student, function, values, shape, factor):
    x = getattr(student, function)(values, shape)
    numbers = x.clone()
    try:
        viewed = x.view(shape).clone()
    except RuntimeError:
        viewed = "RuntimeError"
    contiguous = x.is_contiguous()
    x.reshape(shape).mul_(factor)
    return {
        "x": numbers,
        "x.is_contiguous()": contiguous,
        "x.view(shape)": viewed,
        "x after x.reshape(shape) *= factor": x,
    }


@probe
def contiguous(student, cases):
    return [student.is_contiguous(shape, stride) for shape, stride in cases]


# What goes wrong with clear_first


@misconception(
    "clear_first",
    "A copy was cleared, and x was not. Where the entries don't lie in reading order, "
    "reshape (like contiguous and flatten) makes a copy, and what is written into it is "
    "lost.",
    zh="清零的是一份副本，x 并没有变。元素在内存里不按阅读顺序排列时，reshape（以及 "
    "contiguous、flatten）会复制一份，写进去的东西就丢了。",
)
def copy_cleared(x, count):
    x.reshape(-1)[:count] = 0


@misconception(
    "clear_first",
    "A new tensor was made, and x is as it was. where, masked_fill and * don't write into "
    "x, and x = ... only gives the name to another tensor. Write in place: x[...] = 0.",
    zh="做出来的是一个新张量，x 还是原来的样子。where、masked_fill、* 都不写入 x，"
    "x = ... 也只是把这个名字给了另一个张量。请就地写入：x[...] = 0。",
)
def nothing_written(x, count):
    pass


@misconception(
    "clear_first",
    "The entries were multiplied by 0. Where one is infinite or NaN, that gives NaN: assign the 0.",
    zh="元素是乘以 0 清掉的。遇到无穷大或 NaN，乘出来是 NaN：请直接赋值为 0。",
)
def multiplied_by_zero(x, count):
    x *= torch.arange(x.numel()).reshape(x.shape) >= count


@misconception(
    "clear_first",
    "view refused: on this memory there are no steps that would give one long axis. It "
    "tells you instead of copying, which is honest, but x isn't cleared yet.",
    zh="view 拒绝了：在这样的内存上，没有什么步长能表示一个长长的维度。"
    "它明白地报错而不是悄悄复制，但 x 还没有清零。",
)
def view_refused(x, count):
    x.view(-1)[:count] = 0


@misconception(
    "clear_first",
    "The first entries in memory were cleared. Reading order goes through the last axis "
    "first; a transposed tensor lies in memory in another order.",
    zh="清掉的是内存里最前面的几个数。阅读顺序是先走完最后一个维度；"
    "转置后的张量在内存里是另一种顺序。",
)
def memory_order(x, count):
    x.as_strided((count,), (1,), x.storage_offset())[:] = 0


@misconception(
    "clear_first",
    "Whole slices were cleared: x[:count] counts along axis 0. Asked for are the first "
    "single entries, row by row.",
    zh="清掉的是整片整片的数：x[:count] 是沿第 0 维数的。要的是按行数的前若干个元素。",
)
def first_slices(x, count):
    x[:count] = 0


# What goes wrong with is_contiguous


@misconception(
    "is_contiguous",
    "An axis of size 1 was held to a step. Nobody ever goes from one entry to the next "
    "along it, so its step may be anything.",
    zh="对大小为 1 的维度也要求了步长。沿着它从来不需要走到下一个元素，所以它的步长是多少都行。",
)
def size_one_held_to_a_step(shape, stride):
    expected = 1
    for size, step in zip(reversed(shape), reversed(stride), strict=True):
        if step != expected:
            return False
        expected *= size
    return True


@misconception(
    "is_contiguous",
    "A tensor without entries was found not contiguous. No entry is out of place, so it "
    "counts as contiguous, whatever its steps.",
    zh="没有元素的张量被判为不连续。既然没有元素，也就没有元素放错位置，所以不管步长是多少，"
    "都算连续。",
)
def empty_held_to_steps(shape, stride):
    expected = 1
    for size, step in zip(reversed(shape), reversed(stride), strict=True):
        if size != 1 and step != expected:
            return False
        expected *= size
    return True


@misconception(
    "is_contiguous",
    "Only the last step was looked at. A step of 1 there says that a row lies together, "
    "but the rows may be in another order or have gaps between them.",
    zh="只看了最后一个步长。它等于 1 只说明同一行挨在一起，但各行之间可能有空隙，顺序也可能不同。",
)
def last_step_only(shape, stride):
    return 0 in shape or not shape or shape[-1] == 1 or stride[-1] == 1


@misconception(
    "is_contiguous",
    "It was only asked whether the steps get smaller from left to right. That excludes a "
    "transpose, but not gaps: each step must be exactly the size of what lies inside of "
    "it.",
    zh="只看了步长是不是从左到右递减。这能排除转置，却排除不了空隙："
    "每个步长必须恰好等于它里面那一块的大小。",
)
def falling_steps(shape, stride):
    kept = [step for size, step in zip(shape, stride, strict=True) if size != 1]
    return 0 in shape or (kept == sorted(kept, reverse=True) and (not kept or kept[-1] == 1))


@misconception(
    "is_contiguous",
    "The steps were worked out from the first axis on. In reading order it is the last "
    "axis that runs fastest and has step 1.",
    zh="步长是从第一个维度算起的。按阅读顺序，变化最快、步长为 1 的是最后一个维度。",
)
def first_axis_fastest(shape, stride):
    if 0 in shape:
        return True
    expected = 1
    for size, step in zip(shape, stride, strict=True):
        if size != 1 and step != expected:
            return False
        expected *= size
    return True


# What goes wrong with the two constructions


@misconception(
    "not_viewable",
    "The memory is in reading order, so view has no reason to refuse. Transposing there "
    "and back changes nothing, since no number is moved; between the two something has "
    "to rearrange the memory.",
    zh="内存仍是阅读顺序，view 没有理由拒绝。转置过去再转置回来等于什么也没做，"
    "因为一个数也没有搬动；在两次转置之间，要让内存真正重排。",
)
def memory_in_reading_order(values, shape):
    return values.clone()


@misconception(
    "not_viewable",
    "The shape or the places of the numbers changed: this is a transposed tensor. It has "
    "to equal values; only its memory is to be in another order.",
    zh="形状变了，或者数的位置变了：这是一个转置后的张量。它应当与 values 相等，"
    "只是内存里的顺序不同。",
)
def transposed_and_left(values, shape):
    return reversed_axes(values)


@misconception(
    "not_viewable",
    "The gap is in the wrong place. Behind the last axis it keeps that axis from being "
    "merged with the one before, but the axes before can still be merged: their steps "
    "fit each other.",
    zh="空隙放错了地方。放在最后一维之后，只能阻止最后一维与前一维合并；"
    "前面的维度照样可以合并，因为它们的步长彼此相配。",
)
def gap_behind_the_last_axis(values, shape):
    return torch.cat([values, values], dim=-1)[..., : values.shape[-1]]


@misconception(
    "not_viewable",
    "Only the first and the last axis run the other way in memory. Axes between them "
    "still fit each other, and where only those are merged, view has nothing to refuse.",
    zh="在内存里颠倒过来的只有最前和最后两个维度。中间的维度仍然彼此相配，如果只合并它们，"
    "view 就没有理由拒绝。",
)
def ends_swapped_only(values, shape):
    return values.transpose(0, -1).contiguous().transpose(0, -1)


@misconception(
    "viewable",
    "This tensor is contiguous. Leave gaps in its memory: of some larger tensor, take a part.",
    zh="这个张量是连续的。要让它的内存里有空隙：从一个更大的张量里取出一部分。",
)
def contiguous_after_all(values, shape):
    return values.clone()


@misconception(
    "viewable",
    "It isn't contiguous, but view refuses it. The steps of neighbouring axes have to "
    "fit each other: what view asks for is the same distance from each entry to the next "
    "in reading order.",
    zh="它的确不连续，但 view 拒绝了。相邻维度的步长要彼此相配：view 要求的是，按阅读顺序，"
    "从每个元素到下一个元素的距离都相同。",
)
def steps_that_do_not_fit(values, shape):
    return reversed_axes(reversed_axes(values).contiguous())


# Other right answers


@alternative("clear_first")
def with_a_mask(x, count):
    x.masked_fill_(torch.arange(x.numel()).view(x.shape) < count, 0)


@alternative("clear_first")
def entry_after_entry(x, count):
    if x.dim() == 0:
        if count:
            x.zero_()
        return
    rest = count
    for part in x:
        here = min(rest, part.numel())
        clear_first(part, here)
        rest -= here


@alternative("clear_first")
def at_coordinates(x, count):
    if x.dim():
        x[torch.unravel_index(torch.arange(count), x.shape)] = 0
    else:
        x.mul_(1 - count)


@alternative("is_contiguous")
def from_a_list_of_steps(shape, stride):
    right = [1]
    for size in shape[:0:-1]:
        right.insert(0, right[0] * size)
    pairs = zip(shape, stride, right, strict=False)
    return any(size == 0 for size in shape) or all(n == 1 or a == b for n, a, b in pairs)


@alternative("is_contiguous")
def by_writing_down_the_places(shape, stride):
    places = [0]
    for size, step in zip(shape, stride, strict=True):
        places = [place + i * step for place in places for i in range(size)]
    return places == list(range(len(places)))


@alternative("not_viewable")
def written_into_transposed_memory(values, shape):
    x = reversed_axes(values.new_zeros(values.shape[::-1]))
    x += values
    return x


@alternative("not_viewable")
def gaps_everywhere(values, shape):
    room = values.new_zeros([size + 1 for size in values.shape])
    room[tuple(slice(size) for size in values.shape)] = values
    return room[tuple(slice(size) for size in values.shape)]


@alternative("viewable")
def every_third_of_a_row(values, shape):
    row = torch.zeros(3 * values.numel(), dtype=values.dtype)
    row[1::3] = values.flatten()
    return row[1::3].view(values.shape)


# The tests


@title("clear_first: the entries of x, whatever its memory", zh="clear_first：不管内存怎样排列")
@points(3)
@cases("layout", ["transposed", "columns"])
def test_clear_first(student, rand, layout):
    m, n = sizes(rand, 2)
    base, count = rand(m + 2, n + 3), 2 * m - 1
    expected = base.clone()
    expected[0, : min(count, n + 3)] = 0
    expected[1, : max(count - n - 3, 0)] = 0
    close(student.run(cleared, base, "plain", count), expected)
    expected = base.clone()
    x = expected.T if layout == "transposed" else expected[:, 1:-1]
    x[torch.arange(x.numel()).view(x.shape) < count] = 0
    close(student.run(cleared, base, layout, count), expected)


@title(
    "clear_first: more axes, none or all entries, any dtype", zh="clear_first：更多维度、任意 dtype"
)
@points(2)
@hidden(
    "Three axes, and a part of a larger tensor: does the rest of it stay? What if "
    "nothing is to be cleared, or everything? And what if entries are infinite?",
    zh="三个维度，并且是更大张量的一部分：其余的数保持不变吗？一个也不清、全部都清，又会怎样？"
    "有无穷大的元素时呢？",
)
def test_clear_first_anywhere(student, rand):
    m, n, k = sizes(rand, 3)
    for base, layout, count in [
        (rand(m, n), "plain", n + 1),
        (rand(n, m, k), "transposed", m * k + 1),
        (rand(n, 2 * m + 1, k, dtype=torch.float64), "columns", 3),
        (rand.ints(1, 9, 2 * m + 1, n), "every second row", n + 1),
        (rand(n, m), "transposed", 0),
        (rand(n, m), "transposed", n * m),
        (rand(2, 3, 2, k), "transposed", 7),
        (rand(n, 0), "transposed", 0),
        (rand(m, n) * float("inf"), "transposed", m + 1),
    ]:
        expected = base.clone()
        x = {
            "plain": expected,
            "transposed": expected.transpose(0, -1),
            "columns": expected[:, 1:-1],
            "every second row": expected[::2],
        }[layout]
        x[torch.arange(x.numel()).view(x.shape) < count] = 0
        close(student.run(cleared, base, layout, count), expected, dtype=True)


@title("Contiguous or not: order and gaps", zh="连续与否：顺序与空隙")
@points(2)
@no_tensors
def test_contiguous(student, rand):
    m, n, k = sizes(rand, 3)
    listed = [
        ((m, n), (n, 1), True),
        ((m, n), (1, m), False),
        ((m, n, k), (n * k, k, 1), True),
        ((m, n, k), (k, m * k, 1), False),
        ((n,), (1,), True),
        ((n,), (2,), False),
        ((m, n), (n + 1, 1), False),
        ((m, n), (2 * n, 2), False),
        ((m, n, k), (n * k + k, k, 1), False),
        ((m, n), (0, 1), False),
    ]
    made = [(shape, stride) for shape, stride, _ in listed]
    close(student.run(contiguous, made), [answer for _, _, answer in listed])


@title("Sizes 1 and 0, and no axis at all", zh="大小为 1、为 0，以及没有维度")
@points(2)
@hidden(
    "Which steps are never taken? Try a 1 at the front, in the middle, and at the end; "
    "then a tensor without entries, and one without axes.",
    zh="哪些步从来不会迈出去？让 1 分别出现在最前、中间、最后；"
    "再试没有元素的张量和没有维度的张量。",
)
@no_tensors
def test_contiguous_edges(student, rand):
    m, n, k = sizes(rand, 3)
    listed = [
        ((m, n), (n, 1), True),
        ((m, 1, n), (n, 77, 1), True),
        ((1, n), (k, 1), True),
        ((m, 1), (1, m), True),
        ((m, 1), (k + 7, 5), False),
        ((1, 1), (0, 9), True),
        ((n, 1, m), (m, m, 2), False),
        ((), (), True),
        ((0, n), (7, 9), True),
        ((m, n, 0), (1, m, n), True),
        ((m, 0, n), (0, 0, 0), True),
    ]
    made = [(shape, stride) for shape, stride, _ in listed]
    close(student.run(contiguous, made), [answer for _, _, answer in listed])


@title("not_viewable: equal numbers, and view fails", zh="not_viewable：数值相同，view 却失败")
@points(3)
@cases("merged", ["both", "first two", "last two"])
def test_not_viewable(student, rand, merged):
    m, n, k = sizes(rand, 3)
    values, shape = {
        "both": (rand(m, n), (m * n,)),
        "first two": (rand(m, n, k), (m * n, k)),
        "last two": (rand(m, n, k), (m, n * k)),
    }[merged]
    close(
        student.run(looked_at, "not_viewable", values, shape, 3.0),
        {
            "x": values,
            "x.is_contiguous()": False,
            "x.view(shape)": "RuntimeError",
            "x after x.reshape(shape) *= factor": values,
        },
    )


@title("viewable: gaps in memory, and view works", zh="viewable：内存有空隙，view 却可用")
@points(3)
def test_viewable(student, rand):
    m, n, k = sizes(rand, 3)
    for values, shape in [(rand(m, n), (m * n,)), (rand(m, n, k), (k, m * n))]:
        close(
            student.run(looked_at, "viewable", values, shape, 3.0),
            {
                "x": values,
                "x.is_contiguous()": False,
                "x.view(shape)": values.reshape(shape),
                "x after x.reshape(shape) *= factor": 3 * values,
            },
        )


@title("Both constructions for other sizes and dtypes", zh="其他大小与 dtype 的两种构造")
@hidden(
    "Four axes; a row of two numbers; whole numbers. Is it still the same construction?",
    zh="四个维度；只有两个数的一行；整数。用的还是同一种构造吗？",
)
def test_constructions(student, rand):
    m, n, k = sizes(rand, 3)
    for values, shape in [
        (rand.ints(-99, 99, m, n, 2), (m * n * 2,)),
        (rand(m, 2, n, k, dtype=torch.float64), (m, 2 * n, k)),
        (rand(2, m, n, k), (2, m, n * k)),
        (rand(m, n, 2, k), (m * n, 2, k)),
    ]:
        seen = student.run(looked_at, "not_viewable", values, shape, 2)
        close(seen["x"], values, dtype=True)
        close(seen["x.view(shape)"], "RuntimeError")
        close(seen["x after x.reshape(shape) *= factor"], values)
    for values, shape in [
        (rand(2), (2,)),
        (rand.ints(-99, 99, m, 1, n), (n, m)),
        (rand(1, 2, k, dtype=torch.float64), (k, 1, 2)),
        (rand(n, 1), (1, n)),
    ]:
        seen = student.run(looked_at, "viewable", values, shape, 2)
        close(seen["x"], values, dtype=True)
        close(seen["x.is_contiguous()"], False)
        close(seen["x.view(shape)"], values.reshape(shape))
        close(seen["x after x.reshape(shape) *= factor"], 2 * values)
