"""The `fleet` of a site file: many switches and phones out of a few keys, rolled out already, and what is broken."""

from __future__ import annotations

from typing import Any

from lab.net import FIRST_VOICE_SUBNET, MAX_VOICE_SUBNETS
from lab.site_checks import Checker
from lab.site_specs import LineSpec, PhoneSpec, SwitchSpec

KEYS = ("switches", "phones", "switch", "model", "protocol", "first_number", "faults")
MAX_PHONES = 10_000
_PORTS, _STACK, _MODEL = 48, 2, "C9300-48P"
_CONFIG = """\
vlan 10
 name DATA
vlan {vlan}
 name VOICE
{ranges}interface Vlan{vlan}
 description Voice
 ip address {{block}}.{subnet}.1 255.255.255.0
 no shutdown
ip dhcp excluded-address {{block}}.{subnet}.1 {{block}}.{subnet}.9
ip dhcp pool VOICE
 network {{block}}.{subnet}.0 255.255.255.0
 default-router {{block}}.{subnet}.1
 option 150 ip {tftp}
"""
_RANGE = """\
interface range GigabitEthernet{member}/0/1 - {ports}
 switchport access vlan 10
 switchport mode access
 switchport voice vlan {vlan}
 spanning-tree portfast
"""


def expand(check: Checker, value: Any, tftp_servers: int) -> tuple[list[SwitchSpec], list[PhoneSpec], dict[str, int]]:
    """The switches, the phones, and fault -> how many phones have it. Each switch has a voice VLAN and pool of its own.

    Phone number i (from 0) is SEP0200 and eight hexadecimal digits of i + 1, and sits at the switch i / (phones per
    switch), counted from 1, at the port of the rest; a switch of more than 47 phones is a stack of two.
    """
    data = check.mapping(value, "fleet", KEYS)
    switches = check.whole(data, "switches", "fleet", 50, 1, MAX_VOICE_SUBNETS)
    phones = check.whole(data, "phones", "fleet", 1000, 1, min(MAX_PHONES, switches * _PORTS * _STACK))
    pattern = check.text(data, "switch", "fleet", "sw{n}")
    model = check.text(data, "model", "fleet", "8841")
    protocol = check.choice(data, "protocol", "fleet", ("SIP", "SCCP"))
    first = check.whole(data, "first_number", "fleet", 2_000_000, 1, 10**9)
    faults = check.mapping(data.get("faults", {}), "fleet.faults", tuple(data.get("faults") or ()))
    counts = {name: check.whole(faults, name, "fleet.faults", 1, 1, phones) for name in faults}
    if "{n}" not in pattern:
        check.fault("fleet.switch", "the name needs {n} in it")
    each = -(-phones // switches)
    # A port beside the phones', where one can be plugged in wrongly.
    members = 1 if each < _PORTS else _STACK
    ports = min(_PORTS, -(-(each + 1) // members))
    tftp = " ".join(f"{{block}}.0.{10 + index}" for index in range(tftp_servers))
    specs = [
        SwitchSpec(
            name=pattern.replace("{n}", str(index + 1)),
            model=_MODEL,
            ports=ports,
            config=_config(100 + index, ports, members, FIRST_VOICE_SUBNET + index, tftp),
            stack=members,
        )
        for index in range(switches)
    ]
    return specs, [_phone(specs, index, each, model, protocol, first) for index in range(phones)], counts


def _config(vlan: int, ports: int, members: int, subnet: int, tftp: str) -> str:
    ranges = "".join(_RANGE.format(member=member, ports=ports, vlan=vlan) for member in range(1, members + 1))
    return _CONFIG.format(vlan=vlan, ranges=ranges, subnet=subnet, tftp=tftp)


def _phone(switches: list[SwitchSpec], index: int, each: int, model: str, protocol: str, first: int) -> PhoneSpec:
    number = str(first + index)
    switch, place = switches[index // each], index % each
    return PhoneSpec(
        mac=f"0200{index + 1:08X}",
        model=model,
        switch=switch.name,
        interface=f"GigabitEthernet{place // switch.ports + 1}/0/{place % switch.ports + 1}",
        protocol=protocol,
        description=f"Phone {number}",
        lines=(LineSpec(number),),
    )


def victims(phones: int, faults: dict[str, int]) -> list[tuple[int, str]]:
    """(index of a phone, fault): the faults one after the other, spread over all phones."""
    wanted = sum(faults.values())
    left = dict(faults)
    found: list[tuple[int, str]] = []
    for place in range(min(wanted, phones)):
        name = max(left, key=lambda fault: left[fault] / faults[fault])
        left[name] -= 1
        found.append((place * phones // min(wanted, phones), name))
    return found
