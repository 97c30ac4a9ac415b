"""What it costs to grade a class, here and elsewhere.

Run ``python -m benchmarks.batch``; ``--quick`` for a look in two or three minutes. Systems that
are compared take turns over the same answers and must give them the same scores. Parts, each of
which ``--only`` picks out:

- ``cost``: a submission of thirty tests, warm, one worker, right answers in several styles. At most
  1.5 times a bare forked child that runs the same calls without pytest and without a sandbox; at
  least 20 times as fast as a pytest process each, on as many cores as there are; at least 50 times
  as fast as ``nbgrader autograde``; faster than one pytest session over all without any isolation.
- ``workers``: two workers on two cores do at least 1.8 times the work of one on one; right and
  wrong answers, all different, graded, and saved to a database on disk. One that may use both cores
  is timed beside: it saves, and lets processes end, on the second one.
- ``scale``: 10,000 submissions. The time for each is within 10 % of that in a class of 100, the
  memory of the process that hands out work stays flat, and the first result is there within 5
  seconds more than importing torch takes.

``--markdown`` prints the table of docs/performance.md. ``--profile`` grades instead a class of
``make demo``'s exercises in this process and prints where the time went. Exits with 1 if a
requirement is not met.
"""

from __future__ import annotations

import argparse
import contextlib
import cProfile
import json
import os
import pstats
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.batch_cost.one_class import Told
from benchmarks.batch_cost.ours import Workers, works
from benchmarks.batch_cost.peers import BareFork, Nbgrader, one_pytest, pytest_each
from benchmarks.batch_cost.profiling import profiled
from benchmarks.batch_cost.texts import small, thirty
from benchmarks.measure import line, seconds
from torchgrade.grading.messages import Work

__all__ = ["main"]

_ROOT = Path(__file__).resolve().parents[1]
_FLOOR, _PYTEST, _NBGRADER, _UNISOLATED = 1.5, 20.0, 50.0, 1.0
_WORKERS, _LARGE, _FLAT, _START = 1.8, 1.1, 1.1, 5.0
_SETTLED = 1000
"""Submissions after which nothing is new to the process that hands out work."""
_CORES = len(os.sched_getaffinity(0))


@dataclass(frozen=True)
class Sizes:
    """How much is measured."""

    answers: int
    shared: int
    """Answers that one worker and two are given: many pieces of work, so that both end together."""
    rounds: int
    each: int
    """Files for a pytest process each."""
    notebooks: int
    small: int
    large: int
    repeats: int


_FULL = Sizes(
    answers=40,
    shared=240,
    rounds=5,
    each=2 * _CORES,
    notebooks=3,
    small=100,
    large=10_000,
    repeats=3,
)
_QUICK = Sizes(
    answers=8, shared=96, rounds=2, each=_CORES, notebooks=1, small=200, large=2000, repeats=1
)


@dataclass
class Report:
    """What was found, printed as it comes; requirements are also kept for the table."""

    rows: list[tuple[str, str, str, bool]] = field(default_factory=list)

    def say(self, text: str) -> None:
        print(text, flush=True)

    def times(self, name: str, found: Sequence[float], unit: str = "ms") -> None:
        self.say(line(name, list(found), unit))

    def require(
        self, name: str, value: float, limit: float, form: str = ".2f", *, at_least: bool = False
    ) -> None:
        held = value >= limit if at_least else value <= limit
        bound = f"{'at least' if at_least else 'at most'} {limit:g}"
        self.say(f"{'holds' if held else 'FAILS'}  {name}: {value:{form}} ({bound})")
        self.rows.append((name, f"{value:{form}}", bound, held))

    def alike(self, name: str, found: Sequence[int], others: Sequence[int]) -> None:
        """Require that two systems gave the same answers the same scores."""
        held = list(found) == list(others)
        self.say(f"{'holds' if held else 'FAILS'}  {name}: the same scores")
        if not held:
            self.say(f"       {list(found)}\n       {list(others)}")
        self.rows.append((f"{name}: the same scores", "yes" if held else "no", "yes", held))

    def markdown(self) -> str:
        table = ["| | figure | required | |", "| --- | --- | --- | --- |"]
        for name, value, bound, held in self.rows:
            table.append(f"| {name} | {value} | {bound} | {'holds' if held else 'fails'} |")
        return "\n".join(table)


# --- thirty tests

_TOGETHER = 5
"""Submissions that are timed as one."""


def cost(report: Report, sizes: Sizes, scratch: Path) -> None:
    """A submission of thirty tests, here and elsewhere."""
    texts = thirty(sizes.answers)
    mixed = thirty(sizes.notebooks + 3, wrong=0.7, seed=2)
    paths = list(_written([*texts, *mixed], scratch / "answers"))
    todo = works([*texts, *mixed])
    count = len(texts)
    with Workers(1) as worker, Workers(_CORES) as workers:
        worker.grade(todo)
        workers.grade(todo, piece=1)
        ours = worker.grade(todo)[1]
        report.say(f"thirty tests, level {worker.level}; least, median, largest")

        bare = BareFork()
        for path in paths[:3]:
            bare.grade(path)
        floor = list(map(bare.grade, paths))
        report.alike("bare forked child", ours, [passed for _, passed in floor])
        singles, forks = _in_turn(worker, bare, todo[:count], paths[:count], sizes.rounds)
        bare.close()
        report.times("bare forked child", forks)
        report.times("torchgrade, one worker", singles)
        ratio = statistics.median(s / f for s, f in zip(singles, forks, strict=True))
        report.require("thirty tests against a bare forked child", ratio, _FLOOR)

        unisolated, beside = [], []
        for _ in range(sizes.rounds):
            took, scores = one_pytest(paths)
            unisolated.append(took / len(paths))
            beside.append(worker.grade(todo)[0] / len(paths))
        report.alike("one pytest session", ours, scores)
        report.times("one pytest session over all, no isolation", unisolated)
        report.times("torchgrade, one worker, beside it", beside)
        ratio = statistics.median(u / b for u, b in zip(unisolated, beside, strict=True))
        report.require(
            "times as fast as one unisolated pytest session", ratio, _UNISOLATED, at_least=True
        )

        apart, parallel = [], []
        few = paths[-sizes.each :]
        for _ in range(max(1, sizes.rounds // 2)):
            took, scores = pytest_each(few, _CORES)
            apart.append(took / len(few))
            parallel.append(workers.grade(todo, piece=4)[0] / len(todo))
        report.alike("a pytest process each", ours[-len(few) :], scores)
        report.times(f"a pytest process each, {_CORES} at a time", apart)
        report.times(f"torchgrade, {_CORES} workers", parallel)
        ratio = statistics.median(a / p for a, p in zip(apart, parallel, strict=True))
        report.require(
            "times as fast as a pytest process each", ratio, _PYTEST, ".0f", at_least=True
        )
        report.say(
            f"       {statistics.median(apart) / statistics.median(beside):.0f} x one worker"
        )

        book = Nbgrader(scratch / "nbgrader", mixed[-sizes.notebooks :])
        took, scores = book.grade()
        beside_it = worker.grade(todo)[0] / len(todo)
        report.alike("nbgrader autograde", ours[-sizes.notebooks :], scores)
        report.times("nbgrader autograde", [took / sizes.notebooks])
        report.times("torchgrade, one worker, beside it", [beside_it])
        report.require(
            "times as fast as nbgrader autograde, one worker",
            took / sizes.notebooks / beside_it,
            _NBGRADER,
            ".0f",
            at_least=True,
        )


def _in_turn(
    worker: Workers, bare: BareFork, todo: Sequence[Work], paths: Sequence[Path], rounds: int
) -> tuple[list[float], list[float]]:
    """Seconds for each answer here and in a bare child, some answers at a time.

    What is still to be cleared away after the last of them is then not paid for by what is timed
    next.
    """
    singles, forks = [], []
    for _ in range(rounds):
        for start in range(0, len(todo), _TOGETHER):
            some = slice(start, start + _TOGETHER)
            singles.append(worker.grade(todo[some])[0] / len(todo[some]))
            forks.append(sum(bare.grade(path)[0] for path in paths[some]) / len(todo[some]))
    return singles, forks


def _written(texts: Sequence[str], folder: Path) -> Iterator[Path]:
    folder.mkdir(parents=True)
    for number, text in enumerate(texts):
        path = folder / f"student{number}.py"
        path.write_text(text, encoding="utf-8")
        yield path


# --- workers


def workers(report: Report, sizes: Sizes, scratch: Path) -> None:
    """Two workers against one with half of the machine, from answers to a database."""
    if _CORES < 2:
        report.say("one core only: nothing to compare")
        return
    todo = works(thirty(sizes.shared, wrong=0.3, seed=3))
    alone, spread, together = [], [], []
    with contextlib.ExitStack() as stack:
        with _on_one_core():
            one = stack.enter_context(Workers(1))
        free, two = stack.enter_context(Workers(1)), stack.enter_context(Workers(2))
        with _on_one_core():
            scores = one.grade(todo)[1]
        report.alike("two workers", scores, two.grade(todo, piece=1)[1])
        free.grade(todo)
        two.grade(todo)  # whichever of them had not met a mistake has now
        for number in range(sizes.rounds):
            with _on_one_core():
                alone.append(one.save(todo, scratch / f"one{number}.db") / len(todo))
            spread.append(free.save(todo, scratch / f"free{number}.db") / len(todo))
            together.append(two.save(todo, scratch / f"two{number}.db") / len(todo))
    report.say("a submission of thirty tests, right or wrong, graded and saved")
    report.times("one worker on one core", alone)
    report.times("one worker, any cores", spread)
    report.times("two workers", together)
    ratios = [
        statistics.median(a / t for a, t in zip(those, together, strict=True))
        for those in (alone, spread)
    ]
    report.require("two workers against one on one core", ratios[0], _WORKERS, at_least=True)
    report.say(f"       against one on any cores: {ratios[1]:.2f}")


@contextlib.contextmanager
def _on_one_core() -> Iterator[None]:
    """Keep this process, and what it starts meanwhile for good, on the first core."""
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, cores)


# --- scale


def scale(report: Report, sizes: Sizes, scratch: Path) -> None:
    """A class so large that whatever grows with it is seen."""
    few = _class(sizes.small, scratch / "few")
    many = _class(sizes.large, scratch / "many")
    imports = [seconds(_torch) for _ in range(3)]
    before = [_graded(few, scratch / f"before{n}") for n in range(sizes.repeats)]
    large = _graded(many, scratch / "large")
    after = [_graded(few, scratch / f"after{n}") for n in range(sizes.repeats)]
    imports += [seconds(_torch) for _ in range(3)]

    report.say(f"{sizes.large} submissions of five tests, {_CORES} workers")
    for done, at, resident in large.marks:
        if done in {100, sizes.large // 10, sizes.large // 2, sizes.large}:
            report.say(f"  {done:>6} done {at:8.1f} s {resident / 1e6:8.1f} MB in the parent")
    report.times('python -c "import torch"', imports, "s")
    report.times("start to first result", [told.first for told in (*before, large, *after)], "s")
    report.require(
        f"seconds to the first of {sizes.large} results, less importing torch",
        large.first - statistics.median(imports),
        _START,
        ".1f",
    )
    of_few = [_each(told) for told in (*before, *after)]
    report.times(f"a submission in a class of {sizes.small}", of_few)
    report.times(f"a submission in a class of {sizes.large}", [_each(large)])
    report.require(
        f"time per submission, {sizes.large} against {sizes.small}",
        _each(large) / statistics.median(of_few),
        _LARGE,
    )
    tenth = max(100, sizes.large // 1000 * 100)
    early = _between(large, 100, 100 + tenth)
    late = _between(large, sizes.large - tenth, sizes.large)
    report.say(
        f"       {1e3 * early:.1f} ms for each of the first {tenth} of them, "
        f"{1e3 * late:.1f} ms for each of the last"
    )
    resident_at = {done: resident for done, _, resident in large.marks}
    settled = min(_SETTLED, sizes.large // 4)
    report.require(
        f"memory of the parent at {sizes.large} against {settled}",
        resident_at[sizes.large] / resident_at[settled],
        _FLAT,
    )
    report.say(f"apart from grading, ms for each of {sizes.small} and for each of {sizes.large}")
    for name in ("read", "save", "sync", "feedback", "overview"):
        each = [1e3 * getattr(told, name) / told.students for told in (before[0], large)]
        report.say(f"  {name:<44}{each[0]:9.2f} {each[1]:9.2f}")


def _torch() -> None:
    subprocess.run([sys.executable, "-c", "import torch"], check=True)


def _class(students: int, folder: Path) -> Path:
    for number in range(students):
        place = folder / f"s{number:05}"
        place.mkdir(parents=True)
        (place / "small.py").write_text(small(number), encoding="utf-8")
    return folder


def _graded(submissions: Path, out: Path) -> Told:
    out.mkdir()
    began = time.monotonic()
    module = "benchmarks.batch_cost.one_class"
    command = [sys.executable, "-m", module, str(submissions), str(out), str(_CORES), str(began)]
    done = subprocess.run(command, cwd=_ROOT, stdout=subprocess.PIPE, check=True)
    return Told(**json.loads(done.stdout))


def _each(told: Told) -> float:
    """Seconds per submission, without what came before the first result."""
    done, at, _ = told.marks[-1]
    return at / (done - 1)


def _between(told: Told, start: int, end: int) -> float:
    at = {done: when for done, when, _ in told.marks}
    return (at[end] - at[start]) / (end - start)


# --- the command

_PARTS: dict[str, Callable[[Report, Sizes, Path], None]] = {
    "cost": cost,
    "workers": workers,
    "scale": scale,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.batch", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--quick", action="store_true", help="fewer answers and rounds")
    parser.add_argument("--only", nargs="+", choices=_PARTS, default=list(_PARTS), metavar="PART")
    parser.add_argument("--markdown", action="store_true", help="print a table at the end")
    parser.add_argument("--profile", action="store_true", help="tell where the time goes, and end")
    parser.add_argument("--students", type=int, default=12, help="of the class for --profile")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        if given.profile:
            profile = cProfile.Profile()
            print(profiled(profile, given.students, scratch))
            pstats.Stats(profile).sort_stats("cumulative").print_stats(60)
            return 0
        report = Report()
        for part in given.only:
            (scratch / part).mkdir()
            _PARTS[part](report, _QUICK if given.quick else _FULL, scratch / part)
    if given.markdown:
        print(f"\n{report.markdown()}")
    return 0 if all(held for *_, held in report.rows) else 1


if __name__ == "__main__":
    sys.exit(main())
