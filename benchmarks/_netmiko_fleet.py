"""What a network engineer writes when there is no Ansible: a pool of threads, and Netmiko.

`python -m benchmarks._netmiko_fleet JOB`: JOB is a file of JSON with `hosts` (arguments of ConnectHandler), `lines` and
`threads`. It compares nothing and checks as much as Netmiko does when asked to.
"""

from __future__ import annotations

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from netmiko import ConnectHandler


def configure(lines: list[str], host: dict[str, Any]) -> None:
    """Send the lines to one switch and save."""
    with ConnectHandler(**host) as switch:
        switch.enable()
        switch.send_config_set(lines, error_pattern=r"% Invalid|% Incomplete|% Ambiguous|rejected")
        switch.save_config()


def main(file: str) -> None:
    """Do all hosts of the job; the first error ends it."""
    job = json.loads(Path(file).read_text())
    with ThreadPoolExecutor(job["threads"]) as pool:
        list(pool.map(partial(configure, job["lines"]), job["hosts"]))


if __name__ == "__main__":
    main(sys.argv[1])
