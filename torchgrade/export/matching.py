"""Whose row of a downloaded sheet is whose: by identifiers, never by names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from torchgrade.errors import N_
from torchgrade.export.notes import Note
from torchgrade.export.sheet import Sheet
from torchgrade.roster import Person

__all__ = ["Identifier", "Matches", "match"]


@dataclass(frozen=True)
class Identifier:
    """A column that identifies students, and how to find the same in a person.

    ``cell`` and ``person`` make one comparable form of what stands in each; ``""`` is nothing.
    """

    column: int
    person: Callable[[Person], Iterable[str]]
    cell: Callable[[str], str] = str.strip


@dataclass(frozen=True)
class Matches:
    """Rows by student id, and what could not be matched."""

    rows: Mapping[str, int]
    notes: tuple[Note, ...]


def match(
    sheet: Sheet, rows: Sequence[int], people: Iterable[Person], identifiers: Sequence[Identifier]
) -> Matches:
    """Find the row of each of ``people`` among ``rows``.

    A row whose identifiers point to different people, and people who share an identifier or a
    row, are left out: nobody gets another's mark.
    """
    persons = {person.id: person for person in people}
    known: list[dict[str, set[str]]] = []
    for identifier in identifiers:
        by_value: dict[str, set[str]] = {}
        for person in persons.values():
            for value in identifier.person(person):
                if value:
                    by_value.setdefault(value, set()).add(person.id)
        known.append(by_value)
    found: dict[str, list[int]] = {}
    notes: list[Note] = []
    for row in rows:
        claimed: set[str] = set()
        for identifier, by_value in zip(identifiers, known, strict=True):
            claimed |= by_value.get(identifier.cell(sheet.value(row, identifier.column)), set())
        if len(claimed) > 1:
            fact = N_("Row {row} of {path} could be several students: {students}; it is left.")
            who = ", ".join(sorted(claimed))
            notes.append(Note(fact, {"row": row + 1, "path": sheet.path, "students": who}))
        for student in claimed if len(claimed) == 1 else ():
            found.setdefault(student, []).append(row)
    for student, theirs in found.items():
        if len(theirs) > 1:
            fact = N_("{student} has several rows in {path}: {rows}; they are left.")
            shown = ", ".join(str(row + 1) for row in theirs)
            notes.append(Note(fact, {"student": student, "path": sheet.path, "rows": shown}))
    single = {student: theirs[0] for student, theirs in found.items() if len(theirs) == 1}
    for person in persons.values():
        if person.id not in found:
            fact = N_("{student} ({name}) has no row in {path} and is left out.")
            values = {"student": person.id, "name": person.shown, "path": sheet.path}
            notes.append(Note(fact, values))
    return Matches(single, tuple(notes))
