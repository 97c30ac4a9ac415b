"""Autograding in a kernel, by nbgrader as it comes: what may run there, and for how long.

A kernel belongs to whoever has code in it: what a student's cell or module did there could print
any mark. So while nbgrader autogrades, no cell runs but those that it has put back from the
instructor's notebook; the student's are read from the file and graded in the sandbox. That holds
from when this extension is loaded. Loaded by the notebook's first cell, it comes after a cell
that a student has put before that one, and after a file of theirs that Python finds in the
working folder before the module that was meant. A kernel that is started with `ARGUMENTS` and
`ENVIRONMENT`, as `torchgrade.notebooks.autograde` does, loads it before any cell and imports
nothing from there. Who can't set these can't be sure of marks made in kernels; nor need they be
made there (docs/nbgrader.md).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import Any, Final

from torchgrade.notebook_cells import graded_exercise

__all__ = [
    "ARGUMENTS",
    "CELL_SECONDS",
    "COURSE",
    "ENVIRONMENT",
    "autograding",
    "cell_seconds",
    "executing",
    "protect",
]

ARGUMENTS: Final = ("--IPKernelApp.extra_extensions=torchgrade.notebook",)
"""For ``c.Execute.extra_arguments``."""
ENVIRONMENT: Final[Mapping[str, str]] = {"PYTHONSAFEPATH": "1"}
"""For nbgrader's environment, which kernels inherit."""
COURSE: Final = "TORCHGRADE_COURSE"
"""The environment's name for the folder of the whole course, which only instructors have."""
CELL_SECONDS: Final = "TORCHGRADE_CELL_SECONDS"
"""The environment's name for how long nbgrader waits for a cell, ``c.Execute.timeout``."""

_USUAL_SECONDS: Final = 30.0
"""What nbgrader waits for a cell unless it is told otherwise."""
_MARGIN: Final = 0.1
"""Share of that time that is kept for telling how it ended."""
_EXECUTION: Final = "NBGRADER_EXECUTION"
_NOTHING: Final = ["pass\n"]


def executing() -> str:
    """What nbgrader runs this kernel for: ``autograde``, ``validate``; empty outside of it."""
    return os.environ.get(_EXECUTION, "")


def autograding() -> bool:
    return executing() == "autograde"


def protect(ip: Any) -> None:
    """Let nothing run in the IPython ``ip`` any more but graded cells.

    Nor is anything imported from beside the notebook, where a student's files lie.
    """
    # Before all others, or magics and shell commands would have become function calls.
    ip.input_transformer_manager.cleanup_transforms.insert(0, _graded_cells_only)
    here = os.path.realpath(os.curdir)
    sys.path[:] = [path for path in sys.path if path and os.path.realpath(path) != here]


def cell_seconds() -> float | None:
    """How long a cell may take if nbgrader waits for it; None if it does not."""
    if not executing():
        return None
    try:
        seconds = float(os.environ.get(CELL_SECONDS, ""))
    except ValueError:
        seconds = _USUAL_SECONDS
    return seconds * (1 - _MARGIN)


def _graded_cells_only(lines: list[str]) -> list[str]:
    """What may run of a cell: all of one that says to the letter what a graded one says.

    Wherever such a cell comes from, it can do no more than they do.
    """
    return lines if graded_exercise("".join(lines)) is not None else list(_NOTHING)
