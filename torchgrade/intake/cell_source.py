"""A notebook's cell as Python: what IPython alone understands is made a comment.

In a notebook, ``%matplotlib inline`` and ``!ls`` run. Graders have no IPython, and to Python such
lines are syntax errors. Turned into comments they keep their place, so that line numbers stay, and
whoever sees the file graded sees what was left out. Python itself never starts a statement with
one of these characters, so that no line of it is touched.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["as_python"]

_MAGIC: Final = re.compile(r"^[ \t]*[%!?]|\?[ \t]*$|=[ \t]*[%!]", re.MULTILINE)
"""Wherever this is nowhere found, there is nothing to do."""
_LINE: Final = re.compile(
    r"""
    (?P<indent>[ \t]*)
    (?: %time[ \t]+(?P<timed>[^\s?].*)  # runs the statement, and keeps what it defines
      | [%!].*
      | \?{1,2}[ \t]*[\w.*%].*
      | %{0,2}[\w.*]+(?:\[[\w'"]+\][\w.]*)*\?{1,2}[ \t]*
      | [^\W\d][\w., \[\]'"*]*=[ \t]*(?:%[^\W\d]|!).*  # an assignment of what a command gives
    )
    """,
    re.VERBOSE | re.DOTALL,
)
_TOKEN: Final = re.compile(
    r"""
    (?P<triple>'{3}|\"{3})
    | '(?:\\.|[^\\\n'])*'? | "(?:\\.|[^\\\n"])*"?
    | \#[^\n]*
    | (?P<open>[\[({])
    | (?P<close>[\])}])
    | (?P<end>\n)
    | \\. | [^'"\#\[\](){}\\\n]+ | \\
    """,
    re.VERBOSE | re.DOTALL,
)
_CELL: Final = re.compile(r"(?P<blank>(?:[ \t]*\n)*)%%(?P<name>[\w!.]+)[^\n]*")
_OTHER_LANGUAGES: Final = frozenset(
    {
        *("bash", "cmd", "script", "sh", "sx", "system", "!"),
        *("HTML", "html", "SVG", "svg", "javascript", "js", "latex", "markdown"),
        *("R", "cython", "julia", "perl", "pypy", "python2", "ruby", "sql"),
        *("file", "writefile"),
    }
)


def as_python(source: str) -> str:
    """``source`` as a module of Python would be written, line for line.

    A cell that is Python already, or that ``%%bash`` or the like makes something else, stays as it
    is. A cell that is indented as a whole is not.
    """
    # A byte order mark comes with text from files, and nobody sees it.
    source = source.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    source = _flush(source)
    if not _MAGIC.search(source):
        return source
    cell = _CELL.match(source)
    if cell is None:
        return _without_magics(source)
    if cell["name"] in _OTHER_LANGUAGES:
        return source
    start = len(cell["blank"])
    return f"{source[:start]}# {source[start : cell.end()]}{_without_magics(source[cell.end() :])}"


def _flush(source: str) -> str:
    """Without the indentation of the first line with text, which IPython takes off every line."""
    first = re.match(r"(?:[ \t]*\n)*([ \t]+)[^\s#]", source)
    if first is None:
        return source
    indent = first[1]
    return "\n".join(line.removeprefix(indent) for line in source.split("\n"))


def _without_magics(source: str) -> str:
    pieces: list[str] = []
    at = depth = 0
    starts = True
    while at < len(source):
        if starts and not depth:
            line = _LINE.fullmatch(source, at, _end_of_line(source, at))
            if line is not None:
                pieces.append(_commented(line))
                at = line.end()
        token = _TOKEN.match(source, at)
        if token is None:
            break
        end = token.end()
        if token["triple"]:
            end = _end_of_string(source, end, token["triple"])
        depth = max(0, depth + bool(token["open"]) - bool(token["close"]))
        starts = token["end"] is not None
        pieces.append(source[at:end])
        at = end
    return "".join(pieces)


def _end_of_line(source: str, at: int) -> int:
    """Where the line at ``at`` ends, lines included that a backslash continues it with."""
    end = source.find("\n", at)
    while end > at and source[end - 1] == "\\":
        end = source.find("\n", end + 1)
    return len(source) if end < 0 else end


def _end_of_string(source: str, at: int, quotes: str) -> int:
    while (end := source.find(quotes, at)) >= 0:
        before = source[at:end]
        if (len(before) - len(before.rstrip("\\"))) % 2 == 0:
            return end + len(quotes)
        at = end + 1
    return len(source)


def _commented(line: re.Match[str]) -> str:
    indent, timed = line["indent"], line["timed"]
    if timed:
        return f"{indent}{timed}  # %time"
    text = line[0].removeprefix(indent).replace("\n", "\n# ")
    # A block needs a statement.
    return f"{indent}pass  # {text}" if indent else f"# {text}"
