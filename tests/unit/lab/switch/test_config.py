"""The command parser and the configuration it changes, without a network."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.switch import Credentials, Fabric, Switch, names
from lab.switch.session import Session

from .conftest import CREDENTIALS


@pytest.fixture
def box():
    """A switch that isn't started."""
    return bare()


def bare(**options):
    return Switch(
        "sw1",
        address="127.0.0.1",
        ssh_port=0,
        credentials=CREDENTIALS,
        host_key=None,
        fabric=Fabric(dhcp_port=6067),
        clock=lambda: 1_700_000_000.0,
        **options,
    )


def interface(switch, name):
    """The lines of an interface in the running configuration."""
    lines = switch.running_config().splitlines()
    start = lines.index(f"interface {name}") + 1
    return lines[start : lines.index("!", start)]


def privileged(switch):
    return Session(switch, user="netadmin", privilege=15, line="vty0")


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("show foo", "         ^\n% Invalid input detected at '^' marker.\n"),
        ("sh", '% Type "show ?" for a list of subcommands'),
        ("sh i", '% Ambiguous command:  "sh i"'),
        ("show power", "% Incomplete command.\n"),
        ("  show running-config interface gi1/0/99", f"{' ' * 42}^\n% Invalid input detected at '^' marker.\n"),
        ("show clock now", f"{' ' * 15}^\n% Invalid input detected at '^' marker.\n"),
        ("show clock | foo bar", f"{' ' * 17}^\n% Invalid input detected at '^' marker.\n"),
        ("show clock | include", "% Incomplete command.\n"),
        ("show lldp", "% LLDP is not enabled"),
        ("sh lldp nei det", "% LLDP is not enabled"),
        ("show port-security interface", "% Incomplete command.\n"),
        ("show power inline module", "% Incomplete command.\n"),
        ("show power inline module 0", f"{' ' * 29}^\n% Invalid input detected at '^' marker.\n"),
        ("show interfaces status x", f"{' ' * 27}^\n% Invalid input detected at '^' marker.\n"),
        ("show archive config rollback", "% Incomplete command.\n"),
        ("conf rev", "% Incomplete command.\n"),
        ("conf rev now", "%No Rollback Confirmed Change pending"),
        ("conf t rev", "% Incomplete command.\n"),
        ("conf t rev tim 5", "%Turn config archive on before using Rollback Confirmed Change"),
        ("show s", '% Ambiguous command:  "show s"'),
        ("! a comment", ""),
        ("", ""),
    ],
)
def test_exec_refusals(box, line, answer):
    assert privileged(box).execute(line) == answer


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("sw port v", "% Incomplete command.\n"),
        ("sw port-security aging t", '% Ambiguous command:  "sw port-security aging t"'),
        ("auto qos", "% Incomplete command.\n"),
        ("auto qos voip", "% Incomplete command.\n"),
        ("auto qos trust dscp", ""),
        ("spanning-tree bpdug", "% Incomplete command.\n"),
        ("lldp", "% Incomplete command.\n"),
        ("lldp t", ""),
    ],
)
def test_refusals_on_an_interface(box, line, answer):
    assert box.execute(["int gi1/0/1", line])[1] == answer


@pytest.mark.parametrize("line", ["vlan 50", "no vlan 10"])
def test_a_vtp_client_takes_no_vlans(box, line):
    box.execute(["vtp mode client"])
    assert box.execute([line]) == ["VTP VLAN configuration not allowed when device is in CLIENT mode."]
    assert 50 not in box.config.vlans


def test_user_exec_has_no_configuration_commands(box):
    session = Session(box, user="x", privilege=1, line="vty0")
    assert session.execute("configure terminal") == "    ^\n% Invalid input detected at '^' marker.\n"
    assert "Invalid input" in session.execute("show running-config")
    assert session.execute("show privilege") == "Current privilege level is 1"


@pytest.mark.parametrize("name", ["gi1/0/1", "Gi1/0/1", "gigabitethernet 1/0/1", "GIGABITETHERNET1/0/1", "g 1/0/1"])
def test_interface_abbreviations(box, name):
    assert box.execute([f"int {name}", "desc x"]) == ["", ""]
    assert interface(box, "GigabitEthernet1/0/1") == [" description x"]


@pytest.mark.parametrize(
    ("text", "full"),
    [
        ("fa0/1", "FastEthernet0/1"),
        ("te1/1/1", "TenGigabitEthernet1/1/1"),
        ("Two1/0/1", "TwoGigabitEthernet1/0/1"),
        ("tw1/0/1", "TwoGigabitEthernet1/0/1"),
        ("twe1/1/1", "TwentyFiveGigE1/1/1"),
        ("fi1/0/1", "FiveGigabitEthernet1/0/1"),
        ("vlan20", "Vlan20"),
        ("po1", "Port-channel1"),
        ("f1/0/1", None),
        ("gi", None),
        ("xx1/0/1", None),
    ],
)
def test_names(text, full):
    assert names.parse(text) == full


@given(st.sets(st.integers(1, 4094), max_size=60))
def test_vlan_lists_round_trip(vlans):
    assert names.parse_vlans(names.format_vlans(vlans)) == (vlans or None)


def test_unknown_interface_leaves_the_session_where_it_was(box):
    session = privileged(box)
    session.execute("configure terminal")
    session.execute("interface gi1/0/1")
    assert session.execute("interface gi1/0/99") == f"{' ' * 31}^\n% Invalid input detected at '^' marker.\n"
    assert session.prompt == "sw1(config-if)#"


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("int ra gi1/0/20-30", 7),
        ("vl x", 3),
        ("def int ra gi1/0/1-99", 11),
        ("int gi1/0/1 2", 12),
        ("no int gi1/0/99", 13),
    ],
)
def test_carets_of_abbreviated_lines(box, line, column):
    assert (
        box.execute([line])[0] == f"{' ' * (len('sw1(config)#') + column)}^\n% Invalid input detected at '^' marker.\n"
    )


@pytest.mark.parametrize(
    ("mode", "prompt"),
    [
        ([], "sw1(config)#"),
        (["interface gi1/0/1"], "sw1(config-if)#"),
        (["interface range gi1/0/1-3"], "sw1(config-if-range)#"),
        (["vlan 20"], "sw1(config-vlan)#"),
        (["ip dhcp pool VOICE"], "sw1(dhcp-config)#"),
        (["line vty 0 4"], "sw1(config-line)#"),
        (["archive"], "sw1(config-archive)#"),
        (["archive", "log config"], "sw1(config-archive-log-cfg)#"),
        (["vlan 20", "interface gi1/0/1", "exit"], "sw1(config)#"),
        (["hostname a-very-long-switch-name", "vlan 20"], "a-very-long-switch-n(config-)#"),
        (["end"], "sw1#"),
    ],
)
def test_prompts(box, mode, prompt):
    session = privileged(box)
    for line in ["conf t", *mode]:
        session.execute(line)
    assert session.prompt == prompt


def test_do_runs_an_exec_command_and_keeps_the_caret(box):
    session = privileged(box)
    session.execute("conf t")
    assert session.execute("do show privilege") == "Current privilege level is 15"
    assert session.execute("do show foo").startswith(" " * (len("sw1(config)#") + len("do show ")) + "^")


@pytest.mark.parametrize(
    ("lines", "answer"),
    [
        (["switchport access vlan 20"], "% Access VLAN does not exist. Creating vlan 20"),
        (["switchport voice vlan 150"], "% Voice VLAN does not exist. Creating vlan 150"),
        (["switchport access vlan 1"], ""),
        (["switchport trunk allowed vlan 10,5000"], "Command rejected: Bad VLAN list - character #3 (',') delimits"),
        (["switchport nonegotiate"], "Command rejected: Conflict between 'nonegotiate' and 'dynamic' status."),
        (["no switchport", "switchport access vlan 5"], "Command rejected: Gi1/0/1 is not a switching port."),
        (
            ["spanning-tree portfast"],
            "%Warning: portfast should only be enabled on ports connected to a single\n host.",
        ),
    ],
)
def test_answers_of_port_commands(box, lines, answer):
    assert box.execute(["interface gi1/0/1", *lines])[-1].startswith(answer)
    assert bool(answer) == bool(box.execute(["interface gi1/0/1", *lines])[-1] or "Creating" in answer)


@pytest.mark.parametrize("vlan", ["0", "4095", "x"])
def test_access_vlan_out_of_range(box, vlan):
    answer = box.execute(["interface gi1/0/1", f"switchport access vlan {vlan}"])[1]
    column = len("sw1(config-if)#") + len("switchport access vlan ")
    assert answer == f"{' ' * column}^\n% Invalid input detected at '^' marker.\n"
    assert interface(box, "GigabitEthernet1/0/1") == []


def test_vlan_out_of_range(box):
    assert box.execute(["vlan 4095"])[0].splitlines() == [
        "Command rejected: Bad VLAN list - character #5 (EOL) delimits a VLAN number",
        " which is out of the range 1..4094.",
    ]


def test_vlan_names(box):
    answers = box.execute(["vlan 20", "name VOICE", "vlan 30", "name VOICE", "no vlan 1"])
    assert answers[3] == "VLAN #20 and #30 have an identical name: VOICE"
    assert answers[4] == "%Default VLAN 1 may not be deleted."
    assert "vlan 20\n name VOICE\n!\nvlan 30 \n!" in box.running_config()
    box.execute(["no vlan 20", "vlan 30", "name VOICE"])
    assert "vlan 30\n name VOICE\n!" in box.running_config()


ORDER = """\
 description  two  blanks stay
 switchport access vlan 10
 switchport trunk native vlan 99
 switchport trunk allowed vlan 10,20,30-32
 switchport mode access
 switchport voice vlan 20
 switchport port-security maximum 3
 load-interval 30
 shutdown
 power inline port priority high
 power inline static max 15400
 authentication port-control auto
 mab
 trust device cisco-phone
 no cdp enable
 no lldp transmit
 dot1x pae authenticator
 storm-control broadcast level 1.00
 spanning-tree portfast
 spanning-tree bpduguard enable
 service-policy input PHONE
 ip dhcp snooping limit rate 15""".splitlines()


@given(st.permutations(ORDER))
def test_lines_come_back_in_canonical_order(lines):
    switch = bare()
    switch.execute(["interface gi1/0/1", *lines])
    assert interface(switch, "GigabitEthernet1/0/1") == [line.replace("  two", " two") for line in ORDER]


@pytest.mark.parametrize("line", ORDER)
def test_no_form_and_default_interface(box, line):
    box.execute(["interface gi1/0/1", line])
    command = line.strip()
    box.execute(["interface gi1/0/1", command.removeprefix("no ") if command.startswith("no ") else f"no {command}"])
    assert interface(box, "GigabitEthernet1/0/1") == []
    box.execute(["interface gi1/0/1", line])
    answer = box.execute(["default interface gi1/0/1"])
    assert answer == ["Interface GigabitEthernet1/0/1 set to default configuration"]
    assert interface(box, "GigabitEthernet1/0/1") == []


def test_portfast_is_shown_as_the_platform_does():
    lines = ["interface gi1/0/1", "switchport voice vlan 20"]
    old, new = bare(model="WS-C2960X-24PS-L"), bare()
    old.execute(lines)
    new.execute(lines)
    assert interface(old, "GigabitEthernet1/0/1") == [" switchport voice vlan 20", " spanning-tree portfast edge"]
    assert interface(new, "GigabitEthernet1/0/1") == [" switchport voice vlan 20"]
    old.execute(["interface gi1/0/1", "no switchport voice vlan"])
    assert interface(old, "GigabitEthernet1/0/1") == [" spanning-tree portfast edge"]
    new.execute(["interface gi1/0/1", "spanning-tree portfast edge"])
    assert interface(new, "GigabitEthernet1/0/1")[-1] == " spanning-tree portfast"


@pytest.mark.parametrize("value", ["dot1p", "untagged", "name VOICE"])
def test_voice_vlan_words(box, value):
    box.execute(["interface gi1/0/1", f"switchport voice vlan {value}"])
    assert interface(box, "GigabitEthernet1/0/1") == [f" switchport voice vlan {value}"]
    box.execute(["interface gi1/0/1", "switchport voice vlan none"])
    assert interface(box, "GigabitEthernet1/0/1") == []


def test_trunk_list_is_changed_in_place_and_wraps(box):
    odd = ",".join(str(vlan) for vlan in range(101, 161, 2))
    box.execute(["interface te1/1/1", f"switchport trunk allowed vlan {odd}", "switchport trunk allowed vlan add 20"])
    lines = interface(box, "TenGigabitEthernet1/1/1")
    assert len(lines) == 3
    assert lines[1].startswith(" switchport trunk allowed vlan add ")
    box.execute(["interface te1/1/1", "switchport trunk allowed vlan remove 101-160"])
    assert interface(box, "TenGigabitEthernet1/1/1") == [" switchport trunk allowed vlan 20"]
    box.execute(["interface te1/1/1", "switchport trunk allowed vlan all"])
    assert interface(box, "TenGigabitEthernet1/1/1") == []


POOL = """\
 network 10.20.0.0 255.255.255.0
 default-router 10.20.0.1
 dns-server 10.0.0.53 10.0.1.53
 domain-name example.net
 option 150 ip 10.1.1.10 10.1.1.11
 lease 0 8"""


def test_dhcp_pool_reads_back(box):
    answers = box.execute(["ip dhcp excluded-address 10.20.0.1 10.20.0.9", "ip dhcp pool VOICE", *POOL.splitlines()])
    assert not any(answers)
    assert f"ip dhcp excluded-address 10.20.0.1 10.20.0.9\n!\nip dhcp pool VOICE\n{POOL}\n!" in box.running_config()
    box.execute(["ip dhcp pool VOICE", "lease 1", "no option 150", "no dns-server", "no domain-name"])
    assert "ip dhcp pool VOICE\n network 10.20.0.0 255.255.255.0\n default-router 10.20.0.1\n!" in box.running_config()
    box.execute(["no ip dhcp pool VOICE", "no ip dhcp excluded-address 10.20.0.1 10.20.0.9"])
    assert "dhcp" not in box.running_config()


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("option 150 ascii 10.1.1.10", "option 150 ascii 10.1.1.10"),
        ("option 150 hex 0A01010A", "option 150 hex 0a01.010a"),
        ("network 10.20.0.7 /24", "network 10.20.0.0 255.255.255.0"),
        ("lease infinite", "lease infinite"),
        ("lease 2 3 4", "lease 2 3 4"),
    ],
)
def test_dhcp_pool_lines(box, line, shown):
    assert box.execute(["ip dhcp pool V", line])[1] == ""
    assert f"ip dhcp pool V\n {shown}\n!" in box.running_config()


@pytest.mark.parametrize(
    "line", ["option 150 ip 10.1.1", "option 150 hex 0", "network 10.0.0.0 255.0.255.0", "lease 0", "default-router x"]
)
def test_dhcp_pool_refusals(box, line):
    assert box.execute(["ip dhcp pool V", line])[1].startswith("%")
    assert "ip dhcp pool V\n!" in box.running_config()


@pytest.mark.parametrize(
    "line",
    [
        "service timestamps log datetime localtime",
        "spanning-tree vlan 1-4094 priority 4096",
        "spanning-tree portfast bpduguard default",
        "logging host 10.0.0.9",
        "udld enable",
        "dot1x system-auth-control",
        "errdisable recovery cause psecure-violation",
        "ip dhcp snooping vlan 10,20",
        "ip arp inspection vlan 10",
        "snmp-server location here",
        "lldp run",
    ],
)
def test_global_commands_leave_the_interface(box, line):
    session = privileged(box)
    for command in ("conf t", "interface gi1/0/1", line):
        assert "%" not in session.execute(command)
    assert session.prompt == "sw1(config)#"
    assert interface(box, "GigabitEthernet1/0/1") == []
    assert f"\n{line}\n" in box.running_config()


def test_svi(box):
    answers = box.execute(["interface Vlan20", "ip address 10.20.0.1 255.255.255.0", "ip helper-address 10.0.0.5"])
    assert answers == ["", "", ""]
    assert interface(box, "Vlan20") == [" ip address 10.20.0.1 255.255.255.0", " ip helper-address 10.0.0.5"]
    assert (
        box.execute(["interface Vlan30", "ip address 10.20.0.9 255.255.255.0"])[1] == "% 10.20.0.0 overlaps with Vlan20"
    )
    assert "^" in box.execute(["interface Vlan4095"])[0]
    box.execute(["no interface Vlan20"])
    assert "interface Vlan20" not in box.running_config()


def test_global_lines_and_blocks(box):
    lines = [
        "snmp-server community public RO",
        "archive",
        "path flash:backup",
        "log config",
        "logging enable",
        "line vty 0 4",
        "exec-timeout 5 0",
        "banner motd ^C",
        "Authorised use only",
        "^C",
        "no cdp run",
    ]
    box.execute(lines)
    body = box.running_config()
    assert "archive\n path flash:backup\n log config\n  logging enable\n!" in body
    assert "line vty 0 4\n exec-timeout 5 0\n" in body
    assert "banner motd ^C\nAuthorised use only\n^C\n" in body
    assert "snmp-server community public RO\n" in body
    assert "no cdp run\n" in body
    box.execute(["no snmp-server community public RO", "no archive", "no banner motd", "cdp run"])
    for word in ("snmp-server", "archive", "banner", "cdp"):
        assert word not in box.running_config()


def test_secrets_are_shown_hashed_and_a_hash_can_be_entered(box):
    body = box.running_config()
    for secret in (CREDENTIALS.password, CREDENTIALS.enable_secret):
        assert secret not in body
    line = next(line for line in body.splitlines() if line.startswith("username netadmin"))
    box.execute([line.replace("netadmin", "copy")])
    privilege, secret = box.config.users["copy"]
    assert privilege == 1
    assert secret.matches(CREDENTIALS.password)
    assert not secret.matches("other")


def test_no_enable_secret_and_no_way_up():
    switch = bare()
    switch.execute(["no enable secret"])
    session = Session(switch, user="x", privilege=1, line="vty0")
    assert session.execute("enable") == "% No password set"


def test_change_and_save_stamps(box):
    box.execute(["hostname sw2"])
    assert box.save("netadmin")
    head = box.running_config().splitlines()[:3]
    assert head == [
        "!",
        "! Last configuration change at 22:13:20 UTC Tue Nov 14 2023 by console",
        "! NVRAM config last updated at 22:13:20 UTC Tue Nov 14 2023 by netadmin",
    ]


def test_size_and_pipes(box):
    session = privileged(box)
    whole = session.execute("show running-config")
    head, _, body = whole.partition(" bytes\n")
    assert head == f"Building configuration...\n\nCurrent configuration : {len(body)}"
    assert body.endswith("\nend\n")
    assert session.execute("show run | i ^hostname") == "hostname sw1"
    box.execute(["interface gi1/0/1", "description x", "shutdown"])
    section = session.execute("show run | section interface GigabitEthernet1/0/1$")
    assert section == "interface GigabitEthernet1/0/1\n description x\n shutdown"
    assert session.execute("show run | begin ^end") == "end\n"
    assert session.execute("show run | count ^interface G") == "Number of lines which match regexp = 24"
    assert "interface" not in session.execute("show run | exclude interface")


def test_whole_configuration_can_be_replayed(box):
    box.execute(["vlan 20", "name VOICE", "interface range gi1/0/1-4", *ORDER, "ip dhcp pool V", *POOL.splitlines()])
    copy = bare()
    text = box.running_config()
    answers = copy.execute(line for line in text.splitlines() if line not in ("end", f"version {copy.model.version}"))
    assert [answer for answer in answers if "Invalid" in answer or "rejected" in answer] == []
    assert copy.running_config().splitlines()[2:] == text.splitlines()[2:]


def test_unknown_model_names_the_known_ones():
    with pytest.raises(ValueError, match="C9300-24P"):
        bare(model="C1900")


def test_credentials_keep_quiet():
    assert "pw" not in repr(Credentials("u", "pw", "pw"))


REFUSALS = Path(__file__).parents[5] / "shared" / "captures" / "cisco_ios" / "refusals.txt"


@pytest.mark.skipif(not REFUSALS.exists(), reason="the captures are not here")
@pytest.mark.parametrize(
    "lines",
    [
        ["interface gi1/0/1", "switchport access vlan 20"],
        ["interface gi1/0/1", "switchport voice vlan 150"],
        ["interface te1/1/1", "power inline never"],
        ["interface gi1/0/1", "switchport nonegotiate"],
        ["interface gi1/0/1", "foo"],
    ],
)
def test_wordings_are_those_collected(box, lines):
    collected = REFUSALS.read_text().splitlines()
    for line in box.execute(lines)[-1].strip("\n").splitlines():
        assert line.strip() == "^" or line in collected
