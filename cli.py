"""The ``course`` command: options in, exit code out. Its work is done in torchgrade.commands.

Nothing but click is imported before a command runs, so that ``course --help`` answers at once.

Exit codes: 0 done, or everything passed; 1 something failed; 2 interrupted; 3 a fault of
torchgrade itself; 4 used wrongly (no such option, exercise, course, ...).
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click

__all__ = ["course", "main", "program"]

INTERRUPTED = 2
WRONG_USE = 4
CLOSED_PIPE = 141  # as a shell reports a program that a closed pipe ended

_Command = TypeVar("_Command", bound=Callable[..., Any])


@dataclass
class Settings:
    """The options that may stand before or after the command's name."""

    course: Path | None = None
    lang: str | None = None
    no_color: bool = False

    @property
    def color(self) -> bool | None:
        return False if self.no_color or os.environ.get("NO_COLOR") else None


def _remember(ctx: click.Context, param: click.Parameter, value: Any) -> None:
    """Keep a setting; the one after the command's name is read later and counts."""
    settings = ctx.find_root().ensure_object(Settings)
    if value:
        setattr(settings, str(param.name), value)


def with_settings(command: _Command) -> _Command:
    """Give a command the options of `Settings`."""
    for option in (
        click.option(
            "--no-color",
            is_flag=True,
            expose_value=False,
            callback=_remember,
            help="Print without colour. The environment variable NO_COLOR does the same.",
        ),
        click.option(
            "--lang",
            metavar="LANGUAGE",
            expose_value=False,
            callback=_remember,
            help="Language of texts and messages, such as en or zh. "
            "Default: the locale's if the course has it, else the course's first.",
        ),
        click.option(
            "--course",
            metavar="DIR",
            type=click.Path(path_type=Path),
            expose_value=False,
            callback=_remember,
            help="Folder of the course. Default: the nearest folder upwards with a course.yml.",
        ),
    ):
        command = option(command)
    return command


def with_database(command: _Command) -> _Command:
    """Give a command the option that names the database."""
    return click.option(
        "--db",
        metavar="URL",
        help="Database of marks: a file, or a URL such as postgresql://user@host/name. "
        "Default: TORCHGRADE_DB, or gradebook.db in the course's folder.",
    )(command)


def with_form(command: _Command) -> _Command:
    """Give a command the option that says how submissions are arranged."""
    return click.option(
        "--form",
        metavar="FORM",
        help="How the submissions are arranged, where that can't be recognised: "
        "see docs/submissions.md.",
    )(command)


def with_roster(command: _Command) -> _Command:
    """Give a command the option that says who is in the class."""
    return click.option(
        "--roster",
        metavar="FILE",
        type=click.Path(path_type=Path),
        help="CSV of the class: ids, names, e-mails, ids of the LMS, sections, extensions. "
        "Default: roster.csv in the course's folder, if there is one.",
    )(command)


def with_pages(command: _Command) -> _Command:
    """Give a command the options about the pages that it writes and about who is in the class."""
    command = click.option(
        "--out",
        metavar="DIR",
        type=click.Path(path_type=Path),
        default=Path("graded"),
        show_default=True,
        help="Where pages are written.",
    )(command)
    return with_roster(command)


def with_machines(command: _Command) -> _Command:
    """Give a command the options that say where grading is done."""
    for option in (
        click.option(
            "--scheduler",
            metavar="ADDRESS",
            help="Grade on a Dask cluster: its scheduler's address (tcp://host:8786), or slurm.",
        ),
        click.option(
            "--sandbox",
            metavar="LEVEL",
            type=click.Choice(["jail", "landlock", "process"]),
            help="Grade at this LEVEL of the sandbox or above, in place of the course's.",
        ),
        click.option(
            "--jobs",
            metavar="N",
            type=click.IntRange(min=1),
            help="Submissions to grade at a time. Default: one per core.",
        ),
    ):
        command = option(command)
    return command


def _version(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        from torchgrade.commands.version import current

        click.echo(f"course (torchgrade {current()})")
        ctx.exit()


class ClosedPipe(Exception):
    """Nobody reads the output any more."""


class Commands(click.Group):
    """Lists commands in the order of a student's work, and tells a closed pipe from a failure."""

    def list_commands(self, _: click.Context) -> list[str]:
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:
        # Left to themselves, click and rich would both end the program with exit code 1.
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise ClosedPipe from None
        except SystemExit as error:
            if isinstance(error.__context__, BrokenPipeError):
                raise ClosedPipe from None
            raise


@click.group(
    cls=Commands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exercises are named by chapter (ch03), by name (gather), by both (ch03/gather), "
    "or by path. Run “course COMMAND --help” for examples.",
)
@with_settings
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_version,
    help="Show the version and exit.",
)
@click.pass_context
def course(ctx: click.Context) -> None:
    """Work on the exercises of a PyTorch course and check your answers."""
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def _example(*lines: str) -> str:
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)


@course.command("list", epilog=_example("course list", "course list ch03", "course list --lang zh"))
@click.argument("what", nargs=-1)
@with_settings
@click.pass_obj
def list_(settings: Settings, what: tuple[str, ...]) -> int:
    """List chapters and exercises, with points and due dates.

    Shows which exercises you have edited since they were handed out.
    WHAT chooses chapters or exercises; all are listed without it.
    """
    from torchgrade.commands import list_ as command

    return command.run(settings.course, what, settings.lang, settings.color)


@course.command(
    epilog=_example("course show gather", "course show ch03", "course show ch03/gather > gather.md")
)
@click.argument("what", nargs=-1, required=True)
@with_settings
@click.pass_obj
def show(settings: Settings, what: tuple[str, ...]) -> int:
    """Show what an exercise asks for, or how a chapter begins.

    On a terminal the text is rendered; in a pipe it is the Markdown source.
    """
    from torchgrade.commands import show as command

    return command.run(settings.course, what, settings.lang, settings.color)


_device = click.option(
    "--device",
    type=click.Choice(["auto", "cpu", "cuda"]),
    default="auto",
    show_default=True,
    help="What to time on: a GPU if there is one, the processor, or a GPU only.",
)


@course.command(
    epilog=_example(
        "course check",
        "course check ch03",
        "course check gather --verbose",
        "course check gather --from ~/Downloads/gather.py",
        "course check all --from submissions/alice --json",
    )
)
@click.argument("what", nargs=-1)
@click.option(
    "--from",
    "from_",
    metavar="PATH",
    type=click.Path(path_type=Path),
    help="Answers that lie elsewhere: a folder shaped like exercises/, "
    "a chapter's folder, or one .py file.",
)
@click.option("--json", is_flag=True, help="Print the results as JSON.")
@click.option(
    "-v", "--verbose", is_flag=True, help="Show passed tests too, and all that was printed."
)
@click.option(
    "--sandbox",
    metavar="LEVEL",
    type=click.Choice(["jail", "landlock", "process"]),
    help="Refuse to run answers in a sandbox below this LEVEL: jail, landlock or process.",
)
@click.option(
    "--timing/--no-timing", default=True, help="Whether to time right answers, where a test asks."
)
@_device
@with_settings
@click.pass_obj
def check(
    settings: Settings,
    what: tuple[str, ...],
    from_: Path | None,
    json: bool,
    verbose: bool,
    sandbox: str | None,
    timing: bool,
    device: str,
) -> int:
    """Check answers against PyTorch and explain what is wrong with them.

    WHAT chooses chapters or exercises; all are checked without it. The exit code is 0 if every
    test passed and 1 if one failed.
    """
    from torchgrade.grading.process import GraderProcess

    # First of all, since it imports torch, which takes longer than everything else here.
    with GraderProcess() as grader:
        from torchgrade.commands import check as command

        return command.run(
            grader,
            course_dir=settings.course,
            what=what,
            from_=from_,
            json=json,
            verbose=verbose,
            language=settings.lang,
            sandbox=sandbox,
            color=settings.color,
            timing=timing,
            device=device,
        )


@course.command(
    "time",
    epilog=_example(
        "course time manual_conv2d",
        "course time ch16 --device cpu",
        "course time gather --from ~/Downloads/gather.py --json",
    ),
)
@click.argument("what", nargs=-1)
@click.option(
    "--from",
    "from_",
    metavar="PATH",
    type=click.Path(path_type=Path),
    help="Answers that lie elsewhere, as for “course check”.",
)
@click.option("--json", is_flag=True, help="Print the results as JSON.")
@_device
@with_settings
@click.pass_obj
def time_(
    settings: Settings, what: tuple[str, ...], from_: Path | None, json: bool, device: str
) -> int:
    """Time answers against PyTorch, for yourself.

    Only right answers are timed. What is told holds for this machine and gives no marks.
    """
    from torchgrade.grading.process import GraderProcess

    with GraderProcess() as grader:
        from torchgrade.commands import time_ as command

        return command.run(
            grader,
            settings.course,
            what,
            from_=from_,
            json=json,
            language=settings.lang,
            color=settings.color,
            device=device,
        )


@course.command(
    epilog=_example("course hint gather", "course hint gather --again", "course hint gather --all")
)
@click.argument("what")
@click.option("--all", "everything", is_flag=True, help="Show all hints at once.")
@click.option("--again", is_flag=True, help="Show the hints that you have had, and no new one.")
@click.option(
    "--restart", is_flag=True, help="Forget which hints were shown; start with the first."
)
@with_settings
@click.pass_obj
def hint(settings: Settings, what: str, everything: bool, again: bool, restart: bool) -> int:
    """Show the next hint for an exercise.

    Each time there is one more hint, from a nudge to almost the answer.
    """
    if everything + again + restart > 1:
        raise click.UsageError("Use only one of --all, --again and --restart.")
    from torchgrade.commands import hint as command

    return command.run(
        settings.course,
        what,
        everything=everything,
        again=again,
        restart=restart,
        language=settings.lang,
        color=settings.color,
    )


@course.command(epilog=_example("course reset gather", "course reset ch03 --yes"))
@click.argument("what", nargs=-1, required=True)
@click.option("-y", "--yes", is_flag=True, help="Don't ask for confirmation.")
@with_settings
@click.pass_obj
def reset(settings: Settings, what: tuple[str, ...], yes: bool) -> int:
    """Restore exercises as they were handed out.

    Your answer is kept beside the file, as in gather.py.bak-20261122-031500.
    """
    from torchgrade.commands import reset as command

    return command.run(settings.course, what, yes, settings.lang)


@course.command(
    epilog=_example(
        "course grade submissions",
        "course grade homework3.zip ch03 --roster roster.csv",
        "course grade submitted/ all --form nbgrader --jobs 8",
        "course grade s3://class/hw3 --db postgresql://grader@server/marks",
    )
)
@click.argument("submissions")
@click.argument("what", nargs=-1)
@click.option(
    "--chapter",
    "chapters",
    metavar="NAME",
    multiple=True,
    help="The same as naming it after SUBMISSIONS; may be repeated.",
)
@with_form
@click.option(
    "--file-times",
    is_flag=True,
    help="Take the time of the newest file for when a submission was handed in, where nothing "
    "better tells.",
)
@click.option("--json", is_flag=True, help="Print the summary as JSON.")
@click.option("--no-feedback", is_flag=True, help="Write no page for each student.")
@with_pages
@with_database
@with_machines
@with_settings
@click.pass_obj
def grade(
    settings: Settings,
    submissions: str,
    what: tuple[str, ...],
    chapters: tuple[str, ...],
    roster: Path | None,
    form: str | None,
    file_times: bool,
    out: Path,
    no_feedback: bool,
    json: bool,
    db: str | None,
    jobs: int | None,
    sandbox: str | None,
    scheduler: str | None,
) -> int:
    """Grade a class's submissions (for instructors).

    SUBMISSIONS is a folder, a zip or a URL, as students or Canvas, Moodle and nbgrader leave them.
    WHAT chooses chapters or exercises; all are graded without it. Every result is saved as soon
    as it is there: run the same command again after an interruption, or when more has come in, and
    only what is new is graded.
    """
    from torchgrade.grading.nursery import early

    # First of all, since it imports torch, which takes longer than finding out what to grade.
    with early(wanted=scheduler is None) as nursery:
        from torchgrade.commands import grade as command
        from torchgrade.commands.machines import Machines

        request = command.Request(
            submissions=submissions,
            what=what + chapters,
            form=form,
            file_times=file_times,
            roster=roster,
            db=db,
            out=out,
            feedback=not no_feedback,
            json=json,
            machines=Machines(jobs, sandbox, scheduler),
        )
        return command.run(settings.course, request, settings.lang, settings.color, nursery)


@course.command(
    epilog=_example("course regrade", "course regrade ch03/gather", "course regrade ch03 --yes")
)
@click.argument("what", nargs=-1)
@click.option("-y", "--yes", is_flag=True, help="Enter the new marks without asking.")
@click.option("--json", is_flag=True, help="Print the changes as JSON.")
@click.option("--no-feedback", is_flag=True, help="Write no page for each student.")
@with_pages
@with_database
@with_machines
@with_settings
@click.pass_obj
def regrade(
    settings: Settings,
    what: tuple[str, ...],
    yes: bool,
    json: bool,
    roster: Path | None,
    out: Path,
    no_feedback: bool,
    db: str | None,
    jobs: int | None,
    sandbox: str | None,
    scheduler: str | None,
) -> int:
    """Grade again after a grader was mended (for instructors).

    Runs only what another grader, model answer or engine graded, from the submissions kept in the
    database. Shows whose marks change, from what to what and why, and enters them once that is
    confirmed. Marks and comments that a person gave are kept.
    """
    from torchgrade.commands import regrade as command
    from torchgrade.commands.machines import Machines

    request = command.Request(
        what=what,
        roster=roster,
        db=db,
        out=out,
        feedback=not no_feedback,
        yes=yes,
        json=json,
        machines=Machines(jobs, sandbox, scheduler),
    )
    return command.run(settings.course, request, settings.lang, settings.color)


@course.command(epilog=_example("course feedback", "course feedback ada grace --lang zh"))
@click.argument("students", nargs=-1)
@click.option(
    "--jobs",
    metavar="N",
    type=click.IntRange(min=1),
    help="Processes to use at once. Default: one per core.",
)
@with_pages
@with_database
@with_settings
@click.pass_obj
def feedback(
    settings: Settings,
    students: tuple[str, ...],
    jobs: int | None,
    roster: Path | None,
    out: Path,
    db: str | None,
) -> int:
    """Write the pages of students and of the class again (for instructors).

    For another language, or after marks were changed by hand in formgrader. Without STUDENTS
    everybody's page is written.
    """
    from torchgrade.commands import feedback as command

    return command.run(
        settings.course,
        students,
        roster=roster,
        db=db,
        out=out,
        jobs=jobs,
        language=settings.lang,
    )


@course.command(
    epilog=_example(
        "course similar",
        "course similar ch03 --out similar.html",
        "course similar gather --from submissions --threshold 80",
        "course similar --json",
    )
)
@click.argument("what", nargs=-1)
@click.option(
    "--from",
    "from_",
    metavar="SUBMISSIONS",
    help="Compare these submissions, graded or not. Default: those in the database.",
)
@with_form
@click.option(
    "--threshold",
    metavar="PERCENT",
    type=click.IntRange(1, 100),
    default=50,
    show_default=True,
    help="List pairs that have at least so much of what they wrote themselves in common.",
)
@click.option(
    "--out",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("similar.html"),
    show_default=True,
    help="Page to write.",
)
@with_roster
@click.option("--json", is_flag=True, help="Print the pairs as JSON in place of the page.")
@with_database
@with_settings
@click.pass_obj
def similar(
    settings: Settings,
    what: tuple[str, ...],
    from_: str | None,
    form: str | None,
    threshold: int,
    out: Path,
    roster: Path | None,
    json: bool,
    db: str | None,
) -> int:
    """Show answers that are unusually alike, side by side (for instructors).

    It is for a person to judge and changes no marks. The stub and the model answer don't count,
    nor do names, comments and the order of functions.
    """
    from torchgrade.commands import similar as command

    return command.run(
        settings.course,
        from_,
        what,
        db=db,
        roster=roster,
        form=form,
        threshold=threshold / 100,
        out=out,
        json=json,
        language=settings.lang,
        color=settings.color,
    )


@course.command(
    epilog=_example("course new ch06/detach", "course new ch12_normalisation/layernorm")
)
@click.argument("name", metavar="CHAPTER/NAME")
@with_settings
@click.pass_obj
def new(settings: Settings, name: str) -> int:
    """Make a new exercise (for authors).

    Writes a small complete exercise to start from: stub, statements, solution and grader, and
    its entry in course.yml. A chapter that does not exist yet is made too; name it in full.
    """
    from torchgrade.commands import new as command

    return command.run(settings.course, name, settings.lang)


@course.command(
    epilog=_example(
        "course audit ch06/detach_semantics --seeds 5",
        "course audit --answers tests/answers",
        "course audit --json",
    )
)
@click.argument("what", nargs=-1)
@click.option(
    "--seeds",
    metavar="N",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Repeat everything with N different seeds.",
)
@click.option(
    "--answers",
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Grade these, too: CHAPTER/EXERCISE/right_*.py and wrong_WHAT__MISCONCEPTION.py.",
)
@click.option(
    "--jobs",
    metavar="N",
    type=click.IntRange(min=1),
    help="Processes to use at once. Default: one per core.",
)
@click.option("--json", is_flag=True, help="Print the findings as JSON.")
@with_settings
@click.pass_obj
def audit(
    settings: Settings,
    what: tuple[str, ...],
    seeds: int,
    answers: Path | None,
    jobs: int | None,
    json: bool,
) -> int:
    """Check the course itself (for authors).

    Solutions must pass, stubs must earn nothing, wrong answers must fail and be explained, other
    right answers must pass, and every text must exist in every language.
    """
    from torchgrade.commands import audit as command

    return command.run(
        course_dir=settings.course,
        what=what,
        seeds=seeds,
        answers=answers,
        jobs=jobs,
        json=json,
        language=settings.lang,
        color=settings.color,
    )


@course.command(
    epilog=_example(
        "course release ../students",
        "course release week3 ch03 ch04",
        "course release week3.zip ch03 --zip",
    )
)
@click.argument("target", metavar="DIR", type=click.Path(path_type=Path))
@click.argument("what", nargs=-1)
@click.option("--zip", "as_zip", is_flag=True, help="Write a zip of that name, not a folder.")
@with_settings
@click.pass_obj
def release(settings: Settings, target: Path, what: tuple[str, ...], as_zip: bool) -> int:
    """Write the student bundle (for instructors).

    A small course in which “course check” explains failures as here, without model answers,
    hidden tests or misconceptions. WHAT chooses chapters or exercises; without it all are
    released. In a bundle that is there already, answers that were edited stay as they are.
    """
    from torchgrade.commands import release as command

    return command.run(settings.course, target, what, as_zip=as_zip, language=settings.lang)


@course.command(
    epilog=_example(
        "course export canvas ch03 --template grades.csv --out filled.csv",
        "course export canvas --template grades.csv --assignment ch03='Homework 3 (1234)' "
        "--out filled.csv",
        "course export canvas ch03 --template grades.csv --out filled.csv \\",
        "    --submissions submissions.zip --feedback feedback.zip",
        "course export moodle ch03 --template worksheet.csv --out filled.csv",
        "course export csv --wide --out marks.csv",
        "course export gradescope ch03 --out results.zip",
        "course export junit --db postgresql://user@host/course --out class.xml",
    )
)
@click.argument(
    "format", type=click.Choice(["canvas", "moodle", "gradescope", "csv", "junit", "json"])
)
@click.argument("what", nargs=-1)
@click.option(
    "--out",
    metavar="FILE",
    type=click.Path(path_type=Path),
    required=True,
    help="File to write. It is never one of those that are read.",
)
@with_database
@click.option(
    "--roster",
    metavar="CSV",
    type=click.Path(path_type=Path),
    help="The class list, with the ids of the other system. "
    "Default: roster.csv in the course's folder.",
)
@click.option(
    "--template",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="canvas, moodle: the sheet that you downloaded, to fill in.",
)
@click.option(
    "--assignment",
    metavar="CHAPTER=COLUMN",
    multiple=True,
    help="canvas: the column for a chapter, if it is not called like it.",
)
@click.option(
    "--scale",
    is_flag=True,
    help="canvas, moodle: convert marks to the maximum that the sheet has.",
)
@click.option(
    "--encoding",
    metavar="NAME",
    help="canvas, moodle: the template's encoding, if it is not UTF-8 and has no mark.",
)
@click.option(
    "--submissions",
    metavar="ZIP",
    type=click.Path(path_type=Path),
    help="canvas: the zip from “Download Submissions”, for --feedback.",
)
@click.option(
    "--feedback",
    metavar="ZIP",
    type=click.Path(path_type=Path),
    help="canvas: also write the comments, for “Upload Submissions”.",
)
@click.option(
    "--comments",
    metavar="HOW",
    type=click.Choice(["html", "text", "none"]),
    help="moodle: write comments as html (the default), text or none.",
)
@click.option(
    "--hidden",
    metavar="WHEN",
    type=click.Choice(["after_published", "after_due_date", "visible", "hidden"]),
    help="gradescope: when hidden tests are shown: after_published (the default), "
    "after_due_date, visible or hidden.",
)
@click.option("--wide", is_flag=True, help="csv: one row per student, one column per exercise.")
@with_settings
@click.pass_obj
def export(
    settings: Settings,
    format: str,
    what: tuple[str, ...],
    out: Path,
    db: str | None,
    roster: Path | None,
    template: Path | None,
    assignment: tuple[str, ...],
    scale: bool,
    encoding: str | None,
    submissions: Path | None,
    feedback: Path | None,
    comments: str | None,
    hidden: str | None,
    wide: bool,
) -> int:
    """Write marks and results for other systems (for instructors).

    FORMAT is canvas, moodle, gradescope, csv, junit or json. WHAT chooses chapters or exercises;
    everything is written without it. What a file leaves out is listed.
    """
    from torchgrade.commands import export as command

    request = command.Request(
        format=format,
        what=what,
        out=out,
        db=db,
        roster=roster,
        template=template,
        assignment=assignment,
        scale=scale,
        encoding=encoding,
        submissions=submissions,
        feedback=feedback,
        comments=comments,
        hidden=hidden,
        wide=wide,
    )
    return command.run(settings.course, request, settings.lang)


@course.group()
def notebook() -> None:
    """Use the exercises in an nbgrader classroom (for instructors)."""


@notebook.command(
    "init",
    epilog=_example(
        "course notebook init ../classroom", "course --course pytorch notebook init pytorch-nb"
    ),
)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@with_settings
@click.pass_obj
def notebook_init(settings: Settings, folder: Path) -> int:
    """Make the folder of an nbgrader course.

    DIR gets source/ and an nbgrader_config.py that has answers graded in the sandbox. Files that
    are there already stay as they are; DIR may be a course of nbgrader's that you have.
    """
    from torchgrade.commands import notebook as command

    return command.run_init(settings.course, folder, settings.lang)


@notebook.command(
    "build",
    epilog=_example(
        "course notebook build --dir ../classroom",
        "course notebook build ch03 ch04 --dir ../classroom",
        "course --course ../pytorch notebook build ch03 --lang zh",
    ),
)
@click.argument("what", nargs=-1)
@click.option(
    "--dir",
    "folder",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of the nbgrader course. Default: the current folder, if it is one.",
)
@with_settings
@click.pass_obj
def notebook_build(settings: Settings, what: tuple[str, ...], folder: Path | None) -> int:
    """Build assignments from chapters.

    Writes source/ch03/ch03.ipynb, with the model answers, and beside it the bundle with which
    students check theirs. WHAT chooses chapters; all are built without it. Built again, an
    assignment keeps the names of its cells, so that what was handed in still matches. What you
    changed in a notebook by hand is kept in backups/.
    """
    from torchgrade.commands import notebook as command

    return command.run_build(settings.course, what, folder, settings.lang)


@course.group()
def timing() -> None:
    """Time answers for marks (for instructors)."""


@timing.command(
    "selftest",
    epilog=_example("course timing selftest", "course timing selftest --sessions 20 --json"),
)
@click.option(
    "--sessions",
    "count",
    type=click.IntRange(1, 200),
    default=5,
    show_default=True,
    help="How often to time the reference against itself.",
)
@click.option(
    "--slowdowns/--no-slowdowns",
    default=True,
    help="Whether to time answers of known slowness, too.",
)
@click.option("--json", is_flag=True, help="Print what was measured as JSON.")
@_device
@with_settings
@click.pass_obj
def timing_selftest(
    settings: Settings, count: int, slowdowns: bool, json: bool, device: str
) -> int:
    """Tell whether this machine is fit to give timed marks.

    Times the reference against itself, which must give 1, and answers that are known to be slower.
    The exit code is 0 if the machine is fit and 1 if it is not. No course is needed.
    """
    from torchgrade.sandbox.start import new_server

    # First of all: what student processes inherit must know nothing of the caller.
    with new_server() as server:
        from torchgrade.commands import timing as command

        return command.run(
            server,
            count=count,
            slowdowns=slowdowns,
            device=device,
            json=json,
            language=settings.lang,
            color=settings.color,
        )


@course.group()
def gradescope() -> None:
    """Make an autograder for Gradescope (for instructors)."""


@gradescope.command(
    epilog=_example(
        "course gradescope build ch03 --out autograder.zip",
        "course gradescope build ch03/gather --sandbox jail --out autograder.zip",
    )
)
@click.argument("what", nargs=-1)
@click.option(
    "--out",
    metavar="FILE",
    type=click.Path(path_type=Path),
    required=True,
    help="The zip to write.",
)
@click.option(
    "--hidden",
    metavar="WHEN",
    type=click.Choice(["after_published", "after_due_date", "visible", "hidden"]),
    default="after_published",
    show_default=True,
    help="When Gradescope shows hidden tests, and with them the total: after_published, "
    "after_due_date, visible or hidden.",
)
@click.option(
    "--sandbox",
    metavar="LEVEL",
    type=click.Choice(["jail", "landlock", "process"]),
    default="landlock",
    show_default=True,
    help="The lowest level to grade at: jail, landlock or process. The highest that Gradescope's "
    "container allows is used; below this one, nothing is graded.",
)
@click.option(
    "--with-secret",
    is_flag=True,
    help="Include the course's secret, so that inputs are those of its other marks. "
    "Without this, one that is derived from it is included.",
)
@click.option(
    "--torch-index",
    metavar="URL",
    help="Index of PyTorch's builds for the CPU, which pip there is to use besides its own.",
)
@with_settings
@click.pass_obj
def build(
    settings: Settings,
    what: tuple[str, ...],
    out: Path,
    hidden: str,
    sandbox: str,
    with_secret: bool,
    torch_index: str | None,
) -> int:
    """Build the zip to upload under “Configure Autograder”.

    It holds the engine and the graders and model answers of WHAT, and nothing else of the course.
    """
    from torchgrade.commands import gradescope as command

    return command.run_build(
        settings.course,
        what,
        out=out,
        hidden=hidden,
        sandbox=sandbox,
        with_secret=with_secret,
        torch_index=torch_index,
        language=settings.lang,
    )


def main() -> int:
    """Run the command that the arguments name and return the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # A terminal that can't show a character gets a question mark, not a crash.
            stream.reconfigure(errors="replace")
    settings = Settings()
    try:
        code = course.main(prog_name="course", standalone_mode=False, obj=settings)
        sys.stdout.flush()
    except click.ClickException as error:
        error.show()
        return WRONG_USE
    except (KeyboardInterrupt, click.Abort):
        click.echo("Interrupted.", err=True)
        return INTERRUPTED
    except (ClosedPipe, BrokenPipeError):
        # See to it that the interpreter's last flush doesn't complain either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return CLOSED_PIPE
    except Exception as error:
        from torchgrade.commands.failure import explain

        return explain(error, settings.course, settings.lang)
    return code if isinstance(code, int) else 0


def program() -> NoReturn:
    """`main`, for a process of its own."""
    code = main()
    # Else the interpreter, before it ends, looks for garbage among all that was imported.
    gc.freeze()
    sys.exit(code)


if __name__ == "__main__":
    program()
