"""`show ip dhcp ...`."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

from .render import dotted
from .show_system import lease_end

if TYPE_CHECKING:
    from .state import DhcpPool
    from .switch import Switch


def _dotted(digits: str) -> list[str]:
    """A client identifier in groups of four digits, over several rows of 20 characters if it is long."""
    text = dotted(digits)
    return [text[i : i + 20] for i in range(0, len(text), 20)]


def _interface(switch: Switch, leased: str) -> str:
    ip = ipaddress.IPv4Address(leased)
    for name, config in switch.config.interfaces.items():
        address = config.get("address")
        if address and ip in ipaddress.IPv4Network("/".join(address), strict=False):
            return name
    return "Unknown"


def binding(switch: Switch) -> str:
    """`show ip dhcp binding`, in the shape of the switch's release."""
    server = switch.dhcp_server
    server.expire()
    states = switch.model.binding_shows_state
    width = 16 if states else 20
    head = f"{'IP address':<{width}}{'Client-ID/':<24}{'Lease expiration':<24}{'Type':<11}"
    lines = [
        "Bindings from all pools not associated with VRF:",
        f"{head}{'State':<11}Interface" if states else head.rstrip(),
        f"{'':<{width}}Hardware address/",
        f"{'':<{width}}User name",
    ]
    rows = [
        (each.address, each.client_id.hex(), each.expires, "Automatic", "Selecting" if each.selecting else "Active")
        for each in server.bindings.values()
    ]
    rows += [
        (pool.host[0], pool.client_id or pool.hardware or "", None, "Manual", "Active")
        for pool in switch.config.pools.values()
        if pool.host is not None and (pool.client_id or pool.hardware)
    ]
    for address, client, expires, kind, state in sorted(rows, key=lambda row: ipaddress.IPv4Address(row[0])):
        first, *rest = _dotted(client)
        row = f"{address:<{width}}{first:<24}{lease_end(expires):<24}{kind:<11}"
        if states:
            row += f"{state:<11}{_interface(switch, address)}"
        lines.append(row.rstrip())
        lines += [f"{'':<{width}}{part}" for part in rest]
    return "\n".join(lines)


def _pool(switch: Switch, pool: DhcpPool) -> str:
    server = switch.dhcp_server
    network = pool.network
    leased = sum(b.pool == pool.name and not b.selecting for b in server.bindings.values())
    lines = [
        f"Pool {pool.name} :",
        " Utilization mark (high/low)    : 100 / 0",
        " Subnet size (first/next)       : 0 / 0 ",
    ]
    if network is None:
        return "\n".join(
            [
                *lines,
                f" Total addresses                : {int(pool.host is not None)}",
                f" Leased addresses               : {int(pool.host is not None)}",
                " Excluded addresses             : 0",
                " Pending event                  : none",
                " 0 subnet is currently in the pool :",
            ]
        )
    total = max(network.num_addresses - 2, 0)
    excluded = sum(server.excluded(ip) for ip in network.hosts())
    free = (str(ip) for ip in network.hosts() if str(ip) not in server.bindings and server.usable(pool, str(ip)))
    current = next(free, str(network.broadcast_address))
    low, high = network.network_address + 1, network.broadcast_address - 1
    return "\n".join(
        [
            *lines,
            f" Total addresses                : {total}",
            f" Leased addresses               : {leased}",
            f" Excluded addresses             : {excluded}",
            " Pending event                  : none",
            " 1 subnet is currently in the pool :",
            " Current index        IP address range                    Leased/Excluded/Total",
            f" {current:<20} {low!s:<16} - {high!s:<16}  {leased:<5} / {excluded:<5} / {total}",
        ]
    )


def pools(switch: Switch, name: str | None = None) -> str:
    """`show ip dhcp pool [NAME]`."""
    switch.dhcp_server.expire()
    found = [pool for pool in switch.config.pools.values() if name in (None, pool.name)]
    if name is not None and not found:
        return f"% Pool {name} is not in the database."
    return "\n\n".join(_pool(switch, pool) for pool in found)


def conflicts(switch: Switch) -> str:
    """`show ip dhcp conflict`."""
    lines = ["IP address        Detection method   Detection time          VRF"]
    lines += [
        f"{address:<18}Gratuitous ARP     {lease_end(moment)}"
        for address, moment in switch.dhcp_server.conflicts.items()
    ]
    return "\n".join(lines)
