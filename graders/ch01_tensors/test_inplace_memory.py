"""In place: which memory was written, and which is shared."""

import torch

from torchgrade.authoring import (
    alternative,
    close,
    hidden,
    misconception,
    points,
    probe,
    title,
)


@probe
def add(student, y, x):
    """y as seen by another tensor over its memory, the result, and how far apart they begin."""
    other = y.view_as(y)
    result = student.add_into(y, x)
    moved = float(result.data_ptr() != other.data_ptr())
    return {"y": other.clone(), "result": result.clone(), "moved": moved, "x": x}


@probe
def remember_and_write(student, x, later):
    """What was remembered, after x was written to; and x, after that was written to."""
    kept = student.remember(x)
    x.copy_(later)
    seen = kept.clone()
    kept.zero_()
    return seen, x


@probe
def swapped(student, pairs):
    """What lies in the memories of before, and what the tensors themselves hold."""
    others = [(a.view_as(a), b.view_as(b)) for a, b in pairs]
    for a, b in pairs:
        student.swap(a, b)
    return others, pairs


@probe
def same(student, x, y):
    """Answers for views of two memories, paired in many ways, and what can be made of them."""
    views = [x, x[1:], x[2:5], x.reshape(2, -1)[1], x[::2], x.view(-1, 2).T, x.detach(), x[3]]
    others = [y, y[1:], x.clone(), x[1:].clone(), x + 0, torch.empty_like(x), y[0]]
    pairs = [(a, b) for a in views for b in (*views, *others)]
    pairs += [(b, a) for a in views for b in others]
    return [bool(student.same_memory(a, b)) for a, b in pairs]


def expected_sameness():
    """8 views of one memory, 7 tensors elsewhere."""
    return ([True] * 8 + [False] * 7) * 8 + [False] * 56


@probe
def blend(student, out, a, b, weight, which):
    """``which`` names the operand that out is the same tensor as."""
    a, b = (out if which == "a" else a), (out if which == "b" else b)
    other = out.view_as(out)
    result = student.blend_into(out, a, b, weight)
    moved = float(result.data_ptr() != other.data_ptr())
    return {"out": other.clone(), "result": result.clone(), "moved": moved, "a": a, "b": b}


# What goes wrong


@misconception(
    "add_into",
    "The sum is in new memory. y = y + x makes a tensor and hangs the name y on it; the tensor "
    "that the caller holds has not changed.",
    zh="和放进了新的内存。y = y + x 创建一个新张量，再把名字 y 挂上去；调用者手里的张量没有变。",
)
def sum_in_new_memory(y, x):
    return y + x


@misconception(
    "add_into",
    "y was added to x: the sum is in the memory of x, and y is as it was. The tensor before the "
    "dot, or on the left of +=, is the one that is written to.",
    zh="反过来把 y 加到了 x 上：和在 x 的内存里，y 却没有变。被写入的是点号前面的，或 += 左边的那个张量。",
)
def into_the_other(y, x):
    return x.add_(y)


@misconception(
    "add_into",
    "y was written to, but a copy of it was returned. Return the tensor itself.",
    zh="y 写对了，返回的却是它的副本。要返回这个张量本身。",
)
def copy_returned(y, x):
    y += x
    return y.clone()


@misconception(
    "add_into",
    "x was written over y. It should be added to what is there.",
    zh="x 覆盖了 y。应当加到原来的内容上。",
)
def overwritten(y, x):
    return y.copy_(x)


@misconception(
    "add_into",
    "y[:] takes all rows, and a 0-d tensor has no axis with rows. y[...], += and add_() work for "
    "any number of axes.",
    zh="y[:] 取的是所有的行，而 0 维张量没有维度，也就没有行。y[...]、+= 和 add_() 对任意维数都适用。",
)
def rows_of_a_scalar(y, x):
    y[:] = y + x
    return y


@misconception(
    "remember",
    "This is no copy but a second name, or a view: both stand for the same memory, and what is "
    "written into one appears in the other.",
    zh="这不是副本，只是第二个名字，或者一个视图：两者对应同一块内存，往一个里面写，另一个也会变。",
)
def second_name(x):
    return x


@misconception(
    "swap",
    "Only the names inside of the function were exchanged. The caller's tensors hold what they "
    "held before.",
    zh="只交换了函数内部的两个名字。调用者的两个张量还是原来的内容。",
)
def names_exchanged(a, b):
    a, b = b, a


@misconception(
    "swap",
    "Both hold what was in b. old = a (or a view of a) keeps nothing: when a is overwritten, that "
    "changes, too. It takes a copy.",
    zh="两个张量都成了 b 的内容。old = a（或者 a 的视图）什么也没有留住：a 被覆盖时它也跟着变。必须复制。",
)
def both_as_b(a, b):
    old = a
    a[...] = b
    b[...] = old


@misconception(
    "swap",
    "Both hold what was in a. What stood in b was overwritten before it was kept anywhere.",
    zh="两个张量都成了 a 的内容。b 里原来的内容还没有保存，就被覆盖了。",
)
def both_as_a(a, b):
    b[...] = a
    a[...] = b


@misconception(
    "swap",
    "The two tensors were given each other's memory, by .data or set_(). The memories still hold "
    "what they held, and every other view of them sees no exchange. Write the contents over.",
    zh="用 .data 或 set_() 让两个张量互换了内存。两块内存里的内容并没有变，它们的其他视图也看不到交换。"
    "应当改写内容。",
)
def memories_exchanged(a, b):
    a.data, b.data = b.data, a.data


@misconception(
    "swap",
    "The exchange went through sums and differences, and floats round: beside a large number, the "
    "digits of a small one are lost. Keep a copy instead.",
    zh="交换是靠加减完成的，而浮点数会舍入：与很大的数相加，小数的有效位就丢了。应当留一份副本。",
)
def swapped_by_sums(a, b):
    a += b
    b.copy_(a - b)
    a -= b


@misconception(
    "same_memory",
    "Python objects were compared, with id() or is. Each view is an object of its own, however "
    "many of them lie over the same memory.",
    zh="用 id() 或 is 比较的是 Python 对象。每个视图都是一个独立的对象，不管有多少个视图共用同一块内存。",
)
def objects_compared(a, b):
    return a is b


@misconception(
    "same_memory",
    "The addresses of the first elements were compared. A view may begin further on in the same "
    "memory: x[2:] does not begin where x does.",
    zh="比较的是第一个元素的地址。视图可能从同一块内存的后面某处开始：x[2:] 和 x 的起点就不同。",
)
def first_elements_compared(a, b):
    return a.data_ptr() == b.data_ptr()


@misconception(
    "same_memory",
    "It was asked whether the two have elements in common. x[3:] and x[:2] have none, and yet they "
    "are two views of one block of memory: the storage is what to compare.",
    zh="问的变成了两者有没有公共的元素。x[3:] 和 x[:2] 没有公共元素，却是同一块内存的两个视图："
    "要比较的是 storage。",
)
def common_elements(a, b):
    def places(x):
        number = torch.zeros(x.shape, dtype=torch.int64)
        for axis, (size, step) in enumerate(zip(x.shape, x.stride(), strict=True)):
            shape = [-1 if i == axis else 1 for i in range(x.dim())]
            number = number + step * torch.arange(size).reshape(shape)
        return {x.data_ptr() + x.element_size() * i for i in number.reshape(-1).tolist()}

    return bool(places(a) & places(b))


@misconception(
    "same_memory",
    "Values were compared. A copy holds the same values in other memory.",
    zh="比较的是数值。副本的数值相同，内存却是另一块。",
)
def values_compared(a, b):
    return a.shape == b.shape and bool((a == b).all())


@misconception(
    "blend_into",
    "The result is in new memory, and out is as it was. Assigning to the name out inside of the "
    "function changes nothing outside.",
    zh="结果在新的内存里，out 没有变。在函数里给 out 这个名字赋值，不会影响外面。",
)
def blended_elsewhere(out, a, b, weight):
    return a + weight * b


@misconception(
    "blend_into",
    "out was overwritten with a before b was read. If out is b, then b is gone by then: calculate "
    "first, or see to it that everything is read in one go.",
    zh="还没有读 b，就先把 a 写进了 out。如果 out 就是 b，这时 b 已经没有了：要么先算好，要么一次读完。",
)
def written_before_read(out, a, b, weight):
    out[...] = a
    return out.add_(b, alpha=weight)


@misconception(
    "blend_into",
    "out was overwritten with weight * b before a was read. If out is a, then a is gone by then: "
    "calculate first, or see to it that everything is read in one go.",
    zh="还没有读 a，就先把 weight * b 写进了 out。如果 out 就是 a，这时 a 已经没有了：要么先算好，要么一次读完。",
)
def product_before_reading_a(out, a, b, weight):
    torch.mul(b, weight, out=out)
    return out.add_(a)


@misconception(
    "blend_into",
    "a was changed: the sum was made in its memory and then copied to out.",
    zh="a 被改动了：和是在它的内存里算的，然后才复制到 out。",
)
def a_used_as_scratch(out, a, b, weight):
    a += weight * b
    return out.copy_(a)


@misconception(
    "blend_into",
    "b was changed: the product was made in its memory and then used for out.",
    zh="b 被改动了：乘积是在它的内存里算的，然后才用于 out。",
)
def b_used_as_scratch(out, a, b, weight):
    b *= weight
    return out.copy_(a + b)


@misconception(
    "blend_into",
    "weight went to a instead of b.",
    zh="weight 乘到了 a 上，应当乘 b。",
)
def wrong_one_weighted(out, a, b, weight):
    return torch.add(b, a, alpha=weight, out=out)


# Other right answers


@alternative("add_into")
def slice_assigned(y, x):
    y[...] = y + x
    return y


@alternative("add_into")
def with_out(y, x):
    torch.add(x, y, out=y)
    return y


@alternative("remember")
def written_into_empty(x):
    kept = torch.empty(x.shape, dtype=x.dtype)
    kept[...] = x
    return kept


@alternative("remember")
def plus_nothing(x):
    return x + 0


@alternative("swap")
def both_copied(a, b):
    a[...], b[...] = b.clone(), a.clone()


@alternative("swap")
def by_differences_of_bits(a, b):
    held = torch.stack([b, a])
    for place, target in enumerate((a, b)):
        target.copy_(held[place])


@alternative("same_memory")
def by_storage_offset(a, b):
    def start(x):
        return x.data_ptr() - x.storage_offset() * x.element_size()

    return start(a) == start(b)


@alternative("same_memory")
def by_experiment(a, b):
    def in_full(x):
        return torch.empty(0, dtype=x.dtype).set_(x.untyped_storage())

    a, b = in_full(a), in_full(b)
    old = a[0].clone()
    a[0] = 1.0 if b[0] != 1.0 else 2.0
    found = bool(b[0] == a[0])
    a[0] = old
    return found


@alternative("blend_into")
def calculated_first(out, a, b, weight):
    out[...] = a + b * weight
    return out


@alternative("blend_into")
def element_by_element(out, a, b, weight):
    numbers = [x + weight * y for x, y in zip(a.flatten(), b.flatten(), strict=True)]
    return out.copy_(torch.stack(numbers).reshape(out.shape) if numbers else out)


# The tests


@title("add_into: the sum is in the memory of y", zh="add_into：和在 y 的内存里")
@points(2)
def test_add(student, rand):
    for y, x in (
        (rand(3, 4), rand(3, 4)),
        (rand.ints(-99, 99, 5), rand.ints(-99, 99, 5)),
        (rand(4, 3).T, rand(3, 4)),
        (rand(), rand()),
    ):
        total = y + x
        close(student.run(add, y, x), {"y": total, "result": total, "moved": 0.0, "x": x})


@title("remember: neither changes with the other", zh="remember：两者互不影响")
@points(2)
def test_remember(student, rand):
    for x, later in ((rand(3, 4), rand(3, 4)), (rand(3, 2).T, rand(2, 3)), (rand(), rand())):
        close(student.run(remember_and_write, x, later), (x, later))


@title("swap: contents exchanged in place", zh="swap：就地交换内容")
@points(2)
def test_swap(student, rand):
    pairs = [
        (rand(3, 4), rand(3, 4)),
        (rand(2, 3).T, rand(3, 2)),
        (rand(), rand()),
        (rand.ints(0, 99, 6), rand.ints(0, 99, 6)),
        (1e9 * rand.uniform(1, 2, 3), rand(3)),
    ]
    exchanged = [(b, a) for a, b in pairs]
    close(student.run(swapped, pairs), (exchanged, exchanged))


@title("same_memory: views and copies", zh="same_memory：视图与副本")
@points(2)
def test_same(student, rand):
    close(student.run(same, rand(8), rand(8)), expected_sameness())


@title("blend_into: the result is in the memory of out", zh="blend_into：结果在 out 的内存里")
@points(2)
def test_blend(student, rand):
    for shape in ((3, 4), (5,), ()):
        out, a, b, weight = rand(*shape), rand(*shape), rand(*shape), float(rand.uniform(2, 3))
        result = a + weight * b
        expected = {"out": result, "result": result, "moved": 0.0, "a": a, "b": b}
        close(student.run(blend, out, a, b, weight, "neither"), expected)


@title("blend_into: out is one of the operands", zh="blend_into：out 就是其中一个操作数")
@points(2)
@hidden(
    "out may be a itself, or b itself. What do you read after you have written to it?",
    zh="out 可以就是 a，也可以就是 b。往它里面写过之后，你还读了什么？",
)
def test_blend_into_operand(student, rand):
    for which in ("a", "b"):
        a, b, weight = rand(2, 3), rand(2, 3), float(rand.uniform(2, 3))
        out = a if which == "a" else b
        result = a + weight * b
        expected = {"out": result, "result": result, "moved": 0.0, "a": a, "b": b}
        close(student.run(blend, out, a, b, weight, which), expected | {which: result})


@title("Views that are not contiguous, float64, no elements", zh="不连续的视图、float64、没有元素")
@hidden(
    "A slice of columns must be written to where it lies. dtypes stay.",
    zh="由若干列组成的切片，要写到它原来的位置。dtype 保持不变。",
)
def test_views(student, rand):
    double = torch.float64
    for y, x in (
        (rand(4, 6, dtype=double)[:, ::2], rand(4, 3, dtype=double)),
        (rand(0, 3), rand(0, 3)),
    ):
        total = y + x
        expected = {"y": total, "result": total, "moved": 0.0, "x": x}
        close(student.run(add, y, x), expected, dtype=True)
        close(student.run(remember_and_write, y, x), (y, x), dtype=True)
        result = y + 1.5 * x
        expected = {"out": result, "result": result, "moved": 0.0, "a": y, "b": x}
        close(student.run(blend, y, x, x, 1.5, "a"), expected | {"a": result}, dtype=True)
