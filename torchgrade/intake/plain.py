"""Submissions named by student: a folder each, a zip each, or single files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from torchgrade.course import Exercise
from torchgrade.errors import N_
from torchgrade.filetree import Entry, Kind, Tree
from torchgrade.intake.answers import Part
from torchgrade.intake.cause import Cause
from torchgrade.intake.found import Found, Piece
from torchgrade.intake.handed_file import SUFFIXES, as_name
from torchgrade.intake.matching import Matcher
from torchgrade.intake.trees import select

__all__ = ["files_by_student", "folders_and_zips"]

_LINK = N_("it is a link, and links to submissions are not followed")
_SPECIAL = N_("it is neither a folder nor a regular file")


def folders_and_zips(tree: Tree, entries: Sequence[Entry], matcher: Matcher) -> Found:
    """``ID/`` and ``ID.zip``."""
    found = Found()
    for name, kind in entries:
        origin = str(tree.place(name))
        if kind in (Kind.LINK, Kind.SPECIAL):
            found.leave(origin, Cause(_LINK if kind is Kind.LINK else _SPECIAL))
        elif kind is Kind.FOLDER:
            student = matcher.by_id(name)
            part = Part(tree.child(name)) if isinstance(student, str) else None
            found.give(student, Piece(origin, (part,) if part else ()))
        elif name.lower().endswith(".zip"):
            part = Part(select(tree, {"answers.zip": name}), zips=("answers.zip",))
            found.give(matcher.by_id(name[: -len(".zip")]), Piece(origin, (part,)))
        else:
            found.leave(origin, Cause(N_("it is neither a student's folder nor a zip file")))
    return found


def files_by_student(
    tree: Tree, entries: Sequence[Entry], exercises: Sequence[Exercise], matcher: Matcher
) -> Found:
    """``ID_EXERCISE.py``, ``EXERCISE/ID.py``, and ``ID.py`` if there is only one exercise.

    ``ID.ipynb`` answers whatever exercises it has answer cells of.
    """
    found = Found()
    for name, kind in entries:
        origin = str(tree.place(name))
        if kind is Kind.FILE:
            _file(found, tree, name, exercises, matcher)
        elif kind is not Kind.FOLDER:
            found.leave(origin, Cause(_LINK if kind is Kind.LINK else _SPECIAL))
        else:
            named = [exercise for exercise in exercises if exercise.name == as_name(name)]
            if not named:
                found.leave(origin, Cause(N_("no exercise is called {name}"), {"name": name}))
                continue
            inside = tree.child(name)
            for entry in inside.entries():
                if entry.kind is Kind.FILE:
                    _file(found, inside, entry.name, named, matcher, whole=True)
                else:
                    found.leave(str(inside.place(entry.name)), Cause(N_("it is not a file")))
    return found


def _file(
    found: Found,
    tree: Tree,
    name: str,
    exercises: Sequence[Exercise],
    matcher: Matcher,
    *,
    whole: bool = False,
) -> None:
    """Give away one file; ``whole`` if the name is the student's and nothing else."""
    origin = str(tree.place(name))
    stem, dot, suffix = name.rpartition(".")
    suffix = dot + suffix.lower()
    if suffix not in SUFFIXES[:2]:
        found.leave(origin, Cause(N_("only .py and .ipynb files are read here")))
        return
    readings = {(stem, exercise) for exercise in exercises if len(exercises) == 1 or whole}
    if not whole:
        readings |= set(_split(stem, exercises))
    if suffix == ".ipynb":
        _notebook(found, tree, name, {stem, *(student for student, _ in readings)}, matcher)
        return
    owners = [(matcher.by_id(student), exercise) for student, exercise in readings]
    known = [(student, exercise) for student, exercise in owners if isinstance(student, str)]
    if len(known) > 1 and not matcher.knows_people:
        # ID_EXERCISE is meant wherever it can be.
        known = [(s, e) for s, e in known if s != stem] or known
    if len(known) > 1:
        meant = ", ".join(sorted(f"{student}: {e.key}" for student, e in known))
        cause = Cause(N_("its name can be read in several ways: {ways}"), {"ways": meant})
        found.leave(origin, cause)
    elif known:
        student, exercise = known[0]
        part = Part(select(tree, {f"{exercise.name}.py": name}), exercise.chapter)
        found.give(student, Piece(origin, (part,)))
    elif readings:
        shortest = min((student for student, _ in readings), key=len)
        found.give(matcher.by_id(shortest), Piece(origin, ()))
    else:
        found.leave(
            origin,
            Cause(N_("its name does not tell which exercise it answers, as in ID_EXERCISE.py")),
        )


def _notebook(found: Found, tree: Tree, name: str, students: set[str], matcher: Matcher) -> None:
    known = [s for s in map(matcher.by_id, sorted(students)) if isinstance(s, str)]
    part = Part(select(tree, {"answers.ipynb": name}))
    whose = known[0] if len(known) == 1 else matcher.by_id(max(students, key=len))
    found.give(whose, Piece(str(tree.place(name)), (part,)))


def _split(stem: str, exercises: Sequence[Exercise]) -> Iterator[tuple[str, Exercise]]:
    """Every way to read ``stem`` as a student and an exercise."""
    for exercise in exercises:
        words = re.escape(exercise.name).replace("_", "[-_]")
        match = re.fullmatch(rf"(.+)[-_]{words}", stem, re.IGNORECASE | re.DOTALL)
        if match:
            yield match[1], exercise
