# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# ruff: noqa: E501
"""What tells of a phone's start-up on real switches: VLANs, trunks, sessions of 802.1X and MAB, log, SVIs, quotes."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._errors import Unsupported
from ansible_collections.dialtone.voice.plugins.module_utils._switch import look, quotes, startup
from ansible_collections.dialtone.voice.plugins.module_utils._switch.config import parse_config
from ansible_collections.dialtone.voice.plugins.module_utils._switch.logs import parse_log
from ansible_collections.dialtone.voice.plugins.module_utils._switch.names import canonical
from ansible_collections.dialtone.voice.plugins.module_utils._switch.platforms import PLATFORMS
from ansible_collections.dialtone.voice.plugins.module_utils._switch.startup_tables import (
    parse_sessions,
    parse_trunks,
    parse_vlans,
)

CAPTURES = Path(__file__).resolve().parents[6] / "shared" / "captures"
IOS = PLATFORMS["ios"]
TRUNKS, SESSIONS, LOG = (IOS.commands[fact] for fact in ("trunks", "sessions", "log"))
PORT = "GigabitEthernet1/0/5"


def capture(name: str) -> str:
    path = CAPTURES / name
    if not path.exists():
        pytest.skip(f"the capture {name} (shared/captures) is not here")
    return path.read_text()


def own(name: str) -> str | None:
    try:
        return canonical(name)
    except ValueError:
        return None


@pytest.mark.parametrize(
    ("name", "active", "others"),
    [
        ("cisco_ios/vlan_brief.txt", {1, 50, 666, 777}, {1005: "act/unsup"}),
        ("cisco_ios/vlan_1.txt", {1, 2, 20, 101, 102, 103}, {100: "suspended", 104: "act/lshut"}),
        ("cisco_ios/vlan_4.txt", {3, 4, 9, 130}, {}),
        ("cisco_nxos/vlan.txt", {1, 10, 20, 30, 40, 50}, {}),
    ],
)
def test_vlans(name, active, others):
    found = parse_vlans("show vlan", capture(name))
    assert {each.id for each in found if each.status == "active"} == active
    assert {each.id: each.status for each in found if each.status != "active"} == others


def test_names_of_vlans_may_hold_blanks():
    names = {each.id: each.name for each in parse_vlans("show vlan", capture("cisco_ios/vlan_4.txt"))}
    assert names == {3: "Part1 Part2", 4: "Part1 Part/2", 9: "Misc. Name", 130: "SO MANY SPACES"}


@pytest.mark.parametrize("text", ["", "VLAN Name  Status  Ports\n---- ---- ---\n", "10 DATA on holiday\n"])
def test_no_vlans_is_no_answer(text):
    with pytest.raises(Unsupported):
        parse_vlans("show vlan brief", text)


def test_trunks():
    found = parse_trunks(TRUNKS, capture("cisco_ios/trunk_mixed_encap.txt"))
    assert {name: (each.allowed, each.active, each.forwarding) for name, each in found.items()} == {
        "GigabitEthernet1/0/4": ("200-211",) * 3,
        "GigabitEthernet1/0/23": ("200-211",) * 3,
        "GigabitEthernet1/0/24": ("200-211", "200-211", ""),
        "Port-channel12": ("100-110",) * 3,
        "Port-channel14": ("200-211", "200-211,300-302", "200-211"),
    }
    assert found["Port-channel14"].lines[-2:] == [
        "Port        Vlans in spanning tree forwarding state and not pruned",
        "Po14        200-211",
    ]


NXOS_TRUNKS = """\
--------------------------------------------------------------------------------
Port          Native  Status        Port
              Vlan                  Channel
--------------------------------------------------------------------------------
Eth1/2        1       not-trunking  --
Eth1/47       900     trnk-bndl     Po48
Po48          900     trunking      --
--------------------------------------------------------------------------------
Port          Vlans Allowed on Trunk
--------------------------------------------------------------------------------
Eth1/2        1-4094
Eth1/47       10,20,30
Po48          10,20,30
--------------------------------------------------------------------------------
Port          Vlans Err-disabled on Trunk
--------------------------------------------------------------------------------
Eth1/47       30
Po48          30
--------------------------------------------------------------------------------
Port          STP Forwarding
--------------------------------------------------------------------------------
Eth1/2        none
Eth1/47       none
Po48          10,20
--------------------------------------------------------------------------------
Port          Vlans in spanning tree forwarding state and not pruned
--------------------------------------------------------------------------------
--------------------------------------------------------------------------------
Port          Vlans Forwarding on FabricPath
--------------------------------------------------------------------------------
Po48          none
"""


def test_trunks_of_nxos():
    found = parse_trunks(PLATFORMS["nxos"].commands["trunks"], NXOS_TRUNKS)
    assert {name: (each.allowed, each.disabled, each.forwarding) for name, each in found.items()} == {
        "Port-channel48": ("10,20,30", "30", "10,20")
    }
    assert "Po48          10,20" in found["Port-channel48"].lines


def test_a_list_of_vlans_may_wrap():
    text = "Port        Vlans allowed on trunk\nGi1/0/1     1-5,7,\n            9-11\n"
    assert parse_trunks(TRUNKS, text)["GigabitEthernet1/0/1"].allowed == "1-5,7,9-11"


def test_a_switch_without_trunks_says_nothing():
    assert parse_trunks(TRUNKS, "\n") == {}
    with pytest.raises(Unsupported, match="trunking is off today"):
        parse_trunks(TRUNKS, "trunking is off today")


@pytest.mark.parametrize(
    ("name", "count", "states"),
    [
        ("auth_sessions_list", 2, {"Auth": True}),
        ("auth_sessions_ntc", 63, {"Authz Success": True, "Running": None}),
        ("auth_sessions_ntc2", 41, {"Auth": True, "Unauth": False}),
    ],
)
def test_sessions(name, count, states):
    found = [each for many in parse_sessions(SESSIONS, capture(f"cisco_ios/{name}.txt")).values() for each in many]
    assert (len(found), {each.status: each.authorized for each in found}) == (count, states)
    assert all(len(each.mac) == 12 or each.status == "Running" for each in found)


def test_several_sessions_of_one_port():
    (first, second) = parse_sessions(SESSIONS, capture("cisco_ios/auth_sessions_ntc2.txt"))["GigabitEthernet1/0/26"]
    assert (first.mac, first.method, first.domain, first.authorized) == ("005A12CD3567", "N/A", "UNKNOWN", False)
    assert (second.mac, second.method, second.domain, second.authorized) == ("004A12CD3C40", "mab", "DATA", True)


@pytest.mark.parametrize("text", ["No sessions currently exist", "No Auth Manager contexts currently exist"])
def test_no_sessions(text):
    assert parse_sessions(SESSIONS, f"\n{text}\n") == {}


@pytest.mark.parametrize("text", ["", "Gi1/0/1 is shy"])
def test_sessions_that_are_not_told(text):
    with pytest.raises(Unsupported):
        parse_sessions(SESSIONS, text)


def test_log_of_a_port_that_flaps():
    found = parse_log(LOG, capture("cisco_ios/logging_ntc1.txt"), own)
    assert found is not None
    said = found["GigabitEthernet2/0/3"]
    assert (said.changes, len(said.lines)) == (2, 4)
    assert (
        said.lines[-1] == "022703: Jun 19 03:02:37: %LINK-3-UPDOWN: Interface GigabitEthernet2/0/3, changed state to up"
    )


def test_log_of_power():
    found = parse_log(LOG, capture("cisco_ios/logging_ntc2.txt"), own)
    assert found is not None
    assert found["GigabitEthernet4/3"].lines == [
        "Jan 30 14:11:11.354: %ILPOWER-7-DETECT: Interface Gi4/3: Power Device detected: IEEE PD"
    ]


@pytest.mark.parametrize("name", ["ntc3", "ntc5", "genie_15", "genie_2"])
def test_logs_without_a_word_of_a_port(name):
    assert not any(name[0] == "G" for name in parse_log(LOG, capture(f"cisco_ios/logging_{name}.txt"), own) or {})


def test_a_switch_that_keeps_no_log():
    assert parse_log(LOG, capture("cisco_ios/logging_genie_19.txt"), own) is None


def test_what_is_no_log_is_refused():
    with pytest.raises(Unsupported):
        parse_log(LOG, "logging is a way of life", own)


# As Cisco's system message guides word them, in the stamps of IOS, of IOS-XE and of a switch without a clock.
MESSAGES = f"""\
Log Buffer (4096 bytes):

*Mar  1 00:00:10.123: %LINK-3-UPDOWN: Interface {PORT}, changed state to up
*Mar  1 09:10:00.001: %LINK-3-UPDOWN: Interface {PORT}, changed state to up
*Mar  1 09:10:01.001: %LINEPROTO-5-UPDOWN: Line protocol on Interface {PORT}, changed state to up
000123: Mar  1 09:10:02: %ILPOWER-5-ILPOWER_POWER_DENY: Interface Gi1/0/5: inline power denied. Reason: insufficient power
Mar  1 2025 09:10:03.5 UTC: %PM-4-ERR_DISABLE: psecure-violation error detected on Gi1/0/5, putting Gi1/0/5 in err-disable state
Mar  1 09:10:04: %DOT1X-5-FAIL: Authentication failed for client (848a.12cd.3636) on Interface Gi1/0/5 AuditSessionID 0A0A
Mar  1 09:10:05: %SESSION_MGR-5-FAIL: Switch 1 R0/0: sessmgrd: Authorization failed or unapplied for client (848a.12cd.3636) on Interface {PORT}
Mar  1 09:10:06: %ILPOWER-3-CONTROLLER_PORT_ERR: Controller port error, Interface Gi1/0/5: Power Controller reports power Tstart error
Mar  1 09:10:07: %LINK-3-UPDOWN: Interface {PORT}, changed state to down (access-sw1-2)
Mar  1 09:10:08: %PARSER-5-CFGLOG_LOGGEDCMD: User:x  logged command:username y password 7 0822455D0A16 on {PORT}
Mar  1 09:10:09: %LINK-3-UPDOWN: Interface GigabitEthernet1/0/50, changed state to down
Mar  1 09:10:10: %SYS-5-CONFIG_I: Configured from console by console
"""


def test_messages_of_one_port():
    found = parse_log(LOG, MESSAGES, own)
    assert found is not None
    assert set(found) == {PORT, "GigabitEthernet1/0/50"}
    # The first one is nine hours older than the others.
    assert found[PORT].changes == 2
    kinds = [line.split("%")[1].split(":")[0] for line in found[PORT].lines]
    assert kinds == [
        *("LINK-3-UPDOWN", "LINK-3-UPDOWN", "LINEPROTO-5-UPDOWN", "ILPOWER-5-ILPOWER_POWER_DENY", "PM-4-ERR_DISABLE"),
        *("DOT1X-5-FAIL", "SESSION_MGR-5-FAIL", "ILPOWER-3-CONTROLLER_PORT_ERR", "LINK-3-UPDOWN"),
        "PARSER-5-CFGLOG_LOGGEDCMD",
    ]
    assert "0822455D0A16" not in "".join(found[PORT].lines)


@pytest.mark.parametrize(
    ("first", "last", "changes"),
    [
        ("00:01:02", "00:30:00", 2),
        ("1d02h", "1d05h", 1),
        ("2w3d", "2w3d", 2),
        ("Dec 31 23:50:00", "Jan  1 00:10:00", 2),
    ],
)
def test_only_what_was_lately_is_counted(first, last, changes):
    text = "".join(f"{stamp}: %LINK-3-UPDOWN: Interface {PORT}, changed state to up\n" for stamp in (first, last))
    found = parse_log(LOG, f"Log Buffer (4096 bytes):\n{text}", own)
    assert found is not None
    assert found[PORT].changes == changes


def test_a_flapping_link_does_not_push_out_why_it_was_disabled():
    flaps = "".join(
        f"Mar  1 09:10:{second:02}: %LINK-3-UPDOWN: Interface {PORT}, changed state to up\n" for second in range(11, 60)
    )
    found = parse_log(LOG, MESSAGES + flaps, own)
    assert found is not None
    assert len(found[PORT].lines) == 10
    assert any("PM-4-ERR_DISABLE" in line for line in found[PORT].lines)


@pytest.mark.parametrize(
    ("fact", "key", "name", "port", "said"),
    [
        ("link", "status", "cisco_ios_show_interfaces_status", None, "notconnect"),
        ("power", "power", "cisco_ios_show_power_inline_faulty", None, "faulty"),
        ("mac", "mac", "cisco_ios_show_mac-address-table2", None, "."),
        ("cdp", "cdp", "cdp_detail_3560_phones", "FastEthernet0/15", "Platform: Cisco IP Phone 7941"),
        ("lldp", "lldp", "lldp_detail_7962_med", "GigabitEthernet0/1/7", "Network Policy(Voice): VLAN 10, tagged"),
        ("switchport", "switchport", "cisco_ios_show_interfaces_switchport_voice_vlan", None, "Voice VLAN:"),
        (
            "authentication",
            "sessions",
            "auth_sessions_ntc2",
            "GigabitEthernet1/0/26",
            "005a.12cd.3567 N/A     UNKNOWN Unauth",
        ),
    ],
)
def test_quotes(fact, key, name, port, said):
    """Every quote is the switch's own lines, about that port."""
    text = capture(f"cisco_ios/{name}.txt")
    found = quotes.quotes(fact, IOS.commands[key], text, own)
    assert found
    lines = {line.strip() for line in text.splitlines()}
    assert all(line in lines for quote in found.values() for line in quote.split("\n"))
    assert any(said in quote for each, quote in found.items() if port in (None, each))


CONFIG = """\
no cdp run
!
lldp run
!
template PHONE
 access-session port-control auto
 access-session closed
 switchport mode access
!
interface GigabitEthernet1/0/1
 switchport mode access
 no lldp transmit
 authentication port-control auto
 authentication open
!
interface GigabitEthernet1/0/2
 source template PHONE
!
interface GigabitEthernet1/0/3
 switchport mode access
 authentication port-control auto
 mab
!
interface GigabitEthernet1/0/4
 access-session port-control auto
!
interface Vlan1
 no ip address
 shutdown
!
interface Vlan20
 ip address 10.1.20.2 255.255.255.0
 ip address 10.9.20.2 255.255.255.128 secondary
 ip helper-address 10.1.5.10
 ip helper-address global 10.1.5.11
 standby 20 ip 10.1.20.1
 standby 20 authentication md5 key-string 7 0822455D0A16
"""


def test_ports_by_their_configuration():
    config = parse_config(CONFIG)
    more = startup.Startup(config, sessions={})
    names = look.Names(IOS.ports(config, {}))
    facts = startup.PortFacts(more, IOS, names.own)
    found = {number: facts.of(f"GigabitEthernet1/0/{number}") for number in (1, 2, 3, 4)}
    assert [(each["sends_cdp"], each["sends_lldp"]) for each in found.values()] == [
        (False, False),
        *[(False, True)] * 3,
    ]
    asked = {
        number: (each["authentication"]["required"], each["authentication"]["closed"]) for number, each in found.items()
    }
    # The newer style lets in everybody unless it says `closed`.
    assert asked == {1: (True, False), 2: (True, True), 3: (True, True), 4: (True, False)}
    assert found[2]["quotes"]["config"].split("\n")[:3] == [
        "interface GigabitEthernet1/0/2",
        " source template PHONE",
        "template PHONE",
    ]
    assert found[1]["link_changes"] is None


def test_svis():
    unused, voice = startup.svis(parse_config(CONFIG))
    assert (unused["vlan"], unused["addresses"], unused["enabled"]) == (1, [], False)
    assert {name: voice[name] for name in ("addresses", "virtual", "helpers", "enabled")} == {
        "addresses": ["10.1.20.2/24", "10.9.20.2/25"],
        "virtual": ["10.1.20.1"],
        "helpers": ["10.1.5.10", "10.1.5.11"],
        "enabled": True,
    }
    assert "0822455D0A16" not in voice["quote"]
    assert " ip helper-address 10.1.5.10" in voice["quote"].split("\n")


def test_svis_of_nxos_are_down_unless_they_say_otherwise():
    text = (
        "feature interface-vlan\ninterface Vlan20\n  no shutdown\n  ip address 10.1.20.2/24\n  hsrp 20\n"
        "    ip 10.1.20.1\n  ip dhcp relay address 10.1.5.10\ninterface Vlan30\n  ip address 10.1.30.2/24\n"
    )
    voice, other = startup.svis(parse_config(text))
    assert (voice["addresses"], voice["virtual"], voice["helpers"]) == (["10.1.20.2/24"], ["10.1.20.1"], ["10.1.5.10"])
    assert (voice["enabled"], other["enabled"]) == (True, False)


def test_each_name_is_looked_up_once(monkeypatch):
    counts: Counter[str] = Counter()
    resolve = look.resolve

    def counting(name, ports):
        counts[name] += 1
        return resolve(name, ports)

    monkeypatch.setattr(look, "resolve", counting)
    names = look.Names(IOS.ports(parse_config(CONFIG), {}))
    assert [names.own(name) for name in ("Gi1/0/1", "Gi1/0/1", "CPU", "CPU", "GigabitEthernet1/0/1")] == [
        *("GigabitEthernet1/0/1", "GigabitEthernet1/0/1", None, None, "GigabitEthernet1/0/1")
    ]
    assert counts == {"Gi1/0/1": 1, "CPU": 1}
