"""Both pages in Chromium: safe, readable, printable, in both themes, on phones and on desks."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.html.checks import accessibility_faults, low_contrast, unfolded
from tests.html.conftest import Open
from tests.html.samples import (
    HOSTILE,
    MARKERS,
    SOURCE,
    chapter_mark,
    class_of,
    failed,
    page,
    passed,
    result,
)
from tests.timed import growing, not_assessed, slow, timed, timed_size
from torchgrade.report.html.class_page import overview_page
from torchgrade.result import Difference, Failure, Frame, Kind, Outcome, Status
from torchgrade.roster import Person
from torchgrade.text import text

LONG = "x" * 1_000_000
DETAILS = (
    *("type", "message", "name", "near", "what", "remedy", "where", "path"),
    *("reason", "signal", "actual", "expected", "operators", "missing"),
)


def full_page(language: str = "en") -> str:
    """A student's page with everything on it that there is."""
    ungraded = Failure(Kind.ENGINE)
    marks = {
        "ch03_indexing": chapter_mark(manual=4.0, comment="Well argued."),
        "ch06_autograd": chapter_mark("ch06_autograd", auto=None),
    }
    return page(
        result(
            failed(),
            failed(Kind.RAISED, test="b", explanation=None),
            slow(timed(timed_size(480.0), timed_size(14.0, size="(8, 3, 32, 32)")), credit=0.4),
            replace(slow(growing()), test="growth"),
            failed(test="c", title=text("Hidden"), hidden=True, hint=text("A hint.")),
            passed(output="hello\n", timing=timed(timed_size(1.1))),
            not_assessed(timed(timed_size(2100.0, 2100.0, math.inf))),
        ),
        result(
            passed(),
            failed(status=Status.UNGRADED, failure=ungraded),
            name="detach",
            chapter="ch06_autograd",
        ),
        marks=marks,
        language=language,
    )


def hostile_failure(kind: Kind, evil: str) -> Outcome:
    failure = Failure(
        kind,
        call=f"gather({evil})",
        arguments=((evil, evil),),
        actual=evil,
        expected=evil,
        where=f"[{evil!r}]",
        difference=Difference(1, 2, (0,), evil, evil, (1,), evil, evil, evil, 0.1, 0.1),
        details=dict.fromkeys(DETAILS, evil),
        frames=(Frame(evil, 9, evil, evil), Frame("gather.py", 10**9, "f", evil)),
    )
    return failed(kind, test=kind.value, failure=failure, output=f"{evil}\n" * 3)


def hostile_page(evil: str, language: str = "en") -> str:
    outcomes = [hostile_failure(kind, evil) for kind in Kind]
    return page(
        result(*outcomes, passed(output=evil)),
        person=Person(evil, evil, section=evil),
        sources={"ch03_indexing/gather": f"{SOURCE}# {evil}\ns = '''{evil}'''\n{evil}\n"},
        marks={"ch03_indexing": chapter_mark(manual=1.0, comment=evil)},
        language=language,
    )


PAGES: dict[str, Callable[[str], str]] = {
    "feedback": full_page,
    "overview": lambda language: overview_page(
        class_of(130), language, feedback_link="feedback/{}.html".format
    ),
}


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
@pytest.mark.parametrize("width", [360, 1280])
def test_hostile_feedback_does_nothing(open_page: Open, width: int, scripts: bool) -> None:
    """In every field that a submission reaches: no script, no request, no broken page."""
    opened = open_page(hostile_page(HOSTILE), width=width, scripts=scripts)
    unfolded(opened) if scripts else None
    assert opened.strayed == []
    assert opened.dialogs == []
    assert opened.complaints == []
    if scripts:
        assert opened.ask("typeof window.pwned") == "undefined"
    assert opened.ask("document.scripts.length") == 1
    foreign = "img, svg[onload], [onclick], base, iframe, meta[http-equiv=refresh]"
    assert opened.page.locator(foreign).count() == 0
    assert opened.ask("document.styleSheets.length") == 1
    assert opened.ask("document.documentElement.scrollWidth") <= width
    assert opened.ask("document.querySelectorAll('footer, main, body > header').length") == 3
    assert not any(
        marker in address
        for marker in MARKERS
        for address in opened.ask("[...document.links].map(link => link.href)")
    )


def test_direction_and_control_characters_are_visible(open_page: Open) -> None:
    """None acts on the page; each can be seen, and told from an escape that was typed."""
    opened = open_page(hostile_page(HOSTILE))
    unfolded(opened)
    seen = opened.ask("document.body.innerText")
    for active in "\x00\x1b\u202e\u202c\u2066\u200b\ufeff\u2028\x85":
        assert active not in seen, ascii(active)
    for escape in (r"\u202e", r"\x1b", r"\ud800", r"\x00"):
        assert escape in seen
        assert (
            opened.page.get_by_text(escape, exact=True).and_(opened.page.locator(".unseen")).count()
        )


def test_endless_lines_hold_the_layout(open_page: Open) -> None:
    """A million characters without a space, wherever a student may put them."""
    html = hostile_page(LONG)
    assert len(html) < 2_000_000
    opened = open_page(html, width=360)
    unfolded(opened)
    assert opened.ask("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("width", [360, 1280])
def test_a_hostile_class_does_nothing(open_page: Open, width: int) -> None:
    """Names, sections, file names and reasons come from outside, and so may links."""
    overview = class_of(30, hostile=HOSTILE)
    html = overview_page(
        overview, "en", feedback_link=lambda student: f"javascript:pwned={student}"
    )
    opened = open_page(html, width=width)
    unfolded(opened)
    opened.ask("document.querySelectorAll('th[data-key] button').forEach(b => b.click())")
    assert opened.strayed == []
    assert opened.dialogs == []
    assert opened.complaints == []
    assert opened.ask("typeof window.pwned") == "undefined"
    assert opened.ask("document.scripts.length") == 2
    assert opened.ask("document.querySelectorAll('img, [onclick], svg[onload]').length") == 0
    assert opened.ask("[...document.links].filter(link => link.protocol !== 'file:').length") == 0
    assert opened.ask("document.documentElement.scrollWidth") <= width
    assert "\u202e" not in opened.ask("document.body.innerText")


@pytest.mark.parametrize("name", PAGES)
def test_the_policy_stops_what_escaping_might_miss(open_page: Open, name: str) -> None:
    """Were markup to get through, the page's policy still runs and loads nothing but its own."""
    evil = (
        "<script>window.pwned=1</script><img src='https://attacker.example/a.png'"
        " onerror='window.pwned=1'><style>body{display:none}</style>"
        "<iframe src='https://attacker.example/'></iframe></main>"
    )
    opened = open_page(PAGES[name]("en").replace("</main>", evil))
    opened.page.wait_for_timeout(100)
    assert opened.ask("typeof window.pwned") == "undefined"
    assert opened.strayed == []
    assert opened.ask("getComputedStyle(document.body).display") == "block"


@pytest.mark.parametrize("name", PAGES)
def test_a_page_asks_for_nothing_and_complains_of_nothing(open_page: Open, name: str) -> None:
    """Self-contained: no request leaves it, and its own style and script are let through."""
    opened = open_page(PAGES[name]("zh"))
    assert opened.strayed == []
    assert opened.complaints == []
    assert opened.ask("getComputedStyle(document.body).maxWidth").endswith("px")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_every_text_can_be_read(open_page: Open, name: str, dark: bool) -> None:
    """Contrast as WCAG AA asks, in both themes, with everything unfolded."""
    opened = open_page(PAGES[name]("en"), dark=dark)
    unfolded(opened)
    assert low_contrast(opened) == []


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", PAGES)
def test_structure_serves_screen_readers_and_keyboards(
    open_page: Open, name: str, language: str
) -> None:
    """Landmarks, headings in order, names for whatever can be used."""
    opened = open_page(PAGES[name](language))
    unfolded(opened)
    assert accessibility_faults(opened) == []


@pytest.mark.parametrize("width", [360, 768, 1920])
@pytest.mark.parametrize("name", PAGES)
def test_no_page_scrolls_sideways(open_page: Open, name: str, width: int) -> None:
    """What is wide scrolls within its own box."""
    opened = open_page(PAGES[name]("en"), width=width)
    unfolded(opened)
    assert opened.ask("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("name", PAGES)
def test_what_is_folded_is_on_paper(open_page: Open, name: str) -> None:
    """Without any script: the style sheet for print unfolds it."""
    opened = open_page(PAGES[name]("en"), scripts=False)
    opened.page.emulate_media(media="print")
    folded = (
        "[...document.querySelectorAll('details:not([open])')].filter(part => "
        "[...part.children].some(child => child.tagName !== 'SUMMARY' && !child.checkVisibility()))"
        ".length"
    )
    assert opened.ask("document.querySelectorAll('details:not([open])').length") > 0
    assert opened.ask(folded) == 0
    assert opened.page.pdf().startswith(b"%PDF")


@pytest.mark.parametrize("name", PAGES)
def test_paper_is_white_in_the_dark_theme_too(open_page: Open, name: str) -> None:
    opened = open_page(PAGES[name]("en"), dark=True)
    opened.page.emulate_media(media="print")
    assert opened.ask("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    unfolded(opened)
    assert low_contrast(opened) == []


def test_no_line_of_code_is_cut_off_on_paper(open_page: Open) -> None:
    """What scrolls on the screen is broken on paper."""
    wide = result(replace(failed(), output="y = 1 + " * 60))
    opened = open_page(
        page(wide, sources={"ch03_indexing/gather": "x = 1 + " * 60 + "1\n"}), width=700
    )
    opened.page.emulate_media(media="print")
    assert opened.ask(
        "[...document.querySelectorAll('pre')].every(pre => pre.scrollWidth <= pre.clientWidth + 1)"
    )


def test_a_link_opens_what_is_folded(open_page: Open) -> None:
    """From the table at the top to an exercise that passed."""
    html = page(result(failed()), result(passed(), name="scatter"), sources={})
    opened = open_page(html)
    opened.page.locator("nav a", has_text="scatter").click()
    assert opened.ask("document.querySelector(location.hash).getBoundingClientRect().top") < 900
