"""SOAP 1.1 envelopes, read safely and written the way CUCM writes them."""

from __future__ import annotations

from lxml import etree

ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
NIL = f"{{{XSI}}}nil"


class NotSoap(Exception):
    """The bytes are no SOAP request: not well-formed, with a document type, or without a body."""


def read(data: bytes) -> etree._Element:
    """Return the one element in the body of a SOAP request. DTDs are refused; entities and the network aren't used."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise NotSoap(str(error)) from error
    if root.getroottree().docinfo.doctype:
        raise NotSoap("a document type declaration is not allowed")
    body = root.find(f"{{{ENVELOPE}}}Body")
    requests = [] if body is None else [child for child in body if isinstance(child.tag, str)]
    if root.tag != f"{{{ENVELOPE}}}Envelope" or len(requests) != 1:
        raise NotSoap("no SOAP envelope with one request in its body")
    return requests[0]


def response(namespace: str, name: str, children: list[etree._Element]) -> bytes:
    """Return the reply `<ns:name>` with its children in a SOAP envelope."""
    element = etree.Element(f"{{{namespace}}}{name}", nsmap={"ns": namespace})
    element.extend(children)
    return _envelope(element)


def fault(*, blame: str, code: int, message: str, request: str) -> bytes:
    """Return an AXL fault; `blame` is "Client" or "Server"."""
    element = etree.Element(f"{{{ENVELOPE}}}Fault")
    etree.SubElement(element, "faultcode").text = f"soapenv:{blame}"
    etree.SubElement(element, "faultstring").text = message
    error = etree.SubElement(etree.SubElement(element, "detail"), "axlError")
    for name, value in (("axlcode", str(code)), ("axlmessage", message), ("request", request)):
        etree.SubElement(error, name).text = value
    return _envelope(element)


def _envelope(content: etree._Element) -> bytes:
    envelope = etree.Element(f"{{{ENVELOPE}}}Envelope", nsmap={"soapenv": ENVELOPE})
    etree.SubElement(envelope, f"{{{ENVELOPE}}}Body").append(content)
    return b"<?xml version='1.0' encoding='UTF-8'?>" + etree.tostring(envelope, encoding="UTF-8")
