"""How commands write: to a terminal, a pipe or a file, with or without colour."""

from __future__ import annotations

import os
from pathlib import Path

from rich.console import Console

__all__ = ["console", "display"]


def console(color: bool | None) -> Console:
    """Standard output. ``color`` False means none; None leaves it to the terminal.

    What is printed is taken as it is: no markup, no emoji codes, no highlighting.
    """
    return Console(
        no_color=True if color is False else None, markup=False, emoji=False, highlight=False
    )


def display(path: Path) -> str:
    """A path as the user would write it: relative to the current folder if it lies below it."""
    try:
        relative = os.path.relpath(path)
    except (ValueError, FileNotFoundError):  # another drive; a folder that is gone
        return str(path)
    return str(path) if relative.startswith(os.pardir) else relative
