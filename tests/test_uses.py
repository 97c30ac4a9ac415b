"""What code may come to use: what is said to be out of reach is out of reach."""

from __future__ import annotations

import pytest

from torchgrade.uses import Uses, identifiers

MODULE = """
'''A model answer.'''
import torch

SCALE = 2

def outer(x):
    return inner(x) * SCALE

def inner(x):
    return torch.relu(x)

def apart(x):
    return x

class Model:
    def forward(self, x):
        return outer(x)
"""


@pytest.mark.parametrize(
    ("name", "target", "expected"),
    [
        ("outer", "inner", True),
        ("outer", "SCALE", True),
        ("Model", "inner", True),
        ("inner", "inner", True),
        ("apart", "inner", False),
        ("inner", "outer", False),
        ("unknown", "inner", False),
    ],
)
def test_reach_follows_definitions(name: str, target: str, expected: bool) -> None:
    """A name is reached through whatever mentions it, and through nothing else."""
    assert Uses(MODULE).may_reach([name], {target}) is expected


@pytest.mark.parametrize(
    "apart",
    [
        "def apart(x):\n    return globals()['in' + 'ner'](x)\n",
        "def apart(x):\n    return getattr(x, 'inner')(x)\n",
        "def apart(x):\n    return eval('in' + 'ner')(x)\n",
    ],
)
def test_code_that_may_find_any_name_reaches_all(apart: str) -> None:
    """What can't be read off is taken to be used."""
    assert Uses("def inner(x):\n    return x\n\n" + apart).may_reach(["apart"], {"inner"})


@pytest.mark.parametrize(
    "statement",
    ["for f in (inner,):\n    apart = f", "if True:\n    apart = inner", "apart, rest = inner, 1"],
)
def test_a_module_that_does_more_than_define_reaches_all(statement: str) -> None:
    """Loops and branches may give a name any meaning."""
    assert Uses(f"def inner(x):\n    return x\n\n{statement}\n").may_reach(["apart"], {"inner"})


def test_names_within_strings_count() -> None:
    """A string may become a name."""
    assert identifiers("f(x.one, 'two.three four')") >= {"f", "x", "one", "two", "three", "four"}
