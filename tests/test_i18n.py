"""Messages: none lacks its Chinese, and the right language is chosen."""

from __future__ import annotations

import gettext
import io
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

import torchgrade
from torchgrade.i18n import UnknownLanguageError, catalogue, choose_language

PACKAGE = Path(torchgrade.__file__).parent
LOCALE = PACKAGE / "locale"
UPDATE = "run the pybabel commands in the docstring of torchgrade/i18n.py"
HAN = r"\u3400-\u4dbf\u4e00-\u9fff"
LANGUAGES = sorted(path.name for path in LOCALE.iterdir() if path.is_dir())

Key = str | tuple[str, ...]


def po_file(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "torchgrade.po"


def extracted() -> dict[Key, str]:
    """Every message that the engine marks, with its place."""
    found: dict[Key, str] = {}
    for file, line, message, _comments, _context in extract_from_dir(
        PACKAGE, [("**.py", "python")], keywords={**DEFAULT_KEYWORDS, "translate": None}
    ):
        key = message if isinstance(message, str) else tuple(message)
        found.setdefault(key, f"torchgrade/{file}:{line}")
    return found


def translated(language: str) -> Catalog:
    with po_file(language).open("rb") as stream:
        return read_po(stream, locale=language, domain="torchgrade")


def messages(language: str) -> Iterator[Message]:
    return (message for message in translated(language) if message.id)


def forms(message: Message) -> list[tuple[str, str]]:
    """(English, translation) pairs of a message, all plural forms included."""
    if isinstance(message.id, str):
        return [(message.id, str(message.string))]
    strings = message.string if isinstance(message.string, list | tuple) else [message.string]
    # The plural is the form that a language without a singular translates.
    return [(message.id[1], str(string)) for string in strings]


def placeholders(template: str) -> list[str]:
    return sorted(name for _, name, _, _ in Formatter().parse(template) if name is not None)


def test_chinese_is_there() -> None:
    assert "zh" in LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_translated(language: str) -> None:
    """A message that is marked in the code has a translation, and none is only a guess."""
    done: set[Key] = set()
    for message in messages(language):
        if not message.fuzzy and all(string.strip() for _, string in forms(message)):
            done.add(message.id if isinstance(message.id, str) else tuple(message.id))
    missing = {key: place for key, place in extracted().items() if key not in done}
    assert not missing, f"not translated to {language}; {UPDATE}: {missing}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_message_is_left_over(language: str) -> None:
    """The catalogue holds nothing that the code does not say any more."""
    known = extracted()
    left = [
        m.id
        for m in messages(language)
        if (m.id if isinstance(m.id, str) else tuple(m.id)) not in known
    ]
    assert not left, f"{UPDATE}: {left}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_are_kept(language: str) -> None:
    """A translation has the placeholders of its message: filling it in never fails."""
    for message in messages(language):
        for english, string in forms(message):
            if string:
                assert placeholders(string) == placeholders(english), english


@pytest.mark.parametrize("language", LANGUAGES)
def test_compiled_catalogue_is_current(language: str) -> None:
    """What is loaded is what the .po says."""
    buffer = io.BytesIO()
    write_mo(buffer, translated(language))
    buffer.seek(0)
    with po_file(language).with_suffix(".mo").open("rb") as stream:
        loaded = dict(vars(gettext.GNUTranslations(stream))["_catalog"])
    fresh = dict(vars(gettext.GNUTranslations(buffer))["_catalog"])
    for entries in (loaded, fresh):
        entries.pop("", None)  # the header, which names the version of Babel
    assert loaded == fresh, UPDATE


def test_chinese_typography() -> None:
    """Full-width punctuation, a space between Chinese and Latin, none around punctuation."""
    wrong = {
        "half-width punctuation": re.compile(rf"[{HAN}] ?[,;:?!](?!\w)|[{HAN}]\.(?!\w|\.)"),
        "brackets": re.compile(rf"[{HAN}] ?\(|\)[{HAN}]"),
        "no space": re.compile(rf"[{HAN}][A-Za-z0-9`{{]|[A-Za-z0-9`}}][{HAN}]"),
        "space at punctuation": re.compile(r" [，。：；？！、（）“”]|[，。：；？！、（）“”] "),
    }
    found = [
        (name, string)
        for message in messages("zh")
        for _, string in forms(message)
        for name, pattern in wrong.items()
        if pattern.search(string)
    ]
    assert not found


def test_messages_are_never_f_strings() -> None:
    """An f-string can't be looked up: it is filled in before it is translated."""
    found = [
        f"{path.relative_to(PACKAGE)}: {match.group()}"
        for path in PACKAGE.rglob("*.py")
        if path.name != "i18n.py"
        for match in re.finditer(
            r"\b(?:_|N_|ngettext|translate)\(\s*[rR]?[fF][\"'].*", path.read_text("utf-8")
        )
    ]
    assert not found


def test_english_is_the_message_itself() -> None:
    _ = catalogue("en")
    assert _("Exercise") == "Exercise"
    assert _.ngettext("{count} test", "{count} tests", 1) == "{count} test"
    assert _.ngettext("{count} test", "{count} tests", 0) == "{count} tests"


def test_chinese_is_looked_up() -> None:
    _ = catalogue("zh")
    assert _("Exercise") == "练习"
    assert _("") == ""
    assert _("a sentence that nobody wrote") == "a sentence that nobody wrote"


@pytest.mark.parametrize("language", ["zh_CN", "zh-CN", "zh_CN.UTF-8", "ZH"])
def test_a_region_finds_its_language(language: str) -> None:
    assert catalogue(language)("Exercise") == "练习"


@pytest.mark.parametrize("language", ["xx", "", "C", "../zh", "/etc", "zh/../zh", "z\0h", "中文"])
def test_an_unknown_language_is_english(language: str) -> None:
    """Nor does a strange name reach out of the catalogue's folder."""
    assert catalogue(language)("Exercise") == "Exercise"


@pytest.mark.parametrize(
    ("requested", "environment", "chosen"),
    [
        (None, {}, "en"),
        ("zh", {}, "zh"),
        ("zh-CN", {"LANG": "en_US.UTF-8"}, "zh"),
        ("ZH", {}, "zh"),
        (None, {"LANG": "zh_CN.UTF-8"}, "zh"),
        (None, {"LANG": "zh_CN@stroke"}, "zh"),
        (None, {"LC_ALL": "en_GB", "LANG": "zh_CN"}, "en"),
        (None, {"LC_MESSAGES": "zh_CN", "LANG": "en_US"}, "zh"),
        (None, {"LC_ALL": "C", "LANG": "zh_CN"}, "zh"),
        (None, {"LC_ALL": "C.UTF-8", "LC_MESSAGES": "POSIX", "LANG": "zh_CN"}, "zh"),
        (None, {"LC_ALL": "", "LANG": "zh_CN"}, "zh"),
        (None, {"LANG": "de_DE.UTF-8"}, "en"),
        (None, {"LANG": "nonsense?"}, "en"),
    ],
)
def test_the_language_is_chosen(
    requested: str | None, environment: dict[str, str], chosen: str
) -> None:
    """--lang, then the locale, then the course's first language."""
    assert choose_language(requested, environment, ["en", "zh"]) == chosen


def test_the_course_decides_what_there_is() -> None:
    assert choose_language(None, {"LANG": "en_US"}, ["zh"]) == "zh"
    assert choose_language("en", {}, ["en-GB", "zh"]) == "en-GB"
    assert choose_language("en_GB", {}, ["en", "en-GB"]) == "en-GB"


@pytest.mark.parametrize("requested", ["fr", "", "C", "english", "z"])
def test_a_language_that_is_not_there_is_refused(requested: str) -> None:
    """Asked for by name, it is an error that names what there is."""
    with pytest.raises(UnknownLanguageError, match="en, zh"):
        choose_language(requested, {"LANG": "zh_CN"}, ["en", "zh"])


def test_the_import_costs_nothing() -> None:
    """`course --help` reads this module: it brings no rich, torch, babel or gettext along."""
    code = (
        "import sys, torchgrade.i18n as i18n; i18n.catalogue('en')('x');"
        "print(*{'rich', 'torch', 'babel', 'gettext', 'click'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=PACKAGE.parent
    )
    assert done.stdout.strip() == ""
