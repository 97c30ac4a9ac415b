#!/usr/bin/env bash
# Makes the autograder's Python environment while Gradescope builds its image.
set -euo pipefail

root=${TORCHGRADE_AUTOGRADER:-/autograder}
source=$root/source
environment=$root/environment

usable() {
    command -v "$1" >/dev/null 2>&1 &&
        "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

find_python() {
    local name
    for name in python3.13 python3.12 python3.11 python3; do
        if usable "$name"; then
            echo "$name"
            return 0
        fi
    done
    return 1
}

install() {
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"
}

if ! python=$(find_python); then
    apt-get update
    install python3.12 || install python3.11
    python=$(find_python)
fi
if ! "$python" -c 'import ensurepip' >/dev/null 2>&1; then
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    apt-get update
    install "python$version-venv"
fi

"$python" -m venv "$environment"
"$environment/bin/pip" install --disable-pip-version-check --no-cache-dir \
    -r "$source/requirements.txt"

# What is graded with is nobody else's business, whatever else runs in this container.
chmod -R go-rwx "$source"
mkdir -p "$root/results"
chmod go-rwx "$root/results"
