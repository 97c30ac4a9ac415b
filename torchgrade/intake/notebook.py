"""The answers in a student's notebook: the source of its answer cells and nothing else.

A cell is found by the ``grade_id`` that nbgrader gave it, or by the id that it was handed out
with, if no cell has the ``grade_id``. All the rest, other cells, outputs and what the metadata
claim besides, is whatever the student made of it and is not looked at.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from torchgrade.filetree import Reason
from torchgrade.intake.cell_source import as_python
from torchgrade.notebooks.names import cell_id
from torchgrade.submission import MAX_SIZE

__all__ = [
    "MAX_NOTEBOOK",
    "Cell",
    "answer_cells",
    "cells_of",
    "duplicates",
    "language_of",
    "source_of",
]

MAX_NOTEBOOK: Final = 32 * 1024**2
"""Bytes."""


@dataclass(frozen=True)
class Cell:
    """A cell as it was handed in, whichever format the notebook has."""

    kind: str
    """What the cell says that it is; anything at all."""
    grade_id: str
    """Empty if it has none."""
    id: str
    """nbformat's id; empty if it has none."""
    source: str | None
    """None if what stands in its place is no text."""
    raw: Mapping[str, Any]
    """The cell itself."""


def cells_of(data: bytes) -> Sequence[Cell] | Reason:
    """The cells of a notebook in format 3 or 4, or why there are none to be read."""
    try:
        notebook = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):  # not UTF-8, not JSON, a number of 5,000 digits
        return Reason.NOT_NOTEBOOK
    if not isinstance(notebook, dict):
        return Reason.NOT_NOTEBOOK
    match notebook.get("nbformat"):
        case 4:
            cells = notebook.get("cells")
        case 3:
            cells = _in_worksheets(notebook.get("worksheets"))
        case number:
            return Reason.NOTEBOOK_FORMAT if isinstance(number, int) else Reason.NOT_NOTEBOOK
    if not isinstance(cells, list):
        return Reason.NOT_NOTEBOOK
    return [_cell(cell) for cell in cells if isinstance(cell, dict)]


def duplicates(cells: Sequence[Cell], grade_id: str, known: Collection[str]) -> Sequence[Cell]:
    """All cells that are the one called ``grade_id``; ``known`` are the names of all cells.

    Of several, those without any text are none, as a cell that was split leaves one.
    """
    found = [cell for cell in cells if cell.grade_id == grade_id]
    if not found:
        wanted = cell_id(grade_id)
        found = [cell for cell in cells if cell.id == wanted and cell.grade_id not in known]
    if len(found) > 1:
        found = [cell for cell in found if cell.source is None or cell.source.strip()] or found[:1]
    return found


def source_of(same: Sequence[Cell]) -> str | Reason | None:
    """The text that `duplicates` have in common, or why there is none; None if they are none."""
    if not same:
        return None
    sources = [cell.source for cell in same]
    first = sources[0]
    if first is None or None in sources:
        return Reason.NOT_NOTEBOOK
    if len({_comparable(source) for source in sources if source is not None}) > 1:
        return Reason.CELL_TWICE
    return first


def answer_cells(data: bytes, ids: Collection[str]) -> Mapping[str, str | Reason] | Reason:
    """The answers in the cells whose ``grade_id`` is one of ``ids``, or why they can't be used.

    They are Python, as `as_python` makes it. The result is one reason if the notebook as a whole
    can't be read.
    """
    cells = cells_of(data)
    if isinstance(cells, Reason):
        return cells
    found: dict[str, str | Reason] = {}
    for grade_id in ids:
        source = source_of(duplicates(cells, grade_id, ids))
        if source is None:
            continue
        # What is larger is no answer anyway.
        usable = not isinstance(source, Reason) and len(source) <= MAX_SIZE
        found[grade_id] = as_python(source) if usable else source
    return found


def language_of(data: bytes) -> str | None:
    """The language that a notebook was built in; None if it can't be told."""
    try:
        language = json.loads(data)["metadata"]["torchgrade"]["language"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return language if isinstance(language, str) else None


def _in_worksheets(worksheets: object) -> list[object] | None:
    """Format 3 has cells on sheets, of which nobody ever made a second one."""
    if not isinstance(worksheets, list):
        return None
    found: list[object] = []
    for sheet in worksheets:
        cells = sheet.get("cells") if isinstance(sheet, dict) else None
        if isinstance(cells, list):
            found += cells
    return found


def _cell(raw: Mapping[str, Any]) -> Cell:
    kind = raw.get("cell_type")
    source = raw.get("source", raw.get("input"))  # "input" is format 3
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    return Cell(
        kind if isinstance(kind, str) else "",
        _grade_id(raw),
        _text(raw.get("id")),
        source if isinstance(source, str) else None,
        raw,
    )


def _grade_id(cell: object) -> str:
    for key in ("metadata", "nbgrader", "grade_id"):
        cell = cell.get(key) if isinstance(cell, dict) else None
    return _text(cell)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _comparable(source: str) -> str:
    """Without what nobody sees: kinds of line ends, and space at the end."""
    return source.replace("\r\n", "\n").replace("\r", "\n").rstrip()
