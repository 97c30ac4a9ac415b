"""The answers in a student's notebook: the source of its answer cells and nothing else.

A cell is found by the ``grade_id`` that nbgrader gave it. All the rest, other cells, outputs and
what the metadata claim besides, is whatever the student made of it and is not looked at.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping

from torchgrade.filetree import Reason

__all__ = ["MAX_NOTEBOOK", "answer_cells"]

MAX_NOTEBOOK = 16 * 1024**2
"""Bytes."""


def answer_cells(data: bytes, ids: Collection[str]) -> Mapping[str, str | Reason] | Reason:
    """The source of the cells whose grade_id is one of ``ids``, or why it can't be used.

    The result is one reason if the notebook as a whole can't be read.
    """
    try:
        notebook = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):  # not UTF-8, not JSON, a number of 5,000 digits
        return Reason.NOT_NOTEBOOK
    if not isinstance(notebook, dict):
        return Reason.NOT_NOTEBOOK
    if notebook.get("nbformat") != 4:
        known = isinstance(notebook.get("nbformat"), int)
        return Reason.NOTEBOOK_FORMAT if known else Reason.NOT_NOTEBOOK
    cells = notebook.get("cells")
    if not isinstance(cells, list):
        return Reason.NOT_NOTEBOOK
    found: dict[str, str | Reason] = {}
    for cell in cells:
        grade_id = _grade_id(cell)
        if grade_id in ids:
            found[grade_id] = Reason.CELL_TWICE if grade_id in found else _source(cell)
    return found


def _grade_id(cell: object) -> str:
    """Empty if the cell has none."""
    for key in ("metadata", "nbgrader", "grade_id"):
        cell = cell.get(key) if isinstance(cell, dict) else None
    return cell if isinstance(cell, str) else ""


def _source(cell: Mapping[str, object]) -> str | Reason:
    if cell.get("cell_type") != "code":
        return Reason.CELL_TYPE
    source = cell.get("source")
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    return source if isinstance(source, str) else Reason.NOT_NOTEBOOK
