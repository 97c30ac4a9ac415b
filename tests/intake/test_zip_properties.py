"""Whatever bytes a zip consists of: no crash, no file written, honest members as they are."""

from __future__ import annotations

import io
import os
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import fsspec  # type: ignore[import-untyped]  # it has no types
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.intake.archives import Raw, honest_zip, raw_zip, zip64
from tests.intake.classroom import ADA, COURSE, roster
from torchgrade.filetree import Reason
from torchgrade.intake import FORMS, discover
from torchgrade.intake.archive import STUDENT_CAPS, ArchiveError, open_zip
from torchgrade.intake.store import Memory
from torchgrade.report.inert import inert

SETTINGS = settings(
    max_examples=100,
    deadline=None,
)
CHANGES = {f"os.{n}" for n in ("mkdir", "rename", "link", "symlink", "remove", "truncate", "chmod")}
BASES = (
    honest_zip({"ch03_indexing/gather.py": b"x\n", "a/b.py": b"y" * 100}),
    zip64("gather.py", b"x\n"),
)
MEMBER = st.builds(
    Raw,
    name=st.binary(max_size=40) | st.text(max_size=20).map(lambda text: text.encode("utf-8")),
    data=st.binary(max_size=50),
    method=st.sampled_from([0, 8, 8, 12, 99]),
    flags=st.sampled_from([0, 0, 1, 8, 0x800]),
    packed=st.none() | st.binary(max_size=30),
    size=st.none() | st.integers(0, 2**32 - 1),
    crc=st.none() | st.integers(0, 2**32 - 1),
    mode=st.integers(0, 0xFFFF),
    extra=st.binary(max_size=40),
    offset=st.none() | st.integers(0, 2**32 - 1),
)


class Watch:
    """Notices whoever makes or changes a file while it is on."""

    def __init__(self) -> None:
        self.on = False
        self.seen: list[str] = []
        sys.addaudithook(self)

    def __call__(self, event: str, arguments: tuple[object, ...]) -> None:
        if not self.on:
            return
        if event == "open":
            _, _, flags = arguments
            changing = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
            if isinstance(flags, int) and flags & changing:
                self.seen.append(event)
        elif event in CHANGES:
            self.seen.append(event)

    @contextmanager
    def nothing_written(self) -> Iterator[None]:
        self.on = True
        try:
            yield
        finally:
            self.on = False
        assert self.seen == []


WATCH = Watch()


def read_everything(data: bytes) -> None:
    with WATCH.nothing_written():
        _read_everything(data)


def _read_everything(data: bytes) -> None:
    try:
        archive = open_zip(Memory(data), Path("it.zip"), STUDENT_CAPS)
    except ArchiveError as error:
        assert isinstance(error.reason, Reason)
        return
    folders = [""]
    for _ in range(100):
        if not folders:
            break
        folder = folders.pop()
        for entry in archive.entries(folder):
            path = f"{folder}/{entry.name}" if folder else entry.name
            assert entry.name not in ("", ".", "..")
            assert "/" not in entry.name
            assert "\0" not in entry.name
            assert inert(str(archive.place(path))) == str(archive.place(path))
            contents = archive.read(path, 1000)
            assert isinstance(contents, Reason) or len(contents or b"") <= 1000
            if archive.is_folder(path):
                folders.append(path)
    for path in archive.unsafe:
        assert isinstance(archive.read(path, 1000), Reason)


@SETTINGS
@given(st.binary(max_size=300))
def test_arbitrary_bytes(data: bytes) -> None:
    """They are a zip or they aren't; nothing else happens."""
    read_everything(data)


@SETTINGS
@given(
    st.sampled_from(BASES),
    st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), max_size=8),
    st.integers(0, 400),
)
def test_a_zip_with_some_bytes_changed(
    base: bytes, changes: list[tuple[int, int]], cut: int
) -> None:
    """Every number and mark in the format may lie."""
    data = bytearray(base)
    for at, value in changes:
        data[at % len(data)] = value
    read_everything(bytes(data[: max(len(data) - cut, 0)] if cut < 50 else data))


@SETTINGS
@given(st.lists(MEMBER, max_size=6))
def test_arbitrary_members(members: list[Raw]) -> None:
    """Names, sizes, modes, extra fields and offsets are whatever the student made them."""
    read_everything(raw_zip(members))


@SETTINGS
@given(
    st.lists(MEMBER, max_size=4), st.sampled_from(["", "lovelaceada_123_4_gather.py", "ada.zip"])
)
def test_a_whole_class_of_arbitrary_members(members: list[Raw], honest: str) -> None:
    """A class's zip with them in it is read to the end, and only known students are given any."""
    if honest:
        members = [*members, Raw(honest.encode())]
    fsspec.filesystem("memory").pipe("/class.zip", raw_zip(members))
    for form in FORMS:
        with WATCH.nothing_written():
            intake = discover("memory:///class.zip", COURSE, roster(ADA), form=form)
            for handed in intake.handed:
                handed.read(COURSE.exercises)
        assert {handed.student for handed in intake.handed} <= {"ada"}
        for left in intake.unattributed:
            assert str(left.reason)


@SETTINGS
@given(
    st.dictionaries(
        st.from_regex(r"[a-z]{1,8}(/[a-z]{1,8}){0,3}\.py", fullmatch=True),
        st.binary(max_size=2000),
        max_size=8,
    ),
    st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED]),
    st.binary(max_size=50),
    st.binary(max_size=50).filter(lambda comment: b"PK" not in comment),
)
def test_what_python_writes_is_read_as_it_is(
    files: dict[str, bytes], method: int, before: bytes, comment: bytes
) -> None:
    """Every honest zip: stored or deflated, with a comment, with something in front."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        archive.comment = comment
        for name, data in files.items():
            archive.writestr(name, data)
    tree = open_zip(Memory(before + buffer.getvalue()), Path("it.zip"), STUDENT_CAPS)
    assert set(tree.members) == set(files)
    for name, data in files.items():
        assert tree.read(name, 2000) == data
