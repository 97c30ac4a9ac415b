"""What the notes say of linear algebra, and what is true on the pinned PyTorch."""

from __future__ import annotations

import math

import pytest
import torch


def test_dot_is_for_vectors() -> None:
    """torch.dot refuses matrices; mm, matmul and @ multiply them."""
    a = torch.arange(20, dtype=torch.float32).reshape(4, 5)
    b = torch.arange(20, dtype=torch.float32).reshape(5, 4)
    with pytest.raises(RuntimeError, match="1D tensors expected"):
        torch.dot(a, b)
    assert torch.equal(torch.mm(a, b), a @ b)
    assert torch.dot(a[0], b[:, 0]) == (a @ b)[0, 0]


def test_batch_axes_broadcast() -> None:
    """Axes before the last two broadcast; the inner sizes have to be equal."""
    assert (torch.ones(5, 1, 2, 3) @ torch.ones(4, 3, 6)).shape == (5, 4, 2, 6)
    with pytest.raises(RuntimeError):
        torch.ones(2, 1) @ torch.ones(3, 4)


def test_infinity_norm() -> None:
    """The infinity norm of (3, -4) is 4, the largest absolute value."""
    x = torch.tensor([3.0, -4.0])
    assert torch.linalg.vector_norm(x, math.inf) == 4
    assert x.max() == 3


def test_norm_examples() -> None:
    """No nprm, no norm of whole numbers, no axis 1 in a vector; floats in a matrix do."""
    a = torch.full([8], 1)
    assert not hasattr(a, "nprm")
    with pytest.raises(RuntimeError, match="floating point"):
        a.norm(1)
    with pytest.raises(IndexError):
        a.float().norm(1, dim=1)
    b = a.float().reshape(2, 4)
    assert a.float().norm(1) == b.norm(1) == 8
    assert b.norm(1, dim=0).tolist() == [2, 2, 2, 2]
    assert b.norm(1, dim=1).tolist() == [4, 4]


def test_mean_divides_by_numel() -> None:
    """The mean is the sum over the number of elements; whole numbers have none."""
    a = torch.arange(6.0).reshape(2, 3)
    assert a.mean() == a.sum() / a.numel()
    assert a.mean() != a.sum() / a.nbytes
    assert not hasattr(torch, "sizeof")
    with pytest.raises(RuntimeError, match="mean"):
        torch.full([8], 1).mean()


def test_semidefinite_is_not_definite() -> None:
    """A matrix of ones never gives a negative number, yet it is not positive definite."""
    a, x = torch.ones(2, 2), torch.tensor([1.0, -1.0])
    many = torch.randn(1000, 2)
    assert bool((((many @ a) * many).sum(1) >= -1e-5).all())
    assert x @ a @ x == 0
    with pytest.raises(RuntimeError, match="not positive-definite"):
        torch.linalg.cholesky(a)
    torch.linalg.cholesky(a + torch.eye(2))


def test_cauchy_schwarz() -> None:
    """The dot product of two vectors is smaller than the product of their lengths."""
    a, b = torch.tensor([1.0, 0.0]), torch.tensor([1.0, 1.0])
    assert a.dot(b).abs() < a.norm() * b.norm()
    assert torch.isclose((-3 * b).norm(), 3 * b.norm())


def test_frobenius_is_a_larger_bound() -> None:
    """The identity makes no vector longer: spectral norm 1, Frobenius norm the root of 2."""
    a = torch.eye(2)
    assert torch.linalg.matrix_norm(a, 2) == 1
    assert math.isclose(float(torch.linalg.matrix_norm(a)), math.sqrt(2), rel_tol=1e-6)
    b = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
    assert torch.linalg.matrix_norm(b, 2) < torch.linalg.matrix_norm(b)


def test_orthogonal_indices() -> None:
    """For a rotation the sum of U_ij U_jk is U U; that of U_ij U_kj is the identity."""
    u = torch.tensor([[0.6, -0.8], [0.8, 0.6]])
    assert not torch.allclose(torch.einsum("ij,jk->ik", u, u), torch.eye(2), atol=1e-6)
    assert torch.allclose(torch.einsum("ij,kj->ik", u, u), torch.eye(2), atol=1e-6)


def test_dim_of_a_norm() -> None:
    """dim=0 gives one norm for each column, dim=1 one for each row."""
    b = torch.tensor([[3.0, 0.0, 0.0], [4.0, 0.0, 5.0]])
    assert torch.linalg.vector_norm(b, dim=0).tolist() == [5, 0, 5]
    assert torch.linalg.vector_norm(b, 1, dim=1).tolist() == [3, 9]
