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
    """Lines of model answer, misconceptions, alternatives and hidden tests that stand nowhere else
    that students see."""
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
    texts = [exercise.stub, *map(exercise.statement, exercise.languages)]
    open_ += [file.read_text(encoding="utf-8") for file in texts]
    known = {squeezed(line) for part in open_ for line in part.splitlines()}
    for part in hiding:
        for line in part.splitlines():
            if len(squeezed(line)) > TELLING and squeezed(line) not in known:
                yield squeezed(line)


def squeezed(line: str) -> str:
    return "".join(line.split())
