"""The class's page: what it counts, and a table that sorts and filters for thousands."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html import escape, unescape

import pytest

from tests.html.conftest import Open, Opened
from tests.html.samples import class_of
from torchgrade.report.html.class_page import overview_page

ROWS = "[...document.querySelectorAll('#rows tr')]"


def rendered(size: int = 130, language: str = "en") -> str:
    return overview_page(class_of(size), language, feedback_link="feedback/{}.html".format)


def told(html: str) -> str:
    html = re.sub(r"<(style|script)\b.*?</\1>", " ", html, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def column(opened: Opened, number: int) -> list[str]:
    found: list[str] = opened.ask(f"{ROWS}.map(row => row.children[{number}].textContent)")
    return found


def sort_by(opened: Opened, key: str) -> None:
    opened.page.locator(f"th[data-key='{key}'] button").click()


def test_figures_are_those_of_the_class() -> None:
    """Who handed in, who is late, and what could not be graded, of a class that is known."""
    text = told(rendered(20))
    assert "students 20" in text
    assert "handed something in 18 90%" in text
    assert "1 answer could not be graded and needs a person." in text


def test_the_most_frequent_mistake_comes_first() -> None:
    """With its words, its exercise, how many show it, and who."""
    text = told(rendered(40))
    first, second = text.index("replaced the wrong coordinate"), text.index("Counted from one.")
    assert first < second
    assert "10 students" in text


def test_histograms_have_a_text_and_a_table() -> None:
    """A bin holds who it says: half of 0 to 100 in tenths, the best in the last."""
    html = rendered(40)
    drawings = re.findall(r'<svg class="histogram".*?</svg>', html, re.DOTALL)
    assert len(drawings) == 3, "all chapters, and each"
    assert all('role="img" aria-label="' in drawing for drawing in drawings)
    counts = [
        int(count)
        for count in re.findall(r'<th scope="row">\d+–\d+</th><td class="number">(\d+)</td>', html)
    ]
    assert len(counts) == 30
    assert sum(counts[:10]) == 40 - 4 - 1, "without those who handed nothing in or are not graded"


def test_whoever_is_ungraded_is_named_with_the_reason_and_the_remedy() -> None:
    text = told(rendered(20))
    assert "OSError: no space left" in text
    assert "None of these counts as zero." in text
    assert "uploads/final(2).zip" in text
    assert "no student has this id" in text


def test_hidden_tests_are_shown_to_the_instructor() -> None:
    """It is their class; the page says which tests students don't see."""
    assert "A hidden corner hidden" in told(rendered(20))


def test_fast_answers_are_ranked_and_odd_ones_flagged() -> None:
    """Fastest first, with the interval; whoever is too fast to be true is pointed out."""
    shown = told(rendered(20)).split("Who is fastest")[1]
    assert "20 students on NVIDIA H100; median 3.2 times as long as F.conv2d" in shown
    first, second, third = (shown.index(f" {n} ") for n in ("0.03", "0.9", "1.1"))
    assert first < second < third
    assert "0.03 0.027 to 0.033 too fast to be true: look at it" in shown
    assert "1.1 0.99 to 1.21 not assessed" in shown
    assert "14 12.6 to 15.4 failed" in shown
    assert "Who is fastest" not in told(
        overview_page(replace(class_of(20), speed=()), "en", feedback_link=None)
    )


def test_an_empty_class_is_a_page(open_page: Open) -> None:
    """Nobody yet: no division by zero, no script error."""
    empty = class_of(0, ungraded=())
    opened = open_page(overview_page(replace(empty, exercises=()), "en", feedback_link=None))
    assert opened.complaints == []
    assert opened.ask("document.getElementById('range').textContent") == "Nobody matches."


def test_points_sort_as_numbers_and_unknown_comes_last(open_page: Open) -> None:
    """From the top at first, then from the bottom; what is not known is last either way."""
    opened = open_page(rendered(90))
    sort_by(opened, "total")
    total = column(opened, 5)
    known = [float(points) for points in total if points != "?"]
    assert known == sorted(known, reverse=True)
    assert total[-1] == "?"
    assert opened.ask("document.querySelector('th[aria-sort]').ariaSort") == "descending"
    sort_by(opened, "total")
    total = column(opened, 5)
    assert [float(points) for points in total[:-1]] == sorted(known)
    assert total[-1] == "?"


def test_names_sort_as_people_sort_them(open_page: Open) -> None:
    """By the rules of the language: Åsa stands beside Ada, not behind Zoë."""
    opened = open_page(rendered(90))
    sort_by(opened, "name")
    names = column(opened, 0)
    latin = [name for name in names if name[0] in "ÅAGOPZ"]
    assert [name[0] for name in latin].index("Å") < [name[0] for name in latin].index("Z")
    assert latin[0].startswith("Ada")


def test_the_keyboard_does_it_all(open_page: Open) -> None:
    """Sort with Enter, filter by typing, turn pages: nothing needs a mouse, focus stays."""
    opened = open_page(rendered(250))
    opened.page.locator("th[data-key='id'] button").focus()
    opened.page.keyboard.press("Enter")
    opened.page.keyboard.press("Enter")
    assert column(opened, 1)[0] == "s00249"
    opened.page.locator("button[data-page='next']").focus()
    opened.page.keyboard.press("Space")
    assert column(opened, 1)[0] == "s00149"
    opened.page.keyboard.press("Space")
    assert opened.ask("document.activeElement.dataset.page") == "next"
    assert opened.ask("document.activeElement.getAttribute('aria-disabled')") == "true"
    opened.page.locator("#find").focus()
    opened.page.keyboard.type("s0012")
    assert column(opened, 1) == [f"s{number:05d}" for number in range(129, 119, -1)]
    assert opened.ask("document.getElementById('range').textContent") == "1 to 10 of 10"


def test_states_and_mistakes_filter(open_page: Open) -> None:
    """Each choice shows whom it names, and text narrows it down."""
    opened = open_page(rendered(100))
    opened.page.locator("#show").select_option("nothing")
    assert len(column(opened, 1)) == 10
    opened.page.locator("#find").fill("s0009")
    assert column(opened, 1) == ["s00090"]
    opened.page.locator("button.jump").first.click()
    assert len(column(opened, 1)) == 25
    assert opened.ask("document.getElementById('find').value") == ""
    opened.page.locator("#show").select_option("ungraded")
    assert column(opened, 1) == ["s00001"]


def test_names_link_to_their_pages(open_page: Open) -> None:
    opened = open_page(rendered(12))
    link = opened.ask("document.querySelector('#rows a').getAttribute('href')")
    assert link == "feedback/s00000.html"


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("feedback/s00000.html", True),
        ("https://marks.example.org/s00000", True),
        ("./a:b.html", True),
        ("javascript:alert(1)", False),
        (" javascript:alert(1)", False),
        ("JaVaScRiPt:alert(1)", False),
        ("java\nscript:alert(1)", False),
        ("data:text/html,x", False),
        ("", False),
    ],
)
def test_only_addresses_of_pages_become_links(address: str, kept: bool) -> None:
    """Whatever the caller makes of a student's id, a browser opens it and runs nothing."""
    html = overview_page(class_of(3), "en", feedback_link=lambda student: address)
    data = json.loads(html.split('id="data">')[1].split("</script>")[0])
    assert [row[3] for row in data["rows"]] == [address if kept else None] * 3
    assert (f'<a href="{escape(address)}"' in html) == kept


def test_without_scripts_there_is_a_plain_table(open_page: Open) -> None:
    """Everybody in it, and nothing that would not work."""
    opened = open_page(rendered(150), scripts=False)
    assert opened.ask("document.querySelectorAll('noscript tbody tr').length") == 150
    assert not opened.page.locator("#find").is_visible()
    assert opened.page.locator("noscript tbody tr").first.is_visible()


def test_a_large_class_without_scripts_is_told_where_to_look(open_page: Open) -> None:
    opened = open_page(rendered(1200), scripts=False)
    assert "course export csv" in opened.ask("document.querySelector('noscript').textContent")


@pytest.fixture(scope="module")
def large() -> str:
    return rendered(30_000)


def test_thirty_thousand_students(open_page: Open, large: str) -> None:
    """Few rows at a time, and no use takes many times what making an array that long takes."""
    opened = open_page(large)
    assert opened.complaints == []
    assert opened.ask("document.querySelectorAll('*').length") < 8000
    assert opened.ask("document.getElementById('range').textContent") == "1 to 100 of 30000"
    yardstick, *uses = opened.ask(
        """() => {
          const timed = (work) => {
            const start = performance.now();
            work();
            return performance.now() - start;
          };
          const texts = Array.from({ length: 30000 }, (_, i) => `name ${(i * 7919) % 30000}`);
          const click = (key) => document.querySelector(`th[data-key='${key}'] button`).click();
          const find = document.getElementById("find");
          return [
            timed(() => texts.sort(new Intl.Collator("en", { numeric: true }).compare)),
            timed(() => click("name")),
            timed(() => click("total")),
            timed(() => click("0")),
            timed(() => { find.value = "ada"; find.dispatchEvent(new Event("input")); }),
          ];
        }"""
    )
    assert all(use < 4 * yardstick for use in uses), (yardstick, uses)
