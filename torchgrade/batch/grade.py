"""Grading a class: what has to be run, running it, and keeping what comes of it.

Submissions are read as they are needed, so that memory does not grow with the class. Results are
saved as they come, several times a second; what came since, and what is under way, is all that is
lost when everything is killed.
"""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Final, Protocol

from torchgrade.batch.executor import Died, Event, Executor, Finished
from torchgrade.batch.keys import ExerciseKeys, digest_of, neutral
from torchgrade.course import Exercise
from torchgrade.graded import Graded
from torchgrade.grading.messages import Work
from torchgrade.intake.store import StoreError as SourceGone
from torchgrade.marks import MarkState
from torchgrade.result import Blame, ExerciseResult, Failure, Kind, Outcome, Status
from torchgrade.set_aside import set_aside
from torchgrade.store.database import AnswerRow, Link, Store
from torchgrade.submission import Absent, Answer, Reason, Source, Submission, Unreadable
from torchgrade.text import text

__all__ = ["DEATHS", "Batch", "Observer", "Submitted", "Tally"]

DEATHS: Final = 3
"""How many processes may die at an answer before it is given up and named."""

_READ_TOGETHER: Final = 16
"""Submissions that are read, and looked up, at a time."""
_PIECE: Final = 12
"""Works in one piece, at most: what is lost and done again if a process dies is less."""
_SHARES: Final = 3
"""When everything is read, each process gets what is left in so many pieces, so that all of them
end at about the same time."""
_WAIT_SECONDS: Final = 0.25
_SAVE_SECONDS: Final = 0.2
"""Between two savings of results: a transaction for each takes a core from grading."""

_DIED: Final = "its grading process ended {count} times; the last one: {message}"


class Submitted(Protocol):
    """One student's submission, not read yet: `torchgrade.intake.model.Handed`, or a stored one."""

    @property
    def student(self) -> str: ...

    @property
    def origin(self) -> str: ...

    def submitted_for(self, chapter: str) -> datetime | None:
        """When ``chapter`` was handed in."""

    def read(self, exercises: Sequence[Exercise]) -> Mapping[str, Answer]:
        """Its answers by `Exercise.key`; fewer than asked for if it has fewer."""


class Observer(Protocol):
    """Who wants to know how far a batch is."""

    def submission_done(self, student: str) -> None:
        """All answers of one more submission are settled."""

    def ungraded(self, student: str, exercise: str) -> None:
        """It could not be told what an answer is worth."""

    def died(self, work: Work, message: str) -> None:
        """A grader process ended; the work is tried again unless it was the last time."""

    def tick(self) -> None:
        """Some time has passed."""


@dataclass
class Tally:
    """What a batch did, in answers (one student, one exercise)."""

    ran: int = 0
    """Results that were made."""
    reused: int = 0
    """Answers that got a result made before, for them or for others who handed in the same."""
    unchanged: int = 0
    """Answers whose result stands as it was."""
    stale: int = 0
    """Unchanged answers whose result another grader or engine made: for `course regrade`."""
    ungraded: list[tuple[str, str, str]] = field(default_factory=list)
    """(student, exercise, reason) of what could not be graded this time."""
    unreadable: list[tuple[str, str]] = field(default_factory=list)
    """(student, reason) of submissions that were gone when their turn came."""
    unused: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    """(student, files) of whoever left an exercise out and has files called like no exercise."""
    students: set[str] = field(default_factory=set)
    """Who got a new result."""


@dataclass(frozen=True)
class _Ticket:
    """Somebody who waits for a result."""

    student: str
    exercise: str
    digest: str
    submitted: datetime | None
    origin: str


@dataclass
class _Open:
    """A content key whose result is being made, and everybody who waits for it."""

    work: Work
    tickets: list[_Ticket]


class Batch:
    """One run over a class. Use once.

    With ``propose`` it is a regrading: answers whose result another grader or engine made are
    graded again, but nobody's result changes. `proposals` has what would, for `Store.link_all`.
    """

    def __init__(
        self,
        exercises: Sequence[Exercise],
        store: Store,
        executor: Executor,
        secret: bytes,
        observer: Observer,
        *,
        propose: bool = False,
    ) -> None:
        self._exercises = {exercise.key: exercise for exercise in exercises}
        self._keys = {e.key: ExerciseKeys(e, secret) for e in exercises}
        self._store = store
        self._executor = executor
        self._observer = observer
        self._rows: Mapping[tuple[str, str], AnswerRow] = {}
        self._open: dict[str, _Open] = {}
        self._waiting: dict[str, int] = {}
        self._again: deque[Sequence[Work]] = deque()
        self._fresh: deque[Work] = deque()
        self._all_read = False
        self._under_way = 0
        self._settled: list[tuple[_Open, ExerciseResult]] = []
        self._saved_at = -math.inf
        self._propose = propose
        self.tally = Tally()
        self.proposals: list[Link] = []

    def run(self, handed: Iterable[Submitted]) -> Tally:
        """Grade what needs it; returns when all of it is saved.

        Interrupted by an exception, it leaves everything saved that had a result.
        """
        self._rows = self._store.answers(tuple(self._exercises.values()))
        coming = iter(handed)
        try:
            while self._feed(coming) or self._under_way:
                self._take(self._executor.events(self._wait_seconds()))
                self._observer.tick()
        finally:
            self._settle()
        return self.tally

    # --- what has to be run

    def _feed(self, coming: Iterator[Submitted]) -> bool:
        """Keep the executor supplied; whether there is anything more to wait for or to read."""
        # One piece more for each slot, so that no process waits for this one to read.
        while self._under_way <= (2 * self._executor.slots - 1) * self._size():
            piece = self._next_piece(coming)
            if not piece:
                return bool(self._open)
            self._executor.submit(piece)
            self._under_way += len(piece)
        return True

    def _size(self) -> int:
        """Works in the next piece."""
        if not self._all_read:
            return _PIECE
        left = len(self._fresh) + self._under_way
        return min(_PIECE, max(1, left // (_SHARES * self._executor.slots)))

    def _next_piece(self, coming: Iterator[Submitted]) -> Sequence[Work]:
        if self._again:
            return self._again.popleft()
        while len(self._fresh) < _PIECE:
            together = list(islice(coming, _READ_TOGETHER))
            if not together:
                self._all_read = True
                break
            self._plan(together)
        return [self._fresh.popleft() for _ in range(min(self._size(), len(self._fresh)))]

    def _plan(self, together: Sequence[Submitted]) -> None:
        """Sort answers into those that stand, those whose result is known, and works."""
        self._settle()  # so that all there is can be known
        wanted: list[tuple[str, _Ticket, Answer]] = []
        links: list[Link] = []
        aside: list[Graded] = []
        for handed in together:
            for exercise, answer in self._read(handed):
                digest = digest_of(answer)
                key = self._keys[exercise.key].key(digest)
                ticket = _Ticket(
                    handed.student,
                    exercise.key,
                    digest,
                    handed.submitted_for(exercise.chapter),
                    handed.origin,
                )
                if isinstance(answer, Unreadable) and answer.reason.set_aside:
                    aside.append(self._set_aside(ticket, key, answer.reason))
                    continue
                row = self._rows.get((handed.student, exercise.key))
                if row is None or _is_open(row, digest) or (self._propose and row.key != key):
                    wanted.append((key, ticket, answer))
                else:
                    assert row.key is not None
                    self.tally.unchanged += 1
                    self.tally.stale += row.key != key
                    if not self._propose:
                        # When it was handed in may have changed all the same.
                        links.append(_link(ticket, row.key))
        known = self._store.known({key for key, _, _ in wanted})
        for key, ticket, answer in wanted:
            if key in known:
                self.tally.reused += 1
                self.tally.students.add(ticket.student)
                (self.proposals if self._propose else links).append(_link(ticket, key))
            else:
                self._want(key, ticket, answer)
        self._store.link_all(links)
        if not self._propose:
            self._store.save(aside)
        for handed in together:
            if handed.student not in self._waiting:
                self._observer.submission_done(handed.student)

    def _read(self, handed: Submitted) -> Iterator[tuple[Exercise, Answer]]:
        try:
            submission = handed.read(tuple(self._exercises.values()))
        except SourceGone as error:
            self.tally.unreadable.append((handed.student, str(error)))
            return
        absent = any(isinstance(answer, Absent) for answer in submission.values())
        if absent and isinstance(submission, Submission) and submission.unused:
            names = tuple(path.name for path in submission.unused)
            self.tally.unused.append((handed.student, names))
        for key, answer in submission.items():
            yield self._exercises[key], answer

    def _set_aside(self, ticket: _Ticket, key: str, reason: Reason) -> Graded:
        """What there is to say of an answer that no grader could use; nothing needs to run."""
        row = self._rows.get((ticket.student, ticket.exercise))
        if row is None or row.digest != ticket.digest:
            self.tally.students.add(ticket.student)
        self.tally.ungraded.append((ticket.student, ticket.exercise, str(reason)))
        self._observer.ungraded(ticket.student, ticket.exercise)
        return Graded(
            student=ticket.student,
            exercise=ticket.exercise,
            key=key,
            result=set_aside(self._exercises[ticket.exercise], reason),
            source=None,
            digest=ticket.digest,
            submitted=ticket.submitted,
            origin=ticket.origin,
        )

    def _want(self, key: str, ticket: _Ticket, answer: Answer) -> None:
        self._waiting[ticket.student] = self._waiting.get(ticket.student, 0) + 1
        if key in self._open:
            self.tally.reused += 1
            self._open[key].tickets.append(ticket)
            return
        self.tally.ran += 1
        work = Work(key, ticket.exercise, neutral(answer, self._exercises[ticket.exercise]))
        self._open[key] = _Open(work, [ticket])
        self._fresh.append(work)

    # --- what came of it

    def _take(self, events: Sequence[Event]) -> None:
        for event in events:
            if isinstance(event, Finished):
                self._under_way -= 1
                self._settled.append((self._open.pop(event.work.name), event.result))
            elif isinstance(event, Died):
                self._under_way -= 1
                given_up = self._died(event)
                if given_up is not None:
                    self._settled.append((self._open.pop(event.work.name), given_up))
            else:
                self._under_way -= len(event.works)
                self._again.append(event.works)
        if self._wait_seconds() <= 0 or not self._open:
            self._settle()

    def _wait_seconds(self) -> float:
        """How long there is to wait for events before something else is due."""
        if not self._settled:
            return _WAIT_SECONDS
        return max(0.0, min(_WAIT_SECONDS, self._saved_at + _SAVE_SECONDS - time.monotonic()))

    def _died(self, event: Died) -> ExerciseResult | None:
        """Try the work again, by itself; or its result, if enough processes died of it."""
        self._observer.died(event.work, event.message)
        key = event.work.name
        ticket = self._open[key].tickets[0]
        deaths = self._store.note_death(ticket.student, {ticket.exercise: key})
        if deaths < DEATHS:
            self._again.append((event.work,))
            return None
        return _given_up(self._exercises[ticket.exercise], deaths, event.message)

    def _settle(self) -> None:
        """Save the results that came, then tell whose submission they complete."""
        if not self._settled:
            return
        settled, self._settled = self._settled, []
        self._store.save(
            [
                Graded(
                    student=ticket.student,
                    exercise=ticket.exercise,
                    key=opened.work.name,
                    result=result,
                    source=answer.text
                    if isinstance(answer := opened.work.answer, Source)
                    else None,
                    digest=ticket.digest,
                    submitted=ticket.submitted,
                    origin=ticket.origin,
                )
                for opened, result in settled
                for ticket in opened.tickets
            ],
            link=not self._propose,
        )
        self._saved_at = time.monotonic()
        for opened, result in settled:
            for ticket in opened.tickets:
                if self._propose and not result.ungraded:  # which is no reason to take a mark away
                    self.proposals.append(_link(ticket, opened.work.name))
                if result.ungraded:
                    why = _reason(result)
                    self.tally.ungraded.append((ticket.student, ticket.exercise, why))
                    self._observer.ungraded(ticket.student, ticket.exercise)
                self._one_less(ticket.student)

    def _one_less(self, student: str) -> None:
        self.tally.students.add(student)
        self._waiting[student] -= 1
        if not self._waiting[student]:
            del self._waiting[student]
            self._observer.submission_done(student)


def _is_open(row: AnswerRow, digest: str) -> bool:
    """Whether an answer with this `digest_of` has no result yet that says what it is worth."""
    return row.digest != digest or row.state in (None, MarkState.UNGRADED)


def _link(ticket: _Ticket, key: str) -> Link:
    return Link(
        ticket.student, ticket.exercise, key, ticket.digest, ticket.submitted, ticket.origin
    )


def _given_up(exercise: Exercise, deaths: int, message: str) -> ExerciseResult:
    told = _DIED.format(count=deaths, message=message)
    failure = Failure(Kind.ENGINE, Blame.ENGINE, details={"message": told})
    title = text("Grading itself", zh="评分过程本身")
    outcome = Outcome("grading", title, Status.UNGRADED, 1.0, failure=failure)
    return ExerciseResult(exercise.chapter, exercise.name, exercise.points, (outcome,), "")


def _reason(result: ExerciseResult) -> str:
    """Why a result is ungraded, in English, in one line."""
    for outcome in result.outcomes:
        if outcome.status is Status.UNGRADED and outcome.failure is not None:
            message = str(outcome.failure.details.get("message", ""))
            place = str(outcome.failure.details.get("place", ""))
            return " ".join(f"{message} {place}".split())
    return ""
