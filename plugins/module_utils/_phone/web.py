# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading a phone's web pages: the XML ones first, else their twins in HTML, by plain HTTP.

Web access is off by default in many builds of phones, so a phone that doesn't show its pages is nothing wrong. A phone
that answers HTTPS only is read where the CA of its certificate is given: that certificate carries the phone's name and
not its address, so the CA alone decides.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.urls import authority
from ansible_collections.dialtone.voice.plugins.module_utils._phone import pages
from ansible_collections.dialtone.voice.plugins.module_utils._phone.http import Http, Lost, NotReached, Page
from ansible_collections.dialtone.voice.plugins.module_utils._startup.evidence import Pages
from ansible_collections.dialtone.voice.plugins.module_utils._startup.proof import Proof
from ansible_collections.dialtone.voice.plugins.module_utils._text import one_line

_LIMIT = 2**20
_SERVICE = "/CGI/Java/Serviceability?adapter="

# Of each page: where its XML is, then where its HTML is, in the order in which families are common.
_XML = {
    pages.DEVICE: ("/DeviceInformationX", f"{_SERVICE.replace('adapter', 'adapterX')}device.statistics.device"),
    pages.NETWORK: (
        "/NetworkConfigurationX",
        f"{_SERVICE.replace('adapter', 'adapterX')}device.statistics.configuration",
    ),
    pages.PORT: ("/PortInformationX?1", f"{_SERVICE.replace('adapter', 'adapterX')}device.statistics.port.network"),
    pages.LOG: ("/DeviceLogX?0", "/DeviceLogX?1", "/DeviceLogX?2"),
}
_HTML = {
    pages.DEVICE: (
        f"{_SERVICE}device.statistics.device",
        "/DeviceInformation",
        "/Device_Information.html",
        "/Device_Information.htm",
        "/",
    ),
    pages.NETWORK: (
        f"{_SERVICE}device.statistics.configuration",
        "/NetworkConfiguration",
        "/Network_Setup.html",
        "/Network_Setup.htm",
    ),
    pages.PORT: (
        f"{_SERVICE}device.statistics.port.network",
        "/PortInformation?1",
        "/Network.html",
        "/CDP_Information.htm",
    ),
    pages.LOG: (
        f"{_SERVICE}device.settings.status.messages",
        "/DeviceLog?2",
        "/Status_Messages.html",
        "/Status_Messages.htm",
    ),
}

TURN_ON = (
    "turn web access on in CUCM (Web Access in the product-specific part of the phone, of its common phone profile, or "
    "of the enterprise phone configuration) and reset the phone, to see its pages"
)


REFUSED = "connection refused"


class NoPages(Exception):
    """The phone doesn't show its pages; the text says why, and what it takes."""


@dataclass(frozen=True)
class Door:
    """How phones are reached. `ca_given`: whether a CA of phones' certificates was given."""

    http_port: int = 80
    https_port: int = 443
    ca_given: bool = False


class PhoneWeb:
    """One phone's pages."""

    def __init__(self, http: Http, address: str, door: Door) -> None:
        self._http, self._address, self._door = http, address, door
        self._scheme, self._port = "http", door.http_port

    def read(self) -> Pages:
        """Read all pages that are there.

        :raises NoPages: there is none
        """
        fields: dict[str, str] = {}
        proofs: dict[str, Proof] = {}
        refusals: list[str] = []
        for page in (pages.DEVICE, pages.NETWORK, pages.PORT):
            found = self._page(page, refusals)
            if found:
                values, proof = found
                # The network page knows the addresses best, and the first that says a thing is believed.
                fields |= {name: value for name, value in values.items() if value or name not in fields}
                proofs[page] = proof
        messages = self._messages(proofs)
        if not fields:
            # Messages alone are none of a phone: any page of any web server may pass for a log without lines.
            why = refusals[0] if refusals else "no page that is known"
            raise NoPages(f"phone {self._address} shows no pages ({why}): {TURN_ON}")
        return Pages(self._address, fields, messages, proofs)

    def _page(self, page: str, refusals: list[str]) -> tuple[dict[str, str], Proof] | None:
        for paths, parse in ((_XML[page], pages.xml_fields), (_HTML[page], pages.html_fields)):
            for path in paths:
                answer = self._get(path)
                if answer.status != 200:
                    refusals.append(f"{path}: {answer.words}")
                    continue
                try:
                    values = parse(page, answer.body)
                except ValueError as error:
                    refusals.append(f"{path}: {error}")
                    continue
                if values:
                    return values, self._proof(path, _summary(values))
        return None

    def _messages(self, proofs: dict[str, Proof]) -> tuple[str, ...] | None:
        """Return the status messages; None where no page has them. A log page without any says that there is none."""
        empty: tuple[str, Proof] | None = None
        for path in _XML[pages.LOG]:
            answer = self._get(path)
            if answer.status != 200:
                continue
            try:
                found = pages.xml_messages(answer.body)
            except ValueError:
                continue
            if found is not None:
                proofs[pages.LOG] = self._proof(path, " | ".join(found[-8:]))
                return found
            empty = empty or (path, self._proof(path, "no status messages"))
        if empty:
            proofs[pages.LOG] = empty[1]
            return ()
        for path in _HTML[pages.LOG]:
            answer = self._get(path)
            if answer.status != 200:
                continue
            try:
                found = pages.html_messages(answer.body)
            except ValueError:
                continue
            proofs[pages.LOG] = self._proof(path, " | ".join(found[-8:]) or "no status messages")
            return found
        return None

    def _get(self, path: str) -> Page:
        try:
            answer = self._http.get(self._scheme, self._address, self._port, path, _LIMIT)
        except NotReached as error:
            if error.refused and self._scheme == "http" and self._door.ca_given:
                # Web access may be there by HTTPS alone.
                self._scheme, self._port = "https", self._door.https_port
                return self._get(path)
            raise NoPages(not_reached(self._address, self._port, str(error), tls=error.tls)) from None
        except Lost as error:
            raise NoPages(f"phone {self._address} does not answer on its web pages: {error}") from None
        location = answer.headers.get("location", "")
        if answer.status in (301, 302, 303, 307, 308) and location.lower().startswith("https://"):
            if self._scheme == "https":
                raise NoPages(f"phone {self._address} sends from one HTTPS page to the next: {answer.words}")
            if not self._door.ca_given:
                raise NoPages(_HTTPS_ONLY.format(self._address))
            self._scheme, self._port = "https", self._door.https_port
            return self._get(path)
        if answer.status == 403:
            raise NoPages(f"phone {self._address} lets nobody see its pages (403): {TURN_ON}")
        if not answer.whole:
            raise NoPages(f"phone {self._address} sends no page of a phone: {path} has more than {_LIMIT} bytes")
        return answer

    def _proof(self, path: str, answer: str) -> Proof:
        asked = f"GET {self._scheme}://{authority(self._address, self._port)}{path}"
        return Proof(f"phone {self._address}", asked, one_line(answer, 600))


def not_reached(address: str, port: int, words: str, *, tls: bool = False) -> str:
    """Say that no connection to a phone's pages came about, and what it takes."""
    where = f"phone {authority(address, port)}"
    if tls:
        return f"the certificate of {where} was not taken: {words}. Give the CA that signed it (voice_phone_ca_path)"
    if words == REFUSED:
        return f"{where} has web access off ({words}): {TURN_ON}"
    return f"{where} is not reached from here: {words}. Its pages can be read from a host that reaches the voice VLAN"


_HTTPS_ONLY = (
    "phone {} shows its pages by HTTPS only, and its certificate can't be verified here: give the CA that signed it "
    "(voice_phone_ca_path), or allow HTTP in CUCM (Web Protocol, HTTPS Server: http and https)"
)


def _summary(values: t.Mapping[str, str]) -> str:
    return ", ".join(f"{name}={value}" for name, value in values.items() if value)
