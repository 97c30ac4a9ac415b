"""Grading in a process that is not ours and hands over one submission after the other: nbgrader's.

It never says which submission is the last one, and within a Jupyter server there is none. So the
grader process stays for the next one, goes when nobody has come for a while or the process around
it ends, and is replaced when the course's files are others than those it has read.
"""

from __future__ import annotations

import atexit
import os
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple

from torchgrade.batch.executor import Executor
from torchgrade.batch.grade import Batch, Tally
from torchgrade.batch.local import LocalExecutor
from torchgrade.commands.classroom import find_roster, policies
from torchgrade.commands.version import versions
from torchgrade.course import Chapter, Course, load
from torchgrade.grading.foreseen import foreseen_in
from torchgrade.grading.messages import Setup, Work
from torchgrade.i18n import choose_language
from torchgrade.intake.answers import Part
from torchgrade.intake.location import open_location
from torchgrade.intake.model import Handed
from torchgrade.intake.nbgrader import TIMESTAMP, timestamp
from torchgrade.notebooks.names import assignment_name
from torchgrade.result import ExerciseResult
from torchgrade.secret import ensure_secret
from torchgrade.store import Store, StoreError, open_store
from torchgrade.store.gradebook import sync

__all__ = ["Graded", "Resident", "resident"]

_IDLE_SECONDS: Final = 300.0
"""A process with torch holds some 200 MB: after so long without work it goes."""

Stamp = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True)
class Graded:
    """One student's chapter, graded and kept; not in the gradebook yet."""

    chapter: Chapter
    language: str
    results: Mapping[str, ExerciseResult]
    """By `Exercise.key`."""
    tally: Tally


class Resident:
    """The one grader of this process. Safe to use from several threads, which then take turns."""

    def __init__(self, idle_seconds: float = _IDLE_SECONDS) -> None:
        self._idle_seconds = idle_seconds
        self._lock = threading.RLock()
        self._desk: _Desk | None = None
        self._opened: _Opened | None = None
        self._timer: threading.Timer | None = None

    def chapter(self, root: Path, assignment: str) -> Chapter | None:
        """The chapter that nbgrader's ``assignment`` is in the course at ``root``, if it is one.

        Raises `UserError` for a course that can't be read.
        """
        return _chapter(_course(root, _stamp([root / "course.yml"])), assignment)

    def language(self, root: Path) -> str:
        """The language of feedback: the one that ``course grade`` would speak here."""
        return _spoken(_course(root, _stamp([root / "course.yml"])))

    def prepare(self, root: Path, assignment: str) -> None:
        """See that a grader process is starting, so that it is there when there is work."""
        with self._lock:
            self._seat(root, assignment)
            self._wait_for_work()

    def grade(
        self, root: Path, assignment: str, database: str, student: str, folder: Path
    ) -> Graded:
        """Grade what ``student`` has handed in of an assignment in ``folder``.

        What has a result already is not run again, unless its grader is another one by now.
        Raises `EngineFault` if nothing can be graded here, and `UserError`.
        """
        with self._lock:
            desk = self._seat(root, assignment)
            with self._at_work():
                return desk.grade(self._store(database, desk.course), student, folder)

    def enter(
        self,
        root: Path,
        database: str,
        student: str,
        unanswered: Mapping[tuple[str, str], Collection[str]],
    ) -> None:
        """Make the gradebook say of ``student`` what ``course grade`` would make it say.

        ``unanswered`` is as for `sync`. Raises `UserError`.
        """
        with self._lock:
            course = _course(root, _stamp([root / "course.yml"]))
            roster, language = find_roster(course, None), _spoken(course)
            store = self._store(database, course)
            with self._at_work():
                sync(store, {student}, roster, policies(course), language, unanswered)

    def close(self) -> None:
        """End the grader process, if there is one, and let go of the gradebook."""
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
            desk, self._desk, self._timer = self._desk, None, None
            if desk is not None:
                desk.close()
            self._close_store()

    def _store(self, database: str, course: Course) -> Store:
        """The store at ``database``, which stays open: what SQLAlchemy has prepared is used again.

        Another file in its place is another database.
        """
        opened_for = (database, _inode(database), course)
        if self._opened is not None and self._opened.opened_for != opened_for:
            self._close_store()
        if self._opened is None:
            self._opened = _Opened(opened_for, open_store(database, course))
        return self._opened.store

    def _close_store(self) -> None:
        opened, self._opened = self._opened, None
        if opened is not None:
            with opened.store as store, suppress(StoreError):  # the file may be gone
                if store.run is not None:
                    store.end_run(store.run)

    @contextmanager
    def _at_work(self) -> Iterator[None]:
        """What is kept for the next work is given up if this one does not come to its end."""
        try:
            yield
        except BaseException:
            # There may be work under way that nobody waits for any more.
            self.close()
            raise
        finally:
            self._wait_for_work()

    def _seat(self, root: Path, assignment: str) -> _Desk:
        """The desk for an assignment, with the course's files as they are now."""
        stamp = _stamp([root / "course.yml"])
        course = _course(root, stamp)
        chapter = _chapter(course, assignment)
        if chapter is None:
            raise ValueError(f"{assignment} is no chapter of the course")
        files = [f for e in chapter.exercises for f in (e.grader, e.solution, e.stub)]
        stamp += _stamp([root / ".torchgrade" / "secret", *files])
        wanted = (root, chapter.name, stamp)
        if self._desk is not None and self._desk.made_for != wanted:
            self.close()
        if self._desk is None:
            self._desk = _Desk(course, chapter, wanted)
        return self._desk

    def _wait_for_work(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._desk is None and self._opened is None:
            return
        self._timer = threading.Timer(self._idle_seconds, self._give_up)
        self._timer.daemon = True
        self._timer.start()

    def _give_up(self) -> None:
        with self._lock:
            # Another one may have been set while this waited for the lock.
            if self._timer is threading.current_thread():
                self.close()


@lru_cache(maxsize=1)
def resident() -> Resident:
    """The grader of this process; ends with it."""
    made = Resident()
    atexit.register(made.close)
    return made


class _Opened(NamedTuple):
    """An open store, and what it was opened for."""

    opened_for: tuple[object, ...]
    store: Store


class _Desk:
    """A grader process for one chapter as it is now."""

    def __init__(self, course: Course, chapter: Chapter, made_for: object) -> None:
        self.course = course
        self.made_for = made_for
        self._chapter = chapter
        self._secret, _ = ensure_secret(course.root)
        setup = Setup(
            root=course.root,
            exercises=tuple(exercise.key for exercise in chapter.exercises),
            secret=self._secret,
            required=course.sandbox,
            environment=os.environ,
        )
        limits = {exercise.key: exercise.limits for exercise in chapter.exercises}
        imports = foreseen_in(chapter.exercises)
        self._executor: Executor = LocalExecutor(setup, limits, 1, imports=imports)

    def grade(self, store: Store, student: str, folder: Path) -> Graded:
        exercises = self._chapter.exercises
        handed = _handed(student, folder, self._chapter)
        if store.run is None:
            # All that one nbgrader grades in a row is one run.
            store.begin_run(versions(), str(folder.parent.parent))
        tally = self._batch(store).run([handed])
        if tally.stale:
            # nbgrader grades again because it was told to: `course grade` was not.
            again = self._batch(store, propose=True)
            _add(tally, again.run([handed]))
            store.link_all(again.proposals)
        results = {r.exercise: r for _, r, _ in store.results(student, exercises)}
        return Graded(
            self._chapter,
            _spoken(self.course),
            {e.key: results[e.name] for e in exercises if e.name in results},
            tally,
        )

    def _batch(self, store: Store, *, propose: bool = False) -> Batch:
        chapter, executor = self._chapter, self._executor
        return Batch(chapter.exercises, store, executor, self._secret, _Silent(), propose=propose)

    def close(self) -> None:
        self._executor.close()


class _Silent:
    """An observer of a batch of one: what there is to say is in its tally."""

    def submission_done(self, student: str) -> None:
        pass

    def ungraded(self, student: str, exercise: str) -> None:
        pass

    def died(self, work: Work, message: str) -> None:
        pass

    def tick(self) -> None:
        pass


def _add(tally: Tally, again: Tally) -> None:
    """Count in ``tally`` what was unchanged then and had to be graded again."""
    tally.ran += again.ran
    tally.reused += again.reused
    tally.unchanged -= again.ran + again.reused
    tally.ungraded = list(dict.fromkeys(tally.ungraded + again.ungraded))


def _handed(student: str, folder: Path, chapter: Chapter) -> Handed:
    """What lies in nbgrader's ``folder`` of one submission, as `discover` would have it."""
    tree = open_location(str(folder))
    written = tree.read(TIMESTAMP, 1000)
    submitted = timestamp(written) if isinstance(written, bytes) else None
    part = Part(tree, chapter.name, notebook=f"{assignment_name(chapter.name)}.ipynb")
    return Handed(student, str(folder), submitted, False, (part,))


def _chapter(course: Course, assignment: str) -> Chapter | None:
    for chapter in course.chapters:
        if assignment_name(chapter.name) == assignment:
            return chapter
    return None


def _spoken(course: Course) -> str:
    return choose_language(None, os.environ, course.languages)


@lru_cache(maxsize=1)
def _course(root: Path, stamp: Stamp) -> Course:
    """The course as it was at ``stamp``: reading it takes longer than grading an answer."""
    return load(root)


def _inode(database: str) -> tuple[int, int] | None:
    """Which file an SQLite database is; None if there is none."""
    with suppress(OSError, ValueError):
        known = os.stat(database.removeprefix("sqlite:///"))
        return known.st_dev, known.st_ino
    return None


def _stamp(files: Sequence[Path]) -> Stamp:
    """What changes when one of ``files`` does."""
    found = []
    for file in files:
        with suppress(OSError):
            known = file.stat()
            found.append((str(file), known.st_mtime_ns, known.st_size))
    return tuple(found)
