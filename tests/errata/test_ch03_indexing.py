"""What the notes say wrongly about indexing, and what is true: one test for each erratum."""

from __future__ import annotations

import pytest
import torch


def test_row_and_column_of_an_element() -> None:
    x = torch.arange(12).reshape(3, 4)
    assert x[1, 2] != x[1, 0]  # not in the first column
    assert x[1, 2] == x[:, 2][1] == 6  # in the third


def test_last_of_a_matrix() -> None:
    b = torch.arange(12).reshape(3, 4)
    assert b[-1].shape == (4,)
    assert b[-1].tolist() == b[2].tolist() == [8, 9, 10, 11]
    assert b[-1, -1] == 11


def test_ellipsis_shape() -> None:
    a = torch.zeros(4, 3, 28, 28)
    assert a[0, ...].shape == (3, 28, 28)
    assert a[..., :2].shape == (4, 3, 28, 2)


def test_index_select_out_of_range() -> None:
    a = torch.zeros(4, 3, 28, 28)
    with pytest.raises(RuntimeError, match="id=3 axis_dim=3"):
        torch.index_select(a, 1, torch.tensor([1, 3]))
    assert torch.index_select(a, 1, torch.tensor([0, 2])).shape == (4, 2, 28, 28)


def test_ge_where_equal() -> None:
    a = torch.tensor([1.0, 2.0, 3.0])
    mask = torch.ge(a, 2)
    assert mask.dtype is torch.bool
    assert mask.tolist() == [False, True, True]
    assert torch.masked_select(a, mask).tolist() == [2, 3]
    assert torch.ge(torch.zeros(2, 3), torch.zeros(3)).shape == (2, 3)


def test_comparison_of_two_vectors() -> None:
    x, y = torch.tensor([1.0, 2, 4, 8]), torch.tensor([5, 4, 3, 2])
    assert (x == y).tolist() == [False, False, False, False]


def test_rsqrt() -> None:
    a = torch.tensor([4.0, 0.25])
    assert a.rsqrt().tolist() == [0.5, 2.0]
    assert a.reciprocal().tolist() == [0.25, 4.0]


def test_power() -> None:
    assert not hasattr(torch, "power")
    assert torch.pow(torch.tensor([3]), 2).tolist() == [9]


def test_round() -> None:
    assert not hasattr(torch.Tensor, "eound")
    assert torch.tensor([0.5, 1.5, 2.5, -2.5]).round().tolist() == [0, 2, 2, -2]


def test_floor_below_zero() -> None:
    a = torch.tensor([-1.5])
    assert a.floor().item() == -2
    assert a.trunc().item() == -1
    assert a.frac().item() == -0.5


def test_keepdim_keeps_the_rank() -> None:
    assert torch.zeros(2, 3, 4).argmax(dim=1, keepdim=True).shape == (2, 1, 4)
    assert torch.zeros(5).argmax(dim=0, keepdim=True).shape == (1,)


def test_default_axis_of_topk_and_kthvalue() -> None:
    x = torch.rand(2, 3, 5)
    assert x.topk(4).values.shape == (2, 3, 4)
    assert x.kthvalue(1).values.shape == (2, 3)
    assert x.topk(2, dim=-3).values.shape == (2, 3, 5)
    assert torch.tensor([4, 9, 7]).topk(2).values.tolist() == [9, 7]


def test_where_shapes_and_false() -> None:
    condition = torch.tensor([True, False])
    chosen = torch.where(condition, torch.tensor([[1], [2]]), torch.tensor(0))
    assert chosen.tolist() == [[1, 0], [2, 0]]


def test_gather_smaller_index() -> None:
    x = torch.arange(6).reshape(2, 3)
    assert torch.gather(x, 1, torch.tensor([[2, 0]])).tolist() == [[2, 0]]
    assert torch.gather(x, 1, torch.empty(2, 0, dtype=torch.int64)).shape == (2, 0)
    with pytest.raises(RuntimeError):
        torch.gather(x, 1, torch.zeros(3, 1, dtype=torch.int64))


def test_accuracy_expression() -> None:
    predicted, labels = torch.tensor([1, 2, 0]), torch.tensor([1, 0, 0])
    right = torch.eq(predicted, labels)
    assert not hasattr(right, "len")
    assert right.sum().item() / len(labels) == pytest.approx(2 / 3)
    assert right.float().mean().item() == pytest.approx(2 / 3)
