"""What a Python file defines, read without running it."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from pathlib import Path

__all__ = ["parameters_of", "parameters_of_source", "strings_given_to", "top_level_names"]


def parameters_of(path: Path) -> Mapping[str, Sequence[str]]:
    """Positional parameters of each top-level function, ``*name`` last if there is one.

    A file that is missing or is not Python has none.
    """
    return _parameters(_body(path))


def parameters_of_source(code: str) -> Mapping[str, Sequence[str]]:
    """As `parameters_of`, of valid source."""
    return _parameters(ast.parse(code).body)


def _parameters(body: Sequence[ast.stmt]) -> Mapping[str, Sequence[str]]:
    found: dict[str, Sequence[str]] = {}
    for node in body:
        if isinstance(node, ast.FunctionDef):
            arguments = node.args
            names = [part.arg for part in (*arguments.posonlyargs, *arguments.args)]
            if arguments.vararg is not None:
                names.append(f"*{arguments.vararg.arg}")
            found[node.name] = names
    return found


def top_level_names(path: Path) -> frozenset[str]:
    """Functions and classes that a file defines at top level."""
    definitions = (ast.FunctionDef, ast.ClassDef)
    return frozenset(node.name for node in _body(path) if isinstance(node, definitions))


def strings_given_to(function: str, path: Path) -> Sequence[tuple[str, int]]:
    """Strings written out in calls of ``function``, each with its line."""
    return [
        (part.value, part.lineno)
        for statement in _body(path)
        for node in ast.walk(statement)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == function
        for argument in node.args
        for part in ast.walk(argument)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    ]


def _body(path: Path) -> Sequence[ast.stmt]:
    try:
        return ast.parse(path.read_bytes()).body
    except (OSError, SyntaxError, ValueError):
        return ()
