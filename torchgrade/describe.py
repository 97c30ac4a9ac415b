"""Readable, bounded and harmless renderings of values and calls, for feedback.

A rendering is Python-like notation and holds no words of any language, so that the same text
serves every reader. It never holds a control character or an invisible one, whatever a student
put into a string, and never runs code of the value that it shows (no ``repr`` of foreign types).

`kind_of` names what a value is by a token that a report words in its own language:

    None  bool  int  float  complex  str  bytes  dtype  device  slice  range  ellipsis
    tensor                               a dense tensor
    sparse_tensor                        a tensor of any other layout
    tuple:N  list:N  dict:N  set:N       a collection of N items
    size:N                               a torch.Size of N axes
    ndarray                              a NumPy array
    module                               a torch.nn.Module
    function  class  generator  iterator

Anything else is named by its type: printable, at most 40 cells, to be shown as code.
"""

from __future__ import annotations

import math
import types
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice

import torch

__all__ = ["describe", "describe_call", "is_dense", "kind_of", "number", "printable", "width_of"]

ELLIPSIS = "..."
SIGNIFICANT = 5
NAME_WIDTH = 40
INLINE_WIDTH = 32
FIRST_VALUES = 8
DECIMALS = 4
FIXED_FROM = 1e-3
FIXED_BELOW = 1e5
DEEPEST = 12
NARROWEST = 16
"""Cells below which a collection is not spread over lines."""

# Printable by Unicode's categories, but drawn as nothing: combining grapheme joiner, Hangul and
# Khmer fillers, Mongolian selectors, blank Braille, variation selectors.
_INVISIBLE = (
    frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0")
    | frozenset(map(chr, range(0xFE00, 0xFE10)))
    | frozenset(map(chr, range(0xE0100, 0xE01F0)))
)
_IDEOGRAPHIC_SPACE = "\u3000"
_MARKS_PER_LETTER = 2
_WIDE = frozenset("WF")
_MARKS = frozenset(("Mn", "Me"))
_UNNAMED_DTYPES = frozenset((torch.float32, torch.int64, torch.bool, torch.complex64))
"""Dtypes that the numbers themselves give away, as in PyTorch's own printing."""


# Text ------------------------------------------------------------------------------------------


def _escape(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")


def _escaped(text: str, keep: str = "") -> Iterator[tuple[str, int]]:
    """The characters of ``text``, each harmless, with the terminal cells that it takes."""
    marks = 0
    for char in text:
        if " " <= char <= "~" or char in keep:
            marks = 0
            yield char, 1
            continue
        is_mark = unicodedata.category(char) in _MARKS
        marks = marks + 1 if is_mark else 0
        shown = (char.isprintable() or char == _IDEOGRAPHIC_SPACE) and char not in _INVISIBLE
        if not shown or marks > _MARKS_PER_LETTER:
            escape = _escape(char)
            yield escape, len(escape)
        elif is_mark:
            yield char, 0
        else:
            yield char, 2 if unicodedata.east_asian_width(char) in _WIDE else 1


def width_of(text: str) -> int:
    """Terminal cells of one line that is already printable: Chinese characters take two."""
    if text.isascii():
        return len(text)
    return sum(cells for _, cells in _escaped(text))


def printable(text: str, *, limit: int = 1000, newlines: bool = False) -> str:
    """``text`` in at most ``limit`` cells, with what can't be seen written as an escape.

    Control characters, bidirectional and zero-width ones, lone surrogates, fillers and piles
    of combining marks are escaped; letters of every script stay. Newlines are kept only if
    ``newlines`` is true. A cut text ends in ``...``.
    """
    return _fit(_escaped(text, keep="\n" if newlines else ""), limit)


def _fit(pieces: Iterable[tuple[str, int]], room: int) -> str:
    """The pieces joined, cut to ``room`` cells with an ellipsis within them."""
    kept: list[str] = []
    used = 0
    fallback = 0
    for piece, cells in pieces:
        if used + cells > room:
            return "".join(kept[:fallback]) + ELLIPSIS[: max(room, 0)]
        kept.append(piece)
        used += cells
        if used + len(ELLIPSIS) <= room:
            fallback = len(kept)
    return "".join(kept)


def _clip(line: str, width: int) -> str:
    return line if width_of(line) <= width else _fit(_escaped(line), width)


def _quoted(text: str, room: int) -> tuple[str, bool]:
    """A Python literal of ``text`` within ``room`` cells and whether all of it is there."""
    quote = '"' if "'" in text[:room] and '"' not in text[:room] else "'"
    kept: list[str] = []
    used = 2
    fallback = 0
    for char, width in _escaped(text):
        piece, cells = (f"\\{char}", 2) if char in ("\\", quote) else (char, width)
        if used + cells > room:
            return f"{quote}{''.join(kept[:fallback])}{quote}{ELLIPSIS}", False
        kept.append(piece)
        used += cells
        if used + len(ELLIPSIS) <= room:
            fallback = len(kept)
    return f"{quote}{''.join(kept)}{quote}", True


def _quoted_bytes(data: bytes, room: int) -> tuple[str, bool]:
    whole = repr(data) if len(data) <= room else ""
    if whole and len(whole) <= room:
        return whole, True
    for length in range(min(len(data), max(room - 6, 0)), 0, -1):
        cut = repr(data[:length])
        if len(cut) + len(ELLIPSIS) <= room:
            return cut + ELLIPSIS, False
    return f"b''{ELLIPSIS}", False


# Numbers ---------------------------------------------------------------------------------------


def number(value: float | complex, digits: int = SIGNIFICANT) -> str:
    """A bool, int, float or complex to ``digits`` significant digits (ints exactly).

    Floats always look like floats: ``2.0``, ``1e-08``, ``nan``, ``-inf``.
    """
    if isinstance(value, bool):
        return repr(value)
    if isinstance(value, int):
        return _integer(value)
    if isinstance(value, complex):
        imaginary = _real(value.imag, digits)
        sign = "" if imaginary.startswith("-") else "+"
        return f"({_real(value.real, digits)}{sign}{imaginary}j)"
    return _real(value, digits)


def _real(value: float, digits: int) -> str:
    text = f"{float(value):.{digits}g}"
    if text.lstrip("-").isdigit():
        return f"{float(value):.1f}"
    return text


def _integer(value: int) -> str:
    """All digits, or a rounded power of ten where they would fill lines (and cost seconds)."""
    if value.bit_length() <= 200:
        return int.__repr__(value)
    logarithm = math.log10(abs(value))
    exponent = math.floor(logarithm)
    return f"{'-' if value < 0 else ''}{10 ** (logarithm - exponent):.4f}e+{exponent}"


def _exact(value: float | complex) -> str:
    """A Python number as Python writes it: shortest digits that give the same value back."""
    if isinstance(value, bool | int):
        return number(value)
    return float.__repr__(value) if isinstance(value, float) else complex.__repr__(value)


# Tensors ---------------------------------------------------------------------------------------


def is_dense(tensor: torch.Tensor) -> bool:
    """Whether the tensor holds one readable number per element, in strided memory."""
    return (
        tensor.layout is torch.strided
        and not tensor.is_quantized
        and not tensor.is_nested
        and tensor.device.type != "meta"
    )


def _dtype_name(dtype: torch.dtype) -> str:
    return str(dtype).removeprefix("torch.")


def _shape(tensor: torch.Tensor) -> str:
    return str(tuple(tensor.shape))


def _values(tensor: torch.Tensor) -> list[str]:
    """The elements in row-major order, rendered."""
    values = tensor.detach().cpu().reshape(-1).tolist()
    if not tensor.is_floating_point():
        return [number(value) for value in values]
    finite = [abs(value) for value in values if math.isfinite(value) and value]
    if finite and (min(finite) < FIXED_FROM or max(finite) >= FIXED_BELOW):
        return [number(value) for value in values]
    # As many decimals for all as the neediest uses, so that points stand below each other.
    fixed = [f"{value:.{DECIMALS}f}" for value in values]
    spare = min(
        (len(text) - len(text.rstrip("0")) for text in fixed if text[-1].isdigit()), default=0
    )
    decimals = max(1, DECIMALS - spare)
    return [f"{value:.{decimals}f}" for value in values]


def _first_values(tensor: torch.Tensor) -> list[str]:
    """A few leading elements, without copying a large tensor to reach them."""
    row = tensor.detach()
    if row.is_contiguous():
        return _values(row.reshape(-1)[:FIRST_VALUES])
    while row.dim() > 1:
        row = row[0]
    return _values(row[:FIRST_VALUES])


def _suffix(tensor: torch.Tensor, always: bool = False) -> str:
    unnamed = tensor.dtype is torch.float32 or (tensor.dtype in _UNNAMED_DTYPES and not always)
    dtype = "" if unnamed else f", dtype={_dtype_name(tensor.dtype)}"
    device = "" if tensor.device.type == "cpu" else f", device={tensor.device}"
    return dtype + device


def _summary(tensor: torch.Tensor, width: int) -> str:
    """One line: the first values, the shape, and the dtype where it is not float32."""
    tail = f", shape={_shape(tensor)}{_suffix(tensor, always=True)})"
    if not is_dense(tensor):
        layout = "" if tensor.layout is torch.strided else f", layout={str(tensor.layout)[6:]}"
        return f"tensor({ELLIPSIS}{tail[:-1]}{layout})"
    if tensor.numel() == 0:
        return f"tensor([]{tail}"
    shown = _first_values(tensor)
    more = f", {ELLIPSIS}" if len(shown) < tensor.numel() else ""
    while shown:
        line = f"tensor([{', '.join(shown)}{more}]{tail}"
        if len(line) <= width:
            return line
        shown.pop()
        more = f", {ELLIPSIS}"
    return f"tensor([{ELLIPSIS}]{tail}"


def _rows(tensor: torch.Tensor, width: int, lines: int) -> list[str] | None:
    """All elements in aligned, nested brackets, or None where they don't fit."""
    total = tensor.numel()
    if total == 0 or not is_dense(tensor) or total * 3 > width * lines:
        return None
    values = _values(tensor)
    if tensor.dim() == 0:
        line = f"tensor({values[0]}{_suffix(tensor)})"
        return [line] if len(line) <= width else None
    sizes = list(tensor.shape)
    head = "tensor(" + "[" * len(sizes)
    margin = len("tensor(")
    fits_a_line = sum(map(len, values)) + 2 * total + 2 * len(head) <= width
    cell = 0 if sizes[-1] == total and fits_a_line else max(map(len, values))
    block = [
        ", ".join(text.rjust(cell) for text in values[start : start + sizes[-1]])
        for start in range(0, total, sizes[-1])
    ]
    rendered: list[str] = []
    for index, row in enumerate(block):
        opened = _brackets(index, sizes[:-1])
        closed = _brackets(len(block) - 1 - index, sizes[:-1])
        blank = " " * (margin + len(sizes) - opened)
        left = head if index == 0 else blank + "[" * opened
        right = "]" * closed + ("," if index < len(block) - 1 else f"{_suffix(tensor)})")
        rendered.extend(_folded(left, row + right, width))
        if len(rendered) > lines:
            return None
    return rendered if all(len(line) <= width for line in rendered) else None


def _brackets(index: int, sizes: Sequence[int]) -> int:
    """How many axes begin at row ``index`` of a tensor whose leading axes are ``sizes``."""
    opened = 1
    for size in reversed(sizes):
        if index % size:
            break
        opened += 1
        index //= size
    return opened


def _folded(left: str, row: str, width: int) -> list[str]:
    """``left + row``, broken after commas into lines that continue below the first value."""
    if len(left) + len(row) <= width:
        return [left + row]
    lines = [left]
    for piece in row.split(", "):
        grown = lines[-1] + piece + ", "
        if len(grown.rstrip()) > width and len(lines[-1]) > len(left):
            lines[-1] = lines[-1].rstrip()
            lines.append(" " * len(left) + piece + ", ")
        else:
            lines[-1] = grown
    lines[-1] = lines[-1].removesuffix(", ")
    return lines


# Values ----------------------------------------------------------------------------------------


def _type_name(value: object) -> str:
    return printable(type(value).__name__, limit=NAME_WIDTH)


def _callable_name(value: Callable[..., object]) -> str:
    """A function's or class's name; a lambda's source where it carries one."""
    name = getattr(value, "__name__", None)
    if isinstance(name, str) and name != "<lambda>":
        return printable(name, limit=NAME_WIDTH)
    source = getattr(value, "source", None)
    if isinstance(source, str):
        return printable(source.strip())
    return "<function>"


def _brackets_of(value: object) -> tuple[str, str] | None:
    """How a collection is written, or None for anything else."""
    if isinstance(value, torch.Size):
        return "torch.Size([", "])"
    if isinstance(value, tuple):
        return "(", ",)" if len(value) == 1 else ")"
    if isinstance(value, list):
        return "[", "]"
    if isinstance(value, set | frozenset):
        return ("{", "}") if value else ("set(", ")")
    if isinstance(value, dict):
        return "{", "}"
    return None


def _items(value: object) -> Iterator[tuple[str, object]]:
    """(prefix, item) pairs: the key and a colon for a dict, nothing for other collections."""
    if isinstance(value, dict):
        for key, item in dict.items(value):
            yield f"{_inline(key, INLINE_WIDTH, 1) or _cut(key, INLINE_WIDTH)}: ", item
    elif isinstance(value, tuple | list | set | frozenset):
        for item in value:
            yield "", item


def _atom(value: object, room: int) -> tuple[str, bool] | None:
    """A value that is neither tensor nor collection: its text, and whether it is all there."""
    if value is None or value is Ellipsis or isinstance(value, range):
        text = repr(value)
    elif isinstance(value, bool | int | float | complex):
        text = _exact(value)
    elif isinstance(value, str):
        return _quoted(str.__str__(value), room)
    elif isinstance(value, bytes):
        return _quoted_bytes(bytes(value), room)
    elif isinstance(value, torch.dtype):
        text = str(value)
    elif isinstance(value, torch.device):
        text = f"torch.device('{value}')"
    elif isinstance(value, slice):
        parts = (_inline(part, room, 1) or ELLIPSIS for part in _slice_parts(value))
        text = f"slice({', '.join(parts)})"
    elif isinstance(value, type):
        text = printable(value.__name__, limit=NAME_WIDTH)
    elif isinstance(value, torch.Tensor) or _brackets_of(value) is not None:
        return None
    elif callable(value) and not isinstance(value, torch.nn.Module):
        text = _callable_name(value)
    else:
        text = f"<{_type_name(value)}>"
    return text, True


def _slice_parts(value: slice) -> tuple[object, object, object]:
    return value.start, value.stop, value.step


def _inline(value: object, room: int, depth: int = 0) -> str | None:
    """The whole value on one line of at most ``room`` cells, or None."""
    atom = _atom(value, room)
    if atom is not None:
        text, whole = atom
        return text if whole and width_of(text) <= room else None
    if isinstance(value, torch.Tensor):
        rows = _rows(value, room, 1)
        if rows is None and value.numel() == 0:
            rows = [_summary(value, room)]
        return rows[0] if rows and len(rows[0]) <= room else None
    if depth > DEEPEST:
        return None
    brackets = _brackets_of(value)
    if brackets is None:
        return None
    opening, closing = brackets
    left = room - len(opening) - len(closing)
    parts: list[str] = []
    for prefix, item in _items(value):
        text_or_none = _inline(item, left - width_of(prefix), depth + 1)
        if text_or_none is None:
            return None
        parts.append(prefix + text_or_none)
        left -= width_of(parts[-1]) + 2
        if left < -2:
            return None
    text = f"{opening}{', '.join(parts)}{closing}"
    return text if width_of(text) <= room else None


def _cut(value: object, room: int) -> str:
    """One line of at most ``room`` cells for a value that does not fit it whole."""
    atom = _atom(value, room)
    if atom is not None:
        return _clip(atom[0], room)
    if isinstance(value, torch.Tensor):
        return _clip(_summary(value, room), room)
    brackets = _brackets_of(value)
    if brackets is None:
        return _clip(f"<{_type_name(value)}>", room)
    opening, closing = brackets
    left = room - len(opening) - len(closing.lstrip(",")) - len(ELLIPSIS)
    parts = ""
    for prefix, item in _items(value):
        text = _inline(item, left - width_of(prefix) - 2, 1)
        if text is None:
            break
        parts += f"{prefix}{text}, "
        left -= width_of(prefix) + width_of(text) + 2
    return _clip(f"{opening}{parts}{ELLIPSIS}{closing.lstrip(',')}", room)


def _block(value: object, width: int, lines: int, depth: int = 0) -> list[str]:
    """The value over at most ``lines`` lines, cut where it does not fit."""
    line = _inline(value, width, depth)
    if line is not None:
        return [line]
    if isinstance(value, torch.Tensor):
        return _rows(value, width, lines) or [_clip(_summary(value, width), width)]
    brackets = _brackets_of(value)
    if brackets is None or lines < 2 or width < NARROWEST or depth > DEEPEST:
        return [_cut(value, width)]
    opening, closing = brackets
    # One item more than there are lines tells whether anything is left out; short items share
    # lines, so a line may hold as many as it has cells.
    items = list(islice(_items(value), lines * max(width, 1)))
    body: list[str] = []
    inner = width - len(opening) - len(closing)
    flowing = False
    for position, (prefix, item) in enumerate(items):
        spare = lines - len(body)
        room = inner - width_of(prefix)
        short = None if _is_wide(item) else _inline(item, room - 2, depth + 1)
        if short is not None and flowing:
            joined = f"{body[-1]} {prefix}{short},"
            if width_of(joined) <= inner:
                body[-1] = joined
                continue
        following = len(items) - position - 1
        if spare < 2 and (following or spare < 1):
            body.append(ELLIPSIS)
            break
        if short is not None:
            body.append(f"{prefix}{short},")
            flowing = True
            continue
        share = max(1, spare - following) if following < spare else 1
        nested = _block(item, room - 1, share, depth + 1)
        blank = " " * width_of(prefix)
        body.extend(f"{blank if index else prefix}{text}" for index, text in enumerate(nested))
        body[-1] += ","
        flowing = False
    if body and body[-1] != ELLIPSIS:
        body[-1] = body[-1].removesuffix(",")
    blank = " " * len(opening)
    body = [f"{blank if index else opening}{text}" for index, text in enumerate(body)]
    body[-1] += closing
    return body


def _is_wide(value: object) -> bool:
    """Whether a value deserves a line of its own inside a collection."""
    return isinstance(value, torch.Tensor) or _brackets_of(value) is not None


def describe(value: object, *, width: int = 72, lines: int = 8) -> str:
    """``value`` in at most ``lines`` lines of at most ``width`` terminal cells.

    A small tensor is shown whole, its columns aligned, with four decimals or (where magnitudes
    differ much) five significant digits; a larger one by its first values and its shape. A
    dtype that the numbers don't give away is named. Strings are quoted and escaped as Python
    would, foreign objects become ``<Type>``. Whatever is left out leaves ``...``.
    """
    block = [_clip(line, width) for line in _block(value, width, lines)]
    if len(block) > lines:
        block = [*block[: max(lines - 1, 0)], ELLIPSIS[:width]][:lines]
    return "\n".join(block)


def kind_of(value: object) -> str:
    """The token of this module's docstring that says what ``value`` is."""
    if value is None:
        return "None"
    if isinstance(value, torch.Tensor):
        return "tensor" if is_dense(value) else "sparse_tensor"
    counted: tuple[tuple[type | tuple[type, ...], str], ...] = (
        (torch.Size, "size"),
        (tuple, "tuple"),
        (list, "list"),
        (dict, "dict"),
        ((set, frozenset), "set"),
    )
    for types_, token in counted:
        if isinstance(value, types_) and hasattr(value, "__len__"):
            return f"{token}:{len(value)}"
    plain: tuple[tuple[type | tuple[type, ...], str], ...] = (
        (bool, "bool"),
        (int, "int"),
        (float, "float"),
        (complex, "complex"),
        (str, "str"),
        (bytes, "bytes"),
        (torch.dtype, "dtype"),
        (torch.device, "device"),
        (slice, "slice"),
        (range, "range"),
        (type(Ellipsis), "ellipsis"),
        (type, "class"),
        (torch.nn.Module, "module"),
        (types.GeneratorType, "generator"),
        (Iterator, "iterator"),
    )
    for types_, token in plain:
        if isinstance(value, types_):
            return token
    if type(value).__name__ == "ndarray":
        return "ndarray"
    return "function" if callable(value) else _type_name(value)


# Calls -----------------------------------------------------------------------------------------


def describe_call(
    name: str,
    args: tuple[object, ...],
    kwargs: Mapping[str, object],
    *,
    width: int = 72,
    parameters: Sequence[str] | None = None,
) -> tuple[str, tuple[tuple[str, str], ...]]:
    """A call on one line of at most ``width`` cells, and what its names stand for.

    Short plain values stand in the call itself. A tensor, and what is too long, is given a
    name there and comes in the second part as a (name, description) pair, in the order of the
    call: ``("gather(x, 1, index)", (("x", "tensor(...)"), ("index", "tensor(...)")))``. One
    object passed twice has one name. ``parameters`` are the names of the function's positional
    parameters, ``*shapes`` among them if it takes any number; without them a single positional
    argument is called ``x`` and several are ``x1``, ``x2``, ... by position.
    """
    labels = _labels(args, kwargs, parameters)
    function = printable(name, limit=NAME_WIDTH)
    call = ""
    named: list[tuple[str, object]] = []
    # Name more and more of the arguments until the call fits its line.
    for room in (INLINE_WIDTH, INLINE_WIDTH // 2, INLINE_WIDTH // 4, 0):
        call, named = _written(function, args, kwargs, labels, room)
        if width_of(call) <= width:
            break
    described = tuple((label, describe(value, width=width)) for label, value in named)
    return _clip(call, width), described


def _written(
    function: str,
    args: tuple[object, ...],
    kwargs: Mapping[str, object],
    labels: Sequence[str],
    room: int,
) -> tuple[str, list[tuple[str, object]]]:
    """The call with values of up to ``room`` cells inline, and the other ones by name."""
    names: dict[int, str] = {}
    named: list[tuple[str, object]] = []
    parts: list[str] = []
    keywords = [*(None for _ in args), *kwargs]
    for keyword, label, value in zip(keywords, labels, (*args, *kwargs.values()), strict=True):
        # What is no longer than its name gains nothing by being named.
        text = None if _holds_tensor(value) else _inline(value, max(room, len(label)))
        if text is None:
            text = names.get(id(value))
            if text is None:
                text = names[id(value)] = label
                named.append((label, value))
        parts.append(text if keyword is None else f"{_label(keyword) or ELLIPSIS}={text}")
    return f"{function}({', '.join(parts)})", named


def _holds_tensor(value: object, depth: int = 0) -> bool:
    if isinstance(value, torch.Tensor):
        return True
    if depth > DEEPEST or _brackets_of(value) is None or isinstance(value, torch.Size):
        return False
    return any(_holds_tensor(item, depth + 1) for _, item in islice(_items(value), INLINE_WIDTH))


def _labels(
    args: tuple[object, ...], kwargs: Mapping[str, object], parameters: Sequence[str] | None
) -> list[str]:
    """One name per argument, positional ones first; no two arguments share one."""
    known = list(parameters or ())
    taken = {label for keyword in kwargs if (label := _label(keyword))}
    labels: list[str] = []
    for position in range(len(args)):
        label = _label(known[position]) if position < len(known) else ""
        starred = next((index for index, p in enumerate(known) if p.startswith("*")), None)
        if starred is not None and position >= starred:
            stem = _label(known[starred].lstrip("*"))
            label = f"{stem}{position - starred + 1}" if stem else ""
        if not label or label in taken:
            label = _free("x" if len(args) == 1 else f"x{position + 1}", taken)
        taken.add(label)
        labels.append(label)
    for position, keyword in enumerate(kwargs):
        labels.append(_label(keyword) or _free(f"k{position + 1}", taken))
        taken.add(labels[-1])
    return labels


def _label(name: str) -> str:
    """``name`` if it can stand in a call as it is, else nothing."""
    harmless = name.isidentifier() and printable(name, limit=NAME_WIDTH) == name
    return name if harmless else ""


def _free(label: str, taken: set[str]) -> str:
    while label in taken:
        label += "_"
    return label
