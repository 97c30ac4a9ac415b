"""As much of a long text as a reader wants to see: first lines of values, last lines of output."""

from __future__ import annotations

__all__ = ["CHARACTERS_PER_LINE", "clip", "last_lines", "shortened"]

CHARACTERS_PER_LINE = 1000


def clip(text: str, limit: int) -> str:
    """The first ``limit`` lines, none of them endless."""
    lines = text.strip("\n").split("\n", limit)
    shown = [shortened(line) for line in lines[:limit]]
    return "\n".join(shown if len(lines) <= limit else [*shown, "..."])


def shortened(line: str) -> str:
    return line if len(line) <= CHARACTERS_PER_LINE else line[:CHARACTERS_PER_LINE] + "..."


def last_lines(output: str, limit: int) -> tuple[int, list[str]]:
    """How many lines of what was printed are left out, and the last ``limit`` lines.

    Of a line that was drawn over, what was left. No lines at all if nothing but space was printed.
    """
    text = output.replace("\r\n", "\n").rstrip()
    if not text:
        return 0, []
    lines = [line.rstrip("\r").rpartition("\r")[2] for line in text.split("\n")]
    left_out = max(0, len(lines) - limit)
    return left_out, [shortened(line) for line in lines[left_out:]]
