"""Symmetric, skew, orthogonal, permutation, positive definite; and two counterexamples."""

import torch

from torchgrade.authoring import (
    alternative,
    cases,
    close,
    forbids,
    hidden,
    misconception,
    points,
    probe,
    text,
    title,
)

pytestmark = forbids("Tensor.numpy", "__array__")


# Mistakes: symmetric and skew


@misconception(
    "is_symmetric",
    "Two entries had to be exactly equal. After any computation they differ in the last digit:"
    " compare up to rounding.",
    zh="你要求两个元素完全相等。任何计算之后，最后一位都可能不同：比较时要允许舍入误差。",
)
def exactly_symmetric(a):
    return a.shape[0] == a.shape[1] and bool((a == a.T).all())


@misconception(
    "is_symmetric",
    "A matrix that isn't square broke the comparison with its transpose. It isn't symmetric: the"
    " answer is False, not an error.",
    zh="不是方阵的矩阵与它的转置无法比较，程序报错了。它不对称，应当返回 False，而不是报错。",
)
def square_taken_for_granted(a):
    return torch.allclose(a, a.T, rtol=1e-4, atol=1e-4 * float(a.abs().max()))


@misconception(
    "is_symmetric",
    "Each entry got a tolerance of its own, as allclose has it. An entry of 0 then has to be met"
    " nearly exactly; rounding errors go by the largest entry.",
    zh="每个元素用的是它自己的容差，allclose 就是这样。于是 0 几乎必须完全相等；"
    "而舍入误差的大小取决于最大的元素。",
)
def tolerance_of_each_entry(a):
    return a.shape[0] == a.shape[1] and torch.allclose(a, a.T)


@misconception(
    "is_symmetric",
    "The tolerance is a fixed number, so a matrix of small entries passes whatever they are. How"
    " large a difference may be has to be measured by the entries.",
    zh="容许的误差是一个固定的数，于是元素都很小的矩阵无论怎样都会通过。差别算不算大，"
    "要与元素的大小相比。",
)
def absolute_tolerance(a):
    return is_square(a) and bool(((a - a.T).abs() <= 1e-3).all())


@misconception(
    "is_skew",
    "The diagonal was left out. For i = j the condition reads a = -a, so the diagonal of a skew"
    " matrix is zero.",
    zh="你没有检查对角线。i = j 时，条件就是 a = -a，所以反对称矩阵的对角线全为零。",
)
def diagonal_left_out(a):
    if not is_square(a):
        return False
    off = a - torch.diag(a.diagonal())
    return bool((off + off.T).abs().max() <= 1e-4 * a.abs().max())


@misconception(
    "is_skew",
    "Not symmetric doesn't mean skew. Skew asks for the opposite sign, entry by entry; most"
    " matrices are neither.",
    zh="不对称不等于反对称。反对称要求对应的元素互为相反数；大多数矩阵两者都不是。",
)
def not_symmetric(a):
    return is_square(a) and not is_symmetric(a)


# Mistakes: orthogonal and permutation


@misconception(
    "is_orthogonal",
    "You only asked whether the rows (or columns) are orthogonal to each other. They must have"
    " length 1 as well; [[1, -2], [2, 1]] stretches by the root of 5.",
    zh="你只检查了各行（或各列）是否两两正交。它们的长度还必须是 1；"
    "[[1, -2], [2, 1]] 会把长度拉长到 √5 倍。",
)
def lengths_left_out(a):
    if not is_square(a):
        return False
    gram = a @ a.T
    off = gram - torch.diag(gram.diagonal())
    return bool(off.abs().max() <= 1e-4 * gram.abs().max())


@misconception(
    "is_orthogonal",
    "You only asked whether the rows (or columns) have length 1. They must be orthogonal to each"
    " other as well.",
    zh="你只检查了各行（或各列）的长度是否为 1。它们还必须两两正交。",
)
def angles_left_out(a):
    return is_square(a) and bool(((a @ a.T).diagonal() - 1).abs().max() <= 1e-4)


@misconception(
    "is_orthogonal",
    "The determinant decided. It is 1 or -1 for orthogonal matrices, but for many others, too:"
    " [[1, 5], [0, 1]] shears.",
    zh="你用行列式来判断。正交矩阵的行列式确实是 ±1，但许多别的矩阵也是：[[1, 5], [0, 1]] 是剪切。",
)
def determinant_of_one(a):
    return is_square(a) and bool((torch.linalg.det(a).abs() - 1).abs() <= 1e-3)


@misconception(
    "is_permutation",
    "Every orthogonal matrix passed. A permutation matrix has only zeros and ones; signs and"
    " rotations don't reorder.",
    zh="正交矩阵都被放行了。置换矩阵只有 0 和 1；变号和旋转都不是重新排列。",
)
def any_orthogonal(a):
    return is_orthogonal(a)


@misconception(
    "is_permutation",
    "You counted the ones in the rows and not in the columns. With two ones in a column, one entry"
    " is taken twice and another is lost.",
    zh="你只数了每行的 1，没有数每列的。某一列有两个 1，就有一个元素被取了两次，另一个丢了。",
)
def rows_only(a):
    if not is_square(a):
        return False
    whole = ((a - a.round()).abs() <= 1e-4).all() and ((a > -0.5) & (a < 1.5)).all()
    return bool(whole) and bool(((a.sum(1) - 1).abs() <= 1e-4).all())


@misconception(
    "is_permutation",
    "Rows and columns that add up to 1 are not enough: with entries like 0.5 the matrix mixes"
    " instead of reordering. The entries must be 0 or 1.",
    zh="每行每列之和为 1 还不够：元素若是 0.5 之类，矩阵做的是混合，而不是重新排列。"
    "元素必须是 0 或 1。",
)
def sums_only(a):
    if not is_square(a):
        return False
    sums = torch.cat([a.sum(0), a.sum(1)])
    return bool(((sums - 1).abs() <= 1e-4).all())


# Mistakes: positive definite


@misconception(
    "is_positive_definite",
    "A semi-definite matrix passed: it has x with x^T A x = 0. Definite asks for more than 0 for"
    " every x but 0, so >= 0 (or eigenvalues >= 0) is too weak.",
    zh="半正定的矩阵被放行了：存在 x ≠ 0 使 xᵀA x = 0。正定要求对任何 x ≠ 0 都大于 0，"
    "所以 >= 0（或者特征值 >= 0）太弱。",
)
def semidefinite_let_through(a):
    if not is_symmetric(a):
        return False
    return bool(torch.linalg.eigvalsh(a)[0] >= -1e-5 * a.abs().max())


@misconception(
    "is_positive_definite",
    "Symmetry was not asked for. Positive eigenvalues mean definite only if the matrix is"
    " symmetric; otherwise x^T A x can still be negative.",
    zh="你没有检查对称性。只有对称矩阵，特征值全为正才意味着正定；否则 xᵀA x 仍可能为负。",
)
def eigenvalues_of_any_matrix(a):
    if not is_square(a):
        return False
    values = torch.linalg.eigvals(a)
    return bool((values.real > 1e-5 * a.abs().max()).all())


@misconception(
    "is_positive_definite",
    "Only the lower triangle was looked at, since Cholesky reads nothing else. It takes the matrix"
    " for symmetric: ask for that first.",
    zh="你只看了下三角，因为 Cholesky 分解不读别处。它默认矩阵是对称的：应当先检查对称性。",
)
def lower_triangle_only(a):
    return is_square(a) and int(torch.linalg.cholesky_ex(a).info) == 0


@misconception(
    "is_positive_definite",
    "Positive entries were taken for definiteness. [[1, 2], [2, 1]] has positive entries, but for"
    " x = [1, -1] it gives -2; and [[2, -1], [-1, 2]] is definite with negative ones.",
    zh="你把元素全为正当成了正定。[[1, 2], [2, 1]] 的元素全为正，x = [1, -1] 却得到 -2；"
    "而 [[2, -1], [-1, 2]] 有负元素，却是正定的。",
)
def positive_entries(a):
    return is_symmetric(a) and bool((a > 0).all())


@misconception(
    "is_positive_definite",
    "A positive diagonal is necessary, but not enough: large entries beside it can make x^T A x"
    " negative.",
    zh="对角线全为正是必要的，但还不够：对角线之外的元素若很大，xᵀA x 就可能为负。",
)
def positive_diagonal(a):
    return is_symmetric(a) and bool((a.diagonal() > 0).all())


@misconception(
    "is_positive_definite",
    "The determinant alone doesn't tell: with two negative eigenvalues it is positive as well.",
    zh="只看行列式是不够的：有两个负特征值时，行列式同样为正。",
)
def positive_determinant(a):
    if not is_symmetric(a):
        return False
    return bool(torch.linalg.det(a.double()) > 1e-6 * float(a.abs().max()))


# Mistakes: constructions


@misconception(
    "semidefinite_with_kernel",
    "v v^T is semi-definite, but the wrong way round: it is 0 on everything orthogonal to v, and"
    " positive on v itself.",
    zh="v vᵀ 是半正定的，但正好反了：它在所有与 v 正交的方向上为 0，在 v 上反而为正。",
)
def outer_product(v):
    return torch.outer(v, v)


@misconception(
    "semidefinite_with_kernel",
    "The identity minus v v^T takes away too much or too little unless v has length 1. Divide by"
    " the squared length.",
    zh="v 的长度不是 1 时，单位矩阵减 v vᵀ 会减得太多或太少。应当除以长度的平方。",
)
def length_not_divided_out(v):
    return torch.eye(len(v), dtype=v.dtype) - torch.outer(v, v)


@misconception(
    "semidefinite_with_kernel",
    "This is the zero matrix: x^T A x is 0 for every x, not only for the multiples of v.",
    zh="这是零矩阵：对任何 x 都有 xᵀA x = 0，而不只是对 v 的倍数。",
)
def zero_everywhere(v):
    return torch.zeros(len(v), len(v), dtype=v.dtype)


@misconception(
    "misleading_eigenvalues",
    "A diagonal matrix (any symmetric one) with positive eigenvalues is positive definite: no x"
    " makes x^T A x negative. The matrix must not be symmetric.",
    zh="对角矩阵（以及任何对称矩阵）若特征值全为正，就是正定的：没有 x 能使 xᵀA x 为负。"
    "这个矩阵不能是对称的。",
)
def diagonal_matrix(p, q):
    return torch.tensor([[p, 0.0], [0.0, q]]), torch.tensor([1.0, -1.0])


@misconception(
    "misleading_eigenvalues",
    "The entry off the diagonal has a fixed size. How large it must be depends on p and q: it has"
    " to outweigh what they contribute to x^T A x.",
    zh="对角线之外的元素大小是固定的。它要多大，取决于 p 和 q：必须压过它们对 xᵀA x 的贡献。",
)
def fixed_shear(p, q):
    return torch.tensor([[p, 3.0], [0.0, q]]), torch.tensor([1.0, -1.0])


# Other right answers


@alternative("is_symmetric")
def entry_by_entry(a):
    m, n = a.shape
    if m != n:
        return False
    largest = max(abs(e) for row in a.tolist() for e in row)
    return all(
        abs(float(a[i, j]) - float(a[j, i])) <= 1e-4 * largest for i in range(m) for j in range(i)
    )


@alternative("is_skew")
def symmetric_part_vanishes(a):
    if a.size(0) != a.size(1):
        return False
    return bool((a + a.T).norm() <= 1e-4 * a.norm())


@alternative("is_orthogonal")
def columns_against_columns(a):
    if a.size(0) != a.size(1):
        return False
    return torch.allclose(a.T @ a, torch.eye(a.size(0), dtype=a.dtype), atol=1e-4)


@alternative("is_permutation")
def sorted_positions(a):
    m, n = a.shape
    if m != n:
        return False
    places = a.argmax(1)
    rebuilt = torch.nn.functional.one_hot(places, n).to(a.dtype)
    return sorted(places.tolist()) == list(range(n)) and torch.allclose(a, rebuilt, atol=1e-4)


@alternative("is_positive_definite")
def smallest_eigenvalue(a):
    if not is_symmetric(a):
        return False
    values = torch.linalg.eigvalsh(a.double())
    return bool(values.min() > 1e-6 * values.abs().max())


@alternative("is_positive_definite")
def leading_minors(a):
    if not is_symmetric(a):
        return False
    a = a.double() / a.abs().max()
    return all(float(torch.linalg.det(a[:k, :k])) > 1e-9 for k in range(1, len(a) + 1))


@alternative("semidefinite_with_kernel")
def squares_of_combinations(v):
    # The sum of (v_i x_j - v_j x_i)^2 is 0 only if x is a multiple of v.
    n = len(v)
    a = torch.zeros(n, n, dtype=v.dtype)
    for i in range(n):
        for j in range(i):
            row = torch.zeros(n, dtype=v.dtype)
            row[j], row[i] = v[i], -v[j]
            a += torch.outer(row, row)
    return a


@alternative("misleading_eigenvalues")
def from_below(p, q):
    return torch.tensor([[q, 0.0], [-9 * (p + q), p]]), torch.tensor([2.0, 2.0])


# Tests


@probe
def ask_all(student, function, matrices):
    return [bool(getattr(student, function)(a)) for a in matrices]


def check_all(student, function, right, wrong):
    matrices = [a.to(t) for a in (*right, *wrong) for t in (torch.float32, torch.float64)]
    expected = [True] * (2 * len(right)) + [False] * (2 * len(wrong))
    note = text(
        f"{function} was asked about {2 * len(right)} matrices that are so, and then about"
        f" {2 * len(wrong)} that are not.",
        zh=f"先用 {function} 判断 {2 * len(right)} 个具有该性质的矩阵，"
        f"再判断 {2 * len(wrong)} 个没有该性质的。",
    )
    close(student.run(ask_all, function, matrices), expected, note=note)


def nearly(rand, a):
    return a * (1 + 2e-7 * rand.uniform(-1, 1, *a.shape))


def rotation(rand, n):
    return torch.linalg.qr(rand(n, n, dtype=torch.float64)).Q


@title("Symmetric or not", zh="是否对称")
@points(2)
def test_symmetric(student, rand):
    a, b = rand(4, 4), rand(3, 3) * 1e3
    spoilt = a + a.T
    spoilt[3, 1] += 0.5
    right = [a + a.T, nearly(rand, b + b.T), rand(1, 1), torch.zeros(2, 2), (a @ a.T) * 1e-4]
    beside_zero = b + b.T
    beside_zero[0, 2], beside_zero[2, 0] = 0, 5e-7 * beside_zero.abs().max()
    right.append(beside_zero)
    wrong = [a, spoilt, a - a.T, spoilt * 1e-5, rand(3, 3).triu() + 2]
    check_all(student, "is_symmetric", right, wrong)


@title("Skew or not", zh="是否反对称")
@points(2)
def test_skew(student, rand):
    a, b = rand(4, 4), rand(3, 3) * 1e3
    skew = a - a.T
    right = [skew, nearly(rand, b - b.T), torch.zeros(1, 1), skew * 1e-4]
    hollow = a - torch.diag(a.diagonal())
    wrong = [skew + torch.diag(rand.uniform(0.5, 1, 4)), a, a + a.T, torch.eye(3), a.abs().triu()]
    wrong += [hollow, hollow + hollow.T, skew.abs()]
    check_all(student, "is_skew", right, wrong)


@title("Orthogonal or not", zh="是否正交")
@points(2)
def test_orthogonal(student, rand):
    q, shear = rotation(rand, 4), torch.eye(3, dtype=torch.float64)
    shear[0, 2] = 1.5
    tilted = torch.nn.functional.normalize(rand(3, 3) + 1.0, dim=1)
    lengths = rand.uniform(1.5, 3, 4, dtype=torch.float64)
    right = [q, q.flip(0), torch.eye(3), rotation(rand, 2), -torch.eye(1)]
    wrong = [2 * q, q * lengths, lengths[:, None] * q, shear, tilted, torch.zeros(2, 2)]
    check_all(student, "is_orthogonal", right, wrong)


@title("Permutation or not", zh="是否置换矩阵")
@points(2)
def test_permutation(student, rand):
    p, two = torch.eye(5)[rand.perm(5)], torch.eye(4)
    two[1] = two[0]
    signs = torch.eye(3)[rand.perm(3)]
    signs[1] *= -1
    mixed = (torch.eye(4) + torch.eye(4).flip(1)) / 2
    shifted = torch.eye(3) + torch.tensor([[1.0, -1, 0], [-1, 1, 0], [0, 0, 0]])
    right = [p, p.T, torch.eye(1), nearly(rand, torch.eye(4).flip(0))]
    partial = p * (torch.arange(5) > 0)[:, None]
    wrong = [two, two.T, signs, mixed, rotation(rand, 3), 2 * p, shifted, torch.ones(2, 2), partial]
    check_all(student, "is_permutation", right, wrong)


@title("Positive definite or not", zh="是否正定")
@points(4)
def test_positive_definite(student, rand):
    a = rand(4, 4)
    definite = a @ a.T + torch.eye(4)
    # Whole numbers, so that the last pivot of the elimination is exactly 0.
    factor = torch.tril(rand.ints(-2, 3, 3, 3).float(), -1) + torch.diag(torch.tensor([1.0, 2, 0]))
    semi = factor @ factor.T
    q = rotation(rand, 3)
    indefinite = q @ torch.diag(torch.tensor([2.0, -1, -1.5], dtype=torch.float64)) @ q.T
    t = float(rand.uniform(5, 8, 1))
    # Each triangle on its own belongs to a definite matrix, or the eigenvalues are positive.
    lower = torch.tensor([[1.0, t], [0.2, 1.0]])
    right = [definite, torch.tensor([[2.0, -1], [-1, 2]]), definite * 1e-3, torch.eye(1)]
    wrong = [semi, torch.ones(2, 2), indefinite, torch.tensor([[1.0, t], [t, 1.0]])]
    wrong += [lower, torch.tensor([[1.0, t], [0.0, 2.0]]), a - a.T, -definite, torch.zeros(2, 2)]
    wrong += [torch.diag(torch.tensor([-1.0, -2, 3, 4])), torch.diag(torch.tensor([1.0, 0]))]
    check_all(student, "is_positive_definite", right, wrong)


@title("What isn't square has none of these properties", zh="不是方阵的，什么性质都没有")
@hidden("A comparison with the transpose may fail.", zh="与转置比较时可能报错。")
@cases(
    "function",
    ["is_symmetric", "is_skew", "is_orthogonal", "is_permutation", "is_positive_definite"],
)
def test_not_square(student, rand, function):
    good = {
        "is_skew": torch.tensor([[0.0, 3.0], [-3.0, 0.0]]),
        "is_positive_definite": torch.tensor([[3.0, 1.0], [1.0, 3.0]]),
    }.get(function, torch.eye(3)[[1, 0, 2]])
    wide = torch.eye(4, dtype=torch.float64)[:3]
    matrices = [good, wide.float(), wide.T, torch.zeros(2, 3), rand(1, 4), rand(3, 1), good]
    expected = [True, False, False, False, False, False, True]
    close(student.run(ask_all, function, matrices), expected)


@title("Semi-definite, with a given kernel", zh="半正定，且核给定")
@points(3)
def test_kernel(student, rand):
    for n, dtype in ((2, torch.float32), (4, torch.float64), (5, torch.float32)):
        v = rand(n, dtype=dtype) * 3
        a = student.semidefinite_with_kernel(v)
        close(list(a.shape), [n, n])
        scale = a.abs().max()
        rest = torch.linalg.qr(torch.cat([v[:, None], torch.eye(n, dtype=dtype)], 1)).Q[:, 1:]
        inner = torch.linalg.eigvalsh((rest.T @ a @ rest).double())
        assert bool(((a - a.T).abs() <= 1e-4 * scale).all()), text("not symmetric", zh="不对称")
        assert bool(((a @ v).abs() <= 1e-4 * scale * v.norm()).all()), text(
            "x^T A x is not 0 for x = v, or A v is not 0",
            zh="x = v 时 xᵀA x 不为 0，或者 A v 不为 0",
        )
        assert bool(inner.min() >= 1e-3 * scale) and bool(scale > 0), text(
            "There is an x orthogonal to v with x^T A x not above 0.",
            zh="存在与 v 正交的 x，使 xᵀA x 不大于 0。",
        )


@title("Positive eigenvalues, and still not definite", zh="特征值全为正，却不正定")
@points(3)
def test_misleading(student, rand):
    for low, high in ((0.5, 1.0), (3.0, 6.0), (20.0, 50.0)):
        p = float(rand.uniform(low, high, 1))
        for first, second in ((p, 2 * p), (3 * p, p)):
            a, x = student.misleading_eigenvalues(first, second)
            close([list(a.shape), list(x.shape)], [[2, 2], [2]])
            trace, det = float(a[0, 0] + a[1, 1]), float(torch.linalg.det(a.double()))
            note = text(
                "These are trace and determinant of the matrix: the sum and the product of its"
                " eigenvalues.",
                zh="这里比较的是矩阵的迹与行列式，也就是特征值之和与特征值之积。",
            )
            close([trace, det], [first + second, first * second], rtol=1e-3, note=note)
            value = float(x.double() @ a.double() @ x.double())
            assert value < 0, text(f"x @ a @ x is {value:.4g}", zh=f"x @ a @ x 是 {value:.4g}")
