"""A student's file with colours, line numbers, and notes at the lines where it failed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import ClassVar, Final

from markupsafe import Markup
from pygments.lexer import inherit
from pygments.lexers.python import PythonLexer
from pygments.token import Comment, Keyword, Name, Number, Operator, Punctuation, String, Whitespace

from torchgrade.report.html.escape import escaped

__all__ = ["Line", "Listing", "Note", "line_count", "listing", "snippet"]

_COLOURED: Final = 50_000
"""Characters. What is longer stays black: colours take time in proportion, or worse."""
_LONGEST_LINE: Final = 2_000
_LINES: Final = 3_000
# Pygments tells hundreds of kinds of token apart; readers tell these.
_CLASSES: Final = {
    Comment: "tc",
    String.Doc: "tc",
    String: "ts",
    Number: "tn",
    Keyword.Constant: "tn",
    Keyword: "tk",
    Operator.Word: "tk",
    Name.Builtin: "tb",
    Name.Exception: "tb",
    Name.Function: "tf",
    Name.Class: "tf",
    Name.Decorator: "td",
}


@dataclass(frozen=True)
class Note:
    """What a test has to say about a line."""

    text: str
    anchor: str
    """Of the test on the page."""


@dataclass(frozen=True)
class Line:
    number: int
    code: Markup
    notes: Sequence[Note]


@dataclass(frozen=True)
class Listing:
    lines: Sequence[Line]
    left_out: int
    """Lines at the end that are too many to show."""
    wide: bool
    """Whether it takes scrolling on most screens."""


def line_count(source: str) -> int:
    """How many lines `listing` shows."""
    return min(_LINES, len(_lines(source)))


def listing(source: str, notes: Mapping[int, Sequence[Note]]) -> Listing:
    """``source`` line by line; ``notes`` are those of each line by number."""
    lines = _lines(source)
    shown = [_cut(line) for line in lines[:_LINES]]
    return Listing(
        [
            Line(number, Markup(code), notes.get(number, ()))
            for number, code in enumerate(_coloured("\n".join(shown)), 1)
        ],
        left_out=max(0, len(lines) - _LINES),
        wide=any(len(line) > 60 for line in shown),
    )


@lru_cache(maxsize=1024)
def snippet(code: str) -> Markup:
    """A few lines with colours. Kept: it is the grader's, and so the same for all students."""
    return Markup("\n".join(_coloured(code)))


def _lines(source: str) -> list[str]:
    return source.rstrip("\n").split("\n")


def _cut(line: str) -> str:
    return line if len(line) <= _LONGEST_LINE else line[:_LONGEST_LINE] + " ..."


def _coloured(source: str) -> list[str]:
    """The lines of ``source`` as HTML, no element reaching over a line's end."""
    if len(source) > _COLOURED:
        return escaped(source).split("\n")
    lines: list[list[str]] = [[]]
    for name, text in _runs(source):
        first, *others = text.split("\n")
        lines[-1].append(_element(name, first))
        lines += [[_element(name, other)] for other in others]
    return ["".join(line) for line in lines]


def _runs(source: str) -> Iterator[tuple[str, str]]:
    """(class, text) of neighbouring tokens that look alike."""
    current, texts = "", list[str]()
    for _, kind, text in _lexer().get_tokens_unprocessed(source):
        name = _class(kind)
        # White space looks the same in every colour.
        if name != current and not text.isspace():
            if texts:
                yield current, "".join(texts)
                texts = []
            current = name
        texts.append(text)
    if texts:
        yield current, "".join(texts)


def _element(name: str, text: str) -> str:
    html = escaped(text)
    return f'<span class="{name}">{html}</span>' if name and text and not text.isspace() else html


class _Lexer(PythonLexer):
    """Pygments' own, with the commonest tokens tried first: same colours in two thirds the time."""

    # Not at the start of a line, where white space decides what is a docstring.
    tokens: ClassVar = {
        "root": [
            (r"(?<=\S)[ ]+", Whitespace),
            (r"[](){},;[]+", Punctuation),
            (r"[-+*/%=<>.|&^~!]+", Operator),
            inherit,
        ]
    }


@lru_cache(maxsize=1)
def _lexer() -> PythonLexer:
    return _Lexer()


@cache
def _class(kind: object) -> str:
    """Of a kind of token or the nearest kind above it; there are about eighty."""
    while kind is not None:
        if kind in _CLASSES:
            return _CLASSES[kind]
        kind = getattr(kind, "parent", None)
    return ""
