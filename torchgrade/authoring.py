"""All that a grader file imports.

A grader is a pytest file. Its tests receive the fixtures ``student``, ``rand`` and
``reference`` (see `torchgrade.fixtures`) and use the names below. docs/authoring.md tells
how to write one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
import torch

from torchgrade.compare import compare
from torchgrade.describe import describe
from torchgrade.result import Failure, Kind
from torchgrade.sandbox.client import CallFailed
from torchgrade.sandbox.wire import Layout
from torchgrade.text import Text, text
from torchgrade.trial import CheckFailed, current_trial

__all__ = [
    "Alternative",
    "Layout",
    "Misconception",
    "Probe",
    "alternative",
    "cases",
    "close",
    "forbids",
    "hidden",
    "layout",
    "misconception",
    "points",
    "probe",
    "refuses",
    "text",
    "title",
]


_GLANCE = 8


@dataclass(frozen=True)
class Probe:
    """A function that runs beside the student's module; see `probe`."""

    __wrapped_function__: Callable[..., object]

    @property
    def __name__(self) -> str:
        return self.__wrapped_function__.__name__


@dataclass(frozen=True)
class Misconception:
    """A wrong implementation of ``target``, and what a teacher would say of it."""

    target: str
    explanation: Text
    implementation: object

    @property
    def name(self) -> str:
        return str(getattr(self.implementation, "__name__", ""))


@dataclass(frozen=True)
class Alternative:
    """A right implementation of ``target`` that differs from the model answer's."""

    target: str
    implementation: object

    @property
    def name(self) -> str:
        return str(getattr(self.implementation, "__name__", ""))


def probe(function: Callable[..., object]) -> Probe:
    """Mark a function ``f(student, *args)`` as one to send to the student's side.

    It runs beside the student's module ``student`` and returns data. It may use modules
    that the grader imports and other probes, but no other variable of the grader. What it
    returns is not proof: hostile code may forge it. So return values that depend on random
    inputs, not verdicts.
    """
    return Probe(function)


def misconception(
    target: str, en: str, /, **translations: str
) -> Callable[[object], Misconception]:
    """Mark a wrong implementation of the function or class ``target``.

    It must fail the grader, and a student whose outputs agree with its reads the sentence.
    It runs inside the model answer's module with only ``target`` replaced.
    """
    explanation = text(en, **translations)
    return lambda implementation: Misconception(target, explanation, implementation)


def alternative(target: str) -> Callable[[object], Alternative]:
    """Mark a right but different implementation of ``target``; it must pass every test."""
    return lambda implementation: Alternative(target, implementation)


def points(weight: float) -> pytest.MarkDecorator:
    """Weight of a test among those of its exercise; 1 where nothing is said."""
    if not (math.isfinite(weight) and weight >= 0):
        raise ValueError(f"points() takes a finite number of at least 0, not {weight!r}")
    return pytest.mark.points(weight)


def title(en: str, /, **translations: str) -> pytest.MarkDecorator:
    """What students read as the test's name."""
    return pytest.mark.title(text(en, **translations))


def hidden(en: str, /, **translations: str) -> pytest.MarkDecorator:
    """Keep a test out of student bundles; of its outcome they see title and this hint."""
    return pytest.mark.hidden(text(en, **translations))


def forbids(*operators: str) -> pytest.MarkDecorator:
    """Operators that the student's code must not call: ``forbids("conv2d", "aten.im2col")``.

    A plain name means every torch function, method or ATen operator of that name; a dotted one,
    such as ``Tensor.unfold``, ``F.unfold`` or ``linalg.svd``, only that of the place it tells.
    """
    return pytest.mark.forbids(*operators)


def cases(names: str, values: Sequence[object]) -> pytest.MarkDecorator:
    """Run a test once for each of ``values``; its weight is shared among them."""
    return pytest.mark.parametrize(names, values)


@contextmanager
def refuses(*errors: type[BaseException]) -> Iterator[None]:
    """The calls inside must raise one of ``errors``, built-in exception classes.

    Subclasses count. NotImplementedError never does: that is a stub, not a refusal; nor does
    what is raised while the file is loaded.
    """
    names = [error.__name__ for error in errors]
    trial = current_trial()
    before = len(trial.records)
    try:
        yield
    except CallFailed as caught:
        failure = caught.failure
        if failure.kind is not Kind.RAISED:
            raise
        types = failure.details.get("types", [])
        told = types if isinstance(types, list) else []
        if any(name in told for name in names):
            return
        details = {
            "actual": failure.details["type"],
            "expected": " / ".join(names),
            "message": failure.details["message"],
        }
        wrong = Failure(Kind.WRONG_EXCEPTION, details=details, frames=failure.frames)
        raise CheckFailed(trial.at_last_call(wrong)) from None
    if len(trial.records) == before:
        raise TypeError("nothing inside `with refuses(...)` called the student's code")
    value = trial.records[-1].value
    failure = Failure(
        Kind.NOT_REFUSED, details={"expected": " / ".join(names)}, actual=describe(value)
    )
    raise CheckFailed(trial.at_last_call(failure))


def close(
    actual: object,
    expected: object,
    *,
    rtol: float | None = None,
    atol: float | None = None,
    dtype: bool = False,
    note: Text | None = None,
) -> None:
    """Compare what came back with what was expected; see `torchgrade.compare.compare`.

    Args:
        actual: a value from ``student``, or a part of one.
        expected: what it should be.
        rtol, atol: tolerances; the default follows from the dtype. Looser ones need a comment.
        dtype: ask for the very dtype, not only for its kind.
        note: shown to the student in addition.
    """
    difference = compare(actual, expected, rtol=rtol, atol=atol, dtype=dtype)
    if difference is None:
        return
    whole = _is_short(actual) and _is_short(expected)
    failure = Failure(
        difference.kind,
        actual=describe(actual if whole else difference.actual),
        expected=describe(expected if whole else difference.expected),
        where=difference.where,
        difference=difference.difference,
        details=difference.details,
        note=note,
    )
    raise CheckFailed(current_trial().located(failure, actual))


def _is_short(value: object) -> bool:
    """Whether a sequence, such as a shape, is read at a glance, so that no part need be cut out."""
    plain = (bool, int, float, str, type(None))
    return (
        isinstance(value, (tuple, list))
        and len(value) <= _GLANCE
        and all(isinstance(part, plain) for part in value)
    )


def layout(value: torch.Tensor) -> Layout:
    """Stride, requires_grad and is_leaf of a tensor that came back, as the student told."""
    for record in current_trial().records:
        for tensor, told in record.layouts:
            if tensor is value:
                return told
    raise TypeError("layout() takes a tensor that came from the student, unchanged")
