"""The page of errata names tests for each of its claims, in every language, and leaves out none."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
PAGES = {"en": "docs/errata.md", "zh": "docs/errata.zh.md"}
NAME = re.compile(r"`(test_\w+)`")


def named(language: str) -> list[list[str]]:
    """The tests that a page names, by chapter."""
    text = (PROJECT / PAGES[language]).read_text(encoding="utf-8")
    return [NAME.findall(chapter) for chapter in text.split("\n## ")[1:]]


@pytest.mark.parametrize("language", PAGES)
def test_each_erratum_names_its_test(language: str) -> None:
    """At least one."""
    text = (PROJECT / PAGES[language]).read_text(encoding="utf-8")
    entries = text.split("\n### ")[1:]
    assert len(entries) > 50
    assert [entry for entry in entries if not NAME.search(entry)] == []


def test_the_languages_say_the_same() -> None:
    """The same tests in the same order."""
    assert named("en") == named("zh")


def test_each_test_is_on_the_page() -> None:
    """And each name on the page is one."""
    files = sorted(Path(__file__).parent.glob("test_ch*.py"))
    functions = [
        {
            node.name
            for node in ast.parse(file.read_text(encoding="utf-8")).body
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
        }
        for file in files
    ]
    assert [set(names) for names in named("en")] == functions
