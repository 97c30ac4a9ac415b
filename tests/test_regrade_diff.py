"""What changes when answers are graded again."""

from __future__ import annotations

from dataclasses import replace

from torchgrade.regrade_diff import MarkChange, changed_tests, changes, in_words
from torchgrade.result import ExerciseResult, Outcome, Status
from torchgrade.text import text

PASSED, FAILED, UNGRADED = Status.PASSED, Status.FAILED, Status.UNGRADED
NOT_ASSESSED = Status.NOT_ASSESSED


def result(*statuses: Status, exercise: str = "b", points: float = 4.0) -> ExerciseResult:
    outcomes = tuple(
        Outcome(f"test_{n}", text(f"Title {n}", zh=f"标题 {n}"), status, 1.0)
        for n, status in enumerate(statuses)
    )
    return ExerciseResult("ch01_a", exercise, points, outcomes, "jail")


def only(before: ExerciseResult, after: ExerciseResult) -> MarkChange:
    [change] = changes([("ada", before)], [("ada", after)])
    return change


def test_a_mark_that_differs_is_told_with_who_and_what() -> None:
    """Who, exercise, from, to, and which tests say something else."""
    change = only(result(PASSED, FAILED), result(PASSED, PASSED))
    assert (change.student, change.exercise) == ("ada", "ch01_a/b")
    assert (change.before, change.after, change.lowered) == (2, 4, False)
    assert [(t.test, t.before, t.after) for t in change.tests] == [("test_1", FAILED, PASSED)]


def test_marks_that_are_the_same_are_no_change() -> None:
    """Not even if other tests pass now for as many points."""
    assert not list(changes([("a", result(PASSED, FAILED))], [("a", result(FAILED, PASSED))]))


def test_students_and_exercises_are_kept_apart() -> None:
    """Each result is compared with its own."""
    before = [("a", result(PASSED)), ("b", result(FAILED)), ("a", result(FAILED, exercise="c"))]
    after = [("a", result(FAILED, exercise="c")), ("b", result(PASSED)), ("a", result(FAILED))]
    assert [(c.student, c.exercise) for c in changes(before, after)] == [
        ("b", "ch01_a/b"),
        ("a", "ch01_a/b"),
    ]


def test_a_first_result_is_a_change_without_reasons() -> None:
    """There is nothing that it could be compared with."""
    [change] = changes([], [("a", result(PASSED))])
    assert (change.before, change.after, change.tests) == (None, 4, ())


def test_what_was_not_graded_again_is_not_told() -> None:
    """Its mark stays."""
    assert not list(changes([("a", result(PASSED))], []))


def test_losing_points_and_losing_the_mark_are_lowering() -> None:
    """So that a person can look at these first."""
    assert only(result(PASSED), result(FAILED)).lowered
    assert only(result(PASSED), result(UNGRADED)).lowered
    assert not only(result(UNGRADED), result(FAILED)).lowered


def test_tests_that_came_or_went_are_told() -> None:
    """The others are not said to count for less, which is plain."""
    words = in_words(changed_tests(result(PASSED), result(PASSED, FAILED, PASSED)), "en")
    assert words == "new tests: Title 1, Title 2"
    words = in_words(changed_tests(result(PASSED, FAILED), result(PASSED)), "en")
    assert words == "tests that are gone: Title 1"


def test_tests_that_count_differently_are_told() -> None:
    """An author who changes a weight changes marks."""
    old = result(PASSED, FAILED)
    heavier = replace(old.outcomes[1], weight=3.0)
    new = replace(old, outcomes=(old.outcomes[0], heavier))
    assert only(old, new).after == 1
    assert in_words(changed_tests(old, new), "en") == "counts for another share: Title 0, Title 1"


def test_words_group_tests_by_what_became_of_them() -> None:
    """In one line, in the language asked for."""
    before, after = result(FAILED, PASSED, FAILED, PASSED), result(PASSED, FAILED, PASSED, UNGRADED)
    tests = changed_tests(before, after)
    assert in_words(tests, "en") == (
        "now passes: Title 0, Title 2; now fails: Title 1; can no longer be graded: Title 3"
    )
    assert "标题 0" in in_words(tests, "zh")


def test_another_part_of_the_points_is_told() -> None:
    """A test that fails as before may earn more or less than before."""
    old = result(PASSED, FAILED)
    new = replace(old, outcomes=(old.outcomes[0], replace(old.outcomes[1], credit=0.5)))
    change = only(old, new)
    assert (change.before, change.after) == (2, 3)
    assert in_words(change.tests, "en") == "earns another part of its points: Title 1"
    assert in_words(change.tests, "zh") == "得分比例有变：标题 1"


def test_a_test_that_does_not_count_any_more_is_told() -> None:
    """That the others count for more then is plain, and not said of each."""
    words = in_words(changed_tests(result(PASSED, FAILED), result(PASSED, NOT_ASSESSED)), "en")
    assert words == "no longer assessed: Title 1"
    words = in_words(changed_tests(result(PASSED, NOT_ASSESSED), result(PASSED, PASSED)), "en")
    assert words == "now passes: Title 1"


def test_points_alone_may_change_a_mark() -> None:
    """The tests say the same, and nothing is made up."""
    change = only(result(PASSED), result(PASSED, points=6.0))
    assert (change.before, change.after, change.tests) == (4, 6, ())
    assert in_words(change.tests, "en") == ""
