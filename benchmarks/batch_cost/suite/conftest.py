"""Tells, in the file named in the variable REPORT, what passed and how long the session took."""

import json
import os
import time
from collections import Counter

import cases  # and with it torch, before the clock starts
import pytest

assert cases
passed = Counter()
started = pytest.StashKey()


def pytest_sessionstart(session):
    session.stash[started] = time.perf_counter()


def pytest_runtest_makereport(item, call):
    if call.when == "call":
        passed[item.callspec.params["answer"]] += call.excinfo is None


def pytest_sessionfinish(session):
    seconds = time.perf_counter() - session.stash[started]
    with open(os.environ["REPORT"], "w") as file:
        json.dump({"passed": passed, "seconds": seconds}, file)
