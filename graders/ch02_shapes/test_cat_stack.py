"""cat and stack: an axis gets longer, or a new one comes."""

from itertools import product

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
    *("cat", "concat", "concatenate", "stack", "hstack", "vstack", "dstack"),
    *("column_stack", "row_stack", "Tensor.numpy", "__array__"),
)


def sizes(rand, count):
    """Different sizes from 2 on."""
    return [size + 2 for size in rand.perm(4).tolist()[:count]]


# What goes wrong with cat


@misconception(
    "cat",
    "This is a stack: a new axis was made. cat makes none, it lengthens the axis that is there.",
    zh="这是堆叠：多出了一个新维度。cat 不增加维度，而是让已有的维度变长。",
)
def stacked_instead(tensors, dim):
    refuse_different(tuple(t.shape) for t in tensors)
    return joined([t.unsqueeze(dim) for t in tensors], dim)


@misconception(
    "cat",
    "dim made no difference: the tensors were always joined along axis 0.",
    zh="dim 没有起作用：总是沿第 0 维拼接。",
)
def along_axis_zero(tensors, dim):
    refuse_different(other_sizes(t, 0) for t in tensors)
    return joined(tensors, 0)


@misconception(
    "cat",
    "A negative dim is off by one. With as many axes as the tensors have, -1 is the last "
    "axis; only for stack, whose result has one more, is there another count.",
    zh="负的 dim 差了一位。维度个数与各张量相同，-1 就是最后一个维度；只有 stack "
    "的结果多一个维度，数法才不一样。",
)
def negative_off_by_one(tensors, dim):
    dim = max(dim + tensors[0].dim() - 1, 0) if dim < 0 else dim
    refuse_different(other_sizes(t, dim) for t in tensors)
    return joined(tensors, dim)


@misconception(
    "cat",
    "Tensors of different size on the joined axis were refused. Just there they may "
    "differ: 10 rows and 6 rows make 16 rows.",
    zh="在拼接的维度上大小不同时被拒绝了。恰恰在这里可以不同：10 行加 6 行是 16 行。",
)
def equal_shapes_demanded(tensors, dim):
    refuse_different(tuple(t.shape) for t in tensors)
    return joined(tensors, dim)


@misconception(
    "cat",
    "A tensor of size 1 on another axis was stretched on its way into the slice, for an "
    "assignment broadcasts. cat refuses that: compare the sizes yourself before you "
    "write.",
    zh="在其他维度上大小为 1 的张量，写进切片时被伸展了，因为赋值会广播。cat "
    "要拒绝这种情形：写入之前，请自己比较大小。",
)
def stretched_on_assignment(tensors, dim):
    if len({t.dim() for t in tensors}) != 1:
        raise ValueError("numbers of axes")
    for axis in range(tensors[0].dim()):
        found = {t.shape[axis] for t in tensors}
        if axis != dim % tensors[0].dim() and len(found - {1, tensors[0].shape[axis]}):
            raise ValueError("sizes differ")
    return joined(tensors, dim)


@misconception(
    "cat",
    "A tensor with fewer axes than the first was accepted: an assignment stretches it to "
    "rows that are all the same. cat refuses other numbers of axes, and zip, which ends "
    "with the shorter shape, doesn't notice them.",
    zh="维度个数比第一个少的张量被接受了：赋值把它伸展成了一行行相同的数。维度个数不同时 cat "
    "要拒绝；而 zip 到较短的形状就结束，发现不了这一点。",
)
def fewer_axes_stretched(tensors, dim):
    if not tensors:
        raise ValueError("nothing to join")
    first = tensors[0]
    for t in tensors:
        for axis, pair in enumerate(zip(first.shape, t.shape, strict=False)):
            if axis != dim % first.dim() and pair[0] != pair[1]:
                raise ValueError("sizes differ")
    return joined(
        [t.expand(t.shape[dim], *first.shape[1:]) if t.dim() < first.dim() else t for t in tensors],
        dim,
    )


@misconception(
    "cat",
    "Tensors whose sizes differ on another axis were accepted and filled up with zeros. "
    "Such tensors do not fit, and the promise is a ValueError.",
    zh="在其他维度上大小不同的张量被接受了，空处填了 0。这样的张量拼不起来，约定是抛出 "
    "ValueError。",
)
def filled_up_with_zeros(tensors, dim):
    if len({t.dim() for t in tensors}) != 1:
        raise ValueError("numbers of axes")
    shape = [max(t.shape[axis] for t in tensors) for axis in range(tensors[0].dim())]
    shape[dim] = sum(t.shape[dim] for t in tensors)
    result, start = tensors[0].new_zeros(shape), 0
    for t in tensors:
        place = [slice(size) for size in t.shape]
        place[dim] = slice(start, start + t.shape[dim])
        result[tuple(place)] = t
        start += t.shape[dim]
    return result


@misconception(
    "cat",
    "Only two tensors were joined. There may be any number of them, also just one.",
    zh="只拼接了两个张量。张量可以有任意多个，也可以只有一个。",
)
def two_tensors_only(tensors, dim):
    refuse_different(other_sizes(t, dim) for t in tensors)
    return joined(tensors[:2], dim)


@misconception(
    "cat",
    "The result was written into a buffer of the default dtype. Give it the dtype of the tensors.",
    zh="结果写进了默认 dtype 的缓冲区。新建时要用各张量的 dtype。",
)
def buffer_of_the_default_dtype(tensors, dim):
    refuse_different(other_sizes(t, dim) for t in tensors)
    return joined(tensors, dim).to(torch.get_default_dtype())


@misconception(
    "cat",
    "The tensors were joined in the wrong order, the last one first.",
    zh="拼接的顺序反了，最后一个张量排到了最前面。",
)
def last_one_first(tensors, dim):
    refuse_different(other_sizes(t, dim) for t in tensors)
    return joined(tensors[::-1], dim)


# What goes wrong with stack


@misconception(
    "stack",
    "This is a concatenation: no axis was added. stack makes a new axis, and each tensor "
    "is one position of it.",
    zh="这是拼接：没有增加维度。stack 会产生一个新维度，每个张量占其中一个位置。",
)
def joined_instead(tensors, dim):
    refuse_different(tuple(t.shape) for t in tensors)
    if tensors[0].dim() == 0:
        return joined([t.unsqueeze(0) for t in tensors], 0)
    rank = tensors[0].dim()
    return joined(tensors, min(dim % (rank + 1), rank - 1))


@misconception(
    "stack",
    "A negative dim was counted on the axes of the tensors. It is a place in the result, "
    "which has one axis more: -1 makes the new axis the very last.",
    zh="负的 dim 是按各张量的维度数的。它是结果中的位置，而结果多一个维度：-1 "
    "使新维度成为最后一个。",
)
def negative_counted_on_the_old_axes(tensors, dim):
    refuse_different(tuple(t.shape) for t in tensors)
    dim = max(dim + tensors[0].dim(), 0) if dim < 0 else dim
    return joined([t.unsqueeze(dim) for t in tensors], dim)


@misconception(
    "stack",
    "The new axis is in front, whatever dim says. It has to be axis dim of the result.",
    zh="不管 dim 是几，新维度总在最前面。它应当是结果的第 dim 维。",
)
def always_in_front(tensors, dim):
    refuse_different(tuple(t.shape) for t in tensors)
    return joined([t.unsqueeze(0) for t in tensors], 0)


@misconception(
    "stack",
    "The shape is right, the numbers are mixed up: the tensors were written one behind "
    "the other and that row was reshaped. Except for dim=0, the entries of different "
    "tensors take turns in reading order.",
    zh="形状对了，数值却乱了：先把张量一个接一个写好，再 reshape 成结果的形状。除了 dim=0，"
    "不同张量的元素在阅读顺序里是交替出现的。",
)
def reshaped_afterwards(tensors, dim):
    refuse_different(tuple(t.shape) for t in tensors)
    shape = list(tensors[0].shape)
    shape.insert(dim % (len(shape) + 1), len(tensors))
    return joined([t.unsqueeze(0) for t in tensors], 0).reshape(shape)


@misconception(
    "stack",
    "Different shapes were accepted, since assigning stretches an axis of size 1. stack "
    "refuses: shapes must be equal.",
    zh="不同的形状被接受了，因为赋值会伸展大小为 1 的维度。stack 应当拒绝：形状必须相同。",
)
def different_shapes_stretched(tensors, dim):
    if not tensors or len({t.dim() for t in tensors}) != 1:
        raise ValueError("numbers of axes")
    if any(t.shape != tensors[0].shape and 1 not in t.shape for t in tensors):
        raise ValueError("shapes differ")
    return joined([t.unsqueeze(dim).expand_as(tensors[0].unsqueeze(dim)) for t in tensors], dim)


# Other right answers


@alternative("cat")
def swapped_to_the_front(tensors, dim):
    if not tensors:
        raise ValueError("nothing to join")
    rows = [row for t in tensors for row in t.transpose(0, dim)]
    if len({t.dim() for t in tensors}) > 1:
        raise ValueError("numbers of axes")
    if len({t.transpose(0, dim).shape[1:] for t in tensors}) > 1:
        raise ValueError("sizes")
    swapped = tensors[0].transpose(0, dim)
    result = swapped.new_zeros((len(rows), *swapped.shape[1:]))
    for place, row in enumerate(rows):
        result[place] = row
    return result.transpose(0, dim)


@alternative("cat")
def entry_by_entry(tensors, dim):
    if len(tensors) == 0 or any(t.dim() != tensors[0].dim() for t in tensors):
        raise ValueError
    dim %= tensors[0].dim()
    for axis in range(tensors[0].dim()):
        if axis != dim and any(t.shape[axis] != tensors[0].shape[axis] for t in tensors):
            raise ValueError
    shape = [*tensors[0].shape]
    shape[dim] = 0
    for t in tensors:
        shape[dim] += t.shape[dim]
    result = torch.zeros(shape, dtype=tensors[0].dtype)
    offset = 0
    for t in tensors:
        for place in product(*map(range, t.shape)):
            goal = (*place[:dim], place[dim] + offset, *place[dim + 1 :])
            result[goal] = t[place]
        offset += t.shape[dim]
    return result


@alternative("cat")
def by_index_add(tensors, dim):
    refuse_different(other_sizes(t, dim) for t in tensors)
    total = sum(t.shape[dim] for t in tensors)
    shape = list(tensors[0].shape)
    shape[dim] = total
    result, places = tensors[0].new_zeros(shape), list(range(total))
    for t in tensors:
        mine, places = places[: t.shape[dim]], places[t.shape[dim] :]
        result = result.index_copy(dim, torch.tensor(mine, dtype=torch.int64), t)
    return result


@alternative("stack")
def selected_slices(tensors, dim):
    refuse_different(tuple(t.shape) for t in tensors)
    shape = list(tensors[0].shape)
    shape.insert(dim if dim >= 0 else dim + len(shape) + 1, len(tensors))
    result = tensors[0].new_empty(shape)
    for position, t in enumerate(tensors):
        result.select(dim, position).copy_(t)
    return result


@alternative("stack")
def front_first_then_moved(tensors, dim):
    if not tensors or any(t.shape != tensors[0].shape for t in tensors):
        raise ValueError("shapes")
    return cat([t[None] for t in tensors], 0).movedim(0, dim)


# The tests


@probe
def result_and_arguments(student, function, tensors, dim):
    return getattr(student, function)(tensors, dim), tensors


@title("cat: rows below rows, columns beside columns", zh="cat：行接在行下，列接在列旁")
@points(2)
def test_cat(student, rand, reference):
    m, n = sizes(rand, 2)
    for dim in (1, 0):
        pair = [rand(m, n), rand(m, n)]
        close(student.cat(pair, dim), reference(torch.cat, pair, dim))
    pair = [rand(m), rand(m)]
    close(student.cat(pair, 0), reference(torch.cat, pair, 0))


@title("cat: along any axis, also counted from the end", zh="cat：沿任意维度，也可从末尾数")
@cases("dims", [(1, 2, 0), (-1, -2, -3)])
def test_cat_any_axis(student, rand, reference, dims):
    m, n, k = sizes(rand, 3)
    for dim in dims:
        pair = [rand(m, n, k), rand(m, n, k)]
        close(student.cat(pair, dim), reference(torch.cat, pair, dim))


@title("cat: any number of tensors, of different lengths", zh="cat：任意多个张量，长度各不相同")
@points(2)
def test_cat_lengths(student, rand, reference):
    m, n, k = sizes(rand, 3)
    for tensors, dim in [
        ([rand(m, n), rand(m, n), rand(m, n)], 1),
        ([rand(m, n), rand(m, k)], 1),
        ([rand(m, n, 2), rand(k, n, 2), rand(1, n, 2), rand(m, n, 2)], 0),
        ([rand(m, n)], 0),
    ]:
        close(student.cat(tensors, dim), reference(torch.cat, tensors, dim))


@title("cat: other sizes must agree", zh="cat：其余的大小必须相等")
@points(2)
@cases("case", ["sizes", "size 1", "more axes", "fewer axes", "none"])
def test_cat_refuses(student, rand, reference, case):
    m, n, k = sizes(rand, 3)
    pair = [rand(m, n), rand(m, n)]
    close(student.cat(pair, 1), reference(torch.cat, pair, 1))
    with refuses(ValueError):
        if case == "sizes":
            student.cat([rand(m, n), rand(k, n)], 1)
        elif case == "size 1":
            student.cat([rand(m, n), rand(1, n)], 1)
        elif case == "more axes":
            student.cat([rand(m, n), rand(1, m, n)], 0)
        elif case == "fewer axes":
            student.cat([rand(n, n), rand(n)], 0)
        else:
            student.cat([], 0)


@title("stack: the new axis is axis dim of the result", zh="stack：新维度是结果的第 dim 维")
@points(2)
def test_stack(student, rand, reference):
    m, n, k = sizes(rand, 3)
    tensors = [rand(m, n) for _ in range(k)]
    for dim in (1, 0, 2):
        close(student.stack(tensors, dim), reference(torch.stack, tensors, dim))


@title("stack: a negative dim counts on the result", zh="stack：负的 dim 按结果的维度数")
@points(2)
def test_stack_negative(student, rand, reference):
    m, n, k = sizes(rand, 3)
    tensors = [rand(m, n) for _ in range(k)]
    for dim in (-1, -2, -3):
        close(student.stack(tensors, dim), reference(torch.stack, tensors, dim))


@title("stack: shapes must be equal", zh="stack：形状必须相同")
def test_stack_refuses(student, rand, reference):
    m, n, k = sizes(rand, 3)
    pair = [rand(m, n), rand(m, n)]
    close(student.stack(pair, 0), reference(torch.stack, pair, 0))
    for tensors in [
        [rand(m, n), rand(m, 1)],
        [rand(m, n), rand(m, n), rand(m, k)],
        [rand(m, n), rand(n)],
        [rand(m, n), rand(n, m)],
        [],
    ]:
        with refuses(ValueError):
            student.stack(tensors, 0)


@title("Empty and transposed tensors, single numbers, dtypes", zh="空张量、转置、单个数与 dtype")
@points(2)
@hidden(
    "Tensors of size 0 along dim or elsewhere; 0-d tensors in a stack; whole numbers, "
    "truth values, float64. And the arguments stay as they were.",
    zh="沿 dim 或其他维度大小为 0 的张量；堆叠 0 维张量；整数、布尔值、float64。另外，"
    "参数要保持原样。",
)
def test_any_tensors(student, rand, reference):
    m, n, k = sizes(rand, 3)
    for tensors, dim in [
        ([rand(n, m).t(), rand(k, m).t()], -1),
        ([rand.ints(-99, 99, m, n), rand.ints(-99, 99, k, n)], 0),
        ([rand.bools(m), rand.bools(n)], -1),
        ([rand(m, 0, k), rand(m, n, k), rand(m, 0, k)], 1),
        ([rand(0, n, dtype=torch.float64), rand(0, k, dtype=torch.float64)], 1),
    ]:
        expected = reference(torch.cat, tensors, dim), tensors
        close(student.run(result_and_arguments, "cat", tensors, dim), expected, dtype=True)
    for tensors, dim in [
        ([rand(n, m).t(), rand(n, m).t()], 1),
        ([rand() for _ in range(m)], 0),
        ([rand.ints(-99, 99, m)], -1),
        ([rand(0, n, dtype=torch.float64)] * 3, 2),
        ([rand(m, 2, 1, k) for _ in range(n)], -4),
    ]:
        expected = reference(torch.stack, tensors, dim), tensors
        close(student.run(result_and_arguments, "stack", tensors, dim), expected, dtype=True)
