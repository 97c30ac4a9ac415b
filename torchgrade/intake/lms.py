"""What learning management systems make of a class's submissions when one downloads them all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from torchgrade.course import Exercise
from torchgrade.errors import N_
from torchgrade.filetree import Entry, Kind, Tree
from torchgrade.intake.answers import Part
from torchgrade.intake.cause import Cause
from torchgrade.intake.found import Found, Piece
from torchgrade.intake.handed_file import file_part
from torchgrade.intake.matching import Matcher

__all__ = ["canvas", "is_canvas", "is_moodle", "moodle"]

# The first number that fits is Canvas's: it keeps "_1_" out of the names of people, but not out of
# the names of files.
_CANVAS: Final = re.compile(
    r"(?P<name>.*?)(?P<late>_LATE)?_(?P<user>[0-9]{1,20})_(?P<order>[0-9]{1,20})_(?P<file>.+)",
    re.DOTALL,
)
_CANVAS_TYPED: Final = re.compile(
    r"(?P<name>.*?)(?P<late>_LATE)?_(?P<user>[0-9]{1,20})_(?P<what>text|link|question[^/]*)\.html?",
    re.DOTALL,
)
_CANVAS_ANONYMOUS: Final = re.compile(
    r"anon_(?:LATE_)?[A-Za-z0-9]{5}_(?:LATE_)?[0-9]+_.+", re.DOTALL
)
# As above: Moodle takes "_" out of the names of people, but not out of those of files.
_MOODLE: Final = re.compile(
    r"(?P<name>.*?)_(?P<number>[0-9]{1,20})_assignsubmission_(?P<what>[a-z0-9]+)(?:_(?P<file>.*))?",
    re.DOTALL,
)


def is_canvas(name: str) -> bool:
    """Whether Canvas may have called a file so."""
    return any(p.fullmatch(name) for p in (_CANVAS, _CANVAS_TYPED, _CANVAS_ANONYMOUS))


def is_moodle(name: str) -> bool:
    """Whether Moodle may have called a folder or file so."""
    return _MOODLE.fullmatch(name) is not None


def canvas(
    tree: Tree, entries: Sequence[Entry], exercises: Sequence[Exercise], matcher: Matcher
) -> Found:
    """``lovelaceada_LATE_123_456_gather.py``: Canvas's user 123, file 456; later files have
    larger numbers."""
    found = Found()
    for name, kind in entries:
        origin = str(tree.place(name))
        match = _CANVAS.fullmatch(name)
        typed = _CANVAS_TYPED.fullmatch(name)
        if kind is not Kind.FILE:
            found.leave(origin, Cause(N_("it is not a file")))
        elif _CANVAS_ANONYMOUS.fullmatch(name):
            found.leave(
                origin,
                Cause(N_("it was downloaded without names; turn off anonymous grading in Canvas")),
            )
        elif typed:
            student = matcher.by_canvas_id(typed["user"], typed["name"])
            found.leave(
                origin, student if isinstance(student, Cause) else _typed(student, "Canvas")
            )
        elif match:
            student = matcher.by_canvas_id(match["user"], match["name"])
            part = file_part(tree, name, match["file"], exercises, versions=True)
            if isinstance(student, str) and isinstance(part, Cause):
                found.leave(origin, _unread(student, part))
            else:
                parts = (part,) if isinstance(part, Part) else ()
                late = match["late"] is not None
                found.give(student, Piece(origin, parts, late=late, order=int(match["order"])))
        else:
            found.leave(origin, Cause(N_("it is not called as Canvas calls submissions")))
    return found


def moodle(
    tree: Tree, entries: Sequence[Entry], exercises: Sequence[Exercise], matcher: Matcher
) -> Found:
    """``Ada Lovelace_123_assignsubmission_file_/gather.py``, or the same without a folder."""
    found = Found()
    for name, kind in entries:
        origin = str(tree.place(name))
        match = _MOODLE.fullmatch(name)
        if kind in (Kind.LINK, Kind.SPECIAL):
            found.leave(origin, Cause(N_("it is neither a folder nor a regular file")))
            continue
        if match is None:
            found.leave(origin, Cause(N_("it is not called as Moodle calls submissions")))
            continue
        student = matcher.by_participant(match["number"], match["name"])
        if isinstance(student, Cause):
            found.leave(origin, student)
        elif match["what"] != "file":
            found.leave(origin, _typed(student, "Moodle"))
        elif kind is Kind.FOLDER:
            found.give(student, Piece(origin, (Part(tree.child(name)),)))
        else:
            part = file_part(tree, name, match["file"] or "", exercises)
            if isinstance(part, Cause):
                found.leave(origin, _unread(student, part))
            else:
                found.give(student, Piece(origin, (part,)))
    return found


def _typed(student: str, system: str) -> Cause:
    return Cause(
        N_("{student} typed it into {system}; only files are read"),
        {"student": student, "system": system},
    )


def _unread(student: str, why: Cause) -> Cause:
    return Cause(N_("{student} handed it in, but {why}"), {"student": student, "why": why})
