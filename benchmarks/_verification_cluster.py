"""The lab's cluster alone, with phones registered: `python -m benchmarks._verification_cluster FOLDER COUNT`.

It claims a block of loopback addresses, writes its CA to FOLDER/ca.pem and prints the publisher's address when it is
ready. Its phones are those of `phones(COUNT)`, each in the database with a line, and registered. Each line on its
standard input is answered with a line of JSON: the requests to RIS and to AXL since it began. It ends with its standard
input.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path
from typing import Any

from lab.cluster import ROLES, Cluster
from lab.cucm.models import MODELS
from lab.cucm.registration import Registration
from lab.net import PORTS, claim_block
from lab.pki import CertificateAuthority
from lab.site import CucmSpec

USER, PASSWORD = "voiceadmin", "benchmark"
PRODUCT, PARTITION = "Cisco 8841", "PT-Internal"


def phones(count: int) -> dict[str, str]:
    """Device name -> number."""
    return {f"SEP02005E{number:06X}": f"{2_000_000 + number}" for number in range(count)}


def fill(cluster: Cluster, count: int) -> None:
    """Put the phones into the database, and let the publisher's CallManager have registered them."""
    model = MODELS[PRODUCT]
    common = {
        "product": PRODUCT,
        "model": PRODUCT,
        "protocol": "SIP",
        "devicePoolName": "Default",
        "securityProfileName": model.security_profile("SIP"),
    }
    now = int(time.time())
    with cluster.store.transaction():
        for name, number in phones(count).items():
            dirn = {"pattern": number, "routePartitionName": PARTITION}
            cluster.store.put("Line", {**dirn, "usage": "Device"})
            lines = {"line": [{"index": "1", "dirn": dirn}]}
            cluster.store.put("Phone", {"name": name, **common, "lines": lines})
    cluster.registrar.registry._known.update(
        {
            name: Registration(
                *(name, "Registered", 0, "127.0.0.1", "SIP", model.loads["SIP"]),
                lines={number: "Registered"},
                timestamp=now,
            )
            for name, number in phones(count).items()
        }
    )


def state(cluster: Cluster) -> dict[str, Any]:
    """What was asked so far."""
    return {"ris": cluster.ris_requests, "axl": sum(cluster.publisher.requests.values())}


async def serve(folder: Path, count: int) -> None:
    """Answer until standard input ends."""
    block, holder = claim_block()
    authority = CertificateAuthority()
    (folder / "ca.pem").write_bytes(authority.pem)
    cluster = Cluster(
        CucmSpec(),
        addresses=[block.node(0)],
        ports=PORTS,
        authority=authority,
        folder=folder,
        passwords=dict.fromkeys(ROLES, PASSWORD),
    )
    await cluster.start()
    try:
        fill(cluster, count)
        print(cluster.address, flush=True)
        while await asyncio.to_thread(sys.stdin.readline):
            print(json.dumps(state(cluster)), flush=True)
    finally:
        await cluster.stop()
        holder.close()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), int(sys.argv[2])))
