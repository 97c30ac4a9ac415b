"""The class at a glance: the database counts as one would by hand."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import event

from tests.store.samples import (
    FAILED,
    PASSED,
    UNGRADED,
    VERSIONS,
    absent,
    course,
    graded,
    outcome,
)
from tests.timed import timed, timed_size
from torchgrade.graded import Graded
from torchgrade.overview import ExerciseFacts
from torchgrade.result import Blame, Failure, Kind, Outcome, Status
from torchgrade.store import open_store
from torchgrade.store.gradebook import sync
from torchgrade.store.statistics import overview

COURSE = course()
A0, A1, B0, B1 = COURSE.exercises


def a_class(students: int) -> list[Graded]:
    """Answers of every kind; several students share most of them."""
    made = random.Random(1)
    found = []
    for number in range(students):
        for exercise in COURSE.exercises[:3]:
            kind = made.randrange(8)
            statuses: Sequence[Status | Outcome] = [made.choice([PASSED, FAILED]) for _ in "abc"]
            if kind == 0:
                found.append(absent(f"s{number:03}", exercise))
                continue
            if kind == 1:
                statuses = [PASSED, UNGRADED]
            if kind == 2:
                statuses = [outcome(n, FAILED, kind=Kind.NOT_STARTED) for n in range(3)]
            if kind in (3, 4):
                statuses = [PASSED, outcome(1, FAILED, misconception=f"m{kind}"), FAILED]
            # The answer decides the result, as it does in a real class.
            source = repr([s if isinstance(s, Status) else s.test for s in statuses]) + f"{kind}"
            found.append(graded(f"s{number:03}", exercise, statuses, source=source))
    return found


def counted(exercise: str, of: Iterable[Graded]) -> dict[str, object]:
    """The facts of one exercise, from the results themselves."""
    results = [(g.student, g.result) for g in of if g.exercise == exercise]
    earned = [r.score.earned for _, r in results if r.score.earned is not None]
    kinds = [{o.failure.kind if o.failure else None for o in r.outcomes} for _, r in results]
    shown: dict[str, set[str]] = {}
    tests: dict[str, list[int]] = {}
    for student, result in results:
        for each in result.outcomes:
            if each.misconception:
                shown.setdefault(each.misconception, set()).add(student)
            place = (PASSED, FAILED, UNGRADED).index(each.status)
            tests.setdefault(each.test, [0, 0, 0])[place] += 1
    not_started = sum(k in ({Kind.ABSENT}, {Kind.NOT_STARTED}) for k in kinds)
    passed = sum(r.passed for _, r in results)
    ungraded = sum(r.ungraded for _, r in results)
    return {
        "counts": (passed, len(results) - passed - ungraded - not_started, not_started, ungraded),
        "mean": pytest.approx(sum(earned) / len(earned)),
        "tests": tests,
        "misconceptions": {name: tuple(sorted(students)) for name, students in shown.items()},
    }


def told(facts: ExerciseFacts) -> dict[str, object]:
    return {
        "counts": (facts.passed, facts.partly, facts.not_started, facts.ungraded),
        "mean": facts.mean,
        "tests": {t.test: [t.passed, t.failed, t.ungraded] for t in facts.tests},
        "misconceptions": {m.name: m.students for m in facts.misconceptions},
    }


def test_counts_are_those_of_the_results(url: str) -> None:
    """Every exercise, test and misconception of a class of all kinds of answers."""
    answers = a_class(60)
    with open_store(url, COURSE) as store:
        store.save(answers)
        sync(store)
        found = overview(store)
    assert [facts.exercise for facts in found.exercises] == [A0.key, A1.key, B0.key]
    for facts in found.exercises:
        assert told(facts) == counted(facts.exercise, answers)
        assert [m.name for m in facts.misconceptions] == sorted(
            (m.name for m in facts.misconceptions),
            key=lambda name: (-len(counted(facts.exercise, answers)["misconceptions"][name]), name),  # type: ignore[index]  # a dictionary of several types
        )
    undecided = {(g.student, g.exercise) for g in answers if g.result.ungraded}
    assert {(u.student, u.exercise) for u in found.ungraded} == undecided
    assert {u.reason for u in found.ungraded} == {"the server went away"}
    assert len(found.marks.people) == 60


def test_titles_and_explanations_are_the_graders(url: str) -> None:
    """In its order, with what tests are hidden."""
    tests = [outcome(9, FAILED, misconception="m"), outcome(1, hidden=True)]
    with open_store(url, COURSE) as store:
        run = store.begin_run(VERSIONS, "in")
        store.save([graded("ada", A0, tests)])
        store.unattributed(run, [("x.zip", "whose is it?")])
        found = overview(store, [A0])
    [facts] = found.exercises
    assert [(t.test, str(t.title), t.hidden) for t in facts.tests] == [
        ("test_9", "Title 9", False),
        ("test_1", "Title 1", True),
    ]
    assert str(facts.misconceptions[0].explanation) == "You did m"
    assert found.unattributed == (("x.zip", "whose is it?"),)
    assert found.versions == VERSIONS


def test_only_latest_results_count(url: str) -> None:
    """A result that nobody has any more, or not yet, is not part of the class."""
    old, new = graded("ada", A0, [FAILED]), graded("ada", A0, [PASSED], source="y")
    with open_store(url, COURSE) as store:
        store.save([old])
        store.save([new])
        store.save([graded("ada", A0, [FAILED], grader="2")], link=False)
        [facts] = overview(store).exercises
    assert (facts.passed, facts.partly, facts.mean) == (1, 0, 10)


def raced(ratio: float, kind: Kind | None = None, device: str = "NVIDIA H100") -> Outcome:
    """A timed test that passed, or did not count for ``kind``."""
    made = outcome(5)
    if kind is not None:
        blame = Blame.ENGINE if kind in (Kind.IMPLAUSIBLE, Kind.UNSTABLE) else Blame.STUDENT
        status = Status.NOT_ASSESSED if kind is Kind.NOT_ASSESSED else FAILED
        status = UNGRADED if blame is Blame.ENGINE else status
        made = replace(made, status=status, failure=Failure(kind, blame))
    return replace(made, timing=replace(timed(timed_size(ratio)), device_name=device))


def test_fast_answers_are_ranked(url: str) -> None:
    """By test and device, fastest first; who shares an answer has its place too."""
    answers = [
        graded(f"s{n:02}", A0, [PASSED, raced(1 + n / 10)], source=f"x = {n}") for n in range(12)
    ]
    answers += [
        graded("twin", A0, [PASSED, raced(1.0)], source="x = 0"),
        graded("quick", A0, [PASSED, raced(0.05, Kind.IMPLAUSIBLE)], source="q"),
        graded("aside", A0, [PASSED, raced(0.7, Kind.NOT_ASSESSED, "AMD EPYC")], source="e"),
        graded("wrong", A0, [FAILED], source="print('\"timing\":{')"),
        graded("late", A1, [replace(raced(14.0, Kind.SLOW), credit=0.5), PASSED]),
    ]
    with open_store(url, COURSE) as store:
        store.save(answers)
        found = overview(store).speed
    on_gpu, on_cpu = sorted((f for f in found if f.exercise == A0.key), key=lambda f: -f.students)
    assert [(each.student, round(each.ratio, 9)) for each in on_gpu.fastest[:4]] == [
        ("quick", 0.05),
        ("s00", 1.0),
        ("twin", 1.0),
        ("s01", 1.1),
    ]
    assert [each.kind for each in on_gpu.fastest[:2]] == [Kind.IMPLAUSIBLE, None]
    assert (on_gpu.students, len(on_gpu.fastest), on_gpu.test) == (14, 10, "test_5")
    assert on_gpu.median == pytest.approx(1.45)
    assert (on_gpu.reference, on_gpu.device, on_cpu.device) == (
        "F.conv2d",
        "NVIDIA H100",
        "AMD EPYC",
    )
    assert on_cpu.fastest[0].kind is Kind.NOT_ASSESSED
    [other] = [facts for facts in found if facts.exercise == A1.key]
    assert other.fastest[0].kind is Kind.SLOW
    assert other.fastest[0].low < other.fastest[0].ratio < other.fastest[0].high


def test_partial_credit_and_what_does_not_count_are_in_the_means(url: str) -> None:
    """As the score has it: half of one of two tests, while the third does not count."""
    half = replace(outcome(1, FAILED), credit=0.5)
    aside = replace(outcome(2), status=Status.NOT_ASSESSED, weight=7.0)
    answer = graded("ada", A0, [PASSED, half, aside])
    with open_store(url, COURSE) as store:
        store.save([answer])
        sync(store)
        found = overview(store)
    [facts] = found.exercises
    assert facts.mean == answer.result.score.earned == 7.5
    assert found.marks.marks["ada"][A0.chapter].exercises[0].earned == 7.5
    assert [(t.passed, t.failed, t.ungraded) for t in facts.tests] == [
        (1, 0, 0),
        (0, 1, 0),
        (0, 0, 0),
    ]


def test_an_empty_store_has_an_empty_overview(url: str) -> None:
    """Nothing was graded, and nothing fails."""
    with open_store(url, COURSE) as store:
        found = overview(store)
    assert (found.exercises, found.slowest, found.ungraded) == ([], [], [])


def test_a_larger_class_takes_no_more_statements(url: str) -> None:
    """What is asked of the database does not grow with the class."""
    counts = []
    for students in (10, 200):
        with open_store(url, COURSE) as store:
            store.save(a_class(students))
            sync(store)
            seen: list[str] = []

            def note(*arguments: Any, seen: list[str] = seen) -> None:
                seen.append(arguments[2])

            event.listen(store.database.engine, "after_cursor_execute", note)
            overview(store)
            counts.append(len(seen))
    assert counts[0] == counts[1]
