"""Results of one person's answers as JSON on standard output."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence

from torchgrade.commands.context import Context
from torchgrade.commands.version import versions
from torchgrade.report.json_ import to_json
from torchgrade.result import ExerciseResult
from torchgrade.text import Text

__all__ = ["chapter_titles", "write_json"]


def write_json(context: Context, results: Sequence[ExerciseResult]) -> None:
    """Print results as `torchgrade.report.json_` has them."""
    document = to_json(
        results,
        title=context.course.title,
        chapters=chapter_titles(context),
        language=context.language,
        versions=versions(),
    )
    written = json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
    # UTF-8 whatever the terminal's encoding: it is for programs.
    sys.stdout.flush()
    sys.stdout.buffer.write(written.encode())
    sys.stdout.buffer.flush()


def chapter_titles(context: Context) -> Mapping[str, Text]:
    """By the name of the chapter."""
    return {chapter.name: chapter.title for chapter in context.course.chapters}
