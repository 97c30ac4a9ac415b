"""Results for programs: plain data that `json.dumps` writes as strict JSON.

The format is documented in ``docs/json.md`` and ``result.schema.json``. What a hidden test knows
stays here as it does in the terminal: its title, hint, status and weight are all that is told.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from torchgrade.report.summary import State, state, test_points
from torchgrade.report.wording import headline, remedy
from torchgrade.result import Difference, ExerciseResult, Failure, Outcome
from torchgrade.text import Text
from torchgrade.timing.model import Timing

__all__ = ["FORMAT", "to_json"]

FORMAT = 1
"""Raised when a key is removed or changes its meaning; new keys may come without."""


def to_json(
    results: Sequence[ExerciseResult],
    *,
    title: Text,
    chapters: Mapping[str, Text],
    language: str,
    versions: Mapping[str, str],
) -> dict[str, object]:
    """All of ``results`` as JSON values: no NaN, no infinity, no lone surrogate.

    ``title`` is the course's, ``chapters`` are the titles by chapter name. ``versions`` says what
    graded: ``torchgrade``, ``python``, ``torch``.
    """
    scores = [result.score for result in results]
    graded = [score for score in scores if score.earned is not None]
    complete = len(graded) == len(scores)
    return {
        "format": FORMAT,
        "versions": {name: _text(version) for name, version in versions.items()},
        "language": language,
        "course": _text(title.to(language)),
        "total": {
            "earned": sum(score.earned or 0.0 for score in graded) if complete else None,
            "maximum": sum(score.maximum for score in scores),
            "exercises": len(results),
            "passed": sum(1 for result in results if state(result) is State.PASSED),
            "ungraded": sum(1 for result in results if state(result) is State.UNGRADED),
        },
        "exercises": [_exercise(result, chapters, language) for result in results],
    }


def _exercise(
    result: ExerciseResult, chapters: Mapping[str, Text], language: str
) -> dict[str, object]:
    title = chapters.get(result.chapter)
    worth = test_points(result.outcomes, result.points)
    return {
        "chapter": result.chapter,
        "chapter_title": _text(title.to(language)) if title else result.chapter,
        "exercise": result.exercise,
        "state": state(result).value,
        "earned": result.score.earned,
        "maximum": result.score.maximum,
        "sandbox": result.sandbox or None,
        "self_check": result.sandbox == "process",
        "device": result.device,
        "digest": result.digest,
        "seconds": _finite(result.seconds),
        "peak_memory": result.peak_memory,
        "tests": [
            _hidden(outcome, language) if outcome.hidden else _test(outcome, points, language)
            for outcome, points in zip(result.outcomes, worth, strict=True)
        ],
    }


def _hidden(outcome: Outcome, language: str) -> dict[str, object]:
    return {
        "hidden": True,
        "title": _text(outcome.title.to(language)),
        "hint": _wording(outcome.hint, language),
        "status": outcome.status.value,
        "weight": _finite(outcome.weight),
    }


def _test(outcome: Outcome, points: float, language: str) -> dict[str, object]:
    return {
        "hidden": False,
        "id": _text(outcome.test),
        "title": _text(outcome.title.to(language)),
        "hint": _wording(outcome.hint, language),
        "status": outcome.status.value,
        "weight": _finite(outcome.weight),
        "points": points,
        "failure": None if outcome.failure is None else _failure(outcome.failure, language),
        "misconception": None if outcome.misconception is None else _text(outcome.misconception),
        "explanation": _wording(outcome.explanation, language),
        "output": _text(outcome.output),
        "seconds": _finite(outcome.seconds),
        "operators": _texts(outcome.operators),
        "credit": _share(outcome.credit),
        "timing": None if outcome.timing is None else _timing(outcome.timing),
    }


def _timing(timing: Timing) -> dict[str, object]:
    growth = timing.growth
    return {
        "reference": _text(timing.reference),
        "device": timing.device,
        "device_name": _text(timing.device_name),
        "verdict": timing.verdict.value,
        **{name: _known(getattr(timing, name)) for name in ("ratio", "low", "high")},
        **{name: _known(getattr(timing, name)) for name in ("model", "naive")},
        "sizes": [
            {
                "size": _text(size.size),
                **{name: _known(getattr(size, name)) for name in ("ratio", "low", "high")},
                "reference": [_known(seconds) for seconds in size.reference],
                "student": [_known(seconds) for seconds in size.student],
                "empty": _known(size.empty),
                "inputs": size.inputs,
                **{name: _known(getattr(size, name)) for name in ("model", "naive")},
                "credit": _share(size.credit),
            }
            for size in timing.sizes
        ],
        "growth": None
        if growth is None
        else {
            **{name: _known(getattr(growth, name)) for name in ("exponent", "low", "high")},
            "expected": _known(growth.expected),
            "sizes": [_known(size) for size in growth.sizes],
            "seconds": [_known(seconds) for seconds in growth.seconds],
        },
        **timing.counts(),
        "peak_memory": timing.peak_memory,
        "conditions": {_text(name): _text(value) for name, value in timing.conditions},
    }


def _share(credit: float | None) -> float | None:
    return None if credit is None or math.isnan(credit) else min(max(credit, 0.0), 1.0)


def _known(number: float | None) -> float | None:
    """A number that JSON knows; None for those it does not."""
    return number if number is not None and math.isfinite(number) else None


def _failure(failure: Failure, language: str) -> dict[str, object]:
    advice = remedy(failure, language)
    return {
        "kind": failure.kind.value,
        "blame": failure.blame.value,
        "headline": _text(headline(failure, language)),
        "remedy": None if advice is None else _text(advice),
        "note": _wording(failure.note, language),
        "call": None if failure.call is None else _text(failure.call),
        "arguments": [
            {"name": _text(name), "value": _text(value)} for name, value in failure.arguments
        ],
        "code": _texts(failure.code),
        "actual": None if failure.actual is None else _text(failure.actual),
        "expected": None if failure.expected is None else _text(failure.expected),
        "where": _text(failure.where),
        "difference": None if failure.difference is None else _difference(failure.difference),
        "details": {_text(key): _value(value) for key, value in failure.details.items()},
        "frames": [
            {
                "file": _text(frame.file),
                "line": frame.line,
                "function": _text(frame.function),
                "source": _text(frame.source),
            }
            for frame in failure.frames
        ],
    }


def _difference(difference: Difference) -> dict[str, object]:
    return {
        "count": difference.count,
        "total": difference.total,
        "first": {
            "index": list(difference.first_index),
            "actual": _text(difference.first_actual),
            "expected": _text(difference.first_expected),
        },
        "worst": {
            "index": list(difference.worst_index),
            "actual": _text(difference.worst_actual),
            "expected": _text(difference.worst_expected),
            "error": _text(difference.worst_error),
        },
        "rtol": _finite(difference.rtol),
        "atol": _finite(difference.atol),
    }


def _wording(text: Text | None, language: str) -> str | None:
    return None if text is None else _text(text.to(language))


def _texts(texts: Iterable[str]) -> list[str]:
    return [_text(text) for text in texts]


def _text(text: str) -> str:
    """``text`` without lone surrogates, which are not valid in JSON that is sent as UTF-8."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _finite(number: float) -> float | None:
    return number if math.isfinite(number) else None


def _value(value: object) -> object:
    """A detail of a failure; what JSON has no form for becomes a string."""
    match value:
        case None | bool() | int():
            return value
        case float():
            return value if math.isfinite(value) else str(value)
        case str():
            return _text(value)
        case list() | tuple() | set() | frozenset():
            return [_value(item) for item in value]
        case Mapping():
            return {_text(str(key)): _value(item) for key, item in value.items()}
        case _other:
            return _text(str(value))
