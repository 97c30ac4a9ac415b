"""Failures in a teacher's words: one sentence for what went wrong, one for what to do about it.

Every `Kind` has a headline. A remedy stands only where it follows from the facts: what is
merely likely is left to the course's misconceptions and hints.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from typing import assert_never

from torchgrade.i18n import Catalogue, catalogue
from torchgrade.report.fill import fill
from torchgrade.report.inert import one_line
from torchgrade.report.nouns import noun
from torchgrade.report.speed import costs, growing, slowness
from torchgrade.result import Blame, Failure, Kind

__all__ = ["headline", "remedy"]

_UNKNOWN = "?"
_BINARY_UNITS = ("bytes", "KiB", "MiB", "GiB", "TiB")


def headline(failure: Failure, language: str) -> str:
    """What went wrong, in one sentence. Never empty; a missing detail reads as ``?``."""
    _ = catalogue(language)
    sentence = _sentence(failure, _)
    if failure.where and failure.kind in _ABOUT_A_PART:
        return fill(
            _("In `result{where}`: {sentence}"), where=one_line(failure.where), sentence=sentence
        )
    return sentence


def remedy(failure: Failure, language: str) -> str | None:
    """What to do about it, if the engine can know."""
    return _advice(failure, catalogue(language))


_ABOUT_A_PART = frozenset(
    {Kind.VALUE, Kind.SHAPE, Kind.DTYPE, Kind.DEVICE, Kind.TYPE, Kind.LENGTH, Kind.KEYS}
)


def _sentence(failure: Failure, _: Catalogue) -> str:
    details = failure.details
    match failure.kind:
        case Kind.VALUE:
            return _value(failure, _)
        case Kind.SHAPE:
            return fill(
                _("The shape is {actual} where {expected} was expected."),
                actual=_shape(details, "actual"),
                expected=_shape(details, "expected"),
            )
        case Kind.DTYPE:
            return fill(
                _("The dtype is `{actual}` where `{expected}` was expected."),
                actual=_code(details, "actual"),
                expected=_code(details, "expected"),
            )
        case Kind.DEVICE:
            return fill(
                _("The tensor is on device `{actual}` where `{expected}` was expected."),
                actual=_code(details, "actual"),
                expected=_code(details, "expected"),
            )
        case Kind.TYPE:
            return fill(
                _("The result is {actual} where {expected} was expected."),
                actual=noun(_code(details, "actual"), _),
                expected=noun(_code(details, "expected"), _),
            )
        case Kind.LENGTH:
            return fill(
                _("The length is {actual} where {expected} was expected."),
                actual=_code(details, "actual"),
                expected=_code(details, "expected"),
            )
        case Kind.KEYS:
            return _keys(details, _)
        case Kind.ASSERTION:
            note = failure.note.to(_.language) if failure.note else ""
            return note or _("The result does not have a property that this test asks for.")
        case Kind.NOT_REFUSED:
            return fill(
                _("Your code accepted arguments that it must refuse with {expected}."),
                expected=_names(details, "expected", _),
            )
        case Kind.WRONG_EXCEPTION:
            return fill(
                _("{expected} was expected, but your code raised {actual}."),
                actual=_exception(_code(details, "actual"), details),
                expected=_names(details, "expected", _),
            )
        case Kind.RAISED:
            return fill(
                _("Your code raised {exception}."),
                exception=_exception(_code(details, "type"), details),
            )
        case Kind.NOT_STARTED:
            return _("Not started yet: the function still raises NotImplementedError.")
        case Kind.RECURSION:
            return _("A function called itself until Python's limit on recursion was reached.")
        case Kind.TIMEOUT:
            seconds = _number(details, "seconds")
            return fill(
                _.ngettext(
                    "The call did not return within {seconds} second.",
                    "The call did not return within {seconds} seconds.",
                    1 if seconds == "1" else 2,
                ),
                seconds=seconds,
            )
        case Kind.CPU_TIME:
            seconds = _number(details, "seconds")
            return fill(
                _.ngettext(
                    "Your code used more than {seconds} second of processor time.",
                    "Your code used more than {seconds} seconds of processor time.",
                    1 if seconds == "1" else 2,
                ),
                seconds=seconds,
            )
        case Kind.MEMORY:
            return fill(
                _("Your code needed more memory than the {limit} that it may use."),
                limit=_binary(details.get("bytes")),
            )
        case Kind.SIGNAL:
            return _signal(_code(details, "signal"), _)
        case Kind.EXITED:
            return _("Your code ended the whole process instead of returning.")
        case Kind.FORBIDDEN:
            return fill(
                _("Your code called {operators}, but this exercise must be solved without."),
                operators=_names(details, "operators", _),
            )
        case Kind.ABSENT:
            return fill(_("There is no file `{path}`."), path=_code(details, "path"))
        case Kind.SYNTAX:
            return _syntax(details, _)
        case Kind.IMPORT:
            return fill(
                _("Your file could not be loaded. It raised {exception}."),
                exception=_exception(_code(details, "type"), details),
            )
        case Kind.MISSING_NAME:
            return _missing_name(details, _)
        case Kind.NOT_CALLABLE:
            return fill(
                _("`{name}` in your file is neither a function nor a class."),
                name=_code(details, "name"),
            )
        case Kind.UNREADABLE if failure.blame is not Blame.STUDENT:
            return fill(
                _("Your answer is set aside for a person to grade: {reason}."),
                reason=_(_clause(details, "reason")),
            )
        case Kind.UNREADABLE:
            # The reason is a message of `torchgrade.submission`, not yet translated.
            return fill(
                _("Your file could not be read: {reason}."), reason=_(_clause(details, "reason"))
            )
        case Kind.UNSUPPORTED:
            return _unsupported(failure, _)
        case Kind.TOO_LARGE:
            return _too_large(details, _)
        case Kind.PROTOCOL:
            return _("Your code broke the connection to the grader, so that no answer came back.")
        case Kind.UNUSABLE:
            return fill(
                _("The test could not work with what your code returned: {message}."),
                message=_clause(details, "message"),
            )
        case Kind.AUTHOR | Kind.ENGINE:
            return _("Could not be graded: a fault of the grader, not yours. It costs no marks.")
        case Kind.SLOW:
            return slowness(details, _)
        case Kind.GROWTH:
            return growing(details, _)
        case Kind.NOT_TIMED:
            return _("Not timed: that takes an answer that passes all the other tests.")
        case Kind.NOT_ASSESSED:
            return _not_assessed(details, _)
        case Kind.UNSTABLE:
            return _(
                "Could not be timed: what was measured differs too much, as it does on a busy"
                " machine. It costs no marks."
            )
        case Kind.IMPLAUSIBLE:
            return fill(
                _(
                    "Your code took less than a tenth of the time of `{reference}`. A person will"
                    " look at it before it counts."
                ),
                reference=_code(details, "reference"),
            )
        case Kind.UNRECORDED:
            return _("This can't be told here. It is tested when your answer is graded.")
    assert_never(failure.kind)


def _not_assessed(details: Mapping[str, object], _: Catalogue) -> str:
    match details.get("reason"):
        case "asked":
            said = _("Not assessed: speed was not measured this time.")
        case "busy":
            said = _("Not assessed: the machine is too busy to tell.")
        case "model":
            said = _("Not assessed here, where there is no model answer to compare with.")
        case _other:
            said = _("Not assessed on this device.")
    if "ratio" in details:
        return fill("{said} {told}", said=said, told=slowness(details, _))
    if "exponent" in details:
        return fill("{said} {told}", said=said, told=growing(details, _))
    return said


def _value(failure: Failure, _: Catalogue) -> str:
    difference = failure.difference
    if difference is None or difference.total <= 1:
        return _("The value is not the one expected.")
    if difference.count >= difference.total:
        return fill(
            _("All {total} elements differ from what was expected."), total=difference.total
        )
    return fill(
        _.ngettext(
            "{count} of {total} elements differs from what was expected.",
            "{count} of {total} elements differ from what was expected.",
            difference.count,
        ),
        count=difference.count,
        total=difference.total,
    )


def _keys(details: Mapping[str, object], _: Catalogue) -> str:
    missing, unexpected = _names(details, "missing", _), _names(details, "unexpected", _)
    if details.get("missing") and details.get("unexpected"):
        return fill(
            _("The dictionary lacks {missing} and has {unexpected}, which was not expected."),
            missing=missing,
            unexpected=unexpected,
        )
    if details.get("unexpected"):
        return fill(
            _("The dictionary has {unexpected}, which was not expected."), unexpected=unexpected
        )
    return fill(_("The dictionary lacks {missing}."), missing=missing)


def _signal(name: str, _: Catalogue) -> str:
    match name:
        case "SIGSEGV" | "SIGBUS" | "SIGILL" | "SIGFPE" | "SIGABRT":
            return fill(
                _("Your process was ended by {signal} (a crash inside native code)."), signal=name
            )
        case "SIGKILL":
            return _("Your process was ended by SIGKILL (often for using too much memory).")
        case "SIGSYS":
            return _(
                "Your process was ended by SIGSYS (it asked the system for something forbidden)."
            )
        case "SIGXCPU":
            return _("Your process was ended by SIGXCPU (it used too much processor time).")
        case "SIGXFSZ":
            return _("Your process was ended by SIGXFSZ (it wrote too large a file).")
        case _other:
            return fill(_("Your process was ended by {signal}."), signal=name)


def _syntax(details: Mapping[str, object], _: Catalogue) -> str:
    message = _clause(details, "message")
    line = details.get("line")
    if isinstance(line, int):
        return fill(
            _("Your file is not valid Python; line {line}: {message}."), line=line, message=message
        )
    return fill(_("Your file is not valid Python: {message}."), message=message)


def _missing_name(details: Mapping[str, object], _: Catalogue) -> str:
    name = _code(details, "name")
    if details.get("near"):
        return fill(
            _("`{name}` is not defined in your file; did you mean `{near}`?"),
            name=name,
            near=_code(details, "near"),
        )
    return fill(_("`{name}` is not defined in your file."), name=name)


def _unsupported(failure: Failure, _: Catalogue) -> str:
    details = failure.details
    what = noun(_code(details, "what"), _)
    where = details.get("where") or failure.where
    if where:
        return fill(
            _("What your code returned contains {what} at `{where}`, which a test can't read."),
            what=what,
            where=one_line(str(where)),
        )
    if details.get("remedy"):
        return fill(
            _("Your code returned {what}; return {instead}."),
            what=what,
            instead=noun(_code(details, "remedy"), _),
        )
    return fill(_("Your code returned {what}, which a test can't read."), what=what)


def _too_large(details: Mapping[str, object], _: Catalogue) -> str:
    limit = _number(details, "limit")
    match details.get("what"):
        case "bytes":
            return fill(
                _("What your code returned is larger than the {limit} that may come back."),
                limit=_binary(details.get("limit")),
            )
        case "depth":
            return fill(
                _("What your code returned is nested more than {limit} levels deep."), limit=limit
            )
        case _other:
            return fill(_("What your code returned has more than {limit} items."), limit=limit)


def _advice(failure: Failure, _: Catalogue) -> str | None:
    details = failure.details
    match failure.kind:
        case Kind.VALUE:
            difference = failure.difference
            if difference and difference.first_actual == "nan" != difference.first_expected:
                return _("NaN comes from 0/0, inf - inf, or the logarithm or root of a negative.")
            return None
        case Kind.SHAPE:
            return _shape_advice(details.get("actual"), details.get("expected"), _)
        case Kind.TYPE:
            return _type_advice(str(details.get("actual")), str(details.get("expected")), _)
        case Kind.DEVICE:
            return _("Make new tensors on the device of the inputs, e.g. with `device=x.device`.")
        case Kind.NOT_REFUSED:
            return _("Check the arguments at the top of the function and raise the exception.")
        case Kind.NOT_STARTED:
            return _("Replace `raise NotImplementedError` with your own code.")
        case Kind.RECURSION:
            return _("A recursion needs a case in which the function does not call itself.")
        case Kind.TIMEOUT | Kind.CPU_TIME:
            return _(
                "Look for a loop that never ends, or for one over elements that a single"
                " tensor operation could replace."
            )
        case Kind.MEMORY:
            return _("Look for a tensor much larger than the inputs and the result.")
        case Kind.EXITED:
            return _("Return a value; never call `exit`, `quit` or `os._exit`.")
        case Kind.ABSENT:
            return _("Put your answer there, or get the empty exercise back with `course reset`.")
        case Kind.SYNTAX:
            return _("Look at that line and the one before: a bracket, a colon, the indentation.")
        case Kind.IMPORT:
            if details.get("type") in ("ModuleNotFoundError", "ImportError"):
                return _("Import only torch, the standard library and what the exercise came with.")
            return _("All code outside functions and classes runs when the file is loaded.")
        case Kind.MISSING_NAME:
            return _("Define it under exactly this name, and not inside a function or class.")
        case Kind.NOT_CALLABLE:
            return fill(
                _("Define it with `def {name}(...)`, and give the name to nothing else."),
                name=_code(details, "name"),
            )
        case Kind.UNSUPPORTED:
            where = details.get("where") or failure.where
            if not details.get("remedy"):
                return _("Return tensors, numbers or strings, or tuples, lists, dicts of these.")
            if not where:
                return None
            return fill(_("Return {instead} there."), instead=noun(_code(details, "remedy"), _))
        case Kind.SLOW:
            return costs(details, _)
        case Kind.GROWTH:
            return _("Look for a loop where one tensor operation could do all of it at once.")
        case Kind.PROTOCOL:
            return _("Leave the process's file descriptors and the grader's own modules alone.")
        case _other:
            return None


def _shape_advice(actual: object, expected: object, _: Catalogue) -> str | None:
    if not (isinstance(actual, list | tuple) and isinstance(expected, list | tuple)):
        return None
    if sorted(actual) == sorted(expected):
        return _("The sizes are right, but their order is not.")
    if [size for size in actual if size != 1] == [size for size in expected if size != 1]:
        if len(actual) < len(expected):
            return _("Only an axis of size 1 is missing: see `keepdim` and `unsqueeze`.")
        if len(actual) > len(expected):
            return _("Only an axis of size 1 is too many: see `keepdim` and `squeeze`.")
    return None


def _type_advice(actual: str, expected: str, _: Catalogue) -> str | None:
    if actual == "None":
        return _(
            "`None` is what a function without `return` gives, and the `.grad` of a tensor that"
            " no gradient reached."
        )
    if actual in {"int", "float", "bool"} and expected == "tensor":
        return _("`.item()` and Python's own arithmetic make numbers; keep the tensor.")
    return None


def _exception(name: str, details: Mapping[str, object]) -> str:
    return f"{name}: {_clause(details, 'message')}" if details.get("message") else name


def _clause(details: Mapping[str, object], key: str) -> str:
    """As `_code`, without a full stop that would double the sentence's."""
    return _code(details, key).rstrip(".。")


def _code(details: Mapping[str, object], key: str) -> str:
    value = details.get(key)
    return _UNKNOWN if value is None else one_line(str(value))


def _names(details: Mapping[str, object], key: str, _: Catalogue) -> str:
    """A list of names as code, with the commas of the language."""
    value = details.get(key)
    names = value if isinstance(value, list | tuple) else [_UNKNOWN if value is None else value]
    codes = [f"`{one_line(str(name))}`" for name in names]
    return reduce(
        lambda some, one: fill(_("{some}, {one}"), some=some, one=one), codes or [_UNKNOWN]
    )


def _shape(details: Mapping[str, object], key: str) -> str:
    value = details.get(key)
    return str(tuple(value)) if isinstance(value, list | tuple) else _UNKNOWN


def _number(details: Mapping[str, object], key: str) -> str:
    value = details.get(key)
    return f"{value:.6g}" if isinstance(value, int | float) else _UNKNOWN


def _binary(count: object) -> str:
    """``1610612736`` -> ``1.5 GiB``."""
    if not isinstance(count, int | float):
        return _UNKNOWN
    size = float(count)
    for unit in _BINARY_UNITS:
        if abs(size) < 1024 or unit == _BINARY_UNITS[-1]:
            break
        size /= 1024
    return f"{size:.4g} {unit}"
