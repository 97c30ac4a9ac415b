# expect: *=failed
"""Calls itself by the grader's names: fixtures, tests, plugins, dunder attributes."""
pytest_plugins = ["os"]
__test__ = True
__file__ = "/dev/null"
__name__ = "__main__"
__spec__ = __loader__ = None


def test_values(student=None):
    assert True


def pytest_runtest_makereport(item, call):
    raise SystemExit(0)


def __getattr__(name):
    return lambda *args: None
