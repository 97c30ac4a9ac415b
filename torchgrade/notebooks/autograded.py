"""autograded/: notebooks for formgrader and nbgrader's feedback, for a whole class at once.

What nbgrader's own autograding leaves for a submission is written for all whose notebook or
results are others than before, without a kernel and without nbgrader.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final, NamedTuple

from torchgrade.atomic import replace_file
from torchgrade.course import Chapter, Course, Exercise
from torchgrade.errors import N_, UserError
from torchgrade.filetree import Folder, Kind, Reason
from torchgrade.intake.notebook import MAX_NOTEBOOK
from torchgrade.notebooks.names import assignment_name, is_bundle
from torchgrade.notebooks.rebuild import for_a_person, marked, rebuilt, unanswered
from torchgrade.notebooks.source import source_notebook
from torchgrade.store import Store

__all__ = ["Autograded", "Classroom", "beside", "classroom_of"]

FORMAT: Final = 1
"""Raised when notebooks are to be written anew."""
CONFIG: Final = "nbgrader_config.py"
DATABASE: Final = "gradebook.db"
SUBMITTED: Final = "submitted"
_EXCHANGED: Final = ("timestamp.txt", "submission_secret.txt")
"""What nbgrader's exchange puts into a submission and needs to give feedback back."""
_PICTURES: Final = (".png", ".jpg", ".jpeg", ".gif")
_LARGEST: Final = 8 * 1024**2
"""Bytes of a picture that a student handed in."""
_MOST: Final = 50
"""Such pictures."""
_MADE: Final = re.compile(rb'"made": "([0-9a-f]{64})"')
_TAIL: Final = 4096
"""Bytes at the end of a notebook, in which its metadata stand."""


@dataclass(frozen=True)
class Classroom:
    """The folder of an nbgrader course."""

    root: Path

    @property
    def database(self) -> Path:
        return self.root / DATABASE

    @property
    def autograded(self) -> Path:
        return self.root / "autograded"

    def keeps_marks_in(self, url: str) -> bool:
        """Whether the database ``url`` may be this course's gradebook: no other file is."""
        file = url.removeprefix("sqlite:///")
        return "://" in file or Path(file).resolve() == self.database.resolve()

    def submission(self, student: str, assignment: str) -> Folder:
        return Folder(self.root / SUBMITTED / student / assignment)


def classroom_of(location: str) -> Classroom | None:
    """The nbgrader course whose submissions ``location`` is, or that it is itself."""
    folder = Path(location)
    for root in (folder, folder.parent) if folder.name == SUBMITTED else (folder,):
        if (root / SUBMITTED).is_dir() and _is_classroom(root):
            return Classroom(root)
    return None


def beside(url: str) -> Classroom | None:
    """The nbgrader course whose gradebook is the database ``url``."""
    file = Path(url.removeprefix("sqlite:///"))
    here = "://" not in str(file) and file.name == DATABASE
    return classroom_of(str(file.parent)) if here else None


def _is_classroom(root: Path) -> bool:
    if (root / CONFIG).is_file():
        return True
    return (root / DATABASE).is_file() and any((root / n).is_dir() for n in ("source", "release"))


class _Master(NamedTuple):
    """An assignment as nbgrader knows it."""

    notebook: Mapping[str, Any]
    digest: str
    files: Sequence[Path]
    """What lies beside it and belongs to it."""


class Answered(NamedTuple):
    """A student and what is known of them."""

    student: str
    keys: Mapping[str, str]
    """By `Exercise.key`, what their results are kept under."""


class Autograded:
    """What one class has in autograded/, and what it should have."""

    def __init__(
        self,
        classroom: Classroom,
        course: Course,
        exercises: Sequence[Exercise],
        language: str,
    ) -> None:
        self._classroom = classroom
        self._course = course
        names = {exercise.chapter for exercise in exercises}
        self._chapters = [chapter for chapter in course.chapters if chapter.name in names]
        self._language = language

    @property
    def folder(self) -> Path:
        return self._classroom.autograded

    def unanswered(self, students: Collection[str]) -> Mapping[tuple[str, str], Collection[str]]:
        """By student and chapter of each notebook: cells for a person in which there is nothing."""
        found: dict[tuple[str, str], Collection[str]] = {}
        for chapter in self._chapters:
            master = self._masters[chapter.name]
            by_hand = for_a_person(master.notebook)
            for student in students:
                submitted = self._submitted(student, chapter)
                if submitted is not None:
                    nothing = unanswered(master.notebook, submitted) if by_hand else ()
                    found[student, chapter.name] = nothing
        return found

    def answered(self, store: Store, students: Collection[str]) -> Sequence[Answered]:
        """Those of ``students``, in order, who have results that notebooks are to show."""
        exercises = [exercise for chapter in self._chapters for exercise in chapter.exercises]
        return [
            Answered(student, {link.exercise: link.key for link in links})
            for student, links in store.links(exercises)
            if student in students
        ]

    def write(self, answered: Iterable[Answered], store: Store) -> Iterator[tuple[str, bool]]:
        """Bring notebooks up to date; for each student, when it is done, whether any changed.

        Each file is replaced at once, and what is up to date is left alone: whoever is interrupted
        goes on from there. Raises `UserError`.
        """
        for student, keys in answered:
            try:
                changed = [self._write(store, student, chap, keys) for chap in self._chapters]
            except OSError as error:
                raise UserError(
                    N_("No notebook can be written in {folder}: {reason}."),
                    N_("Marks are safe in the database. Make room, then start again."),
                    {"folder": self._classroom.autograded, "reason": error.strerror or error},
                ) from error
            yield student, any(changed)

    def _write(self, store: Store, student: str, chapter: Chapter, keys: Mapping[str, str]) -> bool:
        submitted = self._submitted(student, chapter)
        mine = [e for e in chapter.exercises if e.key in keys]
        if submitted is None or not mine:
            return False
        name = assignment_name(chapter.name)
        folder = self._classroom.autograded / student / name
        file = folder / f"{name}.ipynb"
        master = self._masters[chapter.name]
        exchanged = self._exchanged(student, name)
        told = [(known, data.decode("latin-1")) for known, data in exchanged.items()]
        digest = hashlib.sha256(submitted).hexdigest()
        parts = (FORMAT, self._language, master.digest, digest, told)
        results_of = [(e.key, e.points, keys[e.key]) for e in mine]
        made = hashlib.sha256(json.dumps([parts, results_of]).encode()).hexdigest()
        if _made(file) == made:
            return False
        results = {result.exercise: result for _, result, _ in store.results(student, mine)}
        notebook = rebuilt(master.notebook, submitted, self._language)
        notebook = marked(notebook, results, self._language)
        folder.mkdir(parents=True, exist_ok=True)
        self._copy(student, name, folder, master, exchanged)
        # Last, as it says that all of it is there.
        replace_file(file, _written(notebook, made))
        return True

    def _submitted(self, student: str, chapter: Chapter) -> bytes | None:
        """The notebook handed in; nothing in it if it can't be used; None if there is none."""
        name = assignment_name(chapter.name)
        folder = self._classroom.submission(student, name)
        if folder.path.is_symlink() or folder.path.parent.is_symlink():
            return None
        data = folder.read(f"{name}.ipynb", MAX_NOTEBOOK)
        if data is None:
            # Called otherwise, as browsers do that download it twice.
            others = [e.name for e in folder.entries() if e.name.endswith(".ipynb")]
            data = folder.read(others[0], MAX_NOTEBOOK) if len(others) == 1 else None
        return b"" if isinstance(data, Reason) else data

    def _exchanged(self, student: str, assignment: str) -> Mapping[str, bytes]:
        submission = self._classroom.submission(student, assignment)
        read = {name: submission.read(name, 1000) for name in _EXCHANGED}
        return {name: data for name, data in read.items() if isinstance(data, bytes)}

    def _copy(
        self,
        student: str,
        assignment: str,
        folder: Path,
        master: _Master,
        exchanged: Mapping[str, bytes],
    ) -> None:
        """Put beside the notebook what it shows, and what nbgrader knows it by."""
        submission = self._classroom.submission(student, assignment)
        files: dict[str, bytes] = {}
        names = [entry.name for entry in submission.entries() if entry.kind is Kind.FILE]
        for name in [name for name in names if name.lower().endswith(_PICTURES)][:_MOST]:
            data = submission.read(name, _LARGEST)
            if isinstance(data, bytes):
                files[name] = data
        files |= {file.name: file.read_bytes() for file in master.files}
        files |= exchanged
        for name, data in files.items():
            replace_file(folder / name, data)

    @cached_property
    def _masters(self) -> Mapping[str, _Master]:
        return {chapter.name: self._master(chapter) for chapter in self._chapters}

    def _master(self, chapter: Chapter) -> _Master:
        """As students got it; else as nbgrader would make it; else as it would be built."""
        name = assignment_name(chapter.name)
        for step in ("release", "source"):
            folder = self._classroom.root / step / name
            try:
                data = (folder / f"{name}.ipynb").read_bytes()
                notebook = json.loads(data)
                return _Master(notebook, hashlib.sha256(data).hexdigest(), _beside(folder))
            except FileNotFoundError:
                continue
            except (OSError, ValueError) as error:
                raise UserError(
                    N_("The notebook {path} can't be read: {reason}."),
                    N_("Mend it, or generate the assignment again."),
                    {"path": folder / f"{name}.ipynb", "reason": error},
                ) from None
        data = source_notebook(self._course, chapter, self._language).contents
        return _Master(json.loads(data), hashlib.sha256(data).hexdigest(), ())


def _beside(folder: Path) -> Sequence[Path]:
    """The files of an assignment that its notebook may show."""
    return [
        file
        for file in sorted(folder.iterdir())
        if file.is_file() and file.suffix != ".ipynb" and not is_bundle(file.name)
    ]


def _made(file: Path) -> str | None:
    """What an autograded notebook says of what it was made of."""
    try:
        with file.open("rb") as stream:
            stream.seek(0, os.SEEK_END)
            stream.seek(max(0, stream.tell() - _TAIL))
            found = _MADE.findall(stream.read())
    except FileNotFoundError:
        return None
    return found[-1].decode() if found else None


def _written(notebook: Mapping[str, Any], made: str) -> bytes:
    """As a file, with what it was made of at its end."""
    metadata = {**notebook["metadata"], "torchgrade": {"made": made}}
    ordered = {"cells": notebook["cells"], "metadata": metadata}
    ordered |= {"nbformat": notebook["nbformat"], "nbformat_minor": notebook["nbformat_minor"]}
    return json.dumps(ordered, ensure_ascii=False, indent=1).encode("utf-8", "backslashreplace")
