"""Which misconception explains a failure, told by outputs alone.

A misconception is a wrong implementation. If it and a student's code, given the same inputs,
return the same wrong thing, then the student is told what the misconception's author wrote.
The rule is made so that no explanation is better than a wrong one:

- what both return must agree over the whole test, every call of it;
- agreement counts where the misconception departs from the model answer. Real numbers drawn
  at random hardly agree by chance, so they are strong evidence in themselves. A flag, a small
  count or an exception is weak: it counts only if the student's code behaves as the
  misconception in every test of that function, or if strong evidence in another test has shown
  that this misconception is at work;
- several candidates are told apart by how many other tests they agree on, and if that does
  not tell them apart, nothing is said.

Pure: the caller runs what has to be run.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import torch

from torchgrade.compare import compare
from torchgrade.result import Failure, Kind
from torchgrade.trial import Record

__all__ = ["Behaviour", "Candidate", "agree", "explain"]

_STRONG, _WEAK, _NONE = 2, 1, 0

# Ends that say nothing of how the code computes.
_UNTELLING = frozenset(
    (
        *(Kind.NOT_STARTED, Kind.ABSENT, Kind.SYNTAX, Kind.IMPORT, Kind.UNREADABLE),
        *(Kind.MISSING_NAME, Kind.NOT_CALLABLE, Kind.TIMEOUT, Kind.CPU_TIME, Kind.PROTOCOL),
        Kind.ENGINE,
    )
)

_DISTINCT = 3
_MANY = 6
_TOGETHER = 2
_FINE = 4096.0


@dataclass(frozen=True)
class Behaviour:
    """What one subject did in one test."""

    records: tuple[Record, ...]
    passed: bool


@dataclass(frozen=True)
class Candidate:
    """A misconception, with a way to learn what it does in a test (costly, so asked late)."""

    name: str
    target: str
    """The function or class that it gets wrong."""
    behaviour: Callable[[str], Behaviour | None]

    def concerns(self, behaviour: Behaviour) -> bool:
        """Whether a test asks for the target; a probe may call anything."""
        return any(
            record.name == self.target or record.probe is not None for record in behaviour.records
        )


def explain(
    student: Mapping[str, Behaviour],
    model: Callable[[str], Behaviour | None],
    candidates: Sequence[Candidate],
) -> dict[str, str]:
    """The name of the misconception behind each failed test for which one is found.

    Args:
        student: behaviour by test, all tests of the exercise.
        model: the model answer's behaviour in a test.
        candidates: the misconceptions of the exercise.
    """
    found: dict[str, str] = {}
    shown: set[str] = set()
    hinted: dict[str, list[str]] = {}
    for test, behaviour in student.items():
        if behaviour.passed or _untelling(behaviour):
            continue
        right = model(test)
        if right is None:
            continue
        strong: list[Candidate] = []
        weak: list[Candidate] = []
        for candidate in candidates:
            wrong = candidate.behaviour(test)
            if wrong is None or wrong.passed or not agree(behaviour, wrong):
                continue
            evidence = _evidence(wrong, right)
            (strong if evidence == _STRONG else weak).append(candidate)
            if evidence == _WEAK:
                hinted.setdefault(test, []).append(candidate.name)
        by_values = _choose(student, strong)
        name = by_values or _choose_exact(student, [*strong, *weak])
        if by_values is not None:
            shown.add(by_values)
        if name is not None:
            found[test] = name
    for test, names in hinted.items():
        at_work = shown.intersection(names)
        if test not in found and len(at_work) == 1:
            found[test] = at_work.pop()
    return found


def _choose(student: Mapping[str, Behaviour], candidates: Sequence[Candidate]) -> str | None:
    if len(candidates) < 2:
        return candidates[0].name if candidates else None
    agreements = [
        sum(_agrees(behaviour, candidate, test) for test, behaviour in student.items())
        for candidate in candidates
    ]
    best = max(agreements)
    return candidates[agreements.index(best)].name if agreements.count(best) == 1 else None


def _choose_exact(student: Mapping[str, Behaviour], candidates: Sequence[Candidate]) -> str | None:
    exact = [
        candidate
        for candidate in candidates
        if all(
            _agrees(behaviour, candidate, test)
            for test, behaviour in student.items()
            if candidate.concerns(behaviour)
        )
    ]
    return exact[0].name if len(exact) == 1 else None


def _agrees(behaviour: Behaviour, candidate: Candidate, test: str) -> bool:
    other = candidate.behaviour(test)
    return other is not None and agree(behaviour, other)


def _untelling(behaviour: Behaviour) -> bool:
    failures = [record.failure for record in behaviour.records]
    return not failures or any(f is not None and f.kind in _UNTELLING for f in failures)


def agree(one: Behaviour, other: Behaviour) -> bool:
    """Whether two subjects did the same in a test: the same calls, the same results."""
    if len(one.records) != len(other.records):
        return False
    return all(_same(a, b) for a, b in zip(one.records, other.records, strict=True))


def _same(one: Record, other: Record) -> bool:
    if one.name != other.name:
        return False
    if one.failure is not None or other.failure is not None:
        return _same_failure(one.failure, other.failure)
    return _same_value(one.value, other.value)


def _same_value(one: object, other: object) -> bool:
    try:
        both = compare(one, other, dtype=True), compare(other, one, dtype=True)
    except (TypeError, ValueError):
        return False
    return both == (None, None)


def _same_failure(one: Failure | None, other: Failure | None) -> bool:
    if one is None or other is None or one.kind is not other.kind:
        return False
    # Not the message: everybody words their own refusals.
    keys = ("type", "what", "operators", "signal", "code")
    return all(one.details.get(key) == other.details.get(key) for key in keys)


def _evidence(wrong: Behaviour, right: Behaviour) -> int:
    """How telling it is to agree with ``wrong`` where it departs from ``right``."""
    strongest = _NONE
    for index, record in enumerate(wrong.records):
        other = right.records[index] if index < len(right.records) else None
        if record.failure is not None:
            strength = _WEAK
        elif other is None or other.failure is not None:
            strength = _weight(record.value)
        else:
            strength = _departure(record.value, other.value)
        strongest = max(strongest, strength)
    return strongest


def _departure(wrong: object, right: object) -> int:
    """How telling the parts of ``wrong`` are that differ from ``right``."""
    pairs = _pairs(wrong, right)
    if pairs is not None:
        strengths = [_departure(a, b) for a, b in pairs]
        # One size of a shape may be wrong by chance, two in the same way hardly.
        together = len(strengths) - strengths.count(_NONE)
        if len(strengths) >= _DISTINCT and together >= _TOGETHER:
            return _STRONG
        return max(strengths, default=_NONE)
    if _same_value(wrong, right):
        return _NONE
    if isinstance(wrong, torch.Tensor) and isinstance(right, torch.Tensor):
        alike = wrong.shape == right.shape and wrong.dtype == right.dtype
        return _weight(wrong[~_close(wrong, right)] if alike else wrong)
    return _weight(wrong)


def _pairs(wrong: object, right: object) -> list[tuple[object, object]] | None:
    """The parts of two collections of the same form, or None if they are not that."""
    if isinstance(wrong, (tuple, list)) and isinstance(right, (tuple, list)):
        return list(zip(wrong, right, strict=True)) if len(wrong) == len(right) else None
    if isinstance(wrong, dict) and isinstance(right, dict) and wrong.keys() == right.keys():
        return [(wrong[key], right[key]) for key in wrong]
    return None


def _close(wrong: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
    if wrong.is_floating_point() or wrong.is_complex():
        return torch.isclose(wrong, right, rtol=1e-3, atol=1e-6, equal_nan=True)
    return wrong == right


def _weight(value: object) -> int:
    """How unlikely it is to come upon this value by another road."""
    if isinstance(value, torch.Tensor):
        return _tensor_weight(value)
    if isinstance(value, (tuple, list)):
        return max((_weight(part) for part in value), default=_WEAK)
    if isinstance(value, dict):
        return max((_weight(part) for part in value.values()), default=_WEAK)
    if isinstance(value, complex):
        return max(_weight(value.real), _weight(value.imag))
    if isinstance(value, float) and math.isfinite(value) and not (value * _FINE).is_integer():
        return _STRONG
    return _WEAK


def _tensor_weight(value: torch.Tensor) -> int:
    if value.is_complex():
        value = torch.view_as_real(value)
    if value.dtype is torch.bool:
        return _WEAK
    if value.is_floating_point():
        flat = value.detach().to(torch.float64).reshape(-1)
        fine = torch.isfinite(flat) & (flat * _FINE != (flat * _FINE).round())
        if bool(fine.any()):
            return _STRONG
        value = flat[torch.isfinite(flat)]
    if value.numel() >= _MANY and torch.unique(value).numel() >= _DISTINCT:
        return _STRONG
    return _WEAK
