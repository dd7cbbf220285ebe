"""Run benchmarks: each sets two things side by side, prints a table, and last a line of JSON with the ratios.

Without a name, all of them run, one after the other.
"""

from __future__ import annotations

import argparse
import importlib
import json
import pkgutil
import sys

import benchmarks
from benchmarks.report import machine


def main(arguments: list[str] | None = None) -> int:
    """Run what was asked for; the exit code is 1 when a benchmark couldn't be run."""
    names = sorted(found.name for found in pkgutil.iter_modules(benchmarks.__path__) if _is_benchmark(found.name))
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("name", nargs="*", metavar="NAME", help=f"one of {', '.join(names)}; none: all")
    parser.add_argument("--quick", action="store_true", help="smaller, for a first look")
    options = parser.parse_args(arguments)
    if unknown := sorted(set(options.name) - set(names)):
        parser.error(f"unknown benchmark {', '.join(unknown)}; known are {', '.join(names)}")
    print(machine())
    code = 0
    for name in options.name or names:
        benchmark = importlib.import_module(f"benchmarks.{name}")
        print(f"\n== {name}: {benchmark.__doc__.splitlines()[0]} ==\n", flush=True)
        try:
            table, ratios = benchmark.run(quick=options.quick)
        except RuntimeError as error:
            print(f"benchmarks: {name}: {error}", file=sys.stderr)
            code = 1
            continue
        print(table)
        print(json.dumps({"benchmark": name, "quick": options.quick, **ratios}), flush=True)
    return code


def _is_benchmark(name: str) -> bool:
    return not name.startswith("_") and name != "report"


if __name__ == "__main__":
    raise SystemExit(main())
