"""Principal components: mean, directions with a fixed sign, variances, projection."""

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

pytestmark = forbids("pca_lowrank", "svd_lowrank", "Tensor.numpy", "__array__")

# Directions from an SVD, or from the covariance matrix, in float32.
FLOAT = 1e-3


# Mistakes: the components


@misconception(
    "pca",
    "The data were not centred. The first direction then points from 0 to the middle of the cloud,"
    " and its variance is mostly the squared distance to 0: subtract the mean before the SVD.",
    zh="数据没有去均值。这样，第一个方向是从原点指向点云中心，它的“方差”主要是到原点的距离平方："
    "应当先减均值，再做 SVD。",
)
def not_centred(x, k):
    _, s, vh = torch.linalg.svd(x, full_matrices=False)
    return x.mean(dim=0), with_fixed_signs(vh[:k]), s[:k].square() / (len(x) - 1)


@misconception(
    "pca",
    "The squares were divided by n. The variance of a sample, as torch.var computes it, has n - 1.",
    zh="平方除以了 n。样本方差（torch.var 的算法）除以的是 n - 1。",
)
def divided_by_n(x, k):
    mean = x.mean(dim=0)
    _, s, vh = torch.linalg.svd(x - mean, full_matrices=False)
    return mean, with_fixed_signs(vh[:k]), s[:k].square() / len(x)


@misconception(
    "pca",
    "The singular values are not the variances. A singular value is the root of the sum of the"
    " squared coordinates: square it and divide by n - 1.",
    zh="奇异值不是方差。奇异值是坐标平方和的平方根：应当先平方，再除以 n - 1。",
)
def singular_values_returned(x, k):
    mean = x.mean(dim=0)
    _, s, vh = torch.linalg.svd(x - mean, full_matrices=False)
    return mean, with_fixed_signs(vh[:k]), s[:k]


@misconception(
    "pca",
    "These are standard deviations: the square is missing.",
    zh="这是标准差，还差一步平方。",
)
def standard_deviations(x, k):
    mean = x.mean(dim=0)
    _, s, vh = torch.linalg.svd(x - mean, full_matrices=False)
    return mean, with_fixed_signs(vh[:k]), s[:k] / (len(x) - 1) ** 0.5


@misconception(
    "pca",
    "The columns of Vh were taken. linalg.svd returns Vh, whose rows are the directions.",
    zh="你取了 Vh 的列。linalg.svd 返回的是 Vh，它的行才是各个方向。",
)
def columns_of_vh(x, k):
    mean = x.mean(dim=0)
    _, s, vh = torch.linalg.svd(x - mean, full_matrices=False)
    return mean, with_fixed_signs(vh[:, :k].T), s[:k].square() / (len(x) - 1)


@misconception(
    "pca",
    "The components stand in the columns, shape (d, k). Asked for is one direction in each row.",
    zh="你把主成分放在了列上，形状是 (d, k)。要求是每行一个方向。",
)
def components_in_columns(x, k):
    mean = x.mean(dim=0)
    _, s, vh = torch.linalg.svd(x - mean, full_matrices=False)
    return mean, with_fixed_signs(vh[:k]).T, s[:k].square() / (len(x) - 1)


@misconception(
    "pca",
    "Each row was centred by its own mean. The mean that has to go is that of each feature, over"
    " all examples.",
    zh="每一行减去了它自己的均值。要减的是每个特征对所有样本的均值。",
)
def rows_centred(x, k):
    _, s, vh = torch.linalg.svd(x - x.mean(dim=1, keepdim=True), full_matrices=False)
    return x.mean(dim=0), with_fixed_signs(vh[:k]), s[:k].square() / (len(x) - 1)


@misconception(
    "pca",
    "The features were scaled to variance 1 first. That is PCA of other data (of the correlations),"
    " with other directions.",
    zh="你先把各个特征缩放成了方差 1。那是对另一组数据（相关系数）做的 PCA，方向也不同。",
)
def standardised(x, k):
    mean = x.mean(dim=0)
    _, s, vh = torch.linalg.svd((x - mean) / x.std(dim=0), full_matrices=False)
    return mean, with_fixed_signs(vh[:k]), s[:k].square() / (len(x) - 1)


@misconception(
    "pca",
    "The directions have the least variance: eigh sorts in ascending order, so the principal ones"
    " come last.",
    zh="这些是方差最小的方向：eigh 按从小到大排列，主要的方向在最后。",
)
def smallest_first(x, k):
    mean = x.mean(dim=0)
    values, vectors = torch.linalg.eigh((x - mean).T @ (x - mean) / (len(x) - 1))
    return mean, with_fixed_signs(vectors.T[:k]), values[:k]


@misconception(
    "with_fixed_signs",
    "The signs are as the SVD happened to give them. With v, -v is a principal direction too; only"
    " a rule makes results comparable.",
    zh="正负号保留了 SVD 碰巧给出的样子。v 是主方向，-v 也是；有了约定，结果才能比较。",
)
def signs_left_alone(components):
    return components.clone()


@misconception(
    "with_fixed_signs",
    "The first entry of each row was made positive. It may be close to 0, and then rounding"
    " decides the sign: take the entry of largest absolute value.",
    zh="你让每行的第一个元素为正。它可能接近 0，那时正负号就由舍入误差决定了："
    "应当取绝对值最大的元素。",
)
def first_entry_positive(components):
    return components * components[:, :1].sign()


@misconception(
    "with_fixed_signs",
    "The largest entry is positive already, unless all are negative. Look for the largest"
    " absolute value, and then at its sign.",
    zh="你找的是最大的元素，除非全为负，它本来就是正的。应当找绝对值最大的元素，再看它的符号。",
)
def largest_without_abs(components):
    return components * components.amax(dim=1, keepdim=True).sign()


@misconception(
    "with_fixed_signs",
    "All entries were made positive, which changes the directions. A row may only be turned as a"
    " whole.",
    zh="所有元素都变成了正的，方向也就变了。一行只能整体变号。",
)
def all_made_positive(components):
    return components.abs()


# Mistakes: coordinates


@misconception(
    "project",
    "The mean was not subtracted: coordinates are measured from the middle of the cloud, not from"
    " 0.",
    zh="没有减去均值：坐标要从点云的中心量起，而不是从原点。",
)
def projected_from_zero(x, mean, components):
    return x @ components.T


@misconception(
    "project",
    "The mean of the new points was subtracted. It has to be the given mean: new data are measured"
    " from the same place as the old.",
    zh="减去的是新数据自己的均值。应当用传入的均值：新数据要与旧数据从同一处量起。",
)
def own_mean_subtracted(x, mean, components):
    return (x - x.mean(dim=0)) @ components.T


@misconception(
    "reconstruct",
    "The mean was not added back, so the points lie around 0.",
    zh="没有把均值加回去，得到的点都在原点附近。",
)
def mean_not_added(z, mean, components):
    return z @ components


# Mistakes: the share


@misconception(
    "explained_ratio",
    "Singular values were added, not their squares. Variance is a sum of squares.",
    zh="你把奇异值本身相加了，而没有平方。方差是平方和。",
)
def ratio_of_singular_values(x, k):
    s = torch.linalg.svdvals(x - x.mean(dim=0))
    return s[:k].sum() / s.sum()


@misconception(
    "explained_ratio",
    "Without centring, the distance of the cloud from 0 counts as variance, and one component"
    " seems to explain nearly everything.",
    zh="没有去均值，点云到原点的距离也被算作方差，于是一个主成分似乎就解释了几乎一切。",
)
def ratio_not_centred(x, k):
    squares = torch.linalg.svdvals(x).square()
    return squares[:k].sum() / squares.sum()


@misconception(
    "explained_ratio",
    "That is the share of component k alone; the first k are to be added up.",
    zh="这只是第 k 个主成分的比例；应当把前 k 个加起来。",
)
def share_of_one(x, k):
    squares = torch.linalg.svdvals(x - x.mean(dim=0)).square()
    return squares[k - 1] / squares.sum()


# Other right answers


@alternative("pca")
def by_the_covariance_matrix(x, k):
    mean = x.mean(dim=0)
    wide = (x - mean).double()
    values, vectors = torch.linalg.eigh(wide.T @ wide / (len(x) - 1))
    components = vectors.flip(1)[:, :k].T.to(x.dtype)
    return mean, with_fixed_signs(components), values.flip(0)[:k].to(x.dtype)


@alternative("pca")
def variances_measured(x, k):
    mean = x.sum(dim=0) / x.shape[0]
    components = with_fixed_signs(torch.svd(x - mean).V[:, :k].mT)
    return mean, components, project(x, mean, components).var(dim=0)


@alternative("with_fixed_signs")
def row_by_row(components):
    rows = []
    for row in components:
        largest = max(row.tolist(), key=abs)
        rows.append(-row if largest < 0 else row)
    return torch.stack(rows)


@alternative("with_fixed_signs")
def compared_with_both_ends(components):
    turned = components.amax(1) < -components.amin(1)
    return torch.where(turned[:, None], -components, components)


@alternative("project")
def one_component_at_a_time(x, mean, components):
    return torch.stack([((x - mean) * c).sum(1) for c in components], dim=1)


@alternative("reconstruct")
def sum_of_multiples(z, mean, components):
    total = mean.expand(len(z), -1).clone()
    for i in range(len(components)):
        total += torch.outer(z[:, i], components[i])
    return total


@alternative("explained_ratio")
def by_variances(x, k):
    total = float(x.var(dim=0).sum())
    return float(pca(x, k)[2].sum()) / total


# Tests


def cloud(rand, n, d, dtype=torch.float32, far=4.0):
    """Data with clearly different variances in skew directions, far from 0, and its answers.

    Of each direction, the largest entry by absolute value stands out, too.
    """
    r = min(n - 1, d)
    centred = rand(n, r, dtype=torch.float64)
    u = torch.linalg.qr(centred - centred.mean(0)).Q
    s = torch.arange(r, 0, -1) * 1.5 + rand.uniform(0.0, 0.5, r, dtype=torch.float64)
    while True:
        v = torch.linalg.qr(rand(d, d, dtype=torch.float64)).Q[:r]
        two = v.abs().topk(min(2, d), dim=1).values
        if bool((two[:, 0] - two[:, -1] > 0.02).all()) or d == 1:
            break
    place = v.abs().argmax(1, keepdim=True)
    v = v * v.gather(1, place).sign()
    mean = rand.uniform(0.5, 1.0, d, dtype=torch.float64) * far
    x = (u * s) @ v + mean
    return x.to(dtype), mean.to(dtype), v.to(dtype), (s.square() / (n - 1)).to(dtype)


@title("pca: mean, components and variances", zh="pca：均值、主成分与方差")
@points(4)
def test_pca(student, rand):
    for n, d, k in ((9, 4, 2), (12, 3, 3), (6, 5, 1), (8, 8, 4)):
        x, mean, components, variances = cloud(rand, n, d)
        expected = (mean, components[:k], variances[:k])
        got = student.pca(x, k)
        close(tuple(got), expected, atol=FLOAT)


@title("pca: more features than examples", zh="pca：特征比样本多")
@points(2)
def test_wide(student, rand):
    for n, d, k in ((4, 7, 2), (3, 9, 1), (5, 6, 3)):
        x, mean, components, variances = cloud(rand, n, d)
        close(tuple(student.pca(x, k)), (mean, components[:k], variances[:k]), atol=FLOAT)


@title(
    "with_fixed_signs: the largest entry is positive", zh="with_fixed_signs：绝对值最大的元素为正"
)
@points(2)
def test_signs(student, rand):
    negative = -rand.uniform(1, 2, 3, 4)
    close(student.with_fixed_signs(negative), -negative)
    for k, d in ((3, 3), (4, 6), (1, 2)):
        _, _, v, _ = cloud(rand, d + 2, d)
        v = v[:k]
        flips = torch.where(torch.arange(len(v)) % 2 == 0, -1.0, 1.0)[:, None]
        close(student.with_fixed_signs(v * flips), v)
        close(student.with_fixed_signs(-v), v)
    row = torch.tensor([[1.0, -3.0, 2.0], [-1.0, -2.0, 3.0]]) * rand.uniform(1, 2, 1)
    close(student.with_fixed_signs(row), row * torch.tensor([[-1.0], [1.0]]))


@title("project: coordinates from the mean", zh="project：从均值量起的坐标")
@points(2)
def test_project(student, rand):
    for n, d, k in ((5, 3, 2), (1, 4, 3), (4, 4, 4)):
        _, mean, components, _ = cloud(rand, d + 3, d)
        y = rand(n, d) + 2
        close(student.project(y, mean, components[:k]), (y - mean) @ components[:k].T)


@title("reconstruct: back to points", zh="reconstruct：回到点")
@points(2)
def test_reconstruct(student, rand):
    for n, d, k in ((5, 3, 2), (1, 4, 3), (4, 4, 4)):
        _, mean, components, _ = cloud(rand, d + 3, d)
        z = rand(n, k)
        close(student.reconstruct(z, mean, components[:k]), z @ components[:k] + mean)


@title("explained_ratio: the share of the total variance", zh="explained_ratio：占总方差的比例")
@points(3)
def test_ratio(student, rand):
    for n, d, k in ((10, 4, 1), (10, 4, 2), (5, 7, 3), (9, 3, 3)):
        x, _, _, variances = cloud(rand, n, d)
        got = student.explained_ratio(x, k)
        close(float(got), float(variances[:k].sum() / variances.sum()))


@probe
def result_and_arguments(student, x, signs):
    mean, components, variances = student.pca(x, 2)
    z = student.project(x, mean, components)
    back = student.reconstruct(z, mean, components)
    return (mean, components, variances), back, student.with_fixed_signs(signs), x, signs


@title(
    "float64 stays float64, and the data are as they were", zh="float64 保持不变，数据也不被改动"
)
@points(2)
@hidden(
    "If this fails alone: is the mean subtracted in place, or a sign turned in place?",
    zh="如果只有这一项没通过：均值是不是原地减去的？符号是不是原地翻转的？",
)
def test_dtype(student, rand):
    for dtype, atol in ((torch.float64, 1e-9), (torch.float32, FLOAT)):
        x, mean, components, variances = cloud(rand, 7, 4, dtype)
        components, variances = components[:2], variances[:2]
        back = (x - mean) @ components.T @ components + mean
        expected = ((mean, components, variances), back, components, x, -components)
        got = student.run(result_and_arguments, x, -components)
        close(got, expected, atol=atol, dtype=True)
