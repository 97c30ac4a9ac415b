"""``course show``: the statement of an exercise, or the introduction of a chapter."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from torchgrade.commands.context import open_context
from torchgrade.commands.terminal import console, display
from torchgrade.course import Course
from torchgrade.errors import N_, UserError

__all__ = ["run"]

_FENCED: Final = re.compile(r"(^```.*?^```)", re.MULTILINE | re.DOTALL)
_CHINESE: Final = r"[\u2014\u2026\u3000-\u9fff\uff00-\uffef]"
_BREAK_IN_CHINESE: Final = re.compile(rf"(?<={_CHINESE})\n(?={_CHINESE})")


def run(
    course_dir: Path | None, what: tuple[str, ...], language: str | None, color: bool | None
) -> int:
    context = open_context(course_dir, language)
    texts = [_read(file) for file in _files(context.course, what, context.language)]
    out = console(color)
    if out.is_terminal:
        from rich.markdown import Markdown  # loads a syntax highlighter

        for text in texts:
            out.print(Markdown(_unbroken(text)), end="\n\n")
    else:
        # As it was written, so that it can be piped on as Markdown.
        out.out("\n".join(texts), end="")
    return 0


def _files(course: Course, names: tuple[str, ...], language: str) -> list[Path]:
    """The texts that ``names`` stand for, each once, in the order of ``names``."""
    found: dict[Path, None] = {}
    for name in names:
        chapter = course.chapter(name)
        if chapter is not None:
            found[course.readme(chapter.name, language)] = None
        else:
            for exercise in course.select([name]):
                found[exercise.statement(language)] = None
                if exercise.written:
                    found[exercise.written_statement(language)] = None
    return list(found)


def _unbroken(text: str) -> str:
    """Markdown without line breaks between Chinese characters, which would show as spaces."""
    parts = _FENCED.split(text)
    # Every other part is a block of code.
    parts[::2] = [_BREAK_IN_CHINESE.sub("", part) for part in parts[::2]]
    return "".join(parts)


def _read(file: Path) -> str:
    try:
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise UserError(
            N_("The text {path} is missing from this course."),
            N_("Ask the course's author for it, or try another language with --lang."),
            {"path": display(file)},
        ) from None
    except UnicodeDecodeError:
        raise UserError(
            N_("The text {path} is not UTF-8."),
            N_("Ask the course's author to save it as UTF-8."),
            {"path": display(file)},
        ) from None
    return text if text.endswith("\n") else text + "\n"
