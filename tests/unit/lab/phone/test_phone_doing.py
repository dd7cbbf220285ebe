"""What a phone says that it is doing, before it is registered and while it waits to try again."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from lab.phone import PACES
from lab.phone.models import MODELS
from lab.site import PACES as NAMES

from .conftest import QUICK

NAME = "SEP00005E005301"


async def test_a_phone_on_its_way_always_says_what_it_does(site, wait_until):
    site.provision(loadInformation="sip88xx.12-5-1SR3-74")
    phone, _ = site.phone()
    seen = []

    async def watch():
        while phone.status.state != "registered":
            seen.append(phone.status)
            await asyncio.sleep(0)

    watcher = asyncio.create_task(watch())
    await phone.start()
    await asyncio.wait_for(watcher, 20)
    assert [status for status in seen if status.state == "starting" and not status.doing] == []
    done = list(dict.fromkeys(status.doing for status in seen if status.doing))
    assert done[:3] == [
        "starting sip88xx.12-8-1-0001-455",
        "asking for an address in VLAN 20",
        f"downloading CTL{NAME}.tlv",
    ]
    assert {f"downloading {NAME}.cnf.xml.sgn", "installing sip88xx.12-5-1SR3-74"} <= set(done)
    assert done[-2:] == [f"connecting to {site.block.publisher} port 5060", f"registering at {site.block.publisher}"]
    await wait_until(lambda: phone.status.step == "ringtones")
    assert phone.status.doing == ""


async def test_a_stuck_phone_says_when_it_tries_again(site, wait_until):
    phone, _ = site.phone(timings=replace(QUICK, retry=60.0))
    await phone.start()
    await wait_until(lambda: phone.status.stuck_at == "config_file", lambda: phone.status)
    await wait_until(lambda: "tries" in phone.status.doing, lambda: phone.status)
    assert phone.status.doing in {f"tries again in {seconds} s" for seconds in range(50, 67)}
    site.provision()
    # It hasn't heard of it: what it says is still the outcome of its last try.
    assert phone.status.stuck_at == "config_file"
    phone.recheck()
    await wait_until(lambda: phone.status.state == "registered", lambda: phone.status)


async def test_a_phone_without_voice_vlan_or_answers_says_so(site, wait_until):
    site.pool.lose = 1000
    phone, port = site.phone(timings=replace(QUICK, cdp=0.3, dhcp_wait=30.0))
    port.set(voice=None)
    await phone.start()
    await wait_until(lambda: phone.status.doing == "listening for CDP that names a voice VLAN", lambda: phone.status)
    await wait_until(lambda: phone.status.doing == "asking for an address in the untagged VLAN", lambda: phone.status)
    port.set(voice=20)
    await wait_until(lambda: phone.status.doing == "asking for an address in VLAN 20", lambda: phone.status)
    assert (phone.status.state, phone.status.step) == ("starting", "voice_vlan")
    port.set(powered=False)
    await wait_until(lambda: phone.status.state == "off")
    assert phone.status.doing == ""


async def test_a_phone_without_link_waits_for_one(site, wait_until):
    phone, port = site.phone()
    port.set(link=False)
    await phone.start()
    await wait_until(lambda: phone.status.doing == "waiting for a link", lambda: phone.status)


def test_the_paces_of_a_site_are_those_of_the_phones():
    assert tuple(PACES) == NAMES
    boots = [pace.boot for pace in PACES.values()]
    assert boots == sorted(boots)
    # Staggered in the order of the hardware's age.
    assert len({model.boot_share for model in MODELS.values()}) == len(MODELS)
