"""What every command starts from: the course, the language, and the messages in it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from torchgrade.course import Course, Exercise, find, load
from torchgrade.errors import N_, UserError
from torchgrade.i18n import Catalogue, catalogue, choose_language
from torchgrade.release.bundle import require_whole_course

__all__ = ["Context", "open_context", "open_whole_course"]


@dataclass(frozen=True)
class Context:
    course: Course
    language: str
    translate: Catalogue

    def one_exercise(self, name: str) -> Exercise:
        """The exercise that ``name`` stands for. Raises `UserError` if it isn't exactly one."""
        exercises = self.course.select([name])
        if len(exercises) != 1:
            raise UserError(
                N_("{name} does not stand for one exercise."),
                N_("Name one exercise; “course list” shows them all."),
                {"name": name},
            )
        return exercises[0]


def open_context(
    course_dir: Path | None,
    language: str | None,
    environment: Mapping[str, str] = os.environ,
) -> Context:
    """Load the course in ``course_dir``, or else the one around the current folder.

    ``language`` is what the user asked for, if anything. Raises `UserError`.
    """
    course = load(course_dir if course_dir is not None else find(_here()))
    chosen = choose_language(language, environment, course.languages)
    return Context(course, chosen, catalogue(chosen))


def open_whole_course(course_dir: Path | None, language: str | None) -> Context:
    """`open_context` for what a student bundle lacks the files for. Raises `UserError`."""
    context = open_context(course_dir, language)
    require_whole_course(context.course)
    return context


def _here() -> Path:
    try:
        return Path.cwd()
    except FileNotFoundError:
        raise UserError(
            N_("The current folder does not exist any more."), N_("Go to another folder.")
        ) from None
