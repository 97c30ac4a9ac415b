"""Marks as they stand in files: how they are rounded and written.

The rule, for every format: points are added up and late penalties taken without rounding; the
result is rounded once, to hundredths, halves up; it is never above the maximum and never below 0;
full points are written exactly as the maximum. Nothing stands where nothing is known.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

__all__ = ["exact", "figure", "rounded"]

_HUNDREDTH = Decimal("0.01")
# What binary fractions leave behind when points are added up must not decide about a half.
_NOISE = Decimal("1e-9")


def exact(points: float) -> Decimal:
    """``points`` as they are written in decimals: 0.1 is a tenth."""
    return Decimal(repr(float(points)))


def rounded(points: float | None, maximum: float, out_of: Decimal | None = None) -> Decimal | None:
    """What is written for ``points`` of ``maximum``; None where nothing may stand.

    ``out_of`` converts to another maximum, in proportion.
    """
    if points is None:
        return None
    top = exact(maximum)
    value = max(Decimal(0), min(exact(points), top))
    if out_of is not None and out_of != top:
        value = value * out_of / top if top else Decimal(0)
        top = out_of
    value = value.quantize(_NOISE, ROUND_HALF_UP)
    return top if value >= top else min(top, value.quantize(_HUNDREDTH, ROUND_HALF_UP))


def figure(value: Decimal | None, comma: bool = False) -> str:
    """``3.5`` or ``3,5``; no zeros that say nothing, no exponent, and ``""`` for None."""
    if value is None:
        return ""
    text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace(".", ",") if comma else text
