"""flatten: which axes are merged, and which one never is."""

import math

import torch
from torch import nn

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

pytestmark = forbids("flatten", "ravel", "Tensor.numpy", "__array__")


def sizes(rand, count):
    """Different sizes from 2 on."""
    return [size + 2 for size in rand.perm(4).tolist()[:count]]


def some_place(rand, shape):
    """A valid place in a tensor of this shape, and its position in reading order."""
    position = int(rand.ints(1, math.prod(shape), 1)) if math.prod(shape) > 1 else 0
    place, rest = [], position
    for size in reversed(shape):
        rest, coordinate = divmod(rest, size)
        place.insert(0, coordinate)
    return tuple(place), position


@probe
def layer_and_linear(student, x, weight, bias, upstream):
    """The layer by itself, before a linear layer, and the gradient of x."""
    layer = student.FlattenLayer()
    x.requires_grad_()
    rows = layer(x)
    linear = nn.Linear(weight.shape[1], weight.shape[0])
    linear.load_state_dict({"weight": weight, "bias": bias})
    model = nn.Sequential(layer, linear)
    scores = model(x)
    (scores * upstream).sum().backward()
    return {
        "FlattenLayer()(x)": rows.detach(),
        "scores": scores.detach(),
        "gradient": x.grad,
        "parameters": sorted(model.state_dict()),
    }


@probe
def layer_on(student, x):
    return student.FlattenLayer()(x), x


@probe
def layer_on_transposed(student, x):
    return student.FlattenLayer()(x.transpose(1, -1))


@probe
def flattened_and_gradient(student, x, start, upstream):
    x.requires_grad_()
    result = student.flatten_from(x, start)
    (result * upstream).sum().backward()
    return result.detach(), x.grad, x.detach()


@probe
def columns_of(student, cases):
    return [student.column_of(shape, place) for shape, place in cases]


# What goes wrong with the column


@misconception(
    "column_of",
    "The first axis was taken for the fastest one. In reading order it is the last axis "
    "that moves on with every entry, and the first one moves only when all others are "
    "through.",
    zh="把第一个维度当成了变化最快的。按阅读顺序，每走一个元素变化的是最后一个维度；"
    "其余维度都走完一遍，第一个维度才前进一步。",
)
def first_axis_fastest(shape, place):
    column = 0
    for size, coordinate in zip(reversed(shape), reversed(place), strict=True):
        column = column * size + coordinate
    return column


@misconception(
    "column_of",
    "Each coordinate was multiplied by the size of its own axis. One step along an axis "
    "passes over everything inside of it: the product of the sizes of all later axes.",
    zh="每个坐标乘的是自己这个维度的大小。沿某个维度走一步，越过的是它里面的全部元素，"
    "也就是后面所有维度大小的乘积。",
)
def own_size_as_step(shape, place):
    steps = [*shape[:-1], 1]
    return sum(step * coordinate for step, coordinate in zip(steps, place, strict=False))


@misconception(
    "column_of",
    "Each coordinate was multiplied by the size of its own axis, the last one too. A "
    "step along the last axis passes over one entry only, and a step along any other "
    "over everything inside of it.",
    zh="每个坐标乘的是自己这个维度的大小，最后一个也不例外。沿最后一个维度走一步只越过一个"
    "元素；沿别的维度走一步，越过的是它里面的全部元素。",
)
def own_size_everywhere(shape, place):
    return sum(size * coordinate for size, coordinate in zip(shape, place, strict=False))


@misconception(
    "column_of",
    "Each coordinate was multiplied by the size of the next axis only. With three axes "
    "or more, one step on the first passes over all the later ones: their sizes have to "
    "be multiplied.",
    zh="每个坐标只乘了下一个维度的大小。有三个以上的维度时，沿第一个维度走一步要越过后面所"
    "有维度，它们的大小要连乘起来。",
)
def next_size_as_step(shape, place):
    steps = [*shape[1:], 1]
    return sum(step * coordinate for step, coordinate in zip(steps, place, strict=False))


# What goes wrong with flatten_from


@misconception(
    "flatten_from",
    "start made no difference: axis 0 was kept and all the others were merged. That is "
    "right for start=1 only.",
    zh="start 没有起作用：总是保留第 0 维、合并其余所有维度。那只在 start=1 时才对。",
)
def start_taken_for_one(x, start):
    start = range(x.dim())[start]
    return x.reshape(x.shape[0], math.prod(x.shape[1:]))


@misconception(
    "flatten_from",
    "Everything was merged, axes before start included. They have to stay.",
    zh="所有维度都合并了，包括 start 之前的那些。它们应当保留。",
)
def everything_merged(x, start):
    start = range(x.dim())[start]
    return x.reshape(x.numel())


@misconception(
    "flatten_from",
    "The axes up to start were merged and those behind it kept. It should be the other "
    "way round: start is the first axis that is merged.",
    zh="合并的是到 start 为止的维度，保留的是它后面的。正好相反：start 是第一个要合并的维度。",
)
def merged_up_to_start(x, start):
    start = range(x.dim())[start]
    return x.reshape(math.prod(x.shape[: start + 1]), *x.shape[start + 1 :])


@misconception(
    "flatten_from",
    "One axis too many was kept: axis start itself is merged with what comes behind it.",
    zh="多保留了一个维度：第 start 维自己也要与后面的维度合并。",
)
def start_itself_kept(x, start):
    start = range(x.dim())[start]
    return x.reshape(*x.shape[: start + 1], math.prod(x.shape[start + 1 :]))


@misconception(
    "flatten_from",
    "A start that isn't there was accepted: a slice of the shape doesn't complain about "
    "it. It has to be refused with an IndexError.",
    zh="不存在的 start 被接受了：对形状做切片时，越界并不报错。这里必须抛出 IndexError。",
)
def missing_axis_accepted(x, start):
    return x.reshape(*x.shape[:start], math.prod(x.shape[start:]))


@misconception(
    "flatten_from",
    "It fails where a size before start is 0: the -1 can't be worked out then. Multiply "
    "the merged sizes yourself.",
    zh="start 之前有大小为 0 的维度时就会出错：这时 -1 推不出来。请自己把要合并的大小乘起来。",
)
def unknown_left_to_reshape(x, start):
    start = range(x.dim())[start]
    return x.reshape(*x.shape[:start], -1)


# What goes wrong with the layer


@misconception(
    "FlattenLayer",
    "The batch is gone: all examples were merged into one vector. Axis 0 counts the "
    "examples and has to stay.",
    zh="批次没有了：所有样本合并成了一个向量。第 0 维数的是样本，必须保留。",
)
class BatchMergedToo(nn.Module):
    def forward(self, x):
        return x.reshape(-1)


@misconception(
    "FlattenLayer",
    "view refuses a tensor whose memory is in another order, as after transpose or "
    "permute. reshape copies in that case, and otherwise does the same.",
    zh="内存是另一种顺序的张量（例如 transpose 或 permute 之后），view 会拒绝。遇到这种情形 "
    "reshape 会复制，其余时候两者相同。",
)
class ViewRefuses(nn.Module):
    def forward(self, x):
        return x.view(x.shape[0], math.prod(x.shape[1:]))


@misconception(
    "FlattenLayer",
    "view(x.shape[0], -1) is the usual line, and it has two weak spots: view refuses a "
    "tensor whose memory is in another order, as after permute, and beside a batch of "
    "size 0 the -1 can't be worked out.",
    zh="view(x.shape[0], -1) 是最常见的写法，它有两个弱点：内存是另一种顺序的张量（例如 "
    "permute 之后），view 会拒绝；批次大小为 0 时，-1 推不出来。",
)
class ViewWithMinusOne(nn.Module):
    def forward(self, x):
        return x.view(x.shape[0], -1)


@misconception(
    "FlattenLayer",
    "It fails on an empty batch: beside a size 0, the -1 can't be worked out. Multiply "
    "the other sizes yourself.",
    zh="批次为空时会出错：有大小为 0 时，-1 推不出来。请自己把其余的大小乘起来。",
)
class UnknownBesideZero(nn.Module):
    def forward(self, x):
        return x.reshape(x.shape[0], -1)


@misconception(
    "FlattenLayer",
    "The last axis was kept and those before it were merged, with the batch. The row of "
    "an example has to hold all its numbers.",
    zh="保留的是最后一个维度，前面的维度连同批次都合并了。一个样本的那一行应当装下它的全部数。",
)
class LastAxisKept(nn.Module):
    def forward(self, x):
        return x.reshape(-1, x.shape[-1])


@misconception(
    "FlattenLayer",
    "The numbers are right, but no gradient comes back to x: on the way they left the "
    "graph, as with detach(), .data or a list. Layers before this one couldn't learn.",
    zh="数值是对的，梯度却传不回 x：途中离开了计算图，detach()、.data、转成列表都会这样。"
    "排在它前面的层就学不到东西了。",
)
class CutOff(nn.Module):
    def forward(self, x):
        return flatten_from(x, 1).detach()


@misconception(
    "FlattenLayer",
    "The axes were put in another order first, so the columns are mixed up. Flattening "
    "keeps the reading order: the last axis runs fastest.",
    zh="先把维度换了顺序，于是各列乱了。展平保持阅读顺序：最后一个维度变化最快。",
)
class ColumnsMixedUp(nn.Module):
    def forward(self, x):
        return x.transpose(1, -1).reshape(x.shape[0], math.prod(x.shape[1:]))


# Other right answers


@alternative("column_of")
def by_counting(shape, place):
    if not shape:
        return 0
    return int(torch.arange(math.prod(shape)).reshape(tuple(shape))[tuple(place)])


@alternative("column_of")
def by_recursion(shape, place):
    if len(shape) == 0:
        return 0
    return place[0] * math.prod(shape[1:]) + column_of(shape[1:], place[1:])


@alternative("flatten_from")
def two_axes_at_a_time(x, start):
    if start >= x.dim() or start < -x.dim():
        raise IndexError(start)
    keep = start + x.dim() if start < 0 else start
    while x.dim() > keep + 1:
        x = x.contiguous().view(*x.shape[:-2], x.shape[-2] * x.shape[-1])
    return x


@alternative("flatten_from")
def joined_slices(x, start):
    start = list(range(x.dim()))[start]
    if x.dim() == start + 1:
        return x
    slices = x.unbind(start)
    if not slices:
        return x.new_zeros((*x.shape[:start], 0))
    return torch.cat([flatten_from(part, start) for part in slices], dim=start)


@alternative("FlattenLayer")
class ExampleByExample(nn.Module):
    def __init__(self):
        super().__init__()

    def forward(self, x):
        rows = [example.reshape(-1) for example in x]
        return torch.stack(rows) if rows else x.new_empty(0, math.prod(x.shape[1:]))


# The tests


@title("Where an entry stands in the long row", zh="元素在长长的一行里的位置")
@points(2)
def test_column(student, rand):
    m, n, k = sizes(rand, 3)
    listed = [
        ((m, n, k), (1, 1, 1), n * k + k + 1),
        ((m, n), (m - 1, 1), (m - 1) * n + 1),
        ((m, n, k), (1, 0, k - 1), n * k + k - 1),
        ((k, m, n), (k - 2, 1, 1), (k - 2) * m * n + n + 1),
    ]
    made = [(shape, place) for shape, place, _ in listed]
    close(student.run(columns_of, made), [column for _, _, column in listed])


@title("Few axes and many", zh="维度很少与很多")
@hidden(
    "A single number, one axis, five axes. And compare your sum with reshape on an arange.",
    zh="单个数、一个维度、五个维度。再用对 arange 做 reshape 的结果来核对你的算式。",
)
def test_column_of_any_shape(student, rand):
    close(student.column_of((), ()), 0)
    for shape in [(7,), (3, 2, 5, 4, 3), (1, 4, 1, 3), (4, 4, 4)]:
        for _ in range(3):
            place, position = some_place(rand, shape)
            close(student.column_of(shape, place), position)


@title("The axes from start on become one", zh="从 start 起的维度合并成一个")
@points(2)
def test_from_start(student, rand, reference):
    m, n, k = sizes(rand, 3)
    x = rand(m, n, k, 2)
    for start in (2, 1, 0, 3, -1, -2, -3, -4):
        close(student.flatten_from(x, start), reference(torch.flatten, x, start))


@title("A start that isn't there is refused", zh="不存在的 start 要拒绝")
def test_no_such_axis(student, rand, reference):
    m, n, k = sizes(rand, 3)
    x = rand(m, n, k)
    close(student.flatten_from(x, 1), reference(torch.flatten, x, 1))
    for start in (3, -4):
        with refuses(IndexError):
            student.flatten_from(x, start)


@title("Any layout, any dtype, empty axes, gradients", zh="任意排列、任意 dtype、空维度、梯度")
@points(2)
@hidden(
    "Sizes 0 before start and behind it; a transposed x; one axis. And the gradient has "
    "to come back.",
    zh="start 之前和之后有大小为 0 的维度；转置后的 x；只有一个维度。梯度也要能传回来。",
)
def test_from_start_anywhere(student, rand, reference):
    m, n, k = sizes(rand, 3)
    for x, start in [
        (rand.ints(-99, 99, m), 0),
        (rand(k, n, m).transpose(0, 2), 1),
        (rand(k, n, m, dtype=torch.float64).transpose(0, 1), 0),
        (rand(m, n, 0), 1),
        (rand(m, 0, n), 2),
        (rand(0, m, n), 1),
    ]:
        close(student.flatten_from(x, start), reference(torch.flatten, x, start), dtype=True)
    x = rand(m, n, k)
    upstream = rand(m, n * k)
    expected = (x.reshape(m, n * k), upstream.reshape(m, n, k), x)
    close(student.run(flattened_and_gradient, x, 1, upstream), expected)


@title("The layer keeps the examples, and gradients pass it", zh="该层保留样本，梯度能通过")
@points(2)
def test_layer(student, rand):
    m, n, k = sizes(rand, 3)
    images = rand(m, n, k, 2)
    close(student.run(layer_on, images)[0], images.reshape(m, n * k * 2))
    x, weight, bias, upstream = rand(m, n, k), rand(4, n * k), rand(4), rand(m, 4)
    rows = x.reshape(m, n * k)
    close(student.run(layer_on, x), (rows, x))
    close(
        student.run(layer_and_linear, x, weight, bias, upstream),
        {
            "FlattenLayer()(x)": rows,
            "scores": rows @ weight.T + bias,
            "gradient": (upstream @ weight).reshape(m, n, k),
            "parameters": ["1.bias", "1.weight"],
        },
    )


@title("Images that were permuted", zh="换过维度顺序的图像")
@points(2)
def test_layer_on_permuted_images(student, rand):
    m, n, k = sizes(rand, 3)
    close(student.run(layer_on, rand(m, n, k, 2) * 0)[0], torch.zeros(m, n * k * 2))
    x = rand(m, n, k, 3)
    close(student.run(layer_on_transposed, x), x.transpose(1, -1).reshape(m, n * k * 3))


@title("An empty batch, a batch of one, rows already", zh="空批次、单个样本、本来就是行")
@hidden(
    "What shape does an empty batch of images have afterwards? And what is left to do for (N, D)?",
    zh="一个空的图像批次展平之后是什么形状？输入已经是 (N, D) 时，还有什么要做？",
)
def test_layer_on_any_batch(student, rand):
    m, n, k = sizes(rand, 3)
    for x in [
        rand(1, m, n, k),
        rand(1, m, n),
        rand(m, n, dtype=torch.float64),
        rand.ints(-9, 9, m, 1, n, 1, k),
        rand(m, 0),
        rand(0, n, k),
    ]:
        rows = x.reshape(len(x), math.prod(x.shape[1:]))
        close(student.run(layer_on, x), (rows, x), dtype=True)
