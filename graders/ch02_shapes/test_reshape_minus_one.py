"""reshape: the order stays, the number of entries stays, and -1 is what follows from that."""

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

no_reshape = forbids("reshape", "view", "unflatten", "reshape_as", "view_as", "resize_", "resize")


def sizes(rand, count):
    """Different sizes, none of them 0 or 1, and none a multiple of another."""
    order = rand.perm(4).tolist()
    return [[2, 3, 5, 7][i] for i in order[:count]]


# What goes wrong with the unknown size


@misconception(
    "infer_shape",
    "The -1 was taken for the size of the last axis. It is not a position: it stands for "
    "the one size that makes the number of entries come out right.",
    zh="-1 被当成了最后一个维度的大小。它不是位置，而是一个未知数：填上它之后，"
    "元素个数要恰好对得上。",
)
def last_axis_of_the_old_shape(old, new):
    return tuple(old[-1] if size == -1 else size for size in new)


@misconception(
    "infer_shape",
    "At the place of the -1 the old size was kept. That is what -1 means in expand; in "
    "reshape it is worked out from the number of entries.",
    zh="-1 所在的位置沿用了原来的大小。那是 expand 里 -1 的含义；在 reshape 里，"
    "它要由元素个数推算出来。",
)
def size_kept_as_in_expand(old, new):
    return tuple(
        (old[axis] if axis < len(old) else 1) if size == -1 else size
        for axis, size in enumerate(new)
    )


@misconception(
    "infer_shape",
    "The division left a remainder and it was dropped. If the number of entries is not a "
    "multiple of the known sizes, no size fits, and nothing may be rounded.",
    zh="除法有余数，却被舍掉了。元素个数不是已知大小之积的倍数时，没有任何大小合适，不能取整了事。",
)
def remainder_dropped(old, new):
    given = [size for size in new if size != -1]
    if len(given) == len(new):
        if math.prod(given) != math.prod(old) or min(given, default=0) < 0:
            raise ValueError("sizes differ")
        return tuple(new)
    if len(given) + 1 < len(new) or min(given, default=1) < 1:
        raise ValueError("no single answer")
    left = math.prod(old) // math.prod(given)
    return tuple(left if size == -1 else size for size in new)


@misconception(
    "infer_shape",
    "Two -1 were accepted. One number of entries can't settle two unknowns: 12 could be "
    "3 x 4 or 2 x 6, so reshape refuses.",
    zh="接受了两个 -1。只凭一个元素个数定不下两个未知数：12 可以是 3×4，也可以是 2×6，所以 "
    "reshape 会拒绝。",
)
def two_unknowns_accepted(old, new):
    if new.count(-1) < 2:
        return filled(new, missing_size(math.prod(old), new))
    left = math.prod(old) // math.prod(size for size in new if size != -1)
    first = new.index(-1)
    return tuple(
        (left if axis == first else 1) if size == -1 else size for axis, size in enumerate(new)
    )


@misconception(
    "infer_shape",
    "Without a -1 nothing was checked. There the number of entries must be the same, "
    "too: reshape neither drops entries nor makes new ones.",
    zh="没有 -1 时什么都没有检查。这时元素个数同样必须相等：reshape 既不会丢掉元素，"
    "也不会变出新的元素。",
)
def unchecked_without_unknown(old, new):
    if -1 in new or min(new, default=0) < 0:
        return filled(new, missing_size(math.prod(old), new))
    return tuple(new)


@misconception(
    "infer_shape",
    "Without a -1, a smaller number of entries was accepted because it divides the old "
    "one. Only -1 stands for what is left; without it the numbers must be equal.",
    zh="没有 -1 时，只因为新的元素个数能整除原来的个数就接受了。只有 -1 才代表“剩下的部分”，"
    "没有它，两边必须相等。",
)
def divisor_accepted(old, new):
    if -1 in new or min(new, default=1) < 1 or math.prod(old) % math.prod(new):
        return filled(new, missing_size(math.prod(old), new))
    return tuple(new)


@misconception(
    "infer_shape",
    "Any negative size was taken for the unknown one. Only -1 is; -2 is a mistake, and "
    "reshape refuses it.",
    zh="任何负数都被当成了未知的大小。只有 -1 才是；-2 是笔误，reshape 会拒绝。",
)
def any_negative_is_unknown(old, new):
    new = tuple(-1 if size < 0 else size for size in new)
    return filled(new, missing_size(math.prod(old), new))


@misconception(
    "infer_shape",
    "Beside a size 0 the -1 was given a size. But then every size gives 0 entries, so "
    "there is nothing to tell it by: the answer is not 0, it is ambiguous, and reshape "
    "refuses.",
    zh="在有大小为 0 的情况下，仍给 -1 填了一个数。这时填什么都是 0 个元素，无从判断："
    "答案不是 0，而是不确定，reshape 会拒绝。",
)
def zero_beside_zero(old, new):
    given = [size for size in new if size != -1]
    if new.count(-1) == 1 and 0 in given and math.prod(old) == 0:
        return tuple(0 if size == -1 else size for size in new)
    return filled(new, missing_size(math.prod(old), new))


@misconception(
    "infer_shape",
    "A tensor without entries was refused. 0 entries can be reshaped as well: (0, 6) "
    "becomes (-1, 3) with a size 0, for nothing else gives 0 entries there.",
    zh="没有元素的张量被拒绝了。0 个元素照样可以 reshape：(0, 6) 变成 (-1, 3) 时，"
    "未知的大小就是 0，因为别的数都得不到 0 个元素。",
)
def empty_refused(old, new):
    if 0 in old:
        raise ValueError("no entries")
    return filled(new, missing_size(math.prod(old), new))


@misconception(
    "group_last",
    "size was taken for the number of groups. It is how many entries each group has, and "
    "so the last size of the result.",
    zh="size 被当成了组的个数。它是每一组的元素个数，也就是结果最后一个维度的大小。",
)
def number_of_groups(x, size):
    return x.reshape(*x.shape[:-1], size, group_count(x.shape[-1], size))


@misconception(
    "group_last",
    "A group holds entries that are far apart, as if every so many-th was dealt to it. "
    "Groups are made of neighbours: reshape keeps the order, so the group axis comes "
    "before the axis inside of the group.",
    zh="同一组里的元素相隔很远，像发牌一样隔几个取一个。组应当由相邻的元素组成：reshape "
    "不改变顺序，所以组的维度在前，组内的维度在后。",
)
def dealt_like_cards(x, size):
    return x.reshape(*x.shape[:-1], size, group_count(x.shape[-1], size)).transpose(-1, -2)


@misconception(
    "group_last",
    "All axes were melted into one list of groups. Only the last axis is cut; the axes "
    "before it stay as they are.",
    zh="所有维度都熔成了一长串组。要切的只是最后一个维度，前面的维度应保持不变。",
)
def leading_axes_lost(x, size):
    group_count(x.shape[-1], size)
    return x.reshape(x.numel() // size, size)


@misconception(
    "group_last",
    "It fails on an empty batch. The -1 can't be worked out where another size is 0; but "
    "you know that size, it need not be left to reshape.",
    zh="遇到空的批次就出错。另有大小为 0 时，-1 是推不出来的；而这个大小你自己就能算，"
    "不必交给 reshape。",
)
def unknown_left_to_reshape(x, size):
    group_count(x.shape[-1], size)
    return x.reshape(*x.shape[:-1], -1, size)


@misconception(
    "group_last",
    "The entries that don't fill a group were dropped. If n is not a multiple of size, "
    "something is wrong, and the promise is a ValueError.",
    zh="凑不满一组的元素被丢掉了。n 不是 size 的倍数说明哪里出了错，约定是抛出 ValueError。",
)
def rest_dropped(x, size):
    groups = x.shape[-1] // size
    return x[..., : groups * size].reshape(*x.shape[:-1], groups, size)


# Other right answers


@alternative("infer_shape")
def one_factor_after_the_other(old, new):
    if sum(size == -1 for size in new) > 1 or any(size < -1 for size in new):
        raise ValueError(new)
    count = 1
    for size in old:
        count = count * size
    if -1 not in new:
        product = 1
        for size in new:
            product *= size
        if product - count:
            raise ValueError(new)
        return (*new,)
    left = count
    for size in new:
        if size == 0 or (size > 0 and left % size):
            raise ValueError(new)
        if size > 0:
            left //= size
    where = list(new).index(-1)
    return (*new[:where], left, *new[where + 1 :])


@alternative("infer_shape")
def tried_out(old, new):
    count = math.prod(old)
    without = [size for size in new if size >= 0]
    if len(new) - len(without) > 1 or any(size < -1 for size in new):
        raise ValueError("sizes")
    fitting = [
        tuple(guess if size == -1 else size for size in new)
        for guess in {0, 1, count // max(math.prod(without), 1)}
        if math.prod(without) * (guess if -1 in new else 1) == count
    ]
    if len(set(fitting)) != 1:
        raise ValueError("none or several")
    return fitting[0]


@alternative("group_last")
def by_unflatten(x, size):
    if x.shape[-1] % size != 0:
        raise ValueError(size)
    return x.unflatten(-1, (x.shape[-1] // size, size))


@alternative("group_last")
def by_slices(x, size):
    groups, rest = divmod(x.shape[-1], size)
    if rest:
        raise ValueError(rest)
    result = x.new_empty((*x.shape[:-1], groups, size))
    for group in range(groups):
        result[..., group, :] = x[..., group * size : (group + 1) * size]
    return result


# The tests


@probe
def groups_and_argument(student, x, size):
    return student.group_last(x, size), x


@title("The -1 is what is left for it", zh="-1 就是剩给它的那个大小")
@points(2)
@no_reshape
def test_unknown_size(student, rand):
    m, n, k = sizes(rand, 3)
    close(student.infer_shape((m, n, k), (k, -1)), (k, m * n))
    close(student.infer_shape((m * n, k), (-1, n * k)), (m, n * k))
    close(student.infer_shape((m, n * k), (m, -1, k)), (m, n, k))
    close(student.infer_shape((m, n), (-1,)), (m * n,))
    close(student.infer_shape((), (1, -1)), (1, 1))


@title("Without a -1, the number of entries decides", zh="没有 -1 时，看元素个数")
@no_reshape
def test_all_sizes_known(student, rand):
    m, n, k = sizes(rand, 3)
    close(student.infer_shape((m, n * k), (n, 1, k * m)), (n, 1, k * m))
    close(student.infer_shape((1, 1), ()), ())
    with refuses(ValueError):
        student.infer_shape((m, n), (m, k))
    with refuses(ValueError):
        student.infer_shape((m, n), (m, n, 2))
    with refuses(ValueError):
        student.infer_shape((m, n, k), (m, k))


@title("No size fits, or there are two unknowns: refused", zh="无解，或有两个未知数：拒绝")
@points(2)
@cases("case", ["remainder", "two"])
@no_reshape
def test_refused(student, rand, case):
    m, n, k = sizes(rand, 3)
    close(student.infer_shape((m, n), (n, -1)), (n, m))
    for new in [(k, -1)] if case == "remainder" else [(-1, n, -1), (-1, m * n, -1)]:
        with refuses(ValueError):
            student.infer_shape((m, n), new)


@title(
    "Sizes 0, other negative numbers, and very many entries", zh="大小为 0、其他负数、极多的元素"
)
@points(2)
@hidden(
    "How many answers are there for the -1 when a size is 0? Try the 0 among the old "
    "sizes, among the new ones, and in both. And which negative number is an unknown?",
    zh="有大小为 0 时，-1 有几个答案？让 0 分别出现在旧形状里、新形状里，以及两边都有，"
    "各试一次。另外，哪个负数才是未知数？",
)
@no_reshape
def test_edges(student, rand):
    m, n, k = sizes(rand, 3)
    close(student.infer_shape((0, m), (-1, n)), (0, n))
    close(student.infer_shape((m, 0, n), (0, k)), (0, k))
    close(student.infer_shape((m, 0), (-1,)), (0,))
    close(student.infer_shape((10**6, 10**6), (10**4, -1)), (10**4, 10**8))
    large = 10**9 + 7, 10**9 + 9
    close(student.infer_shape((3, *large), (3, -1)), (3, large[0] * large[1]))
    for old, new in [
        ((0, n), (0, -1)),
        ((m, n), (0, -1)),
        ((m, n), (0, n)),
        ((m, 0), (m, n)),
        ((m, n), (m, -2)),
        ((m, n), (-m, -n)),
        ((m, n), (-1, -n)),
        ((2, n), (-1, -2)),
        ((2, 2, n), (-2, -2, n)),
    ]:
        with refuses(ValueError):
            student.infer_shape(old, new)


@title("Groups of neighbours in the last axis", zh="最后一个维度里，相邻的元素为一组")
@points(2)
def test_groups(student, rand):
    m, n, k = sizes(rand, 3)
    for leading in [(m,), (), (2, m)]:
        x = rand(*leading, n * k)
        close(student.group_last(x, k), x.unflatten(-1, (n, k)))


@title("Groups that don't come out even are refused", zh="分不匀就拒绝")
def test_uneven_groups(student, rand):
    m, n, k = sizes(rand, 3)
    x = rand(m, n * k)
    close(student.group_last(x, n), x.unflatten(-1, (k, n)))
    with refuses(ValueError):
        student.group_last(rand(m, n * k + 1), n)
    with refuses(ValueError):
        student.group_last(rand(m, n), n + 1)
    with refuses(ValueError):
        student.group_last(rand(n, n * k + 1), n)


@title("An empty batch, other dtypes, a transposed input", zh="空批次、其他 dtype、转置的输入")
@hidden(
    "Any axis of x may have size 0. And the entries of a transposed tensor lie in memory "
    "in another order than you read them.",
    zh="x 的任何维度大小都可以是 0。另外，转置后的张量，元素在内存里的顺序与读的顺序不同。",
)
def test_any_input(student, rand):
    m, n, k = sizes(rand, 3)
    for x in [
        rand(n * k, m).t(),
        rand.ints(-99, 99, m, n * k),
        rand(m, 2, n * k, dtype=torch.float64),
        rand(m, k),
        rand(m, 0),
        rand(0, n * k),
        rand(0, 0),
    ]:
        close(
            student.run(groups_and_argument, x, k),
            (x.unflatten(-1, (x.shape[-1] // k, k)), x),
            dtype=True,
        )
