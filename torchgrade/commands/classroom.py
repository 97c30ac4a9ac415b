"""What the commands for instructors start from: the database, the roster, rules for lateness."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from torchgrade.commands.terminal import display
from torchgrade.course import Course
from torchgrade.errors import N_, UserError
from torchgrade.late import LatePolicy
from torchgrade.roster import Roster

if TYPE_CHECKING:
    from torchgrade.store.database import Store

__all__ = ["database_url", "find_roster", "graded", "need", "policies"]

DATABASE: Final = "gradebook.db"
ROSTER: Final = "roster.csv"
_VARIABLE: Final = "TORCHGRADE_DB"


def need(module: str, extra: str) -> None:
    """Raise `UserError` if a library that only instructors need isn't there."""
    from importlib.util import find_spec

    if find_spec(module) is None:
        raise UserError(
            N_("This command needs {module}, which is not installed."),
            N_("Install it with: pip install 'torchgrade[{extra}]'"),
            {"module": module, "extra": extra},
        )


def database_url(course: Course, given: str | None, folder: Path | None = None) -> str:
    """Where marks are kept: as told, by TORCHGRADE_DB, or in ``folder`` or the course's."""
    return given or os.environ.get(_VARIABLE) or str((folder or course.root) / DATABASE)


def graded(course: Course, given: str | None) -> AbstractContextManager[Store]:
    """The store of a class that has been graded already. Raises `UserError` if there is none."""
    need("nbgrader", "grading")
    from torchgrade.store import open_store

    url = database_url(course, given)
    file = Path(url.removeprefix("sqlite:///"))
    if "://" not in str(file) and not file.is_file():
        raise UserError(
            N_("There is no database {path}."),
            N_("Grade first: course grade SUBMISSIONS; or name another database with --db."),
            {"path": display(file)},
        )
    return open_store(url, course)


def find_roster(course: Course, given: Path | None) -> Roster:
    """The class as told, or by roster.csv in the course's folder; else nobody is known.

    Raises `UserError` for a roster that can't be used.
    """
    from torchgrade.intake.roster_csv import read_roster

    path = given or course.root / ROSTER
    if given is None and not path.is_file():
        return Roster()
    return read_roster(path, course)


def policies(course: Course) -> Mapping[str, LatePolicy]:
    """What lateness costs, by chapter name."""
    return {chapter.name: chapter.late for chapter in course.chapters}
