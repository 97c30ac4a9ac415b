"""Text that came from a submission, made harmless to print.

A student's exception message or output may hold terminal escapes, line-direction overrides or
halves of surrogate pairs. None of these may reach a terminal or decide how a report looks.
"""

from __future__ import annotations

import unicodedata

__all__ = ["encodable", "inert", "one_line"]

# Control, format (direction overrides, joiners), lone surrogates, line and paragraph separators.
_ACTIVE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_ELLIPSIS = "..."


def inert(text: str) -> str:
    """``text`` with line feeds kept, tabs widened and all else that acts on a terminal escaped."""
    lines = text.replace("\r\n", "\n").expandtabs(4)
    if lines.isascii() and lines.replace("\n", "").isprintable():
        return lines
    return "".join(
        _escape(char) if char != "\n" and unicodedata.category(char) in _ACTIVE else char
        for char in lines
    )


def one_line(text: str, limit: int = 300) -> str:
    """`inert`, with each run of white space as one space, cut to ``limit`` characters."""
    # Cut twice: before, so that no work is done on megabytes; after, as escapes are longer.
    line = inert(" ".join(text[: 8 * limit].split()))
    return line if len(line) <= limit else line[: limit - len(_ELLIPSIS)] + _ELLIPSIS


def encodable(text: str, encoding: str) -> str:
    """``text`` with what ``encoding`` lacks written as ``\\uXXXX``."""
    if encoding.lower().replace("-", "").replace("_", "") == "utf8":
        return text
    return text.encode(encoding, "backslashreplace").decode(encoding)


def _escape(char: str) -> str:
    code = ord(char)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
