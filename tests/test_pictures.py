"""Pictures: drawn by their scripts, legible, shown where they belong and carried along."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from pictures.__main__ import main
from pictures.kit import COLOURS, Picture
from torchgrade.course import check_files, load
from torchgrade.course_files import check_pictures
from torchgrade.pictures import data_uri, pictures_of
from torchgrade.report.html.markup import Wording, statement
from torchgrade.yamlfile import Problem

PROJECT = Path(__file__).parents[1]
MINI = PROJECT / "tests" / "mini_course"
TINY = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A course of which one statement shows a picture."""
    root = tmp_path / "course"
    shutil.copytree(MINI, root, ignore=shutil.ignore_patterns("__pycache__"))
    chapter = root / "exercises" / "ch01_values"
    (chapter / "pictures").mkdir()
    (chapter / "pictures" / "two words.svg").write_text(TINY)
    with (chapter / "center.md").open("a") as text:
        text.write("\n![the middle](pictures/two%20words.svg)\n")
    return root


def unshown(root: Path) -> tuple[Problem, ...]:
    """Of all chapters of a course."""
    course = load(root)
    return check_pictures(course, [chapter.name for chapter in course.chapters])


def test_every_picture_is_what_its_script_draws(capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever changes a script runs it, and whoever edits a picture by hand is told."""
    assert main(["--check"]) == 0, capsys.readouterr().out


def test_the_course_shows_all_its_pictures() -> None:
    """None is left over."""
    assert unshown(PROJECT) == ()


def luminance(colour: str) -> float:
    """Relative luminance, as WCAG 2.2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_texts_are_legible(scheme: int) -> None:
    """Each colour of text has a contrast of 4.5 or more on each ground that it may stand on."""

    def contrast(one: str, other: str) -> float:
        low, high = sorted(luminance(COLOURS[name][scheme]) for name in (one, other))
        return (high + 0.05) / (low + 0.05)

    for text in ("ink", "muted", "hue1", "hue2", "hue3", "hue4"):
        assert contrast(text, "paper") >= 4.5, text
    for number in (1, 2, 3, 4):
        assert contrast(f"hue{number}", f"fill{number}") >= 4.5, number


def test_text_that_would_be_cut_off_is_refused() -> None:
    """Nobody looks at each picture each time."""
    picture = Picture(100, 40)
    picture.text(50, 20, "fits")
    with pytest.raises(ValueError, match="leaves the picture"):
        picture.text(90, 20, "too long")


def test_a_picture_belongs_to_a_chapter(course: Path) -> None:
    """Pictures may lie in their folder; other files there, and other folders, may not."""
    assert check_files(load(course)) == ()
    (course / "exercises" / "ch01_values" / "pictures" / "notes.txt").write_text("?")
    (course / "graders" / "ch01_values" / "pictures").mkdir()
    strays = [str(problem) for problem in check_files(load(course))]
    assert len(strays) == 2
    assert any("notes.txt" in stray for stray in strays)


def test_an_unshown_picture_is_found(course: Path) -> None:
    """By the audit, which reads all texts."""
    assert unshown(course) == ()
    (course / "exercises" / "ch01_values" / "pictures" / "left_over.png").write_bytes(b"")
    (problem,) = unshown(course)
    assert "left_over.png" in str(problem)


def test_feedback_holds_its_pictures(course: Path) -> None:
    """A page loads nothing, so what it shows is in it; a picture from the web is words."""
    file = course / "exercises" / "ch01_values" / "center.md"
    text = file.read_text() + "\n![elsewhere](https://example.org/a.png)\n"
    ((target, picture),) = [
        item for item in pictures_of(text, file).items() if not item[0].startswith("http")
    ]
    held = data_uri(picture)
    assert held is not None
    body = str(statement(Wording(text, ((target, held),))).body)
    assert re.findall(r'src="([^"]*)"', body) == [held]
    assert 'alt="the middle"' in body
    assert "[elsewhere]" in body
