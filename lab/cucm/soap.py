"""SOAP 1.1 envelopes, read safely and written the way CUCM writes them."""

from __future__ import annotations

from lxml import etree

ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
NIL = f"{{{XSI}}}nil"

_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)


class NotSoap(Exception):
    """The bytes are no SOAP request: not well-formed, with a document type, or without a body."""


def read(data: bytes) -> etree._Element:
    """Return the one element in the body of a SOAP request. DTDs are refused; entities and the network aren't used."""
    try:
        root = etree.fromstring(data, _PARSER)
    except etree.XMLSyntaxError as error:
        raise NotSoap(str(error)) from error
    if root.getroottree().docinfo.doctype:
        raise NotSoap("a document type declaration is not allowed")
    body = root.find(f"{{{ENVELOPE}}}Body")
    requests = [] if body is None else [child for child in body if isinstance(child.tag, str)]
    if root.tag != f"{{{ENVELOPE}}}Envelope" or len(requests) != 1:
        raise NotSoap("no SOAP envelope with one request in its body")
    return requests[0]


def response(namespace: str, name: str, content: str, *, xsi: bool = False) -> bytes:
    """Return the reply `<ns:name>` with its content in a SOAP envelope; `xsi` declares that prefix on the envelope."""
    return _envelope(f'<ns:{name} xmlns:ns="{namespace}">{content}</ns:{name}>', f' xmlns:xsi="{XSI}"' if xsi else "")


def fault(*, blame: str, code: int, message: str, request: str) -> bytes:
    """Return an AXL fault; `blame` is "Client" or "Server"."""
    text = escaped(message)
    error = f"<axlcode>{code}</axlcode><axlmessage>{text}</axlmessage><request>{escaped(request)}</request>"
    return _envelope(
        f"<soapenv:Fault><faultcode>soapenv:{blame}</faultcode><faultstring>{text}</faultstring>"
        f"<detail><axlError>{error}</axlError></detail></soapenv:Fault>"
    )


def escaped(text: str) -> str:
    """Return a text as it stands in an element."""
    if "&" in text or "<" in text or ">" in text or "\r" in text:
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")
    return text


def _envelope(content: str, declarations: str = "") -> bytes:
    return (
        f"<?xml version='1.0' encoding='UTF-8'?><soapenv:Envelope xmlns:soapenv=\"{ENVELOPE}\"{declarations}>"
        f"<soapenv:Body>{content}</soapenv:Body></soapenv:Envelope>"
    ).encode()
