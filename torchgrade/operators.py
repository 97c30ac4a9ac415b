"""Names of torch's operators: from what authors write to what is seen when one is called.

An author writes ``svd``, ``linalg.svd``, ``torch.linalg.svd``, ``F.conv2d``, ``Tensor.unfold`` or
``aten.im2col``. In the student's process a call is seen by one name, that of the function that
torch dispatches on (`torchgrade.sandbox.worker.name_of_call`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

import torch

from torchgrade.nearest import nearest
from torchgrade.sandbox.worker import name_of_call

__all__ = ["calls_named", "is_operator", "nearest_operator", "seen_names"]

# Where functions on tensors are found, by the names under which authors know them. Those of
# torch._C are the names that messages of torch give, such as linalg_svd.
_PLACES: Mapping[str, object] = {
    "torch": torch,
    "torch.Tensor": torch.Tensor,
    "torch.nn.functional": torch.nn.functional,
    "torch.linalg": torch.linalg,
    "torch.fft": torch.fft,
    "torch.special": torch.special,
    "torch.autograd": torch.autograd,
    "torch.nn.init": torch.nn.init,
    "torch.sparse": torch.sparse,
    "torch.functional": torch.functional,
    "torch._C._nn": torch._C._nn,
    **{
        f"torch._C.{name}": getattr(torch._C, name)
        for name in ("_linalg", "_fft", "_special")
        if hasattr(torch._C, name)
    },
}
_ALIASES = {
    "F": "torch.nn.functional",
    "functional": "torch.nn.functional",
    "torch.ops.aten": "aten",
}


def calls_named(name: str) -> frozenset[str]:
    """The names by which calls of the operators that ``name`` may mean are seen.

    A plain name means every function, method and ATen operator of that name; a dotted one those
    of the place before the dot, the end of whose name is enough. A property of tensors is only
    meant by ``Tensor.T``, since ``grad`` is one as well as a function.
    """
    place, last = _parted(name)
    found = [
        name_of_call(getattr(holder, last))
        for full, holder in _PLACES.items()
        if _within(full, place) and _is_called(holder, last, properties=bool(place))
    ]
    if _within("aten", place) and hasattr(torch.ops.aten, last):
        found.append(f"aten.{last}")
    return frozenset(found)


def is_operator(name: str) -> bool:
    """Whether ``name`` means anything in this torch."""
    return bool(calls_named(name))


def nearest_operator(name: str) -> str | None:
    """What ``name``, which means nothing, was probably meant to be."""
    place, last = _parted(name)
    for elsewhere in (last, f"Tensor.{last}"):
        if is_operator(elsewhere):
            return elsewhere
    known = {
        attribute
        for full, holder in _PLACES.items()
        if _within(full, place)
        for attribute in dir(holder)
        if _is_called(holder, attribute, properties=bool(place))
    }
    if _within("aten", place):
        operators = torch._C._dispatch_get_all_op_names()
        known |= {op[6:].partition(".")[0] for op in operators if op.startswith("aten::")}
    guess = nearest(last, known)
    if guess is not None:
        return name.removesuffix(last) + guess
    return nearest_operator(last) if place else None


def _parted(name: str) -> tuple[str, str]:
    """The place that a name tells, or "", and what it calls there."""
    place, _, last = name.replace("::", ".").rpartition(".")
    return _ALIASES.get(place, place), last


def _within(full: str, place: str) -> bool:
    return not place or full == place or full.endswith(f".{place}")


def _is_called(holder: object, name: str, *, properties: bool) -> bool:
    found = getattr(holder, name, None)
    if isinstance(found, type):
        return False
    return callable(found) or (properties and holder is torch.Tensor and hasattr(found, "__get__"))


@lru_cache(maxsize=256)
def seen_names(names: Sequence[str]) -> Mapping[str, str]:
    """For each name by which a call is seen, the author's name that rules it out.

    A name that means nothing in this torch rules out what would be called so.
    """
    seen: dict[str, str] = {}
    for name in names:
        for call in calls_named(name) or {name}:
            seen.setdefault(call, name)
    return seen
