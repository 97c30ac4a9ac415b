"""How fast code is, in words and figures: ratios, growth, and where the time goes."""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from torchgrade.i18n import Catalogue
from torchgrade.report.fill import fill
from torchgrade.report.inert import one_line
from torchgrade.timing.model import Growth, TimedSize, Timing

__all__ = [
    "Figures",
    "costs",
    "duration",
    "figures",
    "growing",
    "interval",
    "measured",
    "slowness",
    "times",
]

# Beside so many operations for each of the model answer's it is no longer a matter of style.
_MANY = 4
# The count of what is no product is rough, so that less says little.
_MUCH = 3
_STEEPEST = 1000.0
_UNKNOWN = "–"


@dataclass(frozen=True)
class Figures:
    """What was measured, as a table, with what can be said of all of it."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    """As long as ``head`` each."""
    remarks: Sequence[str]


def times(ratio: object) -> str:
    """A ratio in as many digits as mean anything: 0.87, 1.05, 1.3, 14, 480."""
    if isinstance(ratio, bool) or not isinstance(ratio, (int, float)) or not math.isfinite(ratio):
        return "?"
    # Near 1 a twentieth is the whole difference.
    return _digits(ratio, 3 if 0.95 <= ratio < 2 else 2)


def interval(low: float, high: float, _: Catalogue) -> str:
    """Between which ratios it lies, in three digits."""
    if high == math.inf:
        return fill(_("at least {low}"), low=_digits(low, 3))
    return fill(_("{low} to {high}"), low=_digits(low, 3), high=_digits(high, 3))


def duration(seconds: float) -> str:
    """Seconds in the unit that suits them, in three digits."""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{max(seconds, 0.0) / 1e-9:.3g} ns"


def slowness(details: Mapping[str, object], _: Catalogue) -> str:
    """How long it takes against the reference, and how long the model answer does."""
    reference = one_line(str(details.get("reference", "?")))
    ratio, high, model = details.get("ratio"), details.get("high"), details.get("model")
    if high == math.inf:
        said = _("Your code takes more than {ratio} times as long as `{reference}`.")
    elif _about_one(ratio):
        said = _("Your code takes about as long as `{reference}`.")
    else:
        said = _("Your code takes {ratio} times as long as `{reference}`.")
    told = fill(said, ratio=times(ratio), reference=reference)
    if model is None:
        return told
    if _about_one(model):
        also = _("The model answer takes about as long as `{reference}`.")
    else:
        also = _("The model answer takes {ratio} times as long as `{reference}`.")
    # `fill` leaves out the space where Chinese meets Chinese.
    return fill(
        "{told} {also}", told=told, also=fill(also, ratio=times(model), reference=reference)
    )


def growing(details: Mapping[str, object], _: Catalogue) -> str:
    """One sentence: what twice the size costs."""
    exponent, expected = details.get("exponent"), details.get("expected")
    if not isinstance(exponent, (int, float)) or not isinstance(expected, (int, float)):
        return _("The time grows faster with the size than it should.")
    factor = times(2.0 ** min(exponent, _STEEPEST))
    if expected == 0:
        return fill(
            _(
                "Each time the size doubles, your code takes {factor} times as long, where it"
                " should hardly take any longer."
            ),
            factor=factor,
        )
    return fill(
        _(
            "Each time the size doubles, your code takes {factor} times as long; {expected} times"
            " would be expected."
        ),
        factor=factor,
        expected=times(2.0 ** min(expected, _STEEPEST)),
    )


def costs(details: Mapping[str, object], _: Catalogue) -> str | None:
    """Where the time goes, if many small operations or much arithmetic are the reason."""
    told = [each for each in (_operations(details, _), _flops(details, _)) if each]
    if len(told) < 2:
        return told[0] if told else None
    return fill("{one} {other}", one=told[0], other=told[1])


def _flops(details: Mapping[str, object], _: Catalogue) -> str | None:
    own, model = details.get("flops"), details.get("model_flops")
    if not isinstance(own, int) or not isinstance(model, int) or own < _MUCH * max(model, 1):
        return None
    said = _(
        "One call of your code takes about {count} floating-point operations, the model answer"
        " {model}."
    )
    return fill(said, count=_digits(own, 2), model=_digits(model, 2))


def _operations(details: Mapping[str, object], _: Catalogue) -> str | None:
    own, model = details.get("operations"), details.get("model_operations")
    if not isinstance(own, int):
        return None
    if not isinstance(model, int) or model < 1:
        if own < 100:
            return None
        said = _(
            "One call of your code runs {count} operations of torch, and each takes microseconds"
            " however little it computes."
        )
        return fill(said, count=f"{own:,}")
    if own < _MANY * model:
        return None
    return fill(
        _(
            "One call of your code runs {count} operations of torch; the model answer needs"
            " {model}."
        ),
        count=f"{own:,}",
        model=f"{model:,}",
    )


def measured(timing: Timing, _: Catalogue) -> Sequence[str]:
    """The figures, a line for each size, and what they were measured on."""
    lines = [_at(size, timing.reference, _) for size in timing.sizes]
    growth = timing.growth
    if growth is not None:
        steps = ", ".join(
            f"{size:g}: {duration(seconds)}"
            for size, seconds in zip(growth.sizes, growth.seconds, strict=True)
        )
        lines.append(fill(_("time by size: {steps}"), steps=steps))
    return [*lines, _where(timing, _)]


def figures(timing: Timing, _: Catalogue) -> Sequence[Figures]:
    """The same as tables: of the ratios, of the growth, as far as there are any."""
    found = []
    if timing.sizes:
        found.append(_ratios(timing, _))
    if timing.growth is not None:
        found.append(_growth(timing.growth, _where(timing, _), _))
    return found


def _ratios(timing: Timing, _: Catalogue) -> Figures:
    model = any(size.model is not None for size in timing.sizes)
    naive = any(size.naive is not None for size in timing.sizes)
    head = [
        *(_("Size"), _("Your code"), timing.reference, _("Times as long"), _("Interval (95%)")),
        *([_("Model answer")] if model else []),
        *([_("Naive answer")] if naive else []),
    ]
    rows = [
        [
            *(size.size, _median(size.student), _median(size.reference)),
            *(times(size.ratio), interval(size.low, size.high, _)),
            *([_maybe(size.model)] if model else []),
            *([_maybe(size.naive)] if naive else []),
        ]
        for size in timing.sizes
    ]
    if len(timing.sizes) > 1:
        rows.append(
            [
                *(_("all sizes"), "", "", times(timing.ratio)),
                interval(timing.low, timing.high, _),
                *([_maybe(timing.model)] if model else []),
                *([_maybe(timing.naive)] if naive else []),
            ]
        )
    compared = fill(_("Ratios are to the time of `{reference}`."), reference=timing.reference)
    return Figures(head, rows, [compared, _sentence(_where(timing, _), _)])


def _growth(growth: Growth, where: str, _: Catalogue) -> Figures:
    rows = [
        [f"{size:,g}", duration(seconds)]
        for size, seconds in zip(growth.sizes, growth.seconds, strict=True)
    ]
    told = fill(
        _(
            "The time grows like the size to the power of {exponent} ({interval}); a power of"
            " {expected} would be expected."
        ),
        exponent=f"{growth.exponent:.2f}",
        interval=fill(_("{low} to {high}"), low=f"{growth.low:.2f}", high=f"{growth.high:.2f}"),
        expected=f"{growth.expected:g}",
    )
    return Figures([_("Size"), _("Your code")], rows, [told, _sentence(where, _)])


def _where(timing: Timing, _: Catalogue) -> str:
    return fill(_("measured on {device}"), device=timing.device_name or timing.device)


def _sentence(clause: str, _: Catalogue) -> str:
    return fill(_("{clause}."), clause=clause[:1].upper() + clause[1:])


def _about_one(ratio: object) -> bool:
    return isinstance(ratio, (int, float)) and 0.95 <= ratio < 1.05


def _median(seconds: Sequence[float]) -> str:
    return duration(statistics.median_high(seconds)) if seconds else _UNKNOWN


def _maybe(ratio: float | None) -> str:
    return _UNKNOWN if ratio is None else times(ratio)


def _digits(value: float, count: int) -> str:
    """``value`` in so many digits, or more where they stand before the point."""
    if not math.isfinite(value):
        return "?"
    rounded = float(f"{value:.{count}g}")
    return f"{rounded:,.0f}" if abs(rounded) >= 10 ** (count - 1) else f"{rounded:.{count}g}"


def _at(size: TimedSize, reference: str, _: Catalogue) -> str:
    if not size.student:
        return fill(_("size {size}: no call ended in time"), size=size.size)
    return fill(
        _("size {size}: {own}, `{reference}` {theirs}; {ratio} times ({interval})"),
        size=size.size,
        own=_median(size.student),
        reference=reference,
        theirs=_median(size.reference),
        ratio=times(size.ratio),
        interval=interval(size.low, size.high, _),
    )
