"""Mutation and aliasing, asked by values: what is written is read elsewhere."""

from torchgrade.authoring import alternative, close, misconception, probe, title


@misconception(
    "shift_", "x + amount makes a new tensor; x stays as it was.", zh="x + amount 产生新张量，x 并没有变。"
)
def not_in_place(x, amount):
    return x + amount


@misconception(
    "shift_", "x was changed, but what is returned is a copy.", zh="x 改了，但返回的是一个副本。"
)
def copy_returned(x, amount):
    x += amount
    return x.clone()


@alternative("shift_")
def by_copying(x, amount):
    x.copy_(x + amount)
    return x


@alternative("shift_")
def by_loop(x, amount):
    flat = x.view(-1)
    for i in range(flat.numel()):
        flat[i] += amount
    return x


@probe
def argument_afterwards(student, x, amount):
    student.shift_(x, amount)
    return x


@probe
def written_through(student, x, amount, factor):
    student.shift_(x, amount).mul_(factor)
    return x


@title("The argument itself changes", zh="参数本身被修改")
def test_argument(student, rand):
    x = rand(3, 2)
    close(student.run(argument_afterwards, x, 1.5), x + 1.5)


@title("The result is the argument", zh="结果就是参数")
def test_same_memory(student, rand):
    x, factor = rand(4), rand(4)
    close(student.run(written_through, x, 0.25, factor), (x + 0.25) * factor)
