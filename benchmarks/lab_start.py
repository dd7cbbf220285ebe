"""How fast and how big many switches are: start of 200 switches x 48 ports, bare and with a configuration."""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import socket
import time

import asyncssh

from lab.switch import Credentials, Fabric, Switch

_PORTS = 48
_CONFIG = """\
vlan 10
 name DATA
vlan 20
 name VOICE
interface range gi1/0/1 - 48
 description desk
 switchport access vlan 10
 switchport mode access
 switchport voice vlan 20
 spanning-tree portfast
interface te1/1/1
 switchport mode trunk
"""


def _claim() -> tuple[socket.socket, str]:
    """A free block "127.N" and the socket that holds it. Raises OSError when none is free."""
    for number in range(10, 251):
        holder = socket.socket()
        try:
            holder.bind((f"127.{number}.0.1", 6999))
        except OSError:
            holder.close()
            continue
        return holder, f"127.{number}"
    raise OSError("no free block in 127.0.0.0/8")


def _resident() -> float:
    """Megabytes of this process now."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize() / 1e6


async def _measure(count: int, config: str, block: str) -> dict[str, float]:
    key = asyncssh.generate_private_key("ssh-ed25519")
    credentials = Credentials("netadmin", "login", "enable")
    fabric = Fabric(dhcp_port=6067)
    memory, begin = _resident(), time.perf_counter()
    switches = [
        Switch(
            f"sw{n}",
            address=f"{block}.{1 + n // 250}.{n % 250 + 1}",
            ssh_port=2022,
            model="C9300-48P",
            ports=_PORTS,
            config=config,
            credentials=credentials,
            host_key=key,
            fabric=fabric,
        )
        for n in range(count)
    ]
    for switch in switches:
        await switch.start()
    result = {"seconds": time.perf_counter() - begin, "megabytes": _resident() - memory}
    for switch in switches:
        await switch.stop()
    return result


def main(argv: list[str] | None = None) -> int:
    """Print a table and, as the last line, the numbers as JSON."""
    parser = argparse.ArgumentParser(prog="lab_start", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="20 switches instead of 200")
    count = 20 if parser.parse_args(argv).quick else 200
    holder, block = _claim()
    with holder:
        rows = {
            "factory": asyncio.run(_measure(count, "", block)),
            "configured": asyncio.run(_measure(count, _CONFIG, block)),
        }
    print(f"{count} switches x {_PORTS} ports   seconds   MB more   ms/switch")
    for name, row in rows.items():
        print(f"{name:<26} {row['seconds']:>7.2f} {row['megabytes']:>9.1f} {row['seconds'] / count * 1000:>11.2f}")
    total = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    print(f"process at its largest: {total:.0f} MB")
    ratio = rows["configured"]["seconds"] / rows["factory"]["seconds"]
    print(json.dumps({"switches": count, **rows, "process_megabytes": total, "configured_to_factory": ratio}))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
