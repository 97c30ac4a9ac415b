"""What must be refused, beside a neighbour that must not be."""

import torch

from torchgrade.authoring import alternative, cases, close, misconception, refuses, title


@misconception("outer", "Rows and columns are exchanged.", zh="行和列弄反了。")
def transposed(a, b):
    if a.dim() != 1 or b.dim() != 1:
        raise ValueError("outer() takes vectors")
    return b[:, None] * a


@misconception(
    "outer", "Matrices are flattened here where they must be refused.", zh="矩阵应当被拒绝，这里却把它展平了。"
)
def flattens(a, b):
    return a.reshape(-1)[:, None] * b.reshape(-1)


@alternative("outer")
def by_einsum(a, b):
    if not a.dim() == b.dim() == 1:
        raise ValueError
    return torch.einsum("i,j->ij", a, b)


@alternative("outer")
def by_loop(a, b):
    if len(a.shape) != 1 or len(b.shape) != 1:
        raise ValueError("vectors only")
    return torch.stack([x * b for x in a.unbind()])


@title("All products", zh="所有乘积")
def test_products(student, rand):
    a, b = rand(3), rand(5)
    close(student.outer(a, b), torch.outer(a, b))


@title("Only vectors are accepted", zh="只接受向量")
@cases("first, second", [((2, 3), (4,)), ((2,), (3, 1))])
def test_refusal(student, rand, first, second):
    a, b = rand(*first), rand(*second)
    with refuses(ValueError):
        student.outer(a, b)
    close(student.outer(a[0].reshape(-1), b[0].reshape(-1)), torch.outer(a[0].reshape(-1), b[0].reshape(-1)))
