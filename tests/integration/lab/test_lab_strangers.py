"""Clients that know nothing of this project configure the site by hand, and the phones register."""

from __future__ import annotations

from typing import Any

import pytest
import requests
import zeep.exceptions
import zeep.helpers
from netmiko.exceptions import NetmikoAuthenticationException, NetMikoTimeoutException

pytestmark = pytest.mark.once

FIRST = "SEP00005E005301"


def test_fresh_phones_say_what_they_wait_for(lab: Any) -> None:
    status = lab.wait(lambda phones: all(phone["stuck_at"] for phone in phones.values()))
    assert len(status) == 12
    # No voice VLAN on the factory ports of the first switch, no power on the second.
    stuck = {name: phone["stuck_at"] for name, phone in status.items()}
    assert {stuck[f"SEP00005E0053{number:02X}"] for number in range(7, 13)} == {"power"}
    assert "power" not in {stuck[f"SEP00005E0053{number:02X}"] for number in range(1, 7)}
    assert lab.snapshot()["cucm"]["phones"] == {}


def test_twelve_of_twelve_register(rolled_out: Any) -> None:
    status = rolled_out.status()
    assert {phone["step"] for phone in status.values()} == {"ringtones"}
    assert sorted(dn for phone in status.values() for dn in phone["dns"]) == [str(1000 + n) for n in range(1, 13)]
    assert len({phone["address"] for phone in status.values()}) == 12
    shown = rolled_out.run("status").stdout
    assert shown.splitlines()[-1] == "12 of 12 phones registered"
    assert "access-sw2 Gi1/0/6" in shown


def test_snapshot_counts_who_asked_what(rolled_out: Any) -> None:
    before = rolled_out.snapshot()
    with rolled_out.netmiko("access-sw2") as connection:
        connection.send_config_set(["interface GigabitEthernet1/0/20", "description counted"])
    rolled_out.axl().getPhone(name=FIRST)
    after = rolled_out.snapshot()
    counts = [snapshot["switches"]["access-sw2"]["requests"] for snapshot in (before, after)]
    assert counts[1]["sessions"] - counts[0]["sessions"] == 1
    assert counts[1]["config_lines"] - counts[0]["config_lines"] == 2
    assert "description counted" in after["switches"]["access-sw2"]["running_config"]
    assert "description counted" not in after["switches"]["access-sw2"]["startup_config"]
    assert len(after["switches"]["access-sw1"]["leases"]) == 12
    axl = [snapshot["cucm"]["requests"]["axl"] for snapshot in (before, after)]
    assert axl[1]["getPhone"] - axl[0].get("getPhone", 0) == 1
    assert axl[1]["addPhone"] >= 12


def test_switch_tells_strangers_about_the_phones(rolled_out: Any) -> None:
    with rolled_out.netmiko("access-sw1") as connection:
        power = connection.send_command("show power inline", use_textfsm=True, raise_parsing_error=True)
        assert {
            row["operational_status"] for row in power if row["interface"] in {f"Gi1/0/{n}" for n in range(1, 7)}
        } == {"on"}
        neighbors = connection.send_command("show cdp neighbors detail", use_textfsm=True, raise_parsing_error=True)
        assert {row["neighbor_name"] for row in neighbors} >= {FIRST}
        bindings = connection.send_command("show ip dhcp binding")
        addresses = {phone["address"] for phone in rolled_out.status().values()}
        assert all(address in bindings for address in addresses)
        assert "Invalid input" in connection.send_command("show nonsense")


def test_ris_knows_the_phones(rolled_out: Any) -> None:
    ris = rolled_out.ris()
    names = sorted(rolled_out.status())
    criteria = {
        "MaxReturnedDevices": 1000,
        "DeviceClass": "Phone",
        "Model": 255,
        "Status": "Any",
        "NodeName": "",
        "SelectBy": "Name",
        "SelectItems": {"item": [{"Item": name} for name in names]},
        "Protocol": "Any",
        "DownloadStatus": "Any",
    }
    answer = ris.selectCmDevice("", criteria)
    result = zeep.helpers.serialize_object(answer["SelectCmDeviceResult"], dict)
    assert result["TotalDevicesFound"] == 12
    devices = [device for node in result["CmNodes"]["item"] for device in node["CmDevices"]["item"]]
    assert {device["Name"]: device["Status"] for device in devices} == dict.fromkeys(names, "Registered")


def test_axl_reads_changes_and_removes(rolled_out: Any) -> None:
    axl = rolled_out.axl()
    phone = axl.getPhone(name=FIRST)["return"]["phone"]
    assert phone["product"] == "Cisco 8841"
    assert phone["lines"]["line"][0]["dirn"]["pattern"] == "1001"
    found = axl.listPhone(searchCriteria={"name": "SEP%"}, returnedTags={"name": "", "description": ""})
    assert len(found["return"]["phone"]) == 12
    axl.updatePhone(name=FIRST, description="Front desk")
    assert axl.getPhone(name=FIRST)["return"]["phone"]["description"] == "Front desk"
    axl.removePhone(name=FIRST)
    try:
        with pytest.raises(zeep.exceptions.Fault):
            axl.getPhone(name=FIRST)
        rolled_out.wait(lambda phones: phones[FIRST]["state"] != "registered")
    finally:
        document = {key: phone[key] for key in ("product", "protocol", "devicePoolName", "locationName")}
        axl.addPhone(
            {
                **document_defaults(),
                "name": FIRST,
                "product": document["product"],
                "phoneTemplateName": "Standard 8841 SIP",
                "securityProfileName": "Cisco 8841 - Standard SIP Non-Secure Profile",
            }
        )
    rolled_out.wait(lambda phones: phones[FIRST]["state"] == "registered")


def document_defaults() -> dict[str, Any]:
    return {
        "class": "Phone",
        "protocol": "SIP",
        "protocolSide": "User",
        "devicePoolName": "Default",
        "commonPhoneConfigName": "Standard Common Phone Profile",
        "locationName": "Hub_None",
        "useTrustedRelayPoint": "Default",
        "primaryPhoneName": None,
        "builtInBridgeStatus": "Default",
        "packetCaptureMode": "None",
        "certificateOperation": "No Pending Operation",
        "deviceMobilityMode": "Default",
        "sipProfileName": "Standard SIP Profile",
        "lines": {"line": [{"index": "1", "dirn": {"pattern": "1001", "routePartitionName": "PT-Internal"}}]},
    }


def test_rights_are_kept_apart(lab: Any) -> None:
    axl = lab.axl("auditor")
    assert axl.listPhone(searchCriteria={"name": "%"}, returnedTags={"name": ""}) is not None
    with pytest.raises((zeep.exceptions.Fault, zeep.exceptions.TransportError)):
        axl.addLine({"pattern": "1999", "routePartitionName": "PT-Internal", "usage": "Device"})
    url = f"https://{lab.hosts['cucm-pub']['ansible_host']}:8443/axl/"
    answer = requests.get(url, auth=("voiceadmin", "wrong"), verify=str(lab.state / "ca.pem"), timeout=10)
    assert answer.status_code == 401
    with pytest.raises(requests.exceptions.SSLError):
        # The system's own authorities don't know the lab's.
        requests.get(url, verify=requests.certs.where(), timeout=10)


def test_wrong_password_and_unknown_host_key_are_refused(lab: Any, tmp_path: Any) -> None:
    with pytest.raises(NetmikoAuthenticationException):
        lab.netmiko("access-sw1", password="wrong")
    nobody = tmp_path / "known_hosts"
    nobody.write_text("")
    with pytest.raises(NetMikoTimeoutException, match="not found in known_hosts"):
        lab.netmiko("access-sw1", alt_key_file=str(nobody))
