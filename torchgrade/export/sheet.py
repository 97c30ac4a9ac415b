"""Sheets of comma-separated values: new ones, and filling in one that came from elsewhere.

A sheet that is filled in stays as it is, byte by byte, but for the cells that are meant.
"""

from __future__ import annotations

import codecs
import csv
import io
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from torchgrade.errors import N_, UserError
from torchgrade.export.figures import figure

__all__ = ["Cell", "Sheet", "SheetError", "new_sheet", "read_sheet", "safe"]

MAX_SIZE = 64 << 20

_DELIMITERS = ",;\t"
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What spreadsheets take for the beginning of a formula; the wide forms are taken by some.
_FORMULA = "=+-@\t\r\uff1d\uff0b\uff0d\uff20"
_NUMBER = re.compile(r"[-+]?(\d+([.,]\d*)?|[.,]\d+)([eE][-+]?\d+)?")


class SheetError(UserError):
    """A sheet can't be read."""


@dataclass(frozen=True)
class Cell:
    """One cell and where it stands in the sheet's text, quotes included."""

    start: int
    end: int
    value: str


@dataclass(frozen=True)
class Sheet:
    """A sheet that was read. ``rows[0]`` is its header; rows may differ in length."""

    path: Path
    text: str
    rows: tuple[tuple[Cell, ...], ...]
    encoding: str
    bom: bytes
    delimiter: str

    def value(self, row: int, column: int | None) -> str:
        """What stands there; ``""`` beyond the end of a row and for no column."""
        cells = self.rows[row]
        return cells[column].value if column is not None and column < len(cells) else ""

    @property
    def header(self) -> tuple[str, ...]:
        return tuple(cell.value for cell in self.rows[0])

    def filled(self, cells: Mapping[tuple[int, int], str], *, html: bool = False) -> bytes:
        """The sheet with other texts in ``cells``, which are named by row and column.

        ``html`` writes what the sheet's encoding lacks as a character reference; without it such
        a character becomes a question mark.
        """
        edits: list[tuple[int, int, str]] = []
        beyond: dict[int, dict[int, str]] = {}
        for (row, column), value in cells.items():
            if column < len(self.rows[row]):
                cell = self.rows[row][column]
                quoted = self.text.startswith('"', cell.start)
                edits.append((cell.start, cell.end, self._quoted(value, quoted)))
            else:
                beyond.setdefault(row, {})[column] = self._quoted(value, False)
        for row, values in beyond.items():
            end = self.rows[row][-1].end
            columns = range(len(self.rows[row]), max(values) + 1)
            edits.append((end, end, "".join(self.delimiter + values.get(c, "") for c in columns)))
        parts: list[str] = []
        done = 0
        for start, end, value in sorted(edits, key=lambda edit: edit[:2]):
            parts += [self.text[done:start], value]
            done = end
        text = "".join([*parts, self.text[done:]])
        return self.bom + text.encode(self.encoding, "xmlcharrefreplace" if html else "replace")

    def _quoted(self, value: str, quoted: bool) -> str:
        needed = (
            quoted
            or value != value.strip()
            or any(char in value for char in ('"', "\r", "\n", self.delimiter))
        )
        return '"' + value.replace('"', '""') + '"' if needed else value


def read_sheet(path: Path, encoding: str | None = None) -> Sheet:
    """The sheet in ``path``, which must have a header.

    A byte order mark tells the encoding, else ``encoding``, else it is UTF-8. The delimiter is a
    comma, a semicolon or a tab, whichever the header has most of. Raises `SheetError`.
    """
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_SIZE + 1)
    except OSError as error:
        raise SheetError(
            N_("{path} can't be read: {reason}."),
            N_("Name the file that you downloaded."),
            {"path": path, "reason": os.strerror(error.errno or 0)},
        ) from None
    if len(data) > MAX_SIZE:
        raise SheetError(
            N_("{path} is larger than {limit} MiB, which no sheet of marks is."),
            N_("Name the file that you downloaded."),
            {"path": path, "limit": MAX_SIZE >> 20},
        )
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise SheetError(
            N_("{path} is a workbook, not a CSV file."),
            N_("Use the CSV that you downloaded, or save the workbook as CSV UTF-8."),
            {"path": path},
        )
    text, known, bom = _decoded(path, data, encoding)
    delimiter = _delimiter(text)
    rows = _rows(path, text, delimiter)
    if not rows or not any(cell.value.strip() for cell in rows[0]):
        raise SheetError(
            N_("{path} has no header: its first row is empty."),
            N_("Name the CSV file that you downloaded, unchanged."),
            {"path": path},
        )
    return Sheet(path, text, rows, known, bom, delimiter)


def new_sheet(rows: Iterable[Sequence[str | Decimal | None]]) -> bytes:
    """A sheet in UTF-8 with a byte order mark, so that Excel reads names as they are.

    Texts are made `safe`; numbers stand as they are.
    """
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n")
    for row in rows:
        writer.writerow([safe(v) if isinstance(v, str) else figure(v) for v in row])
    return codecs.BOM_UTF8 + stream.getvalue().encode("utf-8", "backslashreplace")


def safe(text: str) -> str:
    """``text`` so that no spreadsheet takes it for a formula: with ``'`` before it if need be.

    Numbers are left alone. NUL, at which some programs end a file, is left out.
    """
    text = text.replace("\0", "")
    begins = text[:1] + text.lstrip()[:1]
    formula = any(char in _FORMULA for char in begins)
    return f"'{text}" if formula and not _NUMBER.fullmatch(text) else text


def _decoded(path: Path, data: bytes, encoding: str | None) -> tuple[str, str, bytes]:
    for bom, name in _BOMS:
        if data.startswith(bom):
            encoding, data, found = name, data[len(bom) :], bom
            break
    else:
        found = b""
    try:
        text = data.decode(encoding or "utf-8")
    except LookupError:
        raise SheetError(
            N_("There is no encoding called {encoding}."),
            N_("Such names are utf-8, utf-16-le, cp1252 and gb18030."),
            {"encoding": encoding},
        ) from None
    except UnicodeDecodeError as error:
        raise SheetError(
            N_("{path} is not encoded as {encoding}: see row {row}."),
            N_("Name its encoding with --encoding: cp1252 as a rule, gb18030 in China."),
            {
                "path": path,
                "encoding": encoding or "utf-8",
                "row": data.count(b"\n", 0, error.start) + 1,
            },
        ) from None
    if "\0" in text:
        raise SheetError(
            N_("{path} is not a text in {encoding}: it has NUL characters."),
            N_("Name the CSV file that you downloaded, or its encoding, such as utf-16-le."),
            {"path": path, "encoding": encoding or "utf-8"},
        )
    return text, encoding or "utf-8", found


def _delimiter(text: str) -> str:
    end = min((i for i in (text.find("\n"), text.find("\r")) if i >= 0), default=len(text))
    head = re.sub(r'"[^"]*"', "", text[:end])
    return max(_DELIMITERS, key=head.count)


def _rows(path: Path, text: str, delimiter: str) -> tuple[tuple[Cell, ...], ...]:
    """The cells of each row. A closing quote ends a quoted cell; what follows it still belongs."""
    bare = re.compile(f"[^{re.escape(delimiter)}\r\n]*")
    rows: list[tuple[Cell, ...]] = []
    cells: list[Cell] = []
    place = 0
    while place < len(text) or cells:
        start, value = place, ""
        if text.startswith('"', place):
            place += 1
            while True:
                close = text.find('"', place)
                if close < 0:
                    raise SheetError(
                        N_("{path}, row {row}: a quote is opened and never closed."),
                        N_("Download the sheet anew; the end of this one is missing."),
                        {"path": path, "row": len(rows) + 1},
                    )
                value += text[place:close]
                place = close + 1
                if not text.startswith('"', place):
                    break
                value += '"'
                place += 1
        rest = bare.match(text, place)
        assert rest is not None, "the pattern matches nothing too"
        place = rest.end()
        cells.append(Cell(start, place, value + rest[0]))
        if text.startswith(delimiter, place):
            place += 1
            continue
        place += 2 if text.startswith("\r\n", place) else 1
        rows.append(tuple(cells))
        cells = []
    return tuple(rows)
