"""Graders' wrong and right implementations, put into the model answer as a student's source.

Graders are read, not run: what they declare with ``@misconception("target", ...)`` and
``@alternative("target")`` is cut out of their text, named like its target, and set in the place
of the model answer's own definition, with the helpers and imports that it uses.
"""

from __future__ import annotations

import ast
import io
import re
import textwrap
import tokenize
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TypeAlias

__all__ = ["Spliced", "grafted", "spliced"]

_Definition: TypeAlias = ast.FunctionDef | ast.ClassDef


@dataclass(frozen=True)
class Spliced:
    """The model answer with one definition replaced."""

    name: str
    """What the grader calls the implementation."""
    right: bool
    """An alternative, not a misconception."""
    text: str


def spliced(grader: Path, solution: Path) -> list[Spliced]:
    """Every declared implementation of ``grader`` in the answer ``solution``.

    Raises:
        ValueError: the model answer has no such definition to replace.
    """
    file = _File(grader.read_text(encoding="utf-8"))
    model = solution.read_text(encoding="utf-8")
    return [
        Spliced(node.name, kind == "alternative", _placed(file, node, target, model))
        for node, kind, target in file.declared()
    ]


def grafted(name: str, donor: str, base: str) -> str | None:
    """``base`` with the definition ``name`` of ``donor``, both right answers to one exercise.

    None if the definition can't be moved: it hangs on more than definitions and imports.
    """
    file, tree = _File(donor), ast.parse(base)
    node = file.definitions.get(name)
    moved = [node, *file.helpers(node)] if node is not None else []
    harmless = (ast.FunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom, ast.Expr)
    ours, theirs = dict(_imports(tree)), file.imports
    if (
        node is None
        or not any(getattr(part, "name", None) == name for part in tree.body)
        or any(part.decorator_list for part in moved)
        or not all(isinstance(part, harmless) for part in file.tree.body)
        or any(theirs[bound] != line for bound, line in ours.items() if bound in theirs)
        or theirs.get("annotations") != ours.get("annotations")
    ):
        return None
    return _placed(file, node, name, base)


class _File:
    """The text of a file, and where its definitions and imports are."""

    def __init__(self, text: str) -> None:
        self.lines = text.splitlines(keepends=True)
        self.tree = ast.parse(text)
        self.definitions: Mapping[str, _Definition] = {
            node.name: node
            for node in self.tree.body
            if isinstance(node, (ast.FunctionDef, ast.ClassDef))
        }
        self.imports = dict(_imports(self.tree))

    def declared(self) -> Iterator[tuple[_Definition, str, str]]:
        """(definition, ``misconception`` or ``alternative``, target) in the file's order."""
        for node in self.definitions.values():
            for decorator in node.decorator_list:
                match decorator:
                    case ast.Call(
                        func=ast.Name(id="misconception" | "alternative" as kind),
                        args=[ast.Constant(value=str(target)), *_],
                    ):
                        yield node, kind, target

    def code(self, node: _Definition) -> str:
        """The definition without its decorators, docstring and marks for linters."""
        assert node.end_lineno is not None
        lines = self.lines[node.lineno - 1 : node.end_lineno]
        first = node.body[0]
        if ast.get_docstring(node) is not None and len(node.body) > 1:
            assert first.end_lineno is not None
            del lines[first.lineno - node.lineno : first.end_lineno - node.lineno + 1]
        return re.sub(r"  # noqa.*", "", "".join(lines)).rstrip() + "\n"

    def helpers(self, node: _Definition) -> list[_Definition]:
        """Other definitions of the file that ``node`` needs, those that others need first."""
        found: dict[str, _Definition] = {}
        seen = {node.name}

        def visit(used_by: _Definition) -> None:
            for name in _names(used_by):
                helper = self.definitions.get(name)
                if helper is not None and name not in seen:
                    seen.add(name)
                    visit(helper)
                    found[name] = helper

        visit(node)
        return list(found.values())


def _placed(grader: _File, node: _Definition, target: str, model: str) -> str:
    tree = ast.parse(model)
    own = {n.name: n for n in tree.body if isinstance(n, (ast.FunctionDef, ast.ClassDef))}
    if target not in own:
        raise ValueError(f"the model answer has no {target} to replace by {node.name}")
    helpers = grader.helpers(node)
    names = {node.name: target}
    names |= {helper.name: f"{helper.name}_" for helper in helpers if helper.name in own}
    code = _with_docstring(_renamed(grader.code(node), names), own[target])
    parts = [*(_renamed(grader.code(helper), names) for helper in helpers), code]
    known = {name for name, _ in _imports(tree)} | set(own)
    used = {name for part in (*helpers, node) for name in _names(part)}
    missing = sorted({grader.imports[n] for n in used - known if n in grader.imports})
    lines = model.splitlines(keepends=True)
    old = own[target]
    start = min([old.lineno, *(d.lineno for d in old.decorator_list)]) - 1
    assert old.end_lineno is not None
    lines[start : old.end_lineno] = ["\n\n".join(parts)]
    place = max(
        (n.end_lineno or 0 for n in tree.body if isinstance(n, (ast.Import, ast.ImportFrom))),
        default=0,
    )
    lines[place:place] = [f"{line}\n" for line in missing]
    text = "".join(lines)
    compile(text, target, "exec", dont_inherit=True)
    return text


def _with_docstring(code: str, model: _Definition) -> str:
    """Students leave the stub's docstring where it is."""
    docstring = ast.get_docstring(model)
    if docstring is None:
        return code
    body = ast.parse(code).body[0]
    assert isinstance(body, (ast.FunctionDef, ast.ClassDef))
    first = body.body[0]
    if first.lineno == body.lineno:
        return code  # all on one line
    lines = code.splitlines(keepends=True)
    # A decorated method begins with its decorators.
    at = min([first.lineno, *(d.lineno for d in getattr(first, "decorator_list", ()))]) - 1
    lines.insert(at, textwrap.indent(f'"""{docstring}"""', " " * first.col_offset) + "\n")
    return "".join(lines)


def _renamed(code: str, names: Mapping[str, str]) -> str:
    """``code`` with some identifiers replaced; attributes and keywords keep their names."""
    changes = []
    before = ""
    tokens = list(tokenize.generate_tokens(io.StringIO(code).readline))
    for token, following in pairwise(tokens):
        keyword = following.string == "=" and before in ("(", ",")
        if token.type == tokenize.NAME and token.string in names and before != "." and not keyword:
            changes.append((token.start, token.end, names[token.string]))
        before = token.string
    lines = code.splitlines(keepends=True)
    for (row, start), (_, end), name in reversed(changes):
        line = lines[row - 1]
        lines[row - 1] = line[:start] + name + line[end:]
    return "".join(lines)


def _names(node: ast.AST) -> list[str]:
    return [part.id for part in ast.walk(node) if isinstance(part, ast.Name)]


def _imports(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """(name, the statement that binds it) of the imports of a file, graders' own left out."""
    for node in tree.body:
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.asname or alias.name.partition(".")[0], f"import {_aliased(alias)}"
        elif isinstance(node, ast.ImportFrom) and not str(node.module).startswith("torchgrade"):
            for alias in node.names:
                bound = alias.asname or alias.name
                yield bound, f"from {node.module} import {_aliased(alias)}"


def _aliased(alias: ast.alias) -> str:
    return f"{alias.name} as {alias.asname}" if alias.asname else alias.name
