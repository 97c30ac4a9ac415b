"""Submissions as the store kept them, for grading again without the files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from torchgrade.batch.keys import answer_of
from torchgrade.course import Exercise
from torchgrade.store.database import Link, Store
from torchgrade.submission import Answer

__all__ = ["StoredSubmission", "stored_submissions"]


@dataclass(frozen=True)
class StoredSubmission:
    """One student's answers that came together; a `torchgrade.batch.grade.Submitted`."""

    student: str
    origin: str
    submitted: datetime | None
    store: Store
    links: Mapping[str, Link]
    """By `Exercise.key`."""

    def submitted_for(self, chapter: str) -> datetime | None:
        return self.submitted

    def read(self, exercises: Sequence[Exercise]) -> Mapping[str, Answer]:
        found = {}
        for exercise in exercises:
            link = self.links.get(exercise.key)
            if link is not None:
                source = self.store.source(link.digest)
                found[exercise.key] = answer_of(link.digest, source, Path(f"{exercise.name}.py"))
        return found


def stored_submissions(store: Store, exercises: Sequence[Exercise]) -> Iterator[StoredSubmission]:
    """What everybody has results for in ``exercises``, in order.

    Answers that came at different times or from different places are submissions of their own: a
    student may have handed in one exercise in time and another one late.
    """
    for student, links in store.links(exercises):
        together: dict[tuple[str, datetime | None], dict[str, Link]] = {}
        for link in links:
            together.setdefault((link.origin, link.submitted), {})[link.exercise] = link
        for (origin, submitted), of_one in together.items():
            yield StoredSubmission(student, origin, submitted, store, of_one)
