"""Source text as tokens that stay the same when somebody renames, comments or reformats it.

Made for text of any kind: what is not Python, or is broken, has tokens too, and the time is in
proportion to the length.
"""

from __future__ import annotations

import builtins
import keyword
import re
import zlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = ["Tokens", "tokens"]

# An opening quotation mark that is never closed takes the rest of the line, or of the text, so
# that no place is looked at twice.
_TOKEN: Final = re.compile(
    r"""
    (?P<space>[ \t\f\r\\]+|\#[^\n]*)
  | (?P<line>\n)
  | (?P<text>[rbfuRBFU]{0,2}(?:
        \"\"\"(?:[^\\]|\\.)*?(?:\"\"\"|\Z) | '''(?:[^\\]|\\.)*?(?:'''|\Z)
      | "(?:[^"\\\n]|\\.)*(?:"|$|\n|\Z) | '(?:[^'\\\n]|\\.)*(?:'|$|\n|\Z)))
  | (?P<name>[^\W\d]\w*)
  | (?P<number>(?:\d|\.\d)[\w.]*)
  | (?P<sign>\*\*=?|//=?|->|:=|[-+*/%&|^<>=!@]=|<<=?|>>=?|.)
    """,
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)
# These mean the same in every file.
_KNOWN: Final = (
    frozenset(keyword.kwlist) | frozenset(dir(builtins)) | {"self", "torch", "nn", "math", "np"}
)


@dataclass(frozen=True)
class Tokens:
    """The tokens of a text; comments, docstrings and layout are none."""

    codes: npt.NDArray[np.uint64]
    """What each is. All names that the author may have chosen are one and the same."""
    starts: npt.NDArray[np.int64]
    """Where each begins in the text."""
    ends: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.codes)


def tokens(text: str) -> Tokens:
    """The tokens of ``text``."""
    codes: list[int] = []
    starts: list[int] = []
    ends: list[int] = []
    before = ""
    before_that = ""
    statement = True  # whether a statement may begin here
    depth = 0
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup
        if kind == "space":
            continue
        if kind == "line":
            statement = depth == 0
            continue
        word = match.group()
        if kind == "text":
            if statement and _ends_line(text, match.end()):
                continue  # a docstring
            shown = "text"
        elif kind == "name":
            shown = _name(word, before, before_that)
        else:
            shown = word
            if word in "([{":
                depth += 1
            elif word in ")]}":
                depth = max(0, depth - 1)
        statement = word in (":", ";") and depth == 0
        codes.append(_code(shown))
        starts.append(match.start())
        ends.append(match.end())
        before_that, before = before, word
    return Tokens(
        np.array(codes, dtype=np.uint64),
        np.array(starts, dtype=np.int64),
        np.array(ends, dtype=np.int64),
    )


def _name(word: str, before: str, before_that: str) -> str:
    if before == ".":
        # A method or function of somebody else's can't be renamed; one's own attributes can.
        return "name" if before_that == "self" else word
    return word if word in _KNOWN else "name"


def _ends_line(text: str, at: int) -> bool:
    """Whether nothing but a comment follows on the line."""
    return re.compile(r"[ \t]*(?:#[^\n]*)?(?:\n|\Z)").match(text, at) is not None


@lru_cache(maxsize=4096)
def _code(shown: str) -> int:
    """The same number in every process, unlike `hash`."""
    return zlib.crc32(shown.encode("utf-8", "surrogatepass")) + 1
