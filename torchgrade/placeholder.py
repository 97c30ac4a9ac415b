"""The exercise that a new one starts from: double a tensor.

It is small and complete, with a misconception, alternatives, a probe and a hidden test, so that
its author starts from something that passes the audit and changes it step by step.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from torchgrade.course import Exercise
from torchgrade.text import Text

__all__ = ["files", "hints"]


def hints(languages: Sequence[str]) -> tuple[Text, ...]:
    """Three hints in each of ``languages``; in English where there is no translation."""
    versions = {language: _HINTS.get(language, _HINTS["en"]) for language in languages}
    steps = range(len(_HINTS["en"]))
    return tuple(
        Text.from_mapping({language: versions[language][step] for language in languages})
        for step in steps
    )


def files(exercise: Exercise) -> Mapping[Path, str]:
    """The files of ``exercise`` and what they hold."""
    statements = {
        exercise.statement(language): _STATEMENTS.get(language, _STATEMENTS["en"]).replace(
            "NAME", exercise.name
        )
        for language in exercise.languages
    }
    return {
        exercise.stub: _STUB,
        **statements,
        exercise.solution: _SOLUTION,
        exercise.grader: _grader(exercise.languages),
    }


def _grader(languages: Sequence[str]) -> str:
    """The grader with each text's translations into ``languages``; English is always there."""

    def versions(match: re.Match[str]) -> str:
        english, between, chinese = match.groups()
        texts = (
            f'{language}="{chinese if language == "zh" else english}"'
            for language in languages
            if language != "en"
        )
        return between.join((f'"{english}"', *texts))

    return re.sub(r'<"([^"]+)"(,\s+)zh="([^"]+)">', versions, _GRADER)


_HINTS: Final[Mapping[str, tuple[str, ...]]] = {
    "en": (
        "Which operation on tensors works on every element at once?",
        "Does your code write into `x`? The caller still needs it.",
        "`x * 2` makes a new tensor and leaves `x` alone.",
    ),
    "zh": (
        "张量的哪种运算会同时作用于每个元素？",
        "你的代码是否写入了 `x`？调用者还要用它。",
        "`x * 2` 会创建新的张量，不改动 `x`。",
    ),
}

_STUB: Final = '''\
from torch import Tensor


def double(x: Tensor) -> Tensor:
    """Return a new tensor that holds twice each element of ``x``.

    ``x`` may have any shape and stays as it is. The result has the shape and the dtype of ``x``.
    """
    raise NotImplementedError
'''

_SOLUTION: Final = '''\
from torch import Tensor


def double(x: Tensor) -> Tensor:
    """Return a new tensor that holds twice each element of ``x``.

    ``x`` may have any shape and stays as it is. The result has the shape and the dtype of ``x``.
    """
    return x * 2
'''

_STATEMENTS: Final[Mapping[str, str]] = {
    "en": """\
# Doubling a tensor

Complete `double(x)` in `NAME.py`. It returns a new tensor that holds twice each element of `x`.

- `x` may have any shape, including no axes at all, and any real dtype.
- The result has the shape and the dtype of `x`.
- `x` itself stays as it is: whoever passed it still needs it.

```python
>>> double(torch.tensor([1.0, -2.5]))
tensor([ 2., -5.])
```
""",
    "zh": """\
# 张量加倍

请完成 `NAME.py` 中的 `double(x)`：返回一个新张量，其中每个元素都是 `x` 中对应元素的两倍。

- `x` 可以是任意形状（包括 0 维），也可以是任意实数类型。
- 结果的形状和 dtype 与 `x` 相同。
- `x` 本身保持不变：调用者之后还要用它。

```python
>>> double(torch.tensor([1.0, -2.5]))
tensor([ 2., -5.])
```
""",
}

_GRADER: Final = '''\
"""double: twice each element, in a tensor of its own."""

import torch

from torchgrade.authoring import (
    alternative,
    cases,
    close,
    hidden,
    misconception,
    points,
    probe,
    title,
)


@misconception(
    "double",
    <"Operations in place (mul_, *=) write into x itself; x * 2 makes a new tensor.",
    zh="原地运算（mul_、*=）会写入 x 本身；x * 2 则会创建新的张量。">,
)
def doubled_in_place(x):
    return x.mul_(2)


@alternative("double")
def added_to_itself(x):
    return x + x


@alternative("double")
def element_by_element(x):
    result = x.flatten().clone()
    for index in range(len(result)):
        result[index] = result[index] * 2
    return result.reshape(x.shape)


@probe
def result_and_argument(student, x):
    result = student.double(x)
    return result, x


@title(<"The result is a new tensor, and x stays as it is", zh="结果是新的张量，x 保持不变">)
@points(2)
def test_new_tensor(student, rand):
    x = rand(4, 3)
    result, argument = student.run(result_and_argument, x)
    close(result, x * 2)
    close(argument, x)


@title(<"Any shape and any dtype", zh="任意形状、任意 dtype">)
@hidden(<"Try a tensor without axes, and one of integers.", zh="试试 0 维张量和整数张量。">)
@cases("shape", [(2, 3, 5), (7,), ()])
def test_shapes_and_dtypes(student, rand, reference, shape):
    for x in (rand(*shape), rand.ints(-9, 9, *shape)):
        close(student.double(x), reference(torch.mul, x, 2), dtype=True)
'''
