"""What runs in a worker for each request that is timed. It crosses the wall as source.

Reference and student answer by the very same functions, so that all that is not their own work
costs both the same. Each function is given ``student``, the loaded module, as any probe is; it
must not use anything of the module around it. Whatever student code does to it is seen in the
outputs, which the grader checks, or in the time, which the grader takes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch

__all__ = ["count", "describe_device", "empty", "expect", "work"]


def work(
    student: object,
    target: str | Callable[..., Any],
    beside: bool,
    make: Callable[..., Any],
    size: Any,
    seeds: Sequence[int],
    device: str,
) -> list[Any]:
    """Make one input for each of ``seeds`` and give what ``target`` gives for each, on the CPU.

    ``target`` is a function of the module's, by its name, or one that came along; with ``beside``
    it is a probe, which is given the module as well.
    """
    generator = torch.Generator(device=device)
    inputs = []
    for seed in seeds:
        generator.manual_seed(seed)
        inputs.append(make(size, generator))
    if isinstance(target, str):
        function = getattr(student, target)
        outputs = [function(*arguments) for arguments in inputs]
    elif beside:
        outputs = [target(student, *arguments) for arguments in inputs]
    else:
        outputs = [target(*arguments) for arguments in inputs]
    if device != "cpu":
        outputs = [
            output.cpu() if isinstance(output, torch.Tensor) else output for output in outputs
        ]
    return outputs


def empty(
    student: object,
    make: Callable[..., Any],
    size: Any,
    seeds: Sequence[int],
    like: tuple[int, torch.dtype] | None,
    device: str,
) -> list[Any]:
    """The same without the work: make the inputs, give as much as ``work`` would.

    ``like`` is how many elements of which dtype an output has; None for what is no tensor.
    """
    generator = torch.Generator(device=device)
    inputs = []
    for seed in seeds:
        generator.manual_seed(seed)
        inputs.append(make(size, generator))
    if like is None:
        return [0.0 for _ in inputs]
    outputs = [torch.zeros(like[0], dtype=like[1], device=device) for _ in inputs]
    if device != "cpu":
        outputs = [output.cpu() for output in outputs]
    return outputs


def expect(
    student: object,
    target: Callable[..., Any],
    make: Callable[..., Any],
    size: Any,
    seeds: Sequence[int],
    device: str,
) -> list[Any]:
    """For each seed what is expected, computed in float64, and what ``target`` gives as it is."""
    generator = torch.Generator(device=device)
    both = []
    for seed in seeds:
        generator.manual_seed(seed)
        arguments = make(size, generator)
        precise = [
            (argument.to(torch.complex128) if argument.is_complex() else argument.double())
            if isinstance(argument, torch.Tensor)
            and (argument.is_floating_point() or argument.is_complex())
            else argument
            for argument in arguments
        ]
        # The precise one first: whoever writes to an argument does so to its own copy.
        pair = [target(*precise), target(*arguments)]
        if device != "cpu":
            pair = [part.cpu() if isinstance(part, torch.Tensor) else part for part in pair]
        both.append(pair)
    return both


def count(
    student: object,
    target: str | Callable[..., Any],
    beside: bool,
    make: Callable[..., Any],
    size: Any,
    seed: int,
    device: str,
) -> int:
    """How many of torch's operations one call dispatches; advice, since it comes from outside."""
    from torch.utils._python_dispatch import TorchDispatchMode

    class Counter(TorchDispatchMode):  # type: ignore[no-untyped-call]  # torch's own hook
        calls = 0

        @classmethod
        def _should_skip_dynamo(cls) -> bool:
            return False

        def __torch_dispatch__(
            self, func: Any, types: Any, args: Any = (), kwargs: Any = None
        ) -> Any:
            Counter.calls += 1
            return func(*args, **(kwargs or {}))

    generator = torch.Generator(device=device)
    generator.manual_seed(seed)
    arguments = make(size, generator)
    with Counter():  # type: ignore[no-untyped-call]  # torch's own
        if isinstance(target, str):
            getattr(student, target)(*arguments)
        elif beside:
            target(student, *arguments)
        else:
            target(*arguments)
    return Counter.calls


def describe_device(student: object, device: str) -> dict[str, Any]:
    """What the worker's own torch says of the device; asked of reference workers only."""
    told: dict[str, Any] = {"torch": str(torch.__version__)}
    if device == "cpu":
        return told
    properties = torch.cuda.get_device_properties(torch.device(device))
    free, total = torch.cuda.mem_get_info(torch.device(device))
    told.update(
        name=properties.name,
        processors=properties.multi_processor_count,
        total=total,
        used=total - free,
        cuda=str(torch.version.cuda),
    )
    return told
