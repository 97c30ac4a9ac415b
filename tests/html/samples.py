"""A small course, results of every kind in it, and a class: what the pages are made of."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from torchgrade.course_model import Chapter, Course, Exercise, Limits
from torchgrade.late import IN_TIME, Lateness
from torchgrade.marks import ChapterMark, ClassMarks, ExerciseMark, MarkState
from torchgrade.overview import (
    ExerciseFacts,
    MisconceptionFacts,
    Overview,
    Raced,
    Slow,
    SpeedFacts,
    TestFacts,
    Ungraded,
)
from torchgrade.report.html.markup import Wording
from torchgrade.report.html.student_page import feedback
from torchgrade.result import (
    Difference,
    ExerciseResult,
    Failure,
    Frame,
    Kind,
    Outcome,
    Status,
)
from torchgrade.roster import Person
from torchgrade.text import Text, text

__all__ = [
    "COURSE",
    "HOSTILE",
    "MARKERS",
    "SECRET",
    "SOURCE",
    "STATEMENT",
    "chapter_mark",
    "class_of",
    "failed",
    "page",
    "passed",
    "result",
]

NAMES = {"ch03_indexing": ("gather", "scatter"), "ch06_autograd": ("detach",)}
TITLES = {
    "ch03_indexing": text("Indexing", zh="索引"),
    "ch06_autograd": text("Automatic differentiation", zh="自动微分"),
}
SOURCE = '''\
"""gather, by hand."""

import torch


def gather(x, dim, index):
    # 每个位置
    out = x.new_empty(index.shape)
    for place in range(3):
        out[place] = x[index[place]] @ 1.5
    return out
'''
STATEMENT = """\
# Reading by index

Write `gather(x, dim, index)`.

## Example

    x = [[10, 11],
         [20, 21]]

| dim | what |
| --- | --- |
| 0 | rows |

Not $a_i b_i$ but [the notes](https://example.org/notes), not [these](notes.md).
![a picture](x.png) <b>bold?</b>
"""
SECRET = "7.4142135-the-hidden-value"
"""Stands wherever a hidden test could leak."""

MARKERS = ("pwned", "attacker.example")
HOSTILE = (
    "<script>window.pwned=1</script></script><script>pwned=1</script>"
    "<img src=https://attacker.example/a.png onerror='pwned=1'>"
    "\"'><svg onload=pwned=1><style>*{display:none}</style></style></title></textarea>"
    "<!-- --> ]]> {{ 7*7 }} {% raw %} `<b onclick=pwned=1>code</b>` [x](javascript:pwned=1)"
    "\x00\x1b[31mred\x1b[0m \u202eright to left\u202c \u2066isolated \ufeff\u200b"
    "\ud800 Z" + "\u0335\u0321\u0489" * 40 + " \u2028 \u2029 \x85 <a href='//attacker.example'>"
)


def _exercise(chapter: str, name: str) -> Exercise:
    return Exercise(name, chapter, 6.0, (), (), Limits(), Path("/course"), ("en", "zh"))


COURSE = Course(
    root=Path("/course"),
    title=text("Tensors by hand", zh="亲手写张量"),
    languages=("en", "zh"),
    sandbox="jail",
    limits=Limits(),
    chapters=tuple(
        Chapter(name, TITLES[name], None, tuple(_exercise(name, each) for each in exercises))
        for name, exercises in NAMES.items()
    ),
)


def passed(test: str = "test_shape", **changes: object) -> Outcome:
    known = Outcome(
        test, text("The shape is the index's", zh="形状与 index 相同"), Status.PASSED, 1
    )
    return replace(known, **changes)  # type: ignore[arg-type]  # each test names real fields


def failed(kind: Kind = Kind.VALUE, **changes: object) -> Outcome:
    """A failure with everything that one can have, in details of no real kind."""
    failure = Failure(
        kind,
        call="gather(x, 1, index)",
        arguments=(("x", "tensor([[1., 2.],\n        [3., 4.]])"), ("index", "tensor([[0]])")),
        code=("def probe(student, x):\n    return student.gather(x, 1, x)",),
        actual="tensor([[1.5000]])",
        expected="tensor([[2.5000]])",
        difference=Difference(3, 12, (0, 1), "1.5", "2.5", (2, 3), "9", "1", "8", 1e-6, 1e-5),
        details={
            "type": "RuntimeError",
            "message": "sizes differ",
            "actual": [3, 4],
            "expected": [4, 3],
            "line": 9,
        },
        note=text("Mind the order.", zh="注意顺序。") if kind is Kind.ASSERTION else None,
        frames=(Frame("gather.py", 9, "gather", "        out[place] = x[index[place]] @ 1.5"),),
    )
    known = Outcome(
        "test_rows",
        text("Every row reads at its own columns", zh="每一行读自己的那些列"),
        Status.FAILED,
        2,
        failure=failure,
        misconception="wrong_axis",
        explanation=text("The `index` replaced the wrong coordinate.", zh="`index` 换错了坐标。"),
        output="place 0\nplace 1\n",
    )
    return replace(known, **changes)  # type: ignore[arg-type]  # each test names real fields


def result(
    *outcomes: Outcome, name: str = "gather", chapter: str = "ch03_indexing"
) -> ExerciseResult:
    return ExerciseResult(chapter, name, 6.0, outcomes, "jail", digest="0123456789abcdef" * 4)


def chapter_mark(
    chapter: str = "ch03_indexing",
    *,
    auto: float | None = 2.0,
    manual: float | None = None,
    comment: str = "",
    lateness: Lateness = IN_TIME,
) -> ChapterMark:
    """A chapter of which one exercise was handed in and the others were not."""
    first, *others = NAMES[chapter]
    state = MarkState.UNGRADED if auto is None else MarkState.GRADED
    marks = [
        ExerciseMark(f"{chapter}/{first}", 6.0, state, auto, manual, "Auto.", comment),
        *(ExerciseMark(f"{chapter}/{name}", 6.0, MarkState.MISSING) for name in others),
    ]
    return ChapterMark(chapter, tuple(marks), datetime(2026, 11, 20, 18, 3, tzinfo=UTC), lateness)


def page(
    *results: ExerciseResult,
    language: str = "en",
    person: Person | None = None,
    sources: Mapping[str, str] | None = None,
    marks: Mapping[str, ChapterMark] | None = None,
    statements: Mapping[str, Wording] | None = None,
) -> str:
    """A student's page; what is not given is what most students have."""
    return feedback(
        person or Person("ada17", "Ada Lovelace", section="B"),
        COURSE,
        results,
        {"ch03_indexing/gather": SOURCE} if sources is None else sources,
        {} if marks is None else marks,
        language,
        statements={"ch03_indexing/gather": Wording(STATEMENT)}
        if statements is None
        else statements,
    )


# A class ---------------------------------------------------------------------------------------

_FIRST = ("Ada", "Grace", "Zoë", "李娜", "王伟", "Omar", "Priya", "Åsa")
_LAST = ("Lovelace", "Hopper", "Noether", "Okafor", "Müller", "García")


def class_of(size: int, *, hostile: str = "", ungraded: Sequence[int] = (1,)) -> Overview:
    """A class with points drawn at random; ``hostile`` is put wherever students may write."""
    draw = random.Random(size)
    people: list[Person] = []
    marks: dict[str, Mapping[str, ChapterMark]] = {}
    for number in range(size):
        name = f"{draw.choice(_FIRST)} {draw.choice(_LAST)} {number}"
        person = Person(f"s{number:05d}", name + hostile, section="AB"[number % 2] + hostile)
        people.append(person)
        if number % 10 == 0:
            marks[person.id] = {}
            continue
        auto = None if number in ungraded else draw.choice((0.0, 1.5, 3.0, 4.5, 6.0))
        late = Lateness(timedelta(days=1), 0.5) if number % 10 == 2 else IN_TIME
        marks[person.id] = {
            name: replace(chapter_mark(name, auto=auto, lateness=late), chapter=name)
            for name in NAMES
        }
    ids = [person.id for person in people]
    facts = [_facts(key, ids) for key in (f"{c}/{n}" for c, names in NAMES.items() for n in names)]
    return Overview(
        ClassMarks(COURSE.title, TITLES, people, marks),
        facts,
        [Slow(student, facts[0].exercise, 9.5 - place) for place, student in enumerate(ids[:3])],
        [Ungraded(ids[n], facts[0].exercise, "OSError: no space left" + hostile) for n in ungraded],
        [("uploads/final(2).zip" + hostile, "no student has this id" + hostile)],
        datetime(2026, 11, 25, 16, 30, tzinfo=UTC),
        {"torchgrade": "0.1.0", "python": "3.11.7", "torch": "2.13.0"},
        [_speed(facts[0].exercise, ids)] if ids else [],
    )


def _speed(key: str, ids: Sequence[str]) -> SpeedFacts:
    """The ten fastest of a class: one too fast, one who waits, others as they come."""
    kinds = (Kind.IMPLAUSIBLE, None, Kind.NOT_ASSESSED, Kind.UNSTABLE, Kind.SLOW)
    ratios = (0.03, 0.9, 1.1, 1.4, 14.0)
    return SpeedFacts(
        *(key, "test_speed", text("As fast as a good answer"), False),
        *("F.conv2d", "NVIDIA H100", len(ids), 3.2),
        [
            Raced(student, ratio, 0.9 * ratio, 1.1 * ratio, kind)
            for student, ratio, kind in zip(ids, ratios, kinds, strict=False)
        ],
    )


def _facts(key: str, ids: Sequence[str]) -> ExerciseFacts:
    size = len(ids)
    title: Text = text("Every row reads at its own columns", zh="每一行读自己的那些列")
    return ExerciseFacts(
        key,
        6.0,
        passed=size // 2,
        partly=size - size // 2 - size // 10,
        not_started=size // 10,
        ungraded=0,
        mean=4.25,
        tests=(
            TestFacts("test_rows", title, False, size // 2, size - size // 2, 0),
            TestFacts("test_secret", text("A hidden corner"), True, 1, size - 2, 1),
        ),
        misconceptions=(
            MisconceptionFacts(
                "wrong_axis",
                text("The `index` replaced the wrong coordinate.", zh="`index` 换错了坐标。"),
                tuple(ids[2 : 2 + size // 4]),
            ),
            MisconceptionFacts("off_by_one", text("Counted from one."), tuple(ids[3:5])),
        ),
    )
