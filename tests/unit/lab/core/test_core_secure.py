"""Mixed mode: trust lists, signed and encrypted files, and phones that signal by TLS."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from lab.net import PORTS, claim_block
from lab.phone.trust import Trust, Untrusted
from lab.site import SiteError, parse_site
from lab.trust_list import CCM, CCM_TFTP, read_signed
from lab.world import World
from tests.unit.lab.certificates import security
from tests.unit.lab.core.test_core_failover import CONFIG as SWITCH
from tests.unit.lab.core.test_core_failover import phone, places, until

FILE = "SEP00005E005301.cnf.xml"


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    site = parse_site(
        {
            "switches": [{"name": "sw1", "config": SWITCH}],
            "cucm": {"name": "pub", "subscribers": ["sub"], "security": "mixed"},
            "phones": [
                {**phone(1, "8841", "SIP"), "security": "encrypted_file"},
                {**phone(2, "7965G", "SCCP"), "security": "authenticated"},
            ],
        }
    )
    block, holder = claim_block()
    made = World(site, block, tmp_path)
    try:
        await made.start()
        yield made
    finally:
        await made.stop()
        holder.close()


def connected(world: World) -> dict[str, int]:
    """Phone -> the port of the CallManager to which it is connected."""
    found = {}
    for node in world.cluster.nodes.values():
        for name, connection in node.registrar.registry._connections.items():
            found[name] = connection.writer.get_extra_info("sockname")[1]
    return found


async def test_secured_phones_register_by_tls_and_fail_over(world: World) -> None:
    first, second = world.stations
    await until(lambda: places(world) == [("pub", "Registered")] * 2)
    assert connected(world) == {first: PORTS.sips, second: PORTS.sccps}
    # A certificate that the CTL doesn't know: they go to the other node, and come back when it is the known one again.
    world.cluster.security.regenerate("pub", True)
    world.cluster.registrar.hang_up()
    await until(lambda: places(world) == [("sub", "Registered")] * 2)
    world.cluster.security.regenerate("pub", False)
    await until(lambda: places(world) == [("pub", "Registered")] * 2)


async def test_without_a_ctl_file_a_secured_phone_asks_for_ever(world: World) -> None:
    name = next(iter(world.stations))
    world.cluster.files.missing.add(f"CTL{name}.tlv")
    station = world.stations[name]
    station.phone.factory_reset()
    await until(lambda: station.phone.status.stuck_at == "ctl")
    assert "File Not Found : CTLFile.tlv" in station.phone.messages.texts
    world.cluster.files.missing.clear()
    await until(lambda: station.phone.status.state == "registered")


@pytest.mark.parametrize(
    ("name", "step", "message"),
    [
        ("ctl_missing", "ctl", "File Not Found : CTLFile.tlv"),
        ("trust_list_mismatch", "itl", "Trust List Update Failed"),
        ("config_undecryptable", "config_file", f"Failed to decrypt {FILE}.enc.sgn"),
        ("tls_handshake_failed", "cucm_connection", "Trust List Updated"),
    ],
)
async def test_faults_of_trust(world: World, name: str, step: str, message: str) -> None:
    patient, neighbour = world.stations.values()
    await until(lambda: places(world) == [("pub", "Registered")] * 2)
    world.breaker.break_all([(patient.name, name)])
    await until(lambda: patient.phone.status.stuck_at == step)
    assert message in patient.phone.messages.texts
    assert neighbour.phone.status.state == "registered"
    world.breaker.heal(patient.name)
    await until(lambda: patient.phone.status.state == "registered")


async def test_certificates_made_anew_stop_all_secured_phones_of_the_site(world: World) -> None:
    await until(lambda: places(world) == [("pub", "Registered")] * 2)
    world.breaker.break_all([("site", "tls_handshake_failed")])
    await until(lambda: {each.phone.status.stuck_at for each in world.stations.values()} == {"cucm_connection"})
    world.breaker.heal("site")
    await until(lambda: all(each.phone.status.state == "registered" for each in world.stations.values()))


async def test_clients_with_the_labs_ca_see_the_call_managers_certificate(world: World) -> None:
    context = ssl.create_default_context(cadata=world.authority.pem.decode())
    for node in world.cluster.nodes.values():
        for port in (PORTS.sips, PORTS.sccps, *((PORTS.config_https,) if node.server else ())):
            _, writer = await asyncio.open_connection(node.address, port, ssl=context)
            subject = dict(field[0] for field in writer.get_extra_info("peercert")["subject"])
            assert subject == {"commonName": node.name, "organizationalUnitName": "CallManager"}
            writer.close()


def test_only_the_phone_with_the_key_reads_an_encrypted_file() -> None:
    known = security("127.0.0.1", mixed=True)
    trust = Trust(key=known.key("SEP1"))
    name = f"CTL{FILE[:15]}.tlv"
    assert trust.install(name, known.ctl(name))
    assert not trust.install(name, known.ctl(name))
    sealed = known.encrypted(FILE, b"<device/>", known.key("SEP1"))
    assert (read_signed(sealed).encrypted, trust.open(f"{FILE}.enc.sgn", sealed)) == (True, b"<device/>")
    with pytest.raises(Untrusted, match="is encrypted for another key"):
        Trust(trust.ctl, key=known.key("SEP2")).open(f"{FILE}.enc.sgn", sealed)


def test_what_a_phone_refuses() -> None:
    known = security("127.0.0.1", mixed=True)
    trust = Trust()
    with pytest.raises(Untrusted, match="was signed under the name"):
        trust.install("ITLFile.tlv", known.itl("ITLSEP1.tlv"))
    trust.install("ITLFile.tlv", known.itl("ITLFile.tlv"))
    signed = known.signed(FILE, b"<device/>")
    assert trust.open(f"{FILE}.sgn", signed) == b"<device/>"
    for broken, why in (
        (signed[:-1] + b"!", "isn't trusted"),
        (known.signed("SEP2.cnf.xml", b"<device/>"), "was signed under the name SEP2.cnf.xml"),
    ):
        with pytest.raises(Untrusted, match=why):
            trust.open(f"{FILE}.sgn", broken)
    with pytest.raises(Untrusted, match="isn't trusted"):
        trust.install("ITLFile.tlv", known.foreign_itl("ITLFile.tlv"))
    with pytest.raises(Untrusted, match="cut off"):
        trust.install("ITLFile.tlv", known.itl("ITLFile.tlv")[:300])


async def test_the_ctl_names_every_node_and_is_there_in_mixed_mode_only(world: World) -> None:
    trust = Trust()
    trust.install("CTLFile.tlv", world.cluster.files.get("CTLFile.tlv"))
    records = {record.name: record.role for record in trust.ctl.records if record.role in (CCM, CCM_TFTP)}
    assert records == {world.block.node(0): CCM_TFTP, world.block.node(1): CCM}
    assert security("127.0.0.1").ctl("CTLFile.tlv") is None


def test_a_secured_phone_needs_mixed_mode() -> None:
    data = {
        "switches": [{"name": "sw1"}],
        "cucm": {},
        "phones": [{**phone(1, "8841", "SIP"), "security": "encrypted"}],
    }
    with pytest.raises(SiteError, match="needs a cluster in mixed mode"):
        parse_site(data)
