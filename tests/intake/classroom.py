"""A course and helpers that the tests of reading share."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

from torchgrade.course import Course, Exercise, read
from torchgrade.intake import Handed, Intake
from torchgrade.roster import Person, Roster
from torchgrade.submission import Absent, Source, Unreadable

COURSE: Course = read(
    """\
format: 1
title: {en: Tiny}
languages: [en]
chapters:
  ch03_indexing:
    title: {en: Indexing}
    exercises: {gather: {points: 4}, where: {points: 1}}
  ch06_autograd:
    title: {en: Autograd}
    exercises: {detach_semantics: {points: 6}}
""",
    Path("/c/course.yml"),
)
GATHER, WHERE, DETACH = COURSE.exercises
NOBODY = Roster()


def roster(*people: Person) -> Roster:
    return Roster({person.id: person for person in people})


ADA = Person("ada", "Ada Lovelace", "Ada", "Lovelace", lms_id="123", login="al1")
ALAN = Person("alan", "Alan Turing", "Alan", "Turing", lms_id="124")
CLASS = roster(ADA, ALAN)


def write(folder: Path, files: dict[str, bytes | str]) -> Path:
    """Make ``files`` in ``folder``."""
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data.encode() if isinstance(data, str) else data)
    return folder


def told(intake: Intake) -> dict[str, str]:
    """What was given to nobody: {file name: reason}."""
    return {os.path.basename(left.origin): str(left.reason) for left in intake.unattributed}


def students(intake: Intake) -> list[str]:
    return [handed.student for handed in intake.handed]


def answer_of(handed: Handed, exercise: Exercise = GATHER) -> Source | Absent | Unreadable:
    return handed.read(COURSE.exercises)[exercise.key]


def text_of(handed: Handed, exercise: Exercise = GATHER) -> str:
    answer = answer_of(handed, exercise)
    assert isinstance(answer, Source), answer
    return answer.text


def code(
    source: str | Sequence[str], grade_id: str | None, kind: str = "code"
) -> dict[str, object]:
    """A cell as nbgrader marks it."""
    metadata = {} if grade_id is None else {"nbgrader": {"grade_id": grade_id, "solution": True}}
    return {"cell_type": kind, "metadata": metadata, "source": source, "outputs": []}


def notebook(*cells: dict[str, object], nbformat: object = 4) -> bytes:
    return json.dumps({"nbformat": nbformat, "metadata": {}, "cells": list(cells)}).encode()
