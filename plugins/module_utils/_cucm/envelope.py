# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SOAP envelopes of AXL and RISPort70 as plain data: lenient about what Cisco varies, strict about what is no SOAP.

Names are compared without their namespace, because that of a fault's detail and of RIS's replies differs by release.
"""

from __future__ import annotations

import html
import re
import traceback
import typing as t

from ansible.module_utils.basic import missing_required_lib

from ansible_collections.dialtone.voice.plugins.module_utils._errors import Refused, Unreachable, Unsupported
from ansible_collections.dialtone.voice.plugins.module_utils._text import one_line

try:
    from lxml import etree

    LXML_MISSING = None
except ImportError:
    LXML_MISSING = traceback.format_exc()
    etree = None

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"


class Fault(Refused):
    """A SOAP fault: `words` is its text, `code` the axlcode where it has one, else the faultcode's local part."""


def parser() -> t.Any:
    """Return an XML parser that fetches nothing and expands nothing."""
    if LXML_MISSING:
        raise Unsupported(missing_required_lib("lxml"), details={"exception": LXML_MISSING})
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=True,
        remove_comments=True,
    )


def local_name(element: t.Any) -> str:
    tag = element.tag
    return tag[tag.rfind("}") + 1 :] if isinstance(tag, str) else ""


def child(element: t.Any, *path: str) -> t.Any:
    """Return the first descendant along local names, or None."""
    for name in path:
        element = next((item for item in element if local_name(item) == name), None)
        if element is None:
            return None
    return element


def text(element: t.Any, *path: str) -> str:
    """Return the text at a path of local names, stripped; empty where there is none."""
    found = child(element, *path)
    return "" if found is None or found.text is None else found.text.strip()


def read(body: bytes, where: str, doing: str) -> t.Any:
    """Return the first element in the body of a SOAP envelope.

    :param where: the service, for messages; `doing`: what was asked of it
    :raises Fault: the service answered with a fault
    :raises Unreachable: what came is no SOAP, so somebody else has answered
    """
    safe = parser()
    try:
        root = etree.fromstring(body, safe)
    except etree.XMLSyntaxError:
        root = None
    if root is None or local_name(root) != "Envelope" or root.getroottree().docinfo.doctype:
        raise Unreachable(
            f"{doing}: {where} answered with something that is no SOAP: {title(body)}",
            "A proxy or a login page may stand in between, or the service isn't running (Cisco Unified Serviceability, "
            "Tools, Service Activation: Cisco AXL Web Service).",
        )
    content = child(root, "Body")
    answer = None if content is None else next((item for item in content if local_name(item)), None)
    if answer is None:
        raise Unreachable(f"{doing}: {where} answered with an empty SOAP body")
    if local_name(answer) == "Fault":
        raise _fault(answer, where, doing)
    return answer


def _fault(fault: t.Any, where: str, doing: str) -> Fault:
    axl_code, axl_message = "", ""
    for item in fault.iter():
        name = local_name(item)
        if name.lower() in ("axlcode", "code") and (item.text or "").strip():
            axl_code = axl_code or item.text.strip()
        elif name.lower() in ("axlmessage", "message") and (item.text or "").strip():
            axl_message = axl_message or item.text.strip()
    words = one_line(text(fault, "faultstring") or axl_message or "no reason given")
    code = axl_code or text(fault, "faultcode").rpartition(":")[2]
    shown = f" (code {code})" if code else ""
    return Fault(f"{doing}: {where} answered: {words}{shown}", words=words, code=code)


def title(body: bytes) -> str:
    """Return a page's title and heading, else the beginning of its text, so that a person sees who has answered."""
    page = body[:20000].decode("utf-8", "replace")
    named = [
        match.group(1)
        for tag in ("title", "h1")
        if (match := re.search(rf"<{tag}[^>]*>(.*?)</{tag}>", page, re.I | re.S))
    ]
    shown = ": ".join(dict.fromkeys(named)) or re.sub(
        r"<!--.*?-->|<(script|style).*?</\1>", " ", page, flags=re.I | re.S
    )
    words = one_line(html.unescape(re.sub(r"<[^>]*>", " ", shown)), 120)
    return f"'{words}'" if words else "an empty page"


def plain(element: t.Any) -> t.Any:
    """Return an element as plain data: text, None for what is empty or nil, a dictionary where there are children.

    A name that occurs once has its value, one that occurs several times a list (see :func:`many`). Attributes are
    left out. A phone load that is its model's default, which AXL shows with `special="false"`, is None: nobody set it.
    """
    # By hand and not by local_name, because this is what takes longest of reading an answer.
    result: dict[str, t.Any] = {}
    for item in element:
        tag = item.tag
        if not isinstance(tag, str):
            continue
        name, value = tag[tag.rfind("}") + 1 :], plain(item)
        if name not in result:
            result[name] = value
        elif isinstance(result[name], list):
            result[name].append(value)
        else:
            result[name] = [result[name], value]
    if result:
        return result
    text = element.text
    if not text or text.isspace() or element.get(_NIL) in ("true", "1") or element.get("special") == "false":
        return None
    return text


def many(value: t.Any, name: str) -> list[t.Any]:
    """Return the members of a list element (`{"line": ...}`, one or several, or None) as a list."""
    if not isinstance(value, dict):
        return []
    members = value.get(name)
    if members is None:
        return []
    return members if isinstance(members, list) else [members]


def elements(value: dict[str, t.Any]) -> list[t.Any]:
    """Return plain data as elements without a namespace, for what the schema lets hold any XML; undoes :func:`plain`.

    :raises ValueError: a name is none of XML
    """
    made = []
    for name, members in value.items():
        for item in members if isinstance(members, list) else [members]:
            element = etree.Element(name)
            if isinstance(item, dict):
                element.extend(elements(item))
            elif isinstance(item, bool):
                element.text = "true" if item else "false"
            elif item is not None:
                element.text = str(item)
            made.append(element)
    return made
