# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which release a publisher runs and which AXL versions it speaks, found out without any schema."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.envelope import SOAP, read, text, title
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.https import AXL_ROLES, Answer, Https
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.throttle import Throttle
from ansible_collections.dialtone.voice.plugins.module_utils._errors import Refused, Unsupported

AXL_PATH = "/axl/"
_FIRST_GUESS = "12.5"
"""Spoken by 12.5, 14 and 15, because a cluster keeps the versions of the two releases before it."""

_NO_VERSION = "99.0"
"""Spoken by nobody. `1.0` won't do: AXL may take it for the oldest version that it has."""

_BUILD = re.compile(r"(\d+)\.(\d+)\.(\d+)\.(\d+)(?:[-(](\d+)\)?)?")


@dataclass(frozen=True)
class Release:
    """A publisher's software: `build` in full (`12.5.1.11900-146`) and the AXL version that belongs to it (`12.5`)."""

    build: str
    version: str


def read_release(https: Https, throttle: Throttle, schema_version: str | None = None) -> Release:
    """Ask a publisher for its release with getCCMVersion, which any AXL user may call.

    A version that it does not speak is answered with HTTP 599 and the versions that it does; then one of those is
    tried.

    :raises Unsupported: it speaks none that was tried
    """
    tried: list[str] = []
    queue = [schema_version or _FIRST_GUESS]
    while queue:
        version = queue.pop(0)
        tried.append(version)
        answer = throttle.run(functools.partial(_ask, https, version))
        if answer.status != 599:
            where = f"AXL of CUCM {https.authority}"
            found = read(answer.body, where, "asking for the release")
            return parse_build(text(found, "return", "componentVersion", "version"), where)
        if schema_version:
            raise unknown_version(https.authority, schema_version, answer)
        queue = [version for version in supported_versions(answer.body) if version not in tried]
    raise unknown_version(https.authority, tried[-1], answer)


def spoken_versions(https: Https) -> list[str]:
    """Return the AXL versions that a publisher speaks, newest first: it names them when it is asked in one unknown."""
    answer = _ask(https, _NO_VERSION)
    return supported_versions(answer.body) if answer.status == 599 else []


def _ask(https: Https, version: str) -> Answer:
    envelope = (
        f'<soapenv:Envelope xmlns:soapenv="{SOAP}" xmlns:ns="http://www.cisco.com/AXL/API/{version}">'
        "<soapenv:Body><ns:getCCMVersion/></soapenv:Body></soapenv:Envelope>"
    )
    headers = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"CUCM:DB ver={version} getCCMVersion"'}
    return https.post(AXL_PATH, envelope.encode(), headers, roles=AXL_ROLES)


def parse_build(words: str, where: str) -> Release:
    """Return the release in what getCCMVersion says: `12.5.1.11900(146)` or `12.5.1.11900-146`."""
    found = _BUILD.search(words)
    if not found:
        raise Refused(f"{where} names a release that can't be read: '{words}'", words=words)
    major, minor, maintenance, build, number = found.groups()
    full = f"{major}.{minor}.{maintenance}.{build}" + (f"-{number}" if number else "")
    return Release(full, f"{major}.{minor}")


def supported_versions(page: bytes) -> list[str]:
    """Return the versions that a 599 page names, newest first; `12.x` stands for 12.5 and 12.0."""
    words = page.decode("utf-8", "replace")
    words = words[words.lower().find("supported") :] if "supported" in words.lower() else words
    versions: dict[str, None] = {}
    for major, minor in re.findall(r"\b(\d{1,2})\.(\d{1,2}|x)\b", words):
        for part in ("5", "0") if minor == "x" else (minor,):
            versions[f"{major}.{part}"] = None
    return sorted(versions, key=lambda version: tuple(map(int, version.split("."))), reverse=True)


def unknown_version(authority: str, version: str, answer: Answer) -> Unsupported:
    """Word a 599."""
    supported = supported_versions(answer.body)
    there = f"it speaks {', '.join(supported)}" if supported else f"it says {title(answer.body)}"
    return Unsupported(
        f"CUCM {authority} does not speak AXL {version}; {there}",
        "Give one of these as schema_version, or leave it out.",
        {"supported": supported},
    )
