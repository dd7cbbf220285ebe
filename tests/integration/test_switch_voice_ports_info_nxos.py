# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""switch_voice_ports_info against the lab's Nexus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ansible_collections.dialtone.voice.plugins.module_utils._startup.from_switch import SwitchReading, read_switch
from ansible_collections.dialtone.voice.plugins.modules import switch_voice_ports_info as module
from lab.nxos import Neighbor

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.integration.nxos_switch import NxosSite

pytest_plugins = ["tests.integration.ios_switch", "tests.integration.nxos_switch"]

PORT = ["vlan 20", "name VOICE", "interface e1/1", "switchport access vlan 10", "switchport voice vlan 20", "mtu 9216"]


def test_a_phone_a_switch_and_nobody(nexus: NxosSite) -> None:
    nexus.execute(*PORT)
    phone = Neighbor("SEP00005E005301", macs=((20, "00005E005301"), (10, "00005E005302")), lldp=True)
    core = Neighbor("core1", "N9K-C93180YC-FX3", "Router Switch IGMP Filtering", port="Ethernet1/7", mac="00005E0053AA")
    nexus.switch.neighbors.update({"Ethernet1/1": phone, "Ethernet1/8": core})
    result = nexus.task(module)
    assert not result.get("failed"), result["msg"]
    assert result["unavailable"] == {"power": "platform nxos has no such command"}
    rows = {row["key"]: row["facts"] for row in result["results"]}
    assert list(rows) == [f"Ethernet1/{number}" for number in range(1, 9)]
    facts = rows["Ethernet1/1"]
    assert (facts["phone"], facts["link"]["status"], facts["power"]) == ("SEP00005E005301", "connected", None)
    assert (facts["operating"]["voice_vlan"], facts["operating"]["access_vlan_name"]) == (20, "DATA")
    assert (facts["configured"]["voice_vlan"], facts["others"]) == (20, ["mtu 9216"])
    assert [each["kind"] for each in (*facts["cdp"], *facts["lldp"])] == ["phone", "phone"]
    assert {(each["vlan"], each["mac"]) for each in facts["macs"]} == set(phone.macs)
    assert [each["kind"] for each in rows["Ethernet1/8"]["cdp"]] == ["switch"]
    assert (rows["Ethernet1/2"]["link"]["status"], rows["Ethernet1/2"]["cdp"]) == ("notconnect", [])


def test_startup_tells_what_a_nexus_has(nexus: NxosSite) -> None:
    nexus.execute(*PORT, "feature interface-vlan", "interface vlan 20", "no shutdown", "ip address 192.0.2.1/24")
    phone = Neighbor("SEP00005E005301", macs=((20, "00005E005301"),), lldp=True)
    nexus.switch.neighbors["Ethernet1/1"] = phone
    result = nexus.task(module, startup=True)
    assert not result.get("failed"), result["msg"]
    assert set(result["unavailable"]) == {"power", "trunks", "sessions", "log"}
    reading = read_switch("nexus1", result)
    assert isinstance(reading, SwitchReading)
    port = reading.ports["Ethernet1/1"]
    assert (port.voice_vlan, port.voice_vlan_exists, port.cdp, port.authorized, port.link_changes) == (
        *(20, True, True),
        *(None, None),
    )
    assert port.proofs["config"].answer.startswith("interface Ethernet1/1\n switchport access vlan 10\n")
    assert (reading.switch.uplinks, [place.interface for place in reading.seen["00005E005301"]]) == (
        None,
        ["Ethernet1/1"],
    )


def test_why_a_port_is_dark(nexus: NxosSite) -> None:
    nexus.execute("interface e1/2", "shutdown")
    nexus.switch.errdisabled.add("Ethernet1/1")
    result = nexus.task(module, interfaces=["Eth1/1", "e1/2"])
    assert not result.get("failed"), result["msg"]
    dark, shut = (row["facts"] for row in result["results"])
    assert (dark["link"]["status"], dark["err_disabled"]) == ("err-disabled", "linkFlapErrDisabled")
    assert (shut["link"]["status"], shut["err_disabled"]) == ("disabled", None)


def test_what_is_turned_off_is_said(make_nexus: Callable[..., NxosSite]) -> None:
    nexus = make_nexus(config="")
    result = nexus.task(module, interfaces=["Eth1/1"])
    assert not result.get("failed"), result["msg"]
    assert result["unavailable"]["lldp"] == "% Invalid command at '^' marker."
    assert (result["results"][0]["facts"]["cdp"], result["results"][0]["facts"]["lldp"]) == ([], None)


def test_a_nexus_is_no_ios(nexus: NxosSite) -> None:
    result = nexus.task(module, platform="ios", interfaces=["Eth1/1"])
    assert result["failed"]
    assert "the switch is no ios: its configuration is that of platform nxos. Give 'platform: nxos'" in result["msg"]
