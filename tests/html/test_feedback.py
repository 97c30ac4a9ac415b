"""A student's page: everything that the terminal says is there, and nothing that it keeps."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest

import torchgrade.report.html
from tests.html.samples import (
    COURSE,
    SECRET,
    SOURCE,
    chapter_mark,
    failed,
    page,
    passed,
    result,
)
from torchgrade.late import Lateness
from torchgrade.report.wording import headline
from torchgrade.result import Difference, Failure, Frame, Kind, Outcome, Status
from torchgrade.text import text

LANGUAGES = ("en", "zh")
PAGES = Path(torchgrade.report.html.__file__).parent


def words(html: str) -> str:
    """What stands on a page, without markup and with white space made even."""
    html = re.sub(r"<(style|script)\b.*?</\1>", " ", html, flags=re.DOTALL)
    html = re.sub(r"</?(i|code|b|span|a)\b[^>]*>", "", html)  # within a line
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def hidden(status: Status = Status.FAILED) -> Outcome:
    """A hidden test that carries a secret wherever an outcome can carry something."""
    failure = Failure(
        Kind.RAISED,
        call=SECRET,
        arguments=((SECRET, SECRET),),
        code=(SECRET,),
        actual=SECRET,
        expected=SECRET,
        where=f"[{SECRET!r}]",
        difference=Difference(1, 2, (7,), SECRET, SECRET, (7,), SECRET, SECRET, SECRET, 0, 0),
        details={"type": SECRET, "message": SECRET, "line": 9},
        note=text(SECRET),
        frames=(Frame("gather.py", 4, SECRET, SECRET),),
    )
    return Outcome(
        "test_corner",
        text("A corner case", zh="边角情形"),
        status,
        1,
        hidden=True,
        hint=text("Think of an empty index.", zh="想想空的 index。"),
        failure=None if status is Status.PASSED else failure,
        misconception=SECRET,
        explanation=text(SECRET),
        output=SECRET,
        operators=(SECRET,),
    )


def test_a_failure_is_told_in_full() -> None:
    """Title, points, sentence, call, arguments, values, where they part, lines, output, why."""
    told = words(page(result(failed(), passed())))
    for part in (
        "Every row reads at its own columns",
        "4 points lost",
        "3 of 12 elements differ",
        "gather(x, 1, index)",
        "tensor([[1., 2.], [3., 4.]])",
        "tensor([[1.5000]])",
        "tensor([[2.5000]])",
        "[0, 1] 1.5 2.5",
        "[2, 3] 9 1 8",
        "gather.py, line 9, in gather",
        "place 0 place 1",
        "The index replaced the wrong coordinate.",
        "return student.gather(x, 1, x)",
    ):
        assert part in told, part


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", list(Kind), ids=lambda kind: kind.value)
def test_every_kind_of_failure_has_its_sentence(kind: Kind, language: str) -> None:
    """As the terminal words it, in the language of the page."""
    outcome = failed(kind, explanation=None, misconception=None)
    assert outcome.failure is not None
    sentence = headline(outcome.failure, language).replace("`", "")
    assert sentence in words(page(result(outcome), language=language))


@pytest.mark.parametrize("status", list(Status), ids=lambda status: status.value)
def test_nothing_of_a_hidden_test_leaks(status: Status) -> None:
    """Title, hint, status and points are all; not in the text, nor in attributes, nor at a line."""
    html = page(result(hidden(status), failed()))
    assert "A corner case" in html
    assert SECRET not in html
    assert html.count('<mark class="line"') == 1, "the visible test's line alone"
    assert ("Think of an empty index." in html) == (status is Status.FAILED)


def test_a_fault_of_the_file_counts_hidden_tests_and_tells_none() -> None:
    """A file that can't be read fails all tests at once; the hidden ones say nothing new."""
    broken = failed(Kind.SYNTAX, explanation=None, misconception=None)
    html = page(result(broken, hidden()))
    assert "All 2 tests" in words(html)
    assert SECRET not in html


def test_an_ungraded_test_costs_nothing_and_is_told_so() -> None:
    """No zero, no details of the author's fault, and no total before it is known."""
    fault = Failure(Kind.AUTHOR, details={"message": SECRET, "place": SECRET})
    html = page(result(passed(), failed(status=Status.UNGRADED, failure=fault)))
    told = words(html)
    assert "a fault of the grader, not yours" in told
    assert "? / 6" in told
    assert "there is no total" in told
    assert SECRET not in html


def test_failures_stand_before_what_passed() -> None:
    """Within an exercise, and exercises that passed are folded and come last in their chapter."""
    html = page(
        result(passed("a", title=text("Passed first")), failed()),
        result(passed(), name="scatter"),
    )
    assert html.index("test failed") < html.index("Passed first")
    swapped = page(result(passed()), result(failed(), name="scatter"))
    assert swapped.index('class="exercise failed"') < swapped.index('class="exercise passed"')
    assert re.search(r'<details class="exercise failed" id="\w+" open>', swapped)
    assert re.search(r'<details class="exercise passed" id="\w+">', swapped)


def test_the_same_failure_is_told_once() -> None:
    """Tests that fail alike share a card that names them all."""
    both = [
        failed(Kind.RAISED, test=name, title=text(f"Title {name}"), explanation=None)
        for name in ("one", "two")
    ]
    told = words(page(result(*both)))
    assert told.count("Your code raised RuntimeError: sizes differ.") == 2  # the card, the line
    assert "The same in 1 more test:" in told
    assert "Title two" in told


def test_an_explanation_is_given_once() -> None:
    """Whoever made one mistake in two tests reads why once."""
    told = words(page(result(failed(), failed(test="b", title=text("Another")))))
    assert told.count("replaced the wrong coordinate") == 1
    assert 'Same mistake as in "Every row reads at its own columns".' in told


def test_lines_in_tracebacks_are_marked_in_the_listing() -> None:
    """The line is marked, says why, and links to the test; the test links to the line."""
    html = page(result(failed(Kind.RAISED)))
    line = re.search(
        r'<mark class="line" id="(e1-L9)">.*?</mark><span class="at">(.*?)\n', html, re.DOTALL
    )
    assert line is not None
    assert "sizes differ" in line[2]
    assert 'href="#e1-t1"' in line[2]
    assert f'href="#{line[1]}"' in html
    assert html.count('<mark class="line"') == 1


def test_the_listing_is_the_file() -> None:
    """Every character of it, in order: colours and marks add nothing and take nothing."""
    html = page(result(failed()))
    listing = html.split('class="code listing"')[1].split("<code>")[1].split("</code>")[0]
    listing = re.sub(r'<span class="at">.*?\n</span>', "", listing, flags=re.DOTALL)
    assert unescape(re.sub(r"<[^>]*>", "", listing)) == SOURCE


@pytest.mark.parametrize("file", sorted(PAGES.glob("*.py")), ids=lambda file: file.stem)
def test_colours_change_no_character(file: Path) -> None:
    """Asked of larger files: what is shown is what was written."""
    source = file.read_text(encoding="utf-8")
    html = page(result(passed()), sources={"ch03_indexing/gather": source})
    listing = html.split('class="code listing"')[1].split("<code>")[1].split("</code>")[0]
    assert unescape(re.sub(r"<[^>]*>", "", listing)) == source


def test_a_statement_is_markdown_without_html() -> None:
    """Tables, code, formulas and links out; nothing that would load or lead nowhere."""
    html = page(result(passed()))
    body = html.split('class="statement"')[1].split("</details>")[0]
    assert "<table>" in body
    assert '<code class="formula">a_i b_i</code>' in body
    assert '<a href="https://example.org/notes" rel="noopener noreferrer">' in body
    assert "notes.md" not in body
    assert "[a picture]" in body
    assert "<img" not in body
    assert "&lt;b&gt;bold?&lt;/b&gt;" in body
    assert "<h3>Reading by index" in html, "its title is the exercise's"


def test_marks_count_not_results() -> None:
    """Points given by hand replace the tests'; lateness is taken off and explained."""
    mark = chapter_mark(
        auto=2.0,
        manual=4.0,
        comment="Well argued.\nSee `dim`.",
        lateness=Lateness(timedelta(days=1, hours=2), 0.5),
    )
    told = words(page(result(failed(), passed()), marks={"ch03_indexing": mark}))
    assert "Marked by hand: 4 points, where the tests gave 2." in told
    assert "Well argued." in told
    assert "Handed in 1 day 2 hours late. 50% of the 4 points earned are taken off: 2." in told
    assert "Total 2 of 12" in told
    assert "Handed in: 2026-11-20 18:03 UTC" in told
    assert "not handed in" in told, "scatter"


def test_after_the_cut_off_nothing_counts_and_that_is_said() -> None:
    mark = chapter_mark(lateness=Lateness(timedelta(days=9), 0.0))
    told = words(page(result(failed(), passed()), marks={"ch03_indexing": mark}))
    assert "no points remain" in told
    assert "Total 0 of 12" in told


def test_printed_output_is_capped() -> None:
    """The last lines, and how many are not shown."""
    output = "".join(f"line {number}\n" for number in range(1000))
    told = words(page(result(failed(output=output), passed(output=output))))
    assert "line 999" in told
    assert "line 7 " not in told
    assert told.count("(960 earlier lines are not shown)") == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_says_its_language(language: str) -> None:
    tag = {"en": "en", "zh": "zh-Hans"}[language]
    html = page(result(failed()), language=language)
    assert f'<html lang="{tag}">' in html
    assert COURSE.title.to(language) in html


def test_each_anchor_is_there_once_and_each_link_leads_somewhere() -> None:
    """Whatever fails, and in how many exercises."""
    html = page(
        result(failed(Kind.RAISED), failed(), hidden()),
        result(failed(Kind.SYNTAX), name="scatter"),
        result(failed(), name="detach", chapter="ch06_autograd"),
        sources={"ch03_indexing/gather": SOURCE, "ch03_indexing/scatter": "x = (\n"},
    )
    anchors = re.findall(r'\bid="([^"]+)"', html)
    assert len(anchors) == len(set(anchors))
    assert set(re.findall(r'href="#([^"]+)"', html)) <= set(anchors)


def test_a_page_of_nothing_is_a_page() -> None:
    """Nobody graded anything yet: no error, and no marks that were not given."""
    told = words(page(sources={}))
    assert "Feedback for Ada Lovelace" in told
    assert "Total" not in told


def test_what_the_course_no_longer_has_is_shown_all_the_same() -> None:
    """An exercise was renamed after grading: its result is not lost."""
    told = words(page(result(failed(), name="old_name", chapter="ch99_gone"), sources={}))
    assert "old_name" in told
    assert "ch99_gone" in told


def test_pages_are_made_without_torch_or_pytest() -> None:
    """Rendering runs in plain processes."""
    script = (
        "import sys, torchgrade.report.html;"
        "sys.exit(bool({'torch', 'pytest', 'rich', 'numpy'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_lexing_is_bounded() -> None:
    """A file made to be slow to colour stays black, whole and in order."""
    source = ("(" * 99 + "\n") * 1000 + "if x: y\n"
    html = page(result(passed()), sources={"ch03_indexing/gather": source})
    assert 'class="tk"' not in html.split('class="code listing"')[1]
    assert "if x: y" in html
