"""randperm: features and labels in one random order.

Which order comes is open, so results are described by what every right one has in common.
"""

import torch

from torchgrade.authoring import alternative, close, hidden, misconception, points, probe, title


@probe
def origin(student, rows, original):
    """Number of the original row that each row equals; -1 where there is none."""
    if rows.shape[1:] != original.shape[1:]:
        return torch.full((len(rows),), -1)
    flat, known = (a.reshape(len(a), original[0].numel()) for a in (rows, original))
    equal = (flat[:, None] == known).all(2)
    return torch.where(equal.any(1), equal.int().argmax(1), -1)


@probe
def shares(student, parts, x, y):
    """Of all examples: how many are there, how many have moved, how many have their own label."""
    rows = torch.cat([origin(student, one, x) for one, _ in parts])
    labels = torch.cat([origin(student, one, y) for _, one in parts])
    n = len(x)
    paired = rows == labels if len(labels) == len(rows) else rows != rows
    halves = paired[: n // 2], paired[n // 2 :]
    return {
        "shapes": [(tuple(a.shape), tuple(b.shape)) for a, b in parts],
        "dtypes": [(a.dtype, b.dtype) for a, b in parts],
        "rows of x": round(len(rows[rows >= 0].unique()) / n, 1),
        "rows of y": round(len(labels[labels >= 0].unique()) / n, 1),
        "x moved": round(int((rows[:n] != torch.arange(len(rows[:n]))).sum()) / n, 1),
        "y moved": round(int((labels[:n] != torch.arange(len(labels[:n]))).sum()) / n, 1),
        "first half with its labels": round(2 * int(halves[0].sum()) / n, 1),
        "second half with its labels": round(2 * int(halves[1].sum()) / n, 1),
    }


@probe
def shuffle(student, x, y, seed):
    result = student.shuffled(x, y, torch.Generator().manual_seed(seed))
    return shares(student, [result], x, y)


@probe
def arguments_afterwards(student, x, y, held_out, seed):
    g = torch.Generator().manual_seed(seed)
    student.shuffled(x, y, g)
    student.split(x, y, held_out, g)
    return x, y


@probe
def divide(student, x, y, held_out, seed):
    parts = student.split(x, y, held_out, torch.Generator().manual_seed(seed))
    return shares(student, list(parts), x, y)


@probe
def drawn_again(student, function, arguments, seed, other):
    """Whether orders differ: of the same state, of a later one, of another seed.

    And the first numbers of the global generator, which should have been left alone.
    """

    def draw(generator):
        torch.manual_seed(other)
        result = getattr(student, function)(*arguments, generator)
        return (result if function == "shuffled" else result[1])[0].clone()

    g = torch.Generator().manual_seed(seed)
    first = draw(g)
    shared = torch.rand(3)
    others = [draw(torch.Generator().manual_seed(seed)), draw(g)]
    others.append(draw(torch.Generator().manual_seed(seed + 1)))
    return [float((first != x).any()) for x in others], shared


@probe
def orders(student, count, seed):
    """How often x and y come in each order of three, compared with equal shares."""
    g = torch.Generator().manual_seed(seed)
    x = torch.arange(3)
    both = [student.shuffled(x, x + 3, g) for _ in range(count)]
    drawn = [tuple(a.tolist()) for a, b in both if torch.equal(a + 3, b)]
    return {
        f"{a}{b}{c}": round(2 * drawn.count((a, b, c)) * 6 / count) / 2
        for a in range(3)
        for b in range(3)
        for c in range(3)
        if len({a, b, c}) == 3
    }


@probe
def moved_forward(student, count, seed):
    """How many rows of 60 come from 1 to 20 places further on: the excess over 0.275, in steps.

    Swaps of each row with any other in turn give 0.317, which is one step.
    """
    g = torch.Generator().manual_seed(seed)
    places = torch.arange(60)
    drawn = torch.stack([student.shuffled(places.clone(), places + 60, g)[0] for _ in range(count)])
    further = drawn - places
    share = float(((further > 0) & (further <= 20)).double().mean())
    return round((share - 0.275) / 0.042) + 0.0


@probe
def restore_each(student, calls):
    return [student.restored(z, order) for z, order in calls], calls


# What goes wrong


@misconception(
    "shuffled",
    "Features and labels came out in two different orders, so they no longer belong together. Draw "
    "one order and use it for both.",
    zh="特征和标签用了两个不同的顺序，于是对不上了。应当只抽一个顺序，两边都用它。",
)
def two_orders(x, y, generator):
    n = len(x)
    return x[torch.randperm(n, generator=generator)], y[torch.randperm(n, generator=generator)]


@misconception(
    "shuffled",
    "Only the features moved. The labels have stayed where they were and now belong to other "
    "examples.",
    zh="只有特征动了。标签还留在原处，配的已经是别的样本。",
)
def labels_left_behind(x, y, generator):
    return x[torch.randperm(len(x), generator=generator)], y


@misconception(
    "shuffled",
    "1 was added to the row numbers, as if randperm(n) gave 0 to n - 1 and rows were counted from "
    "1 (or the reverse). It gives 0 to n - 1, and these are the row numbers.",
    zh="行号多加了 1，似乎行是从 1 数起的。randperm(n) 给出 0 到 n - 1，这正好就是行号。",
)
def one_added(x, y, generator):
    order = torch.randperm(len(x), generator=generator) + 1
    return x[order], y[order]


@misconception(
    "shuffled",
    "One example is missing: 1 was subtracted somewhere. randperm(n) gives exactly the n row "
    "numbers 0 to n - 1.",
    zh="少了一个样本：某处减掉了 1。randperm(n) 给出的恰好就是 n 个行号，0 到 n - 1。",
)
def one_row_lost(x, y, generator):
    order = torch.randperm(max(0, len(x) - 1), generator=generator)
    return x[order], y[order]


@misconception(
    "shuffled",
    "The rows were drawn with replacement: some come twice, and about a third not at all. An order "
    "has every row number exactly once.",
    zh="行号是有放回地抽的：有的出现两次，大约三分之一根本没有出现。顺序里每个行号恰好出现一次。",
)
def with_replacement(x, y, generator):
    order = torch.randint(max(1, len(x)), (len(x),), generator=generator)
    return x[order], y[order]


@misconception(
    "shuffled",
    "The generator made no difference: the order comes from the global one. Hand generator= on to "
    "the function that draws.",
    zh="generator 没有起作用：顺序是从全局生成器里抽的。要把 generator= 传给抽数的函数。",
)
def from_the_global(x, y, generator):
    order = torch.randperm(len(x))
    return x[order], y[order]


@misconception(
    "shuffled",
    "The global generator was seeded with the seed of yours. That repeats, but each further epoch "
    "has the same order, and all other code that draws is thrown back.",
    zh="用你的生成器的种子去设了全局生成器。这样虽能重现，但以后每一轮都是同一个顺序，"
    "程序里其他抽随机数的地方也被打乱了。",
)
def global_seeded(x, y, generator):
    torch.manual_seed(generator.initial_seed())
    order = torch.randperm(len(x))
    return x[order], y[order]


@misconception(
    "shuffled",
    "The caller's own tensors were overwritten. x[order] makes a new tensor by itself.",
    zh="调用者自己的张量被改写了。x[order] 本来就会得到一个新张量。",
)
def arguments_overwritten(x, y, generator):
    order = torch.randperm(len(x), generator=generator)
    x[:], y[:] = x[order], y[order]
    return x, y


@misconception(
    "split",
    "Nothing was shuffled: the last examples are always held out. In a sorted file these are all "
    "of one class.",
    zh="没有打乱：留出的总是最后几个样本。在排好序的文件里，它们全是同一类。",
)
def last_ones_held_out(x, y, held_out, generator):
    train = len(x) - held_out
    return (x[:train], y[:train]), (x[train:], y[train:])


@misconception(
    "split",
    "The two parts were drawn separately, so some examples are in both and some in neither. What "
    "is held out must not be trained with: cut one order in two.",
    zh="两部分是分别抽的，于是有的样本两边都有，有的两边都没有。留出的样本不能用来训练："
    "应当把同一个顺序切成两段。",
)
def parts_overlap(x, y, held_out, generator):
    n = len(x)
    a = torch.randperm(n, generator=generator)[: n - held_out]
    b = torch.randperm(n, generator=generator)[:held_out]
    return (x[a], y[a]), (x[b], y[b])


@misconception(
    "split",
    "The first part has held_out examples, and the second all others. It is the other way round: "
    "first those to train with, then the held_out ones.",
    zh="前一部分有 held_out 个样本，其余的在后一部分。应当反过来：先是用来训练的，后是留出的 held_out 个。",
)
def held_out_first(x, y, held_out, generator):
    x, y = shuffled(x, y, generator)
    return (x[:held_out], y[:held_out]), (x[held_out:], y[held_out:])


@misconception(
    "split",
    "With nothing held out, everything is: the slice [:-0] is empty, and [-0:] is all of it. Count "
    "from the front.",
    zh="要求一个也不留出时，却全部留出了：切片 [:-0] 是空的，[-0:] 却是全部。应当从前面数。",
)
def minus_zero(x, y, held_out, generator):
    x, y = shuffled(x, y, generator)
    return (x[:-held_out], y[:-held_out]), (x[-held_out:], y[-held_out:])


@misconception(
    "split",
    "The parts of x and those of y were shuffled separately, so the labels belong to other "
    "examples.",
    zh="x 和 y 是分别打乱的，标签配的是别的样本。",
)
def split_with_two_orders(x, y, held_out, generator):
    n = len(x)
    a, b = torch.randperm(n, generator=generator), torch.randperm(n, generator=generator)
    x, y, train = x[a], y[b], n - held_out
    return (x[:train], y[:train]), (x[train:], y[train:])


@misconception(
    "restored",
    "The same order was applied once more. To undo it, each row must go back to where it came "
    "from: row i of z belongs to place order[i].",
    zh="把同一个顺序又用了一遍。要还原，就得让每一行回到原处：z 的第 i 行属于第 order[i] 位。",
)
def applied_twice(z, order):
    return z[order]


@misconception(
    "restored",
    "The rows were sorted by their values. The original need not have been sorted; order "
    "alone says "
    "where each row belongs.",
    zh="把各行按数值排了序。原来的数据不一定有序，只有 order 才知道每一行该放在哪里。",
)
def sorted_by_value(z, order):
    return z.sort(0).values


@misconception(
    "restored",
    "z was turned round. Reading backwards does not undo an order.",
    zh="把 z 倒了过来。倒着读并不能还原顺序。",
)
def turned_round(z, order):
    return z.flip(0)


@misconception(
    "shuffled",
    "Every row was swapped with any row, also with those whose place was settled. Then some orders "
    "come more often than others: swap only with rows whose place is still open, or use randperm.",
    zh="每一行都与任意一行交换，连位置已经定下来的也算在内。这样有的顺序出现得更多：只应与位置未定的行交换，"
    "或者用 randperm。",
)
def swapped_with_any(x, y, generator):
    n = len(x)
    order = list(range(n))
    others = torch.randint(0, max(n, 1), (n,), generator=generator).tolist()
    for i, j in enumerate(others):
        order[i], order[j] = order[j], order[i]
    order = torch.tensor(order, dtype=torch.int64)
    return x[order], y[order]


# Other right answers


@alternative("shuffled")
def sorted_by_random_keys(x, y, generator):
    order = torch.rand(len(x), generator=generator, dtype=torch.float64).argsort()
    return x.index_select(0, order), y.index_select(0, order)


@alternative("shuffled")
def swapped_by_hand(x, y, generator):
    order = list(range(len(x)))
    for i in reversed(range(1, len(order))):
        j = int(torch.randint(i + 1, (1,), generator=generator))
        order[i], order[j] = order[j], order[i]
    places = torch.tensor(order, dtype=torch.int64)
    return x[places], y[places]


@alternative("split")
def with_a_mask(x, y, held_out, generator):
    out = torch.zeros(len(x), dtype=torch.bool)
    out[torch.randperm(len(x), generator=generator)[:held_out]] = True
    return (x[~out], y[~out]), (x[out], y[out])


@alternative("restored")
def by_argsort(z, order):
    return z[order.argsort()]


@alternative("restored")
def row_by_row(z, order):
    x = z.clone()
    for i, place in enumerate(order.tolist()):
        x[place] = z[i]
    return x


# The tests


def seed(rand):
    return int(rand.ints(1, 2**31))


def whole(x, y, parts=None, moved=1.0):
    sizes = [len(x)] if parts is None else parts
    return {
        "shapes": [((n, *x.shape[1:]), (n, *y.shape[1:])) for n in sizes],
        "dtypes": [(x.dtype, y.dtype)] * len(sizes),
        "rows of x": 1.0,
        "rows of y": 1.0,
        "x moved": moved,
        "y moved": moved,
        "first half with its labels": 1.0,
        "second half with its labels": 1.0,
    }


@title(
    "Every example once, in another order, with its own label",
    zh="每个样本恰好一次，顺序变了，标签仍是自己的",
)
@points(3)
def test_shuffled(student, rand):
    x, y = rand(200, 3), rand.perm(200)
    close(student.run(shuffle, x, y, seed(rand)), whole(x, y))


@title("Examples and labels of any shape and dtype", zh="任意形状与 dtype 的样本和标签")
@hidden(
    "An example may be an image or a single number, a label may be a vector. Dtypes stay.",
    zh="样本可以是图像，也可以是一个数；标签可以是向量。dtype 保持不变。",
)
def test_any_shape(student, rand):
    for x, y in (
        (rand(120, 2, 3, 2, dtype=torch.float64), rand(120, 2)),
        (rand.perm(150), rand(150)),
    ):
        close(student.run(shuffle, x, y, seed(rand)), whole(x, y))


@title("All orders are equally likely", zh="各种顺序等可能")
@hidden(
    "Shuffle three rows very often: each of the six orders should come in about a sixth of "
    "all cases. And of many rows, each should come to each place equally often.",
    zh="把三行打乱许多次：六种顺序应当各占大约六分之一。行数很多时，每一行到每个位置的次数也应当差不多。",
)
def test_equally_likely(student, rand):
    names = ("012", "021", "102", "120", "201", "210")
    close(student.run(orders, 1800, seed(rand)), dict.fromkeys(names, 1.0))
    close(student.run(moved_forward, 300, seed(rand)), 0.0)


@title("All randomness comes from the generator", zh="所有随机性都来自 generator")
@points(2)
def test_generator(student, rand):
    x, y = rand(60, 2), rand.perm(60)
    for function, arguments in (("shuffled", (x, y)), ("split", (x, y, 25))):
        other = seed(rand)
        shared = torch.rand(3, generator=torch.Generator().manual_seed(other))
        actual = student.run(drawn_again, function, arguments, seed(rand), other)
        close(actual, ([0.0, 1.0, 1.0], shared))


@title("x and y stay as they were", zh="x 和 y 保持原样")
def test_arguments(student, rand):
    x, y = rand(9, 2), rand.perm(9)
    close(student.run(arguments_afterwards, x, y, 3, seed(rand)), (x, y))


@title("split: every example in exactly one part", zh="split：每个样本恰好属于其中一部分")
@points(3)
def test_split(student, rand):
    for held_out in (60, 140):
        x, y = rand(200, 3), rand.perm(200)
        actual = student.run(divide, x, y, held_out, seed(rand))
        moved = actual["x moved"] if isinstance(actual, dict) else 0.0
        expected = whole(x, y, [200 - held_out, held_out], 1.0)
        close(actual, expected | {"x moved": max(moved, 0.9), "y moved": max(moved, 0.9)})


@title("split: nothing held out, and everything", zh="split：一个也不留出，以及全部留出")
@hidden("held_out may be 0, and it may be n.", zh="held_out 可以是 0，也可以是 n。")
def test_split_ends(student, rand):
    x, y = rand(40, 2), rand.perm(40)
    for held_out in (0, 40):
        actual = student.run(divide, x, y, held_out, seed(rand))
        assert isinstance(actual, dict)
        expected = whole(x, y, [40 - held_out, held_out])
        moved = {key: actual.get(key) for key in ("x moved", "y moved")}
        close(actual, expected | moved)


@probe
def small(student, x, y, seed):
    g = torch.Generator().manual_seed(seed)
    parts = student.split(x, y, len(x), g)
    return tuple(student.shuffled(x, y, g)), tuple(tuple(part) for part in parts)


@title("One example, and none", zh="只有一个样本，以及没有样本")
@hidden("n may be 1 or 0.", zh="n 可以是 1 或 0。")
def test_small(student, rand):
    for n in (1, 0):
        x, y = rand(n, 3), rand.perm(n)
        expected = (x, y), ((x[:0], y[:0]), (x, y))
        close(student.run(small, x, y, seed(rand)), expected, dtype=True)


@title("restored: every row back in its place", zh="restored：每一行回到原处")
@points(2)
def test_restored(student, rand):
    originals = [rand(7), rand(12, 3), rand.ints(0, 999, 9, 2, 2), rand(30, dtype=torch.float64)]
    calls = [(x[order], order) for x in originals for order in [rand.perm(len(x))]]
    close(student.run(restore_each, calls), (originals, calls), dtype=True)
