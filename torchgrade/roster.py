"""Who is in the class: ids, names, and what learning management systems call them.

The model stands here; `torchgrade.intake.roster_csv` reads it from a file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from torchgrade.errors import N_

__all__ = ["Person", "Roster", "student_id_problem"]

_FORBIDDEN: Final = re.compile(r"[\s/\\:*?\"<>|\x00-\x1f\x7f]")
_LONGEST_ID: Final = 100
_DEVICE: Final = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)
"""Windows takes these for devices, whatever their ending."""


@dataclass(frozen=True)
class Person:
    """One student. Everything but ``id`` may be empty."""

    id: str
    """Names the student in folders, databases and web addresses: see `student_id_problem`."""
    name: str = ""
    """As it is to be shown: ``Ada Lovelace``."""
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    lms_id: str = ""
    """Canvas's numeric user id, or the number in Moodle's ``Participant 1234``."""
    sis_id: str = ""
    login: str = ""
    section: str = ""
    extensions: Mapping[str, timedelta] = field(default_factory=dict)
    """More time, by chapter (``ch03_indexing`` or ``ch03``); ``*`` holds for every chapter that
    has none of its own."""

    @property
    def shown(self) -> str:
        return self.name or f"{self.first_name} {self.last_name}".strip() or self.id

    def extension(self, chapter: str) -> timedelta:
        """How much later than others this student may hand in ``chapter``."""
        for key in (chapter, chapter.partition("_")[0], "*"):
            if key in self.extensions:
                return self.extensions[key]
        return timedelta()


@dataclass(frozen=True)
class Roster:
    """A class by student id, in the order of the file that it came from."""

    people: Mapping[str, Person] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Person]:
        return iter(self.people.values())

    def __len__(self) -> int:
        return len(self.people)

    def person(self, student: str) -> Person:
        """Whoever has this id; somebody with nothing but it if the roster doesn't know them."""
        return self.people.get(student) or Person(student)


def student_id_problem(text: str) -> str | None:
    """Why ``text`` can't be a student's id, as a message of the catalogue; None if it can.

    Ids become names of folders and parts of web addresses, cells of spreadsheets and words of
    command lines, and two that look alike must not be two students.
    """
    if not text:
        return N_("it is empty")
    if len(text) > _LONGEST_ID:
        return N_("it is longer than 100 characters")
    if not text.isascii():
        return N_("it has characters that are not ASCII; give such students an id in the roster")
    if _FORBIDDEN.search(text):
        return N_('it has a space, a control character or one of / \\ : * ? " < > |')
    if text[0] in ".-=+@~":
        return N_("it begins with one of . - = + @ ~")
    if text.endswith("."):
        return N_("it ends with a full stop")
    if _DEVICE.fullmatch(text):
        return N_("it is a name that Windows keeps for a device")
    return None
