"""Moodle: the offline grading worksheet as Moodle writes it, filled in."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from tests.export.school import class_of, late, mark
from torchgrade.export.moodle import Comments, MoodleError, fill_worksheet
from torchgrade.export.notes import Export
from torchgrade.export.sheet import Sheet, read_sheet
from torchgrade.marks import ClassMarks

HEADER = (
    'Identifier,"Full name","Email address",Status,Grade,"Maximum Grade","Grade can be changed",'
    '"Last modified (submission)","Last modified (grade)","Feedback comments"'
)
ADA = (
    'Participant 101,"Ada Lovelace",ada@uni.edu,"Submitted for grading",,4.50,Yes,'
    '"Monday, 2 November 2026, 11:59 PM",-,'
)
ZHANG = 'Participant 102,"张 三",zhang@uni.edu,"No submission",2.00,4.50,Yes,-,-,"<p>by hand</p>"'
EVE = (
    'Participant 103,"Eve ""E"" O\'Neil",eve@uni.edu,"Submitted for grading - Graded",,4.50,No,-,-,'
)
WORKSHEET = "\ufeff" + "\n".join([HEADER, ADA, ZHANG, EVE, ""])
CHAPTER = "ch03_indexing"


def worksheet(folder: Path, text: str = WORKSHEET, encoding: str = "utf-8") -> Sheet:
    file = folder / "worksheet.csv"
    file.write_bytes(text.encode(encoding))
    return read_sheet(file, None if encoding == "utf-8" else encoding)


def filled(
    sheet: Sheet, marks: ClassMarks, *, scale: bool = False, comments: Comments = Comments.HTML
) -> Export:
    return fill_worksheet(sheet, marks, CHAPTER, scale=scale, comments=comments)


def cells(export: Export) -> list[list[str]]:
    return list(csv.reader(io.StringIO(export.contents.decode("utf-8-sig"), newline="")))


def told(export: Export) -> str:
    return "\n".join(map(str, export.notes))


def test_only_grade_and_feedback_change(tmp_path: Path) -> None:
    """Mark, order, quotes and every other cell stay, byte by byte."""
    marks = class_of(ada=mark(CHAPTER, 3.5, comment="Mind the axes."))
    export = filled(worksheet(tmp_path), marks)
    expected = WORKSHEET.replace(
        'grading",,4.50,Yes,"Monday, 2 November 2026, 11:59 PM",-,',
        'grading",3.5,4.50,Yes,"Monday, 2 November 2026, 11:59 PM",-,<p>Mind the axes.</p>',
        1,
    )
    assert export.contents.decode() == expected
    assert (export.written, export.notes) == (1, ())


def test_a_locked_grade_is_left_and_listed(tmp_path: Path) -> None:
    """Moodle would skip it without a word."""
    export = filled(worksheet(tmp_path), class_of(eve=mark(CHAPTER, 3.5, comment="Well.")))
    assert export.contents == WORKSHEET.encode()
    assert "eve (row 4): Moodle doesn't let this grade be changed" in told(export)


def test_another_maximum_is_refused(tmp_path: Path) -> None:
    """With the row and both ways out."""
    text = WORKSHEET.replace("4.50", "100.00")
    marks = class_of(ada=mark(CHAPTER, 3.5))
    with pytest.raises(MoodleError, match=r"row 2, “Maximum Grade”: 100.00 .* 4.5.*--scale"):
        filled(worksheet(tmp_path, text), marks)
    assert cells(filled(worksheet(tmp_path, text), marks, scale=True))[1][4] == "77.78"


def test_an_ungraded_mark_writes_nothing_but_its_comment(tmp_path: Path) -> None:
    """The grade that Moodle has stays."""
    marks = class_of(zhang=mark(CHAPTER, None))
    export = filled(worksheet(tmp_path), marks)
    assert cells(export)[2][4] == "2.00"
    assert "zhang is ungraded" in told(export)


def test_a_comment_of_someone_is_not_replaced_in_silence(tmp_path: Path) -> None:
    """It is said how many were."""
    export = filled(worksheet(tmp_path), class_of(zhang=mark(CHAPTER, 1.0, comment="New.")))
    assert cells(export)[2][9] == "<p>New.</p>"
    assert "worksheet.csv and are replaced: 1." in told(export)


def test_without_a_comment_the_cell_stays(tmp_path: Path) -> None:
    """A comment typed in Moodle is not emptied."""
    export = filled(worksheet(tmp_path), class_of(zhang=mark(CHAPTER, 1.0)))
    assert cells(export)[2][9] == "<p>by hand</p>"


def test_comments_can_be_left_out(tmp_path: Path) -> None:
    """Grades only."""
    marks = class_of(ada=mark(CHAPTER, 1.0, comment="New."))
    assert cells(filled(worksheet(tmp_path), marks, comments=Comments.NONE))[1][9] == ""


@pytest.mark.parametrize("how", [Comments.HTML, Comments.TEXT])
def test_markup_in_comments_is_shown_not_obeyed(how: Comments, tmp_path: Path) -> None:
    """A student's exception may say anything; Moodle takes the cell as HTML."""
    comment = "<img src=x onerror=alert(1)>\n=1+1 \u202e&amp;"
    marks = class_of(ada=mark(CHAPTER, 1.0, comment=comment))
    cell = cells(filled(worksheet(tmp_path), marks, comments=how))[1][9]
    assert "<img" not in cell
    assert "&lt;img src=x onerror=alert(1)&gt;" in cell
    assert "&amp;amp;" in cell
    assert "\u202e" not in cell


def test_no_comment_is_a_formula(tmp_path: Path) -> None:
    """Not as text either."""
    marks = class_of(ada=mark(CHAPTER, 1.0, comment="=HYPERLINK(1)"))
    cell = cells(filled(worksheet(tmp_path), marks, comments=Comments.TEXT))[1][9]
    assert cell == "'=HYPERLINK(1)"


def test_comments_name_their_exercise_where_there_are_several(tmp_path: Path) -> None:
    """So that a student knows what is meant."""
    marks = class_of(ada=mark(CHAPTER, 1.0, 1.0, maximum=2.25, comment="Again."))
    cell = cells(filled(worksheet(tmp_path), marks))[1][9]
    assert cell == "<p>gather: Again.</p><p>scatter: Again.</p>"


def test_what_the_encoding_lacks_becomes_a_reference(tmp_path: Path) -> None:
    """The cell is HTML, in which every character can be written."""
    text = WORKSHEET.removeprefix("\ufeff").replace("张 三", "Renée")
    marks = class_of(ada=mark(CHAPTER, 1.0, comment="轴"))
    export = filled(worksheet(tmp_path, text, "cp1252"), marks)
    assert b"<p>&#36724;</p>" in export.contents
    assert "Renée".encode("cp1252") in export.contents


def test_lateness_is_taken_once(tmp_path: Path) -> None:
    """The final mark is written."""
    marks = class_of(ada=mark(CHAPTER, 4.0, lateness=late(1, 0.5)))
    assert cells(filled(worksheet(tmp_path), marks))[1][4] == "2"


def test_decimal_commas(tmp_path: Path) -> None:
    """As the sheet has them, or Moodle would read another number."""
    text = WORKSHEET.replace("4.50", '"4,50"').replace("2.00", '"2,00"')
    export = filled(worksheet(tmp_path, text), class_of(ada=mark(CHAPTER, 3.25)))
    assert b'grading",3,25,' not in export.contents
    assert cells(export)[1][4] == "3,25"


def test_students_are_found_by_e_mail_too(tmp_path: Path) -> None:
    """Rosters seldom know Moodle's numbers; case doesn't matter, names never do."""
    text = WORKSHEET.replace("Participant 101", "Participant 7001").replace(
        "Participant 103", "Participant 7003"
    )
    marks = class_of(ada=mark(CHAPTER, 1.0), noid=mark(CHAPTER, 1.0))
    export = filled(worksheet(tmp_path, text.replace('"Ada Lovelace"', '"No Ids"')), marks)
    assert cells(export)[1][4] == "1"
    assert "noid (No Ids) has no row in" in told(export)


def test_chinese_worksheets(tmp_path: Path) -> None:
    """Moodle writes headers in the language of whoever downloads."""
    header = "标识符,全名,状态,成绩,最高分,允许更改成绩,上次修改（作业）,上次修改（评分）,反馈意见"
    text = f"{header}\n参与人101,Ada,,,4.5,是,-,-,\n参与人102,张三,,,4.5,否,-,-,\n"
    marks = class_of(ada=mark(CHAPTER, 1.0, comment="Hm."), zhang=mark(CHAPTER, 2.0))
    export = filled(worksheet(tmp_path, text), marks)
    assert cells(export)[1][3:] == ["1", "4.5", "是", "-", "-", "<p>Hm.</p>"]
    assert "zhang (row 3)" in told(export)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (WORKSHEET.replace("Maximum Grade", "Scale"), "graded by a scale of words"),
        (WORKSHEET.replace("Identifier", "Kennung"), "row 1: the column “Identifier” is missing"),
        (WORKSHEET.replace("Last modified (grade)", "Modified"), "“Last modified .grade.”"),
        (WORKSHEET.replace("4.50", "much"), "row 2, “Maximum Grade”: much is not a number"),
    ],
)
def test_another_file_is_not_taken_for_a_worksheet(text: str, message: str, tmp_path: Path) -> None:
    """With what is wrong and how to get the right one."""
    with pytest.raises(MoodleError, match=message):
        filled(worksheet(tmp_path, text), class_of(ada=mark(CHAPTER, 1.0)))
