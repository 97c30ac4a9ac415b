"""A class as one JSON document: marks, and results with every outcome.

The format is documented in ``docs/export.md`` and ``class.schema.json``. It is written as it goes,
so that memory doesn't grow with the class.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import IO

from torchgrade.export.figures import rounded
from torchgrade.marks import ChapterMark, ClassMarks, ExerciseMark
from torchgrade.report.json_ import to_json
from torchgrade.result import ExerciseResult
from torchgrade.roster import Person

__all__ = ["FORMAT", "write_json"]

FORMAT = 1
"""Raised when a key is removed or changes its meaning; new keys may come without."""


def write_json(
    marks: ClassMarks,
    results: Iterable[tuple[str, ExerciseResult]],
    stream: IO[bytes],
    *,
    language: str,
    versions: Mapping[str, str],
) -> int:
    """Write marks and then (student id, result) pairs; returns how many pairs there were."""
    head = {
        "format": FORMAT,
        "versions": dict(versions),
        "language": language,
        "course": _text(marks.course.to(language)),
        "chapters": [
            {"chapter": name, "title": _text(title.to(language))}
            for name, title in marks.chapters.items()
        ],
    }
    stream.write(_dumped(head)[:-1] + b',\n"students": [')
    for index, person in enumerate(marks.people):
        stream.write((b",\n" if index else b"\n") + _dumped(_student(marks, person)))
    stream.write(b'\n],\n"results": [')
    count = 0
    for student, result in results:
        stream.write((b",\n" if count else b"\n") + _dumped(_result(marks, student, result, head)))
        count += 1
    stream.write(b"\n]}\n")
    return count


def _student(marks: ClassMarks, person: Person) -> dict[str, object]:
    of = marks.marks.get(person.id, {})
    return {
        "student": person.id,
        "name": _text(person.shown),
        "email": _text(person.email),
        "section": _text(person.section),
        "lms_id": _text(person.lms_id),
        "sis_id": _text(person.sis_id),
        "login": _text(person.login),
        "chapters": [_chapter(of[name]) for name in marks.chapters if name in of],
    }


def _chapter(mark: ChapterMark) -> dict[str, object]:
    earned, penalty = mark.earned, mark.penalty
    return {
        "chapter": mark.chapter,
        "submitted": mark.submitted.isoformat() if mark.submitted else None,
        "late_seconds": mark.lateness.by.total_seconds(),
        "keeps": mark.lateness.keeps,
        "earned": _points(earned, mark.maximum),
        "penalty": None if earned is None else _points(penalty, mark.maximum),
        "final": _points(mark.final, mark.maximum),
        "maximum": mark.maximum,
        "exercises": [_exercise(of) for of in mark.exercises],
    }


def _exercise(of: ExerciseMark) -> dict[str, object]:
    return {
        "exercise": of.exercise,
        "state": of.state.value,
        "auto": _points(of.auto, of.maximum),
        "manual": _points(of.manual, of.maximum),
        "written": _points(of.written, of.written_maximum) if of.written_maximum else None,
        "written_maximum": of.written_maximum,
        "earned": _points(of.earned, of.maximum),
        "maximum": of.maximum,
        "comment": _text(of.comment),
        "manual_comment": _text(of.manual_comment),
    }


def _result(
    marks: ClassMarks, student: str, result: ExerciseResult, head: Mapping[str, object]
) -> dict[str, object]:
    """As in ``course check --json``, and whose it is."""
    told = to_json(
        [result],
        title=marks.course,
        chapters=marks.chapters,
        language=str(head["language"]),
        versions={},
    )["exercises"]
    assert isinstance(told, list)
    (exercise,) = told
    assert isinstance(exercise, dict)
    return {"student": student, **exercise}


def _points(points: float | None, maximum: float) -> float | None:
    value = rounded(points, maximum)
    return None if value is None else float(value)


def _text(text: str) -> str:
    """``text`` without lone surrogates, which are not valid in JSON that is sent as UTF-8."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _dumped(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, allow_nan=False).encode("utf-8")
