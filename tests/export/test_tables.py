"""CSV, JUnit and JSON: every mark and result of a class, for other programs."""

from __future__ import annotations

import csv
import gc
import io
import json
import os
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import jsonschema
import pytest
import xmlschema
from hypothesis import given
from hypothesis import strategies as st

from tests.export.school import HOSTILE, class_of, late, mark, outcome, result, untimed
from tests.timed import not_assessed, slow, timed, timed_size
from torchgrade.export import class_json
from torchgrade.export.class_json import write_json
from torchgrade.export.junit import write_junit
from torchgrade.export.notes import Export
from torchgrade.export.table import LONG_COLUMNS, long_table, wide_table
from torchgrade.marks import ClassMarks
from torchgrade.result import ExerciseResult, Status

XSD = xmlschema.XMLSchema(str(Path(__file__).with_name("junit.xsd")))
SCHEMA = json.loads(Path(class_json.__file__).with_name("class.schema.json").read_text())
RESULTS = [
    ("ada", result(outcome("test_a"), outcome("test_b", Status.FAILED))),
    ("ada", result(outcome("test_a"), exercise="scatter")),
    ("eve", result(outcome("test_a"), outcome("test_h", Status.FAILED, hidden=True))),
    ("zhang", result(outcome("test_a", Status.UNGRADED), outcome("test_b"))),
    ("formula", result()),
]


def rows(export: Export) -> list[dict[str, str]]:
    text = export.contents.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def everybody() -> ClassMarks:
    return class_of(
        ada=(mark("ch03_indexing", 3.0, 1.0), mark("ch06_autograd", 2.0, maximum=9.0)),
        zhang=mark("ch03_indexing", 3.0, None),
        eve=mark("ch03_indexing", 4.0, 4.5, lateness=late(2, 0.5)),
        formula=mark("ch03_indexing", 1 / 3, 0.0, comment=HOSTILE),
    )


# --- CSV


def test_long_has_a_row_for_each_exercise_of_each_student() -> None:
    """In the class's order, with the chapter's sums beside them."""
    found = rows(long_table(everybody()))
    assert tuple(found[0]) == LONG_COLUMNS
    assert [(row["student"], row["exercise"]) for row in found[:4]] == [
        ("ada", "ch03_indexing/gather"),
        ("ada", "ch03_indexing/scatter"),
        ("ada", "ch06_autograd/gather"),
        ("zhang", "ch03_indexing/gather"),
    ]
    assert found[0]["earned"] == "3"
    assert found[0]["chapter_final"] == "4"
    assert found[0]["submitted"] == "2026-11-02T23:59:00+00:00"


def test_long_leaves_what_is_not_known_empty() -> None:
    """The exercise and every sum that it is in; not 0."""
    (known, unknown) = (row for row in rows(long_table(everybody())) if row["student"] == "zhang")
    assert (known["earned"], known["chapter_final"]) == ("3", "")
    assert (unknown["state"], unknown["earned"], unknown["chapter_earned"]) == ("ungraded", "", "")


def test_long_shows_how_lateness_was_taken() -> None:
    """Before, what it took, after: once."""
    row = next(row for row in rows(long_table(everybody())) if row["student"] == "eve")
    parts = [row[name] for name in ("chapter_earned", "chapter_penalty", "chapter_final")]
    assert parts == ["8.5", "4.25", "4.25"]
    assert (row["late_seconds"], row["kept_share"]) == ("172800", "0.5")


def test_wide_has_a_row_for_each_student() -> None:
    """Exercises, sums per chapter, a total; maxima in the first row; empty where not known."""
    found = {row["student"]: row for row in rows(wide_table(everybody()))}
    assert found[""]["total"] == "18"
    assert found["ada"]["ch03_indexing/scatter"] == "1"
    assert (found["ada"]["ch06_autograd final"], found["ada"]["total"]) == ("2", "6")
    assert (found["zhang"]["ch03_indexing final"], found["zhang"]["total"]) == ("", "")
    assert found["eve"]["ch03_indexing final"] == "4.25"
    assert (found["noid"]["ch03_indexing/gather"], found["noid"]["total"]) == ("", "")


@pytest.mark.parametrize("table", [long_table, wide_table])
def test_no_cell_is_a_formula(table: object) -> None:
    """Whatever a student is called and whatever their code said."""
    export = long_table(everybody()) if table is long_table else wide_table(everybody())
    for row in rows(export):
        assert not any(value[:1] in ("=", "+", "@", "\t", "\r") for value in row.values())
    assert any(f"'{HOSTILE}" in row.values() for row in rows(export))


# --- JUnit


def junit(results: list[tuple[str, ExerciseResult]]) -> ET.Element:
    stream = io.BytesIO()
    assert write_junit(results, stream, "en") == len(results)
    XSD.validate(io.BytesIO(stream.getvalue()))
    return ET.fromstring(stream.getvalue())


def test_junit_keeps_to_the_schema_and_counts() -> None:
    """Failed is a failure, ungraded an error, and the numbers are those of the elements."""
    suites = junit(RESULTS)
    counts = [[suite.get(n) for n in ("tests", "failures", "errors")] for suite in suites]
    assert counts == [
        ["2", "1", "0"],
        ["1", "0", "0"],
        ["2", "1", "0"],
        ["2", "0", "1"],
        ["1", "0", "1"],
    ]
    for suite in suites:
        for count, element in (("failures", "failure"), ("errors", "error")):
            assert int(suite.get(count, "")) == len(suite.findall(f"testcase/{element}"))
    assert len({(case.get("classname"), case.get("name")) for case in suites.iter("testcase")}) == 8


def test_junit_tells_why() -> None:
    """In the message at a glance, in the text in full."""
    failure = junit(RESULTS).find("testsuite/testcase/failure")
    assert failure is not None
    assert failure.get("message") == "Your code raised ValueError: boom."
    assert "gather.py, line 3, in gather" in (failure.text or "")


def test_junit_skips_what_does_not_count() -> None:
    """With the reason, and what was measured; of a hidden test with neither."""
    measured = timed(timed_size(1.1))
    aside, kept = not_assessed(measured), replace(not_assessed(measured), hidden=True)
    (suite,) = junit([("ada", result(outcome("test_a"), aside, kept, slow(measured, credit=0.5)))])
    counts = [suite.get(name) for name in ("tests", "failures", "errors", "skipped")]
    assert counts == ["4", "1", "0", "2"]
    first, second = suite.findall("testcase/skipped")
    assert (first.get("message") or "").startswith("Not assessed on this device. Your code takes")
    assert second.get("message") == ""


def test_junit_says_nothing_of_a_hidden_test() -> None:
    """Build logs are read by many."""
    whole = ET.tostring(junit([RESULTS[2]]), encoding="unicode")
    assert "Look at the axes." in whole
    assert "boom" not in whole
    assert "test_h" not in whole.replace("Title of test_h", "")


@untimed
@given(message=st.text(), printed=st.text())
def test_junit_is_well_formed_whatever_students_write(message: str, printed: str) -> None:
    """Control characters, half characters, ends of CDATA: still XML, and valid."""
    failed = outcome("test_a", Status.FAILED, message=message, output=printed)
    junit([("ada", result(failed))])


# --- JSON


def document(marks: ClassMarks, results: list[tuple[str, ExerciseResult]]) -> dict[str, object]:
    stream = io.BytesIO()
    versions = {"torchgrade": "0.1.0"}
    assert write_json(marks, results, stream, language="en", versions=versions) == len(results)
    found = json.loads(stream.getvalue())
    jsonschema.validate(found, SCHEMA, format_checker=jsonschema.FormatChecker())
    assert isinstance(found, dict)
    return found


def test_json_keeps_to_its_schema() -> None:
    """Marks of everybody, and every result with its owner."""
    found = document(everybody(), RESULTS)
    students = found["students"]
    assert isinstance(students, list)
    assert [student["student"] for student in students] == [
        "ada",
        "zhang",
        "eve",
        "formula",
        "noid",
    ]
    assert students[1]["chapters"][0]["final"] is None
    assert students[2]["chapters"][0]["penalty"] == 4.25
    results = found["results"]
    assert isinstance(results, list)
    assert [entry["student"] for entry in results] == [student for student, _ in RESULTS]


def test_json_holds_times_and_credit() -> None:
    """Of all that was timed, as `course check --json` has it."""
    measured = timed(timed_size(1.1))
    answer = result(outcome("test_a"), slow(measured, credit=0.5), not_assessed(measured))
    found = document(everybody(), [("ada", answer)])["results"]
    assert isinstance(found, list)
    tests = found[0]["tests"]
    assert [test["status"] for test in tests] == ["passed", "failed", "not_assessed"]
    assert [test["credit"] for test in tests] == [None, 0.5, None]
    assert tests[1]["timing"]["reference"] == "F.conv2d"


def test_json_of_nobody_is_a_document_too() -> None:
    """Empty lists, not broken text."""
    found = document(ClassMarks(everybody().course, {}, [], {}), [])
    assert (found["students"], found["results"]) == ([], [])


@untimed
@given(message=st.text())
def test_json_is_strict_whatever_students_write(message: str) -> None:
    """UTF-8 and no lone half of a character."""
    failed = outcome("test_a", Status.FAILED, message=message)
    document(class_of(), [("ada", result(failed))])


def test_memory_does_not_grow_with_the_class() -> None:
    """Ten times the results, and at most a little more at the peak."""

    def peak(count: int) -> int:
        def results() -> Iterator[tuple[str, ExerciseResult]]:
            for number in range(count):
                gc.collect()  # when that happens is chance, else
                yield f"s{number}", result(outcome("test_a", Status.FAILED, output="x" * 2000))

        versions = {"torchgrade": "0"}
        with Path(os.devnull).open("wb") as nowhere:
            tracemalloc.start()
            try:
                write_json(class_of(), results(), nowhere, language="en", versions=versions)
                write_junit(results(), nowhere, "en")
                return tracemalloc.get_traced_memory()[1]
            finally:
                tracemalloc.stop()

    peak(10)
    assert peak(300) < 1.5 * peak(30) + 50_000
