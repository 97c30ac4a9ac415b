"""The cell in which an exercise is answered, with the model answer for nbgrader to take out.

nbgrader replaces what stands between the two marks by its own placeholder. So the cell is the stub
with its last placeholder replaced by the marks and, between them, the whole model answer at module
level: its definitions come later than the stub's and take their place, and what is left without
them is the stub.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Final

__all__ = ["Answer", "Fit", "answer"]

_BEGIN: Final = "### BEGIN SOLUTION"
_END: Final = "### END SOLUTION"
_DEFINITIONS: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


class Fit(Enum):
    """Where the marks stand."""

    PLACEHOLDER = "placeholder"
    """At the stub's last ``raise NotImplementedError``: what is released is the stub."""
    NO_PLACEHOLDER = "no placeholder"
    """At the end of a stub that has none, where nbgrader will put one."""
    NOT_LAST = "not last"
    """At the end as well: code that follows the last placeholder can't follow the model answer."""


@dataclass(frozen=True)
class Answer:
    source: str
    fit: Fit


def answer(stub: str, model: str) -> Answer:
    """The cell for a stub and its model answer. Raises SyntaxError if either is no Python."""
    solution = _without_future(model)
    lines = stub.rstrip().split("\n")
    found = _last_placeholder(stub)
    if found is not None:
        before, after = lines[: found.first - 1], lines[found.last :]
        opening = [found.indent + _BEGIN, *([f"{found.indent}..."] if found.alone else [])]
        source = "\n".join([*before, *opening, "", "", *solution, "", _END, *after])
        if _model_prevails(source, model, "\n".join(after)):
            return Answer(source, Fit.PLACEHOLDER)
    source = "\n".join([*lines, "", "", _BEGIN, *solution, _END])
    return Answer(source, Fit.NO_PLACEHOLDER if found is None else Fit.NOT_LAST)


@dataclass(frozen=True)
class _Placeholder:
    first: int
    last: int
    """Lines, counted from 1."""
    indent: str
    alone: bool
    """Whether its function would be empty without it."""


def _last_placeholder(stub: str) -> _Placeholder | None:
    """The last ``raise NotImplementedError`` that has its lines to itself."""
    lines = stub.split("\n")
    last: _Placeholder | None = None
    for body in _bodies(ast.parse(stub)):
        for statement in filter(_is_placeholder, body):
            first, end = statement.lineno, statement.end_lineno or statement.lineno
            # White space, or else the line holds more.
            before = lines[first - 1].encode()[: statement.col_offset].decode()
            after = lines[end - 1].encode()[statement.end_col_offset :].decode().strip()
            if before.strip() or (after and not after.startswith("#")):
                continue
            if last is None or first > last.first:
                last = _Placeholder(first, end, before, len(body) == 1)
    return last


def _bodies(tree: ast.AST) -> Iterator[list[ast.stmt]]:
    """All lists of statements in ``tree``."""
    for node in ast.walk(tree):
        for name in ("body", "orelse", "finalbody"):
            body = getattr(node, name, None)
            if isinstance(body, list):
                yield body


def _is_placeholder(statement: ast.stmt) -> bool:
    if not isinstance(statement, ast.Raise):
        return False
    raised = statement.exc.func if isinstance(statement.exc, ast.Call) else statement.exc
    return isinstance(raised, ast.Name) and raised.id == "NotImplementedError"


def _without_future(model: str) -> list[str]:
    """The lines of a module that may stand in the middle of another."""
    lines = model.rstrip().split("\n")
    for node in reversed(ast.parse(model).body):
        if isinstance(node, ast.ImportFrom) and node.module == "__future__":
            last = node.end_lineno or node.lineno
            last += last < len(lines) and not lines[last].strip()
            del lines[node.lineno - 1 : last]
    return lines


def _model_prevails(source: str, model: str, after: str) -> bool:
    """Whether the cell is Python, and what follows the model answer in it redefines nothing."""
    try:
        ast.parse(source)
        rest = _definitions(after)
    except SyntaxError:
        return False
    own = _definitions(model)
    return all(own.get(name, told) == told for name, told in rest.items())


def _definitions(source: str) -> dict[str, str]:
    """What each name that a module binds at top level stands for, apart from docstrings."""
    found: dict[str, str] = {}
    for node in ast.parse(source).body:
        for part in ast.walk(node):
            if isinstance(part, _DEFINITIONS) and ast.get_docstring(part) is not None:
                del part.body[0]
        bound = [node.name] if isinstance(node, _DEFINITIONS) else []
        for target in node.targets if isinstance(node, ast.Assign) else ():
            bound += [part.id for part in ast.walk(target) if isinstance(part, ast.Name)]
        found |= dict.fromkeys(bound, ast.dump(node))
    return found
