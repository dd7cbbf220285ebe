"""What else is plugged into ports, CDP and LLDP of it, and the hostile modes that end by themselves."""

import pytest

from lab.switch import Neighbor
from lab.switch.session import Dropped, Session

from .looks import CAPTURES, PORT, parsed, show, voice_port

SECOND = "GigabitEthernet1/0/2"


def only(records):
    (record,) = records
    return record


@pytest.mark.parametrize(
    ("kind", "name", "platform", "capabilities"),
    [
        ("switch", "desk-sw", "cisco WS-C2960CX-8PC-L", "Switch IGMP"),
        ("router", "branch-rtr", "cisco ISR4331/K9", "Router Switch IGMP"),
        ("access_point", "ap-1", "cisco C9120AXI-E", "Router Trans-Bridge"),
        ("codec", "SEP00005E0053FE", '"CTS-CODEC-SX80"', "Host Phone"),
    ],
)
async def test_cdp_of_other_devices(switch, kind, name, platform, capabilities):
    switch.ports[PORT].attach(Neighbor(kind, "" if kind == "codec" else name, address="127.9.10.5"))
    record = only(parsed(switch, "show cdp neighbors detail"))
    assert (record["neighbor_name"], record["platform"].strip()) == (name, platform)
    assert record["capabilities"].strip() == capabilities
    assert (record["local_interface"], record["mgmt_address"]) == (PORT, "127.9.10.5")


async def test_a_codec_looks_as_the_captured_one(switch):
    if not CAPTURES.exists():
        pytest.skip("the captures are not here")
    switch.ports[PORT].attach(Neighbor("codec", mac="009E2E69AC48", address="10.0.0.8"))
    theirs = [line.strip() for line in (CAPTURES / "cdp_detail_sx80_sep.txt").read_text().splitlines()]
    ours = [line.strip() for line in show(switch, "show cdp neighbors detail").splitlines()]
    assert [line for line in theirs if line not in ours] == [
        "Interface: GigabitEthernet3/0/38,  Port ID (outgoing port): gbe0"
    ]


@pytest.mark.parametrize("kind", ["switch", "router", "access_point", "codec"])
async def test_lldp_of_other_devices(switch, kind):
    switch.execute(["lldp run"])
    neighbor = Neighbor(kind, address="127.9.10.5")
    switch.ports[PORT].attach(neighbor)
    record = only(parsed(switch, "show lldp neighbors detail"))
    assert (record["local_interface"], record["neighbor_name"]) == ("Gi1/0/1", neighbor.name)
    assert (record["mgmt_address"], record["capabilities"]) == ("127.9.10.5", neighbor.profile.lldp)
    assert record["neighbor_description"] == neighbor.profile.description
    port = switch.ports[PORT]
    port.detach()
    port.attach(Neighbor(kind, lldp=False))
    assert "Total entries displayed: 0" in show(switch, "show lldp neighbors detail")


async def test_lldp_of_a_phone_tells_the_policy_that_it_got(switch, phone):
    voice_port(switch)
    switch.ports[PORT].attach(phone)
    assert show(switch, "show lldp neighbors detail") == "% LLDP is not enabled"
    switch.execute(["lldp run"])
    record = only(parsed(switch, "show lldp neighbors detail"))
    assert record["neighbor_name"] == "SEP00005E005301"
    assert record["neighbor_port_id"] == "00005E005301:P1"
    assert (record["platform"], record["capabilities"]) == ("CP-8841", "B,T")
    text = show(switch, f"show lldp neighbors {PORT} detail")
    assert "    Network Policy(Voice): VLAN 20, tagged, Layer-2 priority: 5, DSCP: 46\n" in text
    assert "Wattage: 6.3\n" in text
    switch.execute([f"interface {PORT}", "no lldp receive"])
    assert "Total entries displayed: 0" in show(switch, "show lldp neighbors detail")
    assert "Total entries displayed: 0" in show(switch, f"show lldp neighbors {SECOND} detail")


async def test_phone_and_device_are_told_apart_in_one_listing(switch, phone):
    switch.execute(["lldp run"])
    switch.ports[PORT].attach(phone)
    switch.ports[SECOND].attach(Neighbor("access_point"))
    for command in ("show lldp neighbors detail", "show cdp neighbors detail"):
        records = parsed(switch, command)
        assert [record["neighbor_name"] for record in records] == [phone.name, "access-point-1"]


@pytest.mark.parametrize("capture", ["lldp_detail_7962_med.txt", "cisco_ios_show_lldp_neighbors_detail1.txt"])
async def test_lldp_labels_are_those_of_the_captures(switch, phone, capture):
    if not CAPTURES.exists():
        pytest.skip("the captures are not here")
    switch.execute(["lldp run"])
    voice_port(switch)
    phone.address = "127.9.20.11"
    attached = phone if "7962" in capture else Neighbor("access_point", address="127.9.10.5")
    switch.ports[PORT].attach(attached)
    theirs = (CAPTURES / capture).read_text()
    labels = [line.split(":")[0].strip() for line in show(switch, "show lldp neighbors detail").splitlines()]
    others = ("Local Intf service instance", "-----", "Cisco ", "10")
    assert [label for label in labels if label not in theirs and not label.startswith(others)] == []


async def test_lldp_off_by_default_and_shown_when_on(switch):
    assert "lldp run" not in switch.running_config()
    switch.execute(["lldp run"])
    assert "\nlldp run\n" in switch.running_config()
    switch.execute(["no lldp run"])
    assert "lldp run" not in switch.running_config()


async def test_a_phone_learns_its_voice_vlan_by_lldp_where_cdp_is_off(switch, phone):
    voice_port(switch)
    port = switch.ports[PORT]
    port.attach(phone)
    switch.execute(["no cdp run"])
    assert port.advert() is None
    switch.execute(["lldp run"])
    assert port.advert().voice_vlan == 20
    assert phone.changes == 3
    switch.execute([f"interface {PORT}", "no lldp transmit"])
    assert port.advert() is None


async def test_a_device_with_its_own_power_supply(switch):
    port = switch.ports[PORT]
    port.attach(Neighbor("switch"))
    assert (port.link, port.powered, port.power_state) == (True, False, "off")
    switch.execute([f"interface {PORT}", "power inline never"])
    assert port.link
    switch.execute([f"interface {PORT}", "shutdown"])
    assert not port.link


async def test_an_access_point_takes_power(switch):
    switch.ports[PORT].attach(Neighbor("access_point"))
    record = parsed(switch, "show power inline")[0]
    assert [record[key] for key in ("operational_status", "power", "device", "class")] == [
        "on",
        "23.2",
        "C9120AXI-E",
        "4",
    ]


async def test_a_computer_speaks_no_protocol(switch):
    voice_port(switch)
    switch.execute(["lldp run"])
    switch.ports[PORT].attach(Neighbor("computer", mac="00005E005377"))
    assert "displayed : 0" in show(switch, "show cdp neighbors detail")
    assert "displayed: 0" in show(switch, "show lldp neighbors detail")
    assert [row["vlan_id"] for row in parsed(switch, "show mac address-table")] == ["10"]


def test_unknown_kind_names_the_known_ones():
    with pytest.raises(ValueError, match="'fridge'; known: switch, router, access_point, codec, computer"):
        Neighbor("fridge")


async def test_the_uplinks_neighbor_by_lldp(make_switch):
    first = await make_switch("access-sw1")
    second = await make_switch("access-sw2", model="WS-C2960X-24PS-L", config="")
    first.execute(["lldp run"])
    assert "displayed: 0" in show(first, "show lldp neighbors detail")
    second.execute(["lldp run"])
    record = only(parsed(first, "show lldp neighbors detail"))
    assert (record["neighbor_name"], record["local_interface"]) == ("access-sw2", "Te1/1/1")
    second.execute(["no cdp run"])
    assert "displayed : 0" in show(first, "show cdp neighbors detail")


@pytest.mark.parametrize(("times", "refused"), [(None, 3), (0, 0), (1, 1), (2, 2)])
async def test_refusals_end_after_so_many_times(switch, times, refused):
    switch.refuse_line, switch.hostile_times = 2, times
    answers = []
    for _ in range(3):
        session = Session(switch, user="netadmin", privilege=15, line="vty0")
        session.execute("configure terminal")
        answers += [session.execute(line) for line in (f"interface {PORT}", "shutdown")]
    assert answers.count("Command authorization failed.\n") == refused


async def test_drops_end_after_so_many_times(switch):
    switch.drop_at, switch.hostile_times = 1, 1

    def configure():
        session = Session(switch, user="netadmin", privilege=15, line="vty0")
        session.execute("configure terminal")
        return session.execute(f"interface {PORT}")

    with pytest.raises(Dropped):
        configure()
    assert configure() == ""


async def test_tables_of_neighbors(make_switch, phone):
    switch = await make_switch("access-sw1", config="lldp run")
    await make_switch("access-sw2-with-a-long-name", config="lldp run")
    switch.ports[PORT].attach(phone)
    switch.ports[SECOND].attach(Neighbor("access_point"))
    rows = parsed(switch, "show cdp neighbors")
    assert [(row["neighbor_name"], row["local_interface"], row["neighbor_interface"]) for row in rows] == [
        (phone.name, "Gig 1/0/1", "Port 1"),
        ("access-point-1", "Gig 1/0/2", "Gig 0"),
        ("access-sw2-with-a-long-name", "Ten 1/1/1", "Ten 1/1/1"),
    ]
    assert [row["capabilities"] for row in rows] == ["H P M", "R T", "S I"]
    rows = parsed(switch, "show lldp neighbors")
    assert [(row["neighbor_name"], row["local_interface"], row["neighbor_interface"]) for row in rows] == [
        (phone.name, "Gi1/0/1", "00005E005301:P1"),
        ("access-point-1", "Gi1/0/2", "0"),
        ("access-sw2-with-a-lo", "Te1/1/1", "Te1/1/1"),
    ]
