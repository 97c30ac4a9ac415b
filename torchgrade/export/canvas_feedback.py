"""Comments for Canvas: a zip for "Upload Submissions", since its CSV can't carry them.

What Canvas does with that upload (`generate_comments_from_files` of canvas-lms): of each file's
name it takes the first two parts between underscores that are numbers, for the student's id and
the id of a file that the student submitted; what doesn't fit is ignored. The file is attached to a
comment under the *submitted* file's name. So names must be those of the downloaded zip, and the
feedback takes the form that such a file has: comments in a .py, a cell in a notebook.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from torchgrade.errors import N_, UserError
from torchgrade.export.notes import Export, Note
from torchgrade.marks import ClassMarks
from torchgrade.report.inert import inert

__all__ = ["CanvasZipError", "SubmittedFile", "feedback_zip", "submitted_files"]

MAX_MEMBERS = 100_000


class CanvasZipError(UserError):
    """The file is not a zip of submissions from Canvas."""


@dataclass(frozen=True)
class SubmittedFile:
    """A file in the downloaded zip."""

    name: str
    user: str
    """Canvas's id of the student."""

    @property
    def suffix(self) -> str:
        return PurePosixPath(self.name).suffix.lower()


def submitted_files(path: Path) -> dict[str, SubmittedFile]:
    """For each Canvas user id, the submitted file that a comment can be attached to.

    Only names are looked at. A Python file goes before others, then the first by name. Raises
    `CanvasZipError`.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            names = [entry.filename for entry in archive.infolist()[:MAX_MEMBERS]]
    except (OSError, zipfile.BadZipFile, UnicodeError) as error:
        raise CanvasZipError(
            N_("{path} can't be read as a zip: {reason}."),
            N_("In Canvas, open the assignment and choose “Download Submissions”."),
            {"path": path, "reason": error},
        ) from None
    found: dict[str, SubmittedFile] = {}
    for name in sorted(names, key=lambda name: (not name.endswith(".py"), name)):
        submitted = _submitted(name)
        if submitted is not None:
            found.setdefault(submitted.user, submitted)
    if not found:
        raise CanvasZipError(
            N_("No file in {path} is named as Canvas names submissions: NAME_USER_FILE_TITLE."),
            N_(
                "Use the zip from “Download Submissions” as it is; with anonymous grading Canvas"
                " puts no ids into it."
            ),
            {"path": path},
        )
    return found


def feedback_zip(marks: ClassMarks, chapter: str, submitted: Mapping[str, SubmittedFile]) -> Export:
    """A zip with a file of feedback for everybody who has comments in ``chapter``."""
    stream = io.BytesIO()
    notes: list[Note] = []
    written = 0
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for person in marks.people:
            mark = marks.marks.get(person.id, {}).get(chapter)
            if mark is None:
                continue
            parts = [
                (of.exercise.rpartition("/")[2], said)
                for of in mark.exercises
                for said in (inert(of.comment.strip()), inert(of.manual_comment.strip()))
                if said
            ]
            if not parts:
                continue
            file = submitted.get(person.lms_id)
            if file is None:
                fact = N_("{student} has no file in Canvas that feedback could be attached to.")
                notes.append(Note(fact, {"student": person.id}))
                continue
            entry = zipfile.ZipInfo(file.name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, _contents(parts, file.suffix))
            written += 1
    return Export(stream.getvalue(), written, tuple(notes))


def _submitted(name: str) -> SubmittedFile | None:
    """What Canvas would read from this name; None if it would ignore the file."""
    if "/" in name or "\\" in name or name.startswith("._"):
        return None
    parts = name.split("_")
    numbers = [part for part in parts if re.fullmatch(r"[0-9]+", part)]
    if len(numbers) < 2 or parts[-1].startswith("link"):
        return None
    return SubmittedFile(name, numbers[0])


def _contents(parts: list[tuple[str, str]], suffix: str) -> bytes:
    text = "\n\n".join(f"{exercise}\n{said}" for exercise, said in parts)
    if suffix == ".py":
        lines = (f"# {line}".rstrip() for line in text.split("\n"))
        return ("\n".join(lines) + "\n").encode("utf-8", "backslashreplace")
    if suffix == ".ipynb":
        cell = {"cell_type": "raw", "metadata": {}, "source": text}
        notebook = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
        return json.dumps(notebook, indent=1).encode()
    return (text + "\n").encode("utf-8", "backslashreplace")
