"""Which names code may come to use, read without running it.

Errs on one side only: what is said not to be used is not used.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Set
from functools import lru_cache

__all__ = ["Uses", "identifiers"]

# Code with one of these may find any name in ways that can't be read off it.
_OPAQUE = frozenset(
    (
        *("globals", "locals", "vars", "dir", "eval", "exec", "compile", "getattr", "setattr"),
        *("delattr", "attrgetter", "methodcaller", "import_module", "modules", "inspect", "gc"),
        *("__dict__", "__globals__", "__import__", "__getattr__", "__getattribute__"),
    )
)


class Uses:
    """The top-level definitions of a module and the names that each mentions."""

    def __init__(self, source: str) -> None:
        """``source`` must be valid Python."""
        self._mentioned: dict[str, frozenset[str]] = {}
        self._plain = True
        for statement in ast.parse(source).body:
            self._add(statement)

    def _add(self, statement: ast.stmt) -> None:
        mentioned = _identifiers(statement)
        match statement:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                names = {name}
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                names = {name}
            case ast.Import() | ast.ImportFrom():
                return
            case ast.Expr(value=ast.Constant()):
                return
            case _:
                self._plain = False
                return
        for name in names:
            self._mentioned[name] = self._mentioned.get(name, frozenset()) | mentioned

    def may_reach(self, names: Iterable[str], targets: Set[str]) -> bool:
        """Whether code that mentions ``names`` may come to use one of ``targets`` in the module."""
        if not self._plain:
            return True
        seen: set[str] = set()
        left = list(names)
        while left:
            name = left.pop()
            if name in targets or name in _OPAQUE:
                return True
            if name not in seen:
                seen.add(name)
                left.extend(self._mentioned.get(name, ()))
        return False


@lru_cache(maxsize=1024)
def identifiers(code: str) -> frozenset[str]:
    """All that may be a name in valid source, those within strings included."""
    return _identifiers(ast.parse(code))


def _identifiers(tree: ast.AST) -> frozenset[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name):
                found.add(name)
            case ast.Constant(value=str(text)):
                found.update(text.replace(".", " ").split())
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                found.update(part for alias in names for part in alias.name.split("."))
    return frozenset(found)
