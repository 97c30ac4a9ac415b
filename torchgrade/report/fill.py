"""Filling the placeholders of a translated message.

Translators: a placeholder stands for a number, code, a name or a word. Keep one space between it
and Chinese characters; `fill` removes the space where Chinese meets Chinese.
"""

from __future__ import annotations

import unicodedata
from string import Formatter

__all__ = ["fill"]


def fill(template: str, **values: object) -> str:
    """``template.format(**values)``, without a space where Chinese meets Chinese.

    A template leaves a space between Chinese and a placeholder, which is right for code and
    numbers and wrong for a word of Chinese. Only plain ``{name}`` fields are understood.
    """
    parts: list[str] = []
    for literal, name, _spec, _conversion in Formatter().parse(template):
        if parts and literal.startswith(" ") and _chinese(parts[-1][-1:] + literal[1:2]):
            literal = literal[1:]
        value = "" if name is None else str(values[name])
        before = (parts[-1][-1:] if parts else "") + literal
        if literal.endswith(" ") and _chinese(before[-2:-1] + value[:1]):
            literal = literal[:-1]
        parts += [part for part in (literal, value) if part]
    return "".join(parts)


def _chinese(pair: str) -> bool:
    """Whether these are two characters of Chinese text, punctuation included."""
    return len(pair) == 2 and all(unicodedata.east_asian_width(char) in "WF" for char in pair)
