"""nbgrader's tree of submissions: ``STUDENT/ASSIGNMENT/NOTEBOOK.ipynb`` with ``timestamp.txt``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from torchgrade.course import Course
from torchgrade.errors import N_
from torchgrade.filetree import Entry, Kind, Tree
from torchgrade.intake.answers import Part, is_junk
from torchgrade.intake.cause import Cause
from torchgrade.intake.found import Found, Piece
from torchgrade.intake.matching import Matcher

__all__ = ["TIMESTAMP", "nbgrader", "timestamp"]

TIMESTAMP: Final = "timestamp.txt"
_STAMP: Final = re.compile(
    r"(\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?) ?(\S{1,64})?", re.ASCII
)
_OFFSET: Final = re.compile(r"([-+])(\d\d):?(\d\d)", re.ASCII)
_ZONE: Final = re.compile(r"[A-Za-z0-9_+\-]+(/[A-Za-z0-9_+\-]+)*")


def nbgrader(
    tree: Tree, entries: Sequence[Entry], course: Course, chapters: set[str], matcher: Matcher
) -> Found:
    """Each assignment that is called like one of the course's chapters answers that chapter.

    Those of other ``chapters`` than are asked for are passed by. In a chapter's folder, the
    notebook that is called like the assignment is what was handed out.
    """
    found = Found()
    for name, kind in entries:
        origin = str(tree.place(name))
        if kind is not Kind.FOLDER:
            found.leave(origin, Cause(N_("it is not a student's folder")))
            continue
        student = matcher.by_id(name)
        if isinstance(student, Cause):
            found.leave(origin, student)
            continue
        inside = tree.child(name)
        parts: list[Part] = []
        submitted: list[datetime] = []
        times: dict[str, datetime] = {}
        for assignment, assignment_kind in inside.entries():
            if assignment_kind is not Kind.FOLDER or is_junk(assignment):
                continue
            known = course.chapter(assignment)
            chapter = known.name if known else ""
            if chapter and chapter not in chapters:
                continue
            notebook = f"{assignment}.ipynb" if chapter else ""
            parts.append(Part(inside.child(assignment), chapter, notebook=notebook))
            path = f"{assignment}/{TIMESTAMP}"
            written = inside.read(path, 1000)
            if written is None:
                continue
            when = timestamp(written) if isinstance(written, bytes) else None
            if when is None:
                found.remark(
                    str(inside.place(path)),
                    Cause(
                        N_("it does not tell the time; {student} counts as in time"),
                        {"student": student},
                    ),
                )
            else:
                submitted.append(when)
                if chapter:
                    times[chapter] = when
        last = max(submitted, default=None)
        found.give(student, Piece(origin, tuple(parts), last, times=times))
    return found


def timestamp(data: bytes) -> datetime | None:
    """The time in a timestamp.txt (``2026-02-02 14:58:23.948203 Europe/Berlin``), or None.

    Without a zone it is UTC, as nbgrader has it.
    """
    match = _STAMP.fullmatch(data.decode("ascii", "replace").strip())
    zone = _zone(match[2] or "UTC") if match else None
    if match is None or zone is None:
        return None
    try:
        return datetime.fromisoformat(match[1]).replace(tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):  # a 31st of February, the year 0001
        return None


def _zone(text: str) -> tzinfo | None:
    if text in ("UTC", "Z", "GMT"):
        return UTC
    offset = _OFFSET.fullmatch(text)
    if offset:
        size = timedelta(hours=int(offset[2]), minutes=int(offset[3]))
        return timezone(-size if offset[1] == "-" else size) if size < timedelta(days=1) else None
    if not _ZONE.fullmatch(text):
        return None
    try:
        return ZoneInfo(text)
    except (ValueError, OSError):  # ZoneInfoNotFoundError is a KeyError
        return None
    except KeyError:
        return None
