"""A class of students that never was, and what they handed in.

Run ``python -m benchmarks.make_class OUT --students 40``. The same arguments give the same
class. OUT must not exist; it gets

- ``submissions/`` (or ``submissions.zip``, ``submitted/``), in the form that ``--form`` names;
- ``roster.csv``: who is in the class;
- ``truth.json``: what each answer was made of and what grading must find, and who copied from
  whom (see `Truth`).

Right answers, misconceptions and mistakes are the course's own: model answers, the alternatives
and misconceptions of its graders, and the files of ``tests/answers``, each rewritten in the hand
of the student who gives it. Some students are better than others, and what goes wrong otherwise
(crashes, loops, files that are no files) is spread over all.

Above 500 students, equal files are hard links, and a student's folder has no folders for chapters.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from benchmarks.demo_class.answers import MISSING, Answers, Given
from benchmarks.demo_class.hand_in import FORMS, File, write
from benchmarks.demo_class.handwriting import DISGUISES
from benchmarks.demo_class.people import Student, enrolled, write_roster
from torchgrade.course import Course, Exercise, load

__all__ = ["SHARES", "Class", "Copy", "make", "written"]

_ROOT = Path(__file__).resolve().parents[1]
_DUE = datetime(2026, 3, 1, 23, 59, tzinfo=UTC)
_LINKS_FROM = 500

SHARES: Mapping[str, float] = {
    "stub": 0.03,
    "half": 0.03,
    "crash": 0.02,
    "loop": 0.002,
    "memory": 0.004,
    "syntax": 0.02,
    "broken": 0.015,
    "missing": 0.04,
}
"""Of all answers, so many are spoilt in each way; whoever gives the rest is right or wrong."""

_LATE = 0.08
_COPIERS = 0.05
_MOST_COPIERS = 100


@dataclass(frozen=True)
class Copy:
    """One answer that was taken from somebody else."""

    exercise: str
    source: str
    copier: str
    disguise: str


@dataclass
class Class:
    """Who is in the class and what each handed in."""

    course: Course
    exercises: Sequence[Exercise]
    students: Sequence[Student]
    given: dict[str, dict[str, Given]] = field(default_factory=dict)
    """By student's id and `Exercise.key`."""
    copies: list[Copy] = field(default_factory=list)
    submitted: dict[str, dict[str, datetime]] = field(default_factory=dict)
    """When, by student's id and chapter."""


def make(
    course: Course,
    exercises: Sequence[Exercise],
    students: int,
    *,
    seed: int = 1,
    answers: Path | None = None,
    loops: float | None = None,
    distinct: int = 200,
) -> Class:
    """Make up a class.

    Args:
        answers: folder with ``CHAPTER/EXERCISE/right_*.py`` and ``wrong_*.py``.
        loops: share of answers that never end; each costs its time limit when it is graded.
        distinct: how many different texts there are of each exercise at most.
    """
    rng = Random(seed)
    made = Class(course, exercises, enrolled(students, rng))
    shares = {**SHARES, "loop": SHARES["loop"] if loops is None else loops}
    folder = answers or _ROOT / "none"
    pools = {
        exercise.key: Answers.of(exercise, folder, Random(rng.random()), distinct)
        for exercise in exercises
    }
    spoilt = _spoilt(made, shares, rng)
    for student in made.students:
        skill = min(0.97, rng.betavariate(5, 2))
        theirs = made.given[student.id] = {}
        for exercise in exercises:
            what = spoilt.get((student.id, exercise.key)) or _idea(skill, rng)
            theirs[exercise.key] = pools[exercise.key].draw(what)
    _let_copy(made, pools, spoilt.keys(), rng)
    _hand_in_late(made, rng)
    return made


def _spoilt(made: Class, shares: Mapping[str, float], rng: Random) -> dict[tuple[str, str], str]:
    """Which answers are spoilt in which way; in all but tiny classes each way has at least one."""
    slots = [(s.id, exercise.key) for exercise in made.exercises for s in made.students]
    least = 1 if len(slots) >= 40 else 0
    kinds = [
        what
        for what, share in shares.items()
        for _ in range(max(least, round(share * len(slots))) if share else 0)
    ]
    return dict(zip(rng.sample(slots, len(kinds)), kinds, strict=True))


def _idea(skill: float, rng: Random) -> str:
    if rng.random() < skill:
        return "right"
    return "misconception" if rng.random() < 0.8 else "wrong"


def _let_copy(
    made: Class, pools: Mapping[str, Answers], spoilt: Set[tuple[str, str]], rng: Random
) -> None:
    """Let some take answers from others: mostly one from one, and two from the same."""
    count = min(round(_COPIERS * len(made.students)), _MOST_COPIERS)
    people = rng.sample([student.id for student in made.students], 2 * count)
    sources, copiers = people[:count], people[count:]
    taken: set[tuple[str, str]] = set()
    for index, copier in enumerate(copiers):
        source = sources[0 if index == 1 else index]
        whole = [
            exercise.key
            for exercise in made.exercises
            if not {(source, exercise.key), (copier, exercise.key)} & spoilt
        ]
        for key in rng.sample(whole, min(len(whole), rng.randint(2, 5))):
            pool = pools[key]
            if (source, key) not in taken:
                what = "right" if rng.random() < 0.7 else "misconception"
                made.given[source][key] = pool.unlike_others(what)
                taken.add((source, key))
            disguise = rng.choice(DISGUISES)
            made.given[copier][key] = pool.copied(made.given[source][key], disguise)
            made.copies.append(Copy(key, source, copier, disguise))


def _hand_in_late(made: Class, rng: Random) -> None:
    due = {chapter.name: chapter.due or _DUE for chapter in made.course.chapters}
    chapters = list(dict.fromkeys(exercise.chapter for exercise in made.exercises))
    for student in made.students:
        when = made.submitted[student.id] = {}
        for chapter in chapters:
            late = rng.random() < _LATE
            by = timedelta(minutes=rng.randint(5, 6 * 24 * 60)) if late else -timedelta(days=1)
            when[chapter] = due[chapter] + by


def written(made: Class, out: Path, form: str = "folders", *, roster: bool = True) -> Path:
    """Write the class into the new folder ``out``; where the submissions are."""
    out.mkdir(parents=True)
    place = write(form, out, _files(made), links=len(made.students) > _LINKS_FROM)
    if roster:
        write_roster(out / "roster.csv", made.students)
    truth = json.dumps(_truth(made), ensure_ascii=False, indent=1)
    (out / "truth.json").write_text(truth, encoding="utf-8")
    return place


def _files(made: Class) -> Iterator[File]:
    due = {chapter.name: chapter.due or _DUE for chapter in made.course.chapters}
    for student in made.students:
        for exercise in made.exercises:
            given = made.given[student.id][exercise.key]
            if given is not MISSING:
                when = made.submitted[student.id][exercise.chapter]
                late = when > due[exercise.chapter]
                yield File(student, exercise, given.content, when, late)


def _truth(made: Class) -> dict[str, object]:
    """The document that `written` saves; answers that are alike are described once."""
    kinds: dict[tuple[object, ...], int] = {}
    described: list[dict[str, object]] = []
    students: dict[str, dict[str, int]] = {}
    for student, theirs in made.given.items():
        students[student] = {}
        for key, given in theirs.items():
            truth = given.truth
            row = (truth.verdict, truth.what, truth.origin, truth.misconception, truth.failure)
            if row not in kinds:
                kinds[row] = len(described)
                names = ("verdict", "what", "origin", "misconception", "failure")
                described.append(dict(zip(names, row, strict=True)))
            students[student][key] = kinds[row]
    due = {chapter.name: chapter.due or _DUE for chapter in made.course.chapters}
    return {
        "format": 1,
        "answers": described,
        "students": students,
        "late_minutes": {
            student: {
                chapter: int((when - due[chapter]).total_seconds() // 60)
                for chapter, when in times.items()
                if when > due[chapter]
            }
            for student, times in made.submitted.items()
            if any(when > due[chapter] for chapter, when in times.items())
        },
        "copies": [
            {"exercise": c.exercise, "from": c.source, "to": c.copier, "disguise": c.disguise}
            for c in made.copies
        ],
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; its exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.make_class", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("out", type=Path, help="new folder to write the class into")
    parser.add_argument("--students", type=int, default=40)
    parser.add_argument("--chapters", nargs="+", default=[], help="chapters or exercises; all else")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--form", choices=sorted(FORMS), default="folders")
    parser.add_argument("--roster", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--course", type=Path, default=_ROOT, help="the course's folder")
    parser.add_argument("--loops", type=float, help="share of answers that never end")
    parser.add_argument("--distinct", type=int, default=200, help="different texts per exercise")
    given = parser.parse_args(arguments)
    if given.out.exists():
        parser.error(f"{given.out} exists already; name a new folder")
    course = load(given.course)
    made = make(
        course,
        course.select(given.chapters),
        given.students,
        seed=given.seed,
        answers=course.root / "tests" / "answers",
        loops=given.loops,
        distinct=given.distinct,
    )
    place = written(made, given.out, given.form, roster=given.roster)
    print(f"{len(made.students)} students x {len(made.exercises)} exercises in {place}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
