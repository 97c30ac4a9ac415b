"""What changes when answers are graded again: whose marks, from what to what, and why. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from torchgrade.i18n import catalogue
from torchgrade.report.fill import fill
from torchgrade.result import ExerciseResult, Status, total_weight
from torchgrade.text import Text

__all__ = ["MarkChange", "TestChange", "changed_tests", "changes", "in_words"]


@dataclass(frozen=True)
class TestChange:
    """A test that says something else than before."""

    __test__ = False  # pytest takes the name for a class of tests

    test: str
    title: Text
    before: Status | None
    """None if the test is new."""
    after: Status | None
    """None if there is no such test any more."""
    reweighted: bool = False
    """It counts for another share of the exercise."""
    credited: bool = False
    """It earns another part of its points."""


@dataclass(frozen=True)
class MarkChange:
    """One student's mark in one exercise, before and after."""

    student: str
    exercise: str
    """`Exercise.key`."""
    before: float | None
    """Points; None if ungraded or if there was no result."""
    after: float | None
    tests: tuple[TestChange, ...]
    """Why: in the grader's present order, tests that are gone last."""

    @property
    def lowered(self) -> bool:
        """The student loses points that they had."""
        return self.before is not None and (self.after is None or self.after < self.before)


def changes(
    before: Iterable[tuple[str, ExerciseResult]], after: Iterable[tuple[str, ExerciseResult]]
) -> Iterator[MarkChange]:
    """Marks that differ between two sets of (student, result), in the order of ``after``.

    A result without a counterpart in ``before`` counts as new; one without a counterpart in
    ``after`` is not looked at, for it was not graded again.
    """
    old = {(student, result.key): result for student, result in before}
    for student, result in after:
        previous = old.get((student, result.key))
        earned = result.score.earned
        had = None if previous is None else previous.score.earned
        if previous is None or had != earned:
            yield MarkChange(student, result.key, had, earned, changed_tests(previous, result))


def changed_tests(before: ExerciseResult | None, after: ExerciseResult) -> tuple[TestChange, ...]:
    """Tests whose status, credit or share differs, and those that one of the two lacks.

    Nothing if there was no result before: all would be new.
    """
    if before is None:
        return ()
    old = {outcome.test: outcome for outcome in before.outcomes}
    new = {outcome.test: outcome for outcome in after.outcomes}
    # A test more or less changes every share; that the others count less is plain then.
    same = _counted(before) == _counted(after)
    shares = (_shares(before), _shares(after)) if same else None
    found = []
    for test, outcome in new.items():
        was = old.get(test)
        status = None if was is None else was.status
        reweighted = shares is not None and shares[0][test] != shares[1][test]
        credited = was is not None and status is outcome.status and was.share != outcome.share
        if status is not outcome.status or reweighted or credited:
            found.append(
                TestChange(test, outcome.title, status, outcome.status, reweighted, credited)
            )
    gone = (outcome for test, outcome in old.items() if test not in new)
    return (*found, *(TestChange(o.test, o.title, o.status, None) for o in gone))


def in_words(tests: Iterable[TestChange], language: str) -> str:
    """The changes of one mark in a line: ``now passes: …; counts differently: …``."""
    _ = catalogue(language)
    headings = {
        "passes": _("now passes: {titles}"),
        "fails": _("now fails: {titles}"),
        "ungraded": _("can no longer be graded: {titles}"),
        "new": _("new tests: {titles}"),
        "gone": _("tests that are gone: {titles}"),
        "not_assessed": _("no longer assessed: {titles}"),
        "credit": _("earns another part of its points: {titles}"),
        "weight": _("counts for another share: {titles}"),
    }
    titles: dict[str, list[str]] = {heading: [] for heading in headings}
    for test in tests:
        titles[_heading(test)].append(test.title.to(language))
    separator = _(", ")
    parts = [
        fill(headings[heading], titles=separator.join(dict.fromkeys(of_kind)))
        for heading, of_kind in titles.items()
        if of_kind
    ]
    return _("; ").join(parts)


def _heading(test: TestChange) -> str:
    if test.after is None:
        return "gone"
    if test.before is None:
        return "new"
    if test.before is test.after:
        return "credit" if test.credited else "weight"
    by_status = {
        Status.PASSED: "passes",
        Status.FAILED: "fails",
        Status.UNGRADED: "ungraded",
        Status.NOT_ASSESSED: "not_assessed",
    }
    return by_status[test.after]


def _counted(result: ExerciseResult) -> set[str]:
    return {outcome.test for outcome in result.assessed}


def _shares(result: ExerciseResult) -> dict[str, float]:
    total = total_weight(result.outcomes)
    return {o.test: o.counted / total if total > 0 else 0.0 for o in result.outcomes}
