"""The folder of an nbgrader course: making it, and putting assignments into its source/."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, count
from pathlib import Path
from typing import Final

from torchgrade.atomic import replace_file
from torchgrade.course_model import TREES, Course
from torchgrade.errors import N_, UserError
from torchgrade.notebooks.source import is_as_built

__all__ = ["CONFIG", "Made", "Place", "make_folder", "open_folder", "write_notebook"]

CONFIG: Final = "nbgrader_config.py"
_CONFIGURATION: Final = '''\
"""How nbgrader works here: answers are graded by torchgrade, in its sandbox."""

from torchgrade.notebooks import configure

c = get_config()  # noqa: F821 - nbgrader defines it

c.CourseDirectory.course_id = "{course_id}"

# Add kernels=True to let nbgrader run every notebook in a kernel, as it does by itself. Marks are
# the same, and it takes much longer.
{call}

# Where assignments are handed out and in: a folder that everybody in the class can reach.
# c.Exchange.root = "/srv/nbgrader/exchange"
'''
_IGNORED: Final = """\
# Marks, and what students handed in
gradebook.db*
submitted/
autograded/
feedback/
# Made from source/
release/
# Notebooks that were edited by hand and then built again
backups/
.nbgrader.log
"""
_COURSE_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


@dataclass(frozen=True)
class Made:
    """What `make_folder` wrote, and what it found and left alone."""

    written: tuple[Path, ...]
    kept: tuple[Path, ...]
    to_add: str | None
    """Lines that the configuration needs and doesn't have."""


@dataclass(frozen=True)
class Place:
    """Where an assignment is built."""

    folder: Path
    """The nbgrader course."""
    assignment: str

    @property
    def source(self) -> Path:
        return self.folder / "source" / self.assignment

    @property
    def notebook(self) -> Path:
        return self.source / f"{self.assignment}.ipynb"

    @property
    def generated(self) -> bool:
        """Whether nbgrader has made the students' version before."""
        return (self.folder / "release" / self.assignment).is_dir()

    def backup(self, when: datetime) -> Path:
        """A new name for a notebook, not in source/: all that lies there is released."""
        folder = self.folder / "backups" / self.assignment
        stamp = f"{when:%Y%m%d-%H%M%S}"
        for suffix in chain([""], (f"-{number}" for number in count(2))):
            file = folder / f"{self.assignment}-{stamp}{suffix}.ipynb"
            if not file.exists():
                return file
        raise AssertionError("count() is endless")


def make_folder(course: Course, folder: Path) -> Made:
    """Make ``folder`` an nbgrader course for ``course``; files that are there stay.

    Raises UserError.
    """
    folder = folder.resolve()
    root = course.root.resolve()
    for tree in TREES:
        if folder.is_relative_to(root / tree):
            raise UserError(
                N_("{path} is a part of the course and can't be nbgrader's folder."),
                N_("Name another folder; it may lie beside exercises/ or outside of the course."),
                {"path": folder},
            )
    call = f"configure(c, course={os.path.relpath(root, folder)!r})".replace("'", '"')
    course_id = folder.name if _COURSE_ID.fullmatch(folder.name) else "course"
    files = {
        CONFIG: _CONFIGURATION.format(course_id=course_id, call=call),
        ".gitignore": _IGNORED,
    }
    written, kept = [], []
    try:
        (folder / "source").mkdir(parents=True, exist_ok=True)
        for name, contents in files.items():
            try:
                with (folder / name).open("x", encoding="utf-8") as stream:
                    stream.write(contents)
                written.append(folder / name)
            except FileExistsError:
                kept.append(folder / name)
        lacking = "torchgrade" not in (folder / CONFIG).read_text("utf-8", errors="replace")
    except OSError as error:
        raise _cannot_write(folder, error) from None
    to_add = f"from torchgrade.notebooks import configure\n{call}" if lacking else None
    return Made(tuple(written), tuple(kept), to_add)


def open_folder(folder: Path | None) -> Path:
    """The nbgrader course ``folder``, or the current folder if that is one. Raises UserError."""
    chosen = Path.cwd() if folder is None else folder
    if (chosen / CONFIG).is_file() or (folder is not None and (chosen / "source").is_dir()):
        return chosen
    raise UserError(
        N_("{path} is no folder of nbgrader's: it has no nbgrader_config.py."),
        N_("Name one with --dir DIR, or make one with “course notebook init DIR”."),
        {"path": chosen},
    )


def write_notebook(place: Place, contents: bytes, when: datetime) -> Path | None:
    """Write the notebook of an assignment.

    Returns where the one before is kept, if a person had edited it. Raises UserError.
    """
    file = place.notebook
    try:
        place.source.mkdir(parents=True, exist_ok=True)
        before = file.read_bytes() if file.exists() else None
        backup = None
        if before is not None and before != contents and not is_as_built(before):
            backup = place.backup(when)
            backup.parent.mkdir(parents=True, exist_ok=True)
            backup.write_bytes(before)
        if before != contents:
            replace_file(file, contents)
    except OSError as error:
        raise _cannot_write(file, error) from None
    return backup


def _cannot_write(path: Path, error: OSError) -> UserError:
    return UserError(
        N_("{path} can't be written: {reason}."),
        N_("Check the permissions of the file and its folder."),
        {"path": path, "reason": error.strerror},
    )
