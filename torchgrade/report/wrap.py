"""Breaking lines of English, Chinese and code at a width counted in terminal cells.

Rich breaks at spaces only, which leaves half-empty lines in Chinese and lets a line begin with a
full stop. Here a line may also break between Chinese characters, except before closing and
after opening punctuation.
"""

from __future__ import annotations

from rich.cells import cell_len
from rich.text import Text

__all__ = ["wrap"]

_NEVER_FIRST = frozenset("，。、；：？！）》」』】”’…,.;:?!)]}%")
_NEVER_LAST = frozenset("（《「『【“‘([{")
# Punctuation that shares its code point with Latin text is one cell wide but goes with Chinese.
_QUOTES = frozenset("“”‘’…")


def wrap(text: Text, width: int) -> list[Text]:
    """``text`` as lines of at most ``width`` cells (or one character, if that is wider).

    Line feeds are kept. White space at a break is dropped; a line broken off keeps the
    indentation of the one it comes from.
    """
    lines: list[Text] = []
    for paragraph in text.split("\n", allow_blank=True):
        plain = paragraph.plain
        indent = len(plain) - len(plain.lstrip(" "))
        if indent > width // 2:
            indent = 0
        for number, line in enumerate(paragraph.divide(_breaks(plain, max(1, width), indent))):
            line.rstrip()
            lines.append(line if number == 0 else Text(" " * indent) + line)
    return lines


def _breaks(text: str, width: int, indent: int) -> list[int]:
    """Offsets at which a new line starts; all lines but the first are ``indent`` narrower."""
    starts: list[int] = []
    start, candidate, cells = 0, 0, 0
    for index, char in enumerate(text):
        if index > start and _may_break(text, index):
            candidate = index
        cells += cell_len(char)
        # A space never opens a line: it hangs over the edge and is dropped.
        if cells <= width or char == " " or index == start:
            continue
        start = candidate if candidate > start and text[start:candidate].strip() else index
        starts.append(start)
        cells = indent + cell_len(text[start : index + 1])
    return starts


def _may_break(text: str, index: int) -> bool:
    before, after = text[index - 1], text[index]
    if after == " ":
        return False
    if before == " ":
        return True
    if after in _NEVER_FIRST or before in _NEVER_LAST:
        return False
    return _is_chinese(before) or _is_chinese(after)


def _is_chinese(char: str) -> bool:
    return cell_len(char) == 2 or char in _QUOTES
