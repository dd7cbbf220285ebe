"""The commands with which a stock-taking begins, read by other people's templates."""

from pathlib import Path

import pytest
from ntc_templates.parse import parse_output

from lab.switch.session import Session

CAPTURE = Path(__file__).parents[5] / "shared" / "captures" / "cisco_ios" / "cisco_ios_show_vlan.txt"
PORT = "GigabitEthernet1/0/1"


def show(switch, command):
    return Session(switch, user="netadmin", privilege=15, line="vty0").execute(command)


def parsed(switch, command):
    return {row["interface"]: row for row in parse_output("cisco_ios", command, show(switch, command))}


async def test_interfaces_at_length(switch, phone):
    switch.execute([f"interface {PORT}", "description desk 7", "interface Gi1/0/2", "shutdown"])
    switch.ports[PORT].attach(phone)
    rows = parsed(switch, "show interfaces")
    assert list(rows)[:2] == [PORT, "GigabitEthernet1/0/2"]
    up = rows[PORT]
    assert (up["link_status"], up["protocol_status"]) == ("up", "up (connected)")
    assert (up["duplex"], up["speed"], up["description"]) == ("Full-duplex", "1000Mb/s", "desk 7")
    down = rows["GigabitEthernet1/0/2"]
    assert (down["link_status"], down["protocol_status"]) == ("administratively down", "down (disabled)")
    assert rows["GigabitEthernet1/0/3"]["protocol_status"] == "down (notconnect)"
    assert rows["GigabitEthernet1/0/3"]["duplex"] == "Auto-duplex"
    assert rows["TenGigabitEthernet1/1/1"]["bandwidth"] == "10000000 Kbit"
    switch.ports["GigabitEthernet1/0/3"].disable("bpduguard")
    assert parsed(switch, "show interfaces")["GigabitEthernet1/0/3"]["protocol_status"] == "down (err-disabled)"
    svi = rows["Vlan20"]
    assert (svi["hardware_type"], svi["prefix_length"]) == ("Ethernet SVI", "24")
    assert len({row["mac_address"] for name, row in rows.items() if name in switch.ports}) == len(switch.ports)
    assert show(switch, f"show interfaces {PORT}") in show(switch, "show interfaces")


async def test_addresses_at_length(switch):
    rows = parsed(switch, "show ip interface")
    address = switch.config.interfaces["Vlan20"].get("address")[0]
    assert (rows["Vlan20"]["ip_address"], rows["Vlan20"]["prefix_length"]) == ([address], ["24"])
    assert rows[PORT]["ip_address"] == []
    assert show(switch, "show ipv6 interface") == ""


@pytest.mark.parametrize("name", ["Gi1/0/99", "Vlan7"])
async def test_an_interface_that_is_not_there(switch, name):
    assert "% Invalid input detected" in show(switch, f"show interfaces {name}")


async def test_vlans_at_length_have_the_tables_of_the_capture(switch):
    text = show(switch, "show vlan")
    assert text.startswith(show(switch, "show vlan brief"))
    assert f"{10:<4} enet  100010     1500" in text
    if CAPTURE.exists():
        lines = [line.rstrip() for line in text.splitlines()]
        kept = ("VLAN ", "----", "Remote", "Primary", "1002", "1003", "1004", "1005")
        assert [line.rstrip() for line in CAPTURE.read_text().splitlines() if line.startswith(kept)] == [
            line for line in lines if line.startswith(kept)
        ]


async def test_whether_cdp_and_lldp_are_on(switch):
    assert "Sending CDPv2 advertisements is  enabled" in show(switch, "show cdp")
    assert show(switch, "show lldp") == "% LLDP is not enabled"
    switch.execute(["no cdp run", "lldp run"])
    assert show(switch, "show cdp") == "% CDP is not enabled"
    assert "Status: ACTIVE" in show(switch, "show lldp")
    switch.execute(["no lldp run"])
    assert show(switch, "show lldp") == "% LLDP is not enabled"


async def test_files_memory_and_load(switch):
    (row,) = parse_output("cisco_ios", "dir", show(switch, "dir"))
    assert (row["file_system"], row["name"]) == ("flash:/", switch.model.image)
    assert int(row["total_free"]) < int(row["total_size"])
    assert show(switch, "dir flash:") == show(switch, "dir")
    assert show(switch, "show memory statistics | include ^Processor").split()[2:5] == [
        "824180204",
        "291498768",
        "532681436",
    ]
    assert show(switch, "show processes cpu | include CPU utilization").startswith("CPU utilization for five seconds: ")
