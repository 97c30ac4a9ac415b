"""How answers reach whoever grades them: folders, archives and what platforms export."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from benchmarks.demo_class.people import Student
from torchgrade.course import Exercise

__all__ = ["FORMS", "File", "write"]


@dataclass(frozen=True)
class File:
    """An answer on its way; ``content`` is None for a folder where a file should be."""

    student: Student
    exercise: Exercise
    content: bytes | None
    submitted: datetime
    late: bool


@dataclass
class _Folder:
    """Writes files, the same content only once if that is wanted: the rest are hard links."""

    root: Path
    links: bool
    _made: set[Path] = field(default_factory=set)
    _first: dict[tuple[bytes, float], Path] = field(default_factory=dict)

    def put(self, name: str, content: bytes | None, when: float) -> None:
        path = self.root / name
        if path.parent not in self._made:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._made.add(path.parent)
        if content is None:
            path.mkdir()
            return
        first = self._first.get((content, when)) if self.links else None
        if first is not None:
            try:
                os.link(first, path)
                return
            except OSError:
                pass  # no links here, or no more to this file
        path.write_bytes(content)
        os.utime(path, (when, when))
        self._first[content, when] = path


@dataclass
class _Archive:
    """Writes files into a zip."""

    archive: zipfile.ZipFile

    def put(self, name: str, content: bytes | None, when: datetime) -> None:
        date = when.timetuple()[:6]
        if content is None:
            self.archive.writestr(zipfile.ZipInfo(f"{name}/", date), b"")
            return
        info = zipfile.ZipInfo(name, date)
        info.compress_type = zipfile.ZIP_DEFLATED
        self.archive.writestr(info, content)


def write(form: str, out: Path, files: Iterable[File], *, links: bool) -> Path:
    """Write the hand-ins of a class in one of `FORMS`; where they are.

    ``files`` come student by student. With ``links``, little of the disk is used: equal files share
    a place there, and a student's folder holds them all without folders for chapters.
    """
    return FORMS[form](out, files, links)


def _folders(out: Path, files: Iterable[File], links: bool) -> Path:
    folder = _Folder(out / "submissions", links)
    folder.root.mkdir(parents=True)
    for file in files:
        place = file.exercise.name if links else file.exercise.key
        name = f"{file.student.id}/{place}.py"
        folder.put(name, file.content, file.submitted.timestamp())
    return folder.root


def _nbgrader(out: Path, files: Iterable[File], links: bool) -> Path:
    folder = _Folder(out / "submitted", links)
    folder.root.mkdir(parents=True)
    stamped = set()
    for file in files:
        place = f"{file.student.id}/{file.exercise.chapter}"
        when = file.submitted.timestamp()
        folder.put(f"{place}/{file.exercise.name}.py", file.content, when)
        if place not in stamped:
            stamp = file.submitted.strftime("%Y-%m-%d %H:%M:%S.%f UTC")
            folder.put(f"{place}/timestamp.txt", stamp.encode(), when)
            stamped.add(place)
    return folder.root


def _files(out: Path, files: Iterable[File], links: bool) -> Path:
    folder = _Folder(out / "submissions", links)
    folder.root.mkdir(parents=True)
    for file in files:
        if file.content is not None:
            name = f"{file.student.id}_{file.exercise.name}.py"
            folder.put(name, file.content, file.submitted.timestamp())
    return folder.root


def _zips(out: Path, files: Iterable[File], links: bool) -> Path:
    root = out / "submissions"
    root.mkdir(parents=True)
    by_student: dict[str, list[File]] = {}
    for file in files:
        by_student.setdefault(file.student.id, []).append(file)
    for student, theirs in by_student.items():
        path = root / f"{student}.zip"
        with zipfile.ZipFile(path, "w") as stream:
            for file in theirs:
                _Archive(stream).put(f"{file.exercise.key}.py", file.content, file.submitted)
        when = max(file.submitted for file in theirs).timestamp()
        os.utime(path, (when, when))
    return root


def _canvas(out: Path, files: Iterable[File], links: bool) -> Path:
    """``lastfirst_LATE_userid_attachment_name.py``, all in one folder of an archive."""
    out.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(out / "submissions.zip", "w") as stream:
        for number, file in enumerate(files, 4_000_000):
            if file.content is not None:
                late = "LATE_" if file.late else ""
                student = f"{file.student.romanised}_{late}{file.student.lms_id}"
                name = f"{student}_{number}_{file.exercise.name}.py"
                _Archive(stream).put(name, file.content, file.submitted)
    return out / "submissions.zip"


def _moodle(out: Path, files: Iterable[File], links: bool) -> Path:
    """A folder per student, ``First Last_123_assignsubmission_file_``, in an archive."""
    out.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(out / "submissions.zip", "w") as stream:
        for file in files:
            person = f"{file.student.first_name} {file.student.last_name}"
            folder = f"{person}_{file.student.lms_id}_assignsubmission_file_"
            name = f"{folder}/{file.exercise.name}.py"
            _Archive(stream).put(name, file.content, file.submitted)
    return out / "submissions.zip"


FORMS: Mapping[str, Callable[[Path, Iterable[File], bool], Path]] = {
    "folders": _folders,
    "zips": _zips,
    "canvas": _canvas,
    "moodle": _moodle,
    "nbgrader": _nbgrader,
    "files": _files,
}
