"""The course that a notebook belongs to: the bundle beside it, or an instructor's whole course."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from torchgrade.course import Course, Exercise, SelectionError, load
from torchgrade.errors import N_, UserError
from torchgrade.notebook_kernel.guard import COURSE
from torchgrade.notebooks.names import bundle_name, is_bundle
from torchgrade.release.bundle import open_bundle, require_whole_course

__all__ = ["Courses"]


@dataclass(frozen=True)
class _Stamp:
    path: Path
    changed: int
    size: int


class Courses:
    """Finds courses, and keeps what it has unpacked until `close`."""

    def __init__(self) -> None:
        self._unpacked: dict[_Stamp, Course] = {}
        self._folder: Path | None = None

    def exercise(self, name: str, folder: Path) -> tuple[Course, Exercise]:
        """The exercise that a notebook in ``folder`` calls ``name``.

        In the whole course where the environment names it, else in a bundle in ``folder``.
        Raises `UserError`.
        """
        whole = os.environ.get(COURSE)
        courses = [load(Path(whole))] if whole else self._bundled(folder)
        for course in courses:
            # In nbgrader's folders each assignment has one called like the chapter.
            chapter = course.chapter(folder.name)
            for exercise in chapter.exercises if chapter else ():
                if exercise.name == name:
                    return course, exercise
        for course in courses:
            if any(exercise.name == name for exercise in course.exercises):
                return course, _one_of(course, name)
        return courses[0], _one_of(courses[0], name)

    def whole(self, name: str, folder: Path) -> tuple[Course, Exercise]:
        """As `exercise`, in the whole course only."""
        if not os.environ.get(COURSE):
            raise UserError(
                N_("{variable} does not say where the course is."),
                N_("Call torchgrade.notebooks.configure in nbgrader_config.py, or set it there."),
                {"variable": COURSE},
            )
        course, exercise = self.exercise(name, folder)
        require_whole_course(course)
        return course, exercise

    def close(self) -> None:
        folder, self._folder = self._folder, None
        self._unpacked.clear()
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)

    def _bundled(self, folder: Path) -> Sequence[Course]:
        bundles = sorted(path for path in folder.iterdir() if is_bundle(path.name))
        if not bundles:
            raise UserError(
                N_("There is no {name} beside this notebook, and answers are checked with it."),
                N_("Fetch the assignment again, or copy the file into {folder}."),
                {"name": bundle_name("*"), "folder": folder},
            )
        return [self._open(bundle) for bundle in bundles]

    def _open(self, bundle: Path) -> Course:
        try:
            status = bundle.stat()
        except OSError as error:
            raise UserError(
                N_("{path} can't be read: {reason}."),
                N_("Fetch the assignment again."),
                {"path": bundle, "reason": error.strerror or error},
            ) from None
        stamp = _Stamp(bundle, status.st_mtime_ns, status.st_size)
        if stamp not in self._unpacked:
            if self._folder is None:
                self._folder = Path(tempfile.mkdtemp(prefix="torchgrade-"))
            into = self._folder / str(len(self._unpacked))
            self._unpacked[stamp] = open_bundle(bundle, into)
        return self._unpacked[stamp]


def _one_of(course: Course, name: str) -> Exercise:
    try:
        exercises = course.select([name])
    except SelectionError as error:
        if error.candidates:
            raise
        exercises = ()
    if len(exercises) != 1:
        known = [exercise.name for exercise in exercises or course.exercises]
        raise UserError(
            N_("{name} is not the name of an exercise."),
            N_("Choose one of: {candidates}"),
            {"name": name, "candidates": ", ".join(known)},
        )
    return exercises[0]
