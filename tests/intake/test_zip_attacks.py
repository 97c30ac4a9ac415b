"""A student's zip, whatever it is, costs at most that student's answers and writes nothing."""

from __future__ import annotations

import io
import pickle
import stat
import struct
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from tests.intake.archives import (
    ANSWER,
    Raw,
    deflated,
    honest_zip,
    quoted_overlap,
    raw_zip,
    zip64,
)
from tests.intake.classroom import COURSE, NOBODY, WHERE, answer_of, students, text_of, write
from torchgrade.intake import discover
from torchgrade.submission import Absent, Reason, Source, Unreadable

GOOD = honest_zip({"gather.py": b"good\n"})


def read_both(folder: Path, attack: bytes) -> Source | Absent | Unreadable:
    """The attacker's answer to gather; the honest student's beside it must be read."""
    write(folder, {"eve.zip": attack, "good.zip": GOOD})
    before = sorted(path.name for path in folder.parent.rglob("*"))
    intake = discover(str(folder), COURSE, NOBODY)
    assert students(intake) == ["eve", "good"]
    found = answer_of(intake.handed[0])
    assert text_of(intake.handed[1]) == "good\n"
    assert sorted(path.name for path in folder.parent.rglob("*")) == before
    return found


def linked(target: bytes) -> Raw:
    return Raw(b"gather.py", target, method=0, mode=stat.S_IFLNK | 0o777)


BOMB = b"0" * (60 * 1024**2)
HARD_LINK = struct.pack("<2H", 0x000D, 24) + bytes(12) + b"/etc/passwd\0"

ATTACKS = {
    "../x": (raw_zip([Raw(b"../gather.py")]), Reason.OUTSIDE),
    "..\\x": (raw_zip([Raw(b"..\\gather.py")]), Reason.OUTSIDE),
    "a/../../x": (raw_zip([Raw(b"../../gather.py")]), Reason.OUTSIDE),
    "absolute": (raw_zip([Raw(b"/gather.py")]), Reason.OUTSIDE),
    "drive": (raw_zip([Raw(b"C:\\gather.py")]), Reason.OUTSIDE),
    "NUL in its name": (raw_zip([Raw(b"gather.py\0")]), Reason.NAME),
    "newline in its name": (raw_zip([Raw(b"gather\n.py")]), Reason.NAME),
    "symlink": (raw_zip([linked(b"../../secret.py")]), Reason.LINK_IN_ZIP),
    "symlink inside": (raw_zip([linked(b"other.py"), Raw(b"other.py")]), Reason.LINK_IN_ZIP),
    "hard link": (raw_zip([Raw(b"gather.py", extra=HARD_LINK)]), Reason.LINK_IN_ZIP),
    "device": (raw_zip([Raw(b"gather.py", mode=stat.S_IFCHR | 0o666)]), Reason.SPECIAL),
    "FIFO": (raw_zip([Raw(b"gather.py", mode=stat.S_IFIFO | 0o666)]), Reason.SPECIAL),
    "large file": (honest_zip({"gather.py": b"#" * (1024**2 + 1)}), Reason.TOO_LARGE),
    "lies that it is small": (
        raw_zip([Raw(b"gather.py", packed=deflated(b"#" * 10**7), size=100)]),
        Reason.DAMAGED,
    ),
    "lies that it is large": (raw_zip([Raw(b"gather.py", size=2**32 - 2)]), Reason.TOO_LARGE),
    "nested bomb": (honest_zip({"inner.zip": honest_zip({"a.zip": BOMB})}), Reason.NESTED),
    "bomb for a notebook": (honest_zip({"a.ipynb": b"0" * (15 * 1024**2)}), Reason.BOMB),
    "overlap": (quoted_overlap(b"gather.py", 1000), Reason.OVERLAP),
    "same bytes twice": (
        raw_zip([Raw(b"longer_name.py"), Raw(b"gather.py", offset=0)]),
        Reason.OVERLAP,
    ),
    "duplicate": (raw_zip([Raw(b"gather.py"), Raw(b"gather.py", b"x = 2\n")]), Reason.DUPLICATE),
    "duplicate by ./": (raw_zip([Raw(b"gather.py"), Raw(b"./gather.py")]), Reason.DUPLICATE),
    "encrypted": (raw_zip([Raw(b"gather.py", flags=1)]), Reason.ENCRYPTED),
    "rare compression": (raw_zip([Raw(b"gather.py", method=12)]), Reason.METHOD),
    "wrong checksum": (raw_zip([Raw(b"gather.py", crc=1)]), Reason.DAMAGED),
    "broken deflate": (raw_zip([Raw(b"gather.py", packed=b"\xff" * 20)]), Reason.DAMAGED),
    "header elsewhere": (raw_zip([Raw(b"gather.py", offset=10**6)]), Reason.DAMAGED),
    "truncated": (GOOD[:-30], Reason.NOT_ZIP),
    "half": (GOOD[: len(GOOD) // 2], Reason.NOT_ZIP),
    "empty file": (b"", Reason.NOT_ZIP),
    "no zip": (b"x = 1\n", Reason.NOT_ZIP),
    "a tar": (b"gather.py" + bytes(248) + b"ustar" + bytes(400), Reason.NOT_ZIP),
    "lies of its members": (raw_zip([Raw(b"gather.py")], count=60000), Reason.TOO_MANY_FILES),
    "folder instead": (raw_zip([Raw(b"gather.py/x.py"), Raw(b"a.py")]), Reason.FOLDER),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_gets_its_reason_and_the_batch_goes_on(tmp_path: Path, name: str) -> None:
    """The answer is unreadable for a reason that a person can act on; nothing is written."""
    attack, reason = ATTACKS[name]
    found = read_both(tmp_path / "class", attack)
    assert isinstance(found, Unreadable), found
    assert found.reason is reason


def test_a_hundred_thousand_members_are_refused(tmp_path: Path) -> None:
    """Nobody's answers need as many; the zip is not worked through."""
    many = raw_zip([Raw(b"%d.txt" % n, b"", method=0) for n in range(100_000)], count=1)
    found = read_both(tmp_path / "class", many)
    assert isinstance(found, Unreadable)
    assert found.reason is Reason.TOO_MANY_FILES


def test_a_hundred_thousand_members_of_a_class_are_read(tmp_path: Path) -> None:
    """A large class has as many, and a student takes along only what is theirs."""
    others = [Raw(b"s%d/%d.txt" % (n % 100, n), b"", method=0) for n in range(100_000)]
    write(tmp_path, {"all.zip": raw_zip([*others, Raw(b"s7/gather.py", b"g")])})
    intake = discover(str(tmp_path / "all.zip"), COURSE, NOBODY)
    assert len(intake.handed) == 100
    (seventh,) = [handed for handed in intake.handed if handed.student == "s7"]
    assert text_of(seventh) == "g"
    assert len(pickle.dumps(seventh)) < len(pickle.dumps(intake.handed)) / 10


def test_a_bomb_costs_no_memory(tmp_path: Path) -> None:
    """Of 60 MiB that claim to be 1 MB no more than about that is ever unpacked."""
    attack = raw_zip([Raw(b"gather.py", packed=deflated(BOMB), size=10**6)])
    write(tmp_path, {"eve.zip": attack, "good.zip": GOOD})
    (handed, _) = discover(str(tmp_path), COURSE, NOBODY).handed
    tracemalloc.start()
    try:
        found = answer_of(handed)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert isinstance(found, Unreadable)
    assert peak < 4 * 1024**2


def test_all_that_is_read_for_one_student_is_bounded(tmp_path: Path) -> None:
    """Many large notebooks, each within its limit, end at the limit of the whole submission."""
    blank = b'{"nbformat": 4, "cells": []}'
    cell = '{"cell_type": "code", "metadata": {"nbgrader": {"grade_id": "gather"}}, "source": "g"}'
    late = f'{{"nbformat": 4, "cells": [{cell}]}}'.encode()
    files: dict[str, bytes | str] = {
        f"eve/{n}.ipynb": blank + b" " * (16 * 1024**2 - len(blank)) for n in range(8)
    }
    write(tmp_path, {**files, "eve/z.ipynb": late, "good/gather.py": "good"})
    eve, good = discover(str(tmp_path), COURSE, NOBODY).handed
    assert text_of(good) == "good"
    found = answer_of(eve)
    assert isinstance(found, Unreadable)
    assert found.reason is Reason.TOO_MUCH


@pytest.mark.parametrize(
    "data",
    [
        zip64("gather.py", ANSWER),
        b"#!/bin/sh\n" + honest_zip({"gather.py": ANSWER}),
        b"junk" * 100 + zip64("gather.py", ANSWER),
        raw_zip([Raw(b"gather.py", method=0)]),
        raw_zip([Raw(b"long/" * 200 + b"x"), Raw(b"./" * 400 + b"gather.py")]),
        raw_zip([Raw(b"hw/ch03_indexing/gather.py"), Raw(b"__MACOSX/hw/._gather.py")]),
        raw_zip([Raw(b"hw\\ch03_indexing\\gather.py")]),
        raw_zip([Raw("作业/gather.py".encode("gbk"))]),
        raw_zip([Raw("作业/gather.py".encode(), flags=0x800)]),
        raw_zip([Raw("作业/gather.py".encode())]),
        raw_zip([Raw(b"caf\xff\xfe/gather.py", flags=0x800)]),
        raw_zip([Raw(b"hw/", b""), Raw(b"hw/", b""), Raw(b"hw/exercises/ch03_indexing/gather.py")]),
        raw_zip([Raw(b"ch03_indexing"), Raw(b"ch03_indexing/gather.py")]),
        raw_zip([Raw(b"../gather.py", b"evil\n"), Raw(b"gather.py")]),
    ],
    ids=[
        "zip64", "self-extracting", "self-extracting zip64", "stored",
        "long names", "wrapped", "backslashes",
        "GBK", "UTF-8", "UTF-8 unmarked", "not UTF-8", "folders twice", "file and folder",
        "one that leads out besides",
    ],
)  # fmt: skip
def test_odd_but_honest_zips_are_read(tmp_path: Path, data: bytes) -> None:
    """What programs of this world make of a folder is no reason to lose marks."""
    found = read_both(tmp_path / "class", data)
    assert isinstance(found, Source), found
    assert found.text == ANSWER.decode()


def test_a_file_in_the_place_of_a_chapter_holds_no_answers(tmp_path: Path) -> None:
    """It is as if nothing had been handed in for that chapter."""
    found = read_both(tmp_path / "class", raw_zip([Raw(b"ch03_indexing"), Raw(b"a.py")]))
    assert isinstance(found, Absent)


def test_only_the_member_attacked_is_lost(tmp_path: Path) -> None:
    """A damaged member costs its own exercise and no other in the same zip."""
    attack = raw_zip([Raw(b"gather.py", crc=1), Raw(b"where.py", b"w\n")])
    write(tmp_path, {"eve.zip": attack, "good.zip": GOOD})
    eve, _ = discover(str(tmp_path), COURSE, NOBODY).handed
    assert isinstance(answer_of(eve), Unreadable)
    assert text_of(eve, WHERE) == "w\n"


def test_the_attacks_are_zips_to_others() -> None:
    """The makers of attacks make what they say: Python's own module opens the readable ones."""
    for name in ("../x", "symlink", "duplicate", "overlap"):
        data, _ = ATTACKS[name]
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            assert archive.namelist()
