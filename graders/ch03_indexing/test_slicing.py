"""slicing: start, stop before the end, step; a view of the same memory."""

import torch

from torchgrade.authoring import (
    alternative,
    cases,
    close,
    hidden,
    misconception,
    points,
    probe,
    title,
)

# What goes wrong


@misconception(
    "last_pixel",
    "This is the whole last row. One index takes away one axis: on a matrix, [-1] is the last "
    "row, and the last pixel needs an index for the column as well.",
    zh="这是整个最后一行。一个索引只去掉一个轴：对矩阵来说，[-1] 是最后一行，"
    "要取最后一个像素，还得再给出列的索引。",
)
def last_row(image):
    return image[-1]


@misconception(
    "last_pixel",
    "A Python number came back. Its value is right, but a number is a copy: nobody can write to "
    "the image through it. An element that is picked by its indices is a tensor without axes, and "
    "a view.",
    zh="返回的是 Python 数。数值没错，但它是一份副本，无法通过它改动图像。用索引取出的元素是一个 0 维张量，"
    "也是视图。",
)
def as_a_number(image):
    return image[-1, -1].item()


@misconception(
    "row",
    "These are columns, not rows. Rows are numbered along the last axis but one, so the index "
    "stands in front of the last colon.",
    zh="这是列，不是行。行沿倒数第二个轴编号，所以行的索引要写在最后一个冒号的前面。",
)
def column_for_row(x, i):
    return x[..., i]


@misconception(
    "row",
    "The index was used on the first axis. For a single image that is the rows; in a batch it "
    "picks a whole image.",
    zh="索引用在了第一个轴上。单张图像的第一个轴是行；而在一批图像里，这样取出的是一整张图像。",
)
def row_of_the_first_axis(x, i):
    return x[i]


@misconception(
    "row",
    "The rows were counted from 1. The first row has the number 0.",
    zh="行是从 1 数起的。第一行的编号是 0。",
)
def row_from_one(x, i):
    return x[..., i - 1, :]


@misconception(
    "row",
    "The axis of the rows is still there, with size 1. A slice of length 1 keeps its axis; an "
    "index takes it away.",
    zh="行的那个轴还在，大小为 1。长度为 1 的切片会保留轴，用整数索引才会去掉它。",
)
def row_with_axis(x, i):
    return x[..., [i], :]


@misconception(
    "row",
    "This is a copy: what is written into it doesn't reach the images. Slices and integer indices "
    "give views; a list of indices, clone() and index_select copy.",
    zh="这是一份副本，往里面写的数到不了图像。切片和整数索引给出视图；用列表作索引、clone()、"
    "index_select 则会复制。",
)
def row_copied(x, i):
    return x[..., i, :].clone()


@misconception(
    "column",
    "These are rows, not columns. Columns are numbered along the last axis.",
    zh="这是行，不是列。列沿最后一个轴编号。",
)
def row_for_column(x, j):
    return x[..., j, :]


@misconception(
    "column",
    "The index was used on the second axis. For a single image that is the columns; with axes "
    "before them, the columns are further back. An ellipsis stands for all the axes before.",
    zh="索引用在了第二个轴上。单张图像的第二个轴是列；前面还有别的轴时，列的轴要往后移。"
    "省略号可以代表前面所有的轴。",
)
def column_of_the_second_axis(x, j):
    return x[:, j]


@misconception(
    "column",
    "The axis of the columns is still there, with size 1. A column has the shape (..., H): an "
    "index takes its axis away, a slice of length 1 doesn't.",
    zh="列的那个轴还在，大小为 1。一列的形状是 (..., H)：整数索引会去掉这个轴，长度为 1 的切片则不会。",
)
def column_upright(x, j):
    return x[..., j].unsqueeze(-1)


@misconception(
    "column",
    "This is a copy: what is written into it doesn't reach the images. Slices and integer indices "
    "give views; a list of indices, clone() and index_select copy.",
    zh="这是一份副本，往里面写的数到不了图像。切片和整数索引给出视图；用列表作索引、clone()、"
    "index_select 则会复制。",
)
def column_copied(x, j):
    return x[..., j].clone()


@misconception(
    "window",
    "One row and one column are missing. The end index of a slice is not included, so nothing has "
    "to be subtracted from it: from top to top + height there are height rows.",
    zh="少了一行一列。切片不包含结束索引，所以不必再减 1：从 top 到 top + height，正好是 height 行。",
)
def end_included(x, top, left, height, width):
    return x[..., top : top + height - 1, left : left + width - 1]


@misconception(
    "window",
    "One row and one column too many came back: 1 was added to the end. A slice ends before its "
    "end index, so top + height is the end already.",
    zh="多出了一行一列：结束索引多加了 1。切片在结束索引之前停下，所以 top + height 就已经是结束索引了。",
)
def one_too_many(x, top, left, height, width):
    return x[..., top : top + height + 1, left : left + width + 1]


@misconception(
    "window",
    "Height and width were used as end indices. What stands after the colon is where the slice "
    "ends, counted from the edge of the image, and not how long it is.",
    zh="高和宽被当成了结束索引。冒号后面写的是切片在哪里结束（从图像边缘数起），而不是它有多长。",
)
def size_taken_for_end(x, top, left, height, width):
    return x[..., top:height, left:width]


@misconception(
    "window",
    "Rows and columns were swapped: top and height belong to the rows, the last axis but one; "
    "left and width to the columns, the last axis.",
    zh="行和列弄反了：top 和 height 属于行，也就是倒数第二个轴；left 和 width 属于列，也就是最后一个轴。",
)
def window_swapped(x, top, left, height, width):
    return x[..., left : left + width, top : top + height]


@misconception(
    "window",
    "The slices were used on the first two axes. With axes before the image that cuts the batch. "
    "An ellipsis stands for all the axes before the last two.",
    zh="切片用在了最前面的两个轴上。图像前面还有别的轴时，这样切的是批次。省略号可以代表最后两个轴之前的所有轴。",
)
def window_of_the_first_axes(x, top, left, height, width):
    return x[top : top + height, left : left + width]


@misconception(
    "window",
    "This is a copy: what is written into the window doesn't reach the images. Slicing alone gives "
    "a view; clone(), contiguous(), a list of indices and index_select copy.",
    zh="这是一份副本，往窗口里写的数到不了图像。只用切片，得到的就是视图；clone()、contiguous()、"
    "用列表作索引、index_select 则会复制。",
)
def window_copied(x, top, left, height, width):
    return x[..., top : top + height, left : left + width].clone()


@misconception(
    "thumbnail",
    "The steps were swapped: the first one is that of the rows, the last axis but one.",
    zh="两个步长弄反了：第一个是行的步长，行是倒数第二个轴。",
)
def steps_swapped(x, rows, columns):
    return x[..., ::columns, ::rows]


@misconception(
    "thumbnail",
    "The first rows and columns came back, one next to the other. The third number of a slice is "
    "the step; a number after the first colon is an end.",
    zh="返回的是连着的前几行、前几列。切片的第三个数才是步长；第一个冒号后面的数是结束索引。",
)
def ends_for_steps(x, rows, columns):
    return x[..., :rows, :columns]


@misconception(
    "thumbnail",
    "The first row and column are missing: it starts at the step. What comes before the first "
    "colon is the start, and from the first row on means from 0.",
    zh="第一行和第一列不见了：从步长那么远的地方才开始取。第一个冒号前面是起点，从第一行开始就是从 0 开始。",
)
def started_at_the_step(x, rows, columns):
    return x[..., rows - 1 :: rows, columns - 1 :: columns]


@misconception(
    "mosaic",
    "The image was cut into its four quarters. The four kinds of pixels are neighbours in every "
    "block of 2 x 2, so each kind is found in every second row and every second column.",
    zh="图像被切成了四个角上的四块。四种像素在每个 2×2 小块里是邻居，所以每一种都出现在每隔一行、每隔一列的位置上。",
)
def quarters(x):
    h, w = (x.shape[-2] + 1) // 2, (x.shape[-1] + 1) // 2
    return x[..., :h, :w], x[..., :h, w:], x[..., h:, :w], x[..., h:, w:]


@misconception(
    "mosaic",
    "Top right and bottom left are swapped. Top right is in even rows and odd columns, and the "
    "index of the row comes first.",
    zh="右上和左下弄反了。右上在偶数行、奇数列，而行的索引写在前面。",
)
def corners_swapped(x):
    return x[..., ::2, ::2], x[..., 1::2, ::2], x[..., ::2, 1::2], x[..., 1::2, 1::2]


@misconception(
    "mosaic",
    "The four are copies. A slice with a step is a view like any other slice: it needs no memory "
    "of its own.",
    zh="得到的四个张量都是副本。带步长的切片和别的切片一样是视图，不需要自己的内存。",
)
def mosaic_copied(x):
    return tuple(x[..., i::2, j::2].clone() for i in (0, 1) for j in (0, 1))


@misconception(
    "paint",
    "The images stayed as they were: the patch went into a copy, or only a name was given to a new "
    "tensor. To write into x, the brackets of the slice stand on the left of the equals sign.",
    zh="图像没有变：patch 写进了一份副本，或者只是让一个名字指向了新的张量。要写进 x，切片的方括号应当在等号左边。",
)
def painted_a_copy(x, top, left, patch):
    height, width = patch.shape
    y = x.clone()
    y[..., top : top + height, left : left + width] = patch


@misconception(
    "paint",
    "The patch was added to what was there. Assigning replaces; it is += that adds.",
    zh="patch 被加到了原来的数上。赋值是替换，+= 才是相加。",
)
def added(x, top, left, patch):
    height, width = patch.shape
    x[..., top : top + height, left : left + width] += patch


@misconception(
    "paint",
    "Only the first image was painted. With an ellipsis the same patch goes into all of them: it "
    "is broadcast over the axes in front.",
    zh="只有第一张图像被写入了。用省略号，同一个 patch 就会写进每一张：它会在前面的轴上广播。",
)
def first_image_only(x, top, left, patch):
    while x.dim() > 2:
        x = x[0]
    height, width = patch.shape
    x[top : top + height, left : left + width] = patch


# Other right answers


@alternative("last_pixel")
def index_by_index(image):
    return image[image.shape[0] - 1][image.shape[1] - 1]


@alternative("row")
def by_select(x, i):
    return x.select(-2, i)


@alternative("column")
def by_transposing(x, j):
    return x.transpose(-1, -2)[..., j, :]


@alternative("window")
def by_narrow(x, top, left, height, width):
    return x.narrow(-2, top, height).narrow(-1, left, width)


@alternative("thumbnail")
def row_slices_first(x, rows, columns):
    return x[..., 0 : x.shape[-2] : rows, :][..., :, 0 : x.shape[-1] : columns]


@alternative("mosaic")
def rows_then_columns(x):
    even, odd = x[..., 0::2, :], x[..., 1::2, :]
    return [even[..., 0::2], even[..., 1::2], odd[..., 0::2], odd[..., 1::2]]


@alternative("paint")
def pixel_by_pixel(x, top, left, patch):
    for i in range(patch.shape[0]):
        for j in range(patch.shape[1]):
            x[..., top + i, left + j] = patch[i, j]


# The tests


@probe
def written_through(student, name, x, factor, *args):
    """What the function returns, and x after the result was multiplied in place."""
    results = getattr(student, name)(x, *args)
    several = isinstance(results, (tuple, list))
    results = list(results) if several else [results]
    values = [result.clone() for result in results]
    for number, result in enumerate(results):
        result.mul_(factor + number)
    return values, x


@probe
def mosaic_as_list(student, x):
    return list(student.mosaic(x))


@probe
def painted(student, x, top, left, patch):
    student.paint(x, top, left, patch)
    return x, patch


@title("last_pixel: last row, last column", zh="last_pixel：最后一行、最后一列")
def test_last_pixel(student, rand):
    for shape in [(3, 5), (4, 1), (1, 4)]:
        x = rand(*shape)
        close(student.last_pixel(x), x[-1, -1])


@title("row: of one image and of a batch", zh="row：单张图像与一批图像")
def test_row(student, rand):
    for shape, i in [((4, 5), 1), ((4, 5), -1), ((3, 4, 5), 2), ((2, 3, 4, 5), -3)]:
        x = rand(*shape)
        close(student.row(x, i), x.select(-2, i))


@title("column: of one image and of a batch", zh="column：单张图像与一批图像")
def test_column(student, rand):
    for shape, j in [((4, 5), 1), ((5, 4), -1), ((3, 4, 5), 2), ((2, 3, 4, 5), -3)]:
        x = rand(*shape)
        close(student.column(x, j), x.select(-1, j))


@title("window: where it begins and how large it is", zh="window：从哪里开始、有多大")
@points(2)
def test_window(student, rand):
    for shape, top, left, height, width in [
        ((6, 8), 1, 2, 4, 5),
        ((8, 6), 2, 1, 3, 4),
        ((3, 7, 8), 3, 2, 3, 4),
        ((3, 2, 6, 7), 2, 1, 4, 2),
    ]:
        x = rand(*shape)
        expected = x.narrow(-2, top, height).narrow(-1, left, width)
        close(student.window(x, top, left, height, width), expected)


@title("thumbnail: every so many rows and columns", zh="thumbnail：每隔若干行、若干列取一个")
def test_thumbnail(student, rand):
    for shape, rows, columns in [((7, 8), 3, 2), ((6, 9), 2, 4), ((2, 5, 7), 2, 3)]:
        x = rand(*shape)
        i, j = torch.arange(0, shape[-2], rows), torch.arange(0, shape[-1], columns)
        close(student.thumbnail(x, rows, columns), x.index_select(-2, i).index_select(-1, j))


@title("mosaic: the four kinds of pixels", zh="mosaic：四种像素")
@points(2)
def test_mosaic(student, rand):
    for shape in [(6, 4), (5, 7), (2, 3, 4, 5)]:
        x = rand(*shape)
        expected = [
            x.index_select(-2, torch.arange(i, shape[-2], 2)).index_select(
                -1, torch.arange(j, shape[-1], 2)
            )
            for i in (0, 1)
            for j in (0, 1)
        ]
        close(student.run(mosaic_as_list, x), expected)


@title("paint: a block is written, in every image", zh="paint：写入一块区域，每张图像都写")
@points(2)
def test_paint(student, rand):
    for shape, top, left, size in [
        ((5, 6), 1, 2, (3, 4)),
        ((3, 6, 5), 0, 1, (2, 3)),
        ((2, 3, 4, 6), 2, 3, (2, 1)),
    ]:
        x, patch = rand(*shape), rand(*size)
        expected = x.clone()
        expected.narrow(-2, top, size[0]).narrow(-1, left, size[1]).copy_(patch)
        close(student.run(painted, x, top, left, patch), (expected, patch))


@title("Views: a write to the result reaches x", zh="视图：往结果里写，就是写进 x")
@points(3)
@cases(
    "name, args, places",
    [
        ("last_pixel", (), [("3:4", "4:5")]),
        ("row", (1,), [("1:2", "0:5")]),
        ("column", (-2,), [("0:4", "3:4")]),
        ("window", (1, 2, 2, 3), [("1:3", "2:5")]),
        ("thumbnail", (3, 2), [("0:4:3", "0:5:2")]),
        ("mosaic", (), [(f"{i}:4:2", f"{j}:5:2") for i in (0, 1) for j in (0, 1)]),
    ],
)
def test_views(student, rand, name, args, places):
    x = rand(5, 4).T
    factor = 2.5 + float(rand.uniform(0, 1))
    expected, values = x.clone(), []
    for number, place in enumerate(places):
        rows, columns = (slice(*map(int, part.split(":"))) for part in place)
        part = expected[rows, columns]
        values.append(part.clone())
        part.mul_(factor + number)
    if name == "last_pixel":
        values = [values[0].reshape(())]
    if name in ("row", "column"):
        values = [values[0].reshape(-1)]
    close(student.run(written_through, name, x, factor, *args), (values, expected))


@title("Sizes 0 and 1, steps larger than the image", zh="大小为 0 和 1，以及比图像还大的步长")
@hidden(
    "A window may be empty, or the whole image; an image may have one row. None of this needs a "
    "case of its own.",
    zh="窗口可以是空的，也可以是整张图像；图像可以只有一行。这些都不需要单独处理。",
)
def test_edges(student, rand):
    x = rand(2, 5, 4)
    for top, left, height, width in [(2, 1, 0, 3), (0, 0, 5, 4), (5, 4, 0, 0), (4, 3, 1, 1)]:
        expected = x.narrow(-2, top, height).narrow(-1, left, width)
        close(student.window(x, top, left, height, width), expected)
    close(student.thumbnail(x, 9, 9), x[:, :1, :1].clone())
    close(student.thumbnail(x, 1, 1), x)
    single = rand(1, 3)
    close(
        student.run(mosaic_as_list, single),
        [single[:, [0, 2]], single[:, [1]], torch.empty(0, 2), torch.empty(0, 1)],
    )
    close(student.row(single, 0), single[0])
    for shape in [(1, 4, 5), (2, 1, 1)]:
        x = rand(*shape)
        close(student.row(x, 0), x[:, 0])
        close(student.column(x, 0), x[:, :, 0])


@title("Whole numbers and double precision keep their dtype", zh="整数与双精度保持 dtype")
@hidden("Nothing is computed here, so the dtype stays.", zh="这里不作任何计算，dtype 不变。")
def test_dtype(student, rand):
    for x in [rand.ints(-99, 99, 3, 4, 5), rand(3, 4, 5, dtype=torch.float64), rand.bools(3, 4, 5)]:
        close(student.row(x, 2), x[:, 2], dtype=True)
        close(student.column(x, 1), x[:, :, 1], dtype=True)
        close(student.window(x, 0, 1, 2, 3), x[:, 0:2, 1:4], dtype=True)
    x, patch = rand.ints(-99, 99, 4, 4), rand.ints(100, 200, 2, 2)
    expected = x.clone()
    expected[1:3, 2:4] = patch
    close(student.run(painted, x, 1, 2, patch), (expected, patch), dtype=True)
