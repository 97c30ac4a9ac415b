"""The source of those cells of an assignment's notebook that call torchgrade.

Who builds notebooks writes these texts, and a kernel in which nothing but they may run recognises
them by their text, so both take them from here.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["SETUP", "check_source", "graded_exercise", "graded_source", "released_source"]

SETUP: Final = "%load_ext torchgrade.notebook"
"""What the first code cell of every assignment says."""

_CHECK: Final = """\
from torchgrade.notebook import check

check("{exercise}")"""
_VALIDATE: Final = """\
from torchgrade.notebook import validate

validate("{exercise}")"""
_TEST: Final = (
    _VALIDATE
    + """
### BEGIN HIDDEN TESTS
from torchgrade.notebook import score

score("{exercise}", {points})
### END HIDDEN TESTS"""
)
_CALL: Final = re.compile(r'^score\("([a-z0-9_]+)", ([0-9.e+-]+)\)$', re.MULTILINE)


def check_source(exercise: str) -> str:
    """What a student runs to see what is wrong with an answer."""
    return _CHECK.format(exercise=exercise)


def graded_source(exercise: str, points: float) -> str:
    """The cell that carries the points, as the instructor has it and as it is graded.

    Its last expression is the mark. nbgrader's students get `released_source`.
    """
    return _TEST.format(exercise=exercise, points=float(points))


def released_source(exercise: str) -> str:
    """What is left of `graded_source` in the released notebook."""
    return _VALIDATE.format(exercise=exercise)


def graded_exercise(source: str) -> str | None:
    """The exercise whose `graded_source` this is, to the letter; None for any other cell.

    The points are as the cell has them.
    """
    call = _CALL.search(source)
    if call is None:
        return None
    try:
        expected = graded_source(call[1], float(call[2]))
    except ValueError:
        return None
    return call[1] if source.strip() == expected else None
