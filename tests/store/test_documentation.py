"""docs/database.md describes the tables that there are, and its queries run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.store.samples import FAILED, PASSED, UNGRADED, course, graded, outcome
from torchgrade.store import open_store, schema

PAGE = (Path(__file__).parents[2] / "docs" / "database.md").read_text(encoding="utf-8")
QUERIES = re.findall(r"```sql\n(.*?);\n```", PAGE, re.DOTALL)


@pytest.mark.parametrize("number", range(len(QUERIES)))
def test_its_queries_find_something(url: str, number: int) -> None:
    """In both databases, whoever copies one gets an answer."""
    exercises = course().exercises
    wrong = outcome(1, FAILED, misconception="m")
    with open_store(url, course()) as store:
        store.save([graded(s, exercises[0], [PASSED, wrong]) for s in ("ada", "bob")])
        store.save([graded("ada", exercises[1], [UNGRADED])])
        row = {"at": "2026-03-01 12:00:00", "before": 1.0, "after": 2.0}
        change = text(
            "INSERT INTO torchgrade_change (at, student, exercise, before, after, why)"
            " VALUES (:at, 'ada', 'x', :before, :after, 'y')"
        )
        store.database.write(lambda connection: connection.execute(change, row))
        found = store.database.read(lambda c: c.execute(text(QUERIES[number])).all())
    assert found


def test_every_column_is_described() -> None:
    """A new column comes with its explanation."""
    tables = schema.METADATA.sorted_tables
    assert len(QUERIES) >= 5
    for table in tables:
        assert table.name in PAGE
        for column in table.columns:
            assert f"`{column.name}`" in PAGE or column.name == "version", column
    assert f"Version of the schema: {schema.VERSION}," in PAGE
