"""Faults of power to DHCP at a site that is rolled out: a phone is stuck at the right step, its neighbours are well."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from pathlib import Path

import pytest

from lab import faults
from lab.control import ControlError
from lab.net import claim_block
from lab.site import DEFAULT_SITE, load_site
from lab.switch import authentication, show_ports, show_security, show_system, syslog
from lab.world import World

FIRST = [f"SEP00005E00530{number}" for number in range(1, 7)]
SECOND = [f"SEP00005E00530{number}" for number in "789ABC"]


@pytest.fixture
async def campus(tmp_path: Path) -> AsyncIterator[World]:
    block, claim = claim_block()
    world = World(load_site(DEFAULT_SITE.with_name("campus.yml")), block, tmp_path)
    try:
        await world.start()
        await all_registered(world)
        yield world
    finally:
        await world.stop()
        claim.close()


async def until(world: World, holds: Callable[[dict[str, dict]], bool]) -> dict[str, dict]:
    """Wait for a state of the phones; fails with the table of what is instead."""
    try:
        async with asyncio.timeout(20):
            while not holds(phones := {phone["name"]: phone for phone in world.status()}):
                await asyncio.sleep(0.05)
    except TimeoutError:
        pytest.fail("\n".join(f"{p['name']} {p['state']} {p['stuck_at']} {p['why']}" for p in world.status()))
    return phones


async def all_registered(world: World) -> dict[str, dict]:
    return await until(world, lambda phones: {phone["state"] for phone in phones.values()} == {"registered"})


async def stuck(world: World, broken: dict[str, str]) -> dict[str, dict]:
    """Wait until each phone is stuck where it notices its fault, and the others are registered."""

    def holds(phones: dict[str, dict]) -> bool:
        wanted = {name: faults.find(fault).noticed_at or faults.find(fault).step for name, fault in broken.items()}
        return all(
            phone["stuck_at"] == wanted[name] if name in wanted else phone["state"] == "registered"
            for name, phone in phones.items()
        )

    phones = await until(world, holds)
    for name, fault in broken.items():
        assert phones[name]["faults"] == [{"name": fault, "step": faults.find(fault).step}]
        assert phones[name]["why"]
    return phones


def configs(world: World) -> dict[str, list[str]]:
    return {
        name: [line for line in switch.running_config().splitlines() if not line.startswith("!")]
        for name, switch in world.switches.items()
    }


def says(lines: Iterable[str], *words: str) -> bool:
    return any(all(word in line for word in words) for line in lines)


async def test_faults_of_ports_and_phones_side_by_side(campus: World) -> None:
    before = configs(campus)
    broken = {
        FIRST[0]: "poe_denied",
        FIRST[1]: "port_err_disabled",
        FIRST[2]: "no_link",
        FIRST[3]: "wrong_port",
        FIRST[4]: "firmware_boot_failed",
        SECOND[0]: "port_unauthorized",
        SECOND[1]: "poe_fault",
        SECOND[2]: "discovery_disabled",
    }
    campus.breaker.break_all(broken.items())
    await stuck(campus, broken)
    sw1, sw2 = campus.switches["access-sw1"], campus.switches["access-sw2"]
    power = show_ports.power_inline(sw1).splitlines()
    assert says(power, "Gi1/0/1 ", "power-deny", "0.0", "n/a")
    assert float(power[3].split()[-1]) < 6.3
    assert says(power, "Gi1/0/3 ", "off")
    assert says(power, "Gi1/0/5 ", "on", "Ieee PD")
    assert says(power, "Gi1/0/6 ", "on", "IP Phone 7975")
    assert says(show_security.err_disabled(sw1).splitlines(), "Gi1/0/2 ", "err-disabled link-flap")
    assert says(show_ports.mac_address_table(sw1).splitlines(), "0000.5e00.5304", "Gi1/0/24")
    assert not says(show_ports.mac_address_table(sw1).splitlines(), "0000.5e00.5305")
    log = syslog.show(sw1).splitlines()
    assert says(
        log, "%ILPOWER-5-ILPOWER_POWER_DENY: Interface Gi1/0/1: inline power denied. Reason: insufficient power"
    )
    assert says(log, "%PM-4-ERR_DISABLE: link-flap error detected on Gi1/0/2, putting Gi1/0/2 in err-disable state")
    assert says(log, "%ILPOWER-5-IEEE_DISCONNECT: Interface Gi1/0/3: PD removed")
    assert says(log, "%LINK-3-UPDOWN: Interface GigabitEthernet1/0/5, changed state to down")
    log = syslog.show(sw2).splitlines()
    assert says(log, "%MAB-5-FAIL: Authentication failed for client (0000.5e00.5307) on Interface Gi1/0/1 AuditSession")
    assert says(log, "%MAB-5-SUCCESS: Authentication successful for client (0000.5e00.530a) on Interface Gi1/0/4 Audit")
    assert says(
        log, "%ILPOWER-3-CONTROLLER_PORT_ERR: Controller port error, Interface Gi1/0/2: Power Controller reports"
    )
    sessions = authentication.sessions(sw2).splitlines()
    assert says(sessions, "Gi1/0/1 ", "0000.5e00.5307", "mab     UNKNOWN Unauth")
    assert says(sessions, "Gi1/0/4 ", "0000.5e00.530a", "mab     VOICE   Auth")
    assert "Unauthorized" in authentication.details(sw2.ports["GigabitEthernet1/0/1"])
    everything = "".join(configs(campus)["access-sw1"]) + syslog.show(sw1) + syslog.show(sw2)
    assert not any(name in everything for name in faults.FAULTS)
    campus.breaker.heal("site")
    assert all(phone["faults"] == [] for phone in (await all_registered(campus)).values())
    assert {name: sorted(lines) for name, lines in configs(campus).items()} == {
        name: sorted(lines) for name, lines in before.items()
    }


async def test_faults_of_a_scope_leave_the_leases_of_others(campus: World) -> None:
    before = configs(campus)
    broken = {FIRST[0]: "relay_missing", SECOND[0]: "scope_exhausted", SECOND[1]: "scope_exhausted"}
    campus.breaker.break_all(broken.items())
    phones = await stuck(campus, broken)
    assert phones[FIRST[1]]["concerned_by"] == [{"name": "relay_missing", "step": "dhcp", "phone": FIRST[0]}]
    assert phones[SECOND[2]]["concerned_by"] == [{"name": "scope_exhausted", "step": "dhcp", "phone": SECOND[0]}]
    server = campus.switches["dhcp1"].dhcp_server
    held = [binding for binding in server.bindings.values() if binding.pool == "VOICE-2F"]
    assert len(held) == 254 - 10
    assert {"00005E005309", "00005E00530A"} < {binding.mac for binding in held}
    assert "00005E005307" not in {binding.mac for binding in held}
    campus.breaker.heal("site")
    await all_registered(campus)
    assert configs(campus) == before
    assert len(server.bindings) == 12


async def test_a_wrong_gateway_keeps_a_phone_in_its_network(campus: World) -> None:
    campus.breaker.break_all([(FIRST[0], "gateway_wrong")])
    await until(campus, lambda phones: phones[FIRST[0]]["stuck_at"] is not None and phones[FIRST[0]]["address"])
    assert "no answer" in campus.status()[0]["why"]
    # What it has cached doesn't help it either.
    campus.breaker.break_all([(FIRST[1], "gateway_wrong")], keep=True)
    phones = await until(campus, lambda phones: phones[FIRST[1]]["stuck_at"] == "cucm_connection")
    assert {phones[name]["state"] for name in (*FIRST[2:], *SECOND)} == {"registered"}
    campus.breaker.heal(FIRST[0])
    await all_registered(campus)


async def test_a_vlan_that_is_gone_concerns_all_phones_of_the_switch(campus: World) -> None:
    before = configs(campus)
    campus.breaker.break_all([(FIRST[0], "vlan_not_created")])
    phones = await until(
        campus,
        lambda phones: (
            {phones[name]["stuck_at"] for name in FIRST} == {"dhcp"}
            and {phones[name]["state"] for name in SECOND} == {"registered"}
        ),
    )
    assert phones[FIRST[1]]["concerned_by"] == [{"name": "vlan_not_created", "step": "voice_vlan", "phone": FIRST[0]}]
    assert not says(show_system.vlan_brief(campus.switches["access-sw1"]).splitlines(), "VOICE-1F")
    campus.breaker.heal(FIRST[0])
    await all_registered(campus)
    assert campus.breaker.break_all([("access-sw2", "vlan_not_on_uplink")]) == [
        "6 phones of access-sw2: the uplink of the switch doesn't carry the voice VLAN"
    ]
    await stuck(campus, dict.fromkeys(SECOND, "vlan_not_on_uplink"))
    assert "21" not in show_ports.trunks(campus.switches["access-sw2"]).replace("802.1q", "")
    campus.breaker.heal("access-sw2")
    await all_registered(campus)
    assert configs(campus) == before


async def test_what_can_not_be_broken_says_why(campus: World) -> None:
    for target, fault, why in (
        ("dhcp1", "poe_fault", "no phone is plugged into dhcp1"),
        ("nobody", "poe_fault", "unknown phone 'nobody'; `status` lists them"),
        (FIRST[0], "gremlins", "unknown fault 'gremlins'"),
    ):
        with pytest.raises(ControlError, match=why):
            campus.breaker.break_all([(FIRST[1], "poe_fault"), (target, fault)])
    # Names are looked up before anything is made.
    assert campus.status()[1]["faults"] == []
    campus.breaker.break_all([(FIRST[0], "no_link")])
    with pytest.raises(ControlError, match=f"the cable of {FIRST[0]} isn't in its port already"):
        campus.breaker.break_all([(FIRST[0], "wrong_port")])
    with pytest.raises(ControlError, match=f"{FIRST[0]} has the fault no_link already"):
        campus.breaker.break_all([(FIRST[0], "no_link")])
    assert campus.breaker.heal(FIRST[0]) == f"{FIRST[0]}: healed no_link"
    assert campus.breaker.heal("site") == "site: nothing was broken"
