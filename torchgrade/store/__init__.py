"""Where results and marks live: beside nbgrader's own tables, in SQLite or PostgreSQL."""

from torchgrade.store.database import AnswerRow, Link, Run, Store, open_store
from torchgrade.store.faults import StoreError

__all__ = ["AnswerRow", "Link", "Run", "Store", "StoreError", "open_store"]
