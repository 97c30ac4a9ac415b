"""SVD: three factors make the matrix again, and the first k terms its best approximation.

Singular vectors are never compared: turning the sign of a column of U together with the row of
Vh leaves every product as it was. What is compared are matrices put together from them.
"""

# Wrong and alternative answers run inside the solution's module and use its names.

import torch

from torchgrade.authoring import (
    alternative,
    cases,
    close,
    hidden,
    misconception,
    points,
    probe,
    refuses,
    title,
)

# Entries here are about 1. An SVD in float32 is right to some 1e-6; other right routes (the Gram
# matrix, peeling layers off) lose a digit more. Mistakes are far larger.
SVD = 1e-4


def with_separate_singular_values(rand, m, n, dtype=torch.float32):
    """A random m x n matrix with singular values at least 0.5 apart, so that its best
    approximation of every rank is unique and well conditioned."""
    r = min(m, n)
    s = torch.arange(r, 0, -1) + rand.uniform(0.0, 0.5, r, dtype=torch.float64)
    u = torch.linalg.qr(rand(m, r, dtype=torch.float64)).Q
    v = torch.linalg.qr(rand(n, r, dtype=torch.float64)).Q
    return ((u * s) @ v.T).to(dtype)


def truncated(a, k):
    u, s, vh = torch.linalg.svd(a, full_matrices=False)
    return u[:, :k] @ torch.diag(s[:k]) @ vh[:k]


def frobenius_error(a, k):
    return torch.linalg.matrix_norm(a - truncated(a, k))


# Mistakes: Sigma


@misconception(
    "sigma_full",
    "torch.diag(s) alone is square, with as many rows as there are singular values. Sigma must"
    " stand between U (m x m) and Vh (n x n), so it is m x n: the diagonal block and rows or"
    " columns of zeros beside it.",
    zh="只用 torch.diag(s) 得到的是方阵，行数等于奇异值的个数。Σ 要夹在 U（m×m）和 Vh（n×n）之间，"
    "所以它是 m×n 的：对角块之外，还要补上全零的行或列。",
)
def square_sigma(s, m, n):
    return torch.diag(s)


@misconception(
    "sigma_full",
    "Your Sigma is n x m. It takes a vector of length n (after Vh) to one of length m (before U),"
    " so it has the shape of the matrix itself: m rows, n columns.",
    zh="你的 Σ 是 n×m 的。它把长度为 n 的向量（Vh 的输出）变成长度为 m 的向量（U 的输入），"
    "所以形状与原矩阵相同：m 行 n 列。",
)
def swapped_sizes(s, m, n):
    sigma = s.new_zeros(n, m)
    sigma.diagonal().copy_(s)
    return sigma


@misconception(
    "sigma_full",
    "Your Sigma is square, as large as the longer side. Zeros belong only where the shape m x n"
    " asks for them: below the diagonal block if m > n, to its right if n > m.",
    zh="你的 Σ 是以长边为边长的方阵。零只补在形状 m×n 需要的地方：m > n 时补在对角块下方，"
    "n > m 时补在右侧。",
)
def square_of_the_longer_side(s, m, n):
    sigma = s.new_zeros(max(m, n), max(m, n))
    for i in range(min(m, n)):
        sigma[i, i] = s[i]
    return sigma


@misconception(
    "sigma_full",
    "For float64 singular values your Sigma is float32: half of their digits are lost on the way."
    " torch.zeros, and torch.tensor of a list, make float32 unless they are told otherwise. Give"
    " the new matrix the dtype of s.",
    zh="奇异值是 float64，你的 Σ 却是 float32：中途丢掉了一半的有效数字。torch.zeros 以及由列表构造的"
    " torch.tensor，不指定类型时都是 float32。新矩阵的 dtype 应当取自 s。",
)
def default_dtype(s, m, n):
    if len(s) != min(m, n):
        raise ValueError("wrong number of singular values")
    sigma = torch.zeros(m, n)
    for i in range(len(s)):
        sigma[i, i] = s[i]
    return sigma


@misconception(
    "sigma_full",
    "You fill the diagonal as far as s reaches and leave zeros after it. An m x n matrix has"
    " exactly min(m, n) singular values; another number means that s belongs to another matrix,"
    " and the contract asks for a ValueError.",
    zh="s 有几个数你就填几个，后面都留成零。m×n 矩阵恰好有 min(m, n) 个奇异值；"
    "个数不符说明 s 属于别的矩阵，按约定应当抛出 ValueError。",
)
def short_s_padded(s, m, n):
    sigma = s.new_zeros(m, n)
    for i, value in enumerate(s):
        sigma[i, i] = value
    return sigma


@misconception(
    "sigma_full",
    "You use the first min(m, n) entries of a longer s and drop the rest. An m x n matrix has"
    " exactly min(m, n) singular values; another number means that s belongs to another matrix,"
    " and the contract asks for a ValueError.",
    zh="s 太长时，你只用了前 min(m, n) 个数，其余的丢掉了。m×n 矩阵恰好有 min(m, n) 个奇异值；"
    "个数不符说明 s 属于别的矩阵，按约定应当抛出 ValueError。",
)
def long_s_cut(s, m, n):
    if len(s) < min(m, n):
        raise ValueError("too few singular values")
    sigma = s.new_zeros(m, n)
    for i in range(min(m, n)):
        sigma[i, i] = s[i]
    return sigma


# Mistakes: the product


@misconception(
    "reconstruct",
    "You transpose Vh, but it is transposed already: torch.linalg.svd returns Vh, and only the old"
    " torch.svd returns V. It goes unnoticed as long as V is symmetric, as in the 2 x 2 example of"
    " the notes.",
    zh="你把 Vh 又转置了一次，可它本来就是转置好的：torch.linalg.svd 返回 Vh，"
    "旧的 torch.svd 才返回 V。V 恰好对称时看不出这个错误，讲义里的 2×2 例子正是如此。",
)
def vh_transposed_again(u, s, vh):
    return u @ sigma_full(s, u.shape[1], vh.shape[0]) @ vh.T


@misconception(
    "reconstruct",
    "The sizes do not fit for the factors of full_matrices=True. There U is m x m and Vh is n x n,"
    " so what stands between them must be m x n; a product that fits the reduced factors does not"
    " fit these.",
    zh="对 full_matrices=True 得到的因子，你的矩阵大小对不上。这时 U 是 m×m，Vh 是 n×n，"
    "夹在中间的必须是 m×n；适合精简因子的乘法在这里不成立。",
)
def only_reduced(u, s, vh):
    return u @ torch.diag(s) @ vh


@misconception(
    "reconstruct",
    "The sizes do not fit for the factors of full_matrices=False. There U has only r = min(m, n)"
    " columns and Vh only r rows, so what stands between them is r x r and no longer m x n.",
    zh="对 full_matrices=False 得到的因子，你的矩阵大小对不上。这时 U 只有 r = min(m, n) 列，"
    "Vh 只有 r 行，夹在中间的是 r×r，而不再是 m×n。",
)
def only_full(u, s, vh):
    return u @ sigma_full(s, u.shape[0], vh.shape[1]) @ vh


@misconception(
    "reconstruct",
    "The product is right, but you scale U in place: the caller's U is no longer orthogonal after"
    " the call. A slice such as u[:, :r] is a view; writing to it writes to the caller's tensor.",
    zh="乘积是对的，但你原地缩放了 U：调用之后，调用者手里的 U 不再正交。"
    "u[:, :r] 这样的切片是视图，写它就是写调用者的张量。",
)
def scales_the_callers_factors(u, s, vh):
    u = u[:, : len(s)]
    u *= s
    return u @ vh[: len(s)]


@misconception(
    "reconstruct",
    "The product is right, but you scale Vh in place: the caller's Vh is no longer orthogonal"
    " after the call. A slice such as vh[:r] is a view; writing to it writes to the caller's"
    " tensor.",
    zh="乘积是对的，但你原地缩放了 Vh：调用之后，调用者手里的 Vh 不再正交。"
    "vh[:r] 这样的切片是视图，写它就是写调用者的张量。",
)
def scales_the_callers_vh(u, s, vh):
    vh = vh[: len(s)]
    vh *= s[:, None]
    return u[:, : len(s)] @ vh


# Mistakes: the best approximation


@misconception(
    "best_rank_k",
    "In your product V stands where Vh belongs. torch.svd returns V, whose columns are the"
    " singular vectors; torch.linalg.svd returns Vh, transposed already, whose rows they are. The"
    " product needs the first k rows of Vh.",
    zh="你的乘积里，该是 Vh 的地方成了 V。torch.svd 返回 V，奇异向量是它的列；torch.linalg.svd 返回 "
    "Vh，已经转置过，奇异向量是它的行。乘积里要的是 Vh 的前 k 行。",
)
def v_taken_for_vh(a, k):
    _check_rank(a, k)
    u, s, v = torch.svd(a)
    return u[:, :k] @ torch.diag(s[:k]) @ v[:k, :]


@misconception(
    "best_rank_k",
    "It works for square matrices only. torch.linalg.svd has full_matrices=True unless told"
    " otherwise: U is m x m and Vh is n x n, and a square diagonal of min(m, n) singular values"
    " does not fit between them. Ask for the reduced factors, or build the m x n Sigma.",
    zh="你的写法只适用于方阵。torch.linalg.svd 默认 full_matrices=True：U 是 m×m，Vh 是 n×n，"
    "由 min(m, n) 个奇异值组成的方阵夹不进去。要么请求精简因子，要么构造 m×n 的 Σ。",
)
def full_factors(a, k):
    _check_rank(a, k)
    u, s, vh = torch.linalg.svd(a)
    s[k:] = 0
    return u @ torch.diag(s) @ vh


@misconception(
    "best_rank_k",
    "You keep the k smallest singular values. They come in descending order, and the largest carry"
    " most of the matrix: keep the first k, not the last.",
    zh="你保留的是最小的 k 个奇异值。奇异值按从大到小排列，矩阵的主要部分在最大的那些里："
    "该保留前 k 个，而不是后 k 个。",
)
def keeps_the_smallest(a, k):
    _check_rank(a, k)
    u, s, vh = torch.linalg.svd(a, full_matrices=False)
    s[: len(s) - k] = 0
    return u @ torch.diag(s) @ vh


@misconception(
    "best_rank_k",
    "You keep one term too many. Rank k means k terms, with indices 0 to k - 1; the singular value"
    " with index k is the first to be dropped.",
    zh="你多保留了一项。秩 k 意味着 k 项，下标从 0 到 k - 1；下标为 k 的奇异值是第一个该去掉的。",
)
def one_term_too_many(a, k):
    _check_rank(a, k)
    u, s, vh = torch.linalg.svd(a, full_matrices=False)
    return u[:, : k + 1] @ torch.diag(s[: k + 1]) @ vh[: k + 1]


@misconception(
    "best_rank_k",
    "That is the k-th layer alone. The best approximation is the sum of the first k layers:"
    " s[0] u[:, 0] vh[0] up to s[k - 1] u[:, k - 1] vh[k - 1].",
    zh="这只是第 k 层。最佳近似是前 k 层之和：从 s[0] u[:, 0] vh[0] 加到 "
    "s[k - 1] u[:, k - 1] vh[k - 1]。",
)
def one_layer_alone(a, k):
    _check_rank(a, k)
    u, s, vh = torch.linalg.svd(a, full_matrices=False)
    return u[:, k - 1 : k] @ torch.diag(s[k - 1 : k]) @ vh[k - 1 : k]


@misconception(
    "best_rank_k",
    "The singular values are missing from your product: U and Vh only turn and mirror, so without"
    " Sigma every layer has the same weight. Scale the columns of U by s[:k].",
    zh="你的乘积里缺了奇异值：U 和 Vh 只做旋转和反射，没有 Σ，每一层的份量就都一样了。"
    "要用 s[:k] 缩放 U 的各列。",
)
def without_sigma(a, k):
    _check_rank(a, k)
    u, _s, vh = torch.linalg.svd(a, full_matrices=False)
    return u[:, :k] @ vh[:k]


@misconception(
    "best_rank_k",
    "You cut the result down to k x k. Low rank does not mean small: the approximation has as many"
    " rows and columns as the matrix. U keeps all of its rows and Vh all of its columns.",
    zh="你把结果裁成了 k×k。低秩不等于小：近似矩阵的行数和列数与原矩阵相同。U 要保留全部的行，"
    "Vh 要保留全部的列。",
)
def cut_to_k_by_k(a, k):
    _check_rank(a, k)
    u, s, vh = torch.linalg.svd(a)
    return u[:k, :k] @ torch.diag(s[:k]) @ vh[:k, :k]


@misconception(
    "best_rank_k",
    "For a float64 matrix the approximation comes out as float32: half of the digits are lost on"
    " the way. Look for .float() and for new tensors that were not given the dtype of a.",
    zh="输入是 float64 矩阵，近似结果却是 float32：中途丢掉了一半的有效数字。"
    "找一找 .float()，以及没有指定 dtype 的新张量。",
)
def always_float32(a, k):
    _check_rank(a, k)
    u, s, vh = torch.linalg.svd(a.float(), full_matrices=False)
    return u[:, :k] @ torch.diag(s[:k]) @ vh[:k]


@misconception(
    "best_rank_k",
    "The result is float64 even for a float32 matrix. Computing in double is fine, but the"
    " contract promises the dtype of a: convert back at the end.",
    zh="即使输入是 float32 矩阵，你的结果也是 float64。用双精度计算没有问题，但按约定结果的 dtype "
    "要与 a 相同：最后转换回去。",
)
def always_float64(a, k):
    _check_rank(a, k)
    u, s, vh = torch.linalg.svd(a.double(), full_matrices=False)
    return u[:, :k] @ torch.diag(s[:k]) @ vh[:k]


@misconception(
    "best_rank_k",
    "The values are right, but you write them into a itself: after the call the caller's matrix is"
    " gone. Put the result into a tensor of its own.",
    zh="数值是对的，但你把结果写进了 a 本身：调用之后，调用者的矩阵就没有了。结果要放进新的张量。",
)
def overwrites_the_matrix(a, k):
    _check_rank(a, k)
    u, s, vh = torch.linalg.svd(a, full_matrices=False)
    return a.copy_(u[:, :k] @ torch.diag(s[:k]) @ vh[:k])


@misconception(
    "_check_rank",
    "A k outside of 0 to min(m, n) gets through. Slices forgive: s[:7] of three values is all"
    " three, and s[:-1] drops the last. So without a check of both ends, against the shorter side,"
    " a wrong k gives a plausible answer instead of the ValueError that the contract promises.",
    zh="不在 0 到 min(m, n) 之间的 k 没有被拦下。切片很宽容：三个数的 s[:7] 就是全部三个，"
    "s[:-1] 去掉最后一个。所以两端都要检查，并且是与较短的一边比较；否则错误的 k 得到貌似合理的结果，"
    "而不是约定的 ValueError。",
)
def slices_forgive(a, k):
    pass


# Mistakes: the error


@misconception(
    "rank_k_error",
    "You add the dropped singular values themselves. Their terms are orthogonal, so lengths add"
    " like the sides of a right triangle: squares first, then the root of the sum.",
    zh="你把去掉的奇异值直接相加了。这些项彼此正交，长度要像直角三角形的边那样合成：先平方求和，"
    "再开方。",
)
def sum_of_dropped(a, k):
    _check_rank(a, k)
    return torch.linalg.svdvals(a)[k:].sum()


@misconception(
    "rank_k_error",
    "That is the square of the error. The Frobenius norm is a length: the square root is still to"
    " be taken.",
    zh="这是误差的平方。Frobenius 范数是长度，还差一步开平方。",
)
def root_forgotten(a, k):
    _check_rank(a, k)
    return torch.linalg.svdvals(a)[k:].square().sum()


@misconception(
    "rank_k_error",
    "The first dropped singular value is the error in the spectral norm (the longest stretch of"
    " one vector). The Frobenius norm counts every entry, and with it all of the dropped singular"
    " values.",
    zh="第一个去掉的奇异值是谱范数（单个向量的最大拉伸）意义下的误差。Frobenius 范数计入每个元素，"
    "因而计入所有去掉的奇异值。",
)
def spectral_norm(a, k):
    _check_rank(a, k)
    s = torch.linalg.svdvals(a)
    return s[k] if k < len(s) else s.new_zeros(())


@misconception(
    "rank_k_error",
    "You measure what was kept: that is the norm of the approximation. The error is what was"
    " dropped, the singular values from index k on.",
    zh="你算的是保留下来的部分，也就是近似矩阵的范数。误差是去掉的部分：从下标 k 开始的奇异值。",
)
def norm_of_what_was_kept(a, k):
    _check_rank(a, k)
    return torch.linalg.svdvals(a)[:k].square().sum().sqrt()


@misconception(
    "rank_k_error",
    "You divide by the number of entries: that is the root mean square. The Frobenius norm is a"
    " sum over the entries, not a mean.",
    zh="你除以了元素个数，得到的是均方根。Frobenius 范数对元素求和，不取平均。",
)
def root_mean_square(a, k):
    _check_rank(a, k)
    return (a - best_rank_k(a, k)).square().mean().sqrt()


@misconception(
    "rank_k_error",
    "You leave one dropped singular value out. The approximation keeps the indices 0 to k - 1, so"
    " the error begins with index k itself.",
    zh="你漏掉了一个被去掉的奇异值。近似保留下标 0 到 k - 1，所以误差从下标 k 开始算。",
)
def first_dropped_forgotten(a, k):
    _check_rank(a, k)
    return torch.linalg.svdvals(a)[k + 1 :].square().sum().sqrt()


@misconception(
    "rank_k_error",
    "The number is right, but you subtract the approximation from a in place: after the call the"
    " caller holds what is left. Write a - b, which makes a tensor of its own.",
    zh="结果是对的，但你从 a 里原地减去了近似矩阵：调用之后，调用者手里只剩下差。应当写 a - b，"
    "它会产生新的张量。",
)
def subtracts_in_place(a, k):
    _check_rank(a, k)
    a -= best_rank_k(a, k)
    return torch.linalg.matrix_norm(a)


# Other right answers


@alternative("sigma_full")
def sigma_entry_by_entry(s, m, n):
    if s.dim() != 1 or len(s) != min(m, n):
        raise ValueError("s must have min(m, n) entries")
    sigma = torch.zeros(m, n, dtype=s.dtype)
    for i in range(len(s)):
        sigma[i, i] = s[i]
    return sigma


@alternative("reconstruct")
def through_sigma(u, s, vh):
    return u @ sigma_full(s, u.shape[1], vh.shape[0]) @ vh


@alternative("reconstruct")
def as_sum_of_outer_products(u, s, vh):
    total = torch.zeros(u.shape[0], vh.shape[1], dtype=s.dtype)
    for i in range(len(s)):
        total += s[i] * torch.outer(u[:, i], vh[i])
    return total


@alternative("best_rank_k")
def with_the_rest_set_to_zero(a, k):
    _check_rank(a, k)
    u, s, vh = torch.linalg.svd(a)
    s[k:] = 0
    return reconstruct(u, s, vh)


@alternative("best_rank_k")
def by_projection(a, k):
    _check_rank(a, k)
    v = torch.svd(a).V[:, :k]
    return a @ v @ v.T


@alternative("rank_k_error")
def norm_of_the_difference(a, k):
    _check_rank(a, k)
    return (a - best_rank_k(a, k)).pow(2).sum().sqrt()


# Tests: Sigma


@title("Sigma has the shape of the matrix", zh="Σ 的形状与矩阵相同")
@points(3)
@cases("m, n", [(3, 3), (5, 3), (3, 6)])
def test_sigma(student, rand, m, n):
    s = rand.uniform(1.0, 9.0, min(m, n))
    expected = torch.zeros(m, n)
    expected[range(min(m, n)), range(min(m, n))] = s
    close(student.sigma_full(s, m, n), expected)


@title("A wrong number of singular values is refused", zh="奇异值个数不对时报错")
@points(2)
def test_sigma_refuses(student, rand):
    s = rand.uniform(1.0, 9.0, 4)
    close(student.sigma_full(s[:3], 3, 4), torch.cat([torch.diag(s[:3]), torch.zeros(3, 1)], 1))
    with refuses(ValueError):
        student.sigma_full(s[:2], 3, 4)
    with refuses(ValueError):
        student.sigma_full(s, 3, 4)


# Tests: the product


@probe
def product_and_factors(student, u, s, vh):
    return student.reconstruct(u, s, vh), u, s, vh


@title("A square matrix comes back", zh="还原方阵")
@points(2)
def test_square(student, rand):
    a = rand(4, 4)
    close(student.reconstruct(*torch.linalg.svd(a)), a, atol=SVD)


@title("Reduced factors: tall and wide matrices", zh="精简因子：高矩阵和宽矩阵")
@points(4)
def test_reduced_factors(student, rand):
    for m, n in [(4, 4), (5, 3), (3, 6)]:
        a = rand(m, n)
        close(student.reconstruct(*torch.linalg.svd(a, full_matrices=False)), a, atol=SVD)


@title("Full factors: tall and wide matrices", zh="完整因子：高矩阵和宽矩阵")
@points(4)
def test_full_factors(student, rand):
    for m, n in [(4, 4), (5, 3), (3, 6)]:
        a = rand(m, n)
        close(student.reconstruct(*torch.linalg.svd(a, full_matrices=True)), a, atol=SVD)


@title("The factors are as they were", zh="因子没有被改动")
@hidden(
    "Some operations write into the tensor that they are called on, and slices are views.",
    zh="有些运算会写进调用它的张量，而切片是视图。",
)
def test_factors_stay(student, rand):
    a = rand(4, 4)
    u, s, vh = torch.linalg.svd(a)
    product, *factors = student.run(product_and_factors, u, s, vh)
    close(product, a, atol=SVD)
    close(factors, [u, s, vh])


# Tests: the best approximation and its error


@title("The best approximation of a square matrix", zh="方阵的最佳近似")
@points(2)
@cases("k", [1, 3])
def test_best_of_a_square_matrix(student, rand, k):
    a = with_separate_singular_values(rand, 5, 5)
    close(student.best_rank_k(a, k), truncated(a, k), atol=SVD)


@title("The best approximation of tall and wide matrices", zh="高矩阵和宽矩阵的最佳近似")
@points(4)
def test_best(student, rand):
    for m, n in [(4, 4), (7, 4), (4, 6)]:
        a = with_separate_singular_values(rand, m, n)
        close(student.best_rank_k(a, 2), truncated(a, 2), atol=SVD)


@title("k runs from 0 to min(m, n), and no further", zh="k 的范围是 0 到 min(m, n)")
@points(2)
def test_limits_of_k(student, rand):
    a = with_separate_singular_values(rand, 4, 4)
    for k in (0, 4, 2):  # not only the ends, which need no decomposition
        close(student.best_rank_k(a, k), truncated(a, k), atol=SVD)
    for m, n, k in [(3, 5, 4), (5, 3, 4), (4, 4, 5), (4, 4, -1)]:
        with refuses(ValueError):
            student.best_rank_k(rand(m, n), k)


@probe
def approximation_and_matrix(student, a):
    return student.best_rank_k(a, 2), a


@probe
def error_and_matrix(student, a):
    return student.rank_k_error(a, 2), a


@title("The matrix is as it was", zh="矩阵没有被改动")
@hidden(
    "Some operations write into the tensor that they are called on.",
    zh="有些运算会写进调用它的张量。",
)
def test_matrix_stays(student, rand):
    a = with_separate_singular_values(rand, 4, 4)
    close(student.run(approximation_and_matrix, a), (truncated(a, 2), a), atol=SVD)
    close(student.run(error_and_matrix, a), (frobenius_error(a, 2), a), atol=SVD)


@title("The error of the best approximation", zh="最佳近似的误差")
@points(3)
@cases("m, n", [(5, 5), (6, 4), (4, 7)])
def test_error(student, rand, m, n):
    a = with_separate_singular_values(rand, m, n)
    close(student.rank_k_error(a, 1), frobenius_error(a, 1), atol=SVD)
    close(student.rank_k_error(a, 2), frobenius_error(a, 2), atol=SVD)


@title("The error at both ends of the range of k", zh="k 取两端时的误差")
@points(2)
def test_error_at_the_limits(student, rand):
    a = with_separate_singular_values(rand, 5, 3)
    close(student.rank_k_error(a, 0), torch.linalg.matrix_norm(a), atol=SVD)
    # Nothing is dropped; the root of ||a||^2 - ||b||^2 still leaves the root of a rounding error.
    close(student.rank_k_error(a, 3), torch.zeros(()), atol=0.02)
    close(student.rank_k_error(a, 2), frobenius_error(a, 2), atol=SVD)
    for k in (4, -1):
        with refuses(ValueError):
            student.rank_k_error(a, k)
    with refuses(ValueError):
        student.rank_k_error(a.T, 4)


@title("Results have the dtype of the input", zh="结果的 dtype 与输入相同")
@points(2)
@hidden(
    "If this fails alone: which dtype do the tensors have that you create, and which the result?",
    zh="如果只有这一项没通过：你新建的张量是什么 dtype，结果又是什么 dtype？",
)
def test_dtype(student, rand):
    for dtype, atol in [(torch.float64, None), (torch.float32, SVD)]:
        a = with_separate_singular_values(rand, 4, 4, dtype=dtype)
        u, s, vh = torch.linalg.svd(a)
        close(student.sigma_full(s, 4, 4), torch.diag(s), dtype=True)
        close(student.reconstruct(u, s, vh), a, atol=atol, dtype=True)
        close(student.best_rank_k(a, 2), truncated(a, 2), atol=atol, dtype=True)
        close(student.rank_k_error(a, 2), frobenius_error(a, 2), atol=atol, dtype=True)
