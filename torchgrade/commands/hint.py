"""``course hint``: one more hint each time, from a nudge to almost the answer.

How many hints somebody has had is kept in .torchgrade/hints.json in the course's folder.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path

from torchgrade.atomic import replace_file
from torchgrade.commands.context import Context, open_context
from torchgrade.commands.terminal import display
from torchgrade.course import Course, Exercise
from torchgrade.i18n import catalogue
from torchgrade.report.page import Page

__all__ = ["run"]


def run(
    course_dir: Path | None,
    what: str,
    *,
    everything: bool,
    again: bool,
    restart: bool,
    language: str | None,
    color: bool | None,
) -> int:
    """Show the next hint for ``what``.

    ``everything`` shows all hints, ``again`` those that were shown before and no new one;
    ``restart`` forgets which were shown and begins with the first.
    """
    context = open_context(course_dir, language)
    exercise = context.one_exercise(what)
    given = _load(context.course)
    seen = 0 if restart else min(given.get(exercise.key, 0), len(exercise.hints))
    if again:
        first, last = 0, seen
    elif everything:
        first, last = 0, len(exercise.hints)
    else:
        first, last = seen, min(seen + 1, len(exercise.hints))
    _write(context, exercise, first, last, color)
    if last != given.get(exercise.key, 0):
        _save(context, {**given, exercise.key: last})
    return 0


def _write(context: Context, exercise: Exercise, first: int, last: int, color: bool | None) -> None:
    page = Page(sys.stdout, context.language, color)
    _ = catalogue(page.language)
    count = len(exercise.hints)
    for number in range(first, last):
        label = _("Hint {number} of {count}").format(number=number + 1, count=count)
        page.put(label, style="bold")
        page.put(exercise.hints[number].to(page.language))
        page.blank()
    if count == 0:
        closing = _("There are no hints for {exercise}.")
    elif last == 0:
        closing = _("You have had no hint for {exercise} yet. Run this without --again for one.")
    elif last < count:
        closing = _.ngettext(
            "{left} more hint is left. Run the command again to see it.",
            "{left} more hints are left. Run the command again for the next.",
            count - last,
        )
    elif first == last:
        closing = _("You have had all hints for {exercise}. Show them again with --again.")
    else:
        closing = _("That was the last hint.")
    page.put(closing.format(exercise=exercise.key, left=count - last), style="dim")
    page.write()


def _file(course: Course) -> Path:
    return course.root / ".torchgrade" / "hints.json"


def _load(course: Course) -> Mapping[str, int]:
    """How many hints were given, by exercise. A file that is no such record counts as none."""
    try:
        given = json.loads(_file(course).read_text(encoding="utf-8"))["given"]
        return {str(key): count for key, count in given.items() if type(count) is int and count > 0}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}


def _save(context: Context, given: Mapping[str, int]) -> None:
    file = _file(context.course)
    record = json.dumps({"format": 1, "given": dict(sorted(given.items()))}, indent=2)
    try:
        file.parent.mkdir(exist_ok=True)
        replace_file(file, f"{record}\n".encode())
    except OSError as error:
        # The hint was shown; that it can't be counted is no reason to fail.
        message = context.translate("Which hints were shown can't be kept in {path}: {reason}.")
        print(message.format(path=display(file), reason=error.strerror), file=sys.stderr)
