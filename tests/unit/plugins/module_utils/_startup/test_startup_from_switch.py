# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a switch says, out of the result of switch_voice_ports_info with startup: true."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._results import Rows
from ansible_collections.dialtone.voice.plugins.module_utils._startup.from_switch import SwitchReading, read_switch
from ansible_collections.dialtone.voice.plugins.module_utils._switch import look, startup
from ansible_collections.dialtone.voice.plugins.module_utils._switch.platforms import PLATFORMS

IOS = PLATFORMS["ios"]
PORT, OTHER, UPLINK = (f"GigabitEthernet1/0/{number}" for number in (1, 2, 24))
MAC = "00005E005301"

# A switch with a phone at the first port; the second has nobody, and the last leads to the core.
ANSWERS = {
    "running": """\
Current configuration : 900 bytes
!
lldp run
!
interface GigabitEthernet1/0/1
 switchport access vlan 10
 switchport mode access
 switchport voice vlan 20
 authentication port-control auto
!
interface GigabitEthernet1/0/2
 switchport mode access
 switchport voice vlan 30
 power inline never
 no cdp enable
 shutdown
!
interface GigabitEthernet1/0/24
 switchport mode trunk
!
interface Vlan20
 ip address 10.1.20.1 255.255.255.0
 ip helper-address 10.1.5.10
""",
    "status": """\
Port      Name               Status       Vlan       Duplex  Speed Type
Gi1/0/1                      connected    10         a-full  a-1000 10/100/1000BaseTX
Gi1/0/2                      disabled     1            auto   auto 10/100/1000BaseTX
Gi1/0/24  core               connected    trunk      a-full  a-1000 10/100/1000BaseTX
""",
    "switchport": """\
Name: Gi1/0/1
Switchport: Enabled
Administrative Mode: static access
Operational Mode: static access
Access Mode VLAN: 10 (DATA)
Voice VLAN: 20 (VOICE)

Name: Gi1/0/2
Switchport: Enabled
Administrative Mode: static access
Operational Mode: down
Access Mode VLAN: 1 (default)
Voice VLAN: 30 (Inactive)

Name: Gi1/0/24
Switchport: Enabled
Administrative Mode: trunk
Operational Mode: trunk
Access Mode VLAN: 1 (default)
Voice VLAN: none
""",
    "power": """\
Module   Available     Used     Remaining
          (Watts)     (Watts)    (Watts)
------   ---------   --------   ---------
1           435.0      430.0         5.0
Interface Admin  Oper       Power   Device              Class Max
                            (Watts)
--------- ------ ---------- ------- ------------------- ----- ----
Gi1/0/1   auto   on         6.3     IP Phone 8841       2     30.0
Gi1/0/2   off    off        0.0     n/a                 n/a   30.0
""",
    "cdp": f"""\
-------------------------
Device ID: SEP{MAC}
Entry address(es):
  IP address: 10.1.20.51
Platform: Cisco IP Phone 8841,  Capabilities: Host Phone Two-port Mac Relay
Interface: GigabitEthernet1/0/1,  Port ID (outgoing port): Port 1
Holdtime : 150 sec

Version :
sip88xx.12-8-1-0001-455

advertisement version: 2
Duplex: full
Power drawn: 6.300 Watts

Total cdp entries displayed : 1
""",
    "lldp": "\nTotal entries displayed: 0\n",
    "mac": """\
          Mac Address Table
-------------------------------------------

Vlan    Mac Address       Type        Ports
----    -----------       --------    -----
  20    0000.5e00.5301    DYNAMIC     Gi1/0/1
  10    0000.5e00.5399    DYNAMIC     Gi1/0/1
  20    0000.5e00.5302    DYNAMIC     Gi1/0/24
Total Mac Addresses for this criterion: 3
""",
    "vlans": """\
VLAN Name                             Status    Ports
---- -------------------------------- --------- -------------------------------
1    default                          active    Gi1/0/2
10   DATA                             active    Gi1/0/1
20   VOICE                            active    Gi1/0/1
40   OLD                              suspended
""",
    "trunks": """\
Port        Mode             Encapsulation  Status        Native vlan
Gi1/0/24    on               802.1q         trunking      1

Port        Vlans allowed on trunk
Gi1/0/24    1,10,20,40

Port        Vlans allowed and active in management domain
Gi1/0/24    1,10,20

Port        Vlans in spanning tree forwarding state and not pruned
Gi1/0/24    1,10
""",
    "sessions": """\
Interface    MAC Address    Method  Domain  Status Fg Session ID
Gi1/0/1      0000.5e00.5301 mab     UNKNOWN Unauth    0A0A1DFE00001F8D160101FF
Gi1/0/1      0000.5e00.5399 dot1x   DATA    Auth      0A0A1DFE00001C8D5E0101FF

Session count = 2
""",
    "log": f"""\
Syslog logging: enabled

Log Buffer (4096 bytes):

*Mar  1 09:10:00.001: %LINK-3-UPDOWN: Interface {PORT}, changed state to up
*Mar  1 09:10:07.001: %MAB-5-FAIL: Authentication failed for client (0000.5e00.5301) on Interface Gi1/0/1
""",
}


class Answering:
    """A switch that was asked all this before."""

    hostname = "access-sw1"

    def __init__(self, **changes: str) -> None:
        answers = {**ANSWERS, **changes}
        self._answers = {IOS.commands[fact]: text for fact, text in answers.items()}
        self.asked: list[str] = []

    def show(self, command: str) -> str:
        self.asked.append(command)
        return self._answers[command]


def result_of(session: Answering) -> dict[str, Any]:
    ports, config = look.read_ports(session, IOS)
    rows, names, more = Rows("interfaces", look.chosen([], ports, "")), look.Names(ports), startup.Startup(config)
    seen = look.see(session, IOS, names, more)
    look.lay_out(rows, ports, IOS.fields_of(config), seen, names)
    facts = startup.PortFacts(more, IOS, names.own)
    for row in rows:
        row.extra["startup"] = facts.of(row.key)
    whole = {**startup.summary(more, IOS, names.own), "errors": seen.errors}
    return rows.result(**look.summary(seen), startup=whole)


def read(**changes: str) -> SwitchReading:
    found = read_switch("sw1", result_of(Answering(**changes)))
    assert isinstance(found, SwitchReading)
    return found


def test_the_switch_as_a_whole():
    switch = read().switch
    assert switch.vlans == {1: "default", 10: "DATA", 20: "VOICE"}
    (uplink,) = switch.uplinks or ()
    assert (uplink.interface, uplink.vlans) == (UPLINK, {1, 10})
    assert uplink.proof is not None
    assert uplink.proof.asked == "show interfaces trunk"
    assert "Gi1/0/24    1,10,20" in uplink.proof.answer.split("\n")
    (svi,) = switch.svis
    assert (svi.switch, svi.vlan, svi.address, svi.helpers, svi.up) == (
        *("sw1", 20, "10.1.20.1/24"),
        ("10.1.5.10",),
        True,
    )
    assert "40   OLD                              suspended" in switch.proofs["vlans"].answer


def test_a_port_with_a_phone():
    reading = read()
    port = reading.port("Gi1/0/1")
    assert port is reading.ports[PORT]
    assert (port.enabled, port.link, port.err_disabled, port.mode) == (True, "connected", "", "access")
    assert (port.poe, port.power_admin, port.power_oper, port.power_watts, port.power_left) == (
        *("auto", "auto", "on"),
        *(6.3, 5.0),
    )
    assert (port.voice_vlan, port.voice_vlan_exists, port.cdp, port.lldp) == (20, True, True, True)
    assert [(each.name, each.kind, each.protocol, each.address) for each in port.heard or ()] == [
        (f"SEP{MAC}", "phone", "cdp", "10.1.20.51")
    ]
    assert port.macs == (MAC, "00005E005399")
    assert port.link_changes == 1
    assert len(port.log) == 2
    # The computer behind the phone is let in, the phone is not.
    assert port.authorized is False


def test_a_port_without_one():
    port = read().ports[OTHER]
    assert (port.enabled, port.link, port.poe, port.power_admin) == (False, "disabled", "never", "off")
    assert (port.voice_vlan, port.voice_vlan_exists) == (30, False)
    assert (port.cdp, port.lldp, port.heard, port.macs, port.authorized) == (False, True, (), (), None)


def test_every_proof_quotes_the_switch():
    reading = read()
    lines = {line.strip() for text in ANSWERS.values() for line in text.split("\n")}
    proofs = reading.ports[PORT].proofs
    assert set(proofs) == {
        *("config", "link", "power", "switchport", "cdp", "lldp", "mac", "authentication", "log"),
    }
    for fact, proof in proofs.items():
        assert proof.source == "switch sw1"
        assert proof.asked.startswith("show ")
        assert fact == "lldp" or all(line.strip() in lines for line in proof.answer.split("\n")), proof
    assert "1           435.0      430.0         5.0" in proofs["power"].answer
    assert proofs["lldp"].answer == f"(nothing about {PORT})"
    assert proofs["link"].answer.split("\n")[0].startswith("Port      Name")


def test_what_is_seen_through_an_uplink_has_no_place_there():
    seen = read().seen
    assert {mac: [place.interface for place in places] for mac, places in seen.items()} == {
        MAC: [PORT],
        "00005E005399": [PORT],
    }
    assert "Platform: Cisco IP Phone 8841" in seen[MAC][0].proof.answer


def test_a_port_with_many_behind_it_leads_on_to_others():
    many = "".join(f"  20    0000.5e00.54{number:02d}    DYNAMIC     Gi1/0/2\n" for number in range(9))
    table = ANSWERS["mac"].replace("Total", f"{many}Total")
    assert set(read(mac=table).seen) == {MAC, "00005E005399"}


@pytest.mark.parametrize(
    ("sessions", "log", "authorized"),
    [
        ("0000.5e00.5301 mab     VOICE   Auth  ", True, True),
        ("0000.5e00.5301 mab     VOICE   Authz Success", True, True),
        ("(unknown)      mab     UNKNOWN Running", True, False),
        ("(unknown)      mab     UNKNOWN Running", False, None),
        ("0000.5e00.5399 dot1x   DATA    Auth", True, True),
        ("0000.5e00.5301 N/A     UNKNOWN Unauth", False, False),
    ],
)
def test_whether_the_phone_may_send(sessions, log, authorized):
    header = "Interface    MAC Address    Method  Domain  Status Fg Session ID"
    text = f"{header}\nGi1/0/1  {sessions} 0A0A1DFE00001F8D160101FF\n"
    changes = {} if log else {"log": "Log Buffer (4096 bytes):\n"}
    assert read(sessions=text, **changes).ports[PORT].authorized is authorized


def test_a_failure_that_was_followed_by_a_success_is_none():
    header = "Interface    MAC Address    Method  Domain  Status Fg Session ID"
    running = f"{header}\nGi1/0/1  (unknown) mab UNKNOWN Running 0A0A1DFE00001F8D160101FF\n"
    later = "*Mar  1 09:11:00.001: %MAB-5-SUCCESS: Authentication successful for client (0000.5e00.5301) on Interface "
    assert read(sessions=running, log=f"{ANSWERS['log']}{later}Gi1/0/1\n").ports[PORT].authorized is None


def test_an_open_port_keeps_nobody_out():
    running = ANSWERS["running"].replace("port-control auto\n", "port-control auto\n authentication open\n")
    assert read(running=running).ports[PORT].authorized is None


def test_a_trunk_to_a_phone_is_no_uplink():
    running = ANSWERS["running"].replace("switchport mode access\n switchport voice vlan 20", "switchport mode trunk")
    trunks = ANSWERS["trunks"].replace("Gi1/0/24    1,10,20\n", "Gi1/0/24    1,10,20\nGi1/0/1     20\n")
    assert [each.interface for each in read(running=running, trunks=trunks).switch.uplinks or ()] == [UPLINK]


def test_the_number_of_commands_is_fixed_and_the_older_words_for_sessions_are_tried_first():
    session = Answering()
    result_of(session)
    assert session.asked[7:] == [
        "show vlan brief",
        "show interfaces trunk",
        "show authentication sessions",
        "show logging",
    ]
    session = Answering(sessions="% Invalid input detected at '^' marker.", access_sessions=ANSWERS["sessions"])
    result = result_of(session)
    assert session.asked[9:] == ["show authentication sessions", "show access-session", "show logging"]
    assert result["unavailable"] == {}
    found = read_switch("sw1", result)
    assert isinstance(found, SwitchReading)
    assert found.ports[PORT].proofs["authentication"].asked == "show access-session"


def test_an_answer_that_is_not_understood_is_a_gap_and_no_empty_table():
    reading = read(trunks="trunking takes the day off")
    assert (reading.switch.uplinks, len(reading.gaps)) == (None, 1)
    assert "trunking takes the day off" in reading.gaps[0]
    # The status table knows a trunk.
    assert read(trunks="").switch.uplinks is None
    assert read(log="").ports[PORT].link_changes is None
    assert read(sessions="").ports[PORT].authorized is None
    assert "authentication" not in read(sessions="").ports[PORT].proofs
    assert read(vlans="").ports[OTHER].voice_vlan_exists is False


def test_what_the_switch_has_turned_off():
    port = read(cdp="% CDP is not enabled", lldp="% LLDP is not enabled").ports[PORT]
    assert port.heard is None
    assert port.proofs["cdp"].answer == "% CDP is not enabled"


@pytest.mark.parametrize(
    ("result", "text"),
    [
        ({"failed": True, "msg": "switch 192.0.2.11:22 does not answer"}, "switch 192.0.2.11:22 does not answer"),
        ({"failed": False, "error": {"type": "Unreachable"}, "msg": "no route", "results": []}, "no route"),
        ({"results": [], "unavailable": {}}, "it was read without 'startup: true'"),
    ],
)
def test_a_switch_that_was_not_read(result, text):
    assert read_switch("sw1", result) == f"switch sw1 could not be read: {text}"


def test_reading_does_not_change_the_result():
    result = result_of(Answering())
    before = copy.deepcopy(result)
    read_switch("sw1", result)
    assert result == before


CORE = """\
-------------------------
Device ID: core-sw1
Entry address(es):
  IP address: 10.1.99.1
Platform: cisco WS-C3850-48P,  Capabilities: Router Switch IGMP
Interface: {port},  Port ID (outgoing port): GigabitEthernet1/0/1
Holdtime : 150 sec

Version :
Cisco IOS Software

advertisement version: 2

Total cdp entries displayed : 1
"""


@pytest.mark.parametrize(("port", "leads"), [(UPLINK, True), (OTHER, False)])
def test_a_trunk_leads_on_where_a_switch_is_behind_it_and_behind_no_other_port(port: str, leads: bool):
    (uplink,) = read(cdp=CORE.format(port=port)).switch.uplinks or ()
    assert (uplink.interface, uplink.leads) == (UPLINK, leads)


def test_the_neighbours_of_a_bundle_are_heard_at_its_members():
    bundled = ANSWERS["trunks"].replace("Gi1/0/24", "Po1     ")
    running = ANSWERS["running"] + "!\ninterface Port-channel1\n switchport mode trunk\n"
    (uplink,) = read(trunks=bundled, running=running, cdp=CORE.format(port=UPLINK)).switch.uplinks or ()
    assert (uplink.interface, uplink.leads) == ("Port-channel1", True)


def test_a_voice_vlan_that_the_switch_gives_the_port_by_itself():
    running = ANSWERS["running"].replace(" switchport voice vlan 20\n", "")
    port = read(running=running).ports[PORT]
    assert (port.voice_vlan, port.voice_vlan_exists) == (20, True)
    port = read(running=running, switchport=ANSWERS["switchport"].replace("20 (VOICE)", "none")).ports[PORT]
    assert port.voice_vlan is None


def test_a_place_says_what_its_port_is_and_how_it_was_found():
    seen = read().seen
    ((phone,), (computer,)) = seen[MAC], seen["00005E005399"]
    assert (phone.heard, phone.voice_vlan) == (True, 20)
    assert (computer.heard, computer.voice_vlan) == (False, 20)
