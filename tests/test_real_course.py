"""The project's own course, however many exercises it has: what can be told without running any."""

# nbformat's functions have no types.
# mypy: allow-untyped-calls

from __future__ import annotations

import ast
from typing import Final

import nbformat
import pytest

from tests.leaks import secrets_of, squeezed
from tests.ten_exercises import PROJECT
from torchgrade.course import Chapter, Course, Exercise, load
from torchgrade.notebooks.source import source_notebook
from torchgrade.release.visible import strip

COURSE: Final[Course] = load(PROJECT)


@pytest.mark.parametrize("language", COURSE.languages)
@pytest.mark.parametrize("chapter", COURSE.chapters, ids=lambda chapter: chapter.name)
def test_each_chapter_is_a_notebook(chapter: Chapter, language: str) -> None:
    """With an answer cell for each exercise, whatever its stub looks like."""
    contents = source_notebook(COURSE, chapter, language).contents
    notebook = nbformat.reads(contents.decode(), 4)
    nbformat.validate(notebook)
    names = {cell.metadata.nbgrader.grade_id for cell in notebook.cells}
    assert {exercise.name for exercise in chapter.exercises} <= names


@pytest.mark.parametrize("exercise", COURSE.exercises, ids=lambda exercise: exercise.name)
def test_a_grader_can_be_handed_out(exercise: Exercise) -> None:
    """Its visible tests stand without its misconceptions, and then none of its secrets is left."""
    source = exercise.grader.read_text(encoding="utf-8")
    stripped = strip(source, visible_tests(source))
    assert stripped.entangled == ()
    written = squeezed(stripped.text)
    assert [line for line in secrets_of(exercise) if line in written] == []


def visible_tests(source: str) -> set[str]:
    return {
        node.name
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef)
        and node.name.startswith("test_")
        and not any(ast.unparse(mark).startswith("hidden") for mark in node.decorator_list)
    }
