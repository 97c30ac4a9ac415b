"""results.json: what Gradescope is told, and what it is not."""

from __future__ import annotations

import io
import json
import zipfile
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.export.school import outcome, result, untimed
from tests.timed import not_assessed, slow, timed, timed_size
from torchgrade.export.gradescope import Visibility, results_json, scores_of_tests, write_archive
from torchgrade.result import ExerciseResult, Status


def shown(
    *results: ExerciseResult, hidden: Visibility = Visibility.AFTER_PUBLISHED
) -> list[dict[str, object]]:
    document = results_json(results, language="en", hidden=hidden)
    assert document is not None
    found = json.loads(json.dumps(document))["tests"]
    assert isinstance(found, list)
    return found


def test_keys_are_gradescopes() -> None:
    """Nothing in it that Gradescope doesn't know, and no total of our own."""
    document = results_json([result(outcome("test_a"))], language="en", seconds=2.5)
    assert document is not None
    assert set(document) <= {
        *("execution_time", "output", "output_format", "visibility", "stdout_visibility"),
        *("extra_data", "tests", "leaderboard"),
    }
    assert (document["execution_time"], document["stdout_visibility"]) == (2.5, "hidden")
    (test,) = shown(result(outcome("test_a")))
    assert set(test) <= {
        *("score", "max_score", "status", "name", "name_format", "number", "output"),
        *("output_format", "tags", "visibility"),
    }


def test_a_failure_is_explained() -> None:
    """With the call and the student's own lines."""
    (test,) = shown(result(outcome("test_a", Status.FAILED, output="printed\n")))
    assert (test["status"], test["score"], test["visibility"]) == ("failed", 0.0, "visible")
    output = str(test["output"])
    for part in ("Your code raised ValueError: boom.", "gather(x, 1)", "line 3", "printed"):
        assert part in output


@pytest.mark.parametrize("when", list(Visibility))
def test_a_hidden_test_tells_its_hint_when_it_is_shown(when: Visibility) -> None:
    """Never what its failure holds."""
    visible, hidden = shown(
        result(outcome("test_a"), outcome("test_h", Status.FAILED, hidden=True)), hidden=when
    )
    assert visible["visibility"] == "visible"
    assert hidden["visibility"] == when.value
    assert hidden["output"] == "Hint: Look at the axes."


def test_by_default_neither_hidden_status_nor_total_shows_before_publication() -> None:
    """A total at the top would tell what the hidden tests are worth."""
    document = results_json(
        [result(outcome("test_a"), outcome("test_h", hidden=True))], language="en"
    )
    assert document is not None
    assert "score" not in document
    tests = document["tests"]
    assert isinstance(tests, list)
    assert tests[1]["visibility"] == "after_published"


@pytest.mark.parametrize(
    "results",
    [
        [],
        [result()],
        [result(outcome("test_a", Status.UNGRADED))],
        [result(outcome("test_a")), result(outcome("test_a", Status.UNGRADED))],
    ],
)
def test_what_is_not_known_has_no_results(results: list[ExerciseResult]) -> None:
    """A file with 0 would be a mark; one ungraded exercise among others is enough."""
    assert results_json(results, language="en") is None


def test_a_part_of_the_points_and_a_test_that_does_not_count() -> None:
    """The first has its part; the second can be neither had nor lost, and passes nor fails."""
    found = shown(
        result(
            outcome("test_a"),
            slow(timed(timed_size(14.0)), credit=0.5, weight=1.0),
            not_assessed(timed(timed_size(1.1))),
        )
    )
    assert [(test["score"], test["max_score"]) for test in found] == [
        (1.5, 1.5),
        (0.75, 1.5),
        (0.0, 0.0),
    ]
    assert [test.get("status") for test in found] == ["passed", "failed", None]
    assert "Your code takes 14 times as long as `F.conv2d`." in str(found[1]["output"])
    assert "size 1000: 14.1 ms, `F.conv2d` 1 ms; 14 times (13.7 to 14.3)" in str(found[1]["output"])
    assert "Not assessed on this device." in str(found[2]["output"])


@untimed
@given(
    weights=st.lists(st.floats(0.01, 100), min_size=1, max_size=40),
    points=st.floats(0, 1000).map(lambda p: round(p, 2)),
    data=st.data(),
)
def test_scores_add_up(weights: list[float], points: float, data: st.DataObject) -> None:
    """Maxima to the exercise's points exactly; scores to its score within what isn't seen."""
    statuses = data.draw(
        st.lists(
            st.sampled_from([Status.PASSED, Status.FAILED]),
            min_size=len(weights),
            max_size=len(weights),
        )
    )
    outcomes = [
        outcome(f"t{n}", status, weight=weight)
        for n, (status, weight) in enumerate(zip(statuses, weights, strict=True))
    ]
    scores = scores_of_tests(outcomes, points)
    assert sum((m for _, m in scores), Decimal(0)) == Decimal(repr(points))
    assert all(Decimal(0) <= score <= maximum for score, maximum in scores)
    earned = ExerciseResult("c", "e", points, tuple(outcomes), "jail").score.earned
    assert earned is not None
    assert abs(float(sum(s for s, _ in scores)) - earned) <= 0.0001 * len(weights)


def test_the_archive_has_a_file_for_everybody_who_is_graded() -> None:
    """Others are listed."""
    results = [
        ("ada", result(outcome("test_a"))),
        ("ada", result(outcome("test_a"), exercise="scatter")),
        ("eve", result(outcome("test_a", Status.UNGRADED))),
    ]
    stream = io.BytesIO()
    count, notes = write_archive(results, stream, language="en")
    with zipfile.ZipFile(stream) as archive:
        assert archive.namelist() == ["ada/results.json"]
        names = [test["name"] for test in json.loads(archive.read("ada/results.json"))["tests"]]
    assert names == ["gather: Title of test_a", "scatter: Title of test_a"]
    assert count == 1
    assert [str(note) for note in notes] == [
        "eve has an ungraded exercise and gets no results.json."
    ]
