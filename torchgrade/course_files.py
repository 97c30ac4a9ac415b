"""Whether a course's folders hold the files that course.yml promises, and no others."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from torchgrade.course_model import TREES, Course
from torchgrade.nearest import nearest
from torchgrade.pictures import FOLDER, is_picture, pictures_of
from torchgrade.yamlfile import Problem

__all__ = ["check_files", "check_pictures"]


def check_files(course: Course) -> tuple[Problem, ...]:
    """What is missing under exercises/, solutions/ and graders/, and what doesn't belong there."""
    expected: dict[Path, str] = {}
    for chapter in course.chapters:
        for language in course.languages:
            readme = course.readme(chapter.name, language)
            expected[readme] = f"the introduction of {chapter.name} in {language!r}"
        for exercise in chapter.exercises:
            expected[exercise.stub] = f"the stub of {exercise.key}"
            expected[exercise.solution] = f"the solution of {exercise.key}"
            expected[exercise.grader] = f"the grader of {exercise.key}"
            for language in course.languages:
                statement = exercise.statement(language)
                expected[statement] = f"the statement of {exercise.key} in {language!r}"
                if exercise.written:
                    written = exercise.written_statement(language)
                    expected[written] = f"the written part of {exercise.key} in {language!r}"
    found: set[Path] = set()
    stray: list[Path] = []
    folders = {file.parent for file in expected}
    for tree in (course.root / name for name in TREES):
        for entry in _listing(tree):
            if entry in folders and entry.is_dir():
                files = _listing(entry)
                found.update(file for file in files if file in expected)
                stray.extend(_stray(entry, files, expected))
            else:
                stray.append(entry)
    problems = [
        Problem(file, None, f"missing: {what}")
        for file, what in expected.items()
        if file not in found
    ]
    problems += [
        Problem(file, None, f"not a file, but should be {expected[file]}")
        for file in sorted(found)
        if not file.is_file()
    ]
    lacking = [file for file in expected if file not in found]
    undeclared = {
        exercise.written_statement(language): exercise
        for exercise in course.exercises
        for language in course.languages
        if not exercise.written
    }
    for file in stray:
        if file in undeclared:
            message = f"{undeclared[file].key} has no written part; give it points with 'written'"
            problems.append(Problem(file, None, message))
            continue
        guess = nearest(file.name, (other.name for other in lacking if other.parent == file.parent))
        hint = f"; did you mean {guess!r}?" if guess else "; remove it or list it in course.yml"
        problems.append(Problem(file, None, f"belongs to no exercise{hint}"))
    return tuple(problems)


def check_pictures(course: Course, chapters: Iterable[str]) -> tuple[Problem, ...]:
    """Pictures in ``chapters`` of the course that none of their texts shows."""
    problems: list[Problem] = []
    for chapter in chapters:
        folder = course.readme(chapter, course.languages[0]).parent
        shown: set[Path] = set()
        for text in folder.glob("*.md"):
            with contextlib.suppress(OSError, UnicodeDecodeError):  # which is found elsewhere
                shown.update(pictures_of(text.read_text(encoding="utf-8"), text).values())
        for picture in _listing(folder / FOLDER):
            if is_picture(picture.name) and picture not in shown:
                problems.append(Problem(picture, None, "no text of the chapter shows it"))
    return tuple(problems)


def _stray(chapter: Path, files: list[Path], expected: Mapping[Path, str]) -> Iterator[Path]:
    """What of the ``files`` of a chapter's folder is neither expected nor a picture of a text."""
    for file in files:
        if file == chapter / FOLDER and chapter.parent.name == TREES[0] and file.is_dir():
            yield from (picture for picture in _listing(file) if not is_picture(picture.name))
        elif file not in expected:
            yield file


def _listing(folder: Path) -> list[Path]:
    """What an author put into ``folder``, with names as they are on disk (case matters)."""
    try:
        names = sorted(os.listdir(folder))
    except (FileNotFoundError, NotADirectoryError):
        return []
    return [folder / name for name in names if not _is_by_product(name)]


def _is_by_product(name: str) -> bool:
    """Whether a tool, not an author, made a file of this name (caches, editors' backups)."""
    return (
        name.startswith((".", "#"))
        or name.endswith(("~", ".bak", ".orig", ".rej", ".swp", ".tmp", ".pyc"))
        or ".bak-" in name
        or name == "__pycache__"
    )
