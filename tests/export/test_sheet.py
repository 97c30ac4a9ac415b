"""Sheets: reading what others wrote, changing only what is meant, and no formulas."""

from __future__ import annotations

import codecs
import csv
import io
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.export.school import untimed
from torchgrade.export.figures import figure, rounded
from torchgrade.export.files import OutputError, writing
from torchgrade.export.sheet import SheetError, new_sheet, read_sheet, safe

# Everything that a name could hold, but for half characters, which no file can.
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
CELLS = st.text(
    st.one_of(st.sampled_from('",;\t\r\n =+-@éق张'), st.characters(exclude_categories=["Cs"])),
    max_size=8,
).map(lambda text: text.replace("\0", ""))


def write(folder: Path, data: bytes) -> Path:
    file = folder / "sheet.csv"
    file.write_bytes(data)
    return file


@untimed
@given(rows=st.lists(st.lists(CELLS, min_size=2, max_size=5), min_size=1, max_size=6))
def test_sheets_are_read_as_the_csv_module_reads_them(
    rows: list[list[str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Quotes, delimiters and line ends within cells, in any mixture."""
    rows = [["Name", "ID"], *rows]
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows(rows)
    sheet = read_sheet(write(tmp_path_factory.mktemp("a"), stream.getvalue().encode()))
    expected = list(csv.reader(io.StringIO(stream.getvalue(), newline="")))
    assert [[cell.value for cell in row] for row in sheet.rows] == [r or [""] for r in expected]


@untimed
@given(
    rows=st.lists(st.lists(CELLS, min_size=2, max_size=4), min_size=1, max_size=5),
    data=st.data(),
)
def test_other_cells_survive_whatever_is_filled_in(
    rows: list[list[str]], data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Read again, a filled sheet differs in the cells that were meant, and in no other."""
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows([["Name", "ID", "Grade"], *rows])
    sheet = read_sheet(write(tmp_path_factory.mktemp("a"), stream.getvalue().encode()))
    places = [(r, c) for r in range(len(sheet.rows)) for c in range(len(sheet.rows[r]))]
    beyond = [(r, c) for r in range(1, len(sheet.rows)) for c in range(5)]
    cells = data.draw(st.dictionaries(st.sampled_from(beyond), CELLS, max_size=6))
    again = read_sheet(write(tmp_path_factory.mktemp("b"), sheet.filled(cells)))
    for row, column in {*places, *cells}:
        expected = cells.get((row, column), sheet.value(row, column))
        assert again.value(row, column) == expected


@untimed
@given(text=st.text(st.sampled_from('ab",;\r\n\t é'), max_size=40))
def test_nothing_filled_in_changes_nothing(
    text: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Byte by byte, however oddly it was written."""
    data = ("Name,ID\r\n" + text.replace('"', '""')).encode()
    assert read_sheet(write(tmp_path_factory.mktemp("a"), data)).filled({}) == data


@pytest.mark.parametrize(
    ("bom", "encoding", "told"),
    [
        (codecs.BOM_UTF8, "utf-8", None),
        (b"", "utf-8", None),
        (codecs.BOM_UTF16_LE, "utf-16-le", None),
        (codecs.BOM_UTF16_BE, "utf-16-be", None),
        (b"", "cp1252", "cp1252"),
        (b"", "gb18030", "gb18030"),
        (b"", "utf-16-le", "utf-16-le"),
    ],
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_encoding_mark_and_delimiter_stay(
    bom: bytes, encoding: str, told: str | None, delimiter: str, tmp_path: Path
) -> None:
    """What came in comes out, with one cell changed."""
    name = "张三" if encoding == "gb18030" else "Renée"
    text = f'Name{delimiter}ID{delimiter}Grade\r\n"{name}"{delimiter}7{delimiter}\r\n'
    sheet = read_sheet(write(tmp_path, bom + text.encode(encoding)), told)
    assert (sheet.value(1, 0), sheet.delimiter) == (name, delimiter)
    expected = text.replace(f"7{delimiter}\r", f"7{delimiter}9.5\r")
    assert sheet.filled({(1, 2): "9.5"}) == bom + expected.encode(encoding)


def test_an_encoding_is_not_guessed(tmp_path: Path) -> None:
    """Bytes that are not UTF-8 are refused with their row and the option that names them."""
    file = write(tmp_path, "Name,ID\r\nAnn,1\r\nRenée,2\r\n".encode("cp1252"))
    with pytest.raises(SheetError, match=r"row 3.*--encoding"):
        read_sheet(file)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "has no header"),
        (b"\r\n\r\n", "has no header"),
        (b'Name,ID\n"Ann,1\nBob,2\n', "row 2: a quote"),
        ("Name,ID\n".encode("utf-16-le"), "NUL"),
        (b"PK\x03\x04 and so on", "is a workbook"),
    ],
)
def test_what_is_no_sheet_is_refused(data: bytes, told: str, tmp_path: Path) -> None:
    """With its place."""
    with pytest.raises(SheetError, match=told):
        read_sheet(write(tmp_path, data))


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+SUM(A1)",
        "-2+3",
        "@A1",
        "\t=1",
        "\r=1",
        " =1",
        "\n=1",
        "＝1",
        "-",
        "+49 171",
        "--1",
    ],
)
def test_formulas_are_disarmed(text: str) -> None:
    """No text begins with what a spreadsheet would run."""
    assert safe(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "-3.5", "+2", "1e3", "-1,5", "Ann", "a=b", "'=1", "张三"])
def test_numbers_and_plain_texts_stay(text: str) -> None:
    """Nothing is put before what is harmless."""
    assert safe(text) == text


@untimed
@given(rows=st.lists(st.lists(TEXTS, min_size=1, max_size=4), min_size=1, max_size=5))
def test_new_sheets_give_back_what_was_written(rows: list[list[str]]) -> None:
    """Any names at all, through Python's csv module; formulas with a quote before them."""
    data = new_sheet(rows)
    assert data.startswith(codecs.BOM_UTF8)
    text = data.decode("utf-8-sig")
    read = list(csv.reader(io.StringIO(text, newline="")))
    assert [r or [""] for r in read] == [[safe(cell) for cell in row] for row in rows]
    for row in read:
        for cell in row:
            assert cell == safe(cell)


# --- figures


@untimed
@given(
    points=st.floats(0, 1000),
    maximum=st.floats(0, 1000),
    out_of=st.none() | st.decimals(1, 200, places=2),
)
def test_no_mark_is_above_its_maximum(
    points: float, maximum: float, out_of: Decimal | None
) -> None:
    """Nor below zero, nor far from what it stands for."""
    value = rounded(points, maximum, out_of)
    top = Decimal(repr(maximum)) if out_of is None else out_of
    assert value is not None
    assert 0 <= value <= top
    if out_of is None and points <= maximum:
        assert abs(value - Decimal(repr(points))) <= Decimal("0.00501")


@pytest.mark.parametrize(
    ("points", "maximum", "shown"),
    [
        (2.675, 3.0, "2.68"),
        (0.1 + 0.2, 1.0, "0.3"),
        (2.0, 3.0, "2"),
        (1 / 3, 1.0, "0.33"),
        (8.999999999999998, 9.0, "9"),
        (10.0, 9.0, "9"),
        (1.0 / 8, 1.0, "0.13"),
        (100.0, 100.0, "100"),
        (0.0, 4.0, "0"),
        (2.675, 2.675, "2.675"),
    ],
)
def test_marks_are_rounded_half_up_once(points: float, maximum: float, shown: str) -> None:
    """To hundredths, as people round; full points are the maximum itself."""
    assert figure(rounded(points, maximum)) == shown


def test_what_is_not_known_is_empty() -> None:
    """And never 0."""
    assert rounded(None, 5.0) is None
    assert figure(None) == ""


# --- files


def test_a_source_is_never_overwritten(tmp_path: Path) -> None:
    """Neither by its name nor through a link to it."""
    source = write(tmp_path, b"Name,ID\n")
    link = tmp_path / "link.csv"
    link.symlink_to(source)
    for out in (source, link, tmp_path / "." / "sheet.csv"):
        with pytest.raises(OutputError, match="would be overwritten"), writing(out, [source]):
            raise AssertionError("it was opened")
    assert source.read_bytes() == b"Name,ID\n"


def test_an_error_leaves_the_old_file_whole(tmp_path: Path) -> None:
    """And nothing beside it."""
    out = write(tmp_path, b"old")

    def fail() -> None:
        with writing(out) as stream:
            stream.write(b"half of the new")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [
        ("sheet.csv", b"old")
    ]


@pytest.mark.parametrize("name", ["missing/out.csv", "."])
def test_a_place_that_can_not_be_written_is_told(name: str, tmp_path: Path) -> None:
    """With the path and what to do."""
    with pytest.raises(OutputError, match="can't be written"), writing(tmp_path / name):
        raise AssertionError("it was opened")
