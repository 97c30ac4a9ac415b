"""Inverses by the formula and by elimination, and systems solved without an inverse."""

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
    text,
    title,
)

pytestmark = forbids(
    *("inv", "inverse", "inv_ex", "solve", "solve_ex", "lu", "lu_factor", "lu_solve", "pinv"),
    *("pinverse", "lstsq", "matrix_power", "tensorinv", "tensorsolve", "cholesky_solve"),
    *("cholesky_inverse", "linalg.lu_factor_ex", "Tensor.numpy", "__array__"),
)

# float32 elimination on matrices with condition numbers of some tens; mistakes are far larger.
LOSS = 1e-3


# Mistakes: the formula


@misconception(
    "inverse_2x2",
    "The off-diagonal entries kept their sign: they have to be negated, while the two on the"
    " diagonal change places.",
    zh="副对角线上的两个元素没有变号：它们要取相反数，而主对角线上的两个要交换位置。",
)
def signs_forgotten(a):
    (p, q), (r, s) = as_floats(a)
    determinant = p * s - q * r
    if determinant == 0:
        raise ValueError("singular")
    return torch.stack([torch.stack([s, q]), torch.stack([r, p])]) / determinant


@misconception(
    "inverse_2x2",
    "The entries on the diagonal stayed where they were: p and s change places.",
    zh="主对角线上的元素没有动：p 和 s 要交换位置。",
)
def diagonal_kept(a):
    (p, q), (r, s) = as_floats(a)
    determinant = p * s - q * r
    if determinant == 0:
        raise ValueError("singular")
    return torch.stack([torch.stack([p, -q]), torch.stack([-r, s])]) / determinant


@misconception(
    "inverse_2x2",
    "The inverse came out transposed: q and r stay where they are and only change their sign.",
    zh="逆矩阵被转置了：q 和 r 留在原位，只是变号。",
)
def off_diagonal_swapped(a):
    (p, q), (r, s) = as_floats(a)
    determinant = p * s - q * r
    if determinant == 0:
        raise ValueError("singular")
    return torch.stack([torch.stack([s, -r]), torch.stack([-q, p])]) / determinant


@misconception(
    "inverse_2x2",
    "The determinant was taken as ps + qr. It is ps - qr.",
    zh="行列式算成了 ps + qr，应当是 ps - qr。",
)
def determinant_with_plus(a):
    (p, q), (r, s) = as_floats(a)
    determinant = p * s + q * r
    if p * s - q * r == 0:
        raise ValueError("singular")
    return torch.stack([torch.stack([s, -q]), torch.stack([-r, p])]) / determinant


@misconception(
    "inverse_2x2",
    "A singular matrix got through, and the division by zero made it infinite or NaN. Ask for the"
    " determinant first.",
    zh="奇异矩阵没有被拒绝，除以零得到了无穷大或 NaN。应当先检查行列式。",
)
def singular_2x2_let_through(a):
    (p, q), (r, s) = as_floats(a)
    return torch.stack([torch.stack([s, -q]), torch.stack([-r, p])]) / (p * s - q * r)


# Mistakes: elimination


@misconception(
    "eliminate",
    "There is no search for a pivot: you divide by whatever stands on the diagonal. A zero there"
    " doesn't make a matrix singular, and a tiny number there ruins the digits of all others."
    " Swap the row with the largest candidate up first.",
    zh="你没有选主元：对角线上是什么就除以什么。那里是零，并不说明矩阵奇异；那里是很小的数，"
    "则会毁掉其他数的有效数字。"
    "应当先把候选元素绝对值最大的那一行换上来。",
)
def no_pivoting(a, b):
    n = len(a)
    if a.shape != (n, n):
        raise ValueError("not square")
    rows = torch.cat([a, b], dim=1)
    for j in range(n):
        if rows[j, j] == 0:
            raise ValueError("singular")
        rows[j] = rows[j] / rows[j, j]
        factors = rows[:, j].clone()
        factors[j] = 0
        rows = rows - factors[:, None] * rows[j]
    return rows[:, n:]


@misconception(
    "eliminate",
    "Rows are swapped only when the pivot is exactly 0. A tiny pivot is no better: its row is"
    " multiplied by a huge factor, next to which the other rows lose their digits. Always take the"
    " largest candidate.",
    zh="只有主元恰好为 0 时你才换行。很小的主元同样不行：这一行要乘上巨大的倍数，"
    "其他行的有效数字在它旁边就丢失了。"
    "每次都应当取绝对值最大的候选元素。",
)
def swapped_only_at_zero(a, b):
    n = len(a)
    if a.shape != (n, n):
        raise ValueError("not square")
    rows = torch.cat([a, b], dim=1)
    for j in range(n):
        candidates = rows[j:, j].nonzero()
        if len(candidates) == 0:
            raise ValueError("singular")
        pivot = j + int(candidates[0])
        rows[[j, pivot]] = rows[[pivot, j]]
        rows[j] = rows[j] / rows[j, j]
        factors = rows[:, j].clone()
        factors[j] = 0
        rows = rows - factors[:, None] * rows[j]
    return rows[:, n:]


@misconception(
    "eliminate",
    "The pivot is the largest candidate, but not by absolute value: -9 is a better pivot than 1.",
    zh="你选的是最大的候选元素，却没有取绝对值：-9 是比 1 更好的主元。",
)
def largest_without_abs(a, b):
    n = len(a)
    if a.shape != (n, n):
        raise ValueError("not square")
    rows = torch.cat([a, b], dim=1)
    for j in range(n):
        pivot = j + int(rows[j:, j].argmax())
        if rows[pivot, j] == 0:
            raise ValueError("singular")
        rows[[j, pivot]] = rows[[pivot, j]]
        rows[j] = rows[j] / rows[j, j]
        factors = rows[:, j].clone()
        factors[j] = 0
        rows = rows - factors[:, None] * rows[j]
    return rows[:, n:]


@misconception(
    "eliminate",
    "A singular matrix was not refused: you divided by a pivot of 0, and got infinities or NaN.",
    zh="奇异矩阵没有被拒绝：你除以了为 0 的主元，得到了无穷大或 NaN。",
)
def singular_let_through(a, b):
    n = len(a)
    if a.shape != (n, n):
        raise ValueError("not square")
    rows = torch.cat([a, b], dim=1)
    for j in range(n):
        pivot = j + int(rows[j:, j].abs().argmax())
        rows[[j, pivot]] = rows[[pivot, j]]
        rows[j] = rows[j] / rows[j, j]
        factors = rows[:, j].clone()
        factors[j] = 0
        rows = rows - factors[:, None] * rows[j]
    return rows[:, n:]


@misconception(
    "eliminate",
    "Only the rows below the pivot were cleared. That leaves a triangle on the left and not the"
    " identity: clear the rows above as well, or go on with back substitution.",
    zh="只消去了主元下面的行。左边剩下的是三角形，而不是单位矩阵：上面的行也要消去，"
    "或者接着做回代。",
)
def cleared_below_only(a, b):
    n = len(a)
    if a.shape != (n, n):
        raise ValueError("not square")
    rows = torch.cat([a, b], dim=1)
    for j in range(n):
        pivot = j + int(rows[j:, j].abs().argmax())
        if rows[pivot, j] == 0:
            raise ValueError("singular")
        rows[[j, pivot]] = rows[[pivot, j]]
        rows[j] = rows[j] / rows[j, j]
        factors = rows[:, j].clone()
        factors[: j + 1] = 0
        rows = rows - factors[:, None] * rows[j]
    return rows[:, n:]


@misconception(
    "eliminate",
    "A matrix of small entries was taken for singular. Whether a number is close to 0 depends on"
    " the size of the others; 1e-9 times the identity has a perfectly good inverse.",
    zh="元素很小的矩阵被当成了奇异矩阵。一个数算不算接近 0，要看其他数有多大；"
    "1e-9 乘单位矩阵有再好不过的逆矩阵。",
)
def fixed_threshold(a, b):
    n = len(a)
    if a.shape != (n, n):
        raise ValueError("not square")
    rows = torch.cat([a, b], dim=1)
    for j in range(n):
        pivot = j + int(rows[j:, j].abs().argmax())
        if rows[pivot, j].abs() < 1e-6:
            raise ValueError("singular")
        rows[[j, pivot]] = rows[[pivot, j]]
        rows[j] = rows[j] / rows[j, j]
        factors = rows[:, j].clone()
        factors[j] = 0
        rows = rows - factors[:, None] * rows[j]
    return rows[:, n:]


@misconception(
    "as_floats",
    "Whole numbers were not turned into floats before the division. An inverse of integers is"
    " seldom whole: work in float32.",
    zh="做除法之前没有把整数变成浮点数。整数矩阵的逆很少是整数：应当用 float32 来算。",
)
def whole_numbers_kept(a):
    return a


@misconception(
    "inverse",
    "The elimination worked in the caller's matrix: after the call the identity stands there. Work"
    " on a copy.",
    zh="消元是在调用者的矩阵里进行的：调用之后，那里只剩下单位矩阵。应当在副本上做。",
)
def worked_in_place(a):
    result = eliminate(as_floats(a), torch.eye(len(a), dtype=as_floats(a).dtype))
    if a.is_floating_point():
        a.copy_(torch.eye(len(a), dtype=a.dtype))
    return result


# Mistakes: systems


@misconception(
    "solve",
    "You inverted the matrix and multiplied. For a badly conditioned matrix the inverse carries"
    " large errors of its own, and A x misses b by far more than elimination with b at the right.",
    zh="你先求了逆，再相乘。矩阵病态时，逆矩阵本身带有很大的误差，"
    "A x 与 b 的差距会远大于直接把 b 放在右边消元。",
)
def inverted_first(a, b):
    result = inverse(a)
    return result @ b.to(result.dtype)


@misconception(
    "solve",
    "The order is turned round: b A^-1 instead of A^-1 b. That solves x A = b, with the transposed"
    " matrix.",
    zh="顺序反了：算的是 b A⁻¹，而不是 A⁻¹ b。那解的是 x A = b，也就是转置之后的方程组。",
)
def transposed_system(a, b):
    a = as_floats(a)
    return eliminate(a.T, b.to(a.dtype).reshape(len(a), -1)).reshape(b.shape)


@misconception(
    "solve",
    "For a vector b the result is a column of shape (n, 1). x has the shape of b: (n,) for (n,).",
    zh="b 是向量时，你返回了形状为 (n, 1) 的列。x 的形状与 b 相同：b 是 (n,)，x 也是 (n,)。",
)
def column_for_a_vector(a, b):
    a = as_floats(a)
    return eliminate(a, b.to(a.dtype).reshape(len(a), -1))


@misconception(
    "inverse",
    "Swapping lost a row: rows of a tensor are views, and after m[j], m[p] = m[p], m[j] both hold"
    " the same numbers. Copy one of them first, or swap by a list of indices.",
    zh="交换时丢了一行：张量的行是视图，m[j], m[p] = m[p], m[j] 之后，两行的数变得一样。"
    "应当先复制其中一行，或者用下标列表来交换。",
)
def swapped_through_views(a):
    n = len(a)
    if a.shape != (n, n):
        raise ValueError("not square")
    rows = torch.cat([as_floats(a), torch.eye(n, dtype=as_floats(a).dtype)], dim=1)
    for j in range(n):
        pivot = j + int(rows[j:, j].abs().argmax())
        if rows[pivot, j] == 0:
            raise ValueError("singular")
        rows[j], rows[pivot] = rows[pivot], rows[j]
        rows[j] = rows[j] / rows[j, j]
        for i in range(n):
            if i != j:
                rows[i] = rows[i] - rows[i, j] * rows[j]
    return rows[:, n:]


# Other right answers


@alternative("inverse_2x2")
def written_out(a):
    p, q, r, s = (float(e) for e in a.flatten())
    d = p * s - q * r
    if d == 0:
        raise ValueError("singular")
    dtype = a.dtype if a.is_floating_point() else torch.float32
    return torch.tensor([[s / d, -q / d], [-r / d, p / d]], dtype=dtype)


@alternative("eliminate")
def triangle_and_back_substitution(a, b):
    n = a.shape[0]
    if a.dim() != 2 or a.shape[1] != n:
        raise ValueError("not square")
    a, b = a.clone(), b.clone()
    for j in range(n):
        pivot = max(range(j, n), key=lambda i: abs(float(a[i, j])))
        if a[pivot, j] == 0:
            raise ValueError("singular")
        order = list(range(n))
        order[j], order[pivot] = pivot, j
        a, b = a[order], b[order]
        for i in range(j + 1, n):
            factor = a[i, j] / a[j, j]
            a[i] -= factor * a[j]
            b[i] -= factor * b[j]
    x = torch.empty_like(b)
    for i in reversed(range(n)):
        x[i] = (b[i] - a[i, i + 1 :] @ x[i + 1 :]) / a[i, i]
    return x


@alternative("inverse")
def column_after_column(a):
    if a.dim() != 2 or a.shape[0] != a.shape[1]:
        raise ValueError("not square")
    identity = torch.eye(len(a), dtype=a.dtype)
    return torch.stack([solve(a, column) for column in identity], dim=1)


@alternative("solve")
def in_double_precision(a, b):
    dtype = as_floats(a).dtype
    columns = b.double().reshape(b.shape[0], -1)
    return eliminate(a.double(), columns).to(dtype).reshape(b.shape)


# Tests


def well_conditioned(rand, n, dtype=torch.float32):
    """A random matrix with singular values between 1 and 3, and no order among its rows."""
    u = torch.linalg.qr(rand(n, n, dtype=torch.float64)).Q
    v = torch.linalg.qr(rand(n, n, dtype=torch.float64)).Q
    return ((u * rand.uniform(1.0, 3.0, n, dtype=torch.float64)) @ v).to(dtype)


@title("2 x 2: the formula", zh="2×2：公式")
@points(2)
def test_2x2(student, rand):
    for dtype in (torch.float32, torch.float64):
        a = well_conditioned(rand, 2, dtype)
        close(student.inverse_2x2(a), torch.linalg.inv(a), dtype=True)


@title("2 x 2: a singular matrix is refused", zh="2×2：拒绝奇异矩阵")
def test_2x2_singular(student, rand):
    a = well_conditioned(rand, 2)
    close(student.inverse_2x2(a), torch.linalg.inv(a))
    p, q, k = (int(e) for e in rand.ints(2, 9, 3))
    for singular in ([[p, q], [k * p, k * q]], [[0, 0], [p, q]]):
        with refuses(ValueError):
            student.inverse_2x2(torch.tensor(singular, dtype=torch.float32))


@title("inverse: n x n", zh="inverse：n×n")
@points(3)
def test_inverse(student, rand):
    for n in (1, 2, 3, 5, 8):
        a = well_conditioned(rand, n)
        close(student.inverse(a), torch.linalg.inv(a), atol=LOSS)


@title("inverse: a zero where the pivot should be", zh="inverse：主元的位置上是零")
@points(2)
def test_zero_pivot(student, rand):
    for n in (2, 4):
        a = torch.diag(rand.uniform(1, 2, n))[torch.arange(n - 1, -1, -1)]
        close(student.inverse(a), torch.linalg.inv(a), atol=LOSS)
    b = well_conditioned(rand, 4)
    b[0, 0] = 0
    close(student.inverse(b), torch.linalg.inv(b), atol=20 * LOSS)


@title("A tiny number where the pivot should be", zh="主元的位置上是很小的数")
@points(3)
def test_tiny_pivot(student, rand):
    single, double = torch.float32, torch.float64
    for n, dtype, tiny in (
        (2, single, 1e-7),
        (3, single, 1e-7),
        (4, single, 1e-7),
        (3, double, 1e-16),
    ):
        a = torch.eye(n)[torch.arange(n - 1, -1, -1)] * rand.uniform(1, 2, n)
        a += torch.triu(rand.uniform(-0.5, 0.5, n, n)).flip(1)
        a[0, 0] = tiny * float(rand.uniform(1, 2, 1))
        a = (a * rand.choice([-1.0, 1.0])).to(dtype)
        b = rand.uniform(1, 2, n).to(dtype)
        exact = torch.linalg.inv(a.double())
        close(student.inverse(a), exact.to(dtype), atol=LOSS)
        close(student.solve(a, b), (exact @ b.double()).to(dtype), atol=LOSS)


@title("The largest pivot by absolute value", zh="按绝对值选最大的主元")
@hidden(
    "The best pivot may be a negative number.",
    zh="最好的主元可能是负数。",
)
def test_negative_pivot(student, rand):
    p, q = (float(e) for e in rand.uniform(1, 2, 2))
    a = torch.tensor([[1e-7, p, 0.3], [-q, 0.5, 1.0], [0.0, 1.0, -0.5]])
    b = rand.uniform(1, 2, 3)
    exact = torch.linalg.inv(a.double())
    close(student.inverse(a), exact.float(), atol=LOSS)
    close(student.solve(a, b), (exact @ b.double()).float(), atol=LOSS)


@title("What has no inverse is refused", zh="没有逆矩阵的要拒绝")
@points(2)
def test_refused(student, rand):
    a = well_conditioned(rand, 3)
    close(student.inverse(a), torch.linalg.inv(a), atol=LOSS)
    whole = rand.ints(1, 9, 4, 4).float()
    column, row = whole.clone(), whole.clone()
    column[:, 2] = 0
    row[1] = 0
    # In these every order of the operations meets a pivot that is exactly 0.
    for singular in (torch.zeros(1, 1), column, row, torch.full((3, 3), 2.0)):
        with refuses(ValueError):
            student.inverse(singular)
        with refuses(ValueError):
            student.solve(singular, torch.ones(len(singular)))
    with refuses(ValueError):
        student.inverse(rand(2, 3))
    with refuses(ValueError):
        student.inverse(rand(3, 2))
    with refuses(ValueError):
        student.solve(rand(3, 2), rand(3))


@title("solve: one right-hand side, and several", zh="solve：一个右端项，或者几个")
@points(3)
def test_solve(student, rand):
    for n, k in ((3, None), (3, 3), (4, 2), (5, 1), (1, None)):
        a = well_conditioned(rand, n)
        x = rand(n) if k is None else rand(n, k)
        close(student.solve(a, a @ x), x, atol=LOSS)


@title(
    "solve: A x gives b again, even if A is badly conditioned",
    zh="solve：即使 A 病态，A x 也能还原 b",
)
@points(2)
def test_residual(student, rand):
    for n in (5, 7):
        u = torch.linalg.qr(rand(n, n, dtype=torch.float64)).Q
        v = torch.linalg.qr(rand(n, n, dtype=torch.float64)).Q
        a = (u * torch.logspace(0, -9, n, dtype=torch.float64)) @ v
        b = a @ rand(n, dtype=torch.float64)
        x = student.solve(a, b)
        # Elimination leaves some 1e-16 here (1e-14 at worst), an inverse 1e-11 to 1e-7.
        missed = float((a @ x - b).norm() / x.norm())
        assert missed < 1e-12, text(
            f"A x misses b by {missed:.1e} of |A| |x|, which is more than rounding."
            " Is x the product of b with an inverse?",
            zh=f"A x 与 b 之差是 ‖A‖ ‖x‖ 的 {missed:.1e}，超出了舍入误差。"
            "x 是不是用逆矩阵乘 b 得到的？",
        )


@title("Whole numbers become float32, float64 stays", zh="整数变成 float32，float64 保持不变")
@points(2)
def test_dtypes(student, rand):
    p, q, r = (int(e) for e in rand.ints(2, 9, 3))
    whole = torch.tensor([[p * q + 1, p], [q, 1]])  # determinant 1
    exact = torch.tensor([[1.0, -p], [-q, p * q + 1]])
    close(student.inverse_2x2(whole), exact, dtype=True)
    close(student.inverse(whole), exact, atol=0.05, dtype=True)
    whole = torch.tensor([[0, r + 1], [-r, 1]])
    exact = torch.linalg.inv(whole.float())
    close(student.inverse_2x2(whole), exact, dtype=True)
    close(student.inverse(whole), exact, dtype=True)
    b = rand.ints(1, 9, 2)
    close(student.solve(whole, b), exact @ b.float(), dtype=True)
    a = well_conditioned(rand, 4, torch.float64)
    close(student.inverse(a), torch.linalg.inv(a), dtype=True)


@probe
def results_and_arguments(student, a, b):
    return student.inverse(a), student.solve(a, b), student.inverse_2x2(a[:2, :2]), a, b


@title("Tiny entries, and arguments left as they were", zh="很小的元素，以及参数不被改动")
@points(2)
@hidden(
    "A small number is not a zero. Is anything swapped or divided in the caller's matrix?",
    zh="很小的数不等于零。有没有在调用者的矩阵里交换或相除？",
)
def test_tiny_entries(student, rand):
    for scale in (1e-9, 1.0):
        a = well_conditioned(rand, 3, torch.float64) * scale
        b = rand(3, 2, dtype=torch.float64)
        inverse = torch.linalg.inv(a)
        expected = (inverse, inverse @ b, torch.linalg.inv(a[:2, :2]), a, b)
        for got, wanted in zip(student.run(results_and_arguments, a, b), expected, strict=True):
            close(got, wanted)
