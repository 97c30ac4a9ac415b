"""Feedback for one student: every exercise with its mark, what went wrong and why, and the code.

Says what the terminal report and the JSON say, and keeps what they keep: of a hidden test only the
title, the status and the hint are looked at.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from markupsafe import Markup

from torchgrade.course_model import Course
from torchgrade.i18n import Catalogue, catalogue, language_tag
from torchgrade.marks import ChapterMark, ExerciseMark, MarkState
from torchgrade.report.excerpt import clip, last_lines, shortened
from torchgrade.report.fill import fill
from torchgrade.report.html.document import assets, render
from torchgrade.report.html.listing import Listing, Note, line_count, listing, snippet
from torchgrade.report.html.markup import Wording, prose, statement
from torchgrade.report.html.speed_plot import speed_plots
from torchgrade.report.inert import one_line
from torchgrade.report.phrases import (
    calls_left_out,
    count_of_tests,
    earned_or_lost,
    lines_left_out,
    not_assessed_word,
    place_of,
    same_in_others,
    some_points,
    state_word,
    tolerance,
    whole_file_remark,
)
from torchgrade.report.speed import Figures, costs, figures
from torchgrade.report.summary import (
    Group,
    Points,
    State,
    failed_groups,
    format_points,
    hidden_failures,
    not_assessed,
    points_shown,
    state,
    why_ungraded,
)
from torchgrade.report.wording import headline, remedy
from torchgrade.result import Difference, ExerciseResult, Failure, Kind, Outcome, Status
from torchgrade.roster import Person

__all__ = ["feedback"]

OPEN_AT_FIRST: Final = 6
"""Failed tests of an exercise that stand open; the others are folded."""
FRAMES: Final = 8
LINES_OF_VALUE: Final = 60
LINES_OF_OUTPUT: Final = 40
LINES_OF_CODE: Final = 60
NOTES_AT_A_LINE: Final = 3

_NAME: Final = 100
"""Characters of a name, an id or a number that a tensor holds."""
_HALF: Final = 45
"""Characters that fit into half the page."""
_NOTHING: Final = Markup()
_NOT_ASSESSED: Final = "not_assessed"
"""State of a card."""
# What needs the reader most comes first.
_URGENCY: Final = ("failed", "not_started", "ungraded", "missing", "passed")


def feedback(
    person: Person,
    course: Course,
    results: Sequence[ExerciseResult],
    sources: Mapping[str, str],
    marks: Mapping[str, ChapterMark],
    language: str,
    *,
    statements: Mapping[str, Wording],
) -> str:
    """One student's page: a complete HTML document that loads nothing.

    ``sources`` holds the student's files and ``statements`` the exercises' texts in Markdown, both
    by `Exercise.key`; ``marks`` holds what counts, by chapter. A chapter is on the page if it has a
    mark or a result. Where there is no mark, the points are those of the results.
    """
    return _Writer(course, results, sources, marks, language, statements).page(person)


# What the template is given ----------------------------------------------------------------------


@dataclass(frozen=True)
class _Score:
    """Points as they are shown; ``share`` of the maximum from 0 to 100, None while not known."""

    earned: str
    maximum: str
    share: float | None


@dataclass(frozen=True)
class _Place:
    """One place where tensors part, as a row of a table."""

    label: str
    index: str
    actual: str
    expected: str
    error: str


@dataclass(frozen=True)
class _Frame:
    text: str
    source: Markup
    anchor: str
    """Of the line in the listing; empty if it isn't there."""


@dataclass(frozen=True)
class _Speed:
    """What was measured of a timed test."""

    plots: Sequence[Markup] = ()
    figures: Sequence[Figures] = ()


@dataclass
class _Card:
    """One failed test, or several that failed as one."""

    state: str
    word: str
    title: str
    remark: str
    anchor: str
    open: bool = True
    lead: Markup = _NOTHING
    note: Markup = _NOTHING
    call: str = ""
    arguments: Sequence[tuple[str, str]] = ()
    actual: str | None = None
    expected: str | None = None
    wide: bool = False
    """Two such values don't fit side by side."""
    places: Sequence[_Place] = ()
    tolerance: str = ""
    speed: _Speed = _Speed()
    frames: Sequence[_Frame] = ()
    frames_left_out: str = ""
    code: Markup = _NOTHING
    output: str = ""
    output_left_out: str = ""
    explanation: Markup = _NOTHING
    same_mistake: str = ""
    advice: Markup = _NOTHING
    hint: Markup = _NOTHING
    same: str = ""
    others: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class _Passed:
    title: str
    remark: str
    output: str
    output_left_out: str
    speed: _Speed


@dataclass(frozen=True)
class _Exercise:
    anchor: str
    name: str
    title: str
    state: str
    word: str
    tests: str
    score: _Score
    open: bool
    by_hand: str
    comment: str
    cards: Sequence[_Card]
    passed: Sequence[_Passed]
    passed_heading: str
    passed_open: bool
    statement: Markup
    listing: Listing | None
    lines_left_out: str
    digest: str


@dataclass(frozen=True)
class _Chapter:
    name: str
    title: str
    score: _Score
    submitted: str
    late: str
    """How late, and what that costs."""
    exercises: Sequence[_Exercise]
    in_order: Sequence[_Exercise]


# From results to that ----------------------------------------------------------------------------


class _Writer:
    """What is said on one page."""

    def __init__(
        self,
        course: Course,
        results: Sequence[ExerciseResult],
        sources: Mapping[str, str],
        marks: Mapping[str, ChapterMark],
        language: str,
        statements: Mapping[str, Wording],
    ) -> None:
        self._course = course
        self._results = {result.key: result for result in results}
        self._sources = sources
        self._marks = marks
        self._language = language
        self._statements = statements
        self._message = catalogue(language)
        self._number = 0

    def page(self, person: Person) -> str:
        _ = self._message
        files = assets(("base.css", "feedback.css"), "print.js")
        chapters = [self._chapter(name) for name in self._chapter_names()]
        levels = sorted({result.sandbox for result in self._results.values()} - {""})
        course = self._course.title.to(self._language)
        return render(
            "feedback.html",
            {
                "lang": language_tag(self._language),
                "assets": files,
                "course": course,
                "ids": [one_line(part, _NAME) for part in (person.id, person.section) if part],
                "title": fill(_("Feedback for {name}"), name=one_line(person.shown, _NAME)),
                "chapters": chapters,
                "total": self._total(),
                "pending": self._pending(),
                "levels": [self._level(level) for level in levels],
                "words": _words(_),
            },
        )

    def _chapter_names(self) -> list[str]:
        """In the course's order; what the course doesn't know comes last."""
        present = {*self._marks, *(result.chapter for result in self._results.values())}
        known = [chapter.name for chapter in self._course.chapters if chapter.name in present]
        return known + sorted(present - set(known))

    def _total(self) -> _Score:
        chapters = [self._chapter_score(name) for name in self._chapter_names()]
        known = [earned for earned, _ in chapters if earned is not None]
        earned = math.fsum(known) if len(known) == len(chapters) else None
        return _score(earned, math.fsum(maximum for _, maximum in chapters))

    def _pending(self) -> str:
        """Why there is no total yet, if there is none."""
        _ = self._message
        waiting = sum(1 for name in self._chapter_names() if self._chapter_score(name)[0] is None)
        if not waiting:
            return ""
        return _("Something is not graded yet, so there is no total.")

    def _chapter_score(self, name: str) -> tuple[float | None, float]:
        """Points that count, None while not known, and how many there could be."""
        mark = self._marks.get(name)
        if mark is not None:
            return mark.final, mark.maximum
        scores = [r.score for r in self._results.values() if r.chapter == name]
        earned = [score.earned for score in scores]
        known = [points for points in earned if points is not None]
        maximum = math.fsum(score.maximum for score in scores)
        return (math.fsum(known) if len(known) == len(earned) else None), maximum

    def _level(self, level: str) -> str:
        _ = self._message
        if level == "process":
            return fill(_("Sandbox: {level} (self-check, not a grade)"), level=level)
        return fill(_("Sandbox: {level}"), level=level)

    # -- chapters

    def _chapter(self, name: str) -> _Chapter:
        chapter = self._course.chapter(name)
        mark = self._marks.get(name)
        marks = {m.exercise: m for m in mark.exercises} if mark else {}
        known = [exercise.key for exercise in chapter.exercises] if chapter else []
        present = [*marks, *(r.key for r in self._results.values() if r.chapter == name)]
        keys = [key for key in known if key in present]
        keys += sorted(set(present) - set(keys))
        exercises = [self._exercise(key, marks.get(key)) for key in keys]
        return _Chapter(
            name=name,
            title=chapter.title.to(self._language) if chapter else name,
            score=_score(*self._chapter_score(name)),
            submitted=self._submitted(mark) if mark else "",
            late=self._late(mark) if mark else "",
            exercises=sorted(exercises, key=lambda e: _URGENCY.index(e.state)),
            in_order=exercises,
        )

    def _submitted(self, mark: ChapterMark) -> str:
        """The moment of handing in, as it was told and with its zone."""
        _ = self._message
        if mark.submitted is None:
            return ""
        time = mark.submitted.strftime("%Y-%m-%d %H:%M %Z").strip()
        return fill(_("Handed in: {time}"), time=time)

    def _late(self, mark: ChapterMark) -> str:
        _ = self._message
        if not mark.lateness.late:
            return ""
        late = fill(_("Handed in {time} late."), time=self._duration(mark.lateness.by))
        # `fill` leaves out the space where Chinese meets Chinese.
        return fill("{late} {taken}", late=late, taken=self._taken(mark)).strip()

    def _taken(self, mark: ChapterMark) -> str:
        """What lateness costs, in a sentence."""
        _ = self._message
        if mark.earned is None:
            return ""
        if mark.lateness.keeps >= 1:
            return _("This costs no points.")
        if mark.lateness.keeps <= 0:
            return _("After the last day on which it would have counted: no points remain.")
        return fill(
            _("{percent} of the {earned} points earned are taken off: {points}."),
            percent=f"{100 * (1 - mark.lateness.keeps):.3g}%",
            earned=format_points(mark.earned),
            points=format_points(mark.penalty),
        )

    def _duration(self, span: timedelta) -> str:
        """In its two largest units, as people say it."""
        _ = self._message
        minutes = max(1, math.ceil(span.total_seconds() / 60))
        days, minutes = divmod(minutes, 24 * 60)
        hours, minutes = divmod(minutes, 60)
        parts = [
            fill(_.ngettext("{count} day", "{count} days", days), count=days) if days else "",
            fill(_.ngettext("{count} hour", "{count} hours", hours), count=hours) if hours else "",
            fill(_.ngettext("{count} minute", "{count} minutes", minutes), count=minutes)
            if minutes and not days
            else "",
        ]
        return " ".join(part for part in parts if part)

    # -- exercises

    def _exercise(self, key: str, mark: ExerciseMark | None) -> _Exercise:
        _ = self._message
        self._number += 1
        anchor = f"e{self._number}"
        result = self._results.get(key)
        now, word = self._state(result, mark)
        text = statement(self._statements[key]) if key in self._statements else None
        name = key.rpartition("/")[2]
        source = self._sources.get(key, "")
        groups = failed_groups(result) if result else ()
        cards = self._cards(result, groups, anchor, line_count(source)) if result else []
        passed = [o for o in result.outcomes if o.status is Status.PASSED] if result else []
        lines = None
        if source.strip():
            lines = listing(source, self._notes(groups, cards))
        return _Exercise(
            anchor=anchor,
            name=name,
            title=text.title if text and text.title else name,
            state=now,
            word=word,
            tests=""
            if result is None or not result.assessed
            else fill(
                _("{passed} of {count} tests"), passed=len(passed), count=len(result.assessed)
            ),
            score=self._exercise_score(result, mark),
            open=now != "passed",
            by_hand=self._by_hand(mark) if mark else "",
            comment=self._comment(result, mark) if mark else "",
            cards=cards,
            passed=[self._passed(o, worth) for o, worth in self._worth(result) if o in passed]
            if result
            else [],
            passed_heading=fill(
                _.ngettext("{count} test passed", "{count} tests passed", len(passed)),
                count=len(passed),
            ),
            passed_open=all(card.state == _NOT_ASSESSED for card in cards),
            statement=text.body if text else Markup(),
            listing=lines,
            lines_left_out=fill(
                _.ngettext(
                    "({count} more line is not shown)",
                    "({count} more lines are not shown)",
                    lines.left_out,
                ),
                count=lines.left_out,
            )
            if lines and lines.left_out
            else "",
            digest=result.digest[:16] if result else "",
        )

    def _state(self, result: ExerciseResult | None, mark: ExerciseMark | None) -> tuple[str, str]:
        """A name for the style, and the word for people."""
        _ = self._message
        if mark is not None and mark.state is MarkState.MISSING and mark.manual is None:
            return "missing", _("not handed in")
        if result is None:
            if mark is None or mark.earned is None:
                return State.UNGRADED.value, state_word(State.UNGRADED, _)
            now = State.PASSED if mark.earned >= mark.maximum else State.FAILED
            return now.value, _("marked by hand")
        now = state(result)
        return now.value, state_word(now, _)

    def _exercise_score(self, result: ExerciseResult | None, mark: ExerciseMark | None) -> _Score:
        if mark is not None:
            return _score(mark.earned, mark.maximum)
        return _score(result.score.earned, result.score.maximum) if result else _score(None, 0.0)

    def _by_hand(self, mark: ExerciseMark) -> str:
        """That a person gave points, and what they replace or are added to."""
        return " ".join(part for part in (self._replaced(mark), self._written(mark)) if part)

    def _replaced(self, mark: ExerciseMark) -> str:
        _ = self._message
        if mark.manual is None:
            return ""
        if mark.auto is None:
            return fill(_("Marked by hand: {points}."), points=some_points(mark.manual, _))
        return fill(
            _("Marked by hand: {points}, where the tests gave {auto}."),
            points=some_points(mark.manual, _),
            auto=format_points(mark.auto),
        )

    def _written(self, mark: ExerciseMark) -> str:
        """How the written part stands; nothing where there is none."""
        _ = self._message
        if not mark.written_maximum:
            return ""
        if mark.written is None:
            said = _("The written part ({maximum} points) is not graded yet.")
            return fill(said, maximum=format_points(mark.written_maximum))
        return fill(
            _("Written part: {points} of {maximum} points."),
            points=format_points(mark.written),
            maximum=format_points(mark.written_maximum),
        )

    def _comment(self, result: ExerciseResult | None, mark: ExerciseMark) -> str:
        """A person's words; the grader's own only where the page says nothing else."""
        if mark.manual_comment.strip():
            return clip(mark.manual_comment, LINES_OF_VALUE)
        return clip(mark.comment, LINES_OF_VALUE) if result is None else ""

    def _worth(self, result: ExerciseResult) -> list[tuple[Outcome, Points]]:
        return list(zip(result.outcomes, points_shown(result), strict=True))

    def _passed(self, outcome: Outcome, worth: Points) -> _Passed:
        _ = self._message
        left_out, lines = (0, []) if outcome.hidden else last_lines(outcome.output, LINES_OF_OUTPUT)
        return _Passed(
            title=outcome.title.to(self._language),
            remark=earned_or_lost(outcome, worth, _),
            output="\n".join(lines),
            output_left_out=lines_left_out(left_out, _) if left_out else "",
            speed=self._speed(outcome),
        )

    def _speed(self, outcome: Outcome) -> _Speed:
        """Drawings and tables; of a hidden test neither."""
        if outcome.timing is None or outcome.hidden:
            return _Speed()
        _ = self._message
        # It escapes whatever it did not write itself.
        plots = [Markup(svg) for svg in speed_plots(outcome.timing, _)]
        return _Speed(plots, figures(outcome.timing, _))

    # -- failures

    def _cards(
        self, result: ExerciseResult, groups: Sequence[Group], anchor: str, lines: int
    ) -> list[_Card]:
        """What went wrong, in the order to read it; the file has ``lines`` lines to point at."""
        _ = self._message
        points = {id(outcome): worth for outcome, worth in self._worth(result)}
        explained: dict[str, Outcome] = {}
        cards = [self._group(result, group, points, explained) for group in groups]
        for group, card in zip(groups, cards, strict=True):
            card.frames_left_out, card.frames = self._frames(group, anchor, lines)
        for outcome in hidden_failures(result, groups):
            card = self._card(State.FAILED, outcome.title.to(self._language))
            card.remark = earned_or_lost(outcome, points[id(outcome)], _)
            if outcome.hint:
                card.hint = prose(outcome.hint.to(self._language))
            else:
                card.lead = prose(_("This test is hidden: it tells no more than its title."))
            cards.append(card)
        ungraded = [o for o in result.outcomes if o.status is Status.UNGRADED]
        if ungraded or not result.outcomes:
            cards.append(self._ungraded(ungraded))
        cards += [self._not_assessed(outcome) for outcome in not_assessed(result)]
        for number, card in enumerate(cards):
            card.anchor = f"{anchor}-t{number + 1}"
            card.open = number < OPEN_AT_FIRST
        return cards

    def _card(self, now: State, title: str) -> _Card:
        return _Card(now.value, state_word(now, self._message), title, remark="", anchor="")

    def _ungraded(self, outcomes: Sequence[Outcome]) -> _Card:
        _ = self._message
        titles = [outcome.title.to(self._language) for outcome in outcomes]
        title = titles[0] if len(titles) == 1 else fill(_("{count} tests"), count=len(titles))
        card = self._card(State.UNGRADED, title if titles else state_word(State.UNGRADED, _))
        card.lead = prose(headline(why_ungraded(outcomes), self._language))
        card.others = [(title, "") for title in titles] if len(titles) > 1 else ()
        return card

    def _not_assessed(self, outcome: Outcome) -> _Card:
        """Neither good nor bad: what can be told of a test that does not count here."""
        _ = self._message
        word = not_assessed_word(_)
        card = _Card(_NOT_ASSESSED, word, outcome.title.to(self._language), word, anchor="")
        if outcome.failure is not None and not outcome.hidden:
            card.lead = prose(headline(outcome.failure, self._language))
            self._why_slow(card, outcome.failure)
        if outcome.hidden:
            card.lead = prose(_("This test is hidden: it tells no more than its title."))
        card.speed = self._speed(outcome)
        return card

    def _why_slow(self, card: _Card, failure: Failure) -> None:
        advice = costs(failure.details, self._message)
        card.advice = prose(advice) if advice else _NOTHING
        if failure.note is not None:
            card.note = prose(failure.note.to(self._language))

    def _group(
        self,
        result: ExerciseResult,
        group: Group,
        points: Mapping[int, Points],
        explained: dict[str, Outcome],
    ) -> _Card:
        _ = self._message
        first = group.first
        now = State.NOT_STARTED if group.kind is Kind.NOT_STARTED else State.FAILED
        if group.whole_file and len(group.outcomes) > 1:
            lost = math.fsum(points[id(outcome)].lost for outcome in group.outcomes)
            card = self._card(now, count_of_tests(result, group, _))
            card.remark = whole_file_remark(group, lost, _)
        else:
            card = self._card(now, first.title.to(self._language))
            card.remark = earned_or_lost(first, points[id(first)], _)
        if not group.whole_file and len(group.outcomes) > 1:
            card.same = same_in_others(len(group.outcomes) - 1, _)
        if len(group.outcomes) > 1:
            others = group.outcomes if group.whole_file else group.outcomes[1:]
            card.others = [
                (o.title.to(self._language), earned_or_lost(o, points[id(o)], _)) for o in others
            ]
        if first.failure is not None:
            self._failure(card, group, first.failure)
            card.speed = self._speed(first)
            self._explain(card, first, first.failure, explained)
        self._output(card, first.output)
        return card

    def _failure(self, card: _Card, group: Group, failure: Failure) -> None:
        _ = self._message
        card.lead = prose(headline(failure, self._language))
        if failure.note and failure.kind is not Kind.ASSERTION:
            card.note = prose(failure.note.to(self._language))
        if failure.call is not None and not group.whole_file:
            card.call = clip(failure.call, LINES_OF_VALUE)
            card.arguments = [
                (one_line(name, _NAME), clip(value, LINES_OF_VALUE))
                for name, value in failure.arguments
            ]
        if failure.actual is not None:
            card.actual = clip(failure.actual, LINES_OF_VALUE)
        if failure.expected is not None:
            card.expected = clip(failure.expected, LINES_OF_VALUE)
        lines = f"{card.actual or ''}\n{card.expected or ''}".split("\n")
        card.wide = max(len(line) for line in lines) > _HALF
        if failure.difference is not None:
            card.places = self._places(failure.difference)
            if failure.difference.rtol or failure.difference.atol:
                card.tolerance = tolerance(failure.difference, _)
        if failure.code and not group.whole_file:
            card.code = snippet(clip("\n\n".join(failure.code), LINES_OF_CODE))

    def _frames(self, group: Group, anchor: str, lines: int) -> tuple[str, list[_Frame]]:
        """The last calls in the student's file, with a word on those that are left out."""
        _ = self._message
        shown = group.frames[-FRAMES:]
        left_out = len(group.frames) - len(shown)
        return calls_left_out(left_out, _) if left_out else "", [
            _Frame(
                place_of(frame, _),
                snippet(shortened(frame.source.strip())),
                f"{anchor}-L{frame.line}" if 0 < frame.line <= lines else "",
            )
            for frame in shown
        ]

    def _explain(
        self, card: _Card, outcome: Outcome, failure: Failure, explained: dict[str, Outcome]
    ) -> None:
        """The misconception's sentence in full once, then only a reference to it."""
        _ = self._message
        if outcome.explanation is None:
            advice = remedy(failure, self._language)
            card.advice = prose(advice) if advice else Markup()
            return
        wording = outcome.explanation.to(self._language)
        earlier = explained.setdefault(wording, outcome)
        if earlier is outcome:
            card.explanation = prose(wording)
        else:
            title = earlier.title.to(self._language)
            card.same_mistake = fill(_('Same mistake as in "{title}".'), title=title)

    def _output(self, card: _Card, output: str) -> None:
        left_out, lines = last_lines(output, LINES_OF_OUTPUT)
        card.output = "\n".join(lines)
        card.output_left_out = lines_left_out(left_out, self._message) if left_out else ""

    def _places(self, parts: Difference) -> list[_Place]:
        _ = self._message
        same = parts.first_index == parts.worst_index
        places = [
            _Place(
                _("first") if not same else "",
                _index(parts.first_index),
                one_line(parts.first_actual, _NAME),
                one_line(parts.first_expected, _NAME),
                one_line(parts.worst_error, _NAME) if same else "",
            )
        ]
        if not same:
            places.append(
                _Place(
                    _("worst"),
                    _index(parts.worst_index),
                    one_line(parts.worst_actual, _NAME),
                    one_line(parts.worst_expected, _NAME),
                    one_line(parts.worst_error, _NAME),
                )
            )
        return places

    def _notes(self, groups: Sequence[Group], cards: Sequence[_Card]) -> Mapping[int, list[Note]]:
        """What visible failures say at which lines of the file."""
        notes: dict[int, list[Note]] = {}
        # Cards of hidden and ungraded tests come after those of the groups.
        for group, card in zip(groups, cards, strict=False):
            failure = group.first.failure
            if failure is None:
                continue
            sentence = headline(failure, self._language)
            lines = [frame.line for frame in group.frames]
            if failure.kind is Kind.SYNTAX and isinstance(failure.details.get("line"), int):
                lines = [int(str(failure.details["line"]))]
            for place, line in enumerate(lines):
                here = place == len(lines) - 1 or failure.kind is Kind.NOT_STARTED
                note = Note(sentence if here else card.title, card.anchor)
                known = notes.setdefault(line, [])
                if note.text not in [n.text for n in known] and len(known) < NOTES_AT_A_LINE:
                    known.append(note)
        return notes


def _score(earned: float | None, maximum: float) -> _Score:
    if earned is None:
        return _Score("?", format_points(maximum), None)
    share = 100.0 if maximum <= 0 else 100 * min(1.0, max(0.0, earned / maximum))
    return _Score(format_points(earned), format_points(maximum), round(share, 1))


def _index(index: Sequence[int]) -> str:
    return str(list(index)) if index else ""


def _words(_: Catalogue) -> dict[str, str]:
    """Headings and labels, which need nothing filled in."""
    return {
        "skip": _("Skip to the results"),
        "overview": _("Overview"),
        "exercise": _("Exercise"),
        "points": _("Points"),
        "result": _("Result"),
        "total": _("Total"),
        "of": _("of"),
        "task": _("The exercise"),
        "your_file": _("Your file"),
        "call": _("Call"),
        "actual": _("Came back"),
        "expected": _("Expected"),
        "difference": _("Where they part"),
        "index": _("Index"),
        "error": _("Off by"),
        "frames": _("In your code"),
        "code": _("How the test calls it"),
        "output": _("Your code printed"),
        "speed": _("How fast it is"),
        "explanation": _("What happened here"),
        "advice": _("Advice"),
        "hint": _("Hint"),
        "line": _("line"),
        "which_tests": _("Which tests these are"),
    }
