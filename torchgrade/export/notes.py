"""What an exported file does not say and a person should know: who was left out, and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from torchgrade.report.inert import one_line

__all__ = ["Export", "Note"]


@dataclass(frozen=True)
class Note:
    """One fact; worded where it is printed, like `torchgrade.errors.UserError`."""

    fact: str
    """A message of the catalogue with placeholders."""
    values: Mapping[str, object] = field(default_factory=dict)

    def worded(self, translate: Callable[[str], str]) -> str:
        """The fact in one line; what came from files and rosters can't act on a terminal."""
        shown = {name: one_line(str(value)) for name, value in self.values.items()}
        return translate(self.fact).format_map(shown)

    def __str__(self) -> str:
        return self.worded(lambda message: message)


@dataclass(frozen=True)
class Export:
    """The contents of a file, and what they leave out."""

    contents: bytes
    written: int
    """How many marks stand in it."""
    notes: tuple[Note, ...] = ()
