"""``course list``: chapters, exercises, points and due dates."""

from __future__ import annotations

from pathlib import Path

from rich.table import Table
from rich.text import Text as Styled

from torchgrade.commands.context import Context, open_context
from torchgrade.commands.terminal import console
from torchgrade.course import Chapter, Exercise
from torchgrade.i18n import Catalogue
from torchgrade.stubs import State, pristine, state

__all__ = ["run"]

_STYLES = {State.MISSING: "red", State.EDITED: "cyan", State.PRISTINE: "dim", State.UNKNOWN: ""}


def run(
    course_dir: Path | None, what: tuple[str, ...], language: str | None, color: bool | None
) -> int:
    context = open_context(course_dir, language)
    course, _ = context.course, context.translate
    chosen = course.select(what)
    handed_out = pristine(course, chosen)
    width = max((len(exercise.name) for exercise in chosen), default=0)
    out = console(color)
    out.print(Styled(course.title.to(context.language), style="bold"))
    for chapter in course.chapters:
        listed = [exercise for exercise in chapter.exercises if exercise in chosen]
        if listed:
            states = {e.key: state(e, handed_out.get(e.key)) for e in listed}
            out.print()
            out.print(_heading(chapter, context))
            out.print(_table(listed, states, context, width))
    written = sum(exercise.written for exercise in chosen)
    total = f"{sum(exercise.points for exercise in chosen) + written:g}"
    summary = _.ngettext(
        "{count} exercise, {points} points", "{count} exercises, {points} points", len(chosen)
    )
    if written:
        summary = _.ngettext(
            "{count} exercise, {points} points, {written} of them given by hand",
            "{count} exercises, {points} points, {written} of them given by hand",
            len(chosen),
        )
    out.print()
    out.print(Styled(summary.format(count=len(chosen), points=total, written=f"{written:g}")))
    return 0


def _heading(chapter: Chapter, context: Context) -> Styled:
    heading = Styled.assemble((chapter.name, "bold"), "  ", chapter.title.to(context.language))
    if chapter.due is not None:
        due = context.translate("due {date}").format(date=chapter.due.isoformat(" ", "minutes"))
        heading.append(f"  ({due})", style="yellow")
    return heading


def _table(
    exercises: list[Exercise], states: dict[str, State], context: Context, width: int
) -> Table:
    _ = context.translate
    table = Table.grid(padding=(0, 2, 0, 0), expand=True, pad_edge=False)
    table.add_column(min_width=width + 2, no_wrap=True)
    table.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
    table.add_column(no_wrap=True)
    table.add_column(justify="right", min_width=9, no_wrap=True)
    for exercise in exercises:
        points = _.ngettext("{points} point", "{points} points", 1 if exercise.points == 1 else 2)
        if exercise.written:
            points = _("{points} + {written} points")
        known = states[exercise.key]
        table.add_row(
            f"  {exercise.name}",
            _title(exercise, context.language),
            Styled(_worded(known, _), style=_STYLES[known]),
            points.format(points=f"{exercise.points:g}", written=f"{exercise.written:g}"),
        )
    return table


def _worded(known: State, _: Catalogue) -> str:
    match known:
        case State.MISSING:
            return _("missing")
        case State.PRISTINE:
            return _("not started")
        case State.EDITED:
            return _("edited")
        case State.UNKNOWN:
            return ""


def _title(exercise: Exercise, language: str) -> str:
    """The first heading of the statement; nothing if there is none."""
    try:
        with exercise.statement(language).open(encoding="utf-8", errors="replace") as stream:
            for line in stream:
                if line.startswith("# "):
                    return line[2:].strip()
    except OSError:
        pass
    return ""
