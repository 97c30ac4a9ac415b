"""Results for a student at a terminal: a table per chapter, then what went wrong and why.

Everything that a submission could have written is made inert first and printed as plain text,
never as markup. Of a hidden test only its title and hint are looked at.

Widths are counted in terminal cells, so Chinese lines up. Where the stream is no terminal there
are no colours, and where its encoding lacks a character there is an ASCII one in its place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import TextIO

from rich.cells import cell_len
from rich.table import Table
from rich.text import Text as Line

from torchgrade.i18n import catalogue
from torchgrade.report.excerpt import clip, last_lines
from torchgrade.report.fill import fill
from torchgrade.report.page import Page
from torchgrade.report.phrases import (
    calls_left_out,
    count_of_tests,
    earned_or_lost,
    labels,
    left_to_grading,
    lines_left_out,
    parted,
    place_of,
    remarked,
    same_in_others,
    state_word,
    tolerance,
    whole_file_remark,
)
from torchgrade.report.speed import costs, measured
from torchgrade.report.summary import (
    Group,
    Points,
    State,
    failed_groups,
    format_points,
    hidden_failures,
    points_shown,
    state,
    why_ungraded,
)
from torchgrade.report.wording import headline, remedy
from torchgrade.result import (
    Difference,
    ExerciseResult,
    Failure,
    Frame,
    Kind,
    Outcome,
    Status,
)
from torchgrade.text import Text

__all__ = ["render"]

SHOWN_IN_FULL = 3
"""Failed tests per exercise that are shown in full without ``verbose``."""

FRAMES = 4
LINES_OF_VALUE = 12
LINES_OF_OUTPUT = 10
LINES_OF_CODE = 16
LINES_IF_VERBOSE = 60

_UNICODE_MARKS = {
    State.PASSED: "\N{CHECK MARK}",
    State.FAILED: "\N{BALLOT X}",
    State.NOT_STARTED: "-",
    State.UNGRADED: "?",
}
_ASCII_MARKS = {**_UNICODE_MARKS, State.PASSED: "+", State.FAILED: "x"}
_STYLES = {
    State.PASSED: "green",
    State.FAILED: "red",
    State.NOT_STARTED: "dim",
    State.UNGRADED: "yellow",
}


def render(
    results: Sequence[ExerciseResult],
    *,
    chapters: Mapping[str, Text],
    hints: Mapping[str, Sequence[Text]],
    language: str,
    file: TextIO,
    later: tuple[int, float] = (0, 0.0),
    verbose: bool = False,
    color: bool | None = None,
    width: int | None = None,
) -> None:
    """Write ``results`` to ``file`` in their order, neighbours of one chapter under one heading.

    ``chapters`` holds titles by chapter, ``hints`` the hints of an exercise by
    `ExerciseResult.key`; ``later`` is how many tests run only when answers are graded, and what
    these are worth. ``color`` and ``width`` are found out from ``file`` and the environment
    where they are None. No line is wider than ``width`` cells (40 at least). If ``file`` cannot
    encode ``language``, the report is in English.
    """
    page = Page(file, language, color, width)
    report = _Report(page, results, hints, verbose)
    for chapter, members in groupby(results, key=lambda result: result.chapter):
        report.chapter(chapter, chapters.get(chapter), tuple(members))
    report.total()
    report.later(*later)
    report.sandbox()
    page.write()


class _Report:
    """What is said on the page, from the top down."""

    def __init__(
        self,
        page: Page,
        results: Sequence[ExerciseResult],
        hints: Mapping[str, Sequence[Text]],
        verbose: bool,
    ) -> None:
        self._page = page
        self._language = page.language
        self._message = catalogue(page.language)
        self._results = results
        self._hints = hints
        self._verbose = verbose
        self._marks = _UNICODE_MARKS if page.unicode else _ASCII_MARKS
        # `course hint NAME` takes a bare name only where it names one exercise.
        keys = {result.key for result in results} | set(hints)
        self._known = Counter(key.rpartition("/")[2] for key in keys)
        _ = self._message
        self._labels = labels(_)
        self._column = 2 + max(cell_len(label) for label in self._labels.values())

    # -- chapters and exercises

    def chapter(self, name: str, title: Text | None, results: Sequence[ExerciseResult]) -> None:
        heading = remarked(title.to(self._language), name, self._message) if title else name
        self._page.blank()
        self._page.put(heading, style="bold")
        self._page.table(self._table(results))
        for result in results:
            # One exercise was asked for, or there is something to say about this one.
            if state(result) is not State.NOT_STARTED or self._verbose or len(self._results) == 1:
                self._exercise(result)

    def total(self) -> None:
        _ = self._message
        scores = [result.score for result in self._results]
        graded = [score for score in scores if score.earned is not None]
        earned = sum(score.earned or 0.0 for score in graded)
        passed = sum(1 for result in self._results if state(result) is State.PASSED)
        self._page.blank()
        self._page.put(
            fill(
                _("Total: {earned} of {maximum} points; {passed} of {count} exercises passed."),
                earned=format_points(earned),
                maximum=format_points(sum(score.maximum for score in graded)),
                passed=passed,
                count=len(scores),
            ),
            style="bold",
        )
        left_out = len(scores) - len(graded)
        if left_out:
            self._page.put(
                fill(
                    _.ngettext(
                        "{count} exercise could not be graded and is left out of the total.",
                        "{count} exercises could not be graded and are left out of the total.",
                        left_out,
                    ),
                    count=left_out,
                ),
                style=_STYLES[State.UNGRADED],
            )

    def later(self, tests: int, points: float) -> None:
        """What a student bundle leaves to grading."""
        sentence = left_to_grading(tests, points, self._message)
        if sentence:
            self._page.put(sentence, style="dim")

    def sandbox(self) -> None:
        _ = self._message
        for level in sorted({result.sandbox for result in self._results} - {""}):
            label = fill(_("Sandbox: {level}"), level=level)
            if level == "process":
                label = fill(_("Sandbox: {level} (self-check, not a grade)"), level=level)
            self._page.put(label, style="dim")

    def _table(self, results: Sequence[ExerciseResult]) -> Table:
        _ = self._message
        table = Table(pad_edge=False, show_edge=False, header_style="bold")
        table.add_column(_("Exercise"), overflow="fold")
        table.add_column(_("Tests"), justify="right", no_wrap=True)
        table.add_column(_("Points"), justify="right", no_wrap=True)
        table.add_column(_("Result"), overflow="fold")
        for result in results:
            passed = sum(1 for o in result.outcomes if o.status is Status.PASSED)
            score = result.score
            earned = "?" if score.earned is None else format_points(score.earned)
            now = state(result)
            table.add_row(
                Line(self._page.plain(result.exercise)),
                Line(f"{passed}/{len(result.assessed)}"),
                Line(f"{earned}/{format_points(score.maximum)}"),
                Line(f"{self._marks[now]} {state_word(now, _)}", _STYLES[now]),
            )
        return table

    def _exercise(self, result: ExerciseResult) -> None:
        groups = failed_groups(result, apart=self._verbose)
        hidden = hidden_failures(result, groups)
        ungraded = [o for o in result.outcomes if o.status is Status.UNGRADED]
        passed = [
            o
            for o in result.outcomes
            if self._verbose and o.status is Status.PASSED and not _is_told(o)
        ]
        timed = [o for o in result.outcomes if _is_told(o)]
        if not (groups or hidden or ungraded or passed or timed) and result.outcomes:
            return
        points = {
            id(outcome): worth
            for outcome, worth in zip(result.outcomes, points_shown(result), strict=True)
        }
        self._page.blank()
        self._page.put(self._name(result), style="bold")
        for outcome in passed:
            self._passed(outcome, points[id(outcome)])
        self._failed(result, groups, points)
        for outcome in hidden:
            self._hidden(outcome, points[id(outcome)])
        if ungraded or not result.outcomes:
            self._ungraded(ungraded)
        for outcome in timed:
            self._timed(outcome)
        self._advise(result, groups, hidden)

    def _name(self, result: ExerciseResult) -> str:
        return result.exercise if self._known[result.exercise] <= 1 else result.key

    def _advise(
        self, result: ExerciseResult, groups: Sequence[Group], hidden: Sequence[Outcome]
    ) -> None:
        """Where to read on: all failures, and the author's hints."""
        _ = self._message
        name = self._name(result)
        self._page.blank()
        if not self._verbose and len(groups) > SHOWN_IN_FULL:
            self._page.put(
                fill(_("All in full: `course check {name} --verbose`"), name=name), indent=2
            )
        hints = self._hints.get(result.key, ())
        unexplained = any(group.first.explanation is None for group in groups) or bool(hidden)
        if hints and unexplained:
            self._page.put(
                fill(
                    _.ngettext(
                        "Stuck? There is {count} hint: `course hint {name}`",
                        "Stuck? There are {count} hints: `course hint {name}`",
                        len(hints),
                    ),
                    count=len(hints),
                    name=name,
                ),
                indent=2,
                style="cyan",
            )

    # -- tests

    def _passed(self, outcome: Outcome, points: Points) -> None:
        self._title(State.PASSED, outcome, earned_or_lost(outcome, points, self._message))
        if not outcome.hidden:
            self._output(outcome.output)

    def _failed(
        self, result: ExerciseResult, groups: Sequence[Group], points: Mapping[int, Points]
    ) -> None:
        explained: dict[str, Outcome] = {}
        for number, group in enumerate(groups):
            lost = sum(points[id(outcome)].lost for outcome in group.outcomes)
            if group.whole_file and len(group.outcomes) > 1:
                self._count(result, group, lost)
                self._failure(group, in_full=True)
                continue
            in_full = self._verbose or number < SHOWN_IN_FULL
            if in_full or number == SHOWN_IN_FULL:
                self._page.blank()
            now = State.NOT_STARTED if group.kind is Kind.NOT_STARTED else State.FAILED
            remark = earned_or_lost(group.first, points[id(group.first)], self._message)
            self._title(now, group.first, remark)
            self._failure(group, in_full=in_full)
            self._explain(group.first, explained)
            self._same(group.outcomes[1:], points)

    def _hidden(self, outcome: Outcome, points: Points) -> None:
        _ = self._message
        self._page.blank()
        self._title(State.FAILED, outcome, earned_or_lost(outcome, points, _))
        if outcome.hint:
            self._page.put(fill(_("Hint: {hint}"), hint=outcome.hint.to(self._language)), indent=4)

    def _ungraded(self, outcomes: Sequence[Outcome]) -> None:
        self._page.blank()
        for outcome in outcomes:
            self._title(State.UNGRADED, outcome, state_word(State.UNGRADED, self._message))
            # For the author; a hidden test's message could hold what it hides.
            if self._verbose and not outcome.hidden and outcome.failure:
                for key in ("message", "place"):
                    if outcome.failure.details.get(key):
                        self._page.put(clip(str(outcome.failure.details[key]), 3), indent=4)
        sentence = headline(why_ungraded(outcomes), self._language)
        self._page.put(sentence, indent=4, style=_STYLES[State.UNGRADED])

    def _timed(self, outcome: Outcome) -> None:
        """What was measured where nothing is to be mended, or where it does not count."""
        _ = self._message
        self._page.blank()
        title = outcome.title.to(self._language)
        self._headed(State.PASSED if outcome.status is Status.PASSED else None, title, "")
        if outcome.failure is not None:
            self._page.put(headline(outcome.failure, self._language), indent=4)
        if outcome.timing is not None:
            self._row("speed", "\n".join(measured(outcome.timing, _)))
            if outcome.failure is not None:
                self._slow(outcome.failure)

    def _slow(self, failure: Failure) -> None:
        """Why it may be slow."""
        advice = costs(failure.details, self._message)
        if advice is not None:
            self._row("advice", advice)
        if failure.note is not None:
            self._page.put(failure.note.to(self._language), indent=4)

    def _title(self, now: State, outcome: Outcome, remark: str) -> None:
        self._headed(now, outcome.title.to(self._language), remark)

    def _count(self, result: ExerciseResult, group: Group, lost: float) -> None:
        _ = self._message
        now = State.NOT_STARTED if group.kind is Kind.NOT_STARTED else State.FAILED
        self._page.blank()
        self._headed(now, count_of_tests(result, group, _), whole_file_remark(group, lost, _))

    def _headed(self, now: State | None, heading: str, remark: str) -> None:
        said = remarked(heading, remark, self._message) if remark else heading
        line = Line(self._page.plain(said), "dim")
        line.stylize("not dim bold", 0, len(self._page.plain(heading)))
        mark = Line("- ", "dim") if now is None else Line(f"{self._marks[now]} ", _STYLES[now])
        self._page.put_line(line, indent=2, first=mark)

    def _same(self, outcomes: Iterable[Outcome], points: Mapping[int, Points]) -> None:
        _ = self._message
        others = tuple(outcomes)
        if not others:
            return
        self._page.put(same_in_others(len(others), _), indent=4)
        for outcome in others:
            title = outcome.title.to(self._language)
            remark = earned_or_lost(outcome, points[id(outcome)], _)
            self._page.put(remarked(title, remark, _), indent=6, first="- ")

    # -- one failure

    def _failure(self, group: Group, *, in_full: bool) -> None:
        outcome, failure = group.first, group.first.failure
        if failure is None:
            return
        now = State.NOT_STARTED if failure.kind is Kind.NOT_STARTED else State.FAILED
        self._page.put(headline(failure, self._language), indent=4, style=_STYLES[now])
        if not in_full:
            return
        if failure.note and failure.kind is not Kind.ASSERTION:
            self._page.put(failure.note.to(self._language), indent=4)
        if not group.whole_file:
            self._call(failure)
        if failure.actual is not None:
            self._row("actual", self._value(failure.actual))
        if failure.expected is not None:
            self._row("expected", self._value(failure.expected))
        if failure.difference is not None:
            self._difference(failure.difference)
        if outcome.timing is not None:
            self._row("speed", "\n".join(measured(outcome.timing, self._message)))
        if failure.code and not group.whole_file:
            limit = LINES_IF_VERBOSE if self._verbose else LINES_OF_CODE
            self._row("code", clip("\n".join(failure.code), limit))
        if group.frames:
            self._frames(group.frames)
        self._output(outcome.output)
        if outcome.explanation is None:
            advice = remedy(failure, self._language)
            if advice is not None:
                self._row("advice", advice)

    def _explain(self, outcome: Outcome, explained: dict[str, Outcome]) -> None:
        """The misconception's sentence in full once, then only a reference to it."""
        _ = self._message
        if outcome.explanation is None:
            return
        wording = outcome.explanation.to(self._language)
        earlier = explained.setdefault(wording, outcome)
        if earlier is not outcome:
            title = earlier.title.to(self._language)
            self._page.put(fill(_('Same mistake as in "{title}".'), title=title), indent=4)
            return
        self._page.blank()
        self._page.put(_("What happened here"), indent=4, style="bold yellow")
        self._page.put(wording, indent=6)

    def _call(self, failure: Failure) -> None:
        if failure.call is None:
            return
        lines = [self._value(failure.call)]
        for name, value in failure.arguments:
            indent = "\n" + " " * (cell_len(name) + 3)
            lines.append(f"{name} = " + self._value(value).replace("\n", indent))
        self._row("call", "\n".join(lines))

    def _difference(self, difference: Difference) -> None:
        _ = self._message
        first = parted(
            difference.first_index, difference.first_actual, difference.first_expected, _
        )
        worst = parted(
            difference.worst_index, difference.worst_actual, difference.worst_expected, _
        )
        lines = []
        if difference.first_index == difference.worst_index:
            lines.append(first)
        else:
            lines.append(fill(_("first {place}"), place=first))
            lines.append(
                fill(
                    _("worst {place} (off by {error})"),
                    place=worst,
                    error=difference.worst_error,
                )
            )
        if self._verbose:
            lines.append(tolerance(difference, _))
        self._row("difference", "\n".join(lines))

    def _frames(self, frames: Sequence[Frame]) -> None:
        _ = self._message
        lines = []
        left_out = 0 if self._verbose else max(0, len(frames) - FRAMES)
        if left_out:
            lines.append(calls_left_out(left_out, _))
        for frame in frames[left_out:]:
            lines.append(place_of(frame, _))
            lines.append("    " + frame.source.strip())
        self._row("frames", "\n".join(lines))

    def _output(self, output: str) -> None:
        limit = LINES_IF_VERBOSE if self._verbose else LINES_OF_OUTPUT
        left_out, shown = last_lines(output, limit)
        if not shown:
            return
        if left_out:
            shown.insert(0, lines_left_out(left_out, self._message))
        self._row("output", "\n".join(shown))

    def _row(self, name: str, text: str) -> None:
        label, line = self._labels[name], Line(self._page.plain(text))
        widest = max(cell_len(part) for part in line.plain.split("\n"))
        if "\n" in text and self._page.width - widest in range(6, 4 + self._column):
            # Several lines, of which some only fit when the label stands above them.
            self._page.put(label, indent=4, style="dim")
            self._page.put_line(line, indent=6, first=Line())
            return
        first = Line(label + " " * (self._column - cell_len(label)), "dim")
        self._page.put_line(line, indent=4, first=first)

    def _value(self, text: str) -> str:
        return clip(text, LINES_IF_VERBOSE if self._verbose else LINES_OF_VALUE)


def _is_told(outcome: Outcome) -> bool:
    """Whether there is something to read of a timed test that did not fail."""
    if outcome.hidden or outcome.timing is None:
        return False
    return outcome.status in (Status.PASSED, Status.NOT_ASSESSED)
