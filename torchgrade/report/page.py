"""The page that a terminal report is written on: inert, encodable, indented and wrapped."""

from __future__ import annotations

import re
from typing import TextIO

from rich.box import SIMPLE_HEAD, Box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text as Line

from torchgrade.i18n import catalogue
from torchgrade.report.inert import encodable, inert
from torchgrade.report.wrap import wrap
from torchgrade.text import DEFAULT_LANGUAGE

__all__ = ["Page"]

NARROWEST = 40
WIDEST = 100
"""Prose is hard to read on longer lines; a width that the caller gives is obeyed nevertheless."""

_NEEDED = "\N{CHECK MARK}\N{BALLOT X}\N{BOX DRAWINGS LIGHT HORIZONTAL}"
_ASCII_HEAD = Box("    \n    \n -- \n    \n    \n    \n    \n    \n", ascii=True)
# Spaces that only colours and more spaces follow.
_TRAILING = re.compile(r" +(?=(?:\x1b\[[0-9;]*m| )*$)", re.MULTILINE)


class Page:
    """Lines on their way to one stream.

    ``language`` is the language asked for if the stream can show it, else English; ``unicode``
    tells whether it can show more than ASCII marks.
    """

    def __init__(
        self, file: TextIO, language: str, color: bool | None, width: int | None = None
    ) -> None:
        self._file = file
        self._encoding = getattr(file, "encoding", None) or "utf-8"
        self._console = Console(
            file=file,
            width=None if width is None else max(NARROWEST, width),
            force_terminal=color,
            color_system="standard" if color else "auto",
            no_color=False if color else None,
            force_jupyter=False,
            legacy_windows=False,
            markup=False,
            emoji=False,
            highlight=False,
        )
        if width is None:
            self._console.width = min(WIDEST, max(NARROWEST, self._console.width))
        self._lines: list[Line | Table] = []
        self.width = self._console.width
        self.unicode = self._can_show(_NEEDED)
        readable = self._can_show(catalogue(language)("Points"))
        self.language = language if readable else DEFAULT_LANGUAGE

    def plain(self, text: str) -> str:
        """``text`` as this stream can show it, from whomever it came."""
        return encodable(inert(text), self._encoding)

    def blank(self) -> None:
        """An empty line, unless the last line is one or there is none yet."""
        if self._lines and self._lines[-1] != Line():
            self._lines.append(Line())

    def put(self, text: str, *, indent: int = 0, first: str = "", style: str = "") -> None:
        """A paragraph. ``first`` stands before it, and its other lines line up with the text."""
        self.put_line(Line(self.plain(text), style), indent=indent, first=Line(first))

    def put_line(self, line: Line, *, indent: int, first: Line) -> None:
        """As `put`, of a line that has several styles and went through `plain` already."""
        margin = indent + cell_len(first.plain)
        for number, part in enumerate(wrap(line, self.width - margin)):
            lead = Line(" " * indent) + first if number == 0 else Line(" " * margin)
            self._lines.append(lead + part)

    def table(self, table: Table) -> None:
        """A table whose texts went through `plain` already."""
        table.box = SIMPLE_HEAD if self.unicode else _ASCII_HEAD
        self._lines.append(table)

    def write(self) -> None:
        """Write all of it to the stream, at once."""
        with self._console.capture() as capture:
            for line in self._lines:
                # Lines are wrapped already. Rich must not wrap, crop or pad them again.
                if isinstance(line, Table):
                    self._console.print(line)
                else:
                    self._console.print(line, no_wrap=True, overflow="ignore", crop=False)
        self._file.write(_TRAILING.sub("", capture.get()))

    def _can_show(self, text: str) -> bool:
        try:
            text.encode(self._encoding)
        except UnicodeEncodeError:
            return False
        return True
