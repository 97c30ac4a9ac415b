"""``course export``: marks and results for learning management systems and other programs."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from torchgrade.commands.classroom import find_roster, graded
from torchgrade.commands.context import Context, open_context
from torchgrade.commands.terminal import display
from torchgrade.commands.version import versions
from torchgrade.course import Exercise
from torchgrade.errors import N_, UserError
from torchgrade.export import canvas, moodle
from torchgrade.export.canvas_feedback import feedback_zip, submitted_files
from torchgrade.export.class_json import write_json
from torchgrade.export.files import check_output, writing
from torchgrade.export.gradescope import Visibility, write_archive
from torchgrade.export.junit import write_junit
from torchgrade.export.notes import Export, Note
from torchgrade.export.selection import only, whole_chapters
from torchgrade.export.sheet import read_sheet
from torchgrade.export.table import long_table, wide_table
from torchgrade.marks import ClassMarks
from torchgrade.report.fill import fill
from torchgrade.result import ExerciseResult

__all__ = ["Request", "run"]

# Which formats an option is for.
_MEANT_FOR: Mapping[str, tuple[str, ...]] = {
    "template": ("canvas", "moodle"),
    "encoding": ("canvas", "moodle"),
    "scale": ("canvas", "moodle"),
    "assignment": ("canvas",),
    "submissions": ("canvas",),
    "feedback": ("canvas",),
    "comments": ("moodle",),
    "hidden": ("gradescope",),
    "wide": ("csv",),
}


@dataclass(frozen=True)
class Request:
    """What was asked for on the command line; None and False where nothing was said."""

    format: str
    what: tuple[str, ...]
    out: Path
    db: str | None = None
    roster: Path | None = None
    template: Path | None = None
    encoding: str | None = None
    scale: bool = False
    assignment: tuple[str, ...] = ()
    submissions: Path | None = None
    feedback: Path | None = None
    comments: str | None = None
    hidden: str | None = None
    wide: bool = False

    @property
    def sources(self) -> tuple[Path, ...]:
        """Files that must not be overwritten."""
        return tuple(
            file for file in (self.template, self.submissions, self.roster) if file is not None
        )


def run(course_dir: Path | None, request: Request, language: str | None) -> int:
    """Write ``request.out``; what it leaves out is listed on standard error. Returns 0."""
    _check(request)
    context = open_context(course_dir, language)
    exercises = context.course.select(request.what or ("all",))
    check_output(request.out, request.sources)
    with _opened(context, request, exercises) as (marks, results):
        if not any(marks.marks.values()):
            raise UserError(
                N_("There are no marks of {what} in the database."),
                N_("Grade first: course grade SUBMISSIONS; or name another database with --db."),
                {"what": " ".join(request.what) or context.course.root.name},
            )
        count, notes = _export(context, request, exercises, marks, results)
    _tell(context, notes)
    said = _counted(context, request, count)
    print(fill(said, count=count, path=display(request.out)))
    return 0


def _check(request: Request) -> None:
    """Refuse options that would be ignored, and combinations that lack a part."""
    for option, formats in _MEANT_FOR.items():
        if getattr(request, option) and request.format not in formats:
            raise UserError(
                N_("--{option} means nothing for {format}."),
                N_("It belongs to: {formats}"),
                {"option": option, "format": request.format, "formats": ", ".join(formats)},
            )
    if request.format == "moodle" and request.template is None:
        raise UserError(
            N_("Moodle takes back its own worksheet only, and --template names none."),
            N_("Download it in Moodle (“Download grading worksheet”); then --template FILE."),
        )
    if request.format == "canvas" and (request.feedback is None) != (request.submissions is None):
        raise UserError(
            N_("Comments for Canvas need both --submissions and --feedback."),
            N_("--submissions is the zip from “Download Submissions”, --feedback the new zip."),
        )
    for option in ("scale", "encoding"):
        if getattr(request, option) and request.template is None:
            raise UserError(
                N_("--{option} is about a sheet that is filled in, and --template names none."),
                N_("Add --template FILE, or leave --{option} out."),
                {"option": option},
            )


@contextmanager
def _opened(
    context: Context, request: Request, exercises: Sequence[Exercise]
) -> Iterator[tuple[ClassMarks, Iterator[tuple[str, ExerciseResult]]]]:
    """Marks and results of ``exercises``, as long as the block lasts."""
    with graded(context.course, request.db) as store:
        from torchgrade.store.gradebook import marks

        found = only(marks(store, find_roster(context.course, request.roster)), exercises)
        yield found, ((who, result) for who, result, _ in store.results(None, exercises))


def _export(
    context: Context,
    request: Request,
    exercises: Sequence[Exercise],
    marks: ClassMarks,
    results: Iterator[tuple[str, ExerciseResult]],
) -> tuple[int, tuple[Note, ...]]:
    match request.format:
        case "canvas":
            return _canvas(context, request, exercises, marks)
        case "moodle":
            return _moodle(context, request, exercises, marks)
        case "csv":
            return _write(request, wide_table(marks) if request.wide else long_table(marks))
        case "gradescope":
            hidden = Visibility(request.hidden or Visibility.AFTER_PUBLISHED)
            with writing(request.out) as stream:
                return write_archive(results, stream, language=context.language, hidden=hidden)
        case "junit":
            with writing(request.out) as stream:
                return write_junit(results, stream, context.language), ()
        case _json:
            with writing(request.out) as stream:
                return _json_document(context, marks, results, stream), ()


def _canvas(
    context: Context, request: Request, exercises: Sequence[Exercise], marks: ClassMarks
) -> tuple[int, tuple[Note, ...]]:
    whole_chapters(context.course, exercises)
    chosen = _assignments(context, request.assignment, marks)
    notes: tuple[Note, ...] = ()
    if request.template is None:
        export = canvas.make_sheet(marks, context.language, chosen)
    else:
        sheet = read_sheet(request.template, request.encoding)
        columns, notes = canvas.choose_columns(
            sheet, marks.chapters, chosen, all_needed=bool(request.what)
        )
        export = canvas.fill_sheet(sheet, marks, columns, scale=request.scale)
    feedback = None
    if request.feedback is not None and request.submissions is not None:
        check_output(request.feedback, (*request.sources, request.out))
        chapter = _one_chapter(marks, request.format)
        feedback = feedback_zip(marks, chapter, submitted_files(request.submissions))
    count, told = _write(request, export)
    if feedback is not None and request.feedback is not None:
        with writing(request.feedback, request.sources) as stream:
            stream.write(feedback.contents)
        told += feedback.notes
    return count, notes + told


def _moodle(
    context: Context, request: Request, exercises: Sequence[Exercise], marks: ClassMarks
) -> tuple[int, tuple[Note, ...]]:
    whole_chapters(context.course, exercises)
    assert request.template is not None, "it was demanded"
    chapter = _one_chapter(marks, request.format)
    sheet = read_sheet(request.template, request.encoding)
    how = moodle.Comments(request.comments or moodle.Comments.HTML)
    export = moodle.fill_worksheet(sheet, marks, chapter, scale=request.scale, comments=how)
    return _write(request, export)


def _write(request: Request, export: Export) -> tuple[int, tuple[Note, ...]]:
    if not export.written:
        told = " ".join(str(note) for note in export.notes[:3])
        raise UserError(
            N_("No mark at all would stand in {path}, so it isn't written. {notes}"),
            N_("See that the roster has the ids of the system that the file is for."),
            {"path": request.out, "notes": told},
        )
    with writing(request.out, request.sources) as stream:
        stream.write(export.contents)
    return export.written, export.notes


def _json_document(
    context: Context,
    marks: ClassMarks,
    results: Iterable[tuple[str, ExerciseResult]],
    stream: IO[bytes],
) -> int:
    return write_json(marks, results, stream, language=context.language, versions=versions())


def _assignments(context: Context, given: Sequence[str], marks: ClassMarks) -> dict[str, str]:
    """``ch03=Homework 3 (1234)`` -> the column by chapter name."""
    chosen: dict[str, str] = {}
    for text in given:
        name, equals, column = text.partition("=")
        chapter = context.course.chapter(name)
        if not equals or not column.strip():
            raise UserError(
                N_("--assignment {text} names no column."),
                N_("Write it as CHAPTER=COLUMN, such as ch03='Homework 3 (1234)'."),
                {"text": text},
            )
        if chapter is None or chapter.name not in marks.chapters:
            raise UserError(
                N_("--assignment {text}: {name} is no chapter that is exported."),
                N_("Those are: {chapters}"),
                {"text": text, "name": name, "chapters": ", ".join(marks.chapters)},
            )
        chosen[chapter.name] = column
    return chosen


def _one_chapter(marks: ClassMarks, of: str) -> str:
    names = list(marks.chapters)
    if len(names) == 1:
        return names[0]
    raise UserError(
        N_("One file is for one assignment, and there are marks of several chapters: {chapters}"),
        N_("Name one: course export {format} {first} ..."),
        {"chapters": ", ".join(names), "format": of, "first": names[0]},
    )


def _tell(context: Context, notes: Sequence[Note]) -> None:
    for note in notes:
        print(note.worded(context.translate), file=sys.stderr)


def _counted(context: Context, request: Request, count: int) -> str:
    _ = context.translate
    match request.format:
        case "gradescope":
            return _.ngettext(
                "Wrote {count} file into {path}.", "Wrote {count} files into {path}.", count
            )
        case "junit" | "json":
            return _.ngettext(
                "Wrote {count} result to {path}.", "Wrote {count} results to {path}.", count
            )
        case _marks:
            return _.ngettext(
                "Wrote {count} mark to {path}.", "Wrote {count} marks to {path}.", count
            )
