"""Results as trees of plain JSON values and back, without loss: what is stored and what travels.

A tree is strict JSON whatever the result holds: numbers that are not finite are written as words,
and `json.dumps` keeps lone surrogates as escapes. Fields that have their default value are left
out. Whoever changes the meaning of a key raises `FORMAT`; for the store, results of another format
are not known, and such exercises are graded again.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Final, TypeVar

from torchgrade.result import (
    Blame,
    Difference,
    ExerciseResult,
    Failure,
    Frame,
    Kind,
    Outcome,
    Status,
)
from torchgrade.text import Text
from torchgrade.timing.model import Counted, Growth, TimedSize, Timing, Verdict

__all__ = ["FORMAT", "TreeError", "from_tree", "to_tree"]

FORMAT: Final = 1

_T = TypeVar("_T")
_Tree = dict[str, object]

# Written one after the other, the escapes of these two would be read as one character.
_FALSE_PAIR: Final = re.compile("(?<=[\ud800-\udbff])(?=[\udc00-\udfff])")
_LARGEST: Final = 2**63
_NO_DETAILS: Final[Mapping[str, object]] = {}
# `Enum.__call__` and `Enum.value` take longer than all else here.
_STATUS: Final = {status: status.value for status in Status}
_STATUSES: Final = {status.value: status for status in Status}
_KIND: Final = {kind: kind.value for kind in Kind}
_KINDS: Final = {kind.value: kind for kind in Kind}
_BLAME: Final = {blame: blame.value for blame in Blame}
_BLAMES: Final = {blame.value: blame for blame in Blame}


class TreeError(ValueError):
    """A tree that this version can't read: of another format, or damaged."""


def to_tree(result: ExerciseResult) -> dict[str, object]:
    """The whole of ``result`` as values that `json.dumps` writes as strict JSON, in ASCII.

    A failure that several outcomes share as one object stands once. Raises `TypeError` if
    `Failure.details` holds anything but strings, numbers, None, and lists, tuples and mappings
    of such.
    """
    tree: _Tree = {
        "format": FORMAT,
        "chapter": _string(result.chapter),
        "exercise": _string(result.exercise),
        "points": _number(result.points),
        "sandbox": _string(result.sandbox),
    }
    if result.device != "cpu":
        tree["device"] = _string(result.device)
    if result.digest:
        tree["digest"] = _string(result.digest)
    if result.seconds:
        tree["seconds"] = _number(result.seconds)
    if result.peak_memory:
        tree["peak_memory"] = _integer(result.peak_memory)
    places: dict[int, int] = {}
    tree["outcomes"] = [
        _outcome(outcome, index, places) for index, outcome in enumerate(result.outcomes)
    ]
    return tree


def from_tree(tree: object) -> ExerciseResult:
    """The result that `to_tree` made ``tree`` of.

    Raises `TreeError` for a tree of another format and for what is no such tree at all.
    """
    if not isinstance(tree, dict) or "format" not in tree:
        raise TreeError("this is not a stored result")
    if tree["format"] != FORMAT:
        raise TreeError(
            f"the result is stored in format {tree['format']!r}; this version reads {FORMAT}"
        )
    try:
        return _result(tree)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise TreeError(f"the stored result is damaged: {error!r}") from error


# --- to a tree


def _outcome(outcome: Outcome, index: int, places: dict[int, int]) -> _Tree:
    """``places``: which outcome holds a failure, by its object's id."""
    tree: _Tree = {
        "test": _string(outcome.test),
        "title": _text(outcome.title),
        "status": _STATUS[outcome.status],
        "weight": _number(outcome.weight),
    }
    if outcome.hidden:
        tree["hidden"] = True
    if outcome.hint is not None:
        tree["hint"] = _text(outcome.hint)
    if outcome.failure is not None:
        place = places.setdefault(id(outcome.failure), index)
        tree["failure"] = _failure(outcome.failure) if place == index else place
    if outcome.misconception is not None:
        tree["misconception"] = _string(outcome.misconception)
    if outcome.explanation is not None:
        tree["explanation"] = _text(outcome.explanation)
    if outcome.output:
        tree["output"] = _string(outcome.output)
    if outcome.seconds:
        tree["seconds"] = _number(outcome.seconds)
    if outcome.operators:
        tree["operators"] = [_string(name) for name in outcome.operators]
    if outcome.credit is not None:
        tree["credit"] = _number(outcome.credit)
    if outcome.timing is not None:
        tree["timing"] = _timing(outcome.timing)
    return tree


def _timing(timing: Timing) -> _Tree:
    growth = timing.growth
    return {
        "reference": _string(timing.reference),
        "device": _string(timing.device),
        "device_name": _string(timing.device_name),
        "sizes": [
            [
                _string(size.size),
                *(_number(each) for each in (size.ratio, size.low, size.high, size.empty)),
                size.inputs,
                [_number(each) for each in size.reference],
                [_number(each) for each in size.student],
                *(_maybe(each) for each in (size.model, size.naive, size.credit)),
            ]
            for size in timing.sizes
        ],
        "growth": None
        if growth is None
        else [
            *(_number(each) for each in (growth.exponent, growth.low, growth.high)),
            _number(growth.expected),
            [_number(each) for each in growth.sizes],
            [_number(each) for each in growth.seconds],
        ],
        "verdict": timing.verdict.value,
        "counted": _counted(timing.counted),
        "model_counted": _counted(timing.model_counted),
        "peak_memory": timing.peak_memory,
        "conditions": [_string(part) for pair in timing.conditions for part in pair],
        "advice": None if timing.advice is None else _text(timing.advice),
    }


def _counted(counted: Counted | None) -> list[int] | None:
    return None if counted is None else [counted.operations, counted.flops]


def _maybe(value: float | None) -> object:
    return None if value is None else _number(value)


def _failure(failure: Failure) -> _Tree:
    tree: _Tree = {"kind": _KIND[failure.kind]}
    if failure.blame is not Blame.STUDENT:
        tree["blame"] = _BLAME[failure.blame]
    if failure.call is not None:
        tree["call"] = _string(failure.call)
    if failure.arguments:
        tree["arguments"] = [[_string(name), _string(value)] for name, value in failure.arguments]
    if failure.code:
        tree["code"] = [_string(source) for source in failure.code]
    if failure.actual is not None:
        tree["actual"] = _string(failure.actual)
    if failure.expected is not None:
        tree["expected"] = _string(failure.expected)
    if failure.where:
        tree["where"] = _string(failure.where)
    if failure.difference is not None:
        tree["difference"] = _difference(failure.difference)
    if failure.details:
        tree["details"] = _mapping(failure.details)
    if failure.note is not None:
        tree["note"] = _text(failure.note)
    if failure.frames:
        tree["frames"] = [
            [_string(f.file), _integer(f.line), _string(f.function), _string(f.source)]
            for f in failure.frames
        ]
    return tree


def _difference(found: Difference) -> list[object]:
    return [
        _integer(found.count),
        _integer(found.total),
        [_integer(index) for index in found.first_index],
        _string(found.first_actual),
        _string(found.first_expected),
        [_integer(index) for index in found.worst_index],
        _string(found.worst_actual),
        _string(found.worst_expected),
        _string(found.worst_error),
        _number(found.rtol),
        _number(found.atol),
    ]


def _string(text: str) -> object:
    """A string, or its parts where as one it would come back as another."""
    if text.isascii() or not _FALSE_PAIR.search(text):
        return text
    return _FALSE_PAIR.split(text)


def _number(value: float) -> object:
    if isinstance(value, int):
        return _integer(value)
    return value if math.isfinite(value) else str(value)


def _integer(value: int) -> object:
    """Integers beyond 64 bits in hexadecimal: Python refuses to read long decimal ones."""
    return value if -_LARGEST <= value < _LARGEST else hex(value)


def _text(text: Text) -> list[object]:
    """Language, wording, language, wording."""
    return [_string(part) for version in text.versions for part in version]


def _mapping(values: Mapping[str, object]) -> list[object]:
    return [part for key, value in values.items() for part in (_string(key), _value(value))]


def _value(value: object) -> object:
    """Any value of `Failure.details`; what JSON has no equal for as an object of one key."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        string = _string(value)
        return string if isinstance(string, str) else {"string": string}
    if isinstance(value, int | float):
        number = _number(value)
        return number if not isinstance(number, str) else {"number": number}
    if isinstance(value, list):
        return [_value(item) for item in value]
    if isinstance(value, tuple):
        return {"tuple": [_value(item) for item in value]}
    if isinstance(value, Mapping):
        return {"mapping": _mapping(value)}
    raise TypeError(f"details of a failure hold a {type(value).__name__}, which can't be stored")


# --- from a tree


def _result(tree: _Tree) -> ExerciseResult:
    outcomes: list[Outcome] = []
    for part in _list(tree["outcomes"]):
        outcomes.append(_read_outcome(_dict(part), outcomes))
    return ExerciseResult(
        chapter=_read_string(tree["chapter"]),
        exercise=_read_string(tree["exercise"]),
        points=_read_number(tree["points"]),
        outcomes=tuple(outcomes),
        sandbox=_read_string(tree["sandbox"]),
        device=_read_string(tree.get("device", "cpu")),
        digest=_read_string(tree.get("digest", "")),
        seconds=_read_number(tree.get("seconds", 0.0)),
        peak_memory=_read_integer(tree.get("peak_memory", 0)),
    )


def _read_outcome(tree: _Tree, before: list[Outcome]) -> Outcome:
    failure = tree.get("failure")
    return Outcome(
        test=_read_string(tree["test"]),
        title=_read_text(tree["title"]),
        status=_STATUSES[_read_string(tree["status"])],
        weight=_read_number(tree["weight"]),
        hidden=tree.get("hidden") is True,
        hint=_optional(_read_text, tree.get("hint")),
        failure=before[failure].failure
        if isinstance(failure, int)
        else _optional(_read_failure, failure),
        misconception=_optional(_read_string, tree.get("misconception")),
        explanation=_optional(_read_text, tree.get("explanation")),
        output=_read_string(tree.get("output", "")),
        seconds=_read_number(tree.get("seconds", 0.0)),
        operators=_read_strings(tree.get("operators")),
        credit=_optional(_read_number, tree.get("credit")),
        timing=_optional(_read_timing, tree.get("timing")),
    )


def _read_timing(value: object) -> Timing:
    tree = _dict(value)
    conditions = _read_strings(tree["conditions"])
    return Timing(
        reference=_read_string(tree["reference"]),
        device=_read_string(tree["device"]),
        device_name=_read_string(tree["device_name"]),
        sizes=tuple(_read_size(_list(size)) for size in _list(tree["sizes"])),
        growth=_optional(_read_growth, tree["growth"]),
        verdict=Verdict(tree["verdict"]),
        counted=_optional(_read_counted, tree["counted"]),
        model_counted=_optional(_read_counted, tree["model_counted"]),
        peak_memory=_read_integer(tree["peak_memory"]),
        conditions=tuple(zip(conditions[::2], conditions[1::2], strict=True)),
        advice=_optional(_read_text, tree["advice"]),
    )


def _read_size(parts: list[object]) -> TimedSize:
    size, ratio, low, high, empty, inputs, reference, student, model, naive, credit = parts
    return TimedSize(
        size=_read_string(size),
        ratio=_read_number(ratio),
        low=_read_number(low),
        high=_read_number(high),
        reference=_read_numbers(reference),
        student=_read_numbers(student),
        empty=_read_number(empty),
        inputs=_read_integer(inputs),
        model=_optional(_read_number, model),
        naive=_optional(_read_number, naive),
        credit=_optional(_read_number, credit),
    )


def _read_growth(value: object) -> Growth:
    exponent, low, high, expected, sizes, seconds = _list(value)
    return Growth(
        _read_number(exponent),
        _read_number(low),
        _read_number(high),
        _read_number(expected),
        _read_numbers(sizes),
        _read_numbers(seconds),
    )


def _read_numbers(value: object) -> tuple[float, ...]:
    return tuple(_read_number(each) for each in _list(value))


def _read_failure(value: object) -> Failure:
    tree = _dict(value)
    frames = _list(tree.get("frames", []))
    details = tree.get("details")
    return Failure(
        kind=_KINDS[_read_string(tree["kind"])],
        blame=_BLAMES[_read_string(tree.get("blame", "student"))],
        call=_optional(_read_string, tree.get("call")),
        arguments=tuple(
            (_read_string(name), _read_string(text))
            for name, text in map(_list, _list(tree.get("arguments", [])))
        ),
        code=_read_strings(tree.get("code")),
        actual=_optional(_read_string, tree.get("actual")),
        expected=_optional(_read_string, tree.get("expected")),
        where=_read_string(tree.get("where", "")),
        difference=_optional(_read_difference, tree.get("difference")),
        details={} if details is None else _read_mapping(details),
        note=_optional(_read_text, tree.get("note")),
        frames=tuple(
            Frame(_read_string(file), _read_integer(line), _read_string(name), _read_string(source))
            for file, line, name, source in map(_list, frames)
        ),
    )


def _read_difference(value: object) -> Difference:
    count, total, first, actual, expected, worst, *values, error, rtol, atol = _list(value)
    worst_actual, worst_expected = values
    return Difference(
        count=_read_integer(count),
        total=_read_integer(total),
        first_index=tuple(map(_read_integer, _list(first))),
        first_actual=_read_string(actual),
        first_expected=_read_string(expected),
        worst_index=tuple(map(_read_integer, _list(worst))),
        worst_actual=_read_string(worst_actual),
        worst_expected=_read_string(worst_expected),
        worst_error=_read_string(error),
        rtol=_read_number(rtol),
        atol=_read_number(atol),
    )


def _optional(read: Callable[[object], _T], value: object) -> _T | None:
    return None if value is None else read(value)


def _dict(value: object) -> _Tree:
    if not isinstance(value, dict):
        raise TypeError(f"{value!r} is not an object")
    return value


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise TypeError(f"{value!r} is not a list")
    return value


def _read_string(value: object) -> str:
    if isinstance(value, str):
        return value
    return "".join(map(_read_string, _list(value)))


def _read_strings(value: object) -> tuple[str, ...]:
    return () if value is None else tuple(map(_read_string, _list(value)))


def _read_number(value: object) -> float:
    if isinstance(value, str):
        return int(value, 16) if "x" in value else float(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    raise TypeError(f"{value!r} is not a number")


def _read_counted(value: object) -> Counted:
    operations, flops = _list(value)
    return Counted(_read_integer(operations), _read_integer(flops))


def _read_integer(value: object) -> int:
    number = _read_number(value)
    if not isinstance(number, int):
        raise TypeError(f"{value!r} is not an integer")
    return number


def _read_text(value: object) -> Text:
    parts = _read_strings(value)
    return Text(tuple(zip(parts[::2], parts[1::2], strict=True)))


def _read_mapping(value: object) -> dict[str, object]:
    parts = _list(value)
    return {
        _read_string(key): _read_value(item)
        for key, item in zip(parts[::2], parts[1::2], strict=True)
    }


def _read_value(value: object) -> object:
    if isinstance(value, list):
        return [_read_value(item) for item in value]
    if not isinstance(value, dict):
        return value
    ((key, content),) = value.items()
    if key == "string":
        return _read_string(content)
    if key == "number":
        return _read_number(content)
    if key == "tuple":
        return tuple(_read_value(item) for item in _list(content))
    if key == "mapping":
        return _read_mapping(content)
    raise ValueError(f"unknown kind of value {key!r}")
