"""What the notes say of tensors, and what is true on the pinned PyTorch."""

from __future__ import annotations

import pytest
import torch


def test_zeros_not_zero() -> None:
    """torch.zero does not exist; zeros does, and zero_ is a method that overwrites."""
    assert not hasattr(torch, "zero")
    assert torch.equal(torch.zeros((2, 3, 4)), torch.full((2, 3, 4), 0.0))
    x = torch.ones(2)
    x.zero_()
    assert x.tolist() == [0.0, 0.0]


def test_floats_are_float32() -> None:
    """torch.tensor makes float32 of floats, which are 32 bits, not 16."""
    x = torch.tensor([1.1, 2.1])
    assert x.dtype is torch.float32
    assert x.dtype is not torch.float16
    assert 8 * x.element_size() == 32


def test_tensor_of_a_list_is_data() -> None:
    """torch.tensor([4, 784]) holds two numbers; a shape goes into torch.empty, or torch.Tensor."""
    x = torch.tensor([4, 784])
    assert x.tolist() == [4, 784]
    assert x.shape == (2,)
    assert x.dim() == 1
    assert torch.tensor([1, 2, 3]).shape == (3,)
    assert torch.Tensor(4, 7).shape == torch.empty(4, 7).shape == (4, 7)


def test_no_rand_under_tensor() -> None:
    """torch.tensor is a function and has no rand; torch.rand makes a batch of images."""
    assert not hasattr(torch.tensor, "rand")
    assert torch.rand(2, 3, 28, 28).dim() == 4


def test_normal_needs_a_float_mean() -> None:
    """full([10], 0) is int64, for which normal has no code; with a float mean it works."""
    std = torch.arange(1, 0, -0.1)
    assert torch.full([10], 0).dtype is torch.int64
    with pytest.raises(NotImplementedError):
        torch.normal(mean=torch.full([10], 0), std=std)
    assert torch.normal(mean=torch.full([10], 0.0), std=std).shape == (10,)


def test_std_is_no_variance() -> None:
    """The std of normal is the standard deviation: with 3, the variance is 9."""
    generator = torch.Generator().manual_seed(0)
    x = torch.normal(0.0, 3.0, (100_000,), generator=generator)
    assert abs(float(x.std()) - 3) < 0.1
    assert abs(float(x.var()) - 9) < 0.3


def test_randperm_from_zero() -> None:
    """randperm(n) has the numbers 0 to n - 1; n itself never comes."""
    for seed in range(20):
        order = torch.randperm(5, generator=torch.Generator().manual_seed(seed))
        assert sorted(order.tolist()) == [0, 1, 2, 3, 4]


def test_randint_leaves_the_maximum_out() -> None:
    """randint(1, 3, ...) gives 1 and 2, never 3."""
    x = torch.randint(1, 3, (1000,), generator=torch.Generator().manual_seed(0))
    assert set(x.tolist()) == {1, 2}


def test_type_is_a_method() -> None:
    """a.type without parentheses is the method; a.type() and a.dtype tell the type."""
    x = torch.ones(2)
    assert callable(x.type)
    assert x.type() == "torch.FloatTensor"
    assert x.dtype is torch.float32


def test_isinstance_asks_for_one_dtype() -> None:
    """isinstance(a, torch.FloatTensor) is False for other dtypes, though they are tensors."""
    whole, double = torch.tensor([1, 2]), torch.tensor([1.0], dtype=torch.float64)
    for x in (whole, double):
        assert isinstance(x, torch.Tensor)
        assert not isinstance(x, torch.FloatTensor)
    assert isinstance(torch.ones(2), torch.FloatTensor)


def test_size_of_a_scalar() -> None:
    """The shape prints as torch.Size([]), and a.shape[] is no Python."""
    x = torch.tensor(2.2)
    assert repr(x.shape) == repr(x.size()) == "torch.Size([])"
    assert x.shape == x.size() == ()
    with pytest.raises(SyntaxError):
        compile("a.shape[]", "note", "eval")


def test_id_is_of_the_object() -> None:
    """Different ids do not mean different memory: each view is an object of its own."""
    x = torch.zeros(3)
    view = x[:]
    assert id(view) != id(x)
    assert view.data_ptr() == x.data_ptr()
    view[0] = 5
    assert x[0] == 5


def test_rebinding_leaves_the_old_tensor() -> None:
    """Y = Y + X is new memory, Y += X is not: data_ptr tells, and so do other names."""
    x, y = torch.ones(3), torch.zeros(3)
    other, before = y, y.data_ptr()
    y += x
    assert y.data_ptr() == before
    y = y + x
    assert y.data_ptr() != before
    assert other.tolist() == [1.0, 1.0, 1.0]


def test_numpy_refuses_a_gradient() -> None:
    """numpy() shares memory, except that a tensor which requires grad is refused."""
    x = torch.ones(2, requires_grad=True)
    with pytest.raises(RuntimeError):
        x.numpy()
    array = x.detach().numpy()
    array[0] = 7
    assert x[0].item() == 7


def test_default_tensor_type_is_deprecated() -> None:
    """set_default_tensor_type is on its way out; set_default_dtype does the same."""
    assert "deprecated" in str(torch.set_default_tensor_type.__doc__)
    try:
        torch.set_default_dtype(torch.float64)
        assert torch.ones(2).dtype is torch.float64
    finally:
        torch.set_default_dtype(torch.float32)


def test_base_of_logspace() -> None:
    """logspace gives powers of 10 only if no other base is named."""
    assert torch.logspace(0, 3, 4).tolist() == [1, 10, 100, 1000]
    assert torch.logspace(0, 3, 4, base=2).tolist() == [1, 2, 4, 8]
