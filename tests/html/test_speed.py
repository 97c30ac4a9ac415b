"""What a timed test measured, on a student's page and in a notebook: drawn, told and kept."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.html.conftest import Open
from tests.html.samples import HOSTILE, SECRET, failed, page, passed, result
from tests.html.test_feedback import words
from tests.timed import growing, not_assessed, slow, timed, timed_size
from torchgrade.i18n import catalogue
from torchgrade.report.html.fragment import exercise_fragment
from torchgrade.report.html.speed_plot import speed_plots
from torchgrade.report.speed import figures
from torchgrade.result import ExerciseResult, Outcome, Status
from torchgrade.timing.model import Timing

LANGUAGES = ("en", "zh")
CLOSE = timed(timed_size(1.1, 1.02, 1.18, model=1.05, naive=1.5))
FAR = timed(timed_size(480, 471, 492, model=1.05, naive=500))
SEVERAL = timed(
    timed_size(0.62, size="(8, 16, 32, 32)", model=0.95, naive=12),
    timed_size(14, size="(64, 3, 224, 224)", model=1.3, naive=320),
    timed_size(2100, 2100, math.inf, size="(1, 1)", model=None, naive=None),
)
MEASURED = {
    "close": CLOSE,
    "far": FAR,
    "several": SEVERAL,
    "never": timed(timed_size(2100, 2100, math.inf)),
    "alike": timed(timed_size(1.0, 1.0, 1.0, model=1.0, naive=1.0)),
    "grows": growing(),
    "grows as expected": growing(1.0),
    "does not grow": growing(0.0, 0.0),
}
# Boxes of what is drawn as text, and of the lines that lead to marks.
_COLLISIONS = """
() => {
  const found = [];
  for (const svg of document.querySelectorAll("svg.speed-plot")) {
    const view = svg.viewBox.baseVal;
    const texts = [...svg.querySelectorAll("text")].map((text) => [text, text.getBBox()]);
    for (const [text, box] of texts) {
      if (box.x < 0 || box.x + box.width > view.width + 0.5) found.push(`cut: ${text.textContent}`);
      if (box.y < -0.5 || box.y + box.height > view.height) found.push(`cut: ${text.textContent}`);
    }
    texts.forEach(([one, a], i) => texts.slice(i + 1).forEach(([other, b]) => {
      // A line is a little lower than the box that fonts reserve for it.
      if (a.x < b.x + b.width && b.x < a.x + a.width
          && a.y + 2 < b.y + b.height - 2 && b.y + 2 < a.y + a.height - 2) {
        found.push(`${one.textContent} / ${other.textContent}`);
      }
    }));
  }
  return found;
}
"""


def graded(*outcomes: Outcome) -> ExerciseResult:
    return result(*outcomes, passed())


def both(found: ExerciseResult, language: str = "en") -> dict[str, str]:
    return {
        "page": page(found, language=language),
        "fragment": exercise_fragment(found, language),
    }


def drawings(html: str) -> list[str]:
    return re.findall(r'<svg class="speed-plot".*?</svg>', html, re.DOTALL)


@pytest.mark.parametrize("where", ["page", "fragment"])
def test_a_slow_answer_is_drawn_and_told(where: str) -> None:
    """Against the reference, the model answer and the naive one, in a drawing and in numbers."""
    html = both(graded(slow(FAR)))[where]
    (drawing,) = drawings(html)
    for label in ("reference", "model answer 1.05", "your code 480", "naive answer 500"):
        assert f">{label}</text>" in drawing
    told = words(html)
    assert "Your code takes 480 times as long as F.conv2d." in told
    assert "The model answer takes 1.05 times as long as F.conv2d." in told
    assert "One call of your code runs 480 operations of torch; the model answer needs 12." in told
    assert "about 3,700,000 floating-point operations, the model answer 920,000." in told
    assert "1000 480 ms 1 ms 480 471 to 492 1.05 500" in told.replace("485 ms", "480 ms")
    assert "Two loops are enough." in told
    assert "Measured on NVIDIA H100." in told


@pytest.mark.parametrize("where", ["page", "fragment"])
def test_growth_is_drawn_beside_what_is_expected(where: str) -> None:
    html = both(graded(slow(growing())))[where]
    (drawing,) = drawings(html)
    assert ">Your code</text>" in drawing and ">As expected</text>" in drawing
    told = words(html)
    assert "your code takes 4 times as long; 2 times would be expected" in told
    assert "4,000 16 ms" in told
    assert "power of 2.00 (1.90 to 2.10); a power of 1 would be expected" in told


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("where", ["page", "fragment"])
@pytest.mark.parametrize("status", [Status.PASSED, Status.FAILED, Status.NOT_ASSESSED])
def test_each_row_is_a_size(status: Status, where: str, language: str) -> None:
    """Whether it passed, failed or does not count."""
    outcome = slow(SEVERAL) if status is Status.FAILED else not_assessed(SEVERAL)
    if status is Status.PASSED:
        outcome = passed(timing=SEVERAL)
    html = both(graded(outcome), language)[where]
    (drawing,) = drawings(html)
    for size in SEVERAL.sizes:
        assert size.size in drawing
        assert re.search(rf">{re.escape(size.size)}</t[dh]>", html)


@pytest.mark.parametrize("where", ["page", "fragment"])
def test_what_does_not_count_is_no_failure(where: str) -> None:
    """It is named as such, takes no points and is left out of the count of tests."""
    found = graded(not_assessed(CLOSE))
    html = both(found)[where]
    told = words(html)
    assert "Fast on a GPU" in told and "not assessed" in told.lower()
    assert "Not assessed on this device. Your code takes 1.1 times as long" in told
    assert "1 of 1 tests" in told
    assert "lost" not in told and "test failed" not in html and "✗" not in html
    assert found.passed


@pytest.mark.parametrize("where", ["page", "fragment"])
@pytest.mark.parametrize("status", list(Status))
def test_a_hidden_test_keeps_its_times(status: Status, where: str) -> None:
    """Title, status and hint are all that is told of it, timed or not."""
    told = replace(CLOSE, reference=SECRET, device_name=SECRET)
    outcome = replace(not_assessed(told), hidden=True, status=status)
    html = both(graded(outcome))[where]
    assert SECRET not in html
    assert drawings(html) == []
    assert "1.1 times" not in words(html)


@pytest.mark.parametrize("where", ["page", "fragment"])
def test_a_part_of_the_points_is_told_as_such(where: str) -> None:
    """Not only what is lost."""
    half = slow(FAR, credit=0.6)
    told = words(both(result(half, passed()))[where])
    assert "3 of 5 points" in told
    assert "lost" not in told
    assert "lost" in words(both(result(slow(FAR, credit=0.0), passed()))[where])
    hidden = words(both(result(replace(half, hidden=True), passed()))[where])
    assert "hidden test, 3 of 5 points" in hidden


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_label_lies_on_another(open_page: Open, language: str) -> None:
    """However close the ratios are, and none is cut off."""
    _ = catalogue(language)
    drawn = "".join(svg for timing in MEASURED.values() for svg in speed_plots(timing, _))
    opened = open_page(
        f"<!doctype html><meta charset=utf-8><div style='font-family:sans-serif'>{drawn}</div>"
    )
    assert opened.ask("document.querySelectorAll('svg.speed-plot').length") == len(MEASURED)
    assert opened.ask(_COLLISIONS) == []


def test_pages_with_times_complain_of_nothing(open_page: Open) -> None:
    """The page's policy lets all of a drawing through: no style within it, no script, no font."""
    outcomes = [replace(slow(t), test=n) for n, t in MEASURED.items()]
    opened = open_page(page(graded(*outcomes)), width=360)
    assert opened.complaints == []
    assert opened.strayed == []
    assert opened.ask("document.querySelectorAll('svg.speed-plot').length") == len(MEASURED)
    assert opened.ask("document.documentElement.scrollWidth") <= 360
    assert opened.ask(_COLLISIONS) == []


@pytest.mark.parametrize("timing", MEASURED.values(), ids=MEASURED)
def test_a_drawing_is_small_and_says_what_it_shows(timing: Timing) -> None:
    (drawing,) = speed_plots(timing, catalogue("en"))
    assert len(drawing) < 8000
    texts = r'<svg [^>]*role="img" aria-label="[^"]+"[^>]*><title>[^<]+</title><desc>[^<]+</desc>'
    assert re.match(texts, drawing)
    assert "style" not in drawing and "script" not in drawing and "href" not in drawing


class _Balanced(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.odd: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.odd.append(tag)


_RATIOS = st.floats() | st.floats(0, 1e6)


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.tuples(_RATIOS, _RATIOS, _RATIOS, st.none() | _RATIOS, st.none() | _RATIOS)),
    st.floats(),
    st.sampled_from([HOSTILE, "", "(64, 3)"]),
)
def test_whatever_was_measured_is_drawn_or_left_out(
    rows: list[tuple[float, float, float, float | None, float | None]], exponent: float, name: str
) -> None:
    """No number and no name breaks a page."""
    sizes = [
        timed_size(ratio, low, high, model=model, naive=naive, size=name)
        for ratio, low, high, model, naive in rows[:3]
    ]
    growth = growing().growth
    assert growth is not None
    growth = replace(growth, exponent=exponent, low=exponent, high=exponent, expected=0.0)
    timing = replace(timed(*sizes, growth=growth), reference=name, device_name=name)
    found = graded(slow(timing))
    headings = figures(timing, catalogue("en"))
    assert all(len(row) == len(table.head) for table in headings for row in table.rows)
    for html in (exercise_fragment(found, "zh"), page(found, sources={}, statements={})):
        for drawing in drawings(html):
            parser = _Balanced()
            parser.feed(drawing)
            assert parser.open == parser.odd == []
            assert "nan" not in drawing.split("</desc>")[1] and "inf" not in drawing
        assert "<script>window" not in html


def test_failures_stand_before_what_does_not_count() -> None:
    html = page(result(not_assessed(CLOSE), failed(), passed()))
    assert html.index('class="test failed"') < html.index('class="test not_assessed"')
