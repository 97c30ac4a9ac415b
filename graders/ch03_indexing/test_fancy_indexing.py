"""Fancy indexing: index tensors in one pair of brackets are broadcast with each other."""

import torch

from torchgrade.authoring import (
    alternative,
    close,
    hidden,
    misconception,
    points,
    probe,
    title,
)

# What goes wrong with reading


@misconception(
    "pick_points",
    "This is a grid: every row with every column. Points are pairs, the first row with the first "
    "column, the second with the second, and so on.",
    zh="取出的是网格：每一行配每一列。取点是一对一的：第一个行配第一个列，第二个配第二个，依此类推。",
)
def grid_for_points(x, rows, columns):
    return x[rows][..., columns]


@misconception(
    "pick_points",
    "Rows and columns were swapped: the index of the row comes first.",
    zh="行和列弄反了：行的索引写在前面。",
)
def points_swapped(x, rows, columns):
    return x[columns, rows]


@misconception(
    "pick_points",
    "The numbers are right, but in one long row. What an index tensor reads has the shape of the "
    "index tensor.",
    zh="数取对了，却排成了一长条。用索引张量读出的结果，形状就是索引张量的形状。",
)
def points_in_one_row(x, rows, columns):
    return x[rows.reshape(-1), columns.reshape(-1)]


@misconception(
    "pick_points",
    "The position in the flattened matrix was computed with the number of rows. A row further down "
    "lies as many places further on as there are columns.",
    zh="计算展平后的位置时乘的是行数。往下一行，位置向后移动的是列数那么多。",
)
def flat_with_the_height(x, rows, columns):
    return x.reshape(-1)[(rows * x.shape[0] + columns) % x.numel()]


@misconception(
    "pick_grid",
    "These are points: the index tensors were paired off, the first row with the first column and "
    "so on. Two index tensors of the same shape in one pair of brackets never make a grid; if "
    "their shapes don't fit together, this even raises.",
    zh="取出的是点：两个索引张量一一配对，第一个行配第一个列……同一对方括号里两个形状相同的索引张量，"
    "取出的绝不是网格；形状对不上时甚至会报错。",
)
def points_for_grid(x, rows, columns):
    return x[rows, columns]


@misconception(
    "pick_grid",
    "The grid is transposed. The rows belong to the first axis of the result, the columns to the "
    "second: it is the columns that must run along the last axis.",
    zh="网格转置了。结果的第一个轴是行，第二个轴是列：沿最后一个轴变化的应当是列的索引。",
)
def grid_transposed(x, rows, columns):
    return x[rows, columns[:, None]]


@misconception(
    "pick_grid",
    "Rows and columns were swapped: the numbers of the rows were used for the columns.",
    zh="行和列弄反了：行号被用来取列。",
)
def grid_swapped(x, rows, columns):
    return x[columns][:, rows]


@misconception(
    "pick_grid",
    "The chosen rows came back in the order of the matrix, each once. The order of the indices "
    "counts, and an index that stands there twice is read twice.",
    zh="取出的行是按矩阵里的顺序排的，而且每行只有一次。索引的顺序要保留，出现两次的索引就要读两次。",
)
def in_order_and_once(x, rows, columns):
    return x[(rows % x.shape[0]).unique()][:, (columns % x.shape[1]).unique()]


@misconception(
    "anti_diagonal",
    "This is the main diagonal, from the top left. On the other one the column falls while the row "
    "rises.",
    zh="这是从左上角开始的主对角线。在另一条对角线上，行号增大时列号减小。",
)
def main_diagonal(x):
    i = torch.arange(len(x))
    return x[i, i]


@misconception(
    "anti_diagonal",
    "It was read from the bottom left to the top right. It should start in the top right corner, "
    "in row 0.",
    zh="是从左下角读到右上角的。应当从右上角、也就是第 0 行开始。",
)
def from_the_bottom(x):
    i = torch.arange(len(x))
    return x[-1 - i, i]


@misconception(
    "anti_diagonal",
    "The columns were counted as n - i, which lies one too far right. The last column has the "
    "number n - 1.",
    zh="列号算成了 n - i，偏右了一列。最后一列的编号是 n - 1。",
)
def one_column_off(x):
    i = torch.arange(len(x))
    return x[i, (len(x) - i) % len(x)]


# What goes wrong with writing


@misconception(
    "scale_rows",
    "x stayed as it was: the rows were read, which copies them, and the copy was multiplied. What "
    "an index tensor reads is no view, unlike a slice.",
    zh="x 没有变：先把这些行读了出来，也就复制了一份，乘的是那份副本。与切片不同，用索引张量读出来的不是视图。",
)
def scaled_a_copy(x, rows, factor):
    part = x[rows]
    part *= factor


@misconception(
    "scale_rows",
    "The columns with these numbers were multiplied. A single index counts along the first axis, "
    "the rows; a colon before it moves it on to the columns.",
    zh="乘的是这些编号的列。单个索引沿第一个轴数，也就是行；前面加了冒号，它就移到列上去了。",
)
def scaled_columns(x, rows, factor):
    x[:, rows] *= factor


@misconception(
    "scale_rows",
    "The rows were overwritten with the factor, not multiplied by it.",
    zh="这些行被 factor 覆盖了，而不是乘以 factor。",
)
def overwritten(x, rows, factor):
    x[rows] = factor


@misconception(
    "scale_rows",
    "All rows from the first to the last of the given ones were multiplied, also those between "
    "them. A tensor of indices names single rows; a slice means a stretch.",
    zh="从给出的第一行到最后一行全都乘了，中间的也没放过。索引张量指的是一个个单独的行，切片指的才是一段。",
)
def scaled_a_stretch(x, rows, factor):
    rows = rows % len(x)
    if len(rows):
        x[rows.min() : rows.max() + 1] *= factor


@misconception(
    "write_grid",
    "x stayed as it was. With two pairs of brackets the first one reads, that is, copies, and the "
    "second one writes into this copy. All indices must stand in one pair.",
    zh="x 没有变。写成两对方括号时，第一对是读，也就是复制，第二对是往这份副本里写。所有索引必须放在同一对方括号里。",
)
def written_to_a_copy(x, rows, columns, values):
    x[rows][:, columns] = values


@misconception(
    "write_grid",
    "Only single points were written, or it raised, since the shapes didn't fit: rows and columns "
    "were paired off. For a grid every row has to meet every column.",
    zh="只写入了一个个单独的点，或者因为形状对不上而报错：行和列一一配对了。网格要让每一行与每一列都相遇。",
)
def written_to_points(x, rows, columns, values):
    x[rows, columns] = values


@misconception(
    "write_grid",
    "Entry (a, b) of the values landed at row rows[b] or at column columns[a]: the values were "
    "written transposed.",
    zh="values 的元素 (a, b) 落到了第 rows[b] 行或第 columns[a] 列：写入时转置了。",
)
def written_transposed(x, rows, columns, values):
    if values.dim():
        values = values.reshape(values.shape[::-1]).T
    x[rows[:, None], columns] = values


@misconception(
    "write_grid",
    "Whole rows or columns were written, too: first the rows, then the columns, each for itself. "
    "Only the places in which they cross were asked for.",
    zh="整行整列都被写入了：先写行、再写列，各写各的。要写的只是它们相交的地方。",
)
def written_to_whole_rows(x, rows, columns, values):
    x[rows] = values if values.dim() == 0 else values.reshape(-1)[0]
    x[:, columns] = values if values.dim() == 0 else values.reshape(-1)[0]
    x[rows[:, None], columns] = values


# Other right answers


@alternative("pick_points")
def pair_by_pair(x, rows, columns):
    pairs = zip(rows.reshape(-1).tolist(), columns.reshape(-1).tolist(), strict=True)
    numbers = [x[r, c] for r, c in pairs]
    return torch.stack(numbers).reshape(rows.shape) if numbers else x.new_empty(rows.shape)


@alternative("pick_points")
def positions_in_memory_order(x, rows, columns):
    height, width = x.shape
    return x.reshape(-1)[rows % height * width + columns % width]


@alternative("pick_grid")
def rows_then_columns(x, rows, columns):
    return x[rows][:, columns]


@alternative("pick_grid")
def with_meshgrid(x, rows, columns):
    return x[torch.meshgrid(rows, columns, indexing="ij")]


@alternative("anti_diagonal")
def diagonal_of_the_flipped(x):
    return x.flip(1).diagonal()


@alternative("scale_rows")
def row_by_row(x, rows, factor):
    for r in rows:
        x[r].mul_(factor)


@alternative("write_grid")
def column_by_column(x, rows, columns, values):
    values = values.expand(len(rows), len(columns))
    for b, c in enumerate(columns.tolist()):
        x[rows, c] = values[:, b]


# The tests


@probe
def read(student, name, x, rows, columns):
    return getattr(student, name)(x, rows, columns), x, rows, columns


@probe
def scaled(student, x, rows, factor):
    student.scale_rows(x, rows, factor)
    return x, rows


@probe
def written(student, x, rows, columns, values):
    student.write_grid(x, rows, columns, values)
    return x, rows, columns, values


@title("pick_points: one entry for each pair", zh="pick_points：每一对取一个元素")
@points(2)
def test_points(student, rand):
    x = rand(5, 7)
    for size in [(4,), (5,), (2, 3)]:
        rows, columns = rand.ints(0, 5, *size), rand.ints(0, 7, *size)
        flat = [x[r, c] for r, c in zip(rows.view(-1), columns.view(-1), strict=True)]
        close(student.pick_points(x, rows, columns), torch.stack(flat).view(size))


@title(
    "pick_points: within the square part of a matrix", zh="pick_points：行号与列号可以互换的情形"
)
def test_points_in_range_of_both(student, rand):
    x = rand(4, 6)
    rows, columns = torch.tensor([3, 1, 0, 2]), torch.tensor([1, 2, 3, 0])
    expected = torch.stack([x[3, 1], x[1, 2], x[0, 3], x[2, 0]])
    close(student.pick_points(x, rows, columns), expected)


@title("pick_grid: every row meets every column", zh="pick_grid：每一行与每一列都相遇")
@points(2)
def test_grid(student, rand):
    x = rand(6, 6)
    for n, m in [(3, 3), (2, 4), (5, 2)]:
        rows, columns = rand.perm(6)[:n], rand.perm(6)[:m]
        expected = x.index_select(0, rows).index_select(1, columns)
        close(student.pick_grid(x, rows, columns), expected)


@title("pick_grid: order and repetitions count", zh="pick_grid：顺序与重复都算数")
def test_grid_order(student, rand):
    x = rand(4, 5)
    rows, columns = torch.tensor([3, 0, 3]), torch.tensor([2, 2, 4, 1])
    expected = x.index_select(0, rows).index_select(1, columns)
    close(student.pick_grid(x, rows, columns), expected)


@title("anti_diagonal: from the top right to the bottom left", zh="anti_diagonal：从右上到左下")
def test_anti_diagonal(student, rand):
    for n in (4, 5, 1):
        x = rand(n, n)
        close(student.anti_diagonal(x), torch.stack([x[i, n - 1 - i] for i in range(n)]))


@title("scale_rows: the rows in x change, no others", zh="scale_rows：x 中的这些行改变，其他行不变")
@points(2)
def test_scale_rows(student, rand):
    factor = 2 + float(rand.uniform(0, 1))
    for order in ([0, 2, 4], [4, 0, 2]):
        x, rows = rand(5, 6), torch.tensor(order)
        by = torch.tensor([factor, 1, factor, 1, factor])[:, None]
        close(student.run(scaled, x, rows, factor), (x * by, rows))


@title(
    "write_grid: the places in x change, no others", zh="write_grid：x 中的这些位置改变，其他不变"
)
@points(2)
def test_write_grid(student, rand):
    for n, m in [(3, 3), (3, 2), (2, 4)]:
        x, values = rand(5, 6), rand(n, m)
        rows, columns = rand.perm(5)[:n], rand.perm(6)[:m]
        expected = x.clone()
        for a in range(n):
            for b in range(m):
                expected[rows[a], columns[b]] = values[a, b]
        close(student.run(written, x, rows, columns, values), (expected, rows, columns, values))


@title("write_grid: one number for all places", zh="write_grid：所有位置写同一个数")
def test_write_number(student, rand):
    for n, m in [(3, 3), (2, 4)]:
        x, values = rand(5, 6), rand()
        rows, columns = rand.perm(5)[:n], rand.perm(6)[:m]
        expected = x.clone()
        for r in rows:
            for c in columns:
                expected[r, c] = values
        close(student.run(written, x, rows, columns, values), (expected, rows, columns, values))


@title("Negative indices count from the end", zh="负的索引从末尾数起")
@hidden(
    "Use -1 among the rows, and among the columns.",
    zh="在行和列的索引里都放进 -1 试试。",
)
def test_negative(student, rand):
    x = rand(4, 5)
    rows, columns = torch.tensor([-1, 2, -4]), torch.tensor([0, -2, 4])
    expected = torch.stack([x[3, 0], x[2, 3], x[0, 4]])
    close(
        student.run(read, "pick_points", x, rows, columns),
        (expected, x, rows, columns),
    )
    expected = x[[3, 2, 0]][:, [0, 3, 4]]
    close(student.run(read, "pick_grid", x, rows, columns), (expected, x, rows, columns))
    factor = 3.5
    for order in ([-4, -2], [-1, 2, -4]):
        some, expected = torch.tensor(order), x.clone()
        for r in order:
            expected[r].mul_(factor)
        close(student.run(scaled, x, some, factor), (expected, some))
    expected, values = x.clone(), rand(3, 3)
    for a, r in enumerate((3, 2, 0)):
        for b, c in enumerate((0, 3, 4)):
            expected[r, c] = values[a, b]
    close(student.run(written, x, rows, columns, values), (expected, rows, columns, values))


@title(
    "No indices, one index, transposed input, other dtypes",
    zh="没有索引、一个索引、转置的输入与其他 dtype",
)
@hidden(
    "An index tensor may be empty, or have no axes in pick_points. x may be transposed, whole or "
    "boolean.",
    zh="索引张量可以是空的；在 pick_points 里也可以是 0 维的。x 可以是转置的，也可以是整数或布尔值。",
)
def test_edges(student, rand):
    none = torch.empty(0, dtype=torch.int64)
    for x in [rand(6, 4).T, rand.ints(-99, 99, 4, 6), rand(4, 6, dtype=torch.float64)]:
        r, c = rand.ints(0, 4), rand.ints(0, 6)
        close(student.pick_points(x, r, c), x[int(r), int(c)].clone(), dtype=True)
        close(student.pick_points(x, none, none), x.new_empty(0), dtype=True)
        close(student.pick_grid(x, none, c.view(1)), x.new_empty(0, 1), dtype=True)
        close(student.pick_grid(x, r.view(1), c.view(1)), x[int(r), int(c)].view(1, 1), dtype=True)
    x, values = rand(6, 4).T, rand(2, 3)
    rows, columns = torch.tensor([2, 0]), torch.tensor([5, 0, 1])
    expected = x.clone()
    for a in range(2):
        for b in range(3):
            expected[rows[a], columns[b]] = values[a, b]
    close(student.run(written, x, rows, columns, values), (expected, rows, columns, values))
    close(student.run(scaled, x, none, 2.0), (x, none))
    y = rand.bools(3, 3)
    close(student.anti_diagonal(y), torch.stack([y[0, 2], y[1, 1], y[2, 0]]))
