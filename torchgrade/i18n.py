"""Messages of the engine in the student's language, and which language that is.

Engine code marks each message that a student or instructor reads::

    _ = catalogue(language)
    _("Nothing to check.")
    _("{count} tests failed").format(count=3)                  # never an f-string
    _.ngettext("{count} test", "{count} tests", count).format(count=count)

The English wording is its own key, so English needs no catalogue, and a message that nobody
has translated yet shows in English. What a course author writes is a `torchgrade.text.Text`
instead and does not come through here. The name must be ``_`` or ``translate``, or the search for
messages passes by; `torchgrade.errors.N_` marks one that is looked up later.

Translations are ``locale/LANGUAGE/LC_MESSAGES/torchgrade.po``; what is loaded is the compiled
``.mo`` beside it. After a message was added or reworded, run in the project's root::

    pybabel extract -F babel.cfg -k translate --add-location file --sort-by-file \
        --project torchgrade --version 1 --copyright-holder torchgrade \
        -o torchgrade/locale/torchgrade.pot torchgrade
    pybabel update -D torchgrade -d torchgrade/locale -i torchgrade/locale/torchgrade.pot \
        --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date

then translate what is empty in the ``.po`` and run::

    pybabel compile -D torchgrade -d torchgrade/locale --statistics

``tests/test_i18n.py`` fails while a message is missing or the ``.mo`` is out of date.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from torchgrade.errors import N_, UserError
from torchgrade.text import DEFAULT_LANGUAGE

if TYPE_CHECKING:
    from gettext import GNUTranslations

__all__ = ["Catalogue", "UnknownLanguageError", "catalogue", "choose_language", "language_tag"]

DOMAIN = "torchgrade"
LOCALE_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")
_BROWSERS = {"zh": "zh-Hans"}
_TAG = re.compile(r"[a-z]{2,3}(_[a-z0-9]{2,8})*")


class UnknownLanguageError(UserError):
    """A language was asked for by name that the course does not have."""

    def __init__(self, requested: str, available: Sequence[str]) -> None:
        super().__init__(
            N_("The course has no language {language}."),
            N_("Choose one of: {candidates}"),
            {"language": requested, "candidates": ", ".join(available)},
        )
        self.requested = requested
        self.available = tuple(available)


class Catalogue:
    """The messages of one language; callable, so that it serves as ``_``."""

    def __init__(self, language: str, translations: GNUTranslations | None) -> None:
        self.language = language
        self._translations = translations

    def __call__(self, message: str) -> str:
        # A catalogue keeps its own header under the empty message.
        if self._translations is None or not message:
            return message
        return self._translations.gettext(message)

    def ngettext(self, singular: str, plural: str, count: int) -> str:
        """The form that goes with ``count``; the caller fills in the number."""
        if self._translations is None:
            return singular if count == 1 else plural
        return self._translations.ngettext(singular, plural, count)


@lru_cache(maxsize=16)
def catalogue(language: str) -> Catalogue:
    """Messages in ``language``, or in English if there is no translation.

    ``zh_CN`` and ``zh-CN`` find ``zh``. Never raises for an unknown or malformed language.
    """
    for name in _candidates(language):
        file = Path(__file__).parent / "locale" / name / "LC_MESSAGES" / f"{DOMAIN}.mo"
        if file.is_file():
            import gettext  # not needed for English, and not for `course --help`

            with file.open("rb") as stream:
                return Catalogue(name, gettext.GNUTranslations(stream))
    return Catalogue(DEFAULT_LANGUAGE, None)


def choose_language(
    requested: str | None, environment: Mapping[str, str], course_languages: Sequence[str]
) -> str:
    """The language of ``course_languages`` to speak to this user.

    In order: ``requested`` (``--lang``), the first locale variable that names a language which the
    course has, the course's first language. The locale ``C`` says nothing about a language and is
    skipped. Raises `UnknownLanguageError` if ``requested`` is not a language of the course.
    """
    if not course_languages:
        raise ValueError("a course has at least one language")
    if requested is not None:
        found = _find(requested, course_languages)
        if found is None:
            raise UnknownLanguageError(requested, course_languages)
        return found
    for variable in LOCALE_VARIABLES:
        found = _find(environment.get(variable, ""), course_languages)
        if found is not None:
            return found
    return course_languages[0]


def _find(wanted: str, available: Sequence[str]) -> str | None:
    """The entry of ``available`` that serves a reader of ``wanted``, exact matches first."""
    for name in _candidates(wanted):
        for language in available:
            if name == language.lower().replace("-", "_"):
                return language
    for name in _candidates(wanted)[-1:]:
        for language in available:
            if name in _candidates(language):
                return language
    return None


def language_tag(language: str) -> str:
    """What browsers are told (BCP 47)."""
    return _BROWSERS.get(language, language.replace("_", "-"))


def _candidates(locale: str) -> tuple[str, ...]:
    """``zh_CN.UTF-8`` -> ``("zh_cn", "zh")``; nothing for ``C``, ``POSIX`` and what is no locale.

    The result is safe as the name of a folder.
    """
    name = re.split(r"[.@]", locale.strip(), maxsplit=1)[0].lower().replace("-", "_")
    if not _TAG.fullmatch(name):
        return ()
    parts = name.split("_")
    return tuple("_".join(parts[:length]) for length in range(len(parts), 0, -1))
