"""What the cells of an assignment's notebook are called.

They are what ties a submitted notebook to its exercises, so they never change for an exercise that
keeps its name, however often the assignment is built again.
"""

from __future__ import annotations

from typing import Final

__all__ = [
    "ABOUT",
    "SETUP",
    "answer_id",
    "ask_id",
    "assignment_name",
    "bundle_name",
    "cell_id",
    "check_id",
    "is_bundle",
    "is_ours",
    "statement_id",
    "test_id",
    "written_id",
]

ABOUT: Final = "about"
SETUP: Final = "setup"
_BUNDLE: Final = ".bundle.zip"
_PREFIX: Final = "tg-"
_LONGEST: Final = 64
"""Characters of a cell's id in nbformat."""


def assignment_name(chapter: str) -> str:
    """nbgrader's name for a chapter and its notebook: ``ch03`` for ``ch03_indexing``."""
    return chapter[:4]


def statement_id(exercise: str) -> str:
    """The ``grade_id`` of the cell with the statement of an exercise, such as ``gather``."""
    return f"read_{exercise}"


def answer_id(exercise: str) -> str:
    """The ``grade_id`` of the cell in which an exercise is answered."""
    return exercise


def check_id(exercise: str) -> str:
    """The ``grade_id`` of the cell with which students check their answer."""
    return f"check_{exercise}"


def test_id(exercise: str) -> str:
    """The ``grade_id`` of the cell that carries the points of an exercise."""
    return f"test_{exercise}"


def ask_id(exercise: str) -> str:
    """The ``grade_id`` of the cell that asks for the written part of an exercise."""
    return f"ask_{exercise}"


def written_id(exercise: str) -> str:
    """The ``grade_id`` of the cell with the written part, which a person grades."""
    return f"written_{exercise}"


def cell_id(grade_id: str) -> str:
    """nbformat's id of the cell with this ``grade_id``."""
    return f"{_PREFIX}{grade_id}"[:_LONGEST]


def is_ours(cell: str | None) -> bool:
    """Whether nbformat's id of a cell, if it has one, is a `cell_id`."""
    return cell is not None and cell.startswith(_PREFIX)


def bundle_name(assignment: str) -> str:
    """The file beside an assignment's notebook with which students check their answers."""
    return f"{assignment}{_BUNDLE}"


def is_bundle(name: str) -> bool:
    """Whether a file is called like a bundle: it was handed out, and is no one's answer."""
    return name.endswith(_BUNDLE)
