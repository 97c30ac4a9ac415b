"""Renderings of values and calls are readable, bounded and harmless."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable
from enum import IntEnum

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from torchgrade.describe import describe, describe_call, kind_of, number, printable, width_of

# How long an example takes depends on the machine and is no property of the code.
untimed = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
DTYPES = (
    *(torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.float8_e5m2),
    *(torch.complex64, torch.bool, torch.uint8, torch.int32, torch.int64, torch.uint64),
)
anything = st.characters(codec=None)
texts = st.text(anything, max_size=200)


@st.composite
def tensors(draw: st.DrawFn) -> torch.Tensor:
    shape = draw(st.lists(st.integers(0, 6), max_size=5))
    scale = draw(st.sampled_from([1.0, 1e-8, 1e8, math.inf]))
    return (torch.randn(shape, dtype=torch.float64) * scale).to(draw(st.sampled_from(DTYPES)))


leaves = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.complex_numbers()
    | texts
    | st.binary(max_size=200)
    | tensors()
    | st.sampled_from([torch.float32, torch.device("cpu"), torch.Size([2]), len, int, object()])
    | st.integers(5000, 9000).map(lambda n: 10**n)
)
values = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=12)
        | st.tuples(inner)
        | st.dictionaries(texts | st.integers(), inner, max_size=5)
    ),
    max_leaves=15,
)


def harmless(text: str) -> bool:
    return not any(unicodedata.category(char) in UNSEEN for char in text)


# Bounds ----------------------------------------------------------------------------------------


@untimed
@given(values, st.integers(8, 100), st.integers(1, 12))
def test_a_description_keeps_its_bounds(value: object, width: int, lines: int) -> None:
    """Any value in any box: never wider, never longer, nothing that acts on a terminal."""
    described = describe(value, width=width, lines=lines).split("\n")
    assert 1 <= len(described) <= lines
    assert all(width_of(line) <= width for line in described)
    assert all(map(harmless, described))


@untimed
@given(
    texts,
    st.lists(values, max_size=6),
    st.dictionaries(texts, values, max_size=3),
    st.none() | st.lists(texts, max_size=8),
)
def test_a_call_keeps_its_bounds(
    name: str, args: list[object], kwargs: dict[str, object], parameters: list[str] | None
) -> None:
    """One line, whatever the names; every explained name is unique and plain."""
    call, named = describe_call(name, tuple(args), kwargs, parameters=parameters)
    assert width_of(call) <= 72
    assert harmless(call)
    names = [label for label, _ in named]
    assert len(set(names)) == len(names)
    assert all(label.isidentifier() for label in names)
    assert all(harmless(line) for _, text in named for line in text.split("\n"))


@untimed
@given(texts, st.integers(0, 60))
def test_printable_text_is_bounded_and_harmless(text: str, limit: int) -> None:
    """Whatever a student writes; line feeds only if asked for."""
    assert width_of(printable(text, limit=limit)) <= limit
    assert harmless(printable(text, limit=limit))
    assert harmless(printable(text, newlines=True).replace("\n", ""))


@untimed
@given(texts)
def test_printable_text_stays_as_it_is(text: str) -> None:
    """Making text printable twice changes nothing more."""
    once = printable(text, limit=10_000)
    assert printable(once, limit=10_000) == once


def test_large_values_are_not_rendered_whole() -> None:
    """What is cut away costs nothing: only a few items are ever asked for."""

    class Counting(list[int]):
        asked = 0

        def __iter__(self):  # type: ignore[no-untyped-def]  # only counted
            for item in range(10**7):
                Counting.asked += 1
                yield item

    assert describe(Counting([1])).endswith("...]")
    assert Counting.asked < 10_000
    assert describe("x" * 10**7).endswith("'...")
    assert describe(torch.zeros(1).expand(10**5, 10**5, 10**5)).startswith("tensor([0.0, 0.0,")
    assert describe(-(10**6000)) == "-1.0000e+6000"


def test_deep_values_end() -> None:
    """A cycle, too: an author may pass one."""
    cycle: list[object] = [1]
    cycle.append(cycle)
    assert len(describe(cycle)) < 1000
    describe_call("f", (cycle,), {})


def test_foreign_objects_are_never_asked() -> None:
    """No code of the value runs: its type is named and that is all."""

    class Hostile:
        def __repr__(self) -> str:
            raise AssertionError("asked")

        __str__ = __repr__

    assert describe([Hostile()]) == "[<Hostile>]"
    assert describe(ValueError("x")) == "<ValueError>"
    assert kind_of(Hostile()) == "Hostile"


# Text ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain \\ text", "plain \\ text"),
        ("你好，世界　！", "你好，世界　！"),
        ("naïve résumé Привет", "naïve résumé Привет"),
        ("\x1b[31mred\x07", "\\x1b[31mred\\x07"),
        ("a\r\nb\tc\x00", "a\\r\\nb\\tc\\x00"),
        ("a\u202eb\u2066c", "a\\u202eb\\u2066c"),
        ("a\u200bb\ufeffc\u00ad", "a\\u200bb\\ufeffc\\xad"),
        ("\ud800", "\\ud800"),
        ("\u2028\u0085", "\\u2028\\x85"),
        ("\u3164\u2800\ufe0f", "\\u3164\\u2800\\ufe0f"),
        ("e" + "\u0301" * 4, "e\u0301\u0301\\u0301\\u0301"),
        ("\U000e0041", "\\U000e0041"),
    ],
)
def test_what_cannot_be_seen_is_escaped(text: str, shown: str) -> None:
    """Letters of every script stay; controls, invisible ones and piles of marks don't."""
    assert printable(text) == shown


def test_printable_cuts_by_cells() -> None:
    """Chinese characters take two cells each, and the ellipsis counts."""
    assert printable("abcdef", limit=6) == "abcdef"
    assert printable("abcdefg", limit=6) == "abc..."
    assert printable("你好世界", limit=8) == "你好世界"
    assert printable("你好世界你", limit=8) == "你好..."
    assert printable("a\nb", newlines=True) == "a\nb"
    assert width_of("a你") == 3


# Values ----------------------------------------------------------------------------------------


class Colour(IntEnum):
    RED = 1


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "None"),
        (True, "True"),
        (12, "12"),
        (Colour.RED, "1"),
        (0.1, "0.1"),
        (math.nan, "nan"),
        (-math.inf, "-inf"),
        (1 + 2j, "(1+2j)"),
        ("it's", '"it\'s"'),
        ("a'b\"c", "'a\\'b\"c'"),
        ("a\\n\n", "'a\\\\n\\n'"),
        ("形状", "'形状'"),
        (b"\x00a", "b'\\x00a'"),
        ((), "()"),
        ((1,), "(1,)"),
        ([1, [2.5, None]], "[1, [2.5, None]]"),
        ({"a": 1, 2: (3,)}, "{'a': 1, 2: (3,)}"),
        (set(), "set()"),
        (torch.Size([2, 3]), "torch.Size([2, 3])"),
        (torch.float16, "torch.float16"),
        (torch.device("cuda:1"), "torch.device('cuda:1')"),
        (slice(None, 2), "slice(None, 2, None)"),
        (len, "len"),
        (ValueError, "ValueError"),
        (lambda x: x, "<function>"),
        (torch.nn.Linear(1, 1), "<Linear>"),
    ],
)
def test_plain_values(value: object, shown: str) -> None:
    """Written as in Python, so that they need no translation."""
    assert describe(value) == shown


def test_a_lambda_that_carries_its_source_shows_it() -> None:
    """Functions of a grader reach a report as what they do."""
    square: Callable[[float], float] = lambda x: x * x  # noqa: E731  # a lambda is the point
    square.source = "lambda x: x * x"  # type: ignore[attr-defined]  # as the engine attaches it
    assert describe(square) == "lambda x: x * x"
    assert describe_call("apply", (square, 2), {})[0] == "apply(lambda x: x * x, 2)"


@pytest.mark.parametrize(
    ("value", "digits", "shown"),
    [
        (2.0, 5, "2.0"),
        (0.123456, 4, "0.1235"),
        (1e-8, 5, "1e-08"),
        (12345.6, 5, "12345.6"),
        (123456.7, 5, "1.2346e+05"),
        (-0.0, 5, "-0.0"),
        (1 - 2j, 5, "(1.0-2.0j)"),
        (complex(1, math.nan), 5, "(1.0+nanj)"),
        (7, 2, "7"),
        (False, 2, "False"),
    ],
)
def test_numbers(value: complex, digits: int, shown: str) -> None:
    """A float never reads as an int."""
    assert number(value, digits) == shown


# Tensors ---------------------------------------------------------------------------------------


def lines_of(value: object, **bounds: int) -> list[str]:
    return describe(value, **bounds).split("\n")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (torch.tensor(2.5), ["tensor(2.5)"]),
        (torch.tensor([1.0, 2.0]), ["tensor([1.0, 2.0])"]),
        (torch.tensor([1, 20]), ["tensor([1, 20])"]),
        (torch.tensor([1, 2], dtype=torch.uint8), ["tensor([1, 2], dtype=uint8)"]),
        (torch.tensor([True]), ["tensor([True])"]),
        (torch.tensor([0.5], dtype=torch.float64), ["tensor([0.5], dtype=float64)"]),
        (torch.tensor([1j]).conj(), ["tensor([(0.0-1.0j)])"]),
        (torch.tensor([[[1]]]), ["tensor([[[1]]])"]),
        (torch.tensor([1e-8, 1.0]), ["tensor([1e-08, 1.0])"]),
        (torch.tensor([math.nan, -math.inf]), ["tensor([nan, -inf])"]),
        (torch.zeros(0, 3), ["tensor([], shape=(0, 3))"]),
        (torch.zeros(2, 0, dtype=torch.int64), ["tensor([], shape=(2, 0), dtype=int64)"]),
        (
            torch.tensor([[1.0, -0.25], [10.5, 3.0]]),
            ["tensor([[ 1.00, -0.25],", "        [10.50,  3.00]])"],
        ),
        (
            torch.tensor([[[1, 2], [3, 4]], [[5, 6], [7, 10]]]),
            [
                "tensor([[[ 1,  2],",
                "         [ 3,  4]],",
                "        [[ 5,  6],",
                "         [ 7, 10]]])",
            ],
        ),
        (
            torch.arange(240).reshape(2, 3, 40),
            [
                "tensor([0, 1, 2, 3, 4, 5, 6, 7, ...], shape=(2, 3, 40), dtype=int64)",
            ],
        ),
        (torch.zeros(3).to_sparse(), ["tensor(..., shape=(3,), layout=sparse_coo)"]),
        (torch.zeros(3, device="meta"), ["tensor(..., shape=(3,), device=meta)"]),
        (torch.ones(2, requires_grad=True), ["tensor([1.0, 1.0])"]),
    ],
)
def test_tensors(value: torch.Tensor, shown: list[str]) -> None:
    """Small ones whole and aligned, large ones by first values, shape and dtype."""
    assert lines_of(value) == shown


@untimed
@given(st.lists(st.integers(1, 4), min_size=1, max_size=4))
def test_a_tensor_shown_whole_reads_back(shape: list[int]) -> None:
    """The brackets are those of the nested list."""
    value = torch.arange(math.prod(shape)).reshape(shape)
    text = describe(value, width=200, lines=1000)
    assert eval(text, {"tensor": lambda nested: nested}) == value.tolist()


def test_a_long_row_is_folded() -> None:
    """A vector of some twenty values is still shown whole, in columns."""
    shown = lines_of(torch.arange(30), width=40)
    assert len(shown) > 1
    assert shown[1].startswith(" " * len("tensor(["))
    assert eval("".join(shown), {"tensor": list}) == list(range(30))


def test_a_large_tensor_that_is_not_contiguous_shows_its_first_row() -> None:
    """The first values in row-major order, as far as the last axis goes."""
    value = torch.arange(400).reshape(20, 20).t()
    assert describe(value).startswith("tensor([0, 20, 40, ")


# Collections -----------------------------------------------------------------------------------


def test_collections_break_at_their_items() -> None:
    """Tensors stand on lines of their own, under their key."""
    state = {"weight": torch.eye(2), "name": "形状", "step": 3}
    assert lines_of(state) == [
        "{'weight': tensor([[1.0, 0.0],",
        "                   [0.0, 1.0]]),",
        " 'name': '形状', 'step': 3}",
    ]


def test_what_is_left_out_leaves_dots() -> None:
    """In lists, in tuples of many tensors, in strings."""
    assert lines_of(list(range(1000)), lines=3)[-1].endswith("...]")
    assert lines_of([torch.ones(3)] * 20, lines=3)[-1] == " ...]"
    assert describe("x" * 100, width=20) == "'" + "x" * 15 + "'..."


@pytest.mark.parametrize(
    ("value", "token"),
    [
        (None, "None"),
        (True, "bool"),
        (1, "int"),
        (1.0, "float"),
        (1j, "complex"),
        ("", "str"),
        (b"", "bytes"),
        (torch.zeros(2), "tensor"),
        (torch.nn.Parameter(torch.zeros(2)), "tensor"),
        (torch.zeros(2).to_sparse(), "sparse_tensor"),
        ((1, 2), "tuple:2"),
        ([], "list:0"),
        ({1: 2}, "dict:1"),
        ({1}, "set:1"),
        (torch.Size([2, 3]), "size:2"),
        (torch.float32, "dtype"),
        (torch.device("cpu"), "device"),
        (slice(1), "slice"),
        (range(2), "range"),
        (Ellipsis, "ellipsis"),
        (len, "function"),
        (lambda: None, "function"),
        (int, "class"),
        (torch.nn.ReLU(), "module"),
        ((i for i in "a"), "generator"),
        (map(str, "a"), "iterator"),
        (object(), "object"),
    ],
)
def test_kinds(value: object, token: str) -> None:
    """A fixed set of tokens, for reports to word."""
    assert kind_of(value) == token


# Calls -----------------------------------------------------------------------------------------


def test_a_call_with_known_parameters() -> None:
    """Tensors by their parameter's name; short values as they are."""
    x, w, b = torch.ones(2, 2), torch.ones(1), torch.ones(1)
    call, named = describe_call(
        "manual_conv2d", (x, w, b), {"stride": 2}, parameters=["x", "weight", "bias", "stride"]
    )
    assert call == "manual_conv2d(x, weight, bias, stride=2)"
    assert [name for name, _ in named] == ["x", "weight", "bias"]
    assert named[1] == ("weight", "tensor([1.0])")


def test_a_call_with_unknown_parameters() -> None:
    """One argument is x, several are x1, x2 by position; keywords keep their names."""
    x = torch.ones(2)
    assert describe_call("f", (x,), {})[0] == "f(x)"
    assert (
        describe_call("f", (1, x, [x, x]), {"dim": -1, "y": x + 1})[0]
        == "f(1, x2, x3, dim=-1, y=y)"
    )
    assert describe_call("f", (x, x), {})[0] == "f(x1, x1)"
    assert describe_call("f", (x,), {"x": x + 1})[0] == "f(x_, x=x)"
    assert describe_call("f", (), {}) == ("f()", ())


def test_a_call_with_any_number_of_arguments() -> None:
    """A starred parameter numbers its arguments."""
    tensors = (torch.ones(1), torch.ones(2))
    assert describe_call("f", (3, *tensors), {}, parameters=["n", "*xs"])[0] == "f(3, xs1, xs2)"
    assert (
        describe_call("broadcast_shape", ((2, 1), (3,)), {})[0] == "broadcast_shape((2, 1), (3,))"
    )


def test_a_long_call_names_what_is_long() -> None:
    """More arguments are named until the line fits; one-digit numbers are never worth it."""
    call, named = describe_call("f", ("a" * 28, "b" * 28, "c" * 28, 1), {}, width=60)
    assert call == "f(x1, x2, x3, 1)"
    assert [name for name, _ in named] == ["x1", "x2", "x3"]
    many, unnamed = describe_call("f", tuple(range(100)), {})
    assert (many[:9], many[-3:], unnamed) == ("f(0, 1, 2", "...", ())


def test_hostile_names_do_not_reach_a_call() -> None:
    """A parameter's or keyword's name comes from the student's own signature."""
    x = torch.ones(2)
    call, named = describe_call("f\x1b[2J", (x,), {"\u202e": 1}, parameters=["a\nb"])
    assert call == "f\\x1b[2J(x, ...=1)"
    assert named == (("x", "tensor([1.0, 1.0])"),)
