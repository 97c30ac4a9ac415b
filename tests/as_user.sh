#!/bin/sh
# Run the tests of the wall, and of `course check` within it, as an ordinary user, if this is root.
#
# What root may do hides what others may not: file permissions, mounts, user namespaces. The
# copy and its environment lie where anyone may read them, which a home of root's is not.
set -eu

if [ "$(id -u)" -ne 0 ]; then
    echo "not root: the tests above already ran as an ordinary user"
    exit 0
fi

root=$(cd "$(dirname "$0")/.." && pwd)
venv=$(cd "$root" && cd "${VENV:-.venv}" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT INT TERM
chmod 755 "$scratch"
as_nobody() {
    setpriv --reuid 65534 --regid 65534 --clear-groups env -i \
        PATH=/usr/bin:/bin HOME="$scratch/home" LANG=C.UTF-8 "$@"
}

mkdir -m 777 "$scratch/home" "$scratch/tmp"
(cd "$root" && tar -cf - --exclude=./.venv --exclude=./.git --exclude=__pycache__ .) |
    (mkdir "$scratch/project" && cd "$scratch/project" && tar -xf -)
chmod -R a+rX "$scratch/project"

# A copy of the environment that this project has, which spares another download of PyTorch; a new
# one if its Python is such that an ordinary user may not run it. The tests take the project from
# the copy of it; installed, it would stand beside student code.
python=$("$venv/bin/python" -c 'import os, sys; print(os.path.realpath(sys.executable))' || true)
if [ -n "$python" ] && as_nobody "$python" -c 'import sys' 2>/dev/null; then
    cp -a --reflink=auto "$venv/." "$scratch/venv"
    rm -rf "$scratch"/venv/lib/python3.*/site-packages/*torchgrade*
else
    python=
    for candidate in /usr/bin/python3.13 /usr/bin/python3.12 /usr/bin/python3.11 \
        /usr/local/bin/python3; do
        if [ -x "$candidate" ] && as_nobody "$candidate" -c 'import ensurepip' 2>/dev/null; then
            python=$candidate
            break
        fi
    done
    if [ -z "$python" ]; then
        echo "no Python that an ordinary user may run; on Debian: apt install python3-venv" >&2
        exit 1
    fi
    "$python" -m venv "$scratch/venv"
    "$scratch/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
        --constraint "$root/constraints.txt" "$scratch/project[tests]"
    "$scratch/venv/bin/python" -m pip uninstall --quiet --yes torchgrade
fi
chmod -R a+rX "$scratch/venv"

# Of `course check`, what may depend on who runs it: how it starts, isolates, ends and is ended. What
# its report says is the same for everybody.
check=tests/test_check.py
cd "$scratch/project"
as_nobody TMPDIR="$scratch/tmp" "$scratch/venv/bin/python" -B -m pytest -q -n 2 --dist loadgroup \
    -p no:cacheprovider tests/sandbox --ignore tests/sandbox/test_wire.py \
    $check::test_a_failure_exits_with_1 $check::test_the_course_is_checked_where_it_lies \
    $check::test_a_sandbox_below_the_level_asked_for_is_refused \
    $check::test_a_weak_sandbox_is_told $check::test_an_interrupt_exits_with_2
