"""One exercise's result as a piece of HTML, for the output of a notebook's cell.

JupyterLab, formgrader and nbgrader's feedback pages all put it into a page of their own, light or
dark. So it has no style sheet, which some of them drop: each element says itself what little it
needs, text takes the colour that the page gives it, and backgrounds are a shade over whatever
lies below. Of a hidden test only the title, the status and the hint are looked at.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from torchgrade.i18n import catalogue, language_tag
from torchgrade.report.excerpt import clip, last_lines, shortened
from torchgrade.report.fill import fill
from torchgrade.report.html.escape import escaped, with_code
from torchgrade.report.html.speed_plot import speed_plots
from torchgrade.report.inert import one_line
from torchgrade.report.phrases import (
    calls_left_out,
    count_of_tests,
    earned_or_lost,
    labels,
    left_to_grading,
    lines_left_out,
    not_assessed_word,
    parted,
    place_of,
    same_in_others,
    state_word,
    tolerance,
    whole_file_remark,
)
from torchgrade.report.speed import costs, figures
from torchgrade.report.summary import (
    Group,
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

__all__ = ["exercise_fragment"]

OPEN_AT_FIRST: Final = 3
IN_FULL: Final = 8
"""Failed tests of which more is told than their title and what went wrong."""
FRAMES: Final = 4
LINES_OF_VALUE: Final = 20
LINES_OF_OUTPUT: Final = 20
LINES_OF_CODE: Final = 30

# All of them can be read on white and on black.
_COLOURS: Final = {
    State.PASSED: "#2a9d57",
    State.FAILED: "#d64545",
    State.NOT_STARTED: "#7f8790",
    State.UNGRADED: "#c07a00",
}
_SIGNS: Final = {
    State.PASSED: "✓",
    State.FAILED: "✗",
    State.NOT_STARTED: "–",
    State.UNGRADED: "?",
}
_SHADE: Final = "rgba(128,128,128,.13)"
_RULE: Final = "1px solid rgba(128,128,128,.35)"
_MONOSPACED: Final = "ui-monospace,SFMono-Regular,Menlo,Consolas,monospace"
_PLAIN: Final = f"font-family:{_MONOSPACED};font-size:.92em;color:inherit;white-space:pre-wrap"
_CELL: Final = (
    f"font-weight:normal;padding:.15em .9em .15em 0;border:0;border-bottom:{_RULE};"
    "white-space:nowrap;background:none"
)
_STYLES: Final = {
    "pre": f"{_PLAIN};overflow-wrap:anywhere;background:{_SHADE};border:0;border-radius:4px;"
    "margin:.15em 0 .5em;padding:.4em .6em;max-height:30em;overflow:auto;line-height:1.4",
    "code": f"{_PLAIN};background:{_SHADE};border:0;border-radius:3px;padding:.05em .3em",
    "p": "margin:.35em 0;color:inherit",
    "label": "font-size:.85em;opacity:.75;margin:.4em 0 0",
    "soft": "font-size:.9em;opacity:.75;font-weight:normal",
    # Some pages take the triangle away.
    "summary": "display:list-item;cursor:pointer;font-weight:600;padding:.25em 0;color:inherit",
    "table": "border-collapse:collapse;border:0;margin:.3em 0;font-size:.92em;color:inherit;"
    "background:none",
    "first": f"{_CELL};text-align:left",
    "cell": f"{_CELL};text-align:right;font-variant-numeric:tabular-nums",
    "list": "margin:.2em 0 .4em;padding:0 0 0 1.4em",
    "unseen": "opacity:.75",
}


def exercise_fragment(
    result: ExerciseResult,
    language: str,
    *,
    title: str = "",
    remark: str = "",
    later: tuple[int, float] = (0, 0.0),
) -> str:
    """``result`` as HTML that can stand anywhere within a page.

    It is called ``title``, or by the exercise's name. ``remark`` is a sentence that goes first,
    such as what became of the cell. ``later`` is how many tests run only when answers are graded,
    and what they are worth. All text is escaped, and none of it is taken for a formula.
    """
    return _Fragment(result, language).html(title or result.exercise, remark, later)


class _Fragment:
    """What is said of one result."""

    def __init__(self, result: ExerciseResult, language: str) -> None:
        self._result = result
        self._language = language
        self._message = catalogue(language)
        self._labels = labels(self._message)
        self._points = {
            id(outcome): worth
            for outcome, worth in zip(result.outcomes, points_shown(result), strict=True)
        }
        self._explained: dict[str, Outcome] = {}

    def html(self, title: str, remark: str, later: tuple[int, float]) -> str:
        result = self._result
        groups = failed_groups(result)
        cards = [self._group(group, number) for number, group in enumerate(groups)]
        cards += [self._hidden(outcome) for outcome in hidden_failures(result, groups)]
        cards += self._ungraded()
        cards += [self._not_assessed(outcome) for outcome in not_assessed(result)]
        parts = [self._heading(title)]
        if remark:
            parts.append(_p(with_code(remark)))
        left = left_to_grading(*later, self._message)
        parts += [*cards, self._passed(), _p(_soft(left)) if left else "", self._level()]
        colour = _COLOURS[state(result)]
        language = escaped(language_tag(self._language))
        # MathJax would find formulas, and links in them, in what students print.
        return (
            f'<div lang="{language}" class="tex2jax_ignore mathjax_ignore" style="'
            f"border:{_RULE};border-left:5px solid {colour};border-radius:6px;"
            'padding:.6em 1em;margin:.4em 0;line-height:1.5;overflow-wrap:anywhere">'
            f"{''.join(parts)}</div>\n"
        )

    def _heading(self, title: str) -> str:
        _ = self._message
        result = self._result
        now, score = state(result), result.score
        passed = sum(outcome.status is Status.PASSED for outcome in result.outcomes)
        facts = []
        if any(outcome.status is not Status.UNGRADED for outcome in result.assessed):
            count = len(result.assessed)
            facts.append(fill(_("{passed} of {count} tests"), passed=passed, count=count))
        if score.earned is not None:
            facts.append(
                fill(
                    _("{earned} of {maximum} points"),
                    earned=format_points(score.earned),
                    maximum=format_points(score.maximum),
                )
            )
        return (
            f'<div style="font-size:1.1em;margin:0 0 .3em"><b>{_sign(now)} '
            f"{_code(one_line(title, 100))} {escaped(state_word(now, _))}</b>"
            f"{''.join(_soft(f' · {fact}') for fact in facts)}</div>"
        )

    # -- tests

    def _group(self, group: Group, number: int) -> str:
        _ = self._message
        first, failure = group.first, group.first.failure
        now = State.NOT_STARTED if group.kind is Kind.NOT_STARTED else State.FAILED
        others = group.outcomes[1:]
        if group.whole_file and others:
            lost = math.fsum(self._points[id(outcome)].lost for outcome in group.outcomes)
            title = count_of_tests(self._result, group, _)
            remark = whole_file_remark(group, lost, _)
        else:
            title = first.title.to(self._language)
            remark = earned_or_lost(first, self._points[id(first)], _)
        parts = []
        if failure is not None:
            parts.append(_p(self._sentence(headline(failure, self._language))))
            if failure.note and failure.kind is not Kind.ASSERTION:
                parts.append(_p(self._sentence(failure.note.to(self._language))))
            if number < IN_FULL:
                parts += [self._advice(first, failure), *self._failure(group, failure)]
        if others and not group.whole_file:
            parts.append(_p(escaped(same_in_others(len(others), _))))
            parts.append(_list(self._titled(outcome) for outcome in others))
        return _details(now, title, remark, parts, shut=number >= OPEN_AT_FIRST)

    def _failure(self, group: Group, failure: Failure) -> list[str]:
        parts = []
        if failure.call is not None and not group.whole_file:
            parts.append(self._row("call", clip(failure.call, LINES_OF_VALUE)))
            for name, value in failure.arguments:
                parts.append(_label(f"{one_line(name, 100)} ="))
                parts.append(_pre(clip(value, LINES_OF_VALUE)))
        if failure.actual is not None:
            parts.append(self._row("actual", clip(failure.actual, LINES_OF_VALUE)))
        if failure.expected is not None:
            parts.append(self._row("expected", clip(failure.expected, LINES_OF_VALUE)))
        if failure.difference is not None:
            parts.append(self._difference(failure.difference))
        parts.append(self._speed(group.first))
        if failure.code and not group.whole_file:
            parts.append(self._row("code", clip("\n\n".join(failure.code), LINES_OF_CODE)))
        if group.frames:
            parts.append(self._frames(group))
        parts.append(self._output(group.first.output))
        return parts

    def _hidden(self, outcome: Outcome) -> str:
        _ = self._message
        if outcome.hint:
            told = fill(_("Hint: {hint}"), hint=outcome.hint.to(self._language))
        else:
            told = _("This test is hidden: it tells no more than its title.")
        return _details(
            State.FAILED,
            outcome.title.to(self._language),
            earned_or_lost(outcome, self._points[id(outcome)], _),
            [_p(self._sentence(told))],
        )

    def _ungraded(self) -> list[str]:
        _ = self._message
        outcomes = [o for o in self._result.outcomes if o.status is Status.UNGRADED]
        if self._result.outcomes and not outcomes:
            return []
        titles = [outcome.title.to(self._language) for outcome in outcomes]
        title = fill(_("{count} tests"), count=len(titles))
        if len(titles) < 2:
            title = titles[0] if titles else state_word(State.UNGRADED, _)
        parts = [_p(self._sentence(headline(why_ungraded(outcomes), self._language)))]
        if len(titles) > 1:
            parts.append(_list(escaped(title) for title in titles))
        return [_details(State.UNGRADED, title, "", parts)]

    def _not_assessed(self, outcome: Outcome) -> str:
        """Neither good nor bad: what can be told of a test that does not count here."""
        _ = self._message
        failure = outcome.failure
        parts = []
        if failure is not None and not outcome.hidden:
            advice = costs(failure.details, _)
            note = failure.note.to(self._language) if failure.note is not None else None
            told = (headline(failure, self._language), advice, note)
            parts = [_p(self._sentence(sentence)) for sentence in told if sentence]
            parts.append(self._speed(outcome))
        if outcome.hidden:
            parts = [_p(escaped(_("This test is hidden: it tells no more than its title.")))]
        title = outcome.title.to(self._language)
        return _details(None, title, not_assessed_word(_), parts)

    def _passed(self) -> str:
        _ = self._message
        passed = [o for o in self._result.outcomes if o.status is Status.PASSED]
        if not passed:
            return ""
        count = len(passed)
        heading = _.ngettext("{count} test passed", "{count} tests passed", count)
        items = []
        for outcome in passed:
            remark = earned_or_lost(outcome, self._points[id(outcome)], _)
            told = "" if outcome.hidden else self._output(outcome.output) + self._speed(outcome)
            items.append(
                f"{escaped(outcome.title.to(self._language))} {_soft(f'({remark})')}{told}"
            )
        return _details(State.PASSED, fill(heading, count=count), "", [_list(items)], shut=True)

    def _level(self) -> str:
        _ = self._message
        if self._result.sandbox != "process":
            return ""
        told = fill(_("Sandbox: {level} (self-check, not a grade)"), level="process")
        return _p(_soft(told))

    # -- parts of a failure

    def _advice(self, outcome: Outcome, failure: Failure) -> str:
        """The misconception's sentence in full once, then only a reference to it."""
        _ = self._message
        if outcome.explanation is None:
            advice = remedy(failure, self._language)
            return _p(self._sentence(advice)) if advice else ""
        wording = outcome.explanation.to(self._language)
        earlier = self._explained.setdefault(wording, outcome)
        if earlier is not outcome:
            title = earlier.title.to(self._language)
            return _p(escaped(fill(_('Same mistake as in "{title}".'), title=title)))
        return (
            f'<div style="border-left:3px solid {_COLOURS[State.UNGRADED]};background:{_SHADE};'
            'border-radius:4px;padding:.3em .8em;margin:.5em 0">'
            f"<b>{escaped(_('What happened here'))}</b>{_p(self._sentence(wording))}</div>"
        )

    def _difference(self, difference: Difference) -> str:
        _ = self._message
        first = parted(
            difference.first_index, difference.first_actual, difference.first_expected, _
        )
        lines = [first]
        if difference.first_index != difference.worst_index:
            worst = parted(
                difference.worst_index, difference.worst_actual, difference.worst_expected, _
            )
            lines = [
                fill(_("first {place}"), place=first),
                fill(
                    _("worst {place} (off by {error})"), place=worst, error=difference.worst_error
                ),
            ]
        told = [shortened(one_line(line)) for line in lines]
        if difference.rtol or difference.atol:
            told.append(tolerance(difference, _))
        return self._row("difference", "\n".join(told))

    def _speed(self, outcome: Outcome) -> str:
        """Drawings, and the numbers where a page drops these."""
        if outcome.timing is None or outcome.hidden:
            return ""
        _ = self._message
        parts = [_label(self._labels["speed"])]
        parts += [
            f'<div style="max-width:30em">{svg}</div>' for svg in speed_plots(outcome.timing, _)
        ]
        for table in figures(outcome.timing, _):
            parts.append(_table(table.head, table.rows))
            parts += [
                f'<div style="{_STYLES["label"]}">{with_code(r)}</div>' for r in table.remarks
            ]
        return "".join(parts)

    def _frames(self, group: Group) -> str:
        _ = self._message
        shown = group.frames[-FRAMES:]
        lines = []
        if len(shown) < len(group.frames):
            lines.append(calls_left_out(len(group.frames) - len(shown), _))
        for frame in shown:
            lines += [place_of(frame, _), "    " + shortened(frame.source.strip())]
        return self._row("frames", "\n".join(lines))

    def _output(self, output: str) -> str:
        left_out, lines = last_lines(output, LINES_OF_OUTPUT)
        if not lines:
            return ""
        if left_out:
            lines = [lines_left_out(left_out, self._message), *lines]
        return self._row("output", "\n".join(lines))

    def _row(self, name: str, text: str) -> str:
        return _label(self._labels[name]) + _pre(text)

    def _titled(self, outcome: Outcome) -> str:
        remark = earned_or_lost(outcome, self._points[id(outcome)], self._message)
        return f"{escaped(outcome.title.to(self._language))} {_soft(f'({remark})')}"

    def _sentence(self, text: str) -> str:
        return with_code(shortened(text))


# Elements ----------------------------------------------------------------------------------------


def _details(
    now: State | None, title: str, remark: str, parts: Sequence[str], *, shut: bool = False
) -> str:
    after = f" {_soft(f'({remark})')}" if remark else ""
    return (
        f'<details{"" if shut else " open"} style="margin:.3em 0">'
        f'<summary style="{_STYLES["summary"]}">{_sign(now)} {escaped(title)}{after}</summary>'
        f'<div style="padding:0 0 .3em 1.2em">{_styled("".join(parts))}</div></details>'
    )


def _sign(now: State | None) -> str:
    if now is None:
        return "–"
    return f'<span style="color:{_COLOURS[now]}">{_SIGNS[now]}</span>'


def _p(html: str) -> str:
    return f'<p style="{_STYLES["p"]}">{_styled(html)}</p>'


def _label(text: str) -> str:
    return f'<div style="{_STYLES["label"]}">{escaped(text)}</div>'


def _pre(text: str) -> str:
    return f'<pre style="{_STYLES["pre"]}">{escaped(text)}</pre>'


def _code(text: str) -> str:
    return f'<code style="{_STYLES["code"]}">{escaped(text)}</code>'


def _soft(text: str) -> str:
    return f'<span style="{_STYLES["soft"]}">{escaped(text)}</span>'


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    def row(cells: Sequence[str], scope: str, tag: str) -> str:
        style = _STYLES["cell"]
        first = f'<th scope="{scope}" style="{_STYLES["first"]}">{escaped(cells[0])}</th>'
        kind = f'{tag} scope="{scope}"' if tag == "th" else tag
        return first + "".join(f'<{kind} style="{style}">{escaped(c)}</{tag}>' for c in cells[1:])

    body = "".join(f"<tr>{row(each, 'row', 'td')}</tr>" for each in rows)
    return (
        f'<div style="overflow-x:auto"><table style="{_STYLES["table"]}">'
        f"<thead><tr>{row(head, 'col', 'th')}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _list(items: Iterable[str]) -> str:
    each = "".join(f"<li>{item}</li>" for item in items)
    return f'<ul style="{_STYLES["list"]}">{each}</ul>'


_BARE: Final[Mapping[str, str]] = {
    "<code>": f'<code style="{_STYLES["code"]}">',
    "<i class=unseen>": f'<i style="{_STYLES["unseen"]}">',
}


def _styled(html: str) -> str:
    """With styles for the elements that `escape` makes; text holds no tags that look like them."""
    for bare, styled in _BARE.items():
        html = html.replace(bare, styled)
    return html
