"""How fast code is, in words: ratios, growth, and where the time goes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from torchgrade.i18n import Catalogue
from torchgrade.report.fill import fill
from torchgrade.timing.model import TimedSize, Timing

__all__ = ["duration", "growing", "measured", "operations", "slowness", "times"]

# Beside so many operations for each of the model answer's it is no longer a matter of style.
_MANY = 4


def times(ratio: object) -> str:
    """A ratio in two digits, as far as they mean anything: 0.87, 1.3, 14, 480."""
    if isinstance(ratio, bool) or not isinstance(ratio, (int, float)) or not math.isfinite(ratio):
        return "?"
    if ratio >= 100:
        return f"{float(f'{ratio:.2g}'):,.0f}"
    if ratio >= 10:
        return f"{ratio:.0f}"
    return f"{ratio:.2g}"


def duration(seconds: float) -> str:
    """Seconds in the unit that suits them, in three digits."""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{max(seconds, 0.0) / 1e-9:.3g} ns"


def slowness(details: Mapping[str, object], _: Catalogue) -> str:
    """One sentence: how long it takes against the reference, and the model answer."""
    ratio, high = details.get("ratio"), details.get("high")
    if high == math.inf:
        said = _("Your code takes more than {ratio} times as long as `{reference}`.")
    else:
        said = _("Your code takes {ratio} times as long as `{reference}`.")
    told = fill(said, ratio=times(ratio), reference=str(details.get("reference", "?")))
    model = details.get("model")
    if model is None:
        return told
    also = fill(_("The model answer takes {ratio} times as long."), ratio=times(model))
    return f"{told} {also}"


def growing(details: Mapping[str, object], _: Catalogue) -> str:
    """One sentence: what twice the size costs."""
    exponent, expected = details.get("exponent"), details.get("expected")
    if not isinstance(exponent, (int, float)) or not isinstance(expected, (int, float)):
        return _("The time grows faster with the size than it should.")
    factor = times(2.0**exponent)
    if expected == 0:
        return fill(
            _(
                "At twice the size your code takes {factor} times as long, although there is no"
                " more to compute."
            ),
            factor=factor,
        )
    return fill(
        _(
            "At twice the size your code takes {factor} times as long, where {expected} times is"
            " to be expected."
        ),
        factor=factor,
        expected=times(2.0**expected),
    )


def operations(details: Mapping[str, object], _: Catalogue) -> str | None:
    """Where the time goes, if many small operations are the reason."""
    own, model = details.get("operations"), details.get("model_operations")
    if not isinstance(own, int):
        return None
    if not isinstance(model, int) or model < 1:
        if own < 100:
            return None
        said = _("One call issues {count} operations of torch, each of which costs microseconds.")
        return fill(said, count=f"{own:,}")
    if own < _MANY * model:
        return None
    return fill(
        _("One call issues {count} operations of torch; the model answer needs {model}."),
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
    lines.append(fill(_("measured on {device}"), device=timing.device_name or timing.device))
    return lines


def _at(size: TimedSize, reference: str, _: Catalogue) -> str:
    if not size.student:
        return fill(_("size {size}: no call ended in time"), size=size.size)
    middle = sorted(size.student)[len(size.student) // 2]
    theirs = sorted(size.reference)[len(size.reference) // 2]
    return fill(
        _("size {size}: {own}, `{reference}` {theirs}; {ratio} times ({low} to {high})"),
        size=size.size,
        own=duration(middle),
        reference=reference,
        theirs=duration(theirs),
        ratio=times(size.ratio),
        low=f"{size.low:.3g}",
        high=f"{size.high:.3g}",
    )
