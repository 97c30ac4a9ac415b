"""A plain pytest suite over the files named in the variable ANSWERS, without any isolation."""

import importlib.util
import os

import pytest
from cases import agree, cases

CASES = cases()
NAMES = [f"{name}-{number}" for number, (name, _, _) in enumerate(CASES)]


@pytest.fixture(scope="session", params=os.environ["ANSWERS"].split(os.pathsep))
def answer(request):
    spec = importlib.util.spec_from_file_location("answer", request.param)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_case(answer, case):
    name, arguments, expected = case
    assert agree(getattr(answer, name)(*arguments), expected(*arguments))
