"""The class at a glance, counted by the database.

Of the results themselves only those few are read that are needed for titles and explanations, so
that thirty thousand students take no more memory than thirty. Those that hold times are read one
after the other, and only the ratios are kept.
"""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any, Final

from sqlalchemy import Connection, and_, case, func, select

from torchgrade.course_model import Exercise
from torchgrade.late import LatePolicy
from torchgrade.overview import (
    ExerciseFacts,
    MisconceptionFacts,
    Overview,
    Raced,
    Slow,
    SpeedFacts,
    TestFacts,
    Ungraded,
)
from torchgrade.report.summary import State
from torchgrade.result import ExerciseResult, Outcome, Status
from torchgrade.result_tree import FORMAT
from torchgrade.roster import Roster
from torchgrade.store import schema
from torchgrade.store.database import MISSING, Store, read_result
from torchgrade.store.gradebook import marks
from torchgrade.text import Text

__all__ = ["overview"]

_MOST_SLOW: Final = 20
_MOST_FAST: Final = 10
_TIMED: Final = '"timing":{'
"""Stands in a stored result if anything in it was timed; what students wrote has escapes."""
_NOBODY: Final = Roster()

answer, result, outcome = schema.answer, schema.result, schema.outcome
_LINKED: Final = and_(answer.c.result_id == result.c.id, result.c.format == FORMAT)


def overview(
    store: Store,
    exercises: Sequence[Exercise] | None = None,
    roster: Roster = _NOBODY,
    policies: Mapping[str, LatePolicy] | None = None,
) -> Overview:
    """The latest results of everybody in ``exercises`` (all that were graded by default).

    ``roster`` and ``policies`` are those of `torchgrade.store.gradebook.marks`.
    Raises `StoreError`.
    """
    chosen = store.course.exercises if exercises is None else exercises
    counts = store.database.read(lambda connection: _Counts(connection, chosen))
    speed = store.database.read(lambda connection: _speed(connection, chosen))
    run = store.last_run()
    graded = [exercise for exercise in chosen if exercise.key in counts.states]
    return Overview(
        marks=marks(store, roster, policies),
        exercises=[_facts(exercise, counts) for exercise in graded],
        slowest=[Slow(row.student, row.exercise, row.seconds) for row in counts.slowest],
        ungraded=counts.ungraded,
        unattributed=() if run is None else store.unattributed_files(run),
        graded_at=counts.graded_at or (datetime.now(UTC) if run is None else run.started),
        versions={} if run is None else run.versions,
        speed=speed,
    )


class _Counts:
    """What the database was asked, by `Exercise.key`."""

    def __init__(self, connection: Connection, exercises: Sequence[Exercise]) -> None:
        by_key = {exercise.key: exercise for exercise in exercises}
        chosen = answer.c.exercise.in_(list(by_key))
        self.states: defaultdict[str, dict[str, int]] = defaultdict(dict)
        self.means: defaultdict[str, list[tuple[float, int]]] = defaultdict(list)
        """(mean share of the points, number of students) by state; only of what is graded."""
        share = case(
            (result.c.total_weight > 0, result.c.earned_weight / result.c.total_weight), else_=None
        )
        for row in connection.execute(
            select(answer.c.exercise, result.c.state, func.count(), func.avg(share))
            .join(result, _LINKED)
            .where(chosen)
            .group_by(answer.c.exercise, result.c.state)
        ):
            exercise, state, students, mean = row
            self.states[exercise][state] = students
            if mean is not None:
                self.means[exercise].append((mean, students))
        self.tests: defaultdict[str, dict[str, dict[str, int]]] = defaultdict(dict)
        self.samples: dict[tuple[str, str], int] = {}
        """By exercise and test: the newest result that has it."""
        # Results first: students with the same answer share one, and its tests are counted once.
        shared = (
            select(answer.c.result_id, func.count().label("students"))
            .where(chosen)
            .group_by(answer.c.result_id)
            .subquery()
        )
        for exercise, test, status, students, newest in connection.execute(
            select(
                result.c.exercise,
                outcome.c.test,
                outcome.c.status,
                func.sum(shared.c.students),
                func.max(result.c.id),
            )
            .join_from(shared, result, shared.c.result_id == result.c.id)
            .join(outcome, outcome.c.result_id == result.c.id)
            .where(result.c.format == FORMAT)
            .group_by(result.c.exercise, outcome.c.test, outcome.c.status)
        ):
            self.tests[exercise].setdefault(test, {})[status] = int(students)
            key = (exercise, test)
            self.samples[key] = max(newest, self.samples.get(key, newest))
        self.shown: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        """Students by exercise and misconception."""
        shown_in: dict[tuple[str, str], int] = {}
        for exercise, name, student, number in connection.execute(
            select(answer.c.exercise, outcome.c.misconception, answer.c.student, result.c.id)
            .join_from(outcome, result, outcome.c.result_id == result.c.id)
            .join(answer, _LINKED)
            .where(chosen, outcome.c.misconception.is_not(None))
            .distinct()
        ):
            self.shown[exercise, name].add(student)
            shown_in[exercise, name] = number
        self.slowest = connection.execute(
            select(answer.c.student, answer.c.exercise, result.c.seconds)
            .join(result, _LINKED)
            .where(chosen)
            .order_by(result.c.seconds.desc(), answer.c.student, answer.c.exercise)
            .limit(_MOST_SLOW)
        ).all()
        self.graded_at = connection.execute(
            select(func.max(result.c.graded)).join(answer, _LINKED).where(chosen)
        ).scalar()
        undecided = connection.execute(
            select(answer.c.student, answer.c.exercise, result.c.fault)
            .join(result, _LINKED)
            .where(chosen, result.c.state == State.UNGRADED.value)
            .order_by(answer.c.exercise, answer.c.student)
        ).all()
        wanted = {*self.samples.values(), *shown_in.values()}
        results = _results(connection, wanted, by_key)
        self.outcomes: dict[tuple[str, str], Outcome] = {}
        self.order: dict[str, list[str]] = {}
        """Tests of an exercise as its newest result has them."""
        for number in sorted(set(self.samples.values())):
            found = results[number]
            self.order[found.key] = [each.test for each in found.outcomes]
            self.outcomes |= {(found.key, each.test): each for each in found.outcomes}
        self.explanations: dict[tuple[str, str], Text] = {
            (exercise, name): _explanation(results[number], name)
            for (exercise, name), number in shown_in.items()
        }
        self.ungraded = [Ungraded(row.student, row.exercise, row.fault or "") for row in undecided]


def _results(
    connection: Connection, ids: Iterable[int], exercises: Mapping[str, Exercise]
) -> dict[int, ExerciseResult]:
    found: dict[int, ExerciseResult] = {}
    wanted = sorted(ids)
    for start in range(0, len(wanted), 500):
        rows: Iterable[Any] = connection.execute(
            select(result.c.id, result.c.exercise, result.c.tree).where(
                result.c.id.in_(wanted[start : start + 500])
            )
        )
        found |= {row.id: read_result(row.tree, exercises[row.exercise]) for row in rows}
    return found


@dataclass
class _Race:
    """All students who took a timed test on one device."""

    newest: Outcome
    device: str
    entries: list[Raced]

    def facts(self, exercise: str) -> SpeedFacts:
        ranked = sorted(self.entries, key=lambda each: (each.ratio, each.student))
        timing = self.newest.timing
        return SpeedFacts(
            exercise=exercise,
            test=self.newest.test,
            title=self.newest.title,
            hidden=self.newest.hidden,
            reference=timing.reference if timing is not None else "",
            device=self.device,
            students=len(ranked),
            median=statistics.median(each.ratio for each in ranked),
            fastest=tuple(ranked[:_MOST_FAST]),
        )


def _speed(connection: Connection, exercises: Sequence[Exercise]) -> tuple[SpeedFacts, ...]:
    """Who is how fast, by test and device, tests in the order of their exercise."""
    by_key = {exercise.key: exercise for exercise in exercises}
    rows: Iterable[Any] = connection.execute(
        select(answer.c.student, result.c.id, result.c.exercise, result.c.tree)
        .join(result, _LINKED)
        .where(answer.c.exercise.in_(list(by_key)), result.c.tree.contains(_TIMED, autoescape=True))
        .order_by(result.c.id, answer.c.student)
        .execution_options(yield_per=100)
    )
    races: dict[str, dict[tuple[str, str], _Race]] = {key: {} for key in by_key}
    for _number, shared in groupby(rows, key=lambda row: row.id):
        students = list(shared)
        found = read_result(students[0].tree, by_key[students[0].exercise])
        for each in found.outcomes:
            timing = each.timing
            if timing is None or not (math.isfinite(timing.ratio) and timing.ratio > 0):
                continue
            device = timing.device_name or timing.device
            race = races[found.key].setdefault((each.test, device), _Race(each, device, []))
            race.newest = each
            kind = each.failure.kind if each.failure is not None else None
            race.entries += [
                Raced(row.student, timing.ratio, timing.low, timing.high, kind) for row in students
            ]
    return tuple(race.facts(key) for key in by_key for race in races[key].values())


def _facts(exercise: Exercise, counts: _Counts) -> ExerciseFacts:
    states = counts.states[exercise.key]
    means = counts.means[exercise.key]
    graded = sum(students for _, students in means)
    share = math.fsum(mean * students for mean, students in means) / graded if graded else None
    tests = counts.tests[exercise.key]
    order = {test: place for place, test in enumerate(counts.order.get(exercise.key, ()))}
    shown = [
        MisconceptionFacts(
            name, counts.explanations[key, name], tuple(sorted(counts.shown[key, name]))
        )
        for key, name in counts.shown
        if key == exercise.key
    ]
    return ExerciseFacts(
        exercise=exercise.key,
        maximum=exercise.points,
        passed=states.get(State.PASSED.value, 0),
        partly=states.get(State.FAILED.value, 0),
        not_started=states.get(State.NOT_STARTED.value, 0) + states.get(MISSING, 0),
        ungraded=states.get(State.UNGRADED.value, 0),
        mean=None if share is None else share * exercise.points,
        tests=tuple(
            _test_facts(counts.outcomes[exercise.key, test], tests[test])
            # Tests that only older results have come last.
            for test in sorted(tests, key=lambda test: (order.get(test, len(order)), test))
        ),
        misconceptions=tuple(sorted(shown, key=lambda m: (-len(m.students), m.name))),
    )


def _test_facts(example: Outcome, by_status: Mapping[str, int]) -> TestFacts:
    return TestFacts(
        test=example.test,
        title=example.title,
        hidden=example.hidden,
        passed=by_status.get(Status.PASSED.value, 0),
        failed=by_status.get(Status.FAILED.value, 0),
        ungraded=by_status.get(Status.UNGRADED.value, 0),
    )


def _explanation(found: ExerciseResult, misconception: str) -> Text:
    for each in found.outcomes:
        if each.misconception == misconception and each.explanation is not None:
            return each.explanation
    return Text(())
