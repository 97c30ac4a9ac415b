"""How long a student waits: a cold ``course check`` against ``import torch``.

Run ``python -m benchmarks.cold``. Whole processes, taken in turn, by wall clock. Exits with 1
if a requirement is not met:

- ``course check gather`` takes no longer than ``python -c "import torch"``;
- ``course --help`` takes at most 100 ms more than ``python -c pass``.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
from pathlib import Path

from benchmarks.measure import line, paired, seconds

_ROOT = Path(__file__).resolve().parents[1]
_ROUNDS = 11
_HELP_SECONDS = 0.1


def _run(*arguments: str) -> float:
    command = [sys.executable, *arguments]
    return seconds(lambda: subprocess.run(command, cwd=_ROOT, capture_output=True, check=False))


def main() -> int:
    """Measure and print; the exit code."""
    check = ("cli.py", "check", "gather", "--from", "solutions")
    if (
        subprocess.run(
            [sys.executable, *check], cwd=_ROOT, capture_output=True, check=False
        ).returncode
        != 0
    ):
        print("`course check gather --from solutions` does not pass; nothing to measure")
        return 1
    print("whole processes; least, median, largest")
    checks, imports = paired(lambda: _run(*check), lambda: _run("-c", "import torch"), _ROUNDS)
    helps, nothings = paired(lambda: _run("cli.py", "--help"), lambda: _run("-c", "pass"), _ROUNDS)
    print(line('python -c "import torch"', imports, "s"))
    print(line("course check gather", checks, "s"))
    print(line("python -c pass", nothings))
    print(line("course --help", helps))
    ratio = statistics.median(c / i for c, i in zip(checks, imports, strict=True))
    more = statistics.median(h - n for h, n in zip(helps, nothings, strict=True))
    results = (ratio <= 1.0, more <= _HELP_SECONDS)
    print(f"{'holds' if results[0] else 'FAILS'}  check against import: {ratio:.2f} (at most 1.00)")
    print(
        f"{'holds' if results[1] else 'FAILS'}  help over pass: {more * 1e3:.0f} ms (at most 100)"
    )
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
