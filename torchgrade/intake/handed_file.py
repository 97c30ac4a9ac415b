"""A single file that a student handed in, and which exercise its name says that it answers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from torchgrade.course import Exercise
from torchgrade.errors import N_
from torchgrade.filetree import Tree
from torchgrade.intake.answers import Part
from torchgrade.intake.cause import Cause
from torchgrade.intake.trees import select
from torchgrade.nearest import nearest

__all__ = ["SUFFIXES", "as_name", "file_part"]

SUFFIXES: Final = (".py", ".ipynb", ".zip")
_VERSION: Final = re.compile(r"(.+)-[0-9]{1,4}", re.DOTALL)
"""What Canvas makes of a name that the student has used before."""


def as_name(text: str) -> str:
    """A file's stem as an exercise could be called."""
    return text.strip().lower().replace("-", "_").replace(" ", "_")


def file_part(
    tree: Tree, member: str, called: str, exercises: Sequence[Exercise], *, versions: bool = False
) -> Part | Cause:
    """The file ``member`` directly in ``tree``, which its student called ``called``.

    With ``versions``, ``gather-1.py`` is another version of ``gather.py``.
    """
    stem, dot, suffix = called.rpartition(".")
    suffix = dot + suffix.lower()
    if suffix not in SUFFIXES:
        return Cause(N_("only .py, .ipynb and .zip files are read"))
    if suffix == ".zip":
        return Part(select(tree, {"answers.zip": member}), zips=("answers.zip",))
    if suffix == ".ipynb":
        return Part(select(tree, {"answers.ipynb": member}))
    names = {exercise.name for exercise in exercises}
    version = _VERSION.fullmatch(stem) if versions else None
    for candidate in (stem, version[1] if version else stem):
        if as_name(candidate) in names:
            return Part(select(tree, {f"{as_name(candidate)}.py": member}))
    near = nearest(as_name(stem), names) if len(stem) <= 100 else None
    if near is None:
        return Cause(N_("{name} is not called like any exercise"), {"name": called})
    return Cause(
        N_("{name} is not called like any exercise; was {near} meant?"),
        {"name": called, "near": f"{near}.py"},
    )
