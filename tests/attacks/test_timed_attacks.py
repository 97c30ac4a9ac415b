"""Every known attack on the clock, each a file with what must come of it.

A submission says in its head what it must come to (``# expect:``): a kind of failure where it
changes what it gives, ``no_faster`` where it only tries to look faster than ``honest`` code that
does the same work, ``slower`` where it takes longer. ``# size:`` is the size of its inputs, 128 if
it doesn't say, and ``# processes:`` how many it may start. Files called ``limit_*`` succeed by
construction; they show what a grader must not rely on.

Nothing here is held to seconds: attack and honest code are compared in one run, and what is faster
by chance once is not so again.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
import torch

from tests.command import course
from torchgrade.sandbox import wire
from torchgrade.sandbox.client import CallFailed, ModuleSource, Sandbox
from torchgrade.sandbox.levels import Level, Limits
from torchgrade.sandbox.server import ForkServer
from torchgrade.shipping import ship
from torchgrade.timing import shim
from torchgrade.timing.anchors import Anchor, Anchors
from torchgrade.timing.device import Device, choose, kept_to
from torchgrade.timing.model import TimingRules
from torchgrade.timing.protocol import (
    Answer,
    Effort,
    Lab,
    Ratio,
    Task,
    TooSlow,
    WrongOutput,
    growth,
    ratio,
)
from torchgrade.timing.statistics import Interval, calm, interval, undisturbed
from torchgrade.timing.timer import Asked, Timer

HERE = Path(__file__).parent
COURSE = HERE / "timed_course"
LEAN = Effort(
    requests=4,
    warm_ups=1,
    block_seconds=0.1,
    least_blocks=2,
    ranked_blocks=2,
    half_width=0.5,
    seconds=0.7,
)
"""Enough to tell an attack from honest code, and less than marks would need."""
GAIN = 0.8
"""Who takes less of the time of honest code has gained."""
TRIES = 4
HONEST = {128: "honest_right", 64: "honest_small"}


@dataclass(frozen=True)
class Submission:
    """One file under timed_submissions/ and what its head says of it."""

    path: Path
    expected: str
    size: int
    processes: int

    @property
    def name(self) -> str:
        return self.path.stem

    @classmethod
    def of(cls, path: Path) -> Submission:
        head = dict(re.findall(r"^# (\w+): (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE))
        size, processes = int(head.get("size", 128)), int(head.get("processes", 1))
        return cls(path, head["expect"], size, processes)


SUBMISSIONS = {
    path.stem: Submission.of(path) for path in sorted((HERE / "timed_submissions").glob("*.py"))
}
MEASURES = ("honest", "slower", "no_faster", "exponent_0")


def expecting(*verdicts: str) -> list[Submission]:
    return [each for each in SUBMISSIONS.values() if each.expected in verdicts]


# As in the course's grader, which can't be imported in a session that knows all its marks.
def state(size: int, generator: torch.Generator) -> tuple[torch.Tensor, torch.Tensor]:
    x = torch.rand(size, size, generator=generator) - 0.5
    return x, (torch.rand(size, size, generator=generator) - 0.5) * 4 / size**0.5


def settled(x: torch.Tensor, w: torch.Tensor) -> torch.Tensor:
    for _ in range(8):
        x = torch.tanh(x @ w)
    return x.mean(0)


@dataclass
class Clock:
    """Measures submissions as the grader's timed test does, with less care."""

    server: ForkServer
    device: Device
    labs: dict[int, Lab] = field(default_factory=dict)
    honest: dict[int, float] = field(default_factory=dict)

    def lab(self, processes: int) -> Lab:
        if processes not in self.labs:
            limits = Limits(5.0, 120.0, processes=processes, cores=self.device.workers)
            spin = not set(self.device.workers) & set(self.device.grader)
            self.labs[processes] = Lab(
                lambda: Sandbox(self.server, spin=spin), limits, "cpu", spin, call_seconds=5.0
            )
        return self.labs[processes]

    def task(self, size: int) -> Task:
        return Task(ship(state), ship(settled), size)

    def answer(self, submission: Submission) -> Answer:
        text = submission.path.read_text(encoding="utf-8")
        return Answer(ModuleSource(text, submission.path.name, "settle"), "settle")

    def ratio(self, submission: Submission) -> float:
        lab, task = self.lab(submission.processes), self.task(submission.size)
        return ratio(lab, task, self.answer(submission), LEAN).interval.value

    def honest_ratio(self, size: int, *, again: bool) -> float:
        if again or size not in self.honest:
            # The reference does the same: what is far below 1 was measured too badly to go by.
            self.honest[size] = max(self.ratio(SUBMISSIONS[HONEST[size]]), 0.6)
        return self.honest[size]

    def close(self) -> None:
        for lab in self.labs.values():
            lab.close()


@pytest.fixture(scope="module")
def clock() -> Iterator[Clock]:
    device = choose("cpu")
    if not device.workers:
        pytest.skip("processes can't be kept on a core here")
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    with ForkServer() as server, kept_to(device):
        if not server.level.at_least(Level.LANDLOCK):
            pytest.skip(f"student code can't be confined here: {server.reasons}")
        measuring = Clock(server, device)
        try:
            yield measuring
        finally:
            measuring.close()
            torch.set_num_threads(threads)


def named(submission: Submission) -> str:
    return submission.name


WRONG = [each for each in SUBMISSIONS.values() if each.expected not in MEASURES]


@pytest.mark.parametrize("submission", WRONG, ids=named)
def test_what_is_wrong_has_no_time(clock: Clock, submission: Submission) -> None:
    """Whoever gives something else than the work comes to fails by that, whenever they do it."""
    kind = None
    try:
        clock.ratio(submission)
    except WrongOutput as error:
        kind = error.mismatch.kind
    except CallFailed as error:
        kind = error.failure.kind
    assert kind is not None, "it was timed"
    assert kind.value == submission.expected


@pytest.mark.parametrize("submission", expecting("no_faster"), ids=named)
def test_pretending_is_not_faster(clock: Clock, submission: Submission) -> None:
    """Whoever does the work is measured to take as long as honest code, or longer."""
    tried = []
    for number in range(TRIES):
        honest = clock.honest_ratio(submission.size, again=number > 0)
        tried.append(clock.ratio(submission) / honest)
        if tried[-1] >= GAIN:
            return
    pytest.fail(f"measured at {tried} of the time of honest code")


@pytest.mark.parametrize("submission", expecting("slower"), ids=named)
def test_being_slow_shows(clock: Clock, submission: Submission) -> None:
    """The control: what takes longer, asleep or at work, is measured to."""
    tried = []
    for number in range(TRIES):
        honest = clock.honest_ratio(submission.size, again=number > 0)
        tried.append(clock.ratio(submission) / honest)
        if tried[-1] > 1.5:
            return
    pytest.fail(f"measured at {tried} of the time of honest code")


def test_growth_can_be_padded(clock: Clock) -> None:
    """A limit: to be as slow for small inputs as for large ones looks like constant time."""
    submission = SUBMISSIONS["limit_growth_padded"]
    sizes = (8, 16, 32)
    tasks = [clock.task(size) for size in sizes]
    lab = clock.lab(1)
    found = growth(lab, tasks, sizes, clock.answer(submission), 0.5, replace(LEAN, seconds=1.0))
    assert found.interval.value < 0.5


def test_both_sides_see_the_same_link() -> None:
    """What the next input depends on is the same for an output and for what came of it."""
    x = torch.arange(24.0).reshape(4, 6)
    floats: list[object] = [x.to(dtype) for dtype in wire.DTYPES.values() if dtype.itemsize < 16]
    views: list[object] = [x.T, x[:, ::2], x[0, 0], x[:0], x.expand(2, 4, 6), x.requires_grad_()]
    complex_ones: list[object] = [torch.complex(x, x).conj(), torch.complex(x, x).to(torch.cdouble)]
    plain: list[object] = [0.1, float("nan"), 1 << 70, True, (1.5, [x.detach(), "?"]), None, {}]
    for output in (*floats, *views, *complex_ones, *plain):
        message = wire.encode(output, wire.Bounds())
        inline = memoryview(b"".join(bytes(buffer) for buffer in padded(message.buffers)))
        came, _ = wire.decode(message.tree, wire.Bounds(), inline=inline, size=len(inline))
        assert shim.link(came) == shim.link(output), output
    assert shim.link(x) != shim.link(x + 1)


def padded(buffers: Sequence[bytes | memoryview]) -> Iterator[bytes]:
    for buffer in buffers:
        yield bytes(buffer) + bytes(-len(buffer) % 16)


@dataclass
class Foretold(Timer):
    """A timer that has measured already: the model answer at 1, the naive one at 16."""

    def _anchor(self, lab: Lab, asked: Asked, task: Task, label: str, who: str) -> Anchor:
        return Anchor(1.0 if who == "model" else 16.0)

    def _unfit(self, lab: Lab, asked: Asked) -> str:
        return ""


_NOTHING = ModuleSource("", "settle.py", "settle")
_ASKED = Asked(*("test_speed", "settle", ship(settled), ship(state), (128,), "settled"))


def foretold() -> Foretold:
    return Foretold(
        *(lambda: Sandbox(ForkServer()), Limits(), Device("cpu", "", (), ()), TimingRules("ratio")),
        Anchors(None),
        marking=True,
        model=_NOTHING,
        naive=lambda _: _NOTHING,
    )


@pytest.mark.parametrize("steady", [True, False])
def test_noise_of_ones_own_gains_nothing(monkeypatch: pytest.MonkeyPatch, steady: bool) -> None:
    """Whose times vary while the reference's don't is not left ungraded, nor given the benefit."""
    ratios = (1.0, 40.0, 14.0, 40.0, 14.0)
    reference = (1.0, 1.0, 1.02, 1.0, 0.99, 1.0) if steady else (1.0, 2.0, 1.0, 2.0, 1.0, 2.0)
    fast = calm([(seconds,) for seconds in reference], [(1.0, 1.0)], 1.2)
    quiet = len(undisturbed(fast, range(5), ratios, (), 1.2, 3))
    measured = Ratio(
        *(interval(ratios), reference, ratios, ratios, 0.1, 4),
        quiet=quiet,
        disturbed=not all(fast),
    )
    assert isinstance(measured.interval, Interval) and measured.interval.low < 4
    monkeypatch.setattr("torchgrade.timing.timer.ratio", lambda *_, **__: measured)
    result = foretold().slowdown(_ASKED, _NOTHING)
    if steady:
        assert result.credit == 0
    else:
        assert result.credit is None and result.failure is not None


@pytest.mark.parametrize(("least", "earned"), [(100.0, 0.0), (3.0, None)])
def test_whose_call_does_not_end_earns_nothing_if_that_is_slow_enough(
    monkeypatch: pytest.MonkeyPatch, least: float, earned: float | None
) -> None:
    """However disturbed the machine; but a limit that is near tells nothing."""

    def never_ends(*_: object, **__: object) -> Ratio:
        raise TooSlow(least)

    monkeypatch.setattr("torchgrade.timing.timer.ratio", never_ends)
    assert foretold().slowdown(_ASKED, _NOTHING).credit == earned


# --- through the command


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where model and naive answers need be measured only once."""
    return tmp_path_factory.mktemp("cache")


@pytest.mark.parametrize("name", ["half_returned", "reply_early"])
def test_students_read_why(clock: Clock, cache: Path, name: str) -> None:
    """`course check` fails the timed test and says what was wrong; the others keep their marks."""
    submission = SUBMISSIONS[name]
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "XDG_CACHE_HOME": str(cache)}
    words = ("settle", "--from", submission.path, "--json", "--device", "cpu")
    done = course("--course", COURSE, "check", *words, cwd=HERE, environment=environment)
    assert done.returncode == 1, done.stderr
    tests = {test["id"]: test for test in exercise(done.stdout)["tests"]}
    assert tests["test_values"]["status"] == "passed"
    speed = tests["test_speed"]
    assert speed["status"] == "failed"
    assert speed["failure"]["kind"] == submission.expected
    assert speed["failure"]["headline"]


def exercise(document: str) -> Mapping[str, Any]:
    (only,) = json.loads(document)["exercises"]
    assert isinstance(only, dict)
    return only
