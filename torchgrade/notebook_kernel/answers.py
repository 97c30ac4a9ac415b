"""The answer to an exercise: what ran in the kernel, or what stands in the notebook's file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Final

from torchgrade.course import Exercise
from torchgrade.definitions import top_level_names
from torchgrade.errors import N_, UserError
from torchgrade.filetree import Folder, Reason
from torchgrade.intake.answers import Part, read_parts
from torchgrade.intake.cell_source import as_python
from torchgrade.intake.notebook import MAX_NOTEBOOK, Cell, cells_of, duplicates, source_of
from torchgrade.notebook_kernel.record import Ran, Record
from torchgrade.notebooks.names import answer_id, assignment_name, cell_id, is_ours
from torchgrade.submission import Absent, Answer, Unreadable, answer_in_text

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
    CHANGED = N_(
        "This is about the answer as it ran last. Its cell was changed since then: run it again."
    )


@dataclass(frozen=True)
class Told:
    """An answer, and what there is to say about where it comes from."""

    answer: Answer
    remark: Remark | None = None


def in_kernel(record: Record, exercise: Exercise, folder: Path) -> Told:
    """The answer that a student who works in ``folder`` ran last.

    Raises `UserError` if no answer has run in this kernel.
    """
    notebook = _Notebook.of(exercise, folder)
    names = top_level_names(exercise.stub)
    ran = record.last_of({cell_id(answer_id(exercise.name)), *notebook.ids})
    if ran is not None:
        remark = None
        # Other answers may define the same, and are no sign that somebody got lost.
        if not all(is_ours(other.cell) for other in record.defined_since(ran, names)):
            remark = Remark.REDEFINED
        elif notebook.changed_since(ran):
            remark = Remark.CHANGED
        return Told(notebook.answer(ran.source), remark)
    definition = record.last_defining(names)
    if definition is not None:
        remark = Remark.ELSEWHERE if record.names_cells else None
        return Told(notebook.answer(definition.source), remark)
    raise UserError(
        N_("No answer to `{name}` has run yet."),
        N_("Run the cell with your answer first, and then this one again."),
        {"name": exercise.name},
    )


def in_validation(record: Record, exercise: Exercise, folder: Path) -> Answer:
    """The answer in the notebook that nbgrader is validating, which it does not name.

    It has run the whole notebook in this kernel, so the file is that notebook if what it holds
    has run.
    """
    notebook = _Notebook.of(exercise, folder)
    if isinstance(notebook.saved, str) and record.last_with(notebook.saved):
        return notebook.answer(notebook.saved)
    ran = record.last_defining(top_level_names(exercise.stub))
    return notebook.answer(notebook.saved if ran is None else ran.source)


def handed_in(exercise: Exercise, folder: Path) -> Answer:
    """The answer that was submitted, if nbgrader is grading it in ``folder``.

    nbgrader runs a copy that it has changed. The answer comes from what the student handed in, as
    in all other ways of grading. Elsewhere it is the answer in the notebook in ``folder``.
    """
    # autograded/STUDENT/ASSIGNMENT
    if len(folder.parts) > 3 and folder.parts[-3] == _AUTOGRADED:
        root = folder.parents[2]
        submitted = root / _SUBMITTED / folder.relative_to(root / _AUTOGRADED)
        if submitted.is_dir():
            handed_out = f"{folder.name}.ipynb"
            part = Part(Folder(submitted), exercise.chapter, notebook=handed_out)
            return read_parts([part], [exercise], ordered=False).answers[exercise.key]
    notebook = _Notebook.of(exercise, folder)
    return notebook.answer(notebook.saved)


@dataclass(frozen=True)
class _Notebook:
    """The notebook that an exercise is answered in, as it was saved last."""

    path: Path
    cells: Sequence[Cell] = ()
    """Those that the answer is in, all but for mishaps one."""
    broken: Reason | None = None

    @classmethod
    def of(cls, exercise: Exercise, folder: Path) -> _Notebook:
        """The one in ``folder`` that has the answer cell, or else the one that should."""
        usual = f"{assignment_name(exercise.chapter)}.ipynb"
        found = cls._read(folder / usual, exercise)
        if found.cells or found.path.exists():
            return found
        others = (cls._read(path, exercise) for path in sorted(folder.glob("*.ipynb")))
        return next((other for other in others if other.cells), found)

    @classmethod
    def _read(cls, path: Path, exercise: Exercise) -> _Notebook:
        data = Folder(path.parent).read(path.name, MAX_NOTEBOOK)
        if data is None:
            return cls(path)
        if isinstance(data, Reason):
            broken = Reason.NOTEBOOK_TOO_LARGE if data is Reason.TOO_LARGE else data
            return cls(path, broken=broken)
        cells = cells_of(data)
        if isinstance(cells, Reason):
            return cls(path, broken=cells)
        wanted = answer_id(exercise.name)
        return cls(path, duplicates(cells, wanted, [wanted]))

    @property
    def ids(self) -> frozenset[str]:
        """nbformat's ids of the answer cell, which may have been pasted into the notebook."""
        return frozenset(cell.id for cell in self.cells if cell.id)

    @property
    def saved(self) -> str | Reason | None:
        """The text of the answer cell."""
        return self.broken or source_of(self.cells)

    def answer(self, source: str | Reason | None) -> Answer:
        """``source``, which stands in this notebook, as an answer."""
        if source is None:
            return Absent(self.path)
        if isinstance(source, Reason):
            return Unreadable(self.path, source)
        return answer_in_text(self.path, as_python(source))

    def changed_since(self, ran: Ran) -> bool:
        """Whether the answer was changed and saved, but not run, after ``ran``."""
        if not isinstance(self.saved, str) or self.saved.strip() == ran.source.strip():
            return False
        try:
            return self.path.stat().st_mtime > ran.at
        except OSError:
            return False
