"""The files and the course.yml entry that a new exercise starts from.

What is made is a complete small exercise (double a tensor), so that its author starts from
something that passes the audit and changes it step by step.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from torchgrade import placeholder
from torchgrade.atomic import replace_file
from torchgrade.course import (
    COURSE_FILE,
    Chapter,
    Course,
    Exercise,
    chapter_name_problem,
    chapter_number,
    exercise_name_problem,
)
from torchgrade.course_edit import with_exercise
from torchgrade.errors import UserError
from torchgrade.text import Text

__all__ = ["ScaffoldError", "create"]


class ScaffoldError(UserError):
    """The exercise can't be made; nothing was written."""


def create(course: Course, name: str) -> tuple[Path, ...]:
    """Make the exercise ``name`` (``ch06/detach`` or ``ch06_autograd/detach``) in ``course``.

    A chapter that is not there yet is made as well, and must be named in full. Returns the files
    written, course.yml last. Raises `ScaffoldError`; no file is ever overwritten.
    """
    chapter_part, slash, exercise_name = name.strip().replace("-", "_").partition("/")
    if not slash:
        raise ScaffoldError(
            "{name} names no chapter.",
            "Write the chapter and the exercise, as in ch06_autograd/detach.",
            {"name": name},
        )
    problem = exercise_name_problem(exercise_name)
    if problem:
        raise ScaffoldError(
            "An exercise can't be called {name}: {problem}.",
            values={"name": repr(exercise_name), "problem": problem},
        )
    known = course.chapter(chapter_part)
    chapter = known or _new_chapter(course, chapter_part)
    if any(exercise.name == exercise_name for exercise in chapter.exercises):
        raise ScaffoldError(
            "There is already an exercise {key}.",
            "Choose another name.",
            {"key": f"{chapter.name}/{exercise_name}"},
        )
    exercise = Exercise(
        name=exercise_name,
        chapter=chapter.name,
        points=1.0,
        topics=(),
        hints=placeholder.hints(course.languages),
        limits=course.limits,
        root=course.root,
        languages=course.languages,
    )
    course_file = course.root / COURSE_FILE
    before = course_file.read_bytes()
    after = with_exercise(before, course, chapter, exercise)
    files = dict(placeholder.files(exercise))
    for language in course.languages:
        readme = course.readme(chapter.name, language)
        if not readme.exists():
            files[readme] = f"# {chapter.title.to(language)}\n"
    _write(files, course_file, after)
    return (*files, course_file)


def _new_chapter(course: Course, name: str) -> Chapter:
    problem = chapter_name_problem(name)
    if problem:
        raise ScaffoldError(
            "There is no chapter {name}, and a new one can't be called so: {problem}.",
            "The chapters are: {chapters}",
            {
                "name": name,
                "problem": problem,
                "chapters": ", ".join(chapter.name for chapter in course.chapters),
            },
        )
    for chapter in course.chapters:
        if chapter_number(chapter.name) == chapter_number(name):
            raise ScaffoldError(
                "Chapter {number} is called {chapter}.",
                "Write that name, or choose another number.",
                {"number": chapter_number(name), "chapter": chapter.name},
            )
    words = name.split("_", 1)[1].replace("_", " ")
    titles = {"zh": f"第 {chapter_number(name)} 章"}
    title = {lang: titles.get(lang, words.capitalize()) for lang in course.languages}
    return Chapter(name, Text.from_mapping(title), None, ())


def _write(files: Mapping[Path, str], course_file: Path, description: bytes) -> None:
    """Write new files and replace course.yml, or leave everything as it was."""
    for file in files:
        if os.path.lexists(file):
            raise ScaffoldError(
                "{path} exists already.",
                "Move it away or choose another name; no file is overwritten.",
                {"path": file},
            )
    written: list[Path] = []
    try:
        for file, contents in files.items():
            file.parent.mkdir(parents=True, exist_ok=True)
            with file.open("x", encoding="utf-8", newline="\n") as stream:
                written.append(file)
                stream.write(contents)
        replace_file(course_file, description)
    except OSError as error:
        for file in written:
            with suppress(OSError):
                file.unlink()
        raise ScaffoldError(
            "{path} can't be written: {reason}.",
            values={"path": error.filename or course_file, "reason": error.strerror},
        ) from error
