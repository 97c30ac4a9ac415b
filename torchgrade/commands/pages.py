"""Writing the pages that come out of grading: feedback for each student, and the class."""

from __future__ import annotations

import math
import multiprocessing
import sys
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, TypeAlias, TypeVar

from torchgrade.atomic import replace_file
from torchgrade.commands.classroom import policies
from torchgrade.commands.progress import Progress
from torchgrade.cores import cores
from torchgrade.course import Course, Exercise
from torchgrade.errors import N_, UserError
from torchgrade.marks import ClassMarks
from torchgrade.overview import Overview
from torchgrade.pictures import data_uri, pictures_of
from torchgrade.report.html.class_page import overview_page
from torchgrade.report.html.document import compile_templates
from torchgrade.report.html.listing import snippet
from torchgrade.report.html.markup import Wording
from torchgrade.report.html.student_page import feedback
from torchgrade.roster import Roster
from torchgrade.store import Store, open_store
from torchgrade.store.gradebook import marks
from torchgrade.store.statistics import overview

if TYPE_CHECKING:
    from torchgrade.notebooks.autograded import Answered, Autograded

__all__ = ["Pages", "prepare"]

_T = TypeVar("_T")
_StartMethod: TypeAlias = Literal["fork", "spawn"]
_Write: TypeAlias = Callable[[Store], Iterator[tuple[str, bool]]]
"""Writes what belongs to some students; of each of them, whether it changed."""
_FEW: Final[Mapping[_StartMethod, int]] = {"fork": 8, "spawn": 40}
"""So many pages are written sooner than other processes have started, by how they start."""
_SHARE: Final = 40
"""Pages that a process writes at a time, at most."""


@dataclass(frozen=True)
class Pages:
    """The pages of one class in one folder."""

    course: Course
    exercises: Sequence[Exercise]
    language: str
    url: str
    """Of the database."""
    folder: Path

    @property
    def overview_file(self) -> Path:
        return self.folder / "overview.html"

    @property
    def feedback_folder(self) -> Path:
        return self.folder / "feedback"

    def write_overview(self, store: Store, roster: Roster) -> Overview:
        """The class as it stands, written to `overview_file`. Raises `UserError`."""
        found = overview(store, self.exercises, roster, policies(self.course))
        link = None
        if self.feedback_folder.is_dir():
            link = "feedback/{}.html".format
        with _writing(self.folder):
            page = overview_page(found, self.language, feedback_link=link)
            _write(self.overview_file, page)
        return found

    def write_feedback(
        self,
        store: Store,
        roster: Roster,
        students: Collection[str],
        *,
        jobs: int | None = None,
        missing: bool = False,
        everybody: bool = False,
    ) -> int:
        """A page for each of ``students``, and with ``missing`` for whoever has none yet.

        Uses ``jobs`` processes, by default one per core. Returns how many pages changed. Raises
        `UserError` for students who are in no roster and handed in nothing.
        """
        found = marks(store, roster, policies(self.course))
        known = {person.id for person in found.people}
        _check_known(students, known)
        chosen = known if everybody else set(students)
        if missing:
            chosen |= {student for student in known if not self._file(student).exists()}

        def write(share: Sequence[str]) -> _Write:
            return partial(self._write_pages, _only(found, share), share)

        with _writing(self.feedback_folder):
            return self._shared_out(store, sorted(chosen), write, jobs)

    def write_autograded(
        self,
        store: Store,
        notebooks: Autograded,
        students: Collection[str],
        *,
        jobs: int | None = None,
    ) -> int:
        """What nbgrader shows of ``students``, where that has changed.

        Uses ``jobs`` processes, by default one per core. Returns how many changed. Raises
        `UserError`.
        """

        def write(share: Sequence[Answered]) -> _Write:
            return partial(notebooks.write, share)

        return self._shared_out(store, notebooks.answered(store, students), write, jobs)

    def _shared_out(
        self,
        store: Store,
        whole: Sequence[_T],
        write: Callable[[Sequence[_T]], _Write],
        jobs: int | None,
    ) -> int:
        """Have each of ``whole`` written, by several processes if there are many; how many changed.

        What ``write`` gives for a share goes to another process with all it holds.
        """
        jobs = jobs or cores()
        method = _start_method()
        with Progress(len(whole)) as progress:
            if len(whole) <= _FEW[method] or jobs == 1:
                return _counted(write(whole)(store), progress)
            size = max(_FEW[method], min(_SHARE, math.ceil(len(whole) / jobs)))
            shares = [whole[start : start + size] for start in range(0, len(whole), size)]
            context = multiprocessing.get_context(method)
            with ProcessPoolExecutor(min(jobs, len(shares)), context) as pool:
                futures = [pool.submit(_write_apart, self, write(share)) for share in shares]
                return sum(_counted(done.result(), progress) for done in as_completed(futures))

    def _write_pages(
        self, found: ClassMarks, students: Sequence[str], store: Store
    ) -> Iterator[tuple[str, bool]]:
        """Write one page after the other; for each whether it changed."""
        people = {person.id: person for person in found.people}
        statements = _statements(self.exercises, self.language)
        for student in students:
            results, sources = [], {}
            for _, result, source in store.results(student, self.exercises):
                results.append(result)
                if source is not None:
                    sources[result.key] = source
            page = feedback(
                people[student],
                self.course,
                results,
                sources,
                found.marks.get(student, {}),
                self.language,
                statements=statements,
            )
            yield student, _write(self._file(student), page)

    def _file(self, student: str) -> Path:
        return self.feedback_folder / f"{student}.html"


def prepare() -> None:
    """Do what the first pages take longer for, so that it is done once and not in each process."""
    compile_templates()
    snippet("None")


def _write_apart(pages: Pages, write: _Write) -> Sequence[tuple[str, bool]]:
    """In a process of the pool."""
    with open_store(pages.url, pages.course) as store:
        return list(write(store))


def _start_method() -> _StartMethod:
    """A fork has everything imported, but of several threads it would have only one."""
    alone = sys.platform == "linux" and threading.active_count() == 1
    return "fork" if alone else "spawn"


def _counted(written: Iterable[tuple[str, bool]], progress: Progress) -> int:
    """How many of these changed."""
    changed = 0
    for student, new in written:
        changed += new
        progress.step(student)
    return changed


def _only(found: ClassMarks, students: Sequence[str]) -> ClassMarks:
    """What of a class is about these students."""
    chosen = set(students)
    return replace(
        found,
        people=[person for person in found.people if person.id in chosen],
        marks={student: found.marks[student] for student in chosen & found.marks.keys()},
    )


def _check_known(students: Collection[str], known: Collection[str]) -> None:
    from torchgrade.nearest import nearest

    for student in sorted(set(students) - set(known)):
        guess = nearest(student, known)
        raise UserError(
            N_("There is no student called {student} in the gradebook."),
            N_("Did you mean {guess}?") if guess else N_("Students go by their ids."),
            {"student": student, "guess": guess},
        )


def _statements(exercises: Sequence[Exercise], language: str) -> Mapping[str, Wording]:
    """What was asked for, where it can be read; feedback goes without it otherwise."""
    found = {}
    for exercise in exercises:
        files = [exercise.statement(language)]
        if exercise.written:
            files.append(exercise.written_statement(language))
        try:
            texts = {file: file.read_text(encoding="utf-8") for file in files}
        except (OSError, UnicodeDecodeError):
            continue
        pictures = {
            target: held
            for file, text in texts.items()
            for target, picture in pictures_of(text, file).items()
            if (held := data_uri(picture)) is not None
        }
        found[exercise.key] = Wording("\n\n".join(texts.values()), tuple(pictures.items()))
    return found


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield
    except OSError as error:
        raise UserError(
            N_("No page can be written in {folder}: {reason}."),
            N_("Marks are safe in the database. Make room, or name another folder with --out."),
            {"folder": folder, "reason": error.strerror or error},
        ) from error


def _write(file: Path, page: str) -> bool:
    """Write a page unless it is there as it is; whether it was written."""
    contents = page.encode("utf-8", "backslashreplace")
    try:
        if file.read_bytes() == contents:
            return False
    except FileNotFoundError:
        pass
    replace_file(file, contents)
    return True
