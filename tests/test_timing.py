"""Timed tests: what is measured, what marks follow, and what is said where nothing is measured."""

from __future__ import annotations

import itertools
import json
import math
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from textwrap import dedent

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.grading import Engine, Task, outcome, statuses, write_course
from torchgrade.result import Blame, ExerciseResult, Kind, Outcome, Status
from torchgrade.session import Options
from torchgrade.timing import protocol, timer
from torchgrade.timing.anchors import Anchor, Anchors, Pace, cache_folder
from torchgrade.timing.device import Turns, choose, reserved
from torchgrade.timing.drawing import uniform
from torchgrade.timing.marked import is_timed
from torchgrade.timing.marks import STEP, credit, thresholds
from torchgrade.timing.model import Counted, TimingRules
from torchgrade.timing.protocol import FULL, Effort, Ratio
from torchgrade.timing.statistics import Interval, calm, exponent, interval, undisturbed

GRADER = """
    from torchgrade.authoring import grows_like, inputs, naive, slowdown, timed, uniform

    @inputs
    def pair(size, generator):
        return uniform(generator, size, size), uniform(generator, size, size)

    @inputs
    def equal_work(size, generator):
        return (torch.rand(size, 4096 // size, generator=generator, device=generator.device),)

    def product(a, b):
        return (a @ b @ b @ b @ b @ b @ b)[:8]

    def forty_sines(x):
        for _ in range(40):
            x = x.sin()
        return x

    @naive("f")
    def ten_times(a, b):
        for _ in range(30):
            result = a @ b @ b @ b @ b @ b @ b
        return result[:8]

    def test_value(student, rand):
        a, b = rand(4, 4), rand(4, 4)
        close(student.f(a, b), (a @ b @ b @ b @ b @ b @ b)[:8])

    @timed
    @points(3)
    def test_speed(student):
        slowdown(student.f, product, pair, sizes=[128], name="the product",
                 advice=text("once is enough"))

    @timed
    def test_growth(student):
        grows_like(student.g, forty_sines, equal_work, sizes=[64, 128, 256], exponent=0)
"""
SOLUTION = """
    def f(a, b):
        return (a @ b @ b @ b @ b @ b @ b)[:8]

    def g(x):
        for _ in range(40):
            x = x.sin()
        return x
"""
SLOW = """
    import torch

    def f(a, b):
        for _ in range(90):
            result = a @ b @ b @ b @ b @ b @ b
        return result[:8]

    def g(x):
        for _ in range(40):
            x = torch.stack([row.sin() for row in x])
        return x
"""
WRONG_WHEN_LARGE = """
    def f(a, b):
        return (a @ b @ b @ b @ b @ b @ b)[:8] * (1 if len(a) < 100 else 2)

    def g(x):
        for _ in range(40):
            x = x.sin()
        return x
"""


@pytest.fixture
def task(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for a course, and a cache of its own for anchors."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    # What follows from a measurement is tested here; how exact it can be, in benchmarks/timing.py.
    light = Effort(5, 1, 0.05, 2, 2, half_width=math.inf, quiet=math.inf, seconds=2.0)
    monkeypatch.setattr(timer, "FULL", {"cpu": light})
    monkeypatch.setattr(timer, "QUICK", light)
    monkeypatch.setitem(timer.FITNESS, "cpu", 1000.0)
    yield tmp_path / "course"


def graded(
    engine: Engine,
    root: Path,
    answers: dict[str, str],
    *,
    rules: TimingRules | None = None,
    timing: str = "marks",
    grader: str = GRADER,
) -> dict[str, ExerciseResult]:
    course = write_course(root, [Task(dedent(grader), SOLUTION, points=5)])
    rules = rules or TimingRules(cpu="ratio", seconds=2)
    exercises = [replace(each, timing=rules) for each in course.exercises]
    options = Options(timing=timing, device="cpu")
    found = engine.grade(course, answers, options, exercises)
    return {name: result for (name, _), result in found.items()}


def told(result: ExerciseResult, test: str = "test_speed") -> Outcome:
    return outcome(result, test)


# --- what is measured


def test_whoever_takes_ninety_times_as_long_is_told_so(engine: Engine, task: Path) -> None:
    """The ratio, its interval, raw times, the model answer's ratio and the advice."""
    result = graded(engine, task, {"slow": SLOW}, timing="told")["slow"]
    found = told(result)
    assert found.timing is not None and found.failure is not None
    (size,) = found.timing.sizes
    assert 45 < size.ratio < 180
    assert size.low <= size.ratio <= size.high
    assert len(size.reference) > len(size.student)
    assert size.model is not None and 0.5 < size.model < 2
    own, model = found.timing.counted, found.timing.model_counted
    assert own is not None and model is not None
    # Six products of 128 x 128 matrices, a view of eight rows; ninety times the products.
    assert model == Counted(7, 6 * 2 * 128**3)
    assert own == Counted(90 * 6 + 1, 90 * model.flops)
    assert found.timing.device_name
    assert found.failure.note is not None and found.failure.note.to("en") == "once is enough"


def test_marks_follow_from_the_ratio(engine: Engine, task: Path) -> None:
    """Full for who is like the model answer, none for who is slower than the naive one."""
    # So much slower that two blocks on a busy machine leave no doubt.
    slower = SLOW.replace("range(90)", "range(400)")
    results = graded(engine, task, {"model": SOLUTION, "slow": slower})
    model, slow = told(results["model"]), told(results["slow"])
    assert model.status is Status.PASSED, model.failure
    assert slow.status is Status.FAILED and slow.failure is not None
    assert slow.failure.kind is Kind.SLOW and slow.credit == 0


def test_growth_tells_a_loop_from_all_at_once(engine: Engine, task: Path) -> None:
    rules = TimingRules("growth", seconds=20)  # which it takes only if the machine is busy
    results = graded(engine, task, {"model": SOLUTION, "slow": SLOW}, rules=rules)
    model, slow = (told(results[name], "test_growth") for name in ("model", "slow"))
    assert model.status is Status.PASSED, model.failure
    assert slow.status is Status.FAILED and slow.failure is not None
    assert slow.failure.kind is Kind.GROWTH
    assert slow.timing is not None and slow.timing.growth is not None
    assert slow.timing.growth.exponent > 0.5


def test_a_neighbours_moment_does_not_become_growth(
    engine: Engine, task: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What comes off all rounds is not what requests without work took in one slow moment."""
    bench = protocol._Bench
    slow: list[bool] = []
    measured = bench.null_once

    def null_once(self: protocol._Bench, count: int) -> float:
        return 0.8 * self.once(count) if slow else measured(self, count)

    def null(self: protocol._Bench, count: int) -> float:
        if self.task.size == 64 and count not in self.nulls:
            slow.append(True)
        try:
            return taken(self, count)
        finally:
            slow.clear()

    taken = bench.null
    monkeypatch.setattr(bench, "null_once", null_once)
    monkeypatch.setattr(bench, "null", null)
    rules = TimingRules("growth", seconds=20)
    found = told(graded(engine, task, {"model": SOLUTION}, rules=rules)["model"], "test_growth")
    assert found.status is Status.PASSED, found.failure


def test_every_timed_output_is_checked(engine: Engine, task: Path) -> None:
    """Right for small inputs only: the timed calls find it."""
    found = told(graded(engine, task, {"wrong": WRONG_WHEN_LARGE})["wrong"])
    assert found.status is Status.FAILED and found.failure is not None
    assert found.failure.kind is Kind.VALUE
    assert found.failure.blame is Blame.STUDENT


# --- what is not measured


def test_only_right_answers_are_timed(engine: Engine, task: Path) -> None:
    wrong = SOLUTION.replace("[:8]", "[:8] + 1")
    found = told(graded(engine, task, {"wrong": wrong})["wrong"])
    assert found.status is Status.FAILED and found.failure is not None
    assert found.failure.kind is Kind.NOT_TIMED
    assert found.timing is None


def test_a_file_that_does_not_load_fails_timed_tests_alike(engine: Engine, task: Path) -> None:
    """So that reports can say it once."""
    result = graded(engine, task, {"broken": "def f(:\n"})["broken"]
    assert {o.failure.kind for o in result.outcomes if o.failure} == {Kind.SYNTAX}


def test_the_stub_is_not_timed(engine: Engine, task: Path) -> None:
    stub = "def f(a, b):\n    raise NotImplementedError\n"
    result = graded(engine, task, {"stub": stub})["stub"]
    assert result.score.earned == 0
    assert {o.failure.kind for o in result.outcomes if o.failure} == {Kind.NOT_STARTED}


def test_what_does_not_count_here_is_not_assessed_and_costs_nothing(
    engine: Engine, task: Path
) -> None:
    """By default a processor's ratio does not count: the other tests share its weight."""
    rules = TimingRules(seconds=2)
    result = graded(engine, task, {"model": SOLUTION}, rules=rules)["model"]
    found = told(result)
    assert found.status is Status.NOT_ASSESSED
    assert found.timing is None, "for marks, what does not count is not measured"
    if told(result, "test_growth").status is Status.PASSED:
        assert result.passed and result.score.earned == 5


def test_nothing_counts_where_the_course_says_so(engine: Engine, task: Path) -> None:
    rules = TimingRules(cpu="none")
    result = graded(engine, task, {"slow": SLOW}, rules=rules)["slow"]
    assert statuses(result) == {
        "test_value": Status.PASSED,
        "test_speed": Status.NOT_ASSESSED,
        "test_growth": Status.NOT_ASSESSED,
    }
    assert result.score.earned == 5


def test_without_timing_nothing_is_run(engine: Engine, task: Path) -> None:
    result = graded(engine, task, {"slow": SLOW}, timing="off")["slow"]
    found = told(result)
    assert found.status is Status.NOT_ASSESSED and found.failure is not None
    assert found.failure.details["reason"] == "asked"


def test_a_device_that_has_no_sizes_is_not_assessed(engine: Engine, task: Path) -> None:
    grader = GRADER.replace("sizes=[128]", 'sizes={"cuda": [128]}')
    result = graded(engine, task, {"model": SOLUTION}, grader=grader)["model"]
    assert told(result).status is Status.NOT_ASSESSED


# --- whose fault


@pytest.mark.parametrize(
    ("was", "instead", "said"),
    [
        ("return (a @ b", "return 1 / 0, (a @ b", "ZeroDivisionError"),
        ("for _ in range(30)", "for _ in range(1)", "times apart"),
        ("slowdown(student.f, product, pair,", "slowdown(student.f, product, product,", "@inputs"),
        ("slowdown(student.f, product", "slowdown(product, product", "student.f"),
        ("sizes=[128]", "sizes=[]", "there must be a size"),
        ("@timed\n    @points(3)", "@points(3)", "marked @timed"),
    ],
)
def test_an_authors_mistake_is_the_authors(
    engine: Engine, task: Path, was: str, instead: str, said: str
) -> None:
    assert was in GRADER
    grader = GRADER.replace(was, instead, 1)
    found = told(graded(engine, task, {"model": SOLUTION}, grader=grader)["model"])
    assert found.status is Status.UNGRADED and found.failure is not None
    assert said in str(found.failure.details["message"]) or found.failure.kind is Kind.UNSTABLE
    assert found.failure.blame is not Blame.STUDENT


def test_an_answer_that_raises_in_a_timed_call_has_failed(engine: Engine, task: Path) -> None:
    answer = SOLUTION.replace(
        "return (a", 'assert len(a) < 100, "too large for me"\n        return (a'
    )
    found = told(graded(engine, task, {"raises": answer})["raises"])
    assert found.status is Status.FAILED and found.failure is not None
    assert found.failure.kind is Kind.RAISED
    assert found.failure.frames


# --- marks


@given(
    st.floats(0.01, 100),
    st.floats(2.3, 1e6),
)
def test_thresholds_rise_and_keep_their_distance(model: float, apart: float) -> None:
    borders = thresholds(model, model * apart)
    assert borders[0] == pytest.approx(model * STEP)
    assert borders[-1] == pytest.approx(model * apart / STEP)
    assert all(b >= a * STEP * (1 - 1e-9) for a, b in itertools.pairwise(borders))
    assert credit(model, borders) == 1
    assert credit(model * apart, borders) == 0
    shares = [credit(border * 0.999, borders) for border in borders]
    assert shares == sorted(shares, reverse=True) and len(set(shares)) == len(borders)


@pytest.mark.parametrize(("model", "naive"), [(1, 1), (1, 2), (1, 0.5), (0, 10), (1, math.inf)])
def test_a_naive_answer_must_be_slow(model: float, naive: float) -> None:
    with pytest.raises(ValueError, match="times apart"):
        thresholds(model, naive)


@given(st.lists(st.integers(0, 40), max_size=3), st.integers(0, 2**62))
def test_uniform_numbers_depend_on_the_seed_alone(shape: list[int], seed: int) -> None:
    generator = torch.Generator()
    first = uniform(generator.manual_seed(seed), *shape)
    assert first.shape == torch.Size(shape) and first.dtype == torch.float32
    assert ((first >= 0) & (first < 1)).all()
    assert torch.equal(first, uniform(generator.manual_seed(seed), *shape))
    if first.numel() >= 4:  # two that agree in four numbers of 16 bits
        assert not torch.equal(first, uniform(generator.manual_seed(seed + 1), *shape))


def test_uniform_numbers_are_uniform() -> None:
    numbers = uniform(torch.Generator().manual_seed(5), 100_000)
    # Within five standard errors of what 100,000 independent ones would have.
    parts = torch.histc(numbers, bins=10, min=0, max=1)
    assert (parts - 10_000).abs().max() < 5 * math.sqrt(10_000 * 0.9)
    centred = (numbers - 0.5).double()
    for apart in (1, 2, 3, 4, 159, 160, 636, 640):  # in a word, a row of words, next to each other
        together = (centred[apart:] * centred[:-apart]).mean()
        assert abs(together) < 5 / 12 / math.sqrt(100_000 - apart)
    # Half precision would have to round them, and so be found out.
    assert (numbers.half().float() != numbers).float().mean() > 0.8


@given(st.lists(st.floats(0.1, 10), min_size=2, max_size=30))
def test_an_interval_holds_its_value(ratios: list[float]) -> None:
    found = interval(ratios)
    assert found.low <= found.value <= found.high
    assert found.half_width >= 0


def test_an_interval_is_students() -> None:
    """Of two blocks 10 % apart: t with one degree of freedom is 12.7."""
    found = interval([1.0, 1.1])
    error = math.log(1.1) / 2  # of the mean of two: half their distance
    assert math.log(found.high / found.low) / 2 == pytest.approx(12.706 * error)
    assert interval([2.0]).high == math.inf


@given(st.floats(-1, 3), st.floats(1e-6, 1))
def test_an_exponent_is_found(power: float, scale: float) -> None:
    sizes = [8.0, 16.0, 32.0]
    assert exponent(sizes, [scale * size**power for size in sizes]) == pytest.approx(power)


def test_only_blocks_between_fast_ones_are_undisturbed() -> None:
    """One slow block of the reference's spoils its neighbours; so does one that means nothing."""

    def counted(*references: float, own: Sequence[float] = (), nulls: float = 1.0) -> list[int]:
        blocks = [(seconds, nulls) for seconds in references]
        fast = calm(blocks, [(1.0, 1.0), (0.9, 1.0)], 1.2)
        places = range(len(references) - 1)
        felt = own or (2.0,) * len(places)
        return undisturbed(fast, places, felt, (2.0, 2.0), 1.2, enough=4)

    assert counted(1.0, 1.1, 1.3, 1.0, 1.0) == [0, 3]
    assert counted(1.0, 1.3, 1.0) == []
    assert counted(1.0, -0.5, 1.0, 1.0) == [2]
    assert counted(1.0) == []
    assert counted(1.0, 1.0, 1.0, nulls=1.3) == []
    assert counted(1.0, 1.0, 1.0, 1.0, own=(2.1, 3.0, 2.7)) == [0, 2]


def test_slow_nulls_of_ones_own_do_not_leave_one_ungraded() -> None:
    """A student's process that is slow while the reference never is counts as it is."""
    quiet = [True] * 5
    assert undisturbed(quiet, range(4), (3.0,) * 4, (2.0, 2.0), 1.2, enough=4) == [0, 1, 2, 3]
    assert undisturbed(quiet, range(4), (3.0, 2.0) * 2, (2.0, 2.0), 1.2, enough=4) == [0, 1, 2, 3]
    assert undisturbed(quiet, range(3), (3.0, 2.0, 3.0), (2.0, 2.0), 1.2, enough=4) == [1]
    # While there is time, the neighbour may go.
    assert undisturbed(quiet, range(4), (3.0, 2.0) * 2, (2.0, 2.0), 1.2) == [1, 3]


def test_nulls_that_are_slow_in_every_block_are_a_slow_answers() -> None:
    """It leaves nothing in the caches for them; a neighbour would come and go."""
    quiet = [True] * 5
    assert undisturbed(quiet, range(4), (3.0, 3.3, 3.1, 4.3), (2.0, 2.0), 1.2) == [0, 1, 2]
    # One that was sped up makes no others slow.
    assert undisturbed(quiet, range(4), (0.1, 2.2, 2.1, 2.0), (2.0, 2.0), 1.2) == [0, 1, 2, 3]


def test_answers_of_one_mark_are_told_apart_as_well() -> None:
    """An interval between two borders is not enough to rank by, if it is wide."""
    full = FULL["cpu"]

    def precise(half_width: float, borders: Sequence[float], quiet: int = 12) -> bool:
        found = Interval(2.0, 2.0 / (1 + half_width), 2.0 * (1 + half_width))
        return Ratio(found, (1.0,), (2.0,), (2.0,), 0.1, 4, quiet=quiet).precise(full, borders)

    assert precise(0.02, ()) and not precise(0.04, ()) and not precise(0.04, (1.99,))
    assert precise(0.05, (1.0, 3.0)) and not precise(0.2, (1.0, 3.0))
    # Three processes may agree by chance.
    assert not precise(0.02, (), quiet=11) and not precise(0.02, (1.0, 3.0), quiet=11)


def test_after_a_disturbed_reference_another_is_asked_first() -> None:
    """Then the blocks of the student's have other neighbours than their numbers say."""
    fast = [True, True, False, True, True]
    assert undisturbed(fast, (0, 1, 3), (2.0,) * 3, (2.0, 2.0), 1.2, enough=4) == [0, 2]


def test_a_machine_that_is_not_fit_now_may_be_later(
    engine: Engine, task: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever comes while it is busy is not graded, and costs nobody after them anything."""
    told = iter(["it is busy", "it is busy", ""])
    monkeypatch.setattr(timer, "fit", lambda *_: next(told))
    answers = dict.fromkeys(("first", "second", "third", "fourth"), SOLUTION)
    outcomes = {name: outcome(r, "test_speed") for name, r in graded(engine, task, answers).items()}
    for early in (outcomes["first"], outcomes["second"]):
        assert early.status is Status.UNGRADED and early.failure is not None
        assert early.failure.kind is Kind.UNSTABLE and early.failure.blame is Blame.ENGINE
        assert early.failure.details["message"] == "it is busy"
    assert [outcomes[name].status for name in ("third", "fourth")] == [Status.PASSED] * 2


# --- anchors


def test_anchors_outlive_a_session_and_belong_to_what_they_depend_on(tmp_path: Path) -> None:
    anchor = Anchor(1.5, Counted(7, 80))
    Anchors(tmp_path / "cache", "grader", b"model").put("test", "64", "model", anchor)
    pace = Pace(9, ((1e-3, 1.1e-3), (2e-4, 2e-4)))
    Anchors(tmp_path / "cache", "grader", b"model").keep_pace("task", pace)
    again = Anchors(tmp_path / "cache", "grader", b"model")
    assert again.pace("task") == pace and again.pace("another") is None
    assert again.get("test", "64", "model") == anchor
    assert again.get("test", "128", "model") is None
    assert Anchors(tmp_path / "cache", "another", b"model").get("test", "64", "model") is None
    assert Anchors(tmp_path / "cache", "graderm", b"odel").get("test", "64", "model") is None


@pytest.mark.parametrize(
    "damage",
    [
        *("", "{", "[]", '{"a": 1}', '{"anchors": {}}'),
        *('{"anchors": {"a": ["x", null]}, "paces": {}}',),
        *('{"anchors": {}, "paces": {"a": [1, [1.0]]}}',),
    ],
)
def test_damaged_anchors_are_measured_again(tmp_path: Path, damage: str) -> None:
    anchors = Anchors(tmp_path, "grader")
    anchors.put("test", "64", "model", Anchor(1.5))
    (file,) = tmp_path.iterdir()
    file.write_text(damage)
    assert Anchors(tmp_path, "grader").get("test", "64", "model") is None


def test_old_anchors_are_measured_again(tmp_path: Path) -> None:
    Anchors(tmp_path, "grader").put("test", "64", "model", Anchor(1.5))
    (file,) = tmp_path.iterdir()
    long_ago = time.time() - 31 * 86400
    os.utime(file, (long_ago, long_ago))
    assert Anchors(tmp_path, "grader").get("test", "64", "model") is None


def test_anchors_without_a_place_hold_for_a_session(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for folder in (None, tmp_path / "file" / "below"):
        anchors = Anchors(folder, "grader")
        anchors.put("test", "64", "model", Anchor(1.5))
        assert anchors.get("test", "64", "model") == Anchor(1.5)
    assert cache_folder({}) is None
    assert cache_folder({"HOME": "/home/a"}) == Path("/home/a/.cache/torchgrade/timing")
    assert cache_folder({"HOME": "/h", "XDG_CACHE_HOME": "/x"}) == Path("/x/torchgrade/timing")
    assert cache_folder({"HOME": "/h", "XDG_CACHE_HOME": "x"}) == Path(
        "/h/.cache/torchgrade/timing"
    )


def test_anchors_are_measured_once(engine: Engine, task: Path) -> None:
    """The second session takes them from the first: it measures the same thresholds."""
    first = told(graded(engine, task, {"slow": SLOW}, timing="told")["slow"])
    second = told(graded(engine, task, {"slow": SLOW}, timing="told")["slow"])
    assert first.timing is not None and second.timing is not None
    assert first.timing.model == second.timing.model


# --- taking turns


_HOLDS = """
import sys, time
from pathlib import Path
from torchgrade.timing.device import Turns
turns = Turns("test", Path(sys.argv[1]))
with getattr(turns, sys.argv[2])():
    print("has it", flush=True)
    sys.stdin.readline()
"""


class Holder:
    """Another process that holds a device, or waits for it."""

    def __init__(self, folder: Path, how: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", _HOLDS, str(folder), how],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[1],
        )

    def waits_until_it_has_it(self) -> None:
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "has it\n"

    def has_it_within(self, seconds: float) -> bool:
        import select

        assert self.process.stdout is not None
        return bool(select.select([self.process.stdout], [], [], seconds)[0])

    def leave(self) -> None:
        self.process.communicate("\n", timeout=60)


def test_whoever_times_is_alone(tmp_path: Path) -> None:
    sharer = Holder(tmp_path, "shared")
    sharer.waits_until_it_has_it()
    other = Holder(tmp_path, "shared")
    other.waits_until_it_has_it()
    timer = Holder(tmp_path, "alone")
    assert not timer.has_it_within(3)
    late = Holder(tmp_path, "shared")
    assert not late.has_it_within(3), "the gate is closed for whoever comes after the timer"
    sharer.leave()
    other.leave()
    timer.waits_until_it_has_it()
    assert not late.has_it_within(1)
    timer.leave()
    late.waits_until_it_has_it()
    late.leave()


def test_where_no_lock_can_be_had_nobody_waits(tmp_path: Path) -> None:
    turns = Turns("test", tmp_path / "nowhere")
    with turns.alone(), turns.shared():
        pass
    turns.close()


def test_the_worker_has_a_core_of_its_own() -> None:
    workers, grader = reserved()
    if len(os.sched_getaffinity(0)) > 1:
        assert not set(workers) & set(grader)
    assert set(workers) | set(grader) == set(os.sched_getaffinity(0))


def test_no_gpu_is_made_up() -> None:
    assert choose("cpu").kind == "cpu"
    if not os.path.exists("/dev/nvidiactl"):
        assert choose("auto").kind == "cpu"
        with pytest.raises(ValueError, match="no NVIDIA GPU"):
            choose("cuda")


# --- graders and commands


def test_timed_tests_are_told_from_the_text(tmp_path: Path) -> None:
    grader = tmp_path / "test_x.py"
    grader.write_text("import x\n\n@timed\n@points(2)\ndef test_speed(student): ...\n")
    assert is_timed(grader)
    grader.write_text("# @timed\nTEXT = 'is @timed'\n")
    assert not is_timed(grader)
    assert not is_timed(tmp_path / "missing")


def test_a_device_belongs_to_the_key_of_a_timed_result_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A result without speed in it is the same everywhere."""
    from torchgrade.batch import keys

    plain = "def test_value(student):\n    pass\n"
    tasks = [Task(plain, name="plain"), Task(f"@timed\n{plain}", name="fast")]
    course = write_course(tmp_path, tasks)

    def all_keys() -> list[str]:
        return [keys.ExerciseKeys(e, b"").key("digest") for e in course.exercises]

    here = all_keys()
    monkeypatch.setattr(keys, "timed_on", lambda: "another machine")
    there = all_keys()
    assert here[0] == there[0]
    assert here[1] != there[1]


def test_the_selftest_measures_itself(tmp_path: Path) -> None:
    """One session; what it says of the machine depends on the machine."""
    done = subprocess.run(
        [
            *(sys.executable, "cli.py", "timing", "selftest", "--sessions", "1"),
            *("--no-slowdowns", "--json", "--device", "cpu"),
        ],
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr
    document = json.loads(done.stdout)
    (session,) = document["sessions"]
    assert 0.5 < session["ratio"] < 2
    assert document["fit"] == (done.returncode == 0)
    assert len(session["reference"]) > len(session["blocks"])
