"""``course notebook``: the folder of an nbgrader course, and the assignments in it."""

from __future__ import annotations

import shlex
from datetime import datetime
from pathlib import Path

from torchgrade.commands.context import Context, open_context
from torchgrade.commands.terminal import display
from torchgrade.course import Chapter
from torchgrade.intake.notebook import language_of
from torchgrade.notebooks.folder import Place, make_folder, open_folder, write_notebook
from torchgrade.notebooks.names import assignment_name, bundle_name
from torchgrade.notebooks.source import source_notebook
from torchgrade.release.bundle import require_whole_course
from torchgrade.report.fill import fill
from torchgrade.report.summary import format_points

__all__ = ["run_build", "run_init"]


def run_init(course_dir: Path | None, folder: Path, language: str | None) -> int:
    """Make ``folder`` an nbgrader course; say what was made and what comes next."""
    context = open_context(course_dir, language)
    _ = context.translate
    require_whole_course(context.course)
    made = make_folder(context.course, folder)
    for file in made.written:
        print(fill(_("Wrote {path}"), path=display(file)))
    for file in made.kept:
        print(fill(_("{path} was there and stays as it is."), path=display(file)))
    if made.to_add is not None:
        print(_("To have answers graded by torchgrade, add to nbgrader_config.py:"))
        print("\n".join(f"    {line}" for line in made.to_add.split("\n")))
    command = shlex.join(["course", "notebook", "build", "--dir", display(folder)])
    print(fill(_("Next: {command}"), command=command))
    return 0


def run_build(
    course_dir: Path | None, what: tuple[str, ...], folder: Path | None, language: str | None
) -> int:
    """Write notebook and bundle of each chapter that ``what`` names (of all, if empty)."""
    context = open_context(course_dir, language)
    _ = context.translate
    course = context.course
    require_whole_course(course)
    root = open_folder(folder)
    keys = {exercise.chapter for exercise in course.select(what)}
    # A chapter without exercises is chosen only by its name, and then refused.
    keys |= {chapter.name for name in what if (chapter := course.chapter(name)) is not None}
    chosen = [chapter for chapter in course.chapters if chapter.name in keys]
    places = {chapter.name: Place(root, assignment_name(chapter.name)) for chapter in chosen}
    for chapter in chosen:
        # Line by line, since a bundle takes seconds.
        for line in _write_notebook(context, chapter, places[chapter.name], language):
            print(line, flush=True)
        for line in _write_bundle(context, chapter, places[chapter.name]):
            print(line, flush=True)
    print(_("Next, in the folder of nbgrader's course:"))
    for place in places.values():
        again = " --force" if place.generated else ""
        print(f"  nbgrader generate_assignment {place.assignment}{again}")
    return 0


def _write_notebook(
    context: Context, chapter: Chapter, place: Place, language: str | None
) -> list[str]:
    """Write it; what to say of it."""
    _ = context.translate
    chosen = context.language
    if language is None and place.notebook.is_file():
        # Whoever builds it again, under whatever locale, leaves students their language.
        before = language_of(place.notebook.read_bytes())
        chosen = before if before in context.course.languages else chosen
    made = source_notebook(context.course, chapter, chosen)
    backup = write_notebook(place, made.contents, datetime.now())
    count = len(chapter.exercises)
    points = sum(exercise.points + exercise.written for exercise in chapter.exercises)
    told = _.ngettext(
        "{path}: {count} exercise, {points} points",
        "{path}: {count} exercises, {points} points",
        count,
    )
    shown = display(place.notebook)
    lines = [fill(told, path=shown, count=count, points=format_points(points))]
    if backup is not None:
        said = _("  It had been edited by hand; that version is kept in {backup}")
        lines.append(fill(said, backup=display(backup)))
    lines += ["  " + fill(_(note.fact), **note.values) for note in made.notes]
    return lines


def _write_bundle(context: Context, chapter: Chapter, place: Place) -> list[str]:
    """Write what students check their answers with; what to say of it."""
    from torchgrade.release import build_bundle

    _ = context.translate
    target = place.source / bundle_name(place.assignment)
    built = build_bundle(context.course, chapter.exercises, target)
    lines = [fill(_("{path}: for students, to check their answers with"), path=display(target))]
    said = _("  {exercise}: students can't run {test}, which counts all the same: {reason}")
    for out in built.left_out:
        lines.append(fill(said, exercise=out.exercise, test=out.test, reason=out.reason))
    return lines
