"""Markdown on a terminal, with lines of Chinese that are broken as Chinese is."""

from __future__ import annotations

from typing import ClassVar

from rich.console import Console, ConsoleOptions, RenderResult
from rich.markdown import Markdown, MarkdownElement, Paragraph

from torchgrade.report.unbroken import unbroken
from torchgrade.report.wrap import wrap

__all__ = ["markdown"]


def markdown(text: str) -> Markdown:
    """``text`` for a rich console."""
    return _Document(unbroken(text))


class _Prose(Paragraph):
    """Rich breaks lines at spaces only, and there are none between Chinese characters."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        self.text.justify = None  # else lines are filled with spaces
        yield from wrap(self.text, options.max_width)


class _Document(Markdown):
    elements: ClassVar[dict[str, type[MarkdownElement]]] = {
        **Markdown.elements,
        "paragraph_open": _Prose,
    }
