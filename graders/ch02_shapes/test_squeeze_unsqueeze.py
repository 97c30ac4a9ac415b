"""squeeze and unsqueeze, rebuilt from reshape: where the axis of size 1 goes."""

import torch

from torchgrade.authoring import (
    alternative,
    close,
    forbids,
    hidden,
    misconception,
    points,
    probe,
    refuses,
    title,
)

# Dotted names: x[None] calls ATen's unsqueeze inside, and is fine.
pytestmark = forbids(
    *("Tensor.squeeze", "torch.squeeze", "squeeze_", "squeeze_copy"),
    *("Tensor.unsqueeze", "torch.unsqueeze", "unsqueeze_", "unsqueeze_copy"),
)


def sizes(rand, count):
    """Different sizes from 2 on."""
    return [size + 2 for size in rand.perm(4).tolist()[:count]]


# What goes wrong with unsqueeze


@misconception(
    "unsqueeze",
    "A negative dim was counted on the axes of x. It is a place in the result, which has "
    "one axis more: -1 puts the new axis behind the last one, not before it.",
    zh="负的 dim 是按 x 的维度数的。它应当是结果中的位置，而结果多一个维度：-1 "
    "把新维度放在最后一个维度之后，而不是之前。",
)
def negative_counted_on_the_old_axes(x, dim):
    axis_number(dim, x.dim() + 1)
    axis = dim + x.dim() if dim < 0 else dim
    axis = max(axis, 0)
    return x.reshape((*x.shape[:axis], 1, *x.shape[axis:]))


@misconception(
    "unsqueeze",
    "The new axis came behind axis dim. It has to be axis dim itself: what stood there "
    "moves one place to the right.",
    zh="新维度放到了第 dim 个维度之后。它自己应当成为第 dim 个维度，原来在那里的维度往右挪一位。",
)
def behind_the_axis(x, dim):
    axis = axis_number(dim, x.dim() + 1) + 1
    return x.reshape((*x.shape[:axis], 1, *x.shape[axis:]))


@misconception(
    "unsqueeze",
    "x came back as it was. reshape, like unsqueeze, changes nothing in place: it "
    "returns a tensor, and that one must be used.",
    zh="返回的还是原来的 x。reshape 和 unsqueeze 一样不是就地修改，而是返回一个张量，"
    "要用的是那个返回值。",
)
def new_tensor_not_taken(x, dim):
    axis_number(dim, x.dim() + 1)
    return x


@misconception(
    "unsqueeze",
    "The place behind the last axis was refused. With three axes there are four places "
    "for a new one, so dim may also be x.dim().",
    zh="最后一个维度之后的位置被拒绝了。有三个维度时，新维度有四个位置可放，所以 dim "
    "也可以等于 x.dim()。",
)
def last_place_refused(x, dim):
    axis = axis_number(dim, x.dim() + 1)
    if dim == x.dim():
        raise IndexError(dim)
    return x.reshape((*x.shape[:axis], 1, *x.shape[axis:]))


@misconception(
    "unsqueeze",
    "dim was held against the number of axes of x, and the last place refused. The result "
    "has one axis more: x.dim() and -1 are both its last place.",
    zh="dim 是按 x 的维度个数检查的，最后一个位置被拒绝了。结果多一个维度：x.dim() 和 -1 "
    "都是它最后的位置。",
)
def checked_on_the_old_axes(x, dim):
    axis = axis_number(dim, x.dim() + 1)
    if axis == x.dim() > 0:
        raise IndexError(dim)
    return x.reshape((*x.shape[:axis], 1, *x.shape[axis:]))


@misconception(
    "unsqueeze",
    "A dim that the result doesn't have was accepted: list.insert and slices take any "
    "number. What is out of range has to be refused.",
    zh="结果里没有的 dim 被接受了：list.insert 和切片对任何数都不会报错。超出范围的 dim 必须拒绝。",
)
def any_place_accepted(x, dim):
    shape = list(x.shape)
    shape.insert(dim if dim >= 0 else max(dim + x.dim() + 1, 0), 1)
    return x.reshape(shape)


# What goes wrong with squeeze


@misconception(
    "squeeze",
    "An axis longer than 1 was taken out, and of its entries only the first is left. "
    "squeeze never loses a number: such an axis stays.",
    zh="比 1 长的维度也被去掉了，里面只剩下第一项。squeeze 从不丢失数值：这样的维度要保留。",
)
def first_entry_of_a_longer_axis(x, dim):
    axis = axis_number(dim, x.dim())
    return x.select(axis, 0) if x.shape[axis] else x


@misconception(
    "squeeze",
    "You tried to take out an axis longer than 1: a shape without it has no room for "
    "all the numbers, so reshape raises. squeeze takes out an axis of size 1 only, and "
    "lets a longer one stand.",
    zh="试图去掉一个比 1 长的维度：没有它的形状装不下全部数值，reshape 就报错了。squeeze "
    "只去掉大小为 1 的维度，更长的让它原样保留。",
)
def longer_axis_taken_out(x, dim):
    axis = axis_number(dim, x.dim())
    return x.reshape(x.shape[:axis] + x.shape[axis + 1 :])


@misconception(
    "squeeze",
    "An axis longer than 1 was refused, as NumPy does. PyTorch's squeeze lets it stand "
    "and raises nothing.",
    zh="比 1 长的维度被拒绝了，那是 NumPy 的做法。PyTorch 的 squeeze 让它原样保留，不报错。",
)
def longer_axis_refused(x, dim):
    axis = axis_number(dim, x.dim())
    if x.shape[axis] != 1:
        raise ValueError("not of size 1")
    return x.reshape(x.shape[:axis] + x.shape[axis + 1 :])


@misconception(
    "squeeze",
    "Every axis of size 1 was taken out. With a dim, only that one may go.",
    zh="所有大小为 1 的维度都被去掉了。既然给了 dim，就只能去掉那一个。",
)
def all_axes_of_size_one(x, dim):
    axis_number(dim, x.dim())
    return x.reshape([size for size in x.shape if size != 1])


@misconception(
    "squeeze",
    "x came back as it was. reshape, like squeeze, changes nothing in place: it returns "
    "a tensor, and that one must be used.",
    zh="返回的还是原来的 x。reshape 和 squeeze 一样不是就地修改，而是返回一个张量，"
    "要用的是那个返回值。",
)
def squeezed_tensor_not_taken(x, dim):
    axis_number(dim, x.dim())
    return x


@misconception(
    "squeeze",
    "A negative dim was counted as for unsqueeze, on one axis more than x has. squeeze "
    "counts on the axes that are there: -1 is the last of them.",
    zh="负的 dim 是像 unsqueeze 那样按多一个维度来数的。squeeze 按现有的维度数：-1 "
    "就是其中最后一个。",
)
def negative_counted_as_for_unsqueeze(x, dim):
    axis_number(dim, x.dim())
    axis = dim + x.dim() + 1 if dim < 0 else dim
    if axis == x.dim() or x.shape[axis] != 1:
        return x
    return x.reshape(x.shape[:axis] + x.shape[axis + 1 :])


# What goes wrong with the batch


@misconception(
    "squeeze_examples",
    "All axes of size 1 are gone, and with a batch of one that includes the axis of the "
    "examples. A batch of one is still a batch.",
    zh="大小为 1 的维度全都去掉了；只有一个样本时，样本的维度也跟着没了。"
    "只有一个样本的批次仍然是批次。",
)
def batch_of_one_lost(batch):
    return batch.reshape([size for size in batch.shape if size != 1])


@misconception(
    "squeeze_examples",
    "Only the first axis of size 1 was taken out. There may be several.",
    zh="只去掉了第一个大小为 1 的维度，而这样的维度可能有好几个。",
)
def one_axis_only(batch):
    for axis in range(1, batch.dim()):
        if batch.shape[axis] == 1:
            return squeeze(batch, axis)
    return batch


@misconception(
    "squeeze_examples",
    "Axes were taken out one by one, counted by their old numbers. But each removal "
    "moves the later axes one place forward: go from the back, or work out the whole "
    "shape first.",
    zh="维度是按旧的编号逐个去掉的。可每去掉一个，后面的维度就往前挪一位：要么从后往前去，"
    "要么先把整个形状求出来。",
)
def axes_moved_up_meanwhile(batch):
    for axis in [a for a, size in enumerate(batch.shape) if a and size == 1]:
        batch = squeeze(batch, axis)
    return batch


@misconception(
    "squeeze_examples",
    "Only the axes at the end were taken out. One of size 1 may stand between two longer ones.",
    zh="只去掉了末尾的那些维度。大小为 1 的维度也可能夹在两个更长的维度之间。",
)
def trailing_axes_only(batch):
    while batch.dim() > 1 and batch.shape[-1] == 1:
        batch = squeeze(batch, -1)
    return batch


# Other right answers


@alternative("unsqueeze")
def by_indexing(x, dim):
    places = x.dim() + 1
    if dim < -places or dim >= places:
        raise IndexError(dim)
    where = dim if dim >= 0 else dim + places
    return x[(slice(None),) * where + (None,)]


@alternative("unsqueeze")
def by_stacking(x, dim):
    return torch.stack([x], dim)


@alternative("squeeze")
def by_taking_the_only_slice(x, dim):
    if dim not in range(-x.dim(), x.dim()):
        raise IndexError
    return x.select(dim, 0).clone() if x.size(dim) == 1 else x.clone()


@alternative("squeeze")
def with_a_list(x, dim):
    shape = list(x.shape)
    if shape[dim] == 1:  # a list raises IndexError by itself
        del shape[dim]
    return torch.reshape(x, shape)


@alternative("squeeze_examples")
def from_the_back(batch):
    for axis in range(batch.dim() - 1, 0, -1):
        batch = squeeze(batch, axis)
    return batch


@alternative("squeeze_examples")
def example_by_example(batch):
    shape = [size for size in batch.shape[1:] if size != 1]
    if len(batch) == 0:
        return batch.new_empty((0, *shape))
    return torch.stack([example.reshape(shape) for example in batch])


# The tests


@probe
def result_and_argument(student, function, x, *args):
    return getattr(student, function)(x, *args), x


@title("unsqueeze: the new axis is axis dim of the result", zh="unsqueeze：新维度是结果的第 dim 维")
@points(2)
def test_unsqueeze(student, rand, reference):
    m, n, k = sizes(rand, 3)
    x = rand(m, n, k)
    for dim in (1, 0, 2, 3):
        close(student.unsqueeze(x, dim), reference(torch.unsqueeze, x, dim))


@title("unsqueeze: a negative dim counts on the result", zh="unsqueeze：负的 dim 按结果的维度数")
@points(2)
def test_unsqueeze_negative(student, rand, reference):
    m, n, k = sizes(rand, 3)
    x = rand(m, n, k)
    for dim in (-1, -2, -3, -4):
        close(student.unsqueeze(x, dim), reference(torch.unsqueeze, x, dim))


@title("squeeze: an axis of size 1 is taken out", zh="squeeze：去掉大小为 1 的维度")
@points(2)
def test_squeeze(student, rand, reference):
    m, n = sizes(rand, 2)
    x = rand(1, m, 1, n)
    for dim in (0, 2, -2, -4):
        close(student.squeeze(x, dim), reference(torch.squeeze, x, dim))


@title("squeeze: a longer axis stays", zh="squeeze：更长的维度要保留")
@points(2)
def test_longer_axes(student, rand, reference):
    m, n = sizes(rand, 2)
    x = rand(m, 1, n)
    for dim in (0, 1, 2, -1, -3):
        close(student.squeeze(x, dim), reference(torch.squeeze, x, dim))


@title("An axis that isn't there is refused", zh="不存在的维度要拒绝")
@hidden(
    "How many axes does the tensor have that dim counts on? Try the first number that is "
    "too large, and the first that is too small.",
    zh="dim 是在有几个维度的张量上数的？用第一个过大的数和第一个过小的数各试一次。",
)
def test_no_such_axis(student, rand, reference):
    m, n = sizes(rand, 2)
    x = rand(m, 1, n)
    close(student.unsqueeze(x, 3), reference(torch.unsqueeze, x, 3))
    close(student.squeeze(x, 1), reference(torch.squeeze, x, 1))
    for dim in (4, -5):
        with refuses(IndexError):
            student.unsqueeze(x, dim)
    for dim in (3, -4):
        with refuses(IndexError):
            student.squeeze(x, dim)


@title("A batch keeps its axis of examples", zh="批次的样本维度要保留")
@points(2)
def test_batch(student, rand):
    m, n, k = sizes(rand, 3)
    for shape, result in [
        ((m, n, 1), (m, n)),
        ((m, 1, n, 1, 1, k), (m, n, k)),
        ((1, n, 1, k), (1, n, k)),
        ((1, 1, 1), (1,)),
    ]:
        x = rand(*shape)
        close(student.squeeze_examples(x), x.reshape(result))


@title("Few axes, empty ones, other dtypes, transposed", zh="维度很少、为空、其他 dtype、转置")
@hidden(
    "What becomes of a 0-d tensor, of a vector with one number, of a size 0? And the "
    "entries of a transposed tensor lie in memory in another order than you read them. "
    "The argument stays as it was.",
    zh="0 维张量、只有一个数的向量、大小为 0 的维度，各会怎样？另外，转置后的张量，"
    "元素在内存里的顺序与读的顺序不同。参数要保持原样。",
)
def test_any_input(student, rand, reference):
    m, n = sizes(rand, 2)
    for x, dim in [
        (rand(m, n).t(), 1),
        (rand(), 0),
        (rand.ints(-9, 9, m), -2),
        (rand(0, m, dtype=torch.float64), -1),
    ]:
        expected = reference(torch.unsqueeze, x, dim)
        close(student.run(result_and_argument, "unsqueeze", x, dim), (expected, x), dtype=True)
    for x, dim in [
        (rand(m, 1, n).transpose(0, 2), 1),
        (rand(1), 0),
        (rand.ints(-9, 9, m, 1), -1),
        (rand(0, 1, dtype=torch.float64), 0),
        (rand(0, 1), 1),
    ]:
        expected = reference(torch.squeeze, x, dim)
        close(student.run(result_and_argument, "squeeze", x, dim), (expected, x), dtype=True)
    for x, shape in [
        (rand(m, 1, n).transpose(0, 2), (n, m)),
        (rand.bools(m), (m,)),
        (rand(0, 1, m), (0, m)),
        (rand(m, 0, 1, dtype=torch.float64), (m, 0)),
    ]:
        expected = (x.reshape(shape), x)
        close(student.run(result_and_argument, "squeeze_examples", x), expected, dtype=True)
