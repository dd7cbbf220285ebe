# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the objects that rows name are on the cluster, asked before anything is sent.

CUCM's own answer to a wrong name says a type or a database column, and not which option of which row.
"""

from __future__ import annotations

import re
import threading
import typing as t

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.numplan import ask_all
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.plan import Field
from ansible_collections.dialtone.voice.plugins.module_utils._errors import Refused, Unsupported
from ansible_collections.dialtone.voice.plugins.module_utils._text import nearest

if t.TYPE_CHECKING:
    from ansible_collections.dialtone.voice.plugins.module_utils._cucm.axl import Axl

_KEYS = {"User": "userid", "IpPhoneServices": "serviceName"}
_CRITERIA = {"CallPickupGroup": "pattern"}
"""What a list of a type is asked for by, where it can't be by what names the objects."""

_LIST_FROM = 20
"""Names of one type that are asked for one by one; where there are more, all names of the type are listed instead."""

_SUGGEST = 20
"""Unknown names of a type up to which the nearest ones are looked for: among 10,000 users that takes 0.7 s each."""

_WORDS = {
    "DevicePool": "device pool",
    "RoutePartition": "partition",
    "Css": "calling search space",
    "CommonPhoneConfig": "common phone profile",
    "Location": "location",
    "PhoneSecurityProfile": "phone security profile",
    "SipProfile": "SIP profile",
    "PhoneButtonTemplate": "phone button template",
    "SoftKeyTemplate": "softkey template",
    "User": "user",
    "UniversalDeviceTemplate": "universal device template",
    "UniversalLineTemplate": "universal line template",
    "VoiceMailProfile": "voice mail profile",
    "MediaResourceList": "media resource group list",
    "CallPickupGroup": "call pickup group",
    "AarGroup": "AAR group",
    "PresenceGroup": "presence group",
    "RecordingProfile": "recording profile",
    "IpPhoneServices": "IP phone service",
}


def noun(kind: str) -> str:
    """Return what people call objects of a type."""
    return _WORDS.get(kind) or re.sub(r"(?<=[a-z])(?=[A-Z])", " ", kind).lower()


class References:
    """Remembers for one task which objects the cluster has, so that each name is asked for once. Thread-safe."""

    def __init__(self, axl: Axl) -> None:
        self._axl = axl
        self._there: dict[tuple[str, str], bool] = {}
        self._names: dict[str, list[str]] = {}
        self._folded: dict[str, set[str]] = {}
        self._asked: dict[str, int] = {}
        self._missed: dict[str, int] = {}
        self._lock = threading.RLock()

    def expect(self, kind: str, names: t.Iterable[str]) -> None:
        """Tell which names of a type may be asked for, so that many are listed at the first question already."""
        self._asked[kind] = len({name.casefold() for name in names})

    def ask_ahead(self, named: t.Iterable[tuple[str, t.Any]]) -> None:
        """Ask for all these at once, over the session's connections; of a type with many names nothing is asked yet.

        :param named: types, each with the name of an object, or with nothing
        """
        names: dict[str, list[str]] = {}
        for kind, name in dict.fromkeys((kind, str(name)) for kind, name in named if name not in (None, "")):
            if (kind.casefold(), name.casefold()) not in self._axl.planned and (kind, name) not in self._there:
                names.setdefault(kind, []).append(name)
        few = [(kind, name) for kind, group in names.items() if len(group) <= _LIST_FROM for name in group]
        for key, there in zip(few, ask_all(self._axl, lambda key: self._ask(*key), few), strict=True):
            self._there[key] = there

    def fault(self, option: str, kind: str, value: t.Any) -> str:
        """Return what is wrong with an option's value that names an object of a type; empty where it is there."""
        if value in (None, "") or self.exists(kind, str(value)):
            return ""
        word = noun(kind)
        with self._lock:
            self._missed[kind] = self._missed.get(kind, 0) + 1
            near = nearest(str(value), self._all(kind)) if self._missed[kind] <= _SUGGEST else []
        advice = f"did you mean {' or '.join(repr(name) for name in near)}?" if near else f"add the {word} first"
        return f"{option} '{value}': CUCM has no {word} of this name; {advice}"

    def faults(self, row: dict[str, t.Any], fields: t.Iterable[Field], elements: dict[str, t.Any]) -> list[str]:
        """Return the faults of all references among the elements that would be sent.

        :param row: the row, to tell its options from values that were filled in for it
        """
        found = []
        for item in fields:
            if item.kind and elements.get(item.element):
                option = item.option if row.get(item.option) else f"{item.option} (not given, so the standard one)"
                found.append(self.fault(option, item.kind, elements[item.element]))
        return [fault for fault in found if fault]

    def exists(self, kind: str, name: str) -> bool:
        """Tell whether the cluster has an object, or would have by now; also true where the account may not look."""
        if (kind.casefold(), name.casefold()) in self._axl.planned:
            return True
        with self._lock:
            if (kind, name) not in self._there:
                self._asked[kind] = self._asked.get(kind, 0) + 1
                if self._asked[kind] > _LIST_FROM and self._all(kind):
                    self._there[kind, name] = name.casefold() in self._folded[kind] or self._ask(kind, name)
                else:
                    self._there[kind, name] = self._ask(kind, name)
            return self._there[kind, name]

    def _ask(self, kind: str, name: str) -> bool:
        key = _KEYS.get(kind, "name")
        try:
            return self._axl.get(kind, {key: name}, f"looking up {noun(kind)} '{name}'", {key: ""}) is not None
        except (Refused, Unsupported):
            # An account may not be allowed to read this type; then CUCM's own answer decides.
            return True

    def _all(self, kind: str) -> list[str]:
        with self._lock:
            if kind not in self._names:
                key = _KEYS.get(kind, "name")
                criterion = _CRITERIA.get(kind, key)
                try:
                    found = self._axl.list(kind, {criterion: "%"}, [key], f"listing each {noun(kind)}")
                except (Refused, Unsupported):
                    found = []
                self._names[kind] = [str(item[key]) for item in found if item.get(key)]
                self._folded[kind] = {name.casefold() for name in self._names[kind]}
            return self._names[kind]
