"""What a grading command says of the class when it is done, for people and for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text as Styled

from torchgrade.commands.terminal import console, display
from torchgrade.report.fill import fill
from torchgrade.report.inert import one_line
from torchgrade.report.summary import format_points

if TYPE_CHECKING:
    from torchgrade.batch.grade import Tally
    from torchgrade.commands.context import Context
    from torchgrade.commands.pages import Pages
    from torchgrade.i18n import Catalogue
    from torchgrade.intake import Intake
    from torchgrade.overview import MisconceptionFacts, Overview

__all__ = ["tell", "tell_json", "tell_list", "tell_where"]

_LISTED: Final = 10
"""Of anything; the pages have all of it."""
FORMAT: Final = 1


def tell(
    context: Context, tally: Tally, intake: Intake, overview: Overview, color: bool | None
) -> None:
    """The class by exercise, what to teach again, and everything that needs a person."""
    _ = context.translate
    out = console(color)
    out.print(Styled(_counted(tally, len(intake.handed), _)), soft_wrap=True)
    if overview.exercises:
        out.print(_table(overview, _))
    lessons = _lessons(overview)
    if lessons:
        out.print(Styled(_("Worth teaching again:"), "bold"))
    for exercise, facts in lessons[:5]:
        count = len(facts.students)
        said = _.ngettext("{count} student", "{count} students", count)
        head = f"  {fill(said, count=count)}, {_short(exercise)}: "
        out.print(Styled(head + facts.explanation.to(context.language)))
    unreadable = [(student, reason) for student, reason in tally.unreadable]
    # A reason is a message of the catalogue, unless it comes from a grader.
    ungraded = [(f"{u.student} {u.exercise}", _(u.reason)) for u in overview.ungraded]
    tell_list(out, _("Not graded yet, so that a person has to look:"), [*ungraded, *unreadable], _)
    strays = [(u.origin, u.reason.worded(_)) for u in intake.unattributed]
    tell_list(out, _("Attributed to nobody:"), strays, _)
    remarks = [(r.origin, r.reason.worded(_)) for r in intake.remarks]
    remarks += [
        (student, fill(_("called like no exercise: {files}"), files=", ".join(files)))
        for student, files in tally.unused
    ]
    tell_list(out, _("Taken, but look at it:"), remarks, _)
    if tally.stale:
        said = _.ngettext(
            "{count} result was made by another grader or engine and stands; "
            "“course regrade” shows what would change.",
            "{count} results were made by another grader or engine and stand; "
            "“course regrade” shows what would change.",
            tally.stale,
        )
        out.print(Styled(fill(said, count=tally.stale)), soft_wrap=True)


def tell_where(context: Context, pages: Pages, url: str, autograded: Path | None = None) -> None:
    """Where everything lies."""
    _ = context.translate
    out = console(False)
    for said, place in (
        (_("The class: {path}"), display(pages.overview_file)),
        (_("Feedback: {path}"), display(pages.feedback_folder)),
        (_("Notebooks: {path}"), display(autograded) if autograded else ""),
        (_("Marks: {path}"), _safe(url)),
    ):
        if not place:
            continue
        out.print(Styled(fill(said, path=place)), soft_wrap=True)


def tell_json(tally: Tally, overview: Overview) -> None:
    """The same as one JSON document on standard output; marks go by `course export json`."""
    document = {
        "format": FORMAT,
        "answers": {
            "ran": tally.ran,
            "reused": tally.reused,
            "unchanged": tally.unchanged,
            "stale": tally.stale,
        },
        "exercises": [
            {
                "exercise": facts.exercise,
                "maximum": facts.maximum,
                "passed": facts.passed,
                "partly": facts.partly,
                "not_started": facts.not_started,
                "ungraded": facts.ungraded,
                "mean": facts.mean,
                "misconceptions": {m.name: list(m.students) for m in facts.misconceptions},
            }
            for facts in overview.exercises
        ],
        "ungraded": [
            {"student": u.student, "exercise": u.exercise, "reason": u.reason}
            for u in overview.ungraded
        ],
        "unreadable": [{"student": s, "reason": reason} for s, reason in tally.unreadable],
        "unused": [{"student": s, "files": list(files)} for s, files in tally.unused],
        "unattributed": [
            {"file": file, "reason": reason} for file, reason in overview.unattributed
        ],
    }
    written = json.dumps(document, ensure_ascii=True, indent=2, allow_nan=False)
    sys.stdout.write(written + "\n")


def _counted(tally: Tally, submissions: int, _: Catalogue) -> str:
    said = _.ngettext("{count} submission.", "{count} submissions.", submissions)
    answers = _("Answers: {ran} graded, {reused} the same as another's, {unchanged} unchanged.")
    return (
        fill(said, count=submissions)
        + " "
        + fill(answers, ran=tally.ran, reused=tally.reused, unchanged=tally.unchanged)
    )


def _table(overview: Overview, _: Catalogue) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    table.add_column(_("Exercise"), overflow="fold")
    for heading in (_("passed"), _("partly"), _("not started"), _("ungraded"), _("mean")):
        table.add_column(heading, justify="right", no_wrap=True)
    for facts in overview.exercises:
        mean = "–" if facts.mean is None else format_points(facts.mean)
        table.add_row(
            _short(facts.exercise),
            *map(str, (facts.passed, facts.partly, facts.not_started)),
            Styled(str(facts.ungraded), "red" if facts.ungraded else ""),
            f"{mean}/{format_points(facts.maximum)}",
        )
    return table


def _short(key: str) -> str:
    """``ch03/gather``, which fits a table of 80 columns and is understood everywhere."""
    chapter, _, name = key.partition("/")
    return f"{chapter[:4]}/{name}"


def _lessons(overview: Overview) -> list[tuple[str, MisconceptionFacts]]:
    """Misconceptions with their exercises, the most frequent first."""
    found = [(facts.exercise, m) for facts in overview.exercises for m in facts.misconceptions]
    return sorted(found, key=lambda pair: -len(pair[1].students))


def tell_list(out: Console, heading: str, rows: Sequence[tuple[str, str]], _: Catalogue) -> None:
    """Names with reasons under a heading, as many as fit; nothing at all if there are none."""
    if not rows:
        return
    out.print(Styled(heading, "bold"))
    for name, reason in rows[:_LISTED]:
        out.print(Styled(f"  {one_line(name)}: {one_line(reason)}"), soft_wrap=True)
    if len(rows) > _LISTED:
        out.print(Styled("  " + fill(_("and {count} more"), count=len(rows) - _LISTED)))


def _safe(url: str) -> str:
    """The database without a password."""
    if "://" not in url:
        return url
    from sqlalchemy import make_url

    return make_url(url).render_as_string(hide_password=True)
