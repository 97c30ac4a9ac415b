"""manual_conv2d: one kernel, every window, one sum of products; im2col: the windows as columns."""

import torch
import torch.nn.functional as F

from torchgrade.authoring import (
    alternative,
    cases,
    close,
    forbids,
    grows_like,
    hidden,
    inputs,
    misconception,
    naive,
    points,
    probe,
    refuses,
    slowdown,
    text,
    timed,
    title,
    uniform,
)

# Only with its module: Tensor.unfold slides a window along one axis, and is welcome here.
pytestmark = forbids(
    "conv1d",
    "conv2d",
    "conv3d",
    "conv_transpose1d",
    "conv_transpose2d",
    "conv_transpose3d",
    "convolution",
    "functional.unfold",
    "aten.im2col",
)


# --- What goes wrong in the sum -----------------------------------------------------------------


@misconception(
    "manual_conv2d",
    "Your kernel is turned by 180 degrees before it meets the image. That is the convolution of"
    " mathematics; a convolutional layer lays the kernel on as it is, its first weight on the"
    " window's first pixel.",
    zh="你的卷积核在盖到图像上之前转了 180 度。数学里的卷积是这样，但卷积层用的是互相关："
    "卷积核原样盖上去，它的第一个权重对着窗口的第一个像素。",
)
def kernel_flipped(x, w, b=None, stride=1, padding=0):
    windows = _windows(x, w.shape[2:], stride, padding)
    return _correlate(windows, w.flip(2, 3), b)


@misconception(
    "manual_conv2d",
    "Rows and columns of the kernel have changed places: the weight in row u, column v met the"
    " pixel in row v, column u of the window.",
    zh="卷积核的行和列弄反了：第 u 行第 v 列的权重，乘到了窗口第 v 行第 u 列的像素上。",
)
def kernel_transposed(x, w, b=None, stride=1, padding=0):
    windows = _windows(x, (w.shape[3], w.shape[2]), stride, padding)
    return _correlate(windows, w.transpose(2, 3), b)


@misconception(
    "manual_conv2d",
    "You took the height of the kernel for its width too. A kernel may be a tall or a wide strip:"
    " read both sizes from w, and use each for its own axis.",
    zh="你把卷积核的高度也当成了宽度。卷积核可以是竖条或横条："
    "两个尺寸都要从 w 里读出来，各管各的轴。",
)
def height_used_as_width(x, w, b=None, stride=1, padding=0):
    windows = _windows(x, w.shape[2], stride, padding)
    return _correlate(windows, w, b)


@misconception(
    "manual_conv2d",
    "You took the width of the kernel for its height too. A kernel may be a tall or a wide strip:"
    " read both sizes from w, and use each for its own axis.",
    zh="你把卷积核的宽度也当成了高度。卷积核可以是竖条或横条："
    "两个尺寸都要从 w 里读出来，各管各的轴。",
)
def width_used_as_height(x, w, b=None, stride=1, padding=0):
    windows = _windows(x, w.shape[3], stride, padding)
    return _correlate(windows, w, b)


@misconception(
    "manual_conv2d",
    "The last row and the last column of windows are missing. The image leaves the kernel room for"
    " so many steps; the place where it starts counts too, hence the + 1 in the output size.",
    zh="最后一行和最后一列窗口漏掉了。公式里除出来的是窗口能挪动的次数，"
    "起始位置本身也算一个，所以输出尺寸要加 1。",
)
def last_window_missing(x, w, b=None, stride=1, padding=0):
    windows = _windows(x, w.shape[2:], stride, padding)[:, :, :-1, :-1]
    return _correlate(windows, w, b)


@misconception(
    "manual_conv2d",
    "The bias isn't used: b is an argument, but the result doesn't depend on it.",
    zh="没有用到偏置：参数里有 b，结果却与它无关。",
)
def bias_forgotten(x, w, b=None, stride=1, padding=0):
    windows = _windows(x, w.shape[2:], stride, padding)
    return _correlate(windows, w, None)


@misconception(
    "manual_conv2d",
    "Broadcasting lines up the last axes, so your b ran along the columns of the image: each column"
    " got a bias of its own, and all channels the same ones. A bias belongs to a kernel, that is,"
    " to one channel of the output.",
    zh="广播是从最后一个轴开始对齐的，所以你的 b 沿着图像的列铺开了：每一列各加了一个偏置，"
    "而所有通道加的都一样。偏置属于卷积核，也就是属于输出的某一个通道。",
)
def bias_along_the_width(x, w, b=None, stride=1, padding=0):
    windows = _windows(x, w.shape[2:], stride, padding)
    out = _correlate(windows, w, None)
    return out if b is None else out + b


@misconception(
    "manual_conv2d",
    "Only the pixels of the first output channel got a bias. There is one bias for each kernel:"
    " b[o] goes to every pixel of channel o.",
    zh="只有第一个输出通道的像素加上了偏置。每个卷积核都有自己的偏置："
    "第 o 个通道的所有像素都要加 b[o]。",
)
def bias_in_one_channel(x, w, b=None, stride=1, padding=0):
    windows = _windows(x, w.shape[2:], stride, padding)
    out = _correlate(windows, w, None)
    if b is not None:
        out[:, 0] += b[0]
    return out


@misconception(
    "manual_conv2d",
    "The bias was added once for each input channel. It stands outside the sum over the channels:"
    " each output pixel gets it once.",
    zh="每累加一个输入通道，就又加了一次偏置。偏置在对通道的求和之外：每个输出像素只加一次。",
)
def bias_once_per_input_channel(x, w, b=None, stride=1, padding=0):
    windows = _windows(x, w.shape[2:], stride, padding)
    out = _correlate(windows, w, None)
    return out if b is None else out + x.shape[1] * b[:, None, None]


@misconception(
    "manual_conv2d",
    "The padding isn't used: the windows start inside the bare image. Padding puts a frame of zeros"
    " around it first, so that the kernel can reach over the edge.",
    zh="没有用到填充：窗口直接从原图内部开始滑动。应当先在图像四周补零，卷积核才能越过边缘。",
)
def padding_forgotten(x, w, b=None, stride=1, padding=0):
    windows = _windows(x, w.shape[2:], stride, 0)
    return _correlate(windows, w, b)


@misconception(
    "manual_conv2d",
    "The two numbers of the padding have changed places. The pair is (vertical, horizontal),"
    " whereas F.pad counts from the last axis backwards: left, right, then top, bottom.",
    zh="填充的两个数用反了。这里的一对数是（纵向, 横向），"
    "而 F.pad 从最后一个轴往前数：先左右，后上下。",
)
def padding_axes_exchanged(x, w, b=None, stride=1, padding=0):
    windows = _windows(x, w.shape[2:], stride, _pair(padding)[::-1])
    return _correlate(windows, w, b)


@misconception(
    "manual_conv2d",
    "Given two paddings, you used the first for both axes. The pair is (vertical, horizontal): the"
    " second one goes to the left and to the right of the image.",
    zh="给了两个填充量，你却在两个轴上都用了第一个。这一对数是（纵向, 横向）："
    "第二个用在图像的左右两侧。",
)
def first_padding_for_both(x, w, b=None, stride=1, padding=0):
    windows = _windows(x, w.shape[2:], stride, _pair(padding)[0])
    return _correlate(windows, w, b)


@misconception(
    "manual_conv2d",
    "The zeros stand above and on the left only. Padding goes on both sides of each axis, which is"
    " why the formula for the size has 2 * padding in it.",
    zh="零只补在了上边和左边。每个轴的两侧都要填充，所以尺寸公式里才是 2 * padding。",
)
def padding_on_one_side(x, w, b=None, stride=1, padding=0):
    rows, columns = _pair(padding)
    frame = _padded(x, padding)
    frame = frame[:, :, : frame.shape[2] - rows, : frame.shape[3] - columns]
    windows = _windows(frame, w.shape[2:], stride, 0)
    return _correlate(windows, w, b)


@misconception(
    "manual_conv2d",
    "The stride isn't used: your window stops at every pixel. With stride s it starts at rows"
    " 0, s, 2s, ..., and so it does for the columns.",
    zh="没有用到步长：你的窗口在每个像素上都停了一次。步长为 s 时，"
    "窗口应当从第 0、s、2s……行开始，列也一样。",
)
def stride_forgotten(x, w, b=None, stride=1, padding=0):
    windows = _windows(x, w.shape[2:], 1, padding)
    return _correlate(windows, w, b)


@misconception(
    "manual_conv2d",
    "The window steps down by the stride but moves right by one pixel at a time. The result has the"
    " right shape, yet its columns come from neighbouring pixels. A stride acts on both axes.",
    zh="窗口向下按步长走，向右却每次只挪一个像素。结果的形状没错，但各列取的是相邻的像素。"
    "步长对两个轴都起作用。",
)
def column_step_forgotten(x, w, b=None, stride=1, padding=0):
    (sh, sw), (ph, pw) = _pair(stride), _pair(padding)
    width = (x.shape[3] + 2 * pw - w.shape[3]) // sw + 1
    windows = _windows(x, w.shape[2:], (sh, 1), (ph, pw))[:, :, :, :width]
    return _correlate(windows, w, b)


@misconception(
    "manual_conv2d",
    "The window steps right by the stride but moves down by one pixel at a time. The result has the"
    " right shape, yet its rows come from neighbouring pixels. A stride acts on both axes.",
    zh="窗口向右按步长走，向下却每次只挪一个像素。结果的形状没错，但各行取的是相邻的像素。"
    "步长对两个轴都起作用。",
)
def row_step_forgotten(x, w, b=None, stride=1, padding=0):
    (sh, sw), (ph, pw) = _pair(stride), _pair(padding)
    height = (x.shape[2] + 2 * ph - w.shape[2]) // sh + 1
    windows = _windows(x, w.shape[2:], (1, sw), (ph, pw))[:, :, :height]
    return _correlate(windows, w, b)


@misconception(
    "manual_conv2d",
    "The stride acts on the rows alone: your result has a column for every pixel that the window"
    " can start at. A stride acts on both axes, on the size of the result as well.",
    zh="步长只作用在了行上：结果里，窗口水平方向每个可能的起点都占了一列。"
    "步长对两个轴都起作用，也同样影响结果的尺寸。",
)
def stride_on_rows_only(x, w, b=None, stride=1, padding=0):
    windows = _windows(x, w.shape[2:], (_pair(stride)[0], 1), padding)
    return _correlate(windows, w, b)


@misconception(
    "manual_conv2d",
    "The stride acts on the columns alone: your result has a row for every pixel that the window"
    " can start at. A stride acts on both axes, on the size of the result as well.",
    zh="步长只作用在了列上：结果里，窗口竖直方向每个可能的起点都占了一行。"
    "步长对两个轴都起作用，也同样影响结果的尺寸。",
)
def stride_on_columns_only(x, w, b=None, stride=1, padding=0):
    windows = _windows(x, w.shape[2:], (1, _pair(stride)[1]), padding)
    return _correlate(windows, w, b)


@misconception(
    "manual_conv2d",
    "Given two strides, you used the first for both axes. The pair is (vertical, horizontal): the"
    " second one moves the window to the right.",
    zh="给了两个步长，你却在两个轴上都用了第一个。这一对数是（纵向, 横向）："
    "第二个决定窗口向右挪多远。",
)
def first_stride_for_both(x, w, b=None, stride=1, padding=0):
    windows = _windows(x, w.shape[2:], _pair(stride)[0], padding)
    return _correlate(windows, w, b)


@misconception(
    "manual_conv2d",
    "Your result is float32 whatever comes in: torch.zeros makes float32 unless it is told"
    " otherwise, and writing into it rounds. The buffer must take its dtype from x.",
    zh="无论输入是什么类型，你的结果都是 float32：torch.zeros 默认就是 float32，往里写数时会舍入。"
    "结果张量的 dtype 应当取自 x。",
)
def result_in_float32(x, w, b=None, stride=1, padding=0):
    windows = _windows(x, w.shape[2:], stride, padding)
    return _correlate(windows, w, b).float()


@misconception(
    "manual_conv2d",
    "A kernel of one channel met an image of several, and broadcasting silently used that channel"
    " for all of them. Different numbers of channels are a mistake of the caller: say so.",
    zh="单通道的卷积核遇上多通道的图像，广播悄悄地让这一个通道对付了所有通道。"
    "通道数不一致是调用者的错误，应当报出来。",
)
def channel_broadcast(x, w, b=None, stride=1, padding=0):
    windows = _windows(x, w.shape[2:], stride, padding)
    return _correlate(windows, w.expand(-1, x.shape[1], -1, -1), b)


# --- What goes wrong in the matrix of windows ---------------------------------------------------


@misconception(
    "im2col",
    "The numbers are there, but reshape can't reorder: it cuts up the axes as they lie. The axes"
    " within a window (C, KH, KW) must stand side by side before they are merged.",
    zh="数都在，但 reshape 不会改变顺序，只是按现有的排列重新切分。"
    "窗口内部的几个轴（C、KH、KW）必须先挪到一起，才能合并。",
)
def axes_not_moved(x, kernel_size, stride=1, padding=0):
    windows = _windows(x, kernel_size, stride, padding)
    n, c, oh, ow, kh, kw = windows.shape
    return windows.reshape(n, c * kh * kw, oh * ow)


@misconception(
    "im2col",
    "Each of your rows holds a window. The matrix must have the windows as columns, so that a row"
    " of kernel weights can multiply it from the left.",
    zh="你的矩阵里每一行是一个窗口。窗口应当排成列，由权重排成的一行才能从左边去乘它。",
)
def windows_as_rows(x, kernel_size, stride=1, padding=0):
    windows = _windows(x, kernel_size, stride, padding)
    return windows.permute(0, 2, 3, 1, 4, 5).flatten(3).flatten(1, 2)


@misconception(
    "im2col",
    "Down your columns the channel changes fastest. The order is that of w.flatten(1): all of"
    " channel 0, then all of channel 1; otherwise weights meet pixels of another channel.",
    zh="在你的每一列里，变化最快的是通道。正确的次序与 w.flatten(1) 一致："
    "先是整个通道 0，再是整个通道 1；否则权重会乘到别的通道的像素上。",
)
def channels_innermost(x, kernel_size, stride=1, padding=0):
    windows = _windows(x, kernel_size, stride, padding)
    return windows.permute(0, 4, 5, 1, 2, 3).flatten(4).flatten(1, 3)


@misconception(
    "im2col",
    "Each window is read column by column. Inside a channel the order is row by row, as in"
    " w.flatten(1).",
    zh="每个窗口是逐列读出来的。一个通道之内应当逐行排列，与 w.flatten(1) 的次序一致。",
)
def window_read_by_columns(x, kernel_size, stride=1, padding=0):
    windows = _windows(x, kernel_size, stride, padding)
    return windows.permute(0, 1, 5, 4, 2, 3).flatten(4).flatten(1, 3)


@misconception(
    "im2col",
    "The windows come down the image first, then to the right. They must come row by row, or the"
    " product can't be reshaped into (OH, OW).",
    zh="窗口是先往下、再往右排列的。应当逐行排列，否则矩阵乘积没法变形成 (OH, OW)。",
)
def windows_by_columns(x, kernel_size, stride=1, padding=0):
    windows = _windows(x, kernel_size, stride, padding)
    return windows.permute(0, 1, 4, 5, 3, 2).flatten(4).flatten(1, 3)


@misconception(
    "im2col",
    "The padding isn't used: there is no column for the windows that reach over the edge.",
    zh="没有用到填充：越过图像边缘的那些窗口没有对应的列。",
)
def columns_without_padding(x, kernel_size, stride=1, padding=0):
    windows = _windows(x, kernel_size, stride, 0)
    return windows.permute(0, 1, 4, 5, 2, 3).flatten(4).flatten(1, 3)


@misconception(
    "im2col",
    "The stride acts on the rows alone: to the right your windows move by one pixel at a time.",
    zh="步长只作用在了行上：向右时，你的窗口每次只挪一个像素。",
)
def columns_stride_on_rows_only(x, kernel_size, stride=1, padding=0):
    windows = _windows(x, kernel_size, (_pair(stride)[0], 1), padding)
    return windows.permute(0, 1, 4, 5, 2, 3).flatten(4).flatten(1, 3)


@misconception(
    "im2col",
    "Your matrix is float32 whatever comes in: torch.zeros makes float32 unless it is told"
    " otherwise, and writing into it rounds. The buffer must take its dtype from x.",
    zh="无论输入是什么类型，你的矩阵都是 float32：torch.zeros 默认就是 float32，往里写数时会舍入。"
    "矩阵的 dtype 应当取自 x。",
)
def columns_in_float32(x, kernel_size, stride=1, padding=0):
    windows = _windows(x, kernel_size, stride, padding)
    return windows.permute(0, 1, 4, 5, 2, 3).flatten(4).flatten(1, 3).float()


# --- Other ways to be right ---------------------------------------------------------------------


@alternative("manual_conv2d")
def one_weight_at_a_time(x, w, b=None, stride=1, padding=0):
    if x.shape[1] != w.shape[1]:
        raise ValueError("the channels differ")
    (sh, sw), (kh, kw) = _pair(stride), w.shape[2:]
    frame = _padded(x, padding)
    if frame.shape[2] < kh or frame.shape[3] < kw:
        raise ValueError("the kernel doesn't fit")
    out = 0 if b is None else b.view(-1, 1, 1)
    for u in range(kh):
        for v in range(kw):
            pixels = frame[:, :, u : frame.shape[2] - kh + u + 1 : sh]
            pixels = pixels[:, :, :, v : frame.shape[3] - kw + v + 1 : sw]
            out = out + torch.tensordot(pixels, w[:, :, u, v], ([1], [1])).movedim(-1, 1)
    return out


@alternative("manual_conv2d")
def one_matrix_product(x, w, b=None, stride=1, padding=0):
    if x.shape[1] != w.shape[1]:
        raise ValueError("the channels differ")
    height = (x.shape[2] + 2 * _pair(padding)[0] - w.shape[2]) // _pair(stride)[0] + 1
    out = w.flatten(1) @ im2col(x, tuple(w.shape[2:]), stride, padding)
    out = out if b is None else out + b[:, None]
    return out.unflatten(2, (height, -1))


@alternative("im2col")
def column_after_column(x, kernel_size, stride=1, padding=0):
    (kh, kw), (sh, sw) = _pair(kernel_size), _pair(stride)
    frame = _padded(x, padding)
    if frame.shape[2] < kh or frame.shape[3] < kw:
        raise ValueError("the window doesn't fit")
    columns = []
    for i in range(0, frame.shape[2] - kh + 1, sh):
        for j in range(0, frame.shape[3] - kw + 1, sw):
            columns.append(frame[:, :, i : i + kh, j : j + kw].flatten(1))
    return torch.stack(columns, dim=2)


@alternative("im2col")
def by_indices(x, kernel_size, stride=1, padding=0):
    (kh, kw), (sh, sw) = _pair(kernel_size), _pair(stride)
    frame = _padded(x, padding)
    if frame.shape[2] < kh or frame.shape[3] < kw:
        raise ValueError("the window doesn't fit")
    top = torch.arange(0, frame.shape[2] - kh + 1, sh)
    left = torch.arange(0, frame.shape[3] - kw + 1, sw)
    rows = torch.arange(kh).view(-1, 1, 1, 1) + top.view(1, 1, -1, 1)
    columns = torch.arange(kw).view(1, -1, 1, 1) + left.view(1, 1, 1, -1)
    return frame[:, :, rows, columns].flatten(4).flatten(1, 3)


# --- Right and slow -----------------------------------------------------------------------------


@naive("manual_conv2d")
def one_output_pixel_at_a_time(x, w, b=None, stride=1, padding=0):
    if x.shape[1] != w.shape[1]:
        raise ValueError("the channels differ")
    (sh, sw), (kh, kw) = _pair(stride), w.shape[2:]
    frame = _padded(x, padding)
    height, width = (frame.shape[2] - kh) // sh + 1, (frame.shape[3] - kw) // sw + 1
    if height < 1 or width < 1:
        raise ValueError("the kernel doesn't fit")
    out = x.new_empty(x.shape[0], w.shape[0], height, width)
    for n in range(x.shape[0]):
        for o in range(w.shape[0]):
            for i in range(height):
                for j in range(width):
                    window = frame[n, :, i * sh : i * sh + kh, j * sw : j * sw + kw]
                    out[n, o, i, j] = (window * w[o]).sum() + (0 if b is None else b[o])
    return out


# --- manual_conv2d ------------------------------------------------------------------------------


@title("One image, one channel, one kernel", zh="一张图像、一个通道、一个卷积核")
def test_one_channel(student, rand, reference):
    x, w = rand(1, 1, 5, 6), rand(1, 1, 3, 3)
    close(student.manual_conv2d(x, w), reference(F.conv2d, x, w))


@title("Channels are summed, each kernel makes a channel", zh="各通道求和，每个卷积核产生一个通道")
def test_channels(student, rand, reference):
    x, w = rand(2, 3, 5, 6), rand(4, 3, 3, 3)
    close(student.manual_conv2d(x, w), reference(F.conv2d, x, w))


@title("A kernel need not be square", zh="卷积核不一定是正方形")
@points(2)
# A strip alone can't tell a mirror image from a half turn, so there are always two kernels.
@cases("sizes", [[(3, 1), (1, 4)], [(2, 3), (4, 2)]])
def test_kernel_shape(student, rand, reference, sizes):
    x, kernels = rand(2, 2, 5, 7), [rand(3, 2, *size) for size in sizes]
    results = [student.manual_conv2d(x, w) for w in kernels]
    for result, w in zip(results, kernels, strict=True):
        close(result, reference(F.conv2d, x, w))


@title("One bias for each kernel", zh="每个卷积核一个偏置")
@points(2)
def test_bias(student, rand, reference):
    # As many columns as channels in the result: a bias along the wrong axis raises no error here.
    x, w, b = rand(2, 3, 5, 6), rand(4, 3, 3, 3), rand(4)
    close(student.manual_conv2d(x, w, b), reference(F.conv2d, x, w, b))


@title("A frame of zeros around the image", zh="图像四周补零")
@points(2)
@cases("padding", [2, (2, 3), (3, 1)])
def test_padding(student, rand, reference, padding):
    x, w, b = rand(2, 2, 4, 6), rand(3, 2, 3, 3), rand(3)
    close(
        student.manual_conv2d(x, w, b, padding=padding),
        reference(F.conv2d, x, w, b, padding=padding),
    )


@title("The window moves by the stride", zh="窗口按步长移动")
@points(3)
@cases("stride", [2, 3, (2, 3), (3, 2)])
def test_stride(student, rand, reference, stride):
    # 9 rows and 12 columns: some of these strides leave a rest, into which no window fits.
    x, w, b = rand(2, 2, 9, 12), rand(3, 2, 3, 3), rand(3)
    close(
        student.manual_conv2d(x, w, b, stride=stride),
        reference(F.conv2d, x, w, b, stride=stride),
    )


@title("float64 stays float64", zh="float64 仍是 float64")
def test_dtype(student, rand, reference):
    x, w, b = (rand(*size, dtype=torch.float64) for size in [(2, 3, 5, 6), (4, 3, 3, 3), (4,)])
    close(
        student.manual_conv2d(x, w, b, padding=(2, 1)),
        reference(F.conv2d, x, w, b, padding=(2, 1)),
        dtype=True,
    )


@title("Kernels that don't belong to the image are refused", zh="与图像不匹配的卷积核会被拒绝")
def test_refusals(student, rand, reference):
    x, w = rand(2, 3, 4, 5), rand(4, 3, 3, 3)
    close(student.manual_conv2d(x, w, padding=2), reference(F.conv2d, x, w, padding=2))
    for size in [(4, 1, 3, 3), (4, 2, 3, 3), (4, 3, 9, 3), (4, 3, 3, 10)]:
        with refuses(ValueError):
            student.manual_conv2d(x, rand(*size), padding=2)
    # Too wide for an image that is high enough for it to lie on its side.
    with refuses(ValueError):
        student.manual_conv2d(x.mT, rand(4, 3, 3, 9), padding=2)
    # As high as the padded image, and as wide, too: it still fits.
    for size in [(8, 8), (8, 9)]:
        w = rand(4, 3, *size)
        close(student.manual_conv2d(x, w, padding=2), reference(F.conv2d, x, w, padding=2))


@probe
def result_and_arguments(student, x, w, b, stride, padding):
    y = student.manual_conv2d(x, w, b, stride, padding)
    return y, x, w, b


@title("All of it together, and the arguments unharmed", zh="综合运用，且参数保持原样")
@points(3)
@hidden(
    "Take an image of 9 x 11 pixels, a kernel of 3 x 1, stride (2, 3) and padding (3, 2), and"
    " compare each of your sizes with the formula. Compare x and w before and after the call.",
    zh="取一张 9 x 11 的图像、一个 3 x 1 的卷积核，步长 (2, 3)，填充 (3, 2)，"
    "把你得到的每个尺寸与公式对照。再比较调用前后的 x 和 w。",
)
def test_together(student, rand, reference):
    x, w, b = rand(2, 3, 9, 11), rand(4, 3, 3, 1), rand(4)
    ways = [((2, 3), (3, 2)), ((3, 2), (2, 0)), (2, (0, 3))]
    results = [student.run(result_and_arguments, x, w, b, *way) for way in ways]
    for result, way in zip(results, ways, strict=True):
        close(result, (reference(F.conv2d, x, w, b, *way), x, w, b))


@title("Any memory layout", zh="任意的内存布局")
@hidden(
    "Images often come as (N, H, W, C) and are permuted: same numbers, other strides in memory."
    " Try your function on x.permute(0, 3, 1, 2) of such a tensor.",
    zh="图像常常以 (N, H, W, C) 的形式读入，再换轴：数还是那些数，在内存里的间隔却变了。"
    "对这样的张量做 x.permute(0, 3, 1, 2)，再传给你的函数试一试。",
)
def test_layout(student, rand, reference):
    x, w = rand(2, 5, 6, 3).permute(0, 3, 1, 2), rand(3, 3, 3, 4).permute(3, 2, 1, 0)
    close(student.manual_conv2d(x, w), reference(F.conv2d, x, w))


# --- im2col -------------------------------------------------------------------------------------


@title("im2col: the windows of one channel", zh="im2col：单通道的窗口")
def test_columns(student, rand, reference):
    x = rand(1, 1, 4, 6)
    close(student.im2col(x, 3), reference(F.unfold, x, 3))


@title("im2col: several channels, windows of any shape", zh="im2col：多个通道，任意形状的窗口")
@points(2)
def test_columns_of_channels(student, rand, reference):
    x = rand(2, 3, 4, 6)
    for kernel_size in [2, (3, 2), (2, 4)]:
        close(student.im2col(x, kernel_size), reference(F.unfold, x, kernel_size))


@title("im2col: with stride and padding", zh="im2col：带步长和填充")
@points(2)
@cases("stride, padding", [(2, 0), ((2, 3), (2, 1)), (1, (1, 0))])
def test_columns_stride_and_padding(student, rand, reference, stride, padding):
    x = rand(2, 2, 7, 9)
    close(
        student.im2col(x, (3, 2), stride=stride, padding=padding),
        reference(F.unfold, x, (3, 2), stride=stride, padding=padding),
    )


@title("im2col: dtype, layout, windows that don't fit", zh="im2col：dtype、内存布局、放不下的窗口")
def test_columns_limits(student, rand, reference):
    x = rand(2, 4, 5, 3, dtype=torch.float64).permute(0, 3, 1, 2)
    close(student.im2col(x, (2, 3)), reference(F.unfold, x, (2, 3)), dtype=True)
    with refuses(ValueError):
        student.im2col(x, (7, 2), padding=1)


# --- Speed --------------------------------------------------------------------------------------


@inputs
def image_and_kernels(size, generator):
    channels, kernels, side = size
    x = uniform(generator, 1, channels, side + 2, side + 2)
    return x, uniform(generator, kernels, channels, 3, 3) - 0.5


def convolution(x, w):
    return F.conv2d(x, w)


# cpu: 2 * 16 * 16**2 * 128 * 9 = 9.4 million operations, 0.2 ms; 60,000 numbers to draw and 4,096 to
# send, together 0.12 ms. These are the pixels of the result, each of them for 50 us in a loop.
# cuda: 2 * 32 * 16**2 * 16384 * 9 = 2.4 billion operations, 0.06 ms at 40 TFLOP/s and some times
# that with so few kernels; the windows are 38 million numbers, 151 MB to write and to read again,
# 0.08 ms at 4 TB/s. The 8192 pixels of the result (33 kB) take about 50 us each in a loop, 0.4 s.
IMAGES = {"cpu": [(128, 16, 16)], "cuda": [(16384, 32, 16)]}


@timed
@title("About as fast as F.conv2d", zh="与 F.conv2d 差不多快")
@points(4)
def test_speed(student):
    slowdown(
        student.manual_conv2d,
        convolution,
        image_and_kernels,
        sizes=IMAGES,
        name="F.conv2d",
        advice=text(
            "Each call of a PyTorch function costs microseconds, however few numbers it gets. Let"
            " all windows be axes of one tensor (Tensor.unfold shows them without copying), and"
            " multiply and add them in one call: einsum or a matrix product.",
            zh="每调用一次 PyTorch 函数就要几微秒，哪怕只给它几个数。让所有窗口成为同一个张量的轴"
            "（用 Tensor.unfold，不必复制），再用一次 einsum 或矩阵乘法完成相乘与求和。",
        ),
    )


@inputs
def small_images(size, generator):
    """So few numbers that their arithmetic takes no time: what grows is the number of steps.

    With as much arithmetic for every size (more pixels, fewer channels) calls would tell as well,
    but not six loops over Python's own numbers: those take as long as there is arithmetic.
    """
    x = torch.rand(1, 1, size + 1, size + 1, generator=generator, device=generator.device)
    return x, torch.rand(1, 1, 2, 2, generator=generator, device=generator.device) - 0.5


@timed
@title("No loop over the windows", zh="不对窗口循环")
@points(5)
def test_growth(student):
    grows_like(
        student.manual_conv2d,
        convolution,
        small_images,
        sizes=[3, 6, 12],
        exponent=0,
        name="F.conv2d",
        advice=text(
            "The images are tiny: for PyTorch, 144 windows are as quickly done as 9. You take"
            " longer for more of them, so something is done window by window, or row by row. A"
            " list comprehension is a loop too; one over the weights of the kernel would do no harm"
            " here.",
            zh="这里的图像极小，对 PyTorch 来说，144 个窗口和 9 个窗口一样快。而你的用时随窗口增多而变长，"
            "说明有什么是逐个窗口或逐行做的。列表推导式也是循环；如果只对卷积核的各个权重循环，这里并无妨碍。",
        ),
    )
