"""topk and kthvalue from sort: values, and places in x, not in the sorted tensor."""

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
    refuses,
    title,
)

pytestmark = forbids("topk", "kthvalue", "Tensor.numpy")

# What goes wrong


@misconception(
    "topk",
    "The indices count in the sorted tensor: 0, 1, 2 and so on. They should tell where the values "
    "stand in x, or nothing can be found again by them.",
    zh="索引数的是排序之后的位置：0、1、2……它们应当说出数值在 x 中的位置，否则凭它们什么也找不回来。",
)
def places_in_the_sorted(x, k, dim=-1, largest=True):
    check(x, k, dim)
    values = x.sort(dim=dim, descending=largest).values.narrow(dim, 0, k)
    steps = torch.arange(k).reshape([-1] + [1] * (x.dim() - 1 - dim % x.dim()))
    return values, steps.expand(values.shape)


@misconception(
    "topk",
    "The values come in the wrong order, the best of them last: the end of a sorted order was "
    "taken as it stood. Asked for is the best one first.",
    zh="数值的次序反了，最好的排在最后：直接截取了排序结果的末尾。应当把最好的排在最前面。",
)
def best_one_last(x, k, dim=-1, largest=True):
    check(x, k, dim)
    values, indices = x.sort(dim=dim, descending=not largest)
    start = x.shape[dim] - k
    return values.narrow(dim, start, k), indices.narrow(dim, start, k)


@misconception(
    "topk",
    "largest made no difference: always the largest entries came back.",
    zh="largest 没有起作用：返回的总是最大的几个。",
)
def always_the_largest(x, k, dim=-1, largest=True):
    check(x, k, dim)
    values, indices = x.sort(dim=dim, descending=True)
    return values.narrow(dim, 0, k), indices.narrow(dim, 0, k)


@misconception(
    "topk",
    "The smallest entries came where the largest were asked for, and the other way round. sort goes "
    "upwards unless it is told descending=True.",
    zh="要最大的却给了最小的，要最小的却给了最大的。不写 descending=True 时，sort 是从小到大排的。",
)
def smallest_for_largest(x, k, dim=-1, largest=True):
    check(x, k, dim)
    values, indices = x.sort(dim=dim, descending=not largest)
    return values.narrow(dim, 0, k), indices.narrow(dim, 0, k)


@misconception(
    "topk",
    "It was cut along the first axis: [:k] keeps k rows. The axis to be cut is dim.",
    zh="沿第一个轴截取了：[:k] 留下的是 k 行。应当沿 dim 截取。",
)
def cut_along_the_first_axis(x, k, dim=-1, largest=True):
    check(x, k, dim)
    values, indices = x.sort(dim=dim, descending=largest)
    return values[:k], indices[:k]


@misconception(
    "topk",
    "dim made no difference: it was always sorted along the last axis.",
    zh="dim 没有起作用：总是沿最后一个轴排序。",
)
def always_the_last_axis(x, k, dim=-1, largest=True):
    check(x, k, -1)
    values, indices = x.sort(dim=-1, descending=largest)
    return values[..., :k], indices[..., :k]


@misconception(
    "topk",
    "The entries with the largest absolute values came back. A negative number is smaller than any "
    "positive one, however far it is from 0.",
    zh="返回的是绝对值最大的几个。负数不管离 0 多远，都比正数小。",
)
def by_absolute_value(x, k, dim=-1, largest=True):
    check(x, k, dim)
    indices = x.abs().argsort(dim=dim, descending=largest).narrow(dim, 0, k)
    return x.gather(dim, indices), indices


@misconception(
    "topk",
    "A k beyond the size was accepted: a slice that goes too far is cut off without a word. Whoever "
    "asks for 5 of 4 should be told.",
    zh="k 超过了大小却被接受了：切片超出范围时会悄悄截短。要在 4 个里取 5 个，应当报错。",
)
def size_not_checked(x, k, dim=-1, largest=True):
    values, indices = x.sort(dim=dim, descending=largest)
    k = min(max(k, 0), x.shape[dim])
    return values.narrow(dim, 0, k), indices.narrow(dim, 0, k)


@misconception(
    "topk",
    "A k of 0 was accepted. From 1 entry on there is an answer; less is refused, as is more than "
    "the size.",
    zh="k = 0 被接受了。至少取 1 个才有意义；小于 1 与大于总数一样，都要拒绝。",
)
def none_at_all(x, k, dim=-1, largest=True):
    if k > x.shape[dim]:
        raise ValueError("k is too large")
    values, indices = x.sort(dim=dim, descending=largest)
    return values.narrow(dim, 0, max(k, 0)), indices.narrow(dim, 0, max(k, 0))


@misconception(
    "kthvalue",
    "k was counted from 0: the next larger entry came back. The smallest one is k = 1; in the "
    "sorted tensor it stands at 0.",
    zh="k 是从 0 数起的，返回的是再大一位的元素。最小的是 k = 1，它在排好序的张量里位于 0。",
)
def counted_from_zero(x, k, dim=-1):
    values, indices = x.sort(dim=dim)
    return values.select(dim, k), indices.select(dim, k)


@misconception(
    "kthvalue",
    "This is the k-th largest. kthvalue counts from the smallest upwards, and has no switch for the "
    "other direction.",
    zh="这是第 k 大的。kthvalue 从最小的往上数，而且没有反方向的开关。",
)
def kth_largest(x, k, dim=-1):
    check(x, k, dim)
    values, indices = x.sort(dim=dim, descending=True)
    return values.select(dim, k - 1), indices.select(dim, k - 1)


@misconception(
    "kthvalue",
    "All the k smallest came back. Only the k-th of them is asked for, and the axis goes.",
    zh="返回了最小的 k 个。要的只是其中第 k 个，而且这个轴要消失。",
)
def all_of_the_smallest(x, k, dim=-1):
    check(x, k, dim)
    values, indices = x.sort(dim=dim)
    return values.narrow(dim, 0, k), indices.narrow(dim, 0, k)


@misconception(
    "kthvalue",
    "The axis is still there, with size 1. The result has one axis less than x.",
    zh="这个轴还在，大小为 1。结果应当比 x 少一个轴。",
)
def axis_of_size_one(x, k, dim=-1):
    check(x, k, dim)
    values, indices = x.sort(dim=dim)
    return values.narrow(dim, k - 1, 1), indices.narrow(dim, k - 1, 1)


@misconception(
    "kthvalue",
    "The index is the place in the sorted tensor, which is k - 1 everywhere. It should tell where "
    "the value stands in x.",
    zh="索引是排序之后的位置，那样处处都是 k - 1。它应当说出数值在 x 中的位置。",
)
def place_in_the_sorted(x, k, dim=-1):
    check(x, k, dim)
    values = x.sort(dim=dim).values.select(dim, k - 1)
    return values, torch.full(values.shape, k - 1)


@misconception(
    "kthvalue",
    "dim made no difference: it was always the last axis.",
    zh="dim 没有起作用：用的总是最后一个轴。",
)
def kth_along_the_last_axis(x, k, dim=-1):
    check(x, k, -1)
    values, indices = x.sort(dim=-1)
    return values[..., k - 1], indices[..., k - 1]


@misconception(
    "kthvalue",
    "k = 0 was accepted, and gave the largest: 0 - 1 is -1, which counts from the end. There is no "
    "0-th smallest.",
    zh="k = 0 被接受了，得到的是最大的：0 - 1 是 -1，从末尾数起。没有“第 0 小”。",
)
def zero_counts_from_the_end(x, k, dim=-1):
    values, indices = x.sort(dim=dim)
    if k > x.shape[dim]:
        raise ValueError("k is too large")
    return values.select(dim, k - 1), indices.select(dim, k - 1)


@misconception(
    "hit_at_k",
    "Only the best class counted, so this is the accuracy. A hit is a label among the k best.",
    zh="只看了最好的一个类别，这是准确率。标签在最好的 k 个里就算命中。",
)
def best_only(scores, y, k):
    return int((scores.argmax(1) == y).sum()) / len(y)


@misconception(
    "hit_at_k",
    "Only the k-th place counted. A label on any of the first k places is a hit.",
    zh="只看了第 k 名。标签在前 k 名里的任何一个位置都算命中。",
)
def kth_place_only(scores, y, k):
    return int((scores.argsort(1, descending=True)[:, k - 1] == y).sum()) / len(y)


@misconception(
    "hit_at_k",
    "The classes with the smallest scores were searched. argsort goes upwards unless it is told "
    "otherwise.",
    zh="找的是分数最小的几个类别。不另外说明时，argsort 是从小到大排的。",
)
def among_the_smallest(scores, y, k):
    return int((scores.argsort(1)[:, :k] == y[:, None]).any(1).sum()) / len(y)


@misconception(
    "hit_at_k",
    "It was divided by the number of places looked at, n times k. A share of examples is divided by "
    "n.",
    zh="除以了看过的位置数，即 n 乘 k。样本的比例应当除以 n。",
)
def divided_by_places(scores, y, k):
    best = scores.argsort(dim=1, descending=True)[:, :k]
    return float((best == y[:, None]).double().mean())


@misconception(
    "hit_at_k",
    "This is the number of hits, not their share.",
    zh="这是命中的个数，不是比例。",
)
def hits_counted(scores, y, k):
    best = scores.argsort(dim=1, descending=True)[:, :k]
    return float((best == y[:, None]).any(dim=1).sum())


# Other right answers


@alternative("topk")
def one_after_the_other(x, k, dim=-1, largest=True):
    check(x, k, dim)
    rest = x.double() if largest else -x.double()
    places = []
    for _ in range(k):
        best = rest.argmax(dim=dim, keepdim=True)
        places.append(best)
        rest = rest.scatter(dim, best, -torch.inf)
    indices = torch.cat(places, dim=dim)
    return x.gather(dim, indices), indices


@alternative("topk")
def ranks_by_comparison(x, k, dim=-1, largest=True):
    check(x, k, dim)
    y = x.movedim(dim, -1)
    better = y[..., None, :] > y[..., :, None] if largest else y[..., None, :] < y[..., :, None]
    order = torch.empty(y.shape, dtype=torch.int64)
    order.scatter_(-1, better.sum(-1), torch.arange(y.shape[-1]).expand(y.shape))
    indices = order[..., :k]
    return y.gather(-1, indices).movedim(-1, dim), indices.movedim(-1, dim)


@alternative("kthvalue")
def last_of_the_smallest(x, k, dim=-1):
    values, indices = topk(x, k, dim, largest=False)
    return values.select(dim, -1), indices.select(dim, -1)


@alternative("hit_at_k")
def fewer_than_k_are_better(scores, y, k):
    own = scores[torch.arange(len(y)), y][:, None]
    return ((scores > own).sum(1) < k).double().mean()


# The tests


@probe
def best(student, x, k, dim, largest):
    return [*student.topk(x, k, dim, largest), x]


@probe
def best_by_default(student, x, k):
    return [*student.topk(x, k)]


@probe
def kth(student, x, k, dim):
    return [*student.kthvalue(x, k, dim), x]


@probe
def kth_by_default(student, x, k):
    return [*student.kthvalue(x, k)]


@probe
def shares(student, calls):
    return [float(student.hit_at_k(scores, y, k)) for scores, y, k in calls]


@title(
    "topk: values in order, and their places in x", zh="topk：依次排好的数值，以及它们在 x 中的位置"
)
@points(2)
def test_topk(student, rand):
    for shape, k in [((8,), 3), ((4, 6), 2), ((3, 5), 5), ((2, 6), 3)]:
        x = rand(*shape)
        close(student.run(best_by_default, x, k), list(torch.topk(x, k)))


@title("topk: the smallest instead of the largest", zh="topk：最小的，而不是最大的")
@points(2)
def test_smallest(student, rand):
    for shape, k in [((8,), 3), ((4, 6), 2), ((3, 5), 4)]:
        x = rand(*shape)
        close(student.run(best, x, k, -1, False), [*torch.topk(x, k, largest=False), x])


@title("topk: along any axis", zh="topk：沿任意轴")
@points(2)
@cases("shape, dim", [((5, 5), 0), ((3, 6, 4), 1), ((3, 5, 4), -2), ((4, 3, 5), 0)])
def test_topk_axes(student, rand, shape, dim):
    x = rand(*shape)
    for k, largest in [(2, True), (3, False)]:
        expected = torch.topk(x, k, dim=dim, largest=largest)
        close(student.run(best, x, k, dim, largest), [*expected, x])


@title("kthvalue: the k-th smallest, counted from 1", zh="kthvalue：第 k 小，从 1 数起")
@points(2)
def test_kth(student, rand):
    for shape, k in [((7,), 1), ((7,), 3), ((4, 6), 2), ((3, 5), 4)]:
        x = rand(*shape)
        close(student.run(kth_by_default, x, k), list(torch.kthvalue(x, k)))


@title("kthvalue: along any axis", zh="kthvalue：沿任意轴")
def test_kth_axes(student, rand):
    for shape, k, dim in [((5, 5), 2, 0), ((3, 6, 4), 4, 1), ((4, 3, 5), 1, -2)]:
        x = rand(*shape)
        close(student.run(kth, x, k, dim), [*torch.kthvalue(x, k, dim=dim), x])


@title("hit_at_k: the label is among the k best", zh="hit_at_k：标签在最好的 k 个里")
@points(2)
def test_hits(student, rand):
    calls = []
    for n, classes in [(11, 6), (7, 5), (13, 4)]:
        scores = rand(n, classes)
        order = scores.argsort(1, descending=True)
        y = order[torch.arange(n), rand.ints(0, classes, n)]
        y[0], y[1], y[2], y[3] = order[0, 0], order[1, 1], order[2, 2], order[3, 3]
        calls += [(scores, y, k) for k in (1, 2, 3)]
    expected = [
        (s.topk(k, dim=1).indices == y[:, None]).any(1).double().mean().item() for s, y, k in calls
    ]
    close(student.run(shares, calls), expected)


@title("A k for which there is no answer is refused", zh="没有答案的 k 要拒绝")
@hidden(
    "Ask for 0 of them, and for one more than there are, along both axes.",
    zh="要 0 个，或者比总数多一个，两个轴都试试。",
)
def test_refused(student, rand):
    x = rand(3, 5)
    close(student.run(best, x, 3, 0, True), [*torch.topk(x, 3, dim=0), x])
    close(student.run(kth, x, 5, 1), [*torch.kthvalue(x, 5, dim=1), x])
    for k, dim in [(6, 1), (4, 0), (0, 1), (-1, 0)]:
        with refuses(ValueError):
            student.topk(x, k, dim)
        with refuses(ValueError):
            student.kthvalue(x, k, dim)


@title("Whole numbers, float64, size 1, transposed input", zh="整数、float64、大小为 1、转置的输入")
@hidden(
    "Values keep the dtype of x, and large whole numbers every digit; indices are int64.",
    zh="数值保持 x 的 dtype，较大的整数一位也不能变；索引是 int64。",
)
def test_edges(student, rand):
    large = rand.perm(24).view(4, 6) + 2**40
    for x in [rand.perm(24).view(4, 6) - 9, large, rand(6, 4, dtype=torch.float64).T, rand(1, 1)]:
        for k, dim in [(1, 1), (max(x.shape[0] - 1, 1), 0)]:
            expected = [*torch.topk(x, k, dim=dim), x]
            close(student.run(best, x, k, dim, True), expected, dtype=True)
            expected = [*torch.kthvalue(x, k, dim=dim), x]
            close(student.run(kth, x, k, dim), expected, dtype=True)
    scores = rand(5, 3)
    y = scores.argsort(1, descending=True)[torch.arange(5), torch.tensor([0, 1, 1, 2, 2])]
    calls = [(scores, y, 3), (scores[:1], scores[:1].argmin(1), 2), (scores, y, 2)]
    close(student.run(shares, calls), [1.0, 0.0, 0.6])
