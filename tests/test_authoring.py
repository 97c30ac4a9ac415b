"""What graders are written with: checks, marks, fixtures, and functions that travel."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest
import torch
import torch.nn.functional as F  # as everybody calls it
from torch import nn

from tests.grading import Engine, Task, failure, kinds, outcome, statuses
from torchgrade.authoring import alternative, close, layout, misconception, points, probe, refuses
from torchgrade.fixtures import Random, seed_for
from torchgrade.result import Blame, Kind, Status
from torchgrade.shipping import ShippingError, ship

PASSED, FAILED, UNGRADED = Status.PASSED, Status.FAILED, Status.UNGRADED


# --- refuses


REFUSAL = """
    def test_it(student):
        with refuses(ValueError, IndexError):
            student.f(-1)
"""


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("raise ValueError('no')", None),
        ("raise IndexError", None),
        ("raise UnicodeError('a ValueError too')", None),
        ("raise type('Mine', (ValueError,), {})()", None),
        ("raise NotImplementedError", Kind.NOT_STARTED),
        ("raise type('Both', (NotImplementedError, ValueError), {})()", Kind.NOT_STARTED),
        ("raise TypeError('no')", Kind.WRONG_EXCEPTION),
        ("raise Exception('no')", Kind.WRONG_EXCEPTION),
        ("raise type('ValueError', (Exception,), {})()", Kind.WRONG_EXCEPTION),
        ("return x", Kind.NOT_REFUSED),
        ("return f(x)", Kind.RECURSION),
        ("import os; os._exit(0)", Kind.EXITED),
        ("raise SystemExit", Kind.EXITED),
    ],
)
def test_refuses_wants_one_of_the_exceptions(
    engine: Engine, tmp_path: Path, line: str, kind: Kind | None
) -> None:
    """One of them or a subclass; a stub, another exception, a value or a death are none."""
    answer = f"def f(x):\n    {line}\n"
    assert kinds(engine.result(tmp_path, Task(REFUSAL), answer)) == {"test_it": kind}


def test_a_refusal_that_fails_says_what_happened(engine: Engine, tmp_path: Path) -> None:
    """What was expected, what came, the call, and the student's own line."""
    raised = engine.result(tmp_path, Task(REFUSAL), "def f(x):\n    raise TypeError('no')\n")
    told = failure(raised, "test_it")
    assert told.details == {"actual": "TypeError", "expected": "ValueError / IndexError"} | {
        "message": "no"
    }
    assert [frame.source for frame in told.frames] == ["raise TypeError('no')"]
    returned = failure(
        engine.result(tmp_path, Task(REFUSAL), "def f(x):\n    return x\n"), "test_it"
    )
    assert (returned.actual, returned.call) == ("-1", "f(-1)")


def test_refuses_looks_at_calls_inside_only(engine: Engine, tmp_path: Path) -> None:
    """A call before does not count as one inside; a call that must be refused is the first."""
    grader = """
        def test_before(student):
            student.f(1)
            with refuses(ValueError):
                pass
        def test_after(student):
            with refuses(ValueError):
                student.f(-1)
            close(student.f(1), 1)
    """
    answer = "def f(x):\n    if x < 0:\n        raise ValueError\n    return x\n"
    result = engine.result(tmp_path, Task(grader, answer), answer)
    assert statuses(result) == {"test_before": UNGRADED, "test_after": PASSED}
    assert failure(result, "test_before").blame is Blame.AUTHOR


def test_a_probe_can_be_refused_too(engine: Engine, tmp_path: Path) -> None:
    """What a class must refuse is asked by a probe."""
    grader = """
        @probe
        def made(student, size):
            return student.f(size)
        def test_it(student):
            with refuses(ValueError):
                student.run(made, -1)
    """
    answer = "def f(x):\n    raise ValueError('too small')\n"
    assert engine.result(tmp_path, Task(grader, answer), answer).passed


# --- close


MISMATCHES: dict[str, tuple[str, Kind, str]] = {
    "value": ("x + 1", Kind.VALUE, ""),
    "shape": ("x[None]", Kind.SHAPE, ""),
    "kind of dtype": ("x.long()", Kind.DTYPE, ""),
    "type": ("x.tolist()", Kind.TYPE, ""),
    "none": ("None", Kind.TYPE, ""),
}


@pytest.mark.parametrize("case", MISMATCHES)
def test_a_mismatch_is_told_with_the_call_it_came_from(
    engine: Engine, tmp_path: Path, case: str
) -> None:
    """The call shown is the one whose value differs, also if others were made since."""
    expression, kind, where = MISMATCHES[case]
    grader = """
        def test_it(student, rand):
            x = rand(2)
            first = student.f(x, 1)
            second = student.f(x, 2)
            third = student.f(x, 3)
            close(first, x)
            close(third, x)
            close(second, x)
    """
    answer = f"def f(x, n):\n    return ({expression}) if n == 2 else x\n"
    told = failure(
        engine.result(tmp_path, Task(grader, "def f(x, n):\n    return x\n"), answer), "test_it"
    )
    assert (told.kind, told.where) == (kind, where)
    assert told.call == "f(x, 2)"
    assert told.actual is not None
    assert told.expected is not None


NESTED: dict[str, tuple[str, Kind, str]] = {
    "length": ("[x]", Kind.LENGTH, ""),
    "keys": ("[x, {'a': x, 'c': x}]", Kind.KEYS, "[1]"),
    "part of a dict": ("[x, {'a': x, 'b': x + 1}]", Kind.VALUE, "[1]['b']"),
    "part of a list": ("[x.sum(), {'a': x, 'b': x}]", Kind.SHAPE, "[0]"),
    "type of a part": ("[x, None]", Kind.TYPE, "[1]"),
}


@pytest.mark.parametrize("case", NESTED)
def test_a_mismatch_in_a_collection_is_located(engine: Engine, tmp_path: Path, case: str) -> None:
    """The path to the part that differs is told, and the call that the whole came from."""
    expression, kind, where = NESTED[case]
    grader = """
        def test_it(student, rand):
            x = rand(2)
            whole = student.f(x)
            student.f(x + 1)
            close(whole, [x, {"a": x, "b": x}])
    """
    answer = f"def f(x):\n    return {expression}\n"
    solution = "def f(x):\n    return [x, {'a': x, 'b': x}]\n"
    told = failure(engine.result(tmp_path, Task(grader, solution), answer), "test_it")
    assert (told.kind, told.where, told.call) == (kind, where, "f(x)")


def test_a_part_of_a_value_is_located_too(engine: Engine, tmp_path: Path) -> None:
    """Comparing only a part of what came back finds the call just the same."""
    grader = """
        def test_it(student, rand):
            x = rand(2)
            pair = student.f(x, 1)
            student.f(x, 2)
            close(pair[1], x)
    """
    answer = "def f(x, n):\n    return x, x + n\n"
    told = failure(
        engine.result(tmp_path, Task(grader, "def f(x, n):\n    return x, x\n"), answer), "test_it"
    )
    assert told.call == "f(x, 1)"


def test_a_failed_check_carries_the_authors_note(engine: Engine, tmp_path: Path) -> None:
    """Notes of close() and the words of a plain assertion reach the student, in each language."""
    grader = """
        def test_close(student):
            close(student.f(1), 5, note=text("Add four.", zh="加上四。"))
        def test_words(student):
            assert student.f(1) == 5, text("It is five.", zh="是五。")
        def test_string(student):
            assert student.f(1) == 5, "five"
        def test_bare(student):
            assert student.f(1) == 5
    """
    result = engine.result(tmp_path, Task(grader), "def f(x):\n    return 3\n")
    noted = failure(result, "test_close")
    assert noted.note is not None
    assert noted.note.to("zh") == "加上四。"
    words = failure(result, "test_words")
    assert words.kind is Kind.ASSERTION
    assert words.note is not None
    assert words.note.to("zh") == "是五。"
    assert (words.actual, words.call) == ("3", "f(1)")
    string = failure(result, "test_string").note
    assert string is not None
    assert string.to("en") == "five"
    assert failure(result, "test_bare").note is None


def test_close_can_ask_for_the_very_dtype(engine: Engine, tmp_path: Path) -> None:
    """float64 for float32 passes unless the dtype is part of the contract."""
    grader = """
        def test_kind(student, rand):
            x = rand(2)
            close(student.f(x), x)
        def test_dtype(student, rand):
            x = rand(2)
            close(student.f(x), x, dtype=True)
    """
    result = engine.result(
        tmp_path, Task(grader, "def f(x):\n    return x\n"), "def f(x):\n    return x.double()\n"
    )
    assert kinds(result) == {"test_kind": None, "test_dtype": Kind.DTYPE}


def test_the_parameters_of_a_probe_name_its_arguments(engine: Engine, tmp_path: Path) -> None:
    """As they are called in the grader, with defaults or without; a lambda's go unnamed."""
    grader = """
        @probe
        def ask(student, weight, size=(1, 2), *more):
            return student.f(weight)
        def test_it(student, rand):
            close(student.run(ask, rand(2), rand(3), rand(4)), 0)
        def test_lambda(student, rand):
            close(student.run(lambda student, y: student.f(y), rand(2)), 0)
    """
    result = engine.result(tmp_path, Task(grader), "def f(x):\n    return x\n")
    assert failure(result, "test_it").call == "ask(weight, size, more1)"
    assert failure(result, "test_it").code[0].startswith("def ask(")
    assert failure(result, "test_lambda").call == "shipped_lambda(x)"


# --- layout


def test_layout_is_told_for_what_came_back(engine: Engine, tmp_path: Path) -> None:
    """Stride, requires_grad and leaf as they were on the other side, for parts as well."""
    grader = """
        @probe
        def strides(student, x):
            return {"a": [student.f(x)], "b": torch.ones(2, requires_grad=True)}
        def test_it(student, rand):
            x = rand(2, 3, requires_grad=True)
            y = student.f(x)
            told = layout(y)
            assert told.stride == (1, 3), told
            assert told.requires_grad and not told.is_leaf
            parts = student.run(strides, x)
            assert layout(parts["a"][0]).stride == (1, 3)
            assert layout(parts["b"]).is_leaf
            assert y.is_contiguous() and not y.requires_grad
        def test_strange(student, rand):
            layout(rand(2))
    """
    answer = "def f(x):\n    return (2 * x).t()\n"
    result = engine.result(tmp_path, Task(grader, answer), answer)
    assert statuses(result) == {"test_it": PASSED, "test_strange": UNGRADED}


@pytest.mark.parametrize(
    "use",
    [lambda: layout(torch.ones(1)), lambda: refuses(ValueError).__enter__(), lambda: close(1, 2)],
)
def test_checks_work_only_inside_a_test(use: Callable[[], object]) -> None:
    """Called elsewhere, they say so."""
    with pytest.raises(RuntimeError, match="only inside a test"):
        use()


# --- forbidden operators


@pytest.mark.parametrize(
    ("forbidden", "expression", "name"),
    [
        ("matmul", "torch.matmul(x, x)", "matmul"),
        ("matmul", "x @ x", "matmul"),
        ("matmul", "x.matmul(x)", "matmul"),
        ("mm", "x @ x", "mm"),
        ("aten.mm", "torch.matmul(x, x)", "aten.mm"),
        ("convolution", "F.conv2d(x[None, None], x[None, None])", "convolution"),
        ("conv2d", "F.conv2d(x[None, None], x[None, None])", "conv2d"),
        ("conv2d", "torch.nn.Conv2d(1, 1, 2)(x[None, None])", "conv2d"),
        ("functional.softmax", "F.softmax(x, 0)", "functional.softmax"),
        ("Tensor.unfold", "x.unfold(0, 2, 1)", "Tensor.unfold"),
        ("softmax", "torch.nn.Softmax(0)(x)", "softmax"),
        ("linalg_svd", "torch.linalg.svd(x)[0]", "linalg_svd"),
        ("svd", "torch.linalg.svd(x)[0]", "svd"),
        ("svd", "torch.svd(x)[0]", "svd"),
        ("svd", "x.svd()[0]", "svd"),
        ("linalg.svd", "torch.linalg.svd(x)[0]", "linalg.svd"),
        ("torch.linalg.svd", "torch.linalg.svd(x)[0]", "torch.linalg.svd"),
        ("aten._linalg_svd", "x.svd()[0]", "aten._linalg_svd"),
        ("Tensor.svd", "x.svd()[0]", "Tensor.svd"),
        ("torch.svd", "torch.svd(x)[0]", "torch.svd"),
        ("F.conv2d", "torch.conv2d(x[None, None], x[None, None])", "F.conv2d"),
        ("torch.conv2d", "torch.nn.Conv2d(1, 1, 2)(x[None, None])", "torch.conv2d"),
        ("torch.nn.functional.linear", "F.linear(x, x)", "torch.nn.functional.linear"),
        ("aten.convolution", "F.conv2d(x[None, None], x[None, None])", "aten.convolution"),
        ("fft.fft", "torch.fft.fft(x).real", "fft.fft"),
        ("Tensor.norm", "x.norm()", "Tensor.norm"),
        ("torch.einsum", "torch.einsum('ij->ji', x)", "torch.einsum"),
        ("autograd.grad", "torch.autograd.grad(x.requires_grad_().sum(), x)", "autograd.grad"),
        ("Tensor.T", "x.T", "Tensor.T"),
        ("einsum", "torch.einsum('ij->ji', x)", "einsum"),
        ("backward", "(x * 1.0).requires_grad_().sum().backward()", "backward"),
    ],
)
def test_a_forbidden_operator_fails_the_test(
    engine: Engine, tmp_path: Path, forbidden: str, expression: str, name: str
) -> None:
    """By torch's name or by ATen's, as function, method, operator or inside a module."""
    grader = f"""
        @forbids("{forbidden}")
        def test_it(student, rand):
            student.f(rand(3, 3))
        def test_free(student, rand):
            student.f(rand(3, 3))
    """
    answer = (
        "import torch\nimport torch.nn.functional as F\n\n"
        f"def f(x):\n    y = {expression}\n    return 0.0\n"
    )
    result = engine.result(tmp_path, Task(grader, "def f(x):\n    return x\n"), answer)
    assert statuses(result) == {"test_it": FAILED, "test_free": PASSED}
    assert failure(result, "test_it").kind is Kind.FORBIDDEN
    assert failure(result, "test_it").details["operators"] == [name]
    assert outcome(result, "test_it").operators == (name,)
    assert outcome(result, "test_free").operators == ()


@pytest.mark.parametrize(
    ("forbidden", "expression"),
    [
        ("Tensor.unfold", "F.unfold(x, 2)"),
        ("functional.unfold", "x.unfold(2, 2, 1)"),
        ("F.unfold", "x.unfold(2, 2, 1)"),
        ("linalg.svd", "x.svd()"),
        ("Tensor.svd", "torch.svd(x)"),
        ("torch.svd", "torch.linalg.svd(x)"),
        ("grad", "x.grad"),
    ],
)
def test_a_method_and_a_function_of_one_name_are_told_apart(
    engine: Engine, tmp_path: Path, forbidden: str, expression: str
) -> None:
    """Only the one that is named is ruled out."""
    grader = f"""
        @forbids("{forbidden}")
        def test_it(student, rand):
            student.f(rand(1, 1, 3, 3))
    """
    imports = "import torch\nimport torch.nn.functional as F\n\n"
    answer = f"{imports}def f(x):\n    y = {expression}\n    return 0.0\n"
    assert engine.result(tmp_path, Task(grader), answer).passed


def test_a_forbidden_operator_is_recorded_though_caught(engine: Engine, tmp_path: Path) -> None:
    """Catching what the engine raises does not help; the marks of other tests stay."""
    grader = """
        pytestmark = forbids("matmul")

        @probe
        def ask(student, x):
            return student.f(x, 2)
        def test_call(student, rand):
            close(student.f(rand(2, 2), 1), 1)
        def test_probe(student, rand):
            close(student.run(ask, rand(2, 2)), 2)
        def test_unlike(student, rand):
            with refuses(RuntimeError):
                student.f(rand(2, 2), 3)
        def test_clean(student, rand):
            close(student.f(rand(2, 2), 0), 0)
    """
    answer = """
        def f(x, n):
            if n:
                try:
                    x @ x
                except BaseException:
                    if n == 3:
                        raise RuntimeError("refused") from None
            return n
    """
    result = engine.result(tmp_path, Task(grader, "def f(x, n):\n    return n\n"), answer)
    assert kinds(result) == {
        "test_call": Kind.FORBIDDEN,
        "test_probe": Kind.FORBIDDEN,
        "test_unlike": Kind.FORBIDDEN,
        "test_clean": None,
    }
    assert failure(result, "test_call").call == "f(x, 1)"


# --- arguments


def test_arguments_arrive_as_they_are(engine: Engine, tmp_path: Path) -> None:
    """dtype, strides, sizes, requires_grad and identity of tensors, and plain values, cross."""
    grader = """
        def test_strides(student):
            x = torch.arange(12).reshape(3, 4)
            assert student.about(x.t()) == [[4, 3], [1, 4], "torch.int64", False, True]
            assert student.about(x[:, ::2])[1] == [4, 2]
            assert student.about(x[0].expand(5, 4))[1] == [0, 1]
            assert student.about(torch.ones(2, dtype=torch.bfloat16))[2] == "torch.bfloat16"
        def test_gradient(student, rand):
            x = rand(2, requires_grad=True)
            assert student.about(x)[3:] == [True, True]
            y = 2 * x
            assert student.about(y)[3:] == [True, True]
        def test_values(student):
            values = [None, True, 3, 2.5, 1j, "s", b"b", (1,), {"a": [1]}, torch.Size((2,)),
                      torch.float16, torch.device("cpu"), float("inf"), 10**30]
            close(student.same(values), values)
            assert [type(v) for v in student.same(values)] == [type(v) for v in values]
        def test_keywords(student, rand):
            x = rand(2)
            close(student.named(x, b=3 * x), 2 * x)
        def test_one_tensor_twice(student, rand):
            x = rand(2)
            assert student.is_same(x, x) is True
            assert student.is_same(x, x.clone()) is False
        def test_private(student, rand):
            x = rand(2)
            kept = x.clone()
            student.spoil(x)
            close(x, kept)
    """
    answer = """
        def about(x):
            return [list(x.shape), list(x.stride()), str(x.dtype), x.requires_grad, x.is_leaf]
        def same(values):
            return values
        def named(a, *, b):
            return b - a
        def is_same(a, b):
            return a is b
        def spoil(x):
            x.zero_()
    """
    result = engine.result(tmp_path, Task(grader, answer), answer)
    assert statuses(result) == dict.fromkeys(statuses(result), PASSED)


def test_functions_travel_as_arguments(engine: Engine, tmp_path: Path) -> None:
    """A def, a lambda, one in a list, one with helpers and imports: all become functions there."""
    grader = """
        import math
        from math import sqrt
        import torch.nn.functional as F

        def helper(x):
            return math.sqrt(4.0) * x
        def with_helper(x: "torch.Tensor", by=1.0) -> "Unknown":
            '''Documented.'''
            return helper(x) * by

        def test_def(student, rand):
            x = rand(2)
            close(student.apply(with_helper, x), 2 * x)
        def test_lambda(student, rand):
            x = rand(2)
            close(student.apply(lambda v: v + sqrt(9.0), x), x + 3)
            close(student.apply(lambda v: F.relu(v), x), F.relu(x))
        def test_collection(student, rand):
            x = rand(2)
            functions = [lambda a: a + 1, lambda b: b * 2]
            close(student.chain(functions, x), (x + 1) * 2)
        def test_torch(student, rand):
            x = rand(2)
            close(student.apply(lambda v: torch.sin(v), x), x.sin())
        def test_keyword(student, rand):
            x = rand(2)
            close(student.apply(x=x, function=lambda v: -v), -x)
    """
    answer = """
        def apply(function, x):
            return function(x)
        def chain(functions, x):
            for function in functions:
                x = function(x)
            return x
    """
    result = engine.result(tmp_path, Task(grader, answer), answer)
    assert statuses(result) == dict.fromkeys(statuses(result), PASSED)


# --- references


def test_a_test_can_not_spoil_what_the_next_subject_is_held_to(
    engine: Engine, tmp_path: Path
) -> None:
    """References are private copies, in lists and dicts as well, and keyed by their arguments."""
    grader = """
        def both(x, scale=1):
            return {"a": [scale * x], "b": (x, scale)}

        def test_it(student, rand, reference):
            x = rand(3)
            expected = reference(both, x)
            close(student.f(x), expected["a"][0])
            expected["a"][0].zero_()
            expected["b"][0].zero_()
            close(student.f(x), reference(both, x)["b"][0])
            close(student.f(2 * x), reference(both, x, scale=2)["a"][0])
            x.add_(1)
            close(student.f(x), reference(both, x)["a"][0])
    """
    answer = "def f(x):\n    return x\n"
    results = engine.results(tmp_path, Task(grader, answer), {"a": answer, "b": answer})
    assert all(result.passed for result in results.values())


# --- random inputs


def test_draws_have_the_promised_form() -> None:
    """Shapes, dtypes and ranges of every kind of draw."""
    rand = Random(1)
    assert rand(3, 4).shape == (3, 4)
    assert rand(2, dtype=torch.bfloat16).dtype is torch.bfloat16
    assert rand(2, dtype=torch.complex64).is_complex()
    assert rand(2, requires_grad=True).requires_grad
    assert rand().shape == ()
    uniform = rand.uniform(2.0, 3.0, 1000)
    assert 2 <= float(uniform.min()) < 2.1
    assert 2.9 < float(uniform.max()) < 3
    ints = rand.ints(-1, 2, 200)
    assert set(ints.tolist()) == {-1, 0, 1}
    assert ints.dtype is torch.int64
    assert sorted(rand.perm(5).tolist()) == [0, 1, 2, 3, 4]
    assert rand.choice("abc") in "abc"
    assert isinstance(rand.generator, torch.Generator)
    with pytest.raises(ValueError, match="nothing"):
        rand.choice([])


def test_flags_are_never_all_alike() -> None:
    """A mask that is all True or all False would ask for nothing."""
    for seed in range(50):
        flags = Random(seed).bools(3, p=0.05)
        assert flags.dtype is torch.bool
        assert flags.any()
        assert not flags.all()


def test_seeds_depend_on_everything() -> None:
    """Secret, exercise and test each change the seed; where names are cut does not matter."""
    seeds = {
        seed_for(b"", "a", "b"),
        seed_for(b"s", "a", "b"),
        seed_for(b"", "ab"),
        seed_for(b"", "a", "c"),
        seed_for(b"", "b", "a"),
    }
    assert len(seeds) == 5
    assert all(0 <= seed < 1 << 63 for seed in seeds)
    assert seed_for(b"s", "a") == seed_for(b"s", "a")


# --- marks


@pytest.mark.parametrize("weight", [-1, float("nan"), float("inf")])
def test_points_must_make_sense(weight: float) -> None:
    """A weight that would spoil the score is refused where it is written."""
    with pytest.raises(ValueError, match="at least 0"):
        points(weight)


def test_declarations_are_named_after_their_functions() -> None:
    """The name of a misconception is that of the function or class."""

    def wrong(x: int) -> int:
        return x

    class Right:
        pass

    declared = misconception("f", "It is wrong.", zh="错了。")(wrong)
    assert (declared.name, declared.target) == ("wrong", "f")
    assert declared.explanation.to("zh") == "错了。"
    assert alternative("F")(Right).name == "Right"
    assert probe(wrong).__name__ == "wrong"


# --- shipping

LIMIT = 3
OPTIMISER = torch.optim.SGD


def helper(x: torch.Tensor) -> torch.Tensor:
    return F.relu(x)


def uses_helper(student: object, x: torch.Tensor) -> torch.Tensor:
    """Docstring."""
    return helper(x) * math.pi  # a comment


def uses_variable(x: int) -> int:
    return x + LIMIT


def uses_unknown(x: int) -> int:
    return int(x + nowhere)  # type: ignore[name-defined]  # noqa: F821  # what is tested


def recursive(n: int) -> int:
    return 1 if n == 0 else n * recursive(n - 1)


def even(n: int) -> bool:
    return n == 0 or odd(n - 1)


def odd(n: int) -> bool:
    return n != 0 and even(n - 1)


class Layer(nn.Module):
    """A class with a base from torch."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(size))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return helper(x * self.weight)


def uses_class(x: torch.Tensor) -> torch.Tensor:
    result: torch.Tensor = Layer(3)(x)
    return result


def uses_torch_class(parameters: list[torch.Tensor]) -> object:
    return OPTIMISER(parameters, lr=0.1)


def with_inner(x: int) -> int:
    def inner(y: int) -> int:
        return y + x

    return sum(inner(z) for z in range(3))


def uses_files(path: Path) -> str:
    return dedent(path.read_text())


def test_what_travels_is_the_function_alone() -> None:
    """No docstring, comment, decorator or annotation; helpers and imports are named."""
    shipped = ship(probe(uses_helper))
    assert shipped.name == "uses_helper"
    assert "Docstring" not in shipped.code
    assert "comment" not in shipped.code
    assert "Tensor" not in shipped.code
    assert [name for name, _, _ in shipped.imports] == ["math"]
    (other,) = shipped.helpers
    assert other.name == "helper"
    assert other.imports == (("F", "torch.nn.functional", ""),)


@pytest.mark.parametrize(
    ("function", "names"),
    [
        (recursive, []),
        (even, ["odd"]),
        (Layer, ["helper"]),
        (uses_class, ["Layer"]),
        (uses_torch_class, []),
        (with_inner, []),
    ],
)
def test_what_stands_alone_with_its_helpers_travels(
    function: Callable[..., object], names: list[str]
) -> None:
    """Recursion in one function or two, classes, torch's own classes, functions inside."""
    assert [part.name for part in ship(function).helpers] == names


def closing_over(amount: int) -> Callable[[int], int]:
    def inner(x: int) -> int:
        return x + amount

    return inner


@pytest.mark.parametrize(
    ("function", "told"),
    [
        (uses_variable, "LIMIT"),
        (uses_unknown, "nowhere"),
        (closing_over(3), "amount"),
        (uses_files, "dedent|Path"),
        (math.sin, "sin"),
        (3, "3"),
        (eval("lambda x: x"), "source"),
        (max, "max"),
    ],
)
def test_what_needs_more_than_itself_is_refused(function: object, told: str) -> None:
    """The author reads the name of what can't cross the wall."""
    with pytest.raises(ShippingError, match=told):
        ship(function)


def test_a_misconception_may_use_the_model_answers_names() -> None:
    """Names that exist only where it is going are allowed to it, and to it alone."""
    assert ship(uses_unknown, free=True).code.startswith("def uses_unknown")


# fmt: off
# ruff: noqa: PLW0108, PLC3002, C416, RUF021  # lambdas of every form are what is tested
LAMBDAS = [
    (lambda v: F.relu(v), "lambda v: F.relu(v)"), (lambda v: F.elu(v), "lambda v: F.elu(v)"),
    (lambda: 3, "lambda: 3"),
    (lambda x, y=2, *z: (x if y else z), "lambda x, y=2, *z: x if y else z"),
    (lambda x: x and 1 or
        2, "lambda x: x and 1 or 2"),
    (lambda x: [y for y in x], "lambda x: [y for y in x]"),
    (lambda x: (lambda x: x)(x), "lambda x: (lambda x: x)(x)"),
    ((lambda x: lambda y: y + 1)(0), "lambda y: y + 1"),
    (lambda x: {"é": "“", x: None}, "lambda x: {'é': '“', x: None}"),
]
# fmt: on


@pytest.mark.parametrize(("function", "source"), LAMBDAS)
def test_a_lambda_is_found_by_its_place(function: Callable[..., object], source: str) -> None:
    """Many in a line, inside each other, over several lines, of any form."""
    assert ship(function).code == f"shipped_lambda = {source}"


def test_lambdas_in_one_line_are_told_apart() -> None:
    """Even two that differ in a name or a number only."""
    first, second = (lambda x: x + 1), (lambda x: x + 2)
    assert ship(first).code.endswith("x + 1")
    assert ship(second).code.endswith("x + 2")
    one, other = (lambda x: torch.sin(x)), (lambda x: torch.cos(x))
    assert ship(one).code.endswith("torch.sin(x)")
    assert ship(other).code.endswith("torch.cos(x)")
