"""What a Jacobian costs in forward and in reverse mode: passes, calls, multiplications."""

import functools
import itertools

import torch

from torchgrade.authoring import (
    alternative,
    close,
    hidden,
    misconception,
    points,
    probe,
    text,
    title,
)

# What goes wrong


@misconception(
    "passes",
    "Forward and reverse are swapped. A forward pass follows the change of one input to all "
    "outputs, so there is one pass for each input; a backward pass starts at one output.",
    zh="正向与反向弄反了。正向走一遍，是跟踪一个输入的变化对所有输出的影响，所以每个输入走一遍；"
    "反向走一遍，是从一个输出出发。",
)
def passes_swapped(n, m, mode):
    return {"forward": m, "reverse": n, "central": 2 * n}[mode]


@misconception(
    "passes",
    "One backward pass was taken to be enough for everything. It is for a single output, as a loss; "
    "with m outputs there are m rows, each with a pass of its own.",
    zh="以为反向走一遍总是够的。只有一个输出时（例如损失函数）才是这样；有 m 个输出就有 m 行，每行各走一遍。",
)
def one_backward_pass(n, m, mode):
    return {"forward": n, "reverse": 1, "central": 2 * n}[mode]


@misconception(
    "passes",
    "Central differences evaluate the function on both sides of x, so each input costs two "
    "evaluations.",
    zh="中心差分要在 x 的两侧各求一次函数值，所以每个输入要算两次。",
)
def one_evaluation_per_input(n, m, mode):
    return {"forward": n, "reverse": m, "central": n + 1}[mode]


@misconception(
    "passes",
    "Differences were counted for each entry of the Jacobian. One evaluation gives all outputs at "
    "the same time, so only the number of inputs matters.",
    zh="差分的次数按雅可比矩阵的元素个数算了。求一次函数值就得到全部输出，所以只与输入的个数有关。",
)
def one_pass_per_entry(n, m, mode):
    return {"forward": n, "reverse": m, "central": 2 * n * m}[mode]


@misconception(
    "cheaper_mode",
    "Reverse mode always: that is right for a loss, which is one number. With fewer inputs than "
    "outputs, forward mode needs fewer passes.",
    zh="总是选反向模式：对损失函数（只有一个数）是对的，但输入比输出少的时候，正向模式走的遍数更少。",
)
def always_reverse(n, m):
    return "reverse"


@misconception(
    "cheaper_mode",
    "It is the other way round: many inputs and few outputs are the case for reverse mode.",
    zh="正好反了：输入多、输出少的时候，才该用反向模式。",
)
def choice_swapped(n, m):
    return "reverse" if n < m else "forward"


@misconception(
    "cheaper_mode",
    "With as many inputs as outputs both modes take as many passes. Then forward mode is asked: it "
    "needs no memory for what was computed on the way.",
    zh="输入与输出一样多时，两种模式走的遍数相同。这时应选正向模式：它不必把途中的结果存下来。",
)
def tie_to_reverse(n, m):
    return "forward" if n < m else "reverse"


@misconception(
    "full_jacobian",
    "The Jacobian is right, but it was always computed row by row, in reverse mode. With fewer "
    "inputs than outputs, columns in forward mode take fewer calls.",
    zh="雅可比矩阵是对的，但总是用反向模式一行一行求的。输入比输出少的时候，用正向模式一列一列求，"
    "调用次数更少。",
)
def rows_always(jvp, vjp, n, m):
    rows = [vjp(v) for v in torch.eye(m, dtype=torch.float64)]
    return torch.stack(rows) if rows else torch.zeros(m, n, dtype=torch.float64)


@misconception(
    "full_jacobian",
    "The Jacobian is right, but it was always computed column by column, in forward mode. For a "
    "million inputs and one output that is a million calls instead of one.",
    zh="雅可比矩阵是对的，但总是用正向模式一列一列求的。如果有一百万个输入、一个输出，"
    "就要调用一百万次，而不是一次。",
)
def columns_always(jvp, vjp, n, m):
    columns = [jvp(u) for u in torch.eye(n, dtype=torch.float64)]
    return torch.stack(columns, dim=1) if columns else torch.zeros(m, n, dtype=torch.float64)


@misconception(
    "full_jacobian",
    "The columns were stored as rows: a jvp gives what one input does to all outputs, which is a "
    "column.",
    zh="把列存成了行：一次 jvp 得到的是一个输入对所有输出的影响，应当是一列。",
)
def columns_as_rows(jvp, vjp, n, m):
    if n <= m:
        return torch.stack([jvp(u) for u in torch.eye(n, dtype=torch.float64)])
    return torch.stack([vjp(v) for v in torch.eye(m, dtype=torch.float64)])


@misconception(
    "full_jacobian",
    "The mode with more calls was chosen.",
    zh="选了调用次数更多的那种模式。",
)
def dearer_mode(jvp, vjp, n, m):
    if n > m:
        return torch.stack([jvp(u) for u in torch.eye(n, dtype=torch.float64)], dim=1)
    return torch.stack([vjp(v) for v in torch.eye(m, dtype=torch.float64)])


@misconception(
    "full_jacobian",
    "The result was collected in a float32 buffer, so half of the digits are gone. jvp and vjp "
    "work in float64, and so should the Jacobian.",
    zh="结果收集在 float32 的张量里，有效数字丢了一半。jvp 和 vjp 都是 float64，雅可比矩阵也应是 float64。",
)
def collected_in_float32(jvp, vjp, n, m):
    result = torch.zeros(m, n)
    if n <= m:
        for j, u in enumerate(torch.eye(n, dtype=torch.float64)):
            result[:, j] = jvp(u)
    else:
        for i, v in enumerate(torch.eye(m, dtype=torch.float64)):
            result[i] = vjp(v)
    return result


@misconception(
    "multiplications",
    "The two modes are swapped. In forward mode the product grows from the input: all factors are "
    "multiplied onto a matrix with as many columns as there are inputs.",
    zh="两种模式弄反了。正向模式的乘积从输入那端开始增长：每个因子都乘到一个列数等于输入个数的矩阵上。",
)
def modes_swapped(sizes, mode):
    links = [sizes[k] * sizes[k + 1] for k in range(len(sizes) - 1)]
    if mode == "reverse":
        return sizes[0] * sum(links[1:])
    return sizes[-1] * sum(links[:-1])


@misconception(
    "multiplications",
    "The first Jacobian was counted, too, as if it were multiplied by the identity. With k matrices "
    "there are k - 1 products.",
    zh="把第一个雅可比矩阵也算了进去，好像它还要乘以单位矩阵。k 个矩阵只有 k - 1 次乘法。",
)
def identity_counted(sizes, mode):
    links = [sizes[k] * sizes[k + 1] for k in range(len(sizes) - 1)]
    return (sizes[0] if mode == "forward" else sizes[-1]) * sum(links)


@misconception(
    "multiplications",
    "The entries of the matrices were counted. That is the cost of one vector going through the "
    "chain; a whole Jacobian carries one column for each input, or one row for each output.",
    zh="数的是各矩阵的元素个数。那是一个向量走过整条链的代价；求整个雅可比矩阵时，"
    "每个输入带一列，或者每个输出带一行。",
)
def entries_counted(sizes, mode):
    links = [sizes[k] * sizes[k + 1] for k in range(len(sizes) - 1)]
    return sum(links[1:] if mode == "forward" else links[:-1])


@misconception(
    "multiplications",
    "This is the size of the results, and not the number of multiplications: each entry of a "
    "product is a sum of several of them.",
    zh="这是各个结果的元素个数，而不是乘法的次数：乘积的每个元素都是好几个乘积之和。",
)
def results_counted(sizes, mode):
    if mode == "forward":
        return sizes[0] * sum(sizes[2:])
    return sizes[-1] * sum(sizes[:-2])


# Other right answers


@alternative("cheaper_mode")
def by_counting(n, m):
    return min(["forward", "reverse"], key=lambda mode: passes(n, m, mode))


@alternative("full_jacobian")
def by_stacking(jvp, vjp, n, m):
    if m < n:
        rows = [vjp(torch.eye(m, dtype=torch.float64)[i]) for i in range(m)]
        return torch.stack(rows) if rows else torch.zeros(0, n, dtype=torch.float64)
    columns = [jvp(torch.eye(n, dtype=torch.float64)[j]) for j in range(n)]
    return torch.stack(columns).T if columns else torch.zeros(m, 0, dtype=torch.float64)


@alternative("multiplications")
def by_walking(sizes, mode):
    sizes = list(sizes) if mode == "forward" else list(reversed(sizes))
    shape = [sizes[1], sizes[0]]
    total = 0
    for size in sizes[2:]:
        total += size * shape[0] * shape[1]
        shape[0] = size
    return total


# The tests


@probe
def passes_of(student, cases):
    return [student.passes(*case) for case in cases]


@probe
def modes_of(student, cases):
    return [student.cheaper_mode(*case) for case in cases]


@probe
def jacobians(student, matrices):
    """Jacobians of t -> sin(J t) + J t at 0, which are 2 J, and the calls that each took."""
    found, calls = [], []
    for matrix in matrices:
        count = [0, 0]

        def jvp(u, matrix=matrix, count=count):
            count[0] += 1
            return 2 * matrix @ u

        def vjp(v, matrix=matrix, count=count):
            count[1] += 1
            return v @ (2 * matrix)

        m, n = matrix.shape
        found.append(student.full_jacobian(jvp, vjp, n, m))
        calls += [sum(count), *count]
    return {"jacobians": found, "calls": calls}


@probe
def multiplications_of(student, cases):
    return [student.multiplications(*case) for case in cases]


def calls_needed(m, n):
    return [n, n, 0] if n <= m else [m, 0, m]


def chain_cost(sizes, mode):
    """Count, product by product."""
    shapes = [(b, a) for a, b in itertools.pairwise(sizes)]
    if mode == "reverse":
        shapes = [(a, b) for b, a in reversed(shapes)]
    total = 0

    def multiply(x, y):
        nonlocal total
        total += y[0] * y[1] * x[1]
        return y[0], x[1]

    functools.reduce(multiply, shapes)
    return total


CALLS = text(
    "calls: for each Jacobian three numbers, all calls together, then those of jvp and those of "
    "vjp. With as many inputs as outputs forward mode is asked.",
    zh="calls：每个雅可比矩阵对应三个数，依次是总的调用次数、jvp 的次数、vjp 的次数。"
    "输入与输出一样多时，应使用正向模式。",
)


@title("How many passes each method takes", zh="各种方法要走多少遍")
@points(2)
def test_passes(student, rand):
    sizes = [tuple(rand.ints(2, 90, 2).tolist()) for _ in range(6)]
    sizes = [(n, m + 90 * (k % 2)) for k, (n, m) in enumerate(sizes)]
    cases = [(n, m, mode) for n, m in sizes for mode in ("forward", "reverse", "central")]
    expected = [{"forward": n, "reverse": m, "central": 2 * n}[mode] for n, m, mode in cases]
    close(student.run(passes_of, cases), expected)


@title("Which mode takes fewer passes", zh="哪种模式走的遍数更少")
@points(2)
def test_modes(student, rand):
    sizes = [tuple(rand.ints(2, 30, 2).tolist()) for _ in range(8)]
    sizes += [(n, n) for n in rand.ints(1, 30, 2).tolist()] + [(1000, 1), (1, 1000), (4, 5), (5, 4)]
    expected = ["forward" if n <= m else "reverse" for n, m in sizes]
    close(student.run(modes_of, sizes), expected)


@title("The whole Jacobian with the fewest calls", zh="用最少的调用次数求出整个雅可比矩阵")
@points(3)
def test_full_jacobian(student, rand):
    shapes = [(2, 5), (5, 2), (1, 4), (4, 1), (3, 3), (6, 4)]
    matrices = [rand(*shape, dtype=torch.float64) for shape in shapes]
    expected = {
        "jacobians": [2 * matrix for matrix in matrices],
        "calls": [number for shape in shapes for number in calls_needed(*shape)],
    }
    close(student.run(jacobians, matrices), expected, dtype=True, note=CALLS)


@title("Multiplications along a chain", zh="沿着链条要做多少次乘法")
@points(3)
def test_multiplications(student, rand):
    chains = [rand.ints(2, 12, count).tolist() for count in (3, 4, 5, 7)]
    cases = [(sizes, mode) for sizes in chains for mode in ("forward", "reverse")]
    expected = [chain_cost(sizes, mode) for sizes, mode in cases]
    close(student.run(multiplications_of, cases), expected)


@title(
    "A single function, a single number, a million inputs",
    zh="只有一个函数，只有一个数，一百万个输入",
)
@hidden(
    "A chain of one function needs no product. And whoever builds the matrices to count will wait "
    "long for a million inputs.",
    zh="只有一个函数的链条不需要乘法。另外，如果真把矩阵造出来再数，遇到一百万个输入就要等很久了。",
)
def test_extremes(student, rand):
    width = rand.ints(100, 900, 1).item()
    chains = [[4, 7], [1, 1, 1], [1_000_000, width, width, 1], [1, width, width, 1_000_000]]
    cases = [(sizes, mode) for sizes in chains for mode in ("forward", "reverse")]
    expected = [chain_cost(sizes, mode) for sizes, mode in cases]
    close(student.run(multiplications_of, cases), expected)
