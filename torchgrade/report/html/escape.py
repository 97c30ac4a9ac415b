"""What a student wrote, as HTML that shows every character of it and does nothing.

It needs nothing besides Python, as students' notebooks use it too.
"""

from __future__ import annotations

import re
import unicodedata
from html import escape
from typing import Final

__all__ = ["escaped", "with_code"]

# Beyond these few, every character is looked at.
_NOT_PLAIN: Final = re.compile(r"[^\n\t\x20-\x7e]+")
# Letters and fillers that take no ink, though Unicode counts them as printable.
_INVISIBLE: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_MARKS: Final = frozenset({"Mn", "Me"})
_MARKS_PER_LETTER: Final = 4
_CODE: Final = re.compile(r"`([^`\n]+)`")


def escaped(text: str) -> str:
    """``text`` of whomever, as characters on a page and nothing else.

    What could not be seen, or would change how other text is read (control characters, direction
    overrides, half surrogates, piles of combining marks), stands as an escape that is set apart
    from one that the author wrote. Line feeds and tabs are kept.
    """
    text = escape(text, quote=True)
    return text if text.isascii() and text.isprintable() else _NOT_PLAIN.sub(_visible, text)


def with_code(text: str) -> str:
    """`escaped`, and what stands in ``back quotes`` as code."""
    return _CODE.sub(r"<code>\1</code>", escaped(text))


def _visible(match: re.Match[str]) -> str:
    pieces: list[str] = []
    marks = 0
    for char in match.group():
        marks = marks + 1 if unicodedata.category(char) in _MARKS else 0
        seen = (char.isprintable() or char == "\u3000") and char not in _INVISIBLE
        if seen and marks <= _MARKS_PER_LETTER:
            pieces.append(char)
        else:
            name = char.encode("unicode_escape").decode("ascii")
            # Without quotation marks, this is plain text should it ever stand in an attribute.
            pieces.append(f"<i class=unseen>{name}</i>")
    return "".join(pieces)
