"""Where the notes go wrong about shapes: each test shows the claim fail, and what is true."""

from __future__ import annotations

import pytest
import torch
from torch import nn


def test_view_and_reshape_are_not_the_same() -> None:
    x = torch.arange(6).reshape(2, 3).t()
    with pytest.raises(RuntimeError, match="view size is not compatible"):
        x.view(6)
    copy = x.reshape(6)
    assert copy.tolist() == [0, 3, 1, 4, 2, 5]
    copy[0] = 99
    assert x[0, 0] == 0


def test_reshape_and_flatten_may_copy_and_views_share() -> None:
    x = torch.zeros(2, 3)
    x.reshape(6)[0] = 1
    assert x[0, 0] == 1
    transposed = torch.zeros(2, 3).t()
    transposed.reshape(6)[0] = 1
    transposed.flatten()[0] = 1
    assert transposed[0, 0] == 0


def test_expand_refuses_minus_four() -> None:
    b = torch.zeros(1, 32, 1, 1)
    with pytest.raises(RuntimeError):
        b.expand(4, 32, 14, -4)
    assert b.expand(4, -1, 14, 14).shape == (4, 32, 14, 14)


def test_squeeze_leaves_a_last_axis_of_28() -> None:
    a = torch.zeros(4, 1, 28, 28)
    assert a.squeeze(-1).shape == (4, 1, 28, 28)
    assert a.squeeze(1).shape == (4, 28, 28)


def test_squeeze_outputs_are_in_another_order() -> None:
    b = torch.zeros(1, 32, 1, 1)
    shapes = [tuple(c.shape) for c in (b.squeeze(), b.squeeze(0), b.squeeze(1), b.squeeze(-1))]
    assert shapes == [(32,), (32, 1, 1), (1, 32, 1, 1), (1, 32, 1)]


def test_a_list_of_numbers_is_not_a_shape() -> None:
    assert not hasattr(torch, "array")
    assert not hasattr(torch.Tensor, "squeeeze")
    assert not hasattr(torch.Tensor, "unsqueeeze")
    assert torch.tensor([4, 1, 28, 28]).shape == (4,)
    assert torch.zeros(4, 1, 28, 28).shape == (4, 1, 28, 28)


def test_unsqueeze_example_prints_shapes() -> None:
    a = torch.tensor([1, 2])
    assert str(a.unsqueeze(-1).shape) == "torch.Size([2, 1])"
    assert a.unsqueeze(-1).tolist() == [[1], [2]]


def test_same_rank_does_not_always_broadcast() -> None:
    with pytest.raises(RuntimeError, match="must match"):
        torch.zeros(2, 3) + torch.zeros(2, 4)
    assert (torch.zeros(2, 3) + torch.zeros(2, 1)).shape == (2, 3)


def test_two_numbers_make_no_three_rows() -> None:
    with pytest.raises(RuntimeError, match="invalid for input of size 2"):
        torch.arange(2).reshape((3, 1))
    total = torch.arange(3).reshape(3, 1) + torch.arange(6).reshape(3, 2)
    assert total.tolist() == [[0, 1], [3, 4], [6, 7]]


def test_shape_zero_has_one_axis() -> None:
    a = torch.empty((0,))
    assert a.dim() == 1
    with pytest.raises(RuntimeError, match="must match"):
        a + torch.empty(2, 2)
    assert (a + torch.empty(2, 1)).shape == (2, 0)


def test_tensors_without_axes_broadcast() -> None:
    assert torch.tensor(1.0).dim() == 0
    assert (torch.tensor(1.0) + torch.zeros(2, 2)).tolist() == [[1.0, 1.0], [1.0, 1.0]]


def test_the_larger_size_does_not_always_win() -> None:
    assert torch.broadcast_shapes((3, 1), (3, 0)) == (3, 0)
    assert (torch.zeros(1) + torch.zeros(0)).shape == (0,)


def test_split_by_a_number_need_not_come_out_even() -> None:
    pieces = torch.zeros(5, 8).split(2, dim=0)
    assert [tuple(piece.shape) for piece in pieces] == [(2, 8), (2, 8), (1, 8)]


def test_t_takes_fewer_than_two_axes() -> None:
    assert torch.arange(3).t().shape == (3,)
    assert torch.tensor(7).t().shape == ()
    with pytest.raises(RuntimeError, match="expects a tensor with <= 2 dimensions"):
        torch.zeros(2, 3, 4).t()


class FlattenByView(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.view(x.shape[0], -1)


def test_flatten_layer_by_view_refuses_permuted_and_empty_batches() -> None:
    layer = FlattenByView()
    assert layer(torch.zeros(5, 4, 4, 3)).shape == (5, 48)
    with pytest.raises(RuntimeError, match="view size is not compatible"):
        layer(torch.zeros(5, 4, 4, 3).permute(0, 3, 1, 2))
    with pytest.raises(RuntimeError, match="ambiguous"):
        layer(torch.zeros(0, 3, 4, 4))
    assert torch.zeros(5, 4, 4, 3).permute(0, 3, 1, 2).flatten(1).shape == (5, 48)
    assert torch.zeros(0, 3, 4, 4).flatten(1).shape == (0, 48)
