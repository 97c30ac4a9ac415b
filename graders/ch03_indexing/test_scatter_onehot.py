"""scatter: index names the places to write to; where several meet, add, don't overwrite."""

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

pytestmark = forbids("one_hot", "bincount", "histc", "histogram", "Tensor.numpy")

# What goes wrong with one-hot codes


@misconception(
    "one_hot",
    "The number of classes was guessed from the labels. A batch need not contain the last class, "
    "and its codes would then be too short.",
    zh="类别数是从标签里猜出来的。一个批次里不一定有最后一类，这时编码就短了。",
)
def classes_guessed(y, classes):
    labels = checked(y, classes)
    most = int(labels.max()) + 1 if labels.numel() else 0
    return (labels.unsqueeze(-1) == torch.arange(most)).long()


@misconception(
    "one_hot",
    "The axis of the classes comes first. It belongs behind the axes of y: each label becomes a row.",
    zh="类别的轴跑到了最前面。它应当在 y 的各个轴之后：每个标签变成一行。",
)
def classes_in_front(y, classes):
    labels = checked(y, classes)
    return (labels == torch.arange(classes).reshape(-1, *[1] * y.dim())).long()


@misconception(
    "one_hot",
    "The codes stand in one long list of rows: the shape of y got lost.",
    zh="编码排成了一长列，y 的形状丢了。",
)
def codes_in_a_list(y, classes):
    labels = checked(y, classes).reshape(-1)
    return (labels[:, None] == torch.arange(classes)).long()


@misconception(
    "one_hot",
    "The classes were counted from 1: label 0 belongs to the first place.",
    zh="类别是从 1 数起的。标签 0 对应第一个位置。",
)
def labels_from_one(y, classes):
    labels = checked(y, classes)
    return ((labels.unsqueeze(-1) - 1) % classes == torch.arange(classes)).long()


@misconception(
    "one_hot",
    "The label itself was written, not a 1. A code only says which class it is.",
    zh="写进去的是标签本身，而不是 1。编码只说明是哪一类。",
)
def label_written(y, classes):
    labels = checked(y, classes).unsqueeze(-1)
    return (labels == torch.arange(classes)).long() * labels


@misconception(
    "one_hot",
    "The codes are floats. Asked for are whole numbers, int64: scatter_ into zeros that have this "
    "dtype.",
    zh="编码是浮点数。要的是整数 int64：应当散布到这种 dtype 的零张量里。",
)
def codes_in_floats(y, classes):
    labels = checked(y, classes)
    return (labels.unsqueeze(-1) == torch.arange(classes)).float()


@misconception(
    "one_hot",
    "Labels that are floats raised an error: an index has to be int64. Whole numbers in a float "
    "dtype must be converted first.",
    zh="浮点数的标签会报错：索引必须是 int64。用浮点 dtype 存放的整数要先转换。",
)
def float_labels_refused(y, classes):
    if not y.is_floating_point():
        checked(y, classes)
    code = torch.zeros(*y.shape, classes, dtype=torch.int64)
    return code.scatter_(-1, y.unsqueeze(-1), 1)


@misconception(
    "one_hot",
    "A label that isn't whole was cut off to a whole one. 1.5 names no class; it must be refused.",
    zh="不是整数的标签被截成了整数。1.5 不代表任何类别，必须拒绝。",
)
def labels_cut_off(y, classes):
    labels = checked(y.long(), classes)
    return (labels.unsqueeze(-1) == torch.arange(classes)).long()


@misconception(
    "one_hot",
    "A negative label was counted from the end. It is no class; most often it is padding, and must "
    "be refused.",
    zh="负的标签被当成从末尾数起。它不是类别，多半是填充值，必须拒绝。",
)
def negative_labels_accepted(y, classes):
    labels = checked(y % classes if y.numel() else y, classes)
    if bool((y >= classes).any()):
        raise ValueError("too large")
    return (labels.unsqueeze(-1) == torch.arange(classes)).long()


@misconception(
    "one_hot",
    "Labels outside of the range gave a row of zeros, without a word. They must be refused.",
    zh="超出范围的标签悄悄变成了一行 0。这样的标签必须拒绝。",
)
def rows_of_zeros(y, classes):
    return (y.unsqueeze(-1) == torch.arange(classes)).long()


# What goes wrong with adding up


@misconception(
    "count",
    "Every class that occurs was counted once. c[y] += 1 reads, adds and writes back, so equal "
    "labels overwrite one another instead of adding up.",
    zh="出现过的类别都只数了一次。c[y] += 1 是先读、再加、后写回，相同的标签互相覆盖，并没有累加。",
)
def counted_once(y, classes):
    counts = torch.zeros(classes, dtype=torch.int64)
    counts[y.reshape(-1)] += 1
    return counts


@misconception(
    "count",
    "Classes that don't occur are missing, so the counts of the others moved up or the end was cut "
    "off. Each of the classes has a place, if only for a 0.",
    zh="没出现的类别缺了，于是其余的计数往前挪了，或者末尾被截掉。每个类别都有自己的位置，哪怕只是 0。",
)
def missing_left_out(y, classes):
    return torch.unique(y, return_counts=True)[1]


@misconception(
    "count",
    "The labels were added up, not counted: class c has c times its count. What is added is 1.",
    zh="加起来的是标签，不是个数：类别 c 得到了个数的 c 倍。每次要加的是 1。",
)
def labels_added(y, classes):
    y = y.reshape(-1)
    return torch.zeros(classes, dtype=torch.int64).scatter_add_(0, y, y)


@misconception(
    "count",
    "The counts are floats or shares. A count is a whole number: int64.",
    zh="计数成了浮点数或比例。计数是整数：int64。",
)
def counts_in_floats(y, classes):
    y = y.reshape(-1)
    return torch.zeros(classes).scatter_add_(0, y, torch.ones(len(y)))


@misconception(
    "sum_by_class",
    "Rows of the same class overwrote one another, so one of them is left. Writing with an index "
    "keeps what comes last; scatter_add_ and index_add_ add.",
    zh="同一类的行互相覆盖，只剩下其中一行。用索引写入，留下的是最后写的；scatter_add_ 和 index_add_ 才会累加。",
)
def rows_overwritten(values, y, classes):
    result = values.new_zeros(classes, values.shape[1])
    for row, label in zip(values, y.tolist(), strict=True):
        result[label] = row
    return result


@misconception(
    "sum_by_class",
    "Only the first column was added up. scatter_add_ visits the places of the index, and the index "
    "has one column: it isn't broadcast, it has to be expanded to the size of the values.",
    zh="只累加了第一列。scatter_add_ 遍历的是索引的位置，而索引只有一列：它不会自动广播，要先扩展到和数值一样大。",
)
def first_column_only(values, y, classes):
    result = values.new_zeros(classes, values.shape[1])
    return result.scatter_add(0, y[:, None], values)


@misconception(
    "sum_by_class",
    "These are means. The sum isn't divided by the count.",
    zh="这是平均值。和不用除以个数。",
)
def means_by_class(values, y, classes):
    sums = values.new_zeros(classes, values.shape[1]).index_add(0, y, values)
    return sums / count(y, classes).clamp(min=1)[:, None]


@misconception(
    "sum_by_class",
    "All columns were added into one number for each class. Every column keeps its own sum.",
    zh="所有列都加成了一个数，每类一个。每一列应当有自己的和。",
)
def columns_added(values, y, classes):
    return values.new_zeros(classes).index_add(0, y, values.sum(1))


@misconception(
    "sum_by_class",
    "Each row was multiplied by its label. Labels say where to add, not how much.",
    zh="每一行都乘了自己的标签。标签说的是加到哪里，而不是加多少。",
)
def weighted_by_the_label(values, y, classes):
    result = values.new_zeros(classes, values.shape[1])
    return result.index_add(0, y, values * y[:, None].to(values.dtype))


@misconception(
    "sum_by_class",
    "The sums are right, but no gradient flows back: the values were taken out of the graph by "
    "detach, data, tolist or item.",
    zh="和是对的，但梯度传不回去：数值经过 detach、data、tolist 或 item，离开了计算图。",
)
def sums_cut_off(values, y, classes):
    return values.new_zeros(classes, values.shape[1]).index_add(0, y, values.detach())


# Other right answers


@alternative("one_hot")
def rows_of_the_identity(y, classes):
    return torch.eye(classes, dtype=torch.int64)[checked(y, classes)]


@alternative("one_hot")
def compared_with_all_classes(y, classes):
    return (checked(y, classes).unsqueeze(-1) == torch.arange(classes)).long()


@alternative("count")
def column_sums_of_codes(y, classes):
    return one_hot(y, classes).reshape(-1, classes).sum(0)


@alternative("count")
def accumulated_by_index_put(y, classes):
    counts = torch.zeros(classes, dtype=torch.int64)
    return counts.index_put((y.reshape(-1),), torch.tensor(1), accumulate=True)


@alternative("sum_by_class")
def product_with_codes(values, y, classes):
    return one_hot(y, classes).T.to(values.dtype) @ values


@alternative("sum_by_class")
def class_by_class(values, y, classes):
    return torch.stack([values[y == c].sum(0) for c in range(classes)])


# The tests


@probe
def coded(student, y, classes):
    return student.one_hot(y, classes), y


@probe
def sums_and_gradient(student, values, y, classes, weight):
    values.requires_grad_()
    sums = student.sum_by_class(values, y, classes)
    if sums.requires_grad:
        (weight * sums).sum().backward()
    gradient = torch.zeros_like(values) if values.grad is None else values.grad
    return sums.detach(), gradient


def codes(y, classes):
    return (y.unsqueeze(-1) == torch.arange(classes)).long()


def sums(values, y, classes):
    return codes(y, classes).T.to(values.dtype) @ values


@title("one_hot: a 1 in the place of the class", zh="one_hot：在类别的位置上是 1")
@points(2)
def test_one_hot(student, rand):
    for size, classes in [((6,), 5), ((3, 4), 7), ((2, 1, 3), 4)]:
        y = rand.ints(0, classes - 1, *size)
        close(student.run(coded, y, classes), (codes(y, classes), y), dtype=True)
    y = rand.perm(4)
    close(student.one_hot(y, 4), codes(y, 4), dtype=True)


@title("one_hot: labels that are floats", zh="one_hot：浮点数的标签")
@points(2)
def test_float_labels(student, rand):
    for size in [(5,), (2, 3)]:
        y = rand.ints(0, 6, *size)
        close(student.one_hot(y.float(), 6), codes(y, 6), dtype=True)


@title("one_hot: what is no label is refused", zh="one_hot：不是标签的要拒绝")
@points(2)
@hidden(
    "Which numbers are labels, if there are 5 classes? Neither 5 nor -1 nor 1.5.",
    zh="有 5 个类别时，哪些数是标签？5、-1、1.5 都不是。",
)
def test_refused(student, rand):
    y = rand.ints(0, 5, 6)
    close(student.one_hot(y, 5), codes(y, 5), dtype=True)
    for label in (5, -1):
        bad = y.clone()
        bad[3] = label
        with refuses(ValueError):
            student.one_hot(bad, 5)
    bad = y.float()
    bad[2] = 1.5
    with refuses(ValueError):
        student.one_hot(bad, 5)


@title("count: equal labels add up", zh="count：相同的标签累加")
@points(2)
def test_count(student, rand):
    for size, classes in [((30,), 4), ((4, 8), 5), ((3, 2, 5), 4)]:
        y = 1 + rand.ints(0, classes - 1, *size)
        y[y == classes - 2] = 0
        close(student.count(y, classes), codes(y, classes).view(-1, classes).sum(0), dtype=True)
    y = torch.tensor([5, 1, 1])
    close(student.count(y, 8), codes(y, 8).sum(0), dtype=True)
    y = rand.ints(0, 4, 5, 3).T
    close(student.count(y, 4), codes(y, 4).reshape(-1, 4).sum(0), dtype=True)


@title("sum_by_class: the rows of each class are added up", zh="sum_by_class：把每一类的行加起来")
@points(3)
def test_sums(student, rand):
    for n, d, classes in [(9, 3, 4), (5, 5, 5), (12, 2, 3)]:
        values, y = rand(n, d), rand.ints(0, classes, n)
        y[:3] = 1
        close(student.sum_by_class(values, y, classes), sums(values, y, classes))


@title("sum_by_class: gradients flow back, in float64", zh="sum_by_class：float64 下梯度传回")
@hidden(
    "A row gets the gradient of the sum that it went into.",
    zh="每一行得到的梯度，就是它所加入的那个和的梯度。",
)
def test_gradient(student, rand):
    values, y = rand(7, 3, dtype=torch.float64), rand.ints(0, 4, 7)
    weight = rand(5, 3, dtype=torch.float64)
    expected = (sums(values, y, 5), weight[y])
    close(student.run(sums_and_gradient, values, y, 5, weight), expected, dtype=True)


@title("No labels, one class, one label", zh="没有标签、只有一类、只有一个标签")
@hidden(
    "Without any labels there are still counts and sums: zeros. A label may have no axes.",
    zh="一个标签也没有时，计数和求和的结果仍然存在：全是 0。标签可以是 0 维的。",
)
def test_edges(student, rand):
    none = torch.empty(0, dtype=torch.int64)
    close(student.one_hot(none, 3), none.view(0, 1).expand(0, 3), dtype=True)
    close(student.one_hot(torch.tensor(2), 4), torch.tensor([0, 0, 1, 0]), dtype=True)
    close(student.one_hot(torch.zeros(2, 2), 1), torch.ones(2, 2, 1).long(), dtype=True)
    close(student.count(none, 3), torch.zeros(3).long(), dtype=True)
    close(student.count(torch.tensor(1), 3), torch.tensor([0, 1, 0]), dtype=True)
    close(student.sum_by_class(torch.empty(0, 2), none, 3), torch.zeros(3, 2))
    values, y = rand(3, 4).T, torch.tensor([0, 1, 1, 0])
    close(student.sum_by_class(values, y, 2), sums(values, y, 2))
