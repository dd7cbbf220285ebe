# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a switch says of its ports, out of the result of `switch_voice_ports_info` with `startup: true`. Pure."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass, field

from ansible_collections.dialtone.voice.plugins.module_utils._startup.network import (
    Heard,
    Place,
    Port,
    Svi,
    Switch,
    Uplink,
)
from ansible_collections.dialtone.voice.plugins.module_utils._startup.proof import Proof
from ansible_collections.dialtone.voice.plugins.module_utils._switch.names import resolve
from ansible_collections.dialtone.voice.plugins.module_utils._text import normalize_mac

Result = t.Mapping[str, t.Any]

_PHONE = "phone"
# Behind these a trunk leads to no other switch.
_ENDS = (_PHONE, "access_point", "other")
_DISCOVERED = ("switch", "router")
# More addresses than that are behind a port that leads to a switch which doesn't say so.
_FEW = 8
# What RADIUS, or the switch in its place, decided about somebody at a port.
_DECIDED = re.compile(r"%(?:DOT1X|MAB|AUTHMGR|SESSION_MGR)-\d-(?:FAIL|SUCCESS):")
# Facts of which the switch was asked about all ports at once, so that no line about one is an answer too.
_TABLES = ("cdp", "lldp", "mac", "authentication", "log", "power")


@dataclass(frozen=True)
class SwitchReading:
    """A switch as it was read.

    :ivar ports: by the switch's own full name of the interface
    :ivar seen: MAC address (twelve upper-case digits) -> where it is seen, the port of the plan included; an address
        that is seen through an uplink has no place there
    :ivar gaps: what of the switch could not be had, in words
    """

    switch: Switch
    ports: t.Mapping[str, Port]
    seen: t.Mapping[str, list[Place]] = field(default_factory=dict)
    gaps: tuple[str, ...] = ()

    def port(self, interface: str) -> Port | None:
        """Return a port by the name that the plan gives it, None where the switch has none of that name."""
        try:
            name = resolve(interface, self.ports)
        except ValueError:
            return None
        return self.ports[name] if name else None


def read_switch(name: str, result: Result) -> SwitchReading | str:
    """Return a switch as it was read, or in words why it was not.

    :param name: the switch's name in the inventory
    :param result: of the module, as a task registers it; a failed one counts as far as it has facts
    """
    whole = result.get("startup")
    rows = result.get("results")
    if not isinstance(whole, t.Mapping) or not isinstance(rows, list):
        said = str(result.get("msg") or "").strip() or "it was read without 'startup: true'"
        return f"switch {name} could not be read: {said}"
    uplinks = _uplinks(name, whole, rows)
    trunking = {each["interface"] for each in whole["trunks"] or ()} | {row["key"] for row in rows if _leads_on(row)}
    vlans = _active(whole)
    left = {each["module"]: each["remaining"] for each in result.get("modules") or ()}
    ports: dict[str, Port] = {}
    seen: dict[str, list[Place]] = {}
    for row in rows:
        if "facts" not in row or "startup" not in row:
            continue
        proofs = _proofs(name, row, whole, result)
        port = _port(row, proofs, vlans, left)
        ports[port.interface] = port
        for mac, fact in _who(row, proofs, through=port.interface in trunking):
            place = Place(name, port.interface, proofs[fact], fact != "mac", port.voice_vlan)
            seen.setdefault(mac, []).append(place)
    switch = Switch(name, vlans, uplinks, _svis(name, whole), _switch_proofs(name, whole))
    return SwitchReading(switch, ports, seen, tuple(dict.fromkeys(whole["errors"].values())))


def _active(whole: Result) -> dict[int, str] | None:
    if whole["vlans"] is None:
        return None
    return {each["id"]: each["name"] for each in whole["vlans"] if each["status"] == "active"}


def _leads_on(row: Result) -> bool:
    """Whether a port leads to more of the network, by its mode, by who is heard there, or by how many are behind it."""
    facts = row.get("facts") or {}
    trunks = (facts.get("link") or {}).get("vlan") == "trunk" or "trunk" in str(
        (facts.get("operating") or {}).get("mode")
    )
    many = len({each["mac"] for each in facts.get("macs") or ()}) > _FEW
    return trunks or many or _to_network(row)


def _to_network(row: Result) -> bool:
    facts = row.get("facts") or {}
    return any(each["kind"] in _DISCOVERED for each in (*(facts.get("cdp") or ()), *(facts.get("lldp") or ())))


def _leading(ports: t.Collection[str], trunks: t.Collection[str]) -> set[str]:
    """Return the trunks that lead to the network: none, where a neighbour is behind a port that doesn't trunk.

    A bundle's neighbours are heard at its members, which aren't in the table of trunks.
    """
    others = [port for port in ports if port not in trunks]
    bundles = {trunk for trunk in trunks if trunk.lower().startswith("port-channel")}
    if others and not bundles:
        return set()
    return {trunk for trunk in trunks if trunk in ports} | (bundles if others else set())


def _uplinks(name: str, whole: Result, rows: t.Sequence[Result]) -> tuple[Uplink, ...] | None:
    if whole["trunks"] is None:
        return None
    ends = set()
    for row in rows:
        facts = row.get("facts") or {}
        kinds = {each["kind"] for each in (*(facts.get("cdp") or ()), *(facts.get("lldp") or ()))}
        if kinds and kinds <= set(_ENDS):
            ends.add(row["key"])
    asked = _asked(whole, "trunks")
    trunks = [each["interface"] for each in whole["trunks"]]
    leads = _leading([row["key"] for row in rows if _to_network(row)], trunks)
    return tuple(
        Uplink(
            each["interface"],
            frozenset(_expand(each["forwarding"])),
            Proof(f"switch {name}", asked, each["quote"]),
            each["interface"] in leads,
        )
        for each in whole["trunks"]
        if each["interface"] not in ends
    )


def _expand(ranges: str) -> t.Iterator[int]:
    for part in filter(None, ranges.split(",")):
        first, _dash, last = part.partition("-")
        yield from range(int(first), int(last or first) + 1)


def _svis(name: str, whole: Result) -> tuple[Svi, ...]:
    asked = _asked(whole, "config")
    return tuple(
        Svi(
            name,
            each["vlan"],
            address,
            tuple(each["helpers"]),
            each["enabled"],
            Proof(f"switch {name}", asked, each["quote"]),
            tuple(each["virtual"]),
        )
        for each in whole["svis"]
        for address in each["addresses"] or ("",)
    )


def _asked(whole: Result, fact: str) -> str:
    return str((whole["asked"].get(fact) or {}).get("command") or "")


def _switch_proofs(name: str, whole: Result) -> dict[str, Proof]:
    source = f"switch {name}"
    proofs = {}
    if whole["vlans"] is not None:
        table = [f"{each['id']:<4} {each['name']:<32} {each['status']}" for each in whole["vlans"]]
        proofs["vlans"] = Proof(source, _asked(whole, "vlans"), "\n".join(table))
    for protocol in ("cdp", "lldp"):
        lines = [line for line in whole["runs"] if protocol in line]
        if lines:
            proofs[protocol] = Proof(source, _asked(whole, "config"), "\n".join(lines))
    return proofs


def _proofs(name: str, row: Result, whole: Result, result: Result) -> dict[str, Proof]:
    """Quote the switch about one port: the header of the table, and its lines."""
    source, proofs = f"switch {name}", {}
    quotes = dict(row["startup"]["quotes"])
    module = (row["facts"].get("power") or {}).get("module")
    for fact in _TABLES:
        if fact not in quotes and fact in whole["asked"]:
            # Older releases don't say in the details at which port a neighbour is heard; the short table did.
            heard = row["facts"].get(fact) if fact == "lldp" else None
            lines = [f"System Name: {each['name']}\nPort id: {each['port']}" for each in heard or ()]
            quotes[fact] = "\n".join(lines) or f"(nothing about {row['key']})"
    for fact, text in quotes.items():
        header = (whole["asked"].get(fact) or {}).get("header")
        parts = [header] if header and not text.startswith("(") else []
        if fact == "power" and module in whole["modules"]:
            parts.insert(0, whole["modules"][module])
        if fact == "config":
            parts += [line for line in whole["runs"] if line.startswith("no ") or line.endswith("run")]
        proofs[fact] = Proof(source, _asked(whole, fact), "\n".join([*parts, text]))
    for fact in ("cdp", "lldp"):
        words = (result.get("unavailable") or {}).get(fact)
        if words and fact not in proofs:
            proofs[fact] = Proof(source, f"show {fact} neighbors detail", words)
    return proofs


def _port(row: Result, proofs: t.Mapping[str, Proof], vlans: t.Mapping[int, str] | None, left: Result) -> Port:
    facts, more = row["facts"], row["startup"]
    configured, operating = facts["configured"], facts["operating"] or {}
    power = facts["power"] or {}
    voice_vlan = configured.get("voice_vlan")
    if voice_vlan is None:
        # A port may have it from elsewhere, such as a template that the switch binds to it by itself.
        voice_vlan = operating.get("voice_vlan")
    heard = [_heard(each) for fact in ("cdp", "lldp") for each in facts[fact] or ()]
    unheard = facts["cdp"] is None and facts["lldp"] is None
    return Port(
        interface=row["key"],
        enabled=configured.get("enabled"),
        link=(facts["link"] or {}).get("status"),
        err_disabled=facts["err_disabled"] or "",
        poe=configured.get("poe"),
        power_admin=power.get("admin"),
        power_oper=power.get("oper"),
        power_watts=power.get("watts"),
        power_device=power.get("device"),
        power_left=left.get(power.get("module")),
        mode=configured.get("mode"),
        access_vlan=configured.get("access_vlan"),
        voice_vlan=voice_vlan,
        voice_vlan_exists=_exists(voice_vlan, operating.get("voice_vlan_name"), vlans),
        cdp=more["sends_cdp"],
        lldp=more["sends_lldp"],
        heard=None if unheard else tuple(heard),
        macs=None if facts["macs"] is None else tuple(dict.fromkeys(each["mac"] for each in facts["macs"])),
        authorized=_authorized(more, facts),
        link_changes=more["link_changes"],
        log=tuple(filter(None, more["quotes"].get("log", "").split("\n"))),
        proofs=proofs,
    )


def _heard(each: Result) -> Heard:
    return Heard(
        each["name"], each["platform"], each["kind"], each["protocol"], each.get("address"), each.get("voice_vlan")
    )


def _exists(vlan: t.Any, named: str | None, vlans: t.Mapping[int, str] | None) -> bool | None:
    """Whether the switch has a port's voice VLAN: by its table, else by the name that the port's own facts show."""
    if not isinstance(vlan, int):
        return None
    if vlans is not None:
        return vlan in vlans
    return None if named is None else named.casefold() != "inactive"


def _authorized(more: Result, facts: Result) -> bool | None:
    """Say whether the phone of a port may send: by its own session, else by those for voice, else by all."""
    asked = more["authentication"]
    sessions = asked["sessions"]
    if not asked["closed"] or not sessions:
        return None
    phone = _mac_of(facts.get("phone"))
    own = [each for each in sessions if phone and each["mac"] == phone]
    voice = [each for each in sessions if each["domain"] == "VOICE"]
    states = [each["authorized"] for each in own or voice or sessions]
    if None in states and not any(states):
        # Where nobody is let in, it begins anew again and again; only the log tells that it failed.
        told = [line for line in more["quotes"].get("log", "").split("\n") if _DECIDED.search(line)]
        return False if False in states or (told and "-FAIL:" in told[-1]) else None
    return any(states)


def _mac_of(name: t.Any) -> str | None:
    try:
        return normalize_mac(name) if name else None
    except ValueError:
        return None


def _who(row: Result, proofs: t.Mapping[str, Proof], *, through: bool) -> t.Iterator[tuple[str, str]]:
    """Return who is at a port, with the fact that tells it.

    That is the phone that is heard there, and addresses, unless the port leads on to others.
    """
    facts = row["facts"]
    found: dict[str, str] = {}
    for fact in ("cdp", "lldp"):
        for each in facts[fact] or ():
            mac = _mac_of(each["name"].split(".")[0] if each["kind"] == _PHONE else None)
            if mac is None and each["kind"] == _PHONE:
                mac = _mac_of(str(each.get("port", "")).removesuffix(":P1"))
            if mac and fact in proofs:
                found.setdefault(mac, fact)
    if not through and "mac" in proofs:
        for each in facts["macs"] or ():
            found.setdefault(each["mac"], "mac")
    return iter(found.items())
