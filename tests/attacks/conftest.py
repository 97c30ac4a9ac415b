"""What lies here as material for tests is not to be collected as tests."""

from __future__ import annotations

collect_ignore = ["course", "submissions"]
