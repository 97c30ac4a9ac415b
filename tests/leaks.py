"""Lines of a course that students must not get to see, and how they are looked for."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Final

from torchgrade.course import Exercise

__all__ = ["secrets_of", "squeezed"]

TELLING: Final = 12
"""Lines up to this length may stand anywhere."""


def secrets_of(exercise: Exercise) -> Iterator[str]:
    """Lines of model answer, misconceptions, alternatives and hidden tests that stand nowhere in
    what students see: stub, statements, hints, explanations, and the rest of the grader."""
    source = exercise.grader.read_text(encoding="utf-8")
    hiding = [exercise.solution.read_text(encoding="utf-8")]
    open_: list[str] = []
    for node in ast.parse(source).body:
        lines = source.splitlines()[node.lineno - 1 : node.end_lineno]  # without decorators
        marks = {
            ast.unparse(mark).partition("(")[0] for mark in getattr(node, "decorator_list", [])
        }
        apart = marks & {"hidden", "misconception", "alternative"}
        (hiding if apart else open_).append("\n".join(lines))
        if "misconception" in marks:
            open_ += explanations(node)
    texts = [exercise.stub, *map(exercise.statement, exercise.languages)]
    open_ += [file.read_text(encoding="utf-8") for file in texts]
    open_ += [wording for hint in exercise.hints for _, wording in hint]
    known = "\n".join(map(squeezed, open_))
    for part in hiding:
        for line in part.splitlines():
            if len(squeezed(line)) > TELLING and squeezed(line) not in known:
                yield squeezed(line)


def explanations(node: ast.stmt) -> list[str]:
    """What the decorators of a misconception say of it."""
    return [
        part.value
        for decorator in getattr(node, "decorator_list", [])
        for part in ast.walk(decorator)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    ]


def squeezed(line: str) -> str:
    return "".join(line.split())
