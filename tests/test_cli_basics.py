"""The real ``course`` command, but for check and audit."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from rich.cells import cell_len

PROJECT = Path(__file__).parents[1]
STUB = "def gather():\n    raise NotImplementedError\n"

DESCRIPTION = """\
format: 1
title: {en: Tiny, zh: 小课程}
languages: [en, zh]
chapters:
  ch03_indexing:
    title: {en: Indexing, zh: 索引}
    due: 2026-12-20T23:59:00+01:00
    exercises:
      gather:
        points: 4
        hints:
          - {en: The first nudge, zh: 第一条提示}
          - {en: "Nearly [bold]it[/bold]", zh: 第二条提示}
          - {en: The answer, zh: 第三条提示}
      norm: {points: 1}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A student's bundle of two exercises."""
    (tmp_path / "course.yml").write_text(DESCRIPTION, encoding="utf-8")
    chapter = tmp_path / "exercises" / "ch03_indexing"
    handed_out = tmp_path / ".torchgrade" / "stubs" / "ch03_indexing"
    for folder in (chapter, handed_out):
        folder.mkdir(parents=True)
        (folder / "gather.py").write_text(STUB)
        (folder / "norm.py").write_text(STUB)
    (chapter / "gather.md").write_text("# Gathering\n\nComplete `gather`.\n")
    (chapter / "gather.zh.md").write_text("# 收集\n\n请完成 `gather`。\n", encoding="utf-8")
    (chapter / "README.md").write_text("# About indexing\n")
    return tmp_path


def course(
    root: Path, *arguments: str, stdin: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run ``course`` in ``root`` with a bare environment and ``environment``."""
    return subprocess.run(
        [sys.executable, str(PROJECT / "cli.py"), *arguments],
        cwd=root,
        env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", **environment},
        input=stdin,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def modules_after(arguments: list[str]) -> set[str]:
    code = (
        "import sys; sys.path.insert(0, sys.argv.pop(1)); import cli; cli.main();"
        "print('\\n'.join(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(PROJECT), *arguments],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stderr.split())


@pytest.mark.parametrize("arguments", [["--help"], ["check", "--help"], ["-h"], ["--version"]])
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    """Asking for help costs click and nothing else."""
    loaded = modules_after(arguments)
    assert not loaded & {"torch", "numpy", "pytest", "yaml", "rich", "babel"}
    assert "click" in loaded


@pytest.mark.parametrize("name", ["list", "check", "hint", "show", "reset", "new", "audit"])
def test_every_command_has_help_with_an_example(tmp_path: Path, name: str) -> None:
    """Help works outside a course, fits 80 columns and shows how the command is called."""
    done = course(tmp_path, name, "--help", COLUMNS="80")
    assert done.returncode == 0
    assert f"  course {name}" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_the_bare_command_shows_help(tmp_path: Path) -> None:
    """Someone who types only ``course`` learns what there is."""
    done = course(tmp_path)
    assert done.returncode == 0
    assert "Commands:" in done.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ["chek"],
        ["list", "--nonsense"],
        ["show"],
        ["hint"],
        ["hint", "gather", "--all", "--again"],
        ["audit", "--seeds", "0"],
        ["check", "--sandbox", "none"],
        ["list", "gahter"],
        ["hint", "ch03"],
        ["--lang", "fr", "list"],
        ["--course", "nowhere", "list"],
        ["show", "norm"],
    ],
)
def test_wrong_use_exits_4_without_a_traceback(root: Path, arguments: list[str]) -> None:
    """Usage errors are told on standard error and leave with pytest's code for them."""
    done = course(root, *arguments)
    assert done.returncode == 4
    assert done.stdout == ""
    assert done.stderr
    assert "Traceback" not in done.stderr


def test_an_error_is_one_fact_and_its_remedy(root: Path) -> None:
    """An unknown name is told in the user's language, with what was probably meant."""
    assert course(root, "list", "gahter").stderr == (
        "There is no exercise or chapter called gahter.\nDid you mean gather?\n"
    )
    chinese = course(root, "list", "gahter", "--lang", "zh").stderr
    assert "gather" in chinese
    assert chinese != course(root, "list", "gahter").stderr


def test_a_broken_course_is_told_with_file_and_line(root: Path) -> None:
    """All problems of course.yml are printed, each with its place."""
    file = root / "course.yml"
    file.write_text(DESCRIPTION.replace("points: 4", "pionts: 4"), encoding="utf-8")
    done = course(root, "list")
    assert done.returncode == 4
    assert f"{file}:10: unknown key 'pionts'" in done.stderr


def test_a_fault_of_the_engine_exits_3(root: Path) -> None:
    """It is blamed on torchgrade, and a traceback appears only when asked for."""
    (root / "torchgrade_fault").mkdir()
    code = (
        f"import sys; sys.path.insert(0, {str(PROJECT)!r}); import cli;"
        "import torchgrade.commands.list_ as c; c.pristine = lambda *_: 1 / 0;"
        "sys.argv = ['course', 'list']; sys.exit(cli.main())"
    )

    def run(**environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", code],
            cwd=root,
            env={"PATH": os.environ["PATH"], **environment},
            capture_output=True,
            text=True,
            check=False,
        )

    done = run()
    assert done.returncode == 3
    assert "ZeroDivisionError" in done.stderr
    assert "Traceback" not in done.stderr
    assert "Traceback" in run(TORCHGRADE_DEBUG="1").stderr


def test_an_interrupt_exits_2(root: Path) -> None:
    """Ctrl-C is no failure and no engine fault."""
    code = (
        f"import sys; sys.path.insert(0, {str(PROJECT)!r}); import cli;"
        "import torchgrade.commands.list_ as c\n"
        "def interrupt(*_): raise KeyboardInterrupt\n"
        "c.pristine = interrupt; sys.argv = ['course', 'list']; sys.exit(cli.main())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("arguments", [["list"], ["show", "gather"], ["hint", "gather"]])
def test_a_closed_pipe_is_no_error(root: Path, arguments: list[str]) -> None:
    """``course list | head -1`` ends in silence, like any program in a pipe."""
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-u", str(PROJECT / "cli.py"), *arguments],
        cwd=root,
        stdout=writer,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(writer)
    assert done.stderr == ""
    assert done.returncode == 141


def test_list_shows_chapters_points_due_dates_and_progress(root: Path) -> None:
    """One line per exercise, within 80 columns, without escape codes in a pipe."""
    (root / "exercises" / "ch03_indexing" / "gather.py").write_text("def gather(): return 1\n")
    done = course(root, "list")
    assert done.returncode == 0
    lines = [" ".join(line.split()) for line in done.stdout.splitlines()]
    assert "ch03_indexing Indexing (due 2026-12-20 23:59+01:00)" in lines
    assert "gather Gathering edited 4 points" in lines
    assert "norm not started 1 point" in lines
    assert lines[-1] == "2 exercises, 5 points"
    assert "\x1b" not in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80


@pytest.mark.parametrize(
    ("arguments", "environment"),
    [
        (["--lang", "zh", "list"], {}),
        (["list", "--lang", "zh"], {}),
        (["--lang", "en", "list", "--lang", "zh"], {}),
        (["list"], {"LC_ALL": "zh_CN.UTF-8"}),
    ],
)
def test_the_language_comes_from_option_or_locale(
    root: Path, arguments: list[str], environment: dict[str, str]
) -> None:
    """Texts and messages are in the language asked for, wherever the option stands."""
    done = course(root, *arguments, **environment)
    assert "小课程" in done.stdout
    assert "收集" in done.stdout
    assert "not started" not in done.stdout


def test_output_survives_a_terminal_without_unicode(root: Path) -> None:
    """Characters that can't be shown become question marks, not a crash."""
    done = course(root, "list", "--lang", "zh", PYTHONIOENCODING="ascii")
    assert done.returncode == 0
    assert "?" in done.stdout


def test_show_prints_the_markdown_source_into_a_pipe(root: Path) -> None:
    """The statement comes as it was written, in the language asked for."""
    assert course(root, "show", "gather").stdout == "# Gathering\n\nComplete `gather`.\n"
    assert course(root, "show", "gather", "--lang", "zh").stdout.startswith("# 收集")
    assert course(root, "show", "ch03").stdout == "# About indexing\n"


def test_show_renders_on_a_terminal(root: Path) -> None:
    """Markdown is rendered; a line break between Chinese characters is no space, save in code."""
    statement = root / "exercises" / "ch03_indexing" / "gather.zh.md"
    statement.write_text("# 收集\n\n上一行，\n下一行。\n\n```\n甲\n乙\n```\n", encoding="utf-8")
    shown = course(root, "show", "gather", "--lang", "zh", FORCE_COLOR="1").stdout
    assert "# 收集" not in shown
    assert "上一行，下一行。" in shown
    assert "甲乙" not in shown


def test_hints_come_one_at_a_time(root: Path) -> None:
    """Each call gives one more, as it was written, until there are none."""
    texts = ["The first nudge", "Nearly [bold]it[/bold]", "The answer"]
    for count, text in enumerate(texts):
        shown = course(root, "hint", "gather").stdout
        assert [known for known in texts if known in shown] == [text], count
    shown = course(root, "hint", "gather").stdout
    assert not any(text in shown for text in texts)
    again = course(root, "hint", "gather", "--again").stdout
    assert all(text in again for text in texts)
    assert texts[0] in course(root, "hint", "gather", "--restart").stdout
    assert texts[1] in course(root, "hint", "gather").stdout


@pytest.mark.parametrize("command", ["show", "hint"])
def test_lines_of_chinese_are_filled(root: Path, command: str) -> None:
    """A space is no better place to break a line than any other between Chinese characters."""
    prose = "取一张 3 × 3 的图像和一个小的卷积核，把每个结果用到的像素与权重都逐一写出来，再看窗口"
    statement = root / "exercises" / "ch03_indexing" / "gather.zh.md"
    statement.write_text(f"{prose}\n", encoding="utf-8")
    description = root / "course.yml"
    text = description.read_text(encoding="utf-8").replace("第一条提示", prose)
    description.write_text(text, encoding="utf-8")
    environment = {"COLUMNS": "40", "FORCE_COLOR": "1", "NO_COLOR": "1"}
    shown = course(root, command, "gather", "--lang", "zh", **environment).stdout
    plain = re.sub(r"\x1b\[[0-9;]*m", "", shown)
    lines = [line for line in plain.splitlines() if line and line.rstrip() in prose]
    assert "".join(lines).replace(" ", "") == prose.replace(" ", "")
    assert all(38 <= cell_len(line) <= 40 and line == line.rstrip() for line in lines[:-1])


def test_hint_options_keep_count(root: Path) -> None:
    """--again gives nothing new, --all gives everything; an exercise may have no hints."""
    assert "The first nudge" not in course(root, "hint", "gather", "--again").stdout
    assert "The answer" in course(root, "hint", "gather", "--all").stdout
    assert "That was" not in course(root, "hint", "gather").stdout
    assert "no hints" in course(root, "hint", "norm").stdout


@pytest.mark.parametrize(
    "record", ["", "[]", '{"given": {"ch03_indexing/gather": "x"}}', "[" * 9999]
)
def test_a_damaged_record_of_hints_starts_over(root: Path, record: str) -> None:
    """Hints never fail for what stands in hints.json."""
    file = root / ".torchgrade" / "hints.json"
    file.write_text(record)
    assert "The first nudge" in course(root, "hint", "gather").stdout
    assert json.loads(file.read_text())["given"] == {"ch03_indexing/gather": 1}


def test_reset_restores_the_stub_and_keeps_the_answer(root: Path) -> None:
    """The file is as it was handed out, and a dated backup beside it holds the answer."""
    file = root / "exercises" / "ch03_indexing" / "gather.py"
    for answer in ("one\n", "two\n"):
        file.write_text(answer)
        done = course(root, "reset", "ch03")
        assert done.returncode == 0
        assert "ch03_indexing/norm is as it was handed out." in done.stdout
        assert file.read_text() == STUB
    backups = sorted(file.parent.glob("gather.py.bak-*"))
    assert sorted(backup.read_text() for backup in backups) == ["one\n", "two\n"]
    assert course(root, "reset", "gather").returncode == 0
    assert sorted(file.parent.glob("gather.py.bak-*")) == backups


def test_reset_restores_a_file_that_is_gone(root: Path) -> None:
    """There is nothing to back up, and no backup."""
    file = root / "exercises" / "ch03_indexing" / "gather.py"
    file.unlink()
    assert course(root, "reset", "gather").returncode == 0
    assert file.read_text() == STUB
    assert not list(file.parent.glob("*.bak-*"))


def test_reset_takes_the_committed_stub_in_a_clone(root: Path) -> None:
    """Without a bundle's copies the stub is git's, also when the course is part of a repository."""
    clone = root.parent / "clone"
    clone.mkdir()
    root = root.rename(clone / "course")
    for file in (root / ".torchgrade" / "stubs" / "ch03_indexing").iterdir():
        file.unlink()
    chapter = root / "exercises" / "ch03_indexing"
    (chapter / "gather.py").write_text("committed\n")

    def git(*arguments: str) -> None:
        identity = ("-c", "user.name=a", "-c", "user.email=a@example.org")
        subprocess.run(["git", *identity, *arguments], cwd=clone, check=True)

    git("init", "-q")
    git("add", ".")
    git("commit", "-q", "-m", "course")
    (chapter / "gather.py").write_text("mine\n")
    lines = [" ".join(line.split()) for line in course(root, "list").stdout.splitlines()]
    assert "gather Gathering edited 4 points" in lines
    assert "norm not started 1 point" in lines
    assert course(root, "reset", "gather").returncode == 0
    assert (chapter / "gather.py").read_text() == "committed\n"
    git("rm", "-q", "--cached", "course/exercises/ch03_indexing/norm.py")
    git("commit", "-q", "-m", "norm was never handed out")
    done = course(root, "reset", "norm")
    assert done.returncode == 4
    assert "ch03_indexing/norm" in done.stderr


def test_reset_without_an_original_changes_nothing(root: Path) -> None:
    """If one of several originals is unknown, no file is touched."""
    chapter = root / "exercises" / "ch03_indexing"
    (chapter / "gather.py").write_text("mine\n")
    (root / ".torchgrade" / "stubs" / "ch03_indexing" / "norm.py").unlink()
    assert course(root, "reset", "all", GIT_CEILING_DIRECTORIES=str(root.parent)).returncode == 4
    assert (chapter / "gather.py").read_text() == "mine\n"


@pytest.mark.parametrize(("reply", "reset"), [("y\n", True), ("n\n", False), ("\n", False)])
def test_reset_asks_on_a_terminal(root: Path, reply: str, reset: bool) -> None:
    """Only a yes lets it go on."""
    pty = pytest.importorskip("pty")
    file = root / "exercises" / "ch03_indexing" / "gather.py"
    file.write_text("mine\n")
    main, terminal = pty.openpty()
    os.write(main, reply.encode())
    done = subprocess.run(
        [sys.executable, str(PROJECT / "cli.py"), "reset", "gather"],
        cwd=root,
        stdin=terminal,
        capture_output=True,
        text=True,
        check=False,
    )
    os.close(terminal)
    os.close(main)
    assert done.returncode == 0
    assert (file.read_text() == STUB) is reset
