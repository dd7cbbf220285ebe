"""AXL requests that aren't about one object's data: resets, versions, SQL."""

from __future__ import annotations

from collections.abc import Callable

from lxml import etree

from lab.cucm import axl_faults as faults
from lab.cucm import sql
from lab.cucm.axl_objects import Objects, returned
from lab.cucm.axl_rules import phones_behind
from lab.cucm.dictionary import Dictionary
from lab.cucm.references import referenced_type
from lab.cucm.soap import escaped
from lab.cucm.store import Store, StoredObject

_CHANGES = {"reset": "reset", "restart": "restarted", "apply": "applied", "lock": "locked", "wipe": "wiped"}
_RESET_TYPES = {
    "Reset": "reset",
    "Restart": "restarted",
    "Apply Configuration": "applied",
    "Generate PRT": "prt",
    "Extended Config Pull": "config_pulled",
}
_TRUE = frozenset({"t", "true", "1"})

WRITES = frozenset({"doDeviceReset"})
"""The actions that an account with read-only access may not execute, beside all resets."""


class Actions:
    """The actions of one publisher. Each returns the content of its response, as `Objects.execute` does."""

    def __init__(self, store: Store, objects: Objects, tables: Dictionary, *, version: str) -> None:
        self._store = store
        self._tables = tables
        self._objects = objects
        self._version = version
        self._actions: dict[str, Callable[[etree._Element], str]] = {
            "doDeviceReset": self._device_reset,
            "getCCMVersion": self._ccm_version,
            "executeSQLQuery": self._sql_query,
        }

    def find(self, name: str) -> Callable[[etree._Element], str] | None:
        """Return the function that executes a request, or None where it is no action that the lab has."""
        if name in self._actions:
            return self._actions[name]
        for verb, change in _CHANGES.items():
            if name.startswith(verb) and name[len(verb) :][:1].isupper():
                kind = name.removeprefix(verb)
                return lambda request: self._reset(kind, change, request)
        return None

    def _reset(self, kind: str, change: str, request: etree._Element) -> str:
        stored = self._objects.find(kind, request)
        if not stored:
            raise faults.not_found(kind)
        self._announce(stored, change)
        return returned(stored.uuid)

    def _device_reset(self, request: etree._Element) -> str:
        device = request.find("deviceName")
        uuid = device.get("uuid")
        stored = self._store.find("Phone", device.text) if device.text else self._store.by_uuid(uuid or "", "Phone")
        if not stored:
            raise faults.not_found("Device")
        kind = request.findtext("deviceResetType")
        hard = request.findtext("isHardReset") in _TRUE
        change = _RESET_TYPES.get(kind) if kind else ("reset" if hard else "restarted")
        if change:
            self._announce(stored, change)
        return returned("true")

    def _announce(self, stored: StoredObject, change: str) -> None:
        with self._store.transaction():
            if stored.type != "Phone":
                self._store.announce(stored.type, stored.name, change)
            for phone in phones_behind(self._store, stored):
                self._store.announce("Phone", phone, change)

    def _ccm_version(self, request: etree._Element) -> str:
        node = request.findtext("processNodeName")
        if node and not self._store.find(referenced_type("processNodeName") or "", node):
            raise faults.not_found("ProcessNode")
        return returned(f"<componentVersion>{_element('version', _in_parentheses(self._version))}</componentVersion>")

    def _sql_query(self, request: etree._Element) -> str:
        rows = [
            f"<row>{''.join(_element(column, value) for column, value in row.items())}</row>"
            for row in sql.execute(self._tables, request.findtext("sql") or "")
        ]
        self._objects.check_size(sum(map(len, rows)), len(rows))
        return returned("".join(rows))


def _in_parentheses(build: str) -> str:
    """Return a build as AXL writes it, "12.5.1.11900(146)"; the platform's command line has "12.5.1.11900-146"."""
    release, dash, number = build.partition("-")
    return f"{release}({number})" if dash else release


def _element(name: str, value: str) -> str:
    return f"<{name}>{escaped(value)}</{name}>" if value else f"<{name}/>"
