"""`python -m tests.matrix`: every fault of the lab, judged by the customer's playbook, as a confusion matrix.

Exit code 0 where each fault got its own name and no other, its evidence quotes the device, and nobody else got one.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.matrix.matrix import Outcome, diagonal, known_faults, run_all, table


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.matrix", description=__doc__)
    parser.add_argument("faults", nargs="*", metavar="FAULT", help="names of faults; default: all")
    parser.add_argument("--labs", type=int, default=2, help="labs side by side (%(default)s)")
    parser.add_argument(
        "--looks", type=int, default=1, help="verify so often before what is wrong counts (%(default)s)"
    )
    options = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="matrix-") as folder:
        try:
            faults = known_faults(options.faults)
        except ValueError as error:
            parser.error(str(error))
        outcomes = run_all(faults, Path(folder), labs=options.labs, looks=options.looks, told=_tell)
    print()
    for line in table(outcomes):
        print(line)
    wrong = [outcome for outcome in outcomes if outcome.problems]
    print(
        f"\n{len(faults)} faults: the matrix is {'' if diagonal(outcomes) else 'NOT '}diagonal; "
        f"{len(wrong)} with something wrong; {time.monotonic() - began:.0f} s"
    )
    return 1 if wrong or not diagonal(outcomes) else 0


def _tell(outcome: Outcome) -> None:
    said = ", ".join(outcome.named) or "nothing"
    place = f"{outcome.phone or 'nobody'} of {outcome.site}"
    print(f"{outcome.fault} at {place}: {said} ({outcome.seconds:.1f} s)", flush=True)
    for problem in outcome.problems:
        print(f"  {problem[:300]}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
