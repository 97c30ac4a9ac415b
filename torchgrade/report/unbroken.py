"""Chinese text in Markdown, whose line breaks would show as spaces."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["unbroken"]

_FENCED: Final = re.compile(r"(^```.*?^```)", re.MULTILINE | re.DOTALL)
_CHINESE: Final = r"[\u2014\u2026\u3000-\u9fff\uff00-\uffef]"
# Up to three spaces: in an item of a list. More may be a block of code.
_BREAK_IN_CHINESE: Final = re.compile(rf"(?<={_CHINESE})\n {{0,3}}(?={_CHINESE})")


def unbroken(text: str) -> str:
    """Markdown without line breaks between Chinese characters."""
    parts = _FENCED.split(text)
    # Every other part is a block of code.
    parts[::2] = [_BREAK_IN_CHINESE.sub("", part) for part in parts[::2]]
    return "".join(parts)
