"""What a grader's tests receive: the student, random inputs, and the reference."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable, MutableMapping, Sequence
from typing import TypeVar

import torch

from torchgrade.result import Kind
from torchgrade.sandbox import wire
from torchgrade.sandbox.client import CallFailed
from torchgrade.shipping import ShippingError
from torchgrade.trial import Trial, as_sent, shipped

__all__ = ["ModelAnswerError", "Random", "Reference", "Student", "called", "seed_for"]

T = TypeVar("T")


class ModelAnswerError(Exception):
    """The model answer gave no value where a test needs one."""


class _Function:
    """A function on the other side of the wall."""

    def __init__(self, trial: Trial, name: str) -> None:
        self._trial = trial
        self._name = name

    def __call__(self, *args: object, **kwargs: object) -> object:
        return self._trial.call(self._name, args, kwargs)


def called(function: object) -> str | None:
    """The name of a ``student.f``, which is not called here; None for anything else."""
    return function._name if isinstance(function, _Function) else None


class Student:
    """The subject's module, as far as a test may see it.

    ``student.f(x, stride=2)`` calls the function ``f`` of the submission on the other side of
    the wall and gives its value. ``student.run(probe, x)`` runs a `probe` beside the module.
    Both raise `torchgrade.sandbox.client.CallFailed` if no value comes back.
    """

    def __init__(self, trial: Trial) -> None:
        self._trial = trial

    def __getattr__(self, name: str) -> _Function:
        if name.startswith("_"):
            raise AttributeError(name)
        return _Function(self._trial, name)

    def run(self, probe: object, /, *args: object) -> object:
        return self._trial.run(probe, args)


class Reference:
    """Expected values: PyTorch's, or the model answer's where PyTorch has no equal.

    ``reference(torch.gather, x, 1, index)`` calls a function here; ``reference.f(x)`` calls
    ``f`` of the model answer in a worker of its own. Both are computed once for each set of
    arguments, however many submissions are graded.
    """

    def __init__(self, trial: Trial, cache: MutableMapping[bytes, object]) -> None:
        self._trial = trial
        self._cache = cache

    def __call__(self, function: Callable[..., T], /, *args: object, **kwargs: object) -> T:
        def compute() -> object:
            return function(*args, **kwargs)

        if not _lasts(function):
            # One made by a test is gone afterwards, and the next may stand at its address.
            return function(*args, **kwargs)
        name = f"here {function.__module__}.{function.__qualname__}"
        return self._remembered(name, args, kwargs, compute)  # type: ignore[return-value]  # what compute returns

    def __getattr__(self, name: str) -> Callable[..., object]:
        if name.startswith("_"):
            raise AttributeError(name)

        def call(*args: object, **kwargs: object) -> object:
            return self._remembered(
                f"model {name}",
                args,
                kwargs,
                lambda: _of_the_model(lambda: self._trial.call(name, args, kwargs)),
            )

        return call

    def run(self, probe: object, /, *args: object) -> object:
        """What a `probe` returns beside the model answer."""
        name = f"probe {shipped(probe)!r}"  # it stands alone, so that equal ones do the same
        return self._remembered(
            name, args, {}, lambda: _of_the_model(lambda: self._trial.run(probe, args))
        )

    def _remembered(
        self,
        name: str,
        args: tuple[object, ...],
        kwargs: dict[str, object],
        compute: Callable[[], object],
    ) -> object:
        try:
            key = _digest(name, as_sent(args), as_sent(kwargs))
        except (wire.Unsupported, ShippingError):
            return compute()  # arguments that can't be told apart by content
        if key not in self._cache:
            # A function may give back its argument, which the test may go on to change.
            self._cache[key] = _private(compute())
        return _private(self._cache[key])


def _lasts(function: object) -> bool:
    """Whether a name in a module stands for ``function`` as long as the session lasts."""
    module = sys.modules.get(getattr(function, "__module__", None) or "")
    named = getattr(module, getattr(function, "__qualname__", ""), None)
    # Functions such as torch.gather don't say where they are from.
    return function in (named, getattr(torch, getattr(function, "__name__", ""), None))


def _of_the_model(ask: Callable[[], object]) -> object:
    """What the model answer gives.

    If it fails, whose fault that is depends on where its arguments came from, so it is an
    exception like any other in a test: the author's, unless the model answer passes the test.
    """
    try:
        return ask()
    except CallFailed as error:
        if error.failure.kind is Kind.UNRECORDED:
            raise  # there is no model answer here, whose fault it could be
        told = error.failure.details
        reason = ": ".join(str(told[key]) for key in ("type", "message") if told.get(key))
        place = f"the model answer failed in {error.failure.call}"
        raise ModelAnswerError(f"{place}: {reason or error.failure.kind.value}") from None


def _digest(name: str, args: object, kwargs: object) -> bytes:
    message = wire.encode((args, kwargs), wire.Bounds())
    digest = hashlib.sha256(name.encode())
    digest.update(json.dumps(message.tree).encode())
    for buffer in message.buffers:
        digest.update(buffer)
    return digest.digest()


def _private(value: object) -> object:
    """A copy that a test may change without changing what the next submission is held to."""
    if isinstance(value, torch.Tensor):
        return value.detach().clone()
    if isinstance(value, list):
        return [_private(part) for part in value]
    if type(value) is tuple:
        return tuple(_private(part) for part in value)
    if type(value) is dict:
        return {key: _private(part) for key, part in value.items()}
    return value


def seed_for(secret: bytes, *names: str) -> int:
    """A seed of 63 bits that depends on all names and can't be told without the secret."""
    digest = hashlib.sha256(secret)
    for name in names:
        encoded = name.encode()
        digest.update(len(encoded).to_bytes(4, "big") + encoded)
    return int.from_bytes(digest.digest()[:8], "big") >> 1


class Random:
    """Random inputs of a test; the same for every submission of a batch.

    ``rand(3, 4)`` draws from the standard normal distribution: both signs, no ties. All draws
    come from ``rand.generator``.
    """

    def __init__(self, seed: int, state: torch.Tensor | None = None) -> None:
        self.generator = torch.Generator().manual_seed(seed)
        if state is not None:
            self.generator.set_state(state)

    def __call__(
        self,
        *size: int,
        dtype: torch.dtype = torch.float32,
        requires_grad: bool = False,
    ) -> torch.Tensor:
        """Standard normal values of shape ``size``."""
        if dtype.is_complex or dtype in (torch.float32, torch.float64):
            drawn = torch.randn(size, generator=self.generator, dtype=dtype)
        else:
            drawn = torch.randn(size, generator=self.generator).to(dtype)
        return drawn.requires_grad_(requires_grad)

    def uniform(
        self, low: float, high: float, *size: int, dtype: torch.dtype = torch.float32
    ) -> torch.Tensor:
        """Values evenly spread over [low, high)."""
        drawn = torch.rand(size, generator=self.generator, dtype=torch.float64)
        return (low + (high - low) * drawn).to(dtype)

    def ints(self, low: int, high: int, *size: int) -> torch.Tensor:
        """int64 values from low to high - 1."""
        return torch.randint(low, high, size, generator=self.generator)

    def perm(self, n: int) -> torch.Tensor:
        """A permutation of 0 to n - 1."""
        return torch.randperm(n, generator=self.generator)

    def bools(self, *size: int, p: float = 0.5) -> torch.Tensor:
        """True with probability ``p``; never all alike if there are two or more."""
        drawn = torch.rand(size, generator=self.generator) < p
        if drawn.numel() > 1 and bool(drawn.all()) == bool(drawn.any()):
            drawn.view(-1)[int(self.ints(0, drawn.numel()))] ^= True
        return drawn

    def choice(self, values: Sequence[T]) -> T:
        """One of ``values``."""
        if not values:
            raise ValueError("rand.choice() of nothing")
        return values[int(self.ints(0, len(values)))]
