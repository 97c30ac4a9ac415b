"""The class on one page: what to teach again, how marks are spread, what needs a person, who."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from markupsafe import Markup

from torchgrade.i18n import Catalogue, catalogue, language_tag
from torchgrade.overview import (
    ExerciseFacts,
    MisconceptionFacts,
    Overview,
    Raced,
    SpeedFacts,
    TestFacts,
    Ungraded,
)
from torchgrade.report.fill import fill
from torchgrade.report.html.class_rows import (
    FLAGS,
    chapter_maxima,
    embedded,
    standings,
)
from torchgrade.report.html.document import assets, render
from torchgrade.report.html.markup import prose
from torchgrade.report.html.plots import Histogram, Part, bar, histogram
from torchgrade.report.inert import one_line
from torchgrade.report.phrases import not_assessed_word, remarked
from torchgrade.report.speed import interval, times
from torchgrade.report.summary import format_points
from torchgrade.result import Kind

__all__ = ["overview_page"]

OPEN_MISCONCEPTIONS: Final = 6
"""What to teach tomorrow; the others are folded."""
NAMED: Final = 40
"""Students named in a list; the table has them all."""
PLAIN_ROWS: Final = 1000
"""Students up to which browsers without scripts get a plain table."""


def overview_page(
    overview: Overview, language: str, *, feedback_link: Callable[[str], str] | None
) -> str:
    """The class's page: a complete HTML document that loads nothing.

    ``feedback_link`` gives the address of a student's page by id, relative to this one.
    """
    return _Writer(overview, language, feedback_link).page()


# What the template is given ----------------------------------------------------------------------


@dataclass(frozen=True)
class _Figure:
    number: str
    label: str
    remark: str = ""


@dataclass(frozen=True)
class _Student:
    name: str
    link: str | None


@dataclass(frozen=True)
class _Misconception:
    number: int
    exercise: str
    anchor: str
    explanation: Markup
    count: int
    students: str
    remark: str
    bar: Markup
    named: Sequence[_Student]
    more: str


@dataclass(frozen=True)
class _Spread:
    title: str
    histogram: Histogram
    sentences: Sequence[str]


@dataclass(frozen=True)
class _Test:
    title: str
    hidden: bool
    counts: str
    rate: str
    bar: Markup


@dataclass(frozen=True)
class _Exercise:
    anchor: str
    name: str
    mean: str
    maximum: str
    rate: str
    parts: Sequence[Part]
    bar: Markup
    tests: Sequence[_Test]


@dataclass(frozen=True)
class _Chapter:
    title: str
    exercises: Sequence[_Exercise]


@dataclass(frozen=True)
class _Unknown:
    """Answers of one exercise that could not be graded, for one reason."""

    exercise: str
    reason: str
    count: int
    named: Sequence[_Student]
    more: str


@dataclass(frozen=True)
class _Slow:
    student: _Student
    exercise: str
    seconds: str
    bar: Markup


@dataclass(frozen=True)
class _Fast:
    student: _Student
    ratio: str
    interval: str
    flag: str
    """Its colour; empty if there is nothing to say."""
    remark: str


@dataclass(frozen=True)
class _Race:
    """One timed test."""

    exercise: str
    title: str
    hidden: bool
    told: str
    """Against what, on what, how many, and their median."""
    fastest: Sequence[_Fast]


@dataclass(frozen=True)
class _Row:
    """Of the table for browsers without scripts."""

    student: _Student
    person_id: str
    section: str
    finals: Sequence[str]
    total: str
    word: str


# From the overview to that -----------------------------------------------------------------------


class _Writer:
    """What is said on one page."""

    def __init__(
        self, overview: Overview, language: str, link: Callable[[str], str] | None
    ) -> None:
        self._overview = overview
        self._marks = overview.marks
        self._language = language
        self._message = catalogue(language)
        self._maxima = chapter_maxima(overview.marks)
        self._rows = standings(overview.marks, link)
        self._by_id = {row.person.id: row for row in self._rows}
        self._anchors = {
            facts.exercise: f"e{number}" for number, facts in enumerate(overview.exercises, 1)
        }

    def page(self) -> str:
        _ = self._message
        misconceptions = self._misconceptions()
        words = _words(_)
        chapters = [title.to(self._language) for title in self._marks.chapters.values()]
        return render(
            "overview.html",
            {
                "lang": language_tag(self._language),
                "assets": assets(("base.css", "overview.css"), "overview.js"),
                "title": fill(
                    _("Class overview: {course}"), course=self._marks.course.to(self._language)
                ),
                "course": self._marks.course.to(self._language),
                "graded_at": self._overview.graded_at.strftime("%Y-%m-%d %H:%M %Z").strip(),
                "versions": list(self._overview.versions.items()),
                "figures": self._figures(),
                "misconceptions": misconceptions,
                "open_misconceptions": OPEN_MISCONCEPTIONS,
                "more_misconceptions": remarked(
                    _("Less frequent mistakes"),
                    str(max(0, len(misconceptions) - OPEN_MISCONCEPTIONS)),
                    _,
                ),
                "spreads": self._spreads(),
                "chapters": self._chapters(),
                "ungraded": self._ungraded(),
                "ungraded_count": self._ungraded_count(),
                "unattributed": self._overview.unattributed,
                "slowest": self._slowest(),
                "races": [self._race(facts) for facts in self._overview.speed],
                "columns": chapters,
                "sections": any(row.person.section for row in self._rows),
                "plain": self._plain() if len(self._rows) <= PLAIN_ROWS else None,
                "data": embedded(self._rows, self._shown_by(), chapters, words),
                "choices": [(flag, words[flag]) for flag in FLAGS],
                "words": words,
            },
        )

    # -- at the top

    def _figures(self) -> list[_Figure]:
        _ = self._message
        rows = self._rows
        handed_in = [row for row in rows if not row.has("nothing")]
        shares = [row.share for row in handed_in if row.share is not None]
        figures = [
            _Figure(str(len(rows)), _("students")),
            _Figure(str(len(handed_in)), _("handed something in"), _of(len(handed_in), len(rows))),
        ]
        if shares:
            figures += [
                _Figure(_percent(statistics.median(shares)), _("median of the points")),
                _Figure(_percent(statistics.fmean(shares)), _("mean of the points")),
            ]
        for flag, label in (("full", _("have all points")), ("late", _("handed in late"))):
            count = sum(1 for row in rows if row.has(flag))
            figures.append(_Figure(str(count), label, _of(count, len(rows))))
        return figures

    def _ungraded_count(self) -> str:
        _ = self._message
        count = len(self._overview.ungraded)
        if not count:
            return ""
        return fill(
            _.ngettext(
                "{count} answer could not be graded and needs a person.",
                "{count} answers could not be graded and need a person.",
                count,
            ),
            count=count,
        )

    # -- what to teach again

    def _ranked(self) -> list[tuple[ExerciseFacts, MisconceptionFacts]]:
        """All misconceptions of the class, the most frequent first."""
        pairs = [(facts, m) for facts in self._overview.exercises for m in facts.misconceptions]
        return sorted(pairs, key=lambda pair: -len(pair[1].students))

    def _misconceptions(self) -> list[_Misconception]:
        return [
            self._misconception(number, facts, each)
            for number, (facts, each) in enumerate(self._ranked())
        ]

    def _misconception(
        self, number: int, facts: ExerciseFacts, each: MisconceptionFacts
    ) -> _Misconception:
        _ = self._message
        count = len(each.students)
        answered = max(count, facts.passed + facts.partly)
        named, more = self._named(each.students)
        return _Misconception(
            number=number,
            exercise=facts.exercise.rpartition("/")[2],
            anchor=self._anchors[facts.exercise],
            explanation=prose(each.explanation.to(self._language)),
            count=count,
            students=_.ngettext("student", "students", count),
            remark=fill(_("{percent} of those who answered"), percent=_percent(count / answered)),
            bar=bar([Part("partly", count, ""), Part("rest", answered - count, "")]),
            named=named,
            more=more,
        )

    def _shown_by(self) -> Mapping[str, Sequence[int]]:
        found: dict[str, list[int]] = {}
        for number, (_facts, each) in enumerate(self._ranked()):
            for student in each.students:
                found.setdefault(student, []).append(number)
        return found

    def _named(self, students: Sequence[str]) -> tuple[list[_Student], str]:
        """The first students of a list, and how many more there are."""
        _ = self._message
        more = len(students) - NAMED
        named = [self._student(student) for student in students[:NAMED]]
        return named, fill(_("and {count} more"), count=more) if more > 0 else ""

    def _student(self, student: str) -> _Student:
        row = self._by_id.get(student)
        return _Student(
            one_line(row.person.shown if row else student, 100), row.link if row else None
        )

    # -- how marks are spread

    def _spreads(self) -> list[_Spread]:
        _ = self._message
        spreads = []
        if len(self._marks.chapters) != 1:
            shares = [row.share for row in self._rows if not row.has("nothing")]
            nothing = sum(1 for row in self._rows if row.has("nothing"))
            spreads.append(self._spread(_("All chapters"), shares, nothing))
        for number, (name, title) in enumerate(self._marks.chapters.items()):
            present = [row for row in self._rows if row.handed_in[number]]
            shares = [row.chapter_share(number, self._maxima[name]) for row in present]
            absent = len(self._rows) - len(present)
            spreads.append(self._spread(title.to(self._language), shares, absent))
        return spreads

    def _spread(self, title: str, shares: Sequence[float | None], absent: int) -> _Spread:
        _ = self._message
        known = [share for share in shares if share is not None]
        plot = histogram(
            known,
            label=fill(_("Histogram of the points in percent: {title}"), title=title),
            median_word=_("median"),
        )
        sentence = ""
        if plot.median is not None and plot.mean is not None:
            sentence = fill(
                _.ngettext(
                    "{count} student; median {median}, mean {mean} of the points.",
                    "{count} students; median {median}, mean {mean} of the points.",
                    len(known),
                ),
                count=len(known),
                median=f"{plot.median:.0f}%",
                mean=f"{plot.mean:.0f}%",
            )
        unknown = len(shares) - len(known)
        sentences = [
            sentence,
            fill(_("Not drawn: {count} who handed nothing in."), count=absent) if absent else "",
            fill(_("Not drawn: {count} not graded yet."), count=unknown) if unknown else "",
        ]
        return _Spread(title, plot, [each for each in sentences if each])

    # -- exercises and tests

    def _chapters(self) -> list[_Chapter]:
        chapters = []
        for name, members in groupby(
            self._overview.exercises, key=lambda facts: facts.exercise.partition("/")[0]
        ):
            title = self._marks.chapters.get(name)
            exercises = [self._exercise(facts) for facts in members]
            chapters.append(_Chapter(title.to(self._language) if title else name, exercises))
        return chapters

    def _exercise(self, facts: ExerciseFacts) -> _Exercise:
        _ = self._message
        parts = [
            Part("passed", facts.passed, _("passed")),
            Part("partly", facts.partly, _("in part")),
            Part("ungraded", facts.ungraded, _("not graded")),
            Part("not_started", facts.not_started, _("not started")),
        ]
        answered = facts.passed + facts.partly
        return _Exercise(
            anchor=self._anchors[facts.exercise],
            name=facts.exercise.rpartition("/")[2],
            mean="–" if facts.mean is None else format_points(facts.mean),
            maximum=format_points(facts.maximum),
            rate=_percent(facts.passed / answered) if answered else "–",
            parts=parts,
            bar=bar(parts),
            tests=[self._test(test) for test in facts.tests],
        )

    def _test(self, test: TestFacts) -> _Test:
        _ = self._message
        parts = [
            Part("passed", test.passed, _("passed")),
            Part("failed", test.failed, _("failed")),
            Part("ungraded", test.ungraded, _("not graded")),
        ]
        known = test.passed + test.failed
        return _Test(
            title=test.title.to(self._language),
            hidden=test.hidden,
            counts=f"{test.passed} / {known}",
            rate=_percent(test.passed / known) if known else "–",
            bar=bar(parts),
        )

    # -- what needs a person

    def _ungraded(self) -> list[_Unknown]:
        groups: dict[tuple[str, str], list[Ungraded]] = {}
        for each in self._overview.ungraded:
            groups.setdefault((each.exercise, each.reason), []).append(each)
        found = []
        for (exercise, reason), members in sorted(groups.items(), key=lambda g: -len(g[1])):
            named, more = self._named([member.student for member in members])
            found.append(_Unknown(exercise, one_line(reason), len(members), named, more))
        return found

    def _slowest(self) -> list[_Slow]:
        longest = max((slow.seconds for slow in self._overview.slowest), default=0.0)
        scale = 1000 / longest if longest > 0 else 0.0
        return [
            _Slow(
                self._student(slow.student),
                slow.exercise.rpartition("/")[2],
                f"{slow.seconds:.3g}",
                bar(
                    [
                        Part("neutral", round(scale * slow.seconds), ""),
                        Part("rest", 1000 - round(scale * slow.seconds), ""),
                    ]
                ),
            )
            for slow in self._overview.slowest
        ]

    def _race(self, facts: SpeedFacts) -> _Race:
        _ = self._message
        told = fill(
            _.ngettext(
                "{count} student on {device}; median {median} times as long as `{reference}`.",
                "{count} students on {device}; median {median} times as long as `{reference}`.",
                facts.students,
            ),
            count=facts.students,
            device=one_line(facts.device, 100),
            median=times(facts.median),
            reference=one_line(facts.reference, 100),
        )
        return _Race(
            exercise=facts.exercise.rpartition("/")[2],
            title=facts.title.to(self._language),
            hidden=facts.hidden,
            told=told,
            fastest=[self._fast(each) for each in facts.fastest],
        )

    def _fast(self, each: Raced) -> _Fast:
        _ = self._message
        flag, remark = "", ""
        match each.kind:
            case None:
                pass
            case Kind.IMPLAUSIBLE:
                flag, remark = "ungraded", _("too fast to be true: look at it")
            case Kind.UNSTABLE:
                flag, remark = "ungraded", _("differs too much to be told")
            case Kind.NOT_ASSESSED:
                flag, remark = "not_assessed", not_assessed_word(_)
            case _other:
                flag, remark = "failed", _("failed")
        shown = interval(each.low, each.high, _)
        return _Fast(self._student(each.student), times(each.ratio), shown, flag, remark)

    def _plain(self) -> list[_Row]:
        words = _words(self._message)
        return [
            _Row(
                self._student(row.person.id),
                row.person.id,
                one_line(row.person.section),
                [_points(final) for final in row.finals],
                _points(row.total),
                words[row.word],
            )
            for row in self._rows
        ]


def _points(points: float | None) -> str:
    return "?" if points is None else format_points(points)


def _percent(share: float) -> str:
    """Rounded, but neither to none nor to all: 1 of 300 is not 0 %."""
    rounded = round(100 * share)
    if 0 < share < 1:
        rounded = min(99, max(1, rounded))
    return f"{rounded}%"


def _of(count: int, total: int) -> str:
    return _percent(count / total) if total else ""


def _words(_: Catalogue) -> dict[str, str]:
    """Headings and labels, for the template and for the script."""
    return {
        "skip": _("Skip to the students"),
        "graded_at": _("Graded at"),
        "figures": _("In figures"),
        "teach": _("What to teach again"),
        "teach_intro": _(
            "Mistakes that students' code shows, the most frequent first, as it was told to them."
        ),
        "teach_none": _("No known mistake shows in what was handed in."),
        "who": _("Who"),
        "show_in_table": _("Show in the table"),
        "marks": _("How the points are spread"),
        "as_table": _("As a table"),
        "share": _("Points in percent"),
        "students": _("Students"),
        "exercises": _("Exercises and tests"),
        "exercise": _("Exercise"),
        "mean": _("mean"),
        "pass_rate": _("Pass rate"),
        "test": _("Test"),
        "passed_of": _("Passed"),
        "hidden": _("hidden"),
        "needs": _("What needs a person"),
        "needs_none": _("Everything that was handed in could be graded."),
        "ungraded_remedy": _(
            "None of these counts as zero. Put right what the reason names, then run"
            " `course grade` again: only these are run. Points given by hand count at once."
        ),
        "reason": _("Reason"),
        "unattributed": _("Files that belong to nobody"),
        "unattributed_remedy": _(
            "Rename these files or add their students to the roster, then run `course grade`"
            " again. Nothing else is run twice."
        ),
        "file": _("File"),
        "slowest": _("What took longest"),
        "seconds": _("Seconds"),
        "races": _("Who is fastest"),
        "races_intro": _(
            "How long answers take against the reference, fastest first, at most ten. Students"
            " don't see this."
        ),
        "ratio": _("Times as long"),
        "interval": _("Interval (95%)"),
        "remark": _("Remark"),
        "student": _("Student"),
        "name": _("Name"),
        "id": _("Id"),
        "section": _("Section"),
        "total": _("Total"),
        "state": _("State"),
        "find": _("Find"),
        "find_hint": _("name, id or section"),
        "show": _("Show"),
        "all": _("all students"),
        "mistakes": _("Showing a mistake"),
        "graded": _("graded"),
        "ungraded": _("not graded"),
        "nothing": _("nothing handed in"),
        "missing": _("something missing"),
        "full": _("all points"),
        "late": _("late"),
        "by_hand": _("marked by hand"),
        "first": _("First"),
        "previous": _("Previous"),
        "next": _("Next"),
        "last": _("Last"),
        "pages": _("Pages of the table"),
        "range": _("{from} to {to} of {count}"),
        "none": _("Nobody matches."),
        "no_script": _("Sorting and searching this table takes JavaScript, which is off here."),
        "no_table": _(
            "This table takes JavaScript, which is off here. `course export csv` writes the same"
            " marks to a file."
        ),
    }
