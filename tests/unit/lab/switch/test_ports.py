"""Power, link, CDP and what `show` says of them, with phones plugged in."""

from pathlib import Path

import pytest
from ntc_templates.parse import parse_output

from lab.switch import CdpAdvert
from lab.switch.session import Session

from .conftest import FakePhone

CAPTURES = Path(__file__).parents[5] / "shared" / "captures" / "cisco_ios"
PORT = "GigabitEthernet1/0/1"


def show(switch, command):
    return Session(switch, user="netadmin", privilege=15, line="vty0").execute(command)


def parsed(switch, command):
    return parse_output(platform="cisco_ios", command=command, data=show(switch, command))


def voice_port(switch, name=PORT):
    switch.execute(
        [f"interface {name}", "switchport mode access", "switchport access vlan 10", "switchport voice vlan 20"]
    )


async def test_power_link_and_cdp_of_a_phone(switch, phone):
    voice_port(switch)
    port = switch.ports[PORT]
    assert (port.powered, port.link, port.cdp()) == (False, False, None)
    port.attach(phone)
    assert (port.powered, port.link, phone.changes) == (True, True, 1)
    assert port.cdp() == CdpAdvert("access-sw1", PORT, "cisco C9300-24P", 10, 20)


@pytest.mark.parametrize(
    ("off", "on", "dark"),
    [
        ("power inline never", "power inline auto", True),
        ("shutdown", "no shutdown", True),
        ("power inline auto max 4000", "no power inline", True),
        ("no cdp enable", "cdp enable", False),
        ("switchport voice vlan 30", "switchport voice vlan 20", False),
        ("switchport access vlan 30", "switchport access vlan 10", False),
    ],
)
async def test_the_phone_hears_of_every_change(switch, phone, off, on, dark):
    voice_port(switch)
    port = switch.ports[PORT]
    port.attach(phone)
    before = port.cdp()
    switch.execute([f"interface {PORT}", off, off])
    assert (phone.changes, port.powered, port.link) == (2, not dark, not dark)
    assert port.cdp() != before
    switch.execute([f"interface {PORT}", on])
    assert (phone.changes, port.powered, port.cdp()) == (3, True, before)
    switch.execute(["interface gi1/0/2", "shutdown", "vlan 99"])
    assert phone.changes == 3


async def test_cdp_off_on_the_whole_switch(switch, phone):
    port = switch.ports[PORT]
    port.attach(phone)
    switch.execute(["no cdp run"])
    assert port.link
    assert port.cdp() is None
    assert phone.changes == 2
    assert "CDP is not enabled" in show(switch, "show cdp neighbors detail")


async def test_faulty_port(switch, phone):
    port = switch.ports[PORT]
    port.attach(phone)
    port.poe_fault = True
    assert (port.powered, port.link, phone.changes) == (False, False, 2)
    assert parsed(switch, "show power inline")[0]["operational_status"] == "faulty"
    port.poe_fault = False
    assert (port.powered, phone.changes) == (True, 3)


async def test_a_switch_without_current_powers_nothing(make_switch, phone):
    switch = await make_switch()
    await switch.stop()
    port = switch.ports[PORT]
    port.attach(phone)
    assert (port.powered, phone.changes) == (False, 0)
    await switch.start()
    assert (port.powered, port.link, phone.changes) == (True, True, 1)
    await switch.stop()
    assert (port.powered, port.link, phone.changes) == (False, False, 2)


async def test_detach(switch, phone):
    port = switch.ports[PORT]
    port.attach(phone)
    with pytest.raises(ValueError, match="taken"):
        port.attach(phone)
    port.detach()
    assert (port.powered, port.link, phone.changes) == (False, False, 2)
    with pytest.raises(ValueError, match="taken"):
        switch.ports["TenGigabitEthernet1/1/1"].attach(phone)


async def test_budget_runs_out_and_frees(switch):
    ports = list(switch.ports.values())
    phones = [FakePhone(mac=f"00005E0053{n:02X}", watts=30.0) for n in range(16)]
    for port, phone in zip(ports, phones, strict=False):
        port.attach(phone)
    assert sum(port.powered for port in ports) == 14
    assert [row["operational_status"] for row in parsed(switch, "show power inline")[13:17]] == [
        "on",
        "power-deny",
        "power-deny",
        "off",
    ]
    ports[0].detach()
    assert ports[14].powered
    assert phones[14].changes == 1
    assert not ports[15].powered


async def test_static_power_is_reserved(switch):
    ports = [name for name in switch.ports if name.startswith("Gi")]
    answers = switch.execute([line for name in ports[:15] for line in (f"interface {name}", "power inline static")])
    assert [answer for answer in answers if answer] == ["Command rejected: power inline static: pwr not available"]
    row = parsed(switch, "show power inline")[0]
    assert (row["admin_status"], row["operational_status"]) == ("static", "off")
    assert " 420.0        25.0" in show(switch, "show power inline")
    assert "power inline" not in show(switch, f"show running-config interface {ports[14]}")


async def test_show_power_inline_records(switch, phone):
    switch.ports[PORT].attach(phone)
    switch.execute(["interface gi1/0/2", "power inline never"])
    records = parsed(switch, "show power inline")
    assert len(records) == 24
    assert records[0] == {
        "interface": "Gi1/0/1",
        "admin_status": "auto",
        "operational_status": "on",
        "power": "6.3",
        "device": "IP Phone 8841",
        "class": "2",
        "max": "30.0",
    }
    assert (records[1]["admin_status"], records[1]["operational_status"], records[1]["device"]) == ("off", "off", "n/a")


async def test_show_switchport_records(switch, phone):
    voice_port(switch)
    switch.execute(["vlan 20", "name VOICE", "interface te1/1/1", "switchport mode trunk"])
    switch.execute(["interface te1/1/1", "switchport trunk allowed vlan 10,20"])
    switch.ports[PORT].attach(phone)
    records = {row["interface"]: row for row in parsed(switch, "show interfaces switchport")}
    assert len(records) == len(switch.ports)
    first = records["Gi1/0/1"]
    assert (first["mode"], first["admin_mode"]) == ("static access", "static access")
    assert (first["access_vlan"], first["voice_vlan"]) == ("10", "20")
    assert records["Gi1/0/2"]["mode"] == "down"
    assert records["Te1/1/1"]["admin_mode"] == "trunk"
    assert records["Te1/1/1"]["trunking_vlans"] == ["10", "20"]
    one = show(switch, "show interfaces gi1/0/1 switchport")
    assert "Voice VLAN: 20 (VOICE)\n" in one
    switch.execute(["no vlan 20"])
    assert "Voice VLAN: 20 (Inactive)\n" in show(switch, "show interfaces gi1/0/1 switchport")


async def test_show_status_records(switch, phone):
    voice_port(switch)
    switch.ports[PORT].attach(phone)
    switch.execute(["interface gi1/0/1", "description a description of over 18", "interface gi1/0/2", "shutdown"])
    records = {row["port"]: row for row in parsed(switch, "show interfaces status")}
    assert len(records) == len(switch.ports)
    assert records["Gi1/0/1"]["name"] == "a description of o"
    assert [records["Gi1/0/1"][key] for key in ("status", "vlan_id", "duplex", "speed")] == [
        "connected",
        "10",
        "a-full",
        "a-1000",
    ]
    assert records["Gi1/0/2"]["status"] == "disabled"
    assert records["Gi1/0/3"]["status"] == "notconnect"


async def test_show_cdp_and_mac_records(switch, phone):
    voice_port(switch)
    phone.address = "127.9.20.11"
    switch.ports[PORT].attach(phone)
    (neighbor,) = parsed(switch, "show cdp neighbors detail")
    assert neighbor["neighbor_name"] == "SEP00005E005301"
    assert neighbor["mgmt_address"] == "127.9.20.11"
    assert neighbor["platform"] == "Cisco IP Phone 8841"
    assert neighbor["local_interface"] == PORT
    assert neighbor["neighbor_description"] == phone.load
    entries = parsed(switch, "show mac address-table")
    assert [(row["destination_address"], row["vlan_id"], row["destination_port"], row["type"]) for row in entries] == [
        ("0000.5e00.5301", vlan, ["Gi1/0/1"], "DYNAMIC") for vlan in ("10", "20")
    ]
    for filters in ("interface gi1/0/1", "vlan 20", "address 0000.5e00.5301", "dynamic"):
        assert "0000.5e00.5301" in show(switch, f"show mac address-table {filters}")
    for filters in ("interface gi1/0/2", "vlan 30", "address 0000.5e00.5302"):
        assert "criterion: 0" in show(switch, f"show mac address-table {filters}")


async def test_a_phone_without_cdp_talks_in_the_access_vlan(switch, phone):
    voice_port(switch)
    switch.execute([f"interface {PORT}", "no cdp enable"])
    switch.ports[PORT].attach(phone)
    assert parsed(switch, "show mac address-table")[0]["vlan_id"] == "10"


async def test_show_vlan_records(switch):
    voice_port(switch)
    switch.execute(["vlan 20", "name VOICE"])
    records = {row["vlan_id"]: row for row in parsed(switch, "show vlan brief")}
    assert set(records) == {"1", "10", "20", "1002", "1003", "1004", "1005"}
    assert records["20"]["vlan_name"] == "VOICE"
    assert records["20"]["interfaces"] == records["10"]["interfaces"] == ["Gi1/0/1"]
    assert len(records["1"]["interfaces"]) == len(switch.ports) - 1


async def test_show_version_and_inventory_records(make_switch):
    for model, release in (("C9300-24P", "17.9.4a"), ("WS-C2960X-24PS-L", "15.2(7)E8")):
        switch = await make_switch(f"sw-{model}", model=model, config="")
        (record,) = parsed(switch, "show version")
        assert record["version"] == release
        assert record["hostname"] == f"sw-{model}"
        assert record["hardware"] == [model]
        assert record["serial"]
        assert parsed(switch, "show inventory")[0]["pid"] == model
        brief = parsed(switch, "show ip interface brief")
        assert len(brief) == len(switch.ports) + 1


async def test_uplinks_join_the_switches(make_switch, phone):
    first = await make_switch("access-sw1")
    uplink = first.ports["TenGigabitEthernet1/1/1"]
    assert not uplink.link
    second = await make_switch("access-sw2", model="WS-C2960X-24PS-L", config="")
    second.execute(["interface gi1/0/28", "switchport mode trunk"])
    assert uplink.link
    assert second.uplink is second.ports["GigabitEthernet1/0/28"]
    assert "Device ID: access-sw2\n" in show(first, "show cdp neighbors detail")
    second.execute(["vlan 10", "interface gi1/0/1", "switchport access vlan 10"])
    second.ports[PORT].attach(phone)
    assert parsed(first, "show mac address-table")[0]["destination_port"] == ["Te1/1/1"]
    second.execute(["interface gi1/0/28", "switchport trunk allowed vlan 20"])
    assert "0000.5e00" not in show(first, "show mac address-table")


def columns(line):
    """Where the words of a header line begin."""
    return [index for index, c in enumerate(line) if c != " " and (index == 0 or line[index - 1] == " ")]


@pytest.mark.skipif(not CAPTURES.exists(), reason="the captures are not here")
@pytest.mark.parametrize(
    ("command", "capture", "header", "row"),
    [
        ("show power inline", "cisco_ios_show_power_inline_faulty.txt", "Interface Admin", "Gi"),
        ("show power inline", "cisco_ios_show_power_inline_faulty.txt", "Module ", None),
        ("show interfaces status", "cisco_ios_show_interfaces_status.txt", "Port ", "Gi1/0/1 "),
        ("show mac address-table", "mac_ntc6.txt", "Vlan ", "   2"),
        ("show vlan brief", "vlan_4.txt", "VLAN Name", None),
    ],
)
async def test_columns_are_those_of_the_captures(switch, phone, command, capture, header, row):
    switch.execute(["vlan 2", f"interface {PORT}", "switchport access vlan 2"])
    switch.ports["GigabitEthernet1/0/2"].attach(FakePhone(mac="00005E005302"))
    switch.ports[PORT].attach(phone)
    ours, theirs = show(switch, command).splitlines(), (CAPTURES / capture).read_text().splitlines()
    pick = [next(line for line in lines if line.startswith(header)) for lines in (ours, theirs)]
    assert pick[0].rstrip() == pick[1].rstrip()
    if row is not None:
        data = [[columns(line)[:3] for line in lines if line.startswith(row)][0] for lines in (ours, theirs)]
        assert data[0][: 2 if "status" in command else 3] == data[1][: 2 if "status" in command else 3]


@pytest.mark.skipif(not CAPTURES.exists(), reason="the captures are not here")
async def test_switchport_lines_are_those_of_the_capture(switch):
    theirs = (CAPTURES / "switchport_voice_many.txt").read_text()
    labels = [line.split(":")[0].strip() for line in show(switch, "show interfaces gi1/0/1 switchport").splitlines()]
    missing = [label for label in labels if label and label not in theirs]
    assert missing == []
