# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Phone models: how people write them, what CUCM calls them, and which ones a cluster has."""

from __future__ import annotations

import os
import re
import typing as t

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.endings import AnswerLost
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.envelope import etree, local_name, text
from ansible_collections.dialtone.voice.plugins.module_utils._errors import Refused, Unsupported
from ansible_collections.dialtone.voice.plugins.module_utils._text import nearest

if t.TYPE_CHECKING:
    from ansible_collections.dialtone.voice.plugins.module_utils._cucm.axl import Axl

_WRITTEN = re.compile(r"(?:cisco\s+)?(?:cp-)?(\d{4})(nr|g-ge|g)?(?:-(?:w|l|c))?(?:-k9)?=*", re.I)
# Gigabit variants that CUCM knows as models of their own; of the others the G is only a part of the name on the case.
_OWN_GIGABIT = frozenset({"7941", "7961"})


def product(model: str) -> str:
    """Return what CUCM calls a model: `8841`, `CP-8841-K9` and `Cisco 8841` are `Cisco 8841`, `7961G` is `Cisco 7961`.

    What is no such number (`Cisco ATA 191`) is left as it is written.
    """
    found = _WRITTEN.fullmatch(model.strip())
    if not found:
        return " ".join(model.split())
    number, suffix = found.group(1), (found.group(2) or "").upper()
    if suffix == "NR" or (suffix == "G-GE" and number in _OWN_GIGABIT):
        return f"Cisco {number}{suffix}"
    return f"Cisco {number}"


def short_name(name: str) -> str:
    """Return a product as template names spell it: `8841`."""
    return name.removeprefix("Cisco ")


def usual_templates(name: str, protocol: str) -> list[str]:
    """Return how the standard phone button template of a product may be called, the usual name first.

    `Standard 8841 SIP`, `Standard Client Services Framework`, `Third-party SIP Device (Advanced)`.
    """
    short = short_name(name)
    return [f"Standard {short} {protocol}", f"Standard {short.removeprefix('Unified ')}", name]


def usual_profiles(name: str, protocol: str) -> list[str]:
    """Return how the standard phone security profile of a product may be called, the usual name first.

    CUCM leaves out the brackets of `Third-party SIP Device (Advanced)` there.
    """
    bare = name.replace("(", "").replace(")", "")
    return list(dict.fromkeys(f"{each} - Standard {protocol} Non-Secure Profile" for each in (name, bare)))


_PROTOCOLS = {"0": "SCCP", "11": "SIP"}
_QUERY = "select p.name as model, d.tkdeviceprotocol as protocol from typeproduct p left outer join defaults d on "
"""typeproduct has every model that the cluster knows, defaults a row for each protocol of those with firmware; joined
by tkmodel, as in public scripts for releases 10.5 to 15."""


class Models:
    """The phone models of a cluster, with their protocols and button templates.

    Device Defaults has a row for each model with firmware of its own, those of later device packages included; the
    schema's list has the others too (soft phones, devices of other makers), which Device Defaults may lack, but knows
    no protocols. Releases differ in whether they list Device Defaults, so what is in neither is asked for by SQL.
    """

    def __init__(self, axl: Axl) -> None:
        self._axl = axl
        self._templates: dict[str, dict[str, str]] = {}
        self._asked = False
        try:
            found = axl.list(
                "DeviceDefaults",
                {"Model": "%"},
                ("Model", "Protocol", "PhoneButtonTemplate"),
                "listing the phone models",
            )
        except (Refused, Unsupported):
            found = []
        for item in found:
            if item.get("Model") and item.get("Protocol"):
                protocols = self._templates.setdefault(str(item["Model"]), {})
                protocols[str(item["Protocol"])] = str(item.get("PhoneButtonTemplate") or "")
        self._names = list(dict.fromkeys([*self._templates, *_enumeration(axl.schema.path, "XProduct")]))
        if not self._templates:
            self._ask()

    def _ask(self) -> None:
        """Take in what the cluster's tables say, once."""
        if self._asked:
            return
        self._asked = True
        try:
            returned = self._axl.call("executeSQLQuery", {"sql": f"{_QUERY}d.tkmodel = p.tkmodel"}, "asking for models")
        except (AnswerLost, Refused, Unsupported):
            return
        for item in () if returned is None else returned:
            model, protocol = text(item, "model"), _PROTOCOLS.get(text(item, "protocol"))
            if model and model not in self._names:
                self._names.append(model)
            if model and protocol:
                self._templates.setdefault(model, {}).setdefault(protocol, "")

    def fault(self, model: str, name: str, protocol: str) -> str:
        """Return what is wrong with a model (as written, and CUCM's name) and a protocol; empty where nothing is."""
        if name not in self._names:
            self._ask()
        if self._names and name not in self._names:
            near = nearest(name, self._names)
            advice = f"did you mean {' or '.join(near)}?" if near else "a device package may be missing"
            return f"model '{model}': CUCM has no model '{name}'; {advice}"
        protocols = self._templates.get(name)
        if protocols and protocol not in protocols:
            return f"protocol {protocol}: the {name} speaks only {' and '.join(sorted(protocols))}; give that protocol"
        return ""

    def template(self, name: str, protocol: str) -> str:
        """Return the cluster's default phone button template of a model; empty where it isn't known."""
        return self._templates.get(name, {}).get(protocol, "")


def _enumeration(folder: str, type_name: str) -> list[str]:
    """Return the values that the schema lists for a type of enumerated text."""
    path = os.path.join(folder, "AXLEnums.xsd")
    if not os.path.isfile(path):
        return []
    values: list[str] = []
    for _event, element in etree.iterparse(path, resolve_entities=False, no_network=True, load_dtd=False):
        if local_name(element) == "simpleType" and element.get("name") == type_name:
            values = [item.get("value", "") for item in element.iter() if local_name(item) == "enumeration"]
    return values
