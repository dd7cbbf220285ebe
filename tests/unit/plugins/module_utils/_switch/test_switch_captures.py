# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables of real switches are read to the facts that stand in them, or refused naming the line."""

from __future__ import annotations

import re
from fnmatch import fnmatch
from pathlib import Path

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._errors import Unsupported
from ansible_collections.dialtone.voice.plugins.module_utils._switch import facts, neighbors, power
from ansible_collections.dialtone.voice.plugins.module_utils._switch.config import Config
from ansible_collections.dialtone.voice.plugins.module_utils._switch.platforms import PLATFORMS

from .captured import CDP, ERRDISABLED, LLDP, MACS, NOT_PLAIN, POWER, STATUS, SWITCHPORT, VLANS

CAPTURES = Path(__file__).resolve().parents[6] / "shared" / "captures"
DIALECTS = {dialect.device_type: dialect for dialect in PLATFORMS.values()}

# Whether a switch of which the configuration does not tell writes `mls qos`.
VERSIONS = {
    "cisco_ios/version_3.txt": False,
    "cisco_ios/version_c3850.txt": False,
    "cisco_ios/version_c4507.txt": False,
    "cisco_ios/version_c9300.txt": False,
    "cisco_ios/version_ntc1.txt": False,
    "cisco_ios/version_ntc4.txt": False,
    "cisco_ios/version_ntc.txt": True,
    "cisco_ios/version_ntc3.txt": True,
    "cisco_ios/version_ntc6.txt": True,
    "cisco_ios/version_ntc_01.txt": True,
    "cisco_nxos/version.txt": False,
}

# Those that have tests of their own (test_switch_configurations.py, test_switch_wordings.py, test_switch_startup.py).
ELSEWHERE = (
    *("*/run_*", "*/issue_run_*", "*/oxidized_*", "cisco_ios/refusals.txt"),
    *("*/trunk_*", "*/auth_sessions_*", "*/logging_*"),
)

# Commands that the modules do not use.
NOT_READ = (
    "*/access_session*",
    "*/archive_*",
    "*/auth_if_*",
    "*/auth_method_*",
    "*/auth_session_*",
    "*/boot_*",
    "*/dhcp_*",
    "*/dot1x_*",
    "*/environment_*",
    "*/errdisable_recovery*",
    "*/ilpower_*",
    "*/inventory*",
    "*/lldp_entry_*",
    "*/lldp_if_detail*",
    "*/monitor_*",
    "*/netspoc_*",
    "*/port_security_*",
    "*/reload_*",
    "*/spanning_tree_*",
    "*/stack_power*",
    "*/switch_c3850*",
    "cisco_ios/cisco_ios_show_ip_dhcp_binding.txt",
)

NO_POWER = "cisco_ios/power_inline_no_card_6807.txt"
READ = {*STATUS, *ERRDISABLED, *SWITCHPORT, *POWER, *CDP, *LLDP, *MACS, *VLANS, *NOT_PLAIN, *VERSIONS, NO_POWER}


def capture(name: str) -> str:
    path = CAPTURES / name
    if not path.exists():
        pytest.skip(f"the capture {name} (shared/captures) is not here")
    return path.read_text()


def command(name: str, fact: str) -> tuple[str, str]:
    dialect = DIALECTS[name.split("/")[0]]
    return dialect.device_type, dialect.commands[fact]


def rows(text: str) -> list[list[str]]:
    """Return a table of `captured` as rows, one for each port."""
    found = []
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        some = re.fullmatch(r"(.*?)(\d+)\.\.(\d+)", cells[0])
        numbers = range(int(some[2]), int(some[3]) + 1) if some else []
        found += [[f"{some[1]}{number}", *cells[1:]] for number in numbers] or [cells]
    return found


def said(*values: object) -> list[str]:
    return ["-" if value is None or value == "" else str(value) for value in values]


@pytest.mark.parametrize("name", STATUS)
def test_status(name):
    found = facts.parse_status(*command(name, "status"), capture(name))
    read = [
        [interface, link.status, link.vlan, link.duplex, link.speed, link.type] for interface, link in found.items()
    ]
    assert read == rows(STATUS[name])


@pytest.mark.parametrize("name", ERRDISABLED)
def test_errdisabled(name):
    found = facts.parse_errdisabled(*command(name, "errdisabled"), capture(name))
    assert [list(item) for item in found.items()] == rows(ERRDISABLED[name])


@pytest.mark.parametrize("name", SWITCHPORT)
def test_switchport(name):
    def vlan(number, called):
        return number if called is None else f"{number} ({called})"

    found = facts.parse_switchport(*command(name, "switchport"), capture(name))
    read = []
    for interface, each in found.items():
        voice = "none" if each.mode and each.voice_vlan is None else vlan(each.voice_vlan, each.voice_vlan_name)
        access = vlan(each.access_vlan, each.access_vlan_name)
        read.append(said(interface, each.admin_mode, each.mode, access, voice))
    assert read == rows(SWITCHPORT[name])


@pytest.mark.parametrize("name", MACS)
def test_mac_addresses(name):
    found = facts.parse_macs(*command(name, "mac"), capture(name))
    read = [[interface, str(each.vlan), each.mac, each.type] for interface, behind in found.items() for each in behind]
    assert sorted(read) == sorted(rows(MACS[name]))


@pytest.mark.parametrize("name", POWER)
def test_power(name):
    table = power.parse_power(capture(name))
    wanted = rows(POWER[name])
    assert {
        f"module {number}": [budget.available, budget.used, budget.remaining]
        for number, budget in table.modules.items()
    } == {row[0]: [float(cell) for cell in row[1:]] for row in wanted if row[0].startswith("module")}
    assert [
        said(name, each.admin, each.oper, each.watts, each.device, each.power_class, each.max_watts)
        for name, each in table.ports.items()
    ] == [row for row in wanted if not row[0].startswith("module")]


def test_no_power():
    assert power.parse_power(capture(NO_POWER)) == power.PowerTable(absent="%No inline power card on switch")


def heard(each: neighbors.Neighbor) -> list[str]:
    cells = said(
        each.interface,
        each.kind,
        each.name,
        each.platform[:24].strip(),
        each.address,
        each.port,
        each.power_requested,
        each.voice_vlan,
        each.phone,
    )
    while cells[-1] == "-":
        cells.pop()
    return cells


@pytest.mark.parametrize("name", CDP)
def test_cdp(name):
    found = neighbors.parse_cdp(name.split("/")[0], capture(name))
    assert [heard(each) for each in found] == rows(CDP[name])
    assert {each.protocol for each in found} == {"cdp"}


@pytest.mark.parametrize("name", LLDP)
def test_lldp(name):
    found = neighbors.parse_lldp(name.split("/")[0], capture(name))
    assert [heard(each) for each in found] == rows(LLDP[name])
    assert {each.protocol for each in found} == {"lldp"}


@pytest.mark.parametrize("name", VLANS)
def test_vlans(name):
    found = DIALECTS[name.split("/")[0]].vlans(Config(), capture(name))
    assert [[str(number), called] for number, called in found.items()] == rows(VLANS[name])


@pytest.mark.parametrize("name", VERSIONS)
def test_version(name):
    dialect = DIALECTS[name.split("/")[0]]
    assert dialect.style(Config(), capture(name)).mls is VERSIONS[name]


@pytest.mark.parametrize("name", NOT_PLAIN)
def test_the_output_of_another_command_is_refused_and_the_line_shown(name):
    parse = power.parse_power if "power" in name else lambda text: neighbors.parse_cdp("cisco_ios", text)
    with pytest.raises(Unsupported) as caught:
        parse(capture(name))
    assert caught.value.details["line"].startswith(NOT_PLAIN[name])
    assert " ".join(NOT_PLAIN[name].split()) in str(caught.value)


def test_every_capture_is_accounted_for():
    if not CAPTURES.exists():
        pytest.skip("the captures (shared/captures) are not here")
    there = {f"{path.parent.name}/{path.name}" for path in CAPTURES.glob("cisco_*/*.txt")}
    known = {name for name in there if name in READ or any(fnmatch(name, each) for each in (*ELSEWHERE, *NOT_READ))}
    assert there - known == set()
    assert READ - there == set()
