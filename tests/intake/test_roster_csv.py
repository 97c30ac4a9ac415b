"""A class list is read whoever wrote it, and every mistake in it is told at once."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.intake.classroom import COURSE
from torchgrade.intake.roster_csv import RosterError, read_roster
from torchgrade.roster import Person, Roster, student_id_problem


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "roster.csv"


def read(path: Path, text: str | bytes) -> Roster:
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_roster(path)


def problems(path: Path, text: str | bytes, *, with_course: bool = False) -> list[str]:
    """Every line of the error, without the path."""
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    with pytest.raises(RosterError) as caught:
        read_roster(path, COURSE if with_course else None)
    lines = caught.value.worded(lambda message: message)[0].splitlines()
    assert all(line.startswith(str(path)) for line in lines)
    return [line.removeprefix(str(path)) for line in lines]


ADA = Person("ada", "Ada Lovelace", "Ada", "Lovelace", "ada@x.edu", "123", "s1", "al", "A")
OWN = (
    "Section,ID,E-Mail,First_Name,last name,Name,lms_id,SIS ID,login\n"
    "A,ada,ada@x.edu,Ada,Lovelace,Ada Lovelace,123,s1,al\n"
)


@pytest.mark.parametrize(
    "text",
    [
        OWN,
        "\ufeff" + OWN,
        OWN.replace(",", ";"),
        OWN.replace(",", "\t"),
        OWN.replace("\n", "\r\n") + "\r\n\r\n",
        "sep=;\n" + OWN.replace(",", ";"),
        OWN.replace("lms_id", "Canvas ID").replace("Name,lms", "Full name,lms"),
        OWN.replace("Ada Lovelace", '"Lovelace, Ada"'),
        OWN.rstrip(),
    ],
)
def test_columns_in_any_order_and_spelling(path: Path, text: str) -> None:
    """With or without a byte order mark, with any of three separators."""
    assert list(read(path, text)) == [ADA]


def test_canvas_gradebook_as_it_comes(path: Path) -> None:
    """The row of maxima and the test student are nobody; assignments are not looked at."""
    roster = read(
        path,
        "Student,ID,SIS User ID,SIS Login ID,Section,Emial homework (17),Final Score\n"
        "    Points Possible,,,,,10,(read only)\n"
        '"Lovelace, Ada",123,s1,ada,"CS, 1",,\n'
        '"Student, Test",9,,5f3a,"CS, 1",,\n',
    )
    assert list(roster) == [
        Person("ada", "Ada Lovelace", "Ada", "Lovelace", "", "123", "s1", "ada", "CS, 1")
    ]


def test_canvas_columns_in_another_order(path: Path) -> None:
    """Where the login is empty for all, the SIS id is the id; no row is lost."""
    roster = read(
        path,
        "Section,SIS Login ID,SIS User ID,ID,Student\n"
        ",,,,    Points Possible\n"
        ',,s1,123,"Lovelace, Ada"\n'
        'B,,s2,124,"Turing, Alan"\n',
    )
    assert list(roster.people) == ["s1", "s2"]


def test_moodle_worksheet_as_it_comes(path: Path) -> None:
    """The number of the participant is kept, and what stands before the @ is the id."""
    roster = read(
        path,
        "Identifier,Full name,Email address,Status,Grade,Maximum Grade,Feedback comments\n"
        "Participant 4711,Ada Lovelace,ada@x.edu,Submitted,,10,\n"
        "Teilnehmer/in 4712,Alan Turing,alan@y.edu,,,10,\n",
    )
    assert [(p.id, p.name, p.lms_id) for p in roster] == [
        ("ada", "Ada Lovelace", "4711"),
        ("alan", "Alan Turing", "4712"),
    ]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("id,login,sis id,email", "i"),
        ("login,sis id,email,name", "i"),
        ("sis id,email,name,section", "i"),
        ("email,name,section,lms id", "i"),
    ],
)
def test_the_id_comes_from_the_best_column_that_there_is(
    path: Path, header: str, expected: str
) -> None:
    """Id, else login, else SIS id, else the local part of the address."""
    first = "i@x.edu" if header.startswith("email") else "i"
    assert list(read(path, f"{header}\n{first},2,3,4\n").people) == [expected]


@pytest.mark.parametrize(
    ("written", "length"),
    [
        ("2 days", timedelta(days=2)),
        ("36 h", timedelta(hours=36)),
        ("2d12h", timedelta(days=2, hours=12)),
        ("1 day and 6 hours", timedelta(days=1, hours=6)),
        ("1.5 D", timedelta(hours=36)),
        ("1 week, 30 min", timedelta(days=7, minutes=30)),
        ("2天", timedelta(days=2)),
        ("", timedelta()),
        ("0", timedelta()),
    ],
)
def test_extensions_are_lengths_of_time(path: Path, written: str, length: timedelta) -> None:
    """For one chapter, or for all."""
    roster = read(path, f'id,extension:ch3,Extension\nada,"{written}",1 h\n')
    ada = roster.person("ada")
    assert ada.extension("ch03_indexing") == (length or timedelta(hours=1))
    assert ada.extension("ch06_autograd") == timedelta(hours=1)


def test_all_problems_are_told_at_once_with_their_places(path: Path) -> None:
    """File, line and column, what was read, what is allowed, and what was probably meant."""
    found = problems(
        path,
        "id;Fist name;extention;extension:ch03;canvas id\n"
        "a/b;;;;\n"
        "bob;;;2;x\n"
        "Bob;;;3 dyas;\n"
        "bob;;;;\n"
        "eve;;;-1 d;7\n"
        "ida;;;;7\n"
        ";;;1d;\n"
        "max;a;b;;;d;\n",
    )
    known = "id, name, first name, last name, email, lms id, sis id, login, section, extension"
    must_be = "must be a length of time such as 2 days, 36 h or 2d12h"
    assert found == [
        f":1: column “Fist name”: no such column; allowed are {known}; did you mean “first name”?",
        f":1: column “extention”: no such column; allowed are {known}; did you mean “extension”?",
        ":2: column “id”: read 'a/b', which can't be an id: it has a space, a control character or"
        ' one of / \\ : * ? " < > |',
        f":3: column “extension:ch03”: read '2'; {must_be}; did you mean “2 days”?",
        ":3: column “canvas id”: read 'x'; must be a number such as 4711 or Participant 4711",
        f":4: column “extension:ch03”: read '3 dyas'; {must_be}",
        ":4: column “id”: Bob differs only in case from bob in line 3; folders may not keep them"
        " apart, so give one of them another id",
        ":5: column “id”: bob is in line 3 already; give each student an id of their own",
        f":6: column “extension:ch03”: read '-1 d'; {must_be}",
        ":7: column “canvas id”: 7 is in line 6 already; no two people have one number",
        ":8: column “id”: read '', which can't be an id: it is empty",
        ":9: 7 cells, but only 5 columns; put text with a separator in quotes",
    ]


def test_an_extension_names_a_chapter_of_the_course(path: Path) -> None:
    """A chapter that does not exist would silently give nobody more time."""
    text = "id,extension:ch04,extension:ch6,extension:ch03_indexng\nada,1d,2d,3d\n"
    assert problems(path, text, with_course=True) == [
        ":1: column “extension:ch04”: the course has no chapter ch04; allowed are ch03_indexing,"
        " ch06_autograd",
        ":1: column “extension:ch03_indexng”: the course has no chapter ch03_indexng; allowed are"
        " ch03_indexing, ch06_autograd; did you mean ch03_indexing?",
    ]
    assert problems(path, "id,extension:three\nada,1d\n") == [
        ":1: column “extension:three”: three is not a chapter; write it as in extension:ch03"
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", ": it is empty; its first line must name the columns"),
        ("Name,Section\nAda,1\n", ":1: no column tells who is who: read Name, Section"),
        ("id\na\xe9\n".encode("latin-1"), ":2: byte 0xe9 is not UTF-8"),
        ("id\nada\n".encode("utf-16"), ": it is not CSV in UTF-8"),
        (b"PK\3\4xlsx", ": it is not CSV in UTF-8"),
        ('id,name\nada,"Ada\n', ":2: it is not CSV"),
        ("id,email\nada,1\nbob,2,\n", None),
        ("id,ID\nada,1\n", ":1: column “ID”: it says the same as column “id”"),
        ("email\na@x.edu\na@y.edu\n", ":3: column “email”: a is in line 2 already, as another"),
        ("id,name\nada," + "x" * 301 + "\n", ":2: column “name”: it is longer than 300"),
    ],
)
def test_files_that_are_no_roster(path: Path, text: str | bytes, problem: str | None) -> None:
    """What is wrong is told in the terms of whoever exported the file."""
    if problem is None:
        assert len(read(path, text)) == 2
    else:
        assert problems(path, text)[0].startswith(problem)


def test_a_file_that_is_not_there(path: Path) -> None:
    """Is a problem like any other."""
    with pytest.raises(RosterError, match=r"can't be read: No such file"):
        read_roster(path)


def test_a_misspelt_column_is_refused_and_others_are_not(path: Path) -> None:
    """Instructors keep notes in their lists."""
    text = "id,Notes,Team,Year,Major,Grade\nada,n,t,y,m,g\n"
    assert list(read(path, text).people) == ["ada"]


def test_names_are_text_on_one_line(path: Path) -> None:
    """Line feeds and control characters in a name become spaces; the rest is kept as it is."""
    (person,) = read(path, 'id,name\nada,"<script>\nAda\x1b"\n')
    assert person.name == "<script> Ada"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "it is empty"),
        ("x" * 101, "longer than 100"),
        ("é", "not ASCII"),
        ("ａ", "not ASCII"),
        ("\u202eab", "not ASCII"),
        *((f"a{bad}b", "control character or one of") for bad in ' /\\:*?"<>|\n\0\x7f'),
        *((f"{bad}a", "begins with") for bad in ".-=+@~"),
        ("..", "begins with"),
        ("a.", "ends with a full stop"),
        ("con", "Windows"),
        ("NUL.txt", "Windows"),
    ],
)
def test_what_can_not_be_an_id(text: str, problem: str) -> None:
    """Ids become folders, addresses, cells and words of a command line."""
    assert problem in (student_id_problem(text) or "")


@pytest.mark.parametrize("text", ["ada", "A1", "ada@x.edu", "ada.l-2_x", "console", "x" * 100])
def test_what_can_be_an_id(text: str) -> None:
    """Logins, numbers and addresses as universities have them."""
    assert student_id_problem(text) is None
