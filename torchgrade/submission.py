"""What a student hands in: folder or file -> Submission.

Files are read as data and decoded, never run or imported. A file that is missing or can't be read
is a value like any other, so that it costs only its own exercise. Where in a tree of files each
answer is looked for stands here, whatever kind of tree it is.
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
from pathlib import Path
from typing import Final, NamedTuple, TypeAlias

from torchgrade.course import Exercise
from torchgrade.errors import N_, UserError
from torchgrade.filetree import Folder, Reason, Tree, read_within

__all__ = [
    "MAX_SIZE",
    "Absent",
    "Answer",
    "Location",
    "Reason",
    "Source",
    "Submission",
    "SubmissionError",
    "Unreadable",
    "answer",
    "answer_in_text",
    "locate",
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


@dataclass(frozen=True)
class Source:
    """An answer that was read."""

    path: Path
    text: str
    """Decoded, with ``\\n`` line ends. A coding cookie in it no longer says anything: compile it
    as text, or encode it with a byte order mark (``utf-8-sig``)."""
    digest: str
    """SHA-256 of the bytes that were handed in, in hexadecimal."""


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
    unused: tuple[Path, ...] = ()
    """Python files of a class's submission that were passed by, as their names fit nothing that
    was asked for. Worth a look where an answer is absent."""

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
        return Submission(origin, _read_folder(Folder(origin), exercises))
    exercise = _exercise_of(origin, exercises)
    # A file that was named outright may be a link: whoever named it has chosen it.
    return Submission(origin, {exercise.key: read_file(origin, origin.resolve().parent)})


def read_file(path: Path, folder: Path) -> Answer:
    """The answer in ``path``, which must not lead out of ``folder``."""
    return answer(path, read_within(str(path), os.path.realpath(folder), MAX_SIZE))


def answer(path: Path, data: bytes | Reason | None) -> Answer:
    """What was read at ``path``, as an answer; see `Tree.read`."""
    if data is None:
        return Absent(path)
    if isinstance(data, Reason):
        return Unreadable(path, data)
    text = _decoded(data)
    if isinstance(text, Reason):
        return Unreadable(path, text)
    return Source(path, text, hashlib.sha256(data).hexdigest())


def answer_in_text(path: Path, text: str) -> Answer:
    """The answer that ``text`` is, which was taken out of the file at ``path``.

    A coding cookie says nothing here.
    """
    try:
        data = text.encode()
    except UnicodeEncodeError:  # half of a surrogate pair
        return Unreadable(path, Reason.NOT_TEXT)
    if len(data) > MAX_SIZE:
        return Unreadable(path, Reason.TOO_LARGE)
    if "\0" in text:
        return Unreadable(path, Reason.NUL)
    return Source(path, _with_line_feeds(text), hashlib.sha256(data).hexdigest())


class Location(NamedTuple):
    """Where in a tree an exercise's answer is to be looked for."""

    exercise: Exercise
    path: str
    ambiguous: bool
    """There is a file, and another of the exercises has the same right to it."""


def locate(tree: Tree, exercises: Sequence[Exercise]) -> list[Location]:
    """One location for each of ``exercises``, in their order; see `read` for the shapes known."""
    chapters = {exercise.chapter for exercise in exercises}
    for prefix in ("", "exercises/"):
        if any(tree.is_folder(prefix + chapter) for chapter in chapters):
            return [Location(e, f"{prefix}{e.chapter}/{e.name}.py", False) for e in exercises]
    flat = [exercise for exercise in exercises if tree.holds(f"{exercise.name}.py")]
    if tree.name in chapters:
        flat = [exercise for exercise in flat if exercise.chapter == tree.name]
    names = [exercise.name for exercise in flat]
    found = {exercise.key for exercise in flat}
    return [
        Location(e, f"{e.name}.py", names.count(e.name) > 1)
        if e.key in found
        else Location(e, f"{e.chapter}/{e.name}.py", False)
        for e in exercises
    ]


def _read_folder(folder: Folder, exercises: Sequence[Exercise]) -> Mapping[str, Answer]:
    locations = locate(folder, exercises)
    for _, path, ambiguous in locations:
        if ambiguous:
            several = [location.exercise for location in locations if location.ambiguous]
            raise _ambiguous(folder.place(path), several)
    return {
        exercise.key: answer(folder.place(path), folder.read(path, MAX_SIZE))
        for exercise, path, _ in locations
    }


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
    return _with_line_feeds(text)


def _with_line_feeds(text: str) -> str:
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
