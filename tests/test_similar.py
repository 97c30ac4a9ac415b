"""Similar answers: copies are found, honest ones are not, and the page is safe to open."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from html import unescape
from pathlib import Path

import pytest
from click.testing import CliRunner

import cli
from benchmarks.make_class import Class, make, written
from tests.ten_exercises import ANSWERS
from torchgrade.course import Course
from torchgrade.report.html.similar_page import similar_page
from torchgrade.roster import Person, Roster
from torchgrade.similar import Given, Similarity, similarity
from torchgrade.similar.alignment import aligned
from torchgrade.similar.fingerprint import fingerprint, runs
from torchgrade.similar.tokens import tokens
from torchgrade.text import text

KEY = "ch01/task"
STUB = "import torch\n\ndef f(x, dim):\n    raise NotImplementedError('write f for all dims')\n"
OWN = """
import torch

def f(x, dim):
    total = x.new_zeros(x.shape[:dim] + x.shape[dim + 1:])
    for index in range(x.shape[dim]):
        part = x.select(dim, index)
        if part.numel() and torch.isfinite(part).all():
            total = total + part.abs().clamp(min=0.5) * (index + 1)
    scale = sum(range(1, x.shape[dim] + 1)) or 1
    return (total / scale).unsqueeze(dim).expand_as(x).contiguous()
"""
RENAMED = """
# my own work
import torch
def helper(q, axis):
    '''This is how I do it.'''
    s = q.new_zeros(q.shape[:axis] + q.shape[axis + 1:])
    for k in range(q.shape[axis]):
        piece = q.select(axis, k)   # one slice
        if piece.numel() and torch.isfinite(piece).all():
            s = s + piece.abs().clamp(min=0.5) * (k + 1)
    w = sum(range(1, q.shape[axis] + 1)) or 1
    return (s / w).unsqueeze(axis).expand_as(q).contiguous()
"""
OTHER = """
import torch

def f(x, dim):
    moved = torch.movedim(x, dim, -1).double()
    weights = torch.arange(1, moved.size(-1) + 1, dtype=moved.dtype, device=x.device)
    weights = weights / weights.sum()
    result = torch.einsum('...i,i->...', moved.abs(), weights)
    stacked = torch.stack([result for _ in range(moved.size(-1))], dim=-1)
    return torch.movedim(stacked, -1, dim).to(x.dtype)
"""


def found(answers: Mapping[str, str], *given: str, threshold: float = 0.5) -> Similarity:
    by_student = {student: {KEY: source} for student, source in answers.items()}
    return similarity(by_student, {KEY: Given(given)}, threshold=threshold)


def a_class(course: Course, students: int) -> tuple[Class, Similarity]:
    made = make(course, course.exercises, students, answers=ANSWERS)
    answers: dict[str, dict[str, str]] = {}
    for student, theirs in made.given.items():
        for key, answer in theirs.items():
            if answer.content:
                answers.setdefault(student, {})[key] = answer.content.decode("utf-8", "replace")
    given = {
        e.key: Given([e.stub.read_text("utf-8"), e.solution.read_text("utf-8")])
        for e in course.exercises
    }
    return made, similarity(answers, given)


def test_names_comments_and_layout_do_not_count() -> None:
    """Whoever renames, comments and reformats has the same tokens; another answer has not."""
    assert tokens(OWN).codes.tolist() == tokens(RENAMED).codes.tolist()
    assert tokens(OWN).codes.tolist() != tokens(OTHER).codes.tolist()


def test_the_order_of_functions_does_not_count() -> None:
    """Two functions the other way round are still all of the answer."""
    second = OTHER.replace("import torch\n", "").replace("def f", "def g")
    (pair,) = found({"a": OWN + second, "b": second + OWN}).exercises[0].pairs
    assert pair.overlap > 0.9


def test_a_renamed_copy_is_a_pair_and_another_answer_is_none() -> None:
    """The two alike are listed, and nobody else with either."""
    (pair,) = found({"ann": OWN, "bob": OTHER, "cy": RENAMED}).exercises[0].pairs
    assert (pair.first, pair.second, pair.overlap) == ("ann", "cy", 1.0)


def test_what_was_handed_out_does_not_count() -> None:
    """Two who hand in the stub or the model answer have nothing of their own to compare."""
    for same in (STUB, OWN):
        result = found({"ann": same, "bob": same}, STUB, OWN).exercises[0]
        assert (result.compared, result.too_short, result.pairs) == (0, 2, [])


def test_what_most_of_the_class_wrote_does_not_count() -> None:
    """Code that the exercise itself suggests makes no pairs."""
    answers = {f"s{n}": OWN for n in range(10)} | {"x": OTHER, "y": OTHER}
    (result,) = found(answers).exercises
    assert [(pair.first, pair.second) for pair in result.pairs] == [("x", "y")]


def test_three_with_one_source_are_a_group() -> None:
    """Each pair of them is listed, and all three together."""
    others = {
        f"o{n}": OTHER.replace("double()", f"m{n}()." * n + "double()") + f"print({n})\n" * n
        for n in range(40)
    }
    (result,) = found({**others, "a": OWN, "b": RENAMED, "c": OWN}).exercises
    assert ["a", "b", "c"] in [list(cluster.students) for cluster in result.clusters]


def test_planted_copies_come_first(ten: Course) -> None:
    """Of 780 couples, those who copied several answers are among the first five."""
    made, result = a_class(ten, 40)
    copied = Counter(frozenset((copy.source, copy.copier)) for copy in made.copies)
    planted = {couple for couple, count in copied.items() if count >= 3}
    first = [frozenset((couple.first, couple.second)) for couple in result.couples]
    assert planted
    assert planted <= set(first[:5])


def test_the_same_class_gives_the_same_pairs() -> None:
    """Nothing hangs on chance or on the order in which answers come."""
    answers = {f"s{n}": OWN + f"print({n})\n" * n for n in range(12)}
    assert found(answers) == found(dict(reversed(answers.items())))


def test_marked_parts_are_the_same_code_in_both() -> None:
    """Equal numbers stand at equal tokens; what was handed out has number 0."""
    known = [runs(STUB)]
    one, other = STUB + OWN, OTHER + RENAMED
    left, right = aligned(fingerprint(one, known), fingerprint(other, known))
    assert any(part.number == 0 for part in left)
    numbered = [{p.number: (p.start, p.end) for p in side if p.number} for side in (left, right)]
    assert numbered[0].keys() == numbered[1].keys() != set()
    for number, (start, end) in numbered[0].items():
        there = slice(*numbered[1][number])
        assert tokens(one[start:end]).codes.tolist() == tokens(other[there]).codes.tolist()


@pytest.mark.parametrize(
    "hostile",
    ["", "\0" * 2000, '"""\\' * 5000, "'\\\n" * 5000, "(" * 9000, "é\u202e\ud800 = 1\n" * 900],
    ids=["empty", "nul", "quotes", "strings", "brackets", "unicode"],
)
def test_anything_can_be_compared(hostile: str) -> None:
    """What is no Python makes no trouble, for itself or for others."""
    result = found({"a": hostile, "b": hostile, "c": OWN, "d": RENAMED})
    assert ("c", "d") in [(p.first, p.second) for p in result.exercises[0].pairs]


def page(answers: Mapping[str, str], language: str = "en", roster: Roster | None = None) -> str:
    by_student = {student: {KEY: source} for student, source in answers.items()}
    given = {KEY: Given([STUB])}
    result = similarity(by_student, given)
    shown = roster or Roster()
    return similar_page(result, by_student, given, shown, text("Course", zh="课程"), language)


def many(source: str, copy: str) -> dict[str, str]:
    """A class in which the two stand out."""
    others = {
        f"o{n}": OTHER.replace("einsum", f"einsum{n}") + f"x{n}.y{n}()\n" * 9 for n in range(9)
    }
    return {**others, "mallory": source, "trudy": copy}


def test_hostile_code_and_names_are_text_on_the_page() -> None:
    """Nothing that a student wrote becomes markup, and the policy lets nothing load."""
    attack = "</code></pre><script>alert(1)</script><img src=x onerror=alert(1)>"
    source = OWN + f"# {attack}\nname = '{attack}'\n"
    roster = Roster({"mallory": Person("mallory", name=attack)})
    html = page(many(source, source), roster=roster)
    assert "onerror=alert(1)&gt;" in html
    assert "<script>alert" not in html
    assert "<img" not in html
    assert "default-src 'none'" in unescape(html)
    assert len(re.findall(r"<script", html)) == 1


def test_the_page_marks_equal_parts_with_numbers() -> None:
    """Whoever sees no colours reads the number before the part, in both."""
    html = page(many(OWN, RENAMED))
    assert html.count('<b class="label">1</b>') == 2


def test_the_page_says_what_it_does_not_prove() -> None:
    """It names innocent reasons before it names anybody."""
    html = page(many(OWN, RENAMED))
    assert html.index("not a finding") < html.index("mallory")
    assert "few right forms" in html


def test_the_command_reads_submissions_and_writes_a_page(ten: Course, tmp_path: Path) -> None:
    """From a folder that was never graded; --json lists what the page shows."""
    exercises = ten.select(["ch03/gather", "ch02/broadcasting_rules"])
    made = make(ten, exercises, 30, answers=ANSWERS)
    place = written(made, tmp_path / "class")
    arguments = ["similar", "ch02", "ch03", "--course", str(ten.root), "--from", str(place)]
    out = tmp_path / "similar.html"
    done = CliRunner().invoke(cli.course, [*arguments, "--out", str(out)])
    assert done.exception is None, done.output
    assert "Likeness is no proof" in done.output
    html = out.read_text(encoding="utf-8")
    printed = CliRunner().invoke(cli.course, [*arguments, "--json"])
    document = json.loads(printed.stdout)
    assert {e["exercise"] for e in document["exercises"]} == {e.key for e in exercises}
    for couple in document["students"][:5]:
        for student in couple["students"]:
            assert student in html
