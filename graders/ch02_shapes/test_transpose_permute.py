"""Axes in another order: dims says where each new axis comes from."""

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
    *("Tensor.permute", "torch.permute", "permute_copy", "movedim", "moveaxis", "einsum"),
    *("Tensor.numpy", "__array__"),
)


def sizes(rand, count):
    """Different sizes from 2 on."""
    return [size + 2 for size in rand.perm(5).tolist()[:count]]


# What goes wrong with matrices and with orders


@misconception(
    "swap_last_two",
    "All axes were reversed, as x.T does. The matrices lie in the last two axes; the "
    "axes before them only count the matrices and keep their places.",
    zh="所有维度都颠倒了，x.T 就是这样。矩阵在最后两个维度里，前面的维度只用来给矩阵编号，"
    "应留在原处。",
)
def all_axes_reversed(x):
    return permute(x, range(x.dim() - 1, -1, -1))


@misconception(
    "swap_last_two",
    "The first two axes were swapped. With more than two axes the matrices are in the last two.",
    zh="交换的是前两个维度。维度多于两个时，矩阵在最后两个维度里。",
)
def first_two_swapped(x):
    return x.transpose(0, 1)


@misconception(
    "swap_last_two",
    "t() is for one matrix: it takes at most two axes and raises for more. For a stack "
    "of matrices, name the two axes to swap.",
    zh="t() 只用于一个矩阵：最多两个维度，再多就报错。对一叠矩阵，要指明交换哪两个维度。",
)
def t_for_a_stack(x):
    return x.t()


@misconception(
    "swap_last_two",
    "The shape is right, but the numbers were only dealt out anew: reshape keeps the "
    "reading order. Transposing moves the entry at (i, j) to (j, i).",
    zh="形状对了，但只是把数值重新分了段：reshape 保持阅读顺序。转置要把 (i, j) "
    "处的元素移到 (j, i)。",
)
def matrices_reshaped(x):
    return x.reshape(*x.shape[:-2], x.shape[-1], x.shape[-2])


@misconception(
    "inverse_permutation",
    "The same order came back. That undoes it only where axes are swapped in pairs. (2, "
    "0, 1) takes two more rounds of itself to return.",
    zh="返回的还是同一个排列。只有当维度两两互换时，它才能还原自己。(2, 0, 1) "
    "再做一次并不能回到原处，要再做两次。",
)
def same_order_again(dims):
    refuse_unless_order(dims, len(dims))
    return tuple(dims)


@misconception(
    "inverse_permutation",
    "The order was read from back to front. Undoing is not reversing: if new axis i came "
    "from old axis dims[i], then old axis dims[i] has to come from i.",
    zh="把排列倒过来读了。还原不等于倒序：既然新的第 i 维来自旧的第 dims[i] 维，那么旧的第 "
    "dims[i] 维就要从第 i 维取回。",
)
def read_backwards(dims):
    refuse_unless_order(dims, len(dims))
    return tuple(reversed(dims))


@misconception(
    "inverse_permutation",
    "Something that is no order of axes was accepted. If an axis is missing or occurs "
    "twice, there is nothing that undoes it.",
    zh="接受了一个根本不是排列的东西。有维度缺失或重复时，没有什么能把它还原。",
)
def no_order_accepted(dims):
    return tuple(sorted(range(len(dims)), key=lambda i: dims[i]))


# What goes wrong with permute


@misconception(
    "permute",
    "The order was applied the wrong way round: axis i of x became axis dims[i]. It is "
    "axis i of the result that comes from axis dims[i] of x.",
    zh="排列用反了方向：x 的第 i 维成了结果的第 dims[i] 维。应当是结果的第 i 维来自 x 的第 "
    "dims[i] 维。",
)
def applied_the_other_way(x, dims):
    refuse_unless_order(dims, x.dim())
    order = list(range(x.dim()))
    for place, wanted in enumerate(inverse_permutation(dims)):
        now = order.index(wanted)
        x = x.transpose(place, now)
        order[place], order[now] = order[now], order[place]
    return x


@misconception(
    "permute",
    "Axis i was swapped with axis dims[i], one after the other. But after the first swap "
    "the axes no longer stand where dims looks for them: keep track of where each of "
    "them is now.",
    zh="逐个地把第 i 维与第 dims[i] 维交换了。但第一次交换之后，各个维度已不在 dims "
    "所说的位置上：要记住它们现在各在哪里。",
)
def swaps_without_a_record(x, dims):
    refuse_unless_order(dims, x.dim())
    for place, wanted in enumerate(dims):
        x = x.transpose(place, wanted)
    return x


@misconception(
    "permute",
    "The shape is right, but the numbers only were dealt out anew. reshape keeps the "
    "reading order, while permute moves each number with its axes.",
    zh="形状对了，但只是把数值重新分了段。reshape 保持阅读顺序，而 permute 让每个数跟着维度走。",
)
def reshaped_to_the_new_shape(x, dims):
    refuse_unless_order(dims, x.dim())
    return x.reshape([x.shape[axis] for axis in dims])


@misconception(
    "permute",
    "The list dims was changed: the swaps were carried out in the caller's own list, which "
    "is in rising order afterwards. Work on a copy, list(dims).",
    zh="列表 dims 被改动了：交换是在调用者自己的列表里做的，做完它就成了升序。"
    "请在副本 list(dims) 上操作。",
)
def list_put_in_order(x, dims):
    refuse_unless_order(dims, x.dim())
    order = list(range(x.dim()))
    for place, wanted in enumerate(dims):
        now = order.index(wanted)
        x = x.transpose(place, now)
        order[place], order[now] = order[now], order[place]
    if isinstance(dims, list):
        dims.sort()
    return x


@misconception(
    "permute",
    "Something that is no order of the axes was accepted: dims has to name each axis of "
    "x exactly once.",
    zh="接受了一个不成排列的 dims：它必须恰好把 x 的每个维度各列出一次。",
)
def any_dims_accepted(x, dims):
    order = list(range(x.dim()))
    for place, wanted in enumerate(list(dims)[: x.dim()]):
        now = order.index(wanted) if wanted in order else place
        x = x.transpose(place, now)
        order[place], order[now] = order[now], order[place]
    return x


# What goes wrong with images


@misconception(
    "to_channels_first",
    "The images were reshaped. The shape is right, but the numbers are still in the old "
    "reading order, so each channel is a mixture of all three. Axes have to be moved.",
    zh="对图像用了 reshape。形状对了，数值却仍是原来的阅读顺序，"
    "于是每个通道里混着所有通道的数。这里要移动的是维度。",
)
def images_reshaped(images):
    n, h, w, c = images.shape
    return images.reshape(n, c, h, w)


@misconception(
    "to_channels_first",
    "The images lie on their side: height and width were swapped as well. One swap of "
    "axis 1 with axis 3 gives (N, C, W, H); the axis of channels has to move past both.",
    zh="图像躺倒了：高和宽也被换了。只把第 1 维与第 3 维交换，得到的是 (N, C, W, H)；"
    "通道维度要一次越过高和宽两个维度。",
)
def height_and_width_swapped(images):
    return images.transpose(1, 3)


@misconception(
    "to_channels_first",
    "This is the way back: (0, 2, 3, 1) turns channels-first images into channels-last "
    "ones. dims says where each new axis comes from, and the channels come from axis 3.",
    zh="这是相反的方向：(0, 2, 3, 1) 把通道在前变成通道在后。dims 说的是每个新维度从哪里来，"
    "而通道来自第 3 维。",
)
def first_by_the_way_back(images):
    return permute(images, (0, 2, 3, 1))


@misconception(
    "to_channels_last",
    "The images were reshaped. The shape is right, but the numbers are still in the old "
    "reading order. Axes have to be moved.",
    zh="对图像用了 reshape。形状对了，数值却仍是原来的阅读顺序。这里要移动的是维度。",
)
def images_reshaped_back(images):
    n, c, h, w = images.shape
    return images.reshape(n, h, w, c)


@misconception(
    "to_channels_last",
    "The images lie on their side: height and width were swapped as well. One swap of "
    "axis 1 with axis 3 gives (N, W, H, C).",
    zh="图像躺倒了：高和宽也被换了。只把第 1 维与第 3 维交换，得到的是 (N, W, H, C)。",
)
def width_before_height(images):
    return images.transpose(1, 3)


@misconception(
    "to_channels_last",
    "The same order was used as for channels first. It isn't its own inverse: here the "
    "last axis has to come from axis 1.",
    zh="用了与“通道在前”相同的排列。它不是自己的逆：这里最后一个维度要来自第 1 维。",
)
def last_by_the_way_there(images):
    return permute(images, (0, 3, 1, 2))


# Other right answers


@alternative("swap_last_two")
def matrix_by_matrix(x):
    if x.dim() == 2:
        return x.t()
    if len(x) == 0:
        return x.reshape(*x.shape[:-2], x.shape[-1], x.shape[-2])
    return torch.stack([swap_last_two(part) for part in x])


@alternative("inverse_permutation")
def by_looking_each_up(dims):
    found = []
    for axis in range(len(dims)):
        if list(dims).count(axis) != 1:
            raise ValueError(dims)
        found.append(list(dims).index(axis))
    return tuple(found)


@alternative("inverse_permutation")
def by_argsort(dims):
    if set(dims) != set(range(len(dims))):
        raise ValueError(dims)
    return tuple(torch.tensor(dims, dtype=torch.int64).argsort().tolist())


@alternative("permute")
def sorted_by_neighbours(x, dims):
    if len(dims) != x.dim() or {*dims} != {*range(x.dim())}:
        raise ValueError(dims)
    # Bubble sort of the inverse order: what swaps it into 0, 1, 2, ... swaps the axes into place.
    goals = list(inverse_permutation(dims))
    for _ in goals:
        for i in range(len(goals) - 1):
            if goals[i] > goals[i + 1]:
                goals[i], goals[i + 1] = goals[i + 1], goals[i]
                x = x.transpose(i, i + 1)
    return x


@alternative("permute")
def number_by_number(x, dims):
    if sorted(dims) != sorted(range(x.dim())):
        raise ValueError(dims)
    result = x.new_empty([x.shape[axis] for axis in dims])
    for place in product(*(range(size) for size in result.shape)):
        source = [0] * x.dim()
        for axis, coordinate in zip(dims, place, strict=True):
            source[axis] = coordinate
        result[place] = x[tuple(source)]
    return result


@alternative("to_channels_first")
def channel_by_channel(images):
    return torch.stack([images[..., c] for c in range(images.shape[-1])], dim=1)


@alternative("to_channels_last")
def two_swaps(images):
    return images.transpose(1, 2).transpose(2, 3)


# The tests


@probe
def result_and_argument(student, function, x, *args):
    return getattr(student, function)(x, *args), x


@probe
def lists_afterwards(student, x, dims):
    """What both functions leave of lists."""
    first, second = list(dims), list(dims)
    student.permute(x, first)
    student.inverse_permutation(second)
    return {"dims after permute": first, "dims after inverse_permutation": second}


@title("Matrices are transposed, however many", zh="矩阵各自转置，不管有多少个")
@cases("leading", [(), (5,), (2, 3)])
def test_matrices(student, rand, leading):
    m, n = sizes(rand, 2)
    x = rand(*leading, m, n)
    close(student.swap_last_two(x), x.mT)


@title("The inverse order undoes an order", zh="逆排列能够还原")
@points(2)
def test_inverse(student, rand):
    swap = (1, 0, 2)
    close(student.inverse_permutation(swap), swap)
    for dims in [(2, 0, 1), (1, 2, 3, 0), (3, 0, 2, 1)]:
        close(student.inverse_permutation(dims), tuple(torch.tensor(dims).argsort().tolist()))


@title("What is no order of axes is refused", zh="不是排列的要拒绝")
def test_no_inverse(student, rand):
    close(student.inverse_permutation((1, 2, 0)), (2, 0, 1))
    for dims in [(0, 0, 1), (1, 2, 3), (0, 2), (0, -1), (1, 1, 1)]:
        with refuses(ValueError):
            student.inverse_permutation(dims)


@title("Axis i of the result is axis dims[i] of x", zh="结果的第 i 维是 x 的第 dims[i] 维")
@points(3)
def test_permute(student, rand, reference):
    m, n, k = sizes(rand, 3)
    for x, dims in [
        (rand(m, n, k), (2, 0, 1)),
        (rand(m, n, k), (1, 2, 0)),
        (rand(m, n, k), (0, 2, 1)),
        (rand(m, 2, n, k), (3, 0, 2, 1)),
    ]:
        close(student.permute(x, dims), reference(torch.permute, x, dims))


@title("permute refuses what is no order of its axes", zh="permute 拒绝不成排列的 dims")
def test_permute_refuses(student, rand, reference):
    m, n, k = sizes(rand, 3)
    x = rand(m, n, k)
    close(student.permute(x, (1, 0, 2)), reference(torch.permute, x, (1, 0, 2)))
    for dims in [(0, 1), (0, 1, 1), (0, 1, 3), (0, 1, 2, 3), (0, 1, -1), (1, 1, 1)]:
        with refuses(ValueError):
            student.permute(x, dims)


@title("Images: channels first, and pixels where they were", zh="图像：通道在前，像素各在其位")
@points(2)
def test_channels_first(student, rand):
    n, h, w, c = sizes(rand, 4)
    x = rand(n, h, w, c)
    close(student.to_channels_first(x), x.permute(0, 3, 1, 2))


@title("Images: channels last, and pixels where they were", zh="图像：通道在后，像素各在其位")
@points(2)
def test_channels_last(student, rand):
    n, c, h, w = sizes(rand, 4)
    x = rand(n, c, h, w)
    close(student.to_channels_last(x), x.permute(0, 2, 3, 1))


@title("All orders of few and many axes, any dtype", zh="维度或多或少的各种排列，任意 dtype")
@points(2)
@hidden(
    "No axes at all, one axis, six axes, an axis of size 0: does the rule still hold to "
    "the letter? And compare the argument before and after the call.",
    zh="一个维度也没有、只有一个维度、有六个维度、有大小为 0 的维度时，规则还严格成立吗？"
    "再比较一下调用前后的参数。",
)
def test_any_order(student, rand, reference):
    m, n, k = sizes(rand, 3)
    close(student.inverse_permutation(()), ())
    close(student.inverse_permutation((0,)), (0,))
    dims = tuple(rand.perm(9).tolist())
    close(student.inverse_permutation(dims), tuple(torch.tensor(dims).argsort().tolist()))
    for x, dims in [
        (rand(), ()),
        (rand.ints(-9, 9, m), (0,)),
        (rand(m, n, dtype=torch.float64), (1, 0)),
        (rand(m, 0, k), (1, 2, 0)),
        (rand(k, n, m).transpose(0, 2), tuple(rand.perm(3).tolist())),
        (rand.bools(2, 1, 3, 2, 2, 3), tuple(rand.perm(6).tolist())),
        (rand(2, 1, 3, 2, 2), (4, 0, 1, 2, 3)),
    ]:
        expected = reference(torch.permute, x, dims)
        close(student.run(result_and_argument, "permute", x, dims), (expected, x), dtype=True)
    expected = {"dims after permute": [2, 0, 1], "dims after inverse_permutation": [2, 0, 1]}
    close(student.run(lists_afterwards, rand(m, n, k), (2, 0, 1)), expected)
    x = rand(0, m, n)
    close(student.run(result_and_argument, "swap_last_two", x), (x.mT, x))
