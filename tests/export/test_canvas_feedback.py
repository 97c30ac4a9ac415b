"""Comments for Canvas: a zip that its "Upload Submissions" takes."""

from __future__ import annotations

import json
import re
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from tests.export.school import class_of, mark
from torchgrade.export.canvas_feedback import CanvasZipError, feedback_zip, submitted_files
from torchgrade.export.notes import Export

CHAPTER = "ch03_indexing"
DOWNLOADED = (
    "lovelaceada_101_9001_gather.py",
    "lovelaceada_101_9002_notes.txt",
    "zhang3san_LATE_102_9003_my_2_answer.ipynb",
    "evelink_103_9004_essay.pdf",
    "formula_104_link.html",
    "._lovelaceada_101_9001_gather.py",
    "anon_aBcD1_9005_gather.py",
)


def download(folder: Path, *names: str) -> Path:
    file = folder / "submissions.zip"
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, "student's work")
    return file


def members(export: Export) -> dict[str, str]:
    with zipfile.ZipFile(BytesIO(export.contents)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def canvas_reads(name: str) -> list[str]:
    """The student and the file that Canvas takes from a name."""
    return [part for part in name.split("_") if re.fullmatch(r"\d+", part)][:2]


def test_names_are_those_that_canvas_gave(tmp_path: Path) -> None:
    """One file for each student, which Canvas brings back to them."""
    submitted = submitted_files(download(tmp_path, *DOWNLOADED))
    marks = class_of(
        ada=mark(CHAPTER, 1.0, comment="Mind the axes."),
        zhang=mark(CHAPTER, 1.0, comment="Well."),
        eve=mark(CHAPTER, 1.0, comment="Well."),
    )
    export = feedback_zip(marks, CHAPTER, submitted)
    assert list(members(export)) == [DOWNLOADED[0], DOWNLOADED[2], DOWNLOADED[3]]
    assert [canvas_reads(name) for name in members(export)] == [
        ["101", "9001"],
        ["102", "9003"],
        ["103", "9004"],
    ]


def test_feedback_takes_the_form_of_the_file(tmp_path: Path) -> None:
    """Canvas shows it under that file's name: Python stays Python, a notebook a notebook."""
    submitted = submitted_files(download(tmp_path, *DOWNLOADED))
    comment = "Mind:\n'''\nimport os"
    marks = class_of(
        ada=mark(CHAPTER, 1.0, comment=comment), zhang=mark(CHAPTER, 1.0, comment=comment)
    )
    python, notebook = members(feedback_zip(marks, CHAPTER, submitted)).values()
    assert python == "# gather\n# Mind:\n# '''\n# import os\n"
    assert json.loads(notebook)["cells"][0]["source"] == f"gather\n{comment}"


def test_who_has_no_file_there_is_listed(tmp_path: Path) -> None:
    """A link is no file to attach to, and nobody is matched by name."""
    submitted = submitted_files(download(tmp_path, *DOWNLOADED))
    marks = class_of(
        formula=mark(CHAPTER, 1.0, comment="Hm."), noid=mark(CHAPTER, 1.0, comment="Hm.")
    )
    export = feedback_zip(marks, CHAPTER, submitted)
    assert members(export) == {}
    assert [str(note)[:8] for note in export.notes] == ["formula ", "noid has"]


def test_only_names_that_are_safe_in_an_archive(tmp_path: Path) -> None:
    """What leads out of the folder is not Canvas's doing."""
    submitted = submitted_files(
        download(tmp_path, "../x_101_1_a.py", "a_102_2_b.py", "/abs_103_3_c.py")
    )
    assert [file.name for file in submitted.values()] == ["a_102_2_b.py"]


@pytest.mark.parametrize("names", [(), ("gather.py",), ("anon_aBcD1_9005_gather.py",)])
def test_a_zip_without_canvas_names_is_refused(names: tuple[str, ...], tmp_path: Path) -> None:
    """With where to get the right one."""
    with pytest.raises(CanvasZipError, match="Download Submissions"):
        submitted_files(download(tmp_path, *names))


def test_what_is_no_zip_is_refused(tmp_path: Path) -> None:
    """With its name."""
    file = tmp_path / "submissions.zip"
    file.write_bytes(b"no zip")
    with pytest.raises(CanvasZipError, match=r"submissions.zip can't be read as a zip"):
        submitted_files(file)
