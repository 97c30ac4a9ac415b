"""What a batch asks of whoever grades for it, and what it keeps: with an executor of the test's."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.batch.classes import DOUBLE, HALF
from tests.grading import write_course
from torchgrade.batch.executor import Died, Event, Finished, Returned
from torchgrade.batch.grade import DEATHS, Batch, Tally
from torchgrade.batch.stored import stored_submissions
from torchgrade.course import Course, Exercise
from torchgrade.grading.messages import Work
from torchgrade.intake.store import StoreError
from torchgrade.marks import MarkState
from torchgrade.result import ExerciseResult, Outcome, Status
from torchgrade.store import Store, open_store
from torchgrade.submission import Absent, Answer, Source
from torchgrade.text import text

Fate = Callable[[Work], Event]


def finished(work: Work) -> Event:
    """A result that tells the source: it passes if the text says so."""
    chapter, _, exercise = work.exercise.partition("/")
    said = work.answer.text if isinstance(work.answer, Source) else ""
    status = Status.PASSED if "right" in said else Status.FAILED
    outcome = Outcome("test_a", text("A"), status, 1.0)
    return Finished(work, ExerciseResult(chapter, exercise, 1.0, (outcome,), "jail"))


@dataclass
class Scripted:
    """An executor that does one work at a time, as its script says."""

    fate: Fate = finished
    slots: int = 2
    pieces: deque[Sequence[Work]] = field(default_factory=deque)
    asked: list[Work] = field(default_factory=list)
    largest: int = 0

    def submit(self, piece: Sequence[Work]) -> None:
        assert piece, "an empty piece"
        self.pieces.append(piece)
        self.largest = max(self.largest, sum(map(len, self.pieces)))

    def events(self, seconds: float) -> Sequence[Event]:
        if not self.pieces:
            return ()
        work, *rest = self.pieces.popleft()
        self.asked.append(work)
        event = self.fate(work)
        if isinstance(event, Died):
            return (event, Returned(tuple(rest))) if rest else (event,)
        if rest:
            self.pieces.appendleft(rest)
        return (event,)

    def close(self) -> None:
        self.pieces.clear()


@dataclass
class Watching:
    done: list[str] = field(default_factory=list)
    deaths: int = 0
    unknown: list[tuple[str, str]] = field(default_factory=list)

    def submission_done(self, student: str) -> None:
        self.done.append(student)

    def ungraded(self, student: str, exercise: str) -> None:
        self.unknown.append((student, exercise))

    def died(self, work: Work, message: str) -> None:
        self.deaths += 1

    def tick(self) -> None:
        pass


@dataclass(frozen=True)
class Paper:
    """A submission that is there already."""

    student: str
    texts: Mapping[str, str]
    gone: bool = False

    @property
    def origin(self) -> str:
        return f"class/{self.student}"

    def submitted_for(self, chapter: str) -> datetime | None:
        return datetime(2026, 12, 1, tzinfo=UTC)

    def read(self, exercises: Sequence[Exercise]) -> Mapping[str, Answer]:
        if self.gone:
            raise StoreError("{place} is gone.", "", {"place": self.origin})
        return {exercise.key: self._answer(exercise) for exercise in exercises}

    def _answer(self, exercise: Exercise) -> Answer:
        path = Path("class", self.student, f"{exercise.name}.py")
        said = self.texts.get(exercise.name)
        return Absent(path) if said is None else Source(path, said, said.encode().hex() or "00")


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    return write_course(tmp_path_factory.mktemp("course"), [DOUBLE, HALF])


@pytest.fixture
def store(course: Course, tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "gradebook.db", course) as opened:
        yield opened


def run(
    store: Store, papers: Sequence[Paper], executor: Scripted, *, secret: bytes = b""
) -> tuple[Tally, Watching]:
    watching = Watching()
    batch = Batch(store.course.exercises, store, executor, secret, watching)
    return batch.run(papers), watching


def passed(store: Store) -> dict[tuple[str, str], bool]:
    return {
        (student, result.exercise): result.passed
        for student, result, _ in store.results(None, store.course.exercises)
    }


def test_every_submission_ends_with_its_results(store: Store) -> None:
    """Whatever is handed in, and what is missing, is somebody's result in the end."""
    papers = [
        Paper("ada", {"double": "right a", "half": "right"}),
        Paper("bob", {"double": "wrong b", "half": "right"}),
        Paper("cleo", {}),
    ]
    tally, watching = run(store, papers, Scripted())
    assert sorted(watching.done) == ["ada", "bob", "cleo"]
    assert (tally.ran, tally.reused, tally.students) == (5, 1, {"ada", "bob", "cleo"})
    assert passed(store) == {
        ("ada", "double"): True,
        ("ada", "half"): True,
        ("bob", "double"): False,
        ("bob", "half"): True,
        ("cleo", "double"): False,
        ("cleo", "half"): False,
    }


def test_nobodys_folder_is_told_to_a_grader(store: Store) -> None:
    """A result is shared by all who wrote the same, so it names no student's path."""
    executor = Scripted()
    run(store, [Paper("ada", {"double": "right"})], executor)
    assert {str(work.answer.path) for work in executor.asked} == {"double.py", "half.py"}


def test_a_second_run_asks_for_nothing(store: Store) -> None:
    """Unless the answer changed; then for that answer alone."""
    papers = [Paper("ada", {"double": "right"}), Paper("bob", {"double": "wrong"})]
    run(store, papers, Scripted())
    executor = Scripted()
    tally, watching = run(store, papers, executor)
    assert (executor.asked, tally.unchanged, watching.done) == ([], 4, ["ada", "bob"])
    run(store, [papers[0], Paper("bob", {"double": "right at last"})], executor)
    assert [work.exercise for work in executor.asked] == ["ch01_tasks/double"]
    assert passed(store)["bob", "double"]


def test_another_secret_makes_results_stale_and_not_new(store: Store) -> None:
    """A grader that changed is for regrading to deal with; a rerun keeps marks as they are."""
    papers = [Paper("ada", {"double": "right", "half": "right"})]
    run(store, papers, Scripted())
    executor = Scripted()
    tally, _ = run(store, papers, executor, secret=b"another")
    assert (executor.asked, tally.stale, tally.unchanged) == ([], 2, 2)


def test_a_regrade_proposes_and_changes_nobodys_result(store: Store) -> None:
    """The new results wait until they are linked."""
    papers = [Paper("ada", {"double": "right"}), Paper("bob", {"double": "right"})]
    run(store, papers, Scripted())

    def other(work: Work) -> Event:
        event = finished(work)
        assert isinstance(event, Finished)
        outcome = Outcome("test_a", text("A"), Status.FAILED, 1.0)
        result = ExerciseResult(event.result.chapter, event.result.exercise, 1.0, (outcome,), "")
        return Finished(work, result)

    executor = Scripted(other)
    batch = Batch(store.course.exercises, store, executor, b"new", Watching(), propose=True)
    batch.run(papers)
    assert len(executor.asked) == 2
    assert len(batch.proposals) == 4
    assert passed(store)["bob", "double"]
    store.link_all(batch.proposals)
    assert not passed(store)["bob", "double"]


def test_a_regrade_leaves_when_and_whence_it_came(store: Store) -> None:
    """Else a mark that lateness has cut would be whole again, or the other way round."""
    run(store, [Paper("ada", {"double": "right", "half": "right"})], Scripted())
    links = {
        link.exercise: link for _, each in store.links(store.course.exercises) for link in each
    }
    late = replace(
        links["ch01_tasks/half"], submitted=datetime(2026, 12, 20, tzinfo=UTC), origin="late/ada"
    )
    store.link_all([late])
    before = list(store.links(store.course.exercises))
    for secret in (b"", b"new"):  # nothing to grade again, and everything
        stored = list(stored_submissions(store, store.course.exercises))
        batch = Batch(store.course.exercises, store, Scripted(), secret, Watching(), propose=True)
        batch.run(stored)
        assert list(store.links(store.course.exercises)) == before
    proposed = {link.exercise: (link.submitted, link.origin) for link in batch.proposals}
    assert proposed == {
        link.exercise: (link.submitted, link.origin) for _, each in before for link in each
    }


def test_a_death_is_tried_again_alone(store: Store) -> None:
    """A process may have died of anything; a work that lives at the next try is graded."""
    died: list[Work] = []

    def once(work: Work) -> Event:
        if "unlucky" in getattr(work.answer, "text", "") and not died:
            died.append(work)
            return Died(work, "it was killed")
        return finished(work)

    papers = [
        Paper("ada", {"double": "right unlucky", "half": "right"}),
        Paper("bob", {"double": "right", "half": "right too"}),
    ]
    tally, watching = run(store, papers, Scripted(once))
    assert (watching.deaths, tally.ungraded) == (1, [])
    assert all(passed(store).values())


def test_an_answer_that_kills_is_given_up(store: Store) -> None:
    """After so many deaths it is ungraded, with the last one's words; others are graded."""

    def fate(work: Work) -> Event:
        if "deadly" in getattr(work.answer, "text", ""):
            return Died(work, "killed by signal 9")
        return finished(work)

    papers = [
        Paper("ada", {"double": "right", "half": "right"}),
        Paper("mallory", {"double": "deadly", "half": "right"}),
    ]
    tally, watching = run(store, papers, Scripted(fate))
    assert watching.deaths == DEATHS
    assert watching.unknown == [("mallory", "ch01_tasks/double")]
    ((student, exercise, reason),) = tally.ungraded
    assert (student, exercise) == ("mallory", "ch01_tasks/double")
    assert "3 times" in reason and "killed by signal 9" in reason
    rows = store.answers(store.course.exercises)
    assert rows["mallory", "ch01_tasks/double"].state is MarkState.UNGRADED
    assert rows["mallory", "ch01_tasks/half"].state is MarkState.GRADED
    assert sorted(watching.done) == ["ada", "mallory"]


def test_what_is_gone_when_its_turn_comes_is_named(store: Store) -> None:
    """The batch goes on, and the student keeps whatever they had."""
    tally, watching = run(
        store, [Paper("ada", {}, gone=True), Paper("bob", {"double": "right"})], Scripted()
    )
    assert tally.unreadable == [("ada", "class/ada is gone.")]
    assert sorted(watching.done) == ["ada", "bob"]


def test_submissions_are_read_as_they_are_needed(store: Store) -> None:
    """However large the class is, few works wait at a time."""
    read: list[str] = []

    def papers() -> Iterator[Paper]:
        for number in range(2000):
            read.append(str(number))
            yield Paper(f"s{number}", {"double": f"right {number}"})

    executor = Scripted()
    coming = papers()
    watching = Watching()
    batch = Batch(store.course.exercises[:1], store, executor, b"", watching)

    class Enough(Exception):
        pass

    def stop(work: Work) -> Event:
        if len(executor.asked) > 100:
            raise Enough
        return finished(work)

    executor.fate = stop
    with pytest.raises(Enough):
        batch.run(coming)
    assert len(read) < 300
    assert executor.largest < 150
    # What had a result is kept, though the batch ended in the middle.
    assert len(passed(store)) == 100


@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_whatever_happens_each_answer_ends_as_it_should(
    data: st.DataObject, course: Course, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Deaths, returned pieces and shared answers in any order lose and double nothing."""
    answers = st.sampled_from(["right 1", "right 2", "wrong 1", "wrong 2", "deadly"])
    texts = st.dictionaries(st.sampled_from(["double", "half"]), answers)
    papers = [Paper(f"s{n}", of) for n, of in enumerate(data.draw(st.lists(texts, max_size=8)))]

    def fate(work: Work) -> Event:
        said = getattr(work.answer, "text", "")
        if said == "deadly" or (data.draw(st.integers(0, 9)) == 0 and len(executor.asked) < 40):
            return Died(work, "it died")
        return finished(work)

    executor = Scripted(fate, slots=data.draw(st.integers(1, 4)))
    with open_store(tmp_path_factory.mktemp("store") / "gradebook.db", course) as store:
        run(store, papers, executor)
        rows = store.answers(course.exercises)
        found = passed(store)
    assert set(rows) == {(p.student, e.key) for p in papers for e in course.exercises}
    for paper in papers:
        for exercise in course.exercises:
            said = paper.texts.get(exercise.name, "")
            state = rows[paper.student, exercise.key].state
            if said == "deadly":
                assert state is MarkState.UNGRADED
            elif state is not MarkState.UNGRADED:  # three deaths by bad luck
                assert found[paper.student, exercise.name] == ("right" in said)


def test_a_regrade_takes_no_mark_away_for_an_answer_that_can_not_be_graded(store: Store) -> None:
    """What could not be told anew stays as it was, and is named."""
    papers = [Paper("ada", {"double": "right", "half": "right"})]
    run(store, papers, Scripted())
    executor = Scripted(lambda work: Died(work, "killed by signal 9"))
    batch = Batch(store.course.exercises, store, executor, b"new", Watching(), propose=True)
    tally = batch.run(papers)
    assert [(student, exercise) for student, exercise, _ in tally.ungraded] == [
        ("ada", "ch01_tasks/double"),
        ("ada", "ch01_tasks/half"),
    ]
    assert batch.proposals == []
    assert all(passed(store).values())


def test_a_regrade_gives_way_to_a_newer_answer(store: Store) -> None:
    """Whoever handed in again while the table was being read keeps the result of that."""
    old = [Paper("ada", {"double": "wrong"}), Paper("bob", {"double": "right"})]
    run(store, old, Scripted())
    batch = Batch(store.course.exercises, store, Scripted(), b"new", Watching(), propose=True)
    batch.run(old)
    run(store, [Paper("ada", {"double": "right at last"})], Scripted(), secret=b"new")
    linked = store.relink(batch.proposals)
    assert {(link.student, link.exercise) for link in linked} == {
        ("ada", "ch01_tasks/half"),
        ("bob", "ch01_tasks/double"),
        ("bob", "ch01_tasks/half"),
    }
    assert passed(store)["ada", "double"]


def test_the_last_pieces_are_small(store: Store) -> None:
    """So that processes that share a class end together."""
    sizes: list[int] = []

    class Noting(Scripted):
        def submit(self, piece: Sequence[Work]) -> None:
            sizes.append(len(piece))
            super().submit(piece)

    papers = [Paper(f"s{n:02}", {"double": f"right {n}", "half": f"{n}"}) for n in range(40)]
    run(store, papers, Noting())
    assert sum(sizes) == 80
    assert sizes[0] == max(sizes) == 12
    assert sorted(sizes[-6:], reverse=True) == sizes[-6:]
    assert sizes[-1] <= 3
