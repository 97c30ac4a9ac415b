"""The course's rules for lateness, for notebooks whose marks nbgrader enters by itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from nbgrader.plugins import LateSubmissionPlugin  # type: ignore[import-untyped]  # it has no types

from torchgrade.late import lateness
from torchgrade.notebooks.resident import resident
from torchgrade.notebooks.traits import Torchgrade

__all__ = ["CoursePolicy"]

_SOME_DAY: Final = datetime(2000, 1, 1, tzinfo=UTC)


class CoursePolicy(Torchgrade, LateSubmissionPlugin):  # type: ignore[misc]  # untyped, see above
    """What course.yml says that lateness costs; other assignments as `LateSubmissionPlugin`."""

    def late_submission_penalty(
        self, student_id: str, score: float, total_seconds_late: float
    ) -> float | None:
        # nbgrader does not say which assignment it is about; the preprocessor that asks knows.
        assignment = getattr(self.parent, "assignment_id", "")
        chapter = self.root and resident().chapter(self.root, assignment)
        if not chapter:
            penalty: float | None = super().late_submission_penalty(
                student_id, score, total_seconds_late
            )
            return penalty
        by = timedelta(seconds=total_seconds_late)
        late = lateness(_SOME_DAY + by, _SOME_DAY, timedelta(), chapter.late)
        return late.penalty(score) or None
