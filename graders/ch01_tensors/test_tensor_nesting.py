"""Strides: from coordinates to places in memory and back."""

import math

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
def each(student, function, calls):
    return [getattr(student, function)(*call) for call in calls]


@probe
def pixels(student, memory, views, places):
    """Offsets in one memory, through several views of it, and what lies there."""
    found = []
    for (shape, stride, start), indices in zip(views, places, strict=True):
        images = memory.as_strided(shape, stride, start)
        found.append([student.pixel_offset(images, *index) for index in indices])
    values = [memory[torch.tensor(offsets) % len(memory)] for offsets in found]
    return found, values


# What goes wrong


@misconception(
    "row_major_strides",
    "The strides are in the wrong order: as if the first axis ran through memory without gaps. In "
    "PyTorch it is the last one that has stride 1.",
    zh="步幅的顺序反了，像是第一个维度在内存里紧挨着排列。在 PyTorch 里，步幅为 1 的是最后一个维度。",
)
def first_axis_fastest(shape):
    strides, stride = [], 1
    for size in shape:
        strides.append(stride)
        stride *= size
    return tuple(strides)


@misconception(
    "row_major_strides",
    "Each stride is the product up to its own axis, so the axis itself is counted in. One step "
    "along an axis steps over what is nested in it, that is the axes to its right.",
    zh="每个步幅都把自己这个维度也乘了进去。沿某个维度走一步，跨过的是嵌套在它里面的元素，"
    "也就是它右边的那些维度。",
)
def own_size_multiplied_in(shape):
    strides, stride = [], 1
    for size in reversed(shape):
        stride *= size
        strides.append(stride)
    return tuple(reversed(strides))


@misconception(
    "row_major_strides",
    "Each stride is the size of the next axis only. Everything nested inside has to be stepped "
    "over: multiply all the sizes to the right.",
    zh="每个步幅只取了右边一个维度的大小。嵌套在里面的全部元素都要跨过，右边所有的大小都要乘起来。",
)
def next_size_only(shape):
    return (*shape[1:], 1) if len(shape) else ()


@misconception(
    "flat_offset",
    "start was left out. A slice begins somewhere inside its memory, and all its elements are "
    "further on by that much.",
    zh="漏掉了 start。切片从内存中间的某处开始，它的所有元素都要往后挪这么多。",
)
def start_left_out(index, stride, start=0):
    return sum(i * step for i, step in zip(index, stride, strict=True))


@misconception(
    "flat_offset",
    "The coordinates met the strides in reverse order. The first coordinate belongs to the first "
    "stride.",
    zh="坐标和步幅是倒着配对的。第一个坐标应当配第一个步幅。",
)
def paired_in_reverse(index, stride, start=0):
    return start + sum(i * step for i, step in zip(index, reversed(stride), strict=True))


@misconception(
    "coordinates",
    "The coordinates were taken off from the wrong end: the last axis changes fastest, so the rest "
    "of a division by the last size is the last coordinate, not the first.",
    zh="坐标是从错误的一端取的：变化最快的是最后一个维度，所以除以最后一个大小所得的余数是最后一个坐标，"
    "而不是第一个。",
)
def first_coordinate_fastest(offset, shape):
    index = []
    for size in shape:
        offset, i = divmod(offset, size)
        index.append(i)
    return tuple(index)


@misconception(
    "coordinates",
    "The right numbers in the wrong order: the coordinates have to be turned round, since the last "
    "one is found first.",
    zh="数都对，顺序反了：最后一个坐标最先求出来，所以最后要倒过来。",
)
def not_turned_round(offset, shape):
    index = []
    for size in reversed(shape):
        offset, i = divmod(offset, size)
        index.append(i)
    return tuple(index)


@misconception(
    "permuted",
    "The inverse order was used: axis i of x was put in place order[i]. It is the other way round: "
    "place i of the result gets axis order[i] of x.",
    zh="用成了逆排列：把 x 的第 i 个维度放到了第 order[i] 位。应当反过来：结果的第 i 位放 x 的第 order[i] 个维度。",
)
def inverse_order(shape, stride, order):
    places = [order.index(axis) for axis in range(len(order))]
    return tuple(shape[place] for place in places), tuple(stride[place] for place in places)


@misconception(
    "permuted",
    "The strides were calculated from the new shape as if the result were contiguous. "
    "permute moves "
    "no number, so every axis keeps its own stride.",
    zh="步幅是按新的形状算的，好像结果是连续的。permute 一个数也不搬动，每个维度都带着自己原来的步幅。",
)
def assumed_contiguous(shape, stride, order):
    new = tuple(shape[axis] for axis in order)
    return new, row_major_strides(new)


@misconception(
    "permuted",
    "Only the shape was permuted; the strides stayed. Every axis takes its stride with it.",
    zh="只排列了形状，步幅没有动。每个维度要带着自己的步幅一起走。",
)
def strides_not_permuted(shape, stride, order):
    return tuple(shape[axis] for axis in order), tuple(stride)


@misconception(
    "pixel_offset",
    "The place was calculated from the shape, as if the tensor were contiguous. A permuted or "
    "sliced tensor has other strides: ask it for them.",
    zh="位置是由形状算出来的，好像张量是连续的。经过 permute 或切片的张量有别的步幅，应当问它自己。",
)
def shape_instead_of_strides(images, n, c, h, w):
    stride = row_major_strides(images.shape)
    return flat_offset((n, c, h, w), stride, images.storage_offset())


@misconception(
    "pixel_offset",
    "The start was left out: a slice such as images[1:] begins further on in memory, by "
    "storage_offset().",
    zh="漏掉了起点：像 images[1:] 这样的切片从内存的后面某处开始，偏移量就是 storage_offset()。",
)
def storage_offset_left_out(images, n, c, h, w):
    return flat_offset((n, c, h, w), images.stride())


@misconception(
    "pixel_offset",
    "Row and column are swapped: h counts rows and goes with the third axis, w with the fourth.",
    zh="行和列弄反了：h 是行号，对应第三个维度；w 对应第四个维度。",
)
def row_and_column_swapped(images, n, c, h, w):
    return flat_offset((n, c, w, h), images.stride(), images.storage_offset())


@misconception(
    "pixel_offset",
    "Neither the strides nor the start of this tensor was used, only its shape: that is the place "
    "in a contiguous tensor of its own.",
    zh="没有用这个张量的步幅和起点，只用了形状：这是在一个独立的连续张量里的位置。",
)
def shape_only(images, n, c, h, w):
    return flat_offset((n, c, h, w), row_major_strides(images.shape))


# Other right answers


@alternative("row_major_strides")
def products(shape):
    return tuple(math.prod(shape[axis + 1 :]) for axis in range(len(shape)))


@alternative("row_major_strides")
def recursive(shape):
    if len(shape) == 0:
        return ()
    inner = row_major_strides(shape[1:])
    return (inner[0] * shape[1] if inner else 1, *inner)


@alternative("flat_offset")
def added_up(index, stride, start=0):
    for axis in range(len(index)):
        start += index[axis] * stride[axis]
    return start


@alternative("coordinates")
def from_the_last(offset, shape):
    index = []
    for size in reversed(shape):
        index.insert(0, offset % size)
        offset //= size
    return tuple(index)


@alternative("coordinates")
def by_strides(offset, shape):
    strides = row_major_strides(shape)
    return tuple(offset // step % size for step, size in zip(strides, shape, strict=True))


@alternative("permuted")
def unzipped(shape, stride, order):
    pairs = list(zip(shape, stride, strict=True))
    new = [pairs[axis] for axis in order]
    return tuple(size for size, _ in new), tuple(step for _, step in new)


@alternative("pixel_offset")
def by_addresses(images, n, c, h, w):
    start = images.untyped_storage().data_ptr()
    return (images[n, c, h, w].data_ptr() - start) // images.element_size()


# The tests


def some_shapes(rand, ranks):
    return [tuple((1 + rand.perm(7))[:rank].tolist()) for rank in ranks]


@title("Strides of a contiguous tensor", zh="连续张量的步幅")
@points(2)
@forbids("stride")
def test_row_major(student, rand):
    shapes = [*some_shapes(rand, (1, 2, 3, 4, 5)), (2, 3, 4), (3, 1, 5), ()]
    expected = [
        tuple(math.prod(shape[axis + 1 :]) for axis in range(len(shape))) for shape in shapes
    ]
    close(student.run(each, "row_major_strides", [(shape,) for shape in shapes]), expected)


@title("From coordinates to a place", zh="由坐标求位置")
@points(2)
def test_flat_offset(student, rand):
    calls, expected = [((1, 0, 2), (12, 4, 1)), ((), (), 5)], [14, 5]
    for rank in (1, 2, 3, 4):
        index, stride = rand.ints(1, 9, rank), rand.ints(1, 60, rank)
        start = int(rand.ints(1, 99))
        calls += [
            (tuple(index.tolist()), tuple(stride.tolist())),
            (tuple(index.tolist()), tuple(stride.tolist()), start),
        ]
        expected += [int((index * stride).sum()), int((index * stride).sum()) + start]
    close(student.run(each, "flat_offset", calls), expected)


@title("From a place to coordinates", zh="由位置求坐标")
@points(2)
@forbids("unravel_index")
def test_coordinates(student, rand):
    calls = [(14, (2, 3, 4)), (0, ())]
    for shape in some_shapes(rand, (1, 2, 3, 4, 4)):
        calls += [(offset, shape) for offset in rand.ints(0, math.prod(shape), 3).tolist()]
        calls.append((math.prod(shape) - 1, shape))
    expected = [
        tuple(int(i) for i in torch.unravel_index(torch.tensor(offset), shape)) if shape else ()
        for offset, shape in calls
    ]
    close(student.run(each, "coordinates", calls), expected)


@title("permute takes the strides along", zh="permute 会带着步幅一起走")
@points(2)
@forbids("permute", "stride")
def test_permuted(student, rand):
    calls = [((2, 3, 4), (12, 4, 1), (2, 0, 1)), ((2, 3, 4, 5), (60, 20, 5, 1), (0, 2, 3, 1))]
    calls += [((5, 3), (3, 1), (1, 0)), ((), (), ()), ((3, 4, 5), (1, 15, 3), (1, 2, 0))]
    for rank in (3, 4, 5):
        (shape,) = some_shapes(rand, (rank,))
        stride = tuple((rand.perm(20)[:rank] + 1).tolist())
        calls.append((shape, stride, tuple(rand.perm(rank).tolist())))
    expected = [
        (tuple(shape[axis] for axis in order), tuple(stride[axis] for axis in order))
        for shape, stride, order in calls
    ]
    close(student.run(each, "permuted", calls), expected)


def views_and_places(rand, views, dtype=torch.float32):
    """For each view some coordinates; the offsets, and what lies there."""
    memory = rand(2000, dtype=dtype)
    places = [
        [tuple(int(rand.ints(0, size)) for size in shape) for _ in range(5)]
        for shape, _, _ in views
    ]
    offsets = [
        [start + sum(i * step for i, step in zip(index, stride, strict=True)) for index in some]
        for (_, stride, start), some in zip(views, places, strict=True)
    ]
    return memory, places, (offsets, [memory[torch.tensor(some)] for some in offsets])


@title("A pixel of a contiguous batch", zh="连续批次中的一个像素")
def test_contiguous_pixel(student, rand):
    views = [((2, 3, 4, 5), (60, 20, 5, 1), 0), ((4, 3, 7, 6), (126, 42, 6, 1), 0)]
    memory, places, expected = views_and_places(rand, views)
    close(student.run(pixels, memory, views, places), expected)


@title("A pixel of a permuted batch", zh="permute 之后的批次中的一个像素")
@points(2)
def test_permuted_pixel(student, rand):
    nhwc = torch.empty(3, 6, 5, 4).permute(0, 3, 1, 2)
    turned = torch.empty(2, 3, 4, 5).transpose(2, 3)
    every_second = torch.empty(3, 2, 9, 8)[:, :, ::2, ::3]
    views = [(tuple(x.shape), x.stride(), 0) for x in (nhwc, turned, every_second)]
    memory, places, expected = views_and_places(rand, views, torch.float64)
    close(student.run(pixels, memory, views, places), expected)


@title("A pixel of a slice", zh="切片中的一个像素")
@points(2)
@hidden(
    "A slice begins further on in memory than the tensor it was cut from. Some axes may also be "
    "of size 1, or expanded, with stride 0.",
    zh="切片的起点在原张量内存的后面某处。有的维度大小可能是 1，也可能是扩展出来的，步幅为 0。",
)
def test_sliced_pixel(student, rand):
    base = torch.empty(4, 3, 6, 5)
    slices = [
        base[1:],
        base[:, 1:2, 2:, 1:4],
        base.permute(0, 2, 3, 1)[2:, :, 1:],
        base[:1, :, 3:4].expand(5, 3, 4, 5),
    ]
    views = [(tuple(x.shape), x.stride(), x.storage_offset()) for x in slices]
    memory, places, expected = views_and_places(rand, views)
    close(student.run(pixels, memory, views, places), expected)
