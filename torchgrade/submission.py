"""What a student hands in: folder or file -> Submission.

Files are read as data and decoded, never run or imported. A file that is missing or can't be read
is a value like any other, so that it costs only its own exercise.
"""

from __future__ import annotations

import codecs
import errno
import hashlib
import os
import re
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final, TypeAlias

from torchgrade.course import Exercise
from torchgrade.errors import N_, UserError

__all__ = [
    "MAX_SIZE",
    "Absent",
    "Answer",
    "Reason",
    "Source",
    "Submission",
    "SubmissionError",
    "Unreadable",
    "read",
    "read_file",
]

MAX_SIZE: Final = 1024**2
"""Bytes of one answer."""

_COOKIE: Final = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_BLANK: Final = re.compile(rb"^[ \t\f]*(?:#.*)?$")
# A closed list: Python's registry also has codecs that take minutes for a megabyte (punycode).
_ENCODINGS: Final = frozenset(
    codecs.lookup(name).name
    for name in (
        *("ascii", "utf-8", "utf-8-sig", "latin-1", "iso8859-15", "cp1252"),
        *("gb2312", "gbk", "gb18030", "big5", "big5hkscs", "cp950"),
    )
)


class Reason(StrEnum):
    """Why a file can't be used; each is a message of the catalogue."""

    TOO_LARGE = N_("it is larger than 1 MiB")
    FOLDER = N_("it is a folder, not a file")
    SPECIAL = N_("it is not a regular file")
    LINK = N_("it is a link that leads out of the submitted folder")
    LINK_LOOP = N_("it is a link that leads to itself")
    PERMISSION = N_("there is no permission to read it")
    SYSTEM = N_("the operating system could not read it")
    NUL = N_("it contains NUL bytes, so it is not Python source")
    UTF16 = N_("it is saved as UTF-16; save it as UTF-8")
    NOT_TEXT = N_("it is not text in UTF-8 or in the encoding that it declares")
    ENCODING = N_("it declares an encoding that is not supported; save it as UTF-8")


_REASONS: Final[Mapping[int | None, Reason]] = {
    errno.EACCES: Reason.PERMISSION,
    errno.EPERM: Reason.PERMISSION,
    errno.ELOOP: Reason.LINK_LOOP,
    errno.ENXIO: Reason.SPECIAL,  # what opening a socket gives
}


@dataclass(frozen=True)
class Source:
    """An answer that was read."""

    path: Path
    text: str
    """Decoded, with ``\\n`` line ends. A coding cookie in it no longer says anything: compile it
    as text, or encode it with a byte order mark (``utf-8-sig``)."""
    digest: str
    """SHA-256 of the bytes on disk, in hexadecimal."""


@dataclass(frozen=True)
class Absent:
    """An answer that was not handed in; ``path`` is where it was looked for."""

    path: Path


@dataclass(frozen=True)
class Unreadable:
    """An answer that is there and can't be used."""

    path: Path
    reason: Reason


Answer: TypeAlias = Source | Absent | Unreadable


@dataclass(frozen=True)
class Submission(Mapping[str, Answer]):
    """One person's answers by `Exercise.key`."""

    origin: Path
    """Where they were read from, for display."""
    answers: Mapping[str, Answer]

    def __getitem__(self, key: str) -> Answer:
        return self.answers[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.answers)

    def __len__(self) -> int:
        return len(self.answers)


class SubmissionError(UserError):
    """The place given holds nothing that could be matched with the exercises chosen."""


def read(origin: Path, exercises: Sequence[Exercise]) -> Submission:
    """The answers to ``exercises`` that lie at ``origin``.

    ``origin`` is a folder shaped like exercises/, a folder that holds such a folder under the name
    exercises, the folder of one chapter, or one .py file. A file must be called like exactly one
    of ``exercises`` unless there is only one, and the submission then has this one answer;
    otherwise it has one for each.

    Raises `SubmissionError`.
    """
    try:
        mode = origin.stat().st_mode
    except OSError as error:
        raise SubmissionError(
            N_("There is nothing to read at {path}: {reason}."),
            N_("Give --from a folder shaped like exercises/ or one .py file."),
            {"path": origin, "reason": os.strerror(error.errno or errno.EIO)},
        ) from None
    if stat.S_ISDIR(mode):
        return Submission(origin, _read_folder(origin, exercises))
    exercise = _exercise_of(origin, exercises)
    # A file that was named outright may be a link: whoever named it has chosen it.
    return Submission(origin, {exercise.key: _read_within(origin, origin.resolve().parent)})


def read_file(path: Path, folder: Path) -> Answer:
    """The answer in ``path``, which must not lead out of ``folder``."""
    return _read_within(path, Path(os.path.realpath(folder)))


def _read_folder(origin: Path, exercises: Sequence[Exercise]) -> Mapping[str, Answer]:
    paths = {exercise.key: path for exercise, path in _layout(origin, exercises)}
    return {key: read_file(path, origin) for key, path in paths.items()}


def _layout(origin: Path, exercises: Sequence[Exercise]) -> list[tuple[Exercise, Path]]:
    """Where in ``origin`` each exercise's answer is to be looked for."""
    chapters = {exercise.chapter for exercise in exercises}
    for tree in (origin, origin / "exercises"):
        if any((tree / chapter).is_dir() for chapter in chapters):
            return [(e, tree / e.chapter / f"{e.name}.py") for e in exercises]
    flat = [exercise for exercise in exercises if os.path.lexists(origin / f"{exercise.name}.py")]
    name = origin.resolve().name
    if name in chapters:
        flat = [exercise for exercise in flat if exercise.chapter == name]
    names = [exercise.name for exercise in flat]
    for exercise in flat:
        if names.count(exercise.name) > 1:
            raise _ambiguous(origin / f"{exercise.name}.py", flat)
    found = {exercise.key for exercise in flat}
    return [
        (e, origin / f"{e.name}.py" if e.key in found else origin / e.chapter / f"{e.name}.py")
        for e in exercises
    ]


def _exercise_of(file: Path, exercises: Sequence[Exercise]) -> Exercise:
    if file.suffix != ".py":
        raise SubmissionError(
            N_("{path} is neither a folder nor a .py file."),
            N_("Give --from a folder shaped like exercises/ or one .py file."),
            {"path": file},
        )
    if len(exercises) == 1:
        return exercises[0]  # whoever names one exercise and one file means that file
    name = file.stem.lower().replace("-", "_")
    found = [exercise for exercise in exercises if exercise.name == name]
    if len(found) > 1:
        # The chapter's folder that the file lies in may tell.
        found = [e for e in found if e.chapter == file.resolve().parent.name] or found
    if len(found) > 1:
        raise _ambiguous(file, found)
    if found:
        return found[0]
    raise SubmissionError(
        N_("{path} is not called like any of the exercises chosen."),
        N_("Rename the file to the exercise's name, or choose the exercise that it answers."),
        {"path": file},
    )


def _ambiguous(file: Path, exercises: Sequence[Exercise]) -> SubmissionError:
    keys = [exercise.key for exercise in exercises if exercise.name == file.stem.replace("-", "_")]
    return SubmissionError(
        N_("{path} could answer several exercises."),
        N_("Name the exercise as well, one of: {candidates}"),
        {"path": file, "candidates": ", ".join(keys)},
    )


def _read_within(path: Path, folder: Path) -> Answer:
    """``folder`` is free of links."""
    try:
        target = Path(os.path.realpath(path, strict=True))
        data = _bytes(target) if target.is_relative_to(folder) else Reason.LINK
    except (FileNotFoundError, NotADirectoryError):
        return Absent(path)
    except OSError as error:
        return Unreadable(path, _REASONS.get(error.errno, Reason.SYSTEM))
    if isinstance(data, Reason):
        return Unreadable(path, data)
    text = _decoded(data)
    if isinstance(text, Reason):
        return Unreadable(path, text)
    return Source(path, text, hashlib.sha256(data).hexdigest())


def _bytes(path: Path) -> bytes | Reason:
    """The contents of a regular file of at most `MAX_SIZE`. Never waits for a FIFO or device."""
    if stat.S_ISDIR(os.stat(path).st_mode):
        return Reason.FOLDER
    # The path has no links left. Should one have appeared since, it is not followed; and what is
    # looked at is what was opened.
    flags = os.O_RDONLY
    for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_NOCTTY", "O_BINARY"):
        flags |= getattr(os, name, 0)
    descriptor = os.open(path, flags)
    with os.fdopen(descriptor, "rb") as stream:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return Reason.SPECIAL
        data = stream.read(MAX_SIZE + 1)
    return data if len(data) <= MAX_SIZE else Reason.TOO_LARGE


def _decoded(data: bytes) -> str | Reason:
    """Source text as Python itself would decode it (PEP 263), with ``\\n`` line ends."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return Reason.UTF16
    if b"\0" in data:
        return Reason.NUL
    encoding = _encoding(data)
    if encoding is None:
        return Reason.ENCODING
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return Reason.NOT_TEXT
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _encoding(data: bytes) -> str | None:
    """What the cookie in one of the first two lines declares; UTF-8 if there is none."""
    marked = data.startswith(codecs.BOM_UTF8)
    body = data[len(codecs.BOM_UTF8) :] if marked else data
    for line in body[:4096].splitlines()[:2]:
        cookie = _COOKIE.match(line)
        if cookie:
            try:
                name = codecs.lookup(_canonical(cookie[1].decode("ascii", "replace"))).name
            except LookupError:
                return None
            if name not in _ENCODINGS or (marked and name not in ("utf-8", "utf-8-sig")):
                return None
            return "utf-8-sig" if marked else name
        if not _BLANK.match(line):
            break
    return "utf-8-sig" if marked else "utf-8"


def _canonical(name: str) -> str:
    """The name without the system that some editors append (``utf-8-unix``), as Python reads it."""
    lower = name.lower().replace("_", "-")
    if re.fullmatch(r"utf-8(-.*)?", lower):
        return "utf-8"
    if re.fullmatch(r"(latin-1|iso-8859-1|iso-latin-1)(-.*)?", lower):
        return "latin-1"
    return name
