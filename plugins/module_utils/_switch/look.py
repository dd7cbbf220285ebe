# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `switch_voice_ports_info` does with a session: a few commands for a whole switch, laid out by port."""

from __future__ import annotations

import typing as t
from dataclasses import asdict, dataclass, field

from ansible_collections.dialtone.voice.plugins.module_utils._argspec import row_fault
from ansible_collections.dialtone.voice.plugins.module_utils._errors import InvalidPlan, Refused, Unsupported
from ansible_collections.dialtone.voice.plugins.module_utils._results import Rows
from ansible_collections.dialtone.voice.plugins.module_utils._switch import facts, neighbors, power, startup, tables
from ansible_collections.dialtone.voice.plugins.module_utils._switch.config import Config
from ansible_collections.dialtone.voice.plugins.module_utils._switch.dialect import Dialect
from ansible_collections.dialtone.voice.plugins.module_utils._switch.names import canonical, resolve
from ansible_collections.dialtone.voice.plugins.module_utils._switch.platforms import read_config
from ansible_collections.dialtone.voice.plugins.module_utils._switch.ports import ROUTED, VIRTUAL, Port
from ansible_collections.dialtone.voice.plugins.module_utils._switch.scrub import scrub_line
from ansible_collections.dialtone.voice.plugins.module_utils._text import nearest

# Sockets inside the switch.
_INSIDE = ("AppGigabitEthernet", "Bluetooth", "Wl")

_T = t.TypeVar("_T")


class Showing(t.Protocol):
    """A session that only shows."""

    hostname: str

    def show(self, command: str) -> str: ...


def spelling_faults(interfaces: t.Sequence[str]) -> list[str]:
    """Return what is wrong with the names by themselves, before any switch is asked."""
    faults = []
    for index, name in enumerate(interfaces):
        try:
            canonical(name)
        except ValueError as error:
            faults.append(row_fault("interfaces", index, name, str(error)))
    return faults


def chosen(interfaces: t.Sequence[str], ports: dict[str, Port], host: str) -> list[str]:
    """Return the switch's own names of the interfaces that are asked for, or of all where a phone can be plugged in.

    :raises InvalidPlan: interfaces that the switch does not have
    """
    if not interfaces:
        return [
            name for name, port in ports.items() if port.kind not in (VIRTUAL, ROUTED) and not name.startswith(_INSIDE)
        ]
    faults = []
    names: list[str] = []
    for index, given in enumerate(interfaces):
        name = resolve(given, ports)
        if name is None:
            like = nearest(canonical(given), ports)
            found = f"the nearest are {', '.join(like)}" if like else f"it has {len(ports)} interfaces"
            faults.append(row_fault("interfaces", index, given, f"{host} has no interface {canonical(given)}: {found}"))
        elif name in names:
            faults.append(row_fault("interfaces", index, given, f"{name} stands in the list already: keep one of them"))
        else:
            names.append(name)
    if faults:
        raise InvalidPlan(faults)
    return names


@dataclass
class Seen:
    """A switch as it was read; a table that it doesn't have is None, with its words in `unavailable`.

    :ivar errors: the answers that were not understood, in words, by fact
    """

    status: dict[str, facts.Link] | None = None
    errdisabled: dict[str, str] | None = None
    switchport: dict[str, facts.Operating] | None = None
    power: power.PowerTable | None = None
    cdp: list[neighbors.Neighbor] | None = None
    lldp: list[neighbors.Neighbor] | None = None
    mac: dict[str, list[facts.Address]] | None = None
    unavailable: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


def read_ports(session: Showing, dialect: Dialect) -> tuple[dict[str, Port], Config]:
    """Read the configuration, with one command or with two where VLANs are given by names that it doesn't explain.

    :return: the ports by name, and the configuration
    """
    config = read_config(dialect, session.show(dialect.commands["running"]))
    ports = dialect.ports(config, dialect.vlans(config))
    named = any(
        isinstance(vlan, str) and vlan.startswith("name ")
        for port in ports.values()
        for vlan in (port.state.access_vlan, port.state.voice_vlan)
    )
    if named and "vlans" in dialect.commands:
        ports = dialect.ports(config, dialect.vlans(config, session.show(dialect.commands["vlans"])))
    return ports, config


def see(session: Showing, dialect: Dialect, names: Names, more: startup.Startup | None = None) -> Seen:
    """Read the tables of a switch. One that is not understood leaves the others as they are.

    :param more: where it is given, what tells of a phone's start-up is read too, and put there
    """
    seen = Seen()
    kind, commands = dialect.device_type, dialect.commands

    def ask(fact: str, parse: t.Callable[[str], _T]) -> _T | None:
        if fact not in commands:
            seen.unavailable[fact] = f"platform {dialect.platform} has no such command"
            return None
        try:
            answer = session.show(commands[fact])
            absent = tables.absence(answer)
            if not absent:
                found = parse(answer)
                if more is not None:
                    more.texts[fact] = answer
                return found
        except Refused as error:
            absent = tables.absence(error.words)
            if not absent:
                seen.errors[fact] = str(error)
                return None
        except Unsupported as error:
            seen.errors[fact] = str(error)
            return None
        seen.unavailable[fact] = absent
        return None

    seen.status = ask("status", lambda text: facts.parse_status(kind, commands["status"], text))
    if seen.status is None or any(link.status == facts.ERR_DISABLED for link in seen.status.values()):
        seen.errdisabled = ask("errdisabled", lambda text: facts.parse_errdisabled(kind, commands["errdisabled"], text))
    seen.switchport = ask("switchport", lambda text: facts.parse_switchport(kind, commands["switchport"], text))
    seen.power = ask("power", lambda text: power.parse_power(text, kind))
    seen.cdp = ask("cdp", lambda text: neighbors.parse_cdp(kind, text))
    seen.lldp = ask("lldp", lambda text: _placed(session, kind, neighbors.parse_lldp(kind, text)))
    seen.mac = ask("mac", lambda text: facts.parse_macs(kind, commands["mac"], text))
    if more is not None:
        trunking = [name for name, link in (seen.status or {}).items() if link.vlan == "trunk"]
        startup.see_more(ask, dialect, more, names.own, seen.unavailable, trunking)
    return seen


def _placed(session: Showing, kind: str, found: list[neighbors.Neighbor]) -> list[neighbors.Neighbor]:
    """Ask for the short table too where the details leave open at which port somebody is heard."""
    if all(each.interface for each in found):
        return found
    try:
        table = session.show(neighbors.LLDP_TABLE_COMMAND)
    except Refused:
        return found
    return neighbors.place(kind, found, table)


def lay_out(rows: Rows, ports: dict[str, Port], fields: t.Collection[str], seen: Seen, own: Names) -> None:
    """Give each row the facts of its port. Where an answer was not understood, every row says so."""
    status = own.keyed(seen.status)
    reasons = own.keyed(seen.errdisabled)
    operating = own.keyed(seen.switchport)
    powered = own.keyed(seen.power.ports if seen.power else None)
    addresses = own.keyed(seen.mac)
    heard = {
        protocol: None if found is None else own.grouped(found)
        for protocol, found in (("cdp", seen.cdp), ("lldp", seen.lldp))
    }
    for row in rows:
        port = ports[row.key]
        near = {protocol: None if found is None else found.get(row.key, []) for protocol, found in heard.items()}
        row.extra["facts"] = {
            "link": _as_dict((status or {}).get(row.key)),
            "err_disabled": (reasons or {}).get(row.key),
            "power": _power(row.key, seen.power, (powered or {}).get(row.key)),
            "configured": port.state.as_dict(fields),
            "operating": _as_dict((operating or {}).get(row.key)),
            "phone": _phone([*(near["cdp"] or []), *(near["lldp"] or [])]),
            **{name: None if found is None else [_neighbor(each) for each in found] for name, found in near.items()},
            "macs": None if addresses is None else [asdict(each) for each in addresses.get(row.key, [])],
            "others": [scrub_line(line) for line in port.others],
            "obstacle": port.obstacle or None,
        }
        if seen.errors:
            row.fail("; ".join(seen.errors.values()))
        else:
            row.done(changed=False)


def summary(seen: Seen) -> dict[str, t.Any]:
    """Return what is known of the switch as a whole."""
    budgets = seen.power.modules if seen.power else {}
    unplaced = [each for each in (*(seen.cdp or []), *(seen.lldp or [])) if each.interface is None]
    return {
        "modules": None if seen.power is None else [{"module": name, **asdict(each)} for name, each in budgets.items()],
        "unplaced_neighbors": [_neighbor(each) for each in unplaced],
        "unavailable": seen.unavailable,
    }


class Names:
    """The way from the names in a switch's tables to those in its configuration, each looked up once."""

    def __init__(self, ports: dict[str, Port]) -> None:
        self._ports = ports
        self._known: dict[str, str | None] = {name.casefold(): name for name in ports}

    def own(self, name: str) -> str | None:
        folded = name.casefold()
        if folded not in self._known:
            try:
                self._known[folded] = resolve(name, self._ports)
            except ValueError:
                self._known[folded] = None
        return self._known[folded]

    def keyed(self, table: dict[str, _T] | None) -> dict[str, _T] | None:
        if table is None:
            return None
        return {self.own(name) or name: value for name, value in table.items()}

    def grouped(self, found: list[neighbors.Neighbor]) -> dict[str, list[neighbors.Neighbor]]:
        groups: dict[str, list[neighbors.Neighbor]] = {}
        for each in found:
            if each.interface is not None:
                groups.setdefault(self.own(each.interface) or each.interface, []).append(each)
        return groups


def _as_dict(value: t.Any) -> dict[str, t.Any] | None:
    return None if value is None else asdict(value)


def _power(name: str, table: power.PowerTable | None, port: power.PortPower | None) -> dict[str, t.Any] | None:
    if table is None or port is None:
        return None
    return {
        "admin": port.admin,
        "oper": port.oper,
        "watts": port.watts,
        "device": port.device,
        "class": port.power_class,
        "max_watts": port.max_watts,
        "module": table.module_of(name),
    }


def _neighbor(each: neighbors.Neighbor) -> dict[str, t.Any]:
    found = asdict(each)
    del found["interface"]
    return {**found, "capabilities": list(each.capabilities)}


def _phone(found: list[neighbors.Neighbor]) -> str | None:
    """Return the name of the phone, None where no phone is heard."""
    phones = [each for each in found if each.kind == neighbors.PHONE]
    names = [each.phone for each in phones if each.phone] + [each.name or each.port for each in phones]
    return names[0] if names else None
