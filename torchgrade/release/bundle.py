"""What makes a folder or a zip a student bundle: its marker, and how a zip is unpacked.

A bundle is a course whose ``.torchgrade/bundle.json`` says that it is one. It has no model answers,
and of its graders only visible tests; what model answers and misconceptions would say to these
lies in ``.torchgrade/recorded`` (`torchgrade.release.recording`).
"""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from torchgrade.course import COURSE_FILE, Course, Exercise, load
from torchgrade.errors import N_, UserError
from torchgrade.pictures import FOLDER as PICTURES
from torchgrade.pictures import is_picture

__all__ = [
    "FORMAT",
    "MARKER",
    "BundleError",
    "Later",
    "Manifest",
    "is_bundle",
    "manifest_of",
    "open_bundle",
    "recorded_file",
    "require_whole_course",
    "stub_file",
]

FORMAT: Final = 1
MARKER: Final = ".torchgrade/bundle.json"

_MARKER_BYTES: Final = 1 << 20
_FILE_BYTES: Final = 32 << 20
_BYTES: Final = 256 << 20
_FILES: Final = 5000
_PLACES: Final = ("exercises", "graders", ".torchgrade/stubs", ".torchgrade/recorded")
_PART: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,120}")
# Names that Windows takes for devices, whatever their ending.
_DEVICE: Final = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)


class BundleError(UserError):
    """Something that is to be a bundle is none, or one that can't be used."""


@dataclass(frozen=True)
class Later:
    """Tests of an exercise that are not in the bundle: they run when answers are graded."""

    tests: int
    points: float


@dataclass(frozen=True)
class Manifest:
    """What a bundle says of itself."""

    course: str
    """Digest of the course's files that it was made from."""
    later: Mapping[str, Later]
    """By `Exercise.key`; exercises that have all their tests in the bundle are left out."""

    def written(self) -> bytes:
        tree = {
            "format": FORMAT,
            "course": self.course,
            "later": {key: [later.tests, later.points] for key, later in self.later.items()},
        }
        return json.dumps(tree, indent=1).encode() + b"\n"


def is_bundle(root: Path) -> bool:
    """Whether the course in ``root`` is a student bundle."""
    return (root / MARKER).is_file()


def manifest_of(root: Path) -> Manifest | None:
    """What the bundle in ``root`` says of itself; None if ``root`` is no bundle.

    Raises BundleError if it can't be read.
    """
    try:
        with (root / MARKER).open("rb") as stream:
            return _manifest(stream.read(_MARKER_BYTES), root)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise BundleError(
            N_("{path} can't be read: {reason}."),
            N_("Check the permissions of the file and its folder."),
            {"path": root / MARKER, "reason": error.strerror},
        ) from None


def require_whole_course(course: Course) -> None:
    """Raise BundleError if ``course`` is a student bundle: it has no hidden tests to grade with."""
    if is_bundle(course.root):
        raise BundleError(
            N_("{path} is a student bundle: it has neither hidden tests nor model answers."),
            N_("Do this in the whole course; name it with --course DIR."),
            {"path": course.root},
        )


def recorded_file(exercise: Exercise) -> Path:
    """Where a bundle keeps what model answer and misconceptions of ``exercise`` did."""
    return (
        exercise.root / ".torchgrade" / "recorded" / exercise.chapter / f"{exercise.name}.recorded"
    )


def stub_file(exercise: Exercise) -> Path:
    """Where a bundle keeps the stub of ``exercise`` as it was handed out."""
    return exercise.root / ".torchgrade" / "stubs" / exercise.chapter / f"{exercise.name}.py"


def open_bundle(path: Path, into: Path) -> Course:
    """The course in the bundle ``path``: a zip, which is unpacked to ``into``, or a folder.

    ``into`` must not exist yet or be empty, and comes to be at once or not at all. A folder is
    used where it lies.

    Raises:
        BundleError: it is no bundle, one of a later format, or holds what no bundle holds.
    """
    if path.is_dir():
        if manifest_of(path) is None:
            raise _no_bundle(path)
        return _loaded(path, path)
    _unpack(path, into)
    return _loaded(into, path)


def _loaded(folder: Path, path: Path) -> Course:
    try:
        return load(folder)
    except UserError:
        raise _damaged(path) from None


def _unpack(path: Path, into: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            members = _members(archive, path)
            into.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(prefix=f".{into.name}.", dir=into.parent) as made:
                folder = Path(made, "bundle")
                for name, member in members.items():
                    file = folder / name
                    file.parent.mkdir(parents=True, exist_ok=True)
                    file.write_bytes(_contents(archive, member, path))
                _take_place(folder, into)
    except FileNotFoundError:
        raise BundleError(
            N_("There is no file {file}."),
            N_("Download the bundle again, and keep its name."),
            {"file": path},
        ) from None
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
        raise _no_bundle(path) from None
    except OSError as error:
        raise BundleError(
            N_("{path} can't be unpacked to {folder}: {reason}."),
            N_("Check that there is room and that you may write there."),
            {"path": path, "folder": into, "reason": error.strerror or error},
        ) from None


def _take_place(folder: Path, into: Path) -> None:
    if into.is_dir() and not any(into.iterdir()):
        into.rmdir()
    try:
        os.rename(folder, into)
    except OSError:
        if not (into / MARKER).is_file():
            raise
        # Somebody unpacked it at the same time.
        if (into / MARKER).read_bytes() != (folder / MARKER).read_bytes():
            raise
        shutil.rmtree(folder)


def _members(archive: zipfile.ZipFile, path: Path) -> Mapping[str, zipfile.ZipInfo]:
    """The files of a bundle by name, all of which a bundle may hold."""
    found: dict[str, zipfile.ZipInfo] = {}
    listed = archive.infolist()
    for member in listed[: _FILES + 1]:
        if member.is_dir():
            continue
        # What zipfile makes of the name may be another than what stands there.
        plain = member.filename == member.orig_filename and _is_ours(member.filename)
        kind = stat.S_IFMT(member.external_attr >> 16)
        if not plain or kind not in (0, stat.S_IFREG) or member.filename in found:
            raise _odd(path, member.filename)
        found[member.filename] = member
    if MARKER not in found or COURSE_FILE not in found:
        raise _no_bundle(path)
    _manifest(_contents(archive, found[MARKER], path, _MARKER_BYTES), path)
    size = sum(member.file_size for member in found.values())
    if len(listed) > _FILES or size > _BYTES:
        raise _damaged(path)
    return found


def _is_ours(name: str) -> bool:
    if name in (COURSE_FILE, MARKER):
        return True
    place = next((place for place in _PLACES if name.startswith(f"{place}/")), None)
    if place is None:
        return False
    parts = name[len(place) + 1 :].split("/")
    if place == "exercises" and parts[1:2] == [PICTURES] and is_picture(name):
        del parts[1]
    return (
        len(parts) == 2
        and all(_PART.fullmatch(part) and not _DEVICE.fullmatch(part) for part in parts)
        and not any(part.endswith(".") for part in parts)
        and PurePosixPath(name).as_posix() == name
    )


def _contents(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, path: Path, limit: int = _FILE_BYTES
) -> bytes:
    # Its size as told in the zip may be a lie.
    with archive.open(member) as stream:
        data = stream.read(limit + 1)
    if len(data) > limit:
        raise _damaged(path)
    return data


def _manifest(data: bytes, path: Path) -> Manifest:
    try:
        tree = json.loads(data)
        known = tree["format"]
        if type(known) is int and known > FORMAT:
            raise BundleError(
                N_("{path} was made by a newer torchgrade than the one here."),
                N_("Update torchgrade: pip install --upgrade torchgrade"),
                {"path": path},
            )
        if known != FORMAT:
            raise _damaged(path)
        later = {
            str(key): Later(int(tests), float(points))
            for key, (tests, points) in tree["later"].items()
        }
        return Manifest(str(tree["course"]), later)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise _damaged(path) from None


def _no_bundle(path: Path) -> BundleError:
    return BundleError(
        N_("{path} is no student bundle."),
        N_("Take the zip or folder that “course release” made."),
        {"path": path},
    )


def _damaged(path: Path) -> BundleError:
    return BundleError(
        N_("The bundle {path} is damaged."), N_("Download it again."), {"path": path}
    )


def _odd(path: Path, name: str) -> BundleError:
    return BundleError(
        N_("The bundle {path} holds {name}, which no bundle does; nothing was unpacked."),
        N_("Download it again from the place where your course hands it out."),
        {"path": path, "name": name},
    )
