"""Canvas: gradebooks as Canvas exports them, filled in so that they upload as they are."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from tests.export.school import HOSTILE, class_of, late, mark
from torchgrade.export.canvas import CanvasError, choose_columns, fill_sheet, make_sheet
from torchgrade.export.notes import Export
from torchgrade.export.sheet import Sheet, read_sheet
from torchgrade.marks import ClassMarks

HEADER = (
    "Student,ID,SIS User ID,SIS Login ID,Section,Notes,Indexing (501),Quiz 1 (502),"
    "Homework Autograd (503),Assignments Current Score,Assignments Final Score,"
    "Current Score,Final Grade"
)
MUTED = ",,,,,,,Manual Posting,,,,,"
READ_ONLY = ",(read only)" * 4
POINTS = f"    Points Possible,,,,,(read only),4.50,10,9.00{READ_ONLY}"
ROWS = (
    '"Lovelace, Ada",101,S-1,alovel,"CS, 101",likes =,,8.5,,85.00,80.00,82.00,B',
    '"张, 三",102,S-2,zhang3,A and B,,N/A,7,EX,,,,',
    '"=""=Eve""",103,S-3,eve,A,,1.25,,,,,,',
    "Somebody Else,999,S-9,else,A,,3,4,5,,,,",
    '"Student, Test",500,,a1b2c3d4e5f6a7b8,A,,,,,0.00,0.00,0.00,F',
)
GRADEBOOK = "\r\n".join([HEADER, MUTED, POINTS, *ROWS, ""])


def gradebook(
    folder: Path, text: str = GRADEBOOK, encoding: str = "utf-8", told: str | None = None
) -> Sheet:
    file = folder / "grades.csv"
    file.write_bytes(text.encode(encoding))
    return read_sheet(file, told)


def filled(sheet: Sheet, marks: ClassMarks, *, scale: bool = False, **chosen: str) -> Export:
    columns, notes = choose_columns(sheet, marks.chapters, chosen, all_needed=True)
    assert notes == ()
    return fill_sheet(sheet, marks, columns, scale=scale)


def cells(export: Export, encoding: str = "utf-8-sig", delimiter: str = ",") -> list[list[str]]:
    text = export.contents.decode(encoding)
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def told(export: Export) -> str:
    return "\n".join(map(str, export.notes))


def test_marks_stand_in_their_column_and_nothing_else_changes(tmp_path: Path) -> None:
    """Rows, order, read-only columns, the muted row and the test student are as they were."""
    marks = class_of(ada=mark("ch03_indexing", 3.25), eve=mark("ch03_indexing", 0.0))
    export = filled(gradebook(tmp_path), marks)
    expected = GRADEBOOK.replace("likes =,,8.5", "likes =,3.25,8.5").replace(",1.25,", ",0,")
    assert export.contents.decode() == expected
    assert export.written == 2


def test_lateness_is_taken_once(tmp_path: Path) -> None:
    """What stands there is what goes to the registrar."""
    marks = class_of(ada=mark("ch03_indexing", 4.0, lateness=late(1, 0.75)))
    assert cells(filled(gradebook(tmp_path), marks))[3][6] == "3"


def test_an_ungraded_mark_leaves_the_cell(tmp_path: Path) -> None:
    """Neither 0 nor an older mark gone; and it is said."""
    marks = class_of(ada=mark("ch03_indexing", None), eve=mark("ch03_indexing", None))
    export = filled(gradebook(tmp_path), marks)
    assert export.contents == GRADEBOOK.encode()
    assert "ada is ungraded in ch03_indexing; nothing is written, which is not zero." in told(
        export
    )


def test_excused_and_not_assigned_stay_so(tmp_path: Path) -> None:
    """`EX` and `N/A` are Canvas's to keep."""
    marks = class_of(
        zhang=(mark("ch03_indexing", 2.0), mark("ch06_autograd", 2.0, maximum=9.0)),
    )
    sheet = gradebook(tmp_path)
    export = filled(sheet, marks, ch06_autograd="503")
    assert export.contents == GRADEBOOK.encode()
    assert "has not been given" in told(export)
    assert "is excused" in told(export)


def test_who_has_no_row_is_listed(tmp_path: Path) -> None:
    """And nobody else gets the mark, however alike the names."""
    marks = class_of(noid=mark("ch03_indexing", 1.0), formula=mark("ch03_indexing", 1.0))
    export = filled(gradebook(tmp_path), marks)
    assert export.contents == GRADEBOOK.encode()
    assert "noid (No Ids) has no row in" in told(export)
    assert "formula" in told(export)


def test_a_row_of_two_people_is_left(tmp_path: Path) -> None:
    """An id of one beside the login of another is nobody's."""
    text = GRADEBOOK.replace("101,S-1,alovel", "101,S-1,zhang3")
    marks = class_of(ada=mark("ch03_indexing", 3.0), zhang=mark("ch03_indexing", 2.0))
    export = filled(gradebook(tmp_path, text), marks)
    assert cells(export)[3][6] == ""
    assert "Row 4 of" in told(export)
    assert "ada, zhang" in told(export)


def test_sis_ids_match_where_canvas_ids_are_not_known(tmp_path: Path) -> None:
    """The roster may know the login alone."""
    text = GRADEBOOK.replace("Somebody Else,999,S-9,else", "Somebody Else,999,noid,else")
    export = filled(gradebook(tmp_path, text), class_of(noid=mark("ch03_indexing", 1.5)))
    assert cells(export)[6][6] == "1.5"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_encodings(encoding: str, tmp_path: Path) -> None:
    """Whatever the sheet was saved in, it is saved in again."""
    sheet = gradebook(tmp_path, encoding=encoding, told=encoding if encoding == "gb18030" else None)
    export = filled(sheet, class_of(ada=mark("ch03_indexing", 3.0)))
    assert export.contents.decode(encoding) == GRADEBOOK.replace("likes =,,8", "likes =,3,8")


def test_semicolons_and_decimal_commas(tmp_path: Path) -> None:
    """As Canvas exports for half of Europe."""
    text = "\n".join(
        [
            "Student;ID;SIS Login ID;Section;Indexing (501)",
            "    Points Possible;;;;4,50",
            '"Lovelace, Ada";101;alovel;A;',
            "",
        ]
    )
    export = filled(gradebook(tmp_path, text), class_of(ada=mark("ch03_indexing", 3.25)))
    assert export.contents.decode() == text.replace("alovel;A;", "alovel;A;3,25")


def test_first_and_last_names_apart(tmp_path: Path) -> None:
    """Canvas's other form of the sheet."""
    text = (
        "LastName,FirstName,ID,SIS Login ID,Section,Indexing (501)\n"
        "    Points Possible,,,,,4.5\nLovelace,Ada,101,alovel,A,\n"
    )
    export = filled(gradebook(tmp_path, text), class_of(ada=mark("ch03_indexing", 4.5)))
    assert export.contents.decode().endswith("Lovelace,Ada,101,alovel,A,4.5\n")


def test_short_rows_are_filled_up(tmp_path: Path) -> None:
    """Spreadsheets drop empty cells at the end of a row."""
    text = (
        "Student,ID,SIS Login ID,Section,Notes,Indexing (501)\nPoints Possible,,,,,4.5\nA,101,a,S"
    )
    export = filled(gradebook(tmp_path, text), class_of(ada=mark("ch03_indexing", 2.0)))
    assert export.contents.decode() == text + ",,2"


# --- which column


def test_a_chapter_finds_the_assignment_with_its_title(tmp_path: Path) -> None:
    """In any language of the course, with the number left aside."""
    sheet = gradebook(tmp_path, GRADEBOOK.replace("Indexing (501)", "索引 (501)"))
    columns, _ = choose_columns(
        sheet, class_of(ada=mark("ch03_indexing", 1)).chapters, {}, all_needed=True
    )
    assert columns["ch03_indexing"].header == "索引 (501)"


def test_a_title_that_fits_none_gets_a_suggestion(tmp_path: Path) -> None:
    """With the option to copy."""
    marks = class_of(ada=mark("ch06_autograd", 1.0, maximum=9.0))
    with pytest.raises(CanvasError) as error:
        choose_columns(gradebook(tmp_path), marks.chapters, {}, all_needed=True)
    assert "--assignment ch06_autograd='Homework Autograd (503)'" in str(error.value)


def test_chapters_that_were_not_asked_for_by_name_may_have_no_column(tmp_path: Path) -> None:
    """Those that have one are filled in; the others are listed."""
    marks = class_of(ada=(mark("ch03_indexing", 1.0), mark("ch06_autograd", 1.0)))
    columns, notes = choose_columns(gradebook(tmp_path), marks.chapters, {}, all_needed=False)
    assert list(columns) == ["ch03_indexing"]
    assert "ch06_autograd" in str(notes[0])


@pytest.mark.parametrize("wanted", ["Homework Autograd (503)", "503", "homework  autograd"])
def test_columns_are_named_by_header_number_or_title(wanted: str, tmp_path: Path) -> None:
    """Whatever is at hand."""
    marks = class_of(ada=mark("ch06_autograd", 5.0, maximum=9.0))
    export = filled(gradebook(tmp_path), marks, ch06_autograd=wanted)
    assert cells(export)[3][8] == "5"


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ("Homework Autogrd (503)", "Did you mean “Homework Autograd .503.”"),
        ("Current Score", "read-only"),
        ("Notes", "read-only"),
        ("zzz", "Choose one of: Indexing .501.; Quiz 1 .502.; Homework Autograd .503."),
    ],
)
def test_a_column_that_is_not_to_be_had(wanted: str, message: str, tmp_path: Path) -> None:
    """Is named, with what there is."""
    marks = class_of(ada=mark("ch06_autograd", 5.0, maximum=9.0))
    with pytest.raises(CanvasError, match=message):
        filled(gradebook(tmp_path), marks, ch06_autograd=wanted)


def test_two_assignments_of_one_title_need_the_number(tmp_path: Path) -> None:
    """It is not guessed which."""
    text = GRADEBOOK.replace("Quiz 1 (502)", "Indexing (502)")
    with pytest.raises(CanvasError, match=r"Indexing \(501\); Indexing \(502\)"):
        filled(gradebook(tmp_path, text), class_of(ada=mark("ch03_indexing", 1.0)))


def test_two_chapters_can_not_share_a_column(tmp_path: Path) -> None:
    """One would overwrite the other."""
    marks = class_of(ada=(mark("ch03_indexing", 1.0), mark("ch06_autograd", 1.0)))
    with pytest.raises(CanvasError, match="both be written"):
        filled(gradebook(tmp_path), marks, ch06_autograd="501")


# --- points possible


def test_another_maximum_is_refused(tmp_path: Path) -> None:
    """4.5 of 4.5 is not 4.5 of 10; the place and both ways out are told."""
    marks = class_of(ada=mark("ch03_indexing", 4.5))
    with pytest.raises(CanvasError, match=r"row 3, “Quiz 1 .502.”: 10 points.*4.5.*--scale"):
        filled(gradebook(tmp_path), marks, ch03_indexing="502")


def test_marks_are_converted_on_demand(tmp_path: Path) -> None:
    """In proportion, rounded after that."""
    marks = class_of(ada=mark("ch03_indexing", 3.0), eve=mark("ch03_indexing", 4.5))
    export = filled(gradebook(tmp_path), marks, scale=True, ch03_indexing="502")
    assert [row[7] for row in cells(export)[3:6]] == ["6.67", "7", "10"]


def test_a_manual_mark_above_the_maximum_is_cut_and_listed(tmp_path: Path) -> None:
    """A file never gives more than there is."""
    marks = class_of(ada=mark("ch03_indexing", 3.0, manual=6.0))
    export = filled(gradebook(tmp_path), marks)
    assert cells(export)[3][6] == "4.5"
    assert "6 of 4.5 points" in told(export)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Name,ID,Grade\nAnn,1,2\n", "row 1: this is not Canvas's gradebook"),
        (f"{HEADER}\n{ROWS[0]}\n", "the row “Points Possible” is missing"),
    ],
)
def test_another_file_is_not_taken_for_a_gradebook(text: str, message: str, tmp_path: Path) -> None:
    """With how to get the right one."""
    with pytest.raises(CanvasError, match=message):
        filled(gradebook(tmp_path, text), class_of(ada=mark("ch03_indexing", 1.0)))


# --- a new sheet


def test_a_new_sheet_has_canvas_columns() -> None:
    """Header, Points Possible, one row for everybody with a Canvas id, in the class's order."""
    marks = class_of(
        ada=(mark("ch03_indexing", 3.0), mark("ch06_autograd", None, maximum=9.0)),
        zhang=mark("ch03_indexing", 4.5),
        noid=mark("ch03_indexing", 1.0),
    )
    export = make_sheet(marks, "en")
    assert cells(export) == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Indexing", "Autograd"],
        ["    Points Possible", "", "", "", "", "4.5", "9"],
        ["Lovelace, Ada", "101", "S-1", "alovel", "", "3", ""],
        ["张, 三", "102", "S-2", "zhang3", "A", "4.5", ""],
        ['"Eve", O\'Neil\n\u202eקית', "103", "S-3", "eve", "", "", ""],
        [f"'{HOSTILE}", "104", "-7", "'@login", "'+A", "", ""],
    ]
    assert "noid (No Ids) has no Canvas id" in told(export)
