"""Phones that speak SCCP: registration, refusals, resets, keep-alives, and the next CallManager of the group."""

from __future__ import annotations

import asyncio

import pytest

from lab.cucm.registrar import Registrar
from lab.net import PORTS
from lab.phone.sccp_client import release

NAME = "SEP00005E005301"
CONFIG = f"{NAME}.cnf.xml.sgn"


async def registered(phone, wait_until):
    def done():
        return (phone.status.step, phone.status.state) == ("ringtones", "registered")

    await wait_until(done, lambda: phone.status)


async def stuck(phone, wait_until, step):
    await wait_until(lambda: phone.status.stuck_at == step, lambda: phone.status)
    return phone.status


@pytest.fixture
def plug(site):
    """Put a 7975G in SCCP into the database and onto a port, not started yet."""

    def plug(*numbers, provisioned=True):
        if provisioned:
            site.provision("00005E005301", "Cisco 7975", *(numbers or ("1001",)), protocol="SCCP")
        return site.phone(model="7975G", protocol="SCCP")[0]

    return plug


@pytest.mark.parametrize(
    ("model", "product", "load", "jar"),
    [
        ("7961G", "Cisco 7961", "SCCP41.9-4-2SR3-1S", "mk-sccp.jar"),
        ("7965G", "Cisco 7965", "SCCP45.9-4-2SR3-1S", "be-sccp.jar"),
        ("7975G", "Cisco 7975", "SCCP75.9-4-2SR3-1S", "td-sccp.jar"),
    ],
)
async def test_registers_with_all_its_lines(site, wait_until, model, product, load, jar):
    site.provision("00005E005301", product, "1001", "1002", protocol="SCCP")
    phone, _ = site.phone(model=model, protocol="SCCP")
    await phone.start()
    await registered(phone, wait_until)
    assert (phone.protocol, phone.load, phone.status.findings) == ("SCCP", load, ())
    known = site.registrar.registrations()[NAME]
    assert (known.status, known.protocol, known.active_load) == ("Registered", "SCCP", load)
    assert (known.lines, known.model) == ({"1001": "Registered", "1002": "Registered"}, phone.model.number)
    assert known.alarm == f"25: Name={NAME} Load= 9.4(2SR3.1S) Last=Initialized"
    asked = [request.filename for request in site.server.requests]
    assert f"English_United_States/{jar}" in asked
    assert not [name for name in asked if name.startswith("DR")]


async def test_call_manager_that_is_down(site, wait_until, plug):
    phone = plug()
    await site.registrar.stop()
    await phone.start()
    status = await stuck(phone, wait_until, "cucm_connection")
    assert status.why == f"TCP to {site.block.publisher} port 2000: connection refused"
    await site.registrar.start()
    await registered(phone, wait_until)


@pytest.mark.parametrize(("change", "last"), [("reset", "22: "), ("restarted", "23: ")])
async def test_obeys_reset_and_restart(site, wait_until, plug, change, last):
    phone = plug()
    await phone.start()
    await registered(phone, wait_until)
    discovers = site.pool.seen.count("DISCOVER")
    site.server.requests.clear()
    site.store.announce("Phone", NAME, change)
    await wait_until(lambda: site.registrar.registrations()[NAME].attempts == 2, lambda: phone.status)
    await registered(phone, wait_until)
    assert CONFIG in [request.filename for request in site.server.requests]
    assert "Restart requested by Cisco Unified Communications Manager" in phone.messages.texts
    assert site.pool.seen.count("DISCOVER") - discovers == (1 if change == "reset" else 0)
    assert site.registrar.registrations()[NAME].alarm.startswith(last)


async def test_changed_line_is_registered_at_once(site, wait_until, plug):
    phone = plug()
    await phone.start()
    await registered(phone, wait_until)
    plug("2002")
    await wait_until(lambda: phone.status.dns == ["2002"], lambda: phone.status)
    await registered(phone, wait_until)
    assert site.registrar.registrations()[NAME].lines == {"2002": "Registered"}


async def test_removed_phone_is_rejected_and_comes_back_when_added(site, wait_until, plug):
    phone = plug()
    await phone.start()
    await registered(phone, wait_until)
    site.store.remove(site.store.find("Phone", NAME).uuid)
    status = await stuck(phone, wait_until, "registration")
    assert status.why == f"{site.block.publisher} answered Register with RegisterReject, Error DBConfig"
    assert "Registration Rejected: Error DBConfig" in phone.messages.texts
    known = site.registrar.registrations()[NAME]
    assert (known.status, known.reason) == ("Rejected", 2)
    plug()
    await registered(phone, wait_until)


async def test_refused_for_the_time_being(site, wait_until, plug):
    phone = plug()
    site.registrar.reject[NAME] = (403, "Duplicate registration", 16)
    await phone.start()
    status = await stuck(phone, wait_until, "registration")
    assert status.why.endswith("RegisterReject, Duplicate registration")
    del site.registrar.reject[NAME]
    await registered(phone, wait_until)


async def test_phone_of_another_model(site, wait_until):
    site.provision(model="Cisco 7975", protocol="SCCP", loadInformation="SCCP41.9-4-2SR3-1S")
    phone, _ = site.phone(model="7961G", protocol="SCCP")
    await phone.start()
    status = await stuck(phone, wait_until, "registration")
    assert status.why.endswith("RegisterReject, Error Mismatch")
    assert site.registrar.registrations()[NAME].reason == 3


async def test_keeps_its_registration_alive(site, wait_until, plug):
    await site.registrar.stop()
    brief = Registrar(
        store=site.store, address=site.block.publisher, sip_port=PORTS.sip, sccp_keepalive=1, keepalive_grace=2.0
    )
    await brief.start()
    phone = plug()
    await phone.start()
    await registered(phone, wait_until)
    ends = set()

    def refreshed():
        ends.add(brief.registrations()[NAME].expires_at)
        return len(ends) >= 3

    await wait_until(refreshed)
    assert (brief.registrations()[NAME].status, brief.registrations()[NAME].attempts) == ("Registered", 1)
    await phone.stop()
    await brief.stop()


async def test_next_call_manager_of_the_group(site, wait_until, plug):
    address = f"{site.block.prefix}.0.11"
    first = site.store.all("CallManager")[0]
    site.store.put("CallManager", {**first.document, "name": "CM_sub", "processNodeName": address})
    group = site.store.find("CallManagerGroup", "Default")
    members = [{"callManagerName": name, "priority": str(at)} for at, name in enumerate((first.name, "CM_sub"), 1)]
    site.store.put("CallManagerGroup", {**group.document, "members": {"member": members}}, group.uuid)
    second = Registrar(store=site.store, address=address, sip_port=PORTS.sip, close_grace=0.02)
    await second.start()
    phone = plug()
    await phone.start()
    await registered(phone, wait_until)
    assert (list(site.registrar.registrations()), list(second.registrations())) == ([NAME], [])
    await site.registrar.stop()
    await wait_until(lambda: NAME in second.registrations(), lambda: phone.status)
    await registered(phone, wait_until)
    known = second.registrations()[NAME]
    assert (known.status, known.alarm[:16]) == ("Registered", "14: Name=SEP0000")
    await phone.stop()
    await second.stop()


async def test_call_manager_that_hangs_up(site, wait_until, plug):
    await site.registrar.stop()
    taken = asyncio.Event()
    writers = []

    async def silent(reader, writer):
        writers.append(writer)
        taken.set()

    server = await asyncio.start_server(silent, site.block.publisher, PORTS.sccp)
    phone = plug()
    await phone.start()
    await taken.wait()
    writers[0].close()
    status = await stuck(phone, wait_until, "registration")
    assert status.why.startswith(f"{site.block.publisher} closed the connection ")
    await phone.stop()
    server.close()
    for writer in writers:
        writer.close()


@pytest.mark.parametrize(
    ("load", "told"),
    [("SCCP41.9-4-2SR3-1S", "9.4(2SR3.1S)"), ("SCCP45.8-5-2S", "8.5(2S)"), ("P00308010200", "P00308010200")],
)
def test_release(load, told):
    assert release(load) == told
