"""Errors that are not the engine's: a fact with its place, then the remedy.

They are raised where the fact is found and printed once, at the command line
(`torchgrade.commands.failure`), in the user's language.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar

__all__ = ["N_", "UserError"]


def N_(message: str) -> str:  # noqa: N802 - the name that gettext's tools look for
    """Mark a message for translation that is worded only where it is printed."""
    return message


class UserError(Exception):
    """Something that the person at the keyboard can put right.

    ``fact`` and ``remedy`` are English messages of the catalogue; ``values`` fills their
    placeholders, after translation.
    """

    exit_code: ClassVar[int] = 4

    def __init__(
        self, fact: str, remedy: str = "", values: Mapping[str, object] | None = None
    ) -> None:
        super().__init__(fact, remedy, values)
        self.fact = fact
        self.remedy = remedy
        self.values: Mapping[str, object] = values or {}

    def worded(self, translate: Callable[[str], str]) -> tuple[str, str]:
        """The fact and the remedy (which may be empty) in the language of ``translate``."""
        fact = translate(self.fact).format_map(self.values)
        return fact, translate(self.remedy).format_map(self.values) if self.remedy else ""

    def __str__(self) -> str:
        return " ".join(part for part in self.worded(lambda message: message) if part)
