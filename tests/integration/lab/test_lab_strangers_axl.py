"""npm's cisco-axl, an AXL client of other people, against publishers of three releases."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from lab.net import PORTS, claim_block
from tests.npm import need_npm

if TYPE_CHECKING:
    from cucm_publisher import Authority, Site, StartSite

pytest_plugins = ["cucm_publisher"]
pytestmark = pytest.mark.once

NAME = "SEP00005E005301"
CALLS = Path(__file__).with_name("cisco_axl_calls.js")
SQL = (
    "select d.name as device, n.dnorpattern as pattern from devicenumplanmap m "
    "inner join device d on d.pkid = m.fkdevice inner join numplan n on n.pkid = m.fknumplan"
)
LINE = {"pattern": "1001", "routePartitionName": "PT-Internal"}
PHONE = {
    "name": NAME,
    "description": "Zoë & <Söhne>",
    "product": "Cisco 8841",
    "class": "Phone",
    "protocol": "SIP",
    "protocolSide": "User",
    "devicePoolName": "Default",
    "commonPhoneConfigName": "Standard Common Phone Profile",
    "locationName": "Hub_None",
    "useTrustedRelayPoint": "Default",
    "phoneTemplateName": "Standard 8841 SIP",
    "primaryPhoneName": None,
    "builtInBridgeStatus": "Default",
    "packetCaptureMode": "None",
    "certificateOperation": "No Pending Operation",
    "deviceMobilityMode": "Default",
    "lines": {"line": [{"index": 1, "label": "Reception", "dirn": LINE}]},
}


@pytest.fixture
def start_on_8443(start_cucm: StartSite, cucm_authority: Authority) -> Iterator[Callable[[str], Site]]:
    """Return a function that starts a publisher on Cisco's own port, which cisco-axl knows no other than."""
    block, claim = claim_block()

    def start(version: str) -> Site:
        context = cucm_authority.server(address=block.publisher)
        return start_cucm(version=version, address=block.publisher, port=PORTS.https, context=context)

    yield start
    claim.close()


def cisco_axl(cucm: Site, *calls: list[Any], **changed: Any) -> list[dict[str, Any]]:
    """Carry out calls of cisco-axl's methods, in a process of Node.js that trusts the lab's CA."""
    job = {
        "module": str(need_npm(node=True)),
        "host": cucm.publisher.address,
        "username": cucm.options["username"],
        "password": cucm.options["password"],
        "version": cucm.publisher.version,
        "calls": calls,
        **changed,
    }
    environment = {**os.environ, "NODE_EXTRA_CA_CERTS": cucm.options["ca_path"]}
    done = subprocess.run(
        ["node", str(CALLS)], input=json.dumps(job), env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def execute(operation: str, tags: dict[str, Any], **options: Any) -> list[Any]:
    return ["executeOperation", operation, tags, options]


@pytest.mark.parametrize("version", ["12.5", "14.0", "15.0"])
def test_cisco_axl_walks_the_whole_stair(start_on_8443: Callable[[str], Site], version: str) -> None:
    need_npm(node=True)
    cucm = start_on_8443(version)
    tidy = {"clean": True, "removeAttributes": True}
    operations, tags, *results = cisco_axl(
        cucm,
        ["returnOperations", "RoutePartition"],
        ["getOperationTags", "addRoutePartition"],
        execute("addLine", {"line": {**LINE, "usage": "Device", "description": "Reception"}}),
        execute("addPhone", {"phone": PHONE}),
        execute("addPhone", {"phone": PHONE}),
        execute("getPhone", {"name": NAME}, **tidy),
        execute(
            "listPhone",
            {"searchCriteria": {"name": "SEP%"}, "returnedTags": {"name": "", "devicePoolName": ""}},
            **tidy,
        ),
        execute("updateLine", {**LINE, "alertingName": "Front desk"}),
        execute("updatePhone", {"name": NAME, "description": "Front desk"}),
        execute("getLine", LINE, **tidy),
        execute("getPhone", {"name": NAME, "returnedTags": {"description": "", "lines": ""}}, **tidy),
        execute("executeSQLQuery", {"sql": SQL}),
        execute("removePhone", {"name": NAME}),
        execute("removeLine", LINE),
        execute("getPhone", {"name": NAME}),
    )
    assert {"addRoutePartition", "getRoutePartition", "listRoutePartition", "removeRoutePartition"} < set(
        operations["value"]
    )
    assert {"name", "description", "partitionUsage"} <= set(tags["value"]["routePartition"])
    line, phone, again, got, listed, update_line, update_phone, line_after, after, rows, *gone = results
    assert "error" not in line, line
    assert phone["value"].startswith("{"), phone
    assert "duplicate value" in json.dumps(again["error"])
    assert got["value"]["phone"]["description"] == PHONE["description"]
    assert got["value"]["phone"]["product"] == "Cisco 8841"
    assert listed["value"]["phone"] == [{"name": NAME, "devicePoolName": {"value": "Default"}}]
    assert (update_line["value"], update_phone["value"]) == (line["value"], phone["value"])
    assert line_after["value"]["line"]["alertingName"] == "Front desk"
    assert line_after["value"]["line"]["description"] == "Reception"
    assert after["value"]["phone"]["description"] == "Front desk"
    assert after["value"]["phone"]["lines"]["line"][0]["label"] == "Reception"
    assert rows["value"]["row"] == [{"device": NAME, "pattern": "1001"}]
    assert [result.get("value") for result in gone[:2]] == [phone["value"], line["value"]]
    assert "was not found" in json.dumps(gone[2]["error"])
    assert not cucm.store.phones()
    assert not cucm.store.all("Line")


def test_cisco_axl_is_refused_with_a_wrong_password(start_on_8443: Callable[[str], Site]) -> None:
    need_npm(node=True)
    cucm = start_on_8443("12.5")
    (result,) = cisco_axl(cucm, execute("getPhone", {"name": NAME}), password="wr0ng")
    assert "error" in result
    assert cucm.publisher.requests == {}
