"""time_it_right: a stopwatch and a race, on clocks and devices that are made up."""

import statistics
import time

import torch

from torchgrade.authoring import (
    alternative,
    cases,
    close,
    hidden,
    misconception,
    points,
    probe,
    refuses,
    title,
)

# --- What goes wrong with the stopwatch ---------------------------------------------------------


@misconception(
    "measure",
    "You timed how long it takes to order the work. The device is still busy when f returns: wait"
    " for it before you read the clock at the end.",
    zh="你测的是下单的时间。f 返回时设备还在忙：结束时，要等它干完再看表。",
)
def not_waited_after(f, warmup=3, repeat=10, synchronize=None, clock=time.perf_counter):
    for _ in range(warmup):
        f()
    return statistics.median(_seconds(f, None, clock) for _ in range(repeat))


@misconception(
    "measure",
    "Work that was in the queue before is charged to your first run: the device was still busy when"
    " the clock started. Wait before the start as well as before the end.",
    zh="队列里原有的活算到了你的第一次运行头上：开始计时的时候，设备还在忙。不但结束前要等，开始前也要等。",
)
def not_waited_before(f, warmup=3, repeat=10, synchronize=None, clock=time.perf_counter):
    times = []
    for k in range(warmup + repeat):
        start = clock()
        f()
        if k >= warmup:
            if synchronize is not None:
                synchronize()
            times.append(clock() - start)
    return statistics.median(times)


@misconception(
    "measure",
    "You wait before the run, but with the clock running: all that you waited for is charged to"
    " your first run. Wait first, then read the clock.",
    zh="运行之前你等了，可那时表已经在走：等的时间全算到了第一次运行头上。应当先等，再看表。",
)
def waited_with_the_clock_running(
    f, warmup=3, repeat=10, synchronize=None, clock=time.perf_counter
):
    wait = synchronize or (lambda: None)
    times = []
    for _ in range(warmup):
        f()
    for _ in range(repeat):
        start = clock()
        wait()
        f()
        wait()
        times.append(clock() - start)
    return statistics.median(times)


@misconception(
    "measure",
    "There is no warm-up: the first calls, which are special, are timed like any others.",
    zh="没有预热：头几次调用与众不同，却和别的一样计了时。",
)
def no_warm_up(f, warmup=3, repeat=10, synchronize=None, clock=time.perf_counter):
    return statistics.median(_seconds(f, synchronize, clock) for _ in range(repeat))


@misconception(
    "measure",
    "The warm-up calls are made, but their times are in the median with all the others.",
    zh="预热的调用是做了，可它们的时间也和别的一起进了中位数。",
)
def warm_up_timed(f, warmup=3, repeat=10, synchronize=None, clock=time.perf_counter):
    return statistics.median(_seconds(f, synchronize, clock) for _ in range(warmup + repeat))


@misconception(
    "measure",
    "You warm up with a single call, whatever `warmup` says.",
    zh="不管 `warmup` 是多少，你都只预热了一次。",
)
def one_warm_up_call(f, warmup=3, repeat=10, synchronize=None, clock=time.perf_counter):
    f()
    return statistics.median(_seconds(f, synchronize, clock) for _ in range(repeat))


@misconception(
    "measure",
    "The warm-up calls are taken out of the `repeat` runs, so too few are left. They come on top:"
    " f is called warmup + repeat times.",
    zh="预热占用了 `repeat` 次运行的名额，剩下的就不够了。预热应当另算：f 一共调用 warmup + repeat 次。",
)
def warm_up_taken_from_the_runs(f, warmup=3, repeat=10, synchronize=None, clock=time.perf_counter):
    times = [_seconds(f, synchronize, clock) for _ in range(max(repeat, warmup + 1))]
    return statistics.median(times[warmup:])


@misconception(
    "measure",
    "That is the mean. One run that was disturbed badly pulls it up; the median isn't impressed.",
    zh="这是平均值。只要有一次被严重干扰，它就会被拉高；中位数则不受影响。",
)
def mean_of_the_runs(f, warmup=3, repeat=10, synchronize=None, clock=time.perf_counter):
    for _ in range(warmup):
        f()
    return statistics.mean(_seconds(f, synchronize, clock) for _ in range(repeat))


@misconception(
    "measure",
    "You time the whole loop and divide by the number of runs. That is a mean, with every"
    " disturbance in it, and on a device by itself the runs overlap. Time each run by itself.",
    zh="你给整个循环计时，再除以次数。这是平均值，所有干扰都在里面；设备自顾自干活时，各次运行还会重叠。"
    "应当每次分别计时。",
)
def whole_loop_timed(f, warmup=3, repeat=10, synchronize=None, clock=time.perf_counter):
    for _ in range(warmup):
        f()

    def loop():
        for _ in range(repeat):
            f()

    return _seconds(loop, synchronize, clock) / repeat


@misconception(
    "measure",
    "That is the fastest run. It tells what the machine can do on its best day; asked for is the"
    " median.",
    zh="这是最快的一次，说明的是机器状态最好时能做到什么；题目要的是中位数。",
)
def fastest_run(f, warmup=3, repeat=10, synchronize=None, clock=time.perf_counter):
    for _ in range(warmup):
        f()
    return min(_seconds(f, synchronize, clock) for _ in range(repeat))


@misconception(
    "measure",
    "Of an even number of runs you take the lower one of the two in the middle, as torch.median"
    " does. The median is halfway between them.",
    zh="次数为偶数时，你取了中间两个里较小的那个，torch.median 也是这样。中位数应当在它们正中间。",
)
def lower_of_the_middle(f, warmup=3, repeat=10, synchronize=None, clock=time.perf_counter):
    for _ in range(warmup):
        f()
    return statistics.median_low(_seconds(f, synchronize, clock) for _ in range(repeat))


@misconception(
    "measure",
    "Of an even number of runs you take the upper one of the two in the middle. The median is"
    " halfway between them.",
    zh="次数为偶数时，你取了中间两个里较大的那个。中位数应当在它们正中间。",
)
def upper_of_the_middle(f, warmup=3, repeat=10, synchronize=None, clock=time.perf_counter):
    for _ in range(warmup):
        f()
    return statistics.median_high(_seconds(f, synchronize, clock) for _ in range(repeat))


@misconception(
    "measure",
    "You take the run in the middle of the row, but the runs stand as they came. They have to be"
    " sorted first.",
    zh="你取的是排在正中间的那次，可各次还是按先后排的。要先排序。",
)
def middle_without_sorting(f, warmup=3, repeat=10, synchronize=None, clock=time.perf_counter):
    for _ in range(warmup):
        f()
    times = [_seconds(f, synchronize, clock) for _ in range(repeat)]
    return (times[(repeat - 1) // 2] + times[repeat // 2]) / 2


@misconception(
    "measure",
    "Your result is a thousand times too large: these are milliseconds. The clock counts seconds,"
    " and so should you.",
    zh="你的结果大了一千倍：这是毫秒。钟以秒计时，结果也应当以秒为单位。",
)
def milliseconds(f, warmup=3, repeat=10, synchronize=None, clock=time.perf_counter):
    for _ in range(warmup):
        f()
    return 1000 * statistics.median(_seconds(f, synchronize, clock) for _ in range(repeat))


# --- What goes wrong with the race --------------------------------------------------------------


@misconception(
    "compare",
    "The ratio is upside down. It tells how many times as long g takes: the time of g divided by"
    " that of f.",
    zh="比值弄反了。要的是 g 用时是 f 的多少倍：g 的时间除以 f 的时间。",
)
def upside_down(f, g, warmup=3, repeat=10, synchronize=None, clock=time.perf_counter):
    for _ in range(warmup):
        f(), g()
    ratios = []
    for _ in range(repeat):
        first = _seconds(f, synchronize, clock)
        ratios.append(first / _seconds(g, synchronize, clock))
    return statistics.median(ratios)


@misconception(
    "compare",
    "All runs of f come first, then all of g. If the machine slows down meanwhile, g seems slow:"
    " take turns.",
    zh="你先跑完 f 的所有运行，再跑 g 的。机器若在这期间变慢，就显得 g 慢：应当轮流来。",
)
def one_after_the_other(f, g, warmup=3, repeat=10, synchronize=None, clock=time.perf_counter):
    first = measure(f, warmup, repeat, synchronize, clock)
    return measure(g, warmup, repeat, synchronize, clock) / first


@misconception(
    "compare",
    "The runs take turns, but then you divide one median by the other, and these may come from"
    " different rounds. Divide within each round, and take the median at the end.",
    zh="运行是轮流的，可最后你用一个中位数去除另一个，它们可能来自不同的轮次。应当每轮各自相除，最后再取中位数。",
)
def ratio_of_medians(f, g, warmup=3, repeat=10, synchronize=None, clock=time.perf_counter):
    for _ in range(warmup):
        f(), g()
    first, second = [], []
    for _ in range(repeat):
        first.append(_seconds(f, synchronize, clock))
        second.append(_seconds(g, synchronize, clock))
    return statistics.median(second) / statistics.median(first)


@misconception(
    "compare",
    "You take the mean of the ratios. One disturbed run is enough to spoil it: take the median.",
    zh="你取了各轮比值的平均。一次被干扰就足以毁掉它：应当取中位数。",
)
def mean_of_the_ratios(f, g, warmup=3, repeat=10, synchronize=None, clock=time.perf_counter):
    for _ in range(warmup):
        f(), g()
    ratios = []
    for _ in range(repeat):
        first = _seconds(f, synchronize, clock)
        ratios.append(_seconds(g, synchronize, clock) / first)
    return statistics.mean(ratios)


@misconception(
    "compare",
    "In each of your rounds g runs before f. On a machine that changes, that gives other ratios: f"
    " comes first.",
    zh="你的每一轮都是 g 在前、f 在后。机器一直在变，次序不同，比值就不同：应当先跑 f。",
)
def second_goes_first(f, g, warmup=3, repeat=10, synchronize=None, clock=time.perf_counter):
    for _ in range(warmup):
        f(), g()
    ratios = []
    for _ in range(repeat):
        second = _seconds(g, synchronize, clock)
        ratios.append(second / _seconds(f, synchronize, clock))
    return statistics.median(ratios)


@misconception(
    "compare",
    "Only f is warmed up. The first calls of g are special too.",
    zh="只有 f 预热了。g 的头几次调用同样与众不同。",
)
def only_f_warmed_up(f, g, warmup=3, repeat=10, synchronize=None, clock=time.perf_counter):
    for _ in range(warmup):
        f()
    return compare_from_here(f, g, repeat, synchronize, clock)


def compare_from_here(f, g, repeat, synchronize, clock):
    ratios = []
    for _ in range(repeat):
        first = _seconds(f, synchronize, clock)
        ratios.append(_seconds(g, synchronize, clock) / first)
    return statistics.median(ratios)


@misconception(
    "compare",
    "Neither function is warmed up before the rounds begin.",
    zh="轮次开始之前，两个函数都没有预热。",
)
def nobody_warmed_up(f, g, warmup=3, repeat=10, synchronize=None, clock=time.perf_counter):
    return compare_from_here(f, g, repeat, synchronize, clock)


@misconception(
    "compare",
    "There is no waiting in your rounds: what you compare is how long it takes to order the work.",
    zh="你的各轮里没有等待：比较的是下单各要多久。",
)
def race_without_waiting(f, g, warmup=3, repeat=10, synchronize=None, clock=time.perf_counter):
    for _ in range(warmup):
        f(), g()
    return compare_from_here(f, g, repeat, None, clock)


@misconception(
    "compare",
    "The work of f is charged to g: you wait at the end of a round, but not between the two. Each"
    " run has to end, clock and all, before the next one begins.",
    zh="f 的活算到了 g 头上：你在每轮的末尾等了，却没有在两者之间等。"
    "前一次运行要彻底结束、记下时间，后一次才能开始。",
)
def first_charged_to_second(f, g, warmup=3, repeat=10, synchronize=None, clock=time.perf_counter):
    wait = synchronize or (lambda: None)
    ratios = []
    for _ in range(warmup):
        f(), g()
    for _ in range(repeat):
        wait()
        start = clock()
        f()
        between = clock()
        g()
        wait()
        ratios.append((clock() - between) / (between - start))
    return statistics.median(ratios)


# --- Other ways to be right ---------------------------------------------------------------------


@alternative("measure")
def sorted_by_hand(f, warmup=3, repeat=10, synchronize=None, clock=time.perf_counter):
    if repeat <= 0 or warmup < 0:
        raise ValueError("repeat must be positive")
    times = []
    for k in range(-warmup, repeat):
        if synchronize:
            synchronize()
        before = clock()
        f()
        if synchronize:
            synchronize()
        after = clock()
        if k >= 0:
            times.append(after - before)
    times.sort()
    return (times[repeat // 2] + times[~(repeat // 2)]) / 2


@alternative("measure")
def quantile_of_a_tensor(f, warmup=3, repeat=10, synchronize=None, clock=time.perf_counter):
    if warmup < 0 or repeat < 1:
        raise ValueError
    wait = synchronize if synchronize is not None else (lambda: None)
    for _ in range(warmup):
        f()
        wait()
    times = torch.zeros(repeat, dtype=torch.float64)
    for k in range(repeat):
        wait()
        wait()
        times[k] = -clock()
        f()
        wait()
        times[k] += clock()
    return times.quantile(0.5).item()


@alternative("compare")
def built_on_measure(f, g, warmup=3, repeat=10, synchronize=None, clock=time.perf_counter):
    if warmup < 0 or repeat < 1:
        raise ValueError
    for function in (f, g):
        for _ in range(warmup):
            function()
    ratios = []
    for _ in range(repeat):
        first, second = (measure(function, 0, 1, synchronize, clock) for function in (f, g))
        ratios.append(second / first)
    return statistics.median(ratios)


@alternative("compare")
def two_lists_of_times(f, g, warmup=3, repeat=10, synchronize=None, clock=time.perf_counter):
    if warmup < 0 or repeat < 1:
        raise ValueError
    times = {f: [], g: []}
    for k in range(warmup + repeat):
        for function, list_of_times in times.items():
            if synchronize:
                synchronize()
            start = clock()
            function()
            if synchronize:
                synchronize()
            if k >= warmup:
                list_of_times.append(clock() - start)
    return statistics.median(b / a for a, b in zip(times[f], times[g], strict=True))


# --- A machine whose time passes only while it works --------------------------------------------


@probe
def machine(student, launch, pending):
    """A clock, a way to wait, and a maker of functions; with ``launch`` they return at once.

    A function needs works[k] seconds if k calls, of whatever function, came before.
    """
    now, idle_from, calls = [64.0], [64.0 + pending], []

    def clock():
        return now[0]

    def synchronize():
        now[0] = max(now[0], idle_from[0])

    def function(name, works):
        def run():
            work = works[min(len(calls), len(works) - 1)]
            calls.append(name)
            if launch is None:
                now[0] += work
            else:
                now[0] += launch
                idle_from[0] = max(now[0], idle_from[0]) + work

        return run

    wait = {} if launch is None else {"synchronize": synchronize}
    return function, calls, {"clock": clock, **wait}


@probe
def measured(student, works, warmup, repeat, launch=None, pending=0.0):
    function, calls, tools = machine(student, launch, pending)
    seconds = student.measure(function("f", works), warmup, repeat, **tools)
    return {"seconds": seconds, "calls": len(calls)}


@probe
def compared(student, works, other_works, warmup, repeat, launch=None, pending=0.0):
    function, calls, tools = machine(student, launch, pending)
    f, g = function("f", works), function("g", other_works)
    return {"ratio": student.compare(f, g, warmup, repeat, **tools), "calls": len(calls)}


def seconds(rand, low, high, n):
    """``n`` different times in random order, ``low`` to ``high`` milliseconds, with four decimals.

    They are no multiples of a power of 1/2: whoever returns the same one has computed the same.
    """
    return [(10 * (low + k) + 3) / 10_000 for k in rand.perm(high - low)[:n].tolist()]


def warming_up(rand, warmup, repeat):
    """Times of a function whose first calls are slow, and one of whose runs is disturbed."""
    works = seconds(rand, 300, 900, warmup + repeat)
    works[warmup + int(rand.ints(0, repeat))] += 50.0
    return [work + 100 * (k < warmup) for k, work in enumerate(works)]


# --- measure ------------------------------------------------------------------------------------


@title("The median of the runs", zh="各次运行的中位数")
@points(2)
@cases("repeat", [3, 5, 8, 6])
def test_median(student, rand, repeat):
    works = warming_up(rand, 0, repeat)
    close(
        student.run(measured, works, 0, repeat),
        {"seconds": statistics.median(works), "calls": repeat},
    )


@title("Warm-up calls are made and not timed", zh="预热的调用要做，但不计时")
@points(3)
@cases("warmup, repeat", [(1, 4), (2, 5), (4, 7)])
def test_warm_up(student, rand, warmup, repeat):
    works = warming_up(rand, warmup, repeat)
    close(
        student.run(measured, works, warmup, repeat),
        {"seconds": statistics.median(works[warmup:]), "calls": warmup + repeat},
    )


@title("A device that works by itself is waited for", zh="设备自顾自干活时，要等它干完")
@points(3)
@cases("warmup, repeat", [(0, 5), (2, 6)])
def test_device(student, rand, warmup, repeat):
    works, launch = warming_up(rand, warmup, repeat), 0.0421
    close(
        student.run(measured, works, warmup, repeat, launch),
        {"seconds": launch + statistics.median(works[warmup:]), "calls": warmup + repeat},
    )


@title("Work from before is not charged to a run", zh="之前的活不算到这次运行头上")
@points(3)
@cases("warmup", [0, 2])
def test_work_from_before(student, rand, warmup):
    works, launch = warming_up(rand, warmup, 1), 0.0732
    (pending,) = seconds(rand, 8000, 9000, 1)
    close(
        student.run(measured, works, warmup, 1, launch, pending),
        {"seconds": launch + works[-1], "calls": warmup + 1},
    )


@probe
def with_defaults(student, least):
    """Runs of at least ``least`` seconds by the real clock; was less measured, and how many?"""
    calls = []

    def f():
        calls.append("f")
        start = time.perf_counter()
        while time.perf_counter() - start < least:
            pass

    def g():
        f()
        calls[-1] = "g"

    too_short = student.measure(f) < least
    measured, calls = calls, []
    student.compare(f, g)
    return {"too short": too_short, "measure": len(measured), "compare": sorted(calls)}


@title(
    "Without arguments: three calls, ten runs, the real clock",
    zh="不给参数：预热三次，运行十次，用真正的钟",
)
@hidden(
    "Call measure and compare with functions alone, and count their calls.",
    zh="只传函数给 measure 和 compare，数一数它们被调用了几次。",
)
def test_defaults(student):
    close(
        student.run(with_defaults, 0.001),
        {"too short": False, "measure": 13, "compare": ["f"] * 13 + ["g"] * 13},
    )


@probe
def calls_before_refusal(student, name, warmup, repeat):
    calls = []
    functions = [lambda: calls.append("f"), lambda: calls.append("g")]
    functions = functions[: 1 if name == "measure" else 2]
    try:
        getattr(student, name)(*functions, warmup, repeat)
    except ValueError:
        if calls:
            return len(calls)
        raise
    return len(calls)


@title(
    "Impossible counts are refused before anything is called", zh="次数不合理时，什么也不调用就拒绝"
)
@cases("name", ["measure", "compare"])
def test_refusals(student, rand, name):
    functions = 1 if name == "measure" else 2
    close(student.run(calls_before_refusal, name, 0, 2), 2 * functions)
    for warmup, repeat in [(-1, 3), (2, 0), (1, -2)]:
        with refuses(ValueError):
            student.run(calls_before_refusal, name, warmup, repeat)


# --- compare ------------------------------------------------------------------------------------


def race(rand, warmup, repeat, drift=0.0):
    """Times of two functions by the number of calls before, and the pair of each timed round.

    The machine is disturbed in each round by another factor, for both alike, and may slow down
    more and more.
    """
    calls = 2 * (warmup + repeat)
    noise = [1 + 3 * share for share in rand.uniform(0, 1, calls // 2).tolist()]
    slow = [noise[k // 2] * (1 + drift) ** k for k in range(calls)]
    first, second = (
        [work * factor for work, factor in zip(seconds(rand, *limits, calls), slow, strict=True)]
        for limits in [(300, 900), (900, 3000)]
    )
    for k in range(2 * warmup):
        first[k], second[k] = 40 * first[k], 90 * second[k]
    second[2 * (warmup + int(rand.ints(0, repeat))) + 1] *= 30
    # Few decimals, for the sake of whoever reads them in a report.
    first, second = [round(work, 4) for work in first], [round(work, 4) for work in second]
    rounds = range(2 * warmup, calls, 2)
    return first, second, [(first[k], second[k + 1]) for k in rounds]


@title("compare: the median of the rounds' ratios", zh="compare：各轮比值的中位数")
@points(2)
@cases("repeat", [3, 5, 6])
def test_ratio(student, rand, repeat):
    first, second, rounds = race(rand, 0, repeat)
    close(
        student.run(compared, first, second, 0, repeat),
        {"ratio": statistics.median(b / a for a, b in rounds), "calls": 2 * repeat},
    )


@title("compare: on a machine that slows down", zh="compare：机器越来越慢")
@points(3)
@cases("warmup, repeat", [(1, 5), (3, 7)])
def test_slowing_down(student, rand, warmup, repeat):
    first, second, rounds = race(rand, warmup, repeat, drift=0.3)
    close(
        student.run(compared, first, second, warmup, repeat),
        {"ratio": statistics.median(b / a for a, b in rounds), "calls": 2 * (warmup + repeat)},
    )


@title("compare: on a device that works by itself", zh="compare：设备自顾自干活")
@points(3)
@cases("warmup, repeat", [(0, 4), (2, 5)])
def test_race_on_a_device(student, rand, warmup, repeat):
    first, second, rounds = race(rand, warmup, repeat, drift=0.1)
    launch = 0.1034
    ratios = [(launch + b) / (launch + a) for a, b in rounds]
    close(
        student.run(compared, first, second, warmup, repeat, launch, 50.0),
        {"ratio": statistics.median(ratios), "calls": 2 * (warmup + repeat)},
    )
