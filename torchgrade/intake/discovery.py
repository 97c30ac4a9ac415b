"""Finding a class's submissions: which form they come in, and whose they are.

Forms are told by names alone; the only files opened are nbgrader's ``timestamp.txt``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from torchgrade.course import Course, Exercise
from torchgrade.errors import N_, UserError
from torchgrade.filetree import Entry, Kind, Tree
from torchgrade.intake.answers import is_junk
from torchgrade.intake.archive import Archive
from torchgrade.intake.cause import Cause
from torchgrade.intake.file_times import with_file_times
from torchgrade.intake.found import Found
from torchgrade.intake.handed_file import SUFFIXES, as_name
from torchgrade.intake.lms import canvas, is_canvas, is_moodle, moodle
from torchgrade.intake.location import LocationError, open_location
from torchgrade.intake.matching import Matcher
from torchgrade.intake.model import Intake
from torchgrade.intake.nbgrader import TIMESTAMP, nbgrader
from torchgrade.intake.plain import files_by_student, folders_and_zips
from torchgrade.nearest import nearest
from torchgrade.roster import Roster

__all__ = ["FORMS", "discover"]

FORMS: Final = ("folders", "zips", "canvas", "moodle", "nbgrader", "files")

_SAMPLE: Final = 20
"""How many folders are looked into to tell a form."""
_MAX_WRAPPERS: Final = 4


def discover(
    location: str,
    course: Course,
    roster: Roster,
    *,
    form: str | None = None,
    exercises: Sequence[Exercise] | None = None,
    file_times: bool = False,
) -> Intake:
    """The submissions at ``location``, a path or URL (see `open_location`), none of them read yet.

    ``form`` is one of `FORMS`; without it, it is recognised. ``exercises`` are those that are to be
    graded; without it, all of ``course``. With ``file_times``, a submission whose time nothing else
    tells is taken to be as old as the newest of its files. Raises `UserError` if there is nothing
    of the kind.
    """
    if form is not None and form not in FORMS:
        meant = nearest(form, FORMS)
        raise UserError(
            N_("There is no form of submissions called {form}."),
            N_("Did you mean {candidates}?") if meant else N_("Choose one of: {candidates}"),
            {"form": form, "candidates": meant or ", ".join(FORMS)},
        )
    asked = course.exercises if exercises is None else tuple(exercises)
    matcher = Matcher(roster)
    outermost = open_location(location)
    tree = _unwrapped(outermost, form, asked, matcher)
    entries = _entries(tree)
    if form is None:
        form = _recognised(tree, entries, asked, matcher)
    if form is None:
        raise LocationError(location, Cause(_why_not(entries, asked)))
    if form == "canvas":
        found = canvas(tree, entries, asked, matcher)
    elif form == "moodle":
        found = moodle(tree, entries, asked, matcher)
    elif form == "nbgrader":
        chapters = {exercise.chapter for exercise in asked}
        found = nbgrader(tree, entries, course, chapters, matcher)
    elif form == "files":
        found = files_by_student(tree, entries, asked, matcher)
    else:
        found = folders_and_zips(tree, entries, matcher)
    _leave_unsafe(outermost, found)
    together = form in ("canvas", "moodle", "files")
    intake = found.intake(form, together=together, ordered=form == "canvas")
    if file_times:
        intake = replace(intake, handed=[with_file_times(handed) for handed in intake.handed])
    return intake


def _entries(tree: Tree) -> Sequence[Entry]:
    return [entry for entry in tree.entries() if not is_junk(entry.name)]


def _unwrapped(
    tree: Tree, form: str | None, exercises: Sequence[Exercise], matcher: Matcher
) -> Tree:
    """``tree``, or the folder in it that holds the submissions."""
    for _ in range(_MAX_WRAPPERS):
        entries = _entries(tree)
        names = {entry.name for entry in entries}
        folders = [entry.name for entry in entries if entry.kind is Kind.FOLDER]
        if "submitted" in folders and names & {"gradebook.db", "source", "nbgrader_config.py"}:
            tree = tree.child("submitted")
            continue
        if len(entries) != 1 or not folders:
            break
        (name,) = folders
        if matcher.knows(name) or is_moodle(name) or _means_something(name, exercises):
            break
        if name != "submitted":
            inside = [entry.name for entry in _entries(tree.child(name))]
            if not inside or any(_is_answer(each, exercises) for each in inside):
                break
            if _is_nbgrader(tree, folders, (".py",) if form == "nbgrader" else ()):
                break
        tree = tree.child(name)
    return tree


def _recognised(
    tree: Tree, entries: Sequence[Entry], exercises: Sequence[Exercise], matcher: Matcher
) -> str | None:
    files = [entry.name for entry in entries if entry.kind is Kind.FILE]
    folders = [entry.name for entry in entries if entry.kind is Kind.FOLDER]
    if entries and 2 * sum(is_moodle(entry.name) for entry in entries) >= len(entries):
        return "moodle"
    if files and 2 * sum(is_canvas(name) for name in files) >= len(files) + len(folders):
        return "canvas"
    names = {exercise.name for exercise in exercises}
    if folders and all(as_name(name) in names for name in folders):
        return "files"
    if any(_is_answer(name, exercises) and not matcher.knows(name) for name in folders):
        return None  # one submission, not many
    if _is_nbgrader(tree, folders):
        return "nbgrader"
    zips = [name for name in files if name.lower().endswith(".zip")]
    sources = [name for name in files if name.lower().endswith(SUFFIXES[:2])]
    if zips and len(zips) >= len(folders):
        return "zips" if len(zips) >= len(sources) else "files"
    if folders:
        return "folders"
    if any(_is_answer(name, exercises) for name in sources):
        return None  # one submission, too
    return "files" if sources else None


def _is_nbgrader(tree: Tree, folders: Sequence[str], suffixes: tuple[str, ...] = ()) -> bool:
    """Whether the first ``folders`` hold folders with notebooks or the like in them."""
    for name in folders[:_SAMPLE]:
        student = tree.child(name)
        inside = [entry.name for entry in student.entries() if entry.kind is Kind.FOLDER]
        for assignment in [each for each in inside if not is_junk(each)][:_SAMPLE]:
            held = [entry.name for entry in student.entries(assignment)]
            if TIMESTAMP in held or any(each.endswith((".ipynb", *suffixes)) for each in held):
                return True
    return False


def _is_answer(name: str, exercises: Sequence[Exercise]) -> bool:
    """Whether a file or folder of this name is part of one submission."""
    return _means_something(name, exercises) or name in {f"{e.name}.py" for e in exercises}


def _means_something(name: str, exercises: Sequence[Exercise]) -> bool:
    return name == "exercises" or name in {exercise.chapter for exercise in exercises}


def _why_not(entries: Sequence[Entry], exercises: Sequence[Exercise]) -> str:
    if not entries:
        return N_("there is nothing in it")
    if any(_is_answer(entry.name, exercises) for entry in entries):
        return N_("it is one submission, not a folder of submissions; name the folder above it")
    return N_("nothing in it looks like submissions; docs/submissions.md says what does")


def _leave_unsafe(tree: Tree, found: Found) -> None:
    """List members of a class's zip whose names can't be used."""
    if isinstance(tree, Archive):
        for member in tree.unsafe.values():
            if member.problem is not None:
                found.leave(str(tree.at / member.shown.lstrip("/")), Cause(member.problem.value))
