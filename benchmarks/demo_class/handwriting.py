"""The same answer in another hand: rewriting that keeps what code computes.

`rewritten` is what makes two honest students with the same idea differ; `disguised` is what
somebody does to an answer that is not theirs. Both work on the syntax tree, so they lose
comments, and neither touches names that a grader may ask for.
"""

from __future__ import annotations

import ast
import builtins
import keyword
from collections.abc import Iterator, Sequence, Set
from random import Random

__all__ = ["DISGUISES", "disguised", "rewritten"]

DISGUISES = ("verbatim", "renamed", "renamed and reordered")

_WORDS = (
    *("result", "res", "out", "output", "value", "val", "tmp", "temp", "current", "cur", "total"),
    *("acc", "item", "entry", "part", "piece", "idx", "pos", "offset", "size", "length", "n", "m"),
    *("count", "k2", "i0", "j0", "left", "right_part", "buf", "store", "state_", "y", "z", "w2"),
    *("a1", "b1", "ans", "answer", "row_i", "col_j", "seq", "step_", "new", "old", "last_one"),
)
_COMMENTS = (
    *("check the input first", "see the lecture, page 12", "this took me a while", "the main part"),
    *("same as in the notes", "careful with the shape here", "works on my machine", "go on"),
    *("need the size later", "TA said this is fine", "this could be faster", "先检查形状"),
    *("这里要小心", "按讲义里的公式", "ici on garde la dimension", "Ergebnis zurückgeben"),
)
_SCRATCH = (
    "x = torch.randn({a}, {b})",
    "print(x.shape, x.dtype)",
    "torch.manual_seed({a})",
    "w = torch.arange({a}.0).reshape(1, -1)",
    "print('mean', x.mean().item())",
    "for trial in range({a}):\n    print(trial, x.sum() * {b})",
    "values = [torch.rand({b}) for _ in range({a})]",
    "print('it works' if x.numel() == {a} * {b} else 'strange')",
    "assert x.dim() == 2, x.shape",
    "small = x[:{a}].clone()\nsmall += {b}\nprint(small)",
    "y = torch.linspace(0, {a}, {b})\nprint(torch.stack([y, y + 1]).max(dim=0))",
)
_TRACES = (
    "debug = False\nif debug:\n    print('step', {n})",
    "verbose = {n} < 0\nif verbose:\n    print('here')",
    "checked = True\nassert checked, 'case {n}'",
    "log = []\nlog.append({n})",
    "unused = {n}",
)
_FLIPPED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.Gt,
    ast.Gt: ast.Lt,
    ast.LtE: ast.GtE,
    ast.GtE: ast.LtE,
}
_CAREFUL = frozenset(("locals", "globals", "vars", "eval", "exec", "dir"))


def rewritten(source: str, rng: Random) -> str:
    """``source`` as another student might have written it; it computes the same."""
    tree = ast.parse(source)
    hand = _Hand(rng)
    tree = ast.fix_missing_locations(hand.visit(tree))
    _rename(tree, rng, 0.7, frozenset())
    if rng.random() < 0.4:
        _add_scratch(tree, rng)
    return _commented(ast.unparse(tree), rng)


def disguised(source: str, public: Set[str], disguise: str, rng: Random) -> str:
    """``source`` as it is handed in by somebody else; ``public`` names must stay."""
    if disguise == "verbatim":
        return source
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and ast.get_docstring(node):
            node.body = node.body[1:] or [ast.Pass()]
    _rename(tree, rng, 1.0, _helpers(tree) - public)
    if disguise == "renamed and reordered":
        _reorder(tree)
    return _commented(ast.unparse(tree), rng)


class _Hand(ast.NodeTransformer):
    """Rewrites statements at random in ways that change neither values nor their order."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        # Habits: one hand does the same thing in most places.
        self._temporaries = rng.random() * 0.8
        self._swaps = rng.random() * 0.8
        self._hoists = rng.random()
        self._flips = rng.random()
        self._loops = rng.random()
        self._branches = rng.random()
        self._traces = rng.random() * 0.3
        self._from_zero = rng.random() < 0.3
        self._keeps_docstrings = rng.random() < 0.5
        self._keeps_annotations = rng.random() < 0.6
        self._fresh = 0
        self._word = rng.choice(_WORDS[:14])
        self._trace = rng.choice(_TRACES)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        self.generic_visit(node)
        if not self._keeps_docstrings and ast.get_docstring(node) and len(node.body) > 1:
            node.body = node.body[1:]
        if not self._keeps_annotations:
            node.returns = None
            for argument in ast.walk(node.args):
                if isinstance(argument, ast.arg):
                    argument.annotation = None
        if self._chance(self._traces):
            at = self._rng.randint(1 if ast.get_docstring(node) else 0, len(node.body))
            node.body[at:at] = ast.parse(self._trace.format(n=self._rng.randint(1, 99))).body
        return node

    def visit_Return(self, node: ast.Return) -> ast.AST | list[ast.stmt]:
        self.generic_visit(node)
        before = self._hoisted(node)
        if isinstance(node.value, ast.Call | ast.BinOp) and self._chance(self._temporaries):
            name = self._name()
            before.append(_assign(name, node.value))
            node.value = ast.Name(name, ast.Load())
        return [*before, node]

    def visit_Assign(self, node: ast.Assign) -> ast.AST | list[ast.stmt]:
        self.generic_visit(node)
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                if isinstance(value, ast.IfExp) and self._chance(self._branches):
                    return ast.If(
                        value.test, [_assign(name, value.body)], [_assign(name, value.orelse)]
                    )
                if isinstance(value, ast.ListComp) and self._chance(self._loops):
                    return self._as_loop(name, value) or node
                return [*self._hoisted(node), node]
        return node

    def visit_If(self, node: ast.If) -> ast.AST:
        self.generic_visit(node)
        chained = len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If)
        if node.orelse and not chained and self._chance(self._swaps):
            node.test = _negated(node.test)
            node.body, node.orelse = node.orelse, node.body
        return node

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        self.generic_visit(node)
        if len(node.ops) == 1 and type(node.ops[0]) in _FLIPPED and self._chance(self._flips):
            left, right = node.left, node.comparators[0]
            if _simple(left) and _simple(right):
                return ast.Compare(right, [_FLIPPED[type(node.ops[0])]()], [left])
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        match node:
            case ast.Call(func=ast.Name(id="range"), args=[only]) if self._from_zero:
                node.args = [ast.Constant(0), only]
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        # Names bound in a class are attributes: only its methods are rewritten.
        node.body = [
            self.visit(part) if isinstance(part, ast.FunctionDef) else part for part in node.body
        ]
        return node

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        return node

    def _as_loop(self, name: str, value: ast.ListComp) -> list[ast.stmt] | None:
        """The comprehension as a loop that appends; None where names would get mixed up."""
        if len(value.generators) != 1 or value.generators[0].is_async:
            return None
        (made,) = value.generators
        inside = [n for n in ast.walk(value) if isinstance(n, ast.Name)]
        nested = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
        if any(n.id == name for n in inside) or any(
            isinstance(n, (*nested, ast.NamedExpr)) for n in ast.walk(value.elt)
        ):
            return None
        fresh = {n.id: self._name() for n in ast.walk(made.target) if isinstance(n, ast.Name)}
        for part in (made.target, value.elt, *made.ifs):
            for n in ast.walk(part):
                if isinstance(n, ast.Name):
                    n.id = fresh.get(n.id, n.id)
        append = ast.Attribute(ast.Name(name, ast.Load()), "append", ast.Load())
        body: ast.stmt = ast.Expr(ast.Call(append, [value.elt], []))
        for condition in reversed(made.ifs):
            body = ast.If(condition, [body], [])
        return [
            _assign(name, ast.List([], ast.Load())),
            ast.For(made.target, made.iter, [body], []),
        ]

    def _hoisted(self, node: ast.Return | ast.Assign) -> list[ast.stmt]:
        """Statements that compute beforehand what ``node`` computes first."""
        value = node.value
        found: list[ast.stmt] = []
        if isinstance(value, ast.Call) and value.args and _plain(value.func):
            if isinstance(value.args[0], ast.Call | ast.BinOp) and self._chance(self._hoists):
                value.args[0] = self._apart(value.args[0], found)
        elif isinstance(value, ast.BinOp) and self._chance(self._hoists):
            # In their order: the right operand may go ahead only if the left one has.
            if isinstance(value.left, ast.Call | ast.BinOp):
                value.left = self._apart(value.left, found)
                if isinstance(value.right, ast.Call | ast.BinOp):
                    value.right = self._apart(value.right, found)
        elif (
            isinstance(value, ast.Call)
            and isinstance(value.func, ast.Attribute)
            and isinstance(value.func.value, ast.Call | ast.BinOp)
            and self._chance(self._hoists)
        ):
            value.func.value = self._apart(value.func.value, found)
        return found

    def _apart(self, value: ast.expr, before: list[ast.stmt]) -> ast.Name:
        name = self._name()
        before.append(_assign(name, value))
        return ast.Name(name, ast.Load())

    def _chance(self, share: float) -> bool:
        return self._rng.random() < share

    def _name(self) -> str:
        self._fresh += 1
        return f"{self._word}_{self._fresh}"


def _assign(name: str, value: ast.expr) -> ast.Assign:
    return ast.Assign(targets=[ast.Name(name, ast.Store())], value=value)


def _simple(value: ast.expr) -> bool:
    """Whether reading it does nothing else, so that it may be read late."""
    if isinstance(value, ast.Call):
        match value:
            case ast.Call(func=ast.Name(id="len"), args=[ast.Name()], keywords=[]):
                return True
        return False
    return isinstance(value, ast.Constant) or _plain(value)


def _plain(function: ast.expr) -> bool:
    """A dotted name: looking it up early or late is the same."""
    while isinstance(function, ast.Attribute):
        function = function.value
    return isinstance(function, ast.Name)


def _negated(test: ast.expr) -> ast.expr:
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return test.operand
    return ast.UnaryOp(ast.Not(), test)


# --- names


def _rename(tree: ast.Module, rng: Random, share: float, helpers: Set[str]) -> None:
    """Give local variables, and the definitions ``helpers``, other names; a ``share`` of them."""
    nodes = list(ast.walk(tree))
    taken = set(_identifiers(nodes)) | set(dir(builtins)) | set(keyword.kwlist)
    fresh = _fresh_names(rng, taken)
    wanted = {name: f"{next(fresh)}_of" for name in sorted(helpers)}
    for node in nodes if wanted else ():
        if isinstance(node, ast.Name) and node.id in wanted:
            node.id = wanted[node.id]
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef)) and node.name in wanted:
            node.name = wanted[node.name]
    for function in _outermost(tree):
        inside = list(ast.walk(function))
        names = {name: next(fresh) for name in sorted(_locals(inside)) if rng.random() < share}
        for node in inside:
            if isinstance(node, ast.Name) and node.id in names:
                node.id = names[node.id]


def _identifiers(nodes: Sequence[ast.AST]) -> Iterator[str]:
    for node in nodes:
        for field in ("id", "arg", "name", "attr", "asname"):
            value = getattr(node, field, None)
            if isinstance(value, str):
                yield value


def _fresh_names(rng: Random, taken: Set[str]) -> Iterator[str]:
    words = list(_WORDS)
    number = 0
    while True:
        rng.shuffle(words)
        for word in words:
            name = f"{word}{number or ''}"
            if name not in taken:
                yield name
        number += 1


def _outermost(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    """Functions and methods that lie in no other function."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        for node in ast.iter_child_nodes(waiting.pop()):
            if isinstance(node, ast.FunctionDef):
                yield node
            elif isinstance(node, ast.ClassDef):
                waiting.append(node)


def _locals(function: Sequence[ast.AST]) -> set[str]:
    """Variables in the nodes of a function that may safely be called otherwise."""
    stored: set[str] = set()
    kept: set[str] = set()
    for node in function:
        if isinstance(node, ast.Name):
            if isinstance(node.ctx, ast.Store):
                stored.add(node.id)
            elif node.id in _CAREFUL:
                return set()
        elif isinstance(node, ast.Match):
            return set()
        elif isinstance(node, ast.arg):
            kept.add(node.arg)
        elif isinstance(node, (ast.Global, ast.Nonlocal)):
            kept.update(node.names)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            kept.add(node.name)
        elif isinstance(node, ast.ClassDef):
            kept.add(node.name)
            kept.update(n.id for n in ast.walk(node) if isinstance(n, ast.Name))
        elif isinstance(node, ast.ExceptHandler) and node.name:
            kept.add(node.name)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            kept.update(a.asname or a.name.partition(".")[0] for a in node.names)
    return stored - kept


def _helpers(tree: ast.Module) -> frozenset[str]:
    """Top-level definitions whose name stands for nothing else in the file."""
    top = [node for node in tree.body if isinstance(node, (ast.FunctionDef, ast.ClassDef))]
    other: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.arg(arg=name) | ast.Name(id=name, ctx=ast.Store()):
                other.add(name)
            case ast.Constant(value=str(name)):
                other.add(name)
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name) if node not in top:
                other.add(name)
    return frozenset(node.name for node in top) - other


# --- order


def _reorder(tree: ast.Module) -> None:
    """Turn the order of top-level functions round, where nothing at top level calls them."""
    plain = [
        index
        for index, node in enumerate(tree.body)
        if isinstance(node, ast.FunctionDef) and not node.decorator_list
    ]
    names = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    if names & set(_used_while_loading(tree)):
        return
    turned = [tree.body[index] for index in reversed(plain)]
    for index, node in zip(plain, turned, strict=True):
        tree.body[index] = node


def _used_while_loading(tree: ast.AST) -> Iterator[str]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Name):
            yield node.id
        if isinstance(node, ast.FunctionDef):
            for part in (*node.decorator_list, *node.args.defaults, *node.args.kw_defaults):
                if part is not None:
                    yield from _used_while_loading(ast.Expr(part))
        elif not isinstance(node, ast.Lambda):
            yield from _used_while_loading(node)


# --- what does not matter


def _add_scratch(tree: ast.Module, rng: Random) -> None:
    """A block of trials at the end of the file, which grading doesn't run."""
    lines = rng.sample(_SCRATCH, rng.randint(2, 5))
    code = "\n".join(line.format(a=rng.randint(2, 9), b=rng.randint(2, 9)) for line in lines)
    block = ast.parse('if __name__ == "__main__":\n    import torch\n').body[0]
    assert isinstance(block, ast.If)
    block.body += ast.parse(code).body
    tree.body.append(block)


def _commented(text: str, rng: Random) -> str:
    """``text`` with comments before some statements and blank lines as people set them."""
    lines = text.split("\n")
    places = [
        (node.lineno - 1, node.col_offset)
        for node in ast.walk(ast.parse(text))
        if isinstance(node, (ast.Assign, ast.For, ast.If, ast.Return, ast.AugAssign))
        and lines[node.lineno - 1].lstrip()[:4] not in ("elif", "else")
    ]
    chosen = rng.sample(places, min(len(places), rng.randint(0, 3)))
    for line, column in sorted(set(chosen), reverse=True):
        if not lines[line][:column].strip():
            lines.insert(line, f"{' ' * column}# {rng.choice(_COMMENTS)}")
    return "\n".join(lines) + "\n"
