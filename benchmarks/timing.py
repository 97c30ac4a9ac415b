"""How well answers are timed: known ratios, the same answer ten times, a ranking.

Run ``python -m benchmarks.timing`` on a machine that does nothing else; ``--device cuda`` on one
with a GPU. Prints, with what was required beside it:

- the reference against itself, in ``--sessions`` sessions, and answers that wait until a known
  multiple of their own time is over;
- five right answers to ``manual_conv2d``, each timed ``--repeats`` times for marks: the ratio to
  ``F.conv2d``, its spread, and the marks, which must be the same each time.

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
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from torchgrade.sandbox.server import Server, bare_environment

if TYPE_CHECKING:
    from torchgrade.result import ExerciseResult
    from torchgrade.timing.selftest import Report

ROOT = Path(__file__).resolve().parents[1]
_SPREAD = {"cpu": 0.08, "cuda": 0.03}


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
    from torchgrade.timing.selftest import Report, sessions

    device = choose(arguments.device)
    print(f"{device.name}, {device.driver or 'no driver'}, workers on core {device.workers}")
    print(f"sandbox {server.level.value}, load {os.getloadavg()[0]:.2f}")
    held = True
    if arguments.sessions:
        found = []
        for session in sessions(lambda: Sandbox(server, spin=False), device, arguments.sessions):
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
    parser.add_argument("--repeats", type=int, default=10)
    parser.add_argument("--exercise", default="manual_conv2d")
    parser.add_argument("--answers", type=Path, default=Path(__file__).parent / "timing_answers")
    parser.add_argument("--json", type=Path, help="write the raw figures there")
    return parser.parse_args()


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
    for session in report.sessions:
        if session.expected == 1:
            continue
        right = abs(session.error) <= SLOWDOWN_WITHIN
        good &= right
        found = session.found.interval
        print(
            f"{_word(right)} {session.expected:g} times slower: {found.value:.3f}"
            f" ({found.low:.3f} to {found.high:.3f}), {session.error:+.1%}"
            f" (within {SLOWDOWN_WITHIN:.0%})"
        )
    return good


def _marks(arguments: argparse.Namespace, kind: str, server: Server) -> bool:
    """Time each answer several times, in turn, with anchors measured once."""
    from torchgrade.course import load
    from torchgrade.session import Options, Subject, grade
    from torchgrade.submission import read_file
    from torchgrade.timing.model import TimingRules

    course = load(ROOT)
    (exercise,) = course.select([arguments.exercise])
    exercise = replace(exercise, timing=TimingRules("ratio", "ratio"))
    files = sorted(arguments.answers.glob("*.py"))
    subjects = [
        Subject(file.stem, read_file(file, file.parent))
        for _ in range(arguments.repeats)
        for file in files
    ]
    results: dict[str, list[ExerciseResult]] = {}
    started = time.monotonic()

    def emit(subject: Subject, result: ExerciseResult) -> None:
        results.setdefault(subject.name, []).append(result)
        ratios, credits, problems = _of([result])
        told = [f"{each:.3f}" for each in ratios] + [f"{each:.0%}" for each in credits] + problems
        print(f"  {subject.name:22} {' '.join(told)}", flush=True)

    with tempfile.TemporaryDirectory(prefix="torchgrade-anchors-") as cache:
        os.environ["XDG_CACHE_HOME"] = cache
        options = Options(timing="marks", device=kind, diagnose=False)
        grade(course, [exercise], lambda *_: subjects, options, emit, server).close()
    print(
        f"\n{exercise.name}: {len(files)} answers, {arguments.repeats} times each,"
        f" {(time.monotonic() - started) / len(subjects):.1f} s an answer"
    )
    good = True
    ranking: list[tuple[float, str]] = []
    raw: dict[str, list[float]] = {}
    for name, of_answer in results.items():
        ratios, credits, problems = _of(of_answer)
        raw[name] = ratios
        if not ratios:
            print(f"FAILS  {name}: {'; '.join(sorted(set(problems)))}")
            good = False
            continue
        middle = statistics.median(ratios)
        spread = (max(ratios) - min(ratios)) / middle
        same = len(set(credits)) == 1 and not problems
        right = same and spread <= _SPREAD[kind]
        good &= right
        ranking.append((middle, name))
        counts = ", ".join(f"{share:.0%} x{n}" for share, n in Counter(credits).most_common())
        print(
            f"{_word(right)} {name:22} {middle:9.3f} times, spread {spread:5.1%}"
            f" (at most {_SPREAD[kind]:.0%}), marks {counts}"
            + (f"; {len(problems)} not told: {problems[0]}" if problems else "")
        )
    always = {name for name, ratios in raw.items() if len(ratios) == arguments.repeats}
    wanted = [name for _, name in sorted(ranking) if name in always]
    for number in range(arguments.repeats):
        order = [name for _, name in sorted((raw[name][number], name) for name in always)]
        if order != wanted:
            print(f"FAILS  repeat {number + 1} ranks them otherwise: {', '.join(order)}")
            good = False
    if arguments.json:
        arguments.json.write_text(json.dumps(raw, indent=1), encoding="utf-8")
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
            elif outcome.status.value == "passed" or outcome.timing is not None:
                continue
            if outcome.failure is not None and outcome.status.value != "not_assessed":
                problems.append(headline(outcome.failure, "en"))
    return ratios, credits, problems


def _word(right: bool) -> str:
    return "holds " if right else "FAILS "


if __name__ == "__main__":
    sys.exit(main())
