"""Why something was not taken, as data: worded where it is shown, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from torchgrade.filetree import Reason
from torchgrade.report.inert import one_line

__all__ = ["Cause"]


@dataclass(frozen=True)
class Cause:
    """An English message of the catalogue and what fills its placeholders.

    A value may be a `Reason` or another `Cause`, which are worded in the same language. Strings are
    made harmless to print, since most of them are names that came with a submission.
    """

    message: str
    values: Mapping[str, object] = field(default_factory=dict)

    def worded(self, translate: Callable[[str], str]) -> str:
        return translate(self.message).format_map(
            {name: _worded(value, translate) for name, value in self.values.items()}
        )

    def __str__(self) -> str:
        return self.worded(lambda message: message)


def _worded(value: object, translate: Callable[[str], str]) -> object:
    if isinstance(value, Cause):
        return value.worded(translate)
    if isinstance(value, Reason):
        return translate(value.value)
    return one_line(value) if isinstance(value, str) else value
