"""Results of a class as JUnit XML, which build servers read.

There is no standard. This is the dialect that Jenkins' xUnit plug-in checks and that GitLab,
Azure and GitHub's actions read: a ``testsuite`` for each student's answer to an exercise, a
``failure`` for a failed test, an ``error`` for one that could not be graded. Of a hidden test it
says its title, hint and status and no more: logs of a build are often open to many.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import IO
from xml.sax.saxutils import escape, quoteattr

from torchgrade.export.outcome_text import in_one_line, in_text
from torchgrade.report.inert import inert, one_line
from torchgrade.report.wording import headline
from torchgrade.result import Blame, ExerciseResult, Failure, Kind, Outcome, Status

__all__ = ["write_junit"]

# What XML 1.0 has no way to write.
_IMPOSSIBLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_junit(
    results: Iterable[tuple[str, ExerciseResult]], stream: IO[bytes], language: str
) -> int:
    """Write (student id, result) pairs as they come; returns how many.

    Holds one result at a time, however many there are.
    """
    count = 0
    stream.write(b'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="torchgrade">\n')
    for student, result in results:
        stream.write("".join(_suite(student, result, language)).encode("utf-8"))
        count += 1
    stream.write(b"</testsuites>\n")
    return count


def _suite(student: str, result: ExerciseResult, language: str) -> Iterable[str]:
    outcomes = result.outcomes
    failed = sum(1 for outcome in outcomes if outcome.status is Status.FAILED)
    ungraded = sum(1 for outcome in outcomes if outcome.status is Status.UNGRADED)
    skipped = sum(1 for outcome in outcomes if outcome.status is Status.NOT_ASSESSED)
    # A result without a single outcome was not graded either.
    empty = not outcomes
    count = len(outcomes) + empty
    yield (
        f"<testsuite name={_attribute(f'{student}: {result.key}')} tests={_number(count)}"
        f" failures={_number(failed)} errors={_number(ungraded + empty)} skipped={_number(skipped)}"
        f" time={_time(result.seconds)}>\n"
    )
    kind = f"{result.chapter}.{result.exercise}.{student}"
    for outcome in outcomes:
        yield from _case(kind, outcome, language)
    if empty:
        said = _attribute(headline(Failure(Kind.ENGINE, Blame.ENGINE), language))
        yield f"<testcase classname={_attribute(kind)} name={_attribute(result.key)}>\n"
        yield f'<error type="engine" message={said}/>\n</testcase>\n'
    yield "</testsuite>\n"


def _case(kind: str, outcome: Outcome, language: str) -> Iterable[str]:
    name = inert(outcome.title.to(language)) or outcome.test
    if not outcome.hidden:
        # Two cases of a test may have the same title; ids differ.
        name = f"{name} [{outcome.test}]"
    opening = (
        f"<testcase classname={_attribute(kind)} name={_attribute(name)}"
        f" time={_time(outcome.seconds)}"
    )
    if outcome.status is Status.PASSED:
        yield f"{opening}/>\n"
        return
    if outcome.status is Status.NOT_ASSESSED:
        said = _attribute(one_line(in_one_line(outcome, language)))
        yield f"{opening}>\n<skipped message={said}/>\n</testcase>\n"
        return
    element = "failure" if outcome.status is Status.FAILED else "error"
    failure = outcome.failure
    sort = failure.kind.value if failure is not None and not outcome.hidden else "hidden"
    message = in_one_line(outcome, language) or in_text(outcome, language)
    yield (
        f"{opening}>\n<{element} type={_attribute(sort)} message={_attribute(one_line(message))}>"
        f"{escape(_possible(in_text(outcome, language)))}</{element}>\n</testcase>\n"
    )


def _attribute(text: str) -> str:
    return quoteattr(_possible(text), {"\n": "&#10;", "\t": "&#9;"})


def _possible(text: str) -> str:
    return _IMPOSSIBLE.sub("\ufffd", text)


def _number(count: int) -> str:
    return f'"{count}"'


def _time(seconds: float) -> str:
    return f'"{max(0.0, seconds):.3f}"'
