"""Functions of the grader's as source that stands alone, to cross the wall.

A probe must reveal only itself: no closure, no module around it. So what travels is the one
function, without decorators, docstring or comments, and the imports that it needs. Anything
else that it refers to is refused here, before it could leak or fail on the other side.
"""

from __future__ import annotations

import ast
import builtins
import inspect
import symtable
import sys
import textwrap
import types
from collections.abc import Mapping
from typing import TypeAlias

import torch

from torchgrade.sandbox.wire import FunctionSource

__all__ = ["ShippingError", "ship"]

# Modules that exist on the other side and hold nothing of the course.
_OPEN_MODULES = frozenset(
    (
        *("torch", "numpy", "math", "cmath", "copy", "itertools", "functools", "operator"),
        *("random", "statistics", "collections", "dataclasses", "typing", "contextlib", "time"),
        *("gc", "weakref"),
    )
)


class ShippingError(Exception):
    """The author's function can't travel: it needs more than itself."""


def ship(function: object, *, free: bool = False) -> FunctionSource:
    """The source of a function, lambda or class, with what it needs to run elsewhere.

    Args:
        function: what to send; it must have been defined in a file.
        free: allow names that are found only where it is going: a misconception may use
            the helpers of the model answer that it is put into.

    Raises:
        ShippingError: it closes over variables, or uses globals that are neither modules,
            nor parts of torch, nor functions that can themselves be sent.
    """
    return _ship(function, free, ())


def _ship(function: object, free: bool, above: tuple[object, ...]) -> FunctionSource:
    target = getattr(function, "__wrapped_function__", function)
    name = getattr(target, "__name__", repr(target))
    if not isinstance(target, (types.FunctionType, type)):
        raise ShippingError(f"{name} is neither a function nor a class defined in the grader")
    code = _source(target, name)
    imports: list[tuple[str, str, str]] = []
    helpers: list[FunctionSource] = []
    for used in _global_names(target, name, code):
        found = _resolve(used, target)
        if found is _MISSING:
            if not free:
                raise ShippingError(f"{name} uses {used}, which is not defined")
            continue
        if found is target or found in above:
            continue
        place = _importable(found)
        if place is not None:
            imports.append((used, *place))
        elif isinstance(getattr(found, "__wrapped_function__", found), (types.FunctionType, type)):
            helpers.append(_ship(found, free, (*above, target)))
        else:
            raise ShippingError(
                f"{name} uses {used}, a variable of the grader, which must not cross the wall; "
                "pass it as an argument"
            )
    shipped = "shipped_lambda" if name == "<lambda>" else name
    return FunctionSource(shipped, code, tuple(imports), tuple(helpers))


_MISSING = object()


def _source(target: types.FunctionType | type, name: str) -> str:
    if isinstance(target, types.FunctionType) and target.__code__.co_freevars:
        raise ShippingError(
            f"{name} uses {', '.join(target.__code__.co_freevars)} of the function around it; "
            "pass them as arguments"
        )
    try:
        lines = inspect.getsource(target)
    except (OSError, TypeError) as error:
        raise ShippingError(f"the source of {name} can't be read: {error}") from error
    if name == "<lambda>":
        assert isinstance(target, types.FunctionType)
        return f"shipped_lambda = {ast.unparse(_lambda(target))}"
    node = ast.parse(textwrap.dedent(lines)).body[0]
    assert isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
    node.decorator_list = []
    for part in ast.walk(node):
        if isinstance(part, (ast.FunctionDef, ast.ClassDef)) and ast.get_docstring(part):
            part.body = part.body[1:] or [ast.Pass()]
        # Annotations may name what exists only in the grader's file.
        if isinstance(part, ast.FunctionDef):
            part.returns = None
        if isinstance(part, ast.arg):
            part.annotation = None
    return ast.unparse(node)


def _lambda(target: types.FunctionType) -> ast.Lambda:
    """The lambda whose body lies where the code of ``target`` says that it does."""
    lines, _ = inspect.findsource(target)
    tree = ast.parse("".join(lines))
    lambdas = [node for node in ast.walk(tree) if isinstance(node, ast.Lambda)]
    places = _places(target.__code__)
    if places:
        first, last = min(start for start, _ in places), max(end for _, end in places)
        found = [node for node in lambdas if _start(node.body) <= first and last <= _end(node.body)]
    else:
        # Python 3.12 does not say where a constant stood.
        found = [node for node in lambdas if node.lineno == target.__code__.co_firstlineno]
    if not found or not (places or len(found) == 1):
        raise ShippingError("the source of a lambda can't be told apart; use def instead")
    # One that stands inside another is the later to start.
    return max(found, key=lambda node: _start(node.body))


_Place: TypeAlias = tuple[int, int]


def _places(code: types.CodeType) -> list[tuple[_Place, _Place]]:
    """Where the parts of ``code`` begin and end, as (line, column); empty if that was not kept."""
    found = []
    for line, end_line, column, end_column in code.co_positions():
        # The instruction that begins a function has a line and no width.
        if line and end_line and column is not None and end_column:
            found.append(((line, column), (end_line, end_column)))
    return found


def _start(node: ast.expr) -> _Place:
    return node.lineno, node.col_offset


def _end(node: ast.expr) -> _Place:
    return node.end_lineno or node.lineno, node.end_col_offset or node.col_offset


def _global_names(target: types.FunctionType | type, name: str, code: str) -> list[str]:
    """Names that the code takes from outside, in order of appearance."""
    table = symtable.symtable(code, f"<{name}>", "exec")
    names: dict[str, None] = {}

    def visit(scope: symtable.SymbolTable) -> None:
        for symbol in scope.get_symbols():
            outer = symbol.is_global() or (scope.get_type() == "module" and symbol.is_referenced())
            if outer and symbol.is_referenced():
                names[symbol.get_name()] = None
        for child in scope.get_children():
            visit(child)

    visit(table)
    # In the class's or function's own code its name is itself.
    names.pop(name if name != "<lambda>" else "shipped_lambda", None)
    return [used for used in names if not hasattr(builtins, used) and used[:2] != "__"]


def _resolve(name: str, target: types.FunctionType | type) -> object:
    if isinstance(target, types.FunctionType):
        space: Mapping[str, object] = target.__globals__
    else:
        module = sys.modules.get(target.__module__)
        space = vars(module) if module is not None else _methods_globals(target)
    return space.get(name, _MISSING)


def _methods_globals(target: type) -> Mapping[str, object]:
    for member in vars(target).values():
        if isinstance(member, types.FunctionType):
            return member.__globals__
    return {}


def _importable(value: object) -> tuple[str, str] | None:
    """(module, attribute) under which the other side finds the same thing, if it may."""
    if isinstance(value, types.ModuleType):
        return (value.__name__, "") if _open(value.__name__) else None
    module = getattr(value, "__module__", None)
    if isinstance(module, str) and _open(module.removeprefix("_")):
        module = module.removeprefix("_")  # functools.reduce says that it is of _functools
    name = getattr(value, "__qualname__", None)
    if isinstance(module, str) and isinstance(name, str) and _open(module):
        return module, name
    if isinstance(value, (types.BuiltinFunctionType, types.BuiltinMethodType)):
        short = value.__name__
        if getattr(torch, short, None) is value:
            return "torch", short
    return None


def _open(module: str) -> bool:
    return module.partition(".")[0] in _OPEN_MODULES
