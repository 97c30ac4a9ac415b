"""When files were last changed: weak evidence of when they were handed in.

Copying and unpacking change it, and students can set it. It is used only where an instructor asks
for it and nothing better is known.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

from torchgrade.filetree import Folder, Kind
from torchgrade.intake.answers import Part, is_junk
from torchgrade.intake.handed_file import SUFFIXES
from torchgrade.intake.model import Handed
from torchgrade.intake.trees import Selected

__all__ = ["with_file_times"]

_DEPTH = 3
"""Folders below a student's: exercises, chapter."""


def with_file_times(handed: Handed) -> Handed:
    """``handed`` with the newest time of its files, if its time is not known and they lie here.

    Files in zips and on servers have no time that could be relied on.
    """
    if handed.submitted is not None:
        return handed
    times = [os.lstat(path).st_mtime for part in handed.parts for path in _files(part)]
    if not times:
        return handed
    return replace(handed, submitted=datetime.fromtimestamp(max(times), UTC))


def _files(part: Part) -> Iterator[str]:
    tree = part.tree
    if isinstance(tree, Folder):
        yield from _below(tree, "", _DEPTH)
    elif isinstance(tree, Selected) and isinstance(tree.tree, Folder):
        for name in tree.names.values():
            yield os.path.join(tree.tree.path, name)


def _below(folder: Folder, path: str, depth: int) -> Iterator[str]:
    for name, kind in folder.entries(path):
        below = f"{path}/{name}" if path else name
        if kind is Kind.FOLDER and depth > 1 and not is_junk(name):
            yield from _below(folder, below, depth - 1)
        elif kind is Kind.FILE and name.lower().endswith(SUFFIXES):
            yield os.path.join(folder.path, below)
