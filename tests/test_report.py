"""Reports: every failure is worded, every line fits, nothing hidden or active gets through."""

from __future__ import annotations

import io
import json
import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

import torchgrade.report
from tests.test_result_tree import OUTCOMES
from tests.timed import growing, not_assessed, slow, timed, timed_size
from torchgrade.report.json_ import to_json
from torchgrade.report.summary import State, format_points, points_shown, shown_points
from torchgrade.report.terminal import render
from torchgrade.report.wording import headline, remedy
from torchgrade.result import (
    Blame,
    Difference,
    ExerciseResult,
    Failure,
    Frame,
    Kind,
    Outcome,
    Status,
)
from torchgrade.text import Text, text

LANGUAGES = ("en", "zh")
quick = settings(database=None, deadline=None, max_examples=100, derandomize=True)
REPORT = Path(torchgrade.report.__file__).parent
ANSI = re.compile(r"\x1b\[[0-9;]*m")
NOTE = text("Mind the order of the axes.", zh="注意轴的顺序。")
# Keys of JSON Schema itself, and of its definitions.
SCHEMA_WORDS = {"properties", "items", "additionalProperties"} | {
    "amount",
    "count",
    "measured",
    "points_or_unknown",
    "share_or_none",
    "text_or_none",
    "hidden_test",
    "test",
}

DETAILS: dict[Kind, dict[str, object]] = {
    Kind.VALUE: {},
    Kind.SHAPE: {"actual": [3, 4], "expected": [4, 3]},
    Kind.DTYPE: {"actual": "torch.float64", "expected": "torch.float32"},
    Kind.DEVICE: {"actual": "cpu", "expected": "cuda:0"},
    Kind.TYPE: {"actual": "None", "expected": "tuple:2"},
    Kind.LENGTH: {"actual": 2, "expected": 3},
    Kind.KEYS: {"missing": ["weight"], "unexpected": ["w"]},
    Kind.ASSERTION: {},
    Kind.NOT_REFUSED: {"expected": "ValueError"},
    Kind.WRONG_EXCEPTION: {
        "actual": "RuntimeError",
        "expected": "IndexError",
        "message": "index 7 is out of bounds for dimension 0 with size 3",
    },
    Kind.RAISED: {
        "type": "RuntimeError",
        "message": "mat1 and mat2 shapes cannot be multiplied (3x4 and 3x4)",
    },
    Kind.NOT_STARTED: {},
    Kind.RECURSION: {},
    Kind.TIMEOUT: {"seconds": 10.0},
    Kind.CPU_TIME: {"seconds": 1.0},
    Kind.MEMORY: {"bytes": 1 << 30},
    Kind.SIGNAL: {"signal": "SIGSEGV"},
    Kind.EXITED: {"code": 0},
    Kind.FORBIDDEN: {"operators": ["conv2d", "unfold"]},
    Kind.ABSENT: {"path": "exercises/ch11_convolution/manual_conv2d.py"},
    Kind.SYNTAX: {"message": "expected ':'", "line": 12},
    Kind.IMPORT: {"type": "ModuleNotFoundError", "message": "No module named 'numpyy'"},
    Kind.MISSING_NAME: {"name": "manual_conv2d", "near": "manual_conv2D"},
    Kind.NOT_CALLABLE: {"name": "gather"},
    Kind.UNREADABLE: {"reason": "it is not UTF-8 text"},
    Kind.UNSUPPORTED: {"what": "generator", "remedy": "tensor", "where": ""},
    Kind.TOO_LARGE: {"limit": 64 << 20, "what": "bytes"},
    Kind.PROTOCOL: {"reason": "unknown tag 0x7f"},
    Kind.UNUSABLE: {"message": "'NoneType' object has no attribute 'shape'"},
    Kind.AUTHOR: {"message": "name 'tensr' is not defined", "place": "test_gather.py:12"},
    Kind.ENGINE: {"message": "fork server died"},
    Kind.UNRECORDED: {},
    Kind.SLOW: timed(timed_size(480.0)).details(),
    Kind.GROWTH: growing().details(),
    Kind.NOT_TIMED: {},
    Kind.NOT_ASSESSED: {"reason": "device", **timed(timed_size(1.3)).details()},
    Kind.UNSTABLE: {"message": "the ratio lies between 0.80 and 1.90"},
    Kind.IMPLAUSIBLE: {"message": "31.0 times faster than F.conv2d", "reference": "F.conv2d"},
}
DIFFERENCE = Difference(
    count=5,
    total=12,
    first_index=(0, 1),
    first_actual="0.5",
    first_expected="0.25",
    worst_index=(2, 3),
    worst_actual="9",
    worst_expected="1",
    worst_error="8",
    rtol=1.3e-6,
    atol=1e-5,
)
FRAMES = (
    Frame("exercises/ch03_indexing/gather.py", 14, "gather", "    return pick(x, index)"),
    Frame("exercises/ch03_indexing/gather.py", 7, "pick", "    return x[index] @ x"),
)
MATRIX = (
    "tensor([[ 0.3367,  0.1288,  0.2345,  0.2303],\n"
    "        [-1.1229, -0.1863,  2.2082, -0.6380],\n"
    "        [ 0.4617,  0.2674,  0.5349,  0.8094]])"
)
CHAPTERS = {
    "ch03_indexing": text("Indexing", zh="索引"),
    "ch06_autograd": text("Automatic differentiation", zh="自动微分"),
    "ch11_convolution": text("Convolution", zh="卷积"),
}
HINTS = {"ch03_indexing/gather": (text("One", zh="一"), text("Two", zh="二"))}


def failure(kind: Kind, **changes: object) -> Failure:
    engine = dict.fromkeys(
        (Kind.ENGINE, Kind.UNRECORDED, Kind.UNSTABLE, Kind.IMPLAUSIBLE), Blame.ENGINE
    )
    blame = {Kind.AUTHOR: Blame.AUTHOR, **engine}.get(kind, Blame.STUDENT)
    note = text("The result must share memory with x.", zh="结果必须与 x 共享内存。")
    made = Failure(
        kind, blame, details=DETAILS[kind], note=note if kind is Kind.ASSERTION else None
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # a test's shorthand


def outcome(
    name: str, reason: Failure | None = None, *, title: Text | None = None, **changes: object
) -> Outcome:
    status = Status.PASSED if reason is None else Status.FAILED
    if reason is not None and reason.blame is not Blame.STUDENT:
        status = Status.UNGRADED
    if reason is not None and reason.kind is Kind.NOT_ASSESSED:
        status = Status.NOT_ASSESSED
    made = Outcome(f"test_{name}", title or text(f"Title of {name}"), status, 1.0, failure=reason)
    return replace(made, **changes)  # type: ignore[arg-type]  # a test's shorthand


def result(
    *outcomes: Outcome, exercise: str = "gather", chapter: str = "ch03_indexing", points: float = 6
) -> ExerciseResult:
    return ExerciseResult(chapter, exercise, points, outcomes, "jail")


def rich_failure() -> Failure:
    """A failure with all that a failure can have."""
    return failure(
        Kind.VALUE,
        call="gather(x, 1, index)",
        arguments=(("x", MATRIX), ("index", "tensor([[0, 3], [1, 1], [2, 0]])")),
        actual=MATRIX,
        expected=MATRIX,
        where="[1]",
        difference=DIFFERENCE,
        frames=FRAMES,
    )


def typical() -> tuple[ExerciseResult, ...]:
    """What a student in the middle of a chapter sees."""
    gather = result(
        outcome("small", title=text("A small example", zh="一个小例子")),
        outcome(
            "columns",
            rich_failure(),
            title=text("Along the columns of a matrix", zh="沿矩阵的列取值"),
            misconception="axes_swapped",
            explanation=text(
                "The index runs along dim 0 whatever dim is asked for. In gather, only the"
                " coordinate at position dim is replaced by the index; all others stay.",
                zh="无论 dim 是多少，索引都沿第 0 维进行。gather 只把第 dim 个坐标换成索引值，"
                "其余坐标保持不变。",
            ),
            output="index is tensor([[0, 3], [1, 1], [2, 0]])\n",
        ),
        outcome(
            "negative",
            failure(Kind.RAISED, call="gather(x, -1, index)", frames=FRAMES),
            title=text("A negative dim counts from the end", zh="负的 dim 从末尾数起"),
        ),
        outcome(
            "batch",
            failure(Kind.RAISED, call="gather(x, 2, index)", frames=FRAMES),
            title=text("Three axes", zh="三个轴"),
        ),
        outcome(
            "dtype",
            failure(Kind.TYPE, call="gather(x, 0, index)"),
            title=text("The dtype is kept", zh="保持 dtype"),
        ),
        outcome(
            "empty",
            failure(Kind.SHAPE, call="gather(x, 0, index)"),
            title=text("An empty index", zh="空索引"),
        ),
        outcome(
            "hidden",
            failure(Kind.SHAPE, call="gather(SECRET)"),
            title=text("Sizes that differ on each axis", zh="各轴大小不同"),
            hidden=True,
            hint=text("What if index is smaller than x?", zh="如果 index 比 x 小呢？"),
        ),
        points=7,
    )
    stub = result(
        *(
            outcome(f"t{i}", failure(Kind.NOT_STARTED, frames=FRAMES[:1]), hidden=i == 3)
            for i in range(4)
        ),
        exercise="masked_fill",
    )
    broken = result(
        *(outcome(f"t{i}", failure(Kind.IMPORT, frames=FRAMES[:1])) for i in range(4)),
        exercise="detach_semantics",
        chapter="ch06_autograd",
    )
    done = result(
        *(outcome(f"t{i}") for i in range(5)),
        exercise="gradient_accumulation",
        chapter="ch06_autograd",
    )
    unknown = result(
        outcome("t1"),
        outcome("t2", failure(Kind.ENGINE), title=text("The memory is shared", zh="内存是共享的")),
        exercise="leaf_tensors",
        chapter="ch06_autograd",
    )
    fast = result(
        outcome("right"),
        slow(timed(timed_size(480.0, credit=0.4), timed_size(14.0, credit=0.6)), credit=0.5),
        replace(slow(growing()), test="test_growth"),
        outcome("quick", timing=timed(timed_size(0.9))),
        not_assessed(timed(timed_size(2100.0, 2100.0, math.inf))),
        exercise="manual_conv2d",
        chapter="ch11_convolution",
    )
    return gather, stub, replace(broken, sandbox="process"), done, unknown, fast


def show(
    results: Sequence[ExerciseResult],
    *,
    language: str = "en",
    width: int | None = 80,
    color: bool | None = None,
    verbose: bool = False,
) -> str:
    stream = io.StringIO()
    render(
        results,
        chapters=CHAPTERS,
        hints=HINTS,
        language=language,
        file=stream,
        verbose=verbose,
        color=color,
        width=width,
    )
    return stream.getvalue()


def every_kind(*, hidden: bool = False) -> ExerciseResult:
    """One failed test per kind, each with all that a failure can have."""
    full = rich_failure()
    outcomes = [
        outcome(
            kind.value,
            replace(full, kind=kind, blame=failure(kind).blame, details=DETAILS[kind], note=NOTE),
            hidden=hidden,
            hint=text("A hint.", zh="一条提示。") if hidden else None,
            output="printed by the student",
        )
        for kind in Kind
    ]
    return result(*outcomes, points=31)


def squeezed(report: str) -> str:
    """Without white space and line breaks, so that wrapping does not matter."""
    return "".join(report.split())


# -- wording


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_has_a_headline(kind: Kind, language: str) -> None:
    """One sentence, in the reader's language, with all details filled in."""
    sentence = headline(failure(kind), language)
    assert sentence and "{" not in sentence and "?" not in sentence[:-1]
    assert sentence.endswith(("。", "？") if language == "zh" else (".", "?"))
    assert any("\u4e00" <= char <= "\u9fff" for char in sentence) == (language == "zh")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", list(Kind))
def test_a_failure_without_details_is_worded_all_the_same(kind: Kind, language: str) -> None:
    assert headline(Failure(kind), language)
    remedy(Failure(kind), language)


@pytest.mark.parametrize("kind", list(Kind))
def test_strange_details_do_no_harm(kind: Kind) -> None:
    """Details that came from a student's process may hold anything."""
    for value in (None, "{0}{x}", 3, float("nan"), float("inf"), [], [None], {"a": 1}, b"x"):
        made = Failure(kind, details=dict.fromkeys([*DETAILS[kind], "near", "line"], value))
        for language in LANGUAGES:
            assert headline(made, language)
            remedy(made, language)


@pytest.mark.parametrize(
    ("kind", "details", "english", "chinese"),
    [
        (
            Kind.SHAPE,
            {"actual": [3, 4], "expected": [4, 3]},
            "The shape is (3, 4) where (4, 3) was expected.",
            "形状是 (3, 4)，应为 (4, 3)。",
        ),
        (
            Kind.UNSUPPORTED,
            {"what": "generator", "remedy": "tensor"},
            "Your code returned a generator; return a tensor.",
            "你的代码返回了生成器，应返回张量。",
        ),
        (
            Kind.TYPE,
            {"actual": "other:DataFrame", "expected": "tuple:1"},
            "The result is `DataFrame` where a tuple of 1 item was expected.",
            "结果是 `DataFrame`，应为含 1 项的元组。",
        ),
        (
            Kind.TIMEOUT,
            {"seconds": 1.0},
            "The call did not return within 1 second.",
            "调用在 1 秒内没有返回。",
        ),
        (
            Kind.MISSING_NAME,
            {"name": "conv", "near": None},
            "`conv` is not defined in your file.",
            "你的文件中没有定义 `conv`。",
        ),
        (
            Kind.FORBIDDEN,
            {"operators": ["conv2d", "unfold"]},
            "Your code called `conv2d`, `unfold`, but this exercise must be solved without.",
            "你的代码调用了 `conv2d`、`unfold`，但本练习要求不用它完成。",
        ),
        (
            Kind.UNREADABLE,
            {"reason": "it is a folder, not a file"},
            "Your file could not be read: it is a folder, not a file.",
            "无法读取你的文件：这是文件夹，不是文件。",
        ),
        (
            Kind.SLOW,
            {"reference": "F.conv2d", "ratio": 14.2, "high": 15.0, "model": 1.02},
            "Your code takes 14 times as long as `F.conv2d`. The model answer takes about as long"
            " as `F.conv2d`.",
            "你的代码用时是 `F.conv2d` 的 14 倍。参考答案用时与 `F.conv2d` 相当。",
        ),
        (
            Kind.SLOW,
            {"reference": "F.conv2d", "ratio": 2134.0, "high": math.inf, "model": None},
            "Your code takes more than 2,100 times as long as `F.conv2d`.",
            "你的代码用时超过 `F.conv2d` 的 2,100 倍。",
        ),
        (
            Kind.GROWTH,
            {"exponent": 2.0, "expected": 1.0},
            "Each time the size doubles, your code takes 4 times as long; 2 times would be"
            " expected.",
            "规模每翻一倍，你的代码用时变为 4 倍，而合理的是 2 倍。",
        ),
        (
            Kind.GROWTH,
            {"exponent": 1.0, "expected": 0},
            "Each time the size doubles, your code takes 2 times as long, where it should"
            " hardly take any longer.",
            "规模每翻一倍，你的代码用时变为 2 倍，而它本应几乎不变。",
        ),
        (
            Kind.NOT_ASSESSED,
            {"reason": "device", "reference": "F.conv2d", "ratio": 1.1, "high": 1.2},
            "Not assessed on this device. Your code takes 1.1 times as long as `F.conv2d`.",
            "在这台设备上不计分。你的代码用时是 `F.conv2d` 的 1.1 倍。",
        ),
        (
            Kind.NOT_ASSESSED,
            {"reason": "asked"},
            "Not assessed: speed was not measured this time.",
            "不计分：这次没有测量速度。",
        ),
    ],
)
def test_the_words(kind: Kind, details: dict[str, object], english: str, chinese: str) -> None:
    """Numbers, plurals, kinds of values and spaces come out right in both languages."""
    made = Failure(kind, details=details)
    assert headline(made, "en") == english
    assert headline(made, "zh") == chinese


def test_a_part_of_the_result_is_named() -> None:
    made = failure(Kind.SHAPE, where="['weight']")
    assert headline(made, "en").startswith("In `result['weight']`: The shape")
    assert headline(made, "zh").startswith("`result['weight']` 处：形状")


@pytest.mark.parametrize(
    ("actual", "expected", "said"),
    [
        ([3, 4], [4, 3], "order"),
        ([3], [3, 1], "`unsqueeze`"),
        ([3, 1], [3], "`squeeze`"),
        ([3, 4], [4, 5], None),
        ([3, 1, 1], [1, 1, 3], "order"),
    ],
)
def test_advice_on_shapes_only_states_facts(
    actual: list[int], expected: list[int], said: str | None
) -> None:
    advice = remedy(Failure(Kind.SHAPE, details={"actual": actual, "expected": expected}), "en")
    assert (said is None and advice is None) or (said is not None and said in str(advice))


# -- layout


@pytest.mark.parametrize("verbose", [False, True])
@pytest.mark.parametrize("color", [False, True])
@pytest.mark.parametrize("width", [40, 60, 80, 120])
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_line_is_wider_than_the_terminal(
    language: str, width: int, color: bool, verbose: bool
) -> None:
    """Counted in cells: a Chinese character takes two."""
    long = "无论写什么都不会超出终端的宽度，" * 12 + "x" * 300
    wild = outcome("wild", replace(rich_failure(), actual=long, call=long), output=long)
    report = show(
        (*typical(), every_kind(), result(wild, exercise="a_very_long_name_of_an_exercise")),
        language=language,
        width=width,
        color=color,
        verbose=verbose,
    )
    for line in ANSI.sub("", report).splitlines():
        assert cell_len(line) <= width, line
        assert line == line.rstrip(" ")


@pytest.mark.parametrize("language", LANGUAGES)
def test_colour_changes_nothing_else(language: str) -> None:
    plain = show(typical(), language=language, color=False)
    coloured = show(typical(), language=language, color=True)
    assert "\x1b" not in plain
    assert "\x1b[" in coloured
    assert ANSI.sub("", coloured) == plain


def test_a_pipe_gets_no_escapes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Left to itself, the report finds out that there is no terminal."""
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    monkeypatch.delenv("COLUMNS", raising=False)
    report = show(typical(), width=None)
    assert "\x1b" not in report
    assert max(map(cell_len, report.splitlines())) <= 80


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
def test_a_poor_encoding_still_gives_a_report(encoding: str, language: str) -> None:
    """No UnicodeEncodeError, no question marks: ASCII marks, and English where need be."""
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding)
    student = outcome("t", failure(Kind.RAISED, actual="\u2713 值", call="f('\u00e9\u4e00')"))
    render(
        (*typical(), result(student, exercise="other")),
        chapters=CHAPTERS,
        hints=HINTS,
        language=language,
        file=stream,
        width=80,
    )
    stream.flush()
    report = raw.getvalue().decode(encoding)
    assert "x failed" in report and "+ passed" in report
    assert r"\u2713 \u503c" in report
    assert "\N{BOX DRAWINGS LIGHT HORIZONTAL}" not in report


def test_chinese_shows_where_the_encoding_has_it() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="gb18030")
    render(typical(), chapters=CHAPTERS, hints=HINTS, language="zh", file=stream, width=80)
    stream.flush()
    assert "问题出在哪里" in raw.getvalue().decode("gb18030")


@pytest.mark.parametrize("width", range(40, 90, 7))
def test_no_line_of_chinese_begins_with_punctuation(width: int) -> None:
    sentence = "索引沿第 0 维进行，无论 dim（维度）是多少；其余坐标“保持不变”。" * 3
    told = outcome("t", failure(Kind.VALUE), explanation=text("x", zh=sentence))
    lines = show([result(told)], language="zh", width=width).splitlines()
    assert not [line for line in lines if line.strip()[:1] in "，。；：）”" and line.strip()]
    assert not [line for line in lines if line.endswith(("（", "“"))]


# -- what is said


def test_a_failure_is_shown_in_full() -> None:
    """The call and its arguments, both values, where they part, the student's lines, output."""
    report = show(typical())
    for part in (
        "Along the columns of a matrix (1 point lost)",
        "In `result[1]`: 5 of 12 elements differ from what was expected.",
        "gather(x, 1, index)",
        "index = tensor([[0, 3], [1, 1], [2, 0]])",
        "[-1.1229, -0.1863,  2.2082, -0.6380]",
        "first at [0, 1]: 0.5 instead of 0.25",
        "worst at [2, 3]: 9 instead of 1 (off by 8)",
        "exercises/ch03_indexing/gather.py, line 7, in pick",
        "return x[index] @ x",
        "index is tensor(",
        "What happened here",
    ):
        assert part in report


def test_an_explanation_is_given_once() -> None:
    """Two tests that fail by one misconception: the second refers to the first."""
    told = [
        outcome(
            name,
            failure(Kind.VALUE, call=f"f({name})"),
            misconception="m",
            explanation=text("The axes are swapped."),
        )
        for name in ("one", "two")
    ]
    report = show([result(*told)])
    assert report.count("The axes are swapped.") == 1
    assert 'Same mistake as in "Title of one".' in report


def test_hints_are_offered_where_nothing_explains() -> None:
    explained = outcome("t", failure(Kind.VALUE), explanation=text("This is why."))
    assert "course hint" not in show([result(explained)])
    assert "There are 2 hints: `course hint gather`" in show(
        [result(outcome("t", failure(Kind.VALUE)))]
    )
    assert "course hint" not in show([result(outcome("t", failure(Kind.VALUE)), exercise="bare")])


def test_an_ambiguous_name_is_given_with_its_chapter() -> None:
    two = [
        result(outcome("t", failure(Kind.VALUE))),
        result(outcome("t", failure(Kind.VALUE)), chapter="ch06_autograd"),
    ]
    assert "`course hint ch03_indexing/gather`" in show(two)


@pytest.mark.parametrize(
    "kind", [Kind.IMPORT, Kind.SYNTAX, Kind.ABSENT, Kind.NOT_STARTED, Kind.MISSING_NAME]
)
def test_a_fault_of_the_whole_file_is_stated_once(kind: Kind) -> None:
    """Hidden tests are counted with it, and nothing of theirs is told."""
    faults = [failure(kind, frames=FRAMES[:1], code=(f"def probe_{i}(): ...",)) for i in range(5)]
    outcomes = [outcome(f"t{i}", fault) for i, fault in enumerate(faults)]
    secret = outcome("SECRET_ID", failure(kind, call="SECRET()"), hidden=True, hint=text("H"))
    report = show([result(*outcomes, secret)])
    assert squeezed(report).count(squeezed(headline(failure(kind), "en"))) == 1
    worth = "worth 6 points" if kind is Kind.NOT_STARTED else "6 points lost"
    assert f"All 6 tests ({worth})" in report
    assert "SECRET()" not in report
    assert "probe_0" not in report


def test_a_stub_of_several_functions_is_one_statement() -> None:
    """With the place of each function, and without calls, which have nothing to do with it."""
    places = [Frame("gather.py", 9 * i, f"f{i}", "raise NotImplementedError") for i in (1, 2)]
    stub = result(
        *(
            outcome(f"t{i}", failure(Kind.NOT_STARTED, call="CALL()", frames=(places[i % 2],)))
            for i in range(6)
        )
    )
    report = show([stub])
    assert report.count("Not started yet") == 1
    assert "line 9, in f1" in report and "line 18, in f2" in report
    assert report.count("gather.py, line") == 2
    assert "CALL()" not in report


def test_the_same_exception_is_shown_once() -> None:
    outcomes = [outcome(f"t{i}", failure(Kind.RAISED, frames=FRAMES)) for i in range(4)]
    report = show([result(*outcomes)])
    assert squeezed(report).count("Yourcoderaised") == 1
    assert "The same in 3 more tests:" in report
    assert "- Title of t3 (1.5 points lost)" in report
    assert squeezed(show([result(*outcomes)], verbose=True)).count("Yourcoderaised") == 4


def test_only_the_first_failures_are_in_full() -> None:
    outcomes = [outcome(f"t{i}", failure(Kind.SHAPE, call=f"call_{i}()")) for i in range(5)]
    brief, full = show([result(*outcomes)]), show([result(*outcomes)], verbose=True)
    assert [f"call_{i}()" in brief for i in range(5)] == [True, True, True, False, False]
    assert all(f"call_{i}()" in full for i in range(5))
    assert "`course check gather --verbose`" in brief
    assert "--verbose" not in full
    assert all(f"Title of t{i}" in brief for i in range(5))


def test_passed_tests_are_listed_only_if_verbose() -> None:
    done = [result(outcome("t"))]
    assert "Title of t" not in show(done)
    assert "Title of t (6 points)" in show(done, verbose=True)


def test_an_exercise_not_started_is_no_failure() -> None:
    """Alone it is told what to do; among others a line in the table is enough."""
    stub = result(*(outcome(f"t{i}", failure(Kind.NOT_STARTED)) for i in range(3)))
    assert "not started" in show([stub])
    assert "Not started yet" in show([stub])
    assert "Not started yet" not in show([stub, result(outcome("t"), exercise="other")])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_fault_of_the_grader_is_no_zero(language: str) -> None:
    """Neither its message nor its place is shown, and the points are unknown."""
    unknown = result(outcome("a"), outcome("b", failure(Kind.AUTHOR)))
    nothing = result(exercise="other")
    report = show([unknown, nothing], language=language)
    assert squeezed(headline(failure(Kind.AUTHOR), language)) in squeezed(report)
    assert "?/6" in report and "0/6" not in report
    assert "tensr" not in report
    assert "0 of 0 points" in report or "0/0 分" in report
    assert "tensr" in show([unknown], verbose=True)


def test_a_self_check_is_labelled() -> None:
    alone = replace(result(outcome("t")), sandbox="process")
    assert "Sandbox: process (self-check, not a grade)" in show([alone])
    assert "Sandbox: jail\n" in show([result(outcome("t"))])


def test_points_never_round_up_to_full_marks() -> None:
    nearly = result(
        replace(outcome("a"), weight=1999.0), replace(outcome("b", rich_failure()), weight=1.0)
    )
    assert "5.99/6" in show([nearly])


@quick
@given(
    st.lists(st.tuples(st.sampled_from([0.5, 1.0, 2.0, 3.0, 7.0]), st.booleans()), min_size=1),
    st.sampled_from([0.5, 1.0, 3.0, 5.0, 10.0, 2.25]),
)
def test_the_points_that_are_shown_add_up(tests: list[tuple[float, bool]], points: float) -> None:
    """Tests that passed to the points earned, all tests to those of the exercise."""
    outcomes = [
        replace(outcome(f"t{i}", None if passed else failure(Kind.RAISED)), weight=weight)
        for i, (weight, passed) in enumerate(tests)
    ]
    made = replace(result(*outcomes), points=points)
    shown = [format_points(part) for part in shown_points(made)]
    earned = [part for part, (_, passed) in zip(shown, tests, strict=True) if passed]
    assert made.score.earned is not None
    assert sum(map(Decimal, earned)) == Decimal(format_points(made.score.earned))
    assert sum(map(Decimal, shown)) == Decimal(format_points(points))
    total = sum(weight for weight, _ in tests)
    exact = (points * weight / total for weight, _ in tests)
    assert all(abs(float(a) - b) < 0.01 + 1e-9 for a, b in zip(shown, exact, strict=True))


def test_a_part_of_the_points_is_in_the_sums() -> None:
    """Of 6 points 1 is earned whole, 2.5 of 5 by the slow test: they are told as such."""
    half = result(outcome("right"), slow(timed(timed_size(9.0)), credit=0.5), not_assessed())
    assert [(p.earned, p.lost) for p in points_shown(half)] == [(1, 0), (2.5, 2.5), (0, 0)]
    assert shown_points(half) == (1, 2.5, 0)
    report = show([half])
    assert "3.5/6" in report and "1/2" in report
    assert "2.5 of 5 points" in report
    assert "lost" not in report
    full = result(outcome("right"), not_assessed())
    assert full.score.complete and "6/6" in show([full])


@quick
@given(
    st.lists(
        st.tuples(
            st.sampled_from([0.5, 1.0, 2.0, 7.0]),
            st.sampled_from(Status),
            st.none() | st.sampled_from([0.0, 1 / 3, 0.5, 0.9, 1.0]),
        ),
        min_size=1,
    ),
    st.sampled_from([0.5, 1.0, 3.0, 10.0, 2.25]),
)
def test_what_was_earned_and_what_was_lost_add_up(
    tests: list[tuple[float, Status, float | None]], points: float
) -> None:
    """With partial credit, with tests that do not count and with those that nobody could grade."""
    outcomes = [
        Outcome(f"t{n}", text("T"), status, weight, credit=credit)
        for n, (weight, status, credit) in enumerate(tests)
    ]
    made = replace(result(*outcomes), points=points)
    shown = points_shown(made)
    if not made.assessed:
        assert {(part.earned, part.lost) for part in shown} == {(0, 0)}
        return
    earned = sum(Decimal(format_points(part.earned)) for part in shown)
    lost = sum(Decimal(format_points(part.lost)) for part in shown)
    assert earned + lost == Decimal(format_points(points))
    if made.score.earned is not None:
        assert earned == Decimal(format_points(made.score.earned))
    for each, part in zip(outcomes, shown, strict=True):
        assert part.earned >= 0 and part.lost >= 0
        if each.status is Status.NOT_ASSESSED:
            assert part.worth == 0
        if each.status is Status.PASSED:
            assert part.lost == 0


def test_thirds_of_a_point_are_shown_so_that_they_add_up() -> None:
    """One hundredth of the whole is in one of the three, and never in the points earned."""
    wrong = [replace(outcome(f"t{i}", rich_failure()), weight=1.0) for i in range(3)]
    report = show([replace(result(*wrong), points=1.0)])
    assert report.count("0.33 points lost") == 2
    assert report.count("0.34 points lost") == 1
    unknown = result(replace(outcome("a", failure(Kind.AUTHOR)), weight=1.0), *wrong[:2])
    assert sum(shown_points(replace(unknown, points=1.0))) == pytest.approx(1.0)


def test_no_results_are_a_report_too() -> None:
    assert "0 of 0 points" in show([])


def test_output_is_capped_to_its_last_lines() -> None:
    """A progress bar that draws over itself counts as its last state."""
    printed = "".join(f"line {i}\n" for i in range(500)) + "10%\r50%\r100%\n"
    report = show([result(outcome("t", rich_failure(), output=printed))])
    assert "line 499" in report and "line 480" not in report
    assert "earlier lines are not shown" in report
    assert "100%" in report and "50%" not in report


def test_a_deep_recursion_shows_few_lines() -> None:
    frames = tuple(Frame("gather.py", i + 1, "f", f"return f({i})") for i in range(300))
    report = show([result(outcome("t", failure(Kind.RECURSION, frames=frames)))])
    assert report.count("gather.py") < 10
    assert "return f(299)" in report


# -- what is never said

SECRETS = ("SECRET_CALL", "SECRET_VALUE", "SECRET_LINE", "SECRET_OUTPUT", "SECRET_WHY")


def secretive(kind: Kind, status: Status) -> Outcome:
    made = Failure(
        kind,
        call="SECRET_CALL(x)",
        arguments=(("x", "SECRET_VALUE"),),
        actual="SECRET_VALUE",
        expected="SECRET_VALUE",
        where="['SECRET_VALUE']",
        difference=replace(DIFFERENCE, first_expected="SECRET_VALUE"),
        details={
            **timed(timed_size(3.0), reference="SECRET_VALUE").details(),
            **dict.fromkeys(("message", "place", "type", "what", "name"), "SECRET_VALUE"),
        },
        note=text("SECRET_WHY"),
        frames=(Frame("gather.py", 1, "SECRET_LINE", "SECRET_LINE"),),
    )
    return Outcome(
        "SECRET_CALL",
        text("A title"),
        status,
        1.0,
        hidden=True,
        hint=text("A hint"),
        failure=None if status is Status.PASSED else made,
        misconception="SECRET_WHY",
        explanation=text("SECRET_WHY"),
        output="SECRET_OUTPUT",
        operators=("SECRET_LINE",),
        credit=0.25,
        timing=timed(timed_size(3.0, size="SECRET_VALUE"), reference="SECRET_VALUE"),
    )


@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize("kind", list(Kind))
def test_a_hidden_test_shows_its_title_and_hint_only(kind: Kind, status: Status) -> None:
    """In the terminal, however verbose, and in JSON."""
    results = [result(secretive(kind, status), outcome("visible"))]
    shown = show(results) + show(results, verbose=True) + json.dumps(as_json(results))
    assert not [secret for secret in SECRETS if secret in shown]
    assert "3 times" not in shown and "0.25" not in shown
    assert "A title" in shown
    if status is Status.FAILED:
        assert "Hint: A hint" in shown


# -- text of students

NASTY = (
    "[red]bold[/red] [link=http://x]y[/link] :smile: \x1b[31mred\x1b[0m \x1b]0;title\x07"
    "\x9b31m \u202edrowssap \u200bzero \ud800half \x00nul \x7fdel {brace} %s \u2028line"
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_text_of_students_is_inert(language: str) -> None:
    """Markup shows as it was written; what acts on a terminal shows as an escape."""
    made = Failure(
        Kind.RAISED,
        call=NASTY,
        arguments=((NASTY, NASTY),),
        actual=NASTY,
        expected=NASTY,
        where=NASTY,
        difference=replace(DIFFERENCE, first_actual=NASTY, worst_actual=NASTY),
        details={"type": NASTY, "message": NASTY},
        note=text(NASTY),
        frames=(Frame(NASTY, 3, NASTY, NASTY),),
    )
    nasty = Outcome("t", text("Title"), Status.FAILED, 1.0, failure=made, output=NASTY)
    for kind in Kind:
        worded = replace(
            made, kind=kind, details=dict.fromkeys([*made.details, *DETAILS[kind]], NASTY)
        )
        report = show([result(replace(nasty, failure=worded))], language=language)
        report.encode()  # no lone surrogate is left
        active = [c for c in report if unicodedata.category(c) in {"Cc", "Cf"} and c != "\n"]
        assert not active
    report = squeezed(show([result(nasty)], language=language, width=200))
    for inert in ("[red]bold[/red]", ":smile:", r"\x1b[31mred", r"\u202edrowssap", r"\ud800half"):
        assert inert in report


def test_colours_are_ours_alone() -> None:
    """With colour on, a student's escape still does not get through."""
    report = show([result(outcome("t", failure(Kind.RAISED, actual="\x1b[5mblink")))], color=True)
    assert "\x1b[5m" not in report
    assert r"\x1b[5mblink" in report


def test_huge_texts_are_cut() -> None:
    huge = "x" * 1_000_000
    made = Failure(Kind.RAISED, actual=huge, call=huge, details={"type": "E", "message": huge})
    report = show([result(outcome("t", made, output=huge))])
    assert len(report) < 10_000


# -- JSON


def as_json(results: Sequence[ExerciseResult], language: str = "en") -> dict[str, object]:
    return to_json(
        results,
        title=text("A course", zh="课程"),
        chapters=CHAPTERS,
        language=language,
        versions={"torchgrade": "0.1.0", "python": "3.12.1", "torch": "2.4.0"},
    )


def schema(*, strict: bool) -> dict[str, object]:
    """The published schema; ``strict`` refuses keys that it does not describe."""

    def closed(node: object) -> object:
        if isinstance(node, list):
            return [closed(item) for item in node]
        if not isinstance(node, dict):
            return node
        made = {key: closed(value) for key, value in node.items()}
        if "properties" in made:
            made.setdefault("additionalProperties", False)
        return made

    published = json.loads((REPORT / "result.schema.json").read_text("utf-8"))
    made = closed(published) if strict else published
    assert isinstance(made, dict)
    return made


def strictly(data: object) -> object:
    """Through strict JSON and back: no NaN, no infinity, valid UTF-8."""
    return json.loads(json.dumps(data, allow_nan=False, ensure_ascii=False).encode("utf-8"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_json_follows_its_schema(language: str) -> None:
    """All kinds of failures, and no key that is not documented."""
    results = [*typical(), every_kind(), every_kind(hidden=True), result(exercise="none")]
    data = strictly(as_json(results, language))
    jsonschema.Draft202012Validator(schema(strict=True)).validate(data)


def test_the_schema_names_every_kind_and_state() -> None:
    names = json.dumps(schema(strict=False))
    for word in (*Kind, *Status, *State, *Blame):
        assert f'"{word.value}"' in names


def test_json_tells_what_was_measured() -> None:
    """Every number of every size, and null for what was not to be told."""
    measured = timed(timed_size(480.0, credit=0.5), timed_size(2100.0, 2100.0, math.inf))
    found = result(slow(measured, credit=0.5), replace(slow(growing()), test="g"), not_assessed())
    data = strictly(as_json([found]))
    jsonschema.Draft202012Validator(schema(strict=True)).validate(data)
    assert isinstance(data, dict)
    first, second, third = data["exercises"][0]["tests"]
    assert first["credit"] == 0.5
    assert first["timing"]["sizes"][0]["ratio"] == 480
    assert first["timing"]["sizes"][1]["high"] is None
    assert first["timing"]["growth"] is None
    assert second["timing"]["growth"]["exponent"] == 2
    assert second["timing"]["ratio"] is None
    assert (third["status"], third["points"], third["timing"]) == ("not_assessed", 0, None)


@settings(quick, max_examples=40)
@given(OUTCOMES)
def test_json_of_whatever_was_measured_keeps_to_the_schema(made: Outcome) -> None:
    """No number of any size breaks it."""
    data = strictly(as_json([result(replace(made, weight=1.0, failure=None))]))
    jsonschema.Draft202012Validator(schema(strict=True)).validate(data)


def test_json_holds_no_number_that_is_none() -> None:
    bad = replace(DIFFERENCE, rtol=math.nan, atol=math.inf)
    made = failure(
        Kind.TIMEOUT, difference=bad, details={"seconds": math.inf, "all": [math.nan, {1: b"x"}]}
    )
    broken = outcome("t", made, seconds=math.nan, output="\ud800")
    data = strictly(as_json([replace(result(broken), seconds=math.inf)]))
    jsonschema.Draft202012Validator(schema(strict=True)).validate(data)


def test_the_example_in_the_documentation_is_valid() -> None:
    documentation = (REPORT.parents[1] / "docs" / "json.md").read_text("utf-8")
    examples = re.findall(r"```json\n(.*?)```", documentation, re.DOTALL)
    assert examples
    for example in examples:
        jsonschema.Draft202012Validator(schema(strict=True)).validate(json.loads(example))


def test_the_documentation_names_every_key() -> None:
    documentation = (REPORT.parents[1] / "docs" / "json.md").read_text("utf-8")
    published = schema(strict=False)
    keys = set(re.findall(r'"(\w+)": \{', json.dumps(published))) - SCHEMA_WORDS
    missing = [key for key in sorted(keys) if f"`{key}`" not in documentation]
    assert not missing


def test_json_marks_what_could_not_be_graded() -> None:
    unknown = result(outcome("a"), outcome("b", failure(Kind.ENGINE)))
    data = as_json([unknown, result(outcome("t"), exercise="other")])
    total = data["total"]
    assert isinstance(total, dict)
    assert total["earned"] is None and total["maximum"] == 12 and total["ungraded"] == 1
