"""Results in the form that Gradescope reads: results.json.

Of a hidden test the output is its hint. When its status shows is `Visibility`. There is no score at
the top, so that the total is the tests' and Gradescope hides it as long as it hides one of them.
An ungraded answer has no results.json: a file without a score is refused, one with 0 would be a
mark.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_DOWN, Decimal
from enum import StrEnum
from itertools import groupby
from typing import IO

from torchgrade.errors import N_
from torchgrade.export.figures import exact
from torchgrade.export.notes import Note
from torchgrade.export.outcome_text import in_text
from torchgrade.i18n import catalogue
from torchgrade.report.fill import fill
from torchgrade.report.inert import inert
from torchgrade.result import ExerciseResult, Outcome, Status

__all__ = ["Visibility", "dumped", "results_json", "scores_of_tests", "write_archive"]

_STEP = Decimal("0.0001")


class Visibility(StrEnum):
    """When Gradescope shows a test to students."""

    VISIBLE = "visible"
    AFTER_DUE_DATE = "after_due_date"
    AFTER_PUBLISHED = "after_published"
    HIDDEN = "hidden"


def results_json(
    results: Sequence[ExerciseResult],
    *,
    language: str,
    hidden: Visibility = Visibility.AFTER_PUBLISHED,
    seconds: float | None = None,
    output: str = "",
    extra: Mapping[str, object] | None = None,
) -> dict[str, object] | None:
    """One student's results.json as JSON values; None if anything is ungraded.

    ``seconds`` is how long grading took, ``output`` stands above the tests, ``extra`` is kept and
    not shown.
    """
    if not results or any(result.ungraded for result in results):
        return None
    several = len(results) > 1
    document: dict[str, object] = {
        "execution_time": round(sum(r.seconds for r in results) if seconds is None else seconds, 3),
        "stdout_visibility": "hidden",
        "tests": [test for result in results for test in _tests(result, language, hidden, several)],
        "extra_data": {
            "torchgrade": {
                "sandbox": sorted({result.sandbox for result in results}),
                "digests": {result.key: result.digest for result in results},
                **(extra or {}),
            }
        },
    }
    if output:
        document["output"] = output
        document["output_format"] = "text"
    return document


def scores_of_tests(outcomes: Sequence[Outcome], points: float) -> list[tuple[Decimal, Decimal]]:
    """(score, maximum) of each test; the maxima add up to ``points`` exactly.

    Steps that rounding leaves over go to the tests that lost most by it.
    """
    weights = [exact(outcome.counted) for outcome in outcomes]
    total = sum(weights, Decimal(0))
    whole = exact(points)
    if not total:
        return [(Decimal(0), Decimal(0)) for _ in outcomes]
    shares = [whole * weight / total for weight in weights]
    maxima = [share.quantize(_STEP, ROUND_DOWN) for share in shares]
    lost = sorted(range(len(shares)), key=lambda i: maxima[i] - shares[i])
    left = whole - sum(maxima, Decimal(0))
    for index in lost:
        step = min(_STEP, left)
        if step <= 0:
            break
        maxima[index] += step
        left -= step
    return [
        ((maximum * exact(outcome.share)).quantize(_STEP, ROUND_DOWN), maximum)
        for outcome, maximum in zip(outcomes, maxima, strict=True)
    ]


def write_archive(
    results: Iterable[tuple[str, ExerciseResult]],
    stream: IO[bytes],
    *,
    language: str,
    hidden: Visibility = Visibility.AFTER_PUBLISHED,
) -> tuple[int, tuple[Note, ...]]:
    """A zip with ``STUDENT/results.json`` for everybody whose results are all known.

    Results of a student follow each other. Returns how many files there are, and who has none.
    """
    count = 0
    notes: list[Note] = []
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for student, pairs in groupby(results, key=lambda pair: pair[0]):
            document = results_json(
                [result for _, result in pairs], language=language, hidden=hidden
            )
            if document is None:
                fact = N_("{student} has an ungraded exercise and gets no results.json.")
                notes.append(Note(fact, {"student": student}))
                continue
            entry = zipfile.ZipInfo(f"{student}/results.json")
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, dumped(document))
            count += 1
    return count, tuple(notes)


def dumped(document: Mapping[str, object]) -> bytes:
    """As UTF-8, without what JSON or UTF-8 has no form for."""
    text = json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False)
    return text.encode("utf-8", "backslashreplace")


def _tests(
    result: ExerciseResult, language: str, hidden: Visibility, several: bool
) -> Iterable[dict[str, object]]:
    _ = catalogue(language)
    scores = scores_of_tests(result.outcomes, result.points)
    for outcome, (score, maximum) in zip(result.outcomes, scores, strict=True):
        name = inert(outcome.title.to(language))
        yield {
            "name": fill(_("{exercise}: {title}"), exercise=result.exercise, title=name)
            if several
            else name,
            "name_format": "text",
            "score": float(score),
            "max_score": float(maximum),
            # Gradescope knows two, and takes none for a test that says nothing of either.
            **({} if outcome.status is Status.NOT_ASSESSED else {"status": outcome.status.value}),
            "output": in_text(outcome, language),
            "output_format": "text",
            "visibility": (hidden if outcome.hidden else Visibility.VISIBLE).value,
            "tags": [result.key],
        }
