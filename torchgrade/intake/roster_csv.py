"""A class list in CSV -> `Roster`.

Columns are told by their headers, in any order: our own, those of Canvas's gradebook export and of
Moodle's grading worksheet. Every problem is found in one go and told with its place.
"""

from __future__ import annotations

import codecs
import csv
import io
import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from difflib import SequenceMatcher
from pathlib import Path
from typing import Final, NamedTuple

from torchgrade.course_model import Course
from torchgrade.errors import N_, UserError
from torchgrade.intake.cause import Cause
from torchgrade.nearest import nearest
from torchgrade.roster import Person, Roster, student_id_problem

__all__ = ["RosterError", "RosterProblem", "read_roster"]

MAX_SIZE: Final = 64 * 1024**2
"""Bytes of a roster."""
MAX_TEXT: Final = 300
"""Characters of a cell that is used."""
MAX_EXTENSION: Final = timedelta(days=3650)

_DELIMITERS: Final = ",;\t"
_SPELLINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "id": ("id", "student id", "student", "user id", "username", "user", "学号", "学生编号"),
    "name": ("name", "full name", "student name", "display name", "姓名"),
    "first_name": ("first name", "firstname", "given name", "forename", "名"),
    "last_name": ("last name", "lastname", "surname", "family name", "姓"),
    "email": ("email", "e mail", "email address", "e mail address", "mail", "邮箱", "电子邮件"),
    "lms_id": ("lms id", "canvas id", "canvas user id", "moodle id", "participant", "identifier"),
    "sis_id": ("sis id", "sis user id", "id number", "matriculation number"),
    "login": ("login", "sis login", "sis login id", "login id"),
    "section": ("section", "sections", "group", "class", "班级", "分组"),
}
_FIELDS: Final = {spelling: name for name, known in _SPELLINGS.items() for spelling in known}
_CANVAS_FIELDS: Final = {**_FIELDS, "student": "name", "id": "lms_id"}
_EXTENSION: Final = re.compile(r"(?:extension|延期)(?:[:\s](.+))?")
_LENGTH: Final = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,3})?)\s*([a-z]+|周|天|小时|分钟|分)")
_UNITS: Final = {
    **dict.fromkeys(("w", "week", "weeks", "周"), timedelta(weeks=1)),
    **dict.fromkeys(("d", "day", "days", "天"), timedelta(days=1)),
    **dict.fromkeys(("h", "hour", "hours", "小时"), timedelta(hours=1)),
    **dict.fromkeys(("min", "minute", "minutes", "分钟", "分"), timedelta(minutes=1)),
}
_NUMBER: Final = re.compile(r"[0-9]{1,20}")
_TRAILING_NUMBER: Final = re.compile(r"\D{0,40}?([0-9]{1,20})")
_UNPRINTABLE: Final = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True)
class RosterProblem:
    """One thing that is wrong with a roster. Lines count from 1."""

    path: Path
    line: int | None
    column: str
    """The header of the column, or empty if it is not about one."""
    cause: Cause

    def worded(self, translate: Callable[[str], str]) -> str:
        place = f"{self.path}:{self.line}" if self.line is not None else f"{self.path}"
        message = self.cause
        if self.column:
            message = Cause(
                N_("column “{column}”: {problem}"), {"column": self.column, "problem": self.cause}
            )
        return f"{place}: {message.worded(translate)}"


class RosterError(UserError):
    """The roster can't be used; holds every problem found in it."""

    def __init__(self, problems: Sequence[RosterProblem]) -> None:
        super().__init__("{problems}", N_("docs/submissions.md describes the columns of a roster."))
        self.problems = tuple(problems)

    def worded(self, translate: Callable[[str], str]) -> tuple[str, str]:
        return "\n".join(p.worded(translate) for p in self.problems), translate(self.remedy)


class _Column(NamedTuple):
    header: str
    field: str
    """A field of `Person`; ``extension`` comes with a chapter."""
    chapter: str = ""


class _Row(NamedTuple):
    line: int
    cells: Sequence[str]


@dataclass
class _Reader:
    path: Path
    course: Course | None
    problems: list[RosterProblem] = field(default_factory=list)

    def report(
        self, line: int | None, column: str, message: str, values: Mapping[str, object]
    ) -> None:
        self.problems.append(RosterProblem(self.path, line, column, Cause(message, values)))


def read_roster(path: Path, course: Course | None = None) -> Roster:
    """The class in the file ``path``. With ``course``, its chapters are checked as well.

    Without a column of ids, the login is the id, else the SIS id, else what stands before the @
    of the e-mail address. Raises `RosterError` with all problems at once.
    """
    reader = _Reader(path, course)
    people: dict[str, Person] = {}
    text = _text(reader)
    if text is not None:
        header, rows = _table(reader, text)
        if header is not None:
            people = _people(reader, header, rows)
    if reader.problems:
        raise RosterError(sorted(reader.problems, key=lambda problem: problem.line or 0))
    return Roster(people)


def _text(reader: _Reader) -> str | None:
    try:
        with reader.path.open("rb") as stream:
            data = stream.read(MAX_SIZE + 1)
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        reader.report(None, "", N_("it can't be read: {reason}"), {"reason": reason})
        return None
    if len(data) > MAX_SIZE:
        reader.report(None, "", N_("it is larger than 64 MiB"), {})
        return None
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, b"PK\3\4")):
        reader.report(
            None, "", N_("it is not CSV in UTF-8; in the spreadsheet, save it as “CSV UTF-8”"), {}
        )
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        reader.report(
            data.count(b"\n", 0, error.start) + 1,
            "",
            N_("byte {byte} is not UTF-8; in the spreadsheet, save it as “CSV UTF-8”"),
            {"byte": f"0x{data[error.start]:02x}"},
        )
        return None


def _table(reader: _Reader, text: str) -> tuple[_Row | None, Sequence[_Row]]:
    """The header, None if there is none, and the rows below it that are not blank."""
    delimiter = _delimiter(text)
    rows: list[_Row] = []
    parsed = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in parsed:
            if any(cell.strip() for cell in cells) and not (
                line == 1 and cells[0].startswith("sep=")
            ):
                rows.append(_Row(line, cells))
            line = parsed.line_num + 1
    except csv.Error as error:
        reader.report(line, "", N_("it is not CSV: {reason}"), {"reason": str(error)})
        return None, ()
    if not rows:
        reader.report(None, "", N_("it is empty; its first line must name the columns"), {})
        return None, ()
    return rows[0], rows[1:]


def _delimiter(text: str) -> str:
    """What parts the cells of the first line that has any."""
    for line in text[:100_000].splitlines():
        if line.startswith("sep=") and line[4:5] in _DELIMITERS and len(line) == 5:
            return line[4]
        if line.strip():
            outside = re.sub(r'"[^"]*"', "", line)
            return max(_DELIMITERS, key=outside.count)
    return ","


def _people(reader: _Reader, header: _Row, rows: Sequence[_Row]) -> dict[str, Person]:
    columns = _columns(reader, header)
    canvas = _is_canvas(header.cells)
    used = {column.field for column in columns.values()}
    id_field: str | None = next((f for f in ("id", "login", "sis_id", "email") if f in used), None)
    if canvas and id_field != "id":
        filled = [f for f in ("login", "sis_id") if _any_filled(rows, columns, f)]
        id_field = filled[0] if filled else None
    if id_field is None:
        if not reader.problems:
            found = ", ".join(cell.strip() for cell in header.cells if cell.strip())
            reader.report(
                header.line,
                "",
                N_("no column tells who is who: read {found}; one must be id, login or email"),
                {"found": found},
            )
        return {}
    people: dict[str, Person] = {}
    places = _Places()
    for row in rows:
        if canvas and _is_not_a_student(row, columns):
            continue
        person = _person(reader, row, columns, id_field, len(header.cells))
        if person is not None and places.is_new(reader, row.line, columns, id_field, person):
            people[person.id] = person
    return people


def _is_canvas(headers: Sequence[str]) -> bool:
    names = {_plain(header) for header in headers}
    return {"student", "id"} <= names and bool(names & {"sis user id", "sis login id"})


def _is_not_a_student(row: _Row, columns: Mapping[int, _Column]) -> bool:
    """Canvas has rows for the columns' maxima and for its test student."""
    named = {column.field: _cell(row, index) for index, column in columns.items()}
    name = named.get("name", "")
    return (
        name.startswith("Points Possible")
        or name == "Student, Test"
        or not (name or named.get("lms_id"))
    )


def _cell(row: _Row, index: int) -> str:
    return row.cells[index].strip() if index < len(row.cells) else ""


def _any_filled(rows: Sequence[_Row], columns: Mapping[int, _Column], name: str) -> bool:
    """Whether a student of Canvas's export has anything in the column ``name``."""
    return any(
        _cell(row, index)
        for index, column in columns.items()
        if column.field == name
        for row in rows
        if not _is_not_a_student(row, columns)
    )


def _plain(header: str) -> str:
    return " ".join(re.split(r"[\s_\-.]+", header.strip().casefold())).strip()


def _columns(reader: _Reader, header: _Row) -> dict[int, _Column]:
    """What each column is, by its place; those that are not known are left out."""
    canvas = _is_canvas(header.cells)
    fields = _CANVAS_FIELDS if canvas else _FIELDS
    foreign = canvas or "identifier" in {_plain(cell) for cell in header.cells}
    columns: dict[int, _Column] = {}
    first: dict[str, str] = {}
    for index, cell in enumerate(header.cells):
        plain = _plain(cell)
        extension = _EXTENSION.fullmatch(plain)
        column = None
        if extension:
            chapter = _chapter(reader, header.line, cell, extension[1] or "")
            column = _Column(cell.strip(), "extension", chapter) if chapter else None
        elif plain in fields:
            column = _Column(cell.strip(), fields[plain])
        elif plain and not foreign:
            _check_unknown(reader, header.line, cell, plain)
        if column is None:
            continue
        key = column.field + column.chapter
        if key in first:
            reader.report(
                header.line,
                column.header,
                N_("it says the same as column “{other}”; keep one of them"),
                {"other": first[key]},
            )
        else:
            first[key] = column.header
            columns[index] = column
    return columns


def _check_unknown(reader: _Reader, line: int, cell: str, plain: str) -> None:
    """Other columns are allowed, unless one reads as if it were misspelt."""
    meant = nearest(plain.partition(":")[0], (*_FIELDS, "extension"))
    if meant and SequenceMatcher(None, plain.partition(":")[0], meant).ratio() >= 0.8:
        allowed = ", ".join([known[0] for known in _SPELLINGS.values()] + ["extension"])
        reader.report(
            line,
            cell.strip(),
            N_("no such column; allowed are {allowed}; did you mean “{meant}”?"),
            {"allowed": allowed, "meant": meant},
        )


def _chapter(reader: _Reader, line: int, header: str, written: str) -> str:
    """The chapter that an extension is for; ``*`` for all, empty if there is none such."""
    name = written.strip().replace(" ", "_")
    if not name or name in ("*", "all"):
        return "*"
    short = re.fullmatch(r"ch([0-9]{1,2})(_.*)?", name)
    if reader.course is not None:
        chapter = reader.course.chapter(name)
        if chapter is not None:
            return chapter.name
        names = [chapter.name for chapter in reader.course.chapters]
        near = nearest(name, names)
        values = {"name": name, "allowed": ", ".join(names), "meant": near}
        message = N_("the course has no chapter {name}; allowed are {allowed}")
        if near:
            message = N_(
                "the course has no chapter {name}; allowed are {allowed}; did you mean {meant}?"
            )
        reader.report(line, header.strip(), message, values)
    elif short:
        return f"ch{int(short[1]):02}{short[2] or ''}"
    else:
        reader.report(
            line,
            header.strip(),
            N_("{name} is not a chapter; write it as in extension:ch03"),
            {"name": name},
        )
    return ""


def _person(
    reader: _Reader, row: _Row, columns: Mapping[int, _Column], id_field: str, width: int
) -> Person | None:
    """Whoever stands in ``row``; None after a problem that leaves nobody."""
    if len(row.cells) > width and any(cell.strip() for cell in row.cells[width:]):
        reader.report(
            row.line,
            "",
            N_("{count} cells, but only {width} columns; put text with a separator in quotes"),
            {"count": len(row.cells), "width": width},
        )
        return None
    values: dict[str, str] = {}
    headers: dict[str, str] = {}
    extensions: dict[str, timedelta] = {}
    for index, column in columns.items():
        cell = _cell(row, index)
        if column.field == "extension":
            length = _length(reader, row.line, column.header, cell)
            if length is not None:
                extensions[column.chapter] = length
            continue
        if len(cell) > MAX_TEXT:
            reader.report(
                row.line,
                column.header,
                N_("it is longer than {count} characters"),
                {"count": MAX_TEXT},
            )
            cell = ""
        elif column.field != id_field:
            cell = " ".join(_UNPRINTABLE.sub(" ", cell).split())
        values[column.field] = cell
        headers[column.field] = column.header
    student = values[id_field].partition("@")[0] if id_field == "email" else values[id_field]
    problem = student_id_problem(student)
    if problem is not None:
        reader.report(
            row.line,
            headers[id_field],
            N_("read {found}, which can't be an id: {problem}"),
            {"found": repr(values[id_field]), "problem": Cause(problem)},
        )
        return None
    values["lms_id"] = _lms_id(reader, row.line, headers.get("lms_id", ""), values)
    values["id"] = student
    return Person(**_named(values), extensions=extensions)


def _named(values: Mapping[str, str]) -> dict[str, str]:
    """The values with the parts of the name that follow from each other."""
    named = dict(values)
    name = values.get("name", "")
    last, comma, first = name.partition(",")
    if comma and "," not in first and first.strip() and last.strip():
        # As lists are sorted: "Lovelace, Ada".
        named["name"] = f"{first.strip()} {last.strip()}"
        if not values.get("first_name") and not values.get("last_name"):
            named["first_name"], named["last_name"] = first.strip(), last.strip()
    return named


def _lms_id(reader: _Reader, line: int, header: str, values: Mapping[str, str]) -> str:
    """The number in ``4711`` or, as Moodle writes it in each language, ``Participant 4711``."""
    written = values.get("lms_id", "")
    number = _TRAILING_NUMBER.fullmatch(written)
    if written and number is None:
        reader.report(
            line,
            header,
            N_("read {found}; must be a number such as 4711 or Participant 4711"),
            {"found": repr(written)},
        )
    return number[1] if number else ""


def _length(reader: _Reader, line: int, header: str, written: str) -> timedelta | None:
    """The length of time that ``written`` is; None if it is empty or a problem."""
    plain = " ".join(re.sub(r"[,+]|\band\b", " ", written.casefold()).split())
    if plain in ("", "0", "-"):
        return None
    total = timedelta()
    at = 0
    while at < len(plain):
        part = _LENGTH.match(plain, at)
        unit = _UNITS.get(part[2]) if part else None
        if part is None or unit is None:
            break
        total += float(part[1]) * unit
        at = part.end() + (plain[part.end() : part.end() + 1] == " ")
    if at >= len(plain) and total <= MAX_EXTENSION:
        return total
    number = _NUMBER.fullmatch(plain)
    message = N_("read {found}; must be a length of time such as 2 days, 36 h or 2d12h")
    if number:
        message = N_(
            "read {found}; must be a length of time such as 2 days, 36 h or 2d12h;"
            " did you mean “{number} days”?"
        )
    reader.report(line, header, message, {"found": repr(written), "number": plain})
    return None


@dataclass
class _Places:
    """Where each id stands."""

    by_id: dict[str, tuple[str, int]] = field(default_factory=dict)
    """Without case, since file systems may not tell: as written, and the line."""
    by_lms_id: dict[str, int] = field(default_factory=dict)

    def is_new(
        self,
        reader: _Reader,
        line: int,
        columns: Mapping[int, _Column],
        id_field: str,
        person: Person,
    ) -> bool:
        headers = {column.field: column.header for column in columns.values()}
        written, before = self.by_id.setdefault(person.id.casefold(), (person.id, line))
        if before != line:
            message = N_("{id} is in line {line} already; give each student an id of their own")
            if written != person.id:
                message = N_(
                    "{id} differs only in case from {other} in line {line}; folders may not keep"
                    " them apart, so give one of them another id"
                )
            elif id_field == "email":
                message = N_(
                    "{id} is in line {line} already, as another address; add a column id with an"
                    " id of their own for each student"
                )
            values = {"id": person.id, "other": written, "line": before}
            reader.report(line, headers[id_field], message, values)
            return False
        if person.lms_id:
            before = self.by_lms_id.setdefault(person.lms_id, line)
            if before != line:
                reader.report(
                    line,
                    headers["lms_id"],
                    N_("{id} is in line {line} already; no two people have one number"),
                    {"id": person.lms_id, "line": before},
                )
        return True
