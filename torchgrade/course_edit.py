"""Adding an entry to course.yml as text, so that comments and layout survive."""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from torchgrade.course import (
    COURSE_FILE,
    Chapter,
    Course,
    CourseError,
    Exercise,
    chapter_number,
    read,
)
from torchgrade.errors import UserError
from torchgrade.text import Text
from torchgrade.yamlfile import MappingNode, Node, ScalarNode, decode, parse

__all__ = ["CourseEditError", "with_exercise"]


class CourseEditError(UserError):
    """course.yml can't be added to; it was not changed."""


@dataclass(frozen=True)
class _Insertion:
    """Lines to put after line ``after`` (counted from 1); ``emptied`` is a line's new wording."""

    after: int
    lines: tuple[str, ...]
    emptied: str | None = None


def with_exercise(data: bytes, course: Course, chapter: Chapter, exercise: Exercise) -> bytes:
    """``data``, the course.yml of ``course``, with an entry for ``exercise`` inserted as text.

    All else stays as it is, byte by byte. A ``chapter`` that the course doesn't have is inserted
    as well. Raises `CourseEditError` if the file's layout leaves no certain place for the entry.
    """
    text = decode(data)
    new_chapter = all(known.name != chapter.name for known in course.chapters)
    lines = text.removesuffix("\n").split("\n")
    tail = "\r" if lines[0].endswith("\r") else ""
    if not text.endswith("\n"):
        lines[-1] += tail
    where = _place(parse(text), lines, chapter, exercise, new_chapter=new_chapter)
    if where is not None:
        if where.emptied is not None:
            lines[where.after - 1] = where.emptied + tail
        lines[where.after : where.after] = [line + tail for line in where.lines]
        result = "\n".join(lines) + "\n"
        if _adds(result, course, chapter, exercise):
            marked = data.startswith(codecs.BOM_UTF8)
            return result.encode("utf-8-sig" if marked else "utf-8")
    entry = _exercise_lines(exercise, 6)
    if new_chapter:
        entry = (*_chapter_lines(chapter, 2), *entry)
    raise CourseEditError(
        "course.yml is laid out in a way that leaves no clear place for a new entry.",
        "Put its chapters and exercises on lines of their own, then try again. "
        "The entry will be:\n{entry}",
        {"entry": "\n".join(entry)},
    )


def _adds(text: str, course: Course, chapter: Chapter, exercise: Exercise) -> bool:
    """Whether ``text`` describes ``course`` with nothing but the exercise added."""
    try:
        found = read(text, course.root / COURSE_FILE)
    except CourseError:
        return False
    grown = replace(chapter, exercises=(*chapter.exercises, exercise))
    chapters = {known.name: known for known in course.chapters} | {chapter.name: grown}
    ordered = sorted(chapters.values(), key=lambda known: chapter_number(known.name))
    return found == replace(course, chapters=tuple(ordered))


def _place(
    tree: Node | None,
    lines: Sequence[str],
    chapter: Chapter,
    exercise: Exercise,
    *,
    new_chapter: bool,
) -> _Insertion | None:
    top = _entry(tree, "chapters")
    if top is None:
        return None
    key, chapters = top
    if not new_chapter:
        found = _entry(chapters, chapter.name)
        listed = _entry(found[1], "exercises") if found else None
        if listed is None:
            return None
        exercises_key, exercises = listed
        column = _column(exercises, exercises_key.column + 2)
        return _append(lines, exercises_key, exercises, _exercise_lines(exercise, column))
    column = _column(chapters, key.column + 2)
    entry = (*_chapter_lines(chapter, column), *_exercise_lines(exercise, column + 4))
    if isinstance(chapters, MappingNode) and not chapters.flow:
        earlier = [
            (name, value)
            for name, value in chapters.entries
            if isinstance(name, ScalarNode)
            and chapter_number(name.text) < chapter_number(chapter.name)
        ]
        if not earlier:
            return _Insertion(key.line, entry)
        last_name, last = earlier[-1]
        return _Insertion(_end(lines, last.last_line, last_name.column), entry)
    return _append(lines, key, chapters, entry)


def _append(
    lines: Sequence[str], key: ScalarNode, mapping: Node, entry: tuple[str, ...]
) -> _Insertion | None:
    """Put ``entry`` at the end of a mapping, which may be empty."""
    if isinstance(mapping, MappingNode) and not mapping.flow:
        return _Insertion(_end(lines, mapping.last_line, mapping.column), entry)
    line = lines[key.line - 1].rstrip()
    empty = re.fullmatch(r"(\s*[^\s#:]+:)\s*(?:\{\s*\}|~|null)?(\s*#.*)?", line)
    if empty:
        return _Insertion(key.line, entry, emptied=empty[1] + (empty[2] or ""))
    return None


def _end(lines: Sequence[str], last: int, column: int) -> int:
    """The last line of an entry whose key stands in ``column`` and whose value ends in ``last``.

    Comments that are indented further than the key belong to the entry; blank lines at its end
    don't.
    """
    end = last
    for number in range(last, len(lines)):
        stripped = lines[number].strip()
        if stripped and not (stripped.startswith("#") and _indent(lines[number]) > column):
            break
        if stripped:
            end = number + 1
    while end > 1 and not lines[end - 1].strip():
        end -= 1
    return end


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _column(mapping: Node, otherwise: int) -> int:
    block = isinstance(mapping, MappingNode) and not mapping.flow
    return mapping.column if block else otherwise


def _entry(node: Node | None, name: str) -> tuple[ScalarNode, Node] | None:
    if isinstance(node, MappingNode) and not node.flow:
        for key, value in node.entries:
            if isinstance(key, ScalarNode) and key.text == name:
                return key, value
    return None


def _chapter_lines(chapter: Chapter, column: int) -> tuple[str, ...]:
    indent = " " * column
    return (
        f"{indent}{chapter.name}:",
        f"{indent}  title: {_flow(chapter.title)}",
        f"{indent}  exercises:",
    )


def _exercise_lines(exercise: Exercise, column: int) -> tuple[str, ...]:
    indent = " " * column
    hints = (
        f"{indent}    {'  ' if number else '- '}{language}: {_quoted(wording)}"
        for hint in exercise.hints
        for number, (language, wording) in enumerate(hint)
    )
    return (
        f"{indent}{exercise.name}:",
        f"{indent}  points: {exercise.points:g}",
        f"{indent}  topics: []",
        f"{indent}  hints:",
        *hints,
    )


def _flow(text: Text) -> str:
    return "{" + ", ".join(f"{language}: {_quoted(wording)}" for language, wording in text) + "}"


def _quoted(wording: str) -> str:
    return '"' + wording.replace("\\", "\\\\").replace('"', '\\"') + '"'
