"""What an administrator writes in Python with PyPI's ciscoaxl: a loop over the phones, a line and a phone each.

`python -m benchmarks._axl_script JOB`: JOB is a file of JSON with `client` (arguments of ciscoaxl's class) and `rows`.
It compares nothing; ciscoaxl returns faults instead of raising them, so what it returned is looked at.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from ciscoaxl import axl


def add(client: Any, row: dict[str, Any]) -> None:
    """Add a line and the phone that has it. Raises RuntimeError where CUCM refused."""
    pattern, partition, description = row["pattern"], row["partition"], row["description"]
    line = client.add_directory_number(
        pattern=pattern, partition=partition, description=description, alerting_name=description
    )
    phone = client.add_phone(
        name=row["name"],
        description=description,
        product=row["product"],
        protocol="SIP",
        device_pool="Default",
        phone_template=row["template"],
        css=row["css"],
        lines=[(pattern, partition, description, description, description, "")],
    )
    for answer in (line, phone):
        if isinstance(answer, Exception):
            raise RuntimeError(f"{row['name']}: {answer}")


def main(file: str) -> None:
    """Add all rows of the job; the first error ends it."""
    job = json.loads(Path(file).read_text())
    client = axl(**job["client"])
    for row in job["rows"]:
        add(client, row)


if __name__ == "__main__":
    main(sys.argv[1])
