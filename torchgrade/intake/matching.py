"""Whose is it? Ids, numbers and names as they come with submissions -> students.

Nothing is guessed: what does not lead to exactly one student gets the reason why, and a guess
only as a hint for whoever reads it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from torchgrade.errors import N_
from torchgrade.intake.cause import Cause
from torchgrade.nearest import nearest
from torchgrade.roster import Person, Roster, student_id_problem

__all__ = ["Matcher"]

_COMPARISONS = 200_000
"""How many ids are compared for hints, all in all; it takes some seconds."""


class Matcher:
    """The roster's people by everything that they may be called by."""

    def __init__(self, roster: Roster) -> None:
        self._roster = roster
        self._left = _COMPARISONS
        self._by_number = {person.lms_id: person.id for person in roster if person.lms_id}
        self._by_name: dict[str, set[str]] = {}
        self._aliases: dict[str, set[str]] = {}
        for person in roster:
            for name in _names(person):
                if _folded(name):
                    self._by_name.setdefault(_folded(name), set()).add(person.id)
            for alias in (person.id, person.login, person.sis_id, person.email, person.lms_id):
                if alias:
                    self._aliases.setdefault(alias.casefold(), set()).add(person.id)

    @property
    def knows_people(self) -> bool:
        """Whether there is a roster; without one every valid id is a student."""
        return bool(self._by_name or self._aliases)

    def knows(self, student: str) -> bool:
        return student in self._roster.people

    def by_id(self, text: str) -> str | Cause:
        """The student whose id is ``text``."""
        problem = student_id_problem(text)
        if problem is not None:
            return Cause(
                N_("{id} can't be a student's id: {problem}"),
                {"id": text, "problem": Cause(problem)},
            )
        if not self.knows_people or self.knows(text):
            return text
        near = self._near(text)
        if near is None:
            return Cause(N_("{id} is not in the roster"), {"id": text})
        return Cause(
            N_("{id} is not in the roster; did you mean {near}?"), {"id": text, "near": near}
        )

    def by_canvas_id(self, number: str, name: str) -> str | Cause:
        """The student with Canvas's user id ``number``; ``name`` is only good for a hint."""
        if not self.knows_people:
            return self.by_id(number)
        student = self._by_number.get(number)
        if student is not None:
            return student
        if not self._by_number:
            return Cause(
                N_("the roster has no Canvas ids (column ID of Canvas's gradebook), such as {id}"),
                {"id": number},
            )
        found = self._by_name.get(_folded(name), set())
        if len(found) == 1:
            return Cause(
                N_("nobody in the roster has the Canvas id {id}; by name it may be {near}"),
                {"id": number, "near": next(iter(found))},
            )
        return Cause(N_("nobody in the roster has the Canvas id {id}"), {"id": number})

    def by_participant(self, number: str, name: str) -> str | Cause:
        """The student with Moodle's participant number, or else the only one with the name."""
        if not self.knows_people:
            return self.by_id(number)
        numbered = self._by_number.get(number)
        named = self._by_name.get(_folded(name), set())
        if numbered is not None:
            if len(named) == 1 and numbered not in named:
                return Cause(
                    N_("by its number it is {student}'s, by its name {other}'s"),
                    {"student": numbered, "other": next(iter(named))},
                )
            return numbered
        if len(named) == 1:
            return next(iter(named))
        if named:
            return Cause(
                N_("several in the roster are called {name}, and none has the number {id}"),
                {"name": name, "id": number},
            )
        return Cause(
            N_("nobody in the roster has the number {id} or is called {name}"),
            {"name": name, "id": number},
        )

    def _near(self, text: str) -> str | None:
        same = self._aliases.get(text.casefold(), set())
        if len(same) == 1:
            return next(iter(same))
        self._left -= len(self._roster)
        return nearest(text, self._roster.people) if self._left >= 0 else None


def _names(person: Person) -> Iterable[str]:
    """A name in the orders in which systems write it."""
    if person.name:
        yield person.name
    if person.first_name or person.last_name:
        yield f"{person.first_name} {person.last_name}"
        yield f"{person.last_name} {person.first_name}"
    elif person.name:
        words = person.name.split()
        yield " ".join([words[-1], *words[:-1]])


def _folded(name: str) -> str:
    """A name without what systems change in it: case, forms of Unicode, marks between words."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    return "".join(character for character in plain if character.isalnum())
