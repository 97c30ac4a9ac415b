"""Which answers of a class are more alike than chance: pairs, clusters, and what is usual.

Pure but for the time it takes: sources in, pairs out. Pairs are found over the fingerprints that
they share, rare ones first, never by comparing everybody with everybody.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from random import Random
from typing import Final

import numpy as np
import numpy.typing as npt

from torchgrade.similar.fingerprint import Fingerprint, fingerprint, runs

__all__ = [
    "Base",
    "Cluster",
    "Couple",
    "ExerciseSimilarity",
    "Given",
    "Pair",
    "Similarity",
    "similarity",
]

LEAST_OWN: Final = 6
"""Fingerprints of one's own below which an answer is too short to tell anything."""
_PAIRS: Final = 4_000_000
"""Meetings of two answers in one fingerprint that are counted to find pairs."""
_CANDIDATES: Final = 2_000
_RANDOM_PAIRS: Final = 2_000
_COMMON: Final = 0.5
"""What more than this share of a class wrote is what the exercise asks for."""
_SMALL_CLASS: Final = 6
_SEVERAL: Final = 3
"""Exercises in which likeness that is not unusual in any of them is so taken together."""
_CLEARLY: Final = 1.5
_FLOOR: Final = 60.0
"""Bits below which nothing is called unusual, however alike nobody else is."""


@dataclass(frozen=True)
class Given:
    """What everybody had of an exercise, or could have: its stub and its model answer."""

    sources: Sequence[str]


@dataclass(frozen=True)
class Pair:
    """Two answers to one exercise."""

    exercise: str
    first: str
    second: str
    """Ids of students, in order."""
    overlap: float
    """Share of the shorter one's own part that is in the other as well, from 0 to 1. Rare parts
    weigh more."""
    shared: int
    """Fingerprints in common."""
    bits: float
    """How much of a coincidence the shared part is: the sum over its fingerprints of how rare
    each is in the class, in bits, times `overlap`."""
    unusual: float
    """``bits`` in relation to what one random pair in a hundred of this exercise has."""

    @property
    def stands_out(self) -> bool:
        """Whether it is clearly beyond what one random pair in a hundred has."""
        return self.unusual >= _CLEARLY


@dataclass(frozen=True)
class Cluster:
    """Students whose answers to one exercise hang together by pairs."""

    exercise: str
    students: Sequence[str]


@dataclass(frozen=True)
class Couple:
    """Two students, and every exercise in which their answers are alike."""

    first: str
    second: str
    pairs: Sequence[Pair]
    """Most unusual first."""

    @property
    def unusual(self) -> float:
        """Over all exercises. Several count for more than one, however unusual that is: chance
        rarely strikes the same two twice."""
        return math.fsum(math.log2(1 + pair.unusual) for pair in self.pairs)


@dataclass(frozen=True)
class Base:
    """How alike random pairs of an exercise are."""

    pairs: int
    """How many were looked at."""
    median: float
    """Overlap that half of them exceed."""
    high: float
    """Overlap that one in a hundred exceeds."""
    high_bits: float


@dataclass(frozen=True)
class ExerciseSimilarity:
    """What was found in one exercise."""

    key: str
    compared: int
    """Answers long enough to be compared."""
    too_short: int
    """Answers with too little of their own."""
    base: Base
    pairs: Sequence[Pair]
    """Those at or above the threshold, most unusual first."""
    clusters: Sequence[Cluster]
    """Of pairs that stand out."""


@dataclass(frozen=True)
class Similarity:
    """What was found in a class."""

    threshold: float
    exercises: Sequence[ExerciseSimilarity]

    @property
    def couples(self) -> Sequence[Couple]:
        """Those who stand out in one exercise or are alike in several, most unusual first."""
        found: dict[tuple[str, str], list[Pair]] = {}
        for pair in sorted((p for e in self.exercises for p in e.pairs), key=_order):
            found.setdefault((pair.first, pair.second), []).append(pair)
        couples = [
            Couple(*names, tuple(pairs))
            for names, pairs in found.items()
            if pairs[0].stands_out or len(pairs) >= _SEVERAL
        ]
        return sorted(couples, key=lambda c: (-c.unusual, c.first, c.second))


def similarity(
    answers: Mapping[str, Mapping[str, str]],
    given: Mapping[str, Given],
    *,
    threshold: float = 0.5,
    step: Callable[[str], None] = lambda _: None,
) -> Similarity:
    """Pairs of answers in which an unusual lot is the same.

    Args:
        answers: source text by student and `Exercise.key`.
        given: by `Exercise.key`, in the order in which exercises are to be reported.
        threshold: least overlap of a pair, from 0 to 1.
        step: told the key of each exercise that is done.
    """
    found = []
    for key, handed_out in given.items():
        texts = {student: own[key] for student, own in answers.items() if key in own}
        found.append(_in_exercise(key, texts, handed_out, threshold))
        step(key)
    return Similarity(threshold, found)


def _in_exercise(
    key: str, texts: Mapping[str, str], given: Given, threshold: float
) -> ExerciseSimilarity:
    known = [runs(source) for source in given.sources]
    prints = {text: fingerprint(text, known) for text in set(texts.values())}
    students = sorted(texts)
    holders = Counter[int]()
    for student in students:
        holders.update(prints[texts[student]].own)
    usual = _COMMON * len(students) if len(students) >= _SMALL_CLASS else len(students)
    weights = {
        code: math.log2((len(students) + 1) / count)
        for code, count in holders.items()
        if count <= usual
    }
    own = {text: _Own.of(found, weights) for text, found in prints.items()}
    long_enough = [s for s in students if len(own[texts[s]].codes) >= LEAST_OWN]
    answers = [own[texts[student]] for student in long_enough]
    base = _base(key, answers, weights)
    pairs = []
    for first, second in _candidates(answers, holders, weights):
        pair = _pair(key, long_enough, answers, first, second, weights, base)
        if pair.overlap >= threshold:
            pairs.append(pair)
    pairs.sort(key=_order)
    return ExerciseSimilarity(
        key,
        len(long_enough),
        len(students) - len(long_enough),
        base,
        pairs,
        _clusters(key, [pair for pair in pairs if pair.stands_out]),
    )


@dataclass(frozen=True)
class _Own:
    """What of an answer is neither given nor common."""

    codes: frozenset[int]
    total: float
    """The sum of the weights."""

    @classmethod
    def of(cls, found: Fingerprint, weights: Mapping[int, float]) -> _Own:
        codes = frozenset(code for code in found.own if code in weights)
        return cls(codes, math.fsum(weights[code] for code in codes))


def _pair(
    key: str,
    students: Sequence[str],
    answers: Sequence[_Own],
    first: int,
    second: int,
    weights: Mapping[int, float],
    base: Base,
) -> Pair:
    overlap, bits, shared = _alike(answers[first], answers[second], weights)
    unusual = bits / max(base.high_bits, _FLOOR)
    return Pair(key, students[first], students[second], overlap, shared, bits, unusual)


def _alike(one: _Own, other: _Own, weights: Mapping[int, float]) -> tuple[float, float, int]:
    """Overlap, bits, and how many fingerprints are shared."""
    shared = one.codes & other.codes
    weight = math.fsum(weights[code] for code in shared)
    overlap = weight / min(one.total, other.total)
    return overlap, weight * overlap, len(shared)


def _order(pair: Pair) -> tuple[float, str, str, str]:
    return -pair.unusual, pair.exercise, pair.first, pair.second


def _base(key: str, answers: Sequence[_Own], weights: Mapping[int, float]) -> Base:
    count = len(answers)
    if count < 2:
        return Base(0, 0.0, 0.0, 0.0)
    chosen: Iterable[tuple[int, int]]
    if count * (count - 1) // 2 <= _RANDOM_PAIRS:
        chosen = combinations(range(count), 2)
    else:
        rng = Random(key)
        chosen = [_two(rng, count) for _ in range(_RANDOM_PAIRS)]
    found = [_alike(answers[a], answers[b], weights)[:2] for a, b in chosen]
    overlaps, bits = (np.array(column) for column in zip(*found, strict=True))
    median, high = np.quantile(overlaps, (0.5, 0.99))
    return Base(len(found), float(median), float(high), float(np.quantile(bits, 0.99)))


def _two(rng: Random, count: int) -> tuple[int, int]:
    first, second = rng.sample(range(count), 2)
    return first, second


def _candidates(
    answers: Sequence[_Own], holders: Mapping[int, int], weights: Mapping[int, float]
) -> Sequence[tuple[int, int]]:
    """Pairs that share most, by what is rare: they alone are compared in full."""
    postings: dict[int, list[int]] = {}
    for index, answer in enumerate(answers):
        for code in answer.codes:
            postings.setdefault(code, []).append(index)
    shared = [code for code, at in postings.items() if len(at) > 1]
    shared.sort(key=lambda code: (len(postings[code]), code))
    by_size: dict[int, list[int]] = {}
    budget = _PAIRS
    for code in shared:
        size = len(postings[code])
        budget -= size * (size - 1) // 2
        if budget < 0:
            break
        by_size.setdefault(size, []).append(code)
    keys: list[npt.NDArray[np.int64]] = []
    gains: list[npt.NDArray[np.float64]] = []
    count = len(answers)
    for size, codes in by_size.items():
        table = np.array([postings[code] for code in codes], dtype=np.int64)
        rows, columns = np.triu_indices(size, 1)
        keys.append((table[:, rows] * count + table[:, columns]).ravel())
        gain = np.array([weights[code] for code in codes])
        gains.append(np.repeat(gain, len(rows)))
    if not keys:
        return []
    pairs, places = np.unique(np.concatenate(keys), return_inverse=True)
    gained = np.bincount(places, weights=np.concatenate(gains))
    totals = np.array([answer.total for answer in answers])
    firsts, seconds = np.divmod(pairs, count)
    score = gained**2 / np.minimum(totals[firsts], totals[seconds])
    # Ties go by place, so that the same class always has the same pairs.
    best = np.argsort(-score, kind="stable")[:_CANDIDATES]
    return [(int(firsts[at]), int(seconds[at])) for at in best]


def _clusters(key: str, pairs: Sequence[Pair]) -> Sequence[Cluster]:
    """Groups of three and more."""
    group: dict[str, set[str]] = {}
    for pair in pairs:
        joined = group.get(pair.first, {pair.first}) | group.get(pair.second, {pair.second})
        for student in joined:
            group[student] = joined
    distinct = {id(members): members for members in group.values()}.values()
    found = [Cluster(key, sorted(members)) for members in distinct if len(members) > 2]
    return sorted(found, key=lambda cluster: (-len(cluster.students), cluster.students))
