"""A cluster of two nodes: services that stop and start, ports that are filtered, RIS and Control Center of each."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from lxml import etree

from lab.cluster import ROLES, Cluster
from lab.cucm.registration import Registration
from lab.net import PORTS, Block, claim_block
from lab.pki import CertificateAuthority
from lab.site import CucmSpec, SiteError, parse_site
from tests.packet_filter import needs_packet_filter

NAME = "SEP00005E005301"
ASK = (
    b'<E xmlns="http://schemas.cisco.com/ast/soap"><selectCmDevice%b><CmSelectionCriteria><SelectItems><item><Item>*'
    b"</Item></item></SelectItems></CmSelectionCriteria></selectCmDevice%b></E>"
)


@pytest.fixture
async def cluster(tmp_path: Path) -> AsyncIterator[Cluster]:
    block, holder = claim_block()
    spec = CucmSpec(name="pub", subscribers=("sub",), tftp_servers=2)
    made = Cluster(
        spec,
        addresses=[block.node(0), block.node(1)],
        ports=PORTS,
        authority=CertificateAuthority(),
        folder=tmp_path,
        passwords=dict.fromkeys(ROLES, "secret"),
    )
    try:
        await made.start()
        yield made
    finally:
        await made.stop()
        holder.close()


async def outcome(address: str, port: int) -> str:
    try:
        async with asyncio.timeout(0.3):
            _, writer = await asyncio.open_connection(address, port)
    except TimeoutError:
        return "no answer"
    except ConnectionRefusedError:
        return "refused"
    writer.close()
    return "open"


def test_the_group_holds_both_by_priority(cluster: Cluster) -> None:
    managers = cluster.store.call_managers("Default")
    assert [manager.name for manager in managers] == ["CM_pub", "CM_sub"]
    assert [manager.address for manager in managers] == [node.address for node in cluster.nodes.values()]


async def test_a_stopped_call_manager_refuses_and_control_center_says_so(cluster: Cluster) -> None:
    publisher, subscriber = cluster.nodes.values()
    await cluster.wait_ready()
    cluster.stop_service("pub", "Cisco CallManager")
    await publisher.settled()
    assert [await outcome(publisher.address, port) for port in (PORTS.sip, PORTS.sccp)] == ["refused", "refused"]
    assert await outcome(subscriber.address, PORTS.sip) == "open"
    states = [node.control_center.services["Cisco CallManager"] for node in cluster.nodes.values()]
    assert states == ["Stopped", "Started"]
    cluster.start_service("pub", "Cisco CallManager")
    await publisher.settled()
    assert await outcome(publisher.address, PORTS.sip) == "open"


@needs_packet_filter
async def test_a_filtered_port_answers_nothing_while_the_service_runs(cluster: Cluster) -> None:
    cluster.filter_ports(None, {"sip", "files"}, True)
    addresses = [node.address for node in cluster.nodes.values()]
    checks = [outcome(address, port) for address in addresses for port in (PORTS.sip, PORTS.config_http)]
    assert set(await asyncio.gather(*checks)) == {"no answer"}
    assert await outcome(addresses[0], PORTS.sccp) == "open"
    assert all(node.runs("Cisco Tftp") for node in cluster.nodes.values())
    # A service that starts again behind the filter is behind it still.
    cluster.stop_service("sub", "Cisco CallManager")
    cluster.start_service("sub", "Cisco CallManager")
    await cluster.nodes["sub"].settled()
    assert await outcome(addresses[1], PORTS.sip) == "no answer"
    cluster.filter_ports(None, {"sip", "files"}, False)
    assert [await outcome(address, PORTS.sip) for address in addresses] == ["open", "open"]


def test_ris_tells_of_every_node_and_ext_of_the_newest_record_alone(cluster: Cluster) -> None:
    publisher, subscriber = cluster.nodes.values()
    publisher.registrar.registry._known[NAME] = Registration(NAME, "UnRegistered", 6, "127.0.0.9", "SIP", timestamp=5)
    subscriber.registrar.registry._known[NAME] = Registration(NAME, "Registered", 0, "127.0.0.9", "SIP", timestamp=5)

    def seen(suffix: bytes) -> list[tuple[str, str, list[str]]]:
        root = etree.fromstring(cluster.ris.answer(ASK % (suffix, suffix)).encode())
        return [
            (
                node.findtext("{*}Name"),
                node.findtext("{*}ReturnCode"),
                [device.findtext("{*}Status") for device in node.iterfind("{*}CmDevices/{*}item")],
            )
            for node in root.iterfind(".//{*}CmNodes/{*}item")
        ]

    assert seen(b"") == [(publisher.address, "Ok", ["UnRegistered"]), (subscriber.address, "Ok", ["Registered"])]
    assert seen(b"Ext")[0] == (publisher.address, "NotFound", [])
    assert cluster.located_registrations()[NAME][0] == "sub"
    cluster.ris.silent_nodes.add(subscriber.address)
    assert seen(b"")[1] == (subscriber.address, "NodeNotResponding", [])


def test_each_node_lists_the_logs_of_all(cluster: Cluster) -> None:
    answers = [node.control_center._logs(etree.Element("none")) for node in cluster.nodes.values()]
    assert answers[0] == answers[1]
    assert all(node.address in answers[0] for node in cluster.nodes.values())


def test_keys_of_the_site_file() -> None:
    site = parse_site({"cucm": {"name": "pub", "subscribers": ["sub1", "sub2"], "tftp_servers": 2}})
    assert (site.cucm.nodes, site.cucm.tftp_servers) == (("pub", "sub1", "sub2"), 2)
    with pytest.raises(SiteError) as caught:
        parse_site({"cucm": {"name": "pub", "subscribers": ["pub", "-"], "tftp_servers": 2}})
    assert str(caught.value).splitlines() == [
        "cucm.subscribers[1]: expected a host name, got '-'",
        "cucm.tftp_servers: expected a whole number from 1 to 1, got 2",
    ]
    with pytest.raises(SiteError, match="cucm.subscribers: the name 'pub' is used more than once"):
        parse_site({"cucm": {"name": "pub", "subscribers": ["pub"]}})
    assert Block(9).node(1) == "127.9.0.11"
