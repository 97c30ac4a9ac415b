"""``course regrade``: what changes when a grader was mended, and then the change itself."""

from __future__ import annotations

import json as json_format
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text as Styled

from torchgrade.commands.batch_progress import BatchProgress
from torchgrade.commands.classroom import database_url, find_roster, graded, policies
from torchgrade.commands.context import Context, open_whole_course
from torchgrade.commands.machines import (
    Machines,
    open_executor,
    secret_for,
    sigterm_interrupts,
)
from torchgrade.commands.terminal import console
from torchgrade.course import Exercise
from torchgrade.report.fill import fill
from torchgrade.report.summary import format_points

if TYPE_CHECKING:
    from torchgrade.batch.grade import Batch
    from torchgrade.regrade_diff import MarkChange
    from torchgrade.roster import Roster
    from torchgrade.store import Store
    from torchgrade.store.database import Link

__all__ = ["Request", "run"]

DONE, INTERRUPTED, NOT_GRADED = 0, 2, 3
FORMAT: Final = 1
_TOGETHER: Final = 200


@dataclass(frozen=True)
class Request:
    """What was asked for on the command line; None where nothing was said."""

    machines: Machines
    what: tuple[str, ...] = ()
    roster: Path | None = None
    db: str | None = None
    out: Path = Path("graded")
    feedback: bool = True
    yes: bool = False
    json: bool = False


def run(course_dir: Path | None, request: Request, language: str | None, color: bool | None) -> int:
    """Grade again what another grader or engine graded, show the marks that change, and ask.

    Nothing is anybody's new result before that is confirmed. Returns 0, 2 if it was interrupted
    or 3 if something could not be graded.
    """
    context = open_whole_course(course_dir, language)
    exercises = context.course.select(request.what or ("all",))
    roster = find_roster(context.course, request.roster)
    with sigterm_interrupts(), graded(context.course, request.db) as store:
        try:
            batch = _grade_again(context, exercises, request.machines, store)
        except KeyboardInterrupt:
            print(
                context.translate(
                    "Interrupted: no mark has changed. The same command goes on from there."
                ),
                file=sys.stderr,
            )
            return INTERRUPTED
        found = list(_changes(store, exercises, batch))
        if request.json:
            _write_json(found, batch)
        else:
            _show(context, found, batch, _by_hand(store, roster), color)
        if batch.proposals and _confirmed(context, request, found):
            _enter(context, request, store, roster, batch.proposals)
    return NOT_GRADED if batch.tally.ungraded else DONE


def _grade_again(
    context: Context, exercises: Sequence[Exercise], machines: Machines, store: Store
) -> Batch:
    from torchgrade.batch.grade import Batch
    from torchgrade.batch.stored import stored_submissions
    from torchgrade.commands.version import versions

    submissions = list(stored_submissions(store, exercises))
    secret = secret_for(context)
    with (
        closing(open_executor(context, exercises, secret, machines)) as executor,
        BatchProgress(len(submissions), context.translate) as progress,
    ):
        run = store.begin_run(versions(), "", jobs=executor.slots)
        batch = Batch(exercises, store, executor, secret, progress, propose=True)
        finished = False
        try:
            batch.run(submissions)
            finished = True
        finally:
            store.end_run(run, interrupted=not finished)
    return batch


def _changes(store: Store, exercises: Sequence[Exercise], batch: Batch) -> Iterator[MarkChange]:
    """Marks that the proposals would change, student by student."""
    from torchgrade.regrade_diff import changes

    present = {
        (link.student, link.exercise): link.key
        for _, links in store.links(exercises)
        for link in links
    }
    proposals = sorted(batch.proposals, key=lambda link: (link.student, link.exercise))
    for start in range(0, len(proposals), _TOGETHER):
        chunk = proposals[start : start + _TOGETHER]
        old = [present[link.student, link.exercise] for link in chunk]
        results = dict(store.stored({*old, *(link.key for link in chunk)}, exercises))
        before = [(p.student, results[k]) for p, k in zip(chunk, old, strict=True) if k in results]
        yield from changes(before, [(p.student, results[p.key]) for p in chunk])


def _by_hand(store: Store, roster: Roster) -> set[tuple[str, str]]:
    """(student, exercise) whose mark a person gave, which stays whatever a grader says."""
    from torchgrade.store.gradebook import marks

    return {
        (student, mark.exercise)
        for student, chapters in marks(store, roster).marks.items()
        for chapter in chapters.values()
        for mark in chapter.exercises
        if mark.manual is not None
    }


def _show(
    context: Context,
    found: Sequence[MarkChange],
    batch: Batch,
    by_hand: set[tuple[str, str]],
    color: bool | None,
) -> None:
    from torchgrade.commands.tell_class import tell_list
    from torchgrade.regrade_diff import in_words

    _ = context.translate
    out = console(color)
    ungraded = [(f"{student} {exercise}", why) for student, exercise, why in batch.tally.ungraded]
    tell_list(out, _("Could not be graded again, so the result stands:"), ungraded, _)
    if not batch.proposals and not ungraded:
        out.print(Styled(_("Every result is by the present grader and engine.")))
        return
    said = _.ngettext(
        "{count} answer was graded again.", "{count} answers were graded again.",
        len(batch.proposals),
    )  # fmt: skip
    out.print(Styled(fill(said, count=len(batch.proposals))))
    if not found:
        out.print(Styled(_("No mark changes.")))
        return
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for heading in (_("Student"), _("Exercise")):
        table.add_column(heading, overflow="fold")
    for heading in (_("From"), _("To")):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column(_("Why"), overflow="fold")
    for change in found:
        why = in_words(change.tests, context.language)
        if (change.student, change.exercise) in by_hand:
            why = f"{_('a person’s mark stays')}; {why}"
        table.add_row(
            change.student,
            change.exercise,
            _points(change.before),
            Styled(_points(change.after), "red" if change.lowered else "green"),
            why,
        )
    out.print(table)
    lowered = sum(change.lowered for change in found)
    said = _.ngettext(
        "{count} mark changes: {raised} up, {lowered} down.",
        "{count} marks change: {raised} up, {lowered} down.",
        len(found),
    )
    out.print(Styled(fill(said, count=len(found), raised=len(found) - lowered, lowered=lowered)))


def _points(points: float | None) -> str:
    return "–" if points is None else format_points(points)


def _write_json(found: Sequence[MarkChange], batch: Batch) -> None:
    document = {
        "format": FORMAT,
        "graded_again": len(batch.proposals),
        "changes": [
            {
                "student": change.student,
                "exercise": change.exercise,
                "from": change.before,
                "to": change.after,
                "tests": [
                    {
                        "test": test.test,
                        "from": test.before.value if test.before else None,
                        "to": test.after.value if test.after else None,
                    }
                    for test in change.tests
                ],
            }
            for change in found
        ],
    }
    sys.stdout.write(json_format.dumps(document, indent=2, allow_nan=False) + "\n")


def _confirmed(context: Context, request: Request, found: Sequence[MarkChange]) -> bool:
    """Whether the new results are to count. Without anybody to ask and without --yes, not."""
    _ = context.translate
    if request.yes or not found:
        return True
    if not sys.stdin.isatty():
        print(_("Nothing has changed yet: repeat with --yes."), file=sys.stderr)
        return False
    if click.confirm(_("Enter these marks?"), err=True):
        return True
    print(_("Nothing has changed."), file=sys.stderr)
    return False


def _enter(
    context: Context, request: Request, store: Store, roster: Roster, proposals: Sequence[Link]
) -> None:
    from torchgrade.commands.pages import Pages
    from torchgrade.commands.tell_class import tell_where
    from torchgrade.notebooks.autograded import Autograded, beside
    from torchgrade.store.gradebook import sync

    course = context.course
    students = {link.student for link in store.relink(proposals)}
    sync(store, students, roster, policies(course), context.language)
    url = database_url(course, request.db)
    pages = Pages(course, course.exercises, context.language, url, request.out)
    if request.feedback:
        pages.write_feedback(store, roster, students, jobs=request.machines.jobs)
    classroom = beside(url)
    if classroom:
        notebooks = Autograded(classroom, course, course.exercises, context.language)
        pages.write_autograded(store, notebooks, students, jobs=request.machines.jobs)
    pages.write_overview(store, roster)
    if not request.json:
        tell_where(context, pages, url, classroom.autograded if classroom else None)
