"""Markdown that holds a student's text, made harmless for pages that render it.

nbgrader's pages show Markdown with all the HTML that stands in it, and have formulas typeset.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["harmless"]

# HTML takes "<" for a tag only before one of these; TeX can make a link of any text.
_TAG: Final = re.compile(r"<(?=[A-Za-z/!?])")
_LINKING: Final = re.compile(r"\\(?=(?:href|require|class|style|cssId|unicode)\b)")
_SCHEME: Final = re.compile(r"script(?=[\s\\]*:)|data(?=[\s\\]*:[a-z]+/)", re.IGNORECASE)
_ENTITY: Final = re.compile(r"&(?=#|colon|tab|newline|sol|bsol)", re.IGNORECASE)
_ACTIVE: Final = (
    (_TAG, "< "),
    (_LINKING, r"\\ "),
    (_SCHEME, r"\g<0> "),
    (_ENTITY, "& "),
)


def harmless(text: str) -> str:
    """Markdown in which no HTML is HTML, no link a script, and no formula a link.

    A space breaks each of them wherever it stands, in code too, so that it does not matter what a
    renderer takes for code.
    """
    for pattern, broken in _ACTIVE:
        text = pattern.sub(broken, text)
    return text
