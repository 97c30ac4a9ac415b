"""What appears under a cell: HTML where there is a notebook, text where there is none."""

from __future__ import annotations

import io
import os
import traceback
from collections.abc import Mapping
from typing import Any, Final

from torchgrade.course import Course, CourseError
from torchgrade.errors import UserError
from torchgrade.i18n import catalogue
from torchgrade.release.bundle import manifest_of
from torchgrade.report.html.escape import with_code
from torchgrade.report.html.fragment import exercise_fragment
from torchgrade.report.inert import inert
from torchgrade.report.terminal import render
from torchgrade.result import ExerciseResult

__all__ = ["Output", "report", "shell", "told"]

WIDTH: Final = 80
"""Cells of a line of text: nbgrader cuts off what is longer than 87."""
_BOX: Final = (
    "border:1px solid rgba(128,128,128,.35);border-left:5px solid {colour};border-radius:6px;"
    "padding:.6em 1em;margin:.4em 0;line-height:1.5;overflow-wrap:anywhere"
)
_WARNING: Final = "#c07a00"
_SIGN: Final = "#7f8790"


def shell() -> Any:
    """The IPython that this runs in, or None."""
    try:
        from IPython.core.getipython import get_ipython
    except ImportError:
        return None
    return get_ipython()


def report(course: Course, result: ExerciseResult, language: str) -> str:
    """``result`` as `course check` prints it, without a line feed at the end."""
    file = io.StringIO()
    render(
        [result],
        chapters={chapter.name: chapter.title for chapter in course.chapters},
        hints={},
        language=language,
        file=file,
        later=_later(course, result),
        color=False,
        width=WIDTH,
    )
    return file.getvalue().strip("\n")


def told(error: Exception, language: str) -> str:
    """What went wrong, then the remedy, each on a line of its own."""
    translate = catalogue(language)
    if isinstance(error, UserError):
        lines = list(error.worded(translate))
        if isinstance(error, CourseError):
            lines.insert(0, str(error))
    else:
        lines = [
            translate("torchgrade itself failed: {error}").format(
                error=f"{type(error).__name__}: {error}"
            ),
            translate(
                "This is not your mistake and costs no marks. "
                "Please report it, with what TORCHGRADE_DEBUG=1 adds to this message."
            ),
        ]
    if os.environ.get("TORCHGRADE_DEBUG", "0") not in ("", "0"):
        lines += traceback.format_exception(error)
    return "\n".join(inert(line) for line in lines if line)


class Output:
    """The output of the cell that is running: a sign of work, and then what came of it."""

    def __init__(self) -> None:
        self._handle: Any = None

    def working(self, sentence: str) -> None:
        """Say that it takes a while; what is shown later stands in its place."""
        # A terminal can't take anything back.
        if hasattr(shell(), "kernel"):
            self._show(_box(sentence, _SIGN, "opacity:.75"), sentence)

    def message(self, text: str) -> None:
        """Show lines of text, the first of which is the fact."""
        fact, _, rest = text.partition("\n")
        parts = [f"<b>{with_code(fact)}</b>", *map(with_code, rest.splitlines())]
        self._show(_box_of("<br>".join(parts), _WARNING, ""), text)

    def result(
        self, course: Course, result: ExerciseResult, language: str, remark: str = ""
    ) -> None:
        """Show what came of an answer; ``remark`` goes first, if there is any."""
        text = report(course, result, language)
        if remark:
            text = f"{remark}\n\n{text}"
        self._show(
            exercise_fragment(result, language, remark=remark, later=_later(course, result)), text
        )

    def _show(self, html: str, text: str) -> None:
        if shell() is None:
            print(text)
            return
        from IPython.display import display

        data: Mapping[str, str] = {"text/html": html, "text/plain": text}
        if self._handle is not None:
            self._handle.update(data, raw=True)
        elif hasattr(shell(), "kernel"):
            self._handle = display(data, raw=True, display_id=True)  # type: ignore[no-untyped-call]
        else:
            display(data, raw=True)  # type: ignore[no-untyped-call]


def _later(course: Course, result: ExerciseResult) -> tuple[int, float]:
    """How many tests a bundle leaves to grading, and their points."""
    manifest = manifest_of(course.root)
    left = None if manifest is None else manifest.later.get(result.key)
    return (0, 0.0) if left is None else (left.tests, left.points)


def _box(text: str, colour: str, style: str) -> str:
    return _box_of(with_code(text), colour, style)


def _box_of(html: str, colour: str, style: str) -> str:
    return f'<div style="{_BOX.format(colour=colour)};{style}">{html}</div>\n'
