"""Lines typed at the console of a Nexus: what they change, what the configuration shows of it, what is refused."""

import pytest

from lab.nxos import render


def block(nexus, header):
    """The lines below a header of the running configuration."""
    lines = nexus.running_config().split("\n")
    below = lines[lines.index(header) + 1 :]
    end = next(index for index, line in enumerate(below) if not line.startswith("  "))
    return [line[2:] for line in below[:end]]


def test_a_port_for_a_phone_without_what_is_the_default(console):
    console(
        "vlan 20",
        "name VOICE",
        "int eth1/1",
        "description Desk 1",
        "switchport",
        "switchport mode access",
        "sw acc vl 10",
        "switchport voice vlan 20",
        "spanning-tree port type edge",
        "spanning-tree bpduguard enable",
        "cdp enable",
        "lldp transmit",
        "no lldp receive",
        "no shutdown",
    )
    assert block(console.nexus, "interface Ethernet1/1") == [
        "description Desk 1",
        "no lldp receive",
        "switchport access vlan 10",
        "switchport voice vlan 20",
        "spanning-tree port type edge",
        "spanning-tree bpduguard enable",
    ]
    assert block(console.nexus, "vlan 20") == ["name VOICE"]
    assert "\nvlan 1,10,20\n" in console.nexus.running_config()


def test_what_is_configured_applies_when_typed_again_and_goes_when_taken_back(console):
    console("interface e1/1", "description x", "shutdown", "switchport access vlan 10", "switchport voice vlan dot1p")
    console("interface e1/1", "spanning-tree port type edge trunk", "no cdp enable", "mtu 9216", "storm-control bro 1")
    before = render.body(console.nexus.config)
    answers = console.nexus.execute(["interface e1/1", *block(console.nexus, "interface Ethernet1/1")])
    assert [answer for answer in answers if "marker" in answer or "ERROR" in answer] == []
    assert render.body(console.nexus.config) == before
    console("interface e1/1", "no description", "no shutdown", "no switchport access vlan", "no switchport voice vlan")
    console("interface e1/1", "no spanning-tree port type", "cdp enable", "no mtu", "no storm-control")
    assert block(console.nexus, "interface Ethernet1/1") == []


def test_ranges_and_the_words_of_a_trunk(console):
    console("interface Ethernet1/2-4 , e1/6", "switchport mode trunk", "switchport trunk allowed vlan 10,20")
    console("interface e1/3", "switchport trunk allowed vlan add 21,30", "switchport trunk native vlan 99")
    console("interface e1/4", "switchport trunk allowed vlan except 11-4094")
    console("interface e1/6", "switchport trunk allowed vlan none")
    assert block(console.nexus, "interface Ethernet1/3")[1:] == [
        "switchport trunk native vlan 99",
        "switchport trunk allowed vlan 10,20-21,30",
    ]
    assert block(console.nexus, "interface Ethernet1/4") == [
        "switchport mode trunk",
        "switchport trunk allowed vlan 1-10",
    ]
    assert block(console.nexus, "interface Ethernet1/6")[-1] == "switchport trunk allowed vlan none"
    assert block(console.nexus, "interface Ethernet1/5") == []


def test_a_routed_port_loses_what_a_switch_port_has_and_stays_on(console):
    console("interface e1/1", "switchport access vlan 10", "no switchport", "ip address 192.0.2.1/30")
    assert block(console.nexus, "interface Ethernet1/1") == ["no switchport", "ip address 192.0.2.1/30", "no shutdown"]
    console("interface e1/1", "no ip address", "switchport")
    assert block(console.nexus, "interface Ethernet1/1") == []


def test_ports_that_route_unless_they_are_told_to_switch(console):
    console("no system default switchport", "interface e1/1", "switchport", "switchport access vlan 10")
    assert "\nno system default switchport\n" in console.nexus.running_config()
    assert block(console.nexus, "interface Ethernet1/1") == ["switchport", "switchport access vlan 10", "shutdown"]
    assert "requested config change not allowed" in console("interface e1/2", "switchport access vlan 10")
    console("interface e1/1", "no shutdown", "no switchport", "ip address 192.0.2.1 255.255.255.0")
    assert block(console.nexus, "interface Ethernet1/1") == ["ip address 192.0.2.1/24", "no shutdown"]


def test_a_member_of_a_port_channel(console):
    console("interface e1/47", "channel-group 10 mode active")
    assert block(console.nexus, "interface Ethernet1/47") == ["channel-group 10 mode active"]
    assert block(console.nexus, "interface port-channel10") == []
    assert "requested config change not allowed" in console("interface e1/47", "switchport access vlan 10")


def test_ports_that_start_shut(console):
    console("system default switchport shutdown", "interface e1/1", "no shutdown")
    assert block(console.nexus, "interface Ethernet1/1") == ["no shutdown"]
    assert console.nexus.config.shut("Ethernet1/2")
    console("no system default switchport shutdown", "interface e1/2", "shutdown")
    assert block(console.nexus, "interface Ethernet1/2") == ["shutdown"]


def test_the_head_of_the_configurations(console):
    nexus = console.nexus
    nexus.clock = lambda: 1759222800.0
    console("interface e1/1", "description x")
    nexus.save()
    head = nexus.running_config().split("\n")[:7]
    assert head == [
        "",
        "!Command: show running-config",
        "!Running configuration last done at: Tue Sep 30 09:00:00 2025",
        "!Time: Tue Sep 30 09:00:00 2025",
        "",
        "version 10.4(5) Bios:version 01.11 ",
        "hostname nexus1",
    ]
    console("interface e1/1", "description y")
    saved = nexus.startup_config()
    assert "!Startup config saved at: Tue Sep 30 09:00:00 2025\n\nversion 10.4(5)" in saved
    assert "description x" in saved
    assert "description y" not in saved


INVALID, RANGE = "% Invalid command at '^' marker.", "Invalid range at '^' marker."
INCOMPLETE, AMBIGUOUS = "% Incomplete command at '^' marker.", "% Ambiguous command at '^' marker."
FORMAT = "Invalid interface format at '^' marker."


@pytest.mark.parametrize(
    ("lines", "mark", "words"),
    [
        (["power inline auto"], "power", INVALID),
        (["interface"], "", INCOMPLETE),
        (["interface foo1"], "foo", FORMAT),
        (["interface eth1/99"], "1/99", RANGE),
        (["interface Vlan10"], "Vlan10", INVALID),
        (["no interface e1/1"], "e1/1", RANGE),
        (["interface e1/1", "switchport voice"], "", INCOMPLETE),
        (["interface e1/1", "switchport voice vlan 4095"], "4095", RANGE),
        (["interface e1/1", "switchport voice vlan none"], "none", INVALID),
        (["interface e1/1", "switchport trunk allowed vlan 1-5000"], "1-5000", RANGE),
        (["interface e1/1", "s"], "s", AMBIGUOUS),
        (["interface e1/1", "ip address 192.0.2.1/24"], "address", INVALID),
        (["no feature lldp", "interface e1/1", "no lldp transmit"], "lldp", INVALID),
        (["no feature lacp", "interface e1/1", "channel-group 1 mode active"], "channel-group", INVALID),
        (["feature foo"], "foo", INVALID),
        (["vlan 4095"], "4095", RANGE),
        (["vlan x"], "x", INVALID),
        (["show runing"], "runing", INVALID),
    ],
)
def test_refusals_stand_under_what_is_wrong(console, lines, mark, words):
    console.nexus.execute(lines[:-1])
    before, line = render.body(console.nexus.config), lines[-1]
    prompt = "nexus1(config-if)# " if "interface e1/1" in lines[:-1] else "nexus1(config)# "
    column = len(prompt) + (line.index(mark) if mark else len(line))
    assert console(*lines) == f"{' ' * column}^\n{words}"
    assert render.body(console.nexus.config) == before


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["vlan 4000"], "ERROR: VLAN 4000 is reserved for internal use, not supported"),
        (["no vlan 1"], "ERROR: VLAN 1 is the default VLAN, deleting it is not supported"),
        (["vlan 30", "name DATA"], "ERROR: VLAN 10 has the name DATA already"),
        (["vlan 30,31", "name DATA"], "ERROR: VLAN 30-31: changing the name is not supported"),
        (
            ["interface e1/1", "no switchport", "switchport access vlan 10"],
            "ERROR: Ethernet1/1: requested config change not allowed",
        ),
    ],
)
def test_refusals_of_a_feature(console, lines, words):
    assert console(*lines) == words


def test_a_refused_line_leaves_the_session_on_its_interface(console):
    session = console.nexus.open_session("netadmin", line="console")
    for line in ("configure terminal", "interface e1/1", "interface e1/99", "vlan 5000", "description here"):
        session.execute(line)
    assert session.prompt == "\rnexus1(config-if)# "
    assert block(console.nexus, "interface Ethernet1/1") == ["description here"]


def test_modes_and_their_prompts(console):
    session = console.nexus.open_session("netadmin", line="console")

    def prompts(*lines):
        return [session.execute(line) and "" or session.prompt.strip() for line in lines]

    assert session.execute("conf t") == "Enter configuration commands, one per line. End with CNTL/Z."
    assert prompts("vlan 5", "exit", "int e1/1", "int e1/1-2", "cdp enable", "vlan 6", "end") == [
        "nexus1(config-vlan)#",
        "nexus1(config)#",
        "nexus1(config-if)#",
        "nexus1(config-if-range)#",
        "nexus1(config-if-range)#",
        "nexus1(config-vlan)#",
        "nexus1#",
    ]
    session.execute("conf t")
    session.execute("int e1/1")
    assert session.execute("show hostname") == session.execute("do show hostname") == "nexus1 "
    assert session.mode == "config-if"
    session.execute("exit")
    session.execute("exit")
    assert (session.mode, session.closed) == ("exec", False)
    session.execute("exit")
    assert session.closed


def test_only_edge_is_warned_of(console):
    told = console("interface e1/1", "spanning-tree port type edge")
    assert told.startswith("Edge port type (portfast) should only be enabled on ports connected to a single\n host.")
    assert told.endswith(
        "configured on Ethernet1/1 but will only\n have effect when the interface is in a non-trunking mode."
    )
    assert console("interface e1/1", "spanning-tree port type normal") == ""
