"""argmax: flat without dim; with dim this axis goes, unless keepdim holds its place."""

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

pytestmark = forbids("unravel_index", "Tensor.numpy")

# What goes wrong with positions


@misconception(
    "coordinates",
    "The coordinates came out in reverse order. The remainder that is found first belongs to the "
    "last axis.",
    zh="坐标的次序反了。最先得到的余数属于最后一个轴。",
)
def coordinates_reversed(flat, shape):
    return unravelled(flat, shape)[::-1]


@misconception(
    "coordinates",
    "It was counted down the columns: the first axis ran fastest. In reading order it is the last.",
    zh="是沿着列往下数的，变得最快的成了第一个轴。按阅读的顺序，变得最快的是最后一个轴。",
)
def first_axis_fastest(flat, shape):
    return unravelled(flat, shape[::-1])[::-1]


@misconception(
    "coordinates",
    "It was divided by the number of rows. A row is as long as there are columns, so row and column "
    "come from dividing by the number of columns.",
    zh="除以了行数。一行有多长要看有几列，所以行和列来自除以列数。",
)
def divided_by_the_rows(flat, shape):
    place = []
    for size in shape:
        flat, coordinate = divmod(flat, size)
        place.insert(0, coordinate)
    return tuple(place)


@misconception(
    "where_is_max",
    "The flat index was taken for coordinates. Without dim, argmax counts through the flattened "
    "tensor.",
    zh="展平后的位置被当成了坐标。不带 dim 时，argmax 数的是展平之后的张量。",
)
def flat_index_returned(x):
    return (int(x.argmax()),)


@misconception(
    "where_is_max",
    "The flat index was taken for a row. Without dim, argmax counts through the flattened tensor; it "
    "has still to be divided into row and column.",
    zh="展平后的位置被当成了行号。不带 dim 时，argmax 数的是展平之后的张量，还要再拆成行和列。",
)
def flat_index_taken_for_a_row(x):
    row = int(x.argmax()) % x.shape[0]
    return (row, *unravelled(int(x[row].argmax()), x.shape[1:]))


@misconception(
    "where_is_max",
    "The coordinates came out in reverse order: the row comes first.",
    zh="坐标的次序反了：行在前面。",
)
def place_reversed(x):
    return unravelled(int(x.argmax()), x.shape)[::-1]


@misconception(
    "where_is_max",
    "The entry with the largest absolute value was found. Among negative numbers the largest is the "
    "one nearest to 0.",
    zh="找到的是绝对值最大的元素。在负数里，最大的是最靠近 0 的那个。",
)
def largest_absolute_value(x):
    return unravelled(int(x.abs().argmax()), x.shape)


@misconception(
    "where_is_max",
    "This is the place of the smallest entry.",
    zh="这是最小元素的位置。",
)
def place_of_the_smallest(x):
    return unravelled(int(x.argmin()), x.shape)


# What goes wrong along an axis


@misconception(
    "margins",
    "The axis of the maxima got lost before the subtraction, so broadcasting put them along another "
    "one; on a square matrix without any error. keepdim leaves the axis there, with size 1.",
    zh="相减之前，最大值的那个轴已经丢了，广播就把它们放到了另一个轴上；遇到方阵时连错都不报。"
    "keepdim 会让这个轴以大小 1 留下。",
)
def keepdim_forgotten(x, dim):
    return x - x.amax(dim=dim)


@misconception(
    "margins",
    "Positions were subtracted instead of values: argmax says where the largest entry is, not how "
    "large it is.",
    zh="减去的是位置而不是数值：argmax 说的是最大的元素在哪里，而不是它有多大。",
)
def positions_subtracted(x, dim):
    return x - x.argmax(dim=dim, keepdim=True)


@misconception(
    "margins",
    "The largest entry of the whole tensor was subtracted everywhere. Each line along the axis has a "
    "largest one of its own.",
    zh="处处减去的是整个张量的最大值。沿这个轴的每一条都有自己的最大值。",
)
def largest_of_all(x, dim):
    return x - x.max()


@misconception(
    "margins",
    "The axis was the wrong one: dim=0 compares the entries of a column, dim=1 those of a row.",
    zh="轴弄错了：dim=0 比较的是同一列的元素，dim=1 比较的是同一行的元素。",
)
def margins_along_the_other_axis(x, dim):
    return x - x.amax(dim=-1 - dim, keepdim=True)


@misconception(
    "margins",
    "The sign is the wrong way round. It is the entry minus the largest, so nothing is positive.",
    zh="符号反了。应当是元素减去最大值，所以没有正数。",
)
def largest_minus_entry(x, dim):
    return x.amax(dim=dim, keepdim=True) - x


@misconception(
    "nearest",
    "For each centre the nearest point was found. It should be the other way round: one number of a "
    "centre for each point.",
    zh="为每个中心找了最近的点。应当反过来：为每个点给出一个中心的编号。",
)
def nearest_point_of_each_centre(points, centres):
    return ((points[:, None] - centres) ** 2).sum(-1).argmin(dim=0)


@misconception(
    "nearest",
    "This is the centre that is farthest away: argmax for argmin.",
    zh="这是最远的中心：argmin 写成了 argmax。",
)
def farthest(points, centres):
    return ((points[:, None] - centres) ** 2).sum(-1).argmax(dim=1)


@misconception(
    "nearest",
    "The differences were added up without squares, so that positive and negative ones cancel out. "
    "That is no distance.",
    zh="各个坐标的差没有平方就加起来了，正负互相抵消。那不是距离。",
)
def differences_cancel(points, centres):
    return (points[:, None] - centres).sum(-1).abs().argmin(dim=1)


@misconception(
    "nearest",
    "The absolute differences were added up. That is the distance of city blocks; the Euclidean "
    "one adds squares, and another centre may be nearest by it.",
    zh="加起来的是差的绝对值，那是曼哈顿距离。欧氏距离加的是平方，按它算，最近的可能是另一个中心。",
)
def city_blocks(points, centres):
    return (points[:, None] - centres).abs().sum(-1).argmin(dim=1)


@misconception(
    "nearest",
    "The distances came back. Asked for is which centre it is: its number.",
    zh="返回的是距离。要的是哪一个中心，也就是它的编号。",
)
def distance_returned(points, centres):
    return ((points[:, None] - centres) ** 2).sum(-1).amin(dim=1).sqrt()


@misconception(
    "nearest",
    "One number came back for all points: argmin without dim looks at all the distances together "
    "and counts through the flattened table.",
    zh="所有的点只得到了一个数：不带 dim 的 argmin 把全部距离放在一起看，数的是展平之后的表。",
)
def one_for_all(points, centres):
    return ((points[:, None] - centres) ** 2).sum(-1).argmin()


@misconception(
    "nearest",
    "The axis of the centres is still there, with size 1. The result has the shape (n,); keepdim is "
    "only for what is to be broadcast again.",
    zh="中心的那个轴还在，大小为 1。结果的形状是 (n,)；只有还要再广播时才用 keepdim。",
)
def axis_kept(points, centres):
    return ((points[:, None] - centres) ** 2).sum(-1).argmin(dim=1, keepdim=True)


@misconception(
    "accuracy",
    "argmax without dim gave one position in the flattened scores, and all labels were compared "
    "with this one number.",
    zh="不带 dim 的 argmax 只给出展平后的一个位置，所有标签都在与这一个数比较。",
)
def one_prediction_for_all(scores, y):
    return float((scores.argmax() == y).float().mean())


@misconception(
    "accuracy",
    "The class was looked for along the last axis. That is right for (n, classes) only; with more "
    "axes behind, the classes are still axis 1.",
    zh="类别是沿最后一个轴找的。只有 (n, classes) 时才对；后面还有别的轴时，类别仍是第 1 个轴。",
)
def classes_at_the_end(scores, y):
    return float((scores.argmax(dim=-1) == y.reshape(scores.shape[:-1])).float().mean())


@misconception(
    "accuracy",
    "This is the number of right answers, or their percentage. The share is from 0 to 1.",
    zh="这是答对的个数。要的是比例，在 0 到 1 之间。",
)
def number_of_right_ones(scores, y):
    return float((scores.argmax(dim=1) == y).sum())


@misconception(
    "accuracy",
    "The share was multiplied by 100. It should be a number from 0 to 1.",
    zh="比例乘了 100。应当是 0 到 1 之间的数。",
)
def in_percent(scores, y):
    return 100 * float((scores.argmax(dim=1) == y).float().mean())


@misconception(
    "accuracy",
    "It was divided by the number of examples, n. With more axes there are more labels than "
    "examples: divide by the number of labels.",
    zh="除以了样本数 n。轴更多时，标签比样本多：应当除以标签的个数。",
)
def divided_by_examples(scores, y):
    return float((scores.argmax(dim=1) == y).sum() / len(y))


@misconception(
    "accuracy",
    "The division was one of whole numbers and gave 0, or 1 if all are right.",
    zh="作了整数除法，结果是 0；全对时才是 1。",
)
def whole_division(scores, y):
    return float((scores.argmax(dim=1) == y).sum() // y.numel())


@misconception(
    "accuracy",
    "This is the share of wrong answers.",
    zh="这是答错的比例。",
)
def error_rate(scores, y):
    return float((scores.argmax(dim=1) != y).float().mean())


# Other right answers


@alternative("coordinates")
def by_strides(flat, shape):
    place = []
    for axis in range(len(shape)):
        stride = 1
        for size in shape[axis + 1 :]:
            stride *= size
        place.append(flat // stride % shape[axis])
    return tuple(place)


@alternative("where_is_max")
def by_the_value(x):
    return tuple((x == x.max()).nonzero()[0].tolist())


@alternative("margins")
def with_unsqueeze(x, dim):
    return x - x.max(dim).values.unsqueeze(dim)


@alternative("nearest")
def point_by_point(points, centres):
    nearest = [((centres - p) ** 2).sum(1).argmin() for p in points]
    return torch.stack(nearest) if nearest else torch.empty(0, dtype=torch.int64)


@alternative("nearest")
def by_cdist(points, centres):
    return torch.cdist(points, centres).min(dim=-1).indices


@alternative("accuracy")
def score_of_the_label_is_the_largest(scores, y):
    own = scores.gather(1, y.unsqueeze(1))
    return (own == scores.amax(1, keepdim=True)).double().mean()


# The tests


@probe
def places(student, calls):
    return [[int(c) for c in student.coordinates(flat, shape)] for flat, shape in calls]


@probe
def places_of_max(student, tensors):
    return [[int(c) for c in student.where_is_max(x)] for x in tensors]


@probe
def margins_and_argument(student, x, dim):
    return student.margins(x, dim), x


@probe
def shares(student, calls):
    return [float(student.accuracy(scores, y)) for scores, y in calls]


def unravel(flat, shape):
    return [int(c) for c in torch.unravel_index(torch.tensor(flat), shape)]


@title("coordinates: of positions in reading order", zh="coordinates：由阅读顺序的位置求坐标")
@points(2)
def test_coordinates(student, rand):
    calls = [(5, (2, 3)), (7, (9,)), (9, (5, 2)), (4, (5, 2))]
    for shape in [(3, 7), (4, 4), (2, 3, 4), (3, 1, 5, 2)]:
        size = torch.Size(shape).numel()
        calls += [(int(rand.ints(0, size)), shape) for _ in range(3)]
        calls.append((size - 1, shape))
    close(student.run(places, calls), [unravel(flat, shape) for flat, shape in calls])


@title("where_is_max: the coordinates of the largest entry", zh="where_is_max：最大元素的坐标")
@points(2)
def test_where(student, rand):
    tensors = [
        rand(*shape) - 1 for shape in [(3, 5), (6, 2), (4, 4), (7,), (2, 3, 4), (3, 2, 2, 3)]
    ]
    # Where all are positive, the smallest is not the one with the largest absolute value.
    tensors += [-rand.uniform(1, 2, 5, 3), rand(4, 6).T, rand.uniform(1, 2, 4, 3)]
    close(student.run(places_of_max, tensors), [unravel(int(x.argmax()), x.shape) for x in tensors])


@title(
    "margins: every entry against the largest along the axis",
    zh="margins：每个元素与沿该轴的最大值相比",
)
@points(2)
def test_margins(student, rand):
    for shape, dim in [((4, 4), 1), ((4, 4), 0), ((3, 5), 0), ((2, 3, 4), 1), ((3, 3, 3), -1)]:
        x = rand(*shape)
        expected = x - x.amax(dim, keepdim=True)
        close(student.run(margins_and_argument, x, dim), (expected, x))


@title("nearest: one centre for each point", zh="nearest：每个点对应一个中心")
@points(2)
def test_nearest(student, rand):
    for n, k, d in [(20, 4, 3), (9, 9, 2), (12, 5, 1)]:
        spots, centres = rand(n, d), rand(k, d)
        close(student.nearest(spots, centres), torch.cdist(spots, centres).argmin(1))
    # One centre is nearer as the crow flies, the other along the streets.
    origin, scale = rand(2), rand.uniform(1, 2, 1)
    centres = origin + scale * torch.tensor([[3.0, 0.0], [2.0, 2.0]])
    spots = origin + scale * rand.uniform(-0.05, 0.05, 6, 2)
    close(student.nearest(spots, centres), torch.ones(6, dtype=torch.int64))


@title("accuracy: of a table of scores", zh="accuracy：一张分数表")
@points(2)
def test_accuracy(student, rand):
    calls = []
    for n, classes in [(7, 3), (13, 4), (5, 5)]:
        scores, y = rand(n, classes), rand.ints(0, classes, n)
        y[:2] = scores.argmax(1)[:2]
        y[2] = scores[2].argmin()
        calls.append((scores, y))
    expected = [(s.argmax(1) == y).double().mean().item() for s, y in calls]
    close(student.run(shares, calls), expected)


@title("accuracy: a label for every pixel", zh="accuracy：每个像素一个标签")
def test_accuracy_of_pixels(student, rand):
    calls = []
    for size in [(3, 3, 3, 3), (2, 4, 3, 5), (3, 5, 7)]:
        scores = rand(*size)
        y = scores.argmax(1)
        given = torch.where(rand.bools(*y.shape), y, (y + 1) % size[1])
        # One example is right as a whole, and one isn't.
        given[0], given[1].view(-1)[0] = y[0], (y[1].view(-1)[0] + 1) % size[1]
        calls.append((scores, given))
    expected = [(s.argmax(1) == y).double().mean().item() for s, y in calls]
    close(student.run(shares, calls), expected)


@title("One example, one centre, one axis, all right", zh="一个样本、一个中心、一个轴、全对")
@hidden(
    "Sizes may be 1, dim may be negative, x may have one axis or be of float64.",
    zh="大小可以是 1，dim 可以是负的，x 可以只有一个轴，也可以是 float64。",
)
def test_edges(student, rand):
    for shape, dim in [((5,), 0), ((1, 4), -2), ((4, 1), -1), ((2, 3, 4), -3)]:
        x = rand(*shape, dtype=torch.float64)
        close(student.margins(x, dim), x - x.amax(dim, keepdim=True), dtype=True)
    spots, centres = rand(3, 2, dtype=torch.float64), rand(2, 2, dtype=torch.float64)
    close(student.nearest(spots[:1], centres), torch.cdist(spots[:1], centres).argmin(1))
    close(student.nearest(spots, centres[:1]), torch.tensor([0, 0, 0]))
    scores = rand(6, 4)
    best, worst = scores.argmax(1), scores.argmin(1)
    calls = [(scores, best), (scores, worst), (scores[:1], best[:1])]
    close(student.run(shares, calls), [1.0, 0.0, 1.0])
    tensors = [rand(1), rand(1, 1, 3), rand(4, 1)]
    close(student.run(places_of_max, tensors), [unravel(int(x.argmax()), x.shape) for x in tensors])
