"""What crosses the wall arrives as it was sent, and only data crosses."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterator
from typing import cast

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from torchgrade.result import Kind
from torchgrade.sandbox import wire
from torchgrade.sandbox.client import ModuleSource, Sandbox, StudentProcess
from torchgrade.sandbox.levels import Limits
from torchgrade.sandbox.server import ForkServer

from .grounds import Ground, kind_of

quick = settings(
    database=None,
    deadline=None,
    max_examples=60,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)

_ECHO = """
import torch
def echo(value):
    return value
def told(value):
    return [value.stride(), value.requires_grad, value.is_contiguous(), str(value.dtype)]
def same(pair):
    return pair[0] is pair[1]
def write(values):
    values[0].fill_(7)
    return values
"""


@pytest.fixture(scope="module")
def echo(servers: dict[str, ForkServer]) -> Iterator[StudentProcess]:
    process = Sandbox(servers["process"]).spawn(Limits(exercise_seconds=600))
    process.load(ModuleSource(_ECHO, "echo.py", "echo"), seed=1)
    yield process
    process.end()


def _through(value: object, *, restore: bool = False) -> object:
    """Encode and decode in this process, by way of the bytes."""
    bounds = wire.Bounds()
    message = wire.encode(value, bounds, identities=restore)
    parts = wire.pack({"value": message.tree}, message, bounds, shared=None, threshold=0, base=0)
    sent = b"".join(parts)
    header, size, shared = wire.unpack_prefix(sent[: wire.PREFIX.size], bounds)
    body = wire.PREFIX.size + header
    inline = sent[body:]
    assert (len(inline), shared) == (size, 0)
    tree = wire.parse(sent[wire.PREFIX.size : body])
    view = memoryview(inline)
    decoded, _ = wire.decode(tree["value"], bounds, inline=view, size=len(inline), restore=restore)
    return decoded


def _alike(one: object, other: object) -> bool:
    """Equal in type and value all the way down; NaN equals NaN and -0.0 is not 0.0."""
    if type(one) is not type(other):
        return False
    if isinstance(one, torch.Tensor):
        assert isinstance(other, torch.Tensor)
        return (
            one.dtype == other.dtype and one.shape == other.shape and _bytes(one) == _bytes(other)
        )
    if isinstance(one, (list, tuple)):
        assert isinstance(other, (list, tuple))
        return len(one) == len(other) and all(map(_alike, one, other))
    if isinstance(one, dict):
        assert isinstance(other, dict)
        return _alike(list(one.items()), list(other.items()))
    if isinstance(one, float):
        assert isinstance(other, float)
        return one.hex() == other.hex()
    if isinstance(one, complex):
        assert isinstance(other, complex)
        return _alike([one.real, one.imag], [other.real, other.imag])
    return one == other


def _bytes(value: torch.Tensor) -> bytes:
    plain = value.detach().resolve_conj().resolve_neg().contiguous().reshape(-1)
    return bytes(plain.view(torch.uint8).numpy()) if plain.numel() else b""


dtypes = st.sampled_from(list(wire.DTYPES.values()))
shapes = st.lists(st.integers(0, 4), max_size=4).map(tuple)


@st.composite
def tensors(draw: st.DrawFn) -> torch.Tensor:
    dtype, shape = draw(dtypes), draw(shapes)
    count = math.prod(shape)
    raw = draw(st.binary(min_size=count * dtype.itemsize, max_size=count * dtype.itemsize))
    if count == 0:
        return torch.empty(shape, dtype=dtype)
    flat = torch.frombuffer(bytearray(raw), dtype=torch.uint8)
    if dtype is torch.bool:
        return (flat % 2 == 1).reshape(shape)
    return flat.clone().view(dtype).reshape(shape)


plain = (
    st.none()
    | st.booleans()
    | st.integers(-(1 << 4000), 1 << 4000)
    | st.floats()
    | st.complex_numbers()
    | st.text(max_size=20)
    | st.binary(max_size=40)
)
values = st.recursive(
    plain
    | tensors()
    | dtypes
    | st.sampled_from([torch.device("cpu"), torch.device("cuda", 1), torch.device("meta")])
    | st.lists(st.integers(-(1 << 63), (1 << 63) - 1), max_size=3).map(torch.Size),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(st.text(max_size=5) | st.integers() | st.booleans(), inner, max_size=4)
    ),
    max_leaves=12,
)


@quick
@given(values)
def test_every_kind_of_value_comes_back_alike(value: object) -> None:
    """Numbers, text, bytes, containers, sizes, dtypes, devices and tensors keep themselves."""
    assert _alike(_through(value), value)


def test_values_cross_to_a_student_and_back(echo: StudentProcess) -> None:
    """The same through a real process, both ways."""

    @quick
    @given(values)
    def crosses(value: object) -> None:
        assert _alike(echo.call("echo", [value]).value, value)

    crosses()


@pytest.mark.parametrize("name", wire.DTYPES)
@pytest.mark.parametrize("shape", [(), (0,), (3, 0, 2), (5,), (2, 3)])
def test_every_dtype_in_every_shape(
    echo: StudentProcess, name: str, shape: tuple[int, ...]
) -> None:
    """0-d and size-0 included, to the bit."""
    dtype = wire.DTYPES[name]
    raw = torch.arange(math.prod(shape) * dtype.itemsize, dtype=torch.uint8)
    if dtype is torch.bool:
        value = (raw % 2 == 1).reshape(shape)
    else:
        value = raw.view(dtype).reshape(shape) if raw.numel() else torch.empty(shape, dtype=dtype)
    back = echo.call("echo", [value]).value
    assert _alike(back, value)


@pytest.mark.parametrize(
    "value",
    [
        torch.Size(range(65)),
        torch.Size(range(1000)),
        tuple(range(1000)),
        torch.Size([-1, 1 << 62]),
        torch.arange(4.0).reshape([2, 2] + [1] * 62),
        torch.arange(4.0).reshape([2, 2] + [1] * 31),
        torch.ones([1] * 40, dtype=torch.bool),
        torch.empty(0, 1 << 60),
    ],
    ids=["65 sizes", "1000 sizes", "tuple", "negative", "64 axes", "33 axes", "bool", "huge"],
)
def test_sizes_of_every_number_cross(echo: StudentProcess, value: object) -> None:
    """What torch can make of sizes is no broken wire, however many there are."""
    assert _alike(echo.call("echo", [value]).value, value)


_VIEWS: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
    "transposed": lambda x: x.t(),
    "stepped": lambda x: x[::2, 1::2],
    "expanded": lambda x: x[:1].expand(5, 6),
    "expanded scalar": lambda x: x[0, 0].expand(3, 2),
    "narrowed": lambda x: x.narrow(1, 2, 3),
    "flipped": lambda x: x.flip(0),
    "permuted": lambda x: x.reshape(2, 2, 6).permute(2, 0, 1),
    "channels last": lambda x: x.reshape(1, 2, 3, 4).to(memory_format=torch.channels_last),
    "conjugate": lambda x: torch.complex(x, x + 1).conj(),
    "negative": lambda x: torch.complex(x, x + 1).conj().imag,
    "imaginary": lambda x: torch.complex(x, x + 1).imag,
    "diagonal": lambda x: x.diagonal(),
}


@pytest.mark.parametrize("view", _VIEWS)
def test_views_keep_values_and_strides(echo: StudentProcess, view: str) -> None:
    """A view arrives with its values and its strides; what comes back is contiguous."""
    value = _VIEWS[view](torch.arange(24.0).reshape(4, 6))
    told = echo.call("told", [value]).value
    assert told == [value.stride(), False, value.is_contiguous(), str(value.dtype)]
    reply = echo.call("echo", [value])
    back = reply.value
    assert isinstance(back, torch.Tensor)
    assert back.is_contiguous()
    assert not back.is_conj()
    assert not back.is_neg()
    assert _alike(back, value)
    assert reply.layouts[0][1].stride == value.stride()


def test_gradients_are_asked_for_on_the_other_side(echo: StudentProcess) -> None:
    """requires_grad goes along; what comes back has no history."""
    value = torch.ones(2, 3, requires_grad=True)
    assert echo.call("told", [value]).value == [(3, 1), True, True, "torch.float32"]
    reply = echo.call("echo", [value * 2])
    assert isinstance(reply.value, torch.Tensor)
    assert not reply.value.requires_grad
    assert reply.value.grad_fn is None


def test_a_tensor_given_twice_is_one_tensor(echo: StudentProcess) -> None:
    """Aliasing among the arguments is kept, and only there."""
    value = torch.zeros(3)
    assert echo.call("same", [[value, value]]).value is True
    assert echo.call("same", [[value, value.clone()]]).value is False
    one, two = cast(list[torch.Tensor], echo.call("write", [[value, value]]).value)
    assert one.tolist() == two.tolist() == [7.0] * 3
    assert one.data_ptr() != two.data_ptr()
    assert value.tolist() == [0.0] * 3


@pytest.mark.parametrize("count", [(64 << 10) // 4 - 1, (64 << 10) // 4 + 1, 1 << 21])
def test_large_values_go_through_shared_memory(echo: StudentProcess, count: int) -> None:
    """Below, at and above the threshold the bytes are the same."""
    generator = torch.Generator().manual_seed(count)
    value = torch.rand(count, generator=generator)
    odd = torch.arange(3, dtype=torch.uint8)
    back = echo.call("echo", [[odd, value, {"k": value.view(-1)[1:]}, b"abc"]]).value
    assert _alike(back, [odd, value, {"k": value[1:]}, b"abc"])


@pytest.mark.parametrize("mebibytes", [[1, 2, 1, 5, 3], [40], [31, 2], [8, 40, 8]])
def test_shared_memory_grows_with_what_goes_through_it(
    echo: StudentProcess, mebibytes: list[int]
) -> None:
    """What stays mapped of it, and what is mapped for one value only, hold the same bytes."""
    values = [torch.arange(size << 18, dtype=torch.int32) * (size + 1) for size in mebibytes]
    for value in values:
        assert _alike(echo.call("echo", [value]).value, value)
    assert _alike(echo.call("echo", [values]).value, values)


@pytest.mark.skipif(not hasattr(os, "memfd_create"), reason="shared memory is Linux's")
@pytest.mark.parametrize("base", [0, 1, 4096, 4099])
def test_a_message_may_begin_anywhere_in_shared_memory(base: int) -> None:
    """The halves of both sides need not lie on the boundary of a page."""
    one, other = bytes(range(256)) * 40, b"other" * 5000
    shared = wire.Shared(os.memfd_create("test"))
    try:
        os.truncate(shared.descriptor, 1 << 16)
        shared.write(memoryview(one), base, 0)
        shared.write(memoryview(other), base, len(one))
        back = bytearray(len(one) + len(other))
        shared.read(memoryview(back), base, 0)
        assert back == one + other
        with pytest.raises(wire.WireError):
            shared.read(memoryview(bytearray(1 << 16)), base + 1, 0)
    finally:
        shared.close()


@pytest.mark.parametrize("name", ["arguments", "results"])
def test_shared_memory_is_not_the_students_to_pay(ground: Ground, name: str) -> None:
    """After large values there is as much memory left as before."""
    student = ground.student(
        """
        import torch
        def arguments(x):
            return len(x)
        def results(x):
            return torch.zeros(30 << 20, dtype=torch.uint8)
        def most():
            return len(torch.empty(100 << 20, dtype=torch.uint8))
        """,
        limits=Limits(memory=128 << 20),
    )
    large = torch.zeros(30 << 20 if name == "arguments" else 1, dtype=torch.uint8)
    assert student.call("most").value == 100 << 20
    student.call(name, [large])
    assert student.call("most").value == 100 << 20


def test_text_that_is_no_text(echo: StudentProcess) -> None:
    """Lone surrogates, NUL and what JSON escapes cross unchanged."""
    value = ["\ud800", "\0", "\u2028", '"\\', "\U0001f600", ""]
    assert echo.call("echo", [value]).value == value


_NOT_DATA = """
import torch
from collections import OrderedDict, namedtuple
class Text(str):
    def __str__(self): return "other"
    def __eq__(self, other): return True
    __hash__ = str.__hash__
class Number(int):
    def __eq__(self, other): return True
    def __index__(self): return 99
    __hash__ = int.__hash__
class Tensor(torch.Tensor):
    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        if "numpy" in str(func) or "reshape" in str(func): return torch.full((2,), 42.0)
        return super().__torch_function__(func, types, args, kwargs or {})
class Items(list):
    def __iter__(self): return iter([1, 2, 3])
Pair = namedtuple("Pair", "x y")
cycle = []; cycle.append(cycle)
deep = []
for _ in range(100000): deep = [deep]
made = {
    "generator": lambda: (n for n in range(3)),
    "module": lambda: torch.nn.Linear(2, 2),
    "function": lambda: len,
    "set": lambda: {1, 2},
    "numpy": lambda: torch.ones(2).numpy(),
    "sparse": lambda: torch.eye(2).to_sparse(),
    "meta": lambda: torch.empty(2, device="meta"),
    "quantised": lambda: torch.quantize_per_tensor(torch.ones(2), 0.1, 0, torch.qint8),
    "tensor key": lambda: {torch.ones(1): 1},
    "cycle": lambda: cycle,
    "deep": lambda: deep,
    "many": lambda: list(range(300_000)),
    "long text": lambda: "x" * (8 << 20),
    "many texts": lambda: ["x" * 100_000] * 80,
    "long number": lambda: 10 ** 100_000,
    "large tensor": lambda: torch.empty(1).expand(1 << 40),
    "many axes": lambda: torch.ones([1] * 65),
    "many sizes": lambda: torch.Size([1] * 300_000),
    "odd keys": lambda: {(n, n): n for n in range(5000)},
    "str": lambda: Text("plain"),
    "int": lambda: Number(5),
    "tensor": lambda: torch.ones(2).as_subclass(Tensor),
    "parameter": lambda: torch.nn.Parameter(torch.ones(2)),
    "items": lambda: Items([1]),
    "named": lambda: Pair(1, 2),
    "ordered": lambda: OrderedDict(a=1),
    "array bytes": lambda: bytearray(b"ab"),
}
def f(what):
    return made[what]()
"""


@pytest.mark.parametrize(
    ("what", "kind"),
    [
        *((name, Kind.UNSUPPORTED) for name in ("generator", "module", "function", "set")),
        *((name, Kind.UNSUPPORTED) for name in ("numpy", "sparse", "meta", "tensor key")),
        ("many axes", Kind.UNSUPPORTED),
        ("many sizes", Kind.TOO_LARGE),
        *((name, Kind.TOO_LARGE) for name in ("cycle", "deep", "many", "long text")),
        *((name, Kind.TOO_LARGE) for name in ("many texts", "long number", "large tensor")),
        ("odd keys", Kind.TOO_LARGE),
    ],
)
def test_what_is_not_data_is_told_as_that(what: str, kind: Kind, hoard: StudentProcess) -> None:
    """Neither what is no data nor what is too much of it is a broken wire, or a dead process."""
    assert kind_of(lambda: hoard.call("f", [what]))[0] is kind
    assert hoard.call("f", ["str"]).value == "plain"


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        ("str", "plain"),
        ("int", 5),
        ("tensor", torch.ones(2)),
        ("parameter", torch.ones(2)),
        ("named", (1, 2)),
        ("ordered", {"a": 1}),
        ("array bytes", b"ab"),
    ],
)
def test_subclasses_arrive_as_what_they_are(
    what: str, expected: object, hoard: StudentProcess
) -> None:
    """A subclass crosses as its plain type; none of its methods does."""
    assert _alike(hoard.call("f", [what]).value, expected)


@pytest.fixture(scope="module")
def hoard(servers: dict[str, ForkServer]) -> Iterator[StudentProcess]:
    process = Sandbox(servers["process"]).spawn(Limits(exercise_seconds=600))
    process.load(ModuleSource(_NOT_DATA, "hoard.py", "hoard"), seed=1)
    yield process
    process.end()


def test_arguments_too_large_are_the_authors_fault(ground: Ground) -> None:
    """What a grader sends has bounds too, and the student's process is not blamed for them."""
    student = ground.student("def f(*values):\n    return 1\n")
    for value in ([0.123456789] * 199_000 + ["x" * 600_000] * 5, list(range(300_000))):
        with pytest.raises(wire.TooLarge):
            student.call("f", [value])
    assert student.call("f").value == 1
