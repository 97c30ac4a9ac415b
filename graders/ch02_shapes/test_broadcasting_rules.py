"""Broadcasting: shapes are aligned from the right, and an axis of size 1 is stretched."""

from itertools import product

import torch
from torch.overrides import TorchFunctionMode

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
    text,
    title,
)

# "Tensor.expand", not "expand": PyTorch's own operators (repeat_interleave, say) may call it.
pytestmark = forbids(
    *("Tensor.expand", "expand_as", "expand_copy"),
    *("broadcast_to", "broadcast_tensors", "broadcast_shapes"),
    *("Tensor.numpy", "__array__"),
)


# What goes wrong with shapes


@misconception(
    "broadcast_shape",
    "The shapes were aligned from the left. Broadcasting aligns them from the right: the last "
    "axes meet each other, and a shorter shape is filled up with 1 at the front.",
    zh="形状是从左边对齐的。广播要从右边对齐：最后一个维度对最后一个维度，较短的形状在前面补 1。",
)
def shape_aligned_from_the_left(*shapes):
    rank = max(map(len, shapes), default=0)
    padded = [tuple(shape) + (1,) * (rank - len(shape)) for shape in shapes]
    return meet(padded)


@misconception(
    "broadcast_shape",
    "Only the axes that all shapes have were looked at, and the others were lost. zip stops at "
    "its shortest argument. The result has as many axes as the longest shape.",
    zh="只看了所有形状都有的那些维度，其余的丢掉了：zip 到最短的参数为止。"
    "结果的维度个数应与最长的形状相同。",
)
def axes_beyond_the_shortest_lost(*shapes):
    rank = min(map(len, shapes), default=0)
    return meet(tuple(shape)[len(shape) - rank :] for shape in shapes)


@misconception(
    "broadcast_shape",
    "Shapes with different numbers of axes were refused. They may still broadcast: the shorter "
    "one is filled up with 1 at the front, and so (3,) fits (4, 3).",
    zh="维度个数不同的形状被拒绝了，但它们仍有可能广播：较短的形状在前面补 1，"
    "所以 (3,) 与 (4, 3) 相配。",
)
def same_rank_demanded(*shapes):
    if len({len(shape) for shape in shapes}) > 1:
        raise ValueError("different numbers of axes")
    return meet(aligned(shapes))


@misconception(
    "broadcast_shape",
    "Only the first two shapes were looked at. Any number may come, and each of them has a say: "
    "a third shape can stretch the result further, or fail to fit it.",
    zh="只看了前两个形状。形状可以有任意多个，每一个都起作用："
    "第三个形状可能让结果继续伸展，也可能与它不相配。",
)
def first_two_shapes_only(*shapes):
    return meet(aligned(shapes[:2]))


@misconception(
    "broadcast_shape",
    "Having the same number of axes is not enough. On every axis the sizes must also be equal, "
    "unless they are 1: (2, 3) and (2, 4) do not broadcast.",
    zh="维度个数相同还不够。每个维度上的大小也必须相等，只有 1 例外：(2, 3) 与 (2, 4) 不能广播。",
)
def same_rank_always_fits(*shapes):
    if len({len(shape) for shape in shapes}) == 1:
        return tuple(max(sizes) for sizes in zip(*shapes, strict=True))
    return meet(aligned(shapes))


@misconception(
    "broadcast_shape",
    "On every axis the largest size was taken, whatever it met. Sizes that differ only fit if "
    "one of them is 1: 3 against 5 has to be refused.",
    zh="每个维度都直接取了最大的大小，不管它遇到的是什么。大小不同时，只有其中一个是 1 才相配："
    "3 遇到 5 必须拒绝。",
)
def nothing_refused(*shapes):
    return tuple(map(max, zip(*aligned(shapes), strict=True)))


@misconception(
    "broadcast_shape",
    "The common size was taken to be the largest one. That goes wrong as soon as a size is 0: "
    "an axis of size 1 takes on the size that it meets, also when that is 0. "
    "So 1 against 0 gives 0.",
    zh="这里把最大的大小当成了公共大小，一遇到 0 就错了：大小为 1 的维度会变成对方的大小，"
    "对方是 0 时也一样。所以 1 对 0 得 0。",
)
def largest_size_wins(*shapes):
    columns = list(zip(*aligned(shapes), strict=True))
    for sizes in columns:
        settle(sizes)
    return tuple(map(max, columns))


@misconception(
    "broadcast_shape",
    "The largest size was taken as the measure: every other had to equal it or be 1. That "
    "refuses 0 against 1, where the largest is 1 and the 0 is neither. But the 1 is the one that "
    "gives way, and the result is 0.",
    zh="这里以最大的大小为标准，要求其余的与它相等或者是 1。0 遇到 1 时最大的是 1，"
    "0 既不等于它也不是 1，于是被拒绝。其实该变的是 1，结果是 0。",
)
def measured_against_the_largest(*shapes):
    columns = list(zip(*aligned(shapes), strict=True))
    for sizes in columns:
        for size in sizes:
            if size not in (1, max(sizes)):
                raise ValueError("sizes differ")
    return tuple(map(max, columns))


@misconception(
    "broadcast_shape",
    "A size of 0 got lost, as if that axis were not there or had size 1. The axis is there, and "
    "its size is 0: it fits 0 and 1, and against any other size it is a mismatch, as 3 is "
    "against 5.",
    zh="大小 0 丢失了，好像那个维度不存在，或者大小是 1 似的。维度是存在的，大小就是 0："
    "它与 0 和 1 相配，遇到其他大小就是不匹配，和 3 遇到 5 一样。",
)
def size_zero_got_lost(*shapes):
    padded = [tuple(size or 1 for size in shape) for shape in aligned(shapes)]
    return meet(padded)


@misconception(
    "broadcast_shape",
    "Every shape with a 0 in it was refused. But a tensor of shape (0,) has an axis like any "
    "other, and it fits 0 and 1. It fails against (2, 2) only because 0 is neither 2 nor 1.",
    zh="凡是含有 0 的形状都被拒绝了。形状 (0,) 的张量同样有一个维度，它与 0 和 1 都相配；"
    "它与 (2, 2) 不能广播，只是因为 0 既不是 2 也不是 1。",
)
def size_zero_is_refused(*shapes):
    if any(0 in shape for shape in aligned(shapes)):
        raise ValueError("empty")
    return meet(aligned(shapes))


@misconception(
    "broadcast_shape",
    "The shape () was refused. A 0-d tensor has no axis on which it could disagree, so it "
    "broadcasts with everything. That is how a single number is added to a whole tensor.",
    zh="形状 () 被拒绝了。0 维张量没有任何维度会与别人冲突，所以它可以与一切形状广播，"
    "一个数加到整个张量上靠的就是这一点。",
)
def zero_axes_are_refused(*shapes):
    if () in map(tuple, shapes):
        raise ValueError("a tensor needs at least one axis")
    return meet(aligned(shapes))


@misconception(
    "broadcast_shape",
    "A size was accepted because it divides the other one. Broadcasting repeats a single entry, "
    "never a block of several: only size 1 is stretched, and 2 against 4 is a mismatch.",
    zh="只因为一个大小能整除另一个，就接受了。广播重复的是单个元素，从不重复一段："
    "只有大小 1 会被伸展，2 对 4 是不匹配。",
)
def tiled_until_it_fits(*shapes):
    def fit(sizes):
        largest = max(sizes)
        tiles = all(size and largest % size == 0 for size in sizes)
        return largest if tiles else settle(sizes)

    return tuple(map(fit, zip(*aligned(shapes), strict=True)))


@misconception(
    "broadcast_shape",
    "The result was looked for among the given shapes, but it need not be one of them. Every "
    "axis is settled on its own: (4, 1) and (1, 3) both stretch, and meet at (4, 3).",
    zh="这里是在给出的形状里找结果，但结果不必是其中之一。每个维度各自决定："
    "(4, 1) 与 (1, 3) 都会伸展，最后都成为 (4, 3)。",
)
def only_one_side_stretches(*shapes):
    padded = aligned(shapes)
    common = meet(padded)
    if padded and common not in padded:
        raise ValueError("none of the shapes can hold the others")
    return common


@misconception(
    "broadcast_shape",
    "Every shape was compared with the longest one only. Where that one has size 1, the others "
    "can still disagree: with (4, 1), (2,) and (3,), the 2 meets the 3. Compare each shape with "
    "what came out so far.",
    zh="每个形状都只和最长的那个比较了。在最长形状大小为 1 的维度上，其余形状之间仍可能冲突："
    "(4, 1)、(2,) 与 (3,) 放在一起，2 就遇上了 3。应当与到目前为止得出的结果比较。",
)
def compared_with_the_longest_only(*shapes):
    longest = max(shapes, key=len, default=())
    padded = aligned(shapes)
    for shape in padded:
        for sizes in zip(shape, longest, strict=True):
            settle(sizes)
    columns = zip(*padded, strict=True)
    return tuple(next((size for size in column if size != 1), 1) for column in columns)


# What goes wrong with the stretched tensors


@misconception(
    "broadcast_pair",
    "New axes were added at the end of the shorter tensor. They belong at the front: beside a "
    "matrix, a vector of shape (n,) is the row (1, n), not the column (n, 1).",
    zh="较短的张量在末尾补了维度，而新维度应当补在前面：与矩阵放在一起时，"
    "形状为 (n,) 的向量是一行 (1, n)，不是一列 (n, 1)。",
)
def tensors_aligned_from_the_left(a, b):
    rank = max(a.dim(), b.dim())
    a = a.reshape(tuple(a.shape) + (1,) * (rank - a.dim()))
    b = b.reshape(tuple(b.shape) + (1,) * (rank - b.dim()))
    shape = broadcast_shape(a.shape, b.shape)
    return stretch(a, shape), stretch(b, shape)


@misconception(
    "broadcast_pair",
    "Both results are right, but they come in the wrong order: the first one has to be a.",
    zh="两个结果都对，顺序却反了：第一个应当是 a。",
)
def results_in_the_wrong_order(a, b):
    shape = broadcast_shape(a.shape, b.shape)
    return stretch(b, shape), stretch(a, shape)


@misconception(
    "broadcast_pair",
    "An axis of size 1 was left as it was. It is not only missing axes that have to be filled: "
    "next to (4, 3), a tensor of shape (4, 1) is stretched to (4, 3), too.",
    zh="大小为 1 的维度原样留着，没有伸展。要做的不只是补上缺少的维度："
    "与 (4, 3) 放在一起，形状为 (4, 1) 的张量也要伸展成 (4, 3)。",
)
def own_axes_of_size_one_kept(a, b):
    shape = broadcast_shape(a.shape, b.shape)

    def grown(x):
        missing = len(shape) - x.dim()
        return stretch(x, (*shape[:missing], *x.shape))

    return grown(a), grown(b)


@misconception(
    "broadcast_pair",
    "The numbers are right, but you left the stretching to PyTorch: somewhere in your code, two "
    "tensors of different shapes meet in an operator or in an assignment. Say yourself which "
    "entry goes where, with an index, a loop, repeat, cat or stack.",
    zh="数值是对的，但伸展这一步是 PyTorch 替你做的：代码里有一处运算或赋值，"
    "让两个形状不同的张量相遇了。请自己决定哪个元素放到哪里，"
    "可以用索引、循环、repeat、cat 或 stack。",
)
def left_to_an_operator(a, b):
    shape = broadcast_shape(a.shape, b.shape)
    return torch.where(a == a, a, a.new_zeros(shape)), torch.where(b == b, b, b.new_zeros(shape))


@misconception(
    "broadcast_pair",
    "Only the second tensor was stretched. Either of the two may have an axis of size 1 that "
    "meets a larger one, and sometimes both do.",
    zh="只伸展了第二个张量。两个张量都可能有大小为 1 的维度遇上更大的维度，有时两边同时如此。",
)
def only_the_second_is_stretched(a, b):
    return a, stretch(b, broadcast_shape(a.shape, b.shape))


@misconception(
    "broadcast_pair",
    "Only the first tensor was stretched. Either of the two may have an axis of size 1 that "
    "meets a larger one, and sometimes both do.",
    zh="只伸展了第一个张量。两个张量都可能有大小为 1 的维度遇上更大的维度，有时两边同时如此。",
)
def only_the_first_is_stretched(a, b):
    return stretch(a, broadcast_shape(a.shape, b.shape)), b


@misconception(
    "broadcast_pair",
    "The numbers were repeated one after the other until the new shape was full. Broadcasting "
    "repeats along the stretched axis: a column (m, 1) becomes m rows, each of one value.",
    zh="这里把所有的数依次重复，直到填满新形状。广播是沿着被伸展的维度重复的："
    "一列 (m, 1) 会变成 m 行，每一行都是同一个值。",
)
def refilled_in_memory_order(a, b):
    shape = broadcast_shape(a.shape, b.shape)
    numel = torch.Size(shape).numel()

    def refill(x):
        return x.reshape(-1).repeat(numel // max(x.numel(), 1)).reshape(shape)

    return refill(a), refill(b)


@misconception(
    "broadcast_pair",
    "repeat was given the sizes of the result. Its arguments say how many times each axis is "
    "repeated, so an axis that already has the right size is repeated once.",
    zh="传给 repeat 的是结果的大小。它的参数其实是每个维度重复的次数，"
    "大小已经合适的维度只重复 1 次。",
)
def sizes_taken_for_repeats(a, b):
    shape = broadcast_shape(a.shape, b.shape)
    return a.repeat(shape), b.repeat(shape)


@misconception(
    "broadcast_pair",
    "The values were written into a buffer of the default dtype, so whole numbers and booleans "
    "became float32. A buffer must be given the dtype of the tensor that it is filled from.",
    zh="数值写进了默认 dtype 的缓冲区，整数和布尔值因此变成了 float32。"
    "新建缓冲区时，要用来源张量的 dtype。",
)
def buffer_of_the_default_dtype(a, b):
    shape = broadcast_shape(a.shape, b.shape)
    default = torch.get_default_dtype()
    return stretch(a, shape).to(default), stretch(b, shape).to(default)


@misconception(
    "broadcast_pair",
    "Both tensors came back in the dtype that a + b would have. Broadcasting is about shapes "
    "alone; type promotion is a separate step, and here each tensor keeps its own dtype.",
    zh="返回的两个张量都成了 a + b 的 dtype。广播只管形状，类型提升是另外一步；"
    "这里每个张量都应保持自己的 dtype。",
)
def promoted_to_one_dtype(a, b):
    shape = broadcast_shape(a.shape, b.shape)
    common = torch.result_type(a, b)
    return stretch(a, shape).to(common), stretch(b, shape).to(common)


@misconception(
    "broadcast_pair",
    "After the call, the caller's own tensor has another shape. A method whose name ends in an "
    "underscore, such as unsqueeze_, changes the tensor itself and not a copy of it.",
    zh="调用之后，调用者自己的张量形状变了。名字以下划线结尾的方法（例如 unsqueeze_）"
    "改的是张量本身，而不是它的副本。",
)
def shape_of_an_argument_changed(a, b):
    shape = broadcast_shape(a.shape, b.shape)
    for x in (a, b):
        while x.dim() < len(shape):
            x.unsqueeze_(0)
    return stretch(a, shape), stretch(b, shape)


# Other right answers


@alternative("broadcast_shape")
def axis_by_axis_from_the_end(*shapes):
    result = []
    for back in range(1, max(map(len, shapes), default=0) + 1):
        found = {shape[-back] for shape in shapes if len(shape) >= back} - {1}
        if len(found) > 1:
            raise ValueError(f"axis -{back} has the sizes {found}")
        result.insert(0, found.pop() if found else 1)
    return torch.Size(result)


@alternative("broadcast_shape")
def two_at_a_time(*shapes):
    if not shapes:
        return ()
    *others, last = shapes
    rest = broadcast_shape(*others)
    if not rest or not last:
        return tuple(last or rest)
    return (*broadcast_shape(rest[:-1], last[:-1]), settle((rest[-1], last[-1])))


@alternative("broadcast_pair")
def entry_by_entry(a, b):
    shape = broadcast_shape(a.shape, b.shape)

    def read(x):
        out = x.new_empty(shape)
        for position in product(*map(range, shape)):
            own = zip(position[len(shape) - x.dim() :], x.shape, strict=True)
            out[position] = x[tuple(0 if size == 1 else i for i, size in own)]
        return out

    return read(a), read(b)


@alternative("broadcast_pair")
def axes_repeated(a, b):
    shape = broadcast_shape(a.shape, b.shape)

    def repeated(x):
        times = [
            goal if size == 1 else 1
            for size, goal in zip(aligned([x.shape, shape])[0], shape, strict=True)
        ]
        return x.repeat(times)

    return repeated(a), repeated(b)


# The tests


def sizes(rand, count):
    """Draw ``count`` different sizes, none a multiple of another: no axis passes for another."""
    return [(3, 4, 5)[n] for n in rand.perm(3)[:count]]


def shape_by_torch(*shapes):
    """Return what PyTorch itself broadcasts ``shapes`` to."""
    return tuple(torch.broadcast_tensors(*map(torch.empty, shapes))[0].shape)


def pair_by_torch(a, b):
    """Return ``a`` and ``b`` as PyTorch itself stretches them."""
    return tuple(torch.broadcast_tensors(a, b))


@probe
def results_and_arguments(student, a, b):
    stretched_a, stretched_b = student.broadcast_pair(a, b)
    return stretched_a, stretched_b, a, b


class Stretching(TorchFunctionMode):
    """Notices when the tensors of a call differ in shape and PyTorch stretches them itself."""

    noticed = False

    def __torch_function__(self, func, types, args=(), kwargs=None):
        result = func(*args, **(kwargs or {}))
        if func is torch.Tensor.__setitem__:
            place, operands = args[0][args[1]], args[2:]
        else:
            place, operands = result, args
        # Whole numbers may be indices, and a single number has no shape that matters.
        operands = [
            x for x in operands if isinstance(x, torch.Tensor) and x.is_floating_point() and x.dim()
        ]
        if isinstance(place, torch.Tensor) and place.is_floating_point():
            self.noticed |= self.stretched(place, operands, alone=func is torch.Tensor.__setitem__)
        return result

    def stretched(self, place, operands, alone):
        sizes = [x.numel() for x in operands]
        if alone:
            return bool(sizes) and 1 < sizes[0] < place.numel()
        if len(sizes) < 2 or all(x.shape == operands[0].shape for x in operands):
            return False
        try:
            return place.shape == torch.broadcast_shapes(*(x.shape for x in operands))
        except RuntimeError:
            return False


@probe
def results_and_notice(student, a, b):
    with Stretching() as watch:
        results = tuple(student.broadcast_pair(a, b))
    return results, watch.noticed


@title("Sizes are equal, or one of them is 1", zh="大小相等，或其中一个是 1")
def test_equal_or_one(student, rand, reference):
    m, n, k = sizes(rand, 3)
    for shapes in [
        ((m, n), (m, n)),
        ((m, n, k), (m, 1, k)),
        ((m, 1), (1, n)),
        ((1, n, 1), (m, 1, k)),
    ]:
        close(student.broadcast_shape(*shapes), reference(shape_by_torch, *shapes))


@title("Shapes are aligned from the right", zh="形状从右边对齐")
@points(2)
def test_alignment(student, rand, reference):
    m, n, k = sizes(rand, 3)
    for shapes in [
        ((m, n), (1, n)),
        ((m, 1, 1), (m, n)),
        ((n, 1), (n,)),
        ((k,), (m, n, k)),
        ((m, n, 1, k), (n, 1)),
    ]:
        close(student.broadcast_shape(*shapes), reference(shape_by_torch, *shapes))
    with refuses(ValueError):
        student.broadcast_shape((m, n), (m,))


@title("Sizes that differ are refused", zh="大小不同就拒绝")
@points(2)
@cases("a, b", [((4, 3), (4, 5)), ((2,), (3, 4)), ((3, 2), (3, 4)), ((3, 4, 1), (3, 5, 1))])
def test_mismatch(student, rand, a, b):
    m, n = sizes(rand, 2)
    close(student.broadcast_shape((m, n), (m, 1)), (m, n))
    with refuses(ValueError):
        student.broadcast_shape(a, b)


@title("The shape () of a single number fits everything", zh="单个数的形状 () 与一切形状相配")
def test_zero_axes(student, rand):
    m, n = sizes(rand, 2)
    close(student.broadcast_shape((m, 1), (m, n)), (m, n))
    close(student.broadcast_shape((), (m, n)), (m, n))
    close(student.broadcast_shape((n, m, 1), ()), (n, m, 1))
    close(student.broadcast_shape((), ()), ())


@title("Any number of shapes", zh="任意多个形状")
@points(2)
@hidden(
    "Several shapes may each fit the first one and still not fit each other. "
    "What is the result for one shape, or for none at all? And nothing limits the number of axes "
    "or their sizes.",
    zh="几个形状都能分别与第一个相配，彼此之间却可能不相配。只给一个形状、"
    "或者一个也不给，结果是什么？另外，维度的个数和大小都没有上限。",
)
def test_many_shapes(student, rand, reference):
    m, n, k = sizes(rand, 3)
    for shapes in [
        ((n, m),),
        ((m, n), (1, n), (m, 1)),
        ((m, 1, 1), (m, n), (m, 1)),
        ((m, 1, 1), (n, 1), (k,)),
        ((1,), (k,), (m, n, 1), (), (1, n, k)),
    ]:
        close(student.broadcast_shape(*shapes), reference(shape_by_torch, *shapes))
    for shapes in [((k, 1), (m,), (n,)), ((m,), (1,), (n,))]:
        with refuses(ValueError):
            student.broadcast_shape(*shapes)
    close(student.broadcast_shape(), ())
    # More axes than NumPy can stretch, more entries than a real tensor can have.
    many, million = (1,) * 40, 10**6
    close(student.broadcast_shape((*many, million, 1), (million,)), (*many, million, million))


@title("0 is a size like any other", zh="0 也是一种大小")
@points(2)
@hidden(
    "Apply the rule to the letter when a size is 0. What comes out against 0, against 1 "
    "and against 2?",
    zh="大小是 0 时，请严格照规则推一遍：它遇到 0、遇到 1、遇到 2，结果各是什么？",
)
def test_size_zero(student, rand, reference):
    m, n = sizes(rand, 2)
    for shapes in [
        ((m, 1), (m, n)),
        ((0, n), (0, 1)),
        ((1,), (m, 0)),
        ((0, n), ()),
        ((m, 0), (0,), (1,)),
    ]:
        close(student.broadcast_shape(*shapes), reference(shape_by_torch, *shapes))
    with refuses(ValueError):
        student.broadcast_shape((0,), (m, 2))


@title("A column and a row become two tables", zh="一列和一行各自变成一张表")
def test_column_and_row(student, rand, reference):
    m, n = sizes(rand, 2)
    for a, b in [(rand(m, n), rand(m, n)), (rand(m, 1), rand(1, n))]:
        close(student.broadcast_pair(a, b), reference(pair_by_torch, a, b))


@title("You do the stretching, not PyTorch", zh="伸展由你来做，不交给 PyTorch")
def test_by_hand(student, rand, reference):
    m, n = sizes(rand, 2)
    a, b = rand(m, 1), rand(1, n)
    answer = student.run(results_and_notice, a, b)
    close(answer[0], reference(pair_by_torch, a, b))
    assert answer[1] is False, text(
        "Tensors of different shapes met in an operator or in an assignment, and PyTorch "
        "stretched them.",
        zh="形状不同的张量在一处运算或赋值中相遇，是 PyTorch 把它们伸展的。",
    )


@title("Missing axes are added at the front", zh="缺少的维度补在前面")
@points(2)
def test_missing_axes(student, rand, reference):
    m, n, k = sizes(rand, 3)
    for a, b in [
        (rand(m, n), rand(1, n)),
        (rand(m, n), rand(m, 1, 1)),
        (rand(n), rand(n, 1)),
        (rand(m, n, 1, k), rand(n, 1)),
        (rand(), rand(m, n)),
    ]:
        close(student.broadcast_pair(a, b), reference(pair_by_torch, a, b))


@title("Tensors that do not fit are refused", zh="不相配的张量会被拒绝")
def test_pair_mismatch(student, rand, reference):
    m, n, k = sizes(rand, 3)
    a, b = rand(m, n), rand(1, n)
    close(student.broadcast_pair(a, b), reference(pair_by_torch, a, b))
    with refuses(ValueError):
        student.broadcast_pair(a, rand(m))
    with refuses(ValueError):
        student.broadcast_pair(a, rand(m, k))


@title("Each tensor keeps its own dtype", zh="每个张量保持自己的 dtype")
@hidden(
    "Try whole numbers, booleans and float64. What is the dtype of a new tensor when you don't "
    "give one? And what does an operator make of two dtypes?",
    zh="用整数、布尔值和 float64 试一试。新建张量时不写 dtype，得到的是什么？"
    "两种 dtype 一起运算，结果又是什么？",
)
def test_dtype(student, rand, reference):
    m, n = sizes(rand, 2)
    for a, b in [
        (rand.ints(-9, 9, m, n), rand(1, n, dtype=torch.float64)),
        (rand.bools(m, n), rand.ints(-9, 9, 1, n)),
    ]:
        close(student.broadcast_pair(a, b), reference(pair_by_torch, a, b), dtype=True)


@title("Single numbers and empty tensors", zh="单个数与空张量")
@hidden(
    "The common shape can be () or have no entries at all. An axis of size 1 that meets size 0 "
    "becomes empty.",
    zh="公共形状可以是 ()，也可以一个元素都没有。大小为 1 的维度遇到 0 时会变成空的。",
)
def test_numbers_and_empty(student, rand, reference):
    m, n = sizes(rand, 2)
    for a, b in [
        (rand(m, n), rand(1, n)),
        (rand(), rand()),
        (rand(), rand(1, 1)),
        (rand(0, n), rand(0, 1)),
        (rand(1), rand(m, 0)),
    ]:
        close(student.broadcast_pair(a, b), reference(pair_by_torch, a, b))
    with refuses(ValueError):
        student.broadcast_pair(rand(0), rand(m, 2))


@title("The arguments are left alone", zh="参数保持原样")
@hidden(
    "Compare the arguments before and after the call, shapes included. And try a transposed "
    "tensor: its memory is not in the order of its axes.",
    zh="比较一下调用前后的参数，形状也要比较。再试试转置过的张量：它在内存里的顺序与维度的顺序不同。",
)
def test_arguments(student, rand, reference):
    m, n = sizes(rand, 2)
    a = rand(n, m).t()
    # Both are stretched, so that leaving one or both as they are shows.
    for b in [rand(2, m, 3)[:, :, 1:2], rand(1)]:
        expected = (*reference(pair_by_torch, b, a), b, a)
        close(student.run(results_and_arguments, b, a), expected)
