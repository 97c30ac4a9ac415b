"""How well answers are timed: known ratios, the same answer ten times, a ranking.

Run ``python -m benchmarks.timing`` on a machine that does nothing else; ``--device cuda`` on one
with a GPU. Prints, with what was required beside it:

- the reference against itself, in ``--sessions`` sessions, and ``--known`` times each answers that
  go on until a known multiple of their own time is over;
- five right answers to ``manual_conv2d``, each timed for marks until it was told ``--repeats``
  times: the ratio to ``F.conv2d``, its spread, and the marks, which must be the same each time. As
  in grading, what can't be told on a busy machine is timed again; how often is printed;
- how long ``uniform`` takes to draw the inputs of such calls, beside ``torch.rand``.

Every figure is a ratio of two things timed in the same run. Exits with 1 if a requirement does not
hold. What was measured where stands in docs/timing.md.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from torchgrade.sandbox.server import Server, bare_environment

if TYPE_CHECKING:
    from torchgrade.result import ExerciseResult
    from torchgrade.timing.selftest import Report

ROOT = Path(__file__).resolve().parents[1]
_ROUNDS = 3
"""At most so many for each repeat, in which all answers are timed that are not told yet."""
_SPREAD = {"cpu": 0.08, "cuda": 0.03}
_DRAWN, _DRAWINGS = (3_000, 10_000, 40_000, 150_000), 200


def main() -> int:
    arguments = _arguments()
    # As a grader process does: student code inherits a process that knows nothing.
    environment = dict(os.environ)
    os.environ.clear()
    os.environ.update(bare_environment())
    from torchgrade.grading.main import import_torch, start_server

    import_torch()
    server = start_server()
    os.environ.update(environment)
    from torchgrade.sandbox.client import Sandbox
    from torchgrade.timing.device import choose
    from torchgrade.timing.selftest import SLOWDOWNS, Report, sessions

    device = choose(arguments.device)
    print(f"{device.name}, {device.driver or 'no driver'}, workers on core {device.workers}")
    print(f"sandbox {server.level.value}, load {os.getloadavg()[0]:.2f}")
    _tell_drawing(device.place)
    held = True
    if arguments.sessions:
        found = []
        for session in sessions(
            lambda: Sandbox(server, spin=False),
            device,
            arguments.sessions,
            slowdowns=SLOWDOWNS * arguments.known,
        ):
            found.append(session)
            ratio = session.found.interval
            print(
                f"  known {session.expected:4g}: {ratio.value:7.3f}"
                f" ({ratio.low:.3f} to {ratio.high:.3f}), {len(session.found.student)} blocks",
                flush=True,
            )
        held &= _tell_sessions(Report(device.kind, tuple(found)))
    if arguments.repeats:
        held &= _marks(arguments, device.kind, server)
    return 0 if held else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto")
    parser.add_argument("--sessions", type=int, default=20)
    parser.add_argument("--known", type=int, default=3)
    parser.add_argument("--repeats", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=60.0, help="as in course.yml's timing")
    parser.add_argument("--exercise", default="manual_conv2d")
    parser.add_argument("--answers", type=Path, default=Path(__file__).parent / "timing_answers")
    parser.add_argument(
        "--anchors",
        type=Path,
        metavar="DIR",
        help="keep what is measured once there, as grading does; else measure it anew",
    )
    parser.add_argument("--json", type=Path, help="write the raw figures there")
    return parser.parse_args()


def _tell_drawing(device: str) -> None:
    """What part of the time of ``torch.rand`` ``uniform`` takes, in turn, at their quickest."""
    import torch

    from torchgrade.authoring import uniform

    generator = torch.Generator(device)
    parts = []
    for count in _DRAWN:
        ways = {
            "rand": partial(torch.rand, count, generator=generator, device=device),
            "uniform": partial(uniform, generator, count),
        }
        taken: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(_DRAWINGS):
            for name, draw in ways.items():
                start = time.perf_counter()
                draw()
                if device != "cpu":
                    torch.cuda.synchronize(device)
                taken[name].append(time.perf_counter() - start)
        parts.append(f"{min(taken['uniform']) / min(taken['rand']):.2f} for {count:,}")
    print(f"uniform takes of torch.rand's time: {'; '.join(parts)}", flush=True)


def _tell_sessions(report: Report) -> bool:
    from torchgrade.timing.selftest import SLOWDOWN_WITHIN

    same = sorted(report.same)
    print(f"\nthe reference against itself, {len(same)} sessions")
    print("  " + " ".join(f"{ratio:.3f}" for ratio in same))
    good = abs(report.median - 1) <= report.allowed
    print(
        f"{_word(good)} median {report.median:.3f} (1 within {report.allowed:.0%}),"
        f" from {same[0]:.3f} to {same[-1]:.3f}"
    )
    for known in sorted({s.expected for s in report.sessions} - {1.0}):
        ratios = [s.found.interval.value for s in report.sessions if s.expected == known]
        error = statistics.median(ratios) / known - 1
        right = abs(error) <= SLOWDOWN_WITHIN
        good &= right
        print(
            f"{_word(right)} {known:g} times slower: {statistics.median(ratios):.3f}, {error:+.1%}"
            f" (within {SLOWDOWN_WITHIN:.0%}; {', '.join(f'{ratio:.3f}' for ratio in ratios)})"
        )
    return good


def _marks(arguments: argparse.Namespace, kind: str, server: Server) -> bool:
    """Time each answer several times, in turn, with anchors measured once."""
    from torchgrade.course import load
    from torchgrade.session import Options, Round, Subject, grade_rounds
    from torchgrade.submission import read_file
    from torchgrade.timing.model import TimingRules

    course = load(ROOT)
    (exercise,) = course.select([arguments.exercise])
    exercise = replace(exercise, timing=TimingRules("ratio", "ratio", arguments.seconds))
    files = sorted(arguments.answers.glob("*.py"))
    answers = {file.stem: read_file(file, file.parent) for file in files}
    results: dict[str, list[ExerciseResult]] = {name: [] for name in answers}
    untold: Counter[str] = Counter()
    started = time.monotonic()

    def rounds() -> Iterator[Round]:
        for _ in range(_ROUNDS * arguments.repeats):
            due = [name for name, found in results.items() if len(found) < arguments.repeats]
            if not due:
                return
            subjects = [Subject(name, answers[name]) for name in due]
            yield lambda *_, subjects=subjects: subjects

    def emit(subject: Subject, result: ExerciseResult) -> None:
        if any(outcome.status.value == "ungraded" for outcome in result.outcomes):
            untold[subject.name] += 1
        else:
            results[subject.name].append(result)
        ratios, credits, problems = _of([result])
        told = [f"{each:.3f}" for each in ratios] + [f"{each:.0%}" for each in credits] + problems
        print(f"  {subject.name:22} {' '.join(told)}", flush=True)

    with tempfile.TemporaryDirectory(prefix="torchgrade-anchors-") as cache:
        os.environ["XDG_CACHE_HOME"] = str(arguments.anchors or cache)
        options = Options(timing="marks", device=kind, diagnose=False)
        grade_rounds(course, [exercise], rounds(), options, emit, server).close()
    done = sum(map(len, results.values())) + untold.total()
    print(
        f"\n{exercise.name}: {len(files)} answers, {arguments.repeats} times each,"
        f" {(time.monotonic() - started) / done:.1f} s an answer"
    )
    if arguments.json:
        raw = {name: _of(found)[0] for name, found in results.items()}
        arguments.json.write_text(json.dumps(raw, indent=1), encoding="utf-8")
    return _tell_marks(results, untold, arguments.repeats, _SPREAD[kind])


def _tell_marks(
    results: Mapping[str, Sequence[ExerciseResult]],
    untold: Mapping[str, int],
    repeats: int,
    allowed: float,
) -> bool:
    """Whether each answer's marks were the same each time, its ratio nearly, and the order."""
    good = True
    ranking: list[tuple[float, str]] = []
    raw: dict[str, list[float]] = {}
    for name, of_answer in results.items():
        ratios, credits, problems = _of(of_answer)
        raw[name] = ratios
        if len(ratios) < repeats:
            said = "; ".join(sorted(set(problems))) or f"{untold[name]} not told"
            print(f"FAILS  {name}: told {len(ratios)} times; {said}")
            good = False
            continue
        middle = statistics.median(ratios)
        spread = (max(ratios) - min(ratios)) / middle
        same = len(set(credits)) == 1 and not problems
        right = same and spread <= allowed
        good &= right
        ranking.append((middle, name))
        counts = ", ".join(f"{share:.0%} x{n}" for share, n in Counter(credits).most_common())
        print(
            f"{_word(right)} {name:22} {middle:9.3f} times, spread {spread:5.1%}"
            f" (at most {allowed:.0%}), marks {counts}"
            + (f"; {untold[name]} more not told" if untold[name] else "")
            + (f"; {problems[0]}" if problems else "")
        )
    wanted = [name for _, name in sorted(ranking)]
    for number in range(repeats):
        order = [name for _, name in sorted((raw[name][number], name) for name in wanted)]
        if order != wanted:
            print(f"FAILS  repeat {number + 1} ranks them otherwise: {', '.join(order)}")
            good = False
    return good


def _of(results: Sequence[ExerciseResult]) -> tuple[list[float], list[float], list[str]]:
    """Ratios and shares of the marks of the test that times against a reference."""
    from torchgrade.report.wording import headline

    ratios, credits, problems = [], [], []
    for result in results:
        for outcome in result.outcomes:
            if outcome.timing is not None and outcome.timing.sizes:
                ratios.append(outcome.timing.ratio)
                if outcome.status.value in ("passed", "failed"):
                    credits.append(outcome.share)
                    continue
            elif outcome.status.value == "passed" or (outcome.timing and outcome.timing.growth):
                continue
            if outcome.failure is not None and outcome.status.value != "not_assessed":
                problems.append(headline(outcome.failure, "en"))
    return ratios, credits, problems


def _word(right: bool) -> str:
    return "holds " if right else "FAILS "


if __name__ == "__main__":
    sys.exit(main())
