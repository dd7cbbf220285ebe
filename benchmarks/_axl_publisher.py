"""The lab's publisher alone, as a process of its own: `python -m benchmarks._axl_publisher FOLDER LATENCY`.

It listens on a free port of loopback, writes its CA to FOLDER/ca.pem, prints its port when it is ready, and takes
LATENCY seconds more for each AXL answer than it needs. Each line on its standard input is answered with a line of JSON:
the requests since it began, by operation, and what it holds of phones and lines. It ends with its standard input.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from lab.cucm.https import Account, Publisher
from lab.cucm.schema import installed_schema_dirs
from lab.cucm.seed import seed
from lab.cucm.store import Store
from lab.pki import CertificateAuthority

ADDRESS = "127.0.0.1"
USER, PASSWORD = "voiceadmin", "benchmark"
VERSION = "12.5"


def state(publisher: Publisher) -> dict[str, Any]:
    """The requests counted, the phones as name -> [description, lines with their labels], and the lines."""
    store = publisher.store
    phones = {
        phone.name: [phone.description, *(f"{line.pattern}/{line.partition} {line.label}" for line in phone.lines)]
        for phone in store.phones()
    }
    lines = {line.name: line.document.get("description") for line in store.all("Line")}
    return {"requests": dict(publisher.requests), "phones": phones, "lines": lines}


async def serve(folder: Path, latency: float) -> None:
    """Answer until standard input ends."""
    authority, store = CertificateAuthority(), Store()
    (folder / "ca.pem").write_bytes(authority.pem)
    seed(store, name="cucm-pub", address=ADDRESS)
    publisher = Publisher(
        address=ADDRESS,
        port=0,
        ssl_context=authority.server_context("cucm-pub", [ADDRESS], folder),
        store=store,
        schema_dirs=installed_schema_dirs(VERSION),
        version=VERSION,
        accounts=[Account(USER, PASSWORD, frozenset({"axl_write"}))],
    )
    await asyncio.to_thread(publisher.axl.load, VERSION)
    await publisher.start()
    publisher.latency = latency
    print(publisher.port, flush=True)
    while await asyncio.to_thread(sys.stdin.readline):
        print(json.dumps(state(publisher)), flush=True)
    await publisher.stop()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), float(sys.argv[2])))
