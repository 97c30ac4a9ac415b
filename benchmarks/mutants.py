"""Do graders refuse small mistakes that nobody thought of?

Run ``python -m benchmarks.mutants [WHAT ...]``, such as ``ch03/gather``. Of each model answer all
mutants (`benchmarks.mutation`) are graded, and those that pass every test are listed. A mutant that
does the same as the model answer can't be refused; such are named, with the reason, in
``equivalent_mutants/CHAPTER.yml`` beside this file::

    gather:
      - was: size < 1
        becomes: size <= 1
        why: Sizes are at least 1 here, and one of 1 is handled by the loop as well.

``was`` and ``becomes`` are as the list of survivors prints them (``becomes`` is empty for what is left
out). ``line: 12`` may be added where the same change elsewhere in the file is no equivalent.

Exits with 1 if less than 98 % of the others are refused, if a named mutant is refused after all or
does not exist any more, or if something could not be graded.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import torch
import yaml

from benchmarks.mutation import Mutant, mutants
from torchgrade.course import Course, Exercise, load
from torchgrade.result import ExerciseResult, Kind, Status
from torchgrade.sandbox.server import Server
from torchgrade.sandbox.start import new_server
from torchgrade.session import Grader, Options, Subject, grade
from torchgrade.submission import Source

_ROOT: Final = Path(__file__).resolve().parents[1]
_KNOWN: Final = Path(__file__).resolve().parent / "equivalent_mutants"
_LEAST: Final = 0.98
# Mutants like to loop for ever.
_SECONDS: Final = 3.0
_SLOW: Final = (Kind.TIMEOUT, Kind.CPU_TIME)


@dataclass
class Found:
    """What became of the mutants of one exercise."""

    key: str
    total: int = 0
    slow: int = 0
    """Refused only because they took too long."""
    equivalent: int = 0
    survivors: list[Mutant] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    ungraded: list[Mutant] = field(default_factory=list)

    @property
    def wrong(self) -> int:
        return self.total - self.equivalent

    @property
    def refused(self) -> int:
        return self.wrong - len(self.survivors)


def main() -> int:
    """Mutate, grade and print; the exit code."""
    parser = argparse.ArgumentParser(description="Do graders refuse small mistakes?")
    parser.add_argument("what", nargs="*", default=["all"], help="exercises or chapters")
    parser.add_argument("--course", type=Path, default=_ROOT, help="folder of the course")
    parser.add_argument("--markdown", action="store_true", help="print the table as Markdown")
    options = parser.parse_args()
    torch.set_num_threads(1)
    course = load(options.course)
    server = new_server()
    server.start()
    everything: list[Found] = []
    try:
        for exercise in course.select(options.what):
            found, server = _mutate(course, exercise, server)
            everything.append(found)
            _report(found, markdown=options.markdown, first=len(everything) == 1)
    finally:
        server.close()
    return _sum_up(everything, markdown=options.markdown)


def _mutate(course: Course, exercise: Exercise, server: Server) -> tuple[Found, Server]:
    limits = replace(exercise.limits, seconds=_SECONDS, exercise_seconds=3 * _SECONDS)
    exercise = replace(exercise, limits=limits)
    every = list(mutants(exercise.solution.read_text(encoding="utf-8")))
    found = Found(exercise.key, len(every))
    survivors: list[Mutant] = []

    def subjects(_: Exercise, grader: Grader) -> Sequence[Subject]:
        return [
            Subject(str(number), Source(exercise.solution, mutant.source, str(number)))
            for number, mutant in enumerate(every)
        ]

    def emit(subject: Subject, result: ExerciseResult) -> None:
        mutant = every[int(subject.name)]
        of = {status: [o for o in result.outcomes if o.status is status] for status in Status}
        if of[Status.UNGRADED]:
            found.ungraded.append(mutant)
        elif not of[Status.FAILED]:
            survivors.append(mutant)
        elif all(o.failure is not None and o.failure.kind in _SLOW for o in of[Status.FAILED]):
            found.slow += 1

    server = grade(course, [exercise], subjects, Options(b"mutants", diagnose=False), emit, server)
    known = _known(exercise)
    used: set[int] = set()
    for mutant in survivors:
        matching = [index for index, entry in enumerate(known) if _matches(entry, mutant)]
        used.update(matching)
        if matching:
            found.equivalent += 1
        else:
            found.survivors.append(mutant)
    found.stale = [
        f"{entry['was']} -> {entry['becomes'] or '(left out)'}"
        for index, entry in enumerate(known)
        if index not in used
    ]
    return found, server


def _known(exercise: Exercise) -> Sequence[Mapping[str, Any]]:
    file = _KNOWN / f"{exercise.chapter}.yml"
    if not file.is_file():
        return ()
    entries = (yaml.safe_load(file.read_text(encoding="utf-8")) or {}).get(exercise.name, ())
    for entry in entries:
        if not str(entry.get("why", "")).strip() or not {"was", "becomes"} <= set(entry):
            raise SystemExit(
                f"{file}: {exercise.name}: an entry needs was, becomes and why: {entry}"
            )
    return list(entries)


def _matches(entry: Mapping[str, Any], mutant: Mutant) -> bool:
    return (
        str(entry["was"]) == mutant.was
        and str(entry["becomes"] or "") == mutant.becomes
        and entry.get("line", mutant.line) == mutant.line
    )


_COLUMNS: Final = ("exercise", "mutants", "equivalent", "refused", "of them by time", "survive")


def _report(found: Found, *, markdown: bool, first: bool) -> None:
    numbers = (found.total, found.equivalent, found.refused, found.slow, len(found.survivors))
    if markdown:
        if first:
            print(f"| {' | '.join(_COLUMNS)} |\n| --- |{' ---: |' * 5}")
        print(f"| {found.key} | {' | '.join(map(str, numbers))} |", flush=True)
        return
    if first:
        print(f"{_COLUMNS[0]:<42}" + "".join(f"{name:>17}" for name in _COLUMNS[1:]))
    print(f"{found.key:<42}" + "".join(f"{number:>17}" for number in numbers), flush=True)
    for mutant in found.survivors:
        _tell("passes every test", mutant)
    for mutant in found.ungraded:
        _tell("could not be graded", mutant)
    for change in found.stale:
        print(f"  named as equivalent, but refused or gone: {change}")


def _tell(what: str, mutant: Mutant) -> None:
    print(f"  {what}: line {mutant.line}: {mutant.was} -> {mutant.becomes or '(left out)'}")


def _sum_up(everything: Sequence[Found], *, markdown: bool) -> int:
    wrong = sum(found.wrong for found in everything)
    refused = sum(found.refused for found in everything)
    share = refused / wrong if wrong else 1.0
    word = "holds" if share >= _LEAST else "FAILS"
    print(f"{word}  refused of those that are not equivalent: {share:.2%} (at least {_LEAST:.0%})")
    broken = any(found.stale or found.ungraded for found in everything)
    if markdown and broken:
        for found in everything:
            for change in found.stale:
                print(f"{found.key}: named as equivalent, but refused or gone: {change}")
            for mutant in found.ungraded:
                _tell(f"{found.key}: could not be graded", mutant)
    return int(share < _LEAST or broken)


if __name__ == "__main__":
    sys.exit(main())
