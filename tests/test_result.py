"""Scores follow from outcomes, and texts from languages, with no surprises in the arithmetic."""

from __future__ import annotations

import copy
import math
import pickle
import sys
from dataclasses import asdict
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from torchgrade.result import ExerciseResult, Failure, Kind, Outcome, Score, Status, score
from torchgrade.text import Text, text

# How long an example takes depends on the machine and is no property of the code.
untimed = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

PASSED, FAILED, UNGRADED = Status.PASSED, Status.FAILED, Status.UNGRADED
NOT_ASSESSED = Status.NOT_ASSESSED
LARGEST = sys.float_info.max
weights = st.floats(0, allow_infinity=False)
marks = st.lists(st.tuples(st.sampled_from([PASSED, FAILED]), weights), max_size=12)


def outcome(status: Status, weight: float = 1.0) -> Outcome:
    return Outcome("test_it", text("It"), status, weight)


def outcomes(*pairs: tuple[Status, float]) -> tuple[Outcome, ...]:
    return tuple(outcome(status, weight) for status, weight in pairs)


def earned(points: float, *pairs: tuple[Status, float]) -> float | None:
    return score(outcomes(*pairs), points).earned


# Scores ----------------------------------------------------------------------------------------


@untimed
@given(marks, weights)
def test_a_score_is_within_its_bounds(pairs: list[tuple[Status, float]], points: float) -> None:
    """Whatever the weights: a number from 0 to the maximum, or None where nothing has weight."""
    result = score(outcomes(*pairs), points)
    if not any(weight for _, weight in pairs):
        assert result.earned is None
    else:
        assert result.earned is not None
        assert 0 <= result.earned <= points


@untimed
@given(marks.filter(lambda pairs: any(weight for _, weight in pairs)), st.floats(1e-3, 1e6))
def test_a_score_is_the_share_of_weight_passed(
    pairs: list[tuple[Status, float]], points: float
) -> None:
    """To the last digits, for all weights that a float can hold."""
    whole = sum(Fraction(weight) for _, weight in pairs)
    passed = sum(Fraction(weight) for status, weight in pairs if status is PASSED)
    found = earned(points, *pairs)
    assert found is not None
    assert math.isclose(
        found, float(Fraction(points) * passed / whole), rel_tol=1e-15, abs_tol=1e-300
    )


def test_a_failed_test_costs_its_share_however_large_the_weights() -> None:
    """Sums and products that overflow must not end in full marks or in an error."""
    assert earned(4, (PASSED, LARGEST), (FAILED, LARGEST)) == 2
    assert earned(LARGEST, (PASSED, 2.0), (FAILED, 2.0)) == LARGEST / 2
    assert earned(LARGEST, (PASSED, 1.0), (PASSED, 1.0)) == LARGEST
    assert earned(6, (PASSED, 5e-324), (FAILED, 5e-324)) == 3


def credited(status: Status, weight: float, credit: float | None) -> Outcome:
    return Outcome("test_it", text("It"), status, weight, credit=credit)


@untimed
@given(
    st.lists(
        st.tuples(st.sampled_from([PASSED, FAILED, NOT_ASSESSED]), weights, st.none() | st.floats())
    ),
    st.floats(0, allow_infinity=False),
)
def test_no_credit_takes_a_score_out_of_its_bounds(
    tests: list[tuple[Status, float, float | None]], points: float
) -> None:
    """Whatever it is, NaN included, and whatever does not count."""
    result = score([credited(*test) for test in tests], points)
    if any(weight for status, weight, _ in tests if status is not NOT_ASSESSED):
        assert result.earned is not None
        assert 0 <= result.earned <= points
    else:
        assert result.earned is None


def test_a_failed_test_earns_its_credit() -> None:
    """Of its own weight, and nothing more than that."""
    tests = [credited(PASSED, 1.0, None), credited(FAILED, 2.0, 0.5), credited(FAILED, 1.0, None)]
    assert score(tests, 4).earned == 2
    assert score([credited(FAILED, 2.0, 7.0), credited(FAILED, 2.0, -3.0)], 4).earned == 2
    assert score([credited(PASSED, 1.0, 0.25)], 4).earned == 4, "a test that passed earns it all"


def test_tests_that_are_not_assessed_leave_their_weight_to_the_others() -> None:
    """No matter how much they weigh: the points are those of what counts."""
    counted = [(PASSED, 1.0), (FAILED, 3.0)]
    assert earned(8, *counted, (NOT_ASSESSED, 100.0)) == earned(8, *counted) == 2
    assert earned(8, (PASSED, 1.0), (NOT_ASSESSED, 1.0)) == 8
    assert score(outcomes((NOT_ASSESSED, 1.0)), 8) == Score(None, 8)
    assert earned(8, (UNGRADED, 1.0), (NOT_ASSESSED, 1.0)) is None


def test_shares_of_cases_add_up() -> None:
    """A test split into cases weighs what it did whole."""
    thirds = [(PASSED, 2 / 3)] * 3
    assert earned(6, (FAILED, 2.0), *thirds) == 3
    assert earned(49, *[(PASSED, 1.0)] * 7, *[(FAILED, 1.0)] * 42) == 7


def test_everything_passed_earns_exactly_the_maximum() -> None:
    """No rounding may keep a student from full marks."""
    assert earned(0.7, *[(PASSED, 0.1)] * 7) == 0.7
    assert score(outcomes((PASSED, 0.1), (PASSED, 0.0)), 3).complete


def test_nothing_passed_earns_nothing() -> None:
    """And a failed test of weight 0 costs nothing."""
    assert earned(5, (FAILED, 1.0), (FAILED, 2.0)) == 0
    assert earned(5, (FAILED, 0.0), (PASSED, 2.0)) == 5


def test_ungraded_is_unknown_and_never_zero() -> None:
    """One test that could not be judged leaves the score open; so does none at all."""
    result = score(outcomes((PASSED, 1.0), (UNGRADED, 0.0)), 5)
    assert result == Score(None, 5)
    assert not result.complete
    assert score([], 5) == Score(None, 5)


@pytest.mark.parametrize("bad", [-1.0, math.nan, math.inf, -math.inf])
def test_impossible_points_and_weights_are_refused(bad: float) -> None:
    """Such numbers are mistakes of the course, not scores."""
    with pytest.raises(ValueError, match="points"):
        score(outcomes((PASSED, 1.0)), bad)
    with pytest.raises(ValueError, match="weights"):
        score(outcomes((PASSED, bad), (PASSED, 1.0)), 5)


# Results ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statuses", "passed", "ungraded"),
    [
        ((PASSED, PASSED), True, False),
        ((PASSED, FAILED), False, False),
        ((PASSED, UNGRADED), False, True),
        ((), False, True),
        ((PASSED, NOT_ASSESSED), True, False),
        ((FAILED, NOT_ASSESSED), False, False),
        ((NOT_ASSESSED,), False, True),
    ],
)
def test_a_result_sums_its_outcomes_up(
    statuses: tuple[Status, ...], passed: bool, ungraded: bool
) -> None:
    """No outcomes means ungraded, never passed."""
    result = ExerciseResult("ch01_a", "b", 4, tuple(map(outcome, statuses)), "jail")
    assert (result.passed, result.ungraded, result.key) == (passed, ungraded, "ch01_a/b")
    assert result.score.maximum == 4
    assert (result.score.earned is None) == ungraded
    assert result.score.complete == passed


def test_a_result_survives_copying_and_pickling() -> None:
    """Results travel between our own processes and become JSON, failures included."""
    failed = Outcome("t", text("T"), FAILED, 1.0, failure=Failure(Kind.VALUE))
    result = ExerciseResult("ch01_a", "b", 4, (failed,), "jail")
    assert pickle.loads(pickle.dumps(result)) == result
    assert copy.deepcopy(result) == result
    assert asdict(result)["outcomes"][0]["failure"]["details"] == {}


# Texts -----------------------------------------------------------------------------------------


def test_a_text_speaks_its_languages() -> None:
    """The asked one, else the author's first; nothing if there is none."""
    both = text("Shape", zh="形状")
    assert (both.to("zh"), both.to("en"), both.to("fr"), str(both)) == (
        "形状",
        "Shape",
        "Shape",
        "Shape",
    )
    assert both.languages == {"en", "zh"}
    assert list(both) == [("en", "Shape"), ("zh", "形状")]
    assert Text.from_mapping({"zh": "形状"}).to("en") == "形状"


def test_an_empty_text_is_false() -> None:
    """So that ``if note`` asks whether there is anything to say."""
    assert not Text(())
    assert Text(()).to("en") == ""
    assert text("x")
