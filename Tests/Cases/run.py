#!/usr/bin/env python3
"""Prints wanted and seen for each case of shared/cases, on the hotreload that HR names.

    HR=.build/debug/hotreload python3 Tests/Cases/run.py [NUMBER ...]

CASES is the folder of acceptconn.py and go/ (../shared/cases beside the repository). What a case needs and is not
installed is said; servers from PyPI are those of the Python that runs this. Exits with 1 if anything is not as wanted.
"""

import os
import signal
import subprocess
import sys
import time

sys.dont_write_bytecode = True

from cases import CASES  # noqa: E402
from harness import Absent, Case  # noqa: E402

LIMIT = 60


def main(numbers):
    program = os.environ.get("HR") or os.path.join(os.path.dirname(__file__), "../../.build/debug/hotreload")
    program = os.path.realpath(program)
    if not os.access(program, os.X_OK):
        sys.exit(f"{program} is not a program; set HR to the built hotreload")
    signal.signal(signal.SIGALRM, overdue)
    isGood = True
    print("| case | kind | wanted | seen | |\n|---|---|---|---|---|")
    for number, kind, wanted, function in CASES:
        if numbers and number not in numbers and number.split()[0] not in numbers:
            continue
        seen, verdict = show(program, function)
        isGood = isGood and verdict != "NOT"
        print(f"| {number} | {kind} | {wanted} | {seen.replace('|', '/')} | {verdict} |", flush=True)
    return 0 if isGood else 1


def overdue(*_):
    raise TimeoutError(f"not finished after {LIMIT} s")


def show(program, function):
    """What was seen, and a word about it."""
    with Case(program) as case:
        signal.alarm(LIMIT)
        try:
            seen, isGood = function(case)
            return seen, "ok" if isGood else "NOT"
        except Absent as reason:
            return str(reason), "absent"
        except (OSError, subprocess.SubprocessError) as error:
            return f"{type(error).__name__}: {error}", "NOT"
        finally:
            signal.alarm(0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
