"""Answers that are alike, side by side on one page, for a person to judge."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from torchgrade.i18n import Catalogue, catalogue, language_tag
from torchgrade.report.fill import fill
from torchgrade.report.html.document import assets, render
from torchgrade.report.html.escape import escaped
from torchgrade.report.inert import one_line
from torchgrade.roster import Roster
from torchgrade.similar.alignment import Part, aligned
from torchgrade.similar.fingerprint import fingerprint, runs
from torchgrade.similar.search import Couple, ExerciseSimilarity, Given, Pair, Similarity
from torchgrade.text import Text

__all__ = ["similar_page"]

MOST_COUPLES: Final = 60
MOST_PAIRS: Final = 120
"""Pairs shown with their code: a page must stay one that browsers open."""
OPEN: Final = 3
"""Couples that are unfolded at first."""
_LINES: Final = 400
_WIDTH: Final = 400


@dataclass(frozen=True)
class _Side:
    name: str
    lines: Sequence[Markup]
    cut: str


@dataclass(frozen=True)
class _Pair:
    title: str
    key: str
    overlap: str
    facts: Sequence[str]
    sides: Sequence[_Side]


@dataclass(frozen=True)
class _Couple:
    anchor: str
    names: Sequence[str]
    where: str
    open: bool
    pairs: Sequence[_Pair]


@dataclass(frozen=True)
class _Row:
    title: str
    compared: int
    short: int
    median: str
    high: str
    found: int


@dataclass(frozen=True)
class _Group:
    title: str
    names: str


def similar_page(
    found: Similarity,
    answers: Mapping[str, Mapping[str, str]],
    given: Mapping[str, Given],
    roster: Roster,
    course: Text,
    language: str,
) -> str:
    """A complete HTML document that loads nothing.

    ``answers`` and ``given`` are those that ``found`` was made of.
    """
    return _Writer(found, answers, given, roster, course, language).page()


@dataclass
class _Writer:
    found: Similarity
    answers: Mapping[str, Mapping[str, str]]
    given: Mapping[str, Given]
    roster: Roster
    course: Text
    language: str

    def page(self) -> str:
        _ = catalogue(self.language)
        self.left = MOST_PAIRS
        self.bases = {exercise.key: exercise for exercise in self.found.exercises}
        everybody = self.found.couples
        couples = list(self._couples(everybody[:MOST_COUPLES], _))
        return render(
            "similar.html",
            {
                "lang": language_tag(self.language),
                "assets": assets(("base.css", "similar.css"), "print.js"),
                "title": _("Similar answers"),
                "course": self.course.to(self.language),
                "words": self._words(_),
                "couples": couples,
                "more": self._more(everybody, couples, _),
                "groups": [
                    _Group(cluster.exercise, ", ".join(map(self._name, cluster.students)))
                    for exercise in self.found.exercises
                    for cluster in exercise.clusters
                ],
                "rows": [_row(exercise) for exercise in self.found.exercises],
            },
        )

    def _name(self, student: str) -> str:
        """As people know them, with the id, for two may have one name."""
        shown = one_line(self.roster.person(student).shown, 60)
        return shown if shown == student else f"{shown} ({student})"

    def _couples(self, couples: Sequence[Couple], _: Catalogue) -> Iterator[_Couple]:
        for number, couple in enumerate(couples, 1):
            shown = couple.pairs[: self.left]
            if not shown:
                return
            self.left -= len(shown)
            count = len(couple.pairs)
            where = _.ngettext("{count} exercise", "{count} exercises", count)
            yield _Couple(
                f"c{number}",
                (self._name(couple.first), self._name(couple.second)),
                where.format(count=count),
                number <= OPEN,
                [self._pair(pair, _) for pair in shown],
            )

    def _more(self, everybody: Sequence[Couple], shown: Sequence[_Couple], _: Catalogue) -> str:
        count = len(everybody) - len(shown)
        if not count:
            return ""
        return _.ngettext(
            "One more pair of students stands out; --json lists it.",
            "{count} more pairs of students stand out; --json lists them.",
            count,
        ).format(count=count)

    def _pair(self, pair: Pair, _: Catalogue) -> _Pair:
        base = self.bases[pair.exercise].base
        facts = [
            fill(
                _("{overlap} of the shorter one's own part is in the other as well."),
                overlap=_percent(pair.overlap),
            ),
            fill(
                _(
                    "In this exercise, one random pair in a hundred reaches {high}; half stay below"
                    " {median}."
                ),
                high=_percent(base.high),
                median=_percent(base.median),
            ),
        ]
        texts = [self.answers[student][pair.exercise] for student in (pair.first, pair.second)]
        known = [runs(source) for source in self.given[pair.exercise].sources]
        sides = aligned(*(fingerprint(text, known) for text in texts))
        return _Pair(
            pair.exercise.rpartition("/")[2],
            pair.exercise,
            _percent(pair.overlap),
            facts,
            [
                _side(self._name(student), text, parts, _)
                for student, text, parts in zip(
                    (pair.first, pair.second), texts, sides, strict=True
                )
            ],
        )

    def _words(self, _: Catalogue) -> dict[str, str]:
        return {
            "skip": _("Skip to the pairs"),
            "lead": _(
                "These answers have more in common than others of the same exercise. That is a"
                " reason to look, not a finding: this page can't know how it came about, and it"
                " changes no marks."
            ),
            "read": _("How to read it"),
            "what": _(
                "Compared is what each wrote themselves: code of the stub and of the model answer"
                " is left out (grey), and so is what more than half of the class wrote. Names,"
                " comments and layout don't count, so renaming and reordering change nothing."
            ),
            "score": _(
                "The percentage says how much of the shorter answer's own part stands in the other"
                " one too; parts that few others have weigh more. Pairs come in the order of how"
                " unusual they are among the pairs of their exercise, and students who are alike"
                " in several exercises come first."
            ),
            "marks": _(
                "Underlined and numbered: the same run of code in both. Equal numbers belong"
                " together."
            ),
            "innocent": _("What may be behind it besides copying"),
            "reasons": _(
                "A short exercise has few right forms. Two may have started from the same page of"
                " a textbook, a forum or an assistant, have worked together where that is allowed,"
                " have had the same tutor, or have got the same hint."
            ),
            "ask": _(
                "Look for what nobody needs: the same odd detour, the same superfluous line, the"
                " same mistake. Then ask both, separately, to explain their code. It doesn't show"
                " who took from whom, if anybody did."
            ),
            "pairs": _("Pairs of students"),
            "students": _("Students"),
            "where": _("Alike in"),
            "none": _("No pair of students stands out."),
            "groups": _("Groups of three and more"),
            "groups_lead": _("All of them hang together by pairs in one exercise."),
            "base": _("What is usual"),
            "base_lead": _(
                "How alike random pairs are. Where the last but one column is high, likeness says"
                " little."
            ),
            "exercise": _("Exercise"),
            "compared": _("compared"),
            "short": _("too short"),
            "median": _("half below"),
            "high": _("one in 100 above"),
            "found": _("pairs that stand out"),
        }


def _row(exercise: ExerciseSimilarity) -> _Row:
    base = exercise.base
    return _Row(
        exercise.key,
        exercise.compared,
        exercise.too_short,
        _percent(base.median) if base.pairs else "–",
        _percent(base.high) if base.pairs else "–",
        sum(pair.stands_out for pair in exercise.pairs),
    )


def _percent(share: float) -> str:
    # Only what is equal throughout is 100 %.
    return f"{min(99, round(100 * share)) if share < 1 else 100} %"


def _side(name: str, text: str, parts: Sequence[Part], _: Catalogue) -> _Side:
    lines = list(_marked(text, parts))
    left = len(lines) - _LINES
    cut = _.ngettext("{count} more line", "{count} more lines", left).format(count=left)
    return _Side(name, lines[:_LINES], cut if left > 0 else "")


def _marked(text: str, parts: Sequence[Part]) -> Iterator[Markup]:
    """The lines of ``text`` with its parts marked; no element reaches over a line's end."""
    pieces: list[tuple[str, int | None, bool]] = []
    at = 0
    for part in parts:
        pieces.append((text[at : part.start], None, False))
        pieces.append((text[part.start : part.end], part.number, True))
        at = part.end
    pieces.append((text[at:].rstrip("\n"), None, False))
    line: list[str] = []
    width = 0
    for piece, number, first in pieces:
        for index, row in enumerate(piece.split("\n")):
            if index:
                yield Markup("".join(line))
                line, width = [], 0
            shown = row[: max(0, _WIDTH - width)]
            width += len(row)
            if shown:
                line.append(_element(shown, number, first))
            first = first and not row.strip()
    yield Markup("".join(line))


def _element(text: str, number: int | None, first: bool) -> str:
    if number is None or not text.strip():
        return escaped(text)
    body = text.lstrip()
    space = text[: len(text) - len(body)]
    if number == 0:
        return f'{escaped(space)}<span class="given">{escaped(body)}</span>'
    label = f'<b class="label">{number}</b>' if first else ""
    return f'{escaped(space)}<mark class="m{number % 4}">{label}{escaped(body)}</mark>'
