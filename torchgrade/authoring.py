"""All that a grader file imports.

A grader is a pytest file. Its tests receive the fixtures ``student``, ``rand`` and
``reference`` (see `torchgrade.fixtures`) and use the names below. docs/authoring.md tells
how to write one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
import torch

from torchgrade.compare import compare
from torchgrade.describe import describe
from torchgrade.fixtures import called
from torchgrade.result import Failure, Kind
from torchgrade.sandbox.client import CallFailed, ModuleSource
from torchgrade.sandbox.wire import Layout
from torchgrade.text import Text, text
from torchgrade.timing.drawing import uniform
from torchgrade.timing.model import Timing
from torchgrade.timing.protocol import WrongOutput
from torchgrade.timing.timer import Asked, Found, Timer
from torchgrade.trial import CheckFailed, NotAssessed, current_trial, shipped

__all__ = [
    "Alternative",
    "Inputs",
    "Layout",
    "Misconception",
    "Naive",
    "Probe",
    "alternative",
    "cases",
    "close",
    "forbids",
    "grows_like",
    "hidden",
    "inputs",
    "layout",
    "misconception",
    "naive",
    "points",
    "probe",
    "refuses",
    "slowdown",
    "text",
    "timed",
    "title",
    "uniform",
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


@dataclass(frozen=True)
class Naive(Alternative):
    """A right but slow implementation of ``target``; see `naive`."""


@dataclass(frozen=True)
class Inputs:
    """A function that draws one input for a timed call; see `inputs`."""

    __wrapped_function__: Callable[..., object]

    @property
    def __name__(self) -> str:
        return self.__wrapped_function__.__name__


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


def naive(target: str) -> Callable[[object], Naive]:
    """Mark a right but slow implementation of ``target``, such as the loops of a textbook.

    It must pass every test but the timed ones. Whoever is as slow gets no marks for speed.
    """
    return lambda implementation: Naive(target, implementation)


def inputs(function: Callable[..., object]) -> Inputs:
    """Mark a function ``f(size, generator)`` that draws the arguments of one timed call.

    It returns a tuple of them, made on ``generator.device`` with ``generator`` and nothing else
    that is random, so that the same seed gives the same arguments. It runs where the student's
    code runs, and crosses the wall as a `probe` does. Drawing should be cheap against the work:
    for 10,000 numbers and more `uniform` is quicker than ``torch.rand``, which takes half as long
    as ``torch.randn``.
    """
    return Inputs(function)


timed = pytest.mark.timed
"""Marks a test that uses `slowdown` or `grows_like`. It runs after all others, alone on the device,
and only on an answer that passed them."""


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


def slowdown(
    function: object,
    reference: Callable[..., object],
    make: Inputs,
    *,
    sizes: Sequence[object] | Mapping[str, Sequence[object]],
    name: str | None = None,
    advice: Text | None = None,
) -> Timing:
    """Time the student's code against ``reference``; the test's marks follow from the ratio.

    Full marks go to whoever is about as fast as the model answer, none to whoever is as slow as
    the grader's `naive` one, and steps on a logarithmic scale between. docs/timing.md tells how it
    is measured. Only in a test that is `timed`, once.

    Args:
        function: ``student.f``, or a `probe`, which gets the student's module and the arguments.
        reference: a function of the grader's that does the same in PyTorch. It crosses the wall
            as a probe does.
        make: draws the arguments.
        sizes: what ``make`` is given, one after the other, or such lists by kind of device:
            ``{"cpu": [64], "cuda": [1024]}``. A device that is not listed is not assessed.
        name: what students read the reference to be, such as ``F.conv2d``.
        advice: what a teacher would say to somebody who is slow.
    """
    return _timed(
        lambda timer, asked, source: timer.slowdown(asked, source),
        Kind.SLOW,
        *(function, reference, make, sizes, name, advice, None),
    )


def grows_like(
    function: object,
    reference: Callable[..., object],
    make: Inputs,
    *,
    sizes: Sequence[float] | Mapping[str, Sequence[float]],
    exponent: float,
    name: str | None = None,
    advice: Text | None = None,
) -> Timing:
    """The time of the student's code must grow like ``size ** exponent``, or slower.

    Needs no quiet machine: what is measured is told from the next whole power. ``sizes`` are three
    or more numbers, each about twice the one before. If ``make`` keeps the amount of arithmetic
    the same whatever the size, code that does all at once has exponent 0, and a loop over
    ``size`` things 1. The other arguments are those of `slowdown`; ``reference`` only says what is
    right.
    """
    return _timed(
        lambda timer, asked, source: timer.growth(asked, source),
        Kind.GROWTH,
        *(function, reference, make, sizes, name, advice, exponent),
    )


def _timed(
    measure: Callable[[Timer, Asked, ModuleSource], Found],
    kind: Kind,
    function: object,
    reference: Callable[..., object],
    make: Inputs,
    sizes: Sequence[object] | Mapping[str, Sequence[object]],
    name: str | None,
    advice: Text | None,
    exponent: float | None,
) -> Timing:
    trial = current_trial()
    timer = trial.timer
    if timer is None:
        raise TypeError("slowdown() and grows_like() work only in a test marked @timed")
    if trial.timed is not None:
        raise TypeError("a test may use slowdown() or grows_like() once")
    if not isinstance(make, Inputs):
        raise TypeError("the third argument must be a function marked @inputs")
    target = called(function)
    if target is None and not isinstance(function, Probe):
        raise TypeError("the first argument must be student.f, not called, or a probe")
    if isinstance(sizes, Mapping):
        if timer.device.kind not in sizes:
            raise NotAssessed("device")
        sizes = sizes[timer.device.kind]
    asked = Asked(
        trial.test,
        target or shipped(function),
        shipped(reference),
        shipped(make),
        tuple(sizes),
        name or reference.__name__,
        advice,
        exponent,
    )
    if not asked.sizes or (exponent is not None and len(asked.sizes) < 3):
        raise TypeError("there must be a size, and three for grows_like()")
    try:
        trial.timed = found = measure(timer, asked, trial.seat.source)
    except WrongOutput as wrong:
        difference = wrong.mismatch
        failure = Failure(
            difference.kind,
            call=f"{target or asked.name}(...)",
            actual=describe(difference.actual),
            expected=describe(difference.expected),
            where=difference.where,
            difference=difference.difference,
            details=difference.details,
        )
        raise CheckFailed(failure) from None
    if found.failure is not None:
        raise CheckFailed(found.failure)
    if found.credit is None:
        raise NotAssessed(found.reason)
    assert found.timing is not None
    if found.credit < 1:
        raise CheckFailed(Failure(kind, details=found.timing.details(), note=advice))
    return found.timing
