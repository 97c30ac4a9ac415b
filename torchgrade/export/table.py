"""Marks as plain CSV: one row per student and exercise, or one per student."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from torchgrade.export.figures import exact, rounded
from torchgrade.export.notes import Export, Note
from torchgrade.export.sheet import new_sheet
from torchgrade.export.standing import standing
from torchgrade.marks import ChapterMark, ClassMarks, ExerciseMark
from torchgrade.roster import Person

__all__ = ["LONG_COLUMNS", "long_table", "wide_table"]

_Cell = str | Decimal | None

_PERSON = ("student", "name", "email", "section")
LONG_COLUMNS = (
    *_PERSON,
    *("chapter", "exercise", "state", "auto", "manual", "written", "earned", "maximum"),
    *("comment", "manual_comment"),
    *("submitted", "late_seconds", "kept_share", "chapter_earned", "chapter_penalty"),
    *("chapter_final", "chapter_maximum"),
)


def long_table(marks: ClassMarks) -> Export:
    """One row per student and exercise; what belongs to the chapter is repeated in each."""
    rows = [row for person in marks.people for row in _rows_of(marks, person)]
    written = sum(1 for row in rows if row[LONG_COLUMNS.index("earned")] is not None)
    return Export(new_sheet([LONG_COLUMNS, *rows]), written, _ungraded(marks))


def wide_table(marks: ClassMarks) -> Export:
    """One row per student: points per exercise, and per chapter what lateness left of them.

    ``total`` is empty as long as anything in it is ungraded.
    """
    exercises = {
        name: dict.fromkeys(
            (of.exercise, of.maximum)
            for by_chapter in marks.marks.values()
            if name in by_chapter
            for of in by_chapter[name].exercises
        )
        for name in marks.chapters
    }
    header: list[_Cell] = [*_PERSON]
    maxima: list[_Cell] = ["", "maximum", "", ""]
    for name, keys in exercises.items():
        header += [key for key, _ in keys] + [f"{name} earned", f"{name} penalty", f"{name} final"]
        top = sum((exact(maximum) for _, maximum in keys), Decimal(0))
        maxima += [exact(maximum) for _, maximum in keys] + [top, None, top]
    rows: list[Sequence[_Cell]] = [[*header, "total"], [*maxima, _total_maximum(exercises)]]
    written = 0
    for person in marks.people:
        cells: list[_Cell] = [*_person(person)]
        finals: list[Decimal | None] = []
        for name, keys in exercises.items():
            mark = marks.marks.get(person.id, {}).get(name)
            by_key = {of.exercise: of for of in mark.exercises} if mark else {}
            cells += [_earned(by_key.get(key)) for key, _ in keys]
            final = standing(marks, person, name).points
            finals += [final] if mark else []
            cells += [*_chapter(mark)[:2], final]
            written += final is not None
        known = [final for final in finals if final is not None]
        whole = bool(known) and len(known) == len(finals)
        rows.append([*cells, sum(known, Decimal(0)) if whole else None])
    return Export(new_sheet(rows), written, _ungraded(marks))


def _rows_of(marks: ClassMarks, person: Person) -> Iterator[list[_Cell]]:
    for name, mark in marks.marks.get(person.id, {}).items():
        earned, penalty = _chapter(mark)
        for of in mark.exercises:
            yield [
                *_person(person),
                *(name, of.exercise, of.state.value),
                *(rounded(of.auto, of.maximum), rounded(of.manual, of.maximum)),
                *(_written(of), _earned(of)),
                *(exact(of.maximum), of.comment, of.manual_comment),
                mark.submitted.isoformat() if mark.submitted else "",
                Decimal(round(mark.lateness.by.total_seconds())),
                exact(mark.lateness.keeps),
                *(earned, penalty, standing(marks, person, name).points, exact(mark.maximum)),
            ]


def _person(person: Person) -> tuple[str, ...]:
    return (person.id, person.shown, person.email, person.section)


def _earned(of: ExerciseMark | None) -> Decimal | None:
    return None if of is None else rounded(of.earned, of.maximum)


def _written(of: ExerciseMark) -> Decimal | None:
    """Nothing where there is no written part."""
    return rounded(of.written, of.written_maximum) if of.written_maximum else None


def _chapter(mark: ChapterMark | None) -> tuple[Decimal | None, Decimal | None]:
    """Points before lateness, and what it takes; both None while they aren't known."""
    if mark is None or mark.earned is None:
        return None, None
    return rounded(mark.earned, mark.maximum), rounded(mark.penalty, mark.maximum)


def _total_maximum(exercises: dict[str, dict[tuple[str, float], None]]) -> Decimal:
    return sum((exact(m) for keys in exercises.values() for _, m in keys), Decimal(0))


def _ungraded(marks: ClassMarks) -> tuple[Note, ...]:
    return tuple(
        note
        for person in marks.people
        for name in marks.marks.get(person.id, {})
        for note in standing(marks, person, name).notes
    )
