"""The same question twice: the second test finds what the first reply left behind."""

from torchgrade.authoring import alternative, close, misconception, title


@misconception("double", "The square of a number is not its double.")
def squared(x):
    return x * x


@alternative("double")
def added(x):
    return x + x


@alternative("double")
def shifted(x):
    return x / 0.5


@title("Once")
def test_once(student, rand):
    x = rand(3)
    close(student.double(x), 2 * x)


@title("Again")
def test_again(student, rand):
    x = rand(5)
    close(student.double(x), 2 * x)
