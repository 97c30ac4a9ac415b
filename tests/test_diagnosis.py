"""Which misconception explains a failure: the one whose behaviour is shown, or none."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from pathlib import Path
from textwrap import dedent

import pytest
import torch

from tests.grading import Engine, Task, kinds, outcome
from torchgrade.course import load
from torchgrade.diagnosis import Behaviour, Candidate, agree, explain
from torchgrade.result import ExerciseResult, Failure, Kind
from torchgrade.sandbox.client import Sandbox, StudentProcess
from torchgrade.sandbox.levels import Limits
from torchgrade.trial import Record

MINI = Path(__file__).parent / "mini_course"
NOISE = torch.randn(12, generator=torch.Generator().manual_seed(5))


def behaviour(*returned: object, passed: bool = False) -> Behaviour:
    """What a subject did in a test: one call of ``f`` for each value or failure."""
    return Behaviour(
        tuple(
            Record("f", (), {}, failure=value)
            if isinstance(value, Failure)
            else Record("f", (), {}, value=value)
            for value in returned
        ),
        passed,
    )


def known(behaviours: Mapping[str, Behaviour]) -> Callable[[str], Behaviour | None]:
    return behaviours.get


def explained(
    student: Mapping[str, Behaviour],
    model: Mapping[str, Behaviour],
    misconceptions: Mapping[str, Mapping[str, Behaviour]],
) -> dict[str, str]:
    candidates = [Candidate(name, "f", known(each)) for name, each in misconceptions.items()]
    return explain(student, known(model), candidates)


def right(value: object) -> Behaviour:
    return behaviour(value, passed=True)


# --- the rule


def test_the_same_wrong_numbers_are_explained() -> None:
    """Real numbers that agree to tolerance are evidence enough by themselves."""
    student = {"a": behaviour(NOISE * 2), "b": behaviour(NOISE)}
    model = {"a": right(NOISE), "b": right(NOISE)}
    doubled = {"a": behaviour(NOISE * 2 * (1 + 1e-6)), "b": behaviour(NOISE * 3)}
    assert explained(student, model, {"doubled": doubled}) == {"a": "doubled"}


def test_other_wrong_numbers_are_not_explained() -> None:
    """No guess is made for an answer that is wrong in its own way."""
    student = {"a": behaviour(NOISE * 2.001)}
    model = {"a": right(NOISE)}
    wrong = {"doubled": {"a": behaviour(NOISE * 2)}, "zero": {"a": behaviour(NOISE * 0)}}
    assert explained(student, model, wrong) == {}


def test_a_passed_test_is_not_explained() -> None:
    """Neither for the student nor with a misconception that passes it."""
    model = {"a": right(NOISE)}
    wrong = {"w": {"a": behaviour(NOISE * 2)}}
    assert explained({"a": right(NOISE * 2)}, model, wrong) == {}
    passing = {"w": {"a": right(NOISE * 2)}}
    assert explained({"a": behaviour(NOISE * 2)}, model, passing) == {}


def test_every_call_of_the_test_must_agree() -> None:
    """One call that differs, or one more or fewer, and it is another mistake."""
    model = {"a": right(NOISE)}
    wrong = {"w": {"a": behaviour(NOISE * 2, NOISE * 3)}}
    assert explained({"a": behaviour(NOISE * 2, NOISE * 3)}, model, wrong) == {"a": "w"}
    assert explained({"a": behaviour(NOISE * 2, NOISE * 4)}, model, wrong) == {}
    assert explained({"a": behaviour(NOISE * 2)}, model, wrong) == {}
    assert explained({"a": behaviour(NOISE * 2, NOISE * 3, NOISE)}, model, wrong) == {}


def test_agreeing_where_the_misconception_is_right_says_nothing() -> None:
    """Only values that depart from the model answer's are evidence."""
    student = {"a": behaviour(NOISE, False), "b": behaviour(1)}
    model = {"a": behaviour(NOISE, True, passed=True), "b": right(0)}
    wrong = {"w": {"a": behaviour(NOISE, False), "b": behaviour(2)}}
    assert explained(student, model, wrong) == {}


WEAK: dict[str, tuple[object, object]] = {
    "bool": (False, True),
    "small int": (2, 3),
    "bool tensor": (torch.tensor([True, False] * 6), torch.tensor([False] * 12)),
    "few ints": (torch.tensor([1, 2]), torch.tensor([2, 2])),
    "round floats": (torch.tensor([1.0, 0.5]), torch.tensor([0.0, 0.0])),
    "zeros": (torch.zeros(12), NOISE),
    "nan": (float("nan"), 1.0),
    "none": (None, NOISE),
    "string": ("ab", "ba"),
    "exception": (Failure(Kind.RAISED, details={"type": "KeyError", "message": "x"}), NOISE),
}


@pytest.mark.parametrize("case", WEAK)
def test_weak_evidence_counts_only_if_all_tests_agree(case: str) -> None:
    """What anybody may come upon by another road must be the same in every test."""
    wrong, good = WEAK[case]
    model = {"a": right(good), "b": right(NOISE)}
    misconception = {"w": {"a": behaviour(wrong), "b": behaviour(NOISE * 2)}}
    everywhere = {"a": behaviour(wrong), "b": behaviour(NOISE * 2)}
    elsewhere_right = {"a": behaviour(wrong), "b": right(NOISE)}
    assert explained(everywhere, model, misconception) == {"a": "w", "b": "w"}
    assert explained(elsewhere_right, model, misconception) == {}


@pytest.mark.parametrize("case", WEAK)
def test_weak_evidence_counts_for_what_strong_evidence_has_shown(case: str) -> None:
    """Though a third test ends in another way: one crash of its own does not hide the rest."""
    wrong, good = WEAK[case]
    crash, other = (Failure(Kind.RAISED, details={"type": t}) for t in ("OSError", "EOFError"))
    model = {"a": right(good), "b": right(NOISE), "c": right(NOISE)}
    student = {"a": behaviour(wrong), "b": behaviour(NOISE * 2), "c": behaviour(crash)}
    this = {"a": behaviour(wrong), "b": behaviour(NOISE * 2), "c": behaviour(other)}
    unlike = {"a": behaviour(wrong), "b": behaviour(NOISE * 3), "c": behaviour(other)}
    assert explained(student, model, {"this": this}) == {"a": "this", "b": "this"}
    assert explained(student, model, {"unlike": unlike, "this": this}) == {"a": "this", "b": "this"}
    assert explained(student, model, {"unlike": unlike}) == {}


def test_weak_evidence_for_two_that_are_shown_says_nothing() -> None:
    """Both are at work, and either may have caused it."""
    model = {"a": right(True), "b": right(NOISE), "c": right(NOISE)}
    student = {"a": behaviour(False), "b": behaviour(NOISE * 2), "c": behaviour(NOISE * 3)}
    one = {"a": behaviour(False), "b": behaviour(NOISE * 2), "c": right(NOISE)}
    two = {"a": behaviour(False), "b": right(NOISE), "c": behaviour(NOISE * 3)}
    assert explained(student, model, {"one": one, "two": two}) == {"b": "one", "c": "two"}


def test_agreement_without_a_departure_is_no_evidence_at_all() -> None:
    """A test that both fail though all values are right says nothing of why."""
    model = {"a": right(NOISE), "b": right(NOISE)}
    student = {"a": behaviour(NOISE), "b": behaviour(NOISE * 2)}
    this = {"a": behaviour(NOISE), "b": behaviour(NOISE * 2), "c": behaviour(1)}
    assert explained({**student, "c": behaviour(2)}, {**model, "c": right(0)}, {"w": this}) == {
        "b": "w"
    }


STRONG: dict[str, tuple[object, object]] = {
    "float": (0.123456, 0.5),
    "complex": (1 + 0.123456j, 1 + 2j),
    "tensor": (NOISE * 2, NOISE),
    "one element of many": (torch.cat((NOISE[:1] + 1, NOISE[1:])), NOISE),
    "another shape": (NOISE[:4], NOISE),
    "half": (NOISE.bfloat16() * 3, NOISE.bfloat16()),
    "many ints": (torch.arange(12), torch.arange(12).flip(0)),
    "part of a dict": ({"a": NOISE, "b": NOISE + 1}, {"a": NOISE, "b": NOISE}),
    "part of a list": ([1, (NOISE * 2,)], [1, (NOISE,)]),
}


@pytest.mark.parametrize("case", STRONG)
def test_strong_evidence_stands_by_itself(case: str) -> None:
    """Values that nobody hits by chance tell, whatever the other tests do."""
    wrong, good = STRONG[case]
    model = {"a": right(good), "b": right(NOISE)}
    misconception = {"w": {"a": behaviour(wrong), "b": behaviour(NOISE * 2)}}
    assert explained({"a": behaviour(wrong), "b": right(NOISE)}, model, misconception) == {"a": "w"}


def test_misconceptions_that_agree_on_a_test_are_told_apart_by_the_others() -> None:
    """The one that agrees on more tests, passed ones as well, is the one."""
    student = {"a": behaviour(NOISE * 2), "b": behaviour(NOISE * 3), "c": right(NOISE)}
    model = dict.fromkeys("abc", right(NOISE))
    this = {"a": behaviour(NOISE * 2), "b": behaviour(NOISE * 3), "c": right(NOISE)}
    that = {"a": behaviour(NOISE * 2), "b": behaviour(NOISE * 3), "c": behaviour(NOISE * 4)}
    assert explained(student, model, {"that": that, "this": this}) == {"a": "this", "b": "this"}
    assert explained(student, model, {"this": this, "that": that}) == {"a": "this", "b": "this"}


def test_misconceptions_that_can_not_be_told_apart_say_nothing() -> None:
    """Two that behave alike in every test: either may be wrong, so neither is given."""
    student = {"a": behaviour(NOISE * 2), "b": right(NOISE)}
    model = dict.fromkeys("ab", right(NOISE))
    one = {"a": behaviour(NOISE * 2), "b": right(NOISE)}
    assert explained(student, model, {"one": one, "two": dict(one)}) == {}


@pytest.mark.parametrize(
    "kind",
    [
        Kind.NOT_STARTED,
        Kind.ABSENT,
        Kind.SYNTAX,
        Kind.IMPORT,
        Kind.MISSING_NAME,
        Kind.TIMEOUT,
        Kind.PROTOCOL,
        Kind.UNREADABLE,
    ],
)
def test_what_never_ran_is_not_explained(kind: Kind) -> None:
    """A stub, a file that can't be loaded, a time-out: they show no misconception."""
    end = behaviour(Failure(kind))
    assert explained({"a": end}, {"a": right(NOISE)}, {"w": {"a": end}}) == {}


def test_nothing_is_said_without_the_model_answers_behaviour() -> None:
    """If what is right could not be learnt, nothing can be wrong in a known way."""
    assert explained({"a": behaviour(NOISE)}, {}, {"w": {"a": behaviour(NOISE)}}) == {}
    assert explained({"a": behaviour(NOISE)}, {"a": right(NOISE + 1)}, {"w": {}}) == {}


def test_misconceptions_are_asked_only_where_the_student_failed() -> None:
    """A right answer costs no run of a misconception."""
    asked: list[str] = []

    def ask(test: str) -> Behaviour:
        asked.append(test)
        return behaviour(NOISE * 5)

    student = {"a": right(NOISE), "b": behaviour(NOISE * 2)}
    explain(student, known(dict.fromkeys("ab", right(NOISE))), [Candidate("w", "f", ask)])
    assert asked == ["b"]


def test_agreement_is_mutual_and_exact_in_form() -> None:
    """Shape, kind of dtype, type and exceptions must be the same on both sides."""
    pairs = [
        (NOISE, NOISE.tolist()),
        (NOISE, NOISE[None]),
        (torch.arange(3), torch.arange(3.0)),
        (None, 0),
        (torch.tensor(1.0), 1.0),
        (Failure(Kind.RAISED, details={"type": "KeyError"}), None),
        (
            Failure(Kind.RAISED, details={"type": "KeyError"}),
            Failure(Kind.RAISED, details={"type": "IndexError"}),
        ),
    ]
    for one, other in pairs:
        assert agree(behaviour(one), behaviour(one))
        assert not agree(behaviour(one), behaviour(other)), (one, other)
        assert not agree(behaviour(other), behaviour(one)), (one, other)


def test_a_random_wrong_answer_is_never_explained() -> None:
    """Over many made-up answers none is taken for a misconception that it is not."""
    draw = random.Random(7)
    model = {name: right(NOISE) for name in "abc"}
    wrong = {
        str(factor): {name: behaviour(NOISE * factor) for name in "abc"} for factor in (-1, 0, 2)
    }
    for _ in range(100):
        factor = draw.uniform(-3, 3)
        student = {name: behaviour(NOISE * factor) for name in "abc"}
        assert explained(student, model, wrong) == {}


# --- end to end


def graded(engine: Engine, name: str, source: str) -> ExerciseResult:
    course = load(MINI)
    return engine.grade(course, {"student": source}, exercises=course.select([name]))[
        "student", name
    ]


def explanations(result: ExerciseResult) -> set[str | None]:
    return {o.misconception for o in result.outcomes if o.failure is not None}


ANSWERS: dict[str, tuple[str, str, str | None]] = {
    "a function in another style": (
        "moments",
        """
        import torch
        def average(x):
            return torch.mean(x)
        def spread(x):
            total = sum((v - average(x)) ** 2 for v in x.flatten())
            return torch.sqrt(total / len(x.flatten()))
        """,
        "denominator_n",
    ),
    "a function of its own kind of wrong": (
        "moments",
        """
        import torch
        def average(x):
            return x.median()
        def spread(x):
            return (x - x.mean()).abs().mean()
        """,
        None,
    ),
    "a class seen through a probe": (
        "running_mean",
        """
        class RunningMean:
            seen = 0.0
            def update(self, x):
                self.__dict__["seen"] = float(x)
            def value(self):
                return self.seen
        """,
        "LastOnly",
    ),
    "a class of its own kind of wrong": (
        "running_mean",
        """
        class RunningMean:
            total = 0.0
            def update(self, x):
                self.total += x
            def value(self):
                return self.total
        """,
        None,
    ),
    "a mutation seen through a probe": (
        "shift",
        "def shift_(x, amount):\n    return x.clone().add_(amount)\n",
        "not_in_place",
    ),
    "aliasing seen through a probe": (
        "shift",
        "def shift_(x, amount):\n    x.add_(amount)\n    return x + 0\n",
        "copy_returned",
    ),
    "a refusal that is missing": (
        "outer",
        """
        import torch
        def outer(a, b):
            return torch.outer(a.flatten(), b.flatten())
        """,
        "flattens",
    ),
    "always refuses": ("outer", "def outer(a, b):\n    raise ValueError('no')\n", None),
    "a stub": ("center", "def center(x, dim):\n    raise NotImplementedError\n", None),
    "constant": ("center", "def center(x, dim):\n    return x * 0\n", None),
    "the argument": ("center", "def center(x, dim):\n    return x\n", None),
    "forbidden": (
        "center",
        "def center(x, dim):\n    return x - x.mean(dim, keepdim=True)\n",
        None,
    ),
}


@pytest.mark.parametrize("case", ANSWERS)
def test_answers_are_explained_by_what_they_do(engine: Engine, case: str) -> None:
    """However it is written, the behaviour decides; what matches none gets none."""
    name, source, expected = ANSWERS[case]
    result = graded(engine, name, dedent(source))
    assert not result.passed
    assert explanations(result) <= {expected, None}
    assert (expected is None) or expected in explanations(result)
    for o in result.outcomes:
        assert (o.explanation is None) == (o.misconception is None)
        if o.explanation is not None:
            assert o.explanation.languages == {"en", "zh"}


def test_two_mistakes_in_one_file_are_explained_apart(engine: Engine) -> None:
    """Each failed test gets the explanation of what went wrong in it."""
    source = """
        def average(x):
            return x.sum()
        def spread(x):
            return x.std(correction=0)
    """
    result = graded(engine, "moments", dedent(source))
    assert outcome(result, "test_average").misconception == "not_divided"
    assert outcome(result, "test_spread").misconception == "denominator_n"


CRASHES = """
    @misconception("f", "It divides integers by zero.")
    def divides(x):
        return [][0]

    def test_one(student, rand):
        x = rand(3)
        close(student.f(x), x)
    def test_two(student, rand):
        x = rand(4)
        close(student.f(x), x)
"""


def test_a_crash_that_is_a_misconception_in_every_test_is_explained(
    engine: Engine, tmp_path: Path
) -> None:
    """An exception is weak evidence: the same everywhere explains, once explains not."""
    solution = "def f(x):\n    return x\n"
    always = "def f(x):\n    return [][0]\n"
    once = "def f(x):\n    return [][0] if len(x) == 3 else x\n"
    other = "def f(x):\n    return {}[0]\n"
    results = engine.results(
        tmp_path, Task(CRASHES, solution), {"always": always, "once": once, "other": other}
    )
    assert explanations(results["always"]) == {"divides"}
    assert explanations(results["once"]) == {None}
    assert explanations(results["other"]) == {None}


def test_a_misconception_that_never_ends_holds_up_nobody(engine: Engine, tmp_path: Path) -> None:
    """One that runs into its time limit, or can't be sent, explains nothing and does no harm."""
    grader = """
        LIMIT = 3
        @misconception("f", "It never ends.")
        def endless(x):
            while True:
                pass
        @misconception("f", "It uses a variable of the grader.")
        def not_sendable(x):
            return x * LIMIT
        @misconception("f", "It doubles.")
        def doubles(x):
            return x * 2
    """
    checks = """
        def test_it(student, rand):
            x = rand(3)
            close(student.f(x), x)
    """
    task = Task(
        dedent(grader) + dedent(checks), "def f(x):\n    return x\n", limits={"seconds": 0.3}
    )
    wrong = "def f(x):\n    return x + x\n"
    results = engine.results(tmp_path, task, {"a": wrong, "b": wrong})
    for result in results.values():
        assert explanations(result) == {"doubles"}
        assert kinds(result) == {"test_it": Kind.VALUE}


def test_a_misconception_is_run_once_for_all_subjects(engine: Engine, tmp_path: Path) -> None:
    """What it does in a test is remembered, however many students fail."""
    grader = """
        @misconception("f", "It doubles.")
        def doubles(x):
            return x * 2

        def test_it(student, rand):
            from pathlib import Path
            with Path(__file__).with_name("runs.log").open("a") as log:
                log.write("x")
            x = rand(3)
            close(student.f(x), x)
    """
    wrong = "def f(x):\n    return x * 2\n"
    results = engine.results(
        tmp_path, Task(grader, "def f(x):\n    return x\n"), dict.fromkeys("abcd", wrong)
    )
    assert all(explanations(result) == {"doubles"} for result in results.values())
    runs = (tmp_path / "graders" / "ch01_tasks" / "runs.log").read_text()
    assert len(runs) == 4 + 2, "four students, the model answer and the misconception"


def test_a_misconception_is_run_only_in_tests_that_may_come_to_it(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One of another function costs no process, and one of a helper is found all the same."""
    grader = """
        @misconception("apart", "Of a function that the test does not call.")
        def unrelated(x):
            return x

        @misconception("helper", "The offset is left out.")
        def without_offset(x):
            return 2 * x

        def test_it(student, rand):
            x = rand(3)
            close(student.f(x), 2 * x + 1)
    """
    solution = """
        def helper(x):
            return 2 * x + 1

        def f(x):
            return helper(x)

        def apart(x):
            return 3 * x
    """
    spawned = []
    spawn = Sandbox.spawn

    def counted(self: Sandbox, limits: Limits) -> StudentProcess:
        spawned.append(limits)
        return spawn(self, limits)

    monkeypatch.setattr(Sandbox, "spawn", counted)
    result = engine.result(tmp_path, Task(grader, solution), "def f(x):\n    return x + x\n")
    assert outcome(result, "test_it").misconception == "without_offset"
    # The student's, the model answer's and that of the misconception that counts.
    assert len(spawned) == 3


def test_the_inputs_of_a_diagnosis_are_the_students(engine: Engine, tmp_path: Path) -> None:
    """Also if a fixture of the author's drew from rand before the test did."""
    body = """
        import pytest

        @misconception("f", "It doubles.")
        def doubles(x):
            return x * 2

        @pytest.fixture
        def start(rand):
            return rand(2)

        def test_it(start, student, rand):
            x = rand(3)
            close(student.f(x + start.sum()), x + start.sum())
    """
    wrong = "def f(x):\n    return x + x\n"
    result = engine.result(tmp_path, Task(body, "def f(x):\n    return x\n"), wrong)
    assert explanations(result) == {"doubles"}
