"""Boolean masks: what they choose comes in one row; combined by &, |, ~; nan by isnan."""

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

pytestmark = forbids("masked_select", "Tensor.numpy")

# What goes wrong


@misconception(
    "select",
    "The result has the shape of x, with zeros in the gaps. How many entries a mask chooses "
    "depends on the values, so there is no shape to keep: they come in one row.",
    zh="结果保持了 x 的形状，空位填了 0。掩码选中几个元素要看数值，所以没有形状可保持：选出来的排成一行。",
)
def zeros_in_the_gaps(x, mask):
    return x * mask


@misconception(
    "select",
    "A mask that is smaller than x was used as it is. x[mask] compares its axes with the first "
    "ones of x, so it chose whole rows or raised; broadcasting aligns shapes at the end.",
    zh="比 x 小的掩码被直接拿来用了。x[mask] 是从 x 的最前面的轴开始对的，于是选中的是整行，或者报错；"
    "而广播是从末尾对齐形状的。",
)
def mask_not_broadcast(x, mask):
    return x[mask]


@misconception(
    "select",
    "The entries were chosen where the mask is false.",
    zh="选的是掩码为假的元素。",
)
def mask_inverted(x, mask):
    x, mask = torch.broadcast_tensors(x, mask)
    return x[~mask]


@misconception(
    "select",
    "The entries came out column by column. Reading order is row by row, the last axis fastest.",
    zh="元素是一列一列取出来的。应当按阅读的顺序，一行一行地取，最后一个轴变得最快。",
)
def column_by_column(x, mask):
    x, mask = torch.broadcast_tensors(x, mask)
    axes = list(range(x.dim()))[::-1]
    return x.permute(axes)[mask.permute(axes)]


@misconception(
    "select",
    "These are positions, not entries: they tell where the mask is true.",
    zh="这是位置，不是元素：它们说的是掩码在哪里为真。",
)
def positions_of_true(x, mask):
    x, mask = torch.broadcast_tensors(x, mask)
    return mask.reshape(-1).nonzero().reshape(-1).to(x.dtype)


@misconception(
    "outliers",
    "`and` and `or` ask a whole tensor whether it is true, which it can't answer. Between masks "
    "stand & and |, which work entry by entry.",
    zh="and 和 or 问的是整个张量是真是假，它答不上来。掩码之间要用 & 和 |，它们逐元素地计算。",
)
def python_or(x, low, high):
    return x[(x < low) or (x >= high)]


@misconception(
    "outliers",
    "The comparisons need parentheses: | binds more tightly than < and >=, so Python reads "
    "low | x first.",
    zh="每个比较都要加括号：| 比 < 和 >= 结合得更紧，Python 会先去算 low | x。",
)
def no_parentheses(x, low, high):
    return x[x < (low | x) >= high]


@misconception(
    "outliers",
    "No entry is below low and above high at once, so nothing was chosen. Either is enough: |, "
    "not &.",
    zh="没有哪个元素既小于 low 又大于 high，所以什么也没选中。满足其一就够：应当用 |，不是 &。",
)
def both_at_once(x, low, high):
    return x[(x < low) & (x >= high)]


@misconception(
    "outliers",
    "An entry that equals high was left out. ge means greater than or equal.",
    zh="等于 high 的元素漏掉了。ge 是大于或等于。",
)
def greater_only(x, low, high):
    return x[(x < low) | (x > high)]


@misconception(
    "outliers",
    "An entry that equals low was taken. It has to be less.",
    zh="等于 low 的元素也被选中了。应当是小于。",
)
def low_included(x, low, high):
    return x[(x <= low) | (x >= high)]


@misconception(
    "outliers",
    "These are the entries inside of the range, not those outside.",
    zh="这是范围之内的元素，要的是范围之外的。",
)
def inliers(x, low, high):
    return x[(x >= low) & (x < high)]


@misconception(
    "outliers",
    "First all the low ones came, then all the high ones. In reading order they are mixed: make "
    "one mask of both conditions.",
    zh="先列出了所有偏小的，再列出所有偏大的。按阅读顺序它们是交错的：把两个条件合成一个掩码。",
)
def one_after_the_other(x, low, high):
    return torch.cat([x[x < low], x[x >= high]])


@misconception(
    "fill_missing",
    "The nan are still there. Either x was compared with nan, which finds none: nan is equal to "
    "nothing, not to itself either. Or a mask was multiplied: nan times 0 is nan.",
    zh="nan 还在。要么是拿 x 与 nan 作比较，那样一个也找不到：nan 不等于任何数，也不等于它自己；"
    "要么是用掩码作了乘法：nan 乘 0 还是 nan。",
)
def compared_with_nan(x, value):
    filled = x.clone()
    filled[x == torch.nan] = value
    return filled


@misconception(
    "fill_missing",
    "Without any nan, x itself came back. Asked for is a new tensor, always: who writes into the "
    "result must not change x.",
    zh="没有 nan 时，返回的就是 x 本身。要的始终是新的张量：往结果里写，不能改动 x。",
)
def itself_without_nan(x, value):
    return torch.where(x.isnan(), value, x) if x.isnan().any() else x


@misconception(
    "fill_missing",
    "The result is right, but x was overwritten with it. Writing through a mask changes the tensor "
    "in the brackets: write into a copy.",
    zh="结果对了，可是 x 被改写了。通过掩码写入，改动的就是方括号前的那个张量：应当写进副本里。",
)
def argument_filled(x, value):
    x[x.isnan()] = value
    return x


@misconception(
    "fill_missing",
    "Infinities were replaced, too. They are known values, only too large; missing is what is nan.",
    zh="无穷大也被替换了。它们是已知的数，只是太大；缺失的是 nan。",
)
def infinities_filled(x, value):
    filled = x.clone()
    filled[~x.isfinite()] = value
    return filled


@misconception(
    "fill_missing",
    "The wrong entries were replaced: those that are numbers, while nan stayed.",
    zh="替换错了：是数的元素被替换，nan 反而留下了。",
)
def numbers_filled(x, value):
    filled = x.clone()
    filled[~x.isnan()] = value
    return filled


@misconception(
    "complete_rows",
    "The entries came in one row: the mask was one of entries. A row is kept or dropped as a "
    "whole, so there has to be one answer for each row.",
    zh="元素排成了一行：用的是元素的掩码。一行要么整行留下，要么整行去掉，所以每行应当只有一个答案。",
)
def entries_for_rows(x):
    return x[~x.isnan()]


@misconception(
    "complete_rows",
    "Rows were dropped only if all of their entries are nan. One is enough.",
    zh="只有整行都是 nan 时才被去掉。只要有一个就应当去掉。",
)
def all_for_any(x):
    return x[~x.isnan().all(dim=1)]


@misconception(
    "complete_rows",
    "Columns with a nan were dropped, not rows. The axis given to any or all is the one that "
    "disappears.",
    zh="去掉的是含有 nan 的列，不是行。传给 any 或 all 的轴，是会消失的那个轴。",
)
def columns_dropped(x):
    return x[:, ~x.isnan().any(dim=0)]


@misconception(
    "complete_rows",
    "These are the rows with a nan; wanted are the others.",
    zh="这是含有 nan 的行；要的是其余的行。",
)
def incomplete_rows(x):
    return x[x.isnan().any(dim=1)]


@misconception(
    "complete_rows",
    "Every row was kept, as x was compared with nan, and nothing is equal to nan.",
    zh="每一行都留下了，因为是拿 x 与 nan 作比较，而没有什么等于 nan。",
)
def every_row_kept(x):
    return x[~(x == torch.nan).any(dim=1)]


@misconception(
    "complete_rows",
    "Rows with an infinity were dropped, too. Missing is only what is nan.",
    zh="含有无穷大的行也被去掉了。只有 nan 才算缺失。",
)
def finite_rows(x):
    return x[x.isfinite().all(dim=1)]


@misconception(
    "prune",
    "w stayed as it was. What a mask reads is a copy, and the zeros went into it; or into a new "
    "tensor that nobody gets.",
    zh="w 没有变。用掩码读出来的是副本，零写进了副本里，或者写进了一个没有人拿到的新张量。",
)
def pruned_a_copy(w, threshold):
    small = w[w.abs() < threshold]
    small[:] = 0


@misconception(
    "prune",
    "All the negative weights were set to 0, however large. What counts is the absolute value.",
    zh="所有负的权重都被置成了 0，不管绝对值多大。要看的是绝对值。",
)
def sign_counted(w, threshold):
    w[w < threshold] = 0


@misconception(
    "prune",
    "The large weights were set to 0, and the small ones are left.",
    zh="大的权重被置成了 0，小的却留了下来。",
)
def large_ones_pruned(w, threshold):
    w[w.abs() >= threshold] = 0


@misconception(
    "prune",
    "A weight whose absolute value is just the threshold was set to 0. Only what is less goes.",
    zh="绝对值恰好等于阈值的权重也被置成了 0。只有更小的才置零。",
)
def threshold_included(w, threshold):
    w[w.abs() <= threshold] = 0


# Other right answers


@alternative("select")
def by_positions(x, mask):
    shape = torch.broadcast_shapes(x.shape, mask.shape)
    return x.expand(shape).reshape(-1)[mask.expand(shape).reshape(-1).nonzero().squeeze(1)]


@alternative("outliers")
def not_inside(x, low, high):
    return x[~(torch.ge(x, low) & torch.lt(x, high))]


@alternative("fill_missing")
def chosen_by_where(x, value):
    return torch.where(x != x, value, x)


@alternative("complete_rows")
def row_by_row(x):
    rows = [row for row in x if not any(v != v for v in row.tolist())]
    return torch.stack(rows) if rows else x.new_empty(0, x.shape[1])


@alternative("complete_rows")
def by_the_sum(x):
    return x[x.isnan().sum(1) == 0, :]


@alternative("prune")
def multiplied_in_place(w, threshold):
    w.mul_(w.abs() >= threshold)


# The tests


@probe
def selected(student, x, mask):
    return student.select(x, mask), x, mask


@probe
def filled(student, x, value):
    return student.fill_missing(x, value), x


@probe
def overwritten_after_filling(student, x, value):
    """x, after the result was written to: nothing of it may reach x."""
    student.fill_missing(x, value).add_(1)
    return x


@probe
def pruned(student, w, threshold):
    student.prune(w, threshold)
    return w


@title("select: a mask of the shape of x", zh="select：掩码与 x 形状相同")
@points(2)
def test_select(student, rand, reference):
    for shape in [(4, 5), (9,), (3, 2, 4)]:
        x, mask = rand(*shape), rand.bools(*shape, p=0.4)
        close(student.run(selected, x, mask), (reference(torch.masked_select, x, mask), x, mask))


@title("select: x and mask are broadcast", zh="select：x 与掩码互相广播")
@points(2)
def test_select_broadcast(student, rand, reference):
    for shape, size in [
        ((4, 4), (4,)),
        ((5, 3), (3,)),
        ((3, 4), (3, 1)),
        ((4,), (3, 4)),
        ((), (5,)),
    ]:
        x, mask = rand(*shape), rand.bools(*size)
        close(student.select(x, mask), reference(torch.masked_select, x, mask))


@title("outliers: below low, or at least high", zh="outliers：小于 low，或者不小于 high")
@points(2)
def test_outliers(student, rand):
    for shape in [(12,), (4, 6), (2, 3, 4)]:
        x = rand(*shape)
        x.view(-1)[:3] = torch.tensor([-0.75, 0.5, 3.0])
        close(student.outliers(x, -0.75, 0.5), x[~((x >= -0.75) & (x < 0.5))])
    x = torch.cat([rand(6), torch.tensor([0.0, 1.0])])
    close(student.outliers(x, 0.25, 1.0), x[~((x >= 0.25) & (x < 1))])


@title("fill_missing: every nan, and nothing else", zh="fill_missing：替换每个 nan，别的不动")
@points(2)
def test_fill(student, rand):
    for shape in [(3, 4), (7,)]:
        x, value = rand(*shape), float(rand.uniform(2, 3))
        expected = x.clone()
        x.view(-1)[[1, 4, 6]] = torch.nan
        expected.view(-1)[[1, 4, 6]] = value
        close(student.run(filled, x, value), (expected, x))


@title("fill_missing: infinities stay", zh="fill_missing：无穷大保持不变")
def test_fill_infinities(student, rand):
    x = torch.cat([rand(3), torch.tensor([torch.inf, torch.nan, -torch.inf])])
    expected = x.clone()
    expected[4] = -1.5
    close(student.fill_missing(x, -1.5), expected)


@title("complete_rows: the rows without nan", zh="complete_rows：没有 nan 的行")
@points(2)
def test_rows(student, rand):
    for n, d in [(6, 3), (4, 4), (7, 5)]:
        x = rand(n, d)
        x[1, 0] = x[2] = x[3, d - 1] = torch.nan
        close(student.complete_rows(x), torch.stack([x[i] for i in range(n) if i not in (1, 2, 3)]))


@title("prune: small weights become 0 in place", zh="prune：小的权重就地变为 0")
@points(2)
def test_prune(student, rand):
    for shape in [(4, 5), (11,)]:
        w = rand(*shape)
        w.view(-1)[:4] = torch.tensor([-0.75, 0.75, -0.125, -1.5])
        expected = torch.tensor([0.0 if abs(v) < 0.75 else v for v in w.view(-1).tolist()])
        close(student.run(pruned, w, 0.75), expected.view(shape))


@title(
    "Nothing chosen, everything chosen, other dtypes, transposed input",
    zh="什么都没选中、全部选中、其他 dtype、转置的输入",
)
@hidden(
    "A mask may choose nothing. The result is then empty, but it still has a shape and a dtype. "
    "Infinities are no nan.",
    zh="掩码可以什么都不选。这时结果是空的，但仍有形状和 dtype。另外，无穷大不是 nan。",
)
def test_edges(student, rand, reference):
    for x in [rand.ints(-9, 9, 3, 4), rand(4, 3, dtype=torch.float64).T, rand.bools(3, 4)]:
        for mask in [rand.bools(3, 4), torch.zeros(3, 4).bool(), torch.ones(()).bool()]:
            close(student.select(x, mask), reference(torch.masked_select, x, mask), dtype=True)
    x = rand(4, 3, dtype=torch.float64)
    close(student.outliers(x, -99.0, 99.0), x.new_empty(0), dtype=True)
    close(student.complete_rows(x), x, dtype=True)
    close(student.complete_rows(x[:0]), x[:0], dtype=True)
    broken = x.clone()
    broken[:, 1] = torch.nan
    close(student.complete_rows(broken), x.new_empty(0, 3), dtype=True)
    x[2, 1], x[2, 0], x[0, 2] = torch.inf, -torch.inf, torch.inf
    close(student.complete_rows(x), x, dtype=True)
    close(student.run(pruned, x.clone().T, 0.0), x.T.clone(), dtype=True)
    close(student.run(pruned, x.clone().T, 0.5), x.T * (x.T.abs() >= 0.5), dtype=True)
    value = float(rand.uniform(1, 2))
    close(student.fill_missing(broken, value), broken.nan_to_num(value), dtype=True)
    close(student.run(overwritten_after_filling, x, value), x)
