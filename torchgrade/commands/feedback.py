"""``course feedback``: the pages of students, and of the class, as marks stand now."""

from __future__ import annotations

from pathlib import Path

from torchgrade.commands.classroom import database_url, find_roster, graded
from torchgrade.commands.context import open_context
from torchgrade.commands.terminal import display
from torchgrade.report.fill import fill

__all__ = ["run"]


def run(
    course_dir: Path | None,
    students: tuple[str, ...],
    *,
    roster: Path | None,
    db: str | None,
    out: Path,
    jobs: int | None,
    language: str | None,
) -> int:
    """Write the pages of ``students`` (all, if empty) and of the class. Returns 0."""
    context = open_context(course_dir, language)
    course = context.course
    known = find_roster(course, roster)
    with graded(course, db) as store:
        from torchgrade.commands.pages import Pages

        url = database_url(course, db)
        pages = Pages(course, course.exercises, context.language, url, out)
        changed = pages.write_feedback(store, known, students, jobs=jobs, everybody=not students)
        pages.write_overview(store, known)
    _ = context.translate
    said = _.ngettext(
        "{count} page is new in {folder}.", "{count} pages are new in {folder}.", changed
    )
    print(fill(said, count=changed, folder=display(pages.feedback_folder)))
    print(fill(_("The class: {path}"), path=display(pages.overview_file)))
    return 0
