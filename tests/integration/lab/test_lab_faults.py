"""Every named fault: the status names its step, the neighbours stay well, and `heal` brings the phone back."""

from __future__ import annotations

from typing import Any

import pytest
import zeep.exceptions

from lab.faults import describe

pytestmark = pytest.mark.once

PHONE = "SEP00005E005302"
FAULTS = {fault["name"]: fault for fault in describe()}
# One of each kind; all of them are tried without processes, in tests/unit/lab/core.
SAMPLES = (
    "poe_disabled",
    "poe_fault",
    "voice_vlan_wrong",
    "scope_missing",
    "device_not_in_cucm",
    "duplicate_registration",
)


def test_the_table_is_listed(lab: Any) -> None:
    listed = lab.run("faults").stdout
    assert all(name in listed for name in FAULTS)
    assert {fault["step"] for fault in FAULTS.values()} >= {
        "power",
        "voice_vlan",
        "dhcp",
        "config_file",
        "registration",
    }


@pytest.mark.parametrize("name", SAMPLES)
def test_break_and_heal(rolled_out: Any, name: str) -> None:
    before = rolled_out.snapshot()
    said = rolled_out.run("break", PHONE, name).stdout
    assert FAULTS[name]["summary"] in said
    broken = rolled_out.wait(lambda phones: phones[PHONE]["stuck_at"] == FAULTS[name]["noticed_at"])
    assert broken[PHONE]["faults"] == [{"name": name, "step": FAULTS[name]["step"]}]
    assert broken[PHONE]["state"] in ("stuck", "off")
    assert broken[PHONE]["why"]
    assert {phone["state"] for phone in broken.values() if phone["name"] != PHONE} == {"registered"}
    assert "healed" in rolled_out.run("heal", PHONE).stdout
    healed = rolled_out.wait(lambda phones: phones[PHONE]["state"] == "registered")
    assert healed[PHONE]["faults"] == []
    after = rolled_out.snapshot()
    assert settings(after) == settings(before)


def test_several_at_once_with_and_without_what_is_cached(rolled_out: Any) -> None:
    said = rolled_out.run("break", PHONE, "option150_missing", "access-sw2", "poe_fault").stdout.splitlines()
    assert said[1] == f"6 phones of access-sw2: {FAULTS['poe_fault']['summary']}"
    phones = rolled_out.wait(lambda phones: phones[PHONE]["stuck_at"] == "dhcp" and len(dark(phones)) == 6)
    assert {phone["switch"] for phone in dark(phones)} == {"access-sw2"}
    rolled_out.run("heal", "access-sw2", PHONE)
    # All of them: who still starts, out of the carton, would be without option 150 too.
    rolled_out.wait(all_registered)
    rolled_out.run("break", "--keep", PHONE, "option150_missing")
    cached = rolled_out.wait(all_registered)
    assert cached[PHONE]["faults"]
    assert "healed option150_missing" in rolled_out.run("heal", "site").stdout


def all_registered(phones: dict[str, Any]) -> bool:
    return {phone["state"] for phone in phones.values()} == {"registered"}


def dark(phones: dict[str, Any]) -> list[Any]:
    return [phone for phone in phones.values() if phone["state"] == "off"]


def settings(snapshot: dict[str, Any]) -> dict[str, Any]:
    """What a fault could have changed for good: the configurations without their stamps, the phones in CUCM."""
    return {
        **{
            name: [line for line in switch["running_config"].splitlines() if not line.startswith("!")][1:]
            for name, switch in snapshot["switches"].items()
        },
        "cucm": {name: phone["lines"] for name, phone in snapshot["cucm"]["phones"].items()},
    }


def test_a_fault_that_somebody_mends_is_gone(rolled_out: Any) -> None:
    rolled_out.run("break", PHONE, "poe_disabled")
    rolled_out.wait(lambda phones: phones[PHONE]["stuck_at"] == "power")
    with rolled_out.netmiko("access-sw1") as connection:
        connection.send_config_set(["interface GigabitEthernet1/0/2", "power inline auto"])
    mended = rolled_out.wait(lambda phones: phones[PHONE]["state"] == "registered")
    assert mended[PHONE]["faults"] == []
    rolled_out.run("heal", PHONE)
    assert rolled_out.status()[PHONE]["state"] == "registered"


@pytest.mark.parametrize("target", ["00:00:5e:00:53:02", "0000.5e00.5302", "access-sw1:Gi1/0/2", PHONE.lower()])
def test_a_phone_can_be_named_in_several_ways(rolled_out: Any, target: str) -> None:
    assert rolled_out.run("heal", target).stdout == f"{PHONE}: nothing was broken\n"


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("break", "SEP000000000000", "poe_fault"), "unknown phone 'SEP000000000000'"),
        (("break", "access-sw1:Gi1/0/24", "poe_fault"), "no phone is plugged into access-sw1 Gi1/0/24"),
        (("break", PHONE, "gremlins"), "unknown fault 'gremlins'; known are poe_disabled, "),
        (("heal", "nowhere:Gi1/0/1"), "unknown phone 'nowhere:Gi1/0/1'"),
        (("break", PHONE, "poe_fault", PHONE), f"expected TARGET FAULT in pairs, got '{PHONE}' alone"),
        (("hostile", "nowhere"), "unknown host 'nowhere'"),
        (("hostile", "access-sw1", "speed=3"), "access-sw1 has no knob 'speed'"),
        (("hostile", "access-sw1", "latency=much"), "latency wants a number"),
        (("hostile", "access-sw1", "latency"), "expected KEY=VALUE, got 'latency'"),
    ],
)
def test_what_is_unknown_is_refused_in_words(lab: Any, arguments: tuple[str, ...], error: str) -> None:
    refused = lab.run(*arguments, code=1)
    assert error in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_fault_is_made_once(rolled_out: Any) -> None:
    rolled_out.run("break", PHONE, "poe_fault")
    try:
        assert "has the fault poe_fault already" in rolled_out.run("break", PHONE, "poe_fault", code=1).stderr
    finally:
        rolled_out.run("heal", PHONE)
    rolled_out.wait(lambda phones: phones[PHONE]["state"] == "registered")


def test_knobs_of_a_switch(lab: Any) -> None:
    assert "latency=0.05" in lab.run("hostile", "access-sw1", "latency=0.05").stdout
    assert "latency=0" in lab.run("hostile", "access-sw1", "latency=0").stdout


def test_knobs_of_the_publisher(lab: Any) -> None:
    listed = lab.run("hostile", "cucm-pub").stdout
    assert "ris_requests_per_minute=15" in listed
    assert "toolkit_requires_login=false" in listed
    assert "queue_limit=0" in listed
    lab.run("hostile", "cucm-pub", "throttle=1")
    axl = lab.axl()
    with pytest.raises(zeep.exceptions.Fault) as busy:
        axl.addRoutePartition({"name": "PT-Extra"})
    assert b"503" in busy.value.detail
    axl.addRoutePartition({"name": "PT-Extra"})
    assert "throttle=0" in lab.run("hostile", "cucm-pub").stdout
