"""A bundle as a folder, made or brought up to date without touching what a student wrote."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from torchgrade.atomic import replace_file
from torchgrade.course import Course, Exercise
from torchgrade.errors import N_, UserError
from torchgrade.release.build import Built, build
from torchgrade.release.bundle import MARKER, is_bundle, open_bundle, stub_file
from torchgrade.sandbox.server import Server
from torchgrade.stubs import State, state

__all__ = ["Released", "check_folder", "release"]

_OWN = ".torchgrade"


@dataclass(frozen=True)
class Released:
    """What was written to a folder."""

    built: Built
    kept: tuple[Path, ...]
    """Answers that were edited, and so stay as they are; `course reset` gives the new stub."""


def release(
    course: Course,
    exercises: Sequence[Exercise],
    folder: Path,
    done: Callable[[Exercise], None] = lambda exercise: None,
    server: Server | None = None,
) -> Released:
    """Write the bundle of ``exercises`` to ``folder``: a new or empty one, or an older bundle.

    Files of exercises that are no longer chosen stay, but the folder's course.yml has them no more.
    ``done`` and ``server`` are as of `build`.

    Raises:
        UserError: as `build`; or ``folder`` is something else, or can't be written.
    """
    check_folder(folder)
    try:
        with tempfile.TemporaryDirectory(prefix="torchgrade-release-") as made:
            built = build(course, exercises, Path(made, "bundle.zip"), done, server)
            fresh = open_bundle(built.target, Path(made, "bundle"))
            kept = _edited(fresh, folder)
            _write(fresh.root, folder, frozenset(kept))
    except OSError as error:
        raise UserError(
            N_("{path} can't be written: {reason}."),
            N_("Name a folder that you may write to, or one that does not exist yet."),
            {"path": folder, "reason": error.strerror or error},
        ) from None
    return Released(built, tuple(folder / name for name in kept))


def check_folder(folder: Path) -> None:
    """Raise UserError if ``folder`` holds anything but a bundle."""
    if folder.is_dir() and (is_bundle(folder) or not any(folder.iterdir())):
        return
    if folder.exists():
        raise UserError(
            N_("{path} is there already and is no student bundle."),
            N_("Name a folder that does not exist yet, or one that “course release” made."),
            {"path": folder},
        )


def _edited(fresh: Course, folder: Path) -> Sequence[Path]:
    """Answers in ``folder``, relative to it, that differ from how they were handed out there."""
    found: list[Path] = []
    for exercise in fresh.exercises:
        present, stub = replace(exercise, root=folder), exercise.stub.read_bytes()
        handed_out = stub_file(present).read_bytes() if stub_file(present).is_file() else stub
        untouched = (State.MISSING, State.PRISTINE)
        if state(present, handed_out) not in untouched and state(present, stub) not in untouched:
            found.append(exercise.stub.relative_to(fresh.root))
    return found


def _write(source: Path, folder: Path, kept: frozenset[Path]) -> None:
    names = [file.relative_to(source) for file in source.rglob("*") if file.is_file()]
    # The marker first, so that what is interrupted may be done again; stubs as they were handed out
    # last, since they tell whether an answer was edited.
    for name in sorted(names, key=lambda name: (name != Path(MARKER), name.parts[0] == _OWN, name)):
        if name not in kept:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            replace_file(folder / name, (source / name).read_bytes())
