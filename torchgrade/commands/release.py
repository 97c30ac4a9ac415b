"""``course release``: the course as students get it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from torchgrade.commands.context import Context, open_whole_course
from torchgrade.commands.progress import Progress
from torchgrade.commands.terminal import display
from torchgrade.course import Exercise
from torchgrade.export.files import check_output
from torchgrade.report.fill import fill

__all__ = ["run"]


def run(
    course_dir: Path | None,
    target: Path,
    what: tuple[str, ...],
    *,
    as_zip: bool,
    language: str | None,
) -> int:
    """Write ``what`` (all, if empty) to the folder or zip ``target``. Returns 0.

    Raises `UserError`: ``target`` is something that must not be overwritten, or can't be written.
    """
    context = open_whole_course(course_dir, language)
    exercises = context.course.select(what)
    if as_zip:
        check_output(target)
    else:
        from torchgrade.release.folder import check_folder

        check_folder(target)
    with Progress(len(exercises)) as progress:
        _release(context, exercises, target, as_zip, progress)
    return 0


def _release(
    context: Context, exercises: Sequence[Exercise], target: Path, as_zip: bool, progress: Progress
) -> None:
    from torchgrade.release.build import build
    from torchgrade.release.folder import release

    def done(exercise: Exercise) -> None:
        progress.step(exercise.key)

    _ = context.translate
    kept: Sequence[Path] = ()
    if as_zip:
        built = build(context.course, exercises, target, done)
    else:
        released = release(context.course, exercises, target, done)
        built, kept = released.built, released.kept
    said = _.ngettext(
        "{count} exercise released: {path}", "{count} exercises released: {path}", built.exercises
    )
    print(fill(said, count=built.exercises, path=display(target)))
    if kept:
        print(_("Answers that were edited stay as they are:"))
        for file in kept:
            print(f"  {display(file)}")
    for heading, tests in (
        (_("Visible tests that run only when answers are graded:"), built.left_out),
        (_("Tests that fail without an explanation in the bundle:"), built.unexplained),
    ):
        if tests:
            print(heading)
        for left in tests:
            print(f"  {left.exercise}: {left.test}: {left.reason}")
