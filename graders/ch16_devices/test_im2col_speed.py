"""im2col_speed: all windows of a batch in one matrix, and convolution as its product."""

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
    slowdown,
    text,
    timed,
    title,
    uniform,
)

# F.unfold is allowed: what is asked for is the product, and a copy that is fast.
pytestmark = forbids(
    "conv1d",
    "conv2d",
    "conv3d",
    "conv_tbc",
    "conv_transpose1d",
    "conv_transpose2d",
    "conv_transpose3d",
    "convolution",
)


# --- What goes wrong in the matrix --------------------------------------------------------------


@misconception(
    "batch_columns",
    "You return one matrix for each image. For a single product they must lie side by side in one"
    " matrix, with the batch inside its columns.",
    zh="你给每张图像各做了一个矩阵。要只做一次乘法，它们就得并排放进同一个矩阵，批次并入各列。",
)
def one_matrix_per_image(x, kernel_size, stride=1, padding=0):
    return F.unfold(x, kernel_size, stride=stride, padding=padding)


@misconception(
    "batch_columns",
    "The shape is right, but the numbers of the images are mixed up: reshape cuts the numbers up in"
    " the order in which they lie, and the batch still comes first there. It has to be moved next"
    " to the windows before the axes are merged.",
    zh="形状对了，但各图像的数混在了一起：reshape 只是按数原来的排列重新切分，而排在最前面的还是批次。"
    "合并之前，要先把批次那个轴挪到窗口旁边。",
)
def batch_not_moved(x, kernel_size, stride=1, padding=0):
    columns = F.unfold(x, kernel_size, stride=stride, padding=padding)
    return columns.reshape(columns.shape[1], -1)


@misconception(
    "batch_columns",
    "Each of your rows holds a window. The windows are to be the columns, so that a row of weights"
    " can multiply them from the left, and so that the copy runs along the images' rows.",
    zh="你的矩阵里每一行是一个窗口。窗口应当排成列：这样，一行权重才能从左边去乘它，"
    "复制时也才是沿着图像的行成段地搬。",
)
def windows_as_rows(x, kernel_size, stride=1, padding=0):
    columns = F.unfold(x, kernel_size, stride=stride, padding=padding)
    return columns.mT.flatten(0, 1)


@misconception(
    "batch_columns",
    "From left to right your images alternate: the first window of each, then the second of each."
    " All windows of the first image come first.",
    zh="在你的各列里，图像是交替出现的：先是每张图像的第一个窗口，再是每张的第二个。"
    "应当先放完第一张图像的所有窗口。",
)
def images_alternate(x, kernel_size, stride=1, padding=0):
    columns = F.unfold(x, kernel_size, stride=stride, padding=padding)
    return columns.permute(1, 2, 0).flatten(1)


@misconception(
    "batch_columns",
    "Down your columns the channel changes fastest. The order is that of w.flatten(1): all of"
    " channel 0, then all of channel 1.",
    zh="在你的每一列里，变化最快的是通道。次序应当与 w.flatten(1) 一致：先是整个通道 0，再是整个通道 1。",
)
def channels_innermost(x, kernel_size, stride=1, padding=0):
    columns = F.unfold(x, kernel_size, stride=stride, padding=padding)
    columns = columns.unflatten(1, (x.shape[1], -1)).transpose(1, 2).flatten(1, 2)
    return columns.transpose(0, 1).flatten(1)


@misconception(
    "batch_columns",
    "The windows come down the image first, then to the right. They must come row by row, or the"
    " product can't be given the shape (OH, OW).",
    zh="窗口是先往下、再往右排列的。应当逐行排列，否则乘积没法变成 (OH, OW) 的形状。",
)
def windows_downwards(x, kernel_size, stride=1, padding=0):
    frame = F.pad(x, (padding,) * 4)
    windows = frame.unfold(2, kernel_size[0], stride).unfold(3, kernel_size[1], stride)
    return windows.permute(1, 4, 5, 0, 3, 2).flatten(3).flatten(0, 2)


@misconception(
    "batch_columns",
    "The padding isn't used: the windows that reach over the edge have no column.",
    zh="没有用到填充：越过图像边缘的窗口没有对应的列。",
)
def padding_forgotten(x, kernel_size, stride=1, padding=0):
    return F.unfold(x, kernel_size, stride=stride).transpose(0, 1).flatten(1)


@misconception(
    "batch_columns",
    "The stride isn't used: your windows move by one pixel at a time.",
    zh="没有用到步长：你的窗口每次只挪一个像素。",
)
def stride_forgotten(x, kernel_size, stride=1, padding=0):
    return F.unfold(x, kernel_size, padding=padding).transpose(0, 1).flatten(1)


# --- What goes wrong with the product -----------------------------------------------------------


@misconception(
    "conv2d_by_matmul",
    "The product has the axes kernel, image, place. You gave it the shape image, kernel, place at"
    " once, which cuts the numbers up in the wrong order: first unfold its own axes, then exchange"
    " the first two.",
    zh="乘积各轴的次序是卷积核、图像、位置，你却直接把它变成了图像、卷积核、位置的形状，数就切错了地方。"
    "应当先按它自己的次序展开，再交换前两个轴。",
)
def result_not_moved(x, w, b=None, stride=1, padding=0):
    product = w.flatten(1) @ batch_columns(x, tuple(w.shape[2:]), stride, padding)
    oh = (x.shape[2] + 2 * padding - w.shape[2]) // stride + 1
    y = product.reshape(len(x), len(w), oh, -1)
    return y if b is None else y + b[:, None, None]


@misconception(
    "conv2d_by_matmul",
    "Your result has the kernels along its first axis and the images along its second. Images come"
    " first, as in x.",
    zh="你的结果里，第一个轴是卷积核，第二个轴是图像。图像应当在前，和 x 一样。",
)
def kernels_before_images(x, w, b=None, stride=1, padding=0):
    product = w.flatten(1) @ batch_columns(x, tuple(w.shape[2:]), stride, padding)
    oh = (x.shape[2] + 2 * padding - w.shape[2]) // stride + 1
    y = product.reshape(len(w), len(x), oh, -1)
    return y if b is None else y + b[:, None, None, None]


@misconception(
    "conv2d_by_matmul",
    "Height and width of the result have changed places. The windows come row by row, so OW is the"
    " last axis.",
    zh="结果的高和宽弄反了。窗口是逐行排列的，所以最后一个轴是 OW。",
)
def height_for_width(x, w, b=None, stride=1, padding=0):
    product = w.flatten(1) @ batch_columns(x, tuple(w.shape[2:]), stride, padding)
    oh = (x.shape[2] + 2 * padding - w.shape[2]) // stride + 1
    y = product.reshape(len(w), len(x), -1, oh).transpose(0, 1)
    return y if b is None else y + b[:, None, None]


@misconception(
    "conv2d_by_matmul",
    "The weights meet the wrong pixels: they stand in your matrix with the channels last, while the"
    " columns go channel by channel.",
    zh="权重乘到了别的像素上：你的权重矩阵把通道排在最后，而窗口的各列是按通道一个一个排的。",
)
def weights_in_another_order(x, w, b=None, stride=1, padding=0):
    weights = w.permute(0, 2, 3, 1).reshape(len(w), -1)
    product = weights @ batch_columns(x, tuple(w.shape[2:]), stride, padding)
    oh = (x.shape[2] + 2 * padding - w.shape[2]) // stride + 1
    y = product.reshape(len(w), len(x), oh, -1).transpose(0, 1)
    return y if b is None else y + b[:, None, None]


@misconception(
    "conv2d_by_matmul",
    "The bias isn't used: b is an argument, but the result doesn't depend on it.",
    zh="没有用到偏置：参数里有 b，结果却与它无关。",
)
def bias_forgotten(x, w, b=None, stride=1, padding=0):
    product = w.flatten(1) @ batch_columns(x, tuple(w.shape[2:]), stride, padding)
    oh = (x.shape[2] + 2 * padding - w.shape[2]) // stride + 1
    return product.reshape(len(w), len(x), oh, -1).transpose(0, 1)


@misconception(
    "conv2d_by_matmul",
    "Your biases run along the columns of the image. A bias belongs to a kernel, that is, to one"
    " channel of the result.",
    zh="你的偏置沿着图像的列铺开了。偏置属于卷积核，也就是属于结果的某一个通道。",
)
def bias_along_the_width(x, w, b=None, stride=1, padding=0):
    product = w.flatten(1) @ batch_columns(x, tuple(w.shape[2:]), stride, padding)
    oh = (x.shape[2] + 2 * padding - w.shape[2]) // stride + 1
    y = product.reshape(len(w), len(x), oh, -1).transpose(0, 1)
    return y if b is None else y + b


@misconception(
    "conv2d_by_matmul",
    "You take the short cut for every kernel of 1 x 1. With a stride some pixels are left out, and"
    " with padding there are new ones: then the images are not their own matrix any more.",
    zh="只要卷积核是 1 x 1，你就走了捷径。有步长时要跳过一些像素，有填充时又多出一些："
    "这时图像本身就不再是那个矩阵了。",
)
def short_cut_too_often(x, w, b=None, stride=1, padding=0):
    if w.shape[2:] == (1, 1):
        columns, stride, padding = x.flatten(2), 1, 0
    else:
        columns = F.unfold(x, tuple(w.shape[2:]), stride=stride, padding=padding)
    product = w.flatten(1) @ columns
    oh = (x.shape[2] + 2 * padding - w.shape[2]) // stride + 1
    y = product.unflatten(2, (oh, -1))
    return y if b is None else y + b[:, None, None]


@misconception(
    "conv2d_by_matmul",
    "With a kernel of 1 x 1 the result is right, but the images were copied on the way. Their memory"
    " holds the matrix already, a row for each channel; padding by nothing, taking windows of one"
    " pixel, and moving the channels to the end all copy it.",
    zh="卷积核为 1 x 1 时结果是对的，但中途复制了图像。图像的内存本来就是那个矩阵，每个通道一行；"
    "补零个零、取一个像素的窗口、把通道挪到最后，都会复制它。",
)
def single_pixels_copied(x, w, b=None, stride=1, padding=0):
    product = w.flatten(1) @ batch_columns(x, tuple(w.shape[2:]), stride, padding)
    oh = (x.shape[2] + 2 * padding - w.shape[2]) // stride + 1
    y = product.reshape(len(w), len(x), oh, -1).transpose(0, 1)
    return y if b is None else y + b[:, None, None]


# --- Other ways to be right ---------------------------------------------------------------------


@alternative("batch_columns")
def by_library_unfold(x, kernel_size, stride=1, padding=0):
    columns = F.unfold(x, kernel_size, stride=stride, padding=padding)
    return torch.cat(list(columns), dim=1)


@alternative("batch_columns")
def one_row_for_each_weight(x, kernel_size, stride=1, padding=0):
    """As many copies as a window has pixels, each of them for the whole batch."""
    kh, kw = kernel_size
    n, c, h, w = x.shape
    frame = x.new_zeros(n, c, h + 2 * padding, w + 2 * padding)
    frame[:, :, padding : padding + h, padding : padding + w] = x
    oh, ow = (frame.shape[2] - kh) // stride + 1, (frame.shape[3] - kw) // stride + 1
    out = x.new_empty(c, kh, kw, n, oh, ow)
    for u in range(kh):
        for v in range(kw):
            pixels = frame[:, :, u : u + stride * (oh - 1) + 1 : stride]
            pixels = pixels[:, :, :, v : v + stride * (ow - 1) + 1 : stride]
            out[:, u, v] = pixels.transpose(0, 1)
    return out.view(c * kh * kw, n * oh * ow)


@alternative("conv2d_by_matmul")
def a_product_with_a_batch_axis(x, w, b=None, stride=1, padding=0):
    n, c, height, width = x.shape
    if tuple(w.shape[2:]) == (1, 1) and stride == 1 and padding == 0:
        columns, oh = x.reshape(n, c, height * width), height
    else:
        columns = F.unfold(x, tuple(w.shape[2:]), stride=stride, padding=padding)
        oh = (height + 2 * padding - w.shape[2]) // stride + 1
    weights = w.reshape(1, len(w), -1).expand(n, -1, -1)
    out = torch.bmm(weights, columns)
    if b is not None:
        out = out + b.view(1, -1, 1)
    return out.view(n, len(w), oh, -1)


@alternative("conv2d_by_matmul")
def bias_as_a_weight(x, w, b=None, stride=1, padding=0):
    """addmm adds the bias while it multiplies; single pixels image by image."""
    o, c, kh, kw = w.shape
    bias = w.new_zeros(o, 1) if b is None else b[:, None]
    matrix = w.reshape(o, c * kh * kw)
    if kh == kw == stride == 1 and not padding:
        images = [torch.addmm(bias, matrix, image.flatten(1)) for image in x]
        return torch.stack(images).view(len(x), o, *x.shape[2:])
    out = torch.addmm(bias, matrix, batch_columns(x, (kh, kw), stride, padding))
    oh = (x.shape[2] + 2 * padding - kh) // stride + 1
    return out.view(o, len(x), oh, -1).permute(1, 0, 2, 3).contiguous()


# --- Right and slow -----------------------------------------------------------------------------


@naive("conv2d_by_matmul")
def window_after_window(x, w, b=None, stride=1, padding=0):
    """A product for each window: the whole batch at once, but place after place."""
    if w.shape[2:] == (1, 1) and stride == 1 and padding == 0:
        y = (w.flatten(1) @ x.flatten(2)).unflatten(2, (x.shape[2], -1))
    else:
        kh, kw = w.shape[2:]
        frame = F.pad(x, (padding,) * 4)
        oh, ow = (frame.shape[2] - kh) // stride + 1, (frame.shape[3] - kw) // stride + 1
        y = x.new_empty(len(x), len(w), oh, ow)
        for i in range(oh):
            for j in range(ow):
                top, left = i * stride, j * stride
                windows = frame[:, :, top : top + kh, left : left + kw].flatten(1)
                y[:, :, i, j] = windows @ w.flatten(1).mT
    return y if b is None else y + b[:, None, None]


# --- batch_columns ------------------------------------------------------------------------------


def columns(x, kernel_size, stride=1, padding=0):
    """Image by image, side by side."""
    return torch.cat(list(F.unfold(x, kernel_size, stride=stride, padding=padding)), dim=1)


@title("batch_columns: the windows of one image", zh="batch_columns：一张图像的窗口")
def test_one_image(student, rand):
    x = rand(1, 1, 4, 6)
    close(student.batch_columns(x, (3, 2)), columns(x, (3, 2)))


@title("batch_columns: several images side by side", zh="batch_columns：多张图像并排")
@points(2)
@cases("kernel_size", [(2, 3), (3, 1), (1, 1)])
def test_images_side_by_side(student, rand, kernel_size):
    x = rand(3, 2, 4, 6)
    close(student.batch_columns(x, kernel_size), columns(x, kernel_size))


@title("batch_columns: with stride and padding", zh="batch_columns：带步长和填充")
@points(2)
@cases("stride, padding", [(2, 0), (1, 2), (3, 1)])
def test_columns_stride_and_padding(student, rand, stride, padding):
    x = rand(2, 3, 7, 9)
    close(
        student.batch_columns(x, (3, 2), stride=stride, padding=padding),
        columns(x, (3, 2), stride, padding),
    )


# --- conv2d_by_matmul ---------------------------------------------------------------------------


@title("A batch of images, several kernels", zh="一批图像，多个卷积核")
@points(2)
@cases("size", [(3, 3), (2, 4), (3, 1)])
def test_batch(student, rand, reference, size):
    x, w = rand(4, 2, 6, 8), rand(3, 2, *size)
    close(student.conv2d_by_matmul(x, w), reference(F.conv2d, x, w))


@title("One bias for each kernel", zh="每个卷积核一个偏置")
@points(2)
def test_bias(student, rand, reference):
    # As many columns as kernels: a bias along the wrong axis raises no error here.
    x, w, b = rand(2, 3, 5, 6), rand(4, 3, 2, 3), rand(4)
    close(student.conv2d_by_matmul(x, w, b), reference(F.conv2d, x, w, b))


@title("With stride and padding", zh="带步长和填充")
@points(2)
@cases("stride, padding", [(2, 0), (1, 2), (3, 1)])
def test_stride_and_padding(student, rand, reference, stride, padding):
    x, w, b = rand(3, 2, 9, 12), rand(4, 2, 3, 2), rand(4)
    close(
        student.conv2d_by_matmul(x, w, b, stride=stride, padding=padding),
        reference(F.conv2d, x, w, b, stride=stride, padding=padding),
    )


@title("Kernels of 1 x 1, with stride and padding too", zh="1 x 1 的卷积核，也带步长和填充")
@points(2)
@cases("stride, padding", [(1, 0), (2, 0), (1, 1)])
def test_single_pixels(student, rand, reference, stride, padding):
    x, w, b = rand(3, 4, 5, 7), rand(2, 4, 1, 1), rand(2)
    close(
        student.conv2d_by_matmul(x, w, b, stride=stride, padding=padding),
        reference(F.conv2d, x, w, b, stride=stride, padding=padding),
    )


@probe
def watched(student, x, w, b):
    """The result, and whether as much new memory as x has was filled on the way to it."""
    held = [x, w, b]

    class Watch(torch.utils._python_dispatch.TorchDispatchMode):
        def __torch_dispatch__(self, operator, types, args=(), kwargs=None):
            result = operator(*args, **(kwargs or {}))
            held.extend(torch.utils._pytree.tree_leaves(result))
            return result

    with Watch():
        y = student.conv2d_by_matmul(x, w, b)
    memories = [t.untyped_storage() for t in held if isinstance(t, torch.Tensor)]
    own = {memory.data_ptr() for memory in memories[:3]}
    new = {m.data_ptr(): m.nbytes() for m in memories[3:] if m.data_ptr() not in own}
    return {"result": y, "x copied": sum(new.values()) >= memories[0].nbytes()}


@title("Kernels of 1 x 1 need no copy of the images", zh="1 x 1 的卷积核不必复制图像")
@points(3)
def test_no_copy(student, rand, reference):
    x, w, b = rand(3, 64, 9, 11), rand(4, 64, 1, 1), rand(4)
    seen = student.run(watched, x, w, b)
    close(seen["result"], reference(F.conv2d, x, w, b))
    assert seen["x copied"] is False, text(
        "The operators filled as much new memory as x has, or more; the result is a sixteenth of it.",
        zh="各个运算新占用的内存不少于 x 本身；而结果只有 x 的十六分之一。",
    )


@title("float64 stays float64", zh="float64 仍是 float64")
def test_dtype(student, rand, reference):
    x, w, b = (rand(*size, dtype=torch.float64) for size in [(2, 3, 5, 6), (4, 3, 3, 3), (4,)])
    close(student.batch_columns(x, (3, 3), padding=1), columns(x, (3, 3), 1, 1), dtype=True)
    close(
        student.conv2d_by_matmul(x, w, b, padding=1),
        reference(F.conv2d, x, w, b, padding=1),
        dtype=True,
    )


@probe
def result_and_arguments(student, x, w, b, stride, padding):
    y = student.conv2d_by_matmul(x, w, b, stride, padding)
    return y, x, w, b


@title("Any memory layout, and the arguments unharmed", zh="任意的内存布局，且参数保持原样")
@points(2)
@hidden(
    "Images often come as (N, H, W, C) and are permuted. Try your function on"
    " x.permute(0, 3, 1, 2) of such a tensor, with kernels of 1 x 1 too, and compare the arguments"
    " before and after the call.",
    zh="图像常常以 (N, H, W, C) 的形式读入，再换轴。对这样的张量做 x.permute(0, 3, 1, 2)，"
    "再传给你的函数，1 x 1 的卷积核也试一试，并比较调用前后的参数。",
)
def test_layout(student, rand, reference):
    x, b = rand(2, 6, 8, 3).permute(0, 3, 1, 2), rand(4)
    for w, stride, padding in [
        (rand(3, 2, 3, 4).permute(3, 2, 1, 0), 2, 1),
        (rand(1, 1, 3, 4).permute(3, 2, 1, 0), 1, 0),
    ]:
        seen = student.run(result_and_arguments, x, w, b, stride, padding)
        close(seen, (reference(F.conv2d, x, w, b, stride, padding), x, w, b))


# --- Speed --------------------------------------------------------------------------------------


@inputs
def images(size, generator):
    channels, kernels, side = size
    x = uniform(generator, 4, channels, side + 2, side + 2)
    return x, uniform(generator, kernels, channels, 3, 3) - 0.5


def convolution(x, w):
    return F.conv2d(x, w)


# cuda: 2 * 16 * 4 * 16**2 * 16384 * 9 = 4.8 billion operations, 0.12 ms at 40 TFLOP/s, and more
# with so few kernels. The matrix has 151 million numbers, 604 MB to write and to read again, 0.3 ms
# at 4 TB/s. The result has 65 kB; its 256 places take 5 calls of 10 us each in a loop, 13 ms.
IMAGES = {"cpu": [(16, 4, 32)], "cuda": [(16384, 16, 16)]}


@timed
@title("About as fast as F.conv2d", zh="与 F.conv2d 差不多快")
@points(4)
def test_speed(student):
    slowdown(
        student.conv2d_by_matmul,
        convolution,
        images,
        sizes=IMAGES,
        name="F.conv2d",
        advice=text(
            "A loop over places or images makes many small products out of one large one. If there"
            " is none, it is the copy that takes long: with the windows as rows it hops from pixel"
            " to pixel, with the windows as columns it runs along the rows of the image.",
            zh="对位置或图像循环，就把一个大乘积拆成了许多小的。如果没有循环，慢的就是复制："
            "窗口排成行时，它在像素之间跳来跳去；窗口排成列时，它沿着图像的行成段地搬。",
        ),
    )


@inputs
def batches(size, generator):
    """As many windows for every size: twice the images, half as high."""
    x = torch.rand(size, 2, 256 // size + 2, 18, generator=generator, device=generator.device)
    return x, torch.rand(4, 2, 3, 3, generator=generator, device=generator.device) - 0.5


@timed
@title("No loop over the images", zh="不对图像循环")
@points(3)
def test_growth(student):
    grows_like(
        student.conv2d_by_matmul,
        convolution,
        batches,
        sizes=[16, 32, 64],
        exponent=0,
        name="F.conv2d",
        advice=text(
            "More and smaller images have as many windows as few large ones, but you take longer:"
            " something is done for each image by itself.",
            zh="图像多而小，与少而大，窗口一样多，你却用了更长的时间：有什么是一张图像一张图像做的。",
        ),
    )
