"""Comparisons: == answers for each entry, equal for the whole, allclose up to rounding."""

import torch

from torchgrade.authoring import (
    alternative,
    close,
    forbids,
    hidden,
    misconception,
    points,
    probe,
    text,
    title,
)

pytestmark = forbids("equal", "allclose", "isclose", "Tensor.numpy")

# What goes wrong


@misconception(
    "count_equal",
    "The two were compared as wholes, so the answer is 0 or 1. Asked for is the number of places: "
    "compare entry by entry and count.",
    zh="两者是作为整体比较的，所以答案只有 0 或 1。要的是相等的位置有几处：逐元素比较，再计数。",
)
def compared_as_a_whole(a, b):
    return int(a.shape == b.shape and bool((a == b).all()))


@misconception(
    "count_equal",
    "The places that differ were counted.",
    zh="数的是不相等的位置。",
)
def differences_counted(a, b):
    return int((a != b).sum())


@misconception(
    "count_equal",
    "Numbers that are only close were counted as equal.",
    zh="只是接近的数也被当成相等数进去了。",
)
def close_ones_counted(a, b):
    return int(((a - b).abs() <= 1e-5 + 1e-5 * b.abs()).sum())


@misconception(
    "count_equal",
    "Whole rows were counted: how many of them agree everywhere. Every single entry counts.",
    zh="数的是整行：有几行处处相等。应当逐个元素地数。",
)
def rows_counted(a, b):
    same = a == b
    return int(same.all(-1).sum()) if same.dim() else int(same)


@misconception(
    "identical",
    "Two tensors of different shapes passed for identical, since == broadcasts: a single 1 equals "
    "every entry of ones(3). The shapes have to be compared, too.",
    zh="形状不同的两个张量被当成了相同，因为 == 会广播：单独一个 1 与 ones(3) 的每个元素都相等。形状也要比较。",
)
def shapes_not_compared(a, b):
    try:
        return bool((a == b).all())
    except RuntimeError:  # they don't even broadcast
        return False


@misconception(
    "identical",
    "Where the shapes don't broadcast, == raised an error, and where they do, a single 1 equals every "
    "entry of ones(3). The shapes have to be compared first.",
    zh="形状不能广播时，== 就报错；能广播时，单独一个 1 与 ones(3) 的每个元素都相等。要先比较形状。",
)
def entries_alone(a, b):
    return bool((a == b).all())


@misconception(
    "identical",
    "Values that are only close passed for identical. Identical has no tolerance.",
    zh="只是接近的数值被当成了相同。相同是没有容差的。",
)
def tolerance_for_identical(a, b):
    return a.shape == b.shape and within(a.double(), b.double(), 1e-5, 1e-8)


@misconception(
    "identical",
    "One equal entry was enough. All of them have to be equal.",
    zh="有一个元素相等就算数了。必须全部相等才行。",
)
def any_for_all(a, b):
    return a.shape == b.shape and bool((a == b).any())


@misconception(
    "identical",
    "nan was taken to be equal to nan. By the rules of floating point it is equal to nothing, and "
    "so the tensors aren't.",
    zh="nan 被当成了与 nan 相等。按浮点数的规则，它不等于任何数，所以两个张量也不相同。",
)
def nan_equals_nan(a, b):
    return a.shape == b.shape and bool(((a == b) | ((a != a) & (b != b))).all())


@misconception(
    "identical",
    "The differences were added up, and positive and negative ones cancel out. A sum of 0 doesn't "
    "mean that every difference is 0.",
    zh="把各处的差加了起来，正负会互相抵消。和为 0 并不说明每处的差都是 0。",
)
def differences_cancel(a, b):
    return a.shape == b.shape and float((a.double() - b.double()).sum()) == 0


@misconception(
    "close_enough",
    "The entries were compared exactly. After any arithmetic in floating point the last digits "
    "differ: 0.1 + 0.2 isn't 0.3.",
    zh="元素是精确比较的。浮点数只要经过运算，末几位就会有出入：0.1 + 0.2 不等于 0.3。",
)
def compared_exactly(a, b, rtol, atol):
    return bool((a == b).all())


@misconception(
    "close_enough",
    "The relative tolerance was measured by a. It is a share of |b|, the expected value, so the "
    "order of the two matters.",
    zh="相对容差按 a 来算了。它是 |b|（期望值）的一个比例，所以两者的顺序有区别。",
)
def relative_to_a(a, b, rtol, atol):
    return within(b, a, rtol, atol)


@misconception(
    "close_enough",
    "Only the absolute tolerance was used: large numbers are then held to far too much.",
    zh="只用了绝对容差：这样对大的数就要求得太严了。",
)
def absolute_only(a, b, rtol, atol):
    return within(a, b, 0, atol)


@misconception(
    "close_enough",
    "Only the relative tolerance was used. Around 0 it allows nothing; for that there is atol.",
    zh="只用了相对容差。在 0 附近它不允许任何误差，atol 正是为此而设。",
)
def relative_only(a, b, rtol, atol):
    return within(a, b, rtol, 0)


@misconception(
    "close_enough",
    "Without the absolute value: whatever lies below b passed, however far. The distance is "
    "|a - b|.",
    zh="没有取绝对值：只要比 b 小，差多远都通过了。距离是 |a - b|。",
)
def signed_distance(a, b, rtol, atol):
    return bool(((a == b) | (a - b <= atol + rtol * b.abs())).all())


@misconception(
    "close_enough",
    "For negative entries of b the tolerance shrank or became negative, as it was rtol * b. It is "
    "rtol * |b|.",
    zh="b 的元素为负时，容差变小甚至成了负的，因为用的是 rtol * b。应当是 rtol * |b|。",
)
def tolerance_with_sign(a, b, rtol, atol):
    return bool(((a == b) | ((a - b).abs() <= atol + rtol * b)).all())


@misconception(
    "close_enough",
    "One tolerance was used for all entries, that of the largest, so small entries may be quite "
    "wrong. Every entry has its own.",
    zh="所有元素共用了一个容差，也就是最大元素的容差，于是小的元素错得离谱也能通过。每个元素有自己的容差。",
)
def tolerance_of_the_largest(a, b, rtol, atol):
    return within(a, b, 0, atol + rtol * float(b.abs().max())) if b.numel() else True


@misconception(
    "close_enough",
    "The mean error was compared. A single entry that is far off disappears in a mean.",
    zh="比较的是平均误差。个别元素错得很远，一平均就看不出来了。",
)
def mean_error(a, b, rtol, atol):
    error = torch.where(a == b, 0, (a - b).abs() - rtol * b.abs())
    return bool(error.mean() <= atol) if b.numel() else True


@misconception(
    "close_enough",
    "Two equal entries failed: the distance has to be at most the tolerance, and with a tolerance "
    "of 0 that is a distance of 0.",
    zh="相等的元素反而没有通过：距离应当“不超过”容差；容差为 0 时，距离为 0 就行。",
)
def strictly_less(a, b, rtol, atol):
    both = a.isinf() & (a == b)
    return bool((both | ((a - b).abs() < atol + rtol * b.abs())).all())


@misconception(
    "close_enough",
    "Two equal infinities failed. Their difference is nan, which is not at most anything; equality "
    "has to be asked for as well.",
    zh="两个相同的无穷大没有通过。它们的差是 nan，nan 不会小于等于任何数；还得另外问一句是否相等。",
)
def infinities_subtracted(a, b, rtol, atol):
    near = b.isfinite() & ((a - b).abs() <= atol + rtol * b.abs())
    return bool(near.all())


@misconception(
    "close_enough",
    "The formula alone doesn't do for infinities. inf - inf is nan, so two equal ones failed; and an "
    "infinite |b| makes the tolerance infinite, so anything finite passed.",
    zh="只用公式处理不了无穷大：inf - inf 是 nan，两个相同的无穷大就没有通过；|b| 无穷大时容差也无穷大，"
    "于是任何有限的数都通过了。",
)
def formula_alone(a, b, rtol, atol):
    return bool(((a - b).abs() <= atol + rtol * b.abs()).all())


@misconception(
    "close_enough",
    "Entries that are too far off were looked for. nan is not greater than anything, so nan passed, "
    "and so did an infinity, wherever a difference or a tolerance became nan or infinite.",
    zh="找的是相差太远的元素。可 nan 不大于任何数，所以 nan 通过了；差或容差变成 nan 或无穷大的地方，无穷大也通过了。",
)
def far_ones_sought(a, b, rtol, atol):
    return not bool(((a - b).abs() > atol + rtol * b.abs()).any())


@misconception(
    "close_enough",
    "Everything is close to an infinity: an infinite |b| makes the tolerance infinite. An infinity "
    "is close to nothing but itself.",
    zh="什么数都与无穷大接近了：|b| 无穷大，容差也就无穷大。无穷大只与它自己接近。",
)
def infinite_tolerance(a, b, rtol, atol):
    return bool(((a == b) | ((a - b).abs() <= atol + rtol * b.abs())).all())


@misconception(
    "verdict",
    "if got a tensor with one answer for each entry and raised: it can't know whether all of them "
    "or one of them should count. Make one answer of them first.",
    zh="if 拿到的张量里每个元素一个答案，于是报错：它不知道是要全部成立，还是有一个成立就行。先把它们归并成一个答案。",
)
def tensor_in_an_if(a, b):
    if a.shape != b.shape:
        return "shape"
    if a == b:
        return "same"
    return "close" if within(a, b, 1e-5, 1e-8) else "different"


@misconception(
    "verdict",
    "Shapes that differ went unnoticed where they broadcast.",
    zh="形状不同，但能广播，就没有被发现。",
)
def broadcast_in_silence(a, b):
    try:
        if (a == b).all():
            return "same"
        return "close" if within(a, b, 1e-5, 1e-8) else "different"
    except RuntimeError:
        return "shape"


@misconception(
    "verdict",
    "Identical tensors were called close. Either the stricter question wasn't asked first, or it was "
    "answered with no.",
    zh="完全相同的张量被说成了接近：要么没有先问更严格的那个问题，要么对它作了否定的回答。",
)
def close_first(a, b):
    if a.shape != b.shape:
        return "shape"
    if within(a, b, 1e-5, 1e-8):
        return "close"
    return "same" if (a == b).all() else "different"


@misconception(
    "verdict",
    "What differs in the last digits only was called different: it was compared exactly. For that "
    'there is "close".',
    zh='只在末几位上有出入的被说成了不同：比较得太精确了。这种情形应当是 "close"。',
)
def no_tolerance_in_verdict(a, b):
    if a.shape != b.shape:
        return "shape"
    return "same" if (a == b).all() else "different"


@misconception(
    "broadcast_twin",
    "This twin has the shape of x itself, so nothing was broadcast. It must have another shape.",
    zh="这个结果与 x 形状相同，没有发生广播。它的形状必须不同。",
)
def same_shape(x):
    return x.clone()


@misconception(
    "broadcast_twin",
    "The entries were rearranged, so that the shapes still broadcast but the entries don't match, "
    "or the shapes don't fit at all. An axis of size 1 in front changes nothing about what meets "
    "what.",
    zh="元素被重新排列了：形状要么还能广播、元素却对不上，要么根本配不上。在最前面加一个大小为 1 的轴，"
    "不会改变哪个元素与哪个元素相遇。",
)
def flattened(x):
    return x.reshape(1, -1)


@misconception(
    "broadcast_twin",
    "Every entry was put behind a new axis at the end, so each meets all the entries of the last "
    "axis. Broadcasting aligns shapes at the end: new axes belong in front.",
    zh="新的轴加在了末尾，于是每个元素都要与最后一个轴上的所有元素相遇。广播是从末尾对齐形状的：新的轴应当加在前面。",
)
def axis_at_the_end(x):
    return x.unsqueeze(-1)


@misconception(
    "one_way",
    "The order is the wrong way round: this pair is refused, and the reversed one accepted. rtol is "
    "a share of |b|, so b has to be the larger one.",
    zh="顺序反了：这一对被拒绝，倒过来才被接受。rtol 是 |b| 的一个比例，所以 b 应当是较大的那个。",
)
def larger_first(rtol):
    return 1.0, 1 - rtol * (1 - rtol / 2)


@misconception(
    "one_way",
    "These two are close in both orders: the distance is below rtol times the smaller one, too. "
    "Take one that lies between the two tolerances.",
    zh="这两个数在两种顺序下都接近：距离也小于 rtol 乘以较小的那个数。要取一个介于两个容差之间的距离。",
)
def too_near(rtol):
    return 1 - rtol / 2, 1.0


@misconception(
    "one_way",
    "These two are close in no order: the distance is greater than rtol times either.",
    zh="这两个数在哪种顺序下都不接近：距离比 rtol 乘以其中任何一个都大。",
)
def too_far(rtol):
    return 1 - 2 * rtol, 1.0


# Other right answers


@alternative("count_equal")
def entry_by_entry(a, b):
    pairs = zip(*(t.reshape(-1).tolist() for t in torch.broadcast_tensors(a, b)), strict=True)
    return sum(v == w for v, w in pairs)


@alternative("identical")
def no_difference(a, b):
    return a.size() == b.size() and not torch.any(torch.ne(a, b))


@alternative("close_enough")
def in_a_loop(a, b, rtol, atol):
    for v, w in zip(a.reshape(-1).tolist(), b.reshape(-1).tolist(), strict=True):
        far = abs(v - w) == float("inf") or abs(w) == float("inf")
        if v != w and (far or not abs(v - w) <= atol + rtol * abs(w)):
            return False
    return True


@alternative("verdict")
def by_its_own_functions(a, b):
    if identical(a, b):
        return "same"
    if a.shape != b.shape:
        return "shape"
    return ["different", "close"][close_enough(a, b, 1e-5, 1e-8)]


@alternative("broadcast_twin")
def repeated(x):
    return torch.stack([x, x])


@alternative("one_way")
def halfway_between_the_tolerances(rtol):
    b = 100.0
    nearest, farthest = b / (1 + rtol), b * (1 - rtol)
    return torch.tensor((nearest + farthest) / 2, dtype=torch.float64), torch.tensor(b).double()


# The tests. Answers of one bit are asked for in numbers, so that none is hit by luck.


@probe
def yes_or_no(student, name, calls):
    return [bool(getattr(student, name)(*arguments)) for arguments in calls]


@probe
def counts(student, calls):
    return [int(student.count_equal(*arguments)) for arguments in calls]


@probe
def verdicts(student, calls):
    return [student.verdict(*arguments) for arguments in calls]


@probe
def orders(student, tolerances):
    """For each tolerance whether the pair is close in its order, and in the other one."""
    answers = []
    for rtol in tolerances:
        a, b = (float(v) for v in student.one_way(rtol))
        answers.append(
            [
                abs(a - b) <= rtol * abs(b) < float("inf"),
                abs(b - a) <= rtol * abs(a) < float("inf"),
            ]
        )
    return answers


@title("count_equal: the places that are equal", zh="count_equal：相等的位置有几处")
@points(2)
def test_count(student, rand):
    calls = []
    for one, other in [((4, 5), (4, 5)), ((7, 3), (3,)), ((6, 1), (1, 5)), ((9,), ()), ((), ())]:
        calls.append((rand.ints(0, 3, *one), rand.ints(0, 3, *other)))
    rows = rand.ints(0, 2, 8, 2)
    rows[3], rows[5] = rows[0], 1 - rows[0]
    x = rand(8)
    calls += [
        (rows, rows[0]),
        (rows, rows[5]),
        (x, x + 1e-6),
        (x[:2], x[:2].clone()),
        (x[:0], x[:0]),
    ]
    special = torch.tensor([torch.inf, -torch.inf, torch.nan, 1.0])
    calls += [(special, special.clone()), (special[:2], special[0])]
    close(student.run(counts, calls), [int((a == b).sum()) for a, b in calls])


@title("identical: shape and all entries", zh="identical：形状与所有元素")
@points(2)
def test_identical(student, rand):
    x = rand(3, 4, dtype=torch.float64)
    y, one = x.clone(), torch.ones(1)
    y[2, 1] += 1e-12
    z = x.clone()
    z[0, 0] += 1
    z[0, 1] -= 1
    calls = [
        *((x, x.clone()), (x, x.T.clone()), (x, y), (one.expand(3), one), (one, one.view(1, 1))),
        *((x, z), (x[:1], x[:1].clone()), (x, -x), (x, x[:2]), (x.round(), z.round())),
        *((torch.tensor([4.0, 1.0]), torch.tensor([3.0, 2.0])), (x[0], x[1])),
        *((rand.ints(0, 9, 4), rand.ints(10, 19, 4)), (rand.bools(5), rand.bools(5))),
    ]
    calls += [(a, a.clone()) for a in (rand.ints(0, 9, 2, 3), rand.bools(4), rand())]
    close(student.run(yes_or_no, "identical", calls), [torch.equal(a, b) for a, b in calls])


@title("identical: nan, and nothing at all", zh="identical：nan，以及空张量")
@hidden(
    "nan is equal to nothing. And do two empty tensors of different shapes pass for identical?",
    zh="nan 不等于任何数。另外，形状不同的两个空张量会不会被当成相同？",
)
def test_identical_edges(student, rand):
    x = torch.tensor([1.0, torch.nan])
    inf, none = torch.tensor([torch.inf, -torch.inf]), torch.empty(0, 3)
    calls = [(x, x.clone()), (inf, inf.clone()), (inf, -inf), (none, none), (none, none.T)]
    calls += [(none, torch.empty(0, 1)), (rand(2), x), (torch.ones(0), torch.ones(1))]
    close(student.run(yes_or_no, "identical", calls), [torch.equal(a, b) for a, b in calls])


@title(
    "close_enough: |a - b| up to atol + rtol * |b|",
    zh="close_enough：|a - b| 不超过 atol + rtol * |b|",
)
@points(3)
def test_close(student, rand):
    calls = []
    for size in (1.0, 1e-3, 1e3):
        for rtol, atol in [(0.1, 0.0), (0.0, 0.05), (0.1, 0.02), (0.01, 0.5)]:
            b = size * torch.cat([rand.uniform(1, 2, 3), -rand.uniform(1, 2, 3)])
            for share in (0.93, 1.03, -0.93, -1.03):
                calls.append((b + share * (atol + rtol * b.abs()), b, rtol, atol))
                one = b.clone()
                at = int(rand.ints(0, 6))
                one[at] += share * (atol + rtol * float(b[at].abs()))
                calls.append((one, b, rtol, atol))
    large = torch.tensor([1000.0, 1.0, 0.0])
    calls += [(large + torch.tensor([0.0, 0.5, 0.0]), large, 0.01, 0.0)]
    calls += [(large + torch.tensor([5.0, 0.0, 0.004]), large, 0.01, 0.005)]
    half, none = torch.tensor([0.5]), torch.tensor([0.0])
    calls += [(half, none, 0.0, 0.5), (half, none, 0.0, 0.4375), (none, half, 1.0, 0.0)]
    calls += [(large, large.clone(), 0.0, 0.0), (large, -large, 0.1, 0.1)]
    expected = [torch.allclose(a, b, rtol=r, atol=t) for a, b, r, t in calls]
    close(student.run(yes_or_no, "close_enough", calls), expected)


@title(
    "close_enough: infinities, nan, double precision, nothing at all",
    zh="close_enough：无穷大、nan、双精度与空张量",
)
@hidden(
    "What is inf - inf? And what is the tolerance if b is infinite?",
    zh="inf - inf 是什么？b 为无穷大时，容差又是多少？",
)
def test_close_special(student, rand):
    inf, nan, x = torch.inf, torch.nan, rand(3, 2, dtype=torch.float64)
    calls = [
        (torch.tensor([1.0, v]), torch.tensor([1.0, w]), rtol, 0.1)
        for v, w in [(inf, inf), (-inf, -inf), (inf, -inf), (3.0, inf), (inf, 3.0)]
        for rtol in (0.0, 0.1)
    ]
    calls += [
        (torch.tensor([v]), torch.tensor([w]), 1.0, 1.0) for v in (nan, 1.0) for w in (nan, 1.0)
    ]
    calls += [(x, x + 1e-9, 0.0, 1e-8), (x, x + 1e-9, 0.0, 1e-10), (x, x.clone(), 0.0, 0.0)]
    calls += [(x[:0], x[:0], 0.0, 0.0), (rand(), rand() + 9, 0.1, 0.1)]
    expected = [torch.allclose(a, b, rtol=r, atol=t) for a, b, r, t in calls]
    close(student.run(yes_or_no, "close_enough", calls), expected)


@title("verdict: shape, same, close or different", zh="verdict：shape、same、close 还是 different")
@points(2)
def test_verdict(student, rand):
    x = rand.uniform(1, 2, 3, 4)
    other = x.clone()
    other[1, 2] += 0.01
    calls = [(x, x.clone()), (x, x * (1 + 2e-6)), (x, other), (x, x[:1]), (x[0], x[1])]
    calls += [(x[:1, :1], x[:1, :1].clone()), (x[0], x[0].clone()), (torch.ones(3), torch.ones(1))]
    calls += [(x * (1 - 4e-6), x), (x, x.T), (other, x), (x[0, 0], x[0, 0] + 1), (x, x * 1.0001)]
    words = ["same", "close", "different", "shape", "different", "same", "same", "shape"]
    words += ["close", "shape", "different", "different", "different"]
    # In double precision, so near the tolerance that the order of the two matters.
    for a, b, word in [
        *((0.5e-8, 0.0, "close"), (1.5e-8, 0.0, "different"), (1.000015, 1.0, "different")),
        *((1000010.00005, 1e6, "different"), (1e6, 1000010.00005, "close")),
    ]:
        calls.append(tuple(torch.tensor([v], dtype=torch.float64) for v in (a, b)))
        words.append(word)
    order = rand.perm(len(calls)).tolist()
    close(student.run(verdicts, [calls[i] for i in order]), [words[i] for i in order])


@title(
    "broadcast_twin: equal everywhere, but of another shape",
    zh="broadcast_twin：处处相等，形状却不同",
)
def test_twin(student, rand):
    for x in [rand(3), rand(2, 3), rand(3, 3), rand(), rand.ints(0, 99, 2, 2, 3), rand(1, 1)]:
        twin = student.broadcast_twin(x)
        fits = isinstance(twin, torch.Tensor) and twin.numel() > 0
        if fits:
            try:
                twin = torch.broadcast_tensors(x, twin)[1] if twin.shape != x.shape else None
            except RuntimeError:
                twin = None
        assert fits and twin is not None and bool((x == twin).all()), text(
            f"For an x of shape {tuple(x.shape)} the result has the same shape, or doesn't"
            " broadcast, or (x == t).all() isn't true.",
            zh=f"x 的形状为 {tuple(x.shape)} 时，结果的形状与 x 相同，或者不能广播，"
            "或者 (x == t).all() 不成立。",
        )


@title("one_way: close in one order only", zh="one_way：只在一种顺序下接近")
def test_one_way(student, rand):
    tolerances = [0.01, 0.5, *rand.uniform(0.02, 0.4, 6, dtype=torch.float64).tolist()]
    answers = student.run(orders, tolerances)
    for rtol, answer in zip(tolerances, answers, strict=True):
        close(
            answer,
            [True, False],
            note=text(
                f"This is for rtol = {rtol:.4f}. Compared are close_enough(a, b, rtol, 0) and"
                " close_enough(b, a, rtol, 0).",
                zh=f"这里 rtol = {rtol:.4f}。"
                "比较的是 close_enough(a, b, rtol, 0) 与 close_enough(b, a, rtol, 0)。",
            ),
        )
