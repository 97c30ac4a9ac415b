"""Walk the graph that autograd has recorded."""

from __future__ import annotations

from torch import Tensor


def operations(t: Tensor) -> dict[str, int]:
    """Count the nodes of the graph of ``t`` by their names, each node once.

    A name is that of the node's class, such as "MulBackward0" or "AccumulateGrad". Without a
    ``grad_fn`` there are none.

    >>> x = torch.tensor([1.0, 2.0], requires_grad=True)
    >>> sorted(operations((x * x + x).sum()).items())
    [('AccumulateGrad', 1), ('AddBackward0', 1), ('MulBackward0', 1), ('SumBackward0', 1)]
    """
    raise NotImplementedError


def leaves(t: Tensor) -> list[Tensor]:
    """Return the leaves that ``t.sum().backward()`` would bring gradients to, in any order.

    Each is given once, as the tensor that it is. If ``t`` is a leaf that requires gradients, it is
    the only one.

    >>> x = torch.tensor([1.0, 2.0], requires_grad=True)
    >>> leaves((x * x + x).sum())
    [tensor([1., 2.], requires_grad=True)]
    """
    raise NotImplementedError


def depth(t: Tensor) -> int:
    """Return the number of operations on the longest way from ``t`` to a leaf.

    AccumulateGrad is not counted. Without a ``grad_fn`` the depth is 0.

    >>> x = torch.tensor([1.0, 2.0], requires_grad=True)
    >>> depth((x * x + x).sum())
    3
    """
    raise NotImplementedError
