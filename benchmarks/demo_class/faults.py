"""What goes wrong in a hand-in besides a wrong idea: crashes, loops, broken files."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

__all__ = [
    "CRASHES",
    "FOLDER",
    "Fault",
    "broken_files",
    "crashed",
    "endless",
    "half_done",
    "misspelt",
]

FOLDER: Final = None
"""In place of a file's contents: a folder of that name."""


@dataclass(frozen=True)
class Fault:
    """A hand-in that can't earn anything."""

    name: str
    content: bytes | None
    """`FOLDER` stands for a folder where the file should be."""
    failure: str
    """The `torchgrade.result.Kind` by which every test fails."""


# Statements that go to the top of every function of the answer, and how that ends.
CRASHES: Final[Mapping[str, tuple[str, str]]] = {
    "exception": ("scale = shape_of_input[0] / 2", "raised"),
    "segfault": ("import ctypes\nctypes.string_at(0)", "signal"),
    "exit": ("import os\nos._exit(0)", "exited"),
    "recursion": ("def again():\n    return again()\nagain()", "recursion"),
    "loop": ("steps = 0\nwhile True:\n    steps += 1", "timeout"),
    "memory": ("kept = []\nwhile True:\n    kept.append(torch.empty(1 << 24))", "memory"),
}


def crashed(model: str, crash: str) -> Fault:
    """The answer ``model`` with ``crash``, a key of `CRASHES`, in each of its functions."""
    code, failure = CRASHES[crash]
    tree = ast.parse(model)
    for node in list(ast.walk(tree)):
        if isinstance(node, ast.FunctionDef):
            body = ast.parse(code).body
            if crash == "memory":
                body = [*ast.parse("import torch").body, *body]
            rest = node.body[1:] if ast.get_docstring(node) else node.body
            node.body = [*node.body[: len(node.body) - len(rest)], *body, *rest]
    text = ast.unparse(ast.fix_missing_locations(tree)) + "\n"
    return Fault(crash, text.encode(), failure)


def endless(model: str) -> list[Fault]:
    """Answers that never end: while they are loaded, or in the first function that is called."""
    loading = f"{model}\n\nepoch = 0\nwhile True:\n    epoch += 1\n"
    calling = ast.parse(model)
    functions = [node for node in ast.walk(calling) if isinstance(node, ast.FunctionDef)]
    functions[0].body = ast.parse(CRASHES["loop"][0]).body
    text = ast.unparse(ast.fix_missing_locations(calling)) + "\n"
    return [Fault("loop", code.encode(), "timeout") for code in (loading, text)]


def half_done(model: str, rng: Random) -> str | None:
    """The answer with one of several functions still to be written; None if it has only one."""
    tree = ast.parse(model)
    functions = [
        node
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    ]
    if len(functions) < 2:
        return None
    missing = rng.choice(functions[-2:])
    missing.body = ast.parse('raise NotImplementedError("to do")').body
    return ast.unparse(ast.fix_missing_locations(tree)) + "\n"


def misspelt(model: str, rng: Random) -> Fault:
    """The answer with an error of syntax."""
    changes: Sequence[Callable[[str], str]] = (
        lambda text: text.replace(":\n", "\n", 1),
        lambda text: text.replace(")", "", 1) + "\n)\n",
        lambda text: f"<<<<<<< HEAD\n{text}=======\n>>>>>>> main\n",
        lambda text: text.replace("    return", "  return", 1) + "   pass\n",
        lambda text: text.replace("return ", "retrun ", 1),
    )
    for change in rng.sample(changes, len(changes)):
        text = change(model)
        try:
            compile(text, "answer", "exec", dont_inherit=True)
        except SyntaxError:
            return Fault("syntax", text.encode(), "syntax")
    raise ValueError("no way was found to spoil the answer's syntax")


def broken_files(model: str, rng: Random) -> list[Fault]:
    """Files that hold no Python: what goes wrong when saving, converting and packing."""
    return [
        Fault("empty", b"", "missing_name"),
        Fault("binary", b"\x89PNG\r\n\x1a\n" + rng.randbytes(400), "unreadable"),
        Fault("utf16", model.encode("utf-16"), "unreadable"),
        Fault("nul", model.encode().replace(b"\n\n", b"\n\0\n", 1), "unreadable"),
        Fault("folder", FOLDER, "unreadable"),
    ]
