"""``course show``: the statement of an exercise, or the introduction of a chapter."""

from __future__ import annotations

from pathlib import Path

from torchgrade.commands.context import open_context
from torchgrade.commands.terminal import console, display
from torchgrade.course import Course
from torchgrade.errors import N_, UserError

__all__ = ["run"]


def run(
    course_dir: Path | None, what: tuple[str, ...], language: str | None, color: bool | None
) -> int:
    context = open_context(course_dir, language)
    texts = [_read(file) for file in _files(context.course, what, context.language)]
    out = console(color)
    if out.is_terminal:
        from torchgrade.report.markdown import markdown  # loads a syntax highlighter

        for text in texts:
            out.print(markdown(text), end="\n\n")
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
