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
    """One student's answers; a `torchgrade.batch.grade.Submitted`."""

    student: str
    store: Store
    links: Mapping[str, Link]
    """By `Exercise.key`."""

    @property
    def origin(self) -> str:
        return next((link.origin for link in self.links.values()), "")

    def submitted_for(self, chapter: str) -> datetime | None:
        of_chapter = (link for link in self.links.values() if link.exercise.startswith(chapter))
        return next((link.submitted for link in of_chapter), None)

    def read(self, exercises: Sequence[Exercise]) -> Mapping[str, Answer]:
        found = {}
        for exercise in exercises:
            link = self.links.get(exercise.key)
            if link is not None:
                source = self.store.source(link.digest)
                found[exercise.key] = answer_of(link.digest, source, Path(f"{exercise.name}.py"))
        return found


def stored_submissions(store: Store, exercises: Sequence[Exercise]) -> Iterator[StoredSubmission]:
    """Everybody who has results in ``exercises``, in order."""
    for student, links in store.links(exercises):
        yield StoredSubmission(student, store, {link.exercise: link for link in links})
