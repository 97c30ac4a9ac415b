"""A chapter as the notebook that nbgrader generates an assignment from.

The same course gives the same bytes. What cells are called never changes for an exercise that keeps
its name, so that notebooks that were handed in still match after the assignment was built again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from torchgrade.course_model import Chapter, Course, Exercise
from torchgrade.errors import N_, UserError
from torchgrade.i18n import Catalogue, catalogue
from torchgrade.notebook_cells import SETUP, check_source, graded_source
from torchgrade.notebooks import names
from torchgrade.notebooks.answer_cell import Fit, answer
from torchgrade.notebooks.texts import Prose, plain, prose, read
from torchgrade.report.summary import format_points

__all__ = ["Note", "SourceNotebook", "is_as_built", "source_notebook"]

_SCHEMA: Final = 3
"""Version of nbgrader's metadata."""
_RESERVED: Final = (
    *("BEGIN SOLUTION", "END SOLUTION", "BEGIN HIDDEN TESTS", "END HIDDEN TESTS"),
    *("BEGIN MARK SCHEME", "END MARK SCHEME", "AUTOTEST"),
)
"""What nbgrader looks for in every cell."""
_KERNEL: Final = {
    "kernelspec": {
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
        "name": "python3",
    },
    "language_info": {
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "nbconvert_exporter": "python",
        "pygments_lexer": "ipython3",
    },
}


@dataclass(frozen=True)
class Note:
    """What the course's author should know of a notebook; worded where it is printed."""

    fact: str
    """A message of the catalogue with placeholders."""
    values: Mapping[str, object]


@dataclass(frozen=True)
class SourceNotebook:
    contents: bytes
    """With the model answers: for source/, never for students."""
    notes: tuple[Note, ...]


_NO_PLACEHOLDER: Final = N_(
    "{exercise}: the stub has no “raise NotImplementedError”, so nbgrader puts one at the end of "
    "the released cell, and students have to delete it."
)
_NOT_LAST: Final = N_(
    "{exercise}: code follows the stub's last “raise NotImplementedError” that can't follow the "
    "model answer, so nbgrader puts one more at the end of the released cell, and students have to "
    "delete it. Move that code up to avoid this."
)
_LOST_LINK: Final = N_(
    "{path}: the link to {target} leads nowhere from a notebook; only its words stay."
)


def source_notebook(course: Course, chapter: Chapter, language: str) -> SourceNotebook:
    """The notebook of ``chapter`` with texts in ``language``, a language of the course.

    Raises UserError if the chapter can't be a notebook, or a file of it is missing.
    """
    _refuse(chapter)
    builder = _Builder(course, catalogue(language), language)
    builder.opening(chapter)
    for exercise in chapter.exercises:
        builder.exercise(exercise)
    metadata = {"chapter": chapter.name, "language": language, "built": _digest(builder.cells)}
    notebook = {
        "cells": builder.cells,
        "metadata": {**_KERNEL, "torchgrade": metadata},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    # As nbformat writes it.
    text = json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True)
    return SourceNotebook(f"{text}\n".encode(), tuple(builder.notes))


def is_as_built(contents: bytes) -> bool:
    """Whether the cells of a notebook are as they were built, however it was saved since."""
    try:
        notebook = json.loads(contents)
        built = notebook["metadata"]["torchgrade"]["built"]
        return bool(built == _digest(notebook["cells"]))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return False


def _digest(cells: Sequence[Mapping[str, Any]]) -> str:
    told = [
        [
            cell["cell_type"],
            cell.get("id"),
            "".join(cell["source"]),
            cell["metadata"].get("nbgrader"),
            cell.get("attachments") or None,
        ]
        for cell in cells
    ]
    text = json.dumps(told, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _refuse(chapter: Chapter) -> None:
    """Raise UserError if nbgrader could not work with the notebook."""
    if not chapter.exercises:
        raise UserError(
            N_("Chapter {chapter} has no exercises."),
            N_("Build chapters that have some; “course list” shows them."),
            {"chapter": chapter.name},
        )
    taken = {names.cell_id(name): "" for name in (names.ABOUT, names.SETUP)}
    for exercise in chapter.exercises:
        if exercise.points <= 0:
            raise UserError(
                N_("Exercise {exercise} is worth no points."),
                N_("Give it points in course.yml: a cell without points can't be graded."),
                {"exercise": exercise.key},
            )
        for grade_id in _grade_ids(exercise):
            number = names.cell_id(grade_id)
            if number in taken:
                raise UserError(
                    N_(
                        "Exercise {exercise} can't be in a notebook: a cell of it would be called "
                        "{cell}, as is one of {other}."
                    )
                    if taken[number]
                    else N_(
                        "Exercise {exercise} can't be in a notebook: a cell of it would be "
                        "called {cell}, which every notebook has."
                    ),
                    N_("Call the exercise otherwise."),
                    {"exercise": exercise.key, "cell": grade_id, "other": taken[number]},
                )
            taken[number] = exercise.key


def _grade_ids(exercise: Exercise) -> Iterator[str]:
    """Of all cells of an exercise."""
    name = exercise.name
    yield from (names.statement_id(name), names.answer_id(name))
    yield from (names.check_id(name), names.test_id(name))
    if exercise.written:
        yield from (names.ask_id(name), names.written_id(name))


@dataclass
class _Builder:
    """Gathers cells, and what is to be said of them."""

    course: Course
    translate: Catalogue
    language: str
    cells: list[dict[str, Any]] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    def opening(self, chapter: Chapter) -> None:
        file = self.course.readme(chapter.name, self.language)
        about = self._prose(_opening(read(file), chapter.title.to(self.language)), file)
        about.text = f"{about.text}\n\n{_how_to_work(chapter.exercises[0], self.translate)}"
        self._markdown(names.ABOUT, about, file)
        self._code(names.SETUP, SETUP, locked=True)

    def exercise(self, exercise: Exercise) -> None:
        name = exercise.name
        file = exercise.statement(self.language)
        statement = self._prose(read(file), file)
        statement.text = "\n\n".join((statement.text, *self._below_statement(exercise)))
        self._markdown(names.statement_id(name), statement, file)
        self._code(names.answer_id(name), self._answer(exercise), solution=True)
        self._code(names.check_id(name), check_source(name), locked=True)
        tests = graded_source(name, exercise.points)
        self._code(names.test_id(name), tests, locked=True, points=exercise.points)
        if exercise.written:
            file = exercise.written_statement(self.language)
            asked = self._prose(read(file), file)
            asked.text = f"{asked.text}\n\n{self._worth(exercise.written)}"
            self._markdown(names.ask_id(name), asked, file)
            _ = self.translate
            place = _("Students write here. nbgrader replaces this text in the release.")
            cell = self._cell(names.written_id(name), "markdown", place)
            cell["metadata"]["nbgrader"] |= _worth(exercise.written) | {"solution": True}

    def _below_statement(self, exercise: Exercise) -> Iterator[str]:
        """Points, and hints that show one by one when they are opened."""
        _ = self.translate
        yield self._worth(exercise.points)
        for number, hint in enumerate(exercise.hints, start=1):
            label = _("Hint {number} of {count}").format(number=number, count=len(exercise.hints))
            words = plain(_guard(hint.to(self.language), self.course.root / "course.yml"))
            yield f"<details>\n<summary>{label}</summary>\n\n{words}\n\n</details>"

    def _worth(self, points: float) -> str:
        _ = self.translate
        told = _.ngettext("{points} point", "{points} points", 1 if points == 1 else 2)
        return f"**{told.format(points=format_points(points))}**"

    def _answer(self, exercise: Exercise) -> str:
        texts = []
        for file in (exercise.stub, exercise.solution):
            text = _guard(read(file), file)
            try:
                compile(text, str(file), "exec", dont_inherit=True)
            except (SyntaxError, ValueError) as error:
                raise UserError(
                    N_("{path} is not Python: {reason}."),
                    N_("“course audit” looks at all files of an exercise."),
                    {"path": file, "reason": error},
                ) from None
            texts.append(text)
        made = answer(*texts)
        if made.fit is not Fit.PLACEHOLDER:
            fact = _NO_PLACEHOLDER if made.fit is Fit.NO_PLACEHOLDER else _NOT_LAST
            self.notes.append(Note(fact, {"exercise": exercise.key}))
        return made.source

    def _prose(self, text: str, file: Path) -> Prose:
        made = prose(_guard(text, file), file, self.course.root)
        where = file.relative_to(self.course.root)
        self.notes += [Note(_LOST_LINK, {"path": where, "target": t}) for t in made.lost_links]
        return made

    def _markdown(self, grade_id: str, text: Prose, file: Path) -> None:
        cell = self._cell(grade_id, "markdown", text.text, locked=True)
        if text.attachments:
            cell["attachments"] = text.attachments

    def _code(
        self,
        grade_id: str,
        source: str,
        *,
        locked: bool = False,
        solution: bool = False,
        points: float | None = None,
    ) -> None:
        cell = self._cell(grade_id, "code", source, locked=locked)
        cell |= {"execution_count": None, "outputs": []}
        cell["metadata"]["nbgrader"]["solution"] = solution
        if points is not None:
            cell["metadata"]["nbgrader"] |= _worth(points)

    def _cell(
        self, grade_id: str, kind: str, source: str, *, locked: bool = False
    ) -> dict[str, Any]:
        cell = {
            "cell_type": kind,
            "id": names.cell_id(grade_id),
            "metadata": {
                "nbgrader": {
                    "grade": False,
                    "grade_id": grade_id,
                    "locked": locked,
                    "schema_version": _SCHEMA,
                    "solution": False,
                    "task": False,
                }
            },
            "source": source.splitlines(keepends=True),
        }
        self.cells.append(cell)
        return cell


def _worth(points: float) -> dict[str, object]:
    """What the metadata of a cell with points says of them."""
    return {"grade": True, "points": int(points) if points.is_integer() else points}


def _guard(text: str, file: Path) -> str:
    """``text``, which ``file`` holds. Raises UserError if nbgrader would cut into it."""
    for words in _RESERVED:
        if words in text:
            raise UserError(
                N_("{path} says “{words}”, by which nbgrader cuts cells."),
                N_("Say it otherwise."),
                {"path": file, "words": words},
            )
    return text


def _opening(readme: str, title: str) -> str:
    """What an introduction says before its first section, under a heading."""
    lines: list[str] = []
    fenced = False
    for line in readme.strip().split("\n"):
        fenced ^= line.startswith(("```", "~~~"))
        if line.startswith("## ") and not fenced:
            break
        lines.append(line)
    opening = "\n".join(lines).strip()
    return opening if opening.startswith("# ") else f"# {title}\n\n{opening}".strip()


def _how_to_work(exercise: Exercise, _: Catalogue) -> str:
    """What students need to know, with the file of ``exercise`` as the example."""
    heading = _("How to work")
    check = _(
        "Each exercise has a cell for your answer, and below it one that checks it. Run the "
        "answer, then the check: it says what is wrong, and why."
    )
    answers = _(
        "The answer cell stands for the exercise's file: a text that speaks of `{file}` means "
        "this cell. Write your code in place of `raise NotImplementedError`. Keep the names that "
        "are defined there, and put everything else that the code needs, such as imports, into "
        "the same cell."
    )
    rest = _(
        "Only your answers are graded. Add cells as you like to try things. Save the notebook "
        "before you hand it in."
    )
    answers = answers.format(file=exercise.stub.name)
    return f"**{heading}**\n\n- {check}\n- {answers}\n- {rest}"
