"""Power iteration, the residual of eigenpairs, comparing up to phase, sorting."""

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

pytestmark = forbids("Tensor.numpy", "__array__")
by_hand = forbids(
    *("eig", "eigh", "eigvals", "eigvalsh", "svd", "svdvals", "lobpcg", "svd_lowrank"),
    *("pca_lowrank", "matrix_norm", "cond"),
)

# Eigenvalues of size 1 to 5 in float32, after enough steps.
FLOAT = 1e-3


# Mistakes: power iteration


@misconception(
    "power_iteration",
    "The sign of the eigenvalue got lost: you took the length of A v for it. For a negative"
    " eigenvalue v turns round with every step; only the product of v with A v tells the sign.",
    zh="特征值的符号丢了：你取的是 A v 的长度。特征值为负时，v 每一步都会反向；"
    "只有 v 与 A v 的点积才能告诉你符号。",
)
def length_for_the_value(a, start, steps):
    v = start / start.norm()
    for _ in range(steps):
        v = a @ v
        v = v / v.norm()
    return (a @ v).norm(), v


@misconception(
    "power_iteration",
    "The vector was only brought to length 1 at the end. Until then it grows like the power of the"
    " eigenvalue, and after some hundred steps it is infinite (or 0): do it in every step.",
    zh="你只在最后才把向量缩放到长度 1。在那之前，它像特征值的乘方一样增长，"
    "几百步之后就是无穷大（或者 0）：应当每一步都缩放。",
)
def normalised_at_the_end(a, start, steps):
    v = start
    for _ in range(steps):
        v = a @ v
    v = v / v.norm()
    return v @ (a @ v), v


@misconception(
    "power_iteration",
    "The vector is not of length 1: it was divided by its largest entry or by its sum. That keeps"
    " it from growing, but the formula v^T A v needs length 1.",
    zh="向量的长度不是 1：你除以的是它最大的元素或元素之和。这样确实不会无限增长，"
    "但公式 vᵀA v 要求长度为 1。",
)
def largest_entry_one(a, start, steps):
    v = start
    for _ in range(steps):
        v = a @ v
        v = v / v.abs().max()
    return v @ (a @ v), v


@misconception(
    "power_iteration",
    "You multiplied with the transposed matrix, v A. That finds an eigenvector of A^T, which has"
    " the same eigenvalue but is another vector unless A is symmetric.",
    zh="你乘的是转置之后的矩阵（v A）。这样得到的是 Aᵀ 的特征向量，特征值相同，但除非 A 对称，"
    "向量是另一个。",
)
def transposed_matrix(a, start, steps):
    v = start / start.norm()
    for _ in range(steps):
        v = v @ a
        v = v / v.norm()
    return v @ (a @ v), v


@misconception(
    "power_iteration",
    "This converges to a singular vector: A^T A was iterated. Its eigenvalues are the squared"
    " singular values of A, not the eigenvalues.",
    zh="你迭代的是 AᵀA，于是收敛到奇异向量。它的特征值是 A 的奇异值的平方，而不是 A 的特征值。",
)
def singular_vector(a, start, steps):
    v = start / start.norm()
    for _ in range(steps):
        v = a.T @ (a @ v)
        v = v / v.norm()
    return v @ (a @ v), v


@misconception(
    "power_iteration",
    "The result is right, but start was overwritten: dividing in place changes the caller's"
    " vector.",
    zh="结果是对的，但 start 被改写了：原地做除法会改动调用者的向量。",
)
def start_overwritten(a, start, steps):
    start /= start.norm()
    v = start
    for _ in range(steps):
        v = a @ v
        v = v / v.norm()
    return v @ (a @ v), v


# Mistakes: residuals


@misconception(
    "residuals",
    "The rows of the matrix were taken as eigenvectors. They stand in the columns: vectors[:, i]"
    " belongs to values[i].",
    zh="你把各行当成了特征向量。特征向量是列：vectors[:, i] 对应 values[i]。",
)
def rows_as_vectors(a, values, vectors):
    vectors = vectors.T.to(torch.promote_types(vectors.dtype, values.dtype))
    return (a.to(vectors.dtype) @ vectors - values * vectors).norm(dim=0)


@misconception(
    "residuals",
    "The values were multiplied onto the rows. values[i] belongs to column i, so it has to run"
    " along the last axis.",
    zh="特征值乘到了各行上。values[i] 属于第 i 列，所以要沿最后一个轴对齐。",
)
def values_on_rows(a, values, vectors):
    return (a.to(vectors.dtype) @ vectors - values[:, None] * vectors).norm(dim=0)


@misconception(
    "residuals",
    "Only the real parts were looked at. A complex eigenpair has A v = lambda v in the imaginary"
    " part as well, and the product of two imaginary parts is real.",
    zh="你只看了实部。复特征对的等式 A v = λ v 在虚部也要成立，而且两个虚部的乘积是实数。",
)
def real_parts_only(a, values, vectors):
    values, vectors = values.real, vectors.real
    return (a @ vectors - values * vectors).norm(dim=0)


@misconception(
    "residuals",
    "All claims were thrown together into one number. Each column has a residual of its own.",
    zh="所有的误差合成了一个数。每一列都有自己的残差。",
)
def one_number(a, values, vectors):
    return (a.to(vectors.dtype) @ vectors - values * vectors).norm()


@misconception(
    "residuals",
    "These are squared lengths: the root is missing.",
    zh="这是长度的平方，还差一步开方。",
)
def squared_lengths(a, values, vectors):
    return (a.to(vectors.dtype) @ vectors - values * vectors).abs().square().sum(dim=0)


# Mistakes: overlap


@misconception(
    "overlap",
    "The sign is still there: for opposite vectors you get -1, although both are eigenvectors"
    " for the same value. Take the absolute value of the product.",
    zh="符号还在：方向相反的两个向量得到 -1，可它们是同一个特征值的特征向量。内积要取绝对值。",
)
def sign_kept(u, v):
    product = (u.conj() * v).sum() / (u.norm() * v.norm())
    return product.real if product.is_complex() else product


@misconception(
    "overlap",
    "Only the real part of the product was kept. For complex vectors the absolute value counts:"
    " [1, i] and i times it have the product 2i, and overlap 1.",
    zh="你只取了内积的实部。对复向量要取内积的模：[1, i] 与它的 i 倍，内积是 2i，重叠度是 1。",
)
def real_part_of_the_product(u, v):
    product = (u.conj() * v).sum() / (u.norm() * v.norm())
    return product.real.abs()


@misconception(
    "overlap",
    "Nothing was conjugated. For complex vectors the product of v with itself must be its squared"
    " length; without the conjugate it may even be 0, as for [1, i].",
    zh="没有取共轭。复向量与自身的内积应当是长度的平方；不取共轭甚至可能得到 0，例如 [1, i]。",
)
def not_conjugated(u, v):
    return (u * v).sum().abs() / (u.norm() * v.norm())


@misconception(
    "overlap",
    "You did not divide by the lengths, so the result depends on how long the vectors are.",
    zh="没有除以长度，结果随向量的长短而变。",
)
def not_divided_by_lengths(u, v):
    return (u.conj() * v).sum().abs()


@misconception(
    "overlap",
    "The absolute values were taken entry by entry, before adding. Orthogonal vectors then seem to"
    " overlap: in [1, 1] and [1, -1] the two products have to cancel.",
    zh="你在相加之前逐个取了绝对值。这样，正交的向量看起来也有重叠："
    "[1, 1] 与 [1, -1] 的两个乘积本应抵消。",
)
def absolute_values_first(u, v):
    return (u.conj() * v).abs().sum() / (u.norm() * v.norm())


# Mistakes: sorting


@misconception(
    "sorted_eigen",
    "The values were sorted and the vectors were not: they no longer belong together. Columns have"
    " to be reordered with the same order.",
    zh="特征值排了序，特征向量却没有：两者不再对应。各列要按同样的顺序重排。",
)
def vectors_left_behind(a):
    values, vectors = torch.linalg.eig(a)
    pairs = [(z.real, z.imag) for z in values.tolist()]
    order = sorted(range(len(pairs)), key=lambda i: pairs[i], reverse=True)
    return values[order], vectors


@misconception(
    "sorted_eigen",
    "The rows of the eigenvector matrix were reordered. The eigenvectors are its columns; swapping"
    " rows changes each of them.",
    zh="你重排的是特征向量矩阵的行。特征向量是列，交换行会改变每一个特征向量。",
)
def rows_reordered(a):
    values, vectors = torch.linalg.eig(a)
    pairs = [(z.real, z.imag) for z in values.tolist()]
    order = sorted(range(len(pairs)), key=lambda i: pairs[i], reverse=True)
    return values[order], vectors[order]


@misconception(
    "sorted_eigen",
    "Only the real parts are left. For a complex pair that is neither an eigenvalue nor an"
    " eigenvector: both have to stay complex.",
    zh="只剩下了实部。对一对复特征值来说，实部既不是特征值，也不是特征向量：两者都应当保持复数。",
)
def real_part_taken(a):
    values, vectors = torch.linalg.eig(a)
    pairs = [(z.real, z.imag) for z in values.tolist()]
    order = sorted(range(len(pairs)), key=lambda i: pairs[i], reverse=True)
    return values[order].real, vectors[:, order].real


@misconception(
    "sorted_eigen",
    "The values came back in ascending order; falling was asked for.",
    zh="特征值是从小到大排的，要求的是从大到小。",
)
def ascending(a):
    values, vectors = torch.linalg.eig(a)
    pairs = [(z.real, z.imag) for z in values.tolist()]
    order = sorted(range(len(pairs)), key=lambda i: pairs[i])
    return values[order], vectors[:, order]


@misconception(
    "sorted_eigen",
    "The values were sorted by absolute value. Asked for is the real part, under which -5 comes"
    " last and not first.",
    zh="你是按绝对值排的序。要求的是按实部：-5 应当排在最后，而不是最前。",
)
def by_absolute_value(a):
    values, vectors = torch.linalg.eig(a)
    pairs = [(round(abs(z), 4), z.imag) for z in values.tolist()]
    order = sorted(range(len(pairs)), key=lambda i: pairs[i], reverse=True)
    return values[order], vectors[:, order]


@misconception(
    "sorted_eigen",
    "Only the real parts decided. Where these are equal, the larger imaginary part comes first.",
    zh="你只按实部排了序。实部相等时，虚部大的在前。",
)
def real_parts_decide(a):
    values, vectors = torch.linalg.eig(a)
    order = values.real.argsort(descending=True, stable=True)
    return values[order], vectors[:, order]


# Other right answers


@alternative("power_iteration")
def value_from_the_largest_entry(a, start, steps):
    v = start.clone()
    for _ in range(steps):
        w = a @ v
        v = w / w.square().sum().sqrt()
    w = a @ v
    place = int(v.abs().argmax())
    return float(w[place] / v[place]), v


@alternative("power_iteration")
def squared_matrix(a, start, steps):
    power = a.double()
    for _ in range(steps.bit_length() + 1):
        power = power @ power
        power = power / power.abs().max()
    v = power @ start.double()
    v = v / v.norm()
    return (v @ a.double() @ v).to(a.dtype), v.to(a.dtype)


@alternative("residuals")
def claim_by_claim(a, values, vectors):
    lengths = []
    for value, vector in zip(values, vectors.T, strict=True):
        error = a.to(vector.dtype) @ vector - value * vector
        lengths.append(error.abs().square().sum().sqrt())
    return torch.stack(lengths)


@alternative("overlap")
def unit_vectors_first(u, v):
    u, v = u / u.abs().square().sum().sqrt(), v / v.abs().square().sum().sqrt()
    return torch.vdot(v, u).abs()


@alternative("sorted_eigen")
def two_stable_sorts(a):
    values, vectors = torch.linalg.eig(a)
    order = values.imag.argsort(descending=True, stable=True)
    order = order[values.real[order].argsort(descending=True, stable=True)]
    return values.index_select(0, order), vectors.index_select(1, order)


# Tests


def made_of(rand, blocks, dtype=torch.float32):
    """A random matrix with the eigenvalues of a block diagonal one, not symmetric."""
    d = torch.block_diag(*(torch.tensor(b, dtype=torch.float64) for b in blocks))
    n = len(d)
    s = torch.linalg.qr(rand(n, n, dtype=torch.float64)).Q
    s = s + 0.3 * torch.linalg.qr(rand(n, n, dtype=torch.float64)).Q
    return (s @ d @ torch.linalg.inv(s)).to(dtype), s


def check_dominant(student, rand, blocks, steps, dtype=torch.float32):
    a, s = made_of(rand, blocks, dtype)
    start = rand(len(a), dtype=dtype)
    value, vector = student.power_iteration(a, start, steps)
    right = (s[:, 0] / s[:, 0].norm()).to(dtype)
    close([float(value)], [float(torch.tensor(blocks[0]))], atol=FLOAT)
    close(vector * torch.sign(vector @ right), right, atol=FLOAT)


@title(
    "power_iteration: a positive dominant eigenvalue", zh="power_iteration：绝对值最大的特征值为正"
)
@points(2)
@by_hand
def test_power(student, rand):
    for rest in ([[-1.5]], [[0.5], [1.0]], [[[0.5, -0.8], [0.8, 0.5]]]):
        check_dominant(student, rand, [[[float(rand.uniform(2.5, 4.5, 1))]], *map(tile, rest)], 60)


def tile(block):
    return block if isinstance(block[0], list) else [block]


@title(
    "power_iteration: a negative dominant eigenvalue", zh="power_iteration：绝对值最大的特征值为负"
)
@points(2)
@by_hand
def test_power_negative(student, rand):
    for steps in (60, 61):
        value = -float(rand.uniform(2.5, 4.5, 1))
        check_dominant(student, rand, [[[value]], [[1.2]], [[-0.4]]], steps)


@title("power_iteration: many steps", zh="power_iteration：很多步")
@points(2)
@by_hand
def test_power_many_steps(student, rand):
    big, small = float(rand.uniform(5, 9, 1)), float(rand.uniform(0.1, 0.2, 1))
    check_dominant(student, rand, [[[big]], [[1.0]]], 300)
    check_dominant(student, rand, [[[small]], [[0.02]], [[-0.05]]], 300)


@probe
def iterate_and_arguments(student, a, start):
    value, vector = student.power_iteration(a, start, 80)
    return float(value), vector.abs(), a, start


@title("power_iteration: arguments left as they were", zh="power_iteration：不改动参数")
@by_hand
def test_power_arguments(student, rand):
    big = float(rand.uniform(2.5, 4.5, 1))
    a, s = made_of(rand, [[[big]], [[1.0]], [[-0.5]]], torch.float64)
    start = rand(3, dtype=torch.float64)
    expected = (big, (s[:, 0] / s[:, 0].norm()).abs(), a, start)
    close(student.run(iterate_and_arguments, a, start), expected, atol=FLOAT)


@title("residuals: real claims, right and wrong", zh="residuals：实的特征对，有对有错")
@points(3)
def test_residuals(student, rand):
    for dtype in (torch.float32, torch.float64):
        a, values, vectors = rand(4, 4, dtype=dtype), rand(4, dtype=dtype), rand(4, 4, dtype=dtype)
        expected = (a @ vectors - values * vectors).norm(dim=0)
        close(student.residuals(a, values, vectors), expected, dtype=True)
        expected = (a @ vectors[:, :2] - values[:2] * vectors[:, :2]).norm(dim=0)
        close(student.residuals(a, values[:2], vectors[:, :2]), expected)
    # The symmetric matrix has real eigenpairs; the second claim is spoilt.
    values, vectors = torch.linalg.eigh(a + a.T)
    values[1] += 1
    expected = torch.tensor([0.0, 1.0, 0.0, 0.0], dtype=torch.float64)
    close(student.residuals(a + a.T, values, vectors), expected)


@title("residuals: complex claims", zh="residuals：复的特征对")
@points(2)
def test_complex_residuals(student, rand):
    for real, number in ((torch.float32, torch.complex64), (torch.float64, torch.complex128)):
        a, values, vectors = rand(3, 3, dtype=real), rand(3, dtype=number), rand(3, 3, dtype=number)
        error = a.to(number) @ vectors - values * vectors
        close(student.residuals(a, values, vectors), error.abs().square().sum(0).sqrt(), dtype=True)


@title("overlap: up to a real factor", zh="overlap：允许相差一个实数倍")
@points(2)
def test_overlap(student, rand):
    for n in (3, 6):
        u, v = rand(n), rand(n)
        expected = (u @ v).abs() / (u.norm() * v.norm())
        close(student.overlap(u, v), expected)
        close(student.overlap(u, -v), expected)
        close(student.overlap(u, -3 * u), torch.tensor(1.0))
    u = rand(2, dtype=torch.float64)
    close(
        student.overlap(u, torch.stack([-u[1], u[0]])),
        torch.tensor(0.0, dtype=torch.float64),
        atol=1e-12,
    )


@title("overlap: up to a phase, for complex vectors", zh="overlap：复向量允许相差一个相位")
@points(2)
def test_complex_overlap(student, rand):
    u, v = rand(4, dtype=torch.complex64), rand(4, dtype=torch.complex64)
    v = -v if torch.vdot(u, v).real > 0 else v
    expected = torch.vdot(u, v).abs() / (u.norm() * v.norm())
    close(student.overlap(u, v), expected)
    close(student.overlap(u, (0.6 + 0.8j) * v), expected)
    close(student.overlap(u, (2 - 1j) * u), torch.tensor(1.0))


def check_sorted(student, a, values):
    got_values, got_vectors = student.sorted_eigen(a)
    number = torch.complex64 if a.dtype is torch.float32 else torch.complex128
    close(got_values, torch.tensor(values, dtype=number), atol=FLOAT)
    n = len(values)
    close(got_vectors.abs().square().sum(0), torch.ones(n, dtype=a.dtype), atol=FLOAT)
    close(a.to(number) @ got_vectors, got_values * got_vectors, atol=5 * FLOAT)


@title("sorted_eigen: real eigenvalues", zh="sorted_eigen：实特征值")
@points(2)
def test_sorted(student, rand):
    shift = float(rand.uniform(0, 0.5, 1))
    for numbers in ([2.0, -4.0, 1.0, 3.0], [-1.0, -2.0, 5.0, 0.5]):
        values = [n + shift for n in numbers]
        a, _ = made_of(rand, [[[v]] for v in values])
        check_sorted(student, a, sorted(values, reverse=True))


@title("sorted_eigen: complex pairs", zh="sorted_eigen：共轭的复特征值")
@points(2)
def test_sorted_complex(student, rand):
    x, y = (float(e) for e in rand.uniform(0.5, 1.5, 2))
    turn = [[x, -y], [y, x]]
    a, _ = made_of(rand, [[[-3.0]], turn, [[2.5]]], torch.float64)
    check_sorted(student, a, [2.5, x + y * 1j, x - y * 1j, -3.0])
    a, _ = made_of(rand, [[[0.2]], turn], torch.float32)
    check_sorted(student, a, [x + y * 1j, x - y * 1j, 0.2])
    # Two pairs with the same real part, exactly: the blocks are in the form that LAPACK looks for.
    wide = [[x, -y - 1], [y + 1, x]]
    a = torch.block_diag(*(torch.tensor(b, dtype=torch.float64) for b in (turn, wide)))
    outer, inner = (y + 1) * 1j, y * 1j
    check_sorted(student, a, [x + outer, x + inner, x - inner, x - outer])


@title("A quarter turn", zh="旋转 90 度")
@hidden(
    "No real direction survives, and the two eigenvalues differ in their imaginary part only.",
    zh="没有实方向保持不变，两个特征值只在虚部上不同。",
)
def test_quarter_turn(student, rand):
    c = float(rand.uniform(0.5, 2.0, 1))
    check_sorted(student, torch.tensor([[0.0, -c], [c, 0.0]]), [c * 1j, -c * 1j])
    v = torch.tensor([1.0 + 0j, -1j]) * float(rand.uniform(1, 2, 1))
    values = torch.tensor([c * 1j, c + 0j])
    expected = torch.stack([v.new_zeros(()).real, v.norm() * c * 2**0.5])
    turn = torch.tensor([[0.0, -c], [c, 0.0]])
    close(student.residuals(turn, values, torch.stack([v, v], 1)), expected, atol=1e-5)
