"""Random numbers for timed calls. What is here crosses the wall as source, with whoever uses it."""

from __future__ import annotations

import math

import torch

__all__ = ["uniform"]


def uniform(generator: torch.Generator, *shape: int) -> torch.Tensor:
    """Many numbers from [0, 1) for an `inputs` function, more quickly than by `torch.rand`.

    What drawing takes is measured and taken off a timed call, but its noise stays. On a CPU this
    takes a third of the time for 40,000 numbers and a fifth for 150,000; below 10,000 `torch.rand`
    is quicker, whose generator takes 3 ns a number. Here it is asked only for two short lists of
    words. Each word of one with each of the other gives four numbers, by xor and a product that
    wraps round: of sums or products alone, or of xor alone, a matrix would come out of low rank,
    and could be multiplied in less time.

    Args:
        generator: on whose device the numbers are made.
        shape: of the result.

    Returns:
        float32 of the given shape: multiples of 2**-16, each as likely as any other. Large results
        hold some of them twice. Half precision has too few digits for them.
    """
    count = math.prod(shape)
    words = -(-count // 4)
    rows = math.isqrt(words) + 1
    columns = -(-words // rows)
    drawn = torch.randint(
        -(2**63), 2**63 - 1, (rows + columns,), generator=generator, device=generator.device
    )
    # An odd number whose bits are mixed: 2**64 by the golden ratio, as in Fibonacci hashing.
    mixed = (drawn[:rows, None] ^ drawn[rows:]) * -7046029254386353131
    numbers = mixed.flatten().view(torch.int16)
    return numbers[:count].float().mul_(2**-16).add_(0.5).view(shape)
