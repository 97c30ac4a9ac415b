"""``course grade``: a folder of submissions to marks, feedback and an overview."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from torchgrade.commands.batch_progress import BatchProgress
from torchgrade.commands.classroom import database_url, find_roster, need, policies
from torchgrade.commands.context import Context, open_whole_course
from torchgrade.commands.machines import (
    Machines,
    open_executor,
    secret_for,
    sigterm_interrupts,
)
from torchgrade.course import Exercise
from torchgrade.errors import N_, UserError
from torchgrade.report.fill import fill
from torchgrade.report.inert import one_line
from torchgrade.sandbox.server import EngineFault

if TYPE_CHECKING:
    from torchgrade.batch.executor import Executor
    from torchgrade.batch.grade import Tally
    from torchgrade.grading.nursery import Nursery
    from torchgrade.intake import Intake
    from torchgrade.store.database import Store

__all__ = ["Request", "run"]

DONE, INTERRUPTED, NOT_GRADED = 0, 2, 3


@dataclass(frozen=True)
class Request:
    """What was asked for on the command line; None where nothing was said."""

    submissions: str
    machines: Machines
    what: tuple[str, ...] = ()
    form: str | None = None
    file_times: bool = False
    roster: Path | None = None
    db: str | None = None
    out: Path = Path("graded")
    feedback: bool = True
    json: bool = False


def run(
    course_dir: Path | None,
    request: Request,
    language: str | None,
    color: bool | None,
    nursery: Nursery | None = None,
) -> int:
    """Grade what needs it, enter marks, write pages, and tell what there is to know.

    ``nursery`` is one that imports torch already, if there is one.

    Returns 0, 2 if it was interrupted, or 3 if something could not be graded.
    """
    need("nbgrader", "grading")

    context = open_whole_course(course_dir, language)
    exercises = context.course.select(request.what or ("all",))
    secret = secret_for(context)
    # Grader processes first, so that torch is imported while submissions are looked for.
    with (
        sigterm_interrupts(),
        closing(open_executor(context, exercises, secret, request.machines, nursery)) as executor,
    ):
        return _run(context, request, exercises, secret, executor, color)


def _run(
    context: Context,
    request: Request,
    exercises: Sequence[Exercise],
    secret: bytes,
    executor: Executor,
    color: bool | None,
) -> int:
    from torchgrade.commands.pages import Pages, prepare
    from torchgrade.commands.tell_class import tell, tell_json, tell_where
    from torchgrade.intake import discover
    from torchgrade.notebooks.autograded import Autograded, classroom_of
    from torchgrade.store import open_store
    from torchgrade.store.gradebook import sync

    course = context.course
    roster = find_roster(course, request.roster)
    intake = discover(
        request.submissions,
        course,
        roster,
        form=request.form,
        exercises=exercises,
        file_times=request.file_times,
    )
    if not intake.handed:
        raise _nothing_there(request, intake)
    classroom = classroom_of(request.submissions) if intake.form == "nbgrader" else None
    url = database_url(course, request.db, classroom.root if classroom else None)
    if classroom and not classroom.keeps_marks_in(url):
        classroom = None  # formgrader would show notebooks without their marks
    if request.feedback:
        prepare()  # while grader processes start
    with open_store(url, course) as store:
        graded = _grade(context, request, exercises, secret, executor, intake, store)
        try:
            students = {handed.student for handed in intake.handed} | roster.people.keys()
            notebooks = (
                Autograded(classroom, course, exercises, context.language) if classroom else None
            )
            handed_in = [handed.student for handed in intake.handed]
            nothing = notebooks.unanswered(handed_in) if notebooks else None
            sync(store, students, roster, policies(course), context.language, nothing)
            pages = Pages(course, course.exercises, context.language, url, request.out)
            jobs = request.machines.jobs
            if request.feedback and not graded.interrupted:
                new = graded.tally.students
                pages.write_feedback(store, roster, new, jobs=jobs, missing=True)
            if notebooks and not graded.interrupted:
                pages.write_autograded(store, notebooks, students, jobs=jobs)
            overview = pages.write_overview(store, roster)
        except KeyboardInterrupt:
            graded = replace(graded, interrupted=True)
        else:
            if request.json:
                tell_json(graded.tally, overview)
            else:
                tell(context, graded.tally, intake, overview, color)
                tell_where(context, pages, url, notebooks.folder if notebooks else None)
    if graded.interrupted or graded.fault is not None:
        _tell_what_remains(context, graded, len(intake.handed))
    if graded.interrupted:
        return INTERRUPTED
    incomplete = graded.fault or graded.tally.ungraded or graded.tally.unreadable
    return NOT_GRADED if incomplete else DONE


@dataclass(frozen=True)
class _Graded:
    tally: Tally
    done: int
    """Submissions that are settled."""
    interrupted: bool = False
    fault: EngineFault | None = None
    """Why there was no going on."""


def _grade(
    context: Context,
    request: Request,
    exercises: Sequence[Exercise],
    secret: bytes,
    executor: Executor,
    intake: Intake,
    store: Store,
) -> _Graded:
    """Have everything graded that needs it. Interrupted, it stops at once and keeps what it has."""
    from torchgrade.batch.grade import Batch
    from torchgrade.commands.version import versions

    interrupted, fault = False, None
    # Its processes are of no use afterwards, when pages are written.
    with closing(executor), BatchProgress(len(intake.handed), context.translate) as progress:
        run = store.begin_run(versions(), request.submissions, jobs=executor.slots)
        store.unattributed(run, [(u.origin, str(u.reason)) for u in intake.unattributed])
        batch = Batch(exercises, store, executor, secret, progress)
        try:
            batch.run(intake.handed)
        except KeyboardInterrupt:
            interrupted = True
        except EngineFault as error:
            fault = error
        store.end_run(run, interrupted=interrupted or fault is not None)
    return _Graded(batch.tally, progress.done, interrupted, fault)


def _nothing_there(request: Request, intake: Intake) -> UserError:
    if intake.unattributed:
        first = intake.unattributed[0]
        return UserError(
            N_("Nothing in {place} could be attributed to a student; {file}: {reason}."),
            N_("See docs/submissions.md for the forms that are read; --form names one."),
            {"place": request.submissions, "file": first.origin, "reason": first.reason},
        )
    return UserError(
        N_("There are no submissions in {place}."),
        N_("See docs/submissions.md for the forms that are read; --form names one."),
        {"place": request.submissions},
    )


def _tell_what_remains(context: Context, graded: _Graded, total: int) -> None:
    _ = context.translate
    if graded.fault is not None:
        why = one_line(str(graded.fault))
        print(fill(_("Grading had to stop: {error}"), error=why), file=sys.stderr)
        said = _(
            "{done} of {total} submissions are graded and saved. "
            "The same command goes on from there."
        )
    else:
        said = _(
            "Interrupted: {done} of {total} submissions are graded and saved. "
            "The same command goes on from there."
        )
    print(fill(said, done=graded.done, total=total), file=sys.stderr)
