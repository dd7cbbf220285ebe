# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ports as switches print them, rows as people write them, and the way between, for tests that walk every one."""

from __future__ import annotations

from hypothesis import assume
from hypothesis import strategies as st

from ansible_collections.dialtone.voice.plugins.module_utils._switch.platforms import PLATFORMS
from ansible_collections.dialtone.voice.plugins.module_utils._switch.ports import plan_ports, wanted_ports
from ansible_collections.dialtone.voice.plugins.module_utils._switch.rules import port_row_faults

from .ios_model import AUTO, BROUGHT, BROUGHT_MLS, IosPort

IOS = PLATFORMS["ios"]
NAME = "GigabitEthernet1/0/1"
VLANS = {1: "default", 10: "DATA", 20: "VOICE", 30: "VIDEO"}
MLS, XE = "mls qos", "switch 1 provision c9300-24p"


def text_of(lines: list[str], *top: str) -> str:
    return "".join(f"{line}\n!\n" for line in top) + f"interface {NAME}\n" + "".join(f" {line}\n" for line in lines)


def one_of(*texts: str | None) -> st.SearchStrategy[list[str]]:
    return st.sampled_from([[text] if text else [] for text in texts])


def sections(mls: bool) -> st.SearchStrategy[list[str]]:
    """Sections as a switch prints them."""
    trust = "mls qos trust device cisco-phone" if mls else "trust device cisco-phone"
    parts = [
        one_of(None, "description a", "description b"),
        one_of(None, "switchport mode dynamic desirable", "switchport mode access"),
        one_of(None, "switchport access vlan 10", "switchport access vlan 30", "switchport access vlan name DATA"),
        one_of(None, *(f"switchport voice vlan {each}" for each in ("20", "30", "dot1p", "untagged", "name VOICE"))),
        one_of(None, *(f"power inline {each}" for each in ("never", "static", "static max 9000", "auto max 15400"))),
        one_of(None, "power inline port priority high"),
        one_of(None, "no cdp enable"),
        one_of(None, "no lldp transmit"),
        one_of(None, "no lldp receive"),
        one_of(None, *(f"spanning-tree portfast{each}" for each in ("", " disable", " trunk"))),
        one_of(None, "spanning-tree bpduguard enable", "spanning-tree bpduguard disable"),
        st.sampled_from([[], [trust], [AUTO, *(BROUGHT_MLS if mls else BROUGHT)], ["priority-queue out"]]),
        one_of(None, *(f"switchport port-security maximum {each}" for each in (2, 3))),
        one_of(None, *(f"switchport port-security violation {each}" for each in ("protect", "restrict"))),
        one_of(None, "switchport port-security"),
        one_of(None, "switchport nonegotiate"),
        one_of(None, "storm-control broadcast level 5.00"),
        one_of(None, "shutdown"),
    ]
    return st.tuples(*parts).map(lambda found: _possible([line for lines in found for line in lines]))


def _possible(lines: list[str]) -> list[str]:
    """Leave out what only an access port can have."""
    needs = {"switchport port-security", "switchport nonegotiate"}
    return lines if "switchport mode access" in lines else [line for line in lines if line not in needs]


def maybe(*values: object) -> st.SearchStrategy[object]:
    return st.sampled_from([None, None, *values])


ROWS = st.fixed_dictionaries(
    {
        "enabled": maybe(True, False),
        "description": maybe("", "b", "c"),
        "access_vlan": maybe("1", "10", "DATA", "30"),
        "voice_vlan": maybe("20", "VOICE", "30", "none", "dot1p", "untagged"),
        "poe": maybe("auto", "static", "never"),
        "poe_max": maybe(9000, 15400),
        "poe_priority": maybe("low", "high"),
        "cdp": maybe(True, False),
        "lldp": maybe(True, False),
        "portfast": maybe(True, False),
        "bpdu_guard": maybe(True, False),
        "qos": maybe("auto", "trust", "none"),
        "port_security": maybe(True, False),
        "port_security_maximum": maybe(2, 3, 8),
        "port_security_violation": maybe("protect", "restrict", "shutdown"),
    }
)
TOPS = st.tuples(
    st.sampled_from(["", "spanning-tree portfast default", "spanning-tree portfast edge default"]),
    st.sampled_from(["", "spanning-tree portfast bpduguard default"]),
)


NXOS = PLATFORMS["nxos"]
NEXUS_NAME = "Ethernet1/1"
_NEXUS_FIELDS = (
    "enabled",
    "description",
    "access_vlan",
    "voice_vlan",
    "cdp",
    "lldp",
    "portfast",
    "bpdu_guard",
)


def _joined(parts: tuple[list[str], ...]) -> list[str]:
    return [line for lines in parts for line in lines]


NEXUS_SECTIONS = st.tuples(
    one_of(None, "description a"),
    one_of(None, "switchport access vlan 10", "switchport access vlan 30"),
    one_of(None, *(f"switchport voice vlan {each}" for each in ("20", "30", "dot1p", "untagged"))),
    one_of(None, "no cdp enable"),
    one_of(None, "no lldp transmit"),
    one_of(None, "no lldp receive"),
    one_of(None, *(f"spanning-tree port type {each}" for each in ("edge", "edge trunk", "normal", "network"))),
    one_of(None, "spanning-tree bpduguard enable", "spanning-tree bpduguard disable"),
    one_of(None, "mtu 9216"),
    one_of(None, "shutdown"),
).map(_joined)
NEXUS_TOPS = st.tuples(
    one_of(None, "feature lldp"),
    one_of(None, "spanning-tree port type edge default"),
    one_of(None, "spanning-tree port type edge bpduguard default"),
    one_of(None, "system default switchport shutdown"),
).map(_joined)
NEXUS_ROWS = ROWS.map(lambda row: {name: row[name] for name in _NEXUS_FIELDS})


def planned(config, row: dict, state: str, dialect=IOS, interface: str = NAME):
    """Return the plan of a row that has no fault, else try another one."""
    wanted = wanted_ports([{"interface": interface, **row}])
    assume(not port_row_faults(wanted))
    fields = dialect.fields_of(config)
    plans, faults = plan_ports(wanted, dialect.ports(config, VLANS), VLANS, "sw1", state=state, fields=fields)
    assume(not faults)
    return plans[0]


def walk(port: IosPort, lines: list[str]) -> list[dict[str, bool]]:
    """Take the lines and return what a phone has before the first and after each."""
    seen = [port.for_a_phone()]
    for line in lines:
        port.take(line)
        seen.append(port.for_a_phone())
    return seen


def unharmed(seen: list[dict[str, bool]], lines: list[str]) -> None:
    """What is there at both ends is there at every moment between."""
    for thing in seen[0]:
        if seen[0][thing] and seen[-1][thing]:
            assert all(moment[thing] for moment in seen), f"no {thing} for a moment: {lines}"
