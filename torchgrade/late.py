"""What handing in late costs: due dates, grace, penalties and cut-off. Pure arithmetic."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

__all__ = ["LatePolicy", "Lateness", "lateness"]

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class LatePolicy:
    """The rule of a course or a chapter; the default takes nothing from anyone."""

    grace: timedelta = timedelta()
    """How much later than due still counts as in time."""
    per_day: float = 0.0
    """Share of the marks *earned* that each day begun takes, from 0 to 1."""
    cutoff: timedelta | None = None
    """From so long after the due date on, nothing counts any more; None: it always counts."""


@dataclass(frozen=True)
class Lateness:
    """How late a submission was and what that leaves of its marks."""

    by: timedelta
    """Since the due date of this student, extension included; zero if in time or within grace."""
    keeps: float
    """Share of the marks earned that remains, from 0 to 1."""

    @property
    def late(self) -> bool:
        return self.by > timedelta()

    def penalty(self, earned: float) -> float:
        """Points to take from ``earned`` points; never negative, never above them."""
        return max(0.0, earned) * (1.0 - self.keeps)


IN_TIME = Lateness(timedelta(), 1.0)


def lateness(
    submitted: datetime | None, due: datetime | None, extension: timedelta, policy: LatePolicy
) -> Lateness:
    """What ``policy`` makes of a submission; both times have time zones.

    A time that is not known is in time: nobody loses marks for what can't be shown.
    """
    if submitted is None or due is None:
        return IN_TIME
    by = submitted - (due + extension)
    if by <= policy.grace:
        return IN_TIME
    if policy.cutoff is not None and by > policy.cutoff:
        return Lateness(by, 0.0)
    days = math.ceil(by / _DAY)
    return Lateness(by, max(0.0, 1.0 - policy.per_day * days))
