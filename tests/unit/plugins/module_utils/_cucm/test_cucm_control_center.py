"""Answers of Control Center Services: the shapes of different releases, and what is none."""

from __future__ import annotations

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.control_center import (
    Service,
    parse_services,
    soap_part,
)
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.envelope import read
from ansible_collections.dialtone.voice.plugins.module_utils._errors import Refused

ENVELOPE = (
    '<?xml version="1.0"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body>'
    '<ns:soapGetServiceStatusResponse xmlns:ns="http://schemas.cisco.com/ast/soap"><soapGetServiceStatusReturn>{}'
    "</soapGetServiceStatusReturn></ns:soapGetServiceStatusResponse></soapenv:Body></soapenv:Envelope>"
)
ITEM = (
    "<item><ServiceName>{}</ServiceName><ServiceStatus>{}</ServiceStatus><ReasonCode>-1</ReasonCode>"
    "<ReasonCodeString>{}</ReasonCodeString><StartTime></StartTime><UpTime>{}</UpTime></item>"
)


def parse(content: str) -> dict[str, Service]:
    return parse_services(read(ENVELOPE.format(content).encode(), "CUCM", "asking"), "CUCM")


def test_a_service_that_is_not_activated_is_told_in_either_place() -> None:
    items = [
        ITEM.format("Cisco CallManager", "Started", "Service is running", "86400"),
        ITEM.format("Cisco CDR Agent", "Stopped", "Service stopped by admin", "0"),
        ITEM.format("Cisco DHCP Monitor", "Not Activated", "", "0"),
        ITEM.format("Cisco Tftp", "Stopped", "Service Not Activated ", "-1"),
    ]
    assert parse(f"<ServiceInfoList>{''.join(items)}</ServiceInfoList>") == {
        "Cisco CallManager": Service("Started", True, "Service is running", 86400),
        "Cisco CDR Agent": Service("Stopped", True, "Service stopped by admin", 0),
        "Cisco DHCP Monitor": Service("Stopped", False, "", 0),
        "Cisco Tftp": Service("Stopped", False, "Service Not Activated", 0),
    }


@pytest.mark.parametrize("content", ["", "<ServiceInfoList/>", "<ReturnCode>0</ReturnCode><ServiceInfoList/>"])
def test_a_node_without_services(content: str) -> None:
    assert parse(content) == {}


def test_a_return_code_is_a_refusal() -> None:
    with pytest.raises(Refused) as caught:
        parse("<ReturnCode>-1</ReturnCode><ReasonString>Database is down</ReasonString><ServiceInfoList/>")
    assert (caught.value.words, caught.value.code) == ("Database is down", "-1")


@pytest.mark.parametrize("boundary", ["MIMEBoundaryurn_uuid_1", '"----=_Part_1_2"'])
def test_an_answer_in_parts(boundary: str) -> None:
    mark = boundary.strip('"')
    envelope = ENVELOPE.format("<ServiceInfoList/>")
    body = (
        f"--{mark}\r\nContent-Type: text/xml; charset=UTF-8\r\nContent-Transfer-Encoding: 8bit\r\n"
        f"Content-ID: <0.urn:uuid:1>\r\n\r\n{envelope}\r\n--{mark}--\r\n"
    ).encode()
    content_type = f'multipart/related; boundary={boundary}; type="text/xml"; start="<0.urn:uuid:1>"'
    assert soap_part(body, content_type) == envelope.encode()
    assert soap_part(body, "text/xml") == body
    assert soap_part(b"<html>", content_type) == b"<html>"
