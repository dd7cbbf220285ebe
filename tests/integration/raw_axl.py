"""A raw AXL client of the tests' own, which takes an answer as it is on the wire, element by element."""

from __future__ import annotations

import base64
import ssl
import urllib.request
from typing import Any

from lxml import etree

_ENVELOPE = (
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" '
    'xmlns:ns="http://www.cisco.com/AXL/API/{version}"><soapenv:Body><ns:getPhone><name>{name}</name></ns:getPhone>'
    "</soapenv:Body></soapenv:Envelope>"
)


def raw_phone(
    options: dict[str, Any], name: str, version: str = "12.5"
) -> dict[str, tuple[str | None, dict[str, str]]]:
    """Return every element of getPhone's answer but `versionStamp`: path -> text and attributes."""
    credentials = base64.b64encode(f"{options['username']}:{options['password']}".encode()).decode()
    request = urllib.request.Request(
        f"https://{options['host']}:{options['port']}/axl/",
        _ENVELOPE.format(version=version, name=name).encode(),
        {
            "Content-Type": "text/xml; charset=utf-8",
            "SOAPAction": f'"CUCM:DB ver={version} getPhone"',
            "Authorization": f"Basic {credentials}",
        },
    )
    context = ssl.create_default_context(cafile=options["ca_path"])
    # The tests' own CA leaves out an extension that newer versions of Python insist on.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    with urllib.request.build_opener(urllib.request.HTTPSHandler(context=context)).open(request, timeout=10) as answer:
        root = etree.fromstring(answer.read())
    tree = root.getroottree()
    phone = next(element for element in root.iter() if element.tag == "phone")
    return {
        tree.getpath(element): (element.text, dict(element.attrib))
        for element in phone.iter()
        if element.tag != "versionStamp"
    }
