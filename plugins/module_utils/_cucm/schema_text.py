# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The text of an AXL schema: where each definition is in it, and smaller schemas that are cut out of it.

AXLSoap.xsd has 3.7 MB and some 4,600 definitions at its top, of which a task needs a few dozen. So it is gone through
once, where each begins is noted, and a definition is parsed when it is asked for.
"""

from __future__ import annotations

import functools
import os
import re
import typing as t
from dataclasses import dataclass
from xml.parsers import expat

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.envelope import etree, parser
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.toolkit import WSDL
from ansible_collections.dialtone.voice.plugins.module_utils._errors import Unsupported
from ansible_collections.dialtone.voice.plugins.module_utils._text import one_line

XSD = "AXLSoap.xsd"

_WSDL_NS = "http://schemas.xmlsoap.org/wsdl/"
_SOAP_NS = "http://schemas.xmlsoap.org/wsdl/soap/"
_TOPS = ("element", "complexType", "simpleType", "group", "attributeGroup", "attribute")
_REFERENCES = re.compile(rb"""\b(?:type|base|ref|memberTypes)=(?:"([^"]*)"|'([^']*)')""")


@dataclass(frozen=True)
class Operation:
    """The root element of an operation's request, and its SOAPAction."""

    request: str
    action: str


class SchemaText:
    """AXLAPI.wsdl and AXLSoap.xsd of one version, as text. Several threads may use it.

    :param folder: folder with these files, known to be well-formed and to refer to nothing outside of it
    :raises Unsupported: the files are no AXL schema
    """

    def __init__(self, folder: str) -> None:
        with open(os.path.join(folder, XSD), "rb") as file:
            # CUCM takes a busy lamp field of a directory number without it, and ignores the number where it is given.
            self._data = re.sub(rb'minOccurs="1"(?=[^<>]*\sname="blfDest")', b'minOccurs="0"', file.read())
        with open(os.path.join(folder, WSDL), "rb") as file:
            wsdl = file.read()
        try:
            self._head, self._places = _places(self._data)
            self._service, self.operations = _operations(wsdl)
        except (expat.ExpatError, KeyError, ValueError) as error:
            raise Unsupported(f"the AXL schema in {folder} can't be read: {one_line(str(error))}") from None
        root = re.search(rb"<([\w:]+)[^<]*$", self._head)
        self._tail = b"" if root is None else b"</" + root.group(1) + b">"
        self._tops: dict[tuple[str, str], t.Any] = {}

    @functools.cached_property
    def namespace(self) -> str:
        """The schema's target namespace, `http://www.cisco.com/AXL/API/14.0`."""
        return etree.fromstring(self._head + self._tail, parser()).get("targetNamespace", "")

    def operation(self, name: str) -> Operation:
        """Return an operation; raise Unsupported where there is none of this name."""
        if name not in self.operations:
            raise Unsupported(f"AXL {self.namespace.rpartition('/')[2]} has no operation {name}")
        return self.operations[name]

    def top(self, tag: str, name: str) -> t.Any:
        """Return a definition at the top of the schema as an lxml element, or None."""
        place = (tag, name)
        if place not in self._places:
            return None
        if place not in self._tops:
            part = self._head + self._data[slice(*self._places[place])] + self._tail
            # Where two threads parse the same one, both take the first.
            self._tops.setdefault(place, etree.fromstring(part, parser())[0])
        return self._tops[place]

    def cut(self, operations: t.Iterable[str]) -> tuple[bytes, dict[str, bytes]]:
        """Return a WSDL, and its schema by file name, that hold these operations' requests and all that they need.

        Answers are left out, so the operations are one-way.

        :raises Unsupported: there is no such operation
        """
        wanted = sorted(set(operations))
        roots = {self.operation(name).request for name in wanted}
        needed = self._closure({("element", root) for root in roots})
        spans = [span for place, span in self._places.items() if place in needed]
        xsd = self._head + b"".join(self._data[start:end] for start, end in spans) + self._tail
        return self._wsdl(wanted), {XSD: xsd}

    def _closure(self, places: set[tuple[str, str]]) -> set[tuple[str, str]]:
        needed: set[tuple[str, str]] = set()
        while places:
            place = places.pop()
            if place in needed or place not in self._places:
                continue
            needed.add(place)
            start, end = self._places[place]
            for double, single in _REFERENCES.findall(self._data, start, end):
                for name in (double or single).decode().split():
                    local = name.rpartition(":")[2]
                    places.update((tag, local) for tag in _TOPS)
        return needed

    def _wsdl(self, operations: list[str]) -> bytes:
        namespace = self.namespace
        messages, ports, bindings = [], [], []
        for name in operations:
            operation = self.operation(name)
            messages.append(
                f'<message name="{name}In"><part element="x:{operation.request}" name="axlParams"/></message>'
            )
            ports.append(f'<operation name="{name}"><input message="s:{name}In"/></operation>')
            bindings.append(
                f'<operation name="{name}"><soap:operation soapAction="{operation.action}" style="document"/>'
                '<input><soap:body use="literal"/></input></operation>'
            )
        return (
            f'<definitions xmlns="{_WSDL_NS}" xmlns:soap="{_SOAP_NS}" xmlns:s="{self._service}" xmlns:x="{namespace}" '
            f'targetNamespace="{self._service}"><import location="{XSD}" namespace="{namespace}"/>'
            f"{''.join(messages)}"
            f'<portType name="AXLPort">{"".join(ports)}</portType>'
            '<binding name="AXLAPIBinding" type="s:AXLPort">'
            f'<soap:binding transport="http://schemas.xmlsoap.org/soap/http"/>{"".join(bindings)}</binding>'
            '<service name="AXLAPIService"><port binding="s:AXLAPIBinding" name="AXLPort">'
            '<soap:address location="https://publisher:8443/axl/"/></port></service></definitions>'
        ).encode()


def local(name: str | None) -> str:
    """Return a name without its prefix."""
    return (name or "").rpartition(":")[2]


def _places(data: bytes) -> tuple[bytes, dict[tuple[str, str], tuple[int, int]]]:
    """Return a schema's text up to its first child, and for each child's tag and name where it begins and ends."""
    reader = expat.ParserCreate()
    marks: list[tuple[str, str, int]] = []
    depth = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth == 2:
            marks.append((local(name), attributes.get("name", ""), reader.CurrentByteIndex))

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        if not depth:
            marks.append(("", "", reader.CurrentByteIndex))

    reader.StartElementHandler = start
    reader.EndElementHandler = end
    reader.Parse(data, True)
    if len(marks) < 2:
        raise ValueError(f"{XSD} defines nothing")
    spans = {(tag, name): (at, marks[index + 1][2]) for index, (tag, name, at) in enumerate(marks[:-1]) if name}
    return data[: marks[0][2]], spans


def _operations(data: bytes) -> tuple[str, dict[str, Operation]]:
    """Return a WSDL's namespace and, for each operation, its request's element and its SOAPAction."""
    reader = expat.ParserCreate()
    parts: dict[str, str] = {}
    inputs: dict[str, str] = {}
    actions: dict[str, str] = {}
    place = {"message": "", "operation": "", "namespace": ""}

    def start(name: str, attributes: dict[str, str]) -> None:
        tag = local(name)
        if tag == "part":
            parts.setdefault(place["message"], local(attributes.get("element")))
        elif tag == "input" and "message" in attributes:
            inputs[place["operation"]] = local(attributes["message"])
        elif tag == "operation" and "soapAction" in attributes:
            actions[place["operation"]] = attributes["soapAction"]
        elif tag in ("message", "operation"):
            place[tag] = attributes["name"]
        elif tag == "definitions":
            place["namespace"] = attributes["targetNamespace"]

    reader.StartElementHandler = start
    reader.Parse(data, True)
    found = {name: Operation(parts[message], actions.get(name, "")) for name, message in inputs.items()}
    if not found:
        raise ValueError(f"{WSDL} has no operation")
    return place["namespace"], found
