"""Releases from 11.5 to 15: which schemas each takes, what it says of itself, and where its replies declare nil."""

from __future__ import annotations

import pytest

from lab.cucm.schema import installed_schema_dirs, served_versions
from tests.npm import need_npm
from tests.unit.lab.cucm_axl.conftest import Axl

INSTALLED = installed_schema_dirs()
RELEASES = {
    "11.5": ("10.5, 11.0 and 11.5", "11.5.1.22900(28)"),
    "12.5": ("11.5, 12.0 and 12.5", "12.5.1.11900(146)"),
    "14.0": ("12.0, 12.5 and 14.0", "14.0.1.10000(20)"),
    "15.0": ("12.5, 14.0 and 15.0", "15.0.1.12900(234)"),
}
LIST = (
    "<listLine><searchCriteria><pattern>%</pattern></searchCriteria><returnedTags><pattern/></returnedTags></listLine>"
)
XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'


@pytest.fixture(params=RELEASES)
async def release(request, make_publisher, pki):
    """A publisher of each release, and a client for it; those beyond 12.5 want npm's packages."""
    if request.param in ("14.0", "15.0"):
        need_npm()
    server = make_publisher(version=request.param, schema_dirs={**INSTALLED, **installed_schema_dirs(request.param)})
    await server.start()
    yield server, Axl(server, pki.ca_path)
    await server.stop()


def test_a_release_takes_the_schemas_of_three():
    assert served_versions("15.0") == ("12.5", "14.0", "15.0")
    assert served_versions("8.5") == ("8.5",)
    assert served_versions("99.0") == ("99.0",)


async def test_a_release_says_what_it_is_and_what_it_takes(release):
    server, axl = release
    supported, build = RELEASES[server.version]
    namespace = f"http://www.cisco.com/AXL/API/{server.version}"
    reply = await axl.post("<getCCMVersion/>", namespace=namespace, action="")
    assert reply.result.findtext("componentVersion/version") == build
    for version in ("7.0", "99.0"):
        refused = await axl.post(LIST, namespace=f"http://www.cisco.com/AXL/API/{version}", action="")
        assert refused.status == 599
        assert f"Supported axl versions are {supported}" in refused.text


async def test_nil_is_declared_once_from_14_on_and_at_each_element_before(release):
    server, axl = release
    namespace = f"http://www.cisco.com/AXL/API/{server.version}"
    reply = await axl.post("<getDevicePool><name>Default</name></getDevicePool>", namespace=namespace, action="")
    assert reply.status == 200, reply.text
    nils = reply.text.count('xsi:nil="true"')
    assert nils > 5
    head = reply.text.partition("<soapenv:Body>")[0]
    if server.version in ("14.0", "15.0"):
        assert XSI in head
        assert reply.text.count(XSI) == 1
    else:
        assert XSI not in head
        assert reply.text.count(XSI) == nils


async def test_a_request_of_an_older_schema_is_answered_in_it(release):
    server, axl = release
    for version in server.axl.versions:
        namespace = f"http://www.cisco.com/AXL/API/{version}"
        reply = await axl.post(LIST, namespace=namespace, action=f'"CUCM:DB ver={version} listLine"')
        assert reply.body.tag == f"{{{namespace}}}listLineResponse"
