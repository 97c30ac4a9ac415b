"""Who is in a made-up class: names in several scripts, ids in ASCII, sections, extensions."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

__all__ = ["Student", "enrolled", "write_roster"]

# (first name, last name, romanised first, romanised last); only first names and last names of
# one line are combined.
_ORIGINS: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (
        ("Zoë", "André", "Chloé", "José", "Lucía", "Jürgen", "Søren", "Łukasz", "Márta", "Noémie"),
        ("García", "Müller", "Lefèvre", "Nuñez", "Øster", "Żak", "Kovács", "Dvořák", "Åberg"),
    ),
    (
        ("Amara", "Ben", "Chidi", "Dana", "Ella", "Femi", "Grace", "Hugo", "Ines", "Jonas"),
        ("Okafor", "Smith", "Jansen", "O'Brien", "Rossi", "Nguyen", "Silva", "Brown", "da Costa"),
    ),
    (
        ("小明|Xiaoming", "思远|Siyuan", "雨桐|Yutong", "子涵|Zihan", "嘉怡|Jiayi", "浩然|Haoran"),
        ("王|Wang", "李|Li", "欧阳|Ouyang", "陈|Chen", "吕|Lyu", "赵|Zhao", "诸葛|Zhuge"),
    ),
    (
        ("Анна|Anna", "Дмитрий|Dmitry", "Ольга|Olga", "Юрий|Yuri", "Ксения|Ksenia"),
        ("Иванова|Ivanova", "Петров|Petrov", "Щукин|Shchukin", "Ёлкина|Yolkina"),
    ),
    (
        ("Ελένη|Eleni", "Γιώργος|Giorgos", "Μαρία|Maria"),
        ("Παπαδοπούλου|Papadopoulou", "Νικολαΐδης|Nikolaidis"),
    ),
    (
        ("지우|Jiwoo", "민준|Minjun", "서연|Seoyeon"),
        ("김|Kim", "박|Park", "최|Choi"),
    ),
    (
        ("さくら|Sakura", "健太|Kenta", "陽菜|Hina"),
        ("佐藤|Sato", "高橋|Takahashi", "伊藤|Ito"),
    ),
    (
        ("ليلى|Layla", "عمر|Omar", "نور|Nour"),
        ("حداد|Haddad", "المصري|Almasri", "خليل|Khalil"),
    ),
    (
        ("आरव|Aarav", "दिया|Diya", "रोहन|Rohan"),
        ("शर्मा|Sharma", "पटेल|Patel", "अय्यर|Iyer"),
    ),
)
_WEIGHTS = (24, 26, 22, 8, 3, 5, 4, 4, 4)
_FAMILY_FIRST = ("王", "李", "欧", "陈", "吕", "赵", "诸", "김", "박", "최", "佐", "高", "伊")
_ASCII = str.maketrans("ëéíüøłáñèěřŻÅŁØöç", "eeiuolaneerZALOoc")


@dataclass(frozen=True)
class Student:
    """One person of the class."""

    id: str
    name: str
    first_name: str
    last_name: str
    email: str
    lms_id: str
    """A number, as Canvas and Moodle have it."""
    section: str
    extension_days: int
    """How many days later than others this student may hand in."""

    @property
    def romanised(self) -> str:
        """``lastfirst`` in lower-case ASCII, as Canvas makes it for the names of files."""
        return "".join(part for part in self.id if part.isalpha())


def enrolled(count: int, rng: Random) -> list[Student]:
    """``count`` students, no two with the same id, e-mail or number."""
    taken: dict[str, int] = {}
    students = []
    for index in range(count):
        firsts, lasts = rng.choices(_ORIGINS, _WEIGHTS)[0]
        first, first_ascii = _pair(rng.choice(firsts))
        last, last_ascii = _pair(rng.choice(lasts))
        base = f"{last_ascii}.{first_ascii}".lower()
        taken[base] = taken.get(base, 0) + 1
        identity = base if taken[base] == 1 else f"{base}{taken[base]}"
        joined = last + first if last[0] in _FAMILY_FIRST else f"{first} {last}"
        students.append(
            Student(
                id=identity,
                name=joined,
                first_name=first,
                last_name=last,
                email=f"{identity}@students.example.org",
                lms_id=str(100_000 + 7 * index + rng.randrange(7)),
                section=rng.choice("ABCD"[: max(1, min(4, count // 10))]),
                extension_days=rng.choice((2, 3, 7)) if rng.random() < 0.06 else 0,
            )
        )
    return students


def _pair(entry: str) -> tuple[str, str]:
    """A name and its form in ASCII letters."""
    shown, _, romanised = entry.partition("|")
    plain = (romanised or shown).translate(_ASCII)
    return shown, "".join(letter for letter in plain if letter.isascii() and letter.isalpha())


def write_roster(path: Path, students: Sequence[Student]) -> None:
    """The class as a CSV file in UTF-8."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        out = csv.writer(stream)
        out.writerow(("id", "name", "email", "lms_id", "section", "extension"))
        for student in students:
            days = f"{student.extension_days}d" if student.extension_days else ""
            out.writerow(
                (student.id, student.name, student.email, student.lms_id, student.section, days)
            )
