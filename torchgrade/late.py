"""What handing in late costs: due dates, grace, penalties and cut-off. Pure arithmetic."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

__all__ = ["IN_TIME", "NO_PENALTY", "LatePolicy", "Lateness", "duration", "lateness"]

_DAY = timedelta(days=1)
_UNITS = {
    "d": _DAY,
    "h": timedelta(hours=1),
    "min": timedelta(minutes=1),
    "s": timedelta(seconds=1),
}
_NAMES = (
    *(("days", "d"), ("day", "d"), ("hours", "h"), ("hour", "h"), ("minutes", "min")),
    *(("minute", "min"), ("mins", "min"), ("seconds", "s"), ("second", "s")),
)
_PART = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,3})?)\s*([a-z]+)\s*")


def duration(written: str) -> timedelta | None:
    """``2 days``, ``36 h``, ``2d12h`` or ``90 min`` as a length of time; None for anything else."""
    rest = written.strip().lower()
    total = timedelta()
    while rest:
        part = _PART.match(rest)
        unit = part and _UNITS.get(dict(_NAMES).get(part[2], part[2]))
        if not part or unit is None:
            return None
        total += float(part[1]) * unit
        rest = rest[part.end() :]
    return total if written.strip() else None


@dataclass(frozen=True)
class LatePolicy:
    """The rule of a course or a chapter; the default takes nothing from anyone."""

    grace: timedelta = timedelta()
    """How much later than due still counts as in time."""
    per_day: float = 0.0
    """Share of the marks *earned* that each day begun takes, from 0 to 1."""
    cutoff: timedelta | None = None
    """From so long after the due date on, nothing counts any more; None: it always counts."""


NO_PENALTY = LatePolicy()


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
