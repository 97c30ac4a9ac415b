"""Texts that exist in several languages.

Whatever a course author writes for students (a title, a hint, an explanation) is a
`Text`. Messages of the engine itself are not: those go through gettext (`torchgrade.i18n`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

__all__ = ["DEFAULT_LANGUAGE", "Text", "text"]

DEFAULT_LANGUAGE = "en"


@dataclass(frozen=True)
class Text:
    """One text in one or more languages.

    ``versions`` holds (language, wording) pairs, the author's first language first.
    """

    versions: tuple[tuple[str, str], ...]

    @classmethod
    def from_mapping(cls, versions: Mapping[str, str]) -> Text:
        return cls(tuple(versions.items()))

    @property
    def languages(self) -> frozenset[str]:
        return frozenset(language for language, _ in self.versions)

    def to(self, language: str) -> str:
        """The wording in ``language``, else in the first language that there is."""
        for known, wording in self.versions:
            if known == language:
                return wording
        return self.versions[0][1] if self.versions else ""

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self.versions)

    def __bool__(self) -> bool:
        return bool(self.versions)

    def __str__(self) -> str:
        return self.to(DEFAULT_LANGUAGE)


def text(en: str, /, **translations: str) -> Text:
    """Make a `Text` from English and its translations: ``text("Shape", zh="形状")``."""
    return Text((("en", en), *translations.items()))
