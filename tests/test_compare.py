"""What `torchgrade.compare` accepts, and how it tells where two values part."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from torchgrade.compare import CHUNK, Mismatch, compare, same_value
from torchgrade.result import Difference, Kind

# How long an example takes depends on the machine and is no property of the code.
untimed = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

NAN, INF = math.nan, math.inf
FLOATS = ("float64", "float32", "float16", "bfloat16")
EIGHTS = ("float8_e4m3fn", "float8_e5m2", "float8_e4m3fnuz", "float8_e5m2fnuz")
COMPLEX = ("complex64", "complex128")
INTEGERS = ("uint8", "uint16", "uint32", "uint64", "int8", "int16", "int32", "int64")
ALL = (*FLOATS, *EIGHTS, *COMPLEX, *INTEGERS, "bool")


def dtype(name: str) -> torch.dtype:
    found = getattr(torch, name)
    assert isinstance(found, torch.dtype)
    return found


def wrong(actual: object, expected: object, **tolerance: float) -> Mismatch:
    mismatch = compare(actual, expected, **tolerance)  # type: ignore[arg-type]  # floats only
    assert mismatch is not None
    return mismatch


def apart(actual: object, expected: object) -> Difference:
    mismatch = wrong(actual, expected)
    assert mismatch.kind is Kind.VALUE
    assert mismatch.difference is not None
    return mismatch.difference


def t(*values: complex, dtype: torch.dtype | None = None) -> torch.Tensor:
    return torch.tensor(values, dtype=dtype)


shapes = st.lists(st.integers(0, 4), max_size=4).map(tuple)
numbers = st.floats(width=32) | st.sampled_from([NAN, INF, -INF, -0.0, 1e-45, 3e38])
some = st.floats(0.5, 100, width=32) | st.floats(-100, -0.5, width=32)


@st.composite
def tensors(draw: st.DrawFn, names: tuple[str, ...] = ALL) -> torch.Tensor:
    shape = draw(shapes)
    name = draw(st.sampled_from(names))
    count = math.prod(shape)
    if name in INTEGERS or name == "bool":
        whole = draw(st.lists(st.integers(0, 127), min_size=count, max_size=count))
        return torch.tensor(whole).to(dtype(name)).reshape(shape)
    parts = draw(st.lists(numbers, min_size=2 * count, max_size=2 * count))
    flat = torch.tensor(parts, dtype=torch.float64)
    if name in COMPLEX:
        return torch.view_as_complex(flat.reshape(-1, 2)).to(dtype(name)).reshape(shape)
    return flat[:count].to(dtype(name)).reshape(shape)


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.complex_numbers()
    | st.text()
    | st.binary()
    | tensors()
    | st.sampled_from([torch.float32, torch.int64, torch.device("cpu"), torch.Size([2, 0])]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text(max_size=3) | st.integers(), inner, max_size=3)
    ),
    max_leaves=6,
)


# Agreement -------------------------------------------------------------------------------------


@untimed
@given(values)
def test_every_value_agrees_with_itself(value: object) -> None:
    """Reflexive for all data that crosses the wall, NaN and infinities included."""
    assert compare(value, value, rtol=0, atol=0, dtype=True) is None
    assert same_value(value, value)


@untimed
@given(tensors())
def test_a_private_copy_agrees(value: torch.Tensor) -> None:
    """No agreement rests on two tensors being one object or one memory."""
    assert compare(value.clone(), value, rtol=0, atol=0, dtype=True) is None
    assert same_value(value.clone(), value)


@untimed
@given(values, values)
def test_same_value_is_symmetric(a: object, b: object) -> None:
    """Diagnosis may ask in either order."""
    assert same_value(a, b) == same_value(b, a)


@untimed
@given(tensors(), tensors())
def test_same_value_of_tensors_is_symmetric(a: torch.Tensor, b: torch.Tensor) -> None:
    """Also for tensors, which the strategy for values seldom pairs."""
    assert same_value(a, b) == same_value(b, a)


def test_same_value_holds_each_to_the_tolerance_of_the_other() -> None:
    """Zeros accept what is small against 1; something small does not accept zeros."""
    small, zeros = t(5e-6, 0.0), t(0.0, 0.0)
    assert compare(small, zeros) is None
    assert not same_value(small, zeros)
    assert not same_value(zeros, small)


@untimed
@given(st.data())
def test_one_changed_element_is_found(data: st.DataObject) -> None:
    """A relative mistake of 1e-3 in one large element is found, at its index, in any shape."""
    shape = data.draw(shapes.filter(lambda sizes: 0 not in sizes))
    count = math.prod(shape)
    flat = data.draw(st.lists(some, min_size=count, max_size=count))
    where = data.draw(st.integers(0, count - 1))
    name = data.draw(st.sampled_from(("float64", "float32", *COMPLEX)))
    expected = torch.tensor(flat, dtype=torch.float64)
    expected[where] = 100.0
    actual = expected.clone()
    actual[where] *= 1.001
    index = tuple(int(i) for i in torch.unravel_index(torch.tensor(where), shape))
    found = apart(actual.to(dtype(name)).reshape(shape), expected.to(dtype(name)).reshape(shape))
    assert (found.count, found.total) == (1, count)
    assert found.first_index == found.worst_index == index
    assert found.first_actual != found.first_expected


@pytest.mark.parametrize("n", [1000, 4096])
def test_honest_reorderings_pass(n: int) -> None:
    """Sums added one by one agree with PyTorch's, for terms of one sign, of both, and equal."""
    generator = torch.Generator().manual_seed(n)
    for terms in (
        torch.rand(50, n, generator=generator),
        torch.randn(50, n, generator=generator),
        torch.full((50, n), 0.1),
    ):
        total = torch.zeros(50)
        for column in terms.unbind(1):
            total = total + column
        assert compare(total, terms.sum(1)) is None
        assert compare(total, terms.double().sum(1)) is None


@pytest.mark.parametrize(
    ("name", "passes", "fails"),
    [
        ("float64", 1e-10, 6e-8),
        ("float32", 5e-5, 1e-3),
        ("complex128", 1e-10, 6e-8),
        ("complex64", 5e-5, 1e-3),
        ("float16", 2e-3, 2e-2),
        ("bfloat16", 2e-2, 1e-1),
        ("float8_e4m3fn", 0.125, 0.5),
        ("float8_e5m2", 0.25, 0.75),
    ],
)
def test_tolerance_follows_the_dtype(name: str, passes: float, fails: float) -> None:
    """Room for rounding, none for mistakes; never so wide that zeros pass."""
    one = torch.ones(3, dtype=torch.float64)
    kind = torch.complex128 if name in COMPLEX else torch.float64
    assert compare((one + passes).to(kind).to(dtype(name)), one.to(kind).to(dtype(name))) is None
    apart((one + fails).to(kind).to(dtype(name)), one.to(kind).to(dtype(name)))
    apart((0 * one).to(kind).to(dtype(name)), one.to(kind).to(dtype(name)))


def test_the_less_precise_dtype_decides() -> None:
    """A float32 answer is not held to the precision of a float64 reference, or the reverse."""
    third = torch.tensor([1 / 3], dtype=torch.float64)
    assert compare(third.float(), third) is None
    assert compare(third, third.float()) is None
    assert compare(third.half(), third) is None
    apart(third.float().double(), third)


def test_the_scale_is_the_largest_expected_magnitude() -> None:
    """A term that cancels may be off by a little of the largest; scale 1 for zeros only."""
    assert compare(t(100.0, 5e-4), t(100.0, 0.0)) is None
    apart(t(1.0, 5e-4), t(1.0, 0.0))
    apart(t(1.0, 5e-4, INF), t(1.0, 0.0, INF))
    assert compare(t(5e-6, 0.0), t(0.0, 0.0)) is None
    apart(t(5e-5, 0.0), t(0.0, 0.0))


def test_the_last_steps_of_a_dtype_pass() -> None:
    """Where numbers are so small that one step is a large part of them, two steps pass."""
    tiny = torch.tensor([3e-7], dtype=torch.float16)
    assert compare(tiny + 6e-8, tiny) is None
    apart(tiny * 2, tiny)


def test_given_tolerances_replace_the_defaults() -> None:
    """``atol`` is absolute, as it is; ``rtol`` alone leaves the scaled default beside it."""
    assert compare(t(101.0), t(100.0), rtol=0.02) is None
    assert compare(t(1000.0, 0.4), t(1000.0, 0.0), atol=0.5) is None
    assert compare(t(1000.0, 0.6), t(1000.0, 0.0), atol=0.5) is not None
    assert compare(t(1.0000002), t(1.0), rtol=0, atol=0) is not None
    assert compare(0.4, 0.0, atol=0.5) is None
    assert compare(1.4, 1.0, rtol=0.5) is None


@pytest.mark.parametrize("bad", [-1e-9, NAN, INF])
def test_impossible_tolerances_are_refused(bad: float) -> None:
    """A tolerance that would pass everything or nothing is the author's mistake."""
    with pytest.raises(ValueError, match="rtol"):
        compare(1.0, 1.0, rtol=bad)
    with pytest.raises(ValueError, match="atol"):
        compare(1.0, 1.0, atol=bad)


# Non-finite numbers ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["float64", "float32", "float16", "bfloat16", "complex64"])
@pytest.mark.parametrize(
    ("actual", "expected", "agree"),
    [
        (NAN, NAN, True),
        (INF, INF, True),
        (-INF, -INF, True),
        (-0.0, 0.0, True),
        (NAN, 1.0, False),
        (1.0, NAN, False),
        (INF, 1.0, False),
        (1.0, INF, False),
        (INF, -INF, False),
        (NAN, INF, False),
        (INF, NAN, False),
    ],
)
def test_non_finite_numbers(name: str, actual: float, expected: float, agree: bool) -> None:
    """NaN is no wildcard, infinity no infinite tolerance; in tensors and alone."""
    kind = torch.complex128 if name in COMPLEX else torch.float64
    a = torch.tensor([2.0, actual], dtype=kind).to(dtype(name))
    e = torch.tensor([2.0, expected], dtype=kind).to(dtype(name))
    for left, right in ((a, e), (a[1], e[1]), (a[1].item(), e[1].item()), (actual, expected)):
        assert (compare(left, right) is None) == agree
        assert same_value(left, right) == agree
    if not agree:
        assert apart(a, e).worst_error == "inf"
        assert compare(a, e, rtol=1e9, atol=1e9) is not None


@pytest.mark.parametrize(
    ("actual", "expected", "agree"),
    [
        (complex(INF, 2), complex(INF, 2), True),
        (complex(INF, 3), complex(INF, 2), False),
        (complex(NAN, 2), complex(NAN, 2), True),
        (complex(NAN, 3), complex(NAN, 2), False),
        (complex(2, NAN), complex(NAN, 2), False),
        (complex(1e308, 1e308), complex(1e308, 1e308), True),
        (complex(1e308, -1e308), complex(1e308, 1e308), False),
        (complex(1, 1e-12), complex(1, 0), True),
        (complex(1, 1e-3), complex(1, 0), False),
    ],
)
def test_the_parts_of_complex_numbers(actual: complex, expected: complex, agree: bool) -> None:
    """One part that is not finite excuses nothing in the other."""
    a = torch.tensor([actual], dtype=torch.complex128)
    e = torch.tensor([expected], dtype=torch.complex128)
    assert (compare(a, e) is None) == agree
    assert (compare(actual, expected) is None) == agree


def test_conjugate_and_negative_views_are_read_rightly() -> None:
    """PyTorch keeps conjugation and negation as flags; the numbers count."""
    z = torch.tensor([1 + 2j, 3 - 4j])
    plain = torch.tensor([1 - 2j, 3 + 4j])
    assert compare(plain * (1 + 1e-6), z.conj()) is None
    assert compare(plain * (1 + 1e-6), z.to(torch.complex128).conj()) is None
    assert compare(t(-2.0, 4.0) * (1 + 1e-6), z.conj().imag) is None
    apart(z, z.conj())


def test_a_difference_that_overflows_is_still_told() -> None:
    """The distance of two float64 may exceed the largest float64."""
    huge = torch.tensor([1.7e308], dtype=torch.float64)
    assert apart(-huge, huge).worst_error == "3.40e+308"
    assert compare(huge * (1 - 1e-12), huge) is None


def test_a_non_finite_difference_is_the_worst() -> None:
    """First is first in row-major order, worst is the largest error."""
    e = torch.zeros(2, 3)
    a = torch.tensor([[0.0, 5.0, 0.0], [9.0, NAN, 1.0]])
    found = apart(a, e)
    assert (found.count, found.total) == (4, 6)
    assert (found.first_index, found.first_actual, found.first_expected) == ((0, 1), "5.0", "0.0")
    assert (found.worst_index, found.worst_actual, found.worst_error) == ((1, 1), "nan", "inf")


# Exact kinds -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", INTEGERS)
def test_integers_are_exact(name: str) -> None:
    """Off by one at the end of the range is off, though a float64 could not tell."""
    info = torch.iinfo(dtype(name))
    e = torch.tensor([0, info.max, info.min], dtype=dtype(name))
    a = torch.tensor([0, info.max - 1, info.min], dtype=dtype(name))
    found = apart(a, e)
    assert (found.count, found.worst_index, found.worst_error) == (1, (1,), "1")
    assert (found.worst_actual, found.worst_expected) == (str(info.max - 1), str(info.max))
    assert (found.rtol, found.atol) == (0.0, 0.0)
    assert compare(a, e, atol=5) is not None


def test_the_worst_integer_is_found_without_overflow() -> None:
    """The largest gap of int64 does not fit into int64."""
    low, high = -(2**63), 2**63 - 1
    found = apart(t(1, low, high, high - 1), t(0, high, 0, high))
    assert (found.worst_index, found.worst_error) == ((1,), str(2**64 - 1))
    found = apart(t(2**62 + 1, 2**62 + 2), t(2**62, 2**62))
    assert (found.worst_index, found.worst_error) == ((1,), "2")


def test_integers_of_different_dtypes_agree_by_value() -> None:
    """Not by bits: 2**64 - 5 is not -5."""
    assert compare(t(1, 2, dtype=torch.uint8), t(1, 2)) is None
    assert compare(t(7, dtype=torch.uint64), t(7)) is None
    wrapped = t(2**64 - 5, dtype=torch.uint64)
    assert apart(wrapped, t(-5)).worst_error == str(2**64)
    assert apart(t(-5), t(0, dtype=torch.uint64)).worst_error == "5"
    assert apart(t(-5), wrapped).worst_expected == str(2**64 - 5)
    assert apart(t(-1, dtype=torch.int8), t(255, dtype=torch.uint8)).worst_error == "256"


def test_bools_are_exact() -> None:
    """One wrong bool is found and told as a bool."""
    found = apart(t(True, False), t(True, True))
    assert (found.count, found.first_index) == (1, (1,))
    assert (found.first_actual, found.first_expected) == ("False", "True")


# Shape, dtype, type ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("actual", "expected"), [((), (1,)), ((1,), ()), ((2, 3), (3, 2)), ((0,), (0, 3)), ((4,), (1,))]
)
def test_shapes_are_exact(actual: tuple[int, ...], expected: tuple[int, ...]) -> None:
    """No broadcasting; 0-d is not one element; empty tensors have shapes too."""
    mismatch = wrong(torch.zeros(actual), torch.zeros(expected))
    assert mismatch.kind is Kind.SHAPE
    assert mismatch.details == {"actual": list(actual), "expected": list(expected)}


def test_the_kind_of_dtype_is_exact() -> None:
    """Bool, integer, float and complex never stand for each other, not even without elements."""
    for count in (0, 2):
        kinds = [torch.zeros(count, dtype=dtype(n)) for n in ("bool", "int64", "float32")]
        kinds.append(torch.zeros(count, dtype=torch.complex64))
        for i, a in enumerate(kinds):
            for j, e in enumerate(kinds):
                mismatch = compare(a, e)
                assert (mismatch is None) == (i == j)
                assert mismatch is None or mismatch.kind is Kind.DTYPE


def test_the_dtype_itself_on_demand() -> None:
    """With ``dtype=True`` float64 is not float32; without, it is."""
    a, e = torch.ones(2, dtype=torch.float64), torch.ones(2)
    assert compare(a, e) is None
    mismatch = compare([a], [e], dtype=True)
    assert mismatch is not None
    assert (mismatch.kind, mismatch.where) == (Kind.DTYPE, "[0]")
    assert mismatch.details == {"actual": "float64", "expected": "float32"}


def test_gradients_and_strides_do_not_matter() -> None:
    """What is compared are numbers."""
    e = torch.randn(3, 4)
    a = e.t().contiguous().t().requires_grad_()
    assert compare(a, e) is None
    assert compare(e * (1 + 1e-6), a) is None
    assert apart(a.detach() + torch.eye(3, 4), e).first_index == (0, 0)
    assert compare(torch.ones(2, 3), torch.ones(1).expand(2, 3)) is None


@pytest.mark.parametrize(
    ("actual", "expected", "tokens"),
    [
        (None, torch.zeros(2), ("None", "tensor")),
        (0.0, torch.tensor(0.0), ("float", "tensor")),
        ([1.0, 2.0], t(1.0, 2.0), ("list:2", "tensor")),
        ((torch.zeros(2),), torch.zeros(2), ("tuple:1", "tensor")),
        (torch.zeros(2), (1, 2), ("tensor", "tuple:2")),
        (torch.zeros(2).to_sparse(), torch.zeros(2), ("sparse_tensor", "tensor")),
        (torch.zeros(2, device="meta"), torch.zeros(2), ("sparse_tensor", "tensor")),
        (1, None, ("int", "None")),
        ("a", 1.0, ("str", "number")),
        (True, 1.0, ("bool", "number")),
        (1j, 1.0, ("complex", "float")),
        (1.0, 1, ("float", "int")),
        (True, 1, ("bool", "int")),
        (1, True, ("int", "bool")),
        ("a", b"a", ("str", "bytes")),
        ("cpu", torch.device("cpu"), ("str", "device")),
        ("torch.float32", torch.float32, ("str", "dtype")),
        ([], {}, ("list:0", "dict:0")),
        ({}, [], ("dict:0", "list:0")),
        ({1: 2}, torch.Size([1]), ("dict:1", "size:1")),
    ],
)
def test_types(actual: object, expected: object, tokens: tuple[str, str]) -> None:
    """Another type of value is told as such, in tokens that a report can word."""
    mismatch = wrong(actual, expected)
    assert mismatch.kind is Kind.TYPE
    assert (mismatch.details["actual"], mismatch.details["expected"]) == tokens
    assert not same_value(actual, expected)


@pytest.mark.parametrize("expected", [{1, 2}, object(), len, range(3), torch.zeros(2).to_sparse()])
def test_what_cannot_be_judged_is_the_authors_mistake(expected: object) -> None:
    """An expected value without a rule raises, and names its place; it never fails a student."""
    with pytest.raises(TypeError, match=r"\[1\]"):
        compare([1, expected], [1, expected])
    assert not same_value(expected, expected)


def test_an_unjudgeable_answer_is_a_mismatch() -> None:
    """The same value from the student's side is an ordinary failure."""
    for strange in ({1}, object(), len):
        assert wrong(strange, 1.0).kind is Kind.TYPE
        assert wrong(strange, torch.zeros(1)).kind is Kind.TYPE
        assert wrong(strange, (1,)).kind is Kind.TYPE


# Numbers ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (2, 2.0),
        (torch.tensor(2), 2.0),
        (torch.tensor(2.0), 2.0),
        (torch.tensor(2.0, dtype=torch.bfloat16), 2.001),
        (torch.tensor(2), 2),
        (torch.tensor(2, dtype=torch.uint8), 2),
        (torch.tensor(True), True),
        (2.0, 2 + 0j),
        (torch.tensor(2 + 0j), 2 + 0j),
        (torch.rand(1000).mean(), None),
    ],
)
def test_numbers_and_0d_tensors_stand_for_numbers(actual: object, expected: object) -> None:
    """``loss``, ``loss.item()`` and ``float(loss)`` are one answer; so are 2 and 2.0."""
    if expected is None:
        assert isinstance(actual, torch.Tensor)
        expected = float(actual.double())
        assert compare(actual.item() * (1 + 1e-6), expected) is None
    assert compare(actual, expected) is None


@pytest.mark.parametrize(
    ("actual", "expected", "kind"),
    [
        (torch.tensor([2.0]), 2.0, Kind.SHAPE),
        (torch.tensor(2.0), 2, Kind.DTYPE),
        (torch.tensor(1), True, Kind.DTYPE),
        (torch.tensor(True), 1.0, Kind.DTYPE),
        (torch.tensor(2j), 2.0, Kind.DTYPE),
        (2.002, 2.0, Kind.VALUE),
        (3, 2, Kind.VALUE),
        (2**53 + 1, 2**53, Kind.VALUE),
        (False, True, Kind.VALUE),
        (10**400, 1.0, Kind.VALUE),
        (10**400, INF, Kind.VALUE),
        (-(10**400), 1j, Kind.VALUE),
        (2.1, 2 + 0j, Kind.VALUE),
    ],
)
def test_numbers_that_do_not_agree(actual: object, expected: object, kind: Kind) -> None:
    """An int is exact, and huge ones don't break the arithmetic."""
    mismatch = wrong(actual, expected)
    assert mismatch.kind is kind
    if kind is Kind.DTYPE:
        assert all(isinstance(name, str) for name in mismatch.details.values())


@untimed
@given(st.floats() | st.integers(), st.floats())
def test_numbers_and_tensors_follow_one_rule(actual: float, expected: float) -> None:
    """A Python number passes where a 0-d float32 tolerance would, and nowhere else."""
    try:
        a = torch.tensor(float(actual), dtype=torch.float64)
    except OverflowError:
        a = torch.tensor(NAN if expected == expected else 0.0, dtype=torch.float64)
    e = torch.tensor(expected, dtype=torch.float64)
    mismatch = compare(a, e, rtol=1e-4, atol=0.0)
    assert (compare(actual, expected, rtol=1e-4, atol=0.0) is None) == (mismatch is None)


def test_values_are_told_so_that_they_differ() -> None:
    """Few digits where few will do, as many as it takes where not."""
    found = apart(0.5, 0.25)
    assert (found.first_actual, found.first_expected, found.worst_error) == ("0.5", "0.25", "0.25")
    mismatch = wrong(t(1.0000001), t(1.0), rtol=0, atol=0)
    assert mismatch.difference is not None
    assert mismatch.difference.first_actual == "1.0000001"
    assert mismatch.difference.first_expected == "1.0"


# Collections -----------------------------------------------------------------------------------


def test_sequences_stand_for_each_other() -> None:
    """Tuple, list and torch.Size; at every depth."""
    assert compare([1, (2, 3)], (1, [2, 3])) is None
    assert compare((2, 3), torch.Size([2, 3])) is None
    assert compare(torch.Size([2, 3]), [2, 3]) is None
    assert not same_value([1], (1,))
    assert not same_value(torch.Size([1]), (1,))
    assert not same_value([(1,)], [[1]])
    assert not same_value(1, 1.0)
    assert not same_value(t(1.0), t(1.0).double())


def test_the_first_part_that_differs_is_named() -> None:
    """By a path that could be typed, with the parts themselves."""
    last = t(1.0, 3.0)
    e = {"a": (1, 2), "weight": [torch.zeros(2), t(1.0, 2.0)]}
    a = {"weight": [torch.zeros(2), last], "a": [1, 2]}
    mismatch = wrong(a, e)
    assert (mismatch.kind, mismatch.where) == (Kind.VALUE, "['weight'][1]")
    assert mismatch.actual is last
    assert mismatch.difference is not None
    assert mismatch.difference.first_index == (1,)
    assert wrong((1, 5, 6), (1, 2, 3)).where == "[1]"
    assert wrong("a", "b").where == ""


def test_length_and_keys() -> None:
    """Too few, too many; keys by name, a few of many; True is no key 1."""
    assert wrong((1,), (1, 2)).details == {"actual": 1, "expected": 2}
    assert wrong([], torch.Size([1])).kind is Kind.LENGTH
    mismatch = wrong({"b": 1, 3: 2}, {"b": 1, "a": 2})
    assert mismatch.kind is Kind.KEYS
    assert mismatch.details == {"missing": ["'a'"], "unexpected": ["3"]}
    assert wrong({True: 1}, {1: 1}).details == {"missing": ["1"], "unexpected": ["True"]}
    many = wrong(dict.fromkeys(range(1000)), {}).details["unexpected"]
    assert isinstance(many, list)
    assert len(many) < 20
    assert many[-1] == "..."


def test_hostile_keys_stay_readable() -> None:
    """A key from a student is data for a report: short, and without control characters."""
    mismatch = wrong({"\x1b[31m" + "x" * 10_000: 1}, {})
    names = mismatch.details["unexpected"]
    assert isinstance(names, list)
    (name,) = names
    assert len(name) <= 40
    assert "\x1b" not in name


def test_strings_bytes_dtypes_devices() -> None:
    """Equal or not; a device without an index expects any of its type."""
    assert compare(("a", b"b", torch.int8), ("a", b"b", torch.int8)) is None
    assert compare(torch.device("cuda:1"), torch.device("cuda")) is None
    for actual, expected in (
        ("a", "A"),
        (b"a", b"b"),
        (torch.int8, torch.uint8),
        (torch.device("cuda:1"), torch.device("cuda:0")),
        (torch.device("cpu"), torch.device("cuda")),
    ):
        assert wrong(actual, expected).kind is Kind.VALUE


# Large tensors ---------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [torch.float32, torch.complex64, torch.int64, torch.bool])
def test_large_tensors_are_read_to_the_end(kind: torch.dtype) -> None:
    """Pieces are joined rightly: count, first, worst and scale are those of the whole."""
    n = 2 * CHUNK + 5
    e = torch.zeros(n, dtype=kind)
    a = e.clone()
    for index in (CHUNK - 1, CHUNK, n - 1):
        a[index] = 1
    found = apart(a, e)
    assert (found.count, found.total) == (3, n)
    assert found.first_index == found.worst_index == (CHUNK - 1,)
    if kind is not torch.bool:
        a[n - 1] = 7
        assert apart(a, e).worst_index == (n - 1,)
    if kind is torch.float32:
        e[n - 1], a[n - 1] = 1e6, 1e6
        assert compare(a, e) is None


def test_agreeing_tensors_need_little_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Temporaries are pieces: no whole tensor is ever widened to float64."""
    widened: list[int] = []
    original = torch.Tensor.to

    def spy(self: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
        widened.append(self.numel())
        return original(self, dtype)

    monkeypatch.setattr(torch.Tensor, "to", spy)
    e = torch.randn(4 * CHUNK)
    a = torch.nextafter(e, torch.zeros(()))
    assert compare(a, e) is None
    assert widened
    assert max(widened) <= CHUNK
