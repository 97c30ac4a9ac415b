"""vectorise_speed: distances, moving maxima and neighbours, with axes instead of loops."""

import torch

from torchgrade.authoring import (
    alternative,
    cases,
    close,
    forbids,
    grows_like,
    hidden,
    inputs,
    misconception,
    naive,
    points,
    probe,
    refuses,
    slowdown,
    text,
    timed,
    title,
    uniform,
)

pytestmark = forbids(
    "cdist",
    "pdist",
    "max_pool1d",
    "max_pool2d",
    "max_pool3d",
    "max_pool1d_with_indices",
    "max_pool2d_with_indices",
    "max_pool3d_with_indices",
    "adaptive_max_pool1d",
    "adaptive_max_pool2d",
    "adaptive_max_pool3d",
)


# --- What goes wrong with distances -------------------------------------------------------------


@misconception(
    "squared_distances",
    "You return the distances themselves. The squared ones were asked for: the sum over the"
    " coordinates, before any root.",
    zh="你返回的是距离本身。要的是距离的平方：对坐标求和之后，不再开方。",
)
def root_taken(x, y):
    return (x[:, None] - y).square().sum(dim=-1).sqrt()


@misconception(
    "squared_distances",
    "The differences are added up without being squared. Coordinates of 3 and 4 are a distance of"
    " 5, not of 7.",
    zh="差值没有平方就加了起来。两个坐标分别相差 3 和 4，距离是 5，不是 7。",
)
def absolute_differences(x, y):
    return (x[:, None] - y).abs().sum(dim=-1)


@misconception(
    "squared_distances",
    "You take the mean over the coordinates, as a loss would. A distance adds them up, so your"
    " result is too small by the number of coordinates.",
    zh="你对坐标取了平均，像损失函数那样。距离是把它们加起来，所以你的结果小了，正好差坐标的个数倍。",
)
def mean_over_coordinates(x, y):
    return (x[:, None] - y).square().mean(dim=-1)


@misconception(
    "squared_distances",
    "The axes are exchanged: your rows belong to the points of y. Entry [i, j] is about x[i] and"
    " y[j].",
    zh="两个轴弄反了：你的每一行对应的是 y 的点。元素 [i, j] 应当是 x[i] 与 y[j] 的距离。",
)
def points_exchanged(x, y):
    return (y[:, None] - x).square().sum(dim=-1)


@misconception(
    "squared_distances",
    "Some of your squared distances are negative, and a root of them would be NaN. That is what"
    " rounding makes of |a|^2 + |b|^2 - 2ab when two points are close: large numbers cancel, and"
    " their errors stay.",
    zh="你的距离平方里出现了负数，开方就会得到 NaN。两个点很近时，|a|^2 + |b|^2 - 2ab"
    " 是几个大数相消，剩下的只有舍入误差。",
)
def expanded_square(x, y):
    return x.square().sum(1)[:, None] + y.square().sum(1) - 2 * x @ y.mT


@misconception(
    "squared_distances",
    "No distance is negative, but far from the origin they are wrong. There |a|^2 + |b|^2 - 2ab"
    " subtracts huge numbers that are nearly equal; clamping at 0 hides the worst of it and mends"
    " nothing. Subtract the points before you square.",
    zh="负数是没有了，但离原点很远时，距离是错的。这时 |a|^2 + |b|^2 - 2ab 是在把几乎相等的大数相减；"
    "截到 0 只是盖住了最难看的部分，什么也没修好。应当先把点相减，再平方。",
)
def expanded_square_clamped(x, y):
    return (x.square().sum(1)[:, None] + y.square().sum(1) - 2 * x @ y.mT).clamp(min=0)


@misconception(
    "squared_distances",
    "Your result is float32 whatever comes in: a buffer that isn't told otherwise has this dtype,"
    " and writing into it rounds.",
    zh="无论输入是什么类型，你的结果都是 float32：没有指明 dtype 的缓冲区就是这个类型，往里写数会舍入。",
)
def distances_in_float32(x, y):
    return (x[:, None] - y).square().sum(dim=-1).float()


# --- What goes wrong with windows ---------------------------------------------------------------


@misconception(
    "moving_maximum",
    "The last window is missing. L - width is how often the window can move on; the place where it"
    " starts counts too.",
    zh="少了最后一个窗口。L - width 是窗口能挪动的次数，起始位置本身也要算一个。",
)
def last_window_missing(x, width):
    return x.unfold(-1, width, 1).amax(dim=-1)[..., :-1]


@misconception(
    "moving_maximum",
    "Your windows hold one value too few: the last of the `width` neighbours never takes part.",
    zh="你的窗口少了一个数：`width` 个相邻的数里，最后一个从没参与比较。",
)
def window_too_short(x, width):
    narrow = x.unfold(-1, max(width - 1, 1), 1).amax(dim=-1)
    return narrow[..., : x.shape[-1] - width + 1]


@misconception(
    "moving_maximum",
    "Your windows lie side by side. They overlap: each starts one place after the one before it.",
    zh="你的窗口是一个挨一个排的。窗口应当互相重叠：每个都比前一个晚一个位置开始。",
)
def windows_side_by_side(x, width):
    return x.unfold(-1, width, width).amax(dim=-1)


@misconception(
    "moving_maximum",
    "Where all values of a window are negative, you say 0: something was filled with zeros, and the"
    " zero took part in the comparison.",
    zh="窗口里全是负数时，你的结果是 0：有什么地方用零填充过，这个零也参与了比较。",
)
def zero_takes_part(x, width):
    return x.unfold(-1, width, 1).amax(dim=-1).clamp(min=0)


@misconception(
    "moving_maximum",
    "Each of your values is the largest since the beginning of the row. A window forgets: what is"
    " `width` places back counts no more.",
    zh="你得到的是从这一行开头到当前位置的最大值。窗口是会忘的：`width` 个位置之前的数不再算数。",
)
def largest_so_far(x, width):
    return x.cummax(dim=-1).values[..., width - 1 :]


@misconception(
    "moving_maximum",
    "Your result is as long as x: the windows at the edge hold fewer values. Only whole windows"
    " count, and of those there are L - width + 1.",
    zh="你的结果和 x 一样长：边上的窗口没有装满。只算完整的窗口，一共 L - width + 1 个。",
)
def incomplete_windows_kept(x, width):
    return torch.stack(
        [x[..., max(i - width + 1, 0) : i + 1].amax(-1) for i in range(x.shape[-1])], -1
    )


@misconception(
    "moving_maximum",
    "The windows move along the first axis. They move along the last one, whichever it is.",
    zh="窗口沿着第一个轴移动了。不管有几个轴，都应当沿最后一个轴移动。",
)
def along_the_first_axis(x, width):
    return x.unfold(0, width, 1).amax(dim=-1)


@misconception(
    "moving_maximum",
    "Integers came in and floats came out. The largest of some integers is one of them, so the"
    " dtype stays.",
    zh="输入是整数，出来却成了浮点数。几个整数里最大的那个还是整数，dtype 应当不变。",
)
def maximum_as_float(x, width):
    return x.float().unfold(-1, width, 1).amax(dim=-1)


@misconception(
    "moving_maximum",
    "These are the smallest values of the windows, not the largest.",
    zh="这是每个窗口里的最小值，不是最大值。",
)
def moving_minimum(x, width):
    return x.unfold(-1, width, 1).amin(dim=-1)


# --- What goes wrong with counting --------------------------------------------------------------


@misconception(
    "neighbours",
    "Each of your points counts itself: its distance to itself is 0, which is within any radius.",
    zh="你的每个点都把自己也数进去了：点到自己的距离是 0，当然在任何半径之内。",
)
def counts_itself(x, radius):
    return (squared_distances(x, x) <= radius**2).sum(dim=1)


@misconception(
    "neighbours",
    "Points exactly at the radius are left out. At most `radius` includes `radius` itself.",
    zh="距离恰好等于半径的点被漏掉了。“不超过 radius”包括等于 radius。",
)
def strictly_within(x, radius):
    return (squared_distances(x, x) < radius**2).sum(dim=1) - 1


@misconception(
    "neighbours",
    "A squared distance is compared with the radius as it is. Square both or neither.",
    zh="你拿距离的平方去和半径本身比较。要么两边都平方，要么都不平方。",
)
def radius_not_squared(x, radius):
    return (squared_distances(x, x) <= radius).sum(dim=1) - 1


@misconception(
    "neighbours",
    "Points at the same place don't count each other. To leave out a point itself you left out all"
    " at distance 0: it is the place in the matrix that tells a point from its double.",
    zh="位置相同的点没有互相计入。为了排除点自身，你把距离为 0 的都排除了："
    "区分自己和重合的点，要看在矩阵里的位置。",
)
def doubles_left_out(x, radius):
    distances = squared_distances(x, x)
    return ((distances <= radius**2) & (distances > 0)).sum(dim=1)


@misconception(
    "neighbours",
    "Each pair is counted once, at the point that comes first. Nearness goes both ways: it counts"
    " for both points.",
    zh="每一对点只在排在前面的那个点上数了一次。相邻是相互的，两个点都要计入。",
)
def each_pair_once(x, radius):
    return (squared_distances(x, x) <= radius**2).triu(1).sum(dim=1)


@misconception(
    "neighbours",
    "Each coordinate by itself is compared with the radius. That is a square around the point; its"
    " corners are farther away than the radius.",
    zh="你把每个坐标单独与半径比较。这样围出来的是正方形，它的四个角比半径更远。",
)
def square_instead_of_circle(x, radius):
    return ((x[:, None] - x).abs() <= radius).all(dim=-1).sum(dim=1) - 1


# --- Other ways to be right ---------------------------------------------------------------------


@alternative("squared_distances")
def moved_before_expansion(x, y):
    """A matrix product, of points that were moved to the origin as exactly as floats can be."""
    origin = y[0]
    x, y = (x - origin).double(), (y - origin).double()
    expanded = x.square().sum(1)[:, None] + y.square().sum(1) - 2 * x @ y.mT
    return expanded.clamp(min=0).to(origin.dtype)


@alternative("squared_distances")
def one_coordinate_at_a_time(x, y):
    total = x.new_zeros(len(x), len(y))
    for a, b in zip(x.mT, y.mT, strict=True):
        total += torch.subtract(a[:, None], b[None, :]) ** 2
    return total


@alternative("squared_distances")
def by_einsum(x, y):
    difference = x.unsqueeze(1) - y.unsqueeze(0)
    return torch.einsum("nmd,nmd->nm", difference, difference)


@alternative("moving_maximum")
def shifted_copies(x, width):
    """As many comparisons as a window has values, each of them for all windows."""
    count = x.shape[-1] - width + 1
    if width < 1 or count < 1:
        raise ValueError("the window doesn't fit")
    largest = x[..., :count]
    for shift in range(1, width):
        largest = torch.maximum(largest, x[..., shift : shift + count])
    return largest


@alternative("moving_maximum")
def doubled_windows(x, width):
    """Two windows that overlap make a longer one."""
    if width < 1 or width > x.shape[-1]:
        raise ValueError("the window doesn't fit")
    have = 1
    while have < width:
        step = min(have, width - have)
        x = torch.maximum(x[..., : x.shape[-1] - step], x[..., step:])
        have += step
    return x


@alternative("moving_maximum")
def by_index(x, width):
    if not 0 < width <= x.size(-1):
        raise ValueError("the window doesn't fit")
    starts = torch.arange(x.size(-1) - width + 1)
    return x[..., starts[:, None] + torch.arange(width)].max(dim=-1).values


@alternative("neighbours")
def diagonal_erased(x, radius):
    near = torch.linalg.vector_norm(x[:, None] - x, dim=2) <= radius
    near.fill_diagonal_(False)
    return torch.count_nonzero(near, dim=0)


# --- Right and slow -----------------------------------------------------------------------------


@naive("moving_maximum")
def window_after_window(x, width):
    if not 1 <= width <= x.shape[-1]:
        raise ValueError("the window doesn't fit")
    starts = range(x.shape[-1] - width + 1)
    return torch.stack([x[..., i : i + width].amax(dim=-1) for i in starts], dim=-1)


@naive("neighbours")
def point_after_point(x, radius):
    near = [((p - x).square().sum(dim=-1) <= radius**2).sum() - 1 for p in x]
    return torch.stack(near)


# --- squared_distances --------------------------------------------------------------------------


@title("Every point against every other", zh="每个点对每个点")
@points(2)
@cases("size", [(4, 6, 2), (7, 3, 5), (1, 4, 3), (5, 2, 1)])
def test_distances(student, rand, size):
    n, m, d = size
    x, y = rand(n, d), rand(m, d)
    close(student.squared_distances(x, y), (x[:, None] - y).square().sum(dim=-1))


@title("float64 stays float64", zh="float64 仍是 float64")
def test_distances_dtype(student, rand):
    x, y = rand(5, 3, dtype=torch.float64), rand(4, 3, dtype=torch.float64)
    close(student.squared_distances(x, y), (x[:, None] - y).square().sum(dim=-1), dtype=True)


@title("No squared distance is negative", zh="距离的平方没有负数")
@points(2)
def test_not_negative(student, rand):
    x = rand(80, 3)
    distances = student.squared_distances(x, x)
    close(distances, (x[:, None] - x).square().sum(dim=-1))
    assert (distances >= 0).all(), text(
        "Points close to each other, or equal, got a squared distance below 0.",
        zh="彼此很近或重合的点，距离的平方小于 0。",
    )


@title("Accurate far from the origin", zh="离原点很远也准确")
@points(2)
def test_far_away(student, rand):
    # Far enough for the expanded square to fall on both sides of zero.
    place = rand.uniform(20_000, 40_000, 3)
    x, y = place + rand(6, 3), place + rand(8, 3)
    close(student.squared_distances(x, y), (x[:, None] - y).square().sum(dim=-1))


@title("Exact for whole numbers", zh="整数坐标下分毫不差")
@hidden(
    "Differences of whole numbers, their squares and their sums are whole numbers; float32 holds"
    " them exactly up to 16 million. Is there a division or a root on the way?",
    zh="整数的差、平方、和都还是整数；float32 能精确表示到一千六百万左右。中间有没有除法或开方？",
)
def test_whole_numbers(student, rand):
    x, y = rand.ints(-500, 500, 9, 2), rand.ints(500, 1000, 7, 2)
    distances = student.squared_distances(x.float(), y.float())
    close(distances, (x[:, None] - y).square().sum(dim=-1).float(), rtol=0, atol=0)


# --- moving_maximum -----------------------------------------------------------------------------


def largest(x, width):
    """The contract, word by word."""
    windows = [x[..., i : i + width] for i in range(x.shape[-1] - width + 1)]
    return torch.stack([window.amax(dim=-1) for window in windows], dim=-1)


@title("The largest of each window", zh="每个窗口的最大值")
@points(2)
@cases("length, width", [(9, 3), (12, 4), (7, 2)])
def test_windows(student, rand, length, width):
    x = rand(length)
    close(student.moving_maximum(x, width), largest(x, width))


@title("Every row by itself, any number of axes", zh="各行互不相干，轴数不限")
@points(2)
@cases("size", [(4, 9), (3, 5, 8), (2, 3, 4, 7)])
def test_rows(student, rand, size):
    x = rand(*size)
    close(student.moving_maximum(x, 3), largest(x, 3))


@title("Negative values and integers", zh="负数与整数")
@points(2)
def test_negative_and_integers(student, rand):
    falling = -rand.uniform(1, 2, 3, 8)
    close(student.moving_maximum(falling, 3), largest(falling, 3))
    whole = rand.ints(-90, 90, 3, 10)
    close(student.moving_maximum(whole, 4), largest(whole, 4), dtype=True)


@title("The narrowest and the widest window", zh="最窄与最宽的窗口")
def test_extreme_widths(student, rand):
    x = rand(2, 6)
    close(student.moving_maximum(x, 1), x)
    close(student.moving_maximum(x, 6), x.amax(dim=-1, keepdim=True))
    for width in (0, -2, 7):
        with refuses(ValueError):
            student.moving_maximum(x, width)


@probe
def maximum_and_argument(student, x, width):
    result = student.moving_maximum(x, width)
    return result, x


@title("Any memory layout, and x unharmed", zh="任意的内存布局，且 x 保持原样")
@hidden(
    "Try your function on x.mT, and compare x before and after the call.",
    zh="对 x.mT 试试你的函数，再比较调用前后的 x。",
)
def test_layout(student, rand):
    x = rand(9, 4).mT
    close(student.run(maximum_and_argument, x, 3), (largest(x, 3), x))


# --- neighbours ---------------------------------------------------------------------------------


def count(x, radius):
    """The contract, word by word."""
    near = (x[:, None] - x).square().sum(dim=-1) <= radius**2
    return (near & ~torch.eye(len(x), dtype=torch.bool)).sum(dim=1)


@title("The other points within the radius", zh="半径之内的其他点")
@points(2)
@cases("n, d, radius", [(20, 2, 1.3), (15, 3, 1.9), (12, 1, 0.6)])
def test_neighbours(student, rand, n, d, radius):
    x = rand(n, d)
    close(student.neighbours(x, radius), count(x, radius), dtype=True)


@title("Exactly at the radius counts", zh="恰好在半径上也算")
@points(2)
def test_at_the_radius(student, rand):
    # All places of a 6 x 6 grid, in random order: many pairs are exactly 5 apart, by 3 and 4 too.
    grid = torch.cartesian_prod(torch.arange(6.0), torch.arange(6.0))
    x = grid[rand.perm(36)[:30]] + rand.ints(100, 200, 2)
    for radius in (5.0, 2.0):
        close(student.neighbours(x, radius), count(x, radius))


@title("Points at the same place are neighbours", zh="位置相同的点互为邻居")
@points(2)
def test_doubles(student, rand):
    x = rand(8, 2)[torch.cat([torch.arange(8), rand.ints(0, 8, 6)])]
    close(student.neighbours(x, 0.9), count(x, 0.9))


@title("A radius of 0, a single point", zh="半径为 0、只有一个点")
@hidden(
    "With radius 0 only doubles are neighbours. A single point has none: the result is tensor([0]).",
    zh="半径为 0 时，只有重合的点才是邻居。只有一个点时没有邻居：结果是 tensor([0])。",
)
def test_few(student, rand):
    x = rand(6, 2)[torch.cat([torch.arange(6), rand.ints(0, 6, 5)])]
    close(student.neighbours(x, 0.0), count(x, 0.0), dtype=True)
    close(student.neighbours(rand(1, 3), 2.0), torch.tensor([0]), dtype=True)


# --- Speed --------------------------------------------------------------------------------------


@inputs
def series(size, generator):
    return uniform(generator, *size), 32


@probe
def maxima(student, x, width):
    """The maxima of all rows, added up: as many as a GPU needs are too many to send."""
    return student.moving_maximum(x, width).sum(dim=0)


def maxima_by_unfold(x, width):
    return x.unfold(-1, width, 1).amax(dim=-1).sum(dim=0)


# cuda: 2017 windows in each of 4096 rows read 264 million numbers, which lie in caches, 1.1 GB or
# 0.2 ms; the maxima are 8 million, 33 MB to write and to read again. In a loop over the windows
# there are 2017 times two calls of 10 us, 40 ms.
SERIES = {"cpu": [(8, 2048)], "cuda": [(4096, 2048)]}


@timed
@title("moving_maximum: fast", zh="moving_maximum：够快")
@points(3)
def test_maximum_speed(student):
    slowdown(
        maxima,
        maxima_by_unfold,
        series,
        sizes=SERIES,
        name="unfold and amax",
        advice=text(
            "Each call of a PyTorch function costs microseconds, however few numbers it gets. If"
            " there is a call for each window, that is what you wait for: look for a way to hand"
            " over all windows at once. A list comprehension is a loop too.",
            zh="每调用一次 PyTorch 函数就要几微秒，哪怕只给它几个数。如果每个窗口都调用一次，时间就花在了这里："
            "想办法一次交出所有窗口。列表推导式也是循环。",
        ),
    )


@inputs
def places(size, generator):
    # On a grid, where no distance is close to 6.5: rounding can't decide who is a neighbour.
    x = torch.randint(0, 24, (size, 3), generator=generator, device=generator.device)
    return x.float(), 6.5


def count_near(x, radius):
    return ((x[:, None] - x).square().sum(dim=-1) <= radius**2).sum(dim=1) - 1


# cuda: 4096**2 differences of 3 coordinates are 50 million numbers, 201 MB, written, read, squared,
# written and read: 0.8 GB, and 0.2 for the distances, together 0.25 ms at 4 TB/s. The result has
# 33 kB; in a loop each point takes 6 calls of 10 us, together 0.25 s.
PLACES = {"cpu": [96], "cuda": [4096]}


@timed
@title("neighbours: fast", zh="neighbours：够快")
@points(3)
def test_neighbours_speed(student):
    slowdown(
        student.neighbours,
        count_near,
        places,
        sizes=PLACES,
        name="PyTorch without a loop",
        advice=text(
            "The comparison with the radius and the sum can be made for all pairs at once; a loop"
            " over the points makes several calls for each of them.",
            zh="与半径比较、求和，都可以对所有的点对一次完成；对点循环，就要为每个点做好几次调用。",
        ),
    )


@inputs
def clouds(size, generator):
    """As much work for every size: a pair of points costs about as much as 32 of its coordinates."""
    d = 40 * 32**2 // size**2 - 32
    x = torch.rand(size, d, generator=generator, device=generator.device)
    return x, torch.rand(size, d, generator=generator, device=generator.device)


def all_differences(x, y):
    return (x[:, None] - y).square().sum(dim=-1)


@timed
@title("squared_distances: no loop over the points", zh="squared_distances：不对点循环")
@points(4)
def test_distances_growth(student):
    grows_like(
        student.squared_distances,
        all_differences,
        clouds,
        sizes=[8, 16, 32],
        exponent=0,
        name="PyTorch without a loop",
        advice=text(
            "With more points and fewer coordinates there is the same to compute, but you take"
            " longer: something is done for one point at a time. Give the points of x and those of"
            " y an axis each.",
            zh="点多了，坐标少了，要算的一样多，你却用了更长的时间：有什么是一个点一个点做的。"
            "给 x 的点和 y 的点各留一个轴。",
        ),
    )
