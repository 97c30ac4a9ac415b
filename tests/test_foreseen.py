"""What torch imports late is foreseen where code is seen to need it, and hardly elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from torchgrade.course import load
from torchgrade.grading.foreseen import foreseen, foreseen_in
from torchgrade.sandbox.client import ModuleSource, Sandbox
from torchgrade.sandbox.levels import SLOW_IMPORTS, Limits
from torchgrade.sandbox.server import ForkServer

_SYMBOLS, _COMPILER = SLOW_IMPORTS


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with ForkServer() as server:
        # It would import for the next what one of them needed.
        server.note_imports = lambda names: None  # type: ignore[method-assign]  # on purpose
        yield Sandbox(server)


@pytest.mark.parametrize(
    "code",
    [
        "torch.broadcast_shapes((1,), (2,))",
        "x.mul(2).backward(torch.ones(3))",
        "x.sum().backward()",
        "x.sum().backward(retain_graph=True)",
        "torch.autograd.grad(x * 2, x, grad_outputs=torch.ones(3))",
        "torch.autograd.grad((x * 2).sum(), x)",
        "torch.optim.SGD([x], lr=0.1)",
        "torch.func.grad(torch.sum)(torch.ones(3))",
        "torch.nn.utils.clip_grad_norm_([x], 1.0)",
    ],
)
def test_torch_imports_what_was_foreseen(sandbox: Sandbox, code: str) -> None:
    """By the texts alone, the same as a process that runs them has imported then."""
    text = (
        "import sys\nimport torch\n\n\ndef run():\n"
        f"    x = torch.ones(3, requires_grad=True)\n    {code}\n"
        f"    return [name in sys.modules for name in {SLOW_IMPORTS!r}]\n"
    )
    process = sandbox.spawn(Limits())
    process.load(ModuleSource(text, "answer.py", "answer"), seed=0)
    imported = process.call("run").value
    process.end()
    found = foreseen(["import torch\n", text])
    # The compiler imports the symbols itself.
    assert [found != (), _COMPILER in found] == imported


def test_exercises_are_looked_through() -> None:
    """Model answers, and their graders for what takes little."""
    course = load(Path(__file__).parents[1])
    assert foreseen_in(course.select(["broadcasting_rules", "slicing"])) == (_SYMBOLS,)
    assert foreseen_in(course.select(["slicing", "gather"])) == ()
    # In its grader there are optimizers, as in other roads that lead to the same.
    accumulation = course.select(["gradient_accumulation"])
    assert foreseen([accumulation[0].grader.read_text()]) == (_COMPILER,)
    assert foreseen_in(accumulation) == ()
