"""Telling the user about an error, once, on standard error: the fact, then the remedy."""

from __future__ import annotations

import os
import sys
import traceback
from pathlib import Path

from torchgrade.commands.context import open_context
from torchgrade.course import CourseError
from torchgrade.errors import UserError
from torchgrade.i18n import Catalogue, catalogue, choose_language
from torchgrade.report.inert import inert
from torchgrade.text import DEFAULT_LANGUAGE

__all__ = ["ENGINE_FAULT", "explain"]

ENGINE_FAULT = 3
"""Exit code."""


def explain(error: Exception, course_dir: Path | None, language: str | None) -> int:
    """Print what went wrong and return the exit code.

    A traceback is printed only if the environment says ``TORCHGRADE_DEBUG=1``.
    """
    translate = _messages(course_dir, language)
    if os.environ.get("TORCHGRADE_DEBUG", "0") not in ("", "0"):
        traceback.print_exception(error)
    if not isinstance(error, UserError):
        _say(
            translate("torchgrade itself failed: {error}").format(
                error=f"{type(error).__name__}: {error}"
            ),
            translate(
                "This is not your mistake and costs no marks. "
                "Please report it, with what TORCHGRADE_DEBUG=1 adds to this message."
            ),
        )
        return ENGINE_FAULT
    if isinstance(error, CourseError):
        _say(str(error))
    _say(*error.worded(translate))
    return error.exit_code


def _say(*lines: str) -> None:
    for line in lines:
        if line:
            print(inert(line), file=sys.stderr)


def _messages(course_dir: Path | None, language: str | None) -> Catalogue:
    try:
        return open_context(course_dir, language).translate
    except Exception:  # it may be the very error that is to be explained
        known = [language] if language is not None else [DEFAULT_LANGUAGE, "zh"]
        return catalogue(choose_language(language, os.environ, known))
