"""``course new``: a complete exercise to start from, and an entry that leaves course.yml alone."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from torchgrade.course import check_files, load
from torchgrade.errors import UserError
from torchgrade.scaffold import create

PROJECT = Path(__file__).parents[1]
HEAD = """\
# What students read first.
format: 1
title: {en: Tiny, zh: 小课程}   # both
languages: [en, zh]

chapters:
"""


def write(folder: Path, chapters: str, head: str = HEAD) -> Path:
    file = folder / "course.yml"
    file.write_bytes((head + chapters).encode())
    return file


def entry(name: str, indent: str) -> str:
    """How an entry begins."""
    return f"{indent}{name}:\n{indent}  points: 1\n{indent}  topics: []\n{indent}  hints:\n"


@pytest.mark.parametrize("languages", [["en", "zh"], ["en"], ["zh", "en"], ["zh"], ["fr", "en"]])
def test_a_new_exercise_has_every_file(tmp_path: Path, languages: list[str]) -> None:
    """After two exercises in a new chapter no file is missing or stray, in any language."""
    title = ", ".join(f"{language}: x" for language in languages)
    head = f"format: 1\ntitle: {{{title}}}\nlanguages: [{', '.join(languages)}]\nchapters: {{}}\n"
    write(tmp_path, "", head)
    create(load(tmp_path), "ch06_autograd/detach")
    written = create(load(tmp_path), "ch06/no-grad")
    course = load(tmp_path)
    assert [exercise.key for exercise in course.exercises] == [
        "ch06_autograd/detach",
        "ch06_autograd/no_grad",
    ]
    assert check_files(course) == ()
    assert all(len(exercise.hints) == 3 for exercise in course.exercises)
    assert tmp_path / "course.yml" == written[-1]


def test_the_new_grader_is_complete(tmp_path: Path) -> None:
    """It holds two tests, a misconception and two alternatives, and imports only what it may."""
    write(tmp_path, "  ch06_autograd:\n    title: {en: A, zh: A}\n    exercises:\n")
    create(load(tmp_path), "ch06_autograd/detach")
    exercise = load(tmp_path).exercises[0]
    tree = ast.parse(exercise.grader.read_text(encoding="utf-8"))
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    marks = [
        decorator.func.id
        for node in functions.values()
        for decorator in node.decorator_list
        if isinstance(decorator, ast.Call) and isinstance(decorator.func, ast.Name)
    ]
    assert sum(name.startswith("test_") for name in functions) == 2
    assert (marks.count("title"), marks.count("hidden")) == (2, 1)
    assert (marks.count("misconception"), marks.count("alternative")) == (1, 2)
    modules = {node.module for node in tree.body if isinstance(node, ast.ImportFrom)}
    assert modules == {"torchgrade.authoring"}


@pytest.mark.parametrize(
    ("before", "name", "after"),
    [
        pytest.param(
            "  ch03_a:  # c1\n    title: {en: A, zh: A}\n    exercises:\n"
            "      one: {points: 1}  # c2\n      # belongs to one\n        # deeper\n\n# end\n",
            "ch03/two",
            "  ch03_a:  # c1\n    title: {en: A, zh: A}\n    exercises:\n"
            "      one: {points: 1}  # c2\n@      # belongs to one\n        # deeper\n\n# end\n",
            id="before comments of the same indentation",
        ),
        pytest.param(
            "  ch03_a:\n    title: {en: A, zh: A}\n    exercises:\n      one:\n        points: 1\n"
            "        hints:\n          - en: |\n              text\n            zh: |\n"
            "              文\n          # - later\n\n\n  # about b\n  ch04_b:\n"
            "    title: {en: B, zh: B}\n    exercises: {}\n",
            "ch03/two",
            "  ch03_a:\n    title: {en: A, zh: A}\n    exercises:\n      one:\n        points: 1\n"
            "        hints:\n          - en: |\n              text\n            zh: |\n"
            "              文\n          # - later\n@\n\n  # about b\n  ch04_b:\n"
            "    title: {en: B, zh: B}\n    exercises: {}\n",
            id="after a block scalar and the entry's own comments",
        ),
        pytest.param(
            "    ch03_a:\n        exercises:\n            one: {points: 1}\n"
            "        title: {en: A, zh: A}\n",
            "ch03/two",
            "    ch03_a:\n        exercises:\n            one: {points: 1}\n@"
            "        title: {en: A, zh: A}\n",
            id="in a file with another indentation",
        ),
        pytest.param(
            "  ch03_a:\n    title: {en: A, zh: A}\n    exercises: {}   # soon\n    due: "
            "2026-12-20T23:59:00Z\n",
            "ch03/two",
            "  ch03_a:\n    title: {en: A, zh: A}\n    exercises:   # soon\n@    due: "
            "2026-12-20T23:59:00Z\n",
            id="into an empty mapping",
        ),
        pytest.param(
            "  ch03_a:\n    title: {en: A, zh: A}\n    exercises:\n      one: {points: 1}",
            "ch03/two",
            "  ch03_a:\n    title: {en: A, zh: A}\n    exercises:\n      one: {points: 1}\n@",
            id="after a last line without an end",
        ),
    ],
)
def test_all_but_the_entry_stays_as_it_was(
    tmp_path: Path, before: str, name: str, after: str
) -> None:
    """Comments, blank lines and layout survive; the entry (@) stands in its chapter."""
    for newline in ("\n", "\r\n"):
        file = write(tmp_path, before.replace("\n", newline), HEAD.replace("\n", newline))
        create(load(tmp_path), name)
        text = file.read_bytes().decode()
        assert text.count("\r\n") in (0, text.count("\n"))
        head, tail = (HEAD + after).split("@")
        found = text.replace("\r\n", "\n")
        indent = " " * (12 if "            one" in before else 6)
        assert found.startswith(head + entry("two", indent))
        assert found.endswith(tail)
        added = found[len(head) : len(found) - len(tail)]
        assert all(line.startswith(indent) for line in added.splitlines())
        for made in (p for p in tmp_path.rglob("*") if p.is_file() and p != file):
            made.unlink()


@pytest.mark.parametrize(
    ("name", "order"),
    [
        ("ch01_x/new", ["ch01_x", "ch03_a", "ch06_b"]),
        ("ch04_x/new", ["ch03_a", "ch04_x", "ch06_b"]),
        ("ch09_x/new", ["ch03_a", "ch06_b", "ch09_x"]),
    ],
)
def test_a_new_chapter_comes_in_the_order_of_its_number(
    tmp_path: Path, name: str, order: list[str]
) -> None:
    """Chapters stay sorted, and the comment above a chapter stays above it."""
    chapter = "  # about {0}\n  {0}:\n    title: {{en: A, zh: A}}\n    exercises: {{}}\n"
    file = write(tmp_path, chapter.format("ch03_a") + "\n" + chapter.format("ch06_b"))
    create(load(tmp_path), name)
    assert [chapter.name for chapter in load(tmp_path).chapters] == order
    text = file.read_text(encoding="utf-8")
    assert "  # about ch06_b\n  ch06_b:" in text


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("two", "names no chapter"),
        ("ch03/one", "already"),
        ("ch03/Two", "can't be called"),
        ("ch03/class", "keyword"),
        ("ch03/../../x", "can't be called"),
        ("ch99/x", "no chapter ch99"),
        ("ch03_other/x", "Chapter 3 is called ch03_a"),
        ("ch3_x/x", "no chapter ch3_x"),
    ],
)
def test_a_wrong_name_makes_nothing(tmp_path: Path, name: str, message: str) -> None:
    """The error says what is allowed; neither files nor folders appear."""
    write(tmp_path, "  ch03_a:\n    title: {en: A, zh: A}\n    exercises: {one: {points: 1}}\n")
    with pytest.raises(UserError, match=message):
        create(load(tmp_path), name)
    assert [file.name for file in tmp_path.iterdir()] == ["course.yml"]


@pytest.mark.parametrize(
    "chapters",
    [
        "  ch03_a: {title: {en: A, zh: A}, exercises: {one: {points: 1}}}\n",
        "  ch03_a:\n    title: {en: A, zh: A}\n    exercises:\n      {}\n",
        # YAML counts a line more than an editor shows.
        '  ch03_a:\n    title: {en: "A\u2028B", zh: A}\n    exercises:\n      one: {points: 1}\n'
        "    due: 2026-12-20T23:59:00Z\n",
    ],
)
def test_a_layout_without_a_certain_place_is_left_to_the_author(
    tmp_path: Path, chapters: str
) -> None:
    """What can't be extended safely is not touched; the error shows the entry."""
    file = write(tmp_path, chapters)
    before = file.read_bytes()
    with pytest.raises(UserError, match=r"(?s)no clear place.*two:.*points: 1"):
        create(load(tmp_path), "ch03/two")
    assert file.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["course.yml"]


@pytest.mark.parametrize("taken", ["solutions/ch03_a/two.py", "exercises/ch03_a/two.zh.md"])
def test_no_file_is_overwritten(tmp_path: Path, taken: str) -> None:
    """If one file is there already, nothing is written at all."""
    description = write(tmp_path, "  ch03_a:\n    title: {en: A, zh: A}\n    exercises: {}\n")
    before = description.read_bytes()
    file = tmp_path / taken
    file.parent.mkdir(parents=True)
    file.write_text("mine")
    with pytest.raises(UserError, match="exists already"):
        create(load(tmp_path), "ch03/two")
    assert file.read_text() == "mine"
    assert description.read_bytes() == before
    assert [p for p in tmp_path.rglob("*") if p.is_file()] in (
        [description, file],
        [file, description],
    )


def test_the_command_says_what_it_made(tmp_path: Path) -> None:
    """``course new`` lists the files and the next step, and leaves with 0."""
    write(tmp_path, "  ch03_a:\n    title: {en: A, zh: A}\n    exercises: {}\n")
    done = subprocess.run(
        [sys.executable, str(PROJECT / "cli.py"), "new", "ch03/two-words"],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0
    assert "  exercises/ch03_a/two_words.py\n" in done.stdout
    assert "course audit ch03_a/two_words" in done.stdout
