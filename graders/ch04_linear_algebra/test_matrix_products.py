"""Products of vectors, matrices and batches, by hand."""

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

pytestmark = forbids(
    *("matmul", "mm", "bmm", "mv", "dot", "vdot", "vecdot", "inner", "einsum", "tensordot"),
    *("linear", "addmm", "addbmm", "baddbmm", "addmv", "multi_dot", "chain_matmul"),
    *("cosine_similarity", "Tensor.numpy", "__array__"),
)


# Mistakes


@misconception(
    "dot",
    "Matrices got through: they were multiplied entry by entry and everything was added up. A dot"
    " product takes two 1-d tensors, here as in torch.dot; for matrices there are mv, mm and @.",
    zh="矩阵也被放行了：逐元素相乘之后全部加在一起。点积只接受两个 1 维张量，torch.dot 也是如此；"
    "矩阵的乘法是 mv、mm 和 @。",
)
def dot_of_matrices(a, b):
    if a.shape != b.shape:
        raise ValueError("lengths differ")
    return (a * b).sum()


@misconception(
    "dot",
    "Two lengths that differ were not refused. Where one of them is 1, broadcasting stretches it"
    " without a word and a plausible number comes out.",
    zh="长度不同的向量没有被拒绝。其中一个长度为 1 时，广播会悄悄把它伸展，得出一个看似合理的数。",
)
def short_vector_stretched(a, b):
    if a.dim() != 1 or b.dim() != 1:
        raise ValueError("not vectors")
    return (a * b).sum()


@misconception(
    "dot",
    "The products were not added up: a dot product is one number, the sum of the products.",
    zh="乘积没有加起来：点积是一个数，也就是各个乘积之和。",
)
def products_not_added(a, b):
    if a.dim() != 1 or a.shape != b.shape:
        raise ValueError("two vectors of one length")
    return a * b


@misconception(
    "mv",
    "You worked along the columns: that is the transposed matrix times v, and it only runs if the"
    " matrix is square. Entry i of the result belongs to row i; add up along the columns' axis.",
    zh="你是沿着列算的，那是转置之后的矩阵乘 v，而且只有方阵才跑得通。"
    "结果的第 i 个元素属于第 i 行，"
    "求和要在行内进行。",
)
def columns_taken_for_rows(m, v):
    return (m * v[:, None]).sum(dim=0)


@misconception(
    "mm",
    "Entry (i, j) came out as the dot product of row i of a with row j of b. The second factor is"
    " read by columns: that is why k is its first size.",
    zh="你的元素 (i, j) 是 a 的第 i 行与 b 的第 j 行的点积。第二个因子要按列读，"
    "所以 k 是它的第一个大小。",
)
def rows_with_rows(a, b):
    return (a[:, None, :] * b).sum(dim=2)


@misconception(
    "mm",
    "This is the product entry by entry (*). A product of matrices adds up along the inner axis.",
    zh="这是逐元素相乘（*）。矩阵乘法还要沿中间的轴求和。",
)
def entry_by_entry(a, b):
    return a * b


@misconception(
    "mm",
    "The result is transposed: entry (i, j) must come from row i of a and column j of b.",
    zh="结果转置了：元素 (i, j) 应当由 a 的第 i 行和 b 的第 j 列得到。",
)
def product_transposed(a, b):
    return (a[:, :, None] * b).sum(dim=1).T


@misconception(
    "matmul",
    "Batch axes that differ were refused. They need not be equal: they broadcast, so a missing"
    " axis or a size of 1 is stretched like in any other operation.",
    zh="批量轴不同就被拒绝了。它们不必相等：批量轴会广播，缺少的轴和大小为 1 的轴都会被伸展，"
    "与其他运算一样。",
)
def equal_batches_demanded(a, b):
    if a.dim() == 0 or b.dim() == 0:
        raise ValueError("a number")
    left = a[None, :] if a.dim() == 1 else a
    right = b[:, None] if b.dim() == 1 else b
    batches_differ = a.dim() > 1 and b.dim() > 1 and left.shape[:-2] != right.shape[:-2]
    if left.shape[-1] != right.shape[-2] or batches_differ:
        raise ValueError("shapes differ")
    product = (left[..., None] * right[..., None, :, :]).sum(dim=-2)
    if b.dim() == 1:
        product = product.squeeze(-1)
    if a.dim() == 1:
        product = product.squeeze(-1 if b.dim() == 1 else -2)
    return product


@misconception(
    "matmul",
    "With a 1-d argument an axis of size 1 is left in the result. It was only lent, so that a"
    " vector could count as a row or a column, and has to go again.",
    zh="有 1 维参数时，结果里多留了一个大小为 1 的轴。"
    "这个轴只是为了把向量当成一行或一列而临时借来的，"
    "最后要去掉。",
)
def lent_axis_kept(a, b):
    if a.dim() == 0 or b.dim() == 0:
        raise ValueError("a number")
    left = a[None, :] if a.dim() == 1 else a
    right = b[:, None] if b.dim() == 1 else b
    if left.shape[-1] != right.shape[-2]:
        raise ValueError("inner sizes")
    return (left[..., None] * right[..., None, :, :]).sum(dim=-2)


@misconception(
    "matmul",
    "A 1-d tensor on the left was refused or made a column. On the left a vector is a row of"
    " length k, so (k,) @ (k, p) gives (p,).",
    zh="左边的 1 维张量被拒绝了，或者被当成了一列。在左边，向量是长度为 k 的一行，"
    "所以 (k,) @ (k, p) 得到 (p,)。",
)
def left_vector_refused(a, b):
    if a.dim() < 2 and not (a.dim() == b.dim() == 1):
        raise ValueError("a matrix is needed")
    right = b[:, None] if b.dim() == 1 else b
    left = a[None, :] if a.dim() == 1 else a
    if b.dim() == 0 or left.shape[-1] != right.shape[-2]:
        raise ValueError("inner sizes")
    product = (left[..., None] * right[..., None, :, :]).sum(dim=-2)
    if b.dim() == 1:
        product = product.squeeze(-1)
    return product.squeeze(-1) if a.dim() == 1 else product


@misconception(
    "matmul",
    "An inner size of 1 was stretched by broadcasting. Batch axes broadcast, the two inner sizes"
    " do not: (2, 1) @ (3, 4) has to be refused.",
    zh="中间大小为 1 时被广播伸展了。会广播的是批量轴，中间的两个大小不会："
    "(2, 1) @ (3, 4) 应当被拒绝。",
)
def inner_axis_stretched(a, b):
    if a.dim() == 0 or b.dim() == 0:
        raise ValueError("a number")
    left = a[None, :] if a.dim() == 1 else a
    right = b[:, None] if b.dim() == 1 else b
    product = (left[..., None] * right[..., None, :, :]).sum(dim=-2)
    if b.dim() == 1:
        product = product.squeeze(-1)
    if a.dim() == 1:
        product = product.squeeze(-1 if b.dim() == 1 else -2)
    return product


@misconception(
    "matmul",
    "All axes of size 1 were squeezed away, also those that belong to the result. Only the axis"
    " that was lent to a 1-d argument has to go.",
    zh="所有大小为 1 的轴都被去掉了，连结果自己的也没有留下。要去掉的只是借给 1 维参数的那个轴。",
)
def all_ones_squeezed(a, b):
    if a.dim() == 0 or b.dim() == 0:
        raise ValueError("a number")
    left = a[None, :] if a.dim() == 1 else a
    right = b[:, None] if b.dim() == 1 else b
    if left.shape[-1] != right.shape[-2]:
        raise ValueError("inner sizes")
    return (left[..., None] * right[..., None, :, :]).sum(dim=-2).squeeze()


@misconception(
    "matmul",
    "The products were computed as float32. Whole numbers beyond 2^24 are rounded there, and"
    " float64 loses half of its digits: keep the dtype of the arguments.",
    zh="乘积是用 float32 算的。超过 2^24 的整数会被舍入，float64 也会丢掉一半的有效数字："
    "应当保持参数的 dtype。",
)
def computed_in_float32(a, b):
    if a.dim() == 0 or b.dim() == 0:
        raise ValueError("a number")
    left = (a[None, :] if a.dim() == 1 else a).float()
    right = (b[:, None] if b.dim() == 1 else b).float()
    if left.shape[-1] != right.shape[-2]:
        raise ValueError("inner sizes")
    product = (left[..., None] * right[..., None, :, :]).sum(dim=-2)
    if b.dim() == 1:
        product = product.squeeze(-1)
    if a.dim() == 1:
        product = product.squeeze(-1 if b.dim() == 1 else -2)
    return product.to(a.dtype)


# Other right answers


@alternative("dot")
def number_by_number(a, b):
    if a.dim() != 1 or b.dim() != 1 or len(a) != len(b):
        raise ValueError("two vectors of one length")
    total = a.new_zeros(())
    for x, y in zip(a, b, strict=True):
        total = total + x * y
    return total


@alternative("mv")
def columns_weighted(m, v):
    total = m.new_zeros(m.shape[0])
    for j in range(len(v)):
        total += m[:, j] * v[j]
    return total


@alternative("mm")
def layer_upon_layer(a, b):
    total = a.new_zeros(a.shape[0], b.shape[1])
    for i in range(a.shape[1]):
        total += a[:, i, None] * b[i]
    return total


@alternative("matmul")
def by_recursion(a, b):
    if a.dim() == 0 or b.dim() == 0:
        raise ValueError("a number")
    if b.dim() == 1:
        return matmul(a, b.unsqueeze(1)).squeeze(-1)
    if a.dim() == 1:
        return matmul(a.unsqueeze(0), b).squeeze(-2)
    if a.shape[-1] != b.shape[-2]:
        raise ValueError("inner sizes")
    if a.dim() == b.dim() == 2:
        return mm(a, b)
    batch = torch.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    a, b = a.expand(*batch, *a.shape[-2:]), b.expand(*batch, *b.shape[-2:])
    if batch[0] == 0:
        return a.new_zeros(*batch, a.shape[-2], b.shape[-1])
    return torch.stack([matmul(x, y) for x, y in zip(a, b, strict=True)])


# Tests


def drawn(rand, size):
    return rand(*size) if size else rand(1)[0]


@title("dot: the sum of the products", zh="dot：乘积之和")
def test_dot(student, rand):
    for n in (1, 5, 0):
        a, b = rand(n), rand(n)
        close(student.dot(a, b), (a * b).sum())
    a, b = rand.ints(-9, 10, 6), rand.ints(-9, 10, 6)
    close(student.dot(a, b), (a * b).sum())


@title("dot: takes vectors, not matrices", zh="dot：接受向量，不接受矩阵")
def test_dot_of_vectors_only(student, rand):
    a, b = rand(4), rand(4)
    close(student.dot(a, b), (a * b).sum())
    with refuses(ValueError):
        student.dot(rand(3, 4), rand(3, 4))
    with refuses(ValueError):
        student.dot(rand(1)[0], rand(1)[0])


@title("dot: refuses two different lengths", zh="dot：拒绝两个不同的长度")
def test_dot_of_one_length(student, rand):
    a, b = rand(3), rand(3)
    close(student.dot(a, b), (a * b).sum())
    for n, m in ((1, 3), (3, 1), (2, 4)):
        with refuses(ValueError):
            student.dot(rand(n), rand(m))


@title("mv: each row with the vector", zh="mv：每一行与向量相乘")
@points(2)
def test_mv(student, rand):
    for n, k in ((4, 4), (2, 5), (5, 2), (1, 3), (3, 1)):
        m, v = rand(n, k), rand(k)
        close(student.mv(m, v), m @ v)


@title("mm: rows of a with columns of b", zh="mm：a 的行与 b 的列相乘")
@points(2)
def test_mm(student, rand):
    for n, k, p in ((3, 3, 3), (2, 5, 3), (1, 4, 1), (4, 1, 2)):
        a, b = rand(n, k), rand(k, p)
        close(student.mm(a, b), a @ b)


@title("matmul: matrices and batches of them", zh="matmul：矩阵，以及成批的矩阵")
@points(2)
def test_batches(student, rand):
    for one, two in (
        ((2, 3), (3, 4)),
        ((5, 2, 3), (5, 3, 4)),
        ((6, 2, 3, 4), (6, 2, 4, 2)),
        ((4, 1, 3), (4, 3, 1)),
    ):
        a, b = rand(*one), rand(*two)
        close(student.matmul(a, b), a @ b)


@title("matmul: batch axes broadcast", zh="matmul：批量轴会广播")
@points(3)
def test_batches_broadcast(student, rand):
    for one, two in (
        ((5, 2, 3), (3, 4)),
        ((2, 3), (5, 3, 4)),
        ((5, 1, 2, 3), (4, 3, 6)),
        ((1, 2, 3), (6, 3, 1)),
    ):
        a, b = rand(*one), rand(*two)
        close(student.matmul(a, b), a @ b)


@title("matmul: a vector on the left or on the right", zh="matmul：左边或右边是向量")
@points(3)
def test_vectors(student, rand):
    for one, two in (
        ((2, 3), (3,)),
        ((3,), (3, 4)),
        ((3,), (3,)),
        ((5, 2, 3), (3,)),
        ((3,), (5, 3, 2)),
        ((4, 1, 3), (3,)),
    ):
        a, b = rand(*one), rand(*two)
        close(student.matmul(a, b), a @ b)


@title("matmul: what does not fit is refused", zh="matmul：对不上的要拒绝")
@points(2)
def test_refused(student, rand):
    a, b = rand(4, 3), rand(3, 2)
    close(student.matmul(a, b), a @ b)
    for one, two in (
        ((2, 1), (3, 4)),
        ((2, 3), (1, 4)),
        ((5, 2, 3), (5, 4, 3)),
        ((2, 3), (4,)),
        ((1,), (3, 2)),
        ((3,), ()),
        ((), (3, 3)),
    ):
        with refuses(ValueError):
            student.matmul(drawn(rand, one), drawn(rand, two))


@probe
def all_and_arguments(student, m, v, w):
    return [
        (student.dot(v, v), student.mv(m, v), student.mm(m, w), student.matmul(m, w)),
        (m, v, w),
    ]


@title(
    "dtypes, empty sizes, and arguments left as they were", zh="dtype、大小为 0，以及参数不被改动"
)
@points(2)
@hidden(
    "Large whole numbers, float64, k = 0 and an empty batch. What should a sum of nothing be?",
    zh="很大的整数、float64、k = 0，以及空的批量。没有任何加数时，和应该是多少？",
)
def test_dtypes(student, rand):
    for m, v, w in (
        (rand.ints(10**6, 10**8, 3, 4), rand.ints(10**6, 10**8, 4), rand.ints(10**6, 10**8, 4, 2)),
        (rand(3, 4).double() / 3, rand(4).double() / 3, rand(4, 2).double() / 3),
    ):
        expected = [((v * v).sum(), (m * v).sum(1), m @ w, m @ w), (m, v, w)]
        close(student.run(all_and_arguments, m, v, w), expected, dtype=True)
    close(student.mm(rand(2, 0), rand(0, 3)), torch.zeros(2, 3))
    close(student.matmul(rand(4, 2, 0), rand(0, 3)), torch.zeros(4, 2, 3))
    close(student.matmul(rand(0, 2, 3), rand(3, 1)), torch.zeros(0, 2, 1))
