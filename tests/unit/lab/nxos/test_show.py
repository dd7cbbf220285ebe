"""What a Nexus prints is read by the same templates as real ones, and says what is so."""

import pytest
from ntc_templates.parse import parse_output

from .conftest import CORE, PHONE


@pytest.fixture
def parsed(console):
    """Parse what a show command prints."""
    nexus = console.nexus
    nexus.neighbors.update({"Ethernet1/1": PHONE, "Ethernet1/48": CORE})
    console("vlan 20", "name VOICE", "interface e1/1", "description Desk 1", "switchport access vlan 10")
    console(
        "interface e1/1", "switchport voice vlan 20", "interface e1/2", "shutdown", "interface e1/3", "no switchport"
    )
    console("interface e1/4", "switchport access vlan 77", "switchport voice vlan dot1p")
    session = nexus.open_session("netadmin", line="console")

    def run(command):
        return parse_output("cisco_nxos", command, session.execute(command))

    return run


def test_interface_status(parsed):
    rows = {row["port"]: row for row in parsed("show interface status")}
    assert len(rows) == 49
    assert {
        name: (rows[name]["name"], rows[name]["status"], rows[name]["vlan_id"])
        for name in ("Eth1/1", "Eth1/2", "Eth1/3")
    } == {
        "Eth1/1": ("Desk 1", "connected", "10"),
        "Eth1/2": ("--", "disabled", "1"),
        "Eth1/3": ("--", "notconnec", "routed"),
    }
    assert (rows["Eth1/48"]["vlan_id"], rows["mgmt0"]["status"]) == ("trunk", "connected")


def test_interface_switchport(parsed):
    rows = {row["interface"]: row for row in parsed("show interface switchport")}
    keys = ("switchport", "mode", "access_vlan", "access_vlan_name", "voice_vlan", "trunking_vlans")
    assert [rows["Ethernet1/1"][key] for key in keys] == ["Enabled", "access", "10", "DATA", "20", "1-4094"]
    assert [rows["Ethernet1/4"][key] for key in keys[2:5]] == ["77", "Vlan not created", "dot1p"]
    assert [rows["Ethernet1/48"][key] for key in keys[1:]] == ["trunk", "1", "default", "none", "1,10-20"]
    assert (rows["Ethernet1/3"]["switchport"], "mgmt0" in rows) == ("Disabled", False)


@pytest.mark.parametrize("command", ["show vlan", "show vlan brief"])
def test_vlan(parsed, command):
    rows = {row["vlan_id"]: row for row in parsed(command)}
    assert {number: row["vlan_name"] for number, row in rows.items()} == {"1": "default", "10": "DATA", "20": "VOICE"}
    assert rows["10"]["interfaces"] == ["Eth1/1", "Eth1/48"]
    assert rows["20"]["interfaces"] == ["Eth1/48"]
    assert {"Eth1/2", "Eth1/5", "Eth1/47"} <= set(rows["1"]["interfaces"])
    assert {"Eth1/1", "Eth1/3", "Eth1/4"} & set(rows["1"]["interfaces"]) == set()


def test_errdisabled(parsed, console):
    console.nexus.errdisabled.add("Ethernet1/1")
    (row,) = parsed("show interface status err-disabled")
    assert row == {
        "interface": "Eth1/1",
        "name": "Desk 1",
        "status": "linkFlapErr",
        "port_error": "linkFlapErrDisabled",
    }
    assert parsed("show mac address-table") == []
    console("interface e1/1", "shutdown", "no shutdown")
    assert parsed("show interface status err-disabled") == []
    assert len(parsed("show mac address-table")) == 2


def test_neighbors(parsed, console):
    phone, core = parsed("show cdp neighbors detail")
    assert (phone["chassis_id"], phone["platform"], phone["local_interface"]) == (
        "SEP00005E005301",
        "Cisco IP Phone 8841",
        "Ethernet1/1",
    )
    assert phone["capabilities"] == "Host Phone Two-port Mac Relay"
    assert (core["neighbor_interface"], core["interface_ip"]) == ("Ethernet1/7", "192.0.2.1")
    (heard,) = parsed("show lldp neighbors detail")
    assert (heard["local_interface"], heard["capabilities"]) == ("Eth1/48", "B, R")
    console("interface e1/1", "no cdp enable", "interface e1/48", "no lldp receive")
    assert [row["local_interface"] for row in parsed("show cdp neighbors detail")] == ["Ethernet1/48"]
    assert parsed("show lldp neighbors detail") == []


def test_lldp_is_a_feature(console):
    console("no feature lldp")
    told = console.nexus.open_session("netadmin", line="console").execute("show lldp neighbors detail")
    assert told == "             ^\n% Invalid command at '^' marker."


def test_mac_address_table(parsed):
    rows = parsed("show mac address-table")
    assert [(row["vlan_id"], row["mac_address"], row["ports"]) for row in rows] == [
        ("20", "0000.5e00.5301", "Eth1/1"),
        ("10", "0000.5e00.5302", "Eth1/1"),
    ]


def test_version(parsed):
    (row,) = parsed("show version")
    assert (row["platform"], row["os"], row["hostname"]) == ("C9348GC-FXP", "10.4(5) [Maintenance Release]", "nexus1")


def timeless(text):
    return [line for line in text.splitlines() if not line.startswith("!Time: ")]


def test_filters(console):
    session = console.nexus.open_session("netadmin", line="console")
    assert session.execute("show running-config | include feature") == "feature lacp\nfeature lldp"
    whole, unpaged = (timeless(session.execute(f"show running-config{end}")) for end in ("", " | no-more"))
    assert unpaged == whole
    assert "Invalid command" in session.execute("show running-config | frobnicate x")
    assert "Invalid interface format" in session.execute("show interface foo1 switchport")
    assert "Invalid range" in session.execute("show interface e1/99 switchport")
