#!/usr/bin/env bash
# Grades the submission; Gradescope starts it, as root, in /autograder.
#
# If it ends without results.json, something failed that is not the student's doing: Gradescope
# then says that the autograder failed and gives no mark. The reason is in the output above, which
# only instructors see.
set -euo pipefail

root=${TORCHGRADE_AUTOGRADER:-/autograder}
python=${TORCHGRADE_PYTHON:-$root/environment/bin/python}

rm -f "$root/results/results.json"
exec "$python" -I -B -X utf8 -c '
import sys
sys.path.insert(0, sys.argv[1])
from torchgrade.export.autograder_run import main
sys.exit(main(sys.argv[2]))
' "$root/source/engine" "$root"
