"""One student's answers, out of whatever trees of files they handed in.

An answer may lie as a file where `torchgrade.submission.locate` looks for it, in a cell of a
notebook, or in a zip that holds either. Nothing is guessed: two that differ are no answer, unless
the order in which they were handed in is known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

from torchgrade.course import Exercise
from torchgrade.filetree import Entry, Kind, Reason, Tree
from torchgrade.intake.archive import STUDENT_CAPS, ArchiveError, open_zip
from torchgrade.intake.notebook import MAX_NOTEBOOK, answer_cells
from torchgrade.intake.store import Memory
from torchgrade.notebooks.names import is_bundle
from torchgrade.submission import (
    MAX_SIZE,
    Absent,
    Answer,
    Source,
    Unreadable,
    answer,
    answer_in_text,
    locate,
)

__all__ = ["MAX_TOTAL", "MAX_ZIP", "Part", "Readings", "is_junk", "read_parts"]

MAX_ZIP: Final = 64 * 1024**2
"""Bytes of a zip within a submission."""
MAX_TOTAL: Final = 128 * 1024**2
"""Bytes read for one submission, all that comes out of zips included."""
MAX_CONTAINERS: Final = 50
"""Notebooks and zips that are opened in one folder."""
MAX_WRAPPERS: Final = 4
"""Folders around the answers, each alone in the one above, as a zip of a folder has."""


class Part(NamedTuple):
    """Something handed in as a whole."""

    tree: Tree
    chapter: str = ""
    """The only chapter whose exercises it answers, if it belongs to one."""
    zips: tuple[str, ...] = ()
    """Zips in ``tree`` that are meant in place of the tree itself."""
    notebook: str = ""
    """The notebook in ``tree`` that was handed out. If it holds an answer, all else in ``tree`` is
    the student's own affair: copies, files with the same names."""


class Readings(NamedTuple):
    answers: Mapping[str, Answer]
    """By `Exercise.key`."""
    unused: tuple[Path, ...]
    """Python files beside them that are not called like any of the exercises asked for."""


def is_junk(name: str) -> bool:
    """Whether a file is no one's work but left by a system or a tool, or handed out by us."""
    left = ("__MACOSX", "Thumbs.db", "desktop.ini", "__pycache__")
    return name.startswith(".") or name in left or is_bundle(name)


def read_parts(parts: Sequence[Part], exercises: Sequence[Exercise], *, ordered: bool) -> Readings:
    """An answer, or its absence, to each of ``exercises`` by key.

    If ``parts`` are ``ordered``, oldest first, the newest that has anything to say of an exercise
    is the one that counts.
    """
    reading = _Reading()
    found: dict[str, list[list[Answer]]] = {exercise.key: [] for exercise in exercises}
    broken: list[Unreadable] = []
    absent: dict[str, Absent] = {}
    unused: list[Path] = []
    for part in parts:
        asked = [e for e in exercises if part.chapter in ("", e.chapter)]
        in_part = _Found({e.key: [] for e in asked})
        if part.zips:
            for name in part.zips:
                _in_zip(reading, part.tree, name, asked, in_part)
        elif not _in_what_was_handed_out(reading, part, asked, in_part):
            _in_tree(reading, part.tree, asked, in_part, zips=True)
        broken += in_part.broken
        absent |= in_part.absent
        unused += in_part.unused
        for key, answers in in_part.answers.items():
            if answers:
                found[key].append(answers)
    settled: dict[str, Answer] = {}
    for exercise in exercises:
        key = exercise.key
        counting = found[key][-1:] if ordered else found[key]
        if counting:
            settled[key] = _settled([each for in_part in counting for each in in_part])
        elif broken:
            # It may be in what could not be opened, which is worth more than "not handed in".
            settled[key] = broken[0]
        else:
            settled[key] = absent.get(key) or Absent(_anywhere(parts, exercise))
    return Readings(settled, tuple(unused))


def _settled(answers: Sequence[Answer]) -> Answer:
    first = answers[0]
    if len(answers) == 1:
        return first
    texts = {answer.text if isinstance(answer, Source) else None for answer in answers}
    return (
        first if len(texts) == 1 and None not in texts else Unreadable(first.path, Reason.SEVERAL)
    )


def _anywhere(parts: Sequence[Part], exercise: Exercise) -> Path:
    name = f"{exercise.chapter}/{exercise.name}.py"
    return parts[0].tree.place(name) if parts else Path(name)


@dataclass
class _Found:
    answers: dict[str, list[Answer]]
    """By `Exercise.key`, without those that are absent."""
    broken: list[Unreadable] = field(default_factory=list)
    """Zips and notebooks that may hold an answer and can't be opened."""
    absent: dict[str, Absent] = field(default_factory=dict)
    unused: list[Path] = field(default_factory=list)
    """Python files that were passed by."""


@dataclass
class _Reading:
    """How much more may be read."""

    left: int = MAX_TOTAL

    def read(self, tree: Tree, path: str, limit: int, too_large: Reason) -> bytes | Reason | None:
        if not self.left:
            return Reason.TOO_MUCH
        data = tree.read(path, min(limit, self.left))
        if data is Reason.TOO_LARGE:
            return too_large if limit <= self.left else Reason.TOO_MUCH
        if isinstance(data, bytes):
            self.left -= len(data)
        return data


def _in_tree(
    reading: _Reading, tree: Tree, exercises: Sequence[Exercise], found: _Found, *, zips: bool
) -> None:
    """Add to ``found`` what ``tree`` answers; look into zips if ``zips``."""
    entries: Sequence[Entry] = ()
    for _ in range(MAX_WRAPPERS):
        entries = [entry for entry in tree.entries() if not is_junk(entry.name)]
        wrapped = _wrapped(entries, exercises)
        if wrapped is None:
            break
        tree = tree.child(wrapped)
    for exercise, path, ambiguous in locate(tree, exercises):
        place = tree.place(path)
        data: bytes | Reason | None = Reason.AMBIGUOUS
        if not ambiguous:
            data = reading.read(tree, path, MAX_SIZE, Reason.TOO_LARGE)
        _add(found, exercise, answer(place, data))
    for folder, inside, asked in _folders(tree, entries, exercises):
        for entry in _called(inside, ".ipynb"):
            _in_notebook(reading, tree, folder + entry.name, asked, found)
        names = {f"{exercise.name}.py" for exercise in asked}
        strays = [entry.name for entry in _called(inside, ".py") if entry.name not in names]
        found.unused += [tree.place(folder + name) for name in strays]
    for entry in _called(entries, ".zip"):
        if zips:
            _in_zip(reading, tree, entry.name, exercises, found)
        else:
            found.broken.append(Unreadable(tree.place(entry.name), Reason.NESTED))


def _wrapped(entries: Sequence[Entry], exercises: Sequence[Exercise]) -> str | None:
    """The folder that is all that ``entries`` are, unless it means something itself."""
    if len(entries) != 1 or entries[0].kind is not Kind.FOLDER:
        return None
    name = entries[0].name
    meant = {"exercises", *(exercise.chapter for exercise in exercises)}
    return None if name in meant or name.endswith(".py") else name


def _folders(
    tree: Tree, entries: Sequence[Entry], exercises: Sequence[Exercise]
) -> Iterator[tuple[str, Sequence[Entry], Sequence[Exercise]]]:
    """The folders that may hold answers: path with a slash, what is in it, what it may answer."""
    chapters = sorted({exercise.chapter for exercise in exercises})
    here = [e for e in exercises if e.chapter == tree.name] if tree.name in chapters else exercises
    yield "", entries, here
    names = {entry.name for entry in entries if entry.kind is not Kind.FILE}
    prefix = ""
    if "exercises" in names and not names & set(chapters):
        prefix = "exercises/"
        inside = tree.entries("exercises")
        names = {entry.name for entry in inside if entry.kind is not Kind.FILE}
        yield prefix, inside, exercises
    for chapter in chapters:
        if chapter in names:
            of_chapter = [exercise for exercise in exercises if exercise.chapter == chapter]
            yield f"{prefix}{chapter}/", tree.entries(prefix + chapter), of_chapter


def _in_what_was_handed_out(
    reading: _Reading, part: Part, exercises: Sequence[Exercise], found: _Found
) -> bool:
    """Whether `Part.notebook` is there and answers anything, which is then in ``found``."""
    if not part.notebook:
        return False
    alone = _Found({exercise.key: [] for exercise in exercises})
    _in_notebook(reading, part.tree, part.notebook, exercises, alone)
    if not any(alone.answers.values()) and not alone.broken:
        return False
    found.answers, found.broken, found.absent = alone.answers, alone.broken, alone.absent
    return True


def _in_notebook(
    reading: _Reading, tree: Tree, path: str, exercises: Sequence[Exercise], found: _Found
) -> None:
    place = tree.place(path)
    data = reading.read(tree, path, MAX_NOTEBOOK, Reason.NOTEBOOK_TOO_LARGE)
    if data is None:
        return
    names = [exercise.name for exercise in exercises]
    cells = data if isinstance(data, Reason) else answer_cells(data, names)
    if isinstance(cells, Reason):
        found.broken.append(Unreadable(place, cells))
        return
    for exercise in exercises:
        source = cells.get(exercise.name)
        if source is None:
            found.absent[exercise.key] = Absent(place)
        elif names.count(exercise.name) > 1:
            _add(found, exercise, Unreadable(place, Reason.AMBIGUOUS))
        elif isinstance(source, Reason):
            _add(found, exercise, Unreadable(place, source))
        else:
            _add(found, exercise, answer_in_text(place, source))


def _in_zip(
    reading: _Reading, tree: Tree, path: str, exercises: Sequence[Exercise], found: _Found
) -> None:
    place = tree.place(path)
    data = reading.read(tree, path, MAX_ZIP, Reason.ZIP_TOO_LARGE)
    if data is None:
        return
    if isinstance(data, Reason):
        found.broken.append(Unreadable(place, data))
        return
    try:
        archive = open_zip(Memory(data), place, STUDENT_CAPS)
    except ArchiveError as error:
        found.broken.append(Unreadable(place, error.reason))
        return
    _in_tree(reading, archive, exercises, found, zips=False)


def _called(entries: Sequence[Entry], suffix: str) -> Sequence[Entry]:
    """Those of ``entries`` that may be such files, whatever they turn out to be."""
    found = [entry for entry in entries if entry.name.lower().endswith(suffix)]
    return [entry for entry in found if entry.kind is not Kind.FOLDER][:MAX_CONTAINERS]


def _add(found: _Found, exercise: Exercise, answer: Answer) -> None:
    if isinstance(answer, Absent):
        found.absent.setdefault(exercise.key, answer)
    else:
        found.answers[exercise.key].append(answer)
