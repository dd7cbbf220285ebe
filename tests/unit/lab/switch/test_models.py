"""The switch models with their port names, stacks, and a power budget for each member."""

import pytest

from lab.switch import Neighbor
from lab.switch.models import MODELS

from .conftest import FakePhone
from .looks import CAPTURES, PORT, parsed, show
from .test_config import bare


@pytest.mark.parametrize(
    ("model", "ports", "access", "uplinks"),
    [
        ("C9300-24P", 24, ["GigabitEthernet1/0/1", "GigabitEthernet1/0/24"], ["TenGigabitEthernet1/1/1"]),
        ("C9300-48UXM", 48, ["TwoGigabitEthernet1/0/1", "TenGigabitEthernet1/0/48"], ["TenGigabitEthernet1/1/1"]),
        ("C9300-48UN", 48, ["FiveGigabitEthernet1/0/1", "FiveGigabitEthernet1/0/48"], ["TenGigabitEthernet1/1/1"]),
        ("C9300-24UX", 24, ["TenGigabitEthernet1/0/1", "TenGigabitEthernet1/0/24"], ["TenGigabitEthernet1/1/1"]),
        ("C9200-24P", 24, ["GigabitEthernet1/0/1", "GigabitEthernet1/0/24"], ["TenGigabitEthernet1/1/1"]),
        ("WS-C3850-24P", 24, ["GigabitEthernet1/0/1", "GigabitEthernet1/0/24"], ["GigabitEthernet1/1/1"]),
        ("WS-C3650-24PS", 24, ["GigabitEthernet1/0/1", "GigabitEthernet1/0/24"], ["GigabitEthernet1/1/1"]),
        ("WS-C2960X-24PS-L", 24, ["GigabitEthernet1/0/1", "GigabitEthernet1/0/24"], ["GigabitEthernet1/0/25"]),
        ("WS-C3560-24PS", 24, ["FastEthernet0/1", "FastEthernet0/24"], ["GigabitEthernet0/1"]),
        ("WS-C2960-24PC-L", 24, ["FastEthernet0/1", "FastEthernet0/24"], ["GigabitEthernet0/1"]),
    ],
)
def test_port_names(model, ports, access, uplinks):
    box = bare(model=model, ports=ports)
    ours = [name for name, port in box.ports.items() if not port.uplink]
    assert [ours[0], ours[-1], len(ours)] == [*access, ports]
    assert next(name for name, port in box.ports.items() if port.uplink) == uplinks[0]


@pytest.mark.parametrize("model", MODELS)
async def test_every_model_speaks_so_that_the_templates_read_it(make_switch, model, phone):
    switch = await make_switch("sw1", model=model, config="lldp run")
    port = next(iter(switch.ports.values()))
    port.attach(phone)
    count = len(switch.ports)
    access = sum(not port.uplink for port in switch.ports.values())
    assert len(parsed(switch, "show power inline")) == access
    assert len(parsed(switch, "show interfaces status")) == count
    assert len(parsed(switch, "show interfaces switchport")) == count
    (version,) = parsed(switch, "show version")
    assert version["hardware"] == [model]
    assert parsed(switch, "show inventory")[0]["pid"] == model
    for command in ("show cdp neighbors detail", "show lldp neighbors detail"):
        (neighbor,) = parsed(switch, command)
        assert neighbor["neighbor_name"] == phone.name
    assert [row["vlan_id"] for row in parsed(switch, "show vlan")][:1] == ["1"]
    # Each port is listed once, and the running configuration can be typed in again.
    lines = [line for line in switch.running_config().splitlines() if line.startswith("interface ")]
    assert len(lines) == len(set(lines)) == count + 1
    assert [answer for answer in switch.execute(lines) if answer] == []


@pytest.mark.parametrize(
    ("typed", "full"),
    [
        ("tw1/0/1", "TwoGigabitEthernet1/0/1"),
        ("Two 1/0/36", "TwoGigabitEthernet1/0/36"),
        ("te1/0/37", "TenGigabitEthernet1/0/37"),
    ],
)
def test_multigigabit_names_are_abbreviated(typed, full):
    box = bare(model="C9300-48UXM", ports=48)
    box.execute([f"interface {typed}", "description here"])
    assert box.config.peek(full).get("description") == "here"


def test_a_range_over_kinds_and_members():
    box = bare(model="C9300-48UXM", ports=48, stack=2)
    answers = box.execute(["interface range tw1/0/35 - 36 , te1/0/37 - 38 , tw2/0/1", "description here"])
    assert answers == ["", ""]
    named = [name for name in box.ports if box.config.peek(name).get("description")]
    assert [name.replace("GigabitEthernet", "") for name in named] == [
        "Two1/0/35",
        "Two1/0/36",
        "Ten1/0/37",
        "Ten1/0/38",
        "Two2/0/1",
    ]


def test_a_stack_lists_its_members_one_after_the_other():
    box = bare(ports=2, stack=2, model="C9200-24P")
    lines = [line[10:] for line in box.running_config().splitlines() if line.startswith("interface ")]
    kinds = [line.replace("GigabitEthernet", "Gi").replace("TenGi", "Te") for line in lines]
    assert kinds == [
        *("Gi1/0/1", "Gi1/0/2", "Te1/1/1", "Te1/1/2", "Te1/1/3", "Te1/1/4"),
        *("Gi2/0/1", "Gi2/0/2", "Te2/1/1", "Te2/1/2", "Te2/1/3", "Te2/1/4"),
        "Vlan1",
    ]


async def test_a_stack_shows_its_members(make_switch):
    switch = await make_switch(stack=3, ports=24)
    assert [line for line in switch.running_config().splitlines() if line.startswith("switch ")] == [
        f"switch {member} provision c9300-24p" for member in (1, 2, 3)
    ]
    rows = parsed(switch, "show switch")
    assert [(row["switch"], row["role"], row["state"]) for row in rows] == [
        ("1", "Active", "Ready"),
        ("2", "Standby", "Ready"),
        ("3", "Member", "Ready"),
    ]
    (version,) = parsed(switch, "show version")
    assert version["hardware"] == ["C9300-24P"] * 3
    assert [row["name"] for row in parsed(switch, "show inventory")] == [
        "c93xx Stack",
        "Switch 1",
        "Switch 2",
        "Switch 3",
    ]
    assert len({row["mac_address"] for row in rows}) == 3
    assert len(parsed(switch, "show power inline")) == 72


async def test_each_member_has_a_budget_of_its_own(make_switch):
    switch = await make_switch(stack=2, ports=24)
    ports = [port for port in switch.ports.values() if not port.uplink]
    for number, port in enumerate(ports[:16]):
        port.attach(FakePhone(mac=f"00005E0053{number:02X}", watts=30.0))
    second = ports[24]
    second.attach(FakePhone(mac="00005E0053F0"))
    rows = {row["interface"]: row for row in parsed(switch, "show power inline")}
    assert [rows[f"Gi1/0/{n}"]["operational_status"] for n in (14, 15, 16)] == ["on", "power-deny", "power-deny"]
    assert rows["Gi2/0/1"]["operational_status"] == "on"
    assert "\n1           445.0      420.0        25.0\n" in f"\n{show(switch, 'show power inline')}"
    assert "\n2           445.0        6.3       438.7\n" in show(switch, "show power inline")
    module = show(switch, "show power inline module 2")
    assert module.startswith("Module ")
    assert "Gi1/0/" not in module
    assert module.endswith("Totals:          1    on    6.3       ")
    assert len(parsed(switch, "show power inline module 2")) == 24
    assert show(switch, "show power inline module 3") == "% No inline power card on switch 3"
    # Static power is taken out of the member's own budget.
    answers = switch.execute(["interface gi1/0/20", "power inline static", "interface gi2/0/20", "power inline static"])
    assert answers == ["", "Command rejected: power inline static: pwr not available", "", ""]


async def test_a_high_priority_is_served_first(switch):
    ports = [port for port in switch.ports.values() if not port.uplink][:15]
    switch.execute([f"interface {ports[14].interface}", "power inline port priority high"])
    switch.execute(["interface range gi1/0/1 - 15", "shutdown"])
    for number, port in enumerate(ports):
        port.attach(FakePhone(mac=f"00005E0053{number:02X}", watts=30.0))
    switch.execute(["interface range gi1/0/1 - 15", "no shutdown"])
    assert [port.powered for port in ports] == [True] * 13 + [False, True]


@pytest.mark.parametrize(
    ("model", "most", "answer"),
    [
        ("C9300-24P", 30000, ""),
        ("C9300-24P", 30001, "% Invalid input"),
        ("C9300-48UXM", 60000, ""),
        ("WS-C3560-24PS", 15400, ""),
        ("WS-C3560-24PS", 30000, "% Invalid input"),
    ],
)
def test_the_most_that_a_port_gives(model, most, answer):
    box = bare(model=model)
    said = box.execute([f"interface {next(iter(box.ports))}", f"power inline auto max {most}"])[1]
    assert answer in said if answer else said == ""


@pytest.mark.parametrize(("model", "stack"), [("WS-C3560-24PS", 2), ("C9300-24P", 9)])
def test_what_makes_no_stack(model, stack):
    with pytest.raises(ValueError, match=f"a stack of {model} has at most"):
        bare(model=model, stack=stack)


def test_an_old_switch_knows_no_stack():
    box = bare(model="WS-C3560-24PS")
    assert show(box, "show switch") == "         ^\n% Invalid input detected at '^' marker.\n"
    assert "Available:370.0(w)  Used:0.0(w)  Remaining:370.0(w)\n" in show(box, "show power inline")


async def test_show_interfaces_trunk(make_switch):
    first = await make_switch("access-sw1")
    assert show(first, "show interfaces trunk") == ""
    await make_switch("access-sw2", config="")
    first.execute(["interface te1/1/1", "switchport mode trunk", "switchport trunk native vlan 99"])
    first.execute(["interface te1/1/1", "switchport trunk allowed vlan 10-12,20"])
    assert show(first, "show interfaces trunk").splitlines() == [
        "",
        "Port        Mode             Encapsulation  Status        Native vlan",
        "Te1/1/1     on               802.1q         trunking      99",
        "",
        "Port        Vlans allowed on trunk",
        "Te1/1/1     10-12,20",
        "",
        "Port        Vlans allowed and active in management domain",
        "Te1/1/1     10",
        "",
        "Port        Vlans in spanning tree forwarding state and not pruned",
        "Te1/1/1     10",
    ]


@pytest.mark.parametrize(
    ("command", "capture", "header"),
    [
        ("show interfaces trunk", "trunk_mixed_encap.txt", "Port        Mode"),
        ("show vlan", "vlan_4.txt", "VLAN Type"),
        ("show switch", "switch_c3850.txt", "Switch#"),
        ("show power inline", "power_inline_5g_stack3.txt", "Totals:"),
        ("show power inline", "power_inline_5g_stack3.txt", "Module"),
    ],
)
async def test_headers_are_those_of_the_captures(make_switch, command, capture, header):
    if not CAPTURES.exists():
        pytest.skip("the captures are not here")
    switch = await make_switch(stack=2)
    await make_switch("access-sw2", config="")
    switch.ports[PORT].attach(Neighbor("access_point"))
    theirs = (CAPTURES / capture).read_text().splitlines()
    pick = [
        next(line.rstrip() for line in lines if line.startswith(header))
        for lines in (show(switch, command).splitlines(), theirs)
    ]
    if header == "Totals:":
        pick = [line.index("on") for line in pick]
    assert pick[0] == pick[1]
