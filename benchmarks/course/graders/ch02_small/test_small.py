"""One function and five tests: for classes so large that more would take the evening."""

import torch

from torchgrade.authoring import cases, close, misconception


@misconception("clamped", "The upper bound is not kept.")
def only_from_below(x, low, high):
    return torch.maximum(x, torch.tensor(low))


@cases("size", [1, 2, 3, 10, 100])
def test_clamped(student, rand, size):
    x = rand(size)
    close(student.clamped(x, -0.5, 0.5), x.clamp(-0.5, 0.5))
