"""What handing in late costs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from torchgrade.late import IN_TIME, LatePolicy, duration, lateness

DUE = datetime(2026, 12, 20, 23, 59, tzinfo=UTC)
NONE = timedelta()
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
RULE = LatePolicy(grace=HOUR, per_day=0.1, cutoff=3 * DAY)


@pytest.mark.parametrize(
    ("after", "keeps"),
    [
        (-DAY, 1.0),
        (NONE, 1.0),
        (HOUR, 1.0),
        (HOUR + timedelta(seconds=1), 0.9),
        (DAY, 0.9),
        (DAY + timedelta(seconds=1), 0.8),
        (3 * DAY, 0.7),
        (3 * DAY + timedelta(seconds=1), 0.0),
    ],
)
def test_each_day_begun_costs_its_share(after: timedelta, keeps: float) -> None:
    """Within grace nothing is taken, after the cut-off everything; days count from the due date."""
    found = lateness(DUE + after, DUE, NONE, RULE)
    assert found.keeps == pytest.approx(keeps)
    assert found.late == (after > HOUR)
    assert found.penalty(8.0) == pytest.approx(8.0 * (1 - keeps))


def test_an_extension_moves_the_due_date() -> None:
    """For whoever has it, lateness counts from the later date."""
    assert lateness(DUE + 2 * DAY, DUE, 2 * DAY, RULE) == IN_TIME
    assert lateness(DUE + 4 * DAY, DUE, 2 * DAY, RULE).keeps == pytest.approx(0.8)


@pytest.mark.parametrize(("submitted", "due"), [(None, DUE), (DUE + 9 * DAY, None)])
def test_what_can_not_be_shown_costs_nothing(
    submitted: datetime | None, due: datetime | None
) -> None:
    """Neither an unknown time nor a chapter without due date makes anyone late."""
    assert lateness(submitted, due, NONE, RULE) == IN_TIME


@given(
    after=st.timedeltas(-10 * DAY, 400 * DAY),
    per_day=st.floats(0, 1),
    grace=st.timedeltas(NONE, 5 * DAY),
    earned=st.floats(-1, 1e6),
)
def test_a_penalty_never_takes_more_than_was_earned(
    after: timedelta, per_day: float, grace: timedelta, earned: float
) -> None:
    """Whatever the rule, a mark stays between nothing and what it was."""
    found = lateness(DUE + after, DUE, NONE, LatePolicy(grace, per_day, None))
    assert 0.0 <= found.penalty(earned) <= max(0.0, earned)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2 days", 2 * DAY),
        ("36 h", 36 * HOUR),
        ("2d12h", 60 * HOUR),
        (" 1 Day 30 minutes ", DAY + HOUR / 2),
        ("0.5 h", HOUR / 2),
        ("0 s", NONE),
        ("", None),
        ("2", None),
        ("-1 day", None),
        ("two days", None),
        ("2 days later", None),
        ("1e3 h", None),
    ],
)
def test_lengths_of_time_are_read_as_people_write_them(
    written: str, meant: timedelta | None
) -> None:
    """A number without a unit says nothing and is refused."""
    assert duration(written) == meant
