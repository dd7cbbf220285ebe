"""What the cluster does to a registered phone: reset, restart, apply configuration, removal, outage."""

from __future__ import annotations

import pytest

from lab.cucm.registrar import Registrar
from lab.net import PORTS
from lab.phone.models import MODELS

NAME = "SEP00005E005301"


async def registered(phone, wait_until):
    def done():
        return (phone.status.step, phone.status.state) == ("ringtones", "registered")

    await wait_until(done, lambda: phone.status)


@pytest.fixture
async def phone(site, wait_until):
    site.provision()
    made, _ = site.phone()
    await made.start()
    await registered(made, wait_until)
    site.server.requests.clear()
    return made


def asked(site):
    return [request.filename for request in site.server.requests]


@pytest.mark.parametrize(("change", "alarm"), [("reset", "cisco-alarm:22 "), ("restarted", "cisco-alarm:23 ")])
async def test_obeys_reset_and_restart(site, phone, wait_until, change, alarm):
    discovers = site.pool.seen.count("DISCOVER")
    site.store.announce("Phone", NAME, change)
    await wait_until(lambda: site.registrar.registrations()[NAME].attempts == 2, lambda: phone.status)
    await registered(phone, wait_until)
    assert f"{NAME}.cnf.xml.sgn" in asked(site)
    assert "Restart requested by Cisco Unified Communications Manager" in phone.messages.texts
    assert site.pool.seen.count("DISCOVER") - discovers == (1 if change == "reset" else 0)
    assert alarm in site.registrar.registrations()[NAME].alarm


async def test_changed_line_is_registered_at_once(site, phone, wait_until):
    site.provision("00005E005301", "Cisco 8841", "2002")
    await wait_until(lambda: phone.status.dns == ["2002"], lambda: phone.status)
    await registered(phone, wait_until)
    assert site.registrar.registrations()[NAME].lines == {"2002": "Registered"}


async def test_applying_an_unchanged_configuration_leaves_it_registered(site, phone, wait_until):
    before = site.registrar.registrations()[NAME].timestamp
    site.store.announce("Phone", NAME, "applied")
    await wait_until(lambda: asked(site) == [f"{NAME}.cnf.xml.sgn"])
    assert site.registrar.registrations()[NAME].attempts == 1
    assert site.registrar.registrations()[NAME].timestamp == before
    assert phone.status.state == "registered"


async def test_removed_phone_is_rejected_and_comes_back_when_added(site, phone, wait_until):
    found = site.store.find("Phone", NAME)
    site.store.remove(found.uuid)
    await wait_until(lambda: site.registrar.registrations()[NAME].status == "Rejected", lambda: phone.status)
    assert site.registrar.registrations()[NAME].reason == 2
    await wait_until(lambda: phone.status.stuck_at == "registration", lambda: phone.status)
    site.provision()
    await registered(phone, wait_until)


async def test_a_line_of_the_phone_is_changed(site, phone, wait_until):
    site.store.announce("Line", "1001/PT-Internal", "updated")
    await wait_until(lambda: asked(site) == [f"{NAME}.cnf.xml.sgn"])
    site.store.announce("Line", "1009/PT-Internal", "updated")
    site.store.announce("Phone", NAME, "restarted")
    await wait_until(lambda: site.registrar.registrations()[NAME].attempts == 2)
    await registered(phone, wait_until)


async def test_outage_of_the_call_manager(site, phone, wait_until):
    await site.registrar.stop()
    assert site.registrar.registrations()[NAME].status == "UnRegistered"
    await wait_until(lambda: phone.status.stuck_at == "cucm_connection", lambda: phone.status)
    await site.registrar.start()
    await registered(phone, wait_until)
    assert "cisco-alarm:14 " in site.registrar.registrations()[NAME].alarm


async def test_stop_leaves_nothing_behind(site, phone, wait_until):
    await phone.stop()
    assert phone.status.state == "off"
    await wait_until(lambda: site.registrar.registrations()[NAME].status == "UnRegistered")
    await phone.start()
    await registered(phone, wait_until)


@pytest.mark.parametrize("model", ["8841", "7961G"])
async def test_keeps_its_registration_alive(site, wait_until, model):
    await site.registrar.stop()
    brief = Registrar(
        store=site.store, address=site.block.publisher, sip_port=PORTS.sip, expires=1, keepalive_grace=2.0
    )
    await brief.start()
    site.provision("00005E005301", MODELS[model].cucm_name, "1001", "1002")
    made, _ = site.phone(model=model)
    await made.start()
    await registered(made, wait_until)
    ends = set()

    def refreshed():
        known = brief.registrations()[NAME]
        ends.add(known.expires_at)
        return len(ends) >= 3

    await wait_until(refreshed)
    assert (brief.registrations()[NAME].status, brief.registrations()[NAME].attempts) == ("Registered", 1)
    await made.stop()
    await brief.stop()
