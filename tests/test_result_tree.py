"""Results as JSON trees: nothing is lost on the way there and back."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
from torchgrade.result_tree import FORMAT, TreeError, from_tree, to_tree
from torchgrade.text import Text, text
from torchgrade.timing.model import Counted, Growth, TimedSize, Timing, Verdict

T = TypeVar("T")

SURROGATES = st.sampled_from(
    ["\ud800\udc00", "a\udfff", "\ud83d", "\0", "\n", "é", "梯度", "\U0001f600"]
)
STRINGS = st.lists(st.text(max_size=5) | SURROGATES, max_size=3).map("".join)
FLOATS = st.floats(allow_nan=True, allow_infinity=True)
INTEGERS = st.integers() | st.sampled_from([2**63 - 1, -(2**63), 2**63, -(10**99)])
TEXTS = st.lists(st.tuples(STRINGS, STRINGS), max_size=3).map(lambda v: Text(tuple(v)))
VALUES = st.recursive(
    st.none() | st.booleans() | INTEGERS | FLOATS | STRINGS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(STRINGS, inner, max_size=3)
    ),
    max_leaves=6,
)


def several(of: st.SearchStrategy[T]) -> st.SearchStrategy[tuple[T, ...]]:
    return st.lists(of, max_size=3).map(tuple)


DIFFERENCES = st.builds(
    Difference,
    count=INTEGERS,
    total=INTEGERS,
    first_index=several(INTEGERS),
    first_actual=STRINGS,
    first_expected=STRINGS,
    worst_index=several(INTEGERS),
    worst_actual=STRINGS,
    worst_expected=STRINGS,
    worst_error=STRINGS,
    rtol=FLOATS,
    atol=FLOATS,
)
FAILURES = st.builds(
    Failure,
    kind=st.sampled_from(Kind),
    blame=st.sampled_from(Blame),
    call=st.none() | STRINGS,
    arguments=several(st.tuples(STRINGS, STRINGS)),
    code=several(STRINGS),
    actual=st.none() | STRINGS,
    expected=st.none() | STRINGS,
    where=STRINGS,
    difference=st.none() | DIFFERENCES,
    details=st.dictionaries(STRINGS, VALUES, max_size=3),
    note=st.none() | TEXTS,
    frames=several(st.builds(Frame, file=STRINGS, line=INTEGERS, function=STRINGS, source=STRINGS)),
)
SIZES = st.builds(
    TimedSize,
    size=STRINGS,
    ratio=FLOATS,
    low=FLOATS,
    high=FLOATS,
    reference=several(FLOATS),
    student=several(FLOATS),
    empty=FLOATS,
    inputs=INTEGERS,
    model=st.none() | FLOATS,
    naive=st.none() | FLOATS,
    credit=st.none() | FLOATS,
)
STEPS = st.lists(st.tuples(FLOATS, FLOATS), max_size=3)
GROWTHS = st.builds(
    lambda exponent, low, high, expected, steps: Growth(
        *(exponent, low, high, expected),
        tuple(size for size, _ in steps),
        tuple(seconds for _, seconds in steps),
    ),
    *(FLOATS, FLOATS, FLOATS, FLOATS, STEPS),
)
COUNTED = st.builds(Counted, INTEGERS, INTEGERS)
TIMINGS = st.builds(
    Timing,
    reference=STRINGS,
    device=st.sampled_from(["cpu", "cuda"]),
    device_name=STRINGS,
    sizes=several(SIZES),
    growth=st.none() | GROWTHS,
    verdict=st.sampled_from(Verdict),
    counted=st.none() | COUNTED,
    model_counted=st.none() | COUNTED,
    peak_memory=st.integers(0),
    conditions=several(st.tuples(STRINGS, STRINGS)),
    advice=st.none() | TEXTS,
)
OUTCOMES = st.builds(
    Outcome,
    test=STRINGS,
    title=TEXTS,
    status=st.sampled_from(Status),
    weight=FLOATS,
    hidden=st.booleans(),
    hint=st.none() | TEXTS,
    failure=st.none() | FAILURES,
    misconception=st.none() | STRINGS,
    explanation=st.none() | TEXTS,
    output=STRINGS,
    seconds=FLOATS,
    operators=several(STRINGS),
    credit=st.none() | FLOATS,
    timing=st.none() | TIMINGS,
)
RESULTS = st.builds(
    ExerciseResult,
    chapter=STRINGS,
    exercise=STRINGS,
    points=FLOATS,
    outcomes=several(OUTCOMES),
    sandbox=STRINGS,
    device=STRINGS,
    digest=STRINGS,
    seconds=FLOATS,
    peak_memory=INTEGERS,
)

PLAIN = ExerciseResult(
    "ch01_a", "b", 4.0, (Outcome("test_c", text("C", zh="丙"), Status.PASSED, 1.0),), "jail"
)


def travelled(result: ExerciseResult) -> ExerciseResult:
    """``result`` after a way through strict JSON in ASCII."""
    written = json.dumps(to_tree(result), allow_nan=False)
    assert written.isascii()
    return from_tree(json.loads(written))


@given(RESULTS)
def test_a_result_comes_back_as_it_was(result: ExerciseResult) -> None:
    """Texts, tuples, enums, NaN, lone surrogates, numbers of any length: all of it."""
    # Reprs tell tuples from lists and integers from floats, and take a NaN to be like itself.
    assert readable(travelled(result)) == readable(result)


def readable(result: ExerciseResult) -> str:
    """Zeros without their sign: a duration of -0.0 is a default, which is left out."""
    same = replace(
        result,
        seconds=result.seconds or 0.0,
        outcomes=tuple(replace(o, seconds=o.seconds or 0.0) for o in result.outcomes),
    )
    return ascii(same)


def test_an_integer_of_any_length_comes_back() -> None:
    """Python refuses to read decimal numbers of more than some thousand digits."""
    outcome = replace(
        PLAIN.outcomes[0], failure=Failure(Kind.MEMORY, details={"bytes": 1 << 99999})
    )
    result = replace(PLAIN, outcomes=(outcome,))
    assert travelled(result) == result


def test_two_surrogates_do_not_become_one_character() -> None:
    """Two halves that a student printed one after the other are not what JSON takes them for."""
    halves = "\ud83d\ude00"
    outcome = replace(PLAIN.outcomes[0], output=halves)
    assert travelled(replace(PLAIN, outcomes=(outcome,))).outcomes[0].output == halves


def test_a_failure_that_outcomes_share_is_written_once() -> None:
    """A file that can't be read fails thirty tests with one reason."""
    failure = Failure(Kind.UNREADABLE, details={"reason": "x" * 10_000})
    outcomes = tuple(
        Outcome(f"test_{n}", text("t"), Status.FAILED, 1.0, failure=failure) for n in range(30)
    )
    result = replace(PLAIN, outcomes=outcomes)
    assert len(json.dumps(to_tree(result))) < 15_000
    assert travelled(result) == result


def test_defaults_are_left_out() -> None:
    """A test that passed is little more than its name."""
    tree = to_tree(PLAIN)
    assert tree == {
        "format": FORMAT,
        "chapter": "ch01_a",
        "exercise": "b",
        "points": 4.0,
        "sandbox": "jail",
        "outcomes": [
            {"test": "test_c", "title": ["en", "C", "zh", "丙"], "status": "passed", "weight": 1.0}
        ],
    }


def test_a_tree_of_another_format_is_refused_by_its_number() -> None:
    """Nobody reads new results with old code by chance."""
    tree = to_tree(PLAIN) | {"format": FORMAT + 1}
    with pytest.raises(TreeError, match=f"format {FORMAT + 1}; this version reads {FORMAT}"):
        from_tree(tree)


@pytest.mark.parametrize(
    "tree",
    [
        None,
        [],
        "result",
        {},
        {"format": FORMAT},
        to_tree(PLAIN) | {"outcomes": 3},
        to_tree(PLAIN) | {"outcomes": [{"test": "test_c"}]},
        to_tree(PLAIN) | {"points": "many"},
        to_tree(PLAIN) | {"peak_memory": 1.5},
        to_tree(PLAIN) | {"digest": 7},
    ],
)
def test_what_is_no_result_is_refused(tree: object) -> None:
    """A damaged row is told as such, never as an error of Python's."""
    with pytest.raises(TreeError):
        from_tree(tree)


def test_details_that_are_not_data_are_refused() -> None:
    """They would come back as something else."""
    outcome = replace(PLAIN.outcomes[0], failure=Failure(Kind.VALUE, details={"x": {1, 2}}))
    with pytest.raises(TypeError, match="a set, which can't be stored"):
        to_tree(replace(PLAIN, outcomes=(outcome,)))


def test_a_weight_that_is_not_finite_stays_so() -> None:
    """It is an author's mistake that `score` tells; storing it must not hide it."""
    outcome = replace(PLAIN.outcomes[0], weight=math.inf)
    assert travelled(replace(PLAIN, outcomes=(outcome,))).outcomes[0].weight == math.inf
