"""What a student hands in is read as data, whatever it is."""

from __future__ import annotations

import codecs
import hashlib
import os
import socket
from pathlib import Path

import pytest

from torchgrade.course import Exercise, Limits
from torchgrade.submission import (
    MAX_SIZE,
    Absent,
    Reason,
    Source,
    SubmissionError,
    Unreadable,
    read,
)


def exercise(key: str) -> Exercise:
    chapter, name = key.split("/")
    return Exercise(name, chapter, 1.0, (), (), Limits(), Path("/course"))


GATHER = exercise("ch03_indexing/gather")
WHERE = exercise("ch03_indexing/where")
DETACH = exercise("ch06_autograd/detach_semantics")
OTHER_GATHER = exercise("ch07_activations/gather")
ALL = (GATHER, WHERE, DETACH)


@pytest.fixture
def answers(tmp_path: Path) -> Path:
    """A folder shaped like exercises/ that answers gather only."""
    chapter = tmp_path / "alice" / "ch03_indexing"
    chapter.mkdir(parents=True)
    (chapter / "gather.py").write_text("x = 1\n")
    return tmp_path / "alice"


def answer_of(answers: Path, data: bytes) -> Source | Absent | Unreadable:
    (answers / "ch03_indexing" / "gather.py").write_bytes(data)
    return read(answers, [GATHER])[GATHER.key]


def test_each_exercise_has_an_answer_or_its_absence(answers: Path) -> None:
    """A missing file costs only its own exercise; the digest is that of the bytes."""
    found = read(answers, ALL)
    assert list(found) == [e.key for e in ALL]
    source = found[GATHER.key]
    assert isinstance(source, Source)
    assert (source.path, source.text) == (answers / "ch03_indexing" / "gather.py", "x = 1\n")
    assert source.digest == hashlib.sha256(b"x = 1\n").hexdigest()
    assert found[WHERE.key] == Absent(answers / "ch03_indexing" / "where.py")
    assert found[DETACH.key] == Absent(answers / "ch06_autograd" / "detach_semantics.py")


def test_the_shape_of_the_folder_does_not_matter(answers: Path) -> None:
    """A folder like exercises/, one that holds exercises/, and a chapter's folder all do."""
    whole = answers.parent / "bundle"
    whole.mkdir()
    (whole / "exercises").symlink_to(answers)
    for origin in (answers, answers / "ch03_indexing"):
        assert isinstance(read(origin, ALL)[GATHER.key], Source)
    (whole / "exercises").unlink()
    answers.rename(whole / "exercises")
    assert isinstance(read(whole, ALL)[GATHER.key], Source)


def test_a_chapters_folder_answers_only_that_chapter(answers: Path) -> None:
    """In the folder ch03_indexing, gather.py is not the answer of another chapter's gather."""
    found = read(answers / "ch03_indexing", (GATHER, OTHER_GATHER))
    assert isinstance(found[GATHER.key], Source)
    assert isinstance(found[OTHER_GATHER.key], Absent)


def test_a_loose_folder_that_could_mean_two_chapters_is_refused(answers: Path) -> None:
    """Which exercise a file answers is never guessed."""
    loose = answers / "loose"
    loose.mkdir()
    (loose / "gather.py").touch()
    assert isinstance(read(loose, ALL)[GATHER.key], Source)
    with pytest.raises(SubmissionError, match="ch03_indexing/gather, ch07_activations/gather"):
        read(loose, (GATHER, OTHER_GATHER))


def test_one_file_answers_the_exercise_that_it_is_called_after(tmp_path: Path) -> None:
    """The submission has that one answer; hyphens equal underscores."""
    file = tmp_path / "detach-semantics.py"
    file.write_text("y = 2\n")
    found = read(file, ALL)
    assert list(found) == [DETACH.key]
    assert isinstance(found[DETACH.key], Source)


@pytest.mark.parametrize(
    ("name", "exercises", "message"),
    [
        ("other.py", ALL, "not called like any"),
        ("gather.ipynb", ALL, "neither a folder nor a .py file"),
        ("gather.py", (GATHER, OTHER_GATHER), "could answer several"),
        ("nothing/here.py", ALL, "There is nothing to read at"),
    ],
)
def test_a_file_that_fits_no_exercise_is_refused(
    tmp_path: Path, name: str, exercises: tuple[Exercise, ...], message: str
) -> None:
    """The error says what is wrong with the file's name and what to do."""
    if "/" not in name:
        (tmp_path / name).touch()
    with pytest.raises(SubmissionError, match=message):
        read(tmp_path / name, exercises)


def test_a_file_of_any_name_answers_the_one_exercise_chosen(tmp_path: Path) -> None:
    """Whoever names one exercise and one file has said which belongs to which."""
    file = tmp_path / "my second try.py"
    file.write_text("y = 2\n")
    assert list(read(file, (GATHER,))) == [GATHER.key]


def test_one_file_in_a_chapters_folder_is_that_chapters(answers: Path) -> None:
    """A name that two chapters share is settled by the folder that the file lies in."""
    found = read(answers / "ch03_indexing" / "gather.py", (GATHER, OTHER_GATHER))
    assert list(found) == [GATHER.key]


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", ""),
        (b"a = 1\r\nb = 2\rc\n", "a = 1\nb = 2\nc\n"),
        ("# 中文\n".encode(), "# 中文\n"),
        (codecs.BOM_UTF8 + "# 中\n".encode(), "# 中\n"),
        (codecs.BOM_UTF8 + b"# coding: utf-8\n", "# coding: utf-8\n"),
        ("# -*- coding: gbk -*-\ns = '中'\n".encode("gbk"), "# -*- coding: gbk -*-\ns = '中'\n"),
        (b"#!/bin/x\n# vim: set fileencoding=latin-1 :\n'\xe9'\n", None),
        (b"# coding: utf-8-unix\n'\xc3\xa9'\n", "# coding: utf-8-unix\n'é'\n"),
        (b"'''\n# coding: latin-1\n\xc3\xa9'''\n", "'''\n# coding: latin-1\né'''\n"),
    ],
)
def test_text_is_decoded_as_python_would(answers: Path, data: bytes, text: str | None) -> None:
    """Byte order marks and coding cookies count where Python looks for them, and only there."""
    found = answer_of(answers, data)
    assert isinstance(found, Source)
    assert found.text == (data.decode("latin-1") if text is None else text)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"x = '\xff'\n", Reason.NOT_TEXT),
        (b"x = 1\0\n", Reason.NUL),
        ("x = 1\n".encode("utf-16"), Reason.UTF16),
        (b"# coding: nonsense\n", Reason.ENCODING),
        (b"# coding: rot13\n", Reason.ENCODING),
        (b"# coding: punycode\n", Reason.ENCODING),
        (b"# coding: unicode_escape\n", Reason.ENCODING),
        (b"# coding: utf-7\n", Reason.ENCODING),
        (codecs.BOM_UTF8 + b"# coding: latin-1\n", Reason.ENCODING),
        (b"#" * (MAX_SIZE + 1), Reason.TOO_LARGE),
    ],
)
def test_what_is_not_source_text_is_a_value(answers: Path, data: bytes, reason: Reason) -> None:
    """A file that can't be text is unreadable with its reason; nothing is raised."""
    found = answer_of(answers, data)
    assert isinstance(found, Unreadable)
    assert found.reason is reason


def test_the_largest_file_is_read(answers: Path) -> None:
    """The limit itself is allowed."""
    assert isinstance(answer_of(answers, b"#" * MAX_SIZE), Source)


def test_a_link_may_not_leave_the_folder(answers: Path) -> None:
    """No file outside a submission is ever read through it, by file, folder or .. links."""
    secret = answers.parent / "secret.py"
    secret.write_text("key = 42\n")
    outside = answers.parent / "outside"
    outside.mkdir()
    (outside / "detach_semantics.py").write_text("key = 42\n")
    (answers / "ch06_autograd").symlink_to(outside)
    (answers / "ch03_indexing" / "where.py").symlink_to("../../secret.py")
    (answers / "ch03_indexing" / "gather.py").rename(answers / "mine.py")
    (answers / "ch03_indexing" / "gather.py").symlink_to("../mine.py")
    found = read(answers, ALL)
    assert isinstance(found[GATHER.key], Source)
    for key in (WHERE.key, DETACH.key):
        answer = found[key]
        assert isinstance(answer, Unreadable)
        assert answer.reason is Reason.LINK


def test_only_regular_files_are_opened(answers: Path) -> None:
    """A FIFO, socket, device, folder or endless link neither blocks nor raises."""
    chapter = answers / "ch03_indexing"
    file = chapter / "gather.py"

    def reason() -> Reason:
        found = read(answers, [GATHER])[GATHER.key]
        assert isinstance(found, Unreadable)
        return found.reason

    file.unlink()
    os.mkfifo(file)
    assert reason() is Reason.SPECIAL
    file.unlink()
    file.mkdir()
    assert reason() is Reason.FOLDER
    file.rmdir()
    file.symlink_to("gather.py")
    assert reason() is Reason.LINK_LOOP
    file.unlink()
    file.symlink_to("/dev/zero")
    assert reason() is Reason.LINK
    file.unlink()
    here = os.open(".", os.O_RDONLY)
    try:
        os.chdir(chapter)  # a socket's path may not be long
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind("gather.py")
            assert reason() is Reason.SPECIAL
    finally:
        os.fchdir(here)
        os.close(here)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_a_value(answers: Path) -> None:
    """An unreadable file costs its own exercise only."""
    (answers / "ch03_indexing" / "gather.py").chmod(0)
    found = read(answers, [GATHER])[GATHER.key]
    assert isinstance(found, Unreadable)
    assert found.reason is Reason.PERMISSION


def test_nothing_of_a_submission_is_run(answers: Path) -> None:
    """Reading leaves no trace of the code and writes nothing beside it."""
    trace = answers.parent / "trace"
    found = answer_of(answers, f"open({str(trace)!r}, 'w')\n".encode())
    assert isinstance(found, Source)
    assert not trace.exists()
    assert [file.name for file in (answers / "ch03_indexing").iterdir()] == ["gather.py"]
