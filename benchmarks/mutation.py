"""Small wrong variants of a program, as a slip of the hand would make them.

Each is the program with one change: an operator, a comparison or a constant exchanged, a condition
turned round, a statement, an argument or a method call left out. What says nothing about values
(docstrings, annotations, the words of an error) is left alone.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

__all__ = ["Mutant", "mutants"]

_COMPARISONS: Final[dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]]] = {
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.GtE),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.LtE),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_OPERATORS: Final[dict[type[ast.operator], type[ast.operator]]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mod,
    ast.Mod: ast.FloorDiv,
    ast.Pow: ast.Mult,
    ast.MatMult: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
_NAMES: Final = {
    "sum": "mean",
    "mean": "sum",
    "max": "min",
    "min": "max",
    "amax": "amin",
    "amin": "amax",
    "argmax": "argmin",
    "argmin": "argmax",
    "floor": "ceil",
    "ceil": "floor",
    "zeros": "ones",
    "ones": "zeros",
    "zeros_like": "ones_like",
    "ones_like": "zeros_like",
    "sin": "cos",
    "cos": "sin",
    "exp": "expm1",
    "log": "log1p",
    "expm1": "exp",
    "log1p": "log",
    "all": "any",
    "any": "all",
    "reshape": "view",
    "expand": "repeat",
    "rand": "randn",
    "randn": "rand",
    "stack": "cat",
    "cat": "stack",
}
_WITHOUT_EFFECT: Final = frozenset(("device", "strict"))
"""Arguments that change nothing where there is one device and lengths agree."""
_TRANSPARENT: Final = frozenset(
    ("clone", "detach", "contiguous", "abs", "reversed", "sorted", "list", "tuple", "set")
)
"""Calls that may be left out, so that their argument or the tensor itself stands there."""


@dataclass(frozen=True)
class Mutant:
    """A program with one change."""

    source: str
    line: int
    """Of the original program."""
    was: str
    """What stood there, as one line of code."""
    becomes: str
    """What stands there now; empty if it was left out."""


def mutants(source: str) -> Iterator[Mutant]:
    """All mutants of a program, none twice. Raises SyntaxError."""
    tree = ast.parse(source)
    seen = {ast.unparse(tree)}
    for path, old in _places(tree):
        for new in _changes(old):
            mutated = copy.deepcopy(tree)
            _put(mutated, path, new)
            try:
                code = ast.unparse(ast.fix_missing_locations(mutated))
                compile(code, "<mutant>", "exec")
            except (SyntaxError, ValueError):
                continue
            if code not in seen:
                seen.add(code)
                becomes = "" if isinstance(new, ast.Pass) else _one_line(new)
                yield Mutant(code + "\n", getattr(old, "lineno", 0), _one_line(old), becomes)


_Path = tuple[tuple[str, int | None], ...]


def _places(node: ast.AST, path: _Path = ()) -> Iterator[tuple[_Path, ast.AST]]:
    """Every node whose change may be felt, with the way to it from the root."""
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list", "type_params"):
            continue
        if isinstance(node, ast.keyword) and node.arg in _WITHOUT_EFFECT:
            continue
        if isinstance(node, ast.Raise):
            continue
        children = value if isinstance(value, list) else [value]
        for index, child in enumerate(children):
            if not isinstance(child, ast.AST) or _is_docstring(child) or _is_import(child):
                continue
            step = (*path, (name, index if isinstance(value, list) else None))
            yield step, child
            yield from _places(child, step)


def _is_docstring(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def _is_import(node: ast.AST) -> bool:
    return isinstance(node, (ast.Import, ast.ImportFrom))


def _put(root: ast.AST, path: _Path, new: ast.AST) -> None:
    *way, (name, index) = path
    for field, position in way:
        value = getattr(root, field)
        root = value if position is None else value[position]
    if index is None:
        setattr(root, name, new)
    else:
        getattr(root, name)[index] = new


def _changes(node: ast.AST) -> Iterator[ast.AST]:
    for kind, change in _RULES:
        if isinstance(node, kind):
            yield from change(copy.deepcopy(node))


def _compare(node: ast.Compare) -> Iterator[ast.AST]:
    for index, operator in enumerate(node.ops):
        for other in _COMPARISONS[type(operator)]:
            changed = copy.deepcopy(node)
            changed.ops[index] = other()
            yield changed


def _binary(node: ast.BinOp) -> Iterator[ast.AST]:
    if isinstance(node.left, ast.Constant) and isinstance(node.left.value, str):
        return
    if type(node.op) in _OPERATORS:
        yield ast.BinOp(node.left, _OPERATORS[type(node.op)](), node.right)
    if isinstance(node.op, (ast.Sub, ast.Div, ast.MatMult, ast.FloorDiv)):
        yield ast.BinOp(node.right, node.op, node.left)


def _augmented(node: ast.AugAssign) -> Iterator[ast.AST]:
    if type(node.op) in _OPERATORS:
        yield ast.AugAssign(node.target, _OPERATORS[type(node.op)](), node.value)
    yield ast.Assign([node.target], node.value)


def _unary(node: ast.UnaryOp) -> Iterator[ast.AST]:
    yield node.operand


def _boolean(node: ast.BoolOp) -> Iterator[ast.AST]:
    yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
    for index in range(len(node.values)):
        rest = node.values[:index] + node.values[index + 1 :]
        yield rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)


def _constant(node: ast.Constant) -> Iterator[ast.AST]:
    value = node.value
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, int):
        yield ast.Constant(value + 1)
        if value > 0:
            yield ast.Constant(value - 1)
    elif isinstance(value, float):
        yield ast.Constant(2 * value if value else 1.0)


def _condition(node: ast.If | ast.IfExp | ast.While) -> Iterator[ast.AST]:
    turned = copy.deepcopy(node)
    turned.test = ast.UnaryOp(ast.Not(), node.test)
    yield turned
    if not isinstance(node, ast.While):
        for value in (True, False):
            fixed = copy.deepcopy(node)
            fixed.test = ast.Constant(value)
            yield fixed


def _conditional(node: ast.IfExp) -> Iterator[ast.AST]:
    yield ast.IfExp(node.test, node.orelse, node.body)


def _statement(node: ast.stmt) -> Iterator[ast.AST]:
    yield ast.Pass()


def _return(node: ast.Return) -> Iterator[ast.AST]:
    if node.value is not None:
        yield ast.Return(ast.Constant(None))


def _call(node: ast.Call) -> Iterator[ast.AST]:
    for index, keyword in enumerate(node.keywords):
        if keyword.arg in _WITHOUT_EFFECT:
            continue
        shorter = copy.deepcopy(node)
        del shorter.keywords[index]
        yield shorter
    if len(node.args) >= 2:
        swapped = copy.deepcopy(node)
        swapped.args[:2] = swapped.args[1::-1]
        yield swapped
        last = copy.deepcopy(node)
        del last.args[-1]
        yield last
    match node.func:
        case ast.Attribute(value=receiver, attr=name) if name in _TRANSPARENT and not node.args:
            yield receiver
        case ast.Name(id=name) if name in _TRANSPARENT and len(node.args) == 1:
            yield node.args[0]
    match node.func:
        case ast.Attribute(attr=name) if name.endswith("_") and not name.endswith("__"):
            lasting = copy.deepcopy(node)
            assert isinstance(lasting.func, ast.Attribute)
            lasting.func.attr = name[:-1]
            yield lasting


def _name(node: ast.Attribute | ast.Name) -> Iterator[ast.AST]:
    name = node.attr if isinstance(node, ast.Attribute) else node.id
    if isinstance(node.ctx, ast.Load) and name in _NAMES:
        other = _NAMES[name]
        if isinstance(node, ast.Attribute):
            yield ast.Attribute(node.value, other, node.ctx)
        else:
            yield ast.Name(other, node.ctx)


def _slice(node: ast.Slice) -> Iterator[ast.AST]:
    for bound in ("lower", "upper", "step"):
        if getattr(node, bound) is not None:
            wider = copy.deepcopy(node)
            setattr(wider, bound, None)
            yield wider


def _loop(node: ast.For) -> Iterator[ast.AST]:
    shorter = copy.deepcopy(node)
    shorter.body = [*node.body, ast.Break()]
    yield shorter


_RULES: Final[tuple[tuple[type | tuple[type, ...], Callable[..., Iterator[ast.AST]]], ...]] = (
    (ast.Compare, _compare),
    (ast.BinOp, _binary),
    (ast.AugAssign, _augmented),
    (ast.UnaryOp, _unary),
    (ast.BoolOp, _boolean),
    (ast.Constant, _constant),
    ((ast.If, ast.IfExp, ast.While), _condition),
    (ast.IfExp, _conditional),
    ((ast.Expr, ast.Assign, ast.AugAssign, ast.Raise, ast.Delete), _statement),
    (ast.Return, _return),
    (ast.Call, _call),
    ((ast.Attribute, ast.Name), _name),
    (ast.Slice, _slice),
    (ast.For, _loop),
)


def _one_line(node: ast.AST) -> str:
    if isinstance(node, (ast.If, ast.While)):
        word = "while" if isinstance(node, ast.While) else "if"
        return f"{word} {ast.unparse(node.test)}:"
    if isinstance(node, ast.For):
        last = "; break" if isinstance(node.body[-1], ast.Break) else ""
        return f"for {ast.unparse(node.target)} in {ast.unparse(node.iter)}:{last}"
    return " ".join(ast.unparse(node).split())
