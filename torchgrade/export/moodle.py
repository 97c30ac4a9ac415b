"""Moodle's offline grading worksheet, filled in.

What Moodle does with an upload (`mod/assign/feedback/offline` of moodle): it finds a student by
the number after ``Participant``; it skips grades that are empty, locked, or above the maximum, and
says nothing; it takes feedback as HTML. It reads headers in the language that whoever uploads has
chosen. A grade that was changed in Moodle after the download is kept, unless told otherwise.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import Enum

from torchgrade.errors import N_, UserError
from torchgrade.export.figures import exact, figure
from torchgrade.export.matching import Identifier, match
from torchgrade.export.notes import Export, Note
from torchgrade.export.sheet import Sheet, safe
from torchgrade.export.standing import Standing, standing
from torchgrade.marks import ChapterMark, ClassMarks
from torchgrade.report.inert import inert
from torchgrade.roster import Person

__all__ = ["Comments", "MoodleError", "comment_of", "fill_worksheet"]

IDENTIFIER, GRADE, MODIFIED = "Identifier", "Grade", "Last modified (grade)"
MAXIMUM, CHANGEABLE, FEEDBACK = "Maximum Grade", "Grade can be changed", "Feedback comments"
SCALE, EMAIL, ID_NUMBER, USERNAME = "Scale", "Email address", "ID number", "Username"

# Titles as Moodle words them in English and in Simplified Chinese, folded.
_TITLES: Mapping[str, tuple[str, ...]] = {
    IDENTIFIER: ("identifier", "标识符"),
    GRADE: ("grade", "成绩"),
    MODIFIED: ("last modified (grade)", "上次修改（评分）"),
    MAXIMUM: ("maximum grade", "最高分"),
    CHANGEABLE: ("grade can be changed", "允许更改成绩"),
    FEEDBACK: ("feedback comments",),
    SCALE: ("scale", "量表"),
    EMAIL: ("email address", "e-mail address"),
    ID_NUMBER: ("id number",),
    USERNAME: ("username",),
}
_LAST_NUMBER = re.compile(r"\D*(\d+)\s*")


class MoodleError(UserError):
    """The worksheet is not Moodle's, or doesn't fit the marks."""


class Comments(Enum):
    """How feedback is written."""

    HTML = "html"
    TEXT = "text"
    NONE = "none"


@dataclass(frozen=True)
class _Row:
    """What the worksheet says of one student."""

    number: int
    grade: str
    maximum: Decimal | None
    maximum_told: str
    locked: bool
    feedback: str


def fill_worksheet(
    sheet: Sheet,
    marks: ClassMarks,
    chapter: str,
    *,
    scale: bool = False,
    comments: Comments = Comments.HTML,
) -> Export:
    """The worksheet with the final marks of ``chapter`` and the comments that go with them.

    Only cells under Grade and Feedback comments change; every other byte is as it was. Rows whose
    grade is locked, and marks that Moodle would skip, are left and listed.

    Raises:
        MoodleError: it is no worksheet, or grades by words, or its maximum is not the chapter's
            and ``scale`` doesn't ask for conversion.
    """
    columns = _columns(sheet)
    graded = [p for p in marks.people if chapter in marks.marks.get(p.id, {})]
    found = match(sheet, range(1, len(sheet.rows)), graded, _identifiers(columns))
    notes = list(found.notes)
    comma = _comma(sheet, columns)
    cells: dict[tuple[int, int], str] = {}
    written = replaced = 0
    for person in graded:
        number = found.rows.get(person.id)
        if number is None:
            continue
        row = _row(sheet, columns, number)
        if row.locked:
            fact = N_("{student} (row {row}): Moodle doesn't let this grade be changed; left.")
            notes.append(Note(fact, {"student": person.id, "row": number + 1}))
            continue
        out_of = _out_of(sheet, row, marks.marks[person.id][chapter], scale)
        now = standing(marks, person, chapter, out_of)
        notes += now.notes
        if now.points is not None and row.maximum is not None and now.points > row.maximum:
            notes.append(_above(person, row, now))
            continue
        if now.points is not None:
            cells[number, columns[GRADE]] = figure(now.points, comma)
            written += 1
        told = comment_of(now.mark, comments) if now.mark is not None else ""
        if told and FEEDBACK in columns:
            replaced += bool(row.feedback.strip()) and row.feedback != told
            cells[number, columns[FEEDBACK]] = told
    if replaced:
        fact = N_("Feedback comments that stood in {path} and are replaced: {count}.")
        notes.append(Note(fact, {"count": replaced, "path": sheet.path}))
    if comments is not Comments.NONE and FEEDBACK not in columns:
        fact = N_("{path} has no column “{column}”, so that comments are left out.")
        notes.append(Note(fact, {"path": sheet.path, "column": FEEDBACK}))
    return Export(sheet.filled(cells, html=True), written, tuple(notes))


def comment_of(mark: ChapterMark, how: Comments) -> str:
    """The comments on a chapter, by exercise; markup in them is shown, not obeyed."""
    if how is Comments.NONE:
        return ""
    parts = [
        f"{of.exercise.rpartition('/')[2]}: {said}" if len(mark.exercises) > 1 else said
        for of in mark.exercises
        for said in (of.comment.strip(), of.manual_comment.strip())
        if said
    ]
    shown = [html.escape(inert(part), quote=False) for part in parts]
    if how is Comments.TEXT:
        return safe("\n\n".join(shown))
    return "".join(f"<p>{'<br>'.join(part.splitlines())}</p>" for part in shown)


def _columns(sheet: Sheet) -> dict[str, int]:
    """Where each known title stands. Raises MoodleError if one that is needed is missing."""
    titles = [" ".join(title.casefold().split()) for title in sheet.header]
    columns = {
        name: titles.index(wording)
        for name, wordings in _TITLES.items()
        for wording in wordings
        if wording in titles
    }
    if SCALE in columns and MAXIMUM not in columns:
        raise MoodleError(
            N_("{path}: this assignment is graded by a scale of words, not by points."),
            N_("In Moodle, set the assignment's grade to type Point, then download the sheet."),
            {"path": sheet.path},
        )
    missing = [name for name in (IDENTIFIER, GRADE, MODIFIED) if name not in columns]
    if missing:
        raise MoodleError(
            N_("{path}, row 1: the column “{column}” is missing from the grading worksheet."),
            N_("In Moodle, set your language to English and use “Download grading worksheet”."),
            {"path": sheet.path, "column": missing[0]},
        )
    if FEEDBACK not in columns and columns[MODIFIED] == len(titles) - 2:
        # Feedback comes last, whatever its title is in the language of the sheet.
        columns[FEEDBACK] = len(titles) - 1
    return columns


def _identifiers(columns: Mapping[str, int]) -> list[Identifier]:
    def participant(person: Person) -> Iterable[str]:
        return (_number(person.lms_id),)

    found = [Identifier(columns[IDENTIFIER], participant, _number)]
    for name, of in (
        (EMAIL, lambda person: (_folded(person.email),)),
        (ID_NUMBER, lambda person: (_folded(person.sis_id),)),
        (USERNAME, lambda person: (_folded(person.login),)),
    ):
        if name in columns:
            found.append(Identifier(columns[name], of, _folded))
    return found


def _number(told: str) -> str:
    """The number of ``Participant 1234``, or of ``1234``; ``""`` if it ends in none."""
    found = _LAST_NUMBER.fullmatch(told)
    return found[1] if found else ""


def _folded(text: str) -> str:
    return text.strip().casefold()


def _row(sheet: Sheet, columns: Mapping[str, int], number: int) -> _Row:
    told = sheet.value(number, columns.get(MAXIMUM)).strip()
    locked = _folded(sheet.value(number, columns.get(CHANGEABLE))) in ("no", "否")
    try:
        maximum = Decimal(told.replace(",", ".")) if told else None
    except InvalidOperation:
        raise MoodleError(
            N_("{path}, row {row}, “{column}”: {told} is not a number."),
            N_("Download the worksheet again; this one has been changed."),
            {"path": sheet.path, "row": number + 1, "column": MAXIMUM, "told": told},
        ) from None
    return _Row(
        number,
        sheet.value(number, columns[GRADE]),
        maximum,
        told,
        locked,
        sheet.value(number, columns.get(FEEDBACK)),
    )


def _out_of(sheet: Sheet, row: _Row, mark: ChapterMark, scale: bool) -> Decimal | None:
    """What to convert to; None if the marks fit as they are."""
    if row.maximum is None or row.maximum == exact(mark.maximum):
        return None
    if scale and row.maximum > 0:
        return row.maximum
    raise MoodleError(
        N_("{path}, row {row}, “{column}”: {told} points, but {chapter} has {maximum}."),
        N_("Set the maximum grade in Moodle to {maximum}, or have marks converted: --scale."),
        {
            "path": sheet.path,
            "row": row.number + 1,
            "column": MAXIMUM,
            "told": row.maximum_told,
            "chapter": mark.chapter,
            "maximum": figure(exact(mark.maximum)),
        },
    )


def _above(person: Person, row: _Row, now: Standing) -> Note:
    fact = N_("{student} (row {row}): {points} is above the maximum grade {maximum}; left.")
    values = {"student": person.id, "row": row.number + 1}
    return Note(fact, {**values, "points": figure(now.points), "maximum": row.maximum_told})


def _comma(sheet: Sheet, columns: Mapping[str, int]) -> bool:
    """Whether decimals have a comma in this sheet."""
    return any(
        re.fullmatch(r"\d+,\d+", sheet.value(row, columns.get(name)).strip())
        for row in range(1, len(sheet.rows))
        for name in (MAXIMUM, GRADE)
    )
