"""What an assignment's notebook imports: `check`, `validate` and `score`.

An answer is graded in a process of its own, as by ``course check``: never in the kernel, where
whatever a student has run may have changed anything. PyTorch is imported there, once for each
kernel that is asked for a verdict. The course is the bundle beside the notebook; or the whole
one, hidden tests included, where ``TORCHGRADE_COURSE`` names it, as it does for instructors.
"""

from __future__ import annotations

from typing import Any

from torchgrade.notebook_kernel import guard

__all__ = ["check", "load_ipython_extension", "score", "validate"]


def check(name: str) -> None:
    """Show whether the answer to the exercise ``name`` is right, and if not, why.

    The answer is what ran last in its cell. If the front end does not tell which cell it runs, it
    is the last cell that defines what the exercise asks for. Whatever goes wrong is shown too,
    with what to do about it.
    """
    from torchgrade.notebook_kernel.kernel import kernel

    kernel().check(name)


def validate(name: str) -> None:
    """Under ``nbgrader validate``, fail unless the answer to ``name`` passes; else do nothing.

    With the bundle that is: the tests that are not hidden.
    """
    if guard.executing() != "validate":
        return
    from torchgrade.notebook_kernel.kernel import kernel

    kernel().validate(name)


def score(name: str, points: float) -> float:
    """The mark, 0 to ``points``, of the answer to ``name`` in the notebook that was handed in.

    For the last line of a cell that nbgrader grades; what there is to say of the answer is
    printed. The whole course must be there, at ``TORCHGRADE_COURSE``. The answer is read from the
    notebook's file and graded at the course's sandbox level. One that can't be told (a damaged
    notebook, two answer cells that differ) is set aside: its reason is printed, and it has 0
    points until a person has looked.

    nbgrader takes an error, or anything on standard error, for 0 points, and no mark at all for
    full points. So while it autogrades this neither raises nor writes there, and a fault that is
    not the student's (no sandbox, a broken grader, a time-out of nbgrader's) is tried once more
    and then given as a mark of infinity. nbgrader can't enter that: it gives up this submission,
    lists it among those that failed, enters no mark for this cell nor for those after it, and
    takes the submission up again the next time. Why is told on the terminal.

    nbgrader waits for a cell for 30 seconds, unless ``c.Execute.timeout`` says otherwise and
    ``TORCHGRADE_CELL_SECONDS`` as much; `torchgrade.notebooks.configure` sets both. An answer that
    takes longer is such a fault.
    """
    from torchgrade.notebook_kernel.kernel import kernel

    return kernel().score(name, points)


def load_ipython_extension(ip: Any) -> None:
    """``%load_ext torchgrade.notebook``: from now on, know what runs in which cell.

    While nbgrader autogrades, nothing but the graded cells runs any more; what that is worth is
    told in `torchgrade.notebook_kernel.guard`.
    """
    if guard.autograding():
        guard.protect(ip)
        return
    from torchgrade.notebook_kernel.kernel import kernel

    kernel().watch(ip)
