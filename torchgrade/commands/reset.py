"""``course reset``: the stub as it was handed out, with the present answer kept beside it."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from datetime import datetime
from itertools import chain, count
from pathlib import Path

import click

from torchgrade.atomic import replace_file
from torchgrade.commands.context import Context, open_context
from torchgrade.commands.terminal import display
from torchgrade.course import Exercise
from torchgrade.errors import N_, UserError
from torchgrade.stubs import State, pristine, state

__all__ = ["run"]


def run(course_dir: Path | None, what: tuple[str, ...], yes: bool, language: str | None) -> int:
    """Reset the answers that ``what`` names. On a terminal ask first, unless ``yes``."""
    context = open_context(course_dir, language)
    _ = context.translate
    chosen = context.course.select(what)
    handed_out = pristine(context.course, chosen)
    lacking = [exercise.key for exercise in chosen if exercise.key not in handed_out]
    if lacking:
        raise UserError(
            N_("It is not known how these were handed out: {exercises}."),
            N_("Take the files from the course's bundle or repository; nothing was changed."),
            {"exercises": ", ".join(lacking)},
        )
    changed = [e for e in chosen if state(e, handed_out[e.key]) is not State.PRISTINE]
    for exercise in chosen:
        if exercise not in changed:
            print(_("{exercise} is as it was handed out.").format(exercise=exercise.key))
    if not changed:
        return 0
    if not yes and sys.stdin.isatty() and not _confirmed(changed, context):
        print(_("Nothing was changed."))
        return 0
    for exercise in changed:
        _reset(exercise, handed_out[exercise.key], context)
    return 0


def _confirmed(exercises: Sequence[Exercise], context: Context) -> bool:
    _ = context.translate
    for exercise in exercises:
        print(f"  {display(exercise.stub)}")
    question = _.ngettext(
        "Reset this file? What it holds is kept in a backup beside it.",
        "Reset these files? What they hold is kept in backups beside them.",
        len(exercises),
    )
    return click.confirm(question)


def _reset(exercise: Exercise, handed_out: bytes, context: Context) -> None:
    _ = context.translate
    stub = exercise.stub
    try:
        backup = _backup(stub) if stub.exists() else None
        stub.parent.mkdir(parents=True, exist_ok=True)
        replace_file(stub, handed_out)
    except OSError as error:
        raise UserError(
            N_("{path} can't be reset: {reason}."),
            N_("Check the permissions of the file and its folder."),
            {"path": display(stub), "reason": error.strerror},
        ) from error
    if backup is None:
        print(_("{exercise}: restored.").format(exercise=exercise.key))
    else:
        message = _("{exercise}: reset. Your answer is kept in {backup}")
        print(message.format(exercise=exercise.key, backup=display(backup)))


def _backup(file: Path) -> Path:
    """Copy ``file`` to a new name beside it; never onto a file that is there."""
    stamp = f"{datetime.now():%Y%m%d-%H%M%S}"
    contents = file.read_bytes()
    for suffix in chain([""], (f"-{number}" for number in count(2))):
        backup = file.with_name(f"{file.name}.bak-{stamp}{suffix}")
        try:
            with backup.open("xb") as stream:
                stream.write(contents)
        except FileExistsError:
            continue
        os.chmod(backup, file.stat().st_mode & 0o777)
        return backup
    raise AssertionError("count() is endless")
