"""The wire: how values travel between the grader and a student process.

A message is a prefix (three lengths), a JSON tree, and the raw bytes of its tensors, the
latter in line or in shared memory. Nothing is ever unpickled or evaluated from it. Decoding
trusts nothing: depth, number of items, lengths, dtypes and shapes are checked before a byte
is looked at, and every tensor that comes out is a private copy.

Both sides import this module, so it knows nothing of either.
"""

from __future__ import annotations

import json
import math
import mmap
import os
import re
import struct
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import torch

from torchgrade.sandbox.levels import KEPT_BYTES

__all__ = [
    "DTYPES",
    "INTEGER_BITS",
    "ODD_KEYS",
    "PREFIX",
    "Bounds",
    "FunctionSource",
    "Layout",
    "Message",
    "Shared",
    "TooLarge",
    "Unsupported",
    "WireError",
    "decode",
    "encode",
    "pack",
    "parse",
    "unpack_prefix",
]

PREFIX = struct.Struct("<IIQQ")
_MAGIC = 0x54475231  # "TGR1"
_ALIGNMENT = 16
INTEGER_BITS = 4096
_DIMENSIONS = 64  # the most that torch computes with
_NUMPY_DIMENSIONS = 32  # the most that every NumPy has
# Up to so many bytes are copied into one piece: that costs less than handing over several.
_SMALL = 64 << 10
# From this many bytes on, sharing a copy among threads costs less than it brings.
_SPLIT = 1 << 20

# Hashes of numbers and tuples are known beforehand, so that a dict can be made in which every
# key meets every other. Of such keys a message may hold only this many.
ODD_KEYS = 4096

# Every dense dtype that is nothing but its bytes; those that this torch lacks are left out.
DTYPES: Mapping[str, torch.dtype] = {
    name: getattr(torch, name)
    for name in (
        *("bool", "uint8", "uint16", "uint32", "uint64", "int8", "int16", "int32", "int64"),
        *("float16", "bfloat16", "float32", "float64", "complex32", "complex64", "complex128"),
        *("float8_e4m3fn", "float8_e4m3fnuz", "float8_e5m2", "float8_e5m2fnuz", "float8_e8m0fnu"),
    )
    if hasattr(torch, name)
}
# Those whose memory NumPy hands out as it is: the short way to their bytes.
_NATIVE: Mapping[torch.dtype, np.dtype[np.generic]] = {
    getattr(torch, name): np.dtype(name)
    for name in ("float32", "float64", "int64", "int32", "uint8")
}
_NAMES = {dtype: name for name, dtype in DTYPES.items()}
_CPU = torch.device("cpu")

# Torch warns once in each process that it can do little with a complex32. A student's value must
# not be what brings that up beside a grader, where a warning may be an error.
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    torch.empty(1, dtype=torch.complex32)


class WireError(Exception):
    """What came over the wire is not a valid message."""


class Unsupported(Exception):
    """A value that is not data. ``what`` names its type, ``where`` its place in the value."""

    def __init__(self, what: str, where: str = "") -> None:
        super().__init__(what, where)
        self.what = what
        self.where = where


class TooLarge(Exception):
    """A value over a bound.

    ``what`` is ``bytes``, ``items`` or ``depth``; ``header`` for the bytes that are not those
    of tensors, ``integer`` for the bits of one, ``keys`` for keys not simply str or int.
    """

    def __init__(self, what: str, limit: int) -> None:
        super().__init__(what, limit)
        self.what = what
        self.limit = limit


@dataclass(frozen=True)
class Bounds:
    """How large a value may be."""

    bytes: int = 256 << 20
    header: int = 4 << 20
    items: int = 200_000
    depth: int = 64


@dataclass(frozen=True)
class FunctionSource:
    """A function of the grader's, as source that stands alone.

    ``imports`` maps each global that it uses to (module, attribute or ""); ``helpers`` are
    the sources of other functions that it calls.
    """

    name: str
    code: str
    imports: tuple[tuple[str, str, str], ...] = ()
    helpers: tuple[FunctionSource, ...] = ()

    def tree(self) -> dict[str, object]:
        return {
            "name": self.name,
            "code": self.code,
            "imports": [list(entry) for entry in self.imports],
            "helpers": [helper.tree() for helper in self.helpers],
        }


class Layout(NamedTuple):
    """What the student process told of a tensor besides its value. Told, not proved."""

    stride: tuple[int, ...]
    requires_grad: bool
    is_leaf: bool
    device: str


class _Form(NamedTuple):
    """All of a tensor but its bytes, as the text of its node says it."""

    dtype: torch.dtype
    shape: tuple[int, ...]
    size: int
    """Bytes."""
    contiguous: tuple[int, ...]
    """The strides of a contiguous tensor of this shape."""
    layout: Layout


# The same few forms come again and again: each is written, and read and checked, once.
_FORMS = 1024
_FORM = re.compile(r"(\w+)\|([\d,]*)\|([\d,]*)\|([0-3])\|(.{0,32})", re.ASCII)
_FORM_TEXT = 4096  # more than so many sizes and strides can take


@lru_cache(_FORMS)
def _form_text(
    dtype: torch.dtype, shape: tuple[int, ...], stride: tuple[int, ...], flags: int, device: str
) -> str:
    """What `_form` reads. ``flags``: 1 if it requires a gradient, 2 if it is a leaf."""
    sizes, steps = (",".join(map(str, told)) for told in (shape, stride))
    return f"{_NAMES[dtype]}|{sizes}|{steps}|{flags}|{device}"


@lru_cache(_FORMS)
def _form(text: str) -> _Form:
    """The form of this text. Raises WireError if there is none."""
    found = _FORM.fullmatch(text) if len(text) <= _FORM_TEXT else None
    dtype = DTYPES.get(found[1]) if found is not None else None
    if found is None or dtype is None:
        raise WireError("a tensor of no known form")
    shape, stride = _sizes(found[2]), _sizes(found[3])
    if len(stride) != len(shape):
        raise WireError("a tensor of no known form")
    contiguous = []
    step = 1
    for size in reversed(shape):
        contiguous.append(step)
        step *= max(size, 1)
    if step >= 1 << 63:
        raise WireError("a size out of range")
    flags = int(found[4])
    return _Form(
        dtype,
        shape,
        math.prod(shape) * dtype.itemsize,
        tuple(reversed(contiguous)),
        Layout(stride, bool(flags & 1), bool(flags & 2), found[5]),
    )


def _sizes(text: str) -> tuple[int, ...]:
    try:
        sizes = tuple(map(int, text.split(","))) if text else ()
    except ValueError:
        raise WireError("sizes of no known form") from None
    if len(sizes) > _DIMENSIONS or any(size >= 1 << 63 for size in sizes):
        raise WireError("a size out of range")
    return sizes


class Message(NamedTuple):
    """An encoded value on its way: a JSON-able tree and the buffers it refers to."""

    tree: object
    buffers: Sequence[bytes | memoryview] = ()
    size: int = 0


class _Encoder:
    """Encodes one value. Every call of student code comes by here, so microseconds count."""

    __slots__ = ("bounds", "buffers", "items", "keep", "odd_keys", "seen", "size")

    def __init__(self, bounds: Bounds, *, identities: bool) -> None:
        self.bounds = bounds
        self.buffers: list[bytes | memoryview] = []
        self.size = 0
        self.items = 0
        self.odd_keys = 0
        self.seen: dict[int, int] | None = {} if identities else None
        self.keep: list[object] = []

    def add(self, buffer: bytes | memoryview) -> None:
        self.size += -self.size % _ALIGNMENT + len(buffer)
        if self.size > self.bounds.bytes:
            raise TooLarge("bytes", self.bounds.bytes)
        self.buffers.append(buffer)

    def count_items(self, count: int) -> None:
        self.items += count
        if self.items > self.bounds.items:
            raise TooLarge("items", self.bounds.items)

    def value(self, value: object, depth: int) -> object:
        self.items += 1
        if self.items > self.bounds.items:
            raise TooLarge("items", self.bounds.items)
        kind = type(value)
        if kind in _PLAIN:
            if kind is str:
                self.count_text(value)  # type: ignore[arg-type]  # kind says that it is a str
            return value
        if kind is int:
            return self.integer(value)  # type: ignore[arg-type]  # kind says that it is an int
        if kind is torch.Tensor or isinstance(value, torch.Tensor):
            return self.tensor(value)  # type: ignore[arg-type]  # kind says that it is a tensor
        if depth >= self.bounds.depth:
            raise TooLarge("depth", self.bounds.depth)
        if kind is tuple:
            return {"u": self.parts(value, depth)}  # type: ignore[arg-type]  # kind says so
        if kind is list:
            return self.parts(value, depth)  # type: ignore[arg-type]  # kind says so
        return self.other(value, depth)

    def parts(self, value: Sequence[object], depth: int) -> list[object]:
        parts = []
        for index, part in enumerate(value):
            try:
                parts.append(self.value(part, depth + 1))
            except Unsupported as error:
                error.where = f"[{index}]{error.where}"
                raise
        return parts

    def count_text(self, value: str) -> None:
        # Six bytes is the longest escape of one character in JSON.
        if len(value) * 6 > self.bounds.header:
            raise TooLarge("header", self.bounds.header)

    def integer(self, value: int) -> object:
        if -(1 << 63) <= value < 1 << 63:
            return int(value)
        if value.bit_length() > INTEGER_BITS:
            raise TooLarge("integer", INTEGER_BITS)
        return {"i": hex(value)}

    def other(self, value: object, depth: int) -> object:
        if isinstance(value, torch.Size):
            self.count_items(len(value))
            return {"S": [int(size) for size in value]}
        if isinstance(value, torch.dtype):
            if value not in _NAMES:
                raise Unsupported(f"the dtype {value}")
            return {"y": _NAMES[value]}
        if isinstance(value, torch.device):
            return {"v": str(value)}
        if isinstance(value, bool):
            return bool(value)
        if isinstance(value, int):
            return self.integer(int(value))
        if isinstance(value, float):
            return float(value)
        if isinstance(value, complex):
            return {"c": [value.real, value.imag]}
        if isinstance(value, str):
            plain = str.__str__(value)
            self.count_text(plain)
            return plain
        if isinstance(value, (bytes, bytearray)):
            self.add(memoryview(bytes(value)))
            return {"b": len(value)}
        if isinstance(value, FunctionSource):
            return {"f": value.tree()}
        if isinstance(value, (list, tuple)):
            parts = self.parts(value, depth)
            return parts if isinstance(value, list) else {"u": parts}
        if isinstance(value, dict):
            return {"d": [self.pair(key, part, depth) for key, part in value.items()]}
        raise Unsupported(_type_name(value))

    def pair(self, key: object, value: object, depth: int) -> list[object]:
        if isinstance(key, torch.Tensor):
            raise Unsupported("a dict with tensors as keys")
        if not _is_plain_key(key):
            self.odd_keys += 1
            if self.odd_keys > ODD_KEYS:
                raise TooLarge("keys", ODD_KEYS)
        try:
            return [self.value(key, depth + 1), self.value(value, depth + 1)]
        except Unsupported as error:
            place = repr(key) if type(key) in (str, int) else "..."
            error.where = f"[{place}]{error.where}"
            raise

    def tensor(self, value: torch.Tensor) -> object:
        if self.seen is not None:
            known = self.seen.get(id(value))
            if known is not None:
                return {"=": known}
            self.seen[id(value)] = len(self.seen)
            self.keep.append(value)
        if type(value) is torch.Tensor:
            node = self.plain(value)
            if node is not None:
                return node
        with torch._C.DisableTorchFunctionSubclass():
            return self.any(value)

    def plain(self, value: torch.Tensor) -> object:
        """The node of a small tensor of the common kind, or None: most are, and this is quick."""
        dtype = value.dtype
        if dtype not in _NATIVE:
            return None
        flags = 2  # what needs no gradient is a leaf
        try:
            if value.requires_grad:
                flags = 3 if value.is_leaf else 1
                array = value.detach().numpy()
            else:
                array = value.numpy()
        except (RuntimeError, TypeError, ValueError):
            # Not dense, not in this memory, a view that negates, or of more axes than NumPy has.
            return None
        if array.nbytes > _SMALL:
            return None
        self.add(array.tobytes())
        return {"T": _form_text(dtype, array.shape, value.stride(), flags, "cpu")}

    def any(self, value: torch.Tensor) -> object:
        leaf, wants_grad = bool(value.is_leaf), bool(value.requires_grad)
        layout = value.layout
        if layout is not torch.strided or value.is_quantized or value.is_nested:
            what = "a quantised tensor" if value.is_quantized else f"a tensor of layout {layout}"
            raise Unsupported("a nested tensor" if value.is_nested else what)
        if value.device.type == "meta":
            raise Unsupported("a tensor on the meta device")
        if value.dtype not in _NAMES:
            raise Unsupported(f"a tensor of dtype {value.dtype}")
        if value.dim() > _DIMENSIONS:
            raise Unsupported(f"tensor:{value.dim()}")
        shape, stride = tuple(value.shape), tuple(value.stride())
        size = math.prod(shape) * value.element_size()
        if self.size + size > self.bounds.bytes:
            raise TooLarge("bytes", self.bounds.bytes)
        try:
            self.add(_bytes_of(value, size))
        except (RuntimeError, TypeError) as error:
            raise Unsupported("a tensor that has no storage of its own") from error
        flags = int(wants_grad) | int(leaf) << 1
        return {"T": _form_text(value.dtype, shape, stride, flags, str(value.device))}


def _json_writer() -> Callable[[object], str]:
    """What ``json.dumps`` does, less its making of an encoder each time, which takes longer."""
    writer = json.JSONEncoder(separators=(",", ":"))
    make = getattr(json.encoder, "c_make_encoder", None)
    if make is None:  # a Python without its accelerator
        return writer.encode
    escape = json.encoder.encode_basestring_ascii
    # Whether something contains itself is not looked for: `_Encoder` bounds the depth.
    parts = make(None, writer.default, escape, None, ":", ",", False, False, True)
    return lambda tree: "".join(parts(tree, 0))


_to_json = _json_writer()


def _is_plain_key(key: object) -> bool:
    """Whether many keys of this type can't have one hash."""
    return type(key) is str or (type(key) is int and -(1 << 63) <= key < 1 << 63)


_PLAIN = frozenset((type(None), bool, float, str))


def _bytes_of(value: torch.Tensor, size: int) -> memoryview:
    if size == 0:
        return memoryview(b"")
    plain = value.detach()
    if plain.is_conj():
        plain = plain.resolve_conj()
    if plain.is_neg():
        plain = plain.resolve_neg()
    if plain.device.type != "cpu":
        plain = plain.cpu()
    plain = plain.contiguous()
    if plain.dtype in _NATIVE and plain.dim() <= _NUMPY_DIMENSIONS:
        return plain.numpy().reshape(-1).data.cast("B")
    flat = plain.reshape(-1)
    if flat.stride(0) != 1:  # one element: torch calls it contiguous whatever its stride
        flat = flat.as_strided(flat.shape, (1,))
    return flat.view(torch.uint8).numpy().data


def _type_name(value: object) -> str:
    kind = type(value)
    module = getattr(kind, "__module__", "")
    name = str(getattr(kind, "__qualname__", "object"))[:80]
    return name if module in ("builtins", None) else f"{str(module)[:80]}.{name}"


def encode(value: object, bounds: Bounds, *, identities: bool = False) -> Message:
    """Turn a value into a message.

    With ``identities`` a tensor that occurs twice arrives as one tensor.

    Raises:
        Unsupported: something in it is not data.
        TooLarge: it exceeds ``bounds``.
    """
    encoder = _Encoder(bounds, identities=identities)
    tree = encoder.value(value, 0)
    return Message(tree, encoder.buffers, encoder.size)


def pack(
    tree: object,
    message: Message | None,
    bounds: Bounds,
    *,
    shared: Shared | None,
    threshold: int,
    base: int,
) -> list[bytes | memoryview]:
    """The parts of a message as they go over the socket.

    Buffers of more than ``threshold`` bytes in all go to the shared memory, from offset ``base``
    on, if there is any.

    Raises:
        TooLarge: the tree takes more bytes than a header may.
    """
    header = _to_json(tree).encode("ascii")
    if len(header) > bounds.header:
        raise TooLarge("header", bounds.header)
    buffers = message.buffers if message is not None else []
    size = message.size if message is not None else 0
    if size and shared is not None and size > threshold:
        offset = 0
        for buffer in buffers:
            offset += -offset % _ALIGNMENT
            shared.write(memoryview(buffer), base, offset)
            offset += len(buffer)
        return [PREFIX.pack(_MAGIC, len(header), 0, size), header]
    parts: list[bytes | memoryview] = [PREFIX.pack(_MAGIC, len(header), size, 0), header]
    offset = 0
    for buffer in buffers:
        padding = -offset % _ALIGNMENT
        if padding:
            parts.append(bytes(padding))
        if len(buffer):
            parts.append(buffer)
        offset += padding + len(buffer)
    return [b"".join(parts)] if size <= _SMALL else parts


class Shared:
    """Memory that both sides see, by its descriptor, which it owns from now on.

    What most values use of it stays mapped from one message to the next, since mapping costs as
    much as copying; only larger values are mapped each time. It can't be cut short while it is
    mapped: the memory is sealed.
    """

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self._kept: dict[int, mmap.mmap] = {}

    def write(self, source: memoryview, base: int, start: int) -> None:
        """Copy ``source`` to ``start`` bytes after ``base``, where a message begins."""
        try:
            with self._part(base, start, len(source)) as part:
                _copy(part, source)
        except OSError:  # no room left to map it
            done = 0
            while done < len(source):
                done += os.pwrite(self.descriptor, source[done:], base + start + done)

    def read(self, target: memoryview, base: int, start: int) -> None:
        """Fill ``target`` from ``start`` bytes after ``base``. Raises WireError past the end."""
        try:
            with self._part(base, start, len(target)) as part:
                _copy(target, part)
        except ValueError as error:
            raise WireError("shared memory ends too soon") from error
        except OSError:  # no room left to map it
            done = 0
            while done < len(target):
                done += os.preadv(self.descriptor, [target[done:]], base + start + done)

    @contextmanager
    def _part(self, base: int, start: int, size: int) -> Iterator[memoryview]:
        if start + size <= KEPT_BYTES:
            skip = base % mmap.ALLOCATIONGRANULARITY
            begin = skip + start
            kept = self._mapped(base - skip, begin + size)
            with memoryview(kept) as whole, whole[begin : begin + size] as part:
                yield part
        else:
            skip = (base + start) % mmap.ALLOCATIONGRANULARITY
            with (
                self._map(base + start - skip, skip + size) as mapped,
                memoryview(mapped) as whole,
                whole[skip:] as part,
            ):
                yield part

    def _mapped(self, offset: int, size: int) -> mmap.mmap:
        kept = self._kept.get(offset)
        if kept is None or len(kept) < size:
            # At least doubled, so that not every part of a message maps it anew.
            room = 0 if kept is None else min(2 * len(kept), KEPT_BYTES)
            self._kept[offset] = self._map(offset, max(size, room))
            if kept is not None:
                kept.close()
        return self._kept[offset]

    def _map(self, offset: int, size: int) -> mmap.mmap:
        flags = mmap.MAP_SHARED | mmap.MAP_POPULATE
        return mmap.mmap(self.descriptor, size, flags=flags, offset=offset)

    def close(self) -> None:
        """Unmap it and close the descriptor."""
        for kept in self._kept.values():
            kept.close()
        self._kept.clear()
        os.close(self.descriptor)


def _copy(target: memoryview, source: memoryview) -> None:
    if len(target) < _SPLIT or source.readonly:
        target[:] = source
    else:  # by as many threads as torch may use
        torch.frombuffer(target, dtype=torch.uint8).copy_(
            torch.frombuffer(source, dtype=torch.uint8)
        )


def unpack_prefix(data: bytes | bytearray, bounds: Bounds) -> tuple[int, int, int]:
    """Lengths of header, in-line bytes and shared bytes, all within ``bounds``."""
    magic, header, inline, shared = PREFIX.unpack(data)
    if magic != _MAGIC:
        raise WireError("not a message")
    if header > bounds.header or inline > bounds.bytes or shared > bounds.bytes:
        raise WireError("a message over the size limit")
    if inline and shared:
        raise WireError("bytes both in line and in shared memory")
    return header, inline, shared


Revive = Callable[[FunctionSource], object]


class _Decoder:
    """Decodes one value, as quickly as a check of everything in it allows."""

    __slots__ = (
        *("base", "bounds", "inline", "items", "layouts", "odd_keys", "offset"),
        *("restore", "revive", "shared", "size", "tensors"),
    )

    def __init__(
        self,
        bounds: Bounds,
        inline: memoryview | None,
        shared: Shared | None,
        base: int,
        size: int,
        restore: bool,
        revive: Revive | None,
    ) -> None:
        self.bounds = bounds
        self.inline = inline
        self.shared = shared
        self.base = base
        self.size = size
        self.restore = restore
        self.revive = revive
        self.offset = 0
        self.items = 0
        self.odd_keys = 0
        self.tensors: list[torch.Tensor] = []
        self.layouts: list[tuple[torch.Tensor, Layout]] = []

    def take(self, size: int) -> bytearray:
        start = self.offset + -self.offset % _ALIGNMENT
        if size < 0 or start + size > self.size:
            raise WireError("a value longer than its bytes")
        self.offset = start + size
        if self.inline is not None:
            return bytearray(self.inline[start : start + size])
        data = bytearray(size)
        self._read(memoryview(data), start)
        return data

    def _read(self, target: memoryview, start: int) -> None:
        if self.shared is None:
            raise WireError("shared memory named where there is none")
        self.shared.read(target, self.base, start)

    def count_items(self, count: int) -> None:
        self.items += count
        if self.items > self.bounds.items:
            raise WireError("too many items")

    def value(self, node: object, depth: int) -> object:
        self.items += 1
        if self.items > self.bounds.items:
            raise WireError("too many items")
        kind = type(node)  # JSON makes no subclasses
        if kind in _PLAIN:
            return node
        if kind is int:
            if not -(1 << 63) <= node < 1 << 63:  # type: ignore[operator]  # kind says so
                raise WireError("an integer out of range")
            return node
        if depth > self.bounds.depth:
            raise WireError("nested too deeply")
        if kind is list:
            return [self.value(part, depth + 1) for part in node]  # type: ignore[attr-defined]  # so
        if kind is dict and len(node) == 1:  # type: ignore[arg-type]  # kind says so
            ((key, body),) = node.items()  # type: ignore[attr-defined]  # kind says so
            return self.tagged(key, body, depth)
        raise WireError("a node of no known form")

    def tagged(self, key: str, body: object, depth: int) -> object:
        if key == "T":
            return self.tensor(body)
        if key == "u" and isinstance(body, list):
            return tuple(self.value(part, depth + 1) for part in body)
        if key == "d" and isinstance(body, list):
            return self.mapping(body, depth)
        if key == "c" and isinstance(body, list) and [type(part) for part in body] == [float] * 2:
            return complex(*body)
        if key == "b" and type(body) is int:
            return bytes(self.take(body))
        if key == "S" and isinstance(body, list):
            self.count_items(len(body))
            if not all(type(size) is int and -(1 << 63) <= size < 1 << 63 for size in body):
                raise WireError("a size out of range")
            return torch.Size(body)
        if key == "y" and isinstance(body, str) and body in DTYPES:
            return DTYPES[body]
        if key == "v" and isinstance(body, str) and len(body) < 32:
            try:
                return torch.device(body)
            except RuntimeError:
                raise WireError("a device of no known form") from None
        if key == "i" and isinstance(body, str) and len(body) < INTEGER_BITS // 4 + 8:
            try:
                return int(body, 16)
            except ValueError:
                raise WireError("an integer of no known form") from None
        if self.restore and key == "=" and type(body) is int and 0 <= body < len(self.tensors):
            return self.tensors[body]
        if self.restore and key == "f" and isinstance(body, dict):
            function = _function(body)
            return function if self.revive is None else self.revive(function)
        raise WireError("a node of no known form")

    def mapping(self, pairs: list[object], depth: int) -> dict[object, object]:
        result: dict[object, object] = {}
        for pair in pairs:
            if not (isinstance(pair, list) and len(pair) == 2):
                raise WireError("a dict of no known form")
            tensors = len(self.tensors)
            key = self.value(pair[0], depth + 1)
            if len(self.tensors) != tensors:
                raise WireError("a tensor in a dict key")
            if not _is_plain_key(key):
                self.odd_keys += 1
                if self.odd_keys > ODD_KEYS:
                    raise WireError("too many dict keys that are neither str nor int")
            try:
                result[key] = self.value(pair[1], depth + 1)
            except TypeError:
                raise WireError("a dict key that can't be one") from None
        return result

    def tensor(self, body: object) -> torch.Tensor:
        if type(body) is not str:
            raise WireError("a tensor of no known form")
        form = _form(body)
        if form.size > self.bounds.bytes:
            raise WireError("a tensor over the size limit")
        try:
            result = self.dense(form)
            if self.restore:
                if form.layout.stride != form.contiguous:
                    result = _restored(result, form.shape, form.layout.stride)
                if form.layout.requires_grad:
                    result.requires_grad_()
        except RuntimeError as error:
            raise WireError("a tensor that torch refuses") from error
        self.tensors.append(result)
        if not self.restore:
            self.layouts.append((result, form.layout))
        return result

    def dense(self, form: _Form) -> torch.Tensor:
        """The tensor, contiguous."""
        dtype, shape, size, contiguous, _ = form
        start = self.offset + -self.offset % _ALIGNMENT
        if start + size > self.size:
            raise WireError("a tensor longer than its bytes")
        native = _NATIVE.get(dtype) if len(shape) <= _NUMPY_DIMENSIONS else None
        if size and native is not None and self.inline is not None and not self.restore:
            # The quickest way to a copy; what is the grader's need not be torch's own memory.
            self.offset = start + size
            data = bytearray(self.inline[start : start + size])
            return torch.from_numpy(np.ndarray(shape, native, data))
        # Memory of torch's own, and no view of anything: on the student's side an argument must
        # be as if it had been made there, detach_() and all. torch.empty() looks longer at what it
        # is given.
        result = torch.empty_strided(shape, contiguous, dtype=dtype, device=_CPU)
        if size == 0:
            return result
        self.offset = start + size
        if native is not None:
            target = result.numpy().data.cast("B")
        else:
            flat = result.view(-1).view(torch.uint8)
            target = flat.numpy().data
        if self.inline is None:
            self._read(target, start)
        else:
            target[:] = self.inline[start : start + size]
        if dtype is torch.bool:
            flat.ne_(0)  # a byte of 7 would be neither true nor false
        return result


def _restored(value: torch.Tensor, shape: tuple[int, ...], stride: tuple[int, ...]) -> torch.Tensor:
    """Give a contiguous tensor the strides that it had where it came from."""
    if value.numel() <= 1:
        return value
    repeated = [size > 1 and step == 0 for size, step in zip(shape, stride, strict=True)]
    once = tuple(slice(0, 1) if again else slice(None) for again in repeated)
    # Not expand(): that makes a view, which detach_() refuses.
    target = torch.empty_strided(shape, stride, dtype=value.dtype)
    target[once] = value[once]
    return target


def _function(body: dict[str, object]) -> FunctionSource:
    try:
        imports, helpers = body["imports"], body["helpers"]
        if not (isinstance(imports, list) and isinstance(helpers, list)):
            raise WireError("a function of no known form")
        return FunctionSource(
            str(body["name"]),
            str(body["code"]),
            tuple((str(alias), str(module), str(name)) for alias, module, name in imports),
            tuple(_function(helper) for helper in helpers),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise WireError("a function of no known form") from error


# Not json.loads, which looks for white space around a value as well.
_scan: Callable[[str, int], tuple[object, int]]
_scan = json.JSONDecoder().scan_once  # type: ignore[attr-defined]  # typeshed leaves it out


def parse(header: bytes | bytearray) -> dict[str, object]:
    """The JSON tree of a message."""
    try:
        text = str(header, "ascii")
        tree, end = _scan(text, 0)
    except (ValueError, StopIteration, RecursionError) as error:
        raise WireError("a header that is not JSON") from error
    if end != len(text):
        raise WireError("a header with more than one value")
    if not isinstance(tree, dict):
        raise WireError("a header of no known form")
    return tree


def decode(
    node: object,
    bounds: Bounds,
    *,
    inline: memoryview | None,
    shared: Shared | None = None,
    base: int = 0,
    size: int,
    restore: bool = False,
    revive: Revive | None = None,
) -> tuple[object, list[tuple[torch.Tensor, Layout]]]:
    """Turn a node and its bytes back into a value.

    ``restore`` is for the student's side: strides, requires_grad and repeated tensors are as they
    were, and functions are what ``revive`` makes of their sources. The grader's side gets plain
    contiguous copies, and with them what was told of their layouts.

    Raises:
        WireError: it is not what `encode` makes.
    """
    decoder = _Decoder(bounds, inline, shared, base, size, restore, revive)
    try:
        value = decoder.value(node, 0)
    except (RecursionError, OverflowError, MemoryError) as error:
        raise WireError("a value that can't be built") from error
    return value, decoder.layouts
