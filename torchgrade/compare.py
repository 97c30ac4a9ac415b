"""Whether a value that came back is the expected one, and where the two part.

Pure functions on the trusted side of the wall. Nothing here uses ``torch.testing``, whose
first call costs most of a second. Tensors are compared on the CPU, in float64 or int64, piece
by piece, so that a large tensor needs little memory beside itself.

**Tolerance.** A finite float agrees if ``|actual - expected| <= rtol * |expected| + atol * scale``,
where ``scale`` is the largest finite ``|expected|`` of the tensor (1 if there is none above 0).
The scale is what makes a sum whose terms cancel acceptable: its error follows the size of the
terms, not of the result. The defaults follow the less precise dtype of the two:

========================== ============ ========= ====================================
dtype                      rtol         atol      reason
========================== ============ ========= ====================================
float64, complex128        1e-9         1e-11     four million eps: room for badly
                                                  conditioned work, none for a result
                                                  that went through float32 (6e-8)
float32, complex64,        1e-4         1e-5      adding 4096 float32 in sequence was
Python numbers                                    seen to be off by 4e-5 for equal terms
                                                  and by 2.4e-6 of the largest sum for
                                                  terms of both signs
float16, bfloat16          4 eps        1 eps     some ten roundings
float8 (eps below 1)       1 eps        0         one rounding
float8 without mantissa    0            0         powers of two only
========================== ============ ========= ====================================

A relative mistake of 1e-3 is found in everything from float32 up. A Python number counts as
float32, since ``loss.item()`` does not tell what it was computed in. A tensor that mixes
magnitudes (a fill of -1e9 beside probabilities) is only as well checked as its largest
element: such parts should be compared apart, or with ``atol``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType

import torch

from torchgrade.describe import describe, is_dense, kind_of, number
from torchgrade.result import Difference, Kind

__all__ = ["Mismatch", "compare", "same_value"]

CHUNK = 1 << 15
"""Elements compared at a time. Temporaries stay in the processor's cache, and PyTorch starts no
threads for so few: twenty times as fast as larger pieces where cores are busy."""
KEYS_NAMED = 8
KEY_WIDTH = 32
SIGNIFICANT = 5
MOST_DIGITS = 17
"""Significant digits that tell any two float64 apart."""


@dataclass(frozen=True)
class Mismatch:
    """The first part of a value that is not as expected."""

    kind: Kind
    where: str
    """Path to the part, as written in Python: ``""``, ``[1]``, ``['weight'][0]``."""
    details: Mapping[str, object] = field(default_factory=dict)
    """Plain data, as documented at each `Kind`."""
    actual: object = None
    """The part that came back, and below the one expected in its place."""
    expected: object = None
    difference: Difference | None = None


@dataclass(frozen=True)
class _Tolerance:
    """What an author asked for; None stands for the default of the dtype."""

    rtol: float | None
    atol: float | None

    def of(self, dtypes: Sequence[torch.dtype], scale: Callable[[], float]) -> tuple[float, float]:
        """(relative, absolute) tolerance. The author's ``atol`` is taken as it is."""
        defaults = [_DEFAULTS[dtype] for dtype in dtypes]
        rtol = max(d.rtol for d in defaults) if self.rtol is None else self.rtol
        if self.atol is not None:
            return rtol, self.atol
        return rtol, max(d.atol for d in defaults) * scale() + max(d.step for d in defaults)


@dataclass(frozen=True)
class _Default:
    rtol: float
    atol: float
    step: float
    """Two steps between the smallest numbers, where relative precision ends."""


def _dtypes(*names: str) -> tuple[torch.dtype, ...]:
    """Those of the named dtypes that this version of PyTorch has."""
    return tuple(getattr(torch, name) for name in names if hasattr(torch, name))


_INTEGERS = _dtypes("uint8", "uint16", "uint32", "uint64", "int8", "int16", "int32", "int64")
_SINGLE = _dtypes("float32", "complex64")
_DOUBLE = _dtypes("float64", "complex128")
_HALF = _dtypes("float16", "bfloat16", "complex32")
_EIGHT = _dtypes(
    "float8_e4m3fn", "float8_e5m2", "float8_e4m3fnuz", "float8_e5m2fnuz", "float8_e8m0fnu"
)
_COMMON = frozenset((*_SINGLE, *_DOUBLE, torch.int64, torch.int32, torch.uint8, torch.bool))
"""Dtypes for which every version of PyTorch has ``torch.equal``; it lacks float8's, in places."""
_PRECISE = frozenset((torch.float32, torch.float64))
"""Real ones in which a relative tolerance can be worked out without losing it to rounding."""
_COMPLEX = _dtypes("complex32", "complex64", "complex128")


def _kinds() -> Mapping[torch.dtype, str]:
    kinds = dict.fromkeys((*_SINGLE, *_DOUBLE, *_HALF, *_EIGHT), "float")
    kinds.update(dict.fromkeys(_COMPLEX, "complex"))
    kinds.update(dict.fromkeys(_INTEGERS, "integer"))
    kinds[torch.bool] = "bool"
    return MappingProxyType(kinds)


def _defaults() -> Mapping[torch.dtype, _Default]:
    def make(dtype: torch.dtype) -> _Default:
        info = torch.finfo(dtype)
        step = 2 * info.tiny * info.eps
        if dtype in _DOUBLE:
            return _Default(1e-9, 1e-11, step)
        if dtype in _SINGLE:
            return _Default(1e-4, 1e-5, step)
        if dtype in _HALF:
            return _Default(4 * info.eps, info.eps, step)
        return _Default(info.eps, 0.0, 0.0) if info.eps < 1 else _Default(0.0, 0.0, 0.0)

    return MappingProxyType({d: make(d) for d in (*_SINGLE, *_DOUBLE, *_HALF, *_EIGHT)})


_KINDS = _kinds()
"""Dtypes whose elements can be compared. Dtypes of different kinds never agree."""
_DEFAULTS = _defaults()


def compare(
    actual: object,
    expected: object,
    *,
    rtol: float | None = None,
    atol: float | None = None,
    dtype: bool = False,
) -> Mismatch | None:
    """The first thing in which ``actual`` differs from ``expected``; None if they agree.

    - *Collections* agree if their items do. A tuple, a list and a ``torch.Size`` may stand for
      each other; the order of a dict's keys does not matter.
    - *Tensors* must agree in shape (0-d is not ``(1,)``), in the kind of dtype (bool, integer,
      float, complex) or with ``dtype=True`` in the dtype itself, and in every element: bools and
      integers exactly, floats and complex numbers within the tolerance of this module's
      docstring. NaN agrees with NaN, infinity with infinity of its sign, -0.0 with 0.0; the
      parts of a complex number are held to these rules one by one. Device, strides and
      gradients are not compared.
    - *Numbers*: where a Python number is expected, a 0-d tensor of the kind will do. A float may
      come as an integer, a complex number as either; an int must be an integer and a bool a
      bool. A tensor that is expected must come as a tensor.
    - *None, strings, bytes, dtypes and devices* must be equal; a device without an index
      expects any of its type.

    ``rtol`` replaces the relative tolerance; ``atol`` replaces the absolute one and is taken as
    it is, unscaled. Raises ValueError for a tolerance that is negative or not finite, and
    TypeError for an expected value of any other type: both are the author's mistakes.
    """
    for name, tolerance in (("rtol", rtol), ("atol", atol)):
        if tolerance is not None and not 0 <= tolerance < math.inf:
            raise ValueError(f"{name} must be finite and at least 0, not {tolerance!r}")
    return _compare(actual, expected, "", _Tolerance(rtol, atol), dtype)


def same_value(a: object, b: object) -> bool:
    """Whether two results that came back are the same, to the default tolerances.

    Symmetric and strict: types, shapes and dtypes must be equal all the way down, and each
    value must be acceptable where the other is expected. NaN is the same as NaN. A value that
    `compare` can't judge is the same as none.
    """
    if not _same_types(a, b):
        return False
    try:
        return compare(a, b, dtype=True) is None and compare(b, a, dtype=True) is None
    except TypeError:
        return False


def _same_types(a: object, b: object) -> bool:
    if type(a) is not type(b):
        return False
    if isinstance(a, dict) and isinstance(b, dict):
        return len(a) == len(b) and all(key in b and _same_types(a[key], b[key]) for key in a)
    if isinstance(a, tuple | list) and isinstance(b, tuple | list):
        return len(a) == len(b) and all(map(_same_types, a, b))
    return True


# Structure -------------------------------------------------------------------------------------


def _compare(
    actual: object, expected: object, where: str, tolerance: _Tolerance, dtype: bool
) -> Mismatch | None:
    if isinstance(expected, torch.Tensor):
        return _compare_tensors(actual, expected, where, tolerance, dtype)
    if isinstance(expected, bool | int | float | complex):
        return _compare_number(actual, expected, where, tolerance)
    if isinstance(expected, tuple | list):
        if not isinstance(actual, tuple | list):
            return _of_type(actual, expected, where)
        return _compare_sequences(actual, expected, where, tolerance, dtype)
    if isinstance(expected, dict):
        if not isinstance(actual, dict):
            return _of_type(actual, expected, where)
        return _compare_dicts(actual, expected, where, tolerance, dtype)
    if expected is None:
        return None if actual is None else _of_type(actual, expected, where)
    for plain in (str, bytes, torch.dtype, torch.device):
        if isinstance(expected, plain):
            if not isinstance(actual, plain):
                return _of_type(actual, expected, where)
            same = actual == expected or (
                isinstance(actual, torch.device)
                and isinstance(expected, torch.device)
                and expected.index is None
                and actual.type == expected.type
            )
            return None if same else _of_value(actual, expected, where)
    raise TypeError(f"an expected value{_at(where)} can't be {type(expected).__name__!r}")


def _at(where: str) -> str:
    return f" at {where}" if where else ""


def _of_type(actual: object, expected: object, where: str, token: str | None = None) -> Mismatch:
    details = {"actual": kind_of(actual), "expected": token or kind_of(expected)}
    return Mismatch(Kind.TYPE, where, details, actual, expected)


def _of_value(
    actual: object, expected: object, where: str, difference: Difference | None = None
) -> Mismatch:
    return Mismatch(Kind.VALUE, where, {}, actual, expected, difference)


def _compare_sequences(
    actual: Sequence[object],
    expected: Sequence[object],
    where: str,
    tolerance: _Tolerance,
    dtype: bool,
) -> Mismatch | None:
    if len(actual) != len(expected):
        details = {"actual": len(actual), "expected": len(expected)}
        return Mismatch(Kind.LENGTH, where, details, actual, expected)
    for index, (a, e) in enumerate(zip(actual, expected, strict=True)):
        mismatch = _compare(a, e, f"{where}[{index}]", tolerance, dtype)
        if mismatch is not None:
            return mismatch
    return None


def _compare_dicts(
    actual: Mapping[object, object],
    expected: Mapping[object, object],
    where: str,
    tolerance: _Tolerance,
    dtype: bool,
) -> Mismatch | None:
    # True and 1 are one key to Python, but not to a reader.
    came = {(type(key), key) for key in actual}
    asked = {(type(key), key) for key in expected}
    missing = [key for key in expected if (type(key), key) not in came]
    unexpected = [key for key in actual if (type(key), key) not in asked]
    if missing or unexpected:
        details = {"missing": _named(missing), "unexpected": _named(unexpected)}
        return Mismatch(Kind.KEYS, where, details, actual, expected)
    for key, e in expected.items():
        mismatch = _compare(actual[key], e, f"{where}[{_key(key)}]", tolerance, dtype)
        if mismatch is not None:
            return mismatch
    return None


def _key(key: object) -> str:
    return describe(key, width=KEY_WIDTH, lines=1)


def _named(keys: Sequence[object]) -> list[str]:
    named = [_key(key) for key in keys[:KEYS_NAMED]]
    return named if len(keys) <= KEYS_NAMED else [*named, "..."]


# Numbers ---------------------------------------------------------------------------------------


def _compare_number(
    actual: object, expected: bool | int | float | complex, where: str, tolerance: _Tolerance
) -> Mismatch | None:
    dtype = torch.float32
    came = actual
    if isinstance(actual, torch.Tensor) and is_dense(actual) and actual.dtype in _KINDS:
        if actual.dim():
            shapes: dict[str, object] = {"actual": list(actual.shape), "expected": []}
            return Mismatch(Kind.SHAPE, where, shapes, actual, expected)
        dtype = actual.dtype
        came = actual.item()
    if isinstance(expected, bool):
        accepted = isinstance(came, bool)
    elif isinstance(expected, int):
        accepted = isinstance(came, int) and not isinstance(came, bool)
    elif isinstance(expected, float):
        accepted = isinstance(came, int | float) and not isinstance(came, bool)
    else:
        accepted = isinstance(came, int | float | complex) and not isinstance(came, bool)
    if not accepted or not isinstance(came, int | float | complex):
        return _of_other_kind(actual, expected, where)
    if isinstance(expected, int):
        return None if came == expected else _of_value(actual, expected, where)
    precise = dtype if dtype in _DEFAULTS else torch.float32
    rtol, bound = tolerance.of((precise, torch.float32), lambda: _scale_of(_modulus(expected)))
    if _numbers_agree(came, expected, rtol, bound):
        return None
    element = ((), came, expected)
    error = _error_between(came, expected)
    difference = _difference(1, 1, element, element, error, rtol, bound)
    return _of_value(actual, expected, where, difference)


def _of_other_kind(actual: object, expected: bool | int | float | complex, where: str) -> Mismatch:
    """A value of the wrong kind where a number was expected."""
    if isinstance(actual, torch.Tensor) and is_dense(actual):
        asked = {bool: "bool", int: "int64", float: "float32", complex: "complex64"}
        expected_dtype = next(name for kind, name in asked.items() if isinstance(expected, kind))
        details = {"actual": _name(actual.dtype), "expected": expected_dtype}
        return Mismatch(Kind.DTYPE, where, details, actual, expected)
    exact = isinstance(expected, int) or isinstance(actual, complex)
    return _of_type(actual, expected, where, None if exact else "number")


def _scale_of(largest: float) -> float:
    return largest if 0 < largest < math.inf else 1.0


def _modulus(value: complex) -> float:
    """|value|, infinite where it overflows (``abs`` of a complex number raises)."""
    return math.hypot(value.real, value.imag) if isinstance(value, complex) else abs(value)


def _numbers_agree(actual: complex, expected: complex, rtol: float, bound: float) -> bool:
    size = _modulus(expected)
    return _reals_agree(actual.real, expected.real, size, rtol, bound) and _reals_agree(
        actual.imag, expected.imag, size, rtol, bound
    )


def _reals_agree(actual: float, expected: float, size: float, rtol: float, bound: float) -> bool:
    """The rule for one real part; ``size`` is the magnitude of the whole expected number."""
    if actual == expected or (actual != actual and expected != expected):
        return True
    try:
        error = abs(actual - expected)
    except OverflowError:  # an int beyond every float
        return False
    if not math.isfinite(size):
        size = abs(expected)
    return error < math.inf and error <= rtol * size + bound


def _error_between(actual: complex, expected: complex) -> str:
    """|actual - expected| as text; ``inf`` where one of them is infinite or NaN."""
    gaps = [_gap(actual.real, expected.real), _gap(actual.imag, expected.imag)]
    if None in gaps:
        return "inf"
    if isinstance(actual, int) and isinstance(expected, int):
        return number(abs(actual - expected))
    return _short(sum((gap * gap for gap in gaps if gap is not None), Decimal()).sqrt())


def _gap(actual: float, expected: float) -> Decimal | None:
    """The distance of two real parts, exact beyond the range of floats.

    0 where they agree in not being finite, None where they don't.
    """
    if actual == expected or (actual != actual and expected != expected):
        return Decimal()
    if any(isinstance(part, float) and not math.isfinite(part) for part in (actual, expected)):
        return None
    return abs(Decimal(actual) - Decimal(expected))


def _short(error: Decimal) -> str:
    as_float = float(error)
    return number(as_float, 3) if math.isfinite(as_float) else f"{error:.2e}"


# Tensors ---------------------------------------------------------------------------------------


def _name(dtype: torch.dtype) -> str:
    return str(dtype).removeprefix("torch.")


def _compare_tensors(
    actual: object, expected: torch.Tensor, where: str, tolerance: _Tolerance, dtype: bool
) -> Mismatch | None:
    if not is_dense(expected) or expected.dtype not in _KINDS:
        raise TypeError(
            f"an expected tensor{_at(where)} must be dense and of an ordinary dtype, not"
            f" {expected.layout} and {expected.dtype}"
        )
    if not isinstance(actual, torch.Tensor) or not is_dense(actual):
        return _of_type(actual, expected, where)
    if actual.shape != expected.shape:
        shapes: dict[str, object] = {"actual": list(actual.shape), "expected": list(expected.shape)}
        return Mismatch(Kind.SHAPE, where, shapes, actual, expected)
    if actual.dtype is not expected.dtype and (
        dtype or _KINDS.get(actual.dtype) != _KINDS[expected.dtype]
    ):
        names = {"actual": _name(actual.dtype), "expected": _name(expected.dtype)}
        return Mismatch(Kind.DTYPE, where, names, actual, expected)
    a, e = actual.detach().cpu(), expected.detach().cpu()
    if a.dtype is e.dtype and a.dtype in _COMMON:
        if torch.equal(a, e):
            return None
        if a.dtype in _PRECISE and a.numel() <= CHUNK and _close(a, e, tolerance):
            return None
    if _KINDS[e.dtype] in ("bool", "integer"):
        found = _integers_apart(a, e)
    else:
        found = _floats_apart(a, e, tolerance)
    return None if found is None else _of_value(actual, expected, where, found)


@dataclass(frozen=True)
class _Found:
    """Elements out of tolerance in one piece of two tensors, by flat index."""

    count: int
    first: int
    worst: int
    error: float
    """Of the worst element, comparable between pieces."""


def _pieces(a: torch.Tensor, e: torch.Tensor) -> Iterator[tuple[int, torch.Tensor, torch.Tensor]]:
    a, e = a.reshape(-1), e.reshape(-1)
    for start in range(0, a.numel(), CHUNK):
        yield start, a[start : start + CHUNK], e[start : start + CHUNK]


def _integers_apart(a: torch.Tensor, e: torch.Tensor) -> Difference | None:
    shifted = torch.uint64 in (a.dtype, e.dtype)
    found = []
    for start, ours, theirs in _pieces(a, e):
        left, right = _ordered(ours, shifted), _ordered(theirs, shifted)
        apart = left != right
        if shifted:
            apart |= _negative(ours) | _negative(theirs)
        if not bool(apart.any()):
            continue
        # The gap may need 64 bits without a sign: subtract modulo 2**64, then flip the top bit,
        # which puts unsigned numbers into the order of signed ones.
        gap = torch.where(left > right, left - right, right - left) ^ _TOP
        gap = gap.masked_fill(~apart, _TOP)
        worst = int(gap.argmax())
        first = int(apart.to(torch.uint8).argmax())
        size = int(gap[worst]) - _TOP
        found.append(_Found(int(apart.sum()), start + first, start + worst, size))
    return _told(a, e, found, 0.0, 0.0)


_TOP = -(1 << 63)
"""The sign bit of int64."""


def _ordered(t: torch.Tensor, shifted: bool) -> torch.Tensor:
    """The elements as int64 in their own order, all less 2**63 if ``shifted``.

    Shifting makes room for uint64 and has none for negative numbers, which become 0: whoever
    asks for it must look at these apart.
    """
    plain = t.to(torch.int64)
    if not shifted:
        return plain
    return (plain if t.dtype is torch.uint64 else plain.clamp(min=0)) ^ _TOP


def _negative(t: torch.Tensor) -> torch.Tensor:
    plain = t.to(torch.int64)
    return torch.zeros_like(plain, dtype=torch.bool) if t.dtype is torch.uint64 else plain < 0


def _close(a: torch.Tensor, e: torch.Tensor, tolerance: _Tolerance) -> bool:
    """Whether two tensors agree so well that nothing has to be worked out more exactly.

    Never true where `_floats_apart` finds anything: it asks for somewhat more than the relative
    tolerance, so that rounding in the dtype itself makes no difference, and for no absolute one.
    """
    rtol, _ = tolerance.of((a.dtype,), lambda: 0.0)
    return torch.allclose(a, e, rtol=0.99 * rtol, atol=0.0, equal_nan=True)


def _floats_apart(a: torch.Tensor, e: torch.Tensor, tolerance: _Tolerance) -> Difference | None:
    rtol, bound = tolerance.of((a.dtype, e.dtype), lambda: _scale(e))
    found = []
    for start, ours, theirs in _pieces(a, e):
        left, right = _parts(ours), _parts(theirs)
        error = (left - right).abs()
        size = right.abs()
        if right.dim() == 2:
            modulus = _magnitude(right).unsqueeze(-1)
            size = torch.where(modulus.isfinite(), modulus, size)
        # An infinite error must not meet the infinite tolerance that an expected infinity has.
        agree = (error <= size * rtol + bound) & (error < math.inf)
        if bool(agree.all()):
            continue
        agree |= left == right
        agree |= left.isnan() & right.isnan()
        if bool(agree.all()):
            continue
        error = error.nan_to_num(nan=math.inf, posinf=math.inf).masked_fill(agree, 0.0)
        if right.dim() == 2:
            error, agree = _magnitude(error), agree.all(-1)
        apart = ~agree
        worst = int(error.masked_fill(agree, -1.0).argmax())
        first = int(apart.to(torch.uint8).argmax())
        count = int(apart.sum())
        found.append(_Found(count, start + first, start + worst, float(error[worst])))
    return _told(a, e, found, rtol, bound)


def _parts(t: torch.Tensor) -> torch.Tensor:
    """float64 of shape (n,), or of shape (n, 2) for n complex numbers."""
    if t.is_complex():
        return torch.view_as_real(t.to(torch.complex128).resolve_conj())
    return t.to(torch.float64)


def _magnitude(parts: torch.Tensor) -> torch.Tensor:
    return torch.hypot(parts[:, 0], parts[:, 1]) if parts.dim() == 2 else parts.abs()


def _scale(e: torch.Tensor) -> float:
    """The largest finite magnitude; 1 where there is none above 0."""
    largest = 0.0
    for _start, _same, piece in _pieces(e, e):
        sizes = _magnitude(_parts(piece)).nan_to_num(nan=0.0, posinf=0.0)
        largest = max(largest, float(sizes.max()))
    return _scale_of(largest)


def _told(
    a: torch.Tensor, e: torch.Tensor, found: Sequence[_Found], rtol: float, atol: float
) -> Difference | None:
    """All pieces as one `Difference`; None if nothing was found in any."""
    if not found:
        return None
    flat_a, flat_e = a.reshape(-1), e.reshape(-1)

    def element(index: int) -> tuple[tuple[int, ...], complex, complex]:
        return _unravelled(index, a.shape), flat_a[index].item(), flat_e[index].item()

    worst = element(max(found, key=lambda piece: piece.error).worst)  # the first of equals
    return _difference(
        sum(piece.count for piece in found),
        a.numel(),
        element(found[0].first),
        worst,
        _error_between(worst[1], worst[2]),
        rtol,
        atol,
    )


def _unravelled(index: int, shape: Sequence[int]) -> tuple[int, ...]:
    """The index along each axis of a flat index in row-major order."""
    axes = []
    for size in reversed(shape):
        index, along = divmod(index, size)
        axes.append(along)
    return tuple(reversed(axes))


def _difference(
    count: int,
    total: int,
    first: tuple[tuple[int, ...], complex, complex],
    worst: tuple[tuple[int, ...], complex, complex],
    error: str,
    rtol: float,
    atol: float,
) -> Difference:
    """Make a `Difference` of (index, actual, expected) elements."""
    first_actual, first_expected = _told_apart(first[1], first[2])
    worst_actual, worst_expected = _told_apart(worst[1], worst[2])
    return Difference(
        count=count,
        total=total,
        first_index=first[0],
        first_actual=first_actual,
        first_expected=first_expected,
        worst_index=worst[0],
        worst_actual=worst_actual,
        worst_expected=worst_expected,
        worst_error=error,
        rtol=rtol,
        atol=atol,
    )


def _told_apart(actual: complex, expected: complex) -> tuple[str, str]:
    """Both numbers to as few digits, from 5 on, as tell them apart."""
    texts = (number(actual), number(expected))
    for digits in range(SIGNIFICANT + 1, MOST_DIGITS + 1):
        if texts[0] != texts[1]:
            break
        texts = (number(actual, digits), number(expected, digits))
    return texts
