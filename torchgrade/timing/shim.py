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

__all__ = ["count", "empty", "expect", "link", "memory_in_use", "work"]


def link(output: Any) -> int:
    """A digest of an output: nobody knows it before, nor can give it a value that they want.

    The grader works it out, too, from what came over the wire, and must come to the same.
    """
    from hashlib import blake2b  # here, since it crosses the wall

    if isinstance(output, torch.Tensor):
        if output.layout is not torch.strided or output.is_quantized:
            return 0
        flat = output.detach().resolve_conj().resolve_neg().reshape(-1).contiguous()
        digest = blake2b(flat.view(torch.uint8).numpy().data, digest_size=7).digest()
        return int.from_bytes(digest, "little")
    if isinstance(output, (bool, int, float)):
        return hash(output) & (1 << 56) - 1 if output == output else 0
    if isinstance(output, (list, tuple)):
        told = b"".join(link(part).to_bytes(7, "little") for part in output)
        return int.from_bytes(blake2b(told, digest_size=7).digest(), "little")
    return 0


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

    On a processor each input depends on the output before, so that they can't be taken together,
    which is quicker. Elsewhere that would have to wait for each output, which takes longer.
    """
    if device != "cpu":  # the numbers of a float32 are to be a float32's
        torch.backends.cudnn.allow_tf32 = torch.backends.cuda.matmul.allow_tf32 = False
    generator = torch.Generator(device=device)
    first = [student] if beside and not isinstance(target, str) else []
    function = getattr(student, target) if isinstance(target, str) else target
    outputs, before = [], 0
    for seed in seeds:
        generator.manual_seed(seed ^ before)
        outputs.append(function(*first, *make(size, generator)))
        if device == "cpu":
            before = link(outputs[-1])
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
    outputs: list[Any] = []
    before = 0
    for seed in seeds:
        generator.manual_seed(seed ^ before)
        make(size, generator)
        outputs.append(0.0 if like is None else torch.zeros(like[0], dtype=like[1], device=device))
        if device == "cpu":
            before = link(outputs[-1])
    if device != "cpu" and like is not None:
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
    if device != "cpu":
        torch.backends.cudnn.allow_tf32 = torch.backends.cuda.matmul.allow_tf32 = False
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
    make: Callable[..., Any],
    size: Any,
    seed: int,
    device: str,
) -> list[int]:
    """How many of torch's operations one call dispatches, and how many numbers these work out.

    Advice, since it comes from outside. ``target`` is a function of the module's, by its name, or a
    probe. The second figure is in floating-point operations (FLOPs): for products, convolutions
    and attention what `torch.utils.flop_counter` counts, for whatever else writes or reads numbers
    one for each element of its largest tensor, for a view none.
    """
    from torch.utils._python_dispatch import TorchDispatchMode
    from torch.utils.flop_counter import flop_registry

    def arithmetic(func: Any, args: Any, kwargs: Any, result: Any) -> int:
        formula = flop_registry.get(func.overloadpacket)
        if formula is not None:
            return int(formula(*args, **kwargs, out_val=result))
        aliases = [returned.alias_info for returned in func._schema.returns]
        if aliases and all(alias is not None and not alias.is_write for alias in aliases):
            return 0
        results = result if isinstance(result, (list, tuple)) else [result]
        tensors = [t for t in (*args, *kwargs.values(), *results) if isinstance(t, torch.Tensor)]
        return max((t.numel() for t in tensors), default=0)

    class Counter(TorchDispatchMode):  # type: ignore[no-untyped-call]  # torch's own hook
        calls = 0
        flops = 0

        @classmethod
        def _should_skip_dynamo(cls) -> bool:
            return False

        def __torch_dispatch__(
            self, func: Any, types: Any, args: Any = (), kwargs: Any = None
        ) -> Any:
            Counter.calls += 1
            result = func(*args, **(kwargs or {}))
            Counter.flops += arithmetic(func, args, kwargs or {}, result)
            return result

    generator = torch.Generator(device=device)
    generator.manual_seed(seed)
    arguments = make(size, generator)
    with Counter():  # type: ignore[no-untyped-call]  # torch's own
        if isinstance(target, str):
            getattr(student, target)(*arguments)
        else:
            target(student, *arguments)
    return [Counter.calls, Counter.flops]


def memory_in_use(student: object, device: str) -> int:
    """Bytes of the GPU's memory in use by anybody; asked of reference workers only."""
    free, total = torch.cuda.mem_get_info(torch.device(device))
    return total - free
