"""The answer to an exercise: what ran in the kernel, or what stands in the notebook's file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Final

from torchgrade.course import Exercise
from torchgrade.definitions import top_level_names
from torchgrade.errors import N_, UserError
from torchgrade.filetree import Folder, Reason
from torchgrade.intake.notebook import MAX_NOTEBOOK, answer_cells
from torchgrade.notebook_kernel.record import Ran, Record
from torchgrade.notebooks.names import answer_id, cell_id
from torchgrade.submission import Absent, Answer, Source, Unreadable, answer_in_text

__all__ = ["Remark", "Told", "handed_in", "in_kernel", "in_validation"]

_AUTOGRADED: Final = "autograded"
_SUBMITTED: Final = "submitted"


class Remark(Enum):
    """What a student should know of an answer besides its verdict; messages of the catalogue."""

    ELSEWHERE = N_(
        "This is about another cell than the answer cell, which has not run. "
        "Only the answer cell is handed in."
    )
    REDEFINED = N_(
        "This is about the answer cell, which is what is handed in. "
        "Another cell that ran after it defines the same name."
    )
    CHANGED = N_("This is about the answer as it ran last. Its cell has been changed since.")


@dataclass(frozen=True)
class Told:
    """An answer, and what there is to say about where it comes from."""

    answer: Answer
    remark: Remark | None = None


def in_kernel(record: Record, exercise: Exercise, folder: Path) -> Told:
    """The answer that a student who works in ``folder`` ran last.

    Raises `UserError` if no answer has run in this kernel.
    """
    path = _notebook(exercise, folder)
    definition = record.last_defining(top_level_names(exercise.stub))
    ran = record.last_of(_cells(path, exercise))
    if ran is not None:
        remark = None
        if definition is not None and record.before(ran, definition):
            remark = Remark.REDEFINED
        elif _changed_since(ran, path, exercise):
            remark = Remark.CHANGED
        return Told(answer_in_text(path, ran.source), remark)
    if definition is not None:
        remark = Remark.ELSEWHERE if record.names_cells else None
        return Told(answer_in_text(path, definition.source), remark)
    raise UserError(
        N_("No answer to {name} has run yet."),
        N_("Run the cell with your answer first, and then this one again."),
        {"name": exercise.name},
    )


def in_validation(record: Record, exercise: Exercise, folder: Path) -> Answer:
    """The answer in the notebook that nbgrader is validating, which it does not name.

    It has run the whole notebook in this kernel, so the file is that notebook if what it holds
    has run.
    """
    path = _notebook(exercise, folder)
    saved = _in_file(path, exercise)
    if isinstance(saved, Source) and record.last_with(saved.text):
        return saved
    ran = record.last_defining(top_level_names(exercise.stub))
    return saved if ran is None else answer_in_text(path, ran.source)


def handed_in(exercise: Exercise, folder: Path) -> Answer:
    """The answer in the notebook that was submitted, if nbgrader is grading it in ``folder``.

    nbgrader runs a copy that it has changed; the answer comes from what the student handed in,
    as in all other ways of grading. Elsewhere it is the answer in the notebook in ``folder``.
    """
    path = _notebook(exercise, folder)
    # autograded/STUDENT/ASSIGNMENT
    if len(folder.parts) > 3 and folder.parts[-3] == _AUTOGRADED:
        root = folder.parents[2]
        submitted = root / _SUBMITTED / folder.relative_to(root / _AUTOGRADED) / path.name
        if submitted.exists():
            path = submitted
    return _in_file(path, exercise)


def _notebook(exercise: Exercise, folder: Path) -> Path:
    """The notebook in ``folder`` that holds the answer cell, or the one that should."""
    usual = folder / f"{exercise.chapter[:4]}.ipynb"
    if not usual.exists():
        for other in sorted(folder.glob("*.ipynb")):
            if not isinstance(_in_file(other, exercise), Absent | Unreadable):
                return other
    return usual


def _in_file(path: Path, exercise: Exercise) -> Answer:
    data = Folder(path.parent).read(path.name, MAX_NOTEBOOK)
    if data is None:
        return Absent(path)
    if isinstance(data, Reason):
        reason = Reason.NOTEBOOK_TOO_LARGE if data is Reason.TOO_LARGE else data
        return Unreadable(path, reason)
    cells = answer_cells(data, [exercise.name])
    if isinstance(cells, Reason):
        return Unreadable(path, cells)
    source = cells.get(exercise.name)
    if source is None:
        return Absent(path)
    if isinstance(source, Reason):
        return Unreadable(path, source)
    return answer_in_text(path, source)


def _cells(path: Path, exercise: Exercise) -> frozenset[str]:
    """The ids that the answer cell goes by, in a notebook that may have been pasted together."""
    wanted = answer_id(exercise.name)
    return frozenset({cell_id(wanted), *_ids_in_file(path, wanted)})


def _ids_in_file(path: Path, grade_id: str) -> Iterator[str]:
    data = Folder(path.parent).read(path.name, MAX_NOTEBOOK)
    try:
        cells = json.loads(data)["cells"] if isinstance(data, bytes) else []
        for cell in cells:
            if cell["metadata"].get("nbgrader", {}).get("grade_id") == grade_id and "id" in cell:
                yield str(cell["id"])
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return  # a notebook of another form has no ids, or none that could be told


def _changed_since(ran: Ran, path: Path, exercise: Exercise) -> bool:
    """Whether the answer was changed and saved, but not run, after ``ran``."""
    saved = _in_file(path, exercise)
    if not isinstance(saved, Source) or saved.text.strip() == ran.source.strip():
        return False
    try:
        return path.stat().st_mtime > ran.at
    except OSError:
        return False
