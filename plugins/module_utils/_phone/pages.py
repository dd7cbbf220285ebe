# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What phones say on their web pages, by the same names whatever the family calls it. Pure functions.

The XML pages (`/DeviceInformationX`) have the same names of elements in every locale; the HTML ones don't, and differ
in case, escapes and layout besides: label and value are the first and the last cell of a row, and the value may be
empty. Labels of other locales than English are those that public clients of such phones know.
"""

from __future__ import annotations

import re
import typing as t
from datetime import datetime

from ansible_collections.dialtone.voice.plugins.module_utils._phone.markup import html, local, text_of, xml

DEVICE, NETWORK, PORT, LOG = "device", "network", "port", "log"

_NUMBERED = r"(?:callmanager|unifiedcm|cucmserver|cucm|unifiedcommunicationsmanager)([1-5])"
_CALL_MANAGER = re.compile(_NUMBERED)

# Label, or name of the element, in lower case and of letters and digits only -> our name.
_NAMES = {
    DEVICE: {
        "mac": ("macaddress", "macадрес", "indirizzomac"),
        "host_name": ("hostname", "nomehost"),
        "number": ("phonedn", "phone1dn"),
        "version": ("version", "versionid", "swversionid", "versione", "версия"),
        "app_load": ("apploadid",),
        "boot_load": ("bootloadid",),
        "inactive_load": ("inactiveloadid", "inactiveload"),
        "model": ("modelnumber", "numeromodello", "номермодели", "productid"),
        "serial": ("serialnumber", "numerodiserie", "серийныйномер"),
    },
    NETWORK: {
        "mac": ("macaddress", "macадрес", "indirizzomac"),
        "host_name": ("hostname", "nomehost"),
        "domain": ("domainname", "nomedominio", "имядомена"),
        "dhcp": ("dhcpenabled", "dhcp", "dhcpвключен"),
        "dhcp_server": ("dhcpserver", "serverdhcp", "dhcpсервер"),
        "address": ("ipaddress", "indirizzoip", "ipv4address"),
        "mask": ("subnetmask", "маскаподсети"),
        "gateway": ("defaultrouter1", "defaultrouter", "routerpredefinito1"),
        "dns_1": ("dnsserver1", "serverdns1"),
        "dns_2": ("dnsserver2", "serverdns2"),
        "tftp_1": ("tftpserver1", "tftpserver", "servertftp1", "tftpсервер1"),
        "tftp_2": ("tftpserver2", "servertftp2", "tftpсервер2"),
        "alternative_tftp": ("alttftp", "alternatetftp", "tftpalternativo"),
        "vlan": ("vlanid", "operationalvlanid", "idvlanoperativa", "действующийкодvlan"),
        "admin_vlan": ("adminvlanid", "idvlanammin"),
        "user_locale": ("userlocale", "локалпольз"),
        "network_locale": ("networklocale",),
    },
    PORT: {
        "neighbor": ("cdpneighbordeviceid", "neighbordeviceid", "deviceid", "идентустройствасоседа"),
        "neighbor_port": ("cdpneighborport", "neighborport", "port", "портсоседа"),
        "lldp_neighbor": ("lldpneighbordeviceid",),
        "lldp_neighbor_port": ("lldpneighborport",),
    },
}
_BY_LABEL = {
    page: {label: name for name, labels in fields.items() for label in labels} for page, fields in _NAMES.items()
}
_ROOTS = {
    DEVICE: ("deviceinformation",),
    NETWORK: ("networkconfiguration", "networksetup"),
    PORT: ("portinformation", "ethernetinformation"),
    LOG: ("devicelog", "statusmessages"),
}

# `[8:52:30am 10/01/19]`, `1:33:26a`, `9:26:53 PM`, `13:05:07`, and with a date before or after.
_CLOCK = r"\d{1,2}:\d\d:\d\d\s?(?:[ap]m?\b)?"
_DATE = r"\d{1,2}[/.]\d{1,2}[/.]\d{2,4}"
_TIME = re.compile(rf"\s*\[?\s*(?:{_DATE}[\s,]+)?{_CLOCK}(?:[\s,]+{_DATE})?\s*\]?\s*", re.I)
# What is an image inside of a load, and not the load.
_IMAGES = ("rootfs", "jar", "cnu", "apps", "dsp", "cvm", "sboot", "sb2", "kern", "tnp", "app187")


def xml_fields(page: str, content: bytes) -> dict[str, str]:
    """Read an XML page: our names -> values.

    :raises ValueError: it is no such page
    """
    root = xml(content, _ROOTS[page])
    return _fields(page, [(local(each), (each.text or "").strip()) for each in root.iter() if not len(each)])


def html_fields(page: str, content: bytes) -> dict[str, str]:
    """Read an HTML page: our names -> values, empty where it has none that are known."""
    return _fields(page, html_rows(content))


def html_rows(content: bytes) -> list[tuple[str, str]]:
    """Return label and value of each row of a page's innermost tables that has both cells."""
    found = []
    for row in html(content).iter("tr"):
        if next(row.iter("table"), None) is not None:
            continue
        cells = [text_of(cell).replace("\xa0", " ").strip() for cell in row if local(cell) in ("td", "th")]
        if len(cells) >= 2 and cells[0]:
            found.append((cells[0], cells[-1]))
    return found


def _fields(page: str, pairs: t.Iterable[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for label, value in pairs:
        plain = "".join(character for character in label.lower() if character.isalnum())
        number = _CALL_MANAGER.fullmatch(plain) if page == NETWORK else None
        name = f"call_manager_{number[1]}" if number else _BY_LABEL[page].get(plain)
        # Two labels may mean the same (a router, and the first of several): the one that says something.
        if name and not found.get(name):
            found[name] = " ".join(value.split())
    if page == DEVICE:
        _tell_load(found)
    if page == PORT and not found.get("neighbor") and found.get("lldp_neighbor"):
        found |= {"neighbor": found["lldp_neighbor"], "neighbor_port": found.get("lldp_neighbor_port", "")}
    return found


def _tell_load(found: dict[str, str]) -> None:
    """Say which load is active: the version where it is called as a load is, else the application's image."""
    if found.get("mac"):
        found["mac"] = re.sub(r"[.:-]", "", found["mac"]).upper()
    for name in ("version", "app_load"):
        value = found.get(name, "")
        if value and "(" not in value and not value.lower().startswith(_IMAGES):
            found["active_load"] = value
            return


def xml_messages(content: bytes) -> tuple[str, ...] | None:
    """Read the status messages of an XML log page, oldest first; None where it is one without status messages.

    :raises ValueError: it is no log page
    """
    root = xml(content, _ROOTS[LOG])
    found = [text_of(each) for each in root.iter() if local(each).lower() in ("status", "message") and not len(each)]
    return in_order(found) if found else None


def html_messages(content: bytes) -> tuple[str, ...]:
    """Read the status messages of an HTML page, oldest first: each line that begins with a time."""
    lines = [line.strip() for piece in html(content).itertext() for line in piece.splitlines()]
    found: list[str] = []
    open_stamp = ""
    for line in filter(None, (" ".join(line.split()) for line in lines)):
        stamp = _TIME.match(line)
        if stamp and stamp.end() == len(line):
            # The message is the next line.
            open_stamp = line
        elif stamp:
            found.append(line)
            open_stamp = ""
        elif open_stamp:
            found.append(f"{open_stamp} {line}")
            open_stamp = ""
    return in_order(found)


def in_order(lines: t.Sequence[str]) -> tuple[str, ...]:
    """Return messages without their times, oldest first; where the times tell that they are newest first, turned."""
    times = [moment for line in lines if (moment := _moment(line))]
    turned = len(times) > 1 and times[0] > times[-1]
    texts = (_TIME.sub("", line, count=1) if _TIME.match(line) else line for line in lines)
    found = [text.strip() for text in texts if text.strip()]
    return tuple(reversed(found)) if turned else tuple(found)


def _moment(line: str) -> datetime | None:
    """Return when a message was shown, where its time has a date; a time of day alone tells no order."""
    stamp = _TIME.match(line)
    date = re.search(_DATE, stamp[0]) if stamp else None
    clock = re.search(_CLOCK, stamp[0], re.I) if stamp else None
    if not stamp or not date or not clock:
        return None
    hour, minute, second = (int(part) for part in re.findall(r"\d+", clock[0]))
    late, early = "p" in clock[0].lower(), "a" in clock[0].lower()
    hour = hour % 12 + 12 * late if late or early else hour
    month, day, year = (int(part) for part in re.findall(r"\d+", date[0]))
    try:
        return datetime(year + 2000 * (year < 100), month, day, hour, minute, second)
    except ValueError:
        return None
