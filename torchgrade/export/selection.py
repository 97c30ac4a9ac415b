"""The part of a class's marks that was asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from torchgrade.course_model import Course, Exercise
from torchgrade.errors import N_, UserError
from torchgrade.marks import ClassMarks

__all__ = ["only", "whole_chapters"]


def only(marks: ClassMarks, exercises: Sequence[Exercise]) -> ClassMarks:
    """``marks`` without other exercises, and without chapters of which none is left."""
    wanted = {exercise.key for exercise in exercises}
    by_student = {
        student: {
            name: replace(mark, exercises=kept)
            for name, mark in by_chapter.items()
            if (kept := tuple(of for of in mark.exercises if of.exercise in wanted))
        }
        for student, by_chapter in marks.marks.items()
    }
    left = {name for by_chapter in by_student.values() for name in by_chapter}
    chapters = {name: title for name, title in marks.chapters.items() if name in left}
    return replace(marks, chapters=chapters, marks=by_student)


def whole_chapters(course: Course, exercises: Sequence[Exercise]) -> tuple[str, ...]:
    """The chapters that ``exercises`` make up. Raises `UserError` if one is there only in part."""
    wanted = {exercise.key for exercise in exercises}
    names = []
    for chapter in course.chapters:
        keys = {exercise.key for exercise in chapter.exercises}
        if not keys & wanted:
            continue
        if not keys <= wanted:
            raise UserError(
                N_("{chapter} is one assignment there, and only a part of it was chosen."),
                N_("Choose the whole chapter: {chapter}."),
                {"chapter": chapter.name},
            )
        names.append(chapter.name)
    return tuple(names)
