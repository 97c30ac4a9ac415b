"""What graders need of a course, as bytes: for machines that share no files with this one."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from torchgrade.course import COURSE_FILE, Exercise

__all__ = ["Package", "PackageDamaged", "pack"]


class PackageDamaged(Exception):
    """What arrived is not what was sent."""


@dataclass(frozen=True)
class Package:
    """course.yml, and the graders and model answers of some exercises. Not the secret."""

    digest: str
    """SHA-256 of ``data``."""
    data: bytes = field(repr=False)

    def unpack(self, folder: Path) -> None:
        """Write the files below ``folder``, which must be empty and private.

        Raises:
            PackageDamaged: the bytes are not those of the digest; nothing was written.
            OSError: they can't be written.
        """
        if hashlib.sha256(self.data).hexdigest() != self.digest:
            raise PackageDamaged("the course arrived damaged")
        with zipfile.ZipFile(io.BytesIO(self.data)) as archive:
            for entry in archive.infolist():
                file = folder / entry.filename
                file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                file.write_bytes(archive.read(entry))


def pack(root: Path, exercises: Sequence[Exercise]) -> Package:
    """The package for grading ``exercises`` of the course in ``root``.

    The same files make the same bytes. A file that is missing is left out: grading then says so,
    as it does on this machine.
    """
    files = [root / COURSE_FILE]
    files += [file for exercise in exercises for file in (exercise.grader, exercise.solution)]
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(files):
            if file.is_file():
                entry = zipfile.ZipInfo(file.relative_to(root).as_posix())
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, file.read_bytes())
    data = stream.getvalue()
    return Package(hashlib.sha256(data).hexdigest(), data)
