"""Canvas's gradebook as CSV: a new sheet, or the downloaded one with marks filled in.

What Canvas does with an upload (`lib/gradebook_importer.rb` of canvas-lms): it finds a student by
``ID``, then by SIS ids, then by *name*, and offers to create whom it doesn't find; it finds an
assignment by the number in brackets, then by title, and offers to create what it doesn't find.
Points Possible of the sheet become the assignment's. A cell that is empty has no grade.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from torchgrade.course_model import chapter_number
from torchgrade.errors import N_, UserError
from torchgrade.export.figures import exact, figure
from torchgrade.export.matching import Identifier, match
from torchgrade.export.notes import Export, Note
from torchgrade.export.sheet import Sheet, new_sheet
from torchgrade.export.standing import standing
from torchgrade.marks import ClassMarks
from torchgrade.nearest import nearest
from torchgrade.roster import Person
from torchgrade.text import Text

__all__ = ["CanvasError", "Column", "choose_columns", "fill_sheet", "make_sheet", "students_rows"]

POINTS_POSSIBLE = "Points Possible"

_FIRST_COLUMNS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
_STUDENT_COLUMNS = {
    *_FIRST_COLUMNS,
    *("LastName", "FirstName", "Integration ID", "Root Account"),
}
_NUMBERED = re.compile(r"(?P<title>.*?)\s*\((?P<id>\d+)\)\s*", re.DOTALL)
_READ_ONLY = re.compile(r"read\s+only", re.IGNORECASE)
_HIDDEN_ROW = re.compile(r"\s*(muted|manual posting.*)?\s*", re.IGNORECASE)


class CanvasError(UserError):
    """The sheet is not Canvas's, or doesn't fit the marks."""


@dataclass(frozen=True)
class Column:
    """An assignment of the sheet."""

    index: int
    header: str

    @property
    def title(self) -> str:
        found = _NUMBERED.fullmatch(self.header)
        return found["title"].strip() if found else self.header.strip()

    @property
    def number(self) -> str:
        found = _NUMBERED.fullmatch(self.header)
        return found["id"] if found else ""


def make_sheet(
    marks: ClassMarks, language: str, headers: Mapping[str, str] | None = None
) -> Export:
    """A sheet of every student with a Canvas id and one column for each chapter.

    ``headers`` renames columns, by chapter name; the others have the chapter's title.
    """
    chapters = list(marks.chapters)
    titles = [(headers or {}).get(name, marks.chapters[name].to(language)) for name in chapters]
    notes: list[Note] = []
    rows: list[Sequence[str | Decimal | None]] = [
        [*_FIRST_COLUMNS, *titles],
        [f"    {POINTS_POSSIBLE}", "", "", "", "", *_maxima(marks, chapters)],
    ]
    written = 0
    taken: dict[str, str] = {}
    for person in marks.people:
        if not person.lms_id.isdecimal() or not person.lms_id.isascii():
            fact = N_("{student} ({name}) has no Canvas id in the roster and is left out.")
            notes.append(Note(fact, {"student": person.id, "name": person.shown}))
            continue
        if person.lms_id in taken:
            fact = N_("{student} has the same Canvas id as {other} and is left out.")
            notes.append(Note(fact, {"student": person.id, "other": taken[person.lms_id]}))
            continue
        taken[person.lms_id] = person.id
        cells: list[str | Decimal | None] = []
        for name in chapters:
            now = standing(marks, person, name)
            notes += now.notes
            cells.append(now.points)
            written += now.points is not None
        rows.append(
            [
                _sortable(person),
                Decimal(person.lms_id),
                *(person.sis_id, person.login, person.section),
                *cells,
            ]
        )
    return Export(new_sheet(rows), written, tuple(notes))


def choose_columns(
    sheet: Sheet, chapters: Mapping[str, Text], chosen: Mapping[str, str], *, all_needed: bool
) -> tuple[dict[str, Column], tuple[Note, ...]]:
    """The column for each chapter.

    Args:
        chosen: headers, titles or numbers of assignments by chapter name, as the user gave them.
            A chapter that is not in it is looked for by its title in any language and by its name.
        all_needed: a chapter without a column is an error, not a note.

    Raises:
        CanvasError: a column is not there, or is read-only, or could be several; or no chapter
            has one.
    """
    columns = _assignments(sheet)
    found: dict[str, Column] = {}
    notes: list[Note] = []
    for name, title in chapters.items():
        if name in chosen:
            found[name] = _named(sheet, columns, chosen[name])
            continue
        wanted = {_folded(wording) for _, wording in title} | {name, f"ch{chapter_number(name):02}"}
        fitting = [column for column in columns if _folded(column.title) in wanted]
        if len(fitting) > 1:
            raise _ambiguous(sheet, name, fitting)
        if fitting:
            found[name] = fitting[0]
            continue
        error = _no_column(sheet, name, title, columns)
        if all_needed:
            raise error
        notes.append(Note(error.fact, error.values))
    for name, column in found.items():
        twice = [other for other in found if other < name and found[other] == column]
        if twice:
            raise CanvasError(
                N_("{first} and {second} would both be written into the column “{column}”."),
                N_("Give each its own: --assignment {second}=TITLE."),
                {"first": twice[0], "second": name, "column": column.header},
            )
    if not found:
        name = next(iter(chapters))
        raise _no_column(sheet, name, chapters[name], columns)
    return found, tuple(notes)


def fill_sheet(
    sheet: Sheet, marks: ClassMarks, columns: Mapping[str, Column], *, scale: bool = False
) -> Export:
    """The sheet with marks in the cells of ``columns``; every other byte is as it was.

    Cells of students who are excused (``EX``) or have not been given the assignment (``N/A``) are
    left, and so are those of students whose mark is not known.

    Raises:
        CanvasError: Points Possible is not the chapter's maximum, and ``scale`` doesn't ask for
            conversion.
    """
    points_row = _points_row(sheet)
    maxima = {
        name: _possible(sheet, points_row, column, marks, name, scale)
        for name, column in columns.items()
    }
    place = {title: index for index, title in reversed(list(enumerate(sheet.header)))}
    identifiers = [Identifier(_id_column(sheet), lambda person: (person.lms_id,))]
    for title, of in (("SIS User ID", _sis_ids), ("SIS Login ID", _logins)):
        if title in place:
            identifiers.append(Identifier(place[title], of))
    graded = [person for person in marks.people if any(n in columns for n in _has(marks, person))]
    found = match(sheet, students_rows(sheet), graded, identifiers)
    notes = list(found.notes)
    comma = _comma(sheet, points_row)
    cells: dict[tuple[int, int], str] = {}
    written = 0
    for person in graded:
        row = found.rows.get(person.id)
        for name, column in columns.items() if row is not None else ():
            assert row is not None, "the loop is empty without one"
            now = standing(marks, person, name, maxima[name])
            kept = sheet.value(row, column.index).strip()
            if kept.upper() in ("EX", "N/A"):
                notes.append(_kept(sheet, row, column, person, kept))
                continue
            notes += now.notes
            if now.points is not None:
                cells[row, column.index] = figure(now.points, comma)
                written += 1
    return Export(sheet.filled(cells), written, tuple(notes))


def students_rows(sheet: Sheet) -> range:
    """Rows of students: those below Points Possible."""
    return range(_points_row(sheet) + 1, len(sheet.rows))


def _has(marks: ClassMarks, person: Person) -> Iterable[str]:
    return marks.marks.get(person.id, {})


def _maxima(marks: ClassMarks, chapters: Iterable[str]) -> list[Decimal | None]:
    return [
        next(
            (exact(of[name].maximum) for of in marks.marks.values() if name in of),
            None,
        )
        for name in chapters
    ]


def _sortable(person: Person) -> str:
    both = person.last_name and person.first_name
    return f"{person.last_name}, {person.first_name}" if both else person.shown


def _sis_ids(person: Person) -> tuple[str, ...]:
    return (person.sis_id, *_bare(person))


def _logins(person: Person) -> tuple[str, ...]:
    return (person.login, *_bare(person))


def _bare(person: Person) -> tuple[str, ...]:
    """The student's id, if it is all that is known of what Canvas calls them."""
    return () if person.lms_id or person.sis_id or person.login else (person.id,)


def _id_column(sheet: Sheet) -> int:
    header = [title.strip() for title in sheet.header]
    first = header[0].removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}")
    ids = 2 if (first, *header[1:2]) == ("LastName", "FirstName") else 1
    if len(header) > ids + 1 and header[ids] == "ID" and (ids == 2 or "Student" in first):
        return ids
    raise CanvasError(
        N_("{path}, row 1: this is not Canvas's gradebook, which begins with Student and ID."),
        N_("In Canvas, open Grades and choose Export > Export Entire Gradebook."),
        {"path": sheet.path},
    )


def _points_row(sheet: Sheet) -> int:
    _id_column(sheet)
    for row in range(1, min(4, len(sheet.rows))):
        if POINTS_POSSIBLE in sheet.value(row, 0):
            return row
        if not all(_HIDDEN_ROW.fullmatch(cell.value) for cell in sheet.rows[row]):
            break
    raise CanvasError(
        N_("{path}: the row “Points Possible” is missing below the header."),
        N_("In Canvas, open Grades and choose Export > Export Entire Gradebook."),
        {"path": sheet.path},
    )


def _assignments(sheet: Sheet) -> list[Column]:
    """Columns that marks may be written into."""
    points_row = _points_row(sheet)
    first = max(i for i, title in enumerate(sheet.header) if title in _STUDENT_COLUMNS) + 1
    return [
        Column(index, title)
        for index, title in enumerate(sheet.header)
        if index >= first and title.strip() and not _read_only(sheet, points_row, index)
    ]


def _read_only(sheet: Sheet, points_row: int, column: int) -> bool:
    return bool(_READ_ONLY.search(sheet.value(points_row, column)))


def _named(sheet: Sheet, columns: Sequence[Column], wanted: str) -> Column:
    """The column that the user named by header, by number or by title."""
    for fits in (
        [column for column in columns if column.header == wanted],
        [column for column in columns if wanted.strip() and column.number == wanted.strip()],
        [column for column in columns if _folded(column.title) == _folded(wanted)],
    ):
        if len(fits) > 1:
            raise _ambiguous(sheet, wanted, fits)
        if fits:
            return fits[0]
    if wanted in sheet.header:
        raise CanvasError(
            N_("The column “{column}” of {path} is read-only: Canvas ignores what stands in it."),
            N_("Choose the column of an assignment: {candidates}"),
            {"column": wanted, "path": sheet.path, "candidates": _listed(columns)},
        )
    guess = nearest(wanted, [column.header for column in columns])
    guess = guess or nearest(wanted, [column.title for column in columns])
    remedy = N_("Did you mean “{guess}”?") if guess else N_("Choose one of: {candidates}")
    raise CanvasError(
        N_("{path} has no assignment called “{column}”."),
        remedy,
        {"path": sheet.path, "column": wanted, "guess": guess, "candidates": _listed(columns)},
    )


def _no_column(sheet: Sheet, name: str, title: Text, columns: Sequence[Column]) -> CanvasError:
    wordings = [wording for _, wording in title]
    titles = {column.title: column.header for column in columns}
    near = next(filter(None, (nearest(wording, titles) for wording in wordings)), None)
    near = near or next((t for t in titles if any(_folded(w) in _folded(t) for w in wordings)), "")
    values = {
        "chapter": name,
        "title": next(iter(wordings), name),
        "path": sheet.path,
        "guess": titles.get(near, ""),
        "candidates": _listed(columns),
    }
    remedy = (
        N_("If it is “{guess}”, say so: --assignment {chapter}='{guess}'")
        if near
        else N_("Say which it is: --assignment {chapter}=TITLE, one of: {candidates}")
    )
    fact = N_("No assignment in {path} is called like the chapter {chapter}, “{title}”.")
    return CanvasError(fact, remedy, values)


def _ambiguous(sheet: Sheet, wanted: str, columns: Sequence[Column]) -> CanvasError:
    return CanvasError(
        N_("Several assignments in {path} fit {wanted}: {candidates}"),
        N_("Name one with its number: --assignment CHAPTER='TITLE (NUMBER)'."),
        {"path": sheet.path, "wanted": wanted, "candidates": _listed(columns)},
    )


def _listed(columns: Sequence[Column]) -> str:
    return "; ".join(column.header for column in columns[:20]) + ("; ..." * (len(columns) > 20))


def _possible(
    sheet: Sheet, row: int, column: Column, marks: ClassMarks, name: str, scale: bool
) -> Decimal | None:
    """What to convert marks to; None if they fit as they are."""
    (maximum,) = _maxima(marks, [name])
    told = sheet.value(row, column.index).strip()
    try:
        possible = Decimal(told.replace(",", "."))
    except InvalidOperation:
        possible = Decimal(0)
    if maximum is None or (possible == maximum and possible > 0):
        return None
    values = {
        "path": sheet.path,
        "row": row + 1,
        "column": column.header,
        "possible": told or "0",
        "maximum": figure(maximum),
        "chapter": name,
    }
    if possible <= 0:
        raise CanvasError(
            N_("{path}, row {row}, “{column}”: the assignment has no points."),
            N_("Set its points in Canvas to {maximum}, and download the sheet again."),
            values,
        )
    if not scale:
        raise CanvasError(
            N_("{path}, row {row}, “{column}”: {possible} points, but {chapter} has {maximum}."),
            N_("Set the points in Canvas to {maximum}, or have marks converted: --scale."),
            values,
        )
    return possible


def _comma(sheet: Sheet, points_row: int) -> bool:
    """Whether decimals have a comma in this sheet."""
    return any(re.fullmatch(r"\d+,\d+", cell.value.strip()) for cell in sheet.rows[points_row])


def _kept(sheet: Sheet, row: int, column: Column, person: Person, kept: str) -> Note:
    values = {"student": person.id, "row": row + 1, "column": column.header, "path": sheet.path}
    if kept.upper() == "EX":
        return Note(N_("{student} is excused from “{column}” (row {row}); left so."), values)
    return Note(N_("{student} has not been given “{column}” (row {row}: N/A); left so."), values)


def _folded(title: str) -> str:
    return " ".join(title.casefold().split())
