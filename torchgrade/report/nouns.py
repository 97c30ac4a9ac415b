"""What kind of value something is, in words: "a tensor", "a tuple of 2 items"."""

from __future__ import annotations

from torchgrade.i18n import Catalogue
from torchgrade.report.fill import fill

__all__ = ["noun"]


def noun(token: str, _: Catalogue) -> str:
    """``token`` in words, with its article.

    Known are the tokens of `torchgrade.describe.kind_of`, the type names and phrases that
    `torchgrade.sandbox.wire` gives for what it can't carry, and ``number``. What is not known
    comes back as code.
    """
    name, _colon, detail = token.partition(":")
    if detail.isdecimal():
        counted = _counted(name, int(detail), _)
        if counted is not None:
            return counted
    if name == "other" and detail:
        return f"`{detail}`"
    for prefix, template in (
        ("a tensor of layout ", _("a tensor of layout `{name}`")),
        ("a tensor of dtype ", _("a tensor of dtype `{name}`")),
        ("the dtype ", _("the dtype `{name}`")),
    ):
        if token.startswith(prefix):
            return fill(template, name=token.removeprefix(prefix))
    return _words(_).get(token, f"`{token}`")


def _counted(name: str, count: int, _: Catalogue) -> str | None:
    """A collection with its size."""
    match name:
        case "tuple" if count == 0:
            return _("an empty tuple")
        case "tuple":
            words = _.ngettext("a tuple of {count} item", "a tuple of {count} items", count)
        case "list" if count == 0:
            return _("an empty list")
        case "list":
            words = _.ngettext("a list of {count} item", "a list of {count} items", count)
        case "dict" if count == 0:
            return _("an empty dict")
        case "dict":
            words = _.ngettext("a dict of {count} entry", "a dict of {count} entries", count)
        case "set" if count == 0:
            return _("an empty set")
        case "set":
            words = _.ngettext("a set of {count} item", "a set of {count} items", count)
        case "size":
            words = _.ngettext(
                "a torch.Size of {count} axis", "a torch.Size of {count} axes", count
            )
        case "tensor":
            words = _("a tensor of {count} axes")
        case _other:
            return None
    return fill(words, count=count)


def _words(_: Catalogue) -> dict[str, str]:
    return {
        "None": "`None`",
        "tensor": _("a tensor"),
        "sparse_tensor": _("a tensor that is not dense"),
        "a nested tensor": _("a nested tensor"),
        "a quantised tensor": _("a quantised tensor"),
        "a tensor on the meta device": _("a tensor on the meta device"),
        "a tensor that has no storage of its own": _("a tensor that has no storage of its own"),
        "a dict with tensors as keys": _("a dict with tensors as keys"),
        "bool": _("a bool"),
        "int": _("an integer"),
        "float": _("a float"),
        "complex": _("a complex number"),
        "number": _("a number"),
        "str": _("a string"),
        "bytes": _("bytes"),
        "tuple": _("a tuple"),
        "list": _("a list"),
        "dict": _("a dict"),
        "set": _("a set"),
        "frozenset": _("a set"),
        "slice": _("a slice"),
        "range": _("a range"),
        "ellipsis": "`...`",
        "dtype": _("a dtype"),
        "device": _("a device"),
        "size": _("a torch.Size"),
        "array": _("a NumPy array"),
        "numpy.ndarray": _("a NumPy array"),
        "generator": _("a generator"),
        "iterator": _("an iterator"),
        "coroutine": _("a coroutine"),
        "function": _("a function"),
        "method": _("a method"),
        "builtin_function_or_method": _("a function"),
        "class": _("a class"),
        "type": _("a class"),
        "module": _("a module"),
    }
