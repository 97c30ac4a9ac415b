"""The part of a grader that students may have: visible tests, and what these use.

Text in, text out, and nothing is run. What is kept stands as its author wrote it; imports alone are
written anew, with the names that are still used.
"""

from __future__ import annotations

import ast
import symtable
from collections.abc import Iterable, Iterator, Sequence, Set
from copy import copy
from dataclasses import dataclass, field

__all__ = ["Stripped", "strip"]

_DECLARATIONS = frozenset(("misconception", "alternative", "naive"))
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_DEFINITIONS = (*_FUNCTIONS, ast.ClassDef)


@dataclass(frozen=True)
class Stripped:
    """A grader without what is not for students."""

    text: str
    entangled: tuple[str, ...]
    """Tests that can't be kept, since they use a misconception or an alternative."""


@dataclass
class _Part:
    """A statement at the top level of a grader."""

    node: ast.stmt
    defines: frozenset[str]
    uses: frozenset[str]
    declaration: bool = False
    """It is a misconception or an alternative."""


def strip(source: str, tests: Set[str]) -> Stripped:
    """The grader ``source`` with only those of its tests that ``tests`` names.

    A test is a function (``test_shape``) or a method (``TestShapes::test_one``).
    """
    body = ast.parse(source).body
    fixtures = {name for node in body if (name := _fixture(node)) is not None}
    parts = [_part(node, tests, fixtures) for node in body]
    known = {name: part for part in parts for name in part.defines}
    declared = {name for part in parts if part.declaration for name in part.defines}
    roots = [part for part in parts if _is_root(part, tests)]
    entangled = sorted(
        test
        for test in tests
        for root in roots
        if test.partition("::")[0] in root.defines and _reached([root], known) & declared
    )
    if entangled:
        rest = strip(source, tests - set(entangled))
        return Stripped(rest.text, (*rest.entangled, *entangled))
    names = _reached(roots, known)
    kept = [part for part in parts if part in roots or part.defines & names]
    lines = _Lines(source)
    texts = [
        _import(part.node, names) if _is_import(part.node) else lines.text(part.node, tests)
        for part in kept
    ]
    return Stripped(_joined([part.node for part in kept], texts, lines), ())


# --- what a statement defines and uses


def _part(node: ast.stmt, tests: Set[str], fixtures: Set[str]) -> _Part:
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            defines = frozenset((name, _fixture(node) or name))
            return _Part(node, defines, _uses(node, fixtures), _declares(node))
        case ast.ClassDef(name=name):
            kept = copy(node)
            kept.body = [part for part in node.body if not _left_out(part, name, tests)]
            kept.body = kept.body or [ast.Pass()]
            return _Part(node, frozenset((name,)), _uses(kept, fixtures), _declares(node))
        case ast.Import(names=names) | ast.ImportFrom(names=names):
            return _Part(node, frozenset(map(_bound, names)), frozenset())
    return _Part(node, frozenset(_bindings(node)), _uses(node, fixtures))


def _bindings(node: ast.stmt) -> Iterator[str]:
    """Names that a statement other than a definition may bind, those within it included."""
    for part in ast.walk(node):
        match part:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                yield name
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                yield from map(_bound, names)


def _bound(alias: ast.alias) -> str:
    return alias.asname or alias.name.partition(".")[0]


def _uses(node: ast.stmt, fixtures: Set[str]) -> frozenset[str]:
    """Names at the top level that a statement reads, and fixtures that it asks for."""
    table = symtable.symtable(ast.unparse(node), "<grader>", "exec")
    return frozenset((*_globals(table), *(fixtures & set(_asked_for(node)))))


def _globals(scope: symtable.SymbolTable) -> Iterator[str]:
    for symbol in scope.get_symbols():
        if symbol.is_referenced() and (symbol.is_global() or scope.get_type() == "module"):
            yield symbol.get_name()
    for child in scope.get_children():
        yield from _globals(child)


def _asked_for(node: ast.stmt) -> Iterator[str]:
    """Parameters, and strings such as that in usefixtures("name")."""
    for part in ast.walk(node):
        match part:
            case ast.arg(arg=name) | ast.Constant(value=str(name)):
                yield name


def _fixture(node: ast.stmt) -> str | None:
    """The name under which a statement defines a fixture, if it does."""
    for decorator in getattr(node, "decorator_list", []):
        if _called(decorator) == "fixture":
            for keyword in getattr(decorator, "keywords", []):
                if keyword.arg == "name" and isinstance(keyword.value, ast.Constant):
                    return str(keyword.value.value)
            return str(getattr(node, "name", ""))
    return None


def _declares(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> bool:
    return any(_called(decorator) in _DECLARATIONS for decorator in node.decorator_list)


def _called(decorator: ast.expr) -> str:
    """``f`` of ``@f``, ``@f(...)``, ``@a.f`` and ``@a.f(...)``."""
    while isinstance(decorator, ast.Call):
        decorator = decorator.func
    if isinstance(decorator, ast.Attribute):
        return decorator.attr
    return decorator.id if isinstance(decorator, ast.Name) else ""


# --- what is kept


def _is_root(part: _Part, tests: Set[str]) -> bool:
    """Whether a statement is kept though nothing names it."""
    match part.node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            return name in tests or (not part.declaration and _is_autouse(part.node))
        case ast.ClassDef(name=name):
            return any(test.startswith(f"{name}::") for test in tests)
        case ast.ImportFrom(module="__future__"):
            return True
        case ast.Expr(value=value):
            return not isinstance(value, ast.Constant)
        case ast.Import() | ast.ImportFrom():
            return False
    return "pytestmark" in part.defines or not part.defines


def _is_autouse(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any(
        keyword.arg == "autouse"
        for decorator in node.decorator_list
        if isinstance(decorator, ast.Call) and _called(decorator) == "fixture"
        for keyword in decorator.keywords
    )


def _left_out(node: ast.AST, owner: str, tests: Set[str]) -> bool:
    """Whether ``node`` is a method of the class ``owner`` that is a test, and not one to keep."""
    return (
        isinstance(node, _FUNCTIONS)
        and node.name.startswith("test")
        and owner.startswith("Test")
        and f"{owner}::{node.name}" not in tests
    )


def _reached(roots: Iterable[_Part], known: dict[str, _Part]) -> frozenset[str]:
    """Names that ``roots`` lead to, in whatever way."""
    seen: set[str] = set()
    left = [name for part in roots for name in (*part.uses, *part.defines)]
    while left:
        name = left.pop()
        if name not in seen:
            seen.add(name)
            if name in known:
                left.extend(known[name].uses)
    return frozenset(seen)


# --- as text


def _is_import(node: ast.stmt) -> bool:
    return isinstance(node, (ast.Import, ast.ImportFrom))


def _import(node: ast.stmt, names: Set[str]) -> str:
    assert isinstance(node, (ast.Import, ast.ImportFrom))
    if getattr(node, "module", None) == "__future__":
        return ast.unparse(node)
    node.names = [alias for alias in node.names if alias.name == "*" or _bound(alias) in names]
    line = ast.unparse(node)
    if len(line) <= 100 or not isinstance(node, ast.ImportFrom):
        return line
    start = line.partition(" import ")[0]
    listed = "".join(f"    {ast.unparse(alias)},\n" for alias in node.names)
    return f"{start} import (\n{listed})"


def _joined(nodes: Sequence[ast.stmt], texts: Iterable[str], lines: _Lines) -> str:
    """Statements with the blank lines between them that authors leave."""
    text = ""
    for node, before, wording in zip(nodes, (None, *nodes), texts, strict=False):
        if before is not None:
            around = any(isinstance(one, _DEFINITIONS) for one in (before, node))
            text += "\n" * (2 if around else int(lines.blank_between(before, node)))
        text += wording + "\n"
    return text


@dataclass
class _Lines:
    """The source, by lines."""

    source: str
    lines: list[str] = field(init=False)
    firsts: dict[int, int] = field(init=False)
    """How many statements begin or end in a line."""

    def __post_init__(self) -> None:
        # ast counts lines as the tokenizer does: at newlines only.
        self.lines = self.source.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        self.firsts = {}
        for node in ast.parse(self.source).body:
            for line in {_first(node), node.end_lineno or node.lineno}:
                self.firsts[line] = self.firsts.get(line, 0) + 1

    def text(self, node: ast.stmt, tests: Set[str]) -> str:
        first, last = _first(node), node.end_lineno or node.lineno
        if self.firsts[first] > 1 or self.firsts[last] > 1:
            # It shares a line with another statement.
            return ast.get_source_segment(self.source, node) or ast.unparse(node)
        left_out: set[int] = set()
        if isinstance(node, ast.ClassDef):
            for part in node.body:
                if _left_out(part, node.name, tests):
                    start = self.with_comment(_first(part))
                    left_out.update(range(start, (part.end_lineno or part.lineno) + 1))
        kept = [
            self.lines[number - 1]
            for number in range(self.with_comment(first), last + 1)
            if number not in left_out
        ]
        return "\n".join(kept).rstrip()

    def blank_between(self, one: ast.stmt, other: ast.stmt) -> bool:
        between = self.lines[(one.end_lineno or one.lineno) : _first(other) - 1]
        return any(not line.strip() for line in between)

    def with_comment(self, line: int) -> int:
        """The first line of the comment that stands directly above ``line``, else ``line``."""
        indent = len(self.lines[line - 1]) - len(self.lines[line - 1].lstrip())
        while line > 1 and self.lines[line - 2][: indent + 1] == " " * indent + "#":
            line -= 1
        return line


def _first(node: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])
