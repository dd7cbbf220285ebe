"""Port security, BPDU guard, and ports that the switch shuts by itself."""

import pytest

from lab.switch import Neighbor

from .looks import CAPTURES, PORT, interface, parsed, show, voice_port
from .test_config import bare

COMMAND = "switchport port-security"
PC = "00005E0053AA"


def secured(switch, *words):
    voice_port(switch, PORT, *(f"{COMMAND} {word}".rstrip() for word in words), COMMAND)


@pytest.fixture
def box():
    return bare()


def test_a_dynamic_port_is_refused_in_the_captured_words(box):
    answers = box.execute(["interface gi1/0/1", COMMAND, f"{COMMAND} maximum 3"])
    assert answers == ["", "Command rejected: GigabitEthernet1/0/1 is a dynamic port.", ""]
    assert interface(box) == [f" {COMMAND} maximum 3"]


LINES = ["maximum 3", "maximum 2 vlan access", "maximum 1 vlan voice", "violation restrict", "mac-address sticky"]
LINES += ["mac-address sticky 0000.5e00.5301 vlan voice", "mac-address 0000.5e00.5302", "aging time 2"]
LINES += ["aging type inactivity"]


def test_lines_come_back_in_their_order(box):
    secured(box, *reversed(LINES))
    lines = [line for line in interface(box) if "port-security" in line]
    expected = [f" {COMMAND} {line}" for line in LINES] + [f" {COMMAND}"]
    assert sorted(lines) == sorted(expected)
    assert [line.split()[2] for line in lines if len(line.split()) > 2][:3] == ["maximum"] * 3
    assert lines[-1] == f" {COMMAND}"
    box.execute([f"interface {PORT}", *(f"no {line}" for line in lines)])
    assert [line for line in interface(box) if "port-security" in line] == []


def test_defaults_are_hidden(box):
    secured(box, "maximum 1", "violation shutdown", "aging type absolute")
    assert [line for line in interface(box) if "port-security" in line] == [f" {COMMAND}"]


def test_older_releases_print_two_blanks():
    box = bare(model="WS-C2960X-24PS-L")
    secured(box, "violation restrict")
    assert f" {COMMAND} violation  restrict" in interface(box)


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        (f"{COMMAND} maximum", "% Incomplete command."),
        (f"{COMMAND} maximum 0", "% Invalid input"),
        (f"{COMMAND} maximum 9000", "% Invalid input"),
        (f"{COMMAND} violation ignore", "% Invalid input"),
        (f"{COMMAND} m", "% Ambiguous command:"),
        (f"{COMMAND} mac-address 00005e005301", "% Invalid input"),
    ],
)
def test_refusals(box, line, answer):
    voice_port(box)
    assert answer in box.execute([f"interface {PORT}", line])[1]


def test_abbreviated(box):
    box.execute(["int ra gi1/0/1 - 2", "sw mo acc", "sw port max 3", "sw port vio res", "sw port"])
    for name in ("GigabitEthernet1/0/1", "GigabitEthernet1/0/2"):
        assert interface(box, name) == [
            " switchport mode access",
            f" {COMMAND} maximum 3",
            f" {COMMAND} violation restrict",
            f" {COMMAND}",
        ]


@pytest.mark.parametrize(("most", "link"), [(1, False), (2, True), (3, True)])
async def test_a_phone_is_two_addresses(switch, phone, most, link):
    secured(switch, f"maximum {most}")
    port = switch.ports[PORT]
    port.attach(phone)
    assert port.link is link
    assert port.disabled == (None if link else "psecure-violation")
    assert port.powered


@pytest.mark.parametrize(
    ("mode", "disabled", "violations"),
    [("shutdown", "psecure-violation", 1), ("restrict", None, 1), ("protect", None, 0)],
)
async def test_one_address_too_many(switch, phone, mode, disabled, violations):
    secured(switch, "maximum 2", f"violation {mode}")
    port = switch.ports[PORT]
    port.attach(phone)
    changes = phone.changes
    port.hear(PC)
    assert port.disabled == disabled
    assert phone.changes == changes + (1 if disabled else 0)
    (record,) = parsed(switch, f"show port-security interface {PORT}")
    assert record["violation_count"] == str(violations)
    assert record["violation_mode"] == mode.title()
    listed = [] if disabled else [("10", "STATIC"), ("20", "STATIC")]
    assert [(row["vlan_id"], row["type"]) for row in parsed(switch, "show mac address-table")] == listed


async def test_a_computer_fits_beside_the_phone(switch, phone):
    secured(switch, "maximum 3", "violation restrict")
    port = switch.ports[PORT]
    port.attach(phone)
    port.hear(PC)
    assert [row["vlan_id"] for row in parsed(switch, "show mac address-table")] == ["10", "10", "20"]
    text = show(switch, "show port-security address")
    assert "  20    0000.5e00.5301    SecureDynamic                 Gi1/0/1      -\n" in text
    assert "excluding one mac per port)     : 2\n" in text
    assert "    Gi1/0/1              3            3                  0         Restrict" in show(
        switch, "show port-security"
    )
    assert switch.execute([f"interface {PORT}", f"{COMMAND} maximum 2"])[1] == (
        "Maximum is less than number of currently secured mac-addresses."
    )
    assert show(switch, "show mac address-table dynamic").endswith("criterion: 0")


async def test_limits_of_a_vlan(switch, phone):
    secured(switch, "maximum 3", "maximum 1 vlan access", "violation restrict")
    port = switch.ports[PORT]
    port.attach(phone)
    port.hear(PC)
    assert port.learned.offenders == [(10, PC)]


async def test_sticky_addresses_become_configuration(switch, phone):
    secured(switch, "maximum 3", "mac-address sticky")
    switch.ports[PORT].attach(phone)
    assert f" {COMMAND} mac-address sticky 0000.5e00.5301" in interface(switch)
    assert f" {COMMAND} mac-address sticky 0000.5e00.5301 vlan voice" in interface(switch)


async def test_frames_of_an_address_too_many_are_dropped(switch, phone):
    switch.execute(["vlan 20", "interface Vlan20", "no shutdown"])
    secured(switch, "maximum 1", "violation protect")
    switch.ports[PORT].attach(phone)
    assert switch.ports[PORT].learned.offenders == [(20, phone.mac)]
    heard = []
    switch.fabric.dhcp_broadcast = lambda *arguments: heard.append(arguments)
    await switch.ports[PORT].dhcp(b"", vlan=20, deliver=heard.append)
    assert heard == []


@pytest.mark.parametrize("line", [["spanning-tree bpduguard enable"], ["spanning-tree portfast"]])
async def test_bpdu_guard_shuts_a_port_with_a_switch(switch, phone, line):
    switch.execute(["spanning-tree portfast bpduguard default", f"interface {PORT}", *line])
    switch.ports["GigabitEthernet1/0/2"].attach(phone)
    port = switch.ports[PORT]
    port.attach(Neighbor("switch"))
    assert (port.disabled, port.link) == ("bpduguard", False)
    (record,) = parsed(switch, "show interfaces status err-disabled")
    assert (record["interface"], record["status"], record["port_error"]) == ("Gi1/0/1", "err-disabled", "bpduguard")
    assert parsed(switch, "show interfaces status")[0]["status"] == "err-disabled"
    # It is shut again as long as the switch is there.
    switch.execute([f"interface {PORT}", "shutdown", "no shutdown"])
    assert port.disabled == "bpduguard"
    switch.execute([f"interface {PORT}", "spanning-tree bpduguard disable", "shutdown", "no shutdown"])
    assert (port.disabled, port.link) == (None, True)


async def test_an_access_point_sends_no_bpdus(switch):
    switch.execute([f"interface {PORT}", "spanning-tree bpduguard enable"])
    switch.ports[PORT].attach(Neighbor("access_point"))
    assert switch.ports[PORT].link


async def test_a_phone_comes_back_after_shutdown_and_no_shutdown(switch, phone):
    port = switch.ports[PORT]
    port.attach(phone)
    port.disable("link-flap")
    assert (port.link, phone.changes) == (False, 2)
    switch.execute([f"interface {PORT}", "no shutdown"])
    assert not port.link
    switch.execute([f"interface {PORT}", "shutdown", "no shutdown"])
    assert port.link


async def test_recovery_by_itself(make_switch, phone):
    due = []

    class Handle:
        def cancel(self):
            due.clear()

    def later(seconds, callback):
        due.append((seconds, callback))
        return Handle()

    switch = await make_switch(later=later, clock=lambda: 1_700_000_000.0)
    switch.execute(["errdisable recovery cause link-flap", "errdisable recovery interval 60"])
    port = switch.ports[PORT]
    port.attach(phone)
    port.disable("link-flap")
    text = show(switch, "show errdisable recovery")
    assert "link-flap                    Enabled\n" in text
    assert "bpduguard                    Disabled\n" in text
    assert "Timer interval: 60 seconds\n" in text
    assert "Gi1/0/1" in text.splitlines()[-1]
    ((seconds, callback),) = due
    assert seconds == 60
    callback()
    assert port.link
    assert "Gi1/0/1" not in show(switch, "show errdisable recovery")


@pytest.mark.parametrize(
    ("command", "capture", "lines"),
    [
        ("show errdisable recovery", "errdisable_recovery.txt", slice(0, 26)),
        ("show port-security address", "port_security_address.txt", slice(0, 5)),
    ],
)
async def test_tables_are_those_of_the_captures(switch, command, capture, lines):
    if not CAPTURES.exists():
        pytest.skip("the captures are not here")
    theirs = (CAPTURES / capture).read_text().splitlines()[lines]
    assert [line.rstrip() for line in show(switch, command).splitlines()[lines]] == [line.rstrip() for line in theirs]


async def test_port_labels_are_those_of_the_capture(switch):
    if not CAPTURES.exists():
        pytest.skip("the captures are not here")
    theirs = (CAPTURES / "port_security_if_ntc.txt").read_text().splitlines()
    ours = show(switch, f"show port-security interface {PORT}").splitlines()
    assert [line.partition(":")[0] for line in ours if line] == [line.partition(":")[0] for line in theirs if line]
